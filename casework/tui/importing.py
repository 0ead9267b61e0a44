"""What the import screen says: columns, examples, counts, what came of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from casework.domain import masking
from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from casework.casebook.book import Casebook
    from casework.exchange.headers import Column, Mapping
    from casework.exchange.roster import ImportReport, RosterPreview

ENDINGS = (".xlsx", ".xlsm", ".xls", ".csv", ".txt")
"""How the names of files end that can hold a roster."""

_LONG_NUMBER = re.compile(r"\d{10,}[\dXx]?")
_WORDS = {
    "unknown": (Phrase(N_("left out: not known")), "overdue"),
    "ignored": (Phrase(N_("left out")), "muted"),
    "ambiguous": (Phrase(N_("left out: there twice")), "overdue"),
    "not_kept": (Phrase(N_("left out: no place for it")), "muted"),
}
_KEPT = (Phrase(N_("kept as it is")), "muted")


class RosterFiles:
    """Files that hold a register: what is asked, and who reads them."""

    question = Phrase(N_("Which roster? (.xlsx, .xls, .csv, .txt)"))
    endings: tuple[str, ...] = ENDINGS
    nothing = Phrase(N_("Nothing: leave it out"))
    words = _WORDS
    noticed = N_("Not known, and left out unless you say what they are: {columns}")

    def preview(self, path: Path, sheet: str | None) -> RosterPreview:
        """Look at a file."""
        from casework.exchange import roster

        return roster.preview(path, sheet)

    def bring_in(self, book: Casebook, path: Path, mapping: Any, **how: Any) -> ImportReport:
        """Bring it in, or try to."""
        from casework.exchange import roster

        return roster.import_roster(book, path, mapping, **how)

    def fields(self) -> list[tuple[str, object]]:
        """Everything that a column can be taken for, by key; '' is none of it."""
        from casework.exchange.headers import NOT_KEPT, labels

        known = [(key, label) for key, label in labels().items() if key not in NOT_KEPT]
        return [("", self.nothing), *known]


class CaseFiles(RosterFiles):
    """Files that hold cases of the hotline or of another system. What has no field here is kept."""

    question = Phrase(N_("Which list of cases? (.xlsx, .xls, .csv, .json)"))
    endings = (*ENDINGS, ".json")
    nothing = Phrase(N_("Nothing: keep it as it is"))
    words = _WORDS | {"unknown": _KEPT, "ambiguous": _KEPT}
    noticed = N_("Kept as they are, unless you say what they are: {columns}")

    def preview(self, path: Path, sheet: str | None) -> RosterPreview:
        """Look at a file."""
        from casework.exchange import cases

        return cases.preview(path, sheet)

    def bring_in(self, book: Casebook, path: Path, mapping: Any, **how: Any) -> ImportReport:
        """Bring it in, or try to."""
        from casework.exchange import cases

        return cases.import_cases(book, path, mapping, **how)

    def fields(self) -> list[tuple[str, object]]:
        """Everything that a column can be taken for."""
        from casework.exchange.casecolumns import labels

        return [("", self.nothing), *labels().items()]


def taken_for(column: Column, mapping: Mapping, kind: RosterFiles) -> tuple[object, str]:
    """What a column is taken for, and the tone of it."""
    if column.how in kind.words:
        return kind.words[column.how]
    if column.field is None:
        return kind.words["ignored"] if kind.words["unknown"] is not _KEPT else _KEPT
    return mapping.labels()[column.field], "accent" if column.how == "chosen" else "text"


def example(column: Column, row: Sequence[str]) -> str:
    """A cell of the file, with phone and ID numbers and welfare tags masked."""
    text = row[column.index] if column.index < len(row) else ""
    if column.field == "official_number":
        return text
    if column.field == "citizen_id":
        return masking.citizen_id(text)
    if column.field in ("phone", "emergency_phone", "reporter_phone"):
        return masking.phone(text)
    if tells_of_welfare(column.field):
        return "*" * len(text)
    return _LONG_NUMBER.sub(lambda found: masking.citizen_id(found[0]), text)


def tells_of_welfare(field: str | None) -> bool:
    """Whether a column says who has which tags, or who has one that is sensitive."""
    from casework.catalog import shelf
    from casework.exchange.headers import TAG

    if field == "tags":
        return True
    kind = shelf.tags().get(field.removeprefix(TAG)) if field and field.startswith(TAG) else None
    return kind is not None and kind.sensitive


def head(found: RosterPreview, path: Path | None) -> Phrase:
    """The file, its sheet, how many rows."""
    return Phrase(
        N_("{file}, sheet {sheet}: {n} rows under the header in row {row}"),
        {
            "file": plain(path.name) if path is not None else "",
            "sheet": plain(found.sheet),
            "n": f"{found.total:,}",
            "row": found.header_row,
        },
    )


def noticed(mapping: Mapping, kind: RosterFiles) -> Phrase | str:
    """Why nothing can be imported this way, or else which columns are not known."""
    problems = mapping.problems()
    if problems:
        return problems[0]
    names = mapping.headers("unknown", "ambiguous")
    if not names:
        return ""
    return Phrase(
        kind.noticed,
        {"columns": plain(", ".join(" ".join(name.split()) for name in names))},
    )


def progress(done: int, total: int, seconds: float) -> Phrase:
    """The words on the bar: rows, and from two seconds on how long it takes still."""
    values: dict[str, object] = {"done": f"{done:,}", "total": f"{total:,}"}
    if seconds < 2 or done <= 0 or total <= done:
        return Phrase(N_("{done} of {total} rows"), values)
    values["seconds"] = round(seconds / done * (total - done))
    return Phrase(N_("{done} of {total} rows, about {seconds} s left"), values)


def counts(report: ImportReport) -> Phrase:
    """The four counts, of a trial or of an import."""
    values = {
        "added": f"{report.added:,}",
        "updated": f"{report.updated:,}",
        "unchanged": f"{report.unchanged:,}",
        "rejected": f"{report.rejected:,}",
    }
    if report.dry_run and report.cancelled:
        return Phrase(N_("The trial was stopped. Nothing was changed."))
    if report.dry_run:
        return Phrase(
            N_("It would be: {added} added, {updated} updated, {unchanged} unchanged, {rejected} rejected."), values
        )
    return Phrase(N_("Imported: {added} added, {updated} updated, {unchanged} unchanged, {rejected} rejected."), values)


def outcome(report: ImportReport) -> list[Phrase]:
    """What to say after an import beside the counts: where the rejected rows are, what was noticed."""
    said = []
    if report.rejects_file is not None:
        said.append(
            Phrase(
                N_("The rejected rows, each with its reason: {path}. Correct them there and import that file."),
                {"path": plain(str(report.rejects_file))},
            )
        )
    return [*said, *report.warnings]


def offered_folder(error: Exception) -> Path | None:
    """Another folder for the rejected rows, where the first could not be written before anything was imported."""
    from casework.exchange.rejects import NoPlaceForRejects

    return error.offer if isinstance(error, NoPlaceForRejects) and error.done is None else None


def brought_in(error: Exception, done: int) -> Phrase | None:
    """How much an import had brought in before it broke off."""
    report: object = getattr(error, "done", None)
    added, updated, same = (getattr(report, name, 0) for name in ("added", "updated", "unchanged"))
    rows = added + updated + same if report is not None else done
    if not rows:
        return None
    return Phrase(N_("{n} rows are in. Import the same file again to bring in the rest."), {"n": f"{rows:,}"})
