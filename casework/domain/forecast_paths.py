"""Futures of a campaign, drawn from its past: whole working days are resampled, door counts walk through them.

Each future first draws how much weight every past day has (a Bayesian bootstrap: with few days the days themselves are
uncertain, not only their order), then for every coming day one past day: as many doors as were tried on that day are
tried, call-backs in the share that were due and tried, and each knock meets people as it did on that day. Doors that
are left after many knocks are harder: each knock has its own rate, and one that the record knows little of leans on the
knock before, a little below it.

Sources: Rubin, *The Bayesian Bootstrap* (1981) for the weights; the forecast by resampled throughput is common in
software delivery (Magennis, *Forecasting and Simulating Software Development Projects*, 2011).
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import timedelta
from itertools import accumulate
from math import exp, log, sqrt
from typing import TYPE_CHECKING

from casework.domain.forecast import KNOCKS, WhatIf

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from casework.domain.forecast import Chance, Evenings, Standing, TryDay

MOST_PATHS = 300
LEAST_PATHS = 60
STEPS = 7_000
"""Days that are walked in all futures together: long campaigns get fewer futures, so that a forecast stays quick."""

HARDER = 0.92
"""What a knock meets in proportion to the one before, where the record doesn't say. [assumption: doors that are left
are harder by a quarter where households differ much, not at all where they are alike; a notice and a booked hour bring
some of it back]"""

HARDER_BY_DAY, KNOWN_FROM_DAYS = 0.008, 10
"""How much harder still for each working day by which the record is shorter than that: of a first week nearly all knocks
are first ones, and the last doors are the ones that it knows least of. [assumption, held against simulated campaigns]"""

LEANS = 20.0
"""How many tries the knocks before count for, against a knock's own."""

USUAL_GAP = 2
"""Days between two tries where the record has none. [assumption: the schedule's own `call_back_after_days` is 1 or 2]"""

FEW_GAPS = 10
"""Gaps behind a knock below which those behind all knocks are drawn from."""

LOTS = 4
"""Lots in which the doors missed by one knock on one day are tried again, each after a gap of its own; a few doors go one
by one."""

BOOKED = 0.8
"""What a booked visit meets, at least. [assumption: one in five forgets or is called away]"""

OWN = 25.0
"""How many tries the whole record counts for, against those of a single day."""


def of_doors(
    past: Sequence[TryDay], standing: Standing, days: Sequence[date], rng: Chance, what_if: WhatIf | None = None
) -> list[list[int]]:
    """Futures of a campaign over doors: how many are done at the end of each coming day, up to the last of each.

    A future that hasn't ended on the last of `days` has one figure more than there are days.
    """
    record = _Record(past, standing, what_if)
    ready = _Readiness(days, standing.gaps)
    start: dict[int, list[int]] = {}
    booked: dict[int, list[int]] = {}
    for left in standing.left:
        at = bisect_left(days, left.ready) if left.ready is not None else 0
        (booked if left.booked else start).setdefault(at, [0] * KNOCKS)[min(left.tries, KNOCKS - 1)] += left.doors
    return _many(lambda: _walk(rng, record, standing, days, ready, start, booked))


def of_steps(
    past: Sequence[int], standing: Standing, days: Sequence[date], rng: Chance, what_if: WhatIf | None = None
) -> list[list[int]]:
    """Futures of a plain counter; as `of_doors`."""
    more = _more(standing, what_if)

    def walk() -> list[int]:
        weights = list(accumulate(_weights(rng, len(past))))
        done, path = float(standing.done), []
        for n in rng.choices(past, cum_weights=weights, k=len(days)):
            done += n * more
            path.append(int(done))
            if done >= standing.target:
                return path
        return [*path, int(done)]

    return _many(walk)


def _many(walk: Callable[[], list[int]]) -> list[list[int]]:
    """As many futures as the time allows: how long they are is seen from the first ten."""
    paths = [walk() for _path in range(10)]
    length = sum(len(path) for path in paths) / len(paths)
    wanted = max(LEAST_PATHS, min(MOST_PATHS, int(STEPS / length)))
    paths += [walk() for _path in range(wanted - len(paths))]
    return paths


def _more(standing: Standing, what_if: WhatIf | None) -> float:
    if what_if is not WhatIf.WORKER or not standing.hands:
        return 1.0
    return (standing.hands + 1) / standing.hands


