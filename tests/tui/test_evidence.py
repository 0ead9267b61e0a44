"""Photos and files at the keyboard: picked, held by a form, attached with its save, looked at, never lost and never half."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Input

from casework import language
from casework.casebook import doctor, drafts, evidence, followups, visits
from casework.casebook.entries import AttachEntry, FileEntry, FollowupEntry
from casework.domain.evidence import EvidenceSubject
from casework.exchange import attached
from casework.tui import outsideprogram, picking, pictures
from casework.tui.app import CaseworkApp
from casework.tui.picking import FilePicker
from casework.tui.screens.evidence import EvidenceScreen
from casework.tui.screens.picture import PictureScreen
from casework.tui.screens.visit import VisitScreen
from tests import pictures as made
from tests.tui.real import SMALL, press, said, settle, until, until_draft

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.pilot import Pilot

    from tests.casebook.conftest import Neighbourhood


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where choosing a file begins: a stick with two photos and something else on it."""
    stick = tmp_path / "stick"
    stick.mkdir()
    made.phone_photo(stick / "阀门.jpg")
    made.phone_photo(stick / "灶台.jpg", 1200, 900)
    made.pdf(stick / "回执.pdf")
    (stick / "notes.txt").write_text("x")
    picking._last[:] = [stick]
    yield stick
    picking._last.clear()


async def picks(pilot: Pilot[int], app: CaseworkApp, path: Path) -> None:
    """Type a file's path into the picker that is open, as one does who knows it."""
    await until(pilot, lambda: isinstance(app.screen, FilePicker))
    await settle(pilot)
    field = app.screen.query_one(Input)
    field.focus()
    field.value = str(path)
    await pilot.press("enter")
    await until(pilot, lambda: not isinstance(app.screen, FilePicker))
    await settle(pilot)


async def listed(pilot: Pilot[int], app: CaseworkApp, count: int) -> EvidenceScreen:
    """Wait for so many lines in the list."""
    await until(pilot, lambda: isinstance(app.screen, EvidenceScreen) and len(app.screen.rows) == count)
    await settle(pilot)
    screen = app.screen
    assert isinstance(screen, EvidenceScreen)
    return screen


async def sheet(pilot: Pilot[int], app: CaseworkApp, door: str) -> VisitScreen:
    """The sheet of a door."""
    await settle(pilot)
    app.open("visit", door)
    await until(pilot, lambda: isinstance(app.screen, VisitScreen) and app.screen.focused is not None)
    await settle(pilot)
    assert isinstance(app.screen, VisitScreen)
    return app.screen


def words(app: CaseworkApp) -> str:
    """All that stands on the screen."""
    return "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())


def behind(here: Neighbourhood, door: str) -> list[str]:
    return [one.name for one in evidence.of_household(here.book, door)]


def put_behind(here: Neighbourhood, kind: str, subject: str, path: Path, **more: Any) -> None:
    taken = attached.take(here.book, path)
    file = FileEntry(blob=taken.blob, original=taken.original, name=taken.name, taken_at=taken.taken_at, **more)
    evidence.attach(here.book, AttachEntry(subject_kind=kind, subject_id=subject, files=(file,)))


async def test_a_photo_is_attached_with_the_visit_by_keys_alone(here: Neighbourhood, folder: Path) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await sheet(pilot, app, here.door)
        await press(pilot, "c", "f9")
        # Nothing yet: the picker is there at once. Its list holds the photos and the receipt, and no text.
        await until(pilot, lambda: isinstance(app.screen, FilePicker))
        await settle(pilot)
        shown = words(app)
        assert "阀门.jpg" in shown
        assert "回执.pdf" in shown
        assert "notes.txt" not in shown
        await picks(pilot, app, folder / "阀门.jpg")
        await listed(pilot, app, 1)
        assert "阀门.jpg" in words(app)
        assert behind(here, here.door) == [], "not before the visit is saved"
        await press(pilot, "escape")
        assert "附照片文件 1 个" in words(app)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: behind(here, here.door))
        await settle(pilot)
        assert "1" in said(app)
    assert behind(here, here.door) == ["阀门.jpg"]
    (found,) = evidence.of_household(here.book, here.door)
    assert b"SECRET" not in evidence.read(here.book, found.id)
    assert drafts.everything(here.book) == []
    assert doctor.examine(here.book).findings == ()


