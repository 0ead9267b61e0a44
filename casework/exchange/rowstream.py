"""Goes through the rows under a header: what is blank or a total is passed over, what contradicts an earlier
row is refused, the rest is read.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from casework.catalog import shelf
from casework.domain.phrase import N_, Phrase
from casework.exchange.cells import text
from casework.exchange.headers import Mapping, fold
from casework.exchange.rowreader import RowReader
from casework.exchange.sheeterrors import SheetError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from casework.domain.register import RegisterRow
    from casework.exchange.sheets import Cell, Merged, Workbook

    Read = tuple[int, Sequence[Cell], RegisterRow | Phrase]
    """The line, its cells as they were written, and the row or why it is none."""


class Seen:
    """Who stood in the sheet already. About 120 bytes a person: a million take 120 MB."""

    def __init__(self) -> None:
        self._lines: dict[int, int] = {}
        self.repeated = False
        """Whether the last row said again, word for word, what an earlier one said."""

    def contradicts(self, row: RegisterRow) -> Phrase | None:
        """Why the row cannot stand beside an earlier one: the same person with other content."""
        self.repeated = False
        if row.citizen_id:
            key = int(row.citizen_id[:17])
        else:
            door = (row.community, row.grid, row.compound, row.building, row.short, row.name, row.born)
            key = hash(door) | 1 << 64
        content = hash((
            row.name, row.community, row.grid, row.compound, row.building, row.short, row.floor, row.fuel,
            row.tenure, row.household_phone, row.sex, row.born, row.phone, row.phone_note, row.relation,
            row.residence_state, row.life_state, row.tags, row.contacts, row.note, row.address,
            row.kitchen, row.walk_order, row.last_seen_on, row.cautions, row.head,
            str(row.devices) if row.devices else None,
        )) & 0xFFFFFFFFFF  # fmt: skip
        entry = row.line << 40 | content
        earlier = self._lines.setdefault(key, entry)
        if earlier == entry:
            return None
        if earlier & 0xFFFFFFFFFF == content:
            self.repeated = True
            return None
        line = earlier >> 40
        if row.citizen_id:
            return Phrase(
                N_("Line {line} has the same ID number with other details: which one is right?"),
                {"line": line},
            )
        return Phrase(
            N_("Line {line} has the same name at the same door with other details: which one is right?"),
            {"line": line},
        )


class Reading:
    """Goes through the rows of a sheet: (line, cells as written, row or reason). Counts what it passes over;
    `repeats` are the lines that say an earlier one again, word for word.

    Raises:
        SheetError: its columns do not make a roster.
    """

    def __init__(self, book: Workbook, mapping: Mapping, today: date, seen: Seen | None = None) -> None:
        problems = mapping.problems()
        if problems:
            raise SheetError(problems[0])
        if mapping.sheet not in [one.name for one in book.sheets]:
            raise SheetError(Phrase(N_("There is no sheet {sheet} in this file."), {"sheet": mapping.sheet}))
        self._book = book
        self.mapping = mapping
        self.reader = RowReader(mapping, today, book.path.name)
        self.seen = seen or Seen()
        self.skipped = 0
        self.repeats: set[int] = set()
        self.line = mapping.header_row
        fields = mapping.fields
        self._names = [index for key in ("name", "head_name") for index in fields.get(key, ())]
        self._telling = [index for key in ("citizen_id", "phone", "room", "born") for index in fields.get(key, ())]
        self._totals = tuple(fold(word) for word in shelf.table("roster_words")["totals"]["words"])
        self._header = {column.index: column.header for column in mapping.columns if column.header}
        self._text = not book.sheets[0].name

    def __iter__(self) -> Iterator[Read]:
        below = islice(self._book.rows(self.mapping.sheet), self.mapping.header_row, None)
        blocks = _Blocks(self._book.merged(self.mapping.sheet), self.mapping.header_row)
        read, contradicts = self.reader.read, self.seen.contradicts
        name = self._names[0]
        for line, cells in enumerate(below, self.mapping.header_row + 1):
            self.line = line
            if not (len(cells) > name and cells[name]) or cells[name] == self._header.get(name):
                if self._passed_over(cells):
                    self.skipped += 1
                    continue
            elif not self._tells(cells) and self._is_total(cells):
                self.skipped += 1
                continue
            if self._text and "\n" in "".join(cells) and _swallowed(cells):  # type: ignore[arg-type]
                yield line, cells, _UNCLOSED
                continue
            whole = blocks.fill(line - 1, cells) if blocks.any else cells
            row = read(line, whole)
            if isinstance(row, Phrase):
                yield line, whole, row
                continue
            contradiction = contradicts(row)
            if self.seen.repeated:
                self.repeats.add(line)
            yield line, whole, contradiction or row

    def _passed_over(self, cells: Sequence[Cell]) -> bool:
        """A row without a name: blank, a total, or the header once more, as on each printed page."""
        said = [text(cell) for cell in cells]
        if not any(said):
            return True
        again = [n for n, header in self._header.items() if n < len(said) and fold(said[n]) == fold(header)]
        if len(again) > max(1, len(self._header) // 2):
            return True
        return not self._tells(cells) and self._is_total(cells)

    def _tells(self, cells: Sequence[Cell]) -> bool:
        return any(n < len(cells) and cells[n] not in ("", None) for n in self._telling)

    def _is_total(self, cells: Sequence[Cell]) -> bool:
        first = next((folded for cell in cells if (folded := fold(text(cell)))), "")
        return first.startswith(self._totals)


_UNCLOSED = Phrase(N_("A quotation mark in this row is never closed: the rows after it ended up in one of its cells."))


def _swallowed(cells: Sequence[Cell]) -> bool:
    """Whether a cell of a text file holds lines that are rows themselves."""
    for cell in cells:
        if isinstance(cell, str) and "\n" in cell:
            for sign in ",;\t":
                if any(line.count(sign) >= max(3, len(cells) - 2) for line in cell.split("\n")[1:]):
                    return True
    return False


class _Blocks:
    """Merged blocks below the header: what is written once holds for every row of the block."""

    def __init__(self, blocks: Iterable[Merged], header_row: int) -> None:
        below = (one for one in blocks if one.top >= header_row and one.bottom > one.top)
        self._waiting = sorted(below, key=lambda one: -one.top)
        self._open: list[tuple[Merged, Cell]] = []
        self.any = bool(self._waiting)

    def fill(self, number: int, cells: Sequence[Cell]) -> Sequence[Cell]:
        while self._waiting and self._waiting[-1].top <= number:
            block = self._waiting.pop()
            if block.top == number and block.left < len(cells):
                self._open.append((block, cells[block.left]))
        self._open = [(block, value) for block, value in self._open if block.bottom >= number]
        if not self._open:
            return cells
        filled = list(cells)
        for block, value in self._open:
            if block.left < len(filled) and filled[block.left] in ("", None):
                filled[block.left] = value
        return filled
