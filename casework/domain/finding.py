"""Findings: what a check found, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.domain.check import Answer, AnswerState, HazardLevel
from casework.domain.checklist import HazardRule
from casework.domain.phrase import Label

if TYPE_CHECKING:
    from casework.domain.checklist import Question

_NOTHING = Label("", "")
_PLAIN_RULE = HazardRule(HazardLevel.NOTE, _NOTHING, _NOTHING, True, "community", "other", 30)
"""For an answer that was marked as failing although the checklist has no rule for it: it is not lost."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found: a hazard, or, without a `level`, a required question that was *not
    checked*.

    `label` is the hazard in its own words; of what was not checked, the question's. `choice` is the choice that shows
    the hazard, or `limit`. `fixed_on_spot` holds only with evidence and
    where the rule allows it; every other hazard needs a follow-up owned by `department`, due `days` after
    the check. `advice` is for the resident. `state` is the answer's; `note` its free text.
    """

    question: str
    label: Label
    level: HazardLevel | None
    state: AnswerState
    choice: str = ""
    advice: Label = _NOTHING
    fixable_on_spot: bool = False
    fixed_on_spot: bool = False
    evidence: str = ""
    department: str = ""
    category: str = ""
    days: int = 0
    leak: bool = False
    note: str = ""


def hazard_found(question: Question, key: str, answer: Answer) -> Finding:
    """The hazard that an answer shows: `key` names the rule, a choice or `limit`; without one the mildest
    holds.
    """
    rule = question.hazards.get(key, _PLAIN_RULE)
    evidence = answer.evidence.strip()
    fixed = answer.state is AnswerState.FIXED_ON_SPOT and rule.fixable_on_spot and bool(evidence)
    return Finding(
        question.name,
        rule.label if rule is not _PLAIN_RULE else question.label,
        rule.level,
        AnswerState.FAIL if answer.state is AnswerState.PASS else answer.state,
        key,
        rule.advice,
        rule.fixable_on_spot,
        fixed,
        evidence if fixed else "",
        rule.department,
        rule.category,
        rule.days,
        rule.leak,
        answer.note,
    )
