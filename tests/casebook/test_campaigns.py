"""Campaigns in the casebook: each save moves the door it is about, in its own transaction, and the buckets always sum."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import pytest
from pydantic import ValidationError

from casework.casebook import (
    areas,
    campaign_units,
    campaign_upkeep,
    campaigns,
    checks,
    doctor,
    households,
    places,
    register,
    residents,
    undo,
    visits,
)
from casework.casebook.book import Casebook
from casework.casebook.campaign_entries import (
    CampaignChange,
    CloseCampaign,
    CountEntry,
    RecheckEntry,
    StartEntry,
    UnitMark,
)
from casework.casebook.clock import FrozenClock
from casework.casebook.entries import (
    AnswerEntry,
    AreaEntry,
    CheckEntry,
    HouseholdEntry,
    PlaceEntry,
    ResidentEntry,
    TagEntry,
    VisitEntry,
)
from casework.casebook.errors import AlreadyThere, Refused
from casework.catalog import checks as checklists
from casework.domain import form
from casework.domain.campaign import Bucket
from casework.domain.check import SubjectKind
from casework.domain.household import Fuel
from casework.domain.register import RegisterRow
from casework.domain.visit import Outcome, RefusalReason
from casework.language import say, set_language
from tests.casebook.conftest import Neighbourhood

MAY = date(2026, 5, 4)


def start(book: Casebook, key: str, **more: object) -> str:
    return campaigns.start(book, StartEntry(key=key, starts_on=more.pop("starts_on", MAY), **more)).subject_id


def figures(book: Casebook, campaign: str) -> dict[str, int]:
    """The buckets that hold anything; they sum to the register, whatever was done."""
    found = campaigns.buckets(book, campaign)
    table = {"place": "place", "resident": "resident"}.get(campaigns.get(book, campaign).subject.value, "household")
    assert sum(found.values()) == book.database.execute_sql(f"SELECT count(*) FROM {table}").first()[0]
    assert not doctor.examine(book).findings
    return {bucket.value: n for bucket, n in found.items() if n}


def gas_check(book: Casebook, door: str, day: datetime, fitted: str = "yes") -> None:
    checklist = checklists.load("lpg_cylinder")
    context = checks.context(book, SubjectKind.HOUSEHOLD, door, door, day.date())
    given = {"valve_fitted": fitted, "stove_distance_m": 0.8, "hose_length_m": 1.2, "self_closing": "pass"}
    if fitted != "yes":
        given["self_closing"] = "fail"
    state = {"fail": "fail"}
    answers = {name: AnswerEntry(state=state.get(str(value), "pass"), value=value) for name, value in given.items()}
    from casework.domain.check import Answer

    filled = form.all_in_order(
        checklist, {name: Answer(one.state, one.value) for name, one in answers.items()}, context
    )
    entered = {name: AnswerEntry(state=a.state, value=a.value) for name, a in filled.items()} | answers
    checks.save(
        book,
        CheckEntry(
            checklist="lpg_cylinder", version=checklist.version, subject_kind=SubjectKind.HOUSEHOLD, subject_id=door,
            household_id=door, happened_at=day, answers=entered,
        ),
    )  # fmt: skip


@pytest.fixture
def hard_up(here: Neighbourhood) -> Neighbourhood:
    """Mei is hard up besides living alone: the valve campaign is for her, and not for the family next door."""
    residents.tag(here.book, TagEntry(resident_id=here.mei, tag="hardship"))
    return here


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("zh_CN")


def test_a_campaign_that_starts_puts_every_household_into_a_bucket(hard_up: Neighbourhood) -> None:
    campaign = start(hard_up.book, "valve", goal=1400, lead="李主任")
    assert figures(hard_up.book, campaign) == {"to_visit": 1, "not_eligible": 1}
    row = campaigns.get(hard_up.book, campaign)
    assert (row.goal, row.lead, row.deadline, row.sponsor) == (
        1400,
        "李主任",
        date(2026, 6, 30),
        "emergency_management",
    )
    left = campaigns.page(hard_up.book, campaign, Bucket.TO_VISIT)
    assert [(one.address, one.names, say(one.why)) for one in left] == [("3-1-101", ("梅秀兰",), "not visited yet")]
    outside = campaigns.page(hard_up.book, campaign, Bucket.NOT_ELIGIBLE)
    assert [one.address for one in outside] == ["3-1-102"]
    assert say(outside[0].why).startswith("not on file: Lives alone; not on file: Extreme hardship")


def test_each_save_moves_the_door_and_undo_moves_it_back(hard_up: Neighbourhood) -> None:
    book, door = hard_up.book, hard_up.door
    campaign = start(book, "valve")
    visits.no_answer(book, door)
    assert figures(book, campaign) == {"call_back": 1, "not_eligible": 1}
    refused = VisitEntry(household_id=door, outcome=Outcome.REFUSED, refusal_reason=RefusalReason.DISTRUST)
    visits.log(book, refused)
    assert figures(book, campaign) == {"refused": 1, "not_eligible": 1}
    undo.undo_last(book)
    assert figures(book, campaign) == {"call_back": 1, "not_eligible": 1}
    gas_check(book, door, book.clock.now())
    assert figures(book, campaign) == {"done": 1, "not_eligible": 1}
    standing = campaigns.why(book, campaign, door)
    assert (standing.done_on, standing.tries) == (date(2026, 5, 20), 1)
    assert [(one.day, one.tried, one.done) for one in campaigns.days(book, campaign)] == [(date(2026, 5, 20), (1,), 1)]
    undo.undo_last(book)
    assert figures(book, campaign) == {"call_back": 1, "not_eligible": 1}


def test_a_tag_a_resident_or_a_new_door_moves_it_too(hard_up: Neighbourhood) -> None:
    book = hard_up.book
    campaign = start(book, "valve")
    for tag in ("lives_alone", "hardship"):
        residents.tag(book, TagEntry(resident_id=hard_up.wang, tag=tag))
    assert figures(book, campaign) == {"to_visit": 2}
    door = hard_up.add_door("3-1-103", "103", 3)
    assert figures(book, campaign) == {"to_visit": 2, "not_eligible": 1}
    undo.undo_last(book)
    assert figures(book, campaign) == {"to_visit": 2}
    hard_up.add_door("3-1-104", "104", 4)
    visits.log(book, VisitEntry(household_id=hard_up.door, outcome=Outcome.DECEASED, about=(hard_up.mei,)))
    assert figures(book, campaign) == {"to_visit": 1, "not_eligible": 2}
    assert campaigns.why(book, campaign, hard_up.door).bucket is Bucket.NOT_ELIGIBLE
    assert door


def test_a_roster_that_comes_in_while_a_campaign_runs_is_counted(hard_up: Neighbourhood) -> None:
    book = hard_up.book
    campaign, everyone = start(book, "valve"), start(book, "home_visits")
    rows = [
        RegisterRow(
            line=n, community="满春社区", grid="满春十三网格", building="5栋", short=f"5-1-{n}", walk_order=500 + n,
            fuel=Fuel.LPG_CYLINDER, name=f"陈{n}", born=date(1950, 1, n), tags=("lives_alone", "hardship") if n % 2 else (),
        )
        for n in range(1, 8)
    ]  # fmt: skip
    register.apply_rows(book, rows)
    assert figures(book, campaign) == {"to_visit": 5, "not_eligible": 4}
    assert figures(book, everyone) == {"to_visit": 9}


def test_time_alone_moves_a_door_on_the_day_and_not_before(
    here: Neighbourhood, clock: FrozenClock
) -> None:  # she turns 65 on 22 May
    book = here.book
    door = here.add_door("3-1-103", "103", 3)
    person = ResidentEntry(household_id=door, name="孙秀英", born="1961-05-22")
    eid = residents.add(book, person).subject_id
    for tag in ("lives_alone", "hardship"):
        residents.tag(book, TagEntry(resident_id=eid, tag=tag))
    campaign = start(book, "valve")
    assert figures(book, campaign) == {"not_eligible": 3}
    clock.instant += timedelta(days=1)
    assert not campaigns.keep_up(book)
    clock.instant += timedelta(days=1)
    assert campaigns.keep_up(book)
    assert figures(book, campaign) == {"to_visit": 1, "not_eligible": 2}
    # The clock had been ahead and is put right: she is not 65 yet.
    clock.instant -= timedelta(days=1)
    campaigns.keep_up(book)
    assert figures(book, campaign) == {"not_eligible": 3}


def test_exempt_and_refused_need_words_and_can_be_admitted_again(hard_up: Neighbourhood) -> None:
    book, door = hard_up.book, hard_up.door
    campaign = start(book, "valve")
    with pytest.raises(ValidationError):
        UnitMark(campaign_id=campaign, unit_id=door, words=" ")
    campaigns.exempt(book, UnitMark(campaign_id=campaign, unit_id=door, words="6月搬走"))
    assert figures(book, campaign) == {"exempt": 1, "not_eligible": 1}
    assert say(campaigns.why(book, campaign, door).why) == "exempt: 6月搬走"
    campaigns.admit(book, UnitMark(campaign_id=campaign, unit_id=door, words="不搬了"))
    assert figures(book, campaign) == {"to_visit": 1, "not_eligible": 1}
    campaigns.refuse(book, UnitMark(campaign_id=campaign, unit_id=door, words="不愿换"))
    assert figures(book, campaign) == {"refused": 1, "not_eligible": 1}
    with pytest.raises(Refused):
        campaigns.exempt(book, UnitMark(campaign_id=campaign, unit_id=hard_up.family_door, words="不符合"))
    campaigns.admit(book, UnitMark(campaign_id=campaign, unit_id=hard_up.family_door, words="街道同意"))
    assert figures(book, campaign) == {"refused": 1, "to_visit": 1}


def test_a_look_that_finds_it_taken_off_again_opens_the_door_again(hard_up: Neighbourhood, clock: FrozenClock) -> None:
    book, door = hard_up.book, hard_up.door
    campaign = start(book, "valve")
    with pytest.raises(Refused):
        campaigns.recheck(book, RecheckEntry(campaign_id=campaign, unit_id=door, in_order=True))
    gas_check(book, door, book.clock.now())
    clock.instant += timedelta(days=1)
    campaigns.recheck(book, RecheckEntry(campaign_id=campaign, unit_id=door, in_order=False, words="又换回旧阀"))
    assert figures(book, campaign) == {"to_visit": 1, "not_eligible": 1}


def test_a_closed_campaign_lists_what_is_open_and_can_only_be_read(hard_up: Neighbourhood) -> None:
    book, door = hard_up.book, hard_up.door
    campaign = start(book, "valve")
    assert [one.address for one in campaigns.open_at_close(book, campaign)] == ["3-1-101"]
    receipt = campaigns.close(book, CloseCampaign(campaign_id=campaign, signed_by="李主任", words="转入下一年"))
    assert [say(phrase) for phrase in receipt.follows] == ["Still open: 1 to visit."]
    visits.no_answer(book, door)
    assert figures(book, campaign) == {"to_visit": 1, "not_eligible": 1}
    for verb, entry in (
        (campaigns.exempt, UnitMark(campaign_id=campaign, unit_id=door, words="x")),
        (campaigns.change, CampaignChange(campaign_id=campaign, goal=3, words="x")),
        (campaigns.close, CloseCampaign(campaign_id=campaign, signed_by="x", words="x")),
    ):
        with pytest.raises(Refused) as refused:
            verb(book, entry)  # type: ignore[operator]
        assert "signed off" in say(refused.value.phrase)
    undo.undo_last(book)  # the visit
    undo.undo_last(book)
    visits.no_answer(book, door)
    assert figures(book, campaign) == {"call_back": 1, "not_eligible": 1}


def test_a_campaign_that_is_taken_back_leaves_nothing(hard_up: Neighbourhood) -> None:
    book = hard_up.book
    start(book, "valve")
    with pytest.raises(AlreadyThere):
        start(book, "valve")
    undo.undo_last(book)
    assert campaigns.all_(book) == []
    for table in ("campaign_unit", "campaign_try", "campaign_count"):
        assert book.database.execute_sql(f"SELECT count(*) FROM {table}").first()[0] == 0
    start(book, "valve")


def test_what_the_community_set_can_be_changed_with_words(hard_up: Neighbourhood) -> None:
    book = hard_up.book
    campaign = start(book, "valve", starts_on=date(2026, 5, 20))
    with pytest.raises(Refused):
        campaigns.change(book, CampaignChange(campaign_id=campaign, deadline=date(2026, 1, 1), words="x"))
    visits.log(
        book,
        VisitEntry(
            household_id=hard_up.door, outcome=Outcome.NO_ANSWER, happened_at=book.clock.now() - timedelta(days=5)
        ),
    )
    assert figures(book, campaign) == {"to_visit": 1, "not_eligible": 1}
    campaigns.change(book, CampaignChange(campaign_id=campaign, starts_on=date(2026, 5, 10), words="早已开始"))
    assert figures(book, campaign) == {"call_back": 1, "not_eligible": 1}


def test_places_are_counted_by_their_checks(here: Neighbourhood) -> None:
    book = here.book
    spots = [
        places.add(book, PlaceEntry(grid_id=here.grid, kind="waterlogging_spot", name=f"{n}号点")).subject_id
        for n in (1, 2)
    ]
    places.add(book, PlaceEntry(grid_id=here.grid, kind="shop", name="副食店"))
    campaign = start(book, "waterlogging")
    assert figures(book, campaign) == {"to_visit": 2, "not_eligible": 1}
    spot_check(book, spots[0], 10)
    assert figures(book, campaign) == {"to_visit": 1, "done": 1, "not_eligible": 1}
    spot_check(book, spots[0], 45)
    assert figures(book, campaign) == {"to_visit": 2, "not_eligible": 1}
    assert [one.address for one in campaigns.page(book, campaign, Bucket.NOT_ELIGIBLE)] == ["副食店"]


def spot_check(book: Casebook, spot: str, depth: int) -> None:
    checklist = checklists.load("waterlogging")
    answers = {
        name: AnswerEntry(state="pass", value=value)
        for name, value in {
            "looked_when": "after", "water_length_m": 5, "water_time_min": 10, "gratings_clear": "pass",
            "drain_sound": "pass", "sign_there": "pass",
        }.items()
    }  # fmt: skip
    deep = AnswerEntry(state="fail" if depth > 30 else "pass", value=depth)
    checks.save(
        book,
        CheckEntry(
            checklist="waterlogging", version=checklist.version, subject_kind=SubjectKind.PLACE, subject_id=spot,
            answers={**answers, "water_depth_cm": deep},
        ),
    )  # fmt: skip


def test_a_counter_goes_up_and_down_with_words(here: Neighbourhood, clock: FrozenClock) -> None:
    book = here.book
    campaign = start(book, "pipeline_flats", goal=100)
    campaigns.count(book, CountEntry(campaign_id=campaign, n=40, words="柳荫里通气"))
    clock.instant += timedelta(days=1)
    campaigns.count(book, CountEntry(campaign_id=campaign, n=-4, words="重复报"))
    assert campaigns.buckets(book, campaign) == {Bucket.TO_VISIT: 64, Bucket.DONE: 36}
    assert [(one.day, one.done) for one in campaigns.days(book, campaign)] == [
        (date(2026, 5, 20), 40), (date(2026, 5, 21), -4)
    ]  # fmt: skip
    with pytest.raises(Refused):
        campaigns.count(book, CountEntry(campaign_id=campaign, n=-37, words="x"))
    assert [one.n for one in campaigns.steps(book, campaign)] == [-4, 40]


def test_a_list_goes_on_where_its_page_ended_and_jumps_into_its_middle(here: Neighbourhood) -> None:
    book = here.book
    for n in range(3, 30):
        here.add_door(f"3-1-{100 + n}", str(100 + n), 30 - n)
    everyone, few = start(book, "home_visits"), start(book, "valve")
    for campaign, bucket in ((everyone, Bucket.TO_VISIT), (few, Bucket.NOT_ELIGIBLE)):
        whole = campaigns.page(book, campaign, bucket)
        assert len(whole) == campaigns.count_of(book, campaign, bucket) == 29
        paged, after = [], None
        while part := campaigns.page(book, campaign, bucket, here.grid, after, 7):
            paged += part
            after = campaigns.position(part[-1])
        assert paged == whole
        assert campaigns.position_at(book, campaign, bucket, None, 12) == campaigns.position(whole[12])
        assert campaigns.position_at(book, campaign, bucket, None, 29) is None


def test_a_building_shows_each_door_with_its_bucket(hard_up: Neighbourhood) -> None:
    book = hard_up.book
    campaign = start(book, "valve")
    visits.no_answer(book, hard_up.door)
    shown = campaigns.stair(book, campaign, hard_up.building)
    assert {door: bucket for door, (bucket, _why) in shown.items()} == {
        hard_up.door: Bucket.CALL_BACK, hard_up.family_door: Bucket.NOT_ELIGIBLE
    }  # fmt: skip
    assert campaigns.by_building(book, campaign) == [(hard_up.building, {Bucket.CALL_BACK: 1})]
    stands = campaigns.of_household(book, hard_up.door)
    assert [(say(one.label), one.standing.bucket) for one in stands] == [
        ("Free self-closing regulators", Bucket.CALL_BACK)
    ]
    assert campaigns.of_household(book, hard_up.family_door) == []


def test_a_large_register_is_built_in_parts_afterwards_with_the_saves_in_between(
    hard_up: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = hard_up.book
    monkeypatch.setattr(campaign_upkeep, "AT_ONCE", 1)
    monkeypatch.setattr(campaign_upkeep, "PART", 1)
    campaign = start(book, "valve")
    assert not campaigns.is_built(book, campaign)
    visits.no_answer(book, hard_up.door)
    grid = areas.add(book, AreaEntry(level="grid", name="第二网格")).subject_id
    building = areas.add(book, AreaEntry(level="building", name="9栋", parent_id=grid)).subject_id
    households.add(book, HouseholdEntry(building_id=building, grid_id=grid, short="9-1-101", room="101"))
    told: list[tuple[int, int]] = []
    assert campaigns.keep_up(book, progress=lambda n, of: told.append((n, of)))
    assert told == [(1, 2), (2, 2)]
    assert campaigns.is_built(book, campaign)
    assert figures(book, campaign) == {"call_back": 1, "not_eligible": 2}


def test_rows_that_are_lost_are_found_missing_and_made_anew(hard_up: Neighbourhood) -> None:
    book = hard_up.book
    campaign = start(book, "valve")
    visits.no_answer(book, hard_up.door)
    book.write(lambda: book.database.execute_sql("UPDATE campaign_unit SET bucket = 'done'"))
    book.write(lambda: book.database.execute_sql("DELETE FROM campaign_try"))
    assert {one.area for one in doctor.examine(book).findings} == {"campaigns"}
    doctor.repair(book)
    assert figures(book, campaign) == {"call_back": 1, "not_eligible": 1}


def test_what_the_black_box_puts_back_moves_its_doors_too(
    hard_up: Neighbourhood, clock: FrozenClock, make_book: Callable[[], Casebook]
) -> None:
    from casework.casebook import replay

    book = hard_up.book
    campaign = start(book, "valve")
    visits.no_answer(book, hard_up.door)
    lost = book.database.execute_sql(
        "SELECT chain, seq, op_id, prev, hlc, wall, tz, actor, act, ent, eid, kind, schema, area, clk, body, body_sha "
        "FROM op ORDER BY n DESC LIMIT 2"
    ).fetchall()[::-1]

    def lose() -> None:
        with book.database.atomic("IMMEDIATE"):
            for op in lost:
                book.database.execute_sql("DELETE FROM op WHERE op_id = ?", (op[2],))
                book.database.execute_sql("DELETE FROM visit WHERE id = ?", (op[10],))
                book.database.execute_sql("DELETE FROM action WHERE act = ?", (op[8],))
            execute = book.database.connection().cursor().execute
            known = campaign_units.running(execute)
            campaign_units.refresh(execute, known, [hard_up.door], (), book.today())

    book.write(lose)
    assert figures_of(book, campaign) == {"to_visit": 1, "not_eligible": 1}
    book.write(lambda: replay.put_back(book.database, lost))
    assert figures_of(book, campaign) == {"call_back": 1, "not_eligible": 1}


def figures_of(book: Casebook, campaign: str) -> dict[str, int]:
    return {bucket.value: n for bucket, n in campaigns.buckets(book, campaign).items() if n}


def test_the_household_tells_in_which_campaigns_it_stands_and_why(hard_up: Neighbourhood) -> None:
    from casework.tui.widgets.story import campaign_lines

    book = hard_up.book
    assert households.story(book, hard_up.door).campaigns == ()
    start(book, "valve")
    start(book, "home_visits", starts_on=date(2026, 5, 19))
    visits.met(book, hard_up.door)
    story = households.story(book, hard_up.door)
    said = ["".join(text for text, _tone in line) for line in campaign_lines(story, 60)]
    assert said == [
        "Free self-closing regulators  to visit", "  met on 2026-05-20, not done yet",
        "Home visits, twice a year  to visit", "  1 of 2 visits made, last on 2026-05-20",
    ]  # fmt: skip


def test_the_first_save_of_a_day_moves_those_whom_the_day_moves(here: Neighbourhood, clock: FrozenClock) -> None:
    book = here.book
    door = here.add_door("3-1-103", "103", 3)
    eid = residents.add(book, ResidentEntry(household_id=door, name="孙秀英", born="1961-05-22")).subject_id
    for tag in ("lives_alone", "hardship"):
        residents.tag(book, TagEntry(resident_id=eid, tag=tag))
    campaign = start(book, "valve")
    clock.instant += timedelta(days=2)
    visits.no_answer(book, here.door)
    assert figures(book, campaign) == {"to_visit": 1, "not_eligible": 2}


def test_after_a_rain_storm_the_spots_that_were_done_are_looked_at_again(
    here: Neighbourhood, clock: FrozenClock
) -> None:
    from casework.casebook import spells
    from casework.casebook.rule_entries import SpellEnd, SpellEntry

    book = here.book
    entry = PlaceEntry(grid_id=here.grid, kind="waterlogging_spot", name="1号点")
    spot = places.add(book, entry).subject_id
    campaign = start(book, "waterlogging")
    spot_check(book, spot, 5)
    clock.instant += timedelta(days=3)
    spell = spells.begin(book, SpellEntry(kind="rain_storm", starts_on=book.today())).subject_id
    assert places_of(book, campaign) == {"done": 1}
    clock.instant += timedelta(days=1)
    spells.end(book, SpellEnd(spell_id=spell, ends_on=book.today()))
    assert places_of(book, campaign) == {"to_recheck": 1}
    assert "to be looked at again from 2026-05-24" in say(campaigns.why(book, campaign, spot).why)
    spot_check(book, spot, 12)
    assert places_of(book, campaign) == {"done": 1}
    undo.undo_last(book)
    undo.undo_last(book)
    assert places_of(book, campaign) == {"done": 1}


def places_of(book: Casebook, campaign: str) -> dict[str, int]:
    found = campaigns.buckets(book, campaign)
    from casework.casebook import campaign_doctor

    assert list(campaign_doctor.differences(book.database, book.today())) == []
    return {bucket.value: n for bucket, n in found.items() if n}
