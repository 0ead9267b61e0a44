"""What can be done at a place outdoors, the same on the list and on the place's own screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.phrase import N_, Phrase
from casework.language import say
from casework.tui import dialogs
from casework.tui.actions import ACTIONS
from casework.tui.screens.base import BaseScreen

if TYPE_CHECKING:
    from casework.domain.place import Place

NO_PLACE = Phrase(N_("There is no place under the cursor."))


class OutdoorScreen(BaseScreen):
    """A screen with a place under its cursor."""

    @property
    def place(self) -> Place | None:
        """The place under the cursor."""
        return None

    def why_not(self, action_id: str) -> Phrase | None:
        """The keys of a place need one."""
        if (ACTIONS[action_id].scope == "place" or action_id == "place.open") and self.place is None:
            return NO_PLACE
        return super().why_not(action_id)

    def copyable(self) -> str:
        """Its official number, or its name."""
        place = self.place
        return (place.number or place.name) if place is not None else ""

    def action_place_check(self) -> None:
        """Start the check that applies to it."""
        from casework.tui import checking

        place = self.place
        if place is not None:
            checking.start_place(self, place.id, self.came_back)

    def action_place_followup(self) -> None:
        """Open the form of a new follow-up about it."""
        place = self.place
        if place is not None:
            self.casework.open("followup_form", f"place/{place.id}", then=self.came_back)

    def action_place_followups(self) -> None:
        """Choose one of its follow-ups, and open it."""
        from casework.casebook import places

        place = self.place
        rows = places.story(self.book, place.id, checks=0).followups if place is not None else ()
        if not rows:
            self.tell(Phrase(N_("There is no follow-up about this place.")))
            return
        options = [(row.id, f"{row.number}  {say(row.title)}") for row in rows]

        def then(chosen: str | None) -> None:
            if chosen is not None:
                self.casework.open("followup", chosen, then=self.came_back)

        dialogs.choose(self, Phrase(N_("Which follow-up?")), options, then)

    def action_place_edit(self) -> None:
        """Open its form."""
        place = self.place
        if place is not None:
            self.casework.open("place_form", f"change/{place.id}", then=self.came_back)

    def came_back(self, _result: object) -> None:
        """A form opened from here has closed; `load` has run."""
