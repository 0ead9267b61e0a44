"""`casework plan`: the walk of a day for scripts, kept, printed and shown again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from casework.casebook.clock import FrozenClock, SystemClock
from tests import street

MORNING = datetime.fromisoformat("2026-05-20T08:30:00+08:00")
Run = Callable[..., Any]


@pytest.fixture
def plan(casework: Run, db: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command on a street of two buildings, on a morning in May."""
    clock = FrozenClock(MORNING)
    street.make(db, (3, 4), clock)
    monkeypatch.setattr(SystemClock, "now", lambda _self: clock.now())
    return lambda *arguments: casework("plan", *arguments)


def test_it_prints_the_walk_and_what_is_left_out(plan: Run) -> None:
    said = plan("--building", "3", "--doors", 5)
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0] == "2026-05-20  5 doors  08:30-09:10  top floor first"
    assert lines[1] == "  1  08:30  3栋 3-1-601  promise"
    assert "Left out: 19" in lines
    assert "  4栋 4-1-601  Its building was not chosen" in lines
    assert "  3栋 3-1-101  More than 5 doors" in lines


def test_json_has_the_same_for_machines(plan: Run) -> None:
    data = plan("--building", "3栋", "--building", "4栋", "--hours", "1", "--bottom-first", "--json").data
    assert data["day"] == "2026-05-20"
    assert data["kept"] is False
    assert data["direction"] == "bottom_first"
    assert data["walk"][0] == {
        "household": data["walk"][0]["household"], "place": None, "address": "3栋 3-1-101", "what": ["promise"],
        "at": "08:30", "booked": None, "late": 0, "urgent": False, "state": "open", "outcome": None, "new": False,
    }  # fmt: skip
    assert data["minutes"] <= 60
    assert len(data["walk"]) + len(data["left_out"]) == 24
    assert {one["reason"] for one in data["left_out"]} == {"capacity"}


def test_a_kept_plan_is_shown_again_ticked_until_it_is_cleared(plan: Run, casework: Run) -> None:
    kept = plan("--doors", 3, "--save", "--json").data
    assert kept["kept"] is True
    casework("visit", kept["walk"][0]["household"], "no_answer")
    again = plan("--json").data
    assert [one["state"] for one in again["walk"] if not one["new"]] == ["open", "open"]
    assert (again["walk"][0]["address"], again["walk"][0]["new"]) == ("3栋 3-1-601", True)
    casework("visit", kept["walk"][1]["household"], "completed")
    assert [one["outcome"] for one in plan("--json").data["walk"]] == [None, "completed", None]
    cleared = plan("--clear", "--json").data
    assert cleared["kept"] is False


def test_it_is_printed_to_a_sheet_and_to_text(plan: Run, tmp_path: Path) -> None:
    sheet, text = tmp_path / "out.xlsx", tmp_path / "out.txt"
    assert plan("--doors", 4, "--out", sheet).out.splitlines()[-1] == "Plan of 2026-05-20 written to out.xlsx: 4 doors"
    assert openpyxl.load_workbook(sheet)["Walk"]["D5"].value == "3-1-601"
    assert plan("--doors", 4, "--out", text, "--width", "32", "--json").data["file"] == str(text)
    assert max(len(line) for line in text.read_text(encoding="utf-8").splitlines()) <= 32
    assert plan("--doors", 4, "--out", text).code == 2


def test_another_day_and_other_hours(plan: Run) -> None:
    data = plan("--day", "2026-05-21", "--from", "14:00", "--until", "15:00", "--kind", "promise", "--json").data
    assert (data["day"], data["begins"]) == ("2026-05-21", "14:00")
    assert len(data["walk"]) == 7
    assert {one["reason"] for one in data["left_out"]} == {"hours_over"}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("--building", "9"), "There is no building 9 in this grid. There are: 3栋, 4栋"),
        (("--doors", "3", "--hours", "2"), "not both"),
        (("--doors", "0", "--save"), "doors"),
        (("--campaign", "valves"), "No campaign over doors is running."),
        (("--from", "16:00", "--until", "15:00"), "end before they begin"),
        (("--from", "07:00", "--until", "08:00"), "over for today"),
        (("--out", "plan.pdf"), ".xlsx or a .txt"),
    ],
)
def test_what_makes_no_sense_is_said(plan: Run, wrong: tuple[str, ...], said: str) -> None:
    answer = plan(*wrong)
    assert answer.code == 2
    assert said in answer.err
