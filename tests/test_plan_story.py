"""A planned day at the real keyboard, at 80x24: two buildings, twelve doors, from the top floor down; interrupted, taken
up again, with a leak that comes in meanwhile; and on paper.
"""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import openpyxl
from rich.cells import cell_len

from casework.casebook.clock import FrozenClock
from tests import street
from tests.drive import Worker, casework, open_app

if TYPE_CHECKING:
    from pathlib import Path

MORNING = datetime.fromisoformat("2026-05-20T08:30:00+08:00")


def doors_seen(worker: Worker) -> list[tuple[str, str, str]]:
    """The walk as it stands on the screen: mark, hour, door."""
    found = (re.match(r"\s*(\S) (\d\d:\d\d|\s{5}) (\d+-\d+-\d+) ", row) for row in worker.screen())
    return [(one[1], one[2].strip(), one[3]) for one in found if one]


def open_leak(db: Path, short: str) -> None:
    """A gas leak at a door that this worker sees to herself, taken down at the service station."""
    now = MORNING + timedelta(hours=1)
    _code, out, _said = casework("--db", str(db), "--json", "due", at=now)
    household = next(one["household"] for one in json.loads(out) if one["address"].endswith(short))
    code, _out, said = casework(
        "--db", str(db), "followup", "open", household, "gas_leak", "软管漏气", "--mine", "--due", "2026-05-20", at=now
    )
    assert code == 0, said


def printed(worker: Worker, folder: Path, key: str, ending: str) -> Path:
    """Print the plan on the paper of a key, into the folder where the picker stands."""
    before = set(folder.glob(f"plan-*{ending}"))
    worker.presses("f6")
    worker.sees("打印成什么")
    worker.presses(key)
    worker.sees("哪个文件夹")
    worker.presses("ctrl+s")
    worker.sees("计划已存到")
    (made,) = set(folder.glob(f"plan-*{ending}")) - before
    return made


def test_a_planned_day(tmp_path: Path) -> None:
    db = street.make(tmp_path / "casebook.casework", (3, 4, 5), FrozenClock(MORNING))
    home = {"HOME": str(tmp_path)}

    with open_app(db, at=MORNING, env=home) as worker:
        worker.sees("户待走")
        worker.presses("p")
        worker.sees("路线：36 户")
        worker.presses("space", "space")
        worker.sees("路线：24 户", "不在所选楼栋 12")
        worker.presses("n")
        worker.sees("走多少")
        worker.types("12")
        worker.presses("enter")
        worker.sees("路线：12 户", "最多 12 户", "从顶层往下走", "超出设定数量")
        worker.presses("ctrl+s")
        worker.sees("计划已保存", "已走 0/12", "未列入 24", "3-1-102")
        plan = [door for _mark, _hour, door in doors_seen(worker)]
        assert plan == street.doors(3)
        first = MORNING.replace(minute=30)
        hours = [hour for _mark, hour, _door in doors_seen(worker)]
        begun = datetime.strptime(hours[0], "%H:%M")
        assert first.strftime("%H:%M") <= hours[0] <= "08:40"
        assert hours == [(begun + timedelta(minutes=8 * n)).strftime("%H:%M") for n in range(12)]

        # Three doors: met, nobody, met. The cursor goes on by itself.
        worker.presses("m")
        worker.sees("已走 1/12")
        worker.presses("n")
        worker.sees("已走 2/12")
        worker.presses("m")
        worker.sees("已走 3/12")
        assert [mark for mark, _hour, _door in doors_seen(worker)][:4] == ["✓", "⌂", "✓", "◦"]
        worker.kill()

    # The leak comes in while the laptop is shut.
    open_leak(db, "5-1-202")

    with open_app(db, at=MORNING + timedelta(hours=2), env=home) as worker:
        worker.sees("已走 3/13", "新增 1", "计划之后新增", "3-1-601", "3-1-102")
        seen = doors_seen(worker)
        assert seen[0] == ("‼", "", "5-1-202")
        assert [door for _mark, _hour, door in seen[1:]] == plan
        assert [mark for mark, _hour, _door in seen[1:5]] == ["✓", "⌂", "✓", "◦"]

        # What was left out, and why.
        worker.presses("x")
        worker.sees("今日计划未列入", "不在所选楼栋", "所在楼栋未选")
        worker.presses("escape")
        worker.sees("计划之后新增")

        # On paper, in three ways.
        page = printed(worker, tmp_path, "2", ".txt").read_text(encoding="utf-8")
        worker.presses("down")
        receipt = printed(worker, tmp_path, "3", ".txt").read_text(encoding="utf-8")
        worker.presses("down")
        sheet = openpyxl.load_workbook(printed(worker, tmp_path, "1", ".xlsx"))
        assert worker.foreign_controls() == []

        # The rest of the day from the fourth building's top floor is another plan; the ticks stay.
        worker.presses("tab")
        worker.sees("全部待办")
        worker.presses("end", "h")
        worker.sees("已从这里重新安排", "已走 3/")

    order = ["5-1-202", *plan]
    assert [line.split()[2 if n else 1] for n, line in enumerate(x for x in page.splitlines() if "____" in x)] == order
    assert "梅**" in page
    assert "梅秀兰" not in page + receipt
    assert max(cell_len(line) for line in receipt.splitlines()) <= 32
    assert re.findall(r"^ ?\d+ (?:\d\d|--):(?:\d\d|--) (\S+)", receipt, re.MULTILINE) == order
    rows = list(sheet["走访路线"].iter_rows(min_row=5, values_only=True))
    assert [row[3] for row in rows if row[0] is not None] == order
    assert [row[6] for row in rows[:3]] == ["后加、紧急", "已办", "到访不遇"]
    left = list(sheet["未列入"].iter_rows(min_row=3, values_only=True))
    assert len(left) == 23
