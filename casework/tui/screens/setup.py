"""The ways to a casebook: set one up, open another file, restore a backup, try the demo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from casework.domain.phrase import N_, Phrase
from casework.language import language
from casework.tui import background
from casework.tui.dialogs import DIGITS, Said
from casework.tui.screens.front import FrontScreen
from casework.tui.widgets.pagelist import Cell, Column, ListSource, PageList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult

    from casework.casebook.book import Casebook
    from casework.casebook.keys import Secret

ENDINGS = (".casework", ".db")
"""How the names of casebook files end."""

WAYS: tuple[tuple[str, str, str], ...] = (
    ("new", N_("Set up my casebook"), N_("A new one, encrypted, on this laptop")),
    ("demo", N_("Try the demo"), N_("A made-up community; what you do there is not kept")),
    ("other", N_("Open another file"), N_("A casebook that is here or on a disk")),
    ("restore", N_("Restore a backup"), N_("Make a casebook of a .caseworkbackup file")),
)


class SetupScreen(FrontScreen):
    """Shown when there is no casebook yet, and on request while one is locked."""

    SCOPES = ("setup", "over")
    AUTO_FOCUS = "#ways"

    def body(self) -> ComposeResult:
        """The ways."""
        yield Said("casework", classes="title")
        yield Said(Phrase(N_("For grid workers: who is behind each door, what is due, what was promised.")))
        yield Said("")
        ways: PageList[tuple[str, str, str]] = PageList(
            (Column(1), Column(20), Column()), self._cells, ListSource(WAYS), id="ways"
        )
        ways.styles.height = len(WAYS) + 1
        yield ways
        yield Said(Phrase(N_("a number or enter: choose")), classes="hint")

    def _cells(self, way: tuple[str, str, str]) -> Sequence[Cell]:
        return (
            Cell(DIGITS[WAYS.index(way)], "accent"),
            Cell(Phrase(way[1])),
            Cell(Phrase(way[2]), "muted"),
        )

    def why_not(self, action_id: str) -> Phrase | None:
        """There is nothing to go back to on the first run."""
        if action_id == "screen.back" and not self._over_a_lock():
            return Phrase(N_("There is no casebook yet. Choose one of the ways."))
        return super().why_not(action_id)

    def _over_a_lock(self) -> bool:
        return any(getattr(screen, "SCOPES", ()) == ("unlock",) for screen in self.app.screen_stack)

    def on_key(self, event: events.Key) -> None:
        """A number chooses."""
        index = DIGITS.find(event.character or "\0")
        if 0 <= index < len(WAYS):
            event.stop()
            event.prevent_default()
            self._go(WAYS[index][0])

    def on_page_list_selected(self, event: PageList.Selected) -> None:
        """Enter chooses."""
        event.stop()
        self._go(event.row[0])

    def _go(self, way: str) -> None:
        from casework.tui import picking

        if way == "new":
            self.casework.open("new_casebook")
        elif way == "demo":
            self._demo()
        elif way == "other":
            picking.pick_file(self, Phrase(N_("Which casebook?")), ENDINGS, self._other)
        else:
            picking.pick_file(self, Phrase(N_("Which backup?")), (".caseworkbackup",), self._restore, self._backups())

    # the demo

    def _demo(self) -> None:
        import atexit
        import shutil
        import tempfile

        folder = Path(tempfile.mkdtemp(prefix="casework-demo-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        code = language()

        def work(_work: background.Work) -> Casebook:
            from casework.demo.cached import open_demo

            book = open_demo(folder, code)
            book.database.close()
            return book

        self.tell(Phrase(N_("Building the demo...")))
        background.start(self.casework, work, self.casework.let_in, self._went_wrong, name="demo")

    # another file

    def _other(self, path: Path) -> None:
        self.casework.ask_for(path)

    # a backup

    def _backups(self) -> Path | None:
        from casework.casebook import backups

        usual = backups.folder(self._usual_path())
        return usual if usual.is_dir() else None

    def _usual_path(self) -> Path:
        from casework.paths import default_casebook

        return self.casework.path or default_casebook()

    def _restore(self, backup: Path) -> None:
        """See whether it needs a passphrase, then make a casebook of it."""
        import tempfile

        from casework.casebook import backups, keys
        from casework.casebook.errors import CasebookError
        from casework.tui.screens.secret import SecretDialog

        try:
            with tempfile.TemporaryDirectory() as folder:
                probe = Path(folder) / "probe"
                backups.keys_of(backup, probe)
                unlocked = keys.is_open(probe)
        except CasebookError as error:
            self.tell(error.phrase, tone="error")
            return
        if unlocked:
            self._make_of(backup, "")
            return
        asked = Phrase(N_("The passphrase of the day of the backup, or the recovery key"))

        def then(text: str | None) -> None:
            if text:
                self._make_of(backup, text)

        self.app.push_screen(SecretDialog(asked), then)

    def _make_of(self, backup: Path, text: str) -> None:
        to = free_path(self._usual_path())

        def work(_work: background.Work) -> Path:
            from casework.casebook import backups
            from casework.casebook.errors import WrongSecret
            from casework.casebook.keys import Passphrase, RecoveryKey

            secret: Secret | None = Passphrase(text) if text else None
            try:
                backups.restore(backup, to, secret)
            except WrongSecret:
                backups.restore(backup, to, RecoveryKey(text))
            return to

        self.tell(Phrase(N_("Restoring the backup...")))
        background.start(self.casework, work, self._restored, self._went_wrong, name="restore")

    def _restored(self, path: Path) -> None:
        self.casework.ask_for(path, Phrase(N_("The backup is restored to {path}."), {"path": str(path)}))

    def _went_wrong(self, phrase: Phrase, _error: Exception) -> None:
        self.tell(phrase, tone="error")


def free_path(wanted: Path) -> Path:
    """The path, or the next one with a number where something stands already: nothing is ever written over."""
    path, number = wanted, 2
    while path.exists():
        path = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
        number += 1
    return path
