"""The notice at a door (到访不遇告知单) for paper: a Word page for each door, or plain text for a receipt printer.

It hangs where every neighbour reads it: who came, when, why, and what the resident may do. No name, telephone number or
tag of anybody who lives there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.casebook import notices
from casework.casebook.errors import WrongUse
from casework.catalog import doornotice as catalog
from casework.catalog import shelf
from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain
from casework.exchange.paper import RECEIPT, fold, two_ends
from casework.exchange.releasing import Release
from casework.language import _, language, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from casework.casebook.book import Casebook
    from casework.casebook.notices import NoticeFor

PHONE = "notice.phone"
"""The setting under which this laptop remembers the number that residents are asked to ring."""

MOST_DOORS = 200
"""On one document: a round of a day has fewer."""

MOST_TRIES = 6
"""How many tries are named, the latest ones; more would not fit beside the rest in large type."""

WEEKDAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is on the paper: of every door the same `common` fields, and those of each one."""

    common: Mapping[str, str]
    doors: tuple[Mapping[str, str], ...]


def sheet(book: Casebook, household_ids: Sequence[str], phone: str = "") -> Sheet:
    """What stands on the notices for some doors, in walking order. `phone` is the number to ring: the one that this
    laptop remembers, or else the worker's own, where nothing is said.

    Raises:
        WrongUse: none is named, too many are, or no number to ring is known.
        NotFound: one of them is no door.
    """
    found = notices.read(book, household_ids)
    if len(found) > MOST_DOORS:
        raise WrongUse(Phrase(N_("These are too many doors for one document: at most {n}."), {"n": MOST_DOORS}))
    number = number_to_ring(book, phone)
    if not number:
        raise WrongUse(Phrase(N_("Say which telephone number residents shall ring.")))
    common = {
        "community": book.community, "worker": book.worker.name, "phone": number, "hours": _office_hours(),
        "kept_months": str(shelf.number("notice_kept_months")), "made_on": book.today().isoformat(),
    }  # fmt: skip
    return Sheet(
        {key: plain(value) for key, value in common.items()},
        tuple({key: plain(value, lines=key == "tries") for key, value in _door(one).items()} for one in found),
    )


def number_to_ring(book: Casebook, phone: str = "") -> str:
    """The number that stands on a notice; empty where none is known."""
    return phone.strip() or str(book.setting(PHONE, "") or "") or book.worker.phone


def write(book: Casebook, household_ids: Sequence[str], out: Path, *, phone: str = "", replace: bool = False) -> Sheet:
    """Make the notices: a .docx with a page a door, or a .txt of 32 columns for a receipt printer. Gives what is on them.

    Raises:
        WrongUse: neither .docx nor .txt, or the file is there already and not `replace`; or as `sheet`.
        NotFound: as `sheet`.
        Refused: the template cannot be used. Nothing was written.
        NotSaved: the file could not be written; nothing of it is left.
    """
    ending = out.suffix.lower()
    if ending not in (".docx", ".txt"):
        raise WrongUse(Phrase(N_("A notice is a .docx or a .txt file.")))
    release = Release(out, replace=replace)
    made = sheet(book, household_ids, phone)
    content = page(made) if ending == ".docx" else "\n".join(text(made)).encode("utf-8") + b"\n"
    with release.prepared(content):
        release()
    return made


def page(made: Sheet) -> bytes:
    """The bytes of a .docx file, from the template of the language that is on.

    Raises:
        Refused: the template cannot be used.
    """
    from casework.exchange.wordpage import fill

    return fill(catalog.template(language()), {**made.common, "doors": list(made.doors)})


def text(made: Sheet, columns: int = RECEIPT.columns) -> Iterator[str]:
    """The lines of plain text, each door below the other with a line to cut along."""
    common = made.common
    for n, door in enumerate(made.doors):
        if n:
            yield from ("", "- " * (columns // 2 - 1) + "-", "")
        yield from fold(_("We came and met nobody"), columns)
        yield from fold(f"{common['community']} {door['grid']}".strip(), columns)
        yield two_ends(door["address"], door["number"], columns)
        yield "-" * columns
        if door["tries"]:
            yield _("We came:")
            yield from (f"  {line}" for line in door["tries"].split("\n"))
        yield from fold(_("For: {what}", what=door["purposes"]), columns)
        yield from fold(_("Who: {worker}, who shows a card", worker=common["worker"]), columns)
        yield "-" * columns
        yield from fold(_("Please ring for a time that suits you:"), columns)
        yield from fold(common["phone"], columns)
        yield from fold(_("{hours}, with the number {number}", hours=common["hours"], number=door["number"]), columns)
        yield _("Or tell us here:")
        blank = columns - 2
        for label in (_("day"), _("hour")):
            yield two_ends(f"  {label}", "_" * (blank // 2), columns)
        yield "-" * columns
        kept = _("That we came is kept for {n} months; you may see it and have it put right.", n=common["kept_months"])
        yield from fold(kept, columns)
        yield from fold(_("If in doubt ring first and do not open to strangers."), columns)
        yield common["made_on"]


def _door(one: NoticeFor) -> dict[str, str]:
    tries = [_moment(moment) for moment in one.tries[-MOST_TRIES:]]
    if len(one.tries) > MOST_TRIES:
        tries.insert(0, _("{n} times earlier", n=len(one.tries) - MOST_TRIES))
    return {
        "number": one.number, "address": one.address, "grid": one.grid, "tries": "\n".join(tries),
        "purposes": _(", ").join(say(label) for label in catalog.purposes(one.checks)),
    }  # fmt: skip


def _moment(moment: datetime) -> str:
    values = {"day": moment.date().isoformat(), "weekday": _(WEEKDAYS[moment.weekday()]), "hour": f"{moment:%H:%M}"}
    return _("{day} {weekday} {hour}", **values)


def _office_hours() -> str:
    names = ("morning_opens_hour", "morning_closes_hour", "afternoon_opens_hour", "afternoon_closes_hour")
    opens, closes, again, ends = (shelf.number(name) for name in names)
    return _("on working days {a}:00-{b}:00 and {c}:00-{d}:00", a=opens, b=closes, c=again, d=ends)
