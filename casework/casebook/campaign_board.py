"""Reading campaigns: which there are, how many units stand where, what was done day by day.

Counts come from `campaign_count`, which every save keeps up.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from casework.casebook import campaign_facts, campaign_units, campaign_upkeep
from casework.casebook.campaign_views import CampaignDay, CampaignRow, CountStep
from casework.casebook.errors import NotFound, WrongUse
from casework.casebook.transaction import no_such_record
from casework.domain.campaign import Bucket, Campaign, CampaignState, CampaignSubject
from casework.domain.eligibility import described
from casework.domain.phrase import N_, Label, Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from casework.casebook.book import Casebook

_CAMPAIGN = (
    "id, key, version, body, subject, goal, starts_on, deadline, lead, sponsor, funder, budget_per_door, state, closed_at, "
    "signed_by, result, started_at"
)


def labelled(body: Any) -> Label:
    """The name of a campaign from its kept body."""
    return Label(**(json.loads(body) if isinstance(body, str) else body)["label"])


# --- campaigns -------------------------------------------------------------------------------------------


def running(book: Casebook) -> list[CampaignRow]:
    """The campaigns that run, the next deadline first."""
    return [row for row in all_(book) if row.state is CampaignState.RUNNING]


def all_(book: Casebook) -> list[CampaignRow]:
    """Every campaign that was started: those that run, the next deadline first, then the closed ones, newest first."""
    rows = [_campaign(row) for row in book.database.execute_sql(f"SELECT {_CAMPAIGN} FROM campaign").fetchall()]
    live = [row for row in rows if row.state is CampaignState.RUNNING]
    closed = [row for row in rows if row.state is CampaignState.CLOSED]
    live.sort(key=lambda row: (row.deadline or date.max, row.starts_on, row.id))
    closed.sort(key=lambda row: (row.closed_at or row.started_at, row.id), reverse=True)
    return live + closed


def get(book: Casebook, campaign_id: str) -> CampaignRow:
    """One campaign.

    Raises:
        NotFound: there is none.
    """
    row = book.database.execute_sql(f"SELECT {_CAMPAIGN} FROM campaign WHERE id = ?", (campaign_id,)).first()
    if row is None:
        raise NotFound(no_such_record())
    return _campaign(row)


def find_id(book: Casebook, said: str) -> str:
    """The id of a campaign by its id or its key; of several with one key the one that runs.

    Raises:
        WrongUse: there is no such campaign, or there are several closed ones.
    """
    rows = book.database.execute_sql("SELECT id, state FROM campaign WHERE id = ? OR key = ?", (said, said)).fetchall()
    live = [row[0] for row in rows if row[1] == CampaignState.RUNNING.value] or [row[0] for row in rows]
    if len(live) != 1:
        raise WrongUse(Phrase(N_("There is no one campaign of that name or id: {name}"), {"name": said}))
    return str(live[0])


def _campaign(row: Sequence[Any]) -> CampaignRow:
    campaign = campaign_units.made(row[0], row[3], row[6])
    definition = campaign.definition
    return CampaignRow(
        id=row[0],
        key=row[1],
        version=row[2],
        label=definition.label,
        text=definition.text,
        subject=CampaignSubject(row[4]),
        state=CampaignState(row[12]),
        starts_on=campaign.starts_on,
        deadline=date.fromisoformat(row[7]) if row[7] else None,
        goal=row[5],
        lead=row[8] or "",
        sponsor=row[9] or "",
        funder=row[10] or "",
        budget_per_door=row[11],
        unit=definition.unit,
        rule=described(definition.condition, definition.names),
        started_at=datetime.fromisoformat(row[16]),
        closed_at=datetime.fromisoformat(row[13]) if row[13] else None,
        signed_by=row[14] or "",
        result=row[15] or "",
        closing=json.loads(row[3]).get("closing", {}),
    )


def is_built(book: Casebook, campaign_id: str) -> bool:
    """Whether the lists of a campaign are all there; while they are made its figures still grow."""
    execute = book.database.connection().cursor().execute
    campaign = campaign_made(execute, campaign_id)
    if campaign.definition.subject is CampaignSubject.COUNTER:
        return True
    state = execute("SELECT state FROM campaign WHERE id = ?", (campaign_id,)).first()[0]
    return state == CampaignState.CLOSED.value or campaign_upkeep.is_built(execute, campaign)


def campaign_made(execute: Any, campaign_id: str) -> Campaign:
    """A campaign ready to be asked.

    Raises:
        NotFound: there is none.
    """
    row = execute("SELECT id, body, starts_on FROM campaign WHERE id = ?", (campaign_id,)).first()
    if row is None:
        raise NotFound(no_such_record())
    return campaign_units.made(*row)


# --- how many --------------------------------------------------------------------------------------------


def buckets(book: Casebook, campaign_id: str, grid_id: str | None = None) -> dict[Bucket, int]:
    """How many units stand in each bucket, of one grid or of all; they sum to the register.

    Of a counter: what was counted is done, what is missing to the goal is to visit. Of a closed campaign the figures
    with which it was signed off.

    Raises:
        NotFound: there is no such campaign.
    """
    execute = book.database.connection().cursor().execute
    row = execute("SELECT subject, goal, state, body FROM campaign WHERE id = ?", (campaign_id,)).first()
    if row is None:
        raise NotFound(no_such_record())
    if row[0] == CampaignSubject.COUNTER.value:
        done = _counted(execute, campaign_id)
        return {Bucket.TO_VISIT: max(0, (row[1] or 0) - done), Bucket.DONE: done}
    if row[2] == CampaignState.CLOSED.value and grid_id is None:
        closing = json.loads(row[3]).get("closing", {})
        return {bucket: closing.get(bucket.value, 0) for bucket in Bucket}
    found = dict.fromkeys(Bucket, 0)
    sql, values = "SELECT bucket, n FROM campaign_count WHERE campaign_id = ?", [campaign_id]
    if grid_id is not None:
        sql, values = f"{sql} AND bucket = ? AND grid_id = ?", []
        for bucket in Bucket:
            kept = execute(sql, (campaign_id, bucket.value, grid_id)).first()
            found[bucket] = kept[1] if kept else 0
        return found
    for bucket, n in execute(sql, values).fetchall():
        found[Bucket(bucket)] += n
    return found


def _counted(execute: Any, campaign_id: str) -> int:
    return int(execute("SELECT ifnull(sum(n), 0) FROM campaign_mark WHERE campaign_id = ?", (campaign_id,)).first()[0])


def by_building(book: Casebook, campaign_id: str, grid_id: str | None = None) -> list[tuple[str, dict[Bucket, int]]]:
    """Each building with somebody eligible (its id), in walking order, and how many stand in each bucket there."""
    execute = book.database.connection().cursor().execute
    found: dict[str, dict[Bucket, int]] = {}
    sql, values = "campaign_id = ? AND building_id IS NOT NULL", [campaign_id]
    if grid_id is not None:
        buildings = [row[0] for row in execute("SELECT id FROM area WHERE parent_id = ?", (grid_id,)).fetchall()]
        sql += f" AND building_id IN ({','.join('?' * len(buildings))})"
        values += buildings
    for building, bucket, n in execute(
        f"SELECT building_id, bucket, count(*) FROM campaign_unit WHERE {sql} GROUP BY building_id, bucket", values
    ).fetchall():
        found.setdefault(building, {})[Bucket(bucket)] = n
    order = {
        row[0]: (row[1] or "", row[2] or 0, row[3])
        for part in campaign_facts.chunks(list(found))
        for row in execute(
            f"SELECT id, parent_id, walk_order, name FROM area WHERE id IN ({','.join('?' * len(part))})", part
        ).fetchall()
    }
    return sorted(found.items(), key=lambda one: (order.get(one[0], ("", 0, "")), one[0]))


# --- day by day ------------------------------------------------------------------------------------------


def days(book: Casebook, campaign_id: str, since: date | None = None) -> list[CampaignDay]:
    """The record of a campaign, each day on which anything was tried or counted, oldest first."""
    execute = book.database.connection().cursor().execute
    campaign = campaign_made(execute, campaign_id)
    start = (since or date.min).isoformat()
    if campaign.definition.subject is CampaignSubject.COUNTER:
        found = execute(
            "SELECT day, sum(n) FROM campaign_mark WHERE campaign_id = ? AND kind = 'count' AND day >= ? GROUP BY day",
            (campaign_id, start),
        ).fetchall()
        return [CampaignDay(date.fromisoformat(day), (), (), n) for day, n in sorted(found)]
    kept: dict[str, dict[int, tuple[int, int]]] = {}
    for day, n, tried, done in execute(
        "SELECT day, n, count(*), sum(done) FROM campaign_try WHERE campaign_id = ? AND day >= ? GROUP BY day, n",
        (campaign_id, start),
    ).fetchall():
        kept.setdefault(day, {})[n] = (tried, done)
    return [_of_day(day, kept[day]) for day in sorted(kept)]


def _of_day(day: str, kept: dict[int, tuple[int, int]]) -> CampaignDay:
    last = max(kept)
    both = [kept.get(n, (0, 0)) for n in range(1, last + 1)]
    return CampaignDay(
        date.fromisoformat(day), tuple(tried for tried, _met in both), tuple(met for _tried, met in both),
        sum(met for _tried, met in both),
    )  # fmt: skip


def steps(book: Casebook, campaign_id: str, limit: int = 200) -> list[CountStep]:
    """The steps of a counter, newest first."""
    execute = book.database.connection().cursor().execute
    workers = dict(execute("SELECT id, name FROM worker").fetchall())
    rows: Iterable[Any] = execute(
        "SELECT id, n, day, words, worker_id FROM campaign_mark WHERE campaign_id = ? AND kind = 'count' "
        "ORDER BY day DESC, id DESC LIMIT ?",
        (campaign_id, limit),
    ).fetchall()
    return [
        CountStep(row[0], row[1], date.fromisoformat(row[2]), row[3] or "", workers.get(row[4], "")) for row in rows
    ]
