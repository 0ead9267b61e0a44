"""Open work as a list with filters: what `casework due` prints, of one grid or of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.casebook.rounds import DUE, due_of
from casework.casebook.rules import rules
from casework.domain.due import URGENT, Due, DueKind, DueStatus
from casework.domain.schedule import status

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from casework.casebook.book import Casebook


@dataclass(frozen=True, slots=True)
class DueLine:
    """A piece of open work, how it stands on the day, and where."""

    due: Due
    status: DueStatus
    grid_id: str
    address: str


def listed(
    book: Casebook,
    day: date,
    grid_id: str | None = None,
    kinds: Collection[DueKind] = (),
    statuses: Collection[DueStatus] = (),
    rule: str = "",
) -> list[DueLine]:
    """Open work, grid by grid, urgent first and then in walking order, doors before places.

    Without `statuses` all that can be done on the day: what is upcoming is listed only where it is asked for. `rule` is the
    key of a rule, the name of a checklist, or what else stands in `Due.rule`.
    """
    upcoming = DueStatus.UPCOMING in statuses
    where, values = ["1"], list[Any]()
    if grid_id is not None:
        where.append("due.grid_id = ?")
        values.append(grid_id)
    if not upcoming:
        where.append("due.opens_on <= ?")
        values.append(day.isoformat())
    if kinds:
        where.append(f"due.kind IN ({','.join('?' * len(kinds))})")
        values += [kind.value for kind in kinds]
    if rule:
        names = {rule, *(one.name for one in rules(book).all if one.key == rule)}
        where.append(f"due.rule IN ({','.join('?' * len(names))})")
        values += sorted(names)
    execute = book.database.connection().cursor().execute
    order = {
        row[0]: n for n, row in enumerate(execute("SELECT id FROM area WHERE level = 'grid' ORDER BY walk_order, name"))
    }
    buildings = dict(execute("SELECT id, name FROM area WHERE level = 'building'").fetchall())
    found: list[tuple[tuple[Any, ...], DueLine]] = []
    urgent: set[str] = set()
    for row in execute(
        f"SELECT {DUE}, due.grid_id, h.building_id, ifnull(h.short, p.name), ifnull(h.walk_order, p.walk_order) "
        "FROM due LEFT JOIN household h ON h.id = due.household_id LEFT JOIN place p ON p.id = due.place_id "
        f"WHERE {' AND '.join(where)}",
        values,
    ):
        due = due_of(row)
        state = status(due, day)
        if statuses and state not in statuses:
            continue
        grid, building, short, walk = row[-4:]
        spot = due.household_id or due.place_id or ""
        if due.priority == URGENT:
            urgent.add(spot)
        address = f"{buildings.get(building, '')} {short or ''}".strip()
        place = (order.get(grid, len(order)), due.place_id is not None, walk or 0, short or "", spot)
        found.append(((*place, due.priority, due.due_on, due.rule), DueLine(due, state, grid, address)))
    found.sort(key=lambda one: (one[0][0], one[0][4] not in urgent, *one[0][1:]))
    return [line for _key, line in found]
