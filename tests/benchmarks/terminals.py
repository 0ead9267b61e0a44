"""What can be measured at a terminal: start, keys, memory. Each instrument takes the program as a parameter.

Bytes are stamped as they are read and drawn afterwards, so that the emulator's own time is not in a figure.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from tests.benchmarks.figures import Figure, alternated, percentile, spread
from tests.drive import end, environment, key_bytes
from tests.emulator import Emulator, Recorded, first_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pyte.screens import Char

SIZE = (80, 24)
QUIET = 0.12
"""Seconds without a byte after which a key's effect is complete: longer than any timer on the way of a key."""

LONGEST = 60.0
"""Seconds after which a program that shows nothing has failed."""


@dataclass(frozen=True)
class Program:
    """A program under measurement: `painted` stands on the last row of its first full screen, in one style."""

    command: tuple[str, ...]
    painted: str
    env: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class FirstKey:
    """The key that is pressed at the moment of the first full screen, and the text that answers it; without a text the
    answer is that the cursor of a list has moved.
    """

    key: str
    text: str = ""


BARE = Program((sys.executable, "-m", "tests.benchmarks.bare"), "Quit")
BARE_SEARCH = Program((sys.executable, "-m", "tests.benchmarks.bare_search"), "row 19")
MOVE = FirstKey("down")


def casework(db: Path) -> Program:
    """The app on a casebook without passphrase."""
    return Program((sys.executable, "-m", "casework", "--db", str(db)), "ctrl+p")


class Terminal:
    """A pseudo-terminal that stamps and keeps bytes, and draws nothing while it measures."""

    def __init__(self, program: Program, home: Path) -> None:
        import pexpect

        env = environment(home, "zh_CN", **dict(program.env))
        self.recorded: Recorded = []
        self._tail = ""
        self.started = time.perf_counter()
        self._child = pexpect.spawn(
            program.command[0], list(program.command[1:]), dimensions=(SIZE[1], SIZE[0]), env=env, echo=False,
            cwd=str(Path(__file__).parents[2]),
        )  # fmt: skip
        self.pid: int = self._child.pid

    def close(self) -> None:
        """End the program."""
        end(self._child)

    def press(self, key: str) -> float:
        """Press a key; the moment just before it was sent."""
        moment = time.perf_counter()
        os.write(self._child.child_fd, key_bytes(key))
        return moment

    def read_until(self, text: str, patience: float = 1.0) -> None:
        """Read until a text has been written, in one style; a silence longer than `patience` seconds is a failure.

        Raises:
            RuntimeError: it has not, in a minute, or the program has ended; the message holds the screen.
        """
        limit = time.perf_counter() + LONGEST
        while text not in self._tail:
            if time.perf_counter() > limit or not self._read(patience):
                raise RuntimeError(f"{text!r} was not shown:\n" + "\n".join(self.screen().rows()))

    def read_until_quiet(self, quiet: float = QUIET) -> None:
        """Read until nothing has been written for a while."""
        while self._read(quiet):
            pass

    def screen(self) -> Emulator:
        """What the terminal shows."""
        screen = Emulator(*SIZE)
        for _moment, piece in self.recorded:
            screen.feed(piece)
        return screen

    def _read(self, seconds: float) -> bool:
        ready, _w, _e = select.select([self._child.child_fd], [], [], seconds)
        if not ready:
            return False
        try:
            piece = os.read(self._child.child_fd, 65536)
        except OSError:
            return False
        self.recorded.append((time.perf_counter(), piece))
        self._tail = (self._tail + piece.decode("utf-8", "ignore"))[-20000:]
        return bool(piece)


@contextlib.contextmanager
def running(program: Program) -> Iterator[Terminal]:
    """A program with its first screen up."""
    with tempfile.TemporaryDirectory(prefix="terminal-") as home:
        terminal = Terminal(program, Path(home))
        try:
            terminal.read_until(program.painted)
            yield terminal
        finally:
            terminal.close()


