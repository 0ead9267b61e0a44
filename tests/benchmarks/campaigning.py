"""What campaigns cost over a district: starting one, its board right after a save, the first page of every bucket, and a
visit's save while three of them run.
"""

from __future__ import annotations

import os
import random
import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING

from tests.benchmarks import storing
from tests.benchmarks.figures import Figure, percentile, spread

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from casework.casebook.book import Casebook

THIRD = """
name = "gas_talks"
version = "1"
label = { zh = "管道气用户走访", en = "Talks with pipeline gas users" }
text = { zh = "管道气用户都走访到。", en = "Everyone on pipeline gas is visited." }
subject = "household"
source = "benchmark"
effective = 2026-01-01
starts = "01-01"

[when]
fuel = "pipeline_gas"

[[done]]
visit = { outcome = ["completed"] }
"""
"""A third campaign that nearly every visit moves."""

EACH = 210
"""Units that are moved into each bucket: more than a page."""


def campaigns(book: Casebook, folder: Path) -> list[Figure]:
    """All figures, on a copy that may be written in."""
    from casework.catalog import shelf

    (folder / "catalog" / "campaigns").mkdir(parents=True)
    (folder / "catalog" / "campaigns" / "gas_talks.toml").write_text(THIRD, encoding="utf-8")
    before = os.environ.get("CASEWORK_CATALOG")
    os.environ["CASEWORK_CATALOG"] = str(folder / "catalog")
    shelf.forget()
    try:
        return _campaigns(book, folder)
    finally:
        if before is None:
            del os.environ["CASEWORK_CATALOG"]
        else:
            os.environ["CASEWORK_CATALOG"] = before
        shelf.forget()


def _campaigns(book: Casebook, folder: Path) -> list[Figure]:
    figures = _saves(book, folder / "without", "no campaign")
    ids: dict[str, str] = {}
    for key in ("home_visits", "valve", "gas_talks"):
        figures += _start(book, key, ids)
    figures += _saves(book, folder / "with", "three campaigns")
    _fill(book, ids["home_visits"])
    figures += _boards(book, ids)
    figures += _pages(book, ids)
    return figures


def _saves(book: Casebook, folder: Path, said: str) -> list[Figure]:
    folder.mkdir()
    found = storing.saving(book, folder, blocks=6)
    return [replace(one, name=one.name.replace(" / ", f", {said} / "), most=None) for one in found]


def _start(book: Casebook, key: str, ids: dict[str, str]) -> list[Figure]:
    from casework.casebook import campaigns
    from casework.casebook.campaign_entries import StartEntry

    before = time.perf_counter()
    ids[key] = campaigns.start(book, StartEntry(key=key)).subject_id
    said = time.perf_counter() - before
    parts: list[float] = []
    last = time.perf_counter()

    def progress(_n: int, _of: int) -> None:
        nonlocal last
        now = time.perf_counter()
        parts.append(now - last)
        last = now

    campaigns.keep_up(book, progress=progress)
    whole = time.perf_counter() - before
    units = sum(campaigns.buckets(book, ids[key]).values())
    longest = max(parts, default=0.0)
    return [
        Figure(f"campaign {key}, started and built", whole, "s", 20.0,
               details={"units": units, "said after s": said, "longest part s": longest}),
    ]  # fmt: skip


