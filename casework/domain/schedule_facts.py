"""What planning reads of a household or a place: facts only, gathered by the casebook in one go."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from casework.domain.household import Fuel, Tenure
from casework.domain.resident import LifeState, ResidenceState, RiskLevel
from casework.domain.visiting import NO_VISITS, VisitFacts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from casework.domain.arrangement import BookingFacts, NoticeFacts
    from casework.domain.condition import Answers
    from casework.domain.phrase import Label


@dataclass(frozen=True, slots=True)
class DatedTag:
    """A tag as planning needs it. `until` is the first day on which it no longer holds."""

    tag: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ResidentFacts:
    """A person as planning needs one. `findings` are the open findings that weigh on the risk
    (`risk.toml`).
    """

    id: str
    born: date | None = None
    tags: tuple[DatedTag, ...] = ()
    life_state: LifeState = LifeState.LIVING_HERE
    life_state_on: date | None = None
    residence_state: ResidenceState = ResidenceState.REGISTERED_AND_RESIDENT
    risk_override: RiskLevel | None = None
    findings: frozenset[str] = frozenset()


class Errand(StrEnum):
    """What a follow-up asks of the round: its next step, asking the resident, looking whether a promise was kept."""

    STEP = "step"
    ASK = "ask"
    LOOK = "look"


@dataclass(frozen=True, slots=True)
class FollowupFacts:
    """An open follow-up whose next step is the worker's. `urgent` ones come first in the round.

    `id` is the follow-up's, of a promise its own. `priority` 1 is most pressing; `tries` counts how often the resident
    was not reached.
    """

    id: str
    title: str | Label
    next_action_on: date
    due_on: date | None = None
    urgent: bool = False
    needs_visit: bool = True
    errand: Errand = Errand.STEP
    priority: int = 3
    tries: int = 0


@dataclass(frozen=True, slots=True)
class HouseholdFacts:
    """All that planning reads of a household.

    `entered_on` is the day on which the register got it: never-visited doors fall due from then, spread over
    the cadence by `spread` (doors with the same one fall due together: a stair is walked in one go) or else
    by the id. `checked` gives the last day per checklist, those of a shared kitchen included. `areas` are the names and
    aliases of the areas above and `answers` what last checks said, as far as any rule asks about them. `bookings` are
    those that were not cancelled, `notices` those that were left here, both in any order.
    """

    id: str
    entered_on: date
    fuel: Fuel = Fuel.UNKNOWN
    residents: tuple[ResidentFacts, ...] = ()
    visits: VisitFacts = NO_VISITS
    checked: Mapping[str, date] = field(default_factory=dict)
    followups: tuple[FollowupFacts, ...] = ()
    spread: str = ""
    tenure: Tenure = Tenure.UNKNOWN
    areas: frozenset[str] = frozenset()
    answers: Answers = field(default_factory=dict)
    bookings: tuple[BookingFacts, ...] = ()
    notices: tuple[NoticeFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """All that planning reads of a place. `spread`, `areas` and `answers` are as for a household."""

    id: str
    kind: str
    entered_on: date
    checked: Mapping[str, date] = field(default_factory=dict)
    followups: tuple[FollowupFacts, ...] = ()
    spread: str = ""
    areas: frozenset[str] = frozenset()
    answers: Answers = field(default_factory=dict)
