"""Commands for doors where nobody is met: a booked visit, a notice, and the list of what is to be arranged."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.commands.logging import ACTION, AT, entry, local
from casework.domain import masking
from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain
from casework.language import say

if TYPE_CHECKING:
    from datetime import datetime

    from casework.casebook.arrangement_views import ArrangedDoor, BookingView
    from casework.casebook.book import Casebook
    from casework.commands.root import Session

DAY = click.DateTime(["%Y-%m-%d"])


HOUR = click.DateTime(["%H:%M"])


def door(book: Casebook, said: str) -> str:
    """The door that an id names, or the number of a notice that hangs there: whoever rings reads it out."""
    from casework.casebook import notices

    return notices.household_of(book, said) or said


@click.command("book")
@click.argument("household")
@click.option("--on", "day", type=DAY, required=True, help="The day.")
@click.option("--at", "hour", type=HOUR, required=True, help="The hour, such as 14:30.")
@click.option("--asked-by", default="", help="Who wants it.")
@click.option("--phone", default="", help="Where to ring before coming.")
@click.option("--resident", "resident_id", help="The id of the person it is about.")
@click.option("--note", default="")
@click.option("--made", type=AT, help="When it was agreed, if not now.")
@ACTION
@click.pass_obj
def book_visit(
    session: Session, household: str, day: datetime, hour: datetime, asked_by: str, phone: str, resident_id: str | None,
    note: str, made: datetime | None, action: str | None,
) -> None:  # fmt: skip
    """Book a visit to HOUSEHOLD (its id, or the number on the notice at its door) for a day and an hour."""
    from casework.casebook import bookings
    from casework.casebook.arrangement_entries import BookingEntry

    with session.book() as book:
        typed = entry(
            BookingEntry, household_id=door(book, household), day=day.date(), hour=hour.time(), asked_by=asked_by, phone=phone,
            resident_id=resident_id, note=note, made_at=local(made),
        )  # fmt: skip
        session.receipt(bookings.add(book, typed, action))


@click.group()
def booking() -> None:
    """Booked visits: list, move, cancel. `casework book` makes one."""


@booking.command("list")
@click.option("--all", "everywhere", is_flag=True, help="All grids, not only the one in use.")
@click.option("--on", "day", type=DAY, help="Only those of this day.")
@click.option("--household", help="All of one household, those that are over included.")
@click.pass_obj
def booking_list(session: Session, everywhere: bool, day: datetime | None, household: str | None) -> None:
    """The visits that are booked and still to be made, by day and hour."""
    from casework.casebook import bookings

    with session.book() as book:
        if household:
            found = bookings.of_household(book, door(book, household))
        else:
            found = bookings.standing(book, None if everywhere else book.grid_id)
    if day is not None:
        found = [one for one in found if one.day == day.date()]
    lines = [
        f"{one.id}  {one.day} {one.hour}  {one.building} {one.short}  {_end(one)}  {one.asked_by}  {one.note}"
        for one in found
    ]
    session.show([_data(one) for one in found], [plain(line).rstrip() for line in lines])


@booking.command("move")
@click.argument("booking_id")
@click.argument("words")
@click.option("--on", "day", type=DAY, required=True, help="The new day.")
@click.option("--at", "hour", type=HOUR, required=True, help="The new hour, such as 14:30.")
@ACTION
@click.pass_obj
def booking_move(
    session: Session, booking_id: str, words: str, day: datetime, hour: datetime, action: str | None
) -> None:
    """Move a booking to another day or hour; WORDS say why."""
    from casework.casebook import bookings
    from casework.casebook.arrangement_entries import MoveBookingEntry

    typed = entry(MoveBookingEntry, booking_id=booking_id, day=day.date(), hour=hour.time(), words=words)
    with session.book() as book:
        session.receipt(bookings.move(book, typed, action))


@booking.command("cancel")
@click.argument("booking_id")
@click.argument("words")
@ACTION
@click.pass_obj
def booking_cancel(session: Session, booking_id: str, words: str, action: str | None) -> None:
    """Cancel a booking; WORDS say why."""
    from casework.casebook import bookings
    from casework.casebook.arrangement_entries import CancelBookingEntry

    typed = entry(CancelBookingEntry, booking_id=booking_id, words=words)
    with session.book() as book:
        session.receipt(bookings.cancel(book, typed, action))


@click.command()
@click.argument("household_ids", nargs=-1)
@click.option("--out", type=click.Path(path_type=Path), help="A .docx, a page a door; or a .txt of 32 columns.")
@click.option("--needed", is_flag=True, help="For every door of the grid that needs one.")
@click.option("--phone", default="", help="The number that residents shall ring.")
@click.option("--replace", is_flag=True, help="Write over a file that is there already.")
@click.option("--left", is_flag=True, help="Record that it was left at the door.")
@click.option("--at", type=AT, help="With --left: when, if not now.")
@click.option("--how", default="", help="With --left: where it hangs.")
@click.pass_obj
def notice(
    session: Session, household_ids: tuple[str, ...], out: Path | None, needed: bool, phone: str, replace: bool,
    left: bool, at: datetime | None, how: str,
) -> None:  # fmt: skip
    """The notice for doors where nobody opened: who came, when, why, and how to agree a time. No names are on it.

    Without --out it is printed here as plain text, unless --left only records that one hangs there.
    """
    from casework.casebook import notices
    from casework.casebook.arrangement_entries import NoticeEntry
    from casework.casebook.errors import WrongUse
    from casework.exchange import doornotice

    with session.book() as book:
        doors = list(household_ids)
        if needed:
            from casework.casebook import arrangements
            from casework.domain.arrangement import Stage

            doors += [one.household_id for one in arrangements.doors(book, book.grid_id) if one.stage is Stage.NEEDED]
        if not doors:
            raise WrongUse(Phrase(N_("Say for which doors the notice is.")))
        lines: list[str] = []
        made = None
        if out is not None:
            made = doornotice.write(book, doors, out, phone=phone, replace=replace)
            lines.append(str(out))
        elif not left:
            made = doornotice.sheet(book, doors, phone)
            lines += doornotice.text(made)
        receipts = []
        if left:
            typed = [entry(NoticeEntry, household_id=one, left_at=local(at), how=how) for one in dict.fromkeys(doors)]
            receipts = [notices.leave(book, one) for one in typed]
            lines += [say(phrase) for one in receipts for phrase in (one.summary, *one.follows)]
    data = {
        "file": out,
        "notices": [dict(one) for one in made.doors] if made else [],
        "left": [{"action": one.action, "id": one.subject_id, "summary": say(one.summary)} for one in receipts],
    }
    session.show(data, [plain(line) for line in lines])


@click.command()
@click.option("--all", "everywhere", is_flag=True, help="All grids, not only the one in use.")
@click.pass_obj
def arrangements(session: Session, everywhere: bool) -> None:
    """The doors where something is to be arranged: booked, with a notice, needing one, told to the community."""
    from casework.casebook import arrangements as reading

    with session.book() as book:
        found = reading.doors(book, None if everywhere else book.grid_id)
    session.show([_door_data(one) for one in found], [plain(_door_line(one)) for one in found])


def _end(one: BookingView) -> str:
    from casework.domain.arrangement import END_NAMES

    return say(END_NAMES[one.end])


def _data(one: BookingView) -> dict[str, Any]:
    return {
        "id": one.id, "household": one.household_id, "address": f"{one.building} {one.short}".strip(), "on": one.day,
        "at": one.hour, "state": one.end.value, "asked_by": one.asked_by, "phone": masking.phone(one.phone),
        "note": one.note, "words": one.words, "made_at": one.made_at,
    }  # fmt: skip


def _door_data(one: ArrangedDoor) -> dict[str, Any]:
    stands = one.arrangement
    return {
        "household": one.household_id,
        "address": f"{one.building} {one.short}".strip(),
        "stage": one.stage.value,
        "tries": [moment.isoformat() for moment in stands.tries],
        "notice": {"number": stands.notice.number, "left_at": stands.notice.left_at} if stands.notice else None,
        "booking": _data(one.booking) if one.booking else None,
        "followup": one.case or None,
        "status": one.status.value,
        "due_on": one.due.due_on,
        "reason": say(one.due.reason),
    }


def _door_line(one: ArrangedDoor) -> str:
    from casework.domain.arrangement import STAGE_NAMES

    address = f"{one.building} {one.short}".strip()
    return f"{address}  {say(STAGE_NAMES[one.stage])}  {one.due.due_on}  {say(one.due.reason)}  {one.case}".rstrip()


COMMANDS: tuple[click.Command, ...] = (book_visit, booking, notice, arrangements)
