"""Backups: encrypted, one file, checked before they count, the last ten kept; a restore begins a new series."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from casework.casebook import backups, doctor, visits
from casework.casebook.book import Casebook
from casework.casebook.errors import Damaged, NotFound, Refused
from casework.casebook.keys import Passphrase


def test_a_backup_made_while_work_goes_on_holds_what_was_saved(here, tmp_path: Path, clock) -> None:
    made = visits.no_answer(here.book, here.door).subject_id
    kept = backups.make(here.book, tmp_path / "kept")
    visits.no_answer(here.book, here.family_door)
    backups.restore(kept, tmp_path / "back.casework", None)
    book = Casebook.open(tmp_path / "back.casework", None, clock)
    assert [v.id for v in visits.of_household(book, here.door)] == [made]
    assert visits.of_household(book, here.family_door) == []
    assert doctor.examine(book).findings == ()
    visits.no_answer(book, here.door)
    assert book.database.execute_sql("SELECT count(DISTINCT chain) FROM op").fetchall()[0][0] == 2
    assert doctor.examine(book).findings == ()
    book.close()


def test_nothing_in_a_backup_can_be_read(here, tmp_path: Path) -> None:
    data = backups.make(here.book, tmp_path / "kept").read_bytes()
    assert "梅秀兰".encode() not in data
    assert b"SQLite format 3" not in data


def test_the_last_ten_are_kept_and_one_is_made_a_day(here) -> None:
    for _ in range(14):
        assert backups.make_daily(here.book) is not None
        assert backups.make_daily(here.book) is None
        here.clock.instant += timedelta(days=1)
    listed = backups.listed(here.book.path)
    assert len(listed) == backups.KEEP
    assert "20260602" in listed[-1].name


def test_no_half_made_file_is_left(here, tmp_path: Path) -> None:
    backups.make(here.book, tmp_path / "kept")
    assert [p.name for p in tmp_path.iterdir() if ".part" in p.name or ".copy" in p.name] == []


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "text"])
def test_a_damaged_backup_is_refused_and_nothing_is_left(here, tmp_path: Path, damage: str) -> None:
    kept = backups.make(here.book, tmp_path / "kept")
    data = bytearray(kept.read_bytes())
    if damage == "cut":
        data = data[: len(data) // 2]
    elif damage == "flip":
        data[len(data) // 2] ^= 1
    else:
        data = bytearray(b"" if damage == "empty" else b"hello" * 1000)
    kept.write_bytes(data)
    with pytest.raises(Damaged):
        backups.restore(kept, tmp_path / "back.casework", None)
    assert [p for p in tmp_path.iterdir() if p.name.startswith("back")] == []


def test_a_restore_never_overwrites(here, tmp_path: Path) -> None:
    kept = backups.make(here.book, tmp_path / "kept")
    with pytest.raises(Refused):
        backups.restore(kept, here.book.path, None)
    with pytest.raises(NotFound):
        backups.restore(tmp_path / "none", tmp_path / "back.casework", None)


def test_a_backup_opens_with_the_passphrase_of_its_day(tmp_path: Path, clock) -> None:
    book, _ = Casebook.create(
        tmp_path / "a.casework", community="x", worker="y", secret=Passphrase("月湖"), clock=clock
    )
    kept = backups.make(book, tmp_path / "kept")
    book.close()
    backups.restore(kept, tmp_path / "b.casework", Passphrase("月湖"))
    Casebook.open(tmp_path / "b.casework", Passphrase("月湖"), clock).close()
