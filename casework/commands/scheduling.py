"""Commands of the schedule: what is due and what was done, the rules, and the spells of weather that they ask about."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.casebook import done as ledger
from casework.casebook import due_lists, replanning, rule_preview, rule_saving, spells
from casework.casebook import rules as kept
from casework.casebook.areas import grids
from casework.casebook.errors import NotFound, WrongUse
from casework.commands.logging import ACTION, entry
from casework.domain.callback import hour_of
from casework.domain.due import DueKind, DueStatus
from casework.domain.phrase import N_, Label, Phrase
from casework.domain.resident import RiskLevel
from casework.domain.text import plain
from casework.language import say

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from casework.casebook.book import Casebook
    from casework.commands.root import Session
    from casework.domain.due import Due

DAY = click.DateTime(["%Y-%m-%d"])
_OPEN = (DueStatus.UPCOMING, DueStatus.DUE, DueStatus.OVERDUE, DueStatus.MISSED)


@click.command()
@click.option("--all", "everywhere", is_flag=True, help="All grids, not only the one in use.")
@click.option("--grid", help="A grid, by name or id.")
@click.option("--on", "day", type=DAY, help="The day; today if it is not given.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice([kind.value for kind in DueKind]))
@click.option(
    "--status", "states", multiple=True, type=click.Choice([state.value for state in DueStatus]),
    help="Only so; what is upcoming is listed only where it is asked for.",
)  # fmt: skip
@click.option("--rule", default="", help="Of one rule, by its key, or of one checklist.")
@click.option(
    "--done", "span", nargs=2, type=DAY, help="What was done from one day to another instead, by when it happened."
)
@click.pass_obj
def due(
    session: Session, everywhere: bool, grid: str | None, day: datetime | None, kinds: tuple[str, ...],
    states: tuple[str, ...], rule: str, span: tuple[datetime, datetime] | None,
) -> None:  # fmt: skip
    """What is due, urgent first, then in walking order; or the ledger of what was done, on time or late."""
    wanted = [DueStatus(state) for state in states]
    with session.book() as book:
        grid_id = None if everywhere else _grid(book, grid) if grid else book.grid_id
        if span is None:
            on = day.date() if day else book.today()
            if not set(wanted) <= set(_OPEN):
                raise WrongUse(Phrase(N_("What was done is listed with --done FROM TO.")))
            found = due_lists.listed(book, on, grid_id, [DueKind(kind) for kind in kinds], wanted, rule)
            rows = [(_row(line.due, line.address, line.status, line.grid_id), line.due.due_on) for line in found]
        else:
            first, last = span[0].date(), span[1].date()
            on = day.date() if day else max(last, book.today())
            rows = [
                (
                    {
                        **_row(line.done.due, line.address, line.done.status(on), line.grid_id),
                        "done_on": line.done.done_on, "by": line.done.by,
                    },
                    line.done.done_on,
                )
                for line in _done(book, first, last, grid_id, kinds, rule)
                if not wanted or line.done.status(on) in wanted
            ]  # fmt: skip
    session.show(
        [row for row, _day in rows],
        [plain(f"{shown}  {row['status']}  {row['address']}  {row['reason']}") for row, shown in rows],
    )


def _done(
    book: Casebook, first: date, last: date, grid_id: str | None, kinds: tuple[str, ...], rule: str
) -> Iterable[ledger.DoneLine]:
    names = {rule, *(one.name for one in kept.rules(book).all if one.key == rule)}
    for line in ledger.between(book, first, last, grid_id):
        if (not kinds or line.done.due.kind.value in kinds) and (not rule or line.done.due.rule in names):
            yield line


def _row(item: Due, address: str, status: DueStatus, grid_id: str) -> dict[str, Any]:
    return {
        "household": item.household_id, "place": item.place_id, "resident": item.resident_id, "grid": grid_id,
        "address": address, "what": item.kind.value, "rule": item.rule, "reason": say(item.reason),
        "status": status.value, "opens_on": item.opens_on, "due_on": item.due_on, "closes_on": item.closes_on,
        "priority": item.priority, "at": hour_of(item) or None,
    }  # fmt: skip


def _grid(book: Casebook, named: str) -> str:
    for one in grids(book):
        if named in (one.id, one.name, *one.aliases):
            return one.id
    raise NotFound(Phrase(N_("There is no grid {name}."), {"name": named}))


# --- rules -------------------------------------------------------------------------------------------------------


@click.group()
def rules() -> None:
    """The rules of the schedule: those of the catalog, and this casebook's own."""


