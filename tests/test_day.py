"""A whole day at the real keyboard, at 80x24, without a mouse: the roster in the morning, twelve doors, two slips undone,
two follow-ups closed, everything there the next morning.
"""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.drive import ROOT, Worker, casework, open_app

if TYPE_CHECKING:
    from pathlib import Path

ROSTER = ROOT / "tests" / "exchange" / "samples" / "messy.xlsx"
EXPECTED = {
    "residents": 16, "doors_knocked": 9, "people_contacted": 4, "checks_completed": 2, "devices_fitted": 1,
    "hazards_found": 1, "followups_open": 0,
}  # fmt: skip
CHOICES = "x 未能检查"
"""Stands in the line under the question that the cursor is at."""


class Day:
    """What she does in a day, in her words."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker

    def imports(self, path: Path) -> None:
        """Import a roster by the palette and the picker."""
        worker = self.worker
        worker.presses("ctrl+p")
        worker.types("导入花名册")
        worker.presses("enter")
        worker.sees("哪个名册", path.name)
        worker.presses("tab")
        worker.types(str(path))
        worker.presses("enter")
        worker.sees("当作", "试算：将新增")
        worker.waits_for_rest()
        worker.presses("i")
        worker.sees("已导入")

    def goes_to(self, door: str) -> None:
        """Find a door by its address; the cursor stands on it."""
        worker = self.worker
        worker.presses("1", "/")
        worker.types(door)
        worker.presses("enter")
        worker.waits_until(lambda: any(row.startswith(f" {door}  ") for row in worker.screen()), f"{door} is not found")

    def visit(self, *keys: str, text: str = "") -> None:
        """Open the sheet, press keys, type into the field that they lead to, save."""
        worker = self.worker
        worker.presses("v")
        worker.sees("结果", "下次走访")
        worker.presses(*keys)
        if text:
            worker.types(text)
        worker.presses("ctrl+s")

    def starts_check(self, name: str) -> None:
        """Start the check of that name, which is the first of those that fit."""
        worker = self.worker
        worker.presses("c")
        if worker.sees_one_of("做哪项检查", "必答") == "做哪项检查":
            assert name in worker.row_with(" 1  ")
            worker.presses("1")
        worker.sees(name, "必答")

    def question(self) -> str:
        """The question that the cursor is at."""
        rows = self.worker.screen()
        return next((rows[n - 1] for n, row in enumerate(rows) if CHOICES in row), "")

    def walks_to(self, question: str) -> None:
        """Walk down to a question."""
        before = ""
        while question not in (now := self.question()):
            assert now != before, f"there is no {question!r}"
            before = now
            self.worker.presses("down")

    def measures(self) -> None:
        """Give every value that is still needed: one metre."""
        worker = self.worker
        while "还有 0 项必答" not in worker.text():
            worker.presses("tab")
            worker.sees("数字键")
            worker.presses("1", "enter")

    def saved(self, *said: str) -> None:
        """The screen says what was saved."""
        self.worker.sees("已保存", *said)


def ask(db: Path, *command: str) -> Any:
    """What the command line says of the casebook, as JSON."""
    code, out, said = casework("--db", str(db), *command, "--json")
    assert code == 0, said + out
    return json.loads(out)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """A new casebook, and the messy roster in the worker's own folder."""
    shutil.copy(ROSTER, tmp_path / ROSTER.name)
    db = tmp_path / "casebook" / "day.casework"
    code, _out, said = casework("--db", str(db), "init", "--community", "满春社区", "--worker", "李芳", "--open")
    assert code == 0, said
    return db


