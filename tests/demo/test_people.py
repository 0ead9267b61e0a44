"""The made-up community: plausible in its figures, the same in both scripts, and nobody in it can be rung up."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from statistics import mean

import pytest

from casework.catalog import shelf
from casework.demo.numbers import CitizenIds
from casework.demo.people import RELATIONS, YOUNGEST, Community, community
from casework.domain.citizen_id import parse
from casework.domain.household import Fuel
from casework.domain.resident import age_on

TODAY = date(2026, 5, 20)

FAKE_PHONE = re.compile(r"154\d{8}|027-0000\d{4}")
"""154 is no operator's prefix, and no subscriber's number begins with 0."""


@pytest.fixture(scope="module")
def chinese() -> Community:
    return community(TODAY, "zh_CN")


@pytest.fixture(scope="module")
def english() -> Community:
    return community(TODAY, "en")


def test_as_many_live_there_as_in_an_old_quarter(chinese: Community) -> None:
    people, doors = chinese.people, chinese.doors
    old = sum(person.age >= 65 for person in people) / len(people)
    bottled = sum(door.fuel is Fuel.LPG_CYLINDER for door in doors) / len(doors)
    print(f"{len(doors)} doors, {len(people)} people, {old:.0%} are 65 and over, {bottled:.0%} of doors on bottled gas")
    assert len(doors) == 1200
    assert 2.2 <= len(people) / len(doors) <= 2.6
    assert 0.2 <= old <= 0.35
    assert 0.2 <= bottled <= 0.3
    assert 35 <= mean(person.age for person in people) <= 60
    assert all(300 - 15 <= count <= 500 for count in Counter(door.grid for door in doors).values())


def test_no_child_is_on_file(chinese: Community) -> None:
    assert min(person.age for person in chinese.people) == YOUNGEST


def test_ages_birthdays_and_id_numbers_agree(chinese: Community) -> None:
    for person in chinese.people:
        read = parse(chinese.citizen_id[person.key])
        assert read.born == chinese.born[person.key]
        assert (read.sex.value == "female") == person.female
        assert age_on(read.born, TODAY) == person.age
    assert len(set(chinese.citizen_id.values())) == len(chinese.people)


def test_parents_are_older_than_their_children(chinese: Community) -> None:
    for door in chinese.doors:
        for person in door.people[1:]:
            if person.relation in ("son", "daughter"):
                assert 18 <= door.head.age - person.age <= 45, door.key
            elif person.relation in ("father", "mother"):
                assert person.age - door.head.age >= 16, door.key
            assert person.relation in RELATIONS


def test_somebody_turns_65_today(chinese: Community) -> None:
    assert any(born == TODAY.replace(year=TODAY.year - 65) for born in chinese.born.values())


def test_tags_are_of_the_closed_list_and_true(chinese: Community) -> None:
    for door in chinese.doors:
        for person in door.people:
            assert set(person.tags) <= set(shelf.tags())
            assert ("lives_alone" not in person.tags) or len(door.people) == 1


def test_no_telephone_can_be_anybodys(chinese: Community) -> None:
    phones = [person.phone for person in chinese.people if person.phone]
    phones += [phone for person in chinese.people for _name, _kin, phone in person.contacts]
    assert len(phones) > 2000
    assert len(set(phones)) == len(phones)
    assert all(FAKE_PHONE.fullmatch(phone) for phone in phones)


def test_towers_have_no_bottled_gas_but_for_the_one_that_is_found(chinese: Community) -> None:
    towers = [door for door in chinese.doors if door.tower]
    assert sum(door.fuel is Fuel.LPG_CYLINDER for door in towers) == 1
    assert len(towers) > 200


def test_neighbours_who_share_a_kitchen_burn_the_same(chinese: Community) -> None:
    kitchens: dict[str, set[Fuel]] = {}
    for door in chinese.doors:
        if door.kitchen:
            kitchens.setdefault(door.kitchen, set()).add(door.fuel)
    assert len(kitchens) > 20
    assert all(fuels == {Fuel.LPG_CYLINDER} for fuels in kitchens.values())


def test_both_scripts_show_the_same_people(chinese: Community, english: Community) -> None:
    assert [door.key for door in chinese.doors] == [door.key for door in english.doors]
    assert chinese.born == english.born
    assert chinese.citizen_id == english.citizen_id
    for here, there in zip(chinese.people, english.people, strict=True):
        assert (here.age, here.female, here.phone, here.tags) == (there.age, there.female, there.phone, there.tags)
    latin = sum(person.name.isascii() for person in english.people)
    written = sum(all("\u4e00" <= c <= "\u9fff" for c in person.name) for person in chinese.people)
    assert latin > 0.99 * len(english.people)
    assert written > 0.99 * len(chinese.people)
    assert latin < len(english.people), "a few names keep a script of their own"
    assert all(door.address.isascii() for door in english.doors)


def test_the_seed_decides(chinese: Community) -> None:
    again, other = community(TODAY, "zh_CN"), community(TODAY, "zh_CN", seed=8)
    assert [person.name for person in again.people] == [person.name for person in chinese.people]
    assert [person.name for person in other.people] != [person.name for person in chinese.people]


def test_any_day_will_do() -> None:
    for day in (date(2028, 2, 29), date(2027, 1, 1), date(2026, 12, 31)):
        made = community(day)
        assert all(age_on(made.born[person.key], day) == person.age for person in made.people)


def test_id_numbers_run_out_loudly() -> None:
    ids = CitizenIds()
    born = date(1990, 1, 1)
    given = set()
    with pytest.raises(ValueError, match="more people"):
        for _ in range(500):
            given.add(ids(born, True))
    assert len(given) > 90
