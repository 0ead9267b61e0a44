"""When campaigns are reckoned: with each save, when one is started or changed, and when the day changes.

While no campaign runs a save asks one query of an empty table. A campaign over a large register is built in parts, so
that a save between two of them need not wait long.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from casework.casebook import campaign_facts
from casework.casebook.campaign_facts import Needs
from casework.casebook.campaign_units import recount, refresh, refresh_grid, running
from casework.domain.campaign import Campaign, CampaignState, CampaignSubject

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from casework.casebook.book import Casebook
    from casework.casebook.engine import Database
    from casework.casebook.follow import Pending

PLAN = 1
"""Raised when the same facts give another standing than before: every campaign is then built once anew."""

AT_ONCE = 5000
"""Doors or places up to which a campaign is built within its own start; beyond, in parts afterwards."""

PART = 1500
"""Doors of a part: about a tenth of a second, for which a save may have to wait."""


# --- after a save ----------------------------------------------------------------------------------------


def follow(book: Casebook, pending: Pending) -> None:
    """Move the units that a save touched, in its transaction."""
    settle(book.database, pending, book.today())


def settle(database: Database, pending: Pending, day: date) -> None:
    """The same for ops that are put back."""
    execute = database.connection().cursor().execute
    fresh = _begin_and_end(execute, day) if pending.campaigns else set()
    known = [one for one in running(execute) if one.id not in fresh]
    if not known:
        return
    households, places = pending.households | pending.doors, set(pending.places)
    for campaign, unit in pending.units:
        subject = next((one.definition.subject for one in known if one.id == campaign), None)
        if subject is CampaignSubject.PLACE:
            places.add(unit)
        elif subject is CampaignSubject.HOUSEHOLD:
            households.add(unit)
        elif subject is CampaignSubject.RESIDENT:
            row = execute("SELECT household_id FROM resident WHERE id = ?", (unit,)).first()
            households.update(row or ())
    if reckoned_on(execute) < day.isoformat():
        # The first save of a day: whom time alone moves is not left behind it.
        turned = _turned(execute, known, day)
        if sum(map(len, turned)) <= AT_ONCE:
            households |= turned[0]
            places |= turned[1]
        _reckoned(execute, day)
    refresh(execute, known, sorted(households), sorted(places), day)
    for grid in sorted(pending.grids):
        recount(execute, known, grid)


# --- building --------------------------------------------------------------------------------------------


def reckoned_on(execute: Any) -> str:
    """The latest day as of which standings were reckoned, '' before the first."""
    row = execute("SELECT v FROM meta WHERE k = 'campaign_day'").first()
    return row[0] if row else ""


def _reckoned(execute: Any, day: date) -> None:
    execute(
        "INSERT INTO meta (k, v) VALUES ('campaign_day', ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v",
        (day.isoformat(),),
    )


def _key(campaign: str) -> str:
    return f"campaign:{campaign}"


def fingerprint(execute: Any, campaign: Campaign) -> str:
    """What the standings depend on besides the facts of each unit."""
    from casework.catalog.shelf import table

    definition = campaign.definition
    spells = campaign_facts.spells_of(execute, Needs.of([campaign]).spells)
    weights = [table(name) for name in ("risk", "tags")] if definition.risk is not None else []
    body = execute("SELECT body FROM campaign WHERE id = ?", (campaign.id,)).first()
    said = repr([PLAN, body, campaign.starts_on, spells, weights])
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


def is_built(execute: Any, campaign: Campaign) -> bool:
    """Whether the rows of a campaign are all there."""
    row = execute("SELECT v FROM meta WHERE k = ?", (_key(campaign.id),)).first()
    return row is not None and row[0] == fingerprint(execute, campaign)


def _begin_and_end(execute: Any, day: date) -> set[str]:
    """Campaigns were started, changed, closed or taken back, or a spell is over: build what is small enough, at once.

    Returns the ids of those that were built.
    """
    rows = execute("SELECT id, state FROM campaign").fetchall()
    for (key,) in execute("SELECT k FROM meta WHERE k LIKE 'campaign:%'").fetchall():
        campaign = key.partition(":")[2]
        state = dict(rows).get(campaign)
        if state == CampaignState.CLOSED.value:
            # As it stood when it was signed off. Should that be taken back, it is built anew.
            execute("DELETE FROM meta WHERE k = ?", (key,))
        elif state is None and _size(execute, campaign) <= AT_ONCE:
            _forget(execute, campaign)
    fresh = [one for one in running(execute) if one.definition.subject is not CampaignSubject.COUNTER]
    small = [one for one in fresh if not is_built(execute, one) and _register_size(execute, one) <= AT_ONCE]
    _build_now(execute, small, day)
    return {one.id for one in small}


def _size(execute: Any, campaign: str) -> int:
    counted = "SELECT ifnull(sum(n), 0) FROM campaign_count WHERE campaign_id = ? AND bucket != 'not_eligible'"
    return int(execute(counted, (campaign,)).first()[0])


def _register_size(execute: Any, campaign: Campaign) -> int:
    """How large the register is, up to one more than can be done at once: a district need not be counted for that."""
    table = "place" if campaign.definition.subject is CampaignSubject.PLACE else "household"
    return int(execute(f"SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT {AT_ONCE + 1})").first()[0])


def _forget(execute: Any, campaign: str) -> None:
    for table in ("campaign_unit", "campaign_try", "campaign_count"):
        execute(f"DELETE FROM {table} WHERE campaign_id = ?", (campaign,))
    execute("DELETE FROM meta WHERE k = ?", (_key(campaign),))


def _built(execute: Any, campaign: Campaign) -> None:
    execute(
        "INSERT INTO meta (k, v) VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v",
        (_key(campaign.id), fingerprint(execute, campaign)),
    )


def _parts(execute: Any, campaign: Campaign) -> list[list[str]]:
    """The grids of the register, in parts of about so many doors."""
    table = "place" if campaign.definition.subject is CampaignSubject.PLACE else "household"
    parts: list[list[str]] = []
    doors = PART
    for grid, n in execute(f"SELECT grid_id, count(*) FROM {table} GROUP BY grid_id").fetchall():
        if doors >= PART:
            parts.append([])
            doors = 0
        parts[-1].append(grid)
        doors += n
    return parts


def _build_part(execute: Any, campaigns: Sequence[Campaign], grids: Sequence[str], day: date) -> None:
    for grid in grids:
        refresh_grid(execute, campaigns, grid, day)
        recount(execute, campaigns, grid)


def _build_now(execute: Any, campaigns: Sequence[Campaign], day: date) -> None:
    """All rows of campaigns in the caller's transaction; those of one register together."""
    of_places = [one for one in campaigns if one.definition.subject is CampaignSubject.PLACE]
    others = [one for one in campaigns if one.definition.subject is not CampaignSubject.PLACE]
    for alike in (of_places, others):
        for part in _parts(execute, alike[0]) if alike else ():
            _build_part(execute, alike, part, day)
    for one in campaigns:
        _built(execute, one)


