"""A place outdoors on the round, such as a manhole cover: it is checked there and then, like a door."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from casework.casebook import areas, checks, places, rounds
from casework.casebook.entries import AreaEntry, PlaceEntry
from casework.casebook.views import RoundStop
from casework.tui.app import CaseworkApp
from casework.tui.screens.check import CheckScreen
from casework.tui.screens.followup_form import FollowupFormScreen
from casework.tui.screens.place import PlaceScreen
from casework.tui.screens.round import RoundScreen, grouped
from casework.tui.widgets.checkbars import Headline
from casework.tui.widgets.pagelist import Heading
from tests.tui.real import SMALL, drawn, press, said, settle

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from tests.casebook.conftest import Neighbourhood


@pytest.fixture
def cover(here: Neighbourhood) -> str:
    """A manhole cover that was never checked, months after it was put on the list."""
    entry = PlaceEntry(grid_id=here.grid, kind="manhole", name="东门雨水井盖", address="柳荫里小区东门")
    place_id = places.add(here.book, entry).subject_id
    here.clock.instant += timedelta(days=100)
    return place_id


async def on_the_cover(pilot: Pilot[int], app: CaseworkApp) -> RoundScreen:
    await settle(pilot)
    await press(pilot, "end")
    screen = app.screen
    assert isinstance(screen, RoundScreen)
    return screen


async def test_a_manhole_on_the_round_is_checked_with_c(here: Neighbourhood, cover: str) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await on_the_cover(pilot, app)
        assert (screen.place_id, screen.household_id) == (cover, None)
        await press(pilot, "c")
        check = app.screen
        assert isinstance(check, CheckScreen)
        assert (check.subject.checklist, check.subject.id) == ("manhole", cover)
        assert "东门雨水井盖" in drawn(check.query_one(Headline))
        await press(pilot, "a", "tab", "2", "enter", "ctrl+s")
        done = checks.last(here.book, "manhole", cover)
        assert done is not None, said(app)
        assert app.screen is screen
        assert "东门雨水井盖" in said(app)
        today = here.book.today()
        assert rounds.counts(here.book, here.grid, today).checks_completed == 1
        assert all(stop.place_id != cover for stop in rounds.stops(here.book, here.grid, today))


async def test_other_keys_at_a_place_say_what_can_be_done_there(here: Neighbourhood, cover: str) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await on_the_cover(pilot, app)
        for key in ("v", "n", "m", "s"):
            await press(pilot, key)
            assert app.screen is screen
        await press(pilot, "n")
        assert "按 c 检查" in said(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, PlaceScreen)
        await press(pilot, "escape", "f", "1")
        assert isinstance(app.screen, FollowupFormScreen)
        assert app.screen.about.place_id == cover


async def test_places_stand_under_their_own_heading_and_are_not_counted_as_urgent(
    here: Neighbourhood, cover: str
) -> None:
    stops = rounds.stops(here.book, here.grid, here.book.today())
    urgent = [RoundStop(None, "x", "", "", "", "", (), (), urgent=True, walk_order=0)]
    rows = grouped([*urgent, *(stop for stop in stops if stop.place_id)])
    headings = [row for row in rows if isinstance(row, Heading)]
    assert len(headings) == 2
    assert [type(row) for row in rows] == [Heading, RoundStop, Heading, RoundStop]


async def test_a_round_with_nothing_due_can_be_left_for_another_grid(here: Neighbourhood) -> None:
    other = areas.add(here.book, AreaEntry(level="grid", name="第二网格")).subject_id
    here.book.set_setting("grid", other)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "g", "1")
        assert here.book.grid_id == here.grid
