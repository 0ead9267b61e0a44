"""Areas and workers: the frame of the register."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from casework.casebook import rows
from casework.casebook.errors import AlreadyThere, Refused
from casework.casebook.views import AreaNode
from casework.domain.area import LEVEL_NAMES, AreaLevel, parents_of
from casework.domain.phrase import N_, Phrase
from casework.domain.receipt import Receipt
from casework.domain.worker import Role, Worker

if TYPE_CHECKING:
    from casework.casebook.book import Casebook
    from casework.casebook.entries import AreaEntry, WorkerEntry
    from casework.casebook.transaction import Transaction
    from casework.domain.area import Area


def add(book: Casebook, entry: AreaEntry, action: str | None = None) -> Receipt:
    """Add an area, after those that its parent holds already.

    A building gets the name that a roster would give it as another name of its own, so that an import finds it.

    Raises:
        Refused: it cannot belong to such an area, or a building belongs to none.
        AlreadyThere: its parent has one of that level and name.
    """

    def work(tx: Transaction) -> Receipt:
        parent = _community(tx) if entry.in_own_community and entry.parent_id is None else entry.parent_id
        _refuse_strange_parent(tx, entry.level, parent)
        standing = _standing(tx, entry.level, parent, (entry.name, *entry.aliases))
        if standing is not None:
            said = Phrase(N_("{name} is there already. Nothing was saved."), {"name": standing[1]})
            raise AlreadyThere(said, "area", standing[0])
        aliases = list(dict.fromkeys(alias for alias in entry.aliases if alias and alias != entry.name))
        called = _called(entry.level, entry.name)
        if called not in (entry.name, *aliases):
            aliases.append(called)
        area_id = tx.add(
            "area",
            {
                "level": entry.level.value, "name": entry.name, "parent_id": parent, "aliases": aliases or None,
                "code": entry.code, "code_year": entry.code_year,
                "walk_order": entry.walk_order if entry.walk_order is not None else _after_last(tx, parent),
            },
        )  # fmt: skip
        return Receipt("", "area.add", "area", area_id, Phrase(N_("Added: {name}"), {"name": entry.name}))

    return book.save("area.add", action, work)


def _community(tx: Transaction) -> str:
    """The area of the casebook's own community; made where there is none yet."""
    name = tx.book.community
    found = tx.one("SELECT id FROM area WHERE level = 'community' AND name = ?", (name,))
    if found is not None:
        return str(found[0])
    fields = {"level": "community", "name": name, "walk_order": _after_last(tx, None)}
    return tx.add("area", fields)


def _refuse_strange_parent(tx: Transaction, level: AreaLevel, parent: str | None) -> None:
    if parent is None:
        if level is AreaLevel.BUILDING:
            raise Refused(Phrase(N_("A building belongs to a grid: choose one, or add it first. Nothing was saved.")))
        return
    above = AreaLevel(tx.need("area", parent)["level"])
    if above not in parents_of(level):
        names = {"what": Phrase(LEVEL_NAMES[level]), "where": Phrase(LEVEL_NAMES[above])}
        raise Refused(Phrase(N_("A {what} does not belong to a {where}. Nothing was saved."), names))


def _standing(tx: Transaction, level: AreaLevel, parent: str | None, names: tuple[str, ...]) -> tuple[str, str] | None:
    """The area of that level and parent which one of the names means already: (id, name)."""
    wanted = {_called(level, name) for name in names}
    for area, name, aliases in tx.all(
        "SELECT id, name, aliases FROM area WHERE parent_id IS ? AND level = ?", (parent, level.value)
    ):
        if not wanted.isdisjoint(_called(level, one) for one in (name, *(json.loads(aliases) if aliases else ()))):
            return area, name
    return None


def _called(level: AreaLevel, name: str) -> str:
    if level is not AreaLevel.BUILDING:
        return name
    from casework.domain.door import wall_name

    return wall_name(name)


def _after_last(tx: Transaction, parent: str | None) -> int:
    last = tx.one("SELECT ifnull(max(walk_order), 0) FROM area WHERE parent_id IS ?", (parent,))
    return (last[0] if last else 0) + 1


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


def tree(book: Casebook) -> list[AreaNode]:
    """The tree of areas from the top down to the grids, each area before those that it holds, in walking order.

    Buildings are left out: a district has thousands, and `search.buildings` finds one by its name.
    """
    found = book.database.execute_sql(
        f"SELECT {rows.AREA} FROM area WHERE level != 'building' ORDER BY walk_order, name, id"
    ).fetchall()
    held: dict[str | None, list[Area]] = {}
    known = {row[0] for row in found}
    for row in found:
        area = rows.area(row)
        held.setdefault(area.parent_id if area.parent_id in known else None, []).append(area)
    nodes: list[AreaNode] = []

    def walk(parent: str | None, depth: int) -> None:
        for area in held.pop(parent, ()):
            nodes.append(AreaNode(area, depth))
            walk(area.id, depth + 1)

    walk(None, 0)
    return nodes


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
