"""The burn-up chart: what is done day by day, the goal, the deadline, and the band in which the forecast goes on.

Every line has a sign of its own besides its colour; the legend below is ours, because plotext counts a Chinese character
as one cell. Imported with the chart alone: plotext costs a tenth of a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.color import Color
from textual.containers import Vertical
from textual.widget import Widget
from textual_plotext import PlotextPlot

from casework.language import _
from casework.tui import themes
from casework.tui.widgets.lines import line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from rich.style import Style
    from textual.app import ComposeResult
    from textual.strip import Strip

    from casework.domain.forecast import BandDay

DONE, MIDDLE, EDGE = "█", "*", "."
GOAL, DEADLINE = "─", "│"
LEAST_DAYS = 14
"""Days that the chart shows at least: a campaign that began today has a time to come."""


class Legend(Widget):
    """What each sign means."""

    def __init__(self) -> None:
        super().__init__(id="legend")
        self.styles.height = 1
        self.band = False
        self.deadline = False

    def retranslate(self) -> None:
        """Say it in the language that is on now."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw the line."""
        theme, base = self.app.theme, self.rich_style
        signs = [(DONE, _("done"), "accent"), (GOAL, _("goal"), "done")]
        if self.deadline:
            signs.append((DEADLINE, _("deadline"), "urgent"))
        if self.band:
            signs += [(MIDDLE, _("as likely as not"), "due"), (EDGE, _("15 to 85 of 100 cases"), "away")]
        parts: list[tuple[str, Style]] = [(" ", base)]
        for sign, said, tone in signs:
            parts += [(f"{sign} ", themes.tone(theme, tone)), (f"{said}   ", themes.tone(theme, "muted"))]
        return line(self.size.width, parts, base)


class BurnUp(Vertical):
    """The chart with its legend. `show` gives it the record, `tell` the band of a forecast."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.record: Sequence[tuple[date, int]] = ()
        self.band: Sequence[BandDay] = ()
        self.goal = 0
        self.deadline: date | None = None
        self.today: date | None = None

    def compose(self) -> ComposeResult:
        """The chart, then the legend."""
        yield PlotextPlot()
        yield Legend()

    def on_mount(self) -> None:
        """Draw it again in the colours of another theme."""
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self._draw())

    def show(self, record: Sequence[tuple[date, int]], goal: int, deadline: date | None, today: date) -> None:
        """Show what was done."""
        self.record, self.goal, self.deadline, self.today = record, goal, deadline, today
        self._draw()

    def tell(self, band: Sequence[BandDay]) -> None:
        """Show where it goes; nothing where that can't be told."""
        self.band = band
        self._draw()

    def retranslate(self) -> None:
        """Nothing in the chart itself is said in words."""

    def _colour(self, tone: str) -> tuple[int, int, int]:
        return Color.parse(themes.colour(self.app.theme, tone)).rgb

    def _draw(self) -> None:
        if not self.is_mounted or not self.record or self.today is None:
            return
        chart = self.query_one(PlotextPlot)
        plt = chart.plt
        plt.clear_figure()
        first = self.record[0][0]
        stairs = self._stairs(first)
        last = max(
            [LEAST_DAYS, (self.today - first).days + 2, stairs[-1][0]]
            + [(one.day - first).days for one in self.band]
            + ([(self.deadline - first).days + 1] if self.deadline is not None else [])
        )
        top = max([1, self.goal, *(n for _day, n in stairs), *(one.high for one in self.band)])
        plt.xlim(0, last)
        plt.ylim(0, top * 1.05)
        # The outermost first: where signs meet, the one that was drawn last is seen.
        plt.plot([0, last], [self.goal, self.goal], marker=GOAL, color=self._colour("done"))
        if self.deadline is not None:
            at = (self.deadline - first).days
            plt.plot([at, at], [0, top * 1.05], marker=DEADLINE, color=self._colour("urgent"))
        if self.band:
            days = [(one.day - first).days for one in self.band]
            for values, sign, tone in (
                ([one.low for one in self.band], EDGE, "away"),
                ([one.high for one in self.band], EDGE, "away"),
                ([one.middle for one in self.band], MIDDLE, "due"),
            ):
                plt.plot(days, values, marker=sign, color=self._colour(tone))
        plt.plot([x for x, _n in stairs], [n for _x, n in stairs], marker=DONE, color=self._colour("accent"))
        self._axes(plt, first, last, top)
        legend = self.query_one(Legend)
        legend.band, legend.deadline = bool(self.band), self.deadline is not None
        legend.refresh()
        chart.refresh()

    def _stairs(self, first: date) -> list[tuple[int, int]]:
        """What was done as a line that goes up on the days on which something was, and ends today."""
        assert self.today is not None
        points = [((day - first).days, n) for day, n in self.record]
        now = max(points[-1][0], (self.today - first).days)
        return points if points[-1][0] == now else [*points, (now, points[-1][1])]

    def _axes(self, plt: Any, first: date, last: int, top: int) -> None:
        from datetime import timedelta

        steps = 4
        at = sorted({round(last * n / steps) for n in range(steps + 1)})
        plt.xticks(at, [f"{first + timedelta(days=day):%m-%d}" for day in at])
        ticks = sorted({round(top * n / steps) for n in range(steps + 1)})
        plt.yticks(ticks, [str(n) for n in ticks])
