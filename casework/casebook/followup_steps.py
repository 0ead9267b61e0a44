"""One step of a follow-up inside a save: the case's fields, its clock, and a line of its timeline.

What a step may do is `domain.followup` and `domain.followup_steps`; here it is read, asked and written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from casework.casebook import rows
from casework.casebook.errors import NotFound, Refused
from casework.casebook.followup_lists import FROM, ROW, clock_facts, row_of
from casework.casebook.transaction import no_such_record
from casework.domain import followup as machine
from casework.domain import followup_clock as clocks
from casework.domain.followup import Action, Owner, State
from casework.domain.followup_steps import Told, apply
from casework.domain.phrase import N_, Label, Phrase
from casework.domain.receipt import Receipt
from casework.domain.worker import Role

if TYPE_CHECKING:
    from casework.casebook.book import Casebook
    from casework.casebook.transaction import Transaction

DECIDES = frozenset({Role.SUPERVISOR, Role.GRID_LEADER})
"""The roles that decide what a grid worker alone may not: a second extension, a closing without the resident's word.

A grid worker alone on her laptop records such a decision by naming who made it.
"""

SLACK = timedelta(minutes=1)
"""Deadlines that differ by less are the same."""

_RUNS_ON = frozenset({Action.RESUME, Action.NOT_PUT_RIGHT, Action.CAME_BACK})
"""The steps after which a clock that stood still runs again."""

_ENDS_WAITING = frozenset({Action.ACCEPT, Action.START, Action.RETURN, Action.ASSIGN})
"""The steps that end waiting for the resident before the agreed day."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken: the case as it stands now, what changed, how it was called."""

    case: machine.Followup
    number: str
    event_id: str
    changes: dict[str, Any]


def take(
    tx: Transaction, followup_id: str, how: Action, told: Told, *, data: dict[str, Any] | None = None,
    happened: datetime | None = None,
) -> Taken:  # fmt: skip
    """Take a case one step on.

    Raises:
        Refused: the case, its owner or a date does not allow it; the sentence says why.
        NotFound: no such case.
    """
    from casework.catalog import followups as shelf

    fields = tx.need("followup", followup_id)
    before = case_of(tx, followup_id, fields)
    if told.owner is not None:
        told = replace(told, owner=owner_of(tx, *told.owner))
    told = replace(told, decides=told.decides or tx.book.worker.role in DECIDES)
    if how is Action.EXTEND and told.due_on is None:
        told = _longer(before, fields, told)
    if told.due_on is not None and told.due_at is None:
        told = replace(told, due_at=clocks.end_of(told.due_on, tx.now))
    try:
        due = _due_after(tx, before, how, told)
        changes, event = apply(
            replace(before, **due), how, told, at=tx.now, by=tx.book.worker.id, limits=shelf.limits()
        )
    except machine.NotAllowed as error:
        raise Refused(error.phrase) from error
    changes = due | changes
    after = replace(before, **changes)
    if (after.owner_kind, after.owner) != (before.owner_kind, before.owner):
        changes["needs_visit"] = 1 if after.owner_kind == "worker" and fields["household_id"] else 0
    if changes:
        tx.set("followup", followup_id, columns(changes), fields)
    event_id = write_event(tx, event, data, happened)
    return Taken(after, fields["number"], event_id, changes)


def step(
    book: Casebook, verb: str, followup_id: str, how: Action, told: Told, said: str, action: str | None,
    data: dict[str, Any] | None = None,
) -> Receipt:  # fmt: skip
    """A save that is one step of one case; `said` may name {number} and {owner}."""

    def work(tx: Transaction) -> Receipt:
        taken = take(tx, followup_id, how, told, data=data)
        return receipt_of(tx, verb, taken, said)

    return book.save(verb, action, work)


def receipt_of(tx: Transaction, verb: str, taken: Taken, said: str, *more: Phrase) -> Receipt:
    """What a step did and what follows from it."""
    case = taken.case
    values: dict[str, object] = {"number": taken.number}
    if "{owner}" in said:
        values["owner"] = owner_label(tx, case.owner_kind, case.owner)
    return Receipt("", verb, "followup", case.id, Phrase(said, values), (*more, *follows(tx, taken)))


