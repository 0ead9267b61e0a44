"""The lock: whoever finds the laptop sees nothing; the worker finds everything as she left it."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Input, TextArea

from casework import language
from casework.casebook import drafts, keys, visits
from casework.casebook.book import Casebook
from casework.casebook.entries import VisitEntry
from casework.casebook.keys import Passphrase, RecoveryKey
from casework.domain.visit import Outcome
from casework.tui.app import CaseworkApp
from casework.tui.screens.followup_form import FollowupFormScreen
from casework.tui.screens.leak import LeakNotice
from casework.tui.screens.round import RoundScreen
from casework.tui.screens.setup import SetupScreen
from casework.tui.screens.unlock import UnlockScreen
from tests.casebook.conftest import Neighbourhood
from tests.tui.real import SMALL, press, said, settle

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from casework.casebook.clock import FrozenClock

WORDS = "江城五月落梅花"


@pytest.fixture
def kept(tmp_path: Path, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> tuple[Neighbourhood, str]:
    """A casebook with a passphrase and a few doors, and its recovery key."""
    monkeypatch.setattr(keys, "ARGON_KIB", 64)
    book, recovery = Casebook.create(
        tmp_path / "a.casework", community="满春社区", worker="李芳", secret=Passphrase(WORDS), clock=clock
    )
    return Neighbourhood(book, clock), recovery


async def until(pilot: Pilot[int], condition: Any, seconds: float = 5.0) -> None:
    """Wait until something is so."""
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit
        await pilot.pause(0.02)
    await settle(pilot)


async def type_in(pilot: Pilot[int], text: str) -> None:
    """Type a text, sign by sign."""
    for sign in text:
        await pilot.press(sign)
    await pilot.pause()


def everything_drawn(app: CaseworkApp) -> str:
    """What stands on the whole terminal."""
    return app.export_screenshot()


async def unlock(app: CaseworkApp, pilot: Pilot[int], words: str = WORDS) -> None:
    await type_in(pilot, words)
    await pilot.press("enter")
    await until(pilot, lambda: app.book is not None)


async def test_a_half_typed_form_is_there_again_at_the_same_field_after_the_lock(
    kept: tuple[Neighbourhood, str],
) -> None:
    here = kept[0]
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        app.open("followup_form", here.door)
        await settle(pilot)
        await press(pilot, "1", "tab")
        await type_in(pilot, "水管漏")
        form = app.screen
        assert isinstance(form, FollowupFormScreen)
        note = form.query_one("#note", TextArea)
        assert form.focused is note
        typed, place = form.draft_data(), note.cursor_location
        await press(pilot, "ctrl+l")
        assert isinstance(app.screen, UnlockScreen)
        await unlock(app, pilot)
        assert app.screen is form
        assert form.focused is note
        assert form.draft_data() == typed
        assert note.text == "水管漏"
        assert note.cursor_location == place
        await type_in(pilot, "了")
        assert note.text == "水管漏了"
        app.open_book.close()


async def test_a_half_typed_visit_survives_the_lock_and_the_crash(kept: tuple[Neighbourhood, str]) -> None:
    here = kept[0]
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        app.open("visit", here.door)
        await settle(pilot)
        await press(pilot, "c")
        form: Any = app.screen
        form.query_one("#note").focus()
        await type_in(pilot, "想换阀门")
        typed = form.draft_data()
        await press(pilot, "ctrl+l")
        await unlock(app, pilot)
        assert app.screen is form
        assert form.focused is form.query_one("#note")
        assert form.draft_data() == typed
        await type_in(pilot, "下周来")
        await pilot.pause(0.5)
        app.open_book.submit(lambda: None).result()
        last = form.draft_data()
        # The power is cut here: nothing is told to stop.
        path = here.book.path
        database = app.open_book.database
    database.close()
    again = CaseworkApp(None, path)
    async with again.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await unlock(again, pilot)
        back: Any = again.screen
        assert back.draft_data() == last
        assert "想换阀门下周来" in str(last)
        assert back.focused is back.query_one("#note")
        assert "已恢复" in said(again)
        assert back.unsaved
        assert "还没保存" in again.export_screenshot()
        again.open_book.close()


async def test_nothing_of_the_work_is_readable_while_locked(kept: tuple[Neighbourhood, str]) -> None:
    here = kept[0]
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        app.open("followup_form", here.door)
        await settle(pilot)
        await press(pilot, "1", "tab")
        await type_in(pilot, "SECRET")
        assert "SECRET" in everything_drawn(app)
        await press(pilot, "ctrl+l")
        for key in ("1", "2", "3", "slash", "u", "v", "question_mark", "ctrl+p", "escape", "f2", "f3", "f2"):
            await press(pilot, key)
        await press(pilot, "f9", "2", "escape", "f9")
        shown = everything_drawn(app)
        assert isinstance(app.screen, UnlockScreen)
        for secret in ("SECRET", "李芳", "满春", "梅秀兰"):
            assert secret not in shown
        assert here.book.key == b""
        assert here.book.database.is_closed()


async def test_a_wrong_passphrase_says_so_and_keeps_the_cursor(kept: tuple[Neighbourhood, str]) -> None:
    here = kept[0]
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await press(pilot, "ctrl+l")
        await type_in(pilot, "guess-guess")
        await pilot.press("enter")
        await until(pilot, lambda: "口令不对" in said(app))
        field = app.screen.query_one("#unlock-secret", Input)
        assert app.screen.focused is field
        assert "guess" not in everything_drawn(app)
        await unlock(app, pilot)
        assert isinstance(app.screen, RoundScreen)
        app.open_book.close()


async def test_the_screen_answers_while_the_key_is_derived(
    kept: tuple[Neighbourhood, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = kept[0]
    real = Casebook.open.__func__  # type: ignore[attr-defined]

    def slowly(cls: type[Casebook], *args: Any, **options: Any) -> Casebook:
        time.sleep(0.6)
        found: Casebook = real(cls, *args, **options)
        return found

    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await press(pilot, "ctrl+l")
        monkeypatch.setattr(Casebook, "open", classmethod(slowly))
        await type_in(pilot, WORDS)
        await pilot.press("enter", "enter")
        start = time.monotonic()
        longest = 0.0
        while app.book is None and time.monotonic() - start < 5:
            before = time.monotonic()
            await asyncio.sleep(0.01)
            longest = max(longest, time.monotonic() - before)
        assert app.book is not None
        assert longest < 0.3
        app.open_book.close()


async def test_the_recovery_key_opens_and_asks_for_a_new_passphrase(kept: tuple[Neighbourhood, str]) -> None:
    here, recovery = kept
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await press(pilot, "ctrl+l", "f9")
        await type_in(pilot, "AAAAA-BBBBB")
        await pilot.press("enter")
        await until(pilot, lambda: "恢复密钥不对" in said(app))
        app.screen.query_one("#unlock-secret", Input).value = ""
        await type_in(pilot, recovery.lower().replace("-", " "))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen.query_one("#unlock-again").display)
        assert app.book is None
        await type_in(pilot, "kurz")
        await press(pilot, "enter")
        assert "太短" in said(app)
        await type_in(pilot, "-und-jetzt-lang")
        await press(pilot, "enter")
        await type_in(pilot, "kurz-und-anders")
        await press(pilot, "enter")
        assert "不一样" in said(app)
        await type_in(pilot, "kurz-und-jetzt-lang")
        await pilot.press("enter")
        await until(pilot, lambda: app.book is not None)
        assert "口令已更改" in said(app)
        app.open_book.close()
    keys.unlock(here.book.path, Passphrase("kurz-und-jetzt-lang"))
    keys.unlock(here.book.path, RecoveryKey(recovery))
    with pytest.raises(keys.WrongSecret):
        keys.unlock(here.book.path, Passphrase(WORDS))


async def test_a_casebook_without_passphrase_opens_by_enter(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await press(pilot, "ctrl+l")
        assert isinstance(app.screen, UnlockScreen)
        await press(pilot, "2", "down", "n")
        assert isinstance(app.screen, UnlockScreen)
        await pilot.press("enter")
        await until(pilot, lambda: app.book is not None)
        assert isinstance(app.screen, RoundScreen)
        app.open_book.close()


async def test_what_is_saved_at_the_very_moment_of_the_lock_is_said_after_it(
    kept: tuple[Neighbourhood, str],
) -> None:
    here = kept[0]
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        book = here.book
        entry = VisitEntry(household_id=here.family_door, outcome=Outcome.NO_ANSWER)
        app.screen.save(lambda action: visits.log(book, entry, action))  # type: ignore[attr-defined]
        app.action_app_lock()
        await settle(pilot)
        assert isinstance(app.screen, UnlockScreen)
        assert "已保存" not in said(app)
        await unlock(app, pilot)
        assert "已保存" in said(app)
        assert len(visits.of_household(app.open_book, here.family_door, 5)) == 1
        app.open_book.close()


async def test_at_the_start_the_file_asks_for_its_passphrase(kept: tuple[Neighbourhood, str]) -> None:
    here = kept[0]
    here.book.close()
    app = CaseworkApp(None, here.book.path)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, UnlockScreen)
        await unlock(app, pilot)
        assert isinstance(app.screen, RoundScreen)
        assert app.screen.household_id is None or app.screen.stops.count
        app.open_book.close()


async def test_after_a_crash_the_form_that_was_cut_off_opens_after_the_unlock_and_says_so(
    kept: tuple[Neighbourhood, str],
) -> None:
    here = kept[0]
    drafts.put(
        here.book, "followup_form", here.door,
        {"category": "", "owner": None, "due_on": None, "title": "灯坏了", "note": "三楼", "_field": "note"},
    ).result()  # fmt: skip
    here.book.close()
    app = CaseworkApp(None, here.book.path)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await unlock(app, pilot)
        await until(pilot, lambda: any(isinstance(s, FollowupFormScreen) for s in app.screen_stack))
        form = next(s for s in app.screen_stack if isinstance(s, FollowupFormScreen))
        assert form.query_one("#title", Input).value == "灯坏了"
        assert form.query_one("#note", TextArea).text == "三楼"
        app.open_book.close()


async def test_a_gas_leak_can_be_read_up_while_locked(kept: tuple[Neighbourhood, str]) -> None:
    here = kept[0]
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await press(pilot, "ctrl+l", "ctrl+g")
        assert isinstance(app.screen, LeakNotice)
        await press(pilot, "escape")
        assert isinstance(app.screen, UnlockScreen)


async def test_a_damaged_key_file_is_said_in_one_sentence(kept: tuple[Neighbourhood, str]) -> None:
    here = kept[0]
    here.book.close()
    keys.beside(here.book.path).write_text("{", encoding="utf-8")
    app = CaseworkApp(None, here.book.path)
    language.set_language("en")
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        assert "key file" in said(app)


async def test_other_casebooks_are_one_key_away(kept: tuple[Neighbourhood, str]) -> None:
    here = kept[0]
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await press(pilot, "ctrl+l", "f10")
        assert isinstance(app.screen, SetupScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, UnlockScreen)
