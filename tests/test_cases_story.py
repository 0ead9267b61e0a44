"""Cases from beginning to end at the real keyboard, at 80x24, over weeks: the app is left and started again on a later
day, as it would be.
"""

from __future__ import annotations

import contextlib
import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from casework.casebook.clock import FrozenClock
from casework.catalog.shelf import categories
from casework.tui.dialogs import DIGITS
from tests import street
from tests.drive import Worker, casework, open_app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MONDAY = datetime.fromisoformat("2026-03-02T09:00:00+08:00")
ZONE = {"TZ": "Asia/Shanghai"}
FIRST, SECOND, THIRD = street.doors()[0], street.doors()[1], street.doors()[3]


class Weeks:
    """What she does on a day of the story, counted from its Monday."""

    def __init__(self, db: Path) -> None:
        self.db = db

    @contextlib.contextmanager
    def on(self, days: int, hours: float = 0) -> Iterator[Worker]:
        """The app on a later day; left by its key at the end."""
        with open_app(self.db, at=self.at(days, hours), env=ZONE) as worker:
            worker.sees("1 今日")
            worker.waits_for_rest()
            yield worker
            worker.presses("1")
            assert worker.foreign_controls() == []
            worker.presses("q")
            assert worker.ends() == 0

    def at(self, days: int, hours: float = 0) -> datetime:
        """A moment of the story."""
        return MONDAY + timedelta(days=days, hours=hours)

    def cases(self, days: int, *options: str) -> Any:
        """What the command line says of the cases on that day."""
        code, out, said = casework("--db", str(self.db), "followups", "--json", *options, at=self.at(days), env=ZONE)
        assert code == 0, said + out
        return json.loads(out)


@pytest.fixture
def weeks(tmp_path: Path) -> Weeks:
    """A house of twelve doors, from before the story."""
    return Weeks(street.make(tmp_path / "story.casework", clock=FrozenClock(MONDAY - timedelta(hours=1))))


def goes_to(worker: Worker, door: str) -> None:
    """Find a door by its address; the cursor stands on it."""
    worker.presses("1", "/")
    worker.types(door)
    worker.presses("enter")
    worker.waits_until(lambda: any(row.startswith(f" {door}  ") for row in worker.screen()), f"{door} is not found")


def chooses(worker: Worker, category: str) -> None:
    """Choose a category by its key."""
    worker.sees("哪一类办件")
    worker.presses(DIGITS[list(categories()).index(category)])


def words(worker: Worker, text: str, *asked: str) -> None:
    """Type the words that a step asks for, and save."""
    worker.sees(*asked)
    worker.types(text)
    worker.presses("ctrl+s")
    worker.sees("已保存")


def promises(worker: Worker, number: int, text: str, step: str, look: str = "y") -> None:
    """Type a promise: the party by its key, the words, the day by its key, whether it is on the round."""
    worker.sees("承诺")
    worker.presses(str(number))
    worker.sees("承诺做什么")
    worker.types(text)
    worker.presses("enter")
    worker.sees("另选一天")
    worker.presses(step, look)


def test_the_waste_sorting_shed_is_agreed_in_ten_days(weeks: Weeks) -> None:
    with weeks.on(0) as worker:
        # About the whole building, from its stairwell.
        goes_to(worker, FIRST)
        worker.presses("s")
        worker.sees("3栋")
        worker.presses("b")
        worker.sees("这个楼道", "整栋楼")
        worker.presses("2")
        chooses(worker, "dispute")
        worker.sees("整栋")
        worker.presses("f6")
        worker.sees("由谁负责")
        worker.presses("1")
        worker.types("垃圾分类投放亭选址")
        worker.presses("tab")
        worker.types("一楼怕有味道，楼上嫌远")
        worker.presses("ctrl+s")
        worker.sees("已保存", "垃圾分类投放亭选址")
        worker.presses("3", "s")
        worker.sees("已保存", "办理")

    with weeks.on(3) as worker:
        worker.presses("3", "m")
        worker.sees("参加单位")
        for typed in ("shequ", "wuye", "yeweihui", "huanwei"):
            worker.types(typed)
            worker.presses("enter")
        worker.sees("到场（4）")
        worker.presses("f5")
        promises(worker, 2, "投放亭装在东侧绿化带", "4")
        promises(worker, 4, "每天两次清运", "5", "n")
        worker.presses("escape")
        worker.sees("承诺：2 项", "每天两次清运")
        worker.presses("ctrl+s")
        worker.sees("已保存", "4 方")
        # As long as a promise is open it is not done, and that is said.
        worker.presses("e")
        worker.sees("承诺未")

    with weeks.on(9) as worker:
        worker.presses("3", "z")
        worker.sees("还有 2 项承诺未了")
        worker.presses("y")
        worker.sees("还有 1 项承诺未了")
        worker.presses("y")
        worker.sees("已保存")
        worker.presses("escape", "e")
        words(worker, "投放亭装好，各户同意", "做了")
        # Nobody lives at a building: what it came to is asked from the follow-up itself.
        worker.presses("v")
        worker.sees("回访结果")
        worker.presses("p", "5", "ctrl+s")
        worker.sees("已保存", "已解决")

    closed = weeks.cases(10, "--closed")
    assert len(closed) == 1
    assert "closed_verified" in json.dumps(closed)


