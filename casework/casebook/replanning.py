"""Planning again what changed rules concern: in the background, in pieces, between the worker's saves.

A save that changes rules notes what the table was planned by until then (`note`); its own door, and all doors saved from
then on, are planned by the new rules at once. The others follow here, some hundred doors at a time: read and planned on
the caller's thread, written by the writer, who plans by itself what was saved in between. How far it has come stands in
the casebook with every piece, so that a program that was killed goes on where it was.
"""

from __future__ import annotations

import contextlib
import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.casebook import rules as own
from casework.casebook import scopes
from casework.casebook.planning_rows import Planner, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Future

    from casework.casebook.book import Casebook
    from casework.casebook.engine import Database
    from casework.domain.schedule_rules import ScheduleRules

PIECE = 1200
"""Doors of a piece: its writing holds a save up for some hundredths of a second, all rows changed."""

SWITCH_SECONDS = 0.0005
"""How long this may keep other threads waiting at a time. A save asks the database thirty times, and by the usual five
milliseconds it would wait for planning each time (measured: a quarter of a second for a save)."""

COLUMNS = (
    "grid_id, household_id, resident_id, place_id, kind, rule, opens_on, due_on, closes_on, priority, attempts, band, "
    "reason"
)
INSERT = f"INSERT INTO due ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"
UPDATE = (
    "UPDATE due SET grid_id = ?, resident_id = ?, kind = ?, rule = ?, opens_on = ?, due_on = ?, closes_on = ?, "
    "priority = ?, attempts = ?, band = ?, reason = ? WHERE id = ?"
)
"""Of a door or place whose work has changed; the columns that say which it is are not touched, nor is their index."""

# Facts about this file, in `meta`: by what all was planned, by what else some of it was, and how far the way there is.
PLANNED, BASES, WAY = "rules", "rules_planned", "rules_replan"


def pending(book: Casebook) -> bool:
    """Whether some doors are still planned by other rules than those of now."""
    return book.meta(PLANNED) != own.fingerprint(own.present(book.database)) or bool(book.meta(WAY))


def note(book: Casebook) -> None:
    """Rules are changed in the open transaction: note them beside those by which the table was planned so far."""
    bases = _bases(book)
    now = own.present(book.database)
    if bases is not None and now not in bases:
        book.set_meta(BASES, json.dumps([*bases, now], ensure_ascii=False))


def _bases(book: Casebook) -> list[dict[str, Any]] | None:
    kept = book.meta(BASES)
    return json.loads(kept) if kept else None


