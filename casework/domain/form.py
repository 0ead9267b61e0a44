"""A checklist being filled: what is asked now, what is wrong with an answer, which hazards were found.

All functions are pure and take the whole of what they need: the checklist, the answers so far (question
name to `Answer`) and a `CheckContext` with the day and the facts about the subject. A screen that redraws
on every key calls `relevant`, `judged` and `findings`; a save calls `settled`, `missing`, `problem` and
`findings`.

A question that is not relevant has no answer, as in ODK: its value is empty for every expression, and no
finding comes of it. Every function may raise `ExpressionError` where an expression of the checklist cannot
work with a value.
"""

from __future__ import annotations

import contextlib
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from casework.domain.check import Answer, AnswerState, HazardLevel
from casework.domain.checklist import (
    LIMIT,
    MEASURED,
    UNASKED,
    CheckContext,
    Checklist,
    Question,
    QuestionType,
)
from casework.domain.expressions import compile_expression
from casework.domain.finding import Finding, hazard_found
from casework.domain.functions import Scope, Value, day_of, text
from casework.domain.phrase import N_, Label, Phrase
from casework.domain.reading import NOT_CHECKED, WITHOUT_VALUE, answered, read, unreadable, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from casework.domain.check import Check

_FAILING = frozenset({AnswerState.FAIL, AnswerState.FIXED_ON_SPOT})
_GRAVEST = (HazardLevel.CRITICAL, HazardLevel.MUST_FIX, HazardLevel.NOTE)


@dataclass(frozen=True, slots=True)
class FittedDevice:
    """A device fitted during the check, as its fields were filled in; `question` is the device question."""

    question: str
    kind: str
    maker: str = ""
    model: str = ""
    batch: str = ""
    made_on: date | None = None
    life_months: int | None = None


def relevant(checklist: Checklist, answers: Mapping[str, Answer], context: CheckContext) -> tuple[str, ...]:
    """The names of the questions to show now, in order. Notes are among them, calculations are not."""
    form = _worked(checklist, answers, context)
    return tuple(one.name for one in form.visible if one.type is not QuestionType.CALCULATE)


def calculated(checklist: Checklist, answers: Mapping[str, Answer], context: CheckContext) -> dict[str, Value]:
    """The values of the calculations that are relevant now."""
    form = _worked(checklist, answers, context)
    return {one.name: form.values[one.name] for one in form.visible if one.type is QuestionType.CALCULATE}


def judged(
    checklist: Checklist,
    name: str,
    value: str | float,
    answers: Mapping[str, Answer],
    context: CheckContext,
) -> Answer:
    """The answer that a chosen or typed value makes: *pass*, or *fail* when it shows a hazard.

    Numbers and dates are read as they are typed (`casework.domain.reading`); what cannot be read stays as
    it is, for `problem` to refuse. Evidence and note of an earlier answer to the question are kept.

    Raises:
        KeyError: the checklist has no such question.
    """
    question = checklist.question(name)
    old = answers.get(name, Answer(AnswerState.PASS))
    answer = replace(old, state=AnswerState.PASS, value=read(question, value))
    form = _Form(checklist, {**answers, name: answer}, context)
    return replace(answer, state=AnswerState.FAIL) if form.fails(question) else answer


def problem(
    checklist: Checklist,
    name: str,
    answer: Answer | None,
    answers: Mapping[str, Answer],
    context: CheckContext,
) -> Phrase | Label | None:
    """What is wrong with an answer, in a sentence for the worker; None when it can be saved.

    A value outside a limit is no problem but a hazard. No answer is a problem only where one is required.

    Raises:
        KeyError: the checklist has no such question.
    """
    given = dict(answers)
    given.pop(name, None)
    if answer is not None:
        given[name] = answer
    return _wrong(_Form(checklist, given, context), checklist.question(name))


