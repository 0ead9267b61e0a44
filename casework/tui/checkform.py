"""A check as it stands on the screen: answers, what was changed about their follow-ups, and what is shown of it.

No widget here and no rule: the rules are `casework.domain.form`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from casework.domain import form
from casework.domain.check import Answer, AnswerState, HazardLevel
from casework.domain.checklist import MEASURED, CheckContext, Checklist, Question, QuestionType
from casework.domain.completion import completed
from casework.domain.functions import text
from casework.domain.reading import WITHOUT_VALUE, answered
from casework.tui.stagedfiles import entries, packed, unpacked

if TYPE_CHECKING:
    from casework.casebook.entries import CheckEntry
    from casework.domain.evidence import StagedFile
    from casework.domain.finding import Finding
    from casework.domain.functions import Value
    from casework.domain.phrase import Label, Phrase
    from casework.tui.checking import Subject

TYPED = MEASURED | {QuestionType.TEXT}
"""Types that are typed into a field; all others are chosen by a key."""

_TURNS_BAD = frozenset({AnswerState.FAIL, AnswerState.FIXED_ON_SPOT})


@dataclass(frozen=True, slots=True)
class Seed:
    """What the worker changed about a hazard's follow-up; None stands for what the checklist proposes."""

    owner_kind: str | None = None
    owner: str | None = None
    due_on: date | None = None


