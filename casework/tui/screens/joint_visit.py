"""A joint visit on a follow-up (五方联动): who was invited and came, what each promised and by when, in one save."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from textual.widgets import Input, TextArea

from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain
from casework.language import _, say
from casework.tui import marks, promising
from casework.tui.dialogs import Said
from casework.tui.drafting import DraftingScreen
from casework.tui.promising import Typed
from casework.tui.widgets import when
from casework.tui.widgets.pagelist import Cell, Column, ListSource, PageList

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from casework.domain.receipt import Receipt

CAME, INVITED = "came", "invited"
STANDS = {CAME: N_("came"), INVITED: N_("invited, not there")}
NEXT = {"": CAME, CAME: INVITED, INVITED: ""}
"""What enter makes of a party: came, then invited only, then neither."""


class JointVisitScreen(DraftingScreen):
    """The sheet of one joint visit; the subject is the follow-up's id."""

    FORM = "joint_visit"
    SCOPES = ("form", "joint_visit", "over")
    CSS_PATH = "joint_visit.tcss"

    def __init__(self, followup_id: str) -> None:
        super().__init__(followup_id)
        self.followup_id = followup_id
        self.parties: dict[str, str] = {}
        """How each party that was asked stands, in the order in which they were named."""
        self.promised: list[Typed] = []
        self.happened_at: datetime | None = None
        self._words: dict[str, str] = {}

    def body(self) -> ComposeResult:
        """The case, the parties, their promises, the note, the moment."""
        yield Said("", id="about")
        yield Said(Phrase(N_("Parties: type to narrow, enter: came, once more: invited only")), classes="label")
        find = Input("", id="find", compact=True, select_on_focus=False)
        find.cursor_blink = False
        yield find
        yield PageList(
            (Column(1), Column(), Column(24)), self._cells, always_lit=True, id="parties",
            empty=Phrase(N_("No party is called that.")),
        )  # fmt: skip
        yield Said("", id="present")
        yield SaidLines("", id="promised")
        yield Said(Phrase(N_("Note")), classes="label")
        note = TextArea("", id="note", compact=True, soft_wrap=True)
        note.cursor_blink = False
        yield note
        yield Said("", id="moment")

    def load(self) -> None:
        """Read the case."""
        from casework.casebook import followups
        from casework.casebook.pinyin import keys
        from casework.catalog.shelf import departments

        row = followups.get(self.book, self.followup_id).row
        self.query_one("#about", Said).say(
            Phrase(N_("Joint visit  {number}  {what}"), {"number": row.number, "what": row.title})
        )
        if not self._words:
            self._words = {
                key: f"{one.label.zh} {one.label.en} {keys(one.label.zh)}".casefold()
                for key, one in departments().items()
            }
        self._narrow()
        self._show()

    def on_mount(self) -> None:
        """The cursor stands in the search for parties."""
        super().on_mount()
        self.query_one("#find", Input).focus()

    # drafts

    def draft_data(self) -> dict[str, Any]:
        """What stands in the sheet."""
        return {
            "parties": dict(self.parties),
            "promised": [one.fields() for one in self.promised],
            "note": self.query_one("#note", TextArea).text,
            "happened_at": self.happened_at.isoformat() if self.happened_at else None,
        }

    def restore_draft(self, data: dict[str, Any]) -> None:
        """Put it back."""
        self.parties = {str(key): str(stands) for key, stands in (data.get("parties") or {}).items()}
        self.promised = [Typed.of(one) for one in data.get("promised") or []]
        note = self.query_one("#note", TextArea)
        note.text = plain(str(data.get("note") or ""), lines=True)
        note.move_cursor(note.document.end)
        happened = data.get("happened_at")
        self.happened_at = datetime.fromisoformat(happened) if happened else None
        self._narrow()
        self._show()

    def _changed(self) -> None:
        self._show()
        self.typed()

    # parties

    @property
    def _list(self) -> PageList[str]:
        return self.query_one("#parties", PageList)

    def on_input_changed(self, event: Input.Changed | None = None) -> None:
        """Show the parties that fit what is typed."""
        if event is not None and event.input.id == "find":
            self._narrow(at=0)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: the party came; once more: it was invited only; a third time: neither."""
        event.stop()
        self._take(self._list.current)

    def on_page_list_selected(self, event: PageList.Selected) -> None:
        """A click or enter on a party."""
        event.stop()
        self._take(event.row)

    def on_key(self, event: events.Key) -> None:
        """The arrows walk the parties while the cursor is in the search."""
        if self.focused is self.query_one("#find") and event.key in ("up", "down"):
            event.stop()
            event.prevent_default()
            move = self._list.action_cursor_up if event.key == "up" else self._list.action_cursor_down
            move()

    def _narrow(self, at: int | None = None) -> None:
        typed = self.query_one("#find", Input).value.casefold().split()
        found = [key for key, words in self._words.items() if all(word in words for word in typed)]
        self._list.show(ListSource(found), at=at)

    def _take(self, party: str | None) -> None:
        if party is None:
            return
        stands = NEXT[self.parties.get(party, "")]
        if stands:
            self.parties[party] = stands
        else:
            self.parties.pop(party, None)
        find = self.query_one("#find", Input)
        if find.value:
            # The next party is typed next; the cursor of the list stays with this one.
            with find.prevent(Input.Changed):
                find.value = ""
            self._list.show(ListSource(list(self._words)), at=list(self._words).index(party))
            # The list grew: it can scroll so far only once it has been laid out.
            self.call_after_refresh(lambda: self._list.move_to(self._list.cursor))
        self._list.retranslate()
        self._changed()

    def _cells(self, party: str) -> tuple[Cell, ...]:
        from casework.catalog.shelf import departments

        stands = self.parties.get(party, "")
        mark = marks.mark("done", self.casework.marks) if stands == CAME else ""
        return (
            Cell(mark, "accent"),
            Cell(departments()[party].label, "accent" if stands == CAME else "text"),
            Cell(_(STANDS[stands]) if stands else "", "muted"),
        )

    def _of(self, stands: str) -> list[str]:
        return [party for party, how in self.parties.items() if how == stands]

    # promises

    def why_not(self, action_id: str) -> Phrase | None:
        """Whoever promises something was there."""
        if action_id == "joint_visit.promise" and not self._of(CAME):
            return Phrase(N_("Say first who came."))
        if action_id == "joint_visit.drop" and not self.promised:
            return Phrase(N_("No promise is typed yet."))
        return super().why_not(action_id)

    def action_joint_visit_promise(self) -> None:
        """Type promises one after another, until escape."""
        promising.ask(self, self._of(CAME), self._promise, more=True, n=len(self.promised))

    def _promise(self, typed: Typed) -> None:
        self.promised.append(typed)
        self._changed()

    def action_joint_visit_drop(self) -> None:
        """Take the last promise out."""
        self.promised.pop()
        self._changed()

    def action_form_late(self) -> None:
        """Ask when it took place."""

        def then(moment: datetime | when.Kept | None) -> None:
            if isinstance(moment, datetime) or moment is None:
                self.happened_at = moment
                self._changed()

        when.ask_moment(self, Phrase(N_("When was it?")), then, now=self.book.clock.now(), moment=self.happened_at)

    def _show(self) -> None:
        from casework.catalog.shelf import departments

        today, now = self.book.today(), self.book.clock.now()

        def named(stands: str) -> str:
            known = departments()
            return " ".join(say(known[party].label) if party in known else party for party in self._of(stands)) or "-"

        self.query_one("#present", Said).say(
            Phrase(N_("Came ({n}): {came}   Invited, not there: {invited}"),
                   {"n": len(self._of(CAME)), "came": named(CAME), "invited": named(INVITED)})
        )  # fmt: skip
        lines = [Phrase(N_("Promises: {n}"), {"n": len(self.promised)}), *(one.said(today) for one in self.promised)]
        self.query_one(SaidLines).say(lines)
        self.query_one("#moment", Said).say(
            Phrase(N_("When: {moment}"), {"moment": when.said_moment(self.happened_at, now)})
        )

    def action_form_save(self) -> None:
        """Save the visit with all promises."""
        from pydantic import ValidationError

        from casework.casebook import followups
        from casework.casebook.entries import problems
        from casework.casebook.followup_entries import JointVisitEntry, PromiseEntry

        if not self._of(CAME):
            self.tell(Phrase(N_("Say first who came.")), tone="error")
            self.query_one("#find", Input).focus()
            return
        try:
            entry = JointVisitEntry(
                followup_id=self.followup_id, happened_at=self.happened_at, invited=tuple(self.parties),
                present=tuple(self._of(CAME)), note=self.query_one("#note", TextArea).text,
                promises=tuple(
                    PromiseEntry(party=one.party, what=one.what, due_on=date.fromisoformat(one.due_on), look=one.look)
                    for one in self.promised
                ),
            )  # fmt: skip
        except ValidationError as error:
            self.tell(problems(error)[0][1], tone="error")
            return
        book = self.book
        self.save(lambda action: followups.joint_visit(book, entry, action), self._done)

    def _done(self, _receipt: Receipt) -> None:
        self.dismiss(True)


class SaidLines(Said):
    """Phrases under each other."""

    def retranslate(self) -> None:
        """Say them in the language that is on now."""
        first, *others = map(say, self.what) if isinstance(self.what, list) else ("",)
        self.update("\n".join([plain(first), *(f"  {plain(one)}" for one in others)]))
