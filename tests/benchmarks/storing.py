"""What can be measured without a terminal: the round, a save, the search, an import."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from tests.benchmarks import districts
from tests.benchmarks.figures import Figure, percentile, spread
from tests.drive import ROOT, environment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import apsw

    from casework.casebook.book import Casebook


def grids(book: Casebook) -> list[str]:
    """The ids of all grids."""
    return [
        row[0] for row in book.database.execute_sql("SELECT id FROM area WHERE level = 'grid' ORDER BY id").fetchall()
    ]


def round_first_page(book: Casebook, reads: int = 200, seed: int = 1) -> list[Figure]:
    """The round of a grid, over many grids in random order, each read once: no figure comes from a warm page."""
    from casework.casebook import rounds

    chosen = random.Random(seed).sample(grids(book), min(reads, len(grids(book))))
    day = book.today()
    times, rows = [], []
    for grid in chosen:
        before = time.perf_counter()
        stops = rounds.stops(book, grid, day)
        times.append(time.perf_counter() - before)
        rows.append(len(stops))
    counted = []
    for grid in chosen:
        before = time.perf_counter()
        rounds.counts(book, grid, day)
        counted.append(time.perf_counter() - before)
    return [
        Figure("round, first page, 95 of 100 grids", percentile(times, 0.95) * 1000, "ms", 20.0,
               details={"ms": spread(times), "grids": len(times),
                        "doors": int(median(rows)), "most doors": max(rows)}),
        Figure("round, the day's figures", median(counted) * 1000, "ms", details={"ms": spread(counted)}),
    ]  # fmt: skip


class RawCommit:
    """One row in one transaction by SQLite alone: same engine, cipher, pragmas and folder as the casebook."""

    def __init__(self, path: Path, key: bytes) -> None:
        from casework.casebook import engine

        self.connection: apsw.Connection = engine.connect(path, key, create=True).connection()
        self.cursor = self.connection.cursor()
        self.cursor.execute("CREATE TABLE raw (id TEXT PRIMARY KEY, note TEXT) WITHOUT ROWID")
        self.count = 0

    def __call__(self) -> None:
        """Commit one more row of about the size of a visit."""
        self.count += 1
        self.cursor.execute("BEGIN IMMEDIATE")
        self.cursor.execute("INSERT INTO raw VALUES (?, ?)", (os.urandom(16).hex(), "x" * 200))
        self.cursor.execute("COMMIT")


def saving(book: Casebook, folder: Path, blocks: int = 10, block: int = 30, seed: int = 2) -> list[Figure]:
    """A visit with all that follows from it, against a raw commit, on doors all over the district.

    By turns in blocks, as the floor in SYNC 2e was measured: commit by commit, a raw one would find the disk busy with
    what the save before it left to be written, and look slower than it is.
    """
    from casework.casebook import visits
    from casework.casebook.entries import VisitEntry
    from casework.domain.visit import Outcome

    rng = random.Random(seed)
    households = [
        row[0]
        for grid in rng.sample(grids(book), min(60, len(grids(book))))
        for row in book.database.execute_sql("SELECT id FROM household WHERE grid_id = ? LIMIT 20", (grid,)).fetchall()
    ]
    people = {
        door: book.database.execute_sql("SELECT id FROM resident WHERE household_id = ? LIMIT 1", (door,)).first()
        for door in households
    }
    raw = RawCommit(folder / "raw.db", book.key)

    def no_answer() -> None:
        visits.no_answer(book, rng.choice(households))

    def met() -> None:
        door = rng.choice(households)
        person = people[door]
        visits.log(book, VisitEntry(household_id=door, outcome=Outcome.COMPLETED, met=(person[0],) if person else (),
                                    note="水管漏水，答应周五前来修"))  # fmt: skip

    times: dict[str, list[float]] = {"raw": [], "no answer": [], "met": []}
    things: Sequence[tuple[str, Callable[[], Any]]] = (("raw", raw), ("no answer", no_answer), ("met", met))
    for n in range(-1, blocks):
        for name, thing in things:
            for _save in range(block):
                before = time.perf_counter()
                thing()
                if n >= 0:
                    times[name].append(time.perf_counter() - before)
    floor = median(times["raw"])
    return [
        Figure(f"saving a visit ({name}) / raw commit", median(times[name]) / floor, "x", 4.0,
               details={"ms": spread(times[name]), "p95": percentile(times[name], 0.95) * 1000, "raw": floor * 1000})
        for name in ("no answer", "met")
    ]  # fmt: skip


def searching(book: Casebook, seed: int = 3, people: int = 100) -> list[Figure]:
    """A keystroke's query, by every way to find a person: the part of a search key that is not the frame."""
    from casework.casebook import search

    rng = random.Random(seed)
    rows: list[Any] = []
    for grid in rng.sample(grids(book), min(people, len(grids(book)))):
        rows += book.database.execute_sql(
            "SELECT r.name, h.short, r.phone FROM household h JOIN resident r ON r.household_id = h.id "
            "WHERE h.grid_id = ? AND r.phone IS NOT NULL LIMIT 1", (grid,),
        ).fetchall()  # fmt: skip
    times: dict[str, list[float]] = {}
    for name, short, phone in rows:
        queries = {
            "one character": name[:1],
            "name": name,
            "address": short,
            "phone": phone[-4:],
            "both": f"{name} {short}",
        }
        for kind, query in queries.items():
            before = time.perf_counter()
            search.find(book, query)
            times.setdefault(kind, []).append(time.perf_counter() - before)
    slowest = max(times, key=lambda kind: median(times[kind]))
    return [
        Figure("search, the query alone (slowest kind)", median(times[slowest]) * 1000, "ms",
               details={kind: f"{median(found) * 1000:.2g}/{max(found) * 1000:.2g}" for kind, found in times.items()}),
    ]  # fmt: skip


