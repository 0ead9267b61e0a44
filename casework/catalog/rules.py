"""Schedule rules and settings from catalog entries; what is wrong is said as a ValueError with words."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING, Any

from casework.domain.condition import read
from casework.domain.due import DueKind
from casework.domain.phrase import Label
from casework.domain.schedule_rules import ScheduleRule, ScheduleSettings, Subject
from casework.domain.visit import Mode

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEYS = frozenset(
    {
        "label", "subject", "what", "every_days", "before", "after", "priority", "modes", "when", "starts_on",
        "ends_on", "source", "effective",
    }
)  # fmt: skip


def read_rule(key: str, entry: Mapping[str, Any]) -> ScheduleRule:
    """A rule from its table.

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
    for name in ("every_days", "before", "after", "priority"):
        if not isinstance(entry[name], int) or isinstance(entry[name], bool):
            raise ValueError(f"{name}: expected a whole number")
    return ScheduleRule(
        key=key,
        label=Label(entry["label"]["zh"], entry["label"]["en"]),
        subject=subject,
        kind=DueKind.VISIT if what == "visit" else DueKind.CHECK,
        every_days=entry["every_days"],
        before=entry["before"],
        after=entry["after"],
        priority=entry["priority"],
        condition=_condition(entry.get("when", {}), subject),
        checklist="" if what == "visit" else str(what),
        modes=frozenset(Mode(mode) for mode in entry.get("modes", Mode)),
        starts_on=_day(entry, "starts_on"),
        ends_on=_day(entry, "ends_on"),
        source=entry["source"],
        effective=entry["effective"],
    )


_ASKS = {
    Subject.RESIDENT: frozenset({"tag", "risk", "fuel", "residence"}),
    Subject.HOUSEHOLD: frozenset({"fuel"}),
    Subject.PLACE: frozenset({"kind"}),
}


def _condition(table: object, subject: Subject) -> Any:
    condition = read(table)
    asked = set(condition.words) | ({"age_at_least"} if condition.ages else set())
    wrong = asked - _ASKS[subject] - ({"age_at_least"} if subject is Subject.RESIDENT else set())
    if wrong:
        raise ValueError(f"when: a rule about a {subject.value} cannot ask about {', '.join(sorted(wrong))}")
    return condition


def _day(entry: Mapping[str, Any], name: str) -> date | None:
    day = entry.get(name)
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
