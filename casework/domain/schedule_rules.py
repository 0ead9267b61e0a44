"""The rules of the schedule as the catalog gives them, made ready for planning a million households.

A rule says who (a structured condition), what (a visit, or which checklist), how often or when once, within which
window, in which season or spell of weather, how urgent, and by which modes a contact counts. Which rules hold for the
same traits is worked out once and kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from casework.domain.condition import ALWAYS, Asked, Condition, Traits
from casework.domain.due import DueKind
from casework.domain.phrase import N_, Label, Phrase
from casework.domain.season import FAR, Season, Spell, SpellPart, Window
from casework.domain.visit import Mode
from casework.domain.visiting import Band

if TYPE_CHECKING:
    from collections.abc import Container, Iterable
    from datetime import date

    from casework.domain.resident import RiskLevel
    from casework.domain.risk import RiskWeights
    from casework.domain.schedule_facts import HouseholdFacts, PlaceFacts


class Subject(StrEnum):
    """Whom a rule looks at: each resident, the household as a door, or a place."""

    RESIDENT = "resident"
    HOUSEHOLD = "household"
    PLACE = "place"


@dataclass(frozen=True, slots=True, eq=False)
class ScheduleRule:
    """One rule. Days are calendar days; `before` and `after` make the window around the due day.

    `checklist` is empty for a visit. `modes` are those that count as a contact. `starts_on` and `ends_on`
    bound a temporary rule; `ends_on` is the first day on which it no longer holds. `priority` 1 is most pressing; 0 is
    kept for what cannot wait.

    `every_days` is the cadence; a rule without it is due `once` for each who comes under it, within `within_days`, or
    once in each season or spell, or on the day `on` and at no other time. `seasons` and `spell` say when it holds;
    `windows` are the stretches that the recorded spells give it, the latest last.
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
    once: bool = False
    within_days: int = 1
    on: date | None = None
    seasons: tuple[Season, ...] = ()
    spell: SpellPart | None = None
    windows: tuple[Window, ...] = ()
    never: Phrase = field(init=False)
    starts: int = field(init=False)
    ends: int = field(init=False)
    name: str = field(init=False)
    steady: bool = field(init=False)
    """Whether it is due by its cadence alone, at any time of the year."""

    def __post_init__(self) -> None:
        if self.before < 0 or self.after < 0 or not 1 <= self.priority <= 9:
            raise ValueError("before and after are 0 days or more, priority is 1 to 9")
        if (self.every_days > 0) + self.once + (self.on is not None) != 1 or self.every_days < 0:
            raise ValueError("one of every_days, once and on is needed, and only one")
        if self.within_days < 1 or (self.seasons and self.spell) or (self.on and (self.seasons or self.spell)):
            raise ValueError("within_days is 1 or more; season, spell and on do not go together")
        never = N_("{rule}: nobody met yet") if self.kind is DueKind.VISIT else N_("{rule}: never checked")
        object.__setattr__(self, "never", Phrase(never, {"rule": self.label}))
        object.__setattr__(self, "starts", self.starts_on.toordinal() if self.starts_on else 0)
        object.__setattr__(self, "ends", self.ends_on.toordinal() if self.ends_on else FAR)
        object.__setattr__(self, "name", self.checklist or self.key)
        object.__setattr__(self, "steady", self.every_days > 0 and not self.seasons and self.spell is None)


Home = tuple[str, str, frozenset[str], frozenset[tuple[tuple[str, str], frozenset[str]]], frozenset[str]]
"""What rules ask about a door: fuel, tenure, areas above, answers of last checks, checklists ever made. What no rule
asks about is left empty, so that most doors are alike.
"""

