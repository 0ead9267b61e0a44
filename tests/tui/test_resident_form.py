"""A resident by hand: a new sheet, or one that is put right, by the keyboard alone at 80x24, in both languages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from casework import language
from casework.casebook import drafts, households, residents, undo
from casework.casebook.changes import ResidentChange
from casework.domain.resident import ResidenceState, Sex
from casework.tui.app import CaseworkApp
from casework.tui.dialogs import ConfirmDialog, Said
from casework.tui.finding import FindDialog
from casework.tui.screens.household import HouseholdScreen
from casework.tui.screens.resident_form import ResidentForm
from casework.tui.screens.round import RoundScreen
from casework.tui.widgets.formlines import LineField
from tests.tui.real import SMALL, drawn, said, settle, until, until_draft

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from tests.casebook.conftest import Neighbourhood

ID = "420102194103080002"


def keys(text: str) -> list[str]:
    """A text as the names of its keys."""
    names = {" ": "space", "-": "minus", ":": "colon", ".": "full_stop"}
    return [names.get(character, character) for character in text]


async def press(pilot: Pilot[int], *pressed: str) -> None:
    """Press keys one after the other, and let the last one have its effect."""
    await pilot.press(*pressed)
    await settle(pilot)


async def sheet(pilot: Pilot[int], app: CaseworkApp, door: str) -> ResidentForm:
    """The empty sheet, from the household's page by its key."""
    await settle(pilot)
    app.open("household", door)
    await until(pilot, lambda: isinstance(app.screen, HouseholdScreen))
    await press(pilot, "a")
    await until(pilot, lambda: isinstance(app.screen, ResidentForm))
    screen = app.screen
    assert isinstance(screen, ResidentForm)
    return screen


async def saved(pilot: Pilot[int], app: CaseworkApp) -> str:
    """Save, and give what is said of it on the page."""
    await pilot.press("ctrl+s")
    await until(pilot, lambda: isinstance(app.screen, HouseholdScreen) and said(app))
    return said(app)


def says(screen: ResidentForm) -> str:
    """What stands below the ID number."""
    line = screen.query_one("#number-says", Said)
    return str(line.render()) if line.display else ""


def people(here: Neighbourhood, door: str) -> dict[str, Any]:
    return {one.name: one for one in households.people_of(here.book, door)}


