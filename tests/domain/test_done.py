"""What was done of what was due: on time or late by when it happened, whenever it was typed in."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.catalog import shelf
from casework.domain.done import CheckDone, Done, completions, completions_of_place
from casework.domain.due import DueKind, DueStatus
from casework.domain.household import Fuel
from casework.domain.schedule import plan, status
from casework.domain.schedule_facts import HouseholdFacts, PlaceFacts
from casework.domain.visit import Mode, Outcome, Visit
from casework.domain.visiting import digest
from tests.domain.making import CHINA, REGISTERED, at, door, households, person, visit, visits

RULES = shelf.schedule_rules()
MEI = person(born=date(1951, 5, 1), tags=("lives_alone",))
OPEN = (DueStatus.UPCOMING, DueStatus.DUE, DueStatus.OVERDUE, DueStatus.MISSED)


def done(
    *made: Visit, checks: tuple[CheckDone, ...] = (), facts: HouseholdFacts | None = None
) -> list[tuple[str, str, str]]:
    found = completions(facts or door(MEI), made, checks, RULES)
    return [(one.due.rule, str(one.done_on), one.status(date(2030, 1, 1)).value) for one in found]


def check(name: str, day: str, n: int = 0, complete: bool = True) -> CheckDone:
    return CheckDone(f"{n:032x}", name, at(day), complete=complete)


class TestVisits:
    FIRST = visit(Outcome.COMPLETED, at("2026-03-02"))

    def test_a_visit_in_its_month_is_on_time_and_one_after_it_is_late(self) -> None:
        in_time = visit(Outcome.COMPLETED, at("2026-04-01"), n=1)
        late = visit(Outcome.COMPLETED, at("2026-05-02"), n=2)
        assert done(self.FIRST, in_time, late)[-2:] == [
            ("visit_yellow", "2026-04-01", "done_on_time"),
            ("visit_yellow", "2026-05-02", "done_late"),
        ]

    def test_a_visit_made_on_time_and_entered_late_is_on_time(self) -> None:
        entered_late = replace(visit(Outcome.COMPLETED, at("2026-04-01"), n=1), entered_at=at("2026-06-30"))
        assert done(self.FIRST, entered_late)[-1] == ("visit_yellow", "2026-04-01", "done_on_time")

    def test_a_visit_before_its_window_is_no_work_done_from_the_schedule(self) -> None:
        early = visit(Outcome.COMPLETED, at("2026-03-05"), n=1)
        assert done(self.FIRST, early) == done(self.FIRST)

    def test_a_refusal_puts_a_visit_off_and_does_not_do_it(self) -> None:
        refused = visit(Outcome.REFUSED, at("2026-04-01"), n=1)
        assert done(self.FIRST, refused) == done(self.FIRST)

    def test_a_call_does_not_do_what_asks_for_a_knock(self) -> None:
        family = door(person(born=date(1980, 1, 1)))
        called = visit(Outcome.PHONE_CONTACT, at("2026-11-01"), Mode.PHONE)
        assert done(called, facts=family) == []
        assert [one[0] for one in done(visit(Outcome.COMPLETED, at("2026-11-01")), facts=family)] == ["visit_household"]

    def test_after_a_try_the_contact_does_the_call_back_and_the_visit_it_stands_for(self) -> None:
        nobody = visit(Outcome.NO_ANSWER, at("2026-03-31"), n=1)
        met = visit(Outcome.COMPLETED, at("2026-04-03"), n=2)
        assert {one[0] for one in done(self.FIRST, nobody, met)[-2:]} == {"call_back", "visit_yellow"}
        assert ("visit_yellow", "2026-04-03", "done_late") in done(self.FIRST, nobody, met)

    def test_a_promise_is_kept_by_the_next_contact(self) -> None:
        agreed = visit(Outcome.COMPLETED, at("2026-03-02"), next_visit_on=date(2026, 3, 10))
        kept = visit(Outcome.COMPLETED, at("2026-03-10"), n=1)
        broken = visit(Outcome.COMPLETED, at("2026-03-12"), n=1)
        assert done(agreed, kept)[-1] == ("promise", "2026-03-10", "done_on_time")
        assert done(agreed, broken)[-1] == ("promise", "2026-03-12", "done_late")


class TestChecks:
    HOME = door(person(born=date(1980, 1, 1)), fuel=Fuel.LPG_CYLINDER)

    def test_a_yearly_check_on_its_day_and_after_it(self) -> None:
        first = check("lpg_cylinder", "2026-05-04")
        for day, said in (("2027-05-04", "done_on_time"), ("2027-05-05", "done_late")):
            found = done(checks=(first, check("lpg_cylinder", day, 1)), facts=self.HOME)
            assert found[-1] == ("lpg_cylinder", day, said)

    def test_one_of_which_too_little_was_looked_at_does_nothing(self) -> None:
        first = check("lpg_cylinder", "2026-05-04")
        half = check("lpg_cylinder", "2027-05-04", 1, complete=False)
        assert done(checks=(first, half), facts=self.HOME) == done(checks=(first,), facts=self.HOME)

    def test_a_place_too(self) -> None:
        place = PlaceFacts("p", "manhole", REGISTERED)
        made = [check("manhole", "2026-05-04"), check("manhole", "2026-06-03", 1), check("manhole", "2026-07-20", 2)]
        found = completions_of_place(place, made, RULES)[-2:]
        assert [one.status(date(2027, 1, 1)).value for one in found] == ["done_on_time", "done_late"]


CHECKS = st.lists(
    st.builds(
        lambda name, when, n: CheckDone(f"c{n:031x}", name, when),
        st.sampled_from(["lpg_cylinder", "elderly_home"]),
        st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(CHINA)),
        st.integers(0, 1000),
    ),
    max_size=4, unique_by=lambda one: one.id,
)  # fmt: skip


@settings(max_examples=60)
@given(facts=households(), made=visits(), checks=CHECKS, dice=st.randoms())
def test_what_is_done_was_open_just_before_and_is_open_no_more(
    facts: HouseholdFacts, made: list[Visit], checks: list[CheckDone], dice: random.Random
) -> None:
    found = completions(facts, made, checks, RULES)
    shuffled = completions(facts, dice.sample(made, len(made)), dice.sample(checks, len(checks)), RULES)
    assert shuffled == found
    moments = {one.id: one.happened_at for one in [*made, *checks]}
    for one in found:
        assert moments[one.by].date() == one.done_on
        assert one.due.kind in (DueKind.VISIT, DueKind.CHECK, DueKind.PROMISE, DueKind.CALL_BACK)
    now = replace(
        facts, followups=(), visits=digest(made), checked={
            check.checklist: check.happened_at.date() for check in sorted(checks, key=lambda one: (one.happened_at, one.id))
        },
    )  # fmt: skip
    last = max(moments.values(), default=None)
    still = {(row.kind, row.rule, row.resident_id, row.due_on) for row in plan(now, RULES)}
    for one in found:
        if moments[one.by] == last:
            assert (one.due.kind, one.due.rule, one.due.resident_id, one.due.due_on) not in still


@settings(max_examples=40)
@given(facts=households(), made=visits(), checks=CHECKS)
def test_a_ledger_of_some_days_is_that_part_of_the_whole(
    facts: HouseholdFacts, made: list[Visit], checks: list[CheckDone]
) -> None:
    whole = completions(facts, made, checks, RULES)
    first, last = date(2026, 4, 1), date(2026, 9, 30)
    part = completions(facts, made, checks, RULES, first, last)
    assert part == tuple(one for one in whole if first <= one.done_on <= last)


@settings(max_examples=25)
@given(facts=households(), made=visits(), checks=CHECKS, year=st.sampled_from([2026, 2027, 2028]))
def test_on_every_day_of_a_year_it_is_open_until_done_and_done_from_then_on(
    facts: HouseholdFacts, made: list[Visit], checks: list[CheckDone], year: int
) -> None:
    for one in completions(facts, made, checks, RULES):
        for n in range(366):
            day = date(year, 1, 1) + timedelta(days=n)
            assert one.status(day) is expected(one, day)


def expected(one: Done, day: date) -> DueStatus:
    if day < one.done_on:
        found = status(one.due, day)
        assert found in OPEN
        return found
    return DueStatus.DONE_ON_TIME if one.done_on <= one.due.due_on else DueStatus.DONE_LATE


@pytest.mark.parametrize("day", [date(2028, 2, 29), date(2027, 12, 31), date(2028, 1, 1)])
def test_leap_day_and_year_s_end_are_days_like_others(day: date) -> None:
    before = visit(Outcome.COMPLETED, datetime.combine(day - timedelta(days=30), datetime.min.time(), CHINA))
    on_it = visit(Outcome.COMPLETED, datetime.combine(day, datetime.min.time(), CHINA), n=1)
    found = completions(door(MEI), (before, on_it), (), RULES)[-1]
    assert (found.due.due_on, found.status(day)) == (day, DueStatus.DONE_ON_TIME)
    assert found.status(day - timedelta(days=1)) is DueStatus.DUE
