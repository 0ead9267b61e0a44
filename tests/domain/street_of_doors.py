"""Campaigns played door by door, to hold forecasts against: it shares nothing with the forecast's own model.

Every household has a chance of its own to be met, some hardly ever; it changes with the day and with the hour. Workers
walk building after building, fall ill, sit in meetings, call back after some days, leave a notice after several
tries and get calls from it. Nothing here draws from a record.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from casework.domain import workingdays
from casework.domain.forecast import KNOCKS, Evenings, Left, Standing, TryDay


@dataclass
class Door:
    """A household that the campaign is for."""

    building: int
    patience: float
    tries: int = 0
    state: str = "open"
    ready: date | None = None
    last: date | None = None
    booked: bool = False
    met_first: float = 0.0


@dataclass(frozen=True)
class Town:
    """How a campaign goes; the figures are those of the issue, and others around them."""

    households: int = 4000
    eligible: int = 1400
    met_first: float = 0.72
    alike: float = 3.0
    workers: int = 2
    doors_a_day: float = 52.0
    unsteady: float = 0.22
    away: float = 0.06
    meeting: float = 0.12
    mood: float = 0.25
    refusing: float = 0.02
    call_back_after: int = 2
    notice_after: int = 3
    calls: float = 0.45
    kept: float = 0.85
    saturday: float = 0.0
    evening: float = 0.0
    evening_better: float = 0.9
    again_first: float = 0.5
    start: date = date(2026, 3, 2)


@dataclass
class Played:
    """A campaign up to some evening."""

    town: Town
    rng: random.Random
    doors: list[Door]
    day: date
    tried: dict[date, Counter[int]] = field(default_factory=dict)
    done: dict[date, Counter[int]] = field(default_factory=dict)
    evening_tried: dict[date, Counter[int]] = field(default_factory=dict)
    evening_done: dict[date, Counter[int]] = field(default_factory=dict)
    people: list[int] = field(default_factory=list)
    gaps: list[list[int]] = field(default_factory=lambda: [[] for _knock in range(KNOCKS)])
    finished: date | None = None

    @property
    def done_count(self) -> int:
        return sum(door.state == "done" for door in self.doors)


def begin(seed: int, town: Town | None = None) -> Played:
    """The evening before the first day."""
    town = town or Town()
    rng = random.Random(seed)
    chosen = sorted(rng.sample(range(town.households), town.eligible))
    a, b = town.met_first * town.alike, (1 - town.met_first) * town.alike
    doors = [Door(n // 24, rng.betavariate(a, b)) for n in chosen]
    return Played(town, rng, doors, town.start)


def works_on(played: Played, day: date) -> bool:
    """Whether somebody goes out: working days, and some Saturdays."""
    return workingdays.is_working_day(day) or (day.weekday() == 5 and played.rng.random() < played.town.saturday)


def play_day(played: Played, goal: int | None = None) -> None:
    """Play the next day, worked or not; `finished` is set on the day on which the goal is reached or nobody is left."""
    town, rng, day = played.town, played.rng, played.day
    played.day = day + timedelta(days=1)
    if not works_on(played, day):
        return
    mood = rng.gauss(0, town.mood)
    tried: Counter[int] = Counter()
    done: Counter[int] = Counter()
    evening: Counter[int] = Counter()
    evening_done: Counter[int] = Counter()
    out = 0
    for _worker in range(town.workers):
        if rng.random() < town.away:
            continue
        out += 1
        capacity = max(5, round(rng.gauss(town.doors_a_day, town.doors_a_day * town.unsteady)))
        if rng.random() < town.meeting:
            capacity //= 2
        due = [d for d in played.doors if d.state == "open" and d.tries and d.ready is not None and d.ready <= day]
        due.sort(key=lambda d: (not d.booked, d.ready, d.building))
        fresh = [d for d in played.doors if d.state == "open" and not d.tries]
        again = min(len(due), max(int(capacity * town.again_first), capacity - len(fresh)))
        for n, door in enumerate([*due[:again], *fresh][:capacity]):
            late = bool(town.evening) and n >= capacity * (1 - town.evening)
            knock(played, door, mood, tried, done, late, evening, evening_done)
    played.people.append(out)
    if tried:
        played.tried[day], played.done[day] = tried, done
        played.evening_tried[day], played.evening_done[day] = evening, evening_done
    left = sum(door.state == "open" for door in played.doors)
    if played.finished is None and (left == 0 or (goal is not None and played.done_count >= goal)):
        played.finished = day


def knock(
    played: Played, door: Door, mood: float, tried: Counter[int], done: Counter[int], late: bool,
    evening: Counter[int], evening_done: Counter[int],
) -> None:  # fmt: skip
    town, rng = played.town, played.rng
    p = min(0.995, max(0.005, door.patience))
    odds = math.log(p / (1 - p)) + mood + (town.evening_better if late else 0.0)
    chance = town.kept if door.booked else 1 / (1 + math.exp(-odds))
    k = min(door.tries, KNOCKS - 1)
    today = played.day - timedelta(days=1)
    if door.last is not None:
        played.gaps[k - 1].append((today - door.last).days)
    door.last = today
    door.tries += 1
    door.booked = False
    tried[k] += 1
    evening[k] += late
    if rng.random() < chance:
        if rng.random() < town.refusing:
            door.state = "refused"
        else:
            door.state = "done"
            done[k] += 1
            evening_done[k] += late
        return
    wait = town.call_back_after
    if door.tries >= town.notice_after:
        door.booked = rng.random() < town.calls
        wait = rng.randint(1, 5)
    door.ready = today + timedelta(days=wait)


def counts(counter: Counter[int]) -> tuple[int, ...]:
    return tuple(counter[k] for k in range(KNOCKS))


def evenings(played: Played) -> Evenings:
    """Tries in the evening and by day, as a casebook would find them."""
    evening, evening_done, tried, done = (
        sum(days.values(), Counter()) for days in (played.evening_tried, played.evening_done, played.tried, played.done)
    )
    return Evenings(counts(evening), counts(evening_done), counts(tried - evening), counts(done - evening_done))


def record(played: Played) -> list[TryDay]:
    """The daily record, as a casebook would give it."""

    return [
        TryDay(day, counts(tried), counts(played.done[day]))
        for day, tried in sorted(played.tried.items())
    ]  # fmt: skip


def standing(played: Played, goal: int | None = None, deadline: date | None = None) -> Standing:
    """Where it stands on the morning of the next day."""
    left = Counter(
        (min(d.tries, KNOCKS - 1), d.ready if d.tries else None, d.booked) for d in played.doors if d.state == "open"
    )
    ended: Counter[int] = Counter(min(d.tries, KNOCKS) - 1 for d in played.doors if d.state == "refused")
    people = [n for n in played.people if n]
    return Standing(
        starts=played.day, done=played.done_count, goal=goal, deadline=deadline,
        left=tuple(Left(tries, n, ready, booked) for (tries, ready, booked), n in sorted(left.items(), key=str)),
        ended=tuple(ended[k] for k in range(KNOCKS)), never=sum(ended.values()),
        gaps=tuple(tuple(some) for some in played.gaps), evenings=evenings(played),
        hands=sum(people) / len(people) if people else None,
    )  # fmt: skip


def after_days(seed: int, days: int, goal: int | None = None, town: Town | None = None) -> Played:
    """A campaign on the evening of its so-many-th working day."""
    played = begin(seed, town)
    while len(played.tried) < days:
        play_day(played, goal)
    return played


def play_out(played: Played, goal: int | None = None, most: int = 500) -> date | None:
    """The day on which it is finished; None where that doesn't come."""
    for _day in range(most):
        if played.finished is not None:
            break
        play_day(played, goal)
    return played.finished


def varied(rng: random.Random) -> Town:
    """Another town: what nobody knows before a campaign is drawn anew."""
    return replace(
        Town(), alike=rng.uniform(2.0, 6.0), doors_a_day=rng.uniform(40, 60), unsteady=rng.uniform(0.12, 0.35),
        mood=rng.uniform(0.1, 0.4), refusing=rng.uniform(0.0, 0.05), calls=rng.uniform(0.3, 0.6),
        again_first=rng.uniform(0.2, 0.8), call_back_after=rng.choice((1, 2, 3)), away=rng.uniform(0.0, 0.12),
    )  # fmt: skip
