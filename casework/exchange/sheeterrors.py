"""What is wrong with a file of rows, in one sentence each that says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.phrase import N_, Phrase

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES_EXCEL = 100 * 2**20
MOST_ROWS = 1_048_576
"""The rows of one Excel sheet: a bigger file could not be given back as one sheet of rejected rows."""


class SheetError(Exception):
    """A file that cannot be read as a roster, or a place that cannot be written; `phrase` says why and what
    to do. Nothing was changed, unless `done` (an `ImportReport`) says how much an import had brought in.
    """

    exit_code = 1
    done: object = None

    def __init__(self, phrase: Phrase) -> None:
        super().__init__(phrase.text)
        self.phrase = phrase


def unreadable(path: Path, error: Exception) -> SheetError:
    """The file cannot be opened, or not be read to its end."""
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


def too_big(path: Path) -> SheetError:
    """The file is longer or bigger than is read."""
    return SheetError(
        Phrase(
            N_("{file} is too big: at most {rows} rows, as .xlsx at most {size} MB. Divide it in parts."),
            {"file": path.name, "rows": MOST_ROWS - 1, "size": MOST_BYTES_EXCEL // 2**20},
        )
    )


def password(path: Path) -> SheetError:
    """The file is locked."""
    return SheetError(
        Phrase(
            N_("{file} is locked with a password. Save a copy without the password and import that."),
            {"file": path.name},
        )
    )


def no_spreadsheet(path: Path) -> SheetError:
    """Inside is no spreadsheet."""
    return SheetError(
        Phrase(
            N_("{file} is not a spreadsheet that can be read, or it is damaged. Save it as .xlsx or .csv."),
            {"file": path.name},
        )
    )
