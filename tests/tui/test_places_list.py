"""Screen 5, places outdoors: what there is to check, how it stands, and what can be done there by keys."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from casework.casebook import areas, checks, followups, places
from casework.casebook.entries import AreaEntry, FollowupEntry, PlaceEntry
from casework.casebook.places import PlaceFilter
from casework.tui import marks
from casework.tui.app import CaseworkApp
from casework.tui.dialogs import Said
from casework.tui.screens.check import CheckScreen
from casework.tui.screens.followup import FollowupScreen
from casework.tui.screens.followup_form import FollowupFormScreen
from casework.tui.screens.place import PlaceScreen
from casework.tui.screens.places import PlacesScreen
from casework.tui.screens.residents import ResidentsScreen
from casework.tui.widgets.bars import StatusBar
from casework.tui.widgets.whole import WholeStory
from tests.tui.real import SMALL, WIDE, drawn, press, said, settle, until

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from tests.casebook.conftest import Neighbourhood


def add(here: Neighbourhood, name: str, kind: str = "manhole", **values: Any) -> str:
    entry = PlaceEntry(**{"grid_id": here.grid, "kind": kind, "name": name, **values})
    return places.add(here.book, entry).subject_id


async def listed(pilot: Pilot[int], app: CaseworkApp) -> PlacesScreen:
    """The list, by its key."""
    await settle(pilot)
    await press(pilot, "5")
    await until(pilot, lambda: isinstance(app.screen, PlacesScreen))
    screen = app.screen
    assert isinstance(screen, PlacesScreen)
    return screen


def lines(screen: PlacesScreen) -> list[str]:
    """The rows of the list, without the heading."""
    return [line for line in drawn(screen.rows).splitlines()[1:] if line.strip()]


@pytest.mark.parametrize(("code", "never", "due"), [("zh_CN", "没查过", "迟了"), ("en", "never", "late")])
async def test_each_place_says_its_kind_its_last_check_and_when_it_is_due(
    here: Neighbourhood, code: str, never: str, due: str
) -> None:
    add(here, "东门井盖", number="M-17", address="柳荫里东门")
    add(here, "便民超市", "shop")
    here.clock.instant += timedelta(days=100)
    here.book.set_setting("language", code)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await listed(pilot, app)
        cover, shop = lines(screen)
        for part in ("东门井盖", "柳荫里东门", never, due, marks.mark("overdue")):
            assert part in cover, part
        assert due not in shop
        assert "5" in drawn(screen.query_one(StatusBar))


async def test_c_checks_the_place_and_the_list_says_what_came_of_it(here: Neighbourhood) -> None:
    cover = add(here, "东门井盖")
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await listed(pilot, app)
        await press(pilot, "c")
        assert isinstance(app.screen, CheckScreen)
        await press(pilot, "a", "tab", "2", "enter", "ctrl+s")
        await until(pilot, lambda: checks.last(here.book, "manhole", cover) is not None)
        await until(pilot, lambda: app.screen is screen)
        await settle(pilot)
        assert "5月20日" in lines(screen)[0]
        assert "合格" in lines(screen)[0] or "未查全" in lines(screen)[0]
        assert "30" in lines(screen)[0]


async def test_enter_opens_the_place_with_its_checks_and_its_follow_ups(here: Neighbourhood) -> None:
    cover = add(here, "东门井盖", number="M-17")
    followups.open(here.book, FollowupEntry(place_id=cover, category="other", title="井盖松动"))
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await listed(pilot, app)
        await press(pilot, "enter")
        assert isinstance(app.screen, PlaceScreen)
        text = drawn(app.screen.query_one(WholeStory))
        for part in ("东门井盖", "M-17", "满春十三网格", "井盖松动", "井盖每月检查"):
            assert part in text, part
        await press(pilot, "o", "1")
        assert isinstance(app.screen, FollowupScreen)
        await press(pilot, "d")
        assert isinstance(app.screen, PlaceScreen)


async def test_f_opens_a_follow_up_about_the_place(here: Neighbourhood) -> None:
    cover = add(here, "东门井盖")
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await listed(pilot, app)
        await press(pilot, "f", "1")
        assert isinstance(app.screen, FollowupFormScreen)
        assert "东门井盖" in str(app.screen.query_one("#where", Said).render())
        await press(pilot, *"loose", "ctrl+s")
        await until(pilot, lambda: places.story(here.book, cover).followups)
        assert places.story(here.book, cover).followups[0].place_id == cover


async def test_one_kind_and_all_grids_by_the_filter(here: Neighbourhood) -> None:
    other = areas.add(here.book, AreaEntry(level="grid", name="第二网格")).subject_id
    add(here, "东门井盖")
    add(here, "便民超市", "shop")
    add(here, "西门井盖", grid_id=other)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await listed(pilot, app)
        await press(pilot, "g", "2")
        assert ["东门井盖" in line for line in lines(screen)] == [True]
        await press(pilot, "g", "d")
        assert len(lines(screen)) == 2
        assert "所有网格" in str(screen.query_one("#places-head", Said).render())
        await press(pilot, "g", "1")
        assert len(lines(screen)) == 3


async def test_an_empty_list_says_how_to_begin_and_its_keys_say_why_not(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await listed(pilot, app)
        assert "按 a 新增" in drawn(screen.rows)
        for key in ("c", "e", "f", "o"):
            await press(pilot, key)
            assert said(app) == "光标下没有点位。"


async def test_the_end_of_a_long_list_is_one_key_away(here: Neighbourhood) -> None:
    def fill() -> None:
        with here.book.together():
            for n in range(300):
                add(here, f"井盖{n:03d}")

    here.book.write(fill)
    app = CaseworkApp(here.book)
    async with app.run_test(size=WIDE) as pilot:
        screen = await listed(pilot, app)
        await press(pilot, "end")
        assert screen.place is not None
        assert screen.place.name == "井盖299"
        await press(pilot, "pageup", "home")
        assert screen.place.name == "井盖000"
        assert places.count(here.book, PlaceFilter()) == 300


async def test_a_place_is_found_by_its_name_and_opened(here: Neighbourhood) -> None:
    add(here, "东门雨水井盖")
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "slash", *"雨水", "enter", "enter")
        await until(pilot, lambda: isinstance(app.screen, PlaceScreen))
        await press(pilot, "escape")
        assert isinstance(app.screen, ResidentsScreen)


async def test_a_place_whose_adding_is_undone_is_left(here: Neighbourhood) -> None:
    add(here, "东门井盖")
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await listed(pilot, app)
        await press(pilot, "enter", "u")
        await until(pilot, lambda: isinstance(app.screen, PlacesScreen))
        assert places.count(here.book, PlaceFilter()) == 0
