"""Expressions of checklists: XPath 1.0 with the functions of ODK forms, compiled once, evaluated on each key.

An expression is written as in an XLSForm: `${name}` is the answer of another question or a fact about the
subject, `.` the question's own answer, and `today()` the day that the caller passes in. One thing is added:
`$name` is a parameter of the checklist, a limit with a source (XPath's own notation for a variable).
`casework.domain.functions` holds the functions.

There are no nodes in a checklist, only answers, so paths (`../a`, `/data/a`) are refused, and so is a bare
name, which in XPath would be a path that silently finds nothing. Values compare as XPath 1.0 says: with a
number on either side as numbers, else as text; a missing answer is the empty text and no number.

The grammar is parsed by `elementpath`, which is imported by the first expression that is compiled (a tenth
of a second).
"""

from __future__ import annotations

import math
import operator
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from casework.domain.functions import PLAIN, SCOPED, FunctionError, Scope, Value, number, text, truth

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

REMEMBERED = 256
"""Values of one expression that are kept: what its few answers can be, many times over."""

LONGEST = 2000
"""Characters of the longest expression that is accepted; nobody can read a longer one."""

_PARTS = re.compile(r"""('[^']*'|"[^"]*")|\$\{([^}]*)\}|\bjr:(?=choice-name\b)""")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_QUESTION = "q."
# fmt: off
_KEPT_FUNCTIONS = frozenset((
    "boolean", "ceiling", "concat", "contains", "false", "floor", "normalize-space", "not",
    "starts-with", "string", "string-length", "substring", "substring-after", "substring-before", "translate",
    "true",
))
_KEPT_SYMBOLS = frozenset((
    "(decimal)", "(end)", "(float)", "(integer)", "(invalid)", "(name)", "(start)", "(string)",
    "(unknown)", "$", "(", ")", ",", ".", "and", "or",
))
# fmt: on


class ExpressionError(ValueError):
    """An expression that cannot be compiled or evaluated. `reason` says why, in English."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{reason}: {source}")
        self.source = source
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression. `names` are the `${names}` and `parameters` the `$names` that it reads."""

    source: str
    names: frozenset[str]
    parameters: frozenset[str]
    _tree: Any = field(repr=False, compare=False)
    _pure: bool = field(default=False, repr=False, compare=False)
    """Whether the value follows from the values that it reads alone: not from the day or a question's choices."""
    _known: dict[tuple[Any, ...], Value] = field(default_factory=dict, repr=False, compare=False)

    def value(self, scope: Scope) -> Value:
        """The value in this scope: text, a number or a truth value.

        Raises:
            ExpressionError: a function was handed what it cannot work with, such as text for a date.
        """
        if not self._pure:
            return self._evaluated(scope)
        # A form asks the same of its few values at every key. True and 1.0 are one key to a dict: the types tell them apart.
        read = (scope.own, *map(scope.values.get, self.names), *map(scope.parameters.get, self.parameters))
        key = (read, tuple(map(type, read)))
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            found = self._known[key] = self._evaluated(scope)
        return found

    def _evaluated(self, scope: Scope) -> Value:
        from elementpath import ElementPathError, XPathContext

        variables: dict[str, Any] = {_QUESTION + name: scope.values.get(name, "") for name in self.names}
        for name in self.parameters:
            variables[name] = scope.parameters[name]
        try:
            context = XPathContext(item=scope.own, variables=variables, current_dt=_instant(scope))
            context.scope = scope  # type: ignore[attr-defined]
            return _plain(self._tree.evaluate(context))
        except (ElementPathError, FunctionError, ArithmeticError, RecursionError) as error:
            raise ExpressionError(self.source, _said(error)) from None

    def holds(self, scope: Scope) -> bool:
        """Whether the expression is true in this scope. Raises as `value` does."""
        return truth(self.value(scope))


@lru_cache(maxsize=4096)
def compile_expression(source: str) -> Expression:
    """Compile an expression; the same text is compiled once.

    Raises:
        ExpressionError: not XPath 1.0, an unknown function or a wrong number of arguments, a path, a bare
        name, a
            malformed `${name}`, a pattern that is no pattern, or more than `LONGEST` characters.
    """
    from elementpath import ElementPathError

    if len(source) > LONGEST:
        raise ExpressionError(source[:60] + "…", f"longer than {LONGEST} characters")
    if not source.strip():
        raise ExpressionError(source, "the expression is empty")
    try:
        tree = _parser()().parse(_PARTS.sub(_rewritten, source))
        variables: set[str] = set()
        pure = _inspect(tree, variables)
    except (ElementPathError, FunctionError, ArithmeticError, RecursionError, SyntaxError) as error:
        raise ExpressionError(source, _said(error)) from None
    questions = frozenset(name.removeprefix(_QUESTION) for name in variables if name.startswith(_QUESTION))
    parameters = frozenset(name for name in variables if not name.startswith(_QUESTION))
    return Expression(source, questions, parameters, tree, pure)


def _rewritten(found: re.Match[str]) -> str:
    """`${name}` as an XPath variable of its own kind; text in quotes stays as it is."""
    if found[1] is not None:
        return found[1]
    if found[2] is None:
        return "jr-"
    name = found[2].strip()
    if not _NAME.fullmatch(name):
        raise FunctionError(f"${{{name}}} is not a name")
    # The space keeps `${a}-1` from being read as the one name `a-1`.
    return f"${_QUESTION}{name} "


