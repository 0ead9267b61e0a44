"""The clock of a follow-up: when it is due, how much of its limit has passed, which reminders have fallen due.

Everything is reckoned from the case's steps and an instant that the caller names; nothing needs to have been running
meanwhile, so that it says the same however seldom the program was open.

The clock runs while there is work to do. It **stops** while the case is suspended, while the resident is asked whether
it is put right (from *done* until the answer), and while it waits for the resident until an agreed day; what was left
of the limit then is left when it runs on. Ordinary limits run in office hours (1 working day = 8 hours, DOMAIN 4.7),
urgent ones in hours without a pause. Being handed on to somebody else does not stop or restart it.

The ladder: a reminder before the deadline, then one rung after the other (community, street, district), each at so
many hours after the deadline, or after the hour by which a case that was handed over ought to have been accepted; a
problem that has come up so often is on a rung from the start.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from casework.domain import workingdays
from casework.domain.followup import CLOSED_STATES, NEUTRAL, WORK_STATES, Action, State
from casework.domain.workingdays import OFFICE, OfficeHours

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from casework.domain.phrase import Label, Phrase


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a case as the clock reads it; `action` is None for the opening.

    `due_at` is a deadline that the step sets: the opening does, an extension, a reopening. `unaccepted` means that
    the case then waits for somebody to take it. `until_on` is the day until which the resident is waited for.
    """

    at: datetime
    action: Action | None
    state: State
    due_at: datetime | None = None
    unaccepted: bool = False
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """All that the clock reads: the steps in order, the opening first. `urgent` limits run on without a pause.

    `limit_hours` is the limit as the catalog gave it, in working or running hours; None where a day was named.
    `repeat_n` says that this is the n-th case of a recurring problem.
    """

    steps: tuple[Step, ...]
    urgent: bool = False
    limit_hours: float | None = None
    repeat_n: int = 1


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of the escalation ladder: after how many hours without acceptance, or past the deadline, and at which
    repeat. Working hours for ordinary cases, hours that run on for urgent ones; 0 repeats for never.
    """

    key: str
    label: Label
    overdue_hours: float
    overdue_urgent_hours: float
    unaccepted_hours: float
    unaccepted_urgent_hours: float
    repeats: int = 0


@dataclass(frozen=True, slots=True)
class ClockRules:
    """The city's numbers: office hours, when to remind, at which share of the limit the lights change, the ladder."""

    office: OfficeHours = OFFICE
    reminder_days: int = 2
    reminder_urgent_hours: float = 2
    yellow_percent: float = 80
    red_percent: float = 100
    ladder: tuple[Rung, ...] = ()


RULES = ClockRules()


class Light(StrEnum):
    """How much of the limit has passed."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


class Cause(StrEnum):
    """Why something on the ladder fell due."""

    REMINDER = "reminder"
    UNACCEPTED = "unaccepted"
    OVERDUE = "overdue"
    REPEATS = "repeats"


@dataclass(frozen=True, slots=True)
class Fallen:
    """A reminder, or a rung of the ladder, and the instant at which it falls due. A reminder has no rung."""

    at: datetime
    cause: Cause
    rung: Rung | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What the clock shows at an instant. Hours are working hours, or running ones for an urgent case.

    `due_at` is where the deadline stands; while the clock is stopped it is where it would be if it ran on now.
    `caution` says that the holidays of that year are not published.
    """

    due_at: datetime
    running: bool
    left_hours: float
    total_hours: float
    percent: float
    light: Light
    stopped_since: datetime | None = None
    caution: Phrase | None = None


@dataclass(frozen=True, slots=True)
class _Run:
    """A stretch in which the clock runs towards one deadline; `fresh` where a limit begins with it."""

    start: datetime
    end: datetime | None
    due_at: datetime
    life: int
    fresh: bool


@dataclass(frozen=True, slots=True)
class _Told:
    """The clock after all steps: its runs, who was waited for to accept, and what is left where it stands still."""

    runs: tuple[_Run, ...]
    handed: tuple[tuple[datetime, datetime | None, int], ...]
    born: tuple[datetime, ...]
    total: float
    left: float | None
    stopped_since: datetime | None


def end_of(day: date, like: datetime) -> datetime:
    """The instant until which something due on a day is in time: the end of that day."""
    return datetime.combine(day, time(23, 59), like.tzinfo)


