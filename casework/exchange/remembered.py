"""Cells that repeat from row to row are read once."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

from casework.exchange.cells import Unusable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from casework.exchange.sheets import Cell

MOST = 20_000
"""Different groups of cells remembered per reader; then forgotten all at once: memory stays bounded."""


class Remembered:
    """Reads a group of cells, and keeps what it read: neighbours share their door, and words repeat."""

    __slots__ = ("_at", "_known", "_pick", "_read")

    def __init__(
        self, at: Mapping[str, tuple[int, ...]], fields: Sequence[str], read: Callable[[Sequence[Cell]], Any]
    ) -> None:
        self._at = [at.get(field, (None,))[0] for field in fields]
        present = [index for index in self._at if index is not None]
        self._known: dict[Any, Any] = {}
        self._read = read
        self._pick: Callable[[Sequence[Cell]], Any] = itemgetter(*present) if present else _nothing

    def __call__(self, row: Sequence[Cell]) -> Any:
        key = self._pick(row)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= MOST:
                self._known.clear()
            found = self._known[key] = (self._attempt(row),)
        if type(found[0]) is Unusable:
            raise Unusable(found[0].reason)
        return found[0]

    def _attempt(self, row: Sequence[Cell]) -> Any:
        try:
            return self._read(["" if at is None else row[at] for at in self._at])
        except Unusable as error:
            return error


def _nothing(row: Sequence[Cell]) -> None:
    """The cells of a group of which the sheet has no column."""
