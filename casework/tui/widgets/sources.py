"""Where the rows of a long list come from: all there already, or a page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Row = TypeVar("Row")
Row_co = TypeVar("Row_co", covariant=True)

PAGE = 200
"""Rows that are read at once, unless a source says otherwise."""


class Source(Protocol[Row_co]):
    """Where the rows come from."""

    def count(self) -> int:
        """How many rows there are."""
        ...

    def page(self, start: int, limit: int) -> Sequence[Row_co]:
        """The rows from an index on."""
        ...


class ListSource(Generic[Row]):
    """Rows that are all there already."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows

    def count(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    def page(self, start: int, limit: int) -> Sequence[Row]:
        """The rows from an index on."""
        return self.rows[start : start + limit]


class KeysetSource(Generic[Row]):
    """Rows of a keyset-paged query: each page is asked for by the last key of the one before.

    Args:
        total: how many rows there are.
        fetch: gives at most `limit` rows after a key (None: from the start).
        key: the key of a row, as `fetch` takes it.
        seek: gives the key of the row at an index, for jumps; without it a jump walks there page by page.
        rows_a_page: how many rows are read at once: fewer where each one costs more.
    """

    def __init__(
        self,
        total: int,
        fetch: Callable[[Any, int], Sequence[Row]],
        key: Callable[[Row], Any],
        seek: Callable[[int], Any] | None = None,
        *,
        rows_a_page: int = PAGE,
    ) -> None:
        self._total = total
        self._fetch = fetch
        self._key = key
        self._seek = seek
        self.rows_a_page = rows_a_page
        self._keys: dict[int, Any] = {0: None}

    def count(self) -> int:
        """How many rows there are."""
        return self._total

    def page(self, start: int, limit: int) -> Sequence[Row]:
        """The rows from an index on."""
        if start not in self._keys:
            if self._seek is not None:
                self._keys[start] = self._seek(start - 1)
            else:
                self._walk_to(start)
        rows = self._fetch(self._keys[start], limit)
        if rows:
            self._keys[start + len(rows)] = self._key(rows[-1])
        return rows

    def _walk_to(self, start: int) -> None:
        at = max(index for index in self._keys if index <= start)
        while at < start:
            rows = self._fetch(self._keys[at], min(self.rows_a_page, start - at))
            if not rows:
                break
            at += len(rows)
            self._keys[at] = self._key(rows[-1])
        self._keys.setdefault(start, self._keys[at])
