"""The photos and files of a form, a record or a door: what there is, with its size; add, look at, describe, take off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.evidence import size_text
from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain
from casework.language import say
from casework.tui import dates, dialogs
from casework.tui.dialogs import Said
from casework.tui.screens.base import BaseScreen
from casework.tui.widgets.pagelist import Cell, Column, ListSource, PageList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from casework.tui.holding import Holder, Shown

NOTHING = Phrase(N_("Nothing is attached. a: choose a photo or a file."))


class EvidenceScreen(BaseScreen):
    """The list. Where it is empty, a file is asked for at once."""

    SCOPES = ("evidence", "over")
    CSS_PATH = "evidence.tcss"
    AUTO_FOCUS = "#attached"

    def __init__(self, holder: Holder) -> None:
        super().__init__()
        self.holder = holder
        self.rows: list[Shown] = []
        self._asked_first = False

    def body(self) -> ComposeResult:
        """Whose they are, the list, what becomes of them."""
        yield Said(self.holder.title, id="whose")
        yield PageList(
            (Column(None), Column(9, right=True), Column(13, right=True), Column(None)),
            self._cells,
            empty=NOTHING,
            id="attached",
        )
        yield Said(self.holder.hint, id="becomes")

    @property
    def attached(self) -> PageList[Shown]:
        """The list."""
        return self.query_one("#attached", PageList)

    def load(self) -> None:
        """Read what there is, with the cursor where it was; a new one is under it."""
        before = [one.blob for one in self.rows]
        self.rows = self.holder.shown(self.book)
        new = next((n for n, one in enumerate(self.rows) if before and one.blob not in before), self.attached.cursor)
        self.attached.show(ListSource(self.rows), at=max(0, min(new, len(self.rows) - 1)))
        self.refresh_bindings()
        if not self.rows and not self._asked_first:
            self._asked_first = True
            self.call_after_refresh(self.action_evidence_add)

    def _cells(self, one: Shown) -> Sequence[Cell]:
        today = self.book.today() if self.casework.book is not None else None
        moment = one.taken_at or one.added_at
        about = " / ".join(part for part in (plain(one.words), plain(say(one.about))) if part)
        return (
            Cell(one.name),
            Cell(size_text(one.size), "muted"),
            Cell(dates.moment_text(moment, today) if moment and today else "", "muted"),
            Cell(about, "away"),
        )

    def copyable(self) -> str:
        """The name under the cursor."""
        one = self.attached.current
        return one.name if one is not None else ""

    def why_not(self, action_id: str) -> Phrase | None:
        """All but adding needs something under the cursor."""
        if action_id.startswith("evidence.") and action_id != "evidence.add" and self.attached.current is None:
            return NOTHING
        return super().why_not(action_id)

    def on_page_list_selected(self, event: PageList.Selected) -> None:
        """Look at it."""
        event.stop()
        self.action_evidence_view()

    def action_evidence_view(self) -> None:
        """Look at the one under the cursor."""
        if self.attached.current is not None:
            self.casework.open("picture", self.rows, self.attached.cursor)

    def action_evidence_add(self) -> None:
        """One more."""
        self.holder.add(self)

    def action_evidence_words(self) -> None:
        """Put words to the one under the cursor."""
        one = self.attached.current
        if one is not None:

            def said(words: str | None) -> None:
                if words is not None and words != one.words:
                    self.holder.describe(self, one, words)

            dialogs.ask_text(self, Phrase(N_("What does {file} show?"), {"file": one.name}), said, initial=one.words)

    def action_evidence_remove(self) -> None:
        """Take the one under the cursor off, after a question."""
        one = self.attached.current
        if one is not None:
            question = Phrase(N_("Take {file} off?"), {"file": one.name})
            dialogs.confirm(self, question, lambda yes: self.holder.remove(self, one) if yes else None)
