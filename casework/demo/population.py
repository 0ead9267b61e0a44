"""A whole district of made-up residents, up to a million, as a stream: for benchmarks and `casework demo --residents`.

Rows come in walking order, household after household, in grids of 300 to 500 households (DOMAIN 11). Memory is
constant but for the counters of `CitizenIds`. Plainer than the demo community: no stories, fewer notes.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

from casework.demo.names import FIRST_DECADE, LAST_DECADE, Names
from casework.demo.numbers import CitizenIds, mobile
from casework.domain.household import Fuel, Tenure
from casework.domain.register import RegisterRow
from casework.domain.resident import ResidenceState, Sex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MOST = 1_000_000
"""More residents than this would run out of birthdays and areas for distinct citizen ids."""

DAY = date(2026, 5, 20)
"""Ages are those of this day, so that the same seed gives the same file on any day."""

STREETS = (
    "杨柳井街", "八角亭街", "望湖街", "石板桥街", "清水塘街", "三眼井街", "白鹤街", "红砖里街", "渡口街", "青石街",
    "东门外街", "樟树街", "南堤街",
)  # fmt: skip
"""Invented. Each has as many communities as are needed, each of those eight grids."""

GRIDS_A_COMMUNITY = 8
_COMMUNITIES = ("春晓", "桂香", "荷塘", "梧桐", "银杏", "听涛", "晴川里", "向阳", "和畅", "安居")
_COMPOUNDS = ("一村", "二村", "南苑", "北苑", "花园", "宿舍")
_SIZES = (1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 5)
"""People on file a household: 2.4 on average."""


def rows(residents: int, seed: int = 7) -> Iterator[RegisterRow]:
    """That many residents, one row each. Walks the grids one after the other.

    Raises:
        ValueError: fewer than one or more than `MOST` are asked for.
    """
    if not 1 <= residents <= MOST:
        raise ValueError(residents)
    return _stream(residents, seed)


def _stream(residents: int, seed: int) -> Iterator[RegisterRow]:
    rng = Random(f"{seed}/population")
    draw = rng.random
    people = _People(rng)
    line = 1
    grid_number = 0
    while residents > 0:
        community, grid = _names(grid_number)
        grid_number += 1
        for walk_order, door in enumerate(_doors(grid_number, 300 + int(draw() * 201), draw), start=1):
            compound, building, unit, floor, room, fuel, tenure = door
            address = f"{compound}{building}{unit}单元{room}室"
            short = f"{building[:-1]}-{unit}-{room}"
            size = min(_SIZES[int(draw() * 20)], residents)
            residents -= size
            for name, sex, born, citizen_id, phone, relation, state, tags, contacts in people.household(size):
                line += 1
                yield RegisterRow(
                    line=line, community=community, grid=grid, compound=compound, building=building, unit=unit,
                    floor=floor, room=room, address=address, short=short, walk_order=walk_order, fuel=fuel,
                    tenure=tenure, name=name, sex=sex, born=born, citizen_id=citizen_id, phone=phone, relation=relation,
                    head=relation == "户主", residence_state=state, tags=tags, contacts=contacts,
                )  # fmt: skip
            if not residents:
                return


def _names(number: int) -> tuple[str, str]:
    """The community and the grid with a running number; either name is unique in the whole district."""
    community, grid = divmod(number, GRIDS_A_COMMUNITY)
    nth, street = divmod(community, len(STREETS))
    again, which = divmod(nth, len(_COMMUNITIES))
    name = f"{STREETS[street]}{_COMMUNITIES[which]}{again + 1 if again else ''}社区"
    return name, f"{name}第{grid + 1}网格"


_Doorway = tuple[str, str, str, int, str, Fuel, Tenure]


def _doors(grid_number: int, count: int, random: Callable[[], float]) -> Iterator[_Doorway]:
    """The doors of one grid: old walk-ups with three stairs; in every fourth grid towers, without bottled gas."""
    made = 0
    building = 0
    old = grid_number % 4 != 0
    compound = _COMPOUNDS[grid_number % len(_COMPOUNDS)]
    floors, units, doors = (7, 3, 2) if old else (18, 2, 4)
    while True:
        building += 1
        for unit in range(1, units + 1):
            for floor in range(floors, 0, -1):
                for number in range(1, doors + 1):
                    chance = random()
                    if old:
                        fuel = (
                            Fuel.LPG_CYLINDER if chance < 0.32 else Fuel.PIPELINE_GAS if chance < 0.9 else Fuel.ELECTRIC
                        )
                    else:
                        fuel = Fuel.PIPELINE_GAS if chance < 0.9 else Fuel.ELECTRIC
                    tenure = Tenure.OWNED if random() < 0.72 else Tenure.RENTED
                    yield compound, f"{building}栋", str(unit), floor, f"{floor}{number:02d}", fuel, tenure
                    made += 1
                    if made == count:
                        return


_Person = tuple[
    str, Sex, date, str, str, str, ResidenceState, tuple[str, ...], tuple[tuple[str, str, str], ...]
]  # fmt: skip

_NO_TAGS: tuple[str, ...] = ()
_NO_CONTACTS: tuple[tuple[str, str, str], ...] = ()


class _People:
    """Families, quickly: every draw is one `random()` into a ready table."""

    def __init__(self, rng: Random) -> None:
        names = Names("zh_CN")
        self.draw = rng.random
        self.surnames = [
            name for name, weight in zip(names.surnames, _weights(names.weights), strict=True) for _ in range(weight)
        ]
        self.given = names.given
        self.ids = CitizenIds()
        self.days = [DAY - timedelta(days=n) for n in range(97 * 366)]
        self.count = 0

    def household(self, size: int) -> Iterator[_Person]:
        """The people of one household; the first is the head."""
        draw = self.draw
        surname = self.surnames[int(draw() * len(self.surnames))]
        age = 22 + int((draw() + draw()) * 36)
        female = draw() < 0.4
        yield self.person(surname, age, female, "户主", alone=size == 1)
        if size == 1:
            return
        other = self.surnames[int(draw() * len(self.surnames))]
        yield self.person(other, max(22, age - 3 + int(draw() * 6)), not female, "配偶", alone=False)
        for n in range(2, size):
            son = draw() < 0.52
            if n == 2 and age >= 40:
                yield self.person(surname, min(age - 24, 60), not son, "儿子" if son else "女儿", alone=False)
            elif n == 2 or age > 66:
                yield self.person(other, 14 + int(draw() * 8), not son, "亲属", alone=False)
            else:
                yield self.person(surname, min(age + 25, 95), not son, "父亲" if son else "母亲", alone=False)

    def person(self, surname: str, age: int, female: bool, relation: str, alone: bool) -> _Person:
        """One person. Old ones who live alone are tagged and have a contact."""
        draw = self.draw
        self.count += 1
        count = self.count
        age = max(14, age)
        born = self.days[int(age * 365.25) + 1 + int(draw() * 364)]
        decade = min(max(born.year // 10 * 10, FIRST_DECADE), LAST_DECADE)
        given = self.given[decade, female]
        name = surname + given[int(draw() * len(given))]
        tags, contacts = _NO_TAGS, _NO_CONTACTS
        if age >= 62:
            chance = draw()
            if alone:
                tags = ("lives_alone",) if chance > 0.12 else ("lives_alone", "minimum_living_allowance")
                child = self.given[min(decade + 30, LAST_DECADE), True]
                contacts = ((surname + child[int(draw() * len(child))], "女儿", mobile(50_000_000 + count)),)
            elif chance < 0.04:
                tags = ("minimum_living_allowance",)
        return (
            name,
            Sex.FEMALE if female else Sex.MALE,
            born,
            self.ids(born, female),
            mobile(count) if age < 80 or draw() < 0.7 else "",
            relation,
            ResidenceState.REGISTERED_AND_RESIDENT if draw() < 0.86 else ResidenceState.RESIDENT_NOT_REGISTERED,
            tags,
            contacts,
        )


def _weights(accumulated: list[int]) -> list[int]:
    return [now - before for before, now in zip([0, *accumulated], accumulated, strict=False)]


CSV_FIELDS = (
    "community", "grid", "compound", "building", "unit", "floor", "room", "address", "walk_order", "fuel", "tenure",
    "name", "sex", "born", "citizen_id", "phone", "relation", "head", "residence_state", "tags",
    "emergency_name", "emergency_relation", "emergency_phone",
)  # fmt: skip
"""The columns of `write_csv`: fields of `catalog/roster_columns.toml`, headed by their Chinese labels."""


def write_csv(path: Path, residents: int, seed: int = 7) -> None:
    """The same residents as a roster file (UTF-8 without BOM, Chinese headers), for the import benchmark."""
    import csv

    from casework.catalog import shelf

    columns = shelf.roster_columns()
    fuel, tenure, sex, state = (
        {value: words[0] for value, words in columns["values"][table].items()}
        for table in ("fuel", "tenure", "sex", "residence_state")
    )
    labels = {key: kind.label.zh for key, kind in shelf.tags().items()}
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow([columns["fields"][name]["label"]["zh"] for name in CSV_FIELDS])
        out.writerows(
            (
                row.community, row.grid, row.compound, row.building, row.unit, row.floor, row.room, row.address,
                row.walk_order, fuel[row.fuel or Fuel.UNKNOWN], tenure[row.tenure or Tenure.UNKNOWN], row.name,
                sex[row.sex or Sex.UNKNOWN], row.born, row.citizen_id, row.phone, row.relation,
                "是" if row.head else "否", state[row.residence_state or ResidenceState.REGISTERED_AND_RESIDENT],
                "、".join(labels[tag] for tag in row.tags or ()), *((row.contacts or _NOBODY)[0]),
            )
            for row in rows(residents, seed)
        )  # fmt: skip


_NOBODY = (("", "", ""),)
