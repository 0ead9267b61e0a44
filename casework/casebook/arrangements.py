"""The doors where something is to be arranged: booked, with a notice that waits for a call, needing one, or told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.casebook import bookings
from casework.casebook.arrangement_facts import arrangement
from casework.casebook.arrangement_views import ArrangedDoor
from casework.casebook.rounds import DUE, due_of
from casework.casebook.telling import CATEGORY, SOURCE
from casework.catalog.shelf import schedule_rules
from casework.domain.arrangement import Stage
from casework.domain.callback import BOOKING, hour_of
from casework.domain.due import DueKind
from casework.domain.schedule import status

if TYPE_CHECKING:
    from casework.casebook.book import Casebook

ORDER = {stage: n for n, stage in enumerate((Stage.BOOKED, Stage.NEEDED, Stage.TOLD, Stage.NOTICE, Stage.TRYING))}
"""What is the worker's turn stands before what is waited for."""


def doors(book: Casebook, grid_id: str | None) -> list[ArrangedDoor]:
    """The doors of a grid, or of all: bookings by day and hour, then where it is the worker's turn, then those that
    wait. A door whose first tries met nobody is not here unless a notice was left: it is only tried again.
    """
    execute = book.database.connection().cursor().execute
    grids = [grid_id] if grid_id else [row[0] for row in execute("SELECT id FROM area WHERE level = 'grid'").fetchall()]
    today, enough = book.today(), schedule_rules().settings.attempts_before_arrangement
    standing = {one.household_id: one for one in reversed(bookings.standing(book, grid_id))}
    found: list[ArrangedDoor] = []
    for grid in grids:
        rows = execute(
            f"SELECT {DUE}, h.building_id, h.short, h.walk_order FROM due JOIN household h ON h.id = due.household_id "
            "WHERE due.grid_id = ? AND due.kind IN ('call_back', 'promise')",
            (grid,),
        ).fetchall()
        names = _names(execute, {row[12] for row in rows})
        seen: set[str] = set()
        for row in sorted(rows, key=lambda one: (one[0] != DueKind.CALL_BACK.value, one[6])):
            due = due_of(row)
            if row[2] in seen or not (due.kind is DueKind.CALL_BACK or due.rule == BOOKING):
                continue
            stands = arrangement(execute, row[2])
            if due.attempts < enough and not hour_of(due) and stands.stage is Stage.TRYING and stands.notice is None:
                continue
            seen.add(row[2])
            found.append(
                ArrangedDoor(
                    household_id=row[2], building=names.get(row[12], ""), short=row[13], names=_people(execute, row[2]),
                    walk_order=row[14] or 0, arrangement=stands, due=due, status=status(due, today),
                    booking=standing.get(row[2]), case=_case(execute, row[2]),
                )
            )  # fmt: skip
    found.sort(key=_order)
    return found


def _order(one: ArrangedDoor) -> tuple[Any, ...]:
    when = (one.booking.day.isoformat(), one.booking.hour) if one.booking else (one.due.opens_on.isoformat(), "")
    return (ORDER.get(one.stage, len(ORDER)), *when, one.walk_order, one.short)


def _names(execute: Any, buildings: set[str]) -> dict[str, str]:
    named = [execute("SELECT id, name FROM area WHERE id = ?", (building,)).first() for building in buildings]
    return {row[0]: row[1] for row in named if row}


def _people(execute: Any, household: str) -> tuple[str, ...]:
    found = execute("SELECT name, head, life_state, id FROM resident WHERE household_id = ?", (household,)).fetchall()
    here = sorted((not head, eid, name) for name, head, state, eid in found if state not in ("moved_away", "deceased"))
    return tuple(name for _head, _eid, name in here)


def _case(execute: Any, household: str) -> str:
    found = execute(
        "SELECT number FROM followup WHERE household_id = ? AND category = ? AND source = ? AND closed_at IS NULL",
        (household, CATEGORY, SOURCE),
    ).first()
    return str(found[0]) if found else ""
