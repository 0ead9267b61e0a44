"""The plan of a day: which doors are walked, in which order and at what hour, and what is left out and why.

Every stop that is given comes back exactly once: in the walk, or left out with a reason. What is urgent comes first and
counts first against the capacity, then what is booked, then what is late, then the rest by priority. The walk goes in
stair order: building by building, unit by unit, from the top floor down or from the bottom up, room by room. A booking
is kept at its hour: the walk goes there in time and back to its order afterwards.

Times are minutes since midnight of the day, local time. They are estimates: `Pace` says by what.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from casework.domain.callback import BAND_WORDS, hour_of, needs_company
from casework.domain.due import URGENT, Due, DueKind, DueStatus
from casework.domain.phrase import N_, Phrase
from casework.domain.schedule import status
from casework.domain.text import halfwidth
from casework.domain.visiting import Band
from casework.domain.walking import DAY, Arranged, Hours, Pace, Step, arrange

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

__all__ = [
    "DAY", "Capacity", "Choice", "Direction", "Hours", "LeftOut", "Pace", "Planned", "Position", "Reason", "Stop",
    "Walk", "clock_text", "plan", "read_amount",
]  # fmt: skip


MOST_DOORS = 1000
"""Doors that can be asked for: a grid has 300 to 500 households (DOMAIN 11)."""

MOST_HOURS = 16
"""Hours of work that can be asked for."""


class Direction(StrEnum):
    """How a stair is walked."""

    TOP_FIRST = "top_first"
    BOTTOM_FIRST = "bottom_first"


DIRECTION_NAMES = {
    Direction.TOP_FIRST: N_("top floor first"),
    Direction.BOTTOM_FIRST: N_("bottom floor first"),
}


class Reason(StrEnum):
    """Why a stop is not in the walk, in the order in which it is asked."""

    OTHER_BUILDING = "other_building"
    OTHER_CAMPAIGN = "other_campaign"
    OTHER_WORK = "other_work"
    SECOND_PERSON = "second_person"
    ANOTHER_TIME = "another_time"
    CAPACITY = "capacity"
    HOURS_OVER = "hours_over"


REASON_NAMES = {
    Reason.OTHER_BUILDING: N_("in buildings that were not chosen"),
    Reason.OTHER_CAMPAIGN: N_("not part of the campaign"),
    Reason.OTHER_WORK: N_("other work than was chosen"),
    Reason.SECOND_PERSON: N_("a second person is needed"),
    Reason.ANOTHER_TIME: N_("another time of day"),
    Reason.CAPACITY: N_("more than was set"),
    Reason.HOURS_OVER: N_("no time left in these hours"),
}
"""What the reasons are called where they are counted."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where somebody stands: `building` as in `Stop`."""

    building: int
    unit: str = ""
    floor: int | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """A door or place where something can be done on the day.

    `building` says the how-maniest on the walk its building is; a place outdoors has none and comes after all doors.
    `booked` is the hour that was agreed for the day. `wanted` says that the chosen campaign asks for it, `promised` that
    it was in the walk that is planned anew: it is not given up for another.
    """

    key: str
    building: int = 0
    building_id: str = ""
    unit: str = ""
    floor: int | None = None
    room: str = ""
    walk_order: int = 0
    dues: tuple[Due, ...] = ()
    booked: int | None = None
    wanted: bool = False
    outdoors: bool = False
    promised: bool = False

    @property
    def urgent(self) -> bool:
        """Whether something here cannot wait."""
        return any(due.priority == URGENT for due in self.dues)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the worker chose. Empty means everything. `campaign` asks for the stops that are `wanted` alone.

    `company`: somebody goes along. `begin_at` is where she stands: the walk begins there.
    """

    buildings: frozenset[str] = frozenset()
    campaign: bool = False
    kinds: frozenset[DueKind] = frozenset()
    direction: Direction = Direction.TOP_FIRST
    company: bool = False
    begin_at: Position | None = None


@dataclass(frozen=True, slots=True)
class Capacity:
    """How much is walked at the most: so many stops, so many minutes of work and ways; None for no limit.

    Waiting and the hours between two parts of the day are no work.
    """

    doors: int | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A stop of the walk: when it is reached, after how many minutes' way. `late` counts the minutes after the hour
    that was agreed; `waits` those before it.
    """

    key: str
    at: int
    way: int
    booked: int | None = None
    late: int = 0
    waits: int = 0


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A stop that is not in the walk, and why. An urgent one is to be said loudly."""

    key: str
    reason: Reason
    words: Phrase
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Walk:
    """The plan. `minutes` is work and ways without waiting; `begins` and `ends` are None for an empty walk."""

    stops: tuple[Planned, ...]
    left: tuple[LeftOut, ...]
    minutes: int = 0
    begins: int | None = None
    ends: int | None = None


def clock_text(minute: int) -> str:
    """A minute of the day as a clock shows it: 545 is 09:05."""
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def read_amount(text: str) -> tuple[int | None, int | None] | None:
    """How much is walked, as a worker types it: (doors, minutes); `12` are doors, `3h` or `3.5小时` hours, nothing is
    no limit. None for what is neither, or too much to be meant.
    """
    said = halfwidth(text).strip().lower()
    if not said:
        return None, None
    for ending in ("小时", "hours", "hour", "h", "时"):
        if said.endswith(ending):
            try:
                hours = float(said.removesuffix(ending).strip())
            except ValueError:
                return None
            return (None, round(hours * 60)) if 0.25 <= hours <= MOST_HOURS else None
    said = said.removesuffix("户").removesuffix("doors").strip()
    if not said.isascii() or not said.isdigit() or not 0 < int(said) <= MOST_DOORS:
        return None
    return int(said), None


def plan(stops: Iterable[Stop], choice: Choice, capacity: Capacity, hours: Hours, pace: Pace, day: date) -> Walk:
    """Plan a walk; the same for the same stops, whatever their order.

    Raises:
        ValueError: two stops have the same key.
    """
    every = sorted(stops, key=lambda stop: _stair_order(stop, choice))
    if len({stop.key for stop in every}) != len(every):
        raise ValueError("a stop is given twice")
    left: dict[str, LeftOut] = {}
    steps: list[tuple[tuple[object, ...], Step]] = []
    for order, stop in enumerate(every):
        why = _not_chosen(stop, choice)
        if why is None:
            step = _step(stop, order, hours, day)
            if isinstance(step, Step):
                steps.append((_pressing(stop, order, day), step))
                continue
            why = step
        left[stop.key] = LeftOut(stop.key, why[0], why[1], stop.urgent)
    ranked = [step for _rank, step in sorted(steps, key=lambda pair: pair[0])]
    urgent = {stop.key: stop.urgent for stop in every}
    walked, taken, reason, words = _fill(ranked, capacity, hours, pace)
    for step in ranked[taken:]:
        left[step.key] = LeftOut(step.key, reason, words, urgent[step.key])
    for step in walked.missed:
        left[step.key] = LeftOut(step.key, *_another_time(step.band), urgent[step.key])
    return Walk(
        stops=tuple(
            Planned(one.step.key, one.at, one.way, one.step.booked, one.late, one.waits) for one in walked.visits
        ),
        left=tuple(left[stop.key] for stop in every if stop.key in left),
        minutes=walked.minutes,
        begins=walked.visits[0].at if walked.visits else None,
        ends=walked.visits[-1].at + pace.door if walked.visits else None,
    )


# --- what is chosen --------------------------------------------------------------------------------------


def _not_chosen(stop: Stop, choice: Choice) -> tuple[Reason, Phrase] | None:
    """Why the choice leaves a stop out. What is urgent or booked is walked wherever it is."""
    if not stop.urgent and stop.booked is None:
        if choice.buildings and stop.building_id not in choice.buildings:
            return Reason.OTHER_BUILDING, Phrase(N_("Its building was not chosen"))
        if choice.campaign and not stop.wanted:
            return Reason.OTHER_CAMPAIGN, Phrase(N_("The campaign asks for nothing here now"))
        if choice.kinds and not stop.wanted and not any(due.kind in choice.kinds for due in stop.dues):
            return Reason.OTHER_WORK, Phrase(N_("Other work is due here than was chosen"))
    if not choice.company and any(needs_company(due) for due in stop.dues):
        return Reason.SECOND_PERSON, Phrase(N_("It was not safe to go in last time: go with a second person"))
    return None


def _step(stop: Stop, order: int, hours: Hours, day: date) -> Step | tuple[Reason, Phrase]:
    """The stop as the walk takes it; or why its time of day does not fit."""
    booked = stop.booked
    if booked is not None and stop.urgent and not _call_back_alone(stop):
        # Danger does not wait for an appointment; a call-back that is urgent is what was booked.
        booked = None
    place = (10**9, stop.key) if stop.outdoors else (stop.building, stop.building_id)
    step = Step(stop.key, order, place, stop.unit, booked, stop.urgent and booked is None)
    # A booked hour that is over binds nobody any more: such a door is tried whenever the walk comes by.
    call = next((due for due in stop.dues if due.kind is DueKind.CALL_BACK and due.band and not hour_of(due)), None)
    if call is None or stop.urgent or booked is not None:
        return step
    band = Band(call.band)
    if band is Band.WEEKEND:
        return step if day.weekday() >= 5 else _another_time(band)
    window = hours.window(band)
    if not hours.meets(*window):
        return _another_time(band)
    return Step(stop.key, order, place, stop.unit, band=band, opens=window[0], closes=window[1])


def _call_back_alone(stop: Stop) -> bool:
    return all(due.kind is DueKind.CALL_BACK for due in stop.dues if due.priority == URGENT)


def _another_time(band: Band | None) -> tuple[Reason, Phrase]:
    words = BAND_WORDS[band] if band is not None else Phrase("")
    return Reason.ANOTHER_TIME, Phrase(N_("To be tried again {band}"), {"band": words})


def _pressing(stop: Stop, order: int, day: date) -> tuple[object, ...]:
    """Which stop the capacity is spent on first."""
    late = any(status(due, day) in (DueStatus.OVERDUE, DueStatus.MISSED) for due in stop.dues)
    return (
        0 if stop.urgent else 1 if stop.booked is not None else 2 if stop.promised else 3,
        not late,
        min((due.priority for due in stop.dues), default=5),
        order,
    )


# --- how much of it --------------------------------------------------------------------------------------


def _fill(ranked: Sequence[Step], capacity: Capacity, hours: Hours, pace: Pace) -> tuple[Arranged, int, Reason, Phrase]:
    """The walk over as many of the most pressing stops as fit, how many these are, and why there are not more."""
    doors = len(ranked) if capacity.doors is None else min(len(ranked), capacity.doors)
    over = (Reason.HOURS_OVER, Phrase(N_("No time left before {hour}"), {"hour": clock_text(hours.ends)}))
    full = (Reason.CAPACITY, Phrase(N_("More than {n} doors"), {"n": capacity.doors or 0}))
    worked = (
        Reason.CAPACITY, Phrase(N_("More than {hours} hours of work"), {"hours": f"{(capacity.minutes or 0) / 60:g}"}),
    )  # fmt: skip

    def fits(count: int) -> Arranged | tuple[Reason, Phrase]:
        found = arrange(sorted(ranked[:count], key=lambda step: step.order), hours, pace)
        if found is None:
            return over
        return worked if capacity.minutes is not None and found.minutes > capacity.minutes else found

    found = fits(doors)
    if isinstance(found, Arranged):
        return found, doors, *full
    least, most, best, why = 0, doors, Arranged(), found
    while most - least > 1:
        middle = (least + most) // 2
        found = fits(middle)
        if isinstance(found, Arranged):
            least, best = middle, found
        else:
            most, why = middle, found
    return best, least, *why


# --- stair order -----------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def natural(text: str) -> tuple[int, str]:
    """What sorts unit and room numbers as numbers: 2 before 10."""
    digits = "".join(sign for sign in text if sign.isdecimal())
    return (int(digits[-9:]) if digits else 0, text)


def _stair_order(stop: Stop, choice: Choice) -> tuple[object, ...]:
    """Where a stop stands on the walk: turned so that it begins where the worker stands."""
    if stop.outdoors:
        return (True, False, 0, "", False, (0, ""), False, False, 0, stop.walk_order, (0, ""), 0, stop.key)
    sign = -1 if choice.direction is Direction.TOP_FIRST else 1
    unit = natural(stop.unit)
    floor = 0 if stop.floor is None else sign * stop.floor
    here = choice.begin_at
    behind = unit_behind = floor_behind = False
    if here is not None:
        behind = stop.building < here.building
        if stop.building == here.building:
            unit_behind = unit < natural(here.unit)
            if unit == natural(here.unit) and here.floor is not None and stop.floor is not None:
                floor_behind = floor < sign * here.floor
    return (
        False, behind, stop.building, stop.building_id, unit_behind, unit, floor_behind, stop.floor is None, floor,
        stop.walk_order if stop.floor is None else 0, natural(stop.room), stop.walk_order, stop.key,
    )  # fmt: skip
