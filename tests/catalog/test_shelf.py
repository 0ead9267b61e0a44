"""The shelf: every entry in both languages, every number with its source and day, every reference leading
somewhere.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator

from casework.catalog import followups, shelf
from casework.catalog.ruleshape import rule_shape, validated_rule
from casework.domain import evidence
from casework.domain.check import HazardLevel
from casework.domain.due import DueKind
from casework.domain.followup_steps import Limits
from casework.domain.household import Fuel, Tenure
from casework.domain.planning import Pace
from casework.domain.recurrence import RepeatRules
from casework.domain.resident import LifeState, ResidenceState, RiskLevel, Sex
from casework.domain.schedule_rules import ScheduleSettings
from casework.domain.visit import Mode, Outcome, RefusalReason
from casework.domain.welfare import LIVES_ALONE
from casework.domain.workingdays import OFFICE
from casework.exchange import pictures
from casework.language import say, set_language

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Words = Annotated[str, Field(min_length=1)]
Told = Literal["resident_name", "resident_phone", "reporter_name", "reporter_phone"]
"""What a hand-off sheet tells one department or of one category only."""
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2030, 1, 1))]


class Shape(BaseModel):
    """Unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Both(Shape):
    """A name in both languages: the Chinese one has Chinese in it (or a term that has none), the English one
    none.
    """

    zh: Words
    en: Words

    @field_validator("en")
    @classmethod
    def _english(cls, said: str) -> str:
        assert not re.search("[\u4e00-\u9fff]", said)
        return said


class Sourced(Shape):
    label: Both
    source: Words
    effective: Day


class TagShape(Sourced):
    aliases: Annotated[list[Words], Field(min_length=2)]
    sensitive: bool
    special_difficulty: bool
    weight: Annotated[int, Field(ge=0, le=5)]


class CategoryShape(Sourced):
    department: Words
    severity: Literal["critical", "must_fix", "note"]
    working_days: Annotated[int, Field(ge=1, le=60)]
    repeats: Literal["household", "place", "stair", "building"] | None = None
    hours: Annotated[int, Field(ge=1, le=72)] | None = None
    admitted: bool
    funder: Words | None = None
    code: Words | None = None
    evidence: Both
    needs: list[Told] = []


class ParameterShape(Sourced):
    value: int | float
    unit: Words
    range: Annotated[list[int | float], Field(min_length=2, max_length=2)] | None = None


class DeviceShape(Sourced):
    life_months: Annotated[int, Field(gt=0, le=240)] | None = None


class SeasonShape(Sourced):
    first: Annotated[str, Field(pattern=r"^\d\d-\d\d$")]
    last: Annotated[str, Field(pattern=r"^\d\d-\d\d$")]


class SpellShape(Sourced):
    pass


class RungShape(Sourced):
    overdue_working_hours: Annotated[int, Field(ge=0)]
    overdue_hours: Annotated[int, Field(ge=0)]
    unaccepted_working_hours: Annotated[int, Field(gt=0)]
    unaccepted_hours: Annotated[int, Field(gt=0)]
    repeats: Annotated[int, Field(ge=2)]


class ChoiceShape(Shape):
    label: Both
    letter: Annotated[str, Field(pattern="^[a-z0-9]$")]
    group: Words | None = None


class DepartmentShape(Shape):
    label: Both
    outside: bool
    phone: str = ""
    needs: list[Told] = []


class EmergencyShape(Shape):
    label: Both
    number: Annotated[str, Field(pattern="^[0-9]*$")]
    when: Both


class EvidenceShape(Sourced):
    treat: Literal["picture", "file", "refuse"]
    media: Annotated[str, Field(pattern="^[a-z]+/[a-z0-9.+-]+$")]
    endings: Annotated[list[Annotated[str, Field(pattern="^\\.[a-z0-9]+$")]], Field(min_length=1)]
    starts: Annotated[list[Annotated[str, Field(pattern="^(?:[0-9a-f]{2}|\\.\\.)+$")]], Field(min_length=1)]
    contains: Words | None = None
    reason: Both | None = None


