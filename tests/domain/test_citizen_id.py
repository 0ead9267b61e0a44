"""ID numbers: read as written, refused with the reason, never repeated in a message."""

from __future__ import annotations

import timeit
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from casework.domain.citizen_id import InvalidCitizenId, parse
from casework.domain.resident import Sex
from casework.language import say

BEIJING, ANHUI = "11010519491231002X", "34052419800101001X"


def refused(text: str) -> str:
    with pytest.raises(InvalidCitizenId) as caught:
        parse(text)
    return caught.value.reason.text


def test_birth_date_and_sex_follow_from_the_number() -> None:
    assert (parse(BEIJING).born, parse(BEIJING).sex) == (date(1949, 12, 31), Sex.FEMALE)
    assert (parse(ANHUI).born, parse(ANHUI).sex) == (date(1980, 1, 1), Sex.MALE)


@pytest.mark.parametrize(
    "written",
    [
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        " 110105 19491231 002X\n",
        "'11010519491231002X",
        "110105-19491231-002X",
        "\u200e11010519491231002X\u202c",
    ],
)
def test_full_width_digits_spaces_and_a_small_x_are_read(written: str) -> None:
    assert parse(written).number == BEIJING


def test_a_card_of_15_digits_is_completed_and_says_what_was_assumed() -> None:
    card = parse("420103400101001")
    assert (card.number, card.born) == ("420103194001010018", date(1940, 1, 1))
    assert card.assumed is not None
    assert "1940" in say(card.assumed)
    assert parse("420103400101001.0") == card


@pytest.mark.parametrize("text", ["4.20103E+17", "4.20103194001010e+17", "420103194001010011.0"])
def test_a_number_that_a_spreadsheet_made_a_float_is_refused_with_that_reason(text: str) -> None:
    assert "lost its last digits" in refused(text)


def test_a_number_cut_to_fifteen_significant_digits_says_so() -> None:
    assert "ends in 000" in refused("420103194001010000")


def test_other_mistakes_are_named() -> None:
    assert "empty" in refused("  ")
    assert "has {n}" in refused("4201031940010100")
    assert "mistyped" in refused("110105194912310021")
    assert "does not exist" in refused("11010519490231002X")
    assert "17 digits" in refused("1101051949123100A1")
    assert "17 digits" in refused("11010519491231002Z")


def test_an_area_code_that_nobody_knows_any_more_is_accepted() -> None:
    number = "99999919700101001"
    assert parse(number + ric.calc_check_digit(number + "0")).born == date(1970, 1, 1)


@given(st.text(max_size=30) | st.from_regex(r"[0-9]{17}[0-9xX]", fullmatch=True))
def test_whatever_is_typed_is_read_or_refused_and_never_repeated(text: str) -> None:
    reason = None
    try:
        read = parse(text)
    except InvalidCitizenId as error:
        reason = error.reason
    if reason is not None:
        assert len(text) < 5 or text not in say(reason)
        return
    assert ric.calc_check_digit(read.number) == read.number[-1]
    assert read.born.strftime("%Y%m%d") == read.number[6:14]


BODY = r"[1-9][0-9]{5}(19[0-9]{2}|20[01][0-9])(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}"


@given(st.from_regex(BODY, fullmatch=True), st.integers(0, 16), st.integers(1, 9))
def test_one_mistyped_digit_is_always_noticed(body: str, place: int, by: int) -> None:
    number = body + ric.calc_check_digit(body + "0")
    assert parse(number).number == number
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    with pytest.raises(InvalidCitizenId):
        parse(wrong)


def test_a_million_numbers_can_be_read_in_an_import() -> None:
    """6 microseconds each is what import can afford; the limit is wide, since the machine may be busy."""
    assert min(timeit.repeat(lambda: parse(BEIJING), number=5000, repeat=5)) / 5000 < 30e-6
