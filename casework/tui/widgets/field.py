"""A text field that opens and closes while somebody types, and loses no key, however fast they come.

The app hands a key to whatever has the focus at that instant. Keys that were on their way when the focus moved
arrive at the old place: a closed field passes them to the screen, and the screen gives them to the open one with
`take`, where they go before what was typed since.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.widgets import Input

if TYPE_CHECKING:
    from collections.abc import Callable


class Field(Input):
    """An input of one line. Enter closes it and calls `entered`; `begin` opens it."""

    def __init__(
        self,
        entered: Callable[[Field], None],
        *,
        placeholder: str = "",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(placeholder=placeholder, id=id, classes=classes, compact=True, select_on_focus=False)
        self.cursor_blink = False
        self.entered = entered
        self.opened = True
        self._early = 0

    def begin(self, typed: str | None = None) -> None:
        """Open it, with a text, or with the one that stands there; the cursor behind it."""
        if typed is not None:
            with self.prevent(Input.Changed):
                self.value = typed
        self.opened = True
        self._early = self.cursor_position = len(self.value)
        # At once: `focus` would wait a turn, and keys come in between.
        self.screen.set_focus(self)

    def take(self, event: events.Key) -> bool:
        """Take a key that was typed before the field had the focus; whether it could be used."""
        at = min(self._early, len(self.value))
        if event.key == "backspace" and at:
            self.value = self.value[: at - 1] + self.value[at:]
            self._early = at - 1
        elif event.is_printable and event.character:
            after = len(self.value) - max(at, self.cursor_position)
            self.value = self.value[:at] + event.character + self.value[at:]
            self._early = at + 1
            self.cursor_position = len(self.value) - max(0, after)
        else:
            return False
        return True

    def on_focus(self) -> None:
        """Reached by tab or a click it is open, too."""
        self.opened = True

    async def _on_key(self, event: events.Key) -> None:
        if not self.opened:
            # Too late for this field: the screen knows where it belongs.
            event.stop()
            event.prevent_default()
            self.screen.post_message(events.Key(event.key, event.character))
        elif event.key == "enter":
            # Here and at once, not by its binding, which runs when the next keys are in already.
            event.stop()
            event.prevent_default()
            self.opened = False
            self.entered(self)
        elif event.key == "backspace":
            event.stop()
            event.prevent_default()
            self.action_delete_left()
        else:
            await super()._on_key(event)
