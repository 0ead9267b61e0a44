"""All figures of the issue in one run: `python -m tests.benchmarks`.

Ratios are of things measured by turns in the same run; the milliseconds beside them hold for this machine only. Nothing
fails for a figure: a missed budget is said, with by how much. The exit code is 1 where something could not be measured.
The district is made once and kept; see `districts`.

    python -m tests.benchmarks                          everything, on 1,000,000 residents
    python -m tests.benchmarks --residents 20000        the same on fewer, to try the instruments
    python -m tests.benchmarks --only start,keys        some of: bare start demo keys search memory round
                                                        plan forecast saving campaigns
                                                        cases import
    python -m tests.benchmarks --json FILE              the figures for a program as well
    pytest -n 0 tests/benchmarks --benchmark-only       the parts that are functions, with their spread
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks import campaigning, casing, districts, forecasting, planning, replanning, storing, terminals
from tests.benchmarks.figures import Figure

if TYPE_CHECKING:
    from collections.abc import Callable

SEARCHES = ("wangxm", "3-2-501", "zhang", "1380")
"""What is typed: pinyin initials with a slip, an address, pinyin, the start of a phone number. Latin letters, because a
terminal sends Chinese a word at a time."""


def _instruments(residents: int, runs: int) -> dict[str, Callable[[], list[Figure]]]:
    db = districts.district(residents)
    districts.back_up_today(db)
    app = terminals.casework(db)

    def cases() -> Path:
        return casing.district(100_000)

    def start() -> list[Figure]:
        # A cursor key is the like of a cursor key; to find someone opens another screen, as in ANCHORS 3.3.
        find, answer = terminals.FirstKey("/", "首字母"), terminals.FirstKey("x", "answered")
        return [*terminals.start(app, runs=runs), terminals.start(app, runs=runs, first=find, other_first=answer)[1]]

    def bare() -> list[Figure]:
        return [Figure(f"control, bare / bare: {one.name}", one.value, one.unit, details=one.details)
                for one in terminals.start(terminals.BARE, runs=runs)]  # fmt: skip

    def keys() -> list[Figure]:
        return terminals.cursor_keys(app) + terminals.cursor_keys(app, ("2",))

    def in_copy(
        measure: Callable[..., list[Figure]], writes: bool, of: Callable[[], Path] = lambda: db
    ) -> Callable[[], list[Figure]]:
        def run() -> list[Figure]:
            from casework.casebook.book import Casebook

            with tempfile.TemporaryDirectory(prefix="copy-", dir=districts.folder()) as name:
                book = Casebook.open(districts.copy_of(of(), Path(name)) if writes else of())
                try:
                    return measure(book, Path(name)) if writes else measure(book)
                finally:
                    book.close()

        return run

    return {
        "bare": bare,
        "start": start,
        "demo": terminals.demo_starts,
        "keys": keys,
        "search": lambda: terminals.search_keys(app, ("/",), SEARCHES) + in_copy(storing.searching, False)(),
        "round": in_copy(storing.round_first_page, False),
        "forecast": in_copy(forecasting.of_the_district, True),
        "plan": lambda: planning.rules() + in_copy(planning.of_a_grid, False)(),
        "saving": in_copy(storing.saving, True),
        "campaigns": in_copy(campaigning.campaigns, True),
        "cases": lambda: in_copy(casing.lists, False, cases)() + in_copy(casing.steps, True, cases)(),
        "replan": in_copy(replanning.replanned, True),
        "import": lambda: storing.importing(residents),
        "memory": lambda: terminals.resident(app, opening=[["down"] * 20, ["3"], ["2"], ["1"]]),
    }


def main() -> int:
    """Measure, and print as it goes."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=(__doc__ or "").split("\n\n")[1])
    parser.add_argument("--residents", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=11, help="measured starts of each program")
    parser.add_argument("--only", default="", help="some instruments, separated by commas")
    parser.add_argument("--json", type=Path, help="write the figures to this file as well")
    given = parser.parse_args()
    instruments = _instruments(given.residents, given.runs)
    wanted = [name for name in given.only.split(",") if name] or list(instruments)
    unknown = [name for name in wanted if name not in instruments]
    if unknown:
        parser.error(f"no such instrument: {', '.join(unknown)}; there are {', '.join(instruments)}")
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    machine = f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores, {load}"
    print(f"{given.residents:,} residents, encrypted; {machine}; spreads are least/median/greatest\n", flush=True)
    figures: list[Figure] = []
    broken = 0
    for name in wanted:
        try:
            found = instruments[name]()
        except RuntimeError as error:
            broken += 1
            print(f"{name}: could not be measured. {error}", flush=True)
            continue
        for figure in found:
            print(figure.line(), flush=True)
        figures += found
    missed = [figure.name for figure in figures if figure.kept is False]
    budgets = sum(figure.kept is not None for figure in figures)
    print("\n  ".join([f"\n{len(missed)} of {budgets} budgets missed", *missed]))
    if given.json is not None:
        given.json.write_text(json.dumps([asdict(figure) for figure in figures], indent=1), encoding="utf-8")
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
