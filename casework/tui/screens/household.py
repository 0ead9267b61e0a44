"""A household's whole story, and what can be changed in it. Numbers are masked until a key shows them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from textual.geometry import Size
from textual.scroll_view import ScrollView

from casework.catalog.shelf import device_kinds, tags
from casework.domain import masking
from casework.domain.phrase import N_, Phrase
from casework.domain.resident import LastSeenSource, RiskLevel
from casework.domain.text import plain
from casework.language import _, say
from casework.tui import dates, dialogs, marks, themes, words
from casework.tui.screens.doors import DoorScreen
from casework.tui.widgets.case import case_tone, owner_text
from casework.tui.widgets.lines import line, wrapped
from casework.tui.widgets.story import Line, story_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from textual.app import ComposeResult
    from textual.strip import Strip

    from casework.casebook.views import HouseholdStory, Person
    from casework.domain.receipt import Receipt

SHOWN_SECONDS = 30
"""How long a revealed number stays on the screen."""


class WholeStory(ScrollView, can_focus=True):
    """The story, as long as it is; the arrows scroll it."""

    DEFAULT_CSS = "WholeStory { overflow-x: hidden; scrollbar-size: 1 1; height: 1fr; padding: 0 1; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._make: Callable[[int], Iterator[Line]] | None = None
        self._lines: list[Line] | None = None
        self._drawn_for: tuple[int, str] = (0, "")

    def show(self, make: Callable[[int], Iterator[Line]]) -> None:
        """Show other lines; `make` gives them for a width in cells."""
        self._make = make
        self.retranslate()

    def retranslate(self) -> None:
        """Say it in the language that is on now."""
        self._lines = None
        self._lay_out()
        self.refresh()

    def on_resize(self) -> None:
        """Lay the lines out for the new width."""
        self._lay_out()

    def _lay_out(self) -> None:
        width = self.content_size.width
        if self._make is not None and width:
            self._lines = list(self._make(width))
            self._drawn_for = (width, self.app.theme)
            self.virtual_size = Size(width, len(self._lines))

    def render_line(self, y: int) -> Strip:
        """Draw one line; text is never markup."""
        theme, base = self.app.theme, self.rich_style
        width = self.content_size.width
        if self._lines is None or self._drawn_for != (width, theme):
            self._lay_out()
        at = y + int(self.scroll_offset.y)
        if self._lines is None or at >= len(self._lines):
            return line(width, (), base)
        parts = [(text, themes.tone(theme, tone or "text")) for text, tone in self._lines[at]]
        return line(width, parts, base)


class HouseholdScreen(DoorScreen):
    """One door with all that is known of it."""

    SCOPES = ("door", "household", "over")

    def __init__(self, household_id: str) -> None:
        super().__init__()
        self._door = household_id
        self._story: HouseholdStory | None = None
        self._shown: dict[tuple[str, str], str] = {}

    def body(self) -> ComposeResult:
        """The story."""
        yield WholeStory(id="whole")

    @property
    def household_id(self) -> str | None:
        """This one."""
        return self._door

    def copyable(self) -> str:
        """Its address."""
        return self._story.household.address if self._story else ""

    def why_not(self, action_id: str) -> Phrase | None:
        """A number needs a person who has one."""
        if action_id == "household.open":
            return Phrase(N_("This is the household. e changes something in it."))
        return super().why_not(action_id)

    def load(self) -> None:
        """Read the story."""
        from casework.casebook import households

        self._story = households.story(self.book, self._door, visits=200)
        self._draw()

    def on_mount(self) -> None:
        """The arrows scroll."""
        self.query_one(WholeStory).focus()

    def _draw(self) -> None:
        story, today = self._story, self.book.today()
        if story is not None:
            style = self.casework.marks
            self.query_one(WholeStory).show(lambda width: whole_lines(story, today, style, width, self._shown))

    # numbers

    def action_contact_reveal(self) -> None:
        """Ask whose number, show it, and keep that it was shown."""
        from casework.casebook import residents

        options: list[tuple[tuple[str, str], object]] = []
        for person in self._story.people if self._story else ():
            one = person.resident
            if one.phone:
                options.append(((one.id, "phone"), Phrase(N_("{name}: phone"), {"name": one.name})))
            if one.citizen_id:
                options.append(((one.id, "citizen_id"), Phrase(N_("{name}: ID number"), {"name": one.name})))
            if one.contacts:
                said = Phrase(N_("{name}: emergency contact"), {"name": one.name})
                options.append(((one.id, "contact_phone"), said))
        if not options:
            self.tell(Phrase(N_("No number is kept here.")))
            return
        book = self.book

        def then(chosen: tuple[str, str] | None) -> None:
            if chosen is not None:
                self._shown[chosen] = residents.reveal(book, *chosen)
                self._draw()
                self.set_timer(SHOWN_SECONDS, self._hide)

        dialogs.choose(self, Phrase(N_("Which number? It is recorded that you looked.")), options, then)

    def _hide(self) -> None:
        self._shown.clear()
        if self.casework.book is not None and self.is_attached:
            self._draw()

    def on_screen_suspend(self) -> None:
        """Numbers are masked again when the screen is left."""
        self._shown.clear()

    # changing

    def action_household_edit(self) -> None:
        """Ask what to change."""
        steps: list[tuple[Callable[[], None], object]] = [
            (lambda: self._of_person(self._tag), Phrase(N_("A welfare tag"))),
            (lambda: self._of_person(self._seen), Phrase(N_("Last seen by somebody"))),
            (lambda: self._of_person(self._risk), Phrase(N_("Risk level, by hand"))),
            (lambda: self._of_person(self._contact), Phrase(N_("An emergency contact"))),
            (lambda: self._of_person(self._phone), Phrase(N_("A person's phone"))),
            (lambda: self._of_person(self._consent), Phrase(N_("Consent"))),
            (self._add_person, Phrase(N_("Another person"))),
            (self._fuel, Phrase(N_("Fuel"))),
            (self._caution, Phrase(N_("A caution at the door"))),
            (self._note, Phrase(N_("A note on the door"))),
        ]
        dialogs.choose(self, Phrase(N_("What changes?")), steps, lambda step: step() if step else None)

    def _of_person(self, then: Callable[[Person], None]) -> None:
        people = self._story.people if self._story else ()
        if len(people) == 1:
            then(people[0])
        elif people:
            options = [(person, person.resident.name) for person in people]
            dialogs.choose(self, Phrase(N_("Whose?")), options, lambda found: then(found) if found else None)
        else:
            self.tell(Phrase(N_("Nobody is on file here.")))

    def _keep(self, verb: Callable[..., Receipt], kind: Any, **values: Any) -> None:
        """Validate and save a change."""
        from pydantic import ValidationError

        from casework.casebook.entries import problems

        try:
            entry = kind(**values)
        except ValidationError as error:
            self.tell(problems(error)[0][1], tone="error")
            return
        book = self.book
        self.save(lambda action: verb(book, entry, action), lambda _receipt: self.load())

    def _tag(self, person: Person) -> None:
        from casework.casebook import residents
        from casework.casebook.entries import TagEntry

        held = {tag.tag for tag in person.resident.tags if tag.holds_on(self.book.today())}
        options = [(key, kind.label) for key, kind in tags().items() if key not in held]

        def then(key: str | None) -> None:
            if key:
                self._keep(
                    residents.tag, TagEntry, resident_id=person.resident.id, tag=key, since=self.book.today(),
                    source=self.book.worker.name,
                )  # fmt: skip

        dialogs.choose(self, Phrase(N_("Which tag?")), options, then)

    def _seen(self, person: Person) -> None:
        from casework.casebook import residents
        from casework.casebook.entries import LastSeenEntry
        from casework.domain.welfare import SEEN_BY
        from casework.tui.widgets import when

        def by(source: LastSeenSource | None) -> None:
            if source is None:
                return

            def on(day: date | when.Kept | None) -> None:
                if isinstance(day, date):
                    self._keep(residents.last_seen, LastSeenEntry, resident_id=person.resident.id, on=day, by=source)

            today = self.book.today()
            when.ask_day(self, Phrase(N_("Last seen on")), on, today=today, day=today, latest=today)

        dialogs.choose(self, Phrase(N_("Seen by whom?")), list(SEEN_BY.items()), by)

    def _risk(self, person: Person) -> None:
        from casework.casebook import residents
        from casework.casebook.entries import RiskEntry

        options: list[tuple[str, object]] = [(level.value, Phrase(words.RISKS[level])) for level in RiskLevel]
        options.append(("", Phrase(N_("back to what is suggested"))))

        def then(level: str | None) -> None:
            if level is None:
                return

            def because(reason: str | None) -> None:
                if reason:
                    self._keep(
                        residents.risk, RiskEntry, resident_id=person.resident.id, level=level or None, reason=reason
                    )

            dialogs.ask_text(self, Phrase(N_("Why?")), because, required=True)

        dialogs.choose(self, Phrase(N_("Which level?")), options, then)

    def _contact(self, person: Person) -> None:
        from casework.casebook import residents
        from casework.casebook.entries import ContactEntry

        def then(typed: str | None) -> None:
            if typed:
                name, relation, phone = ([*typed.split(), "", "", ""])[:3]
                self._keep(
                    residents.contact, ContactEntry, resident_id=person.resident.id, name=name, relation=relation,
                    phone=phone,
                )  # fmt: skip

        dialogs.ask_text(self, Phrase(N_("Name, relation, phone, with blanks between")), then, required=True)

    def _phone(self, person: Person) -> None:
        from casework.casebook import residents
        from casework.casebook.entries import EditEntry

        def then(typed: str | None) -> None:
            if typed is not None:
                self._keep(residents.edit, EditEntry, id=person.resident.id, values={"phone": typed})

        dialogs.ask_text(self, Phrase(N_("The new phone number")), then, required=True)

    def _consent(self, person: Person) -> None:
        from casework.casebook import residents
        from casework.casebook.entries import ConsentEntry

        purposes = [
            ("visiting_care", Phrase(N_("visiting and care"))),
            ("health_notes", Phrase(N_("notes on health"))),
            ("sharing_departments", Phrase(N_("passing details to departments"))),
        ]

        def then(purpose: str | None) -> None:
            if purpose is None:
                return
            options = [("oral", Phrase(N_("agreed orally"))), ("signed", Phrase(N_("agreed and signed"))),
                       ("no", Phrase(N_("does not agree")))]  # fmt: skip

            def how(answer: str | None) -> None:
                if answer:
                    self._keep(
                        residents.consent, ConsentEntry, resident_id=person.resident.id, purpose=purpose,
                        basis="consent", given=answer != "no", how=answer, given_on=self.book.today(),
                    )  # fmt: skip

            dialogs.choose(self, Phrase(N_("What was said?")), options, how)

        dialogs.choose(self, Phrase(N_("Consent to what?")), purposes, then)

    def _add_person(self) -> None:
        from casework.casebook import residents
        from casework.casebook.entries import ResidentEntry

        def named(name: str | None) -> None:
            if not name:
                return

            def numbered(number: str | None) -> None:
                if number is not None:
                    self._keep(residents.add, ResidentEntry, household_id=self._door, name=name, citizen_id=number)

            dialogs.ask_text(self, Phrase(N_("ID number, or nothing")), numbered)

        dialogs.ask_text(self, Phrase(N_("The name")), named, required=True)

    def _edit_door(self, values: dict[str, Any]) -> None:
        from casework.casebook import households
        from casework.casebook.entries import EditEntry

        self._keep(households.edit, EditEntry, id=self._door, values=values)

    def _fuel(self) -> None:
        options = [(fuel.value, Phrase(label)) for fuel, label in words.FUELS.items()]
        dialogs.choose(
            self, Phrase(N_("Which fuel?")), options, lambda fuel: self._edit_door({"fuel": fuel}) if fuel else None
        )

    def _caution(self) -> None:
        from casework.tui.widgets.story import CAUTIONS

        have = list(self._story.household.cautions) if self._story else []
        options = [(key, Phrase(label)) for key, label in CAUTIONS.items()]

        def then(key: str | None) -> None:
            if key:
                changed = [c for c in have if c != key] if key in have else [*have, key]
                self._edit_door({"cautions": changed or None})

        dialogs.choose(self, Phrase(N_("Which caution? The same again takes it away.")), options, then)

    def _note(self) -> None:
        initial = self._story.household.note if self._story else ""
        dialogs.ask_text(
            self, Phrase(N_("Note on the door")), lambda typed: self._edit_door({"note": typed}) if typed else None,
            initial=initial,
        )  # fmt: skip


def whole_lines(
    story: HouseholdStory, today: date, style: str, width: int, shown: Mapping[tuple[str, str], str]
) -> Iterator[Line]:
    """The whole story: what the brief one has, then people with their numbers masked, checks, hazards, devices."""
    brief = list(story_lines(story, today, style, width))
    yield from brief
    if story.household.note:
        for part in wrapped(plain(story.household.note), width, 6):
            yield ((part, "away"),)
    if story.sharing_kitchen:
        yield ((_("Shares a kitchen with {doors}", doors=" ".join(story.sharing_kitchen)), "text"),)
    yield ((_("People"), "muted"),)
    for person in story.people:
        yield from _person(person, today, width, shown)
    yield from _cases(story, today)
    yield from _hazards(story, today, style, width)
    yield from _devices(story, today)
    yield ((_("All visits"), "muted"),)
    for visit in story.visits:
        moment = dates.moment_text(visit.happened_at, today)
        worker = plain(story.worker_names.get(visit.worker_id, ""))
        late = "" if visit.happened_at.date() == visit.entered_at.date() else _("entered late")
        yield (
            (f"  {moment}  ", "muted"), (_(words.OUTCOMES[visit.outcome]), "text"), (f"  {worker}  {late}", "muted"),
        )  # fmt: skip
        for typed in (visit.concern, visit.note):
            for part in wrapped(plain(typed), width - 4, 400):
                yield ((f"    {part}", "away"),)


def _person(person: Person, today: date, width: int, shown: Mapping[tuple[str, str], str]) -> Iterator[Line]:
    one = person.resident
    age = _("{age} years", age=person.age) if person.age is not None else ""
    yield ((f"  {plain(one.name)}", "text"), (f"  {age}  {plain(one.relation)}", "muted"))
    kinds = tags()
    held = " ".join(say(kinds[t.tag].label) for t in one.tags if t.holds_on(today) and t.tag in kinds)
    if held:
        yield ((f"    {held}", "overdue"),)
    reasons = "; ".join(say(reason) for reason in person.risk_reasons)
    tone = {"red": "urgent", "yellow": "overdue"}.get(person.risk.value, "muted")
    for n, part in enumerate(wrapped(f"{_(words.RISKS[person.risk])}  {plain(reasons)}", width - 4, 3)):
        yield ((f"    {part}", tone if n == 0 else "muted"),)
    if one.last_seen_on is not None:
        yield ((f"    {_('Last seen {day}', day=dates.day_text(one.last_seen_on, today))}", "muted"),)
    if one.phone:
        number = shown.get((one.id, "phone")) or masking.phone(one.phone)
        note = f"  {plain(one.phone_note)}" if one.phone_note and (one.id, "phone") in shown else ""
        yield ((f"    {_('Phone {number}', number=plain(number))}{note}", "text"),)
    if one.citizen_id:
        number = shown.get((one.id, "citizen_id")) or masking.citizen_id(one.citizen_id)
        yield ((f"    {_('ID number {number}', number=plain(number))}", "text"),)
    for contact in one.contacts:
        full = (one.id, "contact_phone") in shown
        number = contact.phone if full else masking.phone(contact.phone)
        said = " ".join(part for part in (contact.name, contact.relation, number) if part)
        yield ((f"    {_('In an emergency: {who}', who=plain(said))}", "text"),)


def _cases(story: HouseholdStory, today: date) -> Iterator[Line]:
    if story.followups:
        yield ((_("All follow-ups"), "muted"),)
    for row in story.followups:
        owner = owner_text(row.owner_kind, row.owner, story.worker_names)
        yield (
            (f"  {row.number}  ", "muted"), (plain(say(row.title)), case_tone(row, today)), (f"  {owner}", "muted"),
        )  # fmt: skip


def _hazards(story: HouseholdStory, today: date, style: str, width: int) -> Iterator[Line]:
    if story.checks:
        yield ((_("Checks"), "muted"),)
    from casework.catalog import checks as shelf

    known = {name: shelf.load(name) for name in shelf.names()} if story.checks else {}
    for check in story.checks:
        checklist = known.get(check.checklist)
        title = say(checklist.title) if checklist else check.checklist
        yield ((f"  {dates.moment_text(check.happened_at, today)}  ", "muted"), (title, "text"))
        for hazard in story.hazards:
            if hazard.found_at == check.happened_at and hazard.checklist == check.checklist:
                asked = next((q for q in checklist.questions if q.name == hazard.question), None) if checklist else None
                named = say(asked.label) if asked else hazard.question
                fixed = _("fixed: {how}", how=plain(hazard.evidence)) if hazard.fixed_on_spot else ""
                mark = marks.mark("done" if hazard.fixed_on_spot else "hazard", style)
                for n, part in enumerate(wrapped(f"{mark} {named}  {fixed}", width - 4, 2)):
                    yield ((f"    {part}", "done" if hazard.fixed_on_spot else "hazard" if n == 0 else "text"),)


def _devices(story: HouseholdStory, today: date) -> Iterator[Line]:
    if story.devices:
        yield ((_("Devices"), "muted"),)
    kinds = device_kinds()
    for device in story.devices:
        kind = kinds.get(device.kind)
        fitted = dates.day_text(device.fitted_on, today) if device.fitted_on else ""
        detail = " ".join(part for part in (device.maker, device.model, device.batch, fitted) if part)
        yield ((f"  {say(kind.label) if kind else device.kind}  ", "text"), (plain(detail), "muted"))
