"""A door that nobody opens, from the first knock to the day when everything closes, at the real keyboard at 80x24."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.drive import Worker, casework
from tests.test_cases_story import SECOND, ZONE, Weeks, goes_to, weeks

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["weeks"]


def said(weeks: Weeks, days: int, *command: str) -> Any:
    """What the command line says on that day."""
    code, out, err = casework("--db", str(weeks.db), *command, "--json", at=weeks.at(days, 8), env=ZONE)
    assert code == 0, err + out
    return json.loads(out)


def nobody_answers(worker: Worker, *sees: str) -> None:
    """Knock at the door in vain."""
    goes_to(worker, SECOND)
    worker.presses("n")
    worker.sees("已保存", *sees)


def test_three_knocks_a_notice_a_booking_the_community_and_at_last_somebody_opens(weeks: Weeks, tmp_path: Path) -> None:
    # Each knock at another time of day than those before: morning, evening, weekend.
    with weeks.on(0) as worker:
        nobody_answers(worker, "晚上再来")
    with weeks.on(1, 10) as worker:
        goes_to(worker, SECOND)
        worker.sees("晚上")
        nobody_answers(worker)
    with weeks.on(5, 1) as worker:
        goes_to(worker, SECOND)
        worker.sees("周末")
        nobody_answers(worker)

    # Three times are enough: the door needs arrangement, and is in the list of such doors.
    with weeks.on(7) as worker:
        worker.presses("i")
        worker.sees("待预约", "需要贴单或预约", SECOND, "3次不遇")
        worker.presses("escape")
        goes_to(worker, SECOND)
        worker.presses("t")
        worker.sees("告知单，放在哪里", "贴在门上")
        worker.presses("1")
        worker.sees("已保存", "已贴告知单", "等来电")
        # What is waited for is not knocked at meanwhile.
        worker.presses("i")
        worker.sees("已贴告知单", SECOND, "等来电")
        worker.presses("enter")
        worker.sees("预约和告知单", "贴在门上")
        worker.presses("escape")
    (door,) = said(weeks, 7, "arrangements")
    number = door["notice"]["number"]
    notice = tmp_path / "notice.txt"
    said(weeks, 7, "notice", door["household"], "--out", str(notice), "--phone", "027-80000001")
    assert number in notice.read_text("utf-8")
    assert "王强" not in notice.read_text("utf-8")

    # She rings with the number in her hand, and is booked while she speaks.
    with weeks.on(8) as worker:
        worker.presses("1", "/")
        worker.types(number)
        worker.sees("王强", "告知单")
        worker.presses("enter", "o")
        worker.sees("日期", "等来电")
        worker.presses("1", "tab")
        worker.types("1430")
        worker.sees("约在周三", "14:30")
        worker.presses("tab", "1", "ctrl+s")
        worker.sees("已保存", "14:30")

    # At the hour the door is the first of the round. Nobody is there: the community is told in the same save.
    with weeks.on(9, 5.5) as worker:
        worker.sees("今日预约，按时间", "14:30")
        nobody_answers(worker, "已报社区")
        worker.presses("3")
        worker.sees("多次到访不遇")
        worker.presses("1", "i")
        worker.sees("已报社区")
        worker.presses("escape")
    (case,) = weeks.cases(9)
    assert (case["category"], case["state"], case["owner"]) == ("cannot_be_reached", "assigned", "community")

    # A slip of the finger: undone, the follow-up is gone and the booking stands; done again, it is told again.
    with weeks.on(9, 6) as worker:
        goes_to(worker, SECOND)
        worker.presses("u")
        worker.sees("已撤销")
        worker.presses("i")
        worker.sees("已预约", "14:30")
        worker.presses("escape")
        nobody_answers(worker, "已报社区")
    assert len(weeks.cases(9)) == 1

    # One evening a light is on.
    with weeks.on(13, 10) as worker:
        goes_to(worker, SECOND)
        worker.presses("m")
        worker.sees("已保存", "随之结案")
        worker.presses("i")
        worker.sees("没有待办的预约")
        worker.presses("escape")
    assert weeks.cases(13) == []
    (closed,) = weeks.cases(13, "--closed")
    assert closed["state"] == "closed_verified"
    story = said(weeks, 13, "household", door["household"])
    assert [one["state"] for one in story["bookings"]] == ["nobody"]
    assert [one["number"] for one in story["notices"]] == [number]
    assert not [one for one in story["due"] if one["what"] in ("call_back", "promise")]
