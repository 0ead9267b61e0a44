"""A big roster is read by a second process: what comes of it is the same as without."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from casework.exchange import aside, roster
from casework.exchange.sheeterrors import SheetError
from tests.exchange.conftest import SAMPLES, Write
from tests.exchange.make_samples import BAD, GOOD
from tests.exchange.test_import import HEADER, counts, names_in, person

if TYPE_CHECKING:
    from casework.casebook.book import Casebook


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster, "BATCH", 10)
    monkeypatch.setattr(aside, "ASIDE_FROM_ROWS", 0)


def test_every_row_enters_or_comes_back_with_its_cells(book: Casebook, tmp_path: Path) -> None:
    messy = Path(shutil.copy(SAMPLES / "messy.xlsx", tmp_path))
    report = roster.import_roster(book, messy)
    assert (report.added, report.rejected) == (len(GOOD), len(BAD))
    assert report.skipped > 0
    with roster.open_workbook(report.rejects_file or "") as found:
        assert len(list(found.rows(found.sheets[0].name))) == 1 + len(BAD)
    assert roster.import_roster(book, messy).added == 0


def test_it_can_be_stopped_between_two_batches(book: Casebook, write_csv: Write) -> None:
    path = write_csv([HEADER, *(person(n) for n in range(35))])
    told: list[tuple[int, int]] = []
    report = roster.import_roster(book, path, progress=lambda *at: told.append(at), cancelled=lambda: len(told) == 2)
    assert told == [(10, 35), (20, 35)]
    assert (report.cancelled, report.added, len(names_in(book))) == (True, 20, 20)
    assert counts(roster.import_roster(book, path)) == (15, 0, 20, 0)


def test_a_file_that_cannot_be_read_to_its_end_says_how_much_is_in(
    book: Casebook, write_csv: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Long notes: the pipe does not hold the next batch, so that its reader waits in the middle of it.
    path = write_csv([HEADER, *(person(n, note="长" * 15_000) for n in range(35))])

    def kill_the_reader(done: int, _total: int) -> None:
        import multiprocessing

        if done == 20:
            for child in multiprocessing.active_children():
                child.kill()
                child.join()

    with pytest.raises(SheetError) as broken:
        roster.import_roster(book, path, progress=kill_the_reader)
    report = broken.value.done
    assert isinstance(report, roster.ImportReport)
    assert report.added == len(names_in(book)) == 20
    assert roster.import_roster(book, path).added == 35 - report.added


def test_without_a_second_process_the_caller_reads(
    book: Casebook, write_csv: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    import multiprocessing

    def refuses(self: object) -> None:
        raise OSError(11, "no more processes")

    monkeypatch.setattr(multiprocessing.get_context("spawn").Process, "start", refuses)
    path = write_csv([HEADER, *(person(n) for n in range(35))])
    assert roster.import_roster(book, path).added == 35
