"""casework on another day: `python -m tests.clocked 2026-03-02T09:30:00+08:00 [arguments]`.

The app's own clock is set to a moment and runs on from there; everything else is the app as it is installed. Stories
that take weeks are told in this way: the app is left, and started again on a later day.
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta

from casework.__main__ import main
from casework.casebook.clock import SystemClock


def set_clock(moment: datetime) -> None:
    """Have the system clock show this moment now."""
    ahead: timedelta = moment - datetime.now().astimezone()

    def now(_clock: SystemClock) -> datetime:
        return (datetime.now().astimezone() + ahead).astimezone(moment.tzinfo)

    SystemClock.now = now  # type: ignore[method-assign]


if __name__ == "__main__":
    set_clock(datetime.fromisoformat(sys.argv.pop(1)))
    raise SystemExit(main())
