"""Entries about campaigns: what a person or a script hands in, validated once, here."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, model_validator

from casework.casebook.entries import Entry, Id, Line, NeededLine, NeededWords, Words
from casework.domain.phrase import N_

Goal = Annotated[int, Field(ge=1, le=100_000_000)]
Yuan = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]


class StartEntry(Entry):
    """A campaign of the catalog to start; what is not given is as its file says."""

    key: NeededLine
    goal: Goal | None = None
    starts_on: date | None = None
    deadline: date | None = None
    lead: Line = ""
    sponsor: Line = ""
    funder: Line = ""
    budget_per_door: Yuan | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> StartEntry:
        if self.starts_on is not None and self.deadline is not None and self.deadline < self.starts_on:
            raise ValueError(N_("The deadline lies before the start."))
        return self


class CampaignChange(Entry):
    """New values for a campaign, with words; what is not named stays. `newest_rule` takes the catalog's rule of today."""

    campaign_id: Id
    words: NeededWords
    goal: Goal | None = None
    starts_on: date | None = None
    deadline: date | None = None
    lead: Line | None = None
    sponsor: Line | None = None
    funder: Line | None = None
    budget_per_door: Yuan | None = None
    newest_rule: bool = False


class UnitMark(Entry):
    """A decision about one unit, in words: it is exempt, admitted after all, or refuses."""

    campaign_id: Id
    unit_id: Id
    words: NeededWords
    day: date | None = None


class RecheckEntry(Entry):
    """What a second look showed; words are needed where it is not in order."""

    campaign_id: Id
    unit_id: Id
    in_order: bool
    words: Words = ""
    day: date | None = None

    @model_validator(mode="after")
    def _say_what_is_wrong(self) -> RecheckEntry:
        if not self.in_order and not self.words:
            raise ValueError(N_("Say what is not in order."))
        return self


class CountEntry(Entry):
    """A step of a counter: so many more, or fewer where an earlier step was wrong; always in words."""

    campaign_id: Id
    n: Annotated[int, Field(ge=-100_000_000, le=100_000_000)]
    words: NeededWords
    day: date | None = None

    @model_validator(mode="after")
    def _some(self) -> CountEntry:
        if self.n == 0:
            raise ValueError(N_("A step of nothing is none."))
        return self


class CloseCampaign(Entry):
    """A campaign signed off: by whom, and what came of it in words."""

    campaign_id: Id
    signed_by: NeededLine
    words: NeededWords
