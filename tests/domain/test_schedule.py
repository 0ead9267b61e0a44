"""Who is due when: promises to the worker, and the plan against a slow one that looks at every single day."""

from __future__ import annotations

import random
import timeit
import zlib
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.catalog import shelf
from casework.domain.condition import Traits
from casework.domain.due import URGENT, Due, DueKind, DueStatus
from casework.domain.household import Fuel
from casework.domain.phrase import Label, Phrase
from casework.domain.resident import LifeState, ResidenceState, RiskLevel, age_on
from casework.domain.schedule import plain_from, plan, plan_place, status
from casework.domain.schedule_facts import DatedTag, Errand, FollowupFacts, HouseholdFacts, PlaceFacts
from casework.domain.schedule_rules import ScheduleRule, ScheduleRules, Subject
from casework.domain.visit import Mode, Outcome
from tests.domain.making import DOOR, REGISTERED, at, door, households, person, visit

RULES = shelf.schedule_rules()
MEI = person(born=date(1951, 5, 1), tags=("lives_alone", "hardship"))


def planned(facts: HouseholdFacts, kind: DueKind) -> list[Due]:
    return [due for due in plan(facts, RULES) if due.kind is kind]


class TestVisitsByCadence:
    def test_somebody_at_high_risk_is_visited_within_the_week_after_the_last_visit(self) -> None:
        red = replace(MEI, risk_override=RiskLevel.RED)
        (due,) = planned(door(red, visits=(visit(Outcome.COMPLETED, at("2026-05-04")),)), DueKind.VISIT)
        assert (due.rule, due.due_on, due.resident_id) == ("visit_red", date(2026, 5, 11), red.id)

    def test_an_older_person_living_alone_is_visited_every_month(self) -> None:
        (due,) = planned(door(MEI, visits=(visit(Outcome.COMPLETED, at("2026-05-04")),)), DueKind.VISIT)
        assert due.due_on == date(2026, 6, 3)
        assert due.priority == 3

    def test_a_phone_call_counts_for_the_monthly_visit_but_not_for_the_household_visit(self) -> None:
        called = (visit(Outcome.PHONE_CONTACT, at("2026-05-04"), Mode.PHONE),)
        due = {one.rule: one.due_on for one in planned(door(MEI, visits=called), DueKind.VISIT)}
        assert due["visit_yellow"] == date(2026, 6, 3)
        (yearly,) = planned(door(person(born=date(1980, 1, 1)), visits=called), DueKind.VISIT)
        assert yearly.rule == "visit_household"
        assert yearly.reason.text == "{rule}: nobody met yet"

    def test_meeting_one_of_two_people_leaves_the_other_due(self) -> None:
        second = person(2, date(1950, 1, 1), ("functionally_dependent",))
        met = (visit(Outcome.COMPLETED, at("2026-05-04"), met=(MEI.id,)),)
        (due,) = planned(door(MEI, second, visits=met), DueKind.VISIT)
        assert due.resident_id == second.id

    def test_a_visit_that_names_nobody_counts_for_everybody(self) -> None:
        second = person(2, date(1950, 1, 1), ("functionally_dependent",))
        (due,) = planned(door(MEI, second, visits=(visit(Outcome.COMPLETED, at("2026-05-04")),)), DueKind.VISIT)
        assert due.due_on > date(2026, 5, 4)

    def test_a_person_who_turns_80_is_planned_for_on_the_birthday_without_any_save(self) -> None:
        facts = door(person(born=date(1946, 6, 1)), visits=(visit(Outcome.COMPLETED, at("2026-01-05")),))
        first = planned(facts, DueKind.VISIT)[0]
        assert (first.rule, first.due_on) == ("visit_advanced_age", date(2026, 6, 1))

    def test_a_tag_that_ends_ends_its_visits(self) -> None:
        ends = replace(MEI, born=None, tags=(DatedTag("hardship", until=date(2026, 6, 1)),))
        visits = (visit(Outcome.COMPLETED, at("2026-05-04")),)
        assert planned(door(ends, visits=visits), DueKind.VISIT)[0].rule == "visit_household"

    def test_doors_never_visited_are_spread_over_the_half_year_and_not_all_due_today(self) -> None:
        made = random.Random(7)
        ids = [f"{made.getrandbits(128):032x}" for _ in range(2000)]
        due = [plan(HouseholdFacts(one, REGISTERED), RULES)[0].due_on for one in ids]
        assert min(due) >= REGISTERED
        assert max(due) < REGISTERED + timedelta(days=183)
        assert max(Counter(due).values()) < 40

    def test_doors_of_one_stair_fall_due_together(self) -> None:
        first, second = (HouseholdFacts(one, REGISTERED, spread="3-2") for one in ("a", "b"))
        assert plan(first, RULES)[0].due_on == plan(second, RULES)[0].due_on

    def test_somebody_registered_here_but_living_elsewhere_is_not_visited_here(self) -> None:
        elsewhere = replace(MEI, residence_state=ResidenceState.REGISTERED_NOT_RESIDENT)
        assert [due.rule for due in planned(door(elsewhere), DueKind.VISIT)] == ["visit_household"]

    def test_a_door_that_refused_is_left_in_peace_for_a_while(self) -> None:
        red = replace(MEI, risk_override=RiskLevel.RED)
        refused = (visit(Outcome.COMPLETED, at("2026-05-01")), visit(Outcome.REFUSED, at("2026-05-04"), n=1))
        (due,) = planned(door(red, visits=refused), DueKind.VISIT)
        assert due.due_on == date(2026, 6, 3)


