"""After no answer at the door of somebody at risk who lives alone: whom to ask and to call, with the numbers."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from casework.casebook import rows
from casework.domain import risk, welfare
from casework.domain.phrase import N_, Phrase
from casework.domain.resident import LifeState, Resident

if TYPE_CHECKING:
    from casework.casebook.transaction import Transaction


def after_no_answer(tx: Transaction, household_id: str) -> tuple[Phrase, ...]:
    """What the worker must do now; nothing where nobody at risk lives alone behind the door.

    The emergency contact's number is said in full: this is about life and limb (PIPL 13), and the save that says it
    stands in the journal.
    """
    people = [row[0] for row in tx.all("SELECT id FROM resident WHERE household_id = ?", (household_id,))]
    # A person at a time: this is asked in every save of "no answer", and a join costs more than all its rows.
    alone = "SELECT 1 FROM tag WHERE resident_id = ? AND tag = ?"
    if not any(tx.one(alone, (person, welfare.LIVES_ALONE)) for person in people):
        return ()
    from casework.catalog import shelf

    numbers = shelf.emergency_numbers()
    phrases: list[Phrase] = []
    for resident in _people(tx, household_id):
        if resident.life_state is not LifeState.LIVING_HERE:
            continue
        level, _reasons, _overridden = risk.of_resident(resident, tx.today, shelf.schedule_rules().risk)
        held = {tag.tag for tag in resident.tags if tag.holds_on(tx.today)}
        if not welfare.at_risk_alone(held, level):
            continue
        tries = [
            datetime.fromisoformat(row[0])
            for row in tx.all(
                "SELECT happened_at FROM visit WHERE household_id = ? AND outcome = 'no_answer' AND happened_at >= ?",
                (household_id, tx.today.isoformat()),
            )
        ]
        phrases.append(Phrase(N_("{name} lives alone and did not answer."), {"name": resident.name}))
        for step in welfare.ladder(
            resident.contacts, tx.today, resident.last_seen_on, resident.last_seen_by, tries,
            unseen_days=shelf.number("welfare_unseen_days"), police=numbers["police"].number,
            ambulance=numbers["ambulance"].number,
        ):  # fmt: skip
            if step.contact is not None and step.contact.phone:
                phrases.append(Phrase(N_("{say}: {phone}"), {"say": step.say, "phone": step.contact.phone}))
            else:
                phrases.append(step.say)
    return tuple(phrases)


def _people(tx: Transaction, household_id: str) -> list[Resident]:
    people = []
    for row in tx.all(f"SELECT {rows.RESIDENT} FROM resident WHERE household_id = ?", (household_id,)):
        tags: list[Any] = tx.all(f"SELECT {rows.TAG} FROM tag WHERE resident_id = ?", (row[0],))
        contacts = tx.all(f"SELECT {rows.CONTACT} FROM contact WHERE resident_id = ? ORDER BY id", (row[0],))
        people.append(rows.resident(row, map(rows.tag, tags), map(rows.contact, contacts)))
    return people
