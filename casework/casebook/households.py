"""Households: adding and changing a door, its whole story, the stairwell of a building."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.casebook import bookings, facts, notices, rows
from casework.casebook.errors import NotFound, Refused
from casework.casebook.rounds import DUE, due_of
from casework.casebook.transaction import no_such_record
from casework.casebook.views import DoorCell, DoorState, FollowupRow, HazardView, HouseholdStory, Person
from casework.domain.check import HazardLevel
from casework.domain.due import URGENT, Due, DueKind, DueStatus
from casework.domain.phrase import N_, Label, Phrase
from casework.domain.receipt import Receipt
from casework.domain.resident import Resident, age_on
from casework.domain.schedule import status

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from casework.casebook.book import Casebook
    from casework.casebook.campaign_views import HouseholdCampaign
    from casework.casebook.changes import HouseholdChange
    from casework.casebook.entries import EditEntry, HouseholdEntry
    from casework.casebook.transaction import Transaction
    from casework.domain.area import Area
    from casework.domain.household import Household

EDITABLE = frozenset(
    {
        "address",
        "unit",
        "floor",
        "room",
        "walk_order",
        "fuel",
        "tenure",
        "phone",
        "kitchen_id",
        "cautions",
        "note",
    }
)
RECENT_DAYS = 1


def add(book: Casebook, entry: HouseholdEntry, action: str | None = None) -> Receipt:
    """Add a door by hand: called by its parts, beside its neighbours on the walk.

    Raises:
        Refused: nothing leads to a door, or the kitchen cannot be shared so.
        AlreadyThere: the building has a door of that address.
    """
    from casework.casebook import doorstep

    def work(tx: Transaction) -> Receipt:
        values = doorstep.values(tx, entry)
        household = tx.add("household", values)
        if entry.shares_with:
            doorstep.share(tx, household, entry.building_id, entry.shares_with)
        summary = Phrase(N_("Added: {name}"), {"name": values["short"]})
        return Receipt("", "household.add", "household", household, summary)

    return book.save("household.add", action, work)


def change(book: Casebook, entry: HouseholdChange, action: str | None = None) -> Receipt:
    """Put a door right; its short form follows its parts.

    Raises:
        NotFound: there is no such door.
        Refused: nothing leads to it any more, or the kitchen cannot be shared so.
        AlreadyThere: another door of the building has that address.
    """
    from casework.casebook import doorstep

    def work(tx: Transaction) -> Receipt:
        before = tx.need("household", entry.id)
        said = doorstep.moved(tx, entry.id, before, entry.said("shares_with"))
        tx.set("household", entry.id, {name: None if value in ("", []) else value for name, value in said.items()})
        if "shares_with" in entry.model_fields_set:
            doorstep.share(tx, entry.id, before["building_id"], entry.shares_with)
        summary = Phrase(N_("Changed: {name}"), {"name": said.get("short", before["short"])})
        return Receipt("", "household.change", "household", entry.id, summary)

    return book.save("household.change", action, work)


def edit(book: Casebook, entry: EditEntry, action: str | None = None) -> Receipt:
    """Change fields of a door; what is not named stays."""
    if set(entry.values) - EDITABLE:
        raise Refused(Phrase(N_("There is no such field.")))

    def work(tx: Transaction) -> Receipt:
        before = tx.need("household", entry.id)
        tx.set("household", entry.id, entry.values)
        summary = Phrase(N_("Changed: {name}"), {"name": before["short"]})
        return Receipt("", "household.edit", "household", entry.id, summary)

    return book.save("household.edit", action, work)


def get(book: Casebook, household_id: str) -> Household:
    """One door.

    Raises:
        NotFound: there is none.
    """
    row = book.database.execute_sql(
        f"SELECT {rows.HOUSEHOLD} FROM household WHERE id = ?",
        (household_id,),
    ).first()
    if row is None:
        raise NotFound(no_such_record())
    return rows.household(row)


def people_of(book: Casebook, household_id: str) -> list[Resident]:
    """The people behind a door, its head first."""
    execute = book.database.connection().cursor().execute
    found = execute(
        f"SELECT {rows.RESIDENT} FROM resident WHERE household_id = ? ORDER BY ifnull(head, 0) DESC, born, id",
        (household_id,),
    ).fetchall()
    if not found:
        return []
    marks = ",".join("?" * len(found))
    ids = [row[0] for row in found]
    tags: dict[str, list[Any]] = {}
    for row in execute(f"SELECT {rows.TAG} FROM tag WHERE resident_id IN ({marks}) ORDER BY id", ids):
        tags.setdefault(row[1], []).append(rows.tag(row))
    contacts: dict[str, list[Any]] = {}
    for row in execute(f"SELECT {rows.CONTACT} FROM contact WHERE resident_id IN ({marks}) ORDER BY id", ids):
        contacts.setdefault(row[1], []).append(rows.contact(row))
    return [rows.resident(row, tags.get(row[0], ()), contacts.get(row[0], ())) for row in found]


def person(resident: Resident, day: date, findings: Iterable[str] = ()) -> Person:
    """A resident with age and risk as of a day; `findings` are those open at the door."""
    from casework.catalog.shelf import schedule_rules
    from casework.domain import risk

    weights = schedule_rules().risk
    level, reasons, overridden = risk.of_resident(resident, day, weights, findings)
    _level, in_full, _overridden = risk.of_resident(resident, day, weights, findings, in_full=True)
    age = age_on(resident.born, day) if resident.born else None
    return Person(resident, age, level, reasons, overridden, in_full)


def story(book: Casebook, household_id: str, visits: int = 30) -> HouseholdStory:
    """All that is known about a door.

    Raises:
        NotFound: there is no such door.
    """
    execute = book.database.connection().cursor().execute
    household = get(book, household_id)
    today = book.today()
    building = execute("SELECT name FROM area WHERE id = ?", (household.building_id,)).first()
    dues = [due_of(row) for row in execute(f"SELECT {DUE} FROM due WHERE household_id = ?", (household_id,))]
    dues.sort(key=lambda due: (due.priority, due.due_on, due.rule))
    seen = execute(
        f"SELECT {rows.VISIT} FROM visit WHERE household_id = ? ORDER BY happened_at DESC, id DESC LIMIT ?",
        (household_id, visits),
    ).fetchall()
    checks = execute(
        f"SELECT {rows.CHECK} FROM safety_check WHERE household_id = ? "
        "OR (subject_kind = 'kitchen' AND subject_id = ?) ORDER BY happened_at DESC, id DESC LIMIT 20",
        (household_id, household.kitchen_id or ""),
    ).fetchall()
    devices = execute(
        f"SELECT {rows.DEVICE} FROM device WHERE household_id = ? OR kitchen_id = ? ORDER BY fitted_on DESC, id",
        (household_id, household.kitchen_id or "-"),
    ).fetchall()
    findings = facts.findings_of(execute, household_id)
    sharing: Iterable[Any] = ()
    if household.kitchen_id:
        sharing = execute(
            "SELECT short FROM household WHERE kitchen_id = ? AND id != ? ORDER BY short",
            (household.kitchen_id, household_id),
        ).fetchall()
    return HouseholdStory(
        household=household,
        building=building[0] if building else "",
        people=tuple(person(r, today, findings) for r in people_of(book, household_id)),
        dues=tuple((due, status(due, today)) for due in dues),
        followups=tuple(_followups(execute, household_id)),
        visits=tuple(rows.visit(row) for row in seen),
        checks=tuple(rows.check(row) for row in checks),
        hazards=tuple(_hazards(execute, household_id)),
        devices=tuple(rows.device(row) for row in devices),
        sharing_kitchen=tuple(row[0] for row in sharing),
        worker_names=dict(execute("SELECT id, name FROM worker").fetchall()),
        bookings=tuple(bookings.of_household(book, household_id)),
        notices=tuple(notices.of_household(book, household_id)),
        campaigns=_campaigns(book, household_id),
    )


def _campaigns(book: Casebook, household_id: str) -> tuple[HouseholdCampaign, ...]:
    # Under the cursor of every list: where no campaign runs, none of it is even imported.
    if book.database.execute_sql("SELECT 1 FROM campaign WHERE state = 'running' LIMIT 1").first() is None:
        return ()
    from casework.casebook.campaign_doors import of_household

    return tuple(of_household(book, household_id))


def _followups(execute: Any, household_id: str) -> Iterable[FollowupRow]:
    from casework.casebook import followups

    for row in execute(
        f"SELECT {followups.ROW} {followups.FROM} WHERE f.household_id = ? "
        "ORDER BY f.closed_at IS NOT NULL, f.due_on, f.id",
        (household_id,),
    ):
        yield followups.row_of(row)


HAZARD = (
    "h.id, h.question, c.checklist, h.level, h.fixed_on_spot, h.evidence, h.followup_id, c.happened_at, h.title, "
    "h.title_en "
    "FROM hazard h JOIN safety_check c ON c.id = h.check_id"
)


def hazard_of(row: Any) -> HazardView:
    """A hazard, from the columns of `HAZARD`."""
    return HazardView(
        row[0], row[1], Label(row[8], row[9] or row[8]) if row[8] else "", row[2], HazardLevel(row[3]), bool(row[4]),
        row[5] or "", row[6], rows.instant(row[7]),
    )  # fmt: skip


def _hazards(execute: Any, household_id: str) -> Iterable[HazardView]:
    for row in execute(
        f"SELECT {HAZARD} WHERE h.household_id = ? ORDER BY c.happened_at DESC, h.id",
        (household_id,),
    ):
        yield hazard_of(row)


def reveal_phone(book: Casebook, household_id: str) -> str:
    """The household's own phone number in full; that it was looked at is journalled.

    Raises:
        NotFound: there is no such door.
    """
    number = ""

    def work(tx: Transaction) -> Receipt:
        nonlocal number
        home = tx.need("household", household_id)
        number = home["phone"] or ""
        summary = Phrase(N_("Revealed the number of {door}."), {"door": home["short"]})
        return Receipt("", "reveal.household_phone", "household", household_id, summary)

    book.save("reveal", None, work, undoable=False)
    return number


def sharing(book: Casebook, household_id: str) -> list[str]:
    """The other doors that use the same kitchen."""
    found = book.database.execute_sql(
        "SELECT o.id FROM household h JOIN household o ON o.kitchen_id = h.kitchen_id "
        "WHERE h.id = ? AND o.id != h.id ORDER BY o.short",
        (household_id,),
    ).fetchall()
    return [row[0] for row in found]


def buildings(book: Casebook, grid_id: str) -> list[Area]:
    """The buildings of a grid in walking order."""
    from casework.casebook import areas

    return areas.buildings(book, grid_id)


def in_building(book: Casebook, building_id: str) -> list[DoorCell]:
    """The doors of a building for the stairwell, each with its most pressing state today."""
    execute = book.database.connection().cursor().execute
    today = book.today()
    dues: dict[str, list[Due]] = {}
    for row in execute(
        f"SELECT {DUE} FROM due WHERE household_id IN (SELECT id FROM household WHERE building_id = ?)",
        (building_id,),
    ):
        due = due_of(row)
        dues.setdefault(row[2], []).append(due)
    hazards = {
        row[0]
        for row in execute(
            "SELECT DISTINCT h.household_id FROM hazard h JOIN followup f ON f.id = h.followup_id "
            "WHERE f.closed_at IS NULL AND h.household_id IN (SELECT id FROM household WHERE building_id = ?)",
            (building_id,),
        )
    }
    done = {
        row[0]
        for row in execute(
            "SELECT DISTINCT household_id FROM visit WHERE happened_at >= ? AND outcome IN "
            "('completed', 'partial', 'phone_contact') "
            "AND household_id IN (SELECT id FROM household WHERE building_id = ?)",
            (today.isoformat(), building_id),
        )
    }
    names: dict[str, list[str]] = {}
    for household, name in execute(
        "SELECT r.household_id, r.name FROM resident r JOIN household h ON h.id = r.household_id "
        "WHERE h.building_id = ? AND ifnull(r.life_state, '') NOT IN ('moved_away', 'deceased') "
        "ORDER BY ifnull(r.head, 0) DESC, r.id",
        (building_id,),
    ):
        names.setdefault(household, []).append(name)
    cells = []
    for eid, unit, floor, room, short, walk in execute(
        "SELECT id, unit, floor, room, short, walk_order FROM household WHERE building_id = ? ORDER BY walk_order, short",
        (building_id,),
    ):
        state = _state(dues.get(eid, ()), eid in hazards, eid in done, today)
        cells.append(DoorCell(eid, unit or "", floor, room or "", short, tuple(names.get(eid, ())), state, walk or 0))
    return cells


def _state(dues: Iterable[Due], hazard: bool, done: bool, day: date) -> DoorState:
    standing = [(due, status(due, day)) for due in dues]
    open_now = [(due, state) for due, state in standing if state is not DueStatus.UPCOMING]
    if any(due.priority == URGENT for due, _state in open_now):
        return DoorState.URGENT
    if hazard:
        return DoorState.HAZARD
    if any(due.kind is DueKind.CALL_BACK for due, _state in standing):
        return DoorState.NOBODY_HOME
    if any(state in (DueStatus.OVERDUE, DueStatus.MISSED) for _due, state in open_now):
        return DoorState.OVERDUE
    if open_now:
        return DoorState.DUE
    return DoorState.DONE if done else DoorState.NOTHING