def problems(
    checklist: Checklist, answers: Mapping[str, Answer], context: CheckContext
) -> tuple[tuple[str, Phrase | Label], ...]:
    """Everything that is wrong with a form, question by question, worked out in one go: for a save."""
    form = _worked(checklist, answers, context)
    wrong = ((question.name, _wrong(form, question)) for question in form.asked())
    return tuple((name, why) for name, why in wrong if why is not None)


def findings(checklist: Checklist, answers: Mapping[str, Answer], context: CheckContext) -> tuple[Finding, ...]:
    """The hazards that the answers show, in the order of the questions, and what was required but not
    checked.

    A value is judged by itself, whatever state came with it, and an answer marked as failing is a hazard
    whatever its value: no failing answer is lost, not even one to a question that this version of the
    checklist does not have.
    """
    form = _worked(checklist, answers, context)
    found = [one for question in form.visible for one in _of_question(form, question)]
    known = {question.name for question in checklist.questions}
    for name, answer in answers.items():
        if name not in known and answer.state in _FAILING:
            found.append(hazard_found(Question(name, QuestionType.TEXT, Label(name, name)), "", answer))
    return tuple(found)


def missing(checklist: Checklist, answers: Mapping[str, Answer], context: CheckContext) -> tuple[str, ...]:
    """The required questions shown and not answered yet; *could not check* and *declined* are answers."""
    form = _worked(checklist, answers, context)
    return tuple(
        question.name
        for question in form.asked()
        if question.required and not answered(question, answers.get(question.name))
    )


def complete(checklist: Checklist, answers: Mapping[str, Answer], context: CheckContext) -> bool:
    """Whether the check can be saved as done: nothing required is missing and no answer has a problem."""
    form = _worked(checklist, answers, context)
    return all(_wrong(form, question) is None for question in form.visible)


def settled(checklist: Checklist, answers: Mapping[str, Answer], context: CheckContext) -> dict[str, Answer]:
    """The answers as they are kept: those to questions shown, values read, each judged anew.

    The values of calculations are kept with them. An answer marked as failing becomes a *pass* only where a
    number is held against a limit, and is within it. What cannot be read stays, for `problem` to refuse.
    """
    form = _worked(checklist, answers, context)
    kept: dict[str, Answer] = {}
    for question in form.visible:
        answer = answers.get(question.name)
        if question.type is QuestionType.CALCULATE:
            if not form.known(question):
                continue
            answer = replace(_put_right(answer) or Answer(AnswerState.PASS), value=form.values[question.name])
        elif answer is None or not (answered(question, answer) or answer.value or answer.state in _FAILING):
            continue
        elif answer.state in WITHOUT_VALUE:
            kept[question.name] = replace(answer, value=None)
            continue
        elif answer.value is not None:
            answer = replace(answer, value=read(question, answer.value))
        fails = bool(form.fails(question))
        if fails and answer.state is AnswerState.PASS:
            answer = replace(answer, state=AnswerState.FAIL)
        elif answer.state in _FAILING and question.limit and form.known(question) and not fails:
            answer = replace(answer, state=AnswerState.PASS, evidence="")
        kept[question.name] = answer
    return kept


def all_in_order(checklist: Checklist, answers: Mapping[str, Answer], context: CheckContext) -> dict[str, Answer]:
    """The answers with every plain question that is shown and still open set to its *in order* choice.

    What is already answered stays; measured values, dates, texts, devices and choices without an *in order*
    stay open.
    """
    filled = dict(answers)
    while True:
        form = _Form(checklist, filled, context)
        open_ones = [one for one in form.asked() if one.in_order and not answered(one, filled.get(one.name))]
        if not open_ones:
            return filled
        filled |= {one.name: Answer(AnswerState.PASS, one.in_order) for one in open_ones}


