"""Follow-ups counted: the board by state, the supervisor's matrix of moves, the figures of a time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from casework.casebook.followup_lists import FollowupFilter, late_at, where_of
from casework.casebook.views import BoardColumn, FollowupFigures, Move
from casework.domain.followup import OPEN_STATES, State

if TYPE_CHECKING:
    from casework.casebook.book import Casebook


def board(book: Casebook, now: datetime | None = None, wanted: FollowupFilter | None = None) -> list[BoardColumn]:
    """How many open cases stand in each state, and how many of them are late at an instant, in the order of a life."""
    where, values = where_of(wanted or FollowupFilter())
    late, *when = late_at(now or book.clock.now())
    found = {
        state: (number, lates)
        for state, number, lates in book.database.execute_sql(
            f"SELECT f.state, count(*), sum({late}) FROM followup f WHERE {where} GROUP BY f.state", (*when, *values)
        ).fetchall()
    }
    return [BoardColumn(state.value, *found.get(state.value, (0, 0))) for state in State if state in OPEN_STATES]


def moves(book: Casebook, since: date, until: date) -> list[Move]:
    """The supervisor's matrix: how many cases went from which state to which, from a day up to and with another."""
    # The steps of older casebooks do not say from where: the line before them does.
    was = (
        "ifnull(e.was, (SELECT p.state FROM followup_event p WHERE p.followup_id = e.followup_id "
        "AND (p.at, p.id) < (e.at, e.id) ORDER BY p.at DESC, p.id DESC LIMIT 1))"
    )
    found = book.database.execute_sql(
        f"SELECT CASE WHEN e.kind = 'open' THEN '' ELSE {was} END AS came, e.state, count(*) FROM followup_event e "
        "WHERE e.at >= ? AND e.at < ? AND e.state IS NOT NULL GROUP BY 1, 2 HAVING ifnull(came, e.state) != e.state",
        (since.isoformat(), (until + timedelta(days=1)).isoformat()),
    ).fetchall()
    order = {state.value: n for n, state in enumerate(State)}
    made = [Move(was, state, number) for was, state, number in found]
    return sorted(made, key=lambda move: (order.get(move.was, -1), order.get(move.state, -1)))


def figures(book: Casebook, since: date, until: date) -> FollowupFigures:
    """The figures of a time, both days included. A closing that did not hold counts in the time of the closing."""
    span = (since.isoformat(), (until + timedelta(days=1)).isoformat())
    execute = book.database.execute_sql
    opened, repeats = execute(
        "SELECT count(*), ifnull(sum(recurring_id IS NOT NULL AND recurring_id != id), 0) FROM followup "
        "WHERE opened_at >= ? AND opened_at < ?",
        span,
    ).first()
    ends = dict(
        execute(
            "SELECT state, count(*) FROM followup_event WHERE kind IN ('close_verified', 'close_unverified', "
            "'close_not_fixed') AND at >= ? AND at < ? GROUP BY state",
            span,
        ).fetchall()
    )
    in_time, satisfaction, setbacks = execute(
        "SELECT ifnull(sum(f.state != 'duplicate' AND f.closed_at <= ifnull(f.due_at, f.due_on || 'T24')), 0), "
        "avg(f.satisfaction), ifnull(sum(f.setbacks), 0) FROM followup f WHERE f.closed_at >= ? AND f.closed_at < ?",
        span,
    ).first()
    reopened = execute(
        "SELECT count(*) FROM followup f WHERE f.closed_at IS NULL AND f.setbacks > 0 AND EXISTS (SELECT 1 FROM "
        "followup_event e WHERE e.followup_id = f.id AND e.kind LIKE 'close_%' AND e.at >= ? AND e.at < ?)",
        span,
    ).first()[0]
    return FollowupFigures(
        opened=opened, closed_verified=ends.get("closed_verified", 0), closed_unverified=ends.get("closed_unverified", 0),
        closed_not_fixed=ends.get("closed_not_fixed", 0), in_time=in_time, did_not_hold=setbacks + reopened,
        satisfaction=satisfaction, repeats=repeats,
    )  # fmt: skip
