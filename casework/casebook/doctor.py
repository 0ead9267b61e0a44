"""Doctor: everything that is kept twice is held against itself, and what is derived is recomputed from scratch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.casebook import (
    blobs,
    campaign_doctor,
    campaign_upkeep,
    due,
    followup_lists,
    journal,
    replay,
    search_index,
)
from casework.domain.phrase import N_, Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casework.casebook.book import Casebook


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be. `record` is an id, never a name."""

    area: str
    record: str
    what: Phrase


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What doctor looked at and what it found."""

    ops: int
    rows: int
    due_rows: int
    documents: int
    findings: tuple[Finding, ...]


def examine(book: Casebook, limit: int = 100) -> Diagnosis:
    """Check the file, the chain, the rows against the journal, due and search against a recomputation."""
    findings: list[Finding] = []
    for finding in _all(book):
        findings.append(finding)
        if len(findings) >= limit:
            break

    def one(sql: str) -> int:
        return int(book.database.execute_sql(sql).first()[0])

    return Diagnosis(
        ops=one("SELECT count(*) FROM op"),
        rows=sum(one(f"SELECT count(*) FROM {table}") for table in ("household", "resident", "visit", "safety_check")),
        due_rows=one("SELECT count(*) FROM due"),
        documents=one("SELECT count(*) FROM doc"),
        findings=tuple(findings),
    )


def repair(book: Casebook) -> None:
    """Make due, campaigns and search anew from the rows, sweep what no form holds any more. The journal is never touched."""

    def work() -> None:
        with book.database.atomic("IMMEDIATE"):
            due.rebuild(book.database)
            campaign_upkeep.rebuild(book.database, book.today())
            search_index.rebuild(book.database)
        blobs.sweep(book)

    book.write(work)
    # FTS5 keeps the old index in the connection that has read it, and would call the new one damaged.
    book.database.close()


def _all(book: Casebook) -> Iterator[Finding]:
    yield from _file(book)
    yield from _chain(book)
    for ent, eid, _what in replay.differences(book.database):
        yield Finding("rows", eid, Phrase(N_("A record of kind {kind} differs from its journal."), {"kind": ent}))
    for household in due.differences(book.database):
        yield Finding("due", household, Phrase(N_("The open work of a door is not what its facts give.")))
    for unit in campaign_doctor.differences(book.database, book.today()):
        yield Finding("campaigns", unit, Phrase(N_("Where a campaign has a door is not what its facts give.")))
    for eid in search_index.differences(book.database):
        yield Finding("search", eid, Phrase(N_("A record is not found as it should be.")))
    for eid, what in blobs.differences(book.database, book.clock.now()):
        yield Finding("evidence", eid, what)
    for eid in _homeless_hazards(book):
        yield Finding("hazards", eid, Phrase(N_("A hazard is neither fixed nor followed up.")))
    for eid in _orphaned_cases(book):
        yield Finding("followups", eid, Phrase(N_("An open follow-up has no owner or no next action.")))
    for eid in followup_lists.wrong_deadlines(book):
        yield Finding("followups", eid, Phrase(N_("The deadline of a follow-up is not what its steps give.")))


def _file(book: Casebook) -> Iterator[Finding]:
    for (answer,) in book.database.execute_sql("PRAGMA integrity_check").fetchall():
        if answer != "ok":
            yield Finding("file", "", Phrase(N_("The file is damaged: {what}"), {"what": answer[:200]}))


def _chain(book: Casebook) -> Iterator[Finding]:
    chains = {row[0]: (row[1], row[2]) for row in book.database.execute_sql("SELECT id, device, epoch FROM chain")}
    rows = book.database.connection().cursor().execute(f"SELECT {journal.COLUMNS} FROM op ORDER BY chain, seq")
    for broken in journal.verify(rows, chains):
        yield Finding(
            "journal",
            str(broken.seq),
            Phrase(N_("The journal does not hold at entry {n}."), {"n": broken.seq}),
        )


def _homeless_hazards(book: Casebook) -> Iterator[str]:
    rows = book.database.execute_sql(
        "SELECT h.id FROM hazard h LEFT JOIN followup f ON f.id = h.followup_id "
        "WHERE h.fixed_on_spot = 0 AND f.id IS NULL OR h.fixed_on_spot = 1 AND ifnull(h.evidence, '') = ''"
    ).fetchall()
    for (eid,) in rows:
        yield eid


def _orphaned_cases(book: Casebook) -> Iterator[str]:
    rows = book.database.execute_sql(
        "SELECT f.id FROM followup f LEFT JOIN worker w ON w.id = f.owner WHERE f.closed_at IS NULL AND "
        "(f.owner = '' OR f.next_action_on IS NULL OR f.owner_kind NOT IN ('worker', 'department') "
        "OR f.owner_kind = 'worker' AND w.id IS NULL)"
    ).fetchall()
    for (eid,) in rows:
        yield eid