class _Readiness:
    """When a door that was missed is tried again: after a gap drawn from those that the record has behind that knock, or
    from all where it has few of it.
    """

    def __init__(self, days: Sequence[date], gaps: Sequence[Sequence[int]]) -> None:
        every = [gap for some in gaps for gap in some] or [USUAL_GAP]
        # The longest gaps were waits for a free hand, and hands are counted by the day already.
        longest = sorted(every)[len(every) * 3 // 4]
        every = [min(gap, longest) for gap in every]
        padded = [[min(gap, longest) for gap in some] for some in gaps] + [[]] * KNOCKS
        self.gaps = [some if len(some) >= FEW_GAPS else every for some in padded[:KNOCKS]]
        self.days = days
        self._at: list[dict[int, int]] = [{} for _day in days]

    def draw(self, rng: Chance, n: int, knock: int) -> int:
        """The index of the day on which it is tried again, for one that was missed on the n-th."""
        gaps = self.gaps[knock]
        gap = gaps[int(rng.random() * len(gaps))]
        known = self._at[n]
        at = known.get(gap)
        if at is None:
            at = known[gap] = max(n + 1, bisect_left(self.days, self.days[n] + timedelta(days=gap)))
        return at


def _weights(rng: Chance, n: int) -> list[float]:
    """How much each of n past days weighs, n in all.

    The shape makes the mean vary as the mean of n unknown days does, Student's t at the 85 % line included: the plain
    bootstrap of five days is too sure of itself by a third.
    """
    shape = max(0.3, (n - 3) / n)
    drawn = [rng.gammavariate(shape, 1.0) + 1e-9 for _day in range(n)]
    scale = n / sum(drawn)
    return [one * scale for one in drawn]


class _Record:
    """The past as the walk needs it: lists by day, and what a knock came to over all."""

    def __init__(self, past: Sequence[TryDay], standing: Standing, what_if: WhatIf | None) -> None:
        more = _more(standing, what_if)
        self.tried = [list(day.tried) for day in past]
        self.done = [list(day.done) for day in past]
        self.capacity = [round(sum(day.tried) * more) for day in past]
        self.share = _shares(past, standing)
        self.ended = list(standing.ended)
        tried = [sum(column) for column in zip(*self.tried, strict=True)]
        done = [sum(column) for column in zip(*self.done, strict=True)]
        self.missed = [max(0, tried[k] - done[k]) for k in range(KNOCKS)]
        self.lift = _lift(standing.evenings) if what_if is WhatIf.EVENING else 1.0


def _shares(past: Sequence[TryDay], standing: Standing) -> list[float]:
    """Which share of the call-backs that could be tried was tried, day by day."""
    tries = sum(sum(day.tried) for day in past)
    out_a_try = sum(standing.ended) / tries if tries else 0.0
    every = sorted(gap for some in standing.gaps for gap in some)
    rest = every[len(every) // 4] if every else USUAL_GAP
    waiting, found = 0.0, []
    resting: list[tuple[date, float]] = []
    for day in past:
        again = sum(day.tried[1:])
        still = sum(missed for when, missed in resting if (day.day - when).days < rest)
        could = max(waiting - still, again)
        found.append(again / could if could else 0.0)
        missed = sum(day.tried) - sum(day.done) - out_a_try * sum(day.tried)
        waiting = max(0.0, waiting - again + missed)
        resting.append((day.day, missed))
    return found


def _lift(known: Evenings) -> float:
    """By what the odds of being met multiply in the evening, the same knocks compared (pooled as by Mantel and Haenszel's
    weights, so that evenings are not better for having more first knocks).
    """
    top = bottom = 0.0
    for k in range(KNOCKS):
        evening, evening_done, tried, done = known.tried[k], known.done[k], known.day_tried[k], known.day_done[k]
        if evening and tried:
            odds = log((evening_done + 0.5) / (evening - evening_done + 0.5)) - log((done + 0.5) / (tried - done + 0.5))
            weight = evening * tried / (evening + tried)
            top, bottom = top + weight * odds, bottom + weight
    return exp(top / bottom) if bottom >= 1 else 1.0


def _rates(rng: Chance, record: _Record, weights: Sequence[float]) -> tuple[list[float], list[float]]:
    """What each knock comes to in this future, and how many of those missed drop out."""
    rates, outs = [], []
    before = usual = 0.5
    harder = HARDER - HARDER_BY_DAY * max(0, KNOWN_FROM_DAYS - len(record.tried))
    for k in range(KNOCKS):
        tried = sum(weight * day[k] for weight, day in zip(weights, record.tried, strict=True))
        done = min(tried, sum(weight * day[k] for weight, day in zip(weights, record.done, strict=True)))
        lean = harder * (before + usual) / 2 if k else before
        strength = LEANS if k else 2.0
        before = rng.betavariate(done + strength * lean, tried - done + strength * (1 - lean))
        usual = usual * harder if k else before
        rates.append(before)
        outs.append(rng.betavariate(record.ended[k] + 0.3, max(0, record.missed[k] - record.ended[k]) + 15.0))
    return rates, outs


def _walk(
    rng: Chance, record: _Record, standing: Standing, days: Sequence[date], ready: _Readiness,
    start: Mapping[int, Sequence[int]], booked: Mapping[int, Sequence[int]],
) -> list[int]:  # fmt: skip
    weights = _weights(rng, len(record.tried))
    rates, outs = _rates(rng, record, weights)
    drawn = rng.choices(range(len(record.tried)), cum_weights=list(accumulate(weights)), k=len(days))
    coming: dict[int, list[int]] = {n: list(row) for n, row in start.items()}
    waiting = [0] * KNOCKS
    open_ = standing.open
    done, target, lift = standing.done, standing.target, record.lift
    path: list[int] = []
    for n, at in enumerate(drawn):
        arrived = coming.pop(n, None)
        if arrived is not None:
            waiting = [a + b for a, b in zip(waiting, arrived, strict=True)]
        capacity = record.capacity[at]
        agreed = booked.get(n)
        rounds = [(agreed, True)] if agreed is not None else []
        if agreed is not None:
            capacity = max(0, capacity - sum(agreed))
        rounds.append((_allot(rng, waiting, capacity, record.share[at]), False))
        for tries, waited_for in rounds:
            for k, count in enumerate(tries):
                if not count:
                    continue
                rate = (record.done[at][k] + OWN * rates[k]) / (record.tried[at][k] + OWN)
                if waited_for:
                    rate = max(rate, BOOKED)
                else:
                    waiting[k] -= count
                    if k and lift != 1.0:
                        rate = rate * lift / (1 - rate + rate * lift)
                met = binomial(rng, count, rate)
                out = binomial(rng, count - met, outs[k])
                done += met
                open_ -= met + out
                again = count - met - out
                lot, later = (again + LOTS - 1) // LOTS, min(k + 1, KNOCKS - 1)
                while again > 0:
                    when = ready.draw(rng, n, k)
                    row = coming.get(when)
                    if row is None:
                        row = coming[when] = [0] * KNOCKS
                    row[later] += lot if lot < again else again
                    again -= lot
        path.append(done)
        if done >= target or open_ <= 0:
            return path
    path.append(done)
    return path


def _allot(rng: Chance, waiting: Sequence[int], capacity: int, share: float) -> list[int]:
    """How many doors of each knock are tried: call-backs in the day's share, first knocks with the rest, and what is
    free then goes to call-backs again.
    """
    again = sum(waiting[1:])
    fresh = waiting[0]
    callbacks = min(capacity, int(share * again + rng.random()))
    first = min(fresh, capacity - callbacks)
    callbacks = min(again, capacity - first)
    tries = [first] + [0] * (KNOCKS - 1)
    for k in range(KNOCKS - 1, 0, -1):
        # The same share of each; what rounding leaves goes to the lowest.
        part = min(waiting[k], callbacks if again == waiting[k] else int(callbacks * waiting[k] / again + rng.random()))
        part = min(part, callbacks)
        tries[k] = part
        callbacks -= part
        again -= waiting[k]
    return tries


def binomial(rng: Chance, n: int, p: float) -> int:
    """How many of n come true, each with the chance p; drawn exactly for small n, by the normal law for large."""
    if n <= 0 or p <= 0.0:
        return 0
    if p >= 1.0:
        return n
    spread = n * p * (1 - p)
    if spread > 9.0:
        return min(n, max(0, round(rng.gauss(n * p, sqrt(spread)))))
    if n < 8:
        draw = rng.random
        return sum(draw() < p for _one in range(n))
    small = min(p, 1 - p)
    term = (1 - small) ** n
    odds, left, k = small / (1 - small), rng.random() - term, 0
    while left > 0 and k < n:
        term *= odds * (n - k) / (k + 1)
        k += 1
        left -= term
    return k if small == p else n - k
