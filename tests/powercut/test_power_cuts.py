"""A cut of power at any moment: no acknowledged save is lost, no file is damaged, no save stands half.

The controls show that the instrument sees: with `synchronous` NORMAL or OFF, or a disk that only says it synced, the
same harness must find losses.
"""

from __future__ import annotations

import pytest

from tests.powercut.workload import Verdict, images_of_creation, judge, record


def told(verdict: Verdict, what: str) -> None:
    print(f"\npower cuts, {what}: {verdict}", *verdict.examples, sep="\n  ")


def sound(verdict: Verdict) -> bool:
    return not (verdict.lost or verdict.corrupt or verdict.half)


def test_no_cut_loses_an_acknowledged_save() -> None:
    verdict = judge(record(24), images=2500)
    told(verdict, "WAL, FULL")
    assert sound(verdict), verdict.examples
    assert verdict.images >= 2500
    assert verdict.opened_whole > 40


@pytest.mark.parametrize("synchronous", ["normal", "off"])
def test_the_instrument_sees_what_a_weaker_setting_loses(synchronous: str) -> None:
    verdict = judge(
        record(16, synchronous), images=6000, models=("drop", "subset"), stop=lambda v: v.lost + v.corrupt > 3
    )
    told(verdict, synchronous)
    assert verdict.lost + verdict.corrupt > 3


def test_the_instrument_sees_a_disk_that_lies() -> None:
    verdict = judge(record(12), images=3000, lying=True, stop=lambda v: v.lost + v.corrupt > 3)
    told(verdict, "lying disk")
    assert verdict.lost + verdict.corrupt > 3


def test_a_cut_in_the_making_leaves_no_casebook_or_a_whole_one() -> None:
    verdict = images_of_creation(400)
    told(verdict, "creation")
    assert sound(verdict), verdict.examples


@pytest.mark.long
def test_no_cut_of_twenty_thousand_loses_an_acknowledged_save() -> None:
    total = Verdict()
    for seed in range(1, 5):
        verdict = judge(record(40, seed=seed), images=5500, seed=seed)
        total.images += verdict.images
        total.opened_whole += verdict.opened_whole
        assert sound(verdict), verdict.examples
    told(total, "WAL, FULL, all")
    assert total.images >= 20_000
