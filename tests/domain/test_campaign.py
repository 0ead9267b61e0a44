"""Campaigns: every unit stands in exactly one bucket on every day, and can say why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.catalog import campaigns as shelf
from casework.domain.arrangement import BookingFacts
from casework.domain.campaign import (
    Bucket,
    Campaign,
    CampaignSubject,
    CheckFact,
    Mark,
    MarkKind,
    Recheck,
    UnitFacts,
    VisitFact,
    drawn,
)
from casework.domain.campaign_standing import stand, tried
from casework.domain.check import Answer, AnswerState
from casework.domain.resident import LifeState
from casework.domain.schedule_facts import DatedTag, ResidentFacts
from casework.domain.visit import Mode, Outcome
from casework.language import say, set_language
from tests.domain.making import at, person

START, DAY = date(2026, 5, 4), date(2026, 6, 1)
VALVE = Campaign("c" * 32, shelf.load("valve"), START)
HOME_VISITS = Campaign("d" * 32, shelf.load("home_visits"), date(2026, 1, 1))
SPOTS = Campaign("e" * 32, shelf.load("waterlogging"), START)
COVERS = Campaign("f" * 32, shelf.load("manholes"), START)
UNIT = "0190aaaa000070008000000000000001"
WIDOW = person(1, date(1941, 3, 8), ("lives_alone", "hardship"))


def home(*people: ResidentFacts, fuel: str = "lpg_cylinder", **more: object) -> UnitFacts:
    return UnitFacts(UNIT, fuel=fuel, residents=people or (WIDOW,), **more)  # type: ignore[arg-type]


def knock(day: str, outcome: Outcome = Outcome.NO_ANSWER, hour: int = 10, **more: object) -> VisitFact:
    mode = more.pop("mode", Mode.DOOR)
    return VisitFact(f"{day}{hour}", at(day, hour), outcome, mode, **more)  # type: ignore[arg-type]


def gas_check(day: str, fitted: str = "yes", hour: int = 11, **more: object) -> CheckFact:
    answers = {"valve_fitted": Answer(AnswerState.PASS, fitted), **more}
    return CheckFact(f"{day}{hour}", at(day, hour), "lpg_cylinder", True, 0, answers)  # type: ignore[arg-type]


def spot_check(day: str, left: int = 0) -> CheckFact:
    return CheckFact(day, at(day), "waterlogging", True, left)


def mark(kind: MarkKind, day: str, words: str = "", hour: int = 12) -> Mark:
    return Mark(f"{day}{kind}", kind, at(day, hour), words)


def why(facts: UnitFacts, campaign: Campaign = VALVE, day: date = DAY) -> str:
    set_language("en")
    return say(stand(facts, campaign, day).why)


def bucket(facts: UnitFacts, campaign: Campaign = VALVE, day: date = DAY) -> Bucket:
    return stand(facts, campaign, day).bucket


def test_who_is_not_eligible_is_told_which_part_of_the_rule_does_not_hold() -> None:
    younger = person(1, date(1964, 3, 8), ("lives_alone", "hardship"))
    assert why(home(younger)) == "62 years old, from 65"
    assert why(home(person(1, None, ("lives_alone", "hardship")))) == "age not known, from 65"
    assert why(home(fuel="electric")) == "electric, not bottled LPG"
    no_tags = why(home(person(1, date(1941, 3, 8), ("lives_alone",))))
    assert no_tags == "not on file: Extreme hardship, supported at home or Hard up or Minimum living allowance"
    assert why(home(person(1, date(1941, 3, 8), life_state=LifeState.MOVED_AWAY))) == "nobody lives here any more"
    assert why(UnitFacts(UNIT, fuel="lpg_cylinder")) == "nobody is on file here"


def test_of_several_people_the_one_counts_for_whom_the_least_is_missing() -> None:
    son = person(2, date(1990, 1, 1))
    assert bucket(home(son, WIDOW)) is Bucket.TO_VISIT
    assert why(home(son, person(1, date(1941, 3, 8), ("lives_alone",)))).startswith("not on file: Extreme hardship")


def test_she_turns_65_today() -> None:
    facts = home(person(1, date(1961, 6, 2), ("lives_alone", "hardship")))
    before = stand(facts, VALVE, date(2026, 6, 1))
    assert (before.bucket, before.turns_on) == (Bucket.NOT_ELIGIBLE, date(2026, 6, 2))
    assert bucket(facts, day=date(2026, 6, 2)) is Bucket.TO_VISIT


def test_who_was_born_on_a_leap_day_turns_65_on_the_first_of_march() -> None:
    facts = home(person(1, date(1960, 2, 29), ("lives_alone", "hardship")))
    campaign = Campaign("c" * 32, VALVE.definition, date(2025, 1, 1))
    before = stand(facts, campaign, date(2025, 2, 28))
    assert (before.bucket, before.turns_on) == (Bucket.NOT_ELIGIBLE, date(2025, 3, 1))
    assert bucket(facts, campaign, date(2025, 3, 1)) is Bucket.TO_VISIT


def test_a_door_that_never_opens_is_called_back_and_a_booking_stands_until_its_day_is_over() -> None:
    tried_twice = home(visits=(knock("2026-05-12"), knock("2026-05-14", hour=19)))
    assert bucket(tried_twice) is Bucket.CALL_BACK
    assert why(tried_twice) == "nobody met so far (2), last on 2026-05-14"
    booked = replace(tried_twice, bookings=(BookingFacts("b", date(2026, 6, 3), time(14, 30), at("2026-05-15")),))
    now = stand(booked, VALVE, DAY)
    assert (now.bucket, now.turns_on) == (Bucket.BOOKED, date(2026, 6, 4))
    assert why(booked) == "booked for 2026-06-03, 14:30"
    assert bucket(booked, day=date(2026, 6, 4)) is Bucket.CALL_BACK
    kept = replace(booked, visits=(*booked.visits, knock("2026-06-03", Outcome.COMPLETED)))
    assert bucket(kept, day=date(2026, 6, 3)) is Bucket.TO_VISIT
    assert why(kept, day=date(2026, 6, 3)) == "met on 2026-06-03, not done yet"


def test_a_visit_before_the_campaign_began_is_no_try_of_it() -> None:
    facts = home(visits=(knock("2026-05-01"),))
    assert stand(facts, VALVE, DAY).tries == 0
    assert bucket(facts) is Bucket.TO_VISIT


def test_a_refusal_says_its_reason_and_a_later_visit_or_booking_takes_it_up_again() -> None:
    refused = home(visits=(knock("2026-05-12", Outcome.REFUSED, reason="distrust"),))
    assert bucket(refused) is Bucket.REFUSED
    assert why(refused).startswith("refused on 2026-05-12: ")
    later = replace(refused, bookings=(BookingFacts("b", date(2026, 6, 3), time(9, 0), at("2026-05-20")),))
    assert bucket(later) is Bucket.BOOKED
    again = replace(refused, visits=(*refused.visits, knock("2026-05-25")))
    assert bucket(again) is Bucket.CALL_BACK
    by_word = home(marks=(mark(MarkKind.REFUSE, "2026-05-20", "will not have anything changed"),))
    assert why(by_word) == "refused on 2026-05-20: will not have anything changed"


def test_exempt_with_its_words_until_admitted_again() -> None:
    facts = home(marks=(mark(MarkKind.EXEMPT, "2026-05-20", "moves out in June"),))
    assert bucket(facts) is Bucket.EXEMPT
    assert why(facts) == "exempt: moves out in June"
    admitted = replace(facts, marks=(*facts.marks, mark(MarkKind.ADMIT, "2026-05-21", "stays")))
    assert bucket(admitted) is Bucket.TO_VISIT


def test_somebody_whom_the_rule_leaves_out_is_admitted_by_hand() -> None:
    younger = home(person(1, date(1964, 3, 8)))
    assert bucket(younger) is Bucket.NOT_ELIGIBLE
    assert bucket(replace(younger, marks=(mark(MarkKind.ADMIT, "2026-05-20", "ill"),))) is Bucket.TO_VISIT


def test_a_valve_that_was_fitted_is_done_and_stays_so() -> None:
    facts = home(
        visits=(knock("2026-05-12"), knock("2026-05-13", Outcome.COMPLETED)), checks=(gas_check("2026-05-13"),)
    )
    standing = stand(facts, VALVE, date(2026, 5, 13))
    assert (standing.bucket, standing.done_on, standing.tries) == (Bucket.DONE, date(2026, 5, 13), 2)
    assert [(one.n, one.done) for one in tried(facts, VALVE, DAY)] == [(1, False), (2, True)]
    moved = replace(WIDOW, life_state=LifeState.DECEASED, life_state_on=date(2026, 5, 30))
    assert bucket(replace(facts, residents=(moved,)), day=DAY) is Bucket.DONE


def test_a_check_without_a_valve_leaves_the_door_open() -> None:
    facts = home(checks=(gas_check("2026-05-13", "no"),))
    assert bucket(facts) is Bucket.TO_VISIT
    assert why(facts) == "checked on 2026-05-13: not in order yet"


def test_a_valve_from_before_the_campaign_counts_from_its_first_day_and_is_no_try() -> None:
    facts = home(devices=(("self_closing_regulator", date(2025, 3, 1), None),))
    standing = stand(facts, VALVE, START)
    assert (standing.bucket, standing.done_on, standing.tries) == (Bucket.DONE, START, 0)
    assert bucket(replace(facts, devices=(("self_closing_regulator", date(2025, 3, 1), date(2026, 5, 20)),))) is (
        Bucket.TO_VISIT
    )


def test_a_tenth_is_looked_at_again_after_thirty_days() -> None:
    recheck = Recheck(after_days=30)
    campaign = Campaign("c" * 32, _with(VALVE, recheck), START)
    facts = home(checks=(gas_check("2026-05-13"),))
    now = stand(facts, campaign, DAY)
    assert (now.bucket, now.turns_on) == (Bucket.DONE, date(2026, 6, 12))
    assert bucket(facts, campaign, date(2026, 6, 12)) is Bucket.TO_RECHECK
    looked = replace(facts, marks=(mark(MarkKind.RECHECK_OK, "2026-06-15"),))
    assert bucket(looked, campaign, date(2026, 6, 20)) is Bucket.DONE
    failed = replace(facts, marks=(mark(MarkKind.RECHECK_FAILED, "2026-06-15", "taken off again"),))
    assert bucket(failed, campaign, date(2026, 6, 20)) is Bucket.TO_VISIT
    assert why(failed, campaign, date(2026, 6, 20)) == "looked at again on 2026-06-15, not in order: taken off again"
    refitted = replace(failed, checks=(*failed.checks, gas_check("2026-06-18")))
    assert stand(refitted, campaign, date(2026, 6, 20)).done_on == date(2026, 6, 18)


def test_the_sample_is_the_same_wherever_it_is_drawn_and_about_as_large_as_asked() -> None:
    recheck = Recheck(after_days=30, share=0.1, seed=1)
    units = [f"{n:032x}" for n in range(5000)]
    taken = [unit for unit in units if drawn("c" * 32, unit, recheck)]
    assert taken == [unit for unit in units if drawn("c" * 32, unit, recheck)]
    assert 400 < len(taken) < 600
    assert taken != [unit for unit in units if drawn("c" * 32, unit, replace(recheck, seed=2))]


def test_everyone_is_visited_twice_with_a_month_between() -> None:
    once = UnitFacts(UNIT, visits=(knock("2026-02-01", Outcome.COMPLETED), knock("2026-02-20", Outcome.COMPLETED)))
    assert why(once, HOME_VISITS) == "1 of 2 visits made, last on 2026-02-01"
    twice = replace(once, visits=(*once.visits, knock("2026-05-20", Outcome.COMPLETED)))
    assert stand(twice, HOME_VISITS, DAY).done_on == date(2026, 5, 20)
    by_phone = replace(once, visits=(*once.visits, knock("2026-05-20", Outcome.PHONE_CONTACT, mode=Mode.PHONE)))
    assert bucket(by_phone, HOME_VISITS) is Bucket.TO_VISIT


def test_a_spot_that_stands_under_water_again_is_open_again() -> None:
    spot = UnitFacts(UNIT, kind="waterlogging_spot", checks=(spot_check("2026-05-10"),))
    assert bucket(spot, SPOTS) is Bucket.DONE
    assert bucket(replace(spot, checks=(*spot.checks, spot_check("2026-05-20", left=1))), SPOTS) is Bucket.TO_VISIT
    assert bucket(UnitFacts(UNIT, kind="shop"), SPOTS) is Bucket.NOT_ELIGIBLE
    assert why(UnitFacts(UNIT, kind="shop"), SPOTS) == "shop, not Waterlogging spot"


def test_after_rain_a_spot_is_looked_at_again() -> None:
    campaign = Campaign("e" * 32, _with(SPOTS, Recheck(after_spell="rain")), START)
    spot = UnitFacts(UNIT, kind="waterlogging_spot", checks=(spot_check("2026-05-10"),))
    rained = replace(spot, spells=(("rain", date(2026, 5, 20)),))
    assert bucket(rained, campaign, date(2026, 5, 19)) is Bucket.DONE
    assert stand(rained, campaign, date(2026, 5, 19)).turns_on == date(2026, 5, 20)
    assert bucket(rained, campaign) is Bucket.TO_RECHECK
    assert bucket(replace(rained, checks=(*rained.checks, spot_check("2026-05-21"))), campaign) is Bucket.DONE


def test_a_cover_that_is_missing_has_no_height_and_is_not_done() -> None:
    missing = CheckFact("m", at("2026-05-10"), "manhole", True, 1, {"cover_state": Answer(AnswerState.FAIL, "missing")})
    assert bucket(UnitFacts(UNIT, kind="manhole", checks=(missing,)), COVERS) is Bucket.TO_VISIT
    flat = CheckFact("n", at("2026-05-12"), "manhole", True, 0, {"height_difference_mm": Answer(AnswerState.PASS, 1.4)})
    assert bucket(UnitFacts(UNIT, kind="manhole", checks=(missing, flat)), COVERS) is Bucket.DONE


# --- for any facts ---------------------------------------------------------------------------------------

_days = st.dates(date(2026, 4, 1), date(2026, 7, 31))
_instants = _days.map(lambda day: at(day.isoformat()))
_tags = st.builds(
    DatedTag, st.sampled_from(["lives_alone", "hardship", "empty_nest"]), st.none() | _days, st.none() | _days
)
_people = st.builds(
    ResidentFacts,
    st.sampled_from([f"{n:032x}" for n in range(3)]),
    st.none() | st.dates(date(1958, 1, 1), date(1964, 12, 31)),
    st.lists(_tags, max_size=3).map(tuple),
    st.sampled_from(LifeState),
    st.none() | _days,
)


@st.composite
def units(draw: st.DrawFn) -> UnitFacts:
    """A household about which anything may be known."""
    visits = [
        VisitFact(f"{n}", when, outcome, mode, reason="distrust")
        for n, (when, outcome, mode) in enumerate(
            draw(st.lists(st.tuples(_instants, st.sampled_from(Outcome), st.sampled_from(Mode)), max_size=4))
        )
    ]
    checks = [
        CheckFact(f"{n}", when, "lpg_cylinder", True, 0, {"valve_fitted": Answer(AnswerState.PASS, fitted)})
        for n, (when, fitted) in enumerate(
            draw(st.lists(st.tuples(_instants, st.sampled_from(["yes", "no"])), max_size=2))
        )
    ]
    marks = [
        Mark(f"{n}", kind, when, "words")
        for n, (kind, when) in enumerate(draw(st.lists(st.tuples(st.sampled_from(MarkKind), _instants), max_size=3)))
    ]
    bookings = [
        BookingFacts(f"{n}", made.date() + timedelta(days=after), time(10), made)
        for n, (made, after) in enumerate(draw(st.lists(st.tuples(_instants, st.integers(0, 20)), max_size=2)))
    ]
    devices = draw(
        st.lists(st.tuples(st.just("self_closing_regulator"), st.none() | _days, st.none() | _days), max_size=1)
    )
    spells = draw(st.lists(st.tuples(st.just("rain"), _days), max_size=2))
    return UnitFacts(
        UNIT,
        fuel=draw(st.sampled_from(["lpg_cylinder", "lpg_cylinder", "electric"])),
        residents=tuple(draw(st.lists(_people, max_size=2))),
        visits=tuple(visits), checks=tuple(checks), marks=tuple(marks), bookings=tuple(bookings),
        devices=tuple(devices), spells=tuple(spells),
    )  # fmt: skip


def _with(campaign: Campaign, recheck: Recheck | None) -> object:
    return replace(campaign.definition, recheck=recheck)  # type: ignore[return-value]


campaigns = st.sampled_from(
    [
        VALVE,
        HOME_VISITS,
        Campaign("c" * 32, _with(VALVE, Recheck(after_days=10, after_spell="rain")), START),  # type: ignore[arg-type]
    ]
)


@given(units(), campaigns, _days)
def test_time_alone_changes_nothing_before_the_day_that_is_named(
    facts: UnitFacts, campaign: Campaign, day: date
) -> None:
    now = stand(facts, campaign, day)
    end = now.turns_on or day + timedelta(days=60)
    assert end > day
    for n in range((end - day).days):
        later = stand(facts, campaign, day + timedelta(days=n))
        assert (later.bucket, later.tries, later.done_on) == (now.bucket, now.tries, now.done_on)
        assert later.why == now.why or now.bucket is Bucket.NOT_ELIGIBLE
    if now.turns_on is not None:
        then = stand(facts, campaign, now.turns_on)
        assert replace(then, turns_on=None) != replace(now, turns_on=None)


@given(units(), campaigns, _days)
def test_every_unit_stands_somewhere_and_says_why_whatever_is_known_of_it(
    facts: UnitFacts, campaign: Campaign, day: date
) -> None:
    now = stand(facts, campaign, day)
    assert say(now.why)
    assert (now.done_on is not None) is (now.bucket in (Bucket.DONE, Bucket.TO_RECHECK))
    days = tried(facts, campaign, day)
    assert now.tries == len(days)
    assert [one.n for one in days] == list(range(1, len(days) + 1))
    assert sum(one.done for one in days) <= 1
    shuffled = replace(facts, visits=facts.visits[::-1], checks=facts.checks[::-1], marks=facts.marks[::-1])
    assert stand(shuffled, campaign, day) == now


@given(units(), _days)
def test_what_happens_later_does_not_change_where_a_unit_stood(facts: UnitFacts, day: date) -> None:
    known = replace(
        facts,
        visits=tuple(one for one in facts.visits if one.at.date() <= day),
        checks=tuple(one for one in facts.checks if one.at.date() <= day),
        marks=tuple(one for one in facts.marks if one.at.date() <= day),
    )
    assert replace(stand(facts, VALVE, day), turns_on=None) == replace(stand(known, VALVE, day), turns_on=None)


def test_a_counter_has_no_units() -> None:
    assert shelf.load("pipeline_flats").subject is CampaignSubject.COUNTER


@pytest.fixture(autouse=True)
def _chinese_again() -> object:
    yield
    set_language("zh_CN")
