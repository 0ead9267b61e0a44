"""A roster becomes the register: look at the file first, then bring its rows in, batch by batch.

Each batch is one transaction. A row enters whole or comes back with its reason; nothing is dropped in
silence. The same file again changes nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from casework.domain.phrase import N_, Phrase
from casework.exchange import aside, headers
from casework.exchange.cells import text
from casework.exchange.rejects import RejectsFile, default_path, see_place
from casework.exchange.rowstream import Reading, Seen
from casework.exchange.sheeterrors import SheetError
from casework.exchange.sheets import Cell, Workbook, open_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from casework.casebook.book import Casebook
    from casework.casebook.register import RegisterResult
    from casework.domain.register import RegisterRow
    from casework.exchange.headers import Mapping

BATCH = 5000
"""Rows of one transaction: long enough that the commit costs little beside them (measured: 95 microseconds a row in
batches of 2,000, 80 in these), short enough that cancelling takes effect within a second."""

SHOWN_ROWS = 20


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that does not enter: its line in the sheet, its cells as they were written, and why."""

    line: int
    cells: tuple[Cell, ...]
    reason: Phrase


@dataclass(frozen=True, slots=True)
class RosterPreview:
    """What a file looks like before anything is imported. `problems` say why it cannot be; empty when it can.

    `total` is the number of rows under the header, blank ones included; for CSV at most that many.
    `sheets` are all sheets, of which `sheet` fits best.
    """

    sheet: str
    sheets: tuple[str, ...]
    header_row: int
    mapping: Mapping
    unknown: tuple[str, ...]
    ambiguous: tuple[str, ...]
    not_kept: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int
    problems: tuple[Phrase, ...]


