"""Addresses: five ways to write one door, read into the same parts."""

from __future__ import annotations

import timeit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain.address import floor_of, parse


@pytest.mark.parametrize(
    ("written", "short", "floor", "rest"),
    [
        ("12-3-501", "12-3-501", 5, ""),
        ("１２－３－５０１", "12-3-501", 5, ""),
        ("12—3—501室", "12-3-501", 5, ""),
        ("12-501", "12-501", 5, ""),
        ("12号3单元1楼", "12-3-1", 1, ""),
        ("12-3-1", "12-3-1", None, ""),
        ("3栋2单元501室", "3-2-501", 5, ""),
        ("3号楼2单元501", "3-2-501", 5, ""),
        ("3栋2单元5层501室", "3-2-501", 5, ""),
        ("5楼2单元501", "5-2-501", 5, ""),
        ("三栋二单元401", "3-2-401", 4, ""),
        ("十二幢一单元1203", "12-1-1203", 12, ""),
        ("3#2-501", "3-2-501", 5, ""),
        ("A座1203", "A-1203", 12, ""),
        ("幸福路12号3单元401", "12-3-401", 4, "幸福路"),
        ("幸福路12号3栋2单元501室", "3-2-501", 5, "幸福路12号"),
        ("幸福路12号3-2-501", "3-2-501", 5, "幸福路12号"),
        ("幸福小区 3-2-501", "3-2-501", 5, "幸福小区"),
        ("花城社区银湖御园3栋A单元1201室", "3-A-1201", 12, "花城社区银湖御园"),
        ("Bldg 3 Unit 2 Room 501", "3-2-501", 5, ""),
        ("Building 3, Unit 2, Rm. 501", "3-2-501", 5, ""),
        ("Flat 501, Block 3", "3-501", 5, ""),
        ("银湖御园", "", None, "银湖御园"),
        ("", "", None, ""),
    ],
)
def test_a_door_is_read_as_it_is_written(written: str, short: str, floor: int | None, rest: str) -> None:
    parts = parse(written)
    assert (parts.short(), parts.floor, parts.rest, parts.raw) == (short, floor, rest, written)


def test_the_floor_follows_from_the_room() -> None:
    assert [floor_of(room) for room in ("501", "1203", "0301", "501A", "12", "", "东", "10203")] == [
        5, 12, 3, 5, None, None, None, None,
    ]  # fmt: skip


def test_doors_sort_as_they_stand() -> None:
    doors = ["12-1-101", "2-1-1001", "2-1-201", "2-10-101", "2-2-101", "A座301"]
    assert sorted(doors, key=lambda door: parse(door).walk_key()) == [
        "A座301", "2-1-201", "2-1-1001", "2-2-101", "2-10-101", "12-1-101",
    ]  # fmt: skip


@given(st.integers(1, 99), st.integers(1, 9), st.integers(1, 33), st.integers(1, 8))
def test_the_short_form_is_read_back(building: int, unit: int, floor: int, door: int) -> None:
    short = f"{building}-{unit}-{floor}{door:02d}"
    assert parse(short).short() == short
    assert parse(f"{building}栋{unit}单元{floor}{door:02d}室").short() == short
    assert parse(short).floor == floor


@given(st.text(max_size=60) | st.text(alphabet="0123456789-栋单元号楼室座#AB 一二十东", max_size=30))
def test_nothing_that_is_written_breaks_it_or_is_lost(text: str) -> None:
    parts = parse(text)
    assert parts.raw == text
    assert sorted([parts, parts], key=lambda one: one.walk_key())


def test_a_million_addresses_can_be_read_in_an_import() -> None:
    best = min(timeit.repeat(lambda: parse("幸福路12号3单元401"), number=3000, repeat=5)) / 3000
    assert best < 60e-6