async def test_by_enter_on_the_pickers_line(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await sheet(pilot, app, here.door)
        await press(pilot, "f9")
        await until(pilot, lambda: isinstance(app.screen, FilePicker))
        await settle(pilot)
        await press(pilot, "down", "enter")
        screen = await listed(pilot, app, 1)
        assert screen.rows[0].name in ("阀门.jpg", "灶台.jpg", "回执.pdf")


async def test_one_undo_takes_the_visit_and_its_photo_back(here: Neighbourhood, folder: Path) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await sheet(pilot, app, here.door)
        await press(pilot, "c", "f9")
        await picks(pilot, app, folder / "阀门.jpg")
        await listed(pilot, app, 1)
        await press(pilot, "escape")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: behind(here, here.door))
        await settle(pilot)
        await pilot.press("u")
        await until(pilot, lambda: not behind(here, here.door))
    assert visits.of_household(here.book, here.door) == []
    assert doctor.examine(here.book).findings == ()


async def test_a_photo_that_was_picked_outlives_the_stick_and_a_kill(here: Neighbourhood, folder: Path) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await sheet(pilot, app, here.door)
        await press(pilot, "f9")
        await picks(pilot, app, folder / "阀门.jpg")
        await listed(pilot, app, 1)
        assert await until_draft(here.book, "visit", here.door)
        shutil.rmtree(folder)
    again = CaseworkApp(here.book)
    async with again.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: isinstance(again.screen, VisitScreen))
        await settle(pilot)
        assert "阀门.jpg" in words(again)
        again.screen.query_one("#outcome").focus()
        await press(pilot, "c")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: behind(here, here.door))
    assert behind(here, here.door) == ["阀门.jpg"]


async def test_throwing_the_draft_away_throws_the_photo_away(here: Neighbourhood, folder: Path) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await sheet(pilot, app, here.door)
        await press(pilot, "f9")
        await picks(pilot, app, folder / "阀门.jpg")
        await listed(pilot, app, 1)
        await press(pilot, "escape")
        app.screen.query_one("#outcome").focus()
        await press(pilot, "f8", "y")
        await settle(pilot)
        assert "阀门.jpg" not in words(app)
    here.book.write(lambda: None)
    assert here.book.database.execute_sql("SELECT count(*) FROM blob").fetchall() == [(0,)]


async def test_one_is_described_and_another_taken_off_before_the_save(here: Neighbourhood, folder: Path) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await sheet(pilot, app, here.door)
        await press(pilot, "c", "f9")
        await picks(pilot, app, folder / "阀门.jpg")
        await listed(pilot, app, 1)
        await press(pilot, "a")
        await picks(pilot, app, folder / "灶台.jpg")
        screen = await listed(pilot, app, 2)
        assert screen.attached.current is not None
        assert screen.attached.current.name == "灶台.jpg", "the new one is under the cursor"
        await press(pilot, "d", "y")
        await listed(pilot, app, 1)
        await press(pilot, "t", *"abc", "enter")
        await settle(pilot)
        await press(pilot, "escape")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: behind(here, here.door))
    (found,) = evidence.of_household(here.book, here.door)
    assert (found.name, found.words) == ("阀门.jpg", "abc")
    here.book.write(lambda: None)
    assert here.book.database.execute_sql("SELECT count(*) FROM blob").fetchall() == [(1,)]


async def test_the_same_photo_twice_is_said(here: Neighbourhood, folder: Path) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await sheet(pilot, app, here.door)
        await press(pilot, "f9")
        await picks(pilot, app, folder / "阀门.jpg")
        await listed(pilot, app, 1)
        await press(pilot, "a")
        await picks(pilot, app, folder / "阀门.jpg")
        await until(pilot, lambda: "已经附过" in said(app))
        await listed(pilot, app, 1)


async def test_a_form_that_is_saved_or_left_while_a_photo_is_read_does_not_lose_it(
    here: Neighbourhood, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    real = attached.take

    def slow(*arguments: Any) -> Any:
        begun.set()
        assert go_on.wait(10)
        return real(*arguments)

    monkeypatch.setattr(attached, "take", slow)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await sheet(pilot, app, here.door)
        await press(pilot, "c", "f9")
        await picks(pilot, app, folder / "阀门.jpg")
        await until(pilot, begun.is_set)
        await press(pilot, "escape")
        assert app.screen is screen
        await press(pilot, "ctrl+s")
        assert "还在读" in said(app)
        assert visits.of_household(here.book, here.door) == []
        go_on.set()
        await until(pilot, lambda: screen.files)
        await settle(pilot)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: behind(here, here.door))
    assert behind(here, here.door) == ["阀门.jpg"]


