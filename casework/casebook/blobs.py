"""The bytes of evidence: found by their hash, once however often they are attached; held by forms, swept, proved.

A form that is not saved yet holds blobs that are *staged*: its draft names them, and they go when it is thrown away. A
blob that was attached once stays, so that an undo can be undone.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from casework.casebook import engine
from casework.casebook.errors import Damaged, NotFound
from casework.casebook.rows import instant
from casework.domain.phrase import N_, Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from casework.casebook.book import Casebook
    from casework.casebook.engine import Database

STAGED_DAYS = 1
"""Days after which a blob that no form and no record holds is swept: a form has named it in its draft long before."""

CHECKPOINT_MILLISECONDS = 250

_NOBODYS = (
    "staged_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM attachment a WHERE a.blob = blob.hash) "
    "AND NOT EXISTS (SELECT 1 FROM draft WHERE instr(draft.data, blob.hash) > 0)"
)


@dataclass(frozen=True, slots=True)
class KeptBlob:
    """Bytes that lie in the casebook. `taken_at` is what an earlier attachment of the same file says."""

    blob: str
    media: str
    size: int
    taken_at: datetime | None


def hold(book: Casebook, digest: str) -> KeptBlob | None:
    """What is kept of a file with this SHA-256, or is that file itself; None where there is nothing, or what there is is
    damaged: then `stage` makes it whole. It is held as `stage` holds it.
    """
    execute = book.database.execute_sql
    row = execute(
        "SELECT b.hash, b.media, b.size, a.taken_at FROM attachment a JOIN blob b ON b.hash = a.blob "
        "WHERE a.original = ?1 UNION ALL SELECT hash, media, size, NULL FROM blob WHERE hash = ?1 LIMIT 1",
        (digest,),
    ).first()
    if row is None or not _whole(book.database, row[0]):
        return None
    now = _now(book)
    book.write(
        lambda: execute("UPDATE blob SET staged_at = ? WHERE hash = ? AND staged_at IS NOT NULL", (now, row[0])).close()
    )
    return KeptBlob(row[0], row[1], row[2], instant(row[3]) if row[3] else None)


def stage(book: Casebook, data: bytes, media: str) -> str:
    """Put bytes into the casebook for a form that is not saved yet; returns their hash. Durable when it returns.

    Raises:
        NotSaved and its kin: the write failed; nothing of it is there.
    """
    digest = hashlib.sha256(data).hexdigest()
    now = _now(book)

    def write() -> None:
        with book.database.atomic("IMMEDIATE"):
            if not _whole(book.database, digest):
                book.database.execute_sql(
                    "UPDATE blob SET data = ?, size = ? WHERE hash = ?", (data, len(data), digest)
                )
            book.database.execute_sql(
                "INSERT INTO blob (hash, media, size, staged_at, data) VALUES (?, ?, ?, ?, ?) ON CONFLICT (hash) "
                "DO UPDATE SET staged_at = excluded.staged_at WHERE blob.staged_at IS NOT NULL",
                (digest, media, len(data), now, data),
            )
        _out_of_the_log(book.database)

    book.write(write)
    return digest


def _out_of_the_log(database: Database) -> None:
    """Too long for the black box, bytes go from the log into the database at once, as a bulk write does. Where
    somebody is reading just now they stay in the log: nobody waits for it.
    """
    connection = database.connection()
    connection.set_busy_timeout(CHECKPOINT_MILLISECONDS)
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.set_busy_timeout(engine.BUSY_SECONDS * 1000)


def unstage(book: Casebook, blobs: Iterable[str]) -> None:
    """A form lets go of blobs, after its draft: those that nothing else holds are gone. Does not wait for the disk."""
    given = tuple(blobs)

    def write() -> None:
        for blob in given:
            book.database.execute_sql(f"DELETE FROM blob WHERE hash = ? AND {_NOBODYS}", (blob,))

    if given:
        book.submit(write)


def sweep(book: Casebook) -> int:
    """Remove what was staged for a form that never came to be; returns how many blobs."""
    before = (book.clock.now() - timedelta(days=STAGED_DAYS)).isoformat(timespec="seconds")
    return book.write(
        lambda: len(
            book.database.execute_sql(
                f"DELETE FROM blob WHERE staged_at < ? AND {_NOBODYS} RETURNING hash", (before,)
            ).fetchall()
        )
    )


def there(book: Casebook, blobs: Sequence[str]) -> frozenset[str]:
    """Which of these blobs lie in the casebook."""
    marks = ",".join("?" * len(blobs))
    found = book.database.execute_sql(f"SELECT hash FROM blob WHERE hash IN ({marks})", tuple(blobs)).fetchall()
    return frozenset(row[0] for row in found)


def read(book: Casebook, blob: str) -> bytes:
    """The bytes of a hash, held against it.

    Raises:
        NotFound: they are not in this casebook.
        Damaged: they are not what was kept.
    """
    row = book.database.execute_sql("SELECT data FROM blob WHERE hash = ?", (blob,)).first()
    if row is None:
        raise NotFound(
            Phrase(N_("This photo or file is not in this casebook: it was attached on another laptop, or is lost."))
        )
    data = bytes(row[0])
    if hashlib.sha256(data).hexdigest() != blob:
        raise Damaged(Phrase(N_("This photo or file is damaged in the casebook. A backup may have it whole.")))
    return data


def _whole(database: Database, blob: str) -> bool:
    """Whether the bytes of a hash, if there are any, are what was kept."""
    row = database.execute_sql("SELECT data FROM blob WHERE hash = ?", (blob,)).first()
    return row is None or hashlib.sha256(row[0]).hexdigest() == blob


def _now(book: Casebook) -> str:
    return book.clock.now().isoformat(timespec="seconds")


def differences(database: Database, now: datetime) -> Iterator[tuple[str, Phrase]]:
    """What is wrong with the bytes: (attachment id or hash, what). One blob at a time is in memory."""
    execute = database.execute_sql
    for (eid,) in execute(
        "SELECT a.id FROM attachment a LEFT JOIN blob b ON b.hash = a.blob WHERE b.hash IS NULL ORDER BY a.id"
    ).fetchall():
        yield eid, Phrase(N_("A photo or file is not in this casebook."))
    for digest, size in execute("SELECT hash, size FROM blob ORDER BY hash").fetchall():
        row = execute("SELECT data FROM blob WHERE hash = ?", (digest,)).first()
        data = bytes(row[0]) if row else b""
        if len(data) != size or hashlib.sha256(data).hexdigest() != digest:
            yield digest[:16], Phrase(N_("A photo or file is not as it was kept."))
    attached = (
        "SELECT json_extract(body, '$.f.blob') FROM op WHERE ent = 'attachment' AND kind = 'add' AND body IS NOT NULL"
    )
    before = (now - timedelta(days=STAGED_DAYS)).isoformat(timespec="seconds")
    for (digest,) in execute(
        f"SELECT hash FROM blob WHERE staged_at IS NULL AND hash NOT IN ({attached}) "
        f"UNION ALL SELECT hash FROM blob WHERE staged_at < ? AND {_NOBODYS} AND hash NOT IN ({attached})",
        (before,),
    ).fetchall():
        yield digest[:16], Phrase(N_("A photo or file belongs to nothing."))
