"""On every day of a year, leap day and year's end included, each list, the round, the door's page and the ledger agree."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import pytest

from casework.casebook import done, due_lists, households, rounds, visits
from casework.casebook.clock import FrozenClock
from casework.casebook.entries import VisitEntry
from casework.casebook.facts import facts_of
from casework.casebook.rules import rules
from casework.domain.due import Due, DueKind, DueStatus
from casework.domain.schedule import plan, status
from tests.casebook.conftest import MORNING, Neighbourhood

FIRST, LAST = date(2027, 12, 1), date(2029, 1, 10)
OUTCOMES = ("completed", "completed", "no_answer", "refused", "phone_contact", "hospitalised", "unsafe_to_enter")
LATE = (DueStatus.OVERDUE, DueStatus.MISSED)


@pytest.fixture(params=[1, 2])
def lived(request: pytest.FixtureRequest, here: Neighbourhood, clock: FrozenClock) -> Neighbourhood:
    """Two years of visits, made up, some typed in weeks later."""
    dice = random.Random(request.param)
    doors = [here.door, here.family_door, here.add_door("3-1-103", "103", 3)]
    moments = sorted(MORNING + timedelta(days=dice.randrange(3, 900), hours=dice.randrange(10)) for _ in range(60))
    for at in moments:
        clock.instant = at + timedelta(days=dice.choice([0, 0, 0, 20]))
        outcome = dice.choice(OUTCOMES)
        mode = "phone" if outcome == "phone_contact" else "door"
        agreed = at.date() + timedelta(days=9) if outcome == "completed" and dice.random() < 0.2 else None
        entry = VisitEntry(
            household_id=dice.choice(doors), outcome=outcome, mode=mode, happened_at=at, next_visit_on=agreed,
            refusal_reason="too_busy" if outcome == "refused" else None,
        )  # fmt: skip
        visits.log(here.book, entry)
    return here


def what(due: Due) -> tuple[object, ...]:
    return (due.household_id, due.kind, due.rule, due.resident_id, due.due_on)


def test_all_readings_agree(lived: Neighbourhood, clock: FrozenClock) -> None:
    book = lived.book
    doors = [row[0] for row in book.database.execute_sql("SELECT id FROM household").fetchall()]
    execute = book.database.connection().cursor().execute
    planned = []
    for door in doors:
        found = facts_of(execute, door, rules(book).asked)
        assert found is not None
        planned += plan(found[1], rules(book))
    day = FIRST
    seen: set[DueStatus] = set()
    while day <= LAST:
        clock.instant = datetime.combine(day, MORNING.time(), MORNING.tzinfo)
        from_facts = {what(due): status(due, day) for due in planned}
        able = {key: state for key, state in from_facts.items() if state is not DueStatus.UPCOMING}
        listed = {what(line.due): line.status for line in due_lists.listed(book, day)}
        stops = rounds.stops(book, lived.grid, day)
        on_round = {what(due): state for stop in stops for due, state in stop.dues}
        pages = {what(due): state for door in doors for due, state in households.story(book, door).dues}
        every = {what(line.due): line.status for line in due_lists.listed(book, day, statuses=list(DueStatus))}
        assert listed == on_round == able
        assert every == pages == from_facts
        late = sum(any(state in LATE for _due, state in stop.dues) for stop in stops)
        assert rounds.counts(book, lived.grid, day).overdue == late
        for state in (DueStatus.DUE, DueStatus.OVERDUE, DueStatus.MISSED, DueStatus.UPCOMING):
            alone = {what(line.due) for line in due_lists.listed(book, day, statuses=[state])}
            assert alone == {key for key, found in from_facts.items() if found is state}
        seen |= set(from_facts.values())
        day += timedelta(days=1)
    assert {DueStatus.UPCOMING, DueStatus.MISSED} <= seen


def test_the_ledger_is_what_the_pages_say_and_counts_by_when_it_happened(lived: Neighbourhood) -> None:
    book = lived.book
    doors = [row[0] for row in book.database.execute_sql("SELECT id FROM household").fetchall()]
    first, last = date(2027, 1, 1), date(2028, 12, 31)
    ledger = [line.done for line in done.between(book, first, last)]
    pages = [one for door in doors for one in done.of_household(book, door) if first <= one.done_on <= last]
    assert sorted(map(repr, ledger)) == sorted(map(repr, pages))
    assert ledger
    happened = dict(book.database.execute_sql("SELECT id, substr(happened_at, 1, 10) FROM visit").fetchall())
    day = first
    while day <= last:
        for one in ledger:
            state = one.status(day)
            if day < one.done_on:
                assert state is status(one.due, day)
            else:
                on_time = happened[one.by] <= one.due.due_on.isoformat()
                assert state is (DueStatus.DONE_ON_TIME if on_time else DueStatus.DONE_LATE)
        day += timedelta(days=1)
    assert {one.due.kind for one in ledger} >= {DueKind.VISIT, DueKind.CALL_BACK}


def test_a_ledger_by_grid_leaves_the_others_out(lived: Neighbourhood) -> None:
    span = (date(2026, 1, 1), date(2029, 12, 31))
    assert done.between(lived.book, *span, grid_id=lived.grid) == done.between(lived.book, *span)
    assert done.between(lived.book, *span, grid_id="0" * 32) == []


def test_nothing_is_found_of_a_door_that_is_not_there(here: Neighbourhood) -> None:
    from casework.casebook.errors import NotFound

    with pytest.raises(NotFound):
        done.of_household(here.book, "0" * 32)
