"""Columns are found by their names, in either language and any order, and what is not known is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from casework.exchange import headers, roster
from casework.exchange.sheeterrors import SheetError
from casework.language import say, set_language
from tests.exchange.conftest import SAMPLES, Write, good

if TYPE_CHECKING:
    from pathlib import Path


def fields(*header: str) -> dict[str, tuple[int, ...]]:
    return headers.find("", [header]).mapping.fields


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("姓名*", "name"), ("性 别", "sex"), ("身份证号码（18位）", "citizen_id"), ("联系电话\n(本人)", "phone"),
        ("Date of Birth", "born"), ("ID No.", "citizen_id"), ("ＮＡＭＥ", "name"), ("是否独居老人", "tag:lives_alone"),
        ("低保", "tag:minimum_living_allowance"), ("与户主关系：", "relation"),
    ],
)  # fmt: skip
def test_a_header_is_known_with_spaces_signs_brackets_and_full_width_letters(header: str, field: str) -> None:
    assert headers.columns_of([header])[0].field == field


def test_columns_may_stand_in_any_order() -> None:
    assert fields("电话", "室号", "姓名", "楼栋") == {"phone": (0,), "room": (1,), "name": (2,), "building": (3,)}


def test_titles_above_the_header_are_passed_over() -> None:
    found = roster.preview(SAMPLES / "messy.xlsx")
    assert (found.sheet, found.header_row, found.problems) == ("人员台账", 3, ())
    assert found.mapping.fields["name"] == (3,)
    assert found.rows[0][3] == "梅秀兰"


def test_an_unknown_column_is_reported_and_left_out() -> None:
    assert roster.preview(SAMPLES / "messy.xlsx").unknown == ("政治面貌",)


def test_two_columns_for_one_field_are_reported(write_csv: Write) -> None:
    found = roster.preview(write_csv([["姓名", "居民姓名", "楼栋", "室号"], ["王强", "李娟", "3", "501"]]))
    assert (found.mapping.fields["name"], found.ambiguous) == ((0,), ("居民姓名",))


def test_a_column_for_which_the_register_has_no_place_is_named(write_csv: Write) -> None:
    found = roster.preview(write_csv([["姓名", "楼栋", "室号", "户口簿号", "年龄"], ["王强", "3", "501", "12", "60"]]))
    assert (found.not_kept, found.unknown) == (("户口簿号",), ())


def test_two_phone_columns_are_read_together(write_csv: Write) -> None:
    (row,) = good(
        write_csv([["姓名", "室号", "楼栋", "手机", "座机"], ["王强", "501", "3", "13000000001", "85550001"]])
    )
    assert (row.phone, row.household_phone) == ("13000000001", "85550001")


def test_a_header_of_two_rows_is_read_as_one(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["姓名", "楼栋", "室号"])
    for column in range(3):
        sheet.merge_range(0, column, 1, column, ["姓名", "楼栋", "室号"][column])
    sheet.merge_range(0, 3, 0, 4, "紧急联系人")
    sheet.write_row(1, 3, ["姓名", "电话"])
    sheet.write_row(2, 0, ["王强", "3", "501", "王小明", "13000000009"])
    book.close()
    (row,) = good(path)
    assert (row.line, row.name, row.phone) == (3, "王强", None)
    assert row.contacts == (("王小明", "", "13000000009"),)


def test_the_user_may_say_what_a_column_is(write_csv: Write) -> None:
    path = write_csv([["大名", "楼栋", "室号"], ["王强", "3", "501"]])
    found = roster.preview(path)
    assert [problem.text for problem in found.problems] == ["No column holds the names: say which one it is."]
    with pytest.raises(SheetError, match="No column holds the names"):
        good(path)
    (row,) = good(path, mapping=found.mapping.choose(0, "name"))
    assert row.name == "王强"


def test_a_column_can_be_left_out_by_the_user(write_csv: Write) -> None:
    path = write_csv([["姓名", "楼栋", "室号", "备注"], ["王强", "3", "501", "私事"]])
    (row,) = good(path, mapping=roster.preview(path).mapping.choose(3, None))
    assert row.note is None


def test_choosing_a_field_takes_it_from_the_column_that_had_it() -> None:
    mapping = headers.find("", [["姓名", "曾用名", "楼栋", "室号"]]).mapping.choose(1, "name")
    assert mapping.fields["name"] == (1,)
    with pytest.raises(KeyError):
        mapping.choose(1, "religion")


def test_a_sheet_without_a_header_is_refused_in_words(write_csv: Write) -> None:
    found = roster.preview(write_csv([["王强", "3", "501"], ["李娟", "3", "502"]]))
    assert found.header_row == 0
    assert found.problems[0].text.startswith("No row of this sheet names its columns")


def test_a_list_of_households_gives_its_heads(write_csv: Write) -> None:
    (row,) = good(write_csv([["户主", "家庭住址", "电话"], ["王强", "南苑小区3栋2单元501", "13000000001"]]))
    assert (row.name, row.head, row.compound, row.short) == ("王强", True, "南苑小区", "3-2-501")


def test_every_synonym_of_the_catalog_leads_to_one_field_only() -> None:
    seen: dict[str, str] = {}
    for key, entry in headers.shelf.roster_columns()["fields"].items():
        for header in {entry["label"]["zh"], entry["label"]["en"], *entry["synonyms"]}:
            (column,) = headers.columns_of([header])
            assert column.field in (key, None) or (key, column.field) == ("head", "head_name"), header
            assert seen.setdefault(header, key) == key


def test_every_field_has_a_name_in_both_languages() -> None:
    for field, label in headers.labels().items():
        assert label.zh, field
        assert label.en, field


@pytest.mark.parametrize("code", ["zh_CN", "en"])
def test_the_reason_column_is_known_again_in_either_language(code: str) -> None:
    set_language(code)
    header = say(headers.Phrase(headers.REASON))
    assert header in headers.REASON_HEADERS
    assert headers.is_reason(header)
    assert headers.columns_of([header])[0].how == "ignored"
