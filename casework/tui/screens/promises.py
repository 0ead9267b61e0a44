"""The promises of a follow-up: what each party said it would do and by when, kept or not kept by one key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain
from casework.language import _, say
from casework.tui import dates, dialogs, marks, promising
from casework.tui.actions import ACTIONS
from casework.tui.dialogs import Said
from casework.tui.screens.base import BaseScreen
from casework.tui.widgets.pagelist import Cell, Column, ListSource, PageList

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from casework.casebook.views import PromiseView
    from casework.tui.promising import Typed

STATES = {"open": N_("open"), "kept": N_("kept"), "broken": N_("not kept")}


class PromisesScreen(BaseScreen):
    """The list, the first open promise under the cursor."""

    SCOPES = ("promises", "over")
    CSS_PATH = "promises.tcss"

    def __init__(self, followup_id: str) -> None:
        super().__init__()
        self.followup_id = followup_id
        self._closed = False

    def body(self) -> ComposeResult:
        """The case, what is still open, the list, the words of the one under the cursor."""
        yield Said("", id="about")
        yield Said("", id="left")
        yield PageList(
            (Column(1), Column(18), Column(), Column(10), Column(14, right=True)), self._cells, id="promises",
            empty=Phrase(N_("Nothing was promised in this follow-up.")),
        )  # fmt: skip
        yield Said("", id="words")

    @property
    def _list(self) -> PageList[PromiseView]:
        return self.query_one("#promises", PageList)

    def load(self) -> None:
        """Read them, with the cursor on the first that is open."""
        from casework.casebook import followups

        book = self.book
        row = followups.get(book, self.followup_id).row
        self._closed = row.closed_at is not None
        found = followups.promises(book, followup_id=self.followup_id)
        self.query_one("#about", Said).say(
            Phrase(N_("Promises  {number}  {what}"), {"number": row.number, "what": row.title})
        )
        left = sum(one.state == "open" for one in found)
        self.query_one("#left", Said).say(
            Phrase(N_("{n} promises are open: as long as one is, the follow-up cannot be reported done."), {"n": left})
            if left
            else ""
        )
        at = next((n for n, one in enumerate(found) if one.state == "open"), max(0, self._list.cursor))
        self._list.show(ListSource(found), at=at)

    def why_not(self, action_id: str) -> Phrase | None:
        """A promise is settled once."""
        if ACTIONS[action_id].scope == "promises":
            one = self._list.current
            if action_id in ("promises.kept", "promises.broken"):
                if one is None:
                    return Phrase(N_("There is no promise under the cursor."))
                if one.state != "open":
                    return Phrase(N_("This promise was settled already."))
            if action_id == "promises.add" and self._closed:
                return Phrase(N_("This follow-up is closed: reopen it first."))
        return super().why_not(action_id)

    def action_promises_kept(self) -> None:
        """It was done as promised."""
        self._settle(True, "")

    def action_promises_broken(self) -> None:
        """It was not done: ask why."""
        one = self._list.current
        if one is None:
            return
        dialogs.ask_text(
            self, Phrase(N_("Not kept: why, and what now?")),
            lambda words: self._settle(False, words) if words else None, required=True,
        )  # fmt: skip

    def _settle(self, kept: bool, words: str) -> None:
        one = self._list.current
        if one is None:
            return
        from casework.casebook import followups
        from casework.casebook.followup_entries import SettleEntry

        book = self.book
        entry = SettleEntry(promise_id=one.id, kept=kept, words=words)
        self.save(lambda action: followups.settle(book, entry, action), lambda _receipt: self.load())

    def action_promises_add(self) -> None:
        """Note one more promise."""
        from casework.catalog.shelf import departments

        promising.ask(self, list(departments()), self._add, more=False)

    def _add(self, typed: Typed) -> None:
        from casework.casebook import followups
        from casework.casebook.followup_entries import PromiseEntry

        book = self.book
        entry = PromiseEntry(followup_id=self.followup_id, **typed.fields())
        self.save(lambda action: followups.promise(book, entry, action), lambda _receipt: self.load())

    def action_promises_case(self) -> None:
        """The follow-up that they belong to."""
        self.casework.open("followup", self.followup_id, then=self._came_back)

    def _came_back(self, _result: Any) -> None:
        """The case has closed; `load` has run."""

    def on_page_list_highlighted(self, event: PageList.Highlighted) -> None:
        """Show the words of the one under the cursor."""
        event.stop()
        one = event.row
        words = ""
        if one is not None:
            words = plain(f"{say(one.what)}  {one.words}".strip())
        self.query_one("#words", Said).say(words)
        self.refresh_bindings()

    def on_page_list_selected(self, event: PageList.Selected) -> None:
        """Enter opens the follow-up."""
        event.stop()
        self.action_promises_case()

    def _cells(self, one: PromiseView) -> tuple[Cell, ...]:
        from casework.catalog.shelf import departments

        today = self.book.today()
        found = departments().get(one.party)
        late = one.state == "open" and one.due_on < today
        tone = {"kept": "done", "broken": "overdue"}.get(one.state, "overdue" if late else "due")
        name = {"kept": "done", "broken": "hazard"}.get(one.state, tone)
        when = dates.due_text(one.due_on, today) if one.state == "open" else dates.day_text(one.due_on, today)
        return (
            Cell(marks.mark(name, self.casework.marks), tone),
            Cell(found.label if found else one.party, "text"),
            Cell(one.what, "text"),
            Cell(_(STATES[one.state]), tone),
            Cell(when, tone),
        )
