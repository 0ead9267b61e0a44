"""Rules of the worker's own: previewed exactly, saved at once, planned in pieces while she goes on, and undone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from casework.casebook import (
    areas,
    doctor,
    due,
    due_lists,
    places,
    planning_rows,
    replanning,
    residents,
    rule_preview,
    rules,
    spells,
    undo,
    visits,
)
from casework.casebook.book import Casebook
from casework.casebook.clock import FrozenClock
from casework.casebook.entries import AreaEntry, PlaceEntry, TagEntry, VisitEntry
from casework.casebook.errors import NotFound, Refused
from casework.casebook.rule_entries import RuleEntry, SpellEnd, SpellEntry
from casework.casebook.rule_saving import restore_rule, save_rule
from casework.domain.phrase import Phrase
from casework.domain.receipt import Receipt
from casework.language import say, set_language
from tests.casebook.conftest import MORNING, Neighbourhood

OFTEN: dict[str, Any] = {
    "label": {"zh": "每户每月", "en": "Every door monthly"}, "subject": "household", "what": "visit", "every_days": 30,
    "before": 3, "after": 3, "priority": 6,
}  # fmt: skip
ALONE: dict[str, Any] = {
    "label": {"zh": "独居每五天", "en": "Alone, every five days"}, "subject": "resident", "what": "visit",
    "every_days": 5, "before": 1, "after": 1, "priority": 1, "when": {"tag": "lives_alone", "area": "满春十三网格"},
}  # fmt: skip
EACH: dict[str, Any] = {**OFTEN, "subject": "resident"}
FOREVER = {"starts_on": date(2026, 1, 1), "effective": date(2026, 1, 1)}


def rows(book: Casebook) -> list[Any]:
    return sorted(book.database.execute_sql(f"SELECT {replanning.COLUMNS} FROM due").fetchall(), key=repr)


def healthy(book: Casebook) -> None:
    assert list(doctor.examine(book).findings) == []


class TestOwnRules:
    def test_a_new_rule_counts_for_everyone_and_undo_takes_it_back(self, here: Neighbourhood) -> None:
        before = rows(here.book)
        receipt = save_rule(here.book, RuleEntry(key="alone_often", body={**ALONE, **FOREVER}))
        assert replanning.pending(here.book)
        assert due.keep_up(here.book)
        assert not replanning.pending(here.book)
        assert any(line.due.rule == "alone_often" for line in due_lists.listed(here.book, date(2026, 6, 30)))
        healthy(here.book)
        assert receipt.follows
        undo.undo_last(here.book)
        assert due.keep_up(here.book)
        assert rows(here.book) == before
        healthy(here.book)

    def test_a_rule_of_the_same_key_takes_the_catalog_s_place_and_goes_away_again(self, here: Neighbourhood) -> None:
        save_rule(here.book, RuleEntry(key="visit_household", body=OFTEN, words="本社区从紧"))
        due.keep_up(here.book)
        (found,) = [one for one in rules.listed(here.book) if one.key == "visit_household"]
        assert (found.origin, found.entry["every_days"], found.words) == ("own", 30, "本社区从紧")
        keys = [rule.key for rule in rules.rules(here.book).all]
        restore_rule(here.book, "visit_household")
        due.keep_up(here.book)
        assert [rule.key for rule in rules.rules(here.book).all] == keys
        assert next(one for one in rules.listed(here.book) if one.key == "visit_household").origin == "catalog"
        healthy(here.book)

    def test_switched_off_asks_for_nothing_any_more(self, here: Neighbourhood) -> None:
        save_rule(here.book, RuleEntry(key="check_lpg"))
        due.keep_up(here.book)
        assert not [line for line in due_lists.listed(here.book, date(2030, 1, 1)) if line.due.rule == "lpg_cylinder"]
        assert next(one for one in rules.listed(here.book) if one.key == "check_lpg").off
        healthy(here.book)

    def test_her_own_rule_is_kept_while_it_is_switched_off(self, here: Neighbourhood) -> None:
        before = rows(here.book)
        save_rule(here.book, RuleEntry(key="alone_often", body=ALONE))
        due.keep_up(here.book)
        by_it = rows(here.book)
        receipt = save_rule(here.book, RuleEntry(key="alone_often", body=ALONE, off=True))
        due.keep_up(here.book)
        assert rows(here.book) == before
        set_language("en")
        assert say(receipt.summary) == "Rule switched off: Alone, every five days"
        (found,) = [one for one in rules.listed(here.book) if one.key == "alone_often"]
        assert (found.off, found.origin, found.mistake, found.entry["every_days"]) == (True, "own", "", 5)
        save_rule(here.book, RuleEntry(key="alone_often", body=dict(found.entry)))
        due.keep_up(here.book)
        assert rows(here.book) == by_it
        healthy(here.book)

    def test_a_second_casebook_keeps_the_catalog_s_rules(self, make_book: Callable[[], Casebook]) -> None:
        one, other = make_book(), make_book()
        save_rule(one, RuleEntry(key="visit_household", body=OFTEN))
        assert rules.rules(one).all != rules.rules(other).all
        assert {rule.key: rule.every_days for rule in rules.rules(other).all}["visit_household"] == 183

    @pytest.mark.parametrize(
        ("body", "why"),
        [
            ({**OFTEN, "when": {"fuel": "coal"}}, "when.fuel: there is no 'coal'"),
            ({**OFTEN, "every_days": 0}, "every_days"),
            ({**OFTEN, "what": "nothing"}, "what: there is no checklist 'nothing'"),
            ({**OFTEN, "season": "carnival"}, "season: there is no season 'carnival'"),
            ({**OFTEN, "spell": {"kind": "frogs"}}, "spell.kind: there is no frogs"),
            ({**OFTEN, "when": {"tag": "hardship"}}, "a household cannot ask about tag"),
            ({key: value for key, value in OFTEN.items() if key != "priority"}, "priority: Field required"),
        ],
    )
    def test_a_mistake_names_rule_key_and_reason_and_nothing_is_saved(
        self, here: Neighbourhood, body: dict[str, Any], why: str
    ) -> None:
        set_language("en")
        for attempt in (save_rule, rule_preview.preview):
            with pytest.raises(Refused) as caught:
                attempt(here.book, RuleEntry(key="mine", body=body))
            said = say(caught.value.phrase)
            assert "mine" in said
            assert why in said
        assert not replanning.pending(here.book)

    def test_what_is_not_there_cannot_be_switched_off_or_taken_away(self, here: Neighbourhood) -> None:
        with pytest.raises(NotFound):
            save_rule(here.book, RuleEntry(key="no_such_rule"))
        with pytest.raises(NotFound):
            restore_rule(here.book, "visit_household")

    def test_a_rule_that_can_no_longer_be_read_is_left_out_and_said(self, here: Neighbourhood) -> None:
        save_rule(here.book, RuleEntry(key="mine", body=OFTEN))
        here.book.write(
            lambda: here.book.database.execute_sql("UPDATE rule SET body = ?", ('{"subject": "household"}',))
        )
        here.book.database.touch_rules()
        here.book.database.rules_settled()
        assert "mine" not in {rule.key for rule in rules.rules(here.book).all}
        assert next(one for one in rules.listed(here.book) if one.key == "mine").mistake

    def test_a_rule_for_a_community_follows_its_name(self, here: Neighbourhood) -> None:
        book = here.book
        community = areas.add(book, AreaEntry(level="community", name="满春社区")).subject_id
        book.save("area.move", None, changed(here.grid, {"parent_id": community}))
        save_rule(book, RuleEntry(key="community", body={**OFTEN, "priority": 1, "when": {"area": "满春社区"}}))
        due.keep_up(book)
        assert "community" in [rule for rule, _day in due_of(book, here.family_door)]
        book.save("area.rename", None, changed(community, {"name": "万松社区"}))
        assert "community" not in [rule for rule, _day in due_of(book, here.family_door)]
        healthy(book)
        book.save("area.alias", None, changed(community, {"aliases": ["满春社区"]}))
        assert "community" in [rule for rule, _day in due_of(book, here.family_door)]
        healthy(book)


class TestPreview:
    def test_taking_her_own_rule_away_is_previewed_too(self, here: Neighbourhood) -> None:
        added = rule_preview.preview(here.book, RuleEntry(key="alone_often", body=ALONE))
        save_rule(here.book, RuleEntry(key="alone_often", body=ALONE))
        due.keep_up(here.book)
        gone = rule_preview.preview_without(here.book, "alone_often")
        off = rule_preview.preview(here.book, RuleEntry(key="alone_often", body=ALONE, off=True))
        assert added is not None
        assert gone is not None
        assert (gone.moved, gone.become_due, gone.no_longer_due) == (added.moved, added.no_longer_due, added.become_due)
        assert off == gone

    def test_a_spell_is_previewed_before_it_is_recorded_and_its_receipt_names_what_it_sets_going(
        self, here: Neighbourhood
    ) -> None:
        wave = SpellEntry(kind="heat_wave", starts_on=here.book.today())
        before = rows(here.book)
        seen = rule_preview.preview_spell(here.book, wave)
        assert rows(here.book) == before
        receipt = spells.begin(here.book, wave)
        due.keep_up(here.book)
        changed = {row[1] for row in set(rows(here.book)) ^ set(before)}
        assert seen is not None
        assert seen.moved.doors + seen.become_due.doors == len(changed) > 0
        set_language("en")
        assert "Visit every three days of a heat wave" in say(receipt.follows[0])

    @pytest.mark.parametrize(
        "entry",
        [
            RuleEntry(key="alone_often", body=ALONE),
            RuleEntry(key="visit_household", body=OFTEN),
            RuleEntry(key="check_lpg"),
            RuleEntry(key="everybody", body={**OFTEN, "subject": "resident", "every_days": 9}),
            RuleEntry(
                key="festival", body={**{k: v for k, v in OFTEN.items() if k != "every_days"}, "on": "2026-06-19"}
            ),
        ],
    )
    def test_it_says_exactly_what_the_save_then_does(self, street: Neighbourhood, entry: RuleEntry) -> None:
        book = street.book
        before = _by_door(book)
        seen = rule_preview.preview(book, entry)
        assert seen is not None
        assert _by_door(book) == before
        save_rule(book, entry)
        due.keep_up(book)
        after = _by_door(book)
        become = {door for door, work in set(after) - set(before)}
        gone = {door for door, work in set(before) - set(after)}
        moved = {key[0] for key in after.keys() & before.keys() if after[key] != before[key]}
        assert (seen.become_due.doors, seen.no_longer_due.doors, seen.moved.doors) == (
            len(become),
            len(gone),
            len(moved),
        )
        days = [(door, day) for (door, work), found in after.items() for day in found - before.get((door, work), set())]
        by_month = {month.first: month.more.doors for month in seen.months if month.first and month.more.doors}
        expected: dict[date, set[str]] = {}
        for door, day in days:
            expected.setdefault(date.fromisoformat(day).replace(day=1), set()).add(door)
        assert by_month == {month: len(doors) for month, doors in expected.items()}
        week = date(2026, 5, 24).isoformat()
        assert seen.this_week.more.doors == len({door for door, day in days if day <= week})
        healthy(book)

    def test_of_a_person_s_work_that_person_counts_and_of_a_door_s_all_who_live_there(
        self, here: Neighbourhood
    ) -> None:
        one = rule_preview.preview(here.book, RuleEntry(key="alone_often", body=ALONE))
        assert one is not None
        assert (one.moved.doors, one.moved.residents) == (1, 1)
        all_of_them = rule_preview.preview(here.book, RuleEntry(key="check_lpg"))
        assert all_of_them is not None
        assert (all_of_them.no_longer_due.doors, all_of_them.no_longer_due.residents) == (2, 3)

    def test_it_looks_only_at_whom_it_can_concern(self, here: Neighbourhood) -> None:
        seen = rule_preview.preview(here.book, RuleEntry(key="alone_often", body=ALONE))
        assert seen is not None
        assert seen.concerned == 1

    def test_it_can_be_cancelled(self, street: Neighbourhood) -> None:
        assert rule_preview.preview(street.book, RuleEntry(key="visit_household", body=OFTEN), lambda: True) is None
        assert not replanning.pending(street.book)


class TestInPieces:
    @pytest.fixture(autouse=True)
    def _small(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(replanning, "PIECE", 7)

    def test_cancelled_and_taken_up_again_it_comes_to_the_same(self, street: Neighbourhood) -> None:
        save_rule(street.book, RuleEntry(key="visit_household", body=OFTEN))
        told: list[tuple[int, int]] = []
        assert not replanning.run(street.book, lambda done, of: told.append((done, of)), lambda: len(told) > 3)
        assert replanning.pending(street.book)
        assert 0 < told[-1][0] < told[-1][1]
        again: list[tuple[int, int]] = []
        assert replanning.run(street.book, lambda done, of: again.append((done, of)))
        assert again[0][0] == told[-1][0]
        assert again[-1][0] == again[-1][1]
        healthy(street.book)

    def test_killed_half_way_the_next_open_finishes_it(self, street: Neighbourhood, clock: FrozenClock) -> None:
        save_rule(street.book, RuleEntry(key="visit_household", body=OFTEN))
        calls = iter(range(100))
        replanning.run(street.book, None, lambda: next(calls) >= 2)
        path = street.book.path
        street.book.close()
        book = Casebook.open(path, clock=clock)
        try:
            assert replanning.pending(book)
            due.keep_up(book)
            assert not replanning.pending(book)
            healthy(book)
        finally:
            book.close()

    def test_saves_in_between_are_planned_by_the_new_rules_and_stand(self, street: Neighbourhood) -> None:
        book = street.book
        save_rule(book, RuleEntry(key="visit_household", body=OFTEN))
        doors = [row[0] for row in book.database.execute_sql("SELECT id FROM household ORDER BY id").fetchall()]
        left = iter(doors)

        def progress(_done: int, _of: int) -> None:
            for door in (next(left), doors[-1]):
                visits.log(book, VisitEntry(household_id=door, outcome="completed"))
                assert "2026-06-19" in [day for _rule, day in due_of(book, door)]

        replanning.run(book, progress)
        healthy(book)

    @pytest.mark.parametrize("after", ["its rows were read", "it was planned"])
    def test_a_save_between_reading_and_writing_of_a_piece_is_not_written_over(
        self, street: Neighbourhood, monkeypatch: pytest.MonkeyPatch, after: str
    ) -> None:
        book = street.book
        door = book.database.execute_sql("SELECT min(id) FROM household").first()[0]
        save_rule(book, RuleEntry(key="visit_household", body=OFTEN))
        owner, name = (
            (replanning, "rows_of") if after == "its rows were read" else (planning_rows.Planner, "doors")
        )  # fmt: skip
        real, done = getattr(owner, name), []

        def slow(*given: Any) -> Any:
            found = real(*given)
            if not done:
                done.append(1)
                visits.log(book, VisitEntry(household_id=door, outcome="completed"))
            return found

        monkeypatch.setattr(owner, name, slow)
        replanning.run(book)
        assert done
        assert "2026-06-19" in [day for _rule, day in due_of(book, door)]
        healthy(book)

    def test_a_street_renamed_half_way_is_planned_by_its_new_name(self, street: Neighbourhood) -> None:
        book = street.book
        save_rule(book, RuleEntry(key="visit_household", body=OFTEN))
        renamed: list[int] = []

        def progress(done: int, _of: int) -> None:
            if done and not renamed:
                renamed.append(done)
                book.save("area.rename", None, changed(street.building, {"name": "13栋"}))

        replanning.run(book, progress)
        healthy(book)

    def test_another_rule_saved_half_way_is_planned_too(self, street: Neighbourhood) -> None:
        book = street.book
        save_rule(book, RuleEntry(key="visit_household", body=OFTEN))
        saved: list[int] = []

        def progress(done: int, _of: int) -> None:
            if done and not saved:
                saved.append(done)
                save_rule(book, RuleEntry(key="visit_household", body={**OFTEN, "every_days": 20}))
                save_rule(book, RuleEntry(key="check_lpg"))

        assert replanning.run(book, progress)
        assert not replanning.pending(book)
        healthy(book)

    def test_undone_half_way_all_is_as_it_was(self, street: Neighbourhood) -> None:
        before = rows(street.book)
        save_rule(street.book, RuleEntry(key="visit_household", body=OFTEN))
        calls = iter(range(100))
        replanning.run(street.book, None, lambda: next(calls) >= 2)
        assert rows(street.book) != before
        undo.undo_last(street.book)
        due.keep_up(street.book)
        assert rows(street.book) == before
        healthy(street.book)

    def test_it_is_told_once_a_save_has_changed_rules_and_only_then(self, here: Neighbourhood) -> None:
        told: list[int] = []
        here.book.on_rules_changed = lambda: told.append(1)
        visits.log(here.book, VisitEntry(household_id=here.door, outcome="completed"))
        assert told == []
        save_rule(here.book, RuleEntry(key="visit_household", body=OFTEN))
        assert told == [1]
        undo.undo_last(here.book)
        assert told == [1, 1]

    def test_two_at_it_at_once_do_it_once(self, street: Neighbourhood) -> None:
        save_rule(street.book, RuleEntry(key="visit_household", body=OFTEN))
        found: list[bool] = []
        replanning.run(street.book, lambda done, _of: found.append(replanning.run(street.book)) if not found else None)
        assert found == [False]
        assert not replanning.pending(street.book)

    def test_rebuilt_all_at_once_it_is_the_same(self, street: Neighbourhood) -> None:
        before = rows(street.book)
        doctor.repair(street.book)
        assert rows(street.book) == before

    def test_while_it_runs_in_the_background_a_save_is_done_at_once(self, street: Neighbourhood) -> None:
        book = street.book
        save_rule(book, RuleEntry(key="visit_household", body=OFTEN))
        began, go_on = threading.Event(), threading.Event()

        def progress(done: int, _of: int) -> None:
            if done:
                began.set()
                go_on.wait(10)

        thread = threading.Thread(target=replanning.run, args=(book, progress))
        thread.start()
        assert began.wait(10)
        visits.log(book, VisitEntry(household_id=street.door, outcome="no_answer"))
        go_on.set()
        thread.join(30)
        assert not replanning.pending(book)
        healthy(book)


class TestAWholeStreet:
    """A roster of people of all ages: most of what is planned at once is not looked at door by door."""

    @pytest.mark.parametrize(
        "entry",
        [
            None,
            RuleEntry(key="visit_household", body={**OFTEN, "every_days": 200}),
            RuleEntry(key="everybody", body={**EACH, "when": {"age_at_least": 61}}),
            RuleEntry(key="children", body={**EACH, "when": {"age_under": 14}}),
            RuleEntry(key="renters", body={**OFTEN, "when": {"tenure": "rented", "never_checked": "lpg_cylinder"}}),
            RuleEntry(key="old_check", body={**EACH, "what": "elderly_home", "when": {"age_at_least": 70}}),
            RuleEntry(key="summer", body={**EACH, "season": "cooling", "when": {"not": {"tag": "hardship"}}}),
            RuleEntry(key="here", body={**EACH, "every_days": 20, "when": {"age_at_least": 66, "area": "1号网格"}}),
        ],
    )  # fmt: skip
    def test_planned_at_once_it_is_what_each_door_asks_for(
        self, make_book: Callable[[], Casebook], entry: RuleEntry | None
    ) -> None:
        from casework.casebook.register import apply_rows
        from casework.demo.population import rows as people

        book = make_book()
        apply_rows(book, list(people(900)))
        if entry is not None:
            # As an import would plan them that comes after the rule, and as the rule plans those that were there.
            save_rule(book, entry)
            due.keep_up(book)
        assert list(due.differences(book.database)) == []
        before = rows(book)
        book.write(lambda: due.rebuild(book.database))
        assert rows(book) == before
        if entry is not None:
            later = make_book()
            save_rule(later, entry)
            due.keep_up(later)
            apply_rows(later, list(people(900)))
            assert list(due.differences(later.database)) == []


class TestSpells:
    def point(self, here: Neighbourhood) -> str:
        entry = PlaceEntry(grid_id=here.grid, kind="manhole", name="老街口")
        return places.add(here.book, entry).subject_id

    def rule(self, book: Casebook) -> None:
        body = {
            "label": {"zh": "雨后复查", "en": "After rain"}, "subject": "place", "what": "manhole", "once": True,
            "before": 3, "after": 0, "priority": 2, "when": {"kind": "manhole"},
            "spell": {"kind": "rain_storm", "from": "end", "lasts": 3},
        }  # fmt: skip
        save_rule(book, RuleEntry(key="after_rain", body=body))
        due.keep_up(book)

    def test_the_end_of_a_storm_makes_the_points_due_and_undo_takes_it_back(self, here: Neighbourhood) -> None:
        book, place = here.book, self.point(here)
        self.rule(book)
        before = rows(book)
        began = spells.begin(book, SpellEntry(kind="rain_storm", starts_on=date(2026, 5, 18), words="橙色预警"))
        due.keep_up(book)
        assert rows(book) == before
        spells.end(book, SpellEnd(spell_id=began.subject_id, ends_on=date(2026, 5, 19)))
        due.keep_up(book)
        found = book.database.execute_sql(
            "SELECT opens_on, due_on FROM due WHERE place_id = ? AND priority = 2", (place,)
        ).fetchall()
        assert found == [("2026-05-19", "2026-05-21")]
        (listed,) = spells.listed(book)
        assert (listed.kind, listed.ends_on, listed.words) == ("rain_storm", date(2026, 5, 19), "橙色预警")
        healthy(book)
        undo.undo_last(book)
        due.keep_up(book)
        assert rows(book) == before
        healthy(book)

    def test_a_heat_wave_brings_those_at_risk_on_the_round_sooner(self, here: Neighbourhood) -> None:
        residents.tag(here.book, TagEntry(resident_id=here.mei, tag="functionally_dependent"))
        visits.log(here.book, VisitEntry(household_id=here.door, outcome="completed", met=(here.mei,)))
        spells.begin(here.book, SpellEntry(kind="heat_wave", starts_on=date(2026, 5, 20)))
        due.keep_up(here.book)
        assert ("visit_heat_wave", "2026-05-23") in due_of(here.book, here.door)
        healthy(here.book)

    def test_one_of_a_kind_at_a_time_and_no_end_before_its_start(self, here: Neighbourhood) -> None:
        began = spells.begin(here.book, SpellEntry(kind="rain_storm", starts_on=date(2026, 5, 18)))
        with pytest.raises(Refused):
            spells.begin(here.book, SpellEntry(kind="rain_storm", starts_on=date(2026, 5, 25)))
        with pytest.raises(Refused):
            spells.end(here.book, SpellEnd(spell_id=began.subject_id, ends_on=date(2026, 5, 17)))


def changed(area: str, fields: dict[str, Any]) -> Callable[[Any], Receipt]:
    def work(tx: Any) -> Receipt:
        tx.set("area", area, fields)
        return Receipt("", "area.change", "area", area, Phrase("x"))

    return work


def due_of(book: Casebook, door: str) -> list[tuple[str, str]]:
    return [tuple(row) for row in book.database.execute_sql(
        "SELECT rule, due_on FROM due WHERE household_id = ?", (door,)
    ).fetchall()]  # fmt: skip


def _by_door(book: Casebook) -> dict[tuple[str, str], set[str]]:
    """Door and work -> days."""
    found: dict[tuple[str, str], set[str]] = {}
    for door, kind, rule, day in book.database.execute_sql(
        "SELECT household_id, kind, rule, due_on FROM due WHERE kind IN ('visit', 'check')"
    ).fetchall():
        found.setdefault((door, rule if kind == "check" else ""), set()).add(day)
    return found


@pytest.fixture
def street(here: Neighbourhood) -> Neighbourhood:
    """Some thirty doors more, with people of all ages, visits, and a shared kitchen."""
    for n in range(30):
        door = here.add_door(f"3-2-{n + 101}", str(n + 101), n + 10)
        for m in range(n % 3):
            person = here.add_person(door, "甲乙丙丁戊己庚辛"[n % 8] + "某", f"1300000{n:02d}{m:02d}")
            if n % 4 == 1:
                residents.tag(here.book, TagEntry(resident_id=person, tag="lives_alone"))
        if n % 5 == 2:
            visits.log(here.book, VisitEntry(household_id=door, outcome="completed", happened_at=at(n)))
        if n % 7 == 3:
            visits.log(here.book, VisitEntry(household_id=door, outcome="no_answer", happened_at=at(n)))
    return here


def at(n: int) -> datetime:
    return MORNING - timedelta(days=n)