class TestLifeStates:
    def test_nothing_is_due_where_all_have_moved_away_or_died_but_what_was_promised_stays(self) -> None:
        gone = (replace(MEI, life_state=LifeState.DECEASED), person(2, life_state=LifeState.MOVED_AWAY))
        case = FollowupFacts("c" * 32, "hose", date(2026, 5, 1))
        facts = door(*gone, fuel=Fuel.LPG_CYLINDER, followups=(case,))
        assert [due.kind for due in plan(facts, RULES)] == [DueKind.FOLLOWUP]

    def test_somebody_in_hospital_is_asked_after_two_weeks_and_not_visited_at_home(self) -> None:
        away = replace(MEI, life_state=LifeState.HOSPITALISED, life_state_on=date(2026, 5, 4))
        (due,) = plan(door(away, fuel=Fuel.LPG_CYLINDER), RULES)
        assert (due.rule, due.due_on) == ("review", date(2026, 5, 18))

    def test_who_is_still_at_home_is_visited_while_another_is_away(self) -> None:
        away = person(2, life_state=LifeState.AWAY, life_state_on=date(2026, 5, 4))
        rules = {due.rule for due in plan(door(MEI, away), RULES)}
        assert {"review", "visit_yellow"} <= rules


class TestChecks:
    def test_an_lpg_household_is_checked_yearly(self) -> None:
        facts = door(person(), fuel=Fuel.LPG_CYLINDER, checked={"lpg_cylinder": date(2026, 5, 4)})
        (due,) = planned(facts, DueKind.CHECK)
        assert (due.rule, due.due_on) == ("lpg_cylinder", date(2027, 5, 4))

    def test_the_home_check_begins_on_the_65th_birthday(self) -> None:
        facts = door(person(born=date(1963, 8, 9), tags=("lives_alone",)))
        (due,) = planned(facts, DueKind.CHECK)
        assert (due.rule, due.due_on) == ("elderly_home", date(2028, 8, 9))

    def test_nobody_is_planned_for_decades_ahead(self) -> None:
        assert planned(door(person(born=date(2000, 1, 1), tags=("lives_alone",))), DueKind.CHECK) == []

    def test_each_checklist_has_one_row_even_with_two_people_to_check_for(self) -> None:
        facts = door(MEI, replace(MEI, id="f" * 32))
        assert [due.rule for due in planned(facts, DueKind.CHECK)] == ["elderly_home"]

    def test_a_manhole_is_checked_monthly(self) -> None:
        facts = PlaceFacts("p", "manhole", REGISTERED, {"manhole": date(2026, 5, 4)})
        (due,) = plan_place(facts, RULES)
        assert (due.place_id, due.due_on) == ("p", date(2026, 6, 3))
        assert plan_place(replace(facts, kind="shop"), RULES) == ()


