"""What follows from a save, in its own transaction: open work is planned again, campaigns move, search keeps up."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from casework.casebook.book import Casebook
    from casework.casebook.transaction import Transaction


class Pending:
    """The households, places and search documents that saves have touched.

    `doors` are those whose work is planned already: only campaigns look at them. `units` are those of one campaign that
    somebody has decided about, `campaigns` those that were started or changed themselves, and `grids` those in whose
    register somebody came or went.
    """

    def __init__(self) -> None:
        self.households: set[str] = set()
        self.places: set[str] = set()
        self.docs: set[tuple[str, str]] = set()
        self.doors: set[str] = set()
        self.units: set[tuple[str, str]] = set()
        self.campaigns: set[str] = set()
        self.grids: set[str] = set()

    def take(self, tx: Transaction) -> None:
        """Take over what a transaction touched."""
        self.households |= tx.households
        self.places |= tx.places
        self.docs |= tx.docs
        self.doors |= tx.doors
        self.units |= tx.units
        self.campaigns |= tx.campaigns
        self.grids |= tx.grids


def settle(book: Casebook, pending: Pending) -> None:
    """Plan again and index again what was touched. What changed rules ask of all others is noted, and done later."""
    if book.database.rules_touched:
        from casework.casebook import replanning

        replanning.note(book)
    if pending.households or pending.places:
        from casework.casebook import due

        due.refresh(book, sorted(pending.households), sorted(pending.places))
    if pending.households or pending.places or pending.doors or pending.units or pending.campaigns or pending.grids:
        from casework.casebook import campaign_upkeep

        campaign_upkeep.follow(book, pending)
    if pending.docs:
        from casework.casebook import search_index

        search_index.refresh(book, sorted(pending.docs))
