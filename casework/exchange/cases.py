"""Cases from elsewhere come in: spreadsheets of the hotline and of platforms, and Open311 GeoReport v2.

Every row is in exactly one of added, updated, unchanged, rejected or skipped. The same file again changes nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.domain.phrase import N_, Phrase
from casework.exchange import casecolumns as columns
from casework.exchange.caserows import CaseReader
from casework.exchange.cells import text
from casework.exchange.rejects import RejectsFile, default_path, see_place
from casework.exchange.roster import SHOWN_ROWS, ImportReport, RosterPreview
from casework.exchange.sheeterrors import SheetError
from casework.exchange.sheets import open_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from casework.casebook.book import Casebook
    from casework.casebook.outside import OutsideResult, OutsideRow
    from casework.exchange.casecolumns import CaseColumns

BATCH = 500
"""Rows of one transaction."""

MOST_BYTES_JSON = 100 * 2**20


@dataclass(slots=True)
class CasesReport(ImportReport):
    """What came of an import. `placed` are those of the added that found their door or building."""

    placed: int = 0


def preview(path: str | Path, sheet: str | None = None) -> RosterPreview:
    """Look at a file: its header, what each column is taken for, and the first rows.

    Raises:
        SheetError: the file cannot be read at all.
    """
    found = _open(Path(path), sheet)
    mapping = found.mapping
    shown = [tuple(text(_flat(cell)) for cell in row) for row in islice(found.rows, SHOWN_ROWS)]
    return RosterPreview(
        sheet=mapping.sheet, sheets=found.sheets, header_row=mapping.header_row, mapping=mapping,
        unknown=mapping.headers("unknown"), ambiguous=(), not_kept=(), rows=tuple(shown), total=found.total,
        problems=mapping.problems(),
    )  # fmt: skip


def import_cases(
    book: Casebook, path: str | Path, mapping: CaseColumns | None = None, *, source: str = "", dry_run: bool = False,
    progress: Callable[[int, int], None] | None = None, cancelled: Callable[[], bool] | None = None,
    rejects_to: str | Path | None = None,
) -> CasesReport:  # fmt: skip
    """Bring in the cases of a file; what it is (.xlsx, .xls, .csv, GeoReport v2 as JSON) its first bytes say.

    `source` says where they are from when the rows do not; with the official number it tells a case from another.
    Rejected rows come back as a spreadsheet with their reasons, in `rejects_to` or beside the file. `progress` is told
    (rows done, rows in all) after each batch; `cancelled` is asked before each. A dry run enters nothing and writes no
    file.

    Raises:
        SheetError: the file cannot be read, is no list of cases, or the rejected rows cannot be written.
        CasebookError: a batch could not be saved; those before it are in.
    """
    path = Path(path)
    report = CasesReport(dry_run=dry_run)
    found = _open(path, mapping.sheet if mapping is not None else None)
    mapping = mapping or found.mapping
    problems = mapping.problems()
    if problems:
        raise SheetError(problems[0])
    source = source or columns.default("source_open311" if found.form == "json" else "source")
    reader = CaseReader(mapping, book.clock.now(), source, found.form)
    header = [one.header for one in mapping.columns]
    rejects = None if dry_run else _rejects(path, book, rejects_to, header)
    lines = enumerate(found.rows, mapping.header_row + 1)
    try:
        while not (cancelled is not None and cancelled()):
            some = list(islice(lines, BATCH))
            if not some:
                break
            refused = _enter(book, reader, some, header, report)
            if rejects is not None:
                for line, cells in some:
                    if line in refused:
                        rejects.add([_flat(cell) for cell in cells], refused[line])
            if progress is not None:
                progress(min(some[-1][0] - mapping.header_row, found.total), found.total)
        else:
            report.cancelled = True
    except SheetError as error:
        error.done = report
        raise
    finally:
        report.rejects_file = rejects.close() if rejects is not None else None
    report.warnings.extend(_warnings(reader, report))
    return report


def _enter(
    book: Casebook, reader: CaseReader, some: Sequence[tuple[int, Sequence[Any]]], header: Sequence[str],
    report: CasesReport,
) -> dict[int, Phrase]:  # fmt: skip
    """Take in some rows and count what came of them; the lines that were refused, with the reasons."""
    good: list[OutsideRow] = []
    refused: dict[int, Phrase] = {}
    for line, cells in some:
        read = reader.read(line, cells)
        if read is None or _header_again(cells, header):
            report.skipped += 1
        elif isinstance(read, Phrase):
            refused[line] = read
        else:
            good.append(read)
    if good:
        result = _tried(book, good) if report.dry_run else _entered(book, good)
        report.added += result.added
        report.updated += result.updated
        report.unchanged += result.unchanged
        report.placed += result.placed
        refused |= dict(result.rejected)
    report.rejected += len(refused)
    return refused


def _header_again(cells: Sequence[Any], header: Sequence[str]) -> bool:
    """A long list repeats its header on each printed page."""
    filled = [(str(cell).strip(), name) for cell, name in zip(cells, header, strict=False) if cell not in ("", None)]
    return bool(filled) and all(cell == name for cell, name in filled)


def _entered(book: Casebook, rows: Sequence[OutsideRow]) -> OutsideResult:
    from casework.casebook import outside

    return outside.apply_rows(book, rows)


def _tried(book: Casebook, rows: Sequence[OutsideRow]) -> OutsideResult:
    """What would become of the rows: entered, and taken back before anything is kept."""
    import contextlib

    found: list[OutsideResult] = []

    def attempt() -> None:
        with contextlib.suppress(_TakenBack), book.together():
            found.append(_entered(book, rows))
            raise _TakenBack

    book.write(attempt)
    return found[0]


class _TakenBack(Exception):
    """Ends a dry run's transaction without keeping it."""


