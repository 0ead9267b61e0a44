"""What the app can log, find and keep, a script can."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from casework.casebook.ids import new_id
from casework.catalog import checks as shelf
from casework.catalog.shelf import tags
from casework.domain import form
from casework.domain.checklist import CheckContext
from tests.cli.conftest import SAMPLES


def someone(casework, name: str = "") -> dict:
    return casework("find", name or "王", "--json").data[0]


def door_of(casework, name: str = "") -> str:
    return casework("history", someone(casework, name)["id"], "--json") and _door(casework, name)


def _door(casework, name: str) -> str:
    short = someone(casework, name)["address"]
    return next(item["household"] for item in casework("due", "--all", "--json").data if item["address"] == short)


def test_an_import_says_what_came_of_each_row_and_gives_back_the_rest(casework, tmp_path: Path) -> None:
    casework("init", "--community", "满春社区", "--worker", "李芳", "--open")
    rejects = tmp_path / "back.xlsx"
    first = casework("import", "roster", SAMPLES / "messy.xlsx", "--json", "--rejects", rejects)
    assert first.code == 1, "done in part"
    assert set(first.data) == {"added", "updated", "unchanged", "rejected", "rejects_file"}
    assert first.data["rejected"] > 0
    assert rejects.exists()
    again = casework("import", "roster", SAMPLES / "messy.xlsx", "--json", "--rejects", rejects).data
    assert (again["added"], again["updated"]) == (0, 0)
    assert again["unchanged"] == sum(first.data[key] for key in ("added", "updated", "unchanged"))


def test_a_dry_run_changes_nothing(casework, tmp_path: Path) -> None:
    casework("init", "--community", "满春社区", "--worker", "李芳", "--open")
    dry = casework("import", "roster", SAMPLES / "messy.xlsx", "--dry-run", "--json")
    assert dry.data["added"] > 0
    assert casework("stats", "--json").data["residents"] == 0


def test_find_gives_what_scripts_need(register) -> None:
    found = register("find", "王", "--json").data
    assert found
    assert set(found[0]) == {"id", "kind", "name", "address", "matched"}
    by_pinyin = register("find", "wang", "--json").data
    assert {f["id"] for f in found} <= {f["id"] for f in by_pinyin}


def test_due_gives_what_scripts_need(register) -> None:
    items = register("due", "--all", "--json", "--on", "2027-06-01").data
    assert items
    assert {"household", "address", "what", "status", "due_on", "priority"} <= set(items[0])


def test_a_visit_is_logged_once_per_action_and_undone(register) -> None:
    door = register("due", "--all", "--json", "--on", "2027-06-01").data[0]["household"]
    action = new_id()
    first = register("visit", door, "no_answer", "--action", action, "--json")
    assert first.code == 0
    assert first.data["verb"] == "visit.log"
    register("visit", door, "no_answer", "--action", action)
    assert register("stats", "--json").data["doors_knocked"] == 1
    assert register("undo").code == 0
    assert register("stats", "--json").data["doors_knocked"] == 0


def test_a_refusal_is_logged_with_its_reason_only(register) -> None:
    door = register("due", "--all", "--json", "--on", "2027-06-01").data[0]["household"]
    wrong = register("visit", door, "refused")
    assert wrong.code == 2
    assert "refusal_reason: Say why it was refused." in wrong.err
    assert register("household", door, "--json").data["visits"] == []
    assert register("visit", door, "refused", "--refusal-reason", "too_busy").code == 0
    assert register("household", door, "--json").data["visits"][0]["refusal_reason"] == "too_busy"


def test_a_check_with_a_hazard_opens_its_follow_up(register, tmp_path: Path) -> None:
    door = register("due", "--all", "--json", "--on", "2027-06-01").data[0]["household"]
    checklist = shelf.load("lpg_cylinder")
    from datetime import date

    context = CheckContext(today=date(2026, 11, 23), facts={"fuel": "lpg_cylinder"})
    answers = form.all_in_order(checklist, {}, context)
    told = {n: {"state": a.state.value, "value": a.value} for n, a in answers.items()}
    for name in form.missing(checklist, answers, context):
        told[name] = {"state": "could_not_check"}
    told["soap_leak_test"] = {"state": "fail", "value": "bubbles"}
    file = tmp_path / "answers.json"
    file.write_text(json.dumps(told), encoding="utf-8")
    saved = register("check", "lpg_cylinder", door, file, "--json")
    assert saved.code == 0, saved.err
    assert saved.data["warnings"]
    case = register("followups", "--json").data[0]
    assert (case["severity"], case["owner"]) == ("critical", "gas_supplier")
    assert case["title"] == "Bubbles in the soap test: gas is leaking"
    (hazard,) = register("household", door, "--json").data["hazards"]
    assert (hazard["title"], hazard["followup"]) == (case["title"], case["id"])
    for ledger, column in (("checks", "What was found"), ("followups", "Matter")):
        (row,) = exported(register, ledger, tmp_path / f"{ledger}.xlsx")
        assert row[column] == case["title"]
    assert register("followup", "note", case["id"], "supplier called 09:40").code == 0
    assert register("followup", "close", case["id"], "valve replaced, tested").code == 0
    assert register("followups", "--json").data == []
    assert register("followup", "reopen", case["id"], "smells again").code == 0
    assert len(register("followups", "--json").data) == 1


def test_numbers_are_masked_unless_revealed_and_a_reveal_is_kept(register, tmp_path: Path) -> None:
    full = casework_export(register, tmp_path / "full.xlsx", "--reveal")
    masked = casework_export(register, tmp_path / "masked.xlsx")
    phones = [row["Phone"] for row in masked if row["Phone"]]
    assert phones
    assert all("*" in phone for phone in phones)
    assert any(row["Phone"] and "*" not in row["Phone"] for row in full)
    assert "in full" in register("history", "--limit", "3").out


def test_what_tells_of_money_or_health_leaves_the_laptop_masked_unless_revealed(register, tmp_path: Path) -> None:
    full = casework_export(register, tmp_path / "full.xlsx", "--reveal")
    masked = casework_export(register, tmp_path / "masked.xlsx")
    sensitive = [kind.label.en for kind in tags().values() if kind.sensitive]
    assert any(label in (row["Welfare tags"] or "") for row in full for label in sensitive)
    assert not any(label in (row["Welfare tags"] or "") for row in masked for label in sensitive)
    assert any("masked" in (row["Welfare tags"] or "") for row in masked)
    assert [row["Risk level"] for row in masked] == [row["Risk level"] for row in full]


def casework_export(casework, out: Path, *more: str) -> list[dict]:
    return exported(casework, "residents", out, *more)


def exported(casework, ledger: str, out: Path, *more: str) -> list[dict]:
    assert casework("export", ledger, out, *more).code == 0
    head, *rows = load_workbook(out).active.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.mark.parametrize("ledger", ["visits", "checks", "followups", "residents", "devices"])
def test_every_ledger_can_be_written(register, tmp_path: Path, ledger: str) -> None:
    assert register("export", ledger, tmp_path / "out.xlsx", "--json").code == 0


def test_a_note_that_looks_like_a_formula_stays_text(register, tmp_path: Path) -> None:
    door = register("due", "--all", "--json", "--on", "2027-06-01").data[0]["household"]
    register("visit", door, "completed", "--note", '=HYPERLINK("http://x","y")')
    register("export", "visits", tmp_path / "v.xlsx")
    cells = [cell for row in load_workbook(tmp_path / "v.xlsx").active.iter_rows() for cell in row]
    shown = next(cell for cell in cells if str(cell.value).startswith("=HYPER"))
    assert shown.data_type == "s"


def test_backup_and_restore_give_the_same_casebook(register, tmp_path: Path, capsys) -> None:
    from casework import cli

    kept = tmp_path / "kept.caseworkbackup"
    assert register("backup", kept).code == 0
    before = register("stats", "--json").data
    other = tmp_path / "other.casework"
    assert register("restore", kept, "--to", other).code == 0
    capsys.readouterr()
    assert cli.main(["--db", str(other), "stats", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == before


def test_doctor_finds_nothing_in_a_sound_casebook(register) -> None:
    answer = register("doctor", "--json")
    assert answer.code == 0
    assert answer.data["findings"] == []


def test_doctor_finds_what_is_wrong_and_repairs_what_is_derived(register, db: Path) -> None:
    from casework.casebook.book import Casebook

    book = Casebook.open(db)
    book.write(lambda: book.database.execute_sql("DELETE FROM due"))
    book.close()
    assert register("doctor").code == 1
    assert register("doctor", "--repair").code == 0


def test_help_is_there_for_every_command(casework) -> None:
    names = [line.split()[0] for line in casework("--help").out.split("Commands:")[1].splitlines() if line.strip()]
    assert len(names) > 15
    for name in names:
        assert casework(name, "--help").code == 0, name


def test_the_register_can_be_added_to_by_hand(casework) -> None:
    casework("init", "--community", "满春社区", "--worker", "李芳", "--open")
    grid = casework("add", "area", "grid", "第一网格", "--json").data["id"]
    building = casework("add", "area", "building", "5栋", "--parent", grid, "--json").data["id"]
    door = casework("add", "household", building, "5-1-101", "--fuel", "lpg_cylinder", "--json").data["id"]
    assert casework("add", "resident", door, "梅秀兰", "--citizen-id", "11010519491231002X").code == 0
    assert casework("add", "resident", door, "王强", "--citizen-id", "110105194912310021").code == 2
    place = casework("add", "place", "manhole", "菜场门口井盖", "--json").data["id"]
    assert [p["id"] for p in casework("places", "--json").data] == [place]
    assert casework("add", "worker", "张伟").code == 0
    assert {w["name"] for w in casework("workers", "--json").data} == {"李芳", "张伟"}
    assert casework("areas", "--json").data[0]["buildings"][0]["name"] == "5栋"
    person = casework("household", door, "--json").data["people"][0]
    assert (person["name"], person["sex"]) == ("梅秀兰", "female")
    assert casework("find", "5-1-101", "--json").data
    assert casework("doctor").code == 0


def test_a_case_handed_to_a_department_gets_its_sheet(register, tmp_path: Path) -> None:
    door = next(one["household"] for one in register("due", "--all", "--json", "--on", "2027-06-01").data)
    opened = register("followup", "open", door, "gas_safety", "灶具软管老化", "--json").data["id"]
    sheet = tmp_path / "sheet.docx"
    made = register("followup", "hand-off", opened, "--to", sheet, "--json")
    assert made.code == 0
    assert made.data["department"] == "gas_supplier"
    assert made.data["cases"][0]["in_full"] == []
    again = register("followup", "hand-off", opened, "--to", sheet)
    assert again.code == 2
    assert "already" in again.err
    spreadsheet = tmp_path / "sheet.xlsx"
    over = register("followup", "hand-off", opened, "--to", spreadsheet, "--override", "gas smell", "--json")
    assert set(over.data["cases"][0]["basis"].values()) <= {"override"}
    assert load_workbook(spreadsheet).active.max_row == 2
    assert register("doctor").code == 0


def test_cases_of_the_hotline_come_in_and_go_out(register, tmp_path: Path) -> None:
    rejects = tmp_path / "back.xlsx"
    first = register("import", "cases", SAMPLES / "hotline.xlsx", "--rejects", rejects, "--json")
    assert first.code == 1, "done in part"
    assert first.data["added"] > 0
    assert first.data["rejected"] > 0
    assert rejects.exists()
    again = register("import", "cases", SAMPLES / "hotline.xlsx", "--rejects", rejects, "--json").data
    assert (again["added"], again["updated"], again["unchanged"]) == (0, 0, first.data["added"])
    out = tmp_path / "cases.json"
    assert register("export", "cases", out, "--json").data["rows"] == first.data["added"]
    assert len(json.loads(out.read_text("utf-8"))) == first.data["added"]
    assert register("export", "cases", out).code == 2
    assert register("export", "cases", out, "--replace").code == 0
    assert register("import", "cases", tmp_path / "none.csv").code != 0
    assert register("doctor").code == 0
