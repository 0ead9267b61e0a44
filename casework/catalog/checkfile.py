"""Check files: what a checklist file may say, and the checklist that it makes.

`casework.catalog.checks` explains the file to whoever writes one. Its shape is in
`casework.catalog.checkshape`; here are the rules that no shape can say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.catalog.checkshape import ChecklistError, validated
from casework.domain.check import HazardLevel
from casework.domain.checklist import (
    DEVICE_FACTS,
    FACTS,
    LIMIT,
    MEASURED,
    UNASKED,
    Applies,
    Checklist,
    Choice,
    Completion,
    Group,
    HazardRule,
    Parameter,
    Question,
    QuestionType,
)
from casework.domain.expressions import ExpressionError, compile_expression
from casework.domain.functions import Scope, text
from casework.domain.phrase import N_, Label, Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

BUILT_IN_CHOICES: Mapping[str, tuple[Choice, ...]] = {
    "pass_fail": (Choice("pass", Label("合格", "OK")), Choice("fail", Label("不合格", "Not OK"))),
    "yes_no": (Choice("yes", Label("是", "Yes")), Choice("no", Label("否", "No"))),
}
"""Choice lists that every file may use; `pass_fail` is the plain item of an inspection."""

_DEVICE_FIELDS: tuple[tuple[str, QuestionType, Label], ...] = (
    ("maker", QuestionType.TEXT, Label("生产厂家", "Maker")),
    ("model", QuestionType.TEXT, Label("型号", "Model")),
    ("batch", QuestionType.TEXT, Label("批次", "Batch")),
    ("made_on", QuestionType.DATE, Label("生产日期", "Made on")),
    ("life_months", QuestionType.INTEGER, Label("标称使用年限", "Life on the label")),
)
_MONTHS_UNIT = Label("个月", "months")
_FUTURE = Label("日期在今天之后", "The date is after today")
_LIFE = Label("请填 1 到 600 个月", "Between 1 and 600 months, please")
_PARAMETER_IN_TEXT = re.compile(r"\$([a-z][a-z0-9_]*)")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The keys that a checklist may refer to, from the other files of the catalog."""

    departments: frozenset[str]
    categories: frozenset[str]
    devices: frozenset[str]
    tags: frozenset[str]
    places: frozenset[str]


def checklist_from(raw: dict[str, Any], file: str, stem: str, words: Vocabulary) -> Checklist:
    """The checklist that a file's TOML makes; `stem` is the file's name without `.toml`.

    Raises:
        ChecklistError: the file has a mistake; the first one found.
    """
    return _Builder(validated(raw, file), file, stem, words).checklist()


