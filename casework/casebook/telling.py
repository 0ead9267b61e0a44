"""Telling the community: the follow-up that is opened by itself once tries, a notice and a booking have met nobody, and
closed by itself when somebody is met or known to be gone.

Seen to in every save that touches visits, bookings or notices of a door, an undo included, so that it follows from the
facts whatever order they are typed in.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from casework.domain.arrangement import local
from casework.domain.phrase import N_, Phrase
from casework.domain.resident import LifeState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casework.casebook.transaction import Transaction
    from casework.domain.arrangement import Arrangement
    from casework.domain.followup import Owner
    from casework.domain.receipt import Receipt

CATEGORY = "cannot_be_reached"
"""The category of such a follow-up (`categories.toml`)."""

SOURCE = "arrangement"
"""Where it says that it comes from: one of this category that a person opened is that person's."""

BY_ITSELF = "by_itself"
"""In the data of the closing line: nobody but this room closed it."""


def settle(tx: Transaction, receipt: Receipt) -> Receipt:
    """See to every door that a save has touched; what was opened or closed is added to the receipt."""
    said = tuple(phrase for household in sorted(tx.reached) for phrase in _see_to(tx, household, receipt.verb))
    return replace(receipt, follows=receipt.follows + said) if said else receipt


def _see_to(tx: Transaction, household_id: str, verb: str) -> Iterator[Phrase]:
    # Nothing is told before a notice was left, so that most saves end here; an undo may have taken that notice away.
    known = {row[0] for row in tx.all(_WHAT_THERE_IS, (household_id, household_id))}
    if verb == "visit.log" and _BOOKING in known:
        yield from _still_booked(tx, household_id)
    if tx.undoes is None and _NOTICE not in known:
        return
    from casework.casebook.arrangement_facts import arrangement
    from casework.casebook.facts import visits_of

    home = tx.one("SELECT short FROM household WHERE id = ?", (household_id,))
    if home is None:
        return
    stands = arrangement(tx._execute, household_id)
    contact = visits_of(tx._execute, household_id).last_contact
    since = contact.at if contact else None
    cases = tx.all(
        "SELECT id, number, closed_at FROM followup WHERE household_id = ? AND category = ? AND source = ?",
        (household_id, CATEGORY, SOURCE),
    )
    still = [case for case in cases if case[2] is None]
    if stands.told_at is not None and _somebody_lives(tx, household_id):
        if not still and not any(_stands_for(tx, case[0], since) for case in cases):
            yield from _tell(tx, household_id, stands, stands.told_at)
        return
    for case_id, number, _closed in still:
        yield _close(tx, case_id, number, contact)


_NOTICE, _BOOKING = "notice", "booking"
_WHAT_THERE_IS = (
    f"SELECT '{_NOTICE}' FROM door_notice WHERE household_id = ? UNION ALL "
    f"SELECT '{_BOOKING}' FROM booking WHERE household_id = ? AND state = 'open'"
)


def _still_booked(tx: Transaction, household_id: str) -> Iterator[Phrase]:
    """Whoever was met before the agreed day is told that it stands: nobody should be waited for in vain."""
    from casework.casebook.arrangement_facts import arrangement

    stands = arrangement(tx._execute, household_id)
    if stands.open and not stands.tries:
        values = {"day": stands.open[0].day, "hour": f"{stands.open[0].hour:%H:%M}"}
        yield Phrase(N_("The visit booked for {day}, {hour} stands: move or cancel it if it is settled."), values)


def _somebody_lives(tx: Transaction, household_id: str) -> bool:
    """Whether anybody is to be met behind the door at all, as planning sees it."""
    states = tx.all("SELECT life_state FROM resident WHERE household_id = ?", (household_id,))
    return not states or any(state in (None, "", LifeState.LIVING_HERE.value) for (state,) in states)


