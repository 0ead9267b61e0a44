"""Gas leaks: go outside first, at once and from anywhere; the facts later, with the times at which they happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual import events

from casework import language
from casework.casebook import checks, drafts, followups, leaks
from casework.casebook.entries import EditEntry, LeakEntry, LeakFact
from casework.casebook.errors import Refused
from casework.casebook.followups import FollowupFilter
from casework.domain.check import AnswerState
from casework.tui import marks, places
from casework.tui.app import CaseworkApp
from casework.tui.screens.base import BaseScreen
from casework.tui.screens.check import CheckScreen
from casework.tui.screens.leak import LeakNotice, LeakScreen
from casework.tui.widgets.field import Field
from casework.tui.widgets.outside import OutsideFirst, outside_lines
from tests.casebook.conftest import MORNING
from tests.tui.real import SMALL, drawn, press, said, settle, until_draft

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from casework.casebook.clock import FrozenClock
    from casework.casebook.views import FollowupDetail
    from tests.casebook.conftest import Neighbourhood


class Gate(BaseScreen):
    """Stands for the unlock screen."""


async def at_the_leak(app: CaseworkApp, pilot: Pilot[int], door: str) -> LeakScreen:
    """The stairwell with the cursor on a door, and then the key."""
    app.open("stairwell", door)
    await settle(pilot)
    await press(pilot, "ctrl+g")
    screen = app.screen
    assert isinstance(screen, LeakScreen)
    return screen


def the_case(here: Neighbourhood) -> FollowupDetail:
    rows = followups.page(here.book, FollowupFilter(category="gas_leak"))
    assert len(rows) == 1
    return followups.get(here.book, rows[0].id)


@pytest.mark.parametrize("code", ["zh_CN", "en"])
async def test_the_whole_screen_says_go_outside_first_and_whom_to_call(
    here: Neighbourhood,
    code: str,
) -> None:
    here.book.set_setting("language", code)
    here.book.set_setting("emergency.gas_supplier", "027-96777")
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await at_the_leak(app, pilot, here.door)
        text = drawn(screen.query_one(OutsideFirst))
        assert text.count("█") > 40, "letters that can be read across a room"
        for number in ("119", "027-96777", "120", "110"):
            assert number in text
        steps = ["关角阀", "门窗", "不碰开关", "人都出去", "再打电话", "守住门口", "专业人员"]
        if code == "en":
            steps = ["Shut", "Open doors", "No switch", "Everyone out", "Call only", "Keep people", "Wait"]
        places_found = [text.index(step) for step in steps]
        assert places_found == sorted(places_found)
        assert "⋯" not in text


def test_a_number_that_nobody_has_set_is_not_shown_as_one(here: Neighbourhood) -> None:
    said_there = "\n".join("".join(text for text, _tone in parts) for parts in outside_lines(80, 20, here.book, ""))
    assert "燃气公司抢险（未填号码）" in said_there
    language.set_language("en")
    lines = ["".join(text for text, _tone in parts) for parts in outside_lines(80, 20, here.book, "")]
    assert any("(not set)" in line for line in lines)
    assert max(len(line) for line in lines) <= 80


def test_a_console_without_block_characters_gets_letters_too() -> None:
    language.set_language("en")
    lines = ["".join(text for text, _tone in parts) for parts in outside_lines(80, 20, None, marks.ASCII)]
    assert sum(line.count("#") for line in lines) > 80
    assert all(line.isascii() or "？" in line for line in lines)
    assert len(lines) <= 21


async def test_the_key_works_from_a_text_field_a_question_and_behind_the_lock(
    here: Neighbourhood,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(places.SCREENS, "unlock", f"{__name__}:Gate")
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        app.open("stairwell", here.door)
        await settle(pilot)
        await press(pilot, "c", "ctrl+g")
        assert isinstance(app.screen, LeakScreen), "over a question"
        await press(pilot, "escape", "1")
        check = app.screen
        assert isinstance(check, CheckScreen)
        check.sheet.go_to("hose_length_m")
        await press(pilot, "2", "ctrl+g")
        assert isinstance(app.screen, LeakScreen), "from a text field"
        await press(pilot, "escape", "ctrl+l", "ctrl+g")
        assert isinstance(app.screen, LeakNotice), "behind the lock"
        assert "119" in drawn(app.screen.query_one(OutsideFirst))
        await press(pilot, "escape")
        assert isinstance(app.screen, Gate)


async def test_inside_no_key_does_anything_and_nothing_needs_typing(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await at_the_leak(app, pilot, here.door)
        await press(pilot, "1", "2", "q", "u", "n", "x", "ctrl+s", "slash", "question_mark")
        assert app.screen is screen
        assert not screen.outside
        assert followups.page(here.book, FollowupFilter()) == []


async def test_outside_the_facts_are_typed_with_their_real_times(here: Neighbourhood, clock: FrozenClock) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await at_the_leak(app, pilot, here.door)
        clock.instant = MORNING.replace(hour=10, minute=30)
        await press(pilot, "enter")
        await press(pilot, *["backspace"] * 5, *"0931", "enter", *"气味", "enter")
        await press(pilot, *"0932", "enter", *"梅秀兰", "enter")
        await press(pilot, *"0934", "enter", "enter")
        await press(pilot, "enter", "enter")
        await press(pilot, *"0936", "enter", *"张工", "ctrl+s")
        assert "燃气泄漏已记录" in said(app)
        assert not isinstance(app.screen, LeakScreen)
    case = the_case(here)
    assert case.row.severity == "critical"
    told = [(f"{entry.at:%H:%M}", entry.note) for entry in case.timeline if entry.kind == "note"]
    assert told == [
        ("09:31", "发现漏气：气味"),
        ("09:32", "已关阀，梅秀兰同意"),
        ("09:34", "人都到室外"),
        ("09:36", "已请燃气公司停气，接电话的是张工"),
    ]
    kept = checks.last(here.book, "lpg_cylinder", here.door)
    assert kept is not None
    assert f"{kept.happened_at:%H:%M}" == "09:31"
    assert kept.answers["soap_leak_test"].state is AnswerState.FAIL
    assert kept.answers["hose_length_m"].state is AnswerState.COULD_NOT_CHECK


async def test_what_the_check_had_reached_is_saved_with_the_leak(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        app.open("stairwell", here.door)
        await settle(pilot)
        await press(pilot, "c", "1", "1", "2")
        check = app.screen
        assert isinstance(check, CheckScreen)
        check.sheet.go_to("soap_leak_test")
        await press(pilot, "2")
        assert isinstance(app.screen, LeakScreen)
        await press(pilot, "enter", "ctrl+s")
        assert "燃气泄漏已记录" in said(app)
        assert not isinstance(app.screen, CheckScreen | LeakScreen)
    kept = checks.last(here.book, "lpg_cylinder", here.door)
    assert kept is not None
    assert kept.answers["place_allowed"].state is AnswerState.PASS
    assert kept.answers["not_in_bedroom"].state is AnswerState.FAIL
    assert len(followups.page(here.book, FollowupFilter())) == 2
    assert drafts.everything(here.book) == []


async def test_no_leak_after_all_goes_back_to_the_check_as_it_was(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        app.open("stairwell", here.door)
        await settle(pilot)
        await press(pilot, "c", "1", "1")
        check = app.screen
        assert isinstance(check, CheckScreen)
        check.sheet.go_to("soap_leak_test")
        await press(pilot, "2", "escape")
        assert app.screen is check
        await press(pilot, "1")
        assert check.form is not None
        assert check.form.leak is None
        assert check.form.answers["place_allowed"].state is AnswerState.PASS
    assert [draft.form for draft in drafts.everything(here.book)] in (["check"], [])


async def test_the_laptop_is_shut_at_once_and_the_leak_stands_there_again(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await at_the_leak(app, pilot, here.door)
        assert await until_draft(here.book, "leak", screen.draft_subject, 0.5) is not None
        await press(pilot, "enter", *"x")
        screen.flush_draft()
    again = CaseworkApp(here.book)
    async with again.run_test(size=SMALL) as pilot:
        await settle(pilot)
        restored = again.screen
        assert isinstance(restored, LeakScreen)
        assert restored.outside
        assert restored.household_id == here.door


async def test_no_fact_is_lost_however_fast_it_is_typed(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await at_the_leak(app, pilot, here.door)
        await press(pilot, "enter", "enter")
        for key in ("气", "味", "enter", "0", "9", "2", "9", "enter", "梅", "enter"):
            app.post_message(events.Key(key, "\r" if key == "enter" else key))
        await settle(pilot)
        values = [screen.query_one(f"#{name}", Field).value for name in ("words-noticed", "at-valve", "words-valve")]
        assert values == ["气味", "0929", "梅"]


async def test_the_valve_and_the_supplier_need_a_person(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await at_the_leak(app, pilot, here.door)
        await press(pilot, "enter", "enter", "enter", *"0930", "ctrl+s")
        assert "是谁" in said(app)
        assert screen.focused is screen.query_one("#words-valve")
    assert followups.page(here.book, FollowupFilter()) == []


async def test_nothing_offers_to_stop_the_supply(here: Neighbourhood) -> None:
    from casework.tui.screens.leak import FACTS

    assert [name for _key, name, _hint, _said in FACTS if "stop supply" in name] == [
        "Asked the supplier to stop supply"
    ]


async def test_without_a_door_under_the_cursor_it_is_asked_for_when_saving(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        app.open("leak")
        await settle(pilot)
        await press(pilot, "enter", "ctrl+s", *"梅秀兰", "enter", "1")
        assert "燃气泄漏已记录" in said(app)
    assert the_case(here).row.household_id == here.door


def test_a_door_without_gas_gets_the_follow_up_alone(here: Neighbourhood) -> None:
    from casework.casebook import households

    households.edit(here.book, EditEntry(id=here.door, values={"fuel": "electric"}))
    entry = LeakEntry(household_id=here.door, noticed_at=MORNING, facts=(LeakFact(at=MORNING, words="楼道有气味"),))
    receipt = leaks.save(here.book, entry, "a" * 32)
    assert receipt.subject_kind == "followup"
    assert the_case(here).timeline[-1].note == "楼道有气味"
    assert leaks.save(here.book, entry, "a" * 32).subject_id == receipt.subject_id, "saved again, saved once"
    the_case(here)


def test_a_leak_in_the_future_is_refused(here: Neighbourhood) -> None:
    later = MORNING.replace(hour=23)
    with pytest.raises(Refused):
        leaks.save(here.book, LeakEntry(household_id=here.door, noticed_at=later))
    assert followups.page(here.book, FollowupFilter()) == []
