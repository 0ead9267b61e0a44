"""A condition as lines: taken apart and put together again it asks the same, whatever is nested in it."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from casework.domain.condition import Traits, read
from casework.domain.condition_lines import lines, table

LEAVES: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=2, unique=True).map(lambda words: {"tag": words}),
    st.integers(50, 90).map(lambda years: {"age_at_least": years}),
    st.integers(50, 90).map(lambda years: {"age_under": years}),
    st.sampled_from(["red", "yellow"]).map(lambda risk: {"risk": risk}),
)
CONDITIONS = st.recursive(
    LEAVES | st.just({}),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
        st.tuples(inner, inner).map(lambda two: {**two[0], **two[1]}),
    ),
    max_leaves=8,
)
TRAITS = st.builds(
    Traits,
    tags=st.frozensets(st.sampled_from(["a", "b", "c"])),
    age=st.none() | st.integers(40, 100),
    risk=st.sampled_from(["", "red", "yellow"]),
)


@given(CONDITIONS, st.lists(TRAITS, min_size=1, max_size=5))
def test_the_same_people_come_under_it(condition: dict[str, Any], people: list[Traits]) -> None:
    again = table(lines(condition))
    assert [read(again).holds(one) for one in people] == [read(condition).holds(one) for one in people]


@given(CONDITIONS)
def test_lines_stay_as_they_are_from_then_on(condition: dict[str, Any]) -> None:
    found = lines(condition)
    assert sorted(map(repr, lines(table(found)))) == sorted(map(repr, found))


def test_what_is_nested_is_one_line_as_it_was() -> None:
    nested = {"any": [{"tag": "a"}, {"not": {"risk": "red"}}], "age_at_least": 65, "all": [{"age_at_least": 70}]}
    assert lines(nested) == [("any", nested["any"]), ("age_at_least", 65), ("age_at_least", 70)]
    assert table(lines(nested)) == {"any": nested["any"], "age_at_least": 65, "all": [{"age_at_least": 70}]}
