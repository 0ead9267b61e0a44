"""Lists of a campaign: who stands in a bucket, grid by grid in walking order, in pages by keyset.

Who is not eligible has no row as a rule and is read from the register, one grid after the other.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from casework.casebook import campaign_facts, campaign_units, receipts
from casework.casebook.campaign_board import campaign_made
from casework.casebook.campaign_facts import Needs
from casework.casebook.campaign_views import UnitRow
from casework.domain.campaign import OPEN, Bucket, Campaign, CampaignSubject
from casework.domain.eligibility import why_not
from casework.domain.phrase import N_, Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.casebook.book import Casebook

Position = tuple[str, int, str]
"""Where a page ends: (grid, walking order, unit)."""

_UNIT = "unit_id, household_id, place_id, building_id, grid_id, walk_order, bucket, why, tries, done_on"
_ORDER = "ORDER BY grid_id, walk_order, unit_id"


def count_of(book: Casebook, campaign_id: str, bucket: Bucket, grid_id: str | None = None) -> int:
    """How many units a list of one bucket has."""
    counted = "SELECT ifnull(sum(n), 0) FROM campaign_count WHERE campaign_id = ? AND bucket = ?"
    values = [campaign_id, bucket.value]
    if grid_id is not None:
        counted, values = f"{counted} AND grid_id = ?", [*values, grid_id]
    return int(book.database.execute_sql(counted, values).first()[0])


def position(row: UnitRow) -> Position:
    """Where a page that ends with this row goes on."""
    return (row.grid_id, row.walk_order, row.id)


def position_at(book: Casebook, campaign_id: str, bucket: Bucket, grid_id: str | None, index: int) -> Position | None:
    """The position of the row at an index, for a jump into the list; None beyond its end."""
    execute = book.database.connection().cursor().execute
    campaign = campaign_made(execute, campaign_id)
    for grid, n in _grids(execute, campaign_id, bucket, grid_id):
        if index >= n:
            index -= n
            continue
        if _has_rows(campaign, bucket):
            row = execute(
                "SELECT grid_id, walk_order, unit_id FROM campaign_unit WHERE campaign_id = ? AND bucket = ? "
                f"AND grid_id = ? {_ORDER} LIMIT 1 OFFSET ?",
                (campaign_id, bucket.value, grid, index),
            ).first()
            return (row[0], row[1], row[2]) if row else None
        left = _left_out(execute, campaign, grid)
        return left[index] if index < len(left) else None
    return None


def page(
    book: Casebook, campaign_id: str, bucket: Bucket, grid_id: str | None = None, after: Position | None = None,
    limit: int = 200,
) -> list[UnitRow]:  # fmt: skip
    """A page of the units in a bucket, grid by grid in walking order; `after` is `position(last row)`.

    Raises:
        NotFound: there is no such campaign.
    """
    execute = book.database.connection().cursor().execute
    campaign = campaign_made(execute, campaign_id)
    if campaign.definition.subject is CampaignSubject.COUNTER:
        return []
    if not _has_rows(campaign, bucket):
        return _page_of_left_out(book, execute, campaign, grid_id, after, limit)
    where, values = "campaign_id = ? AND bucket = ?", [campaign_id, bucket.value]
    if grid_id is not None:
        where, values = f"{where} AND grid_id = ?", [*values, grid_id]
    if after is not None:
        where, values = f"{where} AND (grid_id, walk_order, unit_id) > (?, ?, ?)", [*values, *after]  # type: ignore[list-item]
    rows = execute(f"SELECT {_UNIT} FROM campaign_unit WHERE {where} {_ORDER} LIMIT ?", (*values, limit)).fetchall()
    return _units(book, execute, campaign, rows)


def _has_rows(campaign: Campaign, bucket: Bucket) -> bool:
    """Whether each unit of a bucket has a row: who is not eligible has one only where everyone else is."""
    return bucket is not Bucket.NOT_ELIGIBLE or not campaign.definition.asks


def _grids(execute: Any, campaign_id: str, bucket: Bucket, grid_id: str | None) -> list[tuple[str, int]]:
    where, values = ("AND grid_id = ?", [grid_id]) if grid_id is not None else ("", [])
    return [
        (row[0], row[1])
        for row in execute(
            f"SELECT grid_id, n FROM campaign_count WHERE campaign_id = ? AND bucket = ? {where} AND n > 0 "
            "ORDER BY grid_id",
            (campaign_id, bucket.value, *values),
        ).fetchall()
    ]


_REGISTER = {
    CampaignSubject.HOUSEHOLD: "SELECT ifnull(walk_order, 0), id FROM household WHERE grid_id = ?",
    CampaignSubject.PLACE: "SELECT ifnull(walk_order, 0), id FROM place WHERE grid_id = ?",
    CampaignSubject.RESIDENT: (
        "SELECT ifnull(h.walk_order, 0), r.id FROM household h JOIN resident r ON r.household_id = h.id "
        "WHERE h.grid_id = ?"
    ),
}


def _left_out(execute: Any, campaign: Campaign, grid: str) -> list[Position]:
    """Those of a grid who are not eligible, in walking order: the register without those who have a row elsewhere."""
    inside = {
        row[0]
        for bucket in Bucket
        if bucket is not Bucket.NOT_ELIGIBLE
        for row in execute(
            "SELECT unit_id FROM campaign_unit WHERE campaign_id = ? AND bucket = ? AND grid_id = ?",
            (campaign.id, bucket.value, grid),
        ).fetchall()
    }
    rows = execute(_REGISTER[campaign.definition.subject], (grid,)).fetchall()
    return sorted((grid, walk, eid) for walk, eid in rows if eid not in inside)


def _page_of_left_out(
    book: Casebook, execute: Any, campaign: Campaign, grid_id: str | None, after: Position | None, limit: int
) -> list[UnitRow]:
    found: list[Position] = []
    for grid, _n in _grids(execute, campaign.id, Bucket.NOT_ELIGIBLE, grid_id):
        if after is not None and grid < after[0]:
            continue
        left = _left_out(execute, campaign, grid)
        found += left if after is None else [one for one in left if one > after]
        if len(found) >= limit:
            break
    rows = [
        (unit, None, None, None, grid, walk, Bucket.NOT_ELIGIBLE.value, "", 0, None)
        for grid, walk, unit in found[:limit]
    ]
    return _units(book, execute, campaign, rows)


def _units(book: Casebook, execute: Any, campaign: Campaign, rows: Sequence[Sequence[Any]]) -> list[UnitRow]:
    """Rows as they are shown: with address, names, and the reason of those who are not eligible as of today."""
    away = [row[0] for row in rows if row[6] == Bucket.NOT_ELIGIBLE.value]
    found = facts_of(execute, campaign, away) if away else {}
    today = book.today()
    reasons = {unit: why_not(facts, campaign.definition, today) for unit, (_where, facts) in found.items()}
    shown = _shown(execute, campaign.definition.subject, [row[0] for row in rows])
    buildings = _buildings(execute, {one[2] for one in shown.values() if one[2]})
    made = []
    for row in rows:
        household, place, building, address, names = shown.get(row[0], (row[1], row[2], row[3], "", ()))
        why = receipts.unpack_phrase(json.loads(row[7])) if row[7] else reasons.get(row[0], _UNSAID)
        made.append(
            UnitRow(
                id=row[0], household_id=household, place_id=place, building_id=building,
                building=buildings.get(building or "", ""), address=address, names=names, grid_id=row[4],
                walk_order=row[5], bucket=Bucket(row[6]), why=why, tries=row[8],
                done_on=date.fromisoformat(row[9]) if row[9] else None,
            )
        )  # fmt: skip
    return made


_UNSAID = Phrase(N_("the rule does not hold"))


def _buildings(execute: Any, ids: set[str]) -> dict[str, str]:
    names: dict[str, str] = {}
    for part in campaign_facts.chunks(sorted(ids)):
        marks = ",".join("?" * len(part))
        names.update(execute(f"SELECT id, name FROM area WHERE id IN ({marks})", part).fetchall())
    return names


_Shown = tuple[str | None, str | None, str | None, str, tuple[str, ...]]


def _shown(execute: Any, subject: CampaignSubject, ids: Sequence[str]) -> dict[str, _Shown]:
    """Household, place, building, address and names of units."""
    found: dict[str, _Shown] = {}
    for part in campaign_facts.chunks(ids):
        marks = ",".join("?" * len(part))
        if subject is CampaignSubject.PLACE:
            for eid, name, address in execute(f"SELECT id, name, address FROM place WHERE id IN ({marks})", part):
                found[eid] = (None, eid, None, name, (address,) if address else ())
            continue
        homes = {eid: eid for eid in part}
        own: dict[str, tuple[str, ...]] = {}
        if subject is CampaignSubject.RESIDENT:
            for eid, home, name in execute(f"SELECT id, household_id, name FROM resident WHERE id IN ({marks})", part):
                homes[eid], own[eid] = home, (name,)
        doors = sorted(set(homes.values()))
        names = _names(execute, doors) if subject is CampaignSubject.HOUSEHOLD else {}
        spots = ",".join("?" * len(doors))
        known = {
            row[0]: row
            for row in execute(f"SELECT id, building_id, short FROM household WHERE id IN ({spots})", doors).fetchall()
        }
        for eid, home in homes.items():
            if home in known:
                _id, building, short = known[home]
                found[eid] = (home, None, building, short, own.get(eid) or names.get(home, ()))
    return found


def _names(execute: Any, doors: Sequence[str]) -> dict[str, tuple[str, ...]]:
    marks = ",".join("?" * len(doors))
    people: dict[str, list[tuple[int, str, str]]] = {}
    for home, head, eid, name, state in execute(
        f"SELECT household_id, head, id, name, life_state FROM resident WHERE household_id IN ({marks})", doors
    ).fetchall():
        if state not in ("moved_away", "deceased"):
            people.setdefault(home, []).append((-(head or 0), eid, name))
    return {home: tuple(name for _head, _eid, name in sorted(group)) for home, group in people.items()}


def facts_of(execute: Any, campaign: Campaign, units: Sequence[str]) -> campaign_units.Found:
    """The facts of these units; what the register has not is left out."""
    needs = Needs.of([campaign])
    match campaign.definition.subject:
        case CampaignSubject.PLACE:
            return campaign_facts.places(execute, units, needs)
        case CampaignSubject.HOUSEHOLD:
            return campaign_facts.doors(execute, units, needs)
        case CampaignSubject.RESIDENT:
            homes: set[str] = set()
            for part in campaign_facts.chunks(units):
                marks = ",".join("?" * len(part))
                homes |= {
                    row[0]
                    for row in execute(f"SELECT household_id FROM resident WHERE id IN ({marks})", part).fetchall()
                }
            wanted = set(units)
            found = campaign_facts.doors(execute, sorted(homes), needs)
            people = {eid: one for home in found.values() for eid, one in campaign_facts.of_residents(home).items()}
            return {eid: one for eid, one in people.items() if eid in wanted}
        case CampaignSubject.COUNTER:
            return {}


def open_at_close(book: Casebook, campaign_id: str, limit: int = 1000) -> list[UnitRow]:
    """What would be left open if the campaign were signed off now, in walking order; at most so many."""
    rows: list[UnitRow] = []
    for bucket in Bucket:
        if bucket in OPEN and len(rows) < limit:
            rows += page(book, campaign_id, bucket, limit=limit - len(rows))
    return sorted(rows, key=position)
