"""What the worker says about a hazard of a check: fixed on the spot, a note, who puts it right and by when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from casework.domain.phrase import N_, Phrase
from casework.language import _
from casework.tui import dialogs
from casework.tui.checkanswers import AnswerScreen
from casework.tui.checkform import Seed
from casework.tui.widgets import when
from casework.tui.widgets.questionlines import Editing

if TYPE_CHECKING:
    from casework.domain.checklist import Question
    from casework.domain.finding import Finding


class HazardScreen(AnswerScreen):
    """What of the check form is about the hazard under the cursor."""

    def action_check_fixed(self) -> None:
        """Ask for a word of evidence."""
        self.begin_edit(Editing("evidence", _("How it was put right:")), "")

    def action_check_note(self) -> None:
        """Ask for a note to the answer."""
        question = self.sheet.question
        if question is None or self.form is None:
            return
        answer = self.form.answers.get(question.name)
        if answer is None and question.name not in self.form.found:
            self.tell(Phrase(N_("Answer first; then there is something to note.")), tone="overdue")
            return
        self.begin_edit(Editing("note", _("Note to this answer:")), answer.note if answer is not None else "")

    def action_check_owner(self) -> None:
        """Choose who owns the hazard's follow-up."""
        from casework.catalog import shelf

        question = self.sheet.question
        if question is None:
            return
        worker = self.book.worker
        options: list[tuple[tuple[str, str], object]] = [(("worker", worker.id), worker.name)]
        options += [(("department", one.key), one.label) for one in shelf.departments().values()]
        finding = self.open_findings(question)[0]
        now = self.form.owner(finding) if self.form is not None else None
        at = next((n for n, (owner, _label) in enumerate(options) if owner == now), 0)

        def chosen(owner: tuple[str, str] | None) -> None:
            if owner is not None:
                self._reseed(question.name, owner_kind=owner[0], owner=owner[1])

        dialogs.choose(self, Phrase(N_("Who puts it right?")), options, chosen, at=at)

    def action_check_due(self) -> None:
        """Choose by when the hazard is to be put right."""
        question = self.sheet.question
        if question is None or self.form is None:
            return
        finding = self.open_findings(question)[0]

        def chosen(day: date | when.Kept | None) -> None:
            if isinstance(day, date):
                self._reseed(question.name, due_on=day)

        today = self.book.today()
        due_on = self.form.due_on(finding)
        when.ask_day(self, Phrase(N_("Put right by when?")), chosen, today=today, day=max(due_on, today))

    def _reseed(self, name: str, **changes: Any) -> None:
        if self.form is not None:
            self.form.seeds[name] = replace(self.form.seeds.get(name, Seed()), **changes)
            self.changed()

    def open_findings(self, question: Question) -> list[Finding]:
        """The hazards of a question that still need a follow-up."""
        if self.form is None:
            return []
        return [one for one in self.form.found.get(question.name, ()) if not one.fixed_on_spot]