def start_once(program: Program, first: FirstKey) -> tuple[float, float]:
    """Seconds from before the spawn to the first full screen, and to the answer of a key pressed at that moment.

    Raises:
        RuntimeError: the program did not come up, or did not answer.
    """
    with running(program) as terminal:
        pressed = terminal.press(first.key)
        if first.text:
            terminal.read_until(first.text)
        terminal.read_until_quiet(0.5)
        painted = first_time(terminal.recorded, lambda s: program.painted in s.rows()[-1], SIZE)
        before = _list_part(terminal.recorded, pressed)

        def answered(screen: Emulator) -> bool:
            if first.text:
                return first.text in "\n".join(screen.rows())
            return _moved(before, _list_part_of(screen))

        moment = first_time(terminal.recorded, answered, SIZE, since=pressed)
        if painted is None or moment is None:
            raise RuntimeError(f"{first.key} was not answered:\n" + "\n".join(terminal.screen().rows()))
        return painted - terminal.started, moment - terminal.started


_Cells = tuple[tuple["Char", ...], ...]


def _list_part_of(screen: Emulator) -> _Cells:
    """Where both programs have their list: the left, without what frames it."""
    return tuple(row[1:30] for row in screen.cells()[3:21])


def _list_part(recorded: Recorded, until: float) -> _Cells:
    screen = Emulator(*SIZE)
    for moment, piece in recorded:
        if moment < until:
            screen.feed(piece)
    return _list_part_of(screen)


def _moved(before: _Cells, now: _Cells) -> bool:
    """Whether a row has other colours and the same text: the cursor came or went."""
    return any(
        old != new and [c.data for c in old] == [c.data for c in new] for old, new in zip(before, now, strict=True)
    )


def start(
    program: Program, against: Program = BARE, runs: int = 11, first: FirstKey = MOVE, other_first: FirstKey = MOVE
) -> list[Figure]:
    """Start of a program against another, alternated: first full screen, and first key answered."""
    reacts: tuple[list[float], list[float]] = ([], [])

    def once(n: int, measured: Program, key: FirstKey) -> Callable[[], float]:
        def run() -> float:
            painted, answered = start_once(measured, key)
            reacts[n].append(answered)
            return painted

        return run

    paint, bare_paint = alternated(runs, 2, once(0, program, first), once(1, against, other_first))
    react, bare_react = reacts[0][-runs:], reacts[1][-runs:]
    return [
        Figure("start: first full screen / bare", median(paint) / median(bare_paint), "x", 1.5,
               details={"ms": spread(paint), "bare": spread(bare_paint), "of the least": min(paint) / min(bare_paint)}),
        Figure(f"start: first key answered ({first.key}) / bare", median(react) / median(bare_react), "x", 1.6,
               details={"ms": spread(react), "bare": spread(bare_react), "of the least": min(react) / min(bare_react)}),
    ]  # fmt: skip


def demo_starts(runs: int = 3) -> list[Figure]:
    """`casework demo`, to its first full screen: the first start of a day, which builds it, and the next one."""
    demo = Program((sys.executable, "-m", "casework", "demo"), "ctrl+p")
    firsts: list[float] = []
    seconds: list[float] = []
    for _run in range(runs):
        with tempfile.TemporaryDirectory(prefix="terminal-") as home:
            for times in (firsts, seconds):
                terminal = Terminal(demo, Path(home))
                try:
                    terminal.read_until(demo.painted, LONGEST)
                    times.append(terminal.recorded[-1][0] - terminal.started)
                    terminal.read_until_quiet()
                finally:
                    terminal.close()
    return [
        Figure(f"demo, {which} start of a day", median(times), "s", 2.0, details={"ms": spread(times)})
        for which, times in (("first", firsts), ("next", seconds))
    ]


ANSWER = (34, 11)
"""Columns and rows from the left and the top where the answer to a search stands in both programs; what is beside and
under it may follow when the keys rest."""


def key_times(terminal: Terminal, keys: Sequence[str], part: tuple[int, int] = SIZE) -> tuple[list[float], list[float]]:
    """For each key, the seconds to the first and to the last change that it brings to a part from the left and the top.

    A key that changes nothing there is left out: a cursor at the end of its list stays there.
    """
    terminal.read_until_quiet(0.4)
    screen, since = terminal.screen(), len(terminal.recorded)
    presses = []
    for key in keys:
        presses.append(terminal.press(key))
        terminal.read_until_quiet()
    shown = _part(screen, part)
    first: dict[int, float] = {}
    last: dict[int, float] = {}
    at = -1
    for moment, piece in terminal.recorded[since:]:
        while at + 1 < len(presses) and presses[at + 1] <= moment:
            at += 1
        screen.feed(piece)
        now = _part(screen, part)
        if now != shown and at >= 0:
            first.setdefault(at, moment - presses[at])
            last[at] = moment - presses[at]
        shown = now
    return list(first.values()), list(last.values())


def _part(screen: Emulator, part: tuple[int, int]) -> _Cells:
    columns, rows = part
    return tuple(row[:columns] for row in screen.cells()[:rows])


def cursor_keys(program: Program, opening: Sequence[str] = (), presses: int = 120) -> list[Figure]:
    """A cursor key in a list, to the first bytes that move the cursor and to the last that it brings."""
    with running(program) as terminal:
        for key in opening:
            terminal.press(key)
            terminal.read_until_quiet(0.4)
        # Down the list and back, so that it scrolls in between.
        half = presses // 2
        first, last = key_times(terminal, ["down"] * half + ["up"] * half)
    where = f" {' '.join(opening)}" if opening else ""
    return [
        Figure(f"cursor key in the list{where}", median(first) * 1000, "ms", 10.0,
               details={"p95": percentile(first, 0.95) * 1000, "all of it": spread(last), "keys": len(first)}),
    ]  # fmt: skip


def search_times(program: Program, opening: Sequence[str], texts: Sequence[str]) -> tuple[list[float], list[float]]:
    """For each key of some searches, the seconds to its first and to its last effect on the screen."""
    first: list[float] = []
    last: list[float] = []
    with running(program) as terminal:
        for key in opening:
            terminal.press(key)
            terminal.read_until_quiet(0.4)
        for text in texts:
            some_first, some_last = key_times(terminal, list(text), ANSWER)
            first += some_first
            last += some_last
            for _character in text:
                terminal.press("backspace")
                terminal.read_until_quiet()
    return first, last


def search_keys(
    program: Program, opening: Sequence[str], texts: Sequence[str], against: Program = BARE_SEARCH, rounds: int = 3
) -> list[Figure]:
    """A search key, to the last line of the answer that it brings, against the same keys elsewhere; by turns."""
    ours: tuple[list[float], list[float]] = ([], [])
    theirs: tuple[list[float], list[float]] = ([], [])
    for _round in range(rounds):
        for found, measured, keys in ((ours, program, opening), (theirs, against, ())):
            first, last = search_times(measured, keys, texts)
            found[0].extend(first)
            found[1].extend(last)
    return [
        Figure("search key / bare Input with 20 lines", median(ours[1]) / median(theirs[1]), "x", 1.2,
               details={"ms": spread(ours[1]), "bare": spread(theirs[1]), "p95": percentile(ours[1], 0.95) * 1000,
                        "first bytes, ratio": median(ours[0]) / median(theirs[0])}),
    ]  # fmt: skip


def memory(pid: int) -> dict[str, int]:
    """Resident and proportional memory of a process, in KiB, from /proc/PID/smaps_rollup."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return {name: int(re.search(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE)[1]) for name in ("Rss", "Pss")}  # type: ignore[index]


def resident(program: Program, against: Program = BARE, opening: Sequence[Sequence[str]] = ()) -> list[Figure]:
    """Resident memory of a program on its first screen, and after some keys, against another on its first screen.

    Resident is what the issue names; proportional shares out the pages that both programs have in common.
    """
    with running(program) as terminal, running(against) as other:
        for one in (terminal, other):
            one.read_until_quiet(1.0)
        fresh, bare = memory(terminal.pid), memory(other.pid)
        for keys in opening:
            for key in keys:
                terminal.press(key)
                terminal.read_until_quiet()
        used = memory(terminal.pid)
    mib = {"MiB": fresh["Rss"] / 1024, "bare": bare["Rss"] / 1024, "PSS ratio": fresh["Pss"] / bare["Pss"]}
    found = [Figure("resident memory / bare", fresh["Rss"] / bare["Rss"], "x", 1.5, details=mib)]
    if opening:
        after = {"MiB": used["Rss"] / 1024, "PSS ratio": used["Pss"] / bare["Pss"]}
        found.append(
            Figure("resident memory after some work / bare", used["Rss"] / bare["Rss"], "x", 1.5, details=after)
        )
    return found
