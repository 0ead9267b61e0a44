"""The app and its casebook: taken and given back, locked for want of keys, kept up behind the work; what is half
typed outlives all of it.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import App
from textual.reactive import Reactive

from casework import language as languages
from casework.domain.text import plain
from casework.tui import actions, marks, themes
from casework.tui.places import SCREENS, screen_class
from casework.tui.screens.base import BaseScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from textual.screen import Screen
    from textual.theme import Theme
    from textual.timer import Timer

    from casework.casebook.book import Casebook
    from casework.casebook.clock import Clock
    from casework.domain.phrase import Phrase
    from casework.tui.background import Work, WorkDone
    from casework.tui.saving import SaveDone

LOCK_MINUTES = 5
"""Minutes without a key after which the casebook locks itself, unless the setting `lock_minutes` says
otherwise."""

STOP_SECONDS = 60
"""How long closing waits for work that cannot be stopped halfway, such as the copy of a large casebook."""

UPKEEP_AFTER = 3.0
"""Seconds after the first frame until the plan is held against the rules and the day's backup is made."""


class LockingApp(App[int]):
    """The half of the app that holds the casebook; the other, `CaseworkApp`, holds the keys.

    Args:
        book: an open casebook, or None to ask for the passphrase first.
        path: the file to unlock when there is no open book.
    """

    theme: Reactive[str] = Reactive(themes.DARK)

    def __init__(self, book: Casebook | None = None, path: Path | None = None) -> None:
        super().__init__()
        self.animation_level = "none"
        self.book = book
        self.path = path
        self.user_keymap: dict[str, str] = {}
        self._keymap_problems: list[Phrase] = []
        self.marks = ""
        self._grid_name: str | None = None
        self._last_input = time.time()
        self._idle_timer: Timer | None = None
        self._ended_saves: list[SaveDone] = []
        self.works: set[Work] = set()
        self.closing: threading.Thread | None = None
        self.replanned: float | None = None
        """How much of the plan follows changed rules already; None while nothing is planned again."""
        self.replanner: Work | None = None
        self.clock: Clock | None = book.clock if book is not None else None
        self._last_path = book.path if book is not None else None
        if book is not None:
            self._take_settings(book)

    @property
    def available_themes(self) -> dict[str, Theme]:
        """Our two: the stock ones use red against green, and the ANSI ones are black on black under
        NO_COLOR."""
        return themes.THEMES

    @property
    def open_book(self) -> Casebook:
        """The open casebook.

        Raises:
            Locked: there is none.
        """
        if self.book is None:
            from casework.casebook.errors import Locked

            raise Locked
        return self.book

    def _take_settings(self, book: Casebook) -> None:
        # The Linux console has no Chinese glyphs at all.
        code = "en" if os.environ.get("TERM") == "linux" else book.setting("language", languages.language())
        if code in languages.LANGUAGES:
            languages.set_language(code)
        if book.setting("theme", themes.DARK) == themes.LIGHT:
            self.theme = themes.LIGHT
        plain_console = os.environ.get("TERM") == "linux"
        self.marks = str(book.setting("marks", marks.ASCII if plain_console else ""))
        wanted = book.setting("keymap", {})
        self.user_keymap, self._keymap_problems = actions.checked_keymap(wanted if isinstance(wanted, dict) else {})
        if self.user_keymap:
            self.set_keymap(self.user_keymap)
        self._grid_name = None

    def standing(self) -> Sequence[str]:
        """Community, worker, grid and day, least needed first."""
        if self.book is None:
            return ()
        from casework.tui.widgets.bars import standing_texts

        book, today = self.book, self.book.today()
        if self._grid_name is None:
            from casework.casebook import areas

            grid = areas.get(book, book.grid_id)
            self._grid_name = grid.name if grid is not None else ""
        return standing_texts(book.community, self._grid_name, today, book.worker.name)

    def grid_changed(self) -> None:
        """Another grid is in use: the status line and the round follow."""
        self._grid_name = None
        for screen in self._open_screens():
            if isinstance(screen, BaseScreen) and screen is self.screen:
                screen.load()
            screen.refresh_bindings()

    def opened(self, book: Casebook) -> None:
        """Take a casebook that was just set up or unlocked: the screens underneath show what is in it."""
        self.book = book
        self.path, self.clock = book.path, book.clock
        self._last_path = book.path
        self._last_input = time.time()
        self._take_settings(book)
        self.retranslate()
        ended, self._ended_saves = self._ended_saves, []
        for message in ended:
            message.finish()
        self.begin_work()

    def begin_work(self) -> None:
        """Say what was found at the start, and see to the lock and to what is done once a day."""
        self._watch_idle()
        self.open_book.on_rules_changed = self._rules_changed
        self.call_after_refresh(self._welcome)
        self.set_timer(UPKEEP_AFTER, self._upkeep, name="upkeep")

    def _rules_changed(self) -> None:
        """On the writer's thread: rules or spells were saved."""
        from casework.tui import background, replanning

        self.post_message(background.WorkDone(lambda: replanning.start(self)))

    def _upkeep(self) -> None:
        """What is done once a day behind the worker's back."""
        if self.book is not None:
            from casework.tui import upkeep

            upkeep.start(self)

    def ask_for(self, path: Path, said: Phrase | None = None) -> None:
        """Show the lock of a casebook, in place of whatever stands before one now; `said` stands on it."""
        self.path = path
        self._clear_front()
        self.push_screen(screen_class("unlock")(said))

    def let_in(self, book: Casebook) -> None:
        """Take a casebook, and away what stood before it. Of another one than before no screen is left open."""
        if self._last_path not in (None, book.path):
            while len(self.screen_stack) > 1:
                self.pop_screen()
            for mode, make in self.MODES.items():
                if mode != self.current_mode:
                    self.remove_mode(mode)
                    self.add_mode(mode, make)
        self._clear_front()
        self.opened(book)

    def _clear_front(self) -> None:
        fronts = [n for n, screen in enumerate(self.screen_stack) if getattr(screen, "FRONT", False)]
        while fronts and len(self.screen_stack) > max(1, fronts[0]):
            self.pop_screen()

    def _welcome(self) -> None:
        """After the first frame: what was healed, a doubtful clock, a broken keymap; the form that was cut
        off."""
        book = self.book
        if book is None:
            return
        doubt = book.clock_doubt()
        said = [*book.found, *([doubt] if doubt is not None else []), *self._keymap_problems]
        screen = self.screen
        if said and isinstance(screen, BaseScreen):
            screen.tell(*said, tone="overdue")
        if not book.setting("recovery_noted", True):
            self._show_recovery(book)
        from casework.casebook import drafts

        draft = drafts.latest(book)
        open_forms = {(getattr(s, "FORM", ""), getattr(s, "draft_subject", "")) for s in self._open_screens()}
        if draft is None or draft.form not in SCREENS or (draft.form, draft.subject_id) in open_forms:
            return
        form: Any = screen_class(draft.form)
        self.push_screen(form.from_draft(draft.subject_id))

    def _show_recovery(self, book: Casebook) -> None:
        """Set-up was cut off before its recovery key was noted: nobody has that one, so here is another."""
        from casework.casebook import keys

        def noted(_answer: object) -> None:
            self.open_book.set_setting("recovery_noted", True)

        self.open("recovery_key", keys.new_recovery(book.path, book.key), book.path, then=noted)

    def shut(self) -> None:
        """After the end: close the casebook, so that its file is whole by itself. Background work is asked to stop."""
        book, self.book = self.book, None
        self.replanned = None
        if book is not None:
            _clear_copies(book.path)
            _shut(book, [work for work in self.works if work.alive])
        if self.closing is not None:
            self.closing.join(timeout=10)

    def flush_drafts(self) -> None:
        """Put the drafts of all open forms into the casebook, and wait for it."""
        for screen in self._open_screens():
            flush = getattr(screen, "flush_draft", None)
            if flush is not None:
                flush()

    def _open_screens(self) -> Iterable[Screen[Any]]:
        found: list[Screen[Any]] = []
        for mode in self.MODES:
            # A mode that was never entered has no stack yet.
            with contextlib.suppress(KeyError):
                found += self.get_screen_stack(mode)
        return found

    async def on_event(self, event: events.Event) -> None:
        """Note when a key was last pressed; the first one after a long sleep meets the lock."""
        if isinstance(event, events.Paste):
            # Fields show their text as it is: what came from elsewhere must not reach the terminal raw.
            event.text = plain(event.text, lines=True)
        if isinstance(event, events.Key | events.Paste | events.MouseDown):
            now = time.time()
            idle = now - self._last_input
            self._last_input = now
            if self.book is not None and idle > self.lock_seconds > 0 and not self._kept_open():
                self.action_app_lock()
                return
        await super().on_event(event)

    @property
    def lock_seconds(self) -> float:
        """Seconds without a key until the lock; 0 is never."""
        minutes = self.book.setting("lock_minutes", LOCK_MINUTES) if self.book is not None else 0
        return float(minutes) * 60 if isinstance(minutes, int | float) else LOCK_MINUTES * 60.0

    def _kept_open(self) -> bool:
        """Whether something runs that an absent worker waits for: it would be cut off by the lock."""
        return any(work.keeps_open and work.alive for work in self.works)

    def _watch_idle(self) -> None:
        if self._idle_timer is not None:
            self._idle_timer.stop()
            self._idle_timer = None
        limit = self.lock_seconds
        if self.book is None or limit <= 0:
            return
        left = limit - (time.time() - self._last_input)
        if left <= 0 and not self._kept_open():
            self.action_app_lock()
        else:
            self._idle_timer = self.set_timer(max(1.0, left), self._watch_idle, name="idle")

    def action_app_lock(self) -> None:
        """Lock: drafts into the casebook, the casebook shut, its key forgotten, the door shown.

        What runs in the background is asked to stop; where something does, the file is shut behind the door.
        """
        book = self.book
        if book is None:
            return
        self.flush_drafts()
        self.path, self.clock = book.path, book.clock
        _clear_copies(book.path)
        running = [work for work in self.works if work.alive]
        self.book = self.replanned = None
        if running:
            book.database.close()
            self.closing = threading.Thread(target=_shut, args=(book, running), name="closing", daemon=True)
            self.closing.start()
        else:
            book.lock()
        self.push_screen(screen_class("unlock")())

    def retranslate(self) -> None:
        """Say every open screen again; while locked, only the one that is seen: the others have nothing to read."""
        for screen in self._open_screens() if self.book is not None else [self.screen]:
            again = getattr(screen, "retranslate", None)
            if again is not None:
                again()

    def on_save_done(self, message: SaveDone) -> None:
        """Finish a save on the app's own thread. One that ended behind the lock is said after the unlock."""
        if self.book is None:
            self._ended_saves.append(message)
        else:
            message.finish()

    def on_work_done(self, message: WorkDone) -> None:
        """Take what background work has to say."""
        self.works = {work for work in self.works if work.alive}
        message.finish()

    def say_above(self, phrase: Phrase) -> None:
        """Say something on the screen that is on top now, unless the casebook is locked."""
        screen = self.screen
        if self.book is not None and isinstance(screen, BaseScreen):
            screen.tell(phrase, tone="accent")

    def open(self, name: str, *args: Any, then: Callable[[Any], None] | None = None, **kwargs: Any) -> None:
        """Open a screen by its name in `SCREENS`; `then` gets what it is dismissed with."""
        self.push_screen(screen_class(name)(*args, **kwargs), then)


def _clear_copies(path: Path) -> None:
    """What lies in the open beside the casebook while a photo is looked at goes with the lock."""
    from casework.casebook import viewing

    viewing.clear(path)


def _shut(book: Casebook, running: Sequence[Work]) -> None:
    """Wait for what still reads or writes the casebook, then close it and forget the key."""
    for work in running:
        work.stop.set()
    for work in running:
        if work.thread is not None:
            work.thread.join(timeout=STOP_SECONDS)
    book.lock()
