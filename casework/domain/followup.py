"""Follow-ups (办件): the states of a case, what may be done in each, and what each step changes.

    reported -> assigned -> accepted -> in_progress -> done -> verifying -> closed_verified
                   |            |                        ^         | v            v                        |
                   +-> closed_unverified (nobody to be reached)
                returned <------+                        +- not put right, with words: back to in_progress
                   |
                   +-> assigned (to somebody else)

    any open state     -> closed_verified | closed_not_fixed | duplicate (of another case), with the result in
    words any open state     -> suspended (reason and review date) -> in_progress any open state     -> the
    same state: note, extended any closed state   -> assigned: reopened, words required

    A case that the worker settles at once may be closed straight away: the result in words is the evidence.

At every moment until a case is closed it has exactly one accountable owner and one next-action date, also
while it is handed over and not yet accepted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from casework.domain.phrase import N_, Phrase


class State(StrEnum):
    """Where a case stands."""

    REPORTED = "reported"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    IN_PROGRESS = "in_progress"
    SUSPENDED = "suspended"
    DONE = "done"
    VERIFYING = "verifying"
    CLOSED_VERIFIED = "closed_verified"
    CLOSED_UNVERIFIED = "closed_unverified"
    CLOSED_NOT_FIXED = "closed_not_fixed"
    DUPLICATE = "duplicate"


class Action(StrEnum):
    """What can be done with a case."""

    NOTE = "note"
    ASSIGN = "assign"
    ACCEPT = "accept"
    RETURN = "return"
    START = "start"
    FINISH = "finish"
    VERIFY = "verify"
    NOT_PUT_RIGHT = "not_put_right"
    SUSPEND = "suspend"
    RESUME = "resume"
    EXTEND = "extend"
    CLOSE_VERIFIED = "close_verified"
    CLOSE_UNVERIFIED = "close_unverified"
    CLOSE_NOT_FIXED = "close_not_fixed"
    MARK_DUPLICATE = "mark_duplicate"
    REOPEN = "reopen"


S, A = State, Action

CLOSED_STATES = frozenset({S.CLOSED_VERIFIED, S.CLOSED_UNVERIFIED, S.CLOSED_NOT_FIXED, S.DUPLICATE})
OPEN_STATES = frozenset(State) - CLOSED_STATES

CLOSES = {
    A.CLOSE_VERIFIED: S.CLOSED_VERIFIED,
    A.CLOSE_UNVERIFIED: S.CLOSED_UNVERIFIED,
    A.CLOSE_NOT_FIXED: S.CLOSED_NOT_FIXED,
    A.MARK_DUPLICATE: S.DUPLICATE,
}
"""The ends, by the action that leads there."""

_WORDS = frozenset({A.NOTE, A.RETURN, A.NOT_PUT_RIGHT, A.SUSPEND, A.EXTEND, A.REOPEN, *CLOSES})


def _transitions() -> dict[tuple[State, Action], State]:
    steps: dict[tuple[State, Action], State] = {}
    for state in OPEN_STATES:
        steps[state, A.NOTE] = state
        steps[state, A.ASSIGN] = S.ASSIGNED
        steps[state, A.CLOSE_VERIFIED] = S.CLOSED_VERIFIED
        steps[state, A.CLOSE_NOT_FIXED] = S.CLOSED_NOT_FIXED
        steps[state, A.MARK_DUPLICATE] = S.DUPLICATE
        if state is not S.SUSPENDED:
            steps[state, A.SUSPEND] = S.SUSPENDED
            steps[state, A.EXTEND] = state
    for state in CLOSED_STATES:
        steps[state, A.NOTE] = state
        steps[state, A.REOPEN] = S.ASSIGNED
    steps[S.ASSIGNED, A.ACCEPT] = S.ACCEPTED
    for state in (S.ASSIGNED, S.ACCEPTED, S.IN_PROGRESS):
        steps[state, A.RETURN] = S.RETURNED
    for state in (S.REPORTED, S.ASSIGNED, S.ACCEPTED):
        steps[state, A.START] = S.IN_PROGRESS
    for state in (S.ACCEPTED, S.IN_PROGRESS):
        steps[state, A.FINISH] = S.DONE
    steps[S.DONE, A.VERIFY] = S.VERIFYING
    for state in (S.DONE, S.VERIFYING):
        steps[state, A.NOT_PUT_RIGHT] = S.IN_PROGRESS
        steps[state, A.CLOSE_UNVERIFIED] = S.CLOSED_UNVERIFIED
    steps[S.SUSPENDED, A.RESUME] = S.IN_PROGRESS
    return steps


TRANSITIONS = _transitions()
_ORDER = {action: n for n, action in enumerate(Action)}


class NotAllowed(Exception):
    """A step that the case does not allow now; `phrase` says why."""

    def __init__(self, phrase: Phrase) -> None:
        super().__init__(phrase.text)
        self.phrase = phrase


@dataclass(frozen=True, slots=True)
class Followup:
    """A case as it stands. The owner is a worker (`owner` is an id) or a department (`owner` is a catalog
    key).
    """

    id: str
    state: State
    owner_kind: str
    owner: str
    next_action_on: date | None
    due_on: date | None
    opened_at: datetime
    closed_at: datetime | None = None
    result: str = ""
    extensions: int = 0
    suspensions: int = 0

    @property
    def is_open(self) -> bool:
        """Whether somebody still owes something."""
        return self.state in OPEN_STATES


@dataclass(frozen=True, slots=True)
class FollowupEvent:
    """A line of the timeline: what was done, by whom, and how the case stood after it."""

    followup_id: str
    kind: Action
    at: datetime
    by: str
    state: State
    owner_kind: str
    owner: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """The catalog's limits on moving a deadline (DOMAIN 4.7)."""

    extensions: int = 2
    suspended_days: int = 365


