"""The due table: gathers a household's facts, lets the domain plan, keeps the rows.

Maintained in the transaction of the fact that changes it. `doctor` gathers and plans from scratch and compares.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from casework.casebook import replanning, rules
from casework.casebook.facts import FUEL, LIFE, RESIDENCE, TENURE, facts_of, place_facts
from casework.casebook.planning_rows import HERE, LATE, Stairs, packed, row_of
from casework.casebook.replanning import COLUMNS, INSERT, UPDATE
from casework.domain.schedule import plan, plan_place
from casework.domain.schedule_facts import DatedTag, HouseholdFacts, ResidentFacts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from casework.casebook.book import Casebook
    from casework.casebook.engine import Database
    from casework.domain.schedule_rules import ScheduleRules

_day = date.fromisoformat


def refresh(book: Casebook, households: Iterable[str], places: Iterable[str]) -> None:
    """Plan again what a save touched."""
    refresh_on(book.database, households, places)


def refresh_on(database: Database, households: Iterable[str], places: Iterable[str]) -> None:
    """Plan households and places again, in the caller's transaction."""
    cursor = database.connection().cursor()
    execute = cursor.execute
    known = rules.rules_on(database)
    for household in households:
        _replace(cursor, "household_id", household, list(_of_household(execute, household, known)))
    for place in places:
        _replace(cursor, "place_id", place, list(_of_place(execute, place, known)))


def _replace(cursor: Any, column: str, eid: str, planned: list[tuple[Any, ...]]) -> None:
    """Make the rows of a door or place those that were planned. What stays is not rewritten."""
    stale: list[int] = []
    for row in cursor.execute(f"SELECT id, {COLUMNS} FROM due WHERE {column} = ?", (eid,)).fetchall():
        if row[1:] in planned:
            planned.remove(row[1:])
        else:
            stale.append(row[0])
    for row_id in stale:
        if planned:
            # In place: to delete and to insert would write three more pages of the file, each encrypted and logged.
            (grid, _household, resident, _place, *rest), planned = planned[0], planned[1:]
            cursor.execute(UPDATE, (grid, resident, *rest, row_id))
        else:
            cursor.execute("DELETE FROM due WHERE id = ?", (row_id,))
    if planned:
        cursor.executemany(INSERT, planned)


def plan_new(database: Database, doors: Iterable[tuple[str, str, dict[str, Any], list[dict[str, Any]]]]) -> None:
    """Plan doors that were just entered, from what is in hand: (id, `stair`, household fields, people).

    A new door has no visits, checks or follow-ups; each of its people is the fields of a resident with
    `id` and `tags` (keys).
    """
    known = rules.rules_on(database)
    cursor = database.connection().cursor()
    stairs = Stairs(cursor.execute, known)
    rows: list[tuple[Any, ...]] = []
    for eid, spread, values, people in doors:
        grid, building, fuel, tenure = (
            values["grid_id"],
            values["building_id"],
            values.get("fuel"),
            values.get("tenure"),
        )
        alike = stairs.of(grid, building, spread, values["entered_on"], fuel, tenure)
        if all(_is_plain(person, alike.young) for person in people):
            rows += [(row[0], eid, *row[2:]) for row in alike.rows]
            continue
        facts = HouseholdFacts(
            id=eid,
            entered_on=_day(values["entered_on"]),
            fuel=FUEL[fuel],
            residents=tuple(
                ResidentFacts(
                    id=person["id"],
                    born=_day(person["born"]) if "born" in person else None,
                    tags=tuple(map(DatedTag, person["tags"])),
                    life_state=LIFE[person.get("life_state")],
                    residence_state=RESIDENCE[person.get("residence_state")],
                )
                for person in people
            ),
            spread=spread,
            tenure=TENURE[tenure],
            areas=stairs.areas(grid, building),
        )
        rows += stairs.rows(grid, plan(facts, known))
    cursor.executemany(INSERT, rows)


def _is_plain(person: dict[str, Any], young_from: str) -> bool:
    """Whether somebody new lives here without tags and is too young for any rule; days in ISO form, as texts."""
    return not person["tags"] and person.get("born", LATE) >= young_from and person.get("life_state", HERE) == HERE


def _of_household(execute: Any, household: str, known: ScheduleRules) -> Iterator[tuple[Any, ...]]:
    found = facts_of(execute, household, known.asked)
    if found is not None:
        grid, facts = found
        for due in plan(facts, known):
            yield row_of(grid, due, packed(due.reason))


def _of_place(execute: Any, place: str, known: ScheduleRules) -> Iterator[tuple[Any, ...]]:
    found = place_facts(execute, place, known.asked)
    if found is not None:
        grid, facts = found
        for due in plan_place(facts, known):
            yield row_of(grid, due, packed(due.reason))


def differences(database: Database) -> Iterator[str]:
    """The households and places whose rows are not what their facts give, recomputed from scratch."""
    known = rules.rules_on(database)
    execute = database.connection().cursor().execute
    kept: dict[str, list[tuple[Any, ...]]] = {}
    for row in database.connection().cursor().execute(f"SELECT {COLUMNS} FROM due"):
        kept.setdefault(row[1] or row[3], []).append(tuple(row))
    for table, make in (("household", _of_household), ("place", _of_place)):
        for (eid,) in execute(f"SELECT id FROM {table}").fetchall():
            if sorted(map(repr, make(execute, eid, known))) != sorted(map(repr, kept.pop(eid, []))):
                yield eid
    yield from kept


def rebuild(database: Database) -> None:
    """Make the whole table anew, in the caller's transaction."""
    replanning.rebuild(database)


def keep_up(
    book: Casebook,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> bool:
    """Plan again what changed rules concern, where they are not those of the last plan. True if it was needed.

    A change of a rule file, of the program's or the worker's own, shows on the round at the next start; what was begun
    and not finished is finished.
    """
    if not replanning.pending(book):
        return False
    replanning.run(book, progress, cancelled)
    return True
