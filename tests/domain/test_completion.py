"""When a check counts as done: enough was looked at, and what decides was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.domain.check import Answer, AnswerState
from casework.domain.checklist import Completion, Question, QuestionType
from casework.domain.completion import completed
from tests.domain.test_checklist import CHECKLIST, CONTEXT, choices, item, words

LOOKED = [AnswerState.PASS, AnswerState.FAIL, AnswerState.FIXED_ON_SPOT]
NOT_LOOKED = [AnswerState.COULD_NOT_CHECK, AnswerState.DECLINED]

FOUR = replace(CHECKLIST, groups=(), questions=tuple(item(name) for name in "abcd"))


def given(**states: AnswerState) -> dict[str, Answer]:
    return {name: Answer(state, "fail" if state in LOOKED[1:] else "pass") for name, state in states.items()}


def of(*states: AnswerState) -> dict[str, Answer]:
    return given(**dict(zip("abcd", states, strict=False)))


@pytest.mark.parametrize("looked", LOOKED)
@pytest.mark.parametrize("not_looked", NOT_LOOKED)
def test_more_than_half_of_what_is_required_must_have_been_looked_at(
    looked: AnswerState, not_looked: AnswerState
) -> None:
    assert completed(FOUR, of(looked, looked, looked, not_looked), CONTEXT)
    assert not completed(FOUR, of(looked, looked, not_looked, not_looked), CONTEXT)
    assert not completed(FOUR, of(not_looked, not_looked, not_looked, not_looked), CONTEXT)


def test_what_there_is_none_of_is_left_out_of_the_count() -> None:
    none_here = AnswerState.NOT_APPLICABLE
    assert completed(FOUR, of(AnswerState.PASS, none_here, none_here, none_here), CONTEXT)
    assert not completed(FOUR, of(AnswerState.DECLINED, none_here, none_here, none_here), CONTEXT)
    assert not completed(FOUR, of(none_here, none_here, none_here, none_here), CONTEXT), "nobody has seen anything"


def test_what_is_not_asked_here_does_not_count() -> None:
    hidden = replace(FOUR, questions=(*(item(name) for name in "ab"), item("c", relevant="${a} = 'fail'")))
    assert not completed(hidden, given(a=AnswerState.PASS, b=AnswerState.DECLINED, c=AnswerState.PASS), CONTEXT)
    assert completed(hidden, given(a=AnswerState.FAIL, b=AnswerState.DECLINED, c=AnswerState.PASS), CONTEXT)


def test_a_checklist_may_ask_for_more_and_name_what_decides() -> None:
    strict = replace(FOUR, completion=Completion(more_than=0.75))
    assert not completed(strict, of(*[AnswerState.PASS] * 3, AnswerState.DECLINED), CONTEXT)
    assert completed(strict, of(*[AnswerState.PASS] * 4), CONTEXT)
    deciding = replace(FOUR, completion=Completion(needs=("d",)))
    assert not completed(deciding, of(*[AnswerState.PASS] * 3, AnswerState.DECLINED), CONTEXT)
    assert completed(deciding, of(*[AnswerState.PASS] * 2, AnswerState.DECLINED, AnswerState.FAIL), CONTEXT)
    assert completed(deciding, of(*[AnswerState.PASS] * 3, AnswerState.NOT_APPLICABLE), CONTEXT), "there is none here"


def test_where_nothing_is_required_what_was_answered_counts() -> None:
    loose = Question("a", QuestionType.SELECT_ONE, words("a"), choices=choices("yes", "no"))
    free = replace(FOUR, questions=(loose, replace(loose, name="b"), replace(loose, name="c")))
    assert completed(free, given(a=AnswerState.PASS), CONTEXT)
    assert not completed(free, given(a=AnswerState.DECLINED), CONTEXT)
    assert not completed(free, {}, CONTEXT)
