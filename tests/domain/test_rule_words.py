"""A rule of the schedule as a worker reads it, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from casework.catalog import rulenames, shelf
from casework.catalog.rules import read_rule
from casework.domain import rule_words
from casework.language import say, set_language

BASE: dict[str, Any] = {
    "label": {"zh": "规则", "en": "Rule"}, "subject": "household", "what": "visit", "every_days": 30, "before": 3, "after": 5,
    "priority": 4,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    yield
    set_language("zh_CN")


def words(code: str, **values: Any) -> rule_words.RuleWords:
    set_language(code)
    body = {key: value for key, value in {**BASE, **values}.items() if value is not None}
    rule = read_rule("one", body)
    return rule_words.said(rule, rulenames.of_rules([rule]))


@pytest.mark.parametrize(
    ("values", "zh", "en"),
    [
        ({}, "所有住户", "every household"),
        ({"subject": "resident"}, "所有居民", "every resident"),
        (
            {"subject": "resident", "when": {"age_at_least": 65, "tag": ["lives_alone"]}},
            "居民：满 65 岁；独居", "residents: 65 years and over; lives alone",
        ),
        ({"when": {"area": "满春社区"}}, "住户：在满春社区", "households: in 满春社区"),
        (
            {"when": {"never_checked": "lpg_cylinder"}},
            "住户：从没做过：", "households: never done: ",
        ),
        (
            {"when": {"answer": {"checklist": "lpg_cylinder", "question": "hose_secure", "is": ["fail"]}}},
            "不合格", "not in order",
        ),
    ],
)  # fmt: skip
def test_whom_it_is_for(values: dict[str, Any], zh: str, en: str) -> None:
    assert zh in say(words("zh_CN", **values).whom)
    assert en.casefold() in say(words("en", **values).whom).casefold()


def test_an_answer_is_said_by_its_question_and_not_by_a_key() -> None:
    from casework.catalog import checks

    question = checks.load("lpg_cylinder").questions[0]
    asked = {"checklist": "lpg_cylinder", "question": question.name, "is": ["declined"]}
    for code in ("zh_CN", "en"):
        said = say(words(code, when={"answer": asked}).whom)
        assert say(question.label) in said
        assert question.name not in said


@pytest.mark.parametrize(
    ("spell", "zh", "en"),
    [
        (
            {"kind": "rain_storm", "from": "end", "days": 3, "lasts": 7},
            "暴雨结束3天后起，共7天", "from 3 days after the end of: Rain storm, for 7 days",
        ),
        ({"kind": "heat_wave"}, "高温天气期间", "as long as it lasts: Heat wave"),
        (
            {"kind": "festival", "days": -7, "lasts": 7},
            "节日开始前7天起，共7天", "from 7 days before the start of: Festival, for 7 days",
        ),
    ],
)  # fmt: skip
def test_when_with_regard_to_the_weather(spell: dict[str, Any], zh: str, en: str) -> None:
    for code, wanted in (("zh_CN", zh), ("en", en)):
        found = words(code, spell=spell).season
        assert found is not None
        assert say(found) == wanted


def test_how_often_and_when() -> None:
    assert say(words("en").how_often) == "every 30 days"
    assert say(words("zh_CN").how_often) == "每30天"
    assert say(words("en", every_days=None, once=True, within_days=20).how_often) == "once, within 20 days"
    assert say(words("en", every_days=None, on="2026-06-19").how_often) == "on 2026-06-19"
    heating = words("zh_CN", season="heating").season
    assert heating is not None
    assert "取暖期" in say(heating)
    assert "11-15" in say(heating)
    bounded = words("en", starts_on="2026-06-01", ends_on="2026-07-01").temporary
    assert bounded is not None
    assert say(bounded) == "from 2026-06-01 to 2026-06-30"
    by_phone = words("zh_CN", modes=["door", "phone"]).contacts
    assert by_phone is not None
    assert "上门" in say(by_phone)
    assert "电话" in say(by_phone)
    assert words("en", what="pipeline_gas").contacts is None


def test_every_rule_that_ships_is_said_without_a_key_of_a_file() -> None:
    rules = shelf.schedule_rules().all
    names = rulenames.of_rules(rules)
    for code in ("zh_CN", "en"):
        set_language(code)
        for rule in rules:
            said = rule_words.said(rule, names)
            parts = (said.whom, said.what, said.how_often, said.season, said.window, said.priority, said.contacts)
            text = " ".join(say(part) for part in parts if part is not None)
            assert "_" not in text, rule.key
            assert "{" not in text, rule.key
