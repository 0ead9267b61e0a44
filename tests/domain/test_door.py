"""A door by its parts: the form that people type, the address in words, one name for a building however it is written."""

from __future__ import annotations

import pytest

from casework.domain import door
from casework.exchange import doorway


@pytest.mark.parametrize(
    ("building", "unit", "floor", "room", "short", "on", "address"),
    [
        ("3栋", "1", None, "501", "3-1-501", 5, "3栋1单元501室"),
        ("3栋", "1单元", None, "501室", "3-1-501", 5, "3栋1单元501室"),
        ("幸福里小区 3栋", "二单元", None, "1203", "3-2-1203", 12, "幸福里小区3栋2单元1203室"),
        ("A座", "", None, "1203", "A-1203", 12, "A座1203室"),
        ("筒子楼", "", 2, "", "筒子楼-2", 2, "筒子楼2楼"),
        ("满春街15号", "", 2, "", "15-2", 2, "满春街15号2楼"),
        ("Willow Lane Building 3", "2", None, "501", "3-2-501", 5, "Willow Lane Building 3, unit 2, room 501"),
    ],
)
def test_a_door_is_called_by_its_parts(
    building: str, unit: str, floor: int | None, room: str, short: str, on: int | None, address: str
) -> None:
    found = door.parts(building, unit, floor, room)
    assert (found.short, found.floor, found.address) == (short, on, address)


def test_a_free_address_is_read_and_stays_as_it_was_written() -> None:
    found = door.parts("3栋", address="幸福里小区3栋2单元501室（西边门）")
    assert found.address == "幸福里小区3栋2单元501室（西边门）"
    assert door.parts("3栋", address="3-2-501").short == "3-2-501"
    assert door.parts("筒子楼", address="楼梯口第二间").short == "楼梯口第二间"


def test_nothing_leads_to_no_door() -> None:
    assert door.parts("3栋").short == ""
    assert door.parts("3栋", unit="1").short == ""


@pytest.mark.parametrize("written", ["3栋", "3号楼", "三号楼", "3幢", "3", "3#", "Building 3"])
def test_a_building_by_hand_is_called_as_a_roster_calls_it(written: str) -> None:
    assert door.wall_name(written) == doorway.building_name("3栋") == "3栋"


@pytest.mark.parametrize("name", ["东楼", "满春街15号", "A座"])
def test_a_name_of_its_own_stays(name: str) -> None:
    assert door.wall_name(name) == name


def test_the_compound_stands_before_the_building() -> None:
    assert door.wall_name("幸福里小区3号楼") == door.wall_name("幸福里小区 3栋") == "幸福里小区 3栋"


def test_the_nearest_door_is_in_the_same_stair_then_on_the_same_floor() -> None:
    here = ("1", 5, "501")
    doors = [("2", 5, "501"), ("1", 4, "401"), ("1", 5, "502")]
    assert min(doors, key=lambda one: door.distance(one, here)) == ("1", 5, "502")
