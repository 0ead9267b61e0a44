"""Entries for the steps of a follow-up. Those of opening, noting, assigning, closing and reopening are in `entries`."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, model_validator

from casework.casebook.entries import Entry, Id, Line, NeededLine, NeededWords, Words
from casework.domain.phrase import N_
from casework.domain.visit import Mode

Satisfaction = Annotated[int, Field(ge=1, le=5)]
"""How content the resident is: 1 not at all, 5 entirely."""


class StepEntry(Entry):
    """A step that needs no more than the case: accepting, beginning, resuming. Words and the next day may be given."""

    followup_id: Id
    note: Words = ""
    next_action_on: date | None = None


class ReturnEntry(Entry):
    """A case that its owner gives back, with the reason. It falls to whoever handed it over."""

    followup_id: Id
    note: NeededWords


class WaitEntry(Entry):
    """The resident is waited for until an agreed day; the clock stands still until then."""

    followup_id: Id
    note: NeededWords
    until: date


class DoneEntry(Entry):
    """The work is done: what was done, and by whom; the owner where nobody is named.

    `by_kind` is worker, department or name; `by` an id, a catalog key, or words.
    """

    followup_id: Id
    note: NeededWords
    by_kind: str | None = None
    by: Line = ""


class VerifyAnswer(StrEnum):
    """What came of asking the resident."""

    PUT_RIGHT = "put_right"
    NOT_PUT_RIGHT = "not_put_right"
    CAME_BACK = "came_back"
    COULD_NOT_REACH = "could_not_reach"
    BOOKED = "booked"


class VerifyEntry(Entry):
    """The resident was asked, or tried. `until` is the day that was agreed where the answer is *booked*.

    *Put right* closes the case: without words the result is what the owner said when it was done.
    """

    followup_id: Id
    answer: VerifyAnswer
    satisfaction: Satisfaction | None = None
    note: Words = ""
    mode: Mode = Mode.PHONE
    until: date | None = None

    @model_validator(mode="after")
    def _asked(self) -> VerifyEntry:
        reached = self.answer not in (VerifyAnswer.COULD_NOT_REACH, VerifyAnswer.BOOKED)
        if self.satisfaction is not None and not reached:
            raise ValueError(N_("Nobody was asked: satisfaction stays empty."))
        return self


class SuspendEntry(Entry):
    """A case set aside, with the reason and the day on which it is looked at again."""

    followup_id: Id
    note: NeededWords
    review_on: date


class ExtendEntry(Entry):
    """A later deadline. Without a day the case gets its whole limit once more.

    The first extension is the owner's; for another `approved_by` names the supervisor who decided, unless the worker
    is one.
    """

    followup_id: Id
    note: NeededWords
    due_on: date | None = None
    approved_by: Line = ""


class DuplicateEntry(Entry):
    """A case that is the same report as another one."""

    followup_id: Id
    of: Id
    note: NeededWords


class LinkEntry(Entry):
    """Two cases about the same problem; or, with `different_because`, why they are not."""

    followup_id: Id
    to: Id
    different_because: Line = ""


class AskAgainEntry(Entry):
    """The same person asks again and says nothing new: gets the progress, and no new case."""

    followup_id: Id
    asked_by: Line = ""
    note: Words = ""


class HelpEntry(Entry):
    """Somebody who helps: a worker or a department."""

    followup_id: Id
    owner_kind: NeededLine
    owner: NeededLine
    note: Words = ""


class BulkAssignEntry(Entry):
    """Many cases handed to one owner: one save, one undo."""

    followup_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=1000)]
    owner_kind: NeededLine
    owner: NeededLine
    note: Words = ""


class PromiseEntry(Entry):
    """What a party promised and by when. `look` puts it on the round: the grid worker looks on that day.

    `followup_id` is left out where the promise is part of a joint visit.
    """

    followup_id: Id | None = None
    party: NeededLine
    name: Line = ""
    what: NeededLine
    due_on: date
    look: bool = False


class JointVisitEntry(Entry):
    """Several parties on the spot about one case (五方联动). Parties are departments of the catalog."""

    followup_id: Id
    happened_at: datetime | None = None
    invited: tuple[NeededLine, ...] = ()
    present: Annotated[tuple[NeededLine, ...], Field(min_length=1)]
    note: Words = ""
    promises: tuple[PromiseEntry, ...] = ()


class SettleEntry(Entry):
    """A promise kept or broken; a broken one needs words."""

    promise_id: Id
    kept: bool
    words: Words = ""

    @model_validator(mode="after")
    def _why(self) -> SettleEntry:
        if not self.kept and not self.words:
            raise ValueError(N_("Say why the promise was not kept."))
        return self


class OutsideCaseEntry(Entry):
    """A case that another system has dealt with so far, as an import takes it in: it may be closed already.

    Times are its own. `extra` keeps the fields that have no home. The number of the other system is `official_number`.
    """

    category: NeededLine
    title: NeededLine
    opened_at: datetime
    state: NeededLine = "reported"
    household_id: Id | None = None
    place_id: Id | None = None
    building_id: Id | None = None
    unit: Line = ""
    address: Line = ""
    severity: str | None = None
    owner_kind: str | None = None
    owner: str | None = None
    due_at: datetime | None = None
    closed_at: datetime | None = None
    result: Words = ""
    note: Words = ""
    reported_by: Line = ""
    reported_phone: Line = ""
    funder: Line = ""
    satisfaction: Satisfaction | None = None
    source: NeededLine = "import"
    official_number: Line = ""
    extra: dict[str, Any] = {}
