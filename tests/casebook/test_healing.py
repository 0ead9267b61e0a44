"""A rotten or missing write-ahead log, or yesterday's copy put back, is noticed at the start, and healed or said."""

from __future__ import annotations

import random
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from casework.casebook import blackbox, doctor, highwater, visits
from casework.casebook.book import Casebook


def files_of(path: Path) -> list[Path]:
    return [p for p in path.parent.iterdir() if p.name.startswith(path.name)]


def crash(book: Casebook, to: Path) -> Path:
    """What the disk holds when the laptop dies now: every file as it stands, nothing closed."""
    to.mkdir(parents=True)
    for file in files_of(book.path):
        if not file.name.endswith("-shm"):
            shutil.copy(file, to / file.name)
    return to / book.path.name


def some_knocks(here, n: int) -> list[str]:
    made = []
    for _ in range(n):
        here.clock.instant += timedelta(minutes=8)
        made.append(visits.no_answer(here.book, here.door).subject_id)
    return made


def kept(book: Casebook) -> set[str]:
    return {row[0] for row in book.database.execute_sql("SELECT id FROM visit").fetchall()}


def checkpointed(here) -> None:
    here.book.write(lambda: here.book.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())


def test_a_healthy_crash_loses_nothing_and_says_nothing(here, tmp_path: Path, clock) -> None:
    made = some_knocks(here, 5)
    book = Casebook.open(crash(here.book, tmp_path / "after"), None, clock)
    assert set(made) <= kept(book)
    assert book.found == ()
    book.close()


def test_a_log_that_vanished_is_put_back_from_the_black_box(here, tmp_path: Path, clock) -> None:
    checkpointed(here)
    made = some_knocks(here, 7)
    path = crash(here.book, tmp_path / "after")
    path.with_name(path.name + "-wal").unlink()
    book = Casebook.open(path, None, clock)
    assert set(made) <= kept(book)
    assert len(book.found) == 1
    assert doctor.examine(book).findings == ()
    visits.no_answer(book, here.family_door)
    book.close()
    again = Casebook.open(path, None, clock)
    assert again.found == ()
    again.close()


@pytest.mark.parametrize("seed", range(12))
def test_every_flipped_bit_in_the_log_is_noticed_and_healed(here, tmp_path: Path, clock, seed: int) -> None:
    checkpointed(here)
    made = some_knocks(here, 6)
    path = crash(here.book, tmp_path / "after")
    log = path.with_name(path.name + "-wal")
    data = bytearray(log.read_bytes())
    chooser = random.Random(seed)
    at = chooser.randrange(32, len(data))
    data[at] ^= 1 << chooser.randrange(8)
    log.write_bytes(data)
    book = Casebook.open(path, None, clock)
    assert set(made) <= kept(book)
    assert doctor.examine(book).findings == ()
    book.close()


def test_a_log_cut_in_half_is_healed(here, tmp_path: Path, clock) -> None:
    checkpointed(here)
    made = some_knocks(here, 6)
    path = crash(here.book, tmp_path / "after")
    log = path.with_name(path.name + "-wal")
    log.write_bytes(log.read_bytes()[: log.stat().st_size // 2])
    book = Casebook.open(path, None, clock)
    assert set(made) <= kept(book)
    book.close()


def test_yesterdays_copy_put_back_is_noticed_and_what_is_missing_is_put_back(here, tmp_path: Path, clock) -> None:
    some_knocks(here, 2)
    checkpointed(here)
    yesterday = here.book.path.read_bytes()
    made = some_knocks(here, 4)
    path = crash(here.book, tmp_path / "after")
    path.with_name(path.name + "-wal").unlink()
    path.write_bytes(yesterday)
    book = Casebook.open(path, None, clock)
    assert book.found
    assert set(made) <= kept(book)
    book.close()


def test_what_cannot_be_put_back_is_said_and_a_new_series_begins(here, tmp_path: Path, clock) -> None:
    checkpointed(here)
    some_knocks(here, 4)
    path = crash(here.book, tmp_path / "after")
    path.with_name(path.name + "-wal").unlink()
    blackbox.beside(path).unlink()
    book = Casebook.open(path, None, clock)
    assert len(book.found) == 1
    assert "5" in str(book.found[0].values) or "n" in book.found[0].values
    epochs = book.database.execute_sql("SELECT count(*) FROM chain").fetchall()[0][0]
    assert epochs == 2
    visits.no_answer(book, here.door)
    assert doctor.examine(book).findings == ()
    book.close()


def test_a_damaged_record_in_the_black_box_costs_only_itself(here, tmp_path: Path) -> None:
    some_knocks(here, 6)
    here.book.write(lambda: None)
    path = crash(here.book, tmp_path / "after")
    whole = blackbox.read(path, here.book.key)
    box = blackbox.beside(path)
    data = bytearray(box.read_bytes())
    data[len(data) // 2] ^= 1
    box.write_bytes(data)
    assert len(blackbox.read(path, here.book.key)) == len(whole) - 1


def test_a_torn_mark_falls_back_to_the_one_before(here, tmp_path: Path) -> None:
    some_knocks(here, 3)
    path = here.book.path
    newest = highwater.read(path)
    data = bytearray(highwater.beside(path).read_bytes())
    for slot in (0, 64):
        torn = bytearray(data)
        torn[slot + 3] ^= 1
        (tmp_path / "x.highwater").write_bytes(torn)
        read = highwater.read(tmp_path / "x")
        assert read is not None
        assert newest is not None
        assert read.seq in (newest.seq, newest.seq - 2, newest.seq - 3, newest.seq - 1)


def test_the_black_box_and_the_mark_hold_nothing_readable(here) -> None:
    some_knocks(here, 2)
    for file in files_of(here.book.path):
        if file.suffix in (".blackbox", ".highwater"):
            assert b"3-1-101" not in file.read_bytes()
