"""Expressions of checklists: XPath 1.0 and the functions of ODK forms, as their documentation has them."""

from __future__ import annotations

import math
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain.expressions import LONGEST, ExpressionError, compile_expression
from casework.domain.functions import PLAIN, SCOPED, Scope, add_months, day_of, months_between

SCOPE = Scope(
    today=date(2021, 6, 7),
    values={
        "n": 3.0,
        "empty": "",
        "picked": "red green",
        "day": "2020-01-31",
        "word": "yes",
        "month": "2020-02",
    },
    parameters={"limit": 2.0},
    own=2.5,
    now=datetime(2021, 6, 7, 19, 30, tzinfo=UTC),
    labels={"picked": {"red": "红"}},
)

EXAMPLES = [
    # operators
    ("1 + 2 * 3 - 4 div 2", 5.0),
    ("7 mod 3", 1.0),
    ("-7 mod 3", -1.0),
    ("- ${n}", -3.0),
    ("${n}-1", 2.0),
    ("1 div 0", math.inf),
    ("-1 div 0", -math.inf),
    ("${n} = 3 and . > $limit", True),
    ("${n} = 4 or ${word} = 'yes'", True),
    ("'3' = 3", True),
    ("'a' != 'b'", True),
    ("3 != 3", False),
    ("true() = 'text'", True),
    ("(1 + 2) * 3", 9.0),
    ("2 <= 2 and 2 >= 2 and 1 < 2 and 2 > 1", True),
    # the XPath 1.0 functions that stay
    ("concat(${n}, '|', 1.50, '|', true())", "3|1.5|true"),
    ("contains('abc', 'b')", True),
    ("starts-with('abc', 'ab')", True),
    ("substring('hello', 2, 3)", "ell"),
    ("substring-before('a-b', '-')", "a"),
    ("substring-after('a-b', '-')", "b"),
    ("string-length('减压阀')", 3.0),
    ("string-length()", 3.0),
    ("normalize-space('  a   b ')", "a b"),
    ("translate('bar', 'abc', 'AB')", "BAr"),
    ("string(${n})", "3"),
    ("boolean('')", False),
    ("not(${empty})", True),
    ("false()", False),
    ("floor(-2.5)", -3.0),
    ("ceiling(.)", 3.0),
    # control flow and choices
    ("if(${n} > 2, 'many', 'few')", "many"),
    ("if(${empty} = '', 0, ${empty}) + 1", 1.0),
    ("coalesce(${empty}, ${word})", "yes"),
    ("coalesce(${empty}, '')", ""),
    ("once('first')", 2.5),
    ("selected(${picked}, 'green')", True),
    ("selected(${picked}, 'gre')", False),
    ("selected-at(${picked}, 1)", "green"),
    ("selected-at(${picked}, 5)", ""),
    ("count-selected(${picked})", 2.0),
    ("count-selected(${empty})", 0.0),
    ("jr:choice-name('red', '${picked}')", "红"),
    ("jr:choice-name('blue', '${picked}')", "blue"),
    ("checklist(2, -1, 'yes', 'no', ${word})", True),
    ("weighted-checklist(5, 10, ${word}, 6, 'no', 9)", True),
    # text
    ("regex('027-1234', '[0-9]{3}-[0-9]{4}')", True),
    ("regex('027-1234x', '[0-9]{3}-[0-9]{4}')", False),
    ("substr('hello', 1, 3)", "el"),
    ("substr('hello', -3)", "llo"),
    ("ends-with('hello', 'lo')", True),
    ("join('、', 'a', 'b')", "a、b"),
    ("boolean-from-string('1')", True),
    ("boolean-from-string('yes')", False),
    ("count-non-empty(${empty}, ${word}, 0)", 2.0),
    # numbers
    ("round(2.567, 2)", 2.57),
    ("round(2.5)", 3.0),
    ("round(-2.5)", -2.0),
    ("round(1234, -2)", 1200.0),
    ("int(-2.9)", -2.0),
    ("number('42')", 42.0),
    ("number(true())", 1.0),
    ("abs(-3)", 3.0),
    ("pow(2, 10)", 1024.0),
    ("sqrt(9)", 3.0),
    ("exp(0) + log(1) + log10(100) + exp10(1)", 13.0),
    ("sin(0) + cos(0) + tan(0) + asin(0) + acos(1) + atan(0) + atan2(0, 1)", 1.0),
    ("pi() > 3.14 and pi() < 3.15", True),
    ("min(3, 1, 2)", 1.0),
    ("max(3, 1, 2)", 3.0),
    ("sum(1, 2, 3.5)", 6.5),
    # dates
    ("today()", "2021-06-07"),
    ("now()", "2021-06-07T19:30:00+00:00"),
    ("today() - ${day}", 493.0),
    ("date(today() - 1)", "2021-06-06"),
    ("date('2021-06-07T08:00:00')", "2021-06-07"),
    ("date(${empty})", ""),
    ("decimal-date-time('1970-01-02T12:00:00')", 1.5),
    ("decimal-time('18:00')", 0.75),
    ("format-date(${day}, '%Y/%n/%e %m %d %y %b %a')", "2020/1/31 01 31 20 1月 周五"),
    ("format-date-time('2021-06-07T08:05:09', '%H:%M:%S %h %3')", "08:05:09 8 000"),
    ("${day} <= today()", True),
    ("${day} > date('2020-02-01')", False),
    # ours
    ("months-between(${day}, today())", 16.0),
    ("months-between(${month}, '2020-03-01')", 1.0),
    ("months-between('2021-07-07', today())", -1.0),
    ("add-months(${day}, 1)", "2020-02-29"),
    ("add-months(${empty}, 1)", ""),
]


