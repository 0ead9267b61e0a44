"""Cases from other systems: taken in row by row, known again by number and source, and read out.

What another system says never undoes what was done here: a row that says something new becomes a line on the case's
timeline, and what was empty is filled in.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from casework.casebook.errors import NotFound, Refused
from casework.casebook.followup_opening import record_outside
from casework.casebook.followup_steps import log
from casework.domain.phrase import N_, Phrase
from casework.domain.receipt import Receipt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from casework.casebook.book import Casebook
    from casework.casebook.followup_entries import OutsideCaseEntry
    from casework.casebook.transaction import Transaction

VERB = "cases.import"

FILLED_IN = {"reporter": "reported_by", "reporter_phone": "reported_phone", "address": "address"}
"""Fields of a file that go into an empty field of the case when they come later."""

STANDS_AS = {
    "source": "source", "state": "state", "category": "category", "owner": "owner", "severity": "severity",
    "title": "title", "result": "result", "reporter": "reported_by", "reporter_phone": "reported_phone",
    "address": "address", "due": "due_at", "opened": "opened_at", "closed": "closed_at",
}  # fmt: skip
"""Field of a file -> field of the case: what a file says that stands there already is no news."""

_COMMUNITY = re.compile(r"([\u4e00-\u9fff]{2,6}?社区)")


@dataclass(frozen=True, slots=True)
class Standing:
    """An address in parts, to be looked for in the register: `short` is building, unit and room (3-2-501)."""

    raw: str
    compound: str
    building: str
    unit: str
    short: str


@dataclass(frozen=True, slots=True)
class OutsideRow:
    """A row: the case that it makes, what it says word for word by field, and the columns that no field is for."""

    line: int
    entry: OutsideCaseEntry
    said: dict[str, str]
    columns: dict[str, Any]
    standing: Standing | None = None


@dataclass(slots=True)
class OutsideResult:
    """How many rows came to what; `rejected` names the line and the reason. `placed` is how many of the added found
    their household or building."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    placed: int = 0
    rejected: list[tuple[int, Phrase]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class OutsideCase:
    """A case as it is written to a file. `extra` has `said` and `columns` as they came, for cases from elsewhere."""

    number: str
    fields: dict[str, Any]
    address: str
    words: str
    extra: dict[str, Any]


def apply_rows(book: Casebook, rows: Sequence[OutsideRow]) -> OutsideResult:
    """Take in a batch of rows in one transaction. A row enters whole or is rejected with its reason."""
    result = OutsideResult()

    def work(tx: Transaction) -> Receipt:
        _Batch(tx, result, rows).enter()
        counts = {"added": result.added, "updated": result.updated, "unchanged": result.unchanged}
        summary = Phrase(N_("Cases from elsewhere: {added} added, {updated} updated, {unchanged} unchanged."), counts)
        return Receipt("", VERB, "followup", "", summary)

    book.save(VERB, None, work, undoable=False)
    return result


class _Batch:
    def __init__(self, tx: Transaction, result: OutsideResult, rows: Sequence[OutsideRow]) -> None:
        self._tx = tx
        self._result = result
        self._rows = rows
        self._own: dict[str, str] = {}
        """Number -> id of cases that began here: they come back under their own number."""
        self._known = self._look_up()
        self._doors = _Doors(tx)

    def _look_up(self) -> dict[tuple[str, str], str]:
        numbers = sorted({row.entry.official_number for row in self._rows})
        found: dict[tuple[str, str], str] = {}
        for start in range(0, len(numbers), 500):
            some = numbers[start : start + 500]
            marks = ",".join("?" * len(some))
            for number, source, followup_id in self._tx.all(
                f"SELECT official_number, ifnull(source, ''), id FROM followup WHERE official_number IN ({marks})", some
            ):
                found[number, source] = followup_id
            for number, followup_id in self._tx.all(
                f"SELECT number, id FROM followup WHERE number IN ({marks}) AND official_number IS NULL", some
            ):
                self._own[number] = followup_id
        return found

    def enter(self) -> None:
        for row in self._rows:
            key = (row.entry.official_number, row.entry.source)
            try:
                if row.entry.official_number in self._own:
                    self._again(self._own[row.entry.official_number], row)
                elif key in self._known:
                    self._again(self._known[key], row)
                else:
                    self._known[key] = self._new(row)
            except (Refused, NotFound) as error:
                self._result.rejected.append((row.line, error.phrase))

    def _new(self, row: OutsideRow) -> str:
        household, building = self._doors.find(row.standing) if row.standing else (None, None)
        update: dict[str, Any] = {"extra": _extra(row.said, row.columns)}
        if household:
            update["household_id"] = household
        elif building and row.standing:
            update |= {"building_id": building, "unit": row.standing.unit}
        made = record_outside(self._tx, row.entry.model_copy(update=update))
        self._result.added += 1
        self._result.placed += bool(household or building)
        return made

    def _again(self, followup_id: str, row: OutsideRow) -> None:
        fields = self._tx.need("followup", followup_id)
        extra = fields["extra"] or {}
        said, kept = extra.get("said", {}), extra.get("columns", {})
        news = {
            key: value for key, value in row.said.items()
            if not _same(said.get(key, ""), value) and not self._stands(key, row, fields)
        }  # fmt: skip
        more = {
            name: value for name, value in row.columns.items() if not _same(_text(kept.get(name, "")), _text(value))
        }  # fmt: skip
        if not said:
            # A case of our own that comes back from a file: what it says is what is written here.
            news = {}
        if not news and not more:
            self._result.unchanged += 1
            return
        values: dict[str, Any] = {"extra": _extra({**said, **news}, {**kept, **more})}
        for key, column in FILLED_IN.items():
            if key in news and not fields[column] and not (column == "address" and fields["household_id"]):
                values[column] = news[key]
        self._tx.set("followup", followup_id, values)
        words = "; ".join([*news.values(), *(f"{name}: {_text(value)}" for name, value in more.items())])
        log(self._tx, followup_id, "import", words, {"source": row.entry.source, "changed": [*news, *more]})
        self._result.updated += 1

    def _stands(self, key: str, row: OutsideRow, fields: dict[str, Any]) -> bool:
        column = STANDS_AS.get(key)
        if column is None:
            return False
        told, stands = getattr(row.entry, column), fields[column]
        if isinstance(told, datetime):
            return bool(stands) and abs(datetime.fromisoformat(stands) - told) < timedelta(minutes=1)
        return bool(told) and told == stands


def _extra(said: dict[str, str], columns: dict[str, Any]) -> dict[str, Any]:
    return {"said": said, "columns": columns} if columns else {"said": said}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _same(known: str, told: str) -> bool:
    """Whether a text says what is known; one that was masked says nothing else."""
    if known == told:
        return True
    if "*" not in told or len(known) != len(told):
        return False
    return all(b in (a, "*") for a, b in zip(known, told, strict=True))


class _Doors:
    """Finds the household or the building of an address, where there is exactly one that it can mean."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        found = tx.all("SELECT id, parent_id, level, name FROM area")
        self._names = {row[0]: (row[1], row[3]) for row in found}
        self._buildings = [(row[0], row[3]) for row in found if row[2] == "building"]
        self._communities = {row[3] for row in found if row[2] == "community"} | {tx.book.community}
        self._known: dict[str, tuple[str | None, str | None]] = {}

    def find(self, standing: Standing) -> tuple[str | None, str | None]:
        """(household, building): one of them, or neither."""
        if standing.raw not in self._known:
            self._known[standing.raw] = self._find(standing)
        return self._known[standing.raw]

    def _find(self, standing: Standing) -> tuple[str | None, str | None]:
        named = _COMMUNITY.search(standing.raw)
        if named and not any(one and one in standing.raw for one in self._communities):
            return None, None
        if not standing.building:
            return None, None
        # Buildings are called 3栋, or by their compound as well: 春晓小区 3栋.
        near = [
            area for area, name in self._buildings
            if name == standing.building or name.rpartition(" ")[2] == standing.building
        ]  # fmt: skip
        near = [area for area in near if self._fits(area, standing)]
        doors = [
            (row[0], area)
            for area in near
            for row in self._tx.all(
                "SELECT id FROM household WHERE building_id = ? AND short = ? LIMIT 2", (area, standing.short)
            )
        ]
        if standing.short and len(doors) == 1:
            return doors[0][0], None
        return None, near[0] if len(near) == 1 else None

    def _fits(self, area: str, standing: Standing) -> bool:
        """Whether a building can be the one: what the address says of its compound does not contradict its names."""
        parent, name = self._names[area]
        compound, _space, _number = name.rpartition(" ")
        if compound and compound not in standing.raw and standing.compound:
            return False
        if not compound and standing.compound:
            chain = []
            while parent in self._names:
                parent, above = self._names[parent]
                chain.append(above)
            return any(standing.compound in above or above in standing.raw for above in chain if len(above) > 1)
        return True


def read(book: Casebook) -> Iterator[OutsideCase]:
    """All cases as they are written to a file, oldest first; phone numbers in full, for the writer to mask."""
    names = (
        "id", "number", "official_number", "source", "title", "category", "severity", "state", "owner_kind", "owner",
        "opened_at", "due_at", "due_on", "closed_at", "result", "reported_by", "reported_phone", "satisfaction",
        "address", "unit", "urgent",
    )  # fmt: skip
    found = book.database.execute_sql(
        f"SELECT {', '.join('f.' + name for name in names)}, f.extra, h.address, h.short, a.name, b.name, p.name, w.name, "
        "(SELECT e.note FROM followup_event e WHERE e.followup_id = f.id AND e.kind = 'open' LIMIT 1) "
        "FROM followup f LEFT JOIN household h ON h.id = f.household_id LEFT JOIN area a ON a.id = h.building_id "
        "LEFT JOIN area b ON b.id = f.building_id LEFT JOIN place p ON p.id = f.place_id "
        "LEFT JOIN worker w ON w.id = f.owner ORDER BY f.opened_at, f.id"
    ).fetchall()
    for row in found:
        fields = dict(zip(names, row, strict=False))
        extra, full, short, of_door, building, place, worker, words = row[len(names) :]
        if fields["owner_kind"] == "worker":
            fields["owner"] = worker or fields["owner"]
        door = max(full or "", f"{of_door or ''} {short or ''}".strip(), key=len)
        address = fields["address"] or door or place or " ".join(p for p in (building, fields["unit"]) if p)
        yield OutsideCase(fields["number"], fields, address, words or "", json.loads(extra) if extra else {})
