"""What the screens of campaigns share: the sign of each bucket, how figures and forecasts are said, starting one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from casework.domain.campaign import OPEN, Bucket, CampaignState, CampaignSubject
from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain
from casework.tui import background, dates, dialogs, picking

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from casework.casebook.campaign_views import CampaignRow
    from casework.domain.forecast import Forecast, WhatIf
    from casework.domain.receipt import Receipt
    from casework.tui.app import CaseworkApp
    from casework.tui.screens.base import BaseScreen

SIGNS: dict[Bucket, tuple[str, str]] = {
    Bucket.TO_VISIT: ("due", "due"),
    Bucket.CALL_BACK: ("recurring", "overdue"),
    Bucket.BOOKED: ("caution", "accent"),
    Bucket.TO_RECHECK: ("could_not", "urgent"),
    Bucket.REFUSED: ("declined", "away"),
    Bucket.EXEMPT: ("not_applicable", "away"),
    Bucket.DONE: ("done", "done"),
    Bucket.NOT_ELIGIBLE: ("upcoming", "muted"),
}
"""The mark and the tone of each bucket: no two share a mark, so that none is told by its colour alone."""


def dated(phrase: Phrase, today: date) -> Phrase:
    """A phrase whose days are said as a worker says them."""

    def said(value: object) -> object:
        if isinstance(value, Phrase):
            return dated(value, today)
        return dates.day_text(value, today) if isinstance(value, date) else value

    return replace(phrase, values={key: said(value) for key, value in phrase.values.items()})


def together(parts: Sequence[object], between: str = " ") -> Phrase:
    """Several phrases as one, said in the language of the moment."""
    return Phrase(between.join(f"{{p{n}}}" for n in range(len(parts))), {f"p{n}": one for n, one in enumerate(parts)})


def done_of(buckets: Mapping[Bucket, int]) -> int:
    """How many are done, those that are looked at again among them."""
    return buckets.get(Bucket.DONE, 0) + buckets.get(Bucket.TO_RECHECK, 0)


def goal_of(row: CampaignRow, buckets: Mapping[Bucket, int]) -> int:
    """The goal: as it was typed in, or all who are eligible."""
    return row.goal or sum(n for bucket, n in buckets.items() if bucket is not Bucket.NOT_ELIGIBLE)


def open_of(buckets: Mapping[Bucket, int]) -> int:
    """How many still have something to be done."""
    return sum(n for bucket, n in buckets.items() if bucket in OPEN)


def closed(row: CampaignRow) -> bool:
    """Whether it is signed off."""
    return row.state is CampaignState.CLOSED


def counts(row: CampaignRow) -> bool:
    """Whether it is a plain counter."""
    return row.subject is CampaignSubject.COUNTER


def department(key: str) -> object:
    """The name of a department."""
    from casework.catalog.shelf import departments

    found = departments().get(key)
    return found.label if found is not None else key


def tell_forecast(
    screen: BaseScreen, campaign_id: str, then: Callable[[Forecast], None], what_if: WhatIf | None = None
) -> None:
    """Make a forecast in a thread; `then` gets it on the screen's own, if that is still there."""
    book = screen.book

    def work(_work: background.Work) -> Forecast:
        from casework.casebook import forecasts

        return forecasts.of(book, campaign_id, what_if=what_if)

    def done(forecast: Forecast) -> None:
        if screen.is_attached and screen.casework.book is book:
            then(forecast)

    def failed(phrase: Phrase, _error: Exception) -> None:
        if screen.is_attached:
            screen.tell(phrase, tone="error")

    background.start(screen.casework, work, done, failed, book=book, name="forecast")


def ask_which(screen: BaseScreen, then: Callable[[object], None]) -> None:
    """Ask which campaign of the catalog is to be started, and open its form; those that run are left out."""
    from casework.casebook import campaigns
    from casework.catalog import campaigns as shelf

    runs = {row.key for row in campaigns.running(screen.book)}
    options = [(name, shelf.load(name).label) for name in shelf.names() if name not in runs]
    if not options:
        screen.tell(Phrase(N_("Every campaign of the catalog runs already.")))
        return

    def chosen(key: str | None) -> None:
        if key is not None:
            screen.casework.open("campaign_form", f"new/{key}", then=then)

    dialogs.choose(screen, Phrase(N_("Which campaign?")), options, chosen)


def build(app: CaseworkApp) -> None:
    """Make the lists of a campaign that was just started or has a new rule, in a thread: over a large register it takes a
    while, and the app stays usable. The screen on top reads afresh when they are there.
    """
    from casework.tui.screens.base import BaseScreen

    book = app.open_book

    def work(this: background.Work) -> bool:
        from casework.casebook import campaigns

        return campaigns.keep_up(book, stop=this.stop.is_set)

    def done(changed: bool) -> None:
        screen = app.screen
        if changed and app.book is book and isinstance(screen, BaseScreen) and screen.is_attached:
            screen.load()

    def failed(phrase: Phrase, _error: Exception) -> None:
        screen = app.screen
        if app.book is book and isinstance(screen, BaseScreen):
            screen.tell(phrase, tone="error")

    background.start(app, work, done, failed, book=book, name="campaign", keeps_open=True)


def entered(screen: BaseScreen, make: Callable[[], Any], verb: Callable[[Any, Any, str], Receipt],
            then: Callable[[Receipt], None]) -> None:  # fmt: skip
    """Make an entry from what was typed and save it, or say what is wrong with it."""
    from pydantic import ValidationError

    from casework.casebook.entries import problems

    try:
        entry = make()
    except ValidationError as error:
        screen.tell(problems(error)[0][1], tone="error")
        return
    book = screen.book
    screen.save(lambda action: verb(book, entry, action), then)


def export(screen: BaseScreen, row: CampaignRow, grid_id: str | None) -> None:
    """Ask for a folder and write the list there; names in it are masked."""

    def into(folder: Path) -> None:
        book = screen.book
        out = _free(folder, f"{row.key}-{book.today().isoformat()}")

        def work(_work: background.Work) -> Path:
            from casework.exchange import campaignfiles

            campaignfiles.write(book, row.id, out, grid_id=grid_id)
            return out

        background.start(screen.casework, work, done, failed, book=book, name="campaign")

    def done(made: Path) -> None:
        if screen.is_attached:
            screen.tell(Phrase(N_("The list is in {path}"), {"path": plain(str(made))}), tone="accent")

    def failed(phrase: Phrase, _error: Exception) -> None:
        if screen.is_attached:
            screen.tell(phrase, tone="error")

    asked = Phrase(N_("Into which folder goes the list? It is not encrypted there; names are masked."))
    picking.pick_folder(screen, asked, into)


def _free(folder: Path, name: str) -> Path:
    made, number = folder / f"{name}.xlsx", 2
    while made.exists():
        made, number = folder / f"{name}-{number}.xlsx", number + 1
    return made
