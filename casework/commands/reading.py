"""Commands that read: find, household, followups, stats, history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from casework.casebook import done, households, search
from casework.casebook import history as journal
from casework.casebook import stats as figures
from casework.catalog import shelf
from casework.commands.followup_reading import case_data
from casework.domain import masking
from casework.domain.arrangement import END_NAMES
from casework.domain.followup import STATE_NAMES, State
from casework.domain.text import plain
from casework.language import _, say

if TYPE_CHECKING:
    from datetime import date, datetime

    from casework.commands.root import Session


@click.command()
@click.argument("query", nargs=-1, required=True)
@click.option("--limit", default=50, show_default=True, help="How many at the most.")
@click.pass_obj
def find(session: Session, query: tuple[str, ...], limit: int) -> None:
    """Find people, doors and places by name, pinyin, initials, address or phone tail."""
    with session.book() as book:
        found = search.find(book, " ".join(query), limit)
    session.show(
        [{"id": f.id, "kind": f.kind, "name": f.name, "address": f.address, "matched": f.matched} for f in found],
        [plain(f"{f.id}  {f.name}  {f.address}") for f in found],
    )


@click.command()
@click.argument("household_id")
@click.pass_obj
def household(session: Session, household_id: str) -> None:
    """A household's whole story; numbers and sensitive tags are masked."""
    with session.book() as book:
        story = households.story(book, household_id)
        completed = done.of_household(book, household_id)
        today = book.today()
    home = story.household
    people = [_person(person, today) for person in story.people]
    data: dict[str, Any] = {
        "id": home.id,
        "address": home.address,
        "short": home.short,
        "building": story.building,
        "fuel": home.fuel.value,
        "phone": masking.phone(home.phone),
        "people": people,
        "due": [
            {"what": item.kind.value, "rule": item.rule, "due_on": item.due_on, "status": status.value}
            for item, status in story.dues
        ],
        "bookings": [
            {"id": b.id, "on": b.day, "at": b.hour, "state": b.end.value, "asked_by": b.asked_by, "note": b.note,
             "words": b.words}
            for b in story.bookings
        ],
        "notices": [
            {"number": n.number, "left_at": n.left_at, "tries": n.tries, "how": n.how} for n in story.notices
        ],
        "done": [
            {"what": one.due.kind.value, "rule": one.due.rule, "resident": one.due.resident_id, "due_on": one.due.due_on,
             "done_on": one.done_on, "status": one.status(today).value, "by": one.by}
            for one in completed
        ],
        "campaigns": [
            {"id": c.campaign_id, "name": say(c.label), "resident": c.resident_id, "bucket": c.standing.bucket.value,
             "why": say(c.standing.why)}
            for c in story.campaigns
        ],
        "followups": [case_data(row) for row in story.followups],
        "visits": [
            {"id": v.id, "at": v.happened_at, "outcome": v.outcome.value, "mode": v.mode.value, "note": v.note,
             "concern": v.concern, "refusal_reason": v.refusal_reason.value if v.refusal_reason else None}
            for v in story.visits
        ],
        "checks": [
            {"id": c.id, "at": c.happened_at, "checklist": c.checklist, "completed": c.completed} for c in story.checks
        ],
        "hazards": [
            {"question": h.question, "title": say(h.title), "level": h.level.value, "fixed_on_spot": h.fixed_on_spot,
             "followup": h.followup_id}
            for h in story.hazards
        ],
        "devices": [{"kind": d.kind, "model": d.model, "batch": d.batch, "fitted_on": d.fitted_on} for d in story.devices],
    }  # fmt: skip
    lines = [f"{story.building} {home.short}  {home.address}  {masking.phone(home.phone)}"]
    lines += [f"  {p['name']}  {p['age'] if p['age'] is not None else ''}  {p['risk']}  {p['phone']}" for p in people]
    lines += [f"  {item.due_on}  {status.value}  {say(item.reason)}" for item, status in story.dues]
    lines += [f"  {b.day} {b.hour}  {say(END_NAMES[b.end])}  {b.asked_by}  {b.note} {b.words}" for b in story.bookings]
    lines += [f"  {n.left_at:%Y-%m-%d %H:%M}  {_('Notice')} {n.number}  {n.how}" for n in story.notices]
    lines += [f"  {say(c.label)}  {say(c.standing.why)}" for c in story.campaigns]
    lines += [f"  {row.number}  {say(row.title)}  {say(STATE_NAMES[State(row.state)])}" for row in story.followups]
    lines += [f"  {v.happened_at:%Y-%m-%d %H:%M}  {v.outcome.value}  {v.note} {v.concern}" for v in story.visits]
    session.show(data, [plain(text) for text in lines])


def _person(person: Any, today: date) -> dict[str, Any]:
    resident = person.resident
    sensitive = [key for key, kind in shelf.tags().items() if kind.sensitive]
    named, masked = masking.tags((tag.tag for tag in resident.tags if tag.holds_on(today)), sensitive)
    return {
        "id": resident.id,
        "name": resident.name,
        "age": person.age,
        "sex": resident.sex.value,
        "risk": person.risk.value,
        "risk_by_hand": person.risk_overridden,
        "risk_reasons": [say(reason) for reason in person.risk_reasons],
        "tags": list(named),
        "masked_tags": masked,
        "phone": masking.phone(resident.phone),
        "citizen_id": masking.citizen_id(resident.citizen_id),
        "life_state": resident.life_state.value,
        "last_seen_on": resident.last_seen_on,
    }


@click.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Of the work since a day.")
@click.pass_obj
def stats(session: Session, since: datetime | None) -> None:
    """The figures: doors knocked, people contacted, checks completed, devices fitted are four things."""
    with session.book() as book:
        found = figures.figures(book, since.date() if since else None)
    data = {name: getattr(found, name) for name in found.__slots__}
    session.show(data, [f"{name}: {value}" for name, value in data.items()])


@click.command()
@click.argument("record_id", required=False)
@click.option("--limit", default=50, show_default=True, help="How many saves, where no record is named.")
@click.pass_obj
def history(session: Session, record_id: str | None, limit: int) -> None:
    """What was written, by whom and when: of one record, or the last saves of all."""
    with session.book() as book:
        lines = journal.of_record(book, record_id) if record_id else journal.latest(book, limit)
    session.show(
        [
            {
                "at": entry.at,
                "worker": entry.worker,
                "kind": entry.kind,
                "record": entry.record,
                "fields": list(entry.fields),
                "summary": say(entry.summary) if entry.summary else "",
            }
            for entry in lines
        ],
        [
            plain(f"{e.at:%Y-%m-%d %H:%M}  {e.worker}  {say(e.summary) if e.summary else e.kind}  {' '.join(e.fields)}")
            for e in lines
        ],
    )


@click.command("keys")
def key_sheet() -> None:
    """All keys of the app."""
    from casework.language import language
    from casework.tui.actions import key_sheet as sheet

    click.echo(sheet(language()))


COMMANDS = (find, household, stats, history, key_sheet)
__all__ = ["COMMANDS", "_"]
