"""The journal is the truth: it holds, it is hash-linked, and every row can be made again from it."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from casework.casebook import doctor, households, journal, projection, replay, residents, undo, visits
from casework.casebook.book import Casebook
from casework.casebook.entries import EditEntry, VisitEntry
from casework.casebook.errors import Refused
from casework.casebook.ids import new_id


def a_day(here) -> None:
    visits.no_answer(here.book, here.door)
    here.clock.instant += timedelta(minutes=8)
    visits.log(here.book, VisitEntry(household_id=here.family_door, outcome="completed", met=(here.wang,)))
    residents.edit(here.book, EditEntry(id=here.wang, values={"phone": "13000000012"}))
    households.edit(here.book, EditEntry(id=here.door, values={"note": "耳背，敲重一点"}))
    undo.undo_last(here.book)


def test_the_chain_holds_and_every_row_is_what_its_ops_give(here):
    a_day(here)
    diagnosis = doctor.examine(here.book)
    assert diagnosis.findings == ()
    assert diagnosis.ops > 20


def test_a_changed_byte_anywhere_in_the_journal_is_noticed(here):
    a_day(here)
    columns = journal.COLUMNS.split(", ")
    rows = [tuple(r) for r in here.book.database.execute_sql(f"SELECT {journal.COLUMNS} FROM op ORDER BY seq")]
    chains = {r[0]: (r[1], r[2]) for r in here.book.database.execute_sql("SELECT id, device, epoch FROM chain")}
    assert list(journal.verify(iter(rows), chains)) == []
    chooser = random.Random(5)
    for column in range(1, len(columns)):
        if columns[column] == "area":
            continue
        at = chooser.randrange(1, len(rows))
        value = rows[at][column]
        changed = (
            bytes([value[0] ^ 1]) + value[1:]
            if isinstance(value, bytes)
            else (value + 1 if isinstance(value, int) else value[:-1] + chr(ord(value[-1]) ^ 1))
        )
        damaged = list(rows)
        damaged[at] = (*rows[at][:column], changed, *rows[at][column + 1 :])
        assert list(journal.verify(iter(damaged), chains)), columns[column]
    assert list(journal.verify(iter(rows[:3] + rows[4:]), chains)), "an op taken out"


def test_a_row_changed_behind_the_journals_back_is_found(here):
    here.book.database.execute_sql("UPDATE resident SET phone = '1' WHERE id = ?", (here.wang,))
    here.book.database.execute_sql("DELETE FROM due WHERE household_id = ?", (here.door,))
    areas_found = {finding.area for finding in doctor.examine(here.book).findings}
    assert {"rows", "due"} <= areas_found


def test_doctor_makes_the_derived_tables_anew(here):
    here.book.database.execute_sql("DELETE FROM due")
    here.book.database.execute_sql("DELETE FROM doc")
    doctor.repair(here.book)
    assert doctor.examine(here.book).findings == ()


def test_a_sound_casebook_is_still_sound_after_a_repair(here):
    assert doctor.examine(here.book).findings == ()
    doctor.repair(here.book)
    assert doctor.examine(here.book).findings == ()


def test_the_same_action_again_saves_once_and_says_the_same(here):
    action = new_id()
    first = visits.no_answer(here.book, here.door, action)
    here.clock.instant += timedelta(minutes=1)
    assert visits.no_answer(here.book, here.door, action) == first
    assert len(visits.of_household(here.book, here.door)) == 1


def test_undo_takes_back_the_last_save_says_which_and_goes_on_backwards(here):
    visits.no_answer(here.book, here.door)
    residents.edit(here.book, EditEntry(id=here.mei, values={"phone": "13000000077"}))
    assert residents.get(here.book, here.mei).phone == "13000000077"
    undo.undo_last(here.book)
    assert residents.get(here.book, here.mei).phone == "13000000001"
    said = undo.undo_last(here.book).summary
    assert "3-1-101" in str(said.values)
    assert visits.of_household(here.book, here.door) == []
    assert doctor.examine(here.book).findings == ()


def test_edits_of_one_field_are_undone_one_after_the_other(here):
    for note in ("耳背", "耳背，敲重一点", "换了门铃"):
        households.edit(here.book, EditEntry(id=here.door, values={"note": note}))
    for note in ("耳背，敲重一点", "耳背", ""):
        undo.undo_last(here.book)
        assert (households.get(here.book, here.door).note or "") == note
    households.edit(here.book, EditEntry(id=here.door, values={"note": "又写"}))
    undo.undo_last(here.book)
    assert (households.get(here.book, here.door).note or "") == ""
    assert doctor.examine(here.book).findings == ()


def test_undoing_a_death_brings_the_person_back(here):
    visits.log(here.book, VisitEntry(household_id=here.door, outcome="deceased", about=(here.mei,)))
    assert residents.get(here.book, here.mei).life_state == "deceased"
    undo.undo_last(here.book)
    assert residents.get(here.book, here.mei).life_state == "living_here"


def test_with_nothing_left_to_undo_it_is_said(here):
    for _ in range(50):
        try:
            undo.undo_last(here.book)
        except Refused:
            break
    assert undo.last(here.book) is None


def test_a_wrong_clock_refuses_nothing_and_is_said(here):
    assert here.book.clock_doubt() is None
    here.clock.instant -= timedelta(days=365)
    assert here.book.clock_doubt() is not None
    visits.no_answer(here.book, here.door)
    marked = here.book.database.execute_sql("SELECT clk FROM op ORDER BY seq DESC LIMIT 1").fetchone()[0]
    assert marked == 1
    assert doctor.examine(here.book).findings == ()


@pytest.mark.parametrize("years", [-50, -1, 1, 80])
def test_the_logical_clock_never_goes_back_whatever_the_wall_says(here, years):
    here.clock.instant = here.clock.instant.replace(year=here.clock.instant.year + years)
    visits.no_answer(here.book, here.door)
    here.clock.instant = here.clock.instant.replace(year=2026)
    visits.no_answer(here.book, here.door)
    clocks = [r[0] for r in here.book.database.execute_sql("SELECT hlc FROM op ORDER BY seq")]
    assert clocks == sorted(set(clocks))


def test_a_failed_save_leaves_nothing_and_the_next_one_holds(here):
    with pytest.raises(Refused):
        visits.log(here.book, VisitEntry(household_id=here.door, outcome="completed", met=(here.wang,)))
    visits.no_answer(here.book, here.door)
    assert doctor.examine(here.book).findings == ()


def test_edits_may_arrive_in_any_order_and_more_than_once(here):
    """The register of a field takes ops in any order: the same winner, the same row."""
    residents.edit(here.book, EditEntry(id=here.wang, values={"phone": "1"}))
    residents.edit(here.book, EditEntry(id=here.wang, values={"phone": "2"}))
    import json

    ops = [
        (bytes(r[0]), r[1], json.loads(r[2]))
        for r in here.book.database.execute_sql(
            "SELECT op_id, hlc, body FROM op WHERE eid = ? AND kind = 'set'", (here.wang,)
        )
    ]
    execute = here.book.database.connection().cursor().execute
    for order in (ops, ops[::-1], ops + ops[::-1]):
        execute("DELETE FROM fval")
        for op_id, hlc, body in order:
            projection.edited(execute, "resident", here.wang, op_id, hlc, body["f"], body["p"])
        assert residents.get(here.book, here.wang).phone == "2"


def test_a_restore_of_an_undone_record_gives_its_last_fields(here):
    assert list(replay.differences(here.book.database)) == []


def test_it_is_all_there_after_closing_and_opening(here, clock):
    a_day(here)
    before = here.book.database.execute_sql("SELECT count(*), max(seq) FROM op").fetchone()
    path = here.book.path
    here.book.close()
    book = Casebook.open(path, None, clock)
    assert book.database.execute_sql("SELECT count(*), max(seq) FROM op").fetchone() == before
    assert book.found == ()
    assert doctor.examine(book).findings == ()
    book.close()


def test_a_late_entry_does_not_undo_what_was_seen_later(here):
    visits.log(here.book, VisitEntry(household_id=here.door, outcome="completed", met=(here.mei,)))
    earlier = here.clock.instant - timedelta(days=2)
    visits.log(
        here.book,
        VisitEntry(household_id=here.door, outcome="hospitalised", about=(here.mei,), happened_at=earlier),
    )
    assert residents.get(here.book, here.mei).life_state == "living_here"
    assert doctor.examine(here.book).findings == ()
