"""Commands that read follow-ups: the list with its filters, one case, the board, the supervisor's matrix, promises."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from casework.casebook import followups as cases
from casework.casebook.errors import WrongUse
from casework.casebook.followup_steps import find_id
from casework.casebook.followups import FollowupFilter
from casework.catalog import shelf
from casework.commands.followups import DAY, followup, owner
from casework.domain import masking
from casework.domain.followup import STATE_NAMES, State
from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain
from casework.language import _, say

if TYPE_CHECKING:
    from datetime import datetime

    from casework.casebook.book import Casebook
    from casework.casebook.views import FollowupRow, PromiseView
    from casework.commands.root import Session


def case_data(row: FollowupRow, now: datetime | None = None) -> dict[str, Any]:
    """A case as JSON; with an instant also how its clock stands."""
    data: dict[str, Any] = {
        "id": row.id,
        "number": row.number,
        "title": say(row.title),
        "category": row.category,
        "severity": row.severity,
        "state": row.state,
        "owner_kind": row.owner_kind,
        "owner": row.owner,
        "accountable_kind": row.accountable_kind,
        "accountable": row.accountable,
        "helpers": [list(helper) for helper in row.helpers],
        "household": row.household_id,
        "place": row.place_id,
        "building": row.building_id,
        "address": row.address,
        "due_on": row.due_on,
        "due_at": row.due_at,
        "next_action_on": row.next_action_on,
        "opened_at": row.opened_at,
        "closed_at": row.closed_at,
        "priority": row.priority,
        "repeat_n": row.repeat_n,
        "repeats": row.repeats,
        "recurring": row.recurring_id,
        "tries": row.tries,
        "satisfaction": row.satisfaction,
        "asked": row.asked,
        "reopens": row.reopens,
        "setbacks": row.setbacks,
        "promises_open": row.promises_open,
        "done_by_kind": row.done_by_kind,
        "done_by": row.done_by,
        "funder": row.funder,
        "source": row.source,
        "official_number": row.official_number,
        "duplicate_of": row.duplicate_of,
    }
    if now is not None:
        data["light"] = cases.light(row, now).value
    return data


def _text(row: FollowupRow) -> str:
    again = "  " + _("time no. {n}", n=row.repeat_n) if row.repeat_n > 1 else ""
    state = say(STATE_NAMES[State(row.state)])
    return plain(f"{row.number}  {row.due_on or ''}  {state}  {row.address}  {say(row.title)}{again}")


@click.command()
@click.option("--closed", is_flag=True, help="The closed ones.")
@click.option("--overdue", is_flag=True, help="Open and past their deadline.")
@click.option("--mine", is_flag=True, help="Those that this worker owns or answers for.")
@click.option("--supervise", is_flag=True, help="What a supervisor looks at: late, returned, not accepted in time.")
@click.option("--department", help="Of one department.")
@click.option("--worker", help="Of one worker: an id or a name.")
@click.option("--category", help="Of one category.")
@click.option("--state", type=click.Choice([state.value for state in State]), help="In one state.")
@click.option("--severity", type=click.Choice(["critical", "must_fix", "note"]), help="Of one severity.")
@click.option("--priority", type=click.IntRange(1, 9), help="Of one priority; 1 is most pressing.")
@click.option("--older-than", type=click.IntRange(min=0), help="Opened more than so many days ago.")
@click.option("--repeats", is_flag=True, help="Of a recurring problem.")
@click.option("--same-as", help="Of the recurring problem of this follow-up.")
@click.option("--asking", is_flag=True, help="Done: the resident is to be asked.")
@click.option("--act", is_flag=True, help="The next action is due: a review, or whether it was accepted.")
@click.option("--household", help="About one household: its id.")
@click.option("--by-priority", is_flag=True, help="The most pressing first, not those due first.")
@click.option("--limit", default=200, show_default=True, help="How many at the most.")
@click.pass_obj
def followups(
    session: Session, closed: bool, overdue: bool, mine: bool, supervise: bool, department: str | None,
    worker: str | None, category: str | None, state: str | None, severity: str | None, priority: int | None,
    older_than: int | None, repeats: bool, same_as: str | None, asking: bool, act: bool, household: str | None,
    by_priority: bool, limit: int,
) -> None:  # fmt: skip
    """Who owes what by when. Filters hold together."""
    if department is not None and department not in shelf.departments():
        raise WrongUse(Phrase(N_("There is no such department: {name}"), {"name": department}))
    if category is not None and category not in shelf.categories():
        raise WrongUse(Phrase(N_("There is no such category: {name}"), {"name": category}))
    with session.book() as book:
        now = book.clock.now()
        who: dict[str, Any] = {"owner_kind": "department", "owner": department} if department else {}
        if worker:
            who = owner(book, worker, True)
        shown_closed = closed or (state is not None and state.startswith("closed")) or state == "duplicate"
        wanted = FollowupFilter(
            open=None if same_as else not shown_closed, overdue_at=now if overdue else None,
            mine=book.worker.id if mine else None, supervise=now if supervise else None, category=category, state=state,
            severity=severity, priority=priority,
            opened_before=book.today() - timedelta(days=older_than) if older_than is not None else None,
            repeats=repeats, recurring_id=_problem(book, same_as) if same_as else None, asking=asking,
            act_by=book.today() if act else None, household_id=household, by_priority=by_priority, **who,
        )  # fmt: skip
        rows = cases.page(book, wanted, limit=limit)
    session.show([case_data(row, now) for row in rows], [_text(row) for row in rows])


def _problem(book: Casebook, said: str) -> str:
    row = cases.get(book, find_id(book.database.execute_sql, said)).row
    return row.recurring_id or ""


@followup.command("show")
@click.argument("case", metavar="FOLLOWUP")
@click.pass_obj
def followup_show(session: Session, case: str) -> None:
    """One follow-up with its clock, its promises and its whole timeline."""
    with session.book() as book:
        now = book.clock.now()
        detail = cases.get(book, find_id(book.database.execute_sql, case), now)
    clock, row = detail.clock, detail.row
    data = {
        **case_data(row, now),
        "result": detail.result,
        "opened_by": detail.opened_by,
        "reported_by": detail.reported_by,
        "reported_phone": masking.phone(detail.reported_phone),
        "clock": {
            "due_at": clock.due_at, "running": clock.running, "left_hours": round(clock.left_hours, 2),
            "percent": round(clock.percent, 1), "light": clock.light.value, "stopped_since": clock.stopped_since,
            "caution": clock.caution,
        },
        "promises": [_promise_data(one) for one in detail.promises],
        "group": [one.number for one in detail.group],
        "timeline": [
            {
                "at": line.at, "kind": line.kind, "worker": line.worker, "state": line.state, "was": line.was,
                "note": line.note, "until_on": line.until_on, "approved_by": line.approved_by, "data": line.data,
                "derived": line.derived, "rung": line.rung, "cause": line.cause,
            }
            for line in detail.timeline
        ],
        "extra": detail.extra,
    }  # fmt: skip
    lines = [_text(row), *([detail.result] if detail.result else []), *([say(clock.caution)] if clock.caution else [])]
    lines += [_promise_text(one) for one in detail.promises]
    lines += [
        f"{line.at:%Y-%m-%d %H:%M}  {line.kind}  {say(line.rung) if line.rung else line.worker}  {line.note}"
        for line in detail.timeline
    ]
    session.show(data, [plain(text) for text in lines])


@followup.command("similar")
@click.argument("category")
@click.option("--household", help="A household: its id.")
@click.option("--place", help="A place: its id.")
@click.option("--building", help="A building: its id.")
@click.option("--unit", default="", help="The stair of the building.")
@click.pass_obj
def followup_similar(
    session: Session, category: str, household: str | None, place: str | None, building: str | None, unit: str
) -> None:
    """Earlier follow-ups that a new one may repeat."""
    with session.book() as book:
        found = cases.similar(book, household, place, category, building_id=building, unit=unit)
    session.show(
        [
            {**case_data(one.row), "relation": one.relation.value, "links_by_itself": one.by_itself,
             "counts_against_closing": one.counts_against}
            for one in found
        ],
        [f"{one.relation.value}  {_text(one.row)}" for one in found],
    )  # fmt: skip


@followup.command("board")
@click.pass_obj
def followup_board(session: Session) -> None:
    """How many open ones stand in each state, and how many of them are late."""
    with session.book() as book:
        columns = cases.board(book)
    session.show(
        [{"state": one.state, "count": one.count, "late": one.late} for one in columns],
        [f"{say(STATE_NAMES[State(one.state)])}  {one.count}  {one.late}" for one in columns],
    )


@followup.command("moves")
@click.option("--since", type=DAY, help="From this day; seven days ago if not given.")
@click.option("--until", type=DAY, help="Up to and with this day; today if not given.")
@click.pass_obj
def followup_moves(session: Session, since: datetime | None, until: datetime | None) -> None:
    """The supervisor's matrix: how many went from which state to which, with the figures of that time."""
    with session.book() as book:
        last = until.date() if until else book.today()
        first = since.date() if since else last - timedelta(days=7)
        moved = cases.moves(book, first, last)
        figures = cases.figures(book, first, last)
    data = {
        "since": first,
        "until": last,
        "moves": [{"from": one.was or None, "to": one.state, "count": one.count} for one in moved],
        "figures": {name: getattr(figures, name) for name in figures.__slots__},
    }
    lines = [
        f"{say(STATE_NAMES[State(one.was)]) if one.was else '-'} -> {say(STATE_NAMES[State(one.state)])}  {one.count}"
        for one in moved
    ]
    session.show(data, [*lines, *(f"{name}: {value}" for name, value in data["figures"].items())])  # type: ignore[attr-defined]


@followup.command("promises")
@click.option("--party", help="Of one party: a department's key.")
@click.option("--all", "everything", is_flag=True, help="Those that were kept or broken too.")
@click.pass_obj
def followup_promises(session: Session, party: str | None, everything: bool) -> None:
    """What was promised, and by when."""
    with session.book() as book:
        found = cases.promises(book, party=party, open_only=not everything)
    session.show([_promise_data(one) for one in found], [_promise_text(one) for one in found])


def _promise_data(one: PromiseView) -> dict[str, Any]:
    return {
        "id": one.id, "followup": one.followup_id, "number": one.case, "party": one.party, "name": one.name,
        "what": one.what, "due_on": one.due_on, "look": one.look, "state": one.state, "words": one.words,
    }  # fmt: skip


def _promise_text(one: PromiseView) -> str:
    party = shelf.departments().get(one.party)
    who = say(party.label) if party else one.party
    return plain(f"{one.id}  {one.case}  {one.due_on}  {who}  {one.what}  {one.state}")


COMMANDS = (followups,)
