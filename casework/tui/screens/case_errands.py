"""From a follow-up: asking the resident, a joint visit on the spot, and the promises that came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.domain.followup import ASKING_STATES, STATE_NAMES, State
from casework.domain.phrase import N_, Phrase
from casework.tui.actions import ACTIONS
from casework.tui.screens.base import BaseScreen
from casework.tui.widgets.case import NO_CASE, is_closed

if TYPE_CHECKING:
    from casework.casebook.views import FollowupRow


class CaseErrands(BaseScreen):
    """A screen with a follow-up under its cursor."""

    @property
    def case(self) -> FollowupRow | None:
        """The follow-up under the cursor."""
        return None

    def why_not(self, action_id: str) -> Phrase | None:
        """Asked is when it was reported done; visited while it is open."""
        if ACTIONS[action_id].scope in ("errand", "joint"):
            case = self.case
            if case is None:
                return NO_CASE
            if action_id == "verify.ask" and State(case.state) not in ASKING_STATES:
                return Phrase(N_("Not while the follow-up is “{state}”."), {"state": STATE_NAMES[State(case.state)]})
            if action_id == "joint.start" and is_closed(case):
                return Phrase(N_("This follow-up is closed: reopen it first."))
        return super().why_not(action_id)

    def action_verify_ask(self) -> None:
        """Note what the resident says: put right or not."""
        self._over("verify")

    def action_promise_list(self) -> None:
        """The promises of this follow-up."""
        self._over("promises")

    def action_joint_start(self) -> None:
        """Record a joint visit."""
        self._over("joint_visit")

    def _over(self, name: str) -> None:
        case = self.case
        if case is not None:
            self.casework.open(name, case.id, then=self.came_back)

    def came_back(self, _result: Any) -> None:
        """A form opened from here has closed; `load` has run."""
