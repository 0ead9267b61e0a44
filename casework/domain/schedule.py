"""The schedule: what is due at a door, from facts alone, and how a due row stands on a day.

`plan` knows no today: its dates follow from the facts, so that a row computed at a save is still right next
month, and `doctor` computes the same. What changes with time alone (a 65th birthday, a tag that ends) is
planned ahead.

At each door there is at most one visit row (a second only where a more pressing rule begins soon after the
first is due), one row per checklist, one promise, one call-back and one row per open follow-up. While a
call-back is open it stands for visit and promise, and the door's other work waits for its day: a door where
nobody opened a minute ago does not ask for a knock again. A booked visit does the same for what can wait that long.
"""

from __future__ import annotations

import zlib
from bisect import bisect_right
from dataclasses import replace
from datetime import date, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING

from casework.domain.arrangement import of_door
from casework.domain.cadence import next_day, window_from
from casework.domain.callback import booked_due, call_back, hour_of
from casework.domain.due import URGENT, Due, DueKind, DueStatus
from casework.domain.phrase import N_, Phrase
from casework.domain.resident import LifeState, ResidenceState, age_on
from casework.domain.schedule_facts import (
    DatedTag,
    Errand,
    FollowupFacts,
    HouseholdFacts,
    PlaceFacts,
    ResidentFacts,
)
from casework.domain.schedule_rules import Home, ScheduleRule, ScheduleRules
from casework.domain.season import FAR
from casework.domain.visit import Mode, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from casework.domain.visiting import VisitFacts

__all__ = [
    "DatedTag",
    "FollowupFacts",
    "HouseholdFacts",
    "PlaceFacts",
    "ResidentFacts",
    "plan",
    "plan_place",
    "status",
]


LOOK_AHEAD = 3660
"""Days: a rule that first holds for a person more than ten years on is not planned for yet."""


def status(due: Due, day: date, done_on: date | None = None) -> DueStatus:
    """How a piece of work stands on a day; the one place where that is decided, by days alone.

    Open work is upcoming, due, overdue, or missed and still to be completed. From the day on which it was done, `done_on`
    (when it happened, whenever that was typed in), it is done on time where that was no later than the day by which it
    ought to be, or done late.
    """
    if done_on is not None and done_on <= day:
        return DueStatus.DONE_ON_TIME if done_on <= due.due_on else DueStatus.DONE_LATE
    if day < due.opens_on:
        return DueStatus.UPCOMING
    if day <= due.due_on:
        return DueStatus.DUE
    return DueStatus.OVERDUE if day <= due.closes_on else DueStatus.MISSED


def plan(facts: HouseholdFacts, rules: ScheduleRules) -> tuple[Due, ...]:
    """All open work at a door, most pressing first; the same for the same facts, whatever their order."""
    here, paused, gone = _who_lives_here(facts)
    nobody = bool(facts.residents) and all(one.life_state is LifeState.DECEASED for one in facts.residents)
    # The dead are not asked; the case itself stays in its list with its next day.
    asked = [one for one in facts.followups if not (nobody and one.errand is Errand.ASK)]
    rows = [_followup(one, facts.id, None, rules) for one in asked]
    if paused:
        rows.append(_review(facts, paused, rules))
    if here or not facts.residents:
        routine = _routine(facts, here, rules)
        if facts.visits.tries:
            call = call_back(facts, here, rules)
            rows = _behind(call, routine, rows, facts)
            # Where somebody is to be found today the call-back is about that, and the booking a row of its own.
            rows += _booked(facts, rules)[1:] if hour_of(call) else _booked(facts, rules)
            return tuple(sorted(rows, key=_rank))
        booked = _booked(facts, rules)
        rows = routine + rows if rows else routine
        if booked:
            rows = _behind(booked[0], routine, rows[len(routine) :], facts) + booked[1:]
    else:
        booked = _booked(facts, rules) if not gone else []
        rows += booked
    agreed = facts.visits.promised_on
    if not gone and agreed is not None and agreed not in [one.due_on for one in booked]:
        rows.append(_promise(agreed, facts, rules))
    if len(rows) > 1:
        rows.sort(key=_rank)
    return tuple(rows)


