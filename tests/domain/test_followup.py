"""Follow-ups: every path of the machine; one owner and one next date until it is closed; who answers for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain.followup import (
    ASKING_STATES,
    CLOSED_STATES,
    CLOSES,
    NEEDS_WORDS,
    NEUTRAL,
    OPEN_STATES,
    STATE_NAMES,
    TRANSITIONS,
    WORK_STATES,
    Action,
    Followup,
    NotAllowed,
    State,
    after,
    allowed,
)
from casework.domain.followup_steps import Limits, Told, apply

NOW = datetime(2026, 5, 4, 10)
CASE = Followup("c" * 32, State.REPORTED, "worker", "w1", date(2026, 5, 6), date(2026, 5, 20), NOW)
GAS = ("department", "gas_supplier")
NEEDS: dict[Action, dict[str, Any]] = {
    Action.ASSIGN: {"owner": GAS},
    Action.SUSPEND: {"next_action_on": date(2026, 6, 1)},
    Action.EXTEND: {"due_on": date(2027, 1, 1)},
    Action.WAIT: {"next_action_on": date(2026, 5, 11)},
    Action.HELP: {"helpers": (("department", "police"),)},
    Action.HELP_ENDS: {"helpers": (("worker", "w9"),)},
    Action.MARK_DUPLICATE: {"duplicate_of": "d" * 32},
    Action.CLOSE_UNVERIFIED: {"approved_by": "王主任"},
}

DRAWN = """
reported     assign assigned, start in_progress, suspend suspended, close_verified closed_verified
assigned     assign assigned, accept accepted, return returned, start in_progress, close_verified closed_verified
accepted     assign assigned, return returned, start in_progress, finish done, suspend suspended,
             close_verified closed_verified
returned     assign assigned, start in_progress, suspend suspended, close_verified closed_verified
in_progress  assign assigned, return returned, finish done, suspend suspended, close_verified closed_verified
suspended    resume in_progress
done         verify verifying, wait verifying, could_not_reach verifying, not_put_right in_progress,
             came_back in_progress, close_verified closed_verified, close_unverified closed_unverified
verifying    wait verifying, could_not_reach verifying, not_put_right in_progress, came_back in_progress,
             close_verified closed_verified, close_unverified closed_unverified
