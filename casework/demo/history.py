"""Seven weeks of made-up work in the made-up community, told in the order in which it was typed in.

`facts` is relative to a day and ends the evening before it: visits and checks about when they fall due, call-backs,
refusals, half a valve campaign with gas checks and fitted valves, the cases of `stories.toml`, a leak, a death, a stay in
hospital, late entries, somebody not seen for days. Seeded; the same arguments tell the same history.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from casework.catalog import shelf
from casework.demo.casting import Cast
from casework.demo.checking import CHECKLISTS, left_open
from casework.domain.household import Fuel
from casework.domain.resident import RiskLevel
from casework.domain.visit import Mode, Outcome, RefusalReason

if TYPE_CHECKING:
    from casework.demo.doors import Door
    from casework.demo.people import Community

STORIES = Path(__file__).with_name("stories.toml")

DAYS = 48
"""How far back the history goes; the register was entered on the day before its first."""

CAMPAIGN_DAYS = 34
"""The valve campaign began so many days ago; about half of its doors are done."""

SPOT_CHECKS = (
    (38, 0, (12, 15, 20)),
    (38, 1, (34, 20, 40)),
    (21, 2, (0, 0, 0)),
    (20, 1, (6, 4, 10)),
    (12, 3, (8, 10, 15)),
)
"""Looks at the waterlogging spots: days ago, which of them, centimetres deep, metres long, minutes until gone."""

WUHAN = timezone(timedelta(hours=8))

MORNING, AFTERNOON, EVENING = 0, 1, 2
_BAND_NAMES = ("morning", "afternoon", "evening")
_BANDS = ((9 * 60, 11 * 60 + 40), (14 * 60, 17 * 60 + 20), (18 * 60 + 30, 20 * 60 + 20))

TOPICS = ("care_needs", "daily_living", "electricity", "gas", "health", "mood", "phone_help")
"""What is talked about: keys of `catalog/topics.toml`."""


@dataclass(slots=True)
class Fact:
    """One entry: when it was typed, when it happened, by which worker (number in `names.toml`), what.

    `verb` is `visit`, `check`, `notice`, `booking`, `last_seen`, `risk`, one of `campaigning`, or, about a case, `open`,
    `close` and the steps of
    `domain.followup.Action`. `door` is a door's key or empty, `place` the number of a place or None, `case` the name
    that later facts call a case by.
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


_DIFFICULT = frozenset({"lives_alone", "empty_nest", "functionally_dependent", "severe_disability", "special_family"})


def rhythm(door: Door) -> int:
    """Days between visits that the people behind a door need: weekly, monthly, every season, twice a year.

    What a worker knows by heart of `catalog/schedule.toml`: she goes a little more often than it asks.
    """
    weights = shelf.risk_weights()
    levels = {weights.level(person.tags, person.age) for person in door.people}
    if RiskLevel.RED in levels:
        return 7
    old = any(person.age >= 60 and _DIFFICULT.intersection(person.tags) for person in door.people)
    if old or RiskLevel.YELLOW in levels:
        return 30
    if any(person.age >= 80 or person.tags for person in door.people):
        return 91
    return 183


Dues = Mapping[str, Mapping[str, int]]
"""For each door (its key) how many days before the day of the demo a visit ("visit") or a check (the checklist's name)
was first due; below one for what is yet to come."""


def facts(community: Community, dues: Dues, seed: int = 7) -> Iterator[Fact]:
    """The history, in the order of entry. `dues` is what the register's open work said on its first day."""
    teller = _Teller(community, dues, Random(f"{seed}/history"))
    return iter(teller.tell())


