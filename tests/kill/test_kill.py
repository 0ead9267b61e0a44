"""The app is killed while she types and saves: what it called saved is there, what she typed is back."""

from __future__ import annotations

import os
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests import street
from tests.kill.shift import Shift, doctor, draft, knocks, titles

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A grid of 480 doors, all of them due."""
    return street.make(tmp_path / "shift.casework", range(1, 41))


def kill_many_times(path: Path, times: int, longest: float, seed: int = 0) -> Shift:
    """Kill the app so many times, each within `longest` seconds; each time hold the file against the promises."""
    shift = Shift(path, Random(int(os.environ.get("CASEWORK_SEED", "20261123")) + seed))
    knocks_before, titles_before = knocks(path), len(titles(path))
    for turn in range(times):
        # Every other time at a form: there is most to lose.
        shift.run(shift.rng.uniform(0.05, longest), at_a_form=turn % 2 == 1)
        there = titles(path)
        lost = [title for title in shift.titles if there.count(title) != 1]
        assert not lost, f"kill {turn}: saved and not there once: {lost}"
        extra = set(there[titles_before:]) - set(shift.titles)
        assert extra <= {shift.asked_title}, f"kill {turn}: there, and never asked for: {extra}"
        counted = knocks(path) - knocks_before
        allowed = {shift.knocks, shift.knocks + 1} if shift.asked_knock else {shift.knocks}
        assert counted in allowed, f"kill {turn}: {counted} knocks, {shift.knocks} were said to be saved"
        shift.settle(there, counted, draft(path))
        code, found = doctor(path)
        assert code == 0, f"kill {turn}: {found}"
    return shift


def test_what_was_saved_is_there_and_what_was_typed_is_back_after_a_kill(path: Path) -> None:
    shift = kill_many_times(path, 8, 3.0)
    # A shift that stood still would lose nothing either.
    assert shift.titles
    assert shift.knocks
    assert shift.drafts_checked


@pytest.mark.long
@pytest.mark.parametrize("half", [1, 2])
def test_the_same_two_hundred_times(path: Path, half: int) -> None:
    shift = kill_many_times(path, 100, 4.0, half)
    assert len(shift.titles) > 25
    assert shift.knocks > 25
    assert shift.drafts_checked > 15
