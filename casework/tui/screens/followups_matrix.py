"""The supervisor's matrix: how many follow-ups went from which state to which in a time, and what came of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from casework.domain.phrase import N_, Phrase
from casework.tui import dates
from casework.tui.dialogs import Said
from casework.tui.screens.base import BaseScreen
from casework.tui.widgets import when
from casework.tui.widgets.matrix import MatrixView

if TYPE_CHECKING:
    from textual.app import ComposeResult

WEEK, MONTH, QUARTER, CUSTOM = "week", "month", "quarter", "custom"


class FollowupsMatrixScreen(BaseScreen):
    """Matrix and figures of a week, a month, a quarter, or from one day to another."""

    SCOPES = ("matrix", "over")
    CSS_PATH = "followups_matrix.tcss"

    def __init__(self) -> None:
        super().__init__()
        self.period = MONTH
        self.since = self.until = date.min

    def body(self) -> ComposeResult:
        """The time, the matrix, the figures."""
        yield Said("", id="period")
        yield MatrixView(id="matrix")

    def load(self) -> None:
        """Count the moves of the time."""
        from casework.casebook import followups

        today = self.book.today()
        if self.since == date.min:
            self._span(today)
        self.query_one("#period", Said).say(
            Phrase(
                N_("From {since} to {until}: what went from which state (left) to which (above)"),
                {"since": _Day(self.since, today), "until": _Day(self.until, today)},
            )
        )
        moves = followups.moves(self.book, self.since, self.until)
        self.query_one(MatrixView).show(moves, followups.figures(self.book, self.since, self.until))
        self.query_one(MatrixView).focus()

    def _span(self, day: date) -> None:
        """Take the week, month or quarter in which a day lies."""
        if self.period == WEEK:
            self.since = day - timedelta(days=day.weekday())
            self.until = self.since + timedelta(days=6)
            return
        months = 3 if self.period == QUARTER else 1
        first = (day.month - 1) // months * months + 1
        self.since = day.replace(month=first, day=1)
        after = self.since.replace(day=28) + timedelta(days=31 * (months - 1) + 4)
        self.until = after.replace(day=1) - timedelta(days=1)

    def _take(self, period: str) -> None:
        self.period = period
        self._span(self.book.today())
        self.load()

    def action_matrix_week(self) -> None:
        """This week."""
        self._take(WEEK)

    def action_matrix_month(self) -> None:
        """This month."""
        self._take(MONTH)

    def action_matrix_quarter(self) -> None:
        """This quarter."""
        self._take(QUARTER)

    def _shift(self, way: int) -> None:
        if self.period == CUSTOM:
            length = timedelta(days=(self.until - self.since).days + 1)
            self.since, self.until = self.since + way * length, self.until + way * length
        else:
            self._span(self.since - timedelta(days=1) if way < 0 else self.until + timedelta(days=1))
        self.load()

    def action_matrix_before(self) -> None:
        """The time before."""
        self._shift(-1)

    def action_matrix_after(self) -> None:
        """The time after."""
        self._shift(1)

    def action_matrix_custom(self) -> None:
        """Ask for the first day, then for the last."""
        today = self.book.today()
        earliest = today - timedelta(days=10 * 366)

        def first(since: date | when.Kept | None) -> None:
            if isinstance(since, date):
                when.ask_day(self, Phrase(N_("Up to which day?")), lambda until: last(since, until), today=today,
                             day=max(since, min(self.until, today)), earliest=since)  # fmt: skip

        def last(since: date, until: date | when.Kept | None) -> None:
            if isinstance(until, date):
                self.period, self.since, self.until = CUSTOM, since, until
                self.load()

        when.ask_day(self, Phrase(N_("From which day on?")), first, today=today, day=self.since, earliest=earliest)


class _Day:
    """A day that is said in the language that is on."""

    def __init__(self, day: date, today: date) -> None:
        self.day, self.today = day, today

    def __str__(self) -> str:
        return dates.day_text(self.day, self.today)
