"""What the form of a new follow-up says of itself and asks besides its fields: owner and due day, who reported it, who
funds it, which earlier ones it repeats.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain import masking, workingdays
from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain
from casework.tui import actions, dates, dialogs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from casework.casebook.book import Casebook
    from casework.casebook.views import Person, SimilarCase
    from casework.catalog.shelf import Category
    from casework.tui.screens.base import BaseScreen

Owner = tuple[str, str]
Reporter = tuple[str, str, str]

LINE = 500
"""Characters in a line of text."""


def owners(book: Casebook) -> list[tuple[Owner, object]]:
    """Who can own a follow-up: the worker, the departments, the other workers."""
    from casework.casebook import areas
    from casework.catalog.shelf import departments

    me = book.worker
    found: list[tuple[Owner, object]] = [(("worker", me.id), Phrase(N_("Me: {name}"), {"name": me.name}))]
    found += [(("department", key), one.label) for key, one in departments().items()]
    return found + [(("worker", one.id), one.name) for one in areas.workers(book) if one.id != me.id]


def day_said(day: date, today: date) -> Phrase:
    """A day with its weekday."""
    return Phrase(N_("{day}, {weekday}"), {"day": dates.day_text(day, today), "weekday": dates.weekday(day)})


def ask_reporter(screen: BaseScreen, people: Sequence[Person], then: Callable[[Reporter], None]) -> None:
    """Ask who reported it: one of the household, or somebody else by name and phone."""
    options: list[tuple[Reporter | None, object]] = [
        (
            (one.resident.id, one.resident.name, one.resident.phone or ""),
            Phrase(
                N_("{name}  {phone}"), {"name": one.resident.name, "phone": masking.phone(one.resident.phone or "")}
            ),
        )
        for one in people
    ]
    options.append((None, Phrase(N_("A neighbour or somebody else"))))
    options.append((("", "", ""), Phrase(N_("Nobody: I saw it myself"))))

    def chosen(at: int | None) -> None:
        if at is None:
            return
        reporter = options[at][0]
        if reporter is not None:
            then(reporter)
        else:
            dialogs.ask_text(screen, Phrase(N_("Who reported it? The name.")), named, required=True)

    def named(name: str | None) -> None:
        if name:
            asked = Phrase(N_("The phone number of {name}, if there is one"), {"name": name})
            dialogs.ask_text(screen, asked, lambda phone: then(("", name[:LINE], (phone or "")[:LINE])))

    dialogs.choose(
        screen, Phrase(N_("Who reported it?")), [(n, label) for n, (_who, label) in enumerate(options)], chosen
    )


def linked(earlier: Sequence[SimilarCase], how: str, what: str) -> str:
    """The id of the earlier one with which it will be linked; empty for none."""
    if how == "same":
        return what
    if how:
        return ""
    return next((one.row.id for one in earlier if one.by_itself and one.row.state != "duplicate"), "")


def said(
    book: Casebook, category: str, owner: Owner | None, due_on: date | None, funder: str, reporter: Reporter,
    earlier: Sequence[SimilarCase], repeat: tuple[str, str], keymap: Mapping[str, str],
) -> dict[str, object]:  # fmt: skip
    """The lines of the form by the id of each; an empty one is left out of sight."""
    from casework.catalog.shelf import categories

    found = categories().get(category)
    if found is None:
        return {"what": "", "funded": "", "who": "", "reported": "", "earlier": ""}
    _resident, name, phone = reporter
    told: object = ""
    if name:
        told = Phrase(N_("Reported by: {name}  {phone}"), {"name": plain(name), "phone": masking.phone(phone)})
    return {
        "what": Phrase(N_("Category: {what}"), {"what": found.label}),
        "funded": _funded(found, funder, keymap),
        "who": _who(book, found, owner, due_on),
        "reported": told,
        "earlier": _repeats(earlier, repeat, keymap),
    }


def _funded(found: Category, funder: str, keymap: Mapping[str, str]) -> object:
    if found.admitted:
        return ""
    key = actions.key_text(actions.ACTIONS["followup_form.funder"], keymap)
    if not funder:
        return Phrase(N_("Not on the community's own list: say who funds it ({key})"), {"key": key})
    from casework.casebook import followups

    who = followups.funder_label(funder)
    return Phrase(N_("Not on the community's own list. Funded by: {who}  ({key} changes it)"), {"who": who, "key": key})


def _who(book: Casebook, found: Category, owner: Owner | None, due_on: date | None) -> object:
    from casework.casebook import areas, followups
    from casework.catalog.shelf import departments

    kind, who = owner or ("department", found.department)
    if kind == "department":
        named: object = departments()[who].label
    else:
        named = next((one.name for one in areas.workers(book) if one.id == who), "")
    today = book.today()
    if found.hours and due_on is None:
        return Phrase(N_("Owner: {who}   Urgent: within {n} hours"), {"who": named, "n": found.hours})
    day = due_on or followups.due_after(today, found.days)
    line = Phrase(N_("Owner: {who}   Due: {day}"), {"who": named, "day": dates.day_text(day, today)})
    if due_on is None:
        line = Phrase(
            N_("Owner: {who}   Due: {day} ({n} working days)"),
            {"who": named, "day": dates.day_text(day, today), "n": found.days},
        )
    caution = workingdays.caution(day) if due_on is None else None
    return line if caution is None else Phrase(N_("{line}  {caution}"), {"line": line, "caution": caution})


def _repeats(earlier: Sequence[SimilarCase], repeat: tuple[str, str], keymap: Mapping[str, str]) -> object:
    if not earlier:
        return ""
    how, what = repeat
    same, other = (actions.key_text(actions.ACTIONS[f"followup_form.{name}"], keymap) for name in ("same", "different"))
    if how == "different":
        return Phrase(N_("Another problem than these {n}, because: {why}"), {"n": len(earlier), "why": plain(what)})
    known = next((one.row for one in earlier if one.row.id == linked(earlier, how, what)), None)
    if known is None:
        said_so = N_("{n} earlier ones look alike. {same}: the same problem   {other}: another one, because…")
        return Phrase(said_so, {"n": len(earlier), "same": same, "other": other})
    return Phrase(
        N_("The same problem as {number}: time number {n}.   {other}: another one, because…"),
        {"number": known.number, "n": known.repeats + 1, "other": other},
    )