def later(start: datetime, hours: float, urgent: bool, office: OfficeHours = OFFICE) -> datetime:
    """So many hours of the clock after an instant, or before it where they are negative."""
    if urgent:
        at = start + timedelta(hours=hours)
    elif hours < 0:
        at = workingdays.before_hours(start, -hours, office)
    else:
        at = workingdays.after_hours(start, hours, office)
    return (at + timedelta(milliseconds=500)).replace(microsecond=0)


def hours(start: datetime, end: datetime, urgent: bool, office: OfficeHours = OFFICE) -> float:
    """The hours of the clock from one instant to another; negative where `end` comes first."""
    if urgent:
        return (end - start).total_seconds() / 3600
    return workingdays.hours_between(start, end, office)


def reading(facts: ClockFacts, now: datetime, rules: ClockRules = RULES) -> Reading:
    """What the clock shows. Of a closed case: where it stood at its end."""
    told = _tell(facts, now, rules)
    if told.left is not None and is_closed(facts):
        left, due_at = told.left, told.runs[-1].due_at if told.runs else facts.steps[0].due_at or facts.steps[0].at
    elif told.left is not None:
        left, due_at = told.left, later(now, told.left, facts.urgent, rules.office)
    else:
        due_at = told.runs[-1].due_at
        left = hours(now, due_at, facts.urgent, rules.office)
    percent, light = _share(told.total, left, rules)
    if told.left is None and now > due_at:
        light = Light.RED
    return Reading(
        due_at=due_at, running=told.left is None, left_hours=left, total_hours=told.total, percent=percent, light=light,
        stopped_since=told.stopped_since, caution=None if facts.urgent else workingdays.caution(due_at.date()),
    )  # fmt: skip


def light(
    state: State, opened_at: datetime, due_at: datetime, limit_hours: float | None, urgent: bool, now: datetime,
    rules: ClockRules = RULES,
) -> Light:  # fmt: skip
    """The light of a case in a list, from its row alone. A clock that stands still is never red: nobody is late."""
    if state not in WORK_STATES:
        return Light.GREEN
    if now > due_at:
        return Light.RED
    total = limit_hours or hours(opened_at, due_at, urgent, rules.office)
    return _share(total, hours(now, due_at, urgent, rules.office), rules)[1]


def _share(total: float, left: float, rules: ClockRules) -> tuple[float, Light]:
    percent = 100 * (total - left) / total if total > 0 else (0.0 if left >= 0 else 100.0)
    if percent > rules.red_percent:
        return percent, Light.RED
    return percent, Light.YELLOW if percent >= rules.yellow_percent else Light.GREEN


def fallen(facts: ClockFacts, now: datetime, rules: ClockRules = RULES) -> tuple[Fallen, ...]:
    """The reminders and rungs that have fallen due by an instant, in order."""
    return tuple(one for one in _all(facts, now, rules) if one.at <= now)


def coming(facts: ClockFacts, now: datetime, rules: ClockRules = RULES) -> Fallen | None:
    """The next one to fall due if nothing is done; None if none will."""
    return next((one for one in _all(facts, now, rules) if one.at > now), None)


def _all(facts: ClockFacts, now: datetime, rules: ClockRules) -> list[Fallen]:
    told = _tell(facts, now, rules)
    found: dict[tuple[object, ...], Fallen] = {}
    for life, born in enumerate(told.born):
        for rung in rules.ladder:
            if rung.repeats and facts.repeat_n >= rung.repeats and life == 0:
                _keep(found, Fallen(born, Cause.REPEATS, rung), life)
    for start, end, life in told.handed:
        for rung in rules.ladder:
            wait = rung.unaccepted_urgent_hours if facts.urgent else rung.unaccepted_hours
            at = later(start, wait, facts.urgent, rules.office)
            if end is None or at < end:
                _keep(found, Fallen(at, Cause.UNACCEPTED, rung), life)
    for run in told.runs:
        for one in _of_run(run, facts.urgent, rules):
            if run.end is None or one.at < run.end:
                _keep(found, one, (run.life, run.due_at) if one.rung is None else run.life)
    return sorted(found.values(), key=lambda one: (one.at, one.cause, one.rung.key if one.rung else ""))


def _keep(found: dict[tuple[object, ...], Fallen], one: Fallen, life: object) -> None:
    """Each rung falls due once for each cause in a life, at its first moment; a reminder once for each deadline."""
    found.setdefault((life, one.cause, one.rung.key if one.rung else ""), one)


