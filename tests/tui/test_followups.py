"""Follow-ups on the screen: what a case shows, list and board, filters, many at once, the figures, a new one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from casework import language
from casework.casebook import followup_entries as more
from casework.casebook import followups
from casework.casebook.entries import AssignEntry, NoteEntry
from casework.casebook.followups import FollowupFilter
from casework.domain.followup import State
from casework.tui.app import CaseworkApp
from casework.tui.screens.followups import FilterLine, FollowupsScreen
from casework.tui.widgets.board import BoardView, StateStrip
from casework.tui.widgets.case import CaseView
from casework.tui.widgets.matrix import MatrixView
from tests.tui.cases import at, in_state, listed, opened, several
from tests.tui.real import SMALL, WIDE, drawn, press, said, settle
from tests.tui.test_household import verbs

if TYPE_CHECKING:
    from casework.casebook.clock import FrozenClock
    from tests.casebook.conftest import Neighbourhood

S = State

# --- what a case shows -----------------------------------------------------------------------------------


async def test_what_people_wrote_is_shown_as_text(here: Neighbourhood) -> None:
    opened(here, "[b]烧烤店[/b]噪声\x1b[31m")
    app = CaseworkApp(here.book)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await press(pilot, "3")
        shown = drawn(app.screen.query_one(CaseView))
        assert "[b]烧烤店[/b]噪声" in shown
        assert "\x1b" not in shown
        await press(pilot, "tab")
        board = drawn(app.screen.query_one(BoardView))
        assert "[b]烧烤" in board
        assert "\x1b" not in board


async def test_the_number_of_who_reported_it_is_masked_until_it_is_revealed(here: Neighbourhood) -> None:
    opened(here, reported_by="赵敏", reported_phone="13800001234")
    app = CaseworkApp(here.book)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await press(pilot, "3")
        assert "13800001234" not in drawn(app.screen.query_one(CaseView))
        assert "138****1234" in drawn(app.screen.query_one(CaseView))
        await press(pilot, "r")
        assert "13800001234" in drawn(app.screen.query_one(CaseView))
        await press(pilot, "1", "3")
        assert "13800001234" not in drawn(app.screen.query_one(CaseView))
    assert "reveal" in verbs(here)


async def test_the_clock_and_what_it_reckons_stand_apart_from_what_people_did(
    here: Neighbourhood, clock: FrozenClock
) -> None:
    case = opened(here)
    followups.note(here.book, NoteEntry(followup_id=case, note="电话催过"))
    clock.instant += timedelta(days=90)
    app = CaseworkApp(here.book)
    async with app.run_test(size=(120, 60)) as pilot:
        await settle(pilot)
        await at(pilot, case)
        shown = drawn(app.screen.query_one(CaseView)).splitlines()
        reckoned = [row for row in shown if "按时限自动" in row]
        assert any("催办" in row for row in reckoned)
        assert any("上报街道" in row for row in reckoned)
        assert all(row.lstrip().startswith("⚑") for row in reckoned), reckoned
        assert not any("电话催过" in row for row in reckoned)
        assert any("已超" in row for row in shown), shown


async def test_a_stopped_clock_says_since_when_and_why(here: Neighbourhood) -> None:
    case = in_state(here, S.SUSPENDED)
    app = CaseworkApp(here.book)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await at(pilot, case)
        shown = drawn(app.screen.query_one(CaseView))
        assert "停止计时" in shown
        assert "挂账到" in shown


async def test_who_answers_until_it_is_accepted(here: Neighbourhood) -> None:
    case = opened(here)
    followups.assign(here.book, AssignEntry(followup_id=case, owner_kind="department", owner="police"))
    app = CaseworkApp(here.book)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await at(pilot, case)
        shown = drawn(app.screen.query_one(CaseView))
        assert "尚未受理" in shown
        assert "李芳" in shown


async def test_days_beyond_the_published_holidays_are_cautioned(here: Neighbourhood, clock: FrozenClock) -> None:
    clock.instant = clock.instant.replace(year=2031)
    case = opened(here)
    app = CaseworkApp(here.book)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await at(pilot, case)
        assert "2031" in drawn(app.screen.query_one(CaseView))


# --- list, board, filters --------------------------------------------------------------------------------


FILTERS: dict[str, tuple[str, set[str]]] = {
    "owner": ("责任方 lifang", {"mine", "returned"}),
    "department": ("责任方 派出所", {"noise"}),
    "category": ("类别 zaosheng", {"noise"}),
    "state": ("状态 done, to", {"done"}),
    "repeats": ("反复", {"gas", "noise"}),
    "mine": ("我的", {"mine", "gas", "noise", "returned"}),
    "supervisor": ("待督办", {"returned"}),
    "asked": ("待回访", {"done"}),
    "closed": ("范围 closed", {"closed"}),
}
"""What is typed, and which cases are then left."""


@pytest.mark.parametrize("name", sorted(FILTERS))
async def test_a_filter_is_found_by_typing(here: Neighbourhood, name: str) -> None:
    made = several(here)
    typed, left = FILTERS[name]
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "3", "g")
        for character in typed:
            await pilot.press("space" if character == " " else character)
        await press(pilot, "enter")
        assert listed(app) == {made[key] for key in left}, drawn(app.screen.query_one(FilterLine))


async def test_late_and_old_ones(here: Neighbourhood, clock: FrozenClock) -> None:
    old = opened(here, "老的")
    clock.instant += timedelta(days=60)
    young = opened(here, "新的")
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "3", "g", *"chaoqi", "enter")
        assert listed(app) == {old}
        await press(pilot, "backspace")
        assert listed(app) == {old, young}
        await press(pilot, "g", *"30", "enter")
        assert listed(app) == {old}


async def test_filters_combine_are_said_kept_and_cleared_by_one_key(here: Neighbourhood) -> None:
    made = several(here)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "3", "g", *"fanfu", "enter")
        await press(pilot, "g", *"police", "enter")
        assert listed(app) == {made["noise"]}
        shown = drawn(app.screen.query_one(FilterLine))
        assert "反复" in shown
        assert "派出所" in shown
        await press(pilot, "1", "3")
        assert listed(app) == {made["noise"]}
        await press(pilot, "backspace")
        assert len(listed(app)) == 5


async def test_the_list_says_light_repeat_owner_state_and_priority(here: Neighbourhood, clock: FrozenClock) -> None:
    made = several(here)
    clock.instant += timedelta(days=60)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "3")
        rows = drawn(app.screen.query_one("#list")).splitlines()
        number = followups.get(here.book, made["noise"]).row.number
        row = next(row for row in rows if number in row)
        for part in ("‼", "第2次", "吵", "派出所", "待受理", "迟"):
            assert part in row, row


async def test_the_board_is_walked_by_arrows_and_fits_a_small_screen(here: Neighbourhood) -> None:
    made = several(here)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "3", "tab")
        strip = drawn(app.screen.query_one(StateStrip))
        for name in ("待派", "待受理", "已受理", "退单", "处置中", "挂账", "已办", "回访中"):
            assert name in strip, strip
        screen = app.screen
        assert isinstance(screen, FollowupsScreen)
        while screen._board[screen.at].state != S.RETURNED:
            await press(pilot, "right")
        assert listed(app) == {made["returned"]}
        await press(pilot, "left", "left")
        assert listed(app) == {made["gas"], made["noise"], made["mine"]} - {
            one for one in made.values() if followups.get(here.book, one).row.state != S.ASSIGNED
        }
        await press(pilot, "tab")
        assert len(listed(app)) == 5


async def test_the_board_has_columns_where_there_is_room(here: Neighbourhood) -> None:
    made = several(here)
    app = CaseworkApp(here.book)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await press(pilot, "3", "tab")
        board = app.screen.query_one(BoardView)
        shown = drawn(board)
        assert "软管" in shown
        assert "派出所" in shown
        screen = app.screen
        assert isinstance(screen, FollowupsScreen)
        while screen._board[screen.at].state != S.RETURNED:
            await press(pilot, "right")
        assert screen.case is not None
        assert screen.case.id == made["returned"]
        await press(pilot, "space")
        assert "✚" in drawn(board)
        await press(pilot, "space", "s")
        assert followups.get(here.book, made["returned"]).row.state == S.IN_PROGRESS


async def test_closed_ones_have_no_board_and_the_key_says_so(here: Neighbourhood) -> None:
    made = several(here)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "3", "g", *"closed", "enter", "tab")
        assert "看板只显示未结的" in said(app)
        assert listed(app) == {made["closed"]}


async def test_both_languages(here: Neighbourhood) -> None:
    several(here)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "3", "f2")
        assert "5 open" in drawn(app.screen.query_one(FilterLine))
        assert "2nd time" in drawn(app.screen.query_one("#list"))
        await press(pilot, "tab")
        assert "returned" in drawn(app.screen.query_one(StateStrip))
    language.set_language("zh_CN")


# --- many at once ----------------------------------------------------------------------------------------


async def test_marked_ones_go_to_one_owner_in_one_save_with_one_undo(here: Neighbourhood) -> None:
    cases = [opened(here, f"第{n}件") for n in range(3)]
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "3", "space", "space")
        assert "已选中 2 件" in drawn(app.screen.query_one(FilterLine))
        await press(pilot, "a", *"police", "enter")
        owners = [followups.get(here.book, case).row.owner for case in cases]
        assert sorted(owners) == ["gas_supplier", "police", "police"]
        assert "已选中" not in drawn(app.screen.query_one(FilterLine))
        await press(pilot, "u")
        assert {followups.get(here.book, case).row.owner for case in cases} == {"gas_supplier"}


async def test_all_that_are_shown_are_marked_by_one_key(here: Neighbourhood) -> None:
    cases = [opened(here, f"第{n}件") for n in range(3)]
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "3", "asterisk", "a", *"police", "enter")
        assert {followups.get(here.book, case).row.owner for case in cases} == {"police"}


# --- figures ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_the_matrix_counts_what_went_where(
    here: Neighbourhood, clock: FrozenClock, size: tuple[int, int]
) -> None:
    case = in_state(here, S.DONE)
    answer = more.VerifyEntry(followup_id=case, answer=more.VerifyAnswer.PUT_RIGHT, satisfaction=4)
    followups.verify(here.book, answer)
    opened(here)
    app = CaseworkApp(here.book)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, "3", "f5")
        shown = drawn(app.screen.query_one(MatrixView))
        rows = {row.split()[0]: row.split()[1:] for row in shown.splitlines() if row.strip()}
        assert "2" in rows["立案"]
        assert "1" in rows["待受理"]
        assert "平均 4.0/5" in shown
        assert "1 件中 0 件" in shown
        await press(pilot, "left")
        assert "立案 0 件" in drawn(app.screen.query_one(MatrixView))
        for key in ("s", "w"):
            await press(pilot, key)
            assert "立案 2 件" in drawn(app.screen.query_one(MatrixView))
        await press(pilot, "c", "enter", "enter")
        assert "立案 2 件" in drawn(app.screen.query_one(MatrixView))
        await press(pilot, "escape")
        assert isinstance(app.screen, FollowupsScreen)


# --- a new case ------------------------------------------------------------------------------------------


async def test_a_new_one_takes_a_category_and_the_rest_follows(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.open("followup_form", here.door)
        await settle(pilot)
        await press(pilot, "8", "ctrl+s")
        case = followups.page(here.book, FollowupFilter())[0]
        assert (case.category, case.title, case.household_id) == ("noise", "噪声扰民", here.door)
        assert case.owner
        assert case.due_on is not None


async def test_what_it_is_about_takes_the_place_of_the_categorys_name(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.open("followup_form", here.door)
        await settle(pilot)
        await press(pilot, "8", *"lamp", "ctrl+s")
        assert followups.page(here.book, FollowupFilter())[0].title == "lamp"
