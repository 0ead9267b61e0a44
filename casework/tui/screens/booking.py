"""Booking a visit: the day by quick steps or the calendar, the hour as it is said on the telephone, who asked for it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from textual.containers import VerticalScroll
from textual.widgets import Input

from casework.domain.phrase import N_, Phrase
from casework.domain.resident import LifeState
from casework.domain.text import plain
from casework.language import say
from casework.tui import dates
from casework.tui.dialogs import Said
from casework.tui.drafting import DraftingScreen
from casework.tui.widgets import when
from casework.tui.widgets.picks import Pick, Picks

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from casework.casebook.arrangement_views import BookingView
    from casework.casebook.views import HouseholdStory
    from casework.domain.receipt import Receipt
    from casework.tui.actions import Action

PEOPLE_KEYS = "123456789"

DAYS = (
    (0, "0", N_("today")),
    (1, "1", N_("tomorrow")),
    (2, "2", N_("in 2 days")),
    (3, "3", N_("in 3 days")),
    (7, "7", N_("in a week")),
)
"""Days ahead that one key chooses."""

WEEKEND, CALENDAR = "weekend", "calendar"

MOVE = "move/"
"""What the subject of the form begins with where a booking is moved."""


class BookingScreen(DraftingScreen):
    """The form; its subject is a household, or a booking that is moved."""

    FORM = "booking"
    SCOPES = ("form", "over")
    CSS_PATH = "booking.tcss"

    def __init__(self, subject: str) -> None:
        super().__init__(subject)
        self.moving = subject.startswith(MOVE)
        self.household_id = "" if self.moving else subject
        self.day: date | None = None
        self._story: HouseholdStory | None = None
        self._booked: BookingView | None = None

    def body(self) -> ComposeResult:
        """The door, how it stands there, then the fields from top to bottom as they are said on the telephone."""
        yield Said("", id="door")
        yield Said("", id="stands")
        with VerticalScroll(id="sheet", can_focus=False):
            picks = [Pick(str(days), key, Phrase(label)) for days, key, label in DAYS]
            picks += [Pick(WEEKEND, "w", Phrase(N_("Saturday"))), Pick(CALENDAR, "c", Phrase(N_("another day")))]
            yield Picks(Phrase(N_("Day")), picks, id="day")
            yield Said(Phrase(N_("Hour, such as 1430")), classes="label")
            yield _field("hour")
            if self.moving:
                yield Said(Phrase(N_("Why it is moved")), classes="label")
                yield _field("words")
            else:
                yield Picks(Phrase(N_("Asked by")), (), id="who")
                yield Said(Phrase(N_("or somebody else: neighbour, relative")), classes="label")
                yield _field("asked")
                yield Said(Phrase(N_("Phone to ring before coming")), classes="label")
                yield _field("phone")
                yield Said(Phrase(N_("Note")), classes="label")
                yield _field("note")
        yield Said("", id="moment")
        yield Said("", id="near")

    def load(self) -> None:
        """Read the door, and what is booked there. What was undone meanwhile is left: there is nothing to book or move."""
        from casework.casebook import bookings, households
        from casework.casebook.errors import NotFound

        try:
            if self.moving:
                self._booked = bookings.get(self.book, self.draft_subject.removeprefix(MOVE))
                self.household_id = self._booked.household_id
            self._story = story = households.story(self.book, self.household_id, visits=1)
        except NotFound:
            self.drop_draft()
            self.dismiss(None)
            return
        self.query_one("#door", Said).say(plain(f"{story.building} {story.household.short}"))
        self.query_one("#stands", Said).say(self._how_it_stands())
        if not self.moving:
            living = [p.resident for p in story.people if p.resident.life_state is not LifeState.DECEASED]
            people = [Pick(one.id, key, plain(one.name)) for one, key in zip(living, PEOPLE_KEYS, strict=False)]
            self.query_one("#who", Picks).offer(people)
        self._show()

    def _how_it_stands(self) -> object:
        if self._booked is not None:
            values = {"day": dates.day_text(self._booked.day, self.book.today()), "hour": self._booked.hour}
            return Phrase(N_("Booked so far: {day}, {hour}"), values)
        from casework.domain.due import DueKind

        dues = self._story.dues if self._story is not None else ()
        return next((due.reason for due, _status in dues if due.kind is DueKind.CALL_BACK), "")

    def on_mount(self) -> None:
        """The cursor stands in the days."""
        self.query_one("#day", Picks).focus()
        super().on_mount()

    def footer(self) -> list[Action]:
        """It is agreed now: there is nothing to say of when it was."""
        return [action for action in super().footer() if action.id != "form.late"]

    def why_not(self, action_id: str) -> Phrase | None:
        """A booking lies ahead."""
        if action_id == "form.late":
            return Phrase(N_("A booking lies ahead: choose its day and hour."))
        return super().why_not(action_id)

    # what is typed

    @property
    def starts(self) -> datetime | None:
        """The moment as it is typed so far."""
        clock = when.read_clock(self.query_one("#hour", Input).value) if self._hour_typed() else None
        return datetime.combine(self.day, clock) if self.day is not None and clock is not None else None

    def _hour_typed(self) -> str:
        return self.query_one("#hour", Input).value.strip()

    def _lines(self) -> tuple[str, ...]:
        return ("hour", "words") if self.moving else ("hour", "asked", "phone", "note")

    def draft_data(self) -> dict[str, Any]:
        """What stands in the form."""
        found: dict[str, Any] = {name: self.query_one(f"#{name}", Input).value for name in self._lines()}
        found["day"] = self.day.isoformat() if self.day else None
        found["who"] = [] if self.moving else list(self.query_one("#who", Picks).chosen)
        return found

    def restore_draft(self, data: dict[str, Any]) -> None:
        """Put it back."""
        for name in self._lines():
            self.query_one(f"#{name}", Input).value = plain(str(data.get(name) or ""))
        self.day = date.fromisoformat(data["day"]) if data.get("day") else None
        self.query_one("#day", Picks).choose(self._pick_of(self.day))
        if not self.moving:
            self.query_one("#who", Picks).choose(data.get("who") or [])
        self._show()

    def _pick_of(self, day: date | None) -> list[str]:
        if day is None:
            return []
        ahead = str((day - self.book.today()).days)
        return [ahead] if ahead in {str(days) for days, _key, _label in DAYS} else [CALENDAR]

    def on_picks_changed(self, event: Picks.Changed) -> None:
        """A day was chosen, or who asked."""
        event.stop()
        if event.picks.id == "day":
            self._choose_day(event.picks.value)
        self._show()
        self.typed()

    def _choose_day(self, value: str) -> None:
        today = self.book.today()
        if value == CALENDAR:
            from casework.catalog.shelf import number

            when.ask_day(
                self, Phrase(N_("On which day?")), self._take_day, today=today, day=self.day, earliest=today,
                latest=today + timedelta(days=number("booking_ahead_days")),
            )  # fmt: skip
        elif value == WEEKEND:
            self.day = today + timedelta(days=(5 - today.weekday()) % 7 or 7)
        else:
            self.day = today + timedelta(days=int(value)) if value else None

    def _take_day(self, day: date | when.Kept | None) -> None:
        if isinstance(day, date):
            self.day = day
        self.query_one("#day", Picks).choose(self._pick_of(self.day))
        self._show()
        self.typed()

    def on_input_changed(self) -> None:
        """A key in a line: say the moment as it is understood."""
        self._show()
        super().on_input_changed()

    def _show(self) -> None:
        """Say the moment in words, and what else is booked about then."""
        today, typed = self.book.today(), self._hour_typed()
        said: object = Phrase(N_("Choose the day by a key, then type the hour."))
        if self.day is not None:
            values: dict[str, object] = {
                "day": dates.day_text(self.day, today), "weekday": dates.weekday(self.day), "hour": "…",
            }  # fmt: skip
            clock = when.read_clock(typed) if typed else None
            if clock is not None:
                values["hour"] = f"{clock:%H:%M}"
            said = Phrase(N_("Booked for: {weekday} {day}, {hour}"), values)
            if typed and clock is None:
                said = Phrase(N_("This is no time of day. Type it as 1405."))
        self.query_one("#moment", Said).say(said)
        self.query_one("#near", Said).say(self._near())

    def _near(self) -> object:
        """What is booked on that day already."""
        if self.day is None:
            return ""
        from casework.casebook import bookings

        found = [
            f"{one.hour} {one.short}"
            for one in bookings.of_day(self.book, self.book.grid_id, self.day)
            if one.household_id != self.household_id
        ]
        if not found:
            return ""
        return Phrase(N_("Booked on that day: {doors}"), {"doors": plain("   ".join(found[:6]))})

    # saving

    def action_form_save(self) -> None:
        """Save it; what is missing is asked for in its own field."""
        if self.day is None:
            self._lacks("#day", Phrase(N_("Choose the day by its key.")))
            return
        clock = when.read_clock(self._hour_typed()) if self._hour_typed() else None
        if clock is None:
            self._lacks("#hour", Phrase(N_("Type the hour, such as 1430.")))
            return
        if self.moving:
            self._move(clock)
        else:
            self._book(clock)

    def _lacks(self, field: str, what: Phrase) -> None:
        self.tell(what, tone="error")
        self.query_one(field).focus()

    def _move(self, clock: Any) -> None:
        words = self.query_one("#words", Input).value.strip()
        if not words:
            self._lacks("#words", Phrase(N_("Say why it is moved.")))
            return
        from casework.casebook import bookings
        from casework.casebook.arrangement_entries import MoveBookingEntry

        entry = self._entry(
            MoveBookingEntry, booking_id=self.draft_subject.removeprefix(MOVE), day=self.day, hour=clock, words=words
        )
        book = self.book
        if entry is not None:
            self.save(lambda action: bookings.move(book, entry, action), self._done)

    def _book(self, clock: Any) -> None:
        from casework.casebook import bookings
        from casework.casebook.arrangement_entries import BookingEntry

        who = self.query_one("#who", Picks).value or None
        asked = self.query_one("#asked", Input).value.strip()
        if who and not asked and self._story is not None:
            asked = next((p.resident.name for p in self._story.people if p.resident.id == who), "")
        entry = self._entry(
            BookingEntry, household_id=self.household_id, day=self.day, hour=clock, resident_id=who, asked_by=asked,
            phone=self.query_one("#phone", Input).value, note=self.query_one("#note", Input).value,
        )  # fmt: skip
        book = self.book
        if entry is not None:
            self.save(lambda action: bookings.add(book, entry, action), self._done)

    def _entry(self, model: Any, **values: Any) -> Any:
        from pydantic import ValidationError

        from casework.casebook.entries import problems

        try:
            return model(**values)
        except ValidationError as error:
            self.tell(Phrase(say(problems(error)[0][1])), tone="error")
            return None

    def _done(self, _receipt: Receipt) -> None:
        self.dismiss(True)


def _field(name: str) -> Input:
    made = Input("", id=name, compact=True, select_on_focus=False)
    made.cursor_blink = False
    return made
