"""The worker's language for tests: she opens the app on a real terminal, types, presses, sees.

with open_app(path, lang="zh_CN") as worker:
    worker.sees("今日")
    worker.presses("v")
    worker.types("水管漏水")
    worker.sees_not("错误")

The app is a process of its own on a pseudo-terminal, started by its entry point. Nothing here sleeps for a guessed
time: a step waits until the screen shows what is expected, or until the process is at rest, and fails with the
screen as it stood.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pexpect

from tests.emulator import Emulator, Recorded, foreign_controls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

ROOT = Path(__file__).parents[1]
PATIENCE = 20.0
"""Seconds until a step has failed. Generous: a loaded machine is no defect of the app."""

ESCAPE_SECONDS = 0.25
"""How long an escape may go unanswered until the next key is pressed. A terminal tells an escape key from the start of
a sequence by time alone, and Textual 8.2.8 on Linux looks at its clock every 0.1 s only, whatever ESCDELAY says."""

KEYS = {
    "enter": "\r", "escape": "\x1b", "tab": "\t", "shift+tab": "\x1b[Z", "space": " ", "backspace": "\x7f",
    "delete": "\x1b[3~", "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H",
    "end": "\x1b[F", "pageup": "\x1b[5~", "pagedown": "\x1b[6~", "f1": "\x1bOP", "f2": "\x1bOQ", "f3": "\x1bOR",
    "f4": "\x1bOS", "f5": "\x1b[15~", "f6": "\x1b[17~", "f7": "\x1b[18~", "f8": "\x1b[19~", "f9": "\x1b[20~",
    "f10": "\x1b[21~", "shift+up": "\x1b[1;2A", "shift+down": "\x1b[1;2B",
}  # fmt: skip
"""What a keyboard sends for the keys that are no character, as xterm has them."""


class Gone(AssertionError):
    """The app has ended, though a step expected it to be there."""


def key_bytes(key: str) -> bytes:
    """What a terminal sends for a key: a name of `KEYS`, `ctrl+` and a letter, or a character.

    Raises:
        ValueError: there is no such key.
    """
    if key in KEYS:
        return KEYS[key].encode()
    if re.fullmatch(r"ctrl\+[a-z]", key):
        return bytes([ord(key[-1]) - 96])
    if len(key) == 1:
        return key.encode()
    raise ValueError(key)


class Worker:
    """A person at the keyboard of one terminal, with the app running in it."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], size: tuple[int, int], patience: float) -> None:
        self.size = size
        self.patience = patience
        self.keys_pressed: list[str] = []
        """Every key since the start, a character of text each; the length is what a budget is held against."""
        self.recorded: Recorded = []
        """Every byte that the app wrote, with the moment it was read."""
        self.emulator = Emulator(*size)
        self.started_at = time.perf_counter()
        self._child = pexpect.spawn(
            command[0], list(command[1:]), dimensions=(size[1], size[0]), env=dict(env), cwd=str(ROOT), echo=False
        )
        self._child.delaybeforesend = None
        self.killed = False

    # what she sees

    def screen(self) -> list[str]:
        """The rows of the screen as they stand now."""
        self._read(0)
        return self.emulator.rows()

    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.screen())

    def row_with(self, text: str) -> str:
        """The first row that holds a text.

        Raises:
            AssertionError: no row does, within the patience.
        """
        self.sees(text)
        return next(row for row in self.emulator.rows() if text in row)

    def cursor(self) -> tuple[int, int]:
        """Column and row of the terminal's cursor, counted from 0: where an input method would open."""
        self._read(0)
        return self.emulator.cursor.x, self.emulator.cursor.y

    def sees(self, *texts: str, within: float | None = None) -> None:
        """Wait until all these texts stand on the screen at once.

        Raises:
            AssertionError: they do not, within the patience; the message holds the screen.
            Gone: the app has ended before.
        """
        self._until(lambda: all(text in self.text() for text in texts), f"she does not see {_named(texts)}", within)

    def sees_one_of(self, *texts: str, within: float | None = None) -> str:
        """Wait until one of these texts stands on the screen, and give it."""
        found: list[str] = []

        def there() -> bool:
            shown = self.text()
            found[:] = [text for text in texts if text in shown]
            return bool(found)

        self._until(there, f"she sees none of {_named(texts)}", within)
        return found[0]

    def sees_not(self, *texts: str, within: float | None = None) -> None:
        """Wait until the app is at rest and none of these texts stands on the screen."""
        self.waits_for_rest()
        self._until(
            lambda: not any(text in self.text() for text in texts), f"she still sees one of {_named(texts)}", within
        )

    def waits_until(self, condition: Callable[[], bool], failure: str, within: float | None = None) -> None:
        """Wait until something else holds; `failure` says what she did not see."""
        self._until(condition, failure, within)

    def reads_for(self, seconds: float) -> None:
        """Look at the screen for so long: the pace of a person, where a test is about pace."""
        limit = time.perf_counter() + seconds
        while (left := limit - time.perf_counter()) > 0:
            if self._read(left) is None:
                raise Gone(self._failure("the app was gone while she looked"))

    # what she does

    def presses(self, *keys: str) -> None:
        """Press keys, each once the app has dealt with the one before."""
        for key in keys:
            self.sends(key)
            self.waits_for_rest()

    def types(self, text: str) -> None:
        """Type a text, character after character; Chinese arrives as an input method hands it over."""
        for character in text:
            self.sends(character)
        self.waits_for_rest()

    def sends(self, key: str) -> None:
        """Press a key and do not wait for anything: a fast typist."""
        data = key_bytes(key)
        if not self._child.isalive():
            raise Gone(self._failure(f"the app was gone when {key} was pressed"))
        self.keys_pressed.append(key)
        os.write(self._child.child_fd, data)
        if key == "escape":
            self._read(ESCAPE_SECONDS)

    def pastes(self, text: str) -> None:
        """Paste a text as terminals do, in brackets; counted as one key."""
        self.keys_pressed.append("paste")
        os.write(self._child.child_fd, b"\x1b[200~" + text.encode() + b"\x1b[201~")
        self.waits_for_rest()

    @contextlib.contextmanager
    def counting(self) -> Iterator[list[str]]:
        """The keys that are pressed within the block."""
        before = len(self.keys_pressed)
        keys: list[str] = []
        yield keys
        keys[:] = self.keys_pressed[before:]

    def resizes(self, columns: int, lines: int) -> None:
        """Pull the window to another size."""
        self.size = (columns, lines)
        self.emulator.resize(lines, columns)
        self._child.setwinsize(lines, columns)
        self.waits_for_rest()

    # the process

    @property
    def pid(self) -> int:
        """The process id of the app."""
        return int(self._child.pid)

    def kill(self) -> float:
        """End the app by SIGKILL, as a power switch would; gives the moment. What it wrote before is still read."""
        moment = time.perf_counter()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.killed = True
        self.ends()
        return moment

    def ends(self, within: float | None = None) -> int | None:
        """Wait until the app has ended; its exit code, None after a signal.

        Raises:
            AssertionError: it goes on running.
        """
        limit = time.perf_counter() + (within or self.patience)
        while self._read(0.05) is not None or self._child.isalive():
            if time.perf_counter() > limit:
                raise AssertionError(self._failure("the app goes on running"))
        return None if self._child.exitstatus is None else int(self._child.exitstatus)

    def waits_for_rest(self, within: float | None = None) -> None:
        """Wait until the app has nothing to do: over two looks it wrote nothing, and no thread of it ran or wished to.

        A process that works on (a progress bar, an import) is not waited for beyond one second: `sees` is for that.
        """
        limit = time.perf_counter() + (within or 1.0)
        calm, before = 0, -1
        while calm < 2 and time.perf_counter() < limit:
            read = self._read(0.01)
            if read is None:
                if not self.killed:
                    self._child.isalive()
                return
            used, busy = _work_of(self.pid)
            calm = calm + 1 if not (read or busy) and used == before else 0
            before = used

    def foreign_controls(self) -> list[str]:
        """The terminal controls that reached the terminal out of people's text; see `foreign_controls`."""
        self._read(0)
        return foreign_controls(b"".join(piece for _moment, piece in self.recorded))

    def close(self) -> None:
        """Leave no process behind."""
        end(self._child)

    def _until(self, condition: Callable[[], bool], failure: str, within: float | None) -> None:
        limit = time.perf_counter() + (self.patience if within is None else within)
        while not condition():
            left = limit - time.perf_counter()
            if left <= 0:
                raise AssertionError(self._failure(failure))
            if self._read(min(left, 0.25)) is None and not condition():
                self.ends(left)
                raise Gone(self._failure(f"{failure}, and the app has ended"))

    def _read(self, seconds: float) -> bool | None:
        """Take what the app has written, waiting so long for the first byte. None when nothing will come any more."""
        taken = False
        while True:
            if self._child.closed:
                return None
            ready, _w, _e = select.select([self._child.child_fd], [], [], 0 if taken else seconds)
            if not ready:
                return taken
            try:
                piece = os.read(self._child.child_fd, 65536)
            except OSError:
                # Linux says EIO once the other end of a pseudo-terminal is closed.
                piece = b""
            if not piece:
                return taken or None
            self.recorded.append((time.perf_counter(), piece))
            self.emulator.feed(piece)
            taken = True

    def _failure(self, what: str) -> str:
        width = self.size[0]
        ended = "" if self._child.isalive() else f"; exit {self._child.exitstatus}, signal {self._child.signalstatus}"
        rows = "\n".join(f"|{row}" for row in self.emulator.rows())
        keys = " ".join(self.keys_pressed[-20:]) or "none"
        x, y = self.emulator.cursor.x, self.emulator.cursor.y
        frame = "-" * width
        return f"{what}{ended}\nlast keys: {keys}   cursor: {x},{y}\n+{frame}\n{rows}\n+{frame}"


