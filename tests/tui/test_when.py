"""When it was, and when the next step is: asked by keys, never in the future by mistake."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from casework.tui.app import CaseworkApp
from casework.tui.widgets import when
from tests.tui.fakes import NOW, TODAY
from tests.tui.test_screens import SMALL, settle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.tui.fakes import FakeBook


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1405", time(14, 5)), ("14:05", time(14, 5)), ("１４：０５", time(14, 5)), ("905", time(9, 5)),
        ("9", time(9)),         ("14.5", time(14, 5)), ("14时05分", time(14, 5)),
        ("2460", None), ("25", None), ("", None), ("下午", None), ("14:", time(14)), ("②", None),
    ],
)  # fmt: skip
def test_a_time_is_read_as_people_type_it(typed: str, meant: time | None) -> None:
    assert when.read_clock(typed) == meant


async def asked(book: FakeBook, keys: Sequence[str], moment: datetime | None = None) -> list[Any]:
    app = CaseworkApp(book)  # type: ignore[arg-type]
    answers: list[Any] = []
    async with app.run_test(size=SMALL) as pilot:
        when.ask_moment(app.screen, "?", answers.append, now=NOW, moment=moment)
        await settle(pilot)
        await pilot.press(*keys)
        await settle(pilot)
    return answers


async def test_yesterday_at_half_past_four_takes_one_key_and_four_digits(book: FakeBook) -> None:
    assert await asked(book, ["y", *"1630", "enter"]) == [
        datetime.combine(TODAY - timedelta(days=1), time(16, 30), NOW.tzinfo)
    ]


async def test_a_day_is_stepped_back_with_minus(book: FakeBook) -> None:
    assert await asked(book, ["-", "-", "+", *"0800", "enter"]) == [
        datetime.combine(TODAY - timedelta(days=1), time(8), NOW.tzinfo)
    ]


async def test_the_last_door_but_one_is_a_few_steps_of_a_quarter_of_an_hour_back(book: FakeBook) -> None:
    assert await asked(book, ["b", "b", "enter"]) == [NOW.replace(second=0, microsecond=0) - timedelta(minutes=30)]
    assert await asked(book, ["b", *"0800", "enter"]) == [datetime.combine(TODAY, time(8), NOW.tzinfo)]


async def test_a_quarter_of_an_hour_before_midnight_is_yesterday(book: FakeBook) -> None:
    early = datetime.combine(TODAY, time(0, 5), NOW.tzinfo)
    assert await asked(book, ["b", "enter"], early) == [early - timedelta(minutes=15)]


async def test_a_time_in_the_future_is_not_taken(book: FakeBook) -> None:
    assert await asked(book, [*"2359", "enter"]) == []


async def test_what_is_no_time_is_not_taken(book: FakeBook) -> None:
    assert await asked(book, [*"9999", "enter"]) == []


async def test_a_late_entry_goes_back_to_now_and_escape_leaves_it(book: FakeBook) -> None:
    yesterday = NOW - timedelta(days=1)
    assert await asked(book, ["n"], yesterday) == [None]
    assert await asked(book, ["escape"], yesterday) == [when.KEPT]


async def day_asked(book: FakeBook, keys: Sequence[str], **wanted: Any) -> list[Any]:
    app = CaseworkApp(book)  # type: ignore[arg-type]
    answers: list[Any] = []
    async with app.run_test(size=SMALL) as pilot:
        when.ask_day(app.screen, "?", answers.append, today=TODAY, **wanted)
        await settle(pilot)
        for key in keys:
            await pilot.press(key)
            await settle(pilot)
    return answers


async def test_a_day_is_reached_by_steps(book: FakeBook) -> None:
    assert await day_asked(book, ["]", "+", "enter"]) == [TODAY + timedelta(days=8)]


async def test_no_day_before_the_first_can_be_chosen(book: FakeBook) -> None:
    assert await day_asked(book, ["-", "-", "enter"]) == [TODAY]


async def test_the_calendar_walks_over_the_edge_of_a_month(book: FakeBook) -> None:
    wanted = await day_asked(book, ["c", *["down"] * 5, "enter", "enter"])
    assert wanted == [date(2026, 8, 5)]


async def test_escape_in_the_calendar_goes_back_to_the_steps_first(book: FakeBook) -> None:
    assert await day_asked(book, ["c", "down", "escape", "escape"]) == [when.KEPT]


async def test_no_day_is_an_answer_only_where_it_makes_sense(book: FakeBook) -> None:
    assert await day_asked(book, ["n"], clear=True) == [None]
    assert await day_asked(book, ["n", "escape"]) == [when.KEPT]