def test_a_whole_day(db: Path, tmp_path: Path) -> None:
    with open_app(db, env={"HOME": str(tmp_path)}) as worker:
        day = Day(worker)
        worker.sees("今天这里没有待办")

        day.imports(tmp_path / ROSTER.name)
        worker.sees("新增16", "退回9")
        worker.presses("escape")
        worker.sees("户待走")

        # 1: nobody answers; she lives alone, so the ladder is shown with whom to call.
        day.goes_to("1-1-101")
        worker.presses("n")
        worker.sees("梅秀兰独居", "13000000099")
        worker.presses("enter")
        day.saved("1-1-101", "不遇")

        # 2: two people in one household.
        day.goes_to("1-1-102")
        day.visit("c", "tab", "1", "2")
        day.saved("1-1-102", "走访完成")

        # 3: refused.
        day.goes_to("1-1-201")
        day.visit("r", "2")
        day.saved("1-1-201", "拒访")

        # 4: died. It is asked twice.
        day.goes_to("1-1-202")
        day.visit("d")
        worker.sees("陈玉珍已去世？")
        worker.presses("y")
        worker.sees("再确认一次")
        worker.presses("y")
        day.saved("1-1-202", "已去世")

        # 5: moved.
        day.goes_to("1-1-301")
        day.visit("m")
        day.saved("1-1-301", "搬走")

        # 6: a valve is fitted.
        day.goes_to("1-1-302")
        day.starts_check("管道燃气检查")
        worker.presses("a")
        day.walks_to("今天新装管道自闭阀")
        worker.presses("1")
        day.measures()
        worker.presses("ctrl+s")
        day.saved("1-1-302", "管道燃气检查")

        # 7: a leak. Outside first, whole screen; the facts follow.
        day.goes_to("2-1-101")
        day.starts_check("瓶装气与自闭阀检查")
        day.walks_to("皂液检漏")
        worker.presses("2")
        worker.sees("119", "到了室外再打电话")
        worker.sees_not("必答")
        worker.presses("enter")
        worker.sees("人都到室外", "已请燃气公司停气")
        worker.presses("ctrl+s")
        day.saved("2-1-101", "燃气泄漏已记录")

        # 8: all in order.
        day.goes_to("2-1-102")
        day.starts_check("瓶装气与自闭阀检查")
        worker.presses("a")
        day.measures()
        worker.presses("ctrl+s")
        day.saved("2-1-102", "全部合格")

        # 9: met, with a concern, and a follow-up for it.
        day.goes_to("2-1-201")
        day.visit("c", "tab", "tab", "tab", "tab", "tab", text="说话含糊，右手没力气")
        day.saved("2-1-201", "走访完成")
        worker.presses("f")
        worker.sees("哪一类办件")
        worker.presses("5")
        worker.sees("责任")
        worker.types("联系社区医生")
        worker.presses("ctrl+s")
        day.saved("联系社区医生")

        # 10: wrong address.
        day.goes_to("2-1-202")
        day.visit("w")
        day.saved("2-1-202")

        # 11: in hospital.
        day.goes_to("2-1-301")
        day.visit("h")
        day.saved("2-1-301", "住院")

        # 12: yesterday's visit, typed in today.
        day.goes_to("2-1-302")
        day.visit("c", "f4", "y", "enter")
        day.saved("2-1-302", "走访完成")

        # Two slips: the last save is undone, and a knock at a wrong door.
        worker.presses("u")
        worker.sees("已撤销", "2-1-302")
        day.visit("c", "f4", "y", "enter")
        day.saved("2-1-302", "走访完成")
        day.goes_to("3-2-401")
        worker.presses("n")
        day.saved("3-2-401", "不遇")
        worker.presses("u")
        worker.sees("已撤销", "3-2-401")

        # Two follow-ups are closed.
        closes_the_first(worker, "燃气公司已换阀，复测无气泡")
        closes_the_first(worker, "社区医生已上门，已送医院检查")
        worker.sees("未结 0 件")
        worker.presses("1")
        assert worker.foreign_controls() == []
        worker.presses("q")
        assert worker.ends() == 0

    assert casework("--db", str(db), "doctor")[0] == 0
    figures = ask(db, "stats")
    # Nine knocks: three doors had a check instead, and what was undone does not count. Two checks: at the leak nothing
    # but the leak was looked at.
    assert {name: figures[name] for name in EXPECTED} == EXPECTED

    # The next morning.
    with open_app(db) as worker:
        worker.sees("户待走")
        Day(worker).goes_to("1-1-202")
        worker.sees("陈玉珍", "已去世")
        Day(worker).goes_to("2-1-302")
        # Seen on the day of the visit, not on the day when it was typed in.
        worker.sees(f"上次见面{date.today() - timedelta(days=1)}")


def closes_the_first(worker: Worker, result: str) -> None:
    """Close the first follow-up of the list, verified, with a result."""
    worker.presses("3", "x")
    worker.sees("如何结案")
    worker.presses("1")
    worker.sees("结果如何")
    worker.types(result)
    worker.presses("ctrl+s")
    worker.sees("已保存")
    worker.waits_until(lambda: "结果如何" not in worker.text(), "the form stays")
