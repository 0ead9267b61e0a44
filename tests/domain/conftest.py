"""Each test leaves the language as it found it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from casework.language import language, set_language

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _same_language_afterwards() -> Iterator[None]:
    before = language()
    yield
    set_language(before)
