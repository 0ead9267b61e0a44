"""One save: its ops, its rows and everything that follows from it, in one transaction.

A verb of the casebook gets a `Transaction`, adds and sets records in it, and returns the receipt. When it is done
the open work of every household it touched is planned again and the search index follows, in the same
transaction.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from casework.casebook import journal, projection
from casework.casebook.errors import NotFound
from casework.casebook.ids import new_id
from casework.domain.phrase import N_, Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from casework.casebook.book import Casebook


SEARCHED = {
    "household": frozenset({"grid_id", "building_id", "address", "short", "unit", "room", "phone"}),
    "resident": frozenset({"household_id", "name", "phone"}),
}
"""The fields that search reads: when others change, as with every visit when somebody was last seen, it stays."""


def _weighs(followup: dict[str, Any]) -> bool:
    """Whether a case is work for the round: the worker's own, or one whose resident is to be asked."""
    return followup["owner_kind"] == "worker" or followup["state"] in ("done", "verifying")


def no_such_record() -> Phrase:
    """The sentence for an id that names nothing."""
    return Phrase(N_("There is no such record in this casebook. Nothing was saved."))


class Transaction:
    """What a verb may do. `now` is the instant of the save, `act` identifies it."""

    def __init__(self, book: Casebook, head: journal.Head, act: str) -> None:
        self.book = book
        self.act = act
        self.now: datetime = book.clock.now()
        self.head = head
        self.stamp = journal.stamp(self.now, book.worker.id, act, book.clock_doubt() is not None)
        self._execute = book.database.connection().cursor().execute
        self.rows: list[tuple[Any, ...]] = []
        self.households: set[str] = set()
        self.places: set[str] = set()
        self.reached: set[str] = set()
        """The doors of which it is to be seen whether the community must be told that nobody is met there."""
        self.docs: set[tuple[str, str]] = set()
        self.doors: set[str] = set()
        self.units: set[tuple[str, str]] = set()
        self.campaigns: set[str] = set()
        self.grids: set[str] = set()
        """What of this save campaigns look at besides: see `follow.Pending`."""
        self.first_seq = head.seq + 1
        self.bulk = False
        """A bulk write is not kept in the black box: it is checkpointed into the database instead."""
        self.serials: dict[str, int] = {}
        """The last serial given under a prefix of case numbers: an import opens hundreds of cases in one save."""
        self.undoes: str | None = None
        """The action that this save takes back, if it is an undo."""

    @property
    def today(self) -> date:
        """The day of the save."""
        return self.now.date()

    @property
    def execute(self) -> Any:
        """For what reads many rows with the same statements as a rebuild does."""
        return self._execute

    def all(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query, seeing what this transaction has written."""
        return self._execute(sql, values).fetchall()  # type: ignore[no-any-return]

    def one(self, sql: str, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row of a query, or None."""
        return self._execute(sql, values).first()  # type: ignore[no-any-return]

    def run(self, sql: str, values: Sequence[Any] = ()) -> None:
        """A statement on a derived table."""
        self._execute(sql, values)

    def need(self, ent: str, eid: str) -> dict[str, Any]:
        """The fields of a record.

        Raises:
            NotFound: there is none.
        """
        entity = projection.ENTITIES[ent]
        row = self.one(f"SELECT {', '.join(entity.fields)} FROM {entity.table} WHERE id = ?", (eid,))
        if row is None:
            raise NotFound(no_such_record())
        values = dict(zip(entity.fields, row, strict=True))
        for field in entity.json_fields:
            if values[field] is not None:
                values[field] = json.loads(values[field])
        return values

    def add(self, ent: str, fields: dict[str, Any], eid: str | None = None) -> str:
        """A record is born, or a fact stands. Fields that are None or empty text are left out. Returns its id."""
        eid = eid or new_id()
        kept = {key: value for key, value in fields.items() if value is not None and value != ""}
        self._op(ent, eid, journal.ADD, {"f": kept})
        projection.born(self._execute, ent, eid, kept)
        self._touched(ent, eid, kept)
        self._came_or_went(ent, kept)
        return eid

    def set(self, ent: str, eid: str, fields: dict[str, Any], before: dict[str, Any] | None = None) -> bool:
        """Set fields of a record to new values; those that are so already are left alone. True if any changed.

        `before` is what `need` gave just now, if the caller has read it.
        """
        if before is None:
            before = self.need(ent, eid)
        changed = {key: value for key, value in fields.items() if before.get(key) != value}
        if not changed:
            return False
        self._set(ent, eid, changed)
        searched = SEARCHED.get(ent)
        after = {**before, **changed}
        if ent != "followup" or _weighs(before) or _weighs(after) or "closed_at" in changed:
            self._touched(ent, eid, after, searched is None or not searched.isdisjoint(changed))
        if ent == "resident" and "life_state" in changed:
            self.reached.add(after["household_id"])
        if "grid_id" in changed or "household_id" in changed:
            self._came_or_went(ent, before)
            self._came_or_went(ent, after)
        if before.get("household_id") and "household_id" in changed:
            self.households.add(before["household_id"])
            if ent == "resident":
                self.docs.add(("household", before["household_id"]))
        return True

    def _set(self, ent: str, eid: str, changed: dict[str, Any]) -> None:
        seen = self.heads(eid, changed)
        row = self._op(ent, eid, journal.SET, {"f": changed, "p": seen})
        projection.edited(self._execute, ent, eid, row[2], row[4], changed, seen)

    def heads(self, eid: str, fields: Any) -> dict[str, list[str]]:
        """For each field the ids of the edits that stand, as their writer sees them now."""
        edits: dict[str, list[str]] = {}
        for field, op_id in self.all("SELECT fld, op_id FROM fval WHERE eid = ? AND arr = 1 AND sup = 0", (eid,)):
            edits.setdefault(field, []).append(bytes(op_id).hex())
        missing = [field for field in fields if field not in edits]
        if missing:
            births = self.all("SELECT n, op_id FROM op WHERE eid = ? AND kind = 'add'", (eid,))
            if births:
                birth = bytes(min(births)[1]).hex()
                for field in missing:
                    edits[field] = [birth]
        return {field: sorted(edits.get(field, [])) for field in fields}

    def void(self, ent: str, eid: str) -> None:
        """Take a record back. It leaves the tables and stays in the journal."""
        before = self.need(ent, eid)
        seen = [
            bytes(row[0]).hex()
            for row in self.all("SELECT op_id FROM op WHERE eid = ? AND kind IN ('add', 'set')", (eid,))
        ]
        self._op(ent, eid, journal.VOID, {"p": seen})
        projection.gone(self._execute, ent, eid)
        self._touched(ent, eid, before)
        self._came_or_went(ent, before)

    def restore(self, ent: str, eid: str) -> None:
        """Bring back a record that was taken back, as it stood."""
        self._op(ent, eid, journal.RESTORE, {})
        fields = projection.fold(self.ops_of(eid))
        if fields is None:
            raise NotFound(no_such_record())
        projection.born(self._execute, ent, eid, fields)
        self._touched(ent, eid, fields)
        self._came_or_went(ent, fields)

    def ops_of(self, eid: str) -> list[tuple[str, bytes, int, dict[str, Any]]]:
        """The ops of one record, oldest first, those of this save included."""
        self.flush()
        return [
            (kind, bytes(op_id), hlc, json.loads(body))
            for kind, op_id, hlc, body in self.all(
                "SELECT kind, op_id, hlc, body FROM op WHERE eid = ? AND body IS NOT NULL ORDER BY hlc, op_id",
                (eid,),
            )
        ]

    def act_op(self, body: dict[str, Any]) -> None:
        """The op that says what this save was."""
        self._op("action", self.act, journal.ACT, body)

    def flush(self) -> None:
        """Write the ops that were made."""
        if self.rows:
            self.book.database.connection().cursor().executemany(journal.INSERT, self.rows)
            if not self.bulk:
                self.book.written.extend(self.rows)
            self.rows = []

    def _op(self, ent: str, eid: str, kind: str, body: dict[str, Any]) -> tuple[Any, ...]:
        row = journal.make(self.head, self.stamp, ent, eid, kind, body, None)
        self.rows.append(row)
        return row

    def _touched(self, ent: str, eid: str, fields: dict[str, Any], searched: bool = True) -> None:
        match ent:
            case "household":
                self.households.add(eid)
                if searched:
                    self.docs.add(("household", eid))
            case "resident":
                self.households.add(fields["household_id"])
                if searched:
                    self.docs.add(("household", fields["household_id"]))
            case "tag" | "contact" | "consent":
                if ent == "tag":
                    row = self.one("SELECT household_id FROM resident WHERE id = ?", (fields["resident_id"],))
                    if row is not None:
                        self.households.add(row[0])
            case "visit" | "booking" | "door_notice":
                self.households.add(fields["household_id"])
                self.reached.add(fields["household_id"])
            case "followup" | "promise":
                if fields.get("household_id"):
                    self.households.add(fields["household_id"])
                if fields.get("place_id"):
                    self.places.add(fields["place_id"])
            case "check":
                self._touched_by_check(fields)
            case "place":
                self.places.add(eid)
                self.docs.add(("place", eid))
            case "device":
                if fields.get("household_id"):
                    self.households.add(fields["household_id"])
            case "campaign":
                self.campaigns.add(eid)
            case "campaign_mark":
                if fields.get("unit_id"):
                    self.units.add((fields["campaign_id"], fields["unit_id"]))
            case "spell":
                # Campaigns whose units are looked at again after rain.
                self.campaigns.add("")
                self.book.database.touch_rules()
            case "rule":
                self.book.database.touch_rules()
            case "area":
                self.docs.add(("area", eid))
                # The days on which a stair falls due go by its names, and so do the words by which a door is found.
                for (door,) in self.all("SELECT id FROM household WHERE building_id = ? OR grid_id = ?", (eid, eid)):
                    self.households.add(door)
                    self.docs.add(("household", door))
                self._touched_by_area(eid)

    def _came_or_went(self, ent: str, fields: dict[str, Any]) -> None:
        """The grid in whose register a record came or went: those who are not eligible are counted anew there."""
        if ent in ("household", "place") and fields.get("grid_id"):
            self.grids.add(fields["grid_id"])
        elif ent == "resident" and fields.get("household_id"):
            row = self.one("SELECT grid_id FROM household WHERE id = ?", (fields["household_id"],))
            self.grids.update(row or ())

    def _touched_by_area(self, area: str) -> None:
        """Rules that ask for areas look at the names of all above a door: what lies below a renamed one is planned again."""
        from casework.casebook import facts, rules

        if rules.rules(self.book).asked.areas:
            self.households.update(facts.below(self._execute, area, "household", "building_id"))
            self.places.update(facts.below(self._execute, area, "place", "grid_id"))

    def _touched_by_check(self, fields: dict[str, Any]) -> None:
        if fields.get("household_id"):
            self.households.add(fields["household_id"])
        if fields["subject_kind"] == "place":
            self.places.add(fields["subject_id"])
        elif fields["subject_kind"] == "kitchen":
            # One check of a shared kitchen counts for every household that shares it.
            shared = self.all("SELECT id FROM household WHERE kitchen_id = ?", (fields["subject_id"],))
            self.households.update(row[0] for row in shared)
