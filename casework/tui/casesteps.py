"""The steps of a follow-up on the keyboard: which action of the registry does what, and why one cannot be done now.

What a case allows is the domain's to say; nothing here knows a state.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from casework.domain import followup as machine
from casework.domain import followup_steps as rules
from casework.domain.followup import Action, State
from casework.domain.phrase import N_, Phrase
from casework.tui.narrowing import Option

if TYPE_CHECKING:
    from datetime import datetime

    from casework.casebook.book import Casebook
    from casework.casebook.views import FollowupDetail, FollowupRow

A = Action

DOES: dict[str, frozenset[Action]] = {
    "followup.accept": frozenset({A.ACCEPT}),
    "followup.verify": frozenset({A.VERIFY, A.NOT_PUT_RIGHT, A.CAME_BACK, A.COULD_NOT_REACH}),
    "followup.not_reached": frozenset({A.COULD_NOT_REACH}),
    "followup.resume": frozenset({A.RESUME}),
    "followup.begin": frozenset({A.START}),
    "followup.finish": frozenset({A.FINISH}),
    "followup.reopen": frozenset({A.REOPEN}),
    "followup.assign": frozenset({A.ASSIGN}),
    "followup.return": frozenset({A.RETURN}),
    "followup.note": frozenset({A.NOTE}),
    "followup.close": frozenset(machine.CLOSES),
    "followup.extend": frozenset({A.EXTEND}),
    "followup.wait": frozenset({A.WAIT}),
    "followup.suspend": frozenset({A.SUSPEND}),
    "followup.promise": frozenset({A.PROMISE, A.PROMISE_KEPT, A.PROMISE_BROKEN}),
    "followup.joint_visit": frozenset({A.JOINT_VISIT}),
    "followup.help": frozenset({A.HELP, A.HELP_ENDS}),
    "followup.link": frozenset({A.LINK}),
    "followup.ask_again": frozenset({A.ASK_AGAIN}),
}
"""The steps that each action of the registry takes; every step of the machine has one."""

AT_ONCE = frozenset({"followup.accept", "followup.begin", "followup.resume", "followup.not_reached"})
"""Those that need nothing more than their key."""


def why_not(case: FollowupRow, action_id: str, now: datetime, detail: FollowupDetail | None = None) -> Phrase | None:
    """Why a step cannot be taken now; None where it can, whatever has still to be said with it."""
    reasons = [refusal(case, how, now, detail) for how in sorted(DOES[action_id], key=list(Action).index)]
    if None in reasons:
        return None
    # A step that the state allows and something else forbids says more than one that the state forbids.
    state = State(case.state)
    near = [why for how, why in zip(sorted(DOES[action_id], key=list(Action).index), reasons, strict=True)
            if (state, how) in machine.TRANSITIONS]  # fmt: skip
    return (near or reasons)[0]


def refusal(case: FollowupRow, how: Action, now: datetime, detail: FollowupDetail | None = None) -> Phrase | None:
    """Why the rules refuse one step of a case as it stands, supposing that everything is said with it."""
    from casework.catalog import followups as shelf

    state = State(case.state)
    try:
        machine.after(state, how)
        known = detail if detail is not None and detail.row.id == case.id else None
        stands = machine.Followup(
            id=case.id, state=state, owner_kind=case.owner_kind, owner=case.owner, next_action_on=case.next_action_on,
            due_on=case.due_on, opened_at=case.opened_at, due_at=case.due_at, urgent=case.urgent, tries=case.tries,
            promises_open=case.promises_open, helpers=(SOMEBODY,), extensions=known.extensions if known else 0,
            suspensions=known.suspensions if known else 0,
        )  # fmt: skip
        rules.check(stands, how, _everything(case, now), now, shelf.limits())
    except machine.NotAllowed as error:
        return error.phrase
    return None


def _everything(case: FollowupRow, now: datetime) -> rules.Told:
    """A step with all that could be said, so that only the case itself can stand against it."""
    tomorrow = now.date() + timedelta(days=1)
    later = max(tomorrow, case.due_on + timedelta(days=1)) if case.due_on else tomorrow
    return rules.Told(
        "-", SOMEBODY, tomorrow, later, approved_by="-", decides=True, duplicate_of="-", helpers=(SOMEBODY,)
    )


def ends(case: FollowupRow, now: datetime, detail: FollowupDetail | None) -> list[Action]:
    """The ends that a case can come to now."""
    return [how for how in machine.allowed(State(case.state))
            if how in machine.CLOSES and refusal(case, how, now, detail) is None]  # fmt: skip


def decides(book: Casebook) -> bool:
    """Whether who works here decides what is a supervisor's to decide."""
    from casework.casebook.followup_steps import DECIDES

    return book.worker.role in DECIDES


