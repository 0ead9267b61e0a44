"""Screen 4, campaigns: how far, who is left, what was decided at a door, and how a campaign begins and ends."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from casework import language
from casework.casebook import campaigns, visits
from casework.casebook.campaign_entries import CloseCampaign, StartEntry
from casework.casebook.entries import VisitEntry
from casework.catalog import shelf
from casework.domain.campaign import Bucket, CampaignState
from casework.domain.forecast import Forecast
from casework.domain.visit import Outcome
from casework.tui import campaigning, marks
from casework.tui.app import CaseworkApp
from casework.tui.dialogs import ConfirmDialog, Said
from casework.tui.screens.campaign import CampaignScreen
from casework.tui.screens.campaign_buildings import CampaignBuildingsScreen
from casework.tui.screens.campaign_chart import CampaignChartScreen
from casework.tui.screens.campaign_close import CampaignCloseForm
from casework.tui.screens.campaign_form import CampaignForm
from casework.tui.screens.campaign_stairs import CampaignStairsScreen
from casework.tui.screens.campaigns import CampaignsScreen, _in_short
from casework.tui.screens.household import HouseholdScreen
from casework.tui.widgets.buckets import BucketBar, shares
from tests.casebook.test_forecasts import ONCE
from tests.tui.real import SMALL, WIDE, drawn, press, said, settle, until, until_draft

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.pilot import Pilot

    from tests.casebook.conftest import Neighbourhood

START = date(2026, 5, 4)


@pytest.fixture
def once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A catalog with a campaign more: one visit at each door."""
    (tmp_path / "catalog" / "campaigns").mkdir(parents=True)
    (tmp_path / "catalog" / "campaigns" / "once.toml").write_text(ONCE, encoding="utf-8")
    monkeypatch.setenv("CASEWORK_CATALOG", str(tmp_path / "catalog"))
    shelf.forget()
    yield
    shelf.forget()


def start(here: Neighbourhood, key: str = "once", **more: object) -> str:
    values = {"starts_on": START, "deadline": date(2026, 6, 30), "lead": "李芳", "sponsor": "civil_affairs", **more}
    return campaigns.start(here.book, StartEntry(key=key, **values)).subject_id


def say(screen: object, name: str) -> str:
    return str(screen.query_one(f"#{name}", Said).render())  # type: ignore[attr-defined]


async def board(pilot: Pilot[int], app: CaseworkApp) -> CampaignScreen:
    """The board of the first campaign, by keys."""
    await settle(pilot)
    await press(pilot, "4", "enter")
    await until(pilot, lambda: isinstance(app.screen, CampaignScreen))
    screen = app.screen
    assert isinstance(screen, CampaignScreen)
    await until(pilot, lambda: screen.forecast is not None)
    return screen


def units(screen: CampaignScreen) -> list[str]:
    return [line for line in drawn(screen.rows).splitlines() if line.strip()]


async def test_without_a_campaign_the_list_says_how_one_begins(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "4")
        assert isinstance(app.screen, CampaignsScreen)
        assert "按 a" in drawn(app.screen.rows)


async def test_a_campaign_is_started_from_the_catalog_with_what_its_file_says(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "4", "a")
        names = [label.zh for _key, label in app.screen.options]  # type: ignore[attr-defined]
        assert "自闭式减压阀免费安装" in names
        await press(pilot, str(names.index("自闭式减压阀免费安装") + 1))
        form = app.screen
        assert isinstance(form, CampaignForm)
        assert form.text("deadline") == "2026-06-30"
        assert form.chosen("funder").value == "emergency_management"
        await press(pilot, *"1400", "down", "down", "down", *"lifang", "ctrl+s")
        await until(pilot, lambda: campaigns.running(here.book))
        (row,) = campaigns.running(here.book)
        assert (row.goal, row.lead, row.deadline, row.budget_per_door) == (1400, "lifang", date(2026, 6, 30), 60.0)
        await until(pilot, lambda: isinstance(app.screen, CampaignsScreen))
        await until(pilot, lambda: "还说不准" in drawn(app.screen.rows))  # type: ignore[attr-defined]
        assert "0/1400" in drawn(app.screen.rows)  # type: ignore[attr-defined]


