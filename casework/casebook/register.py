"""The register in bulk: rows of a roster become areas, households and residents, each with its op, due work and search.

One call is one transaction. A row enters whole or not at all. A row that says what the casebook already has changes
nothing; what the sheet does not speak of is left alone; and where a worker has changed a field since the sheet last
said it, the sheet's old word does not undo hers. How a sheet is cut into batches makes no difference.
"""

from __future__ import annotations

import contextlib
import gc
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from casework.casebook import due, engine, facts, journal, projection, search_index
from casework.casebook.ids import IdSeries
from casework.casebook.register_areas import Areas, Building
from casework.casebook.register_known import VERB, Door, Known
from casework.casebook.register_values import household_values, resident_values
from casework.domain.phrase import N_, Phrase
from casework.domain.receipt import Receipt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from casework.casebook.book import Casebook
    from casework.casebook.transaction import Transaction
    from casework.domain.register import RegisterRow

MANY = 500
"""From so many documents on it pays to set the search index to bulk."""

BULK_CACHE_KIB = 32 * 1024
"""Of pages while batches come in: those that a batch of 5,000 rows dirties fit, and none is written twice."""

BULK_LOG_PAGES = 8000
"""After so many pages of 4 KiB the log goes into the file: 32 MB, so that a page that changes with every batch is
copied and synced with every fifth only (measured: 111 against 85 microseconds a row)."""

BULK_GARBAGE = (200_000, 10, 10)
"""So many new objects before the collector of cycles looks: a batch makes a million that are none, and to look at them
by the default of 700 took a tenth of the time of an import."""

IN_ORDER = ("household", "resident", "tag", "contact", "device")
"""The kinds of record that a batch makes, each after what it hangs on."""


