"""A casebook to import into, and sheets written on the spot."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from casework.casebook.book import Casebook
from casework.casebook.clock import FrozenClock
from casework.domain.register import RegisterRow
from casework.exchange import roster
from casework.language import set_language

TODAY = date(2026, 5, 20)
SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("zh_CN")


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    clock = FrozenClock(datetime.fromisoformat("2026-05-20T09:30:00+08:00"))
    made, _ = Casebook.create(tmp_path / "book.casework", community="春晓社区", worker="李芳", secret=None, clock=clock)
    yield made
    made.close()


Write = Callable[..., Path]


@pytest.fixture
def write_csv(tmp_path: Path) -> Write:
    def write(rows: Sequence[Sequence[object]], name: str = "roster.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows(rows)
        return path

    return write


@pytest.fixture
def write_xlsx(tmp_path: Path) -> Write:
    def write(rows: Sequence[Sequence[Any]], name: str = "roster.xlsx", **sheets: Any) -> Path:
        path = tmp_path / name
        book = xlsxwriter.Workbook(str(path))
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for title, content in {**sheets, "名单": rows}.items():
            sheet = book.add_worksheet(title)
            for number, row in enumerate(content):
                for column, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(number, column, datetime(value.year, value.month, value.day), day)
                    elif isinstance(value, str):
                        sheet.write_string(number, column, value)
                    elif value is not None:
                        sheet.write(number, column, value)
        book.close()
        return path

    return write


def read(path: Path, **more: Any) -> list[RegisterRow | roster.Reject]:
    """All rows of a file, as on the day of the tests."""
    return list(roster.rows(path, today=TODAY, **more))


def good(path: Path, **more: Any) -> list[RegisterRow]:
    """The rows that may enter."""
    return [row for row in read(path, **more) if isinstance(row, RegisterRow)]


def reasons(path: Path) -> dict[int, str]:
    """Line -> message id of the reason, of the rows that may not."""
    return {row.line: row.reason.text for row in read(path) if isinstance(row, roster.Reject)}
