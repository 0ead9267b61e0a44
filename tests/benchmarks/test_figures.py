"""The instruments measure what they say: a program against itself is 1, a slower one is slower."""

from __future__ import annotations

import pytest

from tests.benchmarks.figures import Figure, alternated, percentile
from tests.benchmarks.terminals import BARE, BARE_SEARCH, MOVE, key_times, running, start_once


def test_things_are_measured_by_turns() -> None:
    order: list[str] = []

    def thing(name: str) -> float:
        order.append(name)
        return float(len(order))

    first, second = alternated(3, 1, lambda: thing("a"), lambda: thing("b"))
    assert order == ["b", "a", "a", "b", "b", "a", "a", "b"]
    assert (first, second) == ([3.0, 6.0, 7.0], [4.0, 5.0, 8.0])


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(n) for n in range(1, 101)]
    assert (percentile(values, 0.95), percentile(values, 1.0), percentile([3.0], 0.95)) == (95.0, 100.0, 3.0)


@pytest.mark.parametrize(
    ("figure", "kept", "said"),
    [
        (Figure("a", 1.4, "x", 1.5), True, "kept"),
        (Figure("a", 3.0, "x", 1.5), False, "MISSED by 100%"),
        (Figure("a", 5000.0, "rows/s", least=10_000.0), False, "MISSED by 50%"),
        (Figure("a", 1.0, "ms"), None, "1 ms"),
    ],
)
def test_a_missed_budget_is_said_with_by_how_much(figure: Figure, kept: bool | None, said: str) -> None:
    assert figure.kept is kept
    assert said in figure.line()


def test_a_start_ends_with_a_full_screen_and_a_key_answered_after_it() -> None:
    painted, answered = start_once(BARE, MOVE)
    assert 0 < painted < answered


def test_each_key_of_a_search_has_its_effect() -> None:
    with running(BARE_SEARCH) as terminal:
        first, last = key_times(terminal, "abc")
        assert "row 19 of the answer to abc" in "\n".join(terminal.screen().rows())
    assert len(first) == len(last) == 3
    assert all(0 < one <= two for one, two in zip(first, last, strict=True))
