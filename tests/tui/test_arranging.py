"""Where nobody is met, by keys alone: a notice that was left, a visit booked for an hour, moved, cancelled, and the list."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from casework.casebook import bookings, drafts, notices, rounds, undo, visits
from casework.casebook.entries import VisitEntry
from casework.domain.arrangement import BookingEnd
from casework.domain.visit import Outcome
from casework.exchange import doornotice
from casework.language import set_language
from casework.tui.app import CaseworkApp
from casework.tui.dialogs import Said
from casework.tui.screens.arrangements import ArrangementsScreen
from casework.tui.screens.booking import BookingScreen
from casework.tui.screens.household import HouseholdScreen
from casework.tui.screens.round import RoundScreen
from casework.tui.screens.stairwell import StairwellScreen
from casework.tui.widgets.pagelist import PageList
from casework.tui.widgets.story import Story
from tests.tui.real import SMALL, WIDE, drawn, press, said, settle, until, until_draft

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from tests.casebook.conftest import Neighbourhood

TOMORROW = date(2026, 5, 21)


def nobody(here: Neighbourhood, *hours: int, door: str = "") -> None:
    """Tries that met nobody, so many hours ago."""
    for back in hours:
        happened = here.clock.instant - timedelta(hours=back)
        entry = VisitEntry(household_id=door or here.family_door, outcome=Outcome.NO_ANSWER, happened_at=happened)
        visits.log(here.book, entry)


async def at_door(pilot: Pilot[int], app: CaseworkApp, household: str) -> None:
    """On the round, the cursor on a door."""
    await settle(pilot)
    await pilot.press("1")
    screen = app.screen
    assert isinstance(screen, RoundScreen)
    at = next(n for n in range(50) if getattr(screen.stops.row(n), "household_id", "") == household)
    screen.stops.cursor = at
    await settle(pilot)


def text(app: CaseworkApp, widget: str) -> str:
    return str(app.screen.query_one(widget, Said).render())


def open_booking(here: Neighbourhood) -> Any:
    return next(iter(bookings.standing(here.book)), None)


async def open_form(pilot: Pilot[int], app: CaseworkApp, household: str) -> BookingScreen:
    await settle(pilot)
    app.open("booking", household)
    await settle(pilot)
    screen = app.screen
    assert isinstance(screen, BookingScreen)
    return screen


async def test_whoever_rings_is_booked_in_a_few_keys(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.open("household", here.family_door)
        await settle(pilot)
        await press(pilot, "o", "1", "tab", *"1430")
        assert "14:30" in text(app, "#moment")
        await press(pilot, "tab", "1", "ctrl+s")
        await until(pilot, lambda: open_booking(here))
        assert isinstance(app.screen, HouseholdScreen)
        made = open_booking(here)
        assert (made.day, made.hour, made.household_id) == (TOMORROW, "14:30", here.family_door)
        assert made.asked_by in ("王强", "李娟")
        assert "14:30" in said(app)
        await press(pilot, "u")
        assert open_booking(here) is None


@pytest.mark.parametrize("typed", ["1430", "14:30", "14：30", "14.30"])
async def test_the_hour_is_taken_as_it_is_typed(here: Neighbourhood, typed: str) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await open_form(pilot, app, here.door)
        await press(pilot, "2", "tab", *typed, "ctrl+s")
        await until(pilot, lambda: open_booking(here))
        assert open_booking(here).hour == "14:30"


async def test_what_is_missing_is_asked_for_and_nothing_is_saved(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await open_form(pilot, app, here.door)
        await press(pilot, "ctrl+s")
        assert "选日期" in said(app)
        await press(pilot, "3", "ctrl+s")
        assert "几点" in said(app)
        assert app.focused is not None
        assert app.focused.id == "hour"
        await press(pilot, *"2575", "ctrl+s")
        assert open_booking(here) is None
        assert isinstance(app.screen, BookingScreen)


async def test_an_hour_that_has_passed_is_refused_and_the_form_stays(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await open_form(pilot, app, here.door)
        await press(pilot, "0", "tab", *"0800", "ctrl+s")
        await until(pilot, lambda: "已经过了" in said(app))
        assert isinstance(app.screen, BookingScreen)
        assert app.screen.query_one("#hour").value == "0800"


async def test_the_calendar_and_the_days_that_can_be_booked(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await open_form(pilot, app, here.door)
        await press(pilot, "c", "right", "right", "right", "right", "enter")
        assert screen.day == date(2026, 5, 24)
        await press(pilot, "w")
        assert screen.day == date(2026, 5, 23)


async def test_a_half_typed_booking_is_kept_as_a_draft(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await open_form(pilot, app, here.door)
        await press(pilot, "3", "tab", *"16", "tab", "tab", "tab", *"139")
        assert await until_draft(here.book, "booking", here.door, says="139") is not None
    again = CaseworkApp(here.book)
    async with again.run_test(size=SMALL) as pilot:
        await settle(pilot)
        screen = again.screen
        assert isinstance(screen, BookingScreen)
        assert screen.day == date(2026, 5, 23)
        assert screen.query_one("#hour").value == "16"
        assert screen.query_one("#phone").value == "139"
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: open_booking(here))
        assert open_booking(here).hour == "16:00"


async def test_others_of_that_day_are_shown_and_one_at_the_same_hour_is_warned_of(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await open_form(pilot, app, here.door)
        await press(pilot, "1", "tab", *"1430", "ctrl+s")
        await until(pilot, lambda: open_booking(here))
        await open_form(pilot, app, here.family_door)
        await press(pilot, "1")
        assert "14:30 3-1-101" in text(app, "#near")
        await press(pilot, "tab", *"1440", "ctrl+s")
        await until(pilot, lambda: len(bookings.standing(here.book)) == 2)
        assert "3-1-101 14:30" in said(app)


async def test_the_same_key_moves_or_cancels_what_is_booked(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await open_form(pilot, app, here.family_door)
        await press(pilot, "1", "tab", *"1430", "ctrl+s")
        await until(pilot, lambda: open_booking(here))
        app.open("household", here.family_door)
        await settle(pilot)
        await press(pilot, "o", "1")
        assert isinstance(app.screen, BookingScreen)
        assert "14:30" in text(app, "#stands")
        await press(pilot, "3", "tab", *"0900", "ctrl+s")
        assert "为什么改期" in said(app)
        await press(pilot, *"shangban", "ctrl+s")
        await until(pilot, lambda: open_booking(here).hour == "09:00")
        await press(pilot, "o", "2", *"chumen", "enter")
        await until(pilot, lambda: open_booking(here) is None)
        (one,) = bookings.of_household(here.book, here.family_door)
        assert (one.end, one.words) == (BookingEnd.CANCELLED, "chumen")


async def test_a_notice_is_recorded_by_two_keys_and_stands_on_the_story(here: Neighbourhood) -> None:
    nobody(here, 60, 40, 20)
    app = CaseworkApp(here.book)
    async with app.run_test(size=WIDE) as pilot:
        await at_door(pilot, app, here.family_door)
        await press(pilot, "t", "1")
        await until(pilot, lambda: notices.of_household(here.book, here.family_door))
        (left,) = notices.of_household(here.book, here.family_door)
        assert (left.how, left.tries) == ("贴在门上", 3)
        assert left.number in said(app)
        app.open("household", here.family_door)
        await settle(pilot)
        shown = "\n".join(drawn(one) for one in app.screen.query("WholeStory"))
        assert left.number in shown
        assert "等来电" in shown
        await press(pilot, "u")
        assert notices.of_household(here.book, here.family_door) == []


async def test_one_that_was_left_earlier_is_recorded_with_its_time(here: Neighbourhood) -> None:
    nobody(here, 60, 40, 20)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await at_door(pilot, app, here.family_door)
        await press(pilot, "t", "5", "y", *"1805", "enter", "2")
        await until(pilot, lambda: notices.of_household(here.book, here.family_door))
        (left,) = notices.of_household(here.book, here.family_door)
        assert left.left_at == datetime.fromisoformat("2026-05-19T18:05:00+08:00")


async def test_the_round_shows_what_is_booked_at_its_hour_before_the_walk(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=WIDE) as pilot:
        await open_form(pilot, app, here.family_door)
        await press(pilot, "1", "tab", *"0930", "ctrl+s")
        await until(pilot, lambda: open_booking(here))
        here.clock.instant += timedelta(days=1, hours=-1)
        await press(pilot, "1")
        app.screen.load()
        await settle(pilot)
        shown = drawn(app.screen.query_one("#stops"))
        assert "今日预约，按时间" in shown
        row = next(row for row in shown.splitlines() if "3-1-102" in row)
        assert "09:30" in row
        assert "预约上门" in row
        stops = rounds.stops(here.book, here.grid, TOMORROW)
        assert stops[0].hour == "09:30"


async def test_the_stairwell_and_the_list_take_the_same_keys(here: Neighbourhood) -> None:
    nobody(here, 60, 40, 20)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.open("stairwell", here.family_door)
        await settle(pilot)
        assert isinstance(app.screen, StairwellScreen)
        await press(pilot, "t", "1")
        await until(pilot, lambda: notices.of_household(here.book, here.family_door))
        await press(pilot, "i")
        screen = app.screen
        assert isinstance(screen, ArrangementsScreen)
        await until(pilot, lambda: "3-1-102" in drawn(screen.query_one(PageList)))
        assert "已贴告知单" in drawn(screen.query_one(PageList))
        assert "等来电" in text(app, "#reason")
        await press(pilot, "o")
        assert isinstance(app.screen, BookingScreen)
        await press(pilot, "1", "tab", *"1430", "ctrl+s")
        await until(pilot, lambda: "14:30" in drawn(app.screen.query_one(PageList)))
        assert "已预约" in drawn(app.screen.query_one(PageList))


async def test_the_list_says_when_there_is_nothing_and_is_reached_from_any_palette(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "3", "ctrl+p", *"待预约", "enter")
        assert isinstance(app.screen, ArrangementsScreen)
        assert "没有待办的预约" in drawn(app.screen.query_one(PageList))


async def test_the_notice_is_made_for_all_that_need_one_and_the_number_asked_once(
    here: Neighbourhood, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody(here, 60, 40, 20)
    third = here.add_door("3-1-201", "201", 3)
    nobody(here, 70, 50, 30, door=third)
    monkeypatch.setattr("casework.tui.picking.pick_folder", lambda _screen, _asked, then: then(tmp_path))
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await at_door(pilot, app, here.family_door)
        await press(pilot, "y")
        await press(pilot, "4", *"12", "enter")
        assert "不是" in said(app) or "没有" in said(app)
        assert list(tmp_path.glob("*.txt")) == []
        await press(pilot, "y", "4", *"02780000001", "enter")
        await until(pilot, lambda: list(tmp_path.glob("*.txt")))
        (made,) = tmp_path.glob("*.txt")
        await until(pilot, lambda: "2 户的告知单" in said(app))
        assert "3-1-102" in made.read_text("utf-8")
        assert "3-1-201" in made.read_text("utf-8")
        assert here.book.setting(doornotice.PHONE) == "02780000001"
        await press(pilot, "y", "2")
        await until(pilot, lambda: len(list(tmp_path.glob("*.txt"))) == 2)


async def test_without_a_booking_there_is_nothing_to_move_or_cancel(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await at_door(pilot, app, here.family_door)
        for action in ("booking.move", "booking.cancel"):
            await app.act(action)
            await settle(pilot)
            assert "没有预约" in said(app)


async def test_the_side_of_the_round_tells_of_booking_and_notice(here: Neighbourhood) -> None:
    nobody(here, 60, 40, 20)
    app = CaseworkApp(here.book)
    async with app.run_test(size=WIDE) as pilot:
        await at_door(pilot, app, here.family_door)
        await press(pilot, "t", "1")
        await until(pilot, lambda: notices.of_household(here.book, here.family_door))
        await open_form(pilot, app, here.family_door)
        await press(pilot, "1", "tab", *"1430", "tab", "1", "ctrl+s")
        await until(pilot, lambda: open_booking(here))
        await press(pilot, "i")
        await until(pilot, lambda: "14:30" in drawn(app.screen.query_one(Story)))
        assert "告知单" in drawn(app.screen.query_one(Story))


async def test_both_languages(here: Neighbourhood) -> None:
    set_language("en")
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await open_form(pilot, app, here.family_door)
        await press(pilot, "1", "tab", *"1430")
        assert "Booked for" in text(app, "#moment")
        await press(pilot, "f2")
        assert "约在" in text(app, "#moment")


async def test_a_draft_of_what_was_undone_meanwhile_is_let_go(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await open_form(pilot, app, here.family_door)
        await press(pilot, "1", "tab", *"1430", "ctrl+s")
        await until(pilot, lambda: open_booking(here))
        subject = f"move/{open_booking(here).id}"
        app.open("household", here.family_door)
        await settle(pilot)
        await press(pilot, "o", "1", "3", "tab", *"09")
        assert await until_draft(here.book, "booking", subject, says="09") is not None
    undo.undo_last(here.book)
    again = CaseworkApp(here.book)
    async with again.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await until(pilot, lambda: isinstance(again.screen, RoundScreen))
        assert drafts.get(here.book, "booking", subject) is None