async def test_a_form_that_is_closed_before_the_photo_is_read_says_that_it_is_not_attached(
    here: Neighbourhood, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    real = attached.take

    def slow(*arguments: Any) -> Any:
        begun.set()
        assert go_on.wait(10)
        return real(*arguments)

    monkeypatch.setattr(attached, "take", slow)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await sheet(pilot, app, here.door)
        await press(pilot, "f9")
        await picks(pilot, app, folder / "阀门.jpg")
        await until(pilot, begun.is_set)
        await press(pilot, "escape", "escape")
        go_on.set()
        await until(pilot, lambda: "重新附上" in said(app))
        await settle(pilot)
    here.book.write(lambda: None)
    assert here.book.database.execute_sql("SELECT count(*) FROM blob").fetchall() == [(0,)]


async def test_a_photo_of_a_follow_up_is_saved_though_the_list_was_left(
    here: Neighbourhood, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = followups.open(here.book, FollowupEntry(category="noise", title="烧烤店", household_id=here.door)).subject_id
    begun, go_on = threading.Event(), threading.Event()
    real = attached.take

    def slow(*arguments: Any) -> Any:
        begun.set()
        assert go_on.wait(10)
        return real(*arguments)

    monkeypatch.setattr(attached, "take", slow)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.open("followup", case)
        await settle(pilot)
        await press(pilot, "f9")
        await picks(pilot, app, folder / "阀门.jpg")
        await until(pilot, begun.is_set)
        await press(pilot, "escape")
        go_on.set()
        await until(pilot, lambda: behind(here, here.door) == ["阀门.jpg"])
        await until(pilot, lambda: "已保存" in said(app))


async def test_what_is_not_taken_is_said_and_the_form_stays_as_it_was(here: Neighbourhood, folder: Path) -> None:
    (folder / "fake.jpg").write_text("none")
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        screen = await sheet(pilot, app, here.door)
        await press(pilot, "f9")
        await picks(pilot, app, folder / "fake.jpg")
        await until(pilot, lambda: "不是图片" in said(app))
        assert screen.files == []
        await press(pilot, "f2")
        assert "none" in said(app)
        language.set_language("zh_CN")


async def test_a_photo_stands_beside_the_answer_of_a_check(here: Neighbourhood, folder: Path) -> None:
    from casework.domain.check import SubjectKind
    from casework.tui.checking import Subject
    from casework.tui.screens.check import CheckScreen

    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.open("check", Subject("lpg_cylinder", SubjectKind.HOUSEHOLD, here.door, here.door))
        await until(pilot, lambda: isinstance(app.screen, CheckScreen) and app.screen.form is not None)
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, CheckScreen)
        assert screen.sheet.question is not None
        name = screen.sheet.question.name
        await press(pilot, "p")
        await picks(pilot, app, folder / "阀门.jpg")
        await listed(pilot, app, 1)
        await press(pilot, "escape")
        await settle(pilot)
        assert "❐ 1" in words(app)
        assert "附图 1" in words(app)
        await press(pilot, "P")
        await press(pilot, "a")
        await picks(pilot, app, folder / "灶台.jpg")
        await listed(pilot, app, 2)
        await press(pilot, "escape", "a")
        assert screen.form is not None
        for missing in screen.form.missing:
            from casework.domain.check import AnswerState

            screen.form.set_state(missing, AnswerState.COULD_NOT_CHECK)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: behind(here, here.door))
        await settle(pilot)
    found = {one.name: one.part for one in evidence.of_household(here.book, here.door)}
    assert found == {"阀门.jpg": name, "灶台.jpg": ""}
    assert doctor.examine(here.book).findings == ()


async def test_a_photo_of_the_check_is_saved_with_the_leak_that_it_found(here: Neighbourhood, folder: Path) -> None:
    from casework.domain.check import SubjectKind
    from casework.tui.checking import Subject
    from casework.tui.screens.check import CheckScreen

    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.open("check", Subject("lpg_cylinder", SubjectKind.HOUSEHOLD, here.door, here.door))
        await until(pilot, lambda: isinstance(app.screen, CheckScreen) and app.screen.form is not None)
        await press(pilot, "p")
        await picks(pilot, app, folder / "阀门.jpg")
        await listed(pilot, app, 1)
        await press(pilot, "escape", "ctrl+g")
        await settle(pilot)
        await press(pilot, "enter")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: behind(here, here.door))
        await settle(pilot)
    assert behind(here, here.door) == ["阀门.jpg"]
    assert doctor.examine(here.book).findings == ()


