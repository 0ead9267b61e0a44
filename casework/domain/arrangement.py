"""When knocking alone does not help: a notice at the door (到访不遇告知单), a visit booked for a day and hour, and telling
the community when both came to nothing.

Everything here follows from visits, notices and bookings by their own times, so that what is typed in late or taken
back leaves the same as what was typed in order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from casework.domain.phrase import N_, Phrase
from casework.domain.visit import Outcome
from casework.domain.visiting import CLEARS, IN_PERSON, TRIES, VisitFacts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from casework.domain.schedule_facts import HouseholdFacts
    from casework.domain.schedule_rules import ScheduleSettings
    from casework.domain.visiting import Knock


@dataclass(frozen=True, slots=True)
class BookingFacts:
    """A visit that was agreed for a day and an hour (local time) and not cancelled. `made_at` is when it was agreed."""

    id: str
    day: date
    hour: time
    made_at: datetime
    resident_id: str | None = None

    @property
    def starts(self) -> datetime:
        """The agreed moment, by the clock on the wall."""
        return datetime.combine(self.day, self.hour)


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """A notice that was left at a door."""

    id: str
    number: str
    left_at: datetime


class BookingEnd(StrEnum):
    """What came of a booking. `NOBODY`: somebody came at the hour and met nobody; `NOT_KEPT`: nobody of the community
    came at the hour, or came and could not go in, and a later try met nobody; `KEPT`: the visit took place.
    """

    OPEN = "open"
    KEPT = "kept"
    NOBODY = "nobody"
    NOT_KEPT = "not_kept"
    CANCELLED = "cancelled"


class Stage(StrEnum):
    """How far it has come with a door where nobody is met, from the first try to telling the community."""

    NONE = "none"
    TRYING = "trying"
    NEEDED = "needed"
    NOTICE = "notice"
    BOOKED = "booked"
    TOLD = "told"


STAGE_NAMES = {
    Stage.NONE: Phrase(N_("nothing to arrange")),
    Stage.TRYING: Phrase(N_("to be tried again")),
    Stage.NEEDED: Phrase(N_("needs arrangement")),
    Stage.NOTICE: Phrase(N_("notice left")),
    Stage.BOOKED: Phrase(N_("booked")),
    Stage.TOLD: Phrase(N_("community told")),
}

END_NAMES = {
    BookingEnd.OPEN: Phrase(N_("agreed")),
    BookingEnd.KEPT: Phrase(N_("met")),
    BookingEnd.NOBODY: Phrase(N_("nobody there at the hour")),
    BookingEnd.NOT_KEPT: Phrase(N_("not kept by us")),
    BookingEnd.CANCELLED: Phrase(N_("cancelled")),
}


def local(instant: datetime) -> datetime:
    """An instant as the clock on the wall showed it where it was written down."""
    return instant.replace(tzinfo=None)


def end_of(booking: BookingFacts, visits: Iterable[Knock], early_minutes: int) -> tuple[BookingEnd, Knock | None]:
    """What came of a booking by the household's visits, in the order in which they happened, and which visit says so.

    The first visit decides that lies at the hour, at most `early_minutes` before it, or later. Who was met at the door
    earlier on the same day was met for it; a call before the hour ("on my way") decides nothing, and a call that
    nobody takes never does.
    """
    from_when = booking.starts - timedelta(minutes=early_minutes)
    for knock in visits:
        when = local(knock.at)
        in_person = knock.mode in IN_PERSON
        if knock.outcome in CLEARS:
            if when >= from_when or (in_person and when.date() == booking.day):
                return BookingEnd.KEPT, knock
        elif knock.outcome in TRIES and in_person and when >= from_when:
            at_the_hour = knock.outcome is Outcome.NO_ANSWER and when.date() == booking.day
            return (BookingEnd.NOBODY if at_the_hour else BookingEnd.NOT_KEPT), knock
    return BookingEnd.OPEN, None


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How it stands with a door. `tries` are those since the last contact; `notice` and `failed` (a booking at whose
    hour nobody was there) are of the same stretch. `open` are the bookings to come, the first one first. `told_at` is
    the instant of the visit, or of the notice, with which it was exhausted.
    """

    tries: tuple[datetime, ...] = ()
    needed: bool = False
    notice: NoticeFacts | None = None
    failed: BookingFacts | None = None
    open: tuple[BookingFacts, ...] = ()
    told_at: datetime | None = None

    @property
    def stage(self) -> Stage:
        """How far it has come; a booking goes before everything else. A notice after fewer tries than make it needed
        stops nobody from trying again.
        """
        if self.open:
            return Stage.BOOKED
        if self.told_at is not None:
            return Stage.TOLD
        if self.needed:
            return Stage.NEEDED if self.notice is None else Stage.NOTICE
        return Stage.TRYING if self.tries else Stage.NONE

    @property
    def exhausted(self) -> bool:
        """Whether tries, notice and booking have all come to nothing: then the community is told."""
        return self.told_at is not None


