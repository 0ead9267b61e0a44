"""Conditions of catalog rules: structured data over traits, never a formula to be evaluated.

    when = { risk = "red" } when = { age_at_least = 65, tag = "lives_alone" } when = { any = [{ tag =
    ["lives_alone", "empty_nest"] }, { age_at_least = 80 }], not = { fuel = "electric" } }

Several keys in one table must all hold; a list of words means any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Traits:
    """What a condition can ask about on one day. What is unknown is empty, and no condition but `not` holds
    for it.

    `age` is in full years; `risk` and `fuel` are the words of `RiskLevel` and `Fuel`; `kind` is a place's
    kind.
    """

    tags: frozenset[str] = frozenset()
    age: int | None = None
    risk: str = ""
    fuel: str = ""
    tenure: str = ""
    residence: str = ""
    kind: str = ""


class BadCondition(ValueError):
    """A condition that cannot be read; the text says where and why (for whoever edits the catalog)."""


def _words(value: object, where: str) -> frozenset[str]:
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list) or not words or not all(isinstance(word, str) and word for word in words):
        raise BadCondition(f"{where}: expected a word or a list of words")
    return frozenset(words)


def _years(value: object, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 150:
        raise BadCondition(f"{where}: expected an age in full years")
    return value


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as it was read. `ages` are the birthdays on which it may change, `tags` the tags it asks
    about.
    """

    holds: Callable[[Traits], bool]
    ages: frozenset[int] = frozenset()
    tags: frozenset[str] = frozenset()
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)


ALWAYS = Condition(holds=lambda _traits: True)


def read(table: object, where: str = "when") -> Condition:
    """Read a condition from a catalog table; an empty one always holds.

    Raises:
        BadCondition: a key that there is not, or a value of another kind.
    """
    if not isinstance(table, Mapping):
        raise BadCondition(f"{where}: expected a table")
    parts = [_read_one(str(key), value, f"{where}.{key}") for key, value in table.items()]
    if not parts:
        return ALWAYS
    return parts[0] if len(parts) == 1 else _joined(parts, all)


def _joined(parts: list[Condition], how: Callable[[list[bool]], bool]) -> Condition:
    tests = tuple(part.holds for part in parts)
    words: dict[str, frozenset[str]] = {}
    for part in parts:
        for key, values in part.words.items():
            words[key] = words.get(key, frozenset()) | values
    return Condition(
        holds=lambda traits: how([test(traits) for test in tests]),
        ages=frozenset().union(*(part.ages for part in parts)),
        tags=frozenset().union(*(part.tags for part in parts)),
        words=words,
    )


def _read_one(key: str, value: object, where: str) -> Condition:
    if key in {"all", "any"}:
        if not isinstance(value, list) or not value:
            raise BadCondition(f"{where}: expected a list of tables")
        parts = [read(item, f"{where}[{n}]") for n, item in enumerate(value)]
        return _joined(parts, all if key == "all" else any)
    if key == "not":
        inner = read(value, where)
        return Condition(lambda traits: not inner.holds(traits), inner.ages, inner.tags, inner.words)
    if key == "tag":
        tags = _words(value, where)
        return Condition(lambda traits: not tags.isdisjoint(traits.tags), tags=tags, words={"tag": tags})
    if key == "age_at_least":
        least = _years(value, where)
        return Condition(lambda traits: traits.age is not None and traits.age >= least, frozenset({least}))
    if key == "age_under":
        under = _years(value, where)
        return Condition(lambda traits: traits.age is not None and traits.age < under, frozenset({under}))
    if key in {"risk", "fuel", "tenure", "residence", "kind"}:
        words = _words(value, where)
        return Condition(lambda traits: getattr(traits, key) in words, words={key: words})
    raise BadCondition(f"{where}: no such condition")
