"""The notice at the door: a page a door for Word, 32 columns for a receipt printer, and nothing that a neighbour must not
read.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import docx
import pytest
from rich.cells import cell_len

from casework.casebook import areas, households, notices, residents, visits
from casework.casebook.entries import AreaEntry, HouseholdEntry, ResidentEntry, TagEntry, VisitEntry
from casework.casebook.errors import NotFound, Refused, WrongUse
from casework.catalog import doornotice as catalog
from casework.catalog import shelf
from casework.domain.area import AreaLevel
from casework.domain.visit import Outcome
from casework.exchange import doornotice
from casework.language import say, set_language

if TYPE_CHECKING:
    from pathlib import Path

    from casework.casebook.book import Casebook

NAME, PHONE = "王秀英", "13000000001"
RING = "027-80000001"


@pytest.fixture
def doors(book: Casebook) -> list[str]:
    """Two doors of an old woman who lives alone and of a family, tried three times and once."""
    grid = areas.add(book, AreaEntry(level=AreaLevel.GRID, name="满春十三网格")).subject_id
    building = areas.add(book, AreaEntry(level=AreaLevel.BUILDING, name="3栋", parent_id=grid)).subject_id
    made = []
    for n, (room, name) in enumerate((("501", NAME), ("502", "李建国"))):
        entry = HouseholdEntry(
            grid_id=grid, building_id=building, address=f"春晓社区3栋2单元{room}室", short=f"3-2-{room}", unit="2",
            room=room, walk_order=9 - n, fuel="lpg_cylinder",
        )  # fmt: skip
        made.append(households.add(book, entry).subject_id)
        person = ResidentEntry(household_id=made[-1], name=name, phone=PHONE, head=True, born="1941-03-08")
        resident = residents.add(book, person).subject_id
        for tag in ("lives_alone", "minimum_living_allowance", "functionally_dependent"):
            residents.tag(book, TagEntry(resident_id=resident, tag=tag))
    now = book.clock.now()
    for door, hours in ((made[0], (75, 50, 25)), (made[1], (30,))):
        for back in hours:
            entry = VisitEntry(household_id=door, outcome=Outcome.NO_ANSWER, happened_at=now - timedelta(hours=back))
            visits.log(book, entry)
    return made


def read_page(path: Path) -> str:
    page = docx.Document(str(path))
    cells = [cell.text for table in page.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in page.paragraphs), *cells])


def made(book: Casebook, doors: list[str], out: Path, **more: Any) -> str:
    doornotice.write(book, doors, out, phone=RING, **more)
    return read_page(out) if out.suffix == ".docx" else out.read_text("utf-8")


SECRETS = (NAME, "李建国", PHONE, "独居", "低保", "失能", "lives alone", "allowance", "老人", "older", "risk", "风险")
"""What a neighbour must not learn from a paper on the door."""


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("ending", ["docx", "txt"])
def test_it_says_who_came_when_why_and_what_to_do_and_nothing_of_who_lives_there(
    book: Casebook, doors: list[str], tmp_path: Path, language: str, ending: str
) -> None:
    set_language(language)
    said = made(book, doors[:1], tmp_path / f"notice.{ending}")
    flat = said.replace("\n", "")
    (known,) = notices.read(book, doors[:1])
    for wanted in (book.community, "满春十三网格", book.worker.name, "3-2-501", known.number, RING, "24"):
        assert wanted in said, wanted
    for moment in known.tries:
        assert moment.strftime("%H:%M") in said
        assert moment.date().isoformat() in said
    assert say(catalog.purposes(["lpg_cylinder"])[0]).replace(" ", "") in flat.replace(" ", "")
    for secret in SECRETS:
        assert secret not in said, secret


def test_several_doors_are_one_document_with_a_page_each_in_walking_order(
    book: Casebook, doors: list[str], tmp_path: Path
) -> None:
    set_language("zh_CN")
    said = made(book, doors, tmp_path / "notice.docx")
    assert said.index("3-2-502") < said.index("3-2-501")
    page = docx.Document(str(tmp_path / "notice.docx"))
    breaks = [one for one in page.paragraphs if one.paragraph_format.page_break_before]
    assert len(breaks) == len(page.tables) == 2
    assert "{" not in said


def test_the_receipt_keeps_to_32_columns_in_both_languages(book: Casebook, doors: list[str], tmp_path: Path) -> None:
    for language in ("zh_CN", "en"):
        set_language(language)
        said = made(book, doors, tmp_path / f"{language}.txt")
        assert max(map(cell_len, said.splitlines())) <= 32
        assert said.count("3-2-50") == 2


def test_a_check_that_would_tell_of_an_old_person_is_said_as_a_visit() -> None:
    visit, old = catalog.purposes([]), catalog.purposes(["elderly_home"])
    assert visit == old
    assert catalog.purposes(["elderly_home", "lpg_cylinder"]) != visit


def test_no_rule_of_the_schedule_lends_its_name_to_the_paper(book: Casebook, doors: list[str]) -> None:
    made = doornotice.sheet(book, doors, RING)
    labels = {rule.label.en for rule in shelf.schedule_rules().all} | {
        rule.label.zh for rule in shelf.schedule_rules().all
    }
    said = " ".join(door["purposes"] for door in made.doors)
    assert not [label for label in labels if label in said and "check" not in label.lower() and "检" not in label]


def test_many_tries_are_counted_and_the_latest_named(book: Casebook, doors: list[str]) -> None:
    for n in range(12):
        moment = book.clock.now() - timedelta(minutes=10 * (12 - n))
        visits.log(book, VisitEntry(household_id=doors[1], outcome=Outcome.NO_ANSWER, happened_at=moment))
    (door,) = doornotice.sheet(book, doors[1:], RING).doors
    assert len(door["tries"].split("\n")) == doornotice.MOST_TRIES + 1


def test_without_a_number_to_ring_there_is_no_notice(book: Casebook, doors: list[str], tmp_path: Path) -> None:
    with pytest.raises(WrongUse):
        doornotice.write(book, doors, tmp_path / "notice.docx")
    book.set_setting(doornotice.PHONE, RING)
    assert doornotice.sheet(book, doors).common["phone"] == RING


@pytest.mark.parametrize("name", ["notice.pdf", "notice", "notice.docx"])
def test_other_endings_and_a_file_that_is_there_are_refused(
    book: Casebook, doors: list[str], tmp_path: Path, name: str
) -> None:
    (tmp_path / "notice.docx").write_bytes(b"mine")
    with pytest.raises(WrongUse):
        made(book, doors, tmp_path / name)
    assert (tmp_path / "notice.docx").read_bytes() == b"mine"


def test_a_door_that_is_none_and_no_door_at_all_are_refused(book: Casebook, doors: list[str], tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        made(book, ["f" * 32], tmp_path / "notice.docx")
    with pytest.raises(WrongUse):
        made(book, [], tmp_path / "notice.docx")


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A template of the community's own, with these words in it."""
    folder = tmp_path / "catalog"
    (folder / "templates").mkdir(parents=True)
    monkeypatch.setenv("CASEWORK_CATALOG", str(folder))
    shelf.forget()

    def write(*words: str) -> None:
        page = docx.Document()
        for one in words:
            page.add_paragraph(one)
        page.save(str(folder / "templates" / "notice.docx"))

    yield write
    monkeypatch.delenv("CASEWORK_CATALOG")
    shelf.forget()


