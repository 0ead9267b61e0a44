"""A follow-up as text: who owes what by when; its clock, people, promises and repeats; its timeline, newest line last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Size
from textual.scroll_view import ScrollView

from casework.catalog.shelf import categories, departments
from casework.domain import masking
from casework.domain.evidence import size_text
from casework.domain.followup import CLOSED_STATES, STATE_NAMES, WORK_STATES, State
from casework.domain.followup_clock import Light
from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain
from casework.language import _, say
from casework.tui import dates, marks, themes
from casework.tui.widgets.lines import line, wrapped
from casework.tui.widgets.timeline import timeline_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    from textual.strip import Strip

    from casework.casebook.views import FollowupDetail, FollowupRow
    from casework.domain.evidence import Attachment

Line = tuple[tuple[str, str], ...]

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


SHORT_STATES = {
    "reported": N_("new"),
    "assigned": N_("handed"),
    "accepted": N_("taken"),
    "returned": N_("returned"),
    "in_progress": N_("at work"),
    "suspended": N_("on hold"),
    "done": N_("done"),
    "verifying": N_("asking"),
    "closed_verified": N_("verified"),
    "closed_unverified": N_("unverified"),
    "closed_not_fixed": N_("not fixed"),
    "duplicate": N_("duplicate"),
}
"""The states in a word, for columns."""

LIGHTS = {Light.GREEN: ("due", "due"), Light.YELLOW: ("overdue", "overdue"), Light.RED: ("urgent", "urgent")}
"""Mark and tone of each light: both say the same."""


def repeat_text(row: FollowupRow) -> str:
    """How the how-maniest time is said: `5th`, `第5次`; empty for the first."""
    if row.repeats < 2:
        return ""
    n = row.repeat_n
    ordinals = {1: N_("{n}st time"), 2: N_("{n}nd time"), 3: N_("{n}rd time")}
    return _(N_("{n}th time") if n % 100 in (11, 12, 13) else ordinals.get(n % 10, "{n}th time"), n=n)


def light_of(row: FollowupRow, now: datetime) -> tuple[str, str]:
    """Mark and tone of a case in a list: its light, that its clock stands, or that it is closed."""
    from casework.casebook import followups

    if row.closed_at is not None:
        return "done", "done"
    if State(row.state) not in WORK_STATES:
        return "stopped", "muted"
    return LIGHTS[followups.light(row, now)]


def due_words(row: FollowupRow, today: date) -> str:
    """The due day of a case as a list says it; of a closed one the day of its end."""
    if row.closed_at is not None:
        return dates.day_text(row.closed_at.date(), today)
    if State(row.state) not in WORK_STATES and row.next_action_on is not None:
        return dates.day_text(row.next_action_on, today)
    if row.urgent and row.due_at is not None and row.due_at.date() == today:
        return f"{row.due_at:%H:%M}"
    return dates.due_text(row.due_on, today) if row.due_on else ""


class CaseView(ScrollView, can_focus=False):
    """The case; it scrolls where it has the screen to itself. The reporter's number is masked until it is revealed."""

    DEFAULT_CSS = "CaseView { overflow-x: hidden; scrollbar-size: 1 1; }"

    def __init__(self, *, id: str | None = None, classes: str = "pane") -> None:
        super().__init__(id=id, classes=classes)
        self.detail: FollowupDetail | None = None
        self.now: datetime | None = None
        self.worker_names: Mapping[str, str] = {}
        self.revealed = ""
        self.attached: Sequence[Attachment] = ()
        self._lines: list[Line] | None = None
        self._drawn_for: tuple[int, str] = (0, "")

    def show(
        self, detail: FollowupDetail | None, now: datetime, workers: Mapping[str, str],
        attached: Sequence[Attachment] = (),
    ) -> None:  # fmt: skip
        """Show another case; None clears the pane."""
        if self.detail is None or detail is None or self.detail.row.id != detail.row.id:
            self.scroll_to(y=0, animate=False)
            self.revealed = ""
        self.detail, self.now, self.worker_names, self.attached = detail, now, workers, attached
        self.retranslate()

    def reveal(self, number: str) -> None:
        """Show the reporter's number; empty masks it again."""
        self.revealed = number
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
            if self.detail is None or self.now is None:
                said = _("The follow-up under the cursor is shown here.")
                self._lines = [((part, "muted"),) for part in wrapped(said, width, 4)]
            else:
                style: str = self.app.marks  # type: ignore[attr-defined]
                self._lines = list(
                    case_lines(self.detail, self.now, self.worker_names, width, style, self.revealed, self.attached)
                )
            self._drawn_for = (width, theme)
            self.virtual_size = Size(width, len(self._lines))
        at = y + int(self.scroll_offset.y)
        if at >= len(self._lines):
            return line(width, (), base)
        return line(width, [(text, themes.tone(theme, tone)) for text, tone in self._lines[at]], base)


