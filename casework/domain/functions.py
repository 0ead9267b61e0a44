"""The functions of ODK forms, as plain Python over text, numbers and truth values.

The list is that of the ODK documentation, *Form operators and functions*. Left out are those that need what
a checklist does not have: repeats (`position`, `indexed-repeat`, `count`), places on a map (`area`,
`distance`) and chance or secrets (`random`, `randomize`, `uuid`, `digest`). An expression that uses one of
them is refused when it is compiled. Where ODK takes a set of nodes (`sum`, `min`, `max`, `join`,
`count-non-empty`) the values are listed one by one.

Two functions are ours, because ODK has no arithmetic of months and every labelled life is one:
`months-between(from, to)` and `add-months(date, n)`.

As in ODK a missing answer is the empty text, which is *not a number*: every comparison with it is false,
and every sum of it is not a number. A date is ISO text, and as a number it is the days since 1970-01-01.
"""

from __future__ import annotations

import math
import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Value = str | float | bool
"""What an expression works with. The empty text is a missing answer."""

_EPOCH = date(1970, 1, 1)
_NUMBER = re.compile(r"\s*-?(\d+(\.\d*)?|\.\d+)\s*", re.ASCII)
_DATE = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?(?:T(\d{2}):(\d{2})(?::(\d{2}))?.*)?", re.ASCII)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class FunctionError(ValueError):
    """A function was handed something that it cannot work with; the text says what, in English."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression can see: the answers and facts, the limits, its own question, and the day.

    `values` are the `${names}`, `parameters` the `$names`; `own` is `.`. `now` is an aware instant whose
    date is `today`. `labels` gives for a question its choices' names in the worker's language
    (`jr:choice-name`); `language` is `zh_CN` or `en` and only decides how `format-date` names months and
    days.
    """

    today: date
    values: Mapping[str, Value] = field(default_factory=dict)
    parameters: Mapping[str, Value] = field(default_factory=dict)
    own: Value = ""
    now: datetime | None = None
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    language: str = "zh_CN"


def number(value: Value) -> float:
    """The number that a value is: XPath 1.0 `number()`, for a date the days since 1970-01-01; else NaN."""
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, (int, float, Decimal)):
        return float(value)
    if _NUMBER.fullmatch(value):
        return float(value)
    moment = _moment(value)
    return math.nan if moment is None else _days(moment)


def text(value: Value) -> str:
    """The text that a value is: whole numbers without a point, truth as `true` and `false`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, Decimal)):
        exact = float(value)
        if math.isnan(exact):
            return "NaN"
        if math.isinf(exact):
            return "Infinity" if exact > 0 else "-Infinity"
        return str(int(exact)) if exact == int(exact) else format(Decimal(repr(exact)), "f")
    return value


def truth(value: Value) -> bool:
    """Whether a value counts as true: text that is not empty, a number other than zero and NaN."""
    if isinstance(value, float):
        return not math.isnan(value) and value != 0.0
    return bool(value)


def day_of(value: Value) -> date | None:
    """The day that a value names: ISO text, `YYYY-MM` for the first of the month, or days since 1970-01-01.

    None for a missing answer and for what is no date.
    """
    if isinstance(value, str):
        moment = _moment(value)
        return None if moment is None else moment.date()
    days = number(value)
    if math.isnan(days) or not -719162 <= days <= 2932896:  # 0001-01-01 to 9999-12-31
        return None
    return _EPOCH + timedelta(days=math.floor(days))


def months_between(start: date, end: date) -> int:
    """Full calendar months from one day to another, negative when `end` is the earlier one."""
    if end < start:
        return -months_between(end, start)
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def add_months(day: date, months: int) -> date:
    """The same day so many months on; the last day of the month where there is no such day.

    Raises:
        FunctionError: the result is no day of the calendar.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9999:
        raise FunctionError(f"no such date: {months} months from {day}")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _moment(value: str) -> datetime | None:
    found = _DATE.fullmatch(value.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part) if part else 0 for part in found.groups())
    try:
        return datetime(year, month, day or 1, hour, minute, second)
    except ValueError:
        return None


