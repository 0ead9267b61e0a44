"""Cases of the hotline and of other systems come in once, find their door, and go out again as they came."""

from __future__ import annotations

import csv
import itertools
import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.casebook import followups, history
from casework.casebook.book import Casebook
from casework.casebook.entries import AssignEntry, FollowupEntry, NoteEntry
from casework.casebook.errors import WrongUse
from casework.casebook.followup_entries import StepEntry
from casework.casebook.followup_lists import FollowupFilter
from casework.catalog import shelf
from casework.exchange import casecolumns, casefiles
from casework.exchange.caserows import moment
from casework.exchange.cases import CasesReport, import_cases
from casework.exchange.sheeterrors import SheetError
from casework.language import say, set_language
from tests.exchange.conftest import SAMPLES, Write
from tests.exchange.make_case_samples import BAD, GOOD, HEADER, LONG, REQUESTS
from tests.exchange.test_handoff import Home, home

__all__ = ["home"]

SHORT = ["工单编号", "来电时间", "诉求内容", "状态"]


@pytest.fixture
def hotline(tmp_path: Path) -> Path:
    return Path(shutil.copy(SAMPLES / "hotline.xlsx", tmp_path))


def counts(report: CasesReport) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, report.rejected


def by_number(book: Casebook, number: str) -> Any:
    found = book.database.execute_sql("SELECT id FROM followup WHERE official_number = ?", (number,)).fetchall()
    assert len(found) == 1, f"{number} stands there {len(found)} times"
    return followups.get(book, found[0][0])


def facts(book: Casebook) -> int:
    return int(book.database.execute_sql("SELECT count(*) FROM op WHERE kind <> 'act'").fetchone()[0])


def table(path: Path) -> list[dict[str, Any]]:
    """The rows of a written file, by header."""
    if path.suffix == ".json":
        return list(json.loads(path.read_text("utf-8")))
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    header, *rows = openpyxl.load_workbook(path).active.values
    return [{str(k): "" if v is None else v for k, v in zip(header, row, strict=True)} for row in rows]


# --- coming in ------------------------------------------------------------------------------------------


def test_a_hotline_list_comes_in_and_its_bad_rows_come_back_with_reasons(book: Casebook, hotline: Path) -> None:
    report = import_cases(book, hotline)
    assert counts(report) == (len(GOOD), 0, 0, len(BAD))
    assert report.skipped == 1, "the blank row"
    assert report.rejects_file == hotline.with_name("hotline-rejected-2026-05-20.xlsx")
    back = table(report.rejects_file)
    assert [row["诉求内容"] for row in back] == [row[3] for row in BAD]
    reasons = [row["Why it was not imported"] for row in back]
    assert len(set(reasons)) == len(BAD)
    assert "official number" in reasons[0]
    assert "Taken down" in reasons[1]


def test_what_a_row_says_stands_in_the_case(book: Casebook, hotline: Path) -> None:
    import_cases(book, hotline)
    first = by_number(book, "WH2026051800012")
    assert first.row.title == "3栋楼下烧烤店油烟扰民，晚上开窗全是烟"
    assert (first.row.category, first.row.owner, first.row.state) == (
        "cooking_fumes",
        "urban_management",
        "in_progress",
    )
    assert first.row.opened_at == datetime.fromisoformat("2026-05-18T21:14:05+08:00")
    assert first.row.due_at == datetime.fromisoformat("2026-05-29T23:59:00+08:00")
    assert (first.reported_by, first.reported_phone) == ("赵大海", "13000000101")
    assert first.row.source == "hotline_12345"
    assert first.extra["columns"] == {"受理坐席": "坐席17", "是否匿名": "否"}
    closed = by_number(book, "WH2026051900002")
    assert (closed.row.state, closed.row.category, closed.row.satisfaction) == ("closed_unverified", "care_service", 4)
    assert closed.row.closed_at == datetime.fromisoformat("2026-05-19T16:00:00+08:00")
    assert closed.result == "已答复"
    serial = by_number(book, "WH2026051900003")
    assert serial.row.opened_at == datetime.fromisoformat("2026-05-19T09:00:00+08:00")


