"""The shipped checklists, and what happens to a checklist file with a mistake."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from casework.catalog import checks, shelf
from casework.domain.check import Answer, AnswerState, HazardLevel, SubjectKind
from casework.domain.checklist import CheckContext, Checklist, Completion, Question, QuestionType, applies
from casework.domain.completion import completed
from casework.domain.expressions import compile_expression
from casework.domain.form import all_in_order, complete, findings, judged, missing, relevant
from casework.domain.household import Fuel
from casework.language import language, say, set_language

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHIPPED = ("elderly_home", "fire_electricity", "lpg_cylinder", "manhole", "pipeline_gas")
TODAY = date(2026, 6, 7)
FACTS: dict[str, dict[str, str | float]] = {
    "lpg_cylinder": {"fuel": "lpg_cylinder"},
    "pipeline_gas": {"fuel": "pipeline_gas"},
    "fire_electricity": {},
    "elderly_home": {"age": 78.0, "tags": "lives_alone minimum_living_allowance"},
    "manhole": {"place_kind": "manhole"},
}


@pytest.fixture(autouse=True)
def _no_catalog_of_the_developers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("CASEWORK_CATALOG", raising=False)
    shelf.forget()
    yield
    shelf.forget()


@pytest.fixture(params=SHIPPED)
def checklist(request: pytest.FixtureRequest) -> Checklist:
    return checks.load(request.param)


def context(checklist: Checklist, **facts: str | float) -> CheckContext:
    return CheckContext(TODAY, FACTS[checklist.name] | facts)


def in_order(checklist: Checklist, on: CheckContext) -> dict[str, Answer]:
    """Every plain question in order, and the required measured values as they should be."""
    answers = all_in_order(checklist, {}, on)
    good = {"hose_length_m": "1.5", "stove_distance_m": "0.8", "height_difference_mm": "1"}
    for name in missing(checklist, answers, on):
        answers[name] = judged(checklist, name, good[name], answers, on)
    return answers


def test_the_shipped_checklists_are_all_there_and_without_a_mistake() -> None:
    assert set(SHIPPED) <= set(checks.names())
    assert checks.mistakes() == ()
    assert [one.name for one in checks.all()] == list(checks.names())


def test_every_text_is_there_in_both_languages_and_fits_a_line(checklist: Checklist) -> None:
    labels = [checklist.title, *(group.label for group in checklist.groups)]
    for question in checklist.questions:
        labels += [question.label, *(choice.label for choice in question.choices)]
        labels += [one for one in (question.hint, question.unit, question.constraint_message) if one]
    for label in labels:
        assert label.zh.strip()
        assert label.en.strip()
        assert len(label.zh) <= 24, label.zh
        assert len(label.en) <= 48, label.en
        assert "$" not in label.zh + label.en


def test_every_hazard_says_what_follows_from_it(checklist: Checklist) -> None:
    hazards = [(question, rule) for question in checklist.questions for rule in question.hazards.values()]
    assert hazards
    for question, rule in hazards:
        for own, asked in ((rule.label.zh, question.label.zh), (rule.label.en, question.label.en)):
            assert own.strip()
            assert own != asked, "a follow-up is not called by what would be in order"
            assert "$" not in own
        assert len(rule.label.zh) <= 24, rule.label.zh
        assert len(rule.label.en) <= 48, rule.label.en
        assert rule.advice.zh.strip()
        assert rule.advice.en.strip()
        assert rule.department in shelf.departments()
        assert rule.category in shelf.categories()
        assert 0 <= rule.days <= 30
        assert rule.days <= 7 or rule.level is not HazardLevel.CRITICAL
        assert question.source
        assert question.effective


def test_every_number_has_its_source_and_its_day(checklist: Checklist) -> None:
    assert checklist.version
    assert checklist.source
    assert checklist.effective <= TODAY
    raw = (shelf.HERE / "checks" / f"{checklist.name}.toml").read_text(encoding="utf-8")
    for name, parameter in checklist.parameters.items():
        assert parameter.source
        assert parameter.effective <= TODAY
        assert f"${name}" in raw or f'days = "{name}"' in raw, f"{name} is used nowhere"


def test_every_expression_can_be_worked_out(checklist: Checklist) -> None:
    for question in checklist.questions:
        for source in (question.relevant, question.constraint, question.limit, question.calculation):
            if source:
                assert compile_expression(source).source == source


def test_a_check_with_everything_in_order_takes_one_key_and_the_measured_values(checklist: Checklist) -> None:
    on = context(checklist)
    filled = all_in_order(checklist, {}, on)
    measured = {checklist.question(name).type for name in missing(checklist, filled, on)}
    assert measured <= {QuestionType.INTEGER, QuestionType.DECIMAL}
    assert len(missing(checklist, filled, on)) <= 2
    done = in_order(checklist, on)
    assert complete(checklist, done, on)
    assert completed(checklist, done, on)
    assert findings(checklist, done, on) == ()


def test_every_hazard_of_a_shipped_checklist_can_be_found(checklist: Checklist) -> None:
    on = context(checklist)
    for question in checklist.questions:
        for choice in question.hazards:
            if choice == "limit":
                continue
            answers = dict(in_order(checklist, on))
            answers[question.name] = judged(checklist, question.name, choice, answers, on)
            assert question.name in relevant(checklist, answers, on), question.name
            assert choice in [one.choice for one in findings(checklist, answers, on)]


def test_declining_everything_leaves_nothing_in_order(checklist: Checklist) -> None:
    on = context(checklist)
    answers = {name: Answer(AnswerState.DECLINED) for name in relevant(checklist, {}, on)}
    found = findings(checklist, answers, on)
    required = [one for one in checklist.questions if one.required and one.name in answers]
    assert [one.question for one in found] == [one.name for one in required]
    assert {one.level for one in found} == {None}
    assert not completed(checklist, answers, on)


@pytest.mark.parametrize(
    ("name", "facts", "offered"),
    [
        ("lpg_cylinder", {"fuel": Fuel.LPG_CYLINDER.value}, True),
        ("lpg_cylinder", {"fuel": Fuel.ELECTRIC.value}, False),
        ("pipeline_gas", {"fuel": Fuel.PIPELINE_GAS.value}, True),
        ("fire_electricity", {"fuel": Fuel.ELECTRIC.value}, True),
        ("elderly_home", {"age": 78.0, "tags": "lives_alone"}, True),
        ("elderly_home", {"age": 59.0, "tags": "lives_alone"}, False),
        ("elderly_home", {"age": 78.0, "tags": "empty_nest"}, False),
        ("elderly_home", {"tags": "lives_alone"}, False),
        ("manhole", {"place_kind": "manhole"}, True),
        ("manhole", {"place_kind": "shop"}, False),
    ],
)
def test_a_checklist_is_offered_where_it_belongs(name: str, facts: dict[str, Any], offered: bool) -> None:
    assert applies(checks.load(name), facts) is offered


def test_the_subjects_are_those_of_the_design() -> None:
    subjects = {one.name: one.subject for one in checks.all()}
    assert subjects["lpg_cylinder"] is SubjectKind.HOUSEHOLD
    assert subjects["elderly_home"] is SubjectKind.RESIDENT
    assert subjects["manhole"] is SubjectKind.PLACE


@pytest.mark.parametrize("name", ["lpg_cylinder", "pipeline_gas"])
def test_bubbles_in_the_soap_test_are_a_leak_on_the_same_day(name: str) -> None:
    checklist = checks.load(name)
    on = context(checklist)
    answers = in_order(checklist, on) | {"soap_leak_test": Answer(AnswerState.FAIL, "bubbles")}
    (leak,) = findings(checklist, answers, on)
    assert (leak.leak, leak.level, leak.department, leak.category, leak.days, leak.fixable_on_spot) == (
        True,
        HazardLevel.CRITICAL,
        "gas_supplier",
        "gas_leak",
        0,
        False,
    )


@pytest.mark.parametrize(("mm", "flush"), [("2.9", True), ("3", False), ("2.99", True), ("12", False)])
def test_a_cover_is_flush_below_three_millimetres(mm: str, flush: bool) -> None:
    checklist = checks.load("manhole")
    answer = judged(checklist, "height_difference_mm", mm, {}, context(checklist))
    assert (answer.state is AnswerState.PASS) is flush


def test_a_missing_cover_has_no_height() -> None:
    checklist = checks.load("manhole")
    answers = {"cover_state": Answer(AnswerState.FAIL, "missing")}
    assert "height_difference_mm" not in relevant(checklist, answers, context(checklist))


@pytest.mark.parametrize(
    ("question", "value", "hazard"),
    [
        ("hose_length_m", "2", False),
        ("hose_length_m", "2.1", True),
        ("hose_length_m", "0.4", True),
        ("stove_distance_m", "0.5", False),
        ("stove_distance_m", "0.49", True),
        ("cylinder_stamp_inspected", "2022-07", False),
        ("cylinder_stamp_inspected", "2022-06", True),
        ("cylinder_stamp_due", "2026-06", False),
        ("cylinder_stamp_due", "2026-05", True),
        ("cylinder_stamp_made", "2014-07", False),
        ("cylinder_stamp_made", "2014-06", True),
        ("stove_made_on", "2018-07", False),
        ("stove_made_on", "2018-06", True),
    ],
)
def test_the_limits_of_bottled_gas_hold_to_the_day(question: str, value: str, hazard: bool) -> None:
    checklist = checks.load("lpg_cylinder")
    answer = judged(checklist, question, value, {}, context(checklist))
    assert (answer.state is AnswerState.FAIL) is hazard


@pytest.mark.parametrize(
    ("kind", "made", "hazard"),
    [
        ("metal", "2018-07", False),
        ("metal", "2018-06", True),
        ("rubber", "2025-01", False),
        ("rubber", "2024-12", True),
    ],
)
def test_a_hose_ages_by_what_it_is_made_of(kind: str, made: str, hazard: bool) -> None:
    checklist = checks.load("lpg_cylinder")
    on = context(checklist)
    answers = {"hose_kind": Answer(AnswerState.PASS, kind), "hose_made_on": Answer(AnswerState.PASS, made)}
    aged = [one.question for one in findings(checklist, answers, on) if one.question == "hose_age_months"]
    assert bool(aged) is hazard


def test_the_regulators_own_label_goes_before_the_default_life() -> None:
    checklist = checks.load("lpg_cylinder")
    made = {"regulator_made_on": Answer(AnswerState.PASS, "2022-06")}
    on = context(checklist)
    assert findings(checklist, made, on) == ()
    short = made | {"regulator_life_months": Answer(AnswerState.PASS, 36.0)}
    assert [one.question for one in findings(checklist, short, on)] == ["regulator_age_months"]
    fitted = short | {"valve_fitted": Answer(AnswerState.PASS, "yes")}
    assert findings(checklist, fitted, on) == ()


def test_a_regulator_on_file_that_is_too_old_is_found_without_a_key() -> None:
    checklist = checks.load("lpg_cylinder")
    on = context(checklist, self_closing_regulator_made_on="2020-01-01")
    found = findings(checklist, in_order(checklist, on), on)
    assert [one.question for one in found] == ["regulator_age_months"]


def test_a_date_on_the_stamp_takes_the_place_of_the_plain_item() -> None:
    checklist = checks.load("lpg_cylinder")
    on = context(checklist)
    stamped = {"cylinder_stamp_inspected": Answer(AnswerState.PASS, "2025-01")}
    assert "inspection_valid" in relevant(checklist, {}, on)
    assert "inspection_valid" not in relevant(checklist, stamped, on)


GOOD = """
name = "mine"
version = "1"
title = { zh = "自己的", en = "Mine" }
subject = "household"
source = "our street"
effective = 2026-01-01
interval = { months = 6, source = "our street", effective = 2026-01-01 }

