"""Ids from a seed, while a demo is being made: the order of lists, the spread of due days and the numbers of
follow-ups hang on ids, and screenshots must come out the same.

Never for a real casebook: ids that can be guessed may meet those of another laptop.
"""

from __future__ import annotations

import contextlib
import os
from random import Random
from typing import TYPE_CHECKING, Any

from casework.casebook import ids, opening

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casework.casebook.clock import Clock


class _Sources:
    """Stands in for the modules `os` and `time` where ids, device and epoch are made."""

    def __init__(self, seed: int, clock: Clock) -> None:
        self._rng = Random(f"{seed}/order")
        self._clock = clock
        self._count = 0

    def time_ns(self) -> int:
        return int(self._clock.now().timestamp()) * 1_000_000_000

    def urandom(self, size: int) -> bytes:
        self._count += 1
        noise = self._rng.getrandbits(8 * size)
        if size == 10:
            # An id: its high bits count up, so that ids of one instant sort in the order in which they were made.
            noise = (self._count & 0xFFF) << 68 | noise & (1 << 62) - 1
        return noise.to_bytes(size, "big")

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)


@contextlib.contextmanager
def repeatable(seed: int, clock: Clock) -> Iterator[None]:
    """Take ids, device and epoch from a seed and a clock instead of chance and the laptop's time."""
    sources = _Sources(seed, clock)
    modules: tuple[tuple[Any, str], ...] = ((ids, "os"), (ids, "time"), (opening, "os"))
    kept = [getattr(module, name) for module, name in modules]
    for module, name in modules:
        setattr(module, name, sources)
    try:
        yield
    finally:
        for (module, name), real in zip(modules, kept, strict=True):
            setattr(module, name, real)
