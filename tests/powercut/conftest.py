"""What these tests counted is shown below the test run, passed or failed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

FIGURES = "figures"
Tell = Callable[[str, object], None]


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Tell:
    """Say what was counted, at once (`-s`) and in the summary."""

    def say(what: str, figures: object) -> None:
        record_property(FIGURES, f"{what}: {figures}")
        print(f"\n{what}: {figures}", *getattr(figures, "examples", ()), sep="\n  ")

    return say


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """List the figures of all tests, those of other processes too."""
    reports = [report for key in ("passed", "failed") for report in terminalreporter.stats.get(key, [])]
    lines = [
        str(value)
        for report in reports
        if report.when == "call" and "powercut" in report.nodeid
        for name, value in report.user_properties
        if name == FIGURES
    ]
    if lines:
        terminalreporter.section("power cuts and failing disks")
        for line in lines:
            terminalreporter.write_line(line)