def case_lines(
    detail: FollowupDetail,
    now: datetime,
    workers: Mapping[str, str],
    width: int,
    style: str = "",
    revealed: str = "",
    attached: Sequence[Attachment] = (),
) -> Iterator[Line]:
    """The lines of a case for a width in cells, what is looked for most first."""
    today = now.date()
    yield from _head(detail, workers, width)
    yield from _clock(detail, now, workers, width, style)
    yield from _people(detail, workers, width, revealed)
    yield from _promises(detail, today, width, style)
    yield from _outcome(detail, workers, width)
    yield from attached_lines(attached, width)
    yield from _others(detail, today, width, style)
    yield (("", "text"),)
    yield from timeline_lines(detail, today, workers, width, style, owner_text)


def _head(detail: FollowupDetail, workers: Mapping[str, str], width: int) -> Iterator[Line]:
    row = detail.row
    again = repeat_text(row)
    for part in wrapped(f"{again + '  ' if again else ''}{plain(say(row.title))}", width, 3):
        yield ((part, "accent"),)
    yield ((f"{row.number}  ", "muted"), (plain(row.address), "text"))
    category = categories().get(row.category)
    named = say(category.label) if category else row.category
    tone = "urgent" if row.severity == "critical" else "text"
    pressing = _("priority {n}", n=row.priority)
    yield (
        (f"{named}  ", "muted"),
        (_(SEVERITIES.get(row.severity, "ordinary")), tone),
        (f"  {pressing}", "muted"),
    )
    state = say(STATE_NAMES[State(row.state)])
    owner = owner_text(row.owner_kind, row.owner, workers)
    if row.unaccepted:
        who = owner_text(row.accountable_kind, row.accountable, workers)
        said = _(
            "{state}: handed to {owner}, not accepted yet; {who} answers for it", state=state, owner=owner, who=who
        )
        for part in wrapped(said, width, 3):
            yield ((part, "overdue"),)
    else:
        yield ((state, "text"), (f"  {owner}", "text"))


def _clock(detail: FollowupDetail, now: datetime, workers: Mapping[str, str], width: int, style: str) -> Iterator[Line]:
    row, clock, today = detail.row, detail.clock, now.date()
    if row.closed_at is not None:
        return
    mark, tone = LIGHTS[clock.light]
    limit = time_text(clock.total_hours, row.urgent)
    if clock.running:
        due = dates.day_text(clock.due_at.date(), today)
        if row.urgent or (clock.due_at.hour, clock.due_at.minute) != (23, 59):
            due = dates.moment_text(clock.due_at, today)
        left = time_text(abs(clock.left_hours), row.urgent)
        stands = _("{time} left", time=left) if clock.left_hours >= 0 else _("{time} late", time=left)
        said = _("Due {day}, {left}; {percent} of {limit} used", day=due, left=stands, percent=f"{round(clock.percent)} %",
                 limit=limit)  # fmt: skip
    else:
        mark, tone = "stopped", "muted"
        said = _("Clock stopped since {since}: {why}; {left} left of {limit}", why=_stopped_why(detail, today),
                 since=dates.moment_text(clock.stopped_since or row.opened_at, today),
                 left=time_text(max(0.0, clock.left_hours), row.urgent), limit=limit)  # fmt: skip
    for part in wrapped(f"{marks.mark(mark, style)} {said}", width, 3):
        yield ((part, tone),)
    following = []
    if row.next_action_on is not None:
        following.append(_("Next step {day}", day=dates.day_text(row.next_action_on, today)))
    if detail.coming is not None:
        when = dates.moment_text(detail.coming.at, today)
        if detail.coming.rung is None:
            following.append(_("reminder {when}", when=when))
        else:
            following.append(_("goes up to the {rung} {when}", rung=say(detail.coming.rung.label), when=when))
    for part in wrapped("; ".join(following), width, 2):
        yield ((part, "muted"),)
    if clock.caution is not None:
        for part in wrapped(f"{marks.mark('caution', style)} {say(clock.caution)}", width, 2):
            yield ((part, "overdue"),)


def _stopped_why(detail: FollowupDetail, today: date) -> str:
    """Why the clock stands still: suspended until a day, or the resident is asked or waited for."""
    last = next((one for one in reversed(detail.timeline) if one.kind in ("suspend", "wait") and one.until_on), None)
    until = dates.day_text(last.until_on, today) if last is not None and last.until_on else ""
    if detail.row.state == State.SUSPENDED:
        return _("suspended until {day}", day=until)
    if State(detail.row.state) in WORK_STATES:
        return _("waits for the resident until {day}", day=until)
    if detail.row.tries:
        return _("the resident is asked, tried {n} times", n=detail.row.tries)
    return _("the resident is asked")


