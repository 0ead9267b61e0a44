"""Follow-ups: everything that is done with a case, one function and one save each.

What a case may do is `domain.followup`; how a step is written, `followup_steps`; lists and one case, `followup_lists`;
repeats, `recurrence`; joint visits and promises, `promises`. All of them can be reached from here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.casebook import followup_steps as steps
from casework.casebook import recurrence
from casework.casebook.errors import NotFound, Refused, WrongUse
from casework.casebook.followup_board import board, figures, moves
from casework.casebook.followup_lists import (
    FROM,
    ROW,
    FollowupFilter,
    Position,
    count,
    get,
    light,
    page,
    position,
    row_of,
)
from casework.casebook.followup_opening import (
    begin,
    category_of,
    due_after,
    funder_label,
    new_hazard_id,
    open,
    record,
    record_outside,
)
from casework.casebook.followup_steps import find_id, log, owner_label, owner_of, step, take
from casework.casebook.promises import joint_visit, promise, promises, settle
from casework.casebook.recurrence import link, similar
from casework.domain import followup as machine
from casework.domain import followup_clock as clocks
from casework.domain.followup import Action
from casework.domain.followup_steps import Told
from casework.domain.phrase import N_, Phrase
from casework.domain.receipt import Receipt

if TYPE_CHECKING:
    from datetime import datetime

    from casework.casebook.book import Casebook
    from casework.casebook.entries import AssignEntry, CloseEntry, NoteEntry, ReopenEntry
    from casework.casebook.followup_entries import (
        AskAgainEntry,
        BulkAssignEntry,
        DoneEntry,
        DuplicateEntry,
        ExtendEntry,
        HelpEntry,
        ReturnEntry,
        StepEntry,
        SuspendEntry,
        VerifyEntry,
        WaitEntry,
    )
    from casework.casebook.transaction import Transaction
    from casework.domain.followup import Owner

__all__ = [
    "FROM", "ROW", "FollowupFilter", "Position", "accept", "ask_again", "assign", "assign_many", "begin", "board",
    "category_of", "close", "count", "done", "due_after", "duplicate", "extend", "figures", "find_id", "funder_label",
    "get", "give_back", "help_ends", "help_with",
    "joint_visit", "light", "link", "log", "moves", "named", "new_hazard_id", "note", "open", "owner_label", "page", "position",
    "promise", "promises", "record", "record_outside", "reopen", "resume", "reveal", "row_of", "settle", "similar", "start",
    "suspend", "verify", "wait",
]  # fmt: skip


# --- steps -----------------------------------------------------------------------------------------------


def note(book: Casebook, entry: NoteEntry, action: str | None = None) -> Receipt:
    """Add a note to a case's timeline; the next step may be moved with it."""
    told = Told(entry.note, next_action_on=entry.next_action_on)
    return step(
        book, "followup.note", entry.followup_id, Action.NOTE, told, N_("Follow-up {number}: note added"), action
    )


def assign(book: Casebook, entry: AssignEntry, action: str | None = None) -> Receipt:
    """Hand a case to a worker or a department. Who hands it over answers for it until the other side accepts.

    Raises:
        Refused: it is closed or done, or there is no such owner.
    """
    told = Told(entry.note, (entry.owner_kind, entry.owner), entry.next_action_on, entry.due_on)
    said = N_("Follow-up {number}: now with {owner}")
    return step(book, "followup.assign", entry.followup_id, Action.ASSIGN, told, said, action)


def assign_many(book: Casebook, entry: BulkAssignEntry, action: str | None = None) -> Receipt:
    """Hand many cases to one owner: one save, one undo. Those that do not allow it stay and are named.

    Raises:
        Refused: none of them allows it.
    """

    def work(tx: Transaction) -> Receipt:
        owner = owner_of(tx, entry.owner_kind, entry.owner)
        refused: list[Phrase] = []
        moved = 0
        for followup_id in dict.fromkeys(entry.followup_ids):
            try:
                take(tx, followup_id, Action.ASSIGN, Told(entry.note, owner))
                moved += 1
            except NotFound:
                refused.append(Phrase(N_("There is no such record in this casebook. Nothing was saved.")))
            except Refused as error:
                number = tx.need("followup", followup_id)["number"]
                refused.append(Phrase(N_("{number} stays: {why}"), {"number": number, "why": error.phrase}))
        if not moved:
            raise Refused(refused[0])
        summary = Phrase(N_("{n} follow-ups: now with {owner}"), {"n": moved, "owner": owner_label(tx, *owner)})
        return Receipt("", "followup.assign_many", "followup", entry.followup_ids[0], summary, (), tuple(refused))

    return book.save("followup.assign_many", action, work)


def accept(book: Casebook, entry: StepEntry, action: str | None = None) -> Receipt:
    """The owner takes the case: from now on the owner answers for it."""
    return _plain(book, "followup.accept", entry, Action.ACCEPT, N_("Follow-up {number}: accepted by {owner}"), action)


def start(book: Casebook, entry: StepEntry, action: str | None = None) -> Receipt:
    """Work begins; who begins has accepted."""
    return _plain(book, "followup.start", entry, Action.START, N_("Follow-up {number}: {owner} has begun"), action)