@dataclass(slots=True)
class ImportReport:
    """What came of an import: every row of the sheet is in exactly one of added, updated, unchanged, rejected
    or, for blank rows, totals and repeated headers, `skipped`.

    `cancelled`: it was stopped between two batches, and what is counted here is in the register.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    skipped: int = 0
    rejects_file: Path | None = None
    warnings: list[Phrase] = field(default_factory=list)
    cancelled: bool = False
    dry_run: bool = False


# --- looking ----------------------------------------------------------------------------


def preview(path: str | Path, sheet: str | None = None) -> RosterPreview:
    """Look at a file: its header, what each column is taken for, and the first rows.

    `sheet` names the sheet to look at; otherwise it is the one whose header names the most fields.

    Raises:
        SheetError: the file cannot be read at all.
    """
    with open_workbook(path) as book:
        mapping = _best_mapping(book, sheet)
        start = mapping.header_row
        shown = [
            tuple(text(cell) for cell in row) for row in islice(book.rows(mapping.sheet), start, start + SHOWN_ROWS)
        ]
        return RosterPreview(
            mapping.sheet,
            tuple(one.name for one in book.sheets),
            mapping.header_row,
            mapping,
            mapping.headers("unknown"),
            mapping.headers("ambiguous"),
            mapping.headers("not_kept"),
            tuple(shown),
            max(0, book.height(mapping.sheet) - mapping.header_row),
            mapping.problems(),
        )


def _best_mapping(book: Workbook, wanted: str | None) -> Mapping:
    names = [one.name for one in book.sheets]
    if wanted is not None and wanted not in names:
        raise SheetError(Phrase(N_("There is no sheet {sheet} in this file."), {"sheet": wanted}))
    shown = [one.name for one in book.sheets if not one.hidden] or names
    best: headers.Found | None = None
    for name in [wanted] if wanted is not None else shown:
        top = list(islice(book.rows(name), headers.SEARCHED_ROWS))
        found = headers.find(name, top, book.merged(name))
        if best is None or found.score > best.score:
            best = found
    if best is None:
        raise SheetError(Phrase(N_("There is no sheet {sheet} in this file."), {"sheet": wanted or ""}))
    return best.mapping


# --- reading ----------------------------------------------------------------------------


def rows(
    path: str | Path, mapping: Mapping | None = None, *, today: date, seen: Seen | None = None
) -> Iterator[RegisterRow | Reject]:
    """The rows under the header, each checked, in the order of the sheet; blank rows and totals are left out.

    Raises:
        SheetError: the file cannot be read, or its columns do not make a roster.
    """
    with open_workbook(path) as book:
        reading = Reading(book, mapping or _best_mapping(book, None), today, seen)
        for line, cells, row in reading:
            yield Reject(line, tuple(cells), row) if isinstance(row, Phrase) else row


# --- bringing in ----------------------------------------------------------------------------


def import_roster(
    book: Casebook,
    path: str | Path,
    mapping: Mapping | None = None,
    *,
    dry_run: bool = False,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    rejects_to: str | Path | None = None,
) -> ImportReport:
    """Bring a roster into the register.

    Each batch of `BATCH` rows is one transaction whose action follows from the file and the batch, so that a
    repeat after a crash saves once. `progress` is told (rows done, rows in all) after each batch; `cancelled`
    is asked before each. `rejects_to` is the file for the rejected rows, or a folder for it; otherwise it
    lies beside the roster. A dry run enters nothing and writes no file.

    Raises:
        SheetError: the file cannot be read, or the rejected rows cannot be written (`NoPlaceForRejects`).
        CasebookError: the casebook could not save a batch; those before it are in.
    """
    from casework.casebook import register

    source = Path(path)
    report = ImportReport(dry_run=dry_run)
    today = book.today()
    with contextlib.ExitStack() as stack:
        workbook = stack.enter_context(open_workbook(source))
        mapping = mapping or _best_mapping(workbook, None)
        reading = Reading(workbook, mapping, today)
        total = max(0, workbook.height(mapping.sheet) - mapping.header_row)
        rejects = None if dry_run else _rejects_file(source, today, rejects_to, mapping)
        digest = _digest(source, mapping)
        batches = aside.aside(source, mapping, today, BATCH) if total >= aside.ASIDE_FROM_ROWS else None
        batches = stack.enter_context(contextlib.closing(batches or aside.here(reading, BATCH)))
        if not dry_run:
            stack.enter_context(register.bulk(book))
        last = aside.Batch()
        try:
            number = 0
            while not (cancelled is not None and cancelled()):
                batch = next(batches, None)
                if batch is None:
                    break
                last = batch
                _enter(book, batch, f"{digest}/{number}", report, rejects)
                number += 1
                if progress is not None:
                    progress(min(batch.line - mapping.header_row, total), total)
            else:
                report.cancelled = True
        except SheetError as error:
            error.done = report
            raise
        finally:
            report.skipped = last.skipped
            report.rejects_file = rejects.close() if rejects is not None else None
    report.warnings.extend(_warnings(mapping, last, report))
    return report


def _enter(book: Casebook, batch: aside.Batch, seed: str, report: ImportReport, rejects: RejectsFile | None) -> None:
    from casework.casebook import register

    refused = batch.refused
    report.unchanged += batch.repeated
    if batch.rows and report.dry_run:
        _count(report, _tried(book, batch.rows), refused)
    elif batch.rows:
        result = register.apply_rows(book, batch.rows, hashlib.sha256(seed.encode()).hexdigest()[:32])
        if result.again:
            # Saved by an earlier run. What became of each row then is not what becomes of it now: look anew.
            result = register.apply_rows(book, batch.rows)
        _count(report, result, refused)
    report.rejected += len(refused)
    if rejects is not None and refused:
        for line, cells in batch.written():
            if line in refused:
                rejects.add(cells, refused[line])


def _count(report: ImportReport, result: RegisterResult, refused: dict[int, Phrase]) -> None:
    report.added += result.added
    report.updated += result.updated
    report.unchanged += result.unchanged
    refused |= dict(result.rejected)


def _tried(book: Casebook, good: Sequence[RegisterRow]) -> RegisterResult:
    """What would become of the rows: entered, and taken back before anything is kept."""
    from casework.casebook import register

    found: list[RegisterResult] = []

    def attempt() -> None:
        with contextlib.suppress(_TakenBack), book.together():
            found.append(register.apply_rows(book, good))
            raise _TakenBack

    book.write(attempt)
    return found[0]


class _TakenBack(Exception):
    """Ends a dry run's transaction without keeping it."""


def _rejects_file(source: Path, day: date, to: str | Path | None, mapping: Mapping) -> RejectsFile:
    path = Path(to) if to is not None else default_path(source, day)
    if path.is_dir():
        path = default_path(source, day, path)
    see_place(path)
    if path.exists() and path.samefile(source):
        path = default_path(source, day, path.parent)
    return RejectsFile(path, [column.header for column in mapping.columns])


def _digest(source: Path, mapping: Mapping) -> str:
    """Of the file and of how it is read: another choice of columns is another import."""
    digest = hashlib.sha256(repr(mapping).encode())
    try:
        with source.open("rb") as file:
            while block := file.read(2**20):
                digest.update(block)
    except OSError as error:
        raise aside.broken_off(source) from error
    return digest.hexdigest()


def _warnings(mapping: Mapping, last: aside.Batch, report: ImportReport) -> Iterator[Phrase]:
    for how, said in (
        ("unknown", N_("Columns that the register does not know were left out: {columns}")),
        ("ambiguous", N_("Columns that say again what another says were left out: {columns}")),
        ("not_kept", N_("Columns for which the register has no place were left out: {columns}")),
    ):
        columns = mapping.headers(how)
        if columns:
            yield Phrase(said, {"columns": ", ".join(columns)})
    yield from last.warnings
    if report.skipped:
        yield Phrase(N_("{n} blank rows, totals and repeated headers were passed over."), {"n": report.skipped})
    if report.cancelled:
        yield Phrase(
            N_("Stopped: {n} rows are in the register. Import the file again to bring in the rest."),
            {"n": report.added + report.updated + report.unchanged},
        )
