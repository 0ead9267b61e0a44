"""The bare search that a search key is held against: an `Input` that redraws 20 lines of text at every key."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Input, Static

LINES = 20


class BareSearch(App[None]):
    """What is typed stands in each of the lines, so that every key changes them all."""

    def compose(self) -> ComposeResult:
        """The field and the lines under it."""
        yield Input(placeholder="find")
        yield Static(lines(""), id="lines", markup=False)

    def on_mount(self) -> None:
        """A blinking cursor would write by itself."""
        self.query_one(Input).cursor_blink = False

    def on_input_changed(self, event: Input.Changed) -> None:
        """Redraw the lines."""
        self.query_one("#lines", Static).update(lines(event.value))


def lines(typed: str) -> str:
    """The text under the field."""
    return "\n".join(f"{n:>3}  {typed}  3-2-{n:03}  row {n} of the answer to {typed}" for n in range(LINES))


if __name__ == "__main__":
    BareSearch().run()
