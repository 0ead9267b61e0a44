"""Seasons and spells: the stretches of the year, and of the weather, in which a rule of the schedule holds.

A season comes every year on the same days (the heating period); a spell was recorded when it came (a rain storm). A
window is a stretch of days as ordinals: the first day, and the first day after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from casework.domain.phrase import Label

FAR = date.max.toordinal()
"""A day after all days, as an ordinal."""

Window = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Season:
    """A part of every year, from `first` to `last` as (month, day), both included; it may span the year's end.

    29 February stands for the last day of February.
    """

    key: str
    label: Label
    first: tuple[int, int]
    last: tuple[int, int]
    source: str = ""
    effective: date | None = None

    def __post_init__(self) -> None:
        for month, day in (self.first, self.last):
            date(2024, month, day)

    def window(self, year: int) -> Window:
        """The window that begins in a year."""
        return _window(self.first, self.last, year)

    def holds_on(self, day: date) -> bool:
        """Whether a day lies in the season."""
        start, end = self.at_or_after(day.toordinal())
        return start <= day.toordinal() < end

    def at_or_after(self, day: int) -> Window:
        """The window in which a day lies, or else the next one."""
        year = date.fromordinal(day).year
        for one in (year - 1, year, year + 1):
            if 1 <= one < date.max.year:
                window = self.window(one)
                if day < window[1]:
                    return window
        return FAR, FAR


@lru_cache(maxsize=1024)
def _window(first: tuple[int, int], last: tuple[int, int], year: int) -> Window:
    ends = year if first <= last else year + 1
    return _day(year, *first), _day(ends, *last) + 1


def _day(year: int, month: int, day: int) -> int:
    try:
        return date(year, month, day).toordinal()
    except ValueError:
        return date(year, 2, 28).toordinal()


@dataclass(frozen=True, slots=True)
class Spell:
    """A recorded stretch of weather: its kind (`spells.toml`), the first and the last day, None while it lasts."""

    kind: str
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class SpellPart:
    """When a rule holds with regard to spells of some kinds: from `days` days after their start or end (before, where
    negative) for `lasts` days; without `lasts` until the spell ends.
    """

    kinds: frozenset[str]
    from_end: bool = False
    days: int = 0
    lasts: int | None = None

    def __post_init__(self) -> None:
        if not self.kinds or not -60 <= self.days <= 366 or not (self.lasts is None or 1 <= self.lasts <= 366):
            raise ValueError("spell: days -60 to 366, lasts 1 to 366")
        if self.from_end and self.lasts is None:
            raise ValueError("spell: lasts is needed where it counts from the end")

    def window(self, spell: Spell) -> Window | None:
        """The window that a spell opens; None for one of another kind, or whose end is waited for."""
        anchor = spell.ends_on if self.from_end else spell.starts_on
        if spell.kind not in self.kinds or anchor is None:
            return None
        first = anchor.toordinal() + self.days
        if self.lasts is not None:
            return first, first + self.lasts
        return first, FAR if spell.ends_on is None else max(first, spell.ends_on.toordinal() + 1)
