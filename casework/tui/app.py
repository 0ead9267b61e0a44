"""The app: modes, the keys that hold everywhere, the language, the colours, the lock. Screens are imported
on first use."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import App
from textual.reactive import Reactive

from casework import language as languages
from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain
from casework.tui import actions, marks, places, themes
from casework.tui.places import SCREENS, screen_class
from casework.tui.screens.base import BaseScreen, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from textual.screen import Screen
    from textual.theme import Theme
    from textual.timer import Timer

    from casework.casebook.book import Casebook
    from casework.casebook.clock import Clock
    from casework.domain.receipt import Receipt
    from casework.tui.background import Work, WorkDone
    from casework.tui.saving import SaveDone

LOCK_MINUTES = 5
"""Minutes without a key after which the casebook locks itself, unless the setting `lock_minutes` says
otherwise."""


WHILE_LOCKED = frozenset({"app.leak", "app.language", "app.theme", "app.quit", "app.help", "screen.back", "form.save"})
"""Actions that need no casebook."""
LOCKED_SCOPES = frozenset({"unlock", "recovery", "dialog"})
"""Scopes of which none does."""

STOP_SECONDS = 60
"""How long closing waits for work that cannot be stopped halfway, such as the copy of a large casebook."""

UPKEEP_AFTER = 3.0
"""Seconds after the first frame until the plan is held against the rules and the day's backup is made."""

PREWARM_AFTER = 1.0
"""Seconds after the first frame until what the forms need is imported: the first keys come first."""


