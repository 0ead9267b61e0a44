"""Screen 1, the round: where do I go next. Due work in walking order, urgent first; the household beside
it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.containers import Horizontal
from textual.widget import Widget

from casework.casebook.views import RoundStop
from casework.domain.phrase import N_, Phrase
from casework.domain.schedule import errand
from casework.domain.schedule_facts import Errand
from casework.language import _
from casework.tui import marks, themes, words
from casework.tui.actions import in_scope
from casework.tui.screens.doors import DoorScreen
from casework.tui.widgets.lines import line
from casework.tui.widgets.pagelist import Cell, Column, Heading, ListSource, PageList
from casework.tui.widgets.story import LATE, Story

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style
    from textual.app import ComposeResult
    from textual.strip import Strip

    from casework.casebook.views import RoundCounts
    from casework.domain.receipt import Receipt
    from casework.tui.actions import Action

EMPTY = N_("Nothing is due here today. Press / to find a door, 2 for everyone.")


class Figures(Widget):
    """The day in figures: what is left, and the four counters that are never mixed."""

    counts: RoundCounts | None = None

    def show(self, counts: RoundCounts) -> None:
        """Show other figures."""
        self.counts = counts
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw the line."""
        base, counts = self.rich_style, self.counts
        if counts is None:
            return line(self.size.width, (), base)
        parts = self._parts(counts, "   ", "  ", _("Done today:"))
        if sum(cell_len(text) for text, _style in parts) > self.size.width:
            parts = self._parts(counts, "  ", " ", _("Today:"))
        return line(self.size.width, parts, base)

    def _parts(self, counts: RoundCounts, wide: str, narrow: str, done: str) -> list[tuple[str, Style]]:
        theme = self.app.theme
        muted, text = themes.tone(theme, "muted"), themes.tone(theme, "text")
        parts: list[tuple[str, Style]] = [(" ", muted)]
        for label, number, tone in (
            (N_("doors due"), counts.doors_due, "due"),
            (N_("urgent"), counts.urgent, "urgent"),
            (N_("overdue"), counts.overdue, "overdue"),
        ):
            parts += [(f"{number}", themes.tone(theme, tone, bold=True)), (f" {_(label)}{wide}", text)]
        parts.append((f"{done} ", muted))
        for label, number in (
            (N_("knocked"), counts.doors_knocked),
            (N_("met"), counts.people_contacted),
            (N_("checked"), counts.checks_completed),
            (N_("fitted"), counts.devices_fitted),
        ):
            parts += [(f"{number}", text), (f" {_(label)}{narrow}", muted)]
        # The last gap may fall off the line.
        parts[-1] = (parts[-1][0].rstrip(), muted)
        return parts

    def retranslate(self) -> None:
        """Say it in the language that is on now."""
        self.refresh()