def _inspect(token: Any, variables: set[str]) -> bool:
    """Collect the variables, and refuse what would be understood otherwise than it was meant. True where nothing looks
    at more than the values.
    """
    if token.symbol == "$":
        variables.add(token.value)
        return True
    if token.symbol == "(name)":
        raise FunctionError(f"{token.value} is a bare name; write ${{{token.value}}} or '{token.value}'")
    if token.symbol == "regex" and token[1].symbol == "(string)":
        PLAIN["regex"][2]("", token[1].value)
    pure = token.symbol not in SCOPED
    for part in token:
        pure = _inspect(part, variables) and pure
    return pure


def _instant(scope: Scope) -> datetime:
    from datetime import UTC, datetime

    return scope.now or datetime(scope.today.year, scope.today.month, scope.today.day, tzinfo=UTC)


def _plain(value: Any) -> Value:
    if isinstance(value, (bool, str)):
        return value
    if isinstance(value, list):
        return _plain(value[0]) if value else ""
    return "" if value is None else float(value)


def _said(error: BaseException) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    return str(getattr(error, "message", None) or error) or type(error).__name__


def _equal(left: Value, right: Value) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return truth(left) == truth(right)
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    return number(left) == number(right)


def _unequal(left: Value, right: Value) -> bool:
    if isinstance(left, bool) or isinstance(right, bool) or (isinstance(left, str) and isinstance(right, str)):
        return not _equal(left, right)
    return number(left) != number(right)


def _on_numbers(function: Callable[[float, float], Value]) -> Callable[[Value, Value], Value]:
    return lambda left, right: function(number(left), number(right))


def _divided(left: float, right: float) -> float:
    if right != 0:
        return left / right
    return math.nan if left == 0 or math.isnan(left) else math.copysign(math.inf, left) * math.copysign(1, right)


def _remainder(left: float, right: float) -> float:
    return math.nan if right == 0 or not math.isfinite(left) or math.isnan(right) else math.fmod(left, right)


_OPERATORS: dict[str, Callable[[Value, Value], Value]] = {
    "=": _equal,
    "!=": _unequal,
    "<": _on_numbers(operator.lt),
    "<=": _on_numbers(operator.le),
    ">": _on_numbers(operator.gt),
    ">=": _on_numbers(operator.ge),
    "+": _on_numbers(operator.add),
    "-": _on_numbers(operator.sub),
    "*": _on_numbers(operator.mul),
    "div": _on_numbers(_divided),
    "mod": _on_numbers(_remainder),
}


@lru_cache(maxsize=1)
def _parser() -> Any:
    """The parser class: elementpath's XPath 1.0 without nodes, its operators on our values, ODK's
    functions.

    Every class that differs is a subclass in a table of its own: elementpath's parsers share their token
    classes, and a change there would change XPath for the whole process.
    """
    from elementpath.xpath1 import XPath1Parser
    from elementpath.xpath_tokens import XPathFunction, XPathToken

    standard = XPath1Parser.symbol_table
    table: dict[str, Any] = {symbol: standard[symbol] for symbol in _KEPT_SYMBOLS | _KEPT_FUNCTIONS}

    class ChecklistParser(XPath1Parser):
        symbol_table = table

    def argument(token: Any, context: Any, index: int) -> Value:
        return _plain(token[index].evaluate(context))

    def infix(compute: Callable[[Value, Value], Value]) -> Callable[..., Value]:
        def evaluate(self: Any, context: Any = None) -> Value:
            if not self:
                raise FunctionError(f"{self.symbol} stands between two numbers")
            if len(self) == 1:
                exact = number(argument(self, context, 0))
                return -exact if self.symbol == "-" else exact
            return compute(argument(self, context, 0), argument(self, context, 1))

        return evaluate

    def plain(compute: Callable[..., Value]) -> Callable[..., Value]:
        def evaluate(self: Any, context: Any = None) -> Value:
            return compute(*(argument(self, context, index) for index in range(len(self))))

        return evaluate

    def scoped(compute: Callable[..., Value]) -> Callable[..., Value]:
        def evaluate(self: Any, context: Any = None) -> Value:
            if context is None:
                raise self.missing_context()
            return compute(context.scope, *(argument(self, context, index) for index in range(len(self))))

        return evaluate

    def choose(self: Any, context: Any = None) -> Value:
        return argument(self, context, 1 if truth(argument(self, context, 0)) else 2)

    def coalesce(self: Any, context: Any = None) -> Value:
        given = (argument(self, context, index) for index in range(len(self)))
        return next((value for value in given if text(value) != ""), "")

    def once(self: Any, context: Any = None) -> Value:
        if context is None:
            raise self.missing_context()
        own: Value = context.scope.own
        return own if text(own) != "" else argument(self, context, 0)

    for symbol, compute in _OPERATORS.items():
        body = {"evaluate": infix(compute), "select": XPathToken.select}
        table[symbol] = type(f"Operator_{symbol}", (standard[symbol],), body)

    functions = {name: (least, most, plain(compute)) for name, (least, most, compute) in PLAIN.items()}
    functions |= {name: (least, most, scoped(compute)) for name, (least, most, compute) in SCOPED.items()}
    functions |= {"if": (3, 3, choose), "coalesce": (2, None, coalesce), "once": (1, 1, once)}
    for name, (least, most, evaluate) in functions.items():
        table[name] = type(
            f"Function_{name}",
            (XPathFunction,),
            {
                "symbol": name,
                "lookup_name": name,
                "label": "function",
                "nargs": least if least == most else (least, most),
                "lbp": 90,
                "rbp": 90,
                "namespace": ChecklistParser.function_namespace,
                "evaluate": evaluate,
            },
        )
    return ChecklistParser
