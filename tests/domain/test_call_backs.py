"""Call-backs: one open at most, at another time of day, none once somebody was met or is known to be gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.catalog import shelf
from casework.domain.due import URGENT, Due, DueKind
from casework.domain.household import Fuel
from casework.domain.resident import LifeState
from casework.domain.schedule import plan
from casework.domain.schedule_facts import FollowupFacts
from casework.domain.visit import Outcome, Visit
from casework.domain.visiting import CLEARS, TRIES, Band, digest
from tests.domain.making import at, door, households, person, visit, visits

if TYPE_CHECKING:
    from casework.domain.schedule_facts import HouseholdFacts

RULES = shelf.schedule_rules()
YOUNG = person(1, date(1990, 1, 1))
MEI = person(1, date(1951, 5, 1), ("lives_alone", "hardship"))


def call_backs(facts: HouseholdFacts) -> list[Due]:
    return [due for due in plan(facts, RULES) if due.kind is DueKind.CALL_BACK]


def after(*when: tuple[str, int], who: object = YOUNG) -> Due:
    tries = tuple(visit(Outcome.NO_ANSWER, at(day, hour), n=n) for n, (day, hour) in enumerate(when))
    (due,) = call_backs(door(who, visits=tries))  # type: ignore[arg-type]
    return due


@given(households())
def test_open_call_backs_are_none_or_one_whatever_happened(facts: HouseholdFacts) -> None:
    rows = call_backs(facts)
    assert len(rows) <= 1
    here = any(one.life_state is LifeState.LIVING_HERE for one in facts.residents) or not facts.residents
    assert bool(rows) == (bool(facts.visits.tries) and here)


@given(visits())
def test_none_after_met_moved_or_deceased_and_one_after_no_answer(made: list[Visit]) -> None:
    told = sorted(made, key=lambda one: (one.happened_at, one.id))
    told = [one for one in told if one.outcome is not Outcome.NOT_ATTEMPTED]
    rows = call_backs(door(YOUNG, visits=tuple(made)))
    if not told or told[-1].outcome in CLEARS:
        assert rows == []
    else:
        assert told[-1].outcome in TRIES
        assert len(rows) == 1
        assert rows[0].attempts >= 1


@given(visits(), st.randoms())
def test_late_entry_changes_nothing_but_the_order_of_typing(made: list[Visit], dice: object) -> None:
    shuffled = list(made)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert digest(shuffled) == digest(made)


@given(visits(most=3))
def test_while_bands_are_left_the_next_try_is_in_another(made: list[Visit]) -> None:
    tries = [replace(one, outcome=Outcome.NO_ANSWER, next_visit_on=None) for one in made][:2]
    if not tries:
        return
    from casework.domain.visiting import band_of

    (due,) = call_backs(door(YOUNG, visits=tuple(tries)))
    assert due.band not in {band_of(one.happened_at).value for one in tries}
    assert due.due_on > max(one.happened_at.date() for one in tries)
    assert (due.due_on.weekday() >= 5) == (due.band == Band.WEEKEND)


def test_after_a_morning_without_answer_the_next_evening_is_tried() -> None:
    due = after(("2026-05-05", 10))
    assert (due.due_on, due.band, due.attempts) == (date(2026, 5, 6), "evening", 1)


def test_the_day_after_a_friday_is_the_weekend_band() -> None:
    due = after(("2026-05-08", 10))
    assert (due.due_on, due.band) == (date(2026, 5, 9), "weekend")


def test_after_an_evening_and_a_weekend_the_morning_of_monday_is_next() -> None:
    due = after(("2026-05-08", 19), ("2026-05-09", 10))
    assert (due.due_on, due.band) == (date(2026, 5, 11), "morning")


def test_after_three_tries_an_arrangement_is_needed_and_no_further_knock() -> None:
    due = after(("2026-05-05", 10), ("2026-05-06", 19), ("2026-05-09", 10))
    assert due.attempts == 3
    assert due.band == ""
    assert due.due_on == date(2026, 5, 16)
    assert "arrange" in due.reason.text


def test_no_answer_where_somebody_at_risk_lives_alone_is_urgent_the_same_day() -> None:
    due = after(("2026-05-05", 10), who=MEI)
    assert (due.priority, due.due_on, due.resident_id, due.band) == (
        URGENT,
        date(2026, 5, 5),
        MEI.id,
        "afternoon",
    )


def test_it_stays_urgent_however_often_was_tried() -> None:
    due = after(("2026-05-05", 10), ("2026-05-05", 15), ("2026-05-05", 19), who=MEI)
    assert (due.priority, due.attempts) == (URGENT, 3)


def test_an_unsafe_door_asks_for_a_second_person_and_is_no_welfare_alarm() -> None:
    (due,) = call_backs(door(MEI, visits=(visit(Outcome.UNSAFE_TO_ENTER, at("2026-05-05")),)))
    assert due.priority != URGENT
    assert "second person" in due.reason.text


def test_a_booked_day_takes_the_place_of_the_next_knock() -> None:
    tried = visit(Outcome.NO_ANSWER, at("2026-05-05"), next_visit_on=date(2026, 5, 12))
    (due,) = plan(door(YOUNG, visits=(tried,)), RULES)
    assert (due.kind, due.due_on) == (DueKind.CALL_BACK, date(2026, 5, 12))


@pytest.mark.parametrize("outcome", [Outcome.COMPLETED, Outcome.REFUSED, Outcome.AWAY_TEMPORARILY])
def test_a_contact_ends_the_call_back(outcome: Outcome) -> None:
    made = (visit(Outcome.NO_ANSWER, at("2026-05-05")), visit(outcome, at("2026-05-06"), n=1))
    assert call_backs(door(YOUNG, visits=made)) == []


def test_not_attempted_is_not_no_answer() -> None:
    made = (visit(Outcome.NO_ANSWER, at("2026-05-05")), visit(Outcome.NOT_ATTEMPTED, at("2026-05-06"), n=1))
    assert call_backs(door(YOUNG, visits=made))[0].attempts == 1
    assert call_backs(door(YOUNG, visits=made[1:])) == []


def test_a_door_where_nobody_opened_asks_for_nothing_more_today() -> None:
    tried = (visit(Outcome.NO_ANSWER, at("2026-05-05")),)
    rows = plan(door(YOUNG, visits=tried, fuel=Fuel.LPG_CYLINDER, checked={"lpg_cylinder": date(2025, 5, 5)}), RULES)
    assert {due.kind for due in rows} == {DueKind.CALL_BACK, DueKind.CHECK}
    assert all(due.opens_on > date(2026, 5, 5) for due in rows)


def test_the_call_back_is_as_pressing_as_the_visit_for_which_it_stands() -> None:
    tagged = person(1, date(1990, 1, 1), ("functionally_dependent",))
    tried = (visit(Outcome.NO_ANSWER, at("2026-05-05")),)
    visit_due = next(due for due in plan(door(tagged), RULES) if due.kind is DueKind.VISIT)
    (due,) = call_backs(door(tagged, visits=tried))
    assert due.priority == min(4, visit_due.priority)
    assert timedelta(days=1) == due.due_on - date(2026, 5, 5)


def test_what_needs_no_knock_does_not_wait_for_the_call_back() -> None:
    day = date(2026, 5, 5)
    cases = (
        FollowupFacts("a" * 32, "ring the gas company", day, needs_visit=False),
        FollowupFacts("b" * 32, "look at the hose", day),
    )
    rows = plan(door(YOUNG, visits=(visit(Outcome.NO_ANSWER, at("2026-05-05")),), followups=cases), RULES)
    opens = {due.rule: due.opens_on for due in rows}
    assert (opens["a" * 32], opens["b" * 32]) == (day, date(2026, 5, 6))
