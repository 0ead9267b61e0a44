"""Traits from facts: what a condition can ask about a person, a door or a place on one day.

For one at a time, to say whether and why a condition holds; planning works with stretches of days instead, and
`casework.casebook.conditions` asks about all rows at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.condition import Traits
from casework.domain.resident import LifeState, age_on

if TYPE_CHECKING:
    from datetime import date

    from casework.domain.risk import RiskWeights
    from casework.domain.schedule_facts import HouseholdFacts, PlaceFacts, ResidentFacts

GONE = frozenset({LifeState.MOVED_AWAY, LifeState.DECEASED})


def of_resident(person: ResidentFacts, home: HouseholdFacts, day: date, weights: RiskWeights) -> Traits:
    """The traits of somebody who lives behind a door."""
    tags = frozenset(
        tag.tag
        for tag in person.tags
        if (tag.since is None or tag.since <= day) and (tag.until is None or day < tag.until)
    )
    age = None if person.born is None else age_on(person.born, day)
    return Traits(
        tags=tags,
        age=age,
        risk=(person.risk_override or weights.level(tags, age, person.findings)).value,
        fuel=home.fuel.value,
        tenure=home.tenure.value,
        residence=person.residence_state.value,
        areas=home.areas,
        answers=home.answers,
        checked=frozenset(home.checked),
    )


def of_household(home: HouseholdFacts, day: date, weights: RiskWeights) -> Traits:
    """The traits of a door, and of those who live behind it."""
    people = tuple(of_resident(one, home, day, weights) for one in home.residents if one.life_state not in GONE)
    return Traits(
        fuel=home.fuel.value,
        tenure=home.tenure.value,
        areas=home.areas,
        answers=home.answers,
        checked=frozenset(home.checked),
        people=people,
    )


def of_place(place: PlaceFacts) -> Traits:
    """The traits of a place."""
    return Traits(kind=place.kind, areas=place.areas, answers=place.answers, checked=frozenset(place.checked))
