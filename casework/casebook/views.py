"""What screens and commands read: frozen views, with no trace of the database in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from casework.domain.area import Area
from casework.domain.check import Answer, AnswerState, Check, HazardLevel
from casework.domain.device import Device
from casework.domain.household import Household
from casework.domain.resident import Resident, RiskLevel
from casework.domain.visit import Visit

if TYPE_CHECKING:
    from datetime import date, datetime

    from casework.domain.due import Due, DueStatus
    from casework.domain.phrase import Label, Phrase

__all__ = ["Answer", "AnswerState", "Area", "Check", "Device", "Household", "Resident", "Visit"]


@dataclass(frozen=True, slots=True)
class RoundStop:
    """One door or place of the round, with all that is due there. `urgent` stops come before the walking order."""

    household_id: str | None
    place_id: str | None
    building_id: str
    building: str
    address: str
    short: str
    names: tuple[str, ...]
    dues: tuple[tuple[Due, DueStatus], ...]
    urgent: bool
    walk_order: int
    cautions: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What identifies the stop in a list."""
        return self.household_id or self.place_id or ""


@dataclass(frozen=True, slots=True)
class RoundCounts:
    """The day's figures. The four counters are never mixed."""

    doors_due: int
    urgent: int
    overdue: int
    doors_knocked: int
    people_contacted: int
    checks_completed: int
    devices_fitted: int


class DoorState(StrEnum):
    """How a door looks in the stairwell, most pressing first."""

    URGENT = "urgent"
    HAZARD = "hazard"
    NOBODY_HOME = "nobody_home"
    OVERDUE = "overdue"
    DUE = "due"
    DONE = "done"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class DoorCell:
    """A door of the stairwell."""

    household_id: str
    unit: str
    floor: int | None
    room: str
    short: str
    names: tuple[str, ...]
    state: DoorState
    walk_order: int


@dataclass(frozen=True, slots=True)
class HazardView:
    """A hazard as the story shows it. `title` is empty where a version that did not keep it saved the check."""

    id: str
    question: str
    title: Label | str
    checklist: str
    level: HazardLevel
    fixed_on_spot: bool
    evidence: str
    followup_id: str | None
    found_at: datetime


@dataclass(frozen=True, slots=True)
class FollowupRow:
    """A follow-up in a list."""

    id: str
    number: str
    title: str | Label
    category: str
    severity: str
    state: str
    owner_kind: str
    owner: str
    household_id: str | None
    place_id: str | None
    address: str
    due_on: date | None
    next_action_on: date | None
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """A line of a follow-up's timeline. `worker` is the name of who entered it."""

    kind: str
    at: datetime
    worker: str
    state: str
    owner_kind: str
    owner: str
    note: str


@dataclass(frozen=True, slots=True)
class FollowupDetail:
    """A follow-up with its timeline, oldest entry first."""

    row: FollowupRow
    result: str
    resident_id: str | None
    hazard: HazardView | None
    timeline: tuple[TimelineEntry, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """A resident as the story shows one: with the age, the suggested or set risk level, and why.

    `risk_reasons` names nothing sensitive; `risk_reasons_in_full` is for when the tags are revealed.
    """

    resident: Resident
    age: int | None
    risk: RiskLevel
    risk_reasons: tuple[Phrase, ...]
    risk_overridden: bool
    risk_reasons_in_full: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class HouseholdStory:
    """All that is known about a door: newest first in visits, checks and hazards."""

    household: Household
    building: str
    people: tuple[Person, ...]
    dues: tuple[tuple[Due, DueStatus], ...]
    followups: tuple[FollowupRow, ...]
    visits: tuple[Visit, ...]
    checks: tuple[Check, ...]
    hazards: tuple[HazardView, ...]
    devices: tuple[Device, ...]
    sharing_kitchen: tuple[str, ...] = ()
    worker_names: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ResidentRow:
    """A resident in a list. Phone, ID number and sensitive tags are not here: they are shown masked, and revealed by a
    key.
    """

    id: str
    household_id: str
    name: str
    sex: str
    age: int | None
    address: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A search result; `matched` says by what: name, pinyin, initials, address, phone."""

    id: str
    kind: str
    name: str
    address: str
    matched: str
    household_id: str | None


@dataclass(frozen=True, slots=True)
class DraftView:
    """An unfinished form: where it was and what stood in it."""

    form: str
    subject_id: str
    data: dict[str, object]
    updated_at: datetime
