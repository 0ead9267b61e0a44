"""The buildings of the made-up community and their doors: about 1,200, in four grids."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from casework.domain.household import Fuel, Tenure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from casework.demo.names import Names


@dataclass(frozen=True, slots=True)
class Block:
    """A building: floors, units (stairs), doors a floor, and on how many doors the neighbours share a kitchen."""

    grid: int
    compound: str
    number: int
    floors: int
    units: int
    doors: int
    lpg: float
    pipeline: float
    shared: int = 0

    @property
    def tower(self) -> bool:
        """A high-rise: bottled gas is not allowed there at all (DOMAIN 2.1, G01)."""
        return self.floors > 9


def _blocks() -> tuple[Block, ...]:
    liuyinli = [Block(2 if n <= 8 else 1, "liuyinli", n, 7 if n <= 8 else 6, 3, 2, 0.14, 0.81) for n in range(1, 13)]
    wawu = [
        Block(1, "wawu", 21 + 2 * n, 3, 1, 4, 1.0 if n < 6 else 0.56, 0.0, shared=4 if n < 6 else 0) for n in range(12)
    ]
    cotton = [
        Block(3, "cotton", n, 6, 4, 2, 1.0 if n == 1 else 0.28, 0.0 if n == 1 else 0.56, shared=2 if n == 1 else 0)
        for n in range(1, 7)
    ]
    jinlan = [Block(4, "jinlan", n, 18, 2, 4, 0.0, 0.92) for n in range(1, 3)]
    return (*wawu, *liuyinli[8:], *liuyinli[:8], *cotton, *jinlan)


BLOCKS = _blocks()
"""In walking order. The shares of bottled gas, pipeline gas and (the rest) electricity are invented."""

ILLEGAL_CYLINDER = ("jinlan", 2, 1, "1203")
"""The one door in a tower where a gas bottle is found."""


@dataclass(slots=True)
class Person:
    """A resident as the demo makes one; `relation` is a key of `RELATIONS`."""

    name: str
    surname: str
    female: bool
    age: int
    relation: str
    head: bool = False
    phone: str = ""
    tags: list[str] = field(default_factory=list)
    contacts: list[tuple[str, str, str]] = field(default_factory=list)
    state: str = "registered_and_resident"
    key: str = ""


@dataclass(slots=True)
class Door:
    """A household as the demo makes one. `key` names it within the community, in either language.

    `compound` is the compound's key, `estate` and `building` are the names that people use.
    """

    key: str
    grid: int
    compound: str
    estate: str
    building: str
    unit: str
    floor: int
    room: str
    address: str
    short: str
    walk_order: int
    fuel: Fuel
    tenure: Tenure
    tower: bool
    kitchen: str = ""
    note: str = ""
    cautions: tuple[str, ...] = ()
    people: list[Person] = field(default_factory=list)
    hose: bool = False

    @property
    def head(self) -> Person:
        """The head of the household."""
        return self.people[0]


def building_name(block: Block, names: Names) -> tuple[str, str]:
    """The compound and the building in it as people call them; together they are the building's name."""
    n = block.number
    zh, en = {
        "liuyinli": (("柳荫里", f"{n}栋"), ("Liuyinli", f"Bldg {n}")),
        "wawu": (("瓦屋巷", f"{n}号"), ("Wawu Lane", f"No. {n}")),
        "cotton": (("三棉", f"{n}栋"), ("Cotton Mill", f"Bldg {n}")),
        "jinlan": (("锦澜苑", f"{n}栋"), ("Jinlan", f"Bldg {n}")),
    }[block.compound]
    return en if names.latin else zh


def _address(block: Block, unit: int, room: str, names: Names) -> str:
    n = block.number
    if block.compound == "wawu":
        return f"{n} Wawu Lane, Rm {room}" if names.latin else f"瓦屋巷{n}号{room}室"
    compound = names.pick(names.data["compounds"][block.compound])
    if names.latin:
        return f"{compound}, Bldg {n}, Unit {unit}, Rm {room}"
    return f"{compound}{n}栋{unit}单元{room}室"


_TENURES = {
    "liuyinli": (0.72, 0.24, 0.04),
    "wawu": (0.30, 0.30, 0.40),
    "cotton": (0.45, 0.20, 0.35),
    "jinlan": (0.80, 0.20, 0.0),
}


def doors(names: Names, rng: Random) -> Iterator[Door]:
    """The doors in walking order: building by building, stair by stair, from the top floor down."""
    order = dict.fromkeys(range(1, 5), 0)
    for block in BLOCKS:
        estate, building = building_name(block, names)
        for unit in range(1, block.units + 1):
            for floor in range(block.floors, 0, -1):
                for number in range(1, block.doors + 1):
                    order[block.grid] += 1
                    room = f"{floor}{number:02d}"
                    draw = rng.random()
                    fuel = (
                        Fuel.LPG_CYLINDER
                        if draw < block.lpg
                        else Fuel.PIPELINE_GAS
                        if draw < block.lpg + block.pipeline
                        else Fuel.ELECTRIC
                    )
                    if (block.compound, block.number, unit, room) == ILLEGAL_CYLINDER:
                        fuel = Fuel.LPG_CYLINDER
                    owned, rented, _public = _TENURES[block.compound]
                    draw = rng.random()
                    tenure = (
                        Tenure.OWNED if draw < owned else Tenure.RENTED if draw < owned + rented else Tenure.PUBLIC_RENT
                    )
                    blank = " " if names.latin else ""
                    yield Door(
                        key=f"{block.compound}/{block.number}-{unit}-{room}",
                        grid=block.grid,
                        compound=block.compound,
                        estate=estate,
                        building=building,
                        unit=str(unit),
                        floor=floor,
                        room=room,
                        address=_address(block, unit, room, names),
                        short=f"{block.number}-{unit}-{room}",
                        walk_order=order[block.grid],
                        fuel=fuel,
                        tenure=tenure,
                        tower=block.tower,
                        kitchen=_kitchen(block, f"{estate}{blank}{building}", unit, floor, number, names),
                    )


def _kitchen(block: Block, building: str, unit: int, floor: int, number: int, names: Names) -> str:
    if not block.shared:
        return ""
    if block.compound == "wawu":
        return f"{building}, shared kitchen, floor {floor}" if names.latin else f"{building}{floor}楼公用厨房"
    return (
        f"{building}, Unit {unit}, shared kitchen, floor {floor}"
        if names.latin
        else f"{building}{unit}单元{floor}楼公用厨房"
    )
