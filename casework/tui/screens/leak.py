"""A gas leak: first the whole screen says *go outside*; once outside, the facts are typed with their times."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from textual.containers import Horizontal, VerticalScroll

from casework.domain.phrase import N_, Phrase
from casework.language import _
from casework.tui import actions, dates
from casework.tui.dialogs import Said, ask_text, choose
from casework.tui.drafting import DraftingScreen
from casework.tui.screens.base import BaseScreen
from casework.tui.stagedfiles import still_there
from casework.tui.widgets import when
from casework.tui.widgets.field import Field
from casework.tui.widgets.outside import OutsideFirst

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from casework.casebook.entries import CheckEntry
    from casework.domain.receipt import Receipt

FACTS: tuple[tuple[str, str, str, str], ...] = (
    ("noticed", N_("Leak noticed"), N_("by what: smell, bubbles, alarm"), N_("Leak noticed: {words}")),
    ("valve", N_("Valve shut, with consent"), N_("who agreed"), N_("Valve shut, with the consent of {words}")),
    ("out", N_("Everyone outside"), N_("who was there"), N_("Everyone outside: {words}")),
    ("fire", N_("119 called"), N_("what they said"), N_("119 called: {words}")),
    ("supplier", N_("Asked the supplier to stop supply"), N_("who took the call"),
     N_("Asked the supplier to stop supply: {words}")),
    ("warned", N_("Neighbours warned"), N_("which doors"), N_("Neighbours warned: {words}")),
)  # fmt: skip
"""The facts of a leak: key, name, what the words are for, the sentence on the timeline. She asks the supplier to stop
supply; only the supplier stops it."""

NEED_WORDS = frozenset({"valve", "supplier"})
"""Facts that say nothing without a person: whose consent, who took the call."""


class LeakNotice(BaseScreen):
    """What to do at a leak while the casebook is locked: no name is needed for that."""

    SCOPES = ("over",)
    CSS_PATH = "leak.tcss"

    def body(self) -> ComposeResult:
        """The first screen alone."""
        yield OutsideFirst(id="outside")

    def on_mount(self) -> None:
        """Say how to go on."""
        self.tell(Phrase(N_("Unlock the casebook outside to note the facts. esc: back")), tone="overdue")


class LeakScreen(DraftingScreen):
    """A leak at a door. It is dismissed with the receipt, or with None.

    Args:
        household_id: the door; empty where none was under the cursor: it is asked for when the facts are saved.
        check_key: the `Subject.key` of the check that found it; what was answered there is saved along.
    """

    FORM = "leak"
    SCOPES = ("leak", "form", "over")
    CSS_PATH = "leak.tcss"

    def __init__(self, household_id: str = "", check_key: str = "") -> None:
        super().__init__(f"{household_id}|{check_key}")
        self.household_id: str | None = household_id or None
        self.check_key = check_key
        self.opened_at: datetime | None = None
        self.day: date | None = None
        self.outside = False
        self._armed = False

    @classmethod
    def from_draft(cls, subject_id: str) -> LeakScreen:
        """The leak of a draft: the laptop was shut, as it should be."""
        household_id, _bar, check_key = subject_id.partition("|")
        return cls(household_id, check_key)

    def body(self) -> ComposeResult:
        """The first screen, and the facts that take its place."""
        yield OutsideFirst(id="outside")
        with VerticalScroll(id="facts"):
            yield Said(_Heading(self), id="where")
            for key, name, hint, _said in FACTS:
                with Horizontal(classes="fact"):
                    yield Said(Phrase(name), classes="name")
                    yield Field(self._next, id=f"at-{key}", classes="clock")
                    yield Field(self._next, placeholder=_(hint), id=f"words-{key}", classes="words")
            with Horizontal(classes="fact"):
                yield Said(Phrase(N_("Anything else")), classes="name")
                yield Field(self._next, id="note", classes="words")
            yield Said(Phrase(N_("Times as 1405; n is now. enter: the next field. f4: another day.")), classes="keys")

    def on_mount(self) -> None:
        """Stand there at once, and be kept at once: the laptop may be shut in the next second."""
        self.opened_at = self.book.clock.now()
        self.query_one("#at-noticed", Field).value = f"{self.opened_at:%H:%M}"
        self._show_part()
        self.call_after_refresh(self._keep_from_now)

    def _keep_from_now(self) -> None:
        self._armed = True
        if self.casework.book is not None:
            self.keep_draft()

    def _show_part(self) -> None:
        self.query_one("#outside").display = not self.outside
        self.query_one("#facts").display = self.outside
        self.query_one("#where", Said).retranslate()
        self.refresh_bindings()
        if self.outside:
            self.query_one("#at-noticed", Field).begin()
        else:
            self.set_focus(None)
            self.tell(Phrase(N_("Nothing needs typing now. enter: we are outside     esc: no leak after all")))

    def state_text(self) -> str:
        """Inside nobody needs to be told what is saved."""
        return super().state_text() if self.outside else ""

    def footer(self) -> list[actions.Action]:
        """In the first part only what is needed there."""
        offered = super().footer()
        if not self.outside:
            return [one for one in offered if one.id in ("leak.outside", "screen.back")]
        return [one for one in offered if one.id != "leak.outside"]

    def why_not(self, action_id: str) -> Phrase | None:
        """The facts come when everyone is outside."""
        if not self.outside and action_id.startswith("form."):
            return Phrase(N_("Go outside first."))
        return super().why_not(action_id)

    # keys

    def on_key(self, event: events.Key) -> None:
        """Inside no key does anything but the way on and the way back; in a time field n is now."""
        if not self.outside:
            if event.key not in ("enter", "escape", "f2", "f3"):
                event.stop()
                event.prevent_default()
            return
        field = self.focused
        if not isinstance(field, Field):
            return
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self._next(field)
        elif field.has_class("clock") and event.character == "n":
            event.stop()
            event.prevent_default()
            field.value = f"{self.book.clock.now():%H:%M}"
        elif event.key in ("up", "down"):
            event.stop()
            event.prevent_default()
            self._next(field, -2 if event.key == "up" else 2)
        elif field.take(event):
            event.stop()
            event.prevent_default()

    def _next(self, field: Field, step: int = 1) -> None:
        fields = list(self.query("#facts Field").results(Field))
        fields[(fields.index(field) + step) % len(fields)].begin()

    def action_leak_outside(self) -> None:
        """Everyone is outside: the facts."""
        if not self.outside:
            self.outside = True
            self._show_part()
            self.tell("")
            self.typed()

    def action_app_leak(self) -> None:
        """It is said here already: show it again."""
        self.outside = False
        self._show_part()

    def action_screen_back(self) -> None:
        """Before anything was typed: no leak after all. Else back, with the facts kept as a draft."""
        if not self.outside and not self._typed_facts():
            self._armed = False
            self.drop_draft()
        else:
            self.keep_draft()
        super().action_screen_back()

    def action_form_late(self) -> None:
        """Say on which day it was."""
        now = self.book.clock.now()

        def chosen(day: date | when.Kept | None) -> None:
            if isinstance(day, date):
                self.day = day
                self.query_one("#where", Said).retranslate()
                self.typed()

        from datetime import timedelta

        when.ask_day(
            self, Phrase(N_("On which day was it?")), chosen, today=now.date(), day=self.the_day,
            earliest=now.date() - timedelta(days=when.EARLIEST_DAYS), latest=now.date(),
        )  # fmt: skip

    @property
    def the_day(self) -> date:
        """The day of the leak."""
        return self.day or (self.opened_at or self.book.clock.now()).date()

    # saving

    def _value(self, name: str) -> str:
        return self.query_one(f"#{name}", Field).value.strip()

    def _typed_facts(self) -> bool:
        typed = [self._value(f"at-{key}") for key, *_rest in FACTS[1:]]
        typed += [self._value(f"words-{key}") for key, *_rest in FACTS]
        return any((*typed, self._value("note")))

    def _wrong(self, field: str, phrase: Phrase) -> None:
        self.query_one(f"#{field}", Field).begin()
        self.tell(phrase, tone="error")

    def _facts(self) -> list[tuple[str, datetime, str]] | None:
        """The facts with their times and sentences; None where one cannot be taken, and that is said."""
        now = self.book.clock.now()
        found: list[tuple[str, datetime, str]] = []
        for key, name, _hint, sentence in FACTS:
            typed, words = self._value(f"at-{key}"), self._value(f"words-{key}")
            if not typed and not words:
                continue
            clock = when.read_clock(typed)
            if clock is None:
                wrong = N_("{what}: at what time? Type it as 1405.")
                self._wrong(f"at-{key}", Phrase(wrong, {"what": Phrase(name)}))
                return None
            moment = when.moment_at(self.the_day, clock, now)
            if moment > now:
                self._wrong(f"at-{key}", Phrase(N_("{what}: this lies in the future."), {"what": Phrase(name)}))
                return None
            if key in NEED_WORDS and not words:
                self._wrong(f"words-{key}", Phrase(N_("{what}: by whom? Type a name."), {"what": Phrase(name)}))
                return None
            found.append((key, moment, _(sentence, words=words) if words else _(name)))
        if not found or found[0][0] != "noticed":
            self._wrong("at-noticed", Phrase(N_("When was the leak noticed?")))
            return None
        return found

    def action_form_save(self) -> None:
        """Save the facts; where the door is not known, ask for it first."""
        if self._facts() is None:
            return
        if self.household_id is None:
            self._ask_door()
            return
        from pydantic import ValidationError

        from casework.casebook import leaks
        from casework.casebook.entries import LeakEntry, LeakFact, problems

        facts = self._facts() or []
        try:
            entry = LeakEntry(
                household_id=self.household_id,
                noticed_at=facts[0][1],
                facts=tuple(LeakFact(at=moment, words=words) for _key, moment, words in facts),
                note=self._value("note"),
                check=self._check(),
            )
        except ValidationError as error:
            self.tell(*(phrase for _where, phrase in problems(error)), tone="error")
            return
        book = self.book
        self.save(lambda action: leaks.save(book, entry, action), self._saved)

    def _check(self) -> CheckEntry | None:
        """What was answered in the check when everyone had to leave: it is there as its draft."""
        if not self.check_key:
            return None
        from casework.casebook import checks, drafts
        from casework.catalog import checks as shelf
        from casework.tui.checkform import CheckForm
        from casework.tui.checking import Subject

        subject = Subject.of_key(self.check_key)
        draft = drafts.get(self.book, "check", self.check_key)
        context = checks.context(self.book, subject.kind, subject.id, subject.household_id or None, self.the_day)
        form = CheckForm(shelf.load(subject.checklist), context)
        if draft is not None:
            form.take(dict(draft.data))
            # A photo that is lost must not keep a leak from being recorded.
            form.files = still_there(self.book, form.files)
        return form.entry(subject)

    def _ask_door(self) -> None:
        def typed(query: str | None) -> None:
            if not query:
                return
            from casework.casebook import search

            found = [one for one in search.find(self.book, query, limit=9) if one.household_id]
            if not found:
                self.tell(Phrase(N_("No door is found by that.")), tone="overdue")
                return
            options: list[tuple[str, object]] = [
                (str(one.household_id), f"{one.address}  {one.name}".strip()) for one in found
            ]
            choose(self, Phrase(N_("At which door?")), options, chosen)

        def chosen(household_id: str | None) -> None:
            if household_id is not None:
                self.household_id = household_id
                self.query_one("#where", Said).retranslate()
                self.action_form_save()

        ask_text(self, Phrase(N_("At which door? A name, an address, 3-2-501")), typed, required=True)

    def _saved(self, receipt: Receipt) -> None:
        if self.check_key:
            from casework.casebook import drafts

            drafts.drop(self.book, "check", self.check_key)
        self.dismiss(receipt)

    # drafts

    def draft_data(self) -> dict[str, Any]:
        """The times and words, and that we are outside."""
        if not self._armed or self.opened_at is None:
            return {}
        fields = {field.id: field.value for field in self.query("#facts Field").results(Field) if field.value}
        return {
            "opened_at": self.opened_at.isoformat(),
            "outside": self.outside,
            "day": self.day.isoformat() if self.day else None,
            "household_id": self.household_id,
            "fields": fields,
        }

    def restore_draft(self, data: dict[str, Any]) -> None:
        """Put them back."""
        if data.get("opened_at"):
            self.opened_at = datetime.fromisoformat(data["opened_at"])
        self.day = date.fromisoformat(data["day"]) if data.get("day") else None
        self.household_id = data.get("household_id") or self.household_id
        fields = data.get("fields", {})
        for field in self.query("#facts Field").results(Field):
            field.value = str(fields.get(field.id, ""))
        self.outside = bool(data.get("outside"))
        self._show_part()


class _Heading:
    """Where and on which day, said in the language that is on."""

    def __init__(self, screen: LeakScreen) -> None:
        self.screen = screen

    def __str__(self) -> str:
        screen = self.screen
        if screen.casework.book is None or screen.opened_at is None:
            return ""
        where = ""
        if screen.household_id is not None:
            from casework.casebook import households

            where = households.get(screen.book, screen.household_id).short
        today = screen.book.today()
        day = f"{dates.weekday(screen.the_day)} {dates.day_text(screen.the_day, today)}"
        return _("Gas leak {where}: what happened, {day}", where=where, day=day)
