"""The hand-off sheet: a department gets what it needs, a resident's details only where she agreed."""

from __future__ import annotations

import errno
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from casework.casebook import areas, followups, history, households, residents
from casework.casebook.book import Casebook
from casework.casebook.entries import AreaEntry, AssignEntry, ConsentEntry, FollowupEntry, HouseholdEntry, ResidentEntry
from casework.casebook.errors import DiskFull, NotFound, NotSaved, Refused, WrongUse
from casework.catalog import handoff as catalog
from casework.catalog import shelf
from casework.domain.area import AreaLevel
from casework.exchange import handoff
from casework.language import say, set_language

NAME, PHONE = "王秀英", "13000000001"


@dataclass
class Home:
    household: str
    resident: str


@pytest.fixture
def home(book: Casebook) -> Home:
    grid = areas.add(book, AreaEntry(level=AreaLevel.GRID, name="1")).subject_id
    building = areas.add(book, AreaEntry(level=AreaLevel.BUILDING, name="3栋", parent_id=grid)).subject_id
    door = HouseholdEntry(
        grid_id=grid, building_id=building, address="春晓社区3栋2单元501室", short="3-2-501", unit="2", room="501"
    )
    household = households.add(book, door).subject_id
    person = ResidentEntry(household_id=household, name=NAME, phone=PHONE, head=True)
    return Home(household, residents.add(book, person).subject_id)


def agrees(book: Casebook, home: Home, **more: Any) -> None:
    values = {"purpose": "sharing_departments", "basis": "consent", "given": True, "given_on": date(2026, 5, 2)} | more
    residents.consent(book, ConsentEntry(resident_id=home.resident, **values))


def case(book: Casebook, home: Home, category: str = "gas_safety", **more: Any) -> str:
    values = {"title": "灶具软管老化", "note": f"{NAME}家软管开裂，电话{PHONE}，白天在家", "funder": "x"} | more
    return followups.open(book, FollowupEntry(household_id=home.household, category=category, **values)).subject_id


def read_page(path: Path) -> str:
    page = docx.Document(str(path))
    cells = [cell.text for table in page.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in page.paragraphs), *cells])


def handed(book: Casebook, followup_id: str) -> list[Any]:
    return [line for line in followups.get(book, followup_id).timeline if line.kind == "hand_off"]


def reveals(book: Casebook) -> int:
    return sum(1 for line in history.latest(book, 100) if line.summary and "Revealed" in say(line.summary))


# --- what leaves, and on what grounds -------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_gas_company_learns_the_door_the_matter_the_day_and_what_evidence_is_wanted(
    book: Casebook, home: Home, tmp_path: Path, language: str
) -> None:
    set_language(language)
    agrees(book, home)
    opened = case(book, home)
    made = handoff.write(book, [opened], tmp_path / "sheet.docx")
    said = read_page(tmp_path / "sheet.docx")
    row = followups.get(book, opened).row
    evidence = say(shelf.categories()["gas_safety"].evidence)
    for expected in (
        row.number,
        "春晓社区3栋2单元501室",
        "灶具软管老化",
        str(row.due_on),
        evidence,
        NAME,
        PHONE,
        "李芳",
    ):
        assert expected in said
    assert "{" not in said, "nothing of the template is left"
    assert made.department == "gas_supplier"


def test_without_recorded_consent_name_and_number_are_masked_and_the_journal_says_so(
    book: Casebook, home: Home, tmp_path: Path
) -> None:
    opened = case(book, home)
    handoff.write(book, [opened], tmp_path / "sheet.docx")
    said = read_page(tmp_path / "sheet.docx")
    assert NAME not in said
    assert PHONE not in said
    assert "王**" in said
    assert "130****0001" in said
    (line,) = handed(book, opened)
    assert line.data["to"] == "gas_supplier"
    assert line.data["masked"] == ["resident_name", "resident_phone"]
    assert "in_full" not in line.data
    assert reveals(book) == 0


def test_consent_for_another_purpose_or_withdrawn_opens_nothing(book: Casebook, home: Home, tmp_path: Path) -> None:
    agrees(book, home, purpose="home_visit")
    agrees(book, home, withdrawn_on=date(2026, 5, 10))
    handoff.write(book, [case(book, home)], tmp_path / "sheet.xlsx")
    values = [cell for row in openpyxl.load_workbook(tmp_path / "sheet.xlsx").active.values for cell in row]
    assert not [cell for cell in values if cell and (NAME in cell or PHONE in cell)]


