"""Asking the resident whether it is put right: the answer by one key, how content they are by a number, words."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from textual.widgets import Input, TextArea

from casework.domain import masking
from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain
from casework.domain.visit import Mode
from casework.tui import dates
from casework.tui.dialogs import Said
from casework.tui.drafting import DraftingScreen
from casework.tui.widgets import when
from casework.tui.widgets.picks import Pick, Picks

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from casework.casebook.verifying import ToAsk
    from casework.casebook.views import FollowupDetail
    from casework.domain.receipt import Receipt
    from casework.tui.actions import Action

UNVERIFIED = "closed_unverified"
BOOKED, NOT_REACHED = "booked", "could_not_reach"

ANSWERS = (
    Pick("put_right", "p", Phrase(N_("put right"))),
    Pick("not_put_right", "n", Phrase(N_("not put right"))),
    Pick("came_back", "c", Phrase(N_("came back"))),
    Pick(NOT_REACHED, "r", Phrase(N_("could not be reached"))),
    Pick(BOOKED, "b", Phrase(N_("booked for another day"))),
)
GIVE_UP = Pick(UNVERIFIED, "x", Phrase(N_("close unverified, a supervisor decided")))

CONTENT = (
    Pick("1", "1", Phrase(N_("not at all"))),
    Pick("2", "2", Phrase(N_("little"))),
    Pick("3", "3", Phrase(N_("so-so"))),
    Pick("4", "4", Phrase(N_("content"))),
    Pick("5", "5", Phrase(N_("very"))),
)

NOT_ASKED = Phrase(N_("nobody was asked"))


class VerifyScreen(DraftingScreen):
    """The sheet of one question back; the subject is `ID` of the follow-up or `ID/MODE`, how it is asked."""

    FORM = "followup_verify"
    SCOPES = ("form", "over")
    CSS_PATH = "verify.tcss"

    def __init__(self, subject: str) -> None:
        super().__init__(subject)
        self.followup_id, _slash, mode = subject.partition("/")
        self.mode = mode or Mode.PHONE.value
        self.until: date | None = None
        self._detail: FollowupDetail | None = None
        self._whom: ToAsk | None = None

    def body(self) -> ComposeResult:
        """The case and who is to be asked, then the answer."""
        from casework.catalog.shelf import modes

        yield Said("", id="asked")
        yield Said("", id="done")
        yield Said("", id="whom")
        yield Said("", id="tries")
        yield Picks(Phrase(N_("Answer")), ANSWERS, id="answer")
        yield Picks(Phrase(N_("How")), [Pick(k, c.letter, c.label) for k, c in modes().items()], id="mode")
        yield Picks(Phrase(N_("Content")), CONTENT, id="content")
        approved = Input("", id="approved", compact=True, select_on_focus=False)
        approved.cursor_blink = False
        yield Said(Phrase(N_("Which supervisor decided it")), id="approved_label", classes="label")
        yield approved
        yield Said("", id="words_label", classes="label")
        note = TextArea("", id="note", compact=True, soft_wrap=True)
        note.cursor_blink = False
        yield note

    def load(self) -> None:
        """Read the case, what was said to be done, and who can be asked."""
        from casework.casebook import followups, verifying
        from casework.catalog import followups as shelf

        book = self.book
        self._detail = detail = followups.get(book, self.followup_id)
        self._whom = whom = verifying.whom(book, detail)
        row = detail.row
        self.query_one("#asked", Said).say(
            Phrase(N_("{number}  {what}  {where}"),
                   {"number": row.number, "what": row.title, "where": plain(row.address)})
        )  # fmt: skip
        done = next((one for one in reversed(detail.timeline) if one.kind == "finish"), None)
        self.query_one("#done", Said).say(
            Phrase(N_("Reported done {when}: {words}"),
                   {"when": dates.moment_text(done.at, book.today()), "words": plain(done.note)})
            if done is not None else ""
        )  # fmt: skip
        said = _whom_said(whom)
        self.query_one("#whom", Said).say(said)
        self.query_one("#whom").display = bool(said)
        needed = shelf.limits().tries
        tried: object = ""
        if row.tries:
            tried = Phrase(
                N_("Not reached so far: {n} times. After {needed} a supervisor may close it unverified."),
                {"n": row.tries, "needed": needed},
            )
        self.query_one("#tries", Said).say(tried)
        self.query_one("#tries").display = bool(tried)
        answers = self.query_one("#answer", Picks)
        answers.offer([*ANSWERS, GIVE_UP] if row.tries >= needed else ANSWERS)
        mode = self.query_one("#mode", Picks)
        if not mode.chosen:
            mode.choose([self.mode])
        self._show()

    def on_mount(self) -> None:
        """The cursor stands in the answer."""
        self.query_one("#answer", Picks).focus()
        super().on_mount()

    def footer(self) -> list[Action]:
        """It is asked now: there is no other time to be told."""
        return [action for action in super().footer() if action.id != "form.late"]

    @property
    def answer(self) -> str:
        """The answer that a key chose."""
        return self.query_one("#answer", Picks).value

    def draft_data(self) -> dict[str, Any]:
        """What stands in the sheet."""
        return {
            "answer": self.answer,
            "mode": self.query_one("#mode", Picks).value or self.mode,
            "content": self.query_one("#content", Picks).value,
            "until": self.until.isoformat() if self.until else None,
            "approved": self.query_one("#approved", Input).value,
            "note": self.query_one("#note", TextArea).text,
        }

    def restore_draft(self, data: dict[str, Any]) -> None:
        """Put it back."""
        for name in ("answer", "mode", "content"):
            value = str(data.get(name) or "")
            self.query_one(f"#{name}", Picks).choose([value] if value else [])
        until = data.get("until")
        self.until = date.fromisoformat(until) if until else None
        self.query_one("#approved", Input).value = str(data.get("approved") or "")
        note = self.query_one("#note", TextArea)
        note.text = plain(str(data.get("note") or ""), lines=True)
        note.move_cursor(note.document.end)
        self._show()

    def on_key(self, event: events.Key) -> None:
        """A number says how content they are, whichever row of choices has the cursor."""
        content = self.query_one("#content", Picks)
        if isinstance(self.focused, Picks) and not content.why_shut and event.character in set("12345"):
            event.stop()
            event.prevent_default()
            content.choose([] if content.value == event.character else [event.character])
            self.typed()

    def on_picks_changed(self, event: Picks.Changed) -> None:
        """What the answer needs shows at once; a day that was agreed is asked for."""
        event.stop()
        picks = event.picks
        if picks.id == "mode" and not picks.chosen:
            picks.choose([self.mode])
        if picks.id == "answer":
            self.until = None
            if self.answer == BOOKED:
                today = self.book.today()
                when.ask_day(
                    self, Phrase(N_("Which day was agreed?")), self._agreed, today=today, day=today + timedelta(days=1),
                    earliest=today + timedelta(days=1),
                )  # fmt: skip
        self._show()
        self.typed()

    def _agreed(self, day: date | when.Kept | None) -> None:
        if isinstance(day, date):
            self.until = day
        else:
            self.query_one("#answer", Picks).choose([])
        self._show()
        self.typed()

    def _show(self) -> None:
        """Open and shut the fields by the answer."""
        answer = self.answer
        unasked = answer in (NOT_REACHED, BOOKED, UNVERIFIED)
        self.query_one("#content", Picks).shut(NOT_ASKED if unasked else "")
        for name in ("#approved", "#approved_label"):
            self.query_one(name).display = answer == UNVERIFIED
        label: object = Phrase(N_("In the resident's words"))
        if answer in ("not_put_right", "came_back"):
            label = Phrase(N_("What is not right, in the resident's words: needed"))
        elif answer == UNVERIFIED:
            label = Phrase(N_("Why it is closed without an answer: needed"))
        elif answer == BOOKED and self.until is not None:
            label = Phrase(N_("Agreed for {day} {weekday}. Note"),
                           {"day": dates.day_text(self.until, self.book.today()),
                            "weekday": dates.weekday(self.until)})  # fmt: skip
        elif unasked:
            label = Phrase(N_("Note"))
        self.query_one("#words_label", Said).say(label)

    def action_form_save(self) -> None:
        """Save the answer."""
        answer, note = self.answer, self.query_one("#note", TextArea).text.strip()
        if not answer:
            self.tell(Phrase(N_("Choose first what the answer was.")), tone="error")
            self.query_one("#answer", Picks).focus()
            return
        if answer in ("not_put_right", "came_back", UNVERIFIED) and not note:
            self.tell(Phrase(N_("This step needs words.")), tone="error")
            self.query_one("#note", TextArea).focus()
            return
        from pydantic import ValidationError

        from casework.casebook.entries import problems

        try:
            work = self._giving_up(note) if answer == UNVERIFIED else self._answering(answer, note)
        except ValidationError as error:
            self.tell(problems(error)[0][1], tone="error")
            return
        self.save(work, self._done)

    def _answering(self, answer: str, note: str) -> Any:
        from casework.casebook import followups
        from casework.casebook.followup_entries import VerifyAnswer, VerifyEntry

        content = self.query_one("#content", Picks).value
        book = self.book
        entry = VerifyEntry(
            followup_id=self.followup_id, answer=VerifyAnswer(answer), satisfaction=int(content) if content else None,
            note=note, mode=Mode(self.query_one("#mode", Picks).value or self.mode), until=self.until,
        )  # fmt: skip
        return lambda action: followups.verify(book, entry, action)

    def _giving_up(self, note: str) -> Any:
        from casework.casebook import followups
        from casework.casebook.entries import CloseEntry

        book = self.book
        entry = CloseEntry(
            followup_id=self.followup_id, end=UNVERIFIED, result=note,
            approved_by=self.query_one("#approved", Input).value,
        )  # fmt: skip
        return lambda action: followups.close(book, entry, action)

    def _done(self, _receipt: Receipt) -> None:
        self.dismiss(True)


def _whom_said(whom: ToAsk) -> object:
    """Whom to ask, with the numbers masked; that nobody can be, where all have died."""
    if whom.nobody:
        return Phrase(N_("Everybody of this household has died: nobody is asked."))
    named = [f"{one.name} {masking.phone(one.phone or '')}".strip() for one in whom.people]
    known = {one.name for one in whom.people}
    if whom.reporter and whom.reporter not in known:
        named.append(f"{whom.reporter} {masking.phone(whom.phone)}".strip())
    return Phrase(N_("Ask: {who}"), {"who": plain("  ".join(named))}) if named else ""
