"""The rows that ledgers are made of: one plain dictionary a row, streamed; numbers in full, for the writer to mask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.domain.phrase import N_, Phrase
from casework.domain.receipt import Receipt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casework.casebook.book import Casebook
    from casework.casebook.transaction import Transaction

_NAMES = (
    "(SELECT group_concat(name, '、') FROM resident r WHERE r.household_id = h.id "
    "AND ifnull(r.life_state, '') NOT IN ('moved_away', 'deceased'))"
)
_FOUND = "(SELECT group_concat(z.{}, '{}') FROM hazard z WHERE z.check_id = c.id)"
_DOOR = "JOIN household h ON h.id = {key} LEFT JOIN area a ON a.id = h.building_id"

SOURCES: dict[str, tuple[tuple[str, ...], str]] = {
    "visits": (
        ("happened_at", "entered_at", "building", "address", "names", "outcome", "mode", "worker", "note", "concern",
         "next_visit_on"),
        f"SELECT v.happened_at, v.entered_at, a.name, h.short, {_NAMES}, v.outcome, v.mode, w.name, v.note, v.concern, "
        f"v.next_visit_on FROM visit v {_DOOR.format(key='v.household_id')} LEFT JOIN worker w ON w.id = v.worker_id "
        "ORDER BY v.happened_at, v.id",
    ),
    "checks": (
        ("happened_at", "building", "address", "names", "checklist", "completed", "hazards", "found", "found_en",
         "fixed", "worker", "note"),
        f"SELECT c.happened_at, a.name, ifnull(h.short, p.name), {_NAMES}, c.checklist, c.partial IS NULL, "
        f"(SELECT count(*) FROM hazard z WHERE z.check_id = c.id), {_FOUND.format('title', '；')}, "
        f"{_FOUND.format('title_en', '; ')}, "
        "(SELECT count(*) FROM hazard z WHERE z.check_id = c.id AND z.fixed_on_spot = 1), w.name, c.note "
        "FROM safety_check c LEFT JOIN household h ON h.id = c.household_id LEFT JOIN area a ON a.id = h.building_id "
        "LEFT JOIN place p ON p.id = c.subject_id LEFT JOIN worker w ON w.id = c.worker_id ORDER BY c.happened_at, c.id",
    ),
    "followups": (
        ("number", "opened_at", "building", "address", "category", "title", "title_en", "severity", "state",
         "owner_kind", "owner", "due_on", "closed_at", "result"),
        "SELECT f.number, f.opened_at, a.name, ifnull(h.short, p.name), f.category, f.title, f.title_en, f.severity, f.state, "
        "f.owner_kind, ifnull(w.name, f.owner), f.due_on, f.closed_at, f.result FROM followup f "
        "LEFT JOIN household h ON h.id = f.household_id LEFT JOIN area a ON a.id = h.building_id "
        "LEFT JOIN place p ON p.id = f.place_id LEFT JOIN worker w ON w.id = f.owner ORDER BY f.opened_at, f.id",
    ),
    "residents": (
        ("id", "building", "address", "name", "sex", "born", "citizen_id", "phone", "relation", "last_seen_on"),
        "SELECT r.id, a.name, h.short, r.name, r.sex, r.born, r.citizen_id, r.phone, r.relation, r.last_seen_on "
        f"FROM resident r {_DOOR.format(key='r.household_id')} "
        "WHERE ifnull(r.life_state, '') NOT IN ('moved_away', 'deceased') ORDER BY h.walk_order, h.short, r.id",
    ),
    "devices": (
        ("building", "address", "names", "kind", "maker", "model", "batch", "made_on", "fitted_on", "life_months"),
        f"SELECT a.name, h.short, {_NAMES}, d.kind, d.maker, d.model, d.batch, d.made_on, d.fitted_on, d.life_months "
        f"FROM device d {_DOOR.format(key='d.household_id')} WHERE d.removed_on IS NULL ORDER BY d.kind, d.fitted_on",
    ),
}  # fmt: skip
"""The fields of each source and the query that gives them."""


def rows(book: Casebook, source: str) -> Iterator[dict[str, Any]]:
    """The rows of a source, oldest first or in walking order. Read to the end: a read transaction stays open meanwhile.

    Raises:
        KeyError: there is no such source.
    """
    fields, sql = SOURCES[source]
    cursor = book.database.connection().cursor()
    found = cursor.execute(sql).fetchall()
    for row in found:
        yield dict(zip(fields, row, strict=True))


def exported(book: Casebook, ledger: str, count: int, revealed: bool) -> Receipt:
    """Journal that a ledger left the laptop, how many rows, and whether numbers were in full."""

    def work(_tx: Transaction) -> Receipt:
        words = N_("Exported {ledger}: {n} rows, numbers in full") if revealed else N_("Exported {ledger}: {n} rows")
        return Receipt("", "ledger.export", "ledger", "", Phrase(words, {"ledger": ledger, "n": count}))

    return book.save("ledger.export", None, work, undoable=False)
