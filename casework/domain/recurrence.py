"""Repeats: the same problem coming up again, and what follows from it.

Reports of one problem form a *recurring problem*: the fifth complaint about the same smoke is the fifth. Each repeat
raises the priority; one that comes soon after a closing counts against that closing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


class Relation(StrEnum):
    """What an earlier case has in common with one that is being typed, the closest first."""

    HOUSEHOLD = "household"
    PLACE = "place"
    ADDRESS = "address"
    STAIR = "stair"
    BUILDING = "building"


CLOSEST = {
    Relation.HOUSEHOLD: 0, Relation.PLACE: 1, Relation.ADDRESS: 1, Relation.STAIR: 2, Relation.BUILDING: 3,
}  # fmt: skip
"""How close each relation is; 0 is closest. An address in the same words is as close as a place."""

HIGHEST, LOWEST = 1, 9
"""Priorities: 1 is most pressing."""

BASE = {"critical": 1, "must_fix": 3, "note": 5}
"""The priority of a first report, by severity."""


@dataclass(frozen=True, slots=True)
class RepeatRules:
    """The city's numbers: the window in days for repeats, the days after a closing in which a recurrence counts
    against it, the steps by which each repeat raises the priority.
    """

    window_days: int = 90
    recurrence_days: int = 30
    raises_by: int = 1


def priority(severity: str, repeat_n: int, rules: RepeatRules) -> int:
    """How pressing a case is: by its severity, raised with each repeat. 1 is most pressing."""
    return max(HIGHEST, min(LOWEST, BASE.get(severity, BASE["note"]) - rules.raises_by * (max(1, repeat_n) - 1)))


def against(closed_on: date, again_on: date, rules: RepeatRules) -> bool:
    """Whether a recurrence on a day counts against a closing."""
    return 0 <= (again_on - closed_on).days <= rules.recurrence_days


def links_by_itself(scope: str, relation: Relation) -> bool:
    """Whether a report of a kind is taken for the same problem without asking: `scope` is the widest relation that
    the category names, empty for never.
    """
    return bool(scope) and CLOSEST[relation] <= CLOSEST[Relation(scope)]