@dataclass
class CheckForm:
    """One check being filled.

    After any change `shown`, `found`, `missing`, `values` and `counts` (whether it would count as done) are those of
    the answers as they are now.
    """

    checklist: Checklist
    context: CheckContext
    happened_at: datetime | None = None
    answers: dict[str, Answer] = field(default_factory=dict)
    seeds: dict[str, Seed] = field(default_factory=dict)
    files: list[StagedFile] = field(default_factory=list)
    shown: list[Question] = field(default_factory=list)
    found: dict[str, list[Finding]] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    counts: bool = False
    values: dict[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.work_out()

    def work_out(self) -> None:
        """See anew what is asked, what was found and what is missing."""
        names = set(form.relevant(self.checklist, self.answers, self.context))
        # A calculation without its numbers says nothing yet.
        self.values = {
            name: value
            for name, value in form.calculated(self.checklist, self.answers, self.context).items()
            if text(value) not in ("", "NaN")
        }
        self.shown = [one for one in self.checklist.questions if one.name in names or one.name in self.values]
        self.found = {}
        for finding in form.findings(self.checklist, self.answers, self.context):
            if finding.level is not None:
                self.found.setdefault(finding.question, []).append(finding)
        self.missing = form.missing(self.checklist, self.answers, self.context)
        self.counts = completed(self.checklist, self.answers, self.context)

    # answering

    def choose(self, question: Question, value: str) -> None:
        """Choose a value, or type it; one of several is put in or taken out."""
        old = self.answers.get(question.name)
        if question.type is QuestionType.SELECT_MULTIPLE:
            before = text(old.value or "").split() if old is not None and old.state not in WITHOUT_VALUE else []
            picked = [one for one in before if one != value] + ([] if value in before else [value])
            value = " ".join(choice.name for choice in question.choices if choice.name in picked)
        if value == "":
            self.clear(question.name)
            return
        self.answers[question.name] = form.judged(self.checklist, question.name, value, self.answers, self.context)
        self.work_out()

    def set_state(self, name: str, state: AnswerState) -> None:
        """Say why there is no value: not applicable, could not check, declined."""
        note = self.answers[name].note if name in self.answers else ""
        self.answers[name] = Answer(state, note=note)
        self.work_out()

    def fix(self, name: str, evidence: str) -> Phrase | Label | None:
        """Say in a word how it was put right on the spot; the reason where that cannot be."""
        old = self.answers.get(name, Answer(AnswerState.FAIL))
        fixed = replace(old, state=AnswerState.FIXED_ON_SPOT, evidence=evidence)
        wrong = form.problem(self.checklist, name, fixed, self.answers, self.context)
        if wrong is None:
            self.answers[name] = fixed
            self.work_out()
        return wrong

    def note(self, name: str, words: str) -> None:
        """Put a word to an answer."""
        old = self.answers.get(name)
        if old is not None:
            self.answers[name] = replace(old, note=words)
        elif words and name in self.values:
            self.answers[name] = Answer(AnswerState.FAIL, note=words)
        self.work_out()

    def clear(self, name: str) -> None:
        """Take the answer away."""
        self.answers.pop(name, None)
        self.seeds.pop(name, None)
        self.work_out()

    def put_back(self, name: str, answer: Answer | None) -> None:
        """Let an earlier answer stand again."""
        if answer is None:
            self.answers.pop(name, None)
        else:
            self.answers[name] = answer
        self.work_out()

    def all_in_order(self) -> int:
        """Set every plain question that is still open to *in order*; how many there were."""
        before = len(self.answers)
        self.answers = form.all_in_order(self.checklist, self.answers, self.context)
        self.work_out()
        return len(self.answers) - before

    def carry(self, last: Any) -> int:
        """Take over the last check's answers where there is none yet; how many there were."""
        carried = form.carry_forward(self.checklist, last)
        new = {name: answer for name, answer in carried.items() if name not in self.answers}
        self.answers = {**self.answers, **new}
        self.work_out()
        return sum(1 for one in self.shown if one.name in new)

    def at(self, context: CheckContext, happened_at: datetime | None) -> None:
        """Let it have happened on another day: what is past its life depends on it."""
        self.context, self.happened_at = context, happened_at
        self.work_out()

    # reading

    @property
    def day(self) -> date:
        """The day of the check."""
        return self.context.today

    def is_answered(self, question: Question) -> bool:
        """Whether there is an answer, be it that it could not be checked."""
        return answered(question, self.answers.get(question.name))

    def asked(self) -> list[Question]:
        """The questions that take an answer."""
        untaken = (QuestionType.NOTE, QuestionType.CALCULATE)
        return [one for one in self.shown if one.type not in untaken]

    def problem(self, name: str) -> Phrase | Label | None:
        """What is wrong with the answer to a question."""
        return form.problem(self.checklist, name, self.answers.get(name), self.answers, self.context)

    def first_problem(self) -> tuple[str, Phrase | Label] | None:
        """The first answer that cannot be saved, and why."""
        for one in self.shown:
            if one.name in self.answers:
                wrong = self.problem(one.name)
                if wrong is not None:
                    return one.name, wrong
        return None

    def gravest(self, name: str) -> HazardLevel | None:
        """The gravest hazard of an answer that still needs a follow-up."""
        levels = [one.level for one in self.found.get(name, ()) if not one.fixed_on_spot]
        for level in (HazardLevel.CRITICAL, HazardLevel.MUST_FIX, HazardLevel.NOTE):
            if level in levels:
                return level
        return None

    @property
    def hazards(self) -> list[Finding]:
        """All hazards, in the order of the questions, the fixed ones too."""
        return [finding for findings in self.found.values() for finding in findings]

    @property
    def leak(self) -> str | None:
        """The question whose answer shows a leak."""
        return next((finding.question for finding in self.hazards if finding.leak), None)

    def owner(self, finding: Finding) -> tuple[str, str]:
        """Who will own the hazard's follow-up: kind and key."""
        seed = self.seeds.get(finding.question)
        if seed is not None and seed.owner_kind and seed.owner:
            return seed.owner_kind, seed.owner
        return "department", finding.department

    def due_on(self, finding: Finding) -> date:
        """By when the hazard is to be put right."""
        seed = self.seeds.get(finding.question)
        if seed is not None and seed.due_on is not None:
            return seed.due_on
        return self.day + timedelta(days=finding.days)

    # keeping and handing on

    def data(self) -> dict[str, Any]:
        """The form as plain JSON values; empty where nothing was answered."""
        if not self.answers and not self.seeds and not self.files and self.happened_at is None:
            return {}
        return {
            "version": self.checklist.version,
            "answers": {n: [a.state.value, a.value, a.evidence, a.note] for n, a in self.answers.items()},
            "seeds": {
                name: [seed.owner_kind, seed.owner, seed.due_on.isoformat() if seed.due_on else None]
                for name, seed in self.seeds.items()
            },
            "happened_at": self.happened_at.isoformat() if self.happened_at else None,
            "files": packed(self.files),
        }

    def take(self, data: dict[str, Any]) -> bool:
        """Put back what `data` gave; whether the checklist is still the same version.

        From another version only answers to questions that there still are come back.
        """
        known = {one.name: one for one in self.checklist.questions}
        same = bool(data.get("version", self.checklist.version) == self.checklist.version)
        self.answers = {
            name: Answer(AnswerState(kept[0]), kept[1], kept[2], kept[3])
            for name, kept in data.get("answers", {}).items()
            if name in known
        }
        self.seeds = {
            name: Seed(kept[0], kept[1], date.fromisoformat(kept[2]) if kept[2] else None)
            for name, kept in data.get("seeds", {}).items()
            if name in known
        }
        self.files = unpacked(data.get("files"))
        moment = data.get("happened_at")
        self.happened_at = datetime.fromisoformat(moment) if moment else None
        self.work_out()
        return same

    def entry(self, subject: Subject) -> CheckEntry:
        """The check to be saved.

        Raises:
            pydantic.ValidationError: a text is too long.
        """
        from casework.casebook.entries import AnswerEntry, CheckEntry, FollowupSeed

        return CheckEntry(
            checklist=self.checklist.name,
            version=self.checklist.version,
            subject_kind=subject.kind,
            subject_id=subject.id,
            household_id=subject.household_id or None,
            happened_at=self.happened_at,
            answers={
                name: AnswerEntry(state=a.state, value=a.value, evidence=a.evidence, note=a.note)
                for name, a in self.answers.items()
            },
            followups={
                name: FollowupSeed(owner_kind=seed.owner_kind, owner=seed.owner, due_on=seed.due_on)
                for name, seed in self.seeds.items()
                if name in self.found
            },
            files=entries(self.files),
        )


__all__ = ["TYPED", "CheckForm", "Seed"]