def of_door(facts: HouseholdFacts, settings: ScheduleSettings) -> Arrangement:
    """How it stands with a door by its facts."""
    return of(facts.visits, facts.bookings, facts.notices, settings)


def of(
    visits: VisitFacts, bookings: Sequence[BookingFacts], notices: Sequence[NoticeFacts], settings: ScheduleSettings
) -> Arrangement:
    """How it stands with a door by its visits, its bookings (cancelled ones left out) and its notices, in any order.

    A notice counts for the tries around it: those since the last contact. It is exhausted after
    `attempts_before_arrangement` tries and a notice, once nobody was there at a booked hour, or once nobody has rung
    for `notice_wait_days` and one more try has met nobody.
    """
    knocks = visits.recent
    ended = [(one, *end_of(one, knocks, settings.booking_early_minutes)) for one in bookings]
    still = sorted((one for one, end, _ in ended if end is BookingEnd.OPEN), key=lambda one: (one.starts, one.id))
    missed = sorted(
        ((one, knock) for one, end, knock in ended if end is BookingEnd.NOBODY and knock is not None),
        key=lambda pair: (pair[1].at, pair[0].id),
    )
    tries = visits.tries
    if not tries:
        return Arrangement(open=tuple(still))
    contact = visits.last_contact
    left = sorted(
        (one for one in notices if contact is None or one.left_at > contact.at), key=lambda one: (one.left_at, one.id)
    )
    needed = len(tries) >= settings.attempts_before_arrangement
    told: datetime | None = None
    if needed and left:
        enough = max(tries[settings.attempts_before_arrangement - 1], left[0].left_at)
        moments = [max(enough, knock.at) for _one, knock in missed]
        waited = left[0].left_at.date() + timedelta(days=settings.notice_wait_days)
        moments += [max(enough, at) for at in tries if at.date() >= waited]
        told = min(moments, default=None)
    return Arrangement(
        tries=tuple(tries),
        needed=needed,
        notice=left[-1] if left else None,
        failed=missed[-1][0] if missed else None,
        open=tuple(still),
        told_at=told,
    )


def overlapping(starts: datetime, others: Iterable[tuple[datetime, str]], minutes: int) -> tuple[str, ...]:
    """Which other bookings (start, name) lie so near that one worker cannot keep both, `minutes` being what one takes."""
    length = timedelta(minutes=minutes)
    return tuple(name for other, name in sorted(others) if abs(other - starts) < length)


def clock(text: str) -> time:
    """An hour as it is kept: 14:30.

    Raises:
        ValueError: it is none.
    """
    return time.fromisoformat(text)


def number_of(since: date, seed: str) -> str:
    """The number on a notice: the day since which nobody has been met, and five digits, which can be read out on the
    telephone. It is the same for one stretch of tries however often it is printed. `seed` is an id of 32 hex digits.
    """
    return f"{since:%y%m%d}-{int(seed[-8:], 16) % 100_000:05d}"
