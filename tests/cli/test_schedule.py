"""`casework due`, `rules` and `spell`: the schedule for scripts and screen readers."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

OFTEN = """
[visit_household]
label = { zh = "每户每月", en = "Every door monthly" }
subject = "household"
what = "visit"
every_days = 30
before = 3
after = 3
priority = 6
starts_on = 2026-01-01
source = "本社区"
effective = 2026-01-01
"""


def test_open_work_is_listed_by_grid_kind_status_rule_and_day(register: Any) -> None:
    every = register("due", "--all", "--json", "--on", "2027-06-01").data
    assert {item["status"] for item in every} <= {"due", "overdue", "missed"}
    assert register("due", "--json", "--on", "2027-06-01", "--grid", every[0]["grid"]).data
    checks = register("due", "--all", "--json", "--on", "2027-06-01", "--kind", "check").data
    assert {item["what"] for item in checks} == {"check"}
    missed = register("due", "--all", "--json", "--on", "2027-06-01", "--status", "missed").data
    assert {item["status"] for item in missed} == {"missed"}
    assert missed == [item for item in every if item["status"] == "missed"]
    upcoming = register("due", "--all", "--json", "--on", "2026-01-02", "--status", "upcoming").data
    assert upcoming
    by_rule = register("due", "--all", "--json", "--on", "2027-06-01", "--rule", "visit_household").data
    assert by_rule == [item for item in every if item["rule"] == "visit_household"]
    assert register("due", "--grid", "nowhere").code == 2
    assert register("due", "--status", "done_late").code == 2


def test_what_was_done_is_a_ledger_by_the_day_it_happened(register: Any) -> None:
    door = register("due", "--all", "--json", "--on", "2027-06-01", "--rule", "visit_household").data[0]["household"]
    today = date.today()
    agreed = (today + timedelta(days=1)).isoformat()
    register("visit", door, "completed", "--next", agreed)
    kept = register("visit", door, "completed", "--json").data["id"]
    span = (str(today - timedelta(days=1)), str(today))
    (row,) = [one for one in register("due", "--all", "--json", "--done", *span).data if one["by"] == kept]
    assert (row["what"], row["status"], row["due_on"], row["done_on"]) == (
        "promise",
        "done_on_time",
        agreed,
        str(today),
    )
    assert row in register("due", "--all", "--json", "--done", *span, "--kind", "promise").data
    assert row not in register("due", "--all", "--json", "--done", *span, "--status", "done_late").data
    story = [one for one in register("household", door, "--json").data["done"] if one["by"] == kept]
    assert [(one["due_on"], one["done_on"], one["status"]) for one in story] == [(agreed, str(today), "done_on_time")]


def test_a_rule_is_previewed_saved_shown_and_taken_back(register: Any, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(OFTEN, encoding="utf-8")
    seen = register("rules", "preview", str(file), "--json").data
    assert seen["moved"]["doors"] + seen["become_due"]["doors"] > 0
    assert {"this_week", "next_four_weeks", "months", "concerned"} <= set(seen)
    assert register("rules", "set", str(file), "--words", "从紧", "--json").data["verb"] == "rule.save"
    shown = register("rules", "show", "visit_household", "--json").data
    assert (shown["origin"], shown["rule"]["every_days"], shown["words"]) == ("own", 30, "从紧")
    assert register("doctor").code == 0
    assert register("rules", "off", "check_lpg").code == 0
    listed = {one["key"]: one for one in register("rules", "list", "--json").data}
    assert listed["check_lpg"]["off"]
    assert not any(one["pending"] for one in listed.values())
    assert register("rules", "restore", "visit_household").code == 0
    assert register("undo").code == 0
    assert register("rules", "show", "visit_household", "--json").data["origin"] == "own"
    assert register("doctor").code == 0


def test_a_mistake_in_a_rule_s_file_is_said_and_nothing_is_saved(register: Any, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    for text, why in (
        (OFTEN.replace("priority = 6", "priority = 66"), "priority"),
        (OFTEN + "[other]\nx = 1\n", "mine.toml"),
        ("[", "mine.toml"),
    ):
        file.write_text(text, encoding="utf-8")
        said = register("rules", "set", str(file))
        assert said.code == 2
        assert why in said.err
    assert register("rules", "off", "no_such_rule").code == 2
    assert register("rules", "preview").code == 2


def test_a_storm_is_recorded_and_over(register: Any) -> None:
    began = register("spell", "begin", "rain_storm", "--from", "2026-05-18", "--json").data
    assert began["verb"] == "spell.begin"
    assert register("spell", "begin", "frogs").code == 2
    assert register("spell", "end", "rain_storm", "--on", "2026-05-20").code == 0
    (listed,) = register("spell", "list", "--json").data
    assert (listed["kind"], listed["starts_on"], listed["ends_on"]) == ("rain_storm", "2026-05-18", "2026-05-20")
    assert register("doctor").code == 0


def test_a_risk_level_is_set_by_hand_with_words_and_given_back(register: Any) -> None:
    door = register("due", "--all", "--json", "--on", "2027-06-01").data[0]["household"]
    person = register("household", door, "--json").data["people"][0]
    other = "red" if person["risk"] != "red" else "green"
    assert register("risk", person["id"], other, "--reason", "刚出院，一人在家").code == 0
    by_hand = register("household", door, "--json").data["people"][0]
    assert (by_hand["risk"], by_hand["risk_by_hand"]) == (other, True)
    assert "刚出院，一人在家" in by_hand["risk_reasons"][0]
    assert register("risk", person["id"], "suggested", "--reason", "已好转").code == 0
    assert register("household", door, "--json").data["people"][0]["risk"] == person["risk"]
    assert register("risk", person["id"], "red").code == 2
