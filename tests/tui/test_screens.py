"""The frame of every screen and the round, by the keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from casework import language
from casework.casebook.errors import DiskFull, Refused
from casework.casebook.views import RoundCounts
from casework.domain.phrase import Phrase
from casework.domain.receipt import Receipt
from casework.tui import marks, themes
from casework.tui.app import CaseworkApp
from casework.tui.screens.palette import PaletteScreen
from casework.tui.screens.round import Figures, RoundScreen, grouped, joined
from casework.tui.widgets.bars import KeyBar, Notice, StatusBar, TooSmall
from casework.tui.widgets.pagelist import Heading
from casework.tui.widgets.stairwell import StairwellView
from casework.tui.widgets.story import Story
from tests.tui import fakes

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from tests.tui.fakes import FakeBook

SMALL, WIDE = (80, 24), (120, 36)


def said(app: CaseworkApp) -> str:
    return app.screen.query_one(Notice).text


def drawn(widget: object, lines: int = 1) -> str:
    return "\n".join(widget.render_line(y).text for y in range(lines))  # type: ignore[attr-defined]


async def settle(pilot: Pilot[int]) -> None:
    """Let the writer finish and its message arrive."""
    for _n in range(3):
        await pilot.pause(0.02)


def round_of(app: CaseworkApp) -> RoundScreen:
    screen = app.screen
    assert isinstance(screen, RoundScreen)
    return screen


async def test_the_round_shows_urgent_doors_first_and_the_story_beside(book: FakeBook) -> None:
    app = CaseworkApp(book)  # type: ignore[arg-type]
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        screen = round_of(app)
        assert screen.household_id == book.stops[0].household_id
        assert book.stops[0].urgent
        story = drawn(screen.query_one(Story), 12)
        assert book.stops[0].names[0] in story
        assert "待办" in story
        await pilot.press("down")
        await settle(pilot)
        assert book.stops[1].names[0] in drawn(screen.query_one(Story), 12)


def test_doors_are_grouped_by_building_with_the_urgent_ones_on_top() -> None:
    headings = [row for row in grouped(fakes.doors()) if isinstance(row, Heading)]
    assert isinstance(headings[0].text, Phrase)
    assert [h.text for h in headings[1:]] == ["幸福里小区3栋", "幸福里小区5栋"]


def test_names_of_several_words_can_be_told_apart() -> None:
    assert joined(("Yu Li", "Luo Yongjun")) == "Yu Li, Luo Yongjun"
    assert joined(("喻丽", "罗勇军")) == "喻丽 罗勇军"


async def test_no_answer_is_one_key_and_goes_on_to_the_next_door(book: FakeBook) -> None:
    app = CaseworkApp(book)  # type: ignore[arg-type]
    async with app.run_test(size=SMALL) as pilot:
        first = round_of(app).household_id
        await pilot.press("n")
        await settle(pilot)
        assert book.saved == [("no_answer", first)]
        assert "已保存" in said(app)
        assert "按 u 撤销" in said(app)
        assert round_of(app).household_id == book.stops[1].household_id


async def test_a_failed_save_says_what_to_do_and_the_same_save_can_be_tried_again(book: FakeBook) -> None:
    app = CaseworkApp(book)  # type: ignore[arg-type]
    async with app.run_test(size=SMALL) as pilot:
        book.fail_with = DiskFull()
        await pilot.press("n")
        await settle(pilot)
        assert "ctrl+r" in said(app)
        assert "已保存" not in said(app)
        first = round_of(app).household_id
        book.fail_with = None
        await pilot.press("down", "ctrl+r")
        await settle(pilot)
        assert book.saved == [("no_answer", first)]
        assert "已保存" in said(app)


async def test_a_retry_saves_under_the_id_of_the_first_try(book: FakeBook) -> None:
    app = CaseworkApp(book)  # type: ignore[arg-type]
    used: list[str] = []

    def work(action: str) -> Receipt:
        used.append(action)
        if len(used) == 1:
            raise DiskFull
        return Receipt(action, "visit", "household", "", Phrase("done"))

    async with app.run_test(size=SMALL) as pilot:
        round_of(app).save(work)
        await settle(pilot)
        await pilot.press("ctrl+r")
        await settle(pilot)
        assert len(used) == 2
        assert used[0] == used[1]


async def test_what_a_rule_refuses_is_not_offered_again(book: FakeBook) -> None:
    app = CaseworkApp(book)  # type: ignore[arg-type]
    async with app.run_test(size=SMALL) as pilot:
        book.fail_with = Refused(Phrase("此户已销户"))
        await pilot.press("n")
        await settle(pilot)
        assert said(app) == "此户已销户"
        await pilot.press("ctrl+r")
        assert said(app) == "没有保存失败的内容。"


async def test_a_key_that_cannot_act_says_why(book: FakeBook) -> None:
    book.stops = []
    app = CaseworkApp(book)  # type: ignore[arg-type]
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("n")
        assert said(app) == "光标下没有住户。"
        assert "今天这里没有待办" in drawn(round_of(app).stops, 4)


async def test_the_language_switches_live_everywhere(book: FakeBook) -> None:
    app = CaseworkApp(book)  # type: ignore[arg-type]
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        screen = round_of(app)
        assert "今日" in drawn(screen.query_one(StatusBar))
        assert "不遇" in drawn(screen.query_one(KeyBar))
        await pilot.press("f2")
        await settle(pilot)
        assert language.language() == "en"
        assert book.settings["language"] == "en"
        assert "Round" in drawn(screen.query_one(StatusBar))
        assert "No answer" in drawn(screen.query_one(KeyBar))
        assert "Urgent, first" in drawn(screen.stops, 3)
        assert "Due" in drawn(screen.query_one(Story), 9)
        descriptions = {b.binding.id: b.binding.description for b in screen.active_bindings.values()}
        assert descriptions["visit.no_answer"] == "No answer"
        await pilot.press("f2")
        assert {b.binding.description for b in screen.active_bindings.values()} >= {"不遇", "走访"}


async def test_dark_and_light_switch_live_and_are_remembered(book: FakeBook) -> None:
    app = CaseworkApp(book)  # type: ignore[arg-type]
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("f3")
        await settle(pilot)
        assert app.theme == themes.LIGHT == book.settings["theme"]
    again = CaseworkApp(book)  # type: ignore[arg-type]
    async with again.run_test(size=SMALL):
        assert again.theme == themes.LIGHT


@pytest.mark.parametrize("size", [(79, 24), (80, 23), (40, 10)])
async def test_a_window_below_the_floor_says_so_in_one_line(book: FakeBook, size: tuple[int, int]) -> None:
    app = CaseworkApp(book)  # type: ignore[arg-type]
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        assert str(app.screen.query_one(TooSmall).render()).startswith("窗口只有")
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert not app.screen.query(TooSmall)


@pytest.mark.parametrize("code", language.LANGUAGES)
async def test_at_80_columns_help_and_palette_are_always_on_the_key_line(book: FakeBook, code: str) -> None:
    book.settings["language"] = code
    app = CaseworkApp(book)  # type: ignore[arg-type]
    async with app.run_test(size=SMALL):
        shown = drawn(app.screen.query_one(KeyBar))
        assert "ctrl+p" in shown
        assert " ? " in shown
        assert " v " in shown


async def test_the_palette_finds_an_action_in_either_language_and_does_it(book: FakeBook) -> None:
    app = CaseworkApp(book)  # type: ignore[arg-type]
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("ctrl+p", *"answer", "enter")
        await settle(pilot)
        assert book.saved == [("no_answer", book.stops[0].household_id)]


async def test_the_palette_says_in_the_workers_language_that_nothing_fits(book: FakeBook) -> None:
    app = CaseworkApp(book)  # type: ignore[arg-type]
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("ctrl+p", *"xyzzy")
        await settle(pilot)
        assert "没有这个名字的操作" in drawn(app.screen.query_one("#actions"), 5)
        await pilot.press("enter", "escape")
        assert isinstance(app.screen, RoundScreen)


async def test_help_leads_on_to_all_actions_as_it_says(book: FakeBook) -> None:
    app = CaseworkApp(book)  # type: ignore[arg-type]
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await pilot.press("question_mark")
        await settle(pilot)
        await pilot.press("ctrl+p")
        await settle(pilot)
        palette = app.screen
        assert isinstance(palette, PaletteScreen)
        assert isinstance(palette.asked, RoundScreen)


async def test_language_and_colours_switch_over_a_question_too(book: FakeBook) -> None:
    app = CaseworkApp(book)  # type: ignore[arg-type]
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await pilot.press("question_mark", "f2", "f3")
        await settle(pilot)
        assert language.language() == "en"
        assert app.theme == themes.LIGHT
        assert "At a door" in drawn(app.screen.query_one("#keys"), 3)


async def test_help_lists_the_keys_of_this_screen_first(book: FakeBook) -> None:
    app = CaseworkApp(book)  # type: ignore[arg-type]
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("question_mark")
        await settle(pilot)
        shown = drawn(app.screen.query_one("#keys"), 5)
        assert shown.index("在门口") < shown.index("走访")
        await pilot.press("escape")
        assert isinstance(app.screen, RoundScreen)


async def test_the_users_keys_act_and_are_shown(book: FakeBook) -> None:
    book.settings["keymap"] = {"visit.no_answer": "z"}
    app = CaseworkApp(book)  # type: ignore[arg-type]
    async with app.run_test(size=SMALL) as pilot:
        assert " z 不遇" in drawn(app.screen.query_one(KeyBar))
        await pilot.press("z")
        await settle(pilot)
        assert len(book.saved) == 1


async def test_a_broken_keymap_and_a_doubtful_clock_are_said_at_the_start(book: FakeBook) -> None:
    book.settings["keymap"] = {"nonsense": "z"}
    book.doubt = Phrase("钟不对")
    app = CaseworkApp(book)  # type: ignore[arg-type]
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        assert "钟不对" in said(app)
        assert "nonsense" in said(app)


async def test_ctrl_c_copies_the_address_and_never_quits(book: FakeBook) -> None:
    app = CaseworkApp(book)  # type: ignore[arg-type]
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("ctrl+c")
        assert app.clipboard == book.stops[0].address
        assert app.is_running


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_two_keys_leave(book: FakeBook, key: str) -> None:
    app = CaseworkApp(book)  # type: ignore[arg-type]
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press(key)
    assert app.return_value == 0


async def test_the_stairwell_is_walked_by_arrows_and_acts_at_its_door(book: FakeBook) -> None:
    app = CaseworkApp(book)  # type: ignore[arg-type]
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("s")
        await settle(pilot)
        view = app.screen.query_one(StairwellView)
        assert view.door is not None
        start = view.door
        await pilot.press("right", "up", "down", "left")
        assert view.door == start
        await pilot.press("n")
        await settle(pilot)
        assert book.saved == [("no_answer", start.household_id)]
        await pilot.press("escape")
        assert isinstance(app.screen, RoundScreen)


async def test_a_wide_building_scrolls_and_its_floors_stay_in_sight(book: FakeBook) -> None:
    app = CaseworkApp(book)  # type: ignore[arg-type]
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("s")
        await settle(pilot)
        view = app.screen.query_one(StairwellView)
        building = fakes.cells(floors=30, units=6)
        view.show(building, next(door.household_id for door in building if door.floor == 30))
        await settle(pilot)
        await pilot.press(*["right"] * 11)
        await settle(pilot)
        assert view.scroll_offset.x > 0
        assert view.door is not None
        assert view.door.unit == "6"
        assert view.render_line(1).text.startswith(" 30层")
        assert view.door.room in view.render_line(1).text
        await pilot.press(*["down"] * 29)
        await settle(pilot)
        assert view.door.floor == 1
        assert "紧急" in view.render_line(view.scrollable_content_region.height - 1).text


def _luminance(colour: str) -> float:
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2.1, relative luminance."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [themes.DARK, themes.LIGHT])
@pytest.mark.parametrize("tone", themes.TONES)
@pytest.mark.parametrize("ground", ["background", "surface", "panel"])
def test_every_tone_can_be_read_in_bad_light(theme: str, tone: str, ground: str) -> None:
    assert contrast(themes.colour(theme, tone), themes.colour(theme, ground)) >= 5.5


@pytest.mark.parametrize("theme", [themes.DARK, themes.LIGHT])
@pytest.mark.parametrize("cursor", ["cursor", "cursor-dim"])
def test_the_line_under_the_cursor_can_be_read(theme: str, cursor: str) -> None:
    assert contrast(themes.colour(theme, "cursor-text"), themes.colour(theme, cursor)) >= 7


def test_marks_keep_their_one_cell_on_every_terminal() -> None:
    import unicodedata

    from rich.cells import cell_len

    for name in marks.names():
        assert cell_len(marks.mark(name)) == 1
        assert unicodedata.east_asian_width(marks.mark(name)) in ("N", "Na", "H"), name
        assert marks.mark(name, marks.ASCII).isascii()


async def test_no_color_still_draws_in_greys_and_not_black_on_black(
    book: FakeBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = CaseworkApp(book)  # type: ignore[arg-type]
    assert set(app.available_themes) == {themes.DARK, themes.LIGHT}
    assert not app.native_ansi_color
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        svg = app.export_screenshot()
    assert "#6cb6ff" not in svg
    assert "幸福里社区" in svg.replace("&#160;", " ")


async def test_the_number_of_the_place_one_is_in_closes_what_lies_above(book: FakeBook) -> None:
    app = CaseworkApp(book)  # type: ignore[arg-type]
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("s")
        await settle(pilot)
        assert not isinstance(app.screen, RoundScreen)
        await pilot.press("1")
        await settle(pilot)
        assert isinstance(app.screen, RoundScreen)


async def test_a_mistake_of_ours_never_prints_what_stands_in_the_register(
    book: FakeBook, capsys: pytest.CaptureFixture[str]
) -> None:
    app = CaseworkApp(book)  # type: ignore[arg-type]

    def broken(resident: str = "刘志强") -> None:
        raise ZeroDivisionError

    async def crash() -> None:
        async with app.run_test(size=SMALL) as pilot:
            app.call_later(broken)
            await settle(pilot)

    with pytest.raises(ZeroDivisionError):
        await crash()
    printed = capsys.readouterr()
    assert "ZeroDivisionError" in printed.err
    assert "locals" not in printed.err
    assert book.stops[0].address not in printed.err


async def test_the_figures_of_the_day_fit_80_columns_in_english(book: FakeBook) -> None:
    language.set_language("en")
    app = CaseworkApp(book)  # type: ignore[arg-type]
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        figures = app.screen.query_one(Figures)
        figures.show(RoundCounts(83, 2, 35, 12, 8, 3, 2))
        assert drawn(figures).rstrip().endswith("2 fitted")
