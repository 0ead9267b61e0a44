"""The register's forms on a real terminal: a power switch in the middle of a sheet, and a hand that is faster than it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests import street
from tests.drive import casework, open_app

if TYPE_CHECKING:
    from pathlib import Path


def test_a_sheet_that_a_power_switch_cuts_off_stands_there_again_and_is_saved_once(tmp_path: Path) -> None:
    path = street.make(tmp_path / "street.casework")
    with open_app(path) as worker:
        worker.sees("ctrl+p", street.doors()[0])
        worker.presses("a")
        worker.sees("新增居民", "身份证号")
        worker.types("戴秀云")
        worker.presses("enter")
        worker.types("420102194103080002")
        worker.sees("1941年3月8日出生")
        worker.reads_for(0.5)
        worker.kill()
    with open_app(path) as worker:
        worker.sees("新增居民", "戴秀云", "420102194103080002", "草稿")
        worker.presses("ctrl+s")
        worker.sees("已添加：戴秀云")
    with open_app(path) as worker:
        worker.sees("ctrl+p", street.doors()[0])
        worker.sees_not("新增居民")
    _code, found, _said = casework("--db", str(path), "find", "戴秀云")
    assert found.count("戴秀云") == 1


def test_a_building_is_found_however_fast_its_name_is_typed(tmp_path: Path) -> None:
    path = street.make(tmp_path / "street.casework", buildings=(3, 5))
    with open_app(path) as worker:
        worker.sees("ctrl+p", street.doors()[0])
        worker.presses("3", "ctrl+p")
        worker.types("新增住户")
        worker.presses("enter")
        worker.sees("新增住户", "室号")
        worker.waits_for_rest()
        for key in ("5", "栋"):
            worker.sends(key)
        worker.sees("哪一栋", "5栋")
        worker.presses("enter")
        worker.sees_not("哪一栋")
        worker.types("1")
        worker.presses("down", "down")
        worker.types("701")
        worker.sees("5-1-701")
        worker.presses("ctrl+s")
        worker.sees("已添加：5-1-701")
