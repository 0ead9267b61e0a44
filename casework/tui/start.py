"""Starting the app. The collector rests until the first frame: it would run a dozen times during the
imports."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from casework.casebook.book import Casebook


def prepare() -> None:
    """Import what the first screen needs, while something else is being waited for."""
    gc.disable()
    from casework.tui import app  # noqa: F401
    from casework.tui.screens import round  # noqa: F401


def start(book: Casebook | None = None, path: Path | None = None) -> int:
    """Run the app on an open casebook, or on a file to unlock or set up; give the exit code.

    The mouse is off where `CASEWORK_MOUSE=0` or the setting `mouse` says so, so that a terminal's own
    selection works.
    """
    gc.disable()
    try:
        from casework.tui.app import CaseworkApp

        mouse = os.environ.get("CASEWORK_MOUSE", "1") != "0"
        if book is not None:
            mouse = mouse and bool(book.setting("mouse", True))
        app = CaseworkApp(book, path)
        try:
            return app.run(mouse=mouse) or 0
        finally:
            app.shut()
    finally:
        gc.enable()
