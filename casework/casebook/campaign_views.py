"""What screens and commands read of campaigns: frozen views, with no trace of the database in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from casework.domain.campaign import Bucket, CampaignState, CampaignSubject, Standing
    from casework.domain.phrase import Label, Phrase


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign that was started, as the community set it.

    `goal` is how many: the typed-in number, for a campaign without one None (all who are eligible). `rule` says in
    words for whom it is. `sponsor` and `funder` are keys of departments; `budget_per_door` is in yuan. `unit` is what a
    counter counts. `closing` are the buckets as they were signed off.
    """

    id: str
    key: str
    version: str
    label: Label
    text: Label
    subject: CampaignSubject
    state: CampaignState
    starts_on: date
    deadline: date | None
    goal: int | None
    lead: str
    sponsor: str
    funder: str
    budget_per_door: float | None
    unit: Label | None
    rule: Phrase
    started_at: datetime
    closed_at: datetime | None = None
    signed_by: str = ""
    result: str = ""
    closing: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit of a campaign in a list, in walking order. `address` is short; of a place its name."""

    id: str
    household_id: str | None
    place_id: str | None
    building_id: str | None
    building: str
    address: str
    names: tuple[str, ...]
    grid_id: str
    walk_order: int
    bucket: Bucket
    why: Phrase
    tries: int
    done_on: date | None


@dataclass(frozen=True, slots=True)
class CampaignDay:
    """A day of a campaign's record. `tried[0]` doors were tried for the first time, `tried[1]` for the second, and so
    on; `met[n]` is how many of `tried[n]` came to done that day. Of a counter only `done` says anything.
    """

    day: date
    tried: tuple[int, ...]
    met: tuple[int, ...]
    done: int


@dataclass(frozen=True, slots=True)
class HouseholdCampaign:
    """Where a door, or somebody behind it, stands in a campaign that runs. `resident_id` is set for the latter."""

    campaign_id: str
    label: Label
    standing: Standing
    resident_id: str | None = None


@dataclass(frozen=True, slots=True)
class CountStep:
    """A step of a counter: how many more (or fewer), for which day, in whose words."""

    id: str
    n: int
    day: date
    words: str
    worker: str