async def test_the_photo_of_a_check_comes_back_with_its_draft(here: Neighbourhood, folder: Path) -> None:
    from casework.domain.check import SubjectKind
    from casework.tui.checking import Subject
    from casework.tui.screens.check import CheckScreen

    subject = Subject("lpg_cylinder", SubjectKind.HOUSEHOLD, here.door, here.door)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.open("check", subject)
        await until(pilot, lambda: isinstance(app.screen, CheckScreen) and app.screen.form is not None)
        await press(pilot, "p")
        await picks(pilot, app, folder / "阀门.jpg")
        await listed(pilot, app, 1)
        assert await until_draft(here.book, "check", subject.key)
    again = CaseworkApp(here.book)
    async with again.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: isinstance(again.screen, CheckScreen) and again.screen.form is not None)
        await settle(pilot)
        assert "❐ 1" in words(again)


async def test_a_photo_is_put_behind_a_follow_up_and_each_change_is_a_save(here: Neighbourhood, folder: Path) -> None:
    case = followups.open(here.book, FollowupEntry(category="noise", title="烧烤店", household_id=here.door)).subject_id

    def there() -> list[str]:
        return [one.name for one in evidence.of_subject(here.book, EvidenceSubject.FOLLOWUP, case)]

    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.open("followup", case)
        await settle(pilot)
        await press(pilot, "f9")
        await picks(pilot, app, folder / "阀门.jpg")
        await listed(pilot, app, 1)
        assert there() == ["阀门.jpg"]
        assert "已保存" in said(app)
        await press(pilot, "d", "y")
        await until(pilot, lambda: there() == [])
        await settle(pilot)
        await press(pilot, "u")
        await until(pilot, lambda: there() == ["阀门.jpg"])
        await settle(pilot)
        await press(pilot, "escape")
        await settle(pilot)
        assert "阀门.jpg" in words(app)
        assert "照片文件 1 个" in words(app)


async def test_a_household_shows_all_that_hangs_on_its_records(here: Neighbourhood, folder: Path) -> None:
    visit = visits.no_answer(here.book, here.door).subject_id
    case = followups.open(here.book, FollowupEntry(category="noise", title="烧烤店", household_id=here.door)).subject_id
    put_behind(here, "visit", visit, folder / "阀门.jpg")
    put_behind(here, "followup", case, folder / "回执.pdf")
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.open("household", here.door)
        await settle(pilot)
        await press(pilot, "f9")
        await listed(pilot, app, 2)
        shown = words(app)
        assert "烧烤店" in shown
        assert "回执.pdf" in shown
        # A third, to a record that is asked for.
        await press(pilot, "a", "1")
        await picks(pilot, app, folder / "灶台.jpg")
        await listed(pilot, app, 3)
    assert len(behind(here, here.door)) == 3


@pytest.mark.parametrize("way", [pictures.HALF_CELLS, pictures.CHARACTERS])
async def test_a_photo_is_looked_at_on_the_terminal(here: Neighbourhood, folder: Path, way: str) -> None:
    visit = visits.no_answer(here.book, here.door).subject_id
    put_behind(here, "visit", visit, folder / "阀门.jpg", words="旧软管")
    put_behind(here, "visit", visit, folder / "回执.pdf")
    here.book.set_setting(pictures.SETTING, way)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.open("household", here.door)
        await settle(pilot)
        await press(pilot, "f9")
        await listed(pilot, app, 2)
        await press(pilot, "end", "enter")
        await until(pilot, lambda: isinstance(app.screen, PictureScreen) and app.screen.query(".picture"))
        await settle(pilot)
        shown = words(app)
        assert "阀门.jpg" in shown
        assert "旧软管" in shown
        assert "▀" * 20 in shown if way == pictures.HALF_CELLS else "▀" not in shown
        assert "@@@@" in shown or way != pictures.CHARACTERS
        # Its neighbour is a document: said in its place.
        await press(pilot, "left")
        await until(pilot, lambda: "不是图片" in words(app))
        await press(pilot, "right")
        await until(pilot, lambda: app.screen.query(".picture"))
        await press(pilot, "escape")
        assert isinstance(app.screen, EvidenceScreen)


async def test_where_the_drawing_breaks_a_key_chooses_another_and_it_is_remembered(
    here: Neighbourhood, folder: Path
) -> None:
    visit = visits.no_answer(here.book, here.door).subject_id
    put_behind(here, "visit", visit, folder / "阀门.jpg")
    here.book.set_setting(pictures.SETTING, pictures.HALF_CELLS)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.open("household", here.door)
        await settle(pilot)
        await press(pilot, "f9")
        await listed(pilot, app, 1)
        await press(pilot, "enter")
        await until(pilot, lambda: app.screen.query(".picture"))
        await press(pilot, "m")
        await until(pilot, lambda: "普通字符" in said(app))
        await settle(pilot)
        assert "▀" not in words(app)
    assert here.book.setting(pictures.SETTING) == pictures.CHARACTERS


