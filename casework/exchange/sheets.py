"""Sheets as rows: .xlsx and .xls through calamine, .csv and .txt as text (`casework.exchange.textsheet`).

An Excel sheet is held whole by calamine, so its size is measured before it is opened: one cell typed by accident in the
last column would otherwise take all memory.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.domain.phrase import N_, Phrase
from casework.exchange import textsheet
from casework.exchange.sheeterrors import (
    MOST_BYTES_EXCEL,
    SheetError,
    no_spreadsheet,
    password,
    too_big,
    unreadable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casework.exchange.textsheet import TextFile

Cell = str | int | float | bool | date | datetime | time | timedelta | None
"""What a cell may hold. A CSV file has text only."""

MOST_CELLS = 10_000_000
"""Cells of the rectangle that holds the sheet: calamine takes about 32 bytes for each, empty or not."""
MOST_XML = 600 * 2**20
"""Bytes of one unpacked sheet."""

_BLOCK = 2**20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_REFERENCE = re.compile(rb'\sr="([A-Z]{1,3})([0-9]{1,7})"')


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged block: its first row and column (from 0), and the last ones."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Sheet:
    """One sheet of a file. `height` is the number of rows, exact for Excel; a CSV's line count is at least
    it."""

    name: str
    height: int
    merged: tuple[Merged, ...] = ()
    hidden: bool = False


@dataclass(slots=True)
class Workbook:
    """An open roster file. Close it, or use it in a `with`."""

    path: Path
    sheets: list[Sheet] = field(default_factory=list)
    _calamine: Any = None
    _loaded: dict[str, Any] = field(default_factory=dict)
    _text: TextFile | None = None

    def rows(self, sheet: str) -> Iterator[list[Cell]]:
        """The rows of a sheet from the very first, blank ones included, each as wide as it is.

        Raises:
            SheetError: the file vanished or broke while it was read.
        """
        if self._text is not None:
            return self._text.rows()
        start = self._load(sheet).start
        return _padded(self._load(sheet).iter_rows(), start[1] if start else 0)

    def merged(self, sheet: str) -> tuple[Merged, ...]:
        """The merged blocks of a sheet, where the file says which they are."""
        if self._calamine is None:
            return ()
        ranges = self._load(sheet).merged_cell_ranges or []
        return tuple(Merged(a[0], a[1], b[0], b[1]) for a, b in ranges)

    def height(self, sheet: str) -> int:
        """Rows of a sheet, its title and header among them: exact for Excel, an upper limit for CSV."""
        if self._calamine is None:
            return self.sheets[0].height
        end = self._load(sheet).end
        return end[0] + 1 if end else 0

    def _load(self, sheet: str) -> Any:
        if sheet not in self._loaded:
            # One at a time: several big sheets of one file need not lie in memory together.
            self._loaded.clear()
            self._loaded[sheet] = _careful(lambda: self._calamine.get_sheet_by_name(sheet), self.path)
        return self._loaded[sheet]

    def close(self) -> None:
        """Let go of the file."""
        self._loaded.clear()
        if self._calamine is not None:
            self._calamine.close()

    def __enter__(self) -> Workbook:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_workbook(path: str | Path) -> Workbook:
    """Open a roster file, whatever its name ends in: its first bytes say what it is.

    Raises:
        SheetError: there is no such file, it is empty, too big, locked by a password, or no spreadsheet.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            first = file.read(8192)
        size = path.stat().st_size
    except OSError as error:
        raise unreadable(path, error) from error
    if not first.strip(b"\x00\r\n\t \xef\xbb\xbf"):
        raise SheetError(Phrase(N_("{file} is empty."), {"file": path.name}))
    if first.startswith((b"PK\x03\x04", _OLE)):
        if size > MOST_BYTES_EXCEL:
            raise too_big(path)
        return _open_excel(path, first)
    text = textsheet.measured(path, first, size)
    return Workbook(path, [Sheet("", text.lines)], _text=text)


# --- Excel ----------------------------------------------------------------------------


def _open_excel(path: Path, first: bytes) -> Workbook:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        content = path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    if first.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise password(path)
    else:
        _measure(path, content)
    book = _careful(lambda: CalamineWorkbook.from_filelike(io.BytesIO(content)), path)
    sheets = [
        Sheet(one.name, 0, hidden=one.visible != SheetVisibleEnum.Visible)
        for one in book.sheets_metadata
        if one.typ == SheetTypeEnum.WorkSheet
    ]
    if not sheets:
        raise SheetError(Phrase(N_("{file} is empty."), {"file": path.name}))
    return Workbook(path, sheets, book)


def _measure(path: Path, content: bytes) -> None:
    """See that the sheets fit in memory before anything reserves it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if "xl/workbook.xml" not in names:
                raise no_spreadsheet(path)
            for name in names:
                if name.startswith("xl/") and archive.getinfo(name).file_size > MOST_XML:
                    raise too_big(path)
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    with archive.open(name) as sheet:
                        rows, columns = _extent(sheet)
                    if rows * columns > MOST_CELLS:
                        raise SheetError(
                            Phrase(
                                N_(
                                    "A sheet of {file} spans {rows} rows and {columns} columns. Delete the "
                                    "stray cells at its far end, or save it as CSV, and import that."
                                ),
                                {"file": path.name, "rows": rows, "columns": columns},
                            )
                        )
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, EOFError, NotImplementedError) as error:
        raise no_spreadsheet(path) from error
    except RuntimeError as error:  # zipfile's word for a packed file with a password
        raise password(path) from error
    except Exception as error:
        if type(error).__module__ == "zlib":
            raise no_spreadsheet(path) from error
        raise


def _extent(sheet: Any) -> tuple[int, int]:
    """The lowest row and the rightmost column that a cell of the sheet names."""
    rows = 0
    columns: set[bytes] = set()
    rest = b""
    while block := sheet.read(_BLOCK):
        for column, row in _REFERENCE.findall(rest + block):
            columns.add(column)
            rows = max(rows, int(row))
        rest = block[-40:]
    return rows, max((_number(column) for column in columns), default=0)


def _number(column: bytes) -> int:
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return number


def _careful(read: Any, path: Path) -> Any:
    """Call calamine: its errors, and a panic of its own, are a file that cannot be read."""
    from python_calamine import CalamineError, PasswordError

    try:
        return read()
    except PasswordError as error:
        raise password(path) from error
    except (CalamineError, OSError, ValueError) as error:
        raise no_spreadsheet(path) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise no_spreadsheet(path) from error
        raise


def _padded(rows: Iterator[list[Cell]], left: int) -> Iterator[list[Cell]]:
    """Calamine leaves out empty columns at the left; merged blocks and readers count from the first."""
    if not left:
        return rows
    blank: list[Cell] = [""] * left
    return (blank + row for row in rows)
