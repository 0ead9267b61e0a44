"""Rows made again from ops: after a loss, and for doctor's comparison."""

from __future__ import annotations

import json
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from casework.casebook import facts, journal, projection
from casework.casebook.follow import Pending

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casework.casebook.engine import Database


def put_back(database: Database, ops: list[tuple[Any, ...]]) -> None:
    """Insert ops (rows of `journal.INSERT`) with all their rows, in one transaction."""
    with database.atomic("IMMEDIATE"):
        cursor = database.connection().cursor()
        cursor.executemany(journal.INSERT, ops)
        first: dict[str, int] = {}
        households: set[str] = set()
        places: set[str] = set()
        docs: set[tuple[str, str]] = set()
        pending = Pending()
        for op in ops:
            chain, seq, op_id, _prev, hlc, wall, _tz, actor, act, ent, eid, kind = op[:12]
            body = json.loads(op[15]) if op[15] else {}
            first.setdefault(act, seq)
            if kind == journal.ACT:
                _action(cursor.execute, chain, first[act], seq, wall, actor, act, body)
            elif ent in projection.ENTITIES:
                _project(cursor.execute, ent, eid, kind, op_id, hlc, body)
                _collect(cursor.execute, ent, eid, body, households, places, docs)
                _collect_campaigns(cursor.execute, ent, eid, body, pending)
        # What was lost with these ops: that their blobs are attached, and no form's alone.
        cursor.execute(
            "UPDATE blob SET staged_at = NULL WHERE staged_at IS NOT NULL AND hash IN (SELECT blob FROM attachment)"
        )
        from casework.casebook import campaign_upkeep, due, search_index

        due.refresh_on(database, households, places)
        pending.households, pending.places = households, places
        campaign_upkeep.settle(database, pending, date.fromisoformat(ops[-1][5][:10]))
        search_index.refresh_on(database, docs)


def _action(execute: Any, chain: int, first: int, seq: int, wall: str, actor: str, act: str, body: Any) -> None:
    execute(
        "INSERT INTO action (act, chain, first_seq, last_seq, verb, actor, at, undoable) "
        "VALUES (?,?,?,?,?,?,?,?) ON CONFLICT (act) DO NOTHING",
        (act, chain, first, seq, body["verb"], actor, wall, int(body["undoable"])),
    )
    if body.get("undoes"):
        execute("UPDATE action SET undone_by = ? WHERE act = ?", (act, body["undoes"]))


def _project(execute: Any, ent: str, eid: str, kind: str, op_id: bytes, hlc: int, body: dict[str, Any]) -> None:
    if kind == journal.ADD:
        projection.born(execute, ent, eid, body["f"])
    elif kind == journal.SET:
        projection.edited(execute, ent, eid, op_id, hlc, body["f"], body["p"])
    elif kind == journal.VOID:
        projection.gone(execute, ent, eid)
    elif kind == journal.RESTORE:
        fields = projection.fold(_ops_of(execute, eid))
        if fields is not None:
            projection.born(execute, ent, eid, fields)


def _ops_of(execute: Any, eid: str) -> list[tuple[str, bytes, int, dict[str, Any]]]:
    return [
        (kind, bytes(op_id), hlc, json.loads(body))
        for kind, op_id, hlc, body in execute(
            "SELECT kind, op_id, hlc, body FROM op WHERE eid = ? AND body IS NOT NULL ORDER BY hlc, op_id",
            (eid,),
        ).fetchall()
    ]


def _collect(
    execute: Any, ent: str, eid: str, body: dict[str, Any], households: set[str], places: set[str],
    docs: set[tuple[str, str]],
) -> None:  # fmt: skip
    fields = projection.fold(_ops_of(execute, eid)) or body.get("f", {})
    if ent == "household":
        households.add(eid)
        docs.add(("household", eid))
    elif ent == "resident":
        docs.add(("household", fields.get("household_id", "")))
    elif ent in ("place", "area"):
        docs.add((ent, eid))
    if ent == "place":
        places.add(eid)
    if ent == "area":
        for (door,) in execute("SELECT id FROM household WHERE building_id = ? OR grid_id = ?", (eid, eid)).fetchall():
            households.add(door)
            docs.add(("household", door))
        # Whether any rule asks for areas is known only once all is put back: these are few, and planned again in any case.
        households.update(facts.below(execute, eid, "household", "building_id"))
        places.update(facts.below(execute, eid, "place", "grid_id"))
    if fields.get("household_id"):
        households.add(fields["household_id"])
    if fields.get("place_id"):
        places.add(fields["place_id"])
    if ent == "tag":
        row = execute("SELECT household_id FROM resident WHERE id = ?", (fields.get("resident_id"),)).first()
        if row:
            households.add(row[0])
    if ent == "check" and fields.get("subject_kind") == "kitchen":
        shared = execute("SELECT id FROM household WHERE kitchen_id = ?", (fields["subject_id"],)).fetchall()
        households.update(row[0] for row in shared)
    if ent == "check" and fields.get("subject_kind") == "place":
        places.add(fields["subject_id"])


def _collect_campaigns(execute: Any, ent: str, eid: str, body: dict[str, Any], pending: Pending) -> None:
    fields = projection.fold(_ops_of(execute, eid)) or body.get("f", {})
    if ent in ("campaign", "spell"):
        pending.campaigns.add(eid)
    elif ent == "campaign_mark" and fields.get("unit_id"):
        pending.units.add((fields["campaign_id"], fields["unit_id"]))
    elif ent in ("household", "place") and fields.get("grid_id"):
        pending.grids.add(fields["grid_id"])
    elif ent == "resident" and fields.get("household_id"):
        row = execute("SELECT grid_id FROM household WHERE id = ?", (fields["household_id"],)).first()
        pending.grids.update(row or ())


def differences(database: Database) -> Iterator[tuple[str, str, str]]:
    """Every record whose row is not what its ops give: (record kind, id, what). Streams both in order of id."""
    for ent, entity in projection.ENTITIES.items():
        ops = (
            database.connection()
            .cursor()
            .execute(
                "SELECT eid, kind, op_id, hlc, body FROM op WHERE ent = ? AND body IS NOT NULL ORDER BY eid, hlc, op_id",
                (ent,),
            )
        )
        rows = (
            database.connection()
            .cursor()
            .execute(f"SELECT id, {', '.join(entity.fields)} FROM {entity.table} ORDER BY id")
        )
        row = next(rows, None)
        for eid, group in groupby(ops, key=itemgetter(0)):
            while row is not None and row[0] < eid:
                yield ent, row[0], "row without ops"
                row = next(rows, None)
            fields = projection.fold(
                (kind, bytes(op_id), hlc, json.loads(body)) for _eid, kind, op_id, hlc, body in group
            )
            if fields is None:
                if row is not None and row[0] == eid:
                    yield ent, eid, "row of a record that was taken back"
                    row = next(rows, None)
                continue
            if row is None or row[0] != eid:
                yield ent, eid, "row missing"
                continue
            if entity.row(eid, fields) != tuple(row):
                yield ent, eid, "row differs"
            row = next(rows, None)
        while row is not None:
            yield ent, row[0], "row without ops"
            row = next(rows, None)