def plain_from(facts: HouseholdFacts, rows: Iterable[Due], rules: ScheduleRules) -> date | None:
    """Born on or after which day somebody who lives here, without tags, changes nothing of what is due at a door.

    `rows` is the plan of the same door with nobody on file, visited and checked by nobody yet. Somebody whose birthday
    is not known counts as born late. None where no age can be told: then each person is to be looked at. It is for
    planning a new street at a time: most people are too young for any rule.
    """
    if not rules.concern_people:
        return date.min
    home = rules.home(facts)
    for residence in ResidenceState:
        rest = (None, _NO_FINDINGS, home, residence.value)
        young = rules.of_person(_NO_TAGS, -1, *rest) or rules.of_person(_NO_TAGS, 0, *rest)
        if young or rules.checks_without_tags(*rest):
            return None
    if not rules.ages:
        return date.min
    visits = [due.due_on for due in rows if due.kind is DueKind.VISIT]
    if not visits:
        return None
    limit = min(visits) + timedelta(days=rules.settings.better_rule_within_days)
    # The day after the next: whoever is born on 29 February turns on 1 March.
    return date.fromordinal(birthday(limit, -rules.ages[0]) + 2)


def plan_place(facts: PlaceFacts, rules: ScheduleRules) -> tuple[Due, ...]:
    """All open work at a place, most pressing first."""
    rows = [_followup(one, None, facts.id, rules) for one in facts.followups]
    entered = facts.entered_on.toordinal()
    seed = zlib.crc32((facts.spread or facts.id).encode())
    found: list[_Found] = []
    for rule in rules.of_place(facts):
        last = facts.checked.get(rule.checklist)
        day = next_day(rule, None if last is None else last.toordinal(), entered, seed, 0)
        if day < rule.ends:
            found.append((day, rule.priority, rules.order[rule.key], "", rule, last))
    rows += _choose(found, None, rules, facts.id)
    return tuple(sorted(rows, key=_rank))


def _rank(due: Due) -> tuple[object, ...]:
    return (due.priority, due.due_on, due.kind, due.rule, due.resident_id or "")


def _who_lives_here(
    facts: HouseholdFacts,
) -> tuple[list[ResidentFacts], list[ResidentFacts], bool]:
    """Who is to be visited here, who is away for now, and whether everybody is known to be gone.

    A door without anybody on file is visited: who lives there is what the visit finds out.
    """
    here: list[ResidentFacts] = []
    paused: list[ResidentFacts] = []
    for person in facts.residents:
        state = person.life_state
        if state is LifeState.LIVING_HERE:
            here.append(person)
        elif state is LifeState.AWAY or state is LifeState.HOSPITALISED:
            paused.append(person)
    return here, paused, bool(facts.residents) and not here and not paused


