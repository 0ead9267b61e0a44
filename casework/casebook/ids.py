"""Record ids: UUIDv7 as 32 hex digits, made on the laptop, sorting by the time of making."""

from __future__ import annotations

import os
import time


def new_id() -> str:
    """A new id. 48 bits of milliseconds, then 74 random bits (RFC 9562, version 7)."""
    milliseconds = time.time_ns() // 1_000_000
    noise = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & 0xFFFFFFFFFFFF) << 80
    value |= 0x7 << 76 | (noise >> 68 & 0xFFF) << 64
    value |= 0b10 << 62 | noise & 0x3FFFFFFFFFFFFFFF
    return f"{value:032x}"


class IdSeries:
    """Ids for a bulk write: one clock reading, then counted up, so that indexes grow at their end."""

    __slots__ = ("_next",)

    def __init__(self) -> None:
        self._next = int(new_id(), 16) & ~0xFFFFFFFF

    def __call__(self) -> str:
        self._next += 1
        return f"{self._next:032x}"
