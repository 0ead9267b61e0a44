"""Repeats: how they press, and when one counts against a closing."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain.recurrence import BASE, CLOSEST, Relation, RepeatRules, against, links_by_itself, priority

RULES = RepeatRules()


def test_each_repeat_presses_more_up_to_the_highest() -> None:
    assert [priority("must_fix", n, RULES) for n in (1, 2, 3, 5)] == [3, 2, 1, 1]
    assert [priority("note", n, RULES) for n in (1, 2, 5)] == [5, 4, 1]
    assert priority("critical", 1, RULES) == 1


@given(st.sampled_from(sorted(BASE)), st.integers(1, 50), st.integers(0, 3))
def test_a_repeat_never_presses_less(severity: str, n: int, by: int) -> None:
    rules = RepeatRules(raises_by=by)
    assert 1 <= priority(severity, n + 1, rules) <= priority(severity, n, rules) <= 9


@pytest.mark.parametrize(("again", "counts"), [(20, True), (21, True), (50, True), (51, False), (19, False)])
def test_soon_after_a_closing_it_counts_against_it(again: int, counts: bool) -> None:
    closed = date(2026, 5, 20)
    assert against(closed, date.fromordinal(date(2026, 5, 1).toordinal() + again - 1), RULES) is counts


def test_a_kind_of_report_is_one_problem_within_its_scope() -> None:
    assert links_by_itself("stair", Relation.HOUSEHOLD)
    assert links_by_itself("stair", Relation.STAIR)
    assert not links_by_itself("stair", Relation.BUILDING)
    assert links_by_itself("place", Relation.ADDRESS)
    assert not links_by_itself("household", Relation.PLACE)
    assert not any(links_by_itself("", relation) for relation in Relation)
    assert set(CLOSEST) == set(Relation)