def _of_run(run: _Run, urgent: bool, rules: ClockRules) -> Iterator[Fallen]:
    remind = later(
        run.due_at, -(rules.reminder_urgent_hours if urgent else rules.reminder_days * 8), urgent, rules.office
    )
    if remind >= run.start or not run.fresh:
        # A limit shorter than the notice needs none at its beginning.
        at = max(remind, run.start)
        if at < run.due_at:
            yield Fallen(at, Cause.REMINDER)
    for rung in rules.ladder:
        past = rung.overdue_urgent_hours if urgent else rung.overdue_hours
        yield Fallen(max(later(run.due_at, past, urgent, rules.office), run.start), Cause.OVERDUE, rung)


def _tell(facts: ClockFacts, now: datetime, rules: ClockRules) -> _Told:
    """Go through the steps up to an instant."""
    urgent, office = facts.urgent, rules.office
    first = facts.steps[0]
    due_at = first.due_at or end_of(first.at.date(), first.at)
    total = facts.limit_hours or hours(first.at, due_at, urgent, office)
    runs: list[_Run] = []
    handed: list[tuple[datetime, datetime | None, int]] = []
    born: list[datetime] = []
    left: float | None = None
    stopped: datetime | None = None
    for step in _with_returns(facts.steps, now):
        neutral = step.action in NEUTRAL and step.due_at is None
        opens = step.action is None or step.action is Action.REOPEN
        if neutral:
            continue
        if runs and runs[-1].end is None:
            left = hours(step.at, due_at, urgent, office)
            runs[-1] = replace(runs[-1], end=step.at)
        if handed and handed[-1][1] is None and (step.action is Action.ASSIGN or not step.unaccepted):
            handed[-1] = (handed[-1][0], step.at, handed[-1][2])
        if opens:
            born.append(step.at)
            if step.action is not None:
                due_at, left = step.due_at or later(step.at, total, urgent, office), None
                total = hours(step.at, due_at, urgent, office)
        elif step.due_at is not None:
            total += hours(due_at, step.due_at, urgent, office)
            due_at, left = step.due_at, None
        life = len(born) - 1
        if step.unaccepted and (not handed or handed[-1][1] is not None):
            handed.append((step.at, None, life))
        waiting = step.until_on is not None and step.action is Action.WAIT
        if step.state in WORK_STATES and not waiting:
            if left is not None and stopped is not None:
                due_at = later(step.at, left, urgent, office)
            runs.append(_Run(step.at, None, due_at, life, opens))
            left, stopped = None, None
        else:
            left = hours(step.at, due_at, urgent, office) if left is None else left
            stopped = stopped or step.at
    return _Told(tuple(_joined(runs)), tuple(handed), tuple(born), total, left, stopped)


def _with_returns(steps: Iterable[Step], now: datetime) -> Iterator[Step]:
    """The steps up to an instant, and a step of its own where the day until which the resident was waited for begins."""
    waiting: Step | None = None
    last: datetime | None = None
    for step in steps:
        if last is not None and step.at < last:
            # Of a clock that was set back only the order of the steps is known.
            step = replace(step, at=last)
        last = step.at
        if step.at > now and step.action is not None:
            break
        yield from _ended(waiting, step.at)
        if waiting is not None and (step.action not in NEUTRAL or _day_begins(waiting) <= step.at):
            waiting = None
        yield step
        if step.action is Action.WAIT and step.state in WORK_STATES and step.until_on is not None:
            waiting = step
    yield from _ended(waiting, now)


def _ended(waiting: Step | None, at: datetime) -> Iterator[Step]:
    if waiting is not None and _day_begins(waiting) <= at:
        yield replace(waiting, at=_day_begins(waiting), action=Action.RESUME, until_on=None, due_at=None)


def _day_begins(waiting: Step) -> datetime:
    return datetime.combine(waiting.until_on or waiting.at.date(), time(), waiting.at.tzinfo)


def _joined(runs: Iterable[_Run]) -> Iterator[_Run]:
    """Runs that follow each other without a stop, towards the same deadline, are one."""
    last: _Run | None = None
    for run in runs:
        if last is not None and last.end == run.start and last.due_at == run.due_at and not run.fresh:
            last = replace(last, end=run.end)
            continue
        if last is not None:
            yield last
        last = run
    if last is not None:
        yield last


def is_closed(facts: ClockFacts) -> bool:
    """Whether the last step closed the case."""
    states = [step.state for step in facts.steps if step.action not in NEUTRAL]
    return states[-1] in CLOSED_STATES
