"""The clock of a casebook. Tests and the demo freeze it; nothing else reads the time."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Where the casebook takes the time from."""

    def now(self) -> datetime:
        """The present instant, with the local offset."""
        ...


class SystemClock:
    """The laptop's own clock."""

    def now(self) -> datetime:
        """The present instant, with the local offset."""
        return datetime.now().astimezone()


class FrozenClock:
    """A clock that stands until it is set; for tests, screenshots and made-up history."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant if instant.tzinfo else instant.astimezone()

    def now(self) -> datetime:
        """The instant that was set."""
        return self.instant
