"""Screen 1, the round: where do I go next. Due work in walking order, urgent first; the household beside
it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from textual.containers import Horizontal
from textual.widget import Widget

from casework.casebook.views import RoundStop
from casework.domain.phrase import N_, Phrase
from casework.domain.schedule import errand
from casework.domain.schedule_facts import Errand
from casework.language import _
from casework.tui import marks, themes, words
from casework.tui.actions import ACTIONS, in_scope, key_text
from casework.tui.screens.doors import DoorListScreen
from casework.tui.stops import joined, stop_tone
from casework.tui.widgets.lines import line
from casework.tui.widgets.pagelist import Cell, Column, Heading, ListSource, PageList
from casework.tui.widgets.said import Said
from casework.tui.widgets.story import Story

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style
    from textual.app import ComposeResult
    from textual.strip import Strip

    from casework.casebook.plan_views import DayPlan
    from casework.casebook.views import RoundCounts
    from casework.domain.receipt import Receipt
    from casework.tui.actions import Action

COLUMNS = (Column(1), Column(8), Column(), Column(17))
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


WITH_A_PLAN = ("plan.switch", "plan.left", "plan.here", "plan.print", "plan.clear")
"""Keys that do something only where the day is planned."""


class RoundScreen(DoorListScreen):
    """The round of the grid in use."""

    SCOPES = ("door", "arrangement", "errand", "outdoors", "round")
    CSS_PATH = "round.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._errands: tuple[bool, ...] = (False, False)
        self.plan: DayPlan | None = None
        self.whole = False
        """Whether the whole round is shown though there is a plan."""

    def body(self) -> ComposeResult:
        """List and story."""
        yield Figures()
        yield Said("", id="plan-head")
        with Horizontal(id="round"):
            yield PageList(
                COLUMNS,
                self._cells,
                empty=Phrase(EMPTY),
                id="stops",
            )
            yield Story()

    @property
    def stops(self) -> PageList[Any]:
        """The list of stops."""
        return self.query_one("#stops", PageList)

    @property
    def stop(self) -> RoundStop | None:
        """The stop under the cursor, planned or not."""
        return _stop(self.stops.current)

    @property
    def household_id(self) -> str | None:
        """The household under the cursor."""
        stop = self.stop
        return stop.household_id if stop is not None else None

    @property
    def place_id(self) -> str | None:
        """The place outdoors under the cursor."""
        stop = self.stop
        return stop.place_id if stop is not None else None

    @property
    def planned(self) -> DayPlan | None:
        """The plan whose walk is shown; None while the whole round is."""
        return None if self.whole else self.plan

    def has_errand(self, action_id: str) -> bool:
        """Whether the stop under the cursor has such work."""
        stop = self.stop
        wanted = Errand.ASK if action_id == "verify.ask" else Errand.LOOK
        return stop is not None and any(errand(due) is wanted for due, _status in stop.dues)

    def footer(self) -> list[Action]:
        """Asking back and looking after promises come first where the stop asks for it."""
        errands = [one for one in in_scope("errand") if self.has_errand(one.id)]
        without = WITH_A_PLAN if self.plan is None else ()
        return errands + [one for one in super().footer() if one.id not in without]

    def why_not(self, action_id: str) -> Phrase | None:
        """The keys of a plan need one."""
        if action_id in WITH_A_PLAN and self.plan is None:
            key = key_text(ACTIONS["plan.open"], self.casework.user_keymap)
            return Phrase(N_("Today is not planned yet: {key} plans the walk."), {"key": key})
        if action_id == "plan.here" and self.household_id is None:
            return Phrase(N_("There is no door under the cursor."))
        return super().why_not(action_id)

    def copyable(self) -> str:
        """The address under the cursor."""
        stop = self.stop
        return stop.address if stop is not None else ""

    def load(self) -> None:
        """Read the day's stops, with the cursor on the stop where it was, or on the one that follows it. Of a planned
        walk it goes on to the next that is open once its stop is done.
        """
        from casework.casebook import drafts, rounds

        book, today = self.book, self.book.today()
        grid = book.grid_id
        found = rounds.stops(book, grid, today)
        self.plan = None
        if drafts.get(book, drafts.DAY_PLAN, f"{grid}/{today.isoformat()}") is not None:
            from casework.casebook import plans

            self.plan = plans.of_day(book, today, grid, stops=found)
        self.query_one(Figures).show(rounds.counts(book, grid, today))
        before, at = self.stops.current, self.stops.cursor
        rows: Sequence[Any] = grouped(found)
        plan = self.planned
        if plan is not None:
            from casework.tui import planned

            rows = planned.grouped(plan.walk)
        self._say_plan()
        if (stop := _stop(before)) is not None:
            at = next((n for n, row in enumerate(rows) if getattr(_stop(row), "key", None) == stop.key), at)
        at = max(0, at)
        if plan is not None and (before is None or _open(before)) and at < len(rows) and not _open(rows[at]):
            at = next((n for n in [*range(at, len(rows)), *range(at)] if _open(rows[n])), at)
        columns = COLUMNS if plan is None else planned.COLUMNS
        self.stops.columns = columns
        self.stops.show(ListSource(rows), at=at)

    def _say_plan(self) -> None:
        head = self.query_one("#plan-head", Said)
        head.display = self.plan is not None
        if self.plan is not None:
            from casework.tui import planned

            switch, left = (key_text(ACTIONS[key], self.casework.user_keymap) for key in ("plan.switch", "plan.left"))
            head.say(planned.head(self.plan, self.whole, switch, left, self.casework.marks))
            head.set_class(bool(self.plan.fresh or self.plan.urgent_left), "-pressing")

    def after_no_answer(self, receipt: Receipt) -> None:
        """On to the next door: of a planned walk to the next that is open."""
        before, at = self.household_id, self.stops.cursor
        self.load()
        if self.household_id != before:
            return
        if self.planned is None:
            self.stops.action_cursor_down()
            return
        # It is still open, or has become urgent and stands on top now: the walk goes on where she was.
        rows = [*range(at, self.stops.count), *range(at)]
        found = (
            n for n in rows if _open(row := self.stops.row(n)) and getattr(_stop(row), "household_id", "") != before
        )
        if (following := next(found, None)) is not None:
            self.stops.move_to(following)

    # the plan of the day

    def action_plan_open(self) -> None:
        """Plan the day, or plan it anew."""

        def then(kept: object) -> None:
            if kept:
                self.whole = False
                self.stops.cursor = -1
                self.load()
                self.tell(
                    Phrase(N_("The plan is kept; it is there after a restart, too.")),
                    tone="accent",
                )

        self.casework.open("planner", then=then)

    def action_plan_switch(self) -> None:
        """Show the whole round, or the planned walk again."""
        self.whole = not self.whole
        self.load()

    def action_plan_left(self) -> None:
        """Show what the plan leaves out."""
        self.casework.open("left_out", then=self.came_back)

    def action_plan_here(self) -> None:
        """Plan the rest of the day anew from the door under the cursor."""
        from casework.casebook import plans
        from casework.casebook.errors import CasebookError

        door, plan = self.household_id, self.plan
        if door is None or plan is None:
            return
        try:
            made = plans.from_here(self.book, plan, door)
        except CasebookError as error:
            self.tell(error.phrase, tone="error")
            return
        self.whole = False
        self.load()
        left = sum(one.progress == "open" for one in made.walk)
        self.tell(Phrase(N_("Planned anew from here: {n} doors to go."), {"n": left}), tone="accent")

    def action_plan_print(self) -> None:
        """Print the planned walk."""
        from casework.tui import printing

        if self.plan is not None:
            printing.ask(self, self.plan)

    def action_plan_clear(self) -> None:
        """Forget the plan, after a question."""
        from casework.casebook import plans
        from casework.tui import dialogs

        def then(yes: bool) -> None:
            if yes:
                plans.clear(self.book)
                self.load()

        dialogs.confirm(self, Phrase(N_("Forget the plan of today? What was logged stays.")), then)

    def _show_story(self) -> None:
        if self.casework.book is None or not self.is_attached:
            return
        if self._errands != (here := tuple(map(self.has_errand, ("verify.ask", "promise.list")))):
            self._errands = here
            self.refresh_bindings()
        stop = self.stop
        if stop is not None and stop.place_id is not None:
            self.query_one(Story).show_place(stop, self.book.today())
        else:
            super()._show_story()

    def _cells(self, stop: Any) -> Sequence[Cell] | Heading:
        if isinstance(stop, Heading):
            return stop
        if not isinstance(stop, RoundStop):
            from casework.tui import planned

            campaign = self.plan.campaign if self.plan is not None else None
            return planned.cells(stop, stop_tone(stop.stop), campaign or "", self.casework.marks)
        tone = stop_tone(stop)
        caution = f"{marks.mark('caution', self.casework.marks)} " if stop.cautions else ""
        # A place has a name as long as an address: it stands where the people's names would.
        door = (stop.short or stop.address) if stop.household_id else ""
        what = ", ".join(
            dict.fromkeys([stop.hour] * bool(stop.hour) + [_(words.due_name(due)) for due, _status in stop.dues])
        )
        return (
            Cell(marks.mark(tone, self.casework.marks), tone),
            Cell(door, tone if tone != "due" else "text"),
            Cell(caution + (joined(stop.names) if stop.household_id else stop.short), "text"),
            Cell(what, "muted" if tone == "due" else tone),
        )


def _stop(row: object) -> RoundStop | None:
    """The stop of a row: of the round, or of a planned walk."""
    found = getattr(row, "stop", row)
    return found if isinstance(found, RoundStop) else None


def _open(row: object) -> bool:
    """Whether a row of a planned walk is still to be walked."""
    return getattr(row, "progress", "") == "open" or (
        getattr(row, "progress", "") == "tried" and bool(getattr(_stop(row), "urgent", False))
    )


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
            elif kind == "booked":
                name = Phrase(N_("Booked today, at their hour"))
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
    if stop.hour:
        return "booked", ""
    if stop.household_id is None:
        return "places", ""
    return "building", stop.building_id
