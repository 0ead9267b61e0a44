"""Who a campaign is for, on a day; and where somebody is not, which part of the rule does not hold, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.condition import Traits
from casework.domain.phrase import N_, Phrase
from casework.domain.resident import LifeState, ResidenceState, age_on

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from casework.domain.campaign import Definition, UnitFacts
    from casework.domain.condition import Condition
    from casework.domain.phrase import Label
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
    "answer:pass": N_("in order"),
    "answer:fail": N_("not in order"),
    "answer:fixed_on_spot": N_("fixed on the spot"),
    "answer:not_applicable": N_("not applicable"),
    "answer:could_not_check": N_("could not check"),
    "answer:declined": N_("declined"),
}
"""How the closed words of conditions are called; tags and kinds of places have their labels in the catalog."""


def words_of(condition: Condition) -> Iterator[tuple[str, str]]:
    """Each word that a condition asks about, as (key, word)."""
    for node in condition.nodes():
        for word in sorted(node.values):
            yield node.ask, word


def of_a_person(condition: Condition) -> bool:
    """Whether a condition asks, outside `somebody`, for what only a person has: then one who lives there must fulfil
    the whole of it.
    """
    if condition.ask == "somebody":
        return False
    return condition.ask in ABOUT_PEOPLE or any(of_a_person(part) for part in condition.parts)


def of_the_door(condition: Condition) -> tuple[Condition, ...]:
    """The parts of a condition that must hold of the door itself, whoever lives there: a first and cheap question."""
    return tuple(part for part in always(condition) if part.ask in ("fuel", "tenure", "area"))


def always(condition: Condition) -> Iterator[Condition]:
    """The parts that must all hold, those of an *all* within an *all* among them."""
    if condition.ask == "all":
        for part in condition.parts:
            yield from always(part)
    else:
        yield condition


def tags_needed(condition: Condition) -> tuple[frozenset[str], ...]:
    """Of each of these somebody must have one, if the condition is ever to hold for that person."""
    return tuple(part.values for part in always(condition) if part.ask == "tag")


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
    condition = definition.condition
    if facts.kind:
        return condition.holds(_of_place(facts))
    if not _door_may(facts, definition):
        return False
    if not definition.about_people:
        if facts.residents and all(_gone(person, day) for person in facts.residents):
            return False
        return condition.holds(_of_door(facts, definition, day))
    here = (person for person in facts.residents if _may(person, definition) and lives_here(person, day))
    return any(condition.holds(traits(person, facts, definition, day)) for person in here)


def _may(person: ResidentFacts, definition: Definition) -> bool:
    """Whether the rule can hold for somebody on any day: most people have none of the tags that are asked for."""
    if not definition.tags_needed:
        return True
    if not person.tags:
        return False
    return all(any(one.tag in wanted for one in person.tags) for wanted in definition.tags_needed)


def _door_may(facts: UnitFacts, definition: Definition) -> bool:
    if not definition.door:
        return True
    door = Traits(fuel=facts.fuel, tenure=facts.tenure, areas=facts.areas)
    for part in definition.door:  # noqa: SIM110 - asked of every door of a district
        if not part.holds(door):
            return False
    return True


def _of_place(facts: UnitFacts) -> Traits:
    return Traits(kind=facts.kind, areas=facts.areas)


def _of_door(facts: UnitFacts, definition: Definition, day: date) -> Traits:
    people = tuple(_of_people(facts, definition, day)) if "somebody" in definition.asks else ()
    return Traits(fuel=facts.fuel, tenure=facts.tenure, areas=facts.areas, people=people)


def _of_people(facts: UnitFacts, definition: Definition, day: date) -> Iterator[Traits]:
    for person in facts.residents:
        if lives_here(person, day):
            yield traits(person, facts, definition, day)


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
        residence=person.residence_state.value, areas=facts.areas,
    )  # fmt: skip


def turning_days(facts: UnitFacts, definition: Definition) -> Iterator[date]:
    """The days on which time alone may change whether the rule holds."""
    if not _door_may(facts, definition):
        return
    for person in facts.residents:
        if definition.about_people and not _may(person, definition):
            continue
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
    condition, names = definition.condition, definition.names
    if facts.kind:
        return joined(missing(condition, _of_place(facts), names))
    if not _door_may(facts, definition):
        door = Traits(fuel=facts.fuel, tenure=facts.tenure, areas=facts.areas)
        return joined([said for part in definition.door for said in missing(part, door, names)])
    if definition.about_people:
        said = [missing(condition, one, names) for one in _of_people(facts, definition, day)]
        if said:
            return joined(min(said, key=len))
    elif not facts.residents or any(not _gone(person, day) for person in facts.residents):
        return joined(missing(condition, _of_door(facts, definition, day), names))
    if not facts.residents:
        return Phrase(N_("nobody is on file here"))
    return Phrase(N_("nobody lives here any more"))


def missing(condition: Condition, held: Traits, names: Mapping[str, Label]) -> list[Phrase]:
    """The parts of a condition that do not hold, each in words."""
    match condition.ask:
        case "all":
            return [said for part in condition.parts for said in missing(part, held, names)]
        case _ if condition.holds(held):
            return []
        case "any":
            parts = [joined(missing(part, held, names)) for part in condition.parts]
            return [_chained(N_("{a}, or {b}"), parts)]
        case "not":
            return [Phrase(N_("left out: {what}"), {"what": described(condition.parts[0], names)})]
        case "somebody":
            said = [missing(condition.parts[0], one, names) for one in held.people]
            return min(said, key=len) if said else [Phrase(N_("nobody lives here any more"))]
        case "age_at_least" if held.age is None:
            return [Phrase(N_("age not known, from {n}"), {"n": condition.years})]
        case "age_at_least":
            return [Phrase(N_("{age} years old, from {n}"), {"age": held.age, "n": condition.years})]
        case "age_under" if held.age is None:
            return [Phrase(N_("age not known, under {n}"), {"n": condition.years})]
        case "age_under":
            return [Phrase(N_("{age} years old, under {n}"), {"age": held.age, "n": condition.years})]
        case "tag":
            return [Phrase(N_("not on file: {what}"), {"what": _words(condition, names)})]
        case "area":
            return [Phrase(N_("not in {what}"), {"what": _words(condition, names)})]
        case key:
            known = name(key, str(getattr(held, key, "")), names)
            return [Phrase(N_("{known}, not {wanted}"), {"known": known, "wanted": _words(condition, names)})]


def described(condition: Condition, names: Mapping[str, Label]) -> Phrase:
    """A condition in words, for whoever reads whom a campaign is for; *everyone* where it asks nothing."""
    match condition.ask:
        case "all" | "any":
            parts = [described(part, names) for part in condition.parts]
            text = N_("{a}; {b}") if condition.ask == "all" else N_("{a}, or {b}")
            return _chained(text, parts) if parts else Phrase(N_("everyone"))
        case "not":
            return Phrase(N_("not: {what}"), {"what": described(condition.parts[0], names)})
        case "somebody":
            return described(condition.parts[0], names)
        case "age_at_least":
            return Phrase(N_("{n} years and over"), {"n": condition.years})
        case "age_under":
            return Phrase(N_("under {n} years"), {"n": condition.years})
        case "area":
            return Phrase(N_("in {what}"), {"what": _words(condition, names)})
        case "risk":
            return Phrase(N_("risk level {what}"), {"what": _words(condition, names)})
        case "never_checked":
            return Phrase(N_("never done: {what}"), {"what": _words(condition, names)})
        case "answer":
            return _answered(condition, names)
        case _:
            return _words(condition, names)


def _answered(condition: Condition, names: Mapping[str, Label]) -> Phrase:
    asked = f"answer:{condition.checklist}.{condition.question}"
    words = []
    for word in sorted(condition.values):
        full = f"{asked}:{word}"
        words.append(Phrase(N_("{what}"), {"what": names[full] if full in names else name("answer", word, names)}))
    values = {
        "checklist": names.get(f"never_checked:{condition.checklist}", condition.checklist),
        "question": names.get(asked, condition.question), "what": _chained(N_("{a} or {b}"), words),
    }  # fmt: skip
    return Phrase(N_("last time ({checklist}), {question}: {what}"), values)


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


def _words(condition: Condition, names: Mapping[str, Label]) -> Phrase:
    words = sorted(condition.values)
    said = [Phrase(N_("{what}"), {"what": name(condition.ask, word, names)}) for word in words]
    return _chained(N_("{a} or {b}"), said)


def name(key: str, word: str, names: Mapping[str, Label]) -> Phrase | Label | str:
    """How a word of a condition is called."""
    full = f"{key}:{word}"
    if full in names:
        return names[full]
    return Phrase(NAMES[full]) if full in NAMES else word
