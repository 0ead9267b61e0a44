"""Screen 3, follow-ups: who owes what by when, as a list or as a board; the case under the cursor with its timeline."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.containers import Container
from textual.widget import Widget

from casework.domain.followup import CLOSED_STATES, State
from casework.domain.phrase import N_, Phrase
from casework.language import _, say
from casework.tui import actions, casefilter, marks, themes
from casework.tui.screens.cases import CaseScreen
from casework.tui.widgets.board import BoardView, StateStrip
from casework.tui.widgets.case import SHORT_STATES, CaseView, due_words, light_of, owner_text, repeat_text
from casework.tui.widgets.lines import line
from casework.tui.widgets.pagelist import Cell, Column, KeysetSource, PageList

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from textual import events
    from textual.app import ComposeResult
    from textual.strip import Strip

    from casework.casebook.followups import FollowupFilter
    from casework.casebook.views import BoardColumn, FollowupRow
    from casework.tui.narrowing import Option

EMPTY = Phrase(N_("No follow-up here. f at a door opens one; g filters, backspace shows all."))
MARK_LIMIT = 1000
"""How many can be assigned in one save."""
CARDS = 30
"""Cards of a column that are read: what is beyond them is a matter for the list."""


class FilterLine(Widget):
    """What is shown: the view, how many, the filters, how many are marked."""

    words = ""
    tail = ""

    def show(self, words: str, tail: str) -> None:
        """Say something else."""
        self.words, self.tail = words, tail
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw the line."""
        theme, base = self.app.theme, self.rich_style
        parts = [(f" {self.words}   ", themes.tone(theme, "accent")), (self.tail, themes.tone(theme, "muted"))]
        return line(self.size.width, parts, base)


