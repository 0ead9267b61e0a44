"""Notices, and telling the community: a follow-up that opens and closes by itself, by what the facts say."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from casework.casebook import (
    areas,
    bookings,
    done,
    due,
    followups,
    households,
    notices,
    residents,
    search,
    undo,
    visits,
)
from casework.casebook.arrangement_entries import BookingEntry, NoticeEntry
from casework.casebook.entries import CloseEntry, LifeStateEntry, NoteEntry, VisitEntry, WorkerEntry
from casework.casebook.errors import Refused
from casework.casebook.followup_entries import ReturnEntry, SuspendEntry
from casework.casebook.telling import CATEGORY
from casework.domain.due import DueKind, DueStatus
from casework.domain.worker import Worker
from casework.language import say

if TYPE_CHECKING:
    from casework.casebook.views import FollowupRow
    from tests.casebook.conftest import Neighbourhood

THREE = ("2026-05-11T10:00", "2026-05-12T19:00", "2026-05-16T10:00")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text + ":00+08:00")


def nobody(here: Neighbourhood, *when: str, door: str = "", outcome: str = "no_answer") -> Any:
    for text in when:
        here.clock.instant = max(here.clock.instant, moment(text))
        entry = VisitEntry(household_id=door or here.family_door, outcome=outcome, happened_at=moment(text))
        receipt = visits.log(here.book, entry)
    return receipt


def leave(here: Neighbourhood, when: str, door: str = "") -> Any:
    here.clock.instant = max(here.clock.instant, moment(when))
    return notices.leave(
        here.book, NoticeEntry(household_id=door or here.family_door, left_at=moment(when), how="贴在门上")
    )


def book_at(here: Neighbourhood, day: date, hour: str = "14:30") -> str:
    entry = BookingEntry(household_id=here.family_door, day=day, hour=time.fromisoformat(hour), asked_by="王强")
    return bookings.add(here.book, entry).subject_id


def cases(here: Neighbourhood, open: bool = True) -> list[FollowupRow]:
    rows = followups.page(here.book, followups.FollowupFilter(open=open))
    return [row for row in rows if row.category == CATEGORY]


def exhausted(here: Neighbourhood) -> Any:
    nobody(here, *THREE)
    leave(here, "2026-05-20T10:00")
    book_at(here, date(2026, 5, 21))
    return nobody(here, "2026-05-21T14:35")


def test_a_notice_says_what_is_waited_for_and_stands_on_the_story(here) -> None:
    nobody(here, *THREE)
    receipt = leave(here, "2026-05-20T10:00")
    (left,) = notices.of_household(here.book, here.family_door)
    assert (left.tries, left.how) == (3, "贴在门上")
    assert left.number.startswith("260511-")
    assert left.number in say(receipt.summary)
    assert "2026-05-27" in say(receipt.follows[0])
    assert notices.household_of(here.book, left.number) == here.family_door
    undo.undo_last(here.book)
    assert notices.of_household(here.book, here.family_door) == []


def test_what_is_printed_has_the_number_that_is_recorded_later_and_names_nobody(here) -> None:
    nobody(here, *THREE[:2])
    (printed,) = notices.read(here.book, [here.family_door])
    nobody(here, THREE[2])
    leave(here, "2026-05-20T10:00")
    (left,) = notices.of_household(here.book, here.family_door)
    assert printed.number == left.number
    assert len(printed.tries) == 2
    for secret in ("王强", "李娟", "13000000002"):
        assert secret not in repr(printed)


def test_tries_notice_and_booking_that_met_nobody_are_told_in_the_same_save(here) -> None:
    receipt = exhausted(here)
    (case,) = cases(here)
    assert (case.owner_kind, case.owner) == ("department", "community")
    assert any(case.number in say(phrase) for phrase in receipt.follows)
    assert any("260511-" in line.note for line in followups.get(here.book, case.id).timeline)
    # One more try of the same stretch tells nobody a second time.
    nobody(here, "2026-05-29T10:00")
    assert [row.id for row in cases(here)] == [case.id]


def test_undoing_the_visit_takes_the_follow_up_with_it(here) -> None:
    exhausted(here)
    undo.undo_last(here.book)
    assert cases(here) == cases(here, open=False) == []
    assert bookings.standing(here.book) != []


def test_whoever_is_met_closes_it_and_undoing_that_opens_it_again(here) -> None:
    exhausted(here)
    here.clock.instant += timedelta(days=1)
    receipt = visits.met(here.book, here.family_door)
    assert cases(here) == []
    (closed,) = cases(here, open=False)
    assert closed.state == "closed_verified"
    assert any(closed.number in say(phrase) for phrase in receipt.follows)
    undo.undo_last(here.book)
    assert [row.id for row in cases(here)] == [closed.id]


@pytest.mark.parametrize("state", ["moved_away", "hospitalised"])
def test_whoever_is_known_to_be_gone_closes_it_too(here, state: str) -> None:
    exhausted(here)
    for person in (here.wang, here.li):
        residents.life_state(here.book, LifeStateEntry(resident_id=person, state=state))
    assert cases(here) == []
    undo.undo_last(here.book)
    assert len(cases(here)) == 1


def test_a_notice_typed_in_late_tells_the_community_as_in_order(here) -> None:
    nobody(here, *THREE)
    book_at(here, date(2026, 5, 21))
    nobody(here, "2026-05-21T14:35")
    assert cases(here) == []
    leave(here, "2026-05-20T10:00")
    assert len(cases(here)) == 1
    undo.undo_last(here.book)
    assert cases(here) == []


def test_a_contact_typed_in_late_that_breaks_the_stretch_closes_it(here) -> None:
    exhausted(here)
    visits.log(
        here.book,
        VisitEntry(household_id=here.family_door, outcome="completed", happened_at=moment("2026-05-13T10:00")),
    )
    assert cases(here) == []
    assert list(due.differences(here.book.database)) == []
    # Two more tries, and the stretch is as long again: it is told again, though the first one was closed by itself.
    nobody(here, "2026-05-22T10:00")
    assert len(cases(here)) == 1


def test_a_person_who_closed_it_is_not_told_again_of_the_same_tries(here) -> None:
    exhausted(here)
    (case,) = cases(here)
    followups.close(here.book, CloseEntry(followup_id=case.id, end="closed_not_fixed", result="出国了"))
    nobody(here, "2026-05-29T10:00")
    assert cases(here) == []
    # After a contact it is another stretch.
    nobody(here, "2026-06-01T10:00", outcome="completed")
    nobody(here, "2026-06-20T10:00", "2026-06-21T10:00", "2026-06-22T19:00")
    leave(here, "2026-06-22T19:05")
    nobody(here, "2026-06-29T10:00")
    assert len(cases(here)) == 1


def test_one_that_a_person_has_set_aside_stays_and_that_is_said(here) -> None:
    exhausted(here)
    (case,) = cases(here)
    followups.give_back(here.book, ReturnEntry(followup_id=case.id, note="请网格先核实"))
    followups.suspend(here.book, SuspendEntry(followup_id=case.id, note="等家属", review_on=date(2026, 6, 10)))
    receipt = visits.met(here.book, here.family_door)
    assert len(cases(here)) == 1
    assert any("still open" in phrase.text for phrase in receipt.follows)


def test_what_has_been_worked_on_since_keeps_the_visit_from_being_undone(here) -> None:
    exhausted(here)
    (case,) = cases(here)
    followups.note(here.book, NoteEntry(followup_id=case.id, note="已联系物业"))
    undo.undo_last(here.book)
    undo.undo_last(here.book)
    assert cases(here) == []


def test_another_workers_undo_of_the_notice_closes_it(here) -> None:
    """The notice was hers, the last try a colleague's: what she takes back holds for both."""
    nobody(here, *THREE)
    book_at(here, date(2026, 5, 21))
    leave(here, "2026-05-20T10:00")
    hers = here.book.worker
    colleague = areas.add_worker(here.book, WorkerEntry(name="周敏")).subject_id
    here.book.worker = Worker(colleague, "周敏")
    nobody(here, "2026-05-21T14:35")
    assert len(cases(here)) == 1
    here.book.worker = hers
    undo.undo_last(here.book)  # the colleague's being here
    undo.undo_last(here.book)  # the notice
    assert notices.of_household(here.book, here.family_door) == []
    assert cases(here) == []
    assert list(due.differences(here.book.database)) == []


