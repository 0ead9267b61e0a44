"""Looking at evidence with another program: for that a copy that is not encrypted stands beside the casebook.

It is personal data on a disk, so it stands in a folder of its own that only its owner may enter, under a name that
says nothing, and goes when the viewer is closed, at the lock, at the end, and at the next start if all of that failed.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from typing import TYPE_CHECKING

from casework.casebook import files

if TYPE_CHECKING:
    from pathlib import Path


def folder(path: Path) -> Path:
    """Where the copies of a casebook's evidence stand while they are looked at."""
    return path.with_name(path.name + ".viewing")


def put(path: Path, data: bytes, ending: str) -> Path:
    """Put a copy there and return it; `path` is the casebook's own.

    Raises:
        DiskFull, ReadOnly, NotSaved: it could not be written; nothing is left of it.
    """
    # Clearing is done before the lock is shown: it must not bring the engine along.
    from casework.casebook import engine

    into = folder(path)
    copy = into / (secrets.token_hex(8) + ending)
    with engine.said():
        if into.is_symlink() or not into.is_dir():
            clear(path)
            os.mkdir(into, 0o700)
        os.chmod(into, 0o700)
        try:
            files.write_private(copy, data)
        except OSError:
            clear(path)
            raise
    return copy


def clear(path: Path) -> bool:
    """Take all copies away; whether none is left. A program that holds one open keeps it, on Windows, until it ends."""
    into = folder(path)
    if into.is_symlink():
        with contextlib.suppress(OSError):
            os.unlink(into)
        return not into.is_symlink()
    if not into.is_dir():
        return True
    with contextlib.suppress(OSError):
        for copy in into.iterdir():
            with contextlib.suppress(OSError):
                os.unlink(copy)
        os.rmdir(into)
    return not into.is_dir()
