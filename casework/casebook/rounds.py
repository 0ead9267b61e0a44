"""The round: where to go next. Reads the due table; nothing is recomputed here."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from casework.casebook import receipts
from casework.casebook.views import RoundCounts, RoundStop
from casework.domain.callback import hour_of
from casework.domain.due import URGENT, Due, DueKind, DueStatus
from casework.domain.schedule import status
from casework.domain.visit import KNOCKED, SPOKE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from casework.casebook.book import Casebook

DUE = (
    "due.kind, due.rule, due.household_id, due.resident_id, due.place_id, due.opens_on, due.due_on, due.closes_on, "
    "due.priority, due.reason, due.attempts, due.band"
)


def due_of(row: Any) -> Due:
    """A due row, from the columns of `DUE`."""
    return Due(
        kind=DueKind(row[0]), rule=row[1], household_id=row[2], resident_id=row[3], place_id=row[4],
        opens_on=date.fromisoformat(row[5]), due_on=date.fromisoformat(row[6]), closes_on=date.fromisoformat(row[7]),
        priority=row[8], reason=receipts.unpack_phrase(json.loads(row[9])), attempts=row[10], band=row[11],
    )  # fmt: skip


def stops(book: Casebook, grid_id: str, day: date) -> list[RoundStop]:
    """The doors and places of a grid where something can be done on a day: urgent first, then what is booked for it by
    its hour, then in walking order.

    A grid holds 300 to 500 households, so a round is read whole.
    """
    cursor = book.database.connection().cursor()
    found = cursor.execute(
        f"SELECT {DUE}, h.building_id, a.name, h.address, h.short, h.walk_order, h.cautions "
        "FROM due JOIN household h ON h.id = due.household_id LEFT JOIN area a ON a.id = h.building_id "
        "WHERE due.grid_id = ? AND due.opens_on <= ? AND due.household_id IS NOT NULL",
        (grid_id, day.isoformat()),
    ).fetchall()
    found_doors: dict[str, list[Any]] = {}
    for row in found:
        found_doors.setdefault(row[2], []).append(row)
    names = _names(cursor, found_doors)
    out = []
    for household, rows in found_doors.items():
        dues = sorted((due_of(row) for row in rows), key=lambda due: (due.priority, due.due_on, due.rule))
        first = rows[0]
        out.append(
            RoundStop(
                household_id=household, place_id=None, building_id=first[12], building=first[13] or "",
                address=first[14], short=first[15], names=names.get(household, ()),
                dues=tuple((due, status(due, day)) for due in dues),
                urgent=any(due.priority == URGENT for due in dues), walk_order=first[16] or 0,
                cautions=tuple(json.loads(first[17])) if first[17] else (),
                hour=min((hour_of(due) for due in dues if hour_of(due) and due.due_on == day), default=""),
            )
        )  # fmt: skip
    out.extend(_places(cursor, grid_id, day))
    out.sort(key=lambda stop: (not stop.urgent, stop.hour or AFTER_ALL, stop.walk_order, stop.short, stop.key))
    return out


AFTER_ALL = "99"
"""Sorts after every hour."""


def doors(book: Casebook, wanted: Collection[str]) -> list[RoundStop]:
    """Doors by id as the round shows them, with nothing due: what a plan keeps of those that are done."""
    cursor = book.database.connection().cursor()
    names = _names(cursor, wanted)
    out = []
    for part in parts(wanted):
        for row in cursor.execute(
            "SELECT h.id, h.building_id, a.name, h.address, h.short, h.walk_order, h.cautions FROM household h "
            f"LEFT JOIN area a ON a.id = h.building_id WHERE h.id IN ({','.join('?' * len(part))})",
            part,
        ):
            cautions = tuple(json.loads(row[6])) if row[6] else ()
            out.append(
                RoundStop(
                    household_id=row[0], place_id=None, building_id=row[1], building=row[2] or "", address=row[3],
                    short=row[4], names=names.get(row[0], ()), dues=(), urgent=False, walk_order=row[5] or 0,
                    cautions=cautions,
                )
            )  # fmt: skip
    return out


def parts(wanted: Collection[str]) -> Iterator[list[str]]:
    """Ids by the five hundred: no statement takes any number of them."""
    every = list(wanted)
    return (every[start : start + 500] for start in range(0, len(every), 500))


def _names(cursor: Any, wanted: Collection[str]) -> dict[str, tuple[str, ...]]:
    names: dict[str, list[tuple[int, str]]] = {}
    for some in parts(wanted):
        for household, name, head in cursor.execute(
            f"SELECT household_id, name, head FROM resident WHERE household_id IN ({','.join('?' * len(some))}) "
            "AND ifnull(life_state, '') NOT IN ('moved_away', 'deceased') ORDER BY id",
            some,
        ):
            names.setdefault(household, []).append((0 if head else 1, name))
    return {key: tuple(name for _head, name in sorted(found, key=lambda n: n[0])) for key, found in names.items()}


def _places(cursor: Any, grid_id: str, day: date) -> list[RoundStop]:
    found = cursor.execute(
        f"SELECT {DUE}, p.name, p.address, p.walk_order FROM due JOIN place p ON p.id = due.place_id "
        "WHERE due.grid_id = ? AND due.opens_on <= ? AND due.place_id IS NOT NULL",
        (grid_id, day.isoformat()),
    ).fetchall()
    places: dict[str, list[Any]] = {}
    for row in found:
        places.setdefault(row[4], []).append(row)
    out = []
    for place, rows in places.items():
        dues = sorted((due_of(row) for row in rows), key=lambda due: (due.priority, due.due_on, due.rule))
        out.append(
            RoundStop(
                household_id=None, place_id=place, building_id="", building="", address=rows[0][13] or "",
                short=rows[0][12], names=(), dues=tuple((due, status(due, day)) for due in dues),
                urgent=any(due.priority == URGENT for due in dues), walk_order=(rows[0][14] or 0) + 1_000_000_000,
            )
        )  # fmt: skip
    return out


def counts(book: Casebook, grid_id: str, day: date) -> RoundCounts:
    """The day's figures for a grid. Doors knocked, people contacted, checks and devices are four things."""
    execute = book.database.connection().cursor().execute
    today = stops(book, grid_id, day)
    on = day.isoformat()
    knocks = execute(
        "SELECT v.outcome, v.mode FROM visit v JOIN household h ON h.id = v.household_id "
        "WHERE v.happened_at >= ? AND v.happened_at < ? AND h.grid_id = ?",
        (on, on + "U", grid_id),
    ).fetchall()
    checks = execute(
        "SELECT count(*) FROM safety_check c LEFT JOIN household h ON h.id = c.household_id "
        "LEFT JOIN place p ON p.id = c.subject_id "
        "WHERE c.happened_at >= ? AND c.happened_at < ? AND c.partial IS NULL AND ifnull(h.grid_id, p.grid_id) = ?",
        (on, on + "U", grid_id),
    ).first()[0]
    fitted = execute(
        "SELECT count(*) FROM device d JOIN household h ON h.id = d.household_id WHERE d.fitted_on = ? AND h.grid_id = ?",
        (on, grid_id),
    ).first()[0]
    late = (DueStatus.OVERDUE, DueStatus.MISSED)
    return RoundCounts(
        doors_due=len(today),
        urgent=sum(stop.urgent for stop in today),
        overdue=sum(any(state in late for _due, state in stop.dues) for stop in today),
        doors_knocked=sum(row[1] == "door" and row[0] in KNOCKED for row in knocks),
        people_contacted=sum(row[0] in SPOKE for row in knocks),
        checks_completed=checks,
        devices_fitted=fitted,
    )
