"""What is kept of campaigns that run: where each unit stands, on which days it was tried, how many stand in each bucket.

Derived in the transaction of the fact that changes it, as `due` is; `casework.casebook.campaign_upkeep` says when.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from casework.casebook import campaign_facts, receipts
from casework.casebook.campaign_facts import Needs, Where
from casework.domain.campaign import Bucket, Campaign, CampaignSubject, Standing, Try, UnitFacts
from casework.domain.campaign_standing import stand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from casework.domain.phrase import Phrase

COLUMNS = "campaign_id, unit_id, household_id, place_id, grid_id, building_id, walk_order, bucket, why, tries, done_on, turns_on"
_NAMES = COLUMNS.split(", ")
_INSERT = f"INSERT INTO campaign_unit ({COLUMNS}) VALUES ({','.join('?' * len(_NAMES))})"
_COUNT = (
    "INSERT INTO campaign_count (campaign_id, bucket, grid_id, n) VALUES (?,?,?,?) "
    "ON CONFLICT (campaign_id, bucket, grid_id) DO UPDATE SET n = n + excluded.n"
)
_BUCKET, _GRID = _NAMES.index("bucket"), _NAMES.index("grid_id")
NOT_ELIGIBLE = Bucket.NOT_ELIGIBLE.value
_json = json.JSONEncoder(ensure_ascii=False).encode

Found = dict[str, tuple[Where, UnitFacts]]


@lru_cache(maxsize=64)
def made(eid: str, body: str, starts_on: str) -> Campaign:
    """A campaign from its row; made once for each body."""
    from casework.catalog.campaigns import definition
    from casework.catalog.shelf import schedule_rules

    early = schedule_rules().settings.booking_early_minutes
    return Campaign(eid, definition(json.loads(body)), date.fromisoformat(starts_on), early)


def running(execute: Any) -> list[Campaign]:
    """The campaigns that run."""
    rows = execute("SELECT id, body, starts_on FROM campaign WHERE state = 'running'").fetchall()
    return [made(*row) for row in rows]


def refresh(
    execute: Any, campaigns: Sequence[Campaign], households: Sequence[str], places: Sequence[str], day: date
) -> bool:
    """Reckon again where these doors, those behind them and these places stand. True if any of it has changed."""
    changed = False
    of_places = [one for one in campaigns if one.definition.subject is CampaignSubject.PLACE]
    of_people = [one for one in campaigns if one.definition.subject is CampaignSubject.RESIDENT]
    of_doors = [one for one in campaigns if one.definition.subject is CampaignSubject.HOUSEHOLD]
    if households and (of_doors or of_people):
        needs = Needs.of([*of_doors, *of_people])
        for part in campaign_facts.chunks(households):
            found = campaign_facts.doors(execute, part, needs)
            changed |= _keep_doors(execute, of_doors, of_people, found, part, day)
    if places and of_places:
        needs = Needs.of(of_places)
        for part in campaign_facts.chunks(places):
            found = campaign_facts.places(execute, part, needs)
            changed |= _keep(execute, of_places, found, _kept(execute, "place_id", part), day)
    return changed


def refresh_grid(execute: Any, campaigns: Sequence[Campaign], grid: str, day: date) -> None:
    """Reckon where all units of these campaigns in a grid stand."""
    of_places = [one for one in campaigns if one.definition.subject is CampaignSubject.PLACE]
    of_people = [one for one in campaigns if one.definition.subject is CampaignSubject.RESIDENT]
    of_doors = [one for one in campaigns if one.definition.subject is CampaignSubject.HOUSEHOLD]
    if of_places:
        ids = [row[0] for row in execute("SELECT id FROM place WHERE grid_id = ?", (grid,)).fetchall()]
        refresh(execute, of_places, (), ids, day)
    if of_doors or of_people:
        for found in campaign_facts.doors_of_grid(execute, grid, Needs.of([*of_doors, *of_people])):
            _keep_doors(execute, of_doors, of_people, found, list(found), day)


def _keep_doors(
    execute: Any,
    of_doors: Sequence[Campaign],
    of_people: Sequence[Campaign],
    found: Found,
    ids: Sequence[str],
    day: date,
) -> bool:
    kept = _kept(execute, "household_id", ids)
    changed = _keep(execute, of_doors, found, kept, day)
    if of_people:
        people: Found = {}
        for home in found.values():
            people |= campaign_facts.of_residents(home)
        for campaign, rows in _kept_of(execute, of_people, list(people)).items():
            # Somebody who has moved here stands in the list as of the door before.
            kept.setdefault(campaign, {}).update(rows)
        changed |= _keep(execute, of_people, people, kept, day)
    return changed


def _kept(execute: Any, column: str, ids: Sequence[str]) -> dict[str, dict[str, tuple[Any, ...]]]:
    """The rows there are, by campaign and unit."""
    found: dict[str, dict[str, tuple[Any, ...]]] = {}
    sql = f"SELECT {COLUMNS} FROM campaign_unit WHERE {column} IN ({','.join('?' * len(ids))})"
    for row in execute(sql, ids).fetchall():
        found.setdefault(row[0], {})[row[1]] = row
    return found


def _kept_of(execute: Any, campaigns: Sequence[Campaign], units: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The rows of these units, wherever they stand."""
    found: dict[str, dict[str, Any]] = {}
    for campaign in campaigns:
        for part in campaign_facts.chunks(units):
            sql = f"SELECT {COLUMNS} FROM campaign_unit WHERE campaign_id = ? AND unit_id IN ({','.join('?' * len(part))})"
            for row in execute(sql, (campaign.id, *part)).fetchall():
                found.setdefault(campaign.id, {})[row[1]] = row
    return found


