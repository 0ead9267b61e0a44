"""Hand-off (交办单): what of a case may leave the laptop, for whom, and on what grounds.

A department gets what it needs to do the work. What names a person leaves in full only where the person agreed to it
for this purpose, or where the worker overrides that with a reason; otherwise it leaves masked (PIPL 6, 13, 23).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.domain import masking
from casework.domain.phrase import N_, Phrase

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from casework.domain.resident import Consent

PURPOSE = "sharing_departments"
"""The purpose for which a person has to agree: passing details to departments."""

NAMES = frozenset({"resident_name", "reporter_name"})
PHONES = frozenset({"resident_phone", "reporter_phone"})
PERSONAL = NAMES | PHONES
"""The fields that name a person or lead to one."""

NUMBERS_SHOWN = {"resident_phone": "phone", "reporter_phone": "reported_phone"}
"""The fields whose numbers are journalled as revealed, with the record's field that they are."""

WORDS = frozenset({"matter", "details", "promises"})
"""The fields that hold what people typed, in which names and numbers may stand."""

_LONG_NUMBER = re.compile(
    r"(?<![\dA-Za-z])(?:"
    r"(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}"  # mobiles
    r"|0\d{2,3}[- ]?\d{7,8}|[3-9]\d{6,7}"  # landlines; a day written as 20260520 is none
    r"|\d{10,19}[Xx]?"  # ID numbers, bank cards
    r")(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Grounds:
    """On what grounds personal details leave. `basis` is the one recorded with the consent, or `override` with its
    `reason`, or empty: then nothing personal leaves in full.
    """

    basis: str = ""
    reason: str = ""
    consent_id: str = ""
    given_on: date | None = None

    def __bool__(self) -> bool:
        return bool(self.basis)

    def said(self) -> Phrase:
        """The grounds as they stand on the sheet."""
        if self.basis == "override":
            return Phrase(N_("Passed on without recorded consent, because: {reason}"), {"reason": self.reason})
        if self.basis:
            return Phrase(N_("Agreed to passing this on, {day}"), {"day": self.given_on or "-"})
        return Phrase(N_("No consent is recorded: names and numbers are masked."))


NONE = Grounds()


def grounds(consents: Iterable[Consent], day: date, override: str = "") -> Grounds:
    """The grounds on which a person's details may leave on a day: the last word on this purpose, else the override.

    A consent counts from the day on which it was given to the day before it was withdrawn.
    """
    said = [one for one in consents if one.purpose == PURPOSE]
    last = said[-1] if said else None
    if (
        last is not None
        and last.given
        and (last.given_on is None or last.given_on <= day)
        and (last.withdrawn_on is None or last.withdrawn_on > day)
    ):
        return Grounds(last.basis or "consent", consent_id=last.id, given_on=last.given_on)
    return Grounds("override", override) if override.strip() else NONE


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one case tells a department: `values` by field; `shown` are the personal fields that are in full, `masked`
    those that are not. Fields that the department does not need are not there at all.
    """

    values: Mapping[str, str]
    shown: tuple[str, ...] = ()
    masked: tuple[str, ...] = ()


def sheet(facts: Mapping[str, str], wanted: Iterable[str], basis: Mapping[str, Grounds]) -> Sheet:
    """Cut the facts of a case down to the wanted fields, and mask what may not leave in full.

    `basis` gives the grounds of each personal field; one that is missing has none. Names and long numbers within typed
    words are masked as the fields of their own are: what is typed at a door holds both.
    """
    wanted = tuple(dict.fromkeys(wanted))
    in_full = {field for field in PERSONAL if field in wanted and basis.get(field)}
    values, shown, masked = {}, [], []
    for field in wanted:
        value = facts.get(field, "")
        if field in PERSONAL and value and field in in_full:
            shown.append(field)
        elif field in PERSONAL and value:
            value = masking.name(value) if field in NAMES else masking.phone(value)
            masked.append(field)
        elif field in WORDS:
            value = _without(value, facts, in_full)
        values[field] = value
    return Sheet(values, tuple(shown), tuple(masked))


def _without(words: str, facts: Mapping[str, str], in_full: set[str]) -> str:
    """Words without the names and numbers that may not leave."""
    for field in sorted(NAMES - in_full):
        full = facts.get(field, "").strip()
        if len(full) > 1 and not any(facts.get(other, "").strip() == full for other in NAMES & in_full):
            words = words.replace(full, masking.name(full))
    return hide_numbers(words, {re.sub(r"\D", "", facts.get(field, "")) for field in PHONES & in_full})


def hide_numbers(words: str, allowed: Collection[str] = ()) -> str:
    """Words with the phone and ID numbers in them masked, but for those whose digits are allowed."""
    return _LONG_NUMBER.sub(
        lambda found: found[0] if re.sub(r"\D", "", found[0]) in allowed else masking.phone(found[0]), words
    )