def test_ten_thousand_characters_markup_and_formulas_are_words(book: Casebook, hotline: Path) -> None:
    import_cases(book, hotline)
    long = by_number(book, "WH2026051800013")
    assert long.timeline[0].note == LONG
    assert len(long.row.title) == 60
    assert by_number(book, "WH2026051900001").row.title == '=HYPERLINK("http://x","点我") <b>路灯不亮</b>'


def test_words_that_are_not_known_fall_to_the_default_and_are_kept(book: Casebook, hotline: Path) -> None:
    report = import_cases(book, hotline)
    found = by_number(book, "WH2026051900003")
    assert (found.row.category, found.row.state, found.row.owner) == ("other", "reported", "community")
    assert found.extra["said"]["category"] == "城市牛皮癣"
    assert found.extra["said"]["state"] == "市级会商"
    said = " ".join(say(warning) for warning in report.warnings)
    for word in ("城市牛皮癣", "市级会商", "街道综合执法中心"):
        assert word in said


def test_an_address_finds_its_door_else_its_building_else_stays_as_written(
    book: Casebook, hotline: Path, home: Home
) -> None:
    report = import_cases(book, hotline)
    assert report.placed == 2
    assert by_number(book, "WH2026051800012").row.household_id == home.household
    stair = by_number(book, "WH2026051800013").row
    assert (stair.household_id, stair.unit) == (None, "2")
    assert stair.building_id
    far = by_number(book, "WH2026051900001").row
    assert (far.household_id, far.building_id, far.address) == (None, None, "幸福路与建设路交叉口")


@pytest.mark.parametrize(
    "address", ["夏雨社区3栋2单元501室", "解放大道88号", "幸福里小区3栋2单元501", "3栋", "随便写写"]
)
def test_an_address_elsewhere_is_not_taken_for_ours(book: Casebook, write_csv: Write, home: Home, address: str) -> None:
    import_cases(book, write_csv([[*SHORT, "地址"], ["A1", "2026-05-19", "x", "办理中", address]]))
    assert by_number(book, "A1").row.household_id is None


def test_a_csv_in_gb18030_says_the_same(book: Casebook, tmp_path: Path) -> None:
    path = Path(shutil.copy(SAMPLES / "hotline-gb18030.csv", tmp_path))
    assert counts(import_cases(book, path)) == (len(GOOD), 0, 0, len(BAD))
    assert by_number(book, "WH2026051800012").row.owner == "urban_management"


def test_georeport_comes_in_whole(book: Casebook, tmp_path: Path) -> None:
    path = Path(shutil.copy(SAMPLES / "georeport.json", tmp_path))
    assert counts(import_cases(book, path)) == (2, 0, 0, 0)
    lamp = by_number(book, "638344")
    assert (lamp.row.category, lamp.row.state, lamp.row.source) == ("street_lighting", "closed_unverified", "open311")
    assert lamp.row.opened_at == datetime.fromisoformat("2026-05-14T06:37:38+08:00")
    assert lamp.extra["columns"] == {
        key: REQUESTS[0][key] for key in ("address_id", "zipcode", "lat", "long", "media_url")
    }
    curb = by_number(book, "638349")
    assert curb.row.title == "Broken curb"
    assert curb.extra["columns"] == {"tags": ["curb", {"deep": [1, None]}]}


@pytest.mark.parametrize(
    "wrapped", [{"service_requests": REQUESTS}, {"service_requests": {"request": REQUESTS}}, REQUESTS[0]]
)
def test_georeport_as_servers_wrap_it(book: Casebook, tmp_path: Path, wrapped: Any) -> None:
    path = tmp_path / "requests.json"
    path.write_text(json.dumps(wrapped), "utf-8")
    assert import_cases(book, path).added == (1 if wrapped is REQUESTS[0] else 2)


