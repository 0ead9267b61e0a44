"""A check in which most was not checked is kept, with all that it found, and the door stays due for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework.casebook import checks, doctor, due, followups, households, leaks, register, rounds, stats, undo
from casework.casebook.entries import AnswerEntry, CheckEntry, LeakEntry, LeakFact
from casework.casebook.followups import FollowupFilter
from casework.catalog import checks as shelf
from casework.domain import form
from casework.domain.check import AnswerState, SubjectKind
from casework.domain.due import DueKind
from casework.domain.household import Fuel
from casework.domain.register import RegisterRow
from tests.casebook.conftest import MORNING, Neighbourhood


def filled(here: Neighbourhood, left_out: AnswerState | None = None, *but: str) -> dict[str, AnswerEntry]:
    """A gas check: all in order, or all left out for one reason but for some questions."""
    checklist = shelf.load("lpg_cylinder")
    context = checks.context(here.book, SubjectKind.HOUSEHOLD, here.door, here.door, here.book.today())
    answers = form.all_in_order(checklist, {}, context)
    given = {name: AnswerEntry(state=a.state, value=a.value) for name, a in answers.items()}
    given |= {name: AnswerEntry(state="pass", value=1.2) for name in form.missing(checklist, answers, context)}
    if left_out is not None:
        given |= {name: AnswerEntry(state=left_out) for name in given if name not in but}
    return given


def check(here: Neighbourhood, answers: dict[str, AnswerEntry], kitchen: str = ""):
    return checks.save(
        here.book,
        CheckEntry(
            checklist="lpg_cylinder", version=shelf.load("lpg_cylinder").version,
            subject_kind="kitchen" if kitchen else "household", subject_id=kitchen or here.door,
            household_id=here.door, answers=answers,
        ),
    )  # fmt: skip


def gas_check_due(here: Neighbourhood, door: str):
    """The day on which the door is due for its gas check."""
    rows = [row for row, _status in households.story(here.book, door).dues if row.kind is DueKind.CHECK]
    return next(row.due_on for row in rows if row.rule == "lpg_cylinder")


def counted(here: Neighbourhood) -> tuple[int, int]:
    today = here.book.today()
    figures = stats.figures(here.book)
    return figures.checks_completed, rounds.counts(here.book, here.book.grid_id, today).checks_completed


@pytest.fixture(autouse=True)
def _sound(here: Neighbourhood):
    yield
    assert list(due.differences(here.book.database)) == []
    assert doctor.examine(here.book).findings == ()


def test_a_leak_is_recorded_and_the_yearly_check_stays_due(here: Neighbourhood) -> None:
    before = gas_check_due(here, here.door)
    noticed = MORNING - timedelta(minutes=20)
    leaks.save(
        here.book,
        LeakEntry(household_id=here.door, noticed_at=noticed, facts=(LeakFact(at=noticed, words="气味"),)),
    )
    assert gas_check_due(here, here.door) == before
    assert counted(here) == (0, 0)
    story = households.story(here.book, here.door)
    assert [(one.checklist, one.completed) for one in story.checks] == [("lpg_cylinder", False)]
    assert [one.question for one in story.hazards] == ["soap_leak_test"]
    assert len(followups.page(here.book, FollowupFilter(category="gas_leak"))) == 1


@pytest.mark.parametrize("why", [AnswerState.COULD_NOT_CHECK, AnswerState.DECLINED])
def test_a_check_that_came_to_nothing_counts_for_nothing(here: Neighbourhood, why: AnswerState) -> None:
    before = gas_check_due(here, here.door)
    receipt = check(here, filled(here, why))
    assert gas_check_due(here, here.door) == before
    assert counted(here) == (0, 0)
    assert "all in order" not in receipt.summary.text, "nobody has seen it"
    assert any("does not count as done" in phrase.text for phrase in receipt.follows)
    assert not households.story(here.book, here.door).checks[0].completed


def test_what_it_did_find_is_owed_all_the_same(here: Neighbourhood) -> None:
    given = filled(here, AnswerState.DECLINED) | {"hose_clamps": AnswerEntry(state="fail", value="fail")}
    check(here, given)
    assert not households.story(here.book, here.door).checks[0].completed
    assert len(followups.page(here.book, FollowupFilter())) == 1


def test_without_the_leak_test_a_gas_check_is_not_done(here: Neighbourhood) -> None:
    check(here, filled(here) | {"soap_leak_test": AnswerEntry(state="could_not_check")})
    assert counted(here) == (0, 0)


def test_a_whole_check_counts_and_the_next_is_due_in_a_year(here: Neighbourhood) -> None:
    receipt = check(here, filled(here))
    assert gas_check_due(here, here.door) == here.book.today() + timedelta(days=365)
    assert counted(here) == (1, 1)
    assert "all in order" in receipt.summary.text
    assert households.story(here.book, here.door).checks[0].completed


def test_a_check_with_one_thing_left_out_counts_and_says_so(here: Neighbourhood) -> None:
    receipt = check(here, filled(here) | {"stove_in_life": AnswerEntry(state="could_not_check")})
    assert counted(here) == (1, 1)
    assert ("not checked" in receipt.summary.text, receipt.summary.values["n"]) == (True, 1)


def test_a_poorer_check_later_does_not_undo_the_good_one(here: Neighbourhood) -> None:
    check(here, filled(here))
    year_on = gas_check_due(here, here.door)
    here.clock.instant += timedelta(days=30)
    check(here, filled(here, AnswerState.DECLINED))
    assert gas_check_due(here, here.door) == year_on
    undo.undo_last(here.book)
    assert gas_check_due(here, here.door) == year_on
    undo.undo_last(here.book)
    assert gas_check_due(here, here.door) < year_on


def test_in_a_shared_kitchen_it_stays_due_for_each_door(here: Neighbourhood) -> None:
    rows = [
        RegisterRow(
            line=n, name=name, grid="第一网格", building="5栋", short=f"5-1-10{n}", kitchen="合用厨房",
            fuel=Fuel.LPG_CYLINDER,
        )
        for n, name in ((1, "赵一"), (2, "钱二"))
    ]  # fmt: skip
    register.apply_rows(here.book, rows)
    found = here.book.database.execute_sql("SELECT id, kitchen_id FROM household WHERE kitchen_id IS NOT NULL")
    (first, kitchen), (second, _same) = found.fetchall()
    before = [gas_check_due(here, door) for door in (first, second)]
    here.door = first
    check(here, filled(here, AnswerState.DECLINED), kitchen)
    assert [gas_check_due(here, door) for door in (first, second)] == before
    check(here, filled(here), kitchen)
    year_on = here.book.today() + timedelta(days=365)
    assert [gas_check_due(here, door) for door in (first, second)] == [year_on, year_on]
