"""Backups: encrypted as the casebook is, made in one step while work goes on, opened and checked before they count.

A backup is one file: an uncompressed tar of the database copy, its key file and a manifest. Automatic ones stand in
`NAME-backups/` beside the casebook, dated, the last ten kept; one a day is made when the app is opened.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import apsw

from casework.casebook import engine, files, keys, migrating, opening
from casework.casebook.errors import Damaged, DiskFull, NewerCasebook, NotFound, Refused
from casework.domain.phrase import N_, Phrase

if TYPE_CHECKING:
    from datetime import datetime

    from casework.casebook.book import Casebook
    from casework.casebook.engine import Database
    from casework.casebook.keys import Secret

KEEP = 10
SUFFIX = ".caseworkbackup"
_CHUNK = 1024 * 1024


def folder(path: Path) -> Path:
    """Where the automatic backups of a casebook stand."""
    return path.with_name(path.stem + "-backups")


def make(book: Casebook, out: Path | None = None) -> Path:
    """Make a backup: to `out`, or dated into the automatic folder. Returns the file.

    Raises:
        DiskFull, ReadOnly: it could not be written; what was begun is removed.
        Damaged: the copy did not pass its check; it is not kept.
    """
    with engine.said():
        if out is None:
            made = copy_file(book.database, book.path, book.key, folder(book.path), _stamp(book.clock.now()))
            _thin(folder(book.path))
            return made
        return _pack(book.database, book.path, book.key, Path(out))


def make_daily(book: Casebook) -> Path | None:
    """The day's automatic backup, if it has not been made yet."""
    day = book.clock.now().strftime("%Y%m%d")
    if any(f"-{day}T" in file.name for file in listed(book.path)):
        return None
    return make(book)


def listed(path: Path) -> list[Path]:
    """The automatic backups of a casebook, oldest first."""
    return sorted(folder(path).glob(f"*{SUFFIX}"))


def copy_file(database: Database, path: Path, key: bytes, into: Path, label: str) -> Path:
    """A backup under a dated name in a folder; used before a migration too."""
    into.mkdir(parents=True, exist_ok=True)
    return _pack(database, path, key, into / f"{path.stem}-{label}{SUFFIX}")


def restore(backup: Path, to: Path, secret: Secret | None) -> None:
    """Make a casebook of a backup, at a place where there is none. It begins a new series of saves.

    Raises:
        Refused: something stands at `to` already.
        NotFound: there is no such backup.
        Damaged, NewerCasebook: the backup cannot be used.
        Locked, WrongSecret: it needs the passphrase of its day.
    """
    backup, to = Path(backup), Path(to)
    if to.exists():
        raise Refused(
            Phrase(
                N_("There is already a casebook at {path}. It was left as it is. Restore to another name."),
                {"path": to.name},
            )
        )
    if not backup.exists():
        raise NotFound(Phrase(N_("There is no backup at {path}."), {"path": backup.name}))
    fresh = to.with_name(to.name + ".restoring")
    with engine.said():
        try:
            _unpack(backup, fresh)
            key = keys.unlock(fresh, secret)
            database = engine.connect(fresh, key)
            try:
                migrating.check(database)
                _check(database)
                device = opening.read_head(database).device
                with database.atomic("IMMEDIATE"):
                    opening.begin_epoch(database, device)
                database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                database.close()
            to.parent.mkdir(parents=True, exist_ok=True)
            files.rename(keys.beside(fresh), keys.beside(to))
            files.rename(fresh, to)
            files.sync_folder(to.parent)
        finally:
            for leftover in (fresh, keys.beside(fresh)):
                with contextlib.suppress(OSError):
                    files.remove(leftover)


def _stamp(now: datetime) -> str:
    return now.strftime("%Y%m%dT%H%M%S")


def _pack(database: Database, path: Path, key: bytes, out: Path) -> Path:
    copy = out.with_name(out.name + ".copy")
    part = out.with_name(out.name + ".part")
    try:
        for leftover in (copy, part):
            files.remove(leftover)
        _copy(database, copy, key)
        _bundle(copy, path, part)
        files.rename(part, out)
        files.sync_folder(out.parent)
    finally:
        for leftover in (copy, part, Path(f"{copy}-wal"), Path(f"{copy}-shm")):
            with contextlib.suppress(OSError):
                files.remove(leftover)
    return out


