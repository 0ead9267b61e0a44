"""Receipts as they are kept: the last op of each save says its verb and receipt, and a row finds it again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from casework.domain.phrase import Label, Phrase
from casework.domain.receipt import Receipt

if TYPE_CHECKING:
    from casework.casebook.book import Casebook
    from casework.casebook.transaction import Transaction


def finish(tx: Transaction, verb: str, receipt: Receipt, undoable: bool) -> Receipt:
    """Close a save: its receipt goes into the journal and becomes the row that undo and a retry look up."""
    receipt = replace(receipt, action=tx.act, verb=verb)
    packed = pack(receipt)
    said = {"verb": verb, "undoable": undoable, "receipt": packed}
    if tx.undoes:
        said["undoes"] = tx.undoes
    tx.act_op(said)
    tx.flush()
    tx.run(
        "INSERT INTO action (act, chain, first_seq, last_seq, verb, actor, at, undoable) VALUES (?,?,?,?,?,?,?,?)",
        (
            tx.act, tx.head.chain, tx.first_seq, tx.head.seq, verb, tx.book.worker.id,
            tx.now.isoformat(timespec="seconds"), int(undoable),
        ),
    )  # fmt: skip
    return receipt


def of_action(book: Casebook, action: str) -> Receipt | None:
    """The receipt of a save that was made already."""
    row = book.database.execute_sql(
        "SELECT op.body FROM action JOIN op ON op.chain = action.chain AND op.seq = action.last_seq "
        "WHERE action.act = ?",
        (action,),
    ).first()
    return unpack(json.loads(row[0])["receipt"]) if row else None


def pack(receipt: Receipt) -> dict[str, Any]:
    """A receipt as JSON."""
    return {
        "action": receipt.action,
        "verb": receipt.verb,
        "subject": [receipt.subject_kind, receipt.subject_id],
        "summary": pack_phrase(receipt.summary),
        "follows": [pack_phrase(phrase) for phrase in receipt.follows],
        "warnings": [pack_phrase(phrase) for phrase in receipt.warnings],
    }


def unpack(packed: dict[str, Any]) -> Receipt:
    """A receipt from JSON."""
    return Receipt(
        action=packed["action"],
        verb=packed["verb"],
        subject_kind=packed["subject"][0],
        subject_id=packed["subject"][1],
        summary=unpack_phrase(packed["summary"]),
        follows=tuple(unpack_phrase(phrase) for phrase in packed["follows"]),
        warnings=tuple(unpack_phrase(phrase) for phrase in packed["warnings"]),
    )


def pack_phrase(phrase: Phrase) -> dict[str, Any]:
    """A phrase as JSON, its nested phrases, labels and days included."""
    return {"t": phrase.text, "v": {key: _pack_value(value) for key, value in phrase.values.items()}}


def unpack_phrase(packed: dict[str, Any]) -> Phrase:
    """A phrase from JSON."""
    return Phrase(packed["t"], {key: _unpack_value(value) for key, value in packed["v"].items()})


def _pack_value(value: object) -> Any:
    if isinstance(value, Phrase):
        return pack_phrase(value)
    if isinstance(value, Label):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str | int | float) else str(value)


def _unpack_value(value: Any) -> object:
    if isinstance(value, dict):
        return Label(value["zh"], value["en"]) if "zh" in value else unpack_phrase(value)
    return value
