"""Residents: the people, their welfare tags, whom to call, and what they agreed to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


class Sex(StrEnum):
    """Sex as the register has it."""

    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


class ResidenceState(StrEnum):
    """Registration against residence (人户同在, 户在人不在, 人在户不在)."""

    REGISTERED_AND_RESIDENT = "registered_and_resident"
    REGISTERED_NOT_RESIDENT = "registered_not_resident"
    RESIDENT_NOT_REGISTERED = "resident_not_registered"


class LifeState(StrEnum):
    """Whether the person is still to be visited here."""

    LIVING_HERE = "living_here"
    AWAY = "away"
    HOSPITALISED = "hospitalised"
    MOVED_AWAY = "moved_away"
    DECEASED = "deceased"


class RiskLevel(StrEnum):
    """Red, yellow, green. Always a suggestion with reasons, which a worker may overrule with words."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"


class LastSeenSource(StrEnum):
    """Who saw the person last. Never a camera."""

    WORKER = "worker"
    NEIGHBOUR = "neighbour"
    RELATIVE = "relative"
    SHOPKEEPER = "shopkeeper"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Tag:
    """A dated welfare tag with its source. Tags overlap; the closed list is in `catalog/tags.toml`."""

    id: str
    resident_id: str
    tag: str
    since: date | None = None
    until: date | None = None
    source: str = ""

    def holds_on(self, day: date) -> bool:
        """Whether the tag holds on a day; open ends count as holding."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Contact:
    """Someone to call about a resident in an emergency."""

    id: str
    resident_id: str
    name: str
    relation: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """What was agreed, for one purpose: its legal basis, how, when, and whether withdrawn (PIPL 13-16)."""

    id: str
    resident_id: str
    purpose: str
    basis: str
    given: bool
    how: str = ""
    text_version: str = ""
    given_on: date | None = None
    withdrawn_on: date | None = None


@dataclass(frozen=True, slots=True)
class Resident:
    """One person of a household.

    `risk_override` is set by a worker, with `risk_reason`; without it the level is suggested by
    `domain.risk` from tags, age and findings. `last_seen_on` is the last day on which somebody
    (`last_seen_by`) is known to have seen the person.
    """

    id: str
    household_id: str
    name: str
    sex: Sex = Sex.UNKNOWN
    born: date | None = None
    citizen_id: str = ""
    phone: str = ""
    phone_note: str = ""
    relation: str = ""
    head: bool = False
    residence_state: ResidenceState = ResidenceState.REGISTERED_AND_RESIDENT
    life_state: LifeState = LifeState.LIVING_HERE
    life_state_on: date | None = None
    risk_override: RiskLevel | None = None
    risk_reason: str = ""
    last_seen_on: date | None = None
    last_seen_by: LastSeenSource | None = None
    tags: tuple[Tag, ...] = ()
    contacts: tuple[Contact, ...] = ()


def age_on(born: date, day: date) -> int:
    """Full years on a day: one turns 65 on the birthday itself (29 February: on 1 March in common years)."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
