"""Asking before a rule or a spell is saved, with what it would change above the answer.

    previewing.ask(self, question, look, then)

`then` gets the figures, or None where they were not waited for; it is not called after *no*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical

from casework.tui import actions
from casework.tui.dialogs import YES_NO, Dialog, Said
from casework.tui.widgets.rulepreview import PreviewPane

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from casework.casebook.rule_preview import Preview
    from casework.tui.screens.base import BaseScreen
    from casework.tui.widgets.rulepreview import Look

AT_ONCE = 0.01
"""Seconds until it is counted: there is no key to wait for."""


class PreviewDialog(Dialog):
    """The question with the figures. It may be answered while they are counted."""

    BINDINGS = actions.bindings("dialog")

    def __init__(self, question: object, look: Look) -> None:
        super().__init__()
        self.question = question
        self.look = look

    def compose(self) -> ComposeResult:
        """Question, figures, keys."""
        with Vertical(classes="dialog preview"):
            yield Said(self.question, classes="question")
            yield PreviewPane(id="preview", delay=AT_ONCE)
            yield Said(YES_NO, classes="keys")

    def on_mount(self) -> None:
        """Begin to count."""
        self.pane.later(self.look)

    @property
    def pane(self) -> PreviewPane:
        """The figures."""
        return self.query_one(PreviewPane)

    def action_dialog_yes(self) -> None:
        """Yes, with the figures as far as they are there."""
        self.dismiss((self.pane.result,))


def ask(screen: BaseScreen, question: object, look: Look, then: Callable[[Preview | None], None]) -> None:
    """Ask; see above."""

    def answered(answer: tuple[Preview | None] | None) -> None:
        if answer is not None:
            then(answer[0])

    screen.app.push_screen(PreviewDialog(question, look), answered)
