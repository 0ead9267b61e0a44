"""Bookings (预约): visits agreed for a day and an hour. Made, moved, cancelled; whether one was kept follows from the
visits.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from casework.casebook.arrangement_facts import arrangement
from casework.casebook.arrangement_views import BookingView
from casework.casebook.errors import AlreadyThere, NotFound, Refused
from casework.casebook.transaction import no_such_record
from casework.casebook.visits import FUTURE_SLACK
from casework.catalog.shelf import schedule_rules
from casework.domain.arrangement import BookingEnd, BookingFacts, clock, end_of, local, overlapping
from casework.domain.phrase import N_, Phrase
from casework.domain.receipt import Receipt
from casework.domain.visit import Mode, Outcome
from casework.domain.visiting import Knock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from casework.casebook.arrangement_entries import BookingEntry, CancelBookingEntry, MoveBookingEntry
    from casework.casebook.book import Casebook
    from casework.casebook.transaction import Transaction

OPEN, CANCELLED = "open", "cancelled"
"""What is kept as the state of a booking."""

_COLUMNS = (
    "b.id, b.household_id, b.resident_id, b.day, b.hour, b.asked_by, b.phone, b.note, b.words, b.state, b.made_at, "
    "b.worker_id, h.short, h.building_id, h.walk_order"
)


# --- what is done with one --------------------------------------------------------------------------------


def add(book: Casebook, entry: BookingEntry, action: str | None = None) -> Receipt:
    """Book a visit: it is on that day's round at that hour. Two at one hour are warned of, not refused.

    Raises:
        Refused: the moment has passed or lies too far ahead, or the person does not live there.
        AlreadyThere: a visit is booked for this door already; move that one.
        NotFound: there is no such door.
    """

    def work(tx: Transaction) -> Receipt:
        home = tx.need("household", entry.household_id)
        starts = _moment(tx, entry.day, entry.hour)
        if entry.resident_id is not None:
            lives = tx.one("SELECT household_id FROM resident WHERE id = ?", (entry.resident_id,))
            if lives is None or lives[0] != entry.household_id:
                raise Refused(Phrase(N_("A person named here does not live behind this door. Nothing was saved.")))
        made = entry.made_at or tx.now
        made = made.astimezone() if made.tzinfo is None else made
        if made > tx.now + FUTURE_SLACK:
            raise Refused(Phrase(N_("A time here would lie in the future. Nothing was saved. Check the times.")))
        standing = arrangement(tx._execute, entry.household_id).open
        if standing:
            said = Phrase(
                N_("A visit is booked here already, for {day}, {hour}: move or cancel that one. Nothing was saved."),
                {"day": standing[0].day, "hour": standing[0].hour.strftime("%H:%M")},
            )
            raise AlreadyThere(said, "booking", standing[0].id, entry.household_id)
        booking_id = tx.add(
            "booking",
            {
                "household_id": entry.household_id, "resident_id": entry.resident_id, "day": entry.day.isoformat(),
                "hour": entry.hour.strftime("%H:%M"), "asked_by": entry.asked_by, "phone": entry.phone,
                "note": entry.note, "state": OPEN, "made_at": made.isoformat(timespec="seconds"),
                "worker_id": tx.book.worker.id,
            },
        )  # fmt: skip
        summary = Phrase(
            N_("{address}: booked for {day}, {hour}"),
            {"address": home["short"], "day": entry.day, "hour": entry.hour.strftime("%H:%M")},
        )
        follows = (Phrase(N_("It is on the round of that day, at its hour.")),)
        warnings = _clashes(tx, booking_id, starts, tx.book.worker.id)
        return Receipt("", "booking.add", "booking", booking_id, summary, follows, warnings)

    return book.save("booking.add", action, work)


def move(book: Casebook, entry: MoveBookingEntry, action: str | None = None) -> Receipt:
    """Move a booking to another day or hour, with the words why.

    Raises:
        Refused: it is over or cancelled, or the new moment has passed or lies too far ahead.
        NotFound: there is none.
    """

    def work(tx: Transaction) -> Receipt:
        known = _standing(tx, entry.booking_id)
        starts = _moment(tx, entry.day, entry.hour)
        hour = entry.hour.strftime("%H:%M")
        if not tx.set(
            "booking",
            entry.booking_id,
            {"day": entry.day.isoformat(), "hour": hour, "words": entry.words},
            known,
        ):
            raise Refused(Phrase(N_("Nothing was changed.")))
        values = {"address": _short(tx, known["household_id"]), "day": entry.day, "hour": hour}
        summary = Phrase(N_("{address}: moved to {day}, {hour}"), values)
        before = Phrase(N_("Before: {day}, {hour}."), {"day": known["day"], "hour": known["hour"]})
        warnings = _clashes(tx, entry.booking_id, starts, known["worker_id"])
        return Receipt("", "booking.move", "booking", entry.booking_id, summary, (before,), warnings)

    return book.save("booking.move", action, work)


def cancel(book: Casebook, entry: CancelBookingEntry, action: str | None = None) -> Receipt:
    """Cancel a booking, with the words why. The door falls back to what its tries ask for.

    Raises:
        Refused: it is over or cancelled already.
        NotFound: there is none.
    """

    def work(tx: Transaction) -> Receipt:
        known = _standing(tx, entry.booking_id)
        tx.set("booking", entry.booking_id, {"state": CANCELLED, "words": entry.words}, known)
        values = {"address": _short(tx, known["household_id"]), "day": known["day"], "hour": known["hour"]}
        summary = Phrase(N_("{address}: booking for {day}, {hour} cancelled"), values)
        return Receipt("", "booking.cancel", "booking", entry.booking_id, summary)

    return book.save("booking.cancel", action, work)


def _moment(tx: Transaction, day: date, hour: Any) -> datetime:
    starts = datetime.combine(day, hour)
    if starts < local(tx.now):
        raise Refused(Phrase(N_("This hour has passed. Nothing was saved. Choose a later one.")))
    ahead = schedule_rules().settings.booking_ahead_days
    if (day - tx.today).days > ahead:
        raise Refused(Phrase(N_("A visit can be booked at most {n} days ahead. Nothing was saved."), {"n": ahead}))
    return starts


def _standing(tx: Transaction, booking_id: str) -> dict[str, Any]:
    known = tx.need("booking", booking_id)
    if known["state"] != OPEN:
        raise Refused(Phrase(N_("This booking was cancelled already. Nothing was saved.")))
    open_ones = arrangement(tx._execute, known["household_id"]).open
    if booking_id not in [one.id for one in open_ones]:
        raise Refused(Phrase(N_("This booking is over: a visit has taken place since. Nothing was saved.")))
    return known


def _short(tx: Transaction, household_id: str) -> str:
    row = tx.one("SELECT short FROM household WHERE id = ?", (household_id,))
    return str(row[0]) if row else ""


def _clashes(tx: Transaction, booking_id: str, starts: datetime, worker: str) -> tuple[Phrase, ...]:
    """Other bookings of the same worker that cannot be kept as well."""
    minutes = schedule_rules().settings.booking_minutes
    near = tx.all(
        "SELECT id, household_id, hour, day, worker_id, state FROM booking WHERE day IN (?, ?, ?)",
        tuple((starts.date() + timedelta(days=step)).isoformat() for step in (-1, 0, 1)),
    )
    others = [
        (datetime.combine(date.fromisoformat(day), clock(hour)), f"{_short(tx, household)} {hour}")
        for eid, household, hour, day, who, state in near
        if eid != booking_id and who == worker and state == OPEN
    ]
    names = overlapping(starts, others, minutes)
    if not names:
        return ()
    return (Phrase(N_("At about the same time you are booked at: {doors}."), {"doors": ", ".join(names)}),)


# --- reading ----------------------------------------------------------------------------------------------


def of_day(book: Casebook, grid_id: str, day: date) -> list[BookingView]:
    """The bookings of a grid's doors for a day that are still to be kept, by hour, then in walking order."""
    found = _read(book, "b.day = ? AND h.grid_id = ?", (day.isoformat(), grid_id))
    return [one for one in found if one.end is BookingEnd.OPEN]


