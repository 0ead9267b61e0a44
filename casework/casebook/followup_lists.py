"""Reading follow-ups: lists by filter, one case with its timeline, the board, the supervisor's matrix, figures."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from casework.casebook import rows
from casework.casebook.errors import NotFound
from casework.casebook.transaction import no_such_record
from casework.casebook.views import (
    FollowupDetail,
    FollowupRow,
    PromiseView,
    TimelineEntry,
)
from casework.domain import followup_clock as clocks
from casework.domain.followup import ASKING_STATES, WORK_STATES, Action, State, unaccepted
from casework.domain.phrase import Label
from casework.domain.recurrence import BASE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from casework.casebook.book import Casebook

ROW = (
    "f.id, f.number, f.title, f.title_en, f.category, f.severity, f.state, f.owner_kind, f.owner, f.household_id, "
    "f.place_id, a.name, h.short, p.name, f.due_on, f.next_action_on, f.opened_at, f.closed_at, f.due_at, "
    "f.limit_hours, f.urgent, f.priority, f.recurring_id, f.handed_by, f.helpers, f.tries, f.satisfaction, f.asked, "
    "f.reopens, f.setbacks, f.done_by_kind, f.done_by, f.funder, f.source, f.official_number, f.duplicate_of, "
    "f.building_id, f.unit, f.address, b.name, "
    "(SELECT count(*) FROM promise q WHERE q.followup_id = f.id AND q.state = 'open'), "
    "CASE WHEN f.recurring_id IS NULL THEN 1 ELSE (SELECT count(*) FROM followup g WHERE g.recurring_id = "
    "f.recurring_id AND g.state != 'duplicate' AND (g.opened_at, g.id) <= (f.opened_at, f.id)) END, "
    "CASE WHEN f.recurring_id IS NULL THEN 1 ELSE (SELECT count(*) FROM followup g WHERE g.recurring_id = "
    "f.recurring_id AND g.state != 'duplicate') END"
)
FROM = (
    "FROM followup f LEFT JOIN household h ON h.id = f.household_id LEFT JOIN area a ON a.id = h.building_id "
    "LEFT JOIN place p ON p.id = f.place_id LEFT JOIN area b ON b.id = f.building_id"
)

PRIORITY = (
    "ifnull(f.priority, CASE f.severity WHEN 'critical' THEN 1 WHEN 'must_fix' THEN 3 ELSE 5 END)"
)  # fmt: skip
"""The priority of a case; those of older casebooks have none and get that of their severity."""


def _quoted(states: Iterable[State]) -> str:
    return ", ".join(f"'{state.value}'" for state in sorted(states))


_WORK, _ASKING = _quoted(WORK_STATES), _quoted(ASKING_STATES)


@dataclass(frozen=True, slots=True)
class FollowupFilter:
    """Which cases a list shows. None asks nothing; what is asked holds together.

    `mine` is a worker's id: the cases that this worker owns or answers for until somebody accepts. `supervise` shows
    what a supervisor looks at: late, given back, handed over and not accepted in time, past the day of its next action.
    `overdue_at` is an instant, `overdue_on` a day before which the case was due; a clock that stands still is never
    late. `opened_before` is an age. `asking` shows those whose resident is to be asked, `act_by` those whose next
    action (a review, whether it was accepted) is due by a day. `repeats` shows those of a recurring problem,
    `recurring_id` those of one. `by_priority` puts the most pressing first.
    """

    open: bool | None = True
    overdue_on: date | None = None
    owner_kind: str | None = None
    owner: str | None = None
    category: str | None = None
    household_id: str | None = None
    severity: str | None = None
    state: str | None = None
    place_id: str | None = None
    building_id: str | None = None
    mine: str | None = None
    supervise: datetime | None = None
    overdue_at: datetime | None = None
    opened_before: date | None = None
    opened_since: date | None = None
    repeats: bool = False
    recurring_id: str | None = None
    priority: int | None = None
    asking: bool = False
    act_by: date | None = None
    setbacks: bool = False
    source: str | None = None
    by_priority: bool = False


def row_of(r: Any) -> FollowupRow:
    """A row, from the columns of `ROW`."""
    address = f"{r[11]} {r[12]}" if r[11] else (r[12] or r[13] or "")
    if not address:
        address = " ".join(part for part in (r[39], r[37], r[38]) if part)
    handed = unaccepted(State(r[6]), r[7], r[8], r[23] or "")
    return FollowupRow(
        id=r[0], number=r[1], title=Label(r[2], r[3]) if r[3] else r[2], category=r[4], severity=r[5], state=r[6],
        owner_kind=r[7], owner=r[8], household_id=r[9], place_id=r[10], address=address, due_on=rows.day(r[14]),
        next_action_on=rows.day(r[15]), opened_at=rows.instant(r[16]),
        closed_at=rows.instant(r[17]) if r[17] else None, due_at=rows.instant(r[18]) if r[18] else None,
        limit_hours=r[19], urgent=bool(r[20]), priority=r[21] or BASE.get(r[5], BASE["note"]), recurring_id=r[22],
        accountable_kind="worker" if handed else r[7], accountable=r[23] if handed else r[8],
        helpers=tuple((kind, who) for kind, who in json.loads(r[24])) if r[24] else (), tries=r[25] or 0,
        satisfaction=r[26], asked=r[27] or 0, reopens=r[28] or 0, setbacks=r[29] or 0, done_by_kind=r[30] or "",
        done_by=r[31] or "", funder=r[32] or "", source=r[33] or "", official_number=r[34] or "",
        duplicate_of=r[35] or None, building_id=r[36], unit=r[37] or "", promises_open=r[40], repeat_n=r[41] or 1,
        repeats=r[42] or 1,
    )  # fmt: skip


# --- lists -----------------------------------------------------------------------------------------------

_COLUMNS = (
    "owner_kind", "owner", "category", "household_id", "severity", "state", "place_id", "building_id", "recurring_id",
    "source",
)  # fmt: skip


def where_of(wanted: FollowupFilter) -> tuple[str, list[Any]]:
    """A filter as SQL on `followup f`, with its values."""
    parts: list[str] = []
    values: list[Any] = []

    def ask(sql: str, *more: Any) -> None:
        parts.append(sql)
        values.extend(more)

    if wanted.open is not None:
        ask("f.closed_at IS NULL" if wanted.open else "f.closed_at IS NOT NULL")
    for column in _COLUMNS:
        value = getattr(wanted, column)
        if value is not None:
            ask(f"f.{column} = ?", value)
    if wanted.overdue_on is not None:
        ask(f"f.due_on < ? AND f.closed_at IS NULL AND f.state IN ({_WORK})", wanted.overdue_on.isoformat())
    if wanted.overdue_at is not None:
        ask(*late_at(wanted.overdue_at))
    if wanted.supervise is not None:
        late, *when = late_at(wanted.supervise)
        today = wanted.supervise.date().isoformat()
        ask(f"(f.state = 'returned' OR {late} OR f.next_action_on < ?) AND f.closed_at IS NULL", *when, today)
    if wanted.opened_before is not None:
        ask("f.opened_at < ?", wanted.opened_before.isoformat())
    if wanted.opened_since is not None:
        ask("f.opened_at >= ?", wanted.opened_since.isoformat())
    if wanted.repeats:
        ask("f.recurring_id IS NOT NULL")
    if wanted.priority is not None:
        ask(f"{PRIORITY} = ?", wanted.priority)
    if wanted.act_by is not None:
        ask("f.next_action_on <= ? AND f.closed_at IS NULL", wanted.act_by.isoformat())
    if wanted.asking:
        ask(f"f.state IN ({_ASKING})")
    if wanted.setbacks:
        ask("f.setbacks > 0")
    return " AND ".join(parts) or "1", values


def late_at(at: datetime) -> tuple[str, Any, Any]:
    """What is late at an instant, as SQL with its values: past the deadline, where one is kept to the minute, or past its day."""
    return (
        f"(f.due_on <= ? AND ifnull(f.due_at, f.due_on || 'T23:59') < ? AND f.state IN ({_WORK}))",
        at.date().isoformat(),
        at.isoformat(timespec="seconds"),
    )


Position = tuple[Any, ...]
"""Where a page ends: the values by which it is sorted, and the id."""


def _order(wanted: FollowupFilter) -> tuple[tuple[str, ...], str]:
    if wanted.open is False:
        return ("f.closed_at", "f.id"), "DESC"
    if wanted.by_priority:
        return (PRIORITY, "f.due_on", "f.id"), "ASC"
    return ("f.due_on", "f.id"), "ASC"


def page(book: Casebook, wanted: FollowupFilter, after: Position | None = None, limit: int = 200) -> list[FollowupRow]:
    """A page of cases: open ones by due day, closed ones latest first; `after` is `position(last row)`."""
    where, values = where_of(wanted)
    columns, way = _order(wanted)
    if after is not None:
        where += f" AND ({', '.join(columns)}) {'<' if way == 'DESC' else '>'} ({', '.join('?' * len(columns))})"
    order = ", ".join(f"{column} {way}" for column in columns)
    # The page is found in an index alone; only its own rows are read whole.
    one = f"SELECT f.id FROM followup f WHERE {where} {{}} ORDER BY {order} LIMIT {int(limit)}"
    end = list(after or ())
    if wanted.mine is None:
        found, given = one.format(""), [*values, *end]
    else:
        owned = one.format("AND f.owner_kind = 'worker' AND f.owner = ?")
        handed = one.format("AND f.state = 'assigned' AND f.handed_by = ?")
        found = f"SELECT id FROM ({owned}) UNION SELECT id FROM ({handed})"
        given = [*values, *end, wanted.mine] * 2
    sql = f"SELECT {ROW} {FROM} WHERE f.id IN ({found}) ORDER BY {order} LIMIT {int(limit)}"
    return [row_of(row) for row in book.database.execute_sql(sql, given).fetchall()]


def position(row: FollowupRow, wanted: FollowupFilter) -> Position:
    """Where a page that ends with this row goes on."""
    if wanted.open is False and row.closed_at is not None:
        return (row.closed_at.isoformat(timespec="seconds"), row.id)
    due = row.due_on.isoformat() if row.due_on else ""
    return (row.priority, due, row.id) if wanted.by_priority and wanted.open is not False else (due, row.id)


def count(book: Casebook, wanted: FollowupFilter) -> int:
    """How many cases a filter shows."""
    where, values = where_of(wanted)
    total = f"SELECT count(*) FROM followup f WHERE {where}"
    if wanted.mine is None:
        return int(book.database.execute_sql(total, values).first()[0])
    owned = f"{total} AND f.owner_kind = 'worker' AND f.owner = ?"
    handed = f"{total} AND f.state = 'assigned' AND f.handed_by = ? AND NOT (f.owner_kind = 'worker' AND f.owner = ?)"
    asked = [*values, wanted.mine, *values, wanted.mine, wanted.mine]
    return int(book.database.execute_sql(f"SELECT ({owned}) + ({handed})", asked).first()[0])


# --- one case --------------------------------------------------------------------------------------------

_EVENT = (
    "SELECT e.id, e.kind, e.happened_at, e.at, w.name, e.state, e.owner_kind, e.owner, e.note, e.was, e.until_on, "
    "e.due_at, e.approved_by, e.data, e.by FROM followup_event e LEFT JOIN worker w ON w.id = e.by "
    "WHERE e.followup_id = ? ORDER BY e.kind != 'open', ifnull(e.happened_at, e.at), e.at, e.id"
)


def clock_facts(execute: Any, row: FollowupRow, more: tuple[clocks.Step, ...] = ()) -> clocks.ClockFacts:
    """What the clock reads of a case, with steps that are being taken.

    A case of an older casebook, whose steps set no deadline, has the one that stands in its row.
    """
    found = execute(
        "SELECT kind, CASE WHEN kind = 'open' THEN ifnull(happened_at, at) ELSE at END, state, owner_kind, owner, by, "
        "due_at, until_on FROM followup_event WHERE followup_id = ? ORDER BY kind != 'open', at, id",
        (row.id,),
    ).fetchall()
    steps: list[clocks.Step] = []
    handed = False
    for kind, at, state, owner_kind, owner, by, due_at, until_on in found:
        try:
            action = None if kind == "open" else Action(kind)
        except ValueError:
            # A line that another part of the program writes: it moves no clock.
            action = Action.NOTE
        stands = State(state) if state else State(row.state)
        if action in (None, Action.ASSIGN, Action.REOPEN):
            handed = unaccepted(stands, owner_kind or "", owner or "", by)
        elif stands is not State.ASSIGNED:
            handed = False
        steps.append(
            clocks.Step(rows.instant(at), action, stands, rows.instant(due_at) if due_at else None, handed,
                        rows.day(until_on))
        )  # fmt: skip
    if not steps or steps[0].action is not None:
        steps.insert(0, clocks.Step(row.opened_at, None, State.ASSIGNED))
    if not any(step.due_at for step in steps):
        on = row.due_at or clocks.end_of(row.due_on or row.opened_at.date(), row.opened_at)
        steps[0] = clocks.Step(steps[0].at, None, steps[0].state, on, steps[0].unaccepted)
    return clocks.ClockFacts((*steps, *more), row.urgent, row.limit_hours, row.repeat_n)


def wrong_deadlines(book: Casebook) -> Iterator[str]:
    """The open cases whose deadline is not what the clock reckons from their steps."""
    from casework.catalog import followups as shelf

    execute = book.database.connection().cursor().execute
    now, rules = book.clock.now(), shelf.clock()
    for found in execute(f"SELECT {ROW} {FROM} WHERE f.closed_at IS NULL AND f.due_at IS NOT NULL").fetchall():
        row = row_of(found)
        facts = clock_facts(execute, row)
        # Where the resident is waited for, the deadline is kept as it will stand when that day has come.
        waits = [step.until_on for step in facts.steps if step.action is Action.WAIT and step.until_on is not None]
        at = max([now, facts.steps[-1].at, *(datetime.combine(day, time(), now.tzinfo) for day in waits)])
        shown = clocks.reading(facts, at, rules)
        if shown.running and row.due_at is not None and abs((shown.due_at - row.due_at).total_seconds()) > 60:
            yield row.id


def get(book: Casebook, followup_id: str, now: datetime | None = None) -> FollowupDetail:
    """A case with its timeline, as it stands at an instant (now).

    Raises:
        NotFound: there is none.
    """
    from casework.casebook.households import HAZARD, hazard_of
    from casework.catalog import followups as shelf

    execute = book.database.execute_sql
    found = execute(f"SELECT {ROW} {FROM} WHERE f.id = ?", (followup_id,)).first()
    if found is None:
        raise NotFound(no_such_record())
    row = row_of(found)
    result, resident, hazard_id, reporter, phone, opener, extensions, suspensions, extra = execute(
        "SELECT f.result, f.resident_id, f.hazard_id, f.reported_by, f.reported_phone, w.name, f.extensions, "
        "f.suspensions, f.extra FROM followup f LEFT JOIN worker w ON w.id = f.opened_by WHERE f.id = ?",
        (followup_id,),
    ).first()
    hazard = execute(f"SELECT {HAZARD} WHERE h.id = ?", (hazard_id or "",)).first()
    facts, rules = clock_facts(execute, row), shelf.clock()
    # A clock that was set back does not make what was done undone.
    now = now or max(book.clock.now(), facts.steps[-1].at)
    timeline = [_line(r) for r in execute(_EVENT, (followup_id,)).fetchall()]
    timeline += [_reckoned(one, row) for one in clocks.fallen(facts, now, rules)]
    return FollowupDetail(
        row=row,
        result=result or "",
        resident_id=resident,
        hazard=hazard_of(hazard) if hazard else None,
        timeline=tuple(sorted(timeline, key=lambda line: line.at)),
        clock=clocks.reading(facts, now, rules),
        coming=clocks.coming(facts, now, rules) if row.closed_at is None else None,
        promises=tuple(promises(book, followup_id=followup_id)),
        group=tuple(_group(book, row)),
        reported_by=reporter or "",
        reported_phone=phone or "",
        opened_by=opener or "",
        extensions=extensions or 0,
        suspensions=suspensions or 0,
        extra=json.loads(extra) if extra else {},
    )


def _line(r: Any) -> TimelineEntry:
    return TimelineEntry(
        kind=r[1], at=rows.instant(r[2] or r[3]), worker=r[4] or "", state=r[5] or "", owner_kind=r[6] or "",
        owner=r[7] or "", note=r[8] or "", id=r[0], was=r[9] or "", until_on=rows.day(r[10]),
        due_at=rows.instant(r[11]) if r[11] else None, approved_by=r[12] or "",
        data=json.loads(r[13]) if r[13] else {},
    )  # fmt: skip


def _reckoned(one: clocks.Fallen, row: FollowupRow) -> TimelineEntry:
    kind = "escalation" if one.rung else "reminder"
    return TimelineEntry(
        kind=kind, at=one.at, worker="", state="", owner_kind=row.owner_kind, owner=row.owner, note="", derived=True,
        rung=one.rung.label if one.rung else None, cause=one.cause.value,
    )  # fmt: skip


def _group(book: Casebook, row: FollowupRow) -> list[FollowupRow]:
    if row.recurring_id is None:
        return []
    found = book.database.execute_sql(
        f"SELECT {ROW} {FROM} WHERE f.recurring_id = ? AND f.id != ? ORDER BY f.opened_at DESC, f.id DESC LIMIT 50",
        (row.recurring_id, row.id),
    ).fetchall()
    return [row_of(one) for one in found]


def promises(
    book: Casebook, followup_id: str | None = None, party: str | None = None, open_only: bool = False, limit: int = 200
) -> list[PromiseView]:
    """Promises by due day: of a case, of a party, or all of those that are open."""
    parts, values = ["1"], []
    for column, value in (("followup_id", followup_id), ("party", party)):
        if value is not None:
            parts.append(f"q.{column} = ?")
            values.append(value)
    if open_only:
        parts.append("q.state = 'open' AND f.closed_at IS NULL")
    found = book.database.execute_sql(
        "SELECT q.id, q.followup_id, q.party, q.name, q.what, q.due_on, q.look, q.state, q.words, q.made_at, "
        "q.settled_at, f.number, f.title, f.title_en, f.owner_kind, f.owner FROM promise q JOIN followup f "
        f"ON f.id = q.followup_id WHERE {' AND '.join(parts)} ORDER BY q.due_on, q.id LIMIT ?",
        (*values, limit),
    ).fetchall()
    return [
        PromiseView(
            id=r[0], followup_id=r[1], party=r[2], name=r[3] or "", what=r[4], due_on=date.fromisoformat(r[5]),
            look=bool(r[6]), state=r[7], words=r[8] or "", made_at=rows.instant(r[9]),
            settled_at=rows.instant(r[10]) if r[10] else None, case=r[11], title=Label(r[12], r[13]) if r[13] else r[12],
            owner_kind=r[14], owner=r[15],
        )
        for r in found
    ]  # fmt: skip


def light(row: FollowupRow, now: datetime) -> clocks.Light:
    """The light of a case in a list: how much of its limit has passed."""
    from casework.catalog import followups as shelf

    due_at = row.due_at or clocks.end_of(row.due_on or row.opened_at.date(), row.opened_at)
    return clocks.light(State(row.state), row.opened_at, due_at, row.limit_hours, row.urgent, now, shelf.clock())
