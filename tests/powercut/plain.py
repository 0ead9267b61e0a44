"""Two tables and a search index under Peewee, nothing of the product: what the instrument is tried on."""

from __future__ import annotations

import contextlib
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import apsw
from playhouse.apsw_ext import APSWDatabase

from tests.powercut.judge import SMALL, Recorded, State
from tests.powercut.recorder import RecordingDisk, recorded

KEY = bytes(range(32))
SCHEMA = (
    "CREATE TABLE visit (id TEXT PRIMARY KEY, n INTEGER NOT NULL, note TEXT NOT NULL)",
    "CREATE TABLE entry (visit TEXT NOT NULL, k INTEGER NOT NULL, PRIMARY KEY (visit, k)) WITHOUT ROWID",
    "CREATE VIRTUAL TABLE found USING fts5 (id UNINDEXED, note, tokenize = 'trigram')",
)


@dataclass
class Plain:
    """The checker of the plain file: a visit, its three entries and its note in the index come together."""

    file: str = "plain.db"
    key: bytes = KEY

    def state(self, connection: apsw.Connection) -> State:
        """The visits, and whether the tables agree."""
        visits = {row[0] for row in connection.execute("SELECT id FROM visit").fetchall()}
        entries = connection.execute("SELECT visit, count(*) FROM entry GROUP BY visit").fetchall()
        found = {row[0] for row in connection.execute("SELECT id FROM found").fetchall()}
        agree = dict(entries) == dict.fromkeys(visits, 3) and found == visits
        return State(frozenset(visits), len(visits), "" if agree else "the tables disagree")

    def reopen(self, path: Path) -> tuple[frozenset[str], str]:
        """Open it with the pragmas of the product."""
        with contextlib.closing(apsw.Connection(str(path))) as connection:
            for name, value in _pragmas("wal", "full"):
                connection.execute(f"PRAGMA {name} = {value}").fetchall()
            state = self.state(connection)
        return state.records, state.half


def record(saves: int = 40, journal: str = "wal", synchronous: str = "full", seed: int = 3) -> Recorded:
    """So many saves of three tables with notes up to 6 kB, one transaction each, and a checkpoint every 20 pages."""
    chooser = random.Random(seed)
    with _folder() as folder:
        disk = RecordingDisk(folder)
        with recorded(disk):
            database = APSWDatabase(str(folder / "plain.db"), pragmas=_pragmas(journal, synchronous), vfs=disk.under)
            for statement in SCHEMA:
                database.execute_sql(statement)
            ready = len(disk.recording.events)
            for n in range(saves):
                name = f"visit {n}"
                with database.atomic("IMMEDIATE"):
                    note = "".join(chooser.choices("阀门胶管漏气烧烤店噪音", k=chooser.randrange(2000)))
                    database.execute_sql("INSERT INTO visit VALUES (?, ?, ?)", (name, n, note))
                    for k in range(3):
                        database.execute_sql("INSERT INTO entry VALUES (?, ?)", (name, k))
                    database.execute_sql("INSERT INTO found (id, note) VALUES (?, ?)", (name, note))
                disk.recording.acknowledge(n + 1, name)
            database.close()
    return Recorded(disk.recording, Plain(), ready)


def _pragmas(journal: str, synchronous: str) -> list[tuple[str, object]]:
    young = synchronous if synchronous in ("off", "normal") or journal != "wal" else "extra"
    return [
        ("cipher", "'chacha20'"), ("key", f"'raw:{KEY.hex()}'"), ("synchronous", young), ("journal_mode", journal),
        ("synchronous", synchronous), ("wal_autocheckpoint", 20), ("temp_store", "memory"),
    ]  # fmt: skip


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=SMALL) as folder:
        yield Path(folder)
