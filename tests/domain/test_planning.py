"""The plan of a day: which doors, in which order, at what hour, and what is left out and why."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain.callback import BAND_WORDS, UNSAFE, call_back
from casework.domain.due import URGENT, Due, DueKind
from casework.domain.phrase import Phrase
from casework.domain.planning import (
    Capacity,
    Choice,
    Direction,
    Hours,
    Pace,
    Planned,
    Position,
    Reason,
    Stop,
    Walk,
    clock_text,
    plan,
)
from casework.domain.visit import Outcome
from casework.domain.visiting import Band
from tests.domain.making import at as moment
from tests.domain.making import door as household
from tests.domain.making import visit

WEDNESDAY = date(2026, 5, 20)
SATURDAY = date(2026, 5, 23)
NINE = 9 * 60
WHOLE_DAY = Hours(((NINE, 12 * 60), (14 * 60, 18 * 60)))
WITH_EVENING = Hours(((NINE, 12 * 60), (14 * 60, 18 * 60), (18 * 60 + 30, 21 * 60)))
PACE = Pace(8, 2, 5)
ALL, NO_LIMIT = Choice(), Capacity()


def due(
    kind: DueKind = DueKind.VISIT, *, priority: int = 5, due_on: date = WEDNESDAY, band: str = "",
    reason: Phrase | None = None,
) -> Due:  # fmt: skip
    return Due(
        kind, "rule", "door", None, None, due_on - timedelta(days=7), due_on, due_on + timedelta(days=30), priority,
        reason or Phrase("x"), 1 if band else 0, band,
    )  # fmt: skip


def stop(short: str, *dues: Due, booked: int | None = None, **more: object) -> Stop:
    """A door by its short address: `3-1-501` is building 3, unit 1, floor 5."""
    building, unit, room = short.split("-")
    return Stop(
        short, int(building), f"b{building}", unit, int(room[:-2]), room, 0, dues or (due(),), booked, **more
    )  # type: ignore[arg-type]  # fmt: skip


def walk(
    stops: list[Stop], choice: Choice = ALL, capacity: Capacity = NO_LIMIT, hours: Hours = WHOLE_DAY,
    pace: Pace = PACE, day: date = WEDNESDAY,
) -> Walk:  # fmt: skip
    return plan(stops, choice, capacity, hours, pace, day)


def keys(found: Walk) -> list[str]:
    return [one.key for one in found.stops]


def reasons(found: Walk) -> dict[str, Reason]:
    return {one.key: one.reason for one in found.left}


def times(found: Walk) -> dict[str, str]:
    return {one.key: clock_text(one.at) for one in found.stops}


TWO_STAIRS = ["3-1-101", "3-1-601", "3-1-602", "3-2-201", "3-10-301", "3-2-501", "12-1-101", "4-1-201"]


# --- stair order -----------------------------------------------------------------------------------------


def test_the_walk_goes_building_by_building_and_stair_by_stair_from_the_top_floor_down() -> None:
    assert keys(walk([stop(one) for one in TWO_STAIRS])) == [
        "3-1-601", "3-1-602", "3-1-101", "3-2-501", "3-2-201", "3-10-301", "4-1-201", "12-1-101",
    ]  # fmt: skip


def test_or_from_the_bottom_up() -> None:
    found = walk([stop(one) for one in TWO_STAIRS], Choice(direction=Direction.BOTTOM_FIRST))
    assert keys(found) == [
        "3-1-101", "3-1-601", "3-1-602", "3-2-201", "3-2-501", "3-10-301", "4-1-201", "12-1-101",
    ]  # fmt: skip


def test_doors_whose_floor_is_not_known_keep_their_walking_order_after_the_others() -> None:
    lane = [replace(stop("3-1-101"), key=f"lane{n}", floor=None, room="", walk_order=9 - n) for n in range(3)]
    assert keys(walk([*lane, stop("3-1-201")])) == ["3-1-201", "lane2", "lane1", "lane0"]


def test_places_outdoors_come_after_the_doors() -> None:
    places = [Stop(f"p{n}", walk_order=n, dues=(due(DueKind.CHECK),), outdoors=True) for n in (2, 1)]
    assert keys(walk([*places, stop("3-1-201")])) == ["3-1-201", "p1", "p2"]


def test_it_begins_where_she_stands_and_comes_back_for_what_lies_behind() -> None:
    doors = [stop(one) for one in ("3-1-601", "3-1-301", "3-2-601", "4-1-601", "4-1-401", "4-1-201", "4-2-101")]
    found = walk(doors, Choice(begin_at=Position(4, "1", 4)))
    assert keys(found) == ["4-1-401", "4-1-201", "4-1-601", "4-2-101", "3-1-601", "3-1-301", "3-2-601"]


# --- hours -----------------------------------------------------------------------------------------------


def test_each_stop_has_an_hour_that_counts_the_doors_and_the_ways_between_them() -> None:
    found = walk([stop(one) for one in ("3-1-601", "3-1-501", "3-2-601", "4-1-601")])
    assert times(found) == {"3-1-601": "09:00", "3-1-501": "09:08", "3-2-601": "09:18", "4-1-601": "09:31"}
    assert found.minutes == 4 * 8 + 2 + 5
    assert (clock_text(found.begins or 0), clock_text(found.ends or 0)) == ("09:00", "09:39")


def test_nobody_is_knocked_up_over_noon() -> None:
    found = walk([stop(f"3-1-{n}01") for n in range(1, 25)])
    assert {hour[:2] for hour in times(found).values()} == {"09", "10", "11", "14"}
    assert all(one.at + PACE.door <= 12 * 60 or one.at >= 14 * 60 for one in found.stops)


def test_what_does_not_fit_into_the_hours_is_left_out_and_told_so() -> None:
    late = Hours(((17 * 60, 18 * 60),))
    found = walk([stop(f"3-1-{n}01") for n in range(1, 13)], hours=late)
    assert len(found.stops) == 7
    assert set(reasons(found).values()) == {Reason.HOURS_OVER}
    assert found.left[0].words.values == {"hour": "18:00"}


# --- capacity --------------------------------------------------------------------------------------------


def test_a_number_of_doors_is_kept_and_the_rest_is_told_that_it_was_too_much() -> None:
    found = walk([stop(f"3-1-{n}01") for n in range(1, 13)], capacity=Capacity(doors=5))
    assert keys(found) == ["3-1-1201", "3-1-1101", "3-1-1001", "3-1-901", "3-1-801"]
    assert set(reasons(found).values()) == {Reason.CAPACITY}


def test_hours_of_work_are_kept_ways_included_and_the_break_does_not_count() -> None:
    doors = [stop(f"{building}-1-{n}01") for building in (3, 4) for n in range(1, 30)]
    found = walk(doors, capacity=Capacity(minutes=240))
    assert 240 - PACE.door - PACE.building < found.minutes <= 240
    assert (found.ends or 0) > 14 * 60


def test_what_is_late_goes_before_what_is_not() -> None:
    late = [stop(one, due(due_on=WEDNESDAY - timedelta(days=9))) for one in ("3-1-101", "3-1-201")]
    found = walk([*late, *(stop(f"3-1-{n}01") for n in range(3, 9))], capacity=Capacity(doors=3))
    assert keys(found) == ["3-1-801", "3-1-201", "3-1-101"]


def test_planned_anew_a_door_of_the_walk_is_not_given_up_for_another() -> None:
    doors = [stop("3-1-101", promised=True), *(stop(f"3-1-{n}01") for n in range(2, 9))]
    assert keys(walk(doors, capacity=Capacity(doors=2))) == ["3-1-801", "3-1-101"]


# --- what is urgent --------------------------------------------------------------------------------------


def test_what_is_urgent_comes_first_though_its_building_was_not_chosen() -> None:
    danger = stop("9-1-301", due(DueKind.FOLLOWUP, priority=URGENT))
    found = walk([stop("3-1-601"), stop("4-1-601"), danger], Choice(buildings=frozenset({"b3"})))
    assert keys(found) == ["9-1-301", "3-1-601"]
    assert reasons(found) == {"4-1-601": Reason.OTHER_BUILDING}


def test_urgent_work_beyond_the_capacity_is_left_out_loudly() -> None:
    danger = [stop(f"3-1-{n}01", due(DueKind.FOLLOWUP, priority=URGENT)) for n in range(1, 5)]
    found = walk([*danger, stop("3-1-901")], capacity=Capacity(doors=3))
    assert len(found.stops) == 3
    assert [one.key for one in found.left if one.urgent] == ["3-1-101"]


def test_what_is_urgent_counts_first_against_the_capacity_before_bookings_and_what_is_late() -> None:
    late = stop("3-1-901", due(due_on=WEDNESDAY - timedelta(days=90), priority=1))
    booked = stop("3-1-801", booked=10 * 60)
    danger = stop("3-1-101", due(DueKind.FOLLOWUP, priority=URGENT))
    assert keys(walk([late, booked, danger], capacity=Capacity(doors=1))) == ["3-1-101"]
    assert keys(walk([late, booked, danger], capacity=Capacity(doors=2))) == ["3-1-101", "3-1-801"]


def test_danger_does_not_wait_for_an_appointment_but_a_booked_call_back_does() -> None:
    danger = stop("3-1-101", due(DueKind.FOLLOWUP, priority=URGENT), booked=11 * 60)
    call = stop("3-1-102", due(DueKind.CALL_BACK, priority=URGENT, band="evening"), booked=11 * 60)
    assert times(walk([danger, call])) == {"3-1-101": "09:00", "3-1-102": "11:00"}


# --- the choice ------------------------------------------------------------------------------------------


def test_of_a_campaign_only_its_doors_are_walked_those_without_other_work_too() -> None:
    asked = [replace(stop("3-1-501"), dues=(), wanted=True), stop("3-1-401", wanted=True)]
    found = walk([*asked, stop("3-1-301")], Choice(campaign=True))
    assert keys(found) == ["3-1-501", "3-1-401"]
    assert reasons(found) == {"3-1-301": Reason.OTHER_CAMPAIGN}


def test_kinds_of_work_can_be_chosen() -> None:
    found = walk(
        [stop("3-1-501", due(DueKind.CHECK), due()), stop("3-1-401")], Choice(kinds=frozenset({DueKind.CHECK}))
    )
    assert keys(found) == ["3-1-501"]
    assert reasons(found) == {"3-1-401": Reason.OTHER_WORK}


def test_where_it_was_not_safe_nobody_goes_alone() -> None:
    rules_say = stop("3-1-501", due(DueKind.CALL_BACK, reason=UNSAFE))
    assert reasons(walk([rules_say])) == {"3-1-501": Reason.SECOND_PERSON}
    assert keys(walk([rules_say], Choice(company=True))) == ["3-1-501"]


def test_the_call_back_of_an_unsafe_door_says_that_a_second_person_is_needed() -> None:
    from casework.catalog.shelf import schedule_rules

    facts = household(visits=(visit(Outcome.UNSAFE_TO_ENTER, moment("2026-05-18")),))
    made = call_back(facts, (), schedule_rules())
    assert reasons(walk([stop("3-1-501", made)], day=made.opens_on)) == {"3-1-501": Reason.SECOND_PERSON}


# --- times of day ----------------------------------------------------------------------------------------


def call(short: str, band: Band) -> Stop:
    return stop(short, due(DueKind.CALL_BACK, band=str(band)))


def test_a_call_back_at_another_time_of_day_than_these_hours_is_left_out_and_told_so() -> None:
    found = walk([call("3-1-501", Band.EVENING), call("3-1-401", Band.WEEKEND), stop("3-1-301")])
    assert keys(found) == ["3-1-301"]
    assert set(reasons(found).values()) == {Reason.ANOTHER_TIME}
    assert found.left[0].words.values == {"band": BAND_WORDS[Band.EVENING]}
    assert found.left[1].words.values == {"band": BAND_WORDS[Band.WEEKEND]}


def test_a_booked_hour_of_yesterday_is_caught_up_with_whenever_the_walk_comes_by() -> None:
    late = stop("3-1-501", due(DueKind.CALL_BACK, band="14:30", due_on=WEDNESDAY - timedelta(days=1)))
    assert keys(walk([late, stop("3-1-301")])) == ["3-1-501", "3-1-301"]


def test_at_the_weekend_the_weekend_has_come() -> None:
    assert keys(walk([call("3-1-401", Band.WEEKEND)], day=SATURDAY)) == ["3-1-401"]


def test_a_call_back_waits_for_its_time_of_day_and_the_walk_goes_on_meanwhile() -> None:
    found = walk([call("3-1-601", Band.AFTERNOON), stop("3-1-501"), stop("4-1-501")])
    assert times(found) == {"3-1-501": "09:00", "4-1-501": "09:13", "3-1-601": "14:00"}
    evening = walk([call("3-1-601", Band.EVENING), stop("3-1-501")], hours=WITH_EVENING)
    assert times(evening) == {"3-1-501": "09:00", "3-1-601": "18:30"}


def test_a_call_back_whose_time_has_come_is_walked_before_the_next_building() -> None:
    doors = [stop(f"3-1-{n}01") for n in range(1, 23)] + [stop(f"5-1-{n}01") for n in range(1, 4)]
    found = keys(walk([call("3-1-2501", Band.AFTERNOON), *doors, stop("4-1-101")]))
    # Building 3 takes the morning; in the afternoon the call-back comes before the last building.
    assert found.index("3-1-2501") < found.index("5-1-301")
    assert times(walk([call("3-1-2501", Band.AFTERNOON), *doors]))["3-1-2501"] >= "14:00"


def test_a_call_back_in_the_morning_goes_ahead_where_its_turn_would_come_too_late() -> None:
    doors = [stop(f"3-1-{n}01") for n in range(1, 31)]
    found = walk([*doors, call("9-1-501", Band.MORNING)])
    assert keys(found)[0] == "9-1-501"
    assert len(found.stops) == 31


# --- bookings --------------------------------------------------------------------------------------------


def test_a_booking_is_kept_at_its_hour_and_the_walk_is_arranged_around_it() -> None:
    doors = [stop(f"3-1-{n}01") for n in range(1, 13)]
    found = walk([*doors, stop("4-1-501", booked=9 * 60 + 30)])
    assert keys(found)[:4] == ["3-1-1201", "3-1-1101", "3-1-1001", "4-1-501"]
    assert times(found)["4-1-501"] == "09:30"
    assert times(found)["3-1-901"] == "09:43"


def test_a_booking_in_another_building_and_outside_the_hours_is_on_the_days_walk_all_the_same() -> None:
    found = walk([stop("3-1-501"), stop("4-1-501", booked=19 * 60 + 30)], Choice(buildings=frozenset({"b3"})))
    assert times(found) == {"3-1-501": "09:00", "4-1-501": "19:30"}


def test_a_booking_that_has_passed_is_next_and_says_how_late_it_is() -> None:
    found = walk([stop("3-1-501"), stop("3-1-401", booked=8 * 60 + 15)])
    assert found.stops[0] == Planned("3-1-401", NINE, 0, 8 * 60 + 15, 45)


def test_a_booked_call_back_is_not_told_to_come_in_the_evening() -> None:
    booked = stop("3-1-401", due(DueKind.CALL_BACK, band="evening"), booked=10 * 60)
    assert times(walk([booked])) == {"3-1-401": "10:00"}


# --- whatever is given -----------------------------------------------------------------------------------


def test_a_stop_that_is_given_twice_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="twice"):
        walk([stop("3-1-501"), stop("3-1-501")])


def test_nothing_due_is_an_empty_walk() -> None:
    assert walk([]) == Walk((), ())


@st.composite
def doors(draw: st.DrawFn) -> list[Stop]:
    """Stops of a few buildings with any work."""
    found = []
    for n in range(draw(st.integers(0, 40))):
        kind = draw(st.sampled_from(DueKind))
        band = draw(st.sampled_from(["", *Band])) if kind is DueKind.CALL_BACK else ""
        work = due(
            kind, priority=draw(st.integers(0, 9)) if draw(st.booleans()) else 5, band=str(band),
            due_on=WEDNESDAY - timedelta(days=draw(st.integers(-5, 60))),
            reason=UNSAFE if draw(st.integers(0, 9)) == 0 else None,
        )  # fmt: skip
        outdoors = draw(st.integers(0, 9)) == 0
        building = draw(st.integers(1, 4))
        found.append(
            Stop(
                f"d{n:02}", 0 if outdoors else building, "" if outdoors else f"b{building}",
                draw(st.sampled_from(["", "1", "2", "10"])), draw(st.none() | st.integers(-1, 30)),
                draw(st.sampled_from(["", "101", "502", "1203"])), draw(st.integers(0, 5)), (work,),
                None if outdoors else draw(st.none() | st.none() | st.none() | st.integers(7 * 60, 21 * 60)),
                draw(st.booleans()), outdoors,
            )
        )  # fmt: skip
    return found


choices = st.builds(
    Choice,
    buildings=st.frozensets(st.sampled_from(["b1", "b2", "b3"]), max_size=2),
    campaign=st.booleans(),
    kinds=st.frozensets(st.sampled_from(DueKind), max_size=2),
    direction=st.sampled_from(Direction),
    company=st.booleans(),
    begin_at=st.none()
    | st.builds(Position, st.integers(1, 4), st.sampled_from(["1", "2"]), st.none() | st.integers(1, 9)),
)
capacities = st.builds(Capacity, st.none() | st.integers(0, 30), st.none() | st.integers(0, 300))
hours = st.sampled_from([WHOLE_DAY, WITH_EVENING, Hours(((17 * 60, 18 * 60),)), Hours(((8 * 60, 9 * 60 + 5),))])
paces = st.builds(Pace, st.integers(1, 20), st.integers(0, 5), st.integers(0, 15))


@given(doors(), choices, capacities, hours, paces, st.sampled_from([WEDNESDAY, SATURDAY]))
def test_every_stop_is_in_the_walk_or_left_out_with_a_reason_and_never_both(
    given_stops: list[Stop], choice: Choice, capacity: Capacity, open_at: Hours, pace: Pace, day: date
) -> None:
    found = plan(given_stops, choice, capacity, open_at, pace, day)
    assert Counter([*keys(found), *(one.key for one in found.left)]) == Counter(one.key for one in given_stops)
    assert all(one.words.text for one in found.left)
    urgent = {one.key for one in given_stops if one.urgent}
    assert {one.key for one in found.left if one.urgent} == urgent - set(keys(found))


@given(doors(), choices, capacities, hours, paces)
def test_the_capacity_is_kept(
    given_stops: list[Stop], choice: Choice, capacity: Capacity, open_at: Hours, pace: Pace
) -> None:
    found = plan(given_stops, choice, capacity, open_at, pace, WEDNESDAY)
    assert capacity.doors is None or len(found.stops) <= capacity.doors
    assert capacity.minutes is None or found.minutes <= capacity.minutes
    assert found.minutes == sum(one.way + pace.door for one in found.stops)


@given(doors(), choices, capacities, hours, paces)
def test_one_door_after_another_within_the_hours_and_no_two_at_once(
    given_stops: list[Stop], choice: Choice, capacity: Capacity, open_at: Hours, pace: Pace
) -> None:
    found = plan(given_stops, choice, capacity, open_at, pace, WEDNESDAY)
    for one, other in itertools.pairwise(found.stops):
        assert other.at >= one.at + pace.door + other.way
    for one in found.stops:
        if one.booked is None:
            assert any(first <= one.at and one.at + pace.door <= last for first, last in open_at.parts)


@given(doors(), choices, capacities, hours, paces)
def test_no_booking_is_early_and_one_is_late_only_where_nothing_else_could_be_done(
    given_stops: list[Stop], choice: Choice, capacity: Capacity, open_at: Hours, pace: Pace
) -> None:
    found = plan(given_stops, choice, capacity, open_at, pace, WEDNESDAY)
    for n, one in enumerate(found.stops):
        if one.booked is None:
            continue
        assert one.at - one.late == one.booked
        if n == 0:
            assert one.late == max(0, open_at.begins - one.booked)
        elif (before := found.stops[n - 1]).booked is None:
            assert one.late == 0
        else:
            assert one.late == max(0, before.at + pace.door + one.way - one.booked)


@given(doors(), choices)
def test_without_bookings_and_times_of_day_the_walk_is_in_stair_order_after_what_is_urgent(
    given_stops: list[Stop], choice: Choice
) -> None:
    plain = [
        replace(one, booked=None, dues=tuple(replace(due, band="") for due in one.dues)) for one in given_stops
    ]  # fmt: skip
    found = plan(plain, replace(choice, begin_at=None), NO_LIMIT, WHOLE_DAY, PACE, WEDNESDAY)
    by_key = {one.key: one for one in plain}
    walked = [by_key[key] for key in keys(found)]
    first = [one.urgent for one in walked]
    assert first == sorted(first, reverse=True)
    for part in ([one for one in walked if one.urgent], [one for one in walked if not one.urgent]):
        groups = [(one.outdoors, one.building, one.unit if not one.outdoors else "") for one in part]
        assert len({*groups}) == len([n for n, group in enumerate(groups) if n == 0 or groups[n - 1] != group])
        for one, other in itertools.pairwise(part):
            same = (one.outdoors, one.building, one.unit) == (other.outdoors, other.building, other.unit)
            if same and not one.outdoors and one.floor is not None and other.floor is not None:
                down = choice.direction is Direction.TOP_FIRST
                assert one.floor >= other.floor if down else one.floor <= other.floor


@given(doors(), choices, capacities, hours, st.randoms(use_true_random=False))
def test_it_is_the_same_plan_whatever_the_order_of_the_doors(
    given_stops: list[Stop], choice: Choice, capacity: Capacity, open_at: Hours, random: object
) -> None:
    shuffled = list(given_stops)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    found = plan(given_stops, choice, capacity, open_at, PACE, WEDNESDAY)
    assert plan(shuffled, choice, capacity, open_at, PACE, WEDNESDAY) == found


@given(doors(), hours)
def test_a_call_back_is_reached_in_its_own_time_of_day_or_left_out(given_stops: list[Stop], open_at: Hours) -> None:
    found = plan(given_stops, Choice(company=True), NO_LIMIT, open_at, PACE, WEDNESDAY)
    by_key = {one.key: one for one in given_stops}
    for one in found.stops:
        stop_ = by_key[one.key]
        band = next((due.band for due in stop_.dues if due.kind is DueKind.CALL_BACK), "")
        if band and not stop_.urgent and stop_.booked is None:
            first, last = open_at.window(Band(band))
            assert first <= one.at < last


@pytest.mark.parametrize("parts", [(), ((600, 500),), ((0, 10), (5, 20)), ((0, 1500),), ((-5, 10),)])
def test_hours_that_cannot_be_are_refused(parts: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(ValueError, match=r"^\(.*\)$"):
        Hours(parts)


def test_hours_go_on_from_now() -> None:
    assert WHOLE_DAY.after(10 * 60) == Hours(((10 * 60, 12 * 60), (14 * 60, 18 * 60)))
    assert WHOLE_DAY.after(13 * 60) == Hours(((14 * 60, 18 * 60),))
    assert WHOLE_DAY.after(18 * 60) is None


def test_a_clock_shows_minutes_of_the_day() -> None:
    assert clock_text(545) == "09:05"
    assert datetime(2026, 5, 20, 9, 5).strftime("%H:%M") == clock_text(545)
