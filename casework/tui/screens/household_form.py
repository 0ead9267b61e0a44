"""A household's form: a new door of a building, or a door whose address, tenure or kitchen is put right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import on
from textual.widgets import Input

from casework.domain import masking
from casework.domain.household import Fuel, Tenure
from casework.domain.phrase import N_, Phrase
from casework.tui import finding, marks, words
from casework.tui.screens.register_form import TAKE_AWAY, RegisterForm, Says
from casework.tui.widgets.formlines import Chosen, FormLine, LineField
from casework.tui.widgets.pagelist import Cell
from casework.tui.widgets.story import CAUTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from casework.casebook.views import BuildingHit
    from casework.domain.receipt import Receipt

FUEL_KEYS = {Fuel.PIPELINE_GAS: "p", Fuel.LPG_CYLINDER: "l", Fuel.ELECTRIC: "e"}
TENURE_KEYS = {Tenure.OWNED: "o", Tenure.RENTED: "r", Tenure.PUBLIC_RENT: "p"}
CAUTION_KEYS = {"dog": "d", "oxygen": "x", "do_not_enter": "n"}
PARTS = ("unit", "floor", "room", "address")


class HouseholdForm(RegisterForm):
    """The form. The subject of its draft is `new/BUILDING` (which may be empty) or `change/HOUSEHOLD`."""

    FORM = "household_form"
    TITLES = (N_("New household"), N_("Household put right"))
    LABELS = {
        "building_id": N_("Building"), "unit": N_("Unit"), "floor": N_("Floor"), "room": N_("Room"),
        "address": N_("Address"), "fuel": N_("Fuel"), "tenure": N_("Tenure"), "phone": N_("Phone"),
        "shares_with": N_("Kitchen"), "cautions": N_("Caution"), "note": N_("Note"),
    }  # fmt: skip

    def __init__(self, subject: str) -> None:
        super().__init__(subject)
        mode, _slash, record = subject.partition("/")
        self.household_id = record if mode == "change" else None
        self._first_building = record if mode == "new" else ""
        """What stood in the form when it was opened: only what differs from it is saved."""

    def lines(self) -> Iterable[Widget]:
        """From the building to the kitchen."""
        if self.household_id is None:
            yield Chosen(self.label("building_id"), empty=Phrase(N_("type its name")), id="f-building_id")
        parts: list[object] = []
        for name in ("unit", "floor", "room"):
            field = LineField(f"f-{name}")
            field.add_class("few")
            parts += [field] if name == "unit" else [self.label(name), field]
        yield FormLine(self.label("unit"), *parts)
        yield FormLine(
            self.label("address"), LineField("f-address", shown=Phrase(N_("as it is written, where it differs")))
        )
        yield Says("door-says")
        yield self.picks("fuel", [(fuel.value, key, Phrase(words.FUELS[fuel])) for fuel, key in FUEL_KEYS.items()])
        yield self.picks("tenure", [(one.value, key, Phrase(words.TENURES[one])) for one, key in TENURE_KEYS.items()])
        yield FormLine(
            self.label("phone"), LineField("f-phone", shown=Phrase(N_("of the household, a landline for instance")))
        )
        yield Chosen(self.label("shares_with"), empty=Phrase(N_("its own; enter: shared with neighbours")),
                     id="f-shares_with")  # fmt: skip
        if self.household_id is None:
            yield self.picks(
                "cautions", [(key, CAUTION_KEYS[key], Phrase(said)) for key, said in CAUTIONS.items()], many=True
            )
            yield FormLine(self.label("note"), LineField("f-note"))

    def on_mount(self) -> None:
        """Fill in what is on file, before a draft comes back."""
        if self._pristine is None:
            if self.household_id is not None:
                self._fill(self.household_id)
                self.field("room").focus()
            elif self._first_building:
                self.chosen("building_id").choose([self._first_building], "")
                self.field("unit").focus()
            else:
                self.chosen("building_id").focus()
        super().on_mount()

    def _fill(self, household_id: str) -> None:
        from casework.casebook import households

        home = households.get(self.book, household_id)
        self.field("unit").put(home.unit)
        self.field("floor").put("" if home.floor is None else str(home.floor))
        self.field("room").put(home.room)
        self.field("address").put("" if home.address == home.short else home.address)
        self.row("fuel").choose([] if home.fuel is Fuel.UNKNOWN else [home.fuel.value])
        self.row("tenure").choose([] if home.tenure is Tenure.UNKNOWN else [home.tenure.value])
        if home.phone:
            stays = Phrase(
                N_("{number} stays;  {key} takes it away"), {"number": masking.phone(home.phone), "key": TAKE_AWAY}
            )
            self.field("phone").say_shown(stays)
        self.chosen("shares_with").choose(households.sharing(self.book, household_id), "")
        self._base = self.standing()

    # what follows

    def load(self) -> None:
        """Say which building and which doors."""
        self.show()

    @property
    def building_id(self) -> str:
        """The building: the one that was chosen, or that of the door."""
        if self.household_id is None:
            return self.chosen("building_id").value
        from casework.casebook import households

        return households.get(self.book, self.household_id).building_id

    def show(self) -> None:
        """The building and the neighbours by their names, and the door that the parts lead to."""
        from casework.casebook import areas, households

        if self.household_id is None and self.building_id:
            building = areas.get(self.book, self.building_id)
            grid = areas.get(self.book, building.parent_id) if building and building.parent_id else None
            named = "  ".join(area.name for area in (building, grid) if area is not None)
            self.chosen("building_id").choose([self.building_id], named)
        kitchen = self.chosen("shares_with")
        shorts = [households.get(self.book, other).short for other in kitchen.values]
        kitchen.choose(kitchen.values, Phrase(N_("shared with {doors}"), {"doors": " ".join(shorts)}))
        self._sketch()

    @on(Input.Changed, "#f-unit, #f-floor, #f-room, #f-address")
    def _part_typed(self) -> None:
        """Another part, another door."""
        self._sketch()

    def _sketch(self) -> None:
        """Say which door the parts lead to, and whether it is there already."""
        from casework.casebook import doorstep

        says = self.query_one("#door-says", Says)
        unit, floor, room, address = (self.text(name) for name in PARTS)
        if not self.building_id or not (floor or room or address):
            says.tell("")
            return
        on_floor = int(floor) if floor.isdecimal() and len(floor) < 4 else None
        door = doorstep.sketch(self.book, self.building_id, unit, on_floor, room, address, self.household_id)
        if door.standing is not None:
            names = " ".join(door.names)
            said = Phrase(N_("{door} is there already: {names}. Saving offers to go there."),
                          {"door": door.short, "names": names or Phrase(N_("nobody on file"))})  # fmt: skip
            says.tell(said, "there")
        elif door.short:
            mark = marks.mark("done", self.casework.marks)
            says.tell(Phrase(N_("{mark} {door}  {address}"),
                             {"mark": mark, "door": door.short, "address": door.address}), "good")  # fmt: skip
        else:
            says.tell("")

    # choosing

    def asked(self, name: str, typed: str) -> None:
        """Another building, found while one types; or the neighbours with whom the kitchen is shared."""
        if name == "building_id":
            self._ask_building(typed)
        else:
            self._ask_kitchen()

    def _ask_building(self, typed: str) -> None:
        from casework.casebook import search

        book = self.book

        def then(hit: BuildingHit | None) -> None:
            if hit is not None:
                self.chosen("shares_with").choose([], "")
                self.choose("building_id", [hit.id])

        finding.find(
            self, Phrase(N_("Which building?")), lambda said: search.buildings(book, said), _building_cells, then,
            typed=typed, empty=Phrase(N_("No building is called that. After esc, ctrl+p adds one.")),
        )  # fmt: skip

    def _ask_kitchen(self) -> None:
        from casework.casebook import doorstep, households

        if not self.building_id:
            self.tell(Phrase(N_("Choose the building first.")), tone="overdue")
            return
        unit, floor, room, _address = (self.text(name) for name in PARTS)
        doors = [d for d in households.in_building(self.book, self.building_id) if d.household_id != self.household_id]
        on_floor = int(floor) if floor.isdecimal() and len(floor) < 4 else None
        beside = doorstep.nearest(doors, unit, on_floor, room)
        if not beside:
            self.tell(Phrase(N_("There is no other door in this building yet.")), tone="overdue")
            return

        def then(ticked: tuple[str, ...] | None) -> None:
            if ticked is not None:
                self.choose("shares_with", ticked)

        options = [(door.household_id, door.short, " ".join(door.names)) for door in beside]
        finding.tick(
            self, Phrase(N_("With whom is the kitchen shared?")), options, self.chosen("shares_with").values, then
        )

    # saving

    def check_in(self) -> None:
        """A new door, or what differs from the one that is on file."""
        from casework.casebook import households

        if self.household_id is None:
            if not self.building_id:
                self.wrong("building_id", Phrase(N_("Choose the building first.")))
            else:
                self.enter(self._entry, households.add)
        elif self.standing() == self._base:
            self.tell(Phrase(N_("Nothing differs from what is on file.")), tone="overdue")
        else:
            self.enter(self._change, households.change)

    def _entry(self) -> Any:
        from casework.casebook.entries import HouseholdEntry

        texts: dict[str, Any] = {name: self.text(name) for name in ("unit", "room", "address", "phone", "note")}
        texts["floor"] = self.text("floor") or None
        return HouseholdEntry(
            building_id=self.building_id,
            **texts,
            fuel=Fuel(self.row("fuel").value or Fuel.UNKNOWN),
            tenure=Tenure(self.row("tenure").value or Tenure.UNKNOWN),
            shares_with=self.chosen("shares_with").values,
            cautions=tuple(self.row("cautions").chosen),
        )

    def _change(self) -> Any:
        from casework.casebook.changes import HouseholdChange

        before = self._base
        said: dict[str, Any] = {
            name: self.text(name) for name in PARTS if self.text(name) != before["texts"][f"f-{name}"]
        }
        if "floor" in said:
            said["floor"] = said["floor"] or None
        for name, unknown in (("fuel", Fuel.UNKNOWN), ("tenure", Tenure.UNKNOWN)):
            if self.row(name).chosen != before["picked"][f"f-{name}"]:
                said[name] = self.row(name).value or unknown
        if self.text("phone"):
            said["phone"] = "" if self.text("phone") == TAKE_AWAY else self.text("phone")
        if list(self.chosen("shares_with").values) != before["chosen"]["f-shares_with"]:
            said["shares_with"] = self.chosen("shares_with").values
        return HouseholdChange(id=self.household_id or "", **said)

    def done(self, receipt: Receipt) -> None:
        """A new door is gone to: who lives there is added next."""
        super().done(receipt)
        if self.household_id is None:
            app, door = self.casework, receipt.subject_id
            app.call_later(lambda: app.open("household", door, receipt=receipt))


def _building_cells(hit: BuildingHit) -> tuple[Cell, Cell]:
    return Cell(hit.name), Cell(hit.grid, "muted")