def _routine(facts: HouseholdFacts, here: list[ResidentFacts], rules: ScheduleRules) -> list[Due]:
    """Visits by cadence and checks by interval."""
    entered = facts.entered_on.toordinal()
    seed = zlib.crc32((facts.spread or facts.id).encode())
    visits = facts.visits
    rest = 0 if visits.last_outcome_on is None else _rest_until(visits, visits.last_outcome_on, rules)
    found: list[_Found] = []
    home = rules.home(facts)
    soonest = FAR
    untouched = not (visits.met or facts.checked or rest)
    for rule in rules.of_door(home):
        day, last = _next_day(rule, facts, visits.met, entered, seed, rest)
        if day < rule.ends:
            found.append((day, rule.priority, rules.order[rule.key], "", rule, last))
            if rule.kind is DueKind.VISIT and day < soonest:
                soonest = day
    if not here:
        return _choose(found, facts.id, rules)
    floor = facts.entered_on
    if visits.met or facts.checked:
        floor = min(floor, *visits.met.values(), *facts.checked.values())
    first = floor.toordinal()
    limit = date.fromordinal(min(FAR, soonest + rules.settings.better_rule_within_days))
    for person in here:
        if person.residence_state is ResidenceState.REGISTERED_NOT_RESIDENT:
            continue
        met = visits.met_person.get(person.id) or visits.met_person.get("") or _NOBODY_MET
        before: tuple[ScheduleRule, ...] = ()
        done: set[str] = set()
        since: dict[str, int] = {}
        for start, end, held in _stretches(person, home, floor, limit, rules):
            for rule in held:
                if rule.key in done:
                    continue
                if untouched and rule.steady:
                    # Of most doors of a new register: the same as below, which every one of them would pay for.
                    day, last = max(entered + seed % rule.every_days, rule.starts), None
                else:
                    day, last = _next_day(rule, facts, met, entered, seed, rest, since.get(rule.key, 0))
                if day < start and rule not in before:
                    if start - day > LOOK_AHEAD:
                        done.add(rule.key)
                        continue
                    day = start
                if not rule.steady and rule not in before and start > first:
                    since[rule.key] = start
                    day, last = _next_day(rule, facts, met, entered, seed, rest, start)
                if day < end and day < rule.ends:
                    done.add(rule.key)
                    found.append((day, rule.priority, rules.order[rule.key], person.id, rule, last))
            before = held
    return _choose(found, facts.id, rules)


_Found = tuple[int, int, int, str, ScheduleRule, date | None]
"""A rule that falls due: the day as an ordinal, priority, order in the catalog, person, rule, when last
done.
"""

_NOBODY_MET: Mapping[Mode, date] = {}


def _next_day(
    rule: ScheduleRule, facts: HouseholdFacts, met: Mapping[Mode, date], entered: int, seed: int, rest: int,
    since: int = 0,
) -> tuple[int, date | None]:  # fmt: skip
    """The day on which a rule falls due while it holds, as an ordinal, and when it was last done."""
    last: date | None = None
    if rule.kind is DueKind.CHECK:
        if facts.checked:
            last = facts.checked.get(rule.checklist)
    elif met:
        last = max((day for mode, day in met.items() if mode in rule.modes), default=None)
    if not rule.steady:
        return next_day(rule, None if last is None else last.toordinal(), entered, seed, rest, since), last
    day = entered + seed % rule.every_days if last is None else last.toordinal() + rule.every_days
    return max(day, rest, rule.starts), last


def _rest_until(visits: VisitFacts, last: date, rules: ScheduleRules) -> int:
    """Until when a door is left in peace: who said no is not asked again and again (DOMAIN 8)."""
    if visits.last_outcome is Outcome.REFUSED:
        return last.toordinal() + rules.settings.rest_after_refusal_days
    if visits.last_outcome is Outcome.ADDRESS_NOT_FOUND:
        return last.toordinal() + rules.settings.rest_after_wrong_address_days
    return 0


