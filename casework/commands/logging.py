"""Commands that log: what the app can log, a script can log."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from casework.casebook import checks, undo, visits
from casework.casebook.errors import WrongUse
from casework.domain.check import SubjectKind
from casework.domain.phrase import N_, Phrase
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


def local(at: datetime | None) -> datetime | None:
    """A time that was typed, as one of this laptop's."""
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
@click.option("--refusal-reason", type=click.Choice([r.value for r in RefusalReason]), help="Why: needed for refused.")
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
        VisitEntry, household_id=household_id, outcome=outcome, mode=mode, happened_at=local(at), met=met,
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
        subject_id=subject_id, household_id=household_id, happened_at=local(at), answers=given,
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


@click.command("undo")
@click.pass_obj
def undo_last(session: Session) -> None:
    """Take back this worker's last save."""
    with session.book() as book:
        session.receipt(undo.undo_last(book))


COMMANDS = (visit, check, checklists, undo_last)
