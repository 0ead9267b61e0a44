"""Facts: what planning reads of a door or a place, gathered from its rows."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from casework.casebook.arrangement_facts import bookings_of, notices_of
from casework.domain.condition import NOTHING, Asked
from casework.domain.household import Fuel, Tenure
from casework.domain.phrase import Label
from casework.domain.resident import LifeState, ResidenceState, RiskLevel
from casework.domain.schedule_facts import DatedTag, Errand, FollowupFacts, HouseholdFacts, PlaceFacts, ResidentFacts
from casework.domain.visit import Mode, Outcome
from casework.domain.visiting import NO_VISITS, VisitFacts, digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.domain.condition import Answers

_day = date.fromisoformat

# Looked up instead of called: a million rows of an import pass here, and an Enum's call costs a microsecond.
FUEL: dict[str | None, Fuel] = {None: Fuel.UNKNOWN, "": Fuel.UNKNOWN, **{one.value: one for one in Fuel}}
TENURE: dict[str | None, Tenure] = {None: Tenure.UNKNOWN, "": Tenure.UNKNOWN, **{one.value: one for one in Tenure}}
LIFE: dict[str | None, LifeState] = {
    None: LifeState.LIVING_HERE, "": LifeState.LIVING_HERE, **{one.value: one for one in LifeState},
}  # fmt: skip
RESIDENCE: dict[str | None, ResidenceState] = {
    None: ResidenceState.REGISTERED_AND_RESIDENT, "": ResidenceState.REGISTERED_AND_RESIDENT,
    **{one.value: one for one in ResidenceState},
}  # fmt: skip
_NO_TAGS: tuple[DatedTag, ...] = ()


class VisitRow:
    """A visit as `digest` reads one, without the cost of a whole domain object."""

    __slots__ = ("happened_at", "id", "met", "mode", "next_visit_on", "outcome")

    def __init__(self, row: Sequence[Any]) -> None:
        self.id = row[0]
        self.outcome = Outcome(row[1])
        self.mode = Mode(row[2])
        self.happened_at = datetime.fromisoformat(row[3])
        self.met: tuple[str, ...] = tuple(json.loads(row[4])) if row[4] else ()
        self.next_visit_on = _day(row[5]) if row[5] else None


# Each query below reads one table and the rows are put together here: on a door a join costs SQLite ten times, and an
# ORDER BY or GROUP BY six times, what the rows themselves cost (measured; every save of a visit passes here).


def facts_of(execute: Any, household: str, asked: Asked = NOTHING) -> tuple[str, HouseholdFacts] | None:
    """The grid and the facts of a household, gathered from the rows; None if there is no such door."""
    door = execute(
        "SELECT grid_id, building_id, unit, fuel, kitchen_id, entered_on, tenure FROM household WHERE id = ?",
        (household,),
    ).first()
    if door is None:
        return None
    grid, building, unit, fuel, kitchen, entered, tenure = door
    visits = visits_of(execute, household)
    return grid, HouseholdFacts(
        id=household,
        entered_on=_day(entered),
        fuel=FUEL[fuel],
        residents=_residents(execute, household),
        visits=visits,
        checked=_checked(execute, household, kitchen),
        followups=_followups(execute, "household_id", household),
        spread=stair(_name(execute, grid), _name(execute, building), unit),
        tenure=TENURE[tenure],
        areas=areas_above(execute, grid, building) if asked.areas else NO_AREAS,
        answers=_answers(execute, asked, "household_id", household, kitchen) if asked.answers else {},
        bookings=bookings_of(execute, household),
        notices=notices_of(execute, household) if visits.tries else (),
    )


def place_facts(execute: Any, place: str, asked: Asked = NOTHING) -> tuple[str, PlaceFacts] | None:
    """The grid and the facts of a place; None if there is no such place."""
    row = execute("SELECT grid_id, kind, entered_on, name, number FROM place WHERE id = ?", (place,)).first()
    if row is None:
        return None
    return row[0], PlaceFacts(
        id=place,
        kind=row[1],
        entered_on=_day(row[2]),
        checked=_last_checks(execute, "subject_id", place),
        followups=_followups(execute, "place_id", place),
        spread=place_spread(row[3], row[4]),
        areas=areas_above(execute, row[0]) if asked.areas else NO_AREAS,
        answers=_answers(execute, asked, "subject_id", place, None) if asked.answers else {},
    )


NO_AREAS: frozenset[str] = frozenset()


def areas_above(execute: Any, *areas: str | None) -> frozenset[str]:
    """The names and aliases of areas and of all above them."""
    names: set[str] = set()
    above = [area for area in areas if area]
    seen: set[str] = set()
    while above:
        area = above.pop()
        if area in seen:
            continue
        seen.add(area)
        found = execute("SELECT name, aliases, parent_id FROM area WHERE id = ?", (area,)).first()
        if found is not None:
            names.add(found[0])
            names.update(json.loads(found[1]) if found[1] else ())
            if found[2]:
                above.append(found[2])
    return frozenset(names)


def below(execute: Any, area: str, table: str, column: str) -> list[str]:
    """The ids of the rows of a table that lie in an area or anywhere below it."""
    found = execute(
        "WITH RECURSIVE inside(id) AS (SELECT ? UNION SELECT area.id FROM area JOIN inside ON area.parent_id = inside.id) "
        f"SELECT id FROM {table} WHERE {column} IN (SELECT id FROM inside)",
        (area,),
    ).fetchall()
    return [row[0] for row in found]


def _answers(execute: Any, asked: Asked, column: str, eid: str, kitchen: str | None) -> Answers:
    """What the last check that asked a question says, for each that is asked about."""
    read = "SELECT checklist, happened_at, id, answers FROM safety_check WHERE"
    found = execute(f"{read} {column} = ?", (eid,)).fetchall()
    if kitchen:
        found += execute(f"{read} subject_id = ? AND subject_kind = 'kitchen'", (kitchen,)).fetchall()
    return last_answers(asked, found)


def last_answers(asked: Asked, checks: list[tuple[str, str, str, str]]) -> Answers:
    """The answers that are asked about, from checks as (checklist, instant, id, answers as JSON)."""
    wanted: dict[str, list[str]] = {}
    for checklist, question in asked.answers:
        wanted.setdefault(checklist, []).append(question)
    said: dict[tuple[str, str], frozenset[str]] = {}
    for checklist, _at, _id, packed in sorted(
        (one for one in checks if one[0] in wanted), key=lambda one: (one[1], one[2])
    ):
        answers = json.loads(packed)
        for question in wanted[checklist]:
            answer = answers.get(question)
            if answer is not None and answer.get("state") is not None:
                value = answer.get("value")
                words = {answer["state"], value} if isinstance(value, str) else {answer["state"]}
                said[checklist, question] = frozenset(words)
    return said


def _name(execute: Any, area: str | None) -> str | None:
    found = execute("SELECT name FROM area WHERE id = ?", (area,)).first()
    return found[0] if found else None


def stair(grid: str | None, building: str | None, unit: str | None) -> str:
    """The stair of a door, by names: its doors fall due together, since it is walked in one go.

    By names and not by ids, which every laptop makes anew: the same roster gives the same days wherever it is read.
    """
    return f"{grid or ''}/{building or ''}/{unit or ''}"


def place_spread(name: str, number: str | None) -> str:
    """By what the days of a place are spread: its name and number, for the same reason as `stair`."""
    return f"{name}/{number or ''}"


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
            life_state=LIFE[row[2]],
            life_state_on=_day(row[3]) if row[3] else None,
            residence_state=RESIDENCE[row[4]],
            risk_override=RiskLevel(row[5]) if row[5] else None,
            findings=findings,
        )
        for row in people
    )


def _tags(execute: Any, resident: str) -> tuple[DatedTag, ...]:
    found = execute("SELECT id, tag, since, until FROM tag WHERE resident_id = ?", (resident,)).fetchall()
    if not found:
        return _NO_TAGS
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


def visits_of(execute: Any, household: str) -> VisitFacts:
    """What planning needs of a household's visits."""
    found = execute(
        "SELECT id, outcome, mode, happened_at, met, next_visit_on FROM visit WHERE household_id = ?",
        (household,),
    ).fetchall()
    return digest(VisitRow(row) for row in found) if found else NO_VISITS


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
