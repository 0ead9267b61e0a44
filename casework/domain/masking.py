"""Masks for what is shown and printed unless it is revealed on purpose (DOMAIN 8).

Any mask of an ID number that keeps digits 7 to 14 leaks the birth date: the last four are shown, with the
age.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.phrase import N_, Phrase
from casework.domain.resident import age_on

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

_TWO_CHARACTER_SURNAMES = frozenset(
    {
        "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐",
        "夏侯", "司徒", "长孙", "宇文", "端木", "南宫", "独孤", "西门", "申屠", "轩辕",
    }
)  # fmt: skip


def phone(number: str) -> str:
    """A phone number with three digits and the last four; a landline keeps its area code. Empty stays empty.

    Short or odd ones keep the last two characters at most.
    """
    digits = [n for n, sign in enumerate(number) if sign.isdigit()]
    if not digits:
        return "*" * len(number)
    keep = set(digits[:3] + digits[-4:]) if len(digits) >= 10 else set(digits[-2:] if len(digits) > 4 else [])
    if number[:1] == "0" and "-" in number[2:5] and len(digits) >= 10:
        keep = {n for n in digits if n < number.index("-")} | set(digits[-4:])
    shown = [sign if n in keep or sign in "- " else "*" for n, sign in enumerate(number)]
    return "".join(shown)


def citizen_id(number: str) -> str:
    """An ID number with its last four characters only. Empty stays empty."""
    return "*" * max(0, len(number) - 4) + number[-4:] if len(number) > 4 else "*" * len(number)


def citizen_id_with_age(number: str, born: date | None, day: date) -> Phrase:
    """The last four and the age: enough to tell two people of one name apart, and no birth date."""
    shown = number[-4:] if len(number) > 4 else "****"
    if born is None:
        return Phrase(N_("ID ending in {last}"), {"last": shown})
    return Phrase(N_("ID ending in {last}, {age} years old"), {"last": shown, "age": age_on(born, day)})


def name(full: str) -> str:
    """A name for an export: the surname, and a star for each other character; of Latin names the initials."""
    full = full.strip()
    if full.isascii():
        return " ".join(part[0] + "*" * (len(part) - 1) for part in full.split())
    kept = 2 if len(full) > 2 and full[:2] in _TWO_CHARACTER_SURNAMES else 1
    return full[:kept] + "*" * (len(full) - kept)


def address(short: str) -> str:
    """A short address without its door: `3-2-501` is `3-2-***`."""
    head, dash, door = short.rpartition("-")
    return f"{head}{dash}{'*' * len(door)}" if dash else "*" * len(short)


def tags(held: Iterable[str], sensitive: Collection[str]) -> tuple[tuple[str, ...], int]:
    """The welfare tags that may be named, and how many are masked: what tells of money, health or a loss is."""
    every = tuple(dict.fromkeys(held))
    named = tuple(tag for tag in every if tag not in sensitive)
    return named, len(every) - len(named)


def masked_tags(count: int) -> Phrase:
    """What stands in the place of so many masked tags."""
    return Phrase(N_("{n} masked"), {"n": count})
