"""The register by hand from the command line: what the app's forms can add and put right, a script can."""

from __future__ import annotations

from typing import Any

import pytest

ID = "11010519491231002X"


@pytest.fixture
def building(casework: Any) -> str:
    """A building without doors."""
    casework("init", "--community", "满春社区", "--worker", "李芳", "--open")
    grid = casework("add", "area", "grid", "第一网格", "--own-community", "--json").data["id"]
    return str(casework("add", "area", "building", "5栋", "--parent", grid, "--alias", "红楼", "--json").data["id"])


def test_a_door_by_its_parts_and_a_person_with_all_that_is_known(casework: Any, building: str) -> None:
    door = casework("add", "household", building, "--unit", "1", "--room", "201", "--tenure", "rented", "--json").data[
        "id"
    ]
    story = casework("household", door, "--json").data
    assert (story["short"], story["address"]) == ("5-1-201", "5栋1单元201室")
    added = casework(
        "add", "resident", door, "梅秀兰", "--citizen-id", ID, "--relation", "户主", "--tag", "lives_alone:社区:2026-01-05",
        "--contact", "梅建国:儿子:13900000001", "--consent", "home_visit:oral", "--json",
    )  # fmt: skip
    assert added.code == 0, added.err
    person = casework("household", door, "--json").data["people"][0]
    assert (person["tags"], person["sex"]) == (["lives_alone"], "female")
    assert casework("doctor").code == 0


def test_what_is_there_already_is_said_and_refused(casework: Any, building: str) -> None:
    door = casework("add", "household", building, "5-1-201", "--json").data["id"]
    again = casework("add", "household", building, "--unit", "1", "--room", "201")
    assert again.code == 2
    assert "5-1-201" in again.err
    casework("add", "resident", door, "梅秀兰", "--citizen-id", ID)
    other = casework("add", "resident", door, "李四", "--citizen-id", ID)
    assert other.code == 2
    assert "梅秀兰" in other.err
    assert ID not in other.err
    grid = casework("areas", "--json").data[0]["id"]
    assert casework("add", "area", "building", "五号楼", "--parent", grid).code == 2


def test_a_sheet_and_a_door_are_put_right_and_what_is_not_named_stays(casework: Any, building: str) -> None:
    door = casework("add", "household", building, "5-1-201", "--fuel", "electric", "--json").data["id"]
    neighbour = casework("add", "household", building, "5-1-202", "--json").data["id"]
    person = casework("add", "resident", door, "梅秀兰", "--phone", "13900000001", "--json").data["id"]
    assert casework("change", "household", door, "--room", "203", "--shares-with", neighbour).code == 0
    story = casework("household", door, "--json").data
    assert (story["short"], story["fuel"]) == ("5-1-203", "electric")
    assert casework("change", "resident", person, "--name", "梅秀蓝", "--household", neighbour).code == 0
    moved = casework("household", neighbour, "--json").data["people"][0]
    assert (moved["name"], moved["phone"]) == ("梅秀蓝", "139****0001")
    assert casework("undo").code == 0
    assert casework("household", door, "--json").data["people"][0]["name"] == "梅秀兰"
    assert casework("change", "household", door, "--own-kitchen").code == 0
    assert casework("doctor").code == 0


def test_a_wrong_tag_is_wrong_use(casework: Any, building: str) -> None:
    door = casework("add", "household", building, "5-1-201", "--json").data["id"]
    assert casework("add", "resident", door, "梅秀兰", "--tag", "dissident").code == 2
    assert casework("add", "resident", door, "梅秀兰", "--tag", "hardship:x:1-1-1").code == 2


def test_places_say_how_they_stand(casework: Any, building: str) -> None:
    place = casework("add", "place", "manhole", "东门井盖", "--number", "M-17", "--json").data["id"]
    casework("add", "place", "shop", "便民超市")
    assert [p["name"] for p in casework("places", "--kind", "manhole", "--json").data] == ["东门井盖"]
    row = casework("places", "--json").data[0]
    assert {"id", "kind", "name", "number", "checked_on", "result", "due_on", "status"} <= set(row)
    assert (row["result"], row["checked_on"]) == ("never", None)
    assert casework("change", "place", place, "--name", "西门井盖").code == 0
    shown = casework("place", place, "--json").data
    assert (shown["name"], shown["number"], shown["checks"]) == ("西门井盖", "M-17", [])
    assert "西门井盖" in casework("place", place).out
    assert "西门井盖" in casework("places", "--all").out