def _stretches(
    person: ResidentFacts, home: Home, floor: date, limit: date, rules: ScheduleRules
) -> Iterable[tuple[int, int, tuple[ScheduleRule, ...]]]:
    """The stretches of days in which the same rules hold for a person: start, end, rules.

    Nothing falls due before `floor`. Past `limit` a visit can no longer matter, so that the birthdays of
    somebody for whom no check can ever fall due are looked at no further: of most people nothing changes in
    between.
    """
    born, ages, residence = person.born, rules.ages, person.residence_state
    tags = [tag for tag in person.tags if tag.tag in rules.tags] if person.tags else []
    rest = (person.risk_override, person.findings, home, residence)
    first = floor.toordinal()
    if not tags:
        bracket = -1 if born is None else bisect_right(ages, age_on(born, floor))
        if born is None or (
            bracket == bisect_right(ages, age_on(born, limit)) and not rules.checks_without_tags(*rest)
        ):
            held = rules.of_person(_NO_TAGS, bracket, *rest)
            return ((first, FAR, held),) if held else ()
    birthdays = [] if born is None else [birthday(born, age) for age in ages]
    cuts = {day for day in birthdays if day > first}
    for tag in tags:
        cuts.update(day.toordinal() for day in (tag.since, tag.until) if day is not None and day > floor)
    starts = [first, *sorted(cuts)]
    stretches = []
    for start, end in zip(starts, [*starts[1:], FAR], strict=True):
        bracket = -1 if born is None else bisect_right(birthdays, start)
        held_tags = frozenset(tag.tag for tag in tags if _holds(tag, start))
        stretches.append((start, end, rules.of_person(held_tags, bracket, *rest)))
    return stretches


_NO_TAGS: frozenset[str] = frozenset()
_NO_FINDINGS: frozenset[str] = frozenset()


def _holds(tag: DatedTag, day: int) -> bool:
    return (tag.since is None or tag.since.toordinal() <= day) and (tag.until is None or day < tag.until.toordinal())


def birthday(born: date, age: int) -> int:
    """The day on which somebody turns an age, as an ordinal; 29 February turns on 1 March in common years."""
    year = born.year + age
    if year > date.max.year:
        return FAR
    try:
        return date(year, born.month, born.day).toordinal()
    except ValueError:
        return date(year, 3, 1).toordinal()


def _choose(found: list[_Found], household: str | None, rules: ScheduleRules, place: str | None = None) -> list[Due]:
    """The first visit, and the first check by each checklist; a later one of the same only where a more pressing rule
    begins soon after, or at any time for a rule that does not come back by its cadence alone.
    """
    found.sort(key=_FIRST_FOUR)
    rows: list[Due] = []
    chosen: dict[str, tuple[int, int]] = {}
    for day, priority, _, person, rule, last in found:
        best, until = chosen.get(rule.checklist, (10, FAR))
        if priority >= best or (day > until if rule.kind is DueKind.VISIT else best < 10 and rule.steady):
            continue
        chosen[rule.checklist] = (priority, day + rules.settings.better_rule_within_days if best == 10 else until)
        rows.append(_row(rule, day, household, person or None, place, last))
    return rows


_FIRST_FOUR = itemgetter(0, 1, 2, 3)


def _row(
    rule: ScheduleRule,
    day: int,
    household: str | None,
    resident: str | None,
    place: str | None,
    last: date | None,
) -> Due:
    reason = rule.never
    if last is not None:
        text = N_("{rule}: last met on {day}") if rule.kind is DueKind.VISIT else N_("{rule}: last checked on {day}")
        reason = Phrase(text, {"rule": rule.label, "day": last})
    opens, closes = day - rule.before, day + rule.after
    if not rule.steady and (rule.seasons or rule.spell):
        first, end = window_from(rule, day)
        opens, closes = min(day, max(opens, first)), max(day, min(closes, end - 1))
    return Due(
        kind=rule.kind,
        rule=rule.name,
        household_id=household,
        resident_id=resident,
        place_id=place,
        opens_on=date.fromordinal(max(1, opens)),
        due_on=date.fromordinal(day),
        closes_on=date.fromordinal(min(FAR, closes)),
        priority=rule.priority,
        reason=reason,
    )


REVIEW, PROMISE = "review", "promise"
"""What stands as `rule` in the rows that no catalog rule makes; call-backs have `call_back`."""


