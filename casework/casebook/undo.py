"""Undo: the last thing saved is taken back, and it is said what that was. Nothing leaves the journal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from casework.casebook import journal, receipts
from casework.casebook.errors import Refused
from casework.domain.phrase import N_, Phrase
from casework.domain.receipt import Receipt

if TYPE_CHECKING:
    from casework.casebook.book import Casebook
    from casework.casebook.transaction import Transaction


def last(book: Casebook) -> Phrase | None:
    """What `undo_last` would take back; None if there is nothing."""
    row = _last(book)
    return receipts.unpack(row[3]).summary if row else None


def undo_last(book: Casebook, action: str | None = None) -> Receipt:
    """Take back this worker's last save that has not been undone.

    Raises:
        Refused: there is nothing to undo, or a record of it has been changed since.
    """

    def work(tx: Transaction) -> Receipt:
        row = _last(book)
        if row is None:
            raise Refused(Phrase(N_("There is nothing to undo.")))
        act, chain, span, packed = row
        undone = receipts.unpack(packed)
        ops = tx.all(
            "SELECT ent, eid, kind, op_id, seq, body FROM op WHERE chain = ? AND seq BETWEEN ? AND ? AND act = ? "
            "AND kind != 'act' ORDER BY seq DESC",
            (chain, *span, act),
        )
        tx.undoes = act
        tx.run("UPDATE action SET undone_by = ? WHERE act = ?", (tx.act, act))
        for ent, eid, kind, op_id, seq, body in ops:
            _take_back(tx, ent, eid, kind, bytes(op_id), (chain, seq, act), json.loads(body))
        return Receipt(
            "", "undo", undone.subject_kind, undone.subject_id,
            Phrase(N_("Undone: {what}"), {"what": undone.summary}),
        )  # fmt: skip

    return book.save("undo", action, work, undoable=False)


def _last(book: Casebook) -> tuple[str, int, tuple[int, int], dict[str, Any]] | None:
    row = book.database.execute_sql(
        "SELECT action.act, action.chain, first_seq, last_seq, op.body FROM action "
        "JOIN op ON op.chain = action.chain AND op.seq = action.last_seq "
        "WHERE action.actor = ? AND undoable = 1 AND undone_by IS NULL ORDER BY action.n DESC LIMIT 1",
        (book.worker.id,),
    ).first()
    return (row[0], row[1], (row[2], row[3]), json.loads(row[4])["receipt"]) if row else None


def _take_back(
    tx: Transaction, ent: str, eid: str, kind: str, op_id: bytes, written: tuple[int, int, str], body: dict[str, Any]
) -> None:
    match kind:
        case journal.ADD:
            _refuse_if_used(tx, ent, eid, *written)
            tx.void(ent, eid)
        case journal.SET:
            tx.set(ent, eid, _before(tx, eid, op_id, body))
        case journal.VOID:
            tx.restore(ent, eid)
        case journal.RESTORE:
            tx.void(ent, eid)


def _before(tx: Transaction, eid: str, op_id: bytes, body: dict[str, Any]) -> dict[str, Any]:
    """The values that the edit replaced: those of the edits it had seen."""
    values: dict[str, Any] = {}
    tx.flush()
    ops = {
        bytes(row[0]): (json.loads(row[1]), row[2])
        for row in tx.all("SELECT op_id, body, act FROM op WHERE eid = ? AND kind IN ('add', 'set')", (eid,))
    }
    standing = tx.heads(eid, body["f"])
    for field in body["f"]:
        if [_behind_undos(tx, ops, field, bytes.fromhex(head)) for head in standing[field]] != [op_id]:
            raise Refused(Phrase(N_("This was changed again since. Undo the later change first. Nothing was undone.")))
        seen = [bytes.fromhex(parent) for parent in body["p"].get(field, ())]
        earlier: dict[str, Any] = ops.get(seen[0], ({}, ""))[0].get("f", {}) if seen else {}
        values[field] = earlier.get(field)
    return values


def _behind_undos(tx: Transaction, ops: dict[bytes, tuple[dict[str, Any], str]], field: str, head: bytes) -> bytes:
    """The edit whose value stands again where an undo put it back: the one that the undone edit had replaced."""
    if head not in ops or tx.one("SELECT 1 FROM action WHERE undone_by = ?", (ops[head][1],)) is None:
        return head
    seen = _parent(ops, field, head)
    undone = _behind_undos(tx, ops, field, seen) if seen is not None else None
    if undone is None or undone not in ops:
        return head
    by = tx.one("SELECT undone_by FROM action WHERE act = ?", (ops[undone][1],))
    replaced = _parent(ops, field, undone)
    if by is None or by[0] != ops[head][1] or replaced is None:
        return head
    return _behind_undos(tx, ops, field, replaced)


def _parent(ops: dict[bytes, tuple[dict[str, Any], str]], field: str, op_id: bytes) -> bytes | None:
    """The one edit that an edit of a field had seen; None where it saw none, or several."""
    seen = ops[op_id][0].get("p", {}).get(field, ())
    return bytes.fromhex(seen[0]) if len(seen) == 1 else None


HANGS_ON = {
    "area": (("area", "parent_id"), ("household", "building_id"), ("household", "grid_id"), ("place", "grid_id")),
    "kitchen": (("household", "kitchen_id"), ("safety_check", "subject_id")),
    "household": (("resident", "household_id"), ("visit", "household_id"), ("safety_check", "household_id"),
                  ("followup", "household_id"), ("booking", "household_id"), ("door_notice", "household_id"),
                  ("campaign_mark", "unit_id")),
    "resident": (("safety_check", "subject_id"), ("followup", "resident_id"), ("booking", "resident_id"),
                 ("campaign_mark", "unit_id")),
    "place": (("safety_check", "subject_id"), ("followup", "place_id"), ("campaign_mark", "unit_id")),
    "campaign": (("campaign_mark", "campaign_id"),),
}  # fmt: skip
"""What hangs on a record of the register: it is not taken away from under it."""


def _refuse_if_used(tx: Transaction, ent: str, eid: str, chain: int, seq: int, act: str) -> None:
    later = tx.all(
        "SELECT op.ent FROM op WHERE op.eid = ? AND op.chain = ? AND op.seq > ? AND op.kind = 'set' "
        "AND op.act IN (SELECT act FROM action WHERE undone_by IS NULL AND undoable = 1) AND op.act NOT IN (?, ?)",
        (eid, chain, seq, tx.act, act),
    )
    for table, column in HANGS_ON.get(ent, ()):
        if tx.one(f"SELECT 1 FROM {table} WHERE {column} = ? LIMIT 1", (eid,)) is not None:
            raise Refused(Phrase(N_("Something belongs to this by now, so it stays. Nothing was undone.")))
    hangs = []
    if ent == "followup":
        hangs = tx.all(
            "SELECT 1 FROM followup_event e JOIN op ON op.eid = e.id AND op.kind = 'add' "
            "WHERE e.followup_id = ? AND op.seq > ? AND op.act != (SELECT act FROM op WHERE eid = ? AND kind = 'add')",
            (eid, seq, eid),
        )
    if ent in ("visit", "check", "followup"):
        hangs += tx.all(
            "SELECT 1 FROM attachment a JOIN op ON op.eid = a.id AND op.kind = 'add' "
            "WHERE a.subject_kind = ? AND a.subject_id = ? AND op.act != (SELECT act FROM op WHERE eid = ? AND kind = 'add')",
            (ent, eid, eid),
        )
    if later or hangs:
        raise Refused(Phrase(N_("This was changed again since. Undo the later change first. Nothing was undone.")))
