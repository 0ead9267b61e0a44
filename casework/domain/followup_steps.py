"""The steps of a follow-up: what each needs to be said with it, what it changes, which date comes next.

The states are `followup`; here `apply` takes a case one step on and gives its line on the timeline.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from casework.domain import workingdays
from casework.domain.followup import (
    CLOSED_STATES,
    CLOSES,
    NEEDS_SUPERVISOR,
    NEEDS_WORDS,
    NEUTRAL,
    WORK_STATES,
    Action,
    Followup,
    FollowupEvent,
    NotAllowed,
    Owner,
    after,
)
from casework.domain.phrase import N_, Phrase

A = Action


@dataclass(frozen=True, slots=True)
class Told:
    """What is said with a step; which of it is needed depends on the step.

    `decides` is true where the worker who enters it is a supervisor; otherwise `approved_by` names who decided.
    `done_by` says who did the work, the owner where it is not given. A deadline is a day, an instant, or both.
    """

    note: str = ""
    owner: Owner | None = None
    next_action_on: date | None = None
    due_on: date | None = None
    due_at: datetime | None = None
    done_by: Owner | None = None
    approved_by: str = ""
    decides: bool = False
    duplicate_of: str = ""
    satisfaction: int | None = None
    helpers: tuple[Owner, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """The catalog's limits on the steps of a case (DOMAIN 4.7, 11)."""

    extensions: int = 2
    owner_extensions: int = 1
    suspended_days: int = 365
    waiting_days: int = 30
    tries: int = 2
    accept_days: int = 1
    try_again_days: int = 1
    reminder_days: int = 2


LIMITS = Limits()


def apply(
    case: Followup, action: Action, told: Told | None = None, *, at: datetime, by: str, limits: Limits = LIMITS
) -> tuple[dict[str, Any], FollowupEvent]:
    """What a step changes in the case, and its line on the timeline; `by` is the id of the worker who enters it.

    Where no date is given the next action follows from the step: whether it was accepted, whether the resident
    says that it is put right, the reminder before the deadline. A returned case falls to whoever handed it over.

    Raises:
        NotAllowed: the state does not allow it, or words, an owner, a date or a decision are missing or cannot be.
    """
    told = told or Told()
    state = after(case.state, action)
    day = at.date()
    check(case, action, told, at, limits)
    owner = told.owner or (case.owner_kind, case.owner)
    if action is A.RETURN and told.owner is None:
        owner = ("worker", case.handed_by or by)
    changes: dict[str, Any] = {}
    if state is not case.state:
        changes["state"] = state
    if owner != (case.owner_kind, case.owner):
        changes["owner_kind"], changes["owner"] = owner
    if action in (A.ASSIGN, A.REOPEN) and case.handed_by != by:
        changes["handed_by"] = by
    if state in CLOSED_STATES:
        if action in CLOSES:
            changes |= {"closed_at": at, "result": told.note.strip(), "next_action_on": None}
    else:
        following = told.next_action_on or _next(case, action, owner, by, day, told.due_on, limits)
        if following != case.next_action_on:
            changes["next_action_on"] = following
        if told.due_on is not None and told.due_on != case.due_on:
            changes["due_on"] = told.due_on
        if told.due_at is not None and told.due_at != case.due_at:
            changes["due_at"] = told.due_at
    changes |= _marks(case, action, told, owner)
    until = told.next_action_on if action in (A.SUSPEND, A.WAIT) else None
    event = FollowupEvent(
        case.id,
        action,
        at,
        by,
        state,
        *owner,
        told.note.strip(),
        case.state,
        until,
        told.due_at,
        told.approved_by.strip(),
    )
    return changes, event


def _marks(case: Followup, action: Action, told: Told, owner: Owner) -> dict[str, Any]:
    """What a step counts, and whom it names."""
    match action:
        case A.EXTEND:
            return {"extensions": case.extensions + 1}
        case A.SUSPEND:
            return {"suspensions": case.suspensions + 1}
        case A.COULD_NOT_REACH:
            return {"tries": case.tries + 1}
        case A.ASK_AGAIN:
            return {"asked": case.asked + 1}
        case A.HELP:
            return {"helpers": tuple(dict.fromkeys((*case.helpers, *told.helpers)))}
        case A.HELP_ENDS:
            return {"helpers": tuple(one for one in case.helpers if one not in told.helpers)}
        case A.FINISH:
            return {"done_by": told.done_by or owner, "tries": 0}
        case A.NOT_PUT_RIGHT | A.CAME_BACK:
            return {"satisfaction": told.satisfaction or case.satisfaction, "tries": 0}
        case A.CLOSE_VERIFIED:
            return {
                "satisfaction": told.satisfaction or case.satisfaction,
                "done_by": told.done_by or case.done_by or owner,
            }
        case A.MARK_DUPLICATE:
            return {"duplicate_of": told.duplicate_of}
        case A.REOPEN:
            # A limit of its own, and all that hangs on it anew.
            return {
                "closed_at": None, "result": "", "done_by": None, "satisfaction": None, "tries": 0, "duplicate_of": "",
                "extensions": 0, "suspensions": 0, "reopens": case.reopens + 1,
            }  # fmt: skip
    return {}


