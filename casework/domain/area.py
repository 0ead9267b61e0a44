"""Areas: the tree city > district > street > community > compound / grid > building."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AreaLevel(StrEnum):
    """How high in the tree an area stands. A community is the 居委会 area, not the compound."""

    CITY = "city"
    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"
    COMPOUND = "compound"
    GRID = "grid"
    BUILDING = "building"


@dataclass(frozen=True, slots=True)
class Area:
    """One area. Its code is optional and dated: codes are retired and reissued yearly."""

    id: str
    level: AreaLevel
    name: str
    parent_id: str | None = None
    aliases: tuple[str, ...] = ()
    code: str | None = None
    code_year: int | None = None
    walk_order: int = 0
