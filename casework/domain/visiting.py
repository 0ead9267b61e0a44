"""Visiting: what each outcome allows, what it does to the call-back, and at what time of day a try was made.

Four counters are never mixed: doors knocked (`counts_as_knock`), people contacted (`counts_as_contact`),
checks completed and devices fitted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from casework.domain.resident import LifeState
from casework.domain.visit import MET, SPOKE, Mode, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime


class Band(StrEnum):
    """The time of day of a try. Saturday and Sunday are a band of their own: other people are at home."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    WEEKEND = "weekend"


TRIES = frozenset({Outcome.NO_ANSWER, Outcome.UNSAFE_TO_ENTER})
"""Outcomes that met nobody and so leave a call-back."""

CLEARS = frozenset(Outcome) - TRIES - {Outcome.NOT_ATTEMPTED}
"""Outcomes that end a call-back: somebody was met or spoke, or it is known that nobody is to be met here
now.
"""

IN_PERSON = frozenset({Mode.DOOR, Mode.WALK_IN})

_LIFE = {
    Outcome.MOVED_AWAY: LifeState.MOVED_AWAY,
    Outcome.DECEASED: LifeState.DECEASED,
    Outcome.HOSPITALISED: LifeState.HOSPITALISED,
    Outcome.AWAY_TEMPORARILY: LifeState.AWAY,
}


def details_allowed(outcome: Outcome) -> bool:
    """Whether who was met and what was talked about can be entered: only where somebody was met."""
    return outcome in MET


def asks_twice(outcome: Outcome) -> bool:
    """Whether the app asks a second time before it saves: a death recorded by a slip hurts a family."""
    return outcome is Outcome.DECEASED


def needs_reason(outcome: Outcome) -> bool:
    """Whether one of the refusal reasons belongs to the outcome."""
    return outcome is Outcome.REFUSED


def opens_call_back(outcome: Outcome) -> bool:
    """Whether the outcome counts as a try that leaves a call-back."""
    return outcome in TRIES


def clears_call_back(outcome: Outcome) -> bool:
    """Whether the outcome ends an open call-back. *Not attempted* changes nothing."""
    return outcome in CLEARS


def counts_as_knock(outcome: Outcome, mode: Mode) -> bool:
    """Whether it counts among the doors knocked: somebody stood at the door."""
    return mode is Mode.DOOR and outcome is not Outcome.NOT_ATTEMPTED


def counts_as_contact(outcome: Outcome) -> bool:
    """Whether it counts among the people contacted; a refusal spoken at the door does."""
    return outcome in SPOKE


def life_state_after(outcome: Outcome, mode: Mode = Mode.DOOR) -> LifeState | None:
    """What the outcome says about those it is about; None where it says nothing.

    Who is met in person lives here again, whatever was on file; a phone call does not tell where somebody is.
    """
    if outcome in {Outcome.COMPLETED, Outcome.PARTIAL}:
        return LifeState.LIVING_HERE if mode in IN_PERSON else None
    return _LIFE.get(outcome)


def band_of(instant: datetime, afternoon_from: int = 12, evening_from: int = 18) -> Band:
    """The band in which an instant lies, by its own local time. The hours are catalog parameters."""
    if instant.weekday() >= 5:
        return Band.WEEKEND
    if instant.hour < afternoon_from:
        return Band.MORNING
    return Band.AFTERNOON if instant.hour < evening_from else Band.EVENING


class VisitLike(Protocol):
    """What is read of a visit here; `domain.visit.Visit` is one."""

    @property
    def id(self) -> str: ...
    @property
    def outcome(self) -> Outcome: ...
    @property
    def mode(self) -> Mode: ...
    @property
    def happened_at(self) -> datetime: ...
    @property
    def met(self) -> tuple[str, ...]: ...
    @property
    def next_visit_on(self) -> date | None: ...


class Knock(NamedTuple):
    """A visit in three words: when, how, what came of it."""

    at: datetime
    mode: Mode
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """What planning needs to know of a household's visits.

    `met` gives the last day per mode on which anybody of the household was met; `met_person` the same per
    resident. A visit that names nobody counts for everybody. `tries` are the instants of the tries since the
    last contact, oldest first, `knocks` the same with mode and outcome; `promised_on` is the next visit agreed at the
    last contact or set after a try since. `last_contact` is the last visit that ended a call-back, `last_in_person`
    the last of those that were made in person.
    """

    met: Mapping[Mode, date] = field(default_factory=dict)
    met_person: Mapping[str, Mapping[Mode, date]] = field(default_factory=dict)
    tries: tuple[datetime, ...] = ()
    try_outcomes: tuple[Outcome, ...] = ()
    last_outcome: Outcome | None = None
    last_outcome_on: date | None = None
    promised_on: date | None = None
    knocks: tuple[Knock, ...] = ()
    last_contact: Knock | None = None
    last_in_person: Knock | None = None

    @property
    def recent(self) -> tuple[Knock, ...]:
        """What decides about a booking, in order: the last contact in person, the last contact, the tries since."""
        contacts = dict.fromkeys(one for one in (self.last_in_person, self.last_contact) if one is not None)
        return (*contacts, *self.knocks)


NO_VISITS = VisitFacts()


def _later(days: dict[Mode, date], mode: Mode, day: date) -> None:
    if mode not in days or days[mode] < day:
        days[mode] = day


def digest(visits: Iterable[VisitLike]) -> VisitFacts:
    """The facts of a household's visits, whatever order they come in: the time of the visit counts, not of
    the entry.

    `last_outcome` leaves out *not attempted*. Two visits at the same minute keep the order of their ids,
    which is that of their entry.
    """
    ordered = sorted(visits, key=lambda visit: (visit.happened_at, visit.id))
    everyone: dict[Mode, date] = {}
    persons: dict[str, dict[Mode, date]] = {}
    unnamed: dict[Mode, date] = {}
    tries: list[VisitLike] = []
    contact: VisitLike | None = None
    in_person: VisitLike | None = None
    last: VisitLike | None = None
    promised: date | None = None
    for visit in ordered:
        if visit.outcome is Outcome.NOT_ATTEMPTED:
            continue
        last = visit
        if visit.outcome in TRIES:
            tries.append(visit)
            promised = visit.next_visit_on or promised
            continue
        tries.clear()
        contact = visit
        if visit.mode in IN_PERSON:
            in_person = visit
        promised = visit.next_visit_on
        if visit.outcome in MET:
            day = visit.happened_at.date()
            _later(everyone, visit.mode, day)
            for person in visit.met:
                _later(persons.setdefault(person, {}), visit.mode, day)
            if not visit.met:
                _later(unnamed, visit.mode, day)
    for days in persons.values():
        for mode, day in unnamed.items():
            _later(days, mode, day)
    return VisitFacts(
        met=everyone,
        met_person={**persons, "": unnamed},
        tries=tuple(one.happened_at for one in tries),
        try_outcomes=tuple(one.outcome for one in tries),
        last_outcome=last.outcome if last else None,
        last_outcome_on=last.happened_at.date() if last else None,
        promised_on=promised,
        knocks=tuple(map(_knock, tries)),
        last_contact=_knock(contact) if contact else None,
        last_in_person=_knock(in_person) if in_person else None,
    )


def _knock(visit: VisitLike) -> Knock:
    return Knock(visit.happened_at, visit.mode, visit.outcome)
