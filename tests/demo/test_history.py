"""The made-up history: in order, finished yesterday, with all that a worker meets."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date, timedelta

import pytest

from casework.catalog import checks as shelf_of_checks
from casework.catalog import shelf
from casework.demo import checking
from casework.demo.history import DAYS, STORIES, TOPICS, Fact, facts
from casework.demo.people import Community, community
from casework.domain.followup import CLOSES, Action, State, after
from casework.domain.visit import MET, Outcome

TODAY = date(2026, 5, 20)


@pytest.fixture(scope="module")
def made() -> Community:
    return community(TODAY)


@pytest.fixture(scope="module")
def told(made: Community) -> list[Fact]:
    """Every door's visit due sometime in the weeks before."""
    dues = {door.key: {"visit": number % DAYS} for number, door in enumerate(made.doors)}
    return list(facts(made, dues))


def test_it_is_told_in_the_order_of_entry_and_ends_yesterday(told: list[Fact]) -> None:
    entered = [fact.entered for fact in told]
    assert entered == sorted(entered)
    assert entered[-1].date() == TODAY - timedelta(days=1)
    assert entered[0].date() >= TODAY - timedelta(days=DAYS)
    assert all(fact.happened <= fact.entered for fact in told)


def test_nobody_knocks_on_a_sunday_or_at_night(told: list[Fact]) -> None:
    for fact in told:
        if fact.verb == "visit":
            assert 9 <= fact.happened.hour <= 20
            assert fact.happened.weekday() != 6


def test_every_outcome_but_not_attempted_comes_up(told: list[Fact]) -> None:
    outcomes = Counter(fact.data["outcome"] for fact in told if fact.verb == "visit")
    assert set(outcomes) == set(Outcome) - {Outcome.NOT_ATTEMPTED}
    assert outcomes[Outcome.DECEASED] == outcomes[Outcome.HOSPITALISED] == 1
    assert outcomes[Outcome.NO_ANSWER] > 50


def test_details_only_where_somebody_was_met(told: list[Fact]) -> None:
    for fact in told:
        if fact.verb == "visit" and fact.data["outcome"] not in MET:
            assert not fact.data.get("met")
            assert not fact.data.get("topics")


def test_some_entries_are_late(told: list[Fact]) -> None:
    assert sum(fact.entered.date() > fact.happened.date() for fact in told) > 5


def test_the_same_smoke_comes_up_five_times(told: list[Fact]) -> None:
    opened = [fact for fact in told if fact.verb == "open" and fact.data["category"] == "cooking_fumes"]
    assert len(opened) == 5


def test_the_leak_is_followed_to_its_end(told: list[Fact]) -> None:
    leak = next(fact for fact in told if fact.data.get("leak"))
    after = [fact.verb for fact in told if fact.case == leak.case and fact is not leak]
    assert after == ["note", "note", "note", "close"]


def test_every_step_of_a_case_is_one_that_the_machine_knows(told: list[Fact]) -> None:
    steps = {fact.verb for fact in told} - {"visit", "check", "open", "close", "last_seen", "risk", "notice", "booking"}
    steps -= {"campaign", "campaign_count", "campaign_mark"}
    assert steps <= {action.value for action in Action}
    assert steps >= {"assign", "accept", "return", "start", "finish", "verify", "suspend", "extend", "reopen", "note"}


@pytest.mark.parametrize("start", [date(2026, 1, 1), date(2026, 9, 25), date(2028, 2, 20)])
def test_it_can_be_told_on_any_day(start: date) -> None:
    """Whatever weekday it is: a case is opened before it is worked on, and nothing is done to a closed one."""
    for day in (start + timedelta(days=number) for number in range(9)):
        made = community(day)
        dues = {door.key: {"visit": number % DAYS} for number, door in enumerate(made.doors)}
        states: dict[str, State] = {}
        for fact in facts(made, dues):
            if fact.verb in ("open", "check") and fact.case:
                assert fact.case not in states
                states[fact.case] = State.ASSIGNED
            elif fact.verb == "close":
                ends = {end.value: action for action, end in CLOSES.items()}
                states[fact.case] = after(states[fact.case], ends[fact.data["end"]])
            elif fact.case:
                states[fact.case] = after(states[fact.case], Action(fact.verb))
        assert len(states) > 20


def test_what_it_names_is_in_the_catalog() -> None:
    with STORIES.open("rb") as file:
        stories = tomllib.load(file)
    assert set(TOPICS) <= set(shelf.topics())
    assert {case["category"] for case in stories["case"] if "category" in case} <= set(shelf.categories())
    steps = [step for case in stories["case"] for step in case["steps"]]
    assert {step["department"] for step in steps if "department" in step} <= set(shelf.departments())
    assert set(checking.CHECKLISTS.values()) <= set(shelf_of_checks.names())
    for kind, groups in checking.HAZARDS.items():
        checklist = shelf_of_checks.load(checking.CHECKLISTS[kind])
        for found in [found for group in groups for found in group]:
            question = checklist.question(found.question)
            rule = question.hazards.get(str(found.value)) or question.hazards["limit"]
            assert found.fixed is None or rule.fixable_on_spot, found


def test_a_thing_is_told_alike_in_both_languages(made: Community, told: list[Fact]) -> None:
    dues = {door.key: {"visit": number % DAYS} for number, door in enumerate(made.doors)}
    english = list(facts(community(TODAY, "en"), dues))
    assert [(fact.entered, fact.verb, fact.door) for fact in english] == [
        (fact.entered, fact.verb, fact.door) for fact in told
    ]
    assert all(fact.data["note"].isascii() for fact in english if fact.verb == "note")
