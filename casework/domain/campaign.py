"""Campaigns: a goal by a day, whom it is for, what counts as done, and in which bucket each unit stands.

A unit is a household, a resident or a place; a plain counter has none. `domain.campaign_standing.stand` puts a unit
into exactly one bucket on a day, from facts alone.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from casework.domain.condition import ALWAYS, Condition
from casework.domain.eligibility import of_a_person, of_the_door, tags_needed
from casework.domain.phrase import N_
from casework.domain.visit import Mode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from casework.domain.arrangement import BookingFacts
    from casework.domain.check import Answer
    from casework.domain.phrase import Label, Phrase
    from casework.domain.risk import RiskWeights
    from casework.domain.schedule_facts import ResidentFacts
    from casework.domain.visit import Outcome


class Bucket(StrEnum):
    """Where a unit stands in a campaign; each is in exactly one, and they sum to the register."""

    TO_VISIT = "to_visit"
    CALL_BACK = "call_back"
    BOOKED = "booked"
    TO_RECHECK = "to_recheck"
    REFUSED = "refused"
    EXEMPT = "exempt"
    DONE = "done"
    NOT_ELIGIBLE = "not_eligible"


OPEN = frozenset({Bucket.TO_VISIT, Bucket.CALL_BACK, Bucket.BOOKED, Bucket.TO_RECHECK})
"""Buckets in which something is still to be done."""

BUCKET_NAMES = {
    Bucket.TO_VISIT: N_("to visit"),
    Bucket.CALL_BACK: N_("to call back"),
    Bucket.BOOKED: N_("booked"),
    Bucket.TO_RECHECK: N_("to re-check"),
    Bucket.REFUSED: N_("refused"),
    Bucket.EXEMPT: N_("exempt"),
    Bucket.DONE: N_("done"),
    Bucket.NOT_ELIGIBLE: N_("not eligible"),
}


class CampaignSubject(StrEnum):
    """What a campaign counts."""

    HOUSEHOLD = "household"
    RESIDENT = "resident"
    PLACE = "place"
    COUNTER = "counter"


class CampaignState(StrEnum):
    """A campaign runs until it is signed off; a closed one is read-only."""

    RUNNING = "running"
    CLOSED = "closed"


class MarkKind(StrEnum):
    """What somebody decided about one unit, or a step of a counter."""

    EXEMPT = "exempt"
    ADMIT = "admit"
    REFUSE = "refuse"
    RECHECK_OK = "recheck_ok"
    RECHECK_FAILED = "recheck_failed"
    COUNT = "count"


class WayKind(StrEnum):
    """By what a unit can come to be done."""

    ANSWER = "answer"
    CHECK = "check"
    VISIT = "visit"
    FOLLOWUP = "followup"
    DEVICE = "device"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to be done.

    `answer`: the answer to `question` of `checklist` is one of `words` (a choice or a word of `AnswerState`). `check`:
    the checklist was filled with no hazard left. `visit`: an outcome of `words` by one of `modes`, on `times` days with
    at least `apart_days` between them. `followup`: one of `category` was closed as put right. `device`: one of kind
    `device` is fitted.

    With `last` the last check decides, so that a later one that is not in order opens the unit again. With `earlier`
    what was so before the start counts as well, from the first day of the campaign.
    """

    kind: WayKind
    checklist: str = ""
    question: str = ""
    words: frozenset[str] = frozenset()
    modes: frozenset[Mode] = frozenset(Mode)
    category: str = ""
    device: str = ""
    times: int = 1
    apart_days: int = 1
    last: bool = False
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class Recheck:
    """That what is done is looked at again (回头看).

    Once, `after_days` after it was done, for a `share` of the units that is drawn by `seed`; and after each spell of
    the kind `after_spell` (a rain storm) `spell_days` after its last day.
    """

    after_days: int | None = None
    share: float = 1.0
    seed: int = 0
    after_spell: str = ""
    spell_days: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    """A kind of campaign as its file gives it.

    `condition` says for whom; `asks`, `about_people`, `door`, `tags_needed` and `all_ages` follow. `starts` and `deadline`
    are MM-DD, the first such day on or before, and on or after, the day of the start. `names` gives the labels of the
    words that it and the reasons use. `goal` None means all who are eligible.
    """

    key: str
    version: str
    label: Label
    text: Label
    subject: CampaignSubject
    condition: Condition = ALWAYS
    ways: tuple[Way, ...] = ()
    recheck: Recheck | None = None
    goal: int | None = None
    starts: str = ""
    deadline: str = ""
    lead: str = ""
    sponsor: str = ""
    funder: str = ""
    budget_per_door: float | None = None
    unit: Label | None = None
    source: str = ""
    names: Mapping[str, Label] = field(default_factory=dict)
    risk: RiskWeights | None = None
    asks: frozenset[str] = field(init=False)
    about_people: bool = field(init=False)
    door: tuple[Condition, ...] = field(init=False)
    tags_needed: tuple[frozenset[str], ...] = field(init=False)
    all_ages: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        asks = self.condition.asks
        weighed = {age for age, _points in self.risk.ages} if self.risk is not None and "risk" in asks else set()
        object.__setattr__(self, "asks", asks)
        object.__setattr__(self, "about_people", of_a_person(self.condition))
        object.__setattr__(self, "door", of_the_door(self.condition))
        object.__setattr__(self, "tags_needed", tags_needed(self.condition))
        object.__setattr__(self, "all_ages", tuple(sorted(self.condition.ages | weighed)))


