"""Commands that add to the register by hand, and list its frame: areas, places, workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from casework.casebook import areas as frame
from casework.casebook import households, residents
from casework.catalog import shelf
from casework.commands.logging import entry
from casework.domain.area import AreaLevel
from casework.domain.household import Fuel
from casework.domain.text import plain

if TYPE_CHECKING:
    from casework.commands.root import Session


@click.group()
def add() -> None:
    """Add an area, a household, a resident, a place or a worker."""


@add.command("area")
@click.argument("level", type=click.Choice([level.value for level in AreaLevel]))
@click.argument("name")
@click.option("--parent", help="The id of the area that it belongs to.")
@click.option("--walk-order", type=int, default=0)
@click.pass_obj
def add_area(session: Session, level: str, name: str, parent: str | None, walk_order: int) -> None:
    """Add an area, a building for instance."""
    from casework.casebook.entries import AreaEntry

    with session.book() as book:
        made = entry(AreaEntry, level=level, name=name, parent_id=parent, walk_order=walk_order)
        session.receipt(frame.add(book, made))


@add.command("household")
@click.argument("building_id")
@click.argument("short")
@click.option("--address", help="The address as it is written; SHORT (3-2-501) if it is not given.")
@click.option("--unit", default="")
@click.option("--floor", type=int)
@click.option("--room", default="")
@click.option("--fuel", type=click.Choice([fuel.value for fuel in Fuel]), default="unknown")
@click.pass_obj
def add_household(
    session: Session,
    building_id: str,
    short: str,
    address: str | None,
    unit: str,
    floor: int | None,
    room: str,
    fuel: str,
) -> None:
    """Add a door to a building."""
    from casework.casebook.entries import HouseholdEntry

    with session.book() as book:
        building = frame.get(book, building_id)
        made = entry(
            HouseholdEntry,
            grid_id=building.parent_id if building else "",
            building_id=building_id,
            address=address or short,
            short=short,
            unit=unit,
            floor=floor,
            room=room,
            fuel=fuel,
        )
        session.receipt(households.add(book, made))


@add.command("resident")
@click.argument("household_id")
@click.argument("name")
@click.option("--citizen-id", default="", help="Checked; gives birth date and sex.")
@click.option("--phone", default="")
@click.option("--head", is_flag=True, help="The head of the household.")
@click.pass_obj
def add_resident(session: Session, household_id: str, name: str, citizen_id: str, phone: str, head: bool) -> None:
    """Add a person to a household."""
    from casework.casebook.entries import ResidentEntry

    with session.book() as book:
        made = entry(ResidentEntry, household_id=household_id, name=name, citizen_id=citizen_id, phone=phone, head=head)
        session.receipt(residents.add(book, made))


@add.command("place")
@click.argument("kind", type=click.Choice(sorted(shelf.place_kinds())))
@click.argument("name")
@click.option("--grid", help="The id of its grid; the one in use if not given.")
@click.option("--address", default="")
@click.option("--number", default="", help="Its official number.")
@click.pass_obj
def add_place(session: Session, kind: str, name: str, grid: str | None, address: str, number: str) -> None:
    """Add a place outdoors: a manhole, a waterlogging point, a waste station, a bike bay, a shop."""
    from casework.casebook.entries import PlaceEntry

    with session.book() as book:
        made = entry(PlaceEntry, grid_id=grid or book.grid_id, kind=kind, name=name, address=address, number=number)
        session.receipt(frame.add_place(book, made))


@add.command("worker")
@click.argument("name")
@click.option("--phone", default="")
@click.pass_obj
def add_worker(session: Session, name: str, phone: str) -> None:
    """Add somebody who logs."""
    from casework.casebook.entries import WorkerEntry

    with session.book() as book:
        session.receipt(frame.add_worker(book, entry(WorkerEntry, name=name, phone=phone)))


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
@click.option("--grid", help="The id of a grid; the one in use if not given.")
@click.pass_obj
def places(session: Session, grid: str | None) -> None:
    """The places of a grid, in walking order."""
    with session.book() as book:
        found = frame.places(book, grid or book.grid_id)
    session.show(
        [{"id": p.id, "kind": p.kind, "name": p.name, "address": p.address, "number": p.number} for p in found],
        [plain(f"{p.id}  {p.kind}  {p.name}  {p.address}  {p.number}") for p in found],
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


COMMANDS = (add, areas, places, workers)
