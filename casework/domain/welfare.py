"""No answer at the door of somebody at risk who lives alone: what to do now, in order (DOMAIN 2.5 and 3.5).

The worker never breaks in. What is asked is who saw the person last; where signs are bad, 110 and 120 are
called the same day. Phrases only: whom to ring is the casebook's to add.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from casework.domain.phrase import N_, Phrase
from casework.domain.resident import Contact, LastSeenSource, RiskLevel

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

LIVES_ALONE = "lives_alone"
"""The tag of `tags.toml` on which the ladder depends."""


def at_risk_alone(tags: Collection[str], level: RiskLevel) -> bool:
    """Whether no answer is a welfare question: the person lives alone, and the risk is yellow or red."""
    return LIVES_ALONE in tags and level is not RiskLevel.GREEN


class Rung(StrEnum):
    """The steps of the ladder, from the mildest."""

    RING = "ring"
    NEIGHBOURS = "neighbours"
    CONTACT = "contact"
    SIGNS = "signs"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do now. `contact` is the emergency contact to ring, where there is one."""

    rung: Rung
    say: Phrase
    contact: Contact | None = None


def ladder(
    contacts: Collection[Contact],
    day: date,
    last_seen_on: date | None,
    last_seen_by: LastSeenSource | None = None,
    tries: Collection[datetime] = (),
    unseen_days: int = 2,
    police: str = "110",
    ambulance: str = "120",
) -> tuple[Step, ...]:
    """What to do now after nobody answered, in order.

    `unseen_days` (a catalog parameter) without a sighting make the emergency numbers the first step. Each try
    with its time is kept with the visits; more than one try today is said, so that nobody knocks a third time
    instead of asking.
    """
    emergency = Phrase(
        N_("Call {police} and {ambulance} at once if lights burn by day, papers pile up or there is a smell."),
        {"police": police, "ambulance": ambulance},
    )
    unseen = None if last_seen_on is None else (day - last_seen_on).days
    steps = [Step(Rung.RING, Phrase(N_("Ring the person's own phone; listen at the door.")))]
    steps.append(
        Step(
            Rung.NEIGHBOURS,
            Phrase(N_("Ask the neighbours and the building captain who saw the person last.")),
        )
    )
    called = sorted(contacts, key=lambda one: one.id)
    for contact in called:
        say = Phrase(
            N_("Call the emergency contact: {name}, {relation}"),
            {"name": contact.name, "relation": contact.relation},
        )
        if not contact.relation:
            say = Phrase(N_("Call the emergency contact: {name}"), {"name": contact.name})
        steps.append(Step(Rung.CONTACT, say, contact))
    if not called:
        steps.append(Step(Rung.CONTACT, Phrase(N_("No emergency contact is on file: ask the community office."))))
    steps.append(Step(Rung.SIGNS, emergency))
    steps.append(Step(Rung.SIGNS, Phrase(N_("Never break in: the police open the door."))))
    if len([instant for instant in tries if instant.date() == day]) > 1:
        again = Phrase(N_("This is not the first try today: do not knock again, ask."))
        steps.insert(0, Step(Rung.NEIGHBOURS, again))
    if unseen is not None and unseen >= unseen_days:
        say = Phrase(
            N_("Not seen for {n} days (last on {day}, {who}): call {police} and {ambulance} today."),
            {"n": unseen, "day": last_seen_on, "who": SEEN_BY[last_seen_by or LastSeenSource.UNKNOWN],
             "police": police, "ambulance": ambulance},
        )  # fmt: skip
        steps.insert(0, Step(Rung.EMERGENCY, say))
    elif unseen is None:
        steps.insert(
            0,
            Step(
                Rung.NEIGHBOURS,
                Phrase(N_("Nobody has recorded when the person was last seen: find out today.")),
            ),
        )
    return tuple(steps)


SEEN_BY = {
    LastSeenSource.WORKER: Phrase(N_("by a worker")),
    LastSeenSource.NEIGHBOUR: Phrase(N_("by a neighbour")),
    LastSeenSource.RELATIVE: Phrase(N_("by a relative")),
    LastSeenSource.SHOPKEEPER: Phrase(N_("by a shopkeeper")),
    LastSeenSource.UNKNOWN: Phrase(N_("by nobody named")),
}