def resume(book: Casebook, entry: StepEntry, action: str | None = None) -> Receipt:
    """A suspended case goes on; the clock runs again with what was left."""
    return _plain(book, "followup.resume", entry, Action.RESUME, N_("Follow-up {number}: goes on"), action)


def _plain(book: Casebook, verb: str, entry: StepEntry, how: Action, said: str, action: str | None) -> Receipt:
    told = Told(entry.note, next_action_on=entry.next_action_on)
    return step(book, verb, entry.followup_id, how, told, said, action)


def give_back(book: Casebook, entry: ReturnEntry, action: str | None = None) -> Receipt:
    """The owner gives the case back, with the reason; it falls to whoever handed it over."""
    said = N_("Follow-up {number}: returned to {owner}")
    return step(book, "followup.return", entry.followup_id, Action.RETURN, Told(entry.note), said, action)


def wait(book: Casebook, entry: WaitEntry, action: str | None = None) -> Receipt:
    """Wait for the resident until an agreed day; the clock stands still until then."""
    told = Told(entry.note, next_action_on=entry.until)
    said = N_("Follow-up {number}: waits for the resident")
    return step(book, "followup.wait", entry.followup_id, Action.WAIT, told, said, action)


def done(book: Casebook, entry: DoneEntry, action: str | None = None) -> Receipt:
    """The owner says that it is done, and by whom; the resident is to be asked.

    Raises:
        Refused: a promise of it is still open, or it was not accepted.
    """

    def work(tx: Transaction) -> Receipt:
        told = Told(entry.note, done_by=_doer(tx, entry.by_kind, entry.by))
        taken = take(tx, entry.followup_id, Action.FINISH, told)
        who = owner_label(tx, *(taken.case.done_by or (taken.case.owner_kind, taken.case.owner)))
        return steps.receipt_of(
            tx, "followup.done", taken, N_("Follow-up {number}: done"), Phrase(N_("Done by {who}."), {"who": who})
        )

    return book.save("followup.done", action, work)


def _doer(tx: Transaction, kind: str | None, who: str) -> Owner | None:
    if not kind and not who:
        return None
    if kind in ("worker", "department"):
        return owner_of(tx, kind, who)
    if not who:
        raise Refused(Phrase(N_("Say who did it.")))
    return ("name", who)


def suspend(book: Casebook, entry: SuspendEntry, action: str | None = None) -> Receipt:
    """Set a case aside, with the reason and a review date; the clock stops."""
    told = Told(entry.note, next_action_on=entry.review_on)
    said = N_("Follow-up {number}: suspended")
    return step(book, "followup.suspend", entry.followup_id, Action.SUSPEND, told, said, action)


def extend(book: Casebook, entry: ExtendEntry, action: str | None = None) -> Receipt:
    """Move the deadline: once by the owner, again only by a supervisor.

    Raises:
        Refused: it is overdue or suspended, was extended too often, or a supervisor has to decide.
    """
    told = Told(entry.note, due_on=entry.due_on, approved_by=entry.approved_by)
    said = N_("Follow-up {number}: extended")
    return step(book, "followup.extend", entry.followup_id, Action.EXTEND, told, said, action)


def verify(book: Casebook, entry: VerifyEntry, action: str | None = None) -> Receipt:
    """What the resident says: put right, not put right, came back; or that nobody was reached, or a day was agreed.

    Raises:
        Refused: it is not done yet, or words or the agreed day are missing.
    """
    from casework.casebook.verifying import answer

    return book.save("followup.verify", action, lambda tx: answer(tx, entry))


def close(book: Casebook, entry: CloseEntry, action: str | None = None) -> Receipt:
    """Close a case with its result in words. Verified, unverified and not fixed are different ends.

    Raises:
        Refused: the case does not allow this end now, or a supervisor has to decide it.
        WrongUse: there is no such end.
    """
    how = next((one for one, state in machine.CLOSES.items() if state.value == entry.end), None)
    if how is None:
        raise WrongUse(Phrase(N_("There is no such way to close a follow-up.")))

    def work(tx: Transaction) -> Receipt:
        of = entry.duplicate_of or ""
        if how is Action.MARK_DUPLICATE:
            of = _original(tx, of or entry.result, entry.followup_id)
        told = Told(
            entry.result, approved_by=entry.approved_by, duplicate_of=of, satisfaction=entry.satisfaction,
            done_by=_doer(tx, entry.done_by_kind, entry.done_by),
        )  # fmt: skip
        taken = take(tx, entry.followup_id, how, told, data={"of": of} if of else None)
        return steps.receipt_of(tx, "followup.close", taken, N_("Follow-up {number}: closed"))

    return book.save("followup.close", action, work)


def duplicate(book: Casebook, entry: DuplicateEntry, action: str | None = None) -> Receipt:
    """Close a case as the same report as another one."""
    from casework.casebook.entries import CloseEntry

    made = CloseEntry(followup_id=entry.followup_id, end="duplicate", result=entry.note, duplicate_of=entry.of)
    return close(book, made, action)