[applies]
fuel = ["electric"]

[parameters.max_m]
value = 2.0
source = "our street"
effective = 2026-01-01

[groups.one]
label = { zh = "一", en = "One" }

[choices]
kinds = [
    { name = "good", label = { zh = "好", en = "Good" } },
    { name = "bad", label = { zh = "坏", en = "Bad" } },
]

[[survey]]
type = "select_one pass_fail"
name = "clean"
group = "one"
required = true
label = { zh = "干净", en = "Clean" }
source = "our street"
[survey.hazard.fail]
label = { zh = "不干净", en = "Dirty" }
level = "must_fix"
days = 7
department = "community"
category = "gas_safety"
fixable_on_spot = true
advice = { zh = "请打扫。", en = "Please clean." }

[[survey]]
type = "decimal"
name = "length_m"
group = "one"
label = { zh = "长度，不超过 $max_m 米", en = "Length, up to $max_m m" }
unit = { zh = "米", en = "m" }
relevant = "${clean} = 'pass'"
constraint = ". > 0"
constraint_message = { zh = "要大于 0", en = "More than 0" }
limit = ". <= $max_m"
source = "our street"
[survey.hazard.limit]
label = { zh = "超过 $max_m 米", en = "Longer than $max_m m" }
level = "note"
days = 30
department = "community"
category = "gas_safety"
fixable_on_spot = false
advice = { zh = "太长。", en = "Too long." }
"""


COMPLETION = """[completion]
more_than = 0.5
needs = ["clean"]
source = "our street"
effective = 2026-01-01

