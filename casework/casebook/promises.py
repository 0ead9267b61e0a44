"""Joint visits and what the parties promised there: dated sub-tasks of a case, kept or broken (五方联动)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.casebook import followup_steps as steps
from casework.casebook.errors import Refused
from casework.casebook.followup_lists import promises
from casework.casebook.ids import new_id
from casework.casebook.visits import FUTURE_SLACK
from casework.domain.followup import Action
from casework.domain.followup_steps import Told
from casework.domain.phrase import N_, Phrase
from casework.domain.receipt import Receipt

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from casework.casebook.book import Casebook
    from casework.casebook.followup_entries import JointVisitEntry, PromiseEntry, SettleEntry
    from casework.casebook.transaction import Transaction

__all__ = ["joint_visit", "promise", "promises", "settle"]


def joint_visit(book: Casebook, entry: JointVisitEntry, action: str | None = None) -> Receipt:
    """Record a joint visit: who was invited, who came, what each promised and by when. One save.

    Raises:
        Refused: a party is unknown, a promise lies in the past, or the case is closed.
    """

    def work(tx: Transaction) -> Receipt:
        fields = tx.need("followup", entry.followup_id)
        _known((*entry.invited, *entry.present, *(one.party for one in entry.promises)))
        happened = entry.happened_at or tx.now
        happened = happened.astimezone() if happened.tzinfo is None else happened
        if happened > tx.now + FUTURE_SLACK:
            raise Refused(Phrase(N_("A time here would lie in the future. Nothing was saved. Check the times.")))
        invited = list(dict.fromkeys((*entry.invited, *entry.present)))
        taken = steps.take(
            tx, entry.followup_id, Action.JOINT_VISIT,
            Told(entry.note, next_action_on=_soonest(tx, fields, entry.promises)),
            data={"invited": invited, "present": list(entry.present)}, happened=happened,
        )  # fmt: skip
        said = [_promised(tx, entry.followup_id, fields, one, taken.event_id) for one in entry.promises]
        absent = [_label(party) for party in invited if party not in entry.present]
        said += [Phrase(N_("Invited and not there: {who}."), {"who": who}) for who in absent]
        summary = Phrase(
            N_("Follow-up {number}: joint visit of {n} parties"), {"number": taken.number, "n": len(entry.present)}
        )
        return Receipt("", "followup.joint_visit", "followup", entry.followup_id, summary, tuple(said))

    return book.save("followup.joint_visit", action, work)


def promise(book: Casebook, entry: PromiseEntry, action: str | None = None) -> Receipt:
    """Record what a party promised, outside a joint visit; the receipt names the promise.

    Raises:
        Refused: the party is unknown, the day lies in the past, or the case is closed.
    """

    def work(tx: Transaction) -> Receipt:
        if entry.followup_id is None:
            raise Refused(Phrase(N_("A promise belongs to a follow-up.")))
        fields = tx.need("followup", entry.followup_id)
        _known((entry.party,))
        promise_id = new_id()
        steps.take(
            tx, entry.followup_id, Action.PROMISE, Told(entry.what, next_action_on=_soonest(tx, fields, (entry,))),
            data=_of(entry, promise_id),
        )  # fmt: skip
        said = _promised(tx, entry.followup_id, fields, entry, None, promise_id)
        summary = Phrase(N_("Follow-up {number}: a promise noted"), {"number": fields["number"]})
        return Receipt("", "followup.promise", "promise", promise_id, summary, (said,))

    return book.save("followup.promise", action, work)


def settle(book: Casebook, entry: SettleEntry, action: str | None = None) -> Receipt:
    """Say that a promise was kept, or broken and why.

    Raises:
        Refused: it was settled already.
    """

    def work(tx: Transaction) -> Receipt:
        known = tx.need("promise", entry.promise_id)
        if known["state"] != "open":
            raise Refused(Phrase(N_("This promise was settled already.")))
        tx.set(
            "promise",
            entry.promise_id,
            {
                "state": "kept" if entry.kept else "broken", "words": entry.words or None,
                "settled_at": tx.now.isoformat(timespec="seconds"),
            },
        )  # fmt: skip
        how = Action.PROMISE_KEPT if entry.kept else Action.PROMISE_BROKEN
        data = {"promise": entry.promise_id, "party": known["party"], "what": known["what"], "due_on": known["due_on"]}
        taken = steps.take(tx, known["followup_id"], how, Told(entry.words), data=data)
        said = (
            N_("Follow-up {number}: {who} kept the promise")
            if entry.kept
            else N_("Follow-up {number}: {who} did not keep the promise")
        )
        summary = Phrase(said, {"number": taken.number, "who": _label(known["party"])})
        left = taken.case.promises_open
        more = (Phrase(N_("{n} promises are still open."), {"n": left}),) if left else ()
        return Receipt("", "followup.settle", "promise", entry.promise_id, summary, more)

    return book.save("followup.settle", action, work)


def _promised(
    tx: Transaction, followup_id: str, fields: dict[str, Any], entry: PromiseEntry, visit_event: str | None,
    promise_id: str | None = None,
) -> Phrase:  # fmt: skip
    if entry.due_on < tx.today:
        raise Refused(Phrase(N_("A promise cannot lie in the past. Nothing was saved.")))
    place = fields["place_id"]
    tx.add(
        "promise",
        {
            "followup_id": followup_id, "visit_event": visit_event, "party": entry.party, "name": entry.name,
            "what": entry.what, "due_on": entry.due_on.isoformat(), "look": 1 if entry.look else None, "state": "open",
            "made_at": tx.now.isoformat(timespec="seconds"), "place_id": place,
            "household_id": None if place else fields["household_id"],
        },
        promise_id,
    )  # fmt: skip
    said = N_("{who}: {what}, by {day}; on the round.") if entry.look else N_("{who}: {what}, by {day}.")
    return Phrase(said, {"who": _label(entry.party), "what": entry.what, "day": entry.due_on})


def _of(entry: PromiseEntry, promise_id: str) -> dict[str, Any]:
    return {"promise": promise_id, "party": entry.party, "name": entry.name, "due_on": entry.due_on.isoformat()}


def _soonest(tx: Transaction, fields: dict[str, Any], made: Iterable[PromiseEntry]) -> date | None:
    """The next action of the case: no later than the first promise that is new."""
    from casework.casebook import rows

    days = [one.due_on for one in made if one.due_on >= tx.today]
    known = rows.day(fields["next_action_on"])
    if known is not None and known >= tx.today:
        days.append(known)
    return min(days, default=None)


def _known(parties: Iterable[str]) -> None:
    from casework.catalog.shelf import departments

    for party in parties:
        if party not in departments():
            raise Refused(Phrase(N_("There is no such party: {party}. Nothing was saved."), {"party": party}))


def _label(party: str) -> Any:
    from casework.catalog.shelf import departments

    found = departments().get(party)
    return found.label if found else party
