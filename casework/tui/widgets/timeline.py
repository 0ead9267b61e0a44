"""A follow-up's timeline as lines: what people did, and among it what the clock reckons (reminders, the ladder)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.catalog.shelf import departments
from casework.domain.phrase import N_
from casework.domain.text import plain
from casework.language import _, say
from casework.tui import dates, marks
from casework.tui.widgets.lines import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from casework.casebook.views import FollowupDetail, TimelineEntry

Line = tuple[tuple[str, str], ...]

STEPS = {
    "open": N_("opened"),
    "import": N_("taken over from another system"),
    "note": N_("note"),
    "assign": N_("assigned"),
    "accept": N_("accepted"),
    "return": N_("returned"),
    "start": N_("begun"),
    "wait": N_("waits for the resident"),
    "finish": N_("reported done"),
    "verify": N_("asking the resident"),
    "could_not_reach": N_("resident not reached"),
    "not_put_right": N_("not put right"),
    "came_back": N_("came back"),
    "suspend": N_("suspended"),
    "resume": N_("resumed"),
    "extend": N_("extended"),
    "ask_again": N_("asked again"),
    "help": N_("helps"),
    "help_ends": N_("helps no longer"),
    "link": N_("the same problem"),
    "joint_visit": N_("joint visit"),
    "promise": N_("promised"),
    "promise_kept": N_("promise kept"),
    "promise_broken": N_("promise not kept"),
    "close_verified": N_("closed, verified"),
    "close_unverified": N_("closed, not verified"),
    "close_not_fixed": N_("closed, not fixed"),
    "mark_duplicate": N_("closed as a duplicate"),
    "reopen": N_("reopened"),
    "hand_off": N_("sheet made for the department"),
}
"""What each line of a timeline says was done."""

CAUSES = {
    "unaccepted": N_("went up to the {rung}: not accepted in time"),
    "overdue": N_("went up to the {rung}: overdue"),
    "repeats": N_("went up to the {rung}: it has come up so often"),
}
"""What a reckoned line of the ladder says, by its cause."""


def timeline_lines(
    detail: FollowupDetail, today: date, workers: Mapping[str, str], width: int, style: str,
    owner_text: Callable[[str, str, Mapping[str, str]], str],
) -> Iterator[Line]:  # fmt: skip
    """The lines of the timeline. Reckoned ones are indented behind a flag and say that the clock speaks."""
    for entry in detail.timeline:
        when = dates.moment_text(entry.at, today)
        if entry.derived:
            said = (
                _("reminder: the due day is near")
                if entry.rung is None
                else _(CAUSES[entry.cause], rung=say(entry.rung))
            )
            tone = "muted" if entry.rung is None else "urgent"
            flag = f"  {marks.mark('caution', style)} {when}  "
            for number, part in enumerate(wrapped(_("{said} (by the clock)", said=said), width - len(flag) - 2, 3)):
                yield ((flag if number == 0 else " " * len(flag), tone), (part, tone))
            continue
        kind = "different" if entry.data.get("different_from") else entry.kind
        did = _("another problem") if kind == "different" else _(STEPS.get(kind, kind))
        yield ((f"{when}  ", "muted"), (did, "text"), (f"  {plain(entry.worker)}", "muted"))
        for more in _more(entry, today, workers, owner_text):
            for part in wrapped(more, width - 2, 3):
                yield ((f"  {part}", "text"),)
        for part in wrapped(plain(entry.note), width - 2, 12):
            yield ((f"  {part}", "away"),)


def _more(
    entry: TimelineEntry, today: date, workers: Mapping[str, str], owner_text: Callable[..., str]
) -> Iterator[str]:
    """What else a step says: to whom, until when, who was there, who decided."""
    data = entry.data
    if entry.kind in ("assign", "return", "reopen"):
        yield f"→ {owner_text(entry.owner_kind, entry.owner, workers)}"
    if entry.until_on is not None:
        yield _("until {day}", day=dates.day_text(entry.until_on, today))
    if entry.kind == "extend" and entry.due_at is not None:
        yield _("Due {day}", day=dates.day_text(entry.due_at.date(), today))
    if entry.kind in ("help", "help_ends") and data.get("who"):
        yield owner_text(*data["who"], workers)
    if entry.kind == "joint_visit":
        yield _("Present: {who}", who=", ".join(_party(key) for key in data.get("present", ())))
        absent = [_party(key) for key in data.get("invited", ()) if key not in data.get("present", ())]
        if absent:
            yield _("Invited and not there: {who}.", who=", ".join(absent))
    if entry.kind.startswith("promise") and data.get("party"):
        what = f": {plain(str(data['what']))}" if data.get("what") and data["what"] != entry.note else ""
        yield _party(data["party"]) + what
    if entry.kind == "ask_again" and data.get("asked_by"):
        yield plain(str(data["asked_by"]))
    if data.get("satisfaction"):
        yield _("Satisfaction: {n} of 5", n=data["satisfaction"])
    if data.get("against_closing"):
        yield _("This counts against its last closing.")
    if entry.approved_by:
        yield _("Decided by: {who}", who=plain(entry.approved_by))


def _party(key: Any) -> str:
    found = departments().get(str(key))
    return say(found.label) if found else plain(str(key))
