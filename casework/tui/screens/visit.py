"""The visit sheet: what came of it by one key, then as much or as little as there is to say."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from textual.containers import VerticalScroll
from textual.widgets import Input, TextArea

from casework.domain.phrase import N_, Phrase
from casework.domain.resident import LifeState
from casework.domain.text import plain
from casework.domain.visit import MET, Mode, Outcome, RefusalReason
from casework.domain.visiting import asks_twice, life_state_after, needs_reason
from casework.tui import dates, dialogs
from casework.tui.attaching import AttachingForm
from casework.tui.dialogs import Said
from casework.tui.stagedfiles import entries, packed, summary
from casework.tui.widgets import when
from casework.tui.widgets.lines import wrapped
from casework.tui.widgets.picks import Pick, Picks

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from casework.casebook.views import HouseholdStory, Person
    from casework.domain.receipt import Receipt

NOBODY = Phrase(N_("nobody was met"))

PEOPLE_KEYS = "123456789abcdef"
"""The keys of the people behind a door. A crowded household's sixteenth is named in the note."""

NAME_CELLS = 24
"""How much of a name is shown beside its key."""

NEXT_STEPS = (
    (1, "1", N_("tomorrow")),
    (3, "3", N_("in 3 days")),
    (7, "7", N_("in a week")),
    (30, "0", N_("in 30 days")),
)


