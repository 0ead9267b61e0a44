"""Conditions of catalog rules: structured data over traits, never a formula to be evaluated.

    when = { risk = "red" }
    when = { age_at_least = 65, tag = "lives_alone" }
    when = { any = [{ tag = ["lives_alone", "empty_nest"] }, { age_at_least = 80 }], not = { fuel = "electric" } }
    when = { area = "满春社区", fuel = "lpg_cylinder" }
    when = { answer = { checklist = "lpg_cylinder", question = "self_closing", is = ["no", "fail"] } }
    when = { never_checked = "lpg_cylinder", somebody = { age_at_least = 65, tag = "hardship" } }

Several keys in one table must all hold; a list of words means any of them. A condition is kept as the small tree that
was read: `holds` reads it for one set of traits, `casework.casebook.conditions` for all rows at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Answers = Mapping[tuple[str, str], frozenset[str]]
"""(checklist, question) -> what the last check that asked it says: the state's word, and the value where it is text."""

_NO_ANSWERS: Answers = {}


@dataclass(frozen=True, slots=True)
class Traits:
    """What a condition can ask about on one day. What is unknown is empty, and no condition but `not` and
    `never_checked` holds for it.

    `age` is in full years; `risk`, `fuel`, `tenure` and `residence` are the words of their enums; `kind` is a place's
    kind. `areas` are the names and aliases of every area above; `checked` the checklists of which a whole check was
    ever made; `people` are those who live at a door.
    """

    tags: frozenset[str] = frozenset()
    age: int | None = None
    risk: str = ""
    fuel: str = ""
    tenure: str = ""
    residence: str = ""
    kind: str = ""
    areas: frozenset[str] = frozenset()
    answers: Answers = field(default_factory=lambda: _NO_ANSWERS)
    checked: frozenset[str] = frozenset()
    people: tuple[Traits, ...] = ()


class BadCondition(ValueError):
    """A condition that cannot be read; the text says where and why (for whoever edits the catalog)."""


WORDS = frozenset({"tag", "risk", "fuel", "tenure", "residence", "kind", "area", "never_checked"})
"""The keys that take a word or a list of words."""

