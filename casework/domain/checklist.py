"""Checklists: the questions of a check, their limits, and what follows from an answer that shows a hazard.

`casework.domain.form` works on these: what is asked now, what is wrong with an answer, which hazards were
found. `casework.catalog.checks` reads them from files.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from casework.domain.functions import Value, text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from casework.domain.check import HazardLevel, SubjectKind
    from casework.domain.phrase import Label

LIMIT = "limit"
"""The key in `Question.hazards` for a measured or calculated value outside its limit."""


class QuestionType(StrEnum):
    """Types of XLSForm, and `device`: was one fitted today? Its fields follow as questions of their own."""

    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    TEXT = "text"
    NOTE = "note"
    CALCULATE = "calculate"
    DEVICE = "device"


MEASURED = frozenset({QuestionType.INTEGER, QuestionType.DECIMAL, QuestionType.DATE})
"""Values read off a thing on the day: never carried forward, never set by *all in order*."""

UNASKED = frozenset({QuestionType.NOTE, QuestionType.CALCULATE})
"""Types that take no answer."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a select question."""

    name: str
    label: Label


@dataclass(frozen=True, slots=True)
class HazardRule:
    """What follows from an answer that shows a hazard.

    `label` names the hazard in its own words, for the follow-up's title: *Hose past its life*, where the question
    reads *Hose within its life*. `advice` is said to the resident. `department` is a key of
    `catalog/departments.toml` and owns the follow-up, `category` one of `catalog/categories.toml`; `days` is the
    time to put it right, 0 for the same day. `leak` opens the *go outside first* screen.
    """

    level: HazardLevel
    label: Label
    advice: Label
    fixable_on_spot: bool
    department: str
    category: str
    days: int
    leak: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One question. Expressions are kept as text and compiled when they are first needed.

    `constraint` says which values are possible: another is refused with `constraint_message`. `limit` says
    which possible values are in order: another is a hazard, `hazards["limit"]`. The other keys of `hazards`
    are choices. `in_order` is the choice that *all in order* picks, empty for none. `carry` says whether
    the last check's answer may be taken over. `device` and `device_field` are set on a device question's
    fields (`maker`, `model`, `batch`, `made_on`, `life_months`), `device` alone on the question itself.
    `month_only`: a date stamped as year and month.
    """

    name: str
    type: QuestionType
    label: Label
    hint: Label | None = None
    group: str = ""
    required: bool = False
    relevant: str = ""
    constraint: str = ""
    constraint_message: Label | None = None
    calculation: str = ""
    choices: tuple[Choice, ...] = ()
    in_order: str = ""
    unit: Label | None = None
    limit: str = ""
    hazards: Mapping[str, HazardRule] = field(default_factory=dict)
    carry: bool = True
    device: str = ""
    device_field: str = ""
    month_only: bool = False
    source: str = ""
    effective: date | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A heading, and the condition under which what stands beneath it is asked."""

    name: str
    label: Label
    relevant: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number that a city sets, with its source and the day from which it holds."""

    name: str
    value: float
    source: str
    effective: date


@dataclass(frozen=True, slots=True)
class Applies:
    """For whom the checklist is: an empty tuple or None asks nothing, all that is given must hold.

    `fuel` holds keys of `Fuel`, `tags` of `catalog/tags.toml` (one of them is enough), `place_kinds` of
    `catalog/places.toml`; `age_from` is the least age in full years.
    """

    fuel: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    place_kinds: tuple[str, ...] = ()
    age_from: int | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """What must have been looked at for a check to count as done (`casework.domain.completion`).

    `more_than` is the share, from 0 up to but not including 1, of the required questions that must be
    exceeded; each question of `needs` must have been looked at besides.
    """

    more_than: float = 0.5
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checklist:
    """A checklist as its file has it. `version` changes whenever a question changes its meaning."""

    name: str
    version: str
    title: Label
    subject: SubjectKind
    interval_months: int
    applies: Applies
    source: str
    effective: date
    groups: tuple[Group, ...]
    parameters: Mapping[str, Parameter]
    questions: tuple[Question, ...]
    completion: Completion = Completion()

    def question(self, name: str) -> Question:
        """The question of that name.

        Raises:
            KeyError: there is none.
        """
        for one in self.questions:
            if one.name == name:
                return one
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What the check knows beside its answers: the day and the facts about the subject.

    `facts` may hold any of `FACTS` and, for each kind of device on file, `<kind>_made_on`,
    `<kind>_fitted_on` (ISO dates) and `<kind>_life_months`. A fact that is not there is empty. `language`
    decides only how `format-date` and `jr:choice-name` speak.
    """

    today: date
    facts: Mapping[str, Value] = field(default_factory=dict)
    now: datetime | None = None
    language: str = "zh_CN"


FACTS = frozenset(
    {
        "age",
        "floor",
        "fuel",
        "lives_alone",
        "people",
        "place_kind",
        "risk",
        "sex",
        "shared_kitchen",
        "tags",
        "tenure",
    }
)
"""Facts that an expression may name: `lives_alone` and `shared_kitchen` are `yes` or `no`, `tags` a list
with spaces.
"""

DEVICE_FACTS = ("made_on", "fitted_on", "life_months")


def applies(checklist: Checklist, facts: Mapping[str, Value]) -> bool:
    """Whether the checklist is for a subject with these facts (`FACTS`)."""
    rule = checklist.applies
    age = facts.get("age", "")
    return (
        (not rule.fuel or facts.get("fuel", "") in rule.fuel)
        and (not rule.tags or not set(rule.tags).isdisjoint(text(facts.get("tags", "")).split()))
        and (not rule.place_kinds or facts.get("place_kind", "") in rule.place_kinds)
        and (rule.age_from is None or (isinstance(age, (int, float)) and age >= rule.age_from))
    )
