"""The facts from which standings follow, gathered for one door or for hundreds: one query a table, no join."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from casework.casebook.facts import areas_above, findings_of
from casework.domain.arrangement import BookingFacts, clock
from casework.domain.campaign import (
    CampaignSubject,
    CheckFact,
    Mark,
    MarkKind,
    UnitFacts,
    VisitFact,
    WayKind,
)
from casework.domain.check import Answer, AnswerState
from casework.domain.resident import LifeState, ResidenceState, RiskLevel
from casework.domain.schedule_facts import DatedTag, ResidentFacts
from casework.domain.visit import Mode, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from casework.domain.campaign import Campaign

MOST = 500
"""Ids that one query names."""

_day = date.fromisoformat
_instant = datetime.fromisoformat
_OUTCOME = {one.value: one for one in Outcome}
_MODE = {one.value: one for one in Mode}


@dataclass(frozen=True, slots=True)
class Where:
    """Where a unit stands in the register: what a row of the list is sorted and shown by."""

    household_id: str | None
    place_id: str | None
    grid_id: str
    building_id: str | None
    walk_order: int


@dataclass(frozen=True, slots=True)
class Needs:
    """What the campaigns at hand ask for; the rest is not read. `fuels` is empty where doors of any fuel matter."""

    since: str = ""
    checks_since: str = ""
    tags: frozenset[str] = frozenset()
    people: bool = False
    risk: bool = False
    visits: bool = False
    checklists: frozenset[str] = frozenset()
    answers: bool = False
    categories: frozenset[str] = frozenset()
    devices: frozenset[str] = frozenset()
    spells: frozenset[str] = frozenset()
    areas: bool = False
    fuels: frozenset[str] = frozenset()
    campaigns: tuple[str, ...] = ()

    @classmethod
    def of(cls, campaigns: Iterable[Campaign]) -> Needs:
        """What these campaigns need together."""
        return _needs(tuple(campaigns))

    @classmethod
    def made(cls, known: Sequence[Campaign]) -> Needs:
        """The same, worked out anew."""
        ways = [way for one in known for way in one.definition.ways]
        rechecks = [one.definition.recheck for one in known]
        risk = any(one.definition.risk is not None for one in known)
        tags = frozenset().union(*(one.definition.condition.tags for one in known))
        weighed = frozenset().union(*(one.definition.risk.tags for one in known if one.definition.risk is not None))
        since = min((one.starts_on.isoformat() for one in known), default="")
        earlier = any(way.earlier and way.checklist for way in ways)
        return cls(
            since=since,
            checks_since="" if earlier else since,
            tags=tags | weighed,
            people=any(
                one.definition.about_people
                or "somebody" in one.definition.asks
                or one.definition.subject is CampaignSubject.RESIDENT
                for one in known
            ),
            risk=risk,
            visits=any(one.definition.subject is not CampaignSubject.PLACE for one in known),
            checklists=frozenset(way.checklist for way in ways if way.checklist),
            answers=any(way.kind is WayKind.ANSWER for way in ways),
            categories=frozenset(way.category for way in ways if way.category),
            devices=frozenset(way.device for way in ways if way.device),
            areas=any("area" in one.definition.asks for one in known),
            fuels=_fuels(known),
            campaigns=tuple(one.id for one in known),
            spells=frozenset(one.after_spell for one in rechecks if one is not None and one.after_spell),
        )


@lru_cache(maxsize=64)
def _needs(campaigns: tuple[Campaign, ...]) -> Needs:
    return Needs.made(campaigns)


def _fuels(campaigns: Iterable[Campaign]) -> frozenset[str]:
    """The fuels of the doors for which any of the campaigns can be; empty where one of them asks for none."""
    found: set[str] = set()
    for campaign in campaigns:
        asked = [part.values for part in campaign.definition.door if part.ask == "fuel"]
        if not asked:
            return frozenset()
        found |= asked[0]
    return frozenset(found)


Execute = Any
T = TypeVar("T")


def doors(execute: Execute, ids: Sequence[str], needs: Needs) -> dict[str, tuple[Where, UnitFacts]]:
    """Households by id: where each stands, and its facts without marks. What is not in the register is left out."""
    found: dict[str, tuple[Where, UnitFacts]] = {}
    for part in chunks(ids):
        homes = execute(f"SELECT {_HOME} FROM household WHERE id IN ({_marks(part)})", part).fetchall()
        found |= _doors(execute, homes, needs)
    return found


def doors_of_grid(execute: Execute, grid: str, needs: Needs) -> Iterator[dict[str, tuple[Where, UnitFacts]]]:
    """The same for all doors of a grid, in parts."""
    homes = execute(f"SELECT {_HOME} FROM household WHERE grid_id = ?", (grid,)).fetchall()
    for at in range(0, len(homes), MOST):
        yield _doors(execute, homes[at : at + MOST], needs)


_HOME = "id, grid_id, building_id, walk_order, fuel, tenure, kitchen_id"


def _doors(execute: Execute, homes: Sequence[Any], needs: Needs) -> dict[str, tuple[Where, UnitFacts]]:
    ids: Sequence[str] = [row[0] for row in homes]
    if needs.fuels:
        # Of the others nothing is asked but their fuel, unless somebody has admitted them by hand.
        admitted = {unit for one in needs.campaigns for unit in _marked(execute, one, ids)}
        ids = [row[0] for row in homes if (row[4] or "unknown") in needs.fuels or row[0] in admitted]
    kitchens = sorted({row[6] for row in homes if row[6]})
    people = _people(execute, ids, needs)
    visits = _visits(execute, ids, needs) if needs.visits else {}
    checks = _checks(execute, "household_id", ids, needs)
    shared = _checks(execute, "subject_id", kitchens, needs)
    devices = _devices(execute, ids, needs)
    cases = _followups(execute, "household_id", ids, needs)
    bookings = _bookings(execute, ids) if needs.visits else {}
    spells = spells_of(execute, needs.spells)
    areas: dict[str, frozenset[str]] = {}
    found = {}
    for eid, grid, building, walk, fuel, tenure, kitchen in homes:
        seen = checks.get(eid, ())
        if kitchen and kitchen in shared:
            own = {one.id for one in seen}
            seen = (*seen, *(one for one in shared[kitchen] if one.id not in own))
        if needs.areas and building not in areas:
            areas[building] = areas_above(execute, grid, building)
        found[eid] = (
            Where(eid, None, grid, building, walk or 0),
            UnitFacts(
                eid, fuel or "unknown", tenure or "unknown", "", areas.get(building, _NONE), people.get(eid, ()),
                visits.get(eid, ()), seen, cases.get(eid, ()), devices.get(eid, ()), (), bookings.get(eid, ()), spells,
            ),
        )  # fmt: skip
    return found


def _marked(execute: Execute, campaign: str, ids: Sequence[str]) -> list[str]:
    marked = f"SELECT DISTINCT unit_id FROM campaign_mark WHERE campaign_id = ? AND unit_id IN ({_marks(ids)})"
    return [row[0] for row in execute(marked, (campaign, *ids)).fetchall()]


def places(execute: Execute, ids: Sequence[str], needs: Needs) -> dict[str, tuple[Where, UnitFacts]]:
    """Places by id: where each stands, and its facts without marks."""
    found = {}
    spells = spells_of(execute, needs.spells)
    for part in chunks(ids):
        checks = _checks(execute, "subject_id", part, needs)
        cases = _followups(execute, "place_id", part, needs)
        for eid, grid, kind, walk in execute(
            f"SELECT id, grid_id, kind, walk_order FROM place WHERE id IN ({_marks(part)})", part
        ).fetchall():
            facts = UnitFacts(eid, kind=kind, checks=checks.get(eid, ()), followups=cases.get(eid, ()), spells=spells)
            found[eid] = (Where(None, eid, grid, None, walk or 0), facts)
    return found


def of_residents(home: tuple[Where, UnitFacts]) -> dict[str, tuple[Where, UnitFacts]]:
    """The people of a door as units of their own."""
    where, facts = home
    return {person.id: (where, replace(facts, id=person.id, residents=(person,))) for person in facts.residents}


def decided(execute: Execute, campaign: str, ids: Sequence[str]) -> dict[str, tuple[Mark, ...]]:
    """The marks of units in a campaign."""
    return _grouped(
        execute,
        "SELECT unit_id, id, kind, words, day, made_at FROM campaign_mark WHERE unit_id IN ({}) AND campaign_id = ?",
        ids,
        lambda row: Mark(row[1], MarkKind(row[2]), _counts_from(row[4], row[5]), row[3] or ""),
        (campaign,),
    )


def spells_of(execute: Execute, kinds: frozenset[str]) -> tuple[tuple[str, date], ...]:
    """The spells of these kinds that are over, with their last days."""
    if not kinds:
        return ()
    rows = execute("SELECT kind, ends_on FROM spell WHERE ends_on IS NOT NULL").fetchall()
    return tuple(sorted((kind, _day(ends)) for kind, ends in rows if kind in kinds))


def _counts_from(day: str, made_at: str) -> datetime:
    """A mark for an earlier day counts from that day's end."""
    made = _instant(made_at)
    return made if made.date().isoformat() <= day else datetime.combine(_day(day), time(23, 59, 59), made.tzinfo)


