"""Hand-offs (交办单): what is known of cases that go to a department, and the journal of what left the laptop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.casebook import followup_lists, residents
from casework.casebook.errors import Refused, WrongUse
from casework.casebook.followup_steps import find_id, log
from casework.domain.followup import CLOSED_STATES, State
from casework.domain.phrase import N_, Phrase
from casework.domain.receipt import Receipt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from casework.casebook.book import Casebook
    from casework.casebook.transaction import Transaction
    from casework.casebook.views import FollowupDetail
    from casework.domain.resident import Consent, Resident

VERB = "followup.hand_off"
KIND = "hand_off"
"""The kind of the line on a case's timeline."""


@dataclass(frozen=True, slots=True)
class HandedCase:
    """A case on its way to a department. Numbers are in full: what may leave is `domain.handoff`.

    `resident` is whom the case is about, else the head of its household. `reporter` is who reported it, where that is
    somebody of this household. `words` are those with which it was opened.
    """

    detail: FollowupDetail
    address: str
    words: str
    resident: Resident | None
    reporter: Resident | None
    resident_consents: tuple[Consent, ...] = ()
    reporter_consents: tuple[Consent, ...] = ()


@dataclass(frozen=True, slots=True)
class Leaving:
    """What the journal keeps of one case that leaves: `note` are the words of an override; `numbers` the residents
    whose numbers are in full, with the field.
    """

    followup_id: str
    note: str
    data: dict[str, Any]
    numbers: tuple[tuple[str, str], ...] = ()


def read(book: Casebook, said: Sequence[str]) -> list[HandedCase]:
    """Cases by id or number, all of them handed to one department.

    Raises:
        NotFound: there is none of that id or number.
        Refused: one is closed or is not with a department, or they are with several.
        WrongUse: none is named.
    """
    execute = book.database.execute_sql
    found = [read_one(book, find_id(execute, one)) for one in dict.fromkeys(said)]
    found = list({case.detail.row.id: case for case in found}.values())
    if not found:
        raise WrongUse(Phrase(N_("Say which follow-ups are handed off.")))
    for case in found:
        row = case.detail.row
        if State(row.state) in CLOSED_STATES:
            raise Refused(Phrase(N_("{number} is closed: there is nothing to hand off."), {"number": row.number}))
        if row.owner_kind != "department":
            raise Refused(Phrase(N_("{number} is with no department: assign it to one first."), {"number": row.number}))
    if len({case.detail.row.owner for case in found}) > 1:
        raise Refused(
            Phrase(N_("These are with several departments: make one sheet for each, it is told nothing of the others."))
        )
    return found


def read_one(book: Casebook, followup_id: str) -> HandedCase:
    """One case with what a sheet may need of it."""
    detail = followup_lists.get(book, followup_id)
    row = detail.row
    execute = book.database.execute_sql
    address, who = row.address, detail.resident_id
    reporter = None
    if row.household_id:
        raw = execute("SELECT address FROM household WHERE id = ?", (row.household_id,)).first()
        address = max(address, raw[0] or "" if raw else "", key=len)
        if who is None:
            heads = execute(
                "SELECT id FROM resident WHERE household_id = ? AND head = 1 "
                "AND ifnull(life_state, '') NOT IN ('moved_away', 'deceased') LIMIT 2",
                (row.household_id,),
            ).fetchall()
            who = heads[0][0] if len(heads) == 1 else None
        if detail.reported_by:
            same = execute(
                "SELECT id FROM resident WHERE household_id = ? AND name = ? LIMIT 2",
                (row.household_id, detail.reported_by),
            ).fetchall()
            reporter = same[0][0] if len(same) == 1 else None
    opening = next((line.note for line in detail.timeline if line.kind in ("open", "import")), "")
    return HandedCase(
        detail=detail,
        address=address,
        words=opening,
        resident=residents.get(book, who) if who else None,
        reporter=residents.get(book, reporter) if reporter else None,
        resident_consents=tuple(residents.consents(book, who)) if who else (),
        reporter_consents=tuple(residents.consents(book, reporter)) if reporter else (),
    )


def send(
    book: Casebook, leaving: Sequence[Leaving], department: str, release: Callable[[], None], action: str | None = None
) -> Receipt:
    """Journal what leaves, then let it leave: `release` puts the finished file in its place, within the save.

    Where it fails nothing is journalled; where the journal fails, `release` was the last thing done and its caller
    takes the file away again. Numbers in full are journalled as revealed before. Nothing undoes it: what has left the
    laptop has left.
    """
    for resident_id, field in dict.fromkeys(pair for one in leaving for pair in one.numbers):
        residents.reveal(book, resident_id, field)

    def work(tx: Transaction) -> Receipt:
        from casework.casebook.followup_steps import owner_label

        for one in leaving:
            log(tx, one.followup_id, KIND, one.note, one.data)
        to = owner_label(tx, "department", department)
        first = tx.need("followup", leaving[0].followup_id)["number"]
        if len(leaving) == 1:
            summary = Phrase(N_("Follow-up {number}: sheet made for {owner}"), {"number": first, "owner": to})
        else:
            summary = Phrase(N_("{n} follow-ups: sheet made for {owner}"), {"n": len(leaving), "owner": to})
        release()
        return Receipt("", VERB, "followup", leaving[0].followup_id, summary)

    return book.save(VERB, action, work, undoable=False)