class VisitScreen(AttachingForm):
    """The sheet of one visit to a household."""

    FORM = "visit"
    SCOPES = ("form", "visit", "over")
    CSS_PATH = "visit.tcss"

    def __init__(self, household_id: str) -> None:
        super().__init__(household_id)
        self.household_id = household_id
        self.happened_at: datetime | None = None
        self.next_on: date | None = None
        self._story: HouseholdStory | None = None
        self._was_met = False

    def body(self) -> ComposeResult:
        """The door, then the fields from top to bottom in the order in which one knows them."""
        from casework.catalog.shelf import modes, outcomes, refusal_reasons, topics

        yield Said("", id="door")
        with VerticalScroll(id="sheet", can_focus=False):
            yield Picks(
                Phrase(N_("Outcome")), [Pick(k, c.letter, c.label) for k, c in outcomes().items()], id="outcome"
            )
            yield Picks(
                Phrase(N_("Why")), [Pick(k, c.letter, c.label) for k, c in refusal_reasons().items()], id="reason"
            )
            yield Picks(Phrase(N_("Who")), (), many=True, id="who")
            yield Picks(Phrase(N_("How")), [Pick(k, c.letter, c.label) for k, c in modes().items()], id="mode")
            yield Picks(
                Phrase(N_("Topics")), [Pick(k, c.letter, c.label) for k, c in topics().items()], many=True, id="topics"
            )
            yield Said(Phrase(N_("Note")), classes="label")
            note = TextArea("", id="note", compact=True, soft_wrap=True)
            note.cursor_blink = False
            yield note
            yield Said(Phrase(N_("Concern")), classes="label")
            concern = Input("", id="concern", compact=True, select_on_focus=False)
            concern.cursor_blink = False
            yield concern
            yield Picks(
                Phrase(N_("Next visit")),
                [*(Pick(str(days), key, Phrase(label)) for days, key, label in NEXT_STEPS),
                 Pick("calendar", "c", Phrase(N_("another day")))],
                id="next",
            )  # fmt: skip
        # Below what scrolls: a wrong day must be seen whichever field has the cursor.
        yield Said("", id="moment")
        yield Said("", id="files")

    def load(self) -> None:
        """Read the door and who lives behind it."""
        from casework.casebook import households

        self._story = story = households.story(self.book, self.household_id, visits=1)
        self.query_one("#door", Said).say(plain(f"{story.building} {story.household.short}"))
        people = [
            Pick(person.resident.id, PEOPLE_KEYS[n], named(person))
            for n, person in enumerate(self._living()[: len(PEOPLE_KEYS)])
        ]
        self.query_one("#who", Picks).offer(people)
        mode = self.query_one("#mode", Picks)
        if not mode.chosen:
            mode.choose([Mode.DOOR.value])
        self._show()

    def on_mount(self) -> None:
        """The cursor stands in the outcome; none is chosen until a key chooses it."""
        self.query_one("#outcome", Picks).focus()
        super().on_mount()

    def _living(self) -> list[Person]:
        """Those whom a visit can be about."""
        people = self._story.people if self._story else ()
        return [person for person in people if person.resident.life_state is not LifeState.DECEASED]

    @property
    def outcome(self) -> Outcome | None:
        """The outcome that a key chose."""
        value = self.query_one("#outcome", Picks).value
        return Outcome(value) if value else None

    def draft_data(self) -> dict[str, Any]:
        """What stands in the sheet."""
        return {
            **{name: list(self.query_one(f"#{name}", Picks).chosen) for name in ("outcome", "reason", "who", "topics")},
            "mode": self.query_one("#mode", Picks).value or Mode.DOOR.value,
            "note": self.query_one("#note", TextArea).text,
            "concern": self.query_one("#concern", Input).value,
            "next_on": self.next_on.isoformat() if self.next_on else None,
            "happened_at": self.happened_at.isoformat() if self.happened_at else None,
            "files": packed(self.files),
        }

    def restore_draft(self, data: dict[str, Any]) -> None:
        """Put it back."""
        for name in ("outcome", "reason", "who", "topics"):
            self.query_one(f"#{name}", Picks).choose(data.get(name) or [])
        self.query_one("#mode", Picks).choose([data.get("mode") or Mode.DOOR.value])
        note = self.query_one("#note", TextArea)
        note.text = plain(str(data.get("note") or ""), lines=True)
        note.move_cursor(note.document.end)
        self.query_one("#concern", Input).value = str(data.get("concern") or "")
        next_on, happened = data.get("next_on"), data.get("happened_at")
        self.next_on = date.fromisoformat(next_on) if next_on else None
        self.happened_at = datetime.fromisoformat(happened) if happened else None
        self.files[:] = self.files_back(data)
        self.files_changed()
        self._show()

    def action_visit_files(self) -> None:
        """What is attached to this visit."""
        self.show_files()

    def files_changed(self) -> None:
        """Say how many there are."""
        line = self.query_one("#files", Said)
        line.say(summary(self.files))
        line.display = bool(self.files)

    def on_picks_changed(self, event: Picks.Changed) -> None:
        """A choice was made: what it allows and forbids shows at once."""
        event.stop()
        picks = event.picks
        if picks.id == "next":
            self._next(picks)
        elif picks.id == "mode" and not picks.chosen:
            picks.choose([Mode.DOOR.value])
        elif picks.id == "mode" and picks.value == Mode.RELATIVE:
            # Whoever told of her was met, not she.
            self.query_one("#who", Picks).choose([])
        elif picks.id == "outcome":
            if self.outcome is Outcome.PHONE_CONTACT:
                self.query_one("#mode", Picks).choose([Mode.PHONE.value])
            self._propose_who()
        self._show()
        self.typed()

    def on_key(self, event: events.Key) -> None:
        """A digit where the outcome is chosen is the reason of a refusal: no key is spent on going there."""
        reason = self.query_one("#reason", Picks)
        if reason.display and self.query_one("#outcome", Picks).has_focus:
            reason.on_key(event)

    def _next(self, picks: Picks) -> None:
        today = self.book.today()
        if picks.value == "calendar":
            when.ask_day(
                self, Phrase(N_("The next visit")), self._take_next, today=today, day=self.next_on, earliest=today
            )
        else:
            self.next_on = today + timedelta(days=int(picks.value)) if picks.value else None

    def _take_next(self, day: date | when.Kept | None) -> None:
        if isinstance(day, date) or day is None:
            self.next_on = day
        if self.next_on is None:
            self.query_one("#next", Picks).choose([])
        self._show()
        self.typed()

    def action_form_late(self) -> None:
        """Ask when it took place."""

        def then(moment: datetime | when.Kept | None) -> None:
            if isinstance(moment, datetime) or moment is None:
                self.happened_at = moment
                self._show()
                self.typed()

        when.ask_moment(self, Phrase(N_("When was it?")), then, now=self.book.clock.now(), moment=self.happened_at)

    def _propose_who(self) -> None:
        """Who lives alone is who was met, unless a key says otherwise; of several nobody is guessed."""
        who, outcome = self.query_one("#who", Picks), self.outcome
        if outcome in MET and not who.chosen and len(who.picks) == 1:
            who.choose([who.picks[0].value])

    def _show(self) -> None:
        """Open and shut the fields by the outcome; say the next visit and the moment."""
        outcome = self.outcome
        met = outcome is None or outcome in MET
        about = outcome is not None and not met and life_state_after(outcome) is not None
        reason = self.query_one("#reason", Picks)
        reason.display = outcome is not None and needs_reason(outcome)
        reason.say_hint(Phrase(N_("a digit says why")))
        self.query_one("#who", Picks).shut("" if met or about else NOBODY)
        self.query_one("#topics", Picks).shut("" if met else NOBODY)
        self.query_one("#who", Picks).say_hint(nobody_named(outcome) if met or about else "")
        now, today = self.book.clock.now(), self.book.today()
        said: object = Phrase(N_("When: {moment}"), {"moment": when.said_moment(self.happened_at, now)})
        if self.next_on is not None:
            said = Phrase(
                N_("{when}   Next visit: {day} {weekday}"),
                {"when": said, "day": dates.day_text(self.next_on, today), "weekday": dates.weekday(self.next_on)},
            )
        self.query_one("#moment", Said).say(said)

    def action_form_save(self) -> None:
        """Save the visit; a death is asked about twice."""
        outcome = self.outcome
        if outcome is None:
            self.tell(Phrase(N_("Choose first what came of it.")), tone="error")
            self.query_one("#outcome", Picks).focus()
            return
        if needs_reason(outcome) and not self.query_one("#reason", Picks).value:
            self.tell(Phrase(N_("Say why it was refused: a digit.")), tone="error")
            self.query_one("#reason", Picks).focus()
            return
        if not asks_twice(outcome):
            self._save(outcome)
            return
        names = self._names()
        if names is None:
            self.tell(Phrase(N_("Say who of the household has died.")), tone="error")
            self.query_one("#who", Picks).focus()
            return
        dialogs.ask_twice(
            self,
            Phrase(N_("Record that {name} has died?"), {"name": names}),
            Phrase(N_("Once more: {name} has died. Is that certain?"), {"name": names}),
            lambda: self._save(outcome),
        )

    def _names(self) -> str | None:
        """Those whom a death is about; None where that is not said and more than one live here."""
        about = self._about()
        return " ".join(p.resident.name for p in self._living() if p.resident.id in about) or None

    def _about(self) -> tuple[str, ...]:
        """Whom the visit is about: those chosen, or the only one who can be meant."""
        chosen = self.query_one("#who", Picks).chosen
        living = self._living()
        if not chosen and len(living) == 1:
            return (living[0].resident.id,)
        return tuple(chosen)

    def _save(self, outcome: Outcome) -> None:
        from pydantic import ValidationError

        from casework.casebook import visits
        from casework.casebook.entries import VisitEntry, problems

        who = tuple(self.query_one("#who", Picks).chosen)
        met = outcome in MET
        reason = self.query_one("#reason", Picks).value
        try:
            entry = VisitEntry(
                household_id=self.household_id,
                outcome=outcome,
                mode=Mode(self.query_one("#mode", Picks).value or Mode.DOOR),
                happened_at=self.happened_at,
                met=who if met else (),
                about=who if met else self._about() if life_state_after(outcome) else (),
                topics=tuple(self.query_one("#topics", Picks).chosen) if met else (),
                note=self.query_one("#note", TextArea).text,
                concern=self.query_one("#concern", Input).value,
                next_visit_on=self.next_on,
                refusal_reason=RefusalReason(reason) if reason and needs_reason(outcome) else None,
                files=entries(self.files),
            )
        except ValidationError as error:
            field, phrase = problems(error)[0]
            self.tell(phrase, tone="error")
            target = self.query_one_optional(f"#{field}")
            if target is not None:
                target.focus()
            return
        book = self.book
        # The sheet is emptied by its save.
        self._was_met = met and self.happened_at is None

        def work(action: str) -> Receipt:
            return visits.log(book, entry, action)

        self.save(work, self._done)

    def _done(self, _receipt: Receipt) -> None:
        # Whoever opened the sheet may ask more of somebody who is at the door.
        self.dismiss("met" if self._was_met else True)


def named(person: Person) -> Phrase:
    """A person beside a key: the name, cut where it is long, and the age."""
    name = " ".join(wrapped(plain(person.resident.name), NAME_CELLS, 1))
    return Phrase(N_("{name} {age}"), {"name": name, "age": "" if person.age is None else person.age})


def nobody_named(outcome: Outcome | None) -> Phrase | str:
    """What it means that no one of several is named."""
    if outcome is None:
        return ""
    if outcome in MET:
        return Phrase(N_("nobody named: counts for the door, marks nobody as seen"))
    if asks_twice(outcome):
        return Phrase(N_("a digit says who"))
    return Phrase(N_("nobody named: everyone behind this door"))
