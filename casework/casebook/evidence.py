"""Evidence: photos and files behind visits, checks and follow-ups, kept in the casebook and encrypted with it.

The bytes are a *blob*, found by their hash, once however often they are attached; what is attached to what is a fact
of the journal, which bears the hash and not the bytes. A form that is not saved yet holds blobs that are *staged*:
its draft names them, and they go when it is thrown away. A blob that was attached once stays, so that an undo can be
undone.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from casework.casebook import engine
from casework.casebook.errors import Damaged, NotFound, Refused
from casework.casebook.rows import instant
from casework.casebook.transaction import no_such_record
from casework.domain.evidence import Attachment, EvidenceSubject
from casework.domain.phrase import N_, Phrase
from casework.domain.receipt import Receipt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from casework.casebook.book import Casebook
    from casework.casebook.engine import Database
    from casework.casebook.entries import AttachEntry, FileEntry
    from casework.casebook.transaction import Transaction

STAGED_DAYS = 1
"""Days after which a blob that no form and no record holds is swept: a form has named it in its draft long before."""

CHECKPOINT_MILLISECONDS = 250

COLUMNS = (
    "a.id, a.blob, a.subject_kind, a.subject_id, a.name, a.media, a.size, a.words, a.part, a.taken_at, a.added_at, "
    "a.worker_id"
)
_TABLES = {EvidenceSubject.VISIT: "visit", EvidenceSubject.CHECK: "safety_check", EvidenceSubject.FOLLOWUP: "followup"}
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


# --- the bytes -------------------------------------------------------------------------------------------


def hold(book: Casebook, digest: str) -> KeptBlob | None:
    """What is kept of a file with this SHA-256, or is that file itself; None where there is nothing. It is held as
    `stage` holds it.
    """
    execute = book.database.execute_sql
    row = execute(
        "SELECT b.hash, b.media, b.size, a.taken_at FROM attachment a JOIN blob b ON b.hash = a.blob "
        "WHERE a.original = ?1 UNION ALL SELECT hash, media, size, NULL FROM blob WHERE hash = ?1 LIMIT 1",
        (digest,),
    ).first()
    if row is None:
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


def read_blob(book: Casebook, blob: str) -> bytes:
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


def _now(book: Casebook) -> str:
    return book.clock.now().isoformat(timespec="seconds")


# --- what is attached to what ----------------------------------------------------------------------------


def attach(book: Casebook, entry: AttachEntry, action: str | None = None) -> Receipt:
    """Attach photos and files that lie in the casebook to a record that is there.

    Raises:
        NotFound: there is no such record.
        Refused: all of them are attached to it already, or one is no longer in the casebook.
    """

    def work(tx: Transaction) -> Receipt:
        added = record(tx, entry.subject_kind, entry.subject_id, entry.files)
        if not added:
            raise Refused(Phrase(N_("This is attached already. Nothing was changed.")))
        said = {"where": _where(tx, entry.subject_kind, entry.subject_id), "n": len(added)}
        summary = Phrase(N_("{where}: {n} photos or files attached"), said)
        return Receipt("", "evidence.attach", entry.subject_kind.value, entry.subject_id, summary)

    return book.save("evidence.attach", action, work)


def record(tx: Transaction, kind: EvidenceSubject, subject_id: str, files: Sequence[FileEntry]) -> list[str]:
    """Attach within a save that may do more. Returns the new attachments' ids; what is attached already is no error.

    Raises:
        NotFound: there is no such record.
        Refused: a file is no longer in the casebook.
    """
    tx.need(kind.value, subject_id)
    added = []
    for file in files:
        row = tx.one("SELECT media, size FROM blob WHERE hash = ?", (file.blob,))
        if row is None:
            raise Refused(
                Phrase(
                    N_("{file} is no longer in the casebook. Take it off and attach it again. Nothing was saved."),
                    {"file": file.name},
                )
            )
        same = tx.one(
            "SELECT 1 FROM attachment WHERE subject_kind = ? AND subject_id = ? AND blob = ? AND ifnull(part, '') = ?",
            (kind.value, subject_id, file.blob, file.part),
        )
        if same is not None:
            continue
        added.append(
            tx.add(
                "attachment",
                {
                    "blob": file.blob,
                    "original": file.original,
                    "subject_kind": kind.value,
                    "subject_id": subject_id,
                    "part": file.part,
                    "name": file.name,
                    "media": row[0],
                    "size": row[1],
                    "words": file.words,
                    "taken_at": file.taken_at.isoformat(timespec="seconds") if file.taken_at else None,
                    "added_at": tx.now.isoformat(timespec="seconds"),
                    "worker_id": tx.book.worker.id,
                },
            )
        )
        tx.run("UPDATE blob SET staged_at = NULL WHERE hash = ? AND staged_at IS NOT NULL", (file.blob,))
    return added


def follows(added: Sequence[str]) -> tuple[Phrase, ...]:
    """What a receipt says of what was attached along with it."""
    return (Phrase(N_("{n} photos or files attached."), {"n": len(added)}),) if added else ()


def describe(book: Casebook, attachment_id: str, words: str, action: str | None = None) -> Receipt:
    """Say in words what a photo or file shows.

    Raises:
        NotFound: there is none.
        Refused: that is what it says already.
    """

    def work(tx: Transaction) -> Receipt:
        before = tx.need("attachment", attachment_id)
        if not tx.set("attachment", attachment_id, {"words": words.strip() or None}):
            raise Refused(Phrase(N_("Nothing was changed.")))
        return _about(tx, before, "evidence.describe", N_("{where}: words about {file} changed"))

    return book.save("evidence.describe", action, work)


def remove(book: Casebook, attachment_id: str, action: str | None = None) -> Receipt:
    """Take a photo or file off its record; `undo` attaches it again.

    Raises:
        NotFound: there is none.
    """

    def work(tx: Transaction) -> Receipt:
        before = tx.need("attachment", attachment_id)
        tx.void("attachment", attachment_id)
        return _about(tx, before, "evidence.remove", N_("{where}: {file} taken off"))

    return book.save("evidence.remove", action, work)


def take_out(book: Casebook, attachment_id: str) -> tuple[Attachment, bytes]:
    """The bytes of an attachment for use outside of the casebook; that they left it is journalled.

    Raises:
        NotFound, Damaged: as `read`.
    """
    data = read(book, attachment_id)

    def work(tx: Transaction) -> Receipt:
        before = tx.need("attachment", attachment_id)
        return _about(tx, before, "evidence.out", N_("{where}: {file} opened outside of the casebook"))

    book.save("evidence.out", None, work, undoable=False)
    return get(book, attachment_id), data


def _about(tx: Transaction, before: dict[str, Any], verb: str, said: str) -> Receipt:
    kind = EvidenceSubject(before["subject_kind"])
    where = _where(tx, kind, before["subject_id"])
    summary = Phrase(said, {"where": where, "file": before["name"]})
    return Receipt("", verb, kind.value, before["subject_id"], summary)


def _where(tx: Transaction, kind: EvidenceSubject, subject_id: str) -> str:
    """How the record is called: the door, the place, the number of the case."""
    query = {
        EvidenceSubject.VISIT: "SELECT h.short FROM visit s JOIN household h ON h.id = s.household_id WHERE s.id = ?",
        EvidenceSubject.CHECK: "SELECT coalesce(h.short, p.name) FROM safety_check s LEFT JOIN household h "
        "ON h.id = s.household_id LEFT JOIN place p ON p.id = s.subject_id WHERE s.id = ?",
        EvidenceSubject.FOLLOWUP: "SELECT number FROM followup WHERE id = ?",
    }[kind]
    row = tx.one(query, (subject_id,))
    return str(row[0]) if row and row[0] else ""


# --- reading ---------------------------------------------------------------------------------------------


def of_subject(book: Casebook, kind: EvidenceSubject, subject_id: str) -> list[Attachment]:
    """What is attached to a record, in the order in which it was attached."""
    found = book.database.execute_sql(
        f"SELECT {COLUMNS} FROM attachment a WHERE a.subject_kind = ? AND a.subject_id = ? ORDER BY a.added_at, a.id",
        (kind.value, subject_id),
    ).fetchall()
    return [_attachment(row) for row in found]


def of_household(book: Casebook, household_id: str, limit: int = 500) -> list[Attachment]:
    """What is attached to the visits, checks and follow-ups of a household, the newest first."""
    # CROSS JOIN keeps the order: the records of one door are few, and what hangs on each is found by an index.
    parts = " UNION ALL ".join(
        f"SELECT {COLUMNS} FROM {table} s CROSS JOIN attachment a ON a.subject_kind = '{kind.value}' "
        "AND a.subject_id = s.id WHERE s.household_id = ?1"
        for kind, table in _TABLES.items()
    )
    found = book.database.execute_sql(f"{parts} ORDER BY 11 DESC, 1 DESC LIMIT ?2", (household_id, limit)).fetchall()
    return [_attachment(row) for row in found]


def get(book: Casebook, attachment_id: str) -> Attachment:
    """One attachment.

    Raises:
        NotFound: there is none.
    """
    row = book.database.execute_sql(f"SELECT {COLUMNS} FROM attachment a WHERE a.id = ?", (attachment_id,)).first()
    if row is None:
        raise NotFound(no_such_record())
    return _attachment(row)


def read(book: Casebook, attachment_id: str) -> bytes:
    """The bytes of an attachment, held against their hash.

    Raises:
        NotFound: there is none, or its bytes are not in this casebook.
        Damaged: they are not what was kept.
    """
    return read_blob(book, get(book, attachment_id).blob)


def subject_of(book: Casebook, named: str) -> tuple[EvidenceSubject, str]:
    """The record that an id, or the number of a follow-up, names.

    Raises:
        NotFound: none.
    """
    if re.fullmatch(r"[0-9a-f]{32}", named):
        for kind, table in _TABLES.items():
            if book.database.execute_sql(f"SELECT 1 FROM {table} WHERE id = ?", (named,)).first():
                return kind, named
    rows = book.database.execute_sql("SELECT id FROM followup WHERE number = ? LIMIT 2", (named,)).fetchall()
    if len(rows) != 1:
        raise NotFound(Phrase(N_("There is no visit, check or follow-up of that name: {name}"), {"name": named}))
    return EvidenceSubject.FOLLOWUP, rows[0][0]


def _attachment(row: Sequence[Any]) -> Attachment:
    return Attachment(
        id=row[0], blob=row[1], subject_kind=EvidenceSubject(row[2]), subject_id=row[3], name=row[4], media=row[5],
        size=row[6], words=row[7] or "", part=row[8] or "", taken_at=instant(row[9]) if row[9] else None,
        added_at=instant(row[10]), worker_id=row[11],
    )  # fmt: skip


# --- for doctor ------------------------------------------------------------------------------------------


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
