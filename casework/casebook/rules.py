"""The rules by which a casebook is planned: the catalog's, the user folder's, and the worker's own, with the spells.

A rule of the worker's own is a record of this casebook: it goes with its journal, takes the place of the catalog's rule
of the same key, and switches it off where it has no body.
"""

from __future__ import annotations

import hashlib
import json
import threading
import weakref
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from casework.domain.season import Spell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casework.casebook.book import Casebook
    from casework.casebook.engine import Database
    from casework.domain.schedule_rules import ScheduleRule, ScheduleRules

SCHEDULE = "schedule"

PLAN = 4
"""Raised when the same facts are planned in another way than before: every casebook then plans once anew."""


@dataclass(frozen=True, slots=True)
class OwnRule:
    """A rule of the worker's own as it is kept. `body` is its table as TOML would give it, None where it switches the
    catalog's off; with `off` it is switched off itself, and kept for another day.
    """

    id: str
    key: str
    body: Mapping[str, Any] | None
    words: str = ""
    off: bool = False

    @property
    def counts(self) -> bool:
        """Whether anybody is planned by it."""
        return self.body is not None and not self.off


OFF = "off"
"""Stands in a kept table that is switched off; no rule has such a key."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A rule as a list shows it: `origin` is catalog, folder or own; `off` where the worker has switched it off, and
    `mistake` where a rule of her own cannot be used (a checklist that is gone).
    """

    key: str
    entry: Mapping[str, Any]
    origin: str
    off: bool = False
    words: str = ""
    mistake: str = ""


@dataclass(frozen=True, slots=True)
class _Kept:
    """Rules that were read, of which database, and when."""

    of: weakref.ref[Database]
    seen: int
    catalog: ScheduleRules
    rules: ScheduleRules


_here = threading.local()
"""By thread: what one thread has read within its transaction is none of another's business."""


def rules(book: Casebook) -> ScheduleRules:
    """The rules by which this casebook is planned."""
    return rules_on(book.database)


def rules_on(database: Database) -> ScheduleRules:
    """The same, for a database that no casebook has been made of yet."""
    from casework.catalog.shelf import schedule_rules

    catalog, seen = schedule_rules(), database.rules_seen
    kept: _Kept | None = getattr(_here, "kept", None)
    if kept is not None and kept.of() is database and kept.seen == seen and kept.catalog is catalog:
        return kept.rules
    made = made_of(entries(own_rules(database)), spells(database))
    _here.kept = _Kept(weakref.ref(database), seen, catalog, made)
    return made


def made_of(table: Mapping[str, Mapping[str, Any]], recorded: tuple[Spell, ...]) -> ScheduleRules:
    """Rules ready for planning, of entries as `entries` gives them. One of the worker's own that can no longer be read
    (a checklist or tag that is gone) is left out; `listed` says so.
    """
    from casework.catalog.shelf import schedule_rules
    from casework.catalog.shelf import table as shelf_table
    from casework.domain.schedule_rules import ScheduleRules

    catalog = schedule_rules()
    shipped = shelf_table(SCHEDULE)
    same = {rule.key: rule for rule in catalog.all}
    chosen = [
        same[key] if shipped.get(key) is entry else _read(key, entry)
        for key, entry in table.items()
    ]  # fmt: skip
    kept = [rule for rule in chosen if rule is not None]
    if not recorded and kept == list(catalog.all):
        return catalog
    return ScheduleRules(kept, catalog.risk, catalog.settings, recorded)


def _read(key: str, entry: Mapping[str, Any]) -> ScheduleRule | None:
    from casework.catalog.rules import read_rule

    try:
        return read_rule(key, entry)
    except (KeyError, TypeError, ValueError):
        return None


def own_rules(database: Database) -> list[OwnRule]:
    """The worker's own rules of the schedule, in the order in which they were made."""
    found = database.execute_sql(
        "SELECT id, key, body, words FROM rule WHERE shelf = ? ORDER BY id", (SCHEDULE,)
    ).fetchall()
    return [own_rule(row[0], row[1], json.loads(row[2]) if row[2] else None, row[3] or "") for row in found]