@rules.command("list")
@click.pass_obj
def list_rules(session: Session) -> None:
    """All rules, with where each is from."""
    with session.book() as book:
        found = kept.listed(book)
        pending = replanning.pending(book)
    session.show(
        [
            {
                "key": one.key, "label": one.entry.get("label"), "origin": one.origin, "off": one.off,
                "subject": one.entry.get("subject"), "what": one.entry.get("what"), "words": one.words,
                "mistake": one.mistake, "pending": pending,
            }
            for one in found
        ],
        [plain(f"{one.key}  {one.origin}{'  off' if one.off else ''}  {_called(one.entry)}  {one.mistake}") for one in found],
    )  # fmt: skip


@rules.command()
@click.argument("key")
@click.pass_obj
def show(session: Session, key: str) -> None:
    """One rule, as its table says it."""
    from casework.catalog.rules import as_kept

    with session.book() as book:
        found = next((one for one in kept.listed(book) if one.key == key), None)
    if found is None:
        raise NotFound(Phrase(N_("There is no rule {key}."), {"key": key}))
    table = as_kept(dict(found.entry))
    session.show(
        {"key": key, "origin": found.origin, "off": found.off, "words": found.words, "rule": table},
        [plain(f"{name} = {value}") for name, value in table.items()],
    )


@rules.command("set")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--words", default="", help="Why, for whoever reads the rules later.")
@ACTION
@click.pass_obj
def set_rule(session: Session, file: Path, words: str, action: str | None) -> None:
    """Save the rule that a TOML file gives, in place of the one of its key, and plan again whom it concerns."""
    made = _entry_of(file, words)
    with session.book() as book:
        receipt = rule_saving.save_rule(book, made, action)
        replanning.run(book)
    session.receipt(receipt)


@rules.command()
@click.argument("key")
@click.option("--words", default="", help="Why.")
@ACTION
@click.pass_obj
def off(session: Session, key: str, words: str, action: str | None) -> None:
    """Switch a rule off."""
    from casework.casebook.rule_entries import RuleEntry

    made = entry(RuleEntry, key=key, words=words)
    with session.book() as book:
        receipt = rule_saving.save_rule(book, made, action)
        replanning.run(book)
    session.receipt(receipt)


@rules.command()
@click.argument("key")
@ACTION
@click.pass_obj
def restore(session: Session, key: str, action: str | None) -> None:
    """Take a rule of this casebook's own away, so that the catalog's counts again."""
    with session.book() as book:
        receipt = rule_saving.restore_rule(book, key, action)
        replanning.run(book)
    session.receipt(receipt)


@rules.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--off", "key", help="Preview switching off the rule of this key instead.")
@click.pass_obj
def preview(session: Session, file: Path | None, key: str | None) -> None:
    """Say what a rule would change, without saving it: how many fall due, how many no longer do, and when."""
    from casework.casebook.rule_entries import RuleEntry

    if (file is None) == (key is None):
        raise WrongUse(Phrase(N_("Name a file, or a rule with --off.")))
    made = _entry_of(file) if file is not None else entry(RuleEntry, key=key)
    with session.book() as book:
        found = rule_preview.preview(book, made)
    if found is None:
        raise RuntimeError("cancelled by nobody")
    data = {
        "become_due": _count(found.become_due), "no_longer_due": _count(found.no_longer_due),
        "moved": _count(found.moved), "this_week": _period(found.this_week),
        "next_four_weeks": _period(found.next_four_weeks), "months": [_period(month) for month in found.months],
        "concerned": found.concerned,
    }  # fmt: skip
    lines = [
        _said(N_("Become due: {residents} residents, {doors} doors, {places} places"), found.become_due),
        _said(N_("No longer due: {residents} residents, {doors} doors, {places} places"), found.no_longer_due),
        _said(N_("On another day: {residents} residents, {doors} doors, {places} places"), found.moved),
    ]
    for period in (found.this_week, found.next_four_weeks, *found.months):
        more, less = period.more, period.less
        lines.append(
            f"{period.first or '…'} – {period.last}  +{more.residents}/{more.doors}  -{less.residents}/{less.doors}"
        )
    session.show(data, [plain(text) for text in lines])