def _rejects(path: Path, book: Casebook, to: str | Path | None, header: Sequence[str]) -> RejectsFile:
    out = Path(to) if to is not None else default_path(path, book.today())
    if out.is_dir():
        out = default_path(path, book.today(), out)
    see_place(out)
    if out.exists() and out.samefile(path):
        out = default_path(path, book.today(), out.parent)
    return RejectsFile(out, header)


def _warnings(reader: CaseReader, report: CasesReport) -> Iterator[Phrase]:
    said = {
        "state": N_("States that are not known here were taken for “reported”, their words are kept: {words}"),
        "category": N_("Categories that are not known here were taken for “other”, their words are kept: {words}"),
        "owner": N_("Departments that are not known here: the category's own was taken, their words are kept: {words}"),
    }
    for key, sentence in said.items():
        words = sorted(reader.strange.get(key, ()))
        if words:
            more = " …" if len(words) > 8 else ""
            yield Phrase(sentence, {"words": ", ".join(words[:8]) + more})
    if report.cancelled and not report.dry_run:
        yield Phrase(
            N_("Stopped: {n} rows are in the register. Import the file again to bring in the rest."),
            {"n": report.added + report.updated + report.unchanged},
        )


# --- files ----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Opened:
    """A file that is being read: `form` is excel, text or json; `total` at most how many rows there are."""

    mapping: CaseColumns
    rows: Iterator[Sequence[Any]]
    form: str
    sheets: tuple[str, ...]
    total: int


def _open(path: Path, wanted: str | None = None) -> _Opened:
    requests = _requests(path)
    if requests is not None:
        names = list(dict.fromkeys(name for one in requests for name in one))
        mapping = columns.CaseColumns("", 0, columns.columns_of(names))
        rows = ([one.get(name) for name in names] for one in requests)
        return _Opened(mapping, rows, "json", ("",), len(requests))
    book = open_workbook(path)
    names = [one.name for one in book.sheets]
    if wanted is not None and wanted not in names:
        raise SheetError(Phrase(N_("There is no sheet {sheet} in this file."), {"sheet": wanted}))
    best: CaseColumns | None = None
    for name in names if wanted is None else [wanted]:
        found = columns.find(name, list(islice(book.rows(name), columns.SEARCHED_ROWS)))
        if best is None or len(found.at) > len(best.at):
            best = found
    best = best or columns.CaseColumns("", 0, ())
    return _Opened(
        best, islice(book.rows(best.sheet), best.header_row, None), "excel" if names[0] else "text", tuple(names),
        max(0, book.height(best.sheet) - best.header_row),
    )  # fmt: skip


def _requests(path: Path) -> list[dict[str, Any]] | None:
    """The service requests of a GeoReport v2 file: a list, or one within `service_requests`; None for other files."""
    try:
        with path.open("rb") as file:
            start = file.read(64).lstrip(b"\xef\xbb\xbf \r\n\t")
            if not start.startswith((b"[", b"{")):
                return None
            if path.stat().st_size > MOST_BYTES_JSON:
                raise SheetError(Phrase(N_("{file} is too big."), {"file": path.name}))
            file.seek(0)
            content = _sound(json.loads(file.read().decode("utf-8-sig")))
    except OSError:
        return None  # said by the reader of spreadsheets
    except (ValueError, RecursionError) as error:
        if path.suffix.lower() != ".json":
            return None
        raise SheetError(
            Phrase(N_("{file} is no JSON that can be read, or it is damaged."), {"file": path.name})
        ) from error
    if isinstance(content, dict):
        content = content.get("service_requests", content)
        content = content.get("request", [content]) if isinstance(content, dict) else content
    if not isinstance(content, list) or not all(isinstance(one, dict) for one in content):
        raise SheetError(Phrase(N_("{file} holds no list of service requests (GeoReport v2)."), {"file": path.name}))
    if not content:
        raise SheetError(Phrase(N_("{file} is empty."), {"file": path.name}))
    return [_spread(one) for one in content]


def _sound(value: Any) -> Any:
    """JSON without halves of characters, which no file and no casebook can hold."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_sound(one) for one in value]
    if isinstance(value, dict):
        return {_sound(key): _sound(one) for key, one in value.items()}
    return value


def _spread(request: dict[str, Any]) -> dict[str, Any]:
    """A request with its extended attributes beside the others, where no name stands twice."""
    more = request.get("extended_attributes")
    if not isinstance(more, dict):
        return request
    bare = {key: value for key, value in request.items() if key != "extended_attributes"}
    if isinstance(more.get(columns.OUR_STATE), str):
        # GeoReport knows open and closed only; where the word that was meant stands beside it, that one counts.
        bare["status"] = more[columns.OUR_STATE]
        more = {key: value for key, value in more.items() if key != columns.OUR_STATE}
    inner = {key: value for key, value in more.items() if key not in bare}
    clash = {key: value for key, value in more.items() if key in bare}
    return {**bare, **inner, **({"extended_attributes": clash} if clash else {})}


def _flat(cell: Any) -> Any:
    return json.dumps(cell, ensure_ascii=False) if isinstance(cell, (list, dict)) else cell
