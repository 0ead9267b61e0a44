"""Areas, places, workers: the frame of the register."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.casebook import rows
from casework.domain.phrase import N_, Phrase
from casework.domain.place import Place
from casework.domain.receipt import Receipt
from casework.domain.worker import Role, Worker

if TYPE_CHECKING:
    from casework.casebook.book import Casebook
    from casework.casebook.entries import AreaEntry, PlaceEntry, WorkerEntry
    from casework.casebook.transaction import Transaction
    from casework.domain.area import Area


def add(book: Casebook, entry: AreaEntry, action: str | None = None) -> Receipt:
    """Add an area."""

    def work(tx: Transaction) -> Receipt:
        area_id = tx.add(
            "area",
            {
                "level": entry.level.value, "name": entry.name, "parent_id": entry.parent_id,
                "aliases": list(entry.aliases) or None, "code": entry.code, "code_year": entry.code_year,
                "walk_order": entry.walk_order,
            },
        )  # fmt: skip
        return Receipt("", "area.add", "area", area_id, Phrase(N_("Added: {name}"), {"name": entry.name}))

    return book.save("area.add", action, work)


def grids(book: Casebook) -> list[Area]:
    """All grids, in walking order."""
    found = book.database.execute_sql(
        f"SELECT {rows.AREA} FROM area WHERE level = 'grid' ORDER BY walk_order, name"
    ).fetchall()
    return [rows.area(row) for row in found]


def get(book: Casebook, area_id: str) -> Area | None:
    """One area, or None."""
    row = book.database.execute_sql(f"SELECT {rows.AREA} FROM area WHERE id = ?", (area_id,)).first()
    return rows.area(row) if row else None


def buildings(book: Casebook, grid_id: str) -> list[Area]:
    """The buildings of a grid in walking order."""
    found = book.database.execute_sql(
        f"SELECT {rows.AREA} FROM area WHERE level = 'building' AND parent_id = ? ORDER BY walk_order, name",
        (grid_id,),
    ).fetchall()
    return [rows.area(row) for row in found]


def add_place(book: Casebook, entry: PlaceEntry, action: str | None = None) -> Receipt:
    """Add a place outdoors."""

    def work(tx: Transaction) -> Receipt:
        values = entry.model_dump(mode="json")
        place_id = tx.add("place", {**values, "entered_on": tx.today.isoformat()})
        return Receipt("", "place.add", "place", place_id, Phrase(N_("Added: {name}"), {"name": entry.name}))

    return book.save("place.add", action, work)


def places(book: Casebook, grid_id: str) -> list[Place]:
    """The places of a grid in walking order."""
    found = book.database.execute_sql(
        "SELECT id, grid_id, kind, name, address, number, walk_order, note FROM place WHERE grid_id = ? "
        "ORDER BY walk_order, name",
        (grid_id,),
    ).fetchall()
    return [Place(r[0], r[1], r[2], r[3], r[4] or "", r[5] or "", r[6] or 0, r[7] or "") for r in found]


def place(book: Casebook, place_id: str) -> Place | None:
    """One place, or None."""
    r = book.database.execute_sql(
        "SELECT id, grid_id, kind, name, address, number, walk_order, note FROM place WHERE id = ?",
        (place_id,),
    ).first()
    return Place(r[0], r[1], r[2], r[3], r[4] or "", r[5] or "", r[6] or 0, r[7] or "") if r else None


def add_worker(book: Casebook, entry: WorkerEntry, action: str | None = None) -> Receipt:
    """Add a worker."""

    def work(tx: Transaction) -> Receipt:
        worker_id = tx.add("worker", entry.model_dump(mode="json"))
        return Receipt("", "worker.add", "worker", worker_id, Phrase(N_("Added: {name}"), {"name": entry.name}))

    return book.save("worker.add", action, work)


def workers(book: Casebook) -> list[Worker]:
    """All workers, by name."""
    found = book.database.execute_sql("SELECT id, name, role, phone FROM worker ORDER BY name, id").fetchall()
    return [Worker(r[0], r[1], Role(r[2] or "grid_worker"), r[3] or "") for r in found]
