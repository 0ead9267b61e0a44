"""The areas that the rows of a roster name: found, or made as they come."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.casebook.search_index import alias_words
from casework.domain.door import walk_order

if TYPE_CHECKING:
    from casework.casebook.transaction import Transaction
    from casework.domain.register import RegisterRow


@dataclass(frozen=True, slots=True)
class Building:
    """A building as the casebook has it: `words` are its other names, as the search index takes them; `grid` is the
    name of its grid.
    """

    id: str
    grid_id: str
    name: str
    words: str
    grid: str = ""


class Areas:
    """Looks areas up by the names in a row; kept for the length of a batch."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._children: dict[tuple[str | None, str, str], str] = {}
        self._kitchens: dict[tuple[str, str], str] = {}
        self._orders: dict[str, int] = {}
        self._buildings: dict[tuple[str | None, str | None, str | None, str | None], Building] = {}

    def building(self, row: RegisterRow) -> Building:
        """The building of a row, with its grid and community."""
        key = (row.community, row.grid, row.compound, row.building)
        found = self._buildings.get(key)
        if found is None:
            found = self._buildings[key] = self._building(row)
        return found

    def _building(self, row: RegisterRow) -> Building:
        community = self._child(None, "community", row.community or self._tx.book.community or "-")
        grid = self._child(community, "grid", row.grid or "1")
        said = " ".join(part for part in (row.compound, row.building) if part) or "-"
        building = self._child(grid, "building", said)
        # As they are kept: the row may have called them by another of their names.
        name, aliases, grid_name = self._tx.all(
            "SELECT b.name, b.aliases, g.name FROM area b JOIN area g ON g.id = b.parent_id WHERE b.id = ?", (building,)
        )[0]
        return Building(building, grid, name, alias_words(aliases), grid_name)

    def kitchen(self, name: str, building_id: str) -> str:
        """The shared kitchen of that name in a building."""
        key = (building_id, name)
        if key not in self._kitchens:
            found = self._tx.one("SELECT id FROM kitchen WHERE building_id = ? AND name = ?", key)
            self._kitchens[key] = (
                found[0] if found else self._tx.add("kitchen", {"building_id": building_id, "name": name})
            )
        return self._kitchens[key]

    def walk_order(self, row: RegisterRow, building_id: str) -> int:
        """Building by building, unit by unit, from the ground floor up."""
        if building_id not in self._orders:
            found = self._tx.one("SELECT walk_order FROM area WHERE id = ?", (building_id,))
            self._orders[building_id] = (found[0] or 0) if found else 0
        return walk_order(self._orders[building_id], row.unit or "", row.floor, row.room or "")

    def _child(self, parent: str | None, level: str, name: str) -> str:
        key = (parent, level, name)
        found = self._children.get(key)
        if found is None:
            found = self._children[key] = self._find(parent, level, name) or self._make(parent, level, name)
        return found

    def _find(self, parent: str | None, level: str, name: str) -> str | None:
        row = self._tx.one("SELECT id FROM area WHERE parent_id IS ? AND level = ? AND name = ?", (parent, level, name))
        if row is not None:
            return str(row[0])
        # Names are data: one with a percent sign or a quotation mark in it must mean itself.
        for area, aliases in self._tx.all(
            "SELECT id, aliases FROM area WHERE parent_id IS ? AND level = ? AND aliases IS NOT NULL", (parent, level)
        ):
            if name in json.loads(aliases):
                return str(area)
        return None

    def _make(self, parent: str | None, level: str, name: str) -> str:
        last = self._tx.one("SELECT ifnull(max(walk_order), 0) FROM area WHERE parent_id IS ?", (parent,))
        order = (last[0] if last else 0) + 1
        return self._tx.add("area", {"level": level, "name": name, "parent_id": parent, "walk_order": order})
