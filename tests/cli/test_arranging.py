"""Bookings and notices from the command line: what the app can log, a script can log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.conftest import Answer

if TYPE_CHECKING:
    from pathlib import Path

Run = Callable[..., Answer]
DAY = date.today() + timedelta(days=3)


@pytest.fixture
def doors(register: Run) -> list[str]:
    found = [one["household"] for one in register("due", "--all", "--json", "--on", "2030-06-01").data]
    return list(dict.fromkeys(one for one in found if one))[:3]


def booked(run: Run, door: str, day: date = DAY, at: str = "14:30", *more: str) -> Any:
    answer = run("book", door, "--on", day, "--at", at, *more, "--json")
    assert answer.code == 0, answer.err
    return answer.data


def tried(run: Run, door: str, *hours: int) -> None:
    for back in hours:
        moment = datetime.now() - timedelta(hours=back)
        assert run("visit", door, "no_answer", "--at", moment.strftime("%Y-%m-%dT%H:%M")).code == 0


def test_a_visit_is_booked_listed_moved_and_cancelled(register, doors) -> None:
    made = booked(register, doors[0], DAY, "14:30", "--asked-by", "王强", "--phone", "13000000002")
    (one,) = register("booking", "list", "--all", "--json").data
    assert (one["id"], one["household"], one["on"], one["at"]) == (made["id"], doors[0], DAY.isoformat(), "14:30")
    assert one["phone"] != "13000000002"
    later = DAY + timedelta(days=1)
    assert register("booking", "move", made["id"], "她要上班", "--on", later, "--at", "9:05").code == 0
    assert [one["at"] for one in register("booking", "list", "--all", "--on", later, "--json").data] == ["09:05"]
    assert register("booking", "cancel", made["id"], "全家出门").code == 0
    assert register("booking", "list", "--all", "--json").data == []
    (over,) = register("booking", "list", "--household", doors[0], "--json").data
    assert (over["state"], over["words"]) == ("cancelled", "全家出门")
    assert register("undo").code == 0
    assert len(register("booking", "list", "--all", "--json").data) == 1
    assert register("doctor").code == 0


def test_the_round_of_that_day_has_it_at_its_hour(register, doors) -> None:
    booked(register, doors[0])
    rows = [one for one in register("due", "--all", "--json", "--on", DAY).data if one["household"] == doors[0]]
    assert [one["at"] for one in rows if one["at"]] == ["14:30"]
    assert any("14:30" in one["reason"] for one in rows)


@pytest.mark.parametrize("at", ["25:00", "1430", "half past two", "-1:00", ""])
def test_what_is_no_hour_is_wrong_use(register, doors, at: str) -> None:
    answer = register("book", doors[0], "--on", DAY, "--at", at)
    assert (answer.code, answer.out) == (2, "")


def test_a_day_that_has_passed_is_refused_and_saves_nothing(register, doors) -> None:
    answer = register("book", doors[0], "--on", date.today() - timedelta(days=1), "--at", "10:00")
    assert (answer.code, answer.out) == (2, "")
    assert register("booking", "list", "--all", "--json").data == []


def test_two_at_one_hour_are_warned_of(register, doors) -> None:
    booked(register, doors[0])
    assert booked(register, doors[1], DAY, "14:45")["warnings"]


def test_a_notice_is_made_for_word_and_for_the_receipt_printer(register, doors, tmp_path: Path) -> None:
    tried(register, doors[0], 60, 40, 20)
    for ending in ("docx", "txt"):
        out = tmp_path / f"notice.{ending}"
        answer = register("notice", *doors[:2], "--out", out, "--phone", "027-80000001", "--json")
        assert answer.code == 0, answer.err
        assert out.exists()
        assert len(answer.data["notices"]) == 2
        assert answer.data["left"] == []
        # What is there is not written over unasked.
        assert register("notice", doors[0], "--out", out, "--phone", "027-80000001").code == 2
        assert register("notice", doors[0], "--out", out, "--phone", "027-80000001", "--replace").code == 0


def test_it_is_printed_on_the_spot_where_no_file_is_named(register, doors) -> None:
    tried(register, doors[0], 20)
    answer = register("notice", doors[0], "--phone", "027-80000001")
    assert answer.code == 0
    assert "027-80000001" in answer.out
    assert register("notice", doors[0]).code == 2


def test_whoever_rings_reads_out_the_number_and_is_booked_by_it(register, doors) -> None:
    tried(register, doors[0], 60, 40, 20)
    left = register("notice", doors[0], "--left", "--how", "贴在门上", "--json").data["left"]
    assert len(left) == 1
    (door,) = register("arrangements", "--all", "--json").data
    assert door["stage"] == "notice"
    booked(register, door["notice"]["number"])
    (door,) = register("arrangements", "--all", "--json").data
    assert (door["stage"], door["household"], door["booking"]["at"]) == ("booked", doors[0], "14:30")
    story = register("household", doors[0], "--json").data
    assert [one["number"] for one in story["notices"]] == [door["notice"]["number"]]
    assert [one["at"] for one in story["bookings"]] == ["14:30"]


def test_notices_for_every_door_that_needs_one(register, doors, tmp_path: Path) -> None:
    tried(register, doors[0], 60, 40, 20)
    tried(register, doors[1], 30)
    answer = register(
        "notice", "--needed", "--out", tmp_path / "n.txt", "--phone", "027-80000001", "--json"
    )  # fmt: skip
    assert answer.code in (0, 2), answer.err
    needing = [one for one in register("arrangements", "--json").data if one["stage"] == "needed"]
    assert len(needing) == (len(answer.data["notices"]) if answer.code == 0 else 0)
