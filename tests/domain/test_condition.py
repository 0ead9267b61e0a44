"""Conditions are a small tree that is read, never a formula: what each key asks, and what is refused."""

from __future__ import annotations

import pytest

from casework.domain.condition import ALWAYS, BadCondition, Traits, read

MEI = Traits(
    tags=frozenset({"lives_alone"}), age=75, risk="yellow", fuel="lpg_cylinder", tenure="owned",
    residence="registered_and_resident", areas=frozenset({"满春十三网格", "满春社区", "3栋"}),
    answers={("lpg_cylinder", "self_closing"): frozenset({"fail", "no"})}, checked=frozenset({"lpg_cylinder"}),
)  # fmt: skip


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ({}, True),
        ({"tag": "lives_alone"}, True),
        ({"tag": ["hardship", "lives_alone"]}, True),
        ({"tag": "hardship"}, False),
        ({"age_at_least": 75}, True),
        ({"age_at_least": 76}, False),
        ({"age_under": 75}, False),
        ({"risk": ["red", "yellow"], "fuel": "lpg_cylinder"}, True),
        ({"risk": ["red", "yellow"], "fuel": "electric"}, False),
        ({"tenure": "rented"}, False),
        ({"residence": "registered_and_resident"}, True),
        ({"area": "满春社区"}, True),
        ({"area": "万松社区"}, False),
        ({"answer": {"checklist": "lpg_cylinder", "question": "self_closing", "is": ["no"]}}, True),
        ({"answer": {"checklist": "lpg_cylinder", "question": "self_closing", "is": "fail"}}, True),
        ({"answer": {"checklist": "lpg_cylinder", "question": "self_closing", "is": "pass"}}, False),
        ({"answer": {"checklist": "lpg_cylinder", "question": "never_asked", "is": "pass"}}, False),
        ({"never_checked": "lpg_cylinder"}, False),
        ({"never_checked": ["lpg_cylinder", "pipeline_gas"]}, True),
        ({"not": {"tag": "lives_alone"}}, False),
        ({"any": [{"tag": "hardship"}, {"age_at_least": 60}]}, True),
        ({"all": [{"tag": "hardship"}, {"age_at_least": 60}]}, False),
    ],
)
def test_each_key_asks_what_it_says(when: dict[str, object], holds: bool) -> None:
    assert read(when).holds(MEI) is holds


def test_a_door_is_asked_about_those_who_live_there() -> None:
    young = Traits(age=30)
    door = Traits(fuel="lpg_cylinder", people=(young, MEI))
    # One and the same person is to be both: nobody is old here and another lives alone.
    assert read({"fuel": "lpg_cylinder", "somebody": {"age_at_least": 65, "tag": "lives_alone"}}).holds(door)
    assert not read({"somebody": {"age_under": 65, "tag": "lives_alone"}}).holds(door)
    assert not read({"somebody": {"age_at_least": 0}}).holds(Traits())


def test_nothing_holds_for_what_is_unknown_but_its_denial() -> None:
    nobody = Traits()
    for when in ({"age_at_least": 0}, {"age_under": 150}, {"risk": "red"}, {"area": "x"}, {"kind": "manhole"}):
        assert not read(when).holds(nobody)
        assert read({"not": when}).holds(nobody)
    assert ALWAYS.holds(nobody)
    assert read({"never_checked": "manhole"}).holds(nobody)


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ({"tagg": "x"}, "when.tagg: no such condition"),
        ({"any": [{"tag": 3}]}, r"when.any\[0\].tag: expected a word"),
        ({"not": {"age_at_least": "65"}}, "when.not.age_at_least: expected an age"),
        ({"answer": {"checklist": "lpg_cylinder", "is": "no"}}, "when.answer: expected a table with"),
        ({"answer": {"checklist": "a", "question": "') OR 1", "is": "no"}}, "when.answer.question: expected a name"),
        ({"somebody": {"fuel": "electric"}}, "when.somebody: expected what can be asked about one person"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_reason(when: dict[str, object], why: str) -> None:
    with pytest.raises(BadCondition, match=why):
        read(when)


def test_what_a_condition_asks_about_is_known() -> None:
    condition = read({"any": [{"tag": "hardship"}, {"not": {"age_under": 65}}], "area": "满春社区"})
    assert condition.asks == {"tag", "age_under", "area"}
    assert condition.ages == {65}
    assert condition.tags == {"hardship"}
