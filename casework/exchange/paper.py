"""Plain text for paper: lines of so many columns, in which a Chinese character takes two, and pages of so many lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len, chop_cells, set_cell_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FORM_FEED = "\f"
"""Tells a printer to begin a new page."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A kind of paper: columns of a line, lines of a page; 0 lines for a roll, which has no pages."""

    columns: int
    lines: int = 0


RECEIPT = Paper(32)
"""A roll of 58 mm: thermal printers set 32 columns on it."""

A4 = Paper(80, 60)
"""A page at 10 characters and 6 lines an inch, less its margins."""

PAPERS = {"32": RECEIPT, "A4": A4}


def fold(text: str, columns: int, indent: str = "") -> list[str]:
    """A text in lines of at most so many columns, those after the first indented.

    Breaks at a blank where there is one in the last half of a line, else between any two characters, as Chinese does.
    """
    lines: list[str] = []
    rest = " ".join(text.split())
    before = ""
    while rest:
        room = columns - cell_len(before)
        if cell_len(rest) <= room:
            lines.append(before + rest)
            break
        head = chop_cells(rest, room)[0]
        blank = head.rfind(" ")
        if rest[len(head) : len(head) + 1] != " " and blank > len(head) // 2:
            head = head[:blank]
        lines.append((before + head).rstrip())
        rest = rest[len(head) :].lstrip()
        before = indent
    return lines


def fit(text: str, columns: int) -> str:
    """A text in exactly so many columns, padded or cut."""
    return set_cell_size(text, columns)


def right(text: str, columns: int) -> str:
    """A text at the right end of so many columns."""
    return " " * max(0, columns - cell_len(text)) + text


def two_ends(one: str, other: str, columns: int) -> str:
    """Two texts on a line, one at each end; the first is cut where they would meet."""
    room = columns - cell_len(other) - 1
    return f"{fit(one, room) if cell_len(one) > room else one + ' ' * (room - cell_len(one))} {other}"


def pages(head: Sequence[str], blocks: Sequence[Sequence[str]], paper: Paper) -> Iterator[list[str]]:
    """Blocks of lines laid on pages, each below the head; no block is parted unless it is longer than a page."""
    if not paper.lines:
        yield [*head, *(line for block in blocks for line in block)]
        return
    room = paper.lines - len(head)
    page: list[str] = []
    for block in blocks:
        lines = list(block)
        if page and len(page) + len(lines) > room:
            yield [*head, *page]
            page = []
        while len(lines) > room:
            yield [*head, *lines[:room]]
            lines = lines[room:]
        page += lines
    if page or not blocks:
        yield [*head, *page]
