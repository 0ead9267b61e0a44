"""A new area: a building of a grid, or the grid, compound or community above it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from casework.domain.area import LEVEL_NAMES, AreaLevel, parents_of
from casework.domain.phrase import N_, Phrase
from casework.tui import finding
from casework.tui.screens.register_form import RegisterForm, Says
from casework.tui.widgets.formlines import Chosen, FormLine, LineField
from casework.tui.widgets.pagelist import Cell, Column

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.widget import Widget

    from casework.casebook.views import AreaNode
    from casework.domain.receipt import Receipt
    from casework.tui.widgets.picks import Picks

LEVEL_KEYS = {
    AreaLevel.BUILDING: "b", AreaLevel.GRID: "g", AreaLevel.COMPOUND: "c", AreaLevel.COMMUNITY: "m",
    AreaLevel.STREET: "s",
}  # fmt: skip
OWN = "own"
"""Stands for the community of the casebook, which is made with what is added to it."""


class AreaForm(RegisterForm):
    """The form. The subject of its draft is `new/`."""

    FORM = "area_form"
    TITLES = (N_("New building or area"), "")
    LABELS = {"level": N_("What"), "parent_id": N_("Belongs to"), "name": N_("Name"), "aliases": N_("Other names")}

    def __init__(self, subject: str = "new/") -> None:
        super().__init__(subject)

    def lines(self) -> Iterable[Widget]:
        """What it is, where it belongs, how it is called."""
        yield self.picks("level", [(level.value, key, Phrase(LEVEL_NAMES[level])) for level, key in LEVEL_KEYS.items()])
        yield Chosen(self.label("parent_id"), empty=Phrase(N_("nothing yet")), id="f-parent_id")
        yield FormLine(self.label("name"), LineField("f-name", shown=Phrase(N_("as people call it: Building 3"))))
        yield FormLine(self.label("aliases"), LineField("f-aliases", shown=Phrase(N_("with commas between"))))
        yield Says("area-says")

    def on_mount(self) -> None:
        """A building of the grid in use, unless something else is chosen."""
        if self._pristine is None:
            from casework.casebook import areas

            level = AreaLevel.BUILDING if areas.grids(self.book) else AreaLevel.GRID
            self.row("level").choose([level.value])
            self._propose_parent()
            self.field("name").focus()
        super().on_mount()

    @property
    def level(self) -> AreaLevel:
        """What is added."""
        return AreaLevel(self.row("level").value or AreaLevel.BUILDING)

    def load(self) -> None:
        """Say where it belongs."""
        self.show()

    def picked(self, picks: Picks) -> None:
        """Another level belongs somewhere else."""
        if not picks.chosen:
            picks.choose([AreaLevel.BUILDING.value])
        self._propose_parent()

    def _propose_parent(self) -> None:
        """A building belongs to the grid in use; what is above it, to the community."""
        parent = self.book.grid_id if self.level is AreaLevel.BUILDING else ""
        if self.level in (AreaLevel.GRID, AreaLevel.COMPOUND):
            parent = OWN
        self.chosen("parent_id").choose([parent] if parent else [], "")

    def show(self) -> None:
        """Where it belongs, by its name; that a building needs a grid."""
        from casework.casebook import areas

        parent = self.chosen("parent_id")
        if parent.value == OWN:
            parent.choose([OWN], self.book.community)
        elif parent.value:
            area = areas.get(self.book, parent.value)
            named = {"name": area.name, "level": Phrase(LEVEL_NAMES[area.level])} if area is not None else {}
            parent.choose([parent.value], Phrase(N_("{name}  ({level})"), named) if named else "")
        says = self.query_one("#area-says", Says)
        if self.level is AreaLevel.BUILDING and not parent.value:
            says.tell(Phrase(N_("A building belongs to a grid, and there is none yet: g adds one first.")), "there")
        elif self.level is AreaLevel.BUILDING:
            says.tell(Phrase(N_("However its number is written in a roster, an import finds it by this name.")))
        else:
            says.tell("")

    def asked(self, name: str, typed: str) -> None:
        """Where it belongs, out of the tree."""
        from casework.casebook import areas

        allowed = parents_of(self.level)
        nodes = [node for node in areas.tree(self.book) if node.area.level in allowed]
        own = self.book.community
        known = any(node.area.level is AreaLevel.COMMUNITY and node.area.name == own for node in nodes)

        def rows(said: str) -> Sequence[AreaNode | None]:
            wanted = said.casefold().split()
            found: list[AreaNode | None] = [
                node for node in nodes if all(word in node.area.name.casefold() for word in wanted)
            ]
            if AreaLevel.COMMUNITY in allowed and not known and all(word in own.casefold() for word in wanted):
                found.insert(0, None)
            return found

        def cells(node: AreaNode | None) -> tuple[Cell, Cell]:
            if node is None:
                return Cell(own), Cell(Phrase(LEVEL_NAMES[AreaLevel.COMMUNITY]), "muted")
            return Cell("  " * node.depth + node.area.name), Cell(Phrase(LEVEL_NAMES[node.area.level]), "muted")

        def then(chosen: tuple[AreaNode | None] | None) -> None:
            if chosen is not None:
                self.choose("parent_id", [chosen[0].area.id if chosen[0] is not None else OWN])

        finding.find(
            self, Phrase(N_("Where does it belong?")), lambda said: [(node,) for node in rows(said)],
            lambda row: cells(row[0]), then, columns=(Column(None), Column(16)), typed=typed,
        )  # fmt: skip

    def check_in(self) -> None:
        """The new area."""
        from casework.casebook import areas

        self.enter(self._entry, areas.add)

    def done(self, receipt: Receipt) -> None:
        """The first grid is the one in use: the status line names it."""
        if self.level is AreaLevel.GRID:
            self.casework.grid_changed()
        super().done(receipt)

    def _entry(self) -> Any:
        from casework.casebook.entries import AreaEntry

        parent = self.chosen("parent_id").value
        aliases = [name.strip() for name in re.split("[,，、;；]", self.text("aliases"))]
        return AreaEntry(
            level=self.level,
            name=self.text("name"),
            parent_id=None if parent in ("", OWN) else parent,
            in_own_community=parent == OWN,
            aliases=tuple(name for name in aliases if name),
        )
