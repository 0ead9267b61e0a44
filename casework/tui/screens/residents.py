"""Screen 2, residents: find anyone while typing, with the household's story beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Container
from textual.widgets import Input

from casework.casebook.views import Found, ResidentRow
from casework.catalog.shelf import tag_names
from casework.domain.phrase import N_, Phrase
from casework.language import _, say
from casework.tui.actions import ACTIONS
from casework.tui.screens.doors import DoorScreen
from casework.tui.widgets.pagelist import Cell, Column, KeysetSource, ListSource, PageList
from casework.tui.widgets.story import Story

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.timer import Timer

    from casework.tui.actions import Action

HITS = 50
STORY_DELAY = 0.08
"""Seconds of rest after a key before the story of the highlighted hit is read."""

EMPTY = Phrase(N_("Nobody is found by that. Fewer letters find more."))
PROMPT = N_("name, pinyin, initials, 3-2-501, last digits of the phone")

MATCHED = {
    "name": N_("name"),
    "pinyin": N_("pinyin"),
    "address": N_("address"),
    "phone": N_("phone"),
    "notice": N_("notice"),
}

FIELD_KEYS = ("list.select", "list.cursor_down", "list.cursor_up", "screen.back", "app.palette")
"""What acts while the field has the focus: letters are typed there."""

SEXES = {"female": N_("f"), "male": N_("m")}


class SearchInput(Input):
    """The field; the arrows walk the list while it keeps the focus."""

    cursor_blink = False

    def on_key(self, event: events.Key) -> None:
        """Up, down and the page keys belong to the list; escape goes back to everybody."""
        screen = self.screen
        if isinstance(screen, ResidentsScreen) and event.key == "escape":
            self.value = ""
            screen.hits.focus()
            event.stop()
            event.prevent_default()
        elif isinstance(screen, ResidentsScreen) and event.key in ("up", "down", "pageup", "pagedown"):
            step = {"up": "cursor_up", "down": "cursor_down", "pageup": "page_up", "pagedown": "page_down"}[event.key]
            getattr(screen.hits, f"action_{step}")()
            event.stop()
            event.prevent_default()


class ResidentsScreen(DoorScreen):
    """Everybody; the best matches for what is typed."""

    SCOPES = ("door", "arrangement", "errand", "outdoors", "residents")
    CSS_PATH = "residents.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._story_timer: Timer | None = None

    def body(self) -> ComposeResult:
        """Field, list, story."""
        yield SearchInput("", placeholder=_(PROMPT), compact=True, id="query", select_on_focus=True)
        with Container(id="people"):
            yield PageList(
                (Column(14), Column(8), Column(None), Column(14)),
                self._cells,
                empty=EMPTY,
                always_lit=True,
                id="hits",
            )
            yield Story()

    @property
    def hits(self) -> PageList[Found | ResidentRow]:
        """The list."""
        return self.query_one("#hits", PageList)

    @property
    def household_id(self) -> str | None:
        """The household under the cursor."""
        row = self.hits.current
        return row.household_id if row is not None else None

    @property
    def place_id(self) -> str | None:
        """The place outdoors that was found, under the cursor."""
        row = self.hits.current
        return row.id if isinstance(row, Found) and row.kind == "place" else None

    def copyable(self) -> str:
        """The address under the cursor."""
        row = self.hits.current
        return row.address if row is not None else ""

    def footer(self) -> list[Action]:
        """While somebody types, the keys that do something other than to type."""
        if isinstance(self.focused, SearchInput):
            return [ACTIONS[name] for name in FIELD_KEYS]
        return super().footer()

    def on_mount(self) -> None:
        """The list has the focus until / is pressed, so that the keys of a door act."""
        self.hits.focus()

    def focus_search(self) -> None:
        """Go to the field, what stands in it selected."""
        field = self.query_one("#query", Input)
        field.focus()
        field.select_all()

    def load(self) -> None:
        """Read what the field asks for."""
        self._search(keep=True)

    def retranslate(self) -> None:
        """Say it in the language that is on now."""
        self.query_one("#query", Input).placeholder = _(PROMPT)
        super().retranslate()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Another key: other hits, at once."""
        event.stop()
        self._search()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: on to the list, so that the keys of the door act on who was found."""
        event.stop()
        self.hits.focus()
        self._show_story()

    def _search(self, keep: bool = False) -> None:
        query = self.query_one("#query", Input).value
        at = max(0, self.hits.cursor) if keep else 0
        if query.strip():
            from casework.casebook import search

            self.hits.show(ListSource(search.find(self.book, query, HITS)), at=at)
        else:
            from casework.casebook import residents

            book = self.book
            positions: dict[str, int] = {}

            def fetch(after: str | None, limit: int) -> list[ResidentRow]:
                page = residents.page(book, positions.get(after or "", 0), limit)
                positions.update((row.id, position) for position, row in page)
                return [row for _position, row in page]

            source: KeysetSource[ResidentRow] = KeysetSource(residents.count(book), fetch, lambda row: row.id)
            self.hits.show(source, at=at)
        # An empty list tells of no highlighted row: the story of the last one must not stand beside it.
        self._story_soon()

    def on_page_list_highlighted(self, event: PageList.Highlighted) -> None:
        """The story follows when the keys rest."""
        event.stop()
        self._story_soon()

    def _story_soon(self) -> None:
        if self._story_timer is not None:
            self._story_timer.stop()
        self._story_timer = self.set_timer(STORY_DELAY, self._show_story)

    def on_page_list_selected(self, event: PageList.Selected) -> None:
        """Open the household, the place, or the building's stairwell."""
        event.stop()
        row = event.row
        if isinstance(row, Found) and row.kind == "building":
            self.casework.open("stairwell", None, row.id)
        else:
            self.action_household_open()

    @property
    def building_id(self) -> str:
        """The building that was found, or that of the door under the cursor."""
        row = self.hits.current
        return row.id if isinstance(row, Found) and row.kind == "building" else super().building_id

    def _show_story(self) -> None:
        from casework.casebook import households

        if self.casework.book is None or not self.is_attached:
            return
        household_id = self.household_id
        story = households.story(self.book, household_id) if household_id is not None else None
        self.query_one(Story).show(story, self.book.today())

    def _cells(self, row: Found | ResidentRow) -> Sequence[Cell]:
        if isinstance(row, Found):
            return (
                Cell(row.name or row.address, "text"),
                Cell("", "muted"),
                Cell(row.address if row.name else "", "text"),
                Cell(_(MATCHED.get(row.matched, "name")), "muted"),
            )
        age = "" if row.age is None else str(row.age)
        sex = _(SEXES[row.sex]) if row.sex in SEXES else ""
        named = " ".join(say(one) for one in tag_names(row.tags))
        return (
            Cell(row.name, "text"),
            Cell(f"{sex} {age}".strip(), "muted"),
            Cell(row.address, "text"),
            Cell(named, "overdue"),
        )
