"""The demo can be opened on any day: limits run through weekends and holidays, and its story fits all of them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from casework.casebook import doctor
from casework.demo.build import build

WEEK = [date(2026, 11, 23) + timedelta(days=n) for n in range(7)]
AFTER_HOLIDAYS = [date(2026, 10, 8), date(2026, 2, 25)]


@pytest.mark.parametrize("day", [*WEEK, *AFTER_HOLIDAYS], ids=str)
def test_it_is_told_on_any_day(day: date, tmp_path: Path) -> None:
    book = build(tmp_path / "demo.db", day)
    try:
        assert doctor.examine(book).findings == ()
    finally:
        book.close()
