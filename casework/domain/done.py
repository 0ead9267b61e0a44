"""Done work: which rows of the schedule a household's visits and checks fulfilled, each by when it was due.

Nothing is written down for it. Each visit and check is laid between the plan before and the plan after it; what it took
off the plan is what it has done. So a visit that is typed in late, taken back, or moved counts as it would have, had it
been typed in at once. People, tags and rules are those of now, each tag by its own days; rules of spells only know the
spells of their time.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from casework.domain.due import Due, DueKind, DueStatus
from casework.domain.schedule import plan, plan_place, status
from casework.domain.visit import MET, Outcome
from casework.domain.visiting import clears_call_back, digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from casework.domain.schedule_facts import HouseholdFacts, PlaceFacts
    from casework.domain.schedule_rules import ScheduleRules
    from casework.domain.visiting import VisitLike


@dataclass(frozen=True, slots=True)
class CheckDone:
    """A whole check as it is read here: `answers` are the words of each question, as far as a rule asks about them."""

    id: str
    checklist: str
    happened_at: datetime
    answers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Done:
    """One row of the schedule that was done: on which day, and by which visit or check."""

    due: Due
    done_on: date
    by: str
    """The id of the visit or check."""

    def status(self, day: date) -> DueStatus:
        """How it stands on a day: before it was done it was as open as any other row."""
        return status(self.due, day, self.done_on)


def completions(
    facts: HouseholdFacts,
    visits: Iterable[VisitLike],
    checks: Iterable[CheckDone],
    rules: ScheduleRules,
    first: date | None = None,
    last: date | None = None,
) -> tuple[Done, ...]:
    """What a household's visits and checks have done, the first one first; only what was done from `first` to `last`.

    `facts` are those of now; its own visits, checks and answers are left aside for those given here, which may come in any
    order. A visit does the visit that was due, the promise and the call-back; work whose window had not opened yet is not
    done by it, but for a promise and a call-back, which end with the contact whenever it comes.
    """
    known, made = list(visits), list(checks)
    moments = sorted(
        [(visit.happened_at, visit.id, False) for visit in known]
        + [(check.happened_at, check.id, True) for check in made]
    )
    done: list[Done] = []
    for at, eid, is_check in moments:
        day = at.date()
        if (first is not None and day < first) or (last is not None and day > last):
            continue
        as_of = rules.as_of(day)
        before = _open(_facts_at(facts, known, made, (at, eid), False), as_of)
        left = {_what(one) for one in _open(_facts_at(facts, known, made, (at, eid), True), as_of)}
        gone = [row for row in before if _what(row) not in left]
        if is_check:
            whole = {check.checklist for check in made if check.id == eid and check.complete}
            rows = [row for row in gone if row.kind is DueKind.CHECK and row.rule in whole]
        else:
            outcome = next(one for one in known if one.id == eid).outcome
            rows = [row for row in gone if _does(outcome, row)]
        done += [Done(row, day, eid) for row in rows if row.opens_on <= day or row.kind in _ANY_TIME]
    return tuple(done)


def completions_of_place(
    facts: PlaceFacts,
    checks: Iterable[CheckDone],
    rules: ScheduleRules,
    first: date | None = None,
    last: date | None = None,
) -> tuple[Done, ...]:
    """The same for a place, of which there are checks only."""
    made = sorted(checks, key=lambda check: (check.happened_at, check.id))
    done: list[Done] = []
    for n, check in enumerate(made):
        day = check.happened_at.date()
        if (first is not None and day < first) or (last is not None and day > last) or not check.complete:
            continue
        as_of = rules.as_of(day)
        before, after = (
            plan_place(replace(facts, followups=(), **_checked(made[:until])), as_of)  # type: ignore[arg-type]
            for until in (n, n + 1)
        )
        left = {_what(one) for one in after}
        done += [
            Done(row, day, check.id)
            for row in before
            if row.rule == check.checklist and _what(row) not in left and row.opens_on <= day
        ]
    return tuple(done)


_ANY_TIME = frozenset({DueKind.PROMISE, DueKind.CALL_BACK})


def _does(outcome: Outcome, row: Due) -> bool:
    """Whether a visit with this outcome does a row that it took off the plan; a refusal only puts a visit off."""
    if row.kind is DueKind.VISIT:
        return outcome in MET
    return row.kind in _ANY_TIME and clears_call_back(outcome)


def _facts_at(
    facts: HouseholdFacts, visits: Sequence[VisitLike], checks: Sequence[CheckDone], moment: tuple[datetime, str],
    including: bool,
) -> HouseholdFacts:  # fmt: skip
    """The facts just before a moment, or with what happened then."""

    def by_then(one: VisitLike | CheckDone) -> bool:
        own = (one.happened_at, one.id)
        return own < moment or (including and own == moment)

    kept = sorted((check for check in checks if by_then(check)), key=lambda check: (check.happened_at, check.id))
    return replace(
        facts,
        followups=(),
        bookings=tuple(one for one in facts.bookings if one.made_at < moment[0]),
        notices=tuple(one for one in facts.notices if one.left_at < moment[0]),
        visits=digest(visit for visit in visits if by_then(visit)),
        **_checked(kept),  # type: ignore[arg-type]
    )


def _checked(checks: Sequence[CheckDone]) -> dict[str, object]:
    answers = {(check.checklist, question): words for check in checks for question, words in check.answers.items()}
    days = {check.checklist: check.happened_at.date() for check in checks if check.complete}
    return {"checked": days, "answers": answers}


def _open(facts: HouseholdFacts, rules: ScheduleRules) -> list[Due]:
    """All that is open at a door: the call-back, and behind it what it stands for."""
    rows = list(plan(facts, rules))
    if facts.visits.tries:
        aside = replace(facts, visits=replace(facts.visits, tries=(), try_outcomes=()))
        rows = [row for row in rows if row.kind is DueKind.CALL_BACK] + list(plan(aside, rules))
    return rows


def _what(row: Due) -> tuple[object, ...]:
    return (row.kind, row.rule, row.resident_id, row.due_on)
