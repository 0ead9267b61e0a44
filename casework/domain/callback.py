"""The one open call-back of a door where tries have met nobody, and the welfare call of the same day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from casework.domain.arrangement import local, of_door
from casework.domain.due import URGENT, Due, DueKind
from casework.domain.phrase import N_, Phrase
from casework.domain.resident import age_on
from casework.domain.visit import Outcome
from casework.domain.visiting import Band, band_of
from casework.domain.welfare import at_risk_alone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.domain.arrangement import Arrangement, BookingFacts
    from casework.domain.schedule_facts import HouseholdFacts, ResidentFacts
    from casework.domain.schedule_rules import ScheduleRules, ScheduleSettings

CALL_BACK = "call_back"
_PRIORITY = 4
_LATER = {Band.MORNING: Band.AFTERNOON, Band.AFTERNOON: Band.EVENING, Band.EVENING: Band.EVENING}


def call_back(facts: HouseholdFacts, here: Sequence[ResidentFacts], rules: ScheduleRules) -> Due:
    """The call-back that the tries since the last contact leave: exactly one, at another time of day than
    they were.

    The same day and urgent where somebody at risk lives alone, unless a visit was booked since: who books was heard
    of. At the booked hour, where there is one; on the day agreed, where one was; after `attempts_before_arrangement`
    tries no further knock but an arrangement: a notice, then a wait for the call, then the community.
    """
    settings = rules.settings
    tries = facts.visits.tries
    last = tries[-1]
    attempts = len(tries)
    stands = of_door(facts, settings)
    booked = stands.open[0] if stands.open else None
    alone = _at_risk_alone(here, last.date(), rules)
    unsafe = bool(facts.visits.try_outcomes) and facts.visits.try_outcomes[-1] is Outcome.UNSAFE_TO_ENTER
    if alone is not None and not unsafe and (booked is None or booked.made_at <= last):
        band = _LATER.get(_band(last, settings), Band.WEEKEND)
        reason = Phrase(
            N_("Nobody answered, and a person at risk lives here alone: find out today who saw them last"), {}
        )
        return _due(facts, alone, last.date(), last.date(), URGENT, reason, attempts, band)
    if booked is not None:
        return booked_due(facts, booked, DueKind.CALL_BACK, rules, attempts)
    agreed = facts.visits.promised_on
    if agreed is not None and agreed > last.date():
        reason = Phrase(
            N_("Nobody met so far ({n} tries); a visit is agreed for {day}"), {"n": attempts, "day": agreed}
        )
        return _due(facts, None, agreed, agreed, 2, reason, attempts, "", settings.call_back_window_days)
    first = last.date() + timedelta(days=settings.call_back_after_days)
    if stands.needed:
        return _arranging(facts, stands, first, attempts, settings)
    day, band = _next_try(tries, first, settings)
    said = {"n": attempts, "band": BAND_WORDS[band]}
    if unsafe:
        reason = UNSAFE
    elif stands.notice is not None:
        said["day"] = local(stands.notice.left_at).date()
        reason = Phrase(N_("Nobody answered ({n}), notice left on {day}: try again, {band}"), said)
    else:
        reason = Phrase(N_("Nobody answered ({n}): try again, {band}"), said)
    return _due(facts, None, day, day, _PRIORITY, reason, attempts, band, settings.call_back_window_days)


UNSAFE = Phrase(N_("It was not safe to go in: come back with a second person"))


def needs_company(due: Due) -> bool:
    """Whether nobody is to go there alone: the last try ended because it was not safe."""
    return due.kind is DueKind.CALL_BACK and due.reason.text == UNSAFE.text


def _arranging(
    facts: HouseholdFacts, stands: Arrangement, first: date, attempts: int, settings: ScheduleSettings
) -> Due:
    """After so many tries: what is waited for, and from when it is the worker's turn again."""
    last = stands.tries[-1].date()
    if stands.told_at is not None:
        # The community has it now: the next knock is no earlier than its turn allows.
        day = max(last, local(stands.told_at).date()) + timedelta(days=settings.arrangement_days)
        reason = Phrase(
            N_("{n} tries and a notice met nobody: the community has been told; try again"), {"n": attempts}
        )
        return _due(facts, None, day, day, _PRIORITY, reason, attempts, "", settings.arrangement_days)
    if stands.notice is not None:
        left = local(stands.notice.left_at).date()
        day = max(first, left + timedelta(days=settings.notice_wait_days))
        reason = Phrase(
            N_("{n} tries met nobody; notice left on {day}, waiting for a call"), {"n": attempts, "day": left}
        )
        return _due(facts, None, day, day, _PRIORITY, reason, attempts, "", settings.call_back_window_days)
    day = last + timedelta(days=settings.arrangement_days)
    reason = Phrase(N_("{n} tries met nobody: leave a notice and arrange a time"), {"n": attempts})
    if stands.failed is not None:
        reason = Phrase(
            N_("{n} tries met nobody, the booked one on {day} too: leave a notice"),
            {"n": attempts, "day": stands.failed.day},
        )
    return _due(facts, None, first, max(first, day), _PRIORITY, reason, attempts, "")


