"""Commands that open a follow-up and take its steps. FOLLOWUP is an id or a number; each prints its receipt."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from casework.casebook import followups as cases
from casework.casebook.errors import WrongUse
from casework.casebook.followup_steps import find_id
from casework.commands.logging import ACTION, AT, entry, local
from casework.domain.phrase import N_, Phrase

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from casework.casebook.book import Casebook
    from casework.commands.root import Session
    from casework.domain.receipt import Receipt

DAY = click.DateTime(["%Y-%m-%d"])
NOTE = click.option("--note", default="", help="Words for the timeline.")


@click.group()
def followup() -> None:
    """Open a follow-up, and take its steps."""


def _day(at: datetime | None) -> date | None:
    return at.date() if at else None


def _step(
    name: str, verb: Callable[[Casebook, Any, str | None], Receipt], model: str
) -> Callable[[Callable[..., dict[str, Any]]], click.Command]:
    """A command for one step of one case: the function gives the fields of the entry."""

    def made(values: Callable[..., dict[str, Any]]) -> click.Command:
        @wraps(values)
        def run(session: Session, /, case: str, action: str | None, **given: Any) -> None:
            from casework.casebook import entries, followup_entries

            kind = getattr(followup_entries, model, None) or getattr(entries, model)
            with session.book() as book:
                case_id = find_id(book.database.execute_sql, case)
                fields = values(book=book, **given)
                session.receipt(verb(book, entry(kind, followup_id=case_id, **fields), action))

        passed: Callable[..., Any] = click.pass_obj(run)
        return followup.command(name)(click.argument("case", metavar="FOLLOWUP")(ACTION(passed)))

    return made


def owner(book: Casebook, said: str, worker: bool) -> dict[str, str]:
    """An owner from a command: a department's key, or with --worker a worker's id or name.

    Raises:
        WrongUse: no worker, or more than one, has that name.
    """
    if not worker:
        return {"owner_kind": "department", "owner": said}
    from casework.casebook import areas

    named = [one.id for one in areas.workers(book) if said in (one.id, one.name)]
    if len(named) != 1:
        raise WrongUse(Phrase(N_("There is no one worker of that name or id: {name}"), {"name": said}))
    return {"owner_kind": "worker", "owner": named[0]}


# --- opening ---------------------------------------------------------------------------------------------


@followup.command("open")
@click.argument("household_id")
@click.argument("category")
@click.argument("title")
@click.option("--place", "place_id", help="The place that it is about.")
@click.option("--building", "building_id", help="The building that it is about.")
@click.option("--unit", default="", help="The stair of the building.")
@click.option("--address", default="", help="Where, in words, if nothing of the register fits.")
@click.option("--note", default="", help="What was seen, said or promised.")
@click.option("--due", "due_on", type=DAY, help="The due day, if not the category's.")
@click.option("--department", help="The department that owns it.")
@click.option("--mine", is_flag=True, help="This worker owns it.")
@click.option("--reported", is_flag=True, help="Only take it down; it stays with this worker until assigned.")
@click.option("--funder", default="", help="Who funds it: needed where it is not on the community's own list.")
@click.option("--reported-by", default="", help="The name of who reported it.")
@click.option("--reported-phone", default="", help="The phone of who reported it.")
@click.option("--same-as", help="An earlier follow-up about the same problem.")
@click.option("--different", "different_because", default="", help="Why it is not the same as those that look alike.")
@click.option("--at", type=AT, help="When it was reported, if not now.")
@ACTION
@click.pass_obj
def followup_open(
    session: Session, household_id: str, category: str, title: str, place_id: str | None, building_id: str | None,
    unit: str, address: str, note: str, due_on: datetime | None, department: str | None, mine: bool, reported: bool,
    funder: str, reported_by: str, reported_phone: str, same_as: str | None, different_because: str,
    at: datetime | None, action: str | None,
) -> None:  # fmt: skip
    """Open a follow-up: about a household (its id), a place, a building or an address. - stands for no household.

    Department and day follow from the category.
    """
    from casework.casebook.entries import FollowupEntry

    kind = "worker" if mine else "department" if department else None
    with session.book() as book:
        earlier = find_id(book.database.execute_sql, same_as) if same_as else None
        made = entry(
            FollowupEntry, household_id=household_id.strip("-") or None, category=category, title=title, note=note,
            due_on=_day(due_on), owner_kind=kind, owner=department, place_id=place_id, building_id=building_id,
            unit=unit, address=address, reported=reported, funder=funder, reported_by=reported_by,
            reported_phone=reported_phone, repeat_of=earlier, different_because=different_because,
            happened_at=local(at),
        )  # fmt: skip
        session.receipt(cases.open(book, made, action))


# --- steps -----------------------------------------------------------------------------------------------


@_step("note", cases.note, "NoteEntry")
@click.argument("words")
@click.option("--next", "next_on", type=DAY, help="The day of the next action.")
def _note(book: Casebook, words: str, next_on: datetime | None) -> dict[str, Any]:
    """Add a note; the next action may be moved with it."""
    return {"note": words, "next_action_on": _day(next_on)}


@_step("assign", cases.assign, "AssignEntry")
@click.argument("owner_name", metavar="OWNER")
@click.option("--worker", is_flag=True, help="OWNER is a worker's id or name, not a department.")
@click.option("--due", "due_on", type=DAY, help="Another due day.")
@NOTE
def _assign(book: Casebook, owner_name: str, worker: bool, due_on: datetime | None, note: str) -> dict[str, Any]:
    """Hand it to a department, or to a worker. This worker answers for it until it is accepted."""
    return {**owner(book, owner_name, worker), "due_on": _day(due_on), "note": note}


@_step("accept", cases.accept, "StepEntry")
@NOTE
def _accept(book: Casebook, note: str) -> dict[str, Any]:
    """Its owner takes it."""
    return {"note": note}


@_step("return", cases.give_back, "ReturnEntry")
@click.argument("reason")
def _return(book: Casebook, reason: str) -> dict[str, Any]:
    """Its owner gives it back, with the reason."""
    return {"note": reason}


@_step("start", cases.start, "StepEntry")
@NOTE
def _start(book: Casebook, note: str) -> dict[str, Any]:
    """Its owner begins."""
    return {"note": note}


@_step("wait", cases.wait, "WaitEntry")
@click.argument("until", type=DAY)
@click.argument("reason")
def _wait(book: Casebook, until: datetime, reason: str) -> dict[str, Any]:
    """Wait for the resident until an agreed day; the clock stands still."""
    return {"until": until.date(), "note": reason}


@_step("done", cases.done, "DoneEntry")
@click.argument("words")
@click.option("--by", default="", help="Who did it, in words or with --department; the owner if not given.")
@click.option("--department", help="The department that did it.")
def _done(book: Casebook, words: str, by: str, department: str | None) -> dict[str, Any]:
    """The work is done; the resident is to be asked."""
    if department:
        return {"note": words, "by_kind": "department", "by": department}
    return {"note": words, "by_kind": "name" if by else None, "by": by}


@_step("verify", cases.verify, "VerifyEntry")
@click.argument("answer", type=click.Choice(["put_right", "not_put_right", "came_back", "could_not_reach", "booked"]))
@click.option("--satisfaction", type=click.IntRange(1, 5), help="1 not at all content, 5 entirely.")
@click.option("--mode", default="phone", show_default=True, help="How the resident was asked.")
@click.option("--until", type=DAY, help="The day that was agreed, if booked.")
@NOTE
def _verify(
    book: Casebook, answer: str, satisfaction: int | None, mode: str, until: datetime | None, note: str
) -> dict[str, Any]:
    """What the resident says, or that nobody was reached."""
    return {"answer": answer, "satisfaction": satisfaction, "mode": mode, "until": _day(until), "note": note}


@_step("suspend", cases.suspend, "SuspendEntry")
@click.argument("review", type=DAY)
@click.argument("reason")
def _suspend(book: Casebook, review: datetime, reason: str) -> dict[str, Any]:
    """Set it aside until a review day; the clock stops."""
    return {"review_on": review.date(), "note": reason}


@_step("resume", cases.resume, "StepEntry")
@NOTE
def _resume(book: Casebook, note: str) -> dict[str, Any]:
    """Go on with a suspended one."""
    return {"note": note}


@_step("extend", cases.extend, "ExtendEntry")
@click.argument("reason")
@click.option("--due", "due_on", type=DAY, help="The new due day; one whole limit more if not given.")
@click.option("--approved-by", default="", help="The supervisor who decided, from the second time on.")
def _extend(book: Casebook, reason: str, due_on: datetime | None, approved_by: str) -> dict[str, Any]:
    """Move the deadline."""
    return {"note": reason, "due_on": _day(due_on), "approved_by": approved_by}


@_step("close", cases.close, "CloseEntry")
@click.argument("result")
@click.option(
    "--end", default="closed_verified", show_default=True,
    help="closed_verified, closed_unverified, closed_not_fixed, duplicate.",
)  # fmt: skip
@click.option("--approved-by", default="", help="The supervisor who decided, where it is closed unverified.")
@click.option("--satisfaction", type=click.IntRange(1, 5), help="1 not at all content, 5 entirely.")
@click.option("--by", default="", help="Who put it right, in words; the owner if not given.")
def _close(
    book: Casebook, result: str, end: str, approved_by: str, satisfaction: int | None, by: str
) -> dict[str, Any]:
    """Close it with its result in words."""
    doer = {"done_by_kind": "name", "done_by": by} if by else {}
    return {"result": result, "end": end, "approved_by": approved_by, "satisfaction": satisfaction, **doer}


@_step("duplicate", cases.duplicate, "DuplicateEntry")
@click.argument("of")
@click.argument("words")
def _duplicate(book: Casebook, of: str, words: str) -> dict[str, Any]:
    """Close it as the same report as another one."""
    return {"of": find_id(book.database.execute_sql, of), "note": words}


@_step("reopen", cases.reopen, "ReopenEntry")
@click.argument("words")
@click.option("--next", "next_on", type=DAY, help="The day of the next action.")
def _reopen(book: Casebook, words: str, next_on: datetime | None) -> dict[str, Any]:
    """Take a closed one up again."""
    return {"note": words, "next_action_on": _day(next_on)}


@_step("ask-again", cases.ask_again, "AskAgainEntry")
@click.option("--by", default="", help="Who asked.")
@NOTE
def _ask_again(book: Casebook, by: str, note: str) -> dict[str, Any]:
    """The same person asks again and says nothing new: prints what to tell."""
    return {"asked_by": by, "note": note}


@_step("help", cases.help_with, "HelpEntry")
@click.argument("owner_name", metavar="HELPER")
@click.option("--worker", is_flag=True, help="HELPER is a worker's id or name, not a department.")
@NOTE
def _help(book: Casebook, owner_name: str, worker: bool, note: str) -> dict[str, Any]:
    """Add somebody who helps."""
    return {**owner(book, owner_name, worker), "note": note}


@_step("unhelp", cases.help_ends, "HelpEntry")
@click.argument("owner_name", metavar="HELPER")
@click.option("--worker", is_flag=True, help="HELPER is a worker's id or name, not a department.")
@NOTE
def _unhelp(book: Casebook, owner_name: str, worker: bool, note: str) -> dict[str, Any]:
    """Somebody helps no longer."""
    return {**owner(book, owner_name, worker), "note": note}


@_step("link", cases.link, "LinkEntry")
@click.argument("other")
@click.option("--different", default="", help="They are not the same problem, and why.")
def _link(book: Casebook, other: str, different: str) -> dict[str, Any]:
    """Say that two are about the same problem."""
    return {"to": find_id(book.database.execute_sql, other), "different_because": different}


@followup.command("assign-many")
@click.argument("owner_name", metavar="OWNER")
@click.argument("followups", nargs=-1, required=True)
@click.option("--worker", is_flag=True, help="OWNER is a worker's id or name, not a department.")
@NOTE
@ACTION
@click.pass_context
def followup_assign_many(
    context: click.Context, owner_name: str, followups: tuple[str, ...], worker: bool, note: str, action: str | None
) -> None:
    """Hand many to one owner in one save. Those that do not allow it stay; exit code 1 then."""
    from casework.casebook.followup_entries import BulkAssignEntry

    session: Session = context.obj
    with session.book() as book:
        ids = tuple(find_id(book.database.execute_sql, one) for one in followups)
        made = entry(BulkAssignEntry, followup_ids=ids, note=note, **owner(book, owner_name, worker))
        receipt = cases.assign_many(book, made, action)
    session.receipt(receipt)
    if receipt.warnings:
        context.exit(1)


# --- joint visits and promises ---------------------------------------------------------------------------


@followup.command("joint-visit")
@click.argument("case", metavar="FOLLOWUP")
@click.option("--present", multiple=True, required=True, help="A party that came: a department's key.")
@click.option("--invited", multiple=True, help="A party that was asked to come.")
@click.option(
    "--promise", "promised", type=(str, str, str), multiple=True, metavar="PARTY WHAT DAY",
    help="What a party promised, and by when (YYYY-MM-DD).",
)  # fmt: skip
@click.option("--look", is_flag=True, help="The promises go on the round: this worker looks.")
@click.option("--at", type=AT, help="When it took place, if not now.")
@NOTE
@ACTION
@click.pass_obj
def followup_joint_visit(
    session: Session, case: str, present: tuple[str, ...], invited: tuple[str, ...],
    promised: tuple[tuple[str, str, str], ...], look: bool, at: datetime | None, note: str, action: str | None,
) -> None:  # fmt: skip
    """Record several parties on the spot, and what each promised."""
    from casework.casebook.followup_entries import JointVisitEntry

    with session.book() as book:
        made = entry(
            JointVisitEntry, followup_id=find_id(book.database.execute_sql, case), present=present, invited=invited,
            happened_at=local(at), note=note,
            promises=tuple({"party": p, "what": w, "due_on": d, "look": look} for p, w, d in promised),
        )  # fmt: skip
        session.receipt(cases.joint_visit(book, made, action))


@followup.command("promise")
@click.argument("case", metavar="FOLLOWUP")
@click.argument("party")
@click.argument("what")
@click.argument("due", type=DAY)
@click.option("--name", default="", help="Who spoke for the party.")
@click.option("--look", is_flag=True, help="It goes on the round: this worker looks.")
@ACTION
@click.pass_obj
def followup_promise(
    session: Session, case: str, party: str, what: str, due: datetime, name: str, look: bool, action: str | None
) -> None:
    """Note what a party promised, and by when."""
    from casework.casebook.followup_entries import PromiseEntry

    with session.book() as book:
        made = entry(
            PromiseEntry, followup_id=find_id(book.database.execute_sql, case), party=party, what=what,
            due_on=due.date(), name=name, look=look,
        )  # fmt: skip
        session.receipt(cases.promise(book, made, action))


@followup.command("settle")
@click.argument("promise_id")
@click.argument("how", type=click.Choice(["kept", "broken"]))
@click.option("--words", default="", help="How, or why not; needed where it was broken.")
@ACTION
@click.pass_obj
def followup_settle(session: Session, promise_id: str, how: str, words: str, action: str | None) -> None:
    """Say that a promise was kept or broken."""
    from casework.casebook.followup_entries import SettleEntry

    made = entry(SettleEntry, promise_id=promise_id, kept=how == "kept", words=words)
    with session.book() as book:
        session.receipt(cases.settle(book, made, action))


COMMANDS = (followup,)
