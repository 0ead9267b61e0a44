"""Visits: a knock on a door, a call, a walk-in; what came of it and what that outcome allows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime


class Outcome(StrEnum):
    """What came of a visit (DOMAIN 12a). `NOT_ATTEMPTED` is not `NO_ANSWER`."""

    COMPLETED = "completed"
    PARTIAL = "partial"
    PHONE_CONTACT = "phone_contact"
    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    MOVED_AWAY = "moved_away"
    DECEASED = "deceased"
    HOSPITALISED = "hospitalised"
    AWAY_TEMPORARILY = "away_temporarily"
    ADDRESS_NOT_FOUND = "address_not_found"
    UNSAFE_TO_ENTER = "unsafe_to_enter"
    NOT_ATTEMPTED = "not_attempted"


class Mode(StrEnum):
    """How the contact was made."""

    DOOR = "door"
    PHONE = "phone"
    VIDEO = "video"
    WALK_IN = "walk_in"
    RELATIVE = "relative"


MET = frozenset({Outcome.COMPLETED, Outcome.PARTIAL, Outcome.PHONE_CONTACT})
"""Outcomes in which somebody of the household was met or spoken to at length."""

SPOKE = MET | {Outcome.REFUSED}
"""Outcomes in which a person of the household was contacted at all (the second of the four counters)."""

KNOCKED = frozenset(Outcome) - {Outcome.NOT_ATTEMPTED}


class RefusalReason(StrEnum):
    """Why the visit was refused (DOMAIN 12a)."""

    DISTRUST = "distrust"
    TOO_BUSY = "too_busy"
    NO_NEED = "no_need"
    ILLNESS = "illness"
    AGAINST_RECORDING = "against_recording"
    EARLIER_DISPUTE = "earlier_dispute"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as it is kept. `happened_at` and `entered_at` differ when it was typed in late."""

    id: str
    household_id: str
    outcome: Outcome
    mode: Mode
    happened_at: datetime
    entered_at: datetime
    worker_id: str
    met: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    note: str = ""
    concern: str = ""
    next_visit_on: date | None = None
    refusal_reason: RefusalReason | None = None