def follows(tx: Transaction, taken: Taken) -> tuple[Phrase, ...]:
    """What the worker should know after a step: who answers for it, when it goes on, until when."""
    case, said = taken.case, []
    if not case.is_open:
        return ()
    if case.unaccepted and {"owner", "handed_by", "state"} & set(taken.changes):
        said.append(
            Phrase(
                N_("Until {owner} accepts it, {who} answers for it."),
                {"owner": owner_label(tx, case.owner_kind, case.owner), "who": owner_label(tx, *case.accountable)},
            )
        )
    if "due_at" in taken.changes and case.due_at is not None:
        said.append(due_phrase(case.due_at, case.urgent))
    if case.state in machine.ASKING_STATES and "state" in taken.changes:
        said.append(Phrase(N_("The resident is to be asked: it is on the round.")))
    elif "next_action_on" in taken.changes:
        said.append(Phrase(N_("Next step on {day}."), {"day": case.next_action_on}))
    return tuple(said)


def due_phrase(due_at: datetime, urgent: bool) -> Phrase:
    """When a case is due: to the minute where that counts."""
    whole_day = (due_at.hour, due_at.minute) == (23, 59)
    day: object = due_at.date() if whole_day and not urgent else due_at.strftime("%Y-%m-%d %H:%M")
    return Phrase(N_("Due {day}."), {"day": day})


def _due_after(tx: Transaction, case: machine.Followup, how: Action, told: Told) -> dict[str, Any]:
    """Where the deadline stands after a step that makes a clock run again, or stand still until a known day."""
    from casework.catalog import followups as shelf

    waits = how is Action.WAIT and case.state in machine.WORK_STATES and told.next_action_on is not None
    early = how in _ENDS_WAITING and _is_waited_for(tx, case.id)
    if told.due_at is not None or not (waits or early or how in _RUNS_ON):
        return {}
    state = machine.after(case.state, how)
    row = tx.one(f"SELECT {ROW} {FROM} WHERE f.id = ?", (case.id,))
    until = told.next_action_on if waits else None
    now = clocks.Step(tx.now, how, state, None, False, until)
    facts = clock_facts(tx._execute, row_of(row), (now,))
    at = datetime.combine(until, datetime.min.time(), tx.now.tzinfo) if until else tx.now
    due_at = clocks.reading(facts, at, shelf.clock()).due_at
    if case.due_at is not None and abs(case.due_at - due_at) < SLACK:
        return {}
    if case.due_at is None and case.due_on == due_at.date():
        return {}
    return {"due_at": due_at, "due_on": due_at.date()}


def _is_waited_for(tx: Transaction, followup_id: str) -> bool:
    """Whether the resident is waited for until a day that is still to come."""
    return (
        tx.one(
            "SELECT 1 FROM followup_event WHERE followup_id = ? AND kind = 'wait' AND until_on > ?",
            (followup_id, tx.today.isoformat()),
        )
        is not None
    )


def _longer(case: machine.Followup, fields: dict[str, Any], told: Told) -> Told:
    """One whole limit more from where the deadline stands (DOMAIN 4.7)."""
    from casework.catalog import followups as shelf
    from casework.catalog.shelf import categories

    rules = shelf.clock()
    known = categories().get(fields["category"])
    limit = fields["limit_hours"] or (known.hours or known.days * 8 if known else 8)
    stands = case.due_at or clocks.end_of(case.due_on or case.opened_at.date(), case.opened_at)
    due_at = clocks.later(stands, limit, case.urgent, rules.office)
    return replace(told, due_on=due_at.date(), due_at=due_at)


