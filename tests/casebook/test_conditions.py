"""A condition over all rows at once selects exactly those for whom it holds one by one."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.casebook import conditions, facts
from casework.casebook.book import Casebook
from casework.catalog import shelf
from casework.catalog.ruleshape import validated_rule
from casework.domain import traits
from casework.domain.condition import Asked, Condition, read
from casework.domain.schedule_rules import Subject

WEIGHTS = shelf.risk_weights()
DAYS = [date(2027, 2, 28), date(2028, 2, 28), date(2028, 2, 29), date(2027, 3, 1), date(2026, 12, 31), date(2026, 5, 4)]
EDGES = [
    f"{year}-{rest}" for year in (1947, 1948, 1962, 1963) for rest in ("02-28", "03-01", "12-31", "05-04", "05-05")
]
BORN = st.sampled_from([*EDGES, "1948-02-29", "1940-02-29", "2020-02-29"]) | st.none()
DATED = st.sampled_from(["2026-05-04", "2027-02-28", "2028-02-29", "2027-03-01", "2026-05-05"]) | st.none()
TAGS = ("lives_alone", "hardship", "functionally_dependent", "severe_disability")
AREAS = {
    "city": ("满春街", None, None), "grid1": ("一网格", "city", ["头格", "O'Brien \"格\""]), "grid2": ("二网格", None, None),
    "b1": ("1栋", "grid1", None), "b2": ("2栋", "grid2", ["一网格"]),
}  # fmt: skip
ANSWERS = st.sampled_from(
    [
        {"valve": {"state": "fail", "value": "no"}}, {"valve": {"state": "pass", "value": "yes"}},
        {"valve": {"state": "could_not_check"}, "hose": {"state": "pass", "value": 1.5}}, {"hose": {"state": "fail"}}, {},
    ]
)  # fmt: skip


@st.composite
def streets(draw: st.DrawFn) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of a few doors and places with anything that a condition can ask about."""
    rows: dict[str, list[tuple[Any, ...]]] = {
        name: [] for name in ("household", "resident", "tag", "safety_check", "hazard", "followup", "place")
    }
    one = st.sampled_from
    for n in range(draw(st.integers(1, 4))):
        building, grid = draw(one([("b1", "grid1"), ("b2", "grid2")]))
        fuel, tenure = draw(one(["lpg_cylinder", "electric", None])), draw(one(["owned", None]))
        rows["household"].append(
            (f"h{n}", grid, building, "x", "x", fuel, tenure, draw(one(["k", None])), "2026-01-01")
        )
        for m in range(draw(st.integers(0, 2))):
            life = draw(one([None, "living_here", "hospitalised", "deceased"]))
            lives = draw(one([None, "registered_not_resident"]))
            override = draw(one([None, None, "green", "red"]))
            rows["resident"].append((f"r{n}{m}", f"h{n}", "x", draw(BORN), lives, life, override))
            for t in range(draw(st.integers(0, 3))):
                rows["tag"].append((f"t{n}{m}{t}", f"r{n}{m}", draw(one(TAGS)), draw(DATED), draw(DATED)))
        if draw(st.booleans()):
            closed = draw(one([None, "2026-01-02"]))
            rows["hazard"].append((f"z{n}", "c", f"h{n}", draw(one(["critical", "note"])), f"f{n}"))
            rows["followup"].append((f"f{n}", f"h{n}", closed))
    for n in range(draw(st.integers(0, 2))):
        rows["place"].append(
            (f"p{n}", draw(one(["grid1", "grid2"])), draw(one(["manhole", "shop"])), "x", "2026-01-01")
        )
    for n in range(draw(st.integers(0, 5))):
        kind, subject = draw(one([("household", "h0"), ("household", "h1"), ("kitchen", "k"), ("place", "p0")]))
        door = subject if kind == "household" else None
        at = draw(one(["2026-03-01T10:00:00+08:00", "2026-04-01T10:00:00+08:00"]))
        partial = draw(one([None, 1]))
        checklist = draw(one(["lpg_cylinder", "manhole"]))
        rows["safety_check"].append((f"c{n}", checklist, kind, subject, door, at, json.dumps(draw(ANSWERS)), partial))
    return rows


