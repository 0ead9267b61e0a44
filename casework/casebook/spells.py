"""Spells: rain storms, heat waves and other occasions that rules ask about, recorded when warned of, begun or over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from casework.casebook.errors import Refused
from casework.domain.phrase import N_, Label, Phrase
from casework.domain.receipt import Receipt

if TYPE_CHECKING:
    from casework.casebook.book import Casebook
    from casework.casebook.rule_entries import SpellEnd, SpellEntry
    from casework.casebook.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Recorded:
    """A spell as a list shows it; without an end it lasts, or is only warned of."""

    id: str
    kind: str
    label: Label
    starts_on: date
    ends_on: date | None
    words: str


def begin(book: Casebook, entry: SpellEntry, action: str | None = None) -> Receipt:
    """Record that a spell begins, is warned of, or has been.

    Raises:
        Refused: one of that kind lasts on that day already.
    """

    def work(tx: Transaction) -> Receipt:
        for starts, ends in tx.all("SELECT starts_on, ends_on FROM spell WHERE kind = ?", (entry.kind,)):
            overlaps = ends is None or ends >= entry.starts_on.isoformat()
            if overlaps and (entry.ends_on is None or starts <= entry.ends_on.isoformat()):
                said = N_("{kind} is recorded already from {day} on. Nothing was saved.")
                raise Refused(Phrase(said, {"kind": _label(entry.kind), "day": date.fromisoformat(starts)}))
        spell_id = tx.add(
            "spell",
            {
                "kind": entry.kind, "starts_on": entry.starts_on.isoformat(), "words": entry.words,
                "ends_on": entry.ends_on.isoformat() if entry.ends_on else None, "worker_id": tx.book.worker.id,
            },
        )  # fmt: skip
        values = {"kind": _label(entry.kind), "first": entry.starts_on, "last": entry.ends_on or ""}
        said = (
            N_("Recorded: {kind} from {first} to {last}") if entry.ends_on else N_("Recorded: {kind} from {first} on")
        )
        follows = (*_beginning(tx.book, entry.kind), *_follows())
        return Receipt("", "spell.begin", "spell", spell_id, Phrase(said, values), follows)

    return book.save("spell.begin", action, work)


def end(book: Casebook, entry: SpellEnd, action: str | None = None) -> Receipt:
    """Record the last day of a spell.

    Raises:
        NotFound: there is no such spell.
        Refused: the day lies before its start.
    """

    def work(tx: Transaction) -> Receipt:
        before = tx.need("spell", entry.spell_id)
        if entry.ends_on.isoformat() < before["starts_on"]:
            raise Refused(Phrase(N_("The last day lies before the first. Nothing was saved.")))
        tx.set("spell", entry.spell_id, {"ends_on": entry.ends_on.isoformat()}, before)
        values = {"kind": _label(before["kind"]), "last": entry.ends_on}
        follows = (*_beginning(tx.book, before["kind"], at_end=True), *_follows())
        summary = Phrase(N_("Recorded: {kind} is over since {last}"), values)
        return Receipt("", "spell.end", "spell", entry.spell_id, summary, follows)

    return book.save("spell.end", action, work)


def listed(book: Casebook) -> list[Recorded]:
    """All spells, the latest first."""
    found = book.database.execute_sql(
        "SELECT id, kind, starts_on, ends_on, words FROM spell ORDER BY starts_on DESC, id DESC"
    ).fetchall()
    return [
        Recorded(
            row[0], row[1], _label(row[1]), date.fromisoformat(row[2]),
            date.fromisoformat(row[3]) if row[3] else None, row[4] or "",
        )
        for row in found
    ]  # fmt: skip


def _label(kind: str) -> Label:
    from casework.catalog.shelf import spell_kinds

    known = spell_kinds().get(kind)
    return known.label if known else Label(kind, kind)


def _beginning(book: Casebook, kind: str, *, at_end: bool = False) -> tuple[Phrase, ...]:
    """The rules that count from the start, or the end, of such a spell."""
    from casework.casebook.rules import rules

    said: object = None
    for rule in rules(book).all:
        if rule.spell is not None and kind in rule.spell.kinds and rule.spell.from_end == at_end:
            said = rule.label if said is None else Phrase(N_("{a}, {b}"), {"a": said, "b": rule.label})
    if said is None:
        return ()
    return (
        Phrase(N_("By its end it sets going: {rules}") if at_end else N_("It sets going: {rules}"), {"rules": said}),
    )


def _follows() -> tuple[Phrase, ...]:
    return (Phrase(N_("Whom it concerns is planned again in the background.")),)
