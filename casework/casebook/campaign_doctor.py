"""Campaigns held against themselves: what is kept of them against a reckoning from scratch."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from casework.casebook import campaign_facts
from casework.casebook.campaign_facts import Needs
from casework.casebook.campaign_units import COLUMNS, NOT_ELIGIBLE, REGISTER, made, row_of, standings
from casework.casebook.campaign_upkeep import is_built, reckoned_on
from casework.domain.campaign import Campaign, CampaignState, CampaignSubject
from casework.domain.campaign_standing import stand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casework.casebook.engine import Database


_TURNS_ON = COLUMNS.split(", ").index("turns_on")


def differences(database: Database, day: date) -> Iterator[str]:
    """The units and campaigns whose rows are not what their facts give, reckoned from scratch.

    A campaign that is closed stands as it was signed off; its counts alone are held against its rows.
    """
    execute = database.connection().cursor().execute
    # Where the clock was set back since, the rows are those of a later day until it is noticed.
    day = date.fromisoformat(max(day.isoformat(), reckoned_on(execute)))
    for eid, body, starts_on, state in execute("SELECT id, body, starts_on, state FROM campaign").fetchall():
        campaign = made(eid, body, starts_on)
        if campaign.definition.subject is CampaignSubject.COUNTER:
            continue
        if state == CampaignState.RUNNING.value:
            if not is_built(execute, campaign):
                continue
            yield from _different_units(execute, campaign, day)
        yield from _different_counts(execute, campaign, state)


def _different_units(execute: Any, campaign: Campaign, day: date) -> Iterator[str]:
    kept = {
        row[1]: row
        for row in execute(f"SELECT {COLUMNS} FROM campaign_unit WHERE campaign_id = ?", (campaign.id,)).fetchall()
    }
    days: dict[str, set[tuple[str, int, int]]] = {}
    for unit, on, n, done in execute(
        "SELECT unit_id, day, n, done FROM campaign_try WHERE campaign_id = ?", (campaign.id,)
    ).fetchall():
        days.setdefault(unit, set()).add((on, n, done))
    of_places = campaign.definition.subject is CampaignSubject.PLACE
    needs = Needs.of([campaign])
    ids = [row[0] for row in execute(f"SELECT id FROM {'place' if of_places else 'household'}").fetchall()]
    for part in campaign_facts.chunks(ids):
        found = (campaign_facts.places if of_places else campaign_facts.doors)(execute, part, needs)
        if campaign.definition.subject is CampaignSubject.RESIDENT:
            found = {unit: one for home in found.values() for unit, one in campaign_facts.of_residents(home).items()}
        for unit, where, facts, standing in standings(execute, campaign, found, day, in_words=False):
            row, on = kept.pop(unit, None), day
            if row is not None and row[_TURNS_ON] is not None and row[_TURNS_ON] <= day.isoformat():
                # It waits for its day to be noticed, and must be right up to the day before.
                on = date.fromisoformat(row[_TURNS_ON]) - timedelta(days=1)
                standing = stand(facts, campaign, on, in_words=False)
            wanted = {(one.day.isoformat(), one.n, int(one.done)) for one in standing.days}
            if row_of(campaign, unit, where, standing) != row or wanted != days.pop(unit, set()):
                yield unit
    yield from kept
    yield from days


def _different_counts(execute: Any, campaign: Campaign, state: str) -> Iterator[str]:
    counted: dict[tuple[str, str], int] = {}
    for bucket, grid, n in execute(
        "SELECT bucket, grid_id, n FROM campaign_count WHERE campaign_id = ? AND n != 0", (campaign.id,)
    ).fetchall():
        counted[bucket, grid] = n
    rows: dict[tuple[str, str], int] = {}
    for bucket, grid, n in execute(
        "SELECT bucket, grid_id, count(*) FROM campaign_unit WHERE campaign_id = ? GROUP BY bucket, grid_id",
        (campaign.id,),
    ).fetchall():
        if bucket != NOT_ELIGIBLE:
            rows[bucket, grid] = n
    if state == CampaignState.CLOSED.value:
        counted = {key: n for key, n in counted.items() if key[0] != NOT_ELIGIBLE}
    else:
        table = REGISTER[campaign.definition.subject]
        for (grid,) in execute("SELECT id FROM area WHERE level = 'grid'").fetchall():
            total = execute(f"SELECT count(*) FROM {table}", (grid,)).first()[0]
            rest = total - sum(n for (_bucket, at), n in rows.items() if at == grid)
            if rest:
                rows[NOT_ELIGIBLE, grid] = rest
    if counted != rows:
        yield campaign.id
