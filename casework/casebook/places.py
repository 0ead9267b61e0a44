"""Places outdoors: adding and changing one, the list of them, and a place's whole story."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.casebook import rows
from casework.casebook.errors import AlreadyThere, NotFound, Refused
from casework.casebook.rounds import DUE, due_of
from casework.casebook.transaction import no_such_record
from casework.casebook.views import PlaceRow, PlaceStory
from casework.domain.due import URGENT
from casework.domain.phrase import N_, Phrase
from casework.domain.place import Place
from casework.domain.receipt import Receipt
from casework.domain.schedule import status

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from casework.casebook.book import Casebook
    from casework.casebook.changes import PlaceChange
    from casework.casebook.entries import PlaceEntry
    from casework.casebook.transaction import Transaction

PLACE = "id, grid_id, kind, name, address, number, walk_order, note"

Position = tuple[str, int, str, str]
"""Where a page ends: (grid, walking order, name, id)."""


@dataclass(frozen=True, slots=True)
class PlaceFilter:
    """Which places a list shows. None asks nothing."""

    grid_id: str | None = None
    kind: str | None = None


def add(book: Casebook, entry: PlaceEntry, action: str | None = None) -> Receipt:
    """Add a place, after those of its grid.

    Raises:
        NotFound: there is no such grid.
        Refused: there is no such kind of place.
        AlreadyThere: one of that kind has the number already, or in that grid the name.
    """

    def work(tx: Transaction) -> Receipt:
        tx.need("area", entry.grid_id)
        values = entry.model_dump(mode="json")
        _refuse(tx, values)
        if entry.walk_order is None:
            last = tx.one("SELECT ifnull(max(walk_order), 0) FROM place WHERE grid_id = ?", (entry.grid_id,))
            values["walk_order"] = (last[0] if last else 0) + 1
        place_id = tx.add("place", {**values, "entered_on": tx.today.isoformat()})
        return Receipt("", "place.add", "place", place_id, Phrase(N_("Added: {name}"), {"name": entry.name}))

    return book.save("place.add", action, work)


def change(book: Casebook, entry: PlaceChange, action: str | None = None) -> Receipt:
    """Put a place right.

    Raises:
        NotFound: there is no such place.
        Refused: there is no such kind of place.
        AlreadyThere: another of that kind has the number, or in that grid the name.
    """

    def work(tx: Transaction) -> Receipt:
        before = tx.need("place", entry.id)
        said = entry.said()
        if not {"kind", "name", "number"}.isdisjoint(said):
            _refuse(tx, {**before, **said}, but=entry.id)
        tx.set("place", entry.id, {name: None if value == "" else value for name, value in said.items()})
        summary = Phrase(N_("Changed: {name}"), {"name": said.get("name", before["name"])})
        return Receipt("", "place.change", "place", entry.id, summary)

    return book.save("place.change", action, work)


def _refuse(tx: Transaction, values: dict[str, Any], but: str = "") -> None:
    from casework.catalog.shelf import place_kinds

    if values["kind"] not in place_kinds():
        raise Refused(Phrase(N_("There is no such kind of place. Nothing was saved.")))
    standing = tx.one(
        "SELECT id, name FROM place WHERE kind = ? AND id != ? AND (number = ? OR (grid_id = ? AND name = ?)) LIMIT 1",
        (values["kind"], but, values["number"] or None, values["grid_id"], values["name"]),
    )
    if standing is not None:
        said = Phrase(N_("{name} is there already. Nothing was saved."), {"name": standing[1]})
        raise AlreadyThere(said, "place", standing[0])


# --- reading ---------------------------------------------------------------------------------------------


def get(book: Casebook, place_id: str) -> Place | None:
    """One place, or None."""
    row = book.database.execute_sql(f"SELECT {PLACE} FROM place WHERE id = ?", (place_id,)).first()
    return _place(row) if row else None


def _place(r: Any) -> Place:
    return Place(r[0], r[1], r[2], r[3], r[4] or "", r[5] or "", r[6] or 0, r[7] or "")


def _where(wanted: PlaceFilter) -> tuple[str, list[Any]]:
    named = [(column, getattr(wanted, column)) for column in ("kind", "grid_id")]
    parts = [f"{column} = ?" for column, value in named if value is not None]
    return " AND ".join(parts) or "1", [value for _column, value in named if value is not None]


def count(book: Casebook, wanted: PlaceFilter) -> int:
    """How many places a filter shows."""
    where, values = _where(wanted)
    return int(book.database.execute_sql(f"SELECT count(*) FROM place WHERE {where}", values).first()[0])


def position(row: PlaceRow) -> Position:
    """Where a page that ends with this row goes on."""
    place = row.place
    return (place.grid_id, place.walk_order, place.name, place.id)


def position_at(book: Casebook, wanted: PlaceFilter, index: int) -> Position | None:
    """The position of the row at an index, for a jump into the list; None beyond its end."""
    where, values = _where(wanted)
    row = book.database.execute_sql(
        f"SELECT grid_id, walk_order, name, id FROM place WHERE {where} ORDER BY grid_id, walk_order, name, id "
        "LIMIT 1 OFFSET ?",
        (*values, index),
    ).first()
    return (row[0], row[1], row[2], row[3]) if row else None


def page(book: Casebook, wanted: PlaceFilter, after: Position | None = None, limit: int = 200) -> list[PlaceRow]:
    """A page of places, grid by grid in walking order; `after` is `position(last row)`."""
    where, values = _where(wanted)
    if after is not None:
        where += " AND (grid_id, walk_order, name, id) > (?, ?, ?, ?)"
        values += list(after)
    execute = book.database.connection().cursor().execute
    found = execute(
        f"SELECT {PLACE} FROM place WHERE {where} ORDER BY grid_id, walk_order, name, id LIMIT ?", (*values, limit)
    ).fetchall()
    ids = [row[0] for row in found]
    today = book.today()
    checked, dues = _last_checks(execute, ids), _dues(execute, ids, today)
    return [PlaceRow(_place(row), **checked.get(row[0], {}), **dues.get(row[0], {})) for row in found]


def _last_checks(execute: Any, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What came of the last check of each place."""
    marks = ",".join("?" * len(ids))
    # With max(), SQLite takes the other columns from the row that has it.
    last = execute(
        f"SELECT subject_id, id, max(happened_at) FROM safety_check WHERE subject_id IN ({marks}) GROUP BY subject_id",
        ids,
    ).fetchall()
    checks = {check: place for place, check, _at in last}
    found: dict[str, dict[str, Any]] = {place: {"checked_on": rows.instant(at).date()} for place, _check, at in last}
    marks = ",".join("?" * len(checks))
    for check, hazards, left in execute(
        "SELECT h.check_id, count(*), sum(h.fixed_on_spot = 0 AND f.closed_at IS NULL) FROM hazard h "
        f"LEFT JOIN followup f ON f.id = h.followup_id WHERE h.check_id IN ({marks}) GROUP BY h.check_id",
        list(checks),
    ):
        found[checks[check]] |= {"hazards": hazards, "open_hazards": left}
    for (check,) in execute(
        f"SELECT id FROM safety_check c WHERE id IN ({marks}) AND EXISTS (SELECT 1 FROM json_each(c.answers) "
        "WHERE json_extract(value, '$.state') IN ('could_not_check', 'declined'))",
        list(checks),
    ):
        found[checks[check]] |= {"unchecked": True}
    return found


