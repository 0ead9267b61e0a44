"""`casework campaign forecast`: the same words as the screen, and one JSON document for machines."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from casework.casebook.clock import FrozenClock
from tests import street
from tests.drive import casework

MONDAY = datetime.fromisoformat("2026-03-02T09:00:00+08:00")


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return street.make(tmp_path / "street.casework", clock=FrozenClock(MONDAY))


def run(db: Path, *arguments: str, lang: str = "en") -> str:
    code, out, said = casework("--db", str(db), *arguments, at=MONDAY, env={"TZ": "Asia/Shanghai"}, lang=lang)
    assert code == 0, said + out
    return out


def test_it_says_that_it_cannot_tell_and_why(db: Path) -> None:
    run(db, "campaign", "start", "home_visits", "--from", "2026-03-02", "--deadline", "2026-12-31")
    told = json.loads(run(db, "campaign", "forecast", "home_visits", "--json"))
    assert told["told"] is False
    assert told["line_50"] is told["line_85"] is told["chance"] is None
    assert "0 working days" in told["reason"]
    assert told["needed"] > 0
    assert told["deadline"] == "2026-12-31"
    assert "can't be told yet" in run(db, "campaign", "forecast", "home_visits")
    assert "还说不准" in run(db, "campaign", "forecast", "home_visits", lang="zh_CN")
    more = json.loads(run(db, "campaign", "forecast", "home_visits", "--what-if", "worker", "--seed", "5", "--json"))
    assert more["what_if"]["what"] == "worker"
    assert more["what_if"]["reason"]
    assert more["seed"] == 5


def test_a_campaign_that_there_is_not_is_wrong_use(db: Path) -> None:
    code, _out, said = casework("--db", str(db), "campaign", "forecast", "nothing", at=MONDAY)
    assert code == 2
    assert "nothing" in said
