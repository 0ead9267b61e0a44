"""After any sequence of what a worker does the buckets sum to the register, and each unit stands where its facts put it."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from datetime import date, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from casework.casebook import (
    bookings,
    campaign_doctor,
    campaigns,
    households,
    places,
    residents,
    undo,
    visits,
)
from casework.casebook.arrangement_entries import BookingEntry
from casework.casebook.book import Casebook
from casework.casebook.campaign_entries import CampaignChange, CloseCampaign, RecheckEntry, StartEntry, UnitMark
from casework.casebook.clock import FrozenClock
from casework.casebook.entries import EditEntry, LifeStateEntry, PlaceEntry, ResidentEntry, TagEntry, VisitEntry
from casework.casebook.errors import Refused
from casework.domain.campaign import BUCKET_NAMES, Bucket
from casework.domain.resident import LifeState
from casework.domain.visit import MET, Outcome, RefusalReason
from tests.casebook.conftest import MORNING, Neighbourhood
from tests.casebook.test_campaigns import gas_check, spot_check

DOORS = st.integers(0, 2)
KEYS = st.sampled_from(["valve", "home_visits", "waterlogging"])


class CampaignsAtWork(RuleBasedStateMachine):
    """Rules are what the worker can do; the invariant is asked after each."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.clock = FrozenClock(MORNING)
        self.book, _ = Casebook.create(
            self.folder / "a.casework", community="满春社区", worker="李芳", secret=None, clock=self.clock,
            synchronous="off",
        )  # fmt: skip
        self.here = Neighbourhood(self.book, self.clock)
        residents.tag(self.book, TagEntry(resident_id=self.here.mei, tag="hardship"))
        third = self.here.add_door("3-1-103", "103", 3)
        young = residents.add(self.book, ResidentEntry(household_id=third, name="孙秀英", born="1961-05-28")).subject_id
        residents.tag(self.book, TagEntry(resident_id=young, tag="lives_alone"))
        residents.tag(self.book, TagEntry(resident_id=young, tag="hardship", until=date(2026, 7, 1)))
        self.doors = [self.here.door, self.here.family_door, third]
        self.people = [self.here.mei, self.here.wang, young]
        self.added = 0
        entry = PlaceEntry(grid_id=self.here.grid, kind="waterlogging_spot", name="1号点")
        self.spot = places.add(self.book, entry).subject_id
        start = MORNING.date() - timedelta(days=10)
        for key in ("valve", "home_visits", "waterlogging"):
            campaigns.start(self.book, StartEntry(key=key, starts_on=start))

    def teardown(self) -> None:
        self.book.close()
        shutil.rmtree(self.folder)

    def _id(self, key: str) -> str | None:
        found = [row.id for row in campaigns.running(self.book) if row.key == key]
        return found[0] if found else None

    @rule(minutes=st.integers(1, 60 * 24 * 20), noticed=st.booleans())
    def time_passes(self, minutes: int, noticed: bool) -> None:
        self.clock.instant += timedelta(minutes=minutes)
        if noticed:
            campaigns.keep_up(self.book)

    @rule(door=DOORS, outcome=st.sampled_from(list(Outcome)), late=st.integers(0, 20))
    def visit(self, door: int, outcome: Outcome, late: int) -> None:
        reason = RefusalReason.DISTRUST if outcome is Outcome.REFUSED else None
        about = (self.people[door],) if outcome not in MET else ()
        entry = VisitEntry(
            household_id=self.doors[door], outcome=outcome, about=about, refusal_reason=reason,
            happened_at=self.clock.now() - timedelta(days=late),
        )  # fmt: skip
        with contextlib.suppress(Refused):
            visits.log(self.book, entry)

    @rule(door=DOORS, fitted=st.sampled_from(["yes", "no"]), late=st.integers(0, 12))
    def check(self, door: int, fitted: str, late: int) -> None:
        gas_check(self.book, self.doors[door], self.clock.now() - timedelta(days=late), fitted)

    @rule(depth=st.sampled_from([0, 45]))
    def look_at_the_spot(self, depth: int) -> None:
        spot_check(self.book, self.spot, depth)

    @rule(door=DOORS, after=st.integers(0, 9))
    def booking(self, door: int, after: int) -> None:
        day = self.clock.now().date() + timedelta(days=after)
        with contextlib.suppress(Refused):
            bookings.add(self.book, BookingEntry(household_id=self.doors[door], day=day, hour="14:30"))

    @rule(key=KEYS, door=DOORS, verb=st.sampled_from(["exempt", "admit", "refuse", "fails", "holds"]))
    def decide(self, key: str, door: int, verb: str) -> None:
        campaign = self._id(key)
        if campaign is None:
            return
        unit = self.spot if key == "waterlogging" else self.doors[door]
        with contextlib.suppress(Refused):
            if verb in ("fails", "holds"):
                entry = RecheckEntry(campaign_id=campaign, unit_id=unit, in_order=verb == "holds", words="旧阀")
                campaigns.recheck(self.book, entry)
            else:
                mark = UnitMark(campaign_id=campaign, unit_id=unit, words="写明原因")
                {"exempt": campaigns.exempt, "admit": campaigns.admit, "refuse": campaigns.refuse}[verb](
                    self.book, mark
                )

    @rule(door=DOORS, state=st.sampled_from(list(LifeState)))
    def a_life_changes(self, door: int, state: LifeState) -> None:
        with contextlib.suppress(Refused):
            residents.life_state(self.book, LifeStateEntry(resident_id=self.people[door], state=state))

    @rule(door=DOORS, fuel=st.sampled_from(["lpg_cylinder", "electric"]))
    def the_fuel_changes(self, door: int, fuel: str) -> None:
        households.edit(self.book, EditEntry(id=self.doors[door], values={"fuel": fuel}))

    @rule()
    def a_door_is_added(self) -> None:
        if len(self.doors) < 6:
            self.added += 1
            number = 104 + self.added
            self.doors.append(self.here.add_door(f"3-1-{number}", str(number), number))
            self.people.append(self.here.add_person(self.doors[-1], "新住户", ""))

    @rule(key=KEYS)
    def sign_off_or_start_again(self, key: str) -> None:
        campaign = self._id(key)
        if campaign is None:
            campaigns.start(self.book, StartEntry(key=key, starts_on=self.clock.now().date() - timedelta(days=5)))
        else:
            campaigns.close(self.book, CloseCampaign(campaign_id=campaign, signed_by="周敏", words="办结"))

    @rule(key=KEYS, back=st.integers(0, 30))
    def change(self, key: str, back: int) -> None:
        campaign = self._id(key)
        start = self.clock.now().date() - timedelta(days=back)
        if campaign is not None:
            with contextlib.suppress(Refused):
                campaigns.change(self.book, CampaignChange(campaign_id=campaign, starts_on=start, words="改期"))

    @rule()
    def undo(self) -> None:
        before = set(self.doors)
        with contextlib.suppress(Refused):
            undo.undo_last(self.book)
        standing = {row[0] for row in self.book.database.execute_sql("SELECT id FROM household").fetchall()}
        people = {row[0] for row in self.book.database.execute_sql("SELECT id FROM resident").fetchall()}
        kept = [
            (door, person)
            for door, person in zip(self.doors, self.people, strict=True)
            if door in standing and person in people
        ]
        if len(kept) >= 3:
            self.doors, self.people = [one[0] for one in kept], [one[1] for one in kept]
        assert before

    @invariant()
    def everything_adds_up(self) -> None:
        assert list(campaign_doctor.differences(self.book.database, self.book.today())) == []
        for row in campaigns.running(self.book):
            found = campaigns.buckets(self.book, row.id)
            table = "place" if row.subject.value == "place" else "household"
            total = self.book.database.execute_sql(f"SELECT count(*) FROM {table}").first()[0]
            assert sum(found.values()) == total
            assert set(found) == set(BUCKET_NAMES)
            for bucket in Bucket:
                listed = campaigns.page(self.book, row.id, bucket)
                assert len(listed) == found[bucket] == campaigns.count_of(self.book, row.id, bucket)


CampaignsAtWork.TestCase.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestCampaignsAtWork = CampaignsAtWork.TestCase
