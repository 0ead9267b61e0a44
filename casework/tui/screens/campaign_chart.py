"""The burn-up chart of a campaign: what was done, where it goes, the goal and the deadline; and what would change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain import forecast_words
from casework.domain.forecast import WhatIf
from casework.domain.phrase import N_, Phrase
from casework.tui import campaigning
from casework.tui.dialogs import Said
from casework.tui.screens.base import BaseScreen

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from casework.casebook.campaign_views import CampaignRow
    from casework.domain.forecast import Forecast
    from casework.tui.widgets.burnup import BurnUp


class CampaignChartScreen(BaseScreen):
    """The chart of one campaign. Each what-if is a key that is pressed again to take it away."""

    SCOPES = ("forecast", "over")
    CSS_PATH = "campaign_chart.tcss"

    def __init__(self, campaign_id: str) -> None:
        super().__init__()
        self.campaign_id = campaign_id
        self.campaign: CampaignRow | None = None
        self.forecast: Forecast | None = None
        self.what_if: WhatIf | None = None
        self.other: Forecast | None = None

    def body(self) -> ComposeResult:
        """Head, words, chart."""
        from casework.tui.widgets.burnup import BurnUp

        yield Said("", id="chart-head")
        yield Said("", id="chart-words")
        yield BurnUp(id="chart")
        yield Said("", id="chart-what-if")

    def load(self) -> None:
        """Read the record; the forecast follows from a thread."""
        from casework.casebook import campaigns, forecasts

        book = self.book
        self.campaign = row = campaigns.get(book, self.campaign_id)
        counts = campaigns.buckets(book, row.id)
        done, goal = campaigning.done_of(counts), campaigning.goal_of(row, counts)
        head = Phrase(N_("{name}   {done} of {goal}"), {"name": row.label, "done": done, "goal": goal})
        self.query_one("#chart-head", Said).say(head)
        self.chart.show(forecasts.done_by_day(book, row.id), goal, row.deadline, book.today())
        campaigning.tell_forecast(self, row.id, self._told)
        self._say()

    @property
    def chart(self) -> BurnUp:
        """The chart."""
        from casework.tui.widgets.burnup import BurnUp

        return self.query_one("#chart", BurnUp)

    def _told(self, forecast: Forecast) -> None:
        self.forecast = forecast
        self.chart.tell((self.other if self.other is not None and self.other.told else forecast).band)
        self._say()

    def _say(self) -> None:
        today = self.book.today()
        said: object = Phrase(N_("The forecast is being reckoned…"))
        if self.forecast is not None:
            parts = [campaigning.dated(one, today) for one in forecast_words.words(self.forecast)]
            said = campaigning.together(parts)
        self.query_one("#chart-words", Said).say(said)
        what: object = Phrase(N_("What if: w one more worker   e call-backs in the evening   s Saturdays worked"))
        if self.what_if is not None:
            what = Phrase(N_("Reckoning: {what}…"), {"what": Phrase(forecast_words.WHAT_IFS[self.what_if])})
            if self.other is not None and self.forecast is not None:
                parts = [
                    campaigning.dated(one, today)
                    for one in forecast_words.compared(self.forecast, self.other, self.what_if)
                ]
                what = campaigning.together(parts)
        self.query_one("#chart-what-if", Said).say(what)

    def retranslate(self) -> None:
        """Say it in the language that is on now."""
        super().retranslate()
        if self.casework.book is not None and self.campaign is not None:
            self._say()

    def why_not(self, action_id: str) -> Phrase | None:
        """What is signed off, or can't be told, has no what-if."""
        if action_id.startswith("forecast.") and self.forecast is not None and not self.forecast.told:
            return Phrase(N_("There is no forecast that this could change."))
        return super().why_not(action_id)

    def _ask(self, what_if: WhatIf) -> None:
        if what_if is self.what_if:
            self.what_if = self.other = None
            if self.forecast is not None:
                self.chart.tell(self.forecast.band)
            self._say()
            return
        self.what_if, self.other = what_if, None
        self._say()

        def then(other: Forecast) -> None:
            if self.what_if is what_if:
                self.other = other
                if other.told:
                    self.chart.tell(other.band)
                self._say()

        campaigning.tell_forecast(self, self.campaign_id, then, what_if)

    def action_forecast_worker(self) -> None:
        """One more worker."""
        self._ask(WhatIf.WORKER)

    def action_forecast_evening(self) -> None:
        """Call-backs in the evening."""
        self._ask(WhatIf.EVENING)

    def action_forecast_saturday(self) -> None:
        """Saturdays."""
        self._ask(WhatIf.SATURDAY)
