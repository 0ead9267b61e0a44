"""From ops to rows: the one place where a projection is written, by a save and by a rebuild alike."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from casework.casebook import campaign_models, evidence_tables, model_base, models, work_models
from casework.casebook.journal import ADD, RESTORE, SET, VOID

Execute = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Entity:
    """A kind of record: its table and columns, and the statements made of them."""

    table: str
    fields: tuple[str, ...]
    insert: str
    delete: str
    json_fields: frozenset[str]

    def row(self, eid: str, values: dict[str, Any]) -> tuple[Any, ...]:
        """The row of a record; a field that is not given is NULL."""
        if self.json_fields and not self.json_fields.isdisjoint(values):
            values = {field: self.column(field, value) for field, value in values.items()}
        return (eid, *map(values.get, self.fields))

    def column(self, field: str, value: Any) -> Any:
        """A value as its column takes it."""
        if field in self.json_fields and value is not None:
            return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return value


def _entity(model: type[model_base.Table]) -> Entity:
    meta = model._meta
    fields = tuple(name for name in meta.sorted_field_names if name != "id")
    marks = ",".join("?" * (len(fields) + 1))
    return Entity(
        table=meta.table_name,
        fields=fields,
        insert=f"INSERT INTO {meta.table_name} (id, {', '.join(fields)}) VALUES ({marks}) ON CONFLICT (id) DO NOTHING",
        delete=f"DELETE FROM {meta.table_name} WHERE id = ?",
        json_fields=frozenset(n for n in fields if isinstance(meta.fields[n], model_base.JsonField)),
    )


ENTITIES: dict[str, Entity] = {
    "area": _entity(models.Area),
    "kitchen": _entity(models.Kitchen),
    "household": _entity(models.Household),
    "resident": _entity(models.Resident),
    "tag": _entity(models.Tag),
    "contact": _entity(models.Contact),
    "consent": _entity(models.Consent),
    "device": _entity(models.Device),
    "place": _entity(models.Place),
    "worker": _entity(models.Worker),
    "visit": _entity(work_models.Visit),
    "check": _entity(work_models.SafetyCheck),
    "hazard": _entity(work_models.Hazard),
    "followup": _entity(work_models.Followup),
    "followup_event": _entity(work_models.FollowupEvent),
    "promise": _entity(work_models.Promise),
    "attachment": _entity(evidence_tables.Attachment),
    "booking": _entity(campaign_models.Booking),
    "door_notice": _entity(campaign_models.DoorNotice),
    "spell": _entity(campaign_models.Spell),
    "rule": _entity(campaign_models.Rule),
    "campaign": _entity(campaign_models.Campaign),
    "campaign_mark": _entity(campaign_models.CampaignMark),
}


def born(execute: Execute, ent: str, eid: str, fields: dict[str, Any]) -> None:
    """A record is born, or a fact stands."""
    entity = ENTITIES[ent]
    execute(entity.insert, entity.row(eid, fields))


def gone(execute: Execute, ent: str, eid: str) -> None:
    """A record was taken back: it leaves the tables and stays in the journal."""
    execute(ENTITIES[ent].delete, (eid,))


def edited(
    execute: Execute,
    ent: str,
    eid: str,
    op_id: bytes,
    hlc: int,
    fields: dict[str, Any],
    seen: dict[str, list[str]],
) -> None:
    """Fields were set: the register of each takes the value in, the row shows the winner.

    Order-free: a superseded value that has not arrived yet leaves a placeholder, so that ops may come in any
    order and more than once.
    """
    entity = ENTITIES[ent]
    for field, value in fields.items():
        execute(
            "INSERT INTO fval (eid, fld, op_id, hlc, val, arr, sup) VALUES (?,?,?,?,?,1,0) "
            "ON CONFLICT (eid, fld, op_id) DO UPDATE SET hlc = excluded.hlc, val = excluded.val, arr = 1",
            (eid, field, op_id, hlc, json.dumps(value, ensure_ascii=False)),
        )
        for parent in seen.get(field, ()):
            execute(
                "INSERT INTO fval (eid, fld, op_id, hlc, val, arr, sup) VALUES (?,?,?,0,NULL,0,1) "
                "ON CONFLICT (eid, fld, op_id) DO UPDATE SET sup = 1",
                (eid, field, bytes.fromhex(parent)),
            )
    winners: dict[str, tuple[int, bytes, str]] = {}
    for field, head_hlc, head_id, value in execute(
        "SELECT fld, hlc, op_id, val FROM fval WHERE eid = ? AND arr = 1 AND sup = 0", (eid,)
    ).fetchall():
        if field in fields and field in entity.fields:
            head = (head_hlc, bytes(head_id), value)
            winners[field] = max(head, winners.get(field, head))
    shown = {field: entity.column(field, json.loads(value)) for field, (_hlc, _op, value) in winners.items()}
    if shown:
        # At once: each statement would write every index that knows one of its columns.
        columns = ", ".join(f"{field} = ?" for field in shown)
        execute(f"UPDATE {entity.table} SET {columns} WHERE id = ?", (*shown.values(), eid))


def fold(ops: Iterable[tuple[str, bytes, int, dict[str, Any]]]) -> dict[str, Any] | None:
    """The fields of one record from its ops (kind, op_id, hlc, body); None if it was taken back.

    This is the definition that the tables are held against: it uses no table.
    """
    birth: dict[str, Any] | None = None
    values: dict[str, dict[bytes, tuple[int, Any]]] = {}
    superseded: dict[str, set[bytes]] = {}
    standing = True
    for kind, op_id, hlc, body in ops:
        if kind == ADD:
            if birth is None:
                birth = dict(body["f"])
                for field, value in birth.items():
                    values.setdefault(field, {})[op_id] = (hlc, value)
        elif kind == SET:
            for field, value in body["f"].items():
                values.setdefault(field, {})[op_id] = (hlc, value)
                superseded.setdefault(field, set()).update(bytes.fromhex(p) for p in body["p"].get(field, ()))
        elif kind == VOID:
            standing = False
        elif kind == RESTORE:
            standing = True
    if birth is None or not standing:
        return None
    shown = dict(birth)
    for field, candidates in values.items():
        gone_ops = superseded.get(field, set())
        heads = [(hlc, op_id, value) for op_id, (hlc, value) in candidates.items() if op_id not in gone_ops]
        if heads:
            shown[field] = max(heads, key=lambda head: (head[0], head[1]))[2]
    return shown
