"""Checks: saving a filled checklist with everything that follows from it, and reading earlier ones."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from casework.casebook import followups, rows
from casework.casebook.errors import Refused, WrongUse
from casework.casebook.visits import FUTURE_SLACK
from casework.domain import form
from casework.domain.check import Answer, Check, SubjectKind
from casework.domain.checklist import CheckContext, Checklist
from casework.domain.completion import completed
from casework.domain.evidence import EvidenceSubject
from casework.domain.phrase import N_, Phrase
from casework.domain.receipt import Receipt

if TYPE_CHECKING:
    from datetime import date, datetime

    from casework.casebook.book import Casebook
    from casework.casebook.entries import CheckEntry
    from casework.casebook.transaction import Transaction
    from casework.domain.finding import Finding


def save(book: Casebook, entry: CheckEntry, action: str | None = None) -> Receipt:
    """Save a check. Each hazard is kept as fixed on the spot with its evidence, or opens a follow-up.

    A check in which too little was looked at is kept likewise, but does not count as done: the door stays due.

    Raises:
        Refused: a needed answer is missing, an answer cannot be, or the checklist is of another version.
        NotFound: no such subject.
    """
    return book.save("check.save", action, lambda tx: record(tx, entry))


def record(tx: Transaction, entry: CheckEntry) -> Receipt:
    """A check inside a save that may do more."""
    with form.once():
        return _record(tx, entry)


def _record(tx: Transaction, entry: CheckEntry) -> Receipt:
    checklist = _checklist(entry)
    happened = entry.happened_at or tx.now
    if happened.tzinfo is None:
        happened = happened.astimezone()
    if happened > tx.now + FUTURE_SLACK:
        raise Refused(Phrase(N_("This check would lie in the future. Nothing was saved. Check the time.")))
    subject = tx.need(entry.subject_kind.value, entry.subject_id)
    household_id = entry.household_id or _household_of(entry, subject)
    context = CheckContext(
        today=happened.date(), facts=facts(tx.all, entry.subject_kind, entry.subject_id, household_id, happened.date()),
        now=happened,
    )  # fmt: skip
    given = {n: Answer(a.state, a.value, a.evidence, a.note) for n, a in entry.answers.items()}
    answers = form.settled(checklist, given, context)
    _refuse_unfinished(checklist, answers, context)
    done = completed(checklist, answers, context)
    check_id = tx.add(
        "check",
        {
            "checklist": checklist.name,
            "version": checklist.version,
            "subject_kind": entry.subject_kind.value,
            "subject_id": entry.subject_id,
            "household_id": household_id,
            "happened_at": happened.isoformat(timespec="minutes"),
            "entered_at": tx.now.isoformat(timespec="minutes"),
            "worker_id": tx.book.worker.id,
            "answers": {name: _packed(answer) for name, answer in answers.items()},
            "note": entry.note,
            "partial": None if done else 1,
        },
    )
    found = form.findings(checklist, answers, context)
    findings = [finding for finding in found if finding.level is not None]
    follows = _hazards(tx, entry, checklist, check_id, household_id, happened, findings)
    follows += _devices(tx, entry, form.fitted_devices(checklist, answers, context), check_id, household_id, happened)
    if not done:
        follows.append(Phrase(N_("Too little could be checked: this does not count as done.")))
    if entry.files:
        from casework.casebook import evidence

        follows += evidence.follows(evidence.record(tx, EvidenceSubject.CHECK, check_id, entry.files))
    said = {"where": _where(tx, entry, household_id, subject), "checklist": checklist.title}
    if findings:
        summary = Phrase(N_("{where}: {checklist}, {n} hazards"), {**said, "n": len(findings)})
    elif found:
        summary = Phrase(N_("{where}: {checklist}, {n} not checked"), {**said, "n": len(found)})
    else:
        summary = Phrase(N_("{where}: {checklist}, all in order"), said)
    warnings = tuple(
        Phrase(N_("Leak: everyone out. Call the supplier or 119 from outside.")) for f in findings if f.leak
    )[:1]
    return Receipt("", "check.save", "check", check_id, summary, tuple(follows), warnings)


def _checklist(entry: CheckEntry) -> Checklist:
    from casework.catalog import checks as shelf

    try:
        checklist = shelf.load(entry.checklist)
    except KeyError as error:
        raise WrongUse(Phrase(N_("There is no checklist of that name."))) from error
    if checklist.version != entry.version:
        raise Refused(Phrase(N_("This form was begun with another version of the checklist. Open the check again.")))
    return checklist


def _household_of(entry: CheckEntry, subject: dict[str, Any]) -> str | None:
    if entry.subject_kind is SubjectKind.HOUSEHOLD:
        return entry.subject_id
    found = subject.get("household_id")
    return str(found) if found else None


def _refuse_unfinished(checklist: Checklist, answers: dict[str, Answer], context: CheckContext) -> None:
    missing = form.missing(checklist, answers, context)
    if missing:
        raise Refused(
            Phrase(
                N_("{n} questions still need an answer, first: {question}. Nothing was saved."),
                {"n": len(missing), "question": checklist.question(missing[0]).label},
            )
        )
    for name, wrong in form.problems(checklist, answers, context):
        question = checklist.question(name).label
        raise Refused(Phrase(N_("{question}: {problem}"), {"question": question, "problem": wrong}))


def _hazards(
    tx: Transaction, entry: CheckEntry, checklist: Checklist, check_id: str, household_id: str | None,
    happened: datetime, findings: list[Finding],
) -> list[Phrase]:  # fmt: skip
    follows: list[Phrase] = []
    place_id = entry.subject_id if entry.subject_kind is SubjectKind.PLACE else None
    for finding in findings:
        hazard = {
            "check_id": check_id, "household_id": household_id, "place_id": place_id, "question": finding.question,
            "level": finding.level.value if finding.level else None, "fixed_on_spot": int(finding.fixed_on_spot),
            "evidence": finding.evidence, "title": finding.label.zh, "title_en": finding.label.en,
        }  # fmt: skip
        if finding.fixed_on_spot:
            tx.add("hazard", hazard)
            follows.append(Phrase(N_("Fixed on the spot: {what}."), {"what": finding.label}))
            continue
        seed = entry.followups.get(finding.question)
        due_on = seed.due_on if seed and seed.due_on else happened.date() + timedelta(days=finding.days)
        owner = (seed.owner_kind, seed.owner) if seed and seed.owner else ("department", finding.department)
        hazard_id = followups.new_hazard_id()
        followup_id, number = followups.begin(
            tx,
            category=finding.category or "other",
            title=finding.label.zh,
            title_en=finding.label.en,
            severity=str(finding.level.value if finding.level else "note"),
            owner=(owner[0] or "department", owner[1] or finding.department),
            due_on=due_on,
            named=bool(seed and seed.due_on),
            household_id=household_id,
            place_id=place_id,
            hazard_id=hazard_id,
            happened_at=happened,
            note=" ".join(part for part in (finding.note, seed.note if seed else "") if part),
        )
        tx.add("hazard", {**hazard, "followup_id": followup_id}, hazard_id)
        follows.append(
            Phrase(
                N_("Follow-up {number}: {what}, due {day}."),
                {"number": number, "what": finding.label, "day": due_on},
            )
        )
    return follows


def _devices(
    tx: Transaction,
    entry: CheckEntry,
    fitted: Any,
    check_id: str,
    household_id: str | None,
    happened: datetime,
) -> list[Phrase]:
    from casework.catalog.shelf import device_kinds

    kinds = device_kinds()
    home = {
        "household_id": household_id if entry.subject_kind is not SubjectKind.KITCHEN else None,
        "kitchen_id": entry.subject_id if entry.subject_kind is SubjectKind.KITCHEN else None,
        "place_id": entry.subject_id if entry.subject_kind is SubjectKind.PLACE else None,
        "fitted_on": happened.date().isoformat(),
        "check_id": check_id,
    }
    devices = [
        {"kind": d.kind, "maker": d.maker, "model": d.model, "batch": d.batch, "made_on": d.made_on,
         "life_months": d.life_months}
        for d in fitted
    ]  # fmt: skip
    devices += [d.model_dump(exclude={"household_id", "kitchen_id", "place_id", "fitted_on"}) for d in entry.devices]
    follows = []
    for device in devices:
        if device.get("made_on") is not None:
            device["made_on"] = device["made_on"].isoformat()
        tx.add("device", {**device, **home})
        follows.append(Phrase(N_("Fitted: {what}."), {"what": kinds[device["kind"]].label}))
    return follows


def _where(tx: Transaction, entry: CheckEntry, household_id: str | None, subject: dict[str, Any]) -> str:
    if household_id is None:
        return str(subject.get("name") or "")
    row = tx.one("SELECT short FROM household WHERE id = ?", (household_id,))
    return str(row[0]) if row else ""


def _packed(answer: Answer) -> dict[str, Any]:
    kept: dict[str, Any] = {"state": answer.state.value}
    if answer.value is not None and answer.value != "":
        kept["value"] = answer.value
    if answer.evidence:
        kept["evidence"] = answer.evidence
    if answer.note:
        kept["note"] = answer.note
    return kept


def context(
    book: Casebook, subject_kind: SubjectKind, subject_id: str, household_id: str | None, day: date
) -> CheckContext:
    """What a checklist's expressions may know about a subject on a day."""
    from casework.language import language

    fetch = lambda sql, values=(): book.database.execute_sql(sql, values).fetchall()  # noqa: E731
    return CheckContext(
        today=day,
        facts=facts(fetch, subject_kind, subject_id, household_id, day),
        now=book.clock.now(),
        language=language(),
    )


