"""A condition taken apart into lines that must all hold, and put together again: how a form shows and changes it.

A line is a key of the condition's table with its value. What is nested (`any`, `not`, `somebody`) stays one line as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Line = tuple[str, Any]

NESTED = frozenset({"any", "not", "somebody"})
"""The keys of lines that hold a condition of their own."""


def lines(table: Mapping[str, Any]) -> list[Line]:
    """The lines of a condition's table, in its order; an `all` gives the lines of each of its parts."""
    found: list[Line] = []
    for key, value in table.items():
        if key == "all":
            for part in value:
                found += lines(part)
        else:
            found.append((key, value))
    return found


def table(joined: Iterable[Line]) -> dict[str, Any]:
    """The table of some lines; of two with the same key the later ones stand in an `all`."""
    found: dict[str, Any] = {}
    again: list[dict[str, Any]] = []
    for key, value in joined:
        if key in found:
            again.append({key: value})
        else:
            found[key] = value
    return {**found, "all": again} if again else found
