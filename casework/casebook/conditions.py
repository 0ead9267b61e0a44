"""Conditions over all rows at once: each is one query that selects the ids of those for whom it holds on a day.

What a condition asks about is looked up as a set (all who hold a tag, all doors below an area) and never row by row.
Every word of a condition is a bound value. What `domain.condition.holds` says for each of them one by one is the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from casework.domain.household import Fuel, Tenure
from casework.domain.resident import ResidenceState
from casework.domain.schedule_rules import Subject

if TYPE_CHECKING:
    from casework.casebook.book import Casebook
    from casework.domain.condition import Condition
    from casework.domain.risk import RiskWeights


@dataclass(frozen=True, slots=True)
class Query:
    """A query that selects ids, with its bound values."""

    sql: str
    values: tuple[Any, ...]


ASKED = {
    Subject.RESIDENT: frozenset(
        {"tag", "age_at_least", "age_under", "risk", "residence", "fuel", "tenure", "area", "answer", "never_checked"}
    ),
    Subject.HOUSEHOLD: frozenset(
        {"fuel", "tenure", "area", "answer", "never_checked", "somebody", "tag", "age_at_least", "age_under", "risk",
         "residence"}
    ),
    Subject.PLACE: frozenset({"kind", "area", "answer", "never_checked"}),
}  # fmt: skip
"""What can be asked about each kind of subject; of a door, what is asked about people only within `somebody`."""


def query(condition: Condition, subject: Subject, day: date, weights: RiskWeights, *, ever: bool = False) -> Query:
    """The query for a condition on a day: ids of residents, households or places.

    Of residents those who have died or moved away are left out, and within `somebody` too. `ever` leaves the days of tags
    out: whoever held one, or will.

    Raises:
        ValueError: something is asked that such a subject does not have.
    """
    if not condition.asks <= ASKED[subject]:
        raise ValueError(f"{subject.value}: {', '.join(sorted(condition.asks - ASKED[subject]))}")
    return _Writer(subject, day, weights, ever).written(condition)


def doors_of(asked: Query, subject: Subject) -> Query:
    """The doors of those whom a query selects."""
    if subject is not Subject.RESIDENT:
        return asked
    return Query(f"SELECT household_id FROM resident WHERE id IN ({asked.sql})", asked.values)


def ids(book: Casebook, condition: Condition, subject: Subject, day: date, weights: RiskWeights) -> set[str]:
    """The ids of all for whom a condition holds on a day."""
    asked = query(condition, subject, day, weights)
    return {row[0] for row in book.database.connection().cursor().execute(asked.sql, asked.values)}


_HERE = "ifnull(r.life_state, '') NOT IN ('moved_away', 'deceased')"
_PEOPLE = "resident r JOIN household h ON h.id = r.household_id"


@dataclass(slots=True)
class _Writer:
    subject: Subject
    day: date
    weights: RiskWeights
    ever: bool = False
    tables: dict[str, str] = field(default_factory=dict)
    """Sets that are looked up, as common tables of the query: name -> SQL."""
    bound: list[Any] = field(default_factory=list)
    """The values of the common tables, in their order."""

    def written(self, condition: Condition) -> Query:
        values: list[Any] = []
        test = self._test(condition, self.subject, values)
        match self.subject:
            case Subject.RESIDENT:
                main = f"SELECT r.id FROM {_PEOPLE}{self._points()} WHERE {_HERE} AND {test}"
            case Subject.HOUSEHOLD:
                main = f"SELECT h.id FROM household h WHERE {test}"
            case Subject.PLACE:
                main = f"SELECT p.id FROM place p WHERE {test}"
        tables = ", ".join(f"{name} AS ({sql})" for name, sql in self.tables.items())
        return Query(f"WITH RECURSIVE {tables} {main}" if tables else main, (*self.bound, *values))

    def _points(self) -> str:
        return " LEFT JOIN points ON points.resident_id = r.id" if "points" in self.tables else ""

    def _test(self, node: Condition, of: Subject, values: list[Any]) -> str:
        """The test of a node, which is never NULL, so that `not` turns it round; its own values are added."""
        match node.ask:
            case "all" | "any":
                tests = [self._test(part, of, values) for part in node.parts]
                joined = (" AND " if node.ask == "all" else " OR ").join(tests)
                return f"({joined})" if tests else ("1" if node.ask == "all" else "0")
            case "not":
                return f"NOT ({self._test(node.parts[0], of, values)})"
            case "somebody":
                inner = self._test(node.parts[0], Subject.RESIDENT, values)
                return f"h.id IN (SELECT r.household_id FROM {_PEOPLE}{self._points()} WHERE {_HERE} AND {inner})"
            case "area":
                name = self._area(node.values)
                if of is Subject.PLACE:
                    return f"p.grid_id IN (SELECT id FROM {name})"
                return f"(h.building_id IN (SELECT id FROM {name}) OR h.grid_id IN (SELECT id FROM {name}))"
            case "answer":
                name = self._answers(node, of)
                return f"{'p.id' if of is Subject.PLACE else 'h.id'} IN (SELECT subject FROM {name})"
            case "never_checked":
                own = "p.id" if of is Subject.PLACE else "h.id"
                never = [f"{own} NOT IN (SELECT subject FROM {self._checked(one, of)})" for one in sorted(node.values)]
                return f"({' OR '.join(never)})"
            case "kind":
                return self._among("p.kind", node.values, values)
            case "fuel":
                return self._among(f"ifnull(h.fuel, '{Fuel.UNKNOWN.value}')", node.values, values)
            case "tenure":
                return self._among(f"ifnull(h.tenure, '{Tenure.UNKNOWN.value}')", node.values, values)
        if of is not Subject.RESIDENT:
            raise ValueError(f"{node.ask}: asked about a person outside `somebody`")
        return self._of_person(node, values)

    def _of_person(self, node: Condition, values: list[Any]) -> str:
        match node.ask:
            case "tag":
                name = self._table("tagged", *self._tagged(node.values))
                return f"r.id IN (SELECT resident_id FROM {name})"
            case "age_at_least":
                values.append(born_by(self.day, node.years))
                return "(r.born IS NOT NULL AND r.born <= ?)"
            case "age_under":
                values.append(born_by(self.day, node.years))
                return "(r.born IS NOT NULL AND r.born > ?)"
            case "residence":
                lives = f"ifnull(r.residence_state, '{ResidenceState.REGISTERED_AND_RESIDENT.value}')"
                return self._among(lives, node.values, values)
            case "risk":
                return self._risk(node.values, values)
        raise ValueError(node.ask)

    def _among(self, column: str, words: frozenset[str], values: list[Any]) -> str:
        values += sorted(words)
        return f"{column} IN ({_marks(words)})"

    def _table(self, stem: str, sql: str, values: list[Any]) -> str:
        name = f"{stem}_{len(self.tables)}"
        self.tables[name] = sql
        self.bound += values
        return name

    def _tagged(self, tags: frozenset[str]) -> tuple[str, list[Any]]:
        if self.ever:
            return f"SELECT resident_id FROM tag WHERE tag IN ({_marks(tags)})", sorted(tags)
        day = self.day.isoformat()
        return (
            f"SELECT resident_id FROM tag WHERE tag IN ({_marks(tags)}) AND (since IS NULL OR since <= ?) "
            "AND (until IS NULL OR until > ?)",
            [*sorted(tags), day, day],
        )

    def _risk(self, levels: frozenset[str], values: list[Any]) -> str:
        weights = self.weights
        weighing = {key: one.points for key, one in weights.tags.items() if one.points}
        if "points" not in self.tables:
            held, bound = self._tagged(frozenset(weighing))
            cases = "".join(" WHEN ? THEN ?" for _ in weighing)
            weighed = [part for key, points in weighing.items() for part in (key, points)]
            self.tables["points"] = (
                f"SELECT resident_id, sum(CASE tag{cases} ELSE 0 END) AS n FROM "
                f"({held.replace('SELECT resident_id', 'SELECT DISTINCT resident_id, tag')}) GROUP BY resident_id"
                if weighing
                else "SELECT '' AS resident_id, 0 AS n"
            )
            self.bound += [*weighed, *bound] if weighing else []
        own: list[Any] = [weights.red_from, weights.yellow_from]
        ages = ""
        for least, points in sorted(weights.ages, key=lambda step: -step[1]):
            ages += " WHEN r.born IS NOT NULL AND r.born <= ? THEN ?"
            own += [born_by(self.day, least), points]
        sums = ["ifnull(points.n, 0)", f"CASE{ages} ELSE 0 END" if ages else "0"]
        critical = weights.findings.get("open_critical_hazard")
        if critical is not None:
            sums.append(f"CASE WHEN r.household_id IN ({CRITICAL_DOORS}) THEN ? ELSE 0 END")
            own.append(critical.points)
        level = (
            "(SELECT CASE WHEN n >= ? THEN 'red' WHEN n >= ? THEN 'yellow' ELSE 'green' END "
            f"FROM (SELECT {' + '.join(sums)} AS n))"
        )
        values += own
        return self._among(f"ifnull(nullif(r.risk_override, ''), {level})", levels, values)

    def _area(self, names: frozenset[str]) -> str:
        marks = _marks(names)
        own = f"area_{len(self.tables)}"
        return self._table(
            "area",
            f"SELECT id FROM area WHERE name IN ({marks}) OR aliases IS NOT NULL AND EXISTS "
            f"(SELECT 1 FROM json_each(area.aliases) one WHERE one.value IN ({marks})) "
            f"UNION SELECT below.id FROM area below JOIN {own} ON below.parent_id = {own}.id",
            [*sorted(names), *sorted(names)],
        )

    def _checks(self, of: Subject, what: str, where: str) -> tuple[str, int]:
        """The checks of a subject, and how often the values of `where` are bound; a shared kitchen's check is one of
        each door that shares it.
        """
        if of is Subject.PLACE:
            return f"SELECT c.subject_id AS subject, {what} FROM safety_check c WHERE {where}", 1
        return (
            f"SELECT c.household_id AS subject, {what} FROM safety_check c "
            f"WHERE {where} AND c.household_id IS NOT NULL UNION ALL "
            f"SELECT k.id AS subject, {what} FROM safety_check c JOIN household k ON k.kitchen_id = c.subject_id "
            f"WHERE {where} AND c.subject_kind = 'kitchen'",
            2,
        )

    def _checked(self, checklist: str, of: Subject) -> str:
        sql, times = self._checks(of, "c.id", "c.checklist = ? AND c.partial IS NULL")
        return self._table("checked", f"SELECT subject FROM ({sql})", [checklist] * times)

    def _answers(self, node: Condition, of: Subject) -> str:
        state, value = answer_paths(node.question)
        words = sorted(node.values)
        # The path is bound again wherever it stands: SQLite's numbered values do not mix with the others.
        what = (
            "json_extract(c.answers, ?) AS state, iif(json_type(c.answers, ?) = 'text', json_extract(c.answers, ?), '') "
            "AS value, c.happened_at AS at, c.id AS id"
        )
        sql, times = self._checks(of, what, "c.checklist = ? AND json_extract(c.answers, ?) IS NOT NULL")
        return self._table(
            "answered",
            "SELECT subject FROM (SELECT subject, state, value, "
            f"row_number() OVER (PARTITION BY subject ORDER BY at DESC, id DESC) AS n FROM ({sql})) "
            f"WHERE n = 1 AND (state IN ({_marks(words)}) OR value IN ({_marks(words)}))",
            [state, value, value, node.checklist, state] * times + words * 2,
        )


CRITICAL_DOORS = (
    "SELECT found.household_id FROM hazard found JOIN followup f ON f.id = found.followup_id "
    "WHERE found.level = 'critical' AND f.closed_at IS NULL AND found.household_id IS NOT NULL"
)
"""The doors with an open critical hazard, which weighs on the risk of those behind them (`risk.toml`)."""


def answer_paths(question: str) -> tuple[str, str]:
    """Where the state and the value of an answer stand in the JSON of a check."""
    return f'$."{question}".state', f'$."{question}".value'


def born_by(day: date, years: int) -> str:
    """The last birth date of those who are so old on a day; '' where there is none.

    Whoever was born on 29 February turns on 1 March in common years, so that on 28 February the 28th is the last.
    """
    year = day.year - years
    if year < 1:
        return ""
    try:
        return day.replace(year=year).isoformat()
    except ValueError:
        return date(year, 2, 28).isoformat()


def _marks(words: frozenset[str] | list[str]) -> str:
    return ",".join("?" * len(words))
