"""The judge: what must hold of every disk that a cut of power could leave, whatever was written to it.

The disk opens, `integrity_check` is content, every acknowledged save is there, at most one is there that was not
acknowledged yet, and nothing of a save stands without the rest of it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import apsw

from tests.powercut.disk import Cut, Recording

SMALL = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Disks are looked at in memory where there is such a folder: what is tested is their content."""

PAGE = 4096
SEALED = 32
"""The last bytes of a page belong to the cipher and change with every writing of the same page."""


@dataclass(frozen=True, slots=True)
class State:
    """What a disk holds: the records that are there, how many saves, and what stands half ('' for nothing)."""

    records: frozenset[str]
    saves: int
    half: str = ""


class Checker(Protocol):
    """What a workload knows of its own file."""

    file: str
    key: bytes

    def state(self, connection: apsw.Connection) -> State:
        """Read all that counts from an open, intact file. It may raise: then the disk cannot be read."""

    def reopen(self, path: Path) -> tuple[frozenset[str], str]:
        """Open a copy of the disk as the product does, let it heal, examine it. The records, and a complaint or ''."""


@dataclass
class Recorded:
    """A recording and who judges its disks; `ready` is the number of events after which promises are owed, `made` of those
    after which the file had been made."""

    recording: Recording
    checker: Checker
    ready: int = 0
    made: int = 0


@dataclass
class Verdict:
    """What was found on the disks that cuts would have left."""

    images: int = 0
    lost: int = 0
    corrupt: int = 0
    half: int = 0
    ghosts: int = 0
    reopened: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def failures(self) -> int:
        """Failures of all kinds."""
        return self.lost + self.corrupt + self.half + self.ghosts

    def __str__(self) -> str:
        return (
            f"{self.images:,} disks: {self.lost} lost an acknowledged save, {self.corrupt} corrupt, "
            f"{self.half} half a save, {self.ghosts} with more than the save under way; "
            f"{self.reopened:,} opened by the product and examined"
        )

    def note(self, kind: str, cut: Cut, why: str) -> None:
        """Count a failure and keep the first few."""
        setattr(self, kind, getattr(self, kind) + 1)
        if len(self.examples) < 5:
            self.examples.append(f"{kind} after event {cut.at} ({cut.model}): {why}")


def judge(
    recorded: Recorded, cuts: Iterable[Cut], *, images: int, reopen_every: int = 0,
    enough: Callable[[Verdict], bool] = lambda _verdict: False,
) -> Verdict:  # fmt: skip
    """Look at the disks of cuts until so many were seen; open every so-many-th as the product does."""
    verdict = Verdict()
    with _Table(recorded.checker) as table:
        for cut in cuts:
            if verdict.images >= images or enough(verdict):
                break
            verdict.images += 1
            sound = _look(table, cut, verdict)
            if sound and reopen_every and verdict.images % reopen_every == 0:
                _reopen(recorded.checker, cut, verdict)
    return verdict


def _look(table: _Table, cut: Cut, verdict: Verdict) -> bool:
    state = table.state(cut.image)
    if isinstance(state, str):
        verdict.note("corrupt", cut, state)
        return False
    before = verdict.failures
    if state.half:
        verdict.note("half", cut, state.half)
    missing = cut.promise.records - state.records
    if missing:
        verdict.note("lost", cut, f"{len(missing)} of {len(cut.promise.records)}, among them {min(missing)}")
    elif state.saves > cut.promise.saves + 1:
        verdict.note("ghosts", cut, f"{state.saves} saves where {cut.promise.saves} were acknowledged")
    return verdict.failures == before


def _reopen(checker: Checker, cut: Cut, verdict: Verdict) -> None:
    with laid_out(cut.image) as folder:
        try:
            records, complaint = checker.reopen(folder / checker.file)
        except Exception as error:  # noqa: BLE001 - the product must open every such disk, whatever stands in its way
            verdict.note("corrupt", cut, f"the product: {type(error).__name__}: {error}")
            return
    verdict.reopened += 1
    if complaint:
        verdict.note("half", cut, complaint)
    missing = cut.promise.records - records
    if missing:
        verdict.note("lost", cut, f"{len(missing)} after the product opened it")


class laid_out:
    """A folder with the files of an image, for a while."""

    def __init__(self, image: dict[str, bytes]) -> None:
        self._image = image

    def __enter__(self) -> Path:
        self._folder = Path(tempfile.mkdtemp(dir=SMALL))
        for name, data in self._image.items():
            path = self._folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return self._folder

    def __exit__(self, *_error: object) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


class _Table:
    """A folder on which one disk after the other is laid; only what differs is written.

    Two disks on which SQLite sees the same pages hold the same: such a state is read and checked once.
    """

    def __init__(self, checker: Checker) -> None:
        self._checker = checker
        self._lies: dict[str, bytes] = {}
        self._known: dict[int, State | str] = {}

    def __enter__(self) -> _Table:
        self._folder = Path(tempfile.mkdtemp(dir=SMALL))
        return self

    def __exit__(self, *_error: object) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def state(self, image: dict[str, bytes]) -> State | str:
        """What the disk holds, or why it cannot be read."""
        names = [self._checker.file + end for end in ("", "-wal", "-journal")]
        parts = {name: image[name] for name in names if name in image}
        for name in names:
            if name not in parts:
                (self._folder / name).unlink(missing_ok=True)
            elif self._lies.get(name) is not parts[name]:
                (self._folder / name).write_bytes(parts[name])
        self._lies = parts
        try:
            return self._read()
        except Exception as error:  # noqa: BLE001 - whatever it says, the disk cannot be read
            self._lies = {}
            return f"{type(error).__name__}: {error}"
        finally:
            if names[2] in parts:
                # A rollback journal is played back into the file: the next disk is laid out anew.
                self._lies = {}

    def _read(self) -> State | str:
        path = self._folder / self._checker.file
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        try:
            # The log must stay as it lies, for the next disk that has the same one.
            connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
            connection.execute("PRAGMA cipher = 'chacha20'")
            connection.execute(f"PRAGMA key = 'raw:{self._checker.key.hex()}'")
            connection.execute("PRAGMA locking_mode = exclusive")
            pages = connection.serialize("main") or b""
            mark = hash(tuple(pages[at : at + PAGE - SEALED] for at in range(0, len(pages), PAGE)))
            if mark not in self._known:
                self._known[mark] = self._first_look(connection)
            return self._known[mark]
        finally:
            connection.close()

    def _first_look(self, connection: apsw.Connection) -> State | str:
        try:
            answer = connection.execute("PRAGMA integrity_check").fetchall()
            return self._checker.state(connection) if answer == [("ok",)] else f"integrity_check: {answer[0][0]}"
        except Exception as error:  # noqa: BLE001 - as above
            return f"{type(error).__name__}: {error}"
