"""Days and times as a worker says them, in the language that is on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.phrase import N_
from casework.language import _

if TYPE_CHECKING:
    from datetime import date, datetime

WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_MONTHS = (
    N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"),
    N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec"),
)  # fmt: skip


def weekday(day: date) -> str:
    """The short name of the weekday."""
    return _(WEEKDAYS[day.weekday()])


def day_text(day: date, today: date | None = None) -> str:
    """A day without its year when that is today's: `1 Jul`, `7月1日`; else `1 Jul 2025`."""
    values = {"day": day.day, "month": _(_MONTHS[day.month - 1]), "year": day.year}
    if today is not None and day.year == today.year:
        return _("{day} {month}", **values)
    return _("{day} {month} {year}", **values)


def month_text(day: date) -> str:
    """The month of a day with its year: `Jul 2026`, `2026年7月`."""
    return _("{month} {year}", month=_(_MONTHS[day.month - 1]), year=day.year)


def moment_text(moment: datetime, today: date) -> str:
    """A time of day, with its day unless that is today: `14:05`, `1 Jul 14:05`."""
    clock = f"{moment:%H:%M}"
    return clock if moment.date() == today else f"{day_text(moment.date(), today)} {clock}"


def due_text(due_on: date, today: date) -> str:
    """How a due day stands to today: `today`, `3 days late`, `in 2 days`."""
    days = (due_on - today).days
    if days == 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    if days == -1:
        return _("1 day late")
    if days < 0:
        return _("{days} days late", days=-days)
    return _("in {days} days", days=days)
