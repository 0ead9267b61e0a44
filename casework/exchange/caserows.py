"""A row of a list of cases from elsewhere, read: what of it is ours, what is kept as it is, or why it cannot enter."""

from __future__ import annotations

import json
import math
import re
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from casework.casebook.outside import OutsideRow, Standing
from casework.domain.phrase import N_, Label, Phrase
from casework.domain.text import halfwidth
from casework.exchange import casecolumns as columns
from casework.exchange.cells import Unusable, as_written, dated, is_empty, text
from casework.exchange.doorway import door

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.exchange.casecolumns import CaseColumns

LONGEST_TITLE = 60
"""Characters of the words that become the title of a case without one."""

GUARDED = re.compile(r"'['=+\-@\t\r]")
"""How text begins that a spreadsheet program would take for a formula, in a .csv file that is written here."""

_STAMP = re.compile(
    r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?[T ]*(\d{1,2})\s*[:时点]\s*(\d{1,2})?\s*[:分]?\s*(\d{1,2})?"
    r"(?:\.\d+)?\s*秒?$"
)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?$")
_DAY_0 = datetime(1899, 12, 30)
_CLOSED = frozenset({"closed_verified", "closed_unverified", "closed_not_fixed", "duplicate"})


def moment(cell: Any, now: datetime, *, ends: bool = False) -> datetime | None:
    """A moment as people and programs write it, in the time zone of `now` where it names none; None where it is empty.

    A day alone is its first minute, or with `ends` its last.

    Raises:
        Unusable: it cannot be read as one.
    """
    zone = now.tzinfo
    if isinstance(cell, datetime):
        return cell if cell.tzinfo else _of_day(cell, ends, zone)
    if isinstance(cell, date):
        return _of_day(datetime.combine(cell, time()), ends, zone)
    said = halfwidth(text(cell))
    if is_empty(said):
        return None
    try:
        if re.match(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", said):
            read = datetime.fromisoformat(said)
            return read if read.tzinfo else read.replace(tzinfo=zone)
        stamp = _STAMP.match(said)
        if stamp:
            return datetime(*(int(part or 0) for part in stamp.groups()), tzinfo=zone)  # type: ignore[arg-type,misc]
        if _SERIAL.match(said) and 20_000 < float(said) < 80_000:
            return _of_day(_DAY_0 + timedelta(seconds=round(float(said) * 86_400)), ends, zone)
    except ValueError as error:
        raise Unusable(Phrase(N_("There is no such day: {text}."), {"text": said[:40]})) from error
    day = dated(said)
    if day is None:
        return None
    if len(day.days) != 1:
        raise Unusable(
            day.reason or Phrase(N_("The date {text} cannot be read: write it as 1940-01-02."), {"text": said})
        )
    return _of_day(datetime.combine(day.days[0], time()), ends, zone)


def _of_day(read: datetime, ends: bool, zone: Any) -> datetime:
    if ends and read.time() == time():
        read = read.replace(hour=23, minute=59)
    return read.replace(tzinfo=zone)


class CaseReader:
    """Reads the rows of one sheet. `source` is where they are from, unless a row says so itself; `form` is that of the
    file: excel, text or json.
    """

    def __init__(self, mapping: CaseColumns, now: datetime, source: str, form: str = "excel") -> None:
        self._form = form
        self._at = mapping.at
        self._kept = mapping.kept
        self._now = now
        self._source = source
        self._labels = columns.labels()
        self.strange: dict[str, set[str]] = {}
        """Field -> words of others that are not known here."""

    def read(self, line: int, cells: Sequence[Any]) -> OutsideRow | Phrase | None:
        """The row, why it cannot enter, or None where it is blank."""
        said = {key: self._said(key, cells[at]) for key, at in self._at.items() if at < len(cells)}
        said = {key: value for key, value in said.items() if value}
        kept = {name: self._keepable(cells[at]) for name, at in self._kept.items() if at < len(cells)}
        kept = {name: value for name, value in kept.items() if value not in ("", None)}
        if not said and not kept:
            return None
        try:
            return self._row(line, cells, said, kept)
        except Unusable as error:
            return error.reason

    def _said(self, key: str, cell: Any) -> str:
        if isinstance(cell, (list, dict)):
            return json.dumps(cell, ensure_ascii=False)
        return text(cell, lines=key in ("words", "result"))

    def _keepable(self, cell: Any) -> Any:
        """A cell as it is kept and given back: JSON as it is, all else as text."""
        if self._form == "json":
            return cell if not isinstance(cell, float) or math.isfinite(cell) else str(cell)
        if self._form == "text" and isinstance(cell, str) and GUARDED.match(cell):
            return cell[1:]
        return as_written(cell)

    def _row(self, line: int, cells: Sequence[Any], said: dict[str, str], kept: dict[str, Any]) -> OutsideRow | Phrase:
        number = said.get("official_number", "")
        if is_empty(number):
            return Phrase(N_("It has no official number: the same row would come in twice."))
        words = said.get("words", "")
        title = said.get("title") or _title_of(words)
        if not title:
            return Phrase(N_("It does not say what it is about."))
        opened = self._moment("opened", cells) or self._now
        if opened > self._now + timedelta(days=1):
            return Phrase(N_("It was taken down in the future: {text}."), {"text": said["opened"][:40]})
        state = self._value("state", said) or columns.default("state")
        owner = self._value("owner", said)
        closed = self._moment("closed", cells) if state in _CLOSED else None
        address = said.get("address", "")
        grade = self._value("satisfaction", said)
        phone = said.get("reporter_phone", "")
        made = _entry(
            category=self._category(said), title=" ".join(title.split()), opened_at=opened, state=state,
            address=" ".join(address.split()), severity=self._value("severity", said),
            owner_kind="department" if owner else None, owner=owner, due_at=self._moment("due", cells, ends=True),
            closed_at=max(closed, opened) if closed else None, result=said.get("result", ""), note=words or title,
            reported_by="" if is_empty(said.get("reporter", "")) else said["reporter"],
            reported_phone="" if is_empty(phone) or "*" in phone else phone,
            satisfaction=int(grade) if grade else None, source=said.get("source") or self._source,
            official_number=number,
        )  # fmt: skip
        if isinstance(made, Phrase):
            return made
        return OutsideRow(line, made, said, kept, _standing(address))

    def _moment(self, key: str, cells: Sequence[Any], *, ends: bool = False) -> datetime | None:
        at = self._at.get(key)
        if at is None or at >= len(cells):
            return None
        try:
            return moment(cells[at], self._now, ends=ends)
        except Unusable as error:
            raise Unusable(
                Phrase(N_("{field}: {problem}"), {"field": self._labels[key], "problem": error.reason})
            ) from error

    def _value(self, key: str, said: dict[str, str]) -> str | None:
        word = said.get(key, "")
        if is_empty(word):
            return None
        found = columns.value(key, word)
        if found is None and len(self.strange.setdefault(key, set())) < 50:
            self.strange[key].add(word[:40])
        return found

    def _category(self, said: dict[str, str]) -> str:
        code = said.get("category_code", "")
        return (
            (code and columns.value("category", code)) or self._value("category", said) or columns.default("category")
        )


def _title_of(words: str) -> str:
    first = next((line.strip() for line in words.splitlines() if line.strip()), "")
    return first if len(first) <= LONGEST_TITLE else first[: LONGEST_TITLE - 1] + "…"


def _entry(**values: Any) -> Any:
    """The entry that these values make, or why they make none."""
    from pydantic import ValidationError

    from casework.casebook.entries import problems
    from casework.casebook.followup_entries import OutsideCaseEntry

    try:
        return OutsideCaseEntry(**values)
    except ValidationError as error:
        field, phrase = problems(error)[0]
        label = columns.labels().get(_FIELDS.get(field, field), field)
        return Phrase(
            N_("{field}: {problem}"), {"field": label if isinstance(label, Label) else field, "problem": phrase}
        )


_FIELDS = {"note": "words", "reported_by": "reporter", "reported_phone": "reporter_phone"}
"""The fields of the entry that are called otherwise in the file."""


def _standing(address: str) -> Standing | None:
    """Where an address leads to in the register, if it can be read at all."""
    if not address or len(address) > 200:
        return None
    try:
        found = door("", "", "", "", address)
    except Unusable:
        from casework.domain.address import parse
        from casework.exchange.doorway import building_name

        parts = parse(address)
        return Standing(address, "", building_name(parts.building), parts.unit, "") if parts.building else None
    return Standing(address, found.compound or "", found.building or "", found.unit or "", found.short)
