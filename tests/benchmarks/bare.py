"""The bare Textual app that start, cursor keys and memory are held against: header, list, footer, nothing else.

The list is the lightest that Textual has, with a screenful of rows, and nothing is tuned: what a person writes who
starts with Textual.
"""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.widgets import Footer, Header, OptionList

ROWS = 40


class Bare(App[None]):
    """`x` shows a text: what the first key is answered by."""

    BINDINGS = [Binding("x", "answer", "Answer"), Binding("q", "quit", "Quit")]

    def compose(self) -> ComposeResult:
        """The three widgets."""
        yield Header()
        yield OptionList(*(f"row {n}" for n in range(ROWS)))
        yield Footer()

    def action_answer(self) -> None:
        """Answer a key."""
        self.title = "answered"


if __name__ == "__main__":
    Bare().run()
