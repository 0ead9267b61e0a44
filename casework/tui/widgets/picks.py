"""A row of choices, each with its key: one of several, or as many as apply. Nothing is chosen until a key chooses it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from textual.message import Message
from textual.widget import Widget

from casework.domain.text import plain
from casework.language import say
from casework.tui import marks, themes
from casework.tui.widgets.lines import line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style
    from textual import events
    from textual.geometry import Size
    from textual.strip import Strip


@dataclass(frozen=True, slots=True)
class Pick:
    """One choice: its value, the key that takes it, its name."""

    value: str
    key: str
    label: object


class Picks(Widget, can_focus=True):
    """The choices under a heading. `why_shut` says why none can be made now; then the row is dimmed and takes no key."""

    class Changed(Message):
        """Another choice was made."""

        def __init__(self, picks: Picks) -> None:
            super().__init__()
            self.picks = picks

        @property
        def control(self) -> Picks:
            """The row that sent it."""
            return self.picks

    def __init__(
        self, heading: object, picks: Sequence[Pick], *, many: bool = False, id: str | None = None, indent: int = 0
    ) -> None:
        super().__init__(id=id)
        self.indent = indent
        """Where the choices begin; by the heading where nothing is said."""
        self.heading = heading
        self.picks = list(picks)
        self.many = many
        self.chosen: list[str] = []
        self.why_shut: object = ""
        self.hint: object = ""
        self._lines: list[list[tuple[str, str]]] = []

    @property
    def value(self) -> str:
        """The one that is chosen; empty for none."""
        return self.chosen[0] if self.chosen else ""

    def offer(self, picks: Sequence[Pick]) -> None:
        """Offer other choices; what is chosen and still offered stays."""
        self.picks = list(picks)
        offered = {pick.value for pick in picks}
        self.choose([value for value in self.chosen if value in offered])

    def choose(self, values: Sequence[str]) -> None:
        """Set what is chosen, without a message."""
        self.chosen = list(values)
        self.refresh(layout=True)

    def shut(self, why: object) -> None:
        """Take no choice, because of `why`; an empty one opens the row again."""
        self.why_shut = why
        self.can_focus = not why
        if why:
            self.chosen = []
        self.refresh(layout=True)

    def say_hint(self, hint: object) -> None:
        """Say beside the choices what it means that none is made."""
        if hint != self.hint:
            self.hint = hint
            self.refresh(layout=True)

    def on_key(self, event: events.Key) -> None:
        """A choice's own key takes it or gives it back; the arrows go to the next field."""
        if event.key in ("up", "down"):
            move: Any = self.screen.focus_next if event.key == "down" else self.screen.focus_previous
            move()
        else:
            found = next((pick for pick in self.picks if pick.key == event.character), None)
            if found is None:
                return
            self._take(found.value)
        event.stop()
        event.prevent_default()

    def _take(self, value: str) -> None:
        if value in self.chosen:
            self.chosen.remove(value)
        elif self.many:
            self.chosen.append(value)
        else:
            self.chosen = [value]
        self.refresh(layout=True)
        self.post_message(self.Changed(self))

    def retranslate(self) -> None:
        """Say it in the language that is on now."""
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the choices take."""
        return max(1, len(self._arranged(width)))

    def _arranged(self, width: int) -> list[list[tuple[str, str]]]:
        """Lines of (text, tone) parts: the heading, then the choices, broken between two of them."""
        heading = f"{plain(say(self.heading))} "
        indent = self.indent or min(14, max(cell_len(heading), 10))
        lines: list[list[tuple[str, str]]] = [[(heading.ljust(indent - (cell_len(heading) - len(heading))), "muted")]]
        if self.why_shut:
            lines[0].append((plain(say(self.why_shut)), "muted"))
            return lines
        used = max(indent, cell_len(heading))
        for pick in self.picks:
            on = pick.value in self.chosen
            text = f"{self._box(on)}{plain(say(pick.label))}  "
            size = cell_len(text) + 2
            if used + size > width and len(lines[-1]) > 1:
                lines.append([(" " * indent, "text")])
                used = indent
            lines[-1] += [(f"{pick.key} ", "accent"), (text, "on" if on else "text")]
            used += size
        hint = plain(say(self.hint))
        if hint and not self.chosen:
            if used + cell_len(hint) > width and len(lines[-1]) > 1:
                lines.append([(" " * indent, "text")])
            lines[-1].append((hint, "muted"))
        return lines

    def _box(self, on: bool) -> str:
        return marks.mark("done" if on else "upcoming", getattr(self.app, "marks", ""))

    def render_line(self, y: int) -> Strip:
        """Draw one line; the row with the cursor is on another ground."""
        theme, base = self.app.theme, self.rich_style
        width = self.content_size.width
        if y == 0:
            self._lines = self._arranged(width)
        if y >= len(self._lines):
            return line(width, (), base)
        parts: list[tuple[str, Style]] = []
        for text, tone in self._lines[y]:
            style = themes.tone(theme, "urgent", bold=True) if tone == "on" else themes.tone(theme, tone)
            parts.append((text, style))
        return line(width, parts, base)
