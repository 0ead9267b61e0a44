"""Follow-ups: opening a case, its timeline, handing it over, closing it; lists and figures of them.

What a case may do is `domain.followup`; here each step is one transaction: the case's fields and a line of its
timeline.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from casework.casebook import rows
from casework.casebook.errors import NotFound, Refused, WrongUse
from casework.casebook.ids import new_id
from casework.casebook.transaction import no_such_record
from casework.casebook.views import FollowupDetail, FollowupRow, TimelineEntry
from casework.domain import followup as machine
from casework.domain.phrase import N_, Label, Phrase
from casework.domain.receipt import Receipt

if TYPE_CHECKING:
    from casework.casebook.book import Casebook
    from casework.casebook.entries import AssignEntry, CloseEntry, FollowupEntry, NoteEntry, ReopenEntry
    from casework.casebook.transaction import Transaction

ROW = (
    "f.id, f.number, f.title, f.title_en, f.category, f.severity, f.state, f.owner_kind, f.owner, f.household_id, "
    "f.place_id, a.name, h.short, p.name, f.due_on, f.next_action_on, f.opened_at, f.closed_at"
)
FROM = (
    "FROM followup f LEFT JOIN household h ON h.id = f.household_id LEFT JOIN area a ON a.id = h.building_id "
    "LEFT JOIN place p ON p.id = f.place_id"
)


@dataclass(frozen=True, slots=True)
class FollowupFilter:
    """Which cases a list shows. None asks nothing."""

    open: bool | None = True
    overdue_on: date | None = None
    owner_kind: str | None = None
    owner: str | None = None
    category: str | None = None
    household_id: str | None = None
    severity: str | None = None


def new_hazard_id() -> str:
    """The id of a hazard, made before its case so that each can name the other."""
    return new_id()


def open(book: Casebook, entry: FollowupEntry, action: str | None = None) -> Receipt:
    """Open a case. Department, severity and due day come from its category where the entry says nothing.

    Raises:
        Refused: there is no such category, or the due day lies in the past.
    """

    def work(tx: Transaction) -> Receipt:
        category = _category(entry.category)
        if entry.household_id:
            tx.need("household", entry.household_id)
        if entry.place_id:
            tx.need("place", entry.place_id)
        owner = _owner(tx, entry.owner_kind, entry.owner) or ("department", category.department)
        due_on = entry.due_on or due_after(tx.today, category.days)
        if due_on < tx.today:
            raise Refused(Phrase(N_("The due day lies in the past. Nothing was saved.")))
        happened = entry.happened_at or tx.now
        _id, number = begin(
            tx, category=entry.category, title=entry.title, title_en=None,
            severity=entry.severity or category.severity, owner=owner, due_on=due_on,
            household_id=entry.household_id, place_id=entry.place_id, hazard_id=None, happened_at=happened,
            note=entry.note, resident_id=entry.resident_id, next_action_on=entry.next_action_on,
        )  # fmt: skip
        summary = Phrase(N_("Follow-up {number}: {what}"), {"number": number, "what": entry.title})
        follows = (Phrase(N_("Due {day}, with {owner}."), {"day": due_on, "owner": owner_label(tx, *owner)}),)
        return Receipt("", "followup.open", "followup", _id, summary, follows)

    return book.save("followup.open", action, work)


def begin(
    tx: Transaction, *, category: str, title: str, title_en: str | None, severity: str, owner: tuple[str, str],
    due_on: date, household_id: str | None, place_id: str | None, hazard_id: str | None, happened_at: datetime,
    note: str, resident_id: str | None = None, next_action_on: date | None = None,
) -> tuple[str, str]:  # fmt: skip
    """A new case inside a save: assigned from the start, so that it is never without an owner. Returns id and number."""
    number = _number(tx)
    grid = None
    if household_id:
        grid = tx.one("SELECT grid_id FROM household WHERE id = ?", (household_id,))
    elif place_id:
        grid = tx.one("SELECT grid_id FROM place WHERE id = ?", (place_id,))
    followup_id = tx.add(
        "followup",
        {
            "number": number, "household_id": household_id, "place_id": place_id, "resident_id": resident_id,
            "hazard_id": hazard_id, "category": category, "title": title, "title_en": title_en,
            "severity": severity, "state": machine.State.ASSIGNED.value, "owner_kind": owner[0], "owner": owner[1],
            "next_action_on": (next_action_on or due_on).isoformat(), "due_on": due_on.isoformat(),
            "opened_at": tx.now.isoformat(timespec="seconds"), "grid_id": grid[0] if grid else None,
            "needs_visit": 1 if owner[0] == "worker" and household_id else 0,
        },
    )  # fmt: skip
    _event(tx, followup_id, "open", machine.State.ASSIGNED.value, owner, note, happened_at)
    return followup_id, number


def note(book: Casebook, entry: NoteEntry, action: str | None = None) -> Receipt:
    """Add a note to a case's timeline; the next step may be moved with it."""
    how = machine.Action.NOTE
    said = N_("Follow-up {number}: note added")
    return _step(book, "followup.note", entry.followup_id, how, said, action, entry.note, next_on=entry.next_action_on)


