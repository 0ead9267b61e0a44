"""A casebook: one encrypted file, opened by one program, written by one thread.

book = Casebook.open(path, Passphrase("..."))
receipt = visits.log(book, entry)
book.close()
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from casework.casebook import engine, journal, keys, opening
from casework.casebook.blackbox import BlackBox
from casework.casebook.clock import Clock, SystemClock
from casework.casebook.highwater import HighWater, Mark
from casework.casebook.ids import new_id
from casework.casebook.writer import Writer
from casework.domain.phrase import N_, Phrase
from casework.domain.receipt import Receipt
from casework.domain.worker import Role, Worker

if TYPE_CHECKING:
    from concurrent.futures import Future

    from casework.casebook.keys import Passphrase, Secret

T = TypeVar("T")
Work = Callable[[Any], Receipt]

OLDEST_CLOCK = date(2026, 1, 1)
"""A clock before this day is wrong: casework did not exist."""

CLOCK_SLACK_SECONDS = 300
"""A clock that is this far behind the last save has been set back."""

AHEAD_DAYS = 200
"""A clock that is this far ahead of the last save is asked about."""


class Casebook:
    """An open casebook. Made by `open` or `create`, ended by `close`."""

    def __init__(self, path: Path, opened: opening.Opened, clock: Clock) -> None:
        self.path = path
        self.clock = clock
        self.database = opened.database
        self.found: tuple[Phrase, ...] = opened.found
        """What was noticed and healed at the start; to be shown."""
        self.written: list[tuple[Any, ...]] = []
        """The ops of the running transaction, for the black box."""
        self.replan_lock = threading.Lock()
        self.saved_doors: list[str] | None = None
        """While all is planned again: the doors that saves have planned since it began, each after its commit."""
        self.on_rules_changed: Callable[[], None] | None = None
        """Called on the writer's thread after a save that has changed rules or spells: what was planned by the old ones
        is to be planned again, in the background (`replanning.run`).
        """
        self._key = opened.key
        self._head = opened.head
        self._last_wall = opened.last_wall
        self._highwater = HighWater(path)
        self._blackbox = BlackBox(path, opened.key)
        self._writer = Writer(self._settle, self._end_writer)
        self._open: Any = None
        self._closed = False
        self._settings: dict[str, Any] = {
            k: json.loads(v) for k, v in self.database.execute_sql("SELECT k, v FROM setting").fetchall()
        }
        self.community: str = self._meta("community")
        self.worker = self._worker(self._settings.get("worker") or self._meta("worker"))
        self._note_mark()

    # --- opening and closing -----------------------------------------------------------------------------

    @classmethod
    def open(
        cls, path: Path | str, secret: Secret | None = None, clock: Clock | None = None, *,
        vfs: str | None = None, synchronous: str = "full",
    ) -> Casebook:  # fmt: skip
        """Open a casebook.

        Raises:
            NotFound: there is no such file.
            Locked, WrongSecret: it needs a passphrase, or this is the wrong one.
            Damaged, NewerCasebook: it cannot be read by this version; it is left as it is.
            ReadOnly: it cannot be written.
        """
        path = Path(path)
        clock = clock or SystemClock()
        with engine.said():
            return cls(path, opening.open_file(path, secret, clock, vfs, synchronous), clock)

    @classmethod
    def create(
        cls, path: Path | str, *, community: str, worker: str, secret: Passphrase | None,
        clock: Clock | None = None, vfs: str | None = None, synchronous: str = "full",
    ) -> tuple[Casebook, str]:  # fmt: skip
        """Make a casebook and open it. Returns it with the recovery key, which is shown once and printed.

        Raises:
            Refused: a casebook stands there already.
        """
        path = Path(path)
        clock = clock or SystemClock()
        worker_id = new_id()
        with engine.said():
            opened, recovery = opening.create_file(path, community, worker_id, secret, clock, vfs, synchronous)
            book = cls(path, opened, clock)

            def first(tx: Any) -> Receipt:
                tx.add("worker", {"name": worker, "role": Role.GRID_WORKER.value}, worker_id)
                return book.receipt("setup", "worker", worker_id, Phrase(N_("The casebook is ready.")))

            book.save("setup", None, first, undoable=False)
        from casework.casebook import due, search_index

        # While there is nothing to plan and to find: what enters from now on is planned and found by these rules.
        due.keep_up(book)
        search_index.keep_up(book)
        book.worker = book._worker(worker_id)
        return book, recovery

    def close(self) -> None:
        """Finish what is being saved, make the marks durable, close the file."""
        if self._closed:
            return
        self._closed = True
        self._writer.stop()
        with contextlib.suppress(Exception):
            self.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        self.database.close()
        self._settle()
        self._blackbox.close()
        self._highwater.close()

    def lock(self) -> None:
        """Close the file and forget the key."""
        self.close()
        self._key = b""

    # --- settings and time -------------------------------------------------------------------------------

    def today(self) -> date:
        """The day, by the laptop's clock."""
        return self.clock.now().date()

    def clock_doubt(self) -> Phrase | None:
        """Why the clock looks wrong, or None. Nothing is refused for it; the visit's time is asked instead."""
        now = self.clock.now()
        if now.date() < OLDEST_CLOCK:
            return Phrase(N_("The clock of this laptop looks wrong: it says {day}."), {"day": now.date()})
        if self._last_wall is None:
            return None
        behind = (self._last_wall - now).total_seconds()
        if behind > CLOCK_SLACK_SECONDS:
            return Phrase(
                N_("The clock of this laptop has been set back: the last save was on {day}."),
                {"day": self._last_wall.strftime("%Y-%m-%d %H:%M")},
            )
        if -behind > AHEAD_DAYS * 86400:
            return Phrase(
                N_("The clock of this laptop looks wrong: it says {today}, the last save was on {day}."),
                {"today": now.date(), "day": self._last_wall.date()},
            )
        return None

    def setting(self, key: str, default: Any = None) -> Any:
        """What this laptop remembers under a key."""
        return self._settings.get(key, default)

    def set_setting(self, key: str, value: Any) -> None:
        """Remember something on this laptop only."""
        self._settings[key] = value
        text = json.dumps(value, ensure_ascii=False)
        self.write(
            lambda: self.database.execute_sql(
                "INSERT INTO setting (k, v) VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v",
                (key, text),
            )
        )

    @property
    def grid_id(self) -> str:
        """The grid in use; the first one until one is chosen, '' without any."""
        chosen = self._settings.get("grid")
        if chosen:
            return str(chosen)
        row = self.database.execute_sql(
            "SELECT id FROM area WHERE level = 'grid' ORDER BY walk_order, name LIMIT 1"
        ).first()
        return row[0] if row else ""

    @property
    def key(self) -> bytes:
        """The key, for backups and the change of a passphrase."""
        return self._key

    # --- writing -----------------------------------------------------------------------------------------

    def submit(self, job: Callable[[], T]) -> Future[T]:
        """Run a job on the writer's thread; its errors are ones for people."""

        def said() -> T:
            with engine.said():
                return job()

        return self._writer.submit(said)

    def write(self, job: Callable[[], T]) -> T:
        """Run a job on the writer's thread and wait for it."""
        return self.submit(job).result()

    def save(self, verb: str, action: str | None, work: Work, *, undoable: bool = True) -> Receipt:
        """Run a verb's work in one transaction and return its receipt after the commit.

        The same `action` again returns the first receipt and writes nothing.

        Raises:
            NotSaved and its kin: the write failed and nothing of it stands.
            Refused, NotFound: a rule said no.
        """
        return self.write(lambda: self._save(verb, action, work, undoable))

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """On the writer's thread: several saves in one transaction (the demo, a script); all or nothing."""
        from casework.casebook import follow

        head = self._head.copy()
        self._open = follow.Pending()
        try:
            with self.database.atomic("IMMEDIATE"):
                yield
                follow.settle(self, self._open)
        except BaseException:
            self._head = head
            self.written.clear()
            raise
        finally:
            done, self._open = self._open, None
            changed = self.database.rules_touched
            self.database.rules_settled()
        if self.saved_doors is not None:
            self.saved_doors.extend(done.households)
        if changed and self.on_rules_changed is not None:
            self.on_rules_changed()
        self._acknowledge(keep=False)

    def receipt(
        self, verb: str, subject_kind: str, subject_id: str, summary: Phrase, follows: tuple[Phrase, ...] = (),
        warnings: tuple[Phrase, ...] = (),
    ) -> Receipt:  # fmt: skip
        """A receipt; `save` fills in the action."""
        return Receipt("", verb, subject_kind, subject_id, summary, follows, warnings)

    def _save(self, verb: str, given: str | None, work: Work, undoable: bool) -> Receipt:
        from casework.casebook import follow, receipts
        from casework.casebook.transaction import Transaction

        def done(tx: Transaction) -> Receipt:
            receipt = work(tx)
            if tx.reached and not tx.bulk:
                from casework.casebook import telling

                receipt = telling.settle(tx, receipt)
            return receipts.finish(tx, verb, receipt, undoable)

        action = given or new_id()
        if self._open is not None:
            tx = Transaction(self, self._head, action)
            receipt = done(tx)
            self._open.take(tx)
            return receipt
        head = self._head.copy()
        try:
            with self.database.atomic("IMMEDIATE"):
                # An action that was made just now cannot have been saved before.
                earlier = receipts.of_action(self, action) if given else None
                if earlier is not None:
                    return earlier
                tx = Transaction(self, head, action)
                receipt = done(tx)
                pending = follow.Pending()
                pending.take(tx)
                follow.settle(self, pending)
                self._head = head
        except BaseException:
            self.written.clear()
            if head is self._head:
                self._head = self._reload_head()
            raise
        finally:
            changed = self.database.rules_touched
            self.database.rules_settled()
        if self.saved_doors is not None:
            self.saved_doors.extend(pending.households)
        if changed and self.on_rules_changed is not None:
            self.on_rules_changed()
        self._last_wall = tx.now
        self._acknowledge(keep=True)
        return receipt

    def _acknowledge(self, keep: bool) -> None:
        """After the commit: into the black box and the high-water mark; their own failure loses nothing."""
        ops, self.written = self.written, []
        with contextlib.suppress(OSError):
            if keep and ops:
                self._blackbox.keep(ops, self._head.device, self._head.epoch)
            self._note_mark()

    def _note_mark(self) -> None:
        if self._head.seq:
            self._highwater.note(Mark(self._head.epoch, self._head.seq, self._head.prev))

    def _reload_head(self) -> journal.Head:
        return opening.read_head(self.database)

    def _settle(self) -> None:
        """The writer rests: make the marks durable."""
        with contextlib.suppress(OSError):
            self._blackbox.sync()
            self._highwater.sync()

    def meta(self, key: str) -> str:
        """A fact about this file; '' where there is none."""
        return self._meta(key)

    def set_meta(self, key: str, value: str) -> None:
        """Set a fact about this file, on the writer's thread."""
        self.database.execute_sql(
            "INSERT INTO meta (k, v) VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v", (key, value)
        )

    def _end_writer(self) -> None:
        self.database.close()

    def _meta(self, key: str) -> str:
        row = self.database.execute_sql("SELECT v FROM meta WHERE k = ?", (key,)).first()
        return row[0] if row else ""

    def _worker(self, worker_id: str) -> Worker:
        row = self.database.execute_sql("SELECT id, name, role, phone FROM worker WHERE id = ?", (worker_id,)).first()
        if row is None:
            return Worker(worker_id, "")
        return Worker(row[0], row[1], Role(row[2] or Role.GRID_WORKER), row[3] or "")


def instant(text: str) -> datetime:
    """An instant from the database."""
    return datetime.fromisoformat(text)


def day(text: str | None) -> date | None:
    """A day from the database."""
    return date.fromisoformat(text) if text else None


__all__ = ["Casebook", "keys"]
