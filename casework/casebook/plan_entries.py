"""What a script or a person hands in to plan a day, and what it means in this casebook."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, model_validator

from casework.casebook import plans
from casework.casebook.entries import Entry, NeededLine
from casework.casebook.errors import NotFound
from casework.casebook.plan_views import PlanChoice
from casework.domain.door import number_of, wall_name
from casework.domain.due import DueKind
from casework.domain.phrase import N_, Phrase
from casework.domain.planning import DAY, MOST_DOORS, MOST_HOURS, Direction

if TYPE_CHECKING:
    from casework.casebook.book import Casebook


class PlanEntry(Entry):
    """A plan as it is asked for: buildings by name or number, a campaign by its key, how much, and when.

    `doors` or `hours` of work, not both. `since` and `until` are the hours of the day; without them the usual ones.
    """

    day: date | None = None
    buildings: tuple[NeededLine, ...] = ()
    campaign: NeededLine | None = None
    kinds: tuple[DueKind, ...] = ()
    doors: Annotated[int, Field(ge=1, le=MOST_DOORS)] | None = None
    hours: Annotated[float, Field(ge=0.25, le=MOST_HOURS)] | None = None
    direction: Direction | None = None
    company: bool = False
    since: time | None = None
    until: time | None = None

    @model_validator(mode="after")
    def _one_capacity(self) -> PlanEntry:
        if self.doors is not None and self.hours is not None:
            raise ValueError(N_("Say how many doors or how many hours, not both."))
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise ValueError(N_("These hours end before they begin."))
        return self


def choice_of(book: Casebook, entry: PlanEntry) -> PlanChoice:
    """The choice that an entry means, in the grid in use.

    Raises:
        NotFound: there is no such building or campaign; the phrase names those that there are.
    """
    return PlanChoice(
        buildings=tuple(dict.fromkeys(_building(book, said) for said in entry.buildings)),
        campaign=plans.campaign_id(book, entry.campaign) if entry.campaign else "",
        kinds=entry.kinds,
        doors=entry.doors,
        minutes=None if entry.hours is None else round(entry.hours * 60),
        direction=entry.direction or plans.direction(book),
        company=entry.company,
        parts=_parts(entry),
    )


def _building(book: Casebook, said: str) -> str:
    every = plans.buildings(book, book.grid_id)
    for one in every:
        if said in (one.id, one.name, *one.aliases) or said == number_of(one.name):
            return one.id
    meant = [one.id for one in every if wall_name(one.name) == wall_name(said)]
    if len(meant) == 1:
        return meant[0]
    names = ", ".join(one.name for one in every)
    raise NotFound(
        Phrase(N_("There is no building {name} in this grid. There are: {names}"), {"name": said, "names": names})
    )


def _parts(entry: PlanEntry) -> tuple[tuple[int, int], ...]:
    """The usual hours between two times; all of the time between them where none of these lie there."""
    if entry.since is None and entry.until is None:
        return ()
    first = 0 if entry.since is None else entry.since.hour * 60 + entry.since.minute
    last = DAY if entry.until is None else entry.until.hour * 60 + entry.until.minute
    named = plans.parts_of_day()
    for usual in (named["day"] if entry.until is None else named["long_day"], named["long_day"]):
        cut = tuple((max(first, begin), min(last, end)) for begin, end in usual if begin < last and end > first)
        if cut:
            break
    both = entry.since is not None and entry.until is not None
    return ((first, last),) if not cut or (both and len(cut) == 1) else cut
