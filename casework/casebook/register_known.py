"""What the casebook has already of what a batch of roster rows speaks of: doors, people, and what rosters have said."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from casework.casebook import projection
from casework.casebook.register_areas import Building
from casework.casebook.register_values import fits

if TYPE_CHECKING:
    from collections.abc import Iterable

    from casework.casebook.transaction import Transaction
    from casework.domain.register import RegisterRow

VERB = "register.import"
"""The verb of the saves that rosters make."""


@dataclass(slots=True)
class Door:
    """A household of the batch: as the database has it, or new."""

    id: str
    building: Building
    values: dict[str, Any]
    new: bool
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    fresh: list[str] = field(default_factory=list)
    """Those of its people who are new."""
    devices: set[tuple[Any, ...]] | None = None


class Known:
    """Looks up what a batch needs, each thing once; what the batch makes is put in beside it."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._cursor = tx.book.database.connection().cursor()
        self.doors: dict[tuple[str, str], Door | None] = {}
        """(Building, short address) -> the door; None where one stands that nothing was read of yet."""
        self.homes: dict[str, Door] = {}
        """Resident -> the door behind which the person lives."""
        self.citizens: dict[str, tuple[str, str]] = {}
        """ID number -> (resident, name)."""
        self._said: dict[str, dict[str, Any]] = {}
        self._standing: set[str] = set()
        """The buildings whose doors were looked for."""

    def look_up(self, rows: Iterable[RegisterRow]) -> None:
        """Find the people whose ID numbers stand in the rows."""
        # In order of the number: the index is read once from left to right, not up and down.
        numbers = sorted(row.citizen_id for row in rows if row.citizen_id)
        for start in range(0, len(numbers), 500):
            some = numbers[start : start + 500]
            marks = ",".join("?" * len(some))
            found = self._cursor.execute(
                f"SELECT citizen_id, id, name FROM resident WHERE citizen_id IN ({marks})",
                some,
            )
            for number, resident, name in found:
                self.citizens[number] = (resident, name)

    def door(self, building: Building, short: str) -> Door | None:
        """A door that stands already."""
        if building.id not in self._standing:
            self._standing.add(building.id)
            for (standing,) in self._tx.all("SELECT short FROM household WHERE building_id = ?", (building.id,)):
                self.doors.setdefault((building.id, standing), None)
        key = (building.id, short)
        door = self.doors.get(key)
        if door is None and key in self.doors:
            household = self._tx.one("SELECT id FROM household WHERE building_id = ? AND short = ?", key)
            if household is not None:
                door = self.doors[key] = self._door_of(household[0], building)
        return door

    def _door_of(self, household: str, building: Building | None) -> Door:
        values = self._tx.need("household", household)
        building = building or Building(values["building_id"], values["grid_id"], "", "")
        door = Door(household, building, values, new=False)
        entity = projection.ENTITIES["resident"]
        for person in self._tx.all(
            f"SELECT id, {', '.join(entity.fields)} FROM resident WHERE household_id = ?", (household,)
        ):
            door.people[person[0]] = dict(zip(entity.fields, person[1:], strict=True))
            self.homes[person[0]] = door
        return door

    def home_of(self, person_id: str) -> Door:
        """The door behind which a person lives."""
        door = self.homes.get(person_id)
        if door is None:
            household = self._tx.need("resident", person_id)["household_id"]
            door = self._door_of(household, None)
            self.doors[door.building.id, door.values["short"]] = door
        return door

    def match(self, row: RegisterRow, door: Door) -> str | None:
        """Who of those behind the door the row speaks of, by ID number or by name."""
        number = row.citizen_id
        if number:
            known = self.citizens.get(number)
            if known is not None:
                return known[0]
        if not door.people:
            return None
        born = row.born.isoformat() if row.born is not None else None
        for person_id, person in door.people.items():
            if person["name"] == row.name and fits(person, number, born):
                return person_id
        if door.new:
            return None
        for person_id in door.people:
            said = self.said_before(person_id)
            # A worker has put the name or the number right since; the sheet still has the old one.
            if said.get("name") == row.name and (said.get("citizen_id") or None) == number and fits(said, number, born):
                return person_id
        return None

    def said_before(self, eid: str) -> dict[str, Any]:
        """What rosters have said of this record so far: the last value of each field."""
        said = self._said.get(eid)
        if said is None:
            said = self._said[eid] = {}
            for (body,) in self._tx.all(
                "SELECT op.body FROM op JOIN action ON action.act = op.act WHERE op.eid = ? AND action.verb = ? "
                "AND op.body IS NOT NULL ORDER BY op.n",
                (eid, VERB),
            ):
                said.update(json.loads(body).get("f", {}))
        return said
