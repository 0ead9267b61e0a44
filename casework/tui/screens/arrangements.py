"""The doors where something is to be arranged: booked visits by their hour, doors that need a notice, those that wait for
a call, those the community was told of. All keys of a door act on the one under the cursor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal

from casework.domain.arrangement import Stage, local
from casework.domain.phrase import N_, Phrase
from casework.tui import dates, marks
from casework.tui.actions import ACTIONS
from casework.tui.dialogs import Said
from casework.tui.screens.doors import DoorListScreen
from casework.tui.stops import joined
from casework.tui.widgets.pagelist import Cell, Column, Heading, ListSource, PageList
from casework.tui.widgets.story import LATE, Story

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from casework.casebook.arrangement_views import ArrangedDoor
    from casework.domain.receipt import Receipt
    from casework.tui.actions import Action

EMPTY = N_("Nothing is to be arranged: no booked visit, no notice, no door that needs one.")

MARKS = {
    Stage.BOOKED: ("due", "accent"),
    Stage.NEEDED: ("away", "overdue"),
    Stage.NOTICE: ("upcoming", "muted"),
    Stage.TOLD: ("hazard", "urgent"),
    Stage.TRYING: ("away", "muted"),
}
"""Mark and tone of each stage."""

HEADINGS = {
    Stage.BOOKED: Phrase(N_("Booked visits")),
    Stage.NEEDED: Phrase(N_("Need a notice, or a time")),
    Stage.NOTICE: Phrase(N_("Wait for a call")),
    Stage.TOLD: Phrase(N_("The community was told")),
    Stage.TRYING: Phrase(N_("Tried again, with a notice at the door")),
}

FIRST = ("booking.add", "notice.left", "notice.print")
"""Keys that come first here."""


class ArrangementsScreen(DoorListScreen):
    """The list, for the grid in use."""

    SCOPES = ("door", "arrangement", "outdoors", "over")
    CSS_PATH = "arrangements.tcss"
    IS_ARRANGEMENTS: ClassVar[bool] = True

    def body(self) -> ComposeResult:
        """What it is, the list, the story of the door under the cursor where there is room, why it stands there."""
        yield Said("", id="heading")
        with Horizontal(id="arrangements"):
            yield PageList((Column(1), Column(9), Column(), Column(24)), self._cells, empty=Phrase(EMPTY), id="doors")
            yield Story()
        yield Said("", id="reason")

    @property
    def _list(self) -> PageList[ArrangedDoor | Heading]:
        return self.query_one("#doors", PageList)

    @property
    def household_id(self) -> str | None:
        """The household under the cursor."""
        row = self._list.current
        return None if row is None or isinstance(row, Heading) else row.household_id

    def load(self) -> None:
        """Read the doors, with the cursor on the one where it was."""
        from casework.casebook import arrangements

        found = arrangements.doors(self.book, self.book.grid_id)
        rows: list[ArrangedDoor | Heading] = []
        for stage in dict.fromkeys(one.stage for one in found):
            these = [one for one in found if one.stage is stage]
            counted = N_("{n} door") if len(these) == 1 else N_("{n} doors")
            rows += [Heading(HEADINGS[stage], Phrase(counted, {"n": len(these)})), *these]
        before, at = self.household_id, max(0, self._list.cursor)
        at = next((n for n, row in enumerate(rows) if getattr(row, "household_id", "") == before), at)
        self._list.show(ListSource(rows), at=at)
        self.query_one("#heading", Said).say(Phrase(N_("To be arranged")))
        if not found:
            self._show_story()

    def footer(self) -> list[Action]:
        """What this list is for comes first."""
        found = super().footer()
        return [*(ACTIONS[key] for key in FIRST), *(action for action in found if action.id not in FIRST)]

    def action_arrangement_list(self) -> None:
        """Here it is already."""
        self.tell(Phrase(N_("This is the list of what is to be arranged.")))

    def after_no_answer(self, receipt: Receipt) -> None:
        """The door shows its new stage; the cursor stays on it."""
        self.load()

    def copyable(self) -> str:
        """The address under the cursor."""
        row = self._list.current
        return "" if row is None or isinstance(row, Heading) else row.short

    def _show_story(self) -> None:
        super()._show_story()
        if self.casework.book is not None and self.is_attached:
            row = self._list.current
            self.query_one("#reason", Said).say("" if row is None or isinstance(row, Heading) else _reason(row))

    def _cells(self, one: ArrangedDoor | Heading) -> Sequence[Cell] | Heading:
        if isinstance(one, Heading):
            return one
        name, tone = MARKS[one.stage]
        if one.status in LATE:
            name, tone = "overdue", "overdue"
        return (
            Cell(marks.mark(name, self.casework.marks), tone),
            Cell(one.short, "text"),
            Cell(joined(one.names), "text"),
            Cell(self._when(one), tone),
        )

    def _when(self, one: ArrangedDoor) -> object:
        today = self.book.today()
        stands = one.arrangement
        if one.booking is not None:
            day = dates.day_text(one.booking.day, today)
            values = {"weekday": dates.weekday(one.booking.day), "day": day, "hour": one.booking.hour}
            return Phrase(N_("{weekday} {day} {hour}"), values)
        if stands.notice is not None and one.stage is not Stage.TOLD:
            left = local(stands.notice.left_at).date()
            return Phrase(N_("notice {day}, {n} tries"), {"day": dates.day_text(left, today), "n": len(stands.tries)})
        return Phrase(N_("{n} tries, last {day}"),
                      {"n": len(stands.tries), "day": dates.day_text(stands.tries[-1].date(), today)})  # fmt: skip


def _reason(row: ArrangedDoor) -> object:
    """Why a door stands here, with the number of its follow-up or notice."""
    if row.case:
        return Phrase(N_("{reason}. Follow-up {number}"), {"reason": row.due.reason, "number": row.case})
    if row.arrangement.notice is not None and row.stage is not Stage.BOOKED:
        values = {"reason": row.due.reason, "number": row.arrangement.notice.number}
        return Phrase(N_("{reason}. Notice {number}"), values)
    return row.due.reason