def needs_approval(book: Casebook, how: Action, extensions: int = 0) -> bool:
    """Whether a supervisor has to decide a step, and who works here is none: then it asks who decided."""
    from casework.catalog import followups as shelf

    again = how is A.EXTEND and extensions >= shelf.limits().owner_extensions
    return (again or how in machine.NEEDS_SUPERVISOR) and not decides(book)


ME, WORKERS, DEPARTMENTS = N_("me"), N_("worker"), N_("department")
HELPING = N_("helps no longer")

SOMEBODY = ("department", "-")
"""Who stands for anybody where only the case itself is asked."""


def helpers(book: Casebook, case: FollowupRow) -> list[Option]:
    """Everybody who may help with a case; first those who do, under the heading that they help no longer if chosen."""
    known = owners(book)
    helping = [replace(one, kind=HELPING) for one in known if one.value in case.helpers]
    return helping + [one for one in known if one.value not in case.helpers]


def owners(book: Casebook) -> list[Option]:
    """Everybody who may own a case: me, the departments, the other workers."""
    from casework.casebook import areas
    from casework.catalog.shelf import departments

    me = book.worker
    found = [Option(("worker", me.id), me.name, kind=ME)]
    found += [Option(("department", key), one.label, words=key, kind=DEPARTMENTS) for key, one in departments().items()]
    found += [Option(("worker", one.id), one.name, kind=WORKERS) for one in areas.workers(book) if one.id != me.id]
    return found


@dataclass(frozen=True, slots=True)
class Asks:
    """What a step asks for in its form.

    `day` names the day that it takes, `days` is how many days ahead is proposed; 0 proposes none. `line` names a
    line of text of its own. `done_by` asks who did it. Words may be left out where they are not `needed`.
    """

    question: str
    needed: bool = True
    day: str = ""
    days: int = 0
    line: str = ""
    line_needed: bool = False
    done_by: bool = False


UNTIL = N_("Until: {day}")

ASKS: dict[str, Asks] = {
    "note": Asks(N_("Note on {number}")),
    "return": Asks(N_("Return {number}: why?")),
    "wait": Asks(N_("{number} waits for the resident: what was agreed?"), day=UNTIL, days=3),
    "finish": Asks(N_("{number} is done: what was done?"), done_by=True),
    "suspend": Asks(N_("Suspend {number}: why?"), day=N_("Looked at again: {day}"), days=30),
    "extend": Asks(N_("Extend {number}: why?"), day=N_("New due day: {day}")),
    "close": Asks(N_("Close {number}: what was the result?")),
    "duplicate": Asks(N_("Close {number} as a duplicate: how is that known?")),
    "reopen": Asks(N_("Reopen {number}: what has happened?")),
    "ask_again": Asks(N_("Somebody asks again about {number}"), needed=False, line=N_("Who asked?")),
    "different": Asks(N_("{number} is another problem: why?")),
}
"""The forms of the steps, by the name in their subject."""


def save_step(book: Casebook, step: str, followup_id: str, extra: str, said: dict[str, Any], action: str) -> Any:
    """Save one step with what was said in its form; the receipt.

    Raises:
        pydantic.ValidationError: what was said cannot be taken, such as a text that is too long.
        Refused: the case does not allow it.
    """
    from casework.casebook import entries as first
    from casework.casebook import followup_entries as more
    from casework.casebook import followups

    words, day, line = said["words"], said.get("day"), said.get("line") or ""
    # The entries check what they are given: a form may have left something open.
    case: dict[str, Any] = {"followup_id": followup_id}
    when: Any = day
    match step:
        case "note":
            return followups.note(book, first.NoteEntry(**case, note=words), action)
        case "return":
            return followups.give_back(book, more.ReturnEntry(**case, note=words), action)
        case "wait":
            return followups.wait(book, more.WaitEntry(**case, note=words, until=when), action)
        case "finish":
            kind, who = said.get("who") or (None, "")
            return followups.done(book, more.DoneEntry(**case, note=words, by_kind=kind, by=who), action)
        case "suspend":
            return followups.suspend(book, more.SuspendEntry(**case, note=words, review_on=when), action)
        case "extend":
            return followups.extend(book, more.ExtendEntry(**case, note=words, due_on=day, approved_by=line), action)
        case "close":
            return followups.close(book, first.CloseEntry(**case, end=extra, result=words, approved_by=line), action)
        case "duplicate":
            return followups.duplicate(book, more.DuplicateEntry(**case, of=extra, note=words), action)
        case "reopen":
            return followups.reopen(book, first.ReopenEntry(**case, note=words), action)
        case "ask_again":
            return followups.ask_again(book, more.AskAgainEntry(**case, asked_by=line, note=words), action)
        case "different":
            return followups.link(book, more.LinkEntry(**case, to=extra, different_because=words), action)
    raise LookupError(step)