def _next(
    case: Followup, action: Action, owner: Owner, by: str, day: date, due_on: date | None, limits: Limits
) -> date | None:
    """The day of the next action where none was told."""
    due = due_on or case.due_on
    match action:
        case A.ASSIGN | A.REOPEN if owner != ("worker", by):
            soon = day if case.urgent else workingdays.after(day, limits.accept_days)
            return max(day, min(soon, due)) if due else soon
        case A.FINISH | A.VERIFY | A.RETURN:
            return day
        case A.COULD_NOT_REACH:
            return day + timedelta(days=limits.try_again_days)
        case _ if action in NEUTRAL and case.next_action_on is not None:
            return case.next_action_on
    return max(day + timedelta(days=1), before_due(due, limits.reminder_days) if due else day)


def before_due(due: date, working_days: int) -> date:
    """The day that many working days before a due day."""
    while working_days:
        due -= timedelta(days=1)
        working_days -= workingdays.is_working_day(due)
    return due


def check(case: Followup, action: Action, told: Told, at: datetime, limits: Limits = LIMITS) -> None:
    """Refuse a step whose words, owner, dates or decision do not do; the state itself is `after`'s to judge.

    Raises:
        NotAllowed: with the reason.
    """
    if action in NEEDS_WORDS and not told.note.strip():
        raise NotAllowed(Phrase(N_("This step needs words.")))
    _check_people(case, action, told)
    _check_dates(case, action, told, at, limits)
    if action in (A.FINISH, A.CLOSE_VERIFIED, A.CLOSE_UNVERIFIED, A.CLOSE_NOT_FIXED) and case.promises_open:
        raise NotAllowed(
            Phrase(N_("{n} promises are still open: settle them first, kept or broken."), {"n": case.promises_open})
        )
    if action is A.CLOSE_UNVERIFIED and case.tries < limits.tries:
        raise NotAllowed(
            Phrase(
                N_("Try {n} times to reach the resident first; tried so far: {tries}."),
                {"n": limits.tries, "tries": case.tries},
            )
        )
    again = action is A.EXTEND and case.extensions >= limits.owner_extensions
    if (again or action in NEEDS_SUPERVISOR) and not (told.decides or told.approved_by.strip()):
        raise NotAllowed(Phrase(N_("A supervisor decides this: say who decided it, and why.")))


def _check_people(case: Followup, action: Action, told: Told) -> None:
    if action is A.ASSIGN and told.owner is None:
        raise NotAllowed(Phrase(N_("Say to whom the follow-up goes.")))
    for kind, who in (*((told.owner,) if told.owner else ()), *told.helpers):
        if kind not in ("worker", "department") or not who:
            raise NotAllowed(Phrase(N_("A follow-up belongs to a worker or a department.")))
    if action is A.HELP and not told.helpers:
        raise NotAllowed(Phrase(N_("Say who helps.")))
    if action is A.HELP_ENDS and not (told.helpers and set(told.helpers) <= set(case.helpers)):
        raise NotAllowed(Phrase(N_("Nobody of that name helps with this follow-up.")))
    if told.done_by is not None and (told.done_by[0] not in ("worker", "department", "name") or not told.done_by[1]):
        raise NotAllowed(Phrase(N_("Say who did it.")))
    if action is A.MARK_DUPLICATE and told.duplicate_of in ("", case.id):
        raise NotAllowed(Phrase(N_("Say of which other follow-up this is a duplicate.")))
    if told.satisfaction is not None and not 1 <= told.satisfaction <= 5:
        raise NotAllowed(Phrase(N_("Satisfaction is a number from 1 to 5.")))


def _check_dates(case: Followup, action: Action, told: Told, at: datetime, limits: Limits) -> None:
    day = at.date()
    if told.next_action_on is not None and told.next_action_on < day:
        raise NotAllowed(Phrase(N_("The next action cannot lie in the past.")))
    in_work = case.state in WORK_STATES
    if action in (A.EXTEND, A.SUSPEND, A.WAIT) and in_work and overdue(case, at):
        raise NotAllowed(Phrase(N_("Too late: the follow-up is overdue already.")))
    if action is A.EXTEND:
        if case.extensions >= limits.extensions:
            raise NotAllowed(Phrase(N_("It was extended {n} times already."), {"n": case.extensions}))
        if told.due_on is None or (case.due_on is not None and told.due_on <= case.due_on):
            raise NotAllowed(Phrase(N_("An extension needs a later due day.")))
    if action is A.SUSPEND:
        if case.suspensions:
            raise NotAllowed(Phrase(N_("It was suspended once already.")))
        _within(told, day, limits.suspended_days, N_("Suspending needs a review date within {n} days."))
    if action is A.WAIT:
        _within(told, day, limits.waiting_days, N_("Say until which day, within {n} days, the resident is waited for."))


def _within(told: Told, day: date, days: int, said: str) -> None:
    if told.next_action_on is None or not 0 < (told.next_action_on - day).days <= days:
        raise NotAllowed(Phrase(said, {"n": days}))


def overdue(case: Followup, at: datetime) -> bool:
    """Whether the deadline has passed while the work is still to be done."""
    if case.state not in WORK_STATES:
        return False
    if case.due_at is not None:
        return at > case.due_at
    return case.due_on is not None and at.date() > case.due_on