class TestPromisesAndFollowups:
    def test_a_promised_visit_is_on_the_round_of_its_day(self) -> None:
        met = visit(Outcome.COMPLETED, at("2026-05-04"), next_visit_on=date(2026, 5, 8))
        (due,) = planned(door(MEI, visits=(met,)), DueKind.PROMISE)
        assert status(due, date(2026, 5, 8)) is DueStatus.DUE

    def test_the_promise_is_kept_by_the_next_visit(self) -> None:
        met = visit(Outcome.COMPLETED, at("2026-05-04"), next_visit_on=date(2026, 5, 8))
        kept = visit(Outcome.COMPLETED, at("2026-05-07"), n=1)
        assert planned(door(MEI, visits=(met, kept)), DueKind.PROMISE) == []

    def test_an_urgent_follow_up_comes_first(self) -> None:
        case = FollowupFacts("c" * 32, "leak", date(2026, 5, 4), date(2026, 5, 5), urgent=True)
        first = plan(door(replace(MEI, risk_override=RiskLevel.RED), followups=(case,)), RULES)[0]
        assert (first.kind, first.priority) == (DueKind.FOLLOWUP, URGENT)


class TestErrands:
    """What a follow-up asks of the round besides its own next step."""

    DAY = date(2026, 5, 4)

    def row(self, **more: object) -> Due:
        case = FollowupFacts("c" * 32, "楼道灯", self.DAY, date(2026, 6, 30), **more)  # type: ignore[arg-type]
        (found,) = [due for due in plan(door(MEI, followups=(case,)), RULES) if due.kind is DueKind.FOLLOWUP]
        return found

    def test_the_resident_is_to_be_asked_within_days_whenever_the_case_was_due(self) -> None:
        asked = self.row(errand=Errand.ASK, tries=1)
        assert (asked.opens_on, asked.closes_on) == (self.DAY, self.DAY + timedelta(days=3))
        assert asked.attempts == 1
        assert asked.reason.text == "Ask whether it is put right: {title}"
        assert self.row(errand=Errand.ASK, urgent=True).priority == URGENT

    def test_a_promise_is_looked_at_on_its_day(self) -> None:
        seen = self.row(errand=Errand.LOOK)
        assert (seen.due_on, seen.reason.text) == (self.DAY, "See whether it was done as promised: {title}")

    @pytest.mark.parametrize(("priority", "shown"), [(1, 1), (2, 2), (3, 3), (5, 3)])
    def test_a_repeat_presses_on_the_round_too(self, priority: int, shown: int) -> None:
        assert self.row(priority=priority).priority == shown


class TestStatus:
    DUE = Due(
        DueKind.VISIT, "r", DOOR, None, None,
        date(2026, 5, 1), date(2026, 5, 5), date(2026, 5, 9), 3, Phrase(""),
    )  # fmt: skip

    @pytest.mark.parametrize(
        ("day", "is_"),
        [
            (date(2026, 4, 30), DueStatus.UPCOMING),
            (date(2026, 5, 1), DueStatus.DUE),
            (date(2026, 5, 5), DueStatus.DUE),
            (date(2026, 5, 6), DueStatus.OVERDUE),
            (date(2026, 5, 9), DueStatus.OVERDUE),
            (date(2026, 5, 10), DueStatus.MISSED),
        ],
    )
    def test_status_by_the_day(self, day: date, is_: DueStatus) -> None:
        assert status(self.DUE, day) is is_

    @given(households(), st.dates(date(2022, 1, 1), date(2030, 1, 1)))
    def test_status_never_goes_back(self, facts: HouseholdFacts, day: date) -> None:
        order = list(DueStatus)
        for due in plan(facts, RULES):
            assert order.index(status(due, day)) <= order.index(status(due, day + timedelta(days=1)))


