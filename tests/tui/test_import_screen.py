"""A roster comes in on the screen: seen first, tried, brought in, stopped at will; every row is accounted for."""

from __future__ import annotations

import asyncio
import csv
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from casework import language
from casework.casebook import register, residents
from casework.tui import background, picking
from casework.tui.app import CaseworkApp
from casework.tui.dialogs import ChooseDialog, ConfirmDialog, Said
from casework.tui.screens.import_ import ImportScreen
from casework.tui.screens.round import RoundScreen
from casework.tui.screens.unlock import UnlockScreen
from casework.tui.widgets.progress import Progress
from tests.casebook.conftest import Neighbourhood
from tests.tui.real import SMALL, drawn, press, said, settle
from tests.tui.test_unlock import type_in, until

if TYPE_CHECKING:
    from textual.pilot import Pilot

ROWS = 50_000
"""Enough that an import takes its seconds."""

SAMPLES = Path(__file__).parents[1] / "exchange" / "samples"


@pytest.fixture(autouse=True)
def begin_here(tmp_path: Path) -> None:
    """Choosing begins in the test's own folder."""
    picking._last[:] = [tmp_path]


@pytest.fixture
def slow_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk on which a batch takes its time: a quick machine brings all rows in before two keys are pressed."""
    entered = register.apply_rows

    def apply_rows(*args: object, **kwargs: object) -> object:
        time.sleep(0.1)
        return entered(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(register, "apply_rows", apply_rows)


def copied(name: str, folder: Path) -> Path:
    """A sample where the rejected rows may lie beside it."""
    path = folder / name
    path.write_bytes((SAMPLES / name).read_bytes())
    return path


def big(folder: Path, rows: int) -> Path:
    """A plain roster of so many people."""
    path = folder / "大名册.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["姓名", "网格", "楼栋", "单元", "房号", "联系电话"])
        for n in range(rows):
            out.writerow(
                [f"张{chr(0x4E00 + n % 5000)}", "第二网格", f"{n // 200 + 1}栋", "1", n % 200 + 101, 13100000000 + n]
            )
    return path


def counts(screen: ImportScreen) -> str:
    from casework.language import say

    return say(screen.query_one("#import-counts", Said).what)


async def opened(app: CaseworkApp, pilot: Pilot[int], path: Path) -> ImportScreen:
    """The screen with a file looked at."""
    screen = ImportScreen(path)
    app.push_screen(screen)
    await until(pilot, lambda: screen.preview is not None and not screen.running)
    return screen


async def until_some(screen: ImportScreen) -> None:
    """Wait until the first rows are in."""
    limit = time.monotonic() + 10
    while not screen.done_rows:
        assert time.monotonic() < limit
        await asyncio.sleep(0.005)


async def test_the_messy_roster_is_chosen_seen_and_brought_in_by_keys(here: Neighbourhood, tmp_path: Path) -> None:
    copied("messy.xlsx", tmp_path)
    before = residents.page(here.book)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.action_app_import()
        await until(pilot, lambda: "messy.xlsx" in app.export_screenshot())
        await press(pilot, "end", "enter")
        screen = app.screen
        assert isinstance(screen, ImportScreen)
        await until(pilot, lambda: "试算" in counts(screen))
        columns = drawn(screen.query_one("#columns"))
        assert "联系电话" in columns
        assert "梅秀兰" in columns
        assert "13000000002" not in columns
        assert "130****0002" in columns
        for tags in ("低保", "失能", "重残"):
            assert tags not in columns, "who has which welfare tag is nobody's business on a screen"
        tried = counts(screen)
        assert len(residents.page(here.book)) == len(before)
        await press(pilot, "i")
        await until(pilot, lambda: "已导入" in counts(screen))
        assert counts(screen).removeprefix("已导入：新增") == tried.removeprefix("试算：将新增")
        assert "退回的行及原因在" in said(app)
        rejects = list(tmp_path.glob("messy-rejected-*.xlsx"))
        assert len(rejects) == 1
        assert rejects[0].name in said(app)
        assert len(residents.page(here.book)) > len(before)
        await press(pilot, "escape")
        assert isinstance(app.screen, RoundScreen)


async def test_the_same_file_again_changes_nothing(here: Neighbourhood, tmp_path: Path) -> None:
    path = copied("utf8-bom.csv", tmp_path)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await opened(app, pilot, path)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "已导入" in counts(screen))
        await press(pilot, "i")
        await until(pilot, lambda: not screen.running)
        assert "新增0，更新0" in counts(screen)


async def test_what_a_column_is_taken_for_can_be_changed(here: Neighbourhood, tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("称呼甲,门牌\n梅一,5-1-101\n", encoding="utf-8")
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = ImportScreen(path)
        app.push_screen(screen)
        await until(pilot, lambda: screen.preview is not None)
        await press(pilot, "i")
        assert screen.query_one("#import-wrong", Said).what
        assert not screen.running
        path.write_text("称呼甲,地址,电话\n梅一,5栋1单元101,13000000007\n", encoding="utf-8")
        screen._look(path)
        await until(pilot, lambda: screen.preview is not None and len(screen.preview.rows[0]) == 3)
        assert "不导入：不认识" in drawn(screen.query_one("#columns"))
        await press(pilot, "home", "enter")
        assert isinstance(app.screen, ChooseDialog)
        keys = [key for key, _label in ImportScreen.FILES.fields()]
        await press(pilot, *["down"] * keys.index("name"), "enter")
        assert app.screen is screen
        assert screen.mapping is not None
        assert screen.mapping.problems() == ()
        await press(pilot, "t")
        await until(pilot, lambda: "将新增1" in counts(screen))


async def test_another_sheet_of_the_file_can_be_looked_at(here: Neighbourhood, tmp_path: Path) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await opened(app, pilot, copied("messy.xlsx", tmp_path))
        await press(pilot, "b")
        await press(pilot, "1")
        await until(pilot, lambda: screen.preview is not None and screen.preview.sheet == "填表说明")
        await press(pilot, "i")
        assert not screen.running


async def test_a_file_that_is_no_roster_is_said_in_one_sentence(here: Neighbourhood, tmp_path: Path) -> None:
    path = tmp_path / "bad[red].xlsx"
    path.write_bytes(b"PK\x03\x04 nothing")
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        app.push_screen(ImportScreen(path))
        await settle(pilot)
        await until(pilot, lambda: said(app) != "")
        assert "[red]" in app.export_screenshot()
        await press(pilot, "i")
        assert "请先选一个文件" in said(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, RoundScreen)


@pytest.mark.usefixtures("slow_disk")
async def test_stopping_asks_and_says_how_much_is_in(here: Neighbourhood, tmp_path: Path) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await opened(app, pilot, big(tmp_path, ROWS))
        await pilot.press("i")
        await until_some(screen)
        assert f"{ROWS:,}" in drawn(screen.query_one("#import-progress", Progress))
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, ConfirmDialog)
        await pilot.press("y")
        await until(pilot, lambda: not screen.running, 20)
        assert "再导入一次" in said(app)
        inside = here.book.database.execute_sql("SELECT count(*) FROM resident").first()[0]
        assert 0 < inside < ROWS
        await press(pilot, "i")
        await until(pilot, lambda: not screen.running, 30)
        assert here.book.database.execute_sql("SELECT count(*) FROM resident").first()[0] >= ROWS


async def test_the_app_answers_while_rows_come_in(here: Neighbourhood, tmp_path: Path) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await opened(app, pilot, big(tmp_path, ROWS))
        await pilot.press("i")
        lags = []
        while screen.running:
            before = time.perf_counter()
            await asyncio.sleep(0.005)
            lags.append(time.perf_counter() - before - 0.005)
        lags.sort()
        assert len(lags) > 20
        assert lags[int(len(lags) * 0.9)] < 0.1


@pytest.mark.usefixtures("slow_disk")
async def test_the_lock_stops_an_import_and_nothing_of_it_is_lost(here: Neighbourhood, tmp_path: Path) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await opened(app, pilot, big(tmp_path, ROWS))
        await pilot.press("i")
        await until_some(screen)
        assert app._kept_open()
        await pilot.press("ctrl+l")
        await settle(pilot)
        assert isinstance(app.screen, UnlockScreen)
        assert "大名册" not in app.export_screenshot()
        await pilot.press("enter")
        await until(pilot, lambda: app.book is not None, 20)
        await until(pilot, lambda: not screen.running, 20)
        rows = app.open_book.database.execute_sql("SELECT count(*) FROM resident").first()[0]
        assert 0 < rows < ROWS
        app.open_book.close()


async def test_rejected_rows_go_elsewhere_where_their_folder_cannot_be_written(
    here: Neighbourhood, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from casework.exchange import rejects

    path = copied("messy.xlsx", tmp_path)
    offer = tmp_path / "Documents"
    offer.mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(rejects, "_writable", lambda folder: folder == offer)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await opened(app, pilot, path)
        await press(pilot, "i")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        await press(pilot, "y")
        await until(pilot, lambda: "已导入" in counts(screen))
        assert list(offer.glob("*.xlsx"))


@pytest.mark.usefixtures("slow_disk")
async def test_leaving_during_an_import_asks_first(here: Neighbourhood, tmp_path: Path) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await opened(app, pilot, big(tmp_path, ROWS))
        await pilot.press("i")
        await until_some(screen)
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert isinstance(app.screen, ConfirmDialog)
        await pilot.press("n")
        await pilot.pause()
        if screen.work is not None:
            screen.work.stop.set()
        await until(pilot, lambda: not screen.running, 20)


async def test_a_path_can_be_typed(here: Neighbourhood, tmp_path: Path) -> None:
    path = copied("english.csv", tmp_path)
    language.set_language("en")
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        language.set_language("en")
        await settle(pilot)
        app.action_app_import()
        await settle(pilot)
        await press(pilot, "tab")
        assert isinstance(app.screen.focused, Input)
        await press(pilot, "enter")
        assert "Choose&#160;a&#160;file&#160;first" in app.export_screenshot()
        await type_in(pilot, path.name)
        await press(pilot, "enter")
        screen = app.screen
        assert isinstance(screen, ImportScreen)
        await until(pilot, lambda: "It would be" in counts(screen))


async def test_an_escape_in_the_picker_leaves_the_screen_as_it_was(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.action_app_import()
        await settle(pilot)
        await press(pilot, "escape")
        assert isinstance(app.screen, ImportScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, RoundScreen)


def test_computing_threads_yield_more_often_only_while_they_run() -> None:
    import sys

    before = sys.getswitchinterval()
    with background.yielding():
        assert sys.getswitchinterval() < before
    assert sys.getswitchinterval() == before
