"""Rules that hold in a season or a spell of weather, once, or on one day: when they fall due."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.catalog import shelf
from casework.domain.cadence import next_day, window_from
from casework.domain.due import Due, DueKind
from casework.domain.phrase import Label
from casework.domain.resident import RiskLevel
from casework.domain.schedule import plan, plan_place
from casework.domain.schedule_facts import DatedTag, PlaceFacts
from casework.domain.schedule_rules import ScheduleRule, ScheduleRules, Subject
from casework.domain.season import FAR, Season, Spell, SpellPart
from casework.domain.visit import Mode, Outcome
from tests.domain.making import REGISTERED, at, door, person, visit

RULES = shelf.schedule_rules()
HEATING = Season("heating", Label("取暖期", "Heating"), (11, 15), (3, 15))
SUMMER = Season("summer", Label("夏", "Summer"), (6, 15), (9, 15))
STORM = SpellPart(frozenset({"rain_storm"}), from_end=True, lasts=3)
YELLOW = person(born=date(1951, 5, 1), tags=("lives_alone",))
POINT = PlaceFacts("p", "waterlogging_spot", REGISTERED)


def rule(key: str = "r", every: int = 0, subject: Subject = Subject.HOUSEHOLD, **more: object) -> ScheduleRule:
    kind = DueKind.CHECK if "checklist" in more else DueKind.VISIT
    return ScheduleRule(key, Label("规则", "Rule"), subject, kind, every, 3, 4, 2, **more)  # type: ignore[arg-type]


def with_rules(*rules: ScheduleRule, spells: tuple[Spell, ...] = ()) -> ScheduleRules:
    return ScheduleRules(rules, RULES.risk, RULES.settings, spells)


class TestSeasons:
    @pytest.mark.parametrize(
        ("day", "holds"),
        [("2026-11-14", False), ("2026-11-15", True), ("2026-12-31", True), ("2027-01-01", True),
         ("2027-03-15", True), ("2027-03-16", False)],
    )  # fmt: skip
    def test_the_heating_season_spans_the_year_s_end(self, day: str, holds: bool) -> None:
        assert HEATING.holds_on(date.fromisoformat(day)) is holds

    def test_a_season_to_the_end_of_february_has_a_leap_day_or_not(self) -> None:
        winter = Season("w", Label("冬", "Winter"), (12, 1), (2, 29))
        assert winter.holds_on(date(2028, 2, 29))
        assert winter.holds_on(date(2027, 2, 28))
        assert not winter.holds_on(date(2027, 3, 1))
        assert not winter.holds_on(date(2028, 3, 1))

    @given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.sampled_from([HEATING, SUMMER]))
    def test_the_window_from_a_day_on_is_the_one_it_lies_in_or_the_next(self, day: date, season: Season) -> None:
        first, end = season.at_or_after(day.toordinal())
        assert end > day.toordinal()
        one = day
        while one.toordinal() < first:
            assert not season.holds_on(one)
            one += timedelta(days=1)
        assert season.holds_on(date.fromordinal(max(first, day.toordinal())))

    def test_who_is_at_risk_is_visited_more_often_in_the_season_of_great_heat(self) -> None:
        met = visit(Outcome.COMPLETED, at("2026-07-01"))
        first = next(due for due in plan(door(YELLOW, visits=(met,)), RULES) if due.kind is DueKind.VISIT)
        assert (first.rule, first.due_on) == ("visit_hot_season", date(2026, 7, 15))
        met = visit(Outcome.COMPLETED, at("2026-10-05"))
        autumn = next(due for due in plan(door(YELLOW, visits=(met,)), RULES) if due.kind is DueKind.VISIT)
        assert (autumn.rule, autumn.due_on) == ("visit_yellow", date(2026, 11, 4))

    def test_doors_that_wait_for_the_season_are_spread_over_its_first_days(self) -> None:
        hot = with_rules(rule(every=14, seasons=(SUMMER,)))
        days = {plan(replace(door(), spread=f"stair {n}"), hot)[0].due_on for n in range(200)}
        assert min(days) >= date(2026, 6, 15)
        assert max(days) < date(2026, 6, 29)
        assert len(days) == 14

    def test_the_window_of_a_row_does_not_leave_the_season(self) -> None:
        hot = with_rules(rule(every=14, seasons=(SUMMER,)))
        (due,) = plan(door(visits=(visit(Outcome.COMPLETED, at("2026-09-01")),)), hot)
        assert (due.due_on, due.closes_on) == (date(2026, 9, 15), date(2026, 9, 15))
        for n in range(30):
            (first,) = plan(replace(door(), spread=f"stair {n}"), hot)
            assert first.opens_on >= date(2026, 6, 15)

    def test_once_in_each_heating_season_at_home(self) -> None:
        home = with_rules(rule("heating", seasons=(HEATING,), once=True, modes=frozenset({Mode.DOOR})))
        called = visit(Outcome.PHONE_CONTACT, at("2026-12-01"), Mode.PHONE)
        (due,) = plan(door(visits=(called,)), home)
        assert HEATING.holds_on(due.due_on)
        assert due.due_on < date(2027, 3, 16)
        been = visit(Outcome.COMPLETED, at("2027-01-10"), n=1)
        (following,) = plan(door(visits=(called, been)), home)
        assert date(2027, 11, 15) <= following.due_on < date(2028, 3, 16)

    @given(
        last=st.none() | st.integers(738000, 741000), entered=st.integers(738000, 740000), seed=st.integers(0, 999),
        rest=st.sampled_from([0, 739500]), once=st.booleans(), season=st.sampled_from([HEATING, SUMMER]),
    )  # fmt: skip
    def test_a_rule_of_a_season_falls_due_in_it_and_not_again_where_it_was_done(
        self, last: int | None, entered: int, seed: int, rest: int, once: bool, season: Season
    ) -> None:
        one = rule(every=0 if once else 14, once=once, seasons=(season,))
        day = next_day(one, last, entered, seed, rest)
        assert season.holds_on(date.fromordinal(day))
        assert day >= max(entered if once or last is None else 0, rest)
        first, end = window_from(one, day)
        if last is not None:
            assert day >= last + (0 if once else 14)
            assert not (once and first <= last < end)


class TestOnceAndOnADay:
    def test_a_new_door_is_visited_once_within_the_days_given(self) -> None:
        once = with_rules(rule(once=True, within_days=30))
        (due,) = plan(door(), once)
        assert REGISTERED <= due.due_on < REGISTERED + timedelta(days=30)
        assert plan(door(visits=(visit(Outcome.COMPLETED, at("2026-03-05")),)), once) == ()

    def test_once_from_a_day_on_counts_no_visit_before_it(self) -> None:
        census = with_rules(rule(once=True, within_days=10, starts_on=date(2026, 11, 1)))
        (due,) = plan(door(visits=(visit(Outcome.COMPLETED, at("2026-10-30")),)), census)
        assert date(2026, 11, 1) <= due.due_on <= date(2026, 11, 10)
        assert plan(door(visits=(visit(Outcome.COMPLETED, at("2026-11-01")),)), census) == ()

    def test_once_for_who_comes_under_a_rule_later_counts_from_then(self) -> None:
        alone = shelf_condition({"tag": "lives_alone"})
        rules = with_rules(rule(once=True, within_days=5, subject=Subject.RESIDENT, condition=alone))
        widow = replace(YELLOW, tags=(DatedTag("lives_alone", since=date(2026, 5, 10)),))
        (due,) = plan(door(widow, visits=(visit(Outcome.COMPLETED, at("2026-05-04")),)), rules)
        assert date(2026, 5, 10) <= due.due_on < date(2026, 5, 15)
        assert plan(door(widow, visits=(visit(Outcome.COMPLETED, at("2026-05-10")),)), rules) == ()

    def test_on_a_day_and_at_no_other_time(self) -> None:
        fixed = with_rules(rule(on=date(2026, 10, 18)))
        (due,) = plan(door(), fixed)
        assert (due.opens_on, due.due_on, due.closes_on) == (
            date(2026, 10, 15),
            date(2026, 10, 18),
            date(2026, 10, 22),
        )
        early, before = (visit(Outcome.COMPLETED, at(f"2026-10-{day}")) for day in (14, 15))
        assert plan(door(visits=(early,)), fixed) == (due.__class__(*_with_last(due, "2026-10-14")),)
        assert plan(door(visits=(before,)), fixed) == ()
        assert plan(replace(door(), entered_on=date(2026, 10, 23)), fixed) == ()

    @pytest.mark.parametrize("more", [{}, {"every": 3, "once": True}, {"once": True, "on": date(2026, 1, 1)}])
    def test_a_rule_says_how_often_in_one_way_only(self, more: dict[str, object]) -> None:
        with pytest.raises(ValueError, match="every_days, once and on"):
            rule(**more)  # type: ignore[arg-type]


class TestSpells:
    MAY = Spell("rain_storm", date(2026, 5, 18), date(2026, 5, 20))
    JULY = Spell("rain_storm", date(2026, 7, 1), date(2026, 7, 2))
    AFTER = rule("after", checklist="waterlogging", subject=Subject.PLACE, once=True, spell=STORM)

    def after(self, *spells: Spell, checked: str = "") -> tuple[Due, ...]:
        done = {"waterlogging": date.fromisoformat(checked)} if checked else {}
        return plan_place(replace(POINT, checked=done), with_rules(self.AFTER, spells=spells))

    def test_a_point_is_looked_at_again_within_three_days_after_the_rain(self) -> None:
        (due,) = self.after(self.MAY)
        assert (due.opens_on, due.due_on, due.closes_on) == (
            date(2026, 5, 20),
            date(2026, 5, 22),
            date(2026, 5, 22),
        )

    def test_nothing_is_due_without_a_storm_while_it_lasts_or_once_it_was_looked_at(self) -> None:
        assert self.after() == ()
        assert self.after(replace(self.MAY, ends_on=None)) == ()
        assert self.after(self.MAY, checked="2026-05-20") == ()
        assert len(self.after(self.MAY, checked="2026-05-19")) == 1

    def test_the_next_storm_asks_anew_and_takes_the_place_of_the_one_before(self) -> None:
        for checked in ("", "2026-05-21"):
            (due,) = self.after(self.MAY, self.JULY, checked=checked)
            assert due.due_on == date(2026, 7, 4)

    def test_before_a_storm_that_is_warned_of(self) -> None:
        part = SpellPart(frozenset({"rain_storm"}), days=-2, lasts=2)
        before = rule("before", checklist="waterlogging", subject=Subject.PLACE, once=True, spell=part)
        (due,) = plan_place(POINT, with_rules(before, spells=(Spell("rain_storm", date(2026, 6, 10)),)))
        assert (due.opens_on, due.due_on) == (date(2026, 6, 8), date(2026, 6, 9))

    def test_a_heat_wave_brings_visits_every_few_days_and_ends_them(self) -> None:
        wave = SpellPart(frozenset({"heat_wave"}))
        heat = rule("heat", every=3, spell=wave)
        met = (visit(Outcome.COMPLETED, at("2026-07-21")),)
        lasting = with_rules(heat, spells=(Spell("heat_wave", date(2026, 7, 20)),))
        assert plan(door(visits=met), lasting)[0].due_on == date(2026, 7, 24)
        over = with_rules(heat, spells=(Spell("heat_wave", date(2026, 7, 20), date(2026, 7, 23)),))
        assert plan(door(visits=met), over) == ()

    def test_the_yearly_look_and_the_one_after_rain_stand_beside_each_other(self) -> None:
        yearly = replace(rule("yearly", every=365, checklist="waterlogging", subject=Subject.PLACE), priority=6)
        rules = with_rules(yearly, self.AFTER, spells=(self.JULY,))
        missed = replace(POINT, checked={"waterlogging": date(2024, 5, 1)})
        assert [(due.priority, due.due_on) for due in plan_place(missed, rules)] == [
            (2, date(2026, 7, 4)),
            (6, date(2025, 5, 1)),
        ]
        done = replace(POINT, checked={"waterlogging": date(2026, 7, 3)})
        assert [due.due_on for due in plan_place(done, rules)] == [date(2027, 7, 3)]

    def test_what_was_missed_after_a_storm_is_completed_by_a_later_look(self) -> None:
        assert self.after(self.MAY, checked="2026-06-30") == ()

    def test_the_rules_as_of_a_day_know_only_the_spells_until_then(self) -> None:
        rules = with_rules(self.AFTER, spells=(self.MAY, self.JULY))
        assert plan_place(POINT, rules.as_of(date(2026, 5, 25)))[0].due_on == date(2026, 5, 22)
        assert plan_place(POINT, rules.as_of(date(2026, 5, 19))) == ()

    def test_a_spell_of_another_kind_opens_nothing(self) -> None:
        assert STORM.window(Spell("heat_wave", date(2026, 5, 1), date(2026, 5, 2))) is None
        assert window_from(self.AFTER, 0) == (FAR, FAR)


class TestRulesAskAboutTheDoor:
    """Area, tenure and answers of the last check decide too."""

    def test_a_rule_for_one_area(self) -> None:
        rules = with_rules(rule(every=30, condition=shelf_condition({"area": "满春社区"})))
        assert plan(door(areas=frozenset({"满春社区", "一网格"})), rules) != ()
        assert plan(door(areas=frozenset({"万松社区"})), rules) == ()

    def test_a_rule_for_who_has_no_valve_yet(self) -> None:
        asked = {"answer": {"checklist": "lpg_cylinder", "question": "self_closing", "is": ["fail"]}}
        rules = with_rules(rule(every=30, condition=shelf_condition(asked)))
        key = ("lpg_cylinder", "self_closing")
        assert plan(door(answers={key: frozenset({"fail", "no"})}), rules) != ()
        assert plan(door(answers={key: frozenset({"pass"})}), rules) == ()

    def test_a_rule_for_who_was_never_checked(self) -> None:
        rules = with_rules(rule(every=30, condition=shelf_condition({"never_checked": "lpg_cylinder"})))
        assert plan(door(), rules) != ()
        assert plan(door(checked={"lpg_cylinder": date(2026, 5, 1)}), rules) == ()

    def test_a_level_set_by_hand_decides_too(self) -> None:
        rules = with_rules(rule(every=3, subject=Subject.RESIDENT, condition=shelf_condition({"risk": "red"})))
        assert plan(door(replace(YELLOW, risk_override=RiskLevel.RED)), rules) != ()
        assert plan(door(YELLOW), rules) == ()


def shelf_condition(table: dict[str, object]) -> object:
    from casework.domain.condition import read

    return read(table)


def _with_last(due: Due, day: str) -> list[object]:
    from casework.domain.phrase import Phrase

    values = [getattr(due, name) for name in Due.__slots__]
    reason = Phrase("{rule}: last met on {day}", {"rule": Label("规则", "Rule"), "day": date.fromisoformat(day)})
    values[list(Due.__slots__).index("reason")] = reason
    return values
