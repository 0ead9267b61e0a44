"""A follow-up as text: who owes what by when, and its timeline, newest line last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Size
from textual.scroll_view import ScrollView

from casework.catalog.shelf import categories, departments
from casework.domain.evidence import size_text
from casework.domain.followup import CLOSED_STATES, STATE_NAMES, State
from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain
from casework.language import _, say
from casework.tui import dates, themes
from casework.tui.widgets.lines import line, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from textual.strip import Strip

    from casework.casebook.views import FollowupDetail, FollowupRow
    from casework.domain.evidence import Attachment

Line = tuple[tuple[str, str], ...]

STEPS = {
    "open": N_("opened"),
    "note": N_("note"),
    "assign": N_("assigned"),
    "accept": N_("accepted"),
    "return": N_("returned"),
    "start": N_("begun"),
    "finish": N_("reported done"),
    "verify": N_("asking the resident"),
    "not_put_right": N_("not put right"),
    "suspend": N_("suspended"),
    "resume": N_("resumed"),
    "extend": N_("extended"),
    "close_verified": N_("closed, verified"),
    "close_unverified": N_("closed, not verified"),
    "close_not_fixed": N_("closed, not fixed"),
    "mark_duplicate": N_("closed as a duplicate"),
    "reopen": N_("reopened"),
}
"""What each line of a timeline says was done."""

SEVERITIES = {
    "critical": N_("critical"),
    "must_fix": N_("must be put right"),
    "note": N_("to be noted"),
    "urgent": N_("urgent"),
    "normal": N_("ordinary"),
}


ATTACHED_ROWS = 4
"""How many photos and files are named; `p` shows all."""


def owner_text(kind: str, owner: str, workers: Mapping[str, str]) -> str:
    """How an owner is named."""
    if kind == "department":
        found = departments().get(owner)
        return say(found.label) if found else plain(owner)
    return plain(workers.get(owner, ""))


def case_tone(row: FollowupRow, today: date) -> str:
    """How pressing a case is: the colour and the mark of its due day."""
    if row.closed_at is not None:
        return "done"
    if row.severity == "critical":
        return "urgent"
    return "overdue" if row.due_on is not None and row.due_on < today else "due"


class CaseView(ScrollView, can_focus=False):
    """The case; it scrolls where it has the screen to itself."""

    DEFAULT_CSS = "CaseView { overflow-x: hidden; scrollbar-size: 1 1; }"

    def __init__(self, *, id: str | None = None, classes: str = "pane") -> None:
        super().__init__(id=id, classes=classes)
        self.detail: FollowupDetail | None = None
        self.today: date | None = None
        self.worker_names: Mapping[str, str] = {}
        self.attached: Sequence[Attachment] = ()
        self._lines: list[Line] | None = None
        self._drawn_for: tuple[int, str] = (0, "")

    def show(
        self, detail: FollowupDetail | None, today: date, workers: Mapping[str, str],
        attached: Sequence[Attachment] = (),
    ) -> None:  # fmt: skip
        """Show another case; None clears the pane."""
        self.detail, self.today, self.worker_names, self.attached = detail, today, workers, attached
        self.scroll_to(y=0, animate=False)
        self.retranslate()

    def retranslate(self) -> None:
        """Say it in the language that is on now."""
        self._lines = None
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line; text is never markup."""
        theme, base = self.app.theme, self.rich_style
        width = self.content_size.width
        if self._lines is None or self._drawn_for != (width, theme):
            if self.detail is None or self.today is None:
                said = _("The follow-up under the cursor is shown here.")
                self._lines = [((part, "muted"),) for part in wrapped(said, width, 4)]
            else:
                self._lines = list(case_lines(self.detail, self.today, self.worker_names, width, self.attached))
            self._drawn_for = (width, theme)
            self.virtual_size = Size(width, len(self._lines))
        at = y + int(self.scroll_offset.y)
        if at >= len(self._lines):
            return line(width, (), base)
        return line(width, [(text, themes.tone(theme, tone)) for text, tone in self._lines[at]], base)


def case_lines(
    detail: FollowupDetail, today: date, workers: Mapping[str, str], width: int, attached: Sequence[Attachment] = ()
) -> Iterator[Line]:
    """The lines of a case for a width in cells."""
    row = detail.row
    tone = case_tone(row, today)
    for part in wrapped(plain(say(row.title)), width, 3):
        yield ((part, "accent"),)
    yield ((f"{row.number}  ", "muted"), (plain(row.address), "text"))
    category = categories().get(row.category)
    named = say(category.label) if category else row.category
    yield ((f"{named}  ", "muted"), (_(SEVERITIES.get(row.severity, "ordinary")), tone))
    yield (
        (say(STATE_NAMES[State(row.state)]), "text"),
        (f"  {owner_text(row.owner_kind, row.owner, workers)}", "text"),
    )
    if row.closed_at is None and row.due_on is not None:
        yield (
            (_("Due {day}", day=dates.day_text(row.due_on, today)), tone),
            (f"  {dates.due_text(row.due_on, today)}", tone),
        )
        if row.next_action_on is not None and row.next_action_on != row.due_on:
            yield ((_("Next step {day}", day=dates.day_text(row.next_action_on, today)), "muted"),)
    if category is not None and not category.admitted:
        for part in wrapped(_("Not on the community's own list: {who} has to fund it.", who=category.funder), width, 2):
            yield ((part, "overdue"),)
    if detail.result:
        for part in wrapped(_("Result: {words}", words=plain(detail.result)), width, 6):
            yield ((part, "text"),)
    yield from attached_lines(attached, width)
    yield (("", "text"),)
    for entry in detail.timeline:
        yield (
            (f"{dates.moment_text(entry.at, today)}  ", "muted"),
            (_(STEPS.get(entry.kind, entry.kind)), "text"),
            (f"  {plain(entry.worker)}", "muted"),
        )
        if entry.kind == "assign":
            yield ((f"  → {owner_text(entry.owner_kind, entry.owner, workers)}", "text"),)
        for part in wrapped(plain(entry.note), width - 2, 12):
            yield ((f"  {part}", "away"),)


def attached_lines(attached: Sequence[Attachment], width: int) -> Iterator[Line]:
    """How many photos and files there are, and the newest by name."""
    if not attached:
        return
    yield ((_("Photos and files: {n}", n=len(attached)), "text"), (f"  {_('p: look, attach')}", "muted"))
    for one in sorted(attached, key=lambda kept: kept.added_at, reverse=True)[:ATTACHED_ROWS]:
        said = "  ".join(part for part in (plain(one.name), plain(one.words)) if part)
        name, *_more = wrapped(said, max(8, width - 13), 1) or [""]
        yield ((f"  {name}", "away"), (f"  {size_text(one.size)}", "muted"))


def is_closed(row: FollowupRow) -> bool:
    """Whether nobody owes anything any more."""
    return State(row.state) in CLOSED_STATES


NO_CASE = Phrase(N_("There is no follow-up under the cursor."))
