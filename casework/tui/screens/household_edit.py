"""What can be changed on a household's page: each thing by a small question or two, saved at once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from casework.catalog.shelf import tags
from casework.domain.phrase import N_, Phrase
from casework.domain.resident import LastSeenSource, LifeState, RiskLevel
from casework.tui import dialogs, words
from casework.tui.screens.doors import DoorScreen
from casework.tui.widgets.whole import PURPOSES

if TYPE_CHECKING:
    from collections.abc import Callable

    from casework.casebook.views import HouseholdStory, Person
    from casework.domain.receipt import Receipt
    from casework.domain.resident import Tag


SHOW = "show"
"""Among the tags that may have ended: show the masked ones first."""


class HouseholdEdits(DoorScreen):
    """The part of the household's page that asks what changes and saves it. The page itself reads and draws."""

    def __init__(self, household_id: str) -> None:
        super().__init__()
        self._door = household_id
        self._story: HouseholdStory | None = None
        self._shown: dict[tuple[str, str], str] = {}
        """What is revealed just now, by (record, field)."""

    def action_household_edit(self) -> None:
        """Ask what to change."""
        steps: list[tuple[Callable[[], None], object]] = [
            (lambda: self._of_person(self._tag), Phrase(N_("A welfare tag"))),
            (lambda: self._of_person(self._seen), Phrase(N_("Last seen by somebody"))),
            (lambda: self._of_person(self._risk), Phrase(N_("Risk level, by hand"))),
            (lambda: self._of_person(self._contact), Phrase(N_("An emergency contact"))),
            (lambda: self._of_person(self._phone), Phrase(N_("A person's phone"))),
            (lambda: self._of_person(self._consent), Phrase(N_("Consent"))),
            (self.action_resident_add, Phrase(N_("Another person"))),
            (self._fuel, Phrase(N_("Fuel"))),
            (self._caution, Phrase(N_("A caution at the door"))),
            (self._note, Phrase(N_("A note on the door"))),
            (lambda: self._of_person(self._untag), Phrase(N_("A welfare tag that has ended"))),
            (self.action_resident_edit, Phrase(N_("A person's sheet: name, ID number, birth date"))),
            (self._door_form, Phrase(N_("The door: address, tenure, phone, shared kitchen"))),
        ]
        dialogs.choose(self, Phrase(N_("What changes?")), steps, lambda step: step() if step else None)

    def _of_person(self, then: Callable[[Person], None]) -> None:
        everyone = self._story.people if self._story else ()
        people = [person for person in everyone if person.resident.life_state is not LifeState.DECEASED]
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
        masked = {tag.tag for tag in self.masked_tags(person)}
        # A masked tag that is held is offered like any other: what is missing in the list would name it.
        options = [(key, kind.label) for key, kind in tags().items() if key not in held - masked]

        def then(key: str | None) -> None:
            if key in held:
                self.tell(Phrase(N_("{name} has this tag already."), {"name": person.resident.name}))
            elif key:
                self._keep(
                    residents.tag, TagEntry, resident_id=person.resident.id, tag=key, since=self.book.today(),
                    source=self.book.worker.name,
                )  # fmt: skip

        dialogs.choose(self, Phrase(N_("Which tag?")), options, then)

    def _untag(self, person: Person, *, in_full: bool = False) -> None:
        from casework.casebook import residents

        today, kinds, book = self.book.today(), tags(), self.book
        masked = [] if in_full else self.masked_tags(person)
        held = [tag for tag in person.resident.tags if tag.holds_on(today) and tag not in masked]
        options: list[tuple[str, object]] = [
            (tag.id, kinds[tag.tag].label if tag.tag in kinds else tag.tag) for tag in held
        ]
        if masked:
            options.append(
                (SHOW, Phrase(N_("{n} masked: show them; it is recorded that you looked"), {"n": len(masked)}))
            )
        if not options:
            self.tell(Phrase(N_("{name} has no welfare tag."), {"name": person.resident.name}))
            return

        def then(tag_id: str | None) -> None:
            if tag_id == SHOW:
                self._untag_in_full(person)
            elif tag_id:
                self.save(lambda action: residents.untag(book, tag_id, action), lambda _receipt: self.load())

        dialogs.choose(self, Phrase(N_("Which tag has ended? That it held until today stays known.")), options, then)

    def _untag_in_full(self, person: Person) -> None:
        from casework.casebook import residents
        from casework.casebook.errors import CasebookError

        try:
            residents.reveal(self.book, person.resident.id, "tags")
        except CasebookError as error:
            # What cannot be recorded is not shown.
            self.tell(error.phrase, tone="error")
            return
        self._untag(person, in_full=True)

    def masked_tags(self, person: Person) -> list[Tag]:
        """The sensitive tags that the person has and that are not revealed just now."""
        if (person.resident.id, "tags") in self._shown:
            return []
        today, kinds = self.book.today(), tags()
        return [
            tag for tag in person.resident.tags
            if tag.holds_on(today) and tag.tag in kinds and kinds[tag.tag].sensitive
        ]  # fmt: skip

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

        def named(name: str | None) -> None:
            if name:
                dialogs.ask_text(self, Phrase(N_("How related, or nothing")), lambda said: related(name, said))

        def related(name: str, relation: str | None) -> None:
            if relation is not None:
                dialogs.ask_text(
                    self, Phrase(N_("The contact's phone")), lambda said: keep(name, relation, said), required=True
                )

        def keep(name: str, relation: str, phone: str | None) -> None:
            if phone:
                self._keep(
                    residents.contact, ContactEntry, resident_id=person.resident.id, name=name, relation=relation,
                    phone=phone,
                )  # fmt: skip

        dialogs.ask_text(self, Phrase(N_("The contact's name")), named, required=True)

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

        purposes = [(purpose, Phrase(label)) for purpose, label in PURPOSES.items()]

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

    def action_resident_edit(self) -> None:
        """Open the sheet of one of the people."""

        def then(person: Person) -> None:
            self.casework.open("resident_form", f"change/{person.resident.id}", then=self.came_back)

        self._of_person(then)

    def _door_form(self) -> None:
        self.casework.open("household_form", f"change/{self._door}", then=self.came_back)

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
