"""A worker's shift that is cut off by SIGKILL at a moment of its own: what she was told, and what must be there after.

She logs that nobody answered, opens follow-ups, types, saves. What the screen called saved is written down here, and so
is each text with the moment at which she saw it stand in its field.
"""

from __future__ import annotations

import json
import os
import re
import signal
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.drive import Gone, Worker, casework, open_app

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

PROMISE_SECONDS = 0.5
"""A key is in the casebook this long after it was typed, at the latest."""

SAVED = re.compile(r"已保存：(.*?)（按")
CATEGORY = "暴露垃圾"
"""The ninth in the list; the title begins as its name."""

WORDS = ("楼道堆物", "水管漏水", "路灯不亮", "油烟扰民", "燃气软管老化")


@dataclass
class Shift:
    """What one worker was told and has typed, over all the times that the app was killed under her hands."""

    path: Path
    rng: Random
    titles: list[str] = field(default_factory=list)
    """Follow-ups that the screen called saved."""

    knocks: int = 0
    """How often the screen said that *no answer* was saved."""

    asked_title: str | None = None
    """A follow-up whose save was asked for and not answered: it may be there or not."""

    asked_knock: bool = False
    said_before: str = ""
    """What the screen said to be saved when the last save was asked for: that is not its answer."""

    typed: list[tuple[float, str]] = field(default_factory=list)
    """What stood in the open form's field, each with the moment at which she saw it."""

    killed_at: float = 0.0
    kept: str | None = None
    """The title in the draft that the casebook holds after a kill."""

    number: int = 0
    drafts_checked: int = 0

    def run(self, seconds: float, at_a_form: bool = False) -> None:
        """Open the app, hold what is there against what was promised, then work until it is killed after `seconds`,
        counted from the start of the work or, at a form, from the first character typed.
        """
        with open_app(self.path) as worker:
            worker.sees("ctrl+p")
            self._takes_up(worker)
            timer = threading.Timer(seconds, self._kill, (worker.pid,))
            if not at_a_form:
                timer.start()
            try:
                if at_a_form:
                    self._writes(worker, timer)
                while True:
                    self._works(worker)
            except Gone:
                pass
            finally:
                timer.cancel()
            worker.ends()
            if not self.killed_at:
                raise AssertionError("the app ended by itself:\n" + "\n".join(worker.screen()))
            # Said in its last breath, after the last look.
            self._reads_receipt(worker)

    def _kill(self, pid: int) -> None:
        self.killed_at = time.perf_counter()
        os.kill(pid, signal.SIGKILL)

    # what must be there

    def settle(self, there: list[str], counted: int, kept: str | None) -> None:
        """After a kill: what was asked for last and not answered was saved whole or is still to be done, and a draft that
        was half a second old is in the casebook.
        """
        self.knocks, self.asked_knock = counted, False
        if self.asked_title in there:
            self.titles.append(str(self.asked_title))
            self.asked_title, self.typed = None, []
        sure = [text for moment, text in self.typed if moment <= self.killed_at - PROMISE_SECONDS]
        if sure and not (kept or "").startswith(sure[-1]):
            raise AssertionError(f"{sure[-1]!r} stood there for half a second, and {kept!r} was kept")
        if self.typed and kept and not self.typed[-1][1].startswith(kept) and kept != CATEGORY:
            raise AssertionError(f"{kept!r} was kept of {self.typed[-1][1]!r}")
        # One that was saved just before the kill is not offered again.
        self.kept = None if kept in self.titles else kept
        self.drafts_checked += bool(sure)
        self.typed, self.asked_title, self.killed_at = [], None, 0.0

    def _takes_up(self, worker: Worker) -> None:
        """The form that was cut off is back, and the next key goes where the last one went."""
        if self.kept is None:
            return
        worker.sees("草稿", self.kept)
        if self.kept == CATEGORY:
            # Nothing was typed yet.
            worker.presses("f8", "y", "escape")
            worker.sees_not("是什么事")
            return
        worker.waits_for_rest()
        if "哪一类办件" in "".join(worker.screen()):
            # It was cut off before a category was chosen: that is asked again first.
            worker.presses("9")
            worker.sees_not("哪一类办件")
        # A number, since two half titles may be the same.
        self.number += 1
        whole = f"{self.kept}x{self.number}"
        for character in whole[len(self.kept) :]:
            worker.sends(character)
        worker.sees(whole)
        worker.waits_until(lambda: field_text(worker) == whole, f"{whole!r} stands there, and the cursor is elsewhere")
        self._saves(worker, whole)

    # the work

    def _works(self, worker: Worker) -> None:
        if self.rng.random() < 0.5:
            self._knocks(worker)
        else:
            self._writes(worker)

    def _knocks(self, worker: Worker) -> None:
        self.said_before = receipt(worker)
        self.asked_knock = True
        worker.sends("n")
        self._hears(worker)

    def _writes(self, worker: Worker, timer: threading.Timer | None = None) -> None:
        self.number += 1
        worker.sends("f")
        worker.sees("哪一类办件")
        worker.sends("9")
        worker.sees("是什么事", CATEGORY)
        worker.sees_not("哪一类办件")
        # What follows from the category comes above the field, and moves it down.
        worker.waits_for_rest()
        said = "，".join(self.rng.sample(WORDS, 4))
        if timer is not None:
            timer.start()
        # The title begins as the category, marked: the first character replaces it.
        text = ""
        for character in f"{said}{self.number:04}":
            worker.sends(character)
            text += character
            worker.waits_until(lambda: field_text(worker) == text, f"{text!r} does not stand in the field")  # noqa: B023
            self.typed.append((time.perf_counter(), text))
            worker.reads_for(self.rng.random() * 0.1)
        if self.rng.random() < 0.4:
            # She looks up and thinks: the draft is the only copy.
            worker.reads_for(0.8)
        self._saves(worker, text)

    def _saves(self, worker: Worker, text: str) -> None:
        self.said_before = receipt(worker)
        self.asked_title = text
        worker.sends("ctrl+s")
        self._hears(worker)

    def _hears(self, worker: Worker) -> None:
        worker.waits_until(lambda: receipt(worker) not in ("", self.said_before), "nothing is said to be saved")
        self._reads_receipt(worker)

    def _reads_receipt(self, worker: Worker) -> None:
        said = receipt(worker)
        if said == self.said_before:
            return
        if self.asked_knock and said.endswith("到访不遇"):
            self.knocks += 1
            self.asked_knock = False
        elif self.asked_title is not None and self.asked_title in said:
            self.titles.append(self.asked_title)
            self.asked_title, self.typed = None, []


