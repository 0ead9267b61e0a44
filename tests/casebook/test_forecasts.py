"""The forecast of a campaign from what was logged at doors: nothing is told early, and then from the days as they were."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from casework.casebook import bookings, campaigns, forecasts, visits
from casework.casebook.arrangement_entries import BookingEntry
from casework.casebook.campaign_entries import CloseCampaign, CountEntry, StartEntry, UnitMark
from casework.casebook.clock import FrozenClock
from casework.casebook.entries import VisitEntry
from casework.catalog import shelf
from casework.domain import workingdays
from casework.domain.campaign import Bucket
from casework.domain.forecast import WhatIf
from casework.domain.visit import Outcome
from casework.language import say, set_language
from tests.casebook.conftest import MORNING, Neighbourhood

ONCE = """
name = "once"
version = "1"
label = { zh = "走访一次", en = "One visit" }
text = { zh = "每户一次", en = "Each door once" }
subject = "household"
source = "a test"
effective = 2026-01-01
[[done]]
visit = { outcome = ["completed"], modes = ["door"] }
"""
MONDAY = MORNING.replace(month=6, day=1)
DOORS = 60


@pytest.fixture
def campaign(here: Neighbourhood, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A campaign over some sixty doors, started on a Monday."""
    folder = tmp_path / "catalog"
    (folder / "campaigns").mkdir(parents=True)
    (folder / "campaigns" / "once.toml").write_text(ONCE, encoding="utf-8")
    monkeypatch.setenv("CASEWORK_CATALOG", str(folder))
    shelf.forget()
    for n in range(DOORS):
        here.add_door(f"3-2-{n}", str(n), 10 + n)
    here.clock.instant = MONDAY
    entry = StartEntry(key="once", starts_on=MONDAY.date(), deadline=date(2026, 6, 30))
    yield campaigns.start(here.book, entry).subject_id
    shutil.rmtree(folder)
    shelf.forget()


def knock_on(here: Neighbourhood, campaign: str, when: datetime, met: int, missed: int) -> None:
    """A day's work: so many doors met and so many not, call-backs first."""
    here.clock.instant = when
    rows = [
        *campaigns.page(here.book, campaign, Bucket.CALL_BACK),
        *campaigns.page(here.book, campaign, Bucket.TO_VISIT),
    ]
    for n, row in enumerate(rows[: met + missed]):
        outcome = Outcome.COMPLETED if n < met else Outcome.NO_ANSWER
        visits.log(here.book, VisitEntry(household_id=row.household_id, outcome=outcome, happened_at=when))


def week(here: Neighbourhood, campaign: str, days: int, hour: int = 10) -> None:
    for n in range(days):
        knock_on(here, campaign, MONDAY.replace(hour=hour) + timedelta(days=n), 4 + n % 2, 3)


def test_in_its_first_week_it_cannot_be_told(here: Neighbourhood, campaign: str) -> None:
    set_language("en")
    week(here, campaign, 4)
    told = forecasts.of(here.book, campaign)
    assert told.reason is not None
    assert "can't be told yet" in say(told.reason)
    assert told.likely is None


def test_after_a_week_there_are_lines_a_chance_and_a_pace(here: Neighbourhood, campaign: str) -> None:
    week(here, campaign, 5)
    here.clock.instant = MONDAY + timedelta(days=7)
    told = forecasts.of(here.book, campaign)
    assert told.told
    counts = campaigns.buckets(here.book, campaign)
    done = counts[Bucket.DONE]
    assert told.pace == done / 5
    assert told.even is not None
    assert told.likely is not None
    assert here.book.today() <= told.even <= told.likely
    assert told.band[0].low >= done
    assert told.deadline == date(2026, 6, 30)
    assert told.days_left == workingdays.between(date(2026, 6, 7), date(2026, 6, 30))
    assert forecasts.of(here.book, campaign) == told, "the same casebook tells the same"
    assert forecasts.of(here.book, campaign, seed=5) != told


def test_what_is_left_is_counted_by_its_tries_and_refusals_are_said(here: Neighbourhood, campaign: str) -> None:
    set_language("en")
    week(here, campaign, 5)
    left = campaigns.page(here.book, campaign, Bucket.TO_VISIT)
    campaigns.exempt(here.book, UnitMark(campaign_id=campaign, unit_id=left[0].id, words="空置"))
    campaigns.refuse(here.book, UnitMark(campaign_id=campaign, unit_id=left[1].id, words="不需要"))
    bookings.add(
        here.book,
        BookingEntry(household_id=left[2].household_id, day=date(2026, 6, 18), hour="14:30"),
    )
    here.clock.instant = MONDAY + timedelta(days=7)
    told = forecasts.of(here.book, campaign)
    assert told.never == 2
    assert told.even is not None
    assert told.likely is not None
    assert told.likely >= date(2026, 6, 18), "the booked door is waited for"


def test_the_record_of_the_burn_up_ends_where_the_buckets_stand(here: Neighbourhood, campaign: str) -> None:
    week(here, campaign, 6)
    record = forecasts.done_by_day(here.book, campaign)
    assert record[0] == (MONDAY.date(), 0)
    assert record[-1][1] == campaigns.buckets(here.book, campaign)[Bucket.DONE]
    assert [done for _day, done in record] == sorted(done for _day, done in record)


def test_what_if_asks_the_record_for_hands_and_hours(here: Neighbourhood, campaign: str) -> None:
    set_language("en")
    week(here, campaign, 5)
    here.clock.instant = MONDAY + timedelta(days=7)
    plain, more = forecasts.of(here.book, campaign), forecasts.of(here.book, campaign, what_if=WhatIf.WORKER)
    assert plain.likely is not None
    assert more.likely is not None
    assert more.likely < plain.likely, "two do more than one"
    evening = forecasts.of(here.book, campaign, what_if=WhatIf.EVENING)
    assert evening.reason is not None
    assert "0 tries in the evening" in say(evening.reason)


def test_a_signed_off_campaign_has_no_forecast(here: Neighbourhood, campaign: str) -> None:
    week(here, campaign, 5)
    campaigns.close(here.book, CloseCampaign(campaign_id=campaign, signed_by="李主任", words="完成"))
    assert forecasts.of(here.book, campaign).reason is not None


def test_a_counter_is_told_from_its_steps(here: Neighbourhood, clock: FrozenClock) -> None:
    clock.instant = MONDAY
    entry = StartEntry(key="pipeline_flats", starts_on=MONDAY.date(), goal=2000)
    campaign = campaigns.start(here.book, entry).subject_id
    for n in range(8):
        clock.instant = MONDAY + timedelta(days=n + (2 if n > 4 else 0))
        campaigns.count(here.book, CountEntry(campaign_id=campaign, n=90 + n, words="燃气公司报数"))
    told = forecasts.of(here.book, campaign)
    assert told.even is not None
    assert told.pace == sum(90 + n for n in range(8)) / 8
    assert forecasts.done_by_day(here.book, campaign)[-1][1] == sum(90 + n for n in range(8))


def test_of_a_large_bucket_a_spread_of_grids_stands_for_all() -> None:
    from collections import Counter

    shares = forecasts._shared_out(Counter({0: 30, 1: 50, 2: 20}), 12345)
    assert sum(shares.values()) == 12345
    assert shares[1] == pytest.approx(6172, abs=1)
