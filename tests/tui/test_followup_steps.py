"""Every step of a follow-up from every state by its key; those that cannot be taken say why."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from casework.casebook import areas, followups
from casework.casebook import followup_entries as more
from casework.casebook.entries import WorkerEntry
from casework.casebook.followups import FollowupFilter
from casework.domain.followup import TRANSITIONS, Action, State, allowed
from casework.tui import actions, casesteps
from casework.tui.app import CaseworkApp
from casework.tui.screens.followups import FollowupsScreen
from casework.tui.widgets.case import CaseView
from tests.tui.cases import at, chooses, in_state, opened
from tests.tui.real import SMALL, drawn, press, said, settle, until

if TYPE_CHECKING:
    from casework.casebook.clock import FrozenClock
    from tests.casebook.conftest import Neighbourhood

A, S = Action, State

WORDS = ("o", "k", "ctrl+s")
GAS = (*"gas_s", "enter")
KEYS: dict[Action, tuple[object, ...]] = {
    A.NOTE: WORDS,
    A.ASSIGN: (*GAS, "1"),
    A.ACCEPT: (),
    A.RETURN: WORDS,
    A.START: (),
    A.WAIT: WORDS,
    A.FINISH: WORDS,
    A.COULD_NOT_REACH: (),
    A.NOT_PUT_RIGHT: ("n", "ctrl+s", *WORDS),
    A.CAME_BACK: ("c", "ctrl+s", *WORDS),
    A.SUSPEND: WORDS,
    A.RESUME: (),
    A.EXTEND: WORDS,
    A.ASK_AGAIN: ("ctrl+s",),
    A.HELP: GAS,
    A.HELP_ENDS: ("enter",),
    A.LINK: ("enter", ("same",)),
    A.JOINT_VISIT: (*"gas", "enter", "ctrl+s"),
    A.PROMISE: ("a", "1", "o", "k", "enter", "1", "y"),
    A.PROMISE_KEPT: ("y",),
    A.PROMISE_BROKEN: ("n", "o", "k", "enter"),
    A.CLOSE_VERIFIED: ((A.CLOSE_VERIFIED,), *WORDS),
    A.CLOSE_UNVERIFIED: ((A.CLOSE_UNVERIFIED,), "o", "k", "tab", *"boss", "ctrl+s"),
    A.CLOSE_NOT_FIXED: ((A.CLOSE_NOT_FIXED,), *WORDS),
    A.MARK_DUPLICATE: ((A.MARK_DUPLICATE,), "enter", *WORDS),
    A.REOPEN: WORDS,
}
"""What is pressed after the key of a step; in brackets the line of a question."""

NOT_BY_ITSELF = {A.VERIFY: "asking begins with the first answer or try; the key that asks is tested with the answers"}
REFUSED = {(S.DONE, A.CLOSE_UNVERIFIED): "nobody has tried to reach the resident yet"}


def key_of(step: Action) -> str:
    """The registry's own action for a step, the one that takes fewest others."""
    found = sorted((len(does), name) for name, does in casesteps.DOES.items() if step in does)
    assert found, f"{step} has no action"
    return found[0][1]


@pytest.mark.parametrize(("state", "step"), sorted(TRANSITIONS), ids=lambda one: one.value)
def test_every_step_from_every_state_has_a_key(state: State, step: Action) -> None:
    action = actions.ACTIONS[key_of(step)]
    assert actions.all_keys(action), f"{step} from {state} cannot be reached by a key"
    assert step in KEYS or step in NOT_BY_ITSELF, "say here how it is pressed"


@pytest.mark.parametrize("state", list(State))
async def test_from_each_state_every_step_is_taken_by_its_key(here: Neighbourhood, state: State) -> None:
    opened(here, "另一件")
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        for step in allowed(state):
            if step in NOT_BY_ITSELF or (state, step) in REFUSED:
                continue
            case = in_state(here, state)
            if step in (A.PROMISE_KEPT, A.PROMISE_BROKEN):
                day = here.book.today() + timedelta(days=3)
                followups.promise(
                    here.book, more.PromiseEntry(followup_id=case, party="property_manager", what="-", due_on=day)
                )
            if step is A.HELP_ENDS:
                helper = more.HelpEntry(followup_id=case, owner_kind="department", owner="police")
                followups.help_with(here.book, helper)
            await at(pilot, case)
            before = [entry.id for entry in followups.get(here.book, case).timeline]
            typed = [actions.ACTIONS[key_of(step)].keys]
            for key in KEYS[step]:
                if isinstance(key, tuple):
                    await pilot.press(*typed)
                    await chooses(pilot, key[0])
                    typed = []
                else:
                    typed.append(str(key))
            await pilot.press(*typed)
            await settle(pilot)
            found = followups.get(here.book, case)
            taken = [entry.kind for entry in found.timeline if entry.id not in before]
            assert step.value in taken, f"{step} from {state}: {taken} {said(app)}"
            assert found.row.state == TRANSITIONS[state, step].value
            await pilot.press("escape")


