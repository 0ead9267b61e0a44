"""Working days and hours in China: holidays and make-up working days from `chinesecalendar`.

Beyond its data (it is published a year ahead) only weekends are known; `holidays_known` says so, and a screen
repeats it. Limits in *working days* follow the office clock (1 working day = 8 hours, DOMAIN 4.7); *emergency
hours* run on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from casework.domain.phrase import N_, Phrase

LONGEST = 3660
"""Days that are reckoned at most: ten years. A longer limit is a mistake."""


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """The hours of a working day, local time; the catalog's parameters give those of the city."""

    morning: tuple[time, time] = (time(8), time(12))
    afternoon: tuple[time, time] = (time(14), time(18))


OFFICE = OfficeHours()


@lru_cache(maxsize=4096)
def _reckon(day: date) -> tuple[bool, bool]:
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_workday(day)), True
    except NotImplementedError:
        return day.weekday() < 5, False


def is_working_day(day: date) -> bool:
    """Whether offices work: Monday to Friday, holidays and make-up working days taken into account where
    known.
    """
    return _reckon(day)[0]


def holidays_known(day: date) -> bool:
    """Whether the holidays of that day's year are published; where not, only weekends are reckoned."""
    return _reckon(day)[1]


def caution(day: date) -> Phrase | None:
    """What a screen says beside a date that was reckoned without holidays."""
    if holidays_known(day):
        return None
    return Phrase(N_("The holidays of {year} are not published yet: only weekends are reckoned."), {"year": day.year})


def after(day: date, days: int) -> date:
    """The day that is so many working days after another; with 0 the day itself, whatever it is.

    Raises:
        ValueError: a negative number, or more than `LONGEST`.
    """
    if not 0 <= days <= LONGEST:
        raise ValueError("working days out of range")
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return day


def between(start: date, end: date) -> int:
    """Working days after `start` up to and with `end`; negative where `end` comes first."""
    if end < start:
        return -between(end, start)
    span = (end - start).days
    return sum(is_working_day(start + timedelta(days=n)) for n in range(1, span + 1))


def after_hours(start: datetime, hours: float, office: OfficeHours = OFFICE) -> datetime:
    """The instant at which so many working hours have passed; outside office hours the clock stands.

    Raises:
        ValueError: a negative number, or more than `LONGEST` days of 8 hours.
    """
    if not 0 <= hours <= LONGEST * 8:
        raise ValueError("working hours out of range")
    left = timedelta(hours=hours)
    day = start.date()
    while True:
        if is_working_day(day):
            for opens, closes in (office.morning, office.afternoon):
                begin = max(start, datetime.combine(day, opens, start.tzinfo))
                end = datetime.combine(day, closes, start.tzinfo)
                if begin < end:
                    if left <= end - begin:
                        return begin + left
                    left -= end - begin
        day += timedelta(days=1)


def due_at(start: datetime, days: int, emergency_hours: int | None = None, office: OfficeHours = OFFICE) -> datetime:
    """When a limit runs out: working days of 8 office hours, or emergency hours, which never stand still.

    A case filed on Friday at 16:30 with two working days before the Dragon Boat holiday is due on Wednesday
    at 16:30.
    """
    if emergency_hours is not None:
        return start + timedelta(hours=emergency_hours)
    return after_hours(start, days * 8, office)


def before_hours(end: datetime, hours: float, office: OfficeHours = OFFICE) -> datetime:
    """The instant from which so many working hours pass until another: `after_hours` backwards.

    Raises:
        ValueError: a negative number, or more than `LONGEST` days of 8 hours.
    """
    if not 0 <= hours <= LONGEST * 8:
        raise ValueError("working hours out of range")
    left = timedelta(hours=hours)
    day = end.date()
    while True:
        if is_working_day(day):
            for opens, closes in (office.afternoon, office.morning):
                begin = datetime.combine(day, opens, end.tzinfo)
                stop = min(end, datetime.combine(day, closes, end.tzinfo))
                if begin < stop:
                    if left <= stop - begin:
                        return stop - left
                    left -= stop - begin
        day -= timedelta(days=1)


def hours_between(start: datetime, end: datetime, office: OfficeHours = OFFICE) -> float:
    """Working hours from one instant to another; negative where `end` comes first."""
    if end < start:
        return -hours_between(end, start, office)
    passed = timedelta()
    day = start.date()
    while day <= end.date():
        if is_working_day(day):
            for opens, closes in (office.morning, office.afternoon):
                begin = max(start, datetime.combine(day, opens, start.tzinfo))
                stop = min(end, datetime.combine(day, closes, start.tzinfo))
                if begin < stop:
                    passed += stop - begin
        day += timedelta(days=1)
    return passed.total_seconds() / 3600
