"""Follow-ups from the command line: every step a receipt, every list a document."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from tests.cli.conftest import Answer

Run = Callable[..., Answer]


@pytest.fixture
def door(register: Run) -> str:
    return register("due", "--all", "--json", "--on", "2027-06-01").data[0]["household"]


def opened(run: Run, door: str, *more: object, category: str = "housing_repair") -> str:
    answer = run("followup", "open", door, category, "楼道灯不亮", *more, "--json")
    assert answer.code == 0, answer.err
    return answer.data["id"]


def show(run: Run, case: str) -> dict[str, Any]:
    return run("followup", "show", case, "--json").data


def test_a_case_walks_its_whole_life(register, door) -> None:
    case = opened(register, door)
    number = show(register, case)["number"]
    for step in (
        ("accept", case), ("start", number, "--note", "师傅上楼"), ("note", number.lower(), "缺灯泡"),
        ("done", case, "换了灯泡", "--by", "张师傅"), ("verify", case, "could_not_reach"),
        ("verify", case, "not_put_right", "--note", "又灭了"), ("done", case, "换了灯座"),
        ("verify", case, "put_right", "--satisfaction", 5),
    ):  # fmt: skip
        answer = register("followup", *step, "--json")
        assert answer.code == 0, answer.err
        assert answer.data["verb"].startswith("followup.")
        assert answer.data["summary"]
    found = show(register, case)
    assert (found["state"], found["satisfaction"], found["result"]) == ("closed_verified", 5, "换了灯座")
    assert [line["kind"] for line in found["timeline"]] == [
        "open", "accept", "start", "note", "finish", "could_not_reach", "not_put_right", "finish", "close_verified",
    ]  # fmt: skip
    assert register("followup", "reopen", case, "又灭了").code == 0
    assert register("undo").code == 0
    assert show(register, case)["state"] == "closed_verified"
    assert register("doctor").code == 0


def test_what_a_case_does_not_allow_is_said_and_saves_nothing(register, door) -> None:
    case = opened(register, door)
    refused = register("followup", "verify", case, "put_right")
    assert (refused.code, refused.out) == (2, "")
    assert "assigned" in refused.err
    assert register("followup", "close", case, "x", "--end", "closed_unverified").code == 2
    assert register("followup", "accept", "0" * 32).code == 2
    assert register("followup", "verify", case, "maybe").code == 2
    assert [line["kind"] for line in show(register, case)["timeline"]] == ["open"]


def test_who_funds_it_is_asked_where_it_is_not_on_the_list(register, door) -> None:
    refused = register("followup", "open", door, "street_lighting", "路灯")
    assert refused.code == 2
    assert "who funds it" in refused.err
    case = opened(register, door, "--funder", "street_lighting", category="street_lighting")
    assert show(register, case)["funder"] == "street_lighting"


def test_suspend_resume_extend_wait_and_return(register, door) -> None:
    case = opened(register, door)
    day = date.today() + timedelta(days=20)
    assert register("followup", "accept", case).code == 0
    assert register("followup", "suspend", case, day, "等配件").code == 0
    clock = show(register, case)["clock"]
    assert clock["running"] is False
    assert clock["stopped_since"]
    assert register("followup", "resume", case).code == 0
    assert register("followup", "wait", case, day, "居民出差").code == 0
    assert register("followup", "extend", case, "等配件").code == 0
    assert register("followup", "extend", case, "还要等").code == 2
    assert register("followup", "extend", case, "还要等", "--approved-by", "王主任").code == 0
    assert register("followup", "return", case, "不属物业").code == 0
    found = show(register, case)
    assert (found["state"], found["owner_kind"]) == ("returned", "worker")
    assert [line["approved_by"] for line in found["timeline"] if line["kind"] == "extend"] == ["", "王主任"]


def test_repeats_are_shown_linked_and_counted(register, door) -> None:
    first = opened(register, door)
    second = opened(register, door)
    assert show(register, second)["repeat_n"] == 2
    similar = register("followup", "similar", "housing_repair", "--household", door, "--json").data
    assert {one["relation"] for one in similar} == {"household"}
    assert similar[0]["links_by_itself"] is True
    listed = register("followups", "--same-as", first, "--json").data
    assert {one["id"] for one in listed} == {first, second}
    assert register("followup", "link", second, first, "--different", "另一层").code == 0
    assert show(register, second)["repeat_n"] == 1
    assert register("followup", "link", second, first).code == 0
    assert register("followup", "duplicate", second, first, "同一件").code == 0
    assert show(register, second)["duplicate_of"] == first
    assert "time no. 2" not in register("followups").out


def test_a_joint_visit_its_promises_and_what_came_of_them(register, door) -> None:
    case = opened(register, door)
    day = date.today() + timedelta(days=3)
    visit = register(
        "followup", "joint-visit", case, "--present", "police", "--present", "property_manager", "--invited", "justice",
        "--promise", "police", "夜巡", day, "--promise", "property_manager", "换灯", day, "--look", "--json",
    )  # fmt: skip
    assert visit.code == 0, visit.err
    assert len(visit.data["follows"]) == 3
    assert register("followup", "promise", case, "justice", "调解", day).code == 0
    made = register("followup", "promises", "--json").data
    assert [one["party"] for one in made if one["due_on"] == str(day)] == [one["party"] for one in made]
    assert len(made) == 3
    assert register("followup", "accept", case).code == 0
    assert register("followup", "done", case, "好了").code == 2
    for n, one in enumerate(made):
        how = ("broken", "--words", "没来") if n == 0 else ("kept",)
        assert register("followup", "settle", one["id"], *how).code == 0
    assert register("followup", "settle", made[0]["id"], "kept").code == 2
    assert register("followup", "done", case, "好了").code == 0
    assert register("followup", "promises", "--party", made[0]["party"], "--all", "--json").data[0]["state"] == "broken"


def test_many_are_handed_over_at_once_and_those_that_stay_are_named(register, door) -> None:
    one, two = opened(register, door), opened(register, door)
    register("followup", "close", two, "好了")
    answer = register("followup", "assign-many", "housing", one, two, "--json")
    assert answer.code == 1, "done in part"
    assert json.loads(answer.out)["warnings"]
    assert show(register, one)["owner"] == "housing"


def test_a_worker_is_named_by_name(register, door) -> None:
    register("add", "worker", "张伟")
    case = opened(register, door, "--mine")
    answer = register("followup", "assign", case, "张伟", "--worker", "--json")
    assert any("answers for it" in said for said in answer.data["follows"])
    assert register("followup", "assign", case, "没有这人", "--worker").code == 2
    assert [one["id"] for one in register("followups", "--worker", "张伟", "--json").data] == [case]
    assert [one["id"] for one in register("followups", "--mine", "--json").data] == [case]


def test_the_list_filters_and_says_what_is_wrong(register, door) -> None:
    case = opened(register, door)
    gas = opened(register, door, "--mine", category="gas_safety")
    ids = lambda *options: {one["id"] for one in register("followups", *options, "--json").data}  # noqa: E731
    assert ids() == {case, gas}
    assert ids("--category", "gas_safety") == {gas}
    assert ids("--department", "property_manager") == {case}
    assert ids("--state", "assigned") == {case, gas}
    assert ids("--state", "closed_verified") == set()
    assert ids("--severity", "must_fix") == {gas}
    assert ids("--priority", 5) == {case}
    assert ids("--older-than", 1) == set()
    assert ids("--overdue") == ids("--asking") == ids("--repeats") == ids("--supervise") == ids("--closed") == set()
    assert ids("--household", door) == {case, gas}
    assert [one["id"] for one in register("followups", "--by-priority", "--json").data] == [gas, case]
    assert register("followups", "--department", "moon").code == 2
    assert register("followups", "--category", "moon").code == 2
    first = register("followups", "--json").data[0]
    assert {"id", "number", "title", "due_on", "owner", "accountable", "repeat_n", "priority", "light"} <= set(first)
    assert first["light"] == "green"


def test_a_supervisor_is_a_worker_with_that_role(register) -> None:
    assert register("add", "worker", "王主任", "--role", "supervisor").code == 0
    assert {one["name"]: one["role"] for one in register("workers", "--json").data}["王主任"] == "supervisor"


def test_what_is_to_be_acted_on_today(register, door) -> None:
    case = opened(register, door, category="gas_leak")
    assert [one["id"] for one in register("followups", "--act", "--json").data] == [case]


def test_the_board_and_the_matrix(register, door) -> None:
    case = opened(register, door)
    register("followup", "accept", case)
    board = {one["state"]: one["count"] for one in register("followup", "board", "--json").data}
    assert board["accepted"] == 1
    moves = register("followup", "moves", "--json").data
    assert {"from": "assigned", "to": "accepted", "count": 1} in moves["moves"]
    assert moves["figures"]["opened"] == 1


def test_the_phone_of_who_reported_it_is_masked(register, door) -> None:
    case = opened(register, door, "--reported-by", "王强", "--reported-phone", "13900001234")
    assert show(register, case)["reported_phone"] == "139****1234"


def test_asked_again_prints_what_to_tell(register, door) -> None:
    case = opened(register, door)
    assert "Tell them" in register("followup", "ask-again", case, "--by", "王强").out
    assert register("followup", "help", case, "police").code == 0
    assert show(register, case)["helpers"] == [["department", "police"]]


def test_about_a_place_or_an_address_without_a_household(register) -> None:
    place = register("add", "place", "shop", "巷口烧烤", "--json").data["id"]
    assert register("followup", "open", "-", "noise", "音响", "--place", place).code == 0
    assert register("followup", "open", "-", "noise", "音响", "--address", "东门外").code == 0
    assert register("followup", "open", "-", "noise", "音响").code == 2
    assert {one["address"] for one in register("followups", "--json").data} == {"巷口烧烤", "东门外"}