BOOKING = "booking"
"""What stands as `rule` in the row of a booking at a door without tries; with tries it is the call-back itself."""

BOOKED_PRIORITY = 1
"""A booked hour goes before everything but what is urgent."""


def booked_due(facts: HouseholdFacts, booked: BookingFacts, kind: DueKind, rules: ScheduleRules, tries: int = 0) -> Due:
    """The row of a booking: on its day alone, at its hour, which stands as the band."""
    values = {"day": booked.day, "hour": booked.hour.strftime(HOUR), "n": tries}
    reason = Phrase(N_("Booked for {day}, {hour}"), values)
    if tries:
        reason = Phrase(N_("Booked for {day}, {hour} ({n} tries met nobody)"), values)
    closes_on = booked.day + timedelta(days=rules.settings.call_back_window_days)
    rule = CALL_BACK if kind is DueKind.CALL_BACK else BOOKING
    return Due(
        kind, rule, facts.id, booked.resident_id, None, booked.day, booked.day, closes_on, BOOKED_PRIORITY, reason,
        tries, booked.hour.strftime(HOUR),
    )  # fmt: skip


HOUR = "%H:%M"


def hour_of(due: Due) -> str:
    """The hour for which a row is booked, such as 14:30; empty for every other row."""
    return due.band if ":" in due.band else ""


BAND_WORDS = {
    Band.MORNING: Phrase(N_("in the morning")),
    Band.AFTERNOON: Phrase(N_("in the afternoon")),
    Band.EVENING: Phrase(N_("in the evening")),
    Band.WEEKEND: Phrase(N_("at the weekend")),
}


def _due(
    facts: HouseholdFacts,
    resident: str | None,
    opens_on: date,
    due_on: date,
    priority: int,
    reason: Phrase,
    attempts: int,
    band: str,
    window: int = 0,
) -> Due:
    closes_on = due_on + timedelta(days=window)
    return Due(
        DueKind.CALL_BACK, CALL_BACK, facts.id, resident, None,
        opens_on, due_on, closes_on, priority, reason, attempts, str(band),
    )  # fmt: skip


def _band(instant: datetime, settings: ScheduleSettings) -> Band:
    return band_of(instant, settings.afternoon_from_hour, settings.evening_from_hour)


def _next_try(tries: Sequence[datetime], first: date, settings: ScheduleSettings) -> tuple[date, Band]:
    """The day and the band of the next try: a band not tried yet where there is one, else the one longest
    ago.

    On a Saturday or Sunday the band is the weekend; where the weekend was tried already, the day moves to
    Monday.
    """
    tried: dict[Band, int] = {}
    for n, instant in enumerate(tries):
        tried[_band(instant, settings)] = n
    wanted = sorted(settings.band_order, key=lambda band: (tried.get(band, -1), settings.band_order.index(band)))
    if first.weekday() >= 5 and Band.WEEKEND not in tried:
        return first, Band.WEEKEND
    band = wanted[0]
    if band is Band.WEEKEND:
        return first + timedelta(days=max(0, 5 - first.weekday())), band
    return first + timedelta(days=max(0, 7 - first.weekday()) if first.weekday() >= 5 else 0), band


def _at_risk_alone(here: Sequence[ResidentFacts], day: date, rules: ScheduleRules) -> str | None:
    """The person at risk who lives alone here, the first by id."""
    for person in sorted(here, key=lambda one: one.id):
        held = {
            tag.tag
            for tag in person.tags
            if (tag.since is None or tag.since <= day) and (tag.until is None or day < tag.until)
        }
        age = None if person.born is None else age_on(person.born, day)
        level = person.risk_override or rules.risk.level(held, age, person.findings)
        if at_risk_alone(held, level):
            return person.id
    return None