def case_of(tx: Transaction, followup_id: str, fields: dict[str, Any]) -> machine.Followup:
    """A case as the rules read it."""
    waiting = tx.one("SELECT count(*) FROM promise WHERE followup_id = ? AND state = 'open'", (followup_id,))
    return machine.Followup(
        id=followup_id, state=State(fields["state"]), owner_kind=fields["owner_kind"], owner=fields["owner"],
        next_action_on=rows.day(fields["next_action_on"]), due_on=rows.day(fields["due_on"]),
        opened_at=rows.instant(fields["opened_at"]),
        closed_at=rows.instant(fields["closed_at"]) if fields["closed_at"] else None, result=fields["result"] or "",
        extensions=fields["extensions"] or 0, suspensions=fields["suspensions"] or 0,
        handed_by=fields["handed_by"] or "", due_at=rows.instant(fields["due_at"]) if fields["due_at"] else None,
        urgent=bool(fields["urgent"]),
        done_by=(fields["done_by_kind"], fields["done_by"]) if fields["done_by_kind"] else None,
        helpers=tuple((kind, who) for kind, who in fields["helpers"] or ()), tries=fields["tries"] or 0,
        satisfaction=fields["satisfaction"], asked=fields["asked"] or 0, reopens=fields["reopens"] or 0,
        duplicate_of=fields["duplicate_of"] or "", promises_open=waiting[0] if waiting else 0,
    )  # fmt: skip


def columns(changes: dict[str, Any]) -> dict[str, Any]:
    """Changes as the columns take them; what is empty is NULL."""
    found: dict[str, Any] = {}
    for key, value in changes.items():
        if key == "done_by":
            found["done_by_kind"], found["done_by"] = value or (None, None)
        elif key == "helpers":
            found[key] = [list(one) for one in value] or None
        elif isinstance(value, datetime):
            found[key] = value.isoformat(timespec="seconds")
        elif isinstance(value, date):
            found[key] = value.isoformat()
        else:
            found[key] = value.value if isinstance(value, State) else value or None
    return found


def write_event(
    tx: Transaction, event: machine.FollowupEvent, data: dict[str, Any] | None = None,
    happened: datetime | None = None, kind: str = "",
) -> str:  # fmt: skip
    """A line of a case's timeline, of another kind than a step's where one is named; returns its id."""
    return tx.add(
        "followup_event",
        {
            "followup_id": event.followup_id, "kind": kind or event.kind.value, "at": event.at.isoformat(timespec="seconds"),
            "by": event.by, "state": event.state.value, "owner_kind": event.owner_kind, "owner": event.owner,
            "note": event.note, "happened_at": (happened or event.at).isoformat(timespec="minutes"),
            "was": event.was.value if event.was else None,
            "until_on": event.until_on.isoformat() if event.until_on else None,
            "due_at": event.due_at.isoformat(timespec="seconds") if event.due_at else None,
            "approved_by": event.approved_by, "data": {**event.data, **(data or {})} or None,
        },
    )  # fmt: skip


def log(tx: Transaction, followup_id: str, kind: str, note: str = "", data: dict[str, Any] | None = None) -> str:
    """A line on a case's timeline that is no step of its life (a sheet handed off, a photo attached). Returns its id.

    Raises:
        NotFound: no such case.
    """
    fields = tx.need("followup", followup_id)
    return tx.add(
        "followup_event",
        {
            "followup_id": followup_id, "kind": kind, "at": tx.now.isoformat(timespec="seconds"),
            "by": tx.book.worker.id, "state": fields["state"], "owner_kind": fields["owner_kind"],
            "owner": fields["owner"], "note": note, "happened_at": tx.now.isoformat(timespec="minutes"),
            "was": fields["state"], "data": data or None,
        },
    )  # fmt: skip


def owner_of(tx: Transaction, kind: str, owner: str) -> Owner:
    """An owner that exists: a worker of this casebook (the one who logs where none is named) or a department.

    Raises:
        Refused: there is none.
    """
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
    """How an owner, or who did it, is named."""
    if kind == "department":
        from casework.catalog.shelf import departments

        found = departments().get(owner)
        return found.label if found else owner
    if kind == "name":
        return owner
    row = tx.one("SELECT name FROM worker WHERE id = ?", (owner,))
    return row[0] if row else owner


_NUMBER = re.compile(r"[0-9A-F]{3}-\d{6}-\d{2,}")


def find_id(execute: Any, said: str) -> str:
    """The id of the case that an id, its number, or words with its number in them name.

    Raises:
        NotFound: they name none.
    """
    found = execute("SELECT id FROM followup WHERE id = ? OR number = ?", (said, said)).first()
    if found is None:
        named = _NUMBER.search(said.upper())
        found = execute("SELECT id FROM followup WHERE number = ?", (named[0],)).first() if named else None
    if found is None:
        raise NotFound(no_such_record())
    return str(found[0])
