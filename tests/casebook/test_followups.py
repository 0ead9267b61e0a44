"""Follow-ups in the casebook: each step is one save that says what follows, and one undo takes it back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from casework.casebook import areas, doctor, followups, places, rounds, undo
from casework.casebook.book import Casebook
from casework.casebook.entries import (
    AssignEntry,
    CloseEntry,
    FollowupEntry,
    NoteEntry,
    PlaceEntry,
    ReopenEntry,
    WorkerEntry,
)
from casework.casebook.errors import NotFound, Refused
from casework.casebook.followup_entries import (
    AskAgainEntry,
    BulkAssignEntry,
    DoneEntry,
    DuplicateEntry,
    ExtendEntry,
    HelpEntry,
    OutsideCaseEntry,
    ReturnEntry,
    StepEntry,
    SuspendEntry,
    VerifyEntry,
    WaitEntry,
)
from casework.casebook.followups import FollowupFilter
from casework.catalog import shelf
from casework.domain.due import DueKind
from casework.domain.followup_clock import Light
from casework.domain.phrase import Phrase
from casework.domain.worker import Role
from casework.language import say, set_language
from tests.casebook.conftest import Neighbourhood


@pytest.fixture(autouse=True)
def _english():
    set_language("en")
    yield
    set_language("zh_CN")


def opened(here: Neighbourhood, **more: Any) -> str:
    given = {"category": "housing_repair", "title": "三楼楼道灯不亮", "household_id": here.door} | more
    return followups.open(here.book, FollowupEntry(**given)).subject_id


def row(here: Neighbourhood, case: str):
    return followups.get(here.book, case).row


def taken(here: Neighbourhood, case: str, *steps: str) -> None:
    for step in steps:
        if step == "done":
            followups.done(here.book, DoneEntry(followup_id=case, note="换了灯泡"))
        else:
            getattr(followups, step)(here.book, StepEntry(followup_id=case))


def said(receipt: Any) -> str:
    return " | ".join(say(phrase) for phrase in (receipt.summary, *receipt.follows, *receipt.warnings))


def asked_on_the_round(here: Neighbourhood, case: str) -> list[int]:
    """The tries shown beside the door where the resident is to be asked."""
    stops = rounds.stops(here.book, here.grid, here.book.today())
    return [
        due.attempts for stop in stops for due, _s in stop.dues if due.kind is DueKind.FOLLOWUP and due.rule == case
    ]


# --- opening ---------------------------------------------------------------------------------------------


def test_a_new_case_has_owner_limit_priority_and_someone_who_answers(here) -> None:
    receipt = followups.open(here.book, FollowupEntry(category="noise", title="音响", household_id=here.door))
    case = row(here, receipt.subject_id)
    assert (case.state, case.owner_kind, case.owner) == ("assigned", "department", "police")
    assert (case.accountable_kind, case.accountable) == ("worker", here.book.worker.id)
    assert case.unaccepted
    assert (case.due_on, case.due_at) == (date(2026, 5, 27), datetime.fromisoformat("2026-05-27T09:30:00+08:00"))
    assert (case.priority, case.repeat_n, case.urgent) == (3, 1, False)
    assert case.next_action_on == date(2026, 5, 21), "by then it ought to be accepted"
    assert "2026-05-27 09:30" in said(receipt)
    undo.undo_last(here.book)
    with pytest.raises(NotFound):
        followups.get(here.book, receipt.subject_id)
    assert doctor.examine(here.book).findings == ()


def test_what_is_urgent_runs_in_hours_without_a_pause(here) -> None:
    case = row(here, opened(here, category="gas_leak", title="软管漏气"))
    assert case.urgent
    assert case.due_at == here.clock.now() + timedelta(hours=24)
    assert case.next_action_on == here.book.today()


def test_what_is_not_on_the_communitys_list_asks_who_funds_it(here) -> None:
    with pytest.raises(Refused) as caught:
        opened(here, category="street_lighting", title="路灯不亮")
    assert "Street lighting" in say(caught.value.phrase)
    assert "list" in say(caught.value.phrase)
    assert followups.count(here.book, FollowupFilter()) == 0
    case = row(here, opened(here, category="street_lighting", title="路灯不亮", funder="street_lighting"))
    assert case.funder == "street_lighting"


def test_a_report_that_is_only_taken_down_stays_with_who_took_it(here) -> None:
    case = row(here, opened(here, reported=True, reported_by="王强", reported_phone="13900001234"))
    assert (case.state, case.owner, case.accountable) == ("reported", here.book.worker.id, here.book.worker.id)
    detail = followups.get(here.book, case.id)
    assert (detail.reported_by, detail.reported_phone) == ("王强", "13900001234")


@pytest.mark.parametrize("where", [{"building_id": "building", "unit": "1"}, {"address": "巷口烧烤店门前"}])
def test_a_case_may_be_about_a_stair_or_an_address_in_words(here, where) -> None:
    where = {key: here.building if value == "building" else value for key, value in where.items()}
    entry = FollowupEntry(category="housing_repair", title="灯", **where)
    case = row(here, followups.open(here.book, entry).subject_id)
    assert case.address in ("3栋 1", "巷口烧烤店门前")
    with pytest.raises(ValidationError):
        FollowupEntry(category="housing_repair", title="灯")


def test_a_day_that_was_named_lasts_until_its_midnight(here) -> None:
    case = opened(here, due_on=date(2026, 5, 20))
    here.clock.instant += timedelta(hours=12)
    assert followups.page(here.book, FollowupFilter(overdue_at=here.clock.now())) == []
    here.clock.instant += timedelta(hours=4)
    assert [one.id for one in followups.page(here.book, FollowupFilter(overdue_at=here.clock.now()))] == [case]


def test_a_day_that_a_person_named_stands_for_what_is_urgent_too(here) -> None:
    case = row(here, opened(here, category="gas_leak", title="软管漏气", due_on=date(2026, 5, 23)))
    assert (case.due_on, case.urgent) == (date(2026, 5, 23), True)


def test_what_is_set_aside_is_shown_again_on_its_day(here) -> None:
    case = opened(here)
    taken(here, case, "accept")
    followups.suspend(here.book, SuspendEntry(followup_id=case, note="等配件", review_on=date(2026, 6, 1)))
    shown = lambda day: [one.id for one in followups.page(here.book, FollowupFilter(act_by=day))]  # noqa: E731
    assert shown(date(2026, 5, 31)) == []
    assert shown(date(2026, 6, 1)) == [case]
    assert followups.count(here.book, FollowupFilter(act_by=date(2026, 6, 1))) == 1


def test_a_day_in_the_past_is_refused(here) -> None:
    with pytest.raises(Refused):
        opened(here, due_on=date(2026, 5, 19))


# --- the life of a case ----------------------------------------------------------------------------------


def test_from_the_knock_to_the_residents_word(here) -> None:
    case = opened(here)
    accepted = followups.accept(here.book, StepEntry(followup_id=case))
    assert row(here, case).accountable == "property_manager"
    assert "accepted by" in said(accepted)
    followups.start(here.book, StepEntry(followup_id=case, note="师傅上楼"))
    finished = followups.done(here.book, DoneEntry(followup_id=case, note="换了灯泡", by_kind="name", by="张师傅"))
    assert "张师傅" in said(finished)
    assert "on the round" in said(finished)
    assert asked_on_the_round(here, case) == [0]
    closed = followups.verify(here.book, VerifyEntry(followup_id=case, answer="put_right", satisfaction=5))
    assert "put right" in said(closed)
    detail = followups.get(here.book, case)
    assert (detail.row.state, detail.row.satisfaction, detail.row.done_by) == ("closed_verified", 5, "张师傅")
    assert detail.result == "换了灯泡", "what was said when it was done"
    assert asked_on_the_round(here, case) == []
    assert [line.kind for line in detail.timeline] == ["open", "accept", "start", "finish", "close_verified"]
    assert detail.timeline[-1].data == {"answer": "put_right", "mode": "phone", "satisfaction": 5}
    assert doctor.examine(here.book).findings == ()


def test_each_step_is_taken_back_by_one_undo(here) -> None:
    case = opened(here, owner_kind="worker")
    before = []
    for step in ("accept", "start", "done"):
        before.append(row(here, case))
        taken(here, case, step)
    assert asked_on_the_round(here, case) == [0]
    for stood in reversed(before):
        undo.undo_last(here.book)
        assert row(here, case) == stood
        assert doctor.examine(here.book).findings == ()
    assert asked_on_the_round(here, case) == []


def test_a_returned_case_is_hers_again_today(here) -> None:
    case = opened(here)
    followups.give_back(here.book, ReturnEntry(followup_id=case, note="不属物业"))
    back = row(here, case)
    assert (back.state, back.owner, back.next_action_on) == ("returned", here.book.worker.id, here.book.today())
    assert [stop.household_id for stop in rounds.stops(here.book, here.grid, here.book.today()) if any(
        due.rule == case for due, _s in stop.dues)] == [here.door]  # fmt: skip


def test_handed_to_another_worker_it_is_hers_until_the_other_accepts(here) -> None:
    zhang = areas.add_worker(here.book, WorkerEntry(name="张伟")).subject_id
    case = opened(here, owner_kind="worker")
    receipt = followups.assign(here.book, AssignEntry(followup_id=case, owner_kind="worker", owner=zhang))
    assert "Until 张伟 accepts it, 李芳 answers for it." in said(receipt)
    me = here.book.worker.id
    for worker in (me, zhang):
        assert [one.id for one in followups.page(here.book, FollowupFilter(mine=worker))] == [case]
        assert followups.count(here.book, FollowupFilter(mine=worker)) == 1
    taken(here, case, "accept")
    assert followups.page(here.book, FollowupFilter(mine=me)) == []


def test_not_put_right_goes_back_with_words_and_what_was_left_of_the_limit(here) -> None:
    case = opened(here)
    taken(here, case, "accept", "done")
    before = row(here, case).due_at
    here.clock.instant += timedelta(days=2)
    assert followups.get(here.book, case).clock.running is False
    with pytest.raises(Refused):
        followups.verify(here.book, VerifyEntry(followup_id=case, answer="not_put_right"))
    followups.verify(here.book, VerifyEntry(followup_id=case, answer="not_put_right", note="半夜又灭", satisfaction=2))
    after = row(here, case)
    assert (after.state, after.owner, after.satisfaction) == ("in_progress", "property_manager", 2)
    assert after.due_at == before + timedelta(days=2), "two working days stood still"
    assert doctor.examine(here.book).findings == ()


def test_somebody_who_is_not_reached_is_tried_again_and_then_a_supervisor_decides(here) -> None:
    case = opened(here)
    taken(here, case, "accept", "done")
    for n in (1, 2):
        receipt = followups.verify(here.book, VerifyEntry(followup_id=case, answer="could_not_reach"))
        assert f"Tried {n} times" in said(receipt)
        assert asked_on_the_round(here, case) == []
        with pytest.raises(Refused):
            followups.close(here.book, CloseEntry(followup_id=case, end="closed_unverified", result="联系不上"))
        here.clock.instant += timedelta(days=1)
        assert asked_on_the_round(here, case) == [n]
    entry = CloseEntry(followup_id=case, end="closed_unverified", result="两次未联系上", approved_by="王主任")
    followups.close(here.book, entry)
    detail = followups.get(here.book, case)
    assert detail.row.state == "closed_unverified"
    assert detail.timeline[-1].approved_by == "王主任"


def test_a_day_that_was_agreed_to_ask_is_kept(here) -> None:
    case = opened(here)
    taken(here, case, "accept", "done")
    friday = date(2026, 5, 22)
    followups.verify(here.book, VerifyEntry(followup_id=case, answer="booked", until=friday))
    assert (row(here, case).next_action_on, row(here, case).tries) == (friday, 0)
    assert asked_on_the_round(here, case) == []
    here.clock.instant += timedelta(days=2)
    assert asked_on_the_round(here, case) == [0]


def test_the_resident_cannot_be_asked_before_it_is_done(here) -> None:
    with pytest.raises(Refused):
        followups.verify(here.book, VerifyEntry(followup_id=opened(here), answer="put_right", note="好了"))
    with pytest.raises(ValidationError):
        VerifyEntry(followup_id="0" * 32, answer="could_not_reach", satisfaction=3)


def test_suspended_it_is_due_later_by_the_time_that_it_stood_still(here) -> None:
    case = opened(here)
    taken(here, case, "accept")
    entry = SuspendEntry(followup_id=case, note="配件缺货", review_on=date(2026, 6, 1))
    followups.suspend(here.book, entry)
    assert row(here, case).next_action_on == date(2026, 6, 1)
    here.clock.instant += timedelta(days=7)
    assert followups.light(row(here, case), here.clock.now()) is Light.GREEN
    followups.resume(here.book, StepEntry(followup_id=case))
    assert row(here, case).due_on == date(2026, 6, 10)
    undo.undo_last(here.book)
    assert (row(here, case).state, row(here, case).due_on) == ("suspended", date(2026, 6, 3))
    assert doctor.examine(here.book).findings == ()


def test_waiting_for_the_resident_moves_the_deadline_and_coming_early_moves_it_back(here) -> None:
    case = opened(here)
    taken(here, case, "accept")
    followups.wait(here.book, WaitEntry(followup_id=case, note="周五才在家", until=date(2026, 5, 25)))
    waiting = row(here, case)
    assert (waiting.next_action_on, waiting.due_on) == (date(2026, 5, 25), date(2026, 6, 5))
    assert followups.get(here.book, case).clock.running is False
    here.clock.instant += timedelta(days=1)
    followups.start(here.book, StepEntry(followup_id=case))
    assert row(here, case).due_on == date(2026, 6, 4)
    assert doctor.examine(here.book).findings == ()


def test_extended_once_by_the_owner_and_again_by_a_supervisor(here) -> None:
    case = opened(here, category="noise", title="音响")
    followups.extend(here.book, ExtendEntry(followup_id=case, note="再谈一次"))
    assert row(here, case).due_on == date(2026, 6, 3), "one whole limit more"
    again = ExtendEntry(followup_id=case, note="再谈一次", due_on=date(2026, 6, 12))
    with pytest.raises(Refused):
        followups.extend(here.book, again)
    followups.extend(here.book, again.model_copy(update={"approved_by": "王主任"}))
    detail = followups.get(here.book, case)
    assert (detail.row.due_on, detail.extensions) == (date(2026, 6, 12), 2)
    assert detail.timeline[-1].approved_by == "王主任"


def test_a_supervisor_at_the_laptop_needs_no_other_name(here) -> None:
    chief = areas.add_worker(here.book, WorkerEntry(name="王主任", role=Role.SUPERVISOR)).subject_id
    case = opened(here, category="noise", title="音响")
    followups.extend(here.book, ExtendEntry(followup_id=case, note="一"))
    here.book.worker = here.book._worker(chief)
    followups.extend(here.book, ExtendEntry(followup_id=case, note="二"))
    assert followups.get(here.book, case).extensions == 2


def test_reopened_soon_it_counts_against_the_closing(here) -> None:
    case = opened(here)
    followups.close(here.book, CloseEntry(followup_id=case, result="当场换好"))
    here.clock.instant += timedelta(days=7)
    receipt = followups.reopen(here.book, ReopenEntry(followup_id=case, note="又灭了"))
    again = row(here, case)
    assert (again.state, again.reopens, again.setbacks) == ("assigned", 1, 1)
    assert again.due_on == date(2026, 6, 10), "a limit of its own"
    assert "counts against" in said(receipt)
    figures = followups.figures(here.book, date(2026, 5, 20), date(2026, 5, 20))
    assert (figures.closed_verified, figures.did_not_hold) == (1, 1)
    undo.undo_last(here.book)
    assert (row(here, case).state, row(here, case).setbacks) == ("closed_verified", 0)


def test_reopened_late_it_does_not(here) -> None:
    case = opened(here)
    followups.close(here.book, CloseEntry(followup_id=case, result="当场换好"))
    here.clock.instant += timedelta(days=31)
    followups.reopen(here.book, ReopenEntry(followup_id=case, note="又灭了"))
    assert row(here, case).setbacks == 0


def test_not_fixed_is_an_end_of_its_own_and_no_claim(here) -> None:
    case = opened(here)
    followups.close(here.book, CloseEntry(followup_id=case, end="closed_not_fixed", result="产权不明，修不了"))
    followups.reopen(here.book, ReopenEntry(followup_id=case, note="产权已明"))
    assert row(here, case).setbacks == 0


def test_a_duplicate_names_the_case_of_which_it_is_one(here) -> None:
    first, second, third = opened(here), opened(here), opened(here)
    number = row(here, first).number
    followups.duplicate(here.book, DuplicateEntry(followup_id=second, of=first, note="同一件"))
    assert (row(here, second).state, row(here, second).duplicate_of) == ("duplicate", first)
    with pytest.raises(Refused):
        followups.close(here.book, CloseEntry(followup_id=third, end="duplicate", result="同一件"))
    followups.close(here.book, CloseEntry(followup_id=third, end="duplicate", result=f"与{number}相同"))
    assert row(here, third).duplicate_of == first


def test_the_same_person_asking_again_gets_the_progress(here) -> None:
    case = opened(here)
    receipt = followups.ask_again(here.book, AskAgainEntry(followup_id=case, asked_by="王强"))
    assert "Tell them: assigned, with Property management company, due 2026-06-03." in said(receipt)
    assert row(here, case).asked == 1
    assert followups.count(here.book, FollowupFilter()) == 1


def test_helpers_are_named_beside_the_owner(here) -> None:
    case = opened(here)
    for party in ("justice", "police", "justice"):
        followups.help_with(here.book, HelpEntry(followup_id=case, owner_kind="department", owner=party))
    assert row(here, case).helpers == (("department", "justice"), ("department", "police"))
    assert row(here, case).owner == "property_manager"


def test_many_are_handed_over_in_one_save_and_one_undo(here) -> None:
    cases = [opened(here, title=f"第{n}件") for n in range(4)]
    followups.close(here.book, CloseEntry(followup_id=cases[3], result="好了"))
    before = [row(here, case) for case in cases]
    entry = BulkAssignEntry(followup_ids=(*cases, cases[0]), owner_kind="department", owner="housing")
    receipt = followups.assign_many(here.book, entry)
    assert "3 follow-ups" in said(receipt)
    assert len(receipt.warnings) == 1
    assert [row(here, case).owner for case in cases] == ["housing"] * 3 + ["property_manager"]
    undo.undo_last(here.book)
    assert [row(here, case) for case in cases] == before
    with pytest.raises(Refused):
        followups.assign_many(
            here.book, BulkAssignEntry(followup_ids=(cases[3],), owner_kind="department", owner="housing")
        )


def test_a_case_that_does_not_exist_changes_nothing(here) -> None:
    with pytest.raises(NotFound):
        followups.accept(here.book, StepEntry(followup_id="0" * 32))


def test_the_same_action_again_saves_once(here) -> None:
    case = opened(here)
    action = "a" * 32
    first = followups.note(here.book, NoteEntry(followup_id=case, note="打过电话"), action)
    assert followups.note(here.book, NoteEntry(followup_id=case, note="打过电话"), action) == first
    assert [line.kind for line in followups.get(here.book, case).timeline] == ["open", "note"]


# --- what is reckoned ------------------------------------------------------------------------------------


def test_a_leak_that_nobody_accepts_goes_up_by_itself_and_says_when(here) -> None:
    case = opened(here, category="gas_leak", title="软管漏气")
    began = here.clock.now()
    here.clock.instant += timedelta(hours=13)
    lines = [line for line in followups.get(here.book, case).timeline if line.derived]
    assert [(say(line.rung), line.at - began) for line in lines] == [
        ("Community", timedelta(hours=1)), ("Subdistrict", timedelta(hours=4)), ("District", timedelta(hours=12)),
    ]  # fmt: skip
    assert {line.cause for line in lines} == {"unaccepted"}
    assert [one.id for one in followups.page(here.book, FollowupFilter(supervise=here.clock.now()))] == []
    here.clock.instant += timedelta(hours=12)
    assert [one.id for one in followups.page(here.book, FollowupFilter(supervise=here.clock.now()))] == [case]


def test_what_is_reckoned_is_not_kept_and_the_same_after_opening_again(here, clock) -> None:
    case = opened(here, category="noise", title="音响")
    here.clock.instant += timedelta(days=30)
    shown = followups.get(here.book, case).timeline
    assert sum(line.derived for line in shown) > 3
    path: Path = here.book.path
    here.book.close()
    book = Casebook.open(path, None, clock)
    assert followups.get(book, case).timeline == shown
    kept = book.database.execute_sql("SELECT count(*) FROM followup_event").fetchall()
    assert kept == [(1,)]
    book.close()


def test_the_board_the_matrix_and_the_figures(here) -> None:
    one, two, three = (opened(here, title=f"第{n}件") for n in range(3))
    taken(here, one, "accept", "done")
    taken(here, two, "accept")
    here.clock.instant += timedelta(days=1)
    followups.verify(here.book, VerifyEntry(followup_id=one, answer="put_right", satisfaction=4))
    columns = {column.state: column.count for column in followups.board(here.book)}
    assert columns["assigned"] == columns["accepted"] == 1
    assert columns["done"] == 0
    day = here.book.today()
    moved = {(move.was, move.state): move.count for move in followups.moves(here.book, day - timedelta(days=1), day)}
    assert moved == {
        ("", "assigned"): 3, ("assigned", "accepted"): 2, ("accepted", "done"): 1, ("done", "closed_verified"): 1,
    }  # fmt: skip
    only_today = followups.moves(here.book, day, day)
    assert [(move.was, move.state) for move in only_today] == [("done", "closed_verified")]
    figures = followups.figures(here.book, day - timedelta(days=1), day)
    assert (figures.opened, figures.closed_verified, figures.in_time, figures.satisfaction) == (3, 1, 1, 4.0)
    late = followups.board(here.book, here.clock.now() + timedelta(days=60))
    assert sum(column.late for column in late) == 2
    assert three


def test_pages_follow_each_other_without_a_gap(here) -> None:
    cases = {opened(here, title=f"第{n}件", due_on=here.book.today() + timedelta(days=n % 3)) for n in range(11)}
    for case in list(cases)[:4]:
        followups.close(here.book, CloseEntry(followup_id=case, result="好"))
    for wanted in (
        FollowupFilter(), FollowupFilter(open=False), FollowupFilter(by_priority=True), FollowupFilter(mine=here.book.worker.id),
    ):  # fmt: skip
        whole = [one.id for one in followups.page(here.book, wanted)]
        paged, after = [], None
        while found := followups.page(here.book, wanted, after, 2):
            paged += [one.id for one in found]
            after = followups.position(found[-1], wanted)
        assert paged == whole
        assert len(whole) == followups.count(here.book, wanted)


def test_filters_show_what_they_say(here) -> None:
    noise = opened(here, category="noise", title="音响")
    gas = opened(here, category="gas_safety", title="软管", owner_kind="worker")
    ids = lambda **wanted: {one.id for one in followups.page(here.book, FollowupFilter(**wanted))}  # noqa: E731
    assert ids(category="noise") == {noise}
    assert ids(owner_kind="department", owner="police") == {noise}
    assert ids(household_id=here.door) == {noise, gas}
    assert ids(priority=3) == {noise, gas}
    assert ids(opened_before=here.book.today()) == set()
    here.clock.instant += timedelta(days=6)
    assert ids(opened_before=here.book.today() - timedelta(days=5)) == {noise, gas}
    taken(here, gas, "accept", "done")
    assert ids(asking=True) == {gas}
    here.clock.instant += timedelta(days=30)
    assert ids(overdue_at=here.clock.now()) == ids(overdue_on=here.book.today()) == {noise}


# --- from other systems, and from the catalog ------------------------------------------------------------


def test_a_case_from_elsewhere_keeps_its_times_its_number_and_what_has_no_home(here) -> None:
    entry = OutsideCaseEntry(
        category="street_lighting", title="路灯", opened_at="2026-03-01T08:00:00+08:00", state="closed_verified",
        closed_at="2026-03-05T08:00:00+08:00", result="已修", address="东门外", source="12345",
        official_number="WH-77", extra={"service_code": "L01"},
    )  # fmt: skip

    def work(tx):
        return here.book.receipt("import.cases", "followup", followups.record_outside(tx, entry), Phrase("1"))

    case = here.book.save("import.cases", None, work).subject_id
    detail = followups.get(here.book, case)
    assert (detail.row.state, detail.row.official_number, detail.row.source) == ("closed_verified", "WH-77", "12345")
    assert detail.row.opened_at.isoformat() == "2026-03-01T08:00:00+08:00"
    assert detail.extra == {"service_code": "L01"}
    assert detail.clock.running is False
    assert doctor.examine(here.book).findings == ()
    undo.undo_last(here.book)
    assert followups.count(here.book, FollowupFilter(open=None)) == 0


def test_a_category_and_a_department_of_ones_own_are_one_data_change(here, tmp_path, monkeypatch) -> None:
    (tmp_path / "categories.toml").write_text(
        '[lift]\nlabel = { zh = "电梯困人", en = "Lift stuck" }\ndepartment = "lift_company"\nseverity = "critical"\n'
        'working_days = 1\nhours = 2\nadmitted = false\nfunder = "lift_company"\nrepeats = "building"\n'
        'source = "本社区"\neffective = 2026-01-01\n',
        encoding="utf-8",
    )
    (tmp_path / "departments.toml").write_text(
        '[lift_company]\nlabel = { zh = "电梯维保", en = "Lift company" }\noutside = true\n', encoding="utf-8"
    )
    monkeypatch.setenv("CASEWORK_CATALOG", str(tmp_path))
    shelf.forget()
    try:
        first = opened(here, category="lift", title="困人", funder="lift_company")
        case = row(here, first)
        assert (case.owner, case.severity, case.urgent) == ("lift_company", "critical", True)
        assert case.due_at == here.clock.now() + timedelta(hours=2)
        again = opened(here, category="lift", title="又困人", funder="lift_company", household_id=here.family_door)
        assert row(here, again).repeat_n == 2, "one problem in the building"
        followups.assign(here.book, AssignEntry(followup_id=again, owner_kind="department", owner="lift_company"))
    finally:
        monkeypatch.undo()
        shelf.forget()


def test_about_a_shop_the_place_shows_the_work_and_the_door_who_is_asked(here) -> None:
    place = places.add(here.book, PlaceEntry(grid_id=here.grid, kind="shop", name="巷口烧烤")).subject_id
    case = opened(here, place_id=place, owner_kind="worker")
    shown = lambda: {  # noqa: E731
        stop.key
        for stop in rounds.stops(here.book, here.grid, date(2026, 6, 30))
        for due, _s in stop.dues
        if due.rule == case
    }
    assert shown() == {here.door, place}
    taken(here, case, "accept", "done")
    assert shown() == {here.door}
