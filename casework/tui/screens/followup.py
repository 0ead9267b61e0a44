"""One follow-up with its whole timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.tui.screens.cases import CaseScreen
from casework.tui.widgets.case import CaseView

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from casework.casebook.views import FollowupRow


class FollowupScreen(CaseScreen):
    """The case; the arrows scroll its timeline."""

    SCOPES = ("followups", "over")

    def __init__(self, followup_id: str) -> None:
        super().__init__()
        self.followup_id = followup_id

    def body(self) -> ComposeResult:
        """The case."""
        view = CaseView(id="case")
        view.can_focus = True
        yield view

    @property
    def case(self) -> FollowupRow | None:
        """This one."""
        return self._detail.row if self._detail is not None else None

    def load(self) -> None:
        """Read it. A case whose opening was undone is left."""
        from casework.casebook import areas, evidence, followups
        from casework.casebook.errors import NotFound

        try:
            self._detail = followups.get(self.book, self.followup_id)
        except NotFound:
            self.dismiss(None)
            return
        workers = {worker.id: worker.name for worker in areas.workers(self.book)}
        view = self.query_one(CaseView)
        attached = evidence.of_followup(self.book, self.followup_id)
        view.show(self._detail, self.book.clock.now(), workers, attached)
        view.focus()
        self.refresh_bindings()

    def copyable(self) -> str:
        """Its number."""
        return self._detail.row.number if self._detail is not None else ""