COLUMNS = {
    "household": "id, grid_id, building_id, address, short, fuel, tenure, kitchen_id, entered_on",
    "resident": "id, household_id, name, born, residence_state, life_state, risk_override",
    "tag": "id, resident_id, tag, since, until",
    "safety_check": "id, checklist, subject_kind, subject_id, household_id, happened_at, answers, partial, version, "
    "entered_at, worker_id",
    "hazard": "id, check_id, household_id, level, followup_id, question, fixed_on_spot",
    "followup": "id, household_id, closed_at, number, category, title, severity, state, owner_kind, owner, opened_at",
    "place": "id, grid_id, kind, name, entered_on",
}


def fill(book: Casebook, rows: dict[str, list[tuple[Any, ...]]]) -> Any:
    cursor = book.database.connection().cursor()
    for table, found in rows.items():
        columns = COLUMNS[table].split(", ")
        cursor.execute(f"DELETE FROM {table}")
        for row in found:
            padded = (*row, *("-" for _ in columns[len(row) :]))
            cursor.execute(f"INSERT INTO {table} ({COLUMNS[table]}) VALUES ({','.join('?' * len(columns))})", padded)
    return cursor.execute


def tables(leaves: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    def joined(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
        some = st.lists(inner, min_size=1, max_size=3)
        return st.one_of(
            some.map(lambda parts: {"all": parts}), some.map(lambda parts: {"any": parts}),
            inner.map(lambda part: {"not": part}),
        )  # fmt: skip

    return st.recursive(leaves, joined, max_leaves=4)


def words(known: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(known), min_size=1, max_size=2)


PERSON = st.one_of(
    words(TAGS).map(lambda w: {"tag": w}),
    st.sampled_from([64, 65, 79, 80, 0, 150]).map(lambda n: {"age_at_least": n}),
    st.sampled_from([65, 80]).map(lambda n: {"age_under": n}),
    words(("red", "yellow", "green")).map(lambda w: {"risk": w}),
    words(("registered_and_resident", "registered_not_resident")).map(lambda w: {"residence": w}),
)
ANY_DOOR = st.one_of(
    words(("满春街", "一网格", "头格", "2栋", 'O\'Brien "格"', "nowhere")).map(lambda w: {"area": w}),
    words(("no", "fail", "pass", "could_not_check", "1.5")).flatmap(
        lambda w: st.sampled_from(["valve", "hose"]).map(
            lambda q: {"answer": {"checklist": "lpg_cylinder", "question": q, "is": w}}
        )
    ),
    words(("lpg_cylinder", "manhole")).map(lambda w: {"never_checked": w}),
)
DOOR = st.one_of(
    ANY_DOOR,
    words(("lpg_cylinder", "unknown")).map(lambda w: {"fuel": w}),
    words(("owned", "unknown")).map(lambda w: {"tenure": w}),
)


@pytest.fixture
def book(make_book: Callable[[], Casebook]) -> Casebook:
    made = make_book()
    cursor = made.database.connection().cursor()
    for eid, (name, parent, aliases) in AREAS.items():
        cursor.execute(
            "INSERT INTO area (id, level, name, parent_id, aliases) VALUES (?, 'grid', ?, ?, ?)",
            (eid, name, parent, json.dumps(aliases, ensure_ascii=False) if aliases else None),
        )
    return made


quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class TestOneQuerySelectsThoseForWhomItHolds:
    @quick
    @given(rows=streets(), table=tables(PERSON | DOOR), day=st.sampled_from(DAYS))
    def test_people(self, book: Casebook, rows: Any, table: dict[str, Any], day: date) -> None:
        execute, condition = fill(book, rows), read(table)
        expected = set()
        for household in [row[0] for row in rows["household"]]:
            home = self.home(execute, household, condition)
            for person in home.residents:
                if person.life_state not in traits.GONE and condition.holds(
                    traits.of_resident(person, home, day, WEIGHTS)
                ):
                    expected.add(person.id)
        assert conditions.ids(book, condition, Subject.RESIDENT, day, WEIGHTS) == expected

    @quick
    @given(
        rows=streets(), table=tables(DOOR | tables(PERSON).map(lambda t: {"somebody": t})), day=st.sampled_from(DAYS)
    )
    def test_doors(self, book: Casebook, rows: Any, table: dict[str, Any], day: date) -> None:
        execute, condition = fill(book, rows), read(table)
        homes = [self.home(execute, row[0], condition) for row in rows["household"]]
        expected = {home.id for home in homes if condition.holds(traits.of_household(home, day, WEIGHTS))}
        assert conditions.ids(book, condition, Subject.HOUSEHOLD, day, WEIGHTS) == expected

    @quick
    @given(rows=streets(), table=tables(ANY_DOOR | words(("manhole", "shop")).map(lambda w: {"kind": w})))
    def test_places(self, book: Casebook, rows: Any, table: dict[str, Any]) -> None:
        execute, condition = fill(book, rows), read(table)
        expected = set()
        for place in [row[0] for row in rows["place"]]:
            found = facts.place_facts(execute, place, Asked.by(condition))
            assert found is not None
            if condition.holds(traits.of_place(found[1])):
                expected.add(place)
        assert conditions.ids(book, condition, Subject.PLACE, DAYS[0], WEIGHTS) == expected

    def home(self, execute: Any, household: str, condition: Condition) -> Any:
        found = facts.facts_of(execute, household, Asked.by(condition))
        assert found is not None
        return found[1]


def test_every_word_of_a_condition_is_a_bound_value() -> None:
    evil = "x'; DROP TABLE resident; --"
    condition = read({"tag": evil, "fuel": evil, "area": evil, "risk": evil, "never_checked": evil})
    query = conditions.query(condition, Subject.RESIDENT, DAYS[0], WEIGHTS)
    assert "DROP" not in query.sql
    assert query.values.count(evil) >= 5


def test_a_subject_is_not_asked_what_it_does_not_have() -> None:
    with pytest.raises(ValueError, match="kind"):
        conditions.query(read({"kind": "manhole"}), Subject.HOUSEHOLD, DAYS[0], WEIGHTS)
    with pytest.raises(ValueError, match="tag"):
        conditions.query(read({"tag": "hardship"}), Subject.HOUSEHOLD, DAYS[0], WEIGHTS)


RULE = {
    "label": {"zh": "我的规则", "en": "My rule"}, "subject": "resident", "what": "visit", "every_days": 30, "before": 0,
    "after": 0, "priority": 5,
}  # fmt: skip


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ({"tagg": "x"}, "when.tagg: no such key"),
        ({"tag": "hardshipp"}, "there is no 'hardshipp' here"),
        ({"age_at_least": "65"}, "when.age_at_least: Input should be a valid integer"),
        ({"any": []}, "when.any: "),
        ({"not": {"risk": "purple"}}, "when.not.risk: "),
        ({"answer": {"checklist": "lpg_cylinder", "question": "nothing", "is": "no"}}, "has no question 'nothing'"),
        ({"answer": {"checklist": "nothing", "question": "x", "is": "no"}}, "when.answer.checklist: "),
        ({"somebody": {"fuel": "electric"}}, "when.somebody.fuel: no such key"),
    ],
)
def test_a_mistake_of_a_file_or_screen_is_named_with_file_rule_key_and_reason(table: dict[str, Any], why: str) -> None:
    with pytest.raises(shelf.CatalogError) as caught:
        validated_rule("my_rule", {**RULE, "when": table}, "mine.toml")
    said = str(caught.value)
    assert said.startswith("mine.toml: my_rule: when")
    assert why in said


def test_what_ships_keeps_to_the_shape() -> None:
    for key, entry in shelf.table("schedule").items():
        validated_rule(key, entry)
    question = {"checklist": "lpg_cylinder", "question": "self_closing", "is": ["no", "fail"]}
    assert validated_rule("x", {**RULE, "when": {"answer": question, "age_under": 90}}).condition.answers == {
        ("lpg_cylinder", "self_closing")
    }
