"""Screen 3, follow-ups: who owes what by when; the case under the cursor with its timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.containers import Container
from textual.widget import Widget

from casework.casebook.followups import FollowupFilter
from casework.domain.phrase import N_, Phrase
from casework.language import _, say
from casework.tui import dates, dialogs, marks, themes
from casework.tui.screens.cases import CaseScreen
from casework.tui.widgets.case import CaseView, case_tone, owner_text
from casework.tui.widgets.lines import line
from casework.tui.widgets.pagelist import Cell, Column, KeysetSource, PageList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.strip import Strip

    from casework.casebook.views import FollowupRow

EMPTY = Phrase(N_("No follow-up here. f at a door opens one; g shows others."))

VIEWS = {
    "open": N_("Not closed"),
    "mine": N_("Mine"),
    "overdue": N_("Overdue"),
    "critical": N_("Critical"),
    "department": N_("Of a department"),
    "category": N_("Of a category"),
    "closed": N_("Closed"),
}
"""What the list can show, in the order of the question."""


class FilterLine(Widget):
    """What the list shows, and how many there are of each kind."""

    counts: Sequence[tuple[str, int, bool]] = ()
    narrowed: object = ""

    def show(self, counts: Sequence[tuple[str, int, bool]], narrowed: object) -> None:
        """Show other figures."""
        self.counts, self.narrowed = counts, narrowed
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw the line; the view that is on is bold and marked."""
        theme, base = self.app.theme, self.rich_style
        parts = [(" ", base)]
        for label, number, on in self.counts:
            tone = themes.tone(theme, "accent" if on else "muted", bold=on)
            parts += [(f"{'▸' if on else ' '}{_(label)} {number}   ", tone)]
        if self.narrowed:
            parts.append((say(self.narrowed), themes.tone(theme, "accent")))
        return line(self.size.width, parts, base)

    def retranslate(self) -> None:
        """Say it in the language that is on now."""
        self.refresh()


class FollowupsScreen(CaseScreen):
    """All cases of the casebook."""

    SCOPES = ("followups",)
    CSS_PATH = "followups.tcss"

    def __init__(self) -> None:
        super().__init__()
        self.view = "open"
        self.key = ""
        self.narrowed: object = ""
        self._workers: dict[str, str] = {}

    def body(self) -> ComposeResult:
        """Figures, list, case."""
        yield FilterLine()
        with Container(id="cases"):
            yield PageList(
                (Column(1), Column(None), Column(16), Column(12), Column(12, right=True)),
                self._cells,
                empty=EMPTY,
                id="list",
            )
            yield CaseView(id="case")

    @property
    def cases(self) -> PageList[FollowupRow]:
        """The list."""
        return self.query_one("#list", PageList)

    @property
    def case(self) -> FollowupRow | None:
        """The follow-up under the cursor."""
        return self.cases.current

    def copyable(self) -> str:
        """The number under the cursor."""
        case = self.case
        return case.number if case is not None else ""

    def load(self) -> None:
        """Read the cases of the view, with the cursor where it was."""
        from casework.casebook import areas, followups

        book = self.book
        self._workers = {worker.id: worker.name for worker in areas.workers(book)}
        wanted = self._filter(self.view)
        total = followups.count(book, wanted)
        source: KeysetSource[FollowupRow] = KeysetSource(
            total,
            lambda after, limit: followups.page(book, wanted, after, limit),
            lambda row: followups.position(row, wanted),
        )
        shown = ("open", "mine", "overdue", "critical", "closed")
        self.query_one(FilterLine).show(
            [(VIEWS[v], followups.count(book, self._filter(v)), v == self.view) for v in shown],
            self.narrowed,
        )
        self.cases.show(source, at=max(0, min(self.cases.cursor, total - 1)))
        if not total:
            self._show_case()

    def _filter(self, view: str) -> FollowupFilter:
        if view == "closed":
            return FollowupFilter(open=False)
        if view == "mine":
            return FollowupFilter(owner_kind="worker", owner=self.book.worker.id)
        if view == "overdue":
            return FollowupFilter(overdue_on=self.book.today())
        if view == "critical":
            return FollowupFilter(severity="critical")
        if view == "department":
            return FollowupFilter(owner_kind="department", owner=self.key)
        if view == "category":
            return FollowupFilter(category=self.key)
        return FollowupFilter()

    def action_followup_filter(self) -> None:
        """Ask what to show."""
        options = [(view, Phrase(label)) for view, label in VIEWS.items()]
        at = list(VIEWS).index(self.view)
        dialogs.choose(self, Phrase(N_("Which follow-ups?")), options, self._filtered, at=at)

    def _filtered(self, view: str | None) -> None:
        if view is None:
            return
        if view in ("department", "category"):
            from casework.catalog.shelf import categories, departments

            found: Any = departments() if view == "department" else categories()
            options = [(key, entry.label) for key, entry in found.items()]
            dialogs.choose(self, Phrase(VIEWS[view]), options, lambda key: self._narrow(view, key, found))
            return
        self._narrow(view, "", {})

    def _narrow(self, view: str, key: str | None, found: Any) -> None:
        if key is None:
            return
        self.view, self.key = view, key
        self.narrowed = found[key].label if key else ""
        self.cases.move_to(0)
        self.load()

    def action_followup_open(self) -> None:
        """The whole case."""
        case = self.case
        if case is not None:
            self.casework.open("followup", case.id, then=self.came_back)

    def on_page_list_highlighted(self, event: PageList.Highlighted) -> None:
        """Show the case once the cursor's own lines are on the terminal."""
        event.stop()
        self.call_after_refresh(self._show_case)

    def on_page_list_selected(self, event: PageList.Selected) -> None:
        """Open the case."""
        event.stop()
        self.action_followup_open()

    def _show_case(self) -> None:
        from casework.casebook import evidence, followups

        if self.casework.book is None or not self.is_attached:
            return
        case = self.case
        detail = followups.get(self.book, case.id) if case is not None else None
        attached = evidence.of_followup(self.book, case.id) if case is not None else ()
        self.query_one(CaseView).show(detail, self.book.today(), self._workers, attached)

    def _cells(self, row: FollowupRow) -> Sequence[Cell]:
        today = self.book.today()
        tone = case_tone(row, today)
        if row.closed_at is not None:
            when = dates.day_text(row.closed_at.date(), today)
        else:
            when = dates.due_text(row.due_on, today) if row.due_on else ""
        return (
            Cell(marks.mark(tone, self.casework.marks), tone),
            Cell(say(row.title), "text"),
            Cell(row.address, "muted"),
            Cell(owner_text(row.owner_kind, row.owner, self._workers), "muted"),
            Cell(when, tone),
        )
