"""A bar that fills: how much is done, in a colour and in figures. It moves when it is told to, and costs nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from casework.language import say
from casework.tui import themes

if TYPE_CHECKING:
    from casework.domain.phrase import Phrase


class Progress(Widget):
    """One line, as wide as the screen."""

    DEFAULT_CSS = "Progress { height: 1; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.share = 0.0
        self.said: Phrase | str = ""

    def show(self, share: float, said: Phrase) -> None:
        """Fill to a share between 0 and 1, with words on the bar."""
        self.share, self.said = min(1.0, max(0.0, share)), said
        self.refresh()

    def retranslate(self) -> None:
        """Say it in the language that is on now."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw it: the words lie over the filled part and the rest."""
        width, theme = self.size.width, self.app.theme
        words = f" {say(self.said)}"
        text = set_cell_size(words, width)
        # A cut through the middle of a wide character would shift the rest of the line.
        cut = int(width * self.share)
        left = text
        while cell_len(left) > cut:
            left = left[:-1]
        full = Style(bgcolor=themes.colour(theme, "cursor"), color=themes.colour(theme, "cursor-text"), bold=True)
        rest = Style(bgcolor=themes.colour(theme, "panel"), color=themes.colour(theme, "text"), bold=True)
        return Strip([Segment(left, full), Segment(text[len(left) :], rest)], width)
