"""The register in bulk: rows of a roster become areas, households and residents, each with its op, due work and search.

One call is one transaction. A row enters whole or not at all. A row that says what the casebook already has changes
nothing; what the sheet does not speak of is left alone; and where a worker has changed a field since the sheet last
said it, the sheet's old word does not undo hers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from casework.casebook import due, journal, projection, search_index
from casework.casebook.ids import IdSeries
from casework.domain.phrase import N_, Phrase
from casework.domain.receipt import Receipt

if TYPE_CHECKING:
    from casework.casebook.book import Casebook
    from casework.casebook.transaction import Transaction
    from casework.domain.register import RegisterRow

VERB = "register.import"

HOUSEHOLD_FIELDS = ("address", "unit", "floor", "room", "fuel", "tenure")


@dataclass(slots=True)
class RegisterResult:
    """How many rows came to what; `rejected` names the line of the sheet and the reason."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[tuple[int, Phrase]] = field(default_factory=list)
    again: bool = False
    """This batch had been saved before; the counts are those of that time."""


@dataclass(slots=True)
class _Door:
    """A household of the batch: as the database has it, or new."""

    id: str
    building_id: str
    building: str
    values: dict[str, Any]
    new: bool
    people: dict[str, dict[str, Any]] = field(default_factory=dict)


def apply_rows(book: Casebook, rows: Sequence[RegisterRow], action: str | None = None) -> RegisterResult:
    """Enter a batch of roster rows in one transaction; the same `action` again enters nothing twice."""
    result = RegisterResult()

    def work(tx: Transaction) -> Receipt:
        tx.bulk = True
        _Batch(tx, result).enter(rows)
        counts = {"added": result.added, "updated": result.updated, "unchanged": result.unchanged}
        summary = Phrase(N_("Roster: {added} added, {updated} updated, {unchanged} unchanged."), counts)
        return Receipt("", VERB, "register", "", summary)

    receipt = book.save(VERB, action, work, undoable=False)
    if not (result.added or result.updated or result.unchanged or result.rejected) and rows:
        counts = receipt.summary.values
        result.added, result.updated = int(str(counts["added"])), int(str(counts["updated"]))
        result.unchanged, result.again = int(str(counts["unchanged"])), True
    return result


