"""Where nobody is met: booking a visit, leaving a notice and printing it, asked by keys on every screen that shows doors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.domain.phrase import N_, Phrase
from casework.domain.text import halfwidth, plain
from casework.tui import background, dates, dialogs, picking
from casework.tui.widgets import when

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from casework.casebook.arrangement_views import BookingView
    from casework.exchange.doornotice import Sheet
    from casework.tui.screens.doors import DoorScreen

WITHOUT_A_DOOR = frozenset({"arrangement.list", "notice.print"})
"""Keys that do something without a door under the cursor."""

PLACES = (
    N_("on the door"),
    N_("under the door"),
    N_("in the letter box"),
    N_("with a neighbour"),
)
"""Where a notice is left."""

EARLIER = "earlier"


def why_not(screen: DoorScreen, action_id: str) -> Phrase | None:
    """Why one of these cannot be done now."""
    if action_id in WITHOUT_A_DOOR:
        return None
    if screen.household_id is None:
        return Phrase(N_("There is no door under the cursor."))
    if action_id in ("booking.move", "booking.cancel") and standing(screen) is None:
        return Phrase(N_("No visit is booked here."))
    return None


def standing(screen: DoorScreen) -> BookingView | None:
    """The visit that is booked at the door under the cursor."""
    from casework.casebook import bookings
    from casework.domain.arrangement import BookingEnd

    if screen.household_id is None:
        return None
    found = bookings.of_household(screen.book, screen.household_id)
    return next((one for one in reversed(found) if one.end is BookingEnd.OPEN), None)


# --- bookings ---------------------------------------------------------------------------------------------


def book(screen: DoorScreen) -> None:
    """Open the form; where a visit is booked already, ask whether it is moved or cancelled."""
    one = standing(screen)
    if one is None:
        screen.casework.open("booking", screen.household_id, then=screen.came_back)
        return
    options: list[tuple[str, object]] = [
        ("move", Phrase(N_("Another day or hour"))),
        ("cancel", Phrase(N_("Cancel it"))),
    ]
    values = {"day": dates.day_text(one.day, screen.book.today()), "hour": one.hour}
    question = Phrase(N_("A visit is booked here for {day}, {hour}."), values)

    def then(chosen: str | None) -> None:
        if chosen == "move":
            move(screen)
        elif chosen == "cancel":
            cancel(screen)

    dialogs.choose(screen, question, options, then)


def move(screen: DoorScreen) -> None:
    """Open the form with another day and hour for what is booked."""
    one = standing(screen)
    if one is not None:
        screen.casework.open("booking", f"move/{one.id}", then=screen.came_back)


def cancel(screen: DoorScreen) -> None:
    """Ask why, and cancel it."""
    one = standing(screen)
    if one is None:
        return

    def then(words: str | None) -> None:
        if not words:
            return
        from casework.casebook import bookings
        from casework.casebook.arrangement_entries import CancelBookingEntry

        casebook = screen.book
        entry = CancelBookingEntry(booking_id=one.id, words=words)
        screen.save(lambda action: bookings.cancel(casebook, entry, action), lambda _receipt: screen.load())

    dialogs.ask_text(screen, Phrase(N_("Why does the booked visit not take place?")), then, required=True)


# --- notices ----------------------------------------------------------------------------------------------


def left(screen: DoorScreen, at: datetime | None = None) -> None:
    """Ask where the notice is, and record it; by the last key ask when it was left, if not now."""
    household_id = screen.household_id
    if household_id is None:
        return
    options: list[tuple[str, object]] = [(place, Phrase(place)) for place in PLACES]
    if at is None:
        options.append((EARLIER, Phrase(N_("It was left earlier: say when"))))
    question = Phrase(N_("A notice is left here. Where?"))
    if at is not None:
        said = when.said_moment(at, screen.book.clock.now())
        question = Phrase(N_("A notice was left here, {moment}. Where?"), {"moment": said})

    def then(place: str | None) -> None:
        if place == EARLIER:
            asked = Phrase(N_("When was the notice left?"))
            when.ask_moment(screen, asked, moment, now=screen.book.clock.now())
        elif place is not None:
            _save_left(screen, household_id, place, at)

    def moment(chosen: datetime | when.Kept | None) -> None:
        if not isinstance(chosen, when.Kept):
            left(screen, chosen if chosen is not None else screen.book.clock.now())

    dialogs.choose(screen, question, options, then)


def _save_left(screen: DoorScreen, household_id: str, place: str, at: datetime | None) -> None:
    from casework.casebook import notices
    from casework.casebook.arrangement_entries import NoticeEntry
    from casework.language import _

    casebook = screen.book
    entry = NoticeEntry(household_id=household_id, left_at=at, how=_(place))
    screen.save(lambda action: notices.leave(casebook, entry, action), lambda _receipt: screen.load())


def to_paper(screen: DoorScreen) -> None:
    """Ask for which doors and on what paper, then for the folder, and make the notices."""
    from casework.casebook import arrangements
    from casework.domain.arrangement import Stage

    found = arrangements.doors(screen.book, screen.book.grid_id)
    needing = tuple(one.household_id for one in found if one.stage is Stage.NEEDED)
    here = (screen.household_id,) if screen.household_id is not None else ()
    options: list[tuple[tuple[tuple[str, ...], str], object]] = []
    if here:
        options.append(((here, ".docx"), Phrase(N_("For this door: a page for Word or WPS"))))
        options.append(((here, ".txt"), Phrase(N_("For this door: text for a receipt printer"))))
    if needing and needing != here:
        n = {"n": len(needing)}
        options.append(((needing, ".docx"), Phrase(N_("For all {n} doors that need one: a page each"), n)))
        options.append(((needing, ".txt"), Phrase(N_("For all {n} doors that need one: for a receipt printer"), n)))
    if not options:
        screen.tell(Phrase(N_("No door needs a notice now.")), tone="overdue")
        return

    def then(chosen: tuple[tuple[str, ...], str] | None) -> None:
        if chosen is not None:
            _with_number(screen, *chosen)

    dialogs.choose(screen, Phrase(N_("The notice: for which doors?")), options, then)


def _with_number(screen: DoorScreen, doors: tuple[str, ...], ending: str) -> None:
    """The number that residents ring: known, or asked for once and remembered on this laptop."""
    from casework.exchange import doornotice
    from casework.tui import supplier

    casebook = screen.book
    if doornotice.number_to_ring(casebook):
        _into_folder(screen, doors, ending)
        return

    def then(typed: str | None) -> None:
        if not typed:
            return
        number = plain(halfwidth(typed)).strip()
        if not supplier.usable(number):
            screen.tell(Phrase(N_("This is no telephone number. Nothing was changed.")), tone="error")
            return
        casebook.set_setting(doornotice.PHONE, number)
        _into_folder(screen, doors, ending)

    asked = Phrase(N_("Which number shall residents ring? It stands on every notice, and is asked once."))
    dialogs.ask_text(screen, asked, then, required=True)


def _into_folder(screen: DoorScreen, doors: tuple[str, ...], ending: str) -> None:
    casebook = screen.book

    def into(folder: Path) -> None:
        out = _free(folder, casebook.clock.now(), ending)

        def work(_work: background.Work) -> Sheet:
            from casework.exchange import doornotice

            return doornotice.write(casebook, doors, out)

        screen.tell(Phrase(N_("The notice is being made.")))
        background.start(screen.casework, work, lambda made: done(made, out), failed, book=casebook, name="notice")

    def done(made: Sheet, out: Path) -> None:
        if screen.is_attached:
            values: dict[str, Any] = {"n": len(made.doors), "path": plain(str(out))}
            screen.tell(Phrase(N_("Notices for {n} doors: {path}"), values), tone="accent")

    def failed(phrase: Phrase, _error: Exception) -> None:
        if screen.is_attached:
            screen.tell(phrase, tone="error")

    picking.pick_folder(screen, Phrase(N_("Into which folder goes the notice?")), into)


def _free(folder: Path, now: datetime, ending: str) -> Path:
    """A name in a folder that no file has: by the minute, and counted on where that is taken."""
    from casework.language import _

    name = f"{_('notice')}-{now:%Y%m%d-%H%M}"
    out = folder / f"{name}{ending}"
    n = 2
    while out.exists():
        out = folder / f"{name}-{n}{ending}"
        n += 1
    return out