class FollowupsScreen(CaseScreen):
    """All cases of the casebook. Filters and marks stay while one goes to another screen and comes back."""

    SCOPES = ("followups", "board")
    CSS_PATH = "followups.tcss"

    def __init__(self) -> None:
        super().__init__()
        self.choices: tuple[casefilter.Choice, ...] = ()
        self.marked: dict[str, None] = {}
        self.on_board = False
        self.at = 0
        self._board: Sequence[BoardColumn] = ()
        self._workers: dict[str, str] = {}
        self._options: list[Option] = []
        self._now: datetime | None = None
        self._shown = 0
        self._late = 0

    def body(self) -> ComposeResult:
        """Figures, states, list or columns, case."""
        yield FilterLine()
        yield StateStrip(id="states")
        with Container(id="cases"):
            yield PageList(
                (Column(1), Column(1), Column(2), Column(13), Column(None), Column(10), Column(8), Column(12)),
                self._cells, empty=EMPTY, id="list",
            )  # fmt: skip
            yield BoardView(id="board")
            yield CaseView(id="case")

    @property
    def cases(self) -> PageList[FollowupRow]:
        """The list."""
        return self.query_one("#list", PageList)

    @property
    def columns(self) -> bool:
        """Whether the board is drawn as columns: where there is room for them."""
        return self.on_board and self.app.size.width >= 100

    @property
    def case(self) -> FollowupRow | None:
        """The follow-up under the cursor."""
        return self.query_one(BoardView).current if self.columns else self.cases.current

    def copyable(self) -> str:
        """The number under the cursor."""
        case = self.case
        return case.number if case is not None else ""

    # reading

    def wanted(self) -> FollowupFilter:
        """What the filters ask for."""
        return casefilter.wanted(self.choices, self.book, self.book.clock.now(), self.book.today())

    def load(self) -> None:
        """Read the cases, with the cursor where it was."""
        from casework.casebook import areas, followups

        book, self._now = self.book, self.book.clock.now()
        self._workers = {worker.id: worker.name for worker in areas.workers(book)}
        self._options = self._options or casefilter.options(book)
        wanted = self.wanted()
        self.set_class(self.on_board, "-board")
        self.set_class(self.columns, "-columns")
        if self.on_board:
            # A board of one state, or of those that are closed, would be no board.
            wanted = replace(wanted, open=True, state=None)
            self._board = followups.board(book, self._now, wanted)
            self.at = min(self.at, len(self._board) - 1)
            self._shown = sum(column.count for column in self._board)
            self._late = sum(column.late for column in self._board)
            self.query_one(StateStrip).show(self._board, self.at)
        if self.columns:
            pages = [followups.page(book, replace(wanted, state=one.state), None, CARDS) for one in self._board]
            board = self.query_one(BoardView)
            board.marked = self.marked
            board.show(self._board, pages, self.at, self._now, self._workers)
            board.focus()
            self._show_case()
        else:
            self._fill(replace(wanted, state=self._board[self.at].state) if self.on_board else wanted)
        self._say()

    def _fill(self, wanted: FollowupFilter) -> None:
        from casework.casebook import followups

        book = self.book
        total = followups.count(book, wanted)
        if not self.on_board:
            self._shown = total
            self._late = followups.count(book, replace(wanted, overdue_at=self._now)) if wanted.open else 0
        source: KeysetSource[FollowupRow] = KeysetSource(
            total,
            lambda after, limit: followups.page(book, wanted, after, limit),
            lambda row: followups.position(row, wanted),
        )
        self.cases.show(source, at=max(0, min(self.cases.cursor, total - 1)))
        self.cases.focus()
        if not total:
            self._show_case()

    def _say(self) -> None:
        """Say view, figures, filters and marks in one line."""
        choices = casefilter.said(self.choices, self._options)
        said = _("{n} closed", n=self._shown) if ("open", False) in self.choices and not self.on_board else _(
            "{n} open, {late} late", n=self._shown, late=self._late
        )  # fmt: skip
        tail = [_("{n} marked", n=len(self.marked))] if self.marked else []
        if choices:
            key = actions.key_text(actions.ACTIONS["board.clear"], self.casework.user_keymap)
            tail.append(_("{choices}  ({key} shows all)", choices=choices, key=key))
        view = _("Board") if self.on_board else _("List")
        self.query_one(FilterLine).show(f"{view}: {said}", "   ".join(tail))

    def retranslate(self) -> None:
        """Say it in the language that is on now."""
        super().retranslate()
        if self.casework.book is not None and self._now is not None:
            self._say()

    def on_resize(self, event: events.Resize) -> None:
        """Columns need room: the board is laid out anew."""
        super().on_resize(event)
        if self.on_board and self.casework.book is not None and self.app.screen is self:
            self.call_after_refresh(self.load)

    # filters and views

    def why_not(self, action_id: str) -> Phrase | None:
        """Keys of the board need the board, those of marks the list."""
        if action_id in ("board.left", "board.right") and not self.on_board:
            return Phrase(N_("This key walks the board; tab shows it."))
        if action_id == "board.view" and ("open", False) in self.choices:
            return Phrase(N_("The board shows open follow-ups only: take the filter away first."))
        if action_id == "board.clear" and not self.choices:
            return Phrase(N_("There is no filter on."))
        if action_id == "board.mark" and self.case is None:
            return super().why_not("followup.note")
        if action_id == "followup.assign" and self.marked:
            return None
        return super().why_not(action_id)

    def footer(self) -> list[actions.Action]:
        """Taking filters away is offered where there are some."""
        return [one for one in super().footer() if one.id != "board.clear" or self.choices]

    def action_board_filter(self) -> None:
        """Ask what to show."""
        from casework.tui.casefilter import options, settled
        from casework.tui.narrowing import pick_several

        self._options = options(self.book)

        def then(chosen: tuple[casefilter.Choice, ...] | None) -> None:
            if chosen is not None:
                self._narrow(settled(chosen))

        pick_several(self, Phrase(N_("Which follow-ups?")), self._options, then,
                     marked=[one for one in self.choices if one in {option.value for option in self._options}])  # fmt: skip

    def _narrow(self, choices: tuple[casefilter.Choice, ...]) -> None:
        self.choices = choices
        self.marked.clear()
        state = dict(choices).get("state")
        states = [column.state for column in self._board]
        if self.on_board and (("open", False) in choices or (state and State(state) in CLOSED_STATES)):
            self.on_board = False
        elif state in states:
            self.at = states.index(state)
        self.cases.move_to(0)
        self.load()

    def action_board_clear(self) -> None:
        """Show all again."""
        self._narrow(())

    def action_board_view(self) -> None:
        """The other view."""
        case = self.case
        self.on_board = not self.on_board
        if self.on_board and case is not None and case.closed_at is None:
            self.at = [state for state in State if state not in CLOSED_STATES].index(State(case.state))
        self.load()

    def _go(self, step: int) -> None:
        self.at = (self.at + step) % len(self._board)
        if self.columns:
            board = self.query_one(BoardView)
            board.at = self.at
            board.refresh()
            self.call_after_refresh(self._show_case)
            return
        self.cases.move_to(0)
        self.load()

    def action_board_left(self) -> None:
        """The state to the left."""
        self._go(-1)

    def action_board_right(self) -> None:
        """The state to the right."""
        self._go(1)

    def on_state_strip_chosen(self, event: StateStrip.Chosen) -> None:
        """A state was clicked."""
        self._go(event.at - self.at)

    def action_board_matrix(self) -> None:
        """What moved where in a time."""
        self.casework.open("followups_matrix", then=self.came_back)

    # marks

    def action_board_mark(self) -> None:
        """Mark the case, or take its mark away, and go on to the next."""
        case = self.case
        if case is None:
            return
        if case.id in self.marked:
            del self.marked[case.id]
        elif len(self.marked) < MARK_LIMIT:
            self.marked[case.id] = None
        if self.columns:
            self.query_one(BoardView).action_step(1)
        else:
            self.cases.retranslate()
            self.cases.action_cursor_down()
        self._say()

    def action_board_mark_all(self) -> None:
        """Mark all that the filters show, or none."""
        from casework.casebook import followups

        if self.marked:
            self.marked.clear()
        else:
            wanted = self.wanted()
            if self.on_board:
                wanted = replace(wanted, open=True, state=self._board[self.at].state)
            found = followups.page(self.book, wanted, None, MARK_LIMIT)
            self.marked.update(dict.fromkeys(row.id for row in found))
            if self._shown > MARK_LIMIT:
                self.tell(Phrase(N_("The first {n} are marked: more cannot go in one save."), {"n": MARK_LIMIT}))
        self.cases.retranslate()
        self.query_one(BoardView).refresh()
        self._say()

    def assigned_ids(self) -> tuple[str, ...]:
        """Those that are marked, or else the one under the cursor."""
        return tuple(self.marked) or super().assigned_ids()

    def assigned(self) -> None:
        """The marks have served."""
        self.marked.clear()

    # the case under the cursor

    def action_followup_open(self) -> None:
        """The whole case."""
        case = self.case
        if case is not None:
            self.open_case(case.id)

    def on_page_list_highlighted(self, event: PageList.Highlighted) -> None:
        """Show the case once the cursor's own lines are on the terminal."""
        event.stop()
        self.call_after_refresh(self._show_case)

    def on_page_list_selected(self, event: PageList.Selected) -> None:
        """Open the case."""
        event.stop()
        self.action_followup_open()

    def on_board_view_moved(self) -> None:
        """Show the card's case."""
        self.call_after_refresh(self._show_case)

    def on_board_view_opened(self) -> None:
        """Open the card's case."""
        self.action_followup_open()

    def _show_case(self) -> None:
        from casework.casebook import evidence, followups

        if self.casework.book is None or not self.is_attached:
            return
        case = self.case
        self._detail = followups.get(self.book, case.id) if case is not None else None
        attached = evidence.of_followup(self.book, case.id) if case is not None else ()
        self.query_one(CaseView).show(self._detail, self.book.clock.now(), self._workers, attached)
        self.refresh_bindings()

    def _cells(self, row: FollowupRow) -> Sequence[Cell]:
        now = self._now or self.book.clock.now()
        mark, tone = light_of(row, now)
        style = self.casework.marks
        again = repeat_text(row)
        title = say(row.title)
        return (
            Cell(marks.mark("marked", style) if row.id in self.marked else "", "accent"),
            Cell(marks.mark(mark, style), tone),
            Cell(str(row.priority), "urgent" if row.priority < 3 else "muted"),
            Cell(row.number, "muted"),
            Cell(f"{again} {title}" if again else title, "overdue" if again else "text"),
            Cell(owner_text(row.owner_kind, row.owner, self._workers), "muted"),
            Cell(_(SHORT_STATES[row.state]), "overdue" if row.unaccepted else "muted"),
            Cell(due_words(row, now.date()), tone),
        )