def own_rule(rule_id: str, key: str, body: Mapping[str, Any] | None, words: str = "") -> OwnRule:
    """A rule of its kept table."""
    if body is None or OFF not in body:
        return OwnRule(rule_id, key, body, words)
    return OwnRule(rule_id, key, {name: value for name, value in body.items() if name != OFF}, words, off=True)


def spells(database: Database) -> tuple[Spell, ...]:
    """The spells that were recorded, the first one first."""
    found = database.execute_sql("SELECT kind, starts_on, ends_on FROM spell ORDER BY starts_on, id").fetchall()
    return tuple(
        Spell(kind, date.fromisoformat(starts), date.fromisoformat(ends) if ends else None)
        for kind, starts, ends in found
    )


def entries(own: list[OwnRule]) -> dict[str, Mapping[str, Any]]:
    """The tables of all rules that count, by key: those of the catalog in its order, then new ones of the worker's own."""
    from casework.catalog.shelf import table

    chosen: dict[str, Mapping[str, Any]] = dict(table(SCHEDULE))
    for rule in own:
        if rule.body is not None and rule.counts:
            chosen[rule.key] = rule.body
        else:
            chosen.pop(rule.key, None)
    return chosen


def listed(book: Casebook) -> list[Listed]:
    """All rules, those that are switched off or cannot be used included."""
    from casework.catalog import shelf

    own = {rule.key: rule for rule in own_rules(book.database)}
    folder = set(shelf.own_table(SCHEDULE))
    found = []
    for key, entry in shelf.table(SCHEDULE).items():
        mine = own.pop(key, None)
        if mine is None:
            found.append(Listed(key, entry, "folder" if key in folder else "catalog"))
        elif mine.body is None:
            found.append(Listed(key, entry, "own", off=True, words=mine.words))
        else:
            found.append(_mine(mine, mine.body))
    found += [_mine(rule, rule.body) for rule in own.values() if rule.body is not None]
    return found


def _mine(rule: OwnRule, body: Mapping[str, Any]) -> Listed:
    return Listed(rule.key, body, "own", rule.off, rule.words, mistake(rule.key, body))


def mistake(key: str, entry: Mapping[str, Any]) -> str:
    """What is wrong with a rule, in words; empty where nothing is."""
    from casework.catalog.ruleshape import validated_rule
    from casework.catalog.shelf import CatalogError

    try:
        validated_rule(key, entry)
    except CatalogError as error:
        return str(error)
    return ""


# --- what a plan was made by -----------------------------------------------------------------------------------


def snapshot(known: ScheduleRules, table: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """All that a plan depends on besides the facts, rule by rule, so that two can be held against each other.

    `all` is of what weighs on every door; `rules` gives for each rule its table, and the windows and days of its spells
    and seasons.
    """
    from casework.catalog.rules import as_kept

    risk = known.risk
    points = [sorted((key, one.points) for key, one in weights.items()) for weights in (risk.tags, risk.findings)]
    said = repr([PLAN, points, risk.ages, risk.yellow_from, risk.red_from, known.settings])
    return {
        "all": hashlib.blake2b(said.encode(), digest_size=16).hexdigest(),
        "rules": {
            rule.key: [
                as_kept(dict(table[rule.key])),
                [[*season.first, *season.last] for season in rule.seasons],
                [list(window) for window in rule.windows],
            ]
            for rule in known.all
        },
    }


def present(database: Database) -> dict[str, Any]:
    """The snapshot of the rules as they are now."""
    return snapshot(rules_on(database), entries(own_rules(database)))


def fingerprint(taken: Mapping[str, Any]) -> str:
    """A snapshot in 32 letters."""
    said = json.dumps(taken, ensure_ascii=False, sort_keys=False)
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()
