"""When knocking alone does not help: notices, bookings, and telling the community, whatever order they are typed in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.catalog import shelf
from casework.domain import arrangement
from casework.domain.arrangement import BookingEnd, BookingFacts, NoticeFacts, Stage, end_of, of_door
from casework.domain.callback import hour_of
from casework.domain.due import URGENT, Due, DueKind
from casework.domain.resident import LifeState, RiskLevel
from casework.domain.schedule import plan
from casework.domain.schedule_facts import FollowupFacts
from casework.domain.visit import Mode, Outcome, Visit
from casework.domain.visiting import CLEARS, Knock, digest
from tests.domain.making import CHINA, at, days, door, instants, person, visit, visits

if TYPE_CHECKING:
    from casework.domain.schedule_facts import HouseholdFacts

RULES = shelf.schedule_rules()
SETTINGS = RULES.settings
YOUNG = person(1, date(1990, 1, 1))
MEI = person(1, date(1951, 5, 1), ("lives_alone", "hardship"))
THREE = (at("2026-05-11", 10), at("2026-05-12", 19), at("2026-05-16", 10))


def tries(*when: datetime, outcome: Outcome = Outcome.NO_ANSWER, mode: Mode = Mode.DOOR) -> tuple[Visit, ...]:
    return tuple(visit(outcome, moment, mode, n) for n, moment in enumerate(when))


def booked(day: str, hour: str = "14:30", made: datetime | None = None, n: int = 1) -> BookingFacts:
    return BookingFacts(f"{n:032x}", date.fromisoformat(day), time.fromisoformat(hour), made or at("2026-05-17", 9))


def notice(when: datetime, n: int = 1) -> NoticeFacts:
    return NoticeFacts(f"{n:032x}", "260517-00001", when)


def call_back(facts: HouseholdFacts) -> Due:
    (due,) = [due for due in plan(facts, RULES) if due.kind is DueKind.CALL_BACK]
    return due


def stage(facts: HouseholdFacts) -> Stage:
    return of_door(facts, SETTINGS).stage


@st.composite
def arranged(draw: st.DrawFn) -> tuple[list[Visit], list[BookingFacts], list[NoticeFacts]]:
    """Visits, bookings and notices of one door; half of the bookings lie near a visit, where it matters."""
    made = draw(visits())
    near = st.sampled_from([one.happened_at for one in made]) if made else instants
    bookings = []
    for n, when in enumerate(draw(st.lists(st.one_of(near, instants), max_size=3))):
        starts = when + timedelta(minutes=draw(st.integers(-90, 90)))
        bookings.append(
            BookingFacts(f"{n:032x}", starts.date(), starts.time().replace(second=0, microsecond=0), draw(instants))
        )
    notices = [notice(when, n) for n, when in enumerate(draw(st.lists(st.one_of(near, instants), max_size=2)))]
    return made, bookings, notices


@given(arranged(), st.sampled_from(LifeState))
def test_open_call_backs_are_none_or_one_with_notices_and_bookings_too(given_facts, state: LifeState) -> None:
    made, bookings, notices = given_facts
    facts = door(replace(YOUNG, life_state=state), visits=tuple(made), bookings=tuple(bookings), notices=tuple(notices))
    rows = plan(facts, RULES)
    call_backs = [due for due in rows if due.kind is DueKind.CALL_BACK]
    assert len(call_backs) == int(bool(facts.visits.tries) and state is LifeState.LIVING_HERE)
    still = of_door(facts, SETTINGS).open
    hours = [due for due in rows if hour_of(due)]
    if state in (LifeState.MOVED_AWAY, LifeState.DECEASED):
        assert hours == []
        assert call_backs == []
    else:
        assert sorted((due.due_on, due.band) for due in hours) == sorted((b.day, f"{b.hour:%H:%M}") for b in still)


@given(arranged(), st.randoms())
def test_the_order_of_typing_changes_nothing(given_facts, dice) -> None:
    made, bookings, notices = (list(some) for some in given_facts)
    before = door(YOUNG, visits=tuple(made), bookings=tuple(bookings), notices=tuple(notices))
    for some in (made, bookings, notices):
        dice.shuffle(some)
    after = door(YOUNG, visits=tuple(made), bookings=tuple(bookings), notices=tuple(notices))
    assert plan(before, RULES) == plan(after, RULES)
    assert of_door(before, SETTINGS) == of_door(after, SETTINGS)


@given(arranged())
def test_a_booking_is_open_by_all_visits_exactly_if_it_is_by_the_last_ones(given_facts) -> None:
    made, bookings, _notices = given_facts
    told = [Knock(one.happened_at, one.mode, one.outcome) for one in sorted(made, key=lambda v: (v.happened_at, v.id))]
    facts = digest(made)
    for one in bookings:
        whole, _ = end_of(one, told, SETTINGS.booking_early_minutes)
        brief, _ = end_of(one, facts.recent, SETTINGS.booking_early_minutes)
        assert (whole is BookingEnd.OPEN) == (brief is BookingEnd.OPEN)


@given(arranged())
def test_nothing_is_exhausted_without_tries_and_a_notice_or_after_a_contact(given_facts) -> None:
    made, bookings, notices = given_facts
    facts = door(YOUNG, visits=tuple(made), bookings=tuple(bookings), notices=tuple(notices))
    stands = of_door(facts, SETTINGS)
    if stands.exhausted:
        assert len(stands.tries) >= SETTINGS.attempts_before_arrangement
        assert stands.notice is not None
        assert stands.told_at is not None
        assert facts.visits.last_contact is None or stands.told_at > facts.visits.last_contact.at
    met = visit(Outcome.COMPLETED, at("2027-01-02"), n=99)
    later = replace(facts, visits=digest([*made, met]))
    assert not of_door(later, SETTINGS).exhausted
    assert [due for due in plan(later, RULES) if due.kind is DueKind.CALL_BACK] == []


def test_three_tries_need_arrangement_a_notice_waits_for_a_call_and_says_since_when() -> None:
    facts = door(YOUNG, visits=tries(*THREE))
    assert stage(facts) is Stage.NEEDED
    assert "leave a notice" in call_back(facts).reason.text
    left = replace(facts, notices=(notice(at("2026-05-17", 9)),))
    due = call_back(left)
    assert stage(left) is Stage.NOTICE
    assert "waiting for a call" in due.reason.text
    assert due.reason.values["day"] == date(2026, 5, 17)
    # Nobody need knock there while the call is waited for.
    assert due.opens_on == date(2026, 5, 17) + timedelta(days=SETTINGS.notice_wait_days)


def test_a_notice_after_the_first_try_leaves_the_next_try_at_its_other_time_of_day() -> None:
    facts = door(YOUNG, visits=tries(at("2026-05-11", 10)))
    before, due = call_back(facts), call_back(replace(facts, notices=(notice(at("2026-05-11", 11)),)))
    assert (before.due_on, before.band) == (due.due_on, due.band)
    assert "notice left" in due.reason.text


def test_a_booking_goes_before_the_cadence_and_stands_at_its_hour() -> None:
    facts = door(YOUNG, visits=tries(*THREE[:1]), bookings=(booked("2026-05-20"),))
    due = call_back(facts)
    assert (due.opens_on, due.due_on, hour_of(due), due.attempts) == (date(2026, 5, 20), date(2026, 5, 20), "14:30", 1)
    assert due.priority == 1


def test_who_rings_can_be_booked_without_any_try() -> None:
    facts = door(YOUNG, bookings=(booked("2026-05-20", "18:30"),))
    rows = plan(facts, RULES)
    (due,) = [due for due in rows if due.kind is DueKind.PROMISE]
    assert (due.rule, due.due_on, hour_of(due)) == ("booking", date(2026, 5, 20), "18:30")
    assert not any(due.kind is DueKind.CALL_BACK for due in rows)


def test_a_booking_far_ahead_does_not_hold_up_what_would_be_missed_until_then() -> None:
    red = replace(MEI, risk_override=RiskLevel.RED)
    soon = door(red, bookings=(booked("2026-03-05"),))
    far = door(red, bookings=(booked("2026-05-20"),))
    visits_of = [[due for due in plan(facts, RULES) if due.kind is DueKind.VISIT] for facts in (soon, far)]
    assert visits_of[0] == []
    assert visits_of[1] == [due for due in plan(door(red), RULES) if due.kind is DueKind.VISIT]


def test_an_urgent_follow_up_does_not_wait_for_a_booking() -> None:
    leak = FollowupFacts("f" * 32, "漏气", date(2026, 5, 18), urgent=True)
    facts = door(YOUNG, bookings=(booked("2026-05-20"),), followups=(leak,))
    (row,) = [due for due in plan(facts, RULES) if due.kind is DueKind.FOLLOWUP]
    assert (row.opens_on, row.priority) == (date(2026, 5, 18), URGENT)


@pytest.mark.parametrize(
    ("made", "end"),
    [
        ((), BookingEnd.OPEN),
        ((visit(Outcome.NOT_ATTEMPTED, at("2026-05-20", 15)),), BookingEnd.OPEN),
        ((visit(Outcome.NO_ANSWER, at("2026-05-20", 9)),), BookingEnd.OPEN),
        ((visit(Outcome.NO_ANSWER, at("2026-05-20", 15), Mode.PHONE),), BookingEnd.OPEN),
        ((visit(Outcome.PHONE_CONTACT, at("2026-05-20", 9), Mode.PHONE),), BookingEnd.OPEN),
        ((visit(Outcome.COMPLETED, at("2026-05-19", 9)),), BookingEnd.OPEN),
        ((visit(Outcome.NO_ANSWER, at("2026-05-20", 14) + timedelta(minutes=1)),), BookingEnd.NOBODY),
        ((visit(Outcome.NO_ANSWER, at("2026-05-20", 20)),), BookingEnd.NOBODY),
        ((visit(Outcome.NO_ANSWER, at("2026-05-21", 9)),), BookingEnd.NOT_KEPT),
        ((visit(Outcome.UNSAFE_TO_ENTER, at("2026-05-20", 15)),), BookingEnd.NOT_KEPT),
        ((visit(Outcome.COMPLETED, at("2026-05-20", 9)),), BookingEnd.KEPT),
        ((visit(Outcome.COMPLETED, at("2026-05-20", 15)),), BookingEnd.KEPT),
        ((visit(Outcome.REFUSED, at("2026-05-20", 15)),), BookingEnd.KEPT),
        ((visit(Outcome.PHONE_CONTACT, at("2026-05-22", 9), Mode.PHONE),), BookingEnd.KEPT),
    ],
)  # fmt: skip
def test_what_came_of_a_booking(made: tuple[Visit, ...], end: BookingEnd) -> None:
    told = [Knock(one.happened_at, one.mode, one.outcome) for one in made]
    assert end_of(booked("2026-05-20"), told, SETTINGS.booking_early_minutes)[0] is end


def test_tries_notice_and_a_booking_that_met_nobody_are_told_to_the_community() -> None:
    at_the_hour = at("2026-05-20", 14) + timedelta(minutes=35)
    facts = door(
        YOUNG, visits=tries(*THREE, at_the_hour), bookings=(booked("2026-05-20"),),
        notices=(notice(at("2026-05-17", 9)),),
    )  # fmt: skip
    assert of_door(facts, SETTINGS).told_at == at_the_hour
    assert stage(facts) is Stage.TOLD
    assert "the community has been told" in call_back(facts).reason.text


def test_without_a_notice_a_missed_booking_asks_for_one_first() -> None:
    facts = door(YOUNG, visits=tries(*THREE, at("2026-05-20", 15)), bookings=(booked("2026-05-20"),))
    assert stage(facts) is Stage.NEEDED
    assert "booked" in call_back(facts).reason.text
    left = replace(facts, notices=(notice(at("2026-05-20", 16)),))
    assert of_door(left, SETTINGS).told_at == at("2026-05-20", 16)


def test_a_notice_that_nobody_answers_and_one_more_try_are_told_too() -> None:
    waits = timedelta(days=SETTINGS.notice_wait_days)
    left = (notice(at("2026-05-17", 9)),)
    early = door(YOUNG, visits=tries(*THREE, at("2026-05-17", 10) + waits - timedelta(days=1)), notices=left)
    late = door(YOUNG, visits=tries(*THREE, at("2026-05-17", 10) + waits), notices=left)
    assert stage(early) is Stage.NOTICE
    assert stage(late) is Stage.TOLD


def test_a_new_booking_after_that_goes_first_again() -> None:
    facts = door(
        YOUNG, visits=tries(*THREE, at("2026-05-20", 15)), notices=(notice(at("2026-05-17", 9)),),
        bookings=(booked("2026-05-20"), booked("2026-05-25", "09:00", n=2)),
    )  # fmt: skip
    assert stage(facts) is Stage.BOOKED
    assert hour_of(call_back(facts)) == "09:00"
    assert of_door(facts, SETTINGS).exhausted


def test_who_rings_after_no_answer_is_heard_of_and_no_welfare_question() -> None:
    last = at("2026-05-18", 10)
    since = door(MEI, visits=tries(last), bookings=(booked("2026-05-20", made=last + timedelta(hours=1)),))
    before = door(MEI, visits=tries(last), bookings=(booked("2026-05-20", made=last - timedelta(hours=1)),))
    assert hour_of(call_back(since)) == "14:30"
    assert (call_back(before).priority, hour_of(call_back(before))) == (URGENT, "")
    assert [hour_of(due) for due in plan(before, RULES) if due.kind is DueKind.PROMISE] == ["14:30"]


def test_a_contact_ends_notice_and_stretch() -> None:
    met = visit(Outcome.COMPLETED, at("2026-05-18", 10), n=8)
    again = tries(*(moment + timedelta(days=20) for moment in THREE))
    again = tuple(replace(one, id=f"{n + 20:032x}") for n, one in enumerate(again))
    facts = door(YOUNG, visits=(*tries(*THREE), met, *again), notices=(notice(at("2026-05-17", 9)),))
    assert stage(facts) is Stage.NEEDED
    assert of_door(facts, SETTINGS).notice is None


@given(st.sampled_from(sorted(CLEARS)), days)
def test_every_outcome_that_ends_a_call_back_ends_being_exhausted(outcome: Outcome, day: date) -> None:
    last = datetime.combine(max(day, date(2026, 6, 1)), time(10), CHINA)
    facts = door(
        YOUNG, visits=(*tries(*THREE, at("2026-05-20", 15)), visit(outcome, last, n=9)),
        notices=(notice(at("2026-05-17", 9)),), bookings=(booked("2026-05-20"),),
    )  # fmt: skip
    assert not of_door(facts, SETTINGS).exhausted


def test_the_number_of_a_notice_is_the_same_each_time_and_can_be_read_out() -> None:
    number = arrangement.number_of(date(2026, 5, 16), "0190aaaa000070008000000000abcdef")
    assert number == arrangement.number_of(date(2026, 5, 16), "0190aaaa000070008000000000abcdef")
    assert number.startswith("260516-")
    assert number[7:].isdigit()
    assert len(number) == 12


def test_two_visits_in_one_half_hour_cannot_both_be_kept() -> None:
    starts = datetime(2026, 5, 20, 14, 30)
    near, far = starts + timedelta(minutes=20), starts + timedelta(minutes=SETTINGS.booking_minutes)
    assert arrangement.overlapping(starts, [(near, "3-1-102"), (far, "3-1-103")], SETTINGS.booking_minutes) == (
        "3-1-102",
    )
