"""The first start: a casebook of her own in a minute, and none without its recovery key noted."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Input

from casework import language
from casework.casebook import backups, keys
from casework.casebook.book import Casebook
from casework.casebook.keys import Passphrase, RecoveryKey
from casework.tui import picking, strength
from casework.tui.app import CaseworkApp
from casework.tui.dialogs import ConfirmDialog
from casework.tui.screens.new_casebook import NewCasebookScreen
from casework.tui.screens.recovery import RecoveryKeyScreen
from casework.tui.screens.round import RoundScreen
from casework.tui.screens.setup import SetupScreen
from casework.tui.screens.unlock import UnlockScreen
from tests.casebook.conftest import Neighbourhood
from tests.tui.real import SMALL, press, said, settle
from tests.tui.test_unlock import type_in, unlock, until

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

WORDS = "江城五月落梅花"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keys are derived fast, and nothing is written into the home of whoever runs the tests."""
    monkeypatch.setattr(keys, "ARGON_KIB", 64)
    monkeypatch.setenv("HOME", str(tmp_path))
    picking._last.clear()


async def fill_in(pilot: Pilot[int]) -> None:
    """Type the four fields; the last enter makes the casebook."""
    for text in ("满春社区", "李芳", WORDS, WORDS):
        await type_in(pilot, text)
        await pilot.press("enter")
        await pilot.pause()


async def set_up(app: CaseworkApp, pilot: Pilot[int]) -> RecoveryKeyScreen:
    """From the first screen to the recovery key."""
    await settle(pilot)
    await press(pilot, "1")
    await fill_in(pilot)
    await until(pilot, lambda: isinstance(app.screen, RecoveryKeyScreen))
    screen = app.screen
    assert isinstance(screen, RecoveryKeyScreen)
    return screen


async def test_the_first_start_makes_a_casebook_and_shows_the_recovery_key_once(tmp_path: Path) -> None:
    app = CaseworkApp(None, tmp_path / "data" / "casebook.casework")
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, SetupScreen)
        recovery = (await set_up(app, pilot)).recovery
        shown = app.export_screenshot()
        for group in recovery.split("-"):
            assert "&#160;".join(group) in shown
        await press(pilot, "escape", "1", "enter")
        assert isinstance(app.screen, RecoveryKeyScreen)
        assert "不是密钥的最后一组" in said(app)
        assert app.book is None
        await type_in(pilot, recovery.split("-")[-1].lower())
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        await press(pilot, "n")
        assert isinstance(app.screen, RoundScreen)
        book = app.open_book
        assert (book.community, book.worker.name) == ("满春社区", "李芳")
        book.close()
    keys.unlock(app.path, Passphrase(WORDS))  # type: ignore[arg-type]
    keys.unlock(app.path, RecoveryKey(recovery))  # type: ignore[arg-type]


async def test_an_import_is_offered_when_the_casebook_is_ready(tmp_path: Path, monkeypatch: Any) -> None:
    opened: list[str] = []
    app = CaseworkApp(None, tmp_path / "casebook.casework")
    async with app.run_test(size=SMALL) as pilot:
        recovery = (await set_up(app, pilot)).recovery
        monkeypatch.setattr(app, "open", lambda name: opened.append(name))
        await type_in(pilot, recovery[-5:])
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        await press(pilot, "y")
        app.open_book.close()
    assert opened == ["import"]


async def test_the_recovery_key_is_saved_for_printing_only_on_purpose_and_for_her_alone(tmp_path: Path) -> None:
    app = CaseworkApp(None, tmp_path / "casebook.casework")
    async with app.run_test(size=SMALL) as pilot:
        screen = await set_up(app, pilot)
        assert not list(tmp_path.glob("*.txt"))
        await press(pilot, "f9")
        await press(pilot, "enter")
        file = tmp_path / "casebook-recovery-key.txt"
        assert screen.recovery in file.read_text(encoding="utf-8")
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        await press(pilot, "f9")
        await press(pilot, "enter")
        assert "已有同名文件" in said(app)


async def test_a_set_up_cut_off_before_the_key_was_noted_shows_a_new_one_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "casebook.casework"
    app = CaseworkApp(None, path)
    async with app.run_test(size=SMALL) as pilot:
        first = (await set_up(app, pilot)).recovery
    again = CaseworkApp(None, path)
    async with again.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await unlock(again, pilot)
        await until(pilot, lambda: isinstance(again.screen, RecoveryKeyScreen))
        second = again.screen.recovery  # type: ignore[attr-defined]
        await type_in(pilot, second[-5:])
        await press(pilot, "enter")
        assert isinstance(again.screen, RoundScreen)
        again.open_book.close()
    keys.unlock(path, RecoveryKey(second))
    with pytest.raises(keys.WrongSecret):
        keys.unlock(path, RecoveryKey(first))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"community": " "}, "社区名称"),
        ({"worker": ""}, "姓名"),
        ({"passphrase": "123", "again": "123"}, "太短"),
        ({"again": "江城五月落梅"}, "不一样"),
    ],
)
async def test_what_is_missing_is_said_and_nothing_is_made(
    tmp_path: Path, values: dict[str, str], sentence: str
) -> None:
    app = CaseworkApp(None, tmp_path / "casebook.casework")
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "1")
        filled = {"community": "满春社区", "worker": "李芳", "passphrase": WORDS, "again": WORDS, **values}
        for name, value in filled.items():
            app.screen.query_one(f"#{name}", Input).value = value
        app.screen.query_one("#again", Input).focus()
        await press(pilot, "enter")
        assert isinstance(app.screen, NewCasebookScreen)
        assert sentence in said(app)
    assert not list(tmp_path.glob("*.casework*"))