"""
"""The machine as its drawing has it, written down once more by hand."""


def drawn() -> dict[tuple[State, Action], State]:
    steps: dict[tuple[State, Action], State] = {}
    for line in DRAWN.replace(",\n             ", ", ").strip().splitlines():
        state, rest = line.split(maxsplit=1)
        for step in rest.split(", "):
            action, to = step.split()
            steps[State(state), Action(action)] = State(to)
    for state in ("reported", "assigned", "accepted", "returned", "in_progress"):
        steps[State(state), Action.EXTEND] = steps[State(state), Action.WAIT] = State(state)
    for state in State:
        if state.value.startswith("closed") or state is State.DUPLICATE:
            steps[state, Action.NOTE] = steps[state, Action.LINK] = state
            steps[state, Action.REOPEN] = State.ASSIGNED
        else:
            steps[state, Action.CLOSE_NOT_FIXED] = State.CLOSED_NOT_FIXED
            steps[state, Action.MARK_DUPLICATE] = State.DUPLICATE
            for quiet in (
                "note",
                "ask_again",
                "help",
                "help_ends",
                "link",
                "joint_visit",
                "promise",
                "promise_kept",
                "promise_broken",
            ):
                steps[state, Action(quiet)] = state
    return steps


def step(case: Followup, action: Action, by: str = "w2", **more: Any) -> Followup:
    told = {"note": "words", **NEEDS.get(action, {}), **more}
    if action is Action.HELP_ENDS and not case.helpers:
        case = replace(case, helpers=told["helpers"])
    changes, event = apply(case, action, Told(**told), at=NOW, by=by)
    after_it = replace(case, **changes)
    assert (event.was, event.state, event.owner_kind, event.owner) == (
        case.state,
        after_it.state,
        after_it.owner_kind,
        after_it.owner,
    )
    return after_it


def walk(case: Followup, *actions: Action) -> Followup:
    for action in actions:
        case = step(case, action)
    return case


A = Action
DONE = walk(CASE, A.ASSIGN, A.ACCEPT, A.START, A.FINISH)


# --- the machine -----------------------------------------------------------------------------------------


def test_the_machine_is_the_one_that_is_drawn() -> None:
    assert drawn() == TRANSITIONS


def test_every_state_can_be_reached_and_left_and_is_named() -> None:
    reached = {State.REPORTED} | set(TRANSITIONS.values())
    assert reached == set(State)
    assert set(STATE_NAMES) == set(State)
    for state in State:
        assert allowed(state)
    assert set(State) == OPEN_STATES | CLOSED_STATES
    assert not OPEN_STATES & CLOSED_STATES
    assert WORK_STATES | ASKING_STATES | {State.SUSPENDED} == OPEN_STATES


def test_every_path_can_be_walked_to_every_end() -> None:
    """All paths that meet no state twice, and at each of them every step that is offered and every one that is not."""
    walked: set[tuple[State, Action]] = set()
    ends: set[State] = set()
    paths = 0

    def go(case: Followup, seen: frozenset[State]) -> None:
        nonlocal paths
        for action in Action:
            if (case.state, action) not in TRANSITIONS:
                with pytest.raises(NotAllowed) as caught:
                    step(case, action)
                assert caught.value.phrase.text
                continue
            ready = replace(case, suspensions=0, tries=2 if action is A.CLOSE_UNVERIFIED else case.tries)
            following = step(ready, action)
            walked.add((case.state, action))
            assert following.state is TRANSITIONS[case.state, action]
            if following.state in CLOSED_STATES and case.is_open:
                ends.add(following.state)
                paths += 1
            if following.state not in seen:
                go(following, seen | {following.state})

    go(CASE, frozenset({State.REPORTED}))
    assert walked == set(TRANSITIONS)
    assert ends == CLOSED_STATES
    print(f"{paths} paths to an end")
    assert paths > 1000


def test_a_case_walks_from_the_knock_to_put_right() -> None:
    case = walk(
        CASE, A.ASSIGN, A.RETURN, A.ASSIGN, A.ACCEPT, A.START, A.FINISH, A.VERIFY, A.NOT_PUT_RIGHT, A.FINISH, A.VERIFY,
        A.CLOSE_VERIFIED, A.REOPEN, A.CLOSE_NOT_FIXED,
    )  # fmt: skip
    assert case.state is State.CLOSED_NOT_FIXED


@given(st.lists(st.tuples(st.sampled_from(Action), st.sampled_from(["w1", "w2"])), max_size=40))
def test_a_case_has_one_owner_and_one_next_date_until_it_is_closed(actions: list[tuple[Action, str]]) -> None:
    case = CASE
    for action, by in actions:
        try:
            case = step(case, action, by)
        except NotAllowed:
            continue
        kind, who = case.accountable
        assert kind in {"worker", "department"}
        assert who
        assert case.owner
        assert (case.next_action_on is not None) == case.is_open
        assert case.next_action_on is None or case.next_action_on >= NOW.date()
        assert (case.closed_at is None) == case.is_open
        assert bool(case.result) == (not case.is_open)


@pytest.mark.parametrize("state", sorted(State))
def test_what_is_not_offered_is_refused_with_a_reason(state: State) -> None:
    for action in set(Action) - set(allowed(state)):
        with pytest.raises(NotAllowed) as caught:
            after(state, action)
        assert caught.value.phrase.text


# --- who answers for it ----------------------------------------------------------------------------------


def test_who_hands_a_case_over_answers_for_it_until_it_is_accepted() -> None:
    handed = step(CASE, A.ASSIGN)
    assert (handed.owner_kind, handed.owner) == GAS
    assert handed.unaccepted
    assert handed.accountable == ("worker", "w2")
    assert step(handed, A.ACCEPT).accountable == GAS
    assert step(handed, A.START).accountable == GAS, "who begins has accepted"


def test_who_keeps_a_case_answers_for_it_at_once() -> None:
    kept = step(CASE, A.ASSIGN, owner=("worker", "w2"))
    assert not kept.unaccepted
    assert kept.accountable == ("worker", "w2")


def test_handed_on_again_before_it_was_accepted_it_is_the_last_who_answers() -> None:
    twice = step(step(CASE, A.ASSIGN, "w1"), A.ASSIGN, "w2", owner=("department", "police"))
    assert twice.accountable == ("worker", "w2")


@pytest.mark.parametrize("steps", [(A.ASSIGN,), (A.ASSIGN, A.ACCEPT), (A.ASSIGN, A.ACCEPT, A.START)])
def test_a_returned_case_falls_to_whoever_handed_it_over(steps: tuple[Action, ...]) -> None:
    case = walk(CASE, *steps)
    back = step(case, A.RETURN, by="w3")
    assert (back.state, back.accountable) == (State.RETURNED, ("worker", "w2"))
    assert back.next_action_on == NOW.date(), "it is to be dealt with today"


def test_whoever_did_it_stays_the_owner_so_that_not_put_right_goes_back_there() -> None:
    assert DONE.accountable == GAS
    back = step(DONE, A.NOT_PUT_RIGHT)
    assert (back.state, back.accountable) == (State.IN_PROGRESS, GAS)


def test_done_says_who_did_it() -> None:
    assert DONE.done_by == GAS
    case = walk(CASE, A.ASSIGN, A.ACCEPT, A.START)
    assert step(case, A.FINISH, done_by=("name", "张师傅")).done_by == ("name", "张师傅")
    with pytest.raises(NotAllowed):
        step(case, A.FINISH, done_by=("name", ""))


def test_helpers_may_be_many_and_own_nothing() -> None:
    case = step(step(CASE, A.HELP), A.HELP, helpers=(("worker", "w3"), ("department", "police")))
    assert case.helpers == (("department", "police"), ("worker", "w3"))
    assert case.accountable == CASE.accountable
    case = step(case, A.HELP_ENDS, helpers=(("department", "police"),))
    assert case.helpers == (("worker", "w3"),)
    with pytest.raises(NotAllowed):
        step(case, A.HELP_ENDS, helpers=(("department", "police"),))


# --- words, numbers, decisions ---------------------------------------------------------------------------


@pytest.mark.parametrize("action", sorted(NEEDS_WORDS))
def test_a_step_without_words_is_refused(action: Action) -> None:
    state = next(at for at, how in TRANSITIONS if how is action)
    with pytest.raises(NotAllowed):
        step(replace(CASE, state=state, tries=2), action, note="  ")


def test_reopening_needs_words_and_a_closed_case() -> None:
    closed = step(CASE, A.CLOSE_VERIFIED)
    with pytest.raises(NotAllowed):
        step(closed, A.REOPEN, note="")
    with pytest.raises(NotAllowed):
        step(CASE, A.REOPEN)
    again = step(closed, A.REOPEN)
    assert (again.state, again.result, again.closed_at, again.reopens) == (State.ASSIGNED, "", None, 1)


def test_the_owner_extends_once_and_a_supervisor_once_more_before_the_day_has_passed() -> None:
    once = step(CASE, A.EXTEND, due_on=date(2026, 6, 1))
    with pytest.raises(NotAllowed):
        step(once, A.EXTEND, due_on=date(2026, 7, 1))
    twice = step(once, A.EXTEND, due_on=date(2026, 7, 1), approved_by="王主任")
    assert step(once, A.EXTEND, due_on=date(2026, 7, 1), decides=True) == twice
    with pytest.raises(NotAllowed):
        step(twice, A.EXTEND, approved_by="王主任")
    with pytest.raises(NotAllowed):
        step(replace(CASE, due_on=date(2026, 5, 1)), A.EXTEND)
    with pytest.raises(NotAllowed):
        step(CASE, A.EXTEND, due_on=date(2026, 5, 19))


def test_late_is_to_the_minute_where_the_deadline_is() -> None:
    with pytest.raises(NotAllowed):
        step(replace(CASE, due_on=NOW.date(), due_at=NOW - timedelta(minutes=1)), A.EXTEND)
    assert step(replace(CASE, due_on=NOW.date(), due_at=NOW + timedelta(minutes=1)), A.EXTEND).extensions == 1


def test_a_case_is_suspended_once_with_a_review_date_within_the_year() -> None:
    with pytest.raises(NotAllowed):
        step(CASE, A.SUSPEND, next_action_on=None)
    with pytest.raises(NotAllowed):
        step(CASE, A.SUSPEND, next_action_on=NOW.date() + timedelta(days=400))
    set_aside = step(CASE, A.SUSPEND)
    assert set_aside.next_action_on == date(2026, 6, 1)
    again = step(set_aside, A.RESUME)
    assert again.state is State.IN_PROGRESS
    with pytest.raises(NotAllowed):
        step(again, A.SUSPEND)


def test_the_resident_is_waited_for_until_a_day_that_is_named() -> None:
    assert step(CASE, A.WAIT).next_action_on == date(2026, 5, 11)
    for until in (None, NOW.date(), NOW.date() + timedelta(days=31)):
        with pytest.raises(NotAllowed):
            step(CASE, A.WAIT, next_action_on=until)


def test_unverified_needs_the_tries_and_a_supervisor() -> None:
    once = step(DONE, A.COULD_NOT_REACH)
    assert (once.state, once.tries, once.next_action_on) == (State.VERIFYING, 1, NOW.date() + timedelta(days=1))
    with pytest.raises(NotAllowed):
        step(once, A.CLOSE_UNVERIFIED)
    twice = step(once, A.COULD_NOT_REACH)
    with pytest.raises(NotAllowed):
        step(twice, A.CLOSE_UNVERIFIED, approved_by=" ")
    assert step(twice, A.CLOSE_UNVERIFIED).state is State.CLOSED_UNVERIFIED
    assert step(twice, A.CLOSE_UNVERIFIED, approved_by="", decides=True).state is State.CLOSED_UNVERIFIED


def test_the_tries_begin_anew_with_the_next_time_that_it_is_done() -> None:
    again = walk(DONE, A.COULD_NOT_REACH, A.NOT_PUT_RIGHT, A.FINISH)
    assert again.tries == 0


@pytest.mark.parametrize("satisfaction", [0, 6, -1])
def test_satisfaction_is_one_to_five(satisfaction: int) -> None:
    with pytest.raises(NotAllowed):
        step(DONE, A.CLOSE_VERIFIED, satisfaction=satisfaction)
    assert step(DONE, A.CLOSE_VERIFIED, satisfaction=5).satisfaction == 5


@pytest.mark.parametrize("action", [A.FINISH, A.CLOSE_VERIFIED, A.CLOSE_UNVERIFIED, A.CLOSE_NOT_FIXED])
def test_nothing_is_done_while_a_promise_is_open(action: Action) -> None:
    state = next(at for at, how in TRANSITIONS if how is action)
    with pytest.raises(NotAllowed):
        step(replace(CASE, state=state, tries=2, promises_open=1), action)
    assert step(replace(CASE, state=state, tries=2), action)


@pytest.mark.parametrize("of", ["", CASE.id])
def test_a_duplicate_is_one_of_another_case(of: str) -> None:
    with pytest.raises(NotAllowed):
        step(CASE, A.MARK_DUPLICATE, duplicate_of=of)


def test_a_note_moves_nothing_but_the_date_that_it_names() -> None:
    assert step(CASE, A.NOTE) == CASE
    assert step(CASE, A.NOTE, next_action_on=date(2026, 5, 9)).next_action_on == date(2026, 5, 9)
    with pytest.raises(NotAllowed):
        step(CASE, A.NOTE, next_action_on=date(2026, 5, 1))


@pytest.mark.parametrize("action", sorted(NEUTRAL - {A.NOTE, A.ASK_AGAIN, A.HELP, A.HELP_ENDS}))
def test_what_is_only_a_line_changes_nothing(action: Action) -> None:
    assert step(CASE, action) == CASE


def test_asked_again_is_counted() -> None:
    assert step(step(CASE, A.ASK_AGAIN), A.ASK_AGAIN).asked == 2


def test_an_owner_is_a_worker_or_a_department() -> None:
    with pytest.raises(NotAllowed):
        step(CASE, A.ASSIGN, owner=("neighbour", "x"))
    with pytest.raises(NotAllowed):
        step(CASE, A.ASSIGN, owner=None)


# --- dates that follow by themselves ---------------------------------------------------------------------


def test_the_next_date_follows_from_the_step() -> None:
    handed = step(CASE, A.ASSIGN)
    assert handed.next_action_on == date(2026, 5, 6), (
        "whether it was accepted within a working day; the 5th is a holiday"
    )
    assert step(replace(CASE, urgent=True), A.ASSIGN).next_action_on == NOW.date()
    begun = walk(handed, A.ACCEPT, A.START)
    assert begun.next_action_on == date(2026, 5, 18), "two working days before it is due"
    assert step(begun, A.FINISH).next_action_on == NOW.date(), "the resident is asked from today"


def test_the_ends_lead_to_the_states_of_their_name() -> None:
    assert set(CLOSES.values()) == CLOSED_STATES


def test_limits_are_the_citys() -> None:
    strict = Limits(tries=1)
    once = step(DONE, A.COULD_NOT_REACH)
    changes, _ = apply(once, A.CLOSE_UNVERIFIED, Told("x", approved_by="王"), at=NOW, by="w2", limits=strict)
    assert changes["state"] is State.CLOSED_UNVERIFIED
