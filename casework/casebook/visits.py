"""Visits: logging one, and reading those of a household."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from casework.casebook import rows
from casework.casebook.errors import Refused
from casework.domain.phrase import N_, Phrase
from casework.domain.receipt import Receipt
from casework.domain.resident import LifeState
from casework.domain.visit import MET, Mode, Outcome, Visit
from casework.domain.visiting import life_state_after

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casework.casebook.book import Casebook
    from casework.casebook.entries import VisitEntry
    from casework.casebook.transaction import Transaction

FUTURE_SLACK = timedelta(minutes=5)

OUTCOME_NAMES = {
    Outcome.COMPLETED: N_("visit completed"),
    Outcome.PARTIAL: N_("visit completed in part"),
    Outcome.PHONE_CONTACT: N_("spoken to by phone"),
    Outcome.NO_ANSWER: N_("no answer"),
    Outcome.REFUSED: N_("refused"),
    Outcome.MOVED_AWAY: N_("moved away"),
    Outcome.DECEASED: N_("died"),
    Outcome.HOSPITALISED: N_("in hospital"),
    Outcome.AWAY_TEMPORARILY: N_("away for a time"),
    Outcome.ADDRESS_NOT_FOUND: N_("address not found"),
    Outcome.UNSAFE_TO_ENTER: N_("not safe to enter"),
    Outcome.NOT_ATTEMPTED: N_("not attempted"),
}


def log(book: Casebook, entry: VisitEntry, action: str | None = None) -> Receipt:
    """Log a visit with everything that follows from it: call-back, next due date, the persons' state, last seen.

    Raises:
        Refused: the visit lies in the future, or a person does not belong to the household.
        NotFound: no such household.
    """
    return book.save("visit.log", action, lambda tx: record(tx, entry))


def no_answer(book: Casebook, household_id: str, action: str | None = None) -> Receipt:
    """Log that nobody answered the door, now: the one-key save, without validation machinery."""

    def work(tx: Transaction) -> Receipt:
        return _record(tx, household_id, Outcome.NO_ANSWER, Mode.DOOR, tx.now, {}, ())

    return book.save("visit.log", action, work)


def met(book: Casebook, household_id: str, action: str | None = None) -> Receipt:
    """Log a visit at the door with nothing to note, now. Who was met is kept only where one person lives there."""

    def work(tx: Transaction) -> Receipt:
        people = tx.all(
            "SELECT id FROM resident WHERE household_id = ? "
            "AND ifnull(life_state, '') NOT IN ('moved_away', 'deceased')",
            (household_id,),
        )
        who = tuple(row[0] for row in people) if len(people) == 1 else ()
        details = {"met": list(who) or None}
        return _record(tx, household_id, Outcome.COMPLETED, Mode.DOOR, tx.now, details, who, who)

    return book.save("visit.log", action, work)


def record(tx: Transaction, entry: VisitEntry) -> Receipt:
    """A visit inside a save that may do more."""
    happened = entry.happened_at or tx.now
    if happened.tzinfo is None:
        happened = happened.astimezone()
    if happened > tx.now + FUTURE_SLACK:
        raise Refused(Phrase(N_("This visit would lie in the future. Nothing was saved. Check the time.")))
    if entry.next_visit_on is not None and entry.next_visit_on < happened.date():
        raise Refused(Phrase(N_("The next visit would lie before this one. Nothing was saved.")))
    details = {
        "met": list(entry.met) or None,
        "topics": list(entry.topics) or None,
        "note": entry.note,
        "concern": entry.concern,
        "next_visit_on": entry.next_visit_on.isoformat() if entry.next_visit_on else None,
        "refusal_reason": entry.refusal_reason.value if entry.refusal_reason else None,
    }
    about = entry.about or entry.met
    receipt = _record(tx, entry.household_id, entry.outcome, entry.mode, happened, details, about, entry.met)
    if not entry.files:
        return receipt
    from casework.casebook import evidence
    from casework.domain.evidence import EvidenceSubject

    added = evidence.record(tx, EvidenceSubject.VISIT, receipt.subject_id, entry.files)
    return replace(receipt, follows=receipt.follows + evidence.follows(added))


def _record(
    tx: Transaction, household_id: str, outcome: Outcome, mode: Mode, happened: datetime,
    details: Mapping[str, object], about: tuple[str, ...], met: tuple[str, ...] = (),
) -> Receipt:  # fmt: skip
    household = tx.need("household", household_id)
    behind = tx.all("SELECT id, name, life_state FROM resident WHERE household_id = ?", (household_id,))
    people = {person: name for person, name, _state in behind}
    if any(person not in people for person in about):
        raise Refused(Phrase(N_("A person named here does not live behind this door. Nothing was saved.")))
    visit_id = tx.add(
        "visit",
        {
            "household_id": household_id,
            "outcome": outcome.value,
            "mode": mode.value,
            "happened_at": happened.isoformat(timespec="minutes"),
            "entered_at": tx.now.isoformat(timespec="minutes"),
            "worker_id": tx.book.worker.id,
            "about": list(about) or None,
            **details,
        },
    )
    follows: list[Phrase] = []
    day = happened.date()
    state = life_state_after(outcome, mode)
    if outcome in MET:
        _seen(tx, met, day, state)
    elif state is not None:
        # An outcome that names nobody is about those alive: the dead have not moved away.
        dead = {person for person, _name, kept in behind if kept == "deceased" and person not in about}
        living = {person: name for person, name in people.items() if person not in dead}
        _change_state(tx, about, outcome, state, day, follows, living)
    if details.get("next_visit_on"):
        follows.append(Phrase(N_("Next visit on {day}."), {"day": details["next_visit_on"]}))
    elif outcome is Outcome.NO_ANSWER:
        follows.append(Phrase(N_("A call-back is on the round.")))
    from casework.casebook import welfare

    warnings = welfare.after_no_answer(tx, household_id) if outcome is Outcome.NO_ANSWER else ()
    summary = Phrase(
        N_("{address}: {outcome}"), {"address": household["short"], "outcome": Phrase(OUTCOME_NAMES[outcome])}
    )
    return Receipt("", "visit.log", "visit", visit_id, summary, tuple(follows), warnings)


def _change_state(
    tx: Transaction, about: tuple[str, ...], outcome: Outcome, state: LifeState, day: date, follows: list[Phrase],
    people: dict[str, str],
) -> None:  # fmt: skip
    """Keep what the outcome says of those it is about: of everybody alive behind the door where nobody is named."""
    if outcome is Outcome.DECEASED and not about and len(people) > 1:
        raise Refused(Phrase(N_("Say who of the household has died. Nothing was saved.")))
    for person in about or tuple(people):
        before = tx.need("resident", person)
        known = max(
            before["life_state_on"] or "", before["last_seen_on"] or "" if state is not LifeState.DECEASED else ""
        )
        if known > day.isoformat():
            # Typed in late: what was seen after that day stands.
            continue
        if tx.set("resident", person, {"life_state": state.value, "life_state_on": day.isoformat()}, before):
            follows.append(
                Phrase(
                    N_("{name} is now kept as: {outcome}."),
                    {"name": people[person], "outcome": Phrase(OUTCOME_NAMES[outcome])},
                )
            )


def _seen(tx: Transaction, met: tuple[str, ...], day: date, state: LifeState | None) -> None:
    """Who was met has been seen; who was met in person lives here, whatever was on file before that day."""
    for person in met:
        before = tx.need("resident", person)
        changes: dict[str, object] = {}
        if (before["last_seen_on"] or "") < day.isoformat():
            changes |= {"last_seen_on": day.isoformat(), "last_seen_by": "worker"}
        kept = before["life_state"] or "living_here"
        if state is not None and kept != state.value and (before["life_state_on"] or "") <= day.isoformat():
            changes |= {"life_state": state.value, "life_state_on": day.isoformat()}
        if changes:
            tx.set("resident", person, changes, before)


def of_household(book: Casebook, household_id: str, limit: int = 50) -> list[Visit]:
    """The visits of a household, newest first by when they happened."""
    found = book.database.execute_sql(
        f"SELECT {rows.VISIT} FROM visit WHERE household_id = ? ORDER BY happened_at DESC, id DESC LIMIT ?",
        (household_id, limit),
    ).fetchall()
    return [rows.visit(row) for row in found]
