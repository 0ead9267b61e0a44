"""When a campaign will be finished, told from its daily record: a 50 % and an 85 % line, the band of the burn-up chart,
the pace that the deadline asks for, and what would change it.

The past is resampled, not averaged (`casework.domain.forecast_paths`). Below `LEAST_DAYS` working days of record the
forecast says that it can't tell: a line drawn through three days is a guess that looks like knowledge. Chance is an
argument, as the day is: the same record and the same seed give the same forecast on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from casework.domain import workingdays
from casework.domain.phrase import N_, Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST_DAYS = 5
"""Working days of record below which nothing is told: a working week."""

KNOCKS = 5
"""How many knocks are told apart: the first to the fourth, and the fifth with all after it."""

LEAST_EVENING = 20
"""Tries in the evening, and as many by day, below which it can't be told what evenings bring."""

HORIZON = 260
"""Working days that are looked ahead: a year. What is not finished then is said to be out of sight."""

Counts = tuple[int, ...]
"""How many by how-many-th knock: `KNOCKS` figures, the first knock first."""

NONE: Counts = (0,) * KNOCKS


class Chance(Protocol):
    """Where draws come from: a seeded `random.Random`."""

    def random(self) -> float:
        """A number from 0 up to 1."""

    def gauss(self, mu: float, sigma: float) -> float:
        """A draw by the normal law."""

    def betavariate(self, alpha: float, beta: float) -> float:
        """A draw by the beta law."""

    def gammavariate(self, alpha: float, beta: float) -> float:
        """A draw by the gamma law."""

    def choices(self, population: Sequence[int], *, cum_weights: Sequence[float], k: int) -> list[int]:
        """So many of a sequence, by weight."""


class WhatIf(StrEnum):
    """What a forecast can be asked: one more worker, call-backs in the evening, work on Saturdays."""

    WORKER = "worker"
    EVENING = "evening"
    SATURDAY = "saturday"


@dataclass(frozen=True, slots=True)
class TryDay:
    """One past day: doors tried by how-many-th knock, and how many of those came to done."""

    day: date
    tried: Counts
    done: Counts


@dataclass(frozen=True, slots=True)
class Evenings:
    """Tries of which the hour is known, by how-many-th knock: in the evening, and by day."""

    tried: Counts = NONE
    done: Counts = NONE
    day_tried: Counts = NONE
    day_done: Counts = NONE


@dataclass(frozen=True, slots=True)
class StepDay:
    """One past day of a plain counter: by how much it rose."""

    day: date
    n: int


