"""The calendar of the library in the worker's language: one line a week, so that it fits 24 lines, and the
arrows walk from day to day, over the edge of a month too.

Imported only when a calendar is opened: the library brings `whenever` along.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from rich.style import Style
from textual_timepiece.pickers import DateSelect
from whenever import Date

from casework.language import _
from casework.tui import dates, themes
from casework.tui.widgets.lines import line

if TYPE_CHECKING:
    from textual import events
    from textual.geometry import Size
    from textual.strip import Strip

CELL = 5
"""Cells for a day of the grid."""

_HEADS = 2


class MonthCalendar(DateSelect):
    """A month with the cursor on a day. Enter sends `DateSelect.StartChanged` with the day.

    Days outside `earliest` and `latest` are dimmed, and the cursor does not go there.
    """

    BINDINGS = [
        ("left", "walk(-1)"), ("right", "walk(1)"), ("up", "walk(-7)"), ("down", "walk(7)"),
        ("pageup", "walk(-28)"), ("pagedown", "walk(28)"),
    ]  # fmt: skip
    DEFAULT_CSS = "MonthCalendar { width: auto; height: auto; border: none; background: transparent; }"

    def __init__(self, day: date, earliest: date, latest: date, *, id: str | None = None) -> None:
        super().__init__(_theirs(day), id=id, select_on_focus=False)
        self.day, self.earliest, self.latest = day, earliest, latest

    def on_mount(self) -> None:
        """Show the month of the day."""
        self.loc = _theirs(self.day)

    def _compute_header(self) -> str:
        return dates.month_text(date(self.loc.year, self.loc.month, 1))

    def action_walk(self, days: int) -> None:
        """Move the cursor, as far as days can be chosen."""
        day = self.day + timedelta(days=days)
        self.day = min(max(day, self.earliest), self.latest)
        self.loc = _theirs(self.day)
        self.refresh()

    def action_select_cursor(self, ctrl: bool = False) -> None:
        """Choose the day under the cursor."""
        self.post_message(self.StartChanged(self, _theirs(self.day)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Every key acts: there is always a day under the cursor."""
        return True

    async def _on_click(self, event: events.Click) -> None:
        event.stop()
        week, column = event.y - _HEADS, event.x // CELL
        found = self.data[week][column] if 0 <= week < len(self.data) and 0 <= column < 7 else 0
        if found:
            clicked = date(self.loc.year, self.loc.month, int(found))
            if self.earliest <= clicked <= self.latest:
                self.day = clicked
                self.action_select_cursor()

    def render_line(self, y: int) -> Strip:
        """Draw the month and year, the weekdays, or a week."""
        theme, base, width = self.app.theme, self.rich_style, self.size.width
        if y == 0:
            return line(width, [(f"  {self.header}", themes.tone(theme, "accent"))], base)
        if y == 1:
            said = "".join(_right(_(name), CELL) for name in dates.WEEKDAYS)
            return line(width, [(said, themes.tone(theme, "muted"))], base)
        week: list[Any] = list(self.data[y - _HEADS]) if y - _HEADS < len(self.data) else []
        parts: list[tuple[str, Style]] = []
        for number in week:
            if not number:
                parts.append((" " * CELL, base))
                continue
            here = date(self.loc.year, self.loc.month, int(number))
            style = themes.tone(theme, "text" if self.earliest <= here <= self.latest else "done", bold=False)
            if here == self.day:
                style = Style(
                    color=themes.colour(theme, "cursor-text"),
                    bgcolor=themes.colour(theme, "cursor"),
                    bold=True,
                )
            parts += [(" ", base), (f"{number:>{CELL - 2}} ", style)]
        return line(width, parts, base)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Always six weeks: what stands beneath must not jump."""
        return _HEADS + 6

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Seven days."""
        return 7 * CELL


def _theirs(day: date) -> Date:
    return Date(day.year, day.month, day.day)


def _right(text: str, size: int) -> str:
    from rich.cells import cell_len

    return " " * max(0, size - 1 - cell_len(text)) + text + " "
