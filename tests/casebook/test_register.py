"""A roster becomes the register: what the sheet says is taken in once, and a worker's word is never undone by it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.casebook import doctor, due, register, residents, search
from casework.casebook.book import Casebook
from casework.casebook.entries import EditEntry, TagEntry
from casework.casebook.transaction import Transaction
from casework.domain.due import Due
from casework.domain.household import Fuel, Tenure
from casework.domain.phrase import Phrase
from casework.domain.receipt import Receipt
from casework.domain.register import RegisterRow
from casework.domain.resident import LifeState, Sex

ID = "420102194103080021"
OTHER_ID = "420102195507160039"

MEI = RegisterRow(
    line=2, name="梅秀兰", community="满春社区", grid="第一网格", building="3栋", unit="2", floor=5, room="501",
    address="3栋2单元501室", short="3-2-501", walk_order=7, fuel=Fuel.LPG_CYLINDER, tenure=Tenure.OWNED,
    household_phone="02785550001", cautions=("dog",), sex=Sex.FEMALE, born=date(1941, 3, 8), citizen_id=ID,
    phone="13000000001", life_state=LifeState.HOSPITALISED, last_seen_on=date(2026, 5, 1), tags=("lives_alone",),
    tag_source="名册.xlsx", contacts=(("梅建国", "儿子", "13000000099"),),
    devices=({"kind": "self_closing_regulator", "model": "A1", "made_on": date(2024, 5, 1)},), note="听力不好",
)  # fmt: skip
BARE = RegisterRow(line=3, name="王强", building="3栋", unit="2", room="502", short="3-2-502")


@pytest.fixture
def book(make_book: Callable[[], Casebook]) -> Casebook:
    return make_book()


def enter(book: Casebook, *rows: RegisterRow) -> tuple[int, int, int, int]:
    """Bring rows in as one batch, hold the casebook against itself, and count what became of them."""
    result = register.apply_rows(book, rows)
    assert doctor.examine(book).findings == ()
    return result.added, result.updated, result.unchanged, len(result.rejected)


def one(book: Casebook, sql: str, *values: Any) -> Any:
    row = book.database.execute_sql(sql, values).first()
    return row[0] if row is not None and len(row) == 1 else row


def person(book: Casebook, name: str = "梅秀兰") -> Any:
    return residents.get(book, one(book, "SELECT id FROM resident WHERE name = ?", name))


# --- what the sheet says -------------------------------------------------------------------------------------


def test_a_row_is_added_whole(book: Casebook) -> None:
    assert enter(book, MEI) == (1, 0, 0, 0)
    door = one(book, "SELECT phone, cautions, fuel, tenure, walk_order, floor FROM household")
    assert door == ("02785550001", '["dog"]', "lpg_cylinder", "owned", 7, 5)
    mei = person(book)
    assert (mei.life_state, mei.last_seen_on) == (LifeState.HOSPITALISED, date(2026, 5, 1))
    assert one(book, "SELECT note FROM resident") == "听力不好"
    assert [tag.tag for tag in mei.tags] == ["lives_alone"]
    assert [contact.phone for contact in mei.contacts] == ["13000000099"]
    assert one(book, "SELECT made_on FROM device") == "2024-05-01"
    for query in ("梅秀", "meixiulan", "mxl", "3-2-501", "501", "0001"):
        assert [found.name for found in search.find(book, query)][:1] == ["梅秀兰"], query


def test_the_same_rows_twice_change_nothing(book: Casebook) -> None:
    enter(book, MEI, BARE)
    before = one(book, "SELECT count(*) FROM op WHERE ent <> 'action'")
    assert enter(book, MEI, BARE) == (0, 0, 2, 0)
    assert one(book, "SELECT count(*) FROM op WHERE ent <> 'action'") == before


def test_the_same_action_again_enters_nothing_and_says_what_it_did(book: Casebook) -> None:
    action = "0" * 32
    register.apply_rows(book, [MEI], action)
    again = register.apply_rows(book, [MEI], action)
    assert (again.added, again.again) == (1, True)
    assert one(book, "SELECT count(*) FROM resident") == 1


@pytest.mark.parametrize(
    ("changes", "table", "column", "value"),
    [
        ({"household_phone": "02785550002"}, "household", "phone", "02785550002"),
        ({"cautions": ("dog", "oxygen")}, "household", "cautions", '["dog","oxygen"]'),
        ({"fuel": Fuel.ELECTRIC}, "household", "fuel", "electric"),
        ({"walk_order": 9}, "household", "walk_order", 9),
        ({"life_state": LifeState.LIVING_HERE}, "resident", "life_state", "living_here"),
        ({"last_seen_on": date(2026, 5, 9)}, "resident", "last_seen_on", "2026-05-09"),
        ({"phone": "13000000002"}, "resident", "phone", "13000000002"),
        ({"note": "换了助听器"}, "resident", "note", "换了助听器"),
    ],
)
def test_a_changed_sheet_updates(book: Casebook, changes: dict[str, Any], table: str, column: str, value: Any) -> None:
    enter(book, MEI)
    assert enter(book, replace(MEI, **changes)) == (0, 1, 0, 0)
    assert one(book, f"SELECT {column} FROM {table}") == value


def test_what_the_sheet_does_not_speak_of_is_left_alone(book: Casebook) -> None:
    enter(book, MEI)
    silent = RegisterRow(
        line=2, name="梅秀兰", community="满春社区", grid="第一网格", building="3栋", short="3-2-501", citizen_id=ID
    )
    assert enter(book, silent) == (0, 0, 1, 0)
    assert person(book).phone == "13000000001"


def test_a_row_that_was_bare_is_filled_in_by_a_later_sheet(book: Casebook) -> None:
    bare = RegisterRow(line=2, name="梅秀兰", community="满春社区", grid="第一网格", building="3栋", short="3-2-501")
    enter(book, bare)
    assert enter(book, MEI) == (0, 1, 0, 0)
    assert one(book, "SELECT phone, cautions, fuel FROM household") == ("02785550001", '["dog"]', "lpg_cylinder")
    assert person(book).life_state is LifeState.HOSPITALISED
    assert enter(book, replace(MEI, name="梅秀")) == (0, 0, 0, 1)


@pytest.mark.parametrize("batches", [1, 2])
def test_somebody_who_stands_twice_in_the_sheet_is_not_doubled(book: Casebook, batches: int) -> None:
    rows = [MEI, replace(MEI, line=3, tags=("lives_alone", "severe_disability"), note="搬来与女儿同住")]
    counts = enter(book, *rows) if batches == 1 else [enter(book, row) for row in rows][1]
    assert counts[:3] in ((1, 1, 0), (0, 1, 0))
    assert sorted(tag.tag for tag in person(book).tags) == ["lives_alone", "severe_disability"]
    assert len(person(book).contacts) == 1
    assert one(book, "SELECT note FROM resident") == "搬来与女儿同住"
    assert one(book, "SELECT count(*) FROM device") == 1


def test_two_of_one_door_share_its_valve(book: Casebook) -> None:
    enter(book, MEI, replace(MEI, line=3, name="王强", citizen_id=OTHER_ID))
    assert one(book, "SELECT count(*) FROM device") == 1


def test_an_id_number_under_another_name_is_refused_and_nothing_of_the_row_enters(book: Casebook) -> None:
    enter(book, MEI)
    slip = replace(BARE, citizen_id=ID)
    result = register.apply_rows(book, [slip])
    assert [line for line, _reason in result.rejected] == [3]
    assert one(book, "SELECT count(*) FROM household") == 1


# --- what a worker says --------------------------------------------------------------------------------------


def test_the_old_sheet_does_not_undo_what_a_worker_has_put_right(book: Casebook) -> None:
    enter(book, MEI)
    mei = person(book).id
    residents.edit(book, EditEntry(id=mei, values={"phone": "13000000055"}))
    residents.tag(book, TagEntry(resident_id=mei, tag="severe_disability"))
    assert enter(book, MEI) == (0, 0, 1, 0)
    assert person(book).phone == "13000000055"
    assert enter(book, replace(MEI, phone="13000000077")) == (0, 1, 0, 0)
    assert person(book).phone == "13000000077"


@pytest.mark.parametrize("number", [ID, None])
def test_a_name_that_a_worker_has_put_right_stays_so(book: Casebook, number: str | None) -> None:
    row = replace(MEI, citizen_id=number)
    enter(book, row)
    residents.edit(book, EditEntry(id=person(book).id, values={"name": "梅秀岚"}))
    assert enter(book, row) == (0, 0, 1, 0)
    assert [found.name for found in search.find(book, "梅秀")] == ["梅秀岚"]


# --- where they live -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("together", [True, False])
def test_somebody_has_moved_to_another_door(book: Casebook, together: bool) -> None:
    moved = replace(MEI, line=9, unit="1", room="101", short="3-1-101", address="3栋1单元101室", walk_order=1)
    if together:
        assert enter(book, MEI, moved)[0] == 1
    else:
        enter(book, MEI)
        assert enter(book, moved) == (0, 1, 0, 0)
    home = one(book, "SELECT h.short FROM resident r JOIN household h ON h.id = r.household_id")
    assert home == "3-1-101"
    assert one(book, "SELECT count(*) FROM resident") == 1
    found = {(one.kind, one.address) for one in search.find(book, "3-2-501")}
    assert found == {("household", "3栋 3-2-501")}


def test_one_more_person_behind_a_known_door(book: Casebook) -> None:
    enter(book, MEI)
    assert enter(book, replace(MEI, line=3, name="王强", citizen_id=OTHER_ID)) == (1, 0, 0, 0)
    assert {found.name for found in search.find(book, "3-2-501")} == {"梅秀兰", "王强"}


def test_a_kitchen_is_shared_by_its_doors(book: Casebook) -> None:
    next_door = replace(BARE, community="满春社区", grid="第一网格", kitchen="二楼厨房")
    enter(book, MEI)
    enter(book, replace(MEI, kitchen="二楼厨房"), next_door)
    assert one(book, "SELECT count(*) FROM kitchen") == 1
    assert one(book, "SELECT count(*) FROM household WHERE kitchen_id IS NOT NULL") == 2


def test_areas_are_made_as_they_come_and_found_again(book: Casebook) -> None:
    rows = [
        replace(BARE, grid="第一网格"), replace(BARE, name="李娟", grid="第二网格"),
        replace(BARE, name="周敏", grid="第二网格", building="100%"), replace(BARE, name="赵伟", building='"5"栋'),
    ]  # fmt: skip
    assert enter(book, *rows) == (4, 0, 0, 0)
    assert enter(book, *rows) == (0, 0, 4, 0)
    levels = book.database.execute_sql("SELECT level, count(*) FROM area GROUP BY level ORDER BY level").fetchall()
    assert levels == [("building", 4), ("community", 1), ("grid", 3)]


STREET = [
    RegisterRow(
        line=2, name=f"住户{building}{unit}{floor}", grid=grid, compound="南苑", building=building, unit=unit,
        room=f"{floor}01", short=f"{building[0]}-{unit}-{floor}01", fuel=Fuel.LPG_CYLINDER, born=date(1941, 3, 8),
    )
    for grid in ("第一网格", "第二网格") for building in ("1栋", "2栋", "3栋") for unit in "12" for floor in (1, 2, 3)
]  # fmt: skip


def days(book: Casebook) -> list[tuple[str, ...]]:
    """What falls due where and when, by names."""
    found = book.database.execute_sql(
        "SELECT g.name, b.name, h.short, due.rule, due.due_on FROM due JOIN household h ON h.id = due.household_id "
        "JOIN area b ON b.id = h.building_id JOIN area g ON g.id = h.grid_id ORDER BY 1, 2, 3, 4"
    )
    return found.fetchall()


def test_the_same_roster_on_two_laptops_falls_due_on_the_same_days(make_book: Callable[[], Casebook]) -> None:
    first, second = make_book(), make_book()
    enter(first, *STREET)
    for start in range(0, len(STREET), 7):
        enter(second, *STREET[start : start + 7])
    assert one(first, "SELECT id FROM household LIMIT 1") != one(second, "SELECT id FROM household LIMIT 1")
    assert days(first) == days(second)
    assert len(days(first)) > len(STREET)


def test_a_stair_falls_due_together_and_the_stairs_are_spread(book: Casebook) -> None:
    enter(book, *STREET)
    stairs: dict[tuple[str, ...], set[str]] = {}
    for grid, building, short, rule, due_on in days(book):
        if rule == "lpg_cylinder":
            stairs.setdefault((grid, building, short.rpartition("-")[0]), set()).add(due_on)
    assert {len(one) for one in stairs.values()} == {1}
    assert len({one for due_on in stairs.values() for one in due_on}) > len(stairs) // 2


def test_a_building_that_is_renamed_is_planned_anew(book: Casebook) -> None:
    enter(book, *STREET)
    before = days(book)

    def rename(tx: Transaction) -> Receipt:
        for (building,) in tx.all("SELECT id FROM area WHERE name = '南苑 1栋'"):
            tx.set("area", building, {"name": "南苑 甲栋"})
        return Receipt("", "area.edit", "area", "", Phrase(""))

    book.save("area.edit", None, rename)
    assert doctor.examine(book).findings == ()
    assert days(book) != before


def test_without_an_order_doors_are_walked_by_building_and_unit_from_below(book: Casebook) -> None:
    def door(building: str, unit: str, floor: int, room: str) -> RegisterRow:
        short = f"{building}-{unit}-{room}"
        return RegisterRow(line=2, name="王强", building=building, unit=unit, floor=floor, room=room, short=short)

    enter(book, door("1栋", "2", 1, "101"), door("1栋", "1", 3, "302"), door("2栋", "1", 1, "101"),
          door("1栋", "1", 3, "301"), door("1栋", "1", 1, "101"))  # fmt: skip
    walked = book.database.execute_sql("SELECT short FROM household ORDER BY walk_order").fetchall()
    assert [short for (short,) in walked] == ["1栋-1-101", "1栋-1-301", "1栋-1-302", "1栋-2-101", "2栋-1-101"]


def test_a_bulk_write_does_not_rest_in_the_log_alone(make_book: Callable[[], Casebook], book: Casebook) -> None:
    with register.bulk(book):
        register.apply_rows(book, [MEI])
    log, moved = book.write(lambda: book.database.execute_sql("PRAGMA wal_checkpoint(PASSIVE)").first())[1:]
    assert log == moved
    assert one(book, "SELECT v FROM search_config WHERE k = 'automerge'") in (None, 4)


# --- however it is cut ---------------------------------------------------------------------------------------

NAMES = ("梅秀兰", "王强", "李娟", "周敏")
SAID = st.fixed_dictionaries(
    {},
    optional={
        "phone": st.sampled_from(["13000000001", "13000000002"]),
        "tags": st.sampled_from([("lives_alone",), ("severe_disability", "lives_alone")]),
        "contacts": st.sampled_from([(("梅建国", "儿子", "13000000099"),), (("周芳", "", ""),)]),
        "household_phone": st.sampled_from(["02785550001", "02785550002"]),
        "cautions": st.sampled_from([("dog",), ("oxygen",)]),
        "kitchen": st.just("二楼厨房"),
        "fuel": st.sampled_from(list(Fuel)),
        "devices": st.just(({"kind": "self_closing_regulator", "model": "A1"},)),
        "life_state": st.sampled_from(list(LifeState)),
    },
)
ROWS = st.lists(
    st.builds(
        lambda name, door, grid, said: RegisterRow(
            line=2, name=name, grid=grid, building="3栋", unit="2", room=str(500 + door), short=f"3-2-{500 + door}",
            citizen_id=ID if name == "梅秀兰" else None, **said,
        ),
        st.sampled_from(NAMES), st.integers(1, 3), st.sampled_from(["第一网格", "第二网格"]), SAID,
    ),
    max_size=8,
)  # fmt: skip

CONTENT = (
    "SELECT a.name, b.name, h.short, h.phone, h.cautions, h.fuel, h.walk_order, k.name FROM household h "
    "JOIN area a ON a.id = h.grid_id JOIN area b ON b.id = h.building_id LEFT JOIN kitchen k ON k.id = h.kitchen_id",
    "SELECT r.name, h.short, a.name, r.phone, r.life_state, r.citizen_id FROM resident r "
    "JOIN household h ON h.id = r.household_id JOIN area a ON a.id = h.grid_id",
    "SELECT r.name, h.short, t.tag FROM tag t JOIN resident r ON r.id = t.resident_id "
    "JOIN household h ON h.id = r.household_id",
    "SELECT r.name, h.short, c.name, c.phone FROM contact c JOIN resident r ON r.id = c.resident_id "
    "JOIN household h ON h.id = r.household_id",
    "SELECT h.short, d.kind, d.model FROM device d JOIN household h ON h.id = d.household_id",
    "SELECT d.kind, d.name, d.address, d.phones FROM doc d",
)


def content(rows: list[RegisterRow], sizes: list[int], clock: Any) -> list[list[str]]:
    """What the register holds, by what people see of it, after the rows came in batches of these sizes."""
    with TemporaryDirectory() as folder:
        book, _key = Casebook.create(
            Path(folder) / "a.casework", community="满春社区", worker="李芳", secret=None, clock=clock
        )
        left = list(rows)
        for size in [*sizes, len(rows)]:
            if left:
                register.apply_rows(book, left[:size])
                left = left[size:]
        assert doctor.examine(book).findings == ()
        found = [sorted(map(repr, book.database.execute_sql(sql).fetchall())) for sql in CONTENT]
        book.close()
    return found


@given(rows=ROWS, sizes=st.lists(st.integers(1, 4), max_size=8))
@settings(max_examples=40)
def test_how_a_sheet_is_cut_into_batches_makes_no_difference(rows: list[RegisterRow], sizes: list[int]) -> None:
    from casework.casebook.clock import FrozenClock
    from tests.casebook.conftest import MORNING

    assert content(rows, sizes, FrozenClock(MORNING)) == content(rows, [], FrozenClock(MORNING))


def test_each_door_says_its_own_reason_however_many_come_at_once(
    book: Casebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = due.plan

    def reasons_that_come_and_go(*given: Any) -> Iterator[Due]:
        # The third reason stands where the first one stood in memory, and so on: its identity is not its own.
        row = planned(*given)[0]
        for n in range(6):
            yield replace(row, reason=Phrase("{n}", {"n": n}))

    monkeypatch.setattr(due, "plan", reasons_that_come_and_go)
    register.apply_rows(book, [MEI])
    said = book.database.execute_sql("SELECT reason FROM due ORDER BY id").fetchall()
    assert [json.loads(row[0])["v"]["n"] for row in said] == list(range(6))


@given(order=st.permutations(range(6)), sizes=st.lists(st.integers(1, 4), max_size=6))
@settings(max_examples=25)
def test_nor_does_the_order_of_different_people(order: list[int], sizes: list[int]) -> None:
    from casework.casebook.clock import FrozenClock
    from tests.casebook.conftest import MORNING

    rows = [
        replace(
            MEI,
            line=n + 2,
            name=NAMES[n % 4] + "甲乙丙"[n // 4],
            citizen_id=None,
            short=f"3-2-{n // 2}",
            walk_order=n // 2,
        )
        for n in range(6)
    ]
    shuffled = content([rows[n] for n in order], sizes, FrozenClock(MORNING))
    assert shuffled == content(rows, [], FrozenClock(MORNING))
