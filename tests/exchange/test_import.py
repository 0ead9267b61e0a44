"""A roster comes into the register whole, once, and without a row lost on the way."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.casebook import errors, register
from casework.domain.phrase import Phrase
from casework.domain.register import RegisterRow
from casework.exchange import headers, rejects, roster
from casework.exchange.rowreader import RowReader
from casework.language import set_language
from tests.exchange.conftest import SAMPLES, TODAY, Write
from tests.exchange.make_samples import BAD, GOOD, MADE, citizen_id

if TYPE_CHECKING:
    from casework.casebook.book import Casebook

HEADER = ["姓名", "楼栋", "室号", "身份证号", "电话", "备注"]


def person(number: int, **changed: str) -> list[str]:
    born = date(1940 + number // 300, 1 + number % 12, 1 + number // 12 % 25)
    row = {
        "name": f"王{chr(0x4E00 + number)}",
        "room": str(101 + number),
        "id": citizen_id(born, "女"),
        "note": "",
    } | changed
    return [row["name"], "3栋", row["room"], row["id"], "13000000001", row["note"]]


def names_in(book: Casebook) -> list[str]:
    return sorted(name for (name,) in book.database.execute_sql("SELECT name FROM resident").fetchall())


def facts(book: Casebook) -> int:
    """How much the journal says about records; that an import ran is no fact about one."""
    found = book.database.execute_sql("SELECT count(*) FROM op WHERE kind <> 'act'").fetchone()
    return int(found[0])


def counts(report: roster.ImportReport) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, report.rejected


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    return Path(shutil.copy(SAMPLES / "messy.xlsx", tmp_path))


def test_the_messy_sample_comes_in_and_its_bad_rows_come_back(book: Casebook, messy: Path) -> None:
    report = roster.import_roster(book, messy)
    assert counts(report) == (len(GOOD), 0, 1, len(BAD))
    assert report.rejects_file == messy.with_name("messy-rejected-2026-05-20.xlsx")
    assert len(names_in(book)) == len(GOOD)


def test_the_same_file_again_changes_nothing(book: Casebook, messy: Path) -> None:
    roster.import_roster(book, messy)
    before = names_in(book), facts(book)
    again = roster.import_roster(book, messy)
    assert counts(again) == (0, 0, len(GOOD) + 1, len(BAD))
    assert (names_in(book), facts(book)) == before


def test_a_changed_file_updates_what_it_speaks_of_and_nothing_else(book: Casebook, write_csv: Write) -> None:
    roster.import_roster(book, write_csv([HEADER, person(1, note="上午在家"), person(2)]))
    without_note = [HEADER[:-1], person(1)[:-1], [*person(2)[:4], "13000000009"]]
    assert counts(roster.import_roster(book, write_csv(without_note))) == (0, 1, 1, 0)
    kept = book.database.execute_sql("SELECT note, phone FROM resident").fetchall()
    assert set(kept) == {(None, "13000000009"), ("上午在家", "13000000001")}


def test_rejected_rows_corrected_in_their_file_are_imported_from_it(book: Casebook, messy: Path) -> None:
    first = roster.import_roster(book, messy)
    assert first.rejects_file is not None
    sheet = openpyxl.load_workbook(first.rejects_file)
    rows = sheet.active
    assert rows is not None
    header = [cell.value for cell in rows[1]]
    assert header[-1] == "Why it was not imported"
    number, room, name, born = (header.index(one) + 1 for one in ("身份证号码", "室号", "姓名*", "出生年月日"))
    sex = header.index("性 别") + 1
    corrections: list[tuple[int, Any]] = [
        (number, citizen_id(date(1940, 3, 8), "女")), (number, citizen_id(date(1941, 1, 1), "女")), (name, "何秀"),
        (born, "1950-01-01"), (sex, "女"), (born, "1940-06-05"), (room, "601"),
    ]  # fmt: skip
    for line, (column, value) in enumerate(corrections, start=2):
        rows.cell(line, column).value = value
    corrected = messy.with_name("corrected.xlsx")
    sheet.save(corrected)
    second = roster.import_roster(book, corrected)
    # Line 8 says now what the register has but for the fuel; the child stays out.
    assert counts(second) == (len(corrections), 1, 0, 1)


def test_an_import_is_dry_when_asked_and_leaves_no_trace(book: Casebook, messy: Path) -> None:
    before = book.database.execute_sql("SELECT count(*) FROM op").fetchone()
    report = roster.import_roster(book, messy, dry_run=True)
    assert (report.added, report.rejected, report.rejects_file) == (len(GOOD), len(BAD), None)
    assert names_in(book) == []
    assert book.database.execute_sql("SELECT count(*) FROM op").fetchone() == before
    assert sorted(path.suffix for path in messy.parent.glob("messy*")) == [".xlsx"]
    assert roster.import_roster(book, messy).added == len(GOOD)


def test_progress_is_told_and_cancelling_says_how_much_is_in(
    book: Casebook, write_csv: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster, "BATCH", 10)
    path = write_csv([HEADER, *(person(n) for n in range(35))])
    told: list[tuple[int, int]] = []
    report = roster.import_roster(book, path, progress=lambda *at: told.append(at), cancelled=lambda: len(told) == 2)
    assert told == [(10, 35), (20, 35)]
    assert (report.cancelled, report.added, len(names_in(book))) == (True, 20, 20)
    assert report.warnings[-1].values == {"n": 20}
    assert counts(roster.import_roster(book, path)) == (15, 0, 20, 0)


def test_a_crash_after_a_commit_enters_nothing_twice(
    book: Casebook, write_csv: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster, "BATCH", 10)
    path = write_csv([HEADER, *(person(n) for n in range(30)), person(3)[:1] + person(31)[1:3] + person(3)[3:]])
    real, calls = register.apply_rows, 0

    def fails_after_saving(*args: Any) -> register.RegisterResult:
        nonlocal calls
        calls += 1
        result = real(*args)
        if calls == 2:
            raise errors.NotSaved
        return result

    monkeypatch.setattr(register, "apply_rows", fails_after_saving)
    with pytest.raises(errors.NotSaved):
        roster.import_roster(book, path)
    monkeypatch.setattr(register, "apply_rows", real)
    report = roster.import_roster(book, path)
    assert counts(report) == (10, 0, 20, 1)
    assert len(names_in(book)) == 30


def test_an_id_number_that_is_in_the_register_under_another_name_comes_back(book: Casebook, write_csv: Write) -> None:
    roster.import_roster(book, write_csv([HEADER, person(1)]))
    report = roster.import_roster(book, write_csv([HEADER, person(1, name="李娟"), person(2)]))
    assert counts(report) == (1, 0, 0, 1)
    assert report.rejects_file is not None
    with roster.open_workbook(report.rejects_file) as found:
        (_header, back) = list(found.rows(found.sheets[0].name))
    assert back[:5] == person(1, name="李娟")[:5]


def test_what_was_left_out_is_said(book: Casebook, messy: Path) -> None:
    said = [warning.text for warning in roster.import_roster(book, messy).warnings]
    assert "Columns that the register does not know were left out: {columns}" in said
    assert "{n} blank rows, totals and repeated headers were passed over." in said


# --- the file of rejected rows ------------------------------------------------------------------------------


def test_a_cell_that_begins_like_a_formula_comes_back_as_text(book: Casebook, write_csv: Write) -> None:
    evil = ["=1+1", "+86", "-x", "@SUM(A1)", '=HYPERLINK("http://x")', "http://example.invalid"]
    path = write_csv([[*HEADER, "家庭编号"], *([one, "3", "", "", "", one, one] for one in evil)])
    report = roster.import_roster(book, path)
    assert report.rejects_file is not None
    sheet = openpyxl.load_workbook(report.rejects_file).active
    assert sheet is not None
    for row, one in zip(sheet.iter_rows(min_row=2), evil, strict=True):
        assert (row[0].value, row[0].data_type) == (one, "s")
        assert row[0].hyperlink is None


def test_an_id_number_comes_back_as_text_with_all_its_digits(book: Casebook, write_csv: Write) -> None:
    report = roster.import_roster(book, write_csv([HEADER, person(1, room="")]))
    assert report.rejects_file is not None
    sheet = openpyxl.load_workbook(report.rejects_file).active
    assert sheet is not None
    cell = sheet.cell(2, 4)
    assert (cell.value, cell.data_type, cell.number_format) == (person(1)[3], "s", "@")


def test_the_reason_is_in_the_language_of_the_user_and_is_replaced_the_next_time(
    book: Casebook, write_csv: Write
) -> None:
    set_language("zh_CN")
    first = roster.import_roster(book, write_csv([HEADER, person(1, name="")]))
    assert first.rejects_file is not None
    second = roster.import_roster(book, first.rejects_file)
    assert (second.rejected, second.warnings) == (1, [])
    with roster.open_workbook(second.rejects_file or "") as found:
        header, row = list(found.rows(found.sheets[0].name))
    assert header == [*HEADER, "未导入原因"]
    assert row[-1] == "缺姓名。"


def test_an_earlier_file_of_rejected_rows_is_not_overwritten(book: Casebook, write_csv: Write) -> None:
    path = write_csv([HEADER, person(1, name="")])
    files = {roster.import_roster(book, path).rejects_file for _ in range(3)}
    assert len(files) == 3
    assert all(file is not None and file.exists() for file in files)
    assert not list(path.parent.glob(".*part"))


def test_no_file_is_written_where_nothing_was_rejected(book: Casebook, write_csv: Write) -> None:
    path = write_csv([HEADER, person(1)])
    assert roster.import_roster(book, path).rejects_file is None
    assert not list(path.parent.glob("*rejected*"))


def test_a_place_that_cannot_be_written_is_said_before_anything_is_imported_and_another_offered(
    book: Casebook, write_csv: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    path = write_csv([HEADER, person(1), person(2, name="")])
    with pytest.raises(rejects.NoPlaceForRejects) as refused:
        roster.import_roster(book, path, rejects_to=tmp_path / "gone" / "x.xlsx")
    assert refused.value.offer == tmp_path
    assert names_in(book) == []
    report = roster.import_roster(book, path, rejects_to=refused.value.offer)
    assert report.rejects_file == tmp_path / "roster-rejected-2026-05-20.xlsx"


def test_a_row_wider_than_the_header_loses_nothing(book: Casebook, write_csv: Write) -> None:
    report = roster.import_roster(book, write_csv([HEADER, [*person(1, name="", note="a"), "b", "", "c"]]))
    with roster.open_workbook(report.rejects_file or "") as found:
        _header, row = list(found.rows(found.sheets[0].name))
    assert row[5] == "a | b | c"
    assert row[6] == "The name is missing."


# --- anything at all ----------------------------------------------------------------------------------------

_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)
_USUAL = st.sampled_from(
    [
        "",
        "王强",
        "李娟",
        "3栋",
        "501",
        "13000000001",
        "无",
        "独居",
        "1940-01-02",
        "合计",
        citizen_id(date(1940, 1, 2), "女"),
        "=1",
        '"',
        "a\nb",
    ]
)
_CELLS = st.one_of(
    _TEXT,
    _USUAL,
    st.none(),
    st.booleans(),
    st.floats(),
    st.integers(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)
_FIELDS = list(headers.labels())


@settings(max_examples=300)
@given(st.lists(_CELLS, min_size=len(_FIELDS), max_size=len(_FIELDS)), st.integers(0, len(_FIELDS)))
def test_no_content_of_any_cell_stops_the_reader(cells: list[Any], width: int) -> None:
    columns = tuple(headers.Column(n, field, field, "known") for n, field in enumerate(_FIELDS))
    reader = RowReader(headers.Mapping("", 1, columns), TODAY, "x")
    assert isinstance(reader.read(2, cells[:width]), (RegisterRow, Phrase))
    assert all(isinstance(warning, Phrase) for warning in reader.warnings())


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.one_of(_USUAL, _TEXT), min_size=6, max_size=6), max_size=12))
def test_every_row_is_counted_exactly_once_and_every_refused_one_is_in_the_file(
    book: Casebook, write_csv: Write, rows: list[list[str]]
) -> None:
    path = write_csv([HEADER, *(person(n) for n in range(5)), *rows])
    report = roster.import_roster(book, path)
    assert sum(counts(report)) + report.skipped == 5 + len(rows)
    back = 0
    if report.rejects_file is not None:
        with roster.open_workbook(report.rejects_file) as found:
            back = found.height(found.sheets[0].name) - 1
        report.rejects_file.unlink()
    assert back == report.rejected


@pytest.mark.parametrize("name", MADE)
def test_the_samples_are_what_the_script_writes(name: str, tmp_path: Path) -> None:
    MADE[name](tmp_path / name)

    def content(path: Path) -> list[Any]:
        with roster.open_workbook(path) as book:
            return [list(book.rows(sheet.name)) for sheet in book.sheets]

    assert content(tmp_path / name) == content(SAMPLES / name)
