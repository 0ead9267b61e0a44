"""A checklist being filled: what is asked, what is refused, what is found, what is carried forward."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain.check import Answer, AnswerState, Check, HazardLevel, SubjectKind
from casework.domain.checklist import (
    Applies,
    CheckContext,
    Checklist,
    Choice,
    Group,
    HazardRule,
    Parameter,
    Question,
    QuestionType,
    applies,
)
from casework.domain.form import (
    all_in_order,
    calculated,
    carry_forward,
    complete,
    findings,
    fitted_devices,
    judged,
    missing,
    problem,
    relevant,
    settled,
)
from casework.domain.phrase import Label, Phrase
from casework.domain.reading import read_date, read_number

TODAY = date(2026, 6, 7)
CONTEXT = CheckContext(TODAY)
PASS, FAIL = Answer(AnswerState.PASS, "pass"), Answer(AnswerState.FAIL, "fail")


def words(text: str) -> Label:
    return Label(f"{text}（中）", text)


def rule(level: HazardLevel = HazardLevel.MUST_FIX, *, fixable: bool = True, leak: bool = False) -> HazardRule:
    return HazardRule(level, words("hazard"), words("advice"), fixable, "gas_supplier", "gas_safety", 30, leak)


def choices(*names: str) -> tuple[Choice, ...]:
    return tuple(Choice(name, words(name)) for name in names)


def item(name: str, **fields: object) -> Question:
    given: dict[str, object] = {
        "required": True,
        "choices": choices("pass", "fail"),
        "in_order": "pass",
        "hazards": {"fail": rule()},
    }
    return Question(name, QuestionType.SELECT_ONE, words(name), **given | fields)  # type: ignore[arg-type]


CHECKLIST = Checklist(
    name="gas",
    version="1",
    title=words("Gas"),
    subject=SubjectKind.HOUSEHOLD,
    interval_months=12,
    applies=Applies(fuel=("lpg_cylinder",)),
    source="test",
    effective=date(2026, 1, 1),
    groups=(Group("heater", words("Heater"), "${has_heater} = 'yes'"),),
    parameters={
        "hose_max_m": Parameter("hose_max_m", 2.0, "test", TODAY),
        "hose_months": Parameter("hose_months", 18, "test", TODAY),
    },
    questions=(
        item("upright"),
        item("place", hazards={"fail": rule(HazardLevel.CRITICAL, fixable=False)}),
        Question(
            "hose",
            QuestionType.SELECT_ONE,
            words("hose"),
            required=True,
            choices=choices("metal", "rubber"),
            in_order="metal",
            hazards={"rubber": rule()},
        ),
        Question(
            "hose_length_m",
            QuestionType.DECIMAL,
            words("length"),
            required=True,
            constraint=". > 0 and . <= 20",
            constraint_message=words("0 to 20 m"),
            limit=". <= $hose_max_m",
            hazards={"limit": rule()},
            carry=False,
        ),
        Question(
            "hose_made_on",
            QuestionType.DATE,
            words("made on"),
            constraint=". <= today()",
            constraint_message=words("after today"),
            month_only=True,
            carry=False,
        ),
        Question(
            "hose_age",
            QuestionType.CALCULATE,
            words("age"),
            calculation="months-between(coalesce(${hose_made_on}, ${gas_hose_made_on}), today())",
            limit=". < $hose_months",
            hazards={"limit": rule()},
        ),
        Question("rubber_bitten", QuestionType.TEXT, words("where bitten"), relevant="${hose} = 'rubber'"),
        Question("has_heater", QuestionType.SELECT_ONE, words("heater"), choices=choices("yes", "no")),
        item("flue", group="heater", hazards={"fail": rule(HazardLevel.CRITICAL)}),
        Question("cylinders", QuestionType.INTEGER, words("cylinders"), carry=False),
        Question(
            "faults",
            QuestionType.SELECT_MULTIPLE,
            words("faults"),
            choices=choices("tee", "wall", "none"),
            hazards={"tee": rule(), "wall": rule(HazardLevel.NOTE)},
        ),
        Question(
            "leak",
            QuestionType.SELECT_ONE,
            words("soap test"),
            required=True,
            choices=choices("none", "bubbles"),
            in_order="none",
            hazards={"bubbles": rule(HazardLevel.CRITICAL, fixable=False, leak=True)},
            carry=False,
        ),
        Question("valve", QuestionType.DEVICE, words("valve"), choices=choices("yes", "no"), device="gas_valve"),
        *(
            Question(
                f"valve_{field}",
                type_,
                words(field),
                relevant="${valve} = 'yes'",
                device="gas_valve",
                device_field=field,
                month_only=True,
            )
            for field, type_ in (
                ("maker", QuestionType.TEXT),
                ("model", QuestionType.TEXT),
                ("batch", QuestionType.TEXT),
                ("made_on", QuestionType.DATE),
                ("life_months", QuestionType.INTEGER),
            )
        ),
        Question("thanks", QuestionType.NOTE, words("Thank the resident")),
    ),
)
PLAIN = ("upright", "place", "hose", "leak")


def found(answers: dict[str, Answer], context: CheckContext = CONTEXT) -> dict[str, str]:
    return {one.question: one.choice for one in findings(CHECKLIST, answers, context)}


def last_check(answers: dict[str, Answer], version: str = "1", checklist: str = "gas") -> Check:
    now = datetime(2025, 6, 7, 9, tzinfo=UTC)
    return Check("c", checklist, version, SubjectKind.HOUSEHOLD, "h", "h", now, now, "w", answers)


def test_a_question_is_asked_when_its_condition_holds() -> None:
    assert "rubber_bitten" not in relevant(CHECKLIST, {}, CONTEXT)
    assert "rubber_bitten" in relevant(CHECKLIST, {"hose": Answer(AnswerState.FAIL, "rubber")}, CONTEXT)


def test_a_group_is_asked_when_its_condition_holds() -> None:
    assert "flue" not in relevant(CHECKLIST, {}, CONTEXT)
    assert "flue" in relevant(CHECKLIST, {"has_heater": Answer(AnswerState.PASS, "yes")}, CONTEXT)


def test_a_calculation_is_worked_out_and_not_asked() -> None:
    answers = {"hose_made_on": Answer(AnswerState.PASS, "2025-12")}
    assert "hose_age" not in relevant(CHECKLIST, answers, CONTEXT)
    assert calculated(CHECKLIST, answers, CONTEXT) == {"hose_age": 6.0}


def test_a_hidden_failing_answer_is_no_hazard_any_more() -> None:
    answers = {"has_heater": Answer(AnswerState.PASS, "yes"), "flue": FAIL}
    assert found(answers) == {"flue": "fail"}
    assert found(answers | {"has_heater": Answer(AnswerState.PASS, "no")}) == {}


def test_a_key_says_at_once_what_follows_from_the_hazard() -> None:
    answer = judged(CHECKLIST, "leak", "bubbles", {}, CONTEXT)
    assert answer.state is AnswerState.FAIL
    (hazard,) = findings(CHECKLIST, {"leak": answer}, CONTEXT)
    assert (hazard.level, hazard.leak, hazard.department, hazard.days) == (
        HazardLevel.CRITICAL,
        True,
        "gas_supplier",
        30,
    )
    assert hazard.advice == words("advice")
    assert not hazard.fixed_on_spot


@pytest.mark.parametrize(
    ("typed", "state"), [("2", AnswerState.PASS), ("２。０", AnswerState.PASS), ("2.1", AnswerState.FAIL)]
)
def test_a_measured_value_is_held_against_its_limit(typed: str, state: AnswerState) -> None:
    answer = judged(CHECKLIST, "hose_length_m", typed, {}, CONTEXT)
    assert answer.state is state
    assert problem(CHECKLIST, "hose_length_m", answer, {}, CONTEXT) is None
    assert found({"hose_length_m": answer}) == ({} if state is AnswerState.PASS else {"hose_length_m": "limit"})


def test_an_impossible_value_is_refused_with_the_checklists_own_words() -> None:
    answer = judged(CHECKLIST, "hose_length_m", "250", {}, CONTEXT)
    assert problem(CHECKLIST, "hose_length_m", answer, {}, CONTEXT) == words("0 to 20 m")
    assert not complete(CHECKLIST, {"hose_length_m": answer}, CONTEXT)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("hose_length_m", "two", "Type a number."),
        ("hose_length_m", "nan", "Type a number."),
        ("cylinders", "1.5", "Type a whole number."),
        ("hose_made_on", "2025-13", "Type a date, such as {example}."),
        ("upright", "maybe", "{value} is not one of the choices."),
        ("faults", "tee rust", "{value} is not one of the choices."),
    ],
)
def test_what_is_no_answer_to_the_question_is_refused(name: str, value: str, said: str) -> None:
    answer = judged(CHECKLIST, name, value, {}, CONTEXT)
    refused = problem(CHECKLIST, name, answer, {}, CONTEXT)
    assert isinstance(refused, Phrase)
    assert refused.text == said


def test_a_date_after_today_is_refused_on_any_clock() -> None:
    answer = judged(CHECKLIST, "hose_made_on", "2026年7月", {}, CONTEXT)
    assert problem(CHECKLIST, "hose_made_on", answer, {}, CONTEXT) == words("after today")
    assert problem(CHECKLIST, "hose_made_on", answer, {}, CheckContext(date(2026, 7, 1))) is None


def test_the_life_of_a_hose_ends_after_its_months() -> None:
    made = {"hose_made_on": Answer(AnswerState.PASS, "2025-01-08")}
    assert found(made, CheckContext(date(2026, 7, 7))) == {}
    assert found(made, CheckContext(date(2026, 7, 8))) == {"hose_age": "limit"}


def test_a_device_on_file_that_is_past_its_life_is_found_without_a_key() -> None:
    on_file = CheckContext(TODAY, {"gas_hose_made_on": "2023-05-01"})
    filled = all_in_order(CHECKLIST, {}, on_file)
    assert found(filled, on_file) == {"hose_age": "limit"}
    fixed = filled | {"hose_age": Answer(AnswerState.FIXED_ON_SPOT, evidence="new hose")}
    (hazard,) = findings(CHECKLIST, settled(CHECKLIST, fixed, on_file), on_file)
    assert (hazard.fixed_on_spot, hazard.evidence) == (True, "new hose")


def test_several_choices_may_each_show_a_hazard() -> None:
    answer = judged(CHECKLIST, "faults", "tee wall", {}, CONTEXT)
    assert [one.choice for one in findings(CHECKLIST, {"faults": answer}, CONTEXT)] == ["tee", "wall"]
    assert judged(CHECKLIST, "faults", "none", {}, CONTEXT).state is AnswerState.PASS


def test_an_item_may_be_kept_by_its_state_alone() -> None:
    assert found({"upright": Answer(AnswerState.FAIL)}) == {"upright": "fail"}
    assert found({"upright": Answer(AnswerState.PASS)}) == {}


def test_fixed_on_the_spot_needs_a_word_of_evidence() -> None:
    fixed = Answer(AnswerState.FIXED_ON_SPOT, "fail")
    refused = problem(CHECKLIST, "upright", fixed, {}, CONTEXT)
    assert isinstance(refused, Phrase)
    assert refused.text == "Say in a word how it was put right."
    (hazard,) = findings(CHECKLIST, {"upright": fixed}, CONTEXT)
    assert not hazard.fixed_on_spot

    told = Answer(AnswerState.FIXED_ON_SPOT, "fail", evidence="stood it up")
    assert problem(CHECKLIST, "upright", told, {}, CONTEXT) is None
    (hazard,) = findings(CHECKLIST, {"upright": told}, CONTEXT)
    assert (hazard.fixed_on_spot, hazard.evidence) == (True, "stood it up")


def test_what_cannot_be_put_right_at_the_door_is_never_fixed_on_the_spot() -> None:
    claimed = Answer(AnswerState.FIXED_ON_SPOT, "fail", evidence="moved house")
    refused = problem(CHECKLIST, "place", claimed, {}, CONTEXT)
    assert isinstance(refused, Phrase)
    assert refused.text == "This cannot be put right on the spot."
    (hazard,) = findings(CHECKLIST, {"place": claimed}, CONTEXT)
    assert not hazard.fixed_on_spot


def test_there_must_be_a_hazard_to_put_right() -> None:
    answer = Answer(AnswerState.FIXED_ON_SPOT, "pass", evidence="nothing")
    refused = problem(CHECKLIST, "upright", answer, {}, CONTEXT)
    assert isinstance(refused, Phrase)
    assert refused.text == "There is no hazard here to put right."


@pytest.mark.parametrize("state", [AnswerState.COULD_NOT_CHECK, AnswerState.DECLINED])
def test_what_was_not_checked_is_answered_and_said_to_be_not_checked(state: AnswerState) -> None:
    answers = {"upright": Answer(state, note="dog")}
    assert "upright" not in missing(CHECKLIST, answers, CONTEXT)
    (one,) = findings(CHECKLIST, answers, CONTEXT)
    assert (one.question, one.level, one.state, one.note) == ("upright", None, state, "dog")


def test_not_applicable_is_no_finding_and_no_value() -> None:
    answers = {"hose": Answer(AnswerState.NOT_APPLICABLE, "rubber")}
    assert found(answers) == {}
    assert "hose" not in missing(CHECKLIST, answers, CONTEXT)
    assert "rubber_bitten" not in relevant(CHECKLIST, answers, CONTEXT)


def test_required_questions_that_are_shown_are_asked_for() -> None:
    assert missing(CHECKLIST, {}, CONTEXT) == ("upright", "place", "hose", "hose_length_m", "leak")
    refused = problem(CHECKLIST, "upright", None, {}, CONTEXT)
    assert isinstance(refused, Phrase)
    assert refused.text == "An answer is needed."
    assert problem(CHECKLIST, "cylinders", None, {}, CONTEXT) is None


def test_all_in_order_fills_every_plain_question_and_leaves_what_is_measured() -> None:
    filled = all_in_order(CHECKLIST, {}, CONTEXT)
    assert set(filled) == set(PLAIN)
    assert {answer.state for answer in filled.values()} == {AnswerState.PASS}
    assert missing(CHECKLIST, filled, CONTEXT) == ("hose_length_m",)
    done = filled | {"hose_length_m": judged(CHECKLIST, "hose_length_m", "1.5", filled, CONTEXT)}
    assert complete(CHECKLIST, done, CONTEXT)
    assert findings(CHECKLIST, done, CONTEXT) == ()


def test_all_in_order_leaves_what_was_already_answered() -> None:
    answers = {"upright": FAIL, "has_heater": Answer(AnswerState.PASS, "yes")}
    filled = all_in_order(CHECKLIST, answers, CONTEXT)
    assert filled["upright"] is FAIL
    assert filled["flue"].state is AnswerState.PASS


def test_what_is_kept_is_judged_anew() -> None:
    kept = settled(
        CHECKLIST,
        {
            "hose": Answer(AnswerState.PASS, "rubber"),
            "hose_length_m": Answer(AnswerState.FAIL, "1.5"),
            "flue": FAIL,
            "upright": Answer(AnswerState.DECLINED, "pass"),
            "hose_made_on": Answer(AnswerState.PASS, "2025.12"),
        },
        CONTEXT,
    )
    assert kept == {
        "upright": Answer(AnswerState.DECLINED),
        "hose": Answer(AnswerState.FAIL, "rubber"),
        "hose_length_m": Answer(AnswerState.PASS, 1.5),
        "hose_made_on": Answer(AnswerState.PASS, "2025-12"),
        "hose_age": Answer(AnswerState.PASS, 6.0),
    }


def test_what_cannot_be_read_is_not_dropped_but_refused() -> None:
    kept = settled(CHECKLIST, {"cylinders": Answer(AnswerState.PASS, "two")}, CONTEXT)
    assert kept["cylinders"].value == "two"
    assert problem(CHECKLIST, "cylinders", kept["cylinders"], kept, CONTEXT) is not None


def test_a_fitted_device_comes_out_of_the_same_form() -> None:
    answers = {
        "valve": Answer(AnswerState.PASS, "yes"),
        "valve_maker": Answer(AnswerState.PASS, "武汉某厂"),
        "valve_made_on": Answer(AnswerState.PASS, "2026-03"),
        "valve_life_months": Answer(AnswerState.PASS, 60.0),
    }
    (device,) = fitted_devices(CHECKLIST, answers, CONTEXT)
    assert (device.kind, device.maker, device.made_on, device.life_months, device.batch) == (
        "gas_valve",
        "武汉某厂",
        date(2026, 3, 1),
        60,
        "",
    )
    assert fitted_devices(CHECKLIST, answers | {"valve": Answer(AnswerState.PASS, "no")}, CONTEXT) == ()


def test_the_last_checks_answers_are_carried_forward_with_one_key() -> None:
    last = last_check(
        {
            "upright": PASS,
            "place": FAIL,
            "hose": Answer(AnswerState.NOT_APPLICABLE),
            "faults": Answer(AnswerState.PASS, "none"),
            "leak": Answer(AnswerState.PASS, "none"),
        }
    )
    carried = carry_forward(CHECKLIST, last)
    assert carried["upright"] == PASS
    assert carried["place"] == FAIL
    assert carried["hose"] == Answer(AnswerState.NOT_APPLICABLE)
    assert carried["faults"].value == "none"
    assert "leak" not in carried


def test_nothing_is_carried_from_another_version_or_checklist() -> None:
    assert carry_forward(CHECKLIST, last_check({"upright": PASS}, version="2")) == {}
    assert carry_forward(CHECKLIST, last_check({"upright": PASS}, checklist="fire")) == {}


def test_a_choice_that_is_gone_is_not_carried() -> None:
    assert carry_forward(CHECKLIST, last_check({"hose": Answer(AnswerState.PASS, "plastic")})) == {}


def test_a_failing_answer_to_a_question_that_is_gone_is_not_lost() -> None:
    (one,) = findings(CHECKLIST, {"older_question": Answer(AnswerState.FAIL, "x", note="seen")}, CONTEXT)
    assert (one.question, one.level, one.note) == ("older_question", HazardLevel.NOTE, "seen")


def test_a_checklist_is_offered_to_whom_it_applies() -> None:
    assert applies(CHECKLIST, {"fuel": "lpg_cylinder"})
    assert not applies(CHECKLIST, {"fuel": "electric"})


VALUES = st.one_of(
    st.none(),
    st.sampled_from(["pass", "fail", "metal", "rubber", "yes", "no", "tee wall", "bubbles", "2", "99", "2020-01"]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
)
ANSWERS = st.dictionaries(
    st.sampled_from([one.name for one in CHECKLIST.questions]),
    st.builds(Answer, st.sampled_from(AnswerState), VALUES, st.sampled_from(["", "done"])),
)


@given(answers=ANSWERS)
def test_no_failing_answer_is_ever_lost(answers: dict[str, Answer]) -> None:
    shown = set(relevant(CHECKLIST, answers, CONTEXT)) - {"thanks"}
    failing = {
        name
        for name, answer in answers.items()
        if name in shown and answer.state in (AnswerState.FAIL, AnswerState.FIXED_ON_SPOT)
    }
    assert failing <= set(found(answers))
    for one in findings(CHECKLIST, answers, CONTEXT):
        assert one.level is None or one.fixed_on_spot or (one.department and one.days >= 0)


@given(answers=ANSWERS)
def test_a_pass_is_the_only_pass(answers: dict[str, Answer]) -> None:
    hazards = {one.question for one in findings(CHECKLIST, answers, CONTEXT)}
    for name, answer in settled(CHECKLIST, answers, CONTEXT).items():
        if answer.state is AnswerState.PASS:
            assert name not in found(settled(CHECKLIST, answers, CONTEXT))
        elif answer.state is AnswerState.FAIL:
            assert name in hazards


@given(answers=ANSWERS)
def test_keeping_changes_no_hazard(answers: dict[str, Answer]) -> None:
    kept = settled(CHECKLIST, answers, CONTEXT)
    assert settled(CHECKLIST, kept, CONTEXT) == kept
    contradicted = {
        name
        for name, answer in answers.items()
        if name in kept and answer.state is not kept[name].state and kept[name].state is AnswerState.PASS
    }
    assert {key: value for key, value in found(answers).items() if key not in contradicted} == found(kept)


@given(answers=ANSWERS)
def test_a_measured_value_is_never_carried_forward(answers: dict[str, Answer]) -> None:
    carried = carry_forward(CHECKLIST, last_check(answers))
    assert not set(carried) & {"hose_length_m", "hose_made_on", "cylinders", "leak", "hose_age"}
    assert not [name for name in carried if name.startswith("valve")]
    assert {answer.state for answer in carried.values()} <= {
        AnswerState.PASS,
        AnswerState.FAIL,
        AnswerState.NOT_APPLICABLE,
    }
    assert not [answer for answer in carried.values() if answer.evidence]


@given(answers=ANSWERS)
def test_the_forms_functions_take_any_answers(answers: dict[str, Answer]) -> None:
    filled = all_in_order(CHECKLIST, answers, CONTEXT)
    assert answers.items() <= filled.items() or set(answers) <= set(filled)
    fitted_devices(CHECKLIST, answers, CONTEXT)
    assert complete(CHECKLIST, answers, CONTEXT) <= (missing(CHECKLIST, answers, CONTEXT) == ())


@pytest.mark.parametrize(
    ("typed", "number"),
    [("1.5", 1.5), ("１．５", 1.5), ("1。5", 1.5), ("1，5", 1.5), (" 2 ", 2.0), ("-3", -3.0), (".5", 0.5)],
)
def test_numbers_are_read_as_they_are_typed(typed: str, number: float) -> None:
    assert read_number(typed) == number


@pytest.mark.parametrize("typed", ["", "inf", "nan", "1e9", "1.2.3", "两米", "9" * 13, "0x10"])
def test_what_is_no_number_is_none(typed: str) -> None:
    assert read_number(typed) is None


@pytest.mark.parametrize(
    "typed",
    ["2026-06-07", "2026/6/7", "2026.6.7", "20260607", "2026年6月7日", "２０２６－０６－０７", " 2026 6 7 "],
)
def test_dates_are_read_as_they_are_typed(typed: str) -> None:
    assert read_date(typed) == "2026-06-07"


@pytest.mark.parametrize("typed", ["", "2026-02-30", "6-7", "7 June", "2026-06"])
def test_what_is_no_date_is_none(typed: str) -> None:
    assert read_date(typed) is None


@pytest.mark.parametrize("typed", ["2026-06", "2026.6", "202606", "2026年6月"])
def test_a_stamped_month_stays_a_month(typed: str) -> None:
    assert read_date(typed, month_only=True) == "2026-06"
    assert read_date("2026-06-07", month_only=True) == "2026-06-07"


def test_a_hazard_bears_its_own_words_and_not_those_of_the_question() -> None:
    hose = replace(CHECKLIST.question("hose"), hazards={"rubber": replace(rule(), label=words("rubber hose in use"))})
    checklist = replace(CHECKLIST, groups=(), questions=(hose,))
    (found,) = findings(checklist, {"hose": Answer(AnswerState.FAIL, "rubber")}, CONTEXT)
    assert found.label == words("rubber hose in use")
    (left_out,) = findings(checklist, {"hose": Answer(AnswerState.DECLINED)}, CONTEXT)
    assert left_out.label == words("hose"), "what was not checked is called by its question"


def test_a_failing_answer_without_a_rule_is_called_by_its_question() -> None:
    (found,) = findings(CHECKLIST, {"gone": FAIL}, CONTEXT)
    assert (found.label.en, found.level) == ("gone", HazardLevel.NOTE)
