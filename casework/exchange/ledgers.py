"""Ledgers as spreadsheets: which columns is catalog data, what people wrote is text and never a formula."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from casework.casebook import households, ledgers, residents
from casework.casebook.errors import DiskFull, ReadOnly, WrongUse
from casework.catalog import shelf
from casework.domain import masking
from casework.domain.phrase import N_, Label, Phrase
from casework.domain.resident import age_on
from casework.language import say

if TYPE_CHECKING:
    from pathlib import Path

    from casework.casebook.book import Casebook

MOST_ROWS = 1_000_000
"""A sheet of .xlsx ends at 1,048,576 rows."""


def write(book: Casebook, name: str, out: Path, *, reveal: bool = False) -> int:
    """Write a ledger of `catalog/ledgers.toml` to a .xlsx file; gives the number of rows.

    Phone and ID numbers and sensitive tags are masked unless `reveal`; that it was exported is journalled either way.

    Raises:
        WrongUse: there is no such ledger, or it is longer than a sheet.
        ReadOnly, DiskFull: the file could not be written; nothing of it is left.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    table = shelf.table("ledgers")
    ledger = table.get(name)
    if ledger is None or "columns" not in ledger or "source" not in ledger:
        raise WrongUse(Phrase(N_("There is no ledger of that name.")))
    columns: list[str] = ledger["columns"]
    part = out.with_name(out.name + ".part")
    workbook = xlsxwriter.Workbook(str(part), {"constant_memory": True, "strings_to_formulas": False,
                                               "strings_to_urls": False, "strings_to_numbers": False})  # fmt: skip
    sheet = workbook.add_worksheet(say(Label(**ledger["label"]))[:31])
    bold = workbook.add_format({"bold": True})
    for at, column in enumerate(columns):
        sheet.write_string(0, at, say(Label(**table["columns"][column])), bold)
        sheet.set_column(at, at, 14)
    count = 0
    for row in ledgers.rows(book, ledger["source"]):
        count += 1
        if count > MOST_ROWS:
            raise WrongUse(Phrase(N_("The ledger is longer than a sheet can be. Export one grid at a time.")))
        said = _said(book, row, reveal)
        for at, column in enumerate(columns):
            value = said.get(column)
            if isinstance(value, int):
                sheet.write_number(count, at, value)
            elif value:
                sheet.write_string(count, at, str(value)[:32767])
    try:
        workbook.close()
        part.replace(out)
    except (FileCreateError, OSError) as error:
        part.unlink(missing_ok=True)
        raise (DiskFull() if getattr(error, "errno", None) == 28 else ReadOnly()) from error
    ledgers.exported(book, name, count, reveal)
    return count


def _said(book: Casebook, row: dict[str, Any], reveal: bool) -> dict[str, Any]:
    """A row in words: catalog keys by their labels, numbers masked."""
    said = dict(row)
    for field, names in (
        ("outcome", shelf.outcomes()), ("mode", shelf.modes()), ("category", shelf.categories()),
        ("kind", shelf.device_kinds()),
    ):  # fmt: skip
        found = names.get(said.get(field, "")) if said.get(field) else None
        if found is not None:
            said[field] = say(found.label)
    for field in ("title", "found"):
        if said.get(f"{field}_en"):
            said[field] = say(Label(said[field], said[f"{field}_en"]))
    if said.get("owner_kind") == "department":
        department = shelf.departments().get(said["owner"])
        said["owner"] = say(department.label) if department else said["owner"]
    if said.get("state"):
        from casework.domain.followup import STATE_NAMES, State

        said["state"] = say(STATE_NAMES[State(said["state"])])
    if "completed" in said:
        said["completed"] = say(Phrase(N_("completed") if said["completed"] else N_("not completed")))
    if said.get("checklist"):
        from casework.catalog import checks

        said["checklist"] = say(checks.load(said["checklist"]).title) if said["checklist"] in checks.names() else ""
    for field in ("happened_at", "entered_at", "opened_at", "closed_at"):
        if said.get(field):
            said[field] = said[field][:16].replace("T", " ")
    if "citizen_id" in said:
        _person(book, said, reveal)
    return said


def _person(book: Casebook, said: dict[str, Any], reveal: bool) -> None:
    today = book.today()
    if said.get("born"):
        said["age"] = age_on(date.fromisoformat(said["born"]), today)
    person = households.person(residents.get(book, said["id"]), today)
    said["risk"] = person.risk.value
    held = [tag.tag for tag in person.resident.tags if tag.holds_on(today)]
    said["tags"] = "、".join(say(name) for name in shelf.tag_names(held, in_full=reveal))
    if not reveal:
        said["phone"] = masking.phone(said["phone"] or "")
        said["citizen_id"] = masking.citizen_id(said["citizen_id"] or "")
