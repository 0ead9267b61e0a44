"""Notices at the door (到访不遇告知单): that one was left, and what is known for printing one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from casework.casebook import rows
from casework.casebook.arrangement_facts import bookings_of, notices_of
from casework.casebook.arrangement_views import NoticeView
from casework.casebook.errors import Refused, WrongUse
from casework.casebook.facts import visits_of
from casework.casebook.visits import FUTURE_SLACK
from casework.catalog.shelf import schedule_rules
from casework.domain.arrangement import Stage, local, number_of, of
from casework.domain.due import DueKind
from casework.domain.phrase import N_, Phrase
from casework.domain.receipt import Receipt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from casework.casebook.arrangement_entries import NoticeEntry
    from casework.casebook.book import Casebook
    from casework.casebook.transaction import Transaction


@dataclass(frozen=True, slots=True)
class NoticeFor:
    """What of a door a notice may need: its number and short form, when it was tried, and which checks wait for it
    (names of checklists). No name, number or tag of anybody who lives there: a neighbour reads it.
    """

    household_id: str
    number: str
    address: str
    grid: str
    tries: tuple[datetime, ...]
    checks: tuple[str, ...]


def leave(book: Casebook, entry: NoticeEntry, action: str | None = None) -> Receipt:
    """Record that a notice was left at a door: from then on a call is waited for.

    Raises:
        Refused: it lies in the future.
        NotFound: there is no such door.
    """

    def work(tx: Transaction) -> Receipt:
        home = tx.need("household", entry.household_id)
        left = entry.left_at or tx.now
        left = left.astimezone() if left.tzinfo is None else left
        if left > tx.now + FUTURE_SLACK:
            raise Refused(Phrase(N_("A time here would lie in the future. Nothing was saved. Check the times.")))
        visits = visits_of(tx._execute, entry.household_id)
        number = _number(tx._execute, entry.household_id, home["entered_on"])
        notice_id = tx.add(
            "door_notice",
            {
                "household_id": entry.household_id, "number": number, "left_at": left.isoformat(timespec="minutes"),
                "tries": len([one for one in visits.tries if one <= left]), "how": entry.how, "note": entry.note,
                "worker_id": tx.book.worker.id,
            },
        )  # fmt: skip
        settings = schedule_rules().settings
        bookings, notices = bookings_of(tx._execute, entry.household_id), notices_of(tx._execute, entry.household_id)
        follows: tuple[Phrase, ...] = ()
        if of(visits, bookings, notices, settings).stage is Stage.NOTICE:
            until = local(left).date() + timedelta(days=settings.notice_wait_days)
            follows = (Phrase(N_("A call is waited for until {day}."), {"day": until}),)
        summary = Phrase(N_("{address}: notice {number} left"), {"address": home["short"], "number": number})
        return Receipt("", "notice.leave", "door_notice", notice_id, summary, follows)

    return book.save("notice.leave", action, work)


def of_household(book: Casebook, household_id: str) -> list[NoticeView]:
    """The notices that were left at a door, the latest first."""
    found = book.database.execute_sql(
        "SELECT id, household_id, number, left_at, tries, how, note, worker_id FROM door_notice WHERE household_id = ?",
        (household_id,),
    ).fetchall()
    made = [
        NoticeView(row[0], row[1], row[2], rows.instant(row[3]), row[4], row[5] or "", row[6] or "", row[7])
        for row in found
    ]
    return sorted(made, key=lambda one: (one.left_at, one.id), reverse=True)


def household_of(book: Casebook, number: str) -> str | None:
    """The door at which a notice of that number was left: somebody rings and reads it out. None where there is none."""
    found = book.database.execute_sql(
        "SELECT household_id FROM door_notice WHERE number = ? ORDER BY left_at DESC", (number.strip(),)
    ).first()
    return found[0] if found else None


def read(book: Casebook, household_ids: Iterable[str]) -> list[NoticeFor]:
    """What notices for some doors need, in walking order.

    Raises:
        NotFound: one of them is no door.
        WrongUse: none is named.
    """
    from casework.casebook import households

    execute = book.database.connection().cursor().execute
    today = book.today()
    made: list[tuple[tuple[Any, ...], NoticeFor]] = []
    for household_id in dict.fromkeys(household_ids):
        home = households.get(book, household_id)
        grid = execute("SELECT name FROM area WHERE id = ?", (home.grid_id,)).first()
        entered = execute("SELECT entered_on FROM household WHERE id = ?", (household_id,)).first()[0]
        visits = visits_of(execute, household_id)
        found = NoticeFor(
            household_id=household_id,
            number=_number(execute, household_id, entered),
            address=home.short or home.address,
            grid=grid[0] if grid else "",
            tries=tuple(local(one) for one in visits.tries),
            checks=_checks(execute, household_id, today),
        )
        made.append(((home.walk_order or 0, home.short, home.id), found))
    if not made:
        raise WrongUse(Phrase(N_("Say for which doors the notice is.")))
    return [found for _order, found in sorted(made, key=lambda one: one[0])]


def _checks(execute: Any, household_id: str, today: date) -> tuple[str, ...]:
    """The checks that are due at a door, or wait for its call-back."""
    dues = execute("SELECT kind, rule, opens_on FROM due WHERE household_id = ?", (household_id,)).fetchall()
    until = max([today.isoformat(), *(opens for kind, _rule, opens in dues if kind == DueKind.CALL_BACK)])
    return tuple(sorted({rule for kind, rule, opens in dues if kind == DueKind.CHECK and opens <= until}))


def _number(execute: Any, household_id: str, entered_on: str) -> str:
    """The same for one stretch of tries, however often it is printed and whenever it is left."""
    stands = visits_of(execute, household_id)
    start = stands.tries[0] if stands.tries else stands.last_contact.at if stands.last_contact else None
    if start is None:
        return number_of(date.fromisoformat(entered_on), household_id)
    found = execute("SELECT id, happened_at FROM visit WHERE household_id = ?", (household_id,)).fetchall()
    return number_of(local(start).date(), min(row[0] for row in found if rows.instant(row[1]) == start))
