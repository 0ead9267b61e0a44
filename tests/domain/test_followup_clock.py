"""The clock of a follow-up: it stands still where nobody can work, and what it says depends on the facts alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.catalog import followups as shelf
from casework.domain.followup import CLOSED_STATES, NEUTRAL, TRANSITIONS, WORK_STATES, Action, State
from casework.domain.followup_clock import (
    Cause,
    ClockFacts,
    Fallen,
    Light,
    Step,
    coming,
    end_of,
    fallen,
    later,
    light,
    reading,
)
from casework.domain.workingdays import before_hours, hours_between
from tests.domain.making import CHINA

RULES = shelf.clock()
A, S = Action, State
FRIDAY = datetime(2021, 6, 11, 16, 30, tzinfo=CHINA)
"""The Friday before the Dragon Boat holiday of 12 to 14 June 2021 (DOMAIN 4.7)."""

MONDAY = datetime(2026, 5, 11, 9, tzinfo=CHINA)


def at(day: int, hour: float = 9, month: int = 5) -> datetime:
    return datetime(2026, month, day, int(hour), round(hour % 1 * 60), tzinfo=CHINA)


def opened(when: datetime, hours: float, urgent: bool = False, unaccepted: bool = False) -> Step:
    return Step(when, None, S.ASSIGNED, later(when, hours, urgent, RULES.office), unaccepted)


def facts(*steps: Step, urgent: bool = False, hours: float | None = None, repeat_n: int = 1) -> ClockFacts:
    return ClockFacts(steps, urgent, hours, repeat_n)


def five_days(*steps: Step, repeat_n: int = 1) -> ClockFacts:
    """A case of five working days, opened on Monday at nine, due the Monday after at nine."""
    return facts(opened(MONDAY, 40), *steps, hours=40, repeat_n=repeat_n)


def rungs(found: tuple[Fallen, ...]) -> list[tuple[str, str]]:
    return [(one.cause.value, one.rung.key if one.rung else "") for one in found]


# --- the vectors of the domain notes ---------------------------------------------------------------------


def test_two_working_days_over_the_dragon_boat_festival() -> None:
    assert reading(facts(opened(FRIDAY, 16)), FRIDAY).due_at == datetime(2021, 6, 16, 16, 30, tzinfo=CHINA)


def test_four_emergency_hours_run_on_into_the_evening() -> None:
    assert reading(facts(opened(FRIDAY, 4, True), urgent=True), FRIDAY).due_at == FRIDAY.replace(hour=20)


def test_four_working_hours_go_over_the_holiday() -> None:
    five = FRIDAY.replace(hour=17, minute=0)
    assert reading(facts(opened(five, 4)), five).due_at == datetime(2021, 6, 15, 11, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("passed", "shown"),
    [(0, Light.GREEN), (31.9, Light.GREEN), (32, Light.YELLOW), (40, Light.YELLOW), (40.1, Light.RED)],
)
def test_the_lights_change_at_80_and_100_percent(passed: float, shown: Light) -> None:
    now = later(MONDAY, passed, False, RULES.office)
    found = reading(five_days(), now, RULES)
    assert found.light is shown
    assert found.percent == pytest.approx(passed / 40 * 100)
    due_at = five_days().steps[0].due_at
    assert due_at is not None
    assert light(S.ASSIGNED, MONDAY, due_at, 40, False, now, RULES) is shown


def test_at_night_and_on_holidays_an_ordinary_clock_stands_and_an_urgent_one_runs() -> None:
    evening, morning = at(11, 18), at(12, 8)
    assert reading(five_days(), evening).left_hours == reading(five_days(), morning).left_hours
    urgent = facts(opened(MONDAY, 24, True), urgent=True, hours=24)
    assert reading(urgent, evening).left_hours - reading(urgent, morning).left_hours == 14


def test_beyond_the_published_holidays_it_says_so() -> None:
    far = datetime(2040, 3, 1, 9, tzinfo=CHINA)
    assert reading(facts(opened(far, 16)), far).caution is not None
    assert reading(five_days(), MONDAY).caution is None
    assert reading(facts(opened(far, 16, True), urgent=True), far).caution is None


# --- stopping --------------------------------------------------------------------------------------------


def test_suspended_for_a_week_it_is_due_a_week_later() -> None:
    stopped = five_days(Step(at(12, 10), A.SUSPEND, S.SUSPENDED, until_on=date(2026, 6, 1)))
    assert not reading(stopped, at(20)).running
    assert reading(stopped, at(20)).stopped_since == at(12, 10)
    assert reading(stopped, at(12, 10)).left_hours == reading(stopped, at(20)).left_hours == 31
    goes_on = replace(stopped, steps=(*stopped.steps, Step(at(19, 10), A.RESUME, S.IN_PROGRESS)))
    assert reading(goes_on, at(19, 10)).due_at == at(25)


def test_from_done_until_the_answer_the_clock_waits() -> None:
    asked = five_days(
        Step(at(12, 8), A.ACCEPT, S.ACCEPTED),
        Step(at(12, 10), A.FINISH, S.DONE),
        Step(at(13), A.COULD_NOT_REACH, S.VERIFYING),
        Step(at(14), A.COULD_NOT_REACH, S.VERIFYING),
    )
    assert reading(asked, at(29)).left_hours == 31
    again = replace(asked, steps=(*asked.steps, Step(at(19, 10), A.NOT_PUT_RIGHT, S.IN_PROGRESS)))
    assert reading(again, at(19, 10)).due_at == at(25)
    assert reading(again, at(25, 9.5)).light is Light.RED


def test_the_resident_is_waited_for_until_the_agreed_day_and_no_longer() -> None:
    waits = five_days(Step(at(12, 10), A.WAIT, S.ASSIGNED, until_on=date(2026, 5, 19)))
    assert not reading(waits, at(18, 23)).running
    assert reading(waits, at(19, 8)).running
    assert reading(waits, at(19, 8)).due_at == at(22, 17)
    early = replace(waits, steps=(*waits.steps, Step(at(14, 10), A.START, S.IN_PROGRESS)))
    assert reading(early, at(14, 10)).due_at == at(20)
    noted = replace(waits, steps=(*waits.steps, Step(at(14, 10), A.NOTE, S.ASSIGNED)))
    assert reading(noted, at(19, 8)) == reading(waits, at(19, 8)), "a note does not end it"


def test_handing_on_neither_stops_nor_restarts_it() -> None:
    handed = five_days(Step(at(12), A.RETURN, S.RETURNED), Step(at(13), A.ASSIGN, S.ASSIGNED, unaccepted=True))
    assert reading(handed, at(14)).due_at == at(18)


def test_an_extension_moves_the_deadline_and_the_share() -> None:
    longer = five_days(Step(at(15), A.EXTEND, S.ASSIGNED, due_at=at(25)))
    found = reading(longer, at(18))
    assert (found.due_at, found.total_hours, found.percent) == (at(25), 80, 50)


def test_a_reopened_case_has_its_limit_anew() -> None:
    again = five_days(
        Step(at(12), A.CLOSE_VERIFIED, S.CLOSED_VERIFIED),
        Step(at(20), A.REOPEN, S.ASSIGNED, due_at=later(at(20), 40, False, RULES.office)),
    )
    found = reading(again, at(20))
    assert (found.due_at, found.percent) == (at(27), 0)


def test_of_a_closed_case_the_clock_shows_where_it_stood() -> None:
    closed = five_days(Step(at(12, 10), A.CLOSE_VERIFIED, S.CLOSED_VERIFIED))
    found = reading(closed, at(30))
    assert (found.running, found.left_hours, found.due_at) == (False, 31, at(18))


def test_a_clock_that_was_set_back_does_not_confuse_it() -> None:
    back = five_days(Step(at(13), A.ACCEPT, S.ACCEPTED), Step(at(10), A.SUSPEND, S.SUSPENDED))
    assert reading(back, at(20)).stopped_since == at(13)


# --- reminder and ladder ---------------------------------------------------------------------------------


def test_two_working_days_before_the_deadline_a_reminder_then_rung_by_rung() -> None:
    case = five_days(Step(at(11, 10), A.ACCEPT, S.ACCEPTED))
    assert fallen(case, at(14, 8.9), RULES) == ()
    found = fallen(case, at(31), RULES)
    assert [(one.at, *pair) for one, pair in zip(found, rungs(found), strict=True)] == [
        (at(14), "reminder", ""),
        (at(18), "overdue", "community"),
        (at(20), "overdue", "street"),
        (at(25), "overdue", "district"),
    ]
    assert coming(case, at(18), RULES) == found[2]
    assert coming(case, at(31), RULES) is None


def test_a_leak_that_nobody_accepts_goes_up_within_hours_by_itself() -> None:
    night = at(15, 22)
    leak = facts(opened(night, 24, True, unaccepted=True), urgent=True, hours=24)
    found = fallen(leak, at(16, 23), RULES)
    assert rungs(found) == [
        ("unaccepted", "community"), ("unaccepted", "street"), ("unaccepted", "district"), ("reminder", ""),
        ("overdue", "community"),
    ]  # fmt: skip
    assert [one.at - night for one in found[:3]] == [timedelta(hours=h) for h in (1, 4, 12)]
    taken = replace(leak, steps=(*leak.steps, Step(night + timedelta(minutes=90), A.ACCEPT, S.ACCEPTED)))
    assert rungs(fallen(taken, at(16, 12), RULES)) == [("unaccepted", "community")]


def test_handed_to_somebody_else_the_wait_for_acceptance_begins_anew_but_not_the_limit() -> None:
    case = five_days(
        Step(at(11, 9), A.ASSIGN, S.ASSIGNED, unaccepted=True), Step(at(12, 8), A.ASSIGN, S.ASSIGNED, unaccepted=True)
    )
    found = fallen(case, at(13, 8), RULES)
    assert [(one.at, one.cause) for one in found] == [(at(12, 18), Cause.UNACCEPTED)]


def test_while_it_stands_still_nothing_falls_due() -> None:
    case = five_days(Step(at(13), A.SUSPEND, S.SUSPENDED))
    assert fallen(case, at(31), RULES) == ()
    assert coming(case, at(31), RULES) is None


def test_the_fifth_time_it_stands_on_the_second_rung_from_the_start() -> None:
    assert rungs(fallen(five_days(repeat_n=2), MONDAY, RULES)) == []
    assert rungs(fallen(five_days(repeat_n=5), MONDAY, RULES)) == [("repeats", "community"), ("repeats", "street")]


def test_a_limit_shorter_than_the_notice_has_no_reminder_at_its_beginning() -> None:
    day = facts(opened(MONDAY, 8), hours=8)
    assert rungs(fallen(day, at(11, 17), RULES)) == []


def test_an_extension_is_reminded_of_once_more() -> None:
    longer = five_days(Step(at(15), A.EXTEND, S.ASSIGNED, due_at=at(25)))
    assert [one.at for one in fallen(longer, at(22), RULES)] == [at(14), at(21)]


# --- whatever happens ------------------------------------------------------------------------------------


@st.composite
def histories(draw: st.DrawFn) -> ClockFacts:
    """A case of any life: steps that the machine allows, hours or weeks apart."""
    urgent = draw(st.booleans())
    hours = draw(st.sampled_from([4, 8, 40, 160]))
    when = datetime(2026, 5, 1, tzinfo=CHINA) + timedelta(minutes=draw(st.integers(0, 40000)))
    steps = [opened(when, hours, urgent, draw(st.booleans()))]
    state = S.ASSIGNED
    for _n in range(draw(st.integers(0, 9))):
        action = draw(st.sampled_from(sorted(how for at_state, how in TRANSITIONS if at_state is state)))
        when += timedelta(minutes=draw(st.integers(1, 20000)))
        state = TRANSITIONS[state, action]
        due_at = until = None
        if action in (A.EXTEND, A.REOPEN):
            due_at = when + timedelta(hours=draw(st.integers(1, 400)))
        if action in (A.WAIT, A.SUSPEND):
            until = when.date() + timedelta(days=draw(st.integers(1, 30)))
        unaccepted = state is S.ASSIGNED and (steps[-1].unaccepted or action in (A.ASSIGN, A.REOPEN))
        steps.append(Step(when, action, state, due_at, unaccepted, until))
    return ClockFacts(tuple(steps), urgent, hours, draw(st.integers(1, 9)))


moments = st.integers(0, 200000)


def stops(case: ClockFacts) -> list[tuple[datetime, datetime]]:
    """The stretches in which the clock may not run, from the steps alone."""
    real = [step for step in case.steps if step.action not in NEUTRAL]
    found = []
    for step, following in zip(real, [*real[1:], None], strict=True):
        end = following.at if following else step.at + timedelta(days=90)
        if step.state not in WORK_STATES:
            found.append((step.at, end))
        elif step.action is A.WAIT and step.until_on is not None:
            day = datetime.combine(step.until_on, datetime.min.time(), CHINA)
            found.append((step.at, min(day, end)))
    return found


@settings(deadline=None)
@given(histories(), st.floats(0, 1), st.floats(0, 1))
def test_the_clock_never_runs_while_it_is_stopped(case: ClockFacts, one: float, other: float) -> None:
    for start, end in stops(case):
        a, b = sorted(start + (end - start) * part * 0.999 for part in (one, other))
        first, second = reading(case, a, RULES), reading(case, b, RULES)
        assert not first.running
        assert not second.running
        assert first.left_hours == pytest.approx(second.left_hours, abs=1e-6)
        assert first.percent == pytest.approx(second.percent, abs=1e-6)
        late = [fall for fall in fallen(case, b, RULES) if fall.at > a and fall.cause is not Cause.UNACCEPTED]
        assert late == []


@settings(deadline=None)
@given(histories(), moments, moments)
def test_it_runs_as_the_office_does_where_it_is_not_stopped(case: ClockFacts, one: int, other: int) -> None:
    first = case.steps[0].at
    a, b = sorted(first + timedelta(minutes=n) for n in (one, other))
    between = [step for step in case.steps if a < step.at <= b and step.action not in NEUTRAL]
    before, behind = reading(case, a, RULES), reading(case, b, RULES)
    waits = any(step.action is A.WAIT for step in case.steps)
    if between or waits or not before.running:
        return
    spent = (b - a).total_seconds() / 3600 if case.urgent else hours_between(a, b, RULES.office)
    assert before.left_hours - behind.left_hours == pytest.approx(spent, abs=0.01)


@settings(deadline=None)
@given(histories(), moments, moments)
def test_what_fell_due_depends_on_the_facts_and_not_on_when_one_looks(case: ClockFacts, one: int, other: int) -> None:
    """Looking at once or weeks later tells the same of the time before; and what is told stays told."""
    first = case.steps[0].at
    early, late = sorted(first + timedelta(minutes=n) for n in (one, other))
    known_then = replace(case, steps=tuple(step for step in case.steps if step.at <= early))
    assert fallen(known_then, early, RULES) == tuple(fall for fall in fallen(case, late, RULES) if fall.at <= early)


@settings(deadline=None)
@given(histories(), moments)
def test_nothing_falls_due_when_a_case_is_closed(case: ClockFacts, when: int) -> None:
    now = case.steps[-1].at + timedelta(minutes=when)
    real = [step for step in case.steps if step.action not in NEUTRAL]
    if real[-1].state in CLOSED_STATES:
        assert all(fall.at <= real[-1].at for fall in fallen(case, now, RULES))
        assert coming(case, now, RULES) is None


@given(st.datetimes(datetime(2021, 1, 1), datetime(2026, 12, 1)), st.floats(0, 400))
def test_hours_of_the_office_counted_forth_and_back_are_the_same(start: datetime, hours: float) -> None:
    end = later(start, hours, False)
    assert hours_between(start, end) == pytest.approx(hours, abs=0.001)
    back = before_hours(end, hours)
    assert hours_between(back, end) == pytest.approx(hours, abs=0.001)
    assert hours_between(end, start) == -hours_between(start, end)


def test_a_day_ends_at_its_midnight() -> None:
    assert end_of(date(2026, 5, 11), MONDAY) == at(11, 23).replace(minute=59)
