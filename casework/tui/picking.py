"""Choosing a file or a folder: textual-fspicker, in the worker's language, by keys, with names that are only text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text
from textual import on
from textual.binding import Binding
from textual.widgets import Input
from textual_fspicker import FileOpen, Filters, SelectDirectory
from textual_fspicker.parts import CurrentDirectory, DirectoryNavigation, directory_navigation
from textual_fspicker.safe_tests import is_dir

from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain
from casework.language import _
from casework.tui.dialogs import Said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.app import ComposeResult
    from textual.screen import Screen

_LOOK = """
NAME { background: $background; align: left top; }
NAME Dialog { width: 100%; height: 100%; border: none; padding: 0 2; background: $background; align: left top; }
NAME .picked { color: $tone-accent; text-style: bold; height: 1; }
NAME .keys { color: $tone-muted; height: 1; margin: 0; }
NAME CurrentDirectory { border: none; height: 1; padding: 0; color: $tone-muted; }
NAME Dialog DirectoryNavigation, NAME Dialog DirectoryNavigation:focus {
    border: none; background: $background; background-tint: $background; padding: 0; height: 1fr; scrollbar-size: 1 1;
}
NAME InputBar { padding: 0; height: auto; align: left top; layout: vertical; }
NAME Button { display: none; }
NAME Input { width: 100%; background: $panel; }
"""


class _Entry(directory_navigation.DirectoryEntry):
    """A line of the folder: its name without terminal codes, and no pictures, on whose width terminals disagree."""

    @classmethod
    def _name(cls, location: Path) -> Text:
        return Text(plain(location.name))

    def _as_renderable(self, location: Path) -> Table:
        folder = is_dir(location)
        grid = Table.grid(expand=True, padding=(0, 1))
        grid.add_column(no_wrap=True, width=1)
        grid.add_column(no_wrap=True, ratio=1)
        grid.add_column(no_wrap=True, justify="right", width=10)
        grid.add_column(no_wrap=True, justify="right", width=16)
        size = "" if folder else self._size(location)
        grid.add_row("/" if folder else "", self._name(location), size, self._mtime(location)[:16])
        return grid


# The navigation makes its lines by this name alone.
vars(directory_navigation)["DirectoryEntry"] = _Entry


class _Here(CurrentDirectory):
    """The folder one is in, as text."""

    def _watch_current_directory(self) -> None:
        shown = plain(str(self.current_directory or ""))
        self.update(Text(shown[-max(1, self.size.width // 2) :] if len(shown) > self.size.width else shown))


class FilePicker(FileOpen):
    """One file. Enter on a line chooses it or opens the folder; a path can be typed as well."""

    CSS = _LOOK.replace("NAME", "FilePicker")
    BINDINGS = [Binding("escape", "dismiss(None)", show=False, priority=True)]

    def __init__(self, asked: Phrase, location: Path, endings: Iterable[str]) -> None:
        wanted = tuple(endings)
        filters = Filters(("", lambda path: path.suffix.lower() in wanted)) if wanted else None
        super().__init__(location, "", filters=filters, double_click_directories=False)
        self.asked = asked
        self.ERROR_A_FILE_MUST_BE_CHOSEN = _("Choose a file first.")
        self.ERROR_A_FILE_MUST_EXIST = _("There is no such file.")
        self.ERROR_PERMISSION_ERROR = _("This folder cannot be read.")

    def _header_area(self) -> ComposeResult:
        yield Said(self.asked, classes="picked")
        yield _Here()

    def _input_bar(self) -> ComposeResult:
        yield from _path_field()
        yield Said(
            Phrase(N_("enter: choose   backspace: folder above   tab: type a path   . hidden files   esc: back")),
            classes="keys",
        )

    def _set_error(self, message: str = "") -> None:
        self.query_one(".picked", Said).say(message or self.asked)

    @on(DirectoryNavigation.Selected)
    def _chosen(self, event: DirectoryNavigation.Selected) -> None:
        event.stop()
        event.prevent_default()
        self.dismiss(event.path)


class FolderPicker(SelectDirectory):
    """One folder: walk into it, then ctrl+s."""

    CSS = _LOOK.replace("NAME", "FolderPicker")
    BINDINGS = [
        Binding("escape", "dismiss(None)", show=False, priority=True),
        Binding("ctrl+s", "this", show=False, priority=True),
    ]

    def __init__(self, asked: Phrase, location: Path) -> None:
        super().__init__(location, "", double_click_directories=False)
        self.asked = asked
        self.ERROR_PERMISSION_ERROR = _("This folder cannot be read.")

    def _header_area(self) -> ComposeResult:
        yield Said(self.asked, classes="picked")
        yield _Here()

    def _input_bar(self) -> ComposeResult:
        yield Said(
            Phrase(N_("ctrl+s: this folder   enter: open folder   backspace: folder above   esc: back")),
            classes="keys",
        )

    def _set_error(self, message: str = "") -> None:
        self.query_one(".picked", Said).say(message or self.asked)

    def action_this(self) -> None:
        """Choose the folder that one is in."""
        self.dismiss(self.query_one(DirectoryNavigation).location)


def _path_field() -> ComposeResult:
    field = Input(placeholder=_("or type a path"), compact=True)
    field.cursor_blink = False
    yield field


_last: list[Path] = []


def _start() -> Path:
    """Where choosing begins: where it ended last, else the user's own folder."""
    return next((folder for folder in _last if folder.is_dir()), Path.home())


def pick_file(
    screen: Screen[Any], asked: Phrase, endings: Iterable[str], then: Callable[[Path], None], start: Path | None = None
) -> None:
    """Ask for a file whose name ends in one of `endings` (`.csv`); `then` gets it, after escape nothing comes."""

    def chosen(path: Path | None) -> None:
        if path is not None:
            _last[:] = [path.parent]
            then(path)

    screen.app.push_screen(FilePicker(asked, start or _start(), endings), chosen)


def pick_folder(screen: Screen[Any], asked: Phrase, then: Callable[[Path], None]) -> None:
    """Ask for a folder; `then` gets it, after escape nothing comes."""

    def chosen(path: Path | None) -> None:
        if path is not None:
            _last[:] = [path]
            then(path)

    screen.app.push_screen(FolderPicker(asked, _start()), chosen)
