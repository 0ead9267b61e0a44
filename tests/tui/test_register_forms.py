"""A door, a building and a place by hand: by the keyboard alone at 80x24, what is there already leads there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual import events

from casework.casebook import areas, drafts, households, places
from casework.casebook.entries import PlaceEntry
from casework.domain.household import Fuel, Tenure
from casework.language import set_language
from casework.tui.app import CaseworkApp
from casework.tui.dialogs import ConfirmDialog, Said
from casework.tui.finding import FindDialog, TickDialog
from casework.tui.screens.area_form import AreaForm
from casework.tui.screens.household import HouseholdScreen
from casework.tui.screens.household_form import HouseholdForm
from casework.tui.screens.place import PlaceScreen
from casework.tui.screens.place_form import PlaceForm
from casework.tui.screens.places import PlacesScreen
from casework.tui.screens.register_form import RegisterForm
from casework.tui.screens.stairwell import StairwellScreen
from casework.tui.widgets.bars import StatusBar
from tests.tui.real import SMALL, drawn, said, settle, until, until_draft

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from casework.casebook.book import Casebook
    from tests.casebook.conftest import Neighbourhood


async def press(pilot: Pilot[int], *pressed: str) -> None:
    """Press keys one after the other, and let the last one have its effect."""
    await pilot.press(*pressed)
    await settle(pilot)


async def form(pilot: Pilot[int], app: CaseworkApp, *keys: str) -> RegisterForm:
    """The form that some keys open."""
    await settle(pilot)
    await press(pilot, *keys)
    await until(pilot, lambda: isinstance(app.screen, RegisterForm))
    screen = app.screen
    assert isinstance(screen, RegisterForm)
    return screen


def says(screen: RegisterForm, name: str) -> str:
    line = screen.query_one(f"#{name}", Said)
    return str(line.render()) if line.display else ""


def shorts(book: Casebook) -> list[str]:
    return [row[0] for row in book.database.execute_sql("SELECT short FROM household ORDER BY short")]


# --- a door --------------------------------------------------------------------------------------------------


async def test_a_new_door_of_the_building_where_one_stands_then_who_lives_there(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await form(pilot, app, "d")
        await press(pilot, "1", "down", "down", *"201")
        assert "3-1-201" in says(screen, "door-says")
        await press(pilot, "down", "down", "l", "down", "r", "down", *"85550001", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, HouseholdScreen) and "已添加" in said(app))
        page = app.screen
        assert isinstance(page, HouseholdScreen)
        door = households.get(here.book, page.household_id or "")
        assert (door.short, door.address, door.floor) == ("3-1-201", "3栋1单元201室", 2)
        assert (door.fuel, door.tenure, door.phone) == (Fuel.LPG_CYLINDER, Tenure.RENTED, "85550001")
        await press(pilot, "a", *"罗军", "ctrl+s")
        await until(pilot, lambda: [one.name for one in households.people_of(here.book, door.id)] == ["罗军"])
        await press(pilot, "u", "u")
        await until(pilot, lambda: "3-1-201" not in shorts(here.book))


async def test_an_address_that_is_there_already_says_whose_and_leads_there(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await form(pilot, app, "d")
        await press(pilot, "1", "down", "down", *"102")
        assert "王强 李娟" in says(screen, "door-says")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, HouseholdScreen))
        assert app.screen.household_id == here.family_door  # type: ignore[attr-defined]
        await press(pilot, "escape")
        assert app.screen is screen
        assert screen.field("room").value == "102"
        assert len(shorts(here.book)) == 2


async def test_the_building_is_found_while_one_types_its_name(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await form(pilot, app, "3", "ctrl+p", *"新增住户", "enter")
        await press(pilot, "ctrl+s")
        assert "楼栋" in said(app)
        await press(pilot, "3")
        await until(pilot, lambda: isinstance(app.screen, FindDialog))
        assert "3栋" in drawn(app.screen.query_one("#find-hits"))
        await press(pilot, "x")
        assert "3栋" not in drawn(app.screen.query_one("#find-hits"))
        await press(pilot, "backspace", "enter")
        assert screen.chosen("building_id").value == here.building
        assert "满春十三网格" in drawn(screen.chosen("building_id"))


async def test_letters_typed_before_the_question_is_up_are_not_lost(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await form(pilot, app, "3", "ctrl+p", *"新增住户", "enter")
        line = screen.chosen("building_id")
        for letter in "3栋楼":
            # As a fast hand sends them: all before the app has dealt with the first.
            line.post_message(events.Key(letter, letter))
        await until(pilot, lambda: isinstance(app.screen, FindDialog))
        await settle(pilot)
        assert app.screen.query_one("#find-word").value == "3栋楼"  # type: ignore[attr-defined]
        await press(pilot, "escape")
        assert app.screen is screen, "it is asked for once"


async def test_neighbours_who_share_the_kitchen_are_ticked_off_the_nearest_first(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await form(pilot, app, "d")
        await press(pilot, "1", "down", "down", *"103", "up", "up")
        screen.chosen("shares_with").focus()
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, TickDialog))
        assert drawn(app.screen.query_one("#ticks")).splitlines()[0].split()[1] == "3-1-102"
        await press(pilot, "space", "space", "enter")
        assert "3-1-102 3-1-101" in drawn(screen.chosen("shares_with"))
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "3-1-103" in shorts(here.book))
        assert households.story(here.book, here.door).sharing_kitchen == ("3-1-102", "3-1-103")


async def test_a_free_address_is_enough_where_there_are_no_numbers(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await form(pilot, app, "d")
        await press(pilot, "down", "down", "down", *"楼梯间", "ctrl+s")
        await until(pilot, lambda: "楼梯间" in shorts(here.book))


async def test_a_door_is_put_right_from_its_page(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.open("household", here.door)
        await settle(pilot)
        screen = await form(pilot, app, "e", "d")
        assert screen.field("room").value == "101"
        await press(pilot, "ctrl+s")
        assert "没有要保存的" in said(app)
        screen.row("tenure").focus()
        await press(pilot, "p")
        screen.chosen("shares_with").focus()
        await press(pilot, "enter", "space", "enter", "ctrl+s")
        await until(pilot, lambda: households.get(here.book, here.door).tenure is Tenure.PUBLIC_RENT)
        door = households.get(here.book, here.door)
        assert (door.short, door.fuel) == ("3-1-101", Fuel.LPG_CYLINDER)
        assert households.sharing(here.book, here.door) == [here.family_door]
        await press(pilot, "u")
        await until(pilot, lambda: households.sharing(here.book, here.door) == [])


async def test_in_the_stairwell_d_adds_a_door_of_that_building_even_where_it_has_none(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        from casework.casebook.entries import AreaEntry

        empty = areas.add(here.book, AreaEntry(level="building", name="9栋", parent_id=here.grid)).subject_id
        app.open("stairwell", None, empty)
        screen = await form(pilot, app, "d")
        assert screen.chosen("building_id").value == empty
        await press(pilot, "1", "down", "down", *"101", "ctrl+s")
        await until(pilot, lambda: "9-1-101" in shorts(here.book))


# --- a building ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("keys", [[*"新增楼栋"], [*"add", "space", *"building"]], ids=["zh", "en"])
async def test_a_building_from_the_palette_belongs_to_the_grid_in_use(here: Neighbourhood, keys: list[str]) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await form(pilot, app, "ctrl+p", *keys, "enter")
        await press(pilot, *"5栋", "enter", *"红楼", "comma", *"5号楼", "ctrl+s")
        await until(pilot, lambda: len(areas.buildings(here.book, here.grid)) == 2)
        made = areas.buildings(here.book, here.grid)[-1]
        assert (made.name, made.aliases) == ("5栋", ("红楼", "5号楼"))
        assert "已添加：5栋" in said(app)


async def test_a_building_that_is_there_already_leads_to_its_stairwell(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await form(pilot, app, "ctrl+p", *"新增楼栋", "enter")
        await press(pilot, *"三号楼", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        await press(pilot, "y")
        await until(pilot, lambda: isinstance(app.screen, StairwellScreen))
        assert len(areas.buildings(here.book, here.grid)) == 1


async def test_in_an_empty_casebook_a_grid_comes_first_and_its_community_with_it(here: Neighbourhood) -> None:
    for table in ("household", "resident", "area"):
        here.book.write(lambda table=table: here.book.database.execute_sql(f"DELETE FROM {table}"))
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await form(pilot, app, "ctrl+p", *"新增楼栋", "enter")
        assert screen.row("level").value == "grid"
        screen.row("level").focus()
        await press(pilot, "b")
        assert "先新增网格" in says(screen, "area-says")
        await press(pilot, "g", "down", "down", *"第二网格", "ctrl+s")
        await until(pilot, lambda: [grid.name for grid in areas.grids(here.book)] == ["第二网格"])
        assert [(n.area.name, n.depth) for n in areas.tree(here.book)] == [("满春社区", 0), ("第二网格", 1)]
        await settle(pilot)
        assert "第二网格" in drawn(app.screen.query_one(StatusBar)), "it is the grid in use"


async def test_where_a_building_belongs_is_chosen_from_the_tree(here: Neighbourhood) -> None:
    from casework.casebook.entries import AreaEntry

    other = areas.add(here.book, AreaEntry(level="grid", name="第二网格", in_own_community=True)).subject_id
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await form(pilot, app, "ctrl+p", *"新增楼栋", "enter")
        await press(pilot, "up", "enter")
        await until(pilot, lambda: isinstance(app.screen, FindDialog))
        shown = drawn(app.screen.query_one("#find-hits"))
        assert "满春十三网格" in shown
        assert "满春社区" not in shown, "a building belongs to a grid"
        await press(pilot, *"二", "enter")
        assert screen.chosen("parent_id").value == other
        await press(pilot, *"7栋", "ctrl+s")
        await until(pilot, lambda: [one.name for one in areas.buildings(here.book, other)] == ["7栋"])


async def test_a_form_is_not_opened_above_itself(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await form(pilot, app, "ctrl+p", *"新增楼栋", "enter")
        await press(pilot, "ctrl+p", *"新增楼栋", "enter")
        assert app.screen is screen
        assert len(app.screen_stack) == 2
        assert "已经打开" in said(app)


# --- a place -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "kind"), [("zh_CN", "井盖"), ("en", "Manhole")])
async def test_a_new_place_by_a_key_of_the_list(here: Neighbourhood, code: str, kind: str) -> None:
    here.book.set_setting("language", code)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await form(pilot, app, "5", "a")
        await press(pilot, "ctrl+s")
        assert screen.focused is screen.row("kind")
        await press(pilot, "m", "down", "down", *"东门井盖", "enter", *"M17", "enter", *"东门", "ctrl+s")
        await until(pilot, lambda: places.count(here.book, places.PlaceFilter()) == 1)
        listed = app.screen
        assert isinstance(listed, PlacesScreen)
        row = drawn(listed.rows)
        assert kind in row
        assert "东门井盖" in row
    set_language("zh_CN")


async def test_a_number_that_is_there_already_leads_to_its_place(here: Neighbourhood) -> None:
    entry = PlaceEntry(grid_id=here.grid, kind="manhole", name="东门井盖", number="M17")
    first = places.add(here.book, entry).subject_id
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await form(pilot, app, "5", "a")
        await press(pilot, "m", "down", "down", *"西门井盖", "down", *"M17", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        await press(pilot, "y")
        await until(pilot, lambda: isinstance(app.screen, PlaceScreen))
        assert app.screen.place.id == first  # type: ignore[attr-defined]


async def test_a_place_is_put_right_and_a_draft_of_that_comes_back(here: Neighbourhood) -> None:
    entry = PlaceEntry(grid_id=here.grid, kind="manhole", name="东门井盖", number="M17")
    place = places.add(here.book, entry).subject_id
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await form(pilot, app, "5", "e", "2")
        assert await until_draft(here.book, "place_form", f"change/{place}") is not None
    again = CaseworkApp(here.book)
    async with again.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: isinstance(again.screen, PlaceForm))
        await settle(pilot)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: places.get(here.book, place).name == "东门井盖2")  # type: ignore[union-attr]
        assert drafts.latest(here.book) is None


@pytest.mark.parametrize("screen", [AreaForm, HouseholdForm, PlaceForm])
async def test_a_draft_of_each_form_stands_there_again_at_the_next_start(
    here: Neighbourhood, screen: type[RegisterForm]
) -> None:
    app = CaseworkApp(here.book)
    field = "room" if screen is HouseholdForm else "name"
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.open(screen.FORM, "new/")
        await until(pilot, lambda: isinstance(app.screen, screen))
        await settle(pilot)
        app.screen.query_one(f"#f-{field}").focus()
        await press(pilot, *"77")
        assert await until_draft(here.book, screen.FORM, "new/") is not None
    again = CaseworkApp(here.book)
    async with again.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: isinstance(again.screen, screen))
        await settle(pilot)
        assert again.screen.field(field).value == "77"  # type: ignore[attr-defined]
        assert again.screen.focused is again.screen.query_one(f"#f-{field}")
