"""Typing in a check: the field that lies over the line of the question under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.phrase import N_, Phrase
from casework.tui.drafting import DraftingScreen
from casework.tui.widgets.field import Field
from casework.tui.widgets.questionlines import Editing
from casework.tui.widgets.questionnaire import Questionnaire

if TYPE_CHECKING:
    from textual import events
    from textual.widgets import Input

    from casework.domain.check import Answer
    from casework.domain.checklist import Question
    from casework.tui.checkform import CheckForm


class FieldScreen(DraftingScreen):
    """What of the check form is about its field. A subclass yields `#questions` and `#field` from its body."""

    def __init__(self, draft_subject: str) -> None:
        super().__init__(draft_subject)
        self.form: CheckForm | None = None
        self._before: Answer | None = None

    def changed(self) -> None:
        """The answers have changed: a subclass shows and keeps it."""

    def go_on(self) -> None:
        """A value was taken: a subclass moves the cursor on."""

    @property
    def sheet(self) -> Questionnaire:
        """The list of questions."""
        return self.query_one("#questions", Questionnaire)

    @property
    def field(self) -> Field:
        """The field in which values and words are typed."""
        return self.query_one("#field", Field)

    def edit_value(self, question: Question, typed: str) -> None:
        """Type a value into the field over the question's line."""
        if self.form is None:
            return
        self._before = self.form.answers.get(question.name)
        self.begin_edit(Editing("value"), typed)
        if typed:
            self._live(question, typed)

    def begin_edit(self, editing: Editing, typed: str) -> None:
        """Open the field with what is typed so far."""
        self.sheet.editing = editing
        self.sheet.redraw()
        self.field.display = True
        self.place_field()
        self.field.begin(typed)

    def place_field(self) -> None:
        """Put the field over its line."""
        if self.sheet.editing is not None:
            place, width = self.sheet.field_place()
            self.field.styles.offset = (place.x, place.y)
            self.field.styles.width = width

    def on_resize(self, event: events.Resize) -> None:
        """The field follows its line."""
        self.call_after_refresh(self.place_field)

    def on_input_changed(self, event: Input.Changed | None = None) -> None:
        """Hold a value against its limits while it is typed."""
        editing, question = self.sheet.editing, self.sheet.question
        if event is not None and editing is not None and editing.mode == "value" and question is not None:
            # What stands there now: the message may be older than the field.
            self._live(question, self.field.value)
        self.typed()

    def _live(self, question: Question, typed: str) -> None:
        self._set(question, typed.strip())
        self.changed()

    def _set(self, question: Question, typed: str) -> None:
        if self.form is None:
            return
        if typed:
            self.form.choose(question, typed)
        else:
            self.form.clear(question.name)

    def submit(self, _field: Field | None = None) -> None:
        """Take what was typed and go on; where it cannot be taken, the field stays open."""
        editing, question = self.sheet.editing, self.sheet.question
        if not self.end_edit():
            self.field.begin()
            return
        if self.form is None or question is None or editing is None:
            return
        if editing.mode == "value" and question.name not in self.form.found:
            self.go_on()
            self.changed()

    def field_key(self, event: events.Key) -> None:
        """Take a key while the field is open: up and down leave it, others were typed before it had the focus."""
        if event.key in ("up", "down"):
            if self.end_edit():
                self.sheet.step(-1 if event.key == "up" else 1)
        elif event.key in ("enter", "tab"):
            self.submit()
        elif not self.field.take(event):
            return
        event.stop()
        event.prevent_default()

    def end_edit(self) -> bool:
        """Take what stands in the field; whether it could be taken."""
        editing, question = self.sheet.editing, self.sheet.question
        if editing is None or question is None or self.form is None:
            return True
        typed = self.field.value.strip()
        if editing.mode == "value":
            self._set(question, typed)
            wrong = self.form.problem(question.name) if typed else None
            if wrong is not None:
                self.tell(wrong, tone="error")
                return False
        elif editing.mode == "evidence":
            wrong = self.form.fix(question.name, typed) if typed else Phrase(N_("Say in a word how it was put right."))
            if wrong is not None:
                self.tell(wrong, tone="error")
                return False
        else:
            self.form.note(question.name, typed)
        self._close_field()
        self.changed()
        return True

    def _close_field(self) -> None:
        self.sheet.editing = None
        self.set_focus(self.sheet)
        self.field.display = False
        self.sheet.redraw()

    def leave_field(self) -> None:
        """Close the field and let stand what stood before."""
        editing, question = self.sheet.editing, self.sheet.question
        if editing is not None and editing.mode == "value" and question is not None and self.form is not None:
            self.form.put_back(question.name, self._before)
        self._close_field()
        self.changed()
