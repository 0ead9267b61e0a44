"""How each building stands in a campaign; enter shows its stairwell by bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.campaign import Bucket
from casework.domain.phrase import N_, Phrase
from casework.tui import campaigning, marks
from casework.tui.dialogs import Said
from casework.tui.screens.base import BaseScreen
from casework.tui.widgets.pagelist import Cell, Column, ListSource, PageList

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.app import ComposeResult

Row = tuple[str, str, "Mapping[Bucket, int]"]


class CampaignBuildingsScreen(BaseScreen):
    """The buildings with somebody eligible, those with the most left marked."""

    SCOPES = ("over",)
    CSS_PATH = "campaign_buildings.tcss"

    def __init__(self, campaign_id: str, grid_id: str = "") -> None:
        super().__init__()
        self.campaign_id = campaign_id
        self.grid_id = grid_id

    def body(self) -> ComposeResult:
        """Which campaign, and the buildings."""
        yield Said("", id="buildings-head")
        yield PageList(
            (Column(1), Column(None, N_("Building")), Column(10, N_("Still open"), right=True), Column(8, N_("Done"), right=True),
             Column(36)),
            self._cells, empty=Phrase(N_("No building has anybody who is eligible.")), id="buildings",
        )  # fmt: skip

    @property
    def rows(self) -> PageList[Row]:
        """The list."""
        return self.query_one("#buildings", PageList)

    def load(self) -> None:
        """Read how each building stands."""
        from casework.casebook import areas, campaigns

        row = campaigns.get(self.book, self.campaign_id)
        found: list[Row] = []
        for building, counts in campaigns.by_building(self.book, self.campaign_id, self.grid_id or None):
            area = areas.get(self.book, building)
            found.append((building, area.name if area is not None else "", counts))
        self.query_one("#buildings-head", Said).say(
            Phrase(N_("{name}   {n} buildings"), {"name": row.label, "n": len(found)})
        )
        self.rows.show(ListSource(found), at=max(0, min(self.rows.cursor, len(found) - 1)))

    def on_page_list_selected(self, event: PageList.Selected) -> None:
        """The stairwell."""
        event.stop()
        self.casework.open("campaign_stairs", self.campaign_id, event.row[0], "")

    def _cells(self, row: Row) -> Sequence[Cell]:
        style = self.casework.marks
        _building, name, counts = row
        left, done = campaigning.open_of(counts), campaigning.done_of(counts)
        said = "  ".join(
            f"{marks.mark(campaigning.SIGNS[bucket][0], style)}{counts[bucket]}"
            for bucket in Bucket
            if counts.get(bucket) and bucket is not Bucket.NOT_ELIGIBLE
        )
        tone = "due" if left else "done"
        return (
            Cell(marks.mark(tone, style), tone), Cell(name), Cell(str(left), tone), Cell(str(done), "done"), Cell(said, "muted")
        )  # fmt: skip
