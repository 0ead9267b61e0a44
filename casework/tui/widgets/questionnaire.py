"""The questions of a check as a list on the line API: it draws what is on the screen and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.style import Style
from textual.geometry import Offset, Size
from textual.message import Message
from textual.scroll_view import ScrollView

from casework.domain.checklist import Question, QuestionType
from casework.tui import actions, themes
from casework.tui.widgets import questionlines
from casework.tui.widgets.lines import line
from casework.tui.widgets.questionlines import INDENT, Editing, SheetLine, View

if TYPE_CHECKING:
    from textual import events
    from textual.strip import Strip

    from casework.tui.checkform import CheckForm


class Questionnaire(ScrollView, can_focus=True):
    """The list. It shows a `CheckForm`; the screen changes that and calls `redraw`."""

    BINDINGS = actions.widget_bindings("list")

    class Selected(Message):
        """Enter, or a click, on a question."""

    class Moved(Message):
        """The cursor came to another question."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.form: CheckForm | None = None
        self.cursor = 0
        self.editing: Editing | None = None
        self.me = ""
        self.mark_style = ""
        self._lines: list[SheetLine] = []

    # what is shown

    def show(self, form: CheckForm, *, me: str, mark_style: str) -> None:
        """Show a check."""
        self.form, self.me, self.mark_style = form, me, mark_style
        self.cursor = next((n for n, one in enumerate(form.shown) if _takes_cursor(one)), 0)
        self.redraw()

    def redraw(self) -> None:
        """The check, the language or the width has changed. The cursor stays on its question."""
        if self.form is None:
            return
        width = self.scrollable_content_region.width
        if width <= 0:
            return
        self.cursor = min(self.cursor, max(0, len(self.form.shown) - 1))
        self._lines = questionlines.sheet(self.form, self._view(width))
        self.virtual_size = Size(width, len(self._lines))
        self._reveal()
        self.refresh()

    def _view(self, width: int) -> View:
        column = questionlines.answer_column(self.form, width) if self.form is not None else 30
        return View(width, self.cursor, column, self.mark_style, self.me, self.editing)

    @property
    def question(self) -> Question | None:
        """The question under the cursor."""
        if self.form is None or not 0 <= self.cursor < len(self.form.shown):
            return None
        return self.form.shown[self.cursor]

    def go_to(self, name: str) -> None:
        """Put the cursor on a question, if it is asked now."""
        if self.form is None:
            return
        for row, question in enumerate(self.form.shown):
            if question.name == name:
                self._go(row)
                return

    # the cursor

    def _go(self, row: int) -> None:
        if row != self.cursor:
            self.cursor = row
            self.redraw()
            self.post_message(self.Moved())

    def step(self, count: int) -> bool:
        """Move by so many questions, as far as there are any; whether the cursor moved."""
        if self.form is None:
            return False
        before, row, left = self.cursor, self.cursor, abs(count)
        way = 1 if count > 0 else -1
        reached = row
        while left and 0 <= row + way < len(self.form.shown):
            row += way
            if _takes_cursor(self.form.shown[row]):
                reached = row
                left -= 1
        self._go(reached)
        return reached != before

    def action_cursor_up(self) -> None:
        """One question up."""
        self.step(-1)

    def action_cursor_down(self) -> None:
        """One question down."""
        self.step(1)

    def action_page_up(self) -> None:
        """A page of questions up."""
        self.step(-max(1, self.size.height - 4))

    def action_page_down(self) -> None:
        """A page of questions down."""
        self.step(max(1, self.size.height - 4))

    def action_first(self) -> None:
        """To the first question."""
        self.step(-10_000)

    def action_last(self) -> None:
        """To the last question."""
        self.step(10_000)

    def action_select(self) -> None:
        """Tell that enter was pressed."""
        self.post_message(self.Selected())

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; on the question that has it, it chooses."""
        index = event.y + self.scroll_offset.y
        if not 0 <= index < len(self._lines) or self.form is None or self.editing is not None:
            return
        row = self._lines[index].row
        if row == self.cursor:
            self.action_select()
        elif row >= 0 and _takes_cursor(self.form.shown[row]):
            self._go(row)

    def _main_line(self) -> int:
        return next((n for n, one in enumerate(self._lines) if one.row == self.cursor), 0)

    def _reveal(self) -> None:
        height = self.scrollable_content_region.height
        first = self._main_line()
        last = first
        while last + 1 < len(self._lines) and self._lines[last + 1].row == self.cursor:
            last += 1
        if first and self._lines[first - 1].row < 0:
            first -= 1
        top = self.scroll_offset.y
        if last >= top + height:
            top = last - height + 1
        if first < top:
            top = first
        top = max(0, min(top, len(self._lines) - height))
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, immediate=True)

    # the field that lies over a line

    def field_place(self) -> tuple[Offset, int]:
        """Where the field for what is being typed belongs, in the cells of this widget, and how wide it is."""
        y = self._main_line() - self.scroll_offset.y
        width = self.scrollable_content_region.width
        view = self._view(width)
        question = self.question
        if self.editing is not None and self.editing.prompt:
            from rich.cells import cell_len

            x = INDENT + cell_len(self.editing.prompt) + 1
            return Offset(x, y + 1), max(10, width - x - 1)
        size = questionlines.field_width(question, view) if question is not None else 10
        return Offset(view.answer_at, y), size

    # drawing

    def on_resize(self) -> None:
        """Lay the lines out anew."""
        self.redraw()

    def retranslate(self) -> None:
        """Say it in the language that is on now."""
        self.redraw()

    def render_line(self, y: int) -> Strip:
        """Draw one line of the screen."""
        theme, base = self.app.theme, self.rich_style
        width = self.scrollable_content_region.width
        index = y + self.scroll_offset.y
        if not 0 <= index < len(self._lines):
            return line(width, (), base)
        found = self._lines[index]
        lit = found.row == self.cursor and not found.beneath
        if lit:
            ground = "cursor" if self.has_focus or self.editing is not None else "cursor-dim"
            base += Style(bgcolor=themes.colour(theme, ground))
        elif found.beneath:
            base += Style(bgcolor=themes.colour(theme, "surface"))
        ink = Style(color=themes.colour(theme, "cursor-text")) if lit else Style()
        parts = [(text, themes.tone(theme, tone) + ink) for text, tone in found.parts]
        return line(width, parts, base)

    def notify_style_update(self) -> None:
        """Colours changed."""
        super().notify_style_update()
        self.refresh()


def _takes_cursor(question: Question) -> bool:
    return question.type is not QuestionType.NOTE
