"""Areas: the tree city > district > street > community > compound / grid > building."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from casework.domain.phrase import N_


class AreaLevel(StrEnum):
    """How high in the tree an area stands. A community is the 居委会 area, not the compound."""

    CITY = "city"
    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"
    COMPOUND = "compound"
    GRID = "grid"
    BUILDING = "building"


LEVEL_NAMES = {
    AreaLevel.CITY: N_("city"),
    AreaLevel.DISTRICT: N_("district"),
    AreaLevel.STREET: N_("subdistrict"),
    AreaLevel.COMMUNITY: N_("community"),
    AreaLevel.COMPOUND: N_("compound"),
    AreaLevel.GRID: N_("grid"),
    AreaLevel.BUILDING: N_("building"),
}
"""What each level is called."""


def parents_of(level: AreaLevel) -> tuple[AreaLevel, ...]:
    """The levels of which one may hold an area of this level, the nearest first.

    A building belongs to a grid: the round is walked grid by grid, and one that is in none would never be come to.
    """
    if level is AreaLevel.BUILDING:
        return (AreaLevel.GRID,)
    order = list(AreaLevel)
    return tuple(reversed(order[: order.index(level)]))


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