# --- once more ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["hotline.xlsx", "hotline-gb18030.csv", "georeport.json"])
def test_the_same_file_again_changes_nothing(book: Casebook, tmp_path: Path, name: str) -> None:
    path = Path(shutil.copy(SAMPLES / name, tmp_path))
    first, before = import_cases(book, path), facts(book)
    again = import_cases(book, path)
    assert counts(again) == (0, 0, first.added, first.rejected)
    assert facts(book) == before


def test_the_same_number_from_another_source_is_another_case(book: Casebook, write_csv: Write) -> None:
    path = write_csv([SHORT, ["A1", "2026-05-19", "井盖松动", "办理中"]])
    assert import_cases(book, path).added == 1
    assert import_cases(book, path, source="数字城管").added == 1
    assert import_cases(book, path, source="数字城管").unchanged == 1


def test_a_changed_row_adds_a_line_and_undoes_nothing_that_was_done_since(book: Casebook, write_csv: Write) -> None:
    header = [*SHORT, "办理单位", "办理结果", "联系电话", "督办级别"]
    import_cases(book, write_csv([header, ["A1", "2026-05-19", "井盖松动", "已派单", "城管局", "", "", ""]]))
    case = by_number(book, "A1").row.id
    followups.assign(book, AssignEntry(followup_id=case, owner_kind="department", owner="water_authority"))
    followups.accept(book, StepEntry(followup_id=case))
    changed = ["A1", "2026-05-19", "井盖松动", "待受理", "城管局", "已派人查看", "13000000009", "黄牌"]
    assert counts(import_cases(book, write_csv([header, changed]))) == (0, 1, 0, 0)
    now = by_number(book, "A1")
    assert (now.row.state, now.row.owner) == ("accepted", "water_authority")
    assert now.reported_phone == "13000000009", "what was empty is filled in"
    line = [one for one in now.timeline if one.kind == "import"][-1]
    assert "已派人查看" in line.note
    assert "督办级别: 黄牌" in line.note
    assert now.extra["columns"] == {"督办级别": "黄牌"}
    assert counts(import_cases(book, write_csv([header, changed]))) == (0, 0, 1, 0)


def test_a_dry_run_counts_and_changes_nothing(book: Casebook, hotline: Path) -> None:
    before = facts(book)
    report = import_cases(book, hotline, dry_run=True)
    assert counts(report) == (len(GOOD), 0, 0, len(BAD))
    assert facts(book) == before
    assert report.rejects_file is None
    assert sorted(one.name for one in hotline.parent.glob("hotline*")) == ["hotline.xlsx"]


def test_corrected_rejects_come_in(book: Casebook, hotline: Path) -> None:
    rejected = import_cases(book, hotline).rejects_file
    assert rejected is not None
    workbook = openpyxl.load_workbook(rejected)
    workbook.active.cell(3, list(next(workbook.active.values)).index("来电时间") + 1).value = "2026-05-19 09:00"
    workbook.save(rejected)
    assert counts(import_cases(book, rejected)) == (1, 0, 0, len(BAD) - 1)


# --- files that are none --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", b"{"),
        ("a.json", b'{"a": 1}'),
        ("a.json", b"[1, 2]"),
        ("a.json", b"[]"),
        ("a.json", b"[" * 100_000),
        ("a.csv", "姓名,楼栋\n王,3".encode()),
        ("a.csv", "诉求内容,状态\nx,办理中".encode()),
        ("a.csv", b""),
        ("a.xlsx", b"PK\x03\x04no"),
    ],
)
def test_a_file_that_is_no_list_of_cases_is_refused_with_a_sentence(
    book: Casebook, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SheetError) as refused:
        import_cases(book, path)
    english = say(refused.value.phrase)
    set_language("zh_CN")
    assert say(refused.value.phrase) != english
    assert not list(tmp_path.glob("*rejected*"))