def slow_routine(facts: HouseholdFacts, rules: ScheduleRules) -> set[tuple[str, date]]:
    """The rows by cadence, found by asking on every single day whether a rule holds: the oracle."""
    seed = zlib.crc32((facts.spread or facts.id).encode())
    last_on, resting = facts.visits.last_outcome_on, rules.settings
    rest = date.min
    if last_on and facts.visits.last_outcome is Outcome.REFUSED:
        rest = last_on + timedelta(days=resting.rest_after_refusal_days)
    if last_on and facts.visits.last_outcome is Outcome.ADDRESS_NOT_FOUND:
        rest = last_on + timedelta(days=resting.rest_after_wrong_address_days)
    found: list[tuple[date, int, int, str, ScheduleRule]] = []
    here = [one for one in facts.residents if one.life_state is LifeState.LIVING_HERE]
    here = [one for one in here if one.residence_state is not ResidenceState.REGISTERED_NOT_RESIDENT]
    for order, rule in enumerate(rules.all):
        if rule.subject is Subject.PLACE:
            continue
        for who in here if rule.subject is Subject.RESIDENT else [None]:
            met = facts.visits.met
            if who is not None:
                met = facts.visits.met_person.get(who.id) or facts.visits.met_person.get("") or {}
            last = max((day for mode, day in met.items() if mode in rule.modes), default=None)
            if rule.kind is DueKind.CHECK:
                last = facts.checked.get(rule.checklist)
            if last is None:
                first = facts.entered_on + timedelta(days=seed % rule.every_days)
            else:
                first = last + timedelta(days=rule.every_days)
            first = max(first, rest)
            for n in range(3661 if rule.kind is DueKind.CHECK else 1200):
                day = first + timedelta(days=n)
                if who is None:
                    traits = Traits(fuel=facts.fuel.value)
                else:
                    held = frozenset(
                        tag.tag
                        for tag in who.tags
                        if (not tag.since or tag.since <= day) and (not tag.until or day < tag.until)
                    )
                    age = None if who.born is None else age_on(who.born, day)
                    risk = who.risk_override or rules.risk.level(held, age, who.findings)
                    traits = Traits(held, age, risk.value, facts.fuel.value, "", who.residence_state.value)
                if rule.condition.holds(traits):
                    found.append((day, rule.priority, order, who.id if who else "", rule))
                    break
    chosen: set[tuple[str, date]] = set()
    checks: set[str] = set()
    best, until = 10, date.max
    for day, priority, _, _, rule in sorted(found, key=lambda one: one[:4]):
        if rule.kind is DueKind.CHECK:
            if rule.checklist not in checks:
                checks.add(rule.checklist)
                chosen.add((rule.checklist, day))
        elif priority < best and day <= until:
            until = until if best < 10 else day + timedelta(days=rules.settings.better_rule_within_days)
            best = priority
            chosen.add((rule.key, day))
    return chosen


STEADY = ScheduleRules([rule for rule in RULES.all if rule.steady], RULES.risk, RULES.settings)
"""Those that come back by their cadence alone; seasons and spells have their own tests."""


@settings(max_examples=40)
@given(households())
def test_the_fast_plan_is_the_slow_one(facts: HouseholdFacts) -> None:
    facts = replace(facts, followups=(), visits=replace(facts.visits, tries=(), promised_on=None))
    rows = {(due.rule, due.due_on) for due in plan(facts, STEADY) if due.rule != "review"}
    here = [one for one in facts.residents if one.life_state is LifeState.LIVING_HERE]
    assert rows == (slow_routine(facts, STEADY) if here or not facts.residents else set())