async def test_a_casebook_that_stands_there_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "casebook.casework"
    book, _recovery = Casebook.create(path, community="甲", worker="乙", secret=Passphrase(WORDS))
    book.close()
    before = path.read_bytes()
    app = CaseworkApp(None, path)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "f10")
        await set_up(app, pilot)
    assert path.read_bytes() == before
    assert (tmp_path / "casebook-2.casework").exists()


async def test_another_file_is_found_by_keys_and_asks_for_its_own_passphrase(tmp_path: Path) -> None:
    other = tmp_path / "王强的.casework"
    book, _recovery = Casebook.create(other, community="甲", worker="王强", secret=Passphrase(WORDS))
    book.close()
    (tmp_path / "bad\x1b[31m[red].casework").write_text("x", encoding="utf-8")
    app = CaseworkApp(None, tmp_path / "casebook.casework")
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "3")
        await until(pilot, lambda: "王强的" in app.export_screenshot())
        assert "\x1b" not in app.export_screenshot()
        assert "[red]" in app.export_screenshot()
        await press(pilot, "end", "enter")
        assert isinstance(app.screen, UnlockScreen)
        await unlock(app, pilot)
        assert app.open_book.worker.name == "王强"
        app.open_book.close()


async def test_a_backup_becomes_a_casebook_again(here: Neighbourhood, tmp_path: Path) -> None:
    kept = backups.make(here.book, tmp_path / "u盘.caseworkbackup")
    here.book.close()
    app = CaseworkApp(None, tmp_path / "new" / "casebook.casework")
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "4")
        await until(pilot, lambda: kept.stem in app.export_screenshot())
        await press(pilot, "end", "enter")
        await until(pilot, lambda: isinstance(app.screen, UnlockScreen))
        assert "备份已恢复" in said(app)
        await pilot.press("enter")
        await until(pilot, lambda: app.book is not None)
        assert app.open_book.path == tmp_path / "new" / "casebook.casework"
        app.open_book.close()


async def test_a_backup_with_a_passphrase_asks_for_that_of_its_day(tmp_path: Path) -> None:
    book, recovery = Casebook.create(tmp_path / "a.casework", community="甲", worker="乙", secret=Passphrase(WORDS))
    backups.make(book, tmp_path / "u.caseworkbackup")
    book.close()
    app = CaseworkApp(None, tmp_path / "new.casework")
    async with app.run_test(size=SMALL) as pilot:
        for answer, fine in (("falsch-falsch", False), (recovery, True)):
            await settle(pilot)
            await press(pilot, "4")
            await until(pilot, lambda: "u.casework" in app.export_screenshot())
            await press(pilot, "end", "enter")
            await type_in(pilot, answer)
            await press(pilot, "enter")
            if fine:
                await until(pilot, lambda: isinstance(app.screen, UnlockScreen))
            else:
                await until(pilot, lambda: "口令不对" in said(app))
                assert not (tmp_path / "new.casework").exists()
    assert (tmp_path / "new.casework").exists()


async def test_another_casebook_leaves_no_form_of_the_first_one_open(here: Neighbourhood, tmp_path: Path) -> None:
    other = tmp_path / "z.casework"
    book, _recovery = Casebook.create(other, community="乙社区", worker="王强", secret=None)
    book.close()
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        app.open("followup_form", here.door)
        await settle(pilot)
        await press(pilot, "1", "ctrl+l", "f10", "3")
        await until(pilot, lambda: "z.casework" in app.export_screenshot())
        await press(pilot, "end", "enter")
        await pilot.press("enter")
        await until(pilot, lambda: app.book is not None)
        assert isinstance(app.screen, RoundScreen)
        assert app.open_book.worker.name == "王强"
        await press(pilot, "3", "1")
        app.open_book.close()


async def test_the_demo_opens_from_the_first_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from casework.demo import cached

    def small(folder: Path, _code: str) -> Casebook:
        return Casebook.create(folder / "demo.db", community="演示社区", worker="演示", secret=None)[0]

    monkeypatch.setattr(cached, "open_demo", small)
    app = CaseworkApp(None, tmp_path / "casebook.casework")
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "2")
        await until(pilot, lambda: app.book is not None)
        assert app.open_book.community == "演示社区"
        app.open_book.close()


async def test_the_first_screen_is_there_in_english_too(tmp_path: Path) -> None:
    app = CaseworkApp(None, tmp_path / "casebook.casework")
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "f2")
        assert language.language() == "en"
        assert "Set&#160;up&#160;my&#160;casebook" in app.export_screenshot()
        await press(pilot, "escape")
        assert "no casebook yet" in said(app)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "A short sentence"), ("12345", "Too short"), ("123456789", "Weak"), ("aaaaaaaaaaaa", "Weak"),
        ("wuhan1", "Weak"), ("correct horse", "Strong"), ("江城五月落", "Too short"), ("江城五月落梅花", "Strong"),
    ],
)  # fmt: skip
def test_the_hint_on_a_passphrase_is_plain(text: str, sentence: str) -> None:
    assert strength.hint(text).text.startswith(sentence)
