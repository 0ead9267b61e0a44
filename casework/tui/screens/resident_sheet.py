"""A resident's sheet on the screen: its lines, what stands in them, and what follows from that. Numbers stay masked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import on
from textual.containers import Vertical
from textual.widgets import Input

from casework.catalog.shelf import tags as tag_kinds
from casework.domain import masking
from casework.domain.phrase import N_, Phrase
from casework.domain.resident import ResidenceState, Sex
from casework.tui import dates, finding, marks, words
from casework.tui.dialogs import DIGITS
from casework.tui.screens.register_form import TAKE_AWAY, RegisterForm, Says
from casework.tui.widgets.formlines import Chosen, FormLine, LineField
from casework.tui.widgets.pagelist import Cell
from casework.tui.widgets.picks import Pick, Picks
from casework.tui.widgets.sheetlines import ContactLine, TagLine
from casework.tui.widgets.whole import PURPOSES, latest_consents

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.widget import Widget

    from casework.casebook.views import Found, NumberReading
    from casework.domain.resident import Resident

CONSENT_KEYS = (("oral", "o", N_("yes, orally")), ("signed", "s", N_("yes, signed")), ("no", "n", N_("no")))


class ResidentSheet(RegisterForm):
    """The sheet as it is filled in. The subject of its draft is `new/HOUSEHOLD` (which may be empty) or
    `change/RESIDENT`.
    """

    TITLES = (N_("New resident"), N_("Resident's sheet put right"))
    LABELS = {
        "household_id": N_("Household"), "name": N_("Full name"), "citizen_id": N_("ID number"), "born": N_("Birth date"),
        "sex": N_("Sex"), "phone": N_("Phone"), "phone_note": N_("whose, or a note"), "relation": N_("Relation"),
        "head": N_("Head"), "residence_state": N_("Registration"), "tags": N_("Tags"), "contacts": N_("Emergency"),
        "consents": N_("Consent"), "consent_on": N_("Said on"),
    }  # fmt: skip

    def __init__(self, subject: str) -> None:
        super().__init__(subject)
        mode, _slash, record = subject.partition("/")
        self.resident_id = record if mode == "change" else ""
        self._first_door = record if mode == "new" else ""
        self._tags: dict[str, TagLine] = {}
        self._contacts: list[ContactLine] = []
        self._next_contact = 0
        """Lines that are taken away keep their ids until they are gone: none is used twice."""
        """What stood on the sheet when it was opened: only what differs from it is saved."""
        self._filled: tuple[str, str] = ("", "")
        """The birth date and sex that the last number gave."""

    # the sheet

    def lines(self) -> Iterable[Widget]:
        """From the door to what the person agreed to."""
        yield Chosen(self.label("household_id"), empty=Phrase(N_("type a name or an address")), id="f-household_id")
        yield FormLine(self.label("name"), LineField("f-name"))
        yield FormLine(self.label("citizen_id"), LineField("f-citizen_id"))
        yield Says("number-says")
        born = LineField("f-born", shown=Phrase(N_("as 19410308")))
        born.add_class("day")
        yield FormLine(self.label("born"), born)
        yield self.picks("sex", (("female", "f", Phrase(words.SEXES[Sex.FEMALE])),
                                 ("male", "m", Phrase(words.SEXES[Sex.MALE]))))  # fmt: skip
        phone = LineField("f-phone")
        phone.add_class("some")
        yield FormLine(self.label("phone"), phone, self.label("phone_note"), LineField("f-phone_note"))
        yield Says("mask-says")
        yield FormLine(
            self.label("relation"), LineField("f-relation", shown=Phrase(N_("to the head of the household")))
        )
        yield self.picks("head", (("head", "h", Phrase(N_("is the head of the household"))),), many=True)
        residences = zip(ResidenceState, "123", strict=True)
        yield self.picks(
            "residence_state", [(one.value, key, Phrase(words.RESIDENCES[one])) for one, key in residences]
        )
        yield self.picks("tags", _tag_choices(), many=True)
        yield Vertical(id="tag-lines", classes="form-lines")
        yield Vertical(id="contact-lines", classes="form-lines")
        for purpose, what in PURPOSES.items():
            heading = Phrase(N_("{consent}: {purpose}"), {"consent": self.label("consents"), "purpose": Phrase(what)})
            choices = [Pick(value, key, Phrase(said)) for value, key, said in CONSENT_KEYS]
            yield Picks(heading, choices, id=f"f-consent-{purpose}")
        day = LineField("f-consent_on")
        day.add_class("day")
        yield FormLine(self.label("consent_on"), day, id="consent-day")

    def on_mount(self) -> None:
        """Fill in what is on file, before a draft comes back; the cursor stands in the name."""
        if self._pristine is None:
            if self.resident_id:
                self._fill()
            else:
                self.row("residence_state").choose([ResidenceState.REGISTERED_AND_RESIDENT.value])
                self.chosen("household_id").choose([self._first_door] if self._first_door else [], "")
            self.field("consent_on").put(self.book.today().isoformat())
            self._spare_contact()
            self._base = self.standing() if self.resident_id else {}
            (self.field("name") if self._first_door or self.resident_id else self.chosen("household_id")).focus()
        super().on_mount()

    def _fill(self) -> None:
        from casework.casebook import residents

        one = residents.get(self.book, self.resident_id)
        consents = latest_consents(residents.consents(self.book, self.resident_id))
        self.chosen("household_id").choose([one.household_id], "")
        self.field("name").put(one.name)
        self.field("born").put(one.born.isoformat() if one.born else "")
        self.field("relation").put(one.relation)
        self._mask(one)
        self.row("sex").choose([one.sex.value] if one.sex is not Sex.UNKNOWN else [])
        self.row("head").choose(["head"] if one.head else [])
        self.row("residence_state").choose([one.residence_state.value])
        held = [tag for tag in one.tags if tag.holds_on(self.book.today()) and tag.tag in tag_kinds()]
        for tag in held:
            self._add_tag(tag.tag, tag.since.isoformat() if tag.since else "", tag.source, tag.id)
        self.row("tags").choose([tag.tag for tag in held])
        for contact in one.contacts:
            masked = masking.phone(contact.phone)
            self._add_contact(contact.name, contact.relation, "", contact.id, masked)
        for consent in consents:
            if consent.purpose in PURPOSES:
                how = "no" if not consent.given or consent.withdrawn_on else consent.how
                known = how if how in {value for value, _key, _said in CONSENT_KEYS} else "oral"
                self.query_one(f"#f-consent-{consent.purpose}", Picks).choose([known])

    def _mask(self, one: Resident) -> None:
        kept = {"citizen_id": masking.citizen_id(one.citizen_id), "phone": masking.phone(one.phone),
                "phone_note": "*" * min(6, len(one.phone_note))}  # fmt: skip
        for name, masked in kept.items():
            self.field(name).say_shown(masked)
        if any(kept.values()) or any(contact.phone for contact in one.contacts):
            said = Phrase(
                N_("Masked numbers stay unless something is typed there; {key} takes one away."), {"key": TAKE_AWAY}
            )
            self.query_one("#mask-says", Says).tell(said)

    # tags and contacts, a line each

    def _add_tag(self, tag: str, since: str, source: str, eid: str = "") -> None:
        line = self._tags[tag] = TagLine(tag, since, source, eid)
        self.query_one("#tag-lines").mount(line)

    def _match_tags(self) -> None:
        """A line for each tag that is chosen."""
        wanted = self.row("tags").chosen
        for tag in wanted:
            if tag not in self._tags:
                was = self._base.get("tags", {}).get(tag)
                given = was or [self.book.today().isoformat(), self.book.worker.name, ""]
                self._add_tag(tag, *given)
        for tag in [tag for tag in self._tags if tag not in wanted]:
            self._tags.pop(tag).remove()

    def _add_contact(self, *parts: str) -> ContactLine:
        line = ContactLine(self._next_contact, *parts)
        self._next_contact += 1
        self._contacts.append(line)
        self.query_one("#contact-lines").mount(line)
        return line

    def _spare_contact(self) -> None:
        """One empty line is always there."""
        if not self._contacts or any(self._contacts[-1].texts):
            self._add_contact()

    def _hung(self) -> dict[str, Any]:
        return {
            "tags": {tag: [line.since.value, line.source.value, line.eid] for tag, line in self._tags.items()},
            "contacts": [[*line.texts, line.eid] for line in self._contacts if any(line.texts) or line.eid],
        }

    def standing(self) -> dict[str, Any]:
        """What stands on the sheet."""
        return super().standing() | self._hung()

    def restore_draft(self, data: dict[str, Any]) -> None:
        """Put it back, with a line for each tag and contact."""
        # First: a line of a tag is held against what stood there.
        self._base = dict(data.get("base") or {})
        for tag in list(self._tags):
            self._tags.pop(tag).remove()
        for tag, values in dict(data.get("tags") or {}).items():
            if tag in tag_kinds():
                self._add_tag(tag, *map(str, values))
        masks = {line.eid: line.fields[2].placeholder for line in self._contacts if line.eid}
        for line in self._contacts:
            line.remove()
        self._contacts = []
        for values in data.get("contacts") or []:
            name, relation, phone, eid = map(str, values)
            self._add_contact(name, relation, phone, eid, str(masks.get(eid, "")))
        super().restore_draft(data)
        self._spare_contact()

    # what follows

    def load(self) -> None:
        """Say whose door it is."""
        self.show()

    def show(self) -> None:
        """The door by its name, the day of a consent where one is given."""
        door = self.chosen("household_id")
        if door.value:
            door.choose([door.value], self._door_text(door.value))
        self.query_one("#consent-day").display = bool(self.consents_said())

    def _door_text(self, household_id: str) -> object:
        from casework.casebook import areas, households
        from casework.casebook.errors import NotFound

        try:
            home = households.get(self.book, household_id)
        except NotFound:
            return ""
        building = areas.get(self.book, home.building_id)
        names = " ".join(p.name for p in households.people_of(self.book, household_id)[:4] if p.id != self.resident_id)
        return f"{building.name if building else ''} {home.short}  {names}".strip()

    @on(Input.Changed, "#f-citizen_id")
    def _number_typed(self, event: Input.Changed) -> None:
        """An ID number says who it is as soon as it is whole."""
        self._read_number(event.value)

    @on(Input.Changed, "ContactLine LineField")
    def _contact_typed(self) -> None:
        """A contact that is typed makes room for another."""
        self._spare_contact()

    def _read_number(self, typed: str) -> None:
        from casework.casebook import person

        says = self.query_one("#number-says", Says)
        if typed.strip() in ("", TAKE_AWAY):
            says.tell("")
            return
        read = person.reading(self.book, typed, self.resident_id or None)
        says.tell(*self._said_of(read))
        if read.born is not None and read.sex is not None and read.wrong is None:
            self._take(read.born.isoformat(), read.sex.value)

    def _take(self, born: str, sex: str) -> None:
        """Fill in what follows from the number, where nothing else was typed."""
        field, row = self.field("born"), self.row("sex")
        if self.resident_id or field.value.strip() in ("", self._filled[0]):
            field.put(born)
        if self.resident_id or row.value in ("", self._filled[1]):
            row.choose([sex])
        self._filled = (born, sex)

    def _said_of(self, read: NumberReading) -> tuple[object, str]:
        if read.wrong is not None:
            return read.wrong, "wrong"
        if read.held_by is not None:
            holder = {"name": read.held_by.name, "address": read.held_by.address}
            return Phrase(
                N_("{name}, {address}, has this ID number already: saving offers to go there."), holder
            ), "there"
        if read.born is None or read.sex is None:
            return Phrase(N_("{n} characters are missing."), {"n": read.missing}), ""
        said: Phrase = Phrase(
            N_("{mark} born {day}, {age} years, {sex}"),
            {"mark": marks.mark("done", self.casework.marks), "day": dates.day_text(read.born), "age": read.age or 0,
             "sex": Phrase(words.SEXES[read.sex])},
        )  # fmt: skip
        if read.assumed is not None:
            said = Phrase(N_("{said}. {more}"), {"said": said, "more": read.assumed})
        return said, "good"

    def picked(self, picks: Picks) -> None:
        """A tag gets its line; what was said about consent is changed and never unsaid."""
        if picks.id == "f-tags":
            self._match_tags()
        elif (picks.id or "").startswith("f-consent-") and not picks.chosen:
            picks.choose(self._base.get("picked", {}).get(picks.id, []))
        elif picks.id == "f-residence_state" and not picks.chosen:
            picks.choose([ResidenceState.REGISTERED_AND_RESIDENT.value])

    def asked(self, name: str, typed: str) -> None:
        """Another door, found while one types."""
        from casework.casebook import search

        book = self.book

        def rows(said: str) -> Sequence[Found]:
            doors: dict[str, Found] = {}
            for hit in search.find(book, said):
                if hit.household_id is not None:
                    doors.setdefault(hit.household_id, hit)
            return list(doors.values())

        def then(hit: Found | None) -> None:
            if hit is not None and hit.household_id is not None:
                self.choose("household_id", [hit.household_id])

        finding.find(self, Phrase(N_("Behind which door?")), rows, _door_cells, then, typed=typed)

    def consents_said(self) -> list[tuple[str, str]]:
        """(purpose, how) of what was said, and differs from what is on file."""
        before = self._base.get("picked", {})
        said = []
        for purpose in PURPOSES:
            row = self.query_one(f"#f-consent-{purpose}", Picks)
            if row.value and [row.value] != before.get(row.id, []):
                said.append((purpose, row.value))
        return said


def _tag_choices() -> list[tuple[str, str, object]]:
    return [(key, DIGITS[n], kind.label) for n, (key, kind) in enumerate(tag_kinds().items())]


def _door_cells(hit: Found) -> tuple[Cell, Cell]:
    return Cell(hit.name or Phrase(N_("nobody on file"))), Cell(hit.address, "muted")
