"""The plan of a day on paper: in the order of the walk, room for results, names masked, nothing that acts as a formula."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from casework.casebook import followups, history, households, plans, residents, visits
from casework.casebook.book import Casebook
from casework.casebook.clock import FrozenClock
from casework.casebook.entries import EditEntry, FollowupEntry
from casework.casebook.errors import NotSaved, WrongUse
from casework.casebook.plan_views import DayPlan, PlanChoice
from casework.exchange import paper
from casework.exchange import plans as printing
from casework.language import say, set_language
from tests import street

MORNING = datetime.fromisoformat("2026-05-20T08:30:00+08:00")
TODAY = date(2026, 5, 20)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    clock = FrozenClock(MORNING)
    book = Casebook.open(street.make(tmp_path / "street.casework", (3, 4, 5), clock), clock=clock)
    yield book
    book.close()


def made(book: Casebook, **choice: object) -> DayPlan:
    return plans.plan(book, PlanChoice(**choice))  # type: ignore[arg-type]


def first_building(book: Casebook) -> tuple[str, ...]:
    return (plans.buildings(book, book.grid_id)[0].id,)


def printed(book: Casebook, plan: DayPlan, out: Path, **how: object) -> str:
    printing.write(book, plan, out, **how)  # type: ignore[arg-type]
    return out.read_text(encoding="utf-8")


# --- the spreadsheet -------------------------------------------------------------------------------------


def test_the_sheet_holds_the_walk_in_order_with_hours_and_room_for_results(book: Casebook, tmp_path: Path) -> None:
    out = tmp_path / "plan.xlsx"
    printing.write(book, made(book, buildings=first_building(book), doors=10), out)
    sheets = openpyxl.load_workbook(out)
    assert sheets.sheetnames == ["Walk", "Left out"]
    rows = list(sheets["Walk"].iter_rows(values_only=True))
    assert [row[0] for row in rows[:3]] == [
        "Plan of 2026-05-20", "第一网格  李芳", "10 doors  08:30-09:50  top floor first",
    ]  # fmt: skip
    assert rows[3] == ("No.", "Time", "Building", "Door", "Residents", "To do", "Remark", "Result", "Note")
    assert rows[4] == (1, "08:30", "3栋", "3-1-601", "梅**", "promise", None, None, None)
    assert [row[3] for row in rows[4:14]] == street.doors(3)[:10]
    assert rows[14:] == [(None,) * 9] * printing.NOTE_ROWS
    assert sheets["Walk"].print_title_rows == "$4:$4"


def test_the_other_sheet_tells_what_is_left_out_and_why(book: Casebook, tmp_path: Path) -> None:
    out = tmp_path / "plan.xlsx"
    printing.write(book, made(book, buildings=first_building(book), doors=10), out)
    rows = list(openpyxl.load_workbook(out)["Left out"].iter_rows(values_only=True))[2:]
    assert len(rows) == 26
    assert {(row[1], row[3]) for row in rows} >= {
        ("3-1-101", "More than 10 doors"), ("4-1-601", "Its building was not chosen"),
    }  # fmt: skip


def test_what_people_wrote_is_text_and_never_a_formula(book: Casebook, tmp_path: Path) -> None:
    plan = made(book)
    door = plan.walk[0].stop.key
    households.edit(book, EditEntry(id=door, values={"cautions": ["=1+1"]}))
    person = households.people_of(book, door)[0]
    residents.edit(book, EditEntry(id=person.id, values={"name": '=HYPERLINK("http://x")\x1b[2J'}))
    book.write(lambda: book.database.execute_sql("UPDATE household SET short = '=cmd|x' WHERE id = ?", (door,)))
    out = tmp_path / "plan.xlsx"
    printing.write(book, made(book), out, reveal=True)
    sheet = openpyxl.load_workbook(out)["Walk"]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells)
    assert "\x1b" not in printed(book, made(book), tmp_path / "plan.txt", reveal=True)


# --- what may stand on paper -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["plan.xlsx", "plan.txt"])
def test_names_are_masked_unless_they_are_revealed_and_both_is_recorded(
    book: Casebook, tmp_path: Path, name: str
) -> None:
    def content(out: Path) -> str:
        if out.suffix == ".txt":
            return out.read_text(encoding="utf-8")
        return str([row for sheet in openpyxl.load_workbook(out) for row in sheet.iter_rows(values_only=True)])

    printing.write(book, made(book), tmp_path / name)
    assert "梅**" in content(tmp_path / name)
    assert "梅秀兰" not in content(tmp_path / name)
    printing.write(book, made(book), tmp_path / name, reveal=True, replace=True)
    assert "梅秀兰" in content(tmp_path / name)
    said = [say(entry.summary) for entry in history.latest(book, 2) if entry.summary]
    assert said == [f"Plan of 2026-05-20 written to {name}: 36 doors, names in full",
                    f"Plan of 2026-05-20 written to {name}: 36 doors"]  # fmt: skip


def test_paper_does_not_tell_who_is_alone_nor_what_a_follow_up_is_about(book: Casebook, tmp_path: Path) -> None:
    alone = next(one for one in made(book).walk if one.stop.short == "3-1-601")
    visits.no_answer(book, alone.stop.key)
    case = FollowupEntry(
        household_id=made(book).walk[3].stop.key, category="noise", title="投诉楼上吵", owner_kind="worker",
        owner=book.worker.id, next_action_on=TODAY,
    )  # fmt: skip
    followups.open(book, case)
    said = printed(book, made(book), tmp_path / "plan.txt")
    assert "call-back" in said
    assert "follow-up" in said
    assert "alone" not in said
    assert "投诉" not in said


def test_a_check_is_called_by_its_list_unless_that_tells_who_lives_alone(book: Casebook, tmp_path: Path) -> None:
    set_language("zh_CN")
    book.write(lambda: book.database.execute_sql("UPDATE due SET opens_on = '2026-05-01'"))
    plan = made(book)
    assert "elderly_home" in {due.rule for one in plan.walk for due, _status in one.stop.dues}
    said = printed(book, plan, tmp_path / "plan.txt")
    assert "瓶装气" in said
    assert "独居" not in said


def test_the_file_is_for_its_owner_alone_and_replaces_no_other_unasked(book: Casebook, tmp_path: Path) -> None:
    out = tmp_path / "plan.txt"
    printing.write(book, made(book), out)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with pytest.raises(WrongUse):
        printing.write(book, made(book), out)
    with pytest.raises(NotSaved):
        printing.write(book, made(book), tmp_path / "nowhere" / "plan.txt")
    with pytest.raises(WrongUse):
        printing.write(book, made(book), tmp_path / "plan.pdf")
    with pytest.raises(WrongUse):
        printing.write(book, made(book), tmp_path / "other.txt", width="A5")
    assert sorted(path.name for path in tmp_path.glob("*.part")) == []


# --- plain text ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_receipt_has_no_line_of_more_than_32_columns(book: Casebook, tmp_path: Path, language: str) -> None:
    set_language(language)
    said = printed(book, made(book, doors=20), tmp_path / "plan.txt", width="32", reveal=True)
    lines = said.splitlines()
    assert max(cell_len(line) for line in lines) <= 32
    assert "\f" not in said
    doors = [line for line in lines if re.match(r" ?\d+ \d\d:\d\d ", line)]
    assert [line.split()[2] for line in doors] == [*street.doors(3), *street.doors(4)][:20]
    assert sum("____" in line for line in lines) == 20
    assert any("4" in line and ("更" in line or "超出" in line or "more than was set" in line) for line in lines)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_page_has_60_lines_of_80_columns_and_says_which_it_is(book: Casebook, tmp_path: Path, language: str) -> None:
    set_language(language)
    said = printed(book, made(book), tmp_path / "plan.txt", width="A4", reveal=True)
    pages = said.split("\f")
    assert len(pages) == 2
    for number, page in enumerate(pages, 1):
        lines = page.removesuffix("\n").split("\n")
        assert len(lines) == 60
        assert max(cell_len(line) for line in lines) <= 80
        assert "2026-05-20" in lines[0]
        assert (f"{number} of 2" if language == "en" else f"第 {number} 页，共 2 页") in lines[-1]
    doors = [line.split()[2] for page in pages for line in page.splitlines() if "____" in line]
    assert doors == [*street.doors(3), *street.doors(4), *street.doors(5)]


def test_what_was_done_and_what_came_since_is_said_on_paper(book: Casebook, tmp_path: Path) -> None:
    plan = made(book)
    visits.met(book, plan.walk[0].stop.key)
    case = FollowupEntry(
        household_id=plan.walk[7].stop.key, category="gas_leak", title="漏气", owner_kind="worker",
        owner=book.worker.id, next_action_on=TODAY,
    )  # fmt: skip
    followups.open(book, case)
    kept = plans.of_day(book, TODAY)
    assert kept is not None
    lines = printed(book, kept, tmp_path / "plan.txt").splitlines()
    at = next(n for n, line in enumerate(lines) if "Since the plan was made" in line)
    assert plan.walk[7].stop.short in lines[at + 1]
    assert "added later" in lines[at + 1] + lines[at + 2]
    assert next("done" in line for line in lines if plan.walk[0].stop.short in line)


def test_an_empty_plan_is_a_page_that_says_so(book: Casebook, tmp_path: Path) -> None:
    empty = made(book, kinds=("check",))
    assert "Nothing is planned." in printed(book, empty, tmp_path / "plan.txt")
    printing.write(book, empty, tmp_path / "plan.xlsx")
    assert openpyxl.load_workbook(tmp_path / "plan.xlsx").sheetnames == ["Walk", "Left out"]


texts = st.text(st.sampled_from("ab1 ，梅秀兰液化气é-"), max_size=200)


@given(texts, st.integers(4, 80))
def test_a_folded_text_keeps_its_columns_and_every_sign(text: str, columns: int) -> None:
    lines = paper.fold(text, columns, " ")
    assert all(cell_len(line) <= columns for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(st.lists(st.lists(st.just("x"), min_size=1, max_size=30), max_size=30))
def test_pages_keep_their_length_and_lose_no_line(blocks: list[list[str]]) -> None:
    made_pages = list(paper.pages(["head"], blocks, paper.Paper(80, 10)))
    assert all(1 <= len(page) <= 10 and page[0] == "head" for page in made_pages)
    assert sum(len(page) - 1 for page in made_pages) == sum(map(len, blocks))
