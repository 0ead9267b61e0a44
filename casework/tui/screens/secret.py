"""A question whose answer is not shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.tui import actions
from casework.tui.dialogs import TEXT, Dialog, Said
from casework.tui.screens.front import field

if TYPE_CHECKING:
    from textual.app import ComposeResult


class SecretDialog(Dialog):
    """A passphrase, shown as dots. It is dismissed with the text, or with None."""

    BINDINGS = actions.only("dialog.no")

    def __init__(self, question: object) -> None:
        super().__init__()
        self.question = question

    def body(self) -> ComposeResult:
        """The question and the field."""
        yield Said(self.question, classes="question")
        yield field("line", secret=True)
        yield Said(TEXT, classes="keys")

    def on_input_submitted(self, event: Any) -> None:
        """Enter: the text as it is; blanks belong to a passphrase."""
        event.stop()
        self.dismiss(event.value)
