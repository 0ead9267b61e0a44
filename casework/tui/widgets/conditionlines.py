"""The conditions of a rule as lines that must all hold: walked by the arrows, changed by enter, taken away by delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.message import Message
from textual.widget import Widget

from casework.domain.text import plain
from casework.language import _, say
from casework.tui import themes
from casework.tui.widgets.formlines import LABEL_CELLS
from casework.tui.widgets.lines import fit, line, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rich.style import Style
    from textual import events
    from textual.geometry import Size
    from textual.strip import Strip

    from casework.domain.condition_lines import Line

ROWS = 6
"""Lines of the screen that one condition may take."""


class ConditionLines(Widget, can_focus=True):
    """The lines; the last one adds another. `said` puts one in words."""

    class Asked(Message):
        """A line shall be changed, or with None one added."""

        def __init__(self, at: int | None) -> None:
            super().__init__()
            self.at = at

    class Dropped(Message):
        """A line shall be taken away."""

        def __init__(self, at: int) -> None:
            super().__init__()
            self.at = at

    def __init__(
        self, heading: object, said: Callable[[Line], object], empty: object, *, id: str | None = None
    ) -> None:
        super().__init__(id=id, classes="conditions")
        self.heading = heading
        self.empty = empty
        self._said = said
        self.conditions: list[Line] = []
        self.cursor = 0
        self._drawn: list[list[tuple[str, str]]] = []

    @property
    def at(self) -> int | None:
        """The line under the cursor; None on the one that adds."""
        return self.cursor if self.cursor < len(self.conditions) else None

    def put(self, conditions: Iterable[Line], at: int | None = None) -> None:
        """Show other lines."""
        self.conditions = list(conditions)
        self.cursor = min(self.cursor if at is None else at, len(self.conditions))
        self.refresh(layout=True)

    def on_key(self, event: events.Key) -> None:
        """The arrows walk the lines and leave them at their ends; enter and delete act on one."""
        step: dict[str, int] = {"up": -1, "down": 1}
        if event.key in step:
            wanted = self.cursor + step[event.key]
            if 0 <= wanted <= len(self.conditions):
                self.cursor = wanted
                self.refresh()
            elif wanted < 0:
                self.screen.focus_previous()
            else:
                self.screen.focus_next()
        elif event.key == "enter":
            self.post_message(self.Asked(self.at))
        elif event.key in ("delete", "backspace"):
            if self.at is not None:
                self.post_message(self.Dropped(self.at))
        else:
            return
        event.stop()
        event.prevent_default()

    def retranslate(self) -> None:
        """Say it in the language that is on now."""
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the words take."""
        return len(self._arranged(width))

    def _arranged(self, width: int) -> list[list[tuple[str, str]]]:
        found: list[list[tuple[str, str]]] = []
        also = _("and") + " "
        heading = fit(plain(say(self.heading)), LABEL_CELLS - 1) + " "
        shown: list[tuple[object, str]] = [(self._said(one), "text") for one in self.conditions]
        shown.append((self.empty if not self.conditions else _("and…"), "muted"))
        for n, (what, tone) in enumerate(shown):
            here = self.has_focus and n == self.cursor
            lead = also if 0 < n < len(self.conditions) else ""
            for k, part in enumerate(wrapped(plain(f"{lead}{say(what)}"), max(10, width - LABEL_CELLS), ROWS) or [""]):
                label = heading if n == 0 and k == 0 else " " * LABEL_CELLS
                parts: list[tuple[str, Any]] = [(label, "muted"), (part, "cursor" if here else tone)]
                found.append(parts)
        return found

    def render_line(self, y: int) -> Strip:
        """Draw one line; the one under the cursor is on another ground."""
        theme, base, width = self.app.theme, self.rich_style, self.content_size.width
        if y == 0 or not self._drawn:
            self._drawn = self._arranged(width)
        if y >= len(self._drawn):
            return line(width, (), base)
        parts: list[tuple[str, Style]] = [
            (text, themes.tone(theme, "accent", bold=True) if tone == "cursor" else themes.tone(theme, tone))
            for text, tone in self._drawn[y]
        ]
        if any(tone == "cursor" for _text, tone in self._drawn[y]):
            said = _("enter: change") if self.at is not None else _("enter: add")
            left = width - sum(_cells(text) for text, _style in parts) - _cells(said) - 1
            if left > 1:
                parts += [(" " * left, base), (said, themes.tone(theme, "accent"))]
        return line(width, parts, base)


def _cells(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(text)
