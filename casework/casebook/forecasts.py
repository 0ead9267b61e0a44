"""What a campaign's forecast is told from: the record of the last weeks, what is left by number of tries, booked days.

Read by counts, so that a campaign over a whole district is told in a third of a second; where more than `SAMPLE` doors
stand in a bucket, the shares of tries among them are read from a spread of grids.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from casework.casebook import campaigns
from casework.casebook.campaign_facts import chunks
from casework.domain import forecast
from casework.domain.campaign import Bucket, CampaignState, CampaignSubject
from casework.domain.forecast import KNOCKS, Evenings, Forecast, Left, Standing, StepDay, TryDay, WhatIf
from casework.domain.phrase import N_, Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.casebook.book import Casebook
    from casework.casebook.campaign_views import CampaignRow

SEED = 20260701
"""The seed where none is given: the same casebook tells the same day twice."""

RECENT_DAYS = (28, 56, 112)
"""Calendar days of the record that are resampled: four weeks, or more where they hold fewer than `ENOUGH` tries. What was
a season ago says little about next week."""

ENOUGH = 400
"""Tries from which a record needs no older ones beside it."""

SAMPLE = 800
"""Doors of a bucket that are read one by one; of more, these stand for all."""

GAPS = 300
"""Second and later tries whose gap to the one before is read, the newest first."""

HOURS = 3000
"""Tries whose hour and worker are looked up where evenings or hands are asked about, the newest first."""

_TRIED = (Bucket.TO_VISIT, Bucket.CALL_BACK)
_ENDED = (Bucket.REFUSED, Bucket.EXEMPT)


def of(book: Casebook, campaign_id: str, *, what_if: WhatIf | None = None, seed: int = SEED) -> Forecast:
    """The forecast of a campaign as it stands now.

    Reads only; may run in any thread. The same casebook, day and seed tell the same.

    Raises:
        NotFound: there is no such campaign.
    """
    row = campaigns.get(book, campaign_id)
    if row.state is CampaignState.CLOSED:
        return Forecast(reason=Phrase(N_("The campaign is signed off.")), deadline=row.deadline)
    if not campaigns.is_built(book, campaign_id):
        return Forecast(reason=Phrase(N_("The lists of this campaign are still being made.")), deadline=row.deadline)
    execute = book.database.connection().cursor().execute
    chance = random.Random(seed)
    if row.subject is CampaignSubject.COUNTER:
        steps = [StepDay(day.day, day.done) for day in campaigns.days(book, campaign_id)]
        return forecast.of_steps(steps, _of_counter(book, row, steps), chance, what_if=what_if)
    record, last = _record(execute, row, book.today())
    return forecast.of_doors(record, _standing(book, execute, row, record, last, what_if), chance, what_if=what_if)


def done_by_day(book: Casebook, campaign_id: str) -> list[tuple[date, int]]:
    """How many were done at the end of each day of the record, for the burn-up chart; what was done before the start
    stands on its first day.
    """
    row = campaigns.get(book, campaign_id)
    counts = campaigns.buckets(book, campaign_id)
    days = campaigns.days(book, campaign_id)
    done = counts.get(Bucket.DONE, 0) + counts.get(Bucket.TO_RECHECK, 0)
    at = max(0, done - sum(day.done for day in days))
    found = [(row.starts_on, at)]
    for day in days:
        at += day.done
        found.append((day.day, at))
    return found


# --- the record ------------------------------------------------------------------------------------------


def _record(execute: Any, row: CampaignRow, today: date) -> tuple[list[TryDay], date | None]:
    """The days of the last weeks, and the last on which anything was tried."""
    days: list[TryDay] = []
    for window in RECENT_DAYS:
        since = max(row.starts_on, today - timedelta(days=window))
        days = _days(execute, row.id, since)
        if since == row.starts_on or sum(sum(day.tried) for day in days) >= ENOUGH:
            break
    return days, days[-1].day if days else None


def _days(execute: Any, campaign: str, since: date) -> list[TryDay]:
    tried: dict[str, list[int]] = {}
    done: dict[str, list[int]] = {}
    # One number for both, and no sum: the engine counts the rows of a group thrice as fast as it adds up their fields.
    for day, both, count in execute(
        "SELECT day, n * 2 + done, count(*) FROM campaign_try WHERE campaign_id = ? AND day >= ? GROUP BY 1, 2",
        (campaign, since.isoformat()),
    ).fetchall():
        n, met = divmod(both, 2)
        knock = min(n, KNOCKS) - 1
        tried.setdefault(day, [0] * KNOCKS)[knock] += count
        done.setdefault(day, [0] * KNOCKS)[knock] += count * met
    return [TryDay(date.fromisoformat(day), tuple(tried[day]), tuple(done[day])) for day in sorted(tried)]


def _starts(today: date, last: date | None) -> date:
    """The first day still to be worked: today until somebody has gone out, then tomorrow."""
    return today + timedelta(days=1) if last == today else today


def _of_counter(book: Casebook, row: CampaignRow, steps: Sequence[StepDay]) -> Standing:
    today = book.today()
    counts = campaigns.buckets(book, row.id)
    return Standing(
        starts=_starts(today, steps[-1].day if steps else None), done=counts.get(Bucket.DONE, 0), goal=row.goal,
        deadline=row.deadline, hands=None,
    )  # fmt: skip


def _standing(
    book: Casebook, execute: Any, row: CampaignRow, record: Sequence[TryDay], last: date | None, what_if: WhatIf | None
) -> Standing:
    counts = campaigns.buckets(book, row.id)
    starts = _starts(book.today(), last)
    gaps = _gaps(execute, row, record)
    left: list[Left] = []
    for bucket in _TRIED:
        by_tries = _by_tries(execute, row.id, bucket, counts[bucket])
        left += _resting(by_tries, record, gaps, starts) if bucket is Bucket.CALL_BACK else [
            Left(tries, n) for tries, n in sorted(by_tries.items()) if n
        ]  # fmt: skip
    if counts[Bucket.BOOKED]:
        left += _booked(execute, row.id, starts)
    ended: Counter[int] = Counter()
    for bucket in _ENDED:
        for tries, n in _by_tries(execute, row.id, bucket, counts[bucket]).items():
            if tries:
                ended[min(tries, KNOCKS) - 1] += n
    hands, evenings = _people(book, execute, row, record, what_if)
    return Standing(
        starts=starts,
        done=counts[Bucket.DONE] + counts[Bucket.TO_RECHECK],
        left=tuple(left),
        goal=row.goal,
        deadline=row.deadline,
        ended=tuple(ended[knock] for knock in range(KNOCKS)),
        never=counts[Bucket.REFUSED] + counts[Bucket.EXEMPT],
        recheck=counts[Bucket.TO_RECHECK],
        gaps=gaps,
        hands=hands,
        evenings=evenings,
    )


# --- what is left ----------------------------------------------------------------------------------------


def _by_tries(execute: Any, campaign: str, bucket: Bucket, total: int) -> dict[int, int]:
    """How many of a bucket had how many tries; exact up to `SAMPLE`, else in the shares of a spread of grids."""
    if not total:
        return {}
    where = "SELECT tries FROM campaign_unit WHERE campaign_id = ? AND bucket = ?"
    # Without it the engine walks the whole campaign by its primary key.
    order = "ORDER BY grid_id, walk_order, unit_id"
    if total <= SAMPLE:
        return dict(Counter(row[0] for row in execute(f"{where} {order}", (campaign, bucket.value)).fetchall()))
    grids = [
        row[0]
        for row in execute(
            "SELECT grid_id FROM campaign_count WHERE campaign_id = ? AND bucket = ? AND n > 0 ORDER BY grid_id",
            (campaign, bucket.value),
        ).fetchall()
    ]
    step = max(1, len(grids) // 40)
    chosen = grids[::step]
    found: Counter[int] = Counter()
    for grid in chosen:
        rows = execute(
            f"{where} AND grid_id = ? {order} LIMIT ?", (campaign, bucket.value, grid, SAMPLE // len(chosen) + 1)
        )
        found.update(row[0] for row in rows.fetchall())
    return _shared_out(found, total)


def _shared_out(found: Counter[int], total: int) -> dict[int, int]:
    """Counts in the same shares that sum to a total."""
    seen, given, shares = sum(found.values()), 0, {}
    for n, (tries, _count) in enumerate(sorted(found.items()), start=1):
        upto = total if n == len(found) else round(total * sum(c for t, c in found.items() if t <= tries) / seen)
        shares[tries] = upto - given
        given = upto
    return shares


def _gaps(execute: Any, row: CampaignRow, record: Sequence[TryDay]) -> tuple[tuple[int, ...], ...]:
    """Days between two tries at one door, by the knock that came first, from the newest tries."""
    again: list[tuple[str, str, int]] = []
    for one in reversed(record):
        if len(again) >= GAPS or not sum(one.tried[1:]):
            continue
        again += execute(
            "SELECT unit_id, day, n FROM campaign_try WHERE campaign_id = ? AND day = ? AND n > 1 LIMIT ?",
            (row.id, one.day.isoformat(), GAPS - len(again)),
        ).fetchall()
    before: dict[tuple[str, int], str] = {}
    for part in chunks(sorted({one[0] for one in again})):
        marks = ",".join("?" * len(part))
        for unit, day, n in execute(
            f"SELECT unit_id, day, n FROM campaign_try WHERE campaign_id = ? AND unit_id IN ({marks})", (row.id, *part)
        ).fetchall():
            before[unit, n] = day
    gaps: list[list[int]] = [[] for _knock in range(KNOCKS)]
    for unit, day, n in again:
        earlier = before.get((unit, n - 1))
        if earlier is not None:
            gaps[min(n - 1, KNOCKS) - 1].append((date.fromisoformat(day) - date.fromisoformat(earlier)).days)
    return tuple(tuple(some) for some in gaps)


def _resting(
    by_tries: dict[int, int], record: Sequence[TryDay], gaps: Sequence[Sequence[int]], starts: date
) -> list[Left]:
    """Call-backs with the day from which they are tried again: those missed last wait longest, by the usual gap."""
    every = sorted(gap for some in gaps for gap in some)
    usual = every[len(every) // 2] if every else 2
    found: list[Left] = []
    for tries, count in sorted(by_tries.items()):
        left, knock = count, min(max(tries, 1), KNOCKS) - 1
        for day in reversed(record):
            ready = day.day + timedelta(days=usual)
            if left <= 0 or ready <= starts:
                break
            missed = min(left, day.tried[knock] - day.done[knock])
            if missed > 0:
                found.append(Left(tries, missed, ready))
                left -= missed
        if left > 0:
            found.append(Left(tries, left))
    return found


def _booked(execute: Any, campaign: str, starts: date) -> list[Left]:
    """Booked doors on the day that is agreed."""
    units = execute(
        "SELECT household_id, tries FROM campaign_unit WHERE campaign_id = ? AND bucket = ? "
        "ORDER BY grid_id, walk_order, unit_id",
        (campaign, Bucket.BOOKED.value),
    ).fetchall()
    agreed: dict[str, str] = {}
    for part in chunks(sorted({one[0] for one in units if one[0]})):
        marks = ",".join("?" * len(part))
        for home, day in execute(
            f"SELECT household_id, day FROM booking WHERE state = 'open' AND household_id IN ({marks})", part
        ).fetchall():
            if day >= starts.isoformat() and day < agreed.get(home, "9999"):
                agreed[home] = day
    found: Counter[tuple[int, str]] = Counter((tries, agreed.get(home, "")) for home, tries in units)
    return [
        Left(tries, n, date.fromisoformat(day) if day else None, booked=True)
        for (tries, day), n in sorted(found.items())
    ]


# --- hours and hands -------------------------------------------------------------------------------------


def _people(
    book: Casebook, execute: Any, row: CampaignRow, record: Sequence[TryDay], what_if: WhatIf | None
) -> tuple[float | None, Evenings]:
    """How many went out on a worked day, and how evenings compare: asked only where a what-if needs it, as it is read
    visit by visit. Of places and residents' lists without visits nothing is known.
    """
    if what_if not in (WhatIf.WORKER, WhatIf.EVENING) or not record or row.subject is CampaignSubject.PLACE:
        return None, Evenings()
    from casework.catalog.shelf import schedule_rules

    evening_from = schedule_rules().settings.evening_from_hour
    tries = execute(
        "SELECT t.unit_id, t.day, t.n, t.done, u.household_id FROM campaign_try t "
        "CROSS JOIN campaign_unit u ON u.campaign_id = t.campaign_id AND u.unit_id = t.unit_id "
        "WHERE t.campaign_id = ? AND t.day >= ? ORDER BY t.day DESC LIMIT ?",
        (row.id, record[0].day.isoformat(), HOURS),
    ).fetchall()
    visits: dict[tuple[str, str], tuple[int, str]] = {}
    since = min((one[1] for one in tries), default="")
    for part in chunks(sorted({one[4] for one in tries if one[4]})):
        marks = ",".join("?" * len(part))
        for home, at, worker in execute(
            f"SELECT household_id, happened_at, worker_id FROM visit WHERE household_id IN ({marks}) AND happened_at >= ?",
            (*part, since),
        ).fetchall():
            key = (home, at[:10])
            hour = int(at[11:13])
            visits[key] = max(visits.get(key, (0, "")), (hour, worker))
    crews: dict[str, set[str]] = {}
    counts = [[0] * KNOCKS for _kind in range(4)]
    for _unit, day, n, done, home in tries:
        seen = visits.get((home, day))
        if seen is None:
            continue
        hour, worker = seen
        crews.setdefault(day, set()).add(worker)
        kind, knock = 0 if hour >= evening_from else 2, min(n, KNOCKS) - 1
        counts[kind][knock] += 1
        counts[kind + 1][knock] += done
    hands = sum(len(crew) for crew in crews.values()) / len(crews) if crews else None
    return hands, Evenings(*(tuple(kind) for kind in counts))
