"""The due table: gathers a household's facts, lets the domain plan, keeps the rows.

Maintained in the transaction of the fact that changes it. `doctor` gathers and plans from scratch and compares.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from casework.casebook import receipts
from casework.casebook.facts import facts_of, place_facts
from casework.domain.household import Fuel
from casework.domain.resident import LifeState, ResidenceState
from casework.domain.schedule import plain_from, plan, plan_place
from casework.domain.schedule_facts import DatedTag, HouseholdFacts, ResidentFacts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from casework.casebook.book import Casebook
    from casework.casebook.engine import Database
    from casework.domain.due import Due
    from casework.domain.phrase import Phrase
    from casework.domain.schedule_rules import ScheduleRules

INSERT = (
    "INSERT INTO due (grid_id, household_id, resident_id, place_id, kind, rule, opens_on, due_on, closes_on, priority, "
    "attempts, band, reason) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"
)
UPDATE = (
    "UPDATE due SET grid_id = ?, resident_id = ?, kind = ?, rule = ?, opens_on = ?, due_on = ?, closes_on = ?, "
    "priority = ?, attempts = ?, band = ?, reason = ? WHERE id = ?"
)
"""Of a door or place whose work has changed; the columns that say which it is are not touched, nor is their index."""

PLAN = 3
"""Raised when the same facts are planned in another way than before: every casebook then plans once anew."""

COLUMNS = (
    "grid_id, household_id, resident_id, place_id, kind, rule, opens_on, due_on, closes_on, priority, attempts, band, "
    "reason"
)

# Looked up instead of called: a million rows of an import pass here, and an Enum's call costs a microsecond.
_FUEL: dict[str | None, Fuel] = {None: Fuel.UNKNOWN, **{one.value: one for one in Fuel}}
_LIFE: dict[str | None, LifeState] = {None: LifeState.LIVING_HERE, **{one.value: one for one in LifeState}}
_RESIDENCE: dict[str | None, ResidenceState] = {
    None: ResidenceState.REGISTERED_AND_RESIDENT, **{one.value: one for one in ResidenceState},
}  # fmt: skip

_day = date.fromisoformat
_json = json.JSONEncoder(ensure_ascii=False).encode


def rules() -> ScheduleRules:
    """The schedule rules of the catalog."""
    from casework.catalog.shelf import schedule_rules

    return schedule_rules()


def refresh(book: Casebook, households: Iterable[str], places: Iterable[str]) -> None:
    """Plan again what a save touched."""
    refresh_on(book.database, households, places)


def refresh_on(database: Database, households: Iterable[str], places: Iterable[str]) -> None:
    """Plan households and places again, in the caller's transaction."""
    cursor = database.connection().cursor()
    execute = cursor.execute
    known = rules()
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
    known = rules()
    packed: dict[int, tuple[Phrase, str]] = {}
    """By the identity of a reason, which is kept with it: that of one which has gone may be another's."""
    plain: dict[tuple[Any, ...], tuple[str, list[tuple[Any, ...]]]] = {}
    """By stair: the birthday from which on nobody asks for more than the door itself, and what the door asks for."""
    rows: list[tuple[Any, ...]] = []

    def packed_rows(grid: str, facts: HouseholdFacts, planned: Iterable[Due]) -> Iterator[tuple[Any, ...]]:
        for due in planned:
            known_reason = packed.get(id(due.reason))
            if known_reason is None:
                known_reason = packed[id(due.reason)] = (due.reason, _json(receipts.pack_phrase(due.reason)))
            yield _row(grid, due, known_reason[1])

    for eid, spread, values, people in doors:
        grid = values["grid_id"]
        stair = (grid, spread, values["entered_on"], values.get("fuel"))
        known_stair = plain.get(stair)
        if known_stair is None:
            empty = HouseholdFacts("", _day(values["entered_on"]), _FUEL[values.get("fuel")], spread=spread)
            planned = plan(empty, known)
            young = plain_from(empty, planned, known)
            made = list(packed_rows(grid, empty, planned))
            known_stair = plain[stair] = (young.isoformat() if young else "9999", made)
        young_from, template = known_stair
        if all(_is_plain(person, young_from) for person in people):
            rows += [(row[0], eid, *row[2:]) for row in template]
            continue
        facts = HouseholdFacts(
            id=eid,
            entered_on=_day(values["entered_on"]),
            fuel=_FUEL[values.get("fuel")],
            residents=tuple(
                ResidentFacts(
                    id=person["id"],
                    born=_day(person["born"]) if "born" in person else None,
                    tags=tuple(map(DatedTag, person["tags"])),
                    life_state=_LIFE[person.get("life_state")],
                    residence_state=_RESIDENCE[person.get("residence_state")],
                )
                for person in people
            ),
            spread=spread,
        )
        rows += packed_rows(grid, facts, plan(facts, known))
    database.connection().cursor().executemany(INSERT, rows)


def _is_plain(person: dict[str, Any], young_from: str) -> bool:
    """Whether somebody new lives here without tags and is too young for any rule; days in ISO form, as texts."""
    return not person["tags"] and person.get("born", _LATE) >= young_from and person.get("life_state", _HERE) == _HERE


_LATE = "9998"
_HERE = LifeState.LIVING_HERE.value


def _of_household(execute: Any, household: str, known: ScheduleRules) -> Iterator[tuple[Any, ...]]:
    found = facts_of(execute, household, known.asked)
    if found is not None:
        grid, facts = found
        for due in plan(facts, known):
            yield _row(grid, due, _json(receipts.pack_phrase(due.reason)))


def _of_place(execute: Any, place: str, known: ScheduleRules) -> Iterator[tuple[Any, ...]]:
    found = place_facts(execute, place, known.asked)
    if found is not None:
        grid, facts = found
        for due in plan_place(facts, known):
            yield _row(grid, due, _json(receipts.pack_phrase(due.reason)))


def _row(grid: str, due: Due, reason: str) -> tuple[Any, ...]:
    return (
        grid, due.household_id, due.resident_id, due.place_id, due.kind.value, due.rule, due.opens_on.isoformat(),
        due.due_on.isoformat(), due.closes_on.isoformat(), due.priority, due.attempts, due.band, reason,
    )  # fmt: skip


def differences(database: Database) -> Iterator[str]:
    """The households and places whose rows are not what their facts give, recomputed from scratch."""
    known = rules()
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
    """Make the whole table anew, in the caller's transaction; used when the catalog's rules have changed."""
    execute = database.connection().cursor().execute
    execute("DELETE FROM due")
    refresh_on(
        database,
        [row[0] for row in execute("SELECT id FROM household").fetchall()],
        [row[0] for row in execute("SELECT id FROM place").fetchall()],
    )


def keep_up(book: Casebook) -> bool:
    """Plan everything again when the catalog's rules are not those of the last plan. True if it was needed.

    A change of a rule file, of the program's or the worker's own, shows on the round at the next start.
    """
    now = _fingerprint()
    if book.meta("rules") == now:
        return False

    def work() -> None:
        with book.database.atomic("IMMEDIATE"):
            rebuild(book.database)
            book.set_meta("rules", now)

    book.write(work)
    return True


def _fingerprint() -> str:
    """What the plan depends on besides the facts."""
    import hashlib

    from casework.catalog.shelf import table

    said = repr([PLAN, *(table(name) for name in ("schedule", "risk", "tags", "parameters"))])
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()
