"""A rule changed at the real keyboard: figures before the save, the round by the new rule after it; a power switch between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests import street
from tests.drive import casework, open_app

if TYPE_CHECKING:
    from pathlib import Path


def test_a_rule_is_changed_in_sight_of_what_it_changes_and_taken_back(tmp_path: Path) -> None:
    path = street.make(tmp_path / "street.casework")
    before = casework("--db", str(path), "due", "--json")[1]
    with open_app(path) as worker:
        worker.sees("ctrl+p", street.doors()[0])
        worker.presses("f7")
        worker.sees("条规则", "每7天", "自带")
        worker.presses(*["down"] * 10)
        worker.sees("每183天")
        worker.presses("enter")
        worker.sees("修改规则", "没有变化")
        worker.presses(*["down"] * 5, *["backspace"] * 3)
        worker.sees("天数：请输入1到3660之间的整数")
        worker.types("6")
        worker.sees("改了日期", "12户", "本周")
        worker.reads_for(0.5)
        worker.kill()
    with open_app(path) as worker:
        worker.sees("修改规则", "草稿", "12户")
        worker.presses("ctrl+s")
        worker.sees("已保存", "改了日期")
        worker.presses("escape")
    after = casework("--db", str(path), "due", "--json")[1]
    assert after != before
    with open_app(path) as worker:
        worker.sees("ctrl+p", street.doors()[0])
        worker.presses("u")
        worker.sees("已撤销")
        worker.waits_until(
            lambda: casework("--db", str(path), "due", "--json")[1] == before, "the round is not as it was"
        )


def test_a_rain_storm_is_recorded_from_the_palette(tmp_path: Path) -> None:
    path = street.make(tmp_path / "street.casework")
    with open_app(path, lang="en") as worker:
        worker.sees("ctrl+p", street.doors()[0])
        worker.presses("ctrl+p")
        worker.types("rain storms")
        worker.presses("enter")
        worker.sees("Nothing is recorded")
        worker.presses("a")
        worker.sees("Record a spell of weather")
        for key in "heat":
            worker.sends(key)
        worker.sees("What kind of spell?", "Heat wave")
        worker.presses("enter")
        worker.sees_not("What kind of spell?")
        worker.sees("on another day")
        worker.presses("ctrl+s")
        worker.sees("Recorded: Heat wave", "It sets going", "residents behind", "still on")