_NONE: frozenset[str] = frozenset()
_NO_ANSWERS: frozenset[tuple[tuple[str, str], frozenset[str]]] = frozenset()


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

    The order of `rules` breaks ties between rules of one priority that fall due on one day. `spells` are those that
    were recorded; what a rule makes of them stands in its `windows`.
    """

    def __init__(
        self,
        rules: Iterable[ScheduleRule],
        risk: RiskWeights,
        settings: ScheduleSettings | None = None,
        spells: Iterable[Spell] = (),
    ) -> None:
        self.spells = tuple(sorted(spells, key=lambda one: (one.starts_on, one.kind)))
        self.all = tuple(_in_spells(rule, self.spells) for rule in rules)
        self.risk = risk
        self.settings = settings or ScheduleSettings()
        self.order = {rule.key: n for n, rule in enumerate(self.all)}
        if len(self.order) != len(self.all):
            raise ValueError("a rule key is given twice")
        # A rule of spells of which none was recorded asks for nothing, and is not asked at each door.
        live = [rule for rule in self.all if rule.spell is None or rule.windows]
        of_people = [rule for rule in live if rule.subject is Subject.RESIDENT]
        self._of_people = tuple(of_people)
        self._of_doors = tuple(rule for rule in live if rule.subject is Subject.HOUSEHOLD)
        self._of_places = tuple(rule for rule in live if rule.subject is Subject.PLACE)
        ages = {age for rule in of_people for age in rule.condition.ages} | {age for age, _ in risk.ages}
        self.ages = tuple(sorted(ages))
        """The birthdays, in full years, on which a person's rules may change."""
        self.tags = frozenset(risk.tags).union(*(rule.condition.tags for rule in of_people))
        """The tags that matter to any rule; others are not looked at."""
        self.asked = Asked.by(*(rule.condition for rule in self.all))
        """What is to be known of a door or place beyond fuel and kind."""
        self._asks_more = replace(self.asked, fuel=False) != Asked()
        self._homes: dict[str, Home] = {}
        self._people: dict[tuple[object, ...], tuple[ScheduleRule, ...]] = {}
        self._plain_checks: dict[tuple[object, ...], bool] = {}
        self._doors: dict[Home, tuple[ScheduleRule, ...]] = {}
        self._places: dict[tuple[object, ...], tuple[ScheduleRule, ...]] = {}

    def as_of(self, day: date) -> ScheduleRules:
        """The rules as they stood on a day: without the spells that had not yet begun or, for what counts from their
        end, had not ended.
        """
        if not self.spells:
            return self
        begun = day.toordinal()
        rules = [replace(rule, windows=tuple(w for w in rule.windows if w[0] <= begun)) for rule in self.all]
        made = ScheduleRules(rules, self.risk, self.settings)
        made.spells = self.spells
        return made

    def only(self, slots: Container[str]) -> ScheduleRules:
        """The rules of some slots alone: checklists by their names, visits by ''. What is due in these slots does not
        depend on any other; what is due besides may come out otherwise and is not to be looked at.
        """
        rules = [rule for rule in self.all if rule.checklist in slots]
        made = ScheduleRules(rules, self.risk, self.settings)
        made.spells = self.spells
        return made

    @property
    def concern_people(self) -> bool:
        """Whether any rule looks at a person."""
        return bool(self._of_people)

    def home(self, facts: HouseholdFacts) -> Home:
        """What the rules ask about a door."""
        fuel = facts.fuel.value if self.asked.fuel else ""
        if not self._asks_more:
            found = self._homes.get(fuel)
            if found is None:
                found = self._homes[fuel] = (fuel, "", _NONE, _NO_ANSWERS, _NONE)
            return found
        asked = self.asked
        return (
            fuel,
            facts.tenure.value if asked.tenure else "",
            facts.areas & asked.area_names,
            frozenset((one, words) for one, words in facts.answers.items() if one in asked.answers),
            asked.checked.intersection(facts.checked),
        )

    def of_person(
        self,
        tags: frozenset[str],
        bracket: int,
        override: RiskLevel | None,
        findings: frozenset[str],
        home: Home,
        residence: str,
    ) -> tuple[ScheduleRule, ...]:
        """The rules that hold for a person; `bracket` counts the birthdays of `ages` reached, -1 for unknown
        age.
        """
        key = (tags, bracket, override, findings, home, residence)
        found = self._people.get(key)
        if found is None:
            age = None if bracket < 0 else (self.ages[bracket - 1] if bracket else 0)
            risk = override or self.risk.level(tags, age, findings)
            fuel, tenure, areas, answers, checked = home
            traits = Traits(
                tags=tags, age=age, risk=risk.value, fuel=fuel, tenure=tenure, residence=residence, areas=areas,
                answers=dict(answers), checked=checked,
            )  # fmt: skip
            found = tuple(rule for rule in self._of_people if rule.condition.holds(traits))
            self._people[key] = found
        return found

    def checks_without_tags(
        self, override: RiskLevel | None, findings: frozenset[str], home: Home, residence: str
    ) -> bool:
        """Whether growing older alone can make a check due for somebody without any tag."""
        key = (override, findings, home, residence)
        found = self._plain_checks.get(key)
        if found is None:
            found = any(
                rule.kind is DueKind.CHECK
                for bracket in range(len(self.ages) + 1)
                for rule in self.of_person(frozenset(), bracket, *key)
            )
            self._plain_checks[key] = found
        return found

    def of_door(self, home: Home) -> tuple[ScheduleRule, ...]:
        """The rules that hold for a door."""
        found = self._doors.get(home)
        if found is None:
            fuel, tenure, areas, answers, checked = home
            traits = Traits(fuel=fuel, tenure=tenure, areas=areas, answers=dict(answers), checked=checked)
            found = tuple(rule for rule in self._of_doors if rule.condition.holds(traits))
            self._doors[home] = found
        return found

    def of_place(self, facts: PlaceFacts) -> tuple[ScheduleRule, ...]:
        """The rules that hold for a place."""
        asked = self.asked
        answers = frozenset((one, words) for one, words in facts.answers.items() if one in asked.answers)
        key = (facts.kind, facts.areas & asked.area_names, answers, asked.checked.intersection(facts.checked))
        found = self._places.get(key)
        if found is None:
            traits = Traits(kind=key[0], areas=key[1], answers=dict(answers), checked=key[3])
            found = tuple(rule for rule in self._of_places if rule.condition.holds(traits))
            self._places[key] = found
        return found


def _in_spells(rule: ScheduleRule, spells: tuple[Spell, ...]) -> ScheduleRule:
    if rule.spell is None or not spells:
        return rule
    windows = sorted(window for window in map(rule.spell.window, spells) if window is not None)
    return replace(rule, windows=tuple(windows))