class CaseworkApp(App[int]):
    """casework on the terminal.

    Args:
        book: an open casebook, or None to ask for the passphrase first.
        path: the file to unlock when there is no open book; where it does not exist, set-up begins.
    """

    TITLE = "casework"
    ENABLE_COMMAND_PALETTE = False
    CSS_PATH = ["app.tcss", "screens/round.tcss"]
    MODES = {name: places.maker(name) for name in places.MODES}
    DEFAULT_MODE = "round"
    BINDINGS = actions.bindings("app")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]

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
        self.clock: Clock | None = book.clock if book is not None else None
        self._last_path = book.path if book is not None else None
        if book is not None:
            self._take_settings(book)

    # colours

    @property
    def available_themes(self) -> dict[str, Theme]:
        """Our two: the stock ones use red against green, and the ANSI ones are black on black under
        NO_COLOR."""
        return themes.THEMES

    # the casebook

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
        self._watch_idle()
        self.retranslate()
        ended, self._ended_saves = self._ended_saves, []
        for message in ended:
            message.finish()
        self.call_after_refresh(self._welcome)
        self.set_timer(UPKEEP_AFTER, self._upkeep, name="upkeep")

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

    # start and end

    def on_mount(self) -> None:
        """Ask for the passphrase where needed; see to it that a closed terminal ends the app, drafts
        first."""
        loop = asyncio.get_running_loop()
        if sys.platform != "win32":
            for number in (signal.SIGHUP, signal.SIGTERM):
                loop.add_signal_handler(number, self.leave)
        if self.book is None:
            exists = self.path is not None and self.path.exists()
            self.push_screen(screen_class("unlock" if exists else "setup")())
        else:
            self._watch_idle()
            self.call_after_refresh(self._welcome)
            self.set_timer(UPKEEP_AFTER, self._upkeep, name="upkeep")
        self.call_after_refresh(_first_frame_shown)
        self.set_timer(PREWARM_AFTER, prewarm, name="prewarm")

    def leave(self) -> None:
        """Write every draft and end. A terminal that is gone cannot keep the process: it ends within
        seconds."""
        self.flush_drafts()
        watchdog = threading.Timer(5.0, os._exit, (0,))
        watchdog.daemon = True
        watchdog.start()
        self.exit(0)

    def shut(self) -> None:
        """After the end: close the casebook, so that its file is whole by itself. Background work is asked to stop."""
        book, self.book = self.book, None
        if book is not None:
            _shut(book, [work for work in self.works if work.alive])
        if self.closing is not None:
            self.closing.join(timeout=10)

    def flush_drafts(self) -> None:
        """Put the drafts of all open forms into the casebook, and wait for it."""
        for screen in self._open_screens():
            flush = getattr(screen, "flush_draft", None)
            if flush is not None:
                flush()

    def _fatal_error(self) -> None:
        """End after a mistake of ours: drafts first, and a traceback without the values of variables, which
        are people's names and numbers.
        """
        from rich.segment import Segments
        from rich.traceback import Traceback

        with contextlib.suppress(Exception):
            self.flush_drafts()
        self._exit_renderables.append(
            Segments(self.console.render(Traceback(show_locals=False, width=None), self.console.options))
        )
        self._close_messages_no_wait()

    def _open_screens(self) -> Iterable[Screen[Any]]:
        found: list[Screen[Any]] = []
        for mode in self.MODES:
            # A mode that was never entered has no stack yet.
            with contextlib.suppress(KeyError):
                found += self.get_screen_stack(mode)
        return found

    # the lock

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
        running = [work for work in self.works if work.alive]
        self.book = None
        if running:
            book.database.close()
            self.closing = threading.Thread(target=_shut, args=(book, running), name="closing", daemon=True)
            self.closing.start()
        else:
            book.lock()
        self.push_screen(screen_class("unlock")())

    # actions

    async def act(self, action_id: str) -> None:
        """Do an action on the screen on top, or on the app; or say why it cannot be done now."""
        action = actions.ACTIONS[action_id]
        screen = self.screen
        if self.book is None and action_id not in WHILE_LOCKED and action.scope not in LOCKED_SCOPES:
            return
        if isinstance(screen, BaseScreen):
            why = screen.why_not(action_id)
            if why is not None:
                screen.tell(why, tone="overdue")
                return
        for target in (screen, self):
            method = getattr(target, action.method, None)
            if method is not None:
                await run(method)
                return

    async def action_act(self, action_id: str) -> None:
        """Do an action by its id."""
        await self.act(action_id)

    def open(self, name: str, *args: Any, then: Callable[[Any], None] | None = None, **kwargs: Any) -> None:
        """Open a screen by its name in `SCREENS`; `then` gets what it is dismissed with."""
        self.push_screen(screen_class(name)(*args, **kwargs), then)

    def _go(self, place: str) -> None:
        """Go to a place; pressed there, it closes what lies above, but no form with something unsaved."""
        if place != self.current_mode:
            self.switch_mode(place)
            return
        while len(self.screen_stack) > 1 and isinstance(self.screen, BaseScreen) and not self.screen.unsaved:
            self.pop_screen()

    def action_app_round(self) -> None:
        """Go to the round."""
        self._go("round")

    def action_app_residents(self) -> None:
        """Go to the residents."""
        self._go("residents")

    def action_app_followups(self) -> None:
        """Go to the follow-ups."""
        self._go("followups")

    def action_app_find(self) -> None:
        """Go to the residents with the cursor in the search field (their `focus_search`)."""
        self._go("residents")

        def focus() -> None:
            find = getattr(self.screen, "focus_search", None)
            if find is not None:
                find()

        self.call_after_refresh(focus)

    def action_app_undo(self) -> None:
        """Undo the last thing saved."""
        screen = self.screen
        if isinstance(screen, BaseScreen):
            from casework.casebook import undo

            book = self.open_book
            screen.save(lambda action: undo.undo_last(book, action), lambda _receipt: screen.load())

    def action_app_help(self) -> None:
        """Show the keys."""
        self.open("help", self.screen)

    def action_app_palette(self) -> None:
        """Show all actions, and do the one that was chosen."""

        def then(chosen: str | None) -> None:
            if chosen is not None:
                self.call_later(self.act, chosen)

        self.open("palette", self.screen, then=then)

    def action_app_leak(self) -> None:
        """Say *go outside first* at once, wherever one is, locked or not."""
        if self.book is None:
            from casework.tui.screens.leak import LeakNotice

            if not isinstance(self.screen, LeakNotice):
                self.push_screen(LeakNotice())
            return
        for screen in reversed(self.screen_stack):
            start = getattr(screen, "start_leak", None)
            if start is not None:
                start()
                return
        doors = (getattr(screen, "household_id", None) for screen in reversed(self.screen_stack))
        self.open("leak", next((door for door in doors if door), ""))

    def action_app_supplier(self) -> None:
        """Ask for the emergency number of the gas supplier."""
        from casework.tui import supplier

        supplier.ask(self)

    def action_app_import(self) -> None:
        """Import a register."""
        self.open("import")

    def action_app_backup(self) -> None:
        """Back the casebook up."""
        self.open("backup")

    def action_app_quit(self) -> None:
        """Leave, with the drafts kept; ask first where something is not saved, or an import would be cut off."""
        self.flush_drafts()
        question: Phrase | None = None
        if self.book is not None and self._kept_open():
            question = Phrase(N_("The import is not finished. Stop it and leave? What is in stays in."))
        elif self.book is not None and any(getattr(screen, "unsaved", False) for screen in self._open_screens()):
            question = Phrase(N_("A form is not saved yet. Leave? Its draft is kept and opens at the next start."))
        if question is None:
            self.exit(0)
            return
        from casework.tui import dialogs

        if isinstance(self.screen, dialogs.ConfirmDialog):
            return
        dialogs.confirm(self.screen, question, lambda yes: self.exit(0) if yes else None)

    def action_app_grid(self) -> None:
        """Choose the grid whose round is walked."""
        from casework.casebook import areas
        from casework.tui import dialogs

        book, screen = self.open_book, self.screen
        grids = areas.grids(book)
        if len(grids) < 2:
            if isinstance(screen, BaseScreen):
                screen.tell(Phrase(N_("There is only this one grid.") if grids else N_("There is no grid yet.")))
            return

        def then(chosen: str | None) -> None:
            if chosen is not None and chosen != book.grid_id:
                book.set_setting("grid", chosen)
                self.grid_changed()

        at = next((n for n, grid in enumerate(grids) if grid.id == book.grid_id), 0)
        options = [(grid.id, grid.name) for grid in grids]
        dialogs.choose(screen, Phrase(N_("Which grid?")), options, then, at=at)

    def action_app_language(self) -> None:
        """Switch between Chinese and English, at once and for next time."""
        code = "en" if languages.language() == "zh_CN" else "zh_CN"
        languages.set_language(code)
        if self.book is not None:
            self.book.set_setting("language", code)
        self.retranslate()

    def action_app_theme(self) -> None:
        """Switch between dark and light, at once and for next time."""
        self.theme = themes.LIGHT if self.theme == themes.DARK else themes.DARK
        if self.book is not None:
            self.book.set_setting("theme", self.theme)

    def action_help_quit(self) -> None:
        """ctrl+c copies; where nothing is selected, the line under the cursor."""
        screen = self.screen
        if not isinstance(screen, BaseScreen):
            return
        text = screen.copyable()
        if text:
            self.copy_to_clipboard(text)
            screen.tell(Phrase(N_("Sent to the clipboard, if this terminal allows it.")))
        else:
            screen.tell(Phrase(N_("ctrl+c copies. {key} leaves casework."), {"key": "q"}))

    def retranslate(self) -> None:
        """Say every open screen again; while locked, only the one that is seen: the others have nothing to read."""
        for screen in self._open_screens() if self.book is not None else [self.screen]:
            again = getattr(screen, "retranslate", None)
            if again is not None:
                again()

    # saving

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

    def tell_receipt(self, receipt: Receipt) -> None:
        """Say a receipt on the screen that is on top now: the form may have closed itself."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, BaseScreen) and screen.is_attached:
                screen.tell_receipt(receipt)
                return


def _shut(book: Casebook, running: Sequence[Work]) -> None:
    """Wait for what still reads or writes the casebook, then close it and forget the key."""
    for work in running:
        work.stop.set()
    for work in running:
        if work.thread is not None:
            work.thread.join(timeout=STOP_SECONDS)
    book.lock()


def prewarm() -> None:
    """Import what the first form needs in a thread of its own: it takes a fifth of a second, and no key should
    wait for it."""
    threading.Thread(target=_warm, name="prewarm", daemon=True).start()


def _warm() -> None:
    from casework.casebook import entries  # noqa: F401
    from casework.catalog import checks

    # A broken checklist is said when its check is opened.
    with contextlib.suppress(checks.ChecklistError):
        checks.all()


def _first_frame_shown() -> None:
    import gc

    # Everything made so far lives as long as the app: later collections need not look at it.
    gc.freeze()
    gc.enable()