def standing(book: Casebook, grid_id: str | None = None) -> list[BookingView]:
    """Every booking that is still to be kept, those of past days included, of a grid or of all; by day and hour."""
    found = _read(book, "h.grid_id = ?", (grid_id,)) if grid_id else _read(book, "1 = 1", ())
    return [one for one in found if one.end is BookingEnd.OPEN]


def of_household(book: Casebook, household_id: str) -> list[BookingView]:
    """All bookings of a door, the latest first, each with what came of it."""
    return _read(book, "b.household_id = ?", (household_id,))[::-1]


def get(book: Casebook, booking_id: str) -> BookingView:
    """One booking.

    Raises:
        NotFound: there is none.
    """
    found = _read(book, "b.id = ?", (booking_id,))
    if not found:
        raise NotFound(no_such_record())
    return found[0]


def _read(book: Casebook, where: str, values: tuple[Any, ...]) -> list[BookingView]:
    execute = book.database.connection().cursor().execute
    rows = execute(
        f"SELECT {_COLUMNS} FROM booking b JOIN household h ON h.id = b.household_id WHERE {where} "
        "ORDER BY b.day, b.hour, h.walk_order, b.id",
        values,
    ).fetchall()
    early = schedule_rules().settings.booking_early_minutes
    knocks: dict[str, list[Knock]] = {}
    buildings: dict[str, str] = {}
    out = []
    for row in rows:
        facts = BookingFacts(row[0], date.fromisoformat(row[3]), clock(row[4]), datetime.fromisoformat(row[10]), row[2])
        end = BookingEnd.CANCELLED
        if row[9] == OPEN:
            known = knocks.get(row[1])
            if known is None:
                known = knocks[row[1]] = _knocks(execute, row[1])
            end, _by = end_of(facts, known, early)
        building = buildings.get(row[13])
        if building is None:
            named = execute("SELECT name FROM area WHERE id = ?", (row[13],)).first()
            building = buildings[row[13]] = named[0] if named else ""
        out.append(
            BookingView(
                id=row[0], household_id=row[1], resident_id=row[2], day=facts.day, hour=row[4], asked_by=row[5] or "",
                phone=row[6] or "", note=row[7] or "", words=row[8] or "", end=end, made_at=facts.made_at,
                worker_id=row[11], short=row[12], building=building, walk_order=row[14] or 0,
            )
        )  # fmt: skip
    return out


def _knocks(execute: Any, household_id: str) -> list[Knock]:
    """All visits of a door in the order in which they happened."""
    found: Iterable[Any] = execute(
        "SELECT happened_at, mode, outcome, id FROM visit WHERE household_id = ?", (household_id,)
    ).fetchall()
    made = [(datetime.fromisoformat(at), eid, Mode(mode), Outcome(outcome)) for at, mode, outcome, eid in found]
    return [Knock(at, mode, outcome) for at, _eid, mode, outcome in sorted(made, key=lambda one: one[:2])]
