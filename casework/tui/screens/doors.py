"""What can be done at a door, the same on every screen whose cursor stands on one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.phrase import N_, Phrase
from casework.tui.actions import ACTIONS, key_text
from casework.tui.screens.base import BaseScreen
from casework.tui.widgets.story import Story

if TYPE_CHECKING:
    from casework.domain.receipt import Receipt
    from casework.tui.actions import Action
    from casework.tui.widgets.pagelist import PageList

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
        """The keys of a door need a door; a place outdoors can be checked, and have a follow-up."""
        scope = ACTIONS[action_id].scope
        if scope == "errand" and not self.has_errand(action_id):
            from casework.tui import errands

            return errands.NOBODY_ASKED if action_id == "verify.ask" else errands.NO_PROMISE
        if scope == "arrangement":
            from casework.tui import arranging

            return arranging.why_not(self, action_id) or super().why_not(action_id)
        if scope == "outdoors" and self.household_id is None:
            return Phrase(N_("There is no door under the cursor."))
        if ACTIONS[action_id].scope == "door" and action_id not in NO_DOOR and self.household_id is None:
            if self.place_id is None:
                return Phrase(N_("There is no door under the cursor."))
            if action_id not in AT_A_PLACE:
                key = key_text(ACTIONS["check.start"], self.casework.user_keymap)
                return Phrase(N_("This is a place, not a door: {key} checks it."), {"key": key})
        return super().why_not(action_id)

    def has_errand(self, action_id: str) -> bool:
        """Whether the resident is to be asked here, or a promise to be looked at."""
        from casework.tui import errands

        wanted = errands.asking if action_id == "verify.ask" else errands.with_promises
        return bool(wanted(self.book, self.household_id, self.place_id))

    def footer(self) -> list[Action]:
        """The key line; asking back and promises are offered on the round alone, and only where there is such work."""
        return [action for action in super().footer() if action.scope != "errand"]

    def action_visit_log(self) -> None:
        """Open the visit sheet."""
        household_id = self.household_id

        def then(met: object) -> None:
            if met == "met":
                self._offer(household_id)

        self.casework.open("visit", household_id, then=then)

    def _offer(self, household_id: str | None) -> None:
        from casework.tui import errands

        errands.offer(self, household_id, self.came_back)

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

    def action_followup_about(self) -> None:
        """Open a follow-up about the stair or the building of this door."""
        from casework.tui import errands

        if self.household_id is not None:
            errands.ask_about(self, self.household_id, self.came_back)

    def action_booking_add(self) -> None:
        """Book a visit; where one is booked, ask what becomes of it."""
        from casework.tui import arranging

        arranging.book(self)

    def action_booking_move(self) -> None:
        """Another day or hour for the visit that is booked here."""
        from casework.tui import arranging

        arranging.move(self)

    def action_booking_cancel(self) -> None:
        """The visit that is booked here does not take place."""
        from casework.tui import arranging

        arranging.cancel(self)

    def action_notice_left(self) -> None:
        """Record that a notice was left at this door."""
        from casework.tui import arranging

        arranging.left(self)

    def action_notice_print(self) -> None:
        """Make the notice for paper."""
        from casework.tui import arranging

        arranging.to_paper(self)

    def action_verify_ask(self) -> None:
        """Note what the resident says: put right or not."""
        from casework.tui import errands

        cases = errands.asking(self.book, self.household_id, self.place_id)
        errands.ask(self, cases, self.came_back, "door")

    def action_promise_list(self) -> None:
        """Look whether it was done as promised."""
        from casework.tui import errands

        cases = errands.with_promises(self.book, self.household_id, self.place_id)
        errands.one_of(
            self, Phrase(N_("Of which follow-up?")), cases,
            lambda case: self.casework.open("promises", case.id, then=self.came_back),
        )  # fmt: skip

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

        def then(receipt: Receipt) -> None:
            self.after_no_answer(receipt)
            self._offer(household_id)

        self.save(lambda action: visits.met(book, household_id, action), then)

    def after_no_answer(self, receipt: Receipt) -> None:
        """Show the new state of the door. A list goes on to the next one."""
        self.load()

    def came_back(self, _result: object) -> None:
        """A form opened from here has closed; `load` has run."""


class DoorListScreen(DoorScreen):
    """A list of doors, with the story of the one under the cursor beside it where there is room."""

    def on_page_list_highlighted(self, event: PageList.Highlighted) -> None:
        """Show the story once the cursor's own lines are on the terminal."""
        event.stop()
        self.call_after_refresh(self._show_story)

    def on_page_list_selected(self, event: PageList.Selected) -> None:
        """Open the household, or the place."""
        event.stop()
        self.action_household_open()

    def _show_story(self) -> None:
        from casework.casebook import households

        if self.casework.book is None or not self.is_attached:
            return
        door = self.household_id
        self.query_one(Story).show(households.story(self.book, door) if door is not None else None, self.book.today())
