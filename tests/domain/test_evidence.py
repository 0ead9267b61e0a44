"""Which files are taken, what is said of the others, and how a name from anywhere is made fit to be shown."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.catalog import shelf
from casework.domain import evidence
from casework.domain.evidence import Beginning, Limits, Treatment
from casework.domain.text import plain
from casework.language import say

KINDS = tuple(shelf.evidence_kinds().values())
LIMITS = Limits(1600, 80, 64_000_000, 50_000_000, 20_000_000)
WUHAN = timezone(timedelta(hours=8))


@given(name=st.text(), head=st.binary(max_size=80), inside=st.lists(st.text(max_size=20), max_size=3))
def test_every_file_is_of_a_kind_that_is_taken_or_gets_a_sentence(name: str, head: bytes, inside: list[str]) -> None:
    kind = evidence.recognise(KINDS, name, head, inside)
    wrong = evidence.not_taken(KINDS, name, kind)
    assert (wrong is None) == (kind is not None and kind.treatment is not Treatment.REFUSE)
    if wrong is not None:
        assert say(wrong)


@given(name=st.text(max_size=400))
def test_a_name_is_one_short_line_that_does_no_harm(name: str) -> None:
    kept = evidence.kept_name(name)
    assert 1 <= len(kept) <= evidence.LONGEST_NAME
    assert kept == plain(kept)
    assert "/" not in kept
    assert "\n" not in kept
    kept.encode()


def test_a_long_name_keeps_its_ending() -> None:
    assert evidence.kept_name("长" * 300 + ".jpeg").endswith("….jpeg")
    assert evidence.kept_name(r"C:\\Users\\ann\\a.jpg") == "a.jpg"
    assert evidence.kept_name("/media/stick/a.jpg") == "a.jpg"


@pytest.mark.parametrize(
    ("size", "said"), [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (340_400, "340 kB"), (12_500_000, "12.5 MB")]
)
def test_a_size_is_said_as_people_read_it(size: int, said: str) -> None:
    assert evidence.size_text(size) == said


def test_any_byte_may_stand_where_two_dots_do() -> None:
    webp = Beginning.read("52494646........57454250")
    assert webp.fits(b"RIFF\x01\x02\x03\x04WEBPVP8 ")
    assert not webp.fits(b"RIFF\x01\x02\x03\x04WAVE")
    assert not webp.fits(b"RIFF")


def test_a_name_alone_never_makes_a_file_acceptable() -> None:
    assert evidence.recognise(KINDS, "a.jpg", b"MZ\x90") is None
    assert evidence.recognise(KINDS, "a.docx", b"PK\x03\x04", ["ppt/slides"]) is None


@pytest.mark.parametrize("value", [-5, 0, 10**9])
def test_a_limit_that_makes_no_sense_is_held_within_what_does(value: float) -> None:
    keys = (
        "evidence_picture_side", "evidence_picture_quality", "evidence_picture_megapixels", "evidence_picture_megabytes",
        "evidence_file_megabytes",
    )  # fmt: skip
    found = evidence.limits(dict.fromkeys(keys, value))
    assert 320 <= found.side <= 4096
    assert 40 <= found.quality <= 95
    assert 1_000_000 <= found.pixels <= 120_000_000
    assert 1_000_000 <= found.most_bytes <= 200_000_000


def test_pixels_are_counted_and_not_sides() -> None:
    assert evidence.too_many_pixels("a", 8000, 8000, LIMITS) is None
    assert evidence.too_many_pixels("a", 8001, 8000, LIMITS) is not None
    assert evidence.too_many_pixels("a", 60_000, 1000, LIMITS) is None


def test_a_cameras_clock_is_believed_within_reason() -> None:
    now = datetime(2026, 5, 20, 9, 30, tzinfo=WUHAN)
    assert evidence.taken_plausibly(now, now)
    assert evidence.taken_plausibly(now + timedelta(hours=20), now)
    assert not evidence.taken_plausibly(now + timedelta(days=2), now)
    assert not evidence.taken_plausibly(datetime(1970, 1, 1, tzinfo=WUHAN), now)
