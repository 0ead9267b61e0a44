"""The stairwell of a building as a campaign sees it: each door by its bucket, and why it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.campaign import BUCKET_NAMES, OPEN, Bucket
from casework.domain.phrase import N_, Phrase
from casework.tui import campaigning
from casework.tui.dialogs import Said
from casework.tui.screens.stairwell import StairwellScreen
from casework.tui.widgets.stairwell import StairwellView
from casework.tui.widgets.story import Story

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult

    from casework.casebook.views import DoorCell


class BucketStairs(StairwellView):
    """The same drawing; mark and tone of a door say its bucket."""

    standing: Mapping[str, tuple[Bucket, Phrase]] = {}

    def sign(self, door: DoorCell) -> tuple[str, str, bool]:
        """The sign of the door's bucket."""
        bucket = self.standing.get(door.household_id, (Bucket.NOT_ELIGIBLE,))[0]
        mark, tone = campaigning.SIGNS[bucket]
        return mark, tone, bucket not in OPEN

    def signs(self) -> list[tuple[str, str, str]]:
        """The buckets that this building has: all eight would not fit a narrow terminal."""
        held = {bucket for bucket, _why in self.standing.values()}
        return [(*sign, BUCKET_NAMES[bucket]) for bucket, sign in campaigning.SIGNS.items() if bucket in held]


class CampaignStairsScreen(StairwellScreen):
    """A building of a campaign; the keys of a door act as in any stairwell."""

    CSS = """
    #stairs-why { height: 1; padding: 0 1; background: $surface; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(self, campaign_id: str, building_id: str, household_id: str = "") -> None:
        super().__init__(household_id or None, building_id)
        self.campaign_id = campaign_id

    def body(self) -> ComposeResult:
        """Building, doors, and why the one under the cursor stands where it does."""
        from textual.containers import Horizontal

        yield Said("", id="building")
        with Horizontal(id="stairwell"):
            yield BucketStairs(id="doors")
            yield Story()
        yield Said("", id="stairs-why")

    def load(self) -> None:
        """Read the buckets of the building's doors, then the doors."""
        from casework.casebook import campaigns

        view = self.query_one("#doors", BucketStairs)
        view.standing = campaigns.stair(self.book, self.campaign_id, self._building_id or "")
        super().load()

    def _say_building(self) -> None:
        from casework.casebook import areas, campaigns

        area = areas.get(self.book, self._building_id) if self._building_id is not None else None
        row = campaigns.get(self.book, self.campaign_id)
        said = Phrase(
            N_("{building}   {campaign}"), {"building": area.name if area is not None else "", "campaign": row.label}
        )
        self.query_one("#building", Said).say(said)

    def _show_story(self) -> None:
        super()._show_story()
        if self.casework.book is None or not self.is_attached:
            return
        standing = self.query_one("#doors", BucketStairs).standing.get(self.household_id or "")
        said: object = ""
        if standing is not None:
            bucket, why = standing
            said = Phrase(
                N_("{bucket}: {why}"),
                {"bucket": Phrase(BUCKET_NAMES[bucket]), "why": campaigning.dated(why, self.book.today())},
            )
        self.query_one("#stairs-why", Said).say(said)
