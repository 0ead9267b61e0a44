"""Follow-ups for the tests of their screens: one in each state, several that differ, and what a list shows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from casework.casebook import followup_entries as more
from casework.casebook import followups
from casework.casebook.entries import CloseEntry, FollowupEntry
from casework.domain.followup import State
from casework.tui import dialogs
from casework.tui.widgets.pagelist import PageList
from tests.tui.real import press, settle

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from casework.tui.app import CaseworkApp
    from tests.casebook.conftest import Neighbourhood

S = State


def opened(here: Neighbourhood, title: str = "换软管", **more_of_it: Any) -> str:
    """A new case, with a department unless said otherwise."""
    entry = {"category": "gas_safety", "title": title, "household_id": here.door, "different_because": "-"}
    return followups.open(here.book, FollowupEntry(**entry | more_of_it)).subject_id


def in_state(here: Neighbourhood, state: State) -> str:
    """A case that stands in a state, having come there by its steps."""
    book = here.book
    case = opened(here, owner_kind=None, reported=True) if state is S.REPORTED else opened(here)
    step = more.StepEntry(followup_id=case)
    if state in (S.ACCEPTED, S.RETURNED, S.SUSPENDED):
        followups.accept(book, step)
    if state is S.RETURNED:
        followups.give_back(book, more.ReturnEntry(followup_id=case, note="-"))
    if state is S.SUSPENDED:
        later = book.today() + timedelta(days=30)
        followups.suspend(book, more.SuspendEntry(followup_id=case, note="-", review_on=later))
    if state in (S.IN_PROGRESS, S.DONE, S.VERIFYING, S.CLOSED_UNVERIFIED):
        followups.start(book, step)
    if state in (S.DONE, S.VERIFYING, S.CLOSED_UNVERIFIED):
        followups.done(book, more.DoneEntry(followup_id=case, note="-"))
    if state in (S.VERIFYING, S.CLOSED_UNVERIFIED):
        for _n in range(2):
            followups.verify(book, more.VerifyEntry(followup_id=case, answer=more.VerifyAnswer.COULD_NOT_REACH))
    ends = {S.CLOSED_VERIFIED, S.CLOSED_UNVERIFIED, S.CLOSED_NOT_FIXED}
    if state in ends:
        followups.close(book, CloseEntry(followup_id=case, end=state.value, result="-", approved_by="王主任"))
    if state is S.DUPLICATE:
        followups.duplicate(book, more.DuplicateEntry(followup_id=case, of=opened(here), note="-"))
    assert followups.get(book, case).row.state == state.value
    return case


async def at(pilot: Pilot[int], case: str) -> None:
    """Open a case on its own screen."""
    app = pilot.app
    app.open("followup", case)  # type: ignore[attr-defined]
    await settle(pilot)


async def chooses(pilot: Pilot[int], value: object) -> None:
    """Press the key of a line of the question that is on."""
    dialog = pilot.app.screen
    assert isinstance(dialog, dialogs.ChooseDialog)
    index = next(n for n, (one, _label) in enumerate(dialog.options) if one == value)
    await press(pilot, dialogs.DIGITS[index])


def several(here: Neighbourhood) -> dict[str, str]:
    """Cases that differ in all that can be filtered."""
    book = here.book
    made = {
        "gas": opened(here, "软管"),
        "noise": opened(here, "吵", category="noise", owner_kind="department", owner="police"),
        "mine": opened(here, "答应的事", owner_kind="worker", owner=book.worker.id),
        "done": in_state(here, S.DONE),
        "closed": in_state(here, S.CLOSED_VERIFIED),
        "returned": in_state(here, S.RETURNED),
    }
    followups.link(book, more.LinkEntry(followup_id=made["noise"], to=made["gas"]))
    return made


def listed(app: CaseworkApp) -> set[str]:
    """The ids of the cases in the list."""
    rows = app.screen.query_one("#list", PageList)
    return {rows.row(n).id for n in range(rows.count)}  # type: ignore[union-attr]
