"""Schedule rules and settings from catalog entries; what is wrong is said as a ValueError with words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from casework.domain.condition import read
from casework.domain.due import DueKind
from casework.domain.phrase import Label
from casework.domain.schedule_rules import ScheduleRule, ScheduleSettings, Subject
from casework.domain.season import Season, SpellPart
from casework.domain.visit import Mode

_KEYS = frozenset(
    {
        "label", "subject", "what", "every_days", "once", "within_days", "on", "before", "after", "priority", "modes",
        "when", "season", "spell", "starts_on", "ends_on", "source", "effective",
    }
)  # fmt: skip


def read_rule(key: str, entry: Mapping[str, Any]) -> ScheduleRule:
    """A rule from its table; days may be ISO texts, as in a rule of the worker's own.

    Raises:
        KeyError: a key that must be there.
        ValueError: a key that there is not, or a value that cannot be used (a `BadCondition` is one).
    """
    unknown = set(entry) - _KEYS
    if unknown:
        raise ValueError(f"no such key: {', '.join(sorted(unknown))}")
    subject = Subject(entry["subject"])
    what = entry["what"]
    if what == "visit" and subject is Subject.PLACE:
        raise ValueError("a place is checked, not visited")
    for name in ("before", "after", "priority", *(one for one in ("every_days", "within_days") if one in entry)):
        if not isinstance(entry[name], int) or isinstance(entry[name], bool):
            raise ValueError(f"{name}: expected a whole number")
    if not isinstance(entry.get("once", False), bool):
        raise ValueError("once: expected true or false")
    return ScheduleRule(
        key=key,
        label=Label(entry["label"]["zh"], entry["label"]["en"]),
        subject=subject,
        kind=DueKind.VISIT if what == "visit" else DueKind.CHECK,
        every_days=entry.get("every_days", 0),
        before=entry["before"],
        after=entry["after"],
        priority=entry["priority"],
        condition=_condition(entry.get("when", {}), subject),
        checklist="" if what == "visit" else str(what),
        modes=frozenset(Mode(mode) for mode in entry.get("modes", Mode)),
        starts_on=_day(entry, "starts_on"),
        ends_on=_day(entry, "ends_on"),
        source=entry.get("source", ""),
        effective=_day(entry, "effective"),
        once=entry.get("once", False),
        within_days=entry.get("within_days", 1),
        on=_day(entry, "on"),
        seasons=tuple(_season(one) for one in _list(entry.get("season", []))),
        spell=_spell(entry["spell"]) if "spell" in entry else None,
    )


_OF_A_DOOR = frozenset({"fuel", "tenure", "area", "answer", "never_checked"})
ASKS = {
    Subject.RESIDENT: _OF_A_DOOR | {"tag", "risk", "residence", "age_at_least", "age_under"},
    Subject.HOUSEHOLD: _OF_A_DOOR,
    Subject.PLACE: frozenset({"kind", "area", "answer", "never_checked"}),
}
"""What a rule about each kind of subject can ask about."""


def _condition(table: object, subject: Subject) -> Any:
    condition = read(table)
    wrong = condition.asks - ASKS[subject]
    if wrong:
        raise ValueError(f"when: a rule about a {subject.value} cannot ask about {', '.join(sorted(wrong))}")
    return condition


def _list(words: object) -> list[str]:
    found = [words] if isinstance(words, str) else words
    if not isinstance(found, list) or not all(isinstance(word, str) for word in found):
        raise ValueError("expected a word or a list of words")
    return found


def _season(key: str) -> Season:
    from casework.catalog.shelf import seasons

    if key not in seasons():
        raise ValueError(f"season: there is no {key!r} in seasons.toml")
    return seasons()[key]


def _spell(table: object) -> SpellPart:
    from casework.catalog.shelf import spell_kinds

    if not isinstance(table, Mapping) or not set(table) <= {"kind", "from", "days", "lasts"} or "kind" not in table:
        raise ValueError("spell: expected a table with kind, from, days and lasts")
    kinds = frozenset(_list(table["kind"]))
    if not kinds <= set(spell_kinds()):
        raise ValueError(f"spell.kind: there is no {', '.join(sorted(kinds - set(spell_kinds())))} in spells.toml")
    if table.get("from", "start") not in ("start", "end"):
        raise ValueError("spell.from: expected start or end")
    return SpellPart(kinds, table.get("from", "start") == "end", table.get("days", 0), table.get("lasts"))


def read_season(key: str, entry: Mapping[str, Any]) -> Season:
    """A season from its table; `first` and `last` are month-day, such as 11-15."""
    first, last = (_month_day(entry[name]) for name in ("first", "last"))
    named = Label(entry["label"]["zh"], entry["label"]["en"])
    return Season(key, named, first, last, entry["source"], _day(entry, "effective"))


def _month_day(text: object) -> tuple[int, int]:
    parts = str(text).split("-")
    if len(parts) != 2 or not all(part.isdecimal() and len(part) == 2 for part in parts):
        raise ValueError("expected month-day, such as 11-15")
    return int(parts[0]), int(parts[1])


def _day(entry: Mapping[str, Any], name: str) -> date | None:
    day = entry.get(name)
    if isinstance(day, str):
        return date.fromisoformat(day)
    if day is not None and not isinstance(day, date):
        raise ValueError(f"{name}: expected a date")
    return day


def read_settings(values: Mapping[str, float]) -> ScheduleSettings:
    """The settings from the parameters of the same names; what a parameter file leaves out keeps its
    default.
    """
    known = {field.name for field in fields(ScheduleSettings)} - {"band_order"}
    numbers: dict[str, Any] = {key: int(value) for key, value in values.items() if key in known}
    return ScheduleSettings(**numbers)


def as_kept(entry: Any) -> Any:
    """A table of TOML as JSON takes it: days become ISO texts, which `read_rule` takes as well."""
    if isinstance(entry, Mapping):
        return {key: as_kept(value) for key, value in entry.items()}
    if isinstance(entry, list):
        return [as_kept(value) for value in entry]
    return entry.isoformat() if isinstance(entry, date) else entry