def carry_forward(checklist: Checklist, last: Check) -> dict[str, Answer]:
    """The last check's answers as a start for this one.

    Left out are measured values and dates, fitted devices, questions that say `carry = false`, and what
    held only on that day: *fixed on the spot*, *could not check*, *declined*, and a choice that the
    question no longer has. Nothing is carried from another checklist or another version of it, where a
    question may mean something else.
    """
    if last.checklist != checklist.name or last.version != checklist.version:
        return {}
    carried: dict[str, Answer] = {}
    for question in checklist.questions:
        answer = last.answers.get(question.name)
        if answer is None or not question.carry or question.device or question.type in MEASURED | UNASKED:
            continue
        if answer.state is AnswerState.NOT_APPLICABLE:
            carried[question.name] = Answer(answer.state)
        elif answer.state in (AnswerState.PASS, AnswerState.FAIL) and answered(question, answer):
            value = value_of(question, answer)
            picked = text(value).split() if question.type is QuestionType.SELECT_MULTIPLE else [value]
            if not question.choices or {choice.name for choice in question.choices}.issuperset(picked):
                carried[question.name] = Answer(answer.state, answer.value, note=answer.note)
    return carried


def fitted_devices(
    checklist: Checklist, answers: Mapping[str, Answer], context: CheckContext
) -> tuple[FittedDevice, ...]:
    """The devices that the answers say were fitted, with their fields. A month alone counts as its first
    day.
    """
    form = _worked(checklist, answers, context)
    fitted = []
    for question in form.visible:
        if question.type is not QuestionType.DEVICE or form.values[question.name] != "yes":
            continue
        given = {field: form.values.get(f"{question.name}_{field}", "") for field in DEVICE_FIELDS}
        life = given["life_months"]
        fitted.append(
            FittedDevice(
                question.name,
                question.device,
                text(given["maker"]),
                text(given["model"]),
                text(given["batch"]),
                day_of(given["made_on"]) if given["made_on"] != "" else None,
                int(life) if isinstance(life, float) else None,
            )
        )
    return tuple(fitted)


DEVICE_FIELDS = ("maker", "model", "batch", "made_on", "life_months")


_kept: ContextVar[list[_Form] | None] = ContextVar("kept", default=None)
"""The form that was worked through last, while one asks several things of the same answers."""


@contextlib.contextmanager
def once() -> Iterator[None]:
    """Within it the same answers are worked through once, whatever is asked of them: a save asks five things."""
    before = _kept.set([])
    try:
        yield
    finally:
        _kept.reset(before)


def _worked(checklist: Checklist, answers: Mapping[str, Answer], context: CheckContext) -> _Form:
    kept = _kept.get()
    if kept is None:
        return _Form(checklist, answers, context)
    for form in kept:
        if form.checklist is checklist and form.context is context and form.answers == answers:
            return form
    kept[:] = [_Form(checklist, dict(answers), context)]
    return kept[0]


