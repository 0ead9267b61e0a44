"""A door as its building and its parts make it: the address in words, the short form, its place on the walk.

The sheet of a door that is added by hand and the roster of an import give the same door the same short form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from casework.domain import address as addresses
from casework.domain.text import halfwidth


@dataclass(frozen=True, slots=True)
class DoorParts:
    """A door's parts as they are kept. `short` is empty where nothing leads to a door."""

    unit: str
    floor: int | None
    room: str
    address: str
    short: str


_UNIT_WORDS = re.compile(r"(?:unit|entrance|stair)\.?\s*|\s*(?:单元|门洞|门|梯)$", re.IGNORECASE)
_ROOM_WORDS = re.compile(r"(?:room|rm|flat|apt|apartment)\.?\s*|\s*(?:室|房|户|号)$", re.IGNORECASE)
_NUMERAL = re.compile(r"[一二三四五六七八九十]{1,3}$")
_LONE = re.compile(r"\d{1,4}[A-Za-z]?|[A-Za-z]|[一二三四五六七八九十]{1,3}")
_CHINESE = re.compile("[\u2e80-\u9fff]")


def parts(building: str, unit: str = "", floor: int | None = None, room: str = "", address: str = "") -> DoorParts:
    """The door in a building (by its name) that parts and a free address lead to. The parts go before the address,
    which fills what they leave open; the address stays as it was written.
    """
    unit, room = _bare(unit, _UNIT_WORDS), _bare(room, _ROOM_WORDS)
    written = address.strip()
    if written and not room:
        read = addresses.parse(written)
        unit, room = unit or read.unit, read.room
        floor = floor if floor is not None else read.floor
    if floor is None:
        floor = addresses.floor_of(room)
    last = room or ("" if floor is None else str(floor))
    short = "-".join(part for part in (number_of(building), unit, last) if part) if last else written
    return DoorParts(unit, floor, room, written or in_words(building, unit, floor, room), short)


def number_of(building: str) -> str:
    """What people say of a building when they name a door in it: 3 of `幸福里小区 3栋`; its own name without a number."""
    read = addresses.parse(building)
    return read.building or building.rpartition(" ")[2]


def in_words(building: str, unit: str, floor: int | None, room: str) -> str:
    """The address written out in the building's own writing: `3栋1单元501室`, `Building 3, unit 1, room 501`."""
    if _CHINESE.search(building):
        door = f"{room}室" if room else "" if floor is None else f"{floor}楼"
        return f"{building.replace(' ', '')}{f'{unit}单元' if unit else ''}{door}"
    door = f"room {room}" if room else "" if floor is None else f"floor {floor}"
    return ", ".join(part for part in (building, f"unit {unit}" if unit else "", door) if part)


def wall_name(building: str) -> str:
    """A building by one name, however it is written: `三号楼`, `3幢`, `3` and `Building 3` are 3栋, the compound before it.

    So a roster's building is called (`exchange.doorway`). One without a number keeps its name, and so does a house in a
    lane, which is called by its number: 满春街15号.
    """
    name = " ".join(halfwidth(building).split())
    if re.fullmatch(_LONE, name):
        name = f"{name}栋"
    read = addresses.parse(name)
    if not read.building or read.unit or read.room or read.floor is not None or re.search(r"\d号$", name):
        return name
    number = read.building.upper()
    return f"{read.rest} {number}{'座' if number.isalpha() else '栋'}".strip()


def walk_order(building_order: int, unit: str, floor: int | None, room: str) -> int:
    """Where a door stands on the walk where nobody says so: building by building, unit by unit, from the ground floor
    up, door by door.
    """
    return ((building_order * 100 + _number(unit) % 100) * 100 + (floor or 0) + 10) * 100 + _number(room) % 100


def distance(one: tuple[str, int | None, str], other: tuple[str, int | None, str]) -> tuple[int, int, int]:
    """How far two doors (unit, floor, room) of a building are apart: by stair, then by floor, then by door."""
    return (
        abs(_number(one[0]) - _number(other[0])),
        abs((one[1] or 0) - (other[1] or 0)),
        abs(_number(one[2]) - _number(other[2])),
    )


def _number(text: str) -> int:
    digits = "".join(c for c in text or "" if c.isdecimal())
    return int(digits[-6:]) if digits else 0


def _bare(text: str, words: re.Pattern[str]) -> str:
    bare = words.sub("", halfwidth(text).strip()).strip()
    if _NUMERAL.match(bare):
        return addresses.parse(f"{bare}栋").building
    return bare
