"""What the screens before the casebook share: no modes above them, nothing of a casebook on them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.widgets import Input

from casework.tui.screens.base import BaseScreen
from casework.tui.widgets.bars import KeyBar, Notice

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from casework.tui.actions import Action


class FrontScreen(BaseScreen):
    """A screen that is there while no casebook is open."""

    FRONT = True
    CSS_PATH = Path(__file__).with_name("front.tcss")

    def compose(self) -> ComposeResult:
        """The body in the middle, the line that says what happened, the keys."""
        with VerticalScroll(classes="front", can_focus=False):
            yield from self.body()
        yield Notice()
        yield KeyBar()

    def on_screen_resume(self) -> None:
        """Nothing is read: there is no casebook."""

    def footer(self) -> list[Action]:
        """The keys of the screen alone: undo and find have nothing to work on."""
        from casework.tui import actions

        found = [a for a in actions.footer_actions(self.SCOPES) if a.scope != "app" and self.why_not(a.id) is None]
        found.append(actions.ACTIONS["app.language"])
        if not isinstance(self.focused, Input):
            found.append(actions.ACTIONS["app.quit"])
        return found


def field(name: str, *, secret: bool = False, value: str = "") -> Input:
    """A text field; a secret one shows dots."""
    made = Input(value, password=secret, compact=True, id=name, select_on_focus=False)
    made.cursor_blink = False
    return made
