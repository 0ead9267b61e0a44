"""Anyone is found by one or more characters, pinyin, initials, address, phone tail, and several of them together."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.casebook import doctor, residents, search
from casework.casebook.entries import EditEntry


def names(here, query: str) -> list[str]:
    return [found.name or found.address for found in search.find(here.book, query)]


@pytest.mark.parametrize(
    "query",
    ["梅", "秀", "梅秀", "秀兰", "梅秀兰", "mei", "meixiu", "meixiulan", "xiulan", "lan", "mxl", "m", "xl", "MEI",
     "3-1-101", "1-101", "101", "0001", "13000000001", "梅 3-1", "mei 101", "mxl 0001", "３－１－１０１", "梅　兰"],
)  # fmt: skip
def test_she_is_found_by(here, query: str) -> None:
    assert "梅秀兰" in names(here, query)


def test_the_best_match_comes_first(here) -> None:
    here.add_person(here.family_door, "王小强", "13000000004")
    assert names(here, "王强")[0] == "王强"
    assert names(here, "强")[0] == "王强"


def test_both_readings_of_a_surname_find_it(here) -> None:
    here.add_person(here.family_door, "单雄", "13000000005")
    assert "单雄" in names(here, "shanxiong")
    assert "单雄" in names(here, "dan")


def test_a_name_with_an_umlaut_is_found_either_way(here) -> None:
    here.add_person(here.family_door, "吕芳", "13000000006")
    assert "吕芳" in names(here, "lvfang")
    assert "吕芳" in names(here, "lufang")


def test_names_of_other_scripts_are_found(here) -> None:
    here.add_person(here.family_door, "Aygül Ömer", "13000000007")
    assert "Aygül Ömer" in names(here, "omer")
    assert "Aygül Ömer" in names(here, "ayg")


def test_a_changed_name_is_found_by_the_new_one_only(here) -> None:
    residents.edit(here.book, EditEntry(id=here.wang, values={"name": "汪强"}))
    assert names(here, "汪") == ["汪强"]
    assert names(here, "王") == []


def test_a_building_is_found(here) -> None:
    assert any(found.kind == "building" for found in search.find(here.book, "3栋"))


@pytest.mark.parametrize(
    "query", ["", " ", '"', "*", "AND", "OR NOT", "NEAR(", "name:梅", "'; DROP TABLE op; --", "-", "(", "^a"]
)
def test_whatever_is_typed_is_text_and_never_syntax(here, query: str) -> None:
    search.find(here.book, query)
    assert doctor.examine(here.book).findings == ()


def test_no_input_breaks_the_search(here) -> None:
    @given(st.text(max_size=30))
    @settings(max_examples=150)
    def holds(query: str) -> None:
        search.find(here.book, query)

    holds()
