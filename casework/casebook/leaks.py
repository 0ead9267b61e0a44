"""A gas leak: recorded when everyone is outside, with the times at which things happened.

The worker never stops the supply: she shuts the valve with consent, asks the supplier, records and follows up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.casebook import checks, followups
from casework.casebook.entries import AnswerEntry, CheckEntry, FollowupSeed
from casework.casebook.errors import Refused
from casework.casebook.ids import IdSeries
from casework.casebook.visits import FUTURE_SLACK
from casework.domain import form
from casework.domain.check import Answer, AnswerState, SubjectKind
from casework.domain.checklist import CheckContext, Checklist, applies
from casework.domain.phrase import N_, Phrase
from casework.domain.receipt import Receipt

if TYPE_CHECKING:
    from datetime import datetime

    from casework.casebook.book import Casebook
    from casework.casebook.entries import LeakEntry
    from casework.casebook.transaction import Transaction

CATEGORY = "gas_leak"
"""The category of the follow-up; any leak is of the gravest grade (DOMAIN 2.4)."""


def save(book: Casebook, entry: LeakEntry, action: str | None = None) -> Receipt:
    """Record a leak: the check that found it, a critical follow-up, and every fact on its timeline.

    What the check had not reached yet is *could not check*. Where no checklist applies to the door that asks
    about a leak, the follow-up stands without a check.

    Raises:
        Refused: something lies in the future.
        NotFound: no such door.
    """
    return book.save("leak.save", action, lambda tx: record(tx, entry))


def record(tx: Transaction, entry: LeakEntry) -> Receipt:
    """A leak inside a save that may do more."""
    moments = [_aware(entry.noticed_at), *(_aware(fact.at) for fact in entry.facts)]
    if max(moments) > tx.now + FUTURE_SLACK:
        raise Refused(Phrase(N_("A time here would lie in the future. Nothing was saved. Check the times.")))
    noticed = moments[0]
    home = tx.need("household", entry.household_id)
    finished = _finished(tx, entry, noticed)
    if finished is not None:
        check, question = finished
        done = checks.record(tx, check)
        row = tx.one("SELECT followup_id FROM hazard WHERE check_id = ? AND question = ?", (done.subject_id, question))
        followup_id = str(row[0]) if row else ""
        receipt = Receipt("", "leak.save", "check", done.subject_id, Phrase(""), done.follows, done.warnings)
    else:
        followup_id, receipt = _case_alone(tx, entry, noticed)
    series = IdSeries()
    for fact in entry.facts:
        _on_timeline(tx, followup_id, _aware(fact.at), fact.words, series())
    summary = Phrase(N_("{where}: gas leak recorded"), {"where": home["short"]})
    return Receipt(
        "", receipt.verb, receipt.subject_kind, receipt.subject_id, summary, receipt.follows, receipt.warnings
    )


def _aware(moment: datetime) -> datetime:
    return moment.astimezone() if moment.tzinfo is None else moment


def _case_alone(tx: Transaction, entry: LeakEntry, noticed: datetime) -> tuple[str, Receipt]:
    from casework.catalog.shelf import categories

    category = categories()[CATEGORY]
    followup_id, number = followups.begin(
        tx,
        category=CATEGORY,
        title=category.label.zh,
        title_en=category.label.en,
        severity=category.severity,
        owner=("department", category.department),
        due_on=noticed.date(),
        household_id=entry.household_id,
        place_id=None,
        hazard_id=None,
        happened_at=noticed,
        note=entry.note,
    )
    follows = (
        Phrase(
            N_("Follow-up {number}: {what}, due {day}."),
            {"number": number, "what": category.label, "day": noticed.date()},
        ),
    )
    return followup_id, Receipt("", "leak.save", "followup", followup_id, Phrase(""), follows)


def _finished(tx: Transaction, entry: LeakEntry, noticed: datetime) -> tuple[CheckEntry, str] | None:
    """The check as it is kept, with the question that shows the leak, and the rest as far as it was checked."""
    begun = entry.check or _first_that_asks(tx, entry.household_id, noticed)
    if begun is None:
        return None
    checklist = _checklist(begun)
    question = _leak_question(checklist)
    if question is None:
        return None
    context = CheckContext(
        today=noticed.date(),
        facts=checks.facts(tx.all, begun.subject_kind, begun.subject_id, begun.household_id, noticed.date()),
        now=noticed,
    )
    answers = {n: Answer(a.state, a.value, a.evidence, a.note) for n, a in begun.answers.items()}
    name, choice = question
    shown = [finding.question for finding in form.findings(checklist, answers, context) if finding.leak]
    if shown:
        name = shown[0]
    else:
        answers[name] = form.judged(checklist, name, choice, answers, context)
    for given in list(answers):
        if form.problem(checklist, given, answers[given], answers, context) is not None:
            # Half typed when everyone had to leave.
            typed = "" if answers[given].value is None else str(answers[given].value)
            answers[given] = Answer(AnswerState.COULD_NOT_CHECK, note=answers[given].note or typed)
    while missing := form.missing(checklist, answers, context):
        answers |= dict.fromkeys(missing, Answer(AnswerState.COULD_NOT_CHECK))
    seeds = dict(begun.followups)
    if entry.note:
        seed = seeds.get(name, FollowupSeed())
        seeds[name] = seed.model_copy(update={"note": " ".join(part for part in (seed.note, entry.note) if part)})
    kept = {n: AnswerEntry(state=a.state, value=a.value, evidence=a.evidence, note=a.note) for n, a in answers.items()}
    return begun.model_copy(update={"happened_at": noticed, "followups": seeds, "answers": kept}), name


def _first_that_asks(tx: Transaction, household_id: str, noticed: datetime) -> CheckEntry | None:
    """An empty check of the first checklist for this door that asks about a leak."""
    from casework.catalog import checks as shelf

    known = checks.facts(tx.all, SubjectKind.HOUSEHOLD, household_id, household_id, noticed.date())
    for name in shelf.names():
        try:
            checklist = shelf.load(name)
        except shelf.ChecklistError:
            # A broken file of the user's own must not keep a leak from being recorded.
            continue
        if checklist.subject is SubjectKind.HOUSEHOLD and _leak_question(checklist) and applies(checklist, known):
            return CheckEntry(
                checklist=checklist.name,
                version=checklist.version,
                subject_kind=SubjectKind.HOUSEHOLD,
                subject_id=household_id,
                household_id=household_id,
                answers={},
            )
    return None


def _checklist(entry: CheckEntry) -> Checklist:
    from casework.catalog import checks as shelf

    return shelf.load(entry.checklist)


def _leak_question(checklist: Checklist) -> tuple[str, str] | None:
    """The question and the choice by which a checklist records a leak."""
    for question in checklist.questions:
        for choice, rule in question.hazards.items():
            if rule.leak:
                return question.name, choice
    return None


def _on_timeline(tx: Transaction, followup_id: str, at: datetime, words: str, eid: str) -> None:
    case = tx.need("followup", followup_id)
    tx.add(
        "followup_event",
        {
            "followup_id": followup_id,
            "kind": "note",
            "at": tx.now.isoformat(timespec="seconds"),
            "by": tx.book.worker.id,
            "state": case["state"],
            "owner_kind": case["owner_kind"],
            "owner": case["owner"],
            "note": words,
            "happened_at": at.isoformat(timespec="minutes"),
        },
        eid,
    )
