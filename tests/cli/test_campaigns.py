"""Campaigns from the command line: a script starts one, decides about a door, reads who is left, exports, signs off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook


@pytest.fixture
def street(casework: Any) -> dict[str, str]:
    """Three doors with bottled gas: somebody old, hard up and alone behind the first two."""
    casework("init", "--community", "满春社区", "--worker", "李芳", "--open")
    grid = casework("add", "area", "grid", "第一网格", "--own-community", "--json").data["id"]
    building = casework("add", "area", "building", "5栋", "--parent", grid, "--json").data["id"]
    doors = {"grid": grid}
    for number, (name, born) in enumerate(
        (("梅秀兰", "1941-03-08"), ("孙秀英", "1950-01-01"), ("陈静", "1990-01-01")), 1
    ):
        fuel = ("--fuel", "lpg_cylinder", "--unit", "1", "--room", f"10{number}")
        door = casework("add", "household", building, *fuel, "--json").data["id"]
        tags = ("--tag", "lives_alone", "--tag", "hardship") if number < 3 else ()
        assert casework("add", "resident", door, name, "--born", born, *tags).code == 0
        doors[str(number)] = door
    return doors


def test_a_campaign_from_its_start_to_its_signature(casework: Any, street: dict[str, str], tmp_path: Path) -> None:
    keys = [one["key"] for one in casework("campaign", "list", "--catalog", "--json").data]
    assert keys == ["home_visits", "manholes", "pipeline_flats", "valve", "waterlogging"]
    assert casework("campaign", "start", "valve", "--goal", 1400, "--lead", "李主任", "--json").code == 0
    (row,) = casework("campaign", "list", "--json").data
    assert (row["key"], row["goal"], row["lead"]) == ("valve", 1400, "李主任")
    assert {key: n for key, n in row["buckets"].items() if n} == {"to_visit": 2, "not_eligible": 1}

    casework("visit", street["1"], "no_answer")
    assert casework("campaign", "why", "valve", street["1"], "--json").data["bucket"] == "call_back"
    assert "36 years old, from 65" in casework("campaign", "why", "valve", street["3"]).out
    assert casework("campaign", "exempt", "valve", street["2"], "").code == 2
    assert casework("campaign", "exempt", "valve", street["2"], "=1+1 住院化疗").code == 0
    shown = casework("campaign", "show", "valve", "--open", "--days", "--json").data
    assert [(one["address"], one["bucket"]) for one in shown["units"]] == [("5-1-101", "call_back")]
    assert [(one["tried"], one["done"]) for one in shown["days"]] == [([1], 0)]

    out = tmp_path / "valve.xlsx"
    assert casework("campaign", "export", "valve", out, "--json").data["rows"] == 2
    cells = CalamineWorkbook.from_path(str(out)).get_sheet_by_index(0).to_python()
    assert [row[2:6] for row in cells[4:]] == [
        ["5-1-101", "梅**", "to call back", cells[4][5]],
        ["5-1-102", "孙**", "exempt", "exempt: ***"],
    ]
    assert casework("campaign", "export", "valve", out).code == 2
    assert casework("campaign", "export", "valve", out, "--reveal", "--replace").code == 0
    cells = CalamineWorkbook.from_path(str(out)).get_sheet_by_index(0).to_python()
    assert [(row[3], row[5]) for row in cells[4:]][1] == ("孙秀英", "exempt: =1+1 住院化疗")

    refused = casework("campaign", "close", "valve", "转入下一年", "--signed-by", "李主任")
    assert refused.code == 2
    assert "5-1-101" in refused.err
    closed = casework("campaign", "close", "valve", "转入下一年", "--signed-by", "李主任", "--even-open", "--json").data
    assert [one["address"] for one in closed["open"]] == ["5-1-101"]
    assert casework("campaign", "admit", "valve", street["2"], "x").code == 2
    (row,) = casework("campaign", "list", "--all", "--json").data
    assert (row["state"], row["signed_by"], row["result"]) == ("closed", "李主任", "转入下一年")
    assert casework("doctor").code == 0


def test_a_counter_is_counted_up_and_down(casework: Any, street: dict[str, str]) -> None:
    assert casework("campaign", "start", "pipeline_flats", "--goal", 100).code == 0
    assert casework("campaign", "count", "pipeline_flats", 40, "柳荫里").code == 0
    assert casework("campaign", "count", "pipeline_flats", -4, "重复报").code == 0
    shown = casework("campaign", "show", "pipeline_flats", "--json").data
    assert shown["buckets"] == {"to_visit": 64, "done": 36}
    assert [step["n"] for step in shown["steps"]] == [-4, 40]
    assert casework("campaign", "export", "pipeline_flats", "x.xlsx").code == 2


def test_what_cannot_be_is_said(casework: Any, street: dict[str, str]) -> None:
    assert "no campaign of that name" in casework("campaign", "start", "nothing").err
    assert casework("campaign", "show", "valve").code == 2
    assert casework("campaign", "start", "valve", "--sponsor", "nobody").code == 2
    assert casework("campaign", "start", "valve", "--deadline", "2020-01-01").code == 2
    assert casework("campaign", "start", "valve").code == 0
    assert casework("campaign", "change", "valve", "街道通知", "--goal", 3, "--deadline", "2099-01-01").code == 0
    row = casework("campaign", "show", "valve", "--json").data
    assert (row["goal"], row["deadline"]) == (3, "2099-01-01")
    assert casework("campaign", "recheck", "valve", street["1"], "in_order").code == 2