def facts(
    fetch: Any, subject_kind: SubjectKind, subject_id: str, household_id: str | None, day: date
) -> dict[str, str | float]:
    """The facts (`domain.checklist.FACTS`) about a subject, and of its devices."""
    known: dict[str, str | float] = {}
    if subject_kind is SubjectKind.PLACE:
        for (kind,) in fetch("SELECT kind FROM place WHERE id = ?", (subject_id,)):
            known["place_kind"] = kind
        where, key = "place_id", subject_id
    elif subject_kind is SubjectKind.KITCHEN:
        where, key = "kitchen_id", subject_id
        known["shared_kitchen"] = "yes"
    else:
        where, key = "household_id", household_id or ""
    if household_id:
        known |= _household_facts(fetch, subject_kind, subject_id, household_id, day)
    for kind, made, fitted, life in fetch(
        f"SELECT kind, made_on, fitted_on, life_months FROM device WHERE {where} = ? AND removed_on IS NULL "
        "ORDER BY fitted_on, id",
        (key,),
    ):
        known[f"{kind}_made_on"] = made or ""
        known[f"{kind}_fitted_on"] = fitted or ""
        known[f"{kind}_life_months"] = float(life) if life is not None else ""
    return known


def _household_facts(
    fetch: Any, subject_kind: SubjectKind, subject_id: str, household_id: str, day: date
) -> dict[str, str | float]:
    from casework.domain.resident import age_on

    known: dict[str, str | float] = {}
    for fuel, tenure, floor, kitchen in fetch(
        "SELECT fuel, tenure, floor, kitchen_id FROM household WHERE id = ?", (household_id,)
    ):
        known |= {
            "fuel": fuel or "unknown",
            "tenure": tenure or "unknown",
            "shared_kitchen": "yes" if kitchen else "no",
        }
        if floor is not None:
            known["floor"] = float(floor)
    people = fetch(
        "SELECT id, born, sex FROM resident WHERE household_id = ? "
        "AND ifnull(life_state, '') NOT IN ('moved_away', 'deceased')",
        (household_id,),
    )
    known["people"] = float(len(people))
    subjects = [p for p in people if p[0] == subject_id] if subject_kind is SubjectKind.RESIDENT else people
    held: set[str] = set()
    for person, born, sex in subjects:
        held.update(
            row[0]
            for row in fetch(
                "SELECT tag FROM tag WHERE resident_id = ? AND (until IS NULL OR until > ?)",
                (person, day.isoformat()),
            )
        )
        if born:
            age = float(age_on(rows.day(born) or day, day))
            known["age"] = max(age, float(known.get("age") or 0))
        if subject_kind is SubjectKind.RESIDENT and sex:
            known["sex"] = sex
    known["tags"] = " ".join(sorted(held))
    known["lives_alone"] = "yes" if "lives_alone" in held else "no"
    return known


def last(book: Casebook, checklist: str, subject_id: str) -> Check | None:
    """The last check with a checklist about a subject, by when it happened."""
    row = book.database.execute_sql(
        f"SELECT {rows.CHECK} FROM safety_check WHERE subject_id = ? AND checklist = ? "
        "ORDER BY happened_at DESC, id DESC LIMIT 1",
        (subject_id, checklist),
    ).first()
    return rows.check(row) if row else None


def of_household(book: Casebook, household_id: str, limit: int = 20) -> list[Check]:
    """The checks of a household, newest first."""
    found = book.database.execute_sql(
        f"SELECT {rows.CHECK} FROM safety_check WHERE household_id = ? ORDER BY happened_at DESC, id DESC LIMIT ?",
        (household_id, limit),
    ).fetchall()
    return [rows.check(row) for row in found]
