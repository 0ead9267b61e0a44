"""The campaigns of the demo: started weeks ago, half done, with a few decisions and a counter's steps.

What came of them follows from the visits and checks of the history; only what somebody decided is told here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from casework.casebook import campaigns
from casework.demo.history import CAMPAIGN_DAYS, Fact
from casework.domain.campaign import Bucket, Standing
from casework.domain.household import Fuel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from casework.casebook.book import Casebook
    from casework.demo.people import Community

Home = Any


@dataclass(frozen=True, slots=True)
class Started:
    """A campaign of the demo: which, how many days ago, and how many days from today it is to be done."""

    key: str
    back: int
    ahead: int
    lead: tuple[str, str]
    goal: int | None = None


STARTED = (
    Started("waterlogging", 46, 40, ("陈国强", "Chen Guoqiang")),
    Started("pipeline_flats", 45, 75, ("燃气公司刘工", "Mr Liu of the gas company"), goal=420),
    Started("home_visits", 44, 0, ("李芳", "Li Fang")),
    Started("manholes", 43, 33, ("王海涛", "Wang Haitao")),
    Started("valve", CAMPAIGN_DAYS, 24, ("周敏", "Zhou Min")),
)
"""The oldest first. Home visits run with the calendar year, whatever the day."""

COUNTED = (
    (41, 36, ("柳荫里1、2栋", "Liuyinli, Buildings 1 and 2")), (36, 28, ("柳荫里3栋", "Liuyinli, Building 3")),
    (31, 42, ("柳荫里4、5栋", "Liuyinli, Buildings 4 and 5")), (27, -6, ("3栋重复报了6户", "6 of Building 3 told twice")),
    (24, 31, ("三棉宿舍1栋", "Cotton Mill Quarters, Building 1")), (17, 39, ("三棉宿舍2栋", "Cotton Mill Quarters, Building 2")),
    (10, 25, ("三棉宿舍3栋", "Cotton Mill Quarters, Building 3")), (4, 33, ("三棉宿舍4栋", "Cotton Mill Quarters, Building 4")),
)  # fmt: skip
"""What the gas company told, and when: days ago, how many flats, in whose words."""

DECIDED = (
    (9, "exempt", ("下月由女儿接去同住", "Moves to her daughter's next month")),
    (6, "exempt", ("已报装管道气，月底停用气瓶", "Pipeline gas is coming, the cylinder goes at the end of the month")),
    (5, "refuse", ("说旧阀门好用，不肯换", "Says the old one works and will not change it")),
    (3, "recheck", ("", "")),
)
"""What was decided about doors of the valve campaign: days ago, which verb, in which words."""


def told(today: date, pick: Callable[[list[str]], str], at: Callable[[int, int], Any]) -> Iterator[Fact]:
    """The facts of the campaigns, each at its minute; `at` gives a minute of a past working day."""

    def fact(back: int, minutes: int, verb: str, **data: Any) -> Fact:
        when = at(back, minutes)
        return Fact(when, when, 0, verb, data=data)

    for n, one in enumerate(STARTED):
        deadline = today + timedelta(days=one.ahead) if one.ahead else None
        lead = pick(list(one.lead))
        yield fact(one.back, 8 * 60 + 2 * n, "campaign", key=one.key, deadline=deadline, lead=lead, goal=one.goal)
    for n, (back, count, words) in enumerate(COUNTED):
        yield fact(back, 16 * 60 + n, "campaign_count", n=count, words=pick(list(words)))
    for n, (back, verb, words) in enumerate(DECIDED):
        yield fact(back, 17 * 60 + 30 + n, "campaign_mark", how=verb, words=pick(list(words)))


class Campaigner:
    """Enters the facts of the campaigns."""

    def __init__(self, book: Casebook, made: Community, homes: dict[str, Home]) -> None:
        self.book = book
        self.made = made
        self.homes = homes
        self.ids: dict[str, str] = {}

    def start(self, fact: Fact) -> None:
        """A campaign is started."""
        from casework.casebook.campaign_entries import StartEntry

        entry = StartEntry(**fact.data)
        self.ids[entry.key] = campaigns.start(self.book, entry).subject_id

    def count(self, fact: Fact) -> None:
        """A step of the counter."""
        from casework.casebook.campaign_entries import CountEntry

        campaigns.count(self.book, CountEntry(campaign_id=self.ids["pipeline_flats"], **fact.data))

    def mark(self, fact: Fact) -> None:
        """Something is decided about the first door of the valve campaign that allows it."""
        from casework.casebook.campaign_entries import RecheckEntry, UnitMark

        campaign, verb = self.ids["valve"], fact.data["how"]
        if verb == "recheck":
            door = self._first(campaign, (Bucket.DONE, Bucket.TO_RECHECK))
            campaigns.recheck(self.book, RecheckEntry(campaign_id=campaign, unit_id=door, in_order=True))
            return
        entry = UnitMark(
            campaign_id=campaign, unit_id=self._first(campaign, (Bucket.TO_VISIT,)), words=fact.data["words"]
        )
        (campaigns.exempt if verb == "exempt" else campaigns.refuse)(self.book, entry)

    def _first(self, campaign: str, wanted: Iterable[Bucket]) -> str:
        """The last door in walking order that stands in one of these buckets now: the stories use the first ones."""
        for door in reversed(self.made.doors):
            if door.fuel is Fuel.LPG_CYLINDER and len(door.people) == 1 and door.head.age >= 65:
                home: str = self.homes[door.key].id
                standing: Standing = campaigns.why(self.book, campaign, home)
                if standing.bucket in wanted:
                    return home
        raise LookupError("no door fits what was decided")
