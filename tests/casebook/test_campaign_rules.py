"""A campaign of the community's own is one file; a mistake in it is said with file, key and reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from casework.casebook import campaigns, residents
from casework.casebook.campaign_entries import StartEntry
from casework.casebook.entries import RiskEntry
from casework.catalog import campaigns as files
from casework.catalog import shelf
from casework.domain.resident import RiskLevel
from casework.language import say
from tests.casebook.conftest import Neighbourhood

OWN = """
name = "red_visits"
version = "1"
label = { zh = "红色人员走访", en = "Visits, red risk" }
text = { zh = "红色风险人员都要走访。", en = "Everyone at red risk is visited." }
subject = "resident"
source = "community"
effective = 2026-01-01
goal = 2

[when]
risk = "red"

[[done]]
visit = { outcome = ["completed"] }
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "campaigns").mkdir()
    monkeypatch.setenv("CASEWORK_CATALOG", str(tmp_path))
    shelf.forget()
    return tmp_path / "campaigns"


def test_a_file_of_the_community_is_a_campaign_without_code(own: Path, here: Neighbourhood) -> None:
    (own / "red_visits.toml").write_text(OWN, encoding="utf-8")
    assert "red_visits" in files.names()
    book = here.book
    campaign = campaigns.start(book, StartEntry(key="red_visits", starts_on=date(2026, 5, 1))).subject_id
    before = campaigns.buckets(book, campaign)
    for resident in (here.wang, here.li):
        residents.risk(book, RiskEntry(resident_id=resident, level=RiskLevel.RED, reason="摔过"))
    after = campaigns.buckets(book, campaign)
    assert sum(before.values()) == sum(after.values()) == 3
    assert after["to_visit"] == before["to_visit"] + 2  # type: ignore[index]


@pytest.mark.parametrize(
    ("was", "now", "key", "why"),
    [
        ('risk = "red"', 'riskk = "red"', "when.riskk", "no such condition"),
        ('risk = "red"', 'tag = "lonely"', "when.tag", "'lonely'"),
        ('risk = "red"', 'kind = "manhole"', "when.kind", "resident"),
        ('["completed"]', '["done"]', "done.0.visit.outcome.0", "Input should be"),
        ("[[done]]", "[[finished]]", "finished", "Extra inputs"),
        ("goal = 2", "goal = 0", "goal", "greater than"),
        ("goal = 2", 'deadline = "02-30"', "deadline", "no such day"),
        ("goal = 2", 'sponsor = "nobody"', "sponsor", "departments.toml"),
        ('name = "red_visits"', 'name = "others"', "name", "not that of the file"),
        ("visit = {", "visits = {", "done.0", ""),
        ('visit = { outcome = ["completed"] }', 'device = "robot"', "done.0.device", "devices.toml"),
        (
            'visit = { outcome = ["completed"] }',
            'answer = { checklist = "elderly_home", question = "colour", is = ["red"] }',
            "done.0.answer.question",
            "'colour'",
        ),
    ],
)
def test_a_mistake_is_refused_with_file_key_and_reason(own: Path, was: str, now: str, key: str, why: str) -> None:
    assert was in OWN
    (own / "red_visits.toml").write_text(OWN.replace(was, now), encoding="utf-8")
    with pytest.raises(shelf.CatalogError) as refused:
        files.load("red_visits")
    said = say(refused.value.phrase)
    assert "red_visits.toml" in said
    assert key in said
    assert why in said
    assert len(files.mistakes()) == 1


def test_the_campaigns_that_ship_have_no_mistake() -> None:
    assert files.names() == ("home_visits", "manholes", "pipeline_flats", "valve", "waterlogging")
    assert files.mistakes() == ()


def test_a_campaign_keeps_its_rule_until_it_is_told_to_take_the_newest(own: Path, here: Neighbourhood) -> None:
    from casework.casebook.campaign_entries import CampaignChange

    (own / "red_visits.toml").write_text(OWN, encoding="utf-8")
    book = here.book
    campaign = campaigns.start(book, StartEntry(key="red_visits", starts_on=date(2026, 5, 1))).subject_id
    before = campaigns.buckets(book, campaign)
    newer = OWN.replace('version = "1"', 'version = "2"').replace('risk = "red"', "age_at_least = 60")
    (own / "red_visits.toml").write_text(newer, encoding="utf-8")
    shelf.forget()
    residents.risk(book, RiskEntry(resident_id=here.wang, level=RiskLevel.GREEN, reason="好转"))
    assert campaigns.buckets(book, campaign) == before
    campaigns.change(book, CampaignChange(campaign_id=campaign, newest_rule=True, words="街道新口径"))
    assert campaigns.get(book, campaign).version == "2"
    assert campaigns.buckets(book, campaign)["to_visit"] == 3  # type: ignore[index]