def test_a_file_that_is_not_there_is_said(book: Casebook, tmp_path: Path) -> None:
    for name in ("none.csv", "none.json"):
        with pytest.raises(SheetError):
            import_cases(book, tmp_path / name)


@pytest.mark.parametrize(
    ("said", "ends", "expected"),
    [
        ("2026-05-19 09:30", False, "2026-05-19T09:30:00+08:00"),
        ("2026/5/9 9:05:07", False, "2026-05-09T09:05:07+08:00"),
        ("2026年5月19日21时5分", False, "2026-05-19T21:05:00+08:00"),
        ("2026-05-19T01:30:00Z", False, "2026-05-19T01:30:00+00:00"),
        ("２０２６－０５－１９ ０９：３０", False, "2026-05-19T09:30:00+08:00"),
        ("2026-05-19", False, "2026-05-19T00:00:00+08:00"),
        ("2026-05-19", True, "2026-05-19T23:59:00+08:00"),
        ("20260519", False, "2026-05-19T00:00:00+08:00"),
        (46161.375, False, "2026-05-19T09:00:00+08:00"),
        (datetime(2026, 5, 19, 9, 30), True, "2026-05-19T09:30:00+08:00"),
        ("", False, None),
        ("无", False, None),
    ],
)
def test_moments_as_people_and_programs_write_them(said: Any, ends: bool, expected: str | None) -> None:
    now = datetime.fromisoformat("2026-05-20T09:30:00+08:00")
    found = moment(said, now, ends=ends)
    assert (found.isoformat() if found else None) == expected


def test_every_word_of_the_catalog_leads_to_something_that_there_is() -> None:
    from casework.domain.followup import State

    values = shelf.table("case_columns")["values"]
    assert set(values["state"]) <= {state.value for state in State}
    assert set(values["category"]) <= set(shelf.categories())
    assert set(values["owner"]) <= set(shelf.departments())
    named = casecolumns.columns_of(["工单编号", "来电时间", "诉求内容", "诉求人", "联系电话", "地址", "分类", "办理单位",
                                    "办理时限", "办理结果", "状态"])  # fmt: skip
    assert [one.how for one in named] == ["known"] * 11
    assert all(one.how == "known" for one in casecolumns.columns_of([*casecolumns.open311().values()]))


def test_many_rows_of_one_save_get_numbers_of_their_own(book: Casebook, write_csv: Write) -> None:
    rows = [[f"A{n}", "2026-05-19 09:00", f"第{n}件", "办理中"] for n in range(1200)]
    import_cases(book, write_csv([SHORT, *rows]))
    numbers = [row[0] for row in book.database.execute_sql("SELECT number FROM followup").fetchall()]
    assert len(set(numbers)) == 1200, "each has its own number, however many are opened in one save"


def test_an_import_that_is_stopped_says_so_and_goes_on_where_it_was(book: Casebook, write_csv: Write) -> None:
    path = write_csv([SHORT, *([f"A{n}", "2026-05-19", f"第{n}件", "办理中"] for n in range(1100))])
    seen: list[tuple[int, int]] = []
    report = import_cases(book, path, progress=lambda *done: seen.append(done), cancelled=lambda: len(seen) == 1)
    assert (report.cancelled, report.added, seen) == (True, 500, [(500, 1100)])
    assert "500" in " ".join(say(warning) for warning in report.warnings)
    rest = import_cases(book, path)
    assert counts(rest) == (600, 0, 500, 0)


# --- going out ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["xlsx", "csv", "json"])
@pytest.mark.parametrize("name", ["hotline.xlsx", "georeport.json"])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_what_went_out_and_comes_back_is_no_news(
    book: Casebook, tmp_path: Path, name: str, ending: str, language: str
) -> None:
    set_language(language)
    first = import_cases(book, Path(shutil.copy(SAMPLES / name, tmp_path)))
    out = tmp_path / f"out.{ending}"
    assert casefiles.write(book, out, reveal=True) == first.added
    before = facts(book)
    assert counts(import_cases(book, out, source="open311" if "geo" in name else "")) == (0, 0, first.added, 0)
    assert facts(book) == before


