"""Scopes: which doors a change of rules can concern, so that not all are planned again.

Of a rule about doors these are the doors for which it holds, before or after. Of a rule about people, whoever can come
under it on any day that is planned for: the day is left out of tags, and an age counts that will be reached. What cannot
be told is everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from casework.casebook import conditions
from casework.domain.condition import BadCondition, Condition, read
from casework.domain.schedule import LOOK_AHEAD
from casework.domain.schedule_rules import Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from casework.domain.risk import RiskWeights


@dataclass(frozen=True, slots=True)
class Scope:
    """What is to be planned again. `doors` are ids in order, None for all; `slots` are the checklists whose rows can
    change, '' for visits, None for all rows.
    """

    doors: tuple[str, ...] | None = None
    places: bool = True
    slots: frozenset[str] | None = None


EVERYTHING = Scope()


def between(
    execute: Any, bases: Iterable[Mapping[str, Any]], now: Mapping[str, Any], today: date, weights: RiskWeights
) -> Scope:
    """What plans made by any of some snapshots, and by none else, may differ in from a plan by the rules of now."""
    slots: set[str] = set()
    asked: list[tuple[Subject, Condition, date]] = []
    places = False
    for base in bases:
        if base["all"] != now["all"] or not _same_order(base["rules"], now["rules"]):
            return EVERYTHING
        for key in base["rules"].keys() | now["rules"].keys():
            before, after = base["rules"].get(key), now["rules"].get(key)
            for kept in (one for one in (before, after) if one is not None and before != after):
                table = kept[0]
                try:
                    subject, condition = Subject(table["subject"]), read(table.get("when", {}))
                    horizon = _horizon(kept, today)
                except (KeyError, ValueError, OverflowError, BadCondition):
                    return EVERYTHING
                slots.add("" if table["what"] == "visit" else table["what"])
                if subject is Subject.PLACE:
                    places = True
                else:
                    asked.append((subject, condition, horizon))
    if not asked:
        return Scope((), places, frozenset(slots))
    doors: set[str] = set()
    for subject, condition, horizon in asked:
        found = _doors(execute, subject, condition, horizon, weights)
        if found is None:
            return Scope(None, places, frozenset(slots))
        doors |= found
    return Scope(tuple(sorted(doors)), places, frozenset(slots))


def _same_order(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether the rules that both have stand in the same order: it breaks ties."""
    return [key for key in one if key in other] == [key for key in other if key in one]


def _horizon(kept: Any, today: date) -> date:
    """The day after which nobody who comes under a rule is planned for yet: `LOOK_AHEAD` after its next day at the latest."""
    table, _seasons, windows = kept
    days = [date.fromisoformat(table[key]) for key in ("on", "starts_on") if table.get(key)]
    latest = max([today, *days, *(date.fromordinal(window[0]) for window in windows)])
    return latest + timedelta(days=table.get("every_days", table.get("within_days", 1)) + LOOK_AHEAD + 366)


def _doors(
    execute: Any, subject: Subject, condition: Condition, horizon: date, weights: RiskWeights
) -> set[str] | None:
    """The doors for which a condition holds, or may come to hold; None for all."""
    wide = condition if subject is Subject.HOUSEHOLD else ever(condition, weights)
    if wide is None:
        return None
    asked = conditions.query(wide, subject, horizon, weights, ever=True)
    return {row[0] for row in execute(conditions.doors_of(asked, subject).sql, asked.values).fetchall()}


_TIMELESS = frozenset({"fuel", "tenure", "area", "answer", "never_checked", "residence"})


def ever(condition: Condition, weights: RiskWeights) -> Condition | None:
    """A condition that holds for everybody for whom this one may hold on any day; None where that is everybody.

    It is asked on a day at the horizon, with the days of tags left out (`conditions.query`, `ever`).
    """
    match condition.ask:
        case "all":
            kept = [part for part in (ever(one, weights) for one in condition.parts) if part is not None]
            return Condition("all", tuple(kept)) if kept else None
        case "any":
            parts = [ever(one, weights) for one in condition.parts]
            known = [part for part in parts if part is not None]
            return Condition("any", tuple(known)) if len(known) == len(parts) and known else None
        case "not":
            return condition if condition.asks <= _TIMELESS else None
        case "age_under":
            return None
        case "risk":
            # By then the points may only have grown; less than that cannot be told.
            heavy = all(one.points >= 0 for one in (*weights.tags.values(), *weights.findings.values()))
            if "green" in condition.values or not heavy:
                return None
            return Condition("risk", values=frozenset({"red", "yellow"} if "yellow" in condition.values else {"red"}))
    return condition
