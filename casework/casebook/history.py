"""History: what was written about a record, by whom and when, read from the journal."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from casework.casebook import receipts

if TYPE_CHECKING:
    from casework.casebook.book import Casebook
    from casework.domain.phrase import Phrase


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One op as people read it. `fields` are the names only; values are shown where they belong, masked."""

    at: datetime
    worker: str
    kind: str
    record: str
    fields: tuple[str, ...]
    summary: Phrase | None
    clock_doubtful: bool


def of_record(book: Casebook, record_id: str) -> list[HistoryLine]:
    """Everything that was written about one record, oldest first, with the save that it was part of."""
    return _lines(book, "WHERE op.eid = ? ORDER BY op.n", (record_id,))


def latest(book: Casebook, limit: int = 100) -> list[HistoryLine]:
    """The last saves of this casebook, newest first, reveals and undone ones included."""
    return _lines(book, "WHERE op.kind = 'act' ORDER BY op.n DESC LIMIT ?", (limit,))


def _lines(book: Casebook, where: str, values: tuple[Any, ...]) -> list[HistoryLine]:
    names = dict(book.database.execute_sql("SELECT id, name FROM worker").fetchall())
    found = book.database.execute_sql(
        "SELECT op.wall, op.actor, op.kind, op.ent, op.body, op.clk, said.body FROM op "
        "LEFT JOIN action ON action.act = op.act "
        f"LEFT JOIN op said ON said.chain = action.chain AND said.seq = action.last_seq {where}",
        values,
    ).fetchall()
    lines = []
    for wall, actor, kind, ent, body, clk, receipt in found:
        fields = tuple(sorted(json.loads(body).get("f", {}))) if body else ()
        summary = receipts.unpack(json.loads(receipt)["receipt"]).summary if receipt else None
        at = datetime.fromisoformat(wall)
        lines.append(HistoryLine(at, names.get(actor, ""), kind, ent, fields, summary, bool(clk)))
    return lines
