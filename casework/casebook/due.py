"""The due table: gathers a household's facts, lets the domain plan, keeps the rows.

Maintained in the transaction of the fact that changes it. `doctor` gathers and plans from scratch and compares.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from casework.casebook import receipts
from casework.domain.household import Fuel
from casework.domain.phrase import Label, Phrase
from casework.domain.resident import LifeState, ResidenceState, RiskLevel
from casework.domain.schedule import plain_from, plan, plan_place
from casework.domain.schedule_facts import DatedTag, Errand, FollowupFacts, HouseholdFacts, PlaceFacts, ResidentFacts
from casework.domain.visit import Mode, Outcome
from casework.domain.visiting import NO_VISITS, VisitFacts, digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from casework.casebook.book import Casebook
    from casework.casebook.engine import Database
    from casework.domain.due import Due
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


class _VisitRow:
    """A visit as `digest` reads one, without the cost of a whole domain object."""

    __slots__ = ("happened_at", "id", "met", "mode", "next_visit_on", "outcome")

    def __init__(self, row: Sequence[Any]) -> None:
        self.id = row[0]
        self.outcome = Outcome(row[1])
        self.mode = Mode(row[2])
        self.happened_at = datetime.fromisoformat(row[3])
        self.met: tuple[str, ...] = tuple(json.loads(row[4])) if row[4] else ()
        self.next_visit_on = _day(row[5]) if row[5] else None


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


# Each query below reads one table and the rows are put together here: on a door a join costs SQLite ten times, and an
# ORDER BY or GROUP BY six times, what the rows themselves cost (measured; every save of a visit passes here).


def facts_of(execute: Any, household: str) -> tuple[str, HouseholdFacts] | None:
    """The grid and the facts of a household, gathered from the rows; None if there is no such door."""
    door = execute(
        "SELECT grid_id, building_id, unit, fuel, kitchen_id, entered_on FROM household WHERE id = ?", (household,)
    ).first()
    if door is None:
        return None
    grid, building, unit, fuel, kitchen, entered = door
    return grid, HouseholdFacts(
        id=household,
        entered_on=_day(entered),
        fuel=Fuel(fuel) if fuel else Fuel.UNKNOWN,
        residents=_residents(execute, household),
        visits=_visits(execute, household),
        checked=_checked(execute, household, kitchen),
        followups=_followups(execute, "household_id", household),
        spread=stair(_name(execute, grid), _name(execute, building), unit),
    )


def _name(execute: Any, area: str | None) -> str | None:
    found = execute("SELECT name FROM area WHERE id = ?", (area,)).first()
    return found[0] if found else None


def stair(grid: str | None, building: str | None, unit: str | None) -> str:
    """The stair of a door, by names: its doors fall due together, since it is walked in one go.

    By names and not by ids, which every laptop makes anew: the same roster gives the same days wherever it is read.
    """
    return f"{grid or ''}/{building or ''}/{unit or ''}"


def _residents(execute: Any, household: str) -> tuple[ResidentFacts, ...]:
    people = execute(
        "SELECT id, born, life_state, life_state_on, residence_state, risk_override FROM resident "
        "WHERE household_id = ?",
        (household,),
    ).fetchall()
    if not people:
        return ()
    people.sort()
    findings = findings_of(execute, household)
    return tuple(
        ResidentFacts(
            id=row[0],
            born=_day(row[1]) if row[1] else None,
            tags=_tags(execute, row[0]),
            life_state=LifeState(row[2]) if row[2] else LifeState.LIVING_HERE,
            life_state_on=_day(row[3]) if row[3] else None,
            residence_state=ResidenceState(row[4]) if row[4] else ResidenceState.REGISTERED_AND_RESIDENT,
            risk_override=RiskLevel(row[5]) if row[5] else None,
            findings=findings,
        )
        for row in people
    )


def _tags(execute: Any, resident: str) -> tuple[DatedTag, ...]:
    found = execute("SELECT id, tag, since, until FROM tag WHERE resident_id = ?", (resident,)).fetchall()
    return tuple(
        DatedTag(tag, _day(since) if since else None, _day(until) if until else None)
        for _id, tag, since, until in sorted(found)
    )


_NO_FINDINGS: frozenset[str] = frozenset()
_CRITICAL = frozenset({"open_critical_hazard"})


def findings_of(execute: Any, household: str) -> frozenset[str]:
    """The open findings at a door that weigh on the risk of those behind it (keys of `risk.toml`)."""
    for (case,) in execute(
        "SELECT followup_id FROM hazard WHERE household_id = ? AND level = 'critical'", (household,)
    ).fetchall():
        if execute("SELECT 1 FROM followup WHERE id = ? AND closed_at IS NULL", (case,)).first():
            return _CRITICAL
    return _NO_FINDINGS


def _visits(execute: Any, household: str) -> VisitFacts:
    found = execute(
        "SELECT id, outcome, mode, happened_at, met, next_visit_on FROM visit WHERE household_id = ?",
        (household,),
    ).fetchall()
    return digest(_VisitRow(row) for row in found) if found else NO_VISITS


def _checked(execute: Any, household: str, kitchen: str | None) -> dict[str, date]:
    checked = _last_checks(execute, "household_id", household)
    if kitchen:
        for name, day in _last_checks(execute, "subject_id", kitchen).items():
            checked[name] = max(day, checked.get(name, day))
    return checked


def _last_checks(execute: Any, column: str, eid: str) -> dict[str, date]:
    last: dict[str, str] = {}
    for name, at in execute(
        f"SELECT checklist, happened_at FROM safety_check WHERE {column} = ? AND partial IS NULL", (eid,)
    ).fetchall():
        last[name] = max(at, last.get(name, at))
    return {name: _day(at[:10]) for name, at in last.items()}


_ASKING = "state IN ('done', 'verifying')"
_OPEN_CASES = {
    "household_id": (
        f"SELECT id, title, next_action_on, due_on, severity, needs_visit, {_ASKING}, priority, tries, title_en FROM followup "
        f"WHERE household_id = ? AND closed_at IS NULL AND (owner_kind = 'worker' OR {_ASKING}) "
        "AND next_action_on IS NOT NULL"
    ),
    # A case of a door and a place: the place shows its work, the door who is to be asked.
    "place_id": (
        f"SELECT id, title, next_action_on, due_on, severity, needs_visit, {_ASKING}, priority, tries, title_en FROM followup "
        f"WHERE place_id = ? AND closed_at IS NULL AND iif({_ASKING}, household_id IS NULL, owner_kind = 'worker') "
        "AND next_action_on IS NOT NULL"
    ),
}
_OPEN_PROMISES = {
    column: f"SELECT id, what, due_on, followup_id FROM promise WHERE {column} = ? AND state = 'open' AND look = 1"
    for column in ("household_id", "place_id")
}


def _followups(execute: Any, column: str, eid: str) -> tuple[FollowupFacts, ...]:
    found = [
        FollowupFacts(
            id=row[0], title=Label(row[1], row[9]) if row[9] else row[1], next_action_on=_day(row[2]),
            due_on=_day(row[3]) if row[3] else None,
            urgent=row[4] == "critical", needs_visit=bool(row[5] or row[6]),
            errand=Errand.ASK if row[6] else Errand.STEP, priority=row[7] or 3, tries=row[8] or 0,
        )
        for row in sorted(execute(_OPEN_CASES[column], (eid,)).fetchall())
    ]  # fmt: skip
    for promise, what, due_on, case in sorted(execute(_OPEN_PROMISES[column], (eid,)).fetchall()):
        severity = execute("SELECT severity FROM followup WHERE id = ? AND closed_at IS NULL", (case,)).first()
        if severity is not None:
            day = _day(due_on)
            urgent = severity[0] == "critical"
            found.append(FollowupFacts(promise, what, day, due_on=day, urgent=urgent, errand=Errand.LOOK))
    return tuple(found)


def _of_household(execute: Any, household: str, known: ScheduleRules) -> Iterator[tuple[Any, ...]]:
    found = facts_of(execute, household)
    if found is not None:
        grid, facts = found
        for due in plan(facts, known):
            yield _row(grid, due, _json(receipts.pack_phrase(due.reason)))


def _of_place(execute: Any, place: str, known: ScheduleRules) -> Iterator[tuple[Any, ...]]:
    row = execute("SELECT grid_id, kind, entered_on, name, number FROM place WHERE id = ?", (place,)).first()
    if row is None:
        return
    checked = _last_checks(execute, "subject_id", place)
    spread = f"{row[3]}/{row[4] or ''}"
    facts = PlaceFacts(place, row[1], _day(row[2]), checked, _followups(execute, "place_id", place), spread)
    for due in plan_place(facts, known):
        yield _row(row[0], due, _json(receipts.pack_phrase(due.reason)))


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
