"""Unfinished forms: in the database within half a second of the last key, offered again after a crash or a lock."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from casework.casebook.rows import instant
from casework.casebook.views import DraftView

if TYPE_CHECKING:
    from concurrent.futures import Future

    from casework.casebook.book import Casebook


DAY_PLAN = "day_plan"
"""What the plan of a day is kept as (`casebook.plans`): like a form no fact, and never offered as an unfinished one."""


def put(book: Casebook, form: str, subject_id: str, data: dict[str, Any]) -> Future[None]:
    """Keep a form as it stands; does not wait for the disk. One draft per form, subject and worker."""
    text = json.dumps(data, ensure_ascii=False)
    now = book.clock.now().isoformat(timespec="milliseconds")

    def write() -> None:
        book.database.execute_sql(
            "INSERT INTO draft (form, subject, actor, data, updated_at) VALUES (?,?,?,?,?) "
            "ON CONFLICT (form, subject, actor) DO UPDATE SET data = excluded.data, updated_at = excluded.updated_at",
            (form, subject_id, book.worker.id, text, now),
        )

    return book.submit(write)


def drop(book: Casebook, form: str, subject_id: str) -> Future[None]:
    """Throw a draft away: the worker said so, or its form was saved."""

    def write() -> None:
        book.database.execute_sql(
            "DELETE FROM draft WHERE form = ? AND subject = ? AND actor = ?",
            (form, subject_id, book.worker.id),
        )

    return book.submit(write)


def get(book: Casebook, form: str, subject_id: str) -> DraftView | None:
    """This worker's draft of a form about a subject."""
    row = book.database.execute_sql(
        "SELECT form, subject, data, updated_at FROM draft WHERE form = ? AND subject = ? AND actor = ?",
        (form, subject_id, book.worker.id),
    ).first()
    return _view(row) if row else None


def latest(book: Casebook) -> DraftView | None:
    """The draft that was typed in last."""
    row = book.database.execute_sql(
        "SELECT form, subject, data, updated_at FROM draft WHERE actor = ? AND form != ? ORDER BY updated_at DESC LIMIT 1",
        (book.worker.id, DAY_PLAN),
    ).first()
    return _view(row) if row else None


def everything(book: Casebook) -> list[DraftView]:
    """All unfinished forms of this worker, the newest first."""
    rows = book.database.execute_sql(
        "SELECT form, subject, data, updated_at FROM draft WHERE actor = ? AND form != ? ORDER BY updated_at DESC",
        (book.worker.id, DAY_PLAN),
    ).fetchall()
    return [_view(row) for row in rows]


def _view(row: Any) -> DraftView:
    return DraftView(row[0], row[1], json.loads(row[2]), instant(row[3]))
