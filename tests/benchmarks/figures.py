"""Figures: medians of runs that alternate, and how they are said. Milliseconds travel badly between machines; the ratio
of two things measured in one run travels well."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


@dataclass(frozen=True)
class Figure:
    """One line of the report: what was measured, against what, and what the issue allows.

    `value` is in `unit`; a ratio has the unit "x". `most` and `least` are the budget, None without one.
    """

    name: str
    value: float
    unit: str
    most: float | None = None
    least: float | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kept(self) -> bool | None:
        """Whether the budget is kept; None without one."""
        if self.most is None and self.least is None:
            return None
        return (self.most is None or self.value <= self.most) and (self.least is None or self.value >= self.least)

    def line(self) -> str:
        """The figure as a line of the report."""
        budget = (
            f"<= {self.most:g}" if self.most is not None else f">= {self.least:g}" if self.least is not None else ""
        )
        verdict = {True: "kept", False: "MISSED", None: ""}[self.kept]
        by = ""
        if self.kept is False:
            limit = self.most if self.most is not None else self.least
            by = f" by {abs(self.value / (limit or 1) - 1):.0%}"
        more = "  ".join(f"{key} {_said(value)}" for key, value in self.details.items())
        return f"{self.name:<44}{_said(self.value):>10} {self.unit:<7}{budget:>10} {verdict}{by:<9}  {more}".rstrip()


def _said(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that a share of all does not exceed, by nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, ceil(round(share * len(ordered), 9)) - 1)]


def alternated(runs: int, warm_up: int, *things: Callable[[], float]) -> list[list[float]]:
    """Measure things by turns, so that whatever the machine does meanwhile meets all of them alike.

    Raises:
        ValueError: fewer than one run.
    """
    if runs < 1:
        raise ValueError(runs)
    found: list[list[float]] = [[] for _thing in things]
    for run in range(-warm_up, runs):
        # Every other round backwards: what comes second finds a warmer or a hotter machine.
        order = range(len(things)) if run % 2 == 0 else reversed(range(len(things)))
        for n in order:
            value = things[n]()
            if run >= 0:
                found[n].append(value)
    return found


def spread(values: Sequence[float], scale: float = 1000.0) -> str:
    """Least, median and greatest, scaled: seconds as milliseconds by default."""
    return "/".join(f"{value * scale:.3g}" for value in (min(values), median(values), max(values)))
