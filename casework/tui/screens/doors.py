"""What can be done at a door, the same on every screen whose cursor stands on one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.phrase import N_, Phrase
from casework.tui.actions import ACTIONS, key_text
from casework.tui.screens.base import BaseScreen

if TYPE_CHECKING:
    from casework.domain.receipt import Receipt

NO_DOOR = frozenset({"app.grid", "resident.add", "household.add"})
"""Keys among those of a door that need none."""

AT_A_PLACE = frozenset({"check.start", "followup.start", "household.open"})
"""Keys among them that act on a place outdoors as well."""


class DoorScreen(BaseScreen):
    """A screen with a household under its cursor: `v`, `n`, `c`, `f`, `s` and enter act on it."""

    @property
    def household_id(self) -> str | None:
        """The household under the cursor."""
        return None

    @property
    def place_id(self) -> str | None:
        """The place outdoors under the cursor: it is checked, and has nobody to visit."""
        return None

    def why_not(self, action_id: str) -> Phrase | None:
        """The keys of a door need a door; a place outdoors can be checked."""
        if ACTIONS[action_id].scope == "door" and action_id not in NO_DOOR and self.household_id is None:
            if self.place_id is None:
                return Phrase(N_("There is no door under the cursor."))
            if action_id not in AT_A_PLACE:
                key = key_text(ACTIONS["check.start"], self.casework.user_keymap)
                return Phrase(N_("This is a place, not a door: {key} checks it."), {"key": key})
        return super().why_not(action_id)

    def action_visit_log(self) -> None:
        """Open the visit sheet."""
        self.casework.open("visit", self.household_id, then=self.came_back)

    def action_check_start(self) -> None:
        """Choose and open a checklist."""
        from casework.tui import checking

        household_id, place_id = self.household_id, self.place_id
        if household_id is not None:
            checking.start(self, household_id, self.came_back)
        elif place_id is not None:
            checking.start_place(self, place_id, self.came_back)

    def action_followup_start(self) -> None:
        """Open the form of a new follow-up."""
        subject = self.household_id or f"place/{self.place_id}"
        self.casework.open("followup_form", subject, then=self.came_back)

    def action_stairwell_show(self) -> None:
        """Show the building of this door."""
        self.casework.open("stairwell", self.household_id, then=self.came_back)

    def action_household_open(self) -> None:
        """Show the whole story of the household, or of the place."""
        if self.household_id is not None:
            self.casework.open("household", self.household_id, then=self.came_back)
        elif self.place_id is not None:
            self.casework.open("place", self.place_id, then=self.came_back)

    @property
    def building_id(self) -> str:
        """The building of the door under the cursor; empty where there is none."""
        if self.household_id is None:
            return ""
        from casework.casebook import households

        return households.get(self.book, self.household_id).building_id

    def action_household_add(self) -> None:
        """Open the form of a new door of this building."""
        self.casework.open("household_form", f"new/{self.building_id}", then=self.came_back)

    def action_resident_add(self) -> None:
        """Open the sheet of a new person of this household."""
        self.casework.open("resident_form", f"new/{self.household_id or ''}", then=self.came_back)

    def action_contact_reveal(self) -> None:
        """Open the household's page and ask which number is to be shown."""
        self.casework.open("household", self.household_id, reveal=True, then=self.came_back)

    def action_visit_no_answer(self) -> None:
        """Log that nobody answered, at once."""
        household_id = self.household_id
        if household_id is None:
            return
        from casework.casebook import visits

        book = self.book
        self.save(lambda action: visits.no_answer(book, household_id, action), self.after_no_answer)

    def action_visit_met(self) -> None:
        """Log that somebody was met and there is nothing to note, at once; who lives alone was met in person."""
        household_id = self.household_id
        if household_id is None:
            return
        from casework.casebook import visits

        book = self.book
        self.save(lambda action: visits.met(book, household_id, action), self.after_no_answer)

    def after_no_answer(self, receipt: Receipt) -> None:
        """Show the new state of the door. A list goes on to the next one."""
        self.load()

    def came_back(self, _result: object) -> None:
        """A form opened from here has closed; `load` has run."""
