"""What follow-ups cost at 100,000 of them: the first page of the list and of each filter, the board, and a step.

The cases are entered as those of another system are, in every state and with every owner, and kept for the next run.
"""

from __future__ import annotations

import random
import shutil
import time
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from tests.benchmarks import districts
from tests.benchmarks.figures import Figure, percentile, spread
from tests.benchmarks.storing import RawCommit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from casework.casebook.book import Casebook
    from casework.casebook.followups import FollowupFilter

OPEN = ("reported", "assigned", "accepted", "returned", "in_progress", "suspended", "done", "verifying")
CLOSED = ("closed_verified", "closed_unverified", "closed_not_fixed")
BATCH = 2000
LIMIT_MS = 20.0


def district(cases: int, residents: int = 20_000) -> Path:
    """A casebook with so many cases, two of five of them open; made if it is not there."""
    path = districts.folder() / f"cases-{cases}-{residents}" / "cases.casework"
    if path.exists():
        return path
    from casework.casebook.book import Casebook

    making = path.parent.with_name(path.parent.name + ".making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir()
    book = Casebook.open(districts.copy_of(districts.district(residents), making))
    try:
        _enter(book, cases)
    finally:
        book.close()
    for file in making.iterdir():
        file.rename(making / file.name.replace("district.casework", path.name))
    making.rename(path.parent)
    return path


def _enter(book: Casebook, cases: int, seed: int = 5) -> None:
    from casework.casebook import followups
    from casework.casebook.followup_entries import OutsideCaseEntry
    from casework.casebook.transaction import Transaction
    from casework.catalog import shelf
    from casework.domain.phrase import Phrase
    from casework.domain.receipt import Receipt

    rng = random.Random(seed)
    doors = [row[0] for row in book.database.execute_sql("SELECT id FROM household ORDER BY id").fetchall()]
    categories, departments, now = list(shelf.categories()), list(shelf.departments()), book.clock.now()

    def one(number: int) -> OutsideCaseEntry:
        still_open = rng.random() < 0.4
        opened = now - timedelta(minutes=rng.randrange(60, 60 * 24 * (60 if still_open else 700)))
        mine = rng.random() < 0.3
        return OutsideCaseEntry(
            category=rng.choice(categories), title=f"第 {number} 件", opened_at=opened,
            state=rng.choice(OPEN if still_open else CLOSED), household_id=rng.choice(doors),
            owner_kind="worker" if mine else "department",
            owner=book.worker.id if mine else rng.choice(departments),
            due_at=opened + timedelta(days=rng.choice((1, 5, 10, 40))), source="hotline_12345",
            closed_at=None if still_open else min(now, opened + timedelta(days=rng.randrange(1, 20))),
            official_number=f"T{number:08d}",
        )  # fmt: skip

    def batch(numbers: range) -> Callable[[Transaction], Receipt]:
        def work(tx: Transaction) -> Receipt:
            tx.bulk = True
            for number in numbers:
                followups.record_outside(tx, one(number))
            return Receipt("", "cases.import", "followup", "", Phrase("{n}", {"n": len(numbers)}))

        return work

    for start in range(0, cases, BATCH):
        book.save("cases.import", None, batch(range(start, min(cases, start + BATCH))), undoable=False)


def filters(book: Casebook) -> dict[str, FollowupFilter]:
    """Each filter of the screen, alone, and several of them together."""
    from casework.casebook.followups import FollowupFilter

    now, today = book.clock.now(), book.today()
    return {
        "open": FollowupFilter(), "overdue": FollowupFilter(overdue_at=now), "mine": FollowupFilter(mine=book.worker.id),
        "department": FollowupFilter(owner_kind="department", owner="police"),
        "category": FollowupFilter(category="noise"), "state": FollowupFilter(state="returned"),
        "age": FollowupFilter(opened_before=today - timedelta(days=30)), "repeats": FollowupFilter(repeats=True),
        "priority": FollowupFilter(priority=1), "pressing first": FollowupFilter(by_priority=True),
        "supervisor": FollowupFilter(supervise=now), "to be asked": FollowupFilter(asking=True),
        "closed": FollowupFilter(open=False), "closed, category": FollowupFilter(open=False, category="noise"),
        "three together": FollowupFilter(category="noise", state="returned", owner_kind="department", owner="police"),
    }  # fmt: skip


def lists(book: Casebook, reads: int = 9) -> list[Figure]:
    """The first page of each filter with its count, the median of several reads; the slowest is held to the budget."""
    from casework.casebook import followups

    def read(work: Callable[[], object]) -> float:
        times = []
        for _ in range(reads):
            before = time.perf_counter()
            work()
            times.append(time.perf_counter() - before)
        return median(times) * 1000

    pages = {
        name: read(lambda wanted=wanted: followups.page(book, wanted, limit=60))
        for name, wanted in filters(book).items()
    }
    counts = {name: read(lambda wanted=wanted: followups.count(book, wanted)) for name, wanted in filters(book).items()}
    slowest = max(pages, key=pages.__getitem__)
    most = max(counts, key=counts.__getitem__)
    return [
        Figure(f"follow-ups, first page of a filter (slowest: {slowest})", pages[slowest], "ms", LIMIT_MS,
               details={name: f"{value:.2g}" for name, value in pages.items()}),
        Figure(f"follow-ups, count of a filter (slowest: {most})", counts[most], "ms", LIMIT_MS,
               details={name: f"{value:.2g}" for name, value in counts.items()}),
        Figure("follow-ups, the board", read(lambda: followups.board(book)), "ms"),
    ]  # fmt: skip


def steps(book: Casebook, folder: Path, blocks: int = 8, block: int = 25, seed: int = 2) -> list[Figure]:
    """A step of a case, durable, against a raw commit; by turns in blocks, as a save of a visit is measured."""
    from casework.casebook import followups
    from casework.casebook.followup_entries import StepEntry
    from casework.casebook.followups import FollowupFilter

    found = [row.id for row in followups.page(book, FollowupFilter(state="assigned"), limit=4000)]
    random.Random(seed).shuffle(found)
    cases = iter(found)
    raw = RawCommit(folder / "raw.db", book.key)
    times: dict[str, list[float]] = {"raw": [], "step": []}
    things: Sequence[tuple[str, Callable[[], object]]] = (
        ("raw", raw),
        ("step", lambda: followups.accept(book, StepEntry(followup_id=next(cases)))),
    )
    for n in range(-1, blocks):
        for name, thing in things:
            for _save in range(block):
                before = time.perf_counter()
                thing()
                if n >= 0:
                    times[name].append(time.perf_counter() - before)
    floor = median(times["raw"])
    return [
        Figure("a step of a follow-up / raw commit", median(times["step"]) / floor, "x", 4.0,
               details={"ms": spread(times["step"]), "p95": percentile(times["step"], 0.95) * 1000,
                        "raw": floor * 1000}),
    ]  # fmt: skip
