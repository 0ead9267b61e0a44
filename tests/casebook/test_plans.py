"""The plan of a day in a casebook: kept over a restart, ticked as the day goes, with what has become urgent on top."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from casework.casebook import bookings, campaigns, drafts, followups, households, plans, residents, rounds, undo, visits
from casework.casebook.arrangement_entries import BookingEntry, CancelBookingEntry
from casework.casebook.book import Casebook
from casework.casebook.campaign_entries import CloseCampaign, StartEntry, UnitMark
from casework.casebook.clock import FrozenClock
from casework.casebook.entries import FollowupEntry, TagEntry, VisitEntry
from casework.casebook.errors import NotFound, Refused
from casework.casebook.plan_entries import PlanEntry, choice_of
from casework.casebook.plan_views import DayPlan, PlanChoice, Progress
from casework.domain.campaign import OPEN
from casework.domain.planning import Direction, Reason, clock_text
from casework.domain.visit import Outcome
from tests import street

MORNING = datetime.fromisoformat("2026-05-20T08:30:00+08:00")
TODAY = date(2026, 5, 20)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(MORNING)


@pytest.fixture
def path(tmp_path: Path, clock: FrozenClock) -> Path:
    return street.make(tmp_path / "street.casework", (3, 4), clock)


@pytest.fixture
def book(path: Path, clock: FrozenClock) -> Iterator[Casebook]:
    book = Casebook.open(path, clock=clock)
    yield book
    book.close()


def shorts(made: DayPlan) -> list[str]:
    return [one.stop.short for one in made.walk]


def building(book: Casebook, name: str) -> str:
    return next(one.id for one in plans.buildings(book, book.grid_id) if one.name == name)


def test_the_walk_of_the_grid_goes_from_the_top_floor_down_with_the_hour_of_each_door(book: Casebook) -> None:
    made = plans.preview(book, PlanChoice())
    assert shorts(made) == [*street.doors(3), *street.doors(4)]
    assert [clock_text(one.at or 0) for one in made.walk][:3] == ["08:30", "08:38", "08:46"]
    assert made.made_at is None
    assert plans.of_day(book, TODAY) is None


def test_twelve_doors_of_a_building_are_planned_and_the_rest_is_told_why(book: Casebook) -> None:
    made = plans.plan(book, PlanChoice(buildings=(building(book, "4栋"),), doors=5, direction=Direction.BOTTOM_FIRST))
    assert shorts(made) == ["4-1-101", "4-1-102", "4-1-201", "4-1-202", "4-1-301"]
    assert made.reasons() == [(Reason.OTHER_BUILDING, 12), (Reason.CAPACITY, 7)]
    every = sorted([*shorts(made), *(one.stop.short for one in made.left)])
    assert every == sorted([*street.doors(3), *street.doors(4)])


def test_the_plan_is_there_after_a_restart_with_what_was_done_ticked(
    path: Path, clock: FrozenClock, book: Casebook
) -> None:
    made = plans.plan(book, PlanChoice(doors=12))
    clock.instant = MORNING + timedelta(minutes=20)
    doors = [one.stop.key for one in made.walk]
    visits.met(book, doors[0])
    visits.no_answer(book, doors[2])
    book.close()
    again = Casebook.open(path, clock=clock)
    kept = plans.of_day(again, TODAY)
    assert kept is not None
    # The first door's people are old and alone: nobody answered there is another matter than at the third.
    walked = {one.stop.key: (one.progress, one.outcome) for one in kept.walk}
    assert walked[doors[0]] == (Progress.DONE, Outcome.COMPLETED)
    assert walked[doors[2]] == (Progress.TRIED, Outcome.NO_ANSWER)
    assert walked[doors[1]] == (Progress.OPEN, None)
    assert kept.done == 2
    assert kept.choice == made.choice
    assert [one.stop.key for one in kept.walk] == doors
    again.close()


def test_a_visit_of_before_ticks_nothing_and_one_in_the_same_minute_does(book: Casebook) -> None:
    door = plans.preview(book, PlanChoice()).walk[0].stop.key
    visits.no_answer(book, door)
    # Nobody answered where somebody is alone: the door is urgent today, and planned again.
    made = plans.plan(book, PlanChoice())
    assert made.walk[0].stop.key == door
    assert made.done == 0
    visits.met(book, door)
    kept = plans.of_day(book, TODAY)
    assert kept is not None
    assert kept.done == 1


def test_what_is_undone_is_open_again(book: Casebook) -> None:
    made = plans.plan(book, PlanChoice())
    visits.met(book, made.walk[0].stop.key)
    undo.undo_last(book)
    kept = plans.of_day(book, TODAY)
    assert kept is not None
    assert kept.done == 0


def test_a_visit_of_the_morning_that_is_entered_after_planning_ticks_its_door(
    book: Casebook, clock: FrozenClock
) -> None:
    made = plans.plan(book, PlanChoice())
    clock.instant = MORNING + timedelta(hours=1)
    late = VisitEntry(
        household_id=made.walk[3].stop.key, outcome=Outcome.COMPLETED, happened_at=MORNING - timedelta(minutes=10)
    )
    visits.log(book, late)
    kept = plans.of_day(book, TODAY)
    assert kept is not None
    assert [one.progress for one in kept.walk][3] is Progress.DONE


def danger(book: Casebook, household: str | None) -> FollowupEntry:
    """A gas leak that the worker herself sees to, today."""
    return FollowupEntry(
        household_id=household, category="gas_leak", title="软管漏气", owner_kind="worker", owner=book.worker.id,
        next_action_on=TODAY,
    )  # fmt: skip


def test_urgent_work_that_comes_after_planning_is_on_top_and_each_door_is_there_once(book: Casebook) -> None:
    made = plans.plan(book, PlanChoice(buildings=(building(book, "3栋"),)))
    outside = next(one for one in rounds.stops(book, book.grid_id, TODAY) if one.short == "4-1-302")
    for household in (outside.household_id, made.walk[5].stop.household_id):
        followups.open(book, danger(book, household))
    kept = plans.of_day(book, TODAY)
    assert kept is not None
    assert {one.stop.short for one in kept.fresh} == {"4-1-302", made.walk[5].stop.short}
    assert shorts(kept)[:2] == [one.stop.short for one in kept.fresh]
    assert len(shorts(kept)) == len(set(shorts(kept))) == 13


def test_urgent_work_that_was_known_is_no_news(book: Casebook) -> None:
    known = rounds.stops(book, book.grid_id, TODAY)[3]
    followups.open(book, danger(book, known.household_id))
    made = plans.plan(book, PlanChoice())
    assert made.walk[0].stop.key == known.key
    assert made.fresh == ()


def test_the_rest_of_the_day_is_planned_anew_from_where_she_stands(book: Casebook, clock: FrozenClock) -> None:
    made = plans.plan(book, PlanChoice(doors=6))
    visits.met(book, made.walk[0].stop.key)
    visits.met(book, made.walk[1].stop.key)
    clock.instant = MORNING + timedelta(hours=2, minutes=2)
    here = next(one.stop.key for one in made.left if one.stop.short == "4-1-501")
    again = plans.from_here(book, made if (kept := plans.of_day(book, TODAY)) is None else kept, here)
    assert shorts(again)[:2] == shorts(made)[:2]
    assert shorts(again)[2:] == ["4-1-501", "3-1-501", "3-1-502", "3-1-401"]
    assert clock_text(again.walk[2].at or 0) == "10:35"
    assert again.done == 2
    assert again.choice == made.choice


def test_planned_anew_a_door_where_she_has_been_stays_ticked_though_other_work_is_left_there(book: Casebook) -> None:
    door = next(one.key for one in rounds.stops(book, book.grid_id, TODAY) if one.short == "3-1-602")
    case = FollowupEntry(
        household_id=door,
        category="noise",
        title="楼上吵",
        owner_kind="worker",
        owner=book.worker.id,
        next_action_on=TODAY,
    )
    followups.open(book, case)
    made = plans.plan(book, PlanChoice(doors=4))
    visits.met(book, door)
    kept = plans.of_day(book, TODAY)
    assert kept is not None
    again = plans.from_here(book, kept, made.walk[2].stop.key)
    assert [(one.stop.short, one.progress) for one in again.walk] == [
        ("3-1-602", Progress.DONE), ("3-1-501", Progress.OPEN), ("3-1-502", Progress.OPEN), ("3-1-601", Progress.OPEN),
    ]  # fmt: skip


def test_each_day_each_grid_and_each_worker_has_a_plan_of_its_own(book: Casebook) -> None:
    plans.plan(book, PlanChoice(doors=2))
    tomorrow = TODAY + timedelta(days=1)
    plans.plan(book, PlanChoice(doors=3), tomorrow)
    assert len(getattr(plans.of_day(book, TODAY), "walk", ())) == 2
    assert len(getattr(plans.of_day(book, tomorrow), "walk", ())) == 3
    assert plans.of_day(book, TODAY, "another grid") is None
    plans.clear(book, TODAY)
    assert plans.of_day(book, TODAY) is None
    assert plans.of_day(book, tomorrow) is not None


def test_plans_of_a_month_ago_are_thrown_away(book: Casebook, clock: FrozenClock) -> None:
    plans.plan(book, PlanChoice())
    clock.instant = MORNING + timedelta(days=45)
    plans.plan(book, PlanChoice())
    assert plans.of_day(book, TODAY) is None


def test_a_plan_is_no_unfinished_form_and_nothing_of_it_is_journalled(book: Casebook) -> None:
    before = book.database.execute_sql("SELECT count(*) FROM op").first()[0]
    drafts.put(book, "visit", "x", {"note": "half typed"}).result()
    plans.plan(book, PlanChoice())
    latest = drafts.latest(book)
    assert latest is not None
    assert latest.form == "visit"
    assert [one.form for one in drafts.everything(book)] == ["visit"]
    assert book.database.execute_sql("SELECT count(*) FROM op").first()[0] == before


def test_a_plan_that_another_version_kept_is_made_anew_and_breaks_nothing(book: Casebook) -> None:
    plans.plan(book, PlanChoice())
    book.write(lambda: book.database.execute_sql("UPDATE draft SET data = '{\"walk\": 3}' WHERE form = 'day_plan'"))
    assert plans.of_day(book, TODAY) is None


# --- bookings --------------------------------------------------------------------------------------------


def book_visit(book: Casebook, short: str, hour: str) -> str:
    door = next(one.key for one in rounds.stops(book, book.grid_id, TODAY) if one.short == short)
    bookings.add(book, BookingEntry(household_id=door, day=TODAY, hour=time.fromisoformat(hour)))
    return door


def test_a_booking_is_walked_at_its_hour_though_its_building_was_not_chosen(book: Casebook) -> None:
    book_visit(book, "4-1-302", "10:30")
    made = plans.preview(book, PlanChoice(buildings=(building(book, "3栋"),)))
    at = {one.stop.short: clock_text(one.at or 0) for one in made.walk}
    assert at["4-1-302"] == "10:30"
    assert len(at) == 13


def test_a_booking_that_is_made_after_planning_is_on_top_until_it_is_kept(book: Casebook, clock: FrozenClock) -> None:
    plans.plan(book, PlanChoice(buildings=(building(book, "3栋"),)))
    door = book_visit(book, "4-1-302", "10:30")
    kept = plans.of_day(book, TODAY)
    assert kept is not None
    assert [(one.stop.short, one.booked) for one in kept.fresh] == [("4-1-302", 630)]
    clock.instant = MORNING.replace(hour=10)
    visits.met(book, door)
    kept = plans.of_day(book, TODAY)
    assert kept is not None
    assert kept.fresh == ()


def test_an_appointment_that_is_cancelled_binds_the_walk_no_longer(book: Casebook) -> None:
    book_visit(book, "3-1-302", "10:30")
    plans.plan(book, PlanChoice())
    (booking,) = bookings.of_day(book, book.grid_id, TODAY)
    bookings.cancel(book, CancelBookingEntry(booking_id=booking.id, words="她要出门"))
    kept = plans.of_day(book, TODAY)
    assert kept is not None
    assert [one.booked for one in kept.walk if one.stop.short == "3-1-302"] == [None]


# --- hours -----------------------------------------------------------------------------------------------


def test_a_walk_that_is_planned_at_noon_begins_when_doors_open_again(book: Casebook, clock: FrozenClock) -> None:
    clock.instant = MORNING.replace(hour=12, minute=20)
    assert clock_text(plans.preview(book, PlanChoice()).begins or 0) == "14:00"


def test_after_the_working_day_the_evening_is_planned_and_at_night_the_rest_of_the_day(
    book: Casebook, clock: FrozenClock
) -> None:
    clock.instant = MORNING.replace(hour=19, minute=1)
    assert clock_text(plans.preview(book, PlanChoice()).begins or 0) == "19:05"
    clock.instant = MORNING.replace(hour=22, minute=0)
    assert clock_text(plans.preview(book, PlanChoice(doors=1)).begins or 0) == "22:00"
    clock.instant = MORNING.replace(hour=23, minute=58)
    assert plans.preview(book, PlanChoice()).walk == ()


def test_hours_that_are_over_today_are_refused_and_are_there_tomorrow(book: Casebook, clock: FrozenClock) -> None:
    clock.instant = MORNING.replace(hour=15)
    morning = PlanChoice(parts=plans.parts_of_day()["morning"])
    with pytest.raises(Refused):
        plans.preview(book, morning)
    assert plans.preview(book, morning, TODAY + timedelta(days=1)).begins == 8 * 60


# --- campaigns -------------------------------------------------------------------------------------------


def test_the_doors_of_a_campaign_are_walked_whether_anything_else_is_due_there_or_not(book: Casebook) -> None:
    campaign = campaigns.start(book, StartEntry(key="home_visits", starts_on=TODAY)).subject_id
    every = {stop.short: stop.key for stop in rounds.stops(book, book.grid_id, TODAY)}
    campaigns.exempt(book, UnitMark(campaign_id=campaign, unit_id=every["3-1-102"], words="常年在外"))
    # Nothing is due there for years to come; the campaign asks for it all the same.
    book.write(
        lambda: book.database.execute_sql(
            "UPDATE due SET opens_on = '2030-01-01' WHERE household_id = ?", (every["3-1-601"],)
        )
    )
    choice = choice_of(book, PlanEntry(campaign="home_visits"))
    made = plans.preview(book, choice)
    asked = {
        unit.address for bucket in OPEN for unit in campaigns.page(book, campaign, bucket, book.grid_id)
    }  # fmt: skip
    assert "3-1-102" not in asked
    assert "3-1-601" in asked
    assert set(shorts(made)) == asked
    assert made.walk[0].stop.dues == ()
    assert made.walk[0].wanted
    assert {one.reason for one in made.left} == {Reason.OTHER_CAMPAIGN}
    assert made.campaign == plans.campaigns(book)[0][2]


def test_of_a_campaign_only_the_doors_of_those_it_is_for_are_walked(book: Casebook) -> None:
    campaigns.start(book, StartEntry(key="valve", starts_on=TODAY))
    assert plans.preview(book, choice_of(book, PlanEntry(campaign="valve"))).walk == ()
    person = households.people_of(book, rounds.stops(book, book.grid_id, TODAY)[0].key)[0]
    residents.tag(book, TagEntry(resident_id=person.id, tag="hardship"))
    made = plans.plan(book, choice_of(book, PlanEntry(campaign="valve")))
    assert len(made.walk) == 1
    assert made.walk[0].wanted


def test_a_kept_plan_of_a_campaign_that_has_ended_is_still_shown(book: Casebook) -> None:
    campaign = campaigns.start(book, StartEntry(key="home_visits", starts_on=TODAY)).subject_id
    made = plans.plan(book, choice_of(book, PlanEntry(campaign="home_visits")))
    campaigns.close(book, CloseCampaign(campaign_id=campaign, signed_by="王主任", words="提前结束"))
    kept = plans.of_day(book, TODAY)
    assert kept is not None
    assert shorts(kept) == shorts(made)
    assert not any(one.wanted for one in kept.walk)


def test_a_campaign_that_does_not_run_is_not_found_and_those_that_do_are_named(book: Casebook) -> None:
    with pytest.raises(NotFound):
        choice_of(book, PlanEntry(campaign="valve"))
    campaigns.start(book, StartEntry(key="valve", starts_on=TODAY))
    campaigns.start(book, StartEntry(key="manholes", starts_on=TODAY))
    with pytest.raises(NotFound) as caught:
        choice_of(book, PlanEntry(campaign="manholes"))
    assert caught.value.phrase.values["names"] == "valve"


# --- what is handed in -----------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["3栋", "3", "三号楼", "3幢"])
def test_a_building_is_found_however_it_is_called(book: Casebook, said: str) -> None:
    assert choice_of(book, PlanEntry(buildings=(said,))).buildings == (building(book, "3栋"),)


def test_a_building_that_is_not_there_is_said_with_those_that_are(book: Casebook) -> None:
    with pytest.raises(NotFound) as caught:
        choice_of(book, PlanEntry(buildings=("9栋",)))
    assert caught.value.phrase.values["names"] == "3栋, 4栋"


@pytest.mark.parametrize(
    "wrong",
    [{"doors": 3, "hours": 2}, {"doors": 0}, {"hours": 0}, {"hours": 99}, {"since": "10:00", "until": "09:00"},
     {"kinds": ["party"]}, {"buildings": [""]}, {"more": 1}],
)  # fmt: skip
def test_a_plan_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        PlanEntry(**wrong)


@pytest.mark.parametrize(
    ("given", "parts"),
    [
        ({}, ()),
        ({"since": "09:30"}, ((570, 720), (840, 1080))),
        ({"since": "19:00"}, ((1140, 1260),)),
        ({"until": "10:00"}, ((480, 600),)),
        ({"since": "09:00", "until": "17:00"}, ((540, 720), (840, 1020))),
        ({"since": "12:30", "until": "13:30"}, ((750, 810),)),
        ({"since": "07:00", "until": "09:00"}, ((420, 540),)),
        ({"since": "22:00"}, ((1320, 1440),)),
    ],
)
def test_the_hours_that_are_given_leave_the_break_at_noon(
    book: Casebook, given: dict[str, object], parts: tuple[tuple[int, int], ...]
) -> None:
    assert choice_of(book, PlanEntry(**given)).parts == parts


def test_the_direction_is_remembered(book: Casebook) -> None:
    assert plans.direction(book) is Direction.TOP_FIRST
    plans.remember_direction(book, Direction.BOTTOM_FIRST)
    assert choice_of(book, PlanEntry()).direction is Direction.BOTTOM_FIRST
