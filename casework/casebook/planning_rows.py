"""Rows of open work for many doors at once: by stair where nothing hangs on a door, else from its gathered facts.

Most people are too young for any rule and most doors have nothing open, so that all of a stair ask for the same. What
comes out is what `due.refresh` would make of each door by itself; `doctor` and a test hold the two together.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from casework.casebook import receipts
from casework.casebook.conditions import born_by
from casework.casebook.facts import FUEL, NO_AREAS, RESIDENCE, TENURE, areas_above, facts_of, place_facts, stair
from casework.casebook.prefetch import Prefetch
from casework.domain.due import DueKind
from casework.domain.resident import LifeState, ResidenceState
from casework.domain.schedule import plain_from, plan, plan_place
from casework.domain.schedule_facts import HouseholdFacts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from casework.domain.due import Due
    from casework.domain.phrase import Phrase
    from casework.domain.schedule_rules import ScheduleRule, ScheduleRules

Row = tuple[Any, ...]
"""A row of `due` without its id, in the order of `due.COLUMNS`."""

_json = json.JSONEncoder(ensure_ascii=False).encode
_day = date.fromisoformat
LATE = "9998"
"""Stands for a birthday that is not known: nobody is too old by it."""

_NEVER = "9999"
"""Later than all birthdays: of such a stair each person is to be looked at."""

HERE = LifeState.LIVING_HERE.value
Held = tuple["ScheduleRule", ...]
_NONE: frozenset[str] = frozenset()


def row_of(grid: str, due: Due, reason: str) -> Row:
    """The row of a piece of work."""
    return (
        grid, due.household_id, due.resident_id, due.place_id, due.kind.value, due.rule, due.opens_on.isoformat(),
        due.due_on.isoformat(), due.closes_on.isoformat(), due.priority, due.attempts, due.band, reason,
    )  # fmt: skip


def packed(reason: Phrase) -> str:
    """A reason as its column takes it."""
    return _json(receipts.pack_phrase(reason))


class Stair:
    """What the doors of one stair ask for on which nothing hangs: no visit, no check, no tag, nobody away.

    `young` is the birthday (an ISO text) on and after which somebody there changes nothing. `rows` are those of a door
    with only such people, without the door's id.
    """

    __slots__ = ("_asked", "_at_entry", "_at_limit", "_home", "_known", "_made", "rows", "young")

    def __init__(self, facts: HouseholdFacts, planned: Sequence[Due], known: ScheduleRules, rows: list[Row]) -> None:
        young = plain_from(facts, planned, known)
        self.young = young.isoformat() if young else _NEVER
        self.rows = rows
        self._known = known
        self._home = known.home(facts)
        self._asked: dict[tuple[int, str], Held] = {}
        self._made: dict[tuple[Held, ...], list[tuple[Row, int | None]]] = {}
        self._at_entry: list[str] = []
        self._at_limit: list[str] = []
        visits = [due.due_on for due in planned if due.kind is DueKind.VISIT]
        if visits and young is not None:
            limit = min(visits) + timedelta(days=known.settings.better_rule_within_days)
            self._at_entry = [born_by(facts.entered_on, age) for age in known.ages]
            self._at_limit = [born_by(limit, age) for age in known.ages]

    def asking(self, old: Iterable[tuple[str, str, str]]) -> dict[Held, str] | None:
        """The rules that older people, as (id, born, residence) in order, come under, each time with the first who does;
        none where no rule asks for any of them. None where somebody passes one of the birthdays that matter before a
        visit can no longer matter.
        """
        if not self._at_entry:
            return None
        found: dict[Held, str] = {}
        for person, born, residence in old:
            passed = 0
            for day in self._at_entry:
                if born > day:
                    break
                passed += 1
            if passed < len(self._at_limit) and born <= self._at_limit[passed]:
                return None
            held = self._asked.get((passed, residence))
            if held is None:
                state = RESIDENCE[residence]
                held = ()
                if state is not ResidenceState.REGISTERED_NOT_RESIDENT:
                    held = self._known.of_person(_NONE, passed, None, _NONE, self._home, state)
                self._asked[passed, residence] = held
            if held:
                found.setdefault(held, person)
        return found

    def like(self, eid: str, asking: Mapping[Held, str]) -> list[Row] | None:
        """The rows of a door with such people, if one like it was planned before."""
        if not asking:
            return [(row[0], eid, *row[2:]) for row in self.rows]
        made = self._made.get(tuple(asking))
        if made is None:
            return None
        people = list(asking.values())
        return [(row[0], eid, None if at is None else people[at], *row[3:]) for row, at in made]

    def keep(self, asking: Mapping[Held, str], rows: Iterable[Row]) -> None:
        """Keep the rows of a door for the others like it."""
        people = list(asking.values())
        self._made[tuple(asking)] = [(row, people.index(row[2]) if row[2] else None) for row in rows]


class Stairs:
    """What doors ask for on which nothing hangs, worked out once for all of a stair that are alike to the rules."""

    def __init__(self, execute: Any, known: ScheduleRules) -> None:
        self._execute = execute
        self._known = known
        self._reasons: dict[int, tuple[Phrase, str]] = {}
        """By the identity of a reason, which is kept with it: that of one which has gone may be another's."""
        self._stairs: dict[tuple[Any, ...], Stair] = {}
        self._areas: dict[tuple[str, str], frozenset[str]] = {}

    def rows(self, grid: str, planned: Iterable[Due]) -> list[Row]:
        """Rows with their reasons packed; the same reason is packed once."""
        made = []
        for due in planned:
            known_reason = self._reasons.get(id(due.reason))
            if known_reason is None:
                known_reason = self._reasons[id(due.reason)] = (due.reason, packed(due.reason))
            made.append(row_of(grid, due, known_reason[1]))
        return made

    def of(self, grid: str, building: str, spread: str, entered: str, fuel: str | None, tenure: str | None) -> Stair:
        """The stair of a door."""
        asked = self._known.asked
        key = (
            grid, spread, entered, fuel if asked.fuel else None, tenure if asked.tenure else None,
            building if asked.areas else None,
        )  # fmt: skip
        found = self._stairs.get(key)
        if found is None:
            facts = HouseholdFacts(
                "", _day(entered), FUEL[fuel], spread=spread, tenure=TENURE[tenure], areas=self.areas(grid, building)
            )
            planned = plan(facts, self._known)
            found = self._stairs[key] = Stair(facts, planned, self._known, self.rows(grid, planned))
        return found

    def areas(self, grid: str, building: str) -> frozenset[str]:
        """The names of the areas above a door, where any rule asks for them."""
        if not self._known.asked.areas:
            return NO_AREAS
        found = self._areas.get((grid, building))
        if found is None:
            found = self._areas[grid, building] = areas_above(self._execute, grid, building)
        return found