@dataclass(frozen=True, slots=True)
class Left:
    """Doors that are still open after so many tries; `ready` is the first day on which they are tried again: a
    call-back's day or the day that is booked. None for at once. With `booked` somebody waits there at an hour agreed.
    """

    tries: int
    doors: int
    ready: date | None = None
    booked: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a campaign stands when it is looked at.

    `starts` is the first day that is still to be worked; the record counts up to the day before. `goal` is the number
    of doors typed in, None for all that can be done. `ended` is how many dropped out (refused, exempt) by the number
    of tries they had; `never` all that are not awaited, tried or not; `recheck` how many of those done are to be looked at
    again. `gaps` are how many days passed between two tries at one door, by the knock that came first, as many as the
    record has of them; `hands` is how many people went out on a worked day, None where the record doesn't say. `evenings` compares
    the hours, where that is known.
    """

    starts: date
    done: int
    left: tuple[Left, ...] = ()
    goal: int | None = None
    deadline: date | None = None
    ended: Counts = NONE
    never: int = 0
    recheck: int = 0
    gaps: tuple[tuple[int, ...], ...] = ()
    hands: float | None = None
    evenings: Evenings = Evenings()

    @property
    def open(self) -> int:
        """How many doors can still be done."""
        return sum(left.doors for left in self.left)

    @property
    def target(self) -> int:
        """How many done end the campaign: the goal, or all that can still be reached where that is less."""
        most = self.done + self.open
        return most if self.goal is None else min(self.goal, most)


@dataclass(frozen=True, slots=True)
class BandDay:
    """A coming working day of the burn-up chart: how many are done at its end, in 15, 50 and 85 of 100 futures at most."""

    day: date
    low: int
    middle: int
    high: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """What can be told of a campaign's end.

    Either `reason` says why nothing can be told, or `even` and `likely` are the 50 % and the 85 % line: the days by
    which it is finished in so many of 100 futures; None lies beyond `HORIZON`. `finished` where nothing is left.
    `chance` is the share of futures that keep the deadline, `pace` what was done a working day so far, `needed` what
    the deadline asks for, `lacking` how far the goal is out of reach. `caution` is said beside days whose holidays are
    not published yet.
    """

    reason: Phrase | None = None
    finished: bool = False
    even: date | None = None
    likely: date | None = None
    chance: float | None = None
    pace: float | None = None
    needed: float | None = None
    days_left: int | None = None
    lacking: int = 0
    never: int = 0
    recheck: int = 0
    deadline: date | None = None
    past: bool = False
    band: tuple[BandDay, ...] = ()
    caution: Phrase | None = None
    days: int = 0

    @property
    def told(self) -> bool:
        """Whether there are lines."""
        return self.reason is None and not self.finished


def is_worked(day: date, saturdays: bool = False) -> bool:
    """Whether a coming day is worked: a working day, or a Saturday that is no holiday where those are worked too."""
    if workingdays.is_working_day(day):
        return True
    # A holiday that falls on a Saturday shows in the Friday before it, or in the Monday after.
    return (
        saturdays and day.weekday() == 5
        and (workingdays.is_working_day(day - timedelta(days=1)) or workingdays.is_working_day(day + timedelta(days=2)))
    )  # fmt: skip


def worked_days(starts: date, count: int, saturdays: bool = False) -> tuple[date, ...]:
    """The next so many days that are worked."""
    found: list[date] = []
    day = starts
    while len(found) < count:
        if is_worked(day, saturdays):
            found.append(day)
        day += timedelta(days=1)
    return tuple(found)


def days_until(starts: date, deadline: date, saturdays: bool = False) -> int:
    """Worked days from a day to the deadline, both counted; 0 where it has passed."""
    return sum(is_worked(starts + timedelta(days=n), saturdays) for n in range((deadline - starts).days + 1))


def whole_days(record: Sequence[TryDay], starts: date) -> tuple[TryDay, ...]:
    """The days that the past is resampled from: from the first try on each working day, also those on which nobody
    went out, and the weekends and holidays that were worked all the same.
    """
    by_day = {one.day: one for one in record if one.day < starts and any(one.tried)}
    if not by_day:
        return ()
    first = min(by_day)
    days = (first + timedelta(days=n) for n in range((starts - first).days))
    return tuple(
        by_day.get(day) or TryDay(day, NONE, NONE) for day in days if day in by_day or workingdays.is_working_day(day)
    )


def of_doors(
    record: Sequence[TryDay], standing: Standing, chance: Chance, *, what_if: WhatIf | None = None
) -> Forecast:
    """The forecast of a campaign over doors, residents or places.

    At most a third of a second at any size: it works on counts by day and knock, never on doors.
    """
    from casework.domain import forecast_paths

    past = whole_days(record, standing.starts)
    known = _known(past_days=len(past), standing=standing, saturdays=what_if is WhatIf.SATURDAY)
    known = replace(known, pace=sum(sum(one.done) for one in past) / len(past) if past else None)
    if standing.open == standing.done == standing.never == 0:
        return replace(known, reason=Phrase(N_("Nobody is in this campaign yet.")))
    if standing.open == 0 or standing.done >= standing.target:
        return replace(known, finished=True, chance=None)
    met = sum(sum(one.done) for one in past)
    reason = _too_little(len(past)) or _nothing_done(met) or _if_unknown(what_if, standing)
    if reason is not None:
        return replace(known, reason=reason)
    days = worked_days(standing.starts, HORIZON, what_if is WhatIf.SATURDAY)
    paths = forecast_paths.of_doors(past, standing, days, chance, what_if)
    return _told(known, standing, days, paths)


def of_steps(
    record: Sequence[StepDay], standing: Standing, chance: Chance, *, what_if: WhatIf | None = None
) -> Forecast:
    """The forecast of a plain counter, from how much it rose each day. Without a goal there is no end to tell."""
    from casework.domain import forecast_paths

    as_tries = [TryDay(one.day, (max(one.n, 0), *NONE[1:]), NONE) for one in record]
    steps: dict[date, int] = {}
    for one in record:
        steps[one.day] = steps.get(one.day, 0) + one.n
    past = [steps.get(one.day, 0) for one in whole_days(as_tries, standing.starts)]
    goal = standing.goal
    standing = replace(standing, left=(Left(0, max(0, goal - standing.done)),) if goal is not None else ())
    known = _known(past_days=len(past), standing=standing, saturdays=what_if is WhatIf.SATURDAY)
    known = replace(known, pace=sum(past) / len(past) if past else None)
    if goal is None:
        return replace(known, reason=Phrase(N_("Without a goal there is no end to tell.")))
    if standing.done >= goal:
        return replace(known, finished=True)
    reason = _too_little(len(past)) or _nothing_done(sum(past))
    if reason is None and what_if is WhatIf.EVENING:
        reason = Phrase(N_("A counter has no record of evenings: it can't be told what they bring."))
    if reason is None and what_if is WhatIf.WORKER and not standing.hands:
        reason = NO_HANDS
    if reason is not None:
        return replace(known, reason=reason)
    days = worked_days(standing.starts, HORIZON, what_if is WhatIf.SATURDAY)
    return _told(known, standing, days, forecast_paths.of_steps(past, standing, days, chance, what_if))


NO_HANDS = Phrase(N_("The record doesn't say how many people went out: it can't be told what one more brings."))


def _known(*, past_days: int, standing: Standing, saturdays: bool) -> Forecast:
    deadline = standing.deadline
    days_left = days_until(standing.starts, deadline, saturdays) if deadline is not None else None
    awaited = max(0, standing.target - standing.done)
    return Forecast(
        needed=awaited / days_left if days_left and awaited else None,
        days_left=days_left,
        lacking=max(0, standing.goal - standing.done - standing.open) if standing.goal is not None else 0,
        never=standing.never,
        recheck=standing.recheck,
        deadline=deadline,
        past=deadline is not None and deadline < standing.starts,
        days=past_days,
    )


def _too_little(days: int) -> Phrase | None:
    if days >= LEAST_DAYS:
        return None
    return Phrase(N_("It can't be told yet: the record has {n} working days, {least} are needed."),
                  {"n": days, "least": LEAST_DAYS})  # fmt: skip


def _nothing_done(done: int) -> Phrase | None:
    if done > 0:
        return None
    return Phrase(N_("It can't be told: nothing was done on any day so far."))


def _if_unknown(what_if: WhatIf | None, standing: Standing) -> Phrase | None:
    if what_if is WhatIf.WORKER and not standing.hands:
        return NO_HANDS
    if what_if is WhatIf.EVENING:
        evening, by_day = sum(standing.evenings.tried), sum(standing.evenings.day_tried)
        if min(evening, by_day) < LEAST_EVENING:
            return Phrase(
                N_(
                    "The record has {n} tries in the evening, {least} are needed: it can't be told what evenings bring."
                ),
                {"n": evening, "least": LEAST_EVENING},
            )
    return None


def _told(known: Forecast, standing: Standing, days: Sequence[date], paths: Sequence[Sequence[int]]) -> Forecast:
    """Read the lines off the paths; each holds how many are done at the end of each day, up to the one it ends on."""
    # A path that is cut at the horizon has not ended.
    ends = sorted(len(path) - 1 if len(path) <= HORIZON else HORIZON for path in paths)
    even, likely = _nearest(ends, 0.5), _least(ends, 0.85)
    chance = None
    if standing.deadline is not None:
        kept = sum(end < HORIZON and days[end] <= standing.deadline for end in ends)
        chance = 0.0 if known.past else kept / len(ends)
    last = days[likely] if likely < HORIZON else days[-1]
    return replace(
        known,
        even=days[even] if even < HORIZON else None,
        likely=days[likely] if likely < HORIZON else None,
        chance=chance,
        band=_band(days, paths, min(max(likely + 1, 1), HORIZON)),
        caution=workingdays.caution(last),
    )


def _least(ends: Sequence[int], share: float) -> int:
    """The first day by which at least this share of all has ended."""
    return ends[min(len(ends) - 1, max(0, -int(-share * len(ends) // 1) - 1))]


def _nearest(ends: Sequence[int], share: float) -> int:
    """The day by which the share that has ended comes nearest to this one: days are whole, and always taking the later
    would call early what is as likely as not.
    """
    best, gap = ends[-1], 2.0
    for n, end in enumerate(ends):
        if n + 1 < len(ends) and ends[n + 1] == end:
            continue
        here = abs((n + 1) / len(ends) - share)
        if here < gap:
            best, gap = end, here
    return best


def _band(days: Sequence[date], paths: Sequence[Sequence[int]], count: int) -> tuple[BandDay, ...]:
    found = []
    for n in range(count):
        at = sorted(path[min(n, len(path) - 1)] for path in paths)
        low, middle, high = (at[min(len(at) - 1, int(share * len(at)))] for share in (0.15, 0.5, 0.85))
        found.append(BandDay(days[n], low, middle, high))
    return tuple(found)
