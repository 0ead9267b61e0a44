"""What planning a day takes: the rules alone on a grid of 500 doors, and in a casebook, read and planned."""

from __future__ import annotations

import random
import time
from datetime import date, timedelta
from typing import TYPE_CHECKING

from casework.domain.due import Due, DueKind
from casework.domain.phrase import Phrase
from casework.domain.planning import Capacity, Choice, Hours, Pace, Position, Stop, plan
from tests.benchmarks.figures import Figure, percentile, spread
from tests.benchmarks.storing import grids

if TYPE_CHECKING:
    from collections.abc import Callable

    from casework.casebook.book import Casebook

TODAY = date(2026, 5, 20)
LIMIT_MS = 20.0
HOURS = Hours(((8 * 60, 12 * 60), (14 * 60, 18 * 60), (18 * 60 + 30, 21 * 60)))


def doors(count: int = 500, seed: int = 1) -> list[Stop]:
    """A grid in which every door is due: 50 doors a building, call-backs at all times of day, bookings, urgent work."""
    chance = random.Random(seed)
    found = []
    for n in range(count):
        kind = chance.choice(list(DueKind))
        band = chance.choice(["morning", "afternoon", "evening", "weekend"]) if kind is DueKind.CALL_BACK else ""
        due_on = TODAY + timedelta(days=chance.randint(-60, 5))
        work = Due(
            kind, "rule", f"{n:032x}", None, None, due_on - timedelta(days=9), due_on, due_on + timedelta(days=30),
            0 if chance.random() < 0.02 else chance.randint(1, 9), Phrase("x"), 1, band,
        )  # fmt: skip
        floor = chance.randint(1, 25)
        found.append(
            Stop(
                f"{n:032x}", n // 50, f"b{n // 50}", str(chance.randint(1, 3)), floor, f"{floor}0{chance.randint(1, 4)}", n,
                (work,), chance.randint(8 * 60, 20 * 60) if chance.random() < 0.02 else None,
            )
        )  # fmt: skip
    return found


def rules(runs: int = 50) -> list[Figure]:
    """Plan 500 doors, by each kind of capacity."""
    stops = doors()
    here = Choice(begin_at=Position(4, "2", 9))
    asked: dict[str, tuple[Choice, Capacity, Hours]] = {
        "into the hours": (Choice(), Capacity(), HOURS),
        "12 doors": (Choice(), Capacity(doors=12), HOURS),
        "4 hours": (Choice(), Capacity(minutes=240), HOURS),
        "from here": (here, Capacity(minutes=240), HOURS),
        "all 500": (Choice(company=True), Capacity(), Hours(((0, 24 * 60),))),
    }
    found = []
    for name, (choice, capacity, hours) in asked.items():
        pace = Pace(2, 0, 0) if name == "all 500" else Pace()

        def once(
            choice: Choice = choice, capacity: Capacity = capacity, hours: Hours = hours, pace: Pace = pace
        ) -> int:  # fmt: skip
            return len(plan(stops, choice, capacity, hours, pace, TODAY).stops)

        times, walked = _timed(once, runs)
        found.append(
            Figure(f"plan 500 doors, {name}", percentile(times, 0.95) * 1000, "ms", LIMIT_MS,
                   details={"ms": spread(times), "walked": walked})
        )  # fmt: skip
    return found


def of_a_grid(book: Casebook, reads: int = 60, seed: int = 3) -> list[Figure]:
    """Plan the day of a grid, read from the casebook, over many grids each planned once; then the same with the round's
    stops at hand, as each key of the planner does it.
    """
    from casework.casebook import plans, rounds
    from casework.casebook.plan_views import PlanChoice

    chosen = random.Random(seed).sample(grids(book), min(reads, len(grids(book))))
    day, before = book.today() + timedelta(days=1), book.setting("grid")
    whole, key, sizes = [], [], []
    try:
        for grid in chosen:
            # In memory alone: the file is only read.
            book._settings["grid"] = grid
            begun = time.perf_counter()
            made = plans.preview(book, PlanChoice(doors=20), day)
            whole.append(time.perf_counter() - begun)
            sizes.append(len(made.walk) + len(made.left))
            stops = rounds.stops(book, grid, day)
            begun = time.perf_counter()
            plans.preview(book, PlanChoice(minutes=180), day, stops=stops)
            key.append(time.perf_counter() - begun)
    finally:
        book._settings["grid"] = before
    details = {"grids": len(chosen), "most doors": max(sizes)}
    return [
        Figure("plan a grid's day, read and planned", percentile(whole, 0.95) * 1000, "ms",
               details={"ms": spread(whole), **details}),
        Figure("plan a grid's day, a key of the planner", percentile(key, 0.95) * 1000, "ms", LIMIT_MS,
               details={"ms": spread(key), **details}),
    ]  # fmt: skip


def _timed(once: Callable[[], int], runs: int) -> tuple[list[float], int]:
    walked = once()
    times = []
    for _run in range(runs):
        before = time.perf_counter()
        once()
        times.append(time.perf_counter() - before)
    return times, walked
