"""Planning again after a change of rules: each rule previewed, saved and planned, with a worker who goes on saving."""

from __future__ import annotations

import random
import threading
import time
from typing import TYPE_CHECKING, Any

from tests.benchmarks.figures import Figure, spread
from tests.benchmarks.storing import grids

if TYPE_CHECKING:
    from pathlib import Path

    from casework.casebook.book import Casebook
    from casework.casebook.rule_entries import RuleEntry

MOST_SECONDS = 20.0
"""Any rule, on 1,000,000 residents."""

OWN: dict[str, Any] = {
    "label": {"zh": "独居老人每十天", "en": "Alone, every ten days"}, "subject": "resident", "what": "visit",
    "every_days": 10, "before": 2, "after": 2, "priority": 2, "when": {"tag": "lives_alone"},
}  # fmt: skip


def entries() -> list[RuleEntry]:
    """A rule for everyone, one for a fuel, one for a level of risk, and a new one for a tag."""
    from casework.casebook.rule_entries import RuleEntry
    from casework.casebook.rules import entries as tables

    table = tables([])
    changed = {"visit_household": 150, "check_lpg": 300, "visit_red": 6}
    made = [RuleEntry(key=key, body={**table[key], "every_days": days}) for key, days in changed.items()]
    return [*made, RuleEntry(key="alone_every_ten_days", body=OWN)]


def replanned(book: Casebook, _folder: Path, seed: int = 3) -> list[Figure]:
    """Seconds for each rule from its save until all are planned by it, and what a save in between takes."""
    from casework.casebook import due, replanning, rule_preview, visits
    from casework.casebook.rule_saving import save_rule

    # A district that was made by other rules than those of now is planned by them first.
    due.keep_up(book)
    rng = random.Random(seed)
    doors = [
        row[0]
        for grid in rng.sample(grids(book), min(20, len(grids(book))))
        for row in book.database.execute_sql("SELECT id FROM household WHERE grid_id = ? LIMIT 20", (grid,)).fetchall()
    ]
    figures = []
    for entry in entries():
        before, cpu = time.perf_counter(), time.process_time()
        seen = rule_preview.preview(book, entry)
        previewed = time.perf_counter() - before
        saves: list[float] = []
        over = threading.Event()

        def work(saves: list[float] = saves, over: threading.Event = over) -> None:
            while not over.wait(0.5):
                began = time.perf_counter()
                visits.no_answer(book, rng.choice(doors))
                saves.append(time.perf_counter() - began)

        worker = threading.Thread(target=work)
        before, cpu = time.perf_counter(), time.process_time()
        save_rule(book, entry)
        worker.start()
        replanning.run(book)
        took = time.perf_counter() - before
        over.set()
        worker.join()
        details: dict[str, Any] = {
            "cpu s": time.process_time() - cpu,
            "preview s": previewed,
            "doors looked at": seen.concerned if seen else 0,
        }
        if saves:
            details["saves meanwhile ms"] = spread(saves)
        figures.append(Figure(f"rule {entry.key} planned again", took, "s", MOST_SECONDS, details=details))
    return figures