@pytest.mark.parametrize(("source", "value"), EXAMPLES, ids=[source for source, _ in EXAMPLES])
def test_an_expression_means_what_odk_says(source: str, value: object) -> None:
    assert compile_expression(source).value(SCOPE) == value


def test_every_function_has_an_example() -> None:
    shown = " ".join(source for source, _ in EXAMPLES).replace("jr:", "jr-")
    assert not [name for name in PLAIN.keys() | SCOPED.keys() if f"{name}(" not in shown]


@pytest.mark.parametrize(
    "source",
    [
        "${empty} < 5",
        "${empty} > 5",
        "${empty} = 0",
        "${empty} + 1 > 0",
        "min(3, ${empty}) = 3",
        "${nowhere} <= 2",
    ],
)
def test_a_missing_answer_is_no_number_and_satisfies_no_comparison(source: str) -> None:
    assert compile_expression(source).holds(SCOPE) is False


def test_a_missing_answer_equals_the_empty_text() -> None:
    assert compile_expression("${empty} = '' and ${nowhere} = ''").holds(SCOPE)


def test_a_month_is_named_in_the_language_of_the_worker() -> None:
    english = Scope(today=date(2021, 6, 7), language="en")
    assert compile_expression("format-date(today(), '%b %a')").value(english) == "Jun Mon"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("", "empty"),
        ("1 +", "end of source"),
        ("foo(1)", "unknown function 'foo'"),
        ("if(1, 2)", "Too few arguments"),
        ("not(1, 2)", "Too many arguments"),
        ("random() > 0", "unknown function 'random'"),
        ("position(..)", "unknown function 'position'"),
        ("made_on <= today()", "bare name; write ${made_on}"),
        ("/data/made_on", "unknown symbol '/'"),
        ("../made_on", "unexpected"),
        ("a[1]", "unknown symbol"),
        ("@made_on", "unknown symbol"),
        ("${made on}", "is not a name"),
        ("regex(., '[')", "bad pattern"),
        ("3 * *", "between two numbers"),
        ("date('yesterday')", "not a date: yesterday"),
        ("(" * 900, "nested too deeply"),
        ("1" * (LONGEST + 1), "longer than"),
        ("__import__('os')", "unknown function"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_a_reason(source: str, reason: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        compile_expression(source)
    assert reason in refused.value.reason


def test_text_that_is_no_date_is_refused_when_it_is_met() -> None:
    with pytest.raises(ExpressionError, match="not a date: yes"):
        compile_expression("date(${word})").value(SCOPE)


def test_an_expression_says_what_it_reads() -> None:
    expression = compile_expression("${a} > $b and ${c} = '${d}' and '$e' = .")
    assert expression.names == {"a", "c"}
    assert expression.parameters == {"b"}


def test_the_same_text_is_compiled_once() -> None:
    assert compile_expression("1 + 1") is compile_expression("1 + 1")


def test_standard_xpath_is_left_alone() -> None:
    from elementpath import select
    from elementpath.xpath1 import XPath1Parser

    compile_expression("1 = 1")
    assert select(None, "7 mod 4", item=1, parser=XPath1Parser) == 3
    assert "selected" not in XPath1Parser.symbol_table


def test_nothing_heavy_is_imported_with_the_rules() -> None:
    code = (
        "import sys, casework.domain.form, casework.catalog.checks; "
        "print([name for name in ('elementpath', 'pydantic') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


DAYS = st.dates(min_value=date(1950, 1, 1), max_value=date(2100, 12, 31))


@given(start=DAYS, months=st.integers(-600, 600))
def test_a_life_ends_on_the_day_that_months_between_counts_full(start: date, months: int) -> None:
    end = add_months(start, months)
    # The last days of a month may fall together, and then the full month is reached a little later.
    assert months_between(start, end) in ({months} if end.day == start.day else {months, months - 1, months + 1})


@given(day=DAYS)
def test_a_date_survives_being_a_number(day: date) -> None:
    scope = Scope(today=day)
    assert compile_expression("date(decimal-date-time(today()))").value(scope) == day.isoformat()
    assert day_of(day.isoformat()) == day


@given(text=st.text(max_size=40))
def test_what_a_worker_typed_is_data_and_never_an_expression(text: str) -> None:
    scope = Scope(today=date(2021, 6, 7), values={"typed": text})
    assert compile_expression("${typed}").value(scope) == text
    assert compile_expression("concat(${typed}, '')").value(scope) == text
    compile_expression("${typed} > 1 or months-between(today(), today()) = 0").value(scope)


@given(source=st.text(alphabet="${}()'.,+-*<>=/ abn12", max_size=30))
def test_any_text_is_compiled_or_refused_and_nothing_else(source: str) -> None:
    try:
        expression = compile_expression(source)
    except ExpressionError:
        return
    if expression.parameters:
        return
    try:
        value = expression.value(SCOPE)
    except ExpressionError:
        return
    assert isinstance(value, (str, float, bool))


def test_a_value_that_is_remembered_is_not_taken_for_another() -> None:
    same = compile_expression("${a} = 1")
    assert [same.value(Scope(date(2026, 6, 7), {"a": a})) for a in (1.0, True, "1", "", 2.0, 1.0)] == [
        True, True, True, False, False, True,
    ]  # fmt: skip
    text_of = compile_expression("string(${a})")
    assert [text_of.value(Scope(date(2026, 6, 7), {"a": a})) for a in (True, 1.0, "1", True)] == [
        "true",
        "1",
        "1",
        "true",
    ]


def test_what_looks_at_the_day_is_asked_anew_every_day() -> None:
    due = compile_expression("today() > ${until}")
    values = {"until": "2026-06-07"}
    assert [due.value(Scope(date(2026, 6, day), values)) for day in (7, 8, 7)] == [False, True, False]
