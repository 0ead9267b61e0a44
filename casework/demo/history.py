"""Three months of made-up work in the made-up community, told in the order in which it was typed in.

`facts` is relative to a day and ends the evening before it: visits at the rhythm that each door needs, call-backs,
refusals, half a valve campaign with gas checks and fitted valves, the cases of `stories.toml`, a leak, a death, a stay in
hospital, late entries, somebody not seen for days. Seeded; the same arguments tell the same history.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from random import Random
from typing import Any

from casework.demo.casting import Cast
from casework.demo.doors import Door
from casework.demo.people import Community
from casework.domain.household import Fuel
from casework.domain.visit import Mode, Outcome, RefusalReason

STORIES = Path(__file__).with_name("stories.toml")

DAYS = 90
"""How far back the history goes; the register was entered on the day before its first."""

CAMPAIGN_DAYS = 43
"""The valve campaign began so many days ago; about half of its doors are done."""

WUHAN = timezone(timedelta(hours=8))

MORNING, AFTERNOON, EVENING = 0, 1, 2
_BANDS = ((9 * 60, 11 * 60 + 40), (14 * 60, 17 * 60 + 20), (18 * 60 + 30, 20 * 60 + 20))

TOPICS = ("health", "living", "safety", "elder_care_needs")
"""What Wuhan asks at the door (DOMAIN 3.2): keys of the catalog's topics."""


@dataclass(slots=True)
class Fact:
    """One entry: when it was typed, when it happened, by which worker (number in `names.toml`), what.

    `verb` is `visit`, `check`, `open`, `assign`, `note`, `close`, `reopen`, `last_seen` or `risk`. `door` is a
    door's key or empty, `place` the number of a place or None, `case` the name that later facts call a case by.
    """

    entered: datetime
    happened: datetime
    worker: int
    verb: str
    door: str = ""
    place: int | None = None
    case: str = ""
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class _Slot:
    """Something done at a door on a day, before its minute is known."""

    back: int
    band: int
    door: Door
    verb: str
    data: dict[str, Any]
    late: bool = False


def rhythm(door: Door) -> int:
    """Days between visits that the people behind a door need: weekly, monthly, else every season."""
    tags = {tag for person in door.people for tag in person.tags}
    lone = "lives_alone" in tags
    oldest = max(person.age for person in door.people)
    if lone and (oldest >= 80 or tags & {"functionally_dependent", "extreme_hardship", "severe_disability"}):
        return 7
    if lone or tags & {"functionally_dependent", "severe_disability", "extreme_hardship"} or oldest >= 85:
        return 30
    return 90


def facts(community: Community, seed: int = 7) -> Iterator[Fact]:
    """The history, in the order of entry."""
    teller = _Teller(community, Random(f"{seed}/history"))
    return iter(teller.tell())