def looking(here: Neighbourhood, folder: Path) -> CaseworkApp:
    """The app, with one photo behind a visit."""
    visit = visits.no_answer(here.book, here.door).subject_id
    put_behind(here, "visit", visit, folder / "阀门.jpg")
    here.book.set_setting(pictures.SETTING, pictures.HALF_CELLS)
    return CaseworkApp(here.book)


async def to_the_picture(pilot: Pilot[int], app: CaseworkApp, here: Neighbourhood) -> None:
    await settle(pilot)
    app.open("household", here.door)
    await settle(pilot)
    await press(pilot, "f9")
    await listed(pilot, app, 1)
    await press(pilot, "enter")
    await until(pilot, lambda: isinstance(app.screen, PictureScreen) and app.screen.query(".picture"))
    await settle(pilot)


async def test_it_is_opened_outside_after_a_word_and_the_copy_goes_with_the_view(
    here: Neighbourhood, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(outsideprogram, "can_open", lambda: True)
    monkeypatch.setattr(outsideprogram, "open_file", lambda path: opened.append(path) or True)
    app = looking(here, folder)
    async with app.run_test(size=SMALL) as pilot:
        await to_the_picture(pilot, app, here)
        await press(pilot, "o")
        assert "没有加密" in words(app)
        await press(pilot, "n")
        assert opened == []
        await press(pilot, "o", "y")
        (copy,) = opened
        assert made.kept(copy.read_bytes()).size == (1600, 1200)
        assert "阀门" not in copy.name
        await press(pilot, "escape")
        await settle(pilot)
        assert not copy.parent.exists()
    verbs = here.book.database.execute_sql("SELECT verb FROM action ORDER BY n DESC LIMIT 1").fetchall()
    assert verbs == [("evidence.out",)]


async def test_the_lock_takes_the_copy_away_too(
    here: Neighbourhood, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(outsideprogram, "can_open", lambda: True)
    monkeypatch.setattr(outsideprogram, "open_file", lambda path: opened.append(path) or True)
    app = looking(here, folder)
    async with app.run_test(size=SMALL) as pilot:
        await to_the_picture(pilot, app, here)
        await press(pilot, "o", "y")
        assert opened[0].exists()
        await press(pilot, "ctrl+l")
        await settle(pilot)
        assert not opened[0].parent.exists()
        assert "▀" not in words(app)


async def test_where_no_program_can_open_it_that_is_said_and_nothing_is_left(
    here: Neighbourhood, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from casework.casebook import viewing

    app = looking(here, folder)
    async with app.run_test(size=SMALL) as pilot:
        await to_the_picture(pilot, app, here)
        monkeypatch.setattr(outsideprogram, "can_open", lambda: False)
        await press(pilot, "o")
        assert "evidence save" in said(app)
        monkeypatch.setattr(outsideprogram, "can_open", lambda: True)
        monkeypatch.setattr(outsideprogram, "open_file", lambda _path: False)
        await press(pilot, "o", "y")
        assert "已删除" in said(app)
        assert not viewing.folder(here.book.path).exists()


async def test_a_photo_that_is_missing_or_damaged_is_said_in_its_place(here: Neighbourhood, folder: Path) -> None:
    app = looking(here, folder)
    here.book.database.execute_sql("UPDATE blob SET data = ?", (b"x",))
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.open("household", here.door)
        await settle(pilot)
        await press(pilot, "f9")
        await listed(pilot, app, 1)
        await press(pilot, "enter")
        await until(pilot, lambda: "已损坏" in words(app))


async def test_names_and_words_of_any_kind_are_only_text(here: Neighbourhood, folder: Path) -> None:
    visit = visits.no_answer(here.book, here.door).subject_id
    taken = attached.take(here.book, folder / "阀门.jpg")
    nasty = "[red]\x1b[2J\u202e" + "长" * 300
    file = FileEntry(blob=taken.blob, original=taken.original, name=nasty, words=nasty)
    evidence.attach(here.book, AttachEntry(subject_kind="visit", subject_id=visit, files=(file,)))
    here.book.set_setting(pictures.SETTING, pictures.CHARACTERS)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.open("household", here.door)
        await settle(pilot)
        assert "\x1b[2J" not in words(app)
        await press(pilot, "f9")
        await listed(pilot, app, 1)
        assert "[red]" in words(app)
        await press(pilot, "enter")
        await until(pilot, lambda: app.screen.query(".picture"))
        await settle(pilot)
        shown = words(app)
        assert "[red]" in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown
