"""Lines of cells: text cut and padded by the width that a terminal gives it, where 张 takes two cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.strip import Strip

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.style import Style

MORE = "⋯"
"""Stands where text was cut. Its width is never ambiguous, unlike that of an ellipsis."""


def fit(text: str, width: int) -> str:
    """Text of exactly `width` cells: padded, or cut with a mark that says so."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(set_cell_size(text, width - 1).rstrip() + MORE, width)


def line(width: int, parts: Iterable[tuple[str, Style]], base: Style) -> Strip:
    """A strip of `width` cells from parts that may run over; what is left is filled with `base`."""
    segments = []
    left = width
    for text, style in parts:
        size = cell_len(text)
        if size > left:
            text, size = fit(text, left), left
        if size > 0:
            segments.append(Segment(text, base + style))
            left -= size
        if left <= 0:
            break
    if left > 0:
        segments.append(Segment(" " * left, base))
    return Strip(segments, width)


def wrapped(text: str, width: int, rows: int) -> list[str]:
    """Text broken into at most `rows` lines of at most `width` cells; what is left over is marked as cut.

    Breaks at blanks where there are any in the line's last third, else between any two characters, as
    Chinese does.
    """
    lines: list[str] = []
    rest = " ".join(text.split())
    while rest and len(lines) < rows:
        if cell_len(rest) <= width:
            return [*lines, rest]
        if len(lines) == rows - 1:
            return [*lines, fit(rest, width).rstrip()]
        cut = len(rest)
        size = 0
        for index, character in enumerate(rest):
            size += cell_len(character)
            if size > width:
                cut = index
                break
        blank = rest.rfind(" ", cut * 2 // 3, cut + 1)
        if blank > 0:
            cut = blank
        cut = max(1, cut)
        lines.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return lines
