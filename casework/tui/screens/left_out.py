"""What the plan of the day leaves out, by reason, with the keys of a door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.containers import Horizontal

from casework.domain.phrase import N_, Phrase
from casework.tui import planned
from casework.tui.dialogs import Said
from casework.tui.screens.doors import DoorListScreen
from casework.tui.stops import stop_tone
from casework.tui.widgets.pagelist import Cell, Heading, ListSource, PageList
from casework.tui.widgets.story import Story

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult


class LeftOutScreen(DoorListScreen):
    """The stops that are not in the walk."""

    SCOPES = ("door", "arrangement", "errand", "outdoors", "over")
    CSS_PATH = "left_out.tcss"

    def body(self) -> ComposeResult:
        """How many, the list, the story of the door under the cursor where there is room."""
        yield Said("", id="left-head")
        with Horizontal(id="left-out"):
            yield PageList(planned.LEFT_COLUMNS, self._cells, empty=Phrase(N_("Nothing is left out.")), id="left")
            yield Story()

    @property
    def rows(self) -> PageList[Any]:
        """The list."""
        return self.query_one("#left", PageList)

    @property
    def household_id(self) -> str | None:
        """The household under the cursor."""
        row = self.rows.current
        return None if row is None or isinstance(row, Heading) else row.stop.household_id

    @property
    def place_id(self) -> str | None:
        """The place outdoors under the cursor."""
        row = self.rows.current
        return None if row is None or isinstance(row, Heading) else row.stop.place_id

    def load(self) -> None:
        """Read the plan of the day."""
        from casework.casebook import plans

        plan = plans.of_day(self.book, self.book.today())
        left = plan.left if plan is not None else ()
        self.query_one("#left-head", Said).say(Phrase(N_("Left out of today's plan: {n}"), {"n": len(left)}))
        self.rows.show(ListSource(planned.left_rows(left)))

    def _cells(self, row: Any) -> Sequence[Cell] | Heading:
        if isinstance(row, Heading):
            return row
        return planned.left_cells(row, stop_tone(row.stop), self.casework.marks)