class _Batch:
    def __init__(self, tx: Transaction, result: RegisterResult) -> None:
        self._tx = tx
        self._result = result
        self._ids = IdSeries()
        self._cursor = tx.book.database.connection().cursor()
        self._areas = _Areas(tx)
        self._doors: dict[tuple[str, str], _Door] = {}
        self._inserts: dict[str, list[tuple[Any, ...]]] = {}
        self._documents: list[search_index.Document] = []
        self._fresh: list[tuple[_Door, list[dict[str, Any]]]] = []
        self._known: dict[str, tuple[str, str]] = {}
        """ID number -> (resident, name)."""
        self._today = tx.today.isoformat()

    def enter(self, rows: Sequence[RegisterRow]) -> None:
        self._look_up_citizens(rows)
        self._look_up_doors(rows)
        for row in rows:
            self._enter(row)
        self._write()

    # --- looking up --------------------------------------------------------------------------------------

    def _look_up_citizens(self, rows: Iterable[RegisterRow]) -> None:
        numbers = [row.citizen_id for row in rows if row.citizen_id]
        for start in range(0, len(numbers), 500):
            some = numbers[start : start + 500]
            marks = ",".join("?" * len(some))
            found = self._cursor.execute(
                f"SELECT citizen_id, id, name FROM resident WHERE citizen_id IN ({marks})",
                some,
            )
            for number, resident, name in found:
                self._known[number] = (resident, name)

    def _look_up_doors(self, rows: Iterable[RegisterRow]) -> None:
        standing: dict[str, set[str]] = {}
        for row in rows:
            building_id, building = self._areas.building(row)
            if building_id not in standing:
                found = self._cursor.execute(
                    "SELECT short FROM household WHERE building_id = ?", (building_id,)
                )
                standing[building_id] = {short for (short,) in found}
            key = (building_id, row.short)
            if key not in self._doors and row.short in standing[building_id]:
                door = self._door_in_database(building_id, building, row.short)
                if door is not None:
                    self._doors[key] = door

    def _door_in_database(self, building_id: str, building: str, short: str) -> _Door | None:
        entity = projection.ENTITIES["household"]
        found = self._cursor.execute(
            f"SELECT id, {', '.join(entity.fields)} FROM household WHERE building_id = ? AND short = ?",
            (building_id, short),
        ).first()
        if found is None:
            return None
        door = _Door(
            found[0], building_id, building, dict(zip(entity.fields, found[1:], strict=True)), new=False
        )
        self._people_of(door)
        return door

    def _people_of(self, door: _Door) -> None:
        entity = projection.ENTITIES["resident"]
        people = self._cursor.execute(
            f"SELECT id, {', '.join(entity.fields)} FROM resident WHERE household_id = ?",
            (door.id,),
        ).fetchall()
        for person in people:
            door.people[person[0]] = dict(zip(entity.fields, person[1:], strict=True))

    # --- entering ----------------------------------------------------------------------------------------

    def _enter(self, row: RegisterRow) -> None:
        known = self._known.get(row.citizen_id) if row.citizen_id else None
        if known is not None and known[1] != row.name:
            # Said before anything of the row is written: a slip in an ID number must not overwrite somebody else.
            reason = Phrase(N_("This ID number stands in the register already, under another name."))
            self._result.rejected.append((row.line, reason))
            return
        building_id, building = self._areas.building(row)
        key = (building_id, row.short)
        door = self._doors.get(key)
        changed = False
        if door is None:
            door = self._new_door(row, building_id, building)
            self._doors[key] = door
        elif not door.new:
            changed = self._update("household", door.id, door.values, _household_values(row))
        person_id = self._match(row, door)
        if person_id is None:
            self._new_person(row, door)
            self._result.added += 1
            return
        values = _resident_values(row)
        home = door
        if person_id not in door.people:
            # The same ID number behind another door: the person has moved there.
            home = self._home_of(person_id)
            values["household_id"] = door.id
        before = home.people[person_id]
        changed = self._update("resident", person_id, before, values) or changed
        changed = self._hang(row, person_id, new=False) or changed
        if changed:
            self._result.updated += 1
        else:
            self._result.unchanged += 1

    def _match(self, row: RegisterRow, door: _Door) -> str | None:
        if row.citizen_id:
            known = self._known.get(row.citizen_id)
            if known is not None:
                return known[0]
        for person_id, person in door.people.items():
            if person.get("name") != row.name:
                continue
            theirs = person.get("citizen_id")
            if row.citizen_id and theirs and theirs != row.citizen_id:
                continue
            born = person.get("born")
            if row.born and born and born != row.born.isoformat():
                continue
            return person_id
        return None

    def _home_of(self, person_id: str) -> _Door:
        for door in self._doors.values():
            if person_id in door.people:
                return door
        household = self._cursor.execute(
            "SELECT household_id FROM resident WHERE id = ?", (person_id,)
        ).first()[0]
        entity = projection.ENTITIES["household"]
        found = self._cursor.execute(
            f"SELECT {', '.join(entity.fields)} FROM household WHERE id = ?",
            (household,),
        ).first()
        values = dict(zip(entity.fields, found, strict=True))
        door = _Door(household, values["building_id"], "", values, new=False)
        self._people_of(door)
        return door

    def _new_door(self, row: RegisterRow, building_id: str, building: str) -> _Door:
        values = _household_values(row)
        values |= {
            "grid_id": self._areas.grid(row),
            "building_id": building_id,
            "short": row.short,
            "address": row.address or row.short,
            "walk_order": row.walk_order
            if row.walk_order is not None
            else self._areas.walk_order(row, building_id),
            "cautions": list(row.cautions) if row.cautions else None,
            "kitchen_id": self._areas.kitchen(row, building_id),
            "entered_on": self._today,
        }
        if row.household_phone:
            values["phone"] = row.household_phone
        door = _Door(self._ids(), building_id, building, values, new=True)
        self._add("household", door.id, values)
        self._fresh.append((door, []))
        return door

    def _new_person(self, row: RegisterRow, door: _Door) -> None:
        values = _resident_values(row)
        values["household_id"] = door.id
        person_id = self._ids()
        self._add("resident", person_id, values)
        door.people[person_id] = values
        if row.citizen_id:
            self._known[row.citizen_id] = (person_id, row.name)
        self._hang(row, person_id, new=True)
        if door.new:
            self._fresh[-1 if self._fresh[-1][0] is door else self._index(door)][1].append(
                {
                    "id": person_id,
                    "born": row.born,
                    "tags": row.tags or (),
                    "residence_state": row.residence_state,
                    "life_state": row.life_state,
                }  # fmt: skip
            )
            unit, room = door.values.get("unit"), door.values.get("room")
            phones = " ".join(part for part in (row.phone, door.values.get("phone")) if part)
            self._documents.append(
                (
                    "resident", person_id, door.id, door.values["grid_id"], row.name,
                    f"{door.building} {row.short}".strip(), phones,
                    search_index.address_words(door.building, row.short, unit, room),
                )
            )  # fmt: skip
        else:
            self._tx.households.add(door.id)
            self._tx.docs.add(("household", door.id))

    def _index(self, door: _Door) -> int:
        return next(at for at, (fresh, _people) in enumerate(self._fresh) if fresh is door)

    def _hang(self, row: RegisterRow, person_id: str, *, new: bool) -> bool:
        """Tags, contacts and devices that the person does not have yet. True if there were any."""
        changed = False
        if row.tags:
            have = (
                set()
                if new
                else {r[0] for r in self._tx.all("SELECT tag FROM tag WHERE resident_id = ?", (person_id,))}
            )
            for tag in row.tags:
                if tag not in have:
                    self._add(
                        "tag", self._ids(), {"resident_id": person_id, "tag": tag, "source": row.tag_source}
                    )
                    changed = True
        if row.contacts:
            have = (
                set()
                if new
                else set(self._tx.all("SELECT name, phone FROM contact WHERE resident_id = ?", (person_id,)))
            )
            for name, relation, phone in row.contacts:
                if (name, phone or None) not in have:
                    values = {"resident_id": person_id, "name": name, "relation": relation, "phone": phone}
                    self._add("contact", self._ids(), values)
                    changed = True
        if row.devices:
            changed = self._devices(row, person_id) or changed
        if changed and not new:
            household = self._tx.one("SELECT household_id FROM resident WHERE id = ?", (person_id,))
            if household is not None:
                self._tx.households.add(household[0])
        return changed

    def _devices(self, row: RegisterRow, person_id: str) -> bool:
        home = next((door.id for door in self._doors.values() if person_id in door.people), None)
        have = set(self._tx.all("SELECT kind, model, batch FROM device WHERE household_id = ?", (home,)))
        changed = False
        for device in row.devices or ():
            values = {
                key: value.isoformat() if isinstance(value, date) else value for key, value in device.items()
            }
            identity = (values.get("kind"), values.get("model") or None, values.get("batch") or None)
            if identity not in have and not any(r[1:4] == identity for r in self._inserts.get("device", ())):
                self._add("device", self._ids(), {**values, "household_id": home})
                changed = True
        return changed

    def _update(self, ent: str, eid: str, before: dict[str, Any], values: dict[str, Any]) -> bool:
        differing = {
            key: value for key, value in values.items() if value is not None and before.get(key) != value
        }
        if not differing:
            return False
        said = self._said_before(eid)
        fresh = {key: value for key, value in differing.items() if said.get(key) != value}
        if not fresh:
            return False
        self._tx.set(ent, eid, fresh)
        before.update(fresh)
        return True

    def _said_before(self, eid: str) -> dict[str, Any]:
        """What rosters have said of this record so far: the last value of each field."""
        said: dict[str, Any] = {}
        for (body,) in self._tx.all(
            "SELECT op.body FROM op JOIN action ON action.act = op.act WHERE op.eid = ? AND action.verb = ? "
            "AND op.body IS NOT NULL ORDER BY op.n",
            (eid, VERB),
        ):
            said.update(json.loads(body).get("f", {}))
        return said

    # --- writing -----------------------------------------------------------------------------------------

    def _add(self, ent: str, eid: str, values: dict[str, Any]) -> None:
        kept = {key: value for key, value in values.items() if value is not None and value != ""}
        self._tx.rows.append(
            journal.make(self._tx.head, self._tx.stamp, ent, eid, journal.ADD, {"f": kept}, None)
        )
        self._inserts.setdefault(ent, []).append(projection.ENTITIES[ent].row(eid, kept))

    def _write(self) -> None:
        many = self._cursor.executemany
        for ent, inserts in self._inserts.items():
            many(projection.ENTITIES[ent].insert, inserts)
        due.plan_new(self._tx.book.database, [(door.id, door.values, people) for door, people in self._fresh])
        occupied = {document[2] for document in self._documents}
        for door, _people in self._fresh:
            if door.id not in occupied:
                self._tx.docs.add(("household", door.id))
        first = self._cursor.execute("SELECT ifnull(max(id), 0) + 1 FROM doc").first()[0]
        numbered = list(enumerate(self._documents, start=first))
        many(search_index.DOC, [(number, *document[:7]) for number, document in numbered])
        many(search_index.INDEX, [(number, *search_index.words(document)) for number, document in numbered])


