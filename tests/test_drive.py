"""The driver itself: what it says a terminal shows is what a terminal shows."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.drive import Gone, Worker, key_bytes, open_app
from tests.emulator import Emulator, first_time, foreign_controls

if TYPE_CHECKING:
    from collections.abc import Iterator

ECHO = """
import os, tty
tty.setraw(0)
os.write(1, b"ready\\r\\n")
while typed := os.read(0, 99):
    os.write(1, typed)
"""
COMMAND = [sys.executable, "-c", ECHO]


@pytest.fixture
def echo() -> Iterator[Worker]:
    """A program that shows what is typed, on the second row."""
    with open_app(command=COMMAND) as worker:
        worker.sees("ready")
        yield worker


def test_half_of_a_wide_character_does_not_stand_alone() -> None:
    screen = Emulator(10, 2)
    screen.feed("网格员".encode())
    screen.feed(b"\x1b[1;2Hx")
    assert screen.rows()[0] == " x格员"
    screen.feed(b"\x1b[1;3Hy")
    assert screen.rows()[0] == " xy 员"


def test_text_goes_on_after_a_character_without_width() -> None:
    screen = Emulator(20, 1)
    screen.feed("a\u200bb e\u0301 c".encode())
    assert screen.rows() == ["ab é c"]


def test_a_wide_character_that_has_no_room_goes_to_the_next_line() -> None:
    screen = Emulator(3, 2)
    screen.feed("ab网".encode())
    assert screen.rows() == ["ab", "网"]


def test_she_sees_what_she_typed_in_chinese(echo: Worker) -> None:
    echo.types("水管漏水 3-2-501")
    echo.sees("水管漏水 3-2-501")
    assert echo.cursor() == (16, 1)
    assert len(echo.keys_pressed) == 12


def test_what_is_not_there_is_said_with_the_screen(echo: Worker) -> None:
    echo.types("abc")
    with pytest.raises(AssertionError, match=r"(?s)does not see 'xyz'.*last keys: a b c.*\|abc"):
        echo.sees("xyz", within=0.2)
    with pytest.raises(AssertionError, match="still sees"):
        echo.sees_not("abc", within=0.2)


def test_an_app_that_ended_is_said_to_have_ended() -> None:
    with (
        open_app(command=[sys.executable, "-c", "print('bye'); raise SystemExit(3)"]) as worker,
        pytest.raises(Gone, match=r"(?s)has ended; exit 3.*\|bye"),
    ):
        worker.sees("never")


def test_a_killed_app_is_gone_and_what_it_wrote_is_kept(echo: Worker) -> None:
    echo.types("abc")
    echo.kill()
    assert echo.row_with("abc") == "abc"
    assert echo.ends() is None
    with pytest.raises(Gone):
        echo.presses("d")


def test_keys_are_counted_within_a_block(echo: Worker) -> None:
    echo.types("ab")
    with echo.counting() as keys:
        echo.presses("v", "enter")
    assert keys == ["v", "enter"]


@pytest.mark.parametrize(
    ("key", "sent"), [("v", b"v"), ("ctrl+s", b"\x13"), ("escape", b"\x1b"), ("网", "网".encode()), ("f4", b"\x1bOS")]
)
def test_a_key_is_what_a_keyboard_sends(key: str, sent: bytes) -> None:
    assert key_bytes(key) == sent


def test_an_unknown_key_is_a_mistake_of_the_test() -> None:
    with pytest.raises(ValueError, match="ctrl"):
        key_bytes("ctrl+enter")


def test_a_recording_tells_when_something_was_first_shown() -> None:
    recorded = [(1.0, b"ab"), (2.0, b"c"), (3.0, b"d")]
    assert first_time(recorded, lambda s: "abc" in s.rows()[0]) == 2.0
    assert first_time(recorded, lambda s: "ab" in s.rows()[0], since=2.5) == 3.0
    assert first_time(recorded, lambda s: "x" in s.rows()[0]) is None


@pytest.mark.parametrize(
    "text",
    ["\x1b[2J", "\x1b]0;title\x07", "\x1b[38;5;13m", "\u202e", "\x9b5m", "\x07", "\x1bc", "\x1b[5m", "\x1bP1$r\x1b\\"],
)
def test_a_control_out_of_peoples_text_is_found(text: str) -> None:
    frame = f"\x1b[?2026h\x1b[3;1H\x1b[38;2;1;2;3;48;2;9;9;9m张{text}三\x1b[0m\x1b[?2026l"
    assert foreign_controls(frame.encode()) == [text]


def test_the_apps_own_controls_are_not_taken_for_peoples() -> None:
    assert foreign_controls(b"\x1b[?1049h\x1b[?25l\x1b[3;1H\x1b[1;38;2;1;2;3mabc\x1b[0m\r\n\x1b[?1049l") == []
