"""Answering in a check: by digits, by one key for all that is in order or as it was last time, and on to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.check import AnswerState
from casework.domain.checklist import QuestionType
from casework.domain.functions import text as as_text
from casework.domain.phrase import N_, Phrase
from casework.domain.text import halfwidth
from casework.language import _
from casework.tui import dialogs
from casework.tui.checkfield import FieldScreen
from casework.tui.checkform import TYPED
from casework.tui.widgets import when
from casework.tui.widgets.questionlines import STATE_KEYS

if TYPE_CHECKING:
    from textual import events

    from casework.domain.checklist import Question
    from casework.tui.checking import Subject


class AnswerScreen(FieldScreen):
    """What of the check form is about its answers."""

    subject: Subject

    def __init__(self, draft_subject: str) -> None:
        super().__init__(draft_subject)
        self._swept = False

    # where the cursor goes

    def go_on(self) -> None:
        """After an answer: the next question, or the next one needed where the rest is in order."""
        if self._swept or (not self.sheet.step(1) and self.form is not None and self.form.missing):
            self._next_missing()

    def _next_missing(self) -> bool:
        if self.form is None or not self.form.missing:
            return False
        names = [one.name for one in self.form.shown]
        here = self.sheet.cursor
        after = [name for name in self.form.missing if names.index(name) > here]
        self.sheet.go_to((after or list(self.form.missing))[0])
        return True

    # keys

    def on_key(self, event: events.Key) -> None:
        """Digits choose or begin a value; in the field up and down leave it for the next question."""
        if self.sheet.editing is not None:
            self.field_key(event)
            return
        question = self.sheet.question
        character = halfwidth(event.character or "")
        if question is None or self.form is None or len(character) != 1:
            return
        if question.choices and character.isascii() and character.isdigit():
            event.stop()
            event.prevent_default()
            index = int(character) - 1
            if 0 <= index < len(question.choices):
                self.choose(question, question.choices[index].name)
            else:
                self.tell(Phrase(N_("There is no choice {key} here."), {"key": character}), tone="overdue")
        elif question.type in TYPED and (character.isdigit() or (character.isprintable() and not character.isascii())):
            event.stop()
            event.prevent_default()
            self.edit_value(question, character)

    def choose(self, question: Question, value: str) -> None:
        """Answer with a choice. A hazard keeps the cursor, so that what follows can be read."""
        if self.form is None:
            return
        self.form.choose(question, value)
        stays = question.type is QuestionType.SELECT_MULTIPLE or question.name in self.form.found
        if not stays:
            self.go_on()
        self.changed()

    def on_questionnaire_selected(self) -> None:
        """Enter: type the value, or choose from all that there is."""
        question = self.sheet.question
        if question is None or self.form is None:
            return
        if question.type in TYPED:
            old = self.form.answers.get(question.name)
            self.edit_value(question, as_text(old.value) if old is not None and old.value is not None else "")
            return
        options: list[tuple[str, object]] = [(f"={one.name}", one.label) for one in question.choices]
        if question.type is not QuestionType.CALCULATE:
            options += [(state.value, _Said(state)) for _key, state in STATE_KEYS]

        def chosen(value: str | None) -> None:
            if value is None:
                return
            if value.startswith("="):
                self.choose(question, value[1:])
            else:
                self._set_state(AnswerState(value))

        if options:
            dialogs.choose(self, question.label, options, chosen)

    # actions

    def action_check_all_in_order(self) -> None:
        """Every plain question that is open is in order; what is measured comes next."""
        if self.form is None:
            return
        count = self.form.all_in_order()
        self._swept = True
        # What is still needed stands in the tally, which goes on counting while this stays.
        if not self._next_missing():
            self.tell(Phrase(N_("{n} answered with in order. Nothing is missing."), {"n": count}))
        else:
            self.tell(Phrase(N_("{n} answered with in order. What is measured comes now."), {"n": count}))
        self.changed()

    def action_check_carry(self) -> None:
        """Take over the answers of the last check."""
        from casework.casebook import checks

        if self.form is None:
            return
        last = checks.last(self.book, self.subject.checklist, self.subject.id)
        if last is None:
            self.tell(Phrase(N_("There is no earlier check to take over.")), tone="overdue")
            return
        count = self.form.carry(last)
        day = when.said_moment(last.happened_at, self.book.clock.now())
        self.tell(Phrase(N_("{n} answers taken over from {day}."), {"n": count, "day": day}))
        self._swept = self._next_missing()
        self.changed()

    def action_check_could_not(self) -> None:
        """It could not be checked."""
        self._set_state(AnswerState.COULD_NOT_CHECK)

    def action_check_not_applicable(self) -> None:
        """There is no such thing here."""
        self._set_state(AnswerState.NOT_APPLICABLE)

    def action_check_declined(self) -> None:
        """The resident did not want it checked."""
        self._set_state(AnswerState.DECLINED)

    def _set_state(self, state: AnswerState) -> None:
        question = self.sheet.question
        if question is None or self.form is None or question.type is QuestionType.CALCULATE:
            return
        self.form.set_state(question.name, state)
        self.go_on()
        self.changed()

    def action_check_clear(self) -> None:
        """Take the answer away."""
        question = self.sheet.question
        if question is not None and self.form is not None:
            self.form.clear(question.name)
            self.changed()

    def action_check_next_open(self) -> None:
        """Go to the next question that is needed."""
        if not self._next_missing():
            self.tell(Phrase(N_("Nothing is missing.")))


class _Said:
    def __init__(self, state: AnswerState) -> None:
        self.state = state

    def __str__(self) -> str:
        from casework.tui import words

        return _(words.ANSWER_STATES[self.state])