SHAPES: dict[str, type[Shape]] = {
    "tags": TagShape, "departments": DepartmentShape, "categories": CategoryShape, "topics": ChoiceShape,
    "outcomes": ChoiceShape, "refusal_reasons": ChoiceShape, "modes": ChoiceShape, "places": ChoiceShape,
    "devices": DeviceShape, "emergency": EmergencyShape, "parameters": ParameterShape, "schedule": rule_shape(),
    "seasons": SeasonShape, "spells": SpellShape,
    "evidence": EvidenceShape, "door_notice": Sourced,
    "escalation": RungShape,
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_each_entry_is_complete_in_both_languages_with_its_source(name: str) -> None:
    entries = TypeAdapter(dict[str, SHAPES[name]]).validate_python(dict(shelf.table(name)))  # type: ignore[misc]
    assert entries
    assert all(re.fullmatch("[a-z][a-z0-9_]*", key) for key in entries)
    names = [entry.label for entry in entries.values()]
    assert len({label.zh for label in names}) == len(names)
    assert len({label.en for label in names}) == len(names)


@pytest.mark.parametrize("name", ["topics", "outcomes", "refusal_reasons", "modes", "places"])
def test_each_key_on_a_sheet_chooses_one_thing(name: str) -> None:
    letters = [entry["letter"] for entry in shelf.table(name).values()]
    assert len(set(letters)) == len(letters)


def test_the_closed_lists_of_the_domain_are_all_named() -> None:
    assert set(shelf.outcomes()) == set(Outcome)
    assert set(shelf.modes()) == set(Mode)
    assert set(shelf.refusal_reasons()) == set(RefusalReason)
    assert {one.severity for one in shelf.categories().values()} <= set(HazardLevel)
    assert LIVES_ALONE in shelf.tags()


def test_tags_serve_welfare_only() -> None:
    said = " ".join([one.label.zh + one.label.en + " ".join(one.aliases) for one in shelf.tags().values()]).lower()
    for word in (
        "信访",
        "上访",
        "宗教",
        "信教",
        "艾滋",
        "刑满",
        "吸毒",
        "精神病",
        "邪教",
        "petition",
        "relig",
        "hiv",
    ):
        assert word not in said


def test_references_between_files_lead_somewhere() -> None:
    checklists = {
        tomllib.loads(path.read_text(encoding="utf-8"))["name"] for path in (shelf.HERE / "checks").glob("*.toml")
    }
    departments, categories, devices = shelf.departments(), shelf.categories(), shelf.device_kinds()
    for category in categories.values():
        assert category.department in departments, category.key
        assert category.admitted or category.funder in departments, category.key
    for key, entry in shelf.table("schedule").items():
        rule = validated_rule(key, entry)
        assert rule.kind is DueKind.VISIT or rule.checklist in checklists, rule.key
        assert rule.source
        assert rule.effective
    for path in (shelf.HERE / "checks").glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r'^department = "(\w+)"', text, re.MULTILINE)) <= set(departments), path.name
        assert set(re.findall(r'^category = "(\w+)"', text, re.MULTILINE)) <= set(categories), path.name
        assert set(re.findall(r'^type = "device (\w+)"', text, re.MULTILINE)) <= set(devices), path.name


def test_the_settings_of_the_schedule_are_parameters_with_the_same_values() -> None:
    settings = shelf.schedule_rules().settings
    for key in ScheduleSettings.__dataclass_fields__:
        if key != "band_order":
            assert shelf.number(key) == getattr(settings, key)


def test_the_numbers_of_follow_ups_are_parameters_with_the_same_values() -> None:
    assert followups.limits() == Limits()
    assert followups.repeats() == RepeatRules()
    clock = followups.clock()
    assert (clock.office, clock.reminder_days, clock.yellow_percent, clock.red_percent) == (OFFICE, 2, 80, 100)


def test_the_pace_of_a_walk_is_a_parameter_with_the_same_values() -> None:
    numbers = [shelf.number(f"plan_{key}_minutes") for key in Pace.__dataclass_fields__]
    assert Pace(*numbers) == Pace()


def test_each_rung_of_the_ladder_comes_after_the_one_below_it() -> None:
    ladder = followups.clock().ladder
    assert [rung.key for rung in ladder] == ["community", "street", "district"]
    for field in ("overdue_hours", "overdue_urgent_hours", "unaccepted_hours", "unaccepted_urgent_hours", "repeats"):
        hours = [getattr(rung, field) for rung in ladder]
        assert hours == sorted(set(hours)), field


def test_a_day_is_visited_more_often_the_higher_the_risk() -> None:
    every = {rule.key: rule.every_days for rule in shelf.schedule_rules().all}
    assert every["visit_red"] < every["visit_yellow"] < every["visit_care"] < every["visit_household"]


def test_no_kind_of_evidence_hides_another_and_each_ending_means_one() -> None:
    kinds = list(shelf.evidence_kinds().values())
    endings = [ending for kind in kinds for ending in kind.endings]
    assert len(set(endings)) == len(endings)
    for kind in kinds:
        for beginning in kind.beginnings:
            head = bytes(0 if byte is None else byte for byte in beginning.pattern)
            found = evidence.recognise(kinds, "x", head, [kind.contains + "x"] if kind.contains else [])
            assert found is kind, kind.key
    assert {kind.media for kind in kinds if kind.treatment is evidence.Treatment.PICTURE} <= {
        f"image/{name.lower()}" for name in pictures.FORMATS
    }


