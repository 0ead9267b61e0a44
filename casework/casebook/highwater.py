"""The high-water mark: how far this laptop's journal had come, kept outside the database.

SQLite drops the tail of a damaged write-ahead log in silence, and yesterday's copy of a file looks healthy. Two
slots in `FILE.highwater`, written in turn, each with a checksum, say where the journal stood; a start that finds
less knows that something is missing.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.casebook import files

if TYPE_CHECKING:
    from pathlib import Path

_SLOT = struct.Struct("<QQ16s16s")
_SIZE = 64


@dataclass(frozen=True, slots=True)
class Mark:
    """The end of the chain as it was acknowledged: epoch (32 hex digits), sequence, op id."""

    epoch: str
    seq: int
    op_id: bytes


def beside(path: Path) -> Path:
    """Where the mark of a casebook file stands."""
    return path.with_name(path.name + ".highwater")


def read(path: Path) -> Mark | None:
    """The newest mark that is whole; None if there is none."""
    best: tuple[int, Mark] | None = None
    try:
        data = beside(path).read_bytes()
    except OSError:
        return None
    for offset in (0, _SIZE):
        slot = data[offset : offset + _SIZE]
        if len(slot) < _SLOT.size + 4:
            continue
        packed = slot[: _SLOT.size]
        if struct.unpack("<I", slot[_SLOT.size : _SLOT.size + 4])[0] != zlib.crc32(packed):
            continue
        count, seq, epoch, op_id = _SLOT.unpack(packed)
        if best is None or count > best[0]:
            best = (count, Mark(epoch.hex(), seq, op_id))
    return best[1] if best else None


class HighWater:
    """The writer's side of the mark. `note` is in the file at once and durable after `sync`."""

    def __init__(self, path: Path) -> None:
        self._handle = files.open_in_place(beside(path))
        self._count = 0
        self._dirty = False
        try:
            data = beside(path).read_bytes()
            for offset in (0, _SIZE):
                if len(data) >= offset + _SLOT.size:
                    self._count = max(self._count, _SLOT.unpack(data[offset : offset + _SLOT.size])[0] & (1 << 62) - 1)
        except OSError:
            self._count = 0

    def note(self, mark: Mark) -> None:
        """Write the mark into the older slot."""
        self._count += 1
        packed = _SLOT.pack(self._count, mark.seq, bytes.fromhex(mark.epoch), mark.op_id)
        slot = (packed + struct.pack("<I", zlib.crc32(packed))).ljust(_SIZE, b"\0")
        files.write_at(self._handle, (self._count % 2) * _SIZE, slot)
        self._dirty = True

    def sync(self) -> None:
        """Make the last mark durable."""
        if self._dirty:
            files.sync(self._handle)
            self._dirty = False

    def close(self) -> None:
        """Close the file."""
        files.close(self._handle)