def test_with_consent_the_journal_keeps_what_left_to_whom_by_which_consent_and_that_a_number_was_shown(
    book: Casebook, home: Home, tmp_path: Path
) -> None:
    agrees(book, home)
    opened = case(book, home)
    handoff.write(book, [opened], tmp_path / "sheet.docx")
    (line,) = handed(book, opened)
    (consent,) = residents.consents(book, home.resident)
    assert line.data["in_full"] == ["resident_name", "resident_phone"]
    assert set(line.data["basis"].values()) == {"consent"}
    assert line.data["consent"] == [consent.id]
    assert line.data["file"] == "sheet.docx"
    assert "address" in line.data["fields"]
    assert PHONE not in str(line.data), "the journal says which fields, not their content"
    assert reveals(book) == 1


def test_an_override_needs_its_reason_and_keeps_it(book: Casebook, home: Home, tmp_path: Path) -> None:
    opened = case(book, home, "gas_leak")
    handoff.write(book, [opened], tmp_path / "masked.docx", override="  ")
    assert PHONE not in read_page(tmp_path / "masked.docx")
    handoff.write(book, [opened], tmp_path / "sheet.docx", override="漏气，须立即联系")
    said = read_page(tmp_path / "sheet.docx")
    assert PHONE in said
    assert "漏气，须立即联系" in said
    line = handed(book, opened)[-1]
    assert line.note == "漏气，须立即联系"
    assert set(line.data["basis"].values()) == {"override"}
    assert reveals(book) == 1


def test_a_department_that_needs_no_name_gets_none_even_with_consent(
    book: Casebook, home: Home, tmp_path: Path
) -> None:
    agrees(book, home)
    opened = case(book, home, "fire_safety")
    followups.assign(book, AssignEntry(followup_id=opened, owner_kind="department", owner="fire_service"))
    handoff.write(book, [opened], tmp_path / "sheet.docx")
    said = read_page(tmp_path / "sheet.docx")
    assert NAME not in said
    assert PHONE not in said
    assert "in_full" not in handed(book, opened)[0].data


def test_a_reporter_who_lives_elsewhere_has_agreed_to_nothing(book: Casebook, home: Home, tmp_path: Path) -> None:
    agrees(book, home)
    opened = case(book, home, "noise", reported_by="赵大海", reported_phone="13000000777", note="赵大海说半夜打麻将")
    handoff.write(book, [opened], tmp_path / "sheet.docx")
    said = read_page(tmp_path / "sheet.docx")
    assert "13000000777" not in said
    assert "赵大海" not in said
    assert "赵**" in said


def test_making_a_sheet_moves_neither_state_nor_clock_and_is_not_undone(
    book: Casebook, home: Home, tmp_path: Path
) -> None:
    from casework.casebook import undo

    opened = case(book, home)
    before = followups.get(book, opened)
    handoff.write(book, [opened], tmp_path / "sheet.docx")
    after = followups.get(book, opened)
    assert (before.row, before.clock.due_at) == (after.row, after.clock.due_at)
    assert len(handed(book, opened)) == 1
    with pytest.raises(Refused):
        undo.undo_last(book)
    assert len(handed(book, opened)) == 1, "what has left the laptop has left"


# --- which cases ----------------------------------------------------------------------------------------