def test_the_limits_of_evidence_are_parameters() -> None:
    numbers = {key: one.value for key, one in shelf.parameters().items()}
    assert evidence.limits(numbers).side == numbers["evidence_picture_side"]
    assert evidence.limits(numbers).file_bytes == numbers["evidence_file_megabytes"] * 1_000_000


class TestRosterColumns:
    FILE = shelf.roster_columns()

    def test_each_header_means_one_thing(self) -> None:
        meant: dict[str, str] = {}
        for key, entry in self.FILE["fields"].items():
            for header in {entry["label"]["zh"], entry["label"]["en"], *entry["synonyms"]}:
                assert meant.setdefault(header.lower(), key) == key, header
        for key, headers in self.FILE["tag_columns"].items():
            for header in headers:
                assert meant.setdefault(header.lower(), key) == key, header
        for header in self.FILE["ignored"]["synonyms"]:
            assert header.lower() not in meant, header

    def test_each_word_of_a_column_has_one_meaning_that_the_casebook_knows(self) -> None:
        known = {
            "sex": Sex, "fuel": Fuel, "tenure": Tenure, "residence_state": ResidenceState,
            "life_state": LifeState, "risk": RiskLevel,
        }  # fmt: skip
        assert set(known) == set(self.FILE["values"])
        for name, values in self.FILE["values"].items():
            assert set(values) <= set(known[name])
            words = [word.lower() for row in values.values() for word in row]
            assert len(set(words)) == len(words), name
        both = [word.lower() for word in self.FILE["yes_no"]["yes"] + self.FILE["yes_no"]["no"]]
        assert len(set(both)) == len(both)

    def test_fields_are_of_a_known_kind_and_choices_have_their_words(self) -> None:
        for key, entry in self.FILE["fields"].items():
            assert entry["kind"] in {
                "text", "date", "number", "yes_no", "choice", "list", "phone", "citizen_id", "address",
            }, key  # fmt: skip
            assert (entry["kind"] == "choice") == ("values" in entry), key
            assert entry.get("values", "sex") in self.FILE["values"], key
            Both.model_validate(entry["label"])

    def test_each_tag_may_have_a_column_of_its_own(self) -> None:
        assert set(self.FILE["tag_columns"]) == set(shelf.tags())

    def test_a_word_in_a_list_of_tags_names_one_tag(self) -> None:
        meant: dict[str, str] = {}
        for key, tag in shelf.tags().items():
            for word in {tag.label.zh, tag.label.en, *tag.aliases}:
                assert meant.setdefault(word.lower(), key) == key, word


