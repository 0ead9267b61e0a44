"""Anyone is found by one or more characters, pinyin, initials, address, phone tail, and several of them together."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.casebook import doctor, register, residents, search, search_index
from casework.casebook.entries import EditEntry
from casework.domain.register import RegisterRow


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


@pytest.fixture
def foreigners(here):
    """People whose names are of several words, and some who are near to them."""
    for n, name in enumerate(
        ("Dario Silva Marques", "Dalia Silva", "Silva Maria", "Maria Santos", "Maria da Silva", "Mariana Daser",
         "O’Neill Jean-Baptiste", "Aygül Ömer Söz", "Ana Paula Souza e Silva")
    ):  # fmt: skip
        here.add_person(here.family_door, name, f"1300000001{n}")
    return here


@pytest.mark.parametrize(
    "query",
    ["maria da silva", "maria da s", "Maria da S", "da silva", "da sil", "dasilva", "dasil", "mariada", "mariadasilva",
     "maria dasilva", "silva da maria", "mds"],
)  # fmt: skip
def test_a_name_of_several_words_is_found_with_or_without_its_blanks(foreigners, query: str) -> None:
    assert names(foreigners, query)[0] == "Maria da Silva"


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("silva", "Silva Maria"), ("maria", "Maria Santos"), ("maria s", "Maria Santos"), ("dalia s", "Dalia Silva"),
        ("oneill", "O’Neill Jean-Baptiste"), ("o neill jean", "O’Neill Jean-Baptiste"),
        ("baptiste", "O’Neill Jean-Baptiste"), ("jean-baptiste", "O’Neill Jean-Baptiste"),
        ("omer soz", "Aygül Ömer Söz"), ("omersoz", "Aygül Ömer Söz"), ("ömer", "Aygül Ömer Söz"),
        ("paula souza", "Ana Paula Souza e Silva"), ("souzae", "Ana Paula Souza e Silva"),
    ],
)  # fmt: skip
def test_the_best_match_of_such_names_comes_first(foreigners, query: str, first: str) -> None:
    assert names(foreigners, query)[0] == first


def test_such_a_name_is_found_by_its_name_and_not_by_pinyin(foreigners) -> None:
    for query in ("maria da s", "dasilva", "omer", "oneill"):
        assert search.find(foreigners.book, query)[0].matched == "name", query


def test_pinyin_typed_with_blanks_finds_as_without(here) -> None:
    for query in ("mei xiu lan", "mei xiulan", "meixiu lan", "mei x"):
        assert names(here, query)[0] == "梅秀兰", query


def test_among_thousands_of_common_beginnings_the_one_that_is_meant_comes_first(foreigners) -> None:
    rows = [
        RegisterRow(line=n, name=f"大山{chr(0x4E00 + n)}", building="9栋", unit="1", room=str(n), short=f"9-1-{n}")
        for n in range(1, 700)
    ]
    register.apply_rows(foreigners.book, rows)
    assert names(foreigners, "da s")[0] == "Maria da Silva"


def test_the_names_of_an_older_casebook_are_indexed_anew_once(foreigners) -> None:
    book = foreigners.book
    execute = book.database.execute_sql
    (number,) = execute("SELECT id FROM doc WHERE name = 'Maria da Silva'").fetchall()[0]
    execute("DELETE FROM search WHERE rowid = ?", (number,))
    execute("INSERT INTO search (rowid, name, address) VALUES (?, 'Maria da Silva', '3-1-102')", (number,))
    book.set_meta("search", "1")
    assert "Maria da Silva" not in names(foreigners, "dasilva")
    assert search_index.keep_up(book)
    assert names(foreigners, "dasilva")[0] == "Maria da Silva"
    assert not search_index.keep_up(book)
    assert doctor.examine(book).findings == ()


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


@pytest.mark.parametrize("name", ["=1+1", "=张三", "@all", "😀 王", "--", "+86", "*", '"quoted"', "-5", "…"])
def test_whatever_a_name_begins_with_the_doctor_finds_nothing_amiss(here, name: str) -> None:
    here.add_person(here.family_door, name, "13000000009")
    assert doctor.examine(here.book).findings == ()
    assert name in names(here, "13000000009")