class _Areas:
    """The areas that rows name: found, or made as they come. Kept for the length of a batch."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._children: dict[tuple[str | None, str, str], str] = {}
        self._kitchens: dict[tuple[str, str], str] = {}
        self._orders: dict[str, int] = {}
        self._rows: dict[tuple[str, str, str, str], tuple[str, str]] = {}

    def grid(self, row: RegisterRow) -> str:
        community = self._child(None, "community", row.community or self._tx.book.community or "-")
        return self._child(community, "grid", row.grid or "1")

    def building(self, row: RegisterRow) -> tuple[str, str]:
        key = (row.community or "", row.grid or "", row.compound or "", row.building or "")
        found = self._rows.get(key)
        if found is None:
            name = " ".join(part for part in (row.compound, row.building) if part) or "-"
            found = self._rows[key] = (self._child(self.grid(row), "building", name), name)
        return found

    def kitchen(self, row: RegisterRow, building_id: str) -> str | None:
        name = row.kitchen
        if not name:
            return None
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
        unit = _number(row.unit)
        room = _number(row.room) % 100
        return ((self._orders[building_id] * 100 + unit % 100) * 100 + (row.floor or 0) + 10) * 100 + room

    def _child(self, parent: str | None, level: str, name: str) -> str:
        key = (parent, level, name)
        found = self._children.get(key)
        if found is None:
            row = self._tx.one(
                "SELECT id FROM area WHERE parent_id IS ? AND level = ? AND (name = ? OR aliases LIKE ?)",
                (parent, level, name, f'%"{name}"%'),
            )
            found = row[0] if row else self._make(parent, level, name)
            self._children[key] = found
        return found

    def _make(self, parent: str | None, level: str, name: str) -> str:
        last = self._tx.one("SELECT ifnull(max(walk_order), 0) FROM area WHERE parent_id IS ?", (parent,))
        order = (last[0] if last else 0) + 1
        return self._tx.add("area", {"level": level, "name": name, "parent_id": parent, "walk_order": order})


def _number(text: str | None) -> int:
    digits = "".join(c for c in text or "" if c.isdigit())
    return int(digits[-6:]) if digits else 0


def _household_values(row: RegisterRow) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(row, name) for name in HOUSEHOLD_FIELDS}
    if row.fuel is not None:
        values["fuel"] = row.fuel.value
    if row.tenure is not None:
        values["tenure"] = row.tenure.value
    return values


def _resident_values(row: RegisterRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "sex": row.sex.value if row.sex is not None else None,
        "born": row.born.isoformat() if row.born is not None else None,
        "citizen_id": row.citizen_id or None,
        "phone": row.phone or None,
        "phone_note": row.phone_note or None,
        "relation": row.relation or None,
        "head": 1 if row.head else None,
        "residence_state": row.residence_state.value if row.residence_state is not None else None,
        "life_state": row.life_state.value if row.life_state is not None else None,
        "last_seen_on": row.last_seen_on.isoformat() if row.last_seen_on is not None else None,
        "note": row.note or None,
    }
