"""Cadence: the day on which a rule falls due next, for rules that are more than so many days after the last time.

A rule that holds in a season or spell only falls due within its windows, and what is due at their very beginning is
spread over the first days: nobody can knock at three hundred doors on 15 June. Days are ordinals here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.season import FAR, Window

if TYPE_CHECKING:
    from casework.domain.schedule_rules import ScheduleRule


def next_day(rule: ScheduleRule, last: int | None, entered: int, seed: int, rest: int, since: int = 0) -> int:
    """The day on which a rule falls due next; `FAR` for never.

    `last` is the day on which it was last done, `entered` the day on which the register got the door, `seed` spreads
    the doors, before `rest` nobody is asked again, `since` is the day on which the rule came to hold, 0 for always.
    """
    if rule.on is not None:
        return _on(rule, rule.on.toordinal(), last, entered, rest, since)
    start = max(rule.starts, since)
    if not rule.seasons and rule.spell is None:
        if rule.once:
            if last is not None and last >= start:
                return FAR
            return max(max(entered, start) + seed % rule.within_days, rest)
        base = entered + seed % rule.every_days if last is None else last + rule.every_days
        return max(base, start, rest)
    if rule.once:
        base = max(entered, start, rest)
        if last is not None and last >= start:
            base = max(base, _after(rule, last))
    else:
        due = entered + seed % rule.every_days if last is None else last + rule.every_days
        base = max(due, start, rest)
    window = window_from(rule, base)
    return _within(rule, window, base, seed) if window[0] < FAR else FAR


def _after(rule: ScheduleRule, last: int) -> int:
    """The first day for which what was done on `last` does not count: it counts for the season or spell in which it was
    done, or after which, since what was missed may still be completed.
    """
    if not rule.seasons:
        return FAR if rule.windows and last >= rule.windows[-1][0] else 0
    first, end = window_from(rule, last)
    return end if last >= first else first


def _on(rule: ScheduleRule, on: int, last: int | None, entered: int, rest: int, since: int) -> int:
    if last is not None and last >= on - rule.before:
        return FAR
    # Whoever comes to the door, or under the rule, once that day is over has no part in it.
    return FAR if max(entered, since) > on + rule.after else max(on, rest)


def _within(rule: ScheduleRule, window: Window, base: int, seed: int) -> int:
    first, end = window
    if not rule.once:
        return base if base >= first else first + seed % min(rule.every_days, end - first)
    if rule.spell is not None:
        # Once in a spell: to be done by its last day, or within so many days while it lasts.
        return max(base, end - 1 if end < FAR else first + rule.within_days - 1)
    begin = max(base, first)
    return begin + seed % (end - begin)


def window_from(rule: ScheduleRule, day: int) -> Window:
    """The window of a rule in which a day lies, or else the next one; (FAR, FAR) where there is none.

    Of spells only the latest counts: a point that was not looked at after the storm before is looked at after this one.
    """
    if day >= FAR:
        return FAR, FAR
    if rule.seasons:
        return min(
            (season.at_or_after(day) for season in rule.seasons), key=lambda window: (max(window[0], day), window)
        )
    if rule.windows:
        window = rule.windows[-1]
        return window if day < window[1] else (FAR, FAR)
    return (FAR, FAR) if rule.spell is not None else (0, FAR)