def test_a_notice_in_the_future_is_refused(here) -> None:
    with pytest.raises(Refused):
        notices.leave(here.book, NoticeEntry(household_id=here.door, left_at=here.clock.instant + timedelta(hours=1)))


def test_the_grid_leader_is_told_where_there_is_one(here) -> None:
    leader = areas.add_worker(here.book, WorkerEntry(name="何站长", role="grid_leader")).subject_id
    exhausted(here)
    (case,) = cases(here)
    assert (case.owner_kind, case.owner) == ("worker", leader)
    assert list(due.differences(here.book.database)) == []


def test_a_call_back_that_waited_for_a_call_is_done_on_time_after_it_too(here) -> None:
    """What was due before the contact went by the notice: the ledger says the same as the round did."""
    nobody(here, *THREE)
    leave(here, "2026-05-20T10:00")
    here.clock.instant = moment("2026-05-27T10:00")
    before = [row for row, state in households.story(here.book, here.family_door).dues if row.kind is DueKind.CALL_BACK]
    visits.met(here.book, here.family_door)
    (line,) = [one for one in done.of_household(here.book, here.family_door) if one.due.kind is DueKind.CALL_BACK]
    assert [line.due.due_on] == [row.due_on for row in before] == [date(2026, 5, 27)]
    assert line.status(date(2026, 5, 28)) is DueStatus.DONE_ON_TIME


def test_whoever_rings_is_found_by_the_number_on_the_paper(here) -> None:
    nobody(here, *THREE)
    leave(here, "2026-05-20T10:00")
    (left,) = notices.of_household(here.book, here.family_door)
    found = search.find(here.book, left.number)
    assert {one.name for one in found} == {"王强", "李娟"}
    assert {one.matched for one in found} == {"notice"}
    assert search.find(here.book, "260511-99999") == []
