"""Saving a rule of the worker's own, switching one off, going back to the catalog's.

The save is done at once and can be undone; what it concerns is planned again in the background (`replanning.run`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.casebook import rules as kept
from casework.casebook.errors import NotFound, Refused
from casework.domain.phrase import N_, Label, Phrase
from casework.domain.receipt import Receipt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casework.casebook.book import Casebook
    from casework.casebook.rule_entries import RuleEntry
    from casework.casebook.transaction import Transaction


def checked(entry: RuleEntry) -> Mapping[str, Any] | None:
    """The table of an entry as it is kept, with days as ISO texts.

    Raises:
        Refused: it has a mistake; the sentence names the rule, the key and the reason.
    """
    from casework.catalog.rules import as_kept
    from casework.catalog.ruleshape import validated_rule
    from casework.catalog.shelf import CatalogError, table

    if entry.body is None:
        if entry.key not in table(kept.SCHEDULE):
            raise NotFound(Phrase(N_("There is no rule {key}. Nothing was saved."), {"key": entry.key}))
        return None
    try:
        validated_rule(entry.key, entry.body)
    except CatalogError as error:
        raise Refused(error.phrase) from error
    made: Mapping[str, Any] = as_kept(entry.body)
    return {**made, kept.OFF: True} if entry.off else made


def save_rule(book: Casebook, entry: RuleEntry, action: str | None = None) -> Receipt:
    """Save a rule of the worker's own in place of whichever has its key; without a body that rule is switched off.

    Raises:
        Refused: the rule has a mistake, or there is none to switch off.
    """
    body = checked(entry)

    def work(tx: Transaction) -> Receipt:
        fields = {
            "shelf": kept.SCHEDULE, "key": entry.key, "body": body, "words": entry.words or None,
            "changed_at": tx.now.isoformat(timespec="seconds"), "worker_id": tx.book.worker.id,
        }  # fmt: skip
        standing = _standing(tx, entry.key)
        if standing is None:
            rule_id = tx.add("rule", fields)
        else:
            rule_id = standing
            tx.set("rule", rule_id, fields)
        counts = body is not None and not entry.off
        said = N_("Rule: {rule}") if counts else N_("Rule switched off: {rule}")
        follows = (Phrase(N_("Whom it concerns is planned again in the background.")),)
        return Receipt("", "rule.save", "rule", rule_id, Phrase(said, {"rule": _name(entry.key, body)}), follows)

    return book.save("rule.save", action, work)


def restore_rule(book: Casebook, key: str, action: str | None = None) -> Receipt:
    """Take a rule of the worker's own away: the catalog's of the same key counts again, where there is one.

    Raises:
        NotFound: she has no rule of that key.
    """

    def work(tx: Transaction) -> Receipt:
        standing = _standing(tx, key)
        if standing is None:
            raise NotFound(Phrase(N_("There is no rule {key} of your own. Nothing was saved."), {"key": key}))
        body = tx.need("rule", standing)["body"]
        tx.void("rule", standing)
        summary = Phrase(N_("Own rule taken away: {rule}"), {"rule": _name(key, body)})
        follows = (Phrase(N_("Whom it concerns is planned again in the background.")),)
        return Receipt("", "rule.restore", "rule", standing, summary, follows)

    return book.save("rule.restore", action, work)


def _standing(tx: Transaction, key: str) -> str | None:
    found = tx.all("SELECT id FROM rule WHERE shelf = ? AND key = ?", (kept.SCHEDULE, key))
    return max(found)[0] if found else None


def _name(key: str, body: Mapping[str, Any] | None) -> Label | str:
    from casework.catalog.shelf import table

    named = (body or table(kept.SCHEDULE).get(key) or {}).get("label")
    return Label(named["zh"], named["en"]) if named else key
