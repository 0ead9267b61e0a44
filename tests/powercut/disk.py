"""What a cut of power leaves: a disk made again, event by event, from the record of what was written to it.

The disk is kept as a file system keeps it: contents apart from names. A write is sure after the file's sync; a name
that came, went or changed is sure after the sync of its folder. `image` says what a cut now would leave of both.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

SECTOR = 512
MODELS = ("kill", "drop", "subset", "torn")
"""kill: all that was written is there. drop: all that was not synced is gone. subset: some of the writes that were not
synced are there. torn: some 512-byte sectors of them are. In the last two, names stand as they did at some moment
since their folder was synced: the file systems of laptops (ext4, xfs, NTFS, APFS) keep the order of names."""

UNORDERED = "unordered"
"""As subset, on a file system that keeps no order: any of the changes of names may be missing, also the earlier one."""

CHANGING = ("subset", "torn", UNORDERED)
"""Models that leave another disk each time."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to the disk. `name` is a path inside the recorded folder, '' for the folder itself."""

    kind: str
    name: str
    offset: int = 0
    data: bytes = b""
    other: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    """After `at` events all of `records` had been acknowledged, and `saves` saves in all."""

    at: int
    records: frozenset[str]
    saves: int


@dataclass
class Recording:
    """The events of a disk, and what had been promised after how many of them."""

    events: list[Event] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, name: str, offset: int = 0, data: bytes = b"", other: str = "") -> None:
        """Remember an event."""
        with self.lock:
            self.events.append(Event(kind, name, offset, bytes(data), other))

    def acknowledge(self, saves: int, *records: str) -> None:
        """A save has returned its receipt; `saves` stand in all."""
        before = self.promises[-1].records if self.promises else frozenset()
        with self.lock:
            self.promises.append(Promise(len(self.events), before.union(records), saves))


class _Content:
    """What a file holds: for certain, and since its last sync. `doomed` writes met a sync that failed: the system
    may have thrown them away, and no later sync brings them back.
    """

    def __init__(self) -> None:
        self.sure = bytearray()
        self.pending: list[Event] = []
        self.doomed: list[Event] = []
        self._frozen: bytes | None = b""

    def sync(self) -> None:
        for event in self.pending:
            _apply(self.sure, event)
        if self.pending:
            self._frozen = None
        self.pending = []

    def frozen(self) -> bytes:
        # The same object as long as nothing changed, so that its hash and its copy on the disk are made once.
        if self._frozen is None:
            self._frozen = bytes(self.sure)
        return self._frozen

    def after(self, model: str, chooser: random.Random) -> bytes:
        if model == "drop" or not (self.pending or self.doomed):
            return self.frozen()
        made = bytearray(self.sure)
        for event in (*self.doomed, *self.pending):
            if model == "torn":
                _tear(made, event, chooser)
            elif model == "kill" or chooser.random() < 0.5:
                _apply(made, event)
        return bytes(made)


def _apply(content: bytearray, event: Event) -> None:
    size = event.offset + len(event.data)
    if event.kind == "truncate" and size < len(content):
        del content[size:]
    elif len(content) < size:
        content.extend(bytes(size - len(content)))
    if event.data:
        content[event.offset : size] = event.data


def _tear(content: bytearray, event: Event, chooser: random.Random) -> None:
    if event.kind == "truncate":
        if chooser.random() < 0.5:
            _apply(content, event)
        return
    for start in range(0, len(event.data), SECTOR):
        if chooser.random() < 0.5:
            _apply(content, Event("write", event.name, event.offset + start, event.data[start : start + SECTOR]))


_FOLDER = -1
_Names = dict[str, int]


