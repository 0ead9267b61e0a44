"""Places outdoors: added and put right by hand, listed in walking order a page at a time, each with how it stands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from casework.casebook import areas, checks, doctor, followups, places, undo
from casework.casebook.changes import PlaceChange
from casework.casebook.entries import AnswerEntry, AreaEntry, CheckEntry, FollowupEntry, PlaceEntry
from casework.casebook.errors import AlreadyThere, NotFound, Refused
from casework.casebook.places import PlaceFilter
from casework.catalog import checks as shelf
from casework.domain import form
from casework.domain.check import SubjectKind
from casework.domain.due import DueStatus
from tests.casebook.conftest import Neighbourhood


def add(here: Neighbourhood, name: str, kind: str = "manhole", **values: Any) -> str:
    entry = PlaceEntry(**{"grid_id": here.grid, "kind": kind, "name": name, **values})
    return places.add(here.book, entry).subject_id


def check(here: Neighbourhood, place: str, **given: AnswerEntry) -> None:
    """Check a manhole: in order but for what is given."""
    checklist = shelf.load("manhole")
    context = checks.context(here.book, SubjectKind.PLACE, place, None, here.book.today())
    answers = {
        n: AnswerEntry(state=a.state, value=a.value) for n, a in form.all_in_order(checklist, {}, context).items()
    }
    for name in form.missing(checklist, {}, context):
        answers.setdefault(name, AnswerEntry(state="pass", value=1))
    entry = CheckEntry(
        checklist="manhole", version=checklist.version, subject_kind="place", subject_id=place, answers=answers | given
    )
    checks.save(here.book, entry)


def listed(here: Neighbourhood, **wanted: Any) -> list[str]:
    return [row.place.name for row in places.page(here.book, PlaceFilter(**wanted))]


def test_places_stand_in_the_order_in_which_they_were_added_grid_by_grid(here: Neighbourhood) -> None:
    other = areas.add(here.book, AreaEntry(level="grid", name="第二网格")).subject_id
    for name, values in (("甲", {}), ("乙", {"kind": "shop"}), ("丙", {"grid_id": other}), ("丁", {})):
        add(here, name, **values)
    assert listed(here, grid_id=here.grid) == ["甲", "乙", "丁"]
    assert listed(here) == ["甲", "乙", "丁", "丙"]
    assert listed(here, kind="manhole") == ["甲", "丁", "丙"]
    assert listed(here, kind="manhole", grid_id=other) == ["丙"]
    assert places.count(here.book, PlaceFilter(kind="manhole")) == 3


def test_pages_meet_without_a_gap_and_without_a_repeat(here: Neighbourhood) -> None:
    for n in range(11):
        add(here, f"井盖{n:02d}", walk_order=n // 3)
    for wanted in (PlaceFilter(), PlaceFilter(kind="manhole"), PlaceFilter(grid_id=here.grid)):
        seen, after = [], None
        while page := places.page(here.book, wanted, after, limit=4):
            seen += [row.place.name for row in page]
            after = places.position(page[-1])
        assert seen == [f"井盖{n:02d}" for n in range(11)]


def test_a_row_says_what_the_last_check_found_and_when_the_next_is_due(here: Neighbourhood) -> None:
    here.clock.instant += timedelta(days=1)
    fine, bad, unchecked, never = (add(here, name) for name in ("甲", "乙", "丙", "丁"))
    check(here, fine)
    questions = shelf.load("manhole").questions
    broken = next(q.name for q in questions if q.choices and any(c.name == "fail" for c in q.choices))
    check(here, bad, **{broken: AnswerEntry(state="fail", value="fail")})
    check(here, unchecked, **{broken: AnswerEntry(state="could_not_check")})
    rows = {row.place.id: row for row in places.page(here.book, PlaceFilter())}
    today = here.book.today()
    assert (rows[fine].checked_on, rows[fine].hazards, rows[fine].unchecked) == (today, 0, False)
    assert (rows[fine].due_on, rows[fine].status) == (today + timedelta(days=30), DueStatus.UPCOMING)
    assert rows[bad].hazards == rows[bad].open_hazards == 1
    assert rows[unchecked].unchecked
    assert (rows[never].checked_on, rows[never].due_on is not None) == (None, True)
    here.clock.instant += timedelta(days=34)
    assert places.page(here.book, PlaceFilter())[0].status is DueStatus.OVERDUE


def test_the_story_of_a_place_has_its_checks_and_its_cases(here: Neighbourhood) -> None:
    place = add(here, "东门雨水井盖", number="M-17", address="柳荫里东门")
    check(here, place)
    followups.open(here.book, FollowupEntry(place_id=place, category="other", title="井盖松动"))
    story = places.story(here.book, place)
    assert (story.place.number, story.grid) == ("M-17", "满春十三网格")
    assert [one.checklist for one in story.checks] == ["manhole"]
    assert [row.title for row in story.followups] == ["井盖松动"]
    assert [due.kind for due, _status in story.dues]
    with pytest.raises(NotFound):
        places.story(here.book, here.door)


def test_a_number_or_a_name_that_is_there_already_is_named(here: Neighbourhood) -> None:
    first = add(here, "东门井盖", number="M-17")
    for values in ({"name": "另一个", "number": "M-17"}, {"name": "东门井盖"}):
        with pytest.raises(AlreadyThere) as error:
            add(here, **values)
        assert (error.value.kind, error.value.id) == ("place", first)
    add(here, "东门井盖", kind="shop")
    with pytest.raises(Refused):
        add(here, "x", kind="lighthouse")


def test_a_place_is_put_right_and_that_is_undone(here: Neighbourhood) -> None:
    place = add(here, "东门井盖", number="M-17", note="x")
    add(here, "西门井盖", number="M-18")
    places.change(here.book, PlaceChange(id=place, name="南门井盖", kind="waterlogging_spot", note=""))
    changed = places.get(here.book, place)
    assert changed is not None
    assert (changed.name, changed.kind, changed.number, changed.note) == (
        "南门井盖", "waterlogging_spot", "M-17", "",
    )  # fmt: skip
    assert doctor.examine(here.book).findings == ()
    with pytest.raises(AlreadyThere):
        places.change(here.book, PlaceChange(id=place, kind="manhole", number="M-18"))
    undo.undo_last(here.book)
    assert places.get(here.book, place).name == "东门井盖"  # type: ignore[union-attr]
    assert doctor.examine(here.book).findings == ()


def test_a_page_is_read_by_an_index_whatever_is_asked(here: Neighbourhood) -> None:
    """A hundred thousand places must not be sorted for a page of two hundred."""
    for kind, grid in (("manhole", None), (None, here.grid), ("manhole", here.grid), (None, None)):
        where, values = places._where(PlaceFilter(kind=kind, grid_id=grid))
        plan = here.book.database.execute_sql(
            f"EXPLAIN QUERY PLAN SELECT {places.PLACE} FROM place WHERE {where} "
            "AND (grid_id, walk_order, name, id) > (?, ?, ?, ?) ORDER BY grid_id, walk_order, name, id LIMIT 200",
            (*values, here.grid, 1, "x", "y"),
        ).fetchall()
        said = " ".join(str(row[-1]) for row in plan)
        assert "TEMP B-TREE" not in said, said
        assert "USING INDEX place_" in said, said


def test_where_there_are_no_places_the_page_is_empty(here: Neighbourhood) -> None:
    assert places.page(here.book, PlaceFilter()) == []
    assert places.count(here.book, PlaceFilter(kind="shop")) == 0
