"""Commands that log: what the app can log, a script can log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.casebook import checks, undo, visits
from casework.casebook import followups as cases
from casework.casebook.errors import WrongUse
from casework.domain.check import SubjectKind
from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain
from casework.domain.visit import Mode, Outcome, RefusalReason
from casework.language import say

if TYPE_CHECKING:
    from datetime import datetime

    from casework.commands.root import Session

AT = click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])
ACTION = click.option("--action", help="An id of 32 hex digits: the same one again saves nothing twice.")


def entry(model: Any, /, **values: Any) -> Any:
    """An entry from a command's values.

    Raises:
        WrongUse: a value breaks its rule; the sentence says which field.
    """
    from pydantic import ValidationError

    from casework.casebook.entries import problems

    try:
        return model(**{key: value for key, value in values.items() if value is not None})
    except ValidationError as error:
        field, phrase = problems(error)[0]
        raise WrongUse(Phrase(N_("{field}: {problem}"), {"field": field or "-", "problem": phrase})) from error


def _local(at: datetime | None) -> datetime | None:
    return at.astimezone() if at else None


@click.command()
@click.argument("household_id")
@click.argument("outcome", type=click.Choice([o.value for o in Outcome]))
@click.option("--mode", type=click.Choice([m.value for m in Mode]), default="door", show_default=True)
@click.option("--at", type=AT, help="When it took place, if not now.")
@click.option("--met", multiple=True, help="The id of a person who was met.")
@click.option("--about", multiple=True, help="The id of a person whom the outcome is about.")
@click.option("--topic", multiple=True, help="What was talked about.")
@click.option("--note", default="")
@click.option("--concern", default="")
@click.option("--next", "next_on", type=click.DateTime(["%Y-%m-%d"]), help="The day of the next visit.")
@click.option("--refusal-reason", type=click.Choice([r.value for r in RefusalReason]))
@ACTION
@click.pass_obj
def visit(
    session: Session, household_id: str, outcome: str, mode: str, at: datetime | None, met: tuple[str, ...],
    about: tuple[str, ...], topic: tuple[str, ...], note: str, concern: str, next_on: datetime | None,
    refusal_reason: str | None, action: str | None,
) -> None:  # fmt: skip
    """Log a visit to a household."""
    from casework.casebook.entries import VisitEntry

    made = entry(
        VisitEntry, household_id=household_id, outcome=outcome, mode=mode, happened_at=_local(at), met=met,
        about=about, topics=topic, note=note, concern=concern, next_visit_on=next_on.date() if next_on else None,
        refusal_reason=refusal_reason,
    )  # fmt: skip
    with session.book() as book:
        session.receipt(visits.log(book, made, action))


@click.command()
@click.argument("checklist")
@click.argument("subject_id")
@click.argument("answers", type=click.File("r", encoding="utf-8"))
@click.option("--household", "household_id", help="The household of a person or a shared kitchen.")
@click.option("--at", type=AT, help="When it took place, if not now.")
@ACTION
@click.pass_obj
def check(
    session: Session, checklist: str, subject_id: str, answers: Any, household_id: str | None, at: datetime | None,
    action: str | None,
) -> None:  # fmt: skip
    """Save a check: ANSWERS is a JSON file of {question: {"state": ..., "value": ...}}, or - for standard input."""
    from casework.casebook.entries import CheckEntry
    from casework.catalog import checks as shelf

    try:
        given = json.load(answers)
        found = shelf.load(checklist)
    except (ValueError, UnicodeDecodeError) as error:
        raise WrongUse(Phrase(N_("The answers are not JSON."))) from error
    except KeyError as error:
        raise WrongUse(Phrase(N_("There is no checklist of that name."))) from error
    made = entry(
        CheckEntry, checklist=checklist, version=found.version, subject_kind=found.subject.value,
        subject_id=subject_id, household_id=household_id, happened_at=_local(at), answers=given,
    )  # fmt: skip
    with session.book() as book:
        session.receipt(checks.save(book, made, action))


@click.command()
@click.option("--subject", type=click.Choice([k.value for k in SubjectKind]), help="Only those about this.")
@click.pass_obj
def checklists(session: Session, subject: str | None) -> None:
    """The checklists that there are, and what is wrong with a file that cannot be used."""
    from casework.catalog import checks as shelf
    from casework.commands.root import warn

    for mistake in shelf.mistakes():
        warn(mistake.phrase)
    found = [c for c in shelf.all() if subject is None or c.subject.value == subject]
    session.show(
        [
            {"name": c.name, "version": c.version, "title": say(c.title), "subject": c.subject.value,
             "interval_months": c.interval_months, "questions": len(c.questions)}
            for c in found
        ],
        [f"{c.name}  {c.version}  {say(c.title)}  {c.subject.value}" for c in found],
    )  # fmt: skip


@click.group()
def followup() -> None:
    """Open a follow-up, and take its steps."""


@followup.command("open")
@click.argument("household_id")
@click.argument("category")
@click.argument("title")
@click.option("--note", default="")
@click.option("--due", "due_on", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--department", help="The department that owns it.")
@click.option("--mine", is_flag=True, help="This worker owns it.")
@ACTION
@click.pass_obj
def followup_open(
    session: Session, household_id: str, category: str, title: str, note: str, due_on: datetime | None,
    department: str | None, mine: bool, action: str | None,
) -> None:  # fmt: skip
    """Open a follow-up for a household; department and day follow from the category."""
    from casework.casebook.entries import FollowupEntry

    kind = "worker" if mine else "department" if department else None
    made = entry(
        FollowupEntry, household_id=household_id, category=category, title=title, note=note,
        due_on=due_on.date() if due_on else None, owner_kind=kind, owner=department,
    )  # fmt: skip
    with session.book() as book:
        session.receipt(cases.open(book, made, action))


@followup.command("note")
@click.argument("followup_id")
@click.argument("words")
@ACTION
@click.pass_obj
def followup_note(session: Session, followup_id: str, words: str, action: str | None) -> None:
    """Add a note."""
    from casework.casebook.entries import NoteEntry

    with session.book() as book:
        session.receipt(cases.note(book, entry(NoteEntry, followup_id=followup_id, note=words), action))


@followup.command("assign")
@click.argument("followup_id")
@click.argument("owner")
@click.option("--worker", is_flag=True, help="OWNER is a worker's id, not a department.")
@click.option("--due", "due_on", type=click.DateTime(["%Y-%m-%d"]))
@ACTION
@click.pass_obj
def followup_assign(
    session: Session, followup_id: str, owner: str, worker: bool, due_on: datetime | None, action: str | None
) -> None:
    """Hand it to a department, or to a worker."""
    from casework.casebook.entries import AssignEntry

    made = entry(
        AssignEntry, followup_id=followup_id, owner_kind="worker" if worker else "department", owner=owner,
        due_on=due_on.date() if due_on else None,
    )  # fmt: skip
    with session.book() as book:
        session.receipt(cases.assign(book, made, action))


@followup.command("close")
@click.argument("followup_id")
@click.argument("result")
@click.option(
    "--end", default="closed_verified", show_default=True, help="closed_verified, closed_not_fixed, duplicate."
)
@ACTION
@click.pass_obj
def followup_close(session: Session, followup_id: str, result: str, end: str, action: str | None) -> None:
    """Close it with its result in words."""
    from casework.casebook.entries import CloseEntry

    with session.book() as book:
        made = entry(CloseEntry, followup_id=followup_id, result=result, end=end)
        session.receipt(cases.close(book, made, action))


@followup.command("reopen")
@click.argument("followup_id")
@click.argument("words")
@ACTION
@click.pass_obj
def followup_reopen(session: Session, followup_id: str, words: str, action: str | None) -> None:
    """Take a closed one up again."""
    from casework.casebook.entries import ReopenEntry

    with session.book() as book:
        session.receipt(cases.reopen(book, entry(ReopenEntry, followup_id=followup_id, note=words), action))


@followup.command("hand-off")
@click.argument("followup_ids", nargs=-1, required=True)
@click.option("--to", "out", required=True, type=click.Path(path_type=Path), help="The .docx (one) or .xlsx (several).")
@click.option("--override", default="", help="The reason for passing on personal details without recorded consent.")
@click.option("--replace", is_flag=True, help="Write over a file that is there already.")
@ACTION
@click.pass_obj
def followup_hand_off(
    session: Session, followup_ids: tuple[str, ...], out: Path, override: str, replace: bool, action: str | None
) -> None:
    """Make the sheet for the department that they are with: what it needs, and no more.

    Names and numbers are masked unless consent is recorded or --override says why; both are journalled.
    """
    from casework.exchange.handoff import write

    with session.book() as book:
        made = write(book, followup_ids, out, override=override, replace=replace, action=action)
    data = {
        "file": made.file,
        "department": made.department,
        "cases": [
            {"number": number, "fields": [key for key, value in sheet.values.items() if value],
             "in_full": list(sheet.shown), "masked": list(sheet.masked),
             "basis": {field: grounds.basis for field, grounds in basis.items()}}
            for number, sheet, basis in made.cases
        ],
    }  # fmt: skip
    lines = [say(made.receipt.summary), str(made.file)]
    lines += [f"{number}: {sheet.values['grounds']}" for number, sheet, _basis in made.cases if sheet.values["grounds"]]
    session.show(data, [plain(line) for line in lines])


@click.command("undo")
@click.pass_obj
def undo_last(session: Session) -> None:
    """Take back this worker's last save."""
    with session.book() as book:
        session.receipt(undo.undo_last(book))


COMMANDS = (visit, check, checklists, followup, undo_last)
