"""Text from people and files: shown as text, never able to move the cursor."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain.text import STRANGE, halfwidth, plain

WORST = st.text(
    alphabet=st.characters() | st.sampled_from("\x1b\x07\r\n\t\u202e\u2066\u200b\u200d\ufe0f\u0301\ud800\u2028李👩"),
    max_size=60,
)


@given(WORST, st.booleans())
def test_nothing_that_acts_on_a_terminal_is_left(text: str, lines: bool) -> None:
    shown = plain(text, lines)
    for sign in shown:
        if sign == "\n":
            assert lines
            continue
        assert unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}, hex(ord(sign))
    shown.encode()


@given(WORST, st.booleans())
def test_what_was_made_harmless_stays_as_it_is(text: str, lines: bool) -> None:
    once = plain(text, lines)
    assert plain(once, lines) == once
    assert unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("李秀英 3-2-501", "李秀英 3-2-501"),
        ("\x1b[31mred\x1b]0;title\x07", "␛[31mred␛]0;title␇"),
        ("\x9b31m", f"{STRANGE}31m"),
        ("李\u202e明", f"李{STRANGE}明"),
        ("a\u200bb\ufeffc\u00add", "abcd"),
        ("👩\u200d👧 ❤\ufe0f", "👩👧 ❤"),
        ("e\u0301", "é"),
        ("one\r\ntwo\u2028three\tfour", "one two three four"),
        ("[bold]not bold[/bold]", "[bold]not bold[/bold]"),
        ("　全角", "　全角"),
    ],
)
def test_signs_are_shown_and_names_are_kept(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_line_breaks_of_every_kind_are_kept_where_lines_are_shown() -> None:
    assert plain("a\r\nb\rc\x0bd\u2029e\x85f", lines=True) == "a\nb\nc\nd\ne\nf"


def test_a_tower_of_accents_stays_on_its_line() -> None:
    assert len(plain("a" + "\u0301" * 1000)) <= 5


def test_a_note_of_ten_thousand_characters_is_shown_whole() -> None:
    assert plain("記" * 10_000) == "記" * 10_000


def test_full_width_is_read_as_ordinary() -> None:
    assert halfwidth("１２－３　ＡＢ") == "12-3 AB"
