"""How many keys a thing at a door takes, counted at the real keyboard against the budgets of DESIGN 5."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests import street
from tests.drive import Worker, open_app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    """In front of the list, the cursor on the first door."""
    with open_app(street.make(tmp_path / "street.casework")) as worker:
        worker.sees("ctrl+p", street.doors()[0])
        worker.waits_for_rest()
        yield worker


def test_nobody_answers_one_key(worker: Worker) -> None:
    with worker.counting() as keys:
        worker.presses("n")
        worker.sees("已保存", "不遇")
    assert len(keys) <= 1


def test_met_and_nothing_to_note_two_keys_at_most(worker: Worker) -> None:
    with worker.counting() as keys:
        worker.presses("m")
        worker.sees("已保存", "走访完成")
    assert len(keys) <= 2


def test_refused_with_its_reason_four_keys_at_most(worker: Worker) -> None:
    with worker.counting() as keys:
        worker.presses("v")
        worker.sees("结果")
        worker.presses("r", "2", "ctrl+s")
        worker.sees("已保存", "拒访")
    assert len(keys) <= 4


def test_a_gas_check_in_order_four_keys_at_most_besides_what_is_measured(worker: Worker) -> None:
    with worker.counting() as keys:
        worker.presses("c")
        if worker.sees_one_of("做哪项检查", "必答") != "必答":
            worker.presses("1")
            worker.sees("必答")
        worker.presses("a")
        measured = 0
        while (left := still_needed(worker)) > 0:
            assert "数字键" in worker.text(), f"{left} are left that nobody measures"
            before = len(worker.keys_pressed)
            worker.presses("1", "enter")
            measured += len(worker.keys_pressed) - before
        worker.presses("ctrl+s")
        worker.sees("已保存")
    assert len(keys) - measured <= 4


def still_needed(worker: Worker) -> int:
    """How many answers the check says are still needed."""
    found = re.search(r"还有 (\d+) 项必答", worker.text())
    return int(found[1]) if found else 0


@pytest.mark.parametrize(
    ("typed", "found", "door"),
    [
        ("王强", "王强", 1), ("oyzy", "欧阳致远", 2), ("zw", "张伟", 3), ("0008", "", 8), ("黄晓燕", "黄晓燕", 9),
        ("何玉", "何玉梅", 8),
    ],
)  # fmt: skip
def test_anyone_is_found_by_five_keys(worker: Worker, typed: str, found: str, door: int) -> None:
    with worker.counting() as keys:
        worker.presses("/")
        worker.types(typed)
        # The best match stands first, under the field.
        worker.sees(street.doors()[door])
        worker.waits_until(lambda: found in worker.screen()[2], f"{found} is not first")
        assert street.doors()[door] in worker.screen()[2]
    assert len(keys) <= 5


def test_a_slip_is_taken_back_by_one_key(worker: Worker) -> None:
    worker.presses("n")
    worker.sees("已保存")
    with worker.counting() as keys:
        worker.presses("u")
        worker.sees("撤销")
        worker.sees(street.doors()[0])
    assert len(keys) == 1
