"""Preview: what a rule would change, before it is saved: how many residents and doors fall due, no longer do, and when.

Exact, and from the same planning as the save: the doors that the change concerns are planned by the rules as they would
be, and held against their open work as it is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
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
    from casework.casebook.rule_entries import RuleEntry, SpellEntry
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
    doors: set[str] = field(default_factory=set)
    people: dict[str, int] = field(default_factory=dict)
    """Of whole doors: how many live there."""
    persons: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)

    def count(self, doors_of: Mapping[str, str]) -> Count:
        # Who is due as a person behind a door that is due as a whole counts once.
        alone = sum(doors_of.get(one, "") not in self.people for one in self.persons)
        return Count(len(self.doors), sum(self.people.values()) + alone, len(self.places))


class _Tally:
    """Adds up what differs between two plans."""

    def __init__(self, execute: Any, today: date, slots: frozenset[str] | None) -> None:
        self._execute = execute
        self._slots = slots
        self._week = today + timedelta(days=6 - today.weekday())
        self._four = self._week + timedelta(days=28)
        self._become, self._no_longer, self._moved = _Sum(), _Sum(), _Sum()
        self._periods: dict[str, tuple[_Sum, _Sum]] = {}
        self._doors_of: dict[str, str] = {}

    def add(self, was: Mapping[str, list[Row]], will: Mapping[str, list[Row]]) -> None:
        """Take in some doors or places."""
        changed: list[tuple[Row, bool, bool]] = []
        for eid, rows in will.items():
            old, new = self._by_work(was.get(eid, ())), self._by_work(rows)
            for what in old.keys() | new.keys():
                before, after = old.get(what, {}), new.get(what, {})
                both = bool(before and after)
                changed += [(row, True, both) for day, row in after.items() if day not in before]
                changed += [(row, False, both) for day, row in before.items() if day not in after]
        if not changed:
            return
        living = self._living({row[1] for row, _more, _both in changed if row[1] and not row[2]})
        for row, more, both in changed:
            total = self._moved if both else self._become if more else self._no_longer
            for one in (total, *(self._periods.setdefault(key, (_Sum(), _Sum()))[not more] for key in self._keys(row))):
                self._into(one, row, living)

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

    def _keys(self, row: Row) -> list[str]:
        day = date.fromisoformat(row[7])
        keys = [row[7][:7]]
        if day <= self._week:
            keys.append("week")
        elif day <= self._four:
            keys.append("four")
        return keys

    def _into(self, one: _Sum, row: Row, living: Mapping[str, int]) -> None:
        household, resident, place = row[1:4]
        if place:
            one.places.add(place)
            return
        one.doors.add(household)
        if resident:
            one.persons.add(resident)
            self._doors_of[resident] = household
        else:
            one.people[household] = living.get(household, 0)

    def _living(self, doors: Iterable[str]) -> dict[str, int]:
        """How many live behind each of some doors."""
        wanted = json.dumps(sorted(doors))
        return dict(
            self._execute(
                "SELECT household_id, count(*) FROM resident WHERE household_id IN (SELECT value FROM json_each(?)) "
                "AND ifnull(life_state, '') NOT IN ('moved_away', 'deceased') "
                "AND ifnull(residence_state, '') != 'registered_not_resident' GROUP BY 1",
                (wanted,),
            ).fetchall()
        )

    def preview(self, concerned: int) -> Preview:
        """What it came to."""

        def period(key: str, first: date | None, last: date) -> Period:
            more, less = self._periods.get(key, (_Sum(), _Sum()))
            return Period(first, last, more.count(self._doors_of), less.count(self._doors_of))

        months = []
        for key in sorted(one for one in self._periods if one not in ("week", "four")):
            first = date.fromisoformat(f"{key}-01")
            months.append(period(key, first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)))
        return Preview(
            become_due=self._become.count(self._doors_of),
            no_longer_due=self._no_longer.count(self._doors_of),
            moved=self._moved.count(self._doors_of),
            this_week=period("week", None, self._week),
            next_four_weeks=period("four", self._week + timedelta(days=1), self._four),
            months=tuple(months),
            concerned=concerned,
        )
