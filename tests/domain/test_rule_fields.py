"""A rule as the fields of a form: whatever it says is there again after the form, and a mistake is said at its field."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.catalog import shelf
from casework.catalog.rules import as_kept, read_rule
from casework.catalog.ruleshape import validated_rule
from casework.domain.rule_fields import LIMITS, RuleFields, WrongField, of_body, to_body
from casework.language import say, set_language

GOOD = RuleFields(zh="每月", days="30", effective="2026-01-01", source="街道通知")


@pytest.mark.parametrize("key", list(shelf.table("schedule")))
def test_every_shipped_rule_goes_through_the_form_unchanged(key: str) -> None:
    entry: Any = as_kept(shelf.table("schedule")[key])
    before, after = read_rule(key, entry), read_rule(key, to_body(of_body(entry)))
    for name in before.__slots__:
        if name not in ("condition", "never"):
            assert getattr(after, name) == getattr(before, name), name
    assert {repr(one) for one in after.condition.nodes()} == {repr(one) for one in before.condition.nodes()}


SEASONS = st.lists(st.sampled_from(sorted(shelf.seasons())), max_size=2, unique=True).map(tuple)
KINDS = st.lists(st.sampled_from(sorted(shelf.spell_kinds())), max_size=2, unique=True).map(tuple)


@given(
    st.builds(
        RuleFields,
        zh=st.text(max_size=8), en=st.text(max_size=8), subject=st.sampled_from(["resident", "household", "place"]),
        what=st.sampled_from(["visit", "manhole"]), cadence=st.sampled_from(["every", "once", "on"]),
        days=st.sampled_from(["", "30", "０", "３０", "-1", "9999", "²", "x"]), on=st.sampled_from(["", "2026-06-19", "nie"]),
        seasons=SEASONS, spell_kinds=KINDS, spell_from=st.sampled_from(["start", "end"]),
        spell_days=st.sampled_from(["", "-7", "3"]), spell_lasts=st.sampled_from(["", "7", "0"]),
        starts_on=st.sampled_from(["", "2026-06-01"]), last_on=st.sampled_from(["", "2026-05-01", "2026-06-30"]),
        modes=st.sampled_from([(), ("door",), ("door", "phone", "video", "walk_in", "relative")]),
    )
)  # fmt: skip
def test_what_the_form_lets_through_can_be_saved_and_the_rest_names_its_field(said: RuleFields) -> None:
    try:
        body = to_body(said)
    except WrongField as error:
        assert hasattr(said, error.name)
        return
    validated_rule("own_one", body)
    assert to_body(of_body(body)) == body


@pytest.mark.parametrize("name", ["days", "before", "after", "priority"])
def test_numbers_keep_within_their_limits(name: str) -> None:
    least, most = LIMITS[name]
    for number in (least, most):
        to_body(replace(GOOD, **{name: str(number)}))
    for number in (least - 1, most + 1):
        with pytest.raises(WrongField) as caught:
            to_body(replace(GOOD, **{name: str(number)}))
        assert caught.value.name == name


@pytest.mark.parametrize(
    ("values", "field", "zh"),
    [
        ({"zh": " "}, "zh", "不能为空"),
        ({"subject": "place"}, "what", "点位只能检查"),
        ({"cadence": "on"}, "on", "不能为空"),
        ({"seasons": ("heating",), "spell_kinds": ("festival",)}, "spell_kinds", "只能选一样"),
        ({"cadence": "on", "on": "2026-06-19", "seasons": ("heating",)}, "seasons", "不能再选"),
        ({"spell_kinds": ("rain_storm",), "spell_from": "end"}, "spell_lasts", "共几天"),
        ({"starts_on": "2026-06-02", "last_on": "2026-06-01"}, "last_on", "早于第一天"),
        ({"last_on": "2026-02-30"}, "last_on", "日期"),
    ],
)
def test_a_mistake_is_said_at_its_field(values: dict[str, Any], field: str, zh: str) -> None:
    set_language("zh_CN")
    with pytest.raises(WrongField) as caught:
        to_body(replace(GOOD, **values))
    assert caught.value.name == field
    assert zh in say(caught.value.phrase)


def test_the_last_day_is_the_last_on_which_it_holds() -> None:
    body = to_body(replace(GOOD, starts_on="2026-06-01", last_on="2026-06-30"))
    assert body["ends_on"] == "2026-07-01"
    assert of_body(body).last_on == "2026-06-30"