LIMITS = Limits()


def allowed(state: State) -> tuple[Action, ...]:
    """What may be done in a state, in the order of a case's life."""
    return tuple(sorted((action for at, action in TRANSITIONS if at is state), key=_ORDER.__getitem__))


def after(state: State, action: Action) -> State:
    """The state to which an action leads.

    Raises:
        NotAllowed: not from this state.
    """
    found = TRANSITIONS.get((state, action))
    if found is not None:
        return found
    if state in CLOSED_STATES:
        raise NotAllowed(Phrase(N_("The follow-up is closed: reopen it first.")))
    raise NotAllowed(
        Phrase(N_("Not while the follow-up is “{state}”."), {"state": STATE_NAMES[state]}),
    )


def apply(
    case: Followup,
    action: Action,
    *,
    at: datetime,
    by: str,
    note: str = "",
    owner: tuple[str, str] | None = None,
    next_action_on: date | None = None,
    due_on: date | None = None,
    limits: Limits = LIMITS,
) -> tuple[dict[str, object], FollowupEvent]:
    """What a step changes in the case, and its line on the timeline; `by` is the id of the worker who enters
    it.

    Where no date is given the next action is the day after, or the old date if that is later. A returned case
    falls to whoever enters the return, until it is assigned anew. A suspended one is due for review on
    `next_action_on`.

    Raises:
        NotAllowed: the state does not allow it, or words, an owner or a date are missing or cannot be.
    """
    state = after(case.state, action)
    day = at.date()
    _check(case, action, day, note, owner, next_action_on, due_on, limits)
    changes: dict[str, object] = {}
    if state is not case.state:
        changes["state"] = state
    kind, who = owner or (case.owner_kind, case.owner)
    if action is A.RETURN and owner is None:
        kind, who = "worker", by
    if (kind, who) != (case.owner_kind, case.owner):
        changes["owner_kind"], changes["owner"] = kind, who
    if state in CLOSED_STATES:
        if action is not A.NOTE:
            changes |= {"closed_at": at, "result": note, "next_action_on": None}
    else:
        following = next_action_on or max(case.next_action_on or day, day + timedelta(days=1))
        if action is A.NOTE and next_action_on is None and case.next_action_on is not None:
            following = case.next_action_on
        if following != case.next_action_on:
            changes["next_action_on"] = following
        if due_on is not None and due_on != case.due_on:
            changes["due_on"] = due_on
    if action is A.REOPEN:
        changes |= {"closed_at": None, "result": ""}
    elif action is A.EXTEND:
        changes["extensions"] = case.extensions + 1
    elif action is A.SUSPEND:
        changes["suspensions"] = case.suspensions + 1
    return changes, FollowupEvent(case.id, action, at, by, state, kind, who, note)


def _check(
    case: Followup,
    action: Action,
    day: date,
    note: str,
    owner: tuple[str, str] | None,
    next_action_on: date | None,
    due_on: date | None,
    limits: Limits,
) -> None:
    """Refuse a step whose words, owner or dates do not do."""
    if action in _WORDS and not note.strip():
        raise NotAllowed(Phrase(N_("This step needs words.")))
    if action is A.ASSIGN and owner is None:
        raise NotAllowed(Phrase(N_("Say to whom the follow-up goes.")))
    if owner is not None and (owner[0] not in ("worker", "department") or not owner[1]):
        raise NotAllowed(Phrase(N_("A follow-up belongs to a worker or a department.")))
    if next_action_on is not None and next_action_on < day:
        raise NotAllowed(Phrase(N_("The next action cannot lie in the past.")))
    if action in (A.EXTEND, A.SUSPEND) and case.due_on is not None and day > case.due_on:
        raise NotAllowed(Phrase(N_("Too late: the follow-up is overdue already.")))
    if action is A.EXTEND:
        if case.extensions >= limits.extensions:
            raise NotAllowed(Phrase(N_("It was extended {n} times already."), {"n": case.extensions}))
        if due_on is None or (case.due_on is not None and due_on <= case.due_on):
            raise NotAllowed(Phrase(N_("An extension needs a later due day.")))
    if action is A.SUSPEND:
        if case.suspensions:
            raise NotAllowed(Phrase(N_("It was suspended once already.")))
        if next_action_on is None or (next_action_on - day).days > limits.suspended_days:
            raise NotAllowed(
                Phrase(N_("Suspending needs a review date within {n} days."), {"n": limits.suspended_days})
            )


STATE_NAMES = {
    S.REPORTED: Phrase(N_("reported")),
    S.ASSIGNED: Phrase(N_("assigned")),
    S.ACCEPTED: Phrase(N_("accepted")),
    S.RETURNED: Phrase(N_("returned")),
    S.IN_PROGRESS: Phrase(N_("in progress")),
    S.SUSPENDED: Phrase(N_("suspended")),
    S.DONE: Phrase(N_("done, to be verified")),
    S.VERIFYING: Phrase(N_("asking the resident")),
    S.CLOSED_VERIFIED: Phrase(N_("closed, verified")),
    S.CLOSED_UNVERIFIED: Phrase(N_("closed, not verified")),
    S.CLOSED_NOT_FIXED: Phrase(N_("closed, not fixed")),
    S.DUPLICATE: Phrase(N_("duplicate")),
}
"""How each state is said."""
