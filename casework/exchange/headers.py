"""Headers: which row of a sheet names its columns, and which field each column is.

Column names and their synonyms are data (`catalog/roster_columns.toml`). What is not known is reported and
left out, never guessed; the user may say otherwise on the preview.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from casework.catalog import shelf
from casework.domain.phrase import N_, Label, Phrase
from casework.domain.text import halfwidth

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from casework.exchange.sheets import Cell, Merged

TAG = "tag:"
"""Before the key of a welfare tag: a yes/no column for that one tag."""

SEARCHED_ROWS = 40
"""How far down a header is looked for: titles, notes and stamps above it take a dozen rows at most."""

SEVERAL = frozenset({"phone", "tags", "note", "emergency_phone", "cautions", "phone_note"})
"""Fields that may have more than one column; the columns are read together."""

NOT_KEPT = frozenset({"household_no", "risk"})
"""Recognised, but nothing of it is entered: a risk level needs a worker's reason, and the register has its
own numbers."""

REASON = N_("Why it was not imported")
"""Header of the last column of a file of rejected rows."""
REASON_HEADERS = ("Why it was not imported", "未导入原因")
"""The same in either language, to be known again."""

_BRACKETS = re.compile(r"[(\[{（【〔].*?[)\]}）】〕]")
_NOISE = re.compile(r"[\s*:：_.。、#＊\u200b-\u200f\u202a-\u202e\ufeff-]+")


def fold(text: str) -> str:
    """A header or a word as it is compared: without spaces, full-width forms, signs and case."""
    return _NOISE.sub("", halfwidth(text)).casefold()


def fold_header(text: str) -> str:
    """A header as it is compared: what stands in brackets is taken away as well, unless that is all."""
    return fold(_BRACKETS.sub("", halfwidth(text))) or fold(text)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the sheet. `how`: known, unknown, ignored, ambiguous (another column is taken for the same
    field), not_kept, or chosen by the user. `index` counts from 0.
    """

    index: int
    header: str
    field: str | None
    how: str


@dataclass(frozen=True, slots=True)
class Mapping:
    """Which column of which sheet is which field. `header_row` counts from 1; the rows under it are the
    roster. Where it is 0 no header was found.
    """

    sheet: str
    header_row: int
    columns: tuple[Column, ...]

    @property
    def fields(self) -> dict[str, tuple[int, ...]]:
        """The columns of each field that is read."""
        found: dict[str, tuple[int, ...]] = {}
        for column in self.columns:
            if column.field is not None and column.how in ("known", "chosen"):
                found[column.field] = (*found.get(column.field, ()), column.index)
        return found

    def choose(self, index: int, field: str | None) -> Mapping:
        """The same mapping with one column read as another field, or as none.

        Raises:
            KeyError: there is no such field.
        """
        if field is not None and field not in self.labels():
            raise KeyError(field)
        return replace(
            self,
            columns=tuple(
                replace(column, field=field, how="chosen")
                if column.index == index
                else replace(column, field=None, how="ambiguous")
                if field is not None and column.field == field and field not in SEVERAL
                else column
                for column in self.columns
            ),
        )

    def labels(self) -> dict[str, Label]:
        """Every field that a column can be, with its name for people."""
        return labels()

    def headers(self, *hows: str) -> tuple[str, ...]:
        """The headers of the columns that are, say, `unknown`."""
        return tuple(column.header for column in self.columns if column.how in hows and column.header)

    def problems(self) -> tuple[Phrase, ...]:
        """Why nothing can be imported this way; empty when it can."""
        if not self.columns:
            return (Phrase(N_("No row of this sheet names its columns. A header with at least a name is needed.")),)
        found = self.fields
        wrong = []
        if "name" not in found and "head_name" not in found:
            wrong.append(Phrase(N_("No column holds the names: say which one it is.")))
        if "address" not in found and "room" not in found:
            wrong.append(Phrase(N_("No column holds an address or a room number: say which one it is.")))
        return tuple(wrong)


def labels() -> dict[str, Label]:
    """Every field that a column can be, with its name for people, in the order of the catalog."""
    fields = shelf.roster_columns()["fields"]
    named = {key: Label(entry["label"]["zh"], entry["label"]["en"]) for key, entry in fields.items()}
    return named | {TAG + key: tag.label for key, tag in shelf.tags().items()}


_words: tuple[object, dict[str, str]] | None = None