def _people(execute: Execute, ids: Sequence[str], needs: Needs) -> dict[str, tuple[ResidentFacts, ...]]:
    if not needs.people and ids:
        # Only whether all who lived there are gone is asked.
        ids = sorted(
            {
                row[0]
                for row in execute(
                    f"SELECT household_id FROM resident WHERE household_id IN ({_marks(ids)}) "
                    "AND life_state IN ('moved_away', 'deceased')", ids,
                ).fetchall()
            }
        )  # fmt: skip
    if not ids:
        return {}
    rows = execute(
        "SELECT household_id, id, born, life_state, life_state_on, residence_state, risk_override FROM resident "
        f"WHERE household_id IN ({_marks(ids)})", ids,
    ).fetchall()  # fmt: skip
    tags: dict[str, list[DatedTag]] = {}
    if needs.tags:
        for part in chunks([row[1] for row in rows]):
            for person, tag, since, until in execute(
                f"SELECT resident_id, tag, since, until FROM tag WHERE resident_id IN ({_marks(part)})", part
            ).fetchall():
                if tag in needs.tags:
                    dated = DatedTag(tag, _day(since) if since else None, _day(until) if until else None)
                    tags.setdefault(person, []).append(dated)
    found: dict[str, list[ResidentFacts]] = {}
    findings: dict[str, frozenset[str]] = {}
    if needs.risk:
        findings = {home: findings_of(execute, home) for home in ids}
    for home, eid, born, life, life_on, residence, override in rows:
        person = ResidentFacts(
            eid,
            _day(born) if born else None,
            tuple(tags.get(eid, ())),
            _LIFE[life],
            _day(life_on) if life_on else None,
            _RESIDENCE[residence],
            RiskLevel(override) if override else None,
            findings.get(home, _NONE),
        )
        found.setdefault(home, []).append(person)
    return {home: tuple(people) for home, people in found.items()}