class _Teller:
    def __init__(self, community: Community, rng: Random) -> None:
        with STORIES.open("rb") as file:
            self.stories: dict[str, Any] = tomllib.load(file)
        self.community = community
        self.names = community.names
        self.rng = rng
        self.cast = Cast(community)
        self.slots: list[_Slot] = []
        self.out: list[Fact] = []
        self.checked_kitchens: set[str] = set()
        self.batches = 0

    def tell(self) -> list[Fact]:
        """Everything, sorted by the minute of entry."""
        for door in self.community.doors:
            self._rounds(door)
        self._special_visits()
        self._at_their_minutes()
        self._cases()
        self._places()
        # Stable: what was typed in the same minute stays in the order in which it was told.
        self.out.sort(key=lambda fact: fact.entered)
        return self.out

    # --- days --------------------------------------------------------------------------------------------

    def day(self, back: int) -> date:
        """A day so many days before today."""
        return self.community.today - timedelta(days=back)

    def workday(self, back: int) -> int:
        """The same day, or the one before when it falls on a Sunday."""
        return back + 1 if self.day(back).weekday() == 6 else back

    def at(self, back: int, minutes: int) -> datetime:
        """A minute of a past day."""
        return datetime.combine(self.day(back), time(minutes // 60, minutes % 60), WUHAN)

    # --- the ordinary rounds -----------------------------------------------------------------------------

    def _rounds(self, door: Door) -> None:
        rng = self.rng
        campaign = self._campaign(door)
        if door.key in self.cast.special:
            return
        step = rhythm(door)
        # A few doors are a little late, as on any real round.
        back = 1 + int(rng.random() * step * (1.12 if rng.random() < 0.5 else 0.97))
        if step == 90:
            back = min(back, DAYS - 2)
        if campaign is not None:
            self._visit(door, campaign, check="lpg")
            if abs(back - campaign) < 20:
                back = campaign + step
        while back < DAYS - 1:
            check = ""
            if door.fuel is Fuel.PIPELINE_GAS and step == 90 and rng.random() < 0.16:
                check = "gas"
            elif step <= 30 and door.head.age >= 65 and rng.random() < 0.10:
                check = "elder" if len(door.people) == 1 else "fire"
            self._visit(door, back, check)
            back += max(2, round(step * (0.9 + rng.random() * 0.2)))

    def _campaign(self, door: Door) -> int | None:
        """The day on which the campaign came to this door, or None."""
        if door.fuel is not Fuel.LPG_CYLINDER or door.tower or self.rng.random() < 0.5:
            return None
        return 1 + int(self.rng.random() * CAMPAIGN_DAYS)

    def _visit(self, door: Door, back: int, check: str = "") -> None:
        """Knock, and when nobody answers come back at another time of day."""
        rng = self.rng
        band = MORNING if rng.random() < 0.5 else AFTERNOON
        for _attempt in range(3):
            back = self.workday(back)
            if back < 1:
                return
            draw = rng.random()
            home = 0.78 if door.head.age >= 60 or band == EVENING else 0.6
            if draw < home:
                self._met(door, back, band, check)
                return
            if draw < home + 0.03:
                reason, note = self._refusal()
                self.put(door, back, band, outcome=Outcome.REFUSED, refusal_reason=reason, note=note)
                return
            if draw < home + 0.07:
                note = self.text(rng.choice(self.stories["visit"]["phone"]))
                self.put(door, back, band, outcome=Outcome.PHONE_CONTACT, mode=Mode.PHONE, met=(0,), note=note)
                return
            if draw < home + 0.08:
                self.put(door, back, band, outcome=Outcome.AWAY_TEMPORARILY, about=(0,))
                return
            self.put(door, back, band, outcome=Outcome.NO_ANSWER)
            band = EVENING if band != EVENING else MORNING
            back -= rng.randint(1, 3)

    def _met(self, door: Door, back: int, band: int, check: str) -> None:
        rng = self.rng
        words = self.stories["visit"]
        data: dict[str, Any] = {"outcome": Outcome.COMPLETED, "met": (0,)}
        if len(door.people) > 1 and rng.random() < 0.35:
            data["met"] = (0, 1)
        elif len(door.people) > 1 and rng.random() < 0.2:
            data["met"] = (1,)
        if rng.random() < 0.06:
            data["outcome"] = Outcome.PARTIAL
        if rng.random() < 0.45:
            data["topics"] = tuple(sorted(rng.sample(TOPICS, rng.randint(1, 2))))
        if rng.random() < 0.24:
            data["note"] = self.text(rng.choice(words["notes"]))
        if door.head.age >= 70 and rng.random() < 0.035:
            data["concern"] = self.text(rng.choice(words["concerns"]))
            data["next_visit_in"] = rng.choice((7, 10, 14))
        self.slots.append(_Slot(back, band, door, "visit", data, late=rng.random() < 0.03))
        if check and not (door.kitchen and door.kitchen in self.checked_kitchens):
            self._check(door, back, band, check)

    def _check(self, door: Door, back: int, band: int, kind: str) -> None:
        """A check on the same visit. Who is old, or hard up, or alone, has a self-closing valve fitted."""
        rng = self.rng
        data: dict[str, Any] = {"kind": kind, "draw": rng.random(), "pick": rng.random()}
        if kind == "lpg":
            if door.kitchen:
                self.checked_kitchens.add(door.kitchen)
            tags = {tag for person in door.people for tag in person.tags}
            if max(person.age for person in door.people) >= 65 or tags:
                data["valve"] = self.batches = (self.batches + 1) % 3
        self.slots.append(_Slot(back, band, door, "check", data))

    def _refusal(self) -> tuple[RefusalReason, str]:
        number = self.rng.randrange(3)
        reason = (RefusalReason.DISTRUST, RefusalReason.TOO_BUSY, RefusalReason.NO_NEED)[number]
        return reason, self.text(self.stories["visit"]["refusals"][number])

    def put(self, door: Door, back: int, band: int, *, late: bool = False, **data: Any) -> None:
        """A visit on a day, in a band of it."""
        self.slots.append(_Slot(back, band, door, "visit", data, late))

    def text(self, pair: list[str]) -> str:
        """The words in the language of the community."""
        return self.names.pick(pair)

    # --- what happened once ------------------------------------------------------------------------------

    def _special_visits(self) -> None:
        cast, put = self.cast, self.put
        met: dict[str, Any] = {"outcome": Outcome.COMPLETED, "met": (0,)}
        put(cast.not_seen, self.workday(8), MORNING, **met)
        put(cast.not_seen, self.workday(2), AFTERNOON, outcome=Outcome.NO_ANSWER)
        put(cast.not_seen, 1, EVENING, outcome=Outcome.NO_ANSWER)
        put(cast.died, 60, AFTERNOON, outcome=Outcome.COMPLETED, met=(0, 1))
        put(cast.died, 17, AFTERNOON, outcome=Outcome.DECEASED, about=(1,),
            note=self.text(["上周走的，家人在办后事，不再回访", "Died last week; the family is arranging things, no call-back"]))
        put(cast.hospital, 36, MORNING, **met)
        put(cast.hospital, 5, AFTERNOON, outcome=Outcome.HOSPITALISED, about=(0,),
            note=self.text(["邻居说摔了一跤，在市第一医院骨科", "The neighbour says she fell; orthopaedics, city hospital"]))
        put(cast.third_try, 6, MORNING, outcome=Outcome.NO_ANSWER)
        put(cast.third_try, 4, EVENING, outcome=Outcome.NO_ANSWER)
        put(cast.third_try, 2, AFTERNOON, outcome=Outcome.NO_ANSWER)
        for back, reason in ((23, RefusalReason.DISTRUST), (9, RefusalReason.TOO_BUSY)):
            put(cast.refuses, back, EVENING, outcome=Outcome.REFUSED, refusal_reason=reason)
        put(cast.moved, 13, EVENING, outcome=Outcome.MOVED_AWAY, about=tuple(range(len(cast.moved.people))),
            note=self.text(["房东说上月退租了", "The landlord says they left last month"]))
        put(cast.wrong_address, 10, AFTERNOON, outcome=Outcome.ADDRESS_NOT_FOUND,
            note=self.text(["门牌对不上，打通成一户了", "Number does not exist: two flats were made one"]))
        put(cast.unsafe, 14, EVENING, outcome=Outcome.UNSAFE_TO_ENTER,
            note=self.text(["狗没拴，扑门", "Dog loose, jumps at the door"]))
        put(cast.late, 2, EVENING, late=True, outcome=Outcome.COMPLETED, met=(0,),
            note=self.text(["停电，第二天补录", "Power cut, typed in the next day"]))
        put(cast.leak, 12, MORNING, **met)
        self.slots.append(_Slot(12, MORNING, cast.leak, "check", {"kind": "lpg", "leak": True, "draw": 0.0, "pick": 0.0}))
        put(cast.leak, 11, MORNING, **met)
        self.slots.append(_Slot(11, MORNING, cast.leak, "check", {"kind": "lpg", "draw": 0.0, "pick": 0.0, "valve": 1}))
        put(cast.tower_cylinder, 15, EVENING, **met)
        self.slots.append(
            _Slot(15, EVENING, cast.tower_cylinder, "check", {"kind": "lpg", "tower": True, "draw": 0.9, "pick": 0.0})
        )

    # --- minutes -----------------------------------------------------------------------------------------

    def _at_their_minutes(self) -> None:
        """Give each slot its minute: in a band of a day a grid is walked in order."""
        walks: dict[tuple[int, int, int], list[_Slot]] = {}
        for slot in self.slots:
            walks.setdefault((-slot.back, slot.door.grid, slot.band), []).append(slot)
        for (_back, grid, band), walk in sorted(walks.items(), key=lambda item: item[0]):
            walk.sort(key=lambda slot: (slot.door.walk_order, slot.verb == "check"))
            doors = len({slot.door.key for slot in walk})
            start, end = _BANDS[band]
            pace = max(2.0, min(13.0, (end - start) / doors))
            minute, before = float(start), ""
            for slot in walk:
                if before and slot.door.key != before:
                    minute += pace
                before = slot.door.key
                happened = self.at(slot.back, int(minute) + (1 if slot.verb == "check" else 0))
                entered = happened + timedelta(minutes=1)
                if slot.late and slot.back > 1:
                    entered = self.at(slot.back - 1, 8 * 60 + 25)
                self.out.append(
                    Fact(entered, happened, grid - 1, slot.verb, slot.door.key, data=dict(slot.data))
                )

    # --- cases -------------------------------------------------------------------------------------------

    def _cases(self) -> None:
        for number, case in enumerate(self.stories["case"]):
            about, _, which = case["about"].partition(":")
            door = self.cast.door(which) if about == "door" else None
            worker = (door.grid if door else self.names.data["places"][int(which)]["grid"]) - 1
            when = self.at(self.workday(case["day"]), 10 * 60 + number * 3)
            self.out.append(
                Fact(
                    when, when, worker, "open", door.key if door else "", None if door else int(which), case["name"],
                    {"category": case["category"], "title": self.text(case["title"]), "note": self.text(case["note"]),
                     "steps": bool(case["steps"])},
                )
            )  # fmt: skip
            for step_number, step in enumerate(case["steps"], start=1):
                at = max(when, self.at(step["day"], 15 * 60 + number * 3)) + timedelta(minutes=step_number)
                data = {key: value for key, value in step.items() if key not in ("day", "do", "note", "result")}
                for key in ("note", "result"):
                    if key in step:
                        data[key] = self.text(step[key])
                self.out.append(Fact(at, at, worker, step["do"], case=case["name"], data=data))
        seen = self.cast.not_seen
        at = self.at(1, 20 * 60 + 40)
        self.out.append(Fact(at, at, seen.grid - 1, "last_seen", seen.key, data={"person": 0, "back": 3, "by": "neighbour"}))
        at = self.at(8, 11 * 60 + 50)
        why = self.text(["摔过一次，儿子在外地", "Has fallen once, the son lives elsewhere"])
        self.out.append(Fact(at, at, seen.grid - 1, "risk", seen.key, data={"person": 0, "level": "red", "reason": why}))

    def _places(self) -> None:
        """Manhole covers measured in the last weeks; one of them too deep (its case is in the stories)."""
        for number, place in enumerate(self.names.data["places"]):
            if place["kind"] == "manhole":
                when = self.at(self.workday(16 + number % 3), 16 * 60 + number * 4)
                deep = 6.0 if number == 8 else round(self.rng.random() * 2.4, 1)
                data = {"kind": "manhole", "height": deep, "draw": 0.0, "pick": 0.0}
                self.out.append(Fact(when, when, place["grid"] - 1, "check", place=number, data=data))
