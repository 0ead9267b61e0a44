"""A casebook opens with its passphrase and with nothing else, and is never harmed by an attempt."""

from __future__ import annotations

import shutil
from pathlib import Path

import apsw
import pytest

from casework.casebook import engine, keys, migrating, visits
from casework.casebook.book import Casebook
from casework.casebook.errors import Damaged, Locked, NewerCasebook, NotFound, Refused, WrongSecret
from casework.casebook.keys import Passphrase, RecoveryKey


@pytest.fixture
def locked(tmp_path: Path, clock):
    path = tmp_path / "mine.casework"
    book, recovery = Casebook.create(path, community="满春社区", worker="李芳", secret=Passphrase("月湖"), clock=clock)
    book.close()
    return path, recovery


def bytes_of(path: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in path.parent.iterdir() if p.is_file()}


def test_the_passphrase_opens_it_and_the_worker_is_known(locked, clock):
    book = Casebook.open(locked[0], Passphrase("月湖"), clock)
    assert (book.community, book.worker.name) == ("满春社区", "李芳")
    book.close()


def test_the_printed_recovery_key_opens_it_however_it_is_typed(locked, clock):
    for typed in (locked[1], locked[1].lower(), locked[1].replace("-", " ")):
        Casebook.open(locked[0], RecoveryKey(typed), clock).close()


@pytest.mark.parametrize("secret", [Passphrase("月"), Passphrase(""), RecoveryKey("AAAAA-BBBBB"), RecoveryKey("")])
def test_a_wrong_secret_opens_nothing_and_changes_no_byte(locked, clock, secret):
    before = bytes_of(locked[0])
    with pytest.raises(WrongSecret) as error:
        Casebook.open(locked[0], secret, clock)
    assert error.value.exit_code == 3
    assert bytes_of(locked[0]) == before


def test_without_a_secret_it_is_locked(locked, clock):
    with pytest.raises(Locked):
        Casebook.open(locked[0], None, clock)


def test_a_new_passphrase_wraps_the_same_key_and_the_old_one_is_void(locked, clock):
    path, recovery = locked
    book = Casebook.open(path, Passphrase("月湖"), clock)
    keys.rewrap(path, book.key, Passphrase("东湖"), book.worker.id)
    book.close()
    Casebook.open(path, Passphrase("东湖"), clock).close()
    Casebook.open(path, RecoveryKey(recovery), clock).close()
    with pytest.raises(WrongSecret):
        Casebook.open(path, Passphrase("月湖"), clock)


def test_no_file_is_said_to_be_missing(tmp_path: Path, clock):
    with pytest.raises(NotFound):
        Casebook.open(tmp_path / "none.casework", None, clock)


@pytest.mark.parametrize("content", [b"", b"x" * 100, b"SQLite format 3\0" + b"\0" * 4096, b"\x17" * 8192])
def test_a_file_that_is_no_casebook_is_left_as_it_is(locked, clock, content):
    path = locked[0]
    path.write_bytes(content)
    before = bytes_of(path)
    with pytest.raises(Damaged) as error:
        Casebook.open(path, Passphrase("月湖"), clock)
    assert error.value.exit_code == 4
    after = bytes_of(path)
    assert {name: after[name] for name in before} == before


def test_a_lost_key_file_is_said_and_nothing_is_made_in_its_place(locked, clock):
    keys.beside(locked[0]).unlink()
    with pytest.raises(Damaged):
        Casebook.open(locked[0], Passphrase("月湖"), clock)
    assert not keys.beside(locked[0]).exists()


def test_a_newer_casebook_is_refused_untouched(locked, clock):
    path = locked[0]
    key = keys.unlock(path, Passphrase("月湖"))
    database = engine.connect(path, key)
    database.execute_sql(f"PRAGMA user_version = {migrating.SCHEMA_VERSION + 1}")
    database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    before = path.read_bytes()
    with pytest.raises(NewerCasebook) as error:
        Casebook.open(path, Passphrase("月湖"), clock)
    assert error.value.exit_code == 4
    assert path.read_bytes() == before


def test_a_casebook_is_never_made_over_another(locked, clock):
    with pytest.raises(Refused):
        Casebook.create(locked[0], community="x", worker="y", secret=None, clock=clock)
    Casebook.open(locked[0], Passphrase("月湖"), clock).close()


def test_the_key_of_an_earlier_casebook_is_moved_aside_never_deleted(locked, clock):
    path = locked[0]
    shutil.copy(path, path.with_name("kept"))
    shutil.copy(keys.beside(path), path.with_name("kept.expected"))
    path.unlink()
    book, _ = Casebook.create(path, community="x", worker="y", secret=None, clock=clock)
    book.close()
    old = [p for p in path.parent.iterdir() if ".keys." in p.name and p.name.endswith(".old")]
    assert [p.read_bytes() for p in old] == [path.with_name("kept.expected").read_bytes()]


def test_nothing_of_it_can_be_read_on_the_disk(here, tmp_path: Path):
    visits.no_answer(here.book, here.door)
    here.book.close()
    for file in tmp_path.iterdir():
        data = file.read_bytes() if file.is_file() else b""
        assert "梅秀兰".encode() not in data, file.name
        assert b"13000000001" not in data, file.name
        assert not data.startswith(b"SQLite format 3"), file.name


def test_plain_apsw_in_the_way_is_refused(monkeypatch, locked, clock):
    monkeypatch.delattr(apsw, "mc_version")
    with pytest.raises(engine.UnsafeEngine):
        Casebook.open(locked[0], Passphrase("月湖"), clock)


def test_an_old_sqlite_is_refused(monkeypatch, locked, clock):
    monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: "3.45.1")
    with pytest.raises(engine.UnsafeEngine):
        Casebook.open(locked[0], Passphrase("月湖"), clock)