def assign(book: Casebook, entry: AssignEntry, action: str | None = None) -> Receipt:
    """Hand a case to a worker or a department.

    Raises:
        Refused: it is closed, or there is no such owner.
    """
    said = N_("Follow-up {number}: now with {owner}")
    owner = (entry.owner_kind, entry.owner)
    return _step(
        book, "followup.assign", entry.followup_id, machine.Action.ASSIGN, said, action, entry.note, owner,
        entry.next_action_on, entry.due_on,
    )  # fmt: skip


def close(book: Casebook, entry: CloseEntry, action: str | None = None) -> Receipt:
    """Close a case with its result in words. Verified, unverified and not fixed are different ends.

    Raises:
        Refused: the case does not allow this end now.
        WrongUse: there is no such end.
    """
    how = next((step for step, state in machine.CLOSES.items() if state.value == entry.end), None)
    if how is None:
        raise WrongUse(Phrase(N_("There is no such way to close a follow-up.")))
    return _step(book, "followup.close", entry.followup_id, how, N_("Follow-up {number}: closed"), action, entry.result)


def reopen(book: Casebook, entry: ReopenEntry, action: str | None = None) -> Receipt:
    """Take a closed case up again; words required.

    Raises:
        Refused: it is not closed.
    """
    how, said = machine.Action.REOPEN, N_("Follow-up {number}: reopened")
    return _step(
        book,
        "followup.reopen",
        entry.followup_id,
        how,
        said,
        action,
        entry.note,
        next_on=entry.next_action_on,
    )


def _step(
    book: Casebook, verb: str, followup_id: str, how: machine.Action, said: str, action: str | None, words: str,
    owner: tuple[str, str] | None = None, next_on: date | None = None, due_on: date | None = None,
) -> Receipt:  # fmt: skip
    """One step of a case by the domain's machine, with its line on the timeline."""

    def work(tx: Transaction) -> Receipt:
        fields = tx.need("followup", followup_id)
        to = _owner(tx, *owner) if owner else None
        try:
            changes, event = machine.apply(
                _case(followup_id, fields), how, at=tx.now, by=tx.book.worker.id, note=words, owner=to,
                next_action_on=next_on, due_on=due_on,
            )  # fmt: skip
        except machine.NotAllowed as error:
            raise Refused(error.phrase) from error
        if to is not None:
            changes["needs_visit"] = 1 if to[0] == "worker" and fields["household_id"] else 0
        if changes:
            tx.set("followup", followup_id, {key: _plain(value) for key, value in changes.items()})
        _event(tx, followup_id, how.value, event.state.value, (event.owner_kind, event.owner), words, tx.now)
        values = {"number": fields["number"], "owner": owner_label(tx, event.owner_kind, event.owner)}
        kept = values if "{owner}" in said else {"number": fields["number"]}
        return Receipt("", verb, "followup", followup_id, Phrase(said, kept))

    return book.save(verb, action, work)