_NONE: frozenset[str] = frozenset()
_LIFE: dict[str | None, LifeState] = {None: LifeState.LIVING_HERE, **{one.value: one for one in LifeState}}
_RESIDENCE: dict[str | None, ResidenceState] = {
    None: ResidenceState.REGISTERED_AND_RESIDENT, **{one.value: one for one in ResidenceState},
}  # fmt: skip


def _visits(execute: Execute, ids: Sequence[str], needs: Needs) -> dict[str, tuple[VisitFact, ...]]:
    return _grouped(
        execute,
        "SELECT household_id, id, outcome, mode, happened_at, met, refusal_reason FROM visit "
        "WHERE household_id IN ({}) AND happened_at >= ?",
        ids,
        lambda row: VisitFact(
            row[1], _instant(row[4]), _OUTCOME[row[2]], _MODE[row[3]], tuple(json.loads(row[5])) if row[5] else (),
            row[6] or "",
        ),
        (needs.since,),
    )  # fmt: skip


def _bookings(execute: Execute, ids: Sequence[str]) -> dict[str, tuple[BookingFacts, ...]]:
    return _grouped(
        execute,
        "SELECT household_id, id, made_at, day, hour FROM booking WHERE household_id IN ({}) AND state = 'open'",
        ids,
        lambda row: BookingFacts(row[1], _day(row[3]), clock(row[4]), _instant(row[2])),
    )


