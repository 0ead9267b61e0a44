"""What a piece of open work is called, on a screen and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.callback import hour_of
from casework.domain.due import DueKind
from casework.domain.phrase import N_
from casework.domain.schedule import errand
from casework.domain.schedule_facts import Errand

if TYPE_CHECKING:
    from casework.domain.due import Due

KIND_NAMES = {
    DueKind.VISIT: N_("visit"),
    DueKind.CHECK: N_("check"),
    DueKind.CALL_BACK: N_("call-back"),
    DueKind.PROMISE: N_("promise"),
    DueKind.FOLLOWUP: N_("follow-up"),
}

ERRAND_NAMES = {
    Errand.STEP: N_("follow-up"),
    Errand.ASK: N_("ask if put right"),
    Errand.LOOK: N_("promise to check"),
}
"""What a follow-up's row of the round is for."""


BOOKED_NAME = N_("booked visit")


def due_name(due: Due) -> str:
    """The message id of what is due: of a follow-up, what it asks for; a call-back for which an hour was agreed is a
    booked visit.
    """
    if hour_of(due):
        return BOOKED_NAME
    found = errand(due)
    return KIND_NAMES[due.kind] if found is None else ERRAND_NAMES[found]
