"""When something is wrong: one clear sentence in the worker's language, the right exit code, the file untouched."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from casework.casebook import engine, keys, migrating
from casework.casebook.keys import Passphrase


@pytest.fixture
def locked(casework, tmp_path: Path, monkeypatch):
    secret = tmp_path / "passphrase"
    secret.write_text("月湖\n", encoding="utf-8")
    monkeypatch.setenv("CASEWORK_PASSPHRASE_FILE", str(secret))
    assert casework("init", "--community", "满春社区", "--worker", "李芳").code == 0
    return secret


def test_the_passphrase_file_opens_it(casework, locked) -> None:
    assert casework("stats").code == 0


def test_a_wrong_passphrase_is_3_and_one_sentence(casework, locked, db: Path) -> None:
    locked.write_text("东湖\n", encoding="utf-8")
    before = db.read_bytes()
    answer = casework("stats")
    assert answer.code == 3
    assert len(answer.err.strip().splitlines()) == 1
    assert "东湖" not in answer.err
    assert db.read_bytes() == before


def test_no_passphrase_is_3(casework, locked, monkeypatch) -> None:
    monkeypatch.delenv("CASEWORK_PASSPHRASE_FILE")
    assert casework("stats").code == 3


def test_a_damaged_file_is_4_in_the_workers_language(casework, locked, db: Path) -> None:
    whole = db.read_bytes()
    db.write_bytes(whole[:1000] + bytes(4096) + whole[5096:])
    before = db.read_bytes()
    answer = casework("--lang", "zh_CN", "stats")
    assert answer.code == 4
    assert "损坏" in answer.err
    assert db.read_bytes() == before


def test_a_newer_file_is_4(casework, locked, db: Path) -> None:
    database = engine.connect(db, keys.unlock(db, Passphrase("月湖")))
    database.execute_sql(f"PRAGMA user_version = {migrating.SCHEMA_VERSION + 1}")
    database.close()
    answer = casework("stats")
    assert answer.code == 4
    assert "newer" in answer.err


def test_no_casebook_is_2(casework) -> None:
    assert casework("stats").code == 2


def test_an_unknown_command_is_2(casework) -> None:
    assert casework("nonsense").code == 2


def test_a_bad_value_is_2_and_names_the_field(casework, locked) -> None:
    answer = casework("visit", "not-an-id", "completed")
    assert answer.code == 2
    assert "household_id" in answer.err


def test_an_id_that_names_nothing_is_2(casework, locked) -> None:
    assert casework("household", "0" * 32).code == 2


def test_a_crash_of_our_own_leaves_no_personal_data_in_the_log(casework, locked, monkeypatch, tmp_path: Path) -> None:
    from casework import paths
    from casework.casebook import stats

    log = tmp_path / "log.txt"
    monkeypatch.setattr(paths, "log_file", lambda: log)

    def broken(*_given: object) -> None:
        raise RuntimeError("梅奶奶 13000000001")

    monkeypatch.setattr(stats, "figures", broken)
    answer = casework("stats")
    assert answer.code == 1
    assert "Traceback" not in answer.err
    assert "梅奶奶" not in answer.err
    noted = log.read_text(encoding="utf-8")
    assert "RuntimeError" in noted
    assert "梅奶奶" not in noted
    assert "13000000001" not in noted


def can_mount() -> bool:
    return os.name == "posix" and os.geteuid() == 0 and Path("/proc/mounts").exists()


@pytest.fixture
def small_disk(tmp_path: Path):
    """A real disk of two megabytes; where the machine lets nobody mount one, a file size limit does as much."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(place)], capture_output=True)
    yield place if mounted.returncode == 0 else None
    if mounted.returncode == 0:
        subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_said_and_what_was_saved_stays(small_disk, capsys, monkeypatch) -> None:
    from casework import cli
    from casework.casebook import areas
    from casework.casebook.book import Casebook
    from casework.casebook.entries import AreaEntry
    from casework.casebook.errors import DiskFull, NotSaved

    if small_disk is None:
        # Without the right to mount, the engine's own page limit fills the disk.
        small_disk = Path(os.environ.get("TMPDIR", "/tmp")) / f"casework-full-{os.getpid()}"
        small_disk.mkdir()
    db = small_disk / "a.casework"
    book, _ = Casebook.create(db, community="x", worker="y", secret=None)
    if not can_mount():
        book.write(lambda: book.database.execute_sql("PRAGMA max_page_count = 120"))
    saved = 0
    with pytest.raises((DiskFull, NotSaved)) as error:
        for n in range(5000):
            areas.add(book, AreaEntry(level="grid", name=f"{n} " + "x" * 400))
            saved += 1
    assert error.value.exit_code == 1
    assert saved > 3
    kept = book.database.execute_sql("SELECT count(*) FROM area").fetchall()[0][0]
    assert kept == saved
    book.close()
    assert cli.main(["--db", str(db), "stats"]) in (0, 1)


@pytest.mark.skipif(os.name != "posix", reason="file permissions of POSIX")
def test_a_read_only_disk_is_said(tmp_path: Path, capsys) -> None:
    from casework import cli

    place = tmp_path / "disk"
    place.mkdir()
    db = place / "a.casework"
    assert cli.main(["--db", str(db), "init", "--community", "x", "--worker", "y", "--open"]) == 0
    before = db.read_bytes()
    bound = subprocess.run(["mount", "--bind", str(place), str(place)], capture_output=True).returncode == 0
    if bound:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(place)], check=True)
    else:
        db.chmod(0o400)
        place.chmod(0o500)
    try:
        capsys.readouterr()
        code = cli.main(["--db", str(db), "stats"])
        said = capsys.readouterr().err
    finally:
        if bound:
            subprocess.run(["umount", str(place)], check=True)
        place.chmod(0o700)
    if bound or os.geteuid() != 0:
        assert code == 1
        assert len(said.strip().splitlines()) == 1
    assert db.read_bytes() == before
