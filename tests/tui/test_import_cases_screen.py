"""The hotline's list comes in on the screen as a register does: seen first, tried, brought in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from casework.casebook import followups
from casework.casebook.followup_lists import FollowupFilter
from casework.tui import picking
from casework.tui.app import CaseworkApp
from casework.tui.dialogs import ChooseDialog, Said
from casework.tui.screens.import_ import ImportCasesScreen
from casework.tui.screens.round import RoundScreen
from tests.casebook.conftest import Neighbourhood
from tests.exchange.make_case_samples import BAD, GOOD
from tests.tui.real import SMALL, drawn, press, said, settle
from tests.tui.test_import_screen import copied, counts
from tests.tui.test_unlock import type_in, until


@pytest.fixture(autouse=True)
def begin_here(tmp_path: Path) -> None:
    """Choosing begins in the test's own folder."""
    picking._last[:] = [tmp_path]


async def test_the_hotlines_list_is_found_by_its_word_chosen_seen_and_brought_in_by_keys(
    here: Neighbourhood, tmp_path: Path
) -> None:
    copied("hotline.xlsx", tmp_path)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+p")
        await type_in(pilot, "导入工单")
        await press(pilot, "enter")
        await until(pilot, lambda: "hotline.xlsx" in app.export_screenshot())
        await press(pilot, "end", "enter")
        screen = app.screen
        assert isinstance(screen, ImportCasesScreen)
        await until(pilot, lambda: "试算" in counts(screen))
        assert f"将新增{len(GOOD)}" in counts(screen)
        columns = drawn(screen.query_one("#columns"))
        assert "工单编号" in columns
        assert "13000000101" not in columns
        assert followups.count(here.book, FollowupFilter(open=None)) == 0
        await press(pilot, "i")
        await until(pilot, lambda: "已导入" in counts(screen))
        assert followups.count(here.book, FollowupFilter(open=None)) == len(GOOD)
        assert f"退回{len(BAD)}" in counts(screen)
        assert "hotline-rejected" in said(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, RoundScreen)


async def test_a_column_that_is_not_known_is_kept_and_can_be_given_a_meaning(
    here: Neighbourhood, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_text("工单编号,诉求内容,状态,牌子\nA1,井盖松动,办理中,黄牌\n", encoding="utf-8")
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = ImportCasesScreen(path)
        app.push_screen(screen)
        await until(pilot, lambda: screen.preview is not None and not screen.running)
        assert "原样保留" in drawn(screen.query_one("#columns"))
        assert screen.query_one("#import-wrong", Said).what
        await press(pilot, "end", "enter")
        assert isinstance(app.screen, ChooseDialog)
        keys = [key for key, _label in screen.FILES.fields()]
        await press(pilot, *["down"] * keys.index("severity"), "enter")
        assert screen.mapping is not None
        assert screen.mapping.fields["severity"] == (3,)
        await press(pilot, "i")
        await until(pilot, lambda: "已导入" in counts(screen))
        (row,) = followups.page(here.book, FollowupFilter())
        assert row.official_number == "A1"


async def test_georeport_is_seen_and_brought_in_too(here: Neighbourhood, tmp_path: Path) -> None:
    path = copied("georeport.json", tmp_path)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = ImportCasesScreen(path)
        app.push_screen(screen)
        await until(pilot, lambda: screen.preview is not None and not screen.running)
        assert "试算" in counts(screen)
        await press(pilot, "i")
        await until(pilot, lambda: "新增2" in counts(screen) and "已导入" in counts(screen))
        path.write_text(json.dumps({"no": "list"}), encoding="utf-8")
        screen._look(path)
        await until(pilot, lambda: screen.preview is not None and screen.preview.problems)
        await press(pilot, "i")
        assert not screen.running
