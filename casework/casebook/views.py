"""What screens and commands read: frozen views, with no trace of the database in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from casework.domain.area import Area
from casework.domain.check import Answer, AnswerState, Check, HazardLevel
from casework.domain.device import Device
from casework.domain.household import Household
from casework.domain.place import Place
from casework.domain.resident import Resident, RiskLevel
from casework.domain.visit import Visit

if TYPE_CHECKING:
    from datetime import date, datetime

    from casework.casebook.arrangement_views import BookingView, NoticeView
    from casework.casebook.campaign_views import HouseholdCampaign
    from casework.domain.due import Due, DueStatus
    from casework.domain.followup_clock import Fallen, Reading
    from casework.domain.phrase import Label, Phrase
    from casework.domain.recurrence import Relation
    from casework.domain.resident import Sex

__all__ = ["Answer", "AnswerState", "Area", "Check", "Device", "Household", "Place", "Resident", "Visit"]


@dataclass(frozen=True, slots=True)
class RoundStop:
    """One door or place of the round, with all that is due there. `urgent` stops come before the walking order, then
    those that are booked for an hour of the day (`hour`, such as 14:30).
    """

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
    hour: str = ""

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
    """A follow-up in a list.

    `repeat_n` is the how-maniest case of its recurring problem this is (1 where there is none), `repeats` how many
    there are. `accountable_kind` and `accountable` say who answers for it now: the owner, or whoever handed it over
    until the owner takes it. `priority` 1 is most pressing. `setbacks` counts closings of it that did not hold.
    """

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
    due_at: datetime | None = None
    limit_hours: int | None = None
    urgent: bool = False
    priority: int = 5
    repeat_n: int = 1
    repeats: int = 1
    recurring_id: str | None = None
    accountable_kind: str = ""
    accountable: str = ""
    helpers: tuple[tuple[str, str], ...] = ()
    tries: int = 0
    satisfaction: int | None = None
    asked: int = 0
    reopens: int = 0
    setbacks: int = 0
    promises_open: int = 0
    done_by_kind: str = ""
    done_by: str = ""
    funder: str = ""
    source: str = ""
    official_number: str = ""
    duplicate_of: str | None = None
    building_id: str | None = None
    unit: str = ""

    @property
    def unaccepted(self) -> bool:
        """Whether it waits for its owner to take it."""
        return self.closed_at is None and (self.accountable_kind, self.accountable) != (self.owner_kind, self.owner)


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """A line of a follow-up's timeline. `worker` is the name of who entered it.

    `derived` lines are reckoned, not kept: `kind` is then `reminder` or `escalation`, `rung` the name of the rung and
    `cause` a word of `domain.followup_clock.Cause`. `data` is what else a step says (who was present, a promise).
    """

    kind: str
    at: datetime
    worker: str
    state: str
    owner_kind: str
    owner: str
    note: str
    id: str = ""
    was: str = ""
    until_on: date | None = None
    due_at: datetime | None = None
    approved_by: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    derived: bool = False
    rung: Label | None = None
    cause: str = ""


@dataclass(frozen=True, slots=True)
class PromiseView:
    """A promise of a party: open, kept or broken. `case` is the number of its follow-up, `title` what that is about."""

    id: str
    followup_id: str
    party: str
    name: str
    what: str
    due_on: date
    look: bool
    state: str
    words: str
    made_at: datetime
    settled_at: datetime | None
    case: str
    title: str | Label
    owner_kind: str
    owner: str


@dataclass(frozen=True, slots=True)
class SimilarCase:
    """An earlier case that looks like one that is being typed: what they share, and what may be done with it.

    `by_itself`: it is linked unless the worker says why it is different. `counts_against`: it was closed so lately
    that a recurrence counts against the closing.
    """

    row: FollowupRow
    relation: Relation
    by_itself: bool
    counts_against: bool


@dataclass(frozen=True, slots=True)
class FollowupDetail:
    """A follow-up with its timeline, oldest entry first, reckoned reminders and escalations among it.

    `reported_phone` is in full: what shows it masks it. `group` are the other cases of the recurring problem, the
    latest first. `clock` is what the clock shows now, `coming` what falls due next if nothing is done.
    """

    row: FollowupRow
    result: str
    resident_id: str | None
    hazard: HazardView | None
    timeline: tuple[TimelineEntry, ...]
    clock: Reading
    coming: Fallen | None = None
    promises: tuple[PromiseView, ...] = ()
    group: tuple[FollowupRow, ...] = ()
    reported_by: str = ""
    reported_phone: str = ""
    opened_by: str = ""
    extensions: int = 0
    suspensions: int = 0
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """A column of the board: how many open cases stand in a state, how many of them are late."""

    state: str
    count: int
    late: int


@dataclass(frozen=True, slots=True)
class Move:
    """How many cases went from one state to another in a time; `was` is empty for cases that were opened."""

    was: str
    state: str
    count: int


@dataclass(frozen=True, slots=True)
class FollowupFigures:
    """Of a time: opened and closed, in time, put right in the resident's words, closings that did not hold.

    `satisfaction` is the mean of what residents answered, None where nobody was asked. None of it scores a person.
    """

    opened: int
    closed_verified: int
    closed_unverified: int
    closed_not_fixed: int
    in_time: int
    did_not_hold: int
    satisfaction: float | None
    repeats: int


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
    """All that is known about a door: newest first in visits, checks, hazards, bookings and notices. `campaigns`
    are those that run and in which the door stands."""

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
    bookings: tuple[BookingView, ...] = ()
    notices: tuple[NoticeView, ...] = ()
    campaigns: tuple[HouseholdCampaign, ...] = ()


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
class AreaNode:
    """An area in the tree; `depth` counts from 0 at the top."""

    area: Area
    depth: int


@dataclass(frozen=True, slots=True)
class BuildingHit:
    """A building that a search found, and its grid."""

    id: str
    name: str
    grid_id: str
    grid: str


@dataclass(frozen=True, slots=True)
class DoorSketch:
    """What the parts of a door that is being typed come to; `standing` is the door there that has this address.

    `short` is empty as long as they lead to no door.
    """

    short: str
    address: str
    floor: int | None
    standing: str | None
    names: tuple[str, ...] = ()
    """Who lives behind the standing one."""


@dataclass(frozen=True, slots=True)
class NumberReading:
    """What an ID number that is being typed says: birth date and sex, or why it cannot be right.

    `missing` is how many characters it still lacks. `held_by` is the person of the register who has it already.
    """

    born: date | None = None
    sex: Sex | None = None
    age: int | None = None
    assumed: Phrase | None = None
    wrong: Phrase | None = None
    missing: int = 0
    held_by: Found | None = None


class PlaceResult(StrEnum):
    """What came of the last check of a place, worst first."""

    HAZARDS = "hazards"
    UNCHECKED = "unchecked"
    FIXED = "fixed"
    IN_ORDER = "in_order"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place in a list: its last check with what came of it, and its most pressing open work.

    `hazards` counts those of the last check, `open_hazards` those of them that are not put right yet; `unchecked` says
    that something could not be checked, or was declined.
    """

    place: Place
    checked_on: date | None = None
    hazards: int = 0
    open_hazards: int = 0
    unchecked: bool = False
    due_on: date | None = None
    status: DueStatus | None = None
    urgent: bool = False

    @property
    def result(self) -> PlaceResult:
        """What came of the last check: what was not looked at never counts as in order."""
        if self.checked_on is None:
            return PlaceResult.NEVER
        if self.open_hazards:
            return PlaceResult.HAZARDS
        if self.unchecked:
            return PlaceResult.UNCHECKED
        return PlaceResult.FIXED if self.hazards else PlaceResult.IN_ORDER


@dataclass(frozen=True, slots=True)
class PlaceStory:
    """All that is known about a place: newest first in checks and hazards."""

    place: Place
    grid: str
    dues: tuple[tuple[Due, DueStatus], ...]
    followups: tuple[FollowupRow, ...]
    checks: tuple[Check, ...]
    hazards: tuple[HazardView, ...]
    devices: tuple[Device, ...]
    worker_names: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DraftView:
    """An unfinished form: where it was and what stood in it."""

    form: str
    subject_id: str
    data: dict[str, object]
    updated_at: datetime