async def test_the_lists_of_a_large_register_are_made_while_one_goes_on(
    here: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.casebook.campaign_upkeep.AT_ONCE", 0)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "4", "a", "1", "ctrl+s")
        await until(pilot, lambda: campaigns.running(here.book))
        (row,) = campaigns.running(here.book)
        await until(pilot, lambda: campaigns.is_built(here.book, row.id))
        await until(pilot, lambda: "0/2" in drawn(app.screen.rows))  # type: ignore[attr-defined]


async def test_a_half_typed_start_is_kept_and_a_wrong_number_is_said(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "4", "a", "1", *"many")
        key = app.screen.draft_subject  # type: ignore[attr-defined]
        assert await until_draft(here.book, "campaign_form", key, says="many") is not None
        await press(pilot, "ctrl+s")
        assert "不是数字" in said(app)
        assert campaigns.running(here.book) == []


@pytest.mark.parametrize(("code", "size"), [("zh_CN", SMALL), ("en", SMALL), ("zh_CN", WIDE), ("en", WIDE)])
async def test_the_board_says_who_wants_it_how_it_stands_and_that_it_cannot_tell(
    here: Neighbourhood, once: None, code: str, size: tuple[int, int]
) -> None:
    start(here, funder="emergency_management", budget_per_door=60)
    here.book.set_setting("language", code)
    app = CaseworkApp(here.book)
    async with app.run_test(size=size) as pilot:
        screen = await board(pilot, app)
        head = say(screen, "campaign-head") + say(screen, "campaign-who")
        for part in (
            ("走访一次", "0/2", "李芳", "民政") if code == "zh_CN" else ("One visit", "0 of 2", "李芳", "Civil")
        ):
            assert part in head, part
        assert ("还说不准" if code == "zh_CN" else "can't be told yet") in say(screen, "campaign-forecast")
        bar = drawn(screen.query_one(BucketBar))
        assert ("待上门 2" if code == "zh_CN" else "to visit 2") in bar
        assert "= 2" in bar
        first = units(screen)[0]
        assert "3-1-101" in first
        assert ("尚未上门" if code == "zh_CN" else "not visited yet") in first


async def test_every_bucket_has_a_sign_of_its_own(here: Neighbourhood) -> None:
    for style in ("", "ascii"):
        assert len({marks.mark(mark, style) for mark, _tone in campaigning.SIGNS.values()}) == len(Bucket)


def test_the_bar_is_full_and_leaves_nobody_out() -> None:
    counts = {Bucket.TO_VISIT: 900, Bucket.BOOKED: 1, Bucket.REFUSED: 2, Bucket.DONE: 97, Bucket.EXEMPT: 0}
    found = shares(counts, 76)
    assert sum(found.values()) == 76
    assert set(found) == {Bucket.TO_VISIT, Bucket.BOOKED, Bucket.REFUSED, Bucket.DONE}
    assert min(found.values()) == 1
    assert shares({}, 76) == {}


@pytest.mark.parametrize(
    ("even", "likely", "shown"),
    [
        (date(2026, 6, 3), date(2026, 6, 19), "6月3日 至 6月19日"),
        (date(2026, 12, 31), date(2027, 2, 10), "12-31~2027-02-10"),
        (date(2027, 1, 13), date(2027, 2, 26), "2027-01-13~02-26"),
        (date(2027, 11, 22), None, "2027-11-22 或更晚"),
    ],
)
def test_a_forecast_fits_its_column_whatever_the_year(even: date, likely: date | None, shown: str) -> None:
    said = language.say(_in_short(Forecast(even=even, likely=likely), date(2026, 5, 20)))
    assert said == shown
    assert cell_len(said) <= 19


async def test_exempt_needs_words_moves_the_door_and_can_be_taken_back(here: Neighbourhood, once: None) -> None:
    campaign = start(here)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await board(pilot, app)
        await press(pilot, "x", "enter")
        assert campaigns.buckets(here.book, campaign)[Bucket.EXEMPT] == 0
        await press(pilot, *"leer", "enter")
        await until(pilot, lambda: campaigns.buckets(here.book, campaign)[Bucket.EXEMPT] == 1)
        await until(pilot, lambda: "豁免 1" in drawn(screen.query_one(BucketBar)))
        assert "3-1-101" not in "".join(units(screen))
        while screen.bucket is not Bucket.EXEMPT:
            await press(pilot, "tab")
        assert "leer" in units(screen)[0]
        await press(pilot, "y", *"doch", "enter")
        await until(pilot, lambda: campaigns.buckets(here.book, campaign)[Bucket.EXEMPT] == 0)
        await until(pilot, lambda: "= 2" in drawn(screen.query_one(BucketBar)))


async def test_a_refusal_is_noted_and_undone(here: Neighbourhood, once: None) -> None:
    campaign = start(here)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await board(pilot, app)
        await press(pilot, "t", *"nein", "enter")
        await until(pilot, lambda: campaigns.buckets(here.book, campaign)[Bucket.REFUSED] == 1)
        await settle(pilot)
        await press(pilot, "u")
        await until(pilot, lambda: campaigns.buckets(here.book, campaign)[Bucket.REFUSED] == 0)


async def test_a_visit_from_the_board_moves_the_door_at_once(here: Neighbourhood, once: None) -> None:
    campaign = start(here)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await board(pilot, app)
        await press(pilot, "down", "n")
        await until(pilot, lambda: campaigns.buckets(here.book, campaign)[Bucket.CALL_BACK] == 1)
        await until(pilot, lambda: "待再次上门 1" in drawn(screen.query_one(BucketBar)))
        await press(pilot, "m")
        await until(pilot, lambda: campaigns.buckets(here.book, campaign)[Bucket.DONE] == 1)
        await until(pilot, lambda: "1/2" in say(screen, "campaign-head"))
        await press(pilot, "tab", "enter")
        assert isinstance(app.screen, HouseholdScreen)


async def test_a_second_look_that_is_not_in_order_opens_the_door_again(here: Neighbourhood, once: None) -> None:
    campaign = start(here)
    visits.log(here.book, VisitEntry(household_id=here.door, outcome=Outcome.COMPLETED))
    visits.log(here.book, VisitEntry(household_id=here.family_door, outcome=Outcome.COMPLETED))
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await board(pilot, app)
        assert screen.bucket is Bucket.DONE
        await press(pilot, "l", "1")
        await settle(pilot)
        assert "已保存" in said(app)
        await press(pilot, "l", "2", *"leck", "enter")
        await until(pilot, lambda: campaigns.buckets(here.book, campaign)[Bucket.TO_VISIT] == 1)
        await until(pilot, lambda: "待上门 1" in drawn(screen.query_one(BucketBar)))


async def test_a_counter_goes_on_in_words_and_has_no_doors(here: Neighbourhood) -> None:
    campaign = start(here, "pipeline_flats", goal=500)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await board(pilot, app)
        await press(pilot, "plus", *"viele", "enter")
        assert "不是整数" in said(app)
        await press(pilot, "plus", *"120", "enter", *"gas", "enter")
        await until(pilot, lambda: campaigns.buckets(here.book, campaign)[Bucket.DONE] == 120)
        await until(pilot, lambda: "120/500" in say(screen, "campaign-head"))
        assert "+120" in units(screen)[0]
        assert "还差 380" in drawn(screen.query_one(BucketBar))
        await press(pilot, "x")
        assert "计数专项" in said(app)


async def test_goal_and_deadline_change_in_words_only(here: Neighbourhood, once: None) -> None:
    campaign = start(here)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await board(pilot, app)
        await press(pilot, "e")
        assert isinstance(app.screen, CampaignForm)
        await press(pilot, *"77", "ctrl+s")
        assert campaigns.get(here.book, campaign).goal is None, "no words, no change"
        app.screen.field("words").focus()
        await press(pilot, *"mehr", "ctrl+s")
        await until(pilot, lambda: campaigns.get(here.book, campaign).goal == 77)
        await until(pilot, lambda: app.screen is screen)
        await until(pilot, lambda: "0/77" in say(screen, "campaign-head"))


async def test_signing_off_lists_what_is_open_asks_twice_and_leaves_it_read_only(
    here: Neighbourhood, once: None
) -> None:
    campaign = start(here)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await board(pilot, app)
        await press(pilot, "o")
        form = app.screen
        assert isinstance(form, CampaignCloseForm)
        assert "还有 2 未完成" in say(form, "open-head")
        assert "3-1-101" in drawn(form.query_one("#open-units"))
        await press(pilot, "ctrl+s")
        assert "签字人" in said(app)
        await press(pilot, *"li", "enter", *"gut", "ctrl+s")
        assert isinstance(app.screen, ConfirmDialog)
        await press(pilot, "y", "n")
        assert campaigns.get(here.book, campaign).state is CampaignState.RUNNING, "the second answer was no"
        await press(pilot, "ctrl+s", "y", "enter")
        assert campaigns.get(here.book, campaign).state is CampaignState.RUNNING, "a firm question takes y alone"
        await press(pilot, "y")
        await until(pilot, lambda: campaigns.get(here.book, campaign).state is CampaignState.CLOSED)
        await until(pilot, lambda: app.screen is screen)
        await until(pilot, lambda: "只读" in say(screen, "campaign-head"))
        assert "li" in say(screen, "campaign-forecast")
        assert "gut" in say(screen, "campaign-forecast")
        await press(pilot, "x")
        assert "已销号" in said(app)
        assert all(one.id != "campaign.close" for one in screen.footer())


async def test_a_closed_campaign_stands_last_in_the_list_and_says_so(here: Neighbourhood, once: None) -> None:
    campaign = start(here)
    campaigns.close(here.book, CloseCampaign(campaign_id=campaign, signed_by="李主任", words="完成"))
    start(here, "home_visits")
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "4")
        rows = drawn(app.screen.rows).splitlines()  # type: ignore[attr-defined]
        assert "全年入户走访两次" in rows[1]
        assert "走访一次" in rows[2]
        assert "销号" in rows[2]


