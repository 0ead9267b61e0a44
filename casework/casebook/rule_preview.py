"""Preview: what a rule would change, before it is saved: how many residents and doors fall due, no longer do, and when.

Exact, and from the same planning as the save: the doors that the change concerns are planned by the rules as they would
be, and held against their open work as it is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from casework.casebook import replanning, scopes
from casework.casebook import rules as kept
from casework.casebook.planning_rows import Planner, Row
from casework.casebook.rule_saving import checked
from casework.domain.due import DueKind
from casework.domain.season import Spell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from casework.casebook.book import Casebook
    from casework.casebook.rule_entries import RuleEntry, SpellEnd, SpellEntry
    from casework.domain.schedule_rules import ScheduleRules


@dataclass(frozen=True, slots=True)
class Count:
    """How many doors, the residents at them, and places. Of work for one person at a door that person alone counts."""

    doors: int = 0
    residents: int = 0
    places: int = 0


@dataclass(frozen=True, slots=True)
class Period:
    """What falls due in a period, the day itself counted, that did not before; and what no longer does."""

    first: date | None
    last: date
    more: Count
    less: Count


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule would change. `become_due` have work of a kind that they had not, `no_longer_due` none that they had,
    `moved` the same on another day. `this_week` ends on Sunday and holds what is late already, `next_four_weeks` are
    those after it, `months` all months in which anything changes, the first one first.
    """

    become_due: Count
    no_longer_due: Count
    moved: Count
    this_week: Period
    next_four_weeks: Period
    months: tuple[Period, ...]
    concerned: int
    """Doors that were looked at."""


