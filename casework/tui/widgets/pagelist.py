"""A list of any length: only the lines on the screen are drawn, only the pages near them are read.

`DataTable` takes ten seconds to its first frame at 100,000 rows; this one is flat in the number of rows.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic

from rich.style import Style
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView

from casework.domain.text import plain
from casework.language import _, say
from casework.tui import actions, themes
from casework.tui.widgets.lines import fit, line, wrapped
from casework.tui.widgets.sources import PAGE, KeysetSource, ListSource, Row, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events
    from textual.strip import Strip

__all__ = ["Cell", "Column", "Heading", "KeysetSource", "ListSource", "PageList", "Source"]

PAGES_KEPT = 12
EMPTY_ROWS = 3
"""How many lines the word about an empty list may take."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A row that heads a group. The cursor steps over it."""

    text: object
    note: object = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell and its tone (`casework.tui.themes.TONES`)."""

    text: object
    tone: str = "text"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `width` cells, or None for a share of what is left. `label` is a message id; none, no
    head."""

    width: int | None = None
    label: str = ""
    right: bool = False


class PageList(ScrollView, Generic[Row], can_focus=True):
    """The list. Give it a source, columns, and a function from a row to its cells.

    `cells` returns one `Cell` (or text) per column, or a `Heading`. Text of people and files goes through
    `plain`: it is never markup and never a terminal code. `empty` is said when there are no rows. The
    cursor is
    dimmed while keys go elsewhere, unless `always_lit`: a list that is steered from a search field.
    """

    BINDINGS = actions.widget_bindings("list")

    class Highlighted(Message):
        """The cursor came to a row. A flood of these collapses to the last one."""

        def __init__(self, page_list: PageList[Any], index: int, row: Any) -> None:
            super().__init__()
            self.page_list = page_list
            self.index = index
            self.row = row

        @property
        def control(self) -> PageList[Any]:
            """The list that sent it."""
            return self.page_list

        def can_replace(self, message: Message) -> bool:
            """Whether a newer one makes an older one worthless."""
            return isinstance(message, PageList.Highlighted) and message.page_list is self.page_list

    class Selected(Highlighted):
        """Enter was pressed on a row."""

        def can_replace(self, message: Message) -> bool:
            """Never: each press counts."""
            return False

    def __init__(
        self,
        columns: Sequence[Column],
        cells: Callable[[Row], Sequence[Cell | str] | Heading],
        source: Source[Row] | None = None,
        *,
        empty: object = "",
        always_lit: bool = False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.columns = tuple(columns)
        self._cells = cells
        self._source: Source[Row] = source if source is not None else ListSource([])
        self.empty = empty
        self.always_lit = always_lit
        self.cursor = -1
        self._count = 0
        self._page = PAGE
        self._pages: OrderedDict[int, Sequence[Row]] = OrderedDict()
        self._strips: dict[tuple[int, bool], Strip] = {}
        self._widths: tuple[int, ...] = ()
        self._heads = any(column.label for column in columns)
        self._base = self._cursor_style = Style()
        self._tones: dict[str, Style] = {}

    # rows

    @property
    def count(self) -> int:
        """How many rows there are, headings included."""
        return self._count

    def row(self, index: int) -> Row | None:
        """The row at an index; None outside the list."""
        if not 0 <= index < self._count:
            return None
        start = index - index % self._page
        page = self._pages.get(start)
        if page is None:
            page = self._source.page(start, self._page)
            self._pages[start] = page
            if len(self._pages) > PAGES_KEPT:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(start)
        offset = index - start
        return page[offset] if offset < len(page) else None

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return self.row(self.cursor)

    def show(self, source: Source[Row], *, at: int | None = None) -> None:
        """Show other rows. The cursor goes to `at`, or stays at its index as far as there are rows."""
        self._source = source
        self._page = getattr(source, "rows_a_page", PAGE)
        self._count = source.count()
        self._pages.clear()
        self._strips.clear()
        self._set_size()
        wanted = self.cursor if at is None else at
        self.cursor = -1
        self.refresh()
        if self._count:
            self.move_to(max(0, wanted))

    def find(self, matches: Callable[[Row], bool]) -> int | None:
        """The index of the first row that matches, for lists that are all in memory."""
        for start in range(0, self._count, PAGE):
            for offset, row in enumerate(self._source.page(start, PAGE)):
                if matches(row):
                    return start + offset
        return None

    # the cursor

    def _is_heading(self, index: int) -> bool:
        row = self.row(index)
        return row is None or isinstance(row, Heading) or isinstance(self._cells(row), Heading)

    def move_to(self, index: int, *, step: int = 1) -> None:
        """Put the cursor on a row, or on the next one in the direction of `step` that is no heading."""
        if not self._count:
            return
        index = min(max(index, 0), self._count - 1)
        wanted = index
        while 0 <= wanted < self._count and self._is_heading(wanted):
            wanted += step
        if not 0 <= wanted < self._count:
            wanted = index
            while 0 <= wanted < self._count and self._is_heading(wanted):
                wanted -= step
            if not 0 <= wanted < self._count:
                return
        if wanted == self.cursor:
            self._reveal(wanted)
            return
        old, self.cursor = self.cursor, wanted
        if old >= 0:
            self._refresh_row(old)
        self._refresh_row(wanted)
        self._reveal(wanted)
        self.post_message(self.Highlighted(self, wanted, self.row(wanted)))

    def _refresh_row(self, index: int) -> None:
        y = index - self.scroll_offset.y + self._heads
        if self._heads <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def _reveal(self, index: int) -> None:
        top, height = self.scroll_offset.y, max(1, self.size.height - self._heads)
        first = index
        # The heading of a group belongs to its first row.
        if index and self._is_heading(index - 1):
            first = index - 1
        if first < top:
            self.scroll_to(y=first, animate=False)
        elif index >= top + height:
            self.scroll_to(y=index - height + 1, animate=False)

    def action_cursor_up(self) -> None:
        """One row up."""
        self.move_to(self.cursor - 1, step=-1)

    def action_cursor_down(self) -> None:
        """One row down."""
        self.move_to(self.cursor + 1)

    def action_page_up(self) -> None:
        """One page up."""
        self.move_to(self.cursor - max(1, self.size.height - self._heads - 1), step=-1)

    def action_page_down(self) -> None:
        """One page down."""
        self.move_to(self.cursor + max(1, self.size.height - self._heads - 1))

    def action_first(self) -> None:
        """To the first row."""
        self.move_to(0)

    def action_last(self) -> None:
        """To the last row."""
        self.move_to(self._count - 1, step=-1)

    def action_select(self) -> None:
        """Tell that the row under the cursor was chosen."""
        if self.cursor >= 0:
            self.post_message(self.Selected(self, self.cursor, self.current))

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; on the row that has it, it chooses."""
        index = event.y - self._heads + self.scroll_offset.y
        if event.y < self._heads or not 0 <= index < self._count:
            return
        if index == self.cursor:
            self.action_select()
        else:
            self.move_to(index)

    # drawing

    def on_mount(self) -> None:
        """Read how many rows there are."""
        if self._count == 0:
            self.show(self._source)

    def on_resize(self) -> None:
        """Share the width out anew."""
        self._set_size()
        if self.cursor >= 0:
            self._reveal(self.cursor)

    def _set_size(self) -> None:
        width = self.scrollable_content_region.width
        self._strips.clear()
        self.virtual_size = Size(width, self._count + self._heads)
        fixed = sum(column.width or 0 for column in self.columns)
        shares = sum(1 for column in self.columns if column.width is None)
        left = max(0, width - fixed - len(self.columns) - 1)
        widths, given = [], 0
        for column in self.columns:
            if column.width is not None:
                widths.append(column.width)
                continue
            given += 1
            widths.append(left // shares + (left % shares if given == shares else 0))
        self._widths = tuple(widths)

    def notify_style_update(self) -> None:
        """Colours changed: draw every line again."""
        super().notify_style_update()
        self.retranslate()

    def retranslate(self) -> None:
        """Draw every line again, in the language and colours that are on now."""
        self._strips.clear()
        self._tones.clear()
        self.refresh()

    def watch_has_focus(self, _value: bool) -> None:
        """The cursor is dimmer while keys go elsewhere."""
        super().watch_has_focus(_value)
        self._tones.clear()
        self._strips.clear()
        if self.cursor >= 0:
            self._refresh_row(self.cursor)

    def _take_styles(self) -> None:
        theme = self.app.theme
        self._tones = {name: themes.tone(theme, name) for name in themes.TONES}
        self._base = self.rich_style
        lit = self.has_focus or self.always_lit
        back = "cursor" if lit else "cursor-dim"
        self._cursor_style = Style(bgcolor=themes.colour(theme, back))
        self._cursor_text = Style(color=themes.colour(theme, "cursor-text" if lit else "text"))

    def render_line(self, y: int) -> Strip:
        """Draw one line of the screen."""
        if not self._tones:
            self._take_styles()
        width = self.scrollable_content_region.width
        if self._heads and y == 0:
            return self._head_line(width)
        index = self.scroll_offset.y + y - self._heads
        if self._count == 0 and y > self._heads:
            said = wrapped(plain(say(self.empty)), max(1, width - 4), EMPTY_ROWS)
            row = y - self._heads - 1
            text = said[row] if row < len(said) else ""
            return line(width, [("  " + text, self._tones["muted"])], self._base)
        if index >= self._count:
            return line(width, (), self._base)
        key = (index, index == self.cursor)
        strip = self._strips.get(key)
        if strip is None:
            if len(self._strips) > 4 * PAGE:
                self._strips.clear()
            strip = self._strips[key] = self._row_line(index, width, lit=index == self.cursor)
        return strip

    def _head_line(self, width: int) -> Strip:
        muted = self._tones["muted"]
        parts: list[tuple[str, Style]] = [(" ", muted)]
        for column, size in zip(self.columns, self._widths, strict=True):
            label = _(column.label)
            parts += [(fit(_right(label, size) if column.right else label, size), muted), (" ", muted)]
        return line(width, parts, self._base)

    def _row_line(self, index: int, width: int, *, lit: bool) -> Strip:
        row = self.row(index)
        if row is None:
            return line(width, (), self._base)
        found = row if isinstance(row, Heading) else self._cells(row)
        if isinstance(found, Heading):
            text, note = plain(say(found.text)), plain(say(found.note))
            return line(
                width,
                [(f" {text}  ", self._tones["accent"]), (note, self._tones["muted"])],
                self._base,
            )
        base = self._base + self._cursor_style if lit else self._base
        parts: list[tuple[str, Style]] = [(" ", base)]
        for cell, column, size in zip(found, self.columns, self._widths, strict=True):
            tone = cell.tone if isinstance(cell, Cell) else "text"
            text = plain(say(cell.text if isinstance(cell, Cell) else cell))
            if column.right:
                text = _right(text, size)
            style = self._tones[tone]
            if lit:
                style += self._cursor_text
            parts += [(fit(text, size), style), (" ", style)]
        return line(width, parts, base)


def _right(text: str, size: int) -> str:
    from rich.cells import cell_len

    return " " * max(0, size - cell_len(text)) + text
