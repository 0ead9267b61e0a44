"""Commands that add to the register by hand, and list its frame: areas, workers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from casework.casebook import areas as frame
from casework.casebook import households, residents
from casework.casebook import places as outdoors
from casework.catalog import shelf
from casework.commands.logging import entry
from casework.domain.area import AreaLevel
from casework.domain.household import Fuel, Tenure
from casework.domain.resident import ResidenceState, Sex
from casework.domain.text import plain
from casework.domain.worker import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from casework.commands.root import Session

DAY = click.DateTime(["%Y-%m-%d"])

DOOR = (
    click.option("--address", help="The address as it is written; from the parts if it is not given."),
    click.option("--unit"),
    click.option("--floor", type=int),
    click.option("--room"),
    click.option("--fuel", type=click.Choice([fuel.value for fuel in Fuel])),
    click.option("--tenure", type=click.Choice([tenure.value for tenure in Tenure])),
    click.option("--phone", help="The telephone of the household."),
    click.option("--shares-with", multiple=True, help="The id of a household that it shares a kitchen with."),
    click.option("--note"),
)
"""What `add household` and `change household` take."""

PERSON = (
    click.option("--citizen-id", help="Checked; gives birth date and sex."),
    click.option("--born", type=DAY),
    click.option("--sex", type=click.Choice([sex.value for sex in Sex])),
    click.option("--phone"),
    click.option("--relation", help="To the head of the household."),
    click.option("--head", is_flag=True, help="The head of the household."),
    click.option("--state", "residence_state", type=click.Choice([state.value for state in ResidenceState])),
    click.option("--tag", "tags", multiple=True, help="TAG, TAG:SOURCE or TAG:SOURCE:DAY; DAY as 2026-05-20."),
    click.option("--contact", "contacts", multiple=True, help="NAME:RELATION:PHONE, whom to call in an emergency."),
    click.option("--consent", "consents", multiple=True, help="PURPOSE:HOW; HOW is oral, signed or no."),
)
"""What `add resident` and `change resident` take."""

PLACE = (
    click.option("--address"),
    click.option("--number", help="Its official number."),
    click.option("--note"),
)
"""What `add place` and `change place` take."""


def with_options(options: Iterable[Callable[[Any], Any]]) -> Callable[[Any], Any]:
    """A command with these options, in their order."""

    def dressed(command: Any) -> Any:
        for option in reversed(tuple(options)):
            command = option(command)
        return command

    return dressed


def named(values: dict[str, Any]) -> dict[str, Any]:
    """The options that were given; what was not named is none of them."""
    return {name: value for name, value in values.items() if value is not None and value != ()}


def person_values(values: dict[str, Any]) -> dict[str, Any]:
    """What `PERSON` took, as a person's entry takes it.

    Raises:
        WrongUse: a tag, contact or consent that cannot be.
    """
    from casework.casebook.entries import ConsentPart, ContactPart, TagPart

    said = named(values)
    if not said.pop("head", False):
        said.pop("head", None)
    else:
        said["head"] = True
    if "born" in said:
        said["born"] = said["born"].date()
    parts: dict[str, list[Any]] = {"tags": [], "contacts": [], "consents": []}
    for text in said.get("tags", ()):
        tag, source, since = (*text.split(":", 2), "", "")[:3]
        parts["tags"].append(entry(TagPart, tag=tag, source=source, since=since or None))
    for text in said.get("contacts", ()):
        name, relation, phone = (*text.split(":", 2), "", "")[:3]
        parts["contacts"].append(entry(ContactPart, name=name, relation=relation, phone=phone))
    for text in said.get("consents", ()):
        purpose, _colon, how = text.partition(":")
        parts["consents"].append(entry(ConsentPart, purpose=purpose, given=how != "no", how=how or "oral"))
    return said | {name: tuple(found) for name, found in parts.items() if found}


@click.group()
def add() -> None:
    """Add an area, a household, a resident, a place or a worker."""


@add.command("area")
@click.argument("level", type=click.Choice([level.value for level in AreaLevel]))
@click.argument("name")
@click.option("--parent", help="The id of the area that it belongs to.")
@click.option("--own-community", is_flag=True, help="It belongs to the community of this casebook.")
@click.option("--alias", multiple=True, help="Another name of it.")
@click.option("--walk-order", type=int, help="After those of its parent if it is not given.")
@click.pass_obj
def add_area(
    session: Session, level: str, name: str, parent: str | None, own_community: bool, alias: tuple[str, ...],
    walk_order: int | None,
) -> None:  # fmt: skip
    """Add an area, a building for instance."""
    from casework.casebook.entries import AreaEntry

    with session.book() as book:
        made = entry(
            AreaEntry, level=level, name=name, parent_id=parent, in_own_community=own_community, aliases=alias,
            walk_order=walk_order,
        )  # fmt: skip
        session.receipt(frame.add(book, made))


@add.command("household")
@click.argument("building_id")
@click.argument("short", required=False)
@with_options(DOOR)
@click.pass_obj
def add_household(session: Session, /, building_id: str, short: str | None, **values: Any) -> None:
    """Add a door to a building. SHORT (3-2-501) follows from its parts if it is not given."""
    from casework.casebook.entries import HouseholdEntry

    with session.book() as book:
        made = entry(HouseholdEntry, building_id=building_id, short=short, **named(values))
        session.receipt(households.add(book, made))


@add.command("resident")
@click.argument("household_id")
@click.argument("name")
@with_options(PERSON)
@click.pass_obj
def add_resident(session: Session, /, household_id: str, name: str, **values: Any) -> None:
    """Add a person to a household, with tags, contacts and consents."""
    from casework.casebook.entries import ResidentEntry

    with session.book() as book:
        made = entry(ResidentEntry, household_id=household_id, name=name, **person_values(values))
        session.receipt(residents.add(book, made))


@add.command("place")
@click.argument("kind", type=click.Choice(sorted(shelf.place_kinds())))
@click.argument("name")
@click.option("--grid", help="The id of its grid; the one in use if not given.")
@with_options(PLACE)
@click.pass_obj
def add_place(session: Session, /, kind: str, name: str, grid: str | None, **values: Any) -> None:
    """Add a place outdoors: a manhole, a waterlogging point, a waste station, a bike bay, a shop."""
    from casework.casebook.entries import PlaceEntry

    with session.book() as book:
        made = entry(PlaceEntry, grid_id=grid or book.grid_id, kind=kind, name=name, **named(values))
        session.receipt(outdoors.add(book, made))


@add.command("worker")
@click.argument("name")
@click.option("--phone", default="")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), default="grid_worker", show_default=True,
    help="Grid leaders and supervisors decide second extensions and closings without the resident's word.",
)  # fmt: skip
@click.pass_obj
def add_worker(session: Session, name: str, phone: str, role: str) -> None:
    """Add somebody who logs."""
    from casework.casebook.entries import WorkerEntry

    with session.book() as book:
        session.receipt(frame.add_worker(book, entry(WorkerEntry, name=name, phone=phone, role=role)))


@click.group()
def change() -> None:
    """Put a household, a resident or a place right; what is not named stays."""


@change.command("household")
@click.argument("household_id")
@with_options(DOOR)
@click.option("--own-kitchen", is_flag=True, help="It shares its kitchen with nobody any more.")
@click.pass_obj
def change_household(session: Session, /, household_id: str, own_kitchen: bool, **values: Any) -> None:
    """Change a door; its short form follows its parts."""
    from casework.casebook.changes import HouseholdChange

    said = named(values) | ({"shares_with": ()} if own_kitchen else {})
    with session.book() as book:
        session.receipt(households.change(book, entry(HouseholdChange, id=household_id, **said)))


@change.command("resident")
@click.argument("resident_id")
@click.option("--name")
@click.option("--household", "household_id", help="The id of the household to which the person moves.")
@with_options(PERSON)
@click.option("--tag-ended", "tags_ended", multiple=True, help="The id of a tag that ends today.")
@click.option("--contact-gone", "contacts_gone", multiple=True, help="The id of a contact that is one no more.")
@click.pass_obj
def change_resident(session: Session, /, resident_id: str, **values: Any) -> None:
    """Change the sheet of a person."""
    from casework.casebook.changes import ResidentChange

    with session.book() as book:
        session.receipt(residents.change(book, entry(ResidentChange, id=resident_id, **person_values(values))))


@change.command("place")
@click.argument("place_id")
@click.option("--kind", type=click.Choice(sorted(shelf.place_kinds())))
@click.option("--name")
@with_options(PLACE)
@click.pass_obj
def change_place(session: Session, /, place_id: str, **values: Any) -> None:
    """Change a place outdoors."""
    from casework.casebook.changes import PlaceChange

    with session.book() as book:
        session.receipt(outdoors.change(book, entry(PlaceChange, id=place_id, **named(values))))


@click.command()
@click.pass_obj
def areas(session: Session) -> None:
    """The grids, each with its buildings."""
    with session.book() as book:
        found = [(grid, frame.buildings(book, grid.id)) for grid in frame.grids(book)]
    session.show(
        [
            {"id": grid.id, "name": grid.name, "buildings": [{"id": one.id, "name": one.name} for one in buildings]}
            for grid, buildings in found
        ],
        [
            plain(text)
            for grid, buildings in found
            for text in (f"{grid.id}  {grid.name}", *(f"  {one.id}  {one.name}" for one in buildings))
        ],
    )


@click.command()
@click.pass_obj
def workers(session: Session) -> None:
    """Who logs here."""
    with session.book() as book:
        found = frame.workers(book)
    session.show(
        [{"id": w.id, "name": w.name, "role": w.role.value} for w in found], [f"{w.id}  {w.name}" for w in found]
    )


COMMANDS = (add, change, areas, workers)