[applies]"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "checks"
    folder.mkdir()
    monkeypatch.setenv("CASEWORK_CATALOG", str(tmp_path))
    shelf.forget()
    return folder


def write(folder: Path, text: str, name: str = "mine") -> None:
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")


def test_a_file_of_ones_own_adds_a_checklist(own: Path) -> None:
    write(own, GOOD)
    assert "mine" in checks.names()
    mine = checks.load("mine")
    length: Question = mine.question("length_m")
    assert (length.label.zh, length.label.en) == ("长度，不超过 2 米", "Length, up to 2 m")
    assert (mine.interval_months, mine.applies.fuel) == (6, ("electric",))


def test_a_file_with_the_name_of_a_shipped_one_replaces_it(own: Path) -> None:
    shipped = checks.load("manhole")
    write(own, GOOD.replace('"mine"', '"manhole"'), "manhole")
    assert checks.load("manhole").title.en == "Mine"
    assert checks.load("manhole") != shipped


def test_what_a_check_must_come_to_is_said_in_its_file(own: Path) -> None:
    write(own, GOOD.replace("[applies]", COMPLETION))
    assert checks.load("mine").completion == Completion(0.5, ("clean",))
    assert checks.load("lpg_cylinder").completion.needs == ("soap_leak_test",)
    assert checks.load("elderly_home").completion == Completion(), "more than half, where the file says nothing"