def _days(moment: datetime) -> float:
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    return (moment.date() - _EPOCH).days + seconds / 86400


def _needed_day(value: Value) -> date | None:
    day = day_of(value)
    if day is None and value != "" and not (isinstance(value, float) and math.isnan(value)):
        raise FunctionError(f"not a date: {text(value)}")
    return day


def _date(value: Value) -> Value:
    day = _needed_day(value)
    return "" if day is None else day.isoformat()


def _decimal_date_time(value: Value) -> Value:
    return math.nan if _needed_day(value) is None else number(value)


def _decimal_time(value: Value) -> Value:
    found = re.match(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", text(value))
    if found is None:
        return math.nan
    hour, minute, second = (int(part or 0) for part in found.groups())
    return (hour * 3600 + minute * 60 + second) / 86400


def _format(value: Value, pattern: Value, scope: Scope) -> Value:
    moment = _moment(value) if isinstance(value, str) else None
    if moment is None:
        day = _needed_day(value)
        if day is None:
            return ""
        moment = datetime(day.year, day.month, day.day)
    chinese = scope.language.startswith("zh")
    parts = {
        "Y": f"{moment.year:04}",
        "y": f"{moment.year % 100:02}",
        "m": f"{moment.month:02}",
        "n": str(moment.month),
        "b": f"{moment.month}月" if chinese else _MONTHS[moment.month - 1],
        "d": f"{moment.day:02}",
        "e": str(moment.day),
        "a": "周" + "一二三四五六日"[moment.weekday()] if chinese else _DAYS[moment.weekday()],
        "H": f"{moment.hour:02}",
        "h": str(moment.hour),
        "M": f"{moment.minute:02}",
        "S": f"{moment.second:02}",
        "3": "000",
    }
    return re.sub(r"%([YymnbdeaHhMS3])", lambda found: parts[found[1]], text(pattern))


def _months_between(start: Value, end: Value) -> Value:
    first, last = _needed_day(start), _needed_day(end)
    return math.nan if first is None or last is None else float(months_between(first, last))


def _add_months(start: Value, months: Value) -> Value:
    day, count = _needed_day(start), number(months)
    if day is None or not math.isfinite(count):
        return ""
    return add_months(day, math.floor(count)).isoformat()


def _regex(value: Value, pattern: Value) -> Value:
    try:
        return re.fullmatch(text(pattern), text(value)) is not None
    except re.error as error:
        raise FunctionError(f"bad pattern {text(pattern)}: {error}") from None


def _int(value: Value) -> Value:
    exact = number(value)
    return float(math.trunc(exact)) if math.isfinite(exact) else exact


def _round(value: Value, digits: Value = 0.0) -> Value:
    exact, places = number(value), number(digits)
    if not math.isfinite(exact) or not math.isfinite(places):
        return exact if math.isfinite(places) else math.nan
    unit = Decimal(1).scaleb(-int(max(-30, min(30, places))))
    # A half goes up, towards plus infinity: XPath 1.0, 4.4.
    half = ROUND_HALF_UP if exact > 0 else ROUND_HALF_DOWN
    return float((Decimal(repr(exact)) / unit).quantize(Decimal(1), rounding=half) * unit)


def _substr(value: Value, start: Value, end: Value | None = None) -> Value:
    whole, first = text(value), number(start)
    last = float(len(whole)) if end is None else number(end)
    if not math.isfinite(first) or not math.isfinite(last):
        return ""
    return whole[slice(int(first), int(last))]


def _selected_at(value: Value, index: Value) -> Value:
    picked, place = text(value).split(), number(index)
    return picked[int(place)] if 0 <= place < len(picked) else ""


def _numbers(values: tuple[Value, ...]) -> list[float]:
    return [number(value) for value in values]


def _extreme(pick: Callable[[list[float]], float]) -> Callable[..., Value]:
    def extreme(*values: Value) -> Value:
        exact = _numbers(values)
        return math.nan if any(math.isnan(one) for one in exact) else pick(exact)

    return extreme


def _sum(*values: Value) -> Value:
    return sum(_numbers(values))


def _within(low: Value, high: Value, count: float) -> bool:
    least, most = number(low), number(high)
    return (least == -1 or count >= least) and (most == -1 or count <= most)


def _checklist(low: Value, high: Value, *answers: Value) -> Value:
    return _within(low, high, sum(answer == "yes" for answer in answers))


def _weighted_checklist(low: Value, high: Value, *pairs: Value) -> Value:
    if len(pairs) % 2:
        raise FunctionError("weighted-checklist takes answers and weights in pairs")
    return _within(low, high, sum(number(pairs[i + 1]) for i in range(0, len(pairs), 2) if pairs[i] == "yes"))


def _math(function: Callable[..., float]) -> Callable[..., Value]:
    def applied(*values: Value) -> Value:
        try:
            return function(*_numbers(values))
        except (ValueError, OverflowError, ZeroDivisionError):
            return math.nan

    return applied


PLAIN: Mapping[str, tuple[int, int | None, Callable[..., Value]]] = {
    "abs": (1, 1, _math(abs)),
    "acos": (1, 1, _math(math.acos)),
    "add-months": (2, 2, _add_months),
    "asin": (1, 1, _math(math.asin)),
    "atan": (1, 1, _math(math.atan)),
    "atan2": (2, 2, _math(math.atan2)),
    "boolean-from-string": (1, 1, lambda value: text(value) in ("true", "1")),
    "checklist": (3, None, _checklist),
    "cos": (1, 1, _math(math.cos)),
    "count-non-empty": (1, None, lambda *values: float(sum(text(value) != "" for value in values))),
    "count-selected": (1, 1, lambda value: float(len(text(value).split()))),
    "date": (1, 1, _date),
    "decimal-date-time": (1, 1, _decimal_date_time),
    "decimal-time": (1, 1, _decimal_time),
    "ends-with": (2, 2, lambda value, end: text(value).endswith(text(end))),
    "exp": (1, 1, _math(math.exp)),
    "exp10": (1, 1, _math(lambda power: math.pow(10, power))),
    "int": (1, 1, _int),
    "join": (2, None, lambda separator, *values: text(separator).join(text(value) for value in values)),
    "log": (1, 1, _math(math.log)),
    "log10": (1, 1, _math(math.log10)),
    "max": (1, None, _extreme(max)),
    "min": (1, None, _extreme(min)),
    "months-between": (2, 2, _months_between),
    "number": (1, 1, number),
    "pi": (0, 0, lambda: math.pi),
    "pow": (2, 2, _math(math.pow)),
    "regex": (2, 2, _regex),
    "round": (1, 2, _round),
    "selected": (2, 2, lambda value, choice: text(choice) in text(value).split()),
    "selected-at": (2, 2, _selected_at),
    "sin": (1, 1, _math(math.sin)),
    "sqrt": (1, 1, _math(math.sqrt)),
    "substr": (2, 3, _substr),
    "sum": (1, None, _sum),
    "tan": (1, 1, _math(math.tan)),
    "weighted-checklist": (4, None, _weighted_checklist),
}
"""Functions of their arguments alone: least and most number of arguments, and the function."""


def _choice_name(scope: Scope, choice: Value, question: Value) -> Value:
    named = text(question).removeprefix("${").removesuffix("}").strip()
    return scope.labels.get(named, {}).get(text(choice), text(choice))


SCOPED: Mapping[str, tuple[int, int | None, Callable[..., Value]]] = {
    "format-date": (2, 2, lambda scope, value, pattern: _format(value, pattern, scope)),
    "format-date-time": (2, 2, lambda scope, value, pattern: _format(value, pattern, scope)),
    "jr-choice-name": (2, 2, _choice_name),
    "now": (0, 0, lambda scope: (scope.now or scope.today).isoformat()),
    "today": (0, 0, lambda scope: scope.today.isoformat()),
}
"""Functions that also look at the scope, which they take first. `jr:choice-name` stands here without its
colon.
"""
