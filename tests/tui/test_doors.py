"""At a door: the visit sheet, no answer, met, finding anyone, the household's page; by keys alone, on a real casebook."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from casework.casebook import drafts, history, residents, rounds, visits
from casework.casebook.book import Casebook
from casework.casebook.clock import FrozenClock
from casework.casebook.entries import EditEntry, VisitEntry
from casework.domain.visit import Outcome
from casework.language import say
from casework.tui.app import CaseworkApp
from casework.tui.dialogs import Said
from casework.tui.screens.household import HouseholdScreen
from casework.tui.screens.residents import ResidentsScreen
from casework.tui.screens.visit import VisitScreen
from casework.tui.welfare import WelfareDialog
from casework.tui.widgets.bars import Notice
from casework.tui.widgets.picks import Picks
from casework.tui.widgets.story import Story
from tests.casebook.conftest import MORNING, Neighbourhood

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.pilot import Pilot


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Neighbourhood]:
    clock = FrozenClock(MORNING)
    book, _ = Casebook.create(tmp_path / "a.casework", community="满春社区", worker="李芳", secret=None, clock=clock)
    yield Neighbourhood(book, clock)
    book.close()


async def settle(pilot: Pilot[int]) -> None:
    for _n in range(4):
        await pilot.pause(0.03)


async def at_the_door(pilot: Pilot[int], app: CaseworkApp, household: str) -> VisitScreen:
    await settle(pilot)
    app.open("visit", household)
    await settle(pilot)
    screen = app.screen
    assert isinstance(screen, VisitScreen)
    return screen


async def test_nothing_is_chosen_until_a_key_chooses_it(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await at_the_door(pilot, app, here.door)
        assert screen.outcome is None
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert visits.of_household(here.book, here.door) == []
        assert "先选结果" in screen.query_one(Notice).text


async def test_met_with_topics_a_note_and_a_next_visit(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await at_the_door(pilot, app, here.family_door)
        await pilot.press("c", "down", "2")
        screen.query_one("#topics").focus()
        await pilot.press("h", "g")
        screen.query_one("#note").focus()
        await pilot.press(*"tired")
        screen.query_one("#next").focus()
        await pilot.press("7", "ctrl+s")
        await settle(pilot)
        [visit] = visits.of_household(here.book, here.family_door)
        assert visit.outcome is Outcome.COMPLETED
        assert visit.met == (here.li,)
        assert visit.topics == ("health", "gas")
        assert visit.note == "tired"
        assert visit.next_visit_on == MORNING.date() + timedelta(days=7)
        assert residents.get(here.book, here.li).last_seen_on == MORNING.date()


async def test_details_are_impossible_where_nobody_was_met(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await at_the_door(pilot, app, here.family_door)
        await pilot.press("c", "down", "1", "up", "n")
        await settle(pilot)
        assert not screen.query_one("#who", Picks).can_focus
        assert screen.query_one("#who", Picks).chosen == []
        assert not screen.query_one("#topics", Picks).can_focus
        await pilot.press("ctrl+s")
        await settle(pilot)
        [visit] = visits.of_household(here.book, here.family_door)
        assert (visit.outcome, visit.met, visit.topics) == (Outcome.NO_ANSWER, (), ())


async def test_a_death_asks_who_and_asks_twice(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=(80, 24)) as pilot:
        await at_the_door(pilot, app, here.family_door)
        await pilot.press("d", "ctrl+s")
        await settle(pilot)
        assert visits.of_household(here.book, here.family_door) == []
        await pilot.press("1", "ctrl+s")
        await settle(pilot)
        await pilot.press("y")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert visits.of_household(here.book, here.family_door) == [], "enter does not answer the second question"
        await pilot.press("y")
        await settle(pilot)
        assert residents.get(here.book, here.wang).life_state == "deceased"
        assert residents.get(here.book, here.li).life_state == "living_here"


async def test_a_late_entry_has_its_own_time(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=(80, 24)) as pilot:
        await at_the_door(pilot, app, here.door)
        await pilot.press("c", "f4")
        await settle(pilot)
        await pilot.press("y", "1", "6", "3", "0", "enter")
        await settle(pilot)
        await pilot.press("ctrl+s")
        await settle(pilot)
        [visit] = visits.of_household(here.book, here.door)
        assert visit.happened_at.isoformat() == "2026-05-19T16:30:00+08:00"
        assert visit.entered_at.date() == MORNING.date()


async def test_no_answer_is_one_key_and_the_ladder_is_shown(here: Neighbourhood) -> None:
    here.clock.instant += timedelta(days=35)
    app = CaseworkApp(here.book)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert app.screen.household_id == here.door
        await pilot.press("n")
        await settle(pilot)
        panel = app.screen
        assert isinstance(panel, WelfareDialog)
        steps = " ".join(say(step) for step in panel.steps)
        assert "梅建国" in steps
        assert "13000000099" in steps
        urgent = [stop for stop in rounds.stops(here.book, here.grid, here.book.today()) if stop.urgent]
        assert [stop.household_id for stop in urgent] == [here.door]
        for key in ("n", "down", "x"):
            await pilot.press(key)
            assert app.screen is panel, "a hand on its way to the next door does not put it away"
        await pilot.press("enter")
        await settle(pilot)
        assert "已保存" in app.screen.query_one(Notice).text
        assert len(visits.of_household(here.book, here.door)) == 1


async def test_no_answer_is_undone_from_the_panel_by_one_key(here: Neighbourhood) -> None:
    here.clock.instant += timedelta(days=35)
    app = CaseworkApp(here.book)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("n")
        await settle(pilot)
        await pilot.press("u")
        await settle(pilot)
        assert visits.of_household(here.book, here.door) == []
        assert "已撤销" in app.screen.query_one(Notice).text


async def test_met_with_nothing_to_note_is_one_key(here: Neighbourhood) -> None:
    here.clock.instant += timedelta(days=35)
    app = CaseworkApp(here.book)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("m")
        await settle(pilot)
        [visit] = visits.of_household(here.book, here.door)
        assert (visit.outcome, visit.met) == (Outcome.COMPLETED, (here.mei,))


async def test_a_half_typed_sheet_is_kept_and_stands_there_again(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await at_the_door(pilot, app, here.door)
        await pilot.press("c")
        screen.query_one("#note").focus()
        await pilot.press(*"half")
        await pilot.pause(0.6)
        kept = drafts.get(here.book, "visit", here.door)
        assert kept is not None
        assert kept.data["note"] == "half"
    again = CaseworkApp(here.book)
    async with again.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await settle(pilot)
        screen = again.screen
        assert isinstance(screen, VisitScreen)
        assert screen.outcome is Outcome.COMPLETED
        assert screen.focused is not None
        assert screen.focused.id == "note"


async def test_anyone_is_found_in_five_keys_or_fewer(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("slash", "m", "x", "l", "enter")
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, ResidentsScreen)
        assert screen.household_id == here.door
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, HouseholdScreen)


async def test_numbers_are_masked_until_revealed_and_the_reveal_is_kept(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.open("household", here.door)
        await settle(pilot)
        assert "13000000001" not in whole(app)
        await pilot.press("r")
        await settle(pilot)
        await pilot.press("1")
        await settle(pilot)
        assert "13000000001" in whole(app)
        assert any("reveal" in entry for entry in verbs(here))
        await pilot.press("escape")
        await settle(pilot)
        app.open("household", here.door)
        await settle(pilot)
        assert "13000000001" not in whole(app)


def verbs(here: Neighbourhood) -> list[str]:
    return [row[0] for row in here.book.database.execute_sql("SELECT verb FROM action").fetchall()]


def whole(app: CaseworkApp) -> str:
    view = app.screen.query_one("#whole")
    return "\n".join("".join(text for text, _tone in parts) for parts in view._lines or ())


NASTY = "[bold]王[/]\x1b[2J\x1b]0;x\x07\u202eevil\u2066👵🏽" + "长" * 10_000


async def test_whatever_people_wrote_is_shown_as_text(here: Neighbourhood) -> None:
    residents.edit(here.book, EditEntry(id=here.mei, values={"name": NASTY[:400]}))
    visits.log(
        here.book,
        VisitEntry(household_id=here.door, outcome="completed", met=(here.mei,), note=NASTY),
    )
    app = CaseworkApp(here.book)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("2")
        await settle(pilot)
        app.open("household", here.door)
        await settle(pilot)
        svg = app.export_screenshot()
        assert "[bold]" in whole(app)
        for sign in ("\x1b", "\u202e", "\u2066", "\x07"):
            assert sign not in whole(app)
            assert sign not in svg


async def test_risk_is_set_by_hand_with_words(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.open("household", here.door)
        await settle(pilot)
        await pilot.press("e")
        await settle(pilot)
        await pilot.press("3")
        await settle(pilot)
        await pilot.press("1")
        await settle(pilot)
        await pilot.press(*"fell", "enter")
        await settle(pilot)
        person = residents.get(here.book, here.mei)
        assert (person.risk_override, person.risk_reason) == ("red", "fell")
        assert history.of_record(here.book, here.mei)[-1].fields == ("risk_override", "risk_reason")


async def test_an_undo_does_not_promise_to_be_undone(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("n")
        await settle(pilot)
        await pilot.press("u")
        await settle(pilot)
        said = app.screen.query_one(Notice).text
        assert "已撤销" in said
        assert "已保存" not in said
        assert "按 u" not in said


async def test_escape_leaves_the_search_and_nobody_found_shows_nobodys_story(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("slash", *"mei")
        await pilot.pause(0.2)
        screen = app.screen
        assert isinstance(screen, ResidentsScreen)
        story = screen.query_one(Story)
        assert story.story is not None
        await pilot.press(*"zzz")
        await pilot.pause(0.2)
        assert story.story is None
        await pilot.press("escape")
        await pilot.pause(0.2)
        assert screen.focused is screen.hits
        assert screen.household_id is not None
        assert story.story is not None


async def test_the_stairwell_says_which_building_it_is(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("s")
        await settle(pilot)
        assert str(app.screen.query_one("#building", Said).render()) == "3栋"


async def test_an_old_receipt_does_not_offer_an_undo_that_has_become_another(here: Neighbourhood) -> None:
    here.clock.instant += timedelta(days=35)
    app = CaseworkApp(here.book)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("m")
        await settle(pilot)
        assert "按 u 撤销" in app.screen.query_one(Notice).text
        await pilot.press("question_mark")
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert "按 u 撤销" in app.screen.query_one(Notice).text, "a question over the screen leaves it standing"
        await pilot.press("2")
        await settle(pilot)
        await pilot.press("1")
        await settle(pilot)
        assert app.screen.query_one(Notice).text == ""
