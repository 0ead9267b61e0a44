"""The lines of a questionnaire: one for each question, and beneath the highlighted one what there is to know:
its choices with their keys, its hint, what is wrong, and what will follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len

from casework.domain.check import AnswerState, HazardLevel
from casework.domain.checklist import QuestionType
from casework.domain.functions import text as as_text
from casework.domain.phrase import N_
from casework.domain.reading import WITHOUT_VALUE
from casework.domain.text import plain
from casework.language import _, say
from casework.tui import dates, marks, words
from casework.tui.checkform import TYPED
from casework.tui.widgets.lines import fit, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casework.domain.checklist import Question
    from casework.domain.finding import Finding
    from casework.tui.checkform import CheckForm

Part = tuple[str, str]
"""Text and its tone."""

INDENT = 5
"""Cells before what stands beneath a question."""

PAD = "accent"
"""The tone of blanks: a piece of its own, so that a picture of the screen keeps them too."""

HINT_ROWS = 3
ADVICE_ROWS = 3
"""Lines that a hint and an advice may take."""


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line: which question it belongs to (-1: a heading), its parts, and whether it is the question itself.

    `beneath` lines explain the highlighted question.
    """

    row: int
    parts: tuple[Part, ...]
    beneath: bool = False


@dataclass(frozen=True, slots=True)
class Editing:
    """What is being typed: a `value`, the word of `evidence`, or a `note`; `prompt` stands before the field."""

    mode: str
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """How the lines are to be drawn. `answer_at` is the column of the answers; `me` is the worker's name, for
    follow-ups that she owns herself."""

    width: int
    cursor: int
    answer_at: int
    marks: str = ""
    me: str = ""
    editing: Editing | None = None


def answer_column(form: CheckForm, width: int) -> int:
    """Where the answers stand: behind the widest label, with at least 24 cells of their own."""
    widest = max((cell_len(plain(say(one.label))) for one in form.checklist.questions), default=0)
    return max(30, min(width - 25, widest + 7))


def sheet(form: CheckForm, view: View) -> list[SheetLine]:
    """All lines of a check, headings of groups included."""
    groups = {group.name: group.label for group in form.checklist.groups}
    lines: list[SheetLine] = []
    last = ""
    for row, question in enumerate(form.shown):
        if question.group != last and question.group in groups:
            lines.append(SheetLine(-1, ((f" {plain(say(groups[question.group]))}", "accent"),)))
        last = question.group
        if question.type is QuestionType.NOTE:
            said = plain(say(question.label))
            lines += [SheetLine(row, ((f"   {part}", "muted"),)) for part in wrapped(said, view.width - 4, 4)]
            continue
        lines.append(SheetLine(row, tuple(_question(form, question, view, lit=row == view.cursor))))
        if row == view.cursor:
            lines += [SheetLine(row, parts, beneath=True) for parts in _beneath(form, question, view)]
    return lines


def _question(form: CheckForm, question: Question, view: View, *, lit: bool) -> Iterator[Part]:
    mark_name, tone = standing(form, question)
    yield f" {marks.mark(mark_name, view.marks)} ", tone
    indent = "  " if question.device_field else ""
    room = view.answer_at - 4 - len(indent)
    label_tone = "muted" if question.type is QuestionType.CALCULATE else "text"
    yield indent + fit(plain(say(question.label)), room) + " ", label_tone
    if lit and view.editing is not None and view.editing.mode == "value":
        # The field itself lies over this.
        yield " " * (field_width(question, view) + 1), "text"
        if question.unit is not None:
            yield plain(say(question.unit)), "muted"
        return
    yield answer_text(form, question), tone
    attached = sum(1 for one in form.files if one.part == question.name)
    if attached:
        yield "  ", PAD
        yield f"{marks.mark('attached', view.marks)} {attached}", "accent"


def field_width(question: Question, view: View) -> int:
    """Cells of the field in which a value is typed, the unit beside it."""
    room = view.width - view.answer_at - 2
    if question.type is QuestionType.TEXT:
        return room
    unit = cell_len(plain(say(question.unit))) + 1 if question.unit is not None else 0
    return max(6, min(12, room - unit))


def standing(form: CheckForm, question: Question) -> tuple[str, str]:
    """Mark and tone of a question: only what is in order looks in order."""
    answer = form.answers.get(question.name)
    if answer is not None and answer.state in WITHOUT_VALUE:
        return words.ANSWER_MARKS[answer.state]
    found = form.found.get(question.name)
    if found:
        level = form.gravest(question.name)
        if level is None:
            return words.ANSWER_MARKS[AnswerState.FIXED_ON_SPOT]
        return ("urgent", "urgent") if level is HazardLevel.CRITICAL else ("hazard", "hazard")
    if question.type is QuestionType.CALCULATE or form.is_answered(question):
        return words.ANSWER_MARKS[AnswerState.PASS]
    if answer is not None:
        return "overdue", "error"
    return ("due", "due") if question.required else ("not_due", "muted")


