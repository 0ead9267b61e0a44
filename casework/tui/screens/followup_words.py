"""The words of a step: a note, the result of a closing, why it is taken up again. Kept as a draft while typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.widgets import TextArea

from casework.domain.phrase import N_, Phrase
from casework.tui.dialogs import Said
from casework.tui.drafting import DraftingScreen
from casework.tui.widgets.case import CaseView

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from casework.domain.receipt import Receipt

ASKS = {
    "note": N_("Note on {number}"),
    "close": N_("Close {number}: what was the result?"),
    "reopen": N_("Reopen {number}: what has happened?"),
}


class FollowupWordsScreen(DraftingScreen):
    """Words for one step of a case; the subject is `id/step/end`."""

    FORM = "followup_words"
    CSS_PATH = "followup_words.tcss"

    def __init__(self, subject: str) -> None:
        super().__init__(subject)
        self.followup_id, self.step, self.end = subject.split("/")

    def body(self) -> ComposeResult:
        """The question, the words, and the case as it stands."""
        yield Said("", id="asked")
        area = TextArea("", id="words", compact=True, soft_wrap=True)
        area.cursor_blink = False
        yield area
        yield CaseView(id="case")

    def load(self) -> None:
        """Read the case."""
        from casework.casebook import areas, followups

        detail = followups.get(self.book, self.followup_id)
        workers = {worker.id: worker.name for worker in areas.workers(self.book)}
        self.query_one(CaseView).show(detail, self.book.today(), workers)
        self.query_one("#asked", Said).say(Phrase(ASKS[self.step], {"number": detail.row.number}))

    def draft_data(self) -> dict[str, Any]:
        """The words."""
        return {"words": self.query_one("#words", TextArea).text}

    def restore_draft(self, data: dict[str, Any]) -> None:
        """The words again, with the cursor at their end."""
        area = self.query_one("#words", TextArea)
        area.text = str(data.get("words", ""))
        area.move_cursor(area.document.end)

    def on_mount(self) -> None:
        """The cursor stands in the words from the start."""
        self.query_one("#words", TextArea).focus()
        super().on_mount()

    def action_form_save(self) -> None:
        """Save the step."""
        from casework.casebook import followups
        from casework.casebook.entries import CloseEntry, NoteEntry, ReopenEntry

        words = self.query_one("#words", TextArea).text.strip()
        if not words:
            self.tell(Phrase(N_("This step needs words.")), tone="error")
            return
        book = self.book

        def work(action: str) -> Receipt:
            if self.step == "note":
                return followups.note(book, NoteEntry(followup_id=self.followup_id, note=words), action)
            if self.step == "close":
                entry = CloseEntry(followup_id=self.followup_id, end=self.end, result=words)
                return followups.close(book, entry, action)
            return followups.reopen(book, ReopenEntry(followup_id=self.followup_id, note=words), action)

        self.save(work, self._done)

    def _done(self, _receipt: Receipt) -> None:
        self.dismiss(True)
