"""The lock: the passphrase, or the printed recovery key and then a new passphrase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from casework.domain.phrase import N_, Phrase
from casework.tui import background
from casework.tui.dialogs import Said
from casework.tui.screens.front import FrontScreen, field

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from casework.casebook.book import Casebook
    from casework.casebook.keys import Secret

OPENING = Phrase(N_("Opening the casebook..."))

_HEADS = {
    "open": Phrase(N_("This casebook is locked. It has no passphrase.")),
    "passphrase": Phrase(N_("This casebook is locked.")),
    "recovery": Phrase(N_("Open with the recovery key that was printed at set-up.")),
    "renew": Phrase(N_("The recovery key is right. Choose a new passphrase.")),
}
_LABELS = {
    "passphrase": Phrase(N_("Passphrase")),
    "recovery": Phrase(N_("Recovery key: 6 groups of 5; capitals and hyphens do not matter")),
    "renew": Phrase(N_("New passphrase")),
}


class UnlockScreen(FrontScreen):
    """Lies over everything until the casebook is open; then the screens beneath are there as they were.

    The key is derived in a thread: the screen answers meanwhile, and a wrong passphrase leaves the cursor
    where it is.
    """

    SCOPES = ("unlock",)
    AUTO_FOCUS = ""

    def __init__(self, said: Phrase | None = None) -> None:
        super().__init__()
        self.said = said
        self.phase = "passphrase"
        self.opening = False
        self._recovered: Casebook | None = None

    # what is shown

    def body(self) -> ComposeResult:
        """What is locked, and the fields."""
        yield Said("casework", classes="title")
        yield Said("", id="unlock-head")
        yield Said("", id="unlock-file", classes="hint")
        yield Said("", id="unlock-label", classes="label")
        yield field("unlock-secret", secret=True)
        yield Said(Phrase(N_("Once more")), id="unlock-again-label", classes="label")
        yield field("unlock-again", secret=True)
        yield Said("", id="unlock-hint", classes="hint")

    def on_mount(self) -> None:
        """See what opens it."""
        from casework.casebook import keys
        from casework.casebook.errors import CasebookError

        path = self.casework.path
        if self.said is not None:
            self.tell(self.said, tone="accent")
        self.query_one("#unlock-file", Said).say(path.name if path is not None else "")
        phase = "passphrase"
        try:
            if path is not None and keys.is_open(path):
                phase = "open"
        except CasebookError as error:
            self.tell(error.phrase, tone="error")
        self._turn_to(phase)

    def _turn_to(self, phase: str) -> None:
        self.phase = phase
        self.query_one("#unlock-head", Said).say(_HEADS[phase])
        self.query_one("#unlock-label", Said).say(_LABELS.get(phase, ""))
        secret, again = self.query_one("#unlock-secret", Input), self.query_one("#unlock-again", Input)
        secret.password = phase != "recovery"
        for one in (secret, again):
            one.value = ""
        for name in ("#unlock-label", "#unlock-secret"):
            self.query_one(name).display = phase != "open"
        for name in ("#unlock-again-label", "#unlock-again"):
            self.query_one(name).display = phase == "renew"
        hint = self.query_one("#unlock-hint", Said)
        hint.say(Phrase(N_("enter opens it.")) if phase == "open" else "")
        if phase == "open":
            self.set_focus(None)
        else:
            secret.focus()
        self.refresh_bindings()

    def why_not(self, action_id: str) -> Phrase | None:
        """A casebook without passphrase has no recovery key; the other ways wait for the one under way."""
        if action_id == "unlock.recovery" and self.phase not in ("passphrase", "recovery"):
            return Phrase(N_("There is nothing to recover here."))
        if self.opening and action_id in ("unlock.recovery", "unlock.other"):
            return OPENING
        return super().why_not(action_id)

    # what keys do

    def action_unlock_recovery(self) -> None:
        """Between passphrase and recovery key, forth and back."""
        self._turn_to("recovery" if self.phase == "passphrase" else "passphrase")
        self.tell(Phrase(N_("f9 goes back to the passphrase.")) if self.phase == "recovery" else "")

    def action_unlock_other(self) -> None:
        """The other ways to a casebook."""
        self.casework.open("setup")

    def action_unlock_open(self) -> None:
        """Open it."""
        if self.phase == "open" and not self.opening:
            self._open(None)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say how strong a new passphrase is."""
        if self.phase == "renew" and event.input.id == "unlock-secret":
            from casework.tui import strength

            self.query_one("#unlock-hint", Said).say(strength.hint(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a field."""
        event.stop()
        if self.opening:
            return
        from casework.casebook.keys import Passphrase, RecoveryKey

        if self.phase == "renew":
            self._renew(event.input)
        elif event.value:
            self._open(Passphrase(event.value) if self.phase == "passphrase" else RecoveryKey(event.value))

    # opening

    def _open(self, secret: Secret | None) -> None:
        app = self.casework
        path, clock, closing = app.path, app.clock, app.closing
        if path is None:
            return

        def work(_work: background.Work) -> Casebook:
            from casework.casebook.book import Casebook

            if closing is not None:
                # The same file may not be open twice: each would give out the same numbers.
                closing.join()
            book = Casebook.open(path, secret, clock)
            # This thread's connection; the app's own thread makes another.
            book.database.close()
            return book

        self._begin()
        background.start(app, work, self._opened, self._refused, name="unlock")

    def _begin(self) -> None:
        self.opening = True
        self.tell(OPENING)
        self.refresh_bindings()

    def _opened(self, book: Casebook) -> None:
        self.opening = False
        if self.phase == "recovery":
            self._recovered = book
            self.tell("")
            self._turn_to("renew")
        else:
            self._let_in(book)

    def _refused(self, phrase: Phrase, error: Exception) -> None:
        from casework.casebook.errors import WrongSecret

        self.opening = False
        self.refresh_bindings()
        if isinstance(error, WrongSecret) and self.phase == "recovery":
            phrase = Phrase(N_("That recovery key does not open this casebook. Compare it with the print."))
        self.tell(phrase, tone="error")
        secret = self.query_one("#unlock-secret", Input)
        if isinstance(error, WrongSecret) and self.phase == "passphrase":
            # The next key begins anew; an arrow key corrects.
            secret.select_all()
        secret.focus()

    def _renew(self, where: Input) -> None:
        from casework.casebook.keys import Passphrase
        from casework.tui import strength

        first, again = self.query_one("#unlock-secret", Input), self.query_one("#unlock-again", Input)
        if strength.too_short(first.value):
            self.tell(strength.hint(first.value), tone="error")
            first.focus()
        elif where is first:
            again.focus()
        elif first.value != again.value:
            self.tell(strength.DIFFERENT, tone="error")
            again.select_all()
        elif self._recovered is not None:
            book, chosen = self._recovered, Passphrase(first.value)

            def work(_work: background.Work) -> Casebook:
                from casework.casebook import keys

                keys.rewrap(book.path, book.key, chosen, book.worker.id)
                return book

            self._begin()
            background.start(self.casework, work, self._renewed, self._refused, name="passphrase")

    def _renewed(self, book: Casebook) -> None:
        self._let_in(book)
        screen = self.app.screen
        if hasattr(screen, "tell"):
            screen.tell(Phrase(N_("The passphrase is changed.")), tone="accent")

    def _let_in(self, book: Casebook) -> None:
        self.opening = False
        self._recovered = None
        self.query_one("#unlock-secret", Input).value = ""
        self.casework.let_in(book)

    def on_unmount(self) -> None:
        """A casebook that the recovery key opened does not stay open behind a screen that is gone."""
        if self._recovered is not None:
            self._recovered.lock()
