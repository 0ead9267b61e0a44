"""How a casebook is made and opened: what is guarded, what is noticed, what is healed.

Order: the engine's guards, the file's first bytes, the key, the schema (a newer one is refused before anything is
written), the migrations after a backup, then the journal's end against the high-water mark. What is missing there
is put back from the black box; what cannot be put back begins a new epoch and is said.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from casework.casebook import blackbox, engine, files, highwater, journal, keys, migrating
from casework.casebook.errors import Damaged, NotFound, ReadOnly, Refused
from casework.domain.phrase import N_, Phrase

if TYPE_CHECKING:
    from pathlib import Path

    from casework.casebook.clock import Clock
    from casework.casebook.engine import Database
    from casework.casebook.keys import Passphrase, Secret


@dataclass(frozen=True, slots=True)
class Opened:
    """What `Casebook` is made of."""

    database: Database
    key: bytes
    head: journal.Head
    last_wall: datetime | None
    found: tuple[Phrase, ...]


def create_file(
    path: Path, community: str, worker_id: str, secret: Passphrase | None, clock: Clock, vfs: str | None,
    synchronous: str,
) -> tuple[Opened, str]:  # fmt: skip
    """Make a casebook under another name, and give it its own when it is whole: a cut leaves none, never half of one.

    Whatever stands beside the new name from an earlier casebook (its key above all) is moved aside, not deleted.
    """
    if path.exists():
        raise Refused(Phrase(N_("There is already a file at {path}. It was left as it is."), {"path": path.name}))
    path.parent.mkdir(parents=True, exist_ok=True)
    making = path.with_name(path.name + ".making")
    for leftover in (making, *_companions(making)):
        files.remove(leftover)
    for earlier in _companions(path):
        if earlier.exists():
            files.rename(earlier, earlier.with_name(f"{earlier.name}.{clock.now():%Y%m%dT%H%M%S}.old"))
    key, recovery = keys.create(making, secret, worker_id)
    database = engine.connect(making, key, vfs=vfs, synchronous=synchronous, create=True)
    migrating.migrate(database)
    identity = {
        "community": community,
        "worker": worker_id,
        "device": os.urandom(16).hex(),
        "made_at": clock.now().isoformat(timespec="seconds"),
    }
    with database.atomic("IMMEDIATE"):
        for k, v in identity.items():
            database.execute_sql("INSERT INTO meta (k, v) VALUES (?, ?)", (k, v))
        begin_epoch(database, identity["device"])
    database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    files.rename(keys.beside(making), keys.beside(path))
    files.rename(making, path)
    files.sync_folder(path.parent)
    database = engine.connect(path, key, vfs=vfs, synchronous=synchronous)
    return Opened(database, key, read_head(database), None, ()), recovery


def open_file(path: Path, secret: Secret | None, clock: Clock, vfs: str | None, synchronous: str) -> Opened:
    """Open, guard, migrate, heal. See the module's description for what it raises."""
    engine.guard()
    if not path.exists():
        raise NotFound(Phrase(N_("There is no casebook at {path}."), {"path": path.name}))
    if path.stat().st_size < 512 or not engine.encrypted(path):
        raise Damaged(engine.damaged_phrase())
    key = keys.unlock(path, secret)
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        raise ReadOnly()
    database = engine.connect(path, key, vfs=vfs, synchronous=synchronous)
    try:
        pending = migrating.check(database)
        if pending:
            _backup_before_migrating(database, path, key)
            migrating.migrate(database)
        head = read_head(database)
        found: list[Phrase] = []
        head = heal(database, path, key, head, found)
        row = database.execute_sql("SELECT wall FROM op ORDER BY n DESC LIMIT 1").first()
    except BaseException:
        database.close()
        raise
    last_wall = datetime.fromisoformat(row[0]) if row else None
    return Opened(database, key, head, last_wall, tuple(found))


