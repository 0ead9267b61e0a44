"""Planning the day: which buildings or which campaign, how much, when; the walk and what is left out beside it at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from textual.containers import Horizontal, Vertical

from casework.casebook.plan_views import DayPlan, PlanChoice
from casework.domain.due import DueKind
from casework.domain.phrase import N_, Phrase
from casework.domain.planning import DIRECTION_NAMES, Direction, clock_text, read_amount
from casework.domain.workname import KIND_NAMES
from casework.language import _, say
from casework.tui import dialogs, marks, planned
from casework.tui.actions import ACTIONS, key_text
from casework.tui.dialogs import Said
from casework.tui.screens.base import BaseScreen
from casework.tui.stops import stop_tone
from casework.tui.widgets.pagelist import Cell, Column, Heading, ListSource, PageList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from casework.casebook.views import RoundStop

PARTS = {
    "day": N_("the working day"),
    "morning": N_("the morning"),
    "afternoon": N_("the afternoon"),
    "evening": N_("the evening"),
    "long_day": N_("the day and the evening"),
}
"""The hours that can be chosen (`casebook.plans.parts_of_day`)."""


@dataclass(frozen=True, slots=True)
class _Building:
    """A building to choose: how many stops are due there, how many of these are in the walk."""

    id: str
    name: object
    due: int
    walked: int
    marked: bool


class PlannerScreen(BaseScreen):
    """The choice on the left, what comes of it on the right."""

    SCOPES = ("planner", "over")
    CSS_PATH = "planner.tcss"

    def __init__(self) -> None:
        super().__init__()
        self.choice: PlanChoice | None = None
        self.made: DayPlan | None = None
        self.left_out = False
        """Whether the right side shows what is left out."""
        self._stops: list[RoundStop] = []
        self._campaigns: list[tuple[str, object]] = []

    def body(self) -> ComposeResult:
        """Buildings and the rest of the choice; the walk."""
        with Horizontal(id="planner"):
            with Vertical(id="choice"):
                yield PageList(
                    (Column(1), Column(None, N_("Building")), Column(9, N_("walk/due"), right=True)),
                    self._building_cells, id="buildings", empty=Phrase(N_("This grid has no buildings yet.")),
                )  # fmt: skip
                for name in ("much", "hours", "direction", "campaign", "kinds", "company"):
                    yield Said("", id=f"choice-{name}", classes="setting")
            with Vertical(id="outcome"):
                yield Said("", id="outcome-head")
                yield Said("", id="outcome-left")
                yield PageList(planned.COLUMNS, self._walk_cells, id="preview")

    @property
    def buildings(self) -> PageList[_Building]:
        """The list of buildings."""
        return self.query_one("#buildings", PageList)

    @property
    def preview(self) -> PageList[Any]:
        """The walk, or what is left out."""
        return self.query_one("#preview", PageList)

    def load(self) -> None:
        """Read what is due, and begin with the choice of the plan that is kept."""
        from casework.casebook import plans, rounds

        book, today = self.book, self.book.today()
        self._stops = rounds.stops(book, book.grid_id, today)
        self._campaigns = [(campaign, name) for campaign, _key, name in plans.campaigns(book)]
        if self.choice is None:
            kept = plans.of_day(book, today, stops=self._stops)
            first = kept.choice if kept is not None else PlanChoice(direction=plans.direction(book))
            self.choice = replace(first, begin_at="")
        self._plan()

    def _plan(self) -> None:
        """Make the plan anew and show it."""
        from casework.casebook import plans
        from casework.casebook.errors import CasebookError

        choice = self.choice or PlanChoice()
        try:
            self.made = plans.preview(self.book, choice, stops=self._stops)
        except CasebookError as error:
            self.made = None
            self.query_one("#outcome-head", Said).say(error.phrase)
        self._show_choice(choice)
        self._show_outcome()
        self.refresh_bindings()

    def _show_choice(self, choice: PlanChoice) -> None:
        from casework.casebook import plans

        book = self.book
        due: dict[str, int] = {}
        walked: dict[str, int] = {}
        made = self.made
        every = self._stops
        if made is not None:
            every = [one.stop for one in made.walk] + [one.stop for one in made.left]
        for stop in every:
            due[stop.building_id] = due.get(stop.building_id, 0) + 1
        for one in made.walk if made is not None else ():
            walked[one.stop.building_id] = walked.get(one.stop.building_id, 0) + 1
        rows = [
            _Building(one.id, one.name, due.get(one.id, 0), walked.get(one.id, 0), one.id in choice.buildings)
            for one in plans.buildings(book, book.grid_id)
        ]
        self.buildings.show(ListSource(rows), at=max(0, self.buildings.cursor))
        for name, value in self._settings(choice).items():
            key = key_text(ACTIONS[f"planner.{name}"], self.casework.user_keymap)
            self.query_one(f"#choice-{name}", Said).say(Phrase("{key}  {what}", {"key": key, "what": value}))

    def _settings(self, choice: PlanChoice) -> dict[str, object]:
        from casework.casebook import plans

        much: object = Phrase(N_("as much as fits into the hours"))
        if choice.doors is not None:
            much = Phrase(N_("{n} doors at the most"), {"n": choice.doors})
        elif choice.minutes is not None:
            much = Phrase(N_("{hours} hours of work at the most"), {"hours": f"{choice.minutes / 60:g}"})
        hours = ", ".join(f"{clock_text(a)}-{clock_text(b)}" for a, b in choice.parts or plans.parts_of_day()["day"])
        campaign = next((name for key, name in self._campaigns if key == choice.campaign), None)
        kinds = Phrase(KIND_NAMES[choice.kinds[0]]) if choice.kinds else Phrase(N_("every kind of work"))
        return {
            "much": much,
            "hours": hours,
            "direction": Phrase(DIRECTION_NAMES[choice.direction]),
            "campaign": campaign if campaign is not None else Phrase(N_("no campaign: whatever is due")),
            "kinds": kinds,
            "company": Phrase(N_("two of us") if choice.company else N_("on my own")),
        }

    def _show_outcome(self) -> None:
        made = self.made
        left = self.query_one("#outcome-left", Said)
        if made is None:
            left.say("")
            self.preview.show(ListSource([]))
            return
        hours = f"{clock_text(made.begins)}-{clock_text(made.ends)}" if made.begins is not None and made.ends else ""
        said: object = Phrase(N_("Walk: {n} doors  {hours}"), {"n": len(made.walk), "hours": hours})
        if not made.walk:
            said = Phrase(N_("Nothing is left to walk by this choice."))
        self.query_one("#outcome-head", Said).say(said)
        left.say(_Reasons(made))
        left.set_class(bool(made.urgent_left), "-pressing")
        rows: Sequence[Any] = planned.left_rows(made.left) if self.left_out else planned.grouped(made.walk)
        self.preview.columns = (Column(1), Column(8), Column()) if self.left_out else planned.COLUMNS
        self.preview.empty = Phrase(N_("Nothing is left out.") if self.left_out else N_("Nothing is planned."))
        self.preview.show(ListSource(rows), at=0)

    def on_mount(self) -> None:
        """The list of buildings has the keys."""
        self.buildings.focus()

    def why_not(self, action_id: str) -> Phrase | None:
        """A building is chosen by its line; a campaign needs one that runs; an empty plan is not kept."""
        if action_id in ("planner.mark", "planner.mark_all") and self.buildings.current is None:
            return Phrase(N_("This grid has no buildings yet."))
        if action_id == "planner.campaign" and not self._campaigns:
            return Phrase(N_("No campaign over doors is running."))
        if action_id in ("planner.save", "planner.print") and (self.made is None or not self.made.walk):
            return Phrase(N_("There is nothing to walk by this choice: choose more."))
        return super().why_not(action_id)

    # the choice

    def _choose(self, **changed: Any) -> None:
        self.choice = replace(self.choice or PlanChoice(), **changed)
        self._plan()

    def action_planner_mark(self) -> None:
        """Choose the building under the cursor, or not; then on to the next."""
        row = self.buildings.current
        if row is None or self.choice is None:
            return
        chosen = [one for one in self.choice.buildings if one != row.id]
        self._choose(buildings=tuple(chosen if row.marked else [*chosen, row.id]))
        self.buildings.action_cursor_down()

    def action_planner_mark_all(self) -> None:
        """Choose every building, or none."""
        from casework.casebook import plans

        every = tuple(one.id for one in plans.buildings(self.book, self.book.grid_id))
        chosen = self.choice.buildings if self.choice is not None else ()
        self._choose(buildings=() if set(chosen) == set(every) else every)

    def on_page_list_selected(self, event: PageList.Selected) -> None:
        """Enter on a building chooses it."""
        event.stop()
        if event.page_list is self.buildings:
            self.action_planner_mark()

    def action_planner_much(self) -> None:
        """Ask for doors or hours."""
        choice = self.choice or PlanChoice()
        initial = str(choice.doors) if choice.doors is not None else ""
        if choice.minutes is not None:
            initial = f"{choice.minutes / 60:g}h"

        def then(text: str | None) -> None:
            if text is None:
                return
            read = read_amount(text)
            if read is None:
                self.tell(Phrase(N_("Type a number of doors, such as 12, or hours, such as 3h.")), tone="overdue")
                return
            self.tell()
            self._choose(doors=read[0], minutes=read[1])

        question = Phrase(N_("How much? 12 for doors, 3h for hours, nothing for as much as fits:"))
        dialogs.ask_text(self, question, then, initial=initial)

    def action_planner_hours(self) -> None:
        """Ask for the hours of the day."""
        from casework.casebook import plans

        parts = plans.parts_of_day()
        choice = self.choice or PlanChoice()
        options = [
            (name, _Part(name, ", ".join(f"{clock_text(a)}-{clock_text(b)}" for a, b in parts[name]))) for name in PARTS
        ]
        at = next((n for n, name in enumerate(PARTS) if parts[name] == choice.parts), 0)

        def then(name: str | None) -> None:
            if name is not None:
                self._choose(parts=() if name == "day" else parts[name])

        dialogs.choose(self, Phrase(N_("At which hours?")), options, then, at=at)

    def action_planner_direction(self) -> None:
        """The other direction, remembered."""
        from casework.casebook import plans

        choice = self.choice or PlanChoice()
        other = Direction.BOTTOM_FIRST if choice.direction is Direction.TOP_FIRST else Direction.TOP_FIRST
        plans.remember_direction(self.book, other)
        self._choose(direction=other)

    def action_planner_campaign(self) -> None:
        """Ask for a campaign."""
        options: list[tuple[str, object]] = [("", Phrase(N_("no campaign: whatever is due"))), *self._campaigns]
        chosen = self.choice.campaign if self.choice is not None else ""
        at = next((n for n, (key, _name) in enumerate(options) if key == chosen), 0)
        dialogs.choose(
            self, Phrase(N_("Of which campaign?")), options,
            lambda key: self._choose(campaign=key) if key is not None else None, at=at,
        )  # fmt: skip

    def action_planner_kinds(self) -> None:
        """Ask for a kind of work."""
        options: list[tuple[str, object]] = [("", Phrase(N_("every kind of work")))]
        options += [(kind.value, Phrase(name)) for kind, name in KIND_NAMES.items()]

        def then(kind: str | None) -> None:
            if kind is not None:
                self._choose(kinds=(DueKind(kind),) if kind else ())

        dialogs.choose(self, Phrase(N_("Which work?")), options, then)

    def action_planner_company(self) -> None:
        """Alone, or not."""
        self._choose(company=not (self.choice is not None and self.choice.company))

    # what comes of it

    def action_planner_preview(self) -> None:
        """To the walk, to read it down."""
        self.preview.focus()

    def action_planner_buildings(self) -> None:
        """Back to the buildings."""
        self.buildings.focus()

    def action_planner_view(self) -> None:
        """The walk, or what is left out."""
        self.left_out = not self.left_out
        self._show_outcome()

    def action_planner_print(self) -> None:
        """Print this plan."""
        from casework.tui import printing

        if self.made is not None:
            printing.ask(self, self.made)

    def action_planner_save(self) -> None:
        """Keep the plan and go back to the round."""
        from casework.casebook import plans
        from casework.casebook.errors import CasebookError

        if self.made is None:
            return
        try:
            plans.keep(self.book, self.made)
        except CasebookError as error:
            self.tell(error.phrase, Phrase(N_("The choice is still here: try again.")), tone="error")
            return
        self.dismiss("kept")

    # cells

    def _building_cells(self, row: _Building) -> Sequence[Cell]:
        style = self.casework.marks
        none = self.choice is None or not self.choice.buildings
        in_it = row.marked or none
        due = _("{walked} of {n}", walked=row.walked, n=row.due)
        return (
            Cell(marks.mark("marked", style) if row.marked else "", "accent"),
            Cell(row.name, "text" if in_it else "muted"),
            Cell(due, "due" if row.walked else "muted"),
        )

    def _walk_cells(self, row: Any) -> Sequence[Cell] | Heading:
        if isinstance(row, Heading):
            return row
        style = self.casework.marks
        tone = stop_tone(row.stop)
        if self.left_out:
            mark, door, _names, why = planned.left_cells(row, tone, style)
            return mark, door, why
        campaign = self.made.campaign if self.made is not None else None
        return planned.cells(row, tone, campaign or "", style)


class _Reasons:
    """How many are left out for each reason, said when it is drawn."""

    def __init__(self, made: DayPlan) -> None:
        self.made = made

    def __str__(self) -> str:
        from casework.domain.planning import REASON_NAMES

        if not self.made.left:
            return _("Nothing is left out.")
        parts = [f"{_(REASON_NAMES[reason])} {count}" for reason, count in self.made.reasons()]
        said = _("Left out: {n}", n=len(self.made.left))
        if self.made.urgent_left:
            said += _(", {n} of them urgent", n=self.made.urgent_left)
        return f"{said} ({_(', ').join(parts)})"


class _Part:
    """A part of the day with its hours, said when it is drawn."""

    def __init__(self, name: str, hours: str) -> None:
        self.name = name
        self.hours = hours

    def __str__(self) -> str:
        return f"{say(Phrase(PARTS[self.name]))}  {self.hours}"
