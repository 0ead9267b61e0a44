"""The first run: community, worker, passphrase; then the recovery key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain
from casework.tui import background, dialogs, strength
from casework.tui.dialogs import Said
from casework.tui.screens.front import FrontScreen, field
from casework.tui.screens.setup import free_path

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from casework.casebook.book import Casebook

FIELDS: tuple[tuple[str, str], ...] = (
    ("community", N_("The community, as it is called officially")),
    ("worker", N_("Your name")),
    ("passphrase", N_("A passphrase: it opens the casebook each time")),
    ("again", N_("The passphrase once more")),
)


class NewCasebookScreen(FrontScreen):
    """Makes a casebook, and does not let it be used before its recovery key is noted."""

    SCOPES = ("setup", "over")
    AUTO_FOCUS = "#community"

    def __init__(self) -> None:
        super().__init__()
        self.making = False
        self.book_made: Casebook | None = None

    def body(self) -> ComposeResult:
        """The fields."""
        yield Said(Phrase(N_("A new casebook")), classes="title")
        for name, label in FIELDS:
            yield Said(Phrase(label), classes="label")
            yield field(name, secret=name in ("passphrase", "again"))
            if name == "passphrase":
                yield Said(strength.hint(""), id="strength", classes="hint")
        yield Said("", id="place", classes="hint")
        yield Said(Phrase(N_("enter: next field; after the last one the casebook is made")), classes="hint")

    def on_mount(self) -> None:
        """Say where the file will be."""
        from casework.paths import default_casebook

        self.path = free_path(self.casework.path or default_casebook())
        self.query_one("#place", Said).say(Phrase(N_("It will be the file {path}"), {"path": plain(str(self.path))}))

    def why_not(self, action_id: str) -> Phrase | None:
        """While it is being made there is no way back."""
        if self.making:
            return Phrase(N_("Making the casebook..."))
        return super().why_not(action_id)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say how strong the passphrase is."""
        if event.input.id == "passphrase":
            self.query_one("#strength", Said).say(strength.hint(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on to the next field, and from the last one makes the casebook."""
        event.stop()
        names = [name for name, _label in FIELDS]
        at = names.index(str(event.input.id))
        if at < len(names) - 1:
            self.query_one(f"#{names[at + 1]}", Input).focus()
        else:
            self._make()

    def _make(self) -> None:
        values = {name: self.query_one(f"#{name}", Input).value for name, _label in FIELDS}
        wrong: tuple[str, Phrase] | None = None
        if not values["community"].strip():
            wrong = "community", Phrase(N_("The community needs its name."))
        elif not values["worker"].strip():
            wrong = "worker", Phrase(N_("Your name is needed: it stands beside everything you save."))
        elif strength.too_short(values["passphrase"]):
            wrong = "passphrase", strength.hint(values["passphrase"] or " ")
        elif values["passphrase"] != values["again"]:
            wrong = "again", strength.DIFFERENT
        if wrong is not None:
            self.tell(wrong[1], tone="error")
            self.query_one(f"#{wrong[0]}", Input).focus()
            return
        if not self.making:
            self._start(values)

    def _start(self, values: dict[str, str]) -> None:
        path, app = self.path, self.casework

        def work(_work: background.Work) -> tuple[Casebook, str]:
            from casework.casebook.book import Casebook
            from casework.casebook.keys import Passphrase
            from casework.language import language

            book, recovery = Casebook.create(
                path,
                community=values["community"].strip(),
                worker=values["worker"].strip(),
                secret=Passphrase(values["passphrase"]),
                clock=app.clock,
            )
            book.set_setting("recovery_noted", False)
            book.set_setting("language", language())
            book.set_setting("theme", app.theme)
            book.database.close()
            return book, recovery

        self.making = True
        self.tell(Phrase(N_("Making the casebook...")))
        background.start(app, work, self._made, self._went_wrong, name="setup")

    def _went_wrong(self, phrase: Phrase, _error: Exception) -> None:
        self.making = False
        self.tell(phrase, tone="error")

    def _made(self, made: tuple[Casebook, str]) -> None:
        self.book_made, recovery = made
        for name in ("passphrase", "again"):
            self.query_one(f"#{name}", Input).value = ""
        self.casework.open("recovery_key", recovery, self.path, then=self._noted)

    def _noted(self, _answer: object) -> None:
        book, app = self.book_made, self.casework
        if book is None:
            return
        self.book_made = None
        book.set_setting("recovery_noted", True)
        app.let_in(book)
        question = Phrase(N_("The casebook is ready. Import a roster from a spreadsheet now?"))

        def then(yes: bool) -> None:
            if yes:
                app.open("import")

        app.call_after_refresh(lambda: dialogs.confirm(app.screen, question, then))

    def on_unmount(self) -> None:
        """A casebook that was made does not stay open behind a screen that is gone."""
        if self.book_made is not None:
            self.book_made.close()
