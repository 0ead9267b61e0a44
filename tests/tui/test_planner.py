"""Planning the day by keys: what is chosen shows its walk at once; kept, the round walks it in that order."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from casework import language
from casework.casebook import campaigns, followups, plans, rounds, visits
from casework.casebook.book import Casebook
from casework.casebook.campaign_entries import StartEntry
from casework.casebook.clock import FrozenClock
from casework.casebook.entries import FollowupEntry
from casework.casebook.errors import DiskFull
from casework.domain.planning import Direction, read_amount
from casework.tui import picking
from casework.tui.app import CaseworkApp
from casework.tui.dialogs import Said
from casework.tui.screens.left_out import LeftOutScreen
from casework.tui.screens.planner import PlannerScreen
from casework.tui.screens.round import RoundScreen
from casework.tui.widgets.bars import KeyBar
from tests import street
from tests.tui.real import SMALL, WIDE, drawn, press, said, settle, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from textual.pilot import Pilot

MORNING = datetime.fromisoformat("2026-05-20T08:30:00+08:00")


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(MORNING)


@pytest.fixture
def book(tmp_path: Path, clock: FrozenClock) -> Iterator[Casebook]:
    book = Casebook.open(street.make(tmp_path / "street.casework", (3, 4), clock), clock=clock)
    yield book
    book.close()


async def planner(pilot: Pilot[int], app: CaseworkApp, *keys: str) -> PlannerScreen:
    """The planner, by its key, and further keys there."""
    await settle(pilot)
    await press(pilot, "p")
    await until(pilot, lambda: isinstance(app.screen, PlannerScreen))
    await press(pilot, *keys)
    screen = app.screen
    assert isinstance(screen, PlannerScreen)
    return screen


async def kept(pilot: Pilot[int], app: CaseworkApp, *keys: str) -> RoundScreen:
    """The round with a plan that these keys chose."""
    await planner(pilot, app, *keys)
    await press(pilot, "ctrl+s")
    await until(pilot, lambda: isinstance(app.screen, RoundScreen))
    await settle(pilot)
    screen = app.screen
    assert isinstance(screen, RoundScreen)
    return screen


def line(screen: Any, name: str) -> str:
    """A line of text of a screen."""
    return str(screen.query_one(name, Said).render())


def walk(screen: PlannerScreen | RoundScreen) -> list[str]:
    """The doors of the walk as they are drawn, with their hours."""
    rows = drawn(screen.preview if isinstance(screen, PlannerScreen) else screen.stops).splitlines()
    return [" ".join(row.split()[1:3]) for row in rows if "-1-" in row]


async def test_the_walk_is_there_at_once_and_changes_with_each_key(book: Casebook) -> None:
    app = CaseworkApp(book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await planner(pilot, app)
        assert "24 户" in line(screen, "#outcome-head")
        assert "08:30-11:47" in line(screen, "#outcome-head")
        await press(pilot, "space")
        assert "12 户" in line(screen, "#outcome-head")
        assert "未列入：12 户 (不在所选楼栋 12)" in line(screen, "#outcome-left")
        assert [row.split() for row in drawn(screen.buildings).splitlines()[1:3]] == [
            ["✚", "3栋", "12/12"], ["4栋", "0/12"],
        ]  # fmt: skip
        await press(pilot, "n", *"5", "enter")
        assert "最多 5 户" in line(screen, "#choice-much")
        assert walk(screen) == ["08:30 3-1-601", "08:38 3-1-602", "08:46 3-1-501", "08:54 3-1-502", "09:02 3-1-401"]
        await press(pilot, "d")
        assert walk(screen)[0] == "08:30 3-1-101"
        await press(pilot, "n", "backspace", *"1.5小时", "enter")
        assert "最多 1.5 小时" in line(screen, "#choice-much")
        assert "11 户" in line(screen, "#outcome-head")
        await press(pilot, "tab")
        assert "不在所选楼栋" in drawn(screen.preview)
        await press(pilot, "right", "end")
        assert "超过 1.5 小时" in drawn(screen.preview)


async def test_what_cannot_be_meant_as_an_amount_is_said(book: Casebook) -> None:
    app = CaseworkApp(book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await planner(pilot, app, "n", *"many", "enter")
        assert "3h" in said(app)
        assert "能走多少走多少" in line(screen, "#choice-much")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("", (None, None)), ("12", (12, None)), ("１２户", (12, None)), ("3h", (None, 180)), ("3.5 小时", (None, 210)),
        ("2 hours", (None, 120)), ("0", None), ("-3", None), ("1001", None), ("0h", None), ("17h", None), ("h", None),
        ("nanh", None), ("infh", None), ("²", None), ("twelve", None),
    ],
)  # fmt: skip
def test_an_amount_is_doors_or_hours(text: str, read: tuple[int | None, int | None] | None) -> None:
    assert read_amount(text) == read


@pytest.mark.parametrize(("code", "size"), [("zh_CN", SMALL), ("en", SMALL), ("zh_CN", WIDE), ("en", WIDE)])
async def test_the_key_line_holds_what_matters_and_everything_fits(
    book: Casebook, code: str, size: tuple[int, int]
) -> None:
    book.set_setting("language", code)
    app = CaseworkApp(book)
    async with app.run_test(size=size) as pilot:
        screen = await planner(pilot, app)
        bar = drawn(screen.query_one(KeyBar))
        for key in ("ctrl+s", "space", "tab", "?", "ctrl+p"):
            assert key in bar
        for name in ("much", "hours", "direction", "campaign", "kinds", "company"):
            setting = screen.query_one(f"#choice-{name}", Said)
            assert len(line(screen, f"#choice-{name}")) > 4
            assert setting.region.height == 1


async def test_the_direction_is_remembered_for_the_next_day(book: Casebook, clock: FrozenClock) -> None:
    app = CaseworkApp(book)
    async with app.run_test(size=SMALL) as pilot:
        await kept(pilot, app, "d")
        assert plans.direction(book) is Direction.BOTTOM_FIRST
        clock.instant += timedelta(days=1)
        screen = await planner(pilot, app)
        assert "从底层往上走" in line(screen, "#choice-direction")


async def test_kept_the_round_walks_it_and_says_what_is_left_out(book: Casebook) -> None:
    app = CaseworkApp(book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await kept(pilot, app, "space", "n", *"4", "enter")
        assert walk(screen) == ["08:30 3-1-601", "08:38 3-1-602", "08:46 3-1-501", "08:54 3-1-502"]
        assert line(screen, "#plan-head").startswith("计划 08:30-09:02   已走 0/4   未列入 20（x 查看）")
        await press(pilot, "x")
        assert isinstance(app.screen, LeftOutScreen)
        assert "20" in line(app.screen, "#left-head")
        assert "不在所选楼栋  12 户" in drawn(app.screen.rows)
        await press(pilot, "escape")
        assert app.screen is screen


async def test_tab_shows_the_whole_round_and_the_walk_again(book: Casebook) -> None:
    app = CaseworkApp(book)
    async with app.run_test(size=WIDE) as pilot:
        screen = await kept(pilot, app, "n", *"4", "enter")
        assert len(walk(screen)) == 4
        await press(pilot, "tab")
        assert "全部待办" in line(screen, "#plan-head")
        assert drawn(screen.stops).count("-1-") == 24
        await press(pilot, "tab")
        assert len(walk(screen)) == 4


async def test_keys_at_a_door_act_on_the_walk_and_the_cursor_goes_on_to_the_next_open_one(book: Casebook) -> None:
    app = CaseworkApp(book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await kept(pilot, app, "n", *"4", "enter", "d")
        first = screen.household_id
        await press(pilot, "m")
        await until(pilot, lambda: screen.household_id != first)
        rows = [row for row in drawn(screen.stops).splitlines() if "-1-" in row]
        assert "✓" in rows[0]
        assert "已走 1/4" in line(screen, "#plan-head")
        assert screen.stop is not None
        assert screen.stop.short == "3-1-102"
        await press(pilot, "n")
        await until(pilot, lambda: "⌂" in drawn(screen.stops))
        assert screen.stop.short == "3-1-201"
        await press(pilot, "u")
        await until(pilot, lambda: "已走 1/4" in line(screen, "#plan-head"))


async def test_nobody_answers_where_somebody_is_alone_the_door_goes_on_top_and_the_walk_goes_on(book: Casebook) -> None:
    app = CaseworkApp(book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await kept(pilot, app)
        await press(pilot, "n")
        await until(pilot, lambda: "计划之后新增" in drawn(screen.stops))
        # What must be done now is asked first; then the walk.
        await press(pilot, "enter")
        await until(pilot, lambda: app.screen is screen)
        assert drawn(screen.stops).splitlines()[1].split()[:2] == ["‼", "3-1-601"]
        assert screen.stop is not None
        assert screen.stop.short == "3-1-602"


async def test_of_a_campaign_its_doors_are_planned(book: Casebook) -> None:
    campaigns.start(book, StartEntry(key="home_visits", starts_on=MORNING.date()))
    app = CaseworkApp(book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await planner(pilot, app, "c", "2")
        name = plans.campaigns(book)[0][2].zh
        assert name in line(screen, "#choice-campaign")
        assert "24 户" in line(screen, "#outcome-head")
        assert name[:3] in drawn(screen.preview)


async def test_urgent_work_that_comes_later_stands_on_top(book: Casebook) -> None:
    app = CaseworkApp(book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await kept(pilot, app, "space")
        door = next(one.key for one in rounds.stops(book, book.grid_id, MORNING.date()) if one.short == "4-1-302")
        case = FollowupEntry(
            household_id=door, category="gas_leak", title="漏气", owner_kind="worker", owner=book.worker.id,
            next_action_on=MORNING.date(),
        )  # fmt: skip
        followups.open(book, case)
        screen.load()
        await settle(pilot)
        rows = drawn(screen.stops).splitlines()
        assert "计划之后新增" in rows[0]
        assert "4-1-302" in rows[1]
        assert "‼ 新增 1" in line(screen, "#plan-head")


async def test_h_plans_the_rest_of_the_day_from_the_door_under_the_cursor(book: Casebook, clock: FrozenClock) -> None:
    app = CaseworkApp(book)
    async with app.run_test(size=WIDE) as pilot:
        screen = await kept(pilot, app)
        await press(pilot, "m")
        await until(pilot, lambda: "已走 1/24" in line(screen, "#plan-head"))
        clock.instant = MORNING.replace(hour=10, minute=0)
        await press(pilot, *["down"] * 13)
        assert screen.stop is not None
        here = screen.stop.short
        await press(pilot, "h")
        assert walk(screen)[0] == "08:30 3-1-601"
        assert walk(screen)[1] == f"10:00 {here}"
        assert len(walk(screen)) == 24
        assert "23 户" in said(app)


async def test_the_keys_of_a_plan_say_that_there_is_none(book: Casebook) -> None:
    app = CaseworkApp(book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        for key in ("tab", "x", "h", "f6"):
            await press(pilot, key)
            assert "还没有做计划" in said(app)


async def test_a_choice_that_leaves_nothing_is_not_kept(book: Casebook) -> None:
    app = CaseworkApp(book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await planner(pilot, app, "t", "2")
        await press(pilot, "ctrl+s")
        assert app.screen is screen
        assert "没有可走的住户：请多选一些" in said(app)
        assert plans.of_day(book, MORNING.date()) is None


async def test_hours_that_are_over_are_said(book: Casebook, clock: FrozenClock) -> None:
    clock.instant = MORNING.replace(hour=15)
    app = CaseworkApp(book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await planner(pilot, app, "h", "2")
        assert "已过" in line(screen, "#outcome-head")
        await press(pilot, "ctrl+s")
        assert app.screen is screen
        await press(pilot, "h", "4")
        assert "18:00" in line(screen, "#outcome-head")


async def test_a_full_disk_keeps_the_choice(book: Casebook, monkeypatch: pytest.MonkeyPatch) -> None:
    app = CaseworkApp(book)

    def full(*_arguments: object) -> None:
        raise DiskFull

    async with app.run_test(size=SMALL) as pilot:
        screen = await planner(pilot, app, "space")
        monkeypatch.setattr(plans, "keep", full)
        await press(pilot, "ctrl+s")
        assert app.screen is screen
        assert "再试" in said(app)


async def test_the_plan_is_forgotten_after_a_question(book: Casebook) -> None:
    app = CaseworkApp(book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await kept(pilot, app)
        screen.action_plan_clear()
        await press(pilot, "y")
        assert plans.of_day(book, MORNING.date()) is None
        assert not screen.query_one("#plan-head").display


@pytest.mark.parametrize(("key", "ending"), [("1", ".xlsx"), ("2", ".txt"), ("3", ".txt")])
async def test_it_is_printed_where_she_chooses(
    book: Casebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, ending: str
) -> None:
    monkeypatch.setattr(picking, "pick_folder", lambda _screen, _asked, then: then(tmp_path))
    app = CaseworkApp(book)
    async with app.run_test(size=SMALL) as pilot:
        await kept(pilot, app)
        await press(pilot, "f6", key)
        await until(pilot, lambda: list(tmp_path.glob(f"plan-2026-05-20-*{ending}")))
        await until(pilot, lambda: "计划已存到" in said(app))
        # Once more in the same minute.
        await press(pilot, "f6", key)
        await until(pilot, lambda: len(list(tmp_path.glob(f"plan-2026-05-20-*{ending}"))) == 2)


async def test_switched_to_english_the_plan_is_english(book: Casebook) -> None:
    app = CaseworkApp(book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await kept(pilot, app, "space", "n", *"4", "enter")
        await press(pilot, "f2")
        assert line(screen, "#plan-head").startswith("Plan 08:30-09:02   0 of 4 done   20 left out (x)")
        language.set_language("zh_CN")


async def test_a_visit_that_is_logged_elsewhere_ticks_the_walk_when_one_comes_back(book: Casebook) -> None:
    app = CaseworkApp(book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await kept(pilot, app)
        door = screen.household_id or ""
        await press(pilot, "2")
        visits.met(book, door)
        await press(pilot, "1")
        await until(pilot, lambda: "已走 1/24" in line(screen, "#plan-head"))
