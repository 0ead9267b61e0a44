"""Screen 5, places outdoors: what there is to check, what the last check found, when the next is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.casebook.places import PlaceFilter
from casework.casebook.views import PlaceResult, PlaceRow
from casework.catalog.shelf import place_kinds
from casework.domain.due import DueStatus
from casework.domain.phrase import N_, Phrase
from casework.language import _
from casework.tui import dates, dialogs, marks
from casework.tui.dialogs import Said
from casework.tui.screens.outdoors import OutdoorScreen
from casework.tui.widgets.pagelist import Cell, Column, KeysetSource, PageList
from casework.tui.widgets.placestory import kind_name
from casework.tui.widgets.story import LATE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from casework.domain.place import Place

ROWS_A_PAGE = 40
"""A screenful or two: each row asks for its last check and its open work."""

EMPTY = Phrase(N_("No place here yet. a adds one; g shows other kinds and grids."))

RESULTS = {
    PlaceResult.HAZARDS: (N_("hazard"), "hazard"),
    PlaceResult.UNCHECKED: (N_("incomplete"), "away"),
    PlaceResult.FIXED: (N_("put right"), "done"),
    PlaceResult.IN_ORDER: (N_("in order"), "done"),
    PlaceResult.NEVER: (N_("never"), "muted"),
}
"""What the last check came to, and its tone."""


class PlacesScreen(OutdoorScreen):
    """The places of the grid in use, or of all, in walking order."""

    SCOPES = ("place", "places")
    CSS_PATH = "places.tcss"

    def __init__(self) -> None:
        super().__init__()
        self.kind = ""
        self.everywhere = False

    def body(self) -> ComposeResult:
        """What is shown, and the list."""
        yield Said("", id="places-head")
        yield PageList(
            (
                Column(1), Column(12, N_("Kind")), Column(None, N_("Place")), Column(None, N_("Address")),
                Column(17, N_("Last check")), Column(13, N_("Due"), right=True),
            ),
            self._cells,
            empty=EMPTY,
            id="places",
        )  # fmt: skip

    @property
    def rows(self) -> PageList[PlaceRow]:
        """The list."""
        return self.query_one("#places", PageList)

    @property
    def place(self) -> Place | None:
        """The place under the cursor."""
        row = self.rows.current
        return row.place if row is not None else None

    def load(self) -> None:
        """Read the places, with the cursor where it was."""
        from casework.casebook import areas, places

        book = self.book
        wanted = PlaceFilter(grid_id=None if self.everywhere else book.grid_id, kind=self.kind or None)
        total = places.count(book, wanted)
        source: KeysetSource[PlaceRow] = KeysetSource(
            total,
            lambda after, limit: places.page(book, wanted, after, limit),
            places.position,
            lambda index: places.position_at(book, wanted, index),
            rows_a_page=ROWS_A_PAGE,
        )
        grid = areas.get(book, book.grid_id)
        where: object = Phrase(N_("all grids")) if self.everywhere else grid.name if grid is not None else ""
        kind: object = place_kinds()[self.kind].label if self.kind in place_kinds() else Phrase(N_("all kinds"))
        said = Phrase(N_("{where}   {kind}   {n} places"), {"where": where, "kind": kind, "n": total})
        self.query_one("#places-head", Said).say(said)
        self.rows.show(source, at=max(0, min(self.rows.cursor, total - 1)))

    def action_place_open(self) -> None:
        """The place with its checks and follow-ups."""
        place = self.place
        if place is not None:
            self.casework.open("place", place.id, then=self.came_back)

    def on_page_list_selected(self, event: PageList.Selected) -> None:
        """Open the place."""
        event.stop()
        self.action_place_open()

    def action_place_add(self) -> None:
        """Open the form of a new place, of the kind that is shown."""
        self.casework.open("place_form", f"new/{self.kind}", then=self.came_back)

    def action_place_filter(self) -> None:
        """Ask what to show."""
        wide = Phrase(N_("Only the grid in use")) if self.everywhere else Phrase(N_("The places of all grids"))
        options: list[tuple[str, object]] = [("", Phrase(N_("All kinds")))]
        options += [(key, kind.label) for key, kind in place_kinds().items()]
        at = next((n for n, (key, _label) in enumerate(options) if key == self.kind), 0)
        options.append(("*", wide))

        def then(chosen: str | None) -> None:
            if chosen is None:
                return
            if chosen == "*":
                self.everywhere = not self.everywhere
            else:
                self.kind = chosen
            self.rows.move_to(0)
            self.load()

        dialogs.choose(self, Phrase(N_("Which places?")), options, then, at=at)

    def _cells(self, row: PlaceRow) -> Sequence[Cell]:
        today, place = self.book.today(), row.place
        tone, mark = standing(row)
        said, result_tone = RESULTS[row.result]
        day = f"{dates.day_text(row.checked_on, today)} " if row.checked_on is not None else ""
        name = f"{place.name}  {place.number}" if place.number and place.number not in place.name else place.name
        return (
            Cell(marks.mark(mark, self.casework.marks), tone),
            Cell(kind_name(place.kind), "muted"),
            Cell(name, "text"),
            Cell(place.address, "muted"),
            Cell(f"{day}{_(said)}", result_tone),
            Cell(dates.due_text(row.due_on, today) if row.due_on is not None else "", tone),
        )


def standing(row: PlaceRow) -> tuple[str, str]:
    """How pressing a place is: the tone and the mark of its most pressing open work."""
    if row.urgent:
        return "urgent", "urgent"
    if row.status in LATE:
        return "overdue", "overdue"
    if row.status is DueStatus.DUE:
        return "due", "due"
    return "muted", "upcoming"