def end(child: pexpect.spawn) -> None:
    """Kill a program, wait until it is gone, and close its terminal; pexpect gives up on a loaded machine."""
    with contextlib.suppress(ProcessLookupError):
        if child.isalive():
            os.kill(child.pid, signal.SIGKILL)
            child.wait()
    child.close(force=True)


def _named(texts: Sequence[str]) -> str:
    return ", ".join(repr(text) for text in texts)


def _work_of(pid: int) -> tuple[int, bool]:
    """The processor time that all threads of a process have used, and whether one of them runs or waits for its turn;
    nothing where the system does not tell.
    """
    used, busy = 0, False
    with contextlib.suppress(OSError, ValueError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            used += int((thread / "schedstat").read_text().split()[0])
            # The state stands behind the name, which is in brackets. D: waiting for the disk.
            busy = busy or (thread / "stat").read_text().rpartition(")")[2].split()[0] in "RD"
    return used, busy


def environment(home: Path, lang: str = "zh_CN", **more: str) -> dict[str, str]:
    """The environment of a worker's terminal: nothing of the machine that runs the tests decides what is shown."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "CASEWORK_CATALOG") if name in os.environ}
    return {
        **kept, "HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_CACHE_HOME": str(home / "cache"), "XDG_STATE_HOME": str(home / "state"), "TERM": "xterm-256color",
        "COLORTERM": "truecolor", "LANG": "C.UTF-8", "CASEWORK_LANG": lang, "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "utf-8", **more,
    }  # fmt: skip


@contextlib.contextmanager
def open_app(
    db: Path | None = None,
    *arguments: str,
    size: tuple[int, int] = (80, 24),
    lang: str = "zh_CN",
    env: Mapping[str, str] | None = None,
    command: Sequence[str] | None = None,
    patience: float = PATIENCE,
    at: datetime | None = None,
) -> Iterator[Worker]:
    """Start `casework` on a terminal of `size` columns by lines; it is gone after the block.

    Args:
        db: the casebook, as in `casework --db FILE`.
        arguments: what follows on the command line, e.g. `"demo"`.
        lang: the language that the environment asks for.
        env: further environment variables.
        command: another program in the same terminal, for comparisons.
        patience: seconds until a step has failed.
        at: the moment that the app's clock shows at its start; the machine's own where nothing is said.
    """
    with tempfile.TemporaryDirectory(prefix="worker-") as home:
        casework = [*started_by(at), *(["--db", str(db)] if db is not None else []), *arguments]
        worker = Worker(command or casework, environment(Path(home), lang, **(env or {})), size, patience)
        try:
            yield worker
        finally:
            worker.close()


def started_by(at: datetime | None = None) -> list[str]:
    """How casework is started, on another day where a moment is given (`tests.clocked`)."""
    return [sys.executable, "-m", *(["casework"] if at is None else ["tests.clocked", at.isoformat()])]


def casework(
    *arguments: str, env: Mapping[str, str] | None = None, lang: str = "en", at: datetime | None = None
) -> tuple[int, str, str]:
    """Run a command of the command line to its end: exit code, standard output, standard error. `at` as in `open_app`."""
    import subprocess

    with tempfile.TemporaryDirectory(prefix="worker-") as home:
        ran = subprocess.run(
            [*started_by(at), *arguments], capture_output=True, text=True, encoding="utf-8",
            env=environment(Path(home), lang, **(env or {})), cwd=ROOT, timeout=600, check=False,
        )  # fmt: skip
    return ran.returncode, ran.stdout, ran.stderr
