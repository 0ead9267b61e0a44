"""Due: one row of open work. `domain.schedule.status` says how it stands on a day."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from casework.domain.phrase import Phrase


class DueKind(StrEnum):
    """What is due."""

    VISIT = "visit"
    CHECK = "check"
    CALL_BACK = "call_back"
    PROMISE = "promise"
    FOLLOWUP = "followup"


class DueStatus(StrEnum):
    """How a piece of work stands on a day; *missed* is past its window and may still be completed."""

    UPCOMING = "upcoming"
    DUE = "due"
    OVERDUE = "overdue"
    MISSED = "missed"
    DONE_ON_TIME = "done_on_time"
    DONE_LATE = "done_late"


URGENT = 0
"""The priority of what comes before the walking order."""


@dataclass(frozen=True, slots=True)
class Due:
    """Open work at one door or place.

    Day-granular: it may be done from `opens_on`, ought to be by `due_on`, and after `closes_on` it counts as
    missed. `priority` 0 is urgent, 9 can wait. `rule` is the key of the catalog rule, a checklist's name or a
    follow-up's id: with `kind`, subject and day it identifies the row. `attempts` counts the tries of a call-back,
    `band` the time of day to try next. `reason` says why, in a sentence.
    """

    kind: DueKind
    rule: str
    household_id: str | None
    resident_id: str | None
    place_id: str | None
    opens_on: date
    due_on: date
    closes_on: date
    priority: int
    reason: Phrase
    attempts: int = 0
    band: str = ""
