"""Cells as people and spreadsheet programs write them: text, dates, phones.

Each function takes a cell and returns a plain value, or raises `Unusable` with the reason for the user. What
is not understood is said, never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from casework.catalog import shelf
from casework.domain.phrase import N_, Phrase
from casework.domain.text import halfwidth

if TYPE_CHECKING:
    from casework.exchange.sheets import Cell


class Unusable(Exception):
    """A cell that cannot be read; `reason` says why."""

    def __init__(self, reason: Phrase) -> None:
        super().__init__(reason.text)
        self.reason = reason


# --- text ----------------------------------------------------------------------------


class _Clean(dict[int, str | int | None]):
    """What each invisible character becomes: spaces of any kind a space, the rest nothing."""

    def __missing__(self, code: int) -> str | int | None:
        category = unicodedata.category(chr(code))
        kept: str | int | None = code
        if category in ("Zs", "Zl", "Zp") or code in (9, 10, 11, 12, 13, 0x85):
            kept = " "
        elif category in ("Cc", "Cf", "Cs"):
            kept = None
        self[code] = kept
        return kept


_CLEAN = _Clean()
_LINES = _Clean({10: 10, 13: 10})
_FORMULA_TEXT = re.compile(r'=\s*"(.*)"$')


def text(cell: Cell, lines: bool = False) -> str:
    """A cell as one line of clean text: no invisible characters, no spaces at the ends, no leading
    apostrophe, no `="..."` around it; 501.0 is 501. `lines` keeps line breaks.
    """
    if type(cell) is str:
        clean = (cell if cell.isprintable() else cell.translate(_LINES if lines else _CLEAN)).strip()
        if clean and clean[0] in "'=’＇":
            wrapped = _FORMULA_TEXT.match(clean)
            if wrapped:
                return wrapped.group(1).strip()
            if clean[0] != "=":
                return clean[1:].strip()
        return clean
    return _text_of_value(cell)


def _text_of_value(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e18 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    return cell.isoformat() if isinstance(cell, (date, time)) else str(cell)


def as_written(cell: Cell) -> str:
    """A cell as it is given back with the rejected rows: as it was written, dates as text."""
    return cell if isinstance(cell, str) else _text_of_value(cell)


def place_text(cell: Cell) -> str:
    """A part of an address, half-width.

    Raises:
        Unusable: Excel has made a date of it (3-2-1).
    """
    if isinstance(cell, (date, time, timedelta)):
        raise Unusable(
            Phrase(N_("Excel made a date of the address or door number: format the cell as text, type it anew."))
        )
    return halfwidth(text(cell))


def name_text(cell: Cell) -> str:
    """A name; the spaces that pad a two-character name to the width of three are taken out."""
    name = text(cell)
    if " " in name and not name.isascii():
        parts = name.split()
        name = "".join(parts) if all(ord(sign) > 0x2E7F for part in parts for sign in part) else " ".join(parts)
    return name


# --- dates ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dated:
    """What a date cell says: one day; two possible days; or a year, perhaps with its month. `reason` is why
    it is not one day.
    """

    days: tuple[date, ...] = ()
    year: int | None = None
    month: int | None = None
    reason: Phrase | None = None

    def allows(self, day: date) -> bool:
        """Whether the cell does not contradict a day that is known from elsewhere."""
        if self.days:
            return day in self.days
        return self.year in (None, day.year) and self.month in (None, day.month)


_YMD = re.compile(
    r"(\d{4})\s*[-./年 ]\s*(\d{1,2})\s*[-./月 ]\s*(\d{1,2})\s*[日号]?"
    r"(?:[ T]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$"
)
_DMY = re.compile(r"(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{4})$")
_YM = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*月?$")
_SHORT_YEAR = re.compile(r"\d{2}[-./年]\s?\d{1,2}[-./月]\s?\d{1,2}日?$|\d{1,2}[-./ ]\d{1,2}[-./ ]\d{2}$")
_ENGLISH = re.compile(r"(?:(\d{1,2})[ -])?([A-Za-z]{3,9})\.?[ -]?(?:(\d{1,2})(?:st|nd|rd|th)?,?[ -])?(\d{4})$")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EXCEL_DAY_0 = date(1899, 12, 30)
_FIRST_YEAR, _LAST_YEAR = 1880, 2100
_UNREADABLE = N_("The date {text} cannot be read: write it as 1940-01-02.")


def dated(cell: Cell) -> Dated | None:
    """A date cell in any of the usual spellings, or an Excel day number; None where it is empty."""
    if isinstance(cell, str):
        return _dated_text(cell)
    if isinstance(cell, datetime):
        return Dated((cell.date(),))
    if isinstance(cell, date):
        return Dated((cell,))
    if cell is None:
        return None
    return _dated_text(_text_of_value(cell))


@lru_cache(maxsize=60_000)
def _dated_text(written: str) -> Dated | None:
    said = halfwidth(text(written))
    if not said or said in _empty():
        return None
    match = _YMD.match(said)
    if match:
        return _day(said, *match.groups())
    if said.isascii() and said.isdigit():
        return _dated_number(said)
    match = _DMY.match(said)
    if match:
        return _either(said, *match.groups())
    match = _YM.match(said)
    if match:
        # 1940.1 may be October, with its nought lost to a decimal number.
        month = None if said[4] == "." and len(match[2]) == 1 else int(match[2])
        return _part(said, int(match[1]), month)
    match = _ENGLISH.match(said)
    if match and match[2][:3].lower() in _MONTHS and (match[1] or match[3]):
        month = _MONTHS.index(match[2][:3].lower()) + 1
        return _day(said, match[4], str(month), match[1] or match[3])
    if re.match(r"\d{4}年$", said):
        return _part(said, int(said[:4]), None)
    if re.match(r"\d{5}\.\d+$", said):
        return _dated_number(said[:5])
    if _SHORT_YEAR.match(said):
        why = Phrase(N_("The date {text} has a year of two digits: write all four."), {"text": said})
        return Dated(reason=why)
    return Dated(reason=Phrase(_UNREADABLE, {"text": said[:40]}))


def _dated_number(said: str) -> Dated:
    number = int(said) if len(said) < 10 else 0
    if len(said) == 8:
        return _day(said, said[:4], said[4:6], said[6:])
    if len(said) == 6 and 1 <= int(said[4:]) <= 12:
        return _part(said, int(said[:4]), int(said[4:]))
    if len(said) == 4 and _FIRST_YEAR <= number <= _LAST_YEAR:
        return _part(said, number, None)
    if 367 <= number <= 73_050:  # 1901 to 2099 as Excel counts days
        return Dated((_EXCEL_DAY_0 + timedelta(days=number),))
    return Dated(reason=Phrase(_UNREADABLE, {"text": said[:40]}))


def _day(said: str, year: str, month: str, day: str) -> Dated:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return Dated(reason=Phrase(N_("There is no such day: {text}."), {"text": said[:40]}))
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        return Dated(reason=Phrase(_UNREADABLE, {"text": said[:40]}))
    return Dated((found,))


def _either(said: str, first: str, second: str, year: str) -> Dated:
    """05/06/1940: the fifth of June or the sixth of May."""
    days = [one.days[0] for one in (_day(said, year, second, first), _day(said, year, first, second)) if one.days]
    if not days:
        return _day(said, year, second, first)
    if len(set(days)) == 1:
        return Dated((days[0],))
    why = Phrase(N_("The date {text} can mean two days: write year, month and day, as 1940-01-02."), {"text": said})
    return Dated(tuple(days), reason=why)


def _part(said: str, year: int, month: int | None) -> Dated:
    if not _FIRST_YEAR <= year <= _LAST_YEAR or not (month is None or 1 <= month <= 12):
        return Dated(reason=Phrase(_UNREADABLE, {"text": said[:40]}))
    why = Phrase(
        N_("The date {text} is not a whole one: write year, month and day, or leave it empty."),
        {"text": said},
    )
    return Dated(year=year, month=month, reason=why)


# --- phones ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Phones:
    """The phones in a cell: the person's own mobile and landline, those of relatives as (relation, number),
    and whatever else was written. `odd`: a number among the words could not be read as a phone.
    """

    mobile: str = ""
    landline: str = ""
    relatives: tuple[tuple[str, str], ...] = ()
    note: str = ""
    odd: bool = False


_NUMBER = re.compile(
    r"(?<!\d)(?:(?:\+|00)?86[- ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4})(?!\d)"
    r"|(?<!\d)((?:0\d{2,3}[- ]?)?[2-9]\d{6,7}(?:-\d{1,5})?)(?!\d)"
)
_AREA = re.compile(r"\((0\d{2,3})\)\s*")
_CUTS = re.compile(r"[、,;/|\n()（）【】\[\]]+|\s{2,}|(?<=\d{7})\s+(?=\D)")
_CUT_NUMBER = re.compile(r"\d+(?:\.\d+)?[eE]\+\d+")
_NONE = Phones()


def phones(cell: Cell) -> Phones:
    """The phones in a cell: several, landlines, with words for whose they are, or 无.

    Raises:
        Unusable: a spreadsheet has shortened the number (1.3E+10).
    """
    if cell == "":
        return _NONE
    if type(cell) is str and len(cell) == 11 and cell[0] == "1" and cell.isascii() and cell.isdigit():
        return Phones(mobile=cell) if cell[1] in "3456789" else _phones(cell)
    return _phones(text(cell, lines=True))


def _phones(written: str) -> Phones:
    said = _AREA.sub(r"\1-", halfwidth(written))
    if not said or said.casefold() in _empty():
        return _NONE
    if _CUT_NUMBER.search(said):
        raise Unusable(
            Phrase(
                N_("A spreadsheet has shortened the phone number {text}: type it as text."),
                {"text": said[:40]},
            )
        )
    own: list[str] = []
    relatives: list[tuple[str, str]] = []
    words: list[str] = []
    odd = False
    last = ""
    for piece in filter(str.strip, _CUTS.split(said)):
        numbers = [re.sub(r"[ -]", "", m[1]) if m[1] else m[2].replace(" ", "-") for m in _NUMBER.finditer(piece)]
        word = _NUMBER.sub(" ", piece).strip(" :：.-。")
        relation = relation_in(word)
        if relation and (numbers or last):
            for number in numbers or [last]:
                relatives.append((relation, number))
            own = [number for number in own if numbers or number != last]
        else:
            own.extend(numbers)
            if word and word.casefold() not in _words("own_phone"):
                words.append(word)
            odd = odd or len(re.sub(r"\D", "", word)) >= 5
        last = numbers[-1] if numbers and not relation else ""
    mobile = next((number for number in own if len(number) == 11 and number[0] == "1"), "")
    landline = next((number for number in own if number != mobile and number[0] != "1"), "")
    words.extend(number for number in own if number not in (mobile, landline))
    return Phones(mobile, landline, tuple(relatives), ", ".join(words), odd)


def relation_in(word: str) -> str:
    """The relative whom a word names, as it was written; empty for none and for the resident."""
    bare = word.casefold().removesuffix("电话").removesuffix("手机").removesuffix("的").strip(" :-")
    bare = bare.removeprefix("其").removesuffix("phone").strip(" :-").removesuffix("'s")
    if not bare or bare in _words("own_phone"):
        return ""
    if bare in _words("relatives"):
        return bare
    near = [one for one in _words("relatives") if len(one) > 1 and (bare.startswith(one) or bare.endswith(one))]
    return word if near and len(bare) <= 12 else ""


@lru_cache(maxsize=8)
def _words(table: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in shelf.table("roster_words")[table]["words"])


@lru_cache(maxsize=1)
def _empty() -> frozenset[str]:
    return frozenset(word.casefold() for word in shelf.roster_columns()["empty"]["words"])


_LONGEST_EMPTY = 12


def is_empty(said: str) -> bool:
    """Whether a cell says nothing to a person: 无, -, n/a."""
    return not said or (len(said) <= _LONGEST_EMPTY and said.casefold() in _empty())
