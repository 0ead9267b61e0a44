"""What is done after the start without being asked: the plan follows changed rules, campaigns the
day, and the day's backup is made.

Nothing is said of it unless it fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.phrase import N_, Phrase
from casework.tui import background, replanning
from casework.tui.screens.base import BaseScreen

if TYPE_CHECKING:
    from casework.tui.locking import LockingApp


def start(app: LockingApp) -> None:
    """Do it in the background; the screen on top reads afresh if the plan changed."""
    book = app.open_book

    def work(this: background.Work) -> bool:
        from casework.casebook import backups, blobs, campaign_upkeep, search_index

        changed = replanning.carry_out(app, book, this)
        changed |= campaign_upkeep.keep_up(book, stop=this.stop.is_set)
        search_index.keep_up(book)
        blobs.sweep(book)
        if not this.stop.is_set():
            backups.make_daily(book)
        return changed

    def done(changed: bool) -> None:
        screen = app.screen
        # An app that is being closed has taken its widgets down already.
        if changed and app.book is book and app.is_running and isinstance(screen, BaseScreen) and screen.children:
            screen.load()

    def failed(phrase: Phrase, _error: Exception) -> None:
        screen = app.screen
        if app.book is book and isinstance(screen, BaseScreen):
            screen.tell(Phrase(N_("Today's automatic backup was not made.")), phrase, tone="error")

    background.start(app, work, done, failed, book=book, name="upkeep")
