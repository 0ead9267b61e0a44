"""What planning reads of a door's bookings and notices, and how it stands there by them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from casework.domain.arrangement import BookingFacts, NoticeFacts, clock, of

if TYPE_CHECKING:
    from casework.domain.arrangement import Arrangement


def bookings_of(execute: Any, household: str) -> tuple[BookingFacts, ...]:
    """The bookings of a door that were not cancelled."""
    return tuple(
        BookingFacts(row[0], date.fromisoformat(row[1]), clock(row[2]), datetime.fromisoformat(row[3]), row[4])
        for row in execute(
            "SELECT id, day, hour, made_at, resident_id, state FROM booking WHERE household_id = ?", (household,)
        ).fetchall()
        if row[5] == "open"
    )


def notices_of(execute: Any, household: str) -> tuple[NoticeFacts, ...]:
    """The notices that were left at a door."""
    found = execute("SELECT id, number, left_at FROM door_notice WHERE household_id = ?", (household,)).fetchall()
    return tuple(NoticeFacts(row[0], row[1], datetime.fromisoformat(row[2])) for row in found)


def arrangement(execute: Any, household: str) -> Arrangement:
    """How it stands with a door where nobody is met: its tries, notices and bookings."""
    from casework.casebook import facts
    from casework.catalog.shelf import schedule_rules

    visits, settings = facts.visits_of(execute, household), schedule_rules().settings
    return of(visits, bookings_of(execute, household), notices_of(execute, household), settings)
