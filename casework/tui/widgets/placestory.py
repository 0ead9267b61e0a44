"""A place outdoors as text: what it is, what is due there, what its checks found, which follow-ups there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.catalog.shelf import place_kinds
from casework.domain.text import plain
from casework.language import _, say
from casework.tui.widgets.lines import wrapped
from casework.tui.widgets.story import due_lines, section
from casework.tui.widgets.whole import NOTE_ROWS, case_rows, check_rows, device_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from casework.casebook.views import PlaceStory
    from casework.tui.widgets.story import Line


def kind_name(kind: str) -> str:
    """What a kind of place is called; its key where the catalog knows it no more."""
    found = place_kinds().get(kind)
    return say(found.label) if found is not None else plain(kind)


def place_story_lines(story: PlaceStory, today: date, style: str, width: int) -> Iterator[Line]:
    """The lines of a place for a width in cells, each of parts with a tone."""
    place = story.place
    first, *more = wrapped(plain(place.name), width - 24, 4) or [""]
    yield ((first, "accent"), (f"  {kind_name(place.kind)}  {plain(place.number)}", "muted"))
    for part in more:
        yield ((part, "accent"),)
    for part in wrapped(plain("  ".join(said for said in (place.address, story.grid) if said)), width, 3):
        yield ((part, "muted"),)
    for part in wrapped(plain(place.note), width, NOTE_ROWS):
        yield ((part, "away"),)
    yield (("", ""),)
    dues = [part for due, status in story.dues for part in due_lines(due, status, today, style, width - 2)]
    yield from section(_("Due"), dues or [((_("nothing: no rule says how often it is checked"), "muted"),)])
    yield from section(_("Open follow-ups"), list(case_rows(story, today, closed=False)))
    yield from section(
        _("What was checked"), list(check_rows(story, today, style, width - 2)) or [((_("none yet"), "muted"),)]
    )
    yield from section(_("Devices"), list(device_rows(story, today)))
    yield from section(_("Closed follow-ups"), list(case_rows(story, today, closed=True)))
