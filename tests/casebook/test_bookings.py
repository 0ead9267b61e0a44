"""Bookings: a day and an hour agreed with a resident, on that day's round, kept or not by what the visits say."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest

from casework.casebook import bookings, due, households, undo, visits
from casework.casebook.arrangement_entries import BookingEntry, CancelBookingEntry, MoveBookingEntry
from casework.casebook.entries import VisitEntry
from casework.casebook.errors import AlreadyThere, Refused
from casework.domain.arrangement import BookingEnd
from casework.domain.due import DueKind
from casework.domain.visit import Outcome
from casework.language import say

if TYPE_CHECKING:
    from casework.domain.due import Due
    from tests.casebook.conftest import Neighbourhood

TOMORROW = date(2026, 5, 21)


def book_for(here: Neighbourhood, door: str, day: date = TOMORROW, hour: str = "14:30", **more: object) -> str:
    entry = BookingEntry(household_id=door, day=day, hour=time.fromisoformat(hour), **more)  # type: ignore[arg-type]
    return bookings.add(here.book, entry).subject_id


def dues(here: Neighbourhood, door: str) -> list[Due]:
    return [row for row, _status in households.story(here.book, door).dues]


def test_a_booking_is_on_that_days_round_at_its_hour(here) -> None:
    book_for(here, here.family_door, asked_by="王强", phone="13000000002", note="下班后")
    (found,) = bookings.of_day(here.book, here.grid, TOMORROW)
    assert (found.short, found.hour, found.asked_by, found.note) == ("3-1-102", "14:30", "王强", "下班后")
    assert bookings.of_day(here.book, here.grid, TOMORROW + timedelta(days=1)) == []
    (row,) = [due for due in dues(here, here.family_door) if due.kind is DueKind.PROMISE]
    assert (row.due_on, row.band) == (TOMORROW, "14:30")
    assert list(due.differences(here.book.database)) == []


def test_with_tries_the_booking_is_the_one_call_back(here) -> None:
    visits.no_answer(here.book, here.family_door)
    book_for(here, here.family_door)
    kinds = [row.kind for row in dues(here, here.family_door)]
    assert kinds.count(DueKind.CALL_BACK) == 1
    assert DueKind.PROMISE not in kinds
    undo.undo_last(here.book)
    (row,) = [one for one in dues(here, here.family_door) if one.kind is DueKind.CALL_BACK]
    assert row.band != "14:30"


def test_it_can_be_moved_and_cancelled_with_words_and_that_undone(here) -> None:
    booking = book_for(here, here.family_door)
    later = MoveBookingEntry(booking_id=booking, day=date(2026, 5, 22), hour=time(9), words="她要上班")
    receipt = bookings.move(here.book, later)
    assert "2026-05-21" in say(receipt.follows[0])
    assert bookings.of_day(here.book, here.grid, TOMORROW) == []
    (moved,) = bookings.of_day(here.book, here.grid, date(2026, 5, 22))
    assert (moved.hour, moved.words) == ("09:00", "她要上班")
    bookings.cancel(here.book, CancelBookingEntry(booking_id=booking, words="全家出门"))
    assert bookings.standing(here.book) == []
    assert bookings.of_household(here.book, here.family_door)[0].end is BookingEnd.CANCELLED
    undo.undo_last(here.book)
    undo.undo_last(here.book)
    (back,) = bookings.of_day(here.book, here.grid, TOMORROW)
    assert (back.hour, back.words) == ("14:30", "")


def test_what_came_of_it_follows_from_the_visits_also_when_they_are_typed_in_late(here, clock) -> None:
    book_for(here, here.family_door)
    clock.instant += timedelta(days=2)
    assert bookings.standing(here.book, here.grid) != []
    at_the_hour = datetime.fromisoformat("2026-05-21T14:40:00+08:00")
    entry = VisitEntry(household_id=here.family_door, outcome="no_answer", happened_at=at_the_hour)
    visits.log(here.book, entry)
    assert [one.end for one in bookings.of_household(here.book, here.family_door)] == [BookingEnd.NOBODY]
    undo.undo_last(here.book)
    visits.log(here.book, entry.model_copy(update={"outcome": Outcome.COMPLETED}))
    assert [one.end for one in bookings.of_household(here.book, here.family_door)] == [BookingEnd.KEPT]


def test_two_at_one_hour_are_warned_of_and_not_refused(here) -> None:
    book_for(here, here.door)
    entry = BookingEntry(household_id=here.family_door, day=TOMORROW, hour=time(14, 45))
    receipt = bookings.add(here.book, entry)
    assert "3-1-101 14:30" in say(receipt.warnings[0])
    assert len(bookings.of_day(here.book, here.grid, TOMORROW)) == 2


@pytest.mark.parametrize(
    ("day", "hour"), [(date(2026, 5, 20), time(9)), (date(2026, 5, 19), time(15)), (date(2026, 9, 1), time(9))]
)
def test_an_hour_that_has_passed_or_lies_months_ahead_is_refused(here, day: date, hour: time) -> None:
    with pytest.raises(Refused):
        bookings.add(here.book, BookingEntry(household_id=here.family_door, day=day, hour=hour))
    assert bookings.standing(here.book) == []


def test_a_door_has_one_booking_at_a_time_and_one_that_is_over_is_not_moved(here, clock) -> None:
    booking = book_for(here, here.family_door)
    with pytest.raises(AlreadyThere):
        book_for(here, here.family_door, date(2026, 5, 25))
    clock.instant = datetime.fromisoformat("2026-05-21T14:30:00+08:00")
    visits.met(here.book, here.family_door)
    for change in (
        lambda: bookings.cancel(here.book, CancelBookingEntry(booking_id=booking, words="x")),
        lambda: bookings.move(
            here.book, MoveBookingEntry(booking_id=booking, day=date(2026, 5, 25), hour=time(9), words="x")
        ),
    ):
        with pytest.raises(Refused):
            change()
    book_for(here, here.family_door, date(2026, 5, 25))


def test_a_booking_for_somebody_who_lives_elsewhere_is_refused(here) -> None:
    with pytest.raises(Refused):
        book_for(here, here.family_door, resident_id=here.mei)


def test_the_same_save_again_books_nothing_twice(here) -> None:
    entry = BookingEntry(household_id=here.family_door, day=TOMORROW, hour=time(14, 30))
    first = bookings.add(here.book, entry, "a" * 32)
    assert bookings.add(here.book, entry, "a" * 32).subject_id == first.subject_id
    assert len(bookings.standing(here.book)) == 1


def test_whoever_is_met_before_the_day_is_told_that_the_booking_stands(here, clock) -> None:
    book_for(here, here.family_door)
    receipt = visits.met(here.book, here.family_door)
    assert any("stands" in phrase.text for phrase in receipt.follows)
    clock.instant = datetime.fromisoformat("2026-05-21T14:30:00+08:00")
    assert not any("stands" in phrase.text for phrase in visits.met(here.book, here.family_door).follows)
