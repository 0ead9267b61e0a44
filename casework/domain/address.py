"""Addresses of doors: read as people write them, in parts, and back as the short form that they type
(`3-2-501`).

The raw text is kept beside the parts: what cannot be read is not lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from casework.domain.text import halfwidth


@dataclass(frozen=True, slots=True)
class AddressParts:
    """An address in parts. `rest` is what stands before the building (road, compound); `floor` may follow
    from the room (501 is on floor 5, 1203 on floor 12)."""

    raw: str
    building: str = ""
    unit: str = ""
    floor: int | None = None
    room: str = ""
    rest: str = ""

    def short(self) -> str:
        """What people type: building, unit and room (or floor), joined by hyphens; empty parts are left
        out.
        """
        door = self.room or ("" if self.floor is None else str(self.floor))
        return "-".join(part for part in (self.building, self.unit, door) if part)

    def walk_key(self) -> tuple[object, ...]:
        """Sorts doors as they stand: by building, stair, floor and door, numbers as numbers."""
        floor = -1 if self.floor is None else self.floor
        return (self.rest, _natural(self.building), _natural(self.unit), floor, _natural(self.room))


_SIGNS = {ord(sign): "-" for sign in "‐‑‒–—―−－﹣~～_"}
_NUMERALS = "零一二三四五六七八九"
_NUMBER = r"(?:[A-Za-z]?\d+[A-Za-z]?|[A-Za-z]|[一二三四五六七八九十]{1,3})"
_DASHED = re.compile(rf"(?:({_NUMBER})-)?({_NUMBER})-(\d+[A-Za-z]?)[室号户]?$")
_WORDED = re.compile(
    rf"({_NUMBER})\s*"
    r"(号楼|号院|栋|幢|座|#楼|#|号|单元|门洞|门|楼|层|室|房|户)"
)
_TAIL = re.compile(rf"-?(?:(?:({_NUMBER})-)?({_NUMBER})-)?(\d+[A-Za-z]?)[室号户]?$")
_ENGLISH = re.compile(
    r"\b(bldg|building|block|tower|unit|entrance|stair|room|rm|flat|apt|apartment|floor|fl)\b"
    r"\.?\s*(?:no\.?\s*)?#?"
    r"([A-Za-z]?\d+[A-Za-z]?|[A-Za-z])\b",
    re.IGNORECASE,
)
_PART_OF = {
    "号楼": "building", "栋": "building", "幢": "building", "座": "building", "#楼": "building",
    "#": "building", "单元": "unit", "门洞": "unit", "门": "unit", "楼": "floor", "层": "floor",
    "室": "room", "房": "room", "户": "room",
    "bldg": "building", "building": "building", "block": "building", "tower": "building", "unit": "unit",
    "entrance": "unit", "stair": "unit", "room": "room", "rm": "room", "flat": "room", "apt": "room",
    "apartment": "room", "floor": "floor", "fl": "floor",
}  # fmt: skip


def _natural(part: str) -> tuple[int, str]:
    digits = ""
    for sign in part.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"):
        if sign not in "0123456789":
            break
        digits += sign
    return (int(digits) if digits else 0, part)


def _numeral(part: str) -> str:
    if part[0] not in "一二三四五六七八九十":
        return part.lstrip("0") or part
    if len(part) == 1:
        return "10" if part == "十" else str(_NUMERALS.index(part))
    tens, ten, ones = part.partition("十")
    if not ten:
        return "".join(str(_NUMERALS.index(sign)) for sign in part)
    if "十" in ones:
        return part
    return str((_NUMERALS.index(tens) if tens else 1) * 10 + (_NUMERALS.index(ones) if ones else 0))


def floor_of(room: str) -> int | None:
    """The floor on which a room number lies: 501 on 5, 1203 on 12; None where the number does not say."""
    digits = room.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    if not digits.isascii() or not digits.isdigit() or not 3 <= len(digits) <= 4:
        return None
    return int(digits[:-2]) or None


def parse(text: str) -> AddressParts:
    """Read an address: `12-3-501`, `12号3单元1楼`, `幸福路12号401`, `Bldg 3 Unit 2 Room 501`.

    Never fails: what is not understood stays in `rest`. A number with 号 is the building only where no 栋
    or 号楼 is.
    """
    raw = text
    text = halfwidth(text).translate(_SIGNS).strip() if not text.isascii() else text.strip().replace("_", "-")
    match = _DASHED.match(text)
    if match:
        return _parts(
            raw,
            "",
            match.group(1) or match.group(2),
            match.group(2) if match.group(1) else "",
            match.group(3),
        )
    parts: dict[str, str] = {}
    number: re.Match[str] | None = None
    start = len(text)
    end = 0
    for match in _WORDED.finditer(text):
        word = match.group(2)
        part = _PART_OF.get(word)
        if part is None:
            if word == "号" and parts and "room" not in parts:
                parts["room"] = match.group(1)
            elif word == "号":
                number = match
            else:
                continue
        else:
            if part == "floor" and "building" not in parts and "单元" in text[match.end() :]:
                part = "building"
            if part in parts:
                continue
            parts[part] = match.group(1)
            start = min(start, match.start())
        end = match.end()
    tail = text[end:].strip(" ,，")
    ending = _TAIL.match(tail) if end and tail else None
    if ending and ending.group(1):
        parts.setdefault("building", ending.group(1))
        start = min(start, end)
    if number is not None and "building" not in parts:
        parts["building"] = number.group(1)
        start = min(start, number.start())
    if not parts and not end:
        for match in _ENGLISH.finditer(text):
            parts.setdefault(_PART_OF[match.group(1).lower()], match.group(2))
            start = min(start, match.start())
            end = match.end()
    if not end:
        return _ending_in_dashes(raw, text)
    if ending:
        _, middle, room = ending.groups()
        if middle is not None:
            parts.setdefault("unit" if "building" in parts else "building", middle)
        parts.setdefault("room", room)
    rest = text[:start].strip(" ,，-")
    floor = parts.get("floor", "")
    return _parts(
        raw,
        rest,
        parts.get("building", ""),
        parts.get("unit", ""),
        parts.get("room", ""),
        floor and _numeral(floor),
    )


_ENDING = re.compile(rf"(.*?)(?:({_NUMBER})-)?({_NUMBER})-(\d+[A-Za-z]?)[室号户]?$")


def _ending_in_dashes(raw: str, text: str) -> AddressParts:
    match = _ENDING.match(text)
    if match is None:
        return AddressParts(raw, rest=text)
    rest, first, second, room = match.groups()
    return _parts(raw, rest.strip(" ,，-"), first or second, second if first else "", room)


def _parts(raw: str, rest: str, building: str, unit: str, room: str, floor: str = "") -> AddressParts:
    on = int(floor) if floor.isascii() and floor.isdigit() else floor_of(room)
    return AddressParts(raw, building and _numeral(building), unit and _numeral(unit), on, room, rest)
