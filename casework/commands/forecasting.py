"""The command that tells when a campaign ends: `casework campaign forecast`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from casework.domain.text import plain
from casework.language import say

if TYPE_CHECKING:
    from casework.commands.root import Session
    from casework.domain.forecast import Forecast


def forecast_data(forecast: Forecast) -> dict[str, Any]:
    """A forecast as JSON."""
    return {
        "told": forecast.told, "finished": forecast.finished,
        "reason": say(forecast.reason) if forecast.reason is not None else None,
        "line_50": forecast.even, "line_85": forecast.likely, "deadline": forecast.deadline,
        "chance": forecast.chance, "pace": forecast.pace, "needed": forecast.needed,
        "working_days_left": forecast.days_left, "working_days_of_record": forecast.days,
        "goal_out_of_reach_by": forecast.lacking, "not_awaited": forecast.never, "to_recheck": forecast.recheck,
        "band": [{"day": one.day, "low": one.low, "middle": one.middle, "high": one.high} for one in forecast.band],
    }  # fmt: skip


@click.command("forecast")
@click.argument("said", metavar="CAMPAIGN")
@click.option("--what-if", type=click.Choice(["worker", "evening", "saturday"]),
              help="What one more worker, call-backs in the evening, or Saturdays would change.")  # fmt: skip
@click.option("--seed", type=int, help="Other draws; the same seed tells the same.")
@click.pass_obj
def campaign_forecast(session: Session, said: str, what_if: str | None, seed: int | None) -> None:
    """When CAMPAIGN will be finished, from its daily record: by when as likely as not, and by when in 85 of 100 cases."""
    from casework.casebook import campaigns, forecasts
    from casework.domain import forecast_words
    from casework.domain.forecast import WhatIf

    drawn = forecasts.SEED if seed is None else seed
    with session.book() as book:
        eid = campaigns.find_id(book, said)
        row = campaigns.get(book, eid)
        told = forecasts.of(book, eid, seed=drawn)
        asked = WhatIf(what_if) if what_if else None
        other = forecasts.of(book, eid, what_if=asked, seed=drawn) if asked else None
    data = {"campaign": eid, "name": say(row.label), "seed": drawn, **forecast_data(told)}
    lines = [say(one) for one in forecast_words.words(told)]
    data["words"] = list(lines)
    if asked is not None and other is not None:
        words = [say(one) for one in forecast_words.compared(told, other, asked)]
        data["what_if"] = {"what": asked.value, **forecast_data(other), "words": words}
        lines += words
    session.show(data, [plain(one) for one in lines])
