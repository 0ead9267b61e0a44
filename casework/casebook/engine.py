"""The encrypted SQLite file: how it is opened, what is refused, and how its errors are said.

chacha20 with a raw 32-byte key that never changes; WAL with `synchronous=FULL`. `synchronous=EXTRA` stands
before the switch to WAL because a rollback journal that comes back after a cut of power would otherwise roll
the young file back (measured; `journal_mode=WAL` unlinks it).
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import apsw
from playhouse.apsw_ext import APSWDatabase

from casework.casebook.errors import CasebookError, Damaged, DiskFull, NotSaved, ReadOnly
from casework.domain.phrase import N_, Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OLDEST_SQLITE = (3, 51, 3)
"""Older ones can corrupt a WAL that two connections reset (sqlite.org/wal.html#walresetbug)."""

BUSY_SECONDS = 10
CACHE_KIB = 3 * 1024


class UnsafeEngine(CasebookError):
    """The engine that Python found would not encrypt, or can corrupt the file."""

    exit_code = 4


class Cursor(apsw.Cursor):
    """A cursor whose `first` runs its statement to the end.

    A statement that was left after one row keeps its read transaction open, and the connection sees the casebook as
    it was then (measured with `fetchone` under WAL).
    """

    def first(self) -> tuple[Any, ...] | None:
        """The first row, or None."""
        found = self.fetchall()
        return found[0] if found else None


class Database(APSWDatabase):  # type: ignore[misc]
    """The Peewee database of a casebook."""

    rules_seen = 0
    """Raised whenever rules or spells may have changed: who keeps something made of them makes it anew."""

    rules_touched = False
    """Whether the transaction that is open has changed any."""

    def touch_rules(self) -> None:
        """Rules or spells are being changed."""
        self.rules_touched = True
        self.rules_seen += 1

    def rules_settled(self) -> None:
        """The transaction has ended, either way: other threads see now what it has left."""
        if self.rules_touched:
            self.rules_touched = False
            self.rules_seen += 1

    def _add_conn_hooks(self, conn: apsw.Connection) -> None:
        conn.cursor_factory = Cursor
        super()._add_conn_hooks(conn)


def guard() -> None:
    """Refuse to run on an engine that would write plain text or lose data.

    Raises:
        UnsafeEngine: plain `apsw` shadows `apsw-sqlite3mc`, or SQLite is older than 3.51.3.
    """
    if not getattr(apsw, "mc_version", ""):
        raise UnsafeEngine(
            Phrase(
                N_(
                    "The package apsw stands in the way of apsw-sqlite3mc: the casebook would not be "
                    "encrypted. Nothing was opened. Remove apsw and install apsw-sqlite3mc again."
                )
            )
        )
    if tuple(int(part) for part in apsw.sqlite_lib_version().split(".")) < OLDEST_SQLITE:
        raise UnsafeEngine(
            Phrase(
                N_(
                    "This SQLite is too old and can damage a casebook. Nothing was opened. "
                    "Install apsw-sqlite3mc 3.54 or newer."
                )
            )
        )


def connect(
    path: Path, key: bytes, *, vfs: str | None = None, synchronous: str = "full", create: bool = False
) -> Database:
    """A Peewee database on the encrypted file; every thread gets its own connection on first use.

    `vfs` and `synchronous` are for the power-cut tests; the product uses the defaults.
    """
    guard()
    pragmas: list[tuple[str, Any]] = [
        ("cipher", "'chacha20'"),
        ("key", f"'raw:{key.hex()}'"),
        ("synchronous", "extra"),
        ("journal_mode", "wal"),
        ("synchronous", synchronous),
        ("foreign_keys", 0),
        ("cache_size", -CACHE_KIB),
        ("temp_store", "memory"),
        ("mmap_size", 0),
    ]
    flags = apsw.SQLITE_OPEN_READWRITE | (apsw.SQLITE_OPEN_CREATE if create else 0)
    options: dict[str, Any] = {"flags": flags}
    if vfs is not None:
        options["vfs"] = vfs
    return Database(str(path), pragmas=pragmas, timeout=BUSY_SECONDS, **options)


def encrypted(path: Path) -> bool:
    """Whether the first bytes are cipher text: a plain SQLite file starts with its name."""
    with path.open("rb") as file:
        return not file.read(16).startswith(b"SQLite format 3")


@contextlib.contextmanager
def said() -> Iterator[None]:
    """Turn the engine's errors into ones for people.

    Raises:
        DiskFull, ReadOnly, Damaged, NotSaved: according to what SQLite reported.
    """
    try:
        yield
    except CasebookError:
        raise
    except Exception as error:
        mapped = _mapped(error)
        if mapped is None:
            raise
        raise mapped from error


def _mapped(error: BaseException) -> CasebookError | None:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, apsw.FullError):
            return DiskFull()
        if isinstance(seen, apsw.ReadOnlyError | apsw.PermissionsError | apsw.AuthError):
            return ReadOnly()
        if isinstance(seen, apsw.CantOpenError):
            return Damaged(
                Phrase(
                    N_(
                        "The casebook cannot be opened: the file or its folder is missing or not writable. "
                        "Nothing was changed."
                    )
                )
            )
        if isinstance(seen, apsw.CorruptError | apsw.NotADBError):
            return Damaged(damaged_phrase())
        if isinstance(seen, apsw.IOError | apsw.BusyError | apsw.LockedError | apsw.ProtocolError):
            return NotSaved()
        if isinstance(seen, OSError):
            if seen.errno == 28:
                return DiskFull()
            if seen.errno in (1, 13, 30):
                return ReadOnly()
            return NotSaved()
        seen = seen.__cause__ or seen.__context__
    return None


def damaged_phrase() -> Phrase:
    """The sentence for a file that is broken or no casebook."""
    return Phrase(
        N_("This file is damaged or is not a casebook. It was left as it is. Open a backup with: casework restore FILE")
    )