def _dictionary() -> dict[str, str]:
    """Folded header -> field; `ignored` for columns that rosters carry and the register does not."""
    global _words
    columns = shelf.roster_columns()
    if _words is not None and _words[0] is columns:
        return _words[1]
    words: dict[str, str] = {}
    for header in (*columns["ignored"]["synonyms"], *REASON_HEADERS):
        words[fold_header(header)] = "ignored"
    for key, headers in columns["tag_columns"].items():
        tag = shelf.tags().get(key)
        more = (tag.label.zh, tag.label.en, *tag.aliases) if tag else ()
        for header in (*headers, *more):
            for form in (header, f"是否{header}", f"{header}老人", f"{header}家庭", f"是否{header}老人"):
                words.setdefault(fold_header(form), TAG + key)
    for key, entry in columns["fields"].items():
        for header in (entry["label"]["zh"], entry["label"]["en"], *entry["synonyms"]):
            words[fold_header(header)] = key
    _words = (columns, words)
    return words


def columns_of(header: Sequence[str]) -> tuple[Column, ...]:
    """The columns that a header row names."""
    words = _dictionary()
    found: list[Column] = []
    taken: set[str] = set()
    for index, text in enumerate(header):
        field = words.get(fold_header(text)) if text else None
        if field is None:
            found.append(Column(index, text, None, "unknown" if text else "ignored"))
        elif field == "ignored":
            found.append(Column(index, text, None, "ignored"))
        elif field in NOT_KEPT:
            found.append(Column(index, text, field, "not_kept"))
        elif field in taken and field not in SEVERAL:
            found.append(Column(index, text, field, "ambiguous"))
        else:
            taken.add(field)
            found.append(Column(index, text, field, "known"))
    return tuple(_head_as_name(found))


def _head_as_name(columns: list[Column]) -> list[Column]:
    """A list of households has only the heads' names, often under 户主 alone."""
    fields = {column.field for column in columns}
    if "name" in fields:
        return columns
    for wanted in ("head_name", "head"):
        if wanted in fields:
            return [replace(one, field="head_name") if one.field == wanted else one for one in columns]
    return columns


def is_reason(header: str) -> bool:
    """Whether the column is the reason column of an earlier file of rejected rows."""
    return fold_header(header) in {fold_header(one) for one in REASON_HEADERS}


@dataclass(frozen=True, slots=True)
class Found:
    """A header in a sheet, and how many fields it names."""

    mapping: Mapping
    score: int


def find(sheet: str, rows: Sequence[Sequence[Cell]], merged: Iterable[Merged] = ()) -> Found:
    """The header among the first rows of a sheet: the one row, or two rows one above the other, that name
    the most fields. A name column is worth more than others: titles speak of anything.
    """
    top = [_texts(row) for row in rows[:SEARCHED_ROWS]]
    _spread(top, merged)
    best = Found(Mapping(sheet, 0, ()), 0)
    for number, row in enumerate(top):
        pairs = [(number + 1, row)]
        if number + 1 < len(top) and _is_second(row, top[number + 1]):
            pairs.append((number + 2, _joined(row, top[number + 1])))
        for header_row, header in pairs:
            columns = columns_of(header)
            score = _score(columns)
            if score > best.score:
                best = Found(Mapping(sheet, header_row, columns), score)
    return best


def _score(columns: Sequence[Column]) -> int:
    fields = {column.field for column in columns if column.how == "known"}
    if len(fields) < 2 or not fields & {"name", "head_name", "address", "room", "citizen_id"}:
        return 0
    return len(fields) * 2 + 3 * bool(fields & {"name", "head_name"})


def _is_second(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Whether the lower row is a second row of headers: all its words but one are known ones. A first row
    of data would otherwise pass for one through a word such as 低保."""
    words = _dictionary()
    strange = 0
    for n, below in enumerate(lower):
        above = upper[n] if n < len(upper) else ""
        if below and below != above and not {fold_header(below), fold_header(above + below)} & words.keys():
            strange += 1
    return strange < 2


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Two header rows as one: 紧急联系人 over 姓名 and 电话 names two columns."""
    words = _dictionary()
    joined: list[str] = []
    for n in range(max(len(upper), len(lower))):
        above = upper[n] if n < len(upper) else ""
        below = lower[n] if n < len(lower) else ""
        if not above or not below or above == below:
            joined.append(above or below)
        elif fold_header(above + below) in words:
            joined.append(above + below)
        elif fold_header(above) not in words:
            joined.append(below)
        else:
            # 紧急联系人 over 地址 is neither of the two: it must not be taken for the home address.
            joined.append(above + below if fold_header(below) in words else above)
    return joined


def _texts(row: Sequence[Cell]) -> list[str]:
    return ["" if cell is None else str(cell).strip() for cell in row]


def _spread(rows: list[list[str]], merged: Iterable[Merged]) -> None:
    """Write what stands in a merged block into all of its cells, as far as the searched rows go."""
    for block in merged:
        if block.top >= len(rows) or block.left >= len(rows[block.top]):
            continue
        text = rows[block.top][block.left]
        for number in range(block.top, min(block.bottom + 1, len(rows))):
            row = rows[number]
            for column in range(block.left, min(block.right + 1, len(row))):
                row[column] = text
