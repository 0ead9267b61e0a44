"""Places: things outdoors that are checked (manhole, waterlogging point, waste station, bike bay, shop)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """One place; `kind` is a key of `catalog/places.toml`, `number` the official number where there is one."""

    id: str
    grid_id: str
    kind: str
    name: str
    address: str = ""
    number: str = ""
    walk_order: int = 0
    note: str = ""