class Disk:
    """The disk as it comes to be. A `lying` one says that it synced and did not."""

    def __init__(self, lying: bool = False) -> None:
        self._contents: list[_Content] = []
        self._now: _Names = {}
        self._sure: _Names = {}
        self._moved: list[tuple[Event, int]] = []
        self._lying = lying

    def take(self, event: Event) -> None:
        """Let an event happen."""
        match event.kind:
            case "write" | "truncate":
                self._file(event.name).pending.append(event)
            case "sync" if not self._lying:
                self._file(event.name).sync()
            case "sync failed":
                file = self._file(event.name)
                file.doomed += file.pending
                file.pending = []
            case "sync folder" if not self._lying:
                here = [moved for moved in self._moved if _folder(moved[0].name) == event.name]
                self._moved = [moved for moved in self._moved if _folder(moved[0].name) != event.name]
                for moved in here:
                    _move(self._sure, *moved)
            case "create" | "mkdir" | "delete" | "rename":
                self._name(event)

    def image(self, model: str, chooser: random.Random) -> dict[str, bytes]:
        """The files that a cut of this kind would leave now. A log index (-shm) does not survive a restart."""
        names = self._names(model, chooser)
        return {
            name: self._contents[number].after(model, chooser)
            for name, number in sorted(names.items())
            if number != _FOLDER and not name.endswith("-shm") and _reached(name, names)
        }

    def _names(self, model: str, chooser: random.Random) -> _Names:
        if model == "kill" or not self._moved:
            return self._now
        if model == "drop":
            return self._sure
        names = dict(self._sure)
        if model == UNORDERED:
            kept = [moved for moved in self._moved if chooser.random() < 0.5]
        else:
            kept = self._moved[: chooser.randint(0, len(self._moved))]
        for moved in kept:
            _move(names, *moved)
        return names

    def _file(self, name: str) -> _Content:
        if name not in self._now:
            self._name(Event("create", name))
        return self._contents[self._now[name]]

    def _name(self, event: Event) -> None:
        number = _FOLDER
        if event.kind == "create":
            number = len(self._contents)
            self._contents.append(_Content())
        elif event.kind != "mkdir":
            number = self._now.get(event.name, _FOLDER)
        _move(self._now, event, number)
        self._moved.append((event, number))


def _move(names: _Names, event: Event, number: int) -> None:
    if event.kind in ("create", "mkdir"):
        names[event.name] = number
    elif event.kind == "delete":
        names.pop(event.name, None)
    elif event.name in names:
        names[event.other] = names.pop(event.name)


def _folder(name: str) -> str:
    folder = str(PurePosixPath(name).parent)
    return "" if folder == "." else folder


def _reached(name: str, names: _Names) -> bool:
    folder = _folder(name)
    return not folder or (folder in names and _reached(folder, names))


@dataclass(frozen=True, slots=True)
class Cut:
    """A cut of power after `at` events: the disk it leaves and what had been promised until then."""

    at: int
    model: str
    image: dict[str, bytes]
    promise: Promise


def cuts(
    recording: Recording, *, start: int = 0, end: int | None = None, models: tuple[str, ...] = MODELS,
    seed: int = 1, lying: bool = False,
) -> Iterator[Cut]:  # fmt: skip
    """Every different disk that a cut after each event could leave, with what it owes, for as long as new ones come.

    The models without chance have one disk for each event; those with chance are gone through again and again.
    """
    chooser = random.Random(seed)
    seen: set[int] = set()
    nothing = Promise(0, frozenset(), 0)
    fresh = True
    while fresh:
        fresh = False
        disk = Disk(lying)
        promised = iter([*recording.promises, Promise(len(recording.events) + 1, frozenset(), 0)])
        owed, coming = nothing, next(promised)
        for at, event in enumerate(recording.events[:end], start=1):
            disk.take(event)
            while coming.at <= at:
                owed, coming = coming, next(promised)
            if at < start:
                continue
            for model in models:
                image = disk.image(model, chooser)
                mark = hash((owed.at, *image.items()))
                if mark not in seen:
                    seen.add(mark)
                    fresh = True
                    yield Cut(at, model, image, owed)
        models = tuple(model for model in models if model in CHANGING)
