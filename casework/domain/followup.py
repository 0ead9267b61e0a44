"""Follow-ups (办件): the states of a case and the steps between them. What a step needs and changes is `followup_steps`.

    REPORTED --assign--> ASSIGNED --accept--> ACCEPTED --start--> IN_PROGRESS --finish--> DONE --verify--> VERIFYING
       |                  ^    |                 |                  |  ^  ^                |                  |
       |               assign return          return             return|  |                |                  |
       |                  |    v                 |                  |  |  +-not put right, came back----------+
       |                  RETURNED <-------------+------------------+  |                   |                  |
       +---assign or start--> as from RETURNED                      resume                 +------------------+
                                                                       |                   |
            REPORTED, ACCEPTED, RETURNED, IN_PROGRESS --suspend--> SUSPENDED               |
                                                                                           v
            put right, says the resident ------------------------------------------> CLOSED_VERIFIED
            not reached in N tries, and a supervisor decides so, with the reason --> CLOSED_UNVERIFIED

    start      from REPORTED, ASSIGNED and RETURNED too: whoever begins has accepted
    assign     from every state of work (REPORTED to IN_PROGRESS), to somebody else
    not reached   from DONE and VERIFYING to VERIFYING; counts a try
    wait       for the resident until an agreed day: stays in a state of work; from DONE to VERIFYING
    extend     in a state of work, which stays: once by the owner, again only by a supervisor
    settled at once, seen put right     from every state of work  --> CLOSED_VERIFIED
    cannot be put right, with why       from every open state     --> CLOSED_NOT_FIXED
    the same as another case            from every open state     --> DUPLICATE
    reopen, with words                  from every closed state   --> ASSIGNED, to the same owner

Notes, helpers, joint visits, promises and somebody asking again change no state.

**Who is accountable.** Until it is closed a case has exactly one accountable owner and one next-action date. The
first receiver is not rid of it by handing it over (首接负责制, DOMAIN 4.8): whoever hands a case over stays
accountable until the other side accepts it or starts on it, and gets it back when it is returned; `accountable` says
who that is. Whoever did the work stays the owner while the resident is asked, so that *not put right* goes back there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from casework.domain.phrase import N_, Phrase

if TYPE_CHECKING:
    from datetime import date, datetime

Owner = tuple[str, str]
"""Kind and id: ("worker", id) or ("department", catalog key). Of who did it also ("name", words)."""


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
    WAIT = "wait"
    FINISH = "finish"
    VERIFY = "verify"
    COULD_NOT_REACH = "could_not_reach"
    NOT_PUT_RIGHT = "not_put_right"
    CAME_BACK = "came_back"
    SUSPEND = "suspend"
    RESUME = "resume"
    EXTEND = "extend"
    ASK_AGAIN = "ask_again"
    HELP = "help"
    HELP_ENDS = "help_ends"
    LINK = "link"
    JOINT_VISIT = "joint_visit"
    PROMISE = "promise"
    PROMISE_KEPT = "promise_kept"
    PROMISE_BROKEN = "promise_broken"
    CLOSE_VERIFIED = "close_verified"
    CLOSE_UNVERIFIED = "close_unverified"
    CLOSE_NOT_FIXED = "close_not_fixed"
    MARK_DUPLICATE = "mark_duplicate"
    REOPEN = "reopen"


S, A = State, Action

CLOSED_STATES = frozenset({S.CLOSED_VERIFIED, S.CLOSED_UNVERIFIED, S.CLOSED_NOT_FIXED, S.DUPLICATE})
OPEN_STATES = frozenset(State) - CLOSED_STATES
WORK_STATES = frozenset({S.REPORTED, S.ASSIGNED, S.ACCEPTED, S.RETURNED, S.IN_PROGRESS})
"""Where the work itself is still to be done: the clock runs."""
ASKING_STATES = frozenset({S.DONE, S.VERIFYING})
"""Where the resident is to be asked: the clock waits for the answer."""

CLOSES = {
    A.CLOSE_VERIFIED: S.CLOSED_VERIFIED,
    A.CLOSE_UNVERIFIED: S.CLOSED_UNVERIFIED,
    A.CLOSE_NOT_FIXED: S.CLOSED_NOT_FIXED,
    A.MARK_DUPLICATE: S.DUPLICATE,
}
"""The ends, by the action that leads there."""

NEUTRAL = frozenset(
    {A.NOTE, A.ASK_AGAIN, A.HELP, A.HELP_ENDS, A.LINK, A.JOINT_VISIT, A.PROMISE, A.PROMISE_KEPT, A.PROMISE_BROKEN}
)  # fmt: skip
"""Lines on the timeline that change neither state nor clock."""

NEEDS_WORDS = frozenset(
    {A.NOTE, A.RETURN, A.WAIT, A.FINISH, A.NOT_PUT_RIGHT, A.CAME_BACK, A.SUSPEND, A.EXTEND, A.REOPEN,
     A.PROMISE_BROKEN, *CLOSES}
)  # fmt: skip
"""The steps that say nothing without words."""

NEEDS_SUPERVISOR = frozenset({A.CLOSE_UNVERIFIED})
"""Steps that a supervisor decides; a second extension is another."""


def _transitions() -> dict[tuple[State, Action], State]:
    steps: dict[tuple[State, Action], State] = {}
    for state in OPEN_STATES:
        for neutral in NEUTRAL:
            steps[state, neutral] = state
        steps[state, A.CLOSE_NOT_FIXED] = S.CLOSED_NOT_FIXED
        steps[state, A.MARK_DUPLICATE] = S.DUPLICATE
    for state in CLOSED_STATES:
        steps[state, A.NOTE] = state
        steps[state, A.LINK] = state
        steps[state, A.REOPEN] = S.ASSIGNED
    for state in WORK_STATES:
        steps[state, A.ASSIGN] = S.ASSIGNED
        steps[state, A.EXTEND] = state
        steps[state, A.WAIT] = state
        steps[state, A.CLOSE_VERIFIED] = S.CLOSED_VERIFIED
    steps[S.ASSIGNED, A.ACCEPT] = S.ACCEPTED
    for state in (S.ASSIGNED, S.ACCEPTED, S.IN_PROGRESS):
        steps[state, A.RETURN] = S.RETURNED
    for state in (S.REPORTED, S.ASSIGNED, S.ACCEPTED, S.RETURNED):
        steps[state, A.START] = S.IN_PROGRESS
    for state in (S.ACCEPTED, S.IN_PROGRESS):
        steps[state, A.FINISH] = S.DONE
    for state in (S.REPORTED, S.ACCEPTED, S.RETURNED, S.IN_PROGRESS):
        steps[state, A.SUSPEND] = S.SUSPENDED
    steps[S.SUSPENDED, A.RESUME] = S.IN_PROGRESS
    steps[S.DONE, A.VERIFY] = S.VERIFYING
    for state in ASKING_STATES:
        steps[state, A.WAIT] = S.VERIFYING
        steps[state, A.COULD_NOT_REACH] = S.VERIFYING
        steps[state, A.NOT_PUT_RIGHT] = S.IN_PROGRESS
        steps[state, A.CAME_BACK] = S.IN_PROGRESS
        steps[state, A.CLOSE_VERIFIED] = S.CLOSED_VERIFIED
        steps[state, A.CLOSE_UNVERIFIED] = S.CLOSED_UNVERIFIED
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
    """A case as it stands. The owner is a worker (`owner` is an id) or a department (`owner` is a catalog key).

    `handed_by` is the worker who handed it over last. `due_at` is the instant of which `due_on` is the day. `urgent`
    means that its limit runs in hours without a pause. `promises_open` counts promises that nobody has settled.
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
    handed_by: str = ""
    due_at: datetime | None = None
    urgent: bool = False
    done_by: Owner | None = None
    helpers: tuple[Owner, ...] = ()
    tries: int = 0
    satisfaction: int | None = None
    asked: int = 0
    reopens: int = 0
    duplicate_of: str = ""
    promises_open: int = 0

    @property
    def is_open(self) -> bool:
        """Whether somebody still owes something."""
        return self.state in OPEN_STATES

    @property
    def unaccepted(self) -> bool:
        """Whether it was handed to somebody who has not taken it yet."""
        return unaccepted(self.state, self.owner_kind, self.owner, self.handed_by)

    @property
    def accountable(self) -> Owner:
        """Who answers for the case now: the owner, or whoever handed it over until the owner takes it."""
        return ("worker", self.handed_by) if self.unaccepted else (self.owner_kind, self.owner)


def unaccepted(state: State, owner_kind: str, owner: str, handed_by: str) -> bool:
    """Whether a case waits for somebody else than who handed it over to take it."""
    return state is S.ASSIGNED and bool(handed_by) and (owner_kind, owner) != ("worker", handed_by)


@dataclass(frozen=True, slots=True)
class FollowupEvent:
    """A line of the timeline: what was done, by whom, how the case stood before and after it.

    `until_on` is the day that the step names (a review, an appointment); `due_at` a deadline that it sets;
    `approved_by` the supervisor who decided it; `data` what else it says.
    """

    followup_id: str
    kind: Action
    at: datetime
    by: str
    state: State
    owner_kind: str
    owner: str
    note: str = ""
    was: State | None = None
    until_on: date | None = None
    due_at: datetime | None = None
    approved_by: str = ""
    data: dict[str, Any] = field(default_factory=dict)


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
