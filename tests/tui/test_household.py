"""A household's page: everything that is known of a door, what is changed there, and whose number was looked at."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from casework.casebook import followups, history, households, leaks, residents, visits
from casework.casebook.book import Casebook
from casework.casebook.entries import (
    ConsentEntry,
    EditEntry,
    FollowupEntry,
    LastSeenEntry,
    LeakEntry,
    TagEntry,
    VisitEntry,
)
from casework.casebook.errors import DiskFull
from casework.domain.household import Fuel
from casework.domain.resident import LastSeenSource
from casework.language import say
from casework.tui.app import CaseworkApp
from casework.tui.dialogs import DIGITS, ChooseDialog
from casework.tui.screens import household as page
from casework.tui.screens.household import HouseholdScreen
from casework.tui.widgets.story import Story
from tests.casebook.conftest import MORNING
from tests.casebook.test_migrations import FIXTURES
from tests.tui.real import SMALL, WIDE, drawn, press, said, settle, until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual.pilot import Pilot

    from casework.casebook.clock import FrozenClock
    from tests.casebook.conftest import Neighbourhood

NASTY = "[bold]王[/]\x1b[2J\x1b]0;x\x07\u202eevil\u2066👵🏽"
PHONE = "13000000001"


async def opened(pilot: Pilot[int], app: CaseworkApp, door: str) -> HouseholdScreen:
    """The page of a door."""
    await settle(pilot)
    app.open("household", door)
    await until(pilot, lambda: isinstance(app.screen, HouseholdScreen) and whole(app))
    screen = app.screen
    assert isinstance(screen, HouseholdScreen)
    return screen


def whole(app: CaseworkApp) -> str:
    """The page as text, also what is below the window."""
    screen = next(s for s in reversed(app.screen_stack) if isinstance(s, HouseholdScreen))
    view: Any = screen.query_one_optional("#whole")
    lines = view._lines if view is not None else None
    return "\n".join("".join(text for text, _tone in parts) for parts in lines or ())


async def change(pilot: Pilot[int], here: Neighbourhood, app: CaseworkApp, *keys: str) -> None:
    """Press keys from the page on, and wait for the save."""
    before = len(history.latest(here.book))
    await press(pilot, "e", *keys)
    await until(pilot, lambda: len(history.latest(here.book)) > before)
    await settle(pilot)


def verbs(here: Neighbourhood) -> list[str]:
    """What was saved, in order."""
    return [row[0] for row in here.book.database.execute_sql("SELECT verb FROM action ORDER BY n").fetchall()]


async def test_people_first_then_what_is_owed_then_what_was(here: Neighbourhood) -> None:
    residents.consent(
        here.book, ConsentEntry(resident_id=here.mei, purpose="health_notes", basis="consent", given=False)
    )
    households.edit(here.book, EditEntry(id=here.door, values={"cautions": ["dog"], "note": "敲左边那扇门"}))
    followups.open(here.book, FollowupEntry(household_id=here.door, category="other", title="楼道灯坏了"))
    visits.log(
        here.book,
        VisitEntry(household_id=here.door, outcome="completed", met=(here.mei,), topics=("health",), note="血压高"),
    )
    residents.last_seen(here.book, LastSeenEntry(resident_id=here.mei, on=date(2026, 5, 18), by="neighbour"))
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, app, here.door)
        text = whole(app)
        wanted = [
            "3-1-101", "狗", "敲左边那扇门", "梅秀兰", "85", "独居", "风险", "邻居见到", "130****0001", "梅建国", "130****0099",
            "不同意", "楼道灯坏了", "梅秀兰 / 身体状况", "血压高",
        ]  # fmt: skip
        positions = [text.find(one) for one in wanted]
        assert -1 not in positions, wanted[positions.index(-1)]
        assert positions == sorted(positions)


async def test_a_number_is_shown_by_a_key_masked_after_a_while_and_the_look_is_recorded(
    here: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "SHOWN_SECONDS", 0.4)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, app, here.door)
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, ChooseDialog))
        assert PHONE not in whole(app)
        await pilot.press("1")
        await until(pilot, lambda: PHONE in whole(app))
        assert verbs(here)[-1] == "reveal"
        await until(pilot, lambda: PHONE not in whole(app))


async def test_a_number_is_masked_again_as_soon_as_the_page_is_left(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, app, here.door)
        await press(pilot, "r", "1")
        await until(pilot, lambda: PHONE in whole(app))
        await pilot.press("v")
        await until(pilot, lambda: not isinstance(app.screen, HouseholdScreen))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, HouseholdScreen))
        await settle(pilot)
        assert PHONE not in whole(app)


async def test_a_look_that_cannot_be_recorded_shows_nothing(
    here: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> str:
        raise DiskFull

    monkeypatch.setattr(residents, "reveal", full)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, app, here.door)
        await press(pilot, "r", "1")
        await until(pilot, lambda: said(app) == say_full())
        assert PHONE not in whole(app)


def say_full() -> str:
    """What a full disk says."""
    return say(DiskFull().phrase)


async def test_at_any_door_r_asks_for_the_number(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await until(pilot, lambda: getattr(app.screen, "household_id", None) == here.door)
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, ChooseDialog))
        await pilot.press("1")
        await until(pilot, lambda: PHONE in whole(app))


def fuel(here: Neighbourhood) -> object:
    return households.get(here.book, here.door).fuel


def mei(here: Neighbourhood) -> Any:
    return residents.get(here.book, here.mei)


CHANGES: list[tuple[str, tuple[str, ...], Callable[[Neighbourhood], object], object]] = [
    ("a tag", ("1", "1"), lambda h: len(mei(h).tags), 2),
    ("last seen", ("2", "2", "enter"), lambda h: (mei(h).last_seen_by, mei(h).last_seen_on),
     (LastSeenSource.NEIGHBOUR, date(2026, 5, 20))),
    ("risk", ("3", "1", *"fell", "enter"), lambda h: (mei(h).risk_override, mei(h).risk_reason), ("red", "fell")),
    ("a contact", ("4", *"Mei Li", "enter", *"son", "enter", *"139", "enter"),
     lambda h: [(c.name, c.relation, c.phone) for c in mei(h).contacts][-1], ("Mei Li", "son", "139")),
    ("a phone", ("5", *"13912345678", "enter"), lambda h: mei(h).phone, "13912345678"),
    ("consent", ("6", "2", "3"), lambda h: [(c.purpose, c.given) for c in residents.consents(h.book, h.mei)],
     [("health_notes", False)]),
    ("another person", ("7", *"Li", "enter", "enter", *"19501231", "ctrl+s"),
     lambda h: [(p.name, p.born) for p in households.people_of(h.book, h.door)][-1], ("Li", date(1950, 12, 31))),
    ("fuel", ("8", "1"), fuel, Fuel.PIPELINE_GAS),
    ("a caution", ("9", "1"), lambda h: households.get(h.book, h.door).cautions, ("dog",)),
    ("a note", ("a", *"left door", "enter"), lambda h: households.get(h.book, h.door).note, "left door"),
    ("the end of a tag", ("b", "1"), lambda h: mei(h).tags[0].until, date(2026, 5, 20)),
]  # fmt: skip


@pytest.mark.parametrize(("what", "keys", "there", "wanted"), CHANGES, ids=[c[0] for c in CHANGES])
async def test_what_is_changed_on_the_page_is_there_and_can_be_undone(
    here: Neighbourhood, what: str, keys: tuple[str, ...], there: Callable[[Neighbourhood], object], wanted: object
) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, app, here.door)
        await change(pilot, here, app, *map(key_of, keys))
        assert there(here) == wanted
        await pilot.press("u")
        await until(pilot, lambda: "已撤销" in said(app))
        try:
            now = there(here)
        except IndexError:
            now = None
        assert now != wanted, what


def key_of(key: str) -> str:
    """A character as the name of its key."""
    return "space" if key == " " else key


async def test_enter_on_the_page_asks_what_changes(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, app, here.door)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ChooseDialog))


async def test_a_wrong_id_number_is_refused_with_a_sentence(here: Neighbourhood) -> None:
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, app, here.door)
        await press(pilot, "e", "7", *"Li", "enter", *"420102195012310018", "ctrl+s")
        await until(pilot, lambda: said(app) != "")
        assert "420102195012310018" not in said(app)
        assert len(households.people_of(here.book, here.door)) == 1


async def test_the_history_says_who_changed_what_and_when(here: Neighbourhood) -> None:
    here.clock.instant += timedelta(hours=1)
    residents.edit(here.book, EditEntry(id=here.mei, values={"phone": "13912345678"}))
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, app, here.door)
        await press(pilot, "h")
        lines = whole(app).splitlines()
        assert "已修改：梅秀兰" in lines[2]
        assert "李芳" in lines[2]
        assert "10:30" in lines[2]
        assert "电话" in lines[3]
        assert "13912345678" not in "\n".join(lines), "values stand where they are masked"
        await press(pilot, "h")
        assert "人员" in whole(app)


async def test_whatever_an_import_brought_is_text_on_the_page_and_in_its_questions(here: Neighbourhood) -> None:
    households.edit(here.book, EditEntry(id=here.door, values={"note": NASTY + "长" * 10_000}))
    residents.edit(here.book, EditEntry(id=here.mei, values={"name": NASTY * 20}))
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot, app, here.door)
        assert whole(app).count("长") == 10_000
        assert "[bold]王[/]" in whole(app)
        await press(pilot, "e", "a")
        drawn = app.export_screenshot()
        await press(pilot, "escape", "h")
        for sign in ("\x1b", "\u202e", "\u2066", "\x07"):
            assert sign not in whole(app)
            assert sign not in drawn
            assert sign not in app.export_screenshot()


@pytest.mark.parametrize("place", ["round", "residents", "followups", "household", "stairwell", "visit"])
async def test_u_says_what_it_undid_wherever_one_is(here: Neighbourhood, place: str) -> None:
    visits.no_answer(here.book, here.family_door)
    app = CaseworkApp(here.book)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        if place in ("residents", "followups"):
            await press(pilot, {"residents": "2", "followups": "3"}[place])
        elif place != "round":
            app.open(place, here.door)
        await settle(pilot)
        await pilot.press("u")
        await until(pilot, lambda: "已撤销" in said(app))
        assert "3-1-102" in said(app)
        assert visits.of_household(here.book, here.family_door) == []


async def test_a_check_that_does_not_count_as_done_says_so_on_the_page(here: Neighbourhood) -> None:
    leaks.save(here.book, LeakEntry(household_id=here.door, noticed_at=MORNING))
    app = CaseworkApp(here.book)
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot, app, here.door)
        text = whole(app)
    assert "瓶装气与自闭阀检查" in text
    assert "未完成" in text


async def test_the_page_shows_a_check_that_an_earlier_version_saved(tmp_path: Path, clock: FrozenClock) -> None:
    shutil.copytree(FIXTURES / "schema-1", tmp_path / "old")
    book = Casebook.open(tmp_path / "old" / "kept.casework", None, clock)
    door = book.database.execute_sql("SELECT household_id FROM hazard").fetchall()[0][0]
    app = CaseworkApp(book)
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot, app, door)
        text = whole(app)
    book.close()
    assert "皂液检漏" in text, "its hazard is called by the question, as it was then"
    assert "未完成" not in text


# what is sensitive


@pytest.fixture
def on_allowance(here: Neighbourhood) -> Neighbourhood:
    """Mei lives alone, which all may see; what she lives on, and how she fares, they may not."""
    for tag in ("minimum_living_allowance", "functionally_dependent"):
        residents.tag(here.book, TagEntry(resident_id=here.mei, tag=tag))
    households.edit(here.book, EditEntry(id=here.door, values={"phone": LANDLINE}))
    return here


LANDLINE = "027-85550001"


async def choose(pilot: Pilot[int], app: CaseworkApp, option: str) -> None:
    """Take the option of that name."""
    await until(pilot, lambda: isinstance(app.screen, ChooseDialog))
    dialog = app.screen
    assert isinstance(dialog, ChooseDialog)
    names = [say(label) for _value, label in dialog.options]
    await press(pilot, DIGITS[next(n for n, name in enumerate(names) if option in name)])


async def test_money_and_health_are_masked_on_the_page_until_r_shows_them_for_a_while(
    on_allowance: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = on_allowance
    monkeypatch.setattr(page, "SHOWN_SECONDS", 0.6)
    app = CaseworkApp(here.book)
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot, app, here.door)
        assert "独居" in whole(app)
        assert "另有 2 项已遮住" in whole(app)
        assert "风险：红" in whole(app), "why is masked, that she is at risk is not"
        assert "低保" not in whole(app)
        assert "失能" not in whole(app)
        await pilot.press("r")
        await choose(pilot, app, "人群标签")
        await until(pilot, lambda: "低保" in whole(app))
        assert "失能 (+3)" in whole(app).replace("（", " (").replace("）", ")")
        assert verbs(here)[-1] == "reveal"
        await until(pilot, lambda: "低保" not in whole(app))


async def test_the_households_own_number_stands_masked_on_the_page_and_in_the_story(
    on_allowance: Neighbourhood,
) -> None:
    here = on_allowance
    app = CaseworkApp(here.book)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await until(pilot, lambda: "027-****0001" in drawn(app.screen.query_one(Story)))
        await opened(pilot, app, here.door)
        assert "027-****0001" in whole(app)
        assert LANDLINE not in whole(app)
        await pilot.press("r")
        await choose(pilot, app, "住户电话")
        await until(pilot, lambda: LANDLINE in whole(app))
    assert verbs(here)[-1] == "reveal"
    assert "住户电话" in say(history.latest(here.book, 1)[0].summary)


async def test_a_masked_tag_is_ended_only_after_it_was_shown(on_allowance: Neighbourhood) -> None:
    here = on_allowance
    app = CaseworkApp(here.book)
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot, app, here.door)
        await pilot.press("e")
        await choose(pilot, app, "去掉一个标签")
        await until(pilot, lambda: isinstance(app.screen, ChooseDialog))
        assert "低保" not in " ".join(say(label) for _value, label in app.screen.options)
        await choose(pilot, app, "已遮住")
        assert verbs(here)[-1] == "reveal"
        await choose(pilot, app, "低保")
        await until(pilot, lambda: verbs(here)[-1] == "resident.untag")
    held = [tag.tag for tag in residents.get(here.book, here.mei).tags if tag.holds_on(here.book.today())]
    assert held == ["lives_alone", "functionally_dependent"]


async def test_what_may_be_added_does_not_tell_what_is_held(on_allowance: Neighbourhood) -> None:
    here = on_allowance
    app = CaseworkApp(here.book)
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot, app, here.door)
        await press(pilot, "e", "1")
        await choose(pilot, app, "低保")
        await until(pilot, lambda: "已有这个标签" in said(app))
    assert [tag.tag for tag in residents.get(here.book, here.mei).tags].count("minimum_living_allowance") == 1
