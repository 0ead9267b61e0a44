"""How a walk goes from door to door: hour by hour, bookings kept, call-backs at their time of day.

`planning` says which doors and in which order; here the clock is followed along them. Times are minutes since midnight.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from casework.domain.visiting import Band

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

DAY = 24 * 60
"""Minutes of a day."""

_PASSES = 4
"""How often the walk is begun anew to reach call-backs before their time of day is over: once per band, and once more."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Minutes at a door, from one stair of a building to the next, and from building to building (catalog parameters)."""

    door: int = 8
    stair: int = 2
    building: int = 5

    def __post_init__(self) -> None:
        if self.door < 1 or self.stair < 0 or self.building < 0:
            raise ValueError("a pace of less than nothing")


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of a day in which doors are knocked on: parts from minute to minute, in order, and when bands begin."""

    parts: tuple[tuple[int, int], ...]
    afternoon_from: int = 12 * 60
    evening_from: int = 18 * 60

    def __post_init__(self) -> None:
        flat = [minute for part in self.parts for minute in part]
        if not flat or flat != sorted(set(flat)) or flat[0] < 0 or flat[-1] > DAY:
            raise ValueError(self.parts)

    @property
    def begins(self) -> int:
        """When the first part begins."""
        return self.parts[0][0]

    @property
    def ends(self) -> int:
        """When the last part ends."""
        return self.parts[-1][1]

    def after(self, minute: int) -> Hours | None:
        """What is left of these hours from a minute on; None when they are over."""
        parts = tuple((max(first, minute), last) for first, last in self.parts if last > minute)
        return Hours(parts, self.afternoon_from, self.evening_from) if parts else None

    def window(self, band: Band) -> tuple[int, int]:
        """From when to when a time of day lasts; the weekend is no time of day and lasts all of it."""
        if band is Band.MORNING:
            return 0, self.afternoon_from
        if band is Band.AFTERNOON:
            return self.afternoon_from, self.evening_from
        return (self.evening_from, DAY) if band is Band.EVENING else (0, DAY)

    def meets(self, first: int, last: int) -> bool:
        """Whether any part of these hours lies between two minutes."""
        return any(begin < last and end > first for begin, end in self.parts)

    def room_at(self, minute: int, length: int) -> int | None:
        """When something of a length can begin at the earliest, from a minute on; None when the hours are over."""
        for first, last in self.parts:
            begin = max(first, minute)
            if begin + length <= last:
                return begin
        return None


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A stop as the walk takes it: where it is, and between which minutes it is to be reached.

    `order` is its place in stair order; `place` tells buildings apart. `first` comes before that order.
    """

    key: str
    order: int
    place: tuple[int, str]
    unit: str = ""
    booked: int | None = None
    first: bool = False
    band: Band | None = None
    opens: int = 0
    closes: int = DAY


@dataclass(frozen=True, slots=True)
class Arrival:
    """A step with the minute at which it is reached."""

    step: Step
    at: int
    way: int
    late: int = 0
    waits: int = 0


@dataclass(frozen=True, slots=True)
class Arranged:
    """A walk: the steps in order, those whose time of day was over before they were reached, minutes of work and ways."""

    visits: tuple[Arrival, ...] = ()
    missed: tuple[Step, ...] = ()
    minutes: int = 0


@dataclass(slots=True)
class _Walker:
    hours: Hours
    pace: Pace
    now: int
    here: Step | None = None
    minutes: int = 0
    visits: list[Arrival] = field(default_factory=list)

    def way(self, one: Step | None, other: Step) -> int:
        if one is None:
            return 0
        if one.place != other.place:
            return self.pace.building
        return self.pace.stair if one.unit != other.unit else 0

    def reaches(self, step: Step) -> int | None:
        return self.hours.room_at(self.now + self.way(self.here, step), self.pace.door)

    def visit(self, step: Step, at: int, late: int = 0, waits: int = 0) -> None:
        way = self.way(self.here, step)
        self.visits.append(Arrival(step, at, way, late, waits))
        self.minutes += way + self.pace.door
        self.now, self.here = at + self.pace.door, step

    def keep(self, booking: Step) -> None:
        """Go to a booking: at its hour, or as soon as one gets there."""
        hour = booking.booked or 0
        arrival = self.now + self.way(self.here, booking)
        # What was agreed is kept outside the usual hours, too; only what is late already is not made later by them.
        self.visit(booking, max(arrival, hour), max(0, arrival - hour), max(0, hour - arrival) if self.here else 0)


def arrange(steps: Sequence[Step], hours: Hours, pace: Pace) -> Arranged | None:
    """The walk over steps in stair order; None where the hours end before it does.

    Bookings are kept whatever the hours are. A call-back whose time of day comes later waits until the walk changes the
    building then; one whose time would be over when its turn comes is walked before the others.
    """
    pulled: set[str] = set()
    for _pass in range(_PASSES):
        found = _walk(steps, pulled, hours, pace)
        if found is None:
            return None
        late = {step.key for step in found.missed} - pulled
        if not late:
            break
        pulled |= late
    return found


def _walk(steps: Sequence[Step], pulled: Collection[str], hours: Hours, pace: Pace) -> Arranged | None:
    bookings = deque(sorted((s for s in steps if s.booked is not None), key=lambda s: (s.booked, s.order)))
    rest = [s for s in steps if s.booked is None]
    queue = deque(sorted(rest, key=lambda s: (not s.first, s.key not in pulled, s.order)))
    waiting: list[Step] = []
    missed: list[Step] = []
    walker = _Walker(hours, pace, hours.begins)
    while queue or waiting or bookings:
        step = _next(queue, waiting, walker)
        if step is None:
            if not bookings:
                return None
            walker.keep(bookings.popleft())
            continue
        at = walker.reaches(step)
        if at is not None and at < step.opens:
            if step not in waiting:
                queue.popleft()
                waiting.append(step)
                continue
            at = hours.room_at(step.opens, pace.door)
        if bookings and (at is None or at + pace.door + walker.way(step, bookings[0]) > (bookings[0].booked or 0)):
            walker.keep(bookings.popleft())
            continue
        if at is None and step.band is None:
            return None
        (waiting if step in waiting else queue).remove(step)
        if at is None or at >= step.closes:
            missed.append(step)
        else:
            walker.visit(step, at)
    return Arranged(tuple(walker.visits), tuple(missed), walker.minutes)


def _next(queue: deque[Step], waiting: list[Step], walker: _Walker) -> Step | None:
    """Who is next: the queue in its order; at a change of building first those whose time of day has come meanwhile."""
    if not queue:
        return min(waiting, key=lambda step: (max(step.opens, walker.now), step.order)) if waiting else None
    if waiting and walker.here is not None and queue[0].place != walker.here.place:
        ready = [step for step in waiting if (walker.reaches(step) or 0) >= step.opens]
        if ready:
            return min(ready, key=lambda step: step.order)
    return queue[0]
