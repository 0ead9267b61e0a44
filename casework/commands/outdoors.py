"""Commands about places outdoors: the list of them, and one with its checks and follow-ups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from casework.casebook import places as outdoors
from casework.casebook.places import PlaceFilter
from casework.catalog import shelf
from casework.domain.followup import STATE_NAMES, State
from casework.domain.text import plain
from casework.language import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casework.casebook.book import Casebook
    from casework.casebook.views import PlaceRow
    from casework.commands.root import Session


@click.command()
@click.option("--grid", help="The id of a grid; the one in use if not given.")
@click.option("--all", "everywhere", is_flag=True, help="All grids, not only the one in use.")
@click.option("--kind", type=click.Choice(sorted(shelf.place_kinds())), help="Of one kind.")
@click.pass_obj
def places(session: Session, grid: str | None, everywhere: bool, kind: str | None) -> None:
    """The places outdoors in walking order, each with its last check and when the next is due."""
    with session.book() as book:
        wanted = PlaceFilter(grid_id=None if everywhere else grid or book.grid_id, kind=kind)
        found = list(_all(book, wanted))
    session.show([_data(row) for row in found], [plain(_line(row)) for row in found])


def _all(book: Casebook, wanted: PlaceFilter) -> Iterator[PlaceRow]:
    page = outdoors.page(book, wanted)
    while page:
        yield from page
        page = outdoors.page(book, wanted, outdoors.position(page[-1]))


def _data(row: PlaceRow) -> dict[str, Any]:
    place = row.place
    return {
        "id": place.id, "kind": place.kind, "name": place.name, "address": place.address, "number": place.number,
        "grid": place.grid_id, "checked_on": row.checked_on, "result": row.result.value, "hazards": row.hazards,
        "open_hazards": row.open_hazards, "due_on": row.due_on, "status": row.status.value if row.status else None,
    }  # fmt: skip


def _line(row: PlaceRow) -> str:
    place = row.place
    return (
        f"{place.id}  {_kind(place.kind)}  {place.name}  {place.number}  {place.address}  "
        f"{row.checked_on or '-'} {row.result.value}  {row.due_on or '-'} {row.status.value if row.status else ''}"
    )


def _kind(key: str) -> str:
    found = shelf.place_kinds().get(key)
    return say(found.label) if found else key


@click.command()
@click.argument("place_id")
@click.pass_obj
def place(session: Session, place_id: str) -> None:
    """A place outdoors with its checks and follow-ups."""
    with session.book() as book:
        story = outdoors.story(book, place_id)
    one = story.place
    hazards = {check.id: [h for h in story.hazards if h.found_at == check.happened_at] for check in story.checks}
    data: dict[str, Any] = {
        "id": one.id, "kind": one.kind, "name": one.name, "address": one.address, "number": one.number,
        "note": one.note, "grid": story.grid,
        "due": [
            {"what": item.kind.value, "rule": item.rule, "due_on": item.due_on, "status": status.value}
            for item, status in story.dues
        ],
        "followups": [
            {"id": row.id, "number": row.number, "title": say(row.title), "state": row.state, "due_on": row.due_on}
            for row in story.followups
        ],
        "checks": [
            {"id": check.id, "at": check.happened_at, "checklist": check.checklist, "hazards": len(hazards[check.id])}
            for check in story.checks
        ],
    }  # fmt: skip
    lines = [f"{_kind(one.kind)}  {one.name}  {one.number}  {one.address}  {story.grid}", f"  {one.note}"]
    lines += [f"  {item.due_on}  {status.value}  {say(item.reason)}" for item, status in story.dues]
    lines += [f"  {row.number}  {say(row.title)}  {say(STATE_NAMES[State(row.state)])}" for row in story.followups]
    lines += [
        f"  {check.happened_at:%Y-%m-%d %H:%M}  {check.checklist}  {len(hazards[check.id])}" for check in story.checks
    ]
    session.show(data, [plain(text) for text in lines if text.strip()])


COMMANDS = (places, place)
