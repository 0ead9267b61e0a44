"""The buckets of a campaign as a bar of marks, and below it each with its number; together they are the register."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.widget import Widget

from casework.domain.campaign import BUCKET_NAMES, Bucket
from casework.language import _
from casework.tui import campaigning, marks, themes
from casework.tui.widgets.lines import line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.style import Style
    from textual.strip import Strip


def shares(counts: Mapping[Bucket, int], width: int) -> dict[Bucket, int]:
    """How many cells of a bar each bucket takes: in proportion, none that holds anyone less than one, `width` in all."""
    held = {bucket: n for bucket, n in counts.items() if n > 0}
    total = sum(held.values())
    if not total or width < len(held):
        return {}
    found = {bucket: max(1, int(width * n / total)) for bucket, n in held.items()}
    while (over := sum(found.values()) - width) != 0:
        largest = max(found, key=lambda bucket: (found[bucket], held[bucket]))
        found[largest] -= 1 if over > 0 else over
    return found


class BucketBar(Widget):
    """Three lines: the bar, and two of names and numbers. The bucket that the list shows is set in brackets.

    Who is not eligible is left out of the bar, where they would crowd out the rest, and stands in the numbers.
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.counts: Mapping[Bucket, int] = {}
        self.at: Bucket | None = None
        self.mark_style = ""
        self.names: Mapping[Bucket, str] = BUCKET_NAMES

    def show(
        self,
        counts: Mapping[Bucket, int],
        at: Bucket | None,
        mark_style: str,
        names: Mapping[Bucket, str] = BUCKET_NAMES,
    ) -> None:
        """Show other figures, or another bucket; `names` are message ids."""
        self.counts, self.at, self.mark_style, self.names = counts, at, mark_style, names
        self.refresh()

    def retranslate(self) -> None:
        """Say it in the language that is on now."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw a line."""
        base, theme, width = self.rich_style, self.app.theme, self.size.width
        parts: list[tuple[str, Style]] = [(" ", base)]
        if y == 0:
            eligible: dict[Bucket, int] = {
                bucket: n for bucket, n in self.counts.items() if bucket is not Bucket.NOT_ELIGIBLE
            }
            for bucket, cells in shares(eligible, width - 2).items():
                mark, tone = campaigning.SIGNS[bucket]
                parts.append((marks.mark(mark, self.mark_style) * cells, themes.tone(theme, tone)))
            return line(width, parts, base)
        rows = self._rows(width - 2)
        for text, tone, lit in rows[y - 1] if y <= len(rows) else []:
            parts.append((text, themes.tone(theme, tone, bold=lit)))
        return line(width, parts, base)

    def _rows(self, width: int) -> list[list[tuple[str, str, bool]]]:
        """The names with their numbers, broken into lines; the sum at the end."""
        pieces: list[tuple[str, str, bool]] = []
        for bucket, n in self.counts.items():
            mark, tone = campaigning.SIGNS[bucket]
            here = bucket is self.at
            said = f"{marks.mark(mark, self.mark_style)} {_(self.names[bucket])} {n}"
            pieces.append((f"[{said}]" if here else f" {said} ", "accent" if here else tone, here))
        pieces.append((f" = {sum(self.counts.values())}", "text", False))
        rows: list[list[tuple[str, str, bool]]] = [[]]
        left = width
        for piece in pieces:
            size = cell_len(piece[0])
            if size > left and rows[-1]:
                rows.append([])
                left = width
            rows[-1].append(piece)
            left -= size
        return rows
