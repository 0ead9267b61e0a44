"""Screen 4, campaigns: how far each is, how fast, and when it will be finished."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import ceil
from typing import TYPE_CHECKING, Any

from casework.domain import forecast_words
from casework.domain.phrase import N_, Phrase
from casework.language import _, say
from casework.tui import campaigning, dates, marks
from casework.tui.dialogs import Said
from casework.tui.screens.base import BaseScreen
from casework.tui.widgets.pagelist import Cell, Column, ListSource, PageList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from casework.casebook.campaign_views import CampaignRow
    from casework.domain.forecast import Forecast

EMPTY = Phrase(N_("No campaign was started yet. a starts one of the catalog."))


class CampaignsScreen(BaseScreen):
    """The campaigns that run, the next deadline first, then those that are signed off."""

    SCOPES = ("campaigns",)
    CSS_PATH = "campaigns.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._figures: dict[str, tuple[int, int]] = {}
        self._forecasts: dict[str, Forecast] = {}

    def body(self) -> ComposeResult:
        """How many there are, and the list."""
        yield Said("", id="campaigns-head")
        yield PageList(
            (
                Column(1), Column(None, N_("Campaign")), Column(13, N_("Done")), Column(7, N_("A day")),
                Column(10, N_("Deadline")), Column(19, N_("Finished by")),
            ),
            self._cells,
            empty=EMPTY,
            id="campaigns",
        )  # fmt: skip

    @property
    def rows(self) -> PageList[CampaignRow]:
        """The list."""
        return self.query_one("#campaigns", PageList)

    def load(self) -> None:
        """Read the campaigns, with the cursor where it was; forecasts follow from threads."""
        from casework.casebook import campaigns

        book = self.book
        found = campaigns.all_(book)
        self._figures = {}
        for row in found:
            counts = campaigns.buckets(book, row.id)
            self._figures[row.id] = campaigning.done_of(counts), campaigning.goal_of(row, counts)
        self.query_one("#campaigns-head", Said).say(
            Phrase(N_("{n} campaigns run, {closed} signed off"),
                   {"n": sum(not campaigning.closed(row) for row in found),
                    "closed": sum(campaigning.closed(row) for row in found)})
        )  # fmt: skip
        self.rows.show(ListSource(found), at=max(0, min(self.rows.cursor, len(found) - 1)))
        self._tell([row.id for row in found if not campaigning.closed(row)])

    def _tell(self, left: list[str]) -> None:
        """One forecast after the other: each is shown when it is there."""
        if not left or self.casework.book is None:
            return

        def then(forecast: Forecast) -> None:
            self._forecasts[left[0]] = forecast
            self.rows.retranslate()
            self._tell(left[1:])

        campaigning.tell_forecast(self, left[0], then)

    def why_not(self, action_id: str) -> Phrase | None:
        """There must be one under the cursor."""
        if action_id == "campaign.open" and self.rows.current is None:
            return Phrase(N_("There is no campaign under the cursor."))
        return super().why_not(action_id)

    def action_campaign_open(self) -> None:
        """The board of the campaign."""
        row = self.rows.current
        if row is not None:
            self.casework.open("campaign", row.id, then=self.came_back)

    def on_page_list_selected(self, event: PageList.Selected) -> None:
        """Open the board."""
        event.stop()
        self.action_campaign_open()

    def action_campaign_start(self) -> None:
        """Start one of the catalog."""
        campaigning.ask_which(self, self.came_back)

    def came_back(self, _result: Any) -> None:
        """Another screen has closed; `load` has run."""

    def copyable(self) -> str:
        """The name under the cursor."""
        row = self.rows.current
        return say(row.label) if row is not None else ""

    def _cells(self, row: CampaignRow) -> Sequence[Cell]:
        today = self.book.today()
        done, goal = self._figures.get(row.id, (0, 0))
        percent = f"{100 * done // goal}%" if goal else ""
        forecast = self._forecasts.get(row.id)
        over = campaigning.closed(row)
        tone = "muted" if over else "text"
        late = row.deadline is not None and row.deadline < today and not over
        ends: object
        if row.closed_at is not None:
            ends = Phrase(N_("signed off {day}"), {"day": dates.day_text(row.closed_at.date(), today)})
        elif forecast is None:
            ends = Phrase(N_("reckoning…"))
        else:
            ends = _in_short(forecast, today)
        pace = forecast.pace if forecast is not None and not over else None
        needed = forecast.needed if forecast is not None else None
        speed = forecast_words.pace_text(pace) if pace is not None else ""
        if needed is not None and not over:
            speed = f"{speed or '0'}/{ceil(needed)}"
        return (
            Cell(marks.mark("done" if over else "overdue" if late else "due", self.casework.marks),
                 "done" if over else "overdue" if late else "due"),
            Cell(row.label, tone),
            Cell(f"{done}/{goal} {percent}", tone),
            Cell(speed, tone),
            Cell(_("none") if row.deadline is None else _day(row.deadline, today) if over
                 else f"{_day(row.deadline, today)}{' ' + marks.mark('overdue', self.casework.marks) if late else ''}",
                 "overdue" if late else tone),
            Cell(ends, tone),
        )  # fmt: skip


def _day(day: date, today: date) -> str:
    """A day in a narrow column: of another year as `2027-01-13`."""
    return dates.day_text(day, today) if day.year == today.year else day.isoformat()


def _in_short(forecast: Forecast, today: date) -> object:
    """The two lines of a forecast in a narrow column, or why there are none."""
    even, likely = forecast.even, forecast.likely
    if even is None or likely is None or (even.year == likely.year == today.year):
        short = forecast_words.short(forecast)
        return replace(
            short, values={key: _day(day, today) for key, day in short.values.items() if isinstance(day, date)}
        )
    # 2027-01-13~02-26: a span over the turn of a year would not fit in words.
    first = f"{even:%m-%d}" if even.year == today.year else even.isoformat()
    return f"{first}~{likely:%m-%d}" if likely.year == even.year else f"{first}~{likely.isoformat()}"