def _case(followup_id: str, fields: dict[str, Any]) -> machine.Followup:
    return machine.Followup(
        id=followup_id, state=machine.State(fields["state"]), owner_kind=fields["owner_kind"], owner=fields["owner"],
        next_action_on=rows.day(fields["next_action_on"]), due_on=rows.day(fields["due_on"]),
        opened_at=rows.instant(fields["opened_at"]),
        closed_at=rows.instant(fields["closed_at"]) if fields["closed_at"] else None, result=fields["result"] or "",
        extensions=fields["extensions"] or 0, suspensions=fields["suspensions"] or 0,
    )  # fmt: skip


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, machine.State) else value or None


def _event(
    tx: Transaction,
    followup_id: str,
    kind: str,
    state: str,
    owner: tuple[str, str],
    words: str,
    happened: datetime,
) -> None:
    tx.add(
        "followup_event",
        {
            "followup_id": followup_id, "kind": kind, "at": tx.now.isoformat(timespec="seconds"),
            "by": tx.book.worker.id, "state": state, "owner_kind": owner[0], "owner": owner[1], "note": words,
            "happened_at": happened.isoformat(timespec="minutes"),
        },
    )  # fmt: skip


def _category(key: str) -> Any:
    from casework.catalog.shelf import categories

    found = categories().get(key)
    if found is None:
        raise Refused(Phrase(N_("There is no such category. Nothing was saved.")))
    return found


def due_after(day: date, working_days: int) -> date:
    """The day that many working days after a day; the day itself for none."""
    from casework.domain import workingdays

    return workingdays.after(day, working_days) if working_days else day


def _owner(tx: Transaction, kind: str | None, owner: str | None) -> tuple[str, str] | None:
    """An owner that exists: a worker of this casebook or a department of the catalog."""
    if not kind and not owner:
        return None
    if kind == "worker":
        who = owner or tx.book.worker.id
        if tx.one("SELECT 1 FROM worker WHERE id = ?", (who,)) is not None:
            return ("worker", who)
    elif kind == "department":
        from casework.catalog.shelf import departments

        if owner in departments():
            return ("department", str(owner))
    raise Refused(Phrase(N_("There is no such owner. Nothing was saved.")))


def owner_label(tx: Transaction, kind: str, owner: str) -> Label | str:
    """How an owner is named."""
    if kind == "department":
        from casework.catalog.shelf import departments

        found = departments().get(owner)
        return found.label if found else owner
    row = tx.one("SELECT name FROM worker WHERE id = ?", (owner,))
    return row[0] if row else owner


def _number(tx: Transaction) -> str:
    """A number that two laptops never give twice: device, day, serial of the day (DOMAIN 9)."""
    day = tx.today.strftime("%y%m%d")
    prefix = f"{tx.head.device[:3].upper()}-{day}-"
    last = tx.one(
        "SELECT max(CAST(substr(number, ?) AS INTEGER)) FROM followup WHERE number >= ? AND number < ?",
        (len(prefix) + 1, prefix, prefix + ":"),
    )
    serial = (last[0] or 0) if last else 0
    return f"{prefix}{serial + 1:02d}"


# --- reading ---------------------------------------------------------------------------------------------


def row_of(r: Any) -> FollowupRow:
    """A row, from the columns of `ROW`."""
    address = f"{r[11]} {r[12]}" if r[11] else (r[12] or r[13] or "")
    return FollowupRow(
        id=r[0], number=r[1], title=Label(r[2], r[3]) if r[3] else r[2], category=r[4], severity=r[5], state=r[6],
        owner_kind=r[7], owner=r[8], household_id=r[9], place_id=r[10], address=address, due_on=rows.day(r[14]),
        next_action_on=rows.day(r[15]), opened_at=rows.instant(r[16]),
        closed_at=rows.instant(r[17]) if r[17] else None,
    )  # fmt: skip


