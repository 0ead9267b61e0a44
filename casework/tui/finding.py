"""Questions whose answer stands in a long list: found while one types, or several ticked off.

    finding.find(self, Phrase(N_("Which building?")), lambda typed: search.buildings(book, typed), cells, then)

`then` gets the row; escape answers None.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from textual.binding import Binding
from textual.widgets import Input

from casework.domain.phrase import N_, Phrase
from casework.tui import actions, marks
from casework.tui.dialogs import Dialog, Said
from casework.tui.widgets.pagelist import Cell, Column, ListSource, PageList

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.screen import Screen

T = TypeVar("T")

ROWS = 12
"""Lines of the list: with question, field and keys it stands in 24."""

NOTHING = Phrase(N_("Nothing is found by that. Fewer letters find more."))


class FindDialog(Dialog):
    """One row of a list, found while its name is typed. The arrows walk the list while the field keeps the cursor."""

    BINDINGS = [
        *actions.only("dialog.no"),
        Binding("up", "step('cursor_up')", show=False),
        Binding("down", "step('cursor_down')", show=False),
        Binding("pageup", "step('page_up')", show=False),
        Binding("pagedown", "step('page_down')", show=False),
    ]

    def __init__(
        self, question: object, rows: Callable[[str], Sequence[Any]], columns: Sequence[Column],
        cells: Callable[[Any], Sequence[Cell]], typed: str = "", empty: object = NOTHING,
    ) -> None:  # fmt: skip
        super().__init__()
        self.question = question
        self._rows = rows
        self._columns = columns
        self._cells = cells
        self._typed = typed
        self._early = len(typed)
        """How many letters came by way of the line that asked: those that follow there stand behind them."""
        self._empty = empty

    def body(self) -> ComposeResult:
        """Question, field, list, keys."""
        yield Said(self.question, classes="question")
        field = Input("", compact=True, id="find-word", select_on_focus=False)
        field.cursor_blink = False
        yield field
        hits: PageList[Any] = PageList(self._columns, self._cells, empty=self._empty, always_lit=True, id="find-hits")
        hits.styles.height = ROWS
        hits.can_focus = False
        yield hits
        yield Said(Phrase(N_("type to find     up, down, enter: choose     esc: back")), classes="keys")

    def on_mount(self) -> None:
        """Show what the letters find that were typed before the field was there."""
        field = self.query_one("#find-word", Input)
        field.value = self._typed
        field.cursor_position = len(self._typed)
        field.focus()
        self._show()

    def more(self, typed: str) -> None:
        """Take a letter that went to the line that asked, before this question was up: it goes before what was typed
        here since.
        """
        at = self._early
        self._early += len(typed)
        if not self.query("#find-word"):
            self._typed = self._typed[:at] + typed + self._typed[at:]
            return
        field = self.query_one("#find-word", Input)
        cursor = field.cursor_position
        field.value = field.value[:at] + typed + field.value[at:]
        field.cursor_position = cursor + len(typed) if cursor >= at else cursor

    def on_key(self, event: events.Key) -> None:
        """A letter that came before the field had the cursor is not lost."""
        if event.is_printable and event.character:
            event.stop()
            if not self.query("#find-word"):
                self._typed += event.character
            else:
                self.query_one("#find-word", Input).insert_text_at_cursor(event.character)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Other letters, other rows."""
        event.stop()
        self._show()

    def _show(self) -> None:
        found = self._rows(self.query_one("#find-word", Input).value)
        self.query_one("#find-hits", PageList).show(ListSource(found), at=0)

    def action_step(self, step: str) -> None:
        """Walk the list."""
        getattr(self.query_one("#find-hits", PageList), f"action_{step}")()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: the row under the cursor."""
        event.stop()
        row = self.query_one("#find-hits", PageList).current
        if row is not None:
            self.dismiss(row)

    def on_page_list_selected(self, event: PageList.Selected) -> None:
        """A click on the row that has the cursor."""
        event.stop()
        self.dismiss(event.row)


class TickDialog(Dialog):
    """As many of a list as apply: space ticks one off, enter is done with it."""

    BINDINGS = [*actions.only("dialog.no"), Binding("space", "tick", show=False)]

    def __init__(self, question: object, options: Sequence[tuple[str, object, object]], ticked: Sequence[str]) -> None:
        super().__init__()
        self.question = question
        self._options = list(options)
        self._ticked = [value for value, _label, _note in options if value in ticked]

    def body(self) -> ComposeResult:
        """Question, list, keys."""
        yield Said(self.question, classes="question")
        columns = (Column(2), Column(14), Column())
        rows: PageList[tuple[str, object, object]] = PageList(columns, self._option_cells, id="ticks")
        rows.styles.height = min(ROWS, max(1, len(self._options)))
        yield rows
        yield Said(Phrase(N_("space: choose or not     enter: done     esc: as it was")), classes="keys")

    def on_mount(self) -> None:
        """Show the list."""
        self.query_one("#ticks", PageList).show(ListSource(self._options), at=0)

    def _option_cells(self, row: tuple[str, object, object]) -> tuple[Cell, Cell, Cell]:
        value, label, note = row
        on = value in self._ticked
        box = marks.mark("done" if on else "upcoming", self.casework.marks)
        return Cell(box, "accent" if on else "muted"), Cell(label), Cell(note, "muted")

    def action_tick(self) -> None:
        """Choose the row under the cursor, or give it back, and go on to the next."""
        rows = self.query_one("#ticks", PageList)
        row = rows.current
        if row is not None:
            value = row[0]
            if value in self._ticked:
                self._ticked.remove(value)
            else:
                self._ticked.append(value)
            rows.retranslate()
            rows.action_cursor_down()

    def on_page_list_selected(self, event: PageList.Selected) -> None:
        """Enter: done."""
        event.stop()
        self.dismiss(tuple(self._ticked))


def find(
    screen: Screen[Any],
    question: object,
    rows: Callable[[str], Sequence[T]],
    cells: Callable[[T], Sequence[Cell]],
    then: Callable[[T | None], None],
    *,
    columns: Sequence[Column] = (Column(None), Column(22)),
    typed: str = "",
    empty: object = NOTHING,
) -> None:
    """Ask for a row that `rows` finds for what is typed; `then` gets it, or None after escape."""
    screen.app.push_screen(FindDialog(question, rows, columns, cells, typed, empty), then)


def tick(
    screen: Screen[Any],
    question: object,
    options: Sequence[tuple[str, object, object]],
    ticked: Sequence[str],
    then: Callable[[tuple[str, ...] | None], None],
) -> None:
    """Ask for some of `(value, label, note)`; `then` gets their values, or None after escape."""
    screen.app.push_screen(TickDialog(question, options, ticked), then)
