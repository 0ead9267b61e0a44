"""Completion: whether enough of a check was looked at for it to count as done.

A check in which most could not be checked, or was declined, is kept with its hazards and follow-ups, but the
door stays due: nobody has seen whether the rest is in order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain import form
from casework.domain.check import Answer, AnswerState
from casework.domain.checklist import UNASKED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casework.domain.checklist import CheckContext, Checklist

_LOOKED_AT = frozenset({AnswerState.PASS, AnswerState.FAIL, AnswerState.FIXED_ON_SPOT})


def completed(checklist: Checklist, answers: Mapping[str, Answer], context: CheckContext) -> bool:
    """Whether the check counts as done.

    Of the required questions that are shown, at least one and more than the share `completion.more_than` were
    looked at (*pass*, *fail* or *fixed on the spot*), and so was each of `completion.needs` that is shown. What
    is not applicable here is left out of the count. Where nothing is required, the questions that were answered
    are counted instead.

    Raises:
        ExpressionError: an expression of the checklist cannot work with a value.
    """
    shown = set(form.relevant(checklist, answers, context))
    asked = [one for one in checklist.questions if one.name in shown and one.type not in UNASKED]
    counted = [one.name for one in asked if one.required] or [one.name for one in asked if one.name in answers]
    counted = [name for name in counted if _state(answers, name) is not AnswerState.NOT_APPLICABLE]
    seen = [name for name in counted if _state(answers, name) in _LOOKED_AT]
    rule = checklist.completion
    needed = [name for name in rule.needs if name in shown and _state(answers, name) is not AnswerState.NOT_APPLICABLE]
    return (
        bool(seen)
        and len(seen) > rule.more_than * len(counted)
        and all(_state(answers, name) in _LOOKED_AT for name in needed)
    )


def _state(answers: Mapping[str, Answer], name: str) -> AnswerState | None:
    answer = answers.get(name)
    return answer.state if answer is not None else None
