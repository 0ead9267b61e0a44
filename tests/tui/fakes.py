"""A casebook that is only in memory: the screens' tests need its views and its promises, not its file."""

from __future__ import annotations

import sys
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from types import ModuleType
from typing import Any

from casework.casebook.ids import new_id
from casework.casebook.views import (
    DoorCell,
    DoorState,
    DraftView,
    HouseholdStory,
    Person,
    RoundCounts,
    RoundStop,
)
from casework.domain.area import Area, AreaLevel
from casework.domain.due import Due, DueKind, DueStatus
from casework.domain.household import Fuel, Household
from casework.domain.phrase import Phrase
from casework.domain.receipt import Receipt
from casework.domain.resident import Resident, RiskLevel
from casework.domain.visit import Mode, Outcome, Visit
from casework.domain.worker import Worker

WUHAN = timezone(timedelta(hours=8))
TODAY = date(2026, 7, 1)
NOW = datetime(2026, 7, 1, 9, 30, tzinfo=WUHAN)

SURNAMES = "张王李赵陈刘杨黄周吴徐孙胡朱高林何郭马罗"
GIVEN = ("桂兰", "建国", "秀英", "伟", "淑珍", "志强", "玉梅", "晓燕", "国庆", "春香")


class FakeClock:
    """A clock that stands still."""

    def now(self) -> datetime:
        return NOW


@dataclass
class FakeBook:
    """What the screens use of a casebook."""

    stops: list[RoundStop] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    drafts: dict[tuple[str, str], DraftView] = field(default_factory=dict)
    saved: list[tuple[str, str]] = field(default_factory=list)
    receipts: dict[str, Receipt] = field(default_factory=dict)
    fail_with: Exception | None = None
    locked: bool = False
    path: Path = Path("fake.casebook")
    community: str = "幸福里社区"
    grid_id: str = "grid-3"
    worker: Worker = field(default_factory=lambda: Worker(new_id(), "王芳"))
    clock: FakeClock = field(default_factory=FakeClock)
    found: tuple[Phrase, ...] = ()
    doubt: Phrase | None = None

    def __post_init__(self) -> None:
        self._writer = ThreadPoolExecutor(1)

    def clock_doubt(self) -> Phrase | None:
        return self.doubt

    def today(self) -> date:
        return TODAY

    def setting(self, key: str, default: Any = None) -> Any:
        return self.settings.get(key, default)

    def set_setting(self, key: str, value: Any) -> None:
        self.settings[key] = value

    def submit(self, job: Any) -> Future[Any]:
        return self._writer.submit(job)

    def write(self, job: Any) -> Any:
        return job()

    def lock(self) -> None:
        self.locked = True

    def close(self) -> None:
        self._writer.shutdown()


def due(kind: DueKind, due_on: date, *, priority: int = 5, reason: Phrase | None = None, door: str = "") -> Due:
    """An open piece of work."""
    return Due(
        kind, "rule", door, None, None, due_on - timedelta(days=7), due_on, due_on + timedelta(days=30),
        priority, reason or Phrase("{days}", {"days": ""}),
    )  # fmt: skip


def doors(count: int = 40) -> list[RoundStop]:
    """Doors of two buildings, the urgent ones first, then in walking order."""
    stops = []
    for n in range(count):
        building = 3 if n < count // 2 else 5
        unit, floor, door = n % 3 + 1, n // 6 % 6 + 1, n % 2 + 1
        late = -9 if n % 7 == 3 else 0 if n % 3 else 4
        kinds = [DueKind.VISIT] if n % 2 else [DueKind.CHECK, DueKind.CALL_BACK]
        urgent = n in (5, 23)
        names = (SURNAMES[n % 20] + GIVEN[n % 10],)
        if n % 5 == 0:
            names = (*names, SURNAMES[n % 20] + GIVEN[(n + 3) % 10])
        if n == 8:
            names = ("Jean-Baptiste O’Neill [bold]x[/bold]", "阿依古丽·买买提")
        status = DueStatus.OVERDUE if late < 0 else DueStatus.DUE if late == 0 else DueStatus.UPCOMING
        door_id = f"{n:032x}"
        stops.append(
            RoundStop(
                household_id=door_id,
                place_id=None,
                building_id=f"b{building}",
                building=f"幸福里小区{building}栋",
                address=f"幸福里小区{building}栋{unit}单元{floor}0{door}室",
                short=f"{building}-{unit}-{floor}0{door}",
                names=names,
                dues=tuple(
                    (
                        due(k, TODAY + timedelta(days=late), priority=0 if urgent else 5, door=door_id,
                            reason=Phrase("独居老人，每月一次")),
                        status,
                    )
                    for k in kinds
                ),
                urgent=urgent,
                walk_order=n,
                cautions=("dog",) if n == 2 else (),
            )
        )  # fmt: skip
    return sorted(stops, key=lambda stop: (not stop.urgent, stop.walk_order))