def answer_text(form: CheckForm, question: Question) -> str:
    """The answer as it is read: the choice, the number with its unit, or why there is none."""
    answer = form.answers.get(question.name)
    if question.type is QuestionType.CALCULATE:
        value = as_text(form.values.get(question.name, ""))
        shown = _with_unit(question, value)
        fixed = answer is not None and answer.state is AnswerState.FIXED_ON_SPOT
        return f"{shown}  {_(words.ANSWER_STATES[AnswerState.FIXED_ON_SPOT])}" if fixed else shown
    if answer is None:
        if question.required:
            return _("needed")
        return _("if fitted") if question.type is QuestionType.DEVICE else ""
    if answer.state in WITHOUT_VALUE or answer.state is AnswerState.FIXED_ON_SPOT:
        said = _(words.ANSWER_STATES[answer.state])
        return f"{said}: {plain(answer.evidence)}" if answer.evidence else said
    value = as_text(answer.value) if answer.value is not None else answer.state.value
    labels = {choice.name: choice.label for choice in question.choices}
    if labels:
        return ", ".join(plain(say(labels.get(one, one))) for one in value.split())
    return _with_unit(question, value)


def _with_unit(question: Question, value: str) -> str:
    unit = f" {plain(say(question.unit))}" if question.unit is not None else ""
    return plain(value) + unit


def _beneath(form: CheckForm, question: Question, view: View) -> Iterator[tuple[Part, ...]]:
    pad = " " * INDENT
    room = view.width - INDENT - 1
    if view.editing is not None and view.editing.prompt:
        yield (pad, PAD), (view.editing.prompt + " ", "text")
    yield from _keys(question, room)
    if question.hint is not None:
        for part in wrapped(plain(say(question.hint)), room, HINT_ROWS):
            yield (pad, PAD), (part, "away")
    answer = form.answers.get(question.name)
    if answer is not None:
        wrong = form.problem(question.name)
        if wrong is not None:
            yield (pad, PAD), (fit(plain(say(wrong)), room).rstrip(), "error")
        if answer.note:
            for part in wrapped(_("Note: {words}", words=plain(answer.note)), room, HINT_ROWS):
                yield (pad, PAD), (part, "text")
    for finding in form.found.get(question.name, ()):
        yield from _follows(form, finding, view, room)


def _keys(question: Question, room: int) -> Iterator[tuple[Part, ...]]:
    """The keys that answer this question. What does not fit goes on the next line, whole."""
    parts: list[tuple[str, str]] = []
    if question.type is QuestionType.TEXT:
        parts.append(("enter", _("type it")))
    elif question.type is QuestionType.DATE:
        parts.append(
            (_("digits"), _("type it, as {example}", example="2026-06" if question.month_only else "2026-06-07"))
        )
    elif question.type in TYPED:
        parts.append((_("digits"), _("type it")))
    for number, choice in enumerate(question.choices[:9], 1):
        parts.append((str(number), plain(say(choice.label))))
    if len(question.choices) > 9:
        parts.append(("enter", _("all choices")))
    if question.type is not QuestionType.CALCULATE:
        parts += [(key, _(words.ANSWER_STATES[state])) for key, state in STATE_KEYS]
    line: list[Part] = []
    used = 0
    for key, said in parts:
        size = cell_len(key) + cell_len(said) + 3
        if used + size > room and line:
            yield ((" " * INDENT, PAD), *line)
            line, used = [], 0
        line += [(f"{key} ", "accent"), (f"{said}  ", "muted")]
        used += size
    if line:
        yield ((" " * INDENT, PAD), *line)


STATE_KEYS = (
    ("x", AnswerState.COULD_NOT_CHECK),
    ("-", AnswerState.NOT_APPLICABLE),
    ("d", AnswerState.DECLINED),
)
"""The keys of the answers without a value, the same on every question."""


def _follows(form: CheckForm, finding: Finding, view: View, room: int) -> Iterator[tuple[Part, ...]]:
    pad = " " * INDENT
    level = finding.level or HazardLevel.NOTE
    tone = "urgent" if level is HazardLevel.CRITICAL else "hazard"
    mark_name = "urgent" if level is HazardLevel.CRITICAL else "hazard"
    for part in wrapped(f"{marks.mark(mark_name, view.marks)} {plain(say(finding.label))}", room, 2):
        yield (pad, PAD), (part, tone)
    if finding.fixed_on_spot:
        mark_name, tone = words.ANSWER_MARKS[AnswerState.FIXED_ON_SPOT]
        said = _("Fixed on the spot: {what}", what=plain(finding.evidence))
        for part in wrapped(said, room, 2):
            yield (pad, PAD), (part, tone)
        return
    yield (
        (pad, PAD),
        (_(words.HAZARD_LEVELS[level]), tone),
        ("   ", PAD),
        (_(ON_SPOT if finding.fixable_on_spot else NOT_ON_SPOT), "muted"),
    )
    advice = plain(say(finding.advice))
    if advice:
        for part in wrapped(_("Say: {advice}", advice=advice), room, ADVICE_ROWS):
            yield (pad, PAD), (part, "text")
    day = form.due_on(finding)
    yield (
        (pad, PAD),
        (_("Follow-up: "), "muted"),
        (owner_text(form.owner(finding), view.me), "text"),
        (_(", due {day} ({when})", day=dates.day_text(day, form.day), when=dates.due_text(day, form.day)), "text"),
        ("   ", PAD),
        (_("o owner  w due day"), "muted"),
    )


ON_SPOT = N_("e: fixed on the spot")
NOT_ON_SPOT = N_("cannot be fixed on the spot")


def owner_text(owner: tuple[str, str], me: str) -> str:
    """How an owner is called: the worker by her name, a department by its label."""
    kind, key = owner
    if kind == "worker":
        return plain(me)
    from casework.catalog import shelf

    found = shelf.departments().get(key)
    return plain(say(found.label)) if found is not None else plain(key)