HANGS = ("visit", "safety_check", "hazard", "followup", "promise", "booking")
"""The tables with work of a door, by `household_id`: where any has a row of it, its facts are gathered."""


class Planner:
    """Plans doors and places by some rules, many at a time. `execute` is a cursor's; it is only read from."""

    def __init__(self, execute: Any, known: ScheduleRules) -> None:
        self._execute = execute
        self._known = known
        self._stairs = Stairs(execute, known)
        self._known_stairs: dict[tuple[Any, ...], Stair] = {}
        self._names: dict[str, str] = {}
        self._areas: dict[str, Any] = {}

    def doors(self, ids: Sequence[str], together: bool) -> dict[str, list[Row]]:
        """The rows of doors, which are all that there are between the first and the last where they stand `together`."""
        if not ids:
            return {}
        among = "BETWEEN ? AND ?" if together else "IN (SELECT value FROM json_each(?))"
        values: tuple[Any, ...] = (ids[0], ids[-1]) if together else (json.dumps(list(ids)),)

        def read(sql: str) -> Any:
            return self._execute(sql.replace("{doors}", among), values).fetchall()

        busy = {
            row[0] for table in HANGS for row in read(f"SELECT household_id FROM {table} WHERE household_id {{doors}}")
        }
        busy.update(
            row[0]
            for row in read(
                "SELECT household_id FROM resident WHERE household_id {doors} AND (risk_override IS NOT NULL OR "
                f"ifnull(life_state, '{HERE}') != '{HERE}' OR EXISTS (SELECT 1 FROM tag WHERE resident_id = resident.id))"
            )
        )
        doors: list[tuple[str, Stair | None]] = []
        for eid, grid, building, unit, fuel, tenure, entered, kitchen in read(
            "SELECT id, grid_id, building_id, unit, fuel, tenure, entered_on, kitchen_id FROM household WHERE id {doors} "
            "ORDER BY id"
        ):
            if eid in busy or kitchen:
                doors.append((eid, None))
                continue
            key = (grid, building, unit, entered, fuel, tenure)
            known = self._known_stairs.get(key)
            if known is None:
                spread = stair(self._name(grid), self._name(building), unit)
                known = self._known_stairs[key] = self._stairs.of(grid, building, spread, entered, fuel, tenure)
            doors.append((eid, known))
        youngest = max((one.young for _eid, one in doors if one is not None and one.young != _NEVER), default="")
        old: dict[str, list[tuple[str, str, str]]] = {}
        for eid, person, born, residence in read(
            "SELECT household_id, id, born, ifnull(residence_state, '') FROM resident WHERE household_id {doors} "
            f"AND born < '{youngest}'"
        ):
            old.setdefault(eid, []).append((person, born, residence))
        planned: dict[str, list[Row]] = {}
        rest: list[tuple[str, Stair | None, Mapping[Held, str] | None]] = []
        for eid, one in doors:
            asking: dict[Held, str] | None = None
            if one is not None and one.young != _NEVER:
                people = [person for person in old.get(eid, ()) if person[1] < one.young]
                if not people:
                    planned[eid] = [(row[0], eid, *row[2:]) for row in one.rows]
                    continue
                asking = one.asking(sorted(people))
            rest.append((eid, one, asking))
        if rest:
            gather = Prefetch(self._execute, [eid for eid, _one, _asking in rest], False, self._areas)
            for eid, one, alike in rest:
                like = one.like(eid, alike) if one is not None and alike is not None else None
                if like is not None:
                    planned[eid] = like
                    continue
                found = facts_of(gather, eid, self._known.asked)
                if found is not None:
                    planned[eid] = self._stairs.rows(found[0], plan(found[1], self._known))
                    if one is not None and alike is not None:
                        one.keep(alike, planned[eid])
        return planned

    def place(self, place: str) -> list[Row]:
        """The rows of a place."""
        found = place_facts(self._execute, place, self._known.asked)
        return self._stairs.rows(found[0], plan_place(found[1], self._known)) if found is not None else []

    def _name(self, area: str) -> str:
        if area not in self._names:
            self._names = dict(self._execute("SELECT id, name FROM area").fetchall())
        return self._names.get(area, "")
