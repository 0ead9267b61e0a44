"""Each oddity of a cell is understood, or its row comes back with the reason; nothing is guessed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.domain.household import Fuel, Tenure
from casework.domain.phrase import Phrase
from casework.domain.register import RegisterRow
from casework.domain.resident import LifeState, ResidenceState, Sex
from casework.exchange import headers
from casework.exchange.rowreader import RowReader
from tests.exchange.conftest import SAMPLES, TODAY, Write, good, read, reasons
from tests.exchange.make_samples import BAD, GOOD, citizen_id

BORN = date(1940, 1, 2)
WOMAN = citizen_id(BORN, "女")


def row(**cells: Any) -> RegisterRow | Phrase:
    """A row of a person at 3-501, with more columns by their field."""
    values = {"name": "王强", "building": "3", "room": "501"} | cells
    columns = tuple(headers.Column(n, field, field, "known") for n, field in enumerate(values))
    return RowReader(headers.Mapping("", 1, columns), TODAY, "roster.csv").read(7, list(values.values()))


def entered(**cells: Any) -> RegisterRow:
    found = row(**cells)
    assert isinstance(found, RegisterRow), found
    return found


def refused(**cells: Any) -> str:
    found = row(**cells)
    assert isinstance(found, Phrase), found
    return found.text


# --- who ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written", ["王强", " 王强\u3000", "王\u3000强", "王  强", "\u202a王强\u202c", "王强\ufeff", "'王强", "王\u00a0强"]
)
def test_padding_and_invisible_signs_are_taken_from_a_name(written: str) -> None:
    assert entered(name=written).name == "王强"


def test_a_latin_name_keeps_its_spaces_and_a_rare_character_its_code() -> None:
    assert entered(name="  Maimaiti  Aili ").name == "Maimaiti  Aili"
    assert entered(name="𠮷\ue000").name == "𠮷\ue000"


@pytest.mark.parametrize("written", ["", " ", "无", None, "\u200b"])
def test_a_row_without_a_name_comes_back(written: str | None) -> None:
    assert refused(name=written) == "The name is missing."


@pytest.mark.parametrize("written", ["123", 44927.0, "***"])
def test_a_number_is_no_name(written: str | float) -> None:
    assert refused(name=written) == "{text} is not a name."


def test_birth_date_and_sex_follow_from_the_id_number() -> None:
    found = entered(citizen_id=WOMAN)
    assert (found.citizen_id, found.born, found.sex) == (WOMAN, BORN, Sex.FEMALE)


@pytest.mark.parametrize(
    "written",
    [
        f"'{WOMAN}", f" {WOMAN}\t", f'="{WOMAN}"', f"{WOMAN[:6]} {WOMAN[6:14]} {WOMAN[14:]}",
        WOMAN.translate({48 + n: 0xFF10 + n for n in range(10)}),
    ],
)  # fmt: skip
def test_an_id_number_survives_apostrophes_tabs_formulas_spaces_and_full_width_digits(written: str) -> None:
    assert entered(citizen_id=written).citizen_id == WOMAN


def test_an_id_number_that_excel_made_a_decimal_number_is_refused_for_its_lost_digits() -> None:
    for cut in (4.20103194001020e17, 420103194001020000.0, "4.20103E+17"):
        assert refused(citizen_id=cut).startswith("A spreadsheet made the ID number a decimal number")


def test_cut_digits_that_happen_to_pass_the_check_are_refused_all_the_same() -> None:
    for day in range(1, 28):
        number = float(citizen_id(date(1940, 1, day), "女")[:15] + "000")
        assert refused(citizen_id=number).startswith("A spreadsheet made the ID number a decimal number")


def test_an_old_id_number_of_15_digits_is_repaired_even_as_a_decimal_number() -> None:
    for written in (420103400102000.0, 420103400102000, "420103400102000"):
        found = entered(citizen_id=written)
        assert (found.born, found.citizen_id) == (BORN, WOMAN)


@pytest.mark.parametrize(
    "written", [WOMAN[:17] + str((int(WOMAN[17].replace("X", "0")) + 1) % 10), WOMAN[:-1], "不清楚"]
)
def test_a_wrong_id_number_is_refused(written: str) -> None:
    assert "ID number" in refused(citizen_id=written)


def test_a_birth_date_or_sex_that_contradicts_the_id_number_is_refused() -> None:
    assert refused(citizen_id=WOMAN, born="1941-01-02").startswith("The birth date contradicts")
    assert refused(citizen_id=WOMAN, sex="男").startswith("The sex contradicts")
    assert refused(sex="雌").startswith("The sex {text} is not understood")


@pytest.mark.parametrize("written", ["1940", "1940.1", 1940.1, "194001", "02/01/1940", "01/02/1940", "1940年1月"])
def test_an_inexact_birth_date_is_no_obstacle_where_the_id_number_agrees(written: str | float) -> None:
    assert entered(citizen_id=WOMAN, born=written).born == BORN


@pytest.mark.parametrize(
    "written",
    [
        "1940-01-02", "1940.1.2", "1940年1月2日", "19400102", "1940/1/2 0:00:00", "１９４０．１．２",
        BORN, 14612.0, "14612", "2 Jan 1940",
        "January 2, 1940", "1940 1 2", 19400102, 19400102.0,
    ],
)  # fmt: skip
def test_a_date_is_read_in_each_of_its_spellings(written: Any) -> None:
    assert entered(born=written).born == BORN


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("05/06/1940", "The date {text} can mean two days"), ("1940", "The date {text} is not a whole one"),
        ("1940.01", "The date {text} is not a whole one"), ("40-1-2", "The date {text} has a year of two digits"),
        ("1940-02-30", "There is no such day"), ("正月初三", "The date {text} cannot be read"),
        ("2031-01-01", "The birth date lies in the future"), ("2020-02-02", "Under {age}"),
    ],
)  # fmt: skip
def test_a_date_that_could_be_misread_is_refused_with_the_reason(written: str, reason: str) -> None:
    assert refused(born=written).startswith(reason)


def test_day_and_month_are_told_apart_where_only_one_reading_is_possible() -> None:
    assert entered(born="13/06/1940").born == date(1940, 6, 13)
    assert entered(born="06/13/1940").born == date(1940, 6, 13)
    assert entered(born="06/06/1940").born == date(1940, 6, 6)


def test_what_the_sheet_does_not_say_stays_unsaid() -> None:
    found = entered(phone="", born="无", fuel="", tags="")
    assert [found.phone, found.born, found.fuel, found.tags, found.head, found.address] == [None] * 6


# --- phones -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "13000000001",
        "130 0000 0001",
        "130-0000-0001",
        13000000001.0,
        "+86 13000000001",
        "１３０００００００１",
        "本人：13000000001",
    ],
)
def test_a_mobile_number_is_read_in_each_of_its_spellings(written: str | float) -> None:
    assert entered(phone="130 0000 0001" if written == "１３０００００００１" else written).phone == "13000000001"


@pytest.mark.parametrize("written", ["无", "", "-", "暂无"])
def test_no_phone_is_no_phone(written: str) -> None:
    assert entered(phone=written).phone is None


def test_several_phones_are_all_kept() -> None:
    found = entered(phone="13000000001、027-85550001；13000000002")
    assert (found.phone, found.household_phone, found.phone_note) == ("13000000001", "027-85550001", "13000000002")


@pytest.mark.parametrize("written", ["13000000009(儿子)", "儿子13000000009", "儿子：13000000009", "儿子 13000000009"])
def test_a_relatives_phone_becomes_a_contact_and_not_the_persons_own(written: str) -> None:
    found = entered(phone=written)
    assert (found.phone, found.contacts) == (None, (("儿子", "儿子", "13000000009"),))


def test_words_beside_a_number_are_kept_as_a_note() -> None:
    found = entered(phone="13000000001 听力不好")
    assert (found.phone, found.phone_note) == ("13000000001", "听力不好")


def test_a_number_with_a_digit_missing_is_kept_as_a_note_and_said() -> None:
    assert entered(phone="1300000001").phone_note == "1300000001"


def test_a_phone_that_a_spreadsheet_shortened_is_refused() -> None:
    assert refused(phone="1.3E+10").startswith("A spreadsheet has shortened the phone number")


def test_the_emergency_contact_is_read_with_relation_and_phone() -> None:
    wanted = (("梅建国", "儿子", "13000000099"),)
    assert entered(emergency_name="梅建国（儿子）", emergency_phone="13000000099").contacts == wanted
    assert entered(emergency_name="梅建国", emergency_relation="儿子", emergency_phone=13000000099.0).contacts == wanted


# --- where --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cells",
    [
        {"building": "3栋", "unit": "2单元", "room": "501室"}, {"building": "三号楼", "unit": "二", "room": 501.0},
        {"building": "03幢", "unit": "2", "room": "0501"}, {"building": "Bldg 3", "unit": "Unit 2", "room": "Rm 501"},
        {"building": "", "room": "", "address": "南苑小区3栋2单元501室"}, {"building": "", "room": "3-2-501"},
        {"building": "３", "unit": "２", "room": "５０１"}, {"building": "3栋", "room": "2-501"},
    ],
)  # fmt: skip
def test_one_door_is_the_same_door_however_it_is_written(cells: dict[str, Any]) -> None:
    found = entered(**cells)
    assert (found.building, found.unit, found.floor, found.room, found.short) == ("3栋", "2", 5, "501", "3-2-501")


def test_city_district_street_and_community_are_not_the_compound() -> None:
    found = entered(building="", room="", address="湖北省武汉市江汉区满春街道春晓社区南苑小区3栋2单元501室")
    assert (found.compound, found.short) == ("南苑小区", "3-2-501")


def test_a_house_in_a_lane_is_a_door() -> None:
    found = entered(building="", room="", address="满春街15号")
    assert (found.compound, found.building, found.short) == ("满春街", "15号", "15")


@pytest.mark.parametrize(
    "cells",
    [{"room": ""}, {"building": "", "room": ""}, {"building": "", "room": "", "address": "南苑3栋"}, {"building": ""}],
)
def test_an_address_that_leads_to_no_door_is_refused(cells: dict[str, Any]) -> None:
    assert refused(**cells).startswith("The address does not lead to a door")


def test_a_room_that_excel_made_a_date_is_refused() -> None:
    assert refused(room=date(2012, 3, 1)).startswith("Excel made a date of the address")


# --- words --------------------------------------------------------------------------------------------------


def test_tags_overlap_and_are_known_by_their_synonyms() -> None:
    found = entered(tags="独居老人、低保户/半失能", **{"tag:empty_nest": "√", "tag:left_behind": "否"})
    assert found.tags == ("lives_alone", "minimum_living_allowance", "functionally_dependent", "empty_nest")
    assert found.tag_source == "roster.csv"


@pytest.mark.parametrize(
    ("field", "word", "value"),
    [
        ("fuel", "煤气罐", Fuel.LPG_CYLINDER), ("fuel", "Natural Gas", Fuel.PIPELINE_GAS),
        ("fuel", "不用气", Fuel.ELECTRIC),
        ("tenure", "租住", Tenure.RENTED), ("residence_state", "人在户不在", ResidenceState.RESIDENT_NOT_REGISTERED),
        ("life_state", "已故", LifeState.DECEASED), ("head", "是", True), ("relation", "配偶", "配偶"),
        ("floor", "5楼", 5),
        ("floor", "B1", -1), ("walk_order", 12.0, 12), ("cautions", "养狗", ("dog",)),
        ("kitchen", "1楼公用厨房", "1楼公用厨房"),
    ],
)  # fmt: skip
def test_the_words_of_rosters_are_understood(field: str, word: Any, value: Any) -> None:
    assert getattr(entered(**{field: word}), field) == value


def test_a_word_that_is_not_known_is_left_out_and_said() -> None:
    columns = tuple(headers.Column(n, one, one, "known") for n, one in enumerate(("name", "building", "room", "fuel")))
    reader = RowReader(headers.Mapping("", 1, columns), TODAY, "roster.csv")
    found = reader.read(2, ["王强", "3", "501", "柴火"])
    assert isinstance(found, RegisterRow)
    assert found.fuel is None
    (warning,) = reader.warnings()
    assert warning.values["words"] == "柴火"


def test_the_head_of_the_household_is_known_by_column_name_or_relation() -> None:
    assert entered(head="王强").head is True
    assert entered(head="李娟").head is False
    assert entered(head_name="王强").head is True
    assert entered(relation="户主").head is True
    assert entered(relation="配偶").head is False


def test_a_valve_is_read_with_the_month_stamped_on_it() -> None:
    (device,) = entered(device_model="YSQ-0.6", device_batch="2403", device_made_on="2024年3月").devices or ()
    assert device == {
        "kind": "self_closing_regulator",
        "model": "YSQ-0.6",
        "batch": "2403",
        "made_on": date(2024, 3, 1),
    }


@pytest.mark.parametrize("field", ["name", "grid", "note", "relation"])
def test_a_text_beyond_all_measure_is_refused_and_never_cut(field: str) -> None:
    assert refused(**{field: "字" * 20_001}).startswith("{column} is too long")


def test_ten_thousand_characters_of_note_are_kept_whole() -> None:
    note = "[b]重要[/b]\u202e" + "字" * 10_000
    assert entered(note=note).note == note.replace("\u202e", "")


# --- the samples --------------------------------------------------------------------------------------------


def test_every_good_row_of_the_messy_sample_may_enter_and_every_bad_one_comes_back() -> None:
    names = [row.name for row in read(SAMPLES / "messy.xlsx") if isinstance(row, RegisterRow)]
    assert names == ["赵丽" if "赵" in one[2] else "孙浩" if "孙" in one[2] else one[2] for one in (*GOOD, GOOD[8])]
    assert list(reasons(SAMPLES / "messy.xlsx")) == [len(GOOD) + 5 + n for n in range(len(BAD))]


def test_the_messy_sample_has_the_doors_of_a_whole_day() -> None:
    people = good(SAMPLES / "messy.xlsx")
    assert len({row.short for row in people}) >= 12
    assert sum(row.fuel is Fuel.LPG_CYLINDER for row in people) >= 5
    old_alone = [row for row in people if "lives_alone" in (row.tags or ()) and row.born and row.born.year <= 1956]
    assert len({row.name for row in old_alone}) >= 3
    assert [row.short for row in people].count("1-1-102") == 2


def test_totals_signatures_and_blank_rows_are_no_people() -> None:
    assert [row.name for row in good(SAMPLES / "utf8-bom.csv")] == ["唐玉华", "唐明", "萧山"]


def test_the_gb18030_sample_keeps_rare_characters_and_guarded_id_numbers() -> None:
    people = good(SAMPLES / "gb18030.csv")
    assert [row.name for row in people] == ["熊秀英", "㑇长贵", "𠮷小平"]
    assert [bool(row.citizen_id) for row in people] == [True, True, False]


def test_the_english_sample_is_read_like_a_chinese_one() -> None:
    people = good(SAMPLES / "english.csv")
    assert [(row.name, row.short, row.fuel) for row in people] == [
        ("Zhang San", "7-1-101", Fuel.LPG_CYLINDER), ("Li Si", "7-1-102", Fuel.PIPELINE_GAS),
        ("Wang Wu", "7-1-201", Fuel.ELECTRIC),
    ]  # fmt: skip
    assert people[2].note == '=HYPERLINK("x")'


def test_the_same_person_twice_with_other_details_names_the_other_line(write_csv: Write) -> None:
    header = ["姓名", "楼栋", "室号", "身份证号", "电话"]
    first, second = ["王强", "3", "501", WOMAN, "13000000001"], ["王强", "3", "502", WOMAN, "13000000002"]
    (reject,) = [row for row in read(write_csv([header, first, first, second])) if not isinstance(row, RegisterRow)]
    assert (reject.line, reject.reason.values["line"]) == (4, 2)


def test_a_header_repeated_on_each_printed_page_is_no_person(write_csv: Write) -> None:
    header = ["姓名", "楼栋", "室号"]
    assert len(read(write_csv([header, ["王强", "3", "501"], header, ["李娟", "3", "502"]]))) == 2
