"""A photo at the real keyboard, on a real terminal: attached, looked at, back after a kill; and what the terminal is asked."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from casework.casebook import evidence
from casework.casebook.book import Casebook
from tests import pictures as made
from tests import street
from tests.drive import Worker, open_app
from tests.kill.shift import doctor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUESTIONS = (b"\x1b[c", b"\x1b[16t", b"\x1b_G")
"""What a terminal is asked about pictures: its abilities, the size of a cell, Kitty's protocol."""


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return street.make(tmp_path / "street.casework")


@pytest.fixture
def worker(db: Path) -> Iterator[Worker]:
    """In front of the round, the cursor on the first door."""
    with open_app(db) as worker:
        worker.sees("ctrl+p", street.doors()[0])
        worker.waits_for_rest()
        yield worker


def written(worker: Worker) -> bytes:
    return b"".join(piece for _moment, piece in worker.recorded)


def attaches(worker: Worker, photo: Path) -> None:
    """On the visit sheet: pick a file by its path."""
    worker.presses("f9")
    worker.sees("选哪个照片或文件")
    worker.presses("tab")
    worker.types(str(photo))
    worker.presses("enter")
    worker.sees("随草稿保留", photo.name, " kB ")


def behind_first_door(db: Path) -> list[tuple[str, bytes]]:
    book = Casebook.open(db)
    try:
        door = book.database.execute_sql("SELECT id FROM household WHERE short = ?", (street.doors()[0],)).fetchall()
        return [(one.name, evidence.read(book, one.id)) for one in evidence.of_household(book, door[0][0])]
    finally:
        book.close()


def looks(worker: Worker) -> None:
    """From anywhere to the photo of the first door."""
    worker.presses("/")
    worker.sees("3-2-501")
    worker.types(street.doors()[0])
    worker.sees(street.doors()[0])
    worker.presses("enter", "enter")
    worker.sees("走访记录")
    worker.presses("f9")
    worker.sees("enter 查看")
    worker.presses("enter")


def test_attached_saved_and_looked_at_by_keys_alone(worker: Worker, db: Path, tmp_path: Path) -> None:
    photo = made.phone_photo(tmp_path / "valve.jpg")
    worker.presses("v")
    worker.sees("下次走访")
    worker.presses("c")
    attaches(worker, photo)
    worker.presses("escape")
    worker.sees("附照片文件 1 个")
    worker.presses("ctrl+s")
    worker.sees("已保存")
    assert not [question for question in QUESTIONS if question in written(worker)], "nobody has looked at a photo yet"
    looks(worker)
    worker.sees("valve.jpg", "1/1", "▀▀▀▀▀▀▀▀")
    worker.presses("m", "m")
    worker.sees("普通字符", "@@@@@@@@")
    worker.presses("escape")
    worker.sees("enter 查看")
    assert set(worker.foreign_controls()) == {"\x1b[c"}, "its one question to the terminal, and nothing of the file's"
    worker.presses("ctrl+q")
    worker.ends()
    ((name, kept),) = behind_first_door(db)
    assert name == "valve.jpg"
    assert b"SECRET" not in kept
    assert doctor(db)[0] == 0


def test_picked_and_killed_it_is_back_on_the_sheet(db: Path, tmp_path: Path) -> None:
    photo = made.phone_photo(tmp_path / "valve.jpg")
    with open_app(db) as worker:
        worker.sees("ctrl+p", street.doors()[0])
        worker.presses("v")
        worker.sees("下次走访")
        worker.presses("c")
        attaches(worker, photo)
        worker.kill()
    photo.unlink()
    with open_app(db) as worker:
        worker.sees("附照片文件 1 个", "valve.jpg")
        worker.presses("ctrl+s")
        worker.sees("已保存")
    ((name, kept),) = behind_first_door(db)
    assert name == "valve.jpg"
    assert made.kept(kept).size == (1600, 1200)
    assert doctor(db)[0] == 0


def attach_by_hand(db: Path, photo: Path) -> None:
    from casework.casebook import visits
    from casework.casebook.entries import AttachEntry, FileEntry
    from casework.exchange import attached

    book = Casebook.open(db)
    door = book.database.execute_sql("SELECT id FROM household WHERE short = ?", (street.doors()[0],)).fetchall()[0][0]
    visit = visits.of_household(book, door)[0].id
    taken = attached.take(book, photo)
    file = FileEntry(blob=taken.blob, original=taken.original, name=taken.name)
    evidence.attach(book, AttachEntry(subject_kind="visit", subject_id=visit, files=(file,)))
    book.close()


def test_a_terminal_that_can_shows_it_in_pixels_and_goes_on_as_before(db: Path, tmp_path: Path) -> None:
    attach_by_hand(db, made.phone_photo(tmp_path / "valve.jpg"))
    with open_app(db) as worker:
        worker.sees("ctrl+p", street.doors()[0])
        worker.waits_for_rest()
        worker.presses("enter", "f9")
        worker.sees("enter 查看")
        worker.sends("enter")
        worker.waits_until(lambda: _read(worker).endswith(b"\x1b[c"), "the terminal is not asked")
        os.write(worker._child.child_fd, b"\x1b[?62;4;22c")
        worker.waits_until(lambda: b"\x1b[16t" in _read(worker), "the size of a cell is not asked for")
        os.write(worker._child.child_fd, b"\x1b[6;20;10t")
        worker.waits_until(lambda: b"\x1bP" in _read(worker), "nothing is drawn in pixels")
        worker.sees("valve.jpg")
        worker.presses("escape")
        worker.sees("enter 查看")
        before = written(worker).count(b"\x1b[c")
        worker.presses("enter")
        worker.sees("1/1")
        assert written(worker).count(b"\x1b[c") == before, "asked once"
        worker.presses("escape", "escape")
        worker.sees("走访记录")


def _read(worker: Worker) -> bytes:
    worker.screen()
    return written(worker)


@pytest.mark.parametrize(("term", "shown"), [("linux", "@@@@"), ("xterm-kitty", "\U0010eeee")])
def test_what_the_environment_tells_is_not_asked(db: Path, tmp_path: Path, term: str, shown: str) -> None:
    attach_by_hand(db, made.phone_photo(tmp_path / "valve.jpg"))
    with open_app(db, env={"TERM": term}) as worker:
        worker.sees("ctrl+p", street.doors()[0])
        worker.waits_for_rest()
        worker.presses("enter", "f9")
        worker.sees("enter")
        worker.presses("enter")
        worker.waits_until(lambda: shown.encode() in _read(worker), "the photo is not drawn so")
        assert b"\x1b[c" not in written(worker)


def test_a_copy_that_an_end_without_notice_left_is_gone_at_the_next_start(db: Path) -> None:
    from casework.casebook import viewing

    copy = viewing.put(db, b"photo", ".jpg")
    with open_app(db) as worker:
        worker.sees("ctrl+p", street.doors()[0])
        assert not copy.exists()