def receipt(worker: Worker) -> str:
    """What the screen says was saved; empty while it says nothing."""
    # A long title takes more than one row.
    found = SAVED.search("".join(row.strip() for row in worker.screen()))
    return found[1] if found else ""


def field_text(worker: Worker) -> str:
    """What stands in the row of the cursor: the field that is typed in."""
    return worker.screen()[worker.cursor()[1]].strip()


def draft(path: Path) -> str | None:
    """The title in the newest draft that a casebook holds."""
    found = _read(path, "SELECT data FROM draft WHERE form = 'followup_form' ORDER BY updated_at DESC LIMIT 1")
    return str(json.loads(str(found[0][0]))["title"]) if found else None


def titles(path: Path) -> list[str]:
    """The titles of all follow-ups in a casebook, as it is in the file."""
    return [row[0] for row in _read(path, "SELECT title FROM followup")]


def knocks(path: Path) -> int:
    """How many visits without an answer are in a casebook."""
    return int(_read(path, "SELECT count(*) FROM visit WHERE outcome = 'no_answer'")[0][0])


def _read(path: Path, query: str) -> list[tuple[object, ...]]:
    from casework.casebook.book import Casebook

    book = Casebook.open(path)
    try:
        return list(book.database.execute_sql(query).fetchall())
    finally:
        book.close()


def doctor(path: Path) -> tuple[int, str]:
    """What `casework doctor` finds: its exit code and what it prints."""
    code, out, said = casework("--db", str(path), "doctor")
    return code, out + said