def read_head(database: Database) -> journal.Head:
    """The end of this device's chain, as the database has it."""
    row = database.execute_sql(
        "SELECT chain.id, chain.device, chain.epoch FROM chain, meta "
        "WHERE meta.k = 'chain' AND chain.id = CAST(meta.v AS INTEGER)"
    ).first()
    if row is None:
        raise Damaged(engine.damaged_phrase())
    last = database.execute_sql(
        "SELECT seq, op_id, hlc FROM op WHERE chain = ? ORDER BY seq DESC LIMIT 1", (row[0],)
    ).first()
    newest = database.execute_sql("SELECT hlc FROM op ORDER BY n DESC LIMIT 1").first()
    return journal.Head(
        chain=row[0],
        device=row[1],
        epoch=row[2],
        seq=last[0] if last else 0,
        prev=bytes(last[1]) if last else journal.NO_OP,
        # After a new epoch the chain is empty and the clock goes on from the last op of the old one.
        hlc=max(last[2] if last else 0, newest[0] if newest else 0),
    )


def begin_epoch(database: Database, device: str) -> None:
    """Begin a new chain for this device: after set-up, a restore, or a loss that could not be healed."""
    database.execute_sql("INSERT INTO chain (device, epoch) VALUES (?, ?)", (device, os.urandom(16).hex()))
    number = database.execute_sql("SELECT max(id) FROM chain").first()[0]
    database.execute_sql(
        "INSERT INTO meta (k, v) VALUES ('chain', ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v",
        (str(number),),
    )


def heal(database: Database, path: Path, key: bytes, head: journal.Head, found: list[Phrase]) -> journal.Head:
    """Hold the journal's end against the high-water mark; put back what is missing."""
    mark = highwater.read(path)
    if mark is None or (mark.epoch == head.epoch and mark.seq == head.seq and mark.op_id == head.prev):
        return head
    if mark.epoch == head.epoch and mark.seq < head.seq:
        known = database.execute_sql("SELECT op_id FROM op WHERE chain = ? AND seq = ?", (head.chain, mark.seq)).first()
        if known is not None and bytes(known[0]) == mark.op_id:
            # Cut between the commit and the mark: the database knows more, which is as it should be.
            return head
    if mark.epoch == head.epoch and mark.seq > head.seq:
        missing = mark.seq - head.seq
        put_back = _put_back(database, path, key, head)
        now = read_head(database)
        if put_back:
            found.append(
                Phrase(
                    N_("{n} records that the disk had lost were put back from the black box."),
                    {"n": put_back},
                )
            )
        if now.seq >= mark.seq:
            return now
        missing -= put_back
        found.append(
            Phrase(
                N_(
                    "{n} of the last saves are missing from this casebook: it may be an older copy. "
                    "Compare with your paper notes or restore the newest backup."
                ),
                {"n": missing},
            )
        )
    else:
        found.append(
            Phrase(
                N_(
                    "This casebook is not the one that was last used here: an older copy or a restored backup. "
                    "Everything in it is kept; new saves begin a new series."
                )
            )
        )
    with database.atomic("IMMEDIATE"):
        begin_epoch(database, head.device)
    fresh = read_head(database)
    fresh.hlc = max(fresh.hlc, head.hlc)
    return fresh


def _put_back(database: Database, path: Path, key: bytes, head: journal.Head) -> int:
    """Insert ops that follow the chain's end from the black box, with their rows. Returns how many."""
    from casework.casebook import replay

    known: dict[int, tuple[Any, ...]] = {}
    for record in blackbox.read(path, key):
        if record["device"] == head.device and record["epoch"] == head.epoch:
            for op in record["ops"]:
                known[op[1]] = tuple(op)
    ops: list[tuple[Any, ...]] = []
    seq, prev = head.seq, head.prev
    while (op := known.get(seq + 1)) is not None and op[3] == prev:
        ops.append((head.chain, *op[1:]))
        seq, prev = seq + 1, op[2]
    if ops:
        replay.put_back(database, ops)
    return len(ops)


def _backup_before_migrating(database: Database, path: Path, key: bytes) -> None:
    from casework.casebook import backups

    backups.copy_file(database, path, key, path.parent / (path.stem + "-backups"), label="before-upgrade")


def _companions(path: Path) -> tuple[Path, ...]:
    names = ("-wal", "-shm", "-journal", ".keys", ".keys.1", ".highwater", ".blackbox", ".blackbox.1")
    return tuple(path.with_name(path.name + name) for name in names)
