"""Any file that people call a spreadsheet is read, or refused in one clear sentence."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from casework.exchange import roster, sheets, textsheet
from casework.exchange.sheeterrors import SheetError
from tests.exchange.conftest import SAMPLES, Write, good, read, reasons

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE = [["姓名", "楼栋", "室号", "电话"], ["王强", "3", "501", "13000000001"]]


def refusal(path: Path) -> str:
    with pytest.raises(SheetError) as refused:
        roster.preview(path)
    return refused.value.phrase.text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_file_is_read_in_each_encoding_that_office_programs_write(write_csv: Write, encoding: str) -> None:
    (row,) = good(write_csv(PEOPLE, encoding=encoding))
    assert (row.name, row.building, row.short) == ("王强", "3栋", "3-501")


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_cells_may_be_parted_by_comma_semicolon_or_tab(tmp_path: Path, sign: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n".join(sign.join(row) for row in PEOPLE), encoding="utf-8")
    assert [row.name for row in good(path)] == ["王强"]


def test_commas_within_cells_do_not_pass_for_the_separator(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("姓名;楼栋;室号;备注\n王强;3;501;a,b,c,d,e,f,g\n李娟;3;502;无", encoding="utf-8")
    assert [row.name for row in good(path)] == ["王强", "李娟"]


def test_the_separator_that_excel_is_told_in_the_first_line_is_believed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sep=;\n姓名;楼栋;室号\n王强;3;501", encoding="utf-8")
    (row,) = good(path)
    assert (row.name, row.line) == ("王强", 3)


def test_an_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"")
    assert refusal(path) == "{file} is empty."


def test_a_file_that_has_gone_is_said_to_be_gone(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone.xlsx").startswith("{file} is not there")


def test_a_folder_is_no_spreadsheet(tmp_path: Path) -> None:
    assert refusal(tmp_path) == "{file} is a folder, not a spreadsheet."


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04" + b"junk" * 100, b"\x89PNG\r\n\x1a\n" + bytes(100), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 999]
)  # fmt: skip
def test_a_picture_or_a_damaged_file_is_no_spreadsheet(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    assert refusal(path).startswith("{file} is not a spreadsheet")


def test_a_text_document_in_a_zip_is_no_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert refusal(path).startswith("{file} is not a spreadsheet")


def test_a_web_page_saved_as_xls_is_recognised(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_text("<html><table><tr><td>姓名</td></tr></table></html>", encoding="utf-8")
    assert refusal(path).startswith("{file} only looks like a spreadsheet")


def test_a_password_is_named_as_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(99)
    )
    assert refusal(path).startswith("{file} is locked with a password")


def test_characters_of_no_known_encoding_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("姓名,楼栋\n".encode() + b"\xff\xfe\xff,3\n")
    assert refusal(path).startswith("{file} holds characters")


def test_one_stray_cell_in_the_last_column_does_not_take_all_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, PEOPLE[0])
    sheet.write(60_000, 16_383, "x")
    book.close()
    assert refusal(path).startswith("A sheet of {file} spans")


def test_more_rows_than_a_sheet_can_hold_are_refused_before_anything_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(textsheet, "MOST_ROWS", 5)
    path = tmp_path / "a.csv"
    path.write_text("姓名,楼栋,室号\n" + "王强,3,501\n" * 5, encoding="utf-8")
    assert refusal(path).startswith("{file} is too big")


def test_a_quotation_mark_that_is_never_closed_swallows_no_row_in_silence(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('姓名,楼栋,室号,备注\n王强,3,501,"好\n李娟,3,502,\n张三,3,503,\n', encoding="utf-8")
    assert list(reasons(path).values()) == [
        "A quotation mark in this row is never closed: the rows after it ended up in one of its cells."
    ]


def test_a_line_break_within_a_note_stays_in_the_note(write_csv: Write) -> None:
    (row,) = good(write_csv([[*PEOPLE[0], "备注"], [*PEOPLE[1], "上午在家\n下午上班"]]))
    assert row.note == "上午在家\n下午上班"


def test_the_sheet_with_the_best_header_is_taken(write_xlsx: Write) -> None:
    path = write_xlsx(PEOPLE, 说明=[["请填写姓名、电话"]], 统计=[["姓名", "人数", "楼栋"]])
    found = roster.preview(path)
    assert (found.sheet, found.sheets) == ("名单", ("说明", "统计", "名单"))
    assert roster.preview(path, "统计").sheet == "统计"


def test_empty_columns_at_the_left_and_rows_at_the_top_shift_nothing(write_xlsx: Write) -> None:
    blank: list[object] = [None, None]
    path = write_xlsx([[], [], *([*blank, *row] for row in PEOPLE)])
    (row,) = good(path)
    assert (row.line, row.name, row.short) == (4, "王强", "3-501")


def test_a_building_written_once_for_merged_rows_holds_for_each_of_them(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["楼栋", "室号", "姓名"])
    for number, name in enumerate(["王强", "李娟", "张三", "李四"]):
        sheet.write_row(number + 1, 1, [str(101 + number), name])
    sheet.merge_range(1, 0, 3, 0, "7栋")
    book.close()
    assert [row.short for row in good(path)] == ["7-101", "7-102", "7-103"]
    assert list(reasons(path)) == [5]


def test_a_building_written_once_without_merging_is_not_guessed_for_the_rows_below(write_csv: Write) -> None:
    path = write_csv([["楼栋", "室号", "姓名"], ["7栋", "101", "王强"], ["", "102", "李娟"]])
    assert [row.name for row in good(path)] == ["王强"]


def test_a_file_saved_by_libreoffice_gives_the_same_rows_as_excels() -> None:
    messy, saved = (
        [str(row).replace("libreoffice", "messy") for row in read(SAMPLES / name) if not isinstance(row, roster.Reject)]
        for name in ("messy.xlsx", "libreoffice.xlsx")
    )
    assert messy == saved


def test_a_cell_bomb_in_a_zip_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_XML", 100_000)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 200_000)
    path = tmp_path / "a.xlsx"
    path.write_bytes(packed.getvalue())
    assert refusal(path).startswith("{file} is too big")
