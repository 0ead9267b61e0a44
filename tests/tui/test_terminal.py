"""In a real pseudo-terminal: the terminal is closed; nobody types."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import TYPE_CHECKING

import pexpect
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROGRAM = """
import sys
from casework import __main__
from tests.tui import fakes, test_drafts
from casework.tui import places
fakes.install(lambda d, k, v: d.__setitem__(k, v), setattr)
places.SCREENS["note"] = "tests.tui.test_drafts:NoteForm"
from casework.tui.app import CaseworkApp

book = fakes.FakeBook(stops=fakes.doors())
app = CaseworkApp(book)
app.action_app_import = lambda: app.open("note", test_drafts.DOOR)
code = app.run()
with open(sys.argv[1], "w", encoding="utf-8") as out:
    out.write(repr([draft.data["title"] for draft in book.drafts.values()]))
sys.exit(code)
"""


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[pexpect.spawn]:
    """The app at 80x24, with its first screen up; it writes its drafts to `out` when it ends."""
    child = pexpect.spawn(
        sys.executable,
        ["-c", PROGRAM, str(tmp_path / "out")],
        dimensions=(24, 80),
        timeout=20,
        encoding="utf-8",
        env={**os.environ, "TERM": "xterm-256color", "CASEWORK_LANG": "zh_CN"},
    )
    child.expect("ctrl\\+p")
    yield child
    child.close(force=True)


def type_a_note(child: pexpect.spawn, text: str) -> None:
    """Open the form by the palette and type into its first field."""
    child.send("\x10")
    time.sleep(0.5)
    child.send("import\r")
    time.sleep(0.7)
    child.send(text)
    time.sleep(0.1)


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_closed_terminal_ends_the_app_with_the_draft_kept(
    terminal: pexpect.spawn, tmp_path: Path, number: signal.Signals
) -> None:
    type_a_note(terminal, "ab")
    os.kill(terminal.pid, number)
    terminal.expect(pexpect.EOF)
    terminal.wait()
    assert terminal.exitstatus == 0
    assert (tmp_path / "out").read_text(encoding="utf-8") == "['ab']"


def test_at_rest_it_costs_nothing(terminal: pexpect.spawn) -> None:
    time.sleep(1.5)
    terminal.read_nonblocking(1_000_000, timeout=1)
    clock = os.sysconf("SC_CLK_TCK")

    def used() -> float:
        with open(f"/proc/{terminal.pid}/stat", encoding="utf-8") as stat:
            fields = stat.read().split()
        return (int(fields[13]) + int(fields[14])) / clock

    before = used()
    with pytest.raises(pexpect.TIMEOUT):
        terminal.read_nonblocking(1, timeout=3)
    assert used() - before < 0.15
