"""What a rule or a spell would change, counted in the background while it is typed: a bar, then figures with their days."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.containers import Vertical

from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain
from casework.language import _, say
from casework.tui import background, dates, marks
from casework.tui.widgets.lines import fit, wrapped
from casework.tui.widgets.progress import Progress
from casework.tui.widgets.whole import WholeStory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.app import ComposeResult
    from textual.timer import Timer

    from casework.casebook.book import Casebook
    from casework.casebook.rule_preview import Count, Period, Preview
    from casework.tui.app import CaseworkApp
    from casework.tui.widgets.story import Line

    Look = Callable[[Casebook, Callable[[], bool], Callable[[int, int], None]], Preview | None]
    """Gives the preview: of a casebook, asked whether it is cancelled, told how many doors are done."""

DELAY = 0.6
"""Seconds after the last key until it is counted."""

SAID_EVERY = 0.1
"""Seconds between two movements of the bar."""

BAR = 16
"""Cells of the longest bar, where there is room."""


class PreviewPane(Vertical):
    """The figures. `later` asks for others; what is being counted then is given up."""

    DEFAULT_CSS = """
    PreviewPane { height: auto; }
    PreviewPane Progress { display: none; }
    PreviewPane WholeStory { height: 1fr; }
    """

    casework: CaseworkApp

    def __init__(self, *, id: str | None = None, delay: float = DELAY) -> None:
        super().__init__(id=id)
        self.delay = delay
        self.result: Preview | None = None
        """What was counted for what was asked for last; None until it is there."""
        self.why: object = Phrase(N_("What it changes is counted as soon as it is complete."))
        self._look: Look | None = None
        self._timer: Timer | None = None
        self._work: background.Work | None = None
        self._then: Callable[[Preview], None] | None = None

    def compose(self) -> ComposeResult:
        """The bar, and the figures."""
        yield Progress(id="preview-progress")
        yield WholeStory(id="preview-lines")

    def on_mount(self) -> None:
        """Say that nothing is counted yet."""
        self._show()

    @property
    def running(self) -> bool:
        """Whether it is being counted, or about to."""
        return self._timer is not None or self._work is not None

    def later(self, look: Look | None, why: object = "") -> None:
        """Count something else a moment after the last key; with None say why that cannot be done."""
        self.give_up()
        self.result, self._look, self.why = None, look, why
        if look is not None:
            self._timer = self.set_timer(self.delay, self._begin, name="preview")
        self._show()

    def give_up(self) -> None:
        """Count no longer."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._work is not None:
            self._work.stop.set()
            self._work = None

    def when_counted(self, then: Callable[[Preview], None]) -> None:
        """Let it be counted to its end, also when the screen is gone by then, and tell the figures."""
        self._then = then

    def on_unmount(self) -> None:
        """Nobody looks any more."""
        if self._then is None:
            self.give_up()

    def _begin(self) -> None:
        self._timer = None
        app: CaseworkApp = self.app  # type: ignore[assignment]
        look, book = self._look, app.book
        if look is None or book is None:
            return
        said = [time.monotonic()]

        def work(this: background.Work) -> Preview | None:
            def progress(done: int, of: int) -> None:
                now = time.monotonic()
                if now - said[0] >= SAID_EVERY:
                    said[0] = now
                    app.post_message(background.WorkDone(lambda: self._moved(this, done, of)))

            with background.yielding():
                return look(book, this.stop.is_set, progress)

        def done(found: Preview | None) -> None:
            self._counted(started[0], found)

        def failed(phrase: Phrase, _error: Exception) -> None:
            if self._work is started[0]:
                self._work, self.why = None, phrase
                self._show()

        started = [background.start(app, work, done, failed, book=book, name="preview")]
        self._work = started[0]
        self._show()

    def _moved(self, work: background.Work, done: int, of: int) -> None:
        if work is not self._work or not self.is_attached:
            return
        said = Phrase(N_("{done} of {of} doors counted"), {"done": f"{done:,}", "of": f"{of:,}"})
        bar = self.query_one(Progress)
        bar.display = True
        bar.show(done / of if of else 0.0, said)

    def _counted(self, work: background.Work, found: Preview | None) -> None:
        if work is not self._work:
            return
        self._work, self.result = None, found
        then, self._then = self._then, None
        if then is not None and found is not None:
            then(found)
        self._show()

    def _show(self) -> None:
        if not self.is_attached or not self.children:
            return
        if not self.running:
            self.query_one(Progress).display = False
        self.query_one(WholeStory).show(self.lines)
        self.screen.refresh_bindings()

    def lines(self, width: int) -> Iterator[Line]:
        """The lines for a width in cells."""
        if self.result is not None:
            app: CaseworkApp = self.app  # type: ignore[assignment]
            yield from preview_lines(self.result, width, app.marks)
            return
        said = _("Counting whom it concerns…") if self.running else say(self.why)
        for part in wrapped(plain(said), width, 6):
            yield ((part, "muted"),)


