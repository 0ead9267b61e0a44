"""The rules of the schedule as the catalog gives them, made ready for planning a million households.

A rule says who (a structured condition), what (a visit, or which checklist), how often, within which window,
how urgent, and by which modes a contact counts. Which rules hold for the same traits is worked out once and
kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from casework.domain.condition import ALWAYS, Condition, Traits
from casework.domain.due import DueKind
from casework.domain.phrase import N_, Label, Phrase
from casework.domain.visit import Mode
from casework.domain.visiting import Band

if TYPE_CHECKING:
    from collections.abc import Iterable

    from casework.domain.resident import RiskLevel
    from casework.domain.risk import RiskWeights


class Subject(StrEnum):
    """Whom a rule looks at: each resident, the household as a door, or a place."""

    RESIDENT = "resident"
    HOUSEHOLD = "household"
    PLACE = "place"


@dataclass(frozen=True, slots=True, eq=False)
class ScheduleRule:
    """One rule. Days are calendar days; `before` and `after` make the window around the due day.

    `checklist` is empty for a visit. `modes` are those that count as a contact. `starts_on` and `ends_on`
    bound a temporary rule (a heat wave, a festival); `ends_on` is the first day on which it no longer holds.
    `priority` 1 is most pressing; 0 is kept for what cannot wait.
    """

    key: str
    label: Label
    subject: Subject
    kind: DueKind
    every_days: int
    before: int
    after: int
    priority: int
    condition: Condition = ALWAYS
    checklist: str = ""
    modes: frozenset[Mode] = frozenset(Mode)
    starts_on: date | None = None
    ends_on: date | None = None
    source: str = ""
    effective: date | None = None
    never: Phrase = field(init=False)
    starts: int = field(init=False)
    ends: int = field(init=False)
    name: str = field(init=False)

    def __post_init__(self) -> None:
        if self.every_days < 1 or self.before < 0 or self.after < 0 or not 1 <= self.priority <= 9:
            raise ValueError(self.key)
        never = N_("{rule}: nobody met yet") if self.kind is DueKind.VISIT else N_("{rule}: never checked")
        object.__setattr__(self, "never", Phrase(never, {"rule": self.label}))
        object.__setattr__(self, "starts", self.starts_on.toordinal() if self.starts_on else 0)
        object.__setattr__(self, "ends", self.ends_on.toordinal() if self.ends_on else FAR)
        object.__setattr__(self, "name", self.checklist or self.key)


FAR = date.max.toordinal()
"""A day after all days, as an ordinal."""


@dataclass(frozen=True, slots=True)
class ScheduleSettings:
    """The numbers that a city sets; the values here are those of `parameters.toml` (DOMAIN 11)."""

    attempts_before_arrangement: int = 3
    call_back_after_days: int = 1
    call_back_window_days: int = 3
    arrangement_days: int = 7
    notice_wait_days: int = 7
    booking_early_minutes: int = 30
    booking_minutes: int = 30
    booking_ahead_days: int = 60
    review_hospitalised_days: int = 14
    review_away_days: int = 30
    rest_after_refusal_days: int = 30
    rest_after_wrong_address_days: int = 7
    promise_window_days: int = 3
    followup_window_days: int = 3
    verify_within_days: int = 3
    better_rule_within_days: int = 92
    afternoon_from_hour: int = 12
    evening_from_hour: int = 18
    band_order: tuple[Band, ...] = (Band.EVENING, Band.WEEKEND, Band.MORNING, Band.AFTERNOON)


class ScheduleRules:
    """All rules, the risk weights and the settings, indexed for planning. Safe to share between threads.

    The order of `rules` breaks ties between rules of one priority that fall due on one day.
    """

    def __init__(
        self,
        rules: Iterable[ScheduleRule],
        risk: RiskWeights,
        settings: ScheduleSettings | None = None,
    ) -> None:
        self.all = tuple(rules)
        self.risk = risk
        self.settings = settings or ScheduleSettings()
        self.order = {rule.key: n for n, rule in enumerate(self.all)}
        if len(self.order) != len(self.all):
            raise ValueError("a rule key is given twice")
        of_people = [rule for rule in self.all if rule.subject is Subject.RESIDENT]
        self._of_people = tuple(of_people)
        self._of_doors = tuple(rule for rule in self.all if rule.subject is Subject.HOUSEHOLD)
        self._of_places = tuple(rule for rule in self.all if rule.subject is Subject.PLACE)
        ages = {age for rule in of_people for age in rule.condition.ages} | {age for age, _ in risk.ages}
        self.ages = tuple(sorted(ages))
        """The birthdays, in full years, on which a person's rules may change."""
        self.tags = frozenset(risk.tags).union(*(rule.condition.tags for rule in of_people))
        """The tags that matter to any rule; others are not looked at."""
        self._people: dict[tuple[object, ...], tuple[ScheduleRule, ...]] = {}
        self._plain_checks: dict[tuple[object, ...], bool] = {}
        self._doors: dict[str, tuple[ScheduleRule, ...]] = {}
        self._places: dict[str, tuple[ScheduleRule, ...]] = {}

    def of_person(
        self,
        tags: frozenset[str],
        bracket: int,
        override: RiskLevel | None,
        findings: frozenset[str],
        fuel: str,
        residence: str,
    ) -> tuple[ScheduleRule, ...]:
        """The rules that hold for a person; `bracket` counts the birthdays of `ages` reached, -1 for unknown
        age.
        """
        key = (tags, bracket, override, findings, fuel, residence)
        found = self._people.get(key)
        if found is None:
            age = None if bracket < 0 else (self.ages[bracket - 1] if bracket else 0)
            risk = override or self.risk.level(tags, age, findings)
            traits = Traits(tags=tags, age=age, risk=risk.value, fuel=fuel, residence=residence)
            found = tuple(rule for rule in self._of_people if rule.condition.holds(traits))
            self._people[key] = found
        return found

    def checks_without_tags(
        self, override: RiskLevel | None, findings: frozenset[str], fuel: str, residence: str
    ) -> bool:
        """Whether growing older alone can make a check due for somebody without any tag."""
        key = (override, findings, fuel, residence)
        found = self._plain_checks.get(key)
        if found is None:
            found = any(
                rule.kind is DueKind.CHECK
                for bracket in range(len(self.ages) + 1)
                for rule in self.of_person(frozenset(), bracket, *key)
            )
            self._plain_checks[key] = found
        return found

    def of_door(self, fuel: str) -> tuple[ScheduleRule, ...]:
        """The rules that hold for a door."""
        found = self._doors.get(fuel)
        if found is None:
            traits = Traits(fuel=fuel)
            found = tuple(rule for rule in self._of_doors if rule.condition.holds(traits))
            self._doors[fuel] = found
        return found

    def of_place(self, kind: str) -> tuple[ScheduleRule, ...]:
        """The rules that hold for a place of a kind."""
        found = self._places.get(kind)
        if found is None:
            traits = Traits(kind=kind)
            found = tuple(rule for rule in self._of_places if rule.condition.holds(traits))
            self._places[kind] = found
        return found
