"""The screens over a real casebook of a few doors: what a key does is there afterwards, or it is not."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from casework.tui.widgets.bars import Notice

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.pilot import Pilot

    from casework.casebook.book import Casebook
    from casework.tui.app import CaseworkApp

SMALL, WIDE = (80, 24), (120, 36)


def said(app: CaseworkApp) -> str:
    """What stands in the line above the keys."""
    return app.screen.query_one(Notice).text


def drawn(widget: Any) -> str:
    """What a widget of the line API shows now."""
    return "\n".join(widget.render_line(y).text.rstrip() for y in range(widget.size.height))


async def settle(pilot: Pilot[int]) -> None:
    """Let the writer finish and its message arrive."""
    for _n in range(4):
        await pilot.pause(0.03)


async def press(pilot: Pilot[int], *keys: str) -> None:
    """Press keys, and let each one have its effect."""
    for key in keys:
        await pilot.press(key)
        await pilot.pause()
    await settle(pilot)


async def until(pilot: Pilot[int], there: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until something is so; a loaded machine is no defect of the app."""
    for _n in range(int(seconds / 0.02)):
        if there():
            return
        await pilot.pause(0.02)
    raise AssertionError("it never came to that")


async def until_draft(book: Casebook, form: str, subject: str, seconds: float = 2.0, *, says: str = "") -> Any:
    """The draft as soon as there is one that says this; None after so many seconds."""
    from casework.casebook import drafts

    for _n in range(int(seconds / 0.02)):
        found = drafts.get(book, form, subject)
        if found is not None and says in str(found):
            return found
        await asyncio.sleep(0.02)
    return None
