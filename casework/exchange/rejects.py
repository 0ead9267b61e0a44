"""The rows that were not imported, as a spreadsheet: all columns as they were written, and the reason last.

Corrected in it, it is imported again: the reason column is known and passed over. Everything is text, so that
ID numbers keep their digits and nothing that begins with = + - @ is ever a formula.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.domain.phrase import N_, Phrase
from casework.exchange.cells import as_written
from casework.exchange.headers import REASON, is_reason
from casework.exchange.sheeterrors import SheetError
from casework.language import _, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from casework.exchange.sheets import Cell

LONGEST_CELL = 32_767
"""Characters that one cell of an .xlsx file can hold."""


class NoPlaceForRejects(SheetError):
    """The file of rejected rows cannot be written where it was to be. `offer` is a folder that can be.

    Raised before anything is imported, or, when the disk breaks meanwhile, after the rows in the register are
    safe.
    """

    def __init__(self, folder: Path, offer: Path | None) -> None:
        if offer is None:
            phrase = Phrase(
                N_("The rejected rows cannot be written to {folder}. Name another place for them."),
                {"folder": str(folder)},
            )
        else:
            phrase = Phrase(
                N_("The rejected rows cannot be written to {folder}. They could be written to {other}."),
                {"folder": str(folder), "other": str(offer)},
            )
        super().__init__(phrase)
        self.offer = offer


def default_path(source: Path, day: date, folder: Path | None = None) -> Path:
    """Beside the file: `<file>-rejected-<date>.xlsx`, with a number where that name is taken."""
    place = folder or source.parent
    stem = f"{source.stem}-rejected-{day.isoformat()}"
    path = place / f"{stem}.xlsx"
    number = 2
    while path.exists():
        path = place / f"{stem}-{number}.xlsx"
        number += 1
    return path


def see_place(path: Path) -> None:
    """See whether a file can be written there.

    Raises:
        NoPlaceForRejects: it cannot.
    """
    if not _writable(path.parent) or path.is_dir():
        offers = [Path.home() / "Documents", Path.home(), Path.cwd()]
        offer = next((one for one in offers if one != path.parent and one.is_dir() and _writable(one)), None)
        raise NoPlaceForRejects(path.parent, offer)


def _writable(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


class RejectsFile:
    """Written row by row in constant memory, begun with the first rejected row: without one there is no file.

    The file appears under its name when it is whole.
    """

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self.path = path
        self.count = 0
        self._header = header
        self._kept = [n for n, text in enumerate(header) if not is_reason(text)]
        self._book: Any = None
        self._sheet: Any = None
        self._unfinished = path.with_name(f".{path.name}.part")

    def add(self, cells: Sequence[Cell], reason: Phrase) -> None:
        """One rejected row.

        Raises:
            NoPlaceForRejects: it cannot be written.
        """
        try:
            if self._book is None:
                self._begin()
            self.count += 1
            self._write(self.count, [*self._row(cells), say(reason)])
        except OSError as error:
            raise NoPlaceForRejects(self.path.parent, None) from error

    def close(self) -> Path | None:
        """Finish the file; its path, or None where there was no rejected row.

        Raises:
            NoPlaceForRejects: it cannot be written.
        """
        if self._book is None:
            return None
        from xlsxwriter.exceptions import FileCreateError

        book, self._book = self._book, None
        try:
            self._sheet.autofilter(0, 0, self.count, len(self._row(())))
            book.close()
            os.replace(self._unfinished, self.path)
        except (OSError, FileCreateError) as error:
            raise NoPlaceForRejects(self.path.parent, None) from error
        finally:
            with contextlib.suppress(OSError):
                self._unfinished.unlink(missing_ok=True)
        return self.path

    def _begin(self) -> None:
        from xlsxwriter import Workbook

        # Its scratch files hold people's data: beside the result, not in a folder that all can read.
        options = {
            "constant_memory": True, "tmpdir": str(self.path.parent), "strings_to_formulas": False,
            "strings_to_urls": False, "strings_to_numbers": False,
        }  # fmt: skip
        self._book = Workbook(str(self._unfinished), options)
        self._sheet = self._book.add_worksheet()
        text = self._book.add_format({"num_format": "@"})
        self._sheet.set_column(0, len(self._kept) - 1 if self._kept else 0, 16, text)
        self._sheet.set_column(len(self._kept), len(self._kept), 60, text)
        self._sheet.freeze_panes(1, 0)
        self._write(0, [*self._row(self._header), _(REASON)])

    def _row(self, cells: Sequence[Cell]) -> list[str]:
        texts = [as_written(cells[n]) if n < len(cells) else "" for n in self._kept]
        beyond = [as_written(cell) for cell in cells[len(self._header) :]]
        while beyond and not beyond[-1]:
            beyond.pop()
        if beyond:
            # A row wider than its header: the overhang stays with the last column, before the reason.
            texts[-1:] = [" | ".join(part for part in (*texts[-1:], *beyond) if part)]
        return texts

    def _write(self, row: int, texts: Sequence[str]) -> None:
        for column, text in enumerate(texts):
            if text:
                if not text.isprintable():
                    text = text.encode("utf-8", "replace").decode()
                self._sheet.write_string(row, column, text[:LONGEST_CELL])
