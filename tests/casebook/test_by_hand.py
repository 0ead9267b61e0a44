"""The register by hand: an area, a door, a person is added and put right; what is there already is said, and undone whole."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.casebook import areas, doctor, doorstep, households, person, register, residents, search, undo, visits
from casework.casebook.changes import ContactChange, HouseholdChange, ResidentChange, TagChange
from casework.casebook.entries import (
    AreaEntry,
    ConsentPart,
    ContactPart,
    HouseholdEntry,
    ResidentEntry,
    TagPart,
)
from casework.casebook.errors import AlreadyThere, NotFound, Refused
from casework.domain.register import RegisterRow
from casework.domain.resident import Sex
from casework.language import say
from tests.casebook.conftest import Neighbourhood

ID = "420102194103080002"
OTHER_ID = "420102195507169999"


def add_door(here: Neighbourhood, **values: Any) -> str:
    return households.add(here.book, HouseholdEntry(building_id=here.building, **values)).subject_id


def one(here: Neighbourhood, sql: str, *values: Any) -> Any:
    row = here.book.database.execute_sql(sql, values).first()
    return row[0] if row is not None and len(row) == 1 else row


# --- areas ---------------------------------------------------------------------------------------------------


def test_a_building_comes_after_those_of_its_grid_and_is_found_at_once(here: Neighbourhood) -> None:
    made = areas.add(here.book, AreaEntry(level="building", name="5栋", parent_id=here.grid, aliases=("红楼",)))
    assert [area.name for area in areas.buildings(here.book, here.grid)] == ["3栋", "5栋"]
    for typed in ("5", "5栋", "红楼"):
        assert search.buildings(here.book, typed)[0].id == made.subject_id, typed


@pytest.mark.parametrize("name", ["3栋", "三号楼", "3幢", "３栋"])
def test_a_building_that_is_there_already_is_named(here: Neighbourhood, name: str) -> None:
    with pytest.raises(AlreadyThere) as error:
        areas.add(here.book, AreaEntry(level="building", name=name, parent_id=here.grid))
    assert (error.value.kind, error.value.id) == ("area", here.building)
    assert "3栋" in say(error.value.phrase)


def test_a_roster_finds_the_building_that_was_added_by_hand(here: Neighbourhood) -> None:
    book = here.book
    grid = areas.add(book, AreaEntry(level="grid", name="第二网格", in_own_community=True)).subject_id
    by_hand = areas.add(book, AreaEntry(level="building", name="幸福里小区6号楼", parent_id=grid)).subject_id
    row = RegisterRow(
        line=2, name="罗春香", community="满春社区", grid="第二网格", compound="幸福里小区", building="6栋", unit="1",
        room="101", short="6-1-101",
    )  # fmt: skip
    register.apply_rows(book, [row])
    assert one(here, "SELECT building_id FROM household WHERE short = '6-1-101'") == by_hand
    assert doctor.examine(book).findings == ()


def test_a_building_belongs_to_a_grid_and_a_grid_to_what_is_above_it(here: Neighbourhood) -> None:
    with pytest.raises(Refused):
        areas.add(here.book, AreaEntry(level="building", name="7栋"))
    with pytest.raises(Refused):
        areas.add(here.book, AreaEntry(level="building", name="7栋", parent_id=here.building))
    with pytest.raises(Refused):
        areas.add(here.book, AreaEntry(level="grid", name="第三网格", parent_id=here.building))


def test_a_grid_that_brought_its_community_along_is_undone_with_it(here: Neighbourhood) -> None:
    areas.add(here.book, AreaEntry(level="grid", name="第二网格", in_own_community=True))
    undo.undo_last(here.book)
    assert [node.area.name for node in areas.tree(here.book)] == ["满春十三网格"]
    assert doctor.examine(here.book).findings == ()


def test_the_tree_shows_each_area_before_those_that_it_holds(here: Neighbourhood) -> None:
    book = here.book
    areas.add(book, AreaEntry(level="grid", name="第二网格", in_own_community=True))
    areas.add(book, AreaEntry(level="compound", name="幸福里小区", in_own_community=True))
    assert [(node.area.name, node.depth) for node in areas.tree(book)] == [
        ("满春十三网格", 0), ("满春社区", 0), ("第二网格", 1), ("幸福里小区", 1),
    ]  # fmt: skip


# --- doors ---------------------------------------------------------------------------------------------------


def test_a_door_by_its_parts_has_its_short_form_address_and_grid(here: Neighbourhood) -> None:
    door = households.get(here.book, add_door(here, unit="1", room="201", fuel="lpg_cylinder", tenure="rented"))
    assert (door.short, door.address, door.floor, door.grid_id) == ("3-1-201", "3栋1单元201室", 2, here.grid)
    assert search.find(here.book, "3-1-201")[0].household_id == door.id


def test_a_door_stands_beside_its_neighbour_on_the_walk(here: Neighbourhood) -> None:
    add_door(here, unit="1", room="103")
    order = [
        row[0] for row in here.book.database.execute_sql("SELECT short FROM household ORDER BY walk_order, short")
    ]  # fmt: skip
    assert order == ["3-1-101", "3-1-102", "3-1-103"]


def test_the_first_doors_of_a_building_are_walked_stair_by_stair_from_below(here: Neighbourhood) -> None:
    here.building = areas.add(here.book, AreaEntry(level="building", name="5栋", parent_id=here.grid)).subject_id
    for unit, room in (("2", "101"), ("1", "201"), ("1", "102"), ("1", "101")):
        add_door(here, unit=unit, room=room)
    walked = [cell.short for cell in households.in_building(here.book, here.building)]
    assert walked == ["5-1-101", "5-1-102", "5-1-201", "5-2-101"]


def test_a_door_that_is_there_already_is_named(here: Neighbourhood) -> None:
    with pytest.raises(AlreadyThere) as error:
        add_door(here, address="3栋1单元101室")
    assert error.value.household_id == here.door
    sketch = doorstep.sketch(here.book, here.building, "1", None, "101", "")
    assert (sketch.short, sketch.standing, sketch.names) == ("3-1-101", here.door, ("梅秀兰",))


def test_nothing_is_no_door(here: Neighbourhood) -> None:
    with pytest.raises(Refused):
        add_door(here, unit="1")


def test_doors_share_a_kitchen_that_is_made_for_them(here: Neighbourhood) -> None:
    new = add_door(here, unit="1", room="103", shares_with=(here.door,))
    assert households.story(here.book, here.door).sharing_kitchen == ("3-1-103",)
    households.change(here.book, HouseholdChange(id=here.family_door, shares_with=(new,)))
    assert households.story(here.book, new).sharing_kitchen == ("3-1-101", "3-1-102")
    households.change(here.book, HouseholdChange(id=new, shares_with=(here.door,)))
    assert households.story(here.book, here.family_door).sharing_kitchen == ()
    households.change(here.book, HouseholdChange(id=new, shares_with=()))
    assert households.story(here.book, here.door).sharing_kitchen == ()
    assert doctor.examine(here.book).findings == ()


def test_a_door_added_with_a_shared_kitchen_is_undone_whole(here: Neighbourhood) -> None:
    add_door(here, unit="1", room="103", shares_with=(here.door,))
    undo.undo_last(here.book)
    assert households.get(here.book, here.door).kitchen_id is None
    assert one(here, "SELECT (SELECT count(*) FROM kitchen), (SELECT count(*) FROM household)") == (0, 2)
    assert doctor.examine(here.book).findings == ()


def test_the_short_form_follows_a_room_that_is_put_right(here: Neighbourhood) -> None:
    households.change(here.book, HouseholdChange(id=here.door, room="301", phone="027-85550001"))
    door = households.get(here.book, here.door)
    assert (door.short, door.floor, door.address, door.phone) == ("3-1-301", 3, "3栋1单元301室", "027-85550001")
    with pytest.raises(AlreadyThere):
        households.change(here.book, HouseholdChange(id=here.door, room="102"))
    undo.undo_last(here.book)
    assert households.get(here.book, here.door).short == "3-1-101"
    assert doctor.examine(here.book).findings == ()


def test_another_wording_of_the_address_leaves_the_door_where_it_is(here: Neighbourhood) -> None:
    households.change(here.book, HouseholdChange(id=here.door, address="柳荫里3栋1单元101"))
    door = households.get(here.book, here.door)
    assert (door.short, door.address, door.room) == ("3-1-101", "柳荫里3栋1单元101", "101")
    households.change(here.book, HouseholdChange(id=here.door, room="105"))
    assert households.get(here.book, here.door).address == "柳荫里3栋1单元101", "what was written stays as it was"


def test_a_door_is_not_taken_away_from_under_those_whom_a_roster_brought(here: Neighbourhood) -> None:
    book = here.book
    grid = areas.add(book, AreaEntry(level="grid", name="第二网格", in_own_community=True)).subject_id
    building = areas.add(book, AreaEntry(level="building", name="8栋", parent_id=grid)).subject_id
    door = households.add(book, HouseholdEntry(building_id=building, unit="1", room="101")).subject_id
    row = RegisterRow(line=2, name="罗春香", grid="第二网格", building="8栋", unit="1", room="101", short="8-1-101")
    register.apply_rows(book, [row])
    assert [resident.name for resident in households.people_of(book, door)] == ["罗春香"]
    with pytest.raises(Refused):
        undo.undo_last(book)
    assert households.get(book, door).short == "8-1-101"


# --- people --------------------------------------------------------------------------------------------------

SHEET = {
    "name": "罗春香", "citizen_id": ID, "phone": "13900000007", "relation": "户主",
    "residence_state": "resident_not_registered",
    "tags": (TagPart(tag="lives_alone", since=date(2026, 1, 1), source="社区"), TagPart(tag="hardship", source="民政")),
    "contacts": (ContactPart(name="罗军", relation="儿子", phone="13900000008"),),
    "consents": (ConsentPart(purpose="home_visit", given=True, how="oral"),),
}  # fmt: skip


def test_a_person_is_added_with_all_that_is_known_and_undone_whole(here: Neighbourhood) -> None:
    added = residents.add(here.book, ResidentEntry(household_id=here.family_door, **SHEET))
    luo = residents.get(here.book, added.subject_id)
    assert (luo.born, luo.sex, luo.head) == (date(1941, 3, 8), Sex.FEMALE, True)
    assert [(tag.tag, tag.since, tag.source) for tag in luo.tags] == [
        ("lives_alone", date(2026, 1, 1), "社区"), ("hardship", None, "民政"),
    ]  # fmt: skip
    assert [contact.name for contact in luo.contacts] == ["罗军"]
    consent = residents.consents(here.book, luo.id)[0]
    assert (consent.purpose, consent.basis, consent.given, consent.given_on) == (
        "home_visit", "consent", True, here.book.today(),
    )  # fmt: skip
    assert doctor.examine(here.book).findings == ()
    undo.undo_last(here.book)
    for table in ("resident", "tag", "contact", "consent"):
        assert one(here, f"SELECT count(*) FROM {table} WHERE id >= ?", added.subject_id) == 0, table
    assert doctor.examine(here.book).findings == ()


def test_an_id_number_says_who_it_is_while_it_is_typed(here: Neighbourhood) -> None:
    assert person.reading(here.book, "42010219").missing == 10
    read = person.reading(here.book, "420102 19410308 000 2")
    assert (read.born, read.sex, read.age, read.wrong, read.held_by) == (date(1941, 3, 8), Sex.FEMALE, 85, None, None)
    assert person.reading(here.book, ID[:-1] + "3").wrong is not None
    residents.change(here.book, ResidentChange(id=here.mei, citizen_id=ID))
    held = person.reading(here.book, ID).held_by
    assert held is not None
    assert (held.name, held.household_id, held.address) == ("梅秀兰", here.door, "3栋 3-1-101")
    assert person.reading(here.book, ID, but=here.mei).held_by is None


def test_an_id_number_that_somebody_has_is_refused_and_says_who(here: Neighbourhood) -> None:
    residents.change(here.book, ResidentChange(id=here.mei, citizen_id=ID))
    with pytest.raises(AlreadyThere) as error:
        residents.add(here.book, ResidentEntry(household_id=here.family_door, name="李四", citizen_id=ID.lower()))
    assert (error.value.id, error.value.household_id) == (here.mei, here.door)
    assert ID not in say(error.value.phrase)
    with pytest.raises(AlreadyThere):
        residents.change(here.book, ResidentChange(id=here.li, citizen_id=ID))


def test_what_contradicts_the_number_is_refused_whichever_is_typed_later(here: Neighbourhood) -> None:
    with pytest.raises(Refused):
        residents.change(here.book, ResidentChange(id=here.mei, citizen_id=ID, born=date(1950, 1, 1)))
    residents.change(here.book, ResidentChange(id=here.mei, citizen_id=ID))
    with pytest.raises(Refused):
        residents.change(here.book, ResidentChange(id=here.mei, born=date(1950, 1, 1)))
    with pytest.raises(Refused):
        residents.change(here.book, ResidentChange(id=here.mei, sex="male"))
    residents.change(here.book, ResidentChange(id=here.mei, citizen_id=OTHER_ID))
    mei = residents.get(here.book, here.mei)
    assert (mei.born, mei.sex) == (date(1955, 7, 16), Sex.MALE)


@pytest.mark.parametrize("born", [date(2015, 1, 1), date(2027, 1, 1)])
def test_the_register_keeps_no_children(here: Neighbourhood, born: date) -> None:
    with pytest.raises(Refused):
        residents.add(here.book, ResidentEntry(household_id=here.door, name="小梅", born=born))


def test_a_sheet_is_put_right_in_one_save_and_undone_whole(here: Neighbourhood) -> None:
    book = here.book
    before = residents.get(book, here.mei)
    change = ResidentChange(
        id=here.mei, name="梅秀蓝", phone="", residence_state="registered_not_resident",
        tags=(TagPart(tag="hardship", source="民政"),), tags_changed=(TagChange(id=before.tags[0].id, source="社区"),),
        contacts=(ContactPart(name="梅丽"),),
        contacts_changed=(ContactChange(id=before.contacts[0].id, phone="13900000009"),),
        consents=(ConsentPart(purpose="home_visit", given=False, how="no"),),
    )  # fmt: skip
    residents.change(book, change)
    mei = residents.get(book, here.mei)
    assert (mei.name, mei.phone, mei.residence_state) == ("梅秀蓝", "", "registered_not_resident")
    assert [(tag.tag, tag.source) for tag in mei.tags] == [("lives_alone", "社区"), ("hardship", "民政")]
    assert [(c.name, c.phone) for c in mei.contacts] == [("梅建国", "13900000009"), ("梅丽", "")]
    assert search.find(book, "梅秀蓝")
    assert doctor.examine(book).findings == ()
    undo.undo_last(book)
    assert residents.get(book, here.mei) == before
    assert residents.consents(book, here.mei) == []
    assert doctor.examine(book).findings == ()


def test_a_tag_ends_and_a_contact_goes(here: Neighbourhood) -> None:
    mei = residents.get(here.book, here.mei)
    ends = ResidentChange(id=here.mei, tags_ended=(mei.tags[0].id,), contacts_gone=(mei.contacts[0].id,))
    residents.change(here.book, ends)
    mei = residents.get(here.book, here.mei)
    assert not mei.tags[0].holds_on(here.book.today())
    assert mei.contacts == ()
    with pytest.raises(NotFound):
        residents.change(here.book, ResidentChange(id=here.li, tags_ended=(mei.tags[0].id,)))


def test_a_tag_that_the_person_has_is_not_given_twice(here: Neighbourhood) -> None:
    with pytest.raises(Refused):
        residents.change(here.book, ResidentChange(id=here.mei, tags=(TagPart(tag="lives_alone"),)))


def test_somebody_moves_to_another_door(here: Neighbourhood) -> None:
    residents.change(here.book, ResidentChange(id=here.mei, household_id=here.family_door))
    assert {r.name for r in households.people_of(here.book, here.family_door)} == {"王强", "李娟", "梅秀兰"}
    assert doctor.examine(here.book).findings == ()


def test_a_household_has_one_head(here: Neighbourhood) -> None:
    residents.change(here.book, ResidentChange(id=here.wang, head=True))
    receipt = residents.change(here.book, ResidentChange(id=here.li, relation="户主"))
    assert "王强" in say(receipt.follows[0])
    assert [r.name for r in households.people_of(here.book, here.family_door) if r.head] == ["李娟"]


def test_one_slip_after_the_other_is_taken_back_the_last_one_first(here: Neighbourhood) -> None:
    new = add_door(here, unit="1", room="103")
    visits.no_answer(here.book, new)
    undo.undo_last(here.book)
    undo.undo_last(here.book)
    assert one(here, "SELECT count(*) FROM household") == 2