def _copy(database: Database, copy: Path, key: bytes) -> None:
    """Copy the database in one step: a stepped copy never ends while another connection writes (measured)."""
    target = apsw.Connection(str(copy))
    try:
        target.execute("PRAGMA cipher = 'chacha20'")
        target.execute(f"PRAGMA key = 'raw:{key.hex()}'")
        # The receiver is the destination; the other way round empties the casebook.
        with target.backup("main", database.connection(), "main") as step:
            step.step(-1)
    finally:
        target.close()
    check = engine.connect(copy, key)
    try:
        _check(check)
        check.execute_sql("PRAGMA journal_mode = DELETE")
    finally:
        check.close()


def _check(database: Database) -> None:
    answer = database.execute_sql("PRAGMA quick_check").first()
    if answer is None or answer[0] != "ok":
        raise Damaged(Phrase(N_("The copy did not pass its check and was not kept. Try again on another disk.")))


def _bundle(copy: Path, path: Path, part: Path) -> None:
    digest = hashlib.sha256()
    with copy.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    manifest = {"v": 1, "schema": migrating.SCHEMA_VERSION, "sha256": digest.hexdigest()}
    handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as out, tarfile.open(fileobj=out, mode="w") as tar:
        _member(tar, "manifest.json", json.dumps(manifest).encode())
        _member(tar, "casebook.keys", keys.beside(path).read_bytes())
        info = tarfile.TarInfo("casebook.db")
        info.size, info.mode = copy.stat().st_size, 0o600
        with copy.open("rb") as file:
            tar.addfile(info, file)
        tar.close()
        out.flush()
        os.fsync(out.fileno())


def _member(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), 0o600
    tar.addfile(info, io.BytesIO(data))


def _unpack(backup: Path, fresh: Path) -> None:
    try:
        with tarfile.open(backup, mode="r:") as tar:
            manifest = json.loads(_read(tar, "manifest.json"))
            if manifest["v"] > 1 or manifest["schema"] > migrating.SCHEMA_VERSION:
                raise NewerCasebook()
            fresh.parent.mkdir(parents=True, exist_ok=True)
            files.write_atomically(keys.beside(fresh), _read(tar, "casebook.keys"))
            source = tar.extractfile("casebook.db")
            digest = hashlib.sha256()
            with fresh.open("wb") as out:
                while source is not None and (chunk := source.read(_CHUNK)):
                    digest.update(chunk)
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            if digest.hexdigest() != manifest["sha256"]:
                raise Damaged(_bad_backup())
    except (tarfile.TarError, KeyError, ValueError, TypeError) as error:
        raise Damaged(_bad_backup()) from error
    except OSError as error:
        if error.errno == 28:
            raise DiskFull() from error
        raise


def _read(tar: tarfile.TarFile, name: str) -> bytes:
    member: Any = tar.extractfile(name)
    if member is None:
        raise Damaged(_bad_backup())
    return bytes(member.read())


def _bad_backup() -> Phrase:
    return Phrase(
        N_("This backup is damaged or is none. Nothing was changed. Try an older one from the backups folder.")
    )


def _thin(into: Path) -> None:
    dated = sorted(into.glob(f"*-[0-9]*T[0-9]*{SUFFIX}"))
    for old in dated[:-KEEP]:
        with contextlib.suppress(OSError):
            files.remove(old)


def keys_of(backup: Path, beside: Path) -> None:
    """Put the key file of a backup beside a path, so that it can be seen what opens it.

    Raises:
        Damaged: it is no backup.
    """
    try:
        with tarfile.open(backup, mode="r:") as tar:
            beside.write_bytes(b"")
            keys.beside(beside).write_bytes(_read(tar, "casebook.keys"))
    except (tarfile.TarError, KeyError, OSError) as error:
        raise Damaged(_bad_backup()) from error
