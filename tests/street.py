"""A street of a few doors, made for a test: every door due today, known by its number."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from casework.casebook import areas, households, residents, visits
from casework.casebook.book import Casebook
from casework.casebook.entries import AreaEntry, ContactEntry, HouseholdEntry, ResidentEntry, TagEntry, VisitEntry
from casework.domain.visit import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from casework.casebook.clock import Clock

NAMES = (
    ("梅秀兰",), ("王强", "李娟"), ("欧阳致远",), ("张伟", "陈静"), ("刘桂英",), ("赵国庆", "孙丽"), ("周建华",), ("吴敏", "郑涛"),
    ("何玉梅",), ("林志强", "黄晓燕"), ("罗春香",), ("马超", "高洁"),
)  # fmt: skip
"""Who lives behind which door, in walking order; the first of each is the eldest."""


def doors(building: int = 3) -> list[str]:
    """The short addresses of the doors of a building, in walking order: from the top floor down."""
    return [f"{building}-1-{floor}0{number}" for floor in range(6, 0, -1) for number in (1, 2)]


def make(path: Path, buildings: Iterable[int] = (3,), clock: Clock | None = None) -> Path:
    """A casebook without passphrase of one grid with bottled gas; who lives behind a first door is old and lives alone."""
    book, _recovery = Casebook.create(path, community="满春社区", worker="李芳", secret=None, clock=clock)
    grid = areas.add(book, AreaEntry(level="grid", name="第一网格")).subject_id
    for building in buildings:
        _fill(book, grid, building)
    book.close()
    return path


def _fill(book: Casebook, grid: str, building: int) -> None:
    area = areas.add(book, AreaEntry(level="building", name=f"{building}栋", parent_id=grid)).subject_id
    for order, (short, names) in enumerate(zip(doors(building), NAMES, strict=True)):
        room = short.rpartition("-")[2]
        entry = HouseholdEntry(
            grid_id=grid, building_id=area, address=f"{building}栋1单元{room}室", short=short, unit="1",
            floor=int(room[0]), room=room, walk_order=building * 100 + order, fuel="lpg_cylinder",
        )  # fmt: skip
        door = households.add(book, entry).subject_id
        # First visits are spread over the weeks; a date that was agreed is due on its day.
        agreed = VisitEntry(
            household_id=door, outcome=Outcome.COMPLETED, happened_at=book.clock.now() - timedelta(days=1),
            next_visit_on=book.today(),
        )  # fmt: skip
        visits.log(book, agreed)
        for number, name in enumerate(names):
            person = ResidentEntry(
                household_id=door, name=name, phone=f"139{number:04}{order:04}", born=f"{1941 + order}-03-08"
            )
            added = residents.add(book, person).subject_id
            if order == 0:
                residents.tag(book, TagEntry(resident_id=added, tag="lives_alone"))
                residents.contact(
                    book, ContactEntry(resident_id=added, name="梅建国", relation="儿子", phone="13900009999")
                )
