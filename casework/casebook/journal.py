"""The journal: an append-only log of operations, from which every row can be made again.

An op names its device, epoch and sequence number, the op before it (`prev`: a hash chain), its hybrid logical
clock, who wrote it, which record, which fields, and for each field the edits that its writer had *seen*. Its id is
the hash of that header; the body stands apart, so that a lawful erasure keeps the chain. History, undo, audit and
exchange between laptops are readings of this log.

    header = {v, dev, ep, seq, prev, hlc, wall, tz, clk, actor, act, ent, eid, kind, schema, area, body_sha}
    op_id  = blake2b-16(canonical JSON of the header)          body_sha = blake2b-32(body text)

Kinds: `add` (a record is born, or a fact stands: all its fields), `set` (fields `f`, and `p`, the heads seen for
each), `void` (taken back, naming the ops seen), `restore`, `act` (one save: verb and receipt). Clocks order what
people read and break ties; no op is ever refused for its clock.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

HEADER_VERSION = 1
SCHEMA = 1
"""The shape of op bodies. Raised when a field changes its meaning; unknown fields are kept verbatim."""

NO_OP = bytes(16)
"""The `prev` of a chain's first op."""

ADD, SET, VOID, RESTORE, ACT = "add", "set", "void", "restore", "act"

ADOPT_MS = 48 * 3600 * 1000
"""A foreign clock further ahead than this is not adopted (its ops are kept all the same)."""

INSERT = (
    "INSERT INTO op (chain, seq, op_id, prev, hlc, wall, tz, actor, act, ent, eid, kind, schema, area, clk, body, "
    "body_sha, state) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,0)"
)
COLUMNS = (
    "chain, seq, op_id, prev, hlc, wall, tz, actor, act, ent, eid, kind, schema, area, clk, body, body_sha"
)


@dataclass(slots=True)
class Head:
    """The end of this device's chain, held in memory by the one writer."""

    chain: int
    device: str
    epoch: str
    seq: int
    prev: bytes
    hlc: int

    def copy(self) -> Head:
        """As it stands, to go back to when a transaction fails."""
        return Head(self.chain, self.device, self.epoch, self.seq, self.prev, self.hlc)


@dataclass(frozen=True, slots=True)
class Stamp:
    """When and by whom a save is made: the same for all its ops."""

    wall: str
    offset_minutes: int
    milliseconds: int
    actor: str
    act: str
    clock_doubtful: bool


def stamp(instant: datetime, actor: str, act: str, clock_doubtful: bool) -> Stamp:
    """The stamp of a save made at an instant."""
    offset = instant.utcoffset()
    return Stamp(
        wall=instant.isoformat(timespec="seconds"),
        offset_minutes=int(offset.total_seconds() // 60) if offset else 0,
        milliseconds=max(0, int(instant.timestamp() * 1000)),
        actor=actor,
        act=act,
        clock_doubtful=clock_doubtful,
    )


def tick(last: int, milliseconds: int) -> int:
    """The next hybrid logical clock value: 48 bits of milliseconds, 16 bits of counter; never goes back."""
    return max(last + 1, (milliseconds & 0xFFFFFFFFFFFF) << 16)


_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def body_text(body: dict[str, Any]) -> str:
    """Canonical JSON: sorted keys, no spaces, UTF-8 as it is."""
    return _canonical(body)


def _header(
    head: Head, when: Stamp, seq: int, prev: bytes, hlc: int, ent: str, eid: str, kind: str,
    area: str | None, sha: bytes,
) -> bytes:  # fmt: skip
    # Written out because a million of them are hashed in an import; the keys stand in sorted order.
    quoted_area = "null" if area is None else json.dumps(area, ensure_ascii=False)
    return (
        f'{{"act":"{when.act}","actor":"{when.actor}","area":{quoted_area},"body_sha":"{sha.hex()}",'
        f'"clk":{1 if when.clock_doubtful else 0},"dev":"{head.device}","eid":"{eid}","ent":"{ent}",'
        f'"ep":"{head.epoch}","hlc":{hlc},"kind":"{kind}","prev":"{prev.hex()}","schema":{SCHEMA},"seq":{seq},'
        f'"tz":{when.offset_minutes},"v":{HEADER_VERSION},"wall":"{when.wall}"}}'
    ).encode()


def make(
    head: Head, when: Stamp, ent: str, eid: str, kind: str, body: dict[str, Any], area: str | None
) -> tuple[Any, ...]:
    """Make the next op of the chain: moves `head` on and returns the row for `INSERT`."""
    text = body_text(body)
    sha = hashlib.blake2b(text.encode(), digest_size=32).digest()
    seq = head.seq + 1
    hlc = tick(head.hlc, when.milliseconds)
    header = _header(head, when, seq, head.prev, hlc, ent, eid, kind, area, sha)
    op_id = hashlib.blake2b(header, digest_size=16).digest()
    row = (
        head.chain, seq, op_id, head.prev, hlc, when.wall, when.offset_minutes, when.actor, when.act, ent, eid,
        kind, SCHEMA, area, 1 if when.clock_doubtful else 0, text, sha,
    )  # fmt: skip
    head.seq, head.prev, head.hlc = seq, op_id, hlc
    return row


@dataclass(frozen=True, slots=True)
class Break:
    """A place where a chain does not hold."""

    device: str
    seq: int
    what: str


def verify(rows: Iterator[tuple[Any, ...]], chains: dict[int, tuple[str, str]]) -> Iterator[Break]:
    """Go through ops (the columns of `COLUMNS`, ordered by chain and seq) and report every break.

    A gap, a wrong `prev`, a header that does not give its op id, or a body that does not give its hash. A body of
    None was erased by law; its hash still stands in the header.
    """
    expected: dict[int, tuple[int, bytes]] = {}
    for row in rows:
        (chain, seq, op_id, prev, hlc, wall, tz, actor, act, ent, eid, kind, schema, area, clk, body, sha) = (
            row
        )
        device, epoch = chains.get(chain, ("", ""))
        last_seq, last_id = expected.get(chain, (0, NO_OP))
        if seq != last_seq + 1:
            yield Break(device, seq, "gap")
        elif bytes(prev) != last_id:
            yield Break(device, seq, "prev")
        head = Head(chain, device, epoch, seq, bytes(prev), hlc)
        when = Stamp(wall, tz, 0, actor, act, bool(clk))
        header = _header(head, when, seq, bytes(prev), hlc, ent, eid, kind, area, bytes(sha))
        if schema != SCHEMA:
            header = header.replace(f'"schema":{SCHEMA},'.encode(), f'"schema":{schema},'.encode(), 1)
        if hashlib.blake2b(header, digest_size=16).digest() != bytes(op_id):
            yield Break(device, seq, "header")
        if body is not None and hashlib.blake2b(body.encode(), digest_size=32).digest() != bytes(sha):
            yield Break(device, seq, "body")
        expected[chain] = (seq, bytes(op_id))
