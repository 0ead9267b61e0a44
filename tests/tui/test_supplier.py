"""Each community sets the emergency number of its gas supplier; at a leak it stands on the first screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from casework.tui.app import CaseworkApp
from casework.tui.widgets.outside import OutsideFirst
from tests.tui.real import SMALL, drawn, press, said, settle

if TYPE_CHECKING:
    from tests.casebook.conftest import Neighbourhood


async def test_the_suppliers_number_is_set_from_the_palette_and_shown_at_a_leak(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+p", *"supplier", "enter", *"027-96577", "enter")
        assert "027-96577" in said(app)
        await press(pilot, "ctrl+g")
        assert "027-96577" in drawn(app.screen.query_one(OutsideFirst))


@pytest.mark.parametrize("typed", ["ask Wang", "12", "1" * 30])
async def test_what_cannot_be_dialled_is_not_kept(here: Neighbourhood, typed: str) -> None:
    here.book.set_setting("emergency.gas_supplier", "96577")
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.action_app_supplier()
        await settle(pilot)
        await press(pilot, "ctrl+u", *typed.replace(" ", ""), "enter")
        assert here.book.setting("emergency.gas_supplier", "") == "96577"
        assert "没有改动" in said(app)
