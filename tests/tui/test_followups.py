"""Follow-ups by the keyboard: the list, a note, handing over, closing with a result, reopening, a new one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from casework.casebook import followups
from casework.casebook.book import Casebook
from casework.casebook.clock import FrozenClock
from casework.casebook.entries import FollowupEntry
from casework.casebook.followups import FollowupFilter
from casework.tui.app import CaseworkApp
from casework.tui.widgets.bars import Notice
from casework.tui.widgets.case import CaseView
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


def two_cases(here: Neighbourhood) -> None:
    followups.open(
        here.book, FollowupEntry(category="noise", title="[b]烧烤店[/b]噪声\x1b[31m", household_id=here.door)
    )
    followups.open(
        here.book,
        FollowupEntry(
            category="gas_safety", title="换软管", household_id=here.family_door, owner_kind="worker",
            owner=here.book.worker.id,
        ),
    )  # fmt: skip


async def settle(pilot: Pilot[int]) -> None:
    for _n in range(4):
        await pilot.pause(0.03)


def on_screen(app: CaseworkApp, widget: type) -> str:
    found = app.screen.query_one(widget)
    return "\n".join(found.render_line(y).text for y in range(found.size.height))


async def test_a_note_an_owner_a_result_and_again(here: Neighbourhood) -> None:
    two_cases(here)
    app = CaseworkApp(here.book)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("3")
        await settle(pilot)
        case = followups.page(here.book, FollowupFilter())[0]
        await pilot.press("t")
        await settle(pilot)
        await pilot.press(*"call", "ctrl+s")
        await settle(pilot)
        assert followups.get(here.book, case.id).timeline[-1].note == "call"
        assert "已保存" in app.screen.query_one(Notice).text
        assert "call" in on_screen(app, CaseView)
        await pilot.press("a")
        await settle(pilot)
        await pilot.press("7")
        await settle(pilot)
        await pilot.press("1")
        await settle(pilot)
        assert followups.get(here.book, case.id).row.owner == "gas_supplier"
        await pilot.press("x")
        await settle(pilot)
        await pilot.press("1")
        await settle(pilot)
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert followups.get(here.book, case.id).row.closed_at is None, "a result needs words"
        await pilot.press("o", "k", "ctrl+s")
        await settle(pilot)
        closed = followups.get(here.book, case.id)
        assert (closed.row.state, closed.result) == ("closed_verified", "ok")
        await pilot.press("g")
        await settle(pilot)
        await pilot.press("7")
        await settle(pilot)
        await pilot.press("o")
        await settle(pilot)
        await pilot.press(*"again", "ctrl+s")
        await settle(pilot)
        assert followups.get(here.book, case.id).row.closed_at is None


async def test_what_people_wrote_is_shown_as_text(here: Neighbourhood) -> None:
    two_cases(here)
    app = CaseworkApp(here.book)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await pilot.press("3")
        await settle(pilot)
        shown = on_screen(app, CaseView)
        assert "[b]烧烤店[/b]噪声" in shown or "换软管" in shown
        assert "\x1b" not in shown


async def test_a_new_one_takes_a_category_and_the_rest_follows(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.open("followup_form", here.door)
        await settle(pilot)
        await pilot.press("8")
        await settle(pilot)
        await pilot.press("ctrl+s")
        await settle(pilot)
        case = followups.page(here.book, FollowupFilter())[0]
        assert (case.category, case.title, case.household_id) == ("noise", "噪声扰民", here.door)
        assert case.owner
        assert case.due_on is not None


async def test_what_it_is_about_takes_the_place_of_the_categorys_name(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.open("followup_form", here.door)
        await settle(pilot)
        await pilot.press("8")
        await settle(pilot)
        await pilot.press(*"lamp", "ctrl+s")
        await settle(pilot)
        assert followups.page(here.book, FollowupFilter())[0].title == "lamp"


async def test_what_is_half_typed_is_there_again(here: Neighbourhood) -> None:
    two_cases(here)
    app = CaseworkApp(here.book)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("3")
        await settle(pilot)
        await pilot.press("t")
        await settle(pilot)
        await pilot.press(*"half", "escape")
        await settle(pilot)
        await pilot.press("t")
        await settle(pilot)
        await pilot.press(*"way", "ctrl+s")
        await settle(pilot)
        case = followups.page(here.book, FollowupFilter())[0]
        assert followups.get(here.book, case.id).timeline[-1].note == "halfway"


async def test_a_closed_case_says_why_it_cannot_be_closed(here: Neighbourhood) -> None:
    two_cases(here)
    app = CaseworkApp(here.book)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("3")
        await settle(pilot)
        await pilot.press("o")
        await settle(pilot)
        assert "尚未结案" in app.screen.query_one(Notice).text
