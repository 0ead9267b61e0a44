"""Masks: enough to tell people apart, and no birth date."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.catalog import shelf
from casework.domain import masking
from casework.language import say, set_language


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13812346218", "138****6218"),
        ("138 1234 6218", "138 **** 6218"),
        ("027-88881234", "027-****1234"),
        ("88881234", "******34"),
        ("110", "***"),
        ("无", "*"),
        ("", ""),
    ],
)
def test_a_phone_shows_three_and_four(number: str, shown: str) -> None:
    assert masking.phone(number) == shown


def test_an_id_number_shows_its_last_four_and_the_age_but_no_birth_date() -> None:
    assert masking.citizen_id("11010519491231002X") == "**************002X"
    set_language("en")
    shown = say(masking.citizen_id_with_age("11010519491231002X", date(1949, 12, 31), date(2026, 12, 30)))
    assert shown == "ID ending in 002X, 76 years old"


@given(st.text(max_size=30))
def test_no_mask_shows_more_than_seven_signs_of_a_number(number: str) -> None:
    assert len(masking.citizen_id(number).strip("*")) <= 4
    digits = [sign for sign in masking.phone(number) if sign.isdigit()]
    assert len(digits) <= 8
    assert len(masking.phone(number)) == len(number)


@pytest.mark.parametrize(
    ("name", "shown"),
    [("张三丰", "张**"), ("李明", "李*"), ("欧阳修文", "欧阳**"), ("John Smith", "J*** S****"), ("", "")],
)
def test_a_name_in_an_export_shows_the_surname(name: str, shown: str) -> None:
    assert masking.name(name) == shown


def test_a_short_address_hides_its_door() -> None:
    assert masking.address("3-2-501") == "3-2-***"


def test_of_the_tags_only_what_is_not_sensitive_is_named_and_the_rest_counted() -> None:
    sensitive = [key for key, kind in shelf.tags().items() if kind.sensitive]
    assert masking.tags(["lives_alone", "minimum_living_allowance", "lives_alone", "severe_disability"], sensitive) == (
        ("lives_alone",), 2,
    )  # fmt: skip
    assert masking.tags([], sensitive) == ((), 0)


@pytest.mark.parametrize(
    "tag",
    ["minimum_living_allowance", "extreme_hardship", "hardship", "severe_disability", "functionally_dependent",
     "lost_only_child", "special_family"],
)  # fmt: skip
def test_money_health_and_a_lost_child_are_sensitive(tag: str) -> None:
    assert shelf.tags()[tag].sensitive
    set_language("zh_CN")
    assert [say(one) for one in shelf.tag_names([tag])] == ["另有 1 项已遮住"]
    assert [say(one) for one in shelf.tag_names([tag], in_full=True)] == [shelf.tags()[tag].label.zh]
