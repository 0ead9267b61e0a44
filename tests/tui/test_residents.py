"""Finding anyone: while one types, from anywhere, by whatever one knows of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from casework.casebook import residents, visits
from casework.casebook.entries import EditEntry, TagEntry
from casework.tui.app import CaseworkApp
from casework.tui.screens.household import HouseholdScreen
from casework.tui.screens.residents import ResidentsScreen
from casework.tui.screens.visit import VisitScreen
from casework.tui.widgets.bars import KeyBar
from casework.tui.widgets.story import Story
from tests.tui.real import SMALL, WIDE, drawn, press, settle, until

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from tests.casebook.conftest import Neighbourhood


async def finding(pilot: Pilot[int], app: CaseworkApp) -> ResidentsScreen:
    """The field, ready to be typed in."""
    await settle(pilot)
    await pilot.press("slash")
    await until(pilot, lambda: isinstance(app.screen, ResidentsScreen) and isinstance(app.screen.focused, Input))
    screen = app.screen
    assert isinstance(screen, ResidentsScreen)
    return screen


def first(screen: ResidentsScreen) -> str:
    """The line under the cursor."""
    return drawn(screen.hits).splitlines()[max(0, screen.hits.cursor)]


@pytest.mark.parametrize("place", ["round", "followups", "household", "stairwell", "visit"])
async def test_the_slash_leads_to_the_field_from_anywhere(here: Neighbourhood, place: str) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        if place == "followups":
            await press(pilot, "3")
        elif place != "round":
            app.open(place, here.door)
            await settle(pilot)
        await finding(pilot, app)


@pytest.mark.parametrize(
    ("typed", "by"),
    [
        ("梅", "姓名"),
        ("秀兰", "姓名"),
        ("mei", "拼音"),
        ("mxl", "拼音"),
        ("0001", "电话"),
        ("101", "地址"),
        ("mei 101", "地址"),
    ],
)
async def test_she_is_first_by_whatever_is_known_and_it_is_said_by_what(
    here: Neighbourhood, typed: str, by: str
) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await finding(pilot, app)
        for character in typed:
            await pilot.press("space" if character == " " else character)
        await until(pilot, lambda: "梅秀兰" in first(screen))
        assert "3-1-101" in first(screen)
        assert by in first(screen)
        assert screen.household_id == here.door


async def test_every_key_answers_at_once_and_the_story_follows_when_the_keys_rest(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=WIDE) as pilot:
        screen = await finding(pilot, app)
        assert screen.hits.count == 3
        await pilot.press("w")
        assert screen.hits.count == 1
        await pilot.press("q")
        assert "王强" in first(screen)
        await until(pilot, lambda: "3-1-102" in drawn(screen.query_one(Story)))
        await pilot.press("x")
        assert screen.hits.count == 0
        assert "Nobody" not in drawn(screen.hits)
        assert "没有找到" in drawn(screen.hits) or "找不到" in drawn(screen.hits)


async def test_the_arrows_walk_the_hits_while_one_goes_on_typing(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await finding(pilot, app)
        await press(pilot, "1", "0", "2", "down")
        assert screen.hits.cursor == 1
        assert isinstance(screen.focused, Input)
        await press(pilot, "space", *"li")
        assert screen.query_one("#query", Input).value == "102 li"
        assert "李娟" in first(screen)


async def test_enter_hands_the_keys_to_who_was_found(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await finding(pilot, app)
        await press(pilot, *"lj", "enter")
        assert screen.focused is screen.hits
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, HouseholdScreen))
        await press(pilot, "escape", "v")
        await until(pilot, lambda: isinstance(app.screen, VisitScreen))
        assert app.screen.household_id == here.family_door  # type: ignore[attr-defined]


async def test_the_key_line_names_no_letter_while_letters_are_typed(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await finding(pilot, app)
        bar = screen.query_one(KeyBar)
        await until(pilot, lambda: "走访" not in drawn(bar))
        assert "选" in drawn(bar)
        await press(pilot, "enter")
        await until(pilot, lambda: "v 走访" in drawn(bar))


async def test_an_empty_field_lists_everybody_page_after_page(here: Neighbourhood) -> None:
    for n in range(230):
        here.add_person(here.family_door, f"住户{n:03}", f"1380000{n:04}")
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await press(pilot, "2")
        screen = app.screen
        assert isinstance(screen, ResidentsScreen)
        await until(pilot, lambda: screen.hits.count == 233)
        await press(pilot, "end")
        assert "住户229" in drawn(screen.hits)
        await press(pilot, "home")
        assert "梅秀兰" in drawn(screen.hits)


@pytest.mark.parametrize("typed", ['"', "*", "name:", "NEAR(", "[/bold]", "%_", "'; DROP TABLE x", "🙂", "\\"])
async def test_whatever_is_typed_is_looked_for_and_never_obeyed(here: Neighbourhood, typed: str) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await finding(pilot, app)
        screen.query_one("#query", Input).value = typed
        await settle(pilot)
        assert app.screen is screen
        assert residents.count(here.book) == 3


async def test_a_name_of_any_kind_is_text_in_the_list_and_beside_it(here: Neighbourhood) -> None:
    nasty = "[bold]王[/]\x1b[2J\x1b]0;x\x07\u202eevil\u2066👵🏽"
    residents.edit(here.book, EditEntry(id=here.mei, values={"name": nasty}))
    app = CaseworkApp(here.book)
    async with app.run_test(size=WIDE) as pilot:
        screen = await finding(pilot, app)
        await press(pilot, "1", "0", "1")
        await until(pilot, lambda: "[bold]王[/]" in drawn(screen.query_one(Story)))
        assert "[bold]王" in drawn(screen.hits)
        shown = app.export_screenshot()
        for sign in ("\x1b", "\u202e", "\u2066", "\x07"):
            assert sign not in shown
            assert sign not in drawn(screen.hits)


async def test_nobody_home_at_who_was_found_is_one_key(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await finding(pilot, app)
        await press(pilot, *"wq", "enter", "n")
        await until(pilot, lambda: len(visits.of_household(here.book, here.family_door)) == 1)


def shown(app: CaseworkApp) -> str:
    """Everything on the screen."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


async def test_the_list_names_no_tag_that_tells_of_money_or_health(here: Neighbourhood) -> None:
    residents.tag(here.book, TagEntry(resident_id=here.mei, tag="minimum_living_allowance"))
    residents.tag(here.book, TagEntry(resident_id=here.mei, tag="severe_disability"))
    app = CaseworkApp(here.book)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await press(pilot, "2")
        await until(pilot, lambda: isinstance(app.screen, ResidentsScreen))
        await settle(pilot)
        text = shown(app)
        await press(pilot, "slash", *"mxl")
        text += shown(app)
        await press(pilot, "escape", "1")
        text += shown(app)
    assert "独居" in text
    assert "低保" not in text
    assert "残疾" not in text
