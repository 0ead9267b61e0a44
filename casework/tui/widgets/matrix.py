"""What went from which state to which: rows from, columns to; under it the figures of the time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.geometry import Size
from textual.scroll_view import ScrollView

from casework.domain.followup import CLOSED_STATES, State
from casework.domain.phrase import N_
from casework.language import _
from casework.tui import themes
from casework.tui.widgets.case import SHORT_STATES
from casework.tui.widgets.lines import fit, line, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.strip import Strip

    from casework.casebook.views import FollowupFigures, Move

Line = tuple[tuple[str, str], ...]

TINY_STATES = {
    "reported": N_("new_"),
    "assigned": N_("hand"),
    "accepted": N_("take"),
    "returned": N_("back"),
    "in_progress": N_("work"),
    "suspended": N_("asid"),
    "done": N_("done_"),
    "verifying": N_("ask_"),
    "closed_verified": N_("veri"),
    "closed_unverified": N_("unve"),
    "closed_not_fixed": N_("notf"),
    "duplicate": N_("dupl"),
}
"""The states in four cells, for the heads of narrow columns; an underscore at the end only tells the message apart."""


class MatrixView(ScrollView, can_focus=True):
    """The matrix and the figures; the arrows up and down scroll where they do not fit."""

    DEFAULT_CSS = "MatrixView { overflow-x: hidden; scrollbar-size: 1 1; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.moves: Sequence[Move] = ()
        self.figures: FollowupFigures | None = None
        self._lines: list[Line] | None = None
        self._drawn_for: tuple[int, str] = (0, "")

    def show(self, moves: Sequence[Move], figures: FollowupFigures) -> None:
        """Show another time."""
        self.moves, self.figures = moves, figures
        self.retranslate()

    def retranslate(self) -> None:
        """Say it in the language that is on now."""
        self._lines = None
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        theme, base, width = self.app.theme, self.rich_style, self.size.width
        if self._lines is None or self._drawn_for != (width, theme):
            self._lines = [*matrix_lines(self.moves, width), *figure_lines(self.figures, width)]
            self._drawn_for = (width, theme)
            self.virtual_size = Size(width, len(self._lines))
        at = y + int(self.scroll_offset.y)
        if at >= len(self._lines):
            return line(width, (), base)
        return line(width, [(text, themes.tone(theme, tone)) for text, tone in self._lines[at]], base)


def matrix_lines(moves: Sequence[Move], width: int) -> Iterator[Line]:
    """The matrix for a width in cells: a row for what was opened, then one for each state."""
    states = list(State)
    labels = [_("opened"), *(_(SHORT_STATES[state.value]) for state in states)]
    head = min(max(cell_len(label) for label in labels) + 2, 14)
    cell = max(5, min(11, (width - head - 1) // len(states)))
    full = all(cell_len(_(SHORT_STATES[state.value])) < cell for state in states)
    names = SHORT_STATES if full else TINY_STATES
    counts = {(move.was, move.state): move.count for move in moves}
    yield ((" " * head, "muted"), *((_right(_(names[state.value]).rstrip("_"), cell), "muted") for state in states))
    for label, was in zip(labels, ["", *(state.value for state in states)], strict=True):
        parts = [(fit(f" {label}", head), "text")]
        for state in states:
            number = counts.get((was, state.value), 0)
            tone = "muted" if not number else "done" if state in CLOSED_STATES else "accent"
            if number and (was in CLOSED_STATES or state is State.RETURNED):
                tone = "urgent"
            parts.append((_right(str(number) if number else "∙" if was != state.value else "", cell), tone))
        yield tuple(parts)


def figure_lines(figures: FollowupFigures | None, width: int) -> Iterator[Line]:
    """What came of it, in sentences."""
    if figures is None:
        return
    closed = figures.closed_verified + figures.closed_unverified + figures.closed_not_fixed
    yield (("", "text"),)
    said = [
        _("Opened {n}, of them {repeats} that came up again.", n=figures.opened, repeats=figures.repeats),
        _("Closed {n}: verified {verified}, not verified {unverified}, not fixed {not_fixed}; in time {in_time}.",
          n=closed, verified=figures.closed_verified, unverified=figures.closed_unverified,
          not_fixed=figures.closed_not_fixed, in_time=figures.in_time),
    ]  # fmt: skip
    for sentence in said:
        for part in wrapped(sentence, width - 2, 2):
            yield ((f" {part}", "text"),)
    claimed = figures.closed_verified + figures.closed_unverified
    share = f"{round(100 * figures.did_not_hold / claimed)} %" if claimed else "-"
    held = _("Closings that did not hold: {n} of {claimed} ({share}).", n=figures.did_not_hold, claimed=claimed,
             share=share)  # fmt: skip
    yield ((f" {held}", "urgent" if figures.did_not_hold else "text"),)
    if figures.satisfaction is None:
        yield ((" " + _("Satisfaction: nobody was asked."), "muted"),)
    else:
        yield ((" " + _("Satisfaction: {mean} of 5 on average.", mean=f"{figures.satisfaction:.1f}"), "text"),)


def _right(text: str, size: int) -> str:
    return " " * max(0, size - cell_len(text)) + text
