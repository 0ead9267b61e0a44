"""A made-up community: who lives behind its doors, with plausible ages, families, tags and contacts.

Seeded and deterministic: the same seed gives the same people, in Chinese or, name for name, in Latin letters.
Nobody under 14 is on file: casework keeps no records of children (PIPL 31, DOMAIN 8).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

from casework.demo.doors import Door, Person, doors
from casework.demo.names import Names
from casework.demo.numbers import CitizenIds, landline, mobile
from casework.domain.household import Fuel, Tenure

if TYPE_CHECKING:
    from collections.abc import Callable

YOUNGEST = 14
"""The age at which the register begins (PIPL 31)."""

RELATIONS = {
    "head": ("户主", "head"),
    "spouse": ("配偶", "spouse"),
    "son": ("儿子", "son"),
    "daughter": ("女儿", "daughter"),
    "father": ("父亲", "father"),
    "mother": ("母亲", "mother"),
    "grandson": ("孙子", "grandson"),
    "granddaughter": ("孙女", "granddaughter"),
    "flatmate": ("合租", "flatmate"),
    "niece": ("侄女", "niece"),
    "nephew": ("侄子", "nephew"),
    "neighbour": ("邻居", "neighbour"),
    "sister": ("妹妹", "sister"),
}

# Kinds of household with their weight in old buildings and in towers. Invented; a couple's children under 14 are
# not on file, so that many a "couple" is a young family.
_OLD = (("elder", 16), ("elders", 17), ("single", 7), ("couple", 11), ("family", 21), ("elder_child", 9),
        ("elders_child", 7), ("three", 12), ("sharers", 4))  # fmt: skip
_NEW = (("elder", 5), ("elders", 9), ("single", 10), ("couple", 22), ("family", 32), ("elder_child", 4),
        ("elders_child", 5), ("three", 10), ("sharers", 3))  # fmt: skip


@dataclass(slots=True)
class Community:
    """The made-up community on one day."""

    names: Names
    today: date
    doors: list[Door]
    born: dict[str, date]
    citizen_id: dict[str, str]

    @property
    def people(self) -> list[Person]:
        """Everyone, in walking order."""
        return [person for door in self.doors for person in door.people]


def community(today: date, language: str = "zh_CN", seed: int = 7) -> Community:
    """The community with the ages of a day. The same arguments give the same people."""
    names = Names(language)
    made = list(doors(names, Random(f"{seed}/doors")))
    maker = _Families(names, Random(f"{seed}/people"), today)
    for door in made:
        door.people = maker.household(door)
    _settle(made, names, Random(f"{seed}/lives"), maker)
    _others(made, names, Random(f"{seed}/others"))
    ids = CitizenIds()
    rng = Random(f"{seed}/birthdays")
    born: dict[str, date] = {}
    citizen_id: dict[str, str] = {}
    for door in made:
        for index, person in enumerate(door.people):
            person.key = f"{door.key}/{index}"
            born[person.key] = _birthday(person.age, today, rng)
            citizen_id[person.key] = ids(born[person.key], person.female)
    _turns_65_today(made, born, citizen_id, ids, today)
    return Community(names, today, made, born, citizen_id)


def _birthday(age: int, today: date, rng: Random) -> date:
    """A birthday of somebody of this age today: 0 to 364 days after having turned it."""
    try:
        turned = today.replace(year=today.year - age)
    except ValueError:
        turned = date(today.year - age, 2, 28)
    return turned - timedelta(days=rng.randrange(365))


def _turns_65_today(
    made: list[Door], born: dict[str, date], citizen_id: dict[str, str], ids: CitizenIds, today: date
) -> None:
    """One person who becomes eligible today: the edge that a rule by the day must get right."""
    if (today.month, today.day) == (2, 29):
        return
    for door in made:
        for person in door.people:
            if person.age == 65 and door.fuel is Fuel.LPG_CYLINDER and len(door.people) == 1:
                born[person.key] = today.replace(year=today.year - 65)
                citizen_id[person.key] = ids(born[person.key], person.female)
                return


class _Families:
    """Makes households. The telephone of a person is a running number in walking order."""

    def __init__(self, names: Names, rng: Random, today: date) -> None:
        self.names = names
        self.rng = rng
        self.today = today
        self.phones = 0
        self.shapes: dict[str, Callable[[], list[Person]]] = {
            "elder": self._elder,
            "elders": self._elders,
            "single": self._single,
            "couple": self._couple,
            "family": self._family,
            "elder_child": self._elder_child,
            "elders_child": self._elders_child,
            "three": self._three,
            "sharers": self._sharers,
        }

    def household(self, door: Door) -> list[Person]:
        """The people behind a door; the first is the head."""
        shapes = _NEW if door.tower else _OLD
        shape = self.rng.choices([name for name, _ in shapes], [weight for _, weight in shapes])[0]
        if door.tenure is Tenure.RENTED and shape in ("elders", "elder_child") and self.rng.random() < 0.7:
            shape = self.rng.choice(("single", "couple", "sharers"))
        people = self.shapes[shape]()
        people[0].head = True
        for person in people:
            person.phone = self._phone(person)
        return people

    def person(self, surname: str, female: bool, age: int, relation: str) -> Person:
        """A person with a name of the time of birth."""
        given = self.names.given_name(self.rng, self.today.year - age, female)
        return Person(self.names.full(surname, given), surname, female, age, relation)

    def surname(self) -> str:
        """A surname, by frequency."""
        return self.names.surname(self.rng)

    def _age(self, low: int, high: int, peak: int) -> int:
        return round(self.rng.triangular(low, high, peak))

    def _pair(self, surname: str, age: int, relation: str) -> list[Person]:
        """A husband and a wife, who keeps her surname; the first is who the others are related to."""
        husband = self.person(surname, False, age, relation)
        wife = self.person(self.surname(), True, max(22, age - self.rng.randint(-1, 5)), "spouse")
        if relation == "head" and self.rng.random() < 0.3:
            husband.relation, wife.relation = "spouse", "head"
            return [wife, husband]
        return [husband, wife]

    def _child(self, surname: str, age: int) -> Person:
        female = self.rng.random() < 0.48
        return self.person(surname, female, age, "daughter" if female else "son")

    def _elder(self) -> list[Person]:
        return [self.person(self.surname(), self.rng.random() < 0.66, self._age(60, 96, 70), "head")]

    def _elders(self) -> list[Person]:
        return self._pair(self.surname(), self._age(60, 90, 64), "head")

    def _single(self) -> list[Person]:
        return [self.person(self.surname(), self.rng.random() < 0.45, self._age(21, 59, 33), "head")]

    def _couple(self) -> list[Person]:
        return self._pair(self.surname(), self._age(25, 59, 34), "head")

    def _family(self) -> list[Person]:
        surname = self.surname()
        age = self._age(38, 62, 51)
        people = self._pair(surname, age, "head")
        child = self.rng.randint(max(YOUNGEST, age - 42), max(YOUNGEST, min(age - 24, 27)))
        people.append(self._child(surname, child))
        if self.rng.random() < 0.16:
            people.append(self._child(surname, max(YOUNGEST, age - 44, child - self.rng.randint(2, 6))))
        return people

    def _elder_child(self) -> list[Person]:
        surname = self.surname()
        father = self.rng.random() < 0.35
        age = self._age(64, 93, 77)
        parent = self.person(surname if father else self.surname(), not father, age, "head")
        return [parent, self._child(surname, age - self.rng.randint(23, 34))]

    def _elders_child(self) -> list[Person]:
        surname = self.surname()
        age = self._age(60, 86, 66)
        return [*self._pair(surname, age, "head"), self._child(surname, age - self.rng.randint(24, 34))]

    def _three(self) -> list[Person]:
        surname = self.surname()
        age = self._age(38, 60, 50)
        people = self._pair(surname, age, "head")
        people.append(self._child(surname, max(YOUNGEST, age - self.rng.randint(25, 30))))
        mother = self.person(self.surname(), True, age + self.rng.randint(22, 30), "mother")
        if self.rng.random() < 0.55:
            people.append(self.person(surname, False, mother.age + self.rng.randint(0, 4), "father"))
        people.append(mother)
        return people

    def _sharers(self) -> list[Person]:
        ages = [self._age(19, 45, 26) for _ in range(self.rng.randint(2, 4))]
        people = [self.person(self.surname(), self.rng.random() < 0.5, age, "flatmate") for age in ages]
        people[0].relation = "head"
        return people

    def _phone(self, person: Person) -> str:
        self.phones += 1
        draw = self.rng.random()
        if person.age >= 78 and draw < 0.22:
            return ""
        if person.age >= 65 and draw > 0.82:
            return landline(self.phones)
        if person.age < 18 and draw < 0.6:
            return ""
        return mobile(self.phones)


def _settle(made: list[Door], names: Names, rng: Random, maker: _Families) -> None:
    """What follows from how people live: welfare tags, contacts, registration, notes."""
    notes = [names.pick(pair) for pair in names.data["notes"]["door"]]
    for door in made:
        people = door.people
        elders = [person for person in people if person.age >= 60]
        if len(people) == 1 and people[0].age >= 60:
            people[0].tags.append("lives_alone")
        elif len(elders) == len(people) > 1:
            for person in people:
                person.tags.append("empty_nest")
        for person in people:
            _welfare(person, door, rng)
            if person.age >= 60 and (person.tags or person.age >= 75) and rng.random() < 0.9:
                person.contacts = _contacts(person, names, rng, maker)
            _registration(person, door, rng)
        if door.fuel is Fuel.LPG_CYLINDER:
            door.hose = rng.random() < 0.35
            _hard_up(door)
        if rng.random() < 0.035:
            door.note = rng.choice(notes)
            if "🐕" in door.note:
                door.cautions = ("dog",)


def _hard_up(door: Door) -> None:
    """Who is old, alone and still cooks with a cylinder is mostly hard up: for them the valve campaign is made.

    Drawn by the door, so that everything else about the people stays as it was.
    """
    head = door.people[0]
    poor = {"hardship", "minimum_living_allowance", "extreme_hardship"}
    mostly = head.age == 65 or Random(f"hard up/{door.key}").random() < 0.8
    if len(door.people) == 1 and head.age >= 65 and mostly and poor.isdisjoint(head.tags):
        head.tags.append("hardship")


def _welfare(person: Person, door: Door, rng: Random) -> None:
    poor = door.tenure is Tenure.PUBLIC_RENT or door.compound == "wawu"
    need = rng.random() / (1.6 if person.age >= 60 else 0.6)
    if need < (0.10 if poor else 0.02):
        person.tags.append("minimum_living_allowance")
    elif need < (0.20 if poor else 0.05):
        person.tags.append("hardship")
    if person.age >= 75 and rng.random() < 0.06:
        person.tags.append("functionally_dependent")
    if person.age >= 18 and rng.random() < 0.013:
        person.tags.append("severe_disability")
    if "lives_alone" in person.tags:
        alone = rng.random()
        if alone < 0.03:
            person.tags.append("extreme_hardship")
        elif alone < 0.08:
            person.tags.append("no_family")
    if "empty_nest" in person.tags and rng.random() < 0.015:
        person.tags.append("special_family")


def _contacts(person: Person, names: Names, rng: Random, maker: _Families) -> list[tuple[str, str, str]]:
    """One or two people to call: name, relation (a key of `RELATIONS`), telephone."""
    found = []
    for relation in rng.sample(("son", "daughter", "daughter", "niece", "neighbour"), 2 if rng.random() < 0.25 else 1):
        family = person.surname if relation in ("son", "daughter") and not person.female else names.surname(rng)
        female = relation in ("daughter", "niece") or (relation == "neighbour" and rng.random() < 0.6)
        maker.phones += 1
        given = names.given_name(rng, maker.today.year - person.age + 27, female)
        found.append((names.full(family, given), relation, mobile(maker.phones)))
    return found


def _registration(person: Person, door: Door, rng: Random) -> None:
    draw = rng.random()
    if door.tenure is Tenure.RENTED:
        person.state = "resident_not_registered" if draw < 0.8 else "registered_and_resident"
    elif draw < 0.05 and not person.head:
        person.state = "registered_not_resident"
    elif draw < 0.12:
        person.state = "resident_not_registered"


def _others(made: list[Door], names: Names, rng: Random) -> None:
    """Give a few people of fitting sex and age, who are nobody's kin here, the names that follow no pattern."""
    taken: set[int] = set()
    everyone = [person for door in made for person in door.people]
    alone = [len(door.people) == 1 for door in made for _ in door.people]
    for other in names.others:
        age = 2026 - other.decade - 5
        fitting = [
            number
            for number, person in enumerate(everyone)
            if person.female == other.female
            and abs(person.age - age) <= 6
            and number not in taken
            and (person.relation == "flatmate" or alone[number])
        ]
        chosen = rng.choice(fitting)
        taken.add(chosen)
        everyone[chosen].name = other.name