YEARS = frozenset({"age_at_least", "age_under"})
INSIDE = frozenset({"all", "any", "not", "somebody"})
KEYS = WORDS | YEARS | INSIDE | {"answer"}
"""All that can be asked."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")


@dataclass(frozen=True, slots=True)
class Condition:
    """One node of a condition as it was read; `ask` is one of `KEYS`.

    `parts` are what `all`, `any`, `not` and `somebody` hold; `values` the words of the others, any of which will do;
    `years` an age; `checklist` and `question` say which answer.
    """

    ask: str = "all"
    parts: tuple[Condition, ...] = ()
    values: frozenset[str] = frozenset()
    years: int = 0
    checklist: str = ""
    question: str = ""

    def holds(self, traits: Traits) -> bool:
        """Whether it holds for somebody, a door or a place with these traits."""
        match self.ask:
            case "all":
                return all(part.holds(traits) for part in self.parts)
            case "any":
                return any(part.holds(traits) for part in self.parts)
            case "not":
                return not self.parts[0].holds(traits)
            case "somebody":
                return any(self.parts[0].holds(one) for one in traits.people)
            case "tag":
                return not self.values.isdisjoint(traits.tags)
            case "age_at_least":
                return traits.age is not None and traits.age >= self.years
            case "age_under":
                return traits.age is not None and traits.age < self.years
            case "area":
                return not self.values.isdisjoint(traits.areas)
            case "answer":
                said = traits.answers.get((self.checklist, self.question))
                return said is not None and not self.values.isdisjoint(said)
            case "never_checked":
                return not self.values <= traits.checked
            case asked:
                return getattr(traits, asked) in self.values

    def nodes(self) -> Iterator[Condition]:
        """This node and all below it."""
        yield self
        for part in self.parts:
            yield from part.nodes()

    @property
    def asks(self) -> frozenset[str]:
        """The keys that are asked about, those that only join others left out."""
        return frozenset(node.ask for node in self.nodes()) - {"all", "any", "not"}

    @property
    def words(self) -> Mapping[str, frozenset[str]]:
        """The words that are asked about, by key."""
        found: dict[str, frozenset[str]] = {}
        for node in self.nodes():
            if node.ask in WORDS:
                found[node.ask] = found.get(node.ask, frozenset()) | node.values
        return found

    @property
    def tags(self) -> frozenset[str]:
        """The tags that are asked about."""
        return self.words.get("tag", frozenset())

    @property
    def ages(self) -> frozenset[int]:
        """The birthdays, in full years, on which it may change."""
        return frozenset(node.years for node in self.nodes() if node.ask in YEARS)

    @property
    def answers(self) -> frozenset[tuple[str, str]]:
        """The (checklist, question) pairs that are asked about."""
        return frozenset((node.checklist, node.question) for node in self.nodes() if node.ask == "answer")


ALWAYS = Condition()


def read(table: object, where: str = "when") -> Condition:
    """Read a condition from a catalog table; an empty one always holds.

    Raises:
        BadCondition: a key that there is not, or a value of another kind.
    """
    if not isinstance(table, Mapping):
        raise BadCondition(f"{where}: expected a table")
    parts = tuple(_read_one(str(key), value, f"{where}.{key}") for key, value in table.items())
    if not parts:
        return ALWAYS
    return parts[0] if len(parts) == 1 else Condition("all", parts)


def _read_one(key: str, value: object, where: str) -> Condition:
    if key in {"all", "any"}:
        if not isinstance(value, list) or not value:
            raise BadCondition(f"{where}: expected a list of tables")
        return Condition(key, tuple(read(item, f"{where}[{n}]") for n, item in enumerate(value)))
    if key in {"not", "somebody"}:
        inner = read(value, where)
        if key == "somebody" and not inner.asks <= OF_A_PERSON:
            raise BadCondition(f"{where}: expected what can be asked about one person")
        return Condition(key, (inner,))
    if key in YEARS:
        return Condition(key, years=_years(value, where))
    if key in WORDS:
        return Condition(key, values=_words(value, where))
    if key == "answer":
        return _answer(value, where)
    raise BadCondition(f"{where}: no such condition")


OF_A_PERSON = frozenset({"tag", "age_at_least", "age_under", "risk", "residence"})
"""What is asked about a person, and not about the door."""


def _words(value: object, where: str) -> frozenset[str]:
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list) or not words or not all(isinstance(word, str) and word for word in words):
        raise BadCondition(f"{where}: expected a word or a list of words")
    return frozenset(words)


def _years(value: object, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 150:
        raise BadCondition(f"{where}: expected an age in full years")
    return value


def _answer(value: object, where: str) -> Condition:
    if not isinstance(value, Mapping) or set(value) != {"checklist", "question", "is"}:
        raise BadCondition(f"{where}: expected a table with checklist, question and is")
    for name in ("checklist", "question"):
        if not isinstance(value[name], str) or not _NAME.fullmatch(value[name]):
            raise BadCondition(f"{where}.{name}: expected a name")
    return Condition(
        "answer", values=_words(value["is"], f"{where}.is"), checklist=value["checklist"], question=value["question"]
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What some conditions ask about a door or a place that is gathered only when asked for."""

    areas: bool = False
    fuel: bool = False
    tenure: bool = False
    checked: frozenset[str] = frozenset()
    area_names: frozenset[str] = frozenset()
    answers: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def by(cls, *conditions: Condition) -> Asked:
        """What conditions ask about."""
        asks = frozenset[str]().union(*(one.asks for one in conditions))
        return cls(
            areas="area" in asks,
            fuel="fuel" in asks,
            tenure="tenure" in asks,
            checked=frozenset[str]().union(*(one.words.get("never_checked", frozenset()) for one in conditions)),
            area_names=frozenset[str]().union(*(one.words.get("area", frozenset()) for one in conditions)),
            answers=frozenset[tuple[str, str]]().union(*(one.answers for one in conditions)),
        )


NOTHING = Asked()