def _said(text: str, count: rule_preview.Count) -> str:
    return say(Phrase(text, {"residents": count.residents, "doors": count.doors, "places": count.places}))


def _count(count: rule_preview.Count) -> dict[str, int]:
    return {"doors": count.doors, "residents": count.residents, "places": count.places}


def _period(period: rule_preview.Period) -> dict[str, Any]:
    return {"first": period.first, "last": period.last, "more": _count(period.more), "less": _count(period.less)}


def _called(table: Any) -> str:
    named = table.get("label") or {"zh": "", "en": ""}
    return say(Label(named["zh"], named["en"]))


def _entry_of(file: Path, words: str = "") -> Any:
    """The one rule of a TOML file: a table under its key, as in schedule.toml."""
    from casework.casebook.rule_entries import RuleEntry

    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongUse(Phrase(N_("{file} cannot be read: {why}"), {"file": file.name, "why": str(error)})) from error
    if len(tables) != 1 or not isinstance(next(iter(tables.values())), dict):
        raise WrongUse(
            Phrase(N_("{file} must hold one rule: a table under its key, as in schedule.toml."), {"file": file.name})
        )
    key, body = next(iter(tables.items()))
    return entry(RuleEntry, key=key, body=body, words=words)


# --- spells ------------------------------------------------------------------------------------------------------


@click.group()
def spell() -> None:
    """Rain storms, heat waves and other occasions that rules of the schedule ask about."""


@spell.command()
@click.argument("kind")
@click.option("--from", "first", type=DAY, help="The first day, also one to come; today if it is not given.")
@click.option("--to", "last", type=DAY, help="The last day, if it is known.")
@click.option("--words", default="")
@ACTION
@click.pass_obj
def begin(
    session: Session, kind: str, first: datetime | None, last: datetime | None, words: str, action: str | None
) -> None:
    """Record that a spell begins, or is warned of."""
    from casework.casebook.rule_entries import SpellEntry

    with session.book() as book:
        made = entry(
            SpellEntry, kind=kind, starts_on=first.date() if first else book.today(),
            ends_on=last.date() if last else None, words=words,
        )  # fmt: skip
        receipt = spells.begin(book, made, action)
        replanning.run(book)
    session.receipt(receipt)


@spell.command()
@click.argument("spell_id", metavar="ID|KIND")
@click.option("--on", "last", type=DAY, help="Its last day; today if it is not given.")
@ACTION
@click.pass_obj
def end(session: Session, spell_id: str, last: datetime | None, action: str | None) -> None:
    """Record that a spell is over: the one with this id, or the one of this kind that lasts."""
    from casework.casebook.rule_entries import SpellEnd

    with session.book() as book:
        lasting = [one.id for one in spells.listed(book) if one.kind == spell_id and one.ends_on is None]
        made = entry(
            SpellEnd, spell_id=lasting[0] if lasting else spell_id, ends_on=last.date() if last else book.today()
        )
        receipt = spells.end(book, made, action)
        replanning.run(book)
    session.receipt(receipt)


@spell.command("list")
@click.pass_obj
def list_spells(session: Session) -> None:
    """All spells, the latest first."""
    with session.book() as book:
        found = spells.listed(book)
    session.show(
        [
            {"id": one.id, "kind": one.kind, "label": one.label, "starts_on": one.starts_on, "ends_on": one.ends_on,
             "words": one.words}
            for one in found
        ],
        [plain(f"{one.id}  {one.starts_on} – {one.ends_on or '…'}  {say(one.label)}  {one.words}") for one in found],
    )  # fmt: skip


# --- risk --------------------------------------------------------------------------------------------------------


@click.command()
@click.argument("resident_id")
@click.argument("level", type=click.Choice([*(level.value for level in RiskLevel), "suggested"]))
@click.option("--reason", required=True, help="In words: it is shown wherever the level is.")
@ACTION
@click.pass_obj
def risk(session: Session, resident_id: str, level: str, reason: str, action: str | None) -> None:
    """Set somebody's risk level by hand, or give it back to what the rules suggest."""
    from casework.casebook import residents
    from casework.casebook.entries import RiskEntry

    def of(**values: Any) -> RiskEntry:
        return RiskEntry(**{"level": None, **values})

    made = entry(of, resident_id=resident_id, level=level if level != "suggested" else None, reason=reason)
    with session.book() as book:
        session.receipt(residents.risk(book, made, action))


COMMANDS = (due, rules, spell, risk)
