"""A new follow-up by the keyboard: earlier ones beside it, who funds it, who reported it, what it is about."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from casework.casebook import followups
from casework.casebook.entries import CloseEntry, FollowupEntry
from casework.casebook.followup_entries import StepEntry
from casework.casebook.followups import FollowupFilter
from casework.tui.app import CaseworkApp
from casework.tui.screens.followup_form import FollowupFormScreen
from casework.tui.widgets.earlier import EarlierList
from tests.casebook.conftest import MORNING, Neighbourhood
from tests.tui.real import SMALL, drawn, press, said, settle, until

if TYPE_CHECKING:
    from casework.casebook.clock import FrozenClock
    from casework.casebook.views import FollowupDetail


def a_case(here: Neighbourhood, door: str, title: str = "烧烤店油烟", category: str = "housing_repair") -> str:
    """A case that is being worked on."""
    entry = FollowupEntry(
        category=category, title=title, household_id=door, owner_kind="worker", owner=here.book.worker.id
    )
    found = followups.open(here.book, entry).subject_id
    followups.start(here.book, StepEntry(followup_id=found))
    return found


def closed(here: Neighbourhood, followup_id: str) -> None:
    followups.close(here.book, CloseEntry(followup_id=followup_id, result="修好了"))


def the_newest(here: Neighbourhood) -> FollowupDetail:
    rows = followups.page(here.book, FollowupFilter(open=None))
    return followups.get(here.book, max(rows, key=lambda row: (row.opened_at, row.number)).id)


def key_of(category: str) -> str:
    from casework.catalog.shelf import categories
    from casework.tui.dialogs import DIGITS

    return DIGITS[list(categories()).index(category)]


@pytest.fixture
def later(here: Neighbourhood, clock: FrozenClock) -> Neighbourhood:
    """Three weeks earlier, so that a test may have had a case before."""
    clock.instant = MORNING - timedelta(days=21)
    return here


async def test_the_terminals_cursor_stands_in_the_field_when_lines_come_above_it(
    later: Neighbourhood, clock: FrozenClock
) -> None:
    # The window of a Chinese input method stands at that cursor.
    a_case(later, later.family_door, "楼顶漏水")
    clock.instant = MORNING
    app = CaseworkApp(later.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "f", key_of("housing_repair"))
        await settle(pilot)
        title = app.screen.query_one("#title", Input)
        assert app.focused is title
        assert app.cursor_position == title.cursor_screen_offset
        assert title.region.contains_point(app.cursor_position)


async def test_earlier_ones_are_shown_and_one_key_links(later: Neighbourhood, clock: FrozenClock) -> None:
    # At another door of the same stair: for housing repair that is not the same problem by itself.
    before = a_case(later, later.family_door, "楼顶漏水")
    clock.instant = MORNING
    app = CaseworkApp(later.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "f", key_of("housing_repair"))
        shown = drawn(app.screen.query_one(EarlierList))
        assert "同楼道" in shown
        assert "楼顶漏水" in shown
        assert "处置中" in shown
        await press(pilot, "f9", *"leak", "ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, FollowupFormScreen))
    new = the_newest(later)
    assert new.row.title == "leak"
    assert [row.id for row in new.group] == [before]
    assert new.row.repeat_n == 2


async def test_pressed_once_more_it_is_not_linked(later: Neighbourhood, clock: FrozenClock) -> None:
    a_case(later, later.family_door)
    clock.instant = MORNING
    app = CaseworkApp(later.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "f", key_of("housing_repair"), "f9", "f9", "ctrl+s")
    assert the_newest(later).group == ()


async def test_what_is_the_same_by_its_kind_is_told_apart_in_words(later: Neighbourhood, clock: FrozenClock) -> None:
    a_case(later, later.family_door, category="noise")
    clock.instant = MORNING
    app = CaseworkApp(later.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "f", key_of("noise"))
        assert "第 2 次" in str(app.screen.query_one("#earlier").render())
        await press(pilot, "f10", *"other", "enter", "ctrl+s")
    new = the_newest(later)
    assert new.group == ()
    assert any(line.note == "other" for line in new.timeline)


async def test_a_closed_one_is_reopened_instead(later: Neighbourhood, clock: FrozenClock) -> None:
    before = a_case(later, later.door)
    closed(later, before)
    clock.instant = MORNING
    app = CaseworkApp(later.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "f", key_of("housing_repair"), *"leak", "ctrl+o", "enter")
        await until(pilot, lambda: not isinstance(app.screen, FollowupFormScreen))
        assert "已重新立案" in said(app)
    assert len(followups.page(later.book, FollowupFilter(open=None))) == 1
    again = followups.get(later.book, before)
    assert again.row.closed_at is None
    assert again.timeline[-1].note == "leak"


async def test_an_open_one_cannot_be_reopened_and_says_so(later: Neighbourhood, clock: FrozenClock) -> None:
    a_case(later, later.door)
    clock.instant = MORNING
    app = CaseworkApp(later.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "f", key_of("housing_repair"), "ctrl+o")
        assert "还没办结" in said(app)


async def test_who_asks_again_gets_the_progress_and_no_new_case(later: Neighbourhood, clock: FrozenClock) -> None:
    before = a_case(later, later.door)
    clock.instant = MORNING
    app = CaseworkApp(later.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "f", key_of("housing_repair"), "ctrl+b", "1", "ctrl+a")
        await until(pilot, lambda: not isinstance(app.screen, FollowupFormScreen))
        assert "办理中" in said(app)
    assert len(followups.page(later.book, FollowupFilter(open=None))) == 1
    asked = followups.get(later.book, before)
    assert asked.row.asked == 1
    assert asked.timeline[-1].data == {"asked_by": "梅秀兰"}


async def test_what_is_not_on_the_communitys_list_asks_who_funds_it(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "f", key_of("cooking_fumes"))
        # The catalog's department is under the cursor; escape leaves it open, and saving asks again.
        await press(pilot, "escape", "ctrl+s")
        assert followups.page(here.book, FollowupFilter()) == []
        await press(pilot, "enter", "ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, FollowupFormScreen))
    assert the_newest(here).row.funder == "urban_management"


async def test_a_neighbour_who_reported_it_is_kept_with_the_phone(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "f", key_of("noise"), "ctrl+b", "2", *"Wu", "enter", *"13000000077", "enter")
        assert "13000000077" not in str(app.screen.query_one("#reported").render())
        await press(pilot, "ctrl+s")
    case = the_newest(here)
    assert (case.reported_by, case.reported_phone) == ("Wu", "13000000077")


async def test_a_stair_has_follow_ups_of_its_own(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "s", "b", "1", key_of("noise"), "ctrl+s")
    row = the_newest(here).row
    assert (row.household_id, row.building_id, row.unit) == (None, here.building, "1")


async def test_an_address_in_words_by_the_palette(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+p")
        await settle(pilot)
        await press(pilot, *"about a place", "enter")
        await settle(pilot)
        await press(pilot, "1", key_of("noise"))
        await press(pilot, *"gate", "tab", *"crowd", "ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, FollowupFormScreen))
    row = the_newest(here).row
    assert (row.household_id, row.address) == (None, "gate")


async def test_what_was_said_of_the_earlier_ones_is_there_again(later: Neighbourhood, clock: FrozenClock) -> None:
    a_case(later, later.family_door)
    clock.instant = MORNING
    app = CaseworkApp(later.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "f", key_of("housing_repair"), "f9", "ctrl+b", "1")
        await settle(pilot)
        await press(pilot, "escape")
        await press(pilot, "f", "ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, FollowupFormScreen))
    new = the_newest(later)
    assert len(new.group) == 1
    assert new.reported_by == "梅秀兰"
