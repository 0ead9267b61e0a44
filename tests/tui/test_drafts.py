"""What is typed is kept as it is typed, and stands there again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Input

from casework.domain.phrase import Phrase
from casework.domain.receipt import Receipt
from casework.tui import dialogs, places
from casework.tui.app import CaseworkApp
from casework.tui.drafting import DRAFT_DELAY, DraftingScreen
from casework.tui.screens.base import BaseScreen
from casework.tui.screens.round import RoundScreen
from casework.tui.widgets.bars import Notice
from tests.tui.test_screens import SMALL, said, settle

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tests.tui.fakes import FakeBook

DOOR = "0" * 32


class NoteForm(DraftingScreen):
    """A form of two fields."""

    FORM = "note"

    def body(self) -> ComposeResult:
        yield Input(id="title")
        yield Input(id="text")

    def draft_data(self) -> dict[str, Any]:
        return {name: self.query_one(f"#{name}", Input).value for name in ("title", "text")}

    def restore_draft(self, data: dict[str, Any]) -> None:
        for name in ("title", "text"):
            self.query_one(f"#{name}", Input).value = data.get(name, "")

    def action_form_save(self) -> None:
        self.save(lambda action: Receipt(action, "note", "household", DOOR, Phrase("记下了")))


class Gate(BaseScreen):
    """Stands for the unlock screen."""


@pytest.fixture
def app(book: FakeBook, monkeypatch: pytest.MonkeyPatch) -> CaseworkApp:
    monkeypatch.setitem(places.SCREENS, "note", f"{__name__}:NoteForm")
    monkeypatch.setitem(places.SCREENS, "unlock", f"{__name__}:Gate")
    return CaseworkApp(book)  # type: ignore[arg-type]


async def test_a_draft_is_kept_within_half_a_second_even_while_typing_goes_on(app: CaseworkApp, book: FakeBook) -> None:
    async with app.run_test(size=SMALL) as pilot:
        app.open("note", DOOR)
        await settle(pilot)
        await pilot.press("a")
        start = time.monotonic()
        while not book.drafts and time.monotonic() - start < 2:
            await pilot.press("b")
        assert book.drafts["note", DOOR].data["title"].startswith("ab")  # type: ignore[attr-defined]
        assert DRAFT_DELAY < 0.5


async def test_leaving_a_field_keeps_the_draft_at_once(app: CaseworkApp, book: FakeBook) -> None:
    async with app.run_test(size=SMALL) as pilot:
        app.open("note", DOOR)
        await settle(pilot)
        await pilot.press("x", "tab")
        await pilot.pause()
        assert book.drafts["note", DOOR].data["title"] == "x"


async def test_after_a_crash_the_same_form_opens_at_the_same_field_and_says_so(
    app: CaseworkApp, book: FakeBook
) -> None:
    async with app.run_test(size=SMALL) as pilot:
        app.open("note", DOOR)
        await settle(pilot)
        await pilot.press("x", "tab", "张", "y")
        app.flush_drafts()
    again = CaseworkApp(book)  # type: ignore[arg-type]
    async with again.run_test(size=SMALL) as pilot:
        await settle(pilot)
        form = again.screen
        assert isinstance(form, NoteForm)
        assert form.draft_data() == {"title": "x", "text": "张y"}
        assert form.focused is form.query_one("#text")
        assert "已恢复 09:30 的草稿" in said(again)
        assert form.unsaved


async def test_a_saved_form_leaves_no_draft(app: CaseworkApp, book: FakeBook) -> None:
    async with app.run_test(size=SMALL) as pilot:
        app.open("note", DOOR)
        await settle(pilot)
        await pilot.press("x", "tab", "ctrl+s")
        await settle(pilot)
        assert "记下了" in said(app)
        assert book.drafts == {}
        assert not app.screen.unsaved  # type: ignore[attr-defined]


async def test_a_form_saved_just_before_the_crash_is_not_offered_again(app: CaseworkApp, book: FakeBook) -> None:
    async with app.run_test(size=SMALL) as pilot:
        app.open("note", DOOR)
        await settle(pilot)
        await pilot.press("x")
        app.flush_drafts()
        action = str(book.drafts["note", DOOR].data["_action"])
        book.receipts[action] = Receipt(action, "note", "household", DOOR, Phrase("x"))
    again = CaseworkApp(book)  # type: ignore[arg-type]
    async with again.run_test(size=SMALL) as pilot:
        await settle(pilot)
        assert book.drafts == {}
        assert isinstance(again.screen, NoteForm)
        assert again.screen.draft_data() == {"title": "", "text": ""}


async def test_a_draft_thrown_away_is_gone_after_one_question(app: CaseworkApp, book: FakeBook) -> None:
    async with app.run_test(size=SMALL) as pilot:
        app.open("note", DOOR)
        await settle(pilot)
        await pilot.press("x", "tab")
        await settle(pilot)
        await pilot.press("f8")
        await settle(pilot)
        await pilot.press("y")
        await settle(pilot)
        assert book.drafts == {}
        assert app.screen.draft_data() == {"title": "", "text": ""}  # type: ignore[attr-defined]


async def test_the_half_typed_form_survives_the_lock(app: CaseworkApp, book: FakeBook) -> None:
    async with app.run_test(size=SMALL) as pilot:
        app.open("note", DOOR)
        await settle(pilot)
        await pilot.press("x", "ctrl+l")
        await settle(pilot)
        assert isinstance(app.screen, Gate)
        assert book.locked
        assert app.book is None
        assert book.drafts["note", DOOR].data["title"] == "x"
        app.opened(book)  # type: ignore[arg-type]
        app.screen.dismiss()
        await settle(pilot)
        assert app.screen.draft_data()["title"] == "x"  # type: ignore[attr-defined]


async def test_idle_minutes_lock_and_a_key_after_sleep_meets_the_lock(app: CaseworkApp, book: FakeBook) -> None:
    async with app.run_test(size=SMALL) as pilot:
        app._last_input = time.time() - 4 * 60
        await pilot.press("down")
        assert isinstance(app.screen, RoundScreen)
        app._last_input = time.time() - 6 * 60
        await pilot.press("n")
        await settle(pilot)
        assert isinstance(app.screen, Gate)
        assert book.saved == []


async def test_zero_minutes_never_lock(app: CaseworkApp, book: FakeBook) -> None:
    book.settings["lock_minutes"] = 0
    async with app.run_test(size=SMALL) as pilot:
        app._last_input = 0.0
        await pilot.press("down")
        assert isinstance(app.screen, RoundScreen)


async def test_yes_or_no(app: CaseworkApp) -> None:
    answers: list[object] = []
    async with app.run_test(size=SMALL) as pilot:
        for key in ("y", "enter", "n", "escape"):
            dialogs.confirm(app.screen, Phrase("真的？"), answers.append)
            await settle(pilot)
            await pilot.press(key)
            await settle(pilot)
    assert answers == [True, True, False, False]


async def test_a_grave_matter_is_asked_twice_and_enter_is_not_enough(app: CaseworkApp) -> None:
    answers: list[str] = []
    async with app.run_test(size=SMALL) as pilot:
        for keys in (("enter", "enter", "escape"), ("enter", "n"), ("n",), ("enter", "y")):
            dialogs.ask_twice(app.screen, Phrase("她去世了？"), Phrase("确定？"), lambda k=keys: answers.append(k))
            await settle(pilot)
            for key in keys:
                await pilot.press(key)
                await settle(pilot)
            assert isinstance(app.screen, RoundScreen)
    assert answers == [("enter", "y")]


async def test_one_of_several_by_its_key_or_by_the_cursor(app: CaseworkApp) -> None:
    answers: list[object] = []
    options = [("a", Phrase("甲")), ("b", Phrase("乙 [b]x[/b]")), ("c", "丙")]
    async with app.run_test(size=SMALL) as pilot:
        for keys in (("2",), ("down", "down", "enter"), ("escape",)):
            dialogs.choose(app.screen, Phrase("哪个？"), options, answers.append)
            await settle(pilot)
            await pilot.press(*keys)
            await settle(pilot)
    assert answers == ["b", "c", None]


async def test_a_line_of_text_and_none_after_escape(app: CaseworkApp) -> None:
    answers: list[object] = []
    async with app.run_test(size=SMALL) as pilot:
        for keys in ((" ", "阀", "门", "enter"), ("x", "escape")):
            dialogs.ask_text(app.screen, Phrase("写什么？"), answers.append)
            await settle(pilot)
            await pilot.press(*keys)
            await settle(pilot)
    assert answers == ["阀门", None]


async def test_the_notice_keeps_what_was_said_as_text(app: CaseworkApp) -> None:
    async with app.run_test(size=SMALL) as pilot:
        app.screen.query_one(Notice).tell(("[red]a[/red]\x1b[2J", "text"))
        await settle(pilot)
        assert said(app).startswith("[red]a[/red]")
        assert "\x1b" not in str(app.screen.query_one(Notice).render())
