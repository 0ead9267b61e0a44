"""A disk that remembers: every write, sync, truncation, deletion and renaming, in order, so that the disk can be made
again as a cut of power at any moment would have left it.

SQLite's part is a VFS in Python under the encryption (`multipleciphers-NAME`), so it sees cipher text only. What the
casebook writes beside the database goes through `casework.casebook.files`, which is wrapped for the time of a recording.
"""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw

from casework.casebook import files

SECTOR = 512
MODELS = ("kill", "drop", "subset", "torn")
"""kill: all that was written is there. drop: what was not synced is gone. subset: some of it is there. torn: some
sectors of it are."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to the disk. `name` is the file's, without its folder."""

    kind: str
    name: str
    offset: int = 0
    data: bytes = b""
    other: str = ""


@dataclass
class Recording:
    """The events, and which saves had been acknowledged after how many of them."""

    events: list[Event] = field(default_factory=list)
    acknowledged: list[tuple[int, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, event: Event) -> None:
        """Remember an event."""
        with self.lock:
            self.events.append(event)

    def acknowledge(self, record: str) -> None:
        """A save has returned its receipt."""
        with self.lock:
            self.acknowledged.append((len(self.events), record))


class _File(apsw.VFSFile):
    def __init__(self, disk: RecordingVfs, name: Any, flags: list[int]) -> None:
        self._disk = disk
        path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        self._name = Path(path).name
        fresh = not Path(path).exists()
        super().__init__(disk.base, name, flags)
        if fresh:
            disk.recording.note(Event("create", self._name))

    def xWrite(self, data: bytes, offset: int) -> None:
        self._disk.fault("write")
        super().xWrite(data, offset)
        self._disk.recording.note(Event("write", self._name, offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:
        self._disk.fault("truncate")
        super().xTruncate(newsize)
        self._disk.recording.note(Event("truncate", self._name, newsize))

    def xSync(self, flags: int) -> None:
        self._disk.fault("sync")
        super().xSync(flags)
        self._disk.recording.note(Event("sync", self._name))


class RecordingVfs(apsw.VFS):
    """The VFS; open databases on it as `under`. `fail_at` makes the n-th call of a kind from now on fail."""

    base = "unix"

    def __init__(self, name: str, recording: Recording) -> None:
        self.recording = recording
        self.under = f"multipleciphers-{name}"
        self._failing: tuple[str, int, type[Exception]] | None = None
        super().__init__(name, self.base)

    def xOpen(self, name: Any, flags: list[int]) -> _File:
        return _File(self, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        super().xDelete(filename, syncdir)
        self.recording.note(Event("delete", Path(filename).name))

    def fail_at(self, kind: str, nth: int, error: type[Exception]) -> None:
        """Let the n-th call of a kind fail, and every one after it until `heal`."""
        self._failing = (kind, nth, error)

    def heal(self) -> None:
        """Let nothing fail any more."""
        self._failing = None

    def fault(self, kind: str) -> None:
        """Fail if it is time to."""
        if self._failing is None or self._failing[0] != kind:
            return
        _kind, left, error = self._failing
        if left > 1:
            self._failing = (kind, left - 1, error)
            return
        raise error("the disk failed")


@contextlib.contextmanager
def recorded_files(recording: Recording) -> Iterator[None]:
    """Wrap the casebook's own writes beside the database for the time of a recording."""
    names: dict[int, str] = {}
    kept = {name: getattr(files, name) for name in
            ("write_atomically", "open_for_append", "open_in_place", "append", "write_at", "sync", "close", "rename",
             "remove")}  # fmt: skip
    sizes: dict[int, int] = {}

    def opened(handle: int, path: Path, fresh: bool) -> int:
        names[handle] = path.name
        sizes[handle] = path.stat().st_size
        if fresh:
            recording.note(Event("create", path.name))
        return handle

    def open_for_append(path: Path) -> int:
        fresh = not path.exists()
        return opened(kept["open_for_append"](path), path, fresh)

    def open_in_place(path: Path) -> int:
        fresh = not path.exists()
        return opened(kept["open_in_place"](path), path, fresh)

    def append(handle: int, data: bytes) -> None:
        kept["append"](handle, data)
        recording.note(Event("write", names[handle], sizes[handle], bytes(data)))
        sizes[handle] += len(data)

    def write_at(handle: int, offset: int, data: bytes) -> None:
        kept["write_at"](handle, offset, data)
        recording.note(Event("write", names[handle], offset, bytes(data)))

    def sync(handle: int) -> None:
        kept["sync"](handle)
        recording.note(Event("sync", names[handle]))

    def rename(old: Path, new: Path) -> None:
        kept["rename"](old, new)
        recording.note(Event("rename", old.name, other=new.name))

    def remove(path: Path) -> None:
        if path.exists():
            recording.note(Event("delete", path.name))
        kept["remove"](path)

    def write_atomically(path: Path, data: bytes, keep_previous: bool = False) -> None:
        kept["write_atomically"](path, data, keep_previous)
        fresh = path.name + ".new"
        for event in (Event("create", fresh), Event("write", fresh, 0, data), Event("sync", fresh),
                      Event("rename", fresh, other=path.name)):  # fmt: skip
            recording.note(event)

    for function in (open_for_append, open_in_place, append, write_at, sync, rename, remove, write_atomically):
        setattr(files, function.__name__, function)
    try:
        yield
    finally:
        for name, function in kept.items():
            setattr(files, name, function)


@dataclass
class _Content:
    """A file: what is surely on the disk, and what was written since the last sync."""

    durable: bytearray = field(default_factory=bytearray)
    pending: list[Event] = field(default_factory=list)


def _apply(content: bytearray, event: Event) -> None:
    if event.kind == "truncate":
        if event.offset <= len(content):
            del content[event.offset :]
        else:
            content.extend(bytes(event.offset - len(content)))
        return
    end = event.offset + len(event.data)
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    content[event.offset : end] = event.data


def _torn(content: bytearray, event: Event, chooser: random.Random) -> None:
    if event.kind == "truncate":
        if chooser.random() < 0.5:
            _apply(content, event)
        return
    for start in range(0, len(event.data), SECTOR):
        if chooser.random() < 0.5:
            _apply(content, Event("write", event.name, event.offset + start, event.data[start : start + SECTOR]))


class Disk:
    """The disk as it comes to be, event by event; `image` is what a cut now would leave."""

    def __init__(self, lying: bool = False) -> None:
        self._files: dict[str, _Content] = {}
        self._lying = lying
        self.pending = 0

    def take(self, event: Event) -> None:
        """Let an event happen."""
        if event.kind == "create":
            self._files.setdefault(event.name, _Content())
        elif event.kind == "delete":
            self._files.pop(event.name, None)
        elif event.kind == "rename":
            self._files[event.other] = self._files.pop(event.name, _Content())
        elif event.kind == "sync":
            content = self._files.setdefault(event.name, _Content())
            if not self._lying:
                for one in content.pending:
                    _apply(content.durable, one)
                content.pending = []
        else:
            self._files.setdefault(event.name, _Content()).pending.append(event)

    def image(self, model: str, chooser: random.Random) -> dict[str, bytes]:
        """The files that a cut of this kind would leave. A log index (-shm) does not survive a restart."""
        found: dict[str, bytes] = {}
        for name, content in self._files.items():
            if name.endswith("-shm"):
                continue
            if not content.pending or model == "drop":
                found[name] = bytes(content.durable)
                continue
            made = bytearray(content.durable)
            for event in content.pending:
                if model == "kill" or (model == "subset" and chooser.random() < 0.5):
                    _apply(made, event)
                elif model == "torn":
                    _torn(made, event, chooser)
            found[name] = bytes(made)
        return found