def _dues(execute: Any, ids: Sequence[str], day: date) -> dict[str, dict[str, Any]]:
    """The most pressing open work of each place: what is urgent, then what is due first."""
    marks = ",".join("?" * len(ids))
    dues = [due_of(row) for row in execute(f"SELECT {DUE} FROM due WHERE due.place_id IN ({marks})", ids)]
    dues.sort(key=lambda due: (due.priority != URGENT, due.due_on), reverse=True)
    return {
        due.place_id or "": {"due_on": due.due_on, "status": status(due, day), "urgent": due.priority == URGENT}
        for due in dues
    }


def story(book: Casebook, place_id: str, checks: int = 30) -> PlaceStory:
    """All that is known about a place.

    Raises:
        NotFound: there is no such place.
    """
    from casework.casebook import followups
    from casework.casebook.households import HAZARD, hazard_of

    place, today = get(book, place_id), book.today()
    if place is None:
        raise NotFound(no_such_record())
    execute = book.database.connection().cursor().execute

    def all_of(sql: str, *values: Any) -> list[Any]:
        return execute(sql, (place_id, *values)).fetchall()  # type: ignore[no-any-return]

    dues = [due_of(row) for row in all_of(f"SELECT {DUE} FROM due WHERE due.place_id = ?")]
    dues.sort(key=lambda due: (due.priority != URGENT, due.due_on, due.rule))
    grid = execute("SELECT name FROM area WHERE id = ?", (place.grid_id,)).first()
    return PlaceStory(
        place=place,
        grid=grid[0] if grid else "",
        dues=tuple((due, status(due, today)) for due in dues),
        followups=tuple(
            followups.row_of(row)
            for row in all_of(
                f"SELECT {followups.ROW} {followups.FROM} WHERE f.place_id = ? "
                "ORDER BY f.closed_at IS NOT NULL, f.due_on, f.id"
            )
        ),
        checks=tuple(
            rows.check(row)
            for row in all_of(
                f"SELECT {rows.CHECK} FROM safety_check WHERE subject_id = ? ORDER BY happened_at DESC, id DESC LIMIT ?",
                checks,
            )
        ),
        hazards=tuple(
            hazard_of(row)
            for row in all_of(f"SELECT {HAZARD} WHERE c.subject_id = ? ORDER BY c.happened_at DESC, h.id")
        ),
        devices=tuple(
            rows.device(row)
            for row in all_of(f"SELECT {rows.DEVICE} FROM device WHERE place_id = ? ORDER BY fitted_on DESC, id")
        ),
        worker_names=dict(execute("SELECT id, name FROM worker").fetchall()),
    )
