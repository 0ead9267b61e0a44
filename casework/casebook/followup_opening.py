"""Opening a follow-up: typed by a person, found by a check, or taken in from another system."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from casework.casebook import followup_steps as steps
from casework.casebook import recurrence
from casework.casebook.errors import Refused
from casework.casebook.followup_steps import due_phrase, owner_label
from casework.casebook.ids import new_id
from casework.casebook.visits import FUTURE_SLACK
from casework.domain import followup as machine
from casework.domain import followup_clock as clocks
from casework.domain.followup import Action, State
from casework.domain.phrase import N_, Phrase
from casework.domain.receipt import Receipt

if TYPE_CHECKING:
    from casework.casebook.book import Casebook
    from casework.casebook.entries import FollowupEntry
    from casework.casebook.followup_entries import OutsideCaseEntry
    from casework.casebook.transaction import Transaction
    from casework.domain.followup import Owner


def new_hazard_id() -> str:
    """The id of a hazard, made before its case so that each can name the other."""
    return new_id()


def open(book: Casebook, entry: FollowupEntry, action: str | None = None) -> Receipt:
    """Open a case. Department, severity and limit come from its category where the entry says nothing.

    An earlier case about the same problem is linked: the one that the entry names, or, where the category says that
    reports of its kind are one problem, the last within its scope, unless the entry says why this one is different.

    Raises:
        Refused: there is no such category or owner, the due day lies in the past, or the category is not on the
            community's own list and nobody is named who funds it.
    """
    return book.save("followup.open", action, lambda tx: record(tx, entry))


def record(tx: Transaction, entry: FollowupEntry) -> Receipt:
    """Open a case inside a save that may do more."""
    category = category_of(entry.category)
    for ent, eid in (("household", entry.household_id), ("place", entry.place_id), ("area", entry.building_id)):
        if eid:
            tx.need(ent, eid)
    happened = _aware(entry.happened_at or tx.now)
    if happened > tx.now + FUTURE_SLACK:
        raise Refused(Phrase(N_("A time here would lie in the future. Nothing was saved. Check the times.")))
    if not category.admitted and not entry.funder:
        raise Refused(
            Phrase(
                N_("“{what}” is not on the community's own list: say who funds it. Usually: {funder}."),
                {"what": category.label, "funder": funder_label(category.funder)},
            )
        )
    owner = steps.owner_of(tx, entry.owner_kind or "worker", entry.owner or "") if entry.owner_kind else None
    if owner is None:
        owner = ("worker", tx.book.worker.id) if entry.reported else ("department", category.department)
    typed = _aware(entry.due_at) if entry.due_at else None
    due_on = entry.due_on or (typed.date() if typed else None)
    if due_on is not None and due_on < tx.today:
        raise Refused(Phrase(N_("The due day lies in the past. Nothing was saved.")))
    followup_id, number = begin(
        tx, category=entry.category, title=entry.title, title_en=None, severity=entry.severity or category.severity,
        owner=owner, due_on=due_on, due_at=typed, household_id=entry.household_id, place_id=entry.place_id,
        hazard_id=None, happened_at=happened, note=entry.note, resident_id=entry.resident_id,
        next_action_on=entry.next_action_on, named=due_on is not None, state=State.REPORTED if entry.reported else State.ASSIGNED,
        more={
            "building_id": entry.building_id, "unit": entry.unit, "address": entry.address, "source": entry.source,
            "official_number": entry.official_number, "extra": entry.extra or None, "funder": entry.funder,
            "reported_by": entry.reported_by, "reported_phone": entry.reported_phone,
        },
    )  # fmt: skip
    fields = tx.need("followup", followup_id)
    due_at = datetime.fromisoformat(fields["due_at"])
    said = [
        Phrase(N_("Due {day}, with {owner}."), {"day": _shown(due_at, fields), "owner": owner_label(tx, *owner)}),
        *recurrence.on_opening(tx, followup_id, fields, entry),
    ]
    if entry.funder:
        said.append(Phrase(N_("Funded by {who}."), {"who": funder_label(entry.funder)}))
    summary = Phrase(N_("Follow-up {number}: {what}"), {"number": number, "what": entry.title})
    return Receipt("", "followup.open", "followup", followup_id, summary, tuple(said))


def begin(
    tx: Transaction, *, category: str, title: str, title_en: str | None, severity: str, owner: Owner,
    due_on: date | None, household_id: str | None, place_id: str | None, hazard_id: str | None, happened_at: datetime,
    note: str, resident_id: str | None = None, next_action_on: date | None = None, due_at: datetime | None = None,
    state: State = State.ASSIGNED, more: dict[str, Any] | None = None, named: bool = False,
) -> tuple[str, str]:  # fmt: skip
    """A new case inside a save, with an owner from the start: assigned, or only taken down. Returns id and number.

    Without a day the category's limit runs from when it happened. A day ends at its midnight; where the category
    counts in hours, not later than those, unless a person named it (`named`). `more` are further fields of the case.
    """
    from casework.catalog import followups as shelf
    from casework.catalog.shelf import categories

    known = categories().get(category)
    urgent = bool(known and known.hours)
    limit = known.hours or known.days * 8 if known else 8
    reckoned = clocks.later(happened_at, limit, urgent, shelf.clock().office)
    if due_at is None:
        due_at = reckoned if due_on is None else clocks.end_of(due_on, tx.now)
        if urgent and not named:
            due_at = min(due_at, reckoned)
    number = _number(tx)
    grid = None
    if household_id:
        grid = tx.one("SELECT grid_id FROM household WHERE id = ?", (household_id,))
    elif place_id:
        grid = tx.one("SELECT grid_id FROM place WHERE id = ?", (place_id,))
    elif more and more.get("building_id"):
        grid = tx.one("SELECT parent_id FROM area WHERE id = ?", (more["building_id"],))
    me = tx.book.worker.id
    day = due_at.date()
    handed = owner != ("worker", me) and state is State.ASSIGNED
    extra = {"funder": known.funder if known and not known.admitted else None, **(more or {})}
    followup_id = tx.add(
        "followup",
        {
            "number": number, "household_id": household_id, "place_id": place_id, "resident_id": resident_id,
            "hazard_id": hazard_id, "category": category, "title": title, "title_en": title_en,
            "severity": severity, "state": state.value, "owner_kind": owner[0], "owner": owner[1],
            "next_action_on": (next_action_on or _first_step(tx, day, handed, urgent)).isoformat(),
            "due_on": day.isoformat(), "due_at": due_at.isoformat(timespec="seconds"),
            "limit_hours": limit if due_at == reckoned else None, "urgent": 1 if urgent else None,
            "opened_at": tx.now.isoformat(timespec="seconds"), "opened_by": me, "handed_by": me,
            "grid_id": grid[0] if grid else None, "needs_visit": 1 if owner[0] == "worker" and household_id else 0,
            "priority": recurrence.priority(severity, 1), **extra,
        },
    )  # fmt: skip
    steps.write_event(
        tx,
        machine.FollowupEvent(followup_id, Action.NOTE, tx.now, me, state, *owner, note, None, None, due_at),
        happened=happened_at,
        kind="open",
    )
    return followup_id, number


def _first_step(tx: Transaction, due_on: date, handed: bool, urgent: bool) -> date:
    """When a new case is looked at again: by when it ought to be accepted, or on its due day."""
    if not handed:
        return max(due_on, tx.today)
    from casework.catalog import followups as shelf

    return max(tx.today, min(due_on, tx.today if urgent else due_after(tx.today, shelf.limits().accept_days)))


def record_outside(tx: Transaction, entry: OutsideCaseEntry) -> str:
    """A case from another system inside a save (an import): with its own times, state and number. Returns its id.

    Raises:
        Refused: there is no such category, state or owner.
    """
    category = category_of(entry.category)
    try:
        state = State(entry.state)
    except ValueError as error:
        raise Refused(Phrase(N_("There is no such state of a follow-up. Nothing was saved."))) from error
    owner = steps.owner_of(tx, entry.owner_kind or "worker", entry.owner or "") if entry.owner_kind else None
    owner = owner or ("department", category.department)
    opened = _aware(entry.opened_at)
    more: dict[str, Any] = {
        "building_id": entry.building_id, "unit": entry.unit, "address": entry.address, "source": entry.source,
        "official_number": entry.official_number, "extra": entry.extra or None, "reported_by": entry.reported_by,
        "reported_phone": entry.reported_phone, "opened_at": opened.isoformat(timespec="seconds"),
        "funder": entry.funder or (None if category.admitted else category.funder),
    }  # fmt: skip
    if state in machine.CLOSED_STATES:
        closed = _aware(entry.closed_at) if entry.closed_at else tx.now
        more |= {
            "closed_at": closed.isoformat(timespec="seconds"), "result": entry.result or "-", "next_action_on": None,
            "satisfaction": entry.satisfaction,
        }  # fmt: skip
    followup_id, _number = begin(
        tx, category=entry.category, title=entry.title, title_en=None, severity=entry.severity or category.severity,
        owner=owner, due_on=None, due_at=_aware(entry.due_at) if entry.due_at else None,
        household_id=entry.household_id, place_id=entry.place_id, hazard_id=None, happened_at=opened, note=entry.note,
        state=state, more=more,
    )  # fmt: skip
    return followup_id


def category_of(key: str) -> Any:
    """A category of the catalog.

    Raises:
        Refused: there is none.
    """
    from casework.catalog.shelf import categories

    found = categories().get(key)
    if found is None:
        raise Refused(Phrase(N_("There is no such category. Nothing was saved.")))
    return found


def funder_label(funder: str) -> Any:
    """How who funds a case is named: a department's name, or the words."""
    from casework.catalog.shelf import departments

    found = departments().get(funder)
    return found.label if found else funder


def due_after(day: date, working_days: int) -> date:
    """The day that many working days after a day; the day itself for none."""
    from casework.domain import workingdays

    return workingdays.after(day, working_days) if working_days else day


def _shown(due_at: datetime, fields: dict[str, Any]) -> object:
    return due_phrase(due_at, bool(fields["urgent"])).values["day"]


def _aware(moment: datetime) -> datetime:
    return moment.astimezone() if moment.tzinfo is None else moment


def _number(tx: Transaction) -> str:
    """A number that two laptops never give twice: device, day, serial of the day (DOMAIN 9)."""
    day = tx.today.strftime("%y%m%d")
    prefix = f"{tx.head.device[:3].upper()}-{day}-"
    serial = tx.serials.get(prefix)
    if serial is None:
        last = tx.one(
            "SELECT max(CAST(substr(number, ?) AS INTEGER)) FROM followup WHERE number >= ? AND number < ?",
            (len(prefix) + 1, prefix, prefix + ":"),
        )
        serial = (last[0] or 0) if last else 0
    tx.serials[prefix] = serial + 1
    return f"{prefix}{serial + 1:02d}"
