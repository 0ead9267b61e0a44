"""The steps of a follow-up, the same on the list, on the board and on the case's own screen."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from casework.domain.followup import CLOSES, STATE_NAMES, Action
from casework.domain.phrase import N_, Phrase
from casework.tui import casesteps, dates, dialogs, narrowing
from casework.tui.screens.case_base import CaseBase

if TYPE_CHECKING:
    from casework.casebook.views import FollowupRow

Owner = tuple[str, str]


class CaseScreen(CaseBase):
    """A screen with a follow-up under its cursor, and every step of it by a key."""

    # steps that need nothing more than their key

    def _at_once(self, verb: str) -> None:
        from casework.casebook import followups
        from casework.casebook.followup_entries import StepEntry

        case = self.case
        if case is not None:
            book, entry = self.book, StepEntry(followup_id=case.id)
            step = getattr(followups, verb)
            self.save(lambda action: step(book, entry, action), lambda _receipt: self.load())

    def action_followup_accept(self) -> None:
        """The owner takes it."""
        self._at_once("accept")

    def action_followup_begin(self) -> None:
        """Work begins."""
        self._at_once("start")

    def action_followup_resume(self) -> None:
        """It goes on."""
        self._at_once("resume")

    def action_followup_not_reached(self) -> None:
        """The resident was rung and not reached."""
        self._answer("could_not_reach")

    # steps with words

    def _words(self, step: str, extra: str = "") -> None:
        case = self.case
        if case is not None:
            self.casework.open("followup_words", f"{case.id}/{step}/{extra}", then=self.came_back)

    def action_followup_note(self) -> None:
        """Add a note."""
        self._words("note")

    def action_followup_reopen(self) -> None:
        """Take it up again."""
        self._words("reopen")

    def action_followup_return(self) -> None:
        """Give it back."""
        self._words("return")

    def action_followup_finish(self) -> None:
        """The work is done."""
        self._words("finish")

    def action_followup_wait(self) -> None:
        """Wait for the resident."""
        self._words("wait")

    def action_followup_suspend(self) -> None:
        """Set it aside."""
        self._words("suspend")

    def action_followup_extend(self) -> None:
        """A later due day."""
        self._words("extend")

    def action_followup_ask_again(self) -> None:
        """Somebody asks again."""
        self._words("ask_again")

    def action_followup_close(self) -> None:
        """Ask which end it is, then for the result in words."""
        case = self.case
        if case is None:
            return
        found = casesteps.ends(case, self.book.clock.now(), self.known)
        dialogs.choose(
            self, Phrase(N_("How does {number} end?"), {"number": case.number}),
            [(how, STATE_NAMES[CLOSES[how]]) for how in found], self._end,
        )  # fmt: skip

    def _end(self, how: Action | None) -> None:
        if how is Action.MARK_DUPLICATE:
            question = Phrase(N_("Of which follow-up is it a duplicate? Choose it, or type its number."))
            self.other_case(question, lambda other: self._words("duplicate", other))
        elif how is not None:
            self._words("close", CLOSES[how].value)

    # the resident's word

    def action_followup_verify(self) -> None:
        """Ask what the resident says."""
        case = self.case
        if case is not None:
            self.casework.open("followup_verify", case.id, then=self.came_back)

    def _answer(self, answer: str) -> None:
        from casework.casebook import followups
        from casework.casebook.followup_entries import VerifyAnswer, VerifyEntry

        case = self.case
        if case is not None:
            book = self.book
            entry = VerifyEntry(followup_id=case.id, answer=VerifyAnswer(answer))
            self.save(lambda action: followups.verify(book, entry, action), lambda _receipt: self.load())

    # people

    def assigned_ids(self) -> tuple[str, ...]:
        """The cases that an assignment is about: the one under the cursor, unless several are marked."""
        case = self.case
        return (case.id,) if case is not None else ()

    def action_followup_assign(self) -> None:
        """Ask to whom it goes, and until when; several marked ones go in one save."""
        ids, case = self.assigned_ids(), self.case
        if not ids:
            return
        if len(ids) > 1 or case is None or case.id != ids[0]:
            question = Phrase(N_("To whom do these {n} follow-ups go?"), {"n": len(ids)})
            narrowing.pick(self, question, casesteps.owners(self.book), lambda owner: self._assign_many(ids, owner))
            return
        question = Phrase(N_("To whom does {number} go?"), {"number": case.number})
        narrowing.pick(
            self, question, casesteps.owners(self.book), lambda owner: self._until(case, owner),
            at=(case.owner_kind, case.owner),
        )  # fmt: skip

    def _until(self, case: FollowupRow, owner: Owner | None) -> None:
        if owner is None:
            return
        today = self.book.today()
        days: list[tuple[Any, object]] = []
        if case.due_on is not None:
            days.append(((None,), Phrase(N_("As it is: {day}"), {"day": dates.day_text(case.due_on, today)})))
        for n in (1, 3, 7, 15, 30):
            day = today + timedelta(days=n)
            days.append(((day,), Phrase(N_("In {n} days: {day}"), {"n": n, "day": dates.day_text(day, today)})))
        days.append(("calendar", Phrase(N_("Another day"))))

        def then(chosen: Any) -> None:
            if chosen == "calendar":
                from casework.tui.widgets import when

                when.ask_day(
                    self, Phrase(N_("Until when?")),
                    lambda day: self._assign(case.id, owner, day) if isinstance(day, date) else None, today=today,
                )  # fmt: skip
            elif chosen is not None:
                self._assign(case.id, owner, chosen[0])

        dialogs.choose(self, Phrase(N_("Until when?")), days, then)

    def _assign(self, followup_id: str, owner: Owner, due_on: date | None) -> None:
        from casework.casebook import followups
        from casework.casebook.entries import AssignEntry

        book = self.book
        entry = AssignEntry(followup_id=followup_id, owner_kind=owner[0], owner=owner[1], due_on=due_on)
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

    def _assign_many(self, ids: tuple[str, ...], owner: Owner | None) -> None:
        from casework.casebook import followups
        from casework.casebook.followup_entries import BulkAssignEntry

        if owner is None:
            return
        book = self.book
        entry = BulkAssignEntry(followup_ids=ids, owner_kind=owner[0], owner=owner[1])

        def done(_receipt: object) -> None:
            self.assigned()
            self.load()

        self.save(lambda action: followups.assign_many(book, entry, action), done)

    def assigned(self) -> None:
        """The marked cases have gone: their marks have served."""

    def action_followup_hand_off(self) -> None:
        """Make the sheet for the department; several marked ones stand on one."""
        from casework.tui import handing

        ids, case = self.assigned_ids(), self.case
        if ids and case is not None:
            handing.ask(self, ids, case.number if len(ids) == 1 else f"{case.number}-{len(ids)}")

    def action_followup_help(self) -> None:
        """Ask who helps; who helps already is shown first, and chosen helps no longer."""
        from casework.casebook import followups
        from casework.casebook.followup_entries import HelpEntry

        case = self.case
        if case is None:
            return
        book = self.book

        def then(owner: Owner | None) -> None:
            if owner is not None:
                entry = HelpEntry(followup_id=case.id, owner_kind=owner[0], owner=owner[1])
                verb = followups.help_ends if owner in case.helpers else followups.help_with
                self.save(lambda action: verb(book, entry, action), lambda _receipt: self.load())

        narrowing.pick(self, Phrase(N_("Who helps with {number}?"), {"number": case.number}),
                       casesteps.helpers(book, case), then)  # fmt: skip

    # promises

    def action_followup_joint_visit(self) -> None:
        """Record a joint visit."""
        case = self.case
        if case is not None:
            self.casework.open("joint_visit", case.id, then=self.came_back)

    def action_followup_promise(self) -> None:
        """The promises of this follow-up, and one more."""
        case = self.case
        if case is not None:
            self.casework.open("promises", case.id, then=self.came_back)