@dataclass(frozen=True, slots=True, eq=False)
class Campaign:
    """A campaign that was started: what happens from `starts_on` on counts.

    `early_minutes` is how long before its hour a booking is kept.
    """

    id: str
    definition: Definition
    starts_on: date
    early_minutes: int = 30


@dataclass(frozen=True, slots=True)
class VisitFact:
    """A visit of the unit's household. `reason` is the word of a refusal's reason."""

    id: str
    at: datetime
    outcome: Outcome
    mode: Mode
    met: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CheckFact:
    """A check of the unit, or of the kitchen that its household shares. `left` counts hazards not fixed on the spot."""

    id: str
    at: datetime
    checklist: str
    completed: bool
    left: int
    answers: Mapping[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mark:
    """What somebody decided about the unit, for a day and with words; `at` is when it counts from."""

    id: str
    kind: MarkKind
    at: datetime
    words: str = ""


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """All that a standing follows from. `areas` are the names of the areas above. `residents` are those of the household,
    or the one whom it is about.

    `followups` are (closed on, category) of those put right, `devices` (kind, fitted on, removed on), `spells` (kind,
    last day) of those that are over.
    """

    id: str
    fuel: str = ""
    tenure: str = ""
    kind: str = ""
    areas: frozenset[str] = frozenset()
    residents: tuple[ResidentFacts, ...] = ()
    visits: tuple[VisitFact, ...] = ()
    checks: tuple[CheckFact, ...] = ()
    followups: tuple[tuple[date, str], ...] = ()
    devices: tuple[tuple[str, date | None, date | None], ...] = ()
    marks: tuple[Mark, ...] = ()
    bookings: tuple[BookingFacts, ...] = ()
    spells: tuple[tuple[str, date], ...] = ()


@dataclass(frozen=True, slots=True)
class Try:
    """A day on which a unit was tried: the `n`-th such day, and whether it came to done on it."""

    day: date
    n: int
    done: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a unit stands on a day, and why in words.

    `days` are those on which it was tried, `tries` how many they are. `turns_on` is the next day on which time alone
    changes it (a birthday, a re-check that falls due), None for never.
    """

    bucket: Bucket
    why: Phrase
    tries: int = 0
    done_on: date | None = None
    turns_on: date | None = None
    days: tuple[Try, ...] = ()


def drawn(campaign: str, unit: str, recheck: Recheck) -> bool:
    """Whether the sample takes a unit: the same for the same ids and seed, wherever it is reckoned."""
    if recheck.share >= 1:
        return True
    digest = hashlib.blake2b(f"{campaign}/{unit}/{recheck.seed}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) < recheck.share * 2**64
