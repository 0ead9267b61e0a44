"""The stairwell: a building drawn as floors by doors, units side by side, as it stands when one looks at
it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.style import Style
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView

from casework.casebook.views import DoorState
from casework.domain.text import plain
from casework.language import _
from casework.tui import actions, marks, themes, words
from casework.tui.widgets.lines import fit, line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.strip import Strip

    from casework.casebook.views import DoorCell

FLOOR_CELLS = 6
"""Cells of the floor's number on the left, which stays in sight when a wide building is scrolled."""

GAP = 1
UNIT_GAP = 3
LINES = 2
"""Lines per floor: the door with its mark, and who lives there."""

TOP = 1
"""Lines of heading: the units."""

BOTTOM = 2
"""Lines below: a blank one and the legend."""


class StairwellView(ScrollView, can_focus=True):
    """The doors of one building. The arrows walk it; `show` gives it the doors."""

    BINDINGS = actions.widget_bindings("stairs")

    class DoorHighlighted(Message):
        """The cursor came to a door."""

        def __init__(self, view: StairwellView, door: DoorCell) -> None:
            super().__init__()
            self.view = view
            self.door = door

        @property
        def control(self) -> StairwellView:
            """The view that sent it."""
            return self.view

    class DoorSelected(DoorHighlighted):
        """Enter was pressed on a door."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: list[list[tuple[int, DoorCell]]] = []
        self._floors: list[int | None] = []
        self._units: list[tuple[int, str]] = []
        self._door_width = 9
        self._at = (0, 0)
        self._mark_style = ""

    # what a door shows

    def sign(self, door: DoorCell) -> tuple[str, str, bool]:
        """The mark of a door, its tone, and whether there is nothing to be done there. Another reading of the same
        building overrides this and `signs`.
        """
        mark_name, tone = words.DOOR_MARKS[door.state]
        return mark_name, tone, door.state in (DoorState.NOTHING, DoorState.DONE)

    def signs(self) -> list[tuple[str, str, str]]:
        """The legend: mark, tone and message id of each sign."""
        return [(*sign, words.DOOR_STATES[state]) for state, sign in words.DOOR_MARKS.items()]

    # the doors

    @property
    def door(self) -> DoorCell | None:
        """The door under the cursor."""
        row, place = self._at
        return self._rows[row][place][1] if self._rows else None

    def show(self, doors: Sequence[DoorCell], household_id: str | None = None, *, mark_style: str = "") -> None:
        """Show the doors of a building, with the cursor on a household, or where it was."""
        wanted = household_id or (self.door.household_id if self.door is not None else None)
        self._mark_style = mark_style
        self._lay_out(doors)
        self._at = (0, 0)
        for row, found in enumerate(self._rows):
            for place, (_x, door) in enumerate(found):
                if door.household_id == wanted:
                    self._at = (row, place)
        self.refresh()
        self.call_after_refresh(self._arrived, None)

    def _lay_out(self, doors: Sequence[DoorCell]) -> None:
        units = sorted({door.unit for door in doors}, key=_natural)
        self._floors = sorted({door.floor for door in doors}, key=lambda f: -1000 if f is None else f, reverse=True)
        names = [cell_len(plain(door.room or door.short)) + 2 for door in doors]
        self._door_width = min(16, max([8, *names])) + 1
        self._rows = [[] for _floor in self._floors]
        self._units = []
        x = 0
        for unit in units:
            self._units.append((x, unit))
            widest = 1
            for row, floor in enumerate(self._floors):
                here = sorted(
                    (door for door in doors if door.unit == unit and door.floor == floor),
                    key=lambda door: _natural(door.room),
                )
                widest = max(widest, len(here))
                for n, door in enumerate(here):
                    self._rows[row].append((x + n * (self._door_width + GAP), door))
            x += widest * (self._door_width + GAP) - GAP + UNIT_GAP
        self._wide = max(0, x - UNIT_GAP)
        self.virtual_size = Size(self._wide + FLOOR_CELLS, len(self._rows) * LINES + TOP + BOTTOM)

    # walking

    def action_up(self) -> None:
        """One floor up, to the nearest door."""
        self._step(-1)

    def action_down(self) -> None:
        """One floor down, to the nearest door."""
        self._step(1)

    def action_left(self) -> None:
        """To the door on the left, over the edge of a unit."""
        row, place = self._at
        self._walk(row, place - 1)

    def action_right(self) -> None:
        """To the door on the right."""
        row, place = self._at
        self._walk(row, place + 1)

    def action_select(self) -> None:
        """Tell that this door was chosen."""
        if self.door is not None:
            self.post_message(self.DoorSelected(self, self.door))

    def _step(self, step: int) -> None:
        row, place = self._at
        if not self._rows:
            return
        x = self._rows[row][place][0]
        row += step
        if 0 <= row < len(self._rows) and self._rows[row]:
            nearest = min(range(len(self._rows[row])), key=lambda n: abs(self._rows[row][n][0] - x))
            self._walk(row, nearest)

    def _walk(self, row: int, place: int) -> None:
        if not 0 <= row < len(self._rows) or not 0 <= place < len(self._rows[row]) or (row, place) == self._at:
            return
        old, self._at = self._at, (row, place)
        self._arrived(old[0])

    def _arrived(self, old_row: int | None) -> None:
        if self.door is None:
            return
        row, place = self._at
        for changed in {row, row if old_row is None else old_row}:
            y = TOP + changed * LINES - self.scroll_offset.y
            self.refresh(Region(0, max(0, y), self.size.width, LINES))
        x = self._rows[row][place][0]
        region = self.scrollable_content_region
        top, height = self.scroll_offset.y, region.height - TOP - BOTTOM
        y = row * LINES
        if y < top:
            self.scroll_to(y=y, animate=False)
        elif y + LINES > top + height:
            self.scroll_to(y=y + LINES - height, animate=False)
        left, width = self.scroll_offset.x, region.width - FLOOR_CELLS
        if x < left:
            self.scroll_to(x=x, animate=False)
        elif x + self._door_width > left + width:
            self.scroll_to(x=x + self._door_width - width, animate=False)
        self.post_message(self.DoorHighlighted(self, self.door))

    # drawing

    def retranslate(self) -> None:
        """Say it in the language that is on now."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line of the screen: the units stay on top, the legend below, the floors on the left."""
        theme, base = self.app.theme, self.rich_style
        size = self.scrollable_content_region.size
        muted = themes.tone(theme, "muted")
        if y == size.height - 1:
            return self._legend(size.width, base)
        if y == size.height - 2:
            return line(size.width, (), base)
        if y < TOP:
            parts: list[tuple[str, Style]] = []
            at = 0
            for x, unit in self._units:
                label = _("unit {unit}", unit=plain(unit)) if unit else ""
                parts += [(" " * max(0, x - at), muted), (label, muted)]
                at = max(x, at) + cell_len(label)
            return self._with_floor("", parts, size.width, base)
        row, part = divmod(self.scroll_offset.y + y - TOP, LINES)
        if row >= len(self._rows):
            return line(size.width, (), base)
        floor = self._floors[row]
        label = (_("{floor}F", floor=floor) if floor is not None else "?") if part == 0 else ""
        return self._with_floor(label, self._floor_parts(row, part, base), size.width, base)

    def _with_floor(self, label: str, parts: list[tuple[str, Style]], width: int, base: Style) -> Strip:
        full = line(max(width, self._wide), parts, base) if parts else line(width, (), base)
        left = self.scroll_offset.x
        body = full.crop_extend(left, left + max(0, width - FLOOR_CELLS), base)
        head = line(FLOOR_CELLS, [(f" {fit(label, FLOOR_CELLS - 2)} ", themes.tone(self.app.theme, "muted"))], base)
        return head + body

    def _floor_parts(self, row: int, part: int, base: Style) -> list[tuple[str, Style]]:
        theme = self.app.theme
        parts: list[tuple[str, Style]] = []
        at = 0
        for place, (x, door) in enumerate(self._rows[row]):
            mark_name, tone, quiet = self.sign(door)
            lit = (row, place) == self._at
            style = themes.tone(theme, tone)
            if lit:
                style += Style(
                    color=themes.colour(theme, "cursor-text"),
                    bgcolor=themes.colour(theme, "cursor"),
                    bold=True,
                )
            else:
                style += Style(bgcolor=themes.colour(theme, "surface"))
            if part == 0:
                text = f" {marks.mark(mark_name, self._mark_style)} {plain(door.room or door.short)}"
            else:
                text = f" {plain(door.names[0]) if door.names else ''}"
                if not lit and quiet:
                    style = themes.tone(theme, "muted") + Style(bgcolor=themes.colour(theme, "surface"))
            parts += [(" " * max(0, x - at), base), (fit(text, self._door_width), style)]
            at = x + self._door_width
        return parts

    def _legend(self, width: int, base: Style) -> Strip:
        theme = self.app.theme
        parts: list[tuple[str, Style]] = [(" ", base)]
        for mark_name, tone, label in self.signs():
            parts += [
                (f"{marks.mark(mark_name, self._mark_style)} ", themes.tone(theme, tone)),
                (f"{_(label)}  ", themes.tone(theme, "muted")),
            ]
        return line(width, parts, base)


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    """Sorts 2 before 10, and numbers before letters."""
    parts: list[tuple[int, str]] = []
    number = ""
    for character in f"{text}\0":
        if character.isdigit():
            number += character
            continue
        if number:
            parts.append((int(number), ""))
            number = ""
        if character != "\0":
            parts.append((1_000_000, character))
    return tuple(parts)