def test_several_cases_of_one_department_are_rows_of_a_spreadsheet(book: Casebook, home: Home, tmp_path: Path) -> None:
    ids = [case(book, home, title=title) for title in ("软管老化", "阀门漏气", "无熄火保护")]
    number = followups.get(book, ids[0]).row.number
    handoff.write(book, [number, *ids], tmp_path / "sheet.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "sheet.xlsx").active.values)
    assert len(rows) == 4, "named twice, by number and by id, it is still one"
    at = rows[0].index("Matter")
    assert [row[at] for row in rows[1:]] == ["软管老化", "阀门漏气", "无熄火保护"]
    assert all(len(handed(book, one)) == 1 for one in ids)


def test_cases_of_several_departments_do_not_share_a_sheet(book: Casebook, home: Home, tmp_path: Path) -> None:
    ids = [case(book, home), case(book, home, "welfare")]
    with pytest.raises(Refused):
        handoff.write(book, ids, tmp_path / "sheet.xlsx")
    assert not list(tmp_path.glob("*.xlsx"))


@pytest.mark.parametrize("ending", [".docx", ".xlsx"])
def test_a_case_with_no_department_has_no_sheet(book: Casebook, home: Home, tmp_path: Path, ending: str) -> None:
    opened = case(book, home, owner_kind="worker")
    with pytest.raises(Refused):
        handoff.write(book, [opened], tmp_path / f"sheet{ending}")
    with pytest.raises(NotFound):
        handoff.write(book, ["ABC-260520-99"], tmp_path / f"sheet{ending}")
    with pytest.raises(WrongUse):
        handoff.write(book, [], tmp_path / f"sheet{ending}")


def test_only_the_two_kinds_of_file_and_one_case_to_a_page(book: Casebook, home: Home, tmp_path: Path) -> None:
    ids = [case(book, home), case(book, home)]
    for name, some in (("sheet.pdf", ids[:1]), ("sheet", ids[:1]), ("sheet.docx", ids)):
        with pytest.raises(WrongUse):
            handoff.write(book, some, tmp_path / name)
        assert not (tmp_path / name).exists()


# --- the file -------------------------------------------------------------------------------------------


def test_a_file_that_is_there_is_left_unless_it_is_to_be_replaced(book: Casebook, home: Home, tmp_path: Path) -> None:
    out = tmp_path / "sheet.docx"
    out.write_bytes(b"hers")
    opened = case(book, home)
    with pytest.raises(WrongUse):
        handoff.write(book, [opened], out)
    assert out.read_bytes() == b"hers"
    assert not handed(book, opened)
    handoff.write(book, [opened], out, replace=True)
    assert "灶具软管老化" in read_page(out)


@pytest.mark.skipif(os.name == "nt", reason="folders and rights are another matter on Windows")
def test_the_file_is_for_its_owner_alone(book: Casebook, home: Home, tmp_path: Path) -> None:
    handoff.write(book, [case(book, home)], tmp_path / "sheet.xlsx")
    assert (tmp_path / "sheet.xlsx").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("code", "error"), [(errno.ENOSPC, DiskFull), (errno.EACCES, NotSaved)])
def test_a_disk_that_fails_leaves_no_file_and_no_line(
    book: Casebook, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, error: type[Exception]
) -> None:
    opened = case(book, home)
    before = sorted(tmp_path.iterdir())

    def broken(*_: object) -> None:
        raise OSError(code, "broken")

    monkeypatch.setattr("casework.exchange.releasing.os.replace", broken)
    with pytest.raises(error):
        handoff.write(book, [opened], tmp_path / "sheet.docx")
    assert sorted(tmp_path.iterdir()) == before
    assert not handed(book, opened)


def test_a_folder_that_is_not_there_is_said(book: Casebook, home: Home, tmp_path: Path) -> None:
    opened = case(book, home)
    with pytest.raises(NotSaved):
        handoff.write(book, [opened], tmp_path / "none" / "sheet.docx")
    assert not handed(book, opened)


# --- untrusted words and templates ----------------------------------------------------------------------

NASTY = "<w:p>&amp;</w:p> {{ 7*7 }} {% raw %} {_{ x }_} \x1b[31m\x00\x07 \u202e 第二行\n第三行 " + "长" * 10_000


def test_what_people_wrote_is_data_on_the_page(book: Casebook, home: Home, tmp_path: Path) -> None:
    opened = case(book, home, title="=1+1 <b>&", note=NASTY)
    handoff.write(book, [opened], tmp_path / "sheet.docx")
    said = read_page(tmp_path / "sheet.docx")
    assert "=1+1 <b>&" in said
    assert "<w:p>&amp;</w:p> {{ 7*7 }} {% raw %} {_{ x }_}" in said
    assert "\x1b" not in said
    assert "长" * 10_000 in said
    assert "第二行\n第三行" in said