async def test_the_stairwell_and_the_buildings_show_who_is_left(here: Neighbourhood, once: None) -> None:
    start(here)
    visits.log(here.book, VisitEntry(household_id=here.family_door, outcome=Outcome.COMPLETED))
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await board(pilot, app)
        await press(pilot, "s")
        stairs = app.screen
        assert isinstance(stairs, CampaignStairsScreen)
        seen = drawn(stairs.view)
        assert f"{marks.mark('due')} 101" in seen
        assert f"{marks.mark('done')} 102" in seen
        assert "待上门" in seen.splitlines()[-1]
        await until(pilot, lambda: "尚未上门" in say(stairs, "stairs-why"))
        await press(pilot, "escape", "b")
        buildings = app.screen
        assert isinstance(buildings, CampaignBuildingsScreen)
        assert "3栋" in drawn(buildings.rows)
        await press(pilot, "enter")
        assert isinstance(app.screen, CampaignStairsScreen)
        await press(pilot, "escape", "escape")
        assert app.screen is screen


async def test_the_chart_shows_goal_and_deadline_and_says_what_would_change_the_end(
    here: Neighbourhood, once: None
) -> None:
    for n in range(40):
        here.add_door(f"3-2-{n}", str(n), 10 + n)
    campaign = start(here)
    now = here.clock.instant
    for n in range(12):
        here.clock.instant = now + timedelta(days=n - 12)
        if here.clock.instant.weekday() < 5:
            for row in campaigns.page(here.book, campaign, Bucket.TO_VISIT, limit=1 + n % 2):
                visits.log(here.book, VisitEntry(household_id=row.household_id, outcome=Outcome.COMPLETED))
    here.clock.instant = now
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await board(pilot, app)
        assert "把握" in say(screen, "campaign-forecast")
        await press(pilot, "i")
        chart = app.screen
        assert isinstance(chart, CampaignChartScreen)
        await until(pilot, lambda: chart.forecast is not None)
        await settle(pilot)
        picture = "\n".join(strip.text for strip in chart._compositor.render_strips())
        assert "42┤" in picture
        assert "█" in picture
        assert "*" in picture
        assert "06-30" in picture or "07-0" in picture
        assert "五成把握" in picture
        await press(pilot, "s")
        await until(pilot, lambda: "周六" in say(chart, "chart-what-if") and "提前" in say(chart, "chart-what-if"))
        await press(pilot, "s")
        assert "如果" in say(chart, "chart-what-if")
        await press(pilot, "e")
        await until(pilot, lambda: "说不准" in say(chart, "chart-what-if"))
        await press(pilot, "w")
        await until(pilot, lambda: "增加一人" in say(chart, "chart-what-if") and "把握" in say(chart, "chart-what-if"))
        await press(pilot, "f2", "f3")
        assert "one more worker" in say(chart, "chart-what-if")


async def test_a_campaign_that_cannot_be_told_has_no_what_if(here: Neighbourhood, once: None) -> None:
    start(here)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await board(pilot, app)
        await press(pilot, "i")
        chart = app.screen
        assert isinstance(chart, CampaignChartScreen)
        await until(pilot, lambda: chart.forecast is not None)
        await press(pilot, "w")
        assert "没有预测" in said(app)


async def test_the_list_is_written_to_a_spreadsheet(
    here: Neighbourhood, once: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(here)
    monkeypatch.setattr("casework.tui.picking.pick_folder", lambda _screen, _asked, then: then(tmp_path))
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await board(pilot, app)
        await press(pilot, "f8")
        await until(pilot, lambda: list(tmp_path.glob("once-*.xlsx")))
        await until(pilot, lambda: "名单已存到" in said(app))