def importing(rows: int) -> list[Figure]:
    """A roster of so many rows into a new casebook by the command line: rows a second, and the most memory it took.

    Raises:
        RuntimeError: the import failed or took in less than the whole roster.
    """
    roster = districts.roster(rows)
    with tempfile.TemporaryDirectory(prefix="import-", dir=districts.folder()) as name:
        folder = Path(name)
        env = environment(folder, "en")
        command = [sys.executable, "-m", "casework", "--db", str(folder / "new.casework")]
        made = [*command, "init", "--community", "满春社区", "--worker", "李芳", "--open"]
        subprocess.run(made, env=env, cwd=ROOT, check=True, capture_output=True)
        before = time.perf_counter()
        with (folder / "out").open("w") as out, (folder / "said").open("w") as said:
            process = subprocess.Popen(
                [*command, "import", "roster", str(roster), "--json"], env=env, cwd=ROOT, stdout=out, stderr=said
            )
            most = _watched(process)
        seconds = time.perf_counter() - before
        if process.returncode != 0:
            raise RuntimeError(
                (folder / "said").read_text(encoding="utf-8") + (folder / "out").read_text(encoding="utf-8")
            )
        report = json.loads((folder / "out").read_text(encoding="utf-8"))
        if report["added"] != rows:
            raise RuntimeError(f"of {rows} rows: {report}")
        size = (folder / "new.casework").stat().st_size
    return [
        Figure(f"import of {rows:,} rows", rows / seconds, "rows/s", least=10_000.0,
               details={"s": seconds, "casebook MB": size / 1e6}),
        Figure(f"import of {rows:,} rows, peak memory", most / 1024, "MiB", most=500e6 / 2**20,
               details={"file MB": roster.stat().st_size / 1e6}),
    ]  # fmt: skip


def _watched(process: subprocess.Popen[bytes]) -> int:
    """Wait for a process; the most memory that it had resident, in KiB.

    From VmHWM, looked at until the end: what `wait4` reports would count the memory of whoever started it.
    """
    most = 0
    while process.poll() is None:
        try:
            status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
        except OSError:
            continue
        for line in status.splitlines():
            if line.startswith("VmHWM:"):
                most = max(most, int(line.split()[1]))
        time.sleep(0.05)
    return most
