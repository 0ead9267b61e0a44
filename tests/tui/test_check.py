"""The check at the door, as the worker does it: by keys, over a real casebook."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from textual import events

from casework import language
from casework.casebook import checks, followups, households
from casework.casebook.entries import EditEntry
from casework.casebook.followups import FollowupFilter
from casework.catalog import checks as shelf
from casework.domain.check import AnswerState, HazardLevel, SubjectKind
from casework.domain.phrase import Phrase
from casework.domain.receipt import Receipt
from casework.tui import checking
from casework.tui.app import CaseworkApp
from casework.tui.screens.check import CheckScreen
from casework.tui.screens.leak import LeakScreen
from casework.tui.widgets.checkbars import Tally
from tests.tui.real import SMALL, WIDE, drawn, press, said, settle, until, until_draft

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from textual.pilot import Pilot

    from casework.casebook.transaction import Transaction
    from casework.domain.check import Check
    from tests.casebook.conftest import Neighbourhood

LPG = "lpg_cylinder"


@asynccontextmanager
async def at_the_door(
    here: Neighbourhood,
    *,
    size: tuple[int, int] = SMALL,
) -> AsyncIterator[tuple[CaseworkApp, Pilot[int]]]:
    """The app with the cursor on the door of Mei Xiulan, in the stairwell."""
    app = CaseworkApp(here.book)
    async with app.run_test(size=size) as pilot:
        app.open("stairwell", here.door)
        await settle(pilot)
        yield app, pilot


@asynccontextmanager
async def gas_check(
    here: Neighbourhood,
    *,
    size: tuple[int, int] = SMALL,
) -> AsyncIterator[tuple[CheckScreen, Pilot[int]]]:
    """The gas check of that door, just opened."""
    async with at_the_door(here, size=size) as (app, pilot):
        await press(pilot, "c", "1")
        screen = app.screen
        assert isinstance(screen, CheckScreen)
        yield screen, pilot


def under_cursor(screen: CheckScreen) -> str:
    question = screen.sheet.question
    return question.name if question is not None else ""


def go(screen: CheckScreen, name: str) -> None:
    screen.sheet.go_to(name)


def saved(here: Neighbourhood, checklist: str = LPG) -> Check | None:
    return checks.last(here.book, checklist, here.door)


def state_of(screen: CheckScreen, name: str) -> AnswerState | None:
    assert screen.form is not None
    answer = screen.form.answers.get(name)
    return answer.state if answer is not None else None


# the choice


async def test_at_the_door_only_the_checks_that_apply_are_offered(here: Neighbourhood) -> None:
    found, wrong = checking.offers(here.book, here.door, here.book.today())
    assert wrong == []
    assert [offer.subject.checklist for offer in found] == [LPG, "elderly_home", "fire_electricity"]
    family, _wrong = checking.offers(here.book, here.family_door, here.book.today())
    assert "elderly_home" not in {offer.subject.checklist for offer in family}


async def test_where_one_check_applies_c_opens_it_at_once(
    here: Neighbourhood,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shelf, "names", lambda: (LPG,))
    async with at_the_door(here) as (app, pilot):
        await press(pilot, "c")
        assert isinstance(app.screen, CheckScreen)


async def test_a_shared_kitchen_is_checked_once_for_all_its_doors(here: Neighbourhood) -> None:
    kitchen = here.book.save("kitchen.add", None, lambda tx: _kitchen(tx, here.building)).subject_id
    for door in (here.door, here.family_door):
        households.edit(here.book, EditEntry(id=door, values={"kitchen_id": kitchen}))
    found, _wrong = checking.offers(here.book, here.family_door, here.book.today())
    assert (found[0].subject.kind, found[0].subject.id) == (SubjectKind.KITCHEN, kitchen)


def _kitchen(tx: Transaction, building: str) -> Receipt:
    made = tx.add("kitchen", {"building_id": building, "name": "一楼合用厨房"})
    return Receipt("", "kitchen.add", "kitchen", made, Phrase("x"))


# the budget


async def test_a_gas_check_with_everything_in_order_is_four_keys_besides_what_is_measured(
    here: Neighbourhood,
) -> None:
    async with at_the_door(here) as (app, pilot):
        keys = ["c", "1", "a"]
        await press(pilot, *keys)
        screen = app.screen
        assert isinstance(screen, CheckScreen)
        measured = []
        while screen.form is not None and screen.form.missing:
            assert under_cursor(screen) in screen.form.missing, "the cursor waits at what is measured"
            measured.append(under_cursor(screen))
            await press(pilot, "1", "enter")
        keys.append("ctrl+s")
        await press(pilot, "ctrl+s")
        assert len(keys) <= 4
        assert measured == ["stove_distance_m", "hose_length_m"]
        kept = saved(here)
        assert kept is not None
        assert kept.answers["hose_length_m"].value == 1.0
        assert "全部合格" in said(app)
        assert not isinstance(app.screen, CheckScreen)


async def test_all_in_order_leaves_what_was_answered_and_what_is_measured(here: Neighbourhood) -> None:
    async with gas_check(here) as (screen, pilot):
        await press(pilot, "2", "a")
        assert state_of(screen, "place_allowed") is AnswerState.FAIL
        assert state_of(screen, "not_in_bedroom") is AnswerState.PASS
        assert state_of(screen, "hose_length_m") is None
        assert under_cursor(screen) == "stove_distance_m"


# answers


async def test_what_was_not_checked_never_looks_like_a_pass(here: Neighbourhood) -> None:
    async with gas_check(here) as (screen, pilot):
        await press(pilot, "1", "x", "minus", "d")
        assert screen.form is not None
        shown = [question.name for question in screen.form.shown[:4]]
        states = [state_of(screen, name) for name in shown]
        assert states == [
            AnswerState.PASS, AnswerState.COULD_NOT_CHECK, AnswerState.NOT_APPLICABLE, AnswerState.DECLINED
        ]  # fmt: skip
        lines = drawn(screen.sheet).splitlines()[1:5]
        marks = [line.strip()[0] for line in lines]
        assert len(set(marks)) == 4
        assert [word in line for word, line in zip(["合格", "未能检查", "不适用", "拒绝"], lines, strict=True)] == [
            True
        ] * 4


async def test_a_hazard_says_at_once_what_will_follow(here: Neighbourhood) -> None:
    async with gas_check(here) as (screen, pilot):
        await press(pilot, "2")
        text = drawn(screen.sheet)
        assert "重大隐患" in text
        assert "这里不准用瓶装气" in text
        assert "城管执法中队" in text
        assert "5月21日" in text
        assert "不能当场整改" in text
        assert "隐患 1 处" in drawn(screen.query_one(Tally))
        assert "重大 1 处" in drawn(screen.query_one(Tally))
        assert under_cursor(screen) == "place_allowed", "the cursor stays, so that it can be read"


async def test_a_measured_value_is_held_against_its_limit_while_it_is_typed(here: Neighbourhood) -> None:
    async with gas_check(here) as (screen, pilot):
        go(screen, "hose_length_m")
        await press(pilot, "3")
        assert screen.form is not None
        assert screen.form.gravest("hose_length_m") is HazardLevel.MUST_FIX
        assert "0.5" in drawn(screen.sheet)
        await press(pilot, "backspace", "1", ".", "2")
        assert screen.form.gravest("hose_length_m") is None
        await press(pilot, "enter")
        assert screen.form.answers["hose_length_m"].value == 1.2


async def test_an_impossible_value_is_not_taken_and_stays_to_be_mended(here: Neighbourhood) -> None:
    async with gas_check(here) as (screen, pilot):
        go(screen, "hose_length_m")
        await press(pilot, "9", "9", "enter")
        assert screen.field.has_focus
        assert "30" in said(screen.casework)
        await press(pilot, "escape")
        assert state_of(screen, "hose_length_m") is None
        assert screen.app.screen is screen, "escape leaves the field, not the check"


async def test_no_key_is_lost_however_fast_they_come(here: Neighbourhood) -> None:
    async with gas_check(here) as (screen, pilot):
        await press(pilot, "a")
        for key in ("0", "full_stop", "8", "enter", "1", "full_stop", "2", "5", "enter"):
            screen.app.post_message(events.Key(key, {"full_stop": ".", "enter": "\r"}.get(key, key)))
        await settle(pilot)
        assert screen.form is not None
        values = {name: screen.form.answers[name].value for name in ("stove_distance_m", "hose_length_m")}
        assert values == {"stove_distance_m": 0.8, "hose_length_m": 1.25}


async def test_while_a_value_is_typed_no_action_moves_the_cursor_away_under_it(here: Neighbourhood) -> None:
    async with gas_check(here) as (screen, pilot):
        go(screen, "hose_length_m")
        await press(pilot, "1")
        for action in ("check.next_open", "check.all_in_order", "check.could_not"):
            await screen.casework.act(action)
        assert under_cursor(screen) == "hose_length_m"
        assert "先输完" in said(screen.casework)
        await press(pilot, "tab")
        assert screen.form is not None
        assert screen.form.answers["hose_length_m"].value == 1.0


async def test_full_width_digits_are_digits(here: Neighbourhood) -> None:
    async with gas_check(here) as (screen, pilot):
        await press(pilot, "１")
        assert state_of(screen, "place_allowed") is AnswerState.PASS


async def test_fixed_on_the_spot_asks_for_a_word_of_evidence(here: Neighbourhood) -> None:
    async with gas_check(here) as (screen, pilot):
        go(screen, "seal")
        await press(pilot, "2", "e", "enter")
        assert state_of(screen, "seal") is AnswerState.FAIL
        assert screen.field.has_focus, "without a word it is not fixed"
        await press(pilot, *"换了", "enter")
        assert screen.form is not None
        assert state_of(screen, "seal") is AnswerState.FIXED_ON_SPOT
        assert screen.form.answers["seal"].evidence == "换了"
        assert screen.form.gravest("seal") is None
        assert "当场整改：换了" in drawn(screen.sheet)


async def test_what_cannot_be_fixed_on_the_spot_says_so(here: Neighbourhood) -> None:
    async with gas_check(here) as (screen, pilot):
        await press(pilot, "2", "e")
        assert not screen.field.has_focus
        assert "当场整改不了" in said(screen.casework)


async def test_a_hazard_is_given_to_another_owner_and_another_day(here: Neighbourhood) -> None:
    async with gas_check(here) as (screen, pilot):
        await press(pilot, "2", "o", "1")
        assert "李芳" in drawn(screen.sheet)
        await press(pilot, "w", "+", "enter")
        assert "5月22日" in drawn(screen.sheet)
        await press(pilot, "a", "1", "enter", "1", "enter", "ctrl+s")
    row = followups.page(here.book, FollowupFilter())[0]
    assert (row.owner_kind, row.owner) == ("worker", here.book.worker.id)
    assert row.due_on is not None
    assert row.due_on.isoformat() == "2026-05-22"


async def test_a_check_with_hazards_saves_each_with_its_follow_up(here: Neighbourhood) -> None:
    async with at_the_door(here) as (app, pilot):
        await press(pilot, "c", "1", "2", "a", "0", "enter", "down", "tab", "1", "enter", "ctrl+s")
        assert "隐患" in said(app)
    cases = followups.page(here.book, FollowupFilter())
    assert len(cases) == 2
    story = households.story(here.book, here.door)
    assert all(one.followup_id or one.fixed_on_spot for one in story.hazards)


async def test_a_note_goes_with_the_answer(here: Neighbourhood) -> None:
    async with gas_check(here) as (screen, pilot):
        await press(pilot, "2", "t", *"租户说要搬", "enter")
        assert screen.form is not None
        assert screen.form.answers["place_allowed"].note == "租户说要搬"
        assert "备注：租户说要搬" in drawn(screen.sheet)


async def test_a_fitted_valve_opens_its_own_fields_and_is_recorded(here: Neighbourhood) -> None:
    async with gas_check(here) as (screen, pilot):
        go(screen, "valve_fitted")
        assert screen.form is not None
        assert "regulator_marking" in {one.name for one in screen.form.shown}
        await press(pilot, "1")
        shown = [one.name for one in screen.form.shown]
        fields = ["maker", "model", "batch", "made_on", "life_months"]
        assert [f"valve_fitted_{field}" in shown for field in fields] == [True] * 5
        assert "regulator_marking" not in shown, "a new valve is not asked about its marking"
        assert under_cursor(screen) == "valve_fitted_maker"
        await press(
            pilot, "enter", *"乐山", "enter", "down", "enter", *"B7", "enter", *"2026-01", "enter", *"60", "enter"
        )
        await press(pilot, "a", "1", "enter", "1", "enter", "ctrl+s")
    device = households.story(here.book, here.door).devices[0]
    assert (device.kind, device.maker, device.batch, device.life_months) == ("self_closing_regulator", "乐山", "B7", 60)


async def test_saving_too_early_goes_to_the_first_missing_question_and_says_how_many(
    here: Neighbourhood,
) -> None:
    async with gas_check(here) as (screen, pilot):
        await press(pilot, "1", "end", "ctrl+s")
        assert screen.form is not None
        assert under_cursor(screen) == screen.form.missing[0] == "not_in_bedroom"
        assert f"{len(screen.form.missing)} 项" in said(screen.casework)
    assert saved(here) is None


async def test_the_last_answers_are_taken_over_by_one_key_but_not_what_was_measured(
    here: Neighbourhood,
) -> None:
    async with gas_check(here) as (_screen, pilot):
        await press(pilot, "minus", "a", "1", "enter", "1", "enter", "ctrl+s")
    assert saved(here) is not None
    async with gas_check(here) as (screen, pilot):
        await press(pilot, "=")
        assert state_of(screen, "place_allowed") is AnswerState.NOT_APPLICABLE
        assert state_of(screen, "hose_length_m") is None
        assert state_of(screen, "soap_leak_test") is None, "whether gas leaks is looked at each time"


async def test_a_check_typed_in_the_next_day_keeps_its_own_time(here: Neighbourhood) -> None:
    async with gas_check(here) as (_screen, pilot):
        await press(pilot, "a", "1", "enter", "1", "enter", "f4", "y", *"1630", "enter", "ctrl+s")
        await until(pilot, lambda: saved(here) is not None)
    kept = saved(here)
    assert kept is not None
    assert kept.happened_at.isoformat() == "2026-05-19T16:30:00+08:00"
    assert kept.entered_at.date().isoformat() == "2026-05-20"


# drafts


async def test_every_key_is_in_the_draft_within_half_a_second_and_comes_back_at_the_same_question(
    here: Neighbourhood,
) -> None:
    async with gas_check(here) as (screen, pilot):
        await press(pilot, "1", "2")
        key = screen.subject.key
        assert await until_draft(here.book, "check", key, 0.5) is not None
        await press(pilot, "down", "1")
        before = under_cursor(screen)
        screen.flush_draft()
    again = CaseworkApp(here.book)
    async with again.run_test(size=SMALL) as pilot:
        await settle(pilot)
        restored = again.screen
        assert isinstance(restored, CheckScreen)
        assert under_cursor(restored) == before
        assert state_of(restored, "not_in_bedroom") is AnswerState.FAIL
        assert "草稿" in said(again)


async def test_a_half_typed_value_comes_back_in_its_field(here: Neighbourhood) -> None:
    async with gas_check(here) as (screen, pilot):
        go(screen, "hose_length_m")
        await press(pilot, "1", ".")
        screen.flush_draft()
    again = CaseworkApp(here.book)
    async with again.run_test(size=SMALL) as pilot:
        await settle(pilot)
        restored = again.screen
        assert isinstance(restored, CheckScreen)
        assert restored.field.has_focus
        assert restored.field.value == "1."
        await press(pilot, "5", "enter")
        assert restored.form is not None
        assert restored.form.answers["hose_length_m"].value == 1.5


async def test_a_half_typed_word_of_evidence_comes_back_too(here: Neighbourhood) -> None:
    async with gas_check(here) as (screen, pilot):
        go(screen, "seal")
        await press(pilot, "2", "e", *"移到")
        draft = await until_draft(here.book, "check", screen.subject.key)
        await pilot.pause(0.5)
        assert draft is not None
    again = CaseworkApp(here.book)
    async with again.run_test(size=SMALL) as pilot:
        await settle(pilot)
        restored = again.screen
        assert isinstance(restored, CheckScreen)
        assert restored.field.has_focus
        assert restored.field.value == "移到"
        await press(pilot, "enter")
        assert state_of(restored, "seal") is AnswerState.FIXED_ON_SPOT


async def test_only_looking_leaves_no_draft(here: Neighbourhood) -> None:
    async with gas_check(here) as (screen, pilot):
        await press(pilot, "down", "down", "escape")
        assert await until_draft(here.book, "check", screen.subject.key, 0.1) is None


async def test_a_draft_of_a_check_that_no_longer_exists_says_so(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        gone = checking.Subject("gone", SubjectKind.HOUSEHOLD, here.door, here.door)
        app.open("check", gone)
        await settle(pilot)
        assert "没有" in said(app)
        await press(pilot, "1", "a", "ctrl+s", "escape")
        assert not isinstance(app.screen, CheckScreen)


# leak, language, sizes


async def test_bubbles_open_the_leak_screen_at_once(here: Neighbourhood) -> None:
    async with gas_check(here) as (screen, pilot):
        go(screen, "soap_leak_test")
        await press(pilot, "2")
        assert isinstance(screen.app.screen, LeakScreen)


async def test_foreign_text_is_shown_as_text(here: Neighbourhood) -> None:
    async with gas_check(here) as (screen, pilot):
        await press(pilot, "2", "t", *"[red]x", "enter")
        assert "[red]x" in drawn(screen.sheet)


@pytest.mark.parametrize("size", [SMALL, WIDE])
@pytest.mark.parametrize("code", ["zh_CN", "en"])
async def test_no_line_is_cut_off_in_either_language(
    here: Neighbourhood,
    size: tuple[int, int],
    code: str,
) -> None:
    here.book.set_setting("language", code)
    async with gas_check(here, size=size) as (screen, pilot):
        assert language.language() == code
        cut = []
        for _n in range(40):
            await pilot.press("down")
            cut += [line for line in drawn(screen.sheet).splitlines() if "⋯" in line]
        assert cut == []


async def test_a_switch_of_language_says_the_questions_again(here: Neighbourhood) -> None:
    async with gas_check(here) as (screen, pilot):
        await press(pilot, "f2")
        assert "Not underground" in drawn(screen.sheet)


async def test_without_an_earlier_check_there_is_nothing_to_take_over_and_that_is_said(
    here: Neighbourhood,
) -> None:
    async with gas_check(here) as (screen, pilot):
        await press(pilot, "=")
        assert "没有上次" in said(screen.casework)
        assert screen.form is not None
        assert screen.form.answers == {}


# what it came to


@pytest.mark.parametrize(("code", "said_there"), [("zh_CN", "不算完成"), ("en", "too little checked")])
async def test_a_check_that_was_declined_says_that_it_does_not_count(
    here: Neighbourhood, code: str, said_there: str
) -> None:
    here.book.set_setting("language", code)
    async with gas_check(here) as (screen, pilot):
        while screen.form is not None and screen.form.missing:
            screen.sheet.go_to(screen.form.missing[0])
            await pilot.press("d")
            await pilot.pause()
        assert said_there in drawn(screen.query_one(Tally))
        await press(pilot, "ctrl+s")
        assert ("未检查" if code == "zh_CN" else "not checked") in said(screen.casework)
    kept = saved(here)
    assert kept is not None
    assert not kept.completed


@pytest.mark.parametrize(
    ("code", "asked", "found"),
    [("zh_CN", "软管在使用年限内", "软管超过使用年限"), ("en", "Hose within its life", "Hose past its life")],
)
async def test_a_hazard_is_called_by_what_is_wrong_and_not_by_what_was_asked(
    here: Neighbourhood, code: str, asked: str, found: str
) -> None:
    here.book.set_setting("language", code)
    async with gas_check(here) as (screen, pilot):
        go(screen, "hose_in_life")
        await press(pilot, "2")
        lines = ["".join(text for text, _tone in one.parts) for one in screen.sheet._lines if one.beneath]
        assert any(found in line for line in lines), "what will follow"
        await press(pilot, "a", *["1", "enter"] * 2, "ctrl+s")
        assert found in said(screen.casework)
        assert asked not in said(screen.casework)
    (case,) = followups.page(here.book, FollowupFilter())
    assert language.say(case.title) == found
    (hazard,) = households.story(here.book, here.door).hazards
    assert language.say(hazard.title) == found