def _fill(book: Casebook, campaign: str, seed: int = 6) -> None:
    """Move units into every bucket that the campaign knows."""
    from casework.casebook import bookings, campaigns, visits
    from casework.casebook.arrangement_entries import BookingEntry
    from casework.casebook.campaign_entries import UnitMark
    from casework.casebook.entries import VisitEntry
    from casework.domain.campaign import Bucket
    from casework.domain.visit import Outcome

    rng = random.Random(seed)
    rows = book.database.execute_sql(
        "SELECT unit_id FROM campaign_unit WHERE campaign_id = ? AND bucket = 'to_visit' AND tries = 0 LIMIT 60000",
        (campaign,),
    ).fetchall()
    doors = [row[0] for row in rng.sample(rows, min(5 * EACH, len(rows)))]
    now = book.clock.now()
    early = datetime(now.year, 1, 10, 10, tzinfo=now.tzinfo)

    def completed(door: str, at: datetime) -> None:
        visits.log(book, VisitEntry(household_id=door, outcome=Outcome.COMPLETED, happened_at=at))

    for n, door in enumerate(doors):
        match n % 5:
            case 0:
                visits.no_answer(book, door)
            case 1:
                completed(door, early)
                completed(door, max(now - timedelta(days=1), early + timedelta(days=40)))
            case 2:
                campaigns.exempt(book, UnitMark(campaign_id=campaign, unit_id=door, words="x"))
            case 3:
                campaigns.refuse(book, UnitMark(campaign_id=campaign, unit_id=door, words="x"))
            case _:
                when = date.today() + timedelta(days=2)
                bookings.add(book, BookingEntry(household_id=door, day=when, hour="10:00"))
    found = campaigns.buckets(book, campaign)
    print({bucket.value: n for bucket, n in found.items() if n and bucket is not Bucket.TO_VISIT})


def _boards(book: Casebook, ids: dict[str, str], saves: int = 60) -> list[Figure]:
    """The buckets of a campaign, each time right after a save."""
    from casework.casebook import campaigns, visits

    rng = random.Random(7)
    doors = [row[0] for row in book.database.execute_sql("SELECT id FROM household LIMIT 100000").fetchall()]
    times: list[float] = []
    for _n in range(saves):
        visits.no_answer(book, rng.choice(doors))
        for campaign in ids.values():
            before = time.perf_counter()
            campaigns.buckets(book, campaign)
            times.append(time.perf_counter() - before)
    return [Figure("campaign board, buckets after a save, p95", percentile(times, 0.95) * 1000, "ms", 50.0,
                   details={"ms": spread(times)})]  # fmt: skip


def _pages(book: Casebook, ids: dict[str, str]) -> list[Figure]:
    """The first page of each bucket, of every campaign; and of one grid after the other."""
    from casework.casebook import campaigns
    from casework.domain.campaign import Bucket

    slowest: dict[str, float] = {}
    rows: dict[str, int] = {}
    for key, campaign in ids.items():
        for bucket in Bucket:
            name = f"{key}/{bucket.value}"
            spent = _timed(lambda campaign=campaign, bucket=bucket: campaigns.page(book, campaign, bucket))  # type: ignore[misc]
            slowest[name] = spent
            rows[name] = len(campaigns.page(book, campaign, bucket))
    worst = max(slowest, key=lambda name: slowest[name])
    grids = random.Random(8).sample(storing.grids(book), min(40, len(storing.grids(book))))
    per_grid = [
        _timed(lambda grid=grid, bucket=bucket: campaigns.page(book, ids["valve"], bucket, grid), 1)  # type: ignore[misc]
        for grid in grids
        for bucket in (Bucket.TO_VISIT, Bucket.NOT_ELIGIBLE)
    ]
    return [
        Figure("campaign, first page of any bucket, slowest", slowest[worst] * 1000, "ms", 20.0,
               details={"which": worst, "rows": rows[worst],
                        "all ms": " ".join(f"{one * 1000:.3g}" for one in slowest.values())}),
        Figure("campaign, first page of a bucket in a grid, p95", percentile(per_grid, 0.95) * 1000, "ms", 20.0,
               details={"ms": spread(per_grid)}),
    ]  # fmt: skip


def _timed(thing: Callable[[], object], times: int = 5) -> float:
    """The median of a few runs."""
    spent = []
    for _n in range(times):
        before = time.perf_counter()
        thing()
        spent.append(time.perf_counter() - before)
    return median(spent)