def _keep(
    execute: Any, campaigns: Iterable[Campaign], found: Found, kept: dict[str, dict[str, tuple[Any, ...]]], day: date
) -> bool:
    """Make the rows of these units those that their facts give. What stays is not rewritten."""
    changed = False
    for campaign in campaigns:
        before = dict(kept.get(campaign.id, {}))
        moved: dict[tuple[str, str], int] = {}
        fresh: list[tuple[Any, ...]] = []
        days: dict[str, tuple[Try, ...]] = {}
        for unit, where, _known, standing in standings(execute, campaign, found, day, in_words=False):
            old = before.pop(unit, None)
            new = row_of(campaign, unit, where, standing)
            if standing.tries or (old is not None and old[_NAMES.index("tries")]):
                days[unit] = standing.days
            if old == new:
                continue
            was = (old[_BUCKET], old[_GRID]) if old is not None else (NOT_ELIGIBLE, where.grid_id)
            now = (standing.bucket.value, where.grid_id)
            if was != now:
                moved[was] = moved.get(was, 0) - 1
                moved[now] = moved.get(now, 0) + 1
            changed = True
            if old is None and new is not None:
                fresh.append(new)
            else:
                _replace(execute, old, new)
        for unit, old in before.items():
            # The register has it no more; the grid is counted anew.
            _replace(execute, old, None)
            days[unit] = ()
            moved[old[_BUCKET], old[_GRID]] = moved.get((old[_BUCKET], old[_GRID]), 0) - 1
            changed = True
        if fresh:
            execute_many(execute)(_INSERT, fresh)
        changed |= _keep_tries(execute, campaign.id, days)
        for (bucket, grid), n in moved.items():
            if n:
                execute(_COUNT, (campaign.id, bucket, grid, n))
    return changed


def standings(
    execute: Any, campaign: Campaign, found: Found, day: date, *, in_words: bool = True
) -> Iterator[tuple[str, Where, UnitFacts, Standing]]:
    """Where each of these units stands on a day, by its facts and marks; why not, only `in_words`."""
    marks = campaign_facts.decided(execute, campaign.id, list(found))
    for unit, (where, facts) in found.items():
        if unit in marks:
            facts = replace(facts, marks=marks[unit])
        yield unit, where, facts, stand(facts, campaign, day, in_words=in_words)


def row_of(campaign: Campaign, unit: str, where: Where, standing: Standing) -> tuple[Any, ...] | None:
    """The row of a unit; None for one that needs none."""
    away = standing.bucket is Bucket.NOT_ELIGIBLE
    if away and standing.turns_on is None and campaign.definition.asks:
        return None
    return (
        campaign.id, unit, where.household_id, where.place_id, where.grid_id, where.building_id, where.walk_order,
        standing.bucket.value, "" if away else _packed(standing.why), standing.tries,
        standing.done_on.isoformat() if standing.done_on else None,
        standing.turns_on.isoformat() if standing.turns_on else None,
    )  # fmt: skip


