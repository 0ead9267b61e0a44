"""The lines of a form: a label with one field or several, or with something that is chosen from a list.

Enter, down and up go from field to field; what a field says of itself (a birth date that follows from a number) stands
on a line of its own below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from casework.domain.text import plain
from casework.language import _, say
from casework.tui import themes
from casework.tui.dialogs import Said
from casework.tui.widgets.lines import fit, line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style
    from textual import events
    from textual.strip import Strip

LABEL_CELLS = 14
"""What the labels take on the left."""


class LineField(Input):
    """A field of one line. `shown` is what stands in it as long as nothing is typed."""

    def __init__(self, id: str, value: str = "", *, shown: object = "") -> None:
        super().__init__(plain(value), id=id, compact=True, select_on_focus=False)
        self.cursor_blink = False
        self._shown = shown

    def on_mount(self) -> None:
        """Say what stands in the empty field."""
        self.retranslate()

    def say_shown(self, shown: object) -> None:
        """Let something else stand in the empty field."""
        self._shown = shown
        self.retranslate()

    def retranslate(self) -> None:
        """Say it in the language that is on now."""
        self.placeholder = plain(say(self._shown))

    def put(self, value: str) -> None:
        """Put a text in, with the cursor behind it."""
        self.value = plain(value)
        self.cursor_position = len(self.value)

    def on_key(self, event: events.Key) -> None:
        """Up and down belong to the form."""
        if event.key in ("up", "down"):
            event.stop()
            event.prevent_default()
            _step(self, 1 if event.key == "down" else -1)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on to the next field."""
        event.stop()
        _step(self, 1)


class FormLine(Horizontal):
    """A label and its fields; further labels may stand between them."""

    def __init__(self, label: object, *parts: Widget | object, id: str | None = None) -> None:
        super().__init__(id=id, classes="form-line")
        self._label = label
        self._parts = parts

    def compose(self):  # type: ignore[no-untyped-def]
        """Label, then each part."""
        yield Said(self._label, classes="form-label")
        for part in self._parts:
            yield part if isinstance(part, Widget) else Said(part, classes="form-between")


class Chosen(Widget, can_focus=True):
    """What is chosen from a list that is longer than a row of keys: enter or any letter asks for it."""

    class Asked(Message):
        """It shall be chosen; `typed` is the letter that began it."""

        def __init__(self, chosen: Chosen, typed: str) -> None:
            super().__init__()
            self.chosen = chosen
            self.typed = typed

        @property
        def control(self) -> Chosen:
            """The line that sent it."""
            return self.chosen

    def __init__(self, heading: object, *, empty: object = "", id: str | None = None) -> None:
        super().__init__(id=id, classes="form-chosen")
        self.heading = heading
        self.empty = empty
        self.values: tuple[str, ...] = ()
        self._text: object = ""

    @property
    def value(self) -> str:
        """The one that is chosen; empty for none."""
        return self.values[0] if self.values else ""

    def choose(self, values: Sequence[str], text: object) -> None:
        """Show what is chosen."""
        self.values, self._text = tuple(values), text
        self.refresh()

    def on_key(self, event: events.Key) -> None:
        """The arrows go to the next field; enter and letters ask."""
        if event.key in ("up", "down"):
            _step(self, 1 if event.key == "down" else -1)
        elif event.key == "enter" or (event.is_printable and event.character):
            typed = "" if event.key == "enter" or event.character == " " else event.character or ""
            self.post_message(self.Asked(self, typed))
        else:
            return
        event.stop()
        event.prevent_default()

    def on_click(self) -> None:
        """A click asks, too."""
        self.post_message(self.Asked(self, ""))

    def retranslate(self) -> None:
        """Say it in the language that is on now."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The heading, and what is chosen or what there is to choose."""
        theme, base = self.app.theme, self.rich_style
        width = self.content_size.width
        heading = fit(plain(say(self.heading)), LABEL_CELLS - 1) + " "
        said = plain(say(self._text)) if self.values else ""
        parts: list[tuple[str, Style]] = [(heading, themes.tone(theme, "muted"))]
        if said:
            parts.append((said, themes.tone(theme, "text")))
        else:
            parts.append((plain(say(self.empty)), themes.tone(theme, "muted")))
        if self.has_focus:
            hint = _("enter: choose")
            left = width - sum(cell_len(text) for text, _style in parts) - cell_len(hint) - 1
            if left > 1:
                parts += [(" " * left, base), (hint, themes.tone(theme, "accent"))]
        return line(width, parts, base)


def _step(widget: Widget, step: int) -> None:
    if step > 0:
        widget.screen.focus_next()
    else:
        widget.screen.focus_previous()
