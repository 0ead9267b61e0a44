"""Which door a row means: from columns of its own, from one address column, or from both."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from casework.domain import address as addresses
from casework.domain.phrase import N_, Phrase
from casework.domain.text import halfwidth
from casework.exchange.cells import Unusable, is_empty

NO_DOOR = Phrase(N_("The address does not lead to a door: a building and a room number are needed."))


class Door(NamedTuple):
    """A door in parts, with the names of `RegisterRow`. The building is called as it is called on its wall:
    3栋, 3号 (a house in a lane), A座, or a name of its own.
    """

    compound: str | None
    building: str | None
    unit: str | None
    floor: int | None
    room: str | None
    address: str | None
    short: str


_BUILDING = re.compile(r"(?:第\s*)?(.+?)\s*(号楼|号院|栋|幢|座|#楼|#|号|楼)?$")
_ENGLISH = re.compile(
    r"(?:bldg|building|block|tower|unit|entrance|stair|room|rm|flat|apt|apartment|floor|fl)\.?\s*(?:no\.?\s*)?#?",
    re.I,
)
_NUMBER = re.compile(r"(?:[A-Za-z]?\d+[A-Za-z]?|[A-Za-z]|[一二三四五六七八九十]{1,3})$")
_UNIT = re.compile(r"(?:第\s*)?(.+?)\s*(?:单元|门洞|门|梯)?$")
_ROOM = re.compile(r"(?:第\s*)?(.+?)\s*(?:室|房|户|号)?$")
_FLOOR = re.compile(r"(?:第)?(-?\d{1,3}|[一二三四五六七八九十]{1,3})\s*(?:楼|层|[fF])?$")
_OFFICIAL = re.compile(r"^.*(?:社区|街道办事处|街道|居委会|[^路街巷道里弄]{1,6}镇)")
_CITY = re.compile(r"^(?:[^省]{2,8}省)?(?:[^市]{1,6}市)?(?:[^区县]{1,6}(?<![小社园院片新])[区县](?!域))?")


@lru_cache(maxsize=4096)
def _numeral(text: str) -> str:
    return addresses.parse(f"{text}栋").building


@lru_cache(maxsize=16_384)
def _part(pattern: re.Pattern[str], text: str) -> str:
    text = _ENGLISH.sub("", text, count=1).strip()
    match = pattern.match(text) if text else None
    bare = match.group(1) if match else text
    return _numeral(bare) if _NUMBER.match(bare) else bare


@lru_cache(maxsize=4096)
def building_name(text: str) -> str:
    """A building by one name, however it is written: 3, 03栋, 3幢, 三号楼 and Bldg 3 are 3栋."""
    text = _ENGLISH.sub("", halfwidth(text), count=1).strip()
    match = _BUILDING.match(text)
    if not match or not _NUMBER.match(match.group(1)):
        return text
    number = _numeral(match.group(1).upper())
    return f"{number}座" if number.isalpha() else f"{number}栋"


def floor_number(text: str) -> int | None:
    """The floor of a floor column: 5, 5楼, 五层, B1.

    Raises:
        Unusable: it is none.
    """
    text = _ENGLISH.sub("", text, count=1).strip()
    under = re.match(r"(?:负|地下|[Bb])\s*(\w+?)(?:楼|层)?$", text)
    match = _FLOOR.match(under.group(1) if under else text)
    if match is None:
        raise Unusable(Phrase(N_("The floor {text} is no number."), {"text": text[:40]}))
    bare = match.group(1)
    number = int(bare) if bare.lstrip("-").isdigit() else int(_numeral(bare))
    return -number if under else number


def door(building: str, unit: str, floor: str, room: str, address: str) -> Door:
    """The door that these cells name; empty ones are empty strings.

    Columns of their own go before the address column, which fills what they leave open. A house number alone
    (满春街15号) is a door, a building alone is none. `compound` is what the address says of it. Where
    `building` is None the row must name the compound itself.

    Raises:
        Unusable: no door is to be found with them.
    """
    building, unit, floor, room, address = (
        "" if is_empty(part) else part for part in (building, unit, floor, room, address)
    )
    compound = ""
    on = floor_number(floor) if floor else None
    house = False
    if room and re.search(r"\d\s*-\s*\d|栋|幢|单元|号楼", room):
        address, room = address or room, ""
    if address and not (building and room):
        read = addresses.parse(address)
        compound = _compound(read.rest)
        house = bool(re.search(r"\d号", halfwidth(address))) and not re.search(r"栋|幢|座|号楼", address)
        if read.building and not building:
            building = f"{read.building}号" if house and read.rest else building_name(read.building)
        else:
            if building and not unit and read.building and not read.unit and not re.search(r"栋|幢|座", address):
                unit = read.building  # 2-501 beside a column for the building: unit and room
            building = building_name(building)
        unit = unit or read.unit
        if not room:
            room = read.room
            on = on if on is not None else read.floor
    elif building:
        building = building_name(building)
    unit = _part(_UNIT, unit) if unit else ""
    room = _part(_ROOM, room) if room else ""
    if on is None:
        on = addresses.floor_of(room)
    if not (building or room) or not (room or on is not None or house):
        raise Unusable(NO_DOOR)
    number = re.sub(r"[栋座号]$", "", building) if building else ""
    last = room or ("" if on is None else str(on))
    short = "-".join(part for part in (number, unit, last) if part)
    return Door(compound or None, building or None, unit or None, on, room or None, address or None, short)


def _compound(rest: str) -> str:
    """What stands before the building, without city, district, street office and community."""
    bare = _OFFICIAL.sub("", _CITY.sub("", rest)) if rest else ""
    return bare.strip(" ,，-")
