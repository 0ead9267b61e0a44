"""Asking the resident back, joint visits and promises, by the keyboard."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from casework.casebook import followups, residents
from casework.casebook.entries import FollowupEntry, LifeStateEntry
from casework.casebook.followup_entries import DoneEntry, StepEntry
from casework.domain.resident import LifeState
from casework.tui.app import CaseworkApp
from casework.tui.dialogs import ConfirmDialog
from casework.tui.screens.joint_visit import JointVisitScreen
from casework.tui.screens.promises import PromisesScreen
from casework.tui.screens.verify import VerifyScreen
from casework.tui.widgets.pagelist import PageList
from casework.tui.widgets.picks import Picks
from tests.casebook.conftest import MORNING, Neighbourhood
from tests.tui.real import SMALL, drawn, press, said, settle, until

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from casework.casebook.clock import FrozenClock


def a_case(here: Neighbourhood, door: str) -> str:
    """A case that the worker is at."""
    entry = FollowupEntry(
        category="housing_repair", title="楼顶漏水", household_id=door, owner_kind="worker", owner=here.book.worker.id
    )
    found = followups.open(here.book, entry).subject_id
    followups.start(here.book, StepEntry(followup_id=found))
    return found


def done(here: Neighbourhood, door: str) -> str:
    """A case that was reported done."""
    found = a_case(here, door)
    followups.done(here.book, DoneEntry(followup_id=found, note="补了防水"))
    return found


async def asks(pilot: Pilot[int], app: CaseworkApp, *keys: str) -> None:
    """Open the sheet from the round, press keys, save."""
    await press(pilot, "w")
    await until(pilot, lambda: isinstance(app.screen, VerifyScreen))
    await press(pilot, *keys, "ctrl+s")


async def test_what_was_reported_done_is_on_the_round_and_asked_by_one_key(here: Neighbourhood) -> None:
    case = done(here, here.door)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        assert "待回访核实" in drawn(app.screen.query_one("#stops", PageList))
        await asks(pilot, app, "p", "5")
        await until(pilot, lambda: not isinstance(app.screen, VerifyScreen))
        assert "已保存" in said(app)
        assert "待回访核实" not in drawn(app.screen.query_one("#stops", PageList))
    row = followups.get(here.book, case).row
    assert (row.state, row.satisfaction) == ("closed_verified", 5)


async def test_not_put_right_needs_words_and_goes_back_to_the_owner(here: Neighbourhood) -> None:
    case = done(here, here.door)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await asks(pilot, app, "n", "1")
        assert isinstance(app.screen, VerifyScreen), "without words it is not saved"
        await press(pilot, *"wet", "ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, VerifyScreen))
    found = followups.get(here.book, case)
    assert found.row.state == "in_progress"
    assert (found.timeline[-1].note, found.timeline[-1].data["mode"]) == ("wet", "door")


async def test_a_day_that_was_agreed_comes_back_on_that_day(here: Neighbourhood, clock: FrozenClock) -> None:
    case = done(here, here.door)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await asks(pilot, app, "b", "]", "enter")
        await until(pilot, lambda: not isinstance(app.screen, VerifyScreen))
    row = followups.get(here.book, case).row
    assert row.state == "verifying"
    assert row.next_action_on == (MORNING + timedelta(days=8)).date()


async def test_after_the_tries_a_supervisor_may_close_it_unverified(here: Neighbourhood, clock: FrozenClock) -> None:
    case = done(here, here.door)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await asks(pilot, app, "r")
        await until(pilot, lambda: not isinstance(app.screen, VerifyScreen))
        app.open("followup_verify", case)
        await press(pilot, "x")
        assert app.screen.query_one("#answer", Picks).value == "", "one try is not enough"
        await press(pilot, "r", "ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, VerifyScreen))
        app.open("followup_verify", case)
        await press(pilot, "x", "tab", "tab", "tab", *"gone", "ctrl+s")
        assert "主管" in said(app), "nobody is named who decided it"
        await press(pilot, "shift+tab", *"Chen", "ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, VerifyScreen))
    found = followups.get(here.book, case)
    assert (found.row.state, found.result, found.row.tries) == ("closed_unverified", "gone", 2)
    assert found.timeline[-1].approved_by == "Chen"


async def test_who_is_met_is_asked_in_the_same_knock(here: Neighbourhood) -> None:
    case = done(here, here.door)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "v", "c", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        await press(pilot, "y", "p", "4", "ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, VerifyScreen))
    found = followups.get(here.book, case)
    assert (found.row.state, found.row.satisfaction) == ("closed_verified", 4)
    assert found.timeline[-1].data["mode"] == "door"


async def test_nobody_home_is_not_asked_anything(here: Neighbourhood) -> None:
    done(here, here.family_door)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "down", "n")
        assert not isinstance(app.screen, ConfirmDialog)


async def test_the_dead_are_never_asked(here: Neighbourhood) -> None:
    case = done(here, here.door)
    residents.life_state(here.book, LifeStateEntry(resident_id=here.mei, state=LifeState.DECEASED))
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        assert "待回访核实" not in drawn(app.screen.query_one("#stops", PageList))
        app.open("followup_verify", case)
        await press(pilot, "p")
        assert "都已去世" in str(app.screen.query_one("#whom").render())
        await press(pilot, "ctrl+s")
        assert "都已去世" in said(app)
    assert followups.get(here.book, case).row.state == "done"


async def test_a_half_filled_sheet_is_there_again(here: Neighbourhood) -> None:
    done(here, here.door)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "w", "n", "2", "escape", "w")
        assert app.screen.query_one("#answer", Picks).value == "not_put_right"
        assert app.screen.query_one("#content", Picks).value == "2"


async def test_a_joint_visit_with_its_promises_in_one_save(here: Neighbourhood) -> None:
    case = a_case(here, here.door)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.open("joint_visit", case)
        await press(pilot, "f5")
        assert "请先记到场的单位" in said(app)
        # By pinyin, by initials, in English; the last was invited and did not come.
        await press(pilot, *"wuye", "enter", *"cgzf", "enter", *"police", "enter", "enter")
        await press(pilot, "f5", "1", *"repair", "enter", "3", "y", "2", *"look", "enter", "5", "n", "escape")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, JointVisitScreen))
    visit = next(line for line in followups.get(here.book, case).timeline if line.kind == "joint_visit")
    assert visit.data["present"] == ["property_manager", "urban_management"]
    assert visit.data["invited"] == ["property_manager", "urban_management", "police"]
    made = followups.promises(here.book, followup_id=case)
    assert [(one.party, one.what, one.look) for one in made] == [
        ("property_manager", "repair", True), ("urban_management", "look", False),
    ]  # fmt: skip
    assert made[0].due_on == (MORNING + timedelta(days=3)).date()


async def test_a_promise_is_on_the_round_and_settled_from_there(here: Neighbourhood, clock: FrozenClock) -> None:
    case = a_case(here, here.door)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.open("joint_visit", case)
        await press(pilot, *"wuye", "enter", "f5", "1", *"repair", "enter", "1", "y")
        await press(pilot, "1", *"paint", "enter", "2", "y", "escape", "ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, JointVisitScreen))
        clock.instant = MORNING + timedelta(days=2)
        await press(pilot, "3", "1")
        assert "查承诺兑现" in drawn(app.screen.query_one("#stops", PageList))
        await press(pilot, "z")
        await until(pilot, lambda: isinstance(app.screen, PromisesScreen))
        assert "才能报办结" in str(app.screen.query_one("#left").render())
        await press(pilot, "y")
        await press(pilot, "n", "enter", *"no paint", "enter")
        await until(pilot, lambda: not followups.promises(here.book, followup_id=case, open_only=True))
        assert "没兑现" in drawn(app.screen.query_one("#promises", PageList))
    made = followups.promises(here.book, followup_id=case)
    assert [(one.state, one.words) for one in made] == [("kept", ""), ("broken", "no paint")]
