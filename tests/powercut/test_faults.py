"""The disk fails while she works: she is told, nothing acknowledged is lost, and the same save again saves once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest

from casework.casebook import backups, doctor, drafts, register, visits
from casework.casebook.book import Casebook
from casework.casebook.clock import FrozenClock
from casework.casebook.errors import CasebookError, NotSaved
from casework.casebook.ids import new_id
from tests.powercut.conftest import Tell
from tests.powercut.recorder import Faults
from tests.powercut.workload import Shift, shift

EACH = (*range(1, 30), *range(30, 120, 5))


def failing(faults: Faults, kind: str, how: str, each: Iterable[int], work: Callable[[], None]) -> int:
    """Do some work with the n-th call of a kind failing, for each n. How often the disk failed and she was told."""
    told = 0
    for nth in each:
        faults.arm(kind, nth, how)
        try:
            work()
        except CasebookError as failure:
            assert isinstance(failure, NotSaved)
            assert failure.exit_code == 1
            told += 1
        finally:
            faults.heal()
    return told


def sound(at_work: Shift, kept: set[str]) -> None:
    """Everything acknowledged is there, once, and again after the next opening."""
    book = at_work.book
    assert doctor.examine(book).findings == ()
    path, now = book.path, at_work.here.clock.instant
    book.close()
    again = Casebook.open(path, None, FrozenClock(now))
    assert {visit.id for visit in visits.of_household(again, at_work.here.door, limit=10_000)} == kept
    assert doctor.examine(again).findings == ()
    again.close()


@pytest.mark.parametrize(
    ("kind", "how"),
    [("write", "full"), ("write", "error"), ("write", "short"), ("sync", "error"), ("truncate", "error")],
    ids=["disk full", "write error", "half a write", "failed sync", "failed truncation"],
)
def test_a_failing_disk_is_told_and_loses_nothing(kind: str, how: str, tell: Tell) -> None:
    with shift() as (at_work, _taken):
        book, door, faults = at_work.book, at_work.here.door, at_work.faults
        acknowledged: set[str] = set()
        retried = 0

        def three_saves() -> None:
            nonlocal retried
            action = ""
            try:
                for _ in range(3):
                    at_work.here.clock.instant += timedelta(minutes=8)
                    action = new_id()
                    acknowledged.add(visits.no_answer(book, door, action).subject_id)
            except CasebookError:
                faults.heal()
                # The same save again: whether the first got through or not, it stands once.
                acknowledged.add(visits.no_answer(book, door, action).subject_id)
                retried += 1
                raise
            finally:
                faults.heal()
                kept = [visit.id for visit in visits.of_household(book, door, limit=10_000)]
                assert set(kept) == acknowledged
                assert len(kept) == len(acknowledged), "a retry saved twice"

        told = failing(faults, kind, how, EACH, three_saves)
        tell(f"live faults, {kind} {how}", f"{told} told, {retried} retried, {len(acknowledged)} visits kept")
        if kind != "truncate":
            assert told > 3
        assert told == retried
        sound(at_work, acknowledged)


@pytest.mark.parametrize(("kind", "how"), [("write", "full"), ("sync", "error")], ids=["disk full", "failed sync"])
def test_a_draft_on_a_failing_disk_is_told_or_kept(kind: str, how: str, tell: Tell) -> None:
    with shift() as (at_work, _taken):
        book, door, faults = at_work.book, at_work.here.door, at_work.faults
        last = {"note": ""}

        def type_on() -> None:
            data = {"note": last["note"] + "漏"}
            drafts.put(book, "visit", door, data).result()
            last.update(data)

        told = failing(faults, kind, how, range(1, 12), type_on)
        tell(f"live faults, drafts, {kind} {how}", f"{told} told, {len(last['note'])} kept")
        assert told >= 1
        drafts.put(book, "visit", door, last).result()
        found = drafts.get(book, "visit", door)
        assert found is not None
        assert found.data == last
        sound(at_work, set())


@pytest.mark.parametrize(("kind", "how"), [("write", "full"), ("sync", "error")], ids=["disk full", "failed sync"])
def test_an_import_on_a_failing_disk_enters_each_batch_once_or_not_at_all(kind: str, how: str, tell: Tell) -> None:
    with shift() as (at_work, _taken):
        book, faults = at_work.book, at_work.faults
        batches = iter(range(0, 40, 4))

        def people() -> int:
            return int(book.database.execute_sql("SELECT count(*) FROM resident").fetchall()[0][0])

        def batch() -> None:
            start = next(batches)
            some, action, before = at_work.rows[start : start + 4], new_id(), people()
            try:
                register.apply_rows(book, some, action)
            except CasebookError:
                faults.heal()
                register.apply_rows(book, some, action)
                raise
            finally:
                faults.heal()
                assert people() == before + 4

        told = failing(faults, kind, how, range(1, 11), batch)
        tell(f"live faults, import, {kind} {how}", f"{told} told")
        assert told > 2
        sound(at_work, set())


@pytest.mark.parametrize(
    ("kind", "how"),
    [("file write", "full"), ("file write", "error"), ("file sync", "error"), ("file open", "error"),
     ("file rename", "error"), ("write", "full")],
    ids=["disk full", "write error", "failed sync", "no new file", "failed renaming", "database write"],
)  # fmt: skip
def test_a_backup_on_a_failing_disk_is_told_and_leaves_the_older_ones(kind: str, how: str, tell: Tell) -> None:
    with shift() as (at_work, _taken):
        book, faults = at_work.book, at_work.faults
        first = backups.make(book)
        whole = first.read_bytes()

        def back_up() -> None:
            at_work.here.clock.instant += timedelta(days=1)
            backups.make(book)

        told = failing(faults, kind, how, range(1, 6), back_up)
        tell(f"live faults, backup, {kind} {how}", f"{told} told")
        assert told >= 1
        assert first.read_bytes() == whole
        for found in first.parent.iterdir():
            assert not found.name.endswith((".part", ".tmp", ".half")), "half a backup was left"
        assert backups.make(book).exists()
        sound(at_work, set())