async def test_a_new_person_from_top_to_bottom_by_keys_alone(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await sheet(pilot, app, here.family_door)
        await press(pilot, *"罗春香", "enter", *ID)
        assert "1941年3月8日出生，85岁，女" in says(screen)
        # birth date and sex follow; on to phone, relation, head, registration, tags
        await press(
            pilot, "enter", "enter", "down", *"13900000007", "enter", "enter", *"岳母", "enter", "down", "3", "down"
        )
        await press(
            pilot,
            "1",
            "9",
            "down",
            "home",
            *(["delete"] * 10),
            *keys("2026.1.5"),
            "enter",
            *"x",
            "enter",
            "enter",
            "enter",
        )
        await press(pilot, *"罗军", "enter", *"儿子", "enter", *"13900000008", "enter", "enter", "enter", "enter")
        await press(pilot, "o", "down", "down", "n")
        assert "已添加：罗春香" in await saved(pilot, app)
        luo = people(here, here.family_door)["罗春香"]
        assert (luo.citizen_id, luo.born, luo.sex, luo.phone) == (ID, date(1941, 3, 8), Sex.FEMALE, "13900000007")
        assert (luo.relation, luo.residence_state) == ("岳母", ResidenceState.RESIDENT_NOT_REGISTERED)
        assert [(tag.tag, tag.since, tag.source) for tag in luo.tags] == [
            ("lives_alone", date(2026, 1, 5), "李芳x"), ("minimum_living_allowance", here.book.today(), "李芳"),
        ]  # fmt: skip
        assert [(c.name, c.relation, c.phone) for c in luo.contacts] == [("罗军", "儿子", "13900000008")]
        agreed = {c.purpose: (c.given, c.how, c.given_on) for c in residents.consents(here.book, luo.id)}
        today = here.book.today()
        assert agreed == {"home_visit": (True, "oral", today), "sharing_departments": (False, "no", today)}
        await pilot.press("u")
        await until(pilot, lambda: "罗春香" not in people(here, here.family_door))


async def test_a_number_says_how_much_is_missing_and_what_is_wrong(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await sheet(pilot, app, here.door)
        await press(pilot, "down", *ID[:10])
        assert "还差 8 位" in says(screen)
        await press(pilot, *ID[10:-1], "9")
        assert "校验位不符" in says(screen)
        await press(pilot, "up", *"李", "ctrl+s")
        await until(pilot, lambda: "校验位不符" in said(app))
        assert ID[:6] not in said(app)
        assert list(people(here, here.door)) == ["梅秀兰"]


async def test_a_number_that_somebody_has_says_who_and_leads_there(here: Neighbourhood) -> None:
    residents.change(here.book, ResidentChange(id=here.mei, citizen_id=ID))
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await sheet(pilot, app, here.family_door)
        await press(pilot, *"李四", "down", *ID)
        assert "梅秀兰" in says(screen)
        assert "3-1-101" in says(screen)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        await press(pilot, "y")
        await until(pilot, lambda: isinstance(app.screen, HouseholdScreen))
        assert app.screen.household_id == here.door  # type: ignore[attr-defined]
        await press(pilot, "escape")
        assert app.screen is screen, "what was typed is still there"
        assert screen.field("name").value == "李四"
        assert "李四" not in people(here, here.family_door)


async def test_what_contradicts_the_number_is_said_and_nothing_is_saved(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await sheet(pilot, app, here.family_door)
        await press(pilot, *"罗春香", "down", *ID, "down", "end", "backspace", "7", "ctrl+s")
        await until(pilot, lambda: "出生日期与身份证号不符" in said(app))
        assert screen.field("born").value == "1941-03-07"
        await press(pilot, "backspace", "x", "ctrl+s")
        assert "出生日期：" in said(app)
        assert screen.focused is screen.field("born")
        assert "罗春香" not in people(here, here.family_door)


async def test_nobody_without_a_name_and_no_child(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await sheet(pilot, app, here.door)
        await press(pilot, "ctrl+s")
        assert "姓名" in said(app)
        assert screen.focused is screen.field("name")
        await press(pilot, *"小梅", "down", "down", *"20200101", "ctrl+s")
        await until(pilot, lambda: "14" in said(app))
        assert list(people(here, here.door)) == ["梅秀兰"]


async def test_from_the_palette_the_door_is_found_by_name_while_one_types(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "3", "ctrl+p", *"新增居民", "enter")
        await until(pilot, lambda: isinstance(app.screen, ResidentForm))
        screen = app.screen
        assert isinstance(screen, ResidentForm)
        await press(pilot, *"王强")
        await until(pilot, lambda: isinstance(app.screen, FindDialog))
        await press(pilot, "enter")
        assert screen.chosen("household_id").value == here.family_door
        assert screen.focused is screen.field("name")
        await press(pilot, *"罗军", "ctrl+s")
        await until(pilot, lambda: "罗军" in people(here, here.family_door))


async def test_half_a_second_after_the_last_key_the_sheet_is_in_the_database_and_stands_there_again(
    here: Neighbourhood,
) -> None:
    subject = f"new/{here.family_door}"
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await sheet(pilot, app, here.family_door)
        await press(pilot, *"罗春香")
        screen.row("tags").focus()
        await press(pilot, "1", "down", "end", "backspace", "1")
        screen.query("ContactLine LineField").first().focus()
        await press(pilot, *"罗军")
        draft = await until_draft(here.book, "resident_form", subject, says="罗军")
        assert draft is not None
    language.set_language("zh_CN")
    here.clock.instant += timedelta(minutes=1)
    again = CaseworkApp(here.book)
    async with again.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: isinstance(again.screen, ResidentForm))
        await settle(pilot)
        form = again.screen
        assert isinstance(form, ResidentForm)
        assert form.field("name").value == "罗春香"
        assert [(tag, line.since.value) for tag, line in form._tags.items()] == [("lives_alone", "2026-05-21")]
        assert form._contacts[0].texts == ("罗军", "", "")
        assert form.unsaved
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "罗春香" in people(here, here.family_door))
        assert drafts.get(here.book, "resident_form", subject) is None


async def test_what_is_put_right_is_saved_and_what_is_not_touched_stays(here: Neighbourhood) -> None:
    residents.change(here.book, ResidentChange(id=here.mei, citizen_id=ID, relation="户主"))
    before = residents.get(here.book, here.mei)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.open("household", here.door)
        await settle(pilot)
        await press(pilot, "p")
        await until(pilot, lambda: isinstance(app.screen, ResidentForm))
        screen = app.screen
        assert isinstance(screen, ResidentForm)
        await press(pilot, "backspace", *"蓝")
        screen.row("tags").focus()
        await press(pilot, "1", "b")
        screen.query("ContactLine LineField").results(LineField).__iter__().__next__().focus()
        await press(pilot, "down", "down", *"13900000009")
        await saved(pilot, app)
        mei = residents.get(here.book, here.mei)
        assert (mei.name, mei.citizen_id, mei.phone, mei.born) == ("梅秀蓝", ID, before.phone, before.born)
        assert {tag.tag for tag in mei.tags if tag.holds_on(here.book.today())} == {"hardship"}
        assert [(c.name, c.phone) for c in mei.contacts] == [("梅建国", "13900000009")]
        undo.undo_last(here.book)
        assert residents.get(here.book, here.mei) == before


async def test_a_number_on_file_does_not_stand_in_the_form_and_is_taken_away_on_purpose_only(
    here: Neighbourhood,
) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.open("resident_form", f"change/{here.mei}")
        await until(pilot, lambda: isinstance(app.screen, ResidentForm))
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, ResidentForm)
        assert screen.field("phone").value == ""
        shown = app.export_screenshot()
        assert "13000000001" not in shown
        assert "0001" in shown
        await press(pilot, "ctrl+s")
        assert "没有要保存的" in said(app)
        screen.field("phone").focus()
        await press(pilot, "minus", "ctrl+s")
        await until(pilot, lambda: residents.get(here.book, here.mei).phone == "")
        assert residents.get(here.book, here.mei).contacts[0].phone == "13000000099"


async def test_what_was_put_right_elsewhere_meanwhile_is_not_undone_by_an_old_draft(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.open("resident_form", f"change/{here.mei}")
        await settle(pilot)
        await press(pilot, *"x")
        assert await until_draft(here.book, "resident_form", f"change/{here.mei}") is not None
    residents.change(here.book, ResidentChange(id=here.mei, relation="户主", residence_state="registered_not_resident"))
    again = CaseworkApp(here.book)
    async with again.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: isinstance(again.screen, ResidentForm))
        await settle(pilot)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: residents.get(here.book, here.mei).name == "梅秀兰x")
        mei = residents.get(here.book, here.mei)
        assert (mei.relation, mei.residence_state) == ("户主", ResidenceState.REGISTERED_NOT_RESIDENT)


async def test_in_english_a_new_person_is_added_in_80_columns(here: Neighbourhood) -> None:
    here.book.set_setting("language", "en")
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await sheet(pilot, app, here.family_door)
        shown = app.export_screenshot()
        for label in ("Full&#160;name", "Birth&#160;date", "Emergency", "registered&#160;here"):
            assert label in shown, label
        assert "head of the household" in drawn(screen.row("head"))
        await press(pilot, *"Luo", "enter", *ID)
        assert "8 Mar 1941, 85 years, female" in says(screen)
        assert "Added: Luo" in await saved(pilot, app)


async def test_escape_leaves_the_sheet_and_keeps_it(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "a", *"罗", "escape")
        assert isinstance(app.screen, RoundScreen)
        await press(pilot, "a")
        await until(pilot, lambda: isinstance(app.screen, ResidentForm))
        await settle(pilot)
        assert app.screen.field("name").value == "罗"  # type: ignore[attr-defined]
        await press(pilot, "f8", "y")
        assert app.screen.field("name").value == ""  # type: ignore[attr-defined]
        assert not app.screen.unsaved  # type: ignore[attr-defined]
