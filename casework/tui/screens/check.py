"""The check form: the questions of one checklist, answered by keys; every hazard says at once what will follow."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual.containers import Container

from casework.domain.check import SubjectKind
from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain
from casework.language import language, say
from casework.tui.checkfiles import CheckFiles
from casework.tui.checkform import CheckForm
from casework.tui.checking import Subject
from casework.tui.widgets import when
from casework.tui.widgets.checkbars import Headline, Tally
from casework.tui.widgets.field import Field
from casework.tui.widgets.questionlines import Editing
from casework.tui.widgets.questionnaire import Questionnaire

if TYPE_CHECKING:
    from datetime import datetime

    from textual.app import ComposeResult

    from casework.domain.receipt import Receipt


class CheckScreen(CheckFiles):
    """A check of a household, a kitchen, a person or a place. It is dismissed with the receipt, or with None."""

    FORM = "check"
    SCOPES = ("check", "form", "over")
    CSS_PATH = "check.tcss"

    def __init__(self, subject: Subject) -> None:
        super().__init__(subject.key)
        self.subject = subject
        self._leak_shown = False

    @classmethod
    def from_draft(cls, subject_id: str) -> CheckScreen:
        """The check of a draft."""
        return cls(Subject.of_key(subject_id))

    # the parts

    def body(self) -> ComposeResult:
        """Headline, questions with the field that lies over them, and the count."""
        yield Headline(id="headline")
        with Container(id="sheet"):
            yield Questionnaire(id="questions")
            yield Field(self.submit, id="field")
        yield Tally(id="tally")

    def on_mount(self) -> None:
        """Open the checklist, before the draft comes back."""
        from casework.casebook import checks, households, places
        from casework.casebook.errors import CasebookError
        from casework.catalog import checks as shelf

        subject, book = self.subject, self.book
        try:
            checklist = shelf.load(subject.checklist)
            where = ""
            if subject.household_id:
                home = households.get(book, subject.household_id)
                names = [person.name for person in households.people_of(book, subject.household_id)]
                where = " ".join((home.short, *names[:2]))
            elif subject.kind is SubjectKind.PLACE:
                place = places.get(book, subject.id)
                where = place.name if place is not None else ""
            context = checks.context(book, subject.kind, subject.id, subject.household_id or None, book.today())
        except KeyError:
            self.tell(Phrase(N_("There is no checklist of that name.")), tone="error")
            return
        except (shelf.ChecklistError, CasebookError) as error:
            self.tell(error.phrase, tone="error")
            return
        self.form = CheckForm(checklist, context)
        headline, tally = self.query_one(Headline), self.query_one(Tally)
        headline.where, headline.title, headline.now = where, checklist.title, book.clock.now()
        tally.form, tally.mark_style = self.form, self.casework.marks
        self.sheet.show(self.form, me=book.worker.name, mark_style=self.casework.marks)
        self.sheet.focus()

    def why_not(self, action_id: str) -> Phrase | None:
        """What cannot be done just now, and why."""
        if self.form is None:
            if action_id.startswith(("check.", "form.save", "form.late")):
                return Phrase(N_("This check cannot be opened."))
        elif action_id.startswith("check.") and self.sheet.editing is not None:
            return Phrase(N_("Finish typing first: enter takes it, esc leaves it."))
        elif action_id in ("check.owner", "check.due", "check.fixed"):
            question = self.sheet.question
            open_ones = self.open_findings(question) if question is not None else []
            if not open_ones:
                return Phrase(N_("There is no hazard here to put right."))
            if action_id == "check.fixed" and not all(one.fixable_on_spot for one in open_ones):
                return Phrase(N_("This cannot be put right on the spot."))
        return super().why_not(action_id)

    # what changed

    def changed(self) -> None:
        """The answers have changed: show it, keep it, and see whether gas is leaking."""
        if self.form is None:
            return
        self.sheet.redraw()
        self.place_field()
        self.query_one(Tally).refresh()
        self.refresh_bindings()
        self.typed()
        leak = self.form.leak
        if leak is None:
            self._leak_shown = False
        elif not self._leak_shown:
            self._leak_shown = True
            self.start_leak()

    @property
    def household_id(self) -> str:
        """The door of this check."""
        return self.subject.household_id

    def start_leak(self) -> None:
        """Say *go outside first*; what is answered so far is kept, and saved with the leak."""
        self.keep_draft()
        self.casework.open("leak", self.subject.household_id, self.subject.key, then=self._leak_recorded)

    def _leak_recorded(self, receipt: Receipt | None) -> None:
        if receipt is not None:
            while self.app.screen is not self:
                self.app.pop_screen()
            # The check was saved with the leak: nothing is left to fill in here.
            self.drop_draft()
            self.form = None
            self.dismiss(receipt)
            # It was said on this screen, which is closing.
            self.casework.tell_receipt(receipt)

    def on_questionnaire_moved(self) -> None:
        """The keys that act depend on the question."""
        self.refresh_bindings()
        if self.form is not None and self.form.answers:
            self.typed()

    # typing

    def action_screen_back(self) -> None:
        """Leave the field as it was; else leave the check, with the draft kept."""
        if self.sheet.editing is not None:
            self.leave_field()
            return
        self.keep_draft()
        super().action_screen_back()

    # actions

    def action_form_late(self) -> None:
        """Say when the check took place."""

        def chosen(moment: datetime | when.Kept | None) -> None:
            if not isinstance(moment, when.Kept):
                self._happened(moment)
                self.changed()

        if self.form is not None:
            when.ask_moment(
                self, Phrase(N_("When was this check?")), chosen,
                now=self.book.clock.now(), moment=self.form.happened_at,
            )  # fmt: skip

    def _happened(self, moment: datetime | None) -> None:
        from casework.casebook import checks

        if self.form is None:
            return
        subject = self.subject
        day = moment.date() if moment is not None else self.book.today()
        context = checks.context(self.book, subject.kind, subject.id, subject.household_id or None, day)
        self.form.at(context, moment)
        headline = self.query_one(Headline)
        headline.happened_at, headline.now = moment, self.book.clock.now()
        headline.refresh()

    def action_form_save(self) -> None:
        """Save, or go to the first question that keeps it from being saved and say why."""
        if self.form is None or not self.end_edit():
            return
        if self.form.missing:
            count = len(self.form.missing)
            self.sheet.go_to(self.form.missing[0])
            self.tell(
                Phrase(N_("Not saved: {n} questions still need an answer. This is the first."), {"n": count}),
                tone="overdue",
            )
            return
        problem = self.form.first_problem()
        if problem is not None:
            self.sheet.go_to(problem[0])
            self.tell(problem[1], tone="error")
            return
        from pydantic import ValidationError

        from casework.casebook import checks
        from casework.casebook.entries import problems

        try:
            entry = self.form.entry(self.subject)
        except ValidationError as error:
            self.tell(*(phrase for _field, phrase in problems(error)), tone="error")
            return
        book = self.book
        self.save(lambda action: checks.save(book, entry, action), self._saved)

    def _saved(self, receipt: Receipt) -> None:
        self.dismiss(receipt)

    # drafts

    def draft_data(self) -> dict[str, Any]:
        """The answers, with the question under the cursor and what is half typed."""
        data = self.form.data() if self.form is not None else {}
        editing, question = self.sheet.editing, self.sheet.question
        if editing is not None and editing.mode != "value":
            data["editing"] = [editing.mode, editing.prompt, self.field.value]
        elif editing is not None:
            data["editing"] = ["value", "", self.field.value]
        if data and question is not None:
            data["at"] = question.name
        return data

    def restore_draft(self, data: dict[str, Any]) -> None:
        """Put the answers back, with the cursor on the same question."""
        if self.form is None:
            return
        same = self.form.take(data)
        self.files_of_draft(data)
        self._happened(self.form.happened_at)
        # Told when the answer was given; a draft that comes back need not shout again.
        self._leak_shown = self.form.leak is not None
        self.sheet.redraw()
        self.sheet.go_to(str(data.get("at", "")))
        self.query_one(Tally).refresh()
        if not same:
            self.tell(Phrase(N_("The checklist has changed since: please look through the answers.")), tone="overdue")
        editing = data.get("editing")
        if isinstance(editing, list) and len(editing) == 3:
            self._before = None
            self.call_after_refresh(self.begin_edit, Editing(str(editing[0]), str(editing[1])), str(editing[2]))

    def load(self) -> None:
        """Come back from above: the time goes on."""
        headline = self.query_one(Headline)
        headline.now = self.book.clock.now()
        headline.refresh()

    def retranslate(self) -> None:
        """Say everything again; the names of months in a calculation too."""
        if self.form is not None:
            self.form.at(replace(self.form.context, language=language()), self.form.happened_at)
        super().retranslate()

    def copyable(self) -> str:
        """The question under the cursor with its answer."""
        question = self.sheet.question
        return plain(say(question.label)) if question is not None else ""
