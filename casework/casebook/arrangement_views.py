"""What screens and commands read of bookings, notices and doors that need arrangement: frozen views."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.domain.arrangement import Arrangement, BookingEnd, Stage

if TYPE_CHECKING:
    from datetime import date, datetime

    from casework.domain.due import Due, DueStatus

__all__ = ["ArrangedDoor", "Arrangement", "BookingEnd", "BookingView", "NoticeView", "Stage"]


@dataclass(frozen=True, slots=True)
class BookingView:
    """A visit agreed for a day and an hour (such as 14:30), with what came of it. `phone` is in full: what shows it masks
    it. `words` say why it was moved or cancelled.
    """

    id: str
    household_id: str
    resident_id: str | None
    day: date
    hour: str
    asked_by: str
    phone: str
    note: str
    words: str
    end: BookingEnd
    made_at: datetime
    worker_id: str
    short: str
    building: str
    walk_order: int


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice that was left at a door, after how many tries, and where it hangs."""

    id: str
    household_id: str
    number: str
    left_at: datetime
    tries: int
    how: str
    note: str
    worker_id: str


@dataclass(frozen=True, slots=True)
class ArrangedDoor:
    """A door at which something is to be arranged: how far it has come, and its row of open work.

    `case` is the number of the follow-up with which the community was told, where it is still open.
    """

    household_id: str
    building: str
    short: str
    names: tuple[str, ...]
    walk_order: int
    arrangement: Arrangement
    due: Due
    status: DueStatus
    booking: BookingView | None = None
    case: str = ""

    @property
    def stage(self) -> Stage:
        """How far it has come."""
        return self.arrangement.stage
