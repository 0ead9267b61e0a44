"""The black box: the last saves once more, sealed, in a file of their own.

When the write-ahead log rots or vanishes, the acknowledged ops that went with it are put back from here at the
next start. Records are AES-GCM under a key derived from the casebook's; a damaged one ends the reading of nothing
but itself. Saves go into the file at once and are durable when the writer rests (0.2 s); a bulk write is not kept
here, it is checkpointed into the database instead.
"""

from __future__ import annotations

import json
import os
import struct
from typing import TYPE_CHECKING, Any

from casework.casebook import files, keys

if TYPE_CHECKING:
    from pathlib import Path

KEEP_BYTES = 2 * 1024 * 1024
"""When the file is longer it becomes `.1` and a new one is begun: some thousands of saves in the two."""

_FRAME = struct.Struct("<4sI")
_MAGIC = b"CWBB"


def beside(path: Path) -> Path:
    """Where the black box of a casebook file stands."""
    return path.with_name(path.name + ".blackbox")


def older(path: Path) -> Path:
    """The one before."""
    return path.with_name(path.name + ".blackbox.1")


class BlackBox:
    """The writer's side of the black box."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._key = key
        self._handle: int | None = None
        self._length = 0
        self._sealer: Any = None
        self._dirty = False

    def keep(self, ops: list[tuple[Any, ...]], device: str, epoch: str) -> None:
        """Put the ops of one save in (rows of `journal.INSERT`)."""
        if self._sealer is None:
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM

            self._sealer = AESGCM(keys.derive(self._key, "blackbox"))
        if self._handle is None:
            self._handle = files.open_for_append(beside(self._path))
            self._length = beside(self._path).stat().st_size
        text = _json({"device": device, "epoch": epoch, "ops": ops}).encode()
        nonce = os.urandom(12)
        box = nonce + self._sealer.encrypt(nonce, text, None)
        files.append(self._handle, _FRAME.pack(_MAGIC, len(box)) + box)
        self._length += _FRAME.size + len(box)
        self._dirty = True

    def sync(self) -> None:
        """Make it durable; begin a new file when this one is long."""
        if self._handle is None or not self._dirty:
            return
        files.sync(self._handle)
        self._dirty = False
        if self._length > KEEP_BYTES:
            files.close(self._handle)
            self._handle = None
            files.rename(beside(self._path), older(self._path))
            files.sync_folder(self._path.parent)

    def close(self) -> None:
        """Close the file."""
        if self._handle is not None:
            files.close(self._handle)
            self._handle = None


def read(path: Path, key: bytes) -> list[dict[str, Any]]:
    """All records that can be read, oldest first: `{"device", "epoch", "ops"}`."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    sealer = AESGCM(keys.derive(key, "blackbox"))
    records: list[dict[str, Any]] = []
    for file in (older(path), beside(path)):
        try:
            data = file.read_bytes()
        except OSError:
            continue
        position = data.find(_MAGIC)
        while position >= 0:
            size = int.from_bytes(data[position + 4 : position + 8], "little")
            box = data[position + 8 : position + 8 + size]
            try:
                record = json.loads(sealer.decrypt(box[:12], box[12:], None))
            except (InvalidTag, ValueError):
                # A torn or rotten record: look for the next frame from the next byte on.
                position = data.find(_MAGIC, position + 1)
                continue
            record["ops"] = [[_from_plain(value) for value in op] for op in record["ops"]]
            records.append(record)
            position = data.find(_MAGIC, position + 8 + size)
    return records


def _plain(value: bytes) -> dict[str, str]:
    return {"x": value.hex()}


_json = json.JSONEncoder(ensure_ascii=False, default=_plain).encode


def _from_plain(value: Any) -> Any:
    return bytes.fromhex(value["x"]) if isinstance(value, dict) else value
