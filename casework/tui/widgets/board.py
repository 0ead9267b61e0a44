"""The board of follow-ups: the states as a strip of figures, or as columns of cards where there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.style import Style
from textual.message import Message
from textual.widget import Widget

from casework.domain.text import plain
from casework.language import _, say
from casework.tui import marks, themes
from casework.tui.widgets.case import SHORT_STATES, due_words, light_of, owner_text, repeat_text
from casework.tui.widgets.lines import fit, line

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from textual import events
    from textual.strip import Strip

    from casework.casebook.views import BoardColumn, FollowupRow

CARD = 3
"""Lines of a card: what, who, until when."""


class StateStrip(Widget):
    """Two lines: the states in the order of a case's life, and under each how many there are and how many are late."""

    class Chosen(Message):
        """A state was clicked."""

        def __init__(self, at: int) -> None:
            super().__init__()
            self.at = at

    DEFAULT_CSS = "StateStrip { height: 2; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.columns: Sequence[BoardColumn] = ()
        self.at = 0

    def show(self, columns: Sequence[BoardColumn], at: int) -> None:
        """Show other figures, or another state."""
        self.columns, self.at = columns, at
        self.refresh()

    def retranslate(self) -> None:
        """Say it in the language that is on now."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Go to the state that was clicked."""
        if self.columns:
            self.post_message(self.Chosen(min(event.x * len(self.columns) // self.size.width, len(self.columns) - 1)))

    def render_line(self, y: int) -> Strip:
        """Draw the names or the figures; the chosen state lies on the cursor's ground and is marked."""
        theme, base, width = self.app.theme, self.rich_style, self.size.width
        style: str = self.app.marks  # type: ignore[attr-defined]
        parts: list[tuple[str, Style]] = []
        for n, (column, size) in enumerate(zip(self.columns, shares(width, len(self.columns)), strict=True)):
            here = n == self.at
            ground = Style(bgcolor=themes.colour(theme, "cursor")) if here else Style()
            if y == 0:
                tone = "text" if here or column.count else "muted"
                text = f"{marks.mark('cursor', style) if here else ' '}{_(SHORT_STATES[column.state])}"
                parts.append((fit(text, size), themes.tone(theme, tone, bold=here) + ground))
                continue
            parts.append((fit(f" {column.count}", min(size, 5)), themes.tone(theme, "muted") + ground))
            late = f"{marks.mark('urgent', style)}{column.late}" if column.late else ""
            parts.append((fit(late, max(0, size - 5)), themes.tone(theme, "urgent") + ground))
        return line(width, parts, base)


class BoardView(Widget, can_focus=True):
    """The columns. Left and right are the screen's; up and down walk the cards of the chosen column."""

    BINDINGS = [("up,k", "step(-1)"), ("down,j", "step(1)"), ("home", "step(-100000)"), ("end", "step(100000)"),
                ("pageup", "step(-5)"), ("pagedown", "step(5)"), ("enter", "open")]  # fmt: skip

    class Moved(Message):
        """The cursor came to another card."""

    class Opened(Message):
        """Enter was pressed on a card."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.columns: Sequence[BoardColumn] = ()
        self.rows: Sequence[Sequence[FollowupRow]] = ()
        self.at = 0
        self.cursors: dict[int, int] = {}
        self.now: datetime | None = None
        self.worker_names: Mapping[str, str] = {}
        self.marked: Collection[str] = ()
        self._lights: dict[str, tuple[str, str]] = {}

    def show(
        self, columns: Sequence[BoardColumn], rows: Sequence[Sequence[FollowupRow]], at: int, now: datetime,
        workers: Mapping[str, str],
    ) -> None:  # fmt: skip
        """Show other cards, or another column; the cursor of each column stays as far as there are cards."""
        self.columns, self.rows, self.at, self.now, self.worker_names = columns, rows, at, now, workers
        # Working hours are reckoned for each: once for a card, not for each of its lines at each key.
        self._lights.clear()
        self.refresh()

    def retranslate(self) -> None:
        """Say it in the language that is on now."""
        self.refresh()

    def cursor(self, column: int) -> int:
        """The card under the cursor of a column."""
        return max(0, min(self.cursors.get(column, 0), len(self.rows[column]) - 1)) if self.rows else 0

    @property
    def current(self) -> FollowupRow | None:
        """The case under the cursor."""
        if not self.rows or not self.rows[self.at]:
            return None
        return self.rows[self.at][self.cursor(self.at)]

    def action_step(self, cards: int) -> None:
        """Move by so many cards."""
        if self.rows and self.rows[self.at]:
            at = self.cursor(self.at) + cards
            self.cursors[self.at] = max(0, min(at, len(self.rows[self.at]) - 1))
            self.refresh()
            self.post_message(self.Moved())

    def action_open(self) -> None:
        """Tell that the card was chosen."""
        self.post_message(self.Opened())

    def render_line(self, y: int) -> Strip:
        """Draw one line through all columns."""
        theme, base, width = self.app.theme, self.rich_style, self.size.width
        style: str = self.app.marks  # type: ignore[attr-defined]
        parts: list[tuple[str, Style]] = []
        if self.now is None:
            return line(width, (), base)
        for n, (column, size) in enumerate(zip(self.columns, shares(width, len(self.columns)), strict=True)):
            here = n == self.at
            room = size - 1
            if y == 0:
                late = f" {marks.mark('urgent', style)}{column.late}" if column.late else ""
                mark = marks.mark("cursor", style) if here else " "
                name = fit(f"{mark}{_(SHORT_STATES[column.state])} {column.count}", room - cell_len(late))
                parts += [
                    (name, themes.tone(theme, "accent" if here else "muted", bold=here)),
                    (late + " ", themes.tone(theme, "urgent")),
                ]
                continue
            parts += [*self._card(n, y - 1, room, lit=here, style=style), (" ", base)]
        return line(width, parts, base)

    def _card(self, column: int, y: int, room: int, *, lit: bool, style: str) -> list[tuple[str, Style]]:
        theme, now = self.app.theme, self.now
        rows = self.rows[column]
        visible = max(1, (self.size.height - 1) // (CARD + 1))
        cursor = self.cursor(column)
        first = max(0, cursor - visible + 1)
        index, inside = first + y // (CARD + 1), y % (CARD + 1)
        if now is None or index >= len(rows) or inside == CARD or index >= first + visible:
            return [(" " * room, Style())]
        row = rows[index]
        if row.id not in self._lights:
            self._lights[row.id] = light_of(row, now)
        mark, tone = self._lights[row.id]
        ground = Style()
        if index == cursor:
            back = "cursor" if lit and self.has_focus else "cursor-dim" if lit else "panel"
            ground = Style(bgcolor=themes.colour(theme, back))
        if inside == 0:
            title = plain(say(row.title))
            chosen = marks.mark("marked", style) if row.id in self.marked else " "
            return [(f"{marks.mark(mark, style)}{chosen}", themes.tone(theme, tone) + ground),
                    (fit(title, room - 2), themes.tone(theme, "text") + ground)]  # fmt: skip
        if inside == 1:
            again = repeat_text(row)
            text = owner_text(row.owner_kind, row.owner, self.worker_names)
            parts = [(fit(f"  {text}", room - cell_len(again)), themes.tone(theme, "muted") + ground)]
            return [*parts, (again, themes.tone(theme, "overdue") + ground)]
        return [(fit(f"  {due_words(row, now.date())}", room), themes.tone(theme, tone) + ground)]


def shares(width: int, columns: int) -> list[int]:
    """A width shared out to columns, the cells left over to the first ones."""
    each, over = divmod(width, columns) if columns else (0, 0)
    return [each + (n < over) for n in range(columns)]
