"""The stairwell as a screen: walk the building with the arrows, act at the door where the cursor stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal

from casework.domain.phrase import N_, Phrase
from casework.tui.dialogs import Said
from casework.tui.screens.doors import DoorScreen
from casework.tui.widgets.stairwell import StairwellView
from casework.tui.widgets.story import Story

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from casework.domain.receipt import Receipt


class StairwellScreen(DoorScreen):
    """The building of a household."""

    SCOPES = ("door", "arrangement", "errand", "outdoors", "stairwell", "over")
    CSS_PATH = "stairwell.tcss"

    def __init__(self, household_id: str | None = None, building_id: str | None = None) -> None:
        super().__init__()
        self._household_id = household_id
        self._building_id = building_id

    def body(self) -> ComposeResult:
        """The building, and the story of the door under the cursor where there is room."""
        yield Said("", id="building")
        with Horizontal(id="stairwell"):
            yield StairwellView(id="doors")
            yield Story()

    @property
    def view(self) -> StairwellView:
        """The drawing."""
        return self.query_one("#doors", StairwellView)

    @property
    def household_id(self) -> str | None:
        """The household under the cursor."""
        door = self.view.door
        return door.household_id if door is not None else None

    @property
    def building_id(self) -> str:
        """The building that is shown."""
        return self._building_id or ""

    def load(self) -> None:
        """Read the doors of the building."""
        from casework.casebook import households

        if self._building_id is None:
            if self._household_id is None:
                return
            self._building_id = households.story(self.book, self._household_id).household.building_id
        self._say_building()
        doors = households.in_building(self.book, self._building_id)
        self.view.show(doors, self._household_id, mark_style=self.casework.marks)
        self._household_id = None

    def _say_building(self) -> None:
        from casework.casebook import areas

        building = areas.get(self.book, self._building_id) if self._building_id is not None else None
        self.query_one("#building", Said).say(building.name if building is not None else "")

    def on_stairwell_view_door_highlighted(self, event: StairwellView.DoorHighlighted) -> None:
        """Show the story of the door."""
        event.stop()
        self.call_after_refresh(self._show_story)

    def on_stairwell_view_door_selected(self, event: StairwellView.DoorSelected) -> None:
        """Open the household."""
        event.stop()
        self.action_household_open()

    def _show_story(self) -> None:
        from casework.casebook import households

        household_id = self.household_id
        if household_id is not None and self.casework.book is not None:
            self.query_one(Story).show(households.story(self.book, household_id), self.book.today())

    def after_no_answer(self, receipt: Receipt) -> None:
        """The door shows its new state; the cursor stays, as the next door is a matter of legs."""
        self.load()

    def action_stairwell_show(self) -> None:
        """Here it is already."""
        self.tell(Phrase(N_("This is the stairwell.")))

    def action_stairwell_next_building(self) -> None:
        """The building after this one."""
        self._other_building(1)

    def action_stairwell_previous_building(self) -> None:
        """The building before this one."""
        self._other_building(-1)

    def _other_building(self, step: int) -> None:
        from casework.casebook import households

        found = [building.id for building in households.buildings(self.book, self.book.grid_id)]
        if self._building_id in found:
            self._building_id = found[(found.index(self._building_id) + step) % len(found)]
            self.load()
