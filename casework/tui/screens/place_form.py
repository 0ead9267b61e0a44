"""A place outdoors: a new one, or one that is put right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.catalog.shelf import place_kinds
from casework.domain.phrase import N_, Phrase
from casework.tui import finding
from casework.tui.screens.register_form import RegisterForm
from casework.tui.widgets.formlines import Chosen, FormLine, LineField
from casework.tui.widgets.pagelist import Cell, Column

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.widget import Widget

    from casework.domain.area import Area

TEXTS = ("name", "number", "address", "note")


class PlaceForm(RegisterForm):
    """The form. The subject of its draft is `new/KIND` (which may be empty) or `change/PLACE`."""

    FORM = "place_form"
    TITLES = (N_("New place"), N_("Place put right"))
    LABELS = {
        "kind": N_("Kind"), "grid_id": N_("Grid"), "name": N_("Name"), "number": N_("Number"),
        "address": N_("Address"), "note": N_("Note"),
    }  # fmt: skip

    def __init__(self, subject: str = "new/") -> None:
        super().__init__(subject)
        mode, _slash, record = subject.partition("/")
        self.place_id = record if mode == "change" else ""
        self._first_kind = record if mode == "new" else ""

    def lines(self) -> Iterable[Widget]:
        """What it is, where, how it is called."""
        yield self.picks("kind", [(key, kind.letter, kind.label) for key, kind in place_kinds().items()])
        if not self.place_id:
            yield Chosen(self.label("grid_id"), empty=Phrase(N_("there is none yet")), id="f-grid_id")
        yield FormLine(self.label("name"), LineField("f-name", shown=Phrase(N_("as people call it"))))
        yield FormLine(
            self.label("number"), LineField("f-number", shown=Phrase(N_("the official one, if there is any")))
        )
        yield FormLine(self.label("address"), LineField("f-address"))
        yield FormLine(self.label("note"), LineField("f-note"))

    def on_mount(self) -> None:
        """Fill in what is on file, before a draft comes back."""
        if self._pristine is None:
            if self.place_id:
                self._fill()
                self.field("name").focus()
            else:
                self.row("kind").choose([self._first_kind] if self._first_kind in place_kinds() else [])
                self.chosen("grid_id").choose([self.book.grid_id] if self.book.grid_id else [], "")
                (self.field("name") if self.row("kind").value else self.row("kind")).focus()
        super().on_mount()

    def _fill(self) -> None:
        from casework.casebook import places

        place = places.get(self.book, self.place_id)
        if place is not None:
            self.row("kind").choose([place.kind])
            for name in TEXTS:
                self.field(name).put(getattr(place, name))
        self._base = self.standing()

    def load(self) -> None:
        """Say which grid."""
        self.show()

    def show(self) -> None:
        """The grid by its name."""
        if self.place_id:
            return
        from casework.casebook import areas

        grid = self.chosen("grid_id")
        area = areas.get(self.book, grid.value) if grid.value else None
        grid.choose(grid.values, area.name if area is not None else "")

    def asked(self, name: str, typed: str) -> None:
        """Another grid."""
        from casework.casebook import areas

        grids = areas.grids(self.book)

        def rows(said: str) -> Sequence[Area]:
            wanted = said.casefold().split()
            return [grid for grid in grids if all(word in grid.name.casefold() for word in wanted)]

        def then(grid: Area | None) -> None:
            if grid is not None:
                self.choose("grid_id", [grid.id])

        question = Phrase(N_("Which grid?"))
        finding.find(self, question, rows, lambda grid: (Cell(grid.name),), then, columns=(Column(None),), typed=typed)

    def check_in(self) -> None:
        """A new place, or what differs from the one that is on file."""
        from casework.casebook import places

        if not self.row("kind").value:
            self.wrong("kind", Phrase(N_("Choose what kind of place it is.")))
        elif not self.place_id:
            if not self.chosen("grid_id").value:
                self.wrong("grid_id", Phrase(N_("A place belongs to a grid, and there is none yet. ctrl+p adds one.")))
            else:
                self.enter(self._entry, places.add)
        elif self.standing() == self._base:
            self.tell(Phrase(N_("Nothing differs from what is on file.")), tone="overdue")
        else:
            self.enter(self._change, places.change)

    def _entry(self) -> Any:
        from casework.casebook.entries import PlaceEntry

        texts: dict[str, Any] = {name: self.text(name) for name in TEXTS}
        return PlaceEntry(grid_id=self.chosen("grid_id").value, kind=self.row("kind").value, **texts)

    def _change(self) -> Any:
        from casework.casebook.changes import PlaceChange

        before = self._base
        said = {name: self.text(name) for name in TEXTS if self.field(name).value != before["texts"][f"f-{name}"]}
        if self.row("kind").chosen != before["picked"]["f-kind"]:
            said["kind"] = self.row("kind").value
        return PlaceChange(id=self.place_id, **said)
