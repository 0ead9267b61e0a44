"""Facts of many doors at once: the queries that gather one door's facts, answered from one query for a thousand doors.

`facts.facts_of` asks one table at a time by one key. Given a `Prefetch` in place of the cursor's `execute`, each of its
queries is run once for all doors of a chunk and answered from memory from then on: what is gathered, and how, is said
in one place only. A query of another shape goes through to the database as it is.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

_BY_KEY = re.compile(r"SELECT (?P<what>.+) FROM (?P<table>\w+) WHERE (?P<column>\w+) = \?(?P<rest>(?: AND .*)?)", re.S)


class Found:
    """What a query found, as a cursor would hand it out."""

    __slots__ = ("_rows",)

    def __init__(self, rows: Sequence[tuple[Any, ...]]) -> None:
        self._rows = rows

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows, as a list of the caller's own."""
        return list(self._rows)

    def first(self) -> tuple[Any, ...] | None:
        """The first row, or None."""
        return self._rows[0] if self._rows else None


_NOTHING = Found(())
_Kept = dict[Any, Found]
_NOT_YET: _Kept = {}


class Prefetch:
    """Stands in for a cursor's `execute` while the facts of the doors of a chunk are gathered.

    `areas` is kept by the caller from chunk to chunk: there are few, and every chunk asks for the same.
    """

    def __init__(self, execute: Any, households: Sequence[str], together: bool, areas: dict[str, _Kept]) -> None:
        self._execute = execute
        self._areas = areas
        self._kept: dict[str, _Kept | None] = {}
        doors = "BETWEEN ? AND ?" if together else "IN (SELECT value FROM json_each(?))"
        self._values = (households[0], households[-1]) if together else (json.dumps(list(households)),)
        self._among = {
            ("household", "id"): doors,
            "household_id": doors,
            "resident_id": f"IN (SELECT id FROM resident WHERE household_id {doors})",
        }

    def __call__(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """The rows of a query."""
        kept = self._kept.get(sql, _NOT_YET)
        if kept is _NOT_YET:
            kept = self._kept[sql] = self._fetch(sql)
        if kept is None:
            return self._execute(sql, values)
        return kept.get(values[0], _NOTHING)

    def _fetch(self, sql: str) -> _Kept | None:
        shape = _BY_KEY.fullmatch(sql)
        if shape is None or sql.count("?") != 1:
            return None
        table, column = shape["table"], shape["column"]
        if (table, column) == ("area", "id"):
            if sql not in self._areas:
                self._areas[sql] = self._rows(f"SELECT id, {shape['what']} FROM area", ())
            return self._areas[sql]
        among = self._among.get((table, column)) or self._among.get(column)
        if among is None:
            return None
        many = f"SELECT {column}, {shape['what']} FROM {table} WHERE {column} {among}{shape['rest']}"
        return self._rows(many, self._values)

    def _rows(self, sql: str, values: Sequence[Any]) -> _Kept:
        rows: dict[Any, list[tuple[Any, ...]]] = {}
        for row in self._execute(sql, values).fetchall():
            found = rows.get(row[0])
            if found is None:
                rows[row[0]] = [row[1:]]
            else:
                found.append(row[1:])
        return {key: Found(found) for key, found in rows.items()}
