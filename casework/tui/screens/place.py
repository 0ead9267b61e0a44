"""One place outdoors with all that is known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.tui.screens.outdoors import OutdoorScreen
from casework.tui.widgets.placestory import place_story_lines
from casework.tui.widgets.whole import WholeStory

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from casework.casebook.views import PlaceStory
    from casework.domain.place import Place


class PlaceScreen(OutdoorScreen):
    """The place; the arrows scroll."""

    SCOPES = ("place", "over")

    def __init__(self, place_id: str) -> None:
        super().__init__()
        self._place_id = place_id
        self._story: PlaceStory | None = None

    def body(self) -> ComposeResult:
        """The story."""
        yield WholeStory(id="whole")

    @property
    def place(self) -> Place | None:
        """This one."""
        return self._story.place if self._story is not None else None

    def on_mount(self) -> None:
        """The arrows scroll."""
        self.query_one(WholeStory).focus()

    def load(self) -> None:
        """Read the story. A place whose adding was undone is left."""
        from casework.casebook import places
        from casework.casebook.errors import NotFound

        book = self.book
        try:
            self._story = story = places.story(book, self._place_id)
        except NotFound:
            self.dismiss(None)
            return
        today, style = book.today(), self.casework.marks
        self.query_one(WholeStory).show(lambda width: place_story_lines(story, today, style, width))
