"""What follows from a save, in its own transaction: open work is planned again, search keeps up."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from casework.casebook.book import Casebook
    from casework.casebook.transaction import Transaction


class Pending:
    """The households, places and search documents that saves have touched."""

    def __init__(self) -> None:
        self.households: set[str] = set()
        self.places: set[str] = set()
        self.docs: set[tuple[str, str]] = set()

    def take(self, tx: Transaction) -> None:
        """Take over what a transaction touched."""
        self.households |= tx.households
        self.places |= tx.places
        self.docs |= tx.docs


def settle(book: Casebook, pending: Pending) -> None:
    """Plan again and index again what was touched."""
    if pending.households or pending.places:
        from casework.casebook import due

        due.refresh(book, sorted(pending.households), sorted(pending.places))
    if pending.docs:
        from casework.casebook import search_index

        search_index.refresh(book, sorted(pending.docs))