def test_columns_without_a_home_go_out_as_they_came(book: Casebook, hotline: Path, tmp_path: Path) -> None:
    import_cases(book, hotline)
    casefiles.write(book, tmp_path / "out.xlsx", reveal=True)
    rows = {row["Official number"]: row for row in table(tmp_path / "out.xlsx")}
    for one in GOOD:
        row = rows[one[1]]
        assert (row["受理坐席"], row["是否匿名"]) == one[-2:]
        assert row["Description"] == one[3]
        for at, label in ((7, "Category"), (8, "Handled by"), (10, "State"), (9, "Deadline")):
            # Where the file names no deadline, the one of the category goes out.
            assert row[label] == one[at] or (label == "Deadline" and not one[at]), f"{label} of {one[1]}"


def test_georeport_goes_out_as_georeport(book: Casebook, tmp_path: Path) -> None:
    import_cases(book, Path(shutil.copy(SAMPLES / "georeport.json", tmp_path)))
    casefiles.write(book, tmp_path / "out.json", reveal=True)
    lamp, curb = table(tmp_path / "out.json")
    for key in ("service_request_id", "status", "service_name", "service_code", "description", "agency_responsible",
                "address", "address_id", "zipcode", "lat", "long", "media_url", "status_notes"):  # fmt: skip
        assert lamp[key] == REQUESTS[0][key], key
    assert lamp["requested_datetime"] == "2026-05-14T06:37:38+08:00"
    assert curb["tags"] == REQUESTS[1]["tags"]
    assert curb["status"] == "open"


def test_a_state_that_moved_on_here_goes_out_as_it_stands(book: Casebook, write_csv: Write, tmp_path: Path) -> None:
    import_cases(book, write_csv([SHORT, ["A1", "2026-05-19", "井盖松动", "已派单"]]))
    followups.accept(book, StepEntry(followup_id=by_number(book, "A1").row.id))
    casefiles.write(book, tmp_path / "out.csv")
    (row,) = table(tmp_path / "out.csv")
    assert row["State"] == "accepted"


def test_our_own_case_goes_out_with_its_number_and_comes_back_as_itself(
    book: Casebook, home: Home, tmp_path: Path
) -> None:
    entry = FollowupEntry(household_id=home.household, category="gas_safety", title="软管老化", note="开裂")
    case = followups.open(book, entry).subject_id
    followups.note(book, NoteEntry(followup_id=case, note="x"))
    for ending in ("xlsx", "csv", "json"):
        casefiles.write(book, tmp_path / f"out.{ending}", reveal=True)
        assert counts(import_cases(book, tmp_path / f"out.{ending}")) == (0, 0, 1, 0)
    assert followups.count(book, FollowupFilter()) == 1


@pytest.mark.parametrize("ending", ["xlsx", "csv", "json"])
def test_without_reveal_names_and_numbers_are_masked_everywhere_and_it_is_journalled(
    book: Casebook, write_csv: Write, tmp_path: Path, ending: str
) -> None:
    header = [*SHORT, "诉求人", "联系电话", "备用电话", "证件号"]
    row = [
        "A1",
        "2026-05-19",
        "赵大海来电，电话13000000101",
        "办理中",
        "赵大海",
        "13000000101",
        "13000000102",
        "420103194103080002",
    ]
    import_cases(book, write_csv([header, row]))
    out = tmp_path / f"out.{ending}"
    casefiles.write(book, out)
    said = json.dumps(table(out), ensure_ascii=False)
    for secret in ("赵大海", "13000000101", "13000000102", "420103194103080002"):
        assert secret not in said
    assert any(line.summary and say(line.summary) == "Exported cases: 1 rows" for line in history.latest(book, 5))
    assert counts(import_cases(book, out)) == (0, 0, 1, 0), "a masked number is no news"


