"""Cases as a file for others: .xlsx, .csv or Open311 GeoReport v2 JSON, in the shapes in which they come in.

What came from elsewhere goes back as it came, as long as nothing here says otherwise; columns without a home here are
columns again.
"""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from casework.casebook import ledgers, outside
from casework.casebook.errors import WrongUse
from casework.catalog import shelf
from casework.domain import masking
from casework.domain.followup import CLOSED_STATES, STATE_NAMES, State
from casework.domain.handoff import hide_numbers
from casework.domain.phrase import N_, Phrase
from casework.exchange import casecolumns as columns
from casework.exchange.caserows import moment
from casework.exchange.cells import Unusable
from casework.exchange.releasing import Release
from casework.language import _, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from casework.casebook.book import Casebook
    from casework.casebook.outside import OutsideCase

LONGEST_CELL = 32_767
MOST_ROWS = 1_000_000
ENDINGS = (".xlsx", ".csv", ".json")

LIKE_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "'")
"""How text begins that a spreadsheet program would run, or swallow, when it opens a .csv file."""

MOMENTS = {"opened": "opened_at", "due": "due_at", "closed": "closed_at"}
PLAIN = {"title": "title", "result": "result", "reporter": "reported_by", "reporter_phone": "reported_phone"}


def write(book: Casebook, out: Path, *, reveal: bool = False, replace: bool = False) -> int:
    """Write all cases to a file of the kind that its name says; gives their number.

    Names are initials and phone and ID numbers masked unless `reveal`; that it was exported is journalled either way.

    Raises:
        WrongUse: the name ends in none of `ENDINGS`, there are too many for a sheet, or the file is there already and
            not `replace`.
        NotSaved: it could not be written; nothing of it is left.
    """
    ending = out.suffix.lower()
    if ending not in ENDINGS:
        raise WrongUse(Phrase(N_("Cases are written as .xlsx, .csv or .json.")))
    release = Release(out, replace=replace)
    rows = [_row(book, case, reveal) for case in outside.read(book)]
    if len(rows) > MOST_ROWS and ending == ".xlsx":
        raise WrongUse(Phrase(N_("There are more cases than a sheet can hold: write them as .csv or .json.")))
    make = {".xlsx": _spreadsheet, ".csv": _text_file, ".json": _requests}[ending]
    with release.prepared(make(rows)):
        release()
        ledgers.exported(book, "cases", len(rows), reveal)
    return len(rows)


class _Row:
    """A case as it is written: fields in words, `extra` as it came, and its state for GeoReport."""

    __slots__ = ("extra", "fields", "moments", "number", "state")

    def __init__(self, state: str, number: str, moments: dict[str, str]) -> None:
        self.state = state
        self.number = number
        self.moments = moments
        self.fields: dict[str, str] = {}
        self.extra: dict[str, Any] = {}


def _row(book: Casebook, case: OutsideCase, reveal: bool) -> _Row:
    stands, said = case.fields, case.extra.get("said", {})
    row = _Row(stands["state"], case.number, {key: stands[name] or said.get(key, "") for key, name in MOMENTS.items()})
    fields = row.fields
    for key, name in PLAIN.items():
        fields[key] = stands[name] or ""
    if fields["title"] and "title" not in said and said.get("words"):
        fields["title"] = ""  # made of the words when it came in
    fields["result"] = "" if fields["result"] == "-" else fields["result"]
    fields["words"] = said.get("words", "") if said else case.words
    fields["address"] = said.get("address") or case.address
    fields["official_number"] = stands["official_number"] or case.number
    fields["source"] = said.get("source") or stands["source"] or book.community
    for key, name in MOMENTS.items():
        fields[key] = _moment(book, stands[name], said.get(key, ""), ends=key == "due")
    for key in ("category", "owner", "state", "severity", "satisfaction"):
        fields[key] = _word(key, stands, said.get(key, ""))
    if said.get("category_code") and columns.value("category", said["category_code"]) in (None, stands["category"]):
        fields["category_code"] = said["category_code"]
    else:
        known = shelf.categories().get(stands["category"])
        fields["category_code"] = "" if said else (known.code if known else "")
    row.extra = dict(case.extra.get("columns", {}))
    if not reveal:
        _mask(row)
    return row


