"""The files beside the database: written so that a cut of power leaves the old or the new, never half.

Every write outside SQLite goes through this module, so that the power-cut tests can record it.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable. Windows has no such call and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_atomically(path: Path, data: bytes, keep_previous: bool = False) -> None:
    """Write a whole file: new file, fsync, rename, fsync of the folder.

    With `keep_previous` the old file stays beside it with `.1` at its end.
    """
    fresh = path.with_name(path.name + ".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
    try:
        _write_all(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)
    if keep_previous and path.exists():
        previous = path.with_name(path.name + ".1")
        spare = path.with_name(path.name + ".1.new")
        with contextlib.suppress(FileNotFoundError):
            os.unlink(spare)
        handle = os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
        try:
            _write_all(handle, path.read_bytes())
            os.fsync(handle)
        finally:
            os.close(handle)
        os.replace(spare, previous)
    os.replace(fresh, path)
    sync_folder(path.parent)


def write_private(path: Path, data: bytes) -> None:
    """Write a file that is not there yet, readable by its owner only. It need not outlive a cut of power.

    Raises:
        FileExistsError: something stands there, be it a link.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        _write_all(handle, data)
    finally:
        os.close(handle)


def open_for_append(path: Path) -> int:
    """A handle that appends; the file is made, readable by its owner only, if it is not there."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)


def open_in_place(path: Path) -> int:
    """A handle that writes in place; the file is made if it is not there."""
    return os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)


def append(handle: int, data: bytes) -> None:
    """Append bytes; they are durable after `sync`."""
    _write_all(handle, data)


def write_at(handle: int, offset: int, data: bytes) -> None:
    """Write bytes at an offset; they are durable after `sync`."""
    os.lseek(handle, offset, os.SEEK_SET)
    _write_all(handle, data)


def sync(handle: int) -> None:
    """Make what was written through a handle durable."""
    os.fsync(handle)


def close(handle: int) -> None:
    """Close a handle."""
    os.close(handle)


def rename(old: Path, new: Path) -> None:
    """Give a file another name; durable after `sync_folder`."""
    os.replace(old, new)


def remove(path: Path) -> None:
    """Remove a file, if it is there."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]
