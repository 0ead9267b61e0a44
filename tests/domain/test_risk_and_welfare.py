"""The suggested colour with its reasons, and what to do when nobody answers at the door of somebody at
risk.
"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.catalog import shelf
from casework.domain.resident import Contact, LastSeenSource, LifeState, Resident, RiskLevel, Tag
from casework.domain.risk import of_resident, suggest
from casework.domain.visit import MET, Mode, Outcome
from casework.domain.visiting import (
    Band,
    asks_twice,
    band_of,
    clears_call_back,
    counts_as_contact,
    counts_as_knock,
    details_allowed,
    life_state_after,
    needs_reason,
    opens_call_back,
)
from casework.domain.welfare import Rung, at_risk_alone, ladder
from casework.language import say, set_language
from tests.domain.making import at

WEIGHTS = shelf.risk_weights()
DAY = date(2026, 5, 4)


def tag(name: str, since: date | None = None, until: date | None = None) -> Tag:
    return Tag("t", "r", name, since, until)


@pytest.mark.parametrize(
    ("born", "names", "level"),
    [
        (date(1990, 1, 1), [], RiskLevel.GREEN),
        (date(1944, 1, 1), [], RiskLevel.GREEN),
        (date(1990, 1, 1), ["lives_alone"], RiskLevel.GREEN),
        (date(1956, 1, 1), ["lives_alone"], RiskLevel.YELLOW),
        (date(1956, 1, 1), ["lives_alone", "hardship"], RiskLevel.YELLOW),
        (date(1944, 1, 1), ["functionally_dependent"], RiskLevel.RED),
        (date(1944, 1, 1), ["lives_alone", "minimum_living_allowance"], RiskLevel.RED),
    ],
)
def test_tags_and_age_suggest_a_colour(born: date, names: list[str], level: RiskLevel) -> None:
    assert suggest(born, [tag(name) for name in names], DAY, WEIGHTS)[0] is level


def test_the_colour_says_why_the_heaviest_reason_first() -> None:
    set_language("en")
    tags = [tag("hardship"), tag("lives_alone")]
    _, reasons = suggest(date(1951, 5, 1), tags, DAY, WEIGHTS, ["open_critical_hazard"], in_full=True)
    assert [say(reason) for reason in reasons] == [
        "A critical hazard at home is not put right (+2)", "Lives alone (+2)", "Hard up (+1)",
        "75 years old (+1)",
    ]  # fmt: skip


def test_what_is_sensitive_counts_and_is_not_named_until_it_is_revealed() -> None:
    set_language("en")
    tags = [tag("functionally_dependent"), tag("minimum_living_allowance"), tag("lives_alone")]
    level, reasons = suggest(None, tags, DAY, WEIGHTS)
    assert level is suggest(None, tags, DAY, WEIGHTS, in_full=True)[0] is RiskLevel.RED
    assert [say(reason) for reason in reasons] == ["Lives alone (+2)", "what is masked"]


def test_a_tag_that_is_over_does_not_count() -> None:
    over = [tag("functionally_dependent", until=DAY)]
    assert suggest(date(1944, 1, 1), over, DAY, WEIGHTS)[0] is RiskLevel.GREEN


def test_the_worker_has_the_last_word_and_her_reason_is_shown() -> None:
    set_language("en")
    one = Resident("r", "h", "x", risk_override=RiskLevel.RED, risk_reason="fell twice")
    level, reasons, by_hand = of_resident(one, DAY, WEIGHTS)
    assert (level, by_hand, say(reasons[0])) == (RiskLevel.RED, True, "Set by hand: fell twice")


@given(st.lists(st.sampled_from(sorted(shelf.tags()))), st.sampled_from(sorted(shelf.tags())))
def test_another_tag_never_lowers_the_risk(names: list[str], more: str) -> None:
    order = [RiskLevel.GREEN, RiskLevel.YELLOW, RiskLevel.RED]
    born = date(1951, 1, 1)
    less = suggest(born, [tag(name) for name in names], DAY, WEIGHTS)[0]
    assert order.index(suggest(born, [tag(name) for name in [*names, more]], DAY, WEIGHTS)[0]) >= order.index(less)


def test_no_answer_is_a_welfare_question_for_those_at_risk_who_live_alone() -> None:
    assert at_risk_alone({"lives_alone"}, RiskLevel.YELLOW)
    assert not at_risk_alone({"lives_alone"}, RiskLevel.GREEN)
    assert not at_risk_alone({"empty_nest"}, RiskLevel.RED)


class TestLadder:
    SON = Contact("c1", "r", "Li Ming", "son", "13800000000")

    def test_neighbours_then_the_emergency_contact_then_the_signs(self) -> None:
        rungs = [step.rung for step in ladder([self.SON], DAY, DAY, LastSeenSource.NEIGHBOUR)]
        assert rungs == [Rung.RING, Rung.NEIGHBOURS, Rung.CONTACT, Rung.SIGNS, Rung.SIGNS]

    def test_not_seen_for_two_days_calls_for_help_first(self) -> None:
        set_language("en")
        first = ladder([self.SON], DAY, date(2026, 5, 2), LastSeenSource.RELATIVE)[0]
        assert first.rung is Rung.EMERGENCY
        assert say(first.say) == ("Not seen for 2 days (last on 2026-05-02, by a relative): call 110 and 120 today.")

    def test_the_contact_is_named_with_the_relation_and_a_missing_one_is_said(self) -> None:
        set_language("en")
        (step,) = [one for one in ladder([self.SON], DAY, DAY) if one.rung is Rung.CONTACT]
        assert step.contact == self.SON
        assert say(step.say) == "Call the emergency contact: Li Ming, son"
        (none,) = [one for one in ladder([], DAY, DAY) if one.rung is Rung.CONTACT]
        assert none.contact is None

    def test_nobody_knocks_a_third_time_instead_of_asking(self) -> None:
        set_language("en")
        twice = [at("2026-05-04", 9), at("2026-05-04", 15)]
        assert "do not knock again" in say(ladder([], DAY, DAY, tries=twice)[0].say)

    def test_nobody_is_told_to_break_in(self) -> None:
        set_language("en")
        assert any("Never break in" in say(step.say) for step in ladder([], DAY, None))


class TestOutcomes:
    def test_details_belong_to_an_outcome_in_which_somebody_was_met(self) -> None:
        assert {outcome for outcome in Outcome if details_allowed(outcome)} == MET
        assert {key for key, one in shelf.outcomes().items() if one.group == "met"} == MET

    def test_only_a_death_asks_twice_and_only_a_refusal_asks_why(self) -> None:
        assert [outcome for outcome in Outcome if asks_twice(outcome)] == [Outcome.DECEASED]
        assert [outcome for outcome in Outcome if needs_reason(outcome)] == [Outcome.REFUSED]

    def test_each_outcome_opens_a_call_back_or_clears_it_and_not_attempted_does_neither(self) -> None:
        for outcome in Outcome:
            assert opens_call_back(outcome) + clears_call_back(outcome) == (outcome is not Outcome.NOT_ATTEMPTED)

    def test_a_knock_is_no_contact_and_a_call_is_no_knock(self) -> None:
        assert counts_as_knock(Outcome.NO_ANSWER, Mode.DOOR)
        assert not counts_as_knock(Outcome.NO_ANSWER, Mode.PHONE)
        assert not counts_as_knock(Outcome.NOT_ATTEMPTED, Mode.DOOR)
        assert not counts_as_contact(Outcome.NO_ANSWER)
        assert counts_as_contact(Outcome.REFUSED)

    def test_what_an_outcome_says_of_the_person(self) -> None:
        assert life_state_after(Outcome.DECEASED) is LifeState.DECEASED
        assert life_state_after(Outcome.HOSPITALISED) is LifeState.HOSPITALISED
        assert life_state_after(Outcome.COMPLETED) is LifeState.LIVING_HERE
        assert life_state_after(Outcome.COMPLETED, Mode.PHONE) is None
        assert life_state_after(Outcome.NO_ANSWER) is None

    @pytest.mark.parametrize(
        ("day", "hour", "band"),
        [
            ("2026-05-04", 8, Band.MORNING), ("2026-05-04", 12, Band.AFTERNOON),
            ("2026-05-04", 17, Band.AFTERNOON),
            ("2026-05-04", 18, Band.EVENING), ("2026-05-09", 18, Band.WEEKEND),
        ],
    )  # fmt: skip
    def test_the_band_of_a_try(self, day: str, hour: int, band: Band) -> None:
        assert band_of(at(day, hour)) is band
