"""Who a campaign is for, on a day; and where somebody is not, which part of the rule does not hold, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.condition import Traits, read
from casework.domain.phrase import N_, Label, Phrase
from casework.domain.resident import LifeState, ResidenceState, age_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from casework.domain.campaign import Definition, UnitFacts
    from casework.domain.schedule_facts import ResidentFacts

GONE = frozenset({LifeState.MOVED_AWAY, LifeState.DECEASED})

ABOUT_PEOPLE = frozenset({"tag", "age_at_least", "age_under", "risk", "residence"})
"""The parts of a condition that somebody must fulfil; the others ask about the door or the place."""

NAMES: Mapping[str, str] = {
    "fuel:pipeline_gas": N_("pipeline gas"),
    "fuel:lpg_cylinder": N_("bottled LPG"),
    "fuel:electric": N_("electric"),
    "fuel:unknown": N_("fuel not known"),
    "tenure:owned": N_("owned"),
    "tenure:rented": N_("rented"),
    "tenure:public_rent": N_("public rent"),
    "tenure:unknown": N_("tenure not known"),
    "risk:red": N_("red"),
    "risk:yellow": N_("yellow"),
    "risk:green": N_("green"),
    "residence:registered_and_resident": N_("registered and living here"),
    "residence:registered_not_resident": N_("registered here, living elsewhere"),
    "residence:resident_not_registered": N_("living here, registered elsewhere"),
}
"""How the closed words of conditions are called; tags and kinds of places have their labels in the catalog."""


def asked(table: object) -> frozenset[str]:
    """The keys that a condition asks about, those inside *all*, *any* and *not* included."""
    return frozenset(key for key, _value in leaves(table))


def leaves(table: object) -> Iterator[tuple[str, object]]:
    """Each plain part of a condition, as (key, value)."""
    if isinstance(table, dict):
        for key, value in table.items():
            if key in ("all", "any"):
                for item in value:
                    yield from leaves(item)
            elif key == "not":
                yield from leaves(value)
            else:
                yield key, value


def lives_here(person: ResidentFacts, day: date) -> bool:
    """Whether somebody lives, or is away but at home, behind the door on a day."""
    if person.residence_state is ResidenceState.REGISTERED_NOT_RESIDENT:
        return False
    return not _gone(person, day)


def _gone(person: ResidentFacts, day: date) -> bool:
    since = person.life_state_on
    return person.life_state in GONE and (since is None or since <= day)


def eligible(facts: UnitFacts, definition: Definition, day: date) -> bool:
    """Whether the rule holds for a unit on a day: for a household, whether it does for somebody who lives there.

    A rule that asks nothing about people holds for each door unless all behind it are known to be gone.
    """
    holds = definition.condition.holds
    if facts.kind:
        return holds(Traits(kind=facts.kind))
    if not definition.about_people:
        if facts.residents and all(_gone(person, day) for person in facts.residents):
            return False
        return holds(Traits(fuel=facts.fuel, tenure=facts.tenure))
    return any(holds(traits(person, facts, definition, day)) for person in facts.residents if lives_here(person, day))


def traits(person: ResidentFacts, facts: UnitFacts, definition: Definition, day: date) -> Traits:
    """What a condition may ask about a person on a day."""
    tags = frozenset(
        one.tag
        for one in person.tags
        if (one.since is None or one.since <= day) and (one.until is None or day < one.until)
    )
    age = age_on(person.born, day) if person.born is not None and person.born <= day else None
    risk = person.risk_override
    if risk is None and definition.risk is not None:
        risk = definition.risk.level(tags, age, person.findings)
    return Traits(
        tags=tags, age=age, risk=risk.value if risk else "", fuel=facts.fuel, tenure=facts.tenure,
        residence=person.residence_state.value,
    )  # fmt: skip


def turning_days(facts: UnitFacts, definition: Definition) -> Iterator[date]:
    """The days on which time alone may change whether the rule holds."""
    for person in facts.residents:
        if person.born is not None and definition.all_ages:
            yield person.born
            for age in definition.all_ages:
                yield from _birthday(person.born, age)
        for tag in person.tags:
            for day in (tag.since, tag.until):
                if day is not None:
                    yield day
        if person.life_state in GONE and person.life_state_on is not None:
            yield person.life_state_on


def _birthday(born: date, age: int) -> Iterator[date]:
    from datetime import date

    from casework.domain.schedule import birthday

    ordinal = birthday(born, age)
    if ordinal < date.max.toordinal():
        yield date.fromordinal(ordinal)


def why_not(facts: UnitFacts, definition: Definition, day: date) -> Phrase:
    """Which part of the rule does not hold; of several people behind a door, by the one for whom the least is missing."""
    when, names = definition.when, definition.names
    if facts.kind:
        return joined(missing(when, Traits(kind=facts.kind), names))
    if definition.about_people:
        here = [person for person in facts.residents if lives_here(person, day)]
        said = [missing(when, traits(person, facts, definition, day), names) for person in here]
        if said:
            return joined(min(said, key=len))
    elif not facts.residents or any(not _gone(person, day) for person in facts.residents):
        return joined(missing(when, Traits(fuel=facts.fuel, tenure=facts.tenure), names))
    if not facts.residents:
        return Phrase(N_("nobody is on file here"))
    return Phrase(N_("nobody lives here any more"))


def missing(table: object, held: Traits, names: Mapping[str, Label]) -> list[Phrase]:
    """The parts of a condition that do not hold, each in words."""
    found: list[Phrase] = []
    for key, value in table.items() if isinstance(table, dict) else ():
        if key == "all":
            for item in value:
                found += missing(item, held, names)
        elif key == "any":
            parts = [missing(item, held, names) for item in value]
            if all(parts):
                found.append(_chained(N_("{a}, or {b}"), [joined(part) for part in parts]))
        elif key == "not":
            if read(value).holds(held):
                found.append(Phrase(N_("left out: {what}"), {"what": described(value, names)}))
        elif not read({key: value}).holds(held):
            found.append(_missing(key, value, held, names))
    return found


def _missing(key: str, value: object, held: Traits, names: Mapping[str, Label]) -> Phrase:
    if key == "age_at_least":
        if held.age is None:
            return Phrase(N_("age not known, from {n}"), {"n": value})
        return Phrase(N_("{age} years old, from {n}"), {"age": held.age, "n": value})
    if key == "age_under":
        if held.age is None:
            return Phrase(N_("age not known, under {n}"), {"n": value})
        return Phrase(N_("{age} years old, under {n}"), {"age": held.age, "n": value})
    wanted = _words(key, value, names)
    if key == "tag":
        return Phrase(N_("not on file: {what}"), {"what": wanted})
    known = getattr(held, key, "")
    return Phrase(N_("{known}, not {wanted}"), {"known": name(key, str(known), names), "wanted": wanted})


def described(table: object, names: Mapping[str, Label]) -> Phrase:
    """A condition in words, for whoever reads whom a campaign is for; *everyone* where it asks nothing."""
    parts: list[Phrase] = []
    for key, value in table.items() if isinstance(table, dict) else ():
        if key == "all":
            parts += [described(item, names) for item in value]
        elif key == "any":
            parts.append(_chained(N_("{a}, or {b}"), [described(item, names) for item in value]))
        elif key == "not":
            parts.append(Phrase(N_("not: {what}"), {"what": described(value, names)}))
        elif key == "age_at_least":
            parts.append(Phrase(N_("{n} years and over"), {"n": value}))
        elif key == "age_under":
            parts.append(Phrase(N_("under {n} years"), {"n": value}))
        else:
            parts.append(_words(key, value, names))
    return joined(parts) if parts else Phrase(N_("everyone"))


def joined(parts: Sequence[Phrase]) -> Phrase:
    """Several reasons as one."""
    return _chained(N_("{a}; {b}"), parts)


def _chained(text: str, parts: Sequence[Phrase]) -> Phrase:
    if not parts:
        return Phrase(N_("the rule does not hold"))
    said = parts[0]
    for part in parts[1:]:
        said = Phrase(text, {"a": said, "b": part})
    return said


def _words(key: str, value: object, names: Mapping[str, Label]) -> Phrase:
    words: Iterable[object] = value if isinstance(value, list | tuple) else [value]
    said = [Phrase(N_("{what}"), {"what": name(key, str(word), names)}) for word in words]
    return _chained(N_("{a} or {b}"), said)


def name(key: str, word: str, names: Mapping[str, Label]) -> Phrase | Label | str:
    """How a word of a condition is called."""
    full = f"{key}:{word}"
    if full in names:
        return names[full]
    return Phrase(NAMES[full]) if full in NAMES else word
