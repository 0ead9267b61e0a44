"""What a forecast takes: a campaign over every door of the district, eight weeks in, half of it tried.

The record is written straight into the derived tables of a copy: to knock on half a million doors by saves would take
a day and measure the saves.
"""

from __future__ import annotations

import random
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from casework.domain import workingdays
from tests.benchmarks.figures import Figure, spread

if TYPE_CHECKING:
    from pathlib import Path

    from casework.casebook.book import Casebook

DAYS = 40
"""Working days of the record."""


def of_the_district(book: Casebook, _folder: Path, runs: int = 9, seed: int = 1) -> list[Figure]:
    """The forecast of the largest campaign that there can be, read and reckoned; and what of it is reckoning alone."""
    from casework.casebook import campaigns, forecasts
    from casework.domain.campaign import Bucket
    from casework.domain.forecast import WhatIf

    campaign, tried = campaign_half_way(book, seed)
    counts = campaigns.buckets(book, campaign)
    figures = []
    for name, what_if, most in (("forecast", None, 300.0), ("what-if, Saturdays", WhatIf.SATURDAY, None)):
        times, worked = [], []
        for _run in range(runs):
            before, busy = time.perf_counter(), time.thread_time()
            told = forecasts.of(book, campaign, what_if=what_if)
            times.append(time.perf_counter() - before)
            worked.append(time.thread_time() - busy)
        assert told.told, told.reason
        details = {
            "ms": spread(times),
            "of that at work": spread(worked),
            "doors": sum(counts.values()),
            "done": counts[Bucket.DONE],
            "tries": tried,
        }
        value = sorted(times)[runs // 2] * 1000
        figures.append(Figure(f"campaign of the district, {name}", value, "ms", most, details=details))
    return figures


def campaign_half_way(book: Casebook, seed: int) -> tuple[str, int]:
    """A campaign over every door with a record of `DAYS` working days; its id, and how many tries it has."""
    from casework.casebook import campaigns
    from casework.casebook.campaign_entries import StartEntry

    today = book.today()
    days = []
    day = today
    while len(days) < DAYS:
        day -= timedelta(days=1)
        if workingdays.is_working_day(day):
            days.append(day)
    days.reverse()
    started = StartEntry(key="home_visits", starts_on=days[0], deadline=today + timedelta(days=200))
    campaign = campaigns.start(book, started).subject_id
    campaigns.keep_up(book)
    rng = random.Random(seed)
    execute = book.database.connection().cursor().execute
    units = [
        row[0] for row in execute("SELECT unit_id FROM campaign_unit WHERE campaign_id = ?", (campaign,)).fetchall()
    ]
    chosen = rng.sample(units, len(units) // 2)
    tries: list[tuple[str, str, str, int, int]] = []
    moved: list[tuple[str, int, str, str]] = []
    for n, unit in enumerate(chosen):
        at, knock, done = n * DAYS // len(chosen), 0, False
        while at < DAYS and not done:
            knock += 1
            done = rng.random() < 0.72 * 0.8 ** (knock - 1)
            tries.append((campaign, days[at].isoformat(), unit, knock, int(done)))
            at += rng.randint(1, 5)
        moved.append(("done" if done else "call_back", knock, campaign, unit))
    tries.sort()
    work = book.database

    def write() -> None:
        with work.atomic():
            cursor = work.connection().cursor()
            cursor.executemany(
                "INSERT OR REPLACE INTO campaign_try (campaign_id, day, unit_id, n, done) VALUES (?,?,?,?,?)", tries
            )
            cursor.executemany(
                "UPDATE campaign_unit SET bucket = ?, tries = ? WHERE campaign_id = ? AND unit_id = ?", moved
            )
            cursor.execute("DELETE FROM campaign_count WHERE campaign_id = ?", (campaign,))
            cursor.execute(
                "INSERT INTO campaign_count (campaign_id, bucket, grid_id, n) SELECT campaign_id, bucket, grid_id, count(*) "
                "FROM campaign_unit WHERE campaign_id = ? GROUP BY campaign_id, bucket, grid_id", (campaign,)
            )  # fmt: skip

    book.write(write)
    return campaign, len(tries)
