"""Follow-ups: every path of the machine; one owner and one next date until it is closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain.followup import (
    CLOSED_STATES,
    OPEN_STATES,
    STATE_NAMES,
    TRANSITIONS,
    Action,
    Followup,
    NotAllowed,
    State,
    after,
    allowed,
)
from casework.domain.followup_steps import Told, apply

NOW = datetime(2026, 5, 4, 10)
CASE = Followup("c" * 32, State.REPORTED, "worker", "w1", date(2026, 5, 6), date(2026, 5, 20), NOW)
NEEDS: dict[Action, dict[str, Any]] = {
    Action.ASSIGN: {"owner": ("department", "gas_supplier")},
    Action.SUSPEND: {"next_action_on": date(2026, 6, 1)},
    Action.EXTEND: {"due_on": date(2027, 1, 1)},
    Action.WAIT: {"next_action_on": date(2026, 5, 11)},
    Action.HELP: {"helpers": (("department", "police"),)},
    Action.MARK_DUPLICATE: {"duplicate_of": "d" * 32},
    Action.CLOSE_UNVERIFIED: {"approved_by": "王主任"},
}


def step(case: Followup, action: Action, **more: Any) -> Followup:
    told = {"note": "words", **NEEDS.get(action, {}), **more}
    changes, event = apply(case, action, Told(**told), at=NOW, by="w2")
    after_it = replace(case, **changes)  # type: ignore[arg-type]
    assert (event.state, event.owner_kind, event.owner) == (
        after_it.state,
        after_it.owner_kind,
        after_it.owner,
    )
    return after_it


def test_every_state_can_be_reached_and_left_and_is_named() -> None:
    reached = {State.REPORTED} | set(TRANSITIONS.values())
    assert reached == set(State)
    assert set(STATE_NAMES) == set(State)
    for state in State:
        assert allowed(state)


def test_a_case_walks_from_the_knock_to_put_right() -> None:
    case = CASE
    for action in (
        Action.ASSIGN, Action.RETURN, Action.ASSIGN, Action.ACCEPT, Action.START, Action.FINISH,
        Action.VERIFY, Action.NOT_PUT_RIGHT, Action.FINISH, Action.VERIFY, Action.CLOSE_VERIFIED,
        Action.REOPEN, Action.CLOSE_NOT_FIXED,
    ):  # fmt: skip
        case = step(case, action)
    assert case.state is State.CLOSED_NOT_FIXED


@given(st.lists(st.sampled_from(Action), max_size=25))
def test_a_case_has_one_owner_and_one_next_date_until_it_is_closed(actions: list[Action]) -> None:
    case = CASE
    for action in actions:
        try:
            case = step(case, action)
        except NotAllowed:
            continue
        assert case.owner_kind in {"worker", "department"}
        assert case.owner
        assert (case.next_action_on is not None) == case.is_open
        assert (case.closed_at is None) == case.is_open
        assert bool(case.result) == (not case.is_open)


@pytest.mark.parametrize("state", sorted(State))
def test_what_is_not_offered_is_refused_with_a_reason(state: State) -> None:
    for action in set(Action) - set(allowed(state)):
        with pytest.raises(NotAllowed) as caught:
            after(state, action)
        assert caught.value.phrase.text


def test_a_returned_case_falls_to_whoever_records_the_return() -> None:
    case = step(step(CASE, Action.ASSIGN), Action.RETURN)
    assert (case.state, case.owner_kind, case.owner) == (State.RETURNED, "worker", "w2")


@pytest.mark.parametrize("action", [Action.NOTE, Action.CLOSE_VERIFIED, Action.CLOSE_NOT_FIXED, Action.SUSPEND])
def test_a_step_without_words_is_refused(action: Action) -> None:
    with pytest.raises(NotAllowed):
        step(CASE, action, note="  ")


def test_reopening_needs_words_and_a_closed_case() -> None:
    closed = step(CASE, Action.CLOSE_VERIFIED)
    with pytest.raises(NotAllowed):
        step(closed, Action.REOPEN, note="")
    with pytest.raises(NotAllowed):
        step(CASE, Action.REOPEN)
    again = step(closed, Action.REOPEN)
    assert (again.state, again.result, again.closed_at) == (State.ASSIGNED, "", None)


def test_a_deadline_moves_twice_at_most_and_only_before_it_has_passed() -> None:
    case = step(step(CASE, Action.EXTEND, due_on=date(2026, 6, 1)), Action.EXTEND, due_on=date(2026, 7, 1))
    with pytest.raises(NotAllowed):
        step(case, Action.EXTEND)
    with pytest.raises(NotAllowed):
        step(replace(CASE, due_on=date(2026, 5, 1)), Action.EXTEND)
    with pytest.raises(NotAllowed):
        step(CASE, Action.EXTEND, due_on=date(2026, 5, 19))


def test_a_case_is_suspended_once_with_a_review_date_within_the_year() -> None:
    with pytest.raises(NotAllowed):
        step(CASE, Action.SUSPEND, next_action_on=None)
    with pytest.raises(NotAllowed):
        step(CASE, Action.SUSPEND, next_action_on=NOW.date() + timedelta(days=400))
    again = step(step(CASE, Action.SUSPEND), Action.RESUME)
    assert again.state is State.IN_PROGRESS
    with pytest.raises(NotAllowed):
        step(again, Action.SUSPEND)


def test_a_note_moves_nothing_but_the_date_that_it_names() -> None:
    assert step(CASE, Action.NOTE) == CASE
    assert step(CASE, Action.NOTE, next_action_on=date(2026, 5, 9)).next_action_on == date(2026, 5, 9)
    with pytest.raises(NotAllowed):
        step(CASE, Action.NOTE, next_action_on=date(2026, 5, 1))


def test_an_owner_is_a_worker_or_a_department() -> None:
    with pytest.raises(NotAllowed):
        step(CASE, Action.ASSIGN, owner=("neighbour", "x"))
    with pytest.raises(NotAllowed):
        step(CASE, Action.ASSIGN, owner=None)


def test_open_and_closed_are_all_states() -> None:
    assert set(State) == OPEN_STATES | CLOSED_STATES
    assert not OPEN_STATES & CLOSED_STATES
