"""What a worker waits for at every door, as functions: `pytest tests/benchmarks --benchmark-only`.

No wall clock fails here; what must hold is what each returns.
"""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING, Any

import pytest

from casework.casebook import households, rounds, search, visits
from casework.casebook.entries import VisitEntry
from casework.domain.planning import Capacity, Choice, Pace, plan
from casework.domain.visit import Outcome
from tests.benchmarks import planning
from tests.benchmarks.storing import RawCommit, grids

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_benchmark.fixture import BenchmarkFixture

    from casework.casebook.book import Casebook

pytestmark = pytest.mark.benchmark(group="a door")


def doors(book: Casebook) -> Any:
    """Household ids from all grids, over and over."""
    found = [
        row[0]
        for grid in grids(book)
        for row in book.database.execute_sql("SELECT id FROM household WHERE grid_id = ? LIMIT 5", (grid,)).fetchall()
    ]
    return cycle(found)


def test_the_round_of_any_grid(benchmark: BenchmarkFixture, book: Casebook) -> None:
    every = cycle(grids(book))
    day = book.today()
    stops = benchmark(lambda: rounds.stops(book, next(every), day))
    assert all(stop.dues for stop in stops)


def test_the_plan_of_500_doors(benchmark: BenchmarkFixture) -> None:
    stops = planning.doors()
    found = benchmark(lambda: plan(stops, Choice(), Capacity(minutes=240), planning.HOURS, Pace(), planning.TODAY))
    assert len(found.stops) + len(found.left) == 500


def test_the_story_of_a_household(benchmark: BenchmarkFixture, book: Casebook) -> None:
    every = doors(book)
    story = benchmark(lambda: households.story(book, next(every)))
    assert story.household.address


@pytest.mark.parametrize("query", ["王", "wang", "3-2-501", "1380"])
def test_a_keystroke_in_the_search(benchmark: BenchmarkFixture, book: Casebook, query: str) -> None:
    assert benchmark(lambda: search.find(book, query))


@pytest.mark.benchmark(group="a save")
def test_one_raw_commit(benchmark: BenchmarkFixture, book: Casebook, tmp_path: Path) -> None:
    raw = RawCommit(tmp_path / "raw.db", book.key)
    benchmark(raw)
    assert raw.cursor.execute("SELECT count(*) FROM raw").fetchall() == [(raw.count,)]


@pytest.mark.benchmark(group="a save")
def test_no_answer(benchmark: BenchmarkFixture, book: Casebook) -> None:
    every = doors(book)
    receipt = benchmark(lambda: visits.no_answer(book, next(every)))
    assert receipt.verb == "visit.log"


@pytest.mark.benchmark(group="a save")
def test_a_visit_with_a_note(benchmark: BenchmarkFixture, book: Casebook) -> None:
    every = doors(book)

    def save() -> Any:
        return visits.log(book, VisitEntry(household_id=next(every), outcome=Outcome.COMPLETED, note="水管漏水"))

    assert benchmark(save).verb == "visit.log"