def run(
    book: Casebook,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> bool:
    """Plan all that changed rules concern, and return True once nothing is left; False where it was cancelled.

    `progress` is told how many doors are done, and of how many. It may run on any thread but the writer's; where another
    one is at it already, there is nothing to do.
    """
    if not book.replan_lock.acquire(blocking=False):
        return False
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    book.saved_doors = []
    try:
        while pending(book):
            if not _once(book, progress or _silent, cancelled or _never):
                return False
        return True
    finally:
        book.saved_doors = None
        sys.setswitchinterval(usual)
        book.replan_lock.release()


def _silent(_done: int, _of: int) -> None:
    return


def _never() -> bool:
    return False


@dataclass(slots=True)
class _Way:
    """One way from how the table was planned to the rules of now."""

    to: str
    now: dict[str, Any]
    known: ScheduleRules
    scope: scopes.Scope
    after: str
    seen: int
    """`Database.rules_seen` when it was begun: another number, and the rules may be others."""


def _once(book: Casebook, progress: Callable[[int, int], None], cancelled: Callable[[], bool]) -> bool:
    """Go the way once. False where it was cancelled; True where it is done, or the rules have changed meanwhile."""
    way = book.write(lambda: _begin(book))
    doors = Doors(book.database, way.scope)
    done, of = doors.until(way.after), doors.count()
    progress(done, of)
    with _room(book, of):
        written: tuple[Future[bool], int] | None = None
        planning = _Planning(book, way)
        for piece in doors.pieces(way.after):
            stop = cancelled()
            # A piece is read and planned while the writer still writes the one before.
            coming = None if stop else planning.piece(piece)
            if written is not None:
                if not written[0].result():
                    return True
                done += written[1]
                progress(min(done, of), of)
            if coming is None:
                return False
            written = (book.submit(coming), len(piece.ids))
        if written is not None:
            if not written[0].result():
                return True
            progress(min(done + written[1], of), of)
        if way.scope.places and not book.write(lambda: _places(book, way)):
            return True
    book.write(lambda: _finish(book, way))
    return True


def _begin(book: Casebook) -> _Way:
    """On the writer's thread: what is to be done, and from where on if a part was done before."""
    known = own.rules(book)
    now = own.present(book.database)
    to = own.fingerprint(now)
    bases = _bases(book)
    execute = book.database.connection().cursor().execute
    scope = scopes.EVERYTHING
    if bases is not None:
        scope = scopes.between(execute, bases, now, book.today(), known.risk)
    way = json.loads(book.meta(WAY) or "{}")
    after = way["after"] if way.get("to") == to else ""
    with book.database.atomic("IMMEDIATE"):
        if bases is not None and now not in bases:
            book.set_meta(BASES, json.dumps([*bases, now], ensure_ascii=False))
        book.set_meta(WAY, json.dumps({"to": to, "after": after}))
    seen = book.database.rules_seen
    return _Way(to, now, known if scope.slots is None else known.only(scope.slots), scope, after, seen)


def _finish(book: Casebook, way: _Way) -> None:
    with book.database.atomic("IMMEDIATE"):
        if own.fingerprint(own.present(book.database)) == way.to:
            book.set_meta(PLANNED, way.to)
            book.set_meta(BASES, json.dumps([way.now], ensure_ascii=False))
            book.set_meta(WAY, "")


@contextlib.contextmanager
def _room(book: Casebook, doors: int) -> Iterator[None]:
    """Room for the pages of many pieces, as an import has it; a few doors do without."""
    if doors < 10 * PIECE:
        yield
        return
    from casework.casebook.register import bulk

    with bulk(book):
        yield


@dataclass(frozen=True, slots=True)
class Piece:
    """Some doors in the order of their ids; `together` where there are no others between the first and the last."""

    ids: Sequence[str]
    together: bool


class Doors:
    """The doors of a scope, in pieces."""

    def __init__(self, database: Database, scope: scopes.Scope) -> None:
        self._database = database
        self._doors = scope.doors

    def count(self) -> int:
        """How many there are."""
        if self._doors is not None:
            return len(self._doors)
        return int(self._database.execute_sql("SELECT count(*) FROM household").first()[0])

    def until(self, after: str) -> int:
        """How many there are up to one of them."""
        if not after:
            return 0
        if self._doors is not None:
            return sum(1 for one in self._doors if one <= after)
        return int(self._database.execute_sql("SELECT count(*) FROM household WHERE id <= ?", (after,)).first()[0])

    def pieces(self, after: str) -> Iterator[Piece]:
        """One piece after the other, from the door after a given one on."""
        if self._doors is not None:
            left = [one for one in self._doors if one > after]
            for start in range(0, len(left), PIECE):
                yield Piece(left[start : start + PIECE], False)
            return
        while True:
            found = self._database.execute_sql(
                "SELECT id FROM household WHERE id > ? ORDER BY id LIMIT ?", (after, PIECE)
            ).fetchall()
            if not found:
                return
            after = found[-1][0]
            yield Piece([row[0] for row in found], True)


@dataclass(frozen=True, slots=True)
class Changes:
    """What makes the rows of some doors those that were planned."""

    updates: list[tuple[Any, ...]]
    inserts: list[Row]
    deletes: list[tuple[int]]


class _Planning:
    """Plans one piece after the other on the caller's thread."""

    def __init__(self, book: Casebook, way: _Way) -> None:
        self._book = book
        self._way = way
        self._saved: list[str] = book.saved_doors if book.saved_doors is not None else []
        self._known_until = -1
        self._planner: Planner | None = None

    def piece(self, piece: Piece) -> Callable[[], bool]:
        """Plan a piece. What is given back writes what differs, on the writer's thread; False where the rules have changed
        meanwhile.
        """
        book, way, saved = self._book, self._way, self._saved
        seen = len(saved)
        execute = book.database.connection().cursor().execute
        if self._planner is None or seen != self._known_until:
            # What it has kept of areas and stairs may be older than a save.
            self._planner, self._known_until = Planner(execute, way.known), seen
        kept = rows_of(execute, piece.ids, piece.together, way.scope.slots)
        planned = self._planner.doors(piece.ids, piece.together)

        def write() -> bool:
            from casework.casebook import due

            with book.database.atomic("IMMEDIATE"):
                if book.database.rules_seen != way.seen:
                    return False
                # What was read of these doors may be older than a save: each is planned by itself.
                later = sorted(planned.keys() & set(saved[seen:]))
                for door in later:
                    del planned[door]
                apply(book.database, differing(kept, planned, way.scope.slots))
                due.refresh_on(book.database, later, ())
                book.set_meta(WAY, json.dumps({"to": way.to, "after": piece.ids[-1]}))
                return True

        return write


def rows_of(
    execute: Any, ids: Sequence[str], together: bool, slots: frozenset[str] | None = None
) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of doors as they are kept, each with its id in front; those of some slots alone where they are given."""
    among = "BETWEEN ? AND ?" if together else "IN (SELECT value FROM json_each(?))"
    values: tuple[Any, ...] = (ids[0], ids[-1]) if together else (json.dumps(list(ids)),)
    kept: dict[str, list[tuple[Any, ...]]] = {}
    kinds = ""
    if slots is not None:
        visits = ["visit", "call_back"] if "" in slots else []
        kinds = f" AND kind IN ({','.join(map(repr, [*visits, *(['check'] if slots - {''} else [])]))})"
    for row in execute(f"SELECT id, {COLUMNS} FROM due WHERE household_id {among}{kinds}", values):
        found = kept.get(row[2])
        if found is None:
            kept[row[2]] = [row]
        else:
            found.append(row)
    return kept


def differing(
    kept: dict[str, list[tuple[Any, ...]]], planned: dict[str, list[Row]], slots: frozenset[str] | None
) -> Changes:
    """What differs between rows as they are kept, with their ids, and as they were planned, door by door."""
    changes = Changes([], [], [])
    for eid, rows in planned.items():
        wanted = [row for row in rows if slots is None or _in(slots, row)]
        stale = []
        found = kept.get(eid, ())
        if len(found) == len(wanted) and all(row[1:] == one for row, one in zip(found, wanted, strict=True)):
            continue
        for row in found:
            if slots is not None and not _in(slots, row[1:]):
                continue
            if row[1:] in wanted:
                wanted.remove(row[1:])
            else:
                stale.append(row[0])
        for row_id, row in zip(stale, wanted, strict=False):
            changes.updates.append((row[0], row[2], *row[4:], row_id))
        changes.inserts.extend(wanted[len(stale) :])
        changes.deletes.extend((row_id,) for row_id in stale[len(wanted) :])
    return changes


def _in(slots: frozenset[str], row: Row) -> bool:
    """Whether a row may change with the rules of some slots. A call-back takes the priority of the visit it stands for."""
    kind = row[4]
    if kind == "check":
        return row[5] in slots
    return kind in ("visit", "call_back") and "" in slots


def apply(database: Database, changes: Changes) -> None:
    """Write them, in the caller's transaction."""
    cursor = database.connection().cursor()
    if changes.updates:
        cursor.executemany(UPDATE, changes.updates)
    if changes.deletes:
        cursor.executemany("DELETE FROM due WHERE id = ?", changes.deletes)
    if changes.inserts:
        cursor.executemany(INSERT, changes.inserts)


def _places(book: Casebook, way: _Way) -> bool:
    """Plan all places: they are few."""
    from casework.casebook import due

    with book.database.atomic("IMMEDIATE"):
        if book.database.rules_seen != way.seen:
            return False
        found = book.database.execute_sql("SELECT id FROM place ORDER BY id").fetchall()
        due.refresh_on(book.database, (), [row[0] for row in found])
        return True


def rebuild(database: Database) -> None:
    """Make the whole table anew, in the caller's transaction."""
    execute = database.connection().cursor().execute
    execute("DELETE FROM due")
    planner = Planner(execute, own.rules_on(database))
    insert: Callable[[str, Iterable[Row]], Any] = database.connection().cursor().executemany
    for piece in Doors(database, scopes.EVERYTHING).pieces(""):
        insert(INSERT, [row for rows in planner.doors(piece.ids, piece.together).values() for row in rows])
    for (place,) in execute("SELECT id FROM place ORDER BY id").fetchall():
        insert(INSERT, planner.place(place))
