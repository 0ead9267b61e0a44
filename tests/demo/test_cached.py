"""The second start of the demo on a day is a copy, and nobody's changes are in it."""

from __future__ import annotations

import os
from datetime import date, datetime
from typing import TYPE_CHECKING

from casework.casebook import visits
from casework.casebook.clock import FrozenClock
from casework.demo import cached

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

DAY = date(2026, 5, 20)
CLOCK = FrozenClock(datetime.fromisoformat("2026-05-20T09:30:00+08:00"))


def test_changes_are_gone_with_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Files of the program may be written to while the tests run; the copy must not hang on that here.
    monkeypatch.setattr(cached, "_stamp", lambda: "one")
    cache = tmp_path / "cache"
    first = cached.open_demo(tmp_path / "a", "en", DAY, CLOCK, cache)
    before = first.database.execute_sql("SELECT count(*) FROM visit").fetchone()[0]
    household = first.database.execute_sql("SELECT id FROM household ORDER BY id LIMIT 1").fetchone()[0]
    visits.no_answer(first, household)
    first.close()
    monkeypatch.setattr("casework.demo.build.build", None)  # A second build would fail: it must be the copy.
    second = cached.open_demo(tmp_path / "b", "en", DAY, CLOCK, cache)
    assert second.found == ()
    assert second.database.execute_sql("SELECT count(*) FROM visit").fetchone()[0] == before
    visits.no_answer(second, household)
    second.close()


def test_only_todays_copies_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cached, "_stamp", lambda: "two")
    cache, folder = tmp_path / "cache", tmp_path / "made"
    folder.mkdir()
    (folder / cached.FILE).write_bytes(b"x")
    for name in ("2026-05-19-en-two", "2026-05-20-en-two"):
        cached._keep(folder, cache / name)
    assert sorted(os.listdir(cache)) == ["2026-05-20-en-two"]


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    book = cached.open_demo(tmp_path / "a", "en", DAY, CLOCK, tmp_path / "file" / "cache")
    assert book.grid_id
    book.close()
