"""The rules of the schedule on screen: read in words, changed with what it changes in sight, planned again behind the work."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from casework.casebook import drafts, due, places, replanning, rules, spells
from casework.casebook.entries import PlaceEntry
from casework.casebook.rule_entries import RuleEntry, SpellEntry
from casework.casebook.rule_saving import save_rule
from casework.language import set_language
from casework.tui.app import CaseworkApp
from casework.tui.dialogs import Said
from casework.tui.narrowing import NarrowDialog
from casework.tui.previewing import PreviewDialog
from casework.tui.screens.rule_form import RuleForm
from casework.tui.screens.rules import RulesScreen
from casework.tui.screens.spell_form import SpellForm
from casework.tui.screens.spells import SpellsScreen
from casework.tui.screens.unlock import UnlockScreen
from casework.tui.widgets.bars import StatusBar
from casework.tui.widgets.conditionlines import ConditionLines
from casework.tui.widgets.rulepreview import PreviewPane
from tests.tui.real import SMALL, WIDE, drawn, press, said, settle, until, until_draft

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from casework.casebook.book import Casebook
    from tests.casebook.conftest import Neighbourhood

ALONE: dict[str, Any] = {
    "label": {"zh": "独居每五天", "en": "Alone, every five days"}, "subject": "resident", "what": "visit", "every_days": 5,
    "before": 1, "after": 1, "priority": 1,
    "when": {"tag": "lives_alone", "any": [{"age_at_least": 80}, {"not": {"fuel": "electric"}}]},
}  # fmt: skip


def due_days(book: Casebook) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for door, day in book.database.execute_sql("SELECT household_id, due_on FROM due WHERE kind = 'visit'"):
        found.setdefault(door, set()).add(day)
    return found


async def opened(pilot: Pilot[int], app: CaseworkApp) -> RulesScreen:
    """The list, by its key on the round."""
    await settle(pilot)
    await press(pilot, "f7")
    await until(pilot, lambda: isinstance(app.screen, RulesScreen))
    screen = app.screen
    assert isinstance(screen, RulesScreen)
    return screen


async def at(pilot: Pilot[int], screen: RulesScreen, key: str) -> None:
    """The cursor on a rule."""
    found = screen.rows.find(lambda row: row.key == key)
    assert found is not None
    screen.rows.move_to(found)
    await settle(pilot)


def sheet(screen: RulesScreen) -> str:
    return drawn(screen.query_one("#rule-sheet"))


def figures(app: CaseworkApp) -> str:
    return drawn(app.screen.query_one("#preview-lines"))


def said_question(app: CaseworkApp) -> str:
    return "\n".join(str(one.render()) for one in app.screen.query(Said))


async def counted(pilot: Pilot[int], app: CaseworkApp) -> PreviewPane:
    """Wait until the figures are there."""
    pane = app.screen.query_one(PreviewPane)
    await until(pilot, lambda: pane.result is not None)
    await settle(pilot)
    return pane


async def form(pilot: Pilot[int], app: CaseworkApp, *keys: str) -> RuleForm:
    await press(pilot, *keys)
    await until(pilot, lambda: isinstance(app.screen, RuleForm))
    screen = app.screen
    assert isinstance(screen, RuleForm)
    await settle(pilot)
    return screen


# --- the list ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_every_rule_says_for_whom_how_often_and_where_it_is_from(
    here: Neighbourhood, size: tuple[int, int]
) -> None:
    save_rule(here.book, RuleEntry(key="own_one", body=ALONE))
    save_rule(here.book, RuleEntry(key="check_lpg"))
    app = CaseworkApp(here.book)
    async with app.run_test(size=size) as pilot:
        screen = await opened(pilot, app)
        assert screen.rows.count == len(rules.listed(here.book))
        first = drawn(screen.rows).splitlines()[1]
        for part in ("红色", "每7天", "自带"):
            assert part in first
        await until(pilot, lambda: "因它待办" in sheet(screen))
        await at(pilot, screen, "own_one")
        for part in ("独居", "每5天", "1（1最急", "自己定的规则"):
            assert part in sheet(screen), part
        await at(pilot, screen, "check_lpg")
        assert "已停用" in sheet(screen)
        assert "停用" in drawn(screen.rows)


async def test_the_list_is_found_in_the_palette_in_either_language(here: Neighbourhood) -> None:
    here.book.set_setting("language", "en")
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "3", "ctrl+p", *"see the rules", "enter")
        await until(pilot, lambda: isinstance(app.screen, RulesScreen))
        assert "every 7 days" in drawn(app.screen.query_one("#rules"))


async def test_a_rule_with_a_mistake_is_listed_and_says_what_is_wrong(here: Neighbourhood) -> None:
    save_rule(here.book, RuleEntry(key="own_one", body=ALONE))
    broken = '{"label": {"zh": "坏规则", "en": "Broken"}, "subject": "household", "what": "gone"}'
    here.book.write(lambda: here.book.database.execute_sql("UPDATE rule SET body = ?", (broken,)))
    here.book.database.touch_rules()
    here.book.database.rules_settled()
    app = CaseworkApp(here.book)
    async with app.run_test(size=WIDE) as pilot:
        screen = await opened(pilot, app)
        await at(pilot, screen, "own_one")
        assert "有错" in drawn(screen.rows)
        assert "gone" in sheet(screen)
        await press(pilot, "x")
        assert "有错" in said(app)


async def test_x_shows_what_it_changes_then_switches_off_and_x_switches_on_again(here: Neighbourhood) -> None:
    due.keep_up(here.book)
    before = due_days(here.book)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await opened(pilot, app)
        await at(pilot, screen, "visit_household")
        await press(pilot, "x")
        assert isinstance(app.screen, PreviewDialog)
        await counted(pilot, app)
        assert "户" in figures(app)
        assert due_days(here.book) == before, "nothing is saved before it is answered"
        await press(pilot, "y")
        await until(pilot, lambda: app.screen is screen and "已停用" in sheet(screen))
        await until(pilot, lambda: not replanning.pending(here.book))
        assert not any(one.key == "visit_household" for one in rules.rules(here.book).all)
        await press(pilot, "x", "y")
        await until(pilot, lambda: any(one.key == "visit_household" for one in rules.rules(here.book).all))
        await until(pilot, lambda: not replanning.pending(here.book))
        assert due_days(here.book) == before
        await press(pilot, "u")
        await until(pilot, lambda: not any(one.key == "visit_household" for one in rules.rules(here.book).all))


async def test_her_own_rule_is_kept_while_it_is_off_and_r_takes_it_away(here: Neighbourhood) -> None:
    save_rule(here.book, RuleEntry(key="own_one", body=ALONE))
    due.keep_up(here.book)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await opened(pilot, app)
        await at(pilot, screen, "own_one")
        await press(pilot, "x", "y")
        await until(pilot, lambda: rules.own_rules(here.book.database)[0].off)
        await until(pilot, lambda: app.screen is screen and "已停用" in sheet(screen))
        await press(pilot, "x", "y")
        await until(pilot, lambda: not rules.own_rules(here.book.database)[0].off)
        assert rules.own_rules(here.book.database)[0].body == ALONE
        await until(pilot, lambda: app.screen is screen and "已停用" not in sheet(screen))
        await press(pilot, "r", "y")
        await until(pilot, lambda: not rules.own_rules(here.book.database))
        await press(pilot, "u")
        await until(pilot, lambda: len(rules.own_rules(here.book.database)) == 1)


async def test_a_shipped_rule_has_nothing_to_go_back_to(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, app)
        await press(pilot, "r")
        assert "没有改过" in said(app)


# --- the form ------------------------------------------------------------------------------------------------


async def test_a_changed_rule_says_who_becomes_due_before_it_is_saved_and_is_planned_then(here: Neighbourhood) -> None:
    due.keep_up(here.book)
    before = due_days(here.book)
    app = CaseworkApp(here.book)
    async with app.run_test(size=WIDE) as pilot:
        screen = await opened(pilot, app)
        await at(pilot, screen, "visit_household")
        sheet_ = await form(pilot, app, "enter")
        assert sheet_.field("days").value == "183"
        pane = await counted(pilot, app)
        assert "没有变化" in figures(app)
        sheet_.field("days").focus()
        await press(pilot, *["backspace"] * 3, "9")
        await until(pilot, lambda: pane.result is None or pane.result.moved.doors)
        await counted(pilot, app)
        for part in ("改了日期", "本周", "之后四周", "2026年5月"):
            assert part in figures(app), part
        assert due_days(here.book) == before
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app.screen is screen and "已保存" in said(app))
        assert "改了日期" in said(app)
        await until(pilot, lambda: not replanning.pending(here.book))
        assert due_days(here.book) != before
        await press(pilot, "u")
        await until(pilot, lambda: not rules.own_rules(here.book.database))
        await until(pilot, lambda: not replanning.pending(here.book))
        assert due_days(here.book) == before, "undo plans again as well"


async def test_a_new_rule_by_keys_with_conditions_chosen_by_narrowing(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, app)
        screen = await form(pilot, app, "a", "2")
        await press(pilot, *"dujuguanhuai")
        screen.field("days").focus()
        await press(pilot, "7")
        await press(pilot, "f5", *"biaoqian", "enter")
        await until(
            pilot, lambda: isinstance(app.screen, NarrowDialog) and "独居" in drawn(app.screen.query_one("#options"))
        )
        await press(pilot, *"duju", "enter")
        await until(pilot, lambda: app.screen is screen)
        await press(pilot, "f5", *"nianlingman", "enter", *"80", "enter")
        await until(pilot, lambda: len(screen.conditions.conditions) == 2)
        await press(pilot, "f5", *"quyu", "enter", *"十三", "enter")
        await until(pilot, lambda: len(screen.conditions.conditions) == 3)
        lines = drawn(screen.conditions)
        for part in ("独居", "且 满 80 岁", "且 在满春十三网格"):
            assert part in lines, part
        await press(pilot, "delete")
        assert len(screen.conditions.conditions) == 2
        pane = await counted(pilot, app)
        assert pane.result is not None
        assert pane.result.moved.doors + pane.result.become_due.doors == 1
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: len(rules.own_rules(here.book.database)) == 1)
        (mine,) = rules.own_rules(here.book.database)
        assert mine.body is not None
        assert mine.body["when"] == {"tag": ["lives_alone"], "age_at_least": 80}
        assert (mine.body["every_days"], mine.body["label"]["en"]) == (7, "dujuguanhuai")
        await until(pilot, lambda: not replanning.pending(here.book))


async def test_a_nested_condition_is_shown_in_words_and_never_lost(here: Neighbourhood) -> None:
    save_rule(here.book, RuleEntry(key="own_one", body=ALONE))
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        listed = await opened(pilot, app)
        await at(pilot, listed, "own_one")
        screen = await form(pilot, app, "enter")
        lines = screen.query_one(ConditionLines)
        assert "不是" in drawn(lines) or "非" in drawn(lines) or "除" in drawn(lines)
        lines.focus()
        await press(pilot, "enter")
        assert "原样保留" in said(app)
        screen.field("priority").focus()
        await press(pilot, "backspace", "2", "ctrl+s")
        await until(pilot, lambda: rules.own_rules(here.book.database)[0].body["priority"] == 2)  # type: ignore[index]
        (mine,) = rules.own_rules(here.book.database)
        assert mine.body is not None
        assert mine.body["when"] == ALONE["when"]
        await at(pilot, listed, "own_one")
        screen = await form(pilot, app, "enter")
        screen.query_one(ConditionLines).focus()
        await press(pilot, "f7", "ctrl+s")
        await until(pilot, lambda: "any" not in rules.own_rules(here.book.database)[0].body["when"])  # type: ignore[index]


@pytest.mark.parametrize(
    ("field", "typed", "zh"),
    [
        ("days", "0", "天数：请输入1到3660之间的整数"),
        ("priority", "12", "优先级：请输入1到9"),
        ("starts_on", "2026-02-30", "第一天："),
    ],
)
async def test_a_mistake_is_said_at_its_field_in_her_language(
    here: Neighbourhood, field: str, typed: str, zh: str
) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, app)
        screen = await form(pilot, app, "enter")
        screen.field(field).put("")
        screen.field(field).focus()
        await press(pilot, *typed)
        assert zh in figures(app)
        await press(pilot, "ctrl+s")
        assert zh in said(app)
        assert app.screen is screen
        assert screen.focused is screen.field(field)
        assert not rules.own_rules(here.book.database)
        screen.field(field).put({"days": "20", "priority": "2", "starts_on": "2026-03-01"}[field])
        await settle(pilot)
        assert zh not in said(app), "put right, it is said no longer"


async def test_what_cannot_be_asked_of_a_place_is_said(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, app)
        screen = await form(pilot, app, "enter")
        screen.row("subject").focus()
        await press(pilot, "p", "ctrl+s")
        assert "点位只能检查" in said(app)
        await press(pilot, *"jinggai", "enter")
        assert screen.chosen("what").value == "manhole"
        await press(pilot, "ctrl+s")
        assert "不能用这个条件" in said(app)


async def test_the_answer_of_a_last_check_is_asked_for_step_by_step(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, app)
        screen = await form(pilot, app, "a", "2")
        await press(pilot, *"jiancha", "f5", *"daan", "enter")
        await press(pilot, *"pingzhuang", "enter")
        await until(pilot, lambda: isinstance(app.screen, NarrowDialog) and "哪一项" in said_question(app))
        await press(pilot, "enter")
        await press(pilot, *"buhege", "enter")
        await until(pilot, lambda: app.screen is screen)
        ((key, value),) = screen.conditions.conditions
        assert key == "answer"
        assert value["checklist"] == "lpg_cylinder"
        assert value["is"] == ["fail"]
        assert "上次" in drawn(screen.conditions)
        await press(pilot, "enter")
        assert "哪种检查" in said_question(app)


async def test_a_rule_after_a_storm_is_put_together_by_keys_alone(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, app)
        screen = await form(pilot, app, "a", "2")
        await press(pilot, *"yuhou", "down", "down", "p", "down", *"yizishuidian", "enter")
        assert screen.chosen("what").value == "waterlogging"
        await press(pilot, "o", "f5", *"dianwei", "enter", *"yizishuidian", "enter")
        await until(pilot, lambda: screen.focused is screen.conditions)
        await press(pilot, "down", "down", "down", *"baoyu", "enter")
        assert screen.chosen("spell_kinds").values == ("rain_storm",)
        await press(pilot, "e", "down", *"3", "down", *"7", "ctrl+s")
        await until(pilot, lambda: rules.own_rules(here.book.database))
        (mine,) = rules.own_rules(here.book.database)
        assert mine.body is not None
        assert mine.body["spell"] == {"kind": ["rain_storm"], "from": "end", "days": 3, "lasts": 7}
        assert mine.body["when"] == {"kind": ["waterlogging_spot"]}
        await until(pilot, lambda: isinstance(app.screen, RulesScreen) and "结束3天后起，共7天" in sheet(app.screen))


async def test_a_half_typed_rule_is_there_again_after_a_kill(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, app)
        screen = await form(pilot, app, "a", "2")
        await press(pilot, *"banxie", "f5", *"biaoqian", "enter", *"duju", "enter")
        await until(pilot, lambda: app.screen is screen)
        assert await until_draft(here.book, "rule_form", "new/", says="lives_alone") is not None
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: isinstance(app.screen, RuleForm))
        await settle(pilot)
        again = app.screen
        assert isinstance(again, RuleForm)
        assert again.text("zh") == "banxie"
        assert "独居" in drawn(again.conditions)
        assert again.key == screen.key
        again.field("days").focus()
        await press(pilot, "9", "ctrl+s")
        await until(pilot, lambda: [one.key for one in rules.own_rules(here.book.database)] == [screen.key])
        assert drafts.get(here.book, "rule_form", "new/") is None


async def test_the_next_key_gives_the_old_count_up(here: Neighbourhood, monkeypatch: pytest.MonkeyPatch) -> None:
    from casework.casebook import rule_preview

    stopped: list[int] = []
    real = rule_preview.preview

    def slow(book: Any, entry: RuleEntry, cancelled: Any, progress: Any) -> Any:
        body = entry.body or {}
        if body.get("every_days") == 9:
            for n in range(400):
                progress(n, 400)
                if cancelled():
                    stopped.append(n)
                    return None
                time.sleep(0.02)
        return real(book, entry, cancelled, progress)

    monkeypatch.setattr(rule_preview, "preview", slow)
    app = CaseworkApp(here.book)
    async with app.run_test(size=WIDE) as pilot:
        listed = await opened(pilot, app)
        await at(pilot, listed, "visit_household")
        screen = await form(pilot, app, "enter")
        await counted(pilot, app)
        screen.field("days").focus()
        await press(pilot, *["backspace"] * 3, "9")
        bar = screen.query_one("#preview-progress")
        await until(pilot, lambda: bar.display and "400" in drawn(bar))
        await press(pilot, "9")
        await until(pilot, lambda: stopped)
        await counted(pilot, app)
        assert screen.pane.result is not None


async def test_the_save_waits_for_no_count_and_says_so(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        listed = await opened(pilot, app)
        await at(pilot, listed, "visit_household")
        screen = await form(pilot, app, "enter")
        await counted(pilot, app)
        screen.pane.delay = 60
        screen.field("days").focus()
        await press(pilot, *["backspace"] * 3, "9", "ctrl+s")
        await until(pilot, lambda: app.screen is listed and "已保存" in said(app))
        assert "变化还没算完就保存了" in said(app)
        await until(pilot, lambda: not replanning.pending(here.book))


# --- planning again ------------------------------------------------------------------------------------------


async def test_the_app_stays_usable_while_it_plans_again_and_a_visit_meanwhile_goes_by_the_new_rules(
    here: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, began = threading.Event(), threading.Event()
    real = replanning._Planning.piece

    def held(*args: Any) -> Any:
        began.set()
        go_on.wait(20)
        return real(*args)

    monkeypatch.setattr(replanning, "PIECE", 1)
    monkeypatch.setattr("casework.tui.replanning.SAID_EVERY", 0.0)
    due.keep_up(here.book)
    monkeypatch.setattr(replanning._Planning, "piece", held)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        listed = await opened(pilot, app)
        await at(pilot, listed, "visit_household")
        screen = await form(pilot, app, "enter")
        screen.field("days").put("9")
        await press(pilot, "ctrl+s")
        await until(pilot, began.is_set)
        await until(pilot, lambda: "重新排期 0%" in drawn(app.screen.query_one(StatusBar)))
        await press(pilot, "escape")
        assert "重新排期" in drawn(app.screen.query_one(StatusBar)), "on whatever screen is on top"
        door = app.screen.household_id  # type: ignore[attr-defined]
        await press(pilot, "m")
        await until(pilot, lambda: "已保存" in said(app))
        assert "2026-05-29" in due_days(here.book)[door], "nine days after the visit"
        go_on.set()
        await until(pilot, lambda: not replanning.pending(here.book))
        await until(pilot, lambda: app.replanned is None)
        await settle(pilot)
        assert "重新排期" not in drawn(app.screen.query_one(StatusBar))
        assert "2026-05-29" in due_days(here.book)[door]


async def test_what_was_cut_off_goes_on_at_the_next_start(here: Neighbourhood, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casework.tui.locking.UPKEEP_AFTER", 0.1)
    due.keep_up(here.book)
    before = due_days(here.book)
    save_rule(here.book, RuleEntry(key="visit_household", body={**ALONE, "subject": "household", "when": {}}))
    assert replanning.pending(here.book)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: not replanning.pending(here.book))
        assert due_days(here.book) != before
        await until(pilot, lambda: app.replanned is None)


async def test_a_lock_keeps_the_form_and_stops_planning_which_goes_on_after_it(
    here: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = threading.Event()
    real = replanning._Planning.piece

    def slow(*args: Any) -> Any:
        began.set()
        time.sleep(0.5)
        return real(*args)

    monkeypatch.setattr("casework.tui.locking.UPKEEP_AFTER", 0.1)
    monkeypatch.setattr(replanning, "PIECE", 1)
    due.keep_up(here.book)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, app)
        screen = await form(pilot, app, "a", "2")
        await press(pilot, *"banxie")
        monkeypatch.setattr(replanning._Planning, "piece", slow)
        body = {**ALONE, "subject": "household", "when": {}}
        save_rule(here.book, RuleEntry(key="visit_household", body=body))
        await until(pilot, began.is_set)
        await press(pilot, "ctrl+l")
        assert isinstance(app.screen, UnlockScreen)
        assert app.replanned is None
        await until(pilot, lambda: app.closing is None or not app.closing.is_alive())
        await press(pilot, "enter")
        await until(pilot, lambda: app.book is not None)
        assert app.screen is screen
        assert screen.text("zh") == "banxie"
        await until(pilot, lambda: not replanning.pending(app.open_book))
        assert any(rule.key == "visit_household" and rule.every_days == 5 for rule in rules.rules(app.open_book).all)
        await until(pilot, lambda: app.replanned is None and not any(work.alive for work in app.works))
        app.open_book.close()


# --- weather -------------------------------------------------------------------------------------------------


async def test_a_rain_storm_is_recorded_and_its_end_says_which_rules_begin_and_for_how_many(
    here: Neighbourhood,
) -> None:
    places.add(here.book, PlaceEntry(grid_id=here.grid, kind="waterlogging_spot", name="西马街低洼处"))
    due.keep_up(here.book)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, app)
        await press(pilot, "w")
        await until(pilot, lambda: isinstance(app.screen, SpellsScreen))
        listed = app.screen
        assert "按 a 登记" in drawn(listed.query_one("#spells"))
        await press(pilot, "a")
        await until(pilot, lambda: isinstance(app.screen, SpellForm))
        await settle(pilot)
        await press(pilot, *"baoyu")
        await until(pilot, lambda: isinstance(app.screen, NarrowDialog))
        await settle(pilot)
        assert app.screen.query_one("#word").value == "baoyu"  # type: ignore[attr-defined]
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, SpellForm))
        await counted(pilot, app)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app.screen is listed and len(spells.listed(here.book)) == 1)
        await until(pilot, lambda: "还在持续" in drawn(listed.query_one("#spells")))
        await press(pilot, "e", "enter")
        await until(pilot, lambda: isinstance(app.screen, PreviewDialog))
        await counted(pilot, app)
        assert "1处点位" in figures(app)
        await press(pilot, "y")
        await until(pilot, lambda: spells.listed(here.book)[0].ends_on is not None)
        await until(pilot, lambda: "结束后开始执行的规则" in said(app))
        assert "1处点位" in said(app)
        await until(pilot, lambda: not replanning.pending(here.book))
        await press(pilot, "u")
        await until(pilot, lambda: spells.listed(here.book)[0].ends_on is None)


async def test_a_spell_needs_its_kind(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, app)
        await press(pilot, "w", "a")
        await until(pilot, lambda: isinstance(app.screen, SpellForm))
        await press(pilot, "ctrl+s")
        assert "请选类别" in said(app)
        assert not spells.listed(here.book)


async def test_the_figures_are_said_in_english_too(here: Neighbourhood) -> None:
    here.book.set_setting("language", "en")
    spells.begin(here.book, SpellEntry(kind="heat_wave", starts_on=here.book.today()))
    due.keep_up(here.book)
    app = CaseworkApp(here.book)
    async with app.run_test(size=WIDE) as pilot:
        screen = await opened(pilot, app)
        await at(pilot, screen, "visit_heat_wave")
        assert "as long as it lasts" in sheet(screen)
        await press(pilot, "x")
        await counted(pilot, app)
        for part in ("on another day", "this week", "next four weeks"):
            assert part in figures(app), part
        await press(pilot, "n")
        assert app.screen is screen
    set_language("zh_CN")
