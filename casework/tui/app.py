"""The app: modes, and the keys that hold everywhere. Screens are imported on first use. What it does with its casebook
is in `locking`."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any

from casework import language as languages
from casework.domain.phrase import N_, Phrase
from casework.tui import actions, places, themes
from casework.tui.locking import LockingApp
from casework.tui.places import screen_class
from casework.tui.screens.base import BaseScreen, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from casework.domain.receipt import Receipt

WHILE_LOCKED = frozenset({"app.leak", "app.language", "app.theme", "app.quit", "app.help", "screen.back", "form.save"})
"""Actions that need no casebook."""
LOCKED_SCOPES = frozenset({"unlock", "recovery", "dialog"})
"""Scopes of which none does."""

FORMS = frozenset((
    "visit", "followup_form", "followup_words", "followup_verify", "joint_visit", "promises",
    "booking", "area_form", "household_form", "resident_form", "place_form", "rule_form", "spell_form",
))  # fmt: skip
"""Screens whose save validates an entry: what that needs is imported while they are typed in, and not before, since it
takes ten megabytes that the round does without."""


NAMING = frozenset({"area_form", "resident_form", "place_form"})
"""Forms that bring a new name into the search: its pinyin takes a third of a second to import, too."""


class CaseworkApp(LockingApp):
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
            self.begin_work()
        self.call_after_refresh(_first_frame_shown)

    def leave(self) -> None:
        """Write every draft and end. A terminal that is gone cannot keep the process: it ends within
        seconds."""
        self.flush_drafts()
        watchdog = threading.Timer(5.0, os._exit, (0,))
        watchdog.daemon = True
        watchdog.start()
        self.exit(0)

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

    def open(self, name: str, *args: Any, then: Callable[[Any], None] | None = None, **kwargs: Any) -> None:
        """Open a screen by its name in `SCREENS`; `then` gets what it is dismissed with. A form that is open already is
        not opened once more above itself: both would be one draft.
        """
        if name in FORMS:
            form: Any = screen_class(name)(*args, **kwargs)
            said = (getattr(form, "FORM", ""), getattr(form, "draft_subject", ""))
            if said[0] and said in [
                (getattr(s, "FORM", ""), getattr(s, "draft_subject", "")) for s in self.screen_stack
            ]:
                self.say_above(Phrase(N_("This form is open already: save it, or leave it with esc.")))
                return
            self.push_screen(form, then)
            prewarm(naming=name in NAMING)
            return
        super().open(name, *args, then=then, **kwargs)

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

    def action_app_campaigns(self) -> None:
        """Go to the campaigns."""
        self._go("campaigns")

    def action_campaign_start(self) -> None:
        """Start a campaign of the catalog."""
        from casework.tui import campaigning

        screen = self.screen
        if isinstance(screen, BaseScreen):
            campaigning.ask_which(screen, lambda _result: screen.load())

    def action_app_places(self) -> None:
        """Go to the places outdoors."""
        self._go("places")

    def action_area_add(self) -> None:
        """Add a building, or what is above one."""
        self.open("area_form")

    def action_household_add(self) -> None:
        """Add a door, of a building that is still to be chosen."""
        self.open("household_form", "new/")

    def action_resident_add(self) -> None:
        """Add a person, behind a door that is still to be chosen."""
        self.open("resident_form", "new/")

    def action_place_add(self) -> None:
        """Add a place outdoors."""
        self.open("place_form")

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

    def action_rules_show(self) -> None:
        """Show the rules of the schedule."""
        self._open_once("rules")

    def action_spells_show(self) -> None:
        """Show the spells of weather that were recorded."""
        self._open_once("spells")

    def _open_once(self, name: str) -> None:
        """Open a screen, unless it is open already here."""
        cls: Any = screen_class(name)
        if not any(isinstance(screen, cls) for screen in self.screen_stack):
            self.open(name)

    def action_arrangement_list(self) -> None:
        """Show the doors where something is to be arranged."""
        if not any(getattr(screen, "IS_ARRANGEMENTS", False) for screen in self.screen_stack):
            self.open("arrangements")

    def action_app_followup_about(self) -> None:
        """Ask what a new follow-up is about, where that is no household."""
        from casework.tui import errands

        screen = self.screen
        if isinstance(screen, BaseScreen):
            errands.ask_about_grid(screen)

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

    def action_app_import_cases(self) -> None:
        """Take in cases from a file."""
        self.open("import_cases")

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

    # saving

    def tell_receipt(self, receipt: Receipt) -> None:
        """Say a receipt on the screen that is on top now: the form may have closed itself."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, BaseScreen) and screen.is_attached:
                screen.tell_receipt(receipt)
                return


def prewarm(*, naming: bool = False) -> None:
    """Import what a form's save needs in a thread of its own: it takes a tenth of a second, and no key should wait
    for it."""
    threading.Thread(target=_warm, args=(naming,), name="prewarm", daemon=True).start()


def _warm(naming: bool) -> None:
    from casework.casebook import changes  # noqa: F401

    if naming:
        from casework.casebook import pinyin

        pinyin.readings("一")


def _first_frame_shown() -> None:
    import gc

    # Everything made so far lives as long as the app: later collections need not look at it.
    gc.freeze()
    gc.enable()
