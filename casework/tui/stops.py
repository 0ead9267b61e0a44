"""How a stop of the round looks, wherever one stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.tui.widgets.story import LATE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.casebook.views import RoundStop


def joined(names: Sequence[str]) -> str:
    """The people of a door on one line: names of several words need more than a blank between them."""
    return (", " if any(" " in name for name in names) else " ").join(names)


def stop_tone(stop: RoundStop) -> str:
    """How pressing a stop is, as a tone and a mark."""
    if stop.urgent:
        return "urgent"
    return "overdue" if any(status in LATE for _due, status in stop.dues) else "due"
