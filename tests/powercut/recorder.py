"""A disk that remembers every write, sync, truncation, deletion, renaming and new name, in order, and that can fail.

SQLite's part is a VFS in Python under the encryption (`multipleciphers-NAME`), so it sees cipher text only. What the
casebook writes beside the database (keys, mark, black box, backups) is seen at the calls to the system.
"""

from __future__ import annotations

import builtins
import contextlib
import errno
import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import apsw

from casework.casebook import backups, engine
from tests.powercut.disk import Recording

_numbers = count()
_kept: list[apsw.VFS] = []
"""The encryption's VFS stands on each of these for as long as the process lives."""

_SYNC_FOLDER = apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_SUPER_JOURNAL
"""SQLite's unix VFS syncs the folder at the first sync of these."""


@dataclass
class Faults:
    """What is to fail: the n-th call of a kind and every one after it, until `heal`. `struck` counts failures."""

    armed: tuple[str, int, str] | None = None
    struck: int = 0
    seen: dict[str, int] = field(default_factory=dict)

    def arm(self, kind: str, nth: int, how: str) -> None:
        """Let calls of `kind` fail from the n-th on: `full`, `error`, or `short` (half is written, then full)."""
        self.armed = (kind, nth, how)
        self.seen[kind] = self.struck = 0

    def heal(self) -> None:
        """Let nothing fail any more."""
        self.armed = None

    def strike(self, kind: str) -> str | None:
        """How this call fails, or None."""
        self.seen[kind] = self.seen.get(kind, 0) + 1
        if self.armed is None or self.armed[0] != kind or self.seen[kind] < self.armed[1]:
            return None
        self.struck += 1
        return self.armed[2]


class RecordingDisk:
    """A folder whose every change is recorded. Databases are opened on it with `vfs=disk.under`."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.recording = Recording()
        self.faults = Faults()
        name = f"powercut{next(_numbers)}"
        self.under = f"multipleciphers-{name}"
        _kept.append(_Vfs(name, self))

    def name(self, path: Any) -> str | None:
        """The path inside the folder; None for what lies elsewhere."""
        if isinstance(path, int):
            return None
        try:
            inside = Path(os.fsdecode(path)).relative_to(self.root).as_posix()
        except ValueError:
            return None
        return "" if inside == "." else inside


class _Vfs(apsw.VFS):
    def __init__(self, name: str, disk: RecordingDisk) -> None:
        self._disk = disk
        super().__init__(name, "unix")

    def xOpen(self, name: Any, flags: list[int]) -> Any:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        inside = None if path is None else self._disk.name(path)
        if inside is None:
            return apsw.VFSFile("unix", name, flags)
        _fail(self._disk.faults.strike("open"))
        return _File(self._disk, inside, name, flags, fresh=not Path(path).exists())

    def xDelete(self, filename: str, syncdir: bool) -> None:
        super().xDelete(filename, syncdir)
        inside = self._disk.name(filename) or ""
        self._disk.recording.note("delete", inside)
        if syncdir:
            self._disk.recording.note("sync folder", _folder(inside))


class _File(apsw.VFSFile):
    def __init__(self, disk: RecordingDisk, inside: str, name: Any, flags: list[int], fresh: bool) -> None:
        self._disk = disk
        self._note = disk.recording.note
        self._name = inside
        self._sync_folder = bool(flags[0] & _SYNC_FOLDER)
        super().__init__("unix", name, flags)
        if fresh:
            self._note("create", inside)

    def xWrite(self, data: bytes, offset: int) -> None:
        how = self._disk.faults.strike("write")
        if how == "short":
            data = bytes(data)[: len(data) // 2]
        if how is None or how == "short":
            super().xWrite(data, offset)
            self._note("write", self._name, offset, data)
        _fail(how)

    def xTruncate(self, newsize: int) -> None:
        _fail(self._disk.faults.strike("truncate"))
        super().xTruncate(newsize)
        self._note("truncate", self._name, newsize)

    def xSync(self, flags: int) -> None:
        how = self._disk.faults.strike("sync")
        if how is not None:
            self._note("sync failed", self._name)
            _fail(how)
        super().xSync(flags)
        self._note("sync", self._name)
        if self._sync_folder:
            self._sync_folder = False
            self._note("sync folder", _folder(self._name))


def _fail(how: str | None) -> None:
    if how is not None:
        raise apsw.IOError("the disk failed") if how == "error" else apsw.FullError("the disk is full")


def _folder(inside: str) -> str:
    return inside.rpartition("/")[0]


class _Handle:
    """An open file of the folder, below Python's buffers."""

    def __init__(self, name: str, flags: int, size: int) -> None:
        self.name = name
        self.append = bool(flags & os.O_APPEND)
        self.position = 0
        self.size = size


