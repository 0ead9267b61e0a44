"""What a door needs that is added or changed by hand: its address in parts, its place on the walk, the kitchen that it
shares with its neighbours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.casebook.errors import AlreadyThere, NotFound, Refused
from casework.casebook.transaction import no_such_record
from casework.casebook.views import DoorSketch
from casework.domain import door
from casework.domain.address import floor_of
from casework.domain.phrase import N_, Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from casework.casebook.book import Casebook
    from casework.casebook.entries import HouseholdEntry
    from casework.casebook.transaction import Transaction
    from casework.casebook.views import DoorCell

GONE = ("moved_away", "deceased")


def sketch(
    book: Casebook, building_id: str, unit: str, floor: int | None, room: str, address: str, but: str | None = None
) -> DoorSketch:
    """What the parts of a door come to while they are typed; `but` is the door that is being changed.

    Raises:
        NotFound: there is no such building.
    """
    execute = book.database.connection().cursor().execute
    building = execute("SELECT name FROM area WHERE id = ?", (building_id,)).first()
    if building is None:
        raise NotFound(no_such_record())
    found = door.parts(building[0], unit, floor, room, address)
    standing = _standing(lambda *asked: execute(*asked).first(), building_id, found.short) if found.short else None
    if standing is None or standing == but:
        return DoorSketch(found.short, found.address, found.floor, None)
    names = execute(
        "SELECT name FROM resident WHERE household_id = ? AND ifnull(life_state, '') NOT IN (?, ?) "
        "ORDER BY ifnull(head, 0) DESC, id",
        (standing, *GONE),
    ).fetchall()
    return DoorSketch(found.short, found.address, found.floor, standing, tuple(name for (name,) in names))


def nearest(doors: Sequence[DoorCell], unit: str, floor: int | None, room: str) -> list[DoorCell]:
    """The doors of a building, those beside a place in it first."""
    here = (unit, floor if floor is not None else floor_of(room), room)
    return sorted(doors, key=lambda one: door.distance((one.unit, one.floor, one.room), here))


def values(tx: Transaction, entry: HouseholdEntry) -> dict[str, Any]:
    """The fields of a new door.

    Raises:
        NotFound: there is no such building or grid.
        Refused: nothing leads to a door.
        AlreadyThere: the building has a door of that address.
    """
    building = tx.need("area", entry.building_id)
    grid = entry.grid_id or building["parent_id"] or ""
    tx.need("area", grid)
    found = door.parts(building["name"], entry.unit, entry.floor, entry.room, entry.address or entry.short)
    # Who names the short form has said how the door is called; otherwise it is called by its parts.
    short = entry.short or found.short
    refuse(tx, entry.building_id, short)
    parts: dict[str, Any] = {"unit": found.unit, "floor": found.floor, "room": found.room}
    order = entry.walk_order
    if order is None:
        order = _walk_order(tx, entry.building_id, building["walk_order"] or 0, parts)
    return {
        **entry.model_dump(mode="json", exclude={"shares_with"}), **parts, "grid_id": grid, "short": short,
        "address": found.address, "walk_order": order,
        "cautions": list(entry.cautions) or None, "entered_on": tx.today.isoformat(),
    }  # fmt: skip


def moved(tx: Transaction, eid: str, before: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """The fields of a door of which something is put right: with its parts go its short form, its place on the walk,
    and an address that only repeated them.

    Raises:
        Refused: nothing leads to a door any more.
        AlreadyThere: another door of the building has that address.
    """
    named = {"unit", "floor", "room"} & said.keys()
    if not named and (before["room"] or before["floor"] is not None or "address" not in said):
        return said
    building = tx.need("area", before["building_id"])
    unit, room = said.get("unit", before["unit"]) or "", said.get("room", before["room"]) or ""
    floor = said.get("floor", None if "room" in said else before["floor"])
    address = said.get("address", "")
    if "address" not in said:
        old = door.parts(building["name"], before["unit"] or "", before["floor"], before["room"] or "")
        address = "" if before["address"] in (old.address, before["short"]) else before["address"]
    found = door.parts(building["name"], unit, floor, room, address)
    refuse(tx, before["building_id"], found.short, but=eid)
    parts = {"unit": found.unit or None, "floor": found.floor, "room": found.room or None}
    order = _walk_order(tx, before["building_id"], building["walk_order"] or 0, parts, but=eid)
    return {**said, **parts, "address": found.address, "short": found.short, "walk_order": order}


def refuse(tx: Transaction, building_id: str, short: str, but: str | None = None) -> None:
    """Refuse an address that leads to no door, or to one that stands already; `but` is the door that has it by right.

    Raises:
        Refused: it leads to none.
        AlreadyThere: the building has a door of that address.
    """
    if not short:
        raise Refused(Phrase(N_("A door needs a room, a floor or an address. Nothing was saved.")))
    standing = _standing(tx.one, building_id, short)
    if standing is not None and standing != but:
        said = Phrase(N_("The door {door} is there already. Nothing was saved."), {"door": short})
        raise AlreadyThere(said, "household", standing, standing)


def _standing(one: Callable[..., Any], building_id: str, short: str) -> str | None:
    row = one("SELECT id FROM household WHERE building_id = ? AND short = ?", (building_id, short))
    return str(row[0]) if row else None


def _walk_order(tx: Transaction, building_id: str, order: int, parts: dict[str, Any], but: str | None = None) -> int:
    """Beside the nearest door of the building, as that one stands on the walk: a roster may have brought its own order.
    Where its order is the one that follows from its parts, so does the new one's.
    """
    here = (parts["unit"] or "", parts["floor"], parts["room"] or "")
    doors = [
        ((unit or "", floor, room or ""), walk)
        for eid, unit, floor, room, walk in tx.all(
            "SELECT id, unit, floor, room, walk_order FROM household WHERE building_id = ?", (building_id,)
        )
        if eid != but
    ]
    own = door.walk_order(order, *here)
    if not doors:
        return own
    beside, walk = min(doors, key=lambda one: (door.distance(one[0], here), one[0][2]))
    return own if walk is None or walk == door.walk_order(order, *beside) else walk


def share(tx: Transaction, household_id: str, building_id: str, shares_with: Iterable[str]) -> None:
    """Make a door share its kitchen with these doors, and with those that use theirs already.

    Who has shared it so far and is not named does so no more. None named: the door leaves it, the others keep it.

    Raises:
        NotFound: one of them is no door.
        Refused: one stands in another building, or they use different kitchens.
    """
    wanted = [other for other in dict.fromkeys(shares_with) if other != household_id]
    before = tx.need("household", household_id)["kitchen_id"]
    homes = {other: tx.need("household", other) for other in wanted}
    if not wanted:
        if before is not None:
            tx.set("household", household_id, {"kitchen_id": None})
        return
    if any(home["building_id"] != building_id for home in homes.values()):
        raise Refused(Phrase(N_("A kitchen is shared within one building only. Nothing was saved.")))
    theirs = {home["kitchen_id"] for home in homes.values()} - {None}
    if len(theirs) > 1:
        raise Refused(Phrase(N_("These doors use different kitchens. Nothing was saved.")))
    kitchen = theirs.pop() if theirs else before
    if kitchen is None:
        shorts = [tx.need("household", household_id)["short"], *(home["short"] for home in homes.values())]
        kitchen = tx.add("kitchen", {"building_id": building_id, "name": " ".join(sorted(shorts))})
    for eid in (household_id, *wanted):
        tx.set("household", eid, {"kitchen_id": kitchen})
    if kitchen == before:
        for (eid,) in tx.all("SELECT id FROM household WHERE kitchen_id = ?", (kitchen,)):
            if eid != household_id and eid not in homes:
                tx.set("household", eid, {"kitchen_id": None})
