"""Evidence: photos and files behind visits, checks and follow-ups, kept in the casebook and encrypted with it.

What is attached to what is a fact of the journal, which bears the hash and not the bytes: those are `blobs`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from casework.casebook import blobs
from casework.casebook.errors import NotFound, Refused
from casework.casebook.ids import IdSeries
from casework.casebook.rows import instant
from casework.casebook.transaction import no_such_record
from casework.domain.evidence import Attachment, EvidenceSubject
from casework.domain.phrase import N_, Phrase
from casework.domain.receipt import Receipt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.casebook.book import Casebook
    from casework.casebook.entries import AttachEntry, FileEntry
    from casework.casebook.transaction import Transaction

COLUMNS = (
    "a.id, a.blob, a.subject_kind, a.subject_id, a.name, a.media, a.size, a.words, a.part, a.taken_at, a.added_at, "
    "a.worker_id"
)
_TABLES = {EvidenceSubject.VISIT: "visit", EvidenceSubject.CHECK: "safety_check", EvidenceSubject.FOLLOWUP: "followup"}


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
    # Counted up, so that they stay in the order in which they were handed in.
    series = IdSeries()
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
                series(),
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


def of_followup(book: Casebook, followup_id: str) -> list[Attachment]:
    """What is attached to a follow-up, and before it what shows the hazard that opened it: the photos beside that answer
    of the check.
    """
    found = book.database.execute_sql(
        f"SELECT {COLUMNS} FROM followup f JOIN hazard h ON h.id = f.hazard_id JOIN attachment a "
        "ON a.subject_kind = 'check' AND a.subject_id = h.check_id AND a.part = h.question WHERE f.id = ?1 "
        f"UNION ALL SELECT {COLUMNS} FROM attachment a WHERE a.subject_kind = 'followup' AND a.subject_id = ?1 "
        "ORDER BY 11, 1",
        (followup_id,),
    ).fetchall()
    return [_attachment(row) for row in found]


def behind(book: Casebook, kind: EvidenceSubject, subject_id: str) -> list[Attachment]:
    """What there is to be seen at a record: `of_followup` for a follow-up, `of_subject` for all others."""
    if kind is EvidenceSubject.FOLLOWUP:
        return of_followup(book, subject_id)
    return of_subject(book, kind, subject_id)


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
    return blobs.read(book, get(book, attachment_id).blob)


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
