"""A cut of power at any moment: no acknowledged save is lost, no file is damaged, no save stands half.

The controls show that the instrument sees: with `synchronous` NORMAL or OFF, or a disk that only says it synced, the
same harness must find losses in the same work.
"""

from __future__ import annotations

import pytest

from tests.powercut.conftest import Tell
from tests.powercut.disk import MODELS, UNORDERED, cuts
from tests.powercut.judge import Verdict, judge
from tests.powercut.workload import opened_after, record, shift


def test_no_cut_loses_an_acknowledged_save(tell: Tell) -> None:
    taken = record(32)
    verdict = judge(taken, cuts(taken.recording, start=taken.ready), images=6_000, reopen_every=100)
    tell("casebook, WAL and FULL", verdict)
    assert verdict.failures == 0, verdict.examples
    assert verdict.images >= 6_000
    assert verdict.reopened >= 60


def test_a_cut_in_the_making_leaves_no_casebook_or_a_whole_one(tell: Tell) -> None:
    with shift() as (_at_work, taken):
        pass
    opened = none = 0
    for cut in cuts(taken.recording, end=taken.made):
        key = opened_after(cut.image)
        none += key is None
        opened += key is not None
        assert key in (None, taken.checker.key)
        if opened == 60:
            break
    tell("a casebook in the making", f"{opened} whole, {none} none yet")
    assert opened > 20
    assert none > 20


def test_nor_where_the_file_system_keeps_no_order(tell: Tell) -> None:
    taken = record(16, seed=8)
    verdict = judge(taken, cuts(taken.recording, start=taken.ready, models=(UNORDERED,)), images=1000, reopen_every=50)
    tell("casebook, no order kept", verdict)
    assert verdict.failures == 0, verdict.examples
    assert verdict.images >= 1000


def test_the_instrument_sees_what_normal_loses(tell: Tell) -> None:
    taken = record(16, "normal")
    verdict = judge(taken, cuts(taken.recording, start=taken.ready), images=3000, enough=lambda v: v.lost > 20)
    tell("control, casebook, NORMAL", verdict)
    assert verdict.lost > 20


@pytest.mark.parametrize(("synchronous", "lying"), [("off", False), ("full", True)], ids=["off", "a lying disk"])
def test_the_instrument_sees_what_is_torn_where_nothing_is_synced(synchronous: str, lying: bool, tell: Tell) -> None:
    taken = record(12, synchronous)
    cut = cuts(taken.recording, start=taken.ready, models=("subset", "torn"), lying=lying)
    verdict = judge(taken, cut, images=3000, enough=lambda v: v.corrupt > 20)
    tell(f"control, casebook, {'a lying disk' if lying else 'OFF'}", verdict)
    assert verdict.corrupt > 20


@pytest.mark.long
def test_no_cut_of_twenty_thousand_loses_an_acknowledged_save(tell: Tell) -> None:
    total = Verdict()
    for seed, pages in enumerate((40, 90, 400, 1000), start=1):
        taken = record(56, seed=seed, pages=pages)
        models = (*MODELS, UNORDERED)
        verdict = judge(
            taken, cuts(taken.recording, start=taken.ready, models=models, seed=seed), images=6_000, reopen_every=50
        )
        total.images += verdict.images
        total.reopened += verdict.reopened
        assert verdict.failures == 0, verdict.examples
    tell("casebook, WAL and FULL, in full", total)
    assert total.images >= 24_000
