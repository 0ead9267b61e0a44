"""The disk fails while she works: she is told, nothing acknowledged is lost, and the same save again saves once."""

from __future__ import annotations

import itertools
from datetime import timedelta
from pathlib import Path

import apsw
import pytest

from casework.casebook import doctor, visits
from casework.casebook.book import Casebook
from casework.casebook.clock import FrozenClock
from casework.casebook.errors import CasebookError, NotSaved
from casework.casebook.ids import new_id
from tests.casebook.conftest import MORNING, Neighbourhood
from tests.powercut.workload import fresh_vfs


@pytest.mark.parametrize(
    ("kind", "error"),
    [("write", apsw.FullError), ("write", apsw.IOError), ("sync", apsw.IOError), ("truncate", apsw.IOError)],
    ids=["disk full", "write error", "failed sync", "failed truncation"],
)
def test_a_failing_disk_is_told_and_loses_nothing(tmp_path: Path, kind: str, error: type[Exception]) -> None:
    vfs = fresh_vfs()
    clock = FrozenClock(MORNING)
    book, _ = Casebook.create(
        tmp_path / "a.casework", community="满春社区", worker="李芳", secret=None, clock=clock, vfs=vfs.under
    )
    here = Neighbourhood(book, clock)
    book.write(lambda: book.database.execute_sql("PRAGMA wal_autocheckpoint = 40").fetchall())
    acknowledged: set[str] = set()
    told = retried = 0
    for nth in itertools.chain(range(1, 30), range(30, 120, 5)):
        clock.instant += timedelta(minutes=8)
        action = new_id()
        vfs.fail_at(kind, nth, error)
        try:
            for _ in range(3):
                acknowledged.add(visits.no_answer(book, here.door, action).subject_id)
                action = new_id()
        except CasebookError as failure:
            told += 1
            assert isinstance(failure, NotSaved)
            assert failure.exit_code == 1
            vfs.heal()
            before = len(visits.of_household(book, here.door, limit=10_000))
            acknowledged.add(visits.no_answer(book, here.door, action).subject_id)
            retried += 1
            assert len(visits.of_household(book, here.door, limit=10_000)) - before in (0, 1)
        vfs.heal()
        kept = {visit.id for visit in visits.of_household(book, here.door, limit=10_000)}
        assert acknowledged <= kept
        assert len(kept) == len(acknowledged), "a retry saved twice"
    if kind != "truncate":
        assert told > 3
    print(f"\nlive faults, {kind} {error.__name__}: {told} failures told, {retried} retried, {len(acknowledged)} kept")
    assert doctor.examine(book).findings == ()
    book.close()
    again = Casebook.open(tmp_path / "a.casework", None, clock)
    assert acknowledged <= {visit.id for visit in visits.of_household(again, here.door, limit=10_000)}
    assert doctor.examine(again).findings == ()
    again.close()