class _Builder:
    """One file on its way to a checklist: every rule that needs more than one field is here."""

    def __init__(self, shape: Any, file: str, stem: str, words: Vocabulary) -> None:
        self.shape = shape
        self.file = file
        self.stem = stem
        self.words = words
        self.parameters = {
            name: Parameter(name, one.value, one.source, one.effective) for name, one in shape.parameters.items()
        }
        self.facts = FACTS | {f"{kind}_{fact}" for kind in words.devices for fact in DEVICE_FACTS}

    def checklist(self) -> Checklist:
        shape = self.shape
        if shape.name != self.stem:
            self.refuse("", N_("the name {name} is not that of the file"), name=shape.name)
        for tag in shape.applies.tags:
            if tag not in self.words.tags:
                self.refuse("", N_("there is no tag {name}"), name=tag)
        for kind in shape.applies.place_kinds:
            if kind not in self.words.places:
                self.refuse("", N_("there is no kind of place {name}"), name=kind)
        questions = tuple(one for row in shape.survey for one in self.questions(row))
        self.check_names(questions)
        groups = tuple(Group(name, self.label(name, one.label), one.relevant) for name, one in shape.groups.items())
        self.check_expressions(questions, groups)
        return Checklist(
            shape.name,
            shape.version,
            self.label("", shape.title),
            shape.subject,
            shape.interval.months,
            Applies(
                tuple(fuel.value for fuel in shape.applies.fuel),
                tuple(shape.applies.tags),
                tuple(shape.applies.place_kinds),
                shape.applies.age_from,
            ),
            shape.source,
            shape.effective,
            groups,
            self.parameters,
            questions,
            self.completion(questions),
        )

    def completion(self, questions: tuple[Question, ...]) -> Completion:
        """What must have been looked at; without a table of its own, more than half."""
        given = self.shape.completion
        if given is None:
            return Completion()
        required = {one.name for one in questions if one.required}
        for name in given.needs:
            if name not in required:
                self.refuse("", N_("completion needs {name}, which is no required question"), name=name)
        return Completion(given.more_than, tuple(given.needs))

    def refuse(self, question: str, reason: str, **values: object) -> None:
        raise ChecklistError(self.file, question, Phrase(reason, values))

    def label(self, question: str, words: Any) -> Label:
        """Both languages, with each `$name` of a limit replaced by its number."""

        def number(found: re.Match[str]) -> str:
            if found[1] not in self.parameters:
                self.refuse(question, N_("there is no parameter {name}"), name=found[1])
            return text(self.parameters[found[1]].value)

        return Label(_PARAMETER_IN_TEXT.sub(number, words.zh), _PARAMETER_IN_TEXT.sub(number, words.en))

    def questions(self, row: Any) -> list[Question]:
        """The row's question, and after a device question its fields."""
        kind, _, rest = row.type.partition(" ")
        if kind not in set(QuestionType):
            self.refuse(row.name, N_("{type} is no type of question"), type=row.type)
        type_ = QuestionType(kind)
        choices, device = self.choices(row, type_, rest.strip())
        self.check_row(row, type_, choices)
        question = Question(
            name=row.name,
            type=type_,
            label=self.label(row.name, row.label),
            hint=self.label(row.name, row.hint) if row.hint else None,
            group=row.group,
            required=row.required,
            relevant=row.relevant,
            constraint=row.constraint,
            constraint_message=self.label(row.name, row.constraint_message) if row.constraint_message else None,
            calculation=row.calculation,
            choices=choices,
            in_order=row.in_order or ("pass" if rest.strip() == "pass_fail" else ""),
            unit=self.label(row.name, row.unit) if row.unit else None,
            limit=row.limit,
            hazards={key: self.hazard(row.name, one) for key, one in row.hazard.items()},
            carry=row.carry if row.carry is not None else type_ not in MEASURED,
            device=device,
            month_only=row.appearance == "month-year",
            source=row.source,
            effective=row.effective or self.shape.effective,
        )
        return [question, *(self.device_fields(question) if device else ())]

    def choices(self, row: Any, type_: QuestionType, rest: str) -> tuple[tuple[Choice, ...], str]:
        if type_ is QuestionType.DEVICE:
            if rest not in self.words.devices:
                self.refuse(row.name, N_("there is no kind of device {name}"), name=rest)
            return BUILT_IN_CHOICES["yes_no"], rest
        if type_ not in (QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE):
            if rest:
                self.refuse(row.name, N_("{type} is no type of question"), type=row.type)
            return (), ""
        if rest in BUILT_IN_CHOICES:
            return BUILT_IN_CHOICES[rest], ""
        if rest not in self.shape.choices:
            self.refuse(row.name, N_("there is no list of choices {name}"), name=rest)
        listed = self.shape.choices[rest]
        names = [one.name for one in listed]
        for name in names:
            if names.count(name) > 1:
                self.refuse(row.name, N_("the choice {name} stands twice in its list"), name=name)
        return tuple(Choice(one.name, self.label(row.name, one.label)) for one in listed), ""

    def check_row(self, row: Any, type_: QuestionType, choices: tuple[Choice, ...]) -> None:
        name, names = row.name, {choice.name for choice in choices}
        measured = type_ in MEASURED
        if bool(row.constraint) != bool(row.constraint_message):
            self.refuse(name, N_("a constraint needs a message, and a message a constraint"))
        if (type_ is QuestionType.CALCULATE) != bool(row.calculation):
            self.refuse(name, N_("a calculation belongs to the type calculate, and to no other"))
        if type_ in UNASKED and (row.required or row.constraint or row.carry):
            self.refuse(name, N_("what is not asked can be neither required nor constrained nor carried forward"))
        if row.limit and not (measured or type_ is QuestionType.CALCULATE):
            self.refuse(name, N_("only a measured or calculated value has a limit"))
        if bool(row.limit) != (LIMIT in row.hazard):
            self.refuse(name, N_("a limit needs the hazard limit, and that hazard a limit"))
        for key in row.hazard:
            if key != LIMIT and key not in names:
                self.refuse(name, N_("there is no choice {name} that could be a hazard"), name=key)
        if names == {"pass", "fail"} and "fail" not in row.hazard:
            self.refuse(name, N_("what follows from fail is missing: hazard.fail"))
        if row.in_order and (row.in_order not in names or row.in_order in row.hazard):
            self.refuse(name, N_("{name} is no choice that could be in order"), name=row.in_order)
        if measured and row.carry:
            self.refuse(name, N_("a measured value is never carried forward"))
        if row.unit and type_ not in (QuestionType.INTEGER, QuestionType.DECIMAL, QuestionType.CALCULATE):
            self.refuse(name, N_("only a number has a unit"))
        if row.appearance and (row.appearance != "month-year" or type_ is not QuestionType.DATE):
            self.refuse(name, N_("the appearance {name} is not known here"), name=row.appearance)
        if row.hazard and not row.source:
            self.refuse(name, N_("{field} is missing"), field="source")
        if row.group and row.group not in self.shape.groups:
            self.refuse(name, N_("there is no group {name}"), name=row.group)

    def hazard(self, question: str, one: Any) -> HazardRule:
        if one.department not in self.words.departments:
            self.refuse(question, N_("there is no department {name}"), name=one.department)
        if one.category not in self.words.categories:
            self.refuse(question, N_("there is no category {name}"), name=one.category)
        if one.leak and one.level is not HazardLevel.CRITICAL:
            self.refuse(question, N_("a leak is always critical"))
        days = one.days
        if isinstance(days, str):
            if days not in self.parameters:
                self.refuse(question, N_("there is no parameter {name}"), name=days)
            value = self.parameters[days].value
            if value != int(value) or not 0 <= value <= 365:
                self.refuse(question, N_("{name} is no number of days from 0 to 365"), name=days)
            days = int(value)
        return HazardRule(
            one.level,
            self.label(question, one.label),
            self.label(question, one.advice),
            one.fixable_on_spot,
            one.department,
            one.category,
            days,
            one.leak,
        )

    def device_fields(self, parent: Question) -> list[Question]:
        return [
            Question(
                name=f"{parent.name}_{field}",
                type=type_,
                label=label,
                group=parent.group,
                relevant=f"${{{parent.name}}} = 'yes'",
                constraint={"made_on": ". <= today()", "life_months": ". >= 1 and . <= 600"}.get(field, ""),
                constraint_message={"made_on": _FUTURE, "life_months": _LIFE}.get(field),
                unit=_MONTHS_UNIT if field == "life_months" else None,
                carry=False,
                device=parent.device,
                device_field=field,
                month_only=field == "made_on",
                source=parent.source,
                effective=parent.effective,
            )
            for field, type_, label in _DEVICE_FIELDS
        ]

    def check_names(self, questions: tuple[Question, ...]) -> None:
        seen: set[str] = set()
        for question in questions:
            if question.name in seen:
                self.refuse(question.name, N_("the name stands twice"))
            if question.name in self.facts:
                self.refuse(question.name, N_("the name is that of a fact about the subject"))
            seen.add(question.name)

    def check_expressions(self, questions: tuple[Question, ...], groups: tuple[Group, ...]) -> None:
        every = {question.name for question in questions}
        above: set[str] = set()
        entered: set[str] = set()
        for question in questions:
            group = next((one for one in groups if one.name == question.group), None)
            if group is not None and group.name not in entered:
                entered.add(group.name)
                self.check_expression(group.name, "relevant", group.relevant, above, every)
            for field in ("relevant", "calculation"):
                self.check_expression(question.name, field, getattr(question, field), above, every)
            for field in ("constraint", "limit"):
                self.check_expression(question.name, field, getattr(question, field), every, every)
            above.add(question.name)
        for group in groups:
            if group.name not in entered:
                self.refuse("", N_("no question stands in the group {name}"), name=group.name)

    def check_expression(self, question: str, field: str, source: str, allowed: set[str], every: set[str]) -> None:
        if not source:
            return
        values = {name: one.value for name, one in self.parameters.items()}
        try:
            expression = compile_expression(source)
            for name in sorted(expression.parameters):
                if name not in values:
                    self.refuse(question, N_("there is no parameter {name}"), name=name)
            for name in sorted(expression.names - self.facts - allowed):
                if name in every:
                    self.refuse(question, N_("{field} asks for {name}, which comes later"), field=field, name=name)
                self.refuse(question, N_("there is no question or fact {name}"), name=name)
            # On an empty form: what cannot work with missing answers would fail at the first door.
            expression.value(Scope(today=self.shape.effective, parameters=values))
        except ExpressionError as error:
            self.refuse(
                question,
                N_("the expression in {field} cannot be used: {detail}"),
                field=field,
                detail=error.reason,
            )