class TestOwnFolder:
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        monkeypatch.setenv("CASEWORK_CATALOG", str(tmp_path))
        shelf.forget()
        self.folder = tmp_path
        yield
        monkeypatch.undo()
        shelf.forget()

    def put(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")
        shelf.forget()

    def test_an_own_rule_is_added_by_one_table_and_a_known_one_replaced(self) -> None:
        self.put(
            "schedule.toml",
            """
            [heat]
            label = { zh = "高温走访", en = "Heat wave visit" }
            subject = "resident"
            what = "visit"
            every_days = 2
            before = 0
            after = 1
            priority = 2
            when = { any = [{ age_at_least = 80 }, { tag = "lives_alone" }], not = { fuel = "electric" } }
            starts_on = 2026-07-01
            ends_on = 2026-09-01
            source = "街道高温预案"
            effective = 2026-07-01

            [visit_household]
            label = { zh = "每户每年一次", en = "Once a year" }
            subject = "household"
            what = "visit"
            every_days = 365
            before = 14
            after = 30
            priority = 7
            source = "本社区"
            effective = 2026-01-01
            """,
        )
        every = {rule.key: rule.every_days for rule in shelf.schedule_rules().all}
        assert every["heat"] == 2
        assert every["visit_household"] == 365
        assert every["visit_red"] == 7

    def test_an_own_kind_of_evidence_is_one_table(self) -> None:
        self.put(
            "evidence.toml",
            '[ofd]\nlabel = { zh = "OFD 公文", en = "OFD document" }\ntreat = "file"\nmedia = "application/ofd"\n'
            'endings = [".ofd"]\nstarts = ["504b0304"]\ncontains = "OFD.xml"\nsource = "GB/T 33190"\n'
            "effective = 2026-01-01\n",
        )
        kinds = shelf.evidence_kinds().values()
        found = evidence.recognise(kinds, "公文.ofd", b"PK\x03\x04", ["OFD.xml", "Doc_0/"])
        assert found is not None
        assert found.key == "ofd"

    @pytest.mark.parametrize(
        "entry",
        [
            'treat = "keep"', 'starts = ["ffd"]', 'starts = ["xy"]', "endings = ['jpg']", 'reason = { zh = "甲", en = "A" }',
            "colour = 1", 'treat = "refuse"',
        ],
    )  # fmt: skip
    def test_a_mistake_in_a_kind_of_evidence_is_named(self, entry: str) -> None:
        whole = {
            "label": '{ zh = "甲", en = "A" }', "treat": '"file"', "media": '"a/b"', "endings": '[".a"]',
            "starts": '["ff"]', "source": '"x"', "effective": "2026-01-01",
        }  # fmt: skip
        key, _sign, value = entry.partition(" = ")
        self.put("evidence.toml", "[own]\n" + "\n".join(f"{k} = {v}" for k, v in {**whole, key: value}.items()))
        with pytest.raises(shelf.CatalogError) as caught:
            shelf.evidence_kinds()
        assert "own" in str(caught.value)

    def test_an_own_rung_and_an_own_number_of_tries_are_used(self) -> None:
        self.put(
            "escalation.toml",
            '[city]\nlabel = { zh = "市", en = "City" }\noverdue_working_hours = 80\noverdue_hours = 24\n'
            'unaccepted_working_hours = 80\nunaccepted_hours = 24\nrepeats = 12\nsource = "本市"\n'
            "effective = 2026-01-01\n",
        )
        self.put(
            "parameters.toml",
            '[verify_tries]\nlabel = { zh = "次", en = "Tries" }\nvalue = 3\nunit = "tries"\nsource = "本市"\n'
            "effective = 2026-01-01\n",
        )
        assert followups.clock().ladder[-1].key == "city"
        assert followups.limits().tries == 3

    def test_a_rung_that_lacks_something_is_named(self) -> None:
        self.put("escalation.toml", '[city]\nlabel = { zh = "市", en = "City" }\n')
        with pytest.raises(shelf.CatalogError) as caught:
            followups.clock()
        assert "escalation.toml" in str(caught.value)

    def test_an_own_number_of_the_gas_supplier_is_used(self) -> None:
        self.put(
            "emergency.toml",
            '[gas_supplier]\nlabel = { zh = "燃气", en = "Gas" }\nnumber = "96777"\n'
            'when = { zh = "漏气", en = "leak" }',
        )
        assert shelf.emergency_numbers()["gas_supplier"].number == "96777"
        assert next(iter(shelf.emergency_numbers())) == "fire"

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("[x", "x.toml"),
            ('[r]\nlabel = { zh = "甲", en = "A" }\nsubject = "resident"', "is missing"),
            ('[r]\nlabel = { zh = "甲", en = "A" }\ncadence = 3', "no such key: cadence"),
        ],
    )
    def test_a_mistake_is_named_with_file_entry_and_reason(self, text: str, why: str) -> None:
        set_language("en")
        self.put("schedule.toml", text)
        with pytest.raises(shelf.CatalogError) as caught:
            shelf.schedule_rules()
        said = say(caught.value.phrase)
        assert "schedule.toml" in said
        assert why.replace("x.toml", "schedule.toml") in said

    @pytest.mark.parametrize(
        "when",
        [
            '{ tagg = "x" }', "{ age_at_least = -1 }", '{ tag = [] }', "{ any = [] }",
            '{ kind = "manhole" }', '"red"', "{ age_at_least = true }",
        ],
    )  # fmt: skip
    def test_a_condition_that_cannot_be_read_is_refused(self, when: str) -> None:
        self.put(
            "schedule.toml",
            f"""
            [r]
            label = {{ zh = "甲", en = "A" }}
            subject = "resident"
            what = "visit"
            every_days = 7
            before = 0
            after = 1
            priority = 2
            when = {when}
            source = "x"
            effective = 2026-01-01
            """,
        )
        with pytest.raises(shelf.CatalogError) as caught:
            shelf.schedule_rules()
        assert "when" in str(caught.value)


def test_the_shelf_loads_without_the_heavy_libraries() -> None:
    import subprocess
    import sys

    heavy = "pydantic", "stdnum", "chinese_calendar", "elementpath", "pypinyin", "textual", "peewee"
    code = (
        "import sys; from casework.catalog import shelf; shelf.schedule_rules(); shelf.categories(); "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
