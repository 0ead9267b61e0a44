"""The numbers of follow-ups, made ready for the rules: limits on steps, the clock and its ladder, repeats.

They stand in `parameters.toml` and `escalation.toml`; a folder of the user's may replace each.
"""

from __future__ import annotations

from datetime import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from casework.catalog import shelf
from casework.domain.followup_clock import ClockRules, Rung
from casework.domain.followup_steps import Limits
from casework.domain.recurrence import RepeatRules
from casework.domain.workingdays import OfficeHours

if TYPE_CHECKING:
    from collections.abc import Mapping


@lru_cache(maxsize=1)
def limits() -> Limits:
    """How often and how far a case may be moved, and how often the resident is tried."""
    number = shelf.number
    return Limits(
        extensions=number("extensions_at_most"),
        owner_extensions=number("extensions_by_owner"),
        suspended_days=number("suspended_at_most_days"),
        waiting_days=number("waiting_at_most_days"),
        tries=number("verify_tries"),
        accept_days=number("accept_within_days"),
        try_again_days=number("verify_again_after_days"),
        reminder_days=number("reminder_before_days"),
    )


@lru_cache(maxsize=1)
def clock() -> ClockRules:
    """Office hours, lights, reminders and the escalation ladder.

    Raises:
        CatalogError: a rung of the ladder that cannot be used.
    """
    values = {key: one.value for key, one in shelf.parameters().items()}
    at = {part: _hour(values[f"{part}_hour"]) for part in ("morning_opens", "morning_closes", "afternoon_opens",
                                                            "afternoon_closes")}  # fmt: skip
    return ClockRules(
        office=OfficeHours(
            (at["morning_opens"], at["morning_closes"]), (at["afternoon_opens"], at["afternoon_closes"])
        ),
        reminder_days=int(values["reminder_before_days"]),
        reminder_urgent_hours=values["reminder_before_hours"],
        yellow_percent=values["light_yellow_percent"],
        red_percent=values["light_red_percent"],
        ladder=tuple(shelf.entries("escalation", _rung).values()),
    )  # fmt: skip


@lru_cache(maxsize=1)
def repeats() -> RepeatRules:
    """In which time earlier cases count, and by how much each repeat presses."""
    return RepeatRules(
        window_days=shelf.number("repeat_window_days"),
        recurrence_days=shelf.number("recurrence_days"),
        raises_by=shelf.number("repeat_raises_priority_by"),
    )


def _hour(value: float) -> time:
    return time(int(value), round(value % 1 * 60))


def _rung(key: str, entry: Mapping[str, Any]) -> Rung:
    return Rung(
        key=key,
        label=shelf.label(entry),
        overdue_hours=float(entry["overdue_working_hours"]),
        overdue_urgent_hours=float(entry["overdue_hours"]),
        unaccepted_hours=float(entry["unaccepted_working_hours"]),
        unaccepted_urgent_hours=float(entry["unaccepted_hours"]),
        repeats=int(entry.get("repeats", 0)),
    )


for _made in (limits, clock, repeats):
    shelf.remembered(_made)
