"""The planned walk as the round shows it: rows, cells, and the line that says how far it is and what is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.casebook.plan_views import PlanStop, Progress
from casework.domain.callback import hour_of
from casework.domain.phrase import N_, Phrase
from casework.domain.planning import REASON_NAMES, clock_text
from casework.domain.workname import due_name
from casework.language import _, say
from casework.tui import marks, words
from casework.tui.stops import joined
from casework.tui.widgets.pagelist import Cell, Column, Heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from casework.casebook.plan_views import DayPlan, LeftStop

COLUMNS = (Column(1), Column(5), Column(8), Column(), Column(12))
"""Mark, hour, door, who lives there, what is to be done or what came of it."""

LEFT_COLUMNS = (Column(1), Column(8), Column(), Column(32))
"""Mark, door, who lives there, why it is left out."""


def grouped(stops: Iterable[PlanStop]) -> list[PlanStop | Heading]:
    """The walk under headings: what has come since, what is urgent, then each building in turn."""
    rows: list[PlanStop | Heading] = []
    last: tuple[str, str] | None = None
    for stop in stops:
        group = _group(stop)
        if group != last:
            rows.append(Heading(_heading(group, stop), ""))
            last = group
        rows.append(stop)
    return rows


def _group(one: PlanStop) -> tuple[str, str]:
    if one.fresh:
        return "fresh", ""
    if one.stop.urgent and one.booked is None:
        return "urgent", ""
    return ("places", "") if one.stop.household_id is None else ("building", one.stop.building_id)


def _heading(group: tuple[str, str], one: PlanStop) -> object:
    if group[0] == "fresh":
        return Phrase(N_("Since the plan was made"))
    if group[0] == "urgent":
        return Phrase(N_("Urgent, first"))
    if group[0] == "places":
        return Phrase(N_("Places outdoors"))
    return one.stop.building or Phrase(N_("Without a building"))


def cells(one: PlanStop, tone: str, campaign: object, mark_style: str) -> Sequence[Cell]:
    """A stop of the walk; `tone` says how pressing its work is, `campaign` is the name of the plan's own."""
    stop = one.stop
    mark = tone
    if one.progress is Progress.DONE:
        tone = mark = "done"
    elif one.progress is Progress.TRIED and not stop.urgent:
        tone = mark = "away"
    hour = (
        "" if one.at is None and one.booked is None else clock_text(one.at if one.at is not None else one.booked or 0)
    )
    caution = f"{marks.mark('caution', mark_style)} " if stop.cautions else ""
    return (
        Cell(marks.mark(mark, mark_style), tone),
        Cell(hour, "accent" if one.booked is not None and one.progress is Progress.OPEN else "muted"),
        Cell((stop.short or stop.address) if stop.household_id else "", "text" if tone == "due" else tone),
        Cell(caution + (joined(stop.names) if stop.household_id else stop.short), "text"),
        Cell(_what(one, campaign), "muted" if tone == "due" else tone),
    )


def _what(one: PlanStop, campaign: object) -> str:
    """What came of it; what is to be done, where nothing did yet."""
    if one.progress is not Progress.OPEN:
        return _(words.OUTCOMES[one.outcome]) if one.outcome is not None else _("checked")
    parts = [say(campaign)] if one.wanted and campaign else []
    if one.booked is not None and not any(hour_of(due) for due, _status in one.stop.dues):
        parts.append(_("booked"))
    parts += [_(due_name(due)) for due, _status in one.stop.dues]
    return ", ".join(dict.fromkeys(parts)) or _("nothing due any more")


def head(plan: DayPlan, whole: bool, key: str, left_key: str, mark_style: str) -> Phrase:
    """The line above the walk: how far it is, what has come since, what is left out and by which key it is shown."""
    done, every = plan.done, len(plan.walk)
    if whole:
        return Phrase(
            N_("The whole round. {key}: the planned walk, {done} of {n} done"), {"key": key, "done": done, "n": every}
        )
    hours = f"{clock_text(plan.begins)}-{clock_text(plan.ends)}" if plan.begins is not None and plan.ends else ""
    since: object = ""
    urgent = marks.mark("urgent", mark_style)
    if plan.fresh:
        since = Phrase(N_("   {mark} {n} since then"), {"mark": urgent, "n": len(plan.fresh)})
    left: object = ""
    if plan.left:
        words_ = N_("   {n} left out ({key})")
        if plan.urgent_left:
            words_ = N_("   {n} left out, {mark} {urgent} of them urgent ({key})")
        left = Phrase(words_, {"n": len(plan.left), "key": left_key, "urgent": plan.urgent_left, "mark": urgent})
    said = {"done": done, "n": every, "hours": hours, "since": since, "left": left, "key": key}
    return Phrase(N_("Plan {hours}   {done} of {n} done{since}{left}   {key}: whole round"), said)


def left_rows(left: Iterable[LeftStop]) -> list[LeftStop | Heading]:
    """What is left out, under its reasons: what is urgent first."""
    every = list(left)
    groups = [(N_("Urgent and not in the walk"), [one for one in every if one.urgent])]
    groups += [
        (name, [one for one in every if one.reason is reason and not one.urgent])
        for reason, name in REASON_NAMES.items()
    ]
    rows: list[LeftStop | Heading] = []
    for name, these in groups:
        if these:
            rows += [Heading(Phrase(name), Phrase(N_("{n} doors"), {"n": len(these)})), *these]
    return rows


def left_cells(one: LeftStop, tone: str, mark_style: str) -> Sequence[Cell]:
    """A stop that is left out, with the reason in words."""
    stop = one.stop
    return (
        Cell(marks.mark(tone, mark_style), tone),
        Cell((stop.short or stop.address) if stop.household_id else "", "text" if tone == "due" else tone),
        Cell(joined(stop.names) if stop.household_id else stop.short, "text"),
        Cell(one.words, "urgent" if one.urgent else "muted"),
    )
