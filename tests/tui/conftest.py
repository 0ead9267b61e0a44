"""A casebook in memory behind every screen, and the worker's own language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from casework import language
from casework.casebook.book import Casebook
from casework.casebook.clock import FrozenClock
from tests.casebook.conftest import MORNING, Neighbourhood
from tests.tui import fakes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """Tests speak Chinese unless they switch, whatever the machine's environment says."""
    language.set_language("zh_CN")
    yield
    language.set_language("zh_CN")


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch) -> Iterator[fakes.FakeBook]:
    """Forty doors in two buildings on 1 July 2026."""
    fakes.install(monkeypatch.setitem, lambda o, k, v: monkeypatch.setattr(o, k, v, raising=False))
    # It has no file of which a backup could be made.
    monkeypatch.setattr("casework.tui.locking.UPKEEP_AFTER", 3600.0)
    book = fakes.FakeBook(stops=fakes.doors())
    yield book
    book.close()


@pytest.fixture
def clock() -> FrozenClock:
    """The morning of 20 May 2026, until a test sets it."""
    return FrozenClock(MORNING)


@pytest.fixture
def here(tmp_path: Path, clock: FrozenClock) -> Iterator[Neighbourhood]:
    """A real casebook of a few doors."""
    book, _ = Casebook.create(tmp_path / "a.casework", community="满春社区", worker="李芳", secret=None, clock=clock)
    yield Neighbourhood(book, clock)
    book.close()