def test_a_changed_file_is_read_again(own: Path) -> None:
    write(own, GOOD)
    assert checks.load("mine") is checks.load("mine")
    write(own, GOOD.replace('version = "1"', 'version = "2026"'))
    assert checks.load("mine").version == "2026"


def test_a_device_question_brings_its_fields(own: Path) -> None:
    row = '[[survey]]\ntype = "device gas_hose"\nname = "hose"\nlabel = { zh = "新管", en = "New hose" }\n'
    write(own, GOOD + row)
    names = [one.name for one in checks.load("mine").questions if one.device == "gas_hose"]
    assert names == ["hose", "hose_maker", "hose_model", "hose_batch", "hose_made_on", "hose_life_months"]


MISTAKES: list[tuple[str, str, str, str]] = [
    ("not toml", "name = ", "", "the file is not TOML"),
    ('version = "1"\n', "", "", "version is missing"),
    ("effective = 2026-01-01\ninterval", "interval", "", "effective is missing"),
    ('source = "our street"\neffective', "effective", "", "source is missing"),
    ('name = "mine"', 'name = "other"', "", "the name other is not that of the file"),
    ('subject = "household"', 'subject = "dog"', "", "subject is not right"),
    ('fuel = ["electric"]', 'fuel = ["coal"]', "", "applies.fuel.0 is not right"),
    ('fuel = ["electric"]', 'tags = ["petitioner"]', "", "there is no tag petitioner"),
    ('fuel = ["electric"]', 'place_kinds = ["moon"]', "", "there is no kind of place moon"),
    ("months = 6", "months = 0", "", "interval.months is not right"),
    ('label = { zh = "干净", en = "Clean" }', 'label = { zh = "干净" }', "clean", "label.en is missing"),
    (
        'label = { zh = "干净", en = "Clean" }',
        'label = { zh = "", en = "Clean" }',
        "clean",
        "label.zh is not right",
    ),
    ('label = { zh = "干净", en = "Clean" }', "", "clean", "label is missing"),
    ("required = true", 'required = "yes"', "clean", "required is not right"),
    ("required = true", "requierd = true", "clean", "requierd is no word that a checklist knows"),
    ('name = "clean"', 'name = "Clean it"', "Clean it", "name is not right"),
    ('name = "clean"\n', "", "#1", "name is missing"),
    ('name = "length_m"', 'name = "clean"', "clean", "the name stands twice"),
    ('name = "length_m"', 'name = "fuel"', "fuel", "that of a fact"),
    ('"decimal"', '"real"', "length_m", "real is no type of question"),
    ('"decimal"', '"decimal kinds"', "length_m", "decimal kinds is no type of question"),
    ('"select_one pass_fail"', '"select_one colours"', "clean", "there is no list of choices colours"),
    ('"select_one pass_fail"', '"device spaceship"', "clean", "there is no kind of device spaceship"),
    ('name = "bad"', 'name = "good"', "", ""),
    ('group = "one"\nrequired', 'group = "two"\nrequired', "clean", "there is no group two"),
    ("[groups.one]", '[groups.two]\nlabel = { zh = "二", en = "Two" }\n[groups.one]', "", "group two"),
    (
        'constraint_message = { zh = "要大于 0", en = "More than 0" }\n',
        "",
        "length_m",
        "a constraint needs a message",
    ),
    ('constraint = ". > 0"\n', "", "length_m", "a constraint needs a message"),
    ('constraint = ". > 0"', 'constraint = ". >"', "length_m", "the expression in constraint cannot be used"),
    ('constraint = ". > 0"', 'constraint = "explode(.)"', "length_m", "unknown function 'explode'"),
    ('limit = ". <= $max_m"', 'limit = ". <= $min_m"', "length_m", "there is no parameter min_m"),
    ('limit = ". <= $max_m"', 'limit = ". <= max_m"', "length_m", "max_m is a bare name"),
    ('limit = ". <= $max_m"\n', "", "length_m", "a limit needs the hazard limit"),
    ("[survey.hazard.limit]", "[survey.hazard.long]", "length_m", "a limit needs the hazard limit"),
    ("不超过 $max_m 米", "不超过 $most_m 米", "length_m", "there is no parameter most_m"),
    ("${clean} = 'pass'", "${cleen} = 'pass'", "length_m", "there is no question or fact cleen"),
    ("${clean} = 'pass'", "${length_m} = 1", "length_m", "relevant asks for length_m, which comes later"),
    ("${clean} = 'pass'", "date('soon') = ${clean}", "length_m", "not a date: soon"),
    ("[survey.hazard.fail]", "[survey.hazard.dirty]", "clean", "there is no choice dirty"),
    ('"select_one pass_fail"', '"select_one yes_no"', "clean", "there is no choice fail"),
    ("days = 7\n", "", "clean", "hazard.fail.days"),
    ("days = 7", 'days = "soon"', "clean", "there is no parameter soon"),
    ("days = 7", "days = -1", "clean", "hazard.fail.days"),
    ('level = "must_fix"', 'level = "bad"', "clean", "hazard.fail.level is not right"),
    ('level = "must_fix"', 'level = "must_fix"\nleak = true', "clean", "a leak is always critical"),
    (
        'days = 7\ndepartment = "community"',
        'days = 7\ndepartment = "nobody"',
        "clean",
        "there is no department nobody",
    ),
    (
        'days = 7\ndepartment = "community"\ncategory = "gas_safety"',
        'days = 7\ndepartment = "community"\ncategory = "luck"',
        "clean",
        "there is no category luck",
    ),
    ('advice = { zh = "请打扫。", en = "Please clean." }', "", "clean", "hazard.fail.advice is missing"),
    (
        "required = true",
        'required = true\nin_order = "fail"',
        "clean",
        "fail is no choice that could be in order",
    ),
    (
        'unit = { zh = "米", en = "m" }',
        "carry = true",
        "length_m",
        "a measured value is never carried forward",
    ),
    (
        "required = true",
        'required = true\nunit = { zh = "米", en = "m" }',
        "clean",
        "only a number has a unit",
    ),
    ("required = true", 'required = true\nlimit = "1 = 1"', "clean", "only a measured or calculated value"),
    (
        "required = true",
        'required = true\nappearance = "minimal"',
        "clean",
        "the appearance minimal is not known",
    ),
    (
        "required = true",
        'required = true\ncalculation = "1"',
        "clean",
        "a calculation belongs to the type calculate",
    ),
    ('"decimal"', '"note"', "length_m", "what is not asked can be neither"),
    ('label = { zh = "不干净", en = "Dirty" }', "", "clean", "hazard.fail.label is missing"),
    (
        'label = { zh = "不干净", en = "Dirty" }',
        'label = { zh = "不干净" }',
        "clean",
        "hazard.fail.label.en is missing",
    ),
    ('zh = "不干净"', 'zh = "不干净 $nothing"', "clean", "there is no parameter nothing"),
    ("[applies]", '[completion]\nneeds = ["clean"]\n\n[applies]', "", "completion.source is missing"),
    ("[applies]", COMPLETION.replace("clean", "length_m"), "", "completion needs length_m, which is no required"),
    ("[applies]", COMPLETION.replace("0.5", "1.0"), "", "completion.more_than is not right"),
    ('source = "our street"\n[survey.hazard.fail]', "[survey.hazard.fail]", "clean", "source is missing"),
]


