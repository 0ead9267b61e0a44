"""Backups: one a day without a thought, one to a stick by a key, and what to do with them said beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from casework.casebook import backups
from casework.casebook.book import Casebook
from casework.casebook.errors import DiskFull
from casework.domain.phrase import Phrase
from casework.tui import locking, picking, upkeep
from casework.tui.app import CaseworkApp
from casework.tui.dialogs import ChooseDialog, ConfirmDialog
from casework.tui.screens.backup import BackupScreen
from casework.tui.screens.round import RoundScreen
from tests.casebook.conftest import Neighbourhood
from tests.tui.real import SMALL, drawn, press, said, settle
from tests.tui.test_unlock import type_in, until

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_backup_is_one_key_and_is_in_the_list(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.action_app_backup()
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, BackupScreen)
        assert "还没有自动备份" in drawn(screen.query_one("#backups"))
        await press(pilot, "b")
        await until(pilot, lambda: "已备份到" in said(app))
        kept = backups.listed(here.book.path)
        assert len(kept) == 1
        shown = drawn(screen.query_one("#backups"))
        assert "今天" in shown
        assert "MB" in shown
        assert f"restore&#160;{kept[0].name}" in app.export_screenshot()
        await press(pilot, "escape")
        assert isinstance(app.screen, RoundScreen)


async def test_a_backup_goes_to_a_stick_and_opens_from_there(here: Neighbourhood, tmp_path: Path) -> None:
    stick = tmp_path / "U盘"
    stick.mkdir()
    picking._last[:] = [tmp_path]
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.action_app_backup()
        await settle(pilot)
        await press(pilot, "o")
        await until(pilot, lambda: "U盘" in app.export_screenshot())
        await press(pilot, "end", "enter")
        await settle(pilot)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, BackupScreen) and "已备份到" in said(app))
    made = list(stick.glob("*.caseworkbackup"))
    assert len(made) == 1
    backups.restore(made[0], tmp_path / "again.casework", None)
    again = Casebook.open(tmp_path / "again.casework")
    assert again.worker.name == "李芳"
    again.close()


async def test_a_full_disk_is_said_and_the_casebook_goes_on(
    here: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> Path:
        raise DiskFull

    monkeypatch.setattr(backups, "make", full)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.action_app_backup()
        await settle(pilot)
        await press(pilot, "b")
        await until(pilot, lambda: "备份没有做成" in said(app))
        assert "磁盘" in said(app)


async def test_the_days_backup_is_made_behind_the_work_and_nothing_is_said(
    here: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "UPKEEP_AFTER", 0.05)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: len(backups.listed(here.book.path)) == 1)
        await until(pilot, lambda: not any(work.alive for work in app.works))
        assert said(app) == ""
    again = CaseworkApp(here.book)
    async with again.run_test(size=SMALL) as pilot:
        await pilot.pause(0.4)
        await until(pilot, lambda: not any(work.alive for work in again.works))
    assert len(backups.listed(here.book.path)) == 1


async def test_a_backup_that_failed_by_itself_is_said(here: Neighbourhood, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> Path:
        raise DiskFull

    monkeypatch.setattr(backups, "make_daily", full)
    monkeypatch.setattr(locking, "UPKEEP_AFTER", 0.05)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: "今天的自动备份没有做成" in said(app))


async def test_the_round_follows_rules_that_changed(here: Neighbourhood, monkeypatch: pytest.MonkeyPatch) -> None:
    from casework.casebook import replanning

    loads: list[int] = []
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        # As a casebook stands whose rule files were changed while it was closed.
        here.book.write(lambda: here.book.set_meta(replanning.PLANNED, "by other rules"))
        monkeypatch.setattr(app.screen, "load", lambda: loads.append(1))
        upkeep.start(app)
        await until(pilot, lambda: loads == [1])
    assert not replanning.pending(here.book)


async def test_what_was_healed_and_a_doubtful_clock_are_said_at_the_start(here: Neighbourhood) -> None:
    here.book.found = (Phrase("{n} records that the disk had lost were put back from the black box.", {"n": 2}),)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        assert "2" in said(app)
        assert "黑匣子" in said(app)


async def test_the_grid_is_chosen_by_g_and_remembered(here: Neighbourhood) -> None:
    from casework.casebook import areas
    from casework.casebook.entries import AreaEntry

    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "g")
        assert "只有这一个网格" in said(app)
        second = areas.add(here.book, AreaEntry(level="grid", name="第二网格")).subject_id
        await press(pilot, "g")
        assert isinstance(app.screen, ChooseDialog)
        await press(pilot, "2")
        assert here.book.grid_id == second
        assert "第二网格" in app.export_screenshot()
    here.book.close()
    again = Casebook.open(here.book.path)
    assert again.grid_id == second
    again.close()


async def test_language_and_colours_are_remembered(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await press(pilot, "f2", "f3")
    here.book.close()
    book = Casebook.open(here.book.path)
    assert book.setting("language") == "en"
    again = CaseworkApp(book)
    async with again.run_test(size=SMALL) as pilot:
        await settle(pilot)
        assert again.theme == "casework-light"
        assert "Round" in again.export_screenshot()
    book.close()


async def test_leaving_asks_only_when_a_form_is_not_saved(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        app.open("followup_form", here.door)
        await settle(pilot)
        await press(pilot, "1")
        await type_in(pilot, "水")
        await press(pilot, "ctrl+q")
        assert isinstance(app.screen, ConfirmDialog)
        await press(pilot, "n")
        assert app.is_running
        assert app.screen.draft_data()["title"].endswith("水")  # type: ignore[attr-defined]
        await press(pilot, "ctrl+q", "y")
    assert app.return_code == 0
