"""Checks: a filled checklist, its answers and the hazards that they show."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class AnswerState(StrEnum):
    """The state of one answer. Only `PASS` is a pass: what could not be checked is not in order."""

    PASS = "pass"
    FAIL = "fail"
    FIXED_ON_SPOT = "fixed_on_spot"
    NOT_APPLICABLE = "not_applicable"
    COULD_NOT_CHECK = "could_not_check"
    DECLINED = "declined"


class HazardLevel(StrEnum):
    """Critical: stop using gas now. Must fix: by a date. Note: tell the resident."""

    CRITICAL = "critical"
    MUST_FIX = "must_fix"
    NOTE = "note"


class SubjectKind(StrEnum):
    """What a checklist is about. A shared kitchen's check counts for each household that shares it."""

    HOUSEHOLD = "household"
    KITCHEN = "kitchen"
    RESIDENT = "resident"
    DEVICE = "device"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its state and, for a measured or chosen value, the value as typed.

    `evidence` says in a word how a hazard was fixed on the spot. `note` is free text.
    """

    state: AnswerState
    value: str | float | None = None
    evidence: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A filled checklist as it is kept, with the checklist's name and version.

    `completed` says whether enough was looked at for it to count as done (`casework.domain.completion`), judged by
    the checklist as it was then; what it found stands either way.
    """

    id: str
    checklist: str
    version: str
    subject_kind: SubjectKind
    subject_id: str
    household_id: str | None
    happened_at: datetime
    entered_at: datetime
    worker_id: str
    answers: dict[str, Answer]
    note: str = ""
    completed: bool = True


@dataclass(frozen=True, slots=True)
class Hazard:
    """One hazard that a check found: fixed on the spot with evidence, or with a follow-up. No third way."""

    id: str
    check_id: str
    question: str
    level: HazardLevel
    fixed_on_spot: bool
    evidence: str = ""
    followup_id: str | None = None
    household_id: str | None = None