class _Form:
    """A checklist with its answers, worked through once from top to bottom.

    `relevant` and `calculation` look only upwards (the loader sees to it), so one pass settles every value.
    """

    __slots__ = ("_labels", "_parameters", "answers", "checklist", "context", "values", "visible")

    def __init__(self, checklist: Checklist, answers: Mapping[str, Answer], context: CheckContext) -> None:
        self.answers = answers
        self.checklist = checklist
        self.context = context
        self.values: dict[str, Value] = dict(context.facts)
        self.visible: list[Question] = []
        self._parameters = {name: one.value for name, one in checklist.parameters.items()}
        chinese = context.language.startswith("zh")
        self._labels = {
            one.name: {choice.name: choice.label.zh if chinese else choice.label.en for choice in one.choices}
            for one in checklist.questions
            if one.choices
        }
        for question in checklist.questions:
            self.values[question.name] = ""
        shown: dict[str, bool] = {"": True}
        conditions = {group.name: group.relevant for group in checklist.groups}
        for question in checklist.questions:
            if question.group not in shown:
                shown[question.group] = self._holds(conditions.get(question.group, ""))
            if not shown[question.group] or not self._holds(question.relevant):
                continue
            self.visible.append(question)
            if question.type is QuestionType.CALCULATE:
                self.values[question.name] = compile_expression(question.calculation).value(self._scope(""))
            else:
                self.values[question.name] = value_of(question, answers.get(question.name))

    def asked(self) -> Iterator[Question]:
        return (question for question in self.visible if question.type not in UNASKED)

    def known(self, question: Question) -> bool:
        """Whether the question has a value: neither empty nor a calculation without its numbers."""
        return text(self.values[question.name]) not in ("", "NaN")

    def fails(self, question: Question) -> Sequence[str]:
        """The keys of the hazards that the question's value shows by itself."""
        value = self.values[question.name]
        if not self.known(question):
            return ()
        if question.type is QuestionType.SELECT_MULTIPLE:
            return [choice for choice in text(value).split() if choice in question.hazards]
        if question.limit:
            return () if self._holds(question.limit, value) else (LIMIT,)
        return (text(value),) if text(value) in question.hazards else ()

    def allows(self, question: Question) -> bool:
        value = self.values[question.name]
        return value == "" or self._holds(question.constraint, value)

    def _holds(self, source: str, own: Value = "") -> bool:
        return not source or compile_expression(source).holds(self._scope(own))

    def _scope(self, own: Value) -> Scope:
        return Scope(
            today=self.context.today,
            values=self.values,
            parameters=self._parameters,
            own=own,
            now=self.context.now,
            labels=self._labels,
            language=self.context.language,
        )


def _put_right(answer: Answer | None) -> Answer | None:
    """The answer, if it says *fixed on the spot*: nothing else can be said of a calculation."""
    return answer if answer is not None and answer.state is AnswerState.FIXED_ON_SPOT else None


def _wrong(form: _Form, question: Question) -> Phrase | Label | None:
    answer = form.answers.get(question.name)
    if question.type is QuestionType.CALCULATE:
        answer = _put_right(answer)
        if answer is None:
            return None
    elif answer is None or (answer.state not in WITHOUT_VALUE and not answered(question, answer) and not answer.value):
        return Phrase(N_("An answer is needed.")) if question.required else None
    elif answer.state in WITHOUT_VALUE:
        return None
    else:
        wrong = unreadable(question, answer)
        if wrong is not None:
            return wrong
        if not form.allows(question):
            return question.constraint_message
    return _wrong_repair(question, form.fails(question), answer)


def _wrong_repair(question: Question, keys: Sequence[str], answer: Answer) -> Phrase | None:
    if answer.state is not AnswerState.FIXED_ON_SPOT:
        return None
    if not keys:
        return Phrase(N_("There is no hazard here to put right."))
    if not all(question.hazards[key].fixable_on_spot for key in keys):
        return Phrase(N_("This cannot be put right on the spot."))
    if not answer.evidence.strip():
        return Phrase(N_("Say in a word how it was put right."))
    return None


def _of_question(form: _Form, question: Question) -> Iterator[Finding]:
    answer = form.answers.get(question.name)
    if question.type is QuestionType.CALCULATE:
        # Nobody answers a calculation, but what it shows can be put right.
        answer = _put_right(answer) or Answer(AnswerState.FAIL)
        for key in form.fails(question):
            yield hazard_found(question, key, answer)
        return
    if answer is None or answer.state is AnswerState.NOT_APPLICABLE:
        return
    if answer.state in NOT_CHECKED:
        if question.required:
            yield Finding(question.name, question.label, None, answer.state, note=answer.note)
        return
    keys: Sequence[str] = form.fails(question)
    if not keys and answer.state in _FAILING:
        ranked = sorted(question.hazards, key=lambda key: _GRAVEST.index(question.hazards[key].level))
        keys = ranked[:1] or [""]
    yield from (hazard_found(question, key, answer) for key in keys)