def _stands_for(tx: Transaction, case_id: str, since: datetime | None) -> bool:
    """Whether a closed case is of these very tries, and a person has closed it: then it is not opened again."""
    lines = tx.all("SELECT kind, happened_at, at, data FROM followup_event WHERE followup_id = ?", (case_id,))
    told = [datetime.fromisoformat(happened) for kind, happened, _at, _data in lines if kind == "open"]
    if since is not None and told and min(told) <= since:
        return False
    ends = [(at, data) for kind, _happened, at, data in lines if kind.startswith("close_") or kind == "mark_duplicate"]
    last = max(ends, default=None, key=lambda line: line[0])
    return last is not None and not (last[1] and json.loads(last[1]).get(BY_ITSELF))


def _tell(tx: Transaction, household_id: str, stands: Arrangement, told_at: datetime) -> Iterator[Phrase]:
    from casework.casebook import followup_opening
    from casework.casebook.followup_steps import owner_label
    from casework.catalog.shelf import categories
    from casework.language import say

    category = categories()[CATEGORY]
    owner = _leader(tx) or ("department", category.department)
    moments = ", ".join(f"{local(one):%Y-%m-%d %H:%M}" for one in stands.tries)
    words = [Phrase(N_("Nobody was met: {moments}."), {"moments": moments})]
    if stands.notice is not None:
        left = {"number": stands.notice.number, "day": local(stands.notice.left_at).date()}
        words.append(Phrase(N_("Notice {number} left on {day}."), left))
    if stands.failed is not None:
        booked = {"day": stands.failed.day, "hour": f"{stands.failed.hour:%H:%M}"}
        words.append(Phrase(N_("Nobody there at the booked hour: {day}, {hour}."), booked))
    _case_id, number = followup_opening.begin(
        tx, category=CATEGORY, title=category.label.zh, title_en=category.label.en, severity=category.severity,
        owner=owner, due_on=None, household_id=household_id, place_id=None, hazard_id=None, happened_at=told_at,
        note=" ".join(say(one) for one in words), due_at=_no_earlier(tx, told_at), more={"source": SOURCE},
    )  # fmt: skip
    label = owner_label(tx, *owner)
    yield Phrase(
        N_("The community has been told: follow-up {number}, with {owner}."), {"number": number, "owner": label}
    )


def _no_earlier(tx: Transaction, told_at: datetime) -> datetime | None:
    """The deadline where the last try was typed in late: the limit runs from when the community is told, not before."""
    from casework.casebook.followup_opening import category_of
    from casework.catalog import followups as shelf
    from casework.domain import followup_clock as clocks

    if told_at.date() == tx.today:
        return None
    known = category_of(CATEGORY)
    return clocks.later(tx.now, known.hours or known.days * 8, bool(known.hours), shelf.clock().office)


def _leader(tx: Transaction) -> Owner | None:
    """The grid leader, where the casebook knows one who is not at this keyboard."""
    row = tx.one("SELECT id FROM worker WHERE role = 'grid_leader' AND id != ? ORDER BY id", (tx.book.worker.id,))
    return ("worker", row[0]) if row else None


def _close(tx: Transaction, case_id: str, number: str, contact: Any) -> Phrase:
    from casework.casebook import followup_steps as steps
    from casework.casebook.errors import Refused
    from casework.casebook.visits import OUTCOME_NAMES
    from casework.domain.followup import Action
    from casework.domain.followup_steps import Told
    from casework.language import say

    words = Phrase(N_("An entry was put right: this no longer holds."))
    if contact is not None:
        values = {"day": local(contact.at).date(), "outcome": Phrase(OUTCOME_NAMES[contact.outcome])}
        words = Phrase(N_("{day}: {outcome}"), values)
    try:
        steps.take(tx, case_id, Action.CLOSE_VERIFIED, Told(say(words)), data={BY_ITSELF: True})
    except Refused:
        # Set aside, or with a promise that is still open: a person decides.
        return Phrase(
            N_("Follow-up {number} (cannot be reached) is still open: close it if it is settled."), {"number": number}
        )
    return Phrase(N_("Follow-up {number} (cannot be reached) is closed with that."), {"number": number})
