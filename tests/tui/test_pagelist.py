"""Long lists: only what is on the screen is read and drawn, and a cursor key touches two lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len
from textual.app import App

from casework.tui import themes
from casework.tui.widgets.lines import fit, wrapped
from casework.tui.widgets.pagelist import Cell, Column, Heading, KeysetSource, ListSource, PageList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.theme import Theme

MILLION = 1_000_000


class Counted:
    """A million rows that exist only when asked for."""

    def __init__(self, total: int = MILLION) -> None:
        self.total = total
        self.asked: list[int] = []

    def count(self) -> int:
        return self.total

    def page(self, start: int, limit: int) -> Sequence[int]:
        self.asked.append(start)
        return range(start, min(start + limit, self.total))


def cells(row: int | str | Heading) -> Sequence[Cell] | Heading:
    if isinstance(row, Heading):
        return row
    return (Cell(f"{row}", "due"), Cell("张桂兰"))


class ListApp(App[None]):
    CSS = "PageList { height: 1fr; }"

    def __init__(self, page_list: PageList) -> None:
        super().__init__()
        self.page_list = page_list
        self.seen: list[tuple[str, int]] = []

    @property
    def available_themes(self) -> dict[str, Theme]:
        return {**super().available_themes, **themes.THEMES}

    def compose(self) -> ComposeResult:
        self.theme = themes.DARK
        yield self.page_list

    def on_page_list_highlighted(self, event: PageList.Highlighted) -> None:
        if type(event) is PageList.Highlighted:
            self.seen.append(("highlighted", event.index))

    def on_page_list_selected(self, event: PageList.Selected) -> None:
        self.seen.append(("selected", event.index))


def a_list(source: object, **more: object) -> PageList:
    return PageList((Column(9, "Key"), Column(None, "Action")), cells, source, **more)  # type: ignore[arg-type]


async def test_a_million_rows_read_only_the_pages_that_are_seen() -> None:
    source = Counted()
    app = ListApp(a_list(source))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("end")
        assert app.page_list.current == MILLION - 1
        await pilot.press("up", "home", "down")
        assert app.page_list.current == 1
        assert len(set(source.asked)) <= 4


async def test_enter_chooses_and_the_cursor_tells_where_it_is() -> None:
    app = ListApp(a_list(ListSource(list(range(5)))))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "enter")
        await pilot.pause()
        assert app.seen[-2:] == [("highlighted", 1), ("selected", 1)]


async def test_the_cursor_steps_over_headings_and_shows_the_first_one_again() -> None:
    rows = [Heading("甲"), 1, 2, Heading("乙"), 3, *range(100, 140)]
    app = ListApp(a_list(ListSource(rows)))
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.page_list.cursor == 1
        await pilot.press("down", "down")
        assert app.page_list.current == 3
        await pilot.press("end", "home")
        assert app.page_list.cursor == 1
        assert app.page_list.scroll_offset.y == 0


async def test_a_cursor_key_draws_two_lines_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    app = ListApp(a_list(Counted()))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down")
        drawn: list[int] = []
        whole = PageList.render_line

        def watched(self: PageList, y: int) -> object:
            drawn.append(y)
            return whole(self, y)

        monkeypatch.setattr(PageList, "render_line", watched)
        await pilot.press("down")
        await pilot.pause()
        assert sorted(set(drawn)) == [2, 3]


async def test_every_line_is_as_wide_as_the_list_whatever_the_script() -> None:
    rows = ["3-2-501", "张桂兰张桂兰张桂兰", "👩‍👩‍👧 emoji", "阿依古丽·买买提", "[bold]x[/bold]"]
    app = ListApp(a_list(ListSource(rows)))
    async with app.run_test(size=(80, 24)):
        for y in range(6):
            assert cell_len(app.page_list.render_line(y).text) == 80


async def test_text_from_people_is_neither_markup_nor_a_terminal_code() -> None:
    app = ListApp(a_list(ListSource(["[red]a[/]", "\x1b[2Jb"])))
    async with app.run_test(size=(80, 24)):
        assert "[red]a[/]" in app.page_list.render_line(1).text
        assert "\x1b" not in app.page_list.render_line(2).text


async def test_an_empty_list_says_so() -> None:
    app = ListApp(a_list(ListSource([]), empty="没有"))
    async with app.run_test(size=(80, 24)) as pilot:
        assert "没有" in app.page_list.render_line(2).text
        await pilot.press("down", "enter", "end")
        assert app.page_list.current is None
        assert app.seen == []


async def test_what_an_empty_list_says_is_not_cut_on_a_narrow_pane() -> None:
    app = ListApp(a_list(ListSource([]), empty="没有待办，" * 12 + "完"))
    async with app.run_test(size=(80, 24)):
        said = "".join(app.page_list.render_line(y).text.strip() for y in range(1, 6))
        assert said.endswith("完")


async def test_fewer_rows_than_before_leave_the_cursor_on_the_last() -> None:
    app = ListApp(a_list(ListSource(list(range(50)))))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("end")
        app.page_list.show(ListSource([7, 8]))
        await pilot.pause()
        assert app.page_list.current == 8


def keyset(total: int, **more: object) -> tuple[KeysetSource[int], list[object]]:
    asked: list[object] = []

    def fetch(after: int | None, limit: int) -> Sequence[int]:
        asked.append(after)
        start = 0 if after is None else after + 1
        return range(start, min(start + limit, total))

    return KeysetSource(total, fetch, lambda row: row, **more), asked  # type: ignore[arg-type]


def test_pages_are_asked_for_by_the_key_of_the_row_before() -> None:
    source, asked = keyset(1000)
    assert list(source.page(0, 200))[:2] == [0, 1]
    assert source.page(200, 200)[0] == 200
    assert asked == [None, 199]


def test_a_jump_to_the_end_walks_there_or_seeks() -> None:
    source, _asked = keyset(1000)
    assert list(source.page(800, 200))[-1] == 999
    seeking, asked = keyset(MILLION, seek=lambda index: index)
    assert list(seeking.page(MILLION - 200, 200))[-1] == MILLION - 1
    assert len(asked) == 1


@pytest.mark.parametrize("text", ["张桂兰", "abc", "张a桂b兰c", "", "👍👍👍", "e\u0301e\u0301"])
@pytest.mark.parametrize("width", [0, 1, 2, 3, 5, 9])
def test_text_is_cut_and_padded_by_cells(text: str, width: int) -> None:
    assert cell_len(fit(text, width)) == width


def test_long_text_is_broken_between_chinese_characters_and_at_blanks() -> None:
    assert wrapped("燃气灶软管有点旧，已提醒更换", 10, 9) == ["燃气灶软管", "有点旧，已", "提醒更换"]
    assert wrapped("one two three", 8, 9) == ["one two", "three"]
    assert cell_len(wrapped("燃气灶软管有点旧，已提醒更换", 10, 1)[0]) <= 10
    assert wrapped("", 10, 2) == []