class RoundScreen(DoorScreen):
    """The round of the grid in use."""

    SCOPES = ("door", "errand", "outdoors")
    CSS_PATH = "round.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._errands: tuple[bool, ...] = (False, False)

    def body(self) -> ComposeResult:
        """List and story."""
        yield Figures()
        with Horizontal(id="round"):
            yield PageList(
                (Column(1), Column(8), Column(), Column(17)),
                self._cells,
                empty=Phrase(EMPTY),
                id="stops",
            )
            yield Story()

    @property
    def stops(self) -> PageList[RoundStop | Heading]:
        """The list of stops."""
        return self.query_one("#stops", PageList)

    @property
    def household_id(self) -> str | None:
        """The household under the cursor."""
        row = self.stops.current
        return row.household_id if isinstance(row, RoundStop) else None

    @property
    def place_id(self) -> str | None:
        """The place outdoors under the cursor."""
        row = self.stops.current
        return row.place_id if isinstance(row, RoundStop) else None

    def has_errand(self, action_id: str) -> bool:
        """Whether the stop under the cursor has such work."""
        row = self.stops.current
        wanted = Errand.ASK if action_id == "verify.ask" else Errand.LOOK
        return isinstance(row, RoundStop) and any(errand(due) is wanted for due, _status in row.dues)

    def footer(self) -> list[Action]:
        """Asking back and looking after promises come first where the stop asks for it."""
        errands = [one for one in in_scope("errand") if self.has_errand(one.id)]
        return errands + super().footer()

    def copyable(self) -> str:
        """The address under the cursor."""
        row = self.stops.current
        return row.address if isinstance(row, RoundStop) else ""

    def load(self) -> None:
        """Read the day's stops, with the cursor on the stop where it was, or on the one that follows it."""
        from casework.casebook import rounds

        book, today = self.book, self.book.today()
        grid = book.grid_id
        rows = grouped(rounds.stops(book, grid, today))
        self.query_one(Figures).show(rounds.counts(book, grid, today))
        before = self.stops.current
        at = self.stops.cursor
        if isinstance(before, RoundStop):
            at = next((n for n, row in enumerate(rows) if getattr(row, "key", None) == before.key), at)
        self.stops.show(ListSource(rows), at=at)

    def after_no_answer(self, receipt: Receipt) -> None:
        """On to the next door."""
        before = self.household_id
        self.load()
        if self.household_id == before:
            self.stops.action_cursor_down()

    def on_page_list_highlighted(self, event: PageList.Highlighted) -> None:
        """Show the story once the cursor's own lines are on the terminal."""
        event.stop()
        self.call_after_refresh(self._show_story)

    def on_page_list_selected(self, event: PageList.Selected) -> None:
        """Open the household, or the place."""
        event.stop()
        self.action_household_open()

    def _show_story(self) -> None:
        from casework.casebook import households

        if self.casework.book is None or not self.is_attached:
            return
        household_id = self.household_id
        if self._errands != (here := tuple(map(self.has_errand, ("verify.ask", "promise.list")))):
            self._errands = here
            self.refresh_bindings()
        pane, today, row = self.query_one(Story), self.book.today(), self.stops.current
        if isinstance(row, RoundStop) and row.place_id is not None:
            pane.show_place(row, today)
        else:
            pane.show(households.story(self.book, household_id) if household_id is not None else None, today)

    def _cells(self, stop: RoundStop | Heading) -> Sequence[Cell] | Heading:
        if isinstance(stop, Heading):
            return stop
        tone = stop_tone(stop)
        caution = f"{marks.mark('caution', self.casework.marks)} " if stop.cautions else ""
        # A place has a name as long as an address: it stands where the people's names would.
        door = (stop.short or stop.address) if stop.household_id else ""
        what = ", ".join(dict.fromkeys(_(words.due_name(due)) for due, _status in stop.dues))
        return (
            Cell(marks.mark(tone, self.casework.marks), tone),
            Cell(door, tone if tone != "due" else "text"),
            Cell(caution + (joined(stop.names) if stop.household_id else stop.short), "text"),
            Cell(what, "muted" if tone == "due" else tone),
        )


def joined(names: Sequence[str]) -> str:
    """The people of a door on one line: names of several words need more than a blank between them."""
    return (", " if any(" " in name for name in names) else " ").join(names)


def stop_tone(stop: RoundStop) -> str:
    """How pressing a stop is, as a tone and a mark."""
    if stop.urgent:
        return "urgent"
    return "overdue" if any(status in LATE for _due, status in stop.dues) else "due"


def grouped(stops: Sequence[RoundStop]) -> list[RoundStop | Heading]:
    """The stops under headings: the urgent ones first, then building by building, then places outdoors."""
    rows: list[RoundStop | Heading] = []
    sizes: dict[tuple[str, str], int] = {}
    for stop in stops:
        sizes[_group(stop)] = sizes.get(_group(stop), 0) + 1
    last: tuple[str, str] | None = None
    for stop in stops:
        group = _group(stop)
        if group != last:
            kind, counted = group[0], N_("{n} doors")
            name: object = stop.building
            if kind == "urgent":
                name = Phrase(N_("Urgent, first"))
            elif kind == "places":
                name, counted = Phrase(N_("Places outdoors")), N_("{n} places")
            elif not stop.building:
                name = Phrase(N_("Without a building"))
            if sizes[group] == 1:
                counted = N_("{n} place") if kind == "places" else N_("{n} door")
            rows.append(Heading(name, Phrase(counted, {"n": sizes[group]})))
            last = group
        rows.append(stop)
    return rows


def _group(stop: RoundStop) -> tuple[str, str]:
    if stop.urgent:
        return "urgent", ""
    if stop.household_id is None:
        return "places", ""
    return "building", stop.building_id