def preview(
    book: Casebook,
    entry: RuleEntry,
    cancelled: Callable[[], bool] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Preview | None:
    """What saving this entry would change; None where it was cancelled. Nothing is written.

    It sees the casebook as it is when it begins, whatever is saved meanwhile; run it on a thread of its own.

    Raises:
        Refused: the rule has a mistake.
    """
    body = checked(entry)

    def change(own: list[kept.OwnRule]) -> list[kept.OwnRule]:
        mine = kept.own_rule("", entry.key, body)
        if all(rule.key != entry.key for rule in own):
            return [*own, mine]
        # In its own place: the order of rules breaks ties.
        return [mine if rule.key == entry.key else rule for rule in own]

    return _compared(book, change, _same, cancelled, progress)


def preview_without(
    book: Casebook,
    key: str,
    cancelled: Callable[[], bool] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Preview | None:
    """What taking away the worker's own rule of a key would change (`rule_saving.restore_rule`)."""
    return _compared(book, lambda own: [rule for rule in own if rule.key != key], _same, cancelled, progress)


def preview_spell(
    book: Casebook,
    entry: SpellEntry,
    cancelled: Callable[[], bool] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Preview | None:
    """What recording a spell would change (`spells.begin`)."""

    def more(known: tuple[Spell, ...]) -> tuple[Spell, ...]:
        return (*known, Spell(entry.kind, entry.starts_on, entry.ends_on))

    return _compared(book, _same, more, cancelled, progress)


def preview_end(
    book: Casebook,
    entry: SpellEnd,
    cancelled: Callable[[], bool] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Preview | None:
    """What recording the last day of a spell would change (`spells.end`)."""
    found = book.database.execute_sql("SELECT kind, starts_on FROM spell WHERE id = ?", (entry.spell_id,)).first()

    def ended(known: tuple[Spell, ...]) -> tuple[Spell, ...]:
        if found is None:
            return known
        kind, starts = found[0], date.fromisoformat(found[1])
        return tuple(
            Spell(kind, starts, entry.ends_on) if (one.kind, one.starts_on) == (kind, starts) else one for one in known
        )

    return _compared(book, _same, ended, cancelled, progress)


def _same(known: Any) -> Any:
    return known


def _compared(
    book: Casebook, change: Callable[[list[kept.OwnRule]], list[kept.OwnRule]],
    spells: Callable[[tuple[Spell, ...]], tuple[Spell, ...]], cancelled: Callable[[], bool] | None,
    progress: Callable[[int, int], None] | None,
) -> Preview | None:  # fmt: skip
    database = book.database
    connection = database.connection()
    execute = connection.cursor().execute
    execute("BEGIN")
    try:
        own = kept.own_rules(database)
        before = kept.rules_on(database)
        present = kept.snapshot(before, kept.entries(own))
        table = kept.entries(change(own))
        after = kept.made_of(table, tuple(spells(before.spells)))
        wanted = kept.snapshot(after, table)
        return _previewed(book, execute, (before, present), (after, wanted), cancelled, progress)
    finally:
        execute("ROLLBACK")


def _previewed(
    book: Casebook, execute: Any, now: tuple[ScheduleRules, Mapping[str, Any]],
    then: tuple[ScheduleRules, Mapping[str, Any]], cancelled: Callable[[], bool] | None,
    progress: Callable[[int, int], None] | None,
) -> Preview | None:  # fmt: skip
    database = book.database
    before, present = now
    after, wanted = then
    scope = scopes.between(execute, [present], wanted, book.today(), after.risk)
    # Where an earlier change is still on its way, the table is not yet what the rules of now give.
    stale = replanning.pending(book)
    narrow = scope.slots is not None
    old = Planner(execute, before.only(scope.slots) if narrow else before)  # type: ignore[arg-type]
    new = Planner(execute, after.only(scope.slots) if narrow else after)  # type: ignore[arg-type]
    tally = _Tally(execute, book.today(), scope.slots)
    doors = replanning.Doors(database, scope)
    done, of = 0, doors.count()
    for piece in doors.pieces(""):
        if cancelled is not None and cancelled():
            return None
        if stale:
            was = old.doors(piece.ids, piece.together)
        else:
            rows = replanning.rows_of(execute, piece.ids, piece.together, scope.slots)
            was = {eid: [row[1:] for row in found] for eid, found in rows.items()}
        tally.add(was, new.doors(piece.ids, piece.together))
        done += len(piece.ids)
        if progress is not None:
            progress(min(done, of), of)
    if scope.places:
        for (place,) in execute("SELECT id FROM place").fetchall():
            tally.add({place: old.place(place)}, {place: new.place(place)})
    return tally.preview(of)


@dataclass(slots=True)
class _Sum:
    doors: int = 0
    residents: int = 0
    places: int = 0

    def count(self) -> Count:
        return Count(self.doors, self.residents, self.places)


class _Tally:
    """Adds up what differs between two plans, door by door: each is taken in once."""

    def __init__(self, execute: Any, today: date, slots: frozenset[str] | None) -> None:
        self._execute = execute
        self._slots = slots
        self._week = (today + timedelta(days=6 - today.weekday())).isoformat()
        self._four = (today + timedelta(days=34 - today.weekday())).isoformat()
        self._sums: dict[tuple[str, bool], _Sum] = {}
        """(what, whether it is more) -> how many; what is a kind of change, a period or a month."""

    def add(self, was: Mapping[str, list[Row]], will: Mapping[str, list[Row]]) -> None:
        """Take in some doors or places."""
        changed: dict[str, dict[tuple[str, bool], set[str | None]]] = {}
        for eid, rows in will.items():
            old, new = self._by_work(was.get(eid, ())), self._by_work(rows)
            if old.keys() == new.keys() and all(old[what].keys() == new[what].keys() for what in old):
                continue
            people: dict[tuple[str, bool], set[str | None]] = {}
            for what in old.keys() | new.keys():
                before, after = old.get(what, {}), new.get(what, {})
                both = bool(before and after)
                for days, others, more in ((after, before, True), (before, after, False)):
                    for day, row in days.items():
                        if day not in others:
                            for key in self._keys(day):
                                people.setdefault((key, more), set()).add(row[2])
                            total = ("moved", True) if both else ("become" if more else "no longer", True)
                            people.setdefault(total, set()).add(row[2])
            if people:
                changed[eid] = people
        if changed:
            self._count(changed)

    def _count(self, changed: Mapping[str, Mapping[tuple[str, bool], set[str | None]]]) -> None:
        living = self._living(changed)
        for eid, people in changed.items():
            for key, who in people.items():
                one = self._sums.setdefault(key, _Sum())
                if eid not in living:
                    one.places += 1
                    continue
                one.doors += 1
                # Work for a door as a whole is work for all who live there, and for whoever is due there as a person.
                one.residents += living[eid] if None in who else len(who)

    def _by_work(self, rows: Iterable[Row]) -> dict[str, dict[str, Row]]:
        """Rows by the checklist, or '' for visits, which are one thing whichever rule asks for them; then by day."""
        found: dict[str, dict[str, Row]] = {}
        for row in rows:
            if self._counts(row):
                found.setdefault(row[5] if row[4] == DueKind.CHECK else "", {})[row[7]] = row
        return found

    def _counts(self, row: Row) -> bool:
        if row[4] not in (DueKind.VISIT, DueKind.CHECK):
            return False
        return self._slots is None or (row[5] if row[4] == DueKind.CHECK else "") in self._slots

    def _keys(self, day: str) -> tuple[str, ...]:
        if day <= self._week:
            return day[:7], "week"
        return (day[:7], "four") if day <= self._four else (day[:7],)

    def _living(self, changed: Iterable[str]) -> dict[str, int]:
        """How many live behind each of some doors; what is no door is not in it."""
        wanted = json.dumps(sorted(changed))
        living = dict.fromkeys(
            (row[0] for row in self._execute(
                "SELECT id FROM household WHERE id IN (SELECT value FROM json_each(?))", (wanted,)
            ).fetchall()), 0,
        )  # fmt: skip
        living.update(
            self._execute(
                "SELECT household_id, count(*) FROM resident WHERE household_id IN (SELECT value FROM json_each(?)) "
                "AND ifnull(life_state, '') NOT IN ('moved_away', 'deceased') "
                "AND ifnull(residence_state, '') != 'registered_not_resident' GROUP BY 1",
                (wanted,),
            ).fetchall()
        )
        return living

    def preview(self, concerned: int) -> Preview:
        """What it came to."""

        def count(key: str, more: bool = True) -> Count:
            return self._sums.get((key, more), _Sum()).count()

        def period(key: str, first: date | None, last: date) -> Period:
            return Period(first, last, count(key), count(key, False))

        week = date.fromisoformat(self._week)
        months = []
        for key in sorted({key for key, _more in self._sums if key[:1].isdigit()}):
            first = date.fromisoformat(f"{key}-01")
            months.append(period(key, first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)))
        return Preview(
            become_due=count("become"),
            no_longer_due=count("no longer"),
            moved=count("moved"),
            this_week=period("week", None, week),
            next_four_weeks=period("four", week + timedelta(days=1), week + timedelta(days=28)),
            months=tuple(months),
            concerned=concerned,
        )
