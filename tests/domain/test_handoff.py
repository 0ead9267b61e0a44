"""What of a case may leave the laptop, for whom, and on what grounds."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain import handoff
from casework.domain.handoff import Grounds, grounds, sheet
from casework.domain.resident import Consent

TODAY = date(2026, 5, 20)
YES = Grounds("consent", consent_id="c", given_on=TODAY)
FACTS = {
    "matter": "王秀英家灶具软管老化，电话13000000001",
    "address": "3栋2单元501",
    "resident_name": "王秀英",
    "resident_phone": "13000000001",
    "reporter_name": "李建国",
    "reporter_phone": "027-85550003",
}


def consent(purpose: str = handoff.PURPOSE, given: bool = True, **more: date | None) -> Consent:
    return Consent("c1", "r1", purpose, "consent", given, "oral", "", more.get("on", TODAY), more.get("withdrawn"))


@pytest.mark.parametrize(
    ("consents", "override", "basis"),
    [
        ([], "", ""),
        ([], "   ", ""),
        ([], "gas leak, nobody answers", "override"),
        ([consent()], "", "consent"),
        ([consent()], "not needed", "consent"),
        ([consent("home_visit")], "", ""),
        ([consent(given=False)], "", ""),
        ([consent(), consent(given=False)], "", ""),
        ([consent(given=False), consent()], "", "consent"),
        ([consent(withdrawn=TODAY)], "", ""),
        ([consent(withdrawn=date(2026, 5, 21))], "", "consent"),
        ([consent(on=date(2026, 5, 21))], "", ""),
        ([consent(withdrawn=TODAY)], "she is unconscious", "override"),
    ],
)
def test_the_last_word_on_this_purpose_counts(consents: list[Consent], override: str, basis: str) -> None:
    found = grounds(consents, TODAY, override)
    assert found.basis == basis
    assert bool(found) is bool(basis)
    assert found.reason == (override if basis == "override" else "")


def test_without_grounds_names_and_numbers_leave_masked_in_the_words_too() -> None:
    made = sheet(FACTS, ("matter", "address", "resident_name", "resident_phone"), {})
    assert made.values["resident_name"] == "王**"
    assert made.values["resident_phone"] == "130****0001"
    assert made.values["matter"] == "王**家灶具软管老化，电话130****0001"
    assert made.values["address"] == FACTS["address"], "the department has to find the door"
    assert (made.shown, made.masked) == ((), ("resident_name", "resident_phone"))


def test_with_consent_they_leave_in_full() -> None:
    made = sheet(FACTS, ("matter", "resident_name", "resident_phone"), {"resident_name": YES, "resident_phone": YES})
    assert made.values == {key: FACTS[key] for key in ("matter", "resident_name", "resident_phone")}
    assert made.shown == ("resident_name", "resident_phone")


def test_consent_does_not_put_on_the_sheet_what_the_department_does_not_need() -> None:
    made = sheet(FACTS, ("matter", "address"), dict.fromkeys(handoff.PERSONAL, YES))
    assert set(made.values) == {"matter", "address"}
    assert made.shown == ()
    assert "13000000001" not in made.values["matter"]
    assert "王秀英" not in made.values["matter"]


@pytest.mark.parametrize(
    ("typed", "leaves"),
    [
        ("打 130-0000-0001 找她", "打 130-****-0001 找她"),
        ("+86 13000000001", "*86 1******0001"),
        ("027-85550003 或 85550003", "027-****0003 或 ******03"),
        ("证号 420103194103080002", "证号 420***********0002"),
        ("2026-05-20 09:30 到 20260527，工单 WH2026052000123", "2026-05-20 09:30 到 20260527，工单 WH2026052000123"),
    ],
)
def test_numbers_in_typed_words_are_masked_and_days_are_not(typed: str, leaves: str) -> None:
    assert sheet({"details": typed}, ("details",), {}).values["details"] == leaves


@given(
    words=st.text(st.sampled_from("王秀英的电话是13000000001 -，李建国"), max_size=60),
    wanted=st.sets(st.sampled_from([*FACTS]), min_size=1),
    agreed=st.booleans(),
)
def test_nothing_personal_leaves_in_full_without_grounds(words: str, wanted: set[str], agreed: bool) -> None:
    facts = FACTS | {"matter": f"{words} 王秀英 13000000001 {words}"}
    basis = {"resident_name": YES, "resident_phone": YES} if agreed else {}
    made = sheet(facts, sorted(wanted), basis)
    said = "\n".join(made.values.values())
    for field in handoff.PERSONAL:
        if field not in made.shown:
            assert facts[field] not in said
    assert set(made.values) == wanted
