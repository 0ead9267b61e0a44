"""Sheets as rows: .xlsx and .xls through calamine, .csv and .txt through the standard library.

A CSV file is read as a stream, in constant memory. An Excel sheet is held whole by calamine, so its size is
measured before it is opened: one cell typed by accident in the last column would otherwise take all memory.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.domain.phrase import N_, Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

Cell = str | int | float | bool | date | datetime | time | timedelta | None
"""What a cell may hold. A CSV file has text only."""

MOST_BYTES_EXCEL = 100 * 2**20
MOST_BYTES_TEXT = 2**30
MOST_ROWS = 1_048_576
"""The rows of one Excel sheet: a bigger file could not be given back as one sheet of rejected rows."""
MOST_CELLS = 10_000_000
"""Cells of the rectangle that holds the sheet: calamine takes about 32 bytes for each, empty or not."""
MOST_XML = 600 * 2**20
"""Bytes of one unpacked sheet."""
LONGEST_FIELD = 2**24

_BLOCK = 2**20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_REFERENCE = re.compile(rb'\sr="([A-Z]{1,3})([0-9]{1,7})"')


class SheetError(Exception):
    """A file that cannot be read as a roster, or a place that cannot be written; `phrase` says why and what
    to do. Nothing was changed, unless `done` (an `ImportReport`) says how much an import had brought in.
    """

    exit_code = 1
    done: object = None

    def __init__(self, phrase: Phrase) -> None:
        super().__init__(phrase.text)
        self.phrase = phrase


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
    _encoding: str = ""
    _delimiter: str = ","

    def rows(self, sheet: str) -> Iterator[list[Cell]]:
        """The rows of a sheet from the very first, blank ones included, each as wide as it is.

        Raises:
            SheetError: the file vanished or broke while it was read.
        """
        if self._calamine is None:
            return _text_rows(self.path, self._encoding, self._delimiter)
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
        raise _unreadable(path, error) from error
    if not first.strip(b"\x00\r\n\t \xef\xbb\xbf"):
        raise SheetError(Phrase(N_("{file} is empty."), {"file": path.name}))
    if first.startswith((b"PK\x03\x04", _OLE)):
        if size > MOST_BYTES_EXCEL:
            raise _too_big(path)
        return _open_excel(path, first)
    return _open_text(path, first, size)


# --- Excel ----------------------------------------------------------------------------


def _open_excel(path: Path, first: bytes) -> Workbook:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        content = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error
    if first.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise _password(path)
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
                raise _no_spreadsheet(path)
            for name in names:
                if name.startswith("xl/") and archive.getinfo(name).file_size > MOST_XML:
                    raise _too_big(path)
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
        raise _no_spreadsheet(path) from error
    except RuntimeError as error:  # zipfile's word for a packed file with a password
        raise _password(path) from error
    except Exception as error:
        if type(error).__module__ == "zlib":
            raise _no_spreadsheet(path) from error
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
        raise _password(path) from error
    except (CalamineError, OSError, ValueError) as error:
        raise _no_spreadsheet(path) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise _no_spreadsheet(path) from error
        raise


def _padded(rows: Iterator[list[Cell]], left: int) -> Iterator[list[Cell]]:
    """Calamine leaves out empty columns at the left; merged blocks and readers count from the first."""
    if not left:
        return rows
    blank: list[Cell] = [""] * left
    return (blank + row for row in rows)


# --- text ----------------------------------------------------------------------------


def _open_text(path: Path, first: bytes, size: int) -> Workbook:
    if size > MOST_BYTES_TEXT:
        raise _too_big(path)
    start = first[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta", b"{\\rtf", b"%pdf")):
        raise SheetError(
            Phrase(
                N_(
                    "{file} only looks like a spreadsheet: inside is another kind of file. "
                    "Open it in your spreadsheet program and save it as .xlsx."
                ),
                {"file": path.name},
            )
        )
    encoding, lines = _encoding_of(path, first)
    if lines > MOST_ROWS:
        raise _too_big(path)
    delimiter = _delimiter_of(path, encoding)
    return Workbook(path, [Sheet("", lines)], _encoding=encoding, _delimiter=delimiter)


def _encoding_of(path: Path, first: bytes) -> tuple[str, int]:
    """The first encoding in which every byte of the file makes sense, and the number of lines."""
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        choices: tuple[str, ...] = ("utf-16",)  # Excel's "Unicode text"
    elif first.startswith(codecs.BOM_UTF8):
        choices = ("utf-8-sig",)
    elif b"\x00" in first:
        raise _no_spreadsheet(path)
    else:
        choices = ("utf-8", "gb18030")
    for encoding in choices:
        lines = _lines_in(path, encoding)
        if lines is not None:
            return encoding, lines
    raise SheetError(
        Phrase(
            N_(
                "{file} holds characters that are neither UTF-8 nor GB18030. Open it in your spreadsheet "
                "program and save it as .xlsx."
            ),
            {"file": path.name},
        )
    )


def _lines_in(path: Path, encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    lines = 0
    last = "\n"
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                text = decoder.decode(block)
                if "\x00" in text:
                    raise _no_spreadsheet(path)
                lines += text.count("\n") or text.count("\r")
                last = text[-1:] or last
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    except OSError as error:
        raise _unreadable(path, error) from error
    return lines + (last not in "\r\n")


def _delimiter_of(path: Path, encoding: str) -> str:
    """The sign that cuts the first rows most evenly; `sep=;`, which Excel understands, decides."""
    try:
        with path.open(encoding=encoding, newline="") as file:
            start = file.read(65536)
    except OSError as error:
        raise _unreadable(path, error) from error
    named = re.match(r"sep=([,;\t|])\r?\n", start, re.IGNORECASE)
    if named:
        return named.group(1)
    best, most = ",", 0
    for sign in ",;\t":
        try:
            widths = Counter(len(row) for row in islice(csv.reader(io.StringIO(start), delimiter=sign), 50) if row)
        except csv.Error:
            continue
        # Rows of a table are equally wide: commas within an address are not.
        score = max(((width - 1) * count for width, count in widths.items()), default=0)
        if score > most:
            best, most = sign, score
    return best


def _text_rows(path: Path, encoding: str, delimiter: str) -> Iterator[list[Cell]]:
    # The default limit of 131,072 characters is a crash for a sheet whose quotation mark is never closed.
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_FIELD))
    try:
        with path.open(encoding=encoding, newline="", buffering=_BLOCK) as file:
            yield from csv.reader(file, delimiter=delimiter)
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error
    except csv.Error as error:
        raise SheetError(
            Phrase(N_("{file} cannot be cut into rows: a quotation mark is never closed."), {"file": path.name})
        ) from error


# --- what to say ----------------------------------------------------------------------------


def _unreadable(path: Path, error: Exception) -> SheetError:
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return SheetError(Phrase(N_("{file} is not there: it was moved, renamed or deleted."), {"file": path.name}))
    if isinstance(error, IsADirectoryError) or path.is_dir():
        return SheetError(Phrase(N_("{file} is a folder, not a spreadsheet."), {"file": path.name}))
    if isinstance(error, PermissionError):
        return SheetError(
            Phrase(
                N_("{file} may not be read: close it in the other program, or copy it to your own folder."),
                {"file": path.name},
            )
        )
    return SheetError(Phrase(N_("{file} could not be read to its end. Try again."), {"file": path.name}))


def _too_big(path: Path) -> SheetError:
    return SheetError(
        Phrase(
            N_("{file} is too big: at most {rows} rows, as .xlsx at most {size} MB. Divide it in parts."),
            {"file": path.name, "rows": MOST_ROWS - 1, "size": MOST_BYTES_EXCEL // 2**20},
        )
    )


def _password(path: Path) -> SheetError:
    return SheetError(
        Phrase(
            N_("{file} is locked with a password. Save a copy without the password and import that."),
            {"file": path.name},
        )
    )


def _no_spreadsheet(path: Path) -> SheetError:
    return SheetError(
        Phrase(
            N_("{file} is not a spreadsheet that can be read, or it is damaged. Save it as .xlsx or .csv."),
            {"file": path.name},
        )
    )
