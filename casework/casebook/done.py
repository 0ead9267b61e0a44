"""Done work, read: what visits and checks have done of what was due, of one household, or of all in some days."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from casework.casebook.arrangement_facts import notices_of
from casework.casebook.errors import NotFound
from casework.casebook.facts import VisitRow, facts_of, place_facts
from casework.casebook.prefetch import Prefetch
from casework.casebook.rules import rules
from casework.casebook.transaction import no_such_record
from casework.domain.done import CheckDone, Done, completions, completions_of_place

if TYPE_CHECKING:
    from casework.casebook.book import Casebook
    from casework.domain.schedule_rules import ScheduleRules

PIECE = 1000


@dataclass(frozen=True, slots=True)
class DoneLine:
    """One line of the ledger of done work."""

    done: Done
    grid_id: str
    address: str


def of_household(book: Casebook, household_id: str) -> tuple[Done, ...]:
    """What was done at a door, the latest last.

    Raises:
        NotFound: there is no such door.
    """
    execute = book.database.connection().cursor().execute
    found = _of_door(execute, household_id, rules(book))
    if found is None:
        raise NotFound(no_such_record())
    return found


def between(book: Casebook, first: date, last: date, grid_id: str | None = None) -> list[DoneLine]:
    """What was done from one day to another, both included, by the day on which it happened; of one grid or of all."""
    execute = book.database.connection().cursor().execute
    known = rules(book)
    span = (first.isoformat(), (last + timedelta(days=1)).isoformat())
    seen = "happened_at >= ? AND happened_at < ?"
    doors = {row[0] for row in execute(f"SELECT household_id FROM visit WHERE {seen}", span).fetchall()}
    places = set()
    for kind, subject, door in execute(
        f"SELECT subject_kind, subject_id, household_id FROM safety_check WHERE {seen}", span
    ).fetchall():
        if kind == "kitchen":
            shared = execute("SELECT id FROM household WHERE kitchen_id = ?", (subject,)).fetchall()
            doors.update(row[0] for row in shared)
        elif kind == "place":
            places.add(subject)
        if door:
            doors.add(door)
    lines: list[DoneLine] = []
    areas: dict[str, Any] = {}
    wanted = sorted(doors)
    for start in range(0, len(wanted), PIECE):
        piece = wanted[start : start + PIECE]
        gather = Prefetch(execute, piece, False, areas)
        for door in piece:
            grid, address = _where(gather, door)
            if grid_id is None or grid == grid_id:
                done = _of_door(gather, door, known, first, last) or ()
                lines += [DoneLine(one, grid, address) for one in done]
    for place in sorted(places):
        row = execute("SELECT grid_id, name FROM place WHERE id = ?", (place,)).first()
        if row is not None and (grid_id is None or row[0] == grid_id):
            lines += [DoneLine(one, row[0], row[1]) for one in _of_place(execute, place, known, first, last)]
    lines.sort(key=lambda line: (line.done.done_on, line.grid_id, line.address, line.done.due.rule))
    return lines


def _where(execute: Any, door: str) -> tuple[str, str]:
    row = execute("SELECT grid_id, building_id, short FROM household WHERE id = ?", (door,)).first()
    if row is None:
        return "", ""
    building = execute("SELECT name FROM area WHERE id = ?", (row[1],)).first()
    return row[0], f"{building[0] if building else ''} {row[2]}".strip()


_CHECKS = "SELECT id, checklist, happened_at, answers, partial FROM safety_check WHERE"


def _of_door(
    execute: Any, door: str, known: ScheduleRules, first: date | None = None, last: date | None = None
) -> tuple[Done, ...] | None:
    found = facts_of(execute, door, known.asked)
    if found is None:
        return None
    visits = execute(
        "SELECT id, outcome, mode, happened_at, met, next_visit_on FROM visit WHERE household_id = ?", (door,)
    ).fetchall()
    checks = execute(f"{_CHECKS} household_id = ?", (door,)).fetchall()
    (kitchen,) = execute("SELECT kitchen_id FROM household WHERE id = ?", (door,)).first()
    if kitchen:
        checks += execute(f"{_CHECKS} subject_id = ? AND subject_kind = 'kitchen'", (kitchen,)).fetchall()
    made = {row[0]: _check(row, known) for row in checks}
    # Planning reads no notice once somebody was met; what was due before that contact went by it.
    facts = replace(found[1], notices=notices_of(execute, door))
    return completions(facts, [VisitRow(row) for row in visits], made.values(), known, first, last)


def _of_place(execute: Any, place: str, known: ScheduleRules, first: date, last: date) -> tuple[Done, ...]:
    found = place_facts(execute, place, known.asked)
    if found is None:
        return ()
    rows = execute(f"{_CHECKS} subject_id = ? AND subject_kind = 'place'", (place,)).fetchall()
    return completions_of_place(found[1], [_check(row, known) for row in rows], known, first, last)


def _check(row: Any, known: ScheduleRules) -> CheckDone:
    eid, checklist, at, packed, partial = row
    asked = [question for name, question in known.asked.answers if name == checklist]
    words: dict[str, frozenset[str]] = {}
    if asked:
        answers = json.loads(packed)
        for question in asked:
            answer = answers.get(question)
            if answer is not None and answer.get("state") is not None:
                value = answer.get("value")
                words[question] = frozenset({answer["state"], value} if isinstance(value, str) else {answer["state"]})
    return CheckDone(eid, checklist, datetime.fromisoformat(at), words, not partial)