@dataclass(slots=True)
class RegisterResult:
    """How many rows came to what; `rejected` names the line of the sheet and the reason."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[tuple[int, Phrase]] = field(default_factory=list)
    again: bool = False
    """This batch had been saved before; the counts are those of that time."""


def apply_rows(book: Casebook, rows: Sequence[RegisterRow], action: str | None = None) -> RegisterResult:
    """Enter a batch of roster rows in one transaction; the same `action` again enters nothing twice.

    A run of batches stands in a `with bulk(book)`.
    """
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


@contextlib.contextmanager
def bulk(book: Casebook) -> Iterator[None]:
    """For a run of batches: room for their pages meanwhile, and at the end all of it in the file itself.

    A bulk write is not kept in the black box, so it must not rest in the write-ahead log alone.
    """
    execute = book.database.execute_sql

    def begin() -> None:
        execute(f"PRAGMA cache_size = -{BULK_CACHE_KIB}")
        execute(f"PRAGMA wal_autocheckpoint = {BULK_LOG_PAGES}")

    def end() -> None:
        execute(f"PRAGMA cache_size = -{engine.CACHE_KIB}")
        execute("PRAGMA wal_autocheckpoint = 1000")
        execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        execute("PRAGMA shrink_memory")

    usual = gc.get_threshold()
    book.write(begin)
    gc.set_threshold(*BULK_GARBAGE)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        book.write(end)


class _Batch:
    """What one call makes of its rows. New records are kept in hand until the end: a later row may still add to them."""

    def __init__(self, tx: Transaction, result: RegisterResult) -> None:
        self._tx = tx
        self._result = result
        self._ids = IdSeries()
        self._areas = Areas(tx)
        self._known = Known(tx)
        self._made: dict[str, dict[str, dict[str, Any]]] = {ent: {} for ent in IN_ORDER}
        """Kind -> id -> fields of what this batch makes."""
        self._touched: dict[str, Door] = {}
        """The doors with new people."""
        self._hung: dict[str, tuple[set[str], set[tuple[str, str | None]]]] = {}
        """Resident -> tags and contacts that the person has."""
        self._today = tx.today.isoformat()

    def enter(self, rows: Sequence[RegisterRow]) -> None:
        """Take in all rows, then write."""
        self._known.look_up(rows)
        for row in rows:
            self._enter(row)
        self._write()

    # --- entering ----------------------------------------------------------------------------------------

    def _enter(self, row: RegisterRow) -> None:
        known = self._known.citizens.get(row.citizen_id) if row.citizen_id else None
        renamed = known is not None and known[1] != row.name
        if renamed and known is not None and self._known.said_before(known[0]).get("name") != row.name:
            # Said before anything of the row is written: a slip in an ID number must not overwrite somebody else.
            reason = Phrase(N_("This ID number stands in the register already, under another name."))
            self._result.rejected.append((row.line, reason))
            return
        building = self._areas.building(row)
        door = self._known.doors.get((building.id, row.short)) or self._known.door(building, row.short)
        changed = False
        if door is None:
            door = self._new_door(row, building)
        else:
            values = household_values(row)
            if row.kitchen:
                values["kitchen_id"] = self._areas.kitchen(row.kitchen, building.id)
            changed = self._update("household", door.id, door.values, values)
        person_id = self._known.match(row, door)
        if person_id is None:
            self._new_person(row, door)
            self._result.added += 1
            return
        if self._known_person(row, door, person_id) or changed:
            self._result.updated += 1
        else:
            self._result.unchanged += 1

    def _known_person(self, row: RegisterRow, door: Door, person_id: str) -> bool:
        home = self._known.home_of(person_id)
        before = home.people[person_id]
        values = resident_values(row)
        if row.head is False and before.get("head"):
            values["head"] = 0
        # The same ID number behind another door: the person has moved there.
        values["household_id"] = door.id
        changed = self._update("resident", person_id, before, values)
        if before["household_id"] != home.id:
            self._move(person_id, home, door)
        if row.citizen_id and before.get("citizen_id") == row.citizen_id:
            self._known.citizens[row.citizen_id] = (person_id, before["name"])
        return self._hang(row, person_id) or changed

    def _move(self, person_id: str, home: Door, door: Door) -> None:
        door.people[person_id] = home.people.pop(person_id)
        self._known.homes[person_id] = door
        if person_id in home.fresh:
            home.fresh.remove(person_id)
            door.fresh.append(person_id)
        for one in (home, door):
            if one.new:
                self._tx.households.add(one.id)
                self._tx.docs.add(("household", one.id))
            elif door.fresh:
                self._touched[one.id] = one

    def _new_door(self, row: RegisterRow, building: Building) -> Door:
        values = household_values(row)
        values["grid_id"] = building.grid_id
        values["building_id"] = building.id
        values["short"] = row.short
        values["entered_on"] = self._today
        values.setdefault("address", row.short)
        if row.walk_order is None:
            values["walk_order"] = self._areas.walk_order(row, building.id)
        if row.kitchen:
            values["kitchen_id"] = self._areas.kitchen(row.kitchen, building.id)
        door = Door(self._ids(), building, values, new=True)
        self._known.doors[building.id, row.short] = door
        self._made["household"][door.id] = values
        return door

    def _new_person(self, row: RegisterRow, door: Door) -> None:
        values = resident_values(row)
        values["household_id"] = door.id
        person_id = self._ids()
        self._made["resident"][person_id] = door.people[person_id] = values
        self._known.homes[person_id] = door
        door.fresh.append(person_id)
        self._touched[door.id] = door
        if row.citizen_id:
            self._known.citizens[row.citizen_id] = (person_id, row.name)
        if row.tags or row.contacts or row.devices:
            self._hung[person_id] = (set(), set())
            self._hang(row, person_id)

    def _hang(self, row: RegisterRow, person_id: str) -> bool:
        """Tags, contacts and devices that the person does not have yet. True if there were any."""
        if not (row.tags or row.contacts or row.devices):
            return False
        tags, contacts = self._hung.get(person_id) or self._hangs(person_id)
        changed = False
        for tag in row.tags or ():
            if tag not in tags:
                tags.add(tag)
                values = {"resident_id": person_id, "tag": tag, "source": row.tag_source}
                changed = self._make("tag", values)
        for name, relation, phone in row.contacts or ():
            if (name, phone or None) not in contacts:
                contacts.add((name, phone or None))
                values = {"resident_id": person_id, "name": name, "relation": relation, "phone": phone}
                changed = self._make("contact", values)
        if row.devices:
            changed = self._devices(row, self._known.homes[person_id]) or changed
        if changed and not self._known.homes[person_id].new:
            self._tx.households.add(self._known.homes[person_id].id)
        return changed

    def _hangs(self, person_id: str) -> tuple[set[str], set[tuple[str, str | None]]]:
        tags: set[str] = set()
        contacts: set[tuple[str, str | None]] = set()
        if person_id not in self._made["resident"]:
            tags = {row[0] for row in self._tx.all("SELECT tag FROM tag WHERE resident_id = ?", (person_id,))}
            kept = self._tx.all("SELECT name, phone FROM contact WHERE resident_id = ?", (person_id,))
            contacts = {(name, phone) for name, phone in kept}
        self._hung[person_id] = (tags, contacts)
        return tags, contacts

    def _devices(self, row: RegisterRow, home: Door) -> bool:
        if home.devices is None:
            home.devices = (
                set()
                if home.new
                else set(self._tx.all("SELECT kind, model, batch FROM device WHERE household_id = ?", (home.id,)))
            )
        changed = False
        for device in row.devices or ():
            values = {key: value.isoformat() if isinstance(value, date) else value for key, value in device.items()}
            identity = (values.get("kind"), values.get("model") or None, values.get("batch") or None)
            if identity not in home.devices:
                home.devices.add(identity)
                changed = self._make("device", {**values, "household_id": home.id})
        return changed

    def _make(self, ent: str, values: dict[str, Any]) -> bool:
        self._made[ent][self._ids()] = {
            key: value for key, value in values.items() if value is not None and value != ""
        }
        return True

    def _update(self, ent: str, eid: str, before: dict[str, Any], values: dict[str, Any]) -> bool:
        differing = {key: value for key, value in values.items() if before.get(key) != value}
        if not differing:
            return False
        if eid in self._made[ent]:
            # Not written yet: what is in hand is all that the sheet has said.
            before.update(differing)
            return True
        said = self._known.said_before(eid)
        fresh = {key: value for key, value in differing.items() if said.get(key) != value}
        if not fresh:
            return False
        self._tx.set(ent, eid, fresh)
        before.update(fresh)
        said.update(fresh)
        return True

    # --- writing -----------------------------------------------------------------------------------------

    def _write(self) -> None:
        tx, many = self._tx, self._tx.book.database.connection().cursor().executemany
        for ent, made in self._made.items():
            if made:
                tx.rows += journal.births(tx.head, tx.stamp, ent, made.items())
                row = projection.ENTITIES[ent].row
                many(projection.ENTITIES[ent].insert, [row(eid, values) for eid, values in made.items()])
        tx.doors.update(self._touched)
        tx.doors.update(self._made["household"])
        tx.grids.update(door.values["grid_id"] for door in self._touched.values())
        tx.grids.update(values["grid_id"] for values in self._made["household"].values())
        households = self._made["household"]
        doors = [door for door in self._known.doors.values() if door is not None and door.new]
        due.plan_new(tx.book.database, [self._planned(door) for door in doors])
        for eid in households.keys() - self._touched.keys():
            tx.docs.add(("household", eid))
        documents: list[search_index.Document] = []
        for door in self._touched.values():
            if not door.new:
                tx.households.add(door.id)
            if ("household", door.id) in tx.docs:
                continue
            if len(door.people) == len(door.fresh) and not door.new:
                # The door stood alone in the index until now.
                tx.docs.add(("household", door.id))
                continue
            documents += _documents(door)
        (search_index.append_many if len(documents) >= MANY else search_index.append)(tx.book.database, documents)

    def _planned(self, door: Door) -> tuple[str, str, dict[str, Any], list[dict[str, Any]]]:
        hung = self._hung
        people = [
            {**door.people[eid], "id": eid, "tags": sorted(hung[eid][0]) if eid in hung else ()} for eid in door.fresh
        ]
        stair = facts.stair(door.building.grid, door.building.name, door.values.get("unit"))
        return door.id, stair, door.values, people


def _documents(door: Door) -> Iterable[search_index.Document]:
    values, building = door.values, door.building
    words = search_index.address_words(
        f"{building.name} {building.words}", values["short"], values.get("unit"), values.get("room")
    )
    shown = f"{building.name} {values['short']}".strip()
    landline = values.get("phone")
    for person_id in door.fresh:
        person = door.people[person_id]
        phone = person.get("phone")
        phones = f"{phone} {landline}" if phone and landline else phone or landline or ""
        yield ("resident", person_id, door.id, values["grid_id"], person["name"], shown, phones, words)
