"""A new follow-up: category by one key, then what it is about; owner and due day follow from it, and earlier ones about
the same problem stand beside it while it is typed.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from textual.widgets import Input, TextArea

from casework.domain.phrase import N_, Phrase
from casework.language import say
from casework.tui import dialogs, formlines
from casework.tui.about import About
from casework.tui.actions import ACTIONS
from casework.tui.dialogs import Said
from casework.tui.drafting import DraftingScreen
from casework.tui.widgets.earlier import EarlierList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from casework.casebook.views import SimilarCase
    from casework.domain.receipt import Receipt
    from casework.tui.actions import Action

SAME, DIFFERENT = "same", "different"

REPEATS = ("followup_form.same", "followup_form.different", "followup_form.reopen", "followup_form.asked")
"""The keys that act on the earlier one under the cursor."""


class FollowupFormScreen(DraftingScreen):
    """The form of a new follow-up; the subject is that of `About`."""

    FORM = "followup_form"
    SCOPES = ("form", "followup_form", "over")
    CSS_PATH = "followup_form.tcss"

    def __init__(self, subject: str) -> None:
        super().__init__(subject)
        self.about = About.of(subject)
        self.category = ""
        self.owner: tuple[str, str] | None = None
        self.due_on: date | None = None
        self.funder = ""
        self.reporter: tuple[str, str, str] = ("", "", "")
        """Resident id, name, phone of whoever reported it."""
        self.repeat: tuple[str, str] = ("", "")
        """`SAME` and the earlier one's id, `DIFFERENT` and why, or nothing said."""
        self._earlier: Sequence[SimilarCase] = ()
        self._compared: tuple[str, str] | None = None

    @property
    def household_id(self) -> str | None:
        """The door that it is about."""
        return self.about.household_id

    def body(self) -> ComposeResult:
        """The address, what follows from the category, the earlier ones, then the fields."""
        yield Said("", id="where")
        address = Input("", id="address", compact=True, select_on_focus=False)
        address.cursor_blink = False
        address.display = self.about.in_words
        yield address
        yield Said("", id="what")
        yield Said("", id="funded")
        yield Said("", id="who")
        yield Said("", id="reported")
        yield Said("", id="earlier")
        yield EarlierList(id="others")
        yield Said(Phrase(N_("What is it about?")), classes="label")
        title = Input("", id="title", compact=True, select_on_focus=False)
        title.cursor_blink = False
        yield title
        yield Said(Phrase(N_("What was seen, said or promised")), classes="label")
        note = TextArea("", id="note", compact=True, soft_wrap=True)
        note.cursor_blink = False
        yield note

    def load(self) -> None:
        """Read what it is about."""
        self.query_one("#where", Said).say(self.about.said(self.book))
        self._compared = None
        self._say()

    def on_mount(self) -> None:
        """Ask for the category first, unless a draft has one."""
        super().on_mount()
        self._focus_first()
        if not self.category:
            self.call_after_refresh(self.action_followup_form_category)

    def _focus_first(self) -> None:
        empty = self.about.in_words and not self._address
        self.query_one("#address" if empty else "#title", Input).focus()

    @property
    def _address(self) -> str:
        return self.query_one("#address", Input).value

    def footer(self) -> list[Action]:
        """Where earlier ones are shown, what can be done with the one under the cursor comes first."""
        found = [action for action in super().footer() if action.id != "form.late"]
        if not self._earlier:
            return [action for action in found if action.id not in REPEATS]
        able = [ACTIONS[name] for name in REPEATS if self.why_not(name) is None]
        return found[:1] + able + [action for action in found[1:] if action.id not in REPEATS]

    # drafts

    def draft_data(self) -> dict[str, Any]:
        """What stands in the form."""
        return {
            "category": self.category,
            "owner": list(self.owner) if self.owner else None,
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "funder": self.funder,
            "reporter": list(self.reporter),
            "repeat": list(self.repeat),
            "address": self._address,
            "title": self.query_one("#title", Input).value,
            "note": self.query_one("#note", TextArea).text,
        }

    def restore_draft(self, data: dict[str, Any]) -> None:
        """Put it back."""
        self.category = str(data.get("category") or "")
        owner = data.get("owner")
        self.owner = (owner[0], owner[1]) if owner else None
        due_on = data.get("due_on")
        self.due_on = date.fromisoformat(due_on) if due_on else None
        self.funder = str(data.get("funder") or "")
        resident, name, phone = data.get("reporter") or ("", "", "")
        self.reporter = (str(resident), str(name), str(phone))
        how, what = data.get("repeat") or ("", "")
        self.repeat = (str(how), str(what))
        self.query_one("#address", Input).value = str(data.get("address") or "")
        self.query_one("#title", Input).value = str(data.get("title") or "")
        self.query_one("#note", TextArea).text = str(data.get("note") or "")
        self._say()

    def _changed(self) -> None:
        self._say()
        self.typed()

    def on_input_changed(self, event: Input.Changed | None = None) -> None:
        """A key in a field: an address that is typed out may have had follow-ups before."""
        if event is not None and event.input.id == "address" and self.category:
            self._say()

    # what it is

    def action_followup_form_category(self) -> None:
        """Ask for the category; the title begins as its name."""
        from casework.catalog.shelf import categories

        options = [(key, found.label) for key, found in categories().items()]
        at = next((n for n, (key, _label) in enumerate(options) if key == self.category), 0)
        dialogs.choose(self, Phrase(N_("What kind of follow-up?")), options, self._categorised, at=at)

    def _categorised(self, key: str | None) -> None:
        if key is None:
            if not self.category:
                self.dismiss(None)
            return
        from casework.catalog.shelf import categories

        title = self.query_one("#title", Input)
        before = categories().get(self.category)
        found = categories()[key]
        if not title.value or (before is not None and title.value == say(before.label)):
            title.value = say(found.label)
            # A name to keep with one key or to type over: words behind it would read as one with it.
            title.select_all()
        if key != self.category:
            self.category, self.funder, self.repeat = key, "", ("", "")
        self._changed()
        self._focus_first()
        if not found.admitted and not self.funder:
            self.action_followup_form_funder()

    def action_followup_form_funder(self) -> None:
        """Ask who funds what is not on the community's own list; the catalog's answer is proposed."""
        from casework.catalog.shelf import categories, departments

        found = categories().get(self.category)
        if found is None:
            return
        if found.admitted:
            self.tell(Phrase(N_("“{what}” is on the community's own list."), {"what": found.label}))
            return
        options: list[tuple[str, object]] = [(key, one.label) for key, one in departments().items()]
        options.append(("", Phrase(N_("Somebody else, in words"))))
        proposed = self.funder or found.funder
        at = next((n for n, (key, _label) in enumerate(options) if key == proposed), len(options) - 1)
        question = Phrase(
            N_("“{what}” is not on the community's own list. Which department funds it?"), {"what": found.label}
        )

        def then(funder: str | None) -> None:
            if funder == "":
                dialogs.ask_text(self, question, self._funded, required=True)
            else:
                self._funded(funder)

        dialogs.choose(self, question, options, then, at=at)

    def _funded(self, funder: str | None) -> None:
        if funder:
            self.funder = funder
            self._changed()

    def action_followup_form_owner(self) -> None:
        """Ask who owns it."""

        def then(owner: tuple[str, str] | None) -> None:
            if owner is not None:
                self.owner = owner
                self._changed()

        dialogs.choose(self, Phrase(N_("Who owns it?")), formlines.owners(self.book), then)

    def action_followup_form_due(self) -> None:
        """Ask by when."""
        today = self.book.today()
        days = [today + timedelta(days=n) for n in (0, 1, 2, 3, 5, 7, 10, 15, 30)]
        options = [(day, formlines.day_said(day, today)) for day in days]

        def then(day: date | None) -> None:
            if day is not None:
                self.due_on = day
                self._changed()

        dialogs.choose(self, Phrase(N_("By when?")), options, then)

    def action_followup_form_reporter(self) -> None:
        """Ask who reported it."""
        formlines.ask_reporter(self, self.about.people(self.book), self._reported)

    def _reported(self, reporter: tuple[str, str, str]) -> None:
        self.reporter = reporter
        self._changed()

    # earlier ones

    @property
    def _other(self) -> SimilarCase | None:
        return self.query_one(EarlierList).current if self._earlier else None

    def why_not(self, action_id: str) -> Phrase | None:
        """What is done with an earlier one needs one, open or closed as the step has it."""
        if action_id in REPEATS:
            other = self._other
            if other is None:
                return Phrase(N_("There is no earlier one of this kind here."))
            if action_id == "followup_form.reopen" and other.row.closed_at is None:
                return Phrase(N_("{number} is open: link this one with it, or note that it was asked about again."),
                              {"number": other.row.number})  # fmt: skip
            if action_id == "followup_form.asked" and other.row.closed_at is not None:
                return Phrase(N_("{number} is closed: reopen it, or link this one with it."),
                              {"number": other.row.number})  # fmt: skip
        return super().why_not(action_id)

    def on_page_list_highlighted(self, event: EarlierList.Highlighted) -> None:
        """Another earlier one: other keys may act on it."""
        event.stop()
        self.refresh_bindings()

    def on_page_list_selected(self, event: EarlierList.Selected) -> None:
        """Enter on an earlier one links it."""
        event.stop()
        self.action_followup_form_same()

    def action_followup_form_same(self) -> None:
        """The same problem again: linked when this is saved. Pressed once more it is not."""
        other = self._other
        if other is not None:
            wanted = (SAME, other.row.id)
            self.repeat = ("", "") if self.repeat == wanted else wanted
            self._changed()

    def action_followup_form_different(self) -> None:
        """Ask why it is another problem."""

        def then(why: str | None) -> None:
            if why is not None:
                self.repeat = (DIFFERENT, why) if why else ("", "")
                self._changed()

        initial = self.repeat[1] if self.repeat[0] == DIFFERENT else ""
        dialogs.ask_text(self, Phrase(N_("It is another problem, because…")), then, initial=initial)

    def action_followup_form_reopen(self) -> None:
        """Take the earlier one up again instead; what was typed are its words."""
        other = self._other
        if other is None:
            return
        question = Phrase(N_("Reopen {number}: what has happened?"), {"number": other.row.number})
        dialogs.ask_text(
            self, question, lambda words: self._reopen(other.row.id, words), initial=self._typed_words(), required=True
        )

    def _reopen(self, followup_id: str, words: str | None) -> None:
        if not words:
            return
        from casework.casebook import followups
        from casework.casebook.entries import ReopenEntry

        book = self.book
        entry = ReopenEntry(followup_id=followup_id, note=words)
        self.save(lambda action: followups.reopen(book, entry, action), self._done)

    def action_followup_form_asked(self) -> None:
        """Nothing new is known: the open one keeps that it was asked about again; no new one is opened."""
        other = self._other
        if other is None:
            return
        from casework.casebook import followups
        from casework.casebook.followup_entries import AskAgainEntry

        book = self.book
        entry = AskAgainEntry(followup_id=other.row.id, asked_by=self.reporter[1], note=self._typed_words())
        self.save(lambda action: followups.ask_again(book, entry, action), self._done)

    def _typed_words(self) -> str:
        """The note, or the title where that is no longer the category's name."""
        from casework.catalog.shelf import categories

        note = self.query_one("#note", TextArea).text.strip()
        title = self.query_one("#title", Input).value.strip()
        found = categories().get(self.category)
        if found is not None and title == say(found.label):
            title = ""
        return " ".join(part for part in (title, note) if part)[: formlines.LINE]

    # said and saved

    def _say(self) -> None:
        """Say what follows from the category, and what was there before."""
        book = self.book
        compared = (self.category, self._address if self.about.in_words else "")
        if compared != self._compared:
            self._compared = compared
            self._earlier = self.about.earlier(book, *compared) if self.category else ()
            self.query_one(EarlierList).offer(self._earlier, book.today())
        self.query_one(EarlierList).mark(formlines.linked(self._earlier, *self.repeat))
        for name, said in formlines.said(
            book, self.category, self.owner, self.due_on, self.funder, self.reporter, self._earlier, self.repeat,
            self.casework.user_keymap,
        ).items():  # fmt: skip
            line = self.query_one(f"#{name}", Said)
            line.say(said)
            line.display = bool(said)
        self.refresh_bindings()

    def action_form_save(self) -> None:
        """Save the case."""
        from pydantic import ValidationError

        from casework.casebook import followups
        from casework.casebook.entries import FollowupEntry, problems
        from casework.catalog.shelf import categories

        found = categories().get(self.category)
        if found is None:
            self.action_followup_form_category()
            return
        if not found.admitted and not self.funder:
            self.action_followup_form_funder()
            return
        resident, name, phone = self.reporter
        try:
            entry = FollowupEntry(
                category=self.category,
                title=self.query_one("#title", Input).value,
                **self.about.fields(self._address),
                resident_id=resident or None,
                owner_kind=self.owner[0] if self.owner else None,
                owner=self.owner[1] if self.owner else None,
                due_on=self.due_on,
                note=self.query_one("#note", TextArea).text,
                reported_by=name,
                reported_phone=phone,
                funder="" if found.admitted else self.funder,
                repeat_of=self.repeat[1] if self.repeat[0] == SAME else None,
                different_because=self.repeat[1] if self.repeat[0] == DIFFERENT else "",
            )
        except ValidationError as error:
            field, phrase = problems(error)[0]
            self.tell(phrase, tone="error")
            blank = self.about.in_words and not self._address.strip()
            self.query_one("#note" if field == "note" else "#address" if blank else "#title").focus()
            return
        book = self.book

        def work(action: str) -> Receipt:
            return followups.open(book, entry, action)

        self.save(work, self._done)

    def _done(self, _receipt: Receipt) -> None:
        self.dismiss(True)