@pytest.mark.parametrize("first", ["=", "+", "-", "@"])
def test_what_looks_like_a_formula_is_text(book: Casebook, home: Home, tmp_path: Path, first: str) -> None:
    opened = case(book, home, title=f'{first}HYPERLINK("http://x","y")', note=NASTY)
    handoff.write(book, [opened], tmp_path / "sheet.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "sheet.xlsx").active
    assert {cell.data_type for row in sheet.rows for cell in row if cell.value is not None} == {"s"}
    assert any(cell.value == f'{first}HYPERLINK("http://x","y")' for row in sheet.rows for cell in row)
    with zipfile.ZipFile(tmp_path / "sheet.xlsx") as archive:
        assert not [
            name for name in archive.namelist() if b"<f>" in archive.read(name) or b"<hyperlink" in archive.read(name)
        ]


Own = Callable[[str], Path]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A template of the community's own, with these words in it."""
    folder = tmp_path / "catalog"
    (folder / "templates").mkdir(parents=True)
    monkeypatch.setenv("CASEWORK_CATALOG", str(folder))
    shelf.forget()

    def write(*words: str) -> Path:
        page = docx.Document()
        for one in words:
            page.add_paragraph(one)
        path = folder / "templates" / "handoff.en.docx"
        page.save(str(path))
        return path

    yield write
    monkeypatch.delenv("CASEWORK_CATALOG")
    shelf.forget()


def test_the_communitys_own_template_goes_before_ours(
    book: Casebook, home: Home, tmp_path: Path, own: Callable[..., Path]
) -> None:
    own("Our own: {{ matter }}", "{% if funder %}{{ funder }}{% else %}nobody{% endif %}")
    handoff.write(book, [case(book, home)], tmp_path / "sheet.docx")
    assert read_page(tmp_path / "sheet.docx").startswith("Our own: 灶具软管老化")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("{{ matter", "mistake"),
        ("{% if matter %}", "mistake"),
        ("{{ }}", "mistake"),
        ("{{ mater }}", "no field mater"),
        ("{{ matter|nosuch }}", "mistake"),
        ("{{ matter.__class__.__mro__ }}", "may not do"),
        ("{{ ''.__class__.__base__.__subclasses__() }}", "may not do"),
        ("{{ matter.upper() }}", "may not do"),
        ("{{ 'a' * 1000000000 }}", "may not do"),
        ("{{ lipsum.__globals__ }}", "no field lipsum"),
        ("{% for n in range(10) %}x{% endfor %}", "may not do"),
        ("{% include '/etc/passwd' %}", "may not do"),
        ("{{ matter + 1 }}", "reckon"),
    ],
)
def test_a_template_with_a_mistake_or_a_trick_is_refused_by_name_and_nothing_is_written(
    book: Casebook, home: Home, tmp_path: Path, own: Callable[..., Path], words: str, reason: str
) -> None:
    path = own("First line", words)
    opened = case(book, home)
    with pytest.raises(Refused) as refused:
        handoff.write(book, [opened], tmp_path / "sheet.docx")
    said = say(refused.value.phrase)
    assert str(path) in said
    assert reason in said
    set_language("zh_CN")
    assert say(refused.value.phrase) != said
    assert not (tmp_path / "sheet.docx").exists()
    assert not list(tmp_path.glob(".*.part"))
    assert not handed(book, opened)
    assert reveals(book) == 0


@pytest.mark.parametrize("content", [b"", b"not a document", b"PK\x03\x04 broken"])
def test_a_template_that_is_no_document_is_refused(
    book: Casebook, home: Home, tmp_path: Path, own: Callable[..., Path], content: bytes
) -> None:
    own("x").write_bytes(content)
    with pytest.raises(Refused) as refused:
        handoff.write(book, [case(book, home)], tmp_path / "sheet.docx")
    assert "no Word document" in say(refused.value.phrase)


def test_a_field_more_for_a_department_is_one_line_of_data(
    book: Casebook, home: Home, tmp_path: Path, own: Callable[..., Path]
) -> None:
    (own("x").parents[1] / "departments.toml").write_text(
        '[fire_service]\nlabel = { zh = "消防", en = "Fire" }\noutside = true\nneeds = ["resident_phone"]\n', "utf-8"
    )
    shelf.forget()
    assert "resident_phone" in catalog.wanted("fire_service", "fire_safety")
    (own("x").parents[1] / "departments.toml").write_text(
        '[fire_service]\nlabel = { zh = "消防", en = "Fire" }\noutside = true\nneeds = ["shoe_size"]\n', "utf-8"
    )
    shelf.forget()
    with pytest.raises(shelf.CatalogError):
        catalog.wanted("fire_service", "fire_safety")


def test_every_department_and_category_asks_for_fields_that_there_are() -> None:
    for department in shelf.departments():
        for category in shelf.categories():
            assert {"address", "matter", "due", "evidence"} <= set(catalog.wanted(department, category))