def _review(facts: HouseholdFacts, paused: list[ResidentFacts], rules: ScheduleRules) -> Due:
    """Somebody is in hospital or away: no visits by cadence, but one day to ask whether they are back."""
    rows = []
    for person in paused:
        hospital = person.life_state is LifeState.HOSPITALISED
        days = rules.settings.review_hospitalised_days if hospital else rules.settings.review_away_days
        since = person.life_state_on or facts.entered_on
        met = facts.visits.met_person.get(person.id) or facts.visits.met_person.get("") or _NOBODY_MET
        start = max([since, *met.values()])
        text = (
            N_("In hospital since {day}: ask how things are") if hospital else N_("Away since {day}: ask whether back")
        )
        rows.append((start + timedelta(days=days), person.id, Phrase(text, {"day": since})))
    day, person_id, reason = min(rows, key=itemgetter(0, 1))
    after = day + timedelta(days=rules.settings.promise_window_days)
    return Due(DueKind.VISIT, REVIEW, facts.id, person_id, None, day, day, after, 4, reason)


def _promise(day: date, facts: HouseholdFacts, rules: ScheduleRules) -> Due:
    after = day + timedelta(days=rules.settings.promise_window_days)
    reason = Phrase(N_("A visit was promised for {day}"), {"day": day})
    return Due(DueKind.PROMISE, PROMISE, facts.id, None, None, day, day, after, 2, reason)


def _booked(facts: HouseholdFacts, rules: ScheduleRules) -> list[Due]:
    """The rows of the bookings that are still to come, the first one first."""
    if not facts.bookings:
        return []
    return [booked_due(facts, one, DueKind.PROMISE, rules) for one in of_door(facts, rules.settings).open]


_ERRANDS = {
    Errand.STEP: (N_("Follow-up: {title}"), N_("Urgent follow-up: {title}")),
    Errand.ASK: (N_("Ask whether it is put right: {title}"), N_("Ask whether it is put right, urgent: {title}")),
    Errand.LOOK: (
        N_("See whether it was done as promised: {title}"),
        N_("See whether it was done as promised: {title}"),
    ),
}
"""What a follow-up asks of the round, in words; the second where it is urgent."""


def errand(due: Due) -> Errand | None:
    """What a row of a follow-up asks of the worker; None for other work. Its reason alone tells one from another."""
    if due.kind is not DueKind.FOLLOWUP:
        return None
    return next((one for one, said in _ERRANDS.items() if due.reason.text in said), Errand.STEP)


def _followup(one: FollowupFacts, household: str | None, place: str | None, rules: ScheduleRules) -> Due:
    day = one.next_action_on
    window = rules.settings.verify_within_days if one.errand is Errand.ASK else rules.settings.followup_window_days
    after = day + timedelta(days=window)
    if one.errand is Errand.STEP:
        after = max(after, one.due_on or day)
    return Due(
        kind=DueKind.FOLLOWUP,
        rule=one.id,
        household_id=household,
        resident_id=None,
        place_id=place,
        opens_on=day,
        due_on=day,
        closes_on=after,
        priority=URGENT if one.urgent else max(1, min(3, one.priority)),
        reason=Phrase(_ERRANDS[one.errand][one.urgent], {"title": one.title}),
        attempts=one.tries,
    )


def _behind(call: Due, routine: list[Due], others: list[Due], facts: HouseholdFacts) -> list[Due]:
    """The door's other work waits for the call-back's day; the visit by cadence is the call-back itself.

    What is urgent does not wait, nor does a follow-up that needs no visit. A booking may lie weeks ahead: what would be
    missed until then does not wait for it.
    """
    far = call.opens_on if hour_of(call) else None
    standing = [due for due in routine if due.kind is DueKind.VISIT and (far is None or due.closes_on >= far)]
    rows = [replace(call, priority=min([call.priority, *(due.priority for due in standing)]))]
    elsewhere = {one.id for one in facts.followups if one.urgent or not one.needs_visit}
    for due in [one for one in routine if one not in standing] + others:
        waits = due.rule not in elsewhere and due.opens_on < call.opens_on and (far is None or due.closes_on >= far)
        rows.append(replace(due, opens_on=call.opens_on) if waits else due)
    return rows
