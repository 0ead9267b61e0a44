"""The rules of the schedule as a list and a sheet show them: each read, said in words, with what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from casework.domain import rule_words
from casework.domain.phrase import N_, Label, Phrase
from casework.domain.text import plain
from casework.language import _, say
from casework.tui import dates
from casework.tui.widgets.lines import fit, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from casework.casebook.book import Casebook
    from casework.casebook.rule_work import OpenWork
    from casework.casebook.rules import Listed
    from casework.domain.rule_words import RuleWords
    from casework.domain.schedule_rules import ScheduleRule
    from casework.tui.widgets.story import Line

ORIGINS = {"catalog": N_("shipped"), "folder": N_("own folder"), "own": N_("own rule")}
ROWS = 12
"""Lines that one part of a rule may take on its sheet."""


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule of the list. `rule` and `words` are None where it cannot be read."""

    listed: Listed
    rule: ScheduleRule | None
    words: RuleWords | None
    shipped: bool
    """Whether the catalog or the folder has a rule of this key."""

    @property
    def key(self) -> str:
        """The key of the rule."""
        return self.listed.key

    @property
    def label(self) -> Label | str:
        """Its name, or its key."""
        named: Any = self.listed.entry.get("label")
        if isinstance(named, dict) and named.get("zh") and named.get("en"):
            return Label(str(named["zh"]), str(named["en"]))
        return self.key

    @property
    def work(self) -> tuple[str, str]:
        """Under what its open work is kept (`casebook.rule_work`)."""
        if self.rule is None:
            return "", ""
        return self.rule.kind.value, self.rule.checklist or self.rule.key


def rows(book: Casebook) -> list[RuleRow]:
    """All rules, in the order of the catalog, the worker's new ones last."""
    from casework.casebook import rules
    from casework.catalog import rulenames, shelf
    from casework.catalog.rules import read_rule

    shipped = shelf.table(rules.SCHEDULE)
    found = rules.listed(book)
    made = {one.key: read_rule(one.key, one.entry) for one in found if not one.mistake}
    names = rulenames.of_rules(made.values())
    return [
        RuleRow(
            one, made.get(one.key), rule_words.said(made[one.key], names) if one.key in made else None, one.key in shipped
        )
        for one in found
    ]  # fmt: skip


def standing(row: RuleRow) -> tuple[str, str, str]:
    """Mark, tone and word of how a rule stands: off, with a mistake, or where it is from."""
    if row.listed.mistake:
        return "hazard", "hazard", N_("mistake")
    if row.listed.off:
        return "not_applicable", "muted", N_("off")
    return ("marked", "accent", ORIGINS["own"]) if row.listed.origin == "own" else (
        "upcoming", "muted", ORIGINS[row.listed.origin]
    )  # fmt: skip


def sheet(row: RuleRow, work: Mapping[tuple[str, str], OpenWork] | None, width: int) -> Iterator[Line]:
    """The whole rule for a width in cells; `work` is None while it is being counted."""
    yield from _lines(say(row.label), "accent", width)
    if row.listed.off:
        yield from _lines(_("switched off: nobody is due by it"), "overdue", width)
    elif row.listed.mistake:
        yield from _lines(_("It cannot be used, and nobody is due by it:"), "hazard", width)
        yield from _lines(row.listed.mistake, "hazard", width)
    elif row.rule is not None and work is not None:
        yield from _lines(say(_open(row, work)), "due", width)
    if row.words is not None:
        yield from _labelled(row.words, width)
    yield from _origin(row, width)


def _labelled(words: RuleWords, width: int) -> Iterator[Line]:
    parts = (
        (_("For whom"), words.whom), (_("What is due"), words.what), (_("How often"), words.how_often),
        (_("When"), words.season), ("", words.temporary), (_("Window"), words.window), (_("Priority"), words.priority),
        (_("Contacts"), words.contacts),
    )  # fmt: skip
    cells = max(cell_len(label) for label, _said in parts) + 2
    for label, said in parts:
        if said is not None:
            for n, part in enumerate(wrapped(plain(say(said)), max(12, width - cells), ROWS)):
                yield ((fit("" if n else label, cells), "muted"), (part, "text"))


def _open(row: RuleRow, work: Mapping[tuple[str, str], OpenWork]) -> Phrase:
    found = work.get(row.work)
    if found is None:
        return Phrase(N_("nobody has open work by it now"))
    values = {"n": found.places or found.doors, "today": found.today}
    if found.places:
        return Phrase(N_("open work by it: {n} places, {today} of them from today"), values)
    if row.rule is not None and row.rule.checklist:
        return Phrase(N_("this check is open: {n} doors, {today} of them from today"), values)
    return Phrase(N_("open work by it: {n} doors, {today} of them from today"), values)


def _origin(row: RuleRow, width: int) -> Iterator[Line]:
    entry = row.listed.entry
    if row.listed.origin == "own":
        said = N_("your own version; r brings the catalog's back") if row.shipped else N_("your own rule")
        yield from _lines(_(said), "muted", width)
        if row.listed.words:
            yield from _lines(row.listed.words, "muted", width)
    source = str(entry.get("source") or "")
    if source:
        yield from _lines(_("Source: {source}", source=source), "muted", width)
    effective = entry.get("effective")
    if effective:
        day = effective if isinstance(effective, date) else date.fromisoformat(str(effective))
        yield from _lines(_("In force since {day}", day=dates.day_text(day)), "muted", width)


def _lines(text: str, tone: str, width: int) -> Iterator[Line]:
    for part in wrapped(plain(text), width, ROWS):
        yield ((part, tone),)
