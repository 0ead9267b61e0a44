"""A district to measure on, small enough for every run; CASEWORK_BENCH_RESIDENTS names another size."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from casework.casebook.book import Casebook
from tests.benchmarks import districts

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Casebook]:
    """A copy of the district, open; the district itself stays as it was made."""
    made = districts.district(int(os.environ.get("CASEWORK_BENCH_RESIDENTS", "20000")))
    book = Casebook.open(districts.copy_of(made, tmp_path_factory.mktemp("district")))
    yield book
    book.close()