def build(
    book: Casebook, campaign: Campaign, day: date, progress: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> bool:  # fmt: skip
    """Make the rows of a campaign in parts, each in a transaction of its own; False if it was stopped between two.

    `progress` is told how many parts of how many are done.
    """
    parts = _parts(book.database.connection().cursor().execute, campaign)

    def job(part: Sequence[str], last: bool) -> None:
        with book.database.atomic("IMMEDIATE"):
            execute = book.database.connection().cursor().execute
            _build_part(execute, [campaign], part, day)
            if last:
                _built(execute, campaign)

    from casework.casebook.register import bulk

    with bulk(book):
        for n, part in enumerate(parts, start=1):
            if stop is not None and stop():
                return False
            book.write(lambda part=part, n=n: job(part, n == len(parts)))  # type: ignore[misc]
            if progress is not None:
                progress(n, len(parts))
    if not parts:
        book.write(lambda: _built(book.database.connection().cursor().execute, campaign))
    return True


def keep_up(
    book: Casebook, day: date | None = None, progress: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> bool:  # fmt: skip
    """Build what is not built yet, and move those whom time alone moves by a day. True if anything has changed.

    At the start, and when the day changes while the app is open.
    """
    day = day or book.today()
    execute = book.database.connection().cursor().execute
    known = running(execute)
    gone = _gone(execute)
    if not known and not gone:
        return False
    changed = False
    for campaign in gone:
        book.write(lambda campaign=campaign: _forget_at_once(book, campaign))  # type: ignore[misc]
        changed = True
    back = reckoned_on(execute) > day.isoformat()
    for one in known:
        if one.definition.subject is not CampaignSubject.COUNTER and (back or not is_built(execute, one)):
            # The clock was ahead and was put right: those whom it moved stand where they stood.
            if not build(book, one, day, progress, stop):
                return True
            changed = True
    changed |= _turn(book, known, day)
    if reckoned_on(execute) != day.isoformat():
        book.write(lambda: book.set_meta("campaign_day", day.isoformat()))
    return changed


def _gone(execute: Any) -> list[str]:
    """Campaigns of which rows are left, but which were taken back."""
    keys = [row[0].partition(":")[2] for row in execute("SELECT k FROM meta WHERE k LIKE 'campaign:%'").fetchall()]
    return [one for one in keys if execute("SELECT 1 FROM campaign WHERE id = ?", (one,)).first() is None]


def _forget_at_once(book: Casebook, campaign: str) -> None:
    with book.database.atomic("IMMEDIATE"):
        _forget(book.database.connection().cursor().execute, campaign)


def _turned(execute: Any, known: Sequence[Campaign], day: date) -> tuple[set[str], set[str]]:
    """The doors and places of which the day has come."""
    ids = {one.id for one in known}
    households: set[str] = set()
    places: set[str] = set()
    for campaign, household, place in execute(
        "SELECT campaign_id, household_id, place_id FROM campaign_unit WHERE turns_on <= ?", (day.isoformat(),)
    ).fetchall():
        if campaign in ids:
            households.update([household] if household else ())
            places.update([place] if place else ())
    return households, places


def _turn(book: Casebook, known: Sequence[Campaign], day: date) -> bool:
    """Move the units whose day has come."""
    execute = book.database.connection().cursor().execute
    households, places = _turned(execute, known, day)
    changed = False

    def job(doors: Sequence[str], spots: Sequence[str]) -> None:
        nonlocal changed
        with book.database.atomic("IMMEDIATE"):
            run = book.database.connection().cursor().execute
            changed |= refresh(run, running(run), doors, spots, day)

    for part in campaign_facts.chunks(sorted(households)):
        book.write(lambda part=part: job(part, ()))  # type: ignore[misc]
    if places:
        book.write(lambda: job((), sorted(places)))
    return changed


def rebuild(database: Database, day: date) -> None:
    """Make the rows of the campaigns that run anew, in the caller's transaction."""
    execute = database.connection().cursor().execute
    known = running(execute)
    for one in known:
        _forget(execute, one.id)
    _build_now(execute, [one for one in known if one.definition.subject is not CampaignSubject.COUNTER], day)
