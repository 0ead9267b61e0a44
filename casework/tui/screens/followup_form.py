"""A new follow-up for a household or a place: category by one key, then what it is about; owner and due day follow from it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from textual.widgets import Input, TextArea

from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain
from casework.language import say
from casework.tui import dates, dialogs
from casework.tui.dialogs import Said
from casework.tui.drafting import DraftingScreen

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from casework.domain.receipt import Receipt


class FollowupFormScreen(DraftingScreen):
    """The form of a new case."""

    FORM = "followup_form"
    SCOPES = ("form", "followup_form", "over")
    CSS_PATH = "followup_form.tcss"

    def __init__(self, subject: str) -> None:
        """For a household by its id, for a place by `place/ID`."""
        super().__init__(subject)
        kind, slash, place_id = subject.partition("/")
        self.place_id = place_id if slash and kind == "place" else None
        self.household_id = None if self.place_id else subject
        self.category = ""
        self.owner: tuple[str, str] | None = None
        self.due_on: date | None = None

    def body(self) -> ComposeResult:
        """The address, then the fields."""
        yield Said("", id="where")
        yield Said("", id="what")
        yield Said("", id="who")
        yield Said("", id="earlier")
        yield Said(Phrase(N_("What is it about?")), classes="label")
        title = Input("", id="title", compact=True, select_on_focus=False)
        title.cursor_blink = False
        yield title
        yield Said(Phrase(N_("What was seen, said or promised")), classes="label")
        note = TextArea("", id="note", compact=True, soft_wrap=True)
        note.cursor_blink = False
        yield note

    def load(self) -> None:
        """Read the door, or the place."""
        from casework.casebook import households, places

        if self.household_id is not None:
            story = households.story(self.book, self.household_id, visits=1)
            names = " ".join(person.resident.name for person in story.people)
            self.query_one("#where", Said).say(plain(f"{story.building} {story.household.short}  {names}"))
        elif self.place_id is not None:
            place = places.story(self.book, self.place_id, checks=0).place
            self.query_one("#where", Said).say(plain(f"{place.name}  {place.number}  {place.address}"))
        self._say()

    def on_mount(self) -> None:
        """Ask for the category first, unless a draft has one."""
        super().on_mount()
        self.query_one("#title", Input).focus()
        if not self.category:
            self.call_after_refresh(self.action_followup_form_category)

    def draft_data(self) -> dict[str, Any]:
        """What stands in the form."""
        return {
            "category": self.category,
            "owner": list(self.owner) if self.owner else None,
            "due_on": self.due_on.isoformat() if self.due_on else None,
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
        self.query_one("#title", Input).value = str(data.get("title") or "")
        self.query_one("#note", TextArea).text = str(data.get("note") or "")
        self._say()

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
        if not title.value or (before is not None and title.value == say(before.label)):
            title.value = say(categories()[key].label)
            # A name to keep with one key or to type over: words behind it would read as one with it.
            title.select_all()
        self.category = key
        self._say()
        self.typed()
        title.focus()

    def action_followup_form_owner(self) -> None:
        """Ask who owns it."""
        from casework.casebook import areas
        from casework.catalog.shelf import departments

        owners: list[tuple[tuple[str, str], object]] = [
            (("worker", self.book.worker.id), Phrase(N_("Me: {name}"), {"name": self.book.worker.name}))
        ]
        owners += [(("department", key), found.label) for key, found in departments().items()]
        owners += [(("worker", w.id), w.name) for w in areas.workers(self.book) if w.id != self.book.worker.id]

        def then(owner: tuple[str, str] | None) -> None:
            if owner is not None:
                self.owner = owner
                self._say()
                self.typed()

        dialogs.choose(self, Phrase(N_("Who owns it?")), owners, then)

    def action_followup_form_due(self) -> None:
        """Ask by when."""
        today = self.book.today()
        days = [today + timedelta(days=n) for n in (0, 1, 2, 3, 5, 7, 10, 15, 30)]
        options = [
            (
                day,
                Phrase(N_("{day}, {weekday}"), {"day": dates.day_text(day, today), "weekday": dates.weekday(day)}),
            )
            for day in days
        ]

        def then(day: date | None) -> None:
            if day is not None:
                self.due_on = day
                self._say()
                self.typed()

        dialogs.choose(self, Phrase(N_("By when?")), options, then)

    def _say(self) -> None:
        """Say what is proposed from the category, and what was there before."""
        from casework.casebook import followups
        from casework.catalog.shelf import categories, departments

        found = categories().get(self.category)
        if found is None:
            return
        today = self.book.today()
        owner = self.owner or ("department", found.department)
        if owner[0] == "department":
            named: object = departments()[owner[1]].label
        else:
            from casework.casebook import areas

            named = next((w.name for w in areas.workers(self.book) if w.id == owner[1]), "")
        due_on = self.due_on or followups.due_after(today, found.days)
        self.query_one("#what", Said).say(Phrase(N_("Category: {what}"), {"what": found.label}))
        self.query_one("#who", Said).say(
            Phrase(N_("Owner: {who}   Due: {day}"), {"who": named, "day": dates.day_text(due_on, today)})
        )
        earlier = followups.similar(self.book, self.household_id, self.place_id, self.category)
        here = N_("{n} earlier ones of this kind in the building in 90 days, the last on {day}.")
        if self.place_id is not None:
            here = N_("{n} earlier ones of this kind here in 90 days, the last on {day}.")
        self.query_one("#earlier", Said).say(
            Phrase(
                here,
                {"n": len(earlier), "day": dates.day_text(earlier[0].opened_at.date(), today)},
            )
            if earlier
            else ""
        )

    def action_form_save(self) -> None:
        """Save the case."""
        from pydantic import ValidationError

        from casework.casebook import followups
        from casework.casebook.entries import FollowupEntry, problems

        if not self.category:
            self.action_followup_form_category()
            return
        try:
            entry = FollowupEntry(
                category=self.category,
                title=self.query_one("#title", Input).value,
                household_id=self.household_id,
                place_id=self.place_id,
                owner_kind=self.owner[0] if self.owner else None,
                owner=self.owner[1] if self.owner else None,
                due_on=self.due_on,
                note=self.query_one("#note", TextArea).text,
            )
        except ValidationError as error:
            field, phrase = problems(error)[0]
            self.tell(phrase, tone="error")
            self.query_one("#note" if field == "note" else "#title").focus()
            return
        book = self.book

        def work(action: str) -> Receipt:
            return followups.open(book, entry, action)

        self.save(work, self._done)

    def _done(self, _receipt: Receipt) -> None:
        self.dismiss(True)
