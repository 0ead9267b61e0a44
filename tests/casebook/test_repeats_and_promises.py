"""The same problem again, and five parties on the spot: linked, escalated, promised, kept or broken, asked about."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from casework.casebook import doctor, followups, places, rounds, undo
from casework.casebook.entries import CloseEntry, FollowupEntry, PlaceEntry, ReopenEntry
from casework.casebook.errors import Refused
from casework.casebook.followup_entries import (
    DoneEntry,
    JointVisitEntry,
    LinkEntry,
    PromiseEntry,
    SettleEntry,
    StepEntry,
    VerifyEntry,
)
from casework.casebook.followups import FollowupFilter
from casework.domain.due import DueKind
from casework.domain.recurrence import Relation
from casework.language import say, set_language
from tests.casebook.conftest import Neighbourhood


@pytest.fixture(autouse=True)
def _english():
    set_language("en")
    yield
    set_language("zh_CN")


@pytest.fixture
def grill(here: Neighbourhood) -> str:
    return places.add(here.book, PlaceEntry(grid_id=here.grid, kind="shop", name="巷口烧烤")).subject_id


def smoke(here: Neighbourhood, door: str | None, place: str | None = None, **more: Any) -> str:
    entry = FollowupEntry(
        category="cooking_fumes", title="烧烤油烟", household_id=door, place_id=place, funder="urban_management", **more
    )
    return followups.open(here.book, entry).subject_id


def row(here: Neighbourhood, case: str):
    return followups.get(here.book, case).row


def said(receipt: Any) -> str:
    return " | ".join(say(phrase) for phrase in (receipt.summary, *receipt.follows, *receipt.warnings))


def looks(here: Neighbourhood, day: date) -> list[str]:
    """What the round asks to look at on a day."""
    stops = rounds.stops(here.book, here.grid, day)
    return [say(due.reason) for stop in stops for due, _s in stop.dues if due.kind is DueKind.FOLLOWUP]


# --- repeats ---------------------------------------------------------------------------------------------


def test_while_it_is_typed_the_earlier_ones_are_shown_the_closest_first(here, grill) -> None:
    upstairs = here.add_door("3-1-501", "501", 9)
    by_place = smoke(here, None, grill)
    next_door = smoke(here, here.family_door, different_because="另一家店")
    own = smoke(here, here.door, different_because="自家油烟机")
    followups.open(here.book, FollowupEntry(category="noise", title="音响", household_id=here.door))
    found = followups.similar(here.book, here.door, grill, "cooking_fumes")
    assert [(one.row.id, one.relation) for one in found] == [
        (own, Relation.HOUSEHOLD), (by_place, Relation.PLACE), (next_door, Relation.STAIR),
    ]  # fmt: skip
    assert all(one.by_itself for one in found)
    assert [one.relation for one in followups.similar(here.book, upstairs, None, "cooking_fumes")] == [
        Relation.STAIR
    ] * 2
    here.clock.instant += timedelta(days=91)
    for case in (own, next_door):
        followups.close(here.book, CloseEntry(followup_id=case, result="好了"))
    here.clock.instant += timedelta(days=91)
    assert [one.row.id for one in followups.similar(here.book, here.door, grill, "cooking_fumes")] == [by_place], (
        "what is still open is shown however old it is"
    )


def test_reports_of_one_kind_in_a_stair_link_themselves_and_press_more(here) -> None:
    first = smoke(here, here.door)
    receipt = followups.open(
        here.book,
        FollowupEntry(
            category="cooking_fumes", title="又是油烟", household_id=here.family_door, funder="urban_management"
        ),
    )
    assert "it has come up 2 times" in said(receipt)
    second = row(here, receipt.subject_id)
    assert (second.repeat_n, second.repeats, second.priority) == (2, 2, 2)
    earlier = row(here, first)
    assert (earlier.repeat_n, earlier.repeats, earlier.priority) == (1, 2, 2), "the whole open problem presses"
    undo.undo_last(here.book)
    assert (row(here, first).repeats, row(here, first).priority) == (1, 3)
    assert doctor.examine(here.book).findings == ()


def test_a_worker_who_says_why_it_is_different_is_believed(here) -> None:
    first = smoke(here, here.door)
    second = smoke(here, here.door, different_because="这次是楼上")
    assert (row(here, first).repeats, row(here, second).repeats) == (1, 1)
    line = followups.get(here.book, second).timeline[-1]
    assert (line.kind, line.note, line.data) == ("link", "这次是楼上", {"different_from": [first]})


def test_kinds_whose_reports_are_matters_of_their_own_do_not_link_themselves(here) -> None:
    entry = FollowupEntry(category="welfare", title="低保", household_id=here.door)
    first = followups.open(here.book, entry).subject_id
    receipt = followups.open(here.book, entry)
    assert row(here, first).repeats == 1
    assert "1 earlier ones look alike" in said(receipt)


def test_two_cases_are_linked_by_hand_and_parted_again(here) -> None:
    first = followups.open(
        here.book, FollowupEntry(category="welfare", title="低保", household_id=here.door)
    ).subject_id
    other = FollowupEntry(category="dispute", title="楼上漏水", household_id=here.family_door)
    second = followups.open(here.book, other).subject_id
    followups.link(here.book, LinkEntry(followup_id=second, to=first))
    assert row(here, second).repeat_n == 2
    assert [one.id for one in followups.get(here.book, first).group] == [second]
    followups.link(here.book, LinkEntry(followup_id=second, to=first, different_because="看错了"))
    assert row(here, second).repeat_n == 1
    assert row(here, second).priority == 3
    with pytest.raises(Refused):
        followups.link(here.book, LinkEntry(followup_id=second, to=second))


def test_a_recurrence_soon_after_a_closing_counts_against_it(here) -> None:
    first = smoke(here, here.door)
    followups.close(here.book, CloseEntry(followup_id=first, result="已整改"))
    closed_on = here.book.today()
    here.clock.instant += timedelta(days=10)
    assert followups.similar(here.book, here.door, None, "cooking_fumes")[0].counts_against
    second = smoke(here, here.door)
    assert row(here, first).setbacks == 1
    third = smoke(here, here.door)
    assert row(here, first).setbacks == 1, "a closing fails once"
    assert [one.id for one in followups.page(here.book, FollowupFilter(open=False, setbacks=True))] == [first]
    assert followups.figures(here.book, closed_on, closed_on).did_not_hold == 1
    assert {row(here, case).repeat_n for case in (second, third)} == {2, 3}


def test_a_duplicate_is_not_counted_as_a_repeat(here) -> None:
    first = smoke(here, here.door)
    second = smoke(here, here.door)
    followups.close(
        here.book, CloseEntry(followup_id=second, end="duplicate", result="同一人同一事", duplicate_of=first)
    )
    assert row(here, first).repeats == 1


# --- joint visits ----------------------------------------------------------------------------------------


def five_parties(here: Neighbourhood, case: str, **more: Any):
    day = here.book.today()
    entry = JointVisitEntry(
        followup_id=case,
        invited=("community", "property_manager", "owners_committee", "police", "urban_management"),
        present=("community", "property_manager", "police", "urban_management"),
        note="现场看了排烟口",
        promises=(
            {"party": "urban_management", "name": "刘队", "what": "查处占道", "due_on": day + timedelta(days=3)},
            {"party": "property_manager", "what": "装挡烟板", "due_on": day + timedelta(days=5), "look": True},
            {"party": "police", "what": "夜间巡查", "due_on": day + timedelta(days=7)},
        ),
        **more,
    )
    return followups.joint_visit(here.book, entry)


def test_each_promise_is_a_dated_task_and_nothing_is_done_while_one_is_open(here, grill) -> None:
    case = smoke(here, here.door, grill)
    followups.accept(here.book, StepEntry(followup_id=case))
    receipt = five_parties(here, case)
    assert "joint visit of 4 parties" in said(receipt)
    assert "Invited and not there: Owners' committee." in said(receipt)
    made = followups.promises(here.book, followup_id=case)
    assert [(one.party, one.due_on.day, one.state) for one in made] == [
        ("urban_management", 23, "open"), ("property_manager", 25, "open"), ("police", 27, "open"),
    ]  # fmt: skip
    assert row(here, case).promises_open == 3
    assert row(here, case).next_action_on <= date(2026, 5, 23)
    assert followups.promises(here.book, party="police")[0].what == "夜间巡查"
    assert looks(here, date(2026, 5, 25)) == ["See whether it was done as promised: 装挡烟板"]
    with pytest.raises(Refused) as caught:
        followups.done(here.book, DoneEntry(followup_id=case, note="好了"))
    assert "3 promises" in say(caught.value.phrase)
    followups.settle(here.book, SettleEntry(promise_id=made[0].id, kept=True))
    followups.settle(here.book, SettleEntry(promise_id=made[1].id, kept=False, words="板子没到"))
    assert looks(here, date(2026, 5, 25)) == []
    with pytest.raises(Refused):
        followups.settle(here.book, SettleEntry(promise_id=made[1].id, kept=True))
    followups.settle(here.book, SettleEntry(promise_id=made[2].id, kept=True))
    followups.done(here.book, DoneEntry(followup_id=case, note="好了"))
    kinds = [line.kind for line in followups.get(here.book, case).timeline if not line.derived]
    assert kinds[-5:] == ["joint_visit", "promise_kept", "promise_broken", "promise_kept", "finish"]
    assert doctor.examine(here.book).findings == ()


def test_a_joint_visit_is_taken_back_with_its_promises(here) -> None:
    case = smoke(here, here.door)
    before = row(here, case)
    five_parties(here, case)
    undo.undo_last(here.book)
    assert row(here, case) == before
    assert followups.promises(here.book) == []
    assert doctor.examine(here.book).findings == ()


def test_a_settled_promise_is_open_again_when_that_is_undone(here) -> None:
    case = smoke(here, here.door)
    receipt = followups.promise(
        here.book, PromiseEntry(followup_id=case, party="police", what="夜巡", due_on=date(2026, 5, 22), look=True)
    )
    followups.settle(here.book, SettleEntry(promise_id=receipt.subject_id, kept=True))
    assert looks(here, date(2026, 5, 22)) == []
    undo.undo_last(here.book)
    assert followups.promises(here.book, open_only=True)[0].id == receipt.subject_id
    assert looks(here, date(2026, 5, 22)) == ["See whether it was done as promised: 夜巡"]
    assert doctor.examine(here.book).findings == ()


@pytest.mark.parametrize(
    "wrong",
    [{"present": ("neighbours",)}, {"promises": ({"party": "police", "what": "x", "due_on": date(2026, 5, 1)},)}],
)
def test_an_unknown_party_or_a_promise_in_the_past_is_refused(here, wrong) -> None:
    case = smoke(here, here.door)
    with pytest.raises(Refused):
        followups.joint_visit(here.book, JointVisitEntry(**{"followup_id": case, "present": ("police",)} | wrong))
    assert row(here, case).promises_open == 0


# --- the barbecue shop -----------------------------------------------------------------------------------


def test_the_barbecue_shop(here, grill) -> None:
    """Three households in two months; the fifth time it goes up; four parties, three promises, one broken; closed,
    again after a week, closed with the residents' word."""
    doors = [here.door, here.family_door, here.add_door("3-1-103", "103", 3)]
    cases = []
    for n in range(5):
        cases.append(smoke(here, doors[n % 3], grill))
        here.clock.instant += timedelta(days=12)
    last = followups.get(here.book, cases[-1])
    assert (last.row.repeat_n, last.row.repeats, last.row.priority) == (5, 5, 1)
    up = [say(line.rung) for line in last.timeline if line.cause == "repeats"]
    assert up == ["Community", "Subdistrict"]
    assert [one.id for one in last.group] == cases[3::-1]
    for case in cases[:4]:
        followups.close(here.book, CloseEntry(followup_id=case, end="closed_not_fixed", result="并入第五次"))
    case = cases[-1]
    followups.accept(here.book, StepEntry(followup_id=case))
    followups.start(here.book, StepEntry(followup_id=case))
    five_parties(here, case)
    for n, one in enumerate(followups.promises(here.book, followup_id=case)):
        followups.settle(here.book, SettleEntry(promise_id=one.id, kept=n != 1, words="" if n != 1 else "没装"))
    followups.done(here.book, DoneEntry(followup_id=case, note="换净化器，八点后不用"))
    followups.verify(here.book, VerifyEntry(followup_id=case, answer="put_right", satisfaction=4))
    here.clock.instant += timedelta(days=7)
    followups.reopen(here.book, ReopenEntry(followup_id=case, note="又冒烟了"))
    assert row(here, case).setbacks == 1
    followups.start(here.book, StepEntry(followup_id=case))
    followups.done(here.book, DoneEntry(followup_id=case, note="净化器重装", by_kind="name", by="店主"))
    assert any("Ask whether" in said for said in looks(here, here.book.today()))
    followups.verify(here.book, VerifyEntry(followup_id=case, answer="put_right", satisfaction=5, note="没有味道了"))
    end = followups.get(here.book, case)
    assert (end.row.state, end.result, end.row.satisfaction) == ("closed_verified", "没有味道了", 5)
    assert doctor.examine(here.book).findings == ()
