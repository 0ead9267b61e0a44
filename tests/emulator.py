"""What a terminal shows: bytes in, rows of text out. pyte, with the halves of wide characters kept together.

pyte draws over half of a wide character and leaves the other half standing, and drops the rest of a run after a
zero-width character (0.8.2). A terminal blanks the widowed half and goes on.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import pyte
from pyte import modes
from wcwidth import wcwidth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Recorded = list[tuple[float, bytes]]
"""What a program wrote, each piece with the moment it was read (`time.perf_counter`, seconds)."""


class Emulator(pyte.Screen):
    """A terminal's screen of `columns` by `lines` cells."""

    def __init__(self, columns: int = 80, lines: int = 24) -> None:
        super().__init__(columns, lines)
        self._stream = pyte.ByteStream(self)

    def feed(self, data: bytes) -> None:
        """Take what the program wrote."""
        self._stream.feed(data)

    def rows(self) -> list[str]:
        """The text of every row, a wide character once, blanks at the end taken away."""
        return ["".join(self.buffer[y][x].data for x in range(self.columns)).rstrip() for y in range(self.lines)]

    def cells(self) -> tuple[tuple[pyte.screens.Char, ...], ...]:
        """Every cell with its colours: two of these are equal when nothing that a worker could see has changed."""
        return tuple(tuple(self.buffer[y][x] for x in range(self.columns)) for y in range(self.lines))

    def draw(self, data: str) -> None:
        """Draw a run of text at the cursor."""
        for character in data.translate(self.g1_charset if self.charset else self.g0_charset):
            width = wcwidth(character)
            if width < 0:
                continue
            if width == 0:
                self._combine(character)
                continue
            if self.cursor.x + width > self.columns:
                if modes.DECAWM in self.mode:
                    self.carriage_return()
                    self.linefeed()
                else:
                    self.cursor.x = self.columns - width
            line, x = self.buffer[self.cursor.y], self.cursor.x
            if line[x].data == "" and x > 0:
                line[x - 1] = line[x - 1]._replace(data=" ")
            after = x + width
            if after < self.columns and line[after].data == "":
                line[after] = line[after]._replace(data=" ")
            line[x] = self.cursor.attrs._replace(data=character)
            if width == 2:
                line[x + 1] = self.cursor.attrs._replace(data="")
            self.cursor.x = after
        self.dirty.add(self.cursor.y)

    def _combine(self, character: str) -> None:
        line, x = self.buffer[self.cursor.y], self.cursor.x - 1
        if x > 0 and line[x].data == "":
            x -= 1
        if x >= 0 and unicodedata.combining(character):
            line[x] = line[x]._replace(data=unicodedata.normalize("NFC", line[x].data + character))


def first_time(
    recorded: Recorded, seen: Callable[[Emulator], bool], size: tuple[int, int] = (80, 24), since: float = 0.0
) -> float | None:
    """When a recording first showed something, replayed piece by piece; None if it never did.

    Pieces before `since` are drawn but not asked about.
    """
    screen = Emulator(*size)
    for moment, piece in recorded:
        screen.feed(piece)
        if moment >= since and seen(screen):
            return moment
    return None


_CONTROL = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI
    r"|(?:\x1b\]|\x9d)[^\x07\x1b]*(?:\x07|\x1b\\)?"  # OSC
    r"|\x1b[PX^_][^\x1b]*(?:\x1b\\)?"  # DCS, SOS, PM, APC
    r"|\x1b[ -/]*[0-~]?"  # other escapes
    r"|[\x00-\x1f\x7f-\x9f]"
    r"|[\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]"  # direction and line marks
)
_OURS = re.compile(
    r"\x1b\[(?:"
    r"[\d;]*m"  # colours; see _FOREIGN_COLOURS
    r"|\d+;\d+H"  # the cursor to a place
    r"|\?(?:7|25|1000|1003|1004|1006|1015|1016|1049|2004|2026|2048)[hl]"  # modes at start and end, whole frames
    r"|\?20(?:26|48)\$p"  # asking for modes
    r"|[<>]\d*u"  # the keyboard protocol
    r")"
    r"|\x1b\]22;[a-z-]*\x07"  # the pointer's shape
    r"|\x1b\]52;c;[A-Za-z0-9+/=]*\x07"  # the clipboard
    r"|[\r\n]"
)
_FOREIGN_COLOURS = re.compile(r"\x1b\[(?:[\d;]*;)?(?:3|4)8;5;[\d;]*m|\x1b\[(?:5|6|8)m")
"""Colours that the app never uses in true colour: the 256 of a palette, blinking, concealed."""


def foreign_controls(written: bytes | str, allowed: Iterable[str] = ()) -> list[str]:
    r"""The terminal controls in a stream that the app never writes of itself: they came from people's text.

    A text that wants to be caught carries `\x1b[38;5;N m`, `\x1b[2J`, an OSC, a C1 control or a direction mark.
    """
    text = written.decode("utf-8", "replace") if isinstance(written, bytes) else written
    found = []
    for match in _CONTROL.finditer(text):
        control = match.group()
        if control in allowed:
            continue
        if not _OURS.fullmatch(control) or _FOREIGN_COLOURS.fullmatch(control):
            found.append(control)
    return found
