"""A small casebook of a few doors, for the tests of this room."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from casework.casebook import areas, households, residents
from casework.casebook.book import Casebook
from casework.casebook.clock import FrozenClock
from casework.casebook.entries import (
    AreaEntry,
    ContactEntry,
    HouseholdEntry,
    ResidentEntry,
    TagEntry,
)

MORNING = datetime.fromisoformat("2026-05-20T09:30:00+08:00")


class Neighbourhood:
    """The casebook under test, with the ids of what is in it."""

    def __init__(self, book: Casebook, clock: FrozenClock) -> None:
        self.book = book
        self.clock = clock
        # The days on which doors fall due are spread by grid, building and unit: by these names they are due today.
        self.grid = areas.add(book, AreaEntry(level="grid", name="满春十三网格")).subject_id
        building = AreaEntry(level="building", name="3栋", parent_id=self.grid)
        self.building = areas.add(book, building).subject_id
        self.door = self.add_door("3-1-101", "101", 1)
        self.mei = self.add_person(self.door, "梅秀兰", "13000000001")
        residents.tag(book, TagEntry(resident_id=self.mei, tag="lives_alone"))
        residents.contact(book, ContactEntry(resident_id=self.mei, name="梅建国", relation="儿子", phone="13000000099"))
        self.family_door = self.add_door("3-1-102", "102", 2)
        self.wang = self.add_person(self.family_door, "王强", "13000000002")
        self.li = self.add_person(self.family_door, "李娟", "13000000003")

    def add_door(self, short: str, room: str, order: int) -> str:
        entry = HouseholdEntry(
            grid_id=self.grid, building_id=self.building, address=short, short=short, unit="1", floor=1, room=room,
            walk_order=order, fuel="lpg_cylinder",
        )  # fmt: skip
        return households.add(self.book, entry).subject_id

    def add_person(self, door: str, name: str, phone: str) -> str:
        entry = ResidentEntry(household_id=door, name=name, phone=phone, born="1941-03-08")
        return residents.add(self.book, entry).subject_id


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(MORNING)


@pytest.fixture
def make_book(tmp_path: Path, clock: FrozenClock) -> Iterator[Callable[[], Casebook]]:
    made: list[Casebook] = []

    def make() -> Casebook:
        book, _ = Casebook.create(
            tmp_path / f"{len(made)}.casework", community="满春社区", worker="李芳", secret=None, clock=clock
        )
        made.append(book)
        return book

    yield make
    for book in made:
        book.close()


@pytest.fixture
def here(make_book: Callable[[], Casebook], clock: FrozenClock) -> Neighbourhood:
    return Neighbourhood(make_book(), clock)