@given(households(), st.randoms())
def test_the_plan_does_not_depend_on_the_order_of_the_facts(facts: HouseholdFacts, dice: random.Random) -> None:
    people = [replace(one, tags=tuple(dice.sample(one.tags, len(one.tags)))) for one in facts.residents]
    dice.shuffle(people)
    cases = dice.sample(facts.followups, len(facts.followups))
    assert plan(replace(facts, residents=tuple(people), followups=tuple(cases)), RULES) == plan(facts, RULES)


@given(households())
def test_rows_can_be_told_apart_and_their_days_are_in_order(facts: HouseholdFacts) -> None:
    rows = plan(facts, RULES)
    assert len({(due.kind, due.rule) for due in rows}) == len(rows)
    for due in rows:
        assert due.due_on <= due.closes_on
        assert due.opens_on <= due.due_on or any(one.kind is DueKind.CALL_BACK for one in rows)
        assert due.household_id == facts.id


def test_a_temporary_rule_ends_with_its_last_day() -> None:
    heat = ScheduleRule(
        "heat", Label("高温", "Heat wave"), Subject.HOUSEHOLD, DueKind.VISIT, 2, 0, 1, 2,
        starts_on=date(2026, 7, 1), ends_on=date(2026, 7, 10),
    )  # fmt: skip
    rules = ScheduleRules([*RULES.all, heat], RULES.risk, RULES.settings)
    (due,) = plan(door(visits=(visit(Outcome.COMPLETED, at("2026-07-05")),)), rules)[:1]
    assert (due.rule, due.due_on) == ("heat", date(2026, 7, 7))
    over = plan(door(visits=(visit(Outcome.COMPLETED, at("2026-07-09")),)), rules)
    assert [due.rule for due in over] == ["visit_household"]


def test_a_plain_household_is_planned_fast_enough_for_a_million() -> None:
    """25 microseconds is what bulk import can afford; the limit is wide, since the machine may be busy."""
    facts = door(person(1, date(1980, 1, 1)), person(2, date(1982, 1, 1)), fuel=Fuel.PIPELINE_GAS)
    best = min(timeit.repeat(lambda: plan(facts, RULES), number=2000, repeat=5)) / 2000
    assert best < 100e-6


class TestAStreetAtATime:
    """Planning of doors that were just entered asks less of the people for whom no rule can hold."""

    @given(
        fuel=st.sampled_from(list(Fuel)),
        people=st.lists(
            st.tuples(
                st.none() | st.dates(date(1930, 1, 1), date(2026, 5, 1)),
                st.sampled_from(list(ResidenceState)),
            ),
            max_size=4,
        ),
        near=st.integers(-4, 4),
        spread=st.integers(0, 400),
    )
    def test_somebody_plain_changes_nothing_of_what_the_door_asks_for(
        self, fuel: Fuel, people: list[tuple[date | None, ResidenceState]], near: int, spread: int
    ) -> None:
        empty = replace(door(), fuel=fuel, spread=f"stair {spread}", residents=())
        alone = plan(empty, RULES)
        young = plain_from(empty, alone, RULES)
        assert young is not None
        edge = young + timedelta(days=near)
        behind = [person(9, edge if edge >= young else young, ()), *(
            replace(person(n, born, ()), residence_state=state)
            for n, (born, state) in enumerate(people)
            if born is None or born >= young
        )]  # fmt: skip
        assert plan(replace(empty, residents=tuple(behind)), RULES) == alone

    def test_but_few_who_are_old_are_taken_for_plain(self) -> None:
        empty = replace(door(), residents=())
        young = plain_from(empty, plan(empty, RULES), RULES)
        assert young is not None
        assert date(1966, 5, 1) < young < date(1968, 12, 31), "the first rule that an age brings holds from 60 on"
