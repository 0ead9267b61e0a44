"""Planning again after rules have changed: behind the worker's back, its progress in the status line of every screen.

What is not done when the app is left or locked goes on at the next start (`upkeep`).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from casework.domain.phrase import N_, Phrase
from casework.tui import background
from casework.tui.screens.base import BaseScreen
from casework.tui.widgets.bars import Notice, StatusBar

if TYPE_CHECKING:
    from casework.casebook.book import Casebook
    from casework.tui.locking import LockingApp

SAID_EVERY = 0.15
"""Seconds between two movements of the bar."""

LONG = 3.0
"""Seconds after which the end is worth a sentence, where none stands: a receipt must not be wiped away."""

LOOK_AGAIN = 0.3
"""Seconds until it is looked again whether another thread has done it."""


def start(app: LockingApp) -> None:
    """Plan again what changed rules concern, unless that goes on already: then it sees the new ones by itself."""
    book = app.book
    if book is None or (app.replanner is not None and app.replanner.alive):
        return
    began = time.monotonic()

    def done(_changed: bool) -> None:
        from casework.casebook import replanning

        if app.book is not book or not app.is_running:
            # Locked, or being closed: its widgets are going already.
            return
        app.replanner = None
        if replanning.pending(book):
            # Rules were saved between its last look and its end.
            start(app)
            return
        screen = app.screen
        if isinstance(screen, BaseScreen) and screen.children:
            screen.load()
            if time.monotonic() - began > LONG and not screen.query_one(Notice).text:
                app.say_above(Phrase(N_("Everything is planned by the rules as they are now.")))

    def failed(phrase: Phrase, _error: Exception) -> None:
        screen = app.screen
        if app.book is book and isinstance(screen, BaseScreen):
            screen.tell(Phrase(N_("Planning again has stopped; it goes on at the next start.")), phrase, tone="error")

    app.replanner = background.start(
        app, lambda this: carry_out(app, book, this), done, failed, book=book, name="replanning"
    )


def carry_out(app: LockingApp, book: Casebook, this: background.Work) -> bool:
    """In a thread: plan until nothing is left or it is asked to stop. True where there was anything to plan."""
    from casework.casebook import replanning

    if not replanning.pending(book):
        return False
    said = [0.0]

    def progress(done: int, of: int) -> None:
        now = time.monotonic()
        if now - said[0] >= SAID_EVERY:
            said[0] = now
            share = done / of if of else 1.0
            app.post_message(background.WorkDone(lambda: _moved(app, book, share)))

    try:
        while not this.stop.is_set() and replanning.pending(book):
            if not replanning.run(book, progress, this.stop.is_set):
                this.stop.wait(LOOK_AGAIN)
    finally:
        app.post_message(background.WorkDone(lambda: _moved(app, book, None)))
    return True


def _moved(app: LockingApp, book: Casebook, share: float | None) -> None:
    if app.book is not book:
        return
    app.replanned = share
    for screen in app.screen_stack:
        for bar in screen.query(StatusBar):
            bar.refresh()
