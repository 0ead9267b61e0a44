"""Text as rows: .csv, .txt and what else is cut by commas, semicolons or tabs, read as a stream in constant memory."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from casework.domain.phrase import N_, Phrase
from casework.exchange.sheeterrors import MOST_ROWS, SheetError, no_spreadsheet, too_big, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from casework.exchange.sheets import Cell

MOST_BYTES = 2**30
LONGEST_FIELD = 2**24

_BLOCK = 2**20


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file as it was measured. `lines` is at least the number of its rows."""

    path: Path
    encoding: str
    delimiter: str
    lines: int

    def rows(self) -> Iterator[list[Cell]]:
        """Its rows from the very first.

        Raises:
            SheetError: the file vanished or broke while it was read.
        """
        # The default limit of 131,072 characters is a crash for a sheet whose quotation mark is never closed.
        csv.field_size_limit(max(csv.field_size_limit(), LONGEST_FIELD))
        try:
            with self.path.open(encoding=self.encoding, newline="", buffering=_BLOCK) as file:
                yield from csv.reader(file, delimiter=self.delimiter)
        except (OSError, UnicodeDecodeError) as error:
            raise unreadable(self.path, error) from error
        except csv.Error as error:
            said = N_("{file} cannot be cut into rows: a quotation mark is never closed.")
            raise SheetError(Phrase(said, {"file": self.path.name})) from error


def measured(path: Path, first: bytes, size: int) -> TextFile:
    """How a text file is to be read; `first` are its first bytes, `size` all of them.

    Raises:
        SheetError: it is too big, or no table.
    """
    if size > MOST_BYTES:
        raise too_big(path)
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
        raise too_big(path)
    return TextFile(path, encoding, _delimiter_of(path, encoding), lines)


def _encoding_of(path: Path, first: bytes) -> tuple[str, int]:
    """The first encoding in which every byte of the file makes sense, and the number of lines."""
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        choices: tuple[str, ...] = ("utf-16",)  # Excel's "Unicode text"
    elif first.startswith(codecs.BOM_UTF8):
        choices = ("utf-8-sig",)
    elif b"\x00" in first:
        raise no_spreadsheet(path)
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
                    raise no_spreadsheet(path)
                lines += text.count("\n") or text.count("\r")
                last = text[-1:] or last
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    except OSError as error:
        raise unreadable(path, error) from error
    return lines + (last not in "\r\n")


def _delimiter_of(path: Path, encoding: str) -> str:
    """The sign that cuts the first rows most evenly; `sep=;`, which Excel understands, decides."""
    try:
        with path.open(encoding=encoding, newline="") as file:
            start = file.read(65536)
    except OSError as error:
        raise unreadable(path, error) from error
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