def test_a_leaking_hose_that_nobody_takes_goes_up_by_itself(weeks: Weeks) -> None:
    with weeks.on(0) as worker:
        goes_to(worker, SECOND)
        worker.presses("f")
        chooses(worker, "gas_leak")
        worker.sees("紧急：24 小时内办结", "燃气公司")
        worker.types("软管漏气，已关阀")
        worker.presses("ctrl+s")
        worker.sees("已保存", "软管漏气")
        worker.presses("3", "enter")
        worker.sees("24 小时", "上报社区")

    # Nobody opened the app meanwhile: what fell due in these hours stands there at its own times.
    with weeks.on(0, 5) as worker:
        worker.presses("3", "enter")
        worker.sees("软管漏气")
        worker.presses("pagedown", "end")
        worker.sees("10:00", "社区", "13:00", "街道")

    with weeks.on(1, 5) as worker:
        worker.presses("3", "enter")
        worker.sees("软管漏气")
        worker.sees("已超")
        worker.presses("pagedown", "end")
        worker.sees("上报区")


def complains(worker: Worker, door: str, category: str, title: str, *sees: str, mine: bool = False) -> None:
    """Open a follow-up for what somebody at a door complains about."""
    goes_to(worker, door)
    worker.presses("f")
    chooses(worker, category)
    if not categories()[category].admitted:
        worker.sees("由哪个部门出经费")
        worker.presses("enter")
        worker.sees("费随事转")
    worker.presses("ctrl+b")
    worker.sees("谁反映的")
    worker.presses("1")
    worker.sees("反映人", *sees)
    if mine:
        worker.presses("f6")
        worker.sees("由谁负责")
        worker.presses("1")
    worker.types(title)
    worker.presses("ctrl+s")
    worker.sees("已保存", title)


def test_the_barbecue_shop(weeks: Weeks) -> None:
    """Smoke and noise, three households, two months; five parties, three promises, one of them broken; it comes back."""
    with weeks.on(0) as worker:
        complains(worker, SECOND, "cooking_fumes", "烧烤店油烟进屋")
    with weeks.on(14) as worker:
        complains(worker, THIRD, "cooking_fumes", "油烟熏得开不了窗", "同楼道", "第 2 次")
    with weeks.on(28) as worker:
        # Noise is another kind: that it is the same shop is said by hand.
        complains(worker, FIRST, "noise", "烧烤店夜里吵")
        worker.presses("3", "end", "enter")
        worker.sees("烧烤店夜里吵", "未受理")
        worker.presses("=")
        worker.types("熏得")
        worker.presses("enter")
        worker.sees("同一问题")
        worker.presses("1")
        worker.sees("已保存", "第3次")
    with weeks.on(42) as worker:
        complains(worker, SECOND, "cooking_fumes", "新装的烟囱对着窗", "本户", "第 4 次")
    with weeks.on(56) as worker:
        complains(worker, THIRD, "cooking_fumes", "油烟夜里更大", "本户", "第 5 次", mine=True)
        # The fifth time goes up to the subdistrict, without anybody doing anything.
        worker.presses("3", "end", "enter")
        worker.sees("第5次", "油烟夜里更大")
        worker.presses("end")
        worker.sees("上报街道：多次反复")
        worker.presses("s")
        worker.sees("已保存")
        worker.presses("m")
        worker.sees("参加单位")
        for typed in ("shequ", "wuye", "yeweihui", "paichusuo", "chengguan"):
            worker.types(typed)
            worker.presses("enter")
        worker.sees("到场（5）")
        worker.presses("f5")
        promises(worker, 2, "清洗烟道", "3")
        promises(worker, 4, "夜间巡查", "3")
        promises(worker, 5, "督促装净化器", "4")
        worker.presses("escape")
        worker.sees("承诺：3 项")
        worker.presses("ctrl+s")
        worker.sees("已保存", "5 方")

    with weeks.on(62) as worker:
        goes_to(worker, THIRD)
        worker.presses("z")
        worker.sees("还有 3 项承诺未了")
        worker.presses("y")
        worker.sees("还有 2 项承诺未了")
        worker.presses("y")
        worker.sees("还有 1 项承诺未了")
        worker.presses("n")
        worker.sees("没兑现：什么原因")
        worker.types("净化器还没到货")
        worker.presses("enter")
        worker.sees("已保存")
        worker.sees_not("承诺未了：全部")
        worker.presses("escape", "3", "end", "enter")
        worker.sees("油烟夜里更大")
        worker.presses("e")
        words(worker, "净化器装好，烟道洗过", "做了")
    with weeks.on(63) as worker:
        asks_back(worker, THIRD, "p", "4")

    with weeks.on(70) as worker:
        goes_to(worker, THIRD)
        worker.presses("f")
        chooses(worker, "cooking_fumes")
        worker.sees("由哪个部门出经费")
        worker.presses("enter")
        worker.sees("本户", "已核实")
        worker.presses("ctrl+o")
        worker.types("净化器关着，又冒烟")
        worker.presses("enter")
        worker.sees("已重新立案", "记入上次结案")
        worker.presses("3", "end", "enter")
        worker.sees("油烟夜里更大")
        worker.presses("s")
        worker.sees("已保存")
        worker.presses("e")
        words(worker, "净化器接了联动，关不掉", "做了")
    with weeks.on(71) as worker:
        asks_back(worker, THIRD, "p", "5")

    (closed,) = weeks.cases(72, "--closed")
    assert (closed["state"], closed["reopens"], closed["satisfaction"]) == ("closed_verified", 1, 5)
    assert (closed["repeat_n"], closed["repeats"]) == (5, 5)


def asks_back(worker: Worker, door: str, *answer: str) -> None:
    """At the door, ask whether it is put right."""
    goes_to(worker, door)
    worker.presses("w")
    worker.sees("回访结果")
    worker.presses(*answer, "ctrl+s")
    worker.sees("已保存", "已解决")