def _moment(book: Casebook, stands: str | None, said: str, *, ends: bool) -> str:
    """A moment: in the words in which it came where they still mean it."""
    if not stands:
        return said
    now = book.clock.now()
    at = datetime.fromisoformat(stands).astimezone(now.tzinfo)
    if said:
        try:
            read = moment(said, now, ends=ends)
            if read is not None and abs((read - at).total_seconds()) < 60:
                return said
        except Unusable:
            pass
    return at.strftime("%Y-%m-%d %H:%M")


def _word(key: str, stands: dict[str, Any], said: str) -> str:
    """A choice: in the words in which it came where they still mean it, else as it is called here."""
    value = stands[key]
    if said:
        meant = columns.value(key, said)
        if key == "satisfaction":
            meant = int(meant) if meant else None  # type: ignore[assignment]
        category = shelf.categories().get(stands["category"])
        instead = {
            "state": columns.default("state"),
            "category": columns.default("category"),
            "owner": category.department if category else "",
        }
        if meant == value or (meant is None and value == instead.get(key, value)):
            return said
    if value in (None, ""):
        return ""
    if key == "state":
        return say(STATE_NAMES[State(value)])
    named: Any = {"category": shelf.categories(), "owner": shelf.departments()}.get(key, {}).get(value)
    return say(named.label) if named else str(value)


def _mask(row: _Row) -> None:
    fields = row.fields
    full = fields["reporter"].strip()
    fields["reporter"], fields["reporter_phone"] = masking.name(full), masking.phone(fields["reporter_phone"])
    for key in ("title", "words", "result"):
        if len(full) > 1:
            fields[key] = fields[key].replace(full, masking.name(full))
        fields[key] = hide_numbers(fields[key])
    for name, value in row.extra.items():
        if isinstance(value, str):
            row.extra[name] = hide_numbers(value)
        elif isinstance(value, (list, dict)) or (isinstance(value, int) and abs(value) >= 10**6):
            text = json.dumps(value, ensure_ascii=False)
            hidden = hide_numbers(text)
            if hidden != text:
                row.extra[name] = hidden


# --- files ----------------------------------------------------------------------------------------------


def _table(rows: Sequence[_Row]) -> tuple[list[str], list[list[str]]]:
    labels = columns.labels()
    names = list(dict.fromkeys(name for row in rows for name in row.extra))
    header = [*(say(label) for label in labels.values()), *names]
    lines = [
        [*(row.fields.get(key, "") for key in labels), *(_flat(row.extra.get(name, "")) for name in names)]
        for row in rows
    ]
    return header, lines


def _flat(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _spreadsheet(rows: Sequence[_Row]) -> bytes:
    import xlsxwriter

    header, lines = _table(rows)
    content = io.BytesIO()
    # In memory: its scratch files would hold people's data in a folder that all can read.
    book = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                                         "strings_to_numbers": False})  # fmt: skip
    sheet = book.add_worksheet(_("Cases")[:31])
    bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    sheet.set_column(0, len(header) - 1, 18, text)
    for number, line in enumerate([header, *lines]):
        for at, value in enumerate(line):
            if value:
                sheet.write_string(number, at, value[:LONGEST_CELL], bold if number == 0 else text)
    sheet.freeze_panes(1, 0)
    book.close()
    return content.getvalue()


def _text_file(rows: Sequence[_Row]) -> bytes:
    header, lines = _table(rows)
    content = io.StringIO()
    writer = csv.writer(content)
    for line in (header, *lines):
        writer.writerow(["'" + value if value.startswith(LIKE_FORMULAS) else value for value in line])
    return content.getvalue().replace("\0", "").encode("utf-8-sig")


def _requests(rows: Sequence[_Row]) -> bytes:
    """GeoReport v2: a list of requests. Its status is open or closed; ours stands with the extended attributes."""
    named = columns.open311()
    made = []
    for row in rows:
        closed = State(row.state) in CLOSED_STATES
        request: dict[str, Any] = {name: row.fields.get(key, "") for key, name in named.items()}
        request |= {named[key]: row.moments[key] for key in MOMENTS if key in named}
        request["status"] = "closed" if closed else "open"
        more = {key: row.fields[key] for key in columns.labels() if key not in named and row.fields.get(key)}
        more[columns.OUR_STATE] = row.fields["state"]
        for name, value in row.extra.items():
            (more if name in request else request)[name] = value
        made.append({key: value for key, value in request.items() if value != ""} | {"extended_attributes": more})
    return json.dumps(made, ensure_ascii=False, indent=1).encode()
