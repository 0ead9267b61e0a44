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
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

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
COLUMNS = "chain, seq, op_id, prev, hlc, wall, tz, actor, act, ent, eid, kind, schema, area, clk, body, body_sha"


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


def _encoder() -> Callable[[Any], str]:
    coder = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False)
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return coder.encode
    # `encode` makes this anew at every call, which costs as much as encoding a body of ten fields.
    chunks = make(None, coder.default, json.encoder.encode_basestring, None, ":", ",", True, False, True)
    return lambda value: "".join(chunks(value, 0))


_canonical = _encoder()


def body_text(body: dict[str, Any]) -> str:
    """Canonical JSON: sorted keys, no spaces, UTF-8 as it is."""
    return _canonical(body)


def _frame(head: Head, when: Stamp, ent: str, kind: str, area: str | None) -> tuple[str, str, str, str]:
    """What the headers of a save have in common: before the body's hash, up to the record, up to the clock, the end."""
    # Written out because a million of them are hashed in an import; the keys stand in sorted order.
    quoted_area = "null" if area is None else json.dumps(area, ensure_ascii=False)
    return (
        f'{{"act":"{when.act}","actor":"{when.actor}","area":{quoted_area},"body_sha":"',
        f'","clk":{1 if when.clock_doubtful else 0},"dev":"{head.device}","eid":"',
        f'","ent":"{ent}","ep":"{head.epoch}","hlc":',
        f',"kind":"{kind}","prev":"',
    )


def _header(
    head: Head, when: Stamp, seq: int, prev: bytes, hlc: int, ent: str, eid: str, kind: str,
    area: str | None, sha: bytes,
) -> bytes:  # fmt: skip
    a, b, c, d = _frame(head, when, ent, kind, area)
    return f"{a}{sha.hex()}{b}{eid}{c}{hlc}{d}{prev.hex()}{_tail(seq)}{_when(when)}".encode()


def _tail(seq: int) -> str:
    return f'","schema":{SCHEMA},"seq":{seq}'


def _when(when: Stamp) -> str:
    return f',"tz":{when.offset_minutes},"v":{HEADER_VERSION},"wall":"{when.wall}"}}'


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


def births(head: Head, when: Stamp, ent: str, records: Iterable[tuple[str, dict[str, Any]]]) -> list[tuple[Any, ...]]:
    """The ops by which many records (id, fields) of one kind are born: the same as `make` for each, in half the time."""
    a, b, c, d = _frame(head, when, ent, ADD, None)
    end, doubtful = _when(when), 1 if when.clock_doubtful else 0
    chain, wall, tz, actor, act = head.chain, when.wall, when.offset_minutes, when.actor, when.act
    seq, prev, hlc, milliseconds = head.seq, head.prev, head.hlc, when.milliseconds
    blake2b = hashlib.blake2b
    rows: list[tuple[Any, ...]] = []
    for eid, fields in records:
        text = f'{{"f":{_canonical(fields)}}}'
        sha = blake2b(text.encode(), digest_size=32).digest()
        seq += 1
        hlc = tick(hlc, milliseconds)
        header = f"{a}{sha.hex()}{b}{eid}{c}{hlc}{d}{prev.hex()}{_tail(seq)}{end}"
        op_id = blake2b(header.encode(), digest_size=16).digest()
        rows.append(
            (chain, seq, op_id, prev, hlc, wall, tz, actor, act, ent, eid, ADD, SCHEMA, None, doubtful, text, sha)
        )
        prev = op_id
    head.seq, head.prev, head.hlc = seq, prev, hlc
    return rows


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
        (chain, seq, op_id, prev, hlc, wall, tz, actor, act, ent, eid, kind, schema, area, clk, body, sha) = row
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