class _Teller:
    def __init__(self, community: Community, dues: Dues, rng: Random) -> None:
        with STORIES.open("rb") as file:
            self.stories: dict[str, Any] = tomllib.load(file)
        self.community = community
        self.names = community.names
        self.rng = rng
        self.dues = dues
        self.cast = Cast(community)
        self.slots: list[_Slot] = []
        self.out: list[Fact] = []
        self.checked_kitchens: set[str] = set()
        self.batches = 0
        self.hazard_cases: dict[int, str] = {}

    def tell(self) -> list[Fact]:
        """Everything, sorted by the minute of entry."""
        for door in self.community.doors:
            before = len(self.slots)
            self._rounds(door)
            if door.key in self.cast.arranged:
                del self.slots[before:]
        self._special_visits()
        self._at_their_minutes()
        self._cases()
        self._arranged()
        self._places()
        self._campaigns()
        # Stable: what was typed in the same minute stays in the order in which it was told.
        self.out.sort(key=lambda fact: fact.entered)
        return self.out

    def _campaigns(self) -> None:
        from casework.demo.campaigning import told

        at = lambda back, minutes: self.at(self.workday(back), minutes)  # noqa: E731
        self.out += told(self.community.today, self.text, at)

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
        if door.key in self.cast.special:
            return
        rng = self.rng
        due = self.dues.get(door.key, {})
        step = rhythm(door)
        done = self._check_visits(door, due)
        back = due.get("visit", 0) + rng.randint(-3, 3)
        # Some doors are late, as on any real round: their last visits have not been made.
        skipped = int(step * 0.4) if rng.random() < 0.07 else 0
        while back > skipped:
            if all(abs(back - other) > step // 4 for other in done):
                self._visit(door, min(back, DAYS - 1))
            back -= max(2, round(step * (0.88 + rng.random() * 0.2)))

    def _check_visits(self, door: Door, due: Mapping[str, int]) -> list[int]:
        """Visits for the sake of a check: the campaign's, and yearly ones about when they are due."""
        rng = self.rng
        done = []
        campaign = self._campaign(door)
        if campaign is not None:
            done.append(campaign)
            self._visit(door, campaign, "lpg")
        for kind, checklist in CHECKLISTS.items():
            back = due.get(checklist, 0) + rng.randint(-2, 6)
            if due.get(checklist, 0) < 3 or rng.random() < 0.12 or (kind == "lpg" and campaign is not None):
                continue
            back = min(back, DAYS - 1)
            done.append(back)
            self._visit(door, back, kind)
        if door.fuel is Fuel.ELECTRIC and door.head.age >= 60 and rng.random() < 0.3:
            done.append(rng.randint(3, DAYS - 5))
            self._visit(door, done[-1], "fire")
        return done

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
        people = list(enumerate(door.people))
        looked_for = [n for n, person in people if person.tags or person.age >= 80]
        first = rng.randrange(len(people)) if rng.random() < 0.4 else 0
        data: dict[str, Any] = {"outcome": Outcome.COMPLETED, "met": tuple(sorted({first, *looked_for}))}
        if rng.random() < 0.06:
            data["outcome"] = Outcome.PARTIAL
        if rng.random() < 0.45:
            data["topics"] = tuple(sorted(rng.sample(TOPICS, rng.randint(1, 2))))
        if rng.random() < 0.24:
            data["note"] = self.text(rng.choice(words["notes"]))
        if door.head.age >= 70 and rng.random() < 0.035:
            data["concern"] = self.text(rng.choice(words["concerns"]))
            data["next_visit_in"] = promised = rng.choice((7, 10, 14))
            if rng.random() < 0.85:
                self._visit(door, back - promised)
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
            if back <= CAMPAIGN_DAYS and (tags or max(person.age for person in door.people) >= 65):
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
        for told in self.stories["happened"]:
            door: Door = getattr(self.cast, told["who"])
            back, band = self.workday(told["day"]), _BAND_NAMES.index(told["band"])
            data: dict[str, Any] = {"outcome": Outcome(told["outcome"])}
            if data["outcome"] is Outcome.COMPLETED:
                data["met"] = tuple(told.get("met", [0]))
            if "about" in told:
                data["about"] = tuple(told["about"]) or tuple(range(len(door.people)))
            if "reason" in told:
                data["refusal_reason"] = RefusalReason(told["reason"])
            if "note" in told:
                data["note"] = self.text(told["note"])
            self.put(door, back, band, late=told.get("late", False), **data)
            if "check" in told:
                self.slots.append(_Slot(back, band, door, "check", {"draw": 0.0, "pick": 0.0, **told["check"]}))

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
                fact = Fact(entered, happened, grid - 1, slot.verb, slot.door.key, data=slot.data)
                self.out.append(fact)
                if slot.verb == "check" and left_open(slot.data["kind"], slot.data):
                    self._left_open(fact, slot.back)

    def _left_open(self, fact: Fact, back: int) -> None:
        """What becomes of a hazard that was not fixed on the spot: some are closed, some only noted, some wait."""
        rng = self.rng
        words = self.stories["hazard"]
        # Two checks of one door may each leave something.
        fact.case = f"hazard {len(self.out)}"
        if fact.data.get("leak"):
            steps = self.stories["leak"]
            for number, (after, pair) in enumerate(zip((0, 0, 1), steps["notes"], strict=True)):
                at = fact.entered + timedelta(days=after, minutes=25 + 40 * number)
                self.out.append(Fact(at, at, fact.worker, "note", case=fact.case, data={"note": self.text(pair)}))
            at = self.at(back - 2, 9 * 60 + 10)
            data = {"end": "closed_verified", "note": self.text(steps["result"]), "all": True}
            self.out.append(Fact(at, at, fact.worker, "close", case=fact.case, data=data))
            return
        if back > 4 and rng.random() < 0.5:
            at = self.at(self.workday(back - 3), 16 * 60 + 40)
            data = {"note": self.text(rng.choice(words["notes"]))}
            self.out.append(Fact(at, at, fact.worker, "note", case=fact.case, data=data))
        if back > 9 and rng.random() < 0.62:
            at = self.at(self.workday(back - rng.randint(5, 8)), 16 * 60 + 55)
            data = {"end": "closed_verified", "note": self.text(rng.choice(words["results"]))}
            self.out.append(Fact(at, at, fact.worker, "close", case=fact.case, data=data))

    # --- cases -------------------------------------------------------------------------------------------

    def _cases(self) -> None:
        for number, case in enumerate(self.stories["case"]):
            about, _, which = case["about"].partition(":")
            door = self.cast.door(which) if about == "door" else None
            place = None if door else int(which)
            worker = (door.grid if door else self.names.data["places"][int(which)]["grid"]) - 1
            when = self.at(self.workday(case["day"]), 10 * 60 + number * 3)
            if about == "hazard":
                self.hazard_cases[int(which)] = case["name"]
            else:
                data = {
                    "category": case["category"],
                    "title": self.text(case["title"]),
                    "note": self.text(case["note"]),
                }
                data |= {key: case[key] for key in ("next", "worker", "again", "reported_phone") if key in case}
                if "reported_by" in case:
                    data["reported_by"] = self.text(case["reported_by"])
                key = door.key if door else ""
                self.out.append(Fact(when, when, worker, "open", key, place, case["name"], data))
            for step_number, step in enumerate(case["steps"], start=1):
                # On working days, as the case was opened on one: hours of a limit must not run out over a weekend between.
                then = self.at(self.workday(step["day"]), step.get("hour", 15) * 60 + number * 3)
                at = max(when, then) + timedelta(minutes=step_number)
                data = {key: value for key, value in step.items() if key not in ("day", "hour", "do")}
                data["note"] = self.text(step["note"])
                if "promises" in step:
                    data["promises"] = [one | {"what": self.text(one["what"])} for one in step["promises"]]
                self.out.append(Fact(at, at, worker, step["do"], case=case["name"], data=data))
        seen = self.cast.not_seen
        at = self.at(1, 20 * 60 + 40)
        self.out.append(
            Fact(at, at, seen.grid - 1, "last_seen", seen.key, data={"person": 0, "back": 3, "by": "neighbour"})
        )
        at = self.at(8, 11 * 60 + 50)
        why = self.text(["摔过一次，儿子在外地", "Has fallen once, the son lives elsewhere"])
        self.out.append(
            Fact(at, at, seen.grid - 1, "risk", seen.key, data={"person": 0, "level": "red", "reason": why})
        )

    def _arranged(self) -> None:
        """A notice that waits for a call, and a visit that is booked for today."""
        for told in self.stories["arranged"]:
            door: Door = getattr(self.cast, told["who"])
            at = self.at(self.workday(told["day"]) if told["do"] == "notice" else told["day"], told["hour"] * 60 + 40)
            data = {"words": self.text(told["words"]), "hour": told.get("at", "")}
            self.out.append(Fact(at, at, door.grid - 1, told["do"], door.key, data=data))

    def _places(self) -> None:
        """Manhole covers measured in the last weeks; one of them too deep (its case is in the stories)."""
        for number, place in enumerate(self.names.data["places"]):
            if place["kind"] == "manhole":
                when = self.at(self.workday(17 + number % 3), 9 * 60 + number * 4)
                case = self.hazard_cases.get(number, "")
                deep = 6.0 if case else round(self.rng.random() * 2.4, 1)
                data = {"kind": "manhole", "height": deep, "draw": 0.0, "pick": 0.0}
                self.out.append(Fact(when, when, place["grid"] - 1, "check", "", number, case, data))
        spots = [n for n, place in enumerate(self.names.data["places"]) if place["kind"] == "waterlogging_spot"]
        for back, which, water in SPOT_CHECKS:
            place = self.names.data["places"][spots[which]]
            when = self.at(self.workday(back), 15 * 60 + which * 6)
            data = {"kind": "spot", "water": water, "draw": 0.0, "pick": 0.0}
            self.out.append(Fact(when, when, place["grid"] - 1, "check", "", spots[which], data=data))