@pytest.mark.parametrize("state", list(State))
async def test_only_allowed_steps_are_offered_and_the_others_say_why(here: Neighbourhood, state: State) -> None:
    case = in_state(here, state)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await at(pilot, case)
        shown = {action.id for action in app.screen.footer() if action.id in casesteps.DOES}  # type: ignore[attr-defined]
        able = {name for name, does in casesteps.DOES.items() if does & set(allowed(state))}
        assert shown == able
        before = len(followups.get(here.book, case).timeline)
        for name in sorted(set(casesteps.DOES) - able):
            app.screen.tell()  # type: ignore[attr-defined]
            await pilot.press(actions.ACTIONS[name].keys)
            await pilot.pause()
            assert said(app), name
            assert len(app.screen_stack) == 2, f"{name} opened something"
        assert len(followups.get(here.book, case).timeline) == before
        await press(pilot, "full_stop")
        menu = app.screen
        assert {action.id for action in menu.offered} == able  # type: ignore[attr-defined]
        await press(pilot, "t")
        await press(pilot, *WORDS)
        assert followups.get(here.book, case).timeline[-1].note == "ok"


async def test_accepting_takes_one_key_and_u_undoes_it(here: Neighbourhood) -> None:
    case = opened(here)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "3", "y")
        await until(pilot, lambda: followups.get(here.book, case).row.state == S.ACCEPTED)
        await until(pilot, lambda: "已保存" in said(app))
        await press(pilot, "u")
        await until(pilot, lambda: followups.get(here.book, case).row.state == S.ASSIGNED)


async def test_a_receipt_says_what_follows(here: Neighbourhood) -> None:
    case = opened(here)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "3", "a", *"police", "enter", "1")
        assert followups.get(here.book, case).row.owner == "police"
        assert "由李芳负责" in said(app)


async def test_the_resident_who_is_content_closes_it(here: Neighbourhood) -> None:
    case = in_state(here, S.DONE)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "3", "v", "p", "4", "ctrl+s")
        row = followups.get(here.book, case).row
        assert (row.state, row.satisfaction) == ("closed_verified", 4)


async def test_a_second_extension_asks_who_decided_it(here: Neighbourhood) -> None:
    case = opened(here)
    followups.extend(here.book, more.ExtendEntry(followup_id=case, note="-"))
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "3", "l", "o", "k", "ctrl+s")
        assert "主管决定" in said(app)
        await press(pilot, *"boss", "ctrl+s")
        assert followups.get(here.book, case).timeline[-1].approved_by == "boss"


async def test_an_extension_takes_the_day_from_the_calendar(here: Neighbourhood) -> None:
    case = opened(here)
    due = followups.get(here.book, case).row.due_on
    assert due is not None
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "3", "l", "o", "k", "f7", "plus", "enter", "ctrl+s")
        assert followups.get(here.book, case).row.due_on == due + timedelta(days=2)


async def test_what_is_too_late_for_an_extension_is_said_before_anything_is_typed(
    here: Neighbourhood, clock: FrozenClock
) -> None:
    case = opened(here)
    clock.instant += timedelta(days=200)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "3", "l")
        assert "超期" in said(app) or "逾期" in said(app), said(app)
        assert isinstance(app.screen, FollowupsScreen)
        assert followups.get(here.book, case).extensions == 0


async def test_somebody_by_name_did_the_work(here: Neighbourhood) -> None:
    case = in_state(here, S.IN_PROGRESS)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "3", "e", "o", "k", "f6", *"Zhao", "enter", "ctrl+s")
        row = followups.get(here.book, case).row
        assert (row.done_by_kind, row.done_by) == ("name", "Zhao")


async def test_what_is_half_typed_is_there_again_with_its_day(here: Neighbourhood) -> None:
    opened(here)
    case = followups.page(here.book, FollowupFilter())[0].id
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "3", "w", *"half", "f7", "plus", "enter", "escape")
        await press(pilot, "w", *"way", "ctrl+s")
        last = followups.get(here.book, case).timeline[-1]
        assert (last.note, last.until_on) == ("halfway", here.book.today() + timedelta(days=4))


async def test_a_case_is_linked_and_the_others_are_reached(here: Neighbourhood) -> None:
    first = opened(here, "头一回")
    second = opened(here, "又一回")
    number = followups.get(here.book, first).row.number
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await at(pilot, second)
        await press(pilot, "equals_sign", *number, "enter")
        await chooses(pilot, "same")
        assert followups.get(here.book, second).row.repeat_n == 2
        shown = drawn(app.screen.query_one(CaseView))
        assert "第2次" in shown
        assert number in shown
        await press(pilot, "right_square_bracket")
        assert app.screen.case.id == first  # type: ignore[attr-defined]


async def test_to_a_worker_by_a_part_of_the_name(here: Neighbourhood) -> None:
    case = opened(here)
    areas.add_worker(here.book, WorkerEntry(name="孙宏"))
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "3", "a", *"sunh", "enter", "1")
        row = followups.get(here.book, case).row
        assert row.owner_kind == "worker"
        assert row.owner != here.book.worker.id