class _Raw(io.RawIOBase):
    """A file object whose writes go through `os.write`, where they are recorded."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def write(self, data: Any) -> int:
        return os.write(self._handle, data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return os.lseek(self._handle, offset, whence)

    def fileno(self) -> int:
        return self._handle

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        if not self.closed:
            super().close()
            os.close(self._handle)


@contextlib.contextmanager
def recorded(disk: RecordingDisk) -> Iterator[None]:
    """Record, for a while, what Python itself writes into the folder, and let backups use its VFS."""
    system = _System(disk)
    names = ("open", "write", "lseek", "fsync", "close", "replace", "rename", "unlink", "remove", "mkdir", "fdopen")
    on_vfs = SimpleNamespace(**{**vars(apsw), "Connection": _with(apsw.Connection, disk.under)})
    engine_on_vfs = SimpleNamespace(**{**vars(engine), "connect": _with(engine.connect, disk.under)})
    with contextlib.ExitStack() as stack:
        for name in names:
            stack.enter_context(mock.patch.object(os, name, getattr(system, name)))
        stack.enter_context(mock.patch.object(io, "open", system.io_open))
        stack.enter_context(mock.patch.object(builtins, "open", system.io_open))
        stack.enter_context(mock.patch.object(backups, "apsw", on_vfs))
        stack.enter_context(mock.patch.object(backups, "engine", engine_on_vfs))
        yield


def _with(function: Callable[..., Any], vfs: str) -> Callable[..., Any]:
    return lambda *args, **options: function(*args, **{"vfs": vfs, **options})


class _System:
    """The calls to the system, recorded where they change the folder."""

    def __init__(self, disk: RecordingDisk) -> None:
        self._disk = disk
        self._note = disk.recording.note
        self._handles: dict[int, _Handle] = {}
        self._folders: dict[int, str] = {}
        self._real = SimpleNamespace(**vars(os))
        self._open = io.open

    def open(self, path: Any, flags: int, mode: int = 0o777, **options: Any) -> int:
        inside = self._disk.name(path)
        if inside is None:
            return self._real.open(path, flags, mode, **options)
        writing = flags & (os.O_WRONLY | os.O_RDWR)
        if writing:
            self._fail("file open")
        before = os.stat(path).st_size if os.path.exists(path) else None
        handle: int = self._real.open(path, flags, mode, **options)
        if os.path.isdir(path):
            self._folders[handle] = inside
        elif writing:
            if before is None:
                self._note("create", inside)
            elif flags & os.O_TRUNC:
                self._note("truncate", inside)
            self._handles[handle] = _Handle(inside, flags, 0 if flags & os.O_TRUNC else before or 0)
        return handle

    def write(self, handle: int, data: Any) -> int:
        file = self._handles.get(handle)
        if file is None:
            return self._real.write(handle, data)
        how = self._disk.faults.strike("file write")
        if how in ("full", "error"):
            raise OSError(errno.ENOSPC if how == "full" else errno.EIO, "the disk failed")
        whole = bytes(data)
        given = whole[: max(1, len(whole) // 2)] if how == "short" else whole
        written: int = self._real.write(handle, given)
        at = file.size if file.append else file.position
        self._note("write", file.name, at, given[:written])
        file.position = at + written
        file.size = max(file.size, file.position)
        return written

    def lseek(self, handle: int, offset: int, whence: int) -> int:
        found: int = self._real.lseek(handle, offset, whence)
        if handle in self._handles:
            self._handles[handle].position = found
        return found

    def fsync(self, handle: int) -> None:
        if handle in self._folders:
            self._real.fsync(handle)
            self._note("sync folder", self._folders[handle])
            return
        file = self._handles.get(handle)
        if file is not None and self._disk.faults.strike("file sync") is not None:
            self._note("sync failed", file.name)
            raise OSError(errno.EIO, "the disk failed")
        self._real.fsync(handle)
        if file is not None:
            self._note("sync", file.name)

    def close(self, handle: int) -> None:
        self._handles.pop(handle, None)
        self._folders.pop(handle, None)
        self._real.close(handle)

    def replace(self, old: Any, new: Any, **options: Any) -> None:
        was, becomes = self._disk.name(old), self._disk.name(new)
        if was is not None:
            self._fail("file rename")
        self._real.replace(old, new, **options)
        if was is not None and becomes is not None:
            self._note("rename", was, other=becomes)

    rename = replace

    def unlink(self, path: Any, **options: Any) -> None:
        self._real.unlink(path, **options)
        inside = self._disk.name(path)
        if inside is not None:
            self._note("delete", inside)

    remove = unlink

    def mkdir(self, path: Any, mode: int = 0o777, **options: Any) -> None:
        self._real.mkdir(path, mode, **options)
        inside = self._disk.name(path)
        if inside is not None:
            self._note("mkdir", inside)

    def fdopen(self, handle: int, mode: str = "r", *args: Any, **options: Any) -> Any:
        if handle in self._handles:
            return io.BufferedWriter(_Raw(handle))
        return self._open(handle, mode, *args, **options)

    def io_open(self, file: Any, mode: str = "r", *args: Any, **options: Any) -> Any:
        inside = None if isinstance(file, int) else self._disk.name(file)
        if inside is None or not set(mode) & set("wax+"):
            return self._open(file, mode, *args, **options)
        how = {"w": os.O_TRUNC | os.O_CREAT, "a": os.O_APPEND | os.O_CREAT, "x": os.O_EXCL | os.O_CREAT}
        raw = io.BufferedWriter(_Raw(os.open(file, os.O_WRONLY | how[mode[0]], 0o666)))
        return raw if "b" in mode else io.TextIOWrapper(raw, encoding=options.get("encoding") or "utf-8")

    def _fail(self, kind: str) -> None:
        how = self._disk.faults.strike(kind)
        if how is not None:
            raise OSError(errno.ENOSPC if how == "full" else errno.EIO, "the disk failed")
