"""The first screen brings nothing along that it does not show: start-up is imports."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

PROGRAM = """
import json, sys
from casework import __main__
from tests.tui import fakes
fakes.install(lambda d, k, v: d.__setitem__(k, v), setattr)
from casework.tui.app import CaseworkApp

loaded = []

def ready(app):
    app.call_after_refresh(app.set_timer, 0.05, lambda: finish(app))

def finish(app):
    loaded.extend(sorted(sys.modules))
    app.exit(0)

CaseworkApp.on_ready = ready
app = CaseworkApp(fakes.FakeBook(stops=fakes.doors()))
app.run(headless=True, size=(80, 24))
print(json.dumps(loaded))
"""

HEAVY = (
    "pydantic", "pypinyin", "elementpath", "cryptography", "xlsxwriter", "python_calamine", "stdnum",
    "chinese_calendar", "playhouse", "textual_timepiece", "textual_fspicker", "textual_image", "PIL", "importlib.metadata", "babel",
    "textual.widgets._text_area", "textual.widgets._data_table", "textual.widgets._footer",
    "textual.widgets._header", "casework.tui.dialogs", "casework.tui.drafting",
    "casework.tui.screens.palette", "casework.tui.screens.help",
    "casework.tui.screens.residents", "casework.tui.screens.followups", "casework.tui.screens.visit",
    "casework.tui.screens.check", "casework.tui.screens.evidence", "casework.tui.screens.picture",
    "casework.tui.screens.stairwell", "casework.casebook.entries",
)  # fmt: skip


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """The modules that are there once the first frame has been shown."""
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=True)
    return set(json.loads(ran.stdout.splitlines()[-1]))


def test_the_first_screen_is_up(loaded: set[str]) -> None:
    assert "casework.tui.screens.round" in loaded


@pytest.mark.parametrize("module", HEAVY)
def test_nothing_heavy_is_on_the_way_to_the_first_screen(loaded: set[str], module: str) -> None:
    assert not [name for name in loaded if name == module or name.startswith(module + ".")]


def test_the_terminal_is_prepared_before_textual_is_imported() -> None:
    program = (
        "import os, sys; from casework import __main__;"
        "print('textual' in sys.modules, os.environ['TEXTUAL_DISABLE_KITTY_KEY'])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout.split() == ["False", "1"]
