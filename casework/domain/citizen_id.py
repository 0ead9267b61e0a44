"""Citizen ID numbers (GB 11643-1999): read as people and spreadsheets write them, checked, birth date and sex
derived.

The area code is that of the first registration, and codes are abolished every year: an unknown one is no
mistake.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from casework.domain.phrase import N_, Phrase
from casework.domain.resident import Sex
from casework.domain.text import halfwidth

if TYPE_CHECKING:
    from collections.abc import Callable

EARLIEST_YEAR = 1880
"""No living person was born earlier; an earlier year is a slip of the pen."""

_ODDS_AND_ENDS = re.compile(r"[\s'’‘`\-\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_FLOAT = re.compile(r"\d+(?:\.\d+)?[eE]\+?\d+$")


class InvalidCitizenId(ValueError):
    """An ID number that cannot be right. `reason` says why, without repeating the number."""

    def __init__(self, reason: Phrase) -> None:
        super().__init__(reason.text)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class CitizenId:
    """A checked number, 18 characters, with what follows from it. `assumed` says what was assumed of an old
    card.
    """

    number: str
    born: date
    sex: Sex
    assumed: Phrase | None = None


_check_digit: Callable[[str], str] | None = None


def _checker() -> Callable[[str], str]:
    global _check_digit
    if _check_digit is None:
        from stdnum.cn.ric import calc_check_digit

        _check_digit = calc_check_digit
    return _check_digit


def parse(text: str) -> CitizenId:
    """Read an ID number: full-width digits, spaces, a lower-case x, 15-digit cards.

    Raises:
        InvalidCitizenId: with the reason: empty, wrong length, other characters, a birth date that there is
        not, a
            check digit that does not fit, or digits that a spreadsheet has thrown away.
    """
    number = text
    if len(number) != 18 or not number.isascii():
        number = _ODDS_AND_ENDS.sub("", halfwidth(text))
    if len(number) == 17 and number.endswith(".0"):
        number = number[:15]  # fifteen digits survive a spreadsheet's decimal numbers unharmed
    if len(number) == 15 and number.isascii() and number.isdigit():
        return _old_card(number)
    if len(number) != 18 or not number[:17].isdigit() or not number.isascii():
        raise InvalidCitizenId(_why(number))
    last = number[17]
    if last == "x":
        number, last = number[:17] + "X", "X"
    born = _born(number[6:10], number[10:14])
    if (_check_digit or _checker())(number) != last:
        raise InvalidCitizenId(_why_wrong(number))
    return CitizenId(number, born, Sex.MALE if int(number[16]) % 2 else Sex.FEMALE)


def _born(year: str, day: str) -> date:
    try:
        born = date(int(year), int(day[:2]), int(day[2:]))
    except ValueError:
        raise InvalidCitizenId(Phrase(N_("The birth date in the ID number does not exist."))) from None
    if born.year < EARLIEST_YEAR:
        raise InvalidCitizenId(Phrase(N_("The birth date in the ID number does not exist.")))
    return born


def _old_card(number: str) -> CitizenId:
    longer = f"{number[:6]}19{number[6:]}"
    born = _born(longer[6:10], longer[10:14])
    assumed = Phrase(N_("15-digit ID number of an old card: the birth year was read as {year}."), {"year": born.year})
    sex = Sex.MALE if int(number[14]) % 2 else Sex.FEMALE
    return CitizenId(longer + _checker()(longer + "0"), born, sex, assumed)


def _why(number: str) -> Phrase:
    if not number:
        return Phrase(N_("The ID number is empty."))
    whole, point, decimals = number.partition(".")
    if point and whole.isdigit() and decimals.strip("0") == "":
        if len(whole) == 18:
            return _CUT
        return Phrase(N_("An ID number has 18 characters, this one has {n}."), {"n": len(whole)})
    if _FLOAT.match(number):
        return _CUT
    if len(number) != 18:
        return Phrase(N_("An ID number has 18 characters, this one has {n}."), {"n": len(number)})
    return Phrase(N_("An ID number is 17 digits and a last digit or X."))


_CUT = Phrase(N_("A spreadsheet made the ID number a decimal number and lost its last digits: type it as text."))


def _why_wrong(number: str) -> Phrase:
    if number.endswith("000"):
        return Phrase(N_("The ID number ends in 000 and does not check: a spreadsheet has cut its last digits."))
    if number[17] not in "0123456789X":
        return Phrase(N_("An ID number is 17 digits and a last digit or X."))
    return Phrase(N_("The last digit of the ID number does not fit the others: a digit is mistyped."))