def counted(count: Count) -> object:
    """How many, in words: residents behind doors, places."""
    parts: list[Phrase] = []
    if count.residents:
        values = {"n": f"{count.residents:,}", "doors": f"{count.doors:,}"}
        parts.append(Phrase(N_("{n} residents behind {doors} doors"), values))
    elif count.doors:
        parts.append(Phrase(N_("{n} doors"), {"n": f"{count.doors:,}"}))
    if count.places:
        parts.append(Phrase(N_("{n} places outdoors"), {"n": f"{count.places:,}"}))
    if not parts:
        return Phrase(N_("nobody"))
    return parts[0] if len(parts) == 1 else Phrase(N_("{a} and {b}"), {"a": parts[0], "b": parts[1]})


def nothing_changes(preview: Preview) -> bool:
    """Whether all is due as before."""
    return not any(count.doors or count.places for count in (preview.become_due, preview.no_longer_due, preview.moved))


def summary(preview: Preview) -> Phrase:
    """The figures in one sentence."""
    if nothing_changes(preview):
        return Phrase(N_("Nothing changes: everyone is due as before."))
    said: list[Phrase] = []
    for text, count in _TOTALS:
        found = getattr(preview, count)
        if found.doors or found.places:
            said.append(Phrase(N_("{what}: {who}"), {"what": Phrase(text), "who": counted(found)}))
    joined = said[0]
    for one in said[1:]:
        joined = Phrase(N_("{a}; {b}"), {"a": joined, "b": one})
    return joined


_TOTALS = (
    (N_("become due"), "become_due"), (N_("no longer due"), "no_longer_due"), (N_("on another day"), "moved"),
)  # fmt: skip


def preview_lines(preview: Preview, width: int, style: str) -> Iterator[Line]:
    """The figures for a width in cells."""
    if nothing_changes(preview):
        for part in wrapped(say(summary(preview)), width, 3):
            yield ((part, "done"),)
        yield ((_("Doors looked at: {n}", n=f"{preview.concerned:,}"), "muted"),)
        return
    heads = [_(text) for text, _name in _TOTALS]
    head_cells = max(cell_len(head) for head in heads) + 2
    for (_text, name), head, tone in zip(_TOTALS, heads, ("due", "overdue", "away"), strict=True):
        count: Count = getattr(preview, name)
        some = bool(count.doors or count.places)
        first, *rest = wrapped(say(counted(count)), max(12, width - head_cells), 2)
        yield ((fit(head, head_cells), "muted"), (first, tone if some else "muted"))
        for part in rest:
            yield ((" " * head_cells, ""), (part, tone))
    yield ((_("doors and places by their days: + more, - fewer"), "muted"),)
    periods = [
        (_("this week"), preview.this_week), (_("next four weeks"), preview.next_four_weeks),
        *((dates.month_text(month.first or month.last), month) for month in preview.months),
    ]  # fmt: skip
    yield from _table(periods, width, style)


def _table(periods: list[tuple[str, Period]], width: int, style: str) -> Iterator[Line]:
    label_cells = max(cell_len(label) for label, _period in periods) + 1
    most = max((max(_size(one.more), _size(one.less)) for _label, one in periods), default=0) or 1
    figures = len(f"{most:,}") + 2
    room = max(3, min(BAR, (width - label_cells - 2 * figures - 1) // 2))
    more_sign, less_sign = ("#", "-") if style == marks.ASCII else ("▮", "▯")
    for n, (label, period) in enumerate(periods):
        if n == 2:
            yield ((_("by month"), "muted"),)
        more, less = _size(period.more), _size(period.less)
        yield (
            (fit(label, label_cells), "text"),
            (f"+{more:,}".rjust(figures), "due" if more else "muted"),
            (f"-{less:,}".rjust(figures), "overdue" if less else "muted"),
            (" ", ""),
            (more_sign * _cells(more, most, room), "due"),
            (less_sign * _cells(less, most, room), "overdue"),
        )


def _size(count: Count) -> int:
    return count.doors + count.places


def _cells(n: int, most: int, room: int) -> int:
    return 0 if not n else max(1, round(n / most * room))