@pytest.mark.parametrize(("old", "new", "question", "reason"), MISTAKES)
def test_a_mistake_is_refused_with_file_question_and_reason(
    own: Path, old: str, new: str, question: str, reason: str
) -> None:
    text = new if old == "not toml" else GOOD.replace(old, new, 1)
    assert text != GOOD
    if old == 'name = "bad"':
        text = text.replace('"select_one pass_fail"', '"select_one kinds"')
        question, reason = "clean", "the choice good stands twice in its list"
    write(own, text)
    with pytest.raises(checks.ChecklistError) as refused:
        checks.load("mine")
    before = language()
    set_language("en")
    try:
        said = say(refused.value.reason)
        sentence = say(refused.value.phrase)
    finally:
        set_language(before)
    assert (refused.value.file, refused.value.question) == ("mine.toml", question)
    assert reason in said
    assert sentence.startswith("mine.toml")
    assert said in sentence
    assert [one.file for one in checks.mistakes()] == ["mine.toml"]


def test_the_reason_is_said_in_the_workers_language(own: Path) -> None:
    write(own, GOOD.replace('name = "length_m"', 'name = "clean"'))
    with pytest.raises(checks.ChecklistError) as refused:
        checks.load("mine")
    before = language()
    set_language("zh_CN")
    try:
        assert say(refused.value.phrase) == "mine.toml，题目 clean：名称重复了"
    finally:
        set_language(before)


def test_a_binary_or_missing_file_is_refused_and_no_crash(own: Path) -> None:
    (own / "mine.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(checks.ChecklistError):
        checks.load("mine")
    with pytest.raises(KeyError):
        checks.load("nothing")


def test_the_file_in_the_docstring_is_a_checklist(own: Path) -> None:
    assert checks.__doc__ is not None
    block = checks.__doc__.split("::\n", 1)[1].split("\nTypes:", 1)[0]
    lines = [line.removeprefix("    ") for line in block.splitlines()]
    write(own, "\n".join(lines), "shop_gas")
    assert [one.name for one in checks.load("shop_gas").questions] == ["hose_kind", "hose_length_m"]
