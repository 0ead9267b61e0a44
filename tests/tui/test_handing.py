"""Handing a follow-up to its department: a sheet by one key, names masked unless a reason is given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from casework.casebook import followups
from casework.tui import picking
from casework.tui.app import CaseworkApp
from tests.tui.cases import at, opened
from tests.tui.real import SMALL, press, said, settle, until

if TYPE_CHECKING:
    from tests.casebook.conftest import Neighbourhood


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the picker begins."""
    chosen = tmp_path / "for the department"
    chosen.mkdir()
    monkeypatch.setattr(picking, "_start", lambda: chosen)
    return chosen


async def test_one_key_and_the_folder_make_the_sheet(here: Neighbourhood, folder: Path) -> None:
    case = opened(here)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await at(pilot, case)
        await press(pilot, "f8")
        await settle(pilot)
        await press(pilot, "ctrl+s")
        await settle(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: "交办单已存到" in said(app))
    (sheet,) = folder.iterdir()
    assert sheet.suffix == ".docx"
    assert "hand_off" in [line.kind for line in followups.get(here.book, case).timeline]


async def test_a_case_of_a_worker_says_that_a_sheet_is_for_a_department(here: Neighbourhood, folder: Path) -> None:
    case = opened(here, owner_kind="worker", owner=here.book.worker.id)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await at(pilot, case)
        await press(pilot, "f8")
        await settle(pilot)
        assert "请先把办件交办给一个部门" in said(app)
    assert list(folder.iterdir()) == []
