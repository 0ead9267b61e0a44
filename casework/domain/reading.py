"""Readings: what a worker chooses or types, as a value. Full-width digits are digits."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from casework.domain.check import Answer, AnswerState
from casework.domain.checklist import Question, QuestionType
from casework.domain.functions import Value, text
from casework.domain.phrase import N_, Phrase

NOT_CHECKED = frozenset({AnswerState.COULD_NOT_CHECK, AnswerState.DECLINED})
"""Answered, and yet nothing is known: never in order."""

WITHOUT_VALUE = NOT_CHECKED | {AnswerState.NOT_APPLICABLE}
"""States that stand in place of a value."""

_NUMBERS = frozenset({QuestionType.INTEGER, QuestionType.DECIMAL})

_NUMBER = re.compile(r"[+-]?(\d{1,12}(\.\d{0,6})?|\.\d{1,6})", re.ASCII)
_WHOLE_DATE = re.compile(r"(\d{4})\D+(\d{1,2})\D+(\d{1,2})\D*|(\d{4})(\d{2})(\d{2})", re.ASCII)
_MONTH = re.compile(r"(\d{4})\D+(\d{1,2})\D*|(\d{4})(\d{2})", re.ASCII)


def read_number(typed: str) -> float | None:
    """The number typed: at most 12 digits before and 6 after the point, 。and ， as people type them for the
    point.

    None when it is no number; never NaN or infinite.
    """
    plain = unicodedata.normalize("NFKC", typed).strip().replace("。", ".").replace(",", ".")
    return float(plain) if _NUMBER.fullmatch(plain) else None


def read_date(typed: str, *, month_only: bool = False) -> str | None:
    """The date typed, as ISO text: `2026-06-07`, `2026/6/7`, `2026.6.7`, `20260607`, `2026年6月7日`.

    With `month_only` a date stamped as year and month is taken too, and stays one: `2026.6` becomes
    `2026-06`. None when it is no date of the calendar.
    """
    plain = unicodedata.normalize("NFKC", typed).strip()
    found = _WHOLE_DATE.fullmatch(plain)
    if found is not None:
        year, month, day = (int(part) for part in found.groups() if part is not None)
        return _iso(year, month, day)
    found = _MONTH.fullmatch(plain) if month_only else None
    if found is None:
        return None
    year, month = (int(part) for part in found.groups() if part is not None)
    whole = _iso(year, month, 1)
    return None if whole is None else whole[:7]


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def value_of(question: Question, answer: Answer | None) -> Value:
    """The value of an answer as an expression sees it; empty for no answer and for one without a value."""
    if answer is None or answer.state in WITHOUT_VALUE:
        return ""
    if answer.value is None or answer.value == "":
        # A plain item may be kept by its state alone.
        if {choice.name for choice in question.choices} != {"pass", "fail"}:
            return ""
        return "pass" if answer.state is AnswerState.PASS else "fail"
    value = read(question, answer.value)
    if question.type in _NUMBERS:
        return value if isinstance(value, float) else ""
    if question.type is QuestionType.DATE:
        # A date half typed is no date yet: no expression may stumble over it.
        return read_date(text(value), month_only=question.month_only) or ""
    return value if isinstance(value, str) else text(value)


def answered(question: Question, answer: Answer | None) -> bool:
    """Whether the question has an answer, be it only that it could not be checked."""
    return answer is not None and (answer.state in WITHOUT_VALUE or value_of(question, answer) != "")


def read(question: Question, value: str | float) -> str | float:
    """The value as the question keeps it: a number, or a date in ISO text; unchanged where it is none."""
    if question.type in _NUMBERS:
        exact = read_number(value) if isinstance(value, str) else float(value)
        return value if exact is None else exact
    if question.type is QuestionType.DATE and isinstance(value, str):
        return read_date(value, month_only=question.month_only) or value
    return value


def unreadable(question: Question, answer: Answer) -> Phrase | None:
    """Why the value is none for a question of this type; None when it is one."""
    value = value_of(question, answer)
    if question.type in _NUMBERS:
        if not isinstance(value, float) or value - value != 0:
            return Phrase(N_("Type a number."))
        if question.type is QuestionType.INTEGER and value != int(value):
            return Phrase(N_("Type a whole number."))
    elif question.type is QuestionType.DATE:
        if value == "":
            return Phrase(
                N_("Type a date, such as {example}."),
                {"example": "2026-06" if question.month_only else "2026-06-07"},
            )
    elif question.choices:
        names = {choice.name for choice in question.choices}
        picked = text(value).split() if question.type is QuestionType.SELECT_MULTIPLE else [text(value)]
        strange = [name for name in picked if name not in names]
        if strange:
            return Phrase(N_("{value} is not one of the choices."), {"value": strange[0]})
    return None
