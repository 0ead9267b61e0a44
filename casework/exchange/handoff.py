"""The hand-off sheet (交办单) as a file: a Word page for one case, a spreadsheet for several.

What is in it is decided by `domain.handoff`. The file appears whole or not at all, and with it the line in the journal.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.casebook import handoffs
from casework.casebook.errors import WrongUse
from casework.casebook.handoffs import HandedCase, Leaving
from casework.catalog import handoff as catalog
from casework.catalog import shelf
from casework.domain import handoff as rules
from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain
from casework.exchange.releasing import Release
from casework.language import _, language, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from casework.casebook.book import Casebook
    from casework.domain.handoff import Grounds, Sheet
    from casework.domain.receipt import Receipt

LONGEST_CELL = 32_767
"""Characters that one cell of an .xlsx file can hold."""

WIDE = frozenset({"matter", "details", "address", "evidence", "promises", "grounds"})
"""Columns of a spreadsheet that hold sentences."""

SEVERITIES = {
    "critical": N_("critical"),
    "must_fix": N_("must be put right"),
    "note": N_("to be noted"),
}


@dataclass(frozen=True, slots=True)
class HandedOff:
    """What was made: the file, for whom, and per case what stands in it."""

    receipt: Receipt
    file: Path
    department: str
    cases: tuple[tuple[str, Sheet, Mapping[str, Grounds]], ...]
    """Number of the case, its sheet, the grounds of each personal field that stands in it in full."""


def write(
    book: Casebook, said: Sequence[str], out: Path, *, override: str = "", replace: bool = False,
    action: str | None = None,
) -> HandedOff:  # fmt: skip
    """Make the sheet of cases, named by id or number, for the department that they are with.

    A .docx holds one case, a .xlsx any number. Names and phone numbers that the department needs stand in it in full
    where the person agreed to it, or where `override` gives a reason; else masked. What left, to whom and on what
    grounds is on each case's timeline.

    Raises:
        WrongUse: neither .docx nor .xlsx, several cases for a .docx, or the file is there already and not `replace`.
        Refused, NotFound: as `casebook.handoffs.read`; or the template cannot be used. Nothing was written.
        NotSaved: the file or the journal could not be written; nothing of either is left.
    """
    ending = out.suffix.lower()
    if ending not in (".docx", ".xlsx"):
        raise WrongUse(Phrase(N_("A hand-off sheet is a .docx or a .xlsx file.")))
    release = Release(out, replace=replace)
    cases = handoffs.read(book, said)
    if ending == ".docx" and len(cases) > 1:
        raise WrongUse(Phrase(N_("A Word sheet holds one follow-up: name a .xlsx file for several.")))
    department = cases[0].detail.row.owner
    made: list[tuple[HandedCase, Sheet, dict[str, Grounds]]] = []
    for case in cases:
        sheet, basis = _sheet(book, case, department, override)
        made.append((case, sheet, basis))
    values = [sheet.values for _case, sheet, _basis in made]
    content = _spreadsheet(values) if ending == ".xlsx" else _page(values[0])
    leaving = [_leaving(case, sheet, basis, out) for case, sheet, basis in made]
    with release.prepared(content):
        receipt = handoffs.send(book, leaving, department, release, action)
    shown = [
        (case.detail.row.number, sheet, {field: basis[field] for field in sheet.shown}) for case, sheet, basis in made
    ]
    return HandedOff(receipt, out, department, tuple(shown))


# --- what is in it --------------------------------------------------------------------------------------


def _sheet(book: Casebook, case: HandedCase, department: str, override: str) -> tuple[Sheet, dict[str, Grounds]]:
    row, today = case.detail.row, book.today()
    resident = rules.grounds(case.resident_consents, today, override)
    reporter = rules.grounds(case.reporter_consents, today, override)
    basis = {
        "resident_name": resident, "resident_phone": resident,
        "reporter_name": reporter, "reporter_phone": reporter,
    }  # fmt: skip
    wanted = catalog.wanted(department, row.category)
    facts = _facts(book, case)
    facts["grounds"] = _grounds_said(facts, wanted, basis)
    return rules.sheet(facts, wanted, basis), basis


def _grounds_said(facts: Mapping[str, str], wanted: Sequence[str], basis: Mapping[str, Grounds]) -> str:
    """The grounds of those personal details that are asked for and known; nothing where there are none."""
    said = [say(basis[field].said()) for field in wanted if field in rules.PERSONAL and facts.get(field)]
    return " ".join(dict.fromkeys(said))


def _facts(book: Casebook, case: HandedCase) -> dict[str, str]:
    """Everything that a sheet could tell of a case, in words, before anything is left out or masked."""
    detail, row = case.detail, case.detail.row
    known = shelf.categories().get(row.category)
    departments = shelf.departments()
    to = departments.get(row.owner)
    due = ""
    if row.due_at is not None and (row.urgent or (row.due_at.hour, row.due_at.minute) != (23, 59)):
        due = row.due_at.strftime("%Y-%m-%d %H:%M")
    elif row.due_on is not None:
        due = row.due_on.isoformat()
    promised = [one for one in detail.promises if one.state == "open"]
    parties = [say(departments[one.party].label) if one.party in departments else one.party for one in promised]
    funder = departments[row.funder].label if row.funder in departments else row.funder
    resident, reporter = case.resident, detail.reported_by
    return {
        "number": row.number,
        "official_number": row.official_number,
        "department": say(to.label) if to else row.owner,
        "category": say(known.label) if known else row.category,
        "code": known.code if known else "",
        "severity": _(SEVERITIES[row.severity]) if row.severity in SEVERITIES else row.severity,
        "matter": say(row.title),
        "details": case.words,
        "address": case.address,
        "opened": row.opened_at.strftime("%Y-%m-%d %H:%M"),
        "due": due,
        "evidence": say(known.evidence) if known and known.evidence else "",
        "funder": say(funder),
        "repeats": _("{n} times so far", n=row.repeats) if row.repeats > 1 else "",
        "promises": "; ".join(
            f"{party}: {one.what} ({one.due_on.isoformat()})" for party, one in zip(parties, promised, strict=True)
        ),
        "resident_name": resident.name if resident else "",
        "resident_phone": resident.phone if resident else "",
        "reporter_name": reporter,
        "reporter_phone": detail.reported_phone,
        "community": book.community,
        "worker": book.worker.name,
        "made_on": book.today().isoformat(),
    }


def _leaving(case: HandedCase, sheet: Sheet, basis: Mapping[str, Grounds], out: Path) -> Leaving:
    grounds = {field: basis[field] for field in sheet.shown}
    used = {one.basis: one for one in grounds.values()}
    overridden = used.get("override")
    numbers: list[tuple[str, str]] = []
    if "resident_phone" in sheet.shown and case.resident is not None:
        numbers.append((case.resident.id, "phone"))
    if "reporter_phone" in sheet.shown and case.reporter is not None:
        numbers.append((case.reporter.id, "phone"))
    data = {
        "to": case.detail.row.owner,
        "file": out.name,
        "fields": [field for field, value in sheet.values.items() if value],
        "in_full": list(sheet.shown),
        "masked": list(sheet.masked),
        "basis": {field: one.basis for field, one in grounds.items()},
        "consent": sorted({one.consent_id for one in grounds.values() if one.consent_id}),
    }
    return Leaving(
        case.detail.row.id, overridden.reason if overridden else "", {key: v for key, v in data.items() if v},
        tuple(numbers),
    )  # fmt: skip


# --- how it looks ---------------------------------------------------------------------------------------


def _spreadsheet(sheets: Sequence[Mapping[str, str]]) -> bytes:
    import xlsxwriter

    labels = catalog.fields()
    columns = [field for field in labels if any(values.get(field) for values in sheets)]
    content = io.BytesIO()
    # In memory: its scratch files would hold people's data in a folder that all can read.
    book = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                                         "strings_to_numbers": False})  # fmt: skip
    sheet = book.add_worksheet(_("Hand-off sheet")[:31])
    bold = book.add_format({"bold": True, "border": 1, "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@", "border": 1, "text_wrap": True, "valign": "top"})
    for at, field in enumerate(columns):
        sheet.write_string(0, at, say(labels[field]), bold)
        sheet.set_column(at, at, 36 if field in WIDE else 16)
        for number, values in enumerate(sheets, 1):
            sheet.write_string(number, at, plain(values.get(field, ""), lines=True)[:LONGEST_CELL], text)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    book.close()
    return content.getvalue()


def _page(values: Mapping[str, str]) -> bytes:
    from casework.exchange.wordpage import fill

    given = {field: plain(values.get(field, ""), lines=True) for field in catalog.fields()}
    return fill(catalog.template(language()), given)
