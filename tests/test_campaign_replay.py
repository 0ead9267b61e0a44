"""The valve campaign replayed: 1,400 eligible of 4,000 households, 72 % met at the first knock, four weeks, two workers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from casework.casebook import areas, campaigns, checks, doctor, register, visits
from casework.casebook.book import Casebook
from casework.casebook.campaign_entries import CloseCampaign, StartEntry, UnitMark
from casework.casebook.clock import FrozenClock
from casework.casebook.entries import AnswerEntry, CheckEntry, VisitEntry, WorkerEntry
from casework.catalog import checks as checklists
from casework.domain import form
from casework.domain.campaign import OPEN, Bucket
from casework.domain.check import Answer, AnswerState, SubjectKind
from casework.domain.household import Fuel
from casework.domain.register import RegisterRow
from casework.domain.visit import Outcome, RefusalReason
from casework.domain.worker import Role, Worker
from casework.language import say, set_language

MONDAY = datetime.fromisoformat("2026-06-01T08:00:00+08:00")
HOUSEHOLDS, ELIGIBLE = 4000, 1400
KNOCKS_A_DAY = 46
"""Of each worker."""


def roster() -> list[RegisterRow]:
    """4,000 doors of 40 buildings in ten grids; every third is old, hard up and alone with a gas cylinder."""
    rows = []
    for n in range(HOUSEHOLDS):
        needy = n * ELIGIBLE // HOUSEHOLDS != (n + 1) * ELIGIBLE // HOUSEHOLDS
        building = n // 100 + 1
        rows.append(
            RegisterRow(
                line=n + 2, community="满春社区", grid=f"第{n // 400 + 1}网格", building=f"{building}栋", unit="1",
                floor=n % 100 // 4 + 1, room=f"{n % 100 // 4 + 1}0{n % 4 + 1}",
                short=f"{building}-1-{n % 100 // 4 + 1}0{n % 4 + 1}", walk_order=n, name=f"陈{n}",
                fuel=Fuel.LPG_CYLINDER if needy or n % 2 else Fuel.PIPELINE_GAS,
                born=date(1945 if needy else 1990, 1 + n % 12, 1), tags=("lives_alone", "hardship") if needy else (),
            )
        )  # fmt: skip
    return rows


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    set_language("en")
    clock = FrozenClock(MONDAY)
    made, _recovery = Casebook.create(
        tmp_path / "replay.casework", community="满春社区", worker="李芳", secret=None, clock=clock, synchronous="off"
    )
    with register.bulk(made):
        register.apply_rows(made, roster())
    yield made
    made.close()
    set_language("zh_CN")


class Fitter:
    """Fits valves as the two workers do."""

    def __init__(self, book: Casebook) -> None:
        self.book = book
        self.checklist = checklists.load("lpg_cylinder")
        self.answers: dict[str, AnswerEntry] = {}

    def fit(self, door: str) -> None:
        """Met: the visit, and the check with the valve that was fitted."""
        book, now = self.book, self.book.clock.now()
        visits.log(book, VisitEntry(household_id=door, outcome=Outcome.COMPLETED, happened_at=now))
        if not self.answers:
            given = {"valve_fitted": "yes", "stove_distance_m": 0.8, "hose_length_m": 1.2}
            context = checks.context(book, SubjectKind.HOUSEHOLD, door, door, now.date())
            filled = form.all_in_order(
                self.checklist, {name: Answer(AnswerState.PASS, value) for name, value in given.items()}, context
            )
            self.answers = {name: AnswerEntry(state=one.state, value=one.value) for name, one in filled.items()}
        entry = CheckEntry(
            checklist="lpg_cylinder", version=self.checklist.version, subject_kind=SubjectKind.HOUSEHOLD,
            subject_id=door, household_id=door, happened_at=now, answers=self.answers,
        )  # fmt: skip
        checks.save(book, entry)


def test_four_weeks_of_the_valve_campaign(book: Casebook) -> None:
    rng = random.Random(4)
    clock: FrozenClock = book.clock  # type: ignore[assignment]
    second = areas.add_worker(book, WorkerEntry(name="王海涛")).subject_id
    workers = (book.worker, Worker(second, "王海涛", Role.GRID_WORKER))
    campaign = campaigns.start(book, StartEntry(key="valve", goal=ELIGIBLE, lead="周敏")).subject_id
    assert campaigns.buckets(book, campaign)[Bucket.TO_VISIT] == ELIGIBLE
    queue = [row.id for row in campaigns.page(book, campaign, Bucket.TO_VISIT, limit=ELIGIBLE)]
    again: list[str] = []
    knocked: dict[str, int] = {}
    today: set[str] = set()
    met: set[str] = set()
    refused: set[str] = set()
    fitter = Fitter(book)

    def knock(door: str) -> None:
        knocked[door] = knocked.get(door, 0) + 1
        today.add(door)
        draw = rng.random()
        if draw < (0.72 if knocked[door] == 1 else 0.5):
            fitter.fit(door)
            met.add(door)
        elif draw > 0.985:
            entry = VisitEntry(household_id=door, outcome=Outcome.REFUSED, refusal_reason=RefusalReason.DISTRUST)
            visits.log(book, entry)
            refused.add(door)
        else:
            visits.no_answer(book, door)
            again.append(door)

    def round_of(worker: Worker) -> None:
        book.worker = worker
        back = [door for door in again if door not in today and rng.random() < 0.25][: KNOCKS_A_DAY // 3]
        for door in back:
            again.remove(door)
        for n in range(KNOCKS_A_DAY):
            clock.instant += timedelta(minutes=4)
            if n < len(back):
                knock(back[n])
            elif queue:
                knock(queue.pop(0))

    record = []
    for week in range(4):
        for weekday in range(5):
            day = MONDAY + timedelta(days=7 * week + weekday)
            clock.instant = day
            today.clear()
            campaigns.keep_up(book)
            before = len(met)
            tried = sum(knocked.values())

            def whole_day(start: datetime = day) -> None:
                with book.together():
                    for worker in workers:
                        clock.instant = start + timedelta(hours=1)
                        round_of(worker)

            if week == 0 and weekday < 2:
                # Save by save on the first days, so that each moves its door in its own transaction.
                for worker in workers:
                    clock.instant = day + timedelta(hours=1)
                    round_of(worker)
            else:
                book.write(whole_day)
            found = campaigns.buckets(book, campaign)
            assert sum(found.values()) == HOUSEHOLDS
            assert found[Bucket.DONE] + found[Bucket.TO_RECHECK] == len(met)
            assert found[Bucket.REFUSED] == len(refused)
            assert found[Bucket.CALL_BACK] == len(again)
            assert found[Bucket.NOT_ELIGIBLE] == HOUSEHOLDS - ELIGIBLE
            record.append((day.date(), len(met) - before, sum(knocked.values()) - tried))
    book.worker = workers[0]

    days = campaigns.days(book, campaign)
    assert [(one.day, one.done, sum(one.tried)) for one in days] == record
    first = sum(one.tried[0] for one in days), sum(one.met[0] for one in days)
    assert first[0] == len(knocked)
    assert 0.69 <= first[1] / first[0] <= 0.75
    assert not doctor.examine(book).findings

    stuck = campaigns.page(book, campaign, Bucket.CALL_BACK, limit=1)[0]
    campaigns.exempt(book, UnitMark(campaign_id=campaign, unit_id=stuck.id, words="长期住女儿家"))
    left = campaigns.open_at_close(book, campaign, limit=HOUSEHOLDS)
    found = campaigns.buckets(book, campaign)
    assert len(left) == sum(n for bucket, n in found.items() if bucket in OPEN)
    assert found[Bucket.EXEMPT] == 1
    receipt = campaigns.close(book, CloseCampaign(campaign_id=campaign, signed_by="周敏", words="余下的转下半年"))
    listed = {f"Still open: {found[one]} {said}." for one, said in ((Bucket.TO_VISIT, "to visit"),
              (Bucket.CALL_BACK, "to call back"), (Bucket.TO_RECHECK, "to re-check")) if found[one]}  # fmt: skip
    assert {say(one) for one in receipt.follows} == listed
    assert campaigns.buckets(book, campaign) == found
    print({bucket.value: n for bucket, n in found.items()}, f"{len(days)} days, {sum(knocked.values())} knocks")
