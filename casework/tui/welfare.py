"""Nobody answered at the door of somebody at risk who lives alone: what to do now, in front of everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.domain.phrase import N_, Phrase
from casework.tui import actions
from casework.tui.dialogs import Dialog, Said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.screen import Screen

READ = frozenset({"enter", "space", "escape"})
"""The keys that put the panel away: none that a hand on its way to the next door presses by itself."""

WIDTH = 72
"""Cells; the longest step stands on one line in Chinese."""


class WelfareDialog(Dialog):
    """The steps of the welfare ladder with the numbers to ring. It stays until it is put away, or the visit undone."""

    def __init__(self, steps: Sequence[Phrase]) -> None:
        super().__init__()
        self.steps = steps

    def body(self) -> ComposeResult:
        """Who did not answer, then what to do, in order."""
        undo = actions.key_text(actions.ACTIONS["app.undo"], self.casework.user_keymap)
        yield Said(self.steps[0], classes="question")
        for number, step in enumerate(self.steps[1:], 1):
            yield Said(Phrase(N_("{n}. {step}"), {"n": number, "step": step}), classes="step")
        yield Said(Phrase(N_("enter: I have read this     {key}: undo the visit"), {"key": undo}), classes="keys")

    def on_mount(self) -> None:
        """As wide as the steps."""
        self.query_one(".dialog").styles.width = WIDTH

    def on_key(self, event: events.Key) -> None:
        """No key but these does anything: the next door can wait."""
        event.stop()
        event.prevent_default()
        if event.key in READ:
            self.dismiss(False)
        elif event.key in actions.all_keys(actions.ACTIONS["app.undo"], self.casework.user_keymap):
            self.dismiss(True)


def show(screen: Screen[Any], steps: Sequence[Phrase]) -> None:
    """Show the steps over a screen; `u` closes them and takes the visit back."""
    app: Any = screen.app

    def then(undo: bool | None) -> None:
        if undo:
            app.call_later(app.act, "app.undo")

    app.push_screen(WelfareDialog(steps), then)