def _packed(why: Phrase) -> str:
    return _json(receipts.pack_phrase(why)) if why.values else _packed_plain(why.text)


@lru_cache(maxsize=64)
def _packed_plain(text: str) -> str:
    return _json({"t": text, "v": {}})


def _replace(execute: Any, old: tuple[Any, ...] | None, new: tuple[Any, ...] | None) -> None:
    if old is not None and new is not None and old[:2] == new[:2]:
        # In place: each index that knows none of the changed columns is left alone.
        changed = [n for n in range(len(_NAMES)) if old[n] != new[n]]
        if changed:
            columns = ", ".join(f"{_NAMES[n]} = ?" for n in changed)
            values = (*(new[n] for n in changed), *old[:2])
            execute(f"UPDATE campaign_unit SET {columns} WHERE campaign_id = ? AND unit_id = ?", values)
        return
    if old is not None:
        execute("DELETE FROM campaign_unit WHERE campaign_id = ? AND unit_id = ?", old[:2])
    if new is not None:
        execute(_INSERT, new)


def _keep_tries(execute: Any, campaign: str, wanted: dict[str, tuple[Try, ...]]) -> bool:
    """Make the days on which units were tried those that their facts give."""
    changed = False
    for part in campaign_facts.chunks(list(wanted)):
        kept: dict[str, dict[str, tuple[int, int]]] = {}
        for unit, day, n, done in execute(
            f"SELECT unit_id, day, n, done FROM campaign_try WHERE campaign_id = ? "
            f"AND unit_id IN ({','.join('?' * len(part))})",
            (campaign, *part),
        ).fetchall():
            kept.setdefault(unit, {})[day] = (n, done)
        fresh = []
        for unit in part:
            before = kept.get(unit, {})
            for one in wanted[unit]:
                day, now = one.day.isoformat(), (one.n, int(one.done))
                was = before.pop(day, None)
                if was is None:
                    fresh.append((campaign, day, unit, *now))
                elif was != now:
                    execute(
                        "UPDATE campaign_try SET n = ?, done = ? WHERE campaign_id = ? AND day = ? AND unit_id = ?",
                        (*now, campaign, day, unit),
                    )
                    changed = True
            for day in before:
                execute(
                    "DELETE FROM campaign_try WHERE campaign_id = ? AND day = ? AND unit_id = ?", (campaign, day, unit)
                )
                changed = True
        if fresh:
            execute_many(execute)(
                "INSERT INTO campaign_try (campaign_id, day, unit_id, n, done) VALUES (?,?,?,?,?)", fresh
            )
            changed = True
    return changed


def execute_many(execute: Any) -> Callable[..., Any]:
    """`executemany` of the cursor to which an `execute` belongs."""
    return execute.__self__.executemany  # type: ignore[no-any-return]


# --- how many --------------------------------------------------------------------------------------------

REGISTER = {
    CampaignSubject.HOUSEHOLD: "household WHERE grid_id = ?",
    CampaignSubject.PLACE: "place WHERE grid_id = ?",
    CampaignSubject.RESIDENT: "resident WHERE household_id IN (SELECT id FROM household WHERE grid_id = ?)",
}
"""The register of a grid, by what a campaign counts."""


def recount(execute: Any, campaigns: Iterable[Campaign], grid: str) -> None:
    """Make those that are not eligible the rest of the register of a grid, of which somebody came or went."""
    for campaign in campaigns:
        register = REGISTER.get(campaign.definition.subject)
        if register is None:
            continue
        total = execute(f"SELECT count(*) FROM {register}", (grid,)).first()[0]
        counted = sum(
            execute(
                "SELECT ifnull(sum(n), 0) FROM campaign_count WHERE campaign_id = ? AND bucket = ? AND grid_id = ?",
                (campaign.id, bucket.value, grid),
            ).first()[0]
            for bucket in Bucket
            if bucket is not Bucket.NOT_ELIGIBLE
        )
        execute(
            "INSERT INTO campaign_count (campaign_id, bucket, grid_id, n) VALUES (?,?,?,?) "
            "ON CONFLICT (campaign_id, bucket, grid_id) DO UPDATE SET n = excluded.n",
            (campaign.id, NOT_ELIGIBLE, grid, total - counted),
        )