def _checks(execute: Execute, column: str, ids: Sequence[str], needs: Needs) -> dict[str, tuple[CheckFact, ...]]:
    if not needs.checklists or not ids:
        return {}
    answers = "answers" if needs.answers else "NULL"
    found: dict[str, list[tuple[Any, ...]]] = {}
    for part in chunks(ids):
        for row in execute(
            f"SELECT {column}, id, checklist, happened_at, partial, {answers} FROM safety_check "
            f"WHERE {column} IN ({_marks(part)}) AND happened_at >= ?", (*part, needs.checks_since),
        ).fetchall():  # fmt: skip
            if row[2] in needs.checklists:
                found.setdefault(row[0], []).append(row)
    left: dict[str, int] = {}
    for part in chunks([row[1] for group in found.values() for row in group]):
        for (check,) in execute(
            f"SELECT check_id FROM hazard WHERE check_id IN ({_marks(part)}) AND fixed_on_spot = 0", part
        ).fetchall():
            left[check] = left.get(check, 0) + 1
    return {
        subject: tuple(
            CheckFact(row[1], _instant(row[3]), row[2], row[4] is None, left.get(row[1], 0), _answers(row[5]))
            for row in group
        )
        for subject, group in found.items()
    }


def _answers(text: str | None) -> dict[str, Answer]:
    if not text:
        return {}
    return {name: Answer(AnswerState(one["state"]), one.get("value")) for name, one in json.loads(text).items()}


def _devices(
    execute: Execute, ids: Sequence[str], needs: Needs
) -> dict[str, tuple[tuple[str, date | None, date | None], ...]]:
    if not needs.devices:
        return {}
    kinds = sorted(needs.devices)
    return _grouped(
        execute,
        f"SELECT household_id, kind, fitted_on, removed_on FROM device WHERE household_id IN ({{}}) "
        f"AND kind IN ({_marks(kinds)})",
        ids,
        lambda row: (row[1], _day(row[2]) if row[2] else None, _day(row[3]) if row[3] else None),
        kinds,
    )


def _followups(
    execute: Execute, column: str, ids: Sequence[str], needs: Needs
) -> dict[str, tuple[tuple[date, str], ...]]:
    if not needs.categories:
        return {}
    wanted = sorted(needs.categories)
    return _grouped(
        execute,
        f"SELECT {column}, closed_at, category FROM followup WHERE {column} IN ({{}}) AND closed_at IS NOT NULL "
        f"AND state IN ('closed_verified', 'closed_unverified') AND category IN ({_marks(wanted)})",
        ids,
        lambda row: (_day(row[1][:10]), row[2]),
        wanted,
    )


def chunks(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    """The ids in parts that one query can name."""
    return (ids[at : at + MOST] for at in range(0, len(ids), MOST))


def _grouped(
    execute: Execute, sql: str, ids: Sequence[str], make: Callable[[Any], T], more: Sequence[str] = ()
) -> dict[str, tuple[T, ...]]:
    found: dict[str, list[T]] = {}
    for part in chunks(ids):
        for row in execute(sql.format(_marks(part)), (*part, *more)).fetchall():
            found.setdefault(row[0], []).append(make(row))
    return {key: tuple(group) for key, group in found.items()}


def _marks(ids: Sequence[str]) -> str:
    return ",".join("?" * len(ids))
