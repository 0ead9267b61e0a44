"""What can be done with a follow-up, the same on the list and on the case's own screen."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from casework.domain.phrase import N_, Phrase
from casework.tui import dates, dialogs
from casework.tui.actions import ACTIONS
from casework.tui.screens.base import BaseScreen
from casework.tui.widgets.case import NO_CASE, is_closed

if TYPE_CHECKING:
    from datetime import date

    from casework.casebook.views import FollowupRow

Owner = tuple[str, str]


class CaseScreen(BaseScreen):
    """A screen with a follow-up under its cursor."""

    @property
    def case(self) -> FollowupRow | None:
        """The follow-up under the cursor."""
        return None

    def why_not(self, action_id: str) -> Phrase | None:
        """The keys of a case need one, and one that is open where the step needs that."""
        if ACTIONS[action_id].scope == "followups" and action_id != "followup.filter":
            case = self.case
            if case is None:
                return NO_CASE
            if action_id == "followup.reopen" and not is_closed(case):
                return Phrase(N_("This follow-up is open."))
            if action_id in ("followup.close", "followup.assign") and is_closed(case):
                return Phrase(N_("This follow-up is closed: reopen it first."))
            if action_id == "followup.household" and case.household_id is None:
                return Phrase(N_("This follow-up is not about a household."))
        return super().why_not(action_id)

    def action_followup_note(self) -> None:
        """Add a note."""
        self._words("note", "")

    def action_followup_reopen(self) -> None:
        """Take it up again, with words."""
        self._words("reopen", "")

    def action_followup_close(self) -> None:
        """Ask which end it is, then for the result in words."""
        from casework.domain.followup import CLOSES, STATE_NAMES, State, allowed

        case = self.case
        if case is None:
            return
        ends = [
            (CLOSES[step].value, STATE_NAMES[CLOSES[step]]) for step in allowed(State(case.state)) if step in CLOSES
        ]
        dialogs.choose(
            self,
            Phrase(N_("How does {number} end?"), {"number": case.number}),
            ends,
            lambda end: self._words("close", end) if end else None,
        )

    def action_followup_assign(self) -> None:
        """Ask to whom it goes and until when."""
        from casework.casebook import areas
        from casework.catalog.shelf import departments

        case = self.case
        if case is None:
            return
        owners: list[tuple[Owner, object]] = [(("worker", w.id), w.name) for w in areas.workers(self.book)]
        owners += [(("department", key), found.label) for key, found in departments().items()]
        at = next((n for n, (owner, _label) in enumerate(owners) if owner == (case.owner_kind, case.owner)), 0)
        question = Phrase(N_("To whom does {number} go?"), {"number": case.number})
        dialogs.choose(self, question, owners, self._until, at=at)

    def _until(self, owner: Owner | None) -> None:
        case = self.case
        if owner is None or case is None:
            return
        today = self.book.today()
        days: list[tuple[date | None, object]] = []
        if case.due_on is not None:
            days.append((None, Phrase(N_("As it is: {day}"), {"day": dates.day_text(case.due_on, today)})))
        for n in (1, 3, 7, 15, 30):
            day = today + timedelta(days=n)
            days.append((day, Phrase(N_("In {n} days: {day}"), {"n": n, "day": dates.day_text(day, today)})))

        def then(chosen: date | None) -> None:
            self._assign(case.id, owner, chosen)

        dialogs.choose(self, Phrase(N_("Until when?")), [(lambda d=day: d, label) for day, label in days],
                       lambda pick: then(pick()) if pick is not None else None)  # fmt: skip

    def _assign(self, followup_id: str, owner: Owner, due_on: date | None) -> None:
        from casework.casebook import followups
        from casework.casebook.entries import AssignEntry

        book = self.book
        entry = AssignEntry(
            followup_id=followup_id, owner_kind=owner[0], owner=owner[1], due_on=due_on, next_action_on=due_on
        )
        self.save(lambda action: followups.assign(book, entry, action), lambda _receipt: self.load())

    def action_followup_files(self) -> None:
        """The photos and files behind it, with what counts as evidence for a case of its kind."""
        from casework.catalog.shelf import categories
        from casework.domain.evidence import EvidenceSubject
        from casework.tui.holding import RecordHolder

        case = self.case
        if case is None:
            return
        category = categories().get(case.category)
        hint: object = ""
        if category is not None and category.evidence is not None:
            hint = Phrase(N_("What counts here: {evidence}"), {"evidence": category.evidence})
        title = Phrase(N_("{number}  {title}"), {"number": case.number, "title": case.title})
        holder = RecordHolder(EvidenceSubject.FOLLOWUP, case.id, title, hint)
        self.casework.open("evidence", holder, then=self.came_back)

    def action_followup_household(self) -> None:
        """The household that it is about."""
        case = self.case
        if case is not None and case.household_id is not None:
            self.casework.open("household", case.household_id, then=self.came_back)

    def _words(self, step: str, end: str) -> None:
        case = self.case
        if case is not None:
            self.casework.open("followup_words", f"{case.id}/{step}/{end}", then=self.came_back)

    def came_back(self, _result: object) -> None:
        """A form opened from here has closed; `load` has run."""
