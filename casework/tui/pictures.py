"""Pictures on the terminal: in pixels where it can, in coloured half cells, or in plain characters.

textual-image asks the terminal what it can the moment it is imported, and waits for the answer on the standard input,
which a running app reads itself. So it is imported when the first picture is shown, with nobody to ask; the one
question that is needed is asked while the app stands aside, once.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import TYPE_CHECKING, Any

from textual.app import SuspendNotSupported
from textual.widget import Widget

from casework.domain.phrase import N_
from casework.tui import themes
from casework.tui.widgets.lines import line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.strip import Strip

    from casework.exchange.pictures import Picture
    from casework.tui.app import CaseworkApp

SETTING = "pictures"
"""Under which this laptop remembers how pictures are drawn."""

AUTO, SIXEL, KITTY, HALF_CELLS, CHARACTERS = "auto", "sixel", "tgp", "halfcell", "ascii"

WAYS = {
    AUTO: N_("as this terminal can"),
    HALF_CELLS: N_("in coloured blocks"),
    CHARACTERS: N_("in plain characters"),
    SIXEL: N_("in pixels (Sixel)"),
    KITTY: N_("in pixels (Kitty)"),
}
"""The ways of drawing, in the order in which a key goes through them: first what works everywhere."""

_found: dict[str, str] = {}


def way(app: CaseworkApp) -> str:
    """How pictures are drawn: as the laptop remembers, or as the terminal can."""
    wanted = app.book.setting(SETTING, AUTO) if app.book is not None else AUTO
    if wanted in WAYS and wanted != AUTO:
        return str(wanted)
    if AUTO not in _found:
        _found[AUTO] = _by_environment(os.environ) or _asked(app)
    return _found[AUTO]


def next_way(wanted: object) -> str:
    """The way of drawing after one."""
    names = list(WAYS)
    at = names.index(wanted) if isinstance(wanted, str) and wanted in WAYS else 0
    return names[(at + 1) % len(names)]


def widget(app: CaseworkApp, picture: Picture) -> Widget:
    """A widget that draws a picture, as large as it may."""
    drawn = way(app)
    if drawn == CHARACTERS:
        return Characters(picture)
    library = _library()
    if drawn in (SIXEL, KITTY):
        _measure(app)
    made = {SIXEL: library.SixelImage, KITTY: library.TGPImage}.get(drawn, library.HalfcellImage)
    shown: Widget = made(picture, classes="picture")
    shown.styles.width = shown.styles.height = "auto"
    return shown


class Characters(Widget):
    """A picture in characters that every font has."""

    def __init__(self, picture: Picture) -> None:
        super().__init__(classes="picture")
        self._picture = picture
        self._drawn_for = (0, 0)
        self._lines: list[str] = []

    def render_line(self, y: int) -> Strip:
        """Draw one line, in the middle of what room there is."""
        from casework.exchange.pictures import shaded

        width, height = self.size
        if self._drawn_for != (width, height):
            self._lines = shaded(self._picture, width, height)
            self._drawn_for = (width, height)
        at = y - (height - len(self._lines)) // 2
        shown = self._lines[at].center(width) if 0 <= at < len(self._lines) else ""
        return line(width, [(shown, themes.tone(self.app.theme, "text", bold=False))], self.rich_style)


def _by_environment(env: Any) -> str:
    """What the environment alone tells; empty where the terminal has to be asked."""
    if env.get("TERM") in ("linux", "dumb"):
        return CHARACTERS
    multiplexed = env.get("TMUX") or env.get("STY")
    if not multiplexed and (env.get("KITTY_WINDOW_ID") or env.get("TERM") in ("xterm-kitty", "xterm-ghostty")):
        return KITTY
    return ""


def _asked(app: CaseworkApp) -> str:
    """Ask the terminal whether it can show pixels. It has a tenth of a second."""
    library = _library()
    found = HALF_CELLS
    with _aside(app) as there, contextlib.suppress(Exception):
        # An answer that nobody can read is none.
        found = SIXEL if there and library.can_sixel() else HALF_CELLS
    return found


@contextlib.contextmanager
def _aside(app: CaseworkApp) -> Iterator[bool]:
    """Let the app stand aside, so that an answer of the terminal reaches whoever asked; False where it cannot."""
    if sys.__stdout__ is None or not sys.__stdout__.isatty() or sys.__stdin__ is None or not sys.__stdin__.isatty():
        yield False
        return
    try:
        with app.suspend():
            yield True
    except SuspendNotSupported:
        yield False


class _Library:
    """What is used of textual-image."""

    def __init__(self) -> None:
        from textual_image import _terminal
        from textual_image.renderable import sixel
        from textual_image.widget import HalfcellImage, SixelImage, TGPImage

        self.SixelImage, self.TGPImage, self.HalfcellImage = SixelImage, TGPImage, HalfcellImage
        self.can_sixel = sixel.query_terminal_support
        self.cell_size = _terminal.get_cell_size
        self.measured = False


_loaded: list[_Library] = []


def _library() -> _Library:
    """textual-image, imported with a standard output that is no terminal: there is nobody to ask."""
    if not _loaded:
        real = sys.__stdout__
        setattr(sys, "__stdout__", io.StringIO())  # noqa: B010 - typeshed calls it final
        try:
            _loaded.append(_Library())
        finally:
            setattr(sys, "__stdout__", real)  # noqa: B010
    return _loaded[0]


def _measure(app: CaseworkApp) -> None:
    """See how many pixels a cell has, which pictures in pixels need to know."""
    library = _library()
    if library.measured:
        return
    library.measured = True
    asked: Any = library.cell_size
    with _aside(app) as there:
        if there:
            # It keeps its first answer, which was given where nobody could be asked.
            before = asked._result
            del asked._result
            try:
                asked()
            except Exception:  # noqa: BLE001 - an answer that nobody can read: never to be asked for while the app reads
                asked._result = before
