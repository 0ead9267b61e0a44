"""Working days and hours: the vectors of the domain notes, and what lies beyond the published holidays."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain.workingdays import (
    after,
    after_hours,
    between,
    caution,
    due_at,
    holidays_known,
    is_working_day,
)

FRIDAY = datetime(2021, 6, 11, 16, 30)
"""The Friday before the Dragon Boat holiday of 12 to 14 June 2021."""


def test_two_working_days_from_the_friday_before_the_dragon_boat_festival() -> None:
    assert due_at(FRIDAY, 2) == datetime(2021, 6, 16, 16, 30)
    assert after(FRIDAY.date(), 2) == date(2021, 6, 16)


def test_emergency_hours_never_stand_still() -> None:
    assert due_at(FRIDAY, 0, 4) == datetime(2021, 6, 11, 20, 30)


def test_four_working_hours_go_over_the_holiday() -> None:
    assert after_hours(datetime(2021, 6, 11, 17), 4) == datetime(2021, 6, 15, 11)


def test_a_sunday_that_is_worked_for_a_holiday_counts() -> None:
    assert is_working_day(date(2021, 4, 25))
    assert not is_working_day(date(2021, 5, 3))


def test_what_is_filed_at_night_starts_in_the_morning() -> None:
    assert after_hours(datetime(2021, 6, 7, 23), 1) == datetime(2021, 6, 8, 9)
    assert after_hours(datetime(2021, 6, 7, 13), 1) == datetime(2021, 6, 7, 15)


def test_beyond_the_published_holidays_weekends_count_and_it_says_so() -> None:
    assert after(date(2040, 3, 1), 2) == date(2040, 3, 5)
    assert not holidays_known(date(2040, 3, 1))
    assert caution(date(2040, 3, 1)) is not None
    assert caution(date(2021, 3, 1)) is None


@pytest.mark.parametrize("days", [-1, 10**9])
def test_a_limit_that_cannot_be_meant_is_refused(days: int) -> None:
    with pytest.raises(ValueError):
        after(date(2026, 1, 1), days)


@given(st.dates(date(2010, 1, 1), date(2035, 1, 1)), st.integers(1, 60))
def test_the_due_day_is_a_working_day_and_the_count_comes_back(day: date, days: int) -> None:
    due = after(day, days)
    assert is_working_day(due)
    assert between(day, due) == days
    assert due >= day + timedelta(days=days)
