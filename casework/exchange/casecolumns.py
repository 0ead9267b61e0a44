"""The columns of lists of cases from elsewhere: which header is which field, and what others' words mean with us.

All of it is data (`catalog/case_columns.toml`), compared as the headers of rosters are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from casework.catalog import shelf
from casework.domain.phrase import N_, Label, Phrase
from casework.exchange.headers import REASON_HEADERS, Column, Mapping, fold, fold_header

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.exchange.sheets import Cell

SEARCHED_ROWS = 40
"""How far down a header is looked for."""

OUR_STATE = "casework_state"
"""The extended attribute that holds the state in words; some addresses have a `state` as well."""

_GUARD = re.compile(r"^'(?=['=+\-@])")
"""Stands before a header in a .csv file that a spreadsheet program would take for a formula."""

TELLING = frozenset({"official_number", "words", "title", "opened", "state"})
"""Fields of which a header must name two: titles speak of anything."""


@dataclass(frozen=True, slots=True)
class CaseColumns(Mapping):
    """Which column of a list of cases is which field. What no field is for is kept, not left out."""

    @property
    def at(self) -> dict[str, int]:
        """The column of each field."""
        return {field: found[0] for field, found in self.fields.items()}

    @property
    def kept(self) -> dict[str, int]:
        """The columns that no field of ours is for, under the name by which they are kept."""
        names: dict[str, int] = {}
        for one in self.columns:
            if one.field is None and one.how != "ignored":
                name, n = one.header, 2
                while name in names:
                    name, n = f"{one.header} ({n})", n + 1
                names[name] = one.index
        return names

    def labels(self) -> dict[str, Label]:
        """Every field that a column can be."""
        return labels()

    def problems(self) -> tuple[Phrase, ...]:
        """Why nothing can be imported this way; empty when it can."""
        if not self.columns:
            return (Phrase(N_("No row of this sheet names the columns of a list of cases.")),)
        wrong = []
        if "official_number" not in self.at:
            wrong.append(
                Phrase(N_("No column holds the official number: without it the same file would come in twice."))
            )
        if not {"words", "title"} & self.at.keys():
            wrong.append(Phrase(N_("No column says what each case is about.")))
        return tuple(wrong)


def labels() -> dict[str, Label]:
    """Every field, with its name for people, in the order in which it is written."""
    return {key: shelf.label(entry) for key, entry in _table()["fields"].items()}


def open311() -> dict[str, str]:
    """Field -> its name in GeoReport v2, for those that have one."""
    return {key: entry["open311"] for key, entry in _table()["fields"].items() if "open311" in entry}


def default(what: str) -> str:
    """What is taken where a file does not say: state, category, source, source_open311."""
    return str(_table()["defaults"][what])


def columns_of(header: Sequence[str]) -> tuple[Column, ...]:
    """The columns that a header row names. What no field is for is `unknown`: it is kept as it is."""
    words = _headers()
    found: list[Column] = []
    taken: set[str] = set()
    for index, text in enumerate(header):
        field = words.get(fold_header(text)) if text else None
        if field == "ignored":
            found.append(Column(index, text, None, "ignored"))
        elif not text:
            found.append(Column(index, f"#{index + 1}", None, "unknown"))
        elif field is None or field in taken:
            found.append(Column(index, text, None, "unknown"))
        else:
            taken.add(field)
            found.append(Column(index, text, field, "known"))
    return tuple(found)


def find(sheet: str, rows: Sequence[Sequence[Cell]]) -> CaseColumns:
    """The header among the first rows of a sheet: the row that names the most fields."""
    best, most = CaseColumns(sheet, 0, ()), 0
    for number, row in enumerate(rows[:SEARCHED_ROWS], 1):
        columns = columns_of(["" if cell is None else _GUARD.sub("", str(cell).strip()) for cell in row])
        fields = {one.field for one in columns if one.how == "known"}
        if len(fields & TELLING) > 1 and len(fields) > most:
            best, most = CaseColumns(sheet, number, columns), len(fields)
    return best


@lru_cache(maxsize=1)
def _headers() -> dict[str, str]:
    words = {fold_header(one): "ignored" for one in (*REASON_HEADERS, "序号", "行号")}
    for key, entry in _table()["fields"].items():
        for header in (key, entry["label"]["zh"], entry["label"]["en"], entry.get("open311", ""), *entry["synonyms"]):
            if header:
                words.setdefault(fold_header(header), key)
    return words


@lru_cache(maxsize=1)
def _values() -> dict[str, dict[str, str]]:
    """Field -> folded word -> our key for it. Our own keys and names come first."""
    from casework.domain.followup import STATE_NAMES
    from casework.language import in_all

    found: dict[str, dict[str, str]] = {
        "state": {fold(word): state.value for state, name in STATE_NAMES.items() for word in (state, *in_all(name))},
        "category": {
            fold(word): key
            for key, one in shelf.categories().items()
            for word in (key, one.label.zh, one.label.en, one.code)
            if word
        },
        "owner": {
            fold(word): key for key, one in shelf.departments().items() for word in (key, one.label.zh, one.label.en)
        },
        "satisfaction": {str(n): str(n) for n in range(1, 6)},
        "severity": {},
    }
    for field, words in _table()["values"].items():
        for key, said in words.items():
            for word in (key, *said):
                found.setdefault(field, {}).setdefault(fold(word), key)
    return found


def value(field: str, said: str) -> str | None:
    """Our key for another system's word; None where it is not known. 餐饮油烟/夜间 is read part by part, last first."""
    words = _values()[field]
    whole = words.get(fold(said))
    if whole is not None:
        return whole
    parts = said.replace(">", "/").replace("-", "/").replace("—", "/").split("/")
    return next((words[fold(part)] for part in reversed(parts) if fold(part) in words), None)


def _table() -> Any:
    return shelf.table("case_columns")


for _made in (_headers, _values):
    shelf.remembered(_made)
