"""The visit sheet: who was met, what follows from it, and that nothing typed there is lost or does harm."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError
from textual import events
from textual.widgets import TextArea

from casework.casebook import drafts, residents, rounds, visits
from casework.casebook.entries import EditEntry, VisitEntry, problems
from casework.domain.visit import Mode, Outcome
from casework.language import say
from casework.tui.app import CaseworkApp
from casework.tui.dialogs import Said
from casework.tui.screens.visit import VisitScreen
from casework.tui.welfare import WelfareDialog
from casework.tui.widgets.picks import Picks
from tests.tui.real import SMALL, press, said, settle, until, until_draft

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from casework.domain.visit import Visit
    from tests.casebook.conftest import Neighbourhood

NASTY = "[bold]王[/]\x1b[2J\x1b]0;x\x07\u202eevil\u2066"


async def sheet(pilot: Pilot[int], app: CaseworkApp, door: str) -> VisitScreen:
    """The sheet of a door, with the cursor in the outcome."""
    await settle(pilot)
    app.open("visit", door)
    await until(pilot, lambda: isinstance(app.screen, VisitScreen) and app.screen.focused is not None)
    await settle(pilot)
    screen = app.screen
    assert isinstance(screen, VisitScreen)
    return screen


async def saved(pilot: Pilot[int], here: Neighbourhood, door: str) -> Visit:
    """Save the sheet; the visit that is there then."""
    before = len(visits.of_household(here.book, door))
    await pilot.press("ctrl+s")
    await until(pilot, lambda: len(visits.of_household(here.book, door)) > before)
    await settle(pilot)
    return visits.of_household(here.book, door)[0]


def row(screen: VisitScreen, name: str) -> str:
    """What a row of choices shows."""
    picks = screen.query_one(f"#{name}", Picks)
    return "\n".join(picks.render_line(y).text for y in range(picks.size.height))


async def test_who_lives_alone_is_who_was_met(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await sheet(pilot, app, here.door)
        await pilot.press("c")
        assert (await saved(pilot, here, here.door)).met == (here.mei,)


async def test_a_visitor_opened_and_she_herself_was_not_seen(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await sheet(pilot, app, here.door)
        await press(pilot, "c", "down", "1")
        assert screen.query_one("#who", Picks).chosen == []
        assert (await saved(pilot, here, here.door)).met == ()
        assert residents.get(here.book, here.mei).last_seen_on is None


async def test_what_a_relative_tells_does_not_mean_that_she_was_seen(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await sheet(pilot, app, here.door)
        await press(pilot, "c")
        screen.query_one("#mode").focus()
        await press(pilot, "r")
        visit = await saved(pilot, here, here.door)
        assert (visit.mode, visit.met) == (Mode.RELATIVE, ())
        assert residents.get(here.book, here.mei).last_seen_on is None


async def test_of_several_nobody_is_guessed_and_the_sheet_says_what_that_means(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await sheet(pilot, app, here.family_door)
        assert "未点名" not in row(screen, "who")
        await press(pilot, "c")
        assert "未点名：只记这一户" in row(screen, "who")
        assert (await saved(pilot, here, here.family_door)).met == ()
        assert residents.get(here.book, here.wang).last_seen_on is None


async def test_the_widow_who_is_left_is_who_was_met_and_the_dead_are_not_offered(here: Neighbourhood) -> None:
    visits.log(here.book, VisitEntry(household_id=here.family_door, outcome="deceased", about=(here.wang,)))
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await sheet(pilot, app, here.family_door)
        assert "王强" not in row(screen, "who")
        await press(pilot, "c")
        assert (await saved(pilot, here, here.family_door)).met == (here.li,)


def test_met_by_one_key_at_the_door_of_a_widow_is_she(here: Neighbourhood) -> None:
    visits.log(here.book, VisitEntry(household_id=here.family_door, outcome="deceased", about=(here.wang,)))
    visits.met(here.book, here.family_door)
    assert visits.of_household(here.book, here.family_door)[0].met == (here.li,)


async def test_the_dead_have_not_moved_away(here: Neighbourhood) -> None:
    visits.log(here.book, VisitEntry(household_id=here.family_door, outcome="deceased", about=(here.wang,)))
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await sheet(pilot, app, here.family_door)
        await press(pilot, "m")
        await saved(pilot, here, here.family_door)
    assert residents.get(here.book, here.wang).life_state == "deceased"
    assert residents.get(here.book, here.li).life_state == "moved_away"


async def test_a_refusal_has_its_reason_and_nothing_that_was_talked_about(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await sheet(pilot, app, here.family_door)
        assert not screen.query_one("#reason").display
        await press(pilot, "r", "down")
        reasons = screen.query_one("#reason", Picks)
        assert screen.focused is reasons
        await press(pilot, reasons.picks[1].key)
        visit = await saved(pilot, here, here.family_door)
        assert (visit.outcome, visit.refusal_reason) == (Outcome.REFUSED, reasons.picks[1].value)
        assert visit.topics == ()


async def test_a_refusal_without_its_reason_is_not_saved_and_the_sheet_says_which_key(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await sheet(pilot, app, here.family_door)
        await press(pilot, "r")
        assert "按数字" in row(screen, "reason")
        await press(pilot, "ctrl+s")
        assert "为什么拒绝" in said(app)
        assert visits.of_household(here.book, here.family_door) == []
        assert screen.focused is screen.query_one("#reason")
        await press(pilot, "2", "ctrl+s")
        await until(pilot, lambda: visits.of_household(here.book, here.family_door))
    (visit,) = visits.of_household(here.book, here.family_door)
    assert visit.refusal_reason == "too_busy"


async def test_the_reason_is_one_digit_where_the_cursor_stands(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await sheet(pilot, app, here.family_door)
        await press(pilot, "9")
        assert screen.query_one("#reason", Picks).chosen == [], "nothing was refused yet"
        await press(pilot, "r", "2")
        assert screen.query_one("#outcome", Picks).chosen == ["refused"]
        visit = await saved(pilot, here, here.family_door)
    assert visit.refusal_reason == "too_busy"


async def test_a_slip_of_the_outcome_leaves_no_reason_behind(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await sheet(pilot, app, here.family_door)
        await press(pilot, "r", "2", "n")
        visit = await saved(pilot, here, here.family_door)
    assert (visit.outcome, visit.refusal_reason) == (Outcome.NO_ANSWER, None)


def test_no_refusal_enters_without_its_reason_whoever_saves_it(here: Neighbourhood) -> None:
    with pytest.raises(ValidationError) as wrong:
        VisitEntry(household_id=here.door, outcome="refused")
    ((field, phrase),) = problems(wrong.value)
    assert (field, phrase.text) == ("refusal_reason", "Say why it was refused.")
    with pytest.raises(ValidationError):
        VisitEntry(household_id=here.door, outcome="no_answer", refusal_reason="too_busy")


async def test_no_answer_on_the_sheet_shows_whom_to_ring_and_puts_the_door_on_todays_round(
    here: Neighbourhood,
) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await sheet(pilot, app, here.door)
        await press(pilot, "n", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, WelfareDialog))
        panel = app.screen
        assert isinstance(panel, WelfareDialog)
        steps = " ".join(say(step) for step in panel.steps)
        assert "梅建国" in steps
        assert "13000000099" in steps
        await press(pilot, "enter")
        assert "已保存" in said(app)
    urgent = [stop for stop in rounds.stops(here.book, here.grid, here.book.today()) if stop.urgent]
    assert [stop.household_id for stop in urgent] == [here.door]


async def test_nobody_at_a_familys_door_is_no_alarm(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await sheet(pilot, app, here.family_door)
        await press(pilot, "n")
        await saved(pilot, here, here.family_door)
        assert not isinstance(app.screen, WelfareDialog)


@pytest.mark.parametrize(
    ("keys", "days"), [(("1",), 1), (("3",), 3), (("7",), 7), (("0",), 30), (("c", "+", "enter"), 1)]
)
async def test_the_next_visit_by_one_key_or_by_the_calendar(
    here: Neighbourhood, keys: tuple[str, ...], days: int
) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await sheet(pilot, app, here.door)
        await press(pilot, "c")
        screen.query_one("#next").focus()
        await press(pilot, *keys)
        wanted = here.book.today() + timedelta(days=days)
        shown = str(screen.query_one("#moment", Said).render())
        assert f"{wanted.month}月{wanted.day}日" in shown, "the day is said wherever the cursor is"
        assert (await saved(pilot, here, here.door)).next_visit_on == wanted


async def test_the_sheet_of_a_late_entry_says_its_day_at_80_columns(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await sheet(pilot, app, here.door)
        await press(pilot, "c", "f4", "y", "1", "6", "3", "0", "enter")
        line = screen.query_one("#moment", Said)
        assert "昨天 16:30" in str(line.render())
        assert line.region.bottom <= 24
        visit = await saved(pilot, here, here.door)
        assert visit.happened_at.date() == date(2026, 5, 19)


async def test_an_undo_on_a_half_typed_sheet_says_what_it_undid_and_keeps_what_is_typed(here: Neighbourhood) -> None:
    visits.no_answer(here.book, here.family_door)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await sheet(pilot, app, here.door)
        screen.query_one("#note").focus()
        await press(pilot, *"half")
        assert await until_draft(here.book, "visit", here.door) is not None
        screen.query_one("#outcome").focus()
        await pilot.press("u")
        await until(pilot, lambda: "已撤销" in said(app))
        assert "3-1-102" in said(app)
        assert visits.of_household(here.book, here.family_door) == []
        kept = drafts.get(here.book, "visit", here.door)
        assert kept is not None
        assert kept.data["note"] == "half"
        assert screen.unsaved
        await press(pilot, "c")
        assert (await saved(pilot, here, here.door)).note == "half"


async def test_what_is_pasted_cannot_move_the_cursor_of_the_terminal(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await sheet(pilot, app, here.door)
        for field in ("note", "concern"):
            screen.query_one(f"#{field}").focus()
            await pilot.pause()
            app.post_message(events.Paste(NASTY))
            await settle(pilot)
        note = screen.query_one("#note", TextArea).text
        assert "[bold]王[/]" in note
        drawn = app.export_screenshot()
        for sign in ("\x1b", "\u202e", "\u2066", "\x07"):
            assert sign not in note
            assert sign not in screen.query_one("#concern").value  # type: ignore[attr-defined]
            assert sign not in drawn


async def test_a_name_of_any_kind_leaves_the_choices_readable(here: Neighbourhood) -> None:
    residents.edit(here.book, EditEntry(id=here.wang, values={"name": NASTY + "长" * 300}))
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await sheet(pilot, app, here.family_door)
        shown = row(screen, "who")
        assert "[bold]王[/]" in shown
        assert "李娟" in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown


async def test_ten_thousand_characters_are_kept_whole(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await sheet(pilot, app, here.door)
        await press(pilot, "c")
        screen.query_one("#note").focus()
        await pilot.pause()
        app.post_message(events.Paste("长" * 10_000))
        await settle(pilot)
        assert (await saved(pilot, here, here.door)).note == "长" * 10_000
