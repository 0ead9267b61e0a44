"""Earlier follow-ups beside a new one: what they share with it, how often it came up, how each of them stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.followup import CLOSED_STATES, State
from casework.domain.phrase import N_
from casework.domain.recurrence import Relation
from casework.language import _, say
from casework.tui import dates, marks
from casework.tui.widgets.case import SHORT_STATES
from casework.tui.widgets.pagelist import Cell, Column, ListSource, PageList

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from casework.casebook.views import SimilarCase

RELATIONS = {
    Relation.HOUSEHOLD: N_("this door"),
    Relation.PLACE: N_("this place"),
    Relation.ADDRESS: N_("this address"),
    Relation.STAIR: N_("this stair"),
    Relation.BUILDING: N_("this building"),
}
"""What an earlier follow-up shares with the new one."""

MOST_ROWS = 5
"""How many of them are shown at once; the arrows scroll to the others."""


class EarlierList(PageList["SimilarCase"]):
    """The earlier ones; hidden while there are none. The one that was linked is marked."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(
            (Column(1), Column(13), Column(), Column(12), Column(8), Column(12, right=True)), self._row, id=id,
            always_lit=True,
        )  # fmt: skip
        self.linked = ""
        self.today: date | None = None

    def offer(self, found: Sequence[SimilarCase], today: date) -> None:
        """Show these."""
        self.today = today
        self.display = bool(found)
        self.styles.height = min(len(found), MOST_ROWS)
        self.show(ListSource(list(found)), at=max(0, self.cursor))

    def mark(self, followup_id: str) -> None:
        """Mark the one that is the same problem; none for an empty id."""
        self.linked = followup_id
        self.retranslate()

    def _row(self, case: SimilarCase) -> tuple[Cell, ...]:
        row = case.row
        closed = State(row.state) in CLOSED_STATES
        tone = "muted" if closed else "text"
        linked = row.id == self.linked
        when = (row.closed_at or row.opened_at).date()
        often = _("{n} times", n=row.repeats) if row.repeats > 1 else ""
        return (
            Cell(marks.mark("done", getattr(self.app, "marks", "")) if linked else "", "accent"),
            Cell(_(RELATIONS[case.relation]), "accent" if linked else tone),
            Cell(say(row.title), tone),
            Cell(_(SHORT_STATES[row.state]), "overdue" if case.counts_against else tone),
            Cell(often, "overdue"),
            Cell(dates.day_text(when, self.today), "muted"),
        )
