"""Where a unit stands in a campaign on a day, from facts alone: one bucket, why, and when time alone will move it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from casework.domain.arrangement import BookingEnd, end_of
from casework.domain.campaign import (
    Bucket,
    Campaign,
    CampaignSubject,
    CheckFact,
    MarkKind,
    Recheck,
    Standing,
    Try,
    UnitFacts,
    VisitFact,
    Way,
    WayKind,
    drawn,
)
from casework.domain.check import AnswerState
from casework.domain.eligibility import eligible, turning_days, why_not
from casework.domain.phrase import N_, Phrase
from casework.domain.visit import MET, Outcome
from casework.domain.visiting import TRIES, Knock, counts_as_knock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from casework.domain.campaign import Mark


def stand(facts: UnitFacts, campaign: Campaign, day: date, *, in_words: bool = True) -> Standing:
    """Where a unit stands on a day. What happened later than the day is not known yet. Why it is not eligible is said
    `in_words` only where somebody reads it.

    Done stands before all else, for who was eligible then or is now; a unit for which the rule does not hold is not
    eligible unless it was admitted by hand; then come exempt, refused, booked and call-back, by what happened last.
    """
    if not _touched(facts):
        return _untouched(facts, campaign, day, in_words)
    now = _stand(facts, campaign, day)
    if now.bucket is Bucket.NOT_ELIGIBLE and in_words:
        now = replace(now, why=why_not(facts, campaign.definition, day))
    for later in sorted({one for one in _turning_days(facts, campaign) if one > day}):
        if _differs(now, _stand(facts, campaign, later)):
            return replace(now, turns_on=later)
    return now


def tried(facts: UnitFacts, campaign: Campaign, day: date) -> tuple[Try, ...]:
    """The days up to a day on which somebody was at the unit for the campaign, until it was done: knocks, checks.

    A day counts once however often was knocked. What made it done before the campaign began was no try, and a unit that
    is not eligible was not tried for the campaign.
    """
    return _stand(facts, campaign, day).days if _touched(facts) else ()


def _touched(facts: UnitFacts) -> bool:
    """Whether anything has happened at a unit that a standing could follow from."""
    return bool(
        facts.visits or facts.checks or facts.marks or facts.devices or facts.followups or facts.bookings
    )  # fmt: skip


def _untouched(facts: UnitFacts, campaign: Campaign, day: date, in_words: bool) -> Standing:
    """The same of a unit at which nothing has happened, as at most doors of a district: only the rule is asked."""
    definition = campaign.definition
    holds = eligible(facts, definition, day)
    turns_on: date | None = None
    for later in sorted({one for one in turning_days(facts, definition) if one > day}):
        if eligible(facts, definition, later) is not holds:
            turns_on = later
            break
    if holds:
        return Standing(Bucket.TO_VISIT, _not_yet(campaign), turns_on=turns_on)
    why = why_not(facts, definition, day) if in_words else _NOT_ELIGIBLE.why
    return Standing(Bucket.NOT_ELIGIBLE, why, turns_on=turns_on)


_UNCHECKED, _UNVISITED = Phrase(N_("not checked yet")), Phrase(N_("not visited yet"))


def _not_yet(campaign: Campaign) -> Phrase:
    return _UNCHECKED if campaign.definition.subject is CampaignSubject.PLACE else _UNVISITED


def _differs(one: Standing, other: Standing) -> bool:
    if one.bucket is Bucket.NOT_ELIGIBLE:
        # Why somebody is not eligible is said as of the day on which it is asked: an age grows every year.
        return other.bucket is not one.bucket
    return one != other


def _turning_days(facts: UnitFacts, campaign: Campaign) -> Iterator[date]:
    """Every day that the facts know of, and those that follow from them."""
    yield campaign.starts_on
    yield from turning_days(facts, campaign.definition)
    evidence = [one.at.date() for one in facts.visits]
    evidence += [one.at.date() for one in facts.checks]
    evidence += [one.at.date() for one in facts.marks]
    evidence += [day for day, _category in facts.followups]
    for _kind, fitted, removed in facts.devices:
        evidence += [day for day in (fitted, removed) if day is not None]
    yield from evidence
    for booking in facts.bookings:
        yield from (booking.made_at.date(), booking.day, booking.day + timedelta(days=1))
    recheck = campaign.definition.recheck
    if recheck is None:
        return
    if recheck.after_days is not None:
        yield from (max(day, campaign.starts_on) + timedelta(days=recheck.after_days) for day in evidence)
        yield campaign.starts_on + timedelta(days=recheck.after_days)
    yield from (last + timedelta(days=recheck.spell_days) for kind, last in facts.spells if kind == recheck.after_spell)


# --- the bucket ------------------------------------------------------------------------------------------


_NOT_ELIGIBLE = Standing(Bucket.NOT_ELIGIBLE, Phrase(N_("the rule does not hold")))


def _stand(facts: UnitFacts, campaign: Campaign, day: date) -> Standing:
    done = _done(facts, campaign, day)
    found = _bucket(facts, campaign, day, done)
    if found.bucket is Bucket.NOT_ELIGIBLE:
        return found
    days = _tried(facts, campaign, day, done)
    return replace(found, tries=len(days), days=days) if days else found


def _bucket(facts: UnitFacts, campaign: Campaign, day: date, done: _Done | None) -> Standing:
    definition = campaign.definition
    marks = sorted((one for one in facts.marks if one.at.date() <= day), key=lambda one: (one.at, one.id))
    decided = next((one for one in reversed(marks) if one.kind in (MarkKind.EXEMPT, MarkKind.ADMIT)), None)
    admitted = decided is not None and decided.kind is MarkKind.ADMIT
    if done is not None and (admitted or any(eligible(facts, definition, one) for one in (day, done.on))):
        return _when_done(facts, campaign, day, done)
    if not admitted and not eligible(facts, definition, day):
        return _NOT_ELIGIBLE
    if decided is not None and decided.kind is MarkKind.EXEMPT:
        return Standing(Bucket.EXEMPT, Phrase(N_("exempt: {words}"), {"words": decided.words}))
    return _left(facts, campaign, day, marks)


def _left(facts: UnitFacts, campaign: Campaign, day: date, marks: Sequence[Mark]) -> Standing:
    """A unit that is eligible and not done: by what happened last."""
    visits = _visits(facts, campaign, day)
    last = visits[-1] if visits else None
    refused = next((one for one in reversed(marks) if one.kind is MarkKind.REFUSE), None)
    lifted = next((one for one in reversed(marks) if one.kind is MarkKind.ADMIT), None)
    since: tuple[datetime, str] | None = None
    why: Phrase | None = None
    if last is not None and last.outcome is Outcome.REFUSED:
        since, why = (last.at, ""), _refusal(last, campaign)
    if refused is not None and (last is None or refused.at >= last.at):
        since = (refused.at, refused.id)
        why = Phrase(N_("refused on {day}: {words}"), {"day": refused.at.date(), "words": refused.words})
    if since is not None and lifted is not None and (lifted.at, lifted.id) > since:
        since = why = None
    booked = _booked(facts, campaign, visits, day, since[0] if since else None)
    if booked is not None:
        return Standing(Bucket.BOOKED, booked)
    if why is not None:
        return Standing(Bucket.REFUSED, why)
    if last is not None and last.outcome in TRIES:
        return Standing(Bucket.CALL_BACK, _not_met(visits))
    return Standing(Bucket.TO_VISIT, _to_visit(facts, campaign, day, visits, marks))


def _refusal(visit: VisitFact, campaign: Campaign) -> Phrase:
    reason = campaign.definition.names.get(f"refusal:{visit.reason}")
    if reason is None:
        return Phrase(N_("refused on {day}, no reason given"), {"day": visit.at.date()})
    return Phrase(N_("refused on {day}: {words}"), {"day": visit.at.date(), "words": reason})


def _booked(
    facts: UnitFacts, campaign: Campaign, visits: Sequence[VisitFact], day: date, refused: datetime | None
) -> Phrase | None:
    """The next booking that still stands: not past, not decided by a visit, not followed by a refusal."""
    if not facts.bookings:
        return None
    knocks = [Knock(one.at, one.mode, one.outcome) for one in visits]
    for booking in sorted(facts.bookings, key=lambda one: (one.starts, one.id)):
        if booking.day < day or booking.made_at.date() > day or (refused is not None and refused > booking.made_at):
            continue
        end, _knock = end_of(booking, knocks, campaign.early_minutes)
        if end is BookingEnd.OPEN:
            return Phrase(N_("booked for {day}, {hour}"), {"day": booking.day, "hour": f"{booking.hour:%H:%M}"})
    return None


def _not_met(visits: Sequence[VisitFact]) -> Phrase:
    """How often nobody was met in a row, and when last."""
    n = 0
    for visit in reversed(visits):
        if visit.outcome not in TRIES:
            break
        n += 1
    if visits[-1].outcome is Outcome.UNSAFE_TO_ENTER:
        return Phrase(N_("not safe to enter on {day}"), {"day": visits[-1].at.date()})
    return Phrase(N_("nobody met so far ({n}), last on {day}"), {"n": n, "day": visits[-1].at.date()})


def _to_visit(
    facts: UnitFacts, campaign: Campaign, day: date, visits: Sequence[VisitFact], marks: Sequence[Mark]
) -> Phrase:
    failed = next((one for one in reversed(marks) if one.kind is MarkKind.RECHECK_FAILED), None)
    checks = _checks(facts, campaign, day)
    last = checks[-1] if checks else None
    if failed is not None and (last is None or last.at < failed.at):
        return Phrase(
            N_("looked at again on {day}, not in order: {words}"), {"day": failed.at.date(), "words": failed.words}
        )
    if last is not None and (not visits or last.at.date() >= visits[-1].at.date()):
        return Phrase(N_("checked on {day}: not in order yet"), {"day": last.at.date()})
    for way in campaign.definition.ways:
        made = _apart(_kept_visits(facts, campaign, way, day), way) if way.kind is WayKind.VISIT else []
        if made and way.times > 1:
            return Phrase(
                N_("{n} of {of} visits made, last on {day}"), {"n": len(made), "of": way.times, "day": made[-1]}
            )
    if not visits:
        return _not_yet(campaign)
    on = visits[-1].at.date()
    if visits[-1].outcome in MET:
        return Phrase(N_("met on {day}, not done yet"), {"day": on})
    return Phrase(N_("tried on {day}, not done yet"), {"day": on})


# --- done ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Done:
    """Since when it is done. `counted` is False for what was so before the start; `again` are the days on which a check
    has found it in order since.
    """

    on: date
    counted: bool = True
    again: tuple[date, ...] = ()


def _done(facts: UnitFacts, campaign: Campaign, day: date) -> _Done | None:
    if day < campaign.starts_on:
        return None
    failed = max(
        (one.at for one in facts.marks if one.kind is MarkKind.RECHECK_FAILED and one.at.date() <= day), default=None
    )
    found = [
        one
        for way in campaign.definition.ways
        if (one := _done_by(way, facts, campaign, day, failed)) is not None
    ]  # fmt: skip
    return min(found, key=lambda one: (one.on, not one.counted)) if found else None


def _done_by(way: Way, facts: UnitFacts, campaign: Campaign, day: date, failed: datetime | None) -> _Done | None:
    start = campaign.starts_on
    if way.kind is WayKind.VISIT:
        visits = [one for one in _kept_visits(facts, campaign, way, day) if failed is None or one.at > failed]
        made = _apart(visits, way)
        return _Done(made[way.times - 1]) if len(made) >= way.times else None
    if way.kind in (WayKind.ANSWER, WayKind.CHECK):
        return _done_by_check(way, facts, campaign, day, failed)
    days: list[date] = []
    if way.kind is WayKind.FOLLOWUP:
        days = [on for on, category in facts.followups if category == way.category]
    else:
        for kind, fitted, removed in facts.devices:
            if kind == way.device and (removed is None or removed > day):
                days.append(fitted or date.min)
    since = None if failed is None else failed.date()
    days = [on for on in days if on <= day and (way.earlier or on >= start) and (since is None or on >= since)]
    return _clamped(min(days), start) if days else None


def _done_by_check(way: Way, facts: UnitFacts, campaign: Campaign, day: date, failed: datetime | None) -> _Done | None:
    looked = [
        (one.at.date(), holds)
        for one in sorted(facts.checks, key=lambda one: (one.at, one.id))
        if one.checklist == way.checklist
        and one.at.date() <= day
        and (way.earlier or one.at.date() >= campaign.starts_on)
        and (failed is None or one.at > failed)
        and (holds := in_order(way, one)) is not None
    ]
    if way.last:
        run: list[date] = []
        for on, holds in looked:
            run = [*run, on] if holds else []
    else:
        run = [on for on, holds in looked if holds]
    if not run:
        return None
    return replace(_clamped(run[0], campaign.starts_on), again=tuple(on for on in run if on > run[0]))


def _clamped(on: date, start: date) -> _Done:
    return _Done(max(on, start), counted=on >= start)


def in_order(way: Way, check: CheckFact) -> bool | None:
    """Whether a check is what the way asks for; None where it says nothing about it (too little was looked at)."""
    if way.kind is WayKind.CHECK:
        return check.left == 0 if check.completed or check.left else None
    answer = check.answers.get(way.question)
    if answer is None:
        # Not asked: a cover that is missing has no height.
        return False if check.left else None
    if answer.state in (AnswerState.COULD_NOT_CHECK, AnswerState.DECLINED):
        return None
    return answer.state.value in way.words or str(answer.value) in way.words


def _kept_visits(facts: UnitFacts, campaign: Campaign, way: Way, day: date) -> list[VisitFact]:
    """The visits of the campaign that count for a way; of a resident those in which that person was met."""
    about = facts.id if campaign.definition.subject is CampaignSubject.RESIDENT else ""
    return [
        one
        for one in _visits(facts, campaign, day)
        if one.outcome.value in way.words and one.mode in way.modes and (not about or not one.met or about in one.met)
    ]


def _apart(visits: Iterable[VisitFact], way: Way) -> list[date]:
    """The days of visits that lie far enough apart to count as several, at most as many as are asked for."""
    days: list[date] = []
    for visit in visits:
        on = visit.at.date()
        if len(days) < way.times and (not days or (on - days[-1]).days >= way.apart_days):
            days.append(on)
    return days


def _when_done(facts: UnitFacts, campaign: Campaign, day: date, done: _Done) -> Standing:
    recheck = campaign.definition.recheck
    since = None if recheck is None else _recheck_since(facts, campaign, recheck, done, day)
    if since is None:
        return Standing(Bucket.DONE, Phrase(N_("done on {day}"), {"day": done.on}), done_on=done.on)
    why = Phrase(N_("done on {day}; to be looked at again from {since}"), {"day": done.on, "since": since})
    return Standing(Bucket.TO_RECHECK, why, done_on=done.on)


def _recheck_since(facts: UnitFacts, campaign: Campaign, recheck: Recheck, done: _Done, day: date) -> date | None:
    """Since when it is to be looked at again; None where it need not be yet, or was."""
    confirmed = [one.at.date() for one in facts.marks if one.kind is MarkKind.RECHECK_OK]
    looked = [*confirmed, *done.again]
    due: list[date] = []
    if recheck.after_days is not None and drawn(campaign.id, facts.id, recheck):
        first = done.on + timedelta(days=recheck.after_days)
        # A word that it was looked at again counts whenever it was given; a check only shows how it was on its day.
        if not any(done.on <= on <= day for on in confirmed) and not any(first <= on <= day for on in done.again):
            due.append(first)
    for kind, last in facts.spells:
        first = last + timedelta(days=recheck.spell_days)
        if kind == recheck.after_spell and last > done.on and not any(first <= on <= day for on in looked):
            due.append(first)
    due = [first for first in due if first <= day]
    return min(due) if due else None


# --- what happened ---------------------------------------------------------------------------------------


def _visits(facts: UnitFacts, campaign: Campaign, day: date) -> list[VisitFact]:
    """The visits of the campaign's time up to a day, oldest first; *not attempted* is none."""
    if not facts.visits:
        return []
    start = campaign.starts_on
    found = [one for one in facts.visits if one.outcome is not Outcome.NOT_ATTEMPTED and start <= one.at.date() <= day]
    return sorted(found, key=lambda one: (one.at, one.id))


def _checks(facts: UnitFacts, campaign: Campaign, day: date) -> list[CheckFact]:
    """The checks that the campaign is about, of its time up to a day, oldest first."""
    if not facts.checks:
        return []
    lists = {way.checklist for way in campaign.definition.ways if way.checklist}
    found = [
        one for one in facts.checks if one.checklist in lists and campaign.starts_on <= one.at.date() <= day
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.at, one.id))


def _tried(facts: UnitFacts, campaign: Campaign, day: date, done: _Done | None) -> tuple[Try, ...]:
    if not facts.visits and not facts.checks and done is None:
        return ()
    days = {one.at.date() for one in _visits(facts, campaign, day) if counts_as_knock(one.outcome, one.mode)}
    days.update(one.at.date() for one in _checks(facts, campaign, day))
    if done is not None:
        days = {on for on in days if on <= done.on}
        if done.counted:
            days.add(done.on)
    return tuple(
        Try(on, n, done is not None and done.counted and on == done.on) for n, on in enumerate(sorted(days), start=1)
    )
