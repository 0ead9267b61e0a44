"""A campaign from beginning to end at the real keyboard, at 80x24: free valves for older people who live alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from casework.casebook import residents
from casework.casebook.book import Casebook
from casework.casebook.clock import FrozenClock
from casework.casebook.entries import TagEntry
from tests import street
from tests.drive import open_app
from tests.test_cases_story import ZONE, goes_to
from tests.test_day import Day

if TYPE_CHECKING:
    from pathlib import Path

MONDAY = datetime.fromisoformat("2026-06-01T09:00:00+08:00")
ALONE = (0, 2, 4, 6)
"""Doors, in walking order, behind which somebody over 65 lives alone and is hard up."""


def a_house(path: Path) -> Path:
    """Twelve doors with bottled gas; four are for the campaign."""
    clock = FrozenClock(MONDAY - timedelta(hours=1))
    db = street.make(path, clock=clock)
    book = Casebook.open(db, None, clock)
    found = dict(book.database.execute_sql("SELECT name, id FROM resident").fetchall())
    for order in ALONE:
        person = found[street.NAMES[order][0]]
        for tag in ("hardship",) if order == 0 else ("lives_alone", "hardship"):
            residents.tag(book, TagEntry(resident_id=person, tag=tag))
    book.close()
    return db


def test_free_valves_from_the_start_to_the_signature(tmp_path: Path) -> None:
    db = a_house(tmp_path / "story.casework")
    doors = [street.doors()[order] for order in ALONE]
    with open_app(db, at=MONDAY, env=ZONE) as worker:
        worker.sees("1 今日")
        worker.presses("4")
        worker.sees("还没有专项")
        worker.presses("a")
        worker.sees("启动哪个专项", "自闭式减压阀免费安装")
        worker.presses(worker.row_with("自闭式减压阀免费安装").replace("│", " ").split()[0])
        worker.sees("启动专项", "2026-06-30", "应急管理局")
        worker.presses("down", "down", "down")
        worker.types("李芳")
        worker.presses("ctrl+s")
        worker.sees("已保存", "自闭式减压阀免费安装", "0/4")

        # Who is left, door by door, and why; the register is whole.
        worker.presses("enter")
        worker.sees("负责人：李芳", "待上门 4", "不在范围 8", "= 12", "还说不准", *doors)

        # One is exempt, and why is said.
        worker.presses("end", "x")
        worker.sees("为什么豁免")
        worker.types("已换电磁炉")
        worker.presses("enter")
        worker.sees("已保存", "待上门 3", "豁免 1", "= 12")

        # On the round a valve is fitted: the board knows it by itself.
        goes_to(worker, doors[0])
        day = Day(worker)
        day.starts_check("瓶装气与自闭阀检查")
        worker.presses("a")
        day.walks_to("今天新装自闭式减压阀")
        worker.presses("1")
        day.measures()
        worker.presses("ctrl+s")
        day.saved(doors[0])
        # Nobody opens at another.
        goes_to(worker, doors[1])
        worker.presses("n")
        worker.sees("独居")
        worker.presses("enter")
        day.saved(doors[1])
        worker.presses("4")
        worker.sees("待上门 1", "待再次上门 1", "豁免 1", "已办 1", "= 12", "1/4")

        # After one day it can't be told when it ends; the chart says so as well.
        worker.sees("还说不准", "1 个工作日")
        worker.presses("i")
        worker.sees("还说不准", "目标", "期限")
        worker.presses("escape")

        # The stairwell by bucket.
        worker.presses("s")
        worker.sees("自闭式减压阀免费安装", "待上门", "不在范围")
        worker.presses("escape")

        # Signed off: what is open is listed, and it is asked twice.
        worker.presses("o")
        worker.sees("专项销号", "还有 2 未完成", doors[1], doors[2])
        worker.types("王主任")
        worker.presses("enter")
        worker.types("两户下月补装")
        worker.presses("ctrl+s")
        worker.sees("还有 2 未完成", "y")
        worker.presses("y")
        worker.sees("只能查看")
        worker.presses("y")
        worker.sees("已保存", "已销号，只读", "王主任", "两户下月补装")
        worker.presses("x")
        worker.sees("已销号，只能查看")
        assert worker.foreign_controls() == []
        worker.presses("1", "q")
        assert worker.ends() == 0

    with open_app(db, at=MONDAY + timedelta(days=1), env=ZONE) as worker:
        worker.sees("1 今日")
        worker.presses("4")
        worker.sees("1 个已销号", "6月1日销号")
