"""Entries for what is arranged at a door where nobody is met: notices and booked visits."""

from __future__ import annotations

from datetime import date, datetime, time

from pydantic import field_validator

from casework.casebook.entries import Entry, Id, Line, NeededWords, Words
from casework.domain.phrase import N_


class BookingEntry(Entry):
    """A visit agreed for a day and an hour of the laptop's clock, to the minute.

    `asked_by` and `phone` say who wanted it and where to ring; `resident_id` whom it is about, where that is somebody
    of the household. `made_at` is when it was agreed; None for now.
    """

    household_id: Id
    day: date
    hour: time
    resident_id: Id | None = None
    asked_by: Line = ""
    phone: Line = ""
    note: Words = ""
    made_at: datetime | None = None

    @field_validator("hour")
    @classmethod
    def _to_the_minute(cls, hour: time) -> time:
        if hour.tzinfo is not None:
            raise ValueError(N_("This value cannot be used here."))
        return hour.replace(second=0, microsecond=0)


class MoveBookingEntry(Entry):
    """Another day or hour of a booking, with the words why."""

    booking_id: Id
    day: date
    hour: time
    words: NeededWords


class CancelBookingEntry(Entry):
    """A booking that does not hold any more, with the words why."""

    booking_id: Id
    words: NeededWords


class NoticeEntry(Entry):
    """A notice that was left at a door. `left_at` is None for now; `how` says where (on the door, with a neighbour)."""

    household_id: Id
    left_at: datetime | None = None
    how: Line = ""
    note: Words = ""