def _where(wanted: FollowupFilter) -> tuple[str, list[Any]]:
    parts: list[str] = []
    values: list[Any] = []
    if wanted.open is not None:
        parts.append("f.closed_at IS NULL" if wanted.open else "f.closed_at IS NOT NULL")
    if wanted.overdue_on is not None:
        parts.append("f.due_on < ?")
        values.append(wanted.overdue_on.isoformat())
    for column in ("owner_kind", "owner", "category", "household_id", "severity"):
        value = getattr(wanted, column)
        if value is not None:
            parts.append(f"f.{column} = ?")
            values.append(value)
    return " AND ".join(parts) or "1", values


Position = tuple[str, str]
"""Where a page ends: (due day or closing instant, id)."""


def page(book: Casebook, wanted: FollowupFilter, after: Position | None = None, limit: int = 200) -> list[FollowupRow]:
    """A page of cases: open ones by due day, closed ones latest first; `after` is `position(last row)`."""
    where, values = _where(wanted)
    if wanted.open is False:
        order, key, step = "f.closed_at DESC, f.id DESC", "(f.closed_at, f.id)", "<"
    else:
        order, key, step = "f.due_on, f.id", "(f.due_on, f.id)", ">"
    if after is not None:
        where += f" AND {key} {step} (?, ?)"
        values += list(after)
    found = book.database.execute_sql(
        f"SELECT {ROW} {FROM} WHERE {where} ORDER BY {order} LIMIT ?",
        (*values, limit),
    ).fetchall()
    return [row_of(row) for row in found]


def position(row: FollowupRow, wanted: FollowupFilter) -> Position:
    """Where a page that ends with this row goes on."""
    if wanted.open is False and row.closed_at is not None:
        return (row.closed_at.isoformat(timespec="seconds"), row.id)
    return (row.due_on.isoformat() if row.due_on else "", row.id)


def count(book: Casebook, wanted: FollowupFilter) -> int:
    """How many cases a filter shows."""
    where, values = _where(wanted)
    return int(book.database.execute_sql(f"SELECT count(*) FROM followup f WHERE {where}", values).first()[0])


def similar(
    book: Casebook, household_id: str | None, place_id: str | None, category: str, days: int = 90
) -> list[FollowupRow]:
    """Earlier cases of the same category about the same door, building or place, the latest first."""
    since = (book.today() - timedelta(days=days)).isoformat()
    found = book.database.execute_sql(
        f"SELECT {ROW} {FROM} WHERE f.category = ? AND f.opened_at >= ? AND (f.place_id = ? OR h.building_id = "
        "(SELECT building_id FROM household WHERE id = ?)) ORDER BY f.opened_at DESC LIMIT 20",
        (category, since, place_id or "", household_id or ""),
    ).fetchall()
    return [row_of(row) for row in found]


def get(book: Casebook, followup_id: str) -> FollowupDetail:
    """A case with its timeline.

    Raises:
        NotFound: there is none.
    """
    from casework.casebook.households import HAZARD, hazard_of

    execute = book.database.execute_sql
    row = execute(f"SELECT {ROW} {FROM} WHERE f.id = ?", (followup_id,)).first()
    if row is None:
        raise NotFound(no_such_record())
    result, resident, hazard_id = execute(
        "SELECT result, resident_id, hazard_id FROM followup WHERE id = ?", (followup_id,)
    ).first()
    hazard = execute(f"SELECT {HAZARD} WHERE h.id = ?", (hazard_id or "",)).first()
    timeline = execute(
        "SELECT e.kind, e.happened_at, e.at, w.name, e.state, e.owner_kind, e.owner, e.note FROM followup_event e "
        "LEFT JOIN worker w ON w.id = e.by WHERE e.followup_id = ? "
        "ORDER BY ifnull(e.happened_at, e.at), e.at, e.kind != 'open', e.id",
        (followup_id,),
    ).fetchall()
    return FollowupDetail(
        row=row_of(row),
        result=result or "",
        resident_id=resident,
        hazard=hazard_of(hazard) if hazard else None,
        timeline=tuple(
            TimelineEntry(r[0], rows.instant(r[1] or r[2]), r[3] or "", r[4] or "", r[5] or "", r[6] or "", r[7] or "")
            for r in timeline
        ),
    )