def time_text(hours: float, urgent: bool) -> str:
    """Hours of the clock in words: running hours of urgent cases, working days of eight hours of the others."""
    if urgent:
        return (
            _("{n} minutes", n=round(hours * 60)) if hours < 1 else _("{n} hours", n=f"{hours:.1f}".removesuffix(".0"))
        )
    if hours < 8:
        return _("{n} working hours", n=f"{hours:.1f}".removesuffix(".0"))
    return _("{n} working days", n=f"{hours / 8:.1f}".removesuffix(".0"))


def _people(detail: FollowupDetail, workers: Mapping[str, str], width: int, revealed: str) -> Iterator[Line]:
    row = detail.row
    if row.helpers:
        names = ", ".join(owner_text(kind, who, workers) for kind, who in row.helpers)
        for part in wrapped(_("Helping: {who}", who=names), width, 2):
            yield ((part, "text"),)
    if detail.reported_by or detail.reported_phone:
        number = revealed or masking.phone(plain(detail.reported_phone))
        said = _("Reported by: {who}", who=plain(detail.reported_by) or "-")
        yield ((f"{said}  ", "text"), (number, "accent" if revealed else "muted"))
    if row.asked:
        yield ((_("Asked again: {n} times", n=row.asked), "overdue"),)
    if row.funder:
        found = departments().get(row.funder)
        who = say(found.label) if found else plain(row.funder)
        for part in wrapped(_("Not on the community's own list, funded by: {who}", who=who), width, 2):
            yield ((part, "overdue"),)


PROMISES = {
    "open": ("due", "due", N_("{who}: {what}, by {day}")),
    "kept": ("done", "done", N_("{who}: {what}, by {day}: kept")),
    "broken": ("missed", "urgent", N_("{who}: {what}, by {day}: not kept")),
}
"""Mark, tone and sentence of a promise by its state."""


def _promises(detail: FollowupDetail, today: date, width: int, style: str) -> Iterator[Line]:
    for one in detail.promises:
        mark, tone, text = PROMISES[one.state]
        if one.state == "open" and one.due_on < today:
            mark = tone = "overdue"
        who = owner_text("department", one.party, {})
        said = _(text, who=f"{who} {plain(one.name)}".rstrip(), what=plain(one.what),
                 day=dates.day_text(one.due_on, today))  # fmt: skip
        for part in wrapped(f"{marks.mark(mark, style)} {said}", width, 3):
            yield ((part, tone),)


def _outcome(detail: FollowupDetail, workers: Mapping[str, str], width: int) -> Iterator[Line]:
    row = detail.row
    if row.done_by:
        who = plain(row.done_by) if row.done_by_kind == "name" else owner_text(row.done_by_kind, row.done_by, workers)
        yield ((_("Done by: {who}", who=who), "text"),)
    if row.satisfaction:
        yield ((_("Satisfaction: {n} of 5", n=row.satisfaction), "text"),)
    if detail.result:
        for part in wrapped(_("Result: {words}", words=plain(detail.result)), width, 6):
            yield ((part, "text"),)


def _others(detail: FollowupDetail, today: date, width: int, style: str) -> Iterator[Line]:
    if not detail.group:
        return
    shown = [f"{one.number} ({dates.day_text(one.opened_at.date(), today)})" for one in detail.group[:6]]
    said = _("{time}, see also: {numbers}", time=repeat_text(detail.row), numbers=", ".join(shown))
    for part in wrapped(f"{marks.mark('recurring', style)} {said}", width, 3):
        yield ((part, "overdue"),)


def attached_lines(attached: Sequence[Attachment], width: int) -> Iterator[Line]:
    """How many photos and files there are, and the newest by name."""
    if not attached:
        return
    yield ((_("Photos and files: {n}", n=len(attached)), "text"), (f"  {_('f9: look, attach')}", "muted"))
    for one in sorted(attached, key=lambda kept: kept.added_at, reverse=True)[:ATTACHED_ROWS]:
        said = "  ".join(part for part in (plain(one.name), plain(one.words)) if part)
        name, *_more = wrapped(said, max(8, width - 13), 1) or [""]
        yield ((f"  {name}", "away"), (f"  {size_text(one.size)}", "muted"))


def is_closed(row: FollowupRow) -> bool:
    """Whether nobody owes anything any more."""
    return State(row.state) in CLOSED_STATES


NO_CASE = Phrase(N_("There is no follow-up under the cursor."))