def test_the_communitys_own_template_goes_before_ours(
    book: Casebook, doors: list[str], tmp_path: Path, own: Any
) -> None:
    set_language("zh_CN")
    own("{%p for door in doors %}", "请回电 {{ phone }}：{{ door.address }}", "{%p endfor %}")
    assert made(book, doors, tmp_path / "own.docx").split("\n")[:2] == [
        f"请回电 {RING}：3-2-502", f"请回电 {RING}：3-2-501"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("{% for door in doors %}{{ door.name }}{% endfor %}", "name"),
        ("{% for door in doors %}{{ door.items() }}{% endfor %}", "不允许"),
        ("{% for door in doors %}{{ door.__class__ }}{% endfor %}", "不允许"),
        ("{{ doors.append(1) }}", "不允许"),
        ("{{ resident }}", "resident"),
    ],
)
def test_a_template_with_a_mistake_or_a_trick_is_refused(
    book: Casebook, doors: list[str], tmp_path: Path, own: Any, words: str, reason: str
) -> None:
    set_language("zh_CN")
    own(words)
    with pytest.raises(Refused) as refused:
        made(book, doors, tmp_path / "own.docx")
    assert reason in say(refused.value.phrase)
    assert not (tmp_path / "own.docx").exists()


def test_what_a_roster_brought_as_an_address_is_data(book: Casebook, doors: list[str], tmp_path: Path) -> None:
    from casework.casebook.entries import EditEntry

    nasty = "<w:p> {{ 7*7 }} \x1b[31m"
    households.edit(book, EditEntry(id=doors[0], values={"note": nasty}))
    building = households.get(book, doors[0]).building_id
    entry = HouseholdEntry(building_id=building, short=nasty, address=nasty)
    third = households.add(book, entry).subject_id
    said = made(book, [third], tmp_path / "notice.docx")
    assert "<w:p> {{ 7*7 }}" in said
    assert "\x1b" not in said
    assert "\x1b" not in made(book, [third], tmp_path / "notice.txt")


def test_the_time_of_a_try_is_that_of_the_stairwell() -> None:
    assert doornotice._moment(datetime(2026, 5, 20, 9, 5)).endswith("09:05")
