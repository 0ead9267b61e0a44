"""Asking the resident whether it is put right: what each answer does to the case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.casebook import followup_steps as steps
from casework.casebook.errors import Refused
from casework.casebook.followup_entries import VerifyAnswer, VerifyEntry
from casework.domain import followup as machine
from casework.domain.followup import Action, State
from casework.domain.followup_steps import Told
from casework.domain.phrase import N_, Phrase
from casework.domain.resident import LifeState

if TYPE_CHECKING:
    from casework.casebook.book import Casebook
    from casework.casebook.transaction import Transaction
    from casework.casebook.views import FollowupDetail
    from casework.domain.receipt import Receipt
    from casework.domain.resident import Resident

STEPS = {
    VerifyAnswer.PUT_RIGHT: Action.CLOSE_VERIFIED,
    VerifyAnswer.NOT_PUT_RIGHT: Action.NOT_PUT_RIGHT,
    VerifyAnswer.CAME_BACK: Action.CAME_BACK,
    VerifyAnswer.COULD_NOT_REACH: Action.COULD_NOT_REACH,
    VerifyAnswer.BOOKED: Action.WAIT,
}
"""What each answer is as a step."""

SAID = {
    VerifyAnswer.PUT_RIGHT: N_("Follow-up {number}: put right, says the resident"),
    VerifyAnswer.NOT_PUT_RIGHT: N_("Follow-up {number}: not put right, back to {owner}"),
    VerifyAnswer.CAME_BACK: N_("Follow-up {number}: it came back, again with {owner}"),
    VerifyAnswer.COULD_NOT_REACH: N_("Follow-up {number}: the resident was not reached"),
    VerifyAnswer.BOOKED: N_("Follow-up {number}: a day was agreed to ask"),
}


def answer(tx: Transaction, entry: VerifyEntry) -> Receipt:
    """One answer inside a save."""
    fields = tx.need("followup", entry.followup_id)
    state = State(fields["state"])
    if state not in machine.ASKING_STATES:
        raise Refused(Phrase(N_("Not while the follow-up is “{state}”."), {"state": machine.STATE_NAMES[state]}))
    if entry.answer is not VerifyAnswer.COULD_NOT_REACH and _all_dead(tx, fields):
        raise Refused(Phrase(N_("Everybody of this household has died: nobody is asked.")))
    words = entry.note
    if entry.answer is VerifyAnswer.PUT_RIGHT and not words:
        words = _said_when_done(tx, entry.followup_id)
    if entry.answer is VerifyAnswer.BOOKED and not words:
        words = str(entry.until or "")
    data = {"answer": entry.answer.value, "mode": entry.mode.value, "satisfaction": entry.satisfaction}
    taken = steps.take(
        tx, entry.followup_id, STEPS[entry.answer],
        Told(words, satisfaction=entry.satisfaction, next_action_on=entry.until),
        data={key: value for key, value in data.items() if value is not None},
    )  # fmt: skip
    more = []
    if entry.answer is VerifyAnswer.COULD_NOT_REACH:
        from casework.catalog import followups as shelf

        more.append(
            Phrase(
                N_("Tried {n} times; after {needed} a supervisor may close it unverified."),
                {"n": taken.case.tries, "needed": shelf.limits().tries},
            )
        )
    return steps.receipt_of(tx, "followup.verify", taken, SAID[entry.answer], *more)


@dataclass(frozen=True, slots=True)
class ToAsk:
    """Who can be asked about a case: those of its household who live, and whoever reported it.

    `nobody`: all of the household have died and nobody else reported it.
    """

    people: tuple[Resident, ...]
    reporter: str
    phone: str
    nobody: bool


def whom(book: Casebook, detail: FollowupDetail) -> ToAsk:
    """Who is to be asked about a case. The dead are not, even where one of them reported it."""
    from casework.casebook import households

    household = detail.row.household_id
    people = households.people_of(book, household) if household else []
    living = tuple(one for one in people if one.life_state is not LifeState.DECEASED)
    dead = {one.name for one in people} - {one.name for one in living}
    reporter = "" if detail.reported_by in dead else detail.reported_by
    phone = detail.reported_phone if reporter else ""
    return ToAsk(living, reporter, phone, bool(people) and not living and not reporter)


def _all_dead(tx: Transaction, fields: dict[str, Any]) -> bool:
    people = tx.all("SELECT name, life_state FROM resident WHERE household_id = ?", (fields["household_id"] or "",))
    known = [row[0] for row in people]
    alone = not fields["reported_by"] or fields["reported_by"] in known
    return bool(people) and alone and all(row[1] == LifeState.DECEASED.value for row in people)


def _said_when_done(tx: Transaction, followup_id: str) -> str:
    row = tx.one(
        "SELECT note FROM followup_event WHERE followup_id = ? AND kind = 'finish' ORDER BY at DESC, id DESC LIMIT 1",
        (followup_id,),
    )
    return row[0] or "" if row else ""
