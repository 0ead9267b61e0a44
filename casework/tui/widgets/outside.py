"""*Go outside first*: what to do at a gas leak and whom to call, readable at one glance, nothing to type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from textual.widget import Widget

from casework.domain.phrase import N_
from casework.domain.text import plain
from casework.language import _, language, say
from casework.tui import marks, themes
from casework.tui.widgets.hugetext import huge
from casework.tui.widgets.lines import fit, line

if TYPE_CHECKING:
    from rich.style import Style
    from textual.strip import Strip

    from casework.casebook.book import Casebook
    from casework.tui.app import CaseworkApp

STEPS = (
    N_("Shut the valve if within reach"),
    N_("Open doors and windows gently"),
    N_("No switch, no flame, no phone indoors"),
    N_("Everyone out; warn the neighbours"),
    N_("Call only from outside"),
    N_("Keep people away"),
    N_("Wait for the professionals"),
)
"""What to do, in order (DOMAIN 2.6; 城镇燃气管理条例 art. 30(8) bans flame, switches and phones at the spot)."""

NUMBERS = 4
"""How many numbers are shown: the catalog names the urgent ones first."""

Line = list[tuple[str, str]]


class OutsideFirst(Widget):
    """The whole of the first screen at a leak."""

    def retranslate(self) -> None:
        """Say it in the language that is on now."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        app: CaseworkApp = self.app  # type: ignore[assignment]
        width = self.size.width
        lines = outside_lines(width, self.size.height, app.book, app.marks)
        parts: list[tuple[str, Style]] = []
        if 0 <= y < len(lines):
            parts = [(text, themes.tone(app.theme, tone, bold=True)) for text, tone in lines[y]]
        return line(width, parts, self.rich_style)


def outside_lines(width: int, height: int, book: Casebook | None, mark_style: str) -> list[Line]:
    """The lines for a terminal of this width and height."""
    lines: list[Line] = [[]]
    chinese = language() == "zh_CN"
    if mark_style == marks.ASCII:
        lines += [_drawn(row, width) for row in huge("GO OUTSIDE", ascii_only=True)]
        lines.append(_middle(_("Go outside first"), width, "urgent"))
    else:
        for words in ("先到室外",) if chinese else ("GO OUTSIDE", "FIRST"):
            lines += [_drawn(row, width) for row in huge(words)]
    lines += [[], _middle(_("This computer can set gas alight: carry it out as it is."), width, "text"), []]
    steps = [f"{number}  {_(step)}" for number, step in enumerate(STEPS, 1)]
    numbers = _numbers(book)
    left = max(cell_len(step) for step in steps) + 2
    right = max(cell_len(number) + cell_len(label) for number, label in numbers) + 1
    margin = max(1, (width - left - right) // 2)
    for row, step in enumerate(steps):
        parts: Line = [(" " * margin, "accent"), (fit(step, left), "text")]
        if row < len(numbers):
            number, label = numbers[row]
            parts += [(f"{number} ", "urgent"), (label, "text")]
        lines.append(parts)
    spare = max(0, (height - len(lines)) // 3)
    return [[] for _n in range(spare)] + lines


def _middle(text: str, width: int, tone: str) -> Line:
    return [(" " * max(0, (width - cell_len(text)) // 2), "accent"), (text, tone)]


def _drawn(row: str, width: int) -> Line:
    """A row of huge letters: ink and blanks apart, so that a picture of the screen keeps its columns."""
    parts: Line = _middle(row, width, "urgent")[:1]
    for run in re.findall(r" +|[^ ]+", row):
        parts.append((run, "accent" if run.isspace() else "urgent"))
    return parts


def _numbers(book: Casebook | None) -> list[tuple[str, str]]:
    """Whom to call: the number, as wide as the widest, and the name. The community sets its supplier's."""
    from casework.catalog import shelf

    found: list[tuple[str, str]] = []
    for one in list(shelf.emergency_numbers().values())[:NUMBERS]:
        number, label = number_of(book, one), plain(say(one.label))
        found.append((number or "?", label if number else _("{name} (not set)", name=label)))
    widest = max(cell_len(number) for number, _label in found)
    return [(" " * (widest - cell_len(number)) + number, label) for number, label in found]


def number_of(book: Casebook | None, one: Any) -> str:
    """The number of an entry: the community's own setting `emergency.KEY`, else the catalog's."""
    own = str(book.setting(f"emergency.{one.key}", "") or "") if book is not None else ""
    return plain(own or one.number)
