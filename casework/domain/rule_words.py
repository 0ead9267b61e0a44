"""A rule of the schedule in words: whom it is for, what is due, how often, when, how urgent, which contacts count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from casework.domain.condition import ALWAYS
from casework.domain.due import DueKind
from casework.domain.eligibility import described
from casework.domain.phrase import N_, Phrase
from casework.domain.schedule_rules import Subject
from casework.domain.visit import Mode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from casework.domain.phrase import Label
    from casework.domain.schedule_rules import ScheduleRule
    from casework.domain.season import SpellPart

SUBJECTS = {
    Subject.RESIDENT: N_("Resident"),
    Subject.HOUSEHOLD: N_("Household"),
    Subject.PLACE: N_("Place outdoors"),
}
"""How a form calls those whom a rule looks at."""

_EVERYBODY = {
    Subject.RESIDENT: N_("every resident"),
    Subject.HOUSEHOLD: N_("every household"),
    Subject.PLACE: N_("every place outdoors"),
}
_WHO = {
    Subject.RESIDENT: N_("residents: {who}"),
    Subject.HOUSEHOLD: N_("households: {who}"),
    Subject.PLACE: N_("places outdoors: {who}"),
}


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A rule in words. `season` and `temporary` are None where the rule holds all year and for good; `brief` is `whom`
    for a narrow column.
    """

    whom: Phrase
    brief: Phrase
    what: Phrase
    how_often: Phrase
    season: Phrase | None
    temporary: Phrase | None
    window: Phrase
    priority: Phrase
    contacts: Phrase | None


def said(rule: ScheduleRule, names: Mapping[str, Label]) -> RuleWords:
    """All of a rule. `names` are the catalog's labels by `key:word`, as `casework.catalog.rulenames` gives them."""
    return RuleWords(
        whom(rule, names),
        whom(rule, names) if rule.condition == ALWAYS else described(rule.condition, names),
        what(rule, names), how_often(rule), season(rule, names), temporary(rule), window(rule),
        Phrase(N_("{n} (1 most pressing, 9 can wait)"), {"n": rule.priority}), contacts(rule, names),
    )  # fmt: skip


def whom(rule: ScheduleRule, names: Mapping[str, Label]) -> Phrase:
    """Whom it is for."""
    if rule.condition == ALWAYS:
        return Phrase(_EVERYBODY[rule.subject])
    return Phrase(_WHO[rule.subject], {"who": described(rule.condition, names)})


def what(rule: ScheduleRule, names: Mapping[str, Label]) -> Phrase:
    """What is due."""
    if rule.kind is DueKind.VISIT:
        return Phrase(N_("a visit"))
    return Phrase(N_("a check: {what}"), {"what": names.get(f"never_checked:{rule.checklist}", rule.checklist)})


def how_often(rule: ScheduleRule) -> Phrase:
    """The cadence in a few words."""
    if rule.on is not None:
        return Phrase(N_("on {day}"), {"day": rule.on})
    if rule.once:
        if rule.seasons:
            return Phrase(N_("once in each season"))
        if rule.spell is not None:
            return Phrase(N_("once each time"))
        return Phrase(N_("once, within {n} days"), {"n": rule.within_days})
    return Phrase(N_("every day") if rule.every_days == 1 else N_("every {n} days"), {"n": rule.every_days})


def season(rule: ScheduleRule, names: Mapping[str, Label]) -> Phrase | None:
    """The seasons in which it holds, or the spell of weather."""
    if rule.spell is not None:
        return spell(rule.spell, names)
    if not rule.seasons:
        return None
    parts = [
        Phrase(N_("{season} ({first} to {last})"),
               {"season": one.label, "first": _month_day(one.first), "last": _month_day(one.last)})
        for one in rule.seasons
    ]  # fmt: skip
    return Phrase(N_("holds in: {seasons}"), {"seasons": _chained(N_("{a}, {b}"), parts)})


def _month_day(day: tuple[int, int]) -> str:
    return f"{day[0]:02}-{day[1]:02}"


def spell(part: SpellPart, names: Mapping[str, Label]) -> Phrase:
    """When it holds with regard to a spell of weather: *from 3 days after the end of a rain storm, for 7 days*."""
    kinds = [Phrase(N_("{what}"), {"what": names.get(f"spell:{kind}", kind)}) for kind in sorted(part.kinds)]
    spells = _chained(N_("{a} or {b}"), kinds)
    if not part.from_end and not part.days and part.lasts is None:
        return Phrase(N_("as long as it lasts: {spell}"), {"spell": spells})
    values = {"n": abs(part.days), "spell": spells}
    if part.days == 0:
        begins = Phrase(N_("from the end of: {spell}") if part.from_end else N_("from the start of: {spell}"), values)
    elif part.days > 0:
        after = N_("from {n} days after the end of: {spell}")
        begins = Phrase(after if part.from_end else N_("from {n} days after the start of: {spell}"), values)
    else:
        before = N_("from {n} days before the end of: {spell}")
        begins = Phrase(before if part.from_end else N_("from {n} days before the start of: {spell}"), values)
    if part.lasts is None:
        return Phrase(N_("{begins}, until it ends"), {"begins": begins})
    return Phrase(N_("{begins}, for {n} days"), {"begins": begins, "n": part.lasts})


def temporary(rule: ScheduleRule) -> Phrase | None:
    """The days on which a temporary rule begins and ends."""
    last = rule.ends_on - timedelta(days=1) if rule.ends_on is not None else None
    if rule.starts_on is not None and last is not None:
        return Phrase(N_("from {first} to {last}"), {"first": rule.starts_on, "last": last})
    if rule.starts_on is not None:
        return Phrase(N_("from {first} on"), {"first": rule.starts_on})
    return Phrase(N_("until {last}"), {"last": last}) if last is not None else None


def window(rule: ScheduleRule) -> Phrase:
    """When it may be done."""
    values = {"before": rule.before, "after": rule.after}
    return Phrase(N_("may be done from {before} days before the due day to {after} days after it"), values)


def contacts(rule: ScheduleRule, names: Mapping[str, Label]) -> Phrase | None:
    """Which contacts count; None for a check."""
    if rule.kind is not DueKind.VISIT:
        return None
    if rule.modes == frozenset(Mode):
        return Phrase(N_("any contact counts"))
    counting = [Phrase(N_("{what}"), {"what": names.get(f"mode:{one}", one)}) for one in Mode if one in rule.modes]
    return Phrase(N_("counts: {modes}"), {"modes": _chained(N_("{a} or {b}"), counting)})


def _chained(text: str, parts: Sequence[Phrase]) -> Phrase:
    found = parts[0]
    for part in parts[1:]:
        found = Phrase(text, {"a": found, "b": part})
    return found