def story_of(book: FakeBook, household_id: str) -> HouseholdStory:
    """The story of a door of the fake round."""
    stop = next((stop for stop in book.stops if stop.household_id == household_id), book.stops[0])
    people = tuple(
        Person(
            Resident(new_id(), household_id, name, born=date(1944, 3, 2)), 82 - 7 * n,
            RiskLevel.RED if stop.urgent else RiskLevel.YELLOW if n == 0 else RiskLevel.GREEN, (), False,
        )
        for n, name in enumerate(stop.names)
    )  # fmt: skip
    visits = tuple(
        Visit(
            new_id(),
            household_id,
            outcome,
            Mode.DOOR,
            NOW - timedelta(days=30 * k),
            NOW,
            book.worker.id,
            note=note,
        )
        for k, (outcome, note) in enumerate(
            ((Outcome.NO_ANSWER, ""), (Outcome.COMPLETED, "燃气灶软管有点旧，已提醒 [red]更换[/red]")), 1
        )
    )
    household = Household(household_id, "grid-3", stop.building_id, stop.address, stop.short,
    fuel=Fuel.LPG_CYLINDER,
                          cautions=stop.cautions)  # fmt: skip
    return HouseholdStory(household, stop.building, people, stop.dues, (), visits, (), (), ())


def cells(floors: int = 6, units: int = 3, doors_each: int = 2) -> list[DoorCell]:
    """The doors of a building."""
    states = list(DoorState)
    found = []
    for unit in range(1, units + 1):
        for floor in range(1, floors + 1):
            for door in range(1, doors_each + 1):
                n = len(found)
                found.append(
                    DoorCell(
                        f"{n:032x}", str(unit), floor, f"{floor}0{door}", f"3-{unit}-{floor}0{door}",
                        (SURNAMES[n % 20] + GIVEN[n % 10],), states[n * 5 % 7], n,
                    )
                )  # fmt: skip
    return found


def install(setitem: Any, setattr_: Any) -> None:
    """Put the fakes in the place of the casebook's functions, with the setters of a monkeypatch (or plain
    ones)."""
    import casework.casebook as package

    def stops(book: FakeBook, grid_id: str, day: date) -> list[RoundStop]:
        return book.stops

    def counts(book: FakeBook, grid_id: str, day: date) -> RoundCounts:
        return RoundCounts(len(book.stops), sum(s.urgent for s in book.stops), 6, 3, 2, 1, 0)

    def no_answer(book: FakeBook, household_id: str, action: str | None = None) -> Receipt:
        if book.fail_with is not None:
            raise book.fail_with
        book.saved.append(("no_answer", household_id))
        stop = next(stop for stop in book.stops if stop.household_id == household_id)
        return Receipt(action or new_id(), "visit", "household", household_id,
                       Phrase("{door} 没人应门", {"door": stop.short}))  # fmt: skip

    def undo_last(book: FakeBook, action: str | None = None) -> Receipt:
        return Receipt(action or new_id(), "undo", "household", "", Phrase("undone"))

    def put(book: FakeBook, form: str, subject_id: str, data: dict[str, object]) -> Future[None]:
        def write() -> None:
            book.drafts[form, subject_id] = DraftView(form, subject_id, dict(data), NOW)

        return book.submit(write)

    def get(book: FakeBook, form: str, subject_id: str) -> DraftView | None:
        return book.drafts.get((form, subject_id))

    def latest(book: FakeBook) -> DraftView | None:
        return next(reversed(book.drafts.values()), None)

    def drop(book: FakeBook, form: str, subject_id: str) -> Future[Any]:
        return book.submit(lambda: book.drafts.pop((form, subject_id), None))

    for name, functions in {
        "rounds": {"stops": stops, "counts": counts},
        "households": {"story": story_of, "in_building": lambda book, building_id: cells()},
        "visits": {"no_answer": no_answer},
        "undo": {"undo_last": undo_last},
        "areas": {"get": lambda book, area_id: Area(area_id, AreaLevel.GRID, "第三网格")},
        "drafts": {"put": put, "get": get, "drop": drop, "latest": latest, "DAY_PLAN": "day_plan"},
        "receipts": {"of_action": lambda book, action: book.receipts.get(action)},
    }.items():
        module = ModuleType(f"casework.casebook.{name}")
        for key, value in functions.items():
            setattr(module, key, value)
        setitem(sys.modules, f"casework.casebook.{name}", module)
        setattr_(package, name, module)