def test_what_looks_like_a_formula_is_text_in_every_file(book: Casebook, write_csv: Write, tmp_path: Path) -> None:
    nasty = ["=1+1", "+1", "-1", "@x", "'=1", "''", "\tx"]
    header = [*SHORT, "=1+1栏", *(f"栏{n}" for n in range(1, len(nasty)))]
    import_cases(book, write_csv([header, ["A1", "2026-05-19", "=cmd|' /C calc'!A0", "办理中", *nasty]]))
    kept = by_number(book, "A1").extra["columns"]
    casefiles.write(book, tmp_path / "out.xlsx", reveal=True)
    cells = [cell for row in openpyxl.load_workbook(tmp_path / "out.xlsx").active.rows for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    casefiles.write(book, tmp_path / "out.csv", reveal=True)
    (row,) = table(tmp_path / "out.csv")
    assert not [value for value in (*row, *row.values()) if value.startswith(("=", "+", "-", "@", "\t"))]
    before = facts(book)
    for ending in ("xlsx", "csv"):
        assert import_cases(book, tmp_path / f"out.{ending}").unchanged == 1
    assert facts(book) == before
    assert by_number(book, "A1").extra["columns"] == kept


def test_a_file_that_is_there_is_left(book: Casebook, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("hers", "utf-8")
    with pytest.raises(WrongUse):
        casefiles.write(book, out)
    assert out.read_text("utf-8") == "hers"
    casefiles.write(book, out, replace=True)
    assert table(out) == []
    with pytest.raises(WrongUse):
        casefiles.write(book, tmp_path / "out.pdf")


NUMBERS = itertools.count(1)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40)
    | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
NAMES = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=8).map(
    lambda name: f"x_{name}_x"
)
LINE = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=30)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(columns=st.dictionaries(NAMES, JSON, max_size=4), words=st.text(max_size=50), n=st.builds(lambda: next(NUMBERS)))
def test_whatever_stands_in_other_fields_of_georeport_goes_out_unchanged(
    book: Casebook, tmp_path: Path, columns: dict[str, Any], words: str, n: Any
) -> None:
    request = {"service_request_id": str(n), "status": "open", "description": "x" + words, **columns}
    path, out = tmp_path / "in.json", tmp_path / "out.json"
    path.write_text(json.dumps([request]), "utf-8")
    assert import_cases(book, path).added == 1
    casefiles.write(book, out, reveal=True, replace=True)
    (written,) = [one for one in table(out) if one["service_request_id"] == str(n)]
    for name, value in columns.items():
        if value not in ("", None):
            assert written[name] == value
    assert import_cases(book, out).updated == 0


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    columns=st.dictionaries(NAMES, LINE, max_size=4),
    words=LINE,
    n=st.builds(lambda: next(NUMBERS)),
    ending=st.sampled_from(["csv", "xlsx"]),
)
def test_whatever_stands_in_other_columns_goes_out_unchanged(
    book: Casebook,
    tmp_path: Path,
    write_csv: Callable[..., Path],
    columns: dict[str, str],
    words: str,
    n: Any,
    ending: str,
) -> None:
    header = ["工单编号", "诉求内容", "状态", *columns]
    assert import_cases(book, write_csv([header, [f"N{n}", "x" + words, "办理中", *columns.values()]])).added == 1
    kept = by_number(book, f"N{n}").extra.get("columns", {})
    out = tmp_path / f"out.{ending}"
    casefiles.write(book, out, reveal=True, replace=True)
    assert import_cases(book, out).updated == 0
    assert by_number(book, f"N{n}").extra.get("columns", {}) == kept
    (written,) = [one for one in table(out) if one["Official number"] == f"N{n}"]
    for name, value in kept.items():
        if ending == "xlsx":
            assert written[name] == value


def test_the_header_of_the_sample_is_read(book: Casebook) -> None:
    unknown = [one.header for one in casecolumns.columns_of(HEADER) if one.how == "unknown"]
    assert unknown == ["受理坐席", "是否匿名"]