def _original(tx: Transaction, said: str, followup_id: str) -> str:
    """The case of which another is a duplicate; where that one is a duplicate itself, the one behind it."""
    try:
        found = find_id(tx._execute, said)
    except NotFound as error:
        raise Refused(Phrase(N_("Say of which other follow-up this is a duplicate."))) from error
    behind = tx.need("followup", found)["duplicate_of"]
    return behind if behind and behind != followup_id else found


def reopen(book: Casebook, entry: ReopenEntry, action: str | None = None) -> Receipt:
    """Take a closed case up again; words required. Soon after the closing it counts against that closing.

    Raises:
        Refused: it is not closed.
    """

    def work(tx: Transaction) -> Receipt:
        fields = tx.need("followup", entry.followup_id)
        due_at = _new_limit(tx, fields)
        against = recurrence.against_own_closing(tx, fields)
        told = Told(entry.note, next_action_on=entry.next_action_on, due_on=due_at.date(), due_at=due_at)
        taken = take(tx, entry.followup_id, Action.REOPEN, told, data={"against_closing": True} if against else None)
        if against:
            setbacks = (fields["setbacks"] or 0) + (0 if fields["recurred_by"] else 1)
            tx.set("followup", entry.followup_id, {"setbacks": setbacks, "recurred_by": None})
        more = (Phrase(N_("This counts against its last closing.")),) if against else ()
        return steps.receipt_of(tx, "followup.reopen", taken, N_("Follow-up {number}: reopened"), *more)

    return book.save("followup.reopen", action, work)


def _new_limit(tx: Transaction, fields: dict[str, Any]) -> datetime:
    from casework.catalog import followups as shelf
    from casework.catalog.shelf import categories

    known = categories().get(fields["category"])
    limit = fields["limit_hours"] or (known.hours or known.days * 8 if known else 8)
    return clocks.later(tx.now, limit, bool(fields["urgent"]), shelf.clock().office)


def ask_again(book: Casebook, entry: AskAgainEntry, action: str | None = None) -> Receipt:
    """The same person asks again without new facts: a line on the timeline; the receipt is the progress to tell."""

    def work(tx: Transaction) -> Receipt:
        data = {"asked_by": entry.asked_by} if entry.asked_by else None
        taken = take(tx, entry.followup_id, Action.ASK_AGAIN, Told(entry.note), data=data)
        case = taken.case
        tell = Phrase(
            N_("Tell them: {state}, with {owner}, due {day}."),
            {
                "state": machine.STATE_NAMES[case.state],
                "owner": owner_label(tx, case.owner_kind, case.owner),
                "day": case.due_on or "-",
            },
        )
        return steps.receipt_of(tx, "followup.ask_again", taken, N_("Follow-up {number}: asked again"), tell)

    return book.save("followup.ask_again", action, work)


def help_with(book: Casebook, entry: HelpEntry, action: str | None = None) -> Receipt:
    """Add somebody who helps; the owner stays the same."""

    def work(tx: Transaction) -> Receipt:
        helper = owner_of(tx, entry.owner_kind, entry.owner)
        taken = take(
            tx, entry.followup_id, Action.HELP, Told(entry.note, helpers=(helper,)), data={"who": list(helper)}
        )
        said = Phrase(N_("Follow-up {number}: {who} helps"), {"number": taken.number, "who": owner_label(tx, *helper)})
        return Receipt("", "followup.help", "followup", entry.followup_id, said)

    return book.save("followup.help", action, work)


def help_ends(book: Casebook, entry: HelpEntry, action: str | None = None) -> Receipt:
    """Somebody helps no longer.

    Raises:
        Refused: they did not help.
    """

    def work(tx: Transaction) -> Receipt:
        helper = owner_of(tx, entry.owner_kind, entry.owner)
        told = Told(entry.note, helpers=(helper,))
        taken = take(tx, entry.followup_id, Action.HELP_ENDS, told, data={"who": list(helper)})
        values = {"number": taken.number, "who": owner_label(tx, *helper)}
        said = Phrase(N_("Follow-up {number}: {who} helps no longer"), values)
        return Receipt("", "followup.help_ends", "followup", entry.followup_id, said)

    return book.save("followup.help_ends", action, work)


def reveal(book: Casebook, followup_id: str) -> str:
    """The telephone number of who reported a case, in full; that it was looked at is journalled.

    Raises:
        NotFound: there is no such case.
    """
    number = ""

    def work(tx: Transaction) -> Receipt:
        nonlocal number
        fields = tx.need("followup", followup_id)
        number = fields["reported_phone"] or ""
        summary = Phrase(N_("Revealed the number of who reported {number}."), {"number": fields["number"]})
        return Receipt("", "reveal.reported_phone", "followup", followup_id, summary)

    book.save("reveal", None, work, undoable=False)
    return number


def named(book: Casebook, said: str) -> str:
    """The id of the case that an id, a number, or words with a number in them name.

    Raises:
        NotFound: they name none.
    """
    return find_id(book.database.execute_sql, said)
