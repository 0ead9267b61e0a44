"""A household's whole story on a page that scrolls: people first, then what is owed, then what was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Size
from textual.scroll_view import ScrollView

from casework.catalog.shelf import device_kinds, modes, tag_names, topics
from casework.domain import masking
from casework.domain.phrase import N_
from casework.domain.resident import LifeState
from casework.domain.text import plain
from casework.domain.visit import Mode
from casework.domain.welfare import SEEN_BY
from casework.language import _, say
from casework.tui import dates, marks, themes, words
from casework.tui.widgets.case import attached_lines, case_tone, owner_text
from casework.tui.widgets.lines import line, wrapped
from casework.tui.widgets.story import CAUTIONS, Line, arranged_lines, campaign_lines, due_lines, most_pressing, section

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from textual.strip import Strip

    from casework.casebook.history import HistoryLine
    from casework.casebook.views import HouseholdStory, Person, PlaceStory
    from casework.domain.checklist import Checklist
    from casework.domain.evidence import Attachment
    from casework.domain.phrase import Label
    from casework.domain.resident import Consent
    from casework.domain.visit import Visit

NOTE_ROWS = 400
"""Lines of a note on the whole page: twenty thousand characters, the longest that is kept, at 80 columns."""

PURPOSES = {
    "home_visit": N_("visiting and care"),
    "health_notes": N_("notes on health"),
    "sharing_departments": N_("passing details to departments"),
}
"""What a person can agree to, each by itself (PIPL 14)."""

FIELDS = {
    "name": N_("name"), "phone": N_("phone"), "phone_note": N_("phone"), "note": N_("note"), "fuel": N_("fuel"),
    "cautions": N_("caution"), "born": N_("birth date"), "sex": N_("sex"), "citizen_id": N_("ID number"),
    "risk_override": N_("risk level"), "risk_reason": N_("risk level"), "last_seen_on": N_("last seen"),
    "last_seen_by": N_("last seen"), "life_state": N_("living here or not"), "life_state_on": N_("living here or not"),
    "address": N_("address"), "household_id": N_("household"), "tenure": N_("tenure"), "relation": N_("relation"),
    "residence_state": N_("registration"), "tag": N_("welfare tag"), "until": N_("welfare tag"),
    "purpose": N_("consent"), "given": N_("consent"), "unit": N_("address"), "floor": N_("address"),
    "room": N_("address"), "kitchen_id": N_("kitchen"), "head": N_("head of the household"), "kind": N_("kind"),
    "number": N_("number"),
}  # fmt: skip
"""Fields of a record as the history names them; one that is not here goes unnamed."""


HOUSEHOLD_PHONE = "household_phone"
"""The household's own number, among what is revealed: it goes with the id of the door."""


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


def whole_lines(
    story: HouseholdStory,
    today: date,
    style: str,
    width: int,
    shown: Mapping[tuple[str, str], str],
    consents: Mapping[str, Sequence[Consent]],
    attached: Sequence[Attachment] = (),
) -> Iterator[Line]:
    """The whole story for a width in cells; `shown` holds the numbers that are revealed just now."""
    yield from _door(story, style, width, shown)
    people = [part for person in story.people for part in _person(person, today, width - 2, shown, consents)]
    yield from section(_("People"), people)
    dues = [part for due, status in most_pressing(story) for part in due_lines(due, status, today, style, width - 2)]
    yield from section(_("Due"), dues)
    yield from section(_("Open follow-ups"), list(case_rows(story, today, closed=False)))
    yield from section(_("Campaigns"), list(campaign_lines(story, width - 2)))
    yield from section(_("Booked visits and notices"), list(arranged_lines(story, today, width - 2)))
    yield from section(_("Visits"), [part for visit in story.visits for part in _visit(visit, story, today, width - 2)])
    yield from section(_("Checks"), list(check_rows(story, today, style, width - 2)))
    yield from section(_("Photos and files"), list(attached_lines(attached, width - 2)))
    yield from section(_("Devices"), list(device_rows(story, today)))
    yield from section(_("Closed follow-ups"), list(case_rows(story, today, closed=True)))


def history_lines(lines: Sequence[HistoryLine], today: date, width: int) -> Iterator[Line]:
    """What was written about a household and its people, newest first; each save once, with what it changed."""
    back = _("h: back to the household")
    yield ((_("History of this record"), "accent"), (f"  {back}", "muted"))
    yield (("", ""),)
    for entry in lines:
        said = plain(say(entry.summary)) if entry.summary is not None else ""
        fields = ", ".join(dict.fromkeys(_(FIELDS[field]) for field in entry.fields if field in FIELDS))
        moment = dates.moment_text(entry.at, today)
        doubt = _("clock doubtful") if entry.clock_doubtful else ""
        yield ((f"{moment}  ", "muted"), (said, "text"), (f"  {plain(entry.worker)}  {doubt}", "muted"))
        if fields and entry.kind == "set":
            for part in wrapped(fields, width - 2, 2):
                yield ((f"  {part}", "muted"),)


def _door(story: HouseholdStory, style: str, width: int, shown: Mapping[tuple[str, str], str]) -> Iterator[Line]:
    home = story.household
    yield ((plain(home.short or home.address), "accent"), (f"  {_(words.FUELS[home.fuel])}", "muted"))
    if home.address and home.address != home.short:
        for part in wrapped(plain(home.address), width, 2):
            yield ((part, "muted"),)
    if home.phone:
        number = shown.get((home.id, HOUSEHOLD_PHONE)) or masking.phone(home.phone)
        yield ((_("Phone of the household {number}", number=plain(number)), "text"),)
    for caution in home.cautions:
        yield ((f"{marks.mark('caution', style)} {_(CAUTIONS.get(caution, caution))}", "urgent"),)
    for part in wrapped(plain(home.note), width, NOTE_ROWS):
        yield ((part, "away"),)
    if story.sharing_kitchen:
        shared = _("Shares a kitchen with {doors}", doors=" ".join(story.sharing_kitchen))
        for part in wrapped(plain(shared), width, 3):
            yield ((part, "text"),)
    yield (("", ""),)


def _person(
    person: Person,
    today: date,
    width: int,
    shown: Mapping[tuple[str, str], str],
    consents: Mapping[str, Sequence[Consent]],
) -> Iterator[Line]:
    one = person.resident
    age = _("{age} years", age=person.age) if person.age is not None else ""
    gone = "" if one.life_state is LifeState.LIVING_HERE else _(words.LIFE_STATES[one.life_state])
    first, *more = wrapped(plain(one.name), width - 24, 8) or [""]
    yield ((first, "text"), (f"  {age}  {plain(one.relation)}  ", "muted"), (gone, "away"))
    for part in more:
        yield ((part, "text"),)
    if one.life_state is LifeState.DECEASED:
        return
    in_full = (one.id, "tags") in shown
    held = [tag.tag for tag in one.tags if tag.holds_on(today)]
    for part in wrapped(" ".join(say(name) for name in tag_names(held, in_full=in_full)), width - 2, 2):
        yield ((f"  {part}", "overdue"),)
    because = person.risk_reasons_in_full if in_full else person.risk_reasons
    reasons = "; ".join(plain(say(reason)) for reason in because)
    tone = {"red": "urgent", "yellow": "overdue"}.get(person.risk.value, "muted")
    risk = " / ".join(filter(None, (_(words.RISKS[person.risk]), reasons)))
    for n, part in enumerate(wrapped(risk, width - 2, 3)):
        yield ((f"  {part}", tone if n == 0 else "muted"),)
    if one.last_seen_on is not None:
        by = f"  {say(SEEN_BY[one.last_seen_by])}" if one.last_seen_by is not None else ""
        seen = _("Last seen {day}", day=dates.day_text(one.last_seen_on, today))
        yield ((f"  {seen}{by}", "muted"),)
    if one.phone:
        number = shown.get((one.id, "phone")) or masking.phone(one.phone)
        note = f"  {plain(one.phone_note)}" if one.phone_note and (one.id, "phone") in shown else ""
        said = _("Phone {number}", number=plain(number))
        yield ((f"  {said}{note}", "text"),)
    if one.citizen_id:
        number = shown.get((one.id, "citizen_id")) or masking.citizen_id(one.citizen_id)
        said = _("ID number {number}", number=plain(number))
        yield ((f"  {said}", "text"),)
    for contact in one.contacts:
        full = (one.id, "contact_phone") in shown
        number = contact.phone if full else masking.phone(contact.phone)
        said = " ".join(part for part in (contact.name, contact.relation, number) if part)
        for part in wrapped(_("In an emergency: {who}", who=plain(said)), width - 2, 2):
            yield ((f"  {part}", "text"),)
    for consent in latest_consents(consents.get(one.id, ())):
        day = dates.day_text(consent.given_on, today) if consent.given_on is not None else ""
        agreed = _("agrees") if consent.given and consent.withdrawn_on is None else _("does not agree")
        purpose = _(PURPOSES.get(consent.purpose, consent.purpose))
        what = _("Consent")
        yield ((f"  {what}: {plain(purpose)}  {agreed}  {day}", "muted"),)


def latest_consents(consents: Sequence[Consent]) -> list[Consent]:
    """What was said last about each purpose; a later word replaces an earlier one."""
    return list({consent.purpose: consent for consent in consents}.values())


def _visit(visit: Visit, story: HouseholdStory, today: date, width: int) -> Iterator[Line]:
    moment = dates.moment_text(visit.happened_at, today)
    worker = plain(story.worker_names.get(visit.worker_id, ""))
    late = "" if visit.happened_at.date() == visit.entered_at.date() else _("entered late")
    how = "" if visit.mode is Mode.DOOR or visit.mode not in modes() else say(modes()[visit.mode].label)
    aside = "  ".join(part for part in (how, worker, late) if part)
    yield ((f"{moment}  ", "muted"), (_(words.OUTCOMES[visit.outcome]), "text"), (f"  {aside}", "muted"))
    met = " ".join(person.resident.name for person in story.people if person.resident.id in visit.met)
    talked = " ".join(say(topics()[topic].label) for topic in visit.topics if topic in topics())
    for part in wrapped(" / ".join(filter(None, (plain(met), talked))), width - 4, 3):
        yield ((f"  {part}", "muted"),)
    for typed in (visit.concern, visit.note):
        for part in wrapped(plain(typed), width - 4, NOTE_ROWS):
            yield ((f"  {part}", "away"),)


def case_rows(story: HouseholdStory | PlaceStory, today: date, *, closed: bool) -> Iterator[Line]:
    """The follow-ups of a door or a place, open or closed ones."""
    for row in story.followups:
        if (row.closed_at is not None) is closed:
            owner = owner_text(row.owner_kind, row.owner, story.worker_names)
            due = f"  {dates.due_text(row.due_on, today)}" if row.due_on is not None and not closed else ""
            title = (plain(say(row.title)), case_tone(row, today))
            yield ((f"{row.number}  ", "muted"), title, (f"{due}  {owner}", "muted"))


def check_rows(story: HouseholdStory | PlaceStory, today: date, style: str, width: int) -> Iterator[Line]:
    """The checks of a door or a place, each with the hazards that it found."""
    for check in story.checks:
        checklist = _checklist(check.checklist)
        title = say(checklist.title) if checklist else plain(check.checklist)
        undone = "" if check.completed else f"  {_('not completed')}"
        yield ((f"{dates.moment_text(check.happened_at, today)}  ", "muted"), (title, "text"), (undone, "overdue"))
        for hazard in story.hazards:
            if hazard.found_at == check.happened_at and hazard.checklist == check.checklist:
                named = plain(say(hazard.title or _asked(checklist, hazard.question)))
                fixed = _("fixed: {how}", how=plain(hazard.evidence)) if hazard.fixed_on_spot else ""
                name = "done" if hazard.fixed_on_spot else "hazard"
                for n, part in enumerate(wrapped(f"{marks.mark(name, style)} {named}  {fixed}", width - 2, 2)):
                    yield ((f"  {part}", name if n == 0 else "text"),)


def _asked(checklist: Checklist | None, question: str) -> Label | str:
    """How the checklist asks the question; its name where that checklist has it no more."""
    found = next((one for one in checklist.questions if one.name == question), None) if checklist else None
    return found.label if found else question


def _checklist(name: str) -> Checklist | None:
    """The checklist of that name; None where its file is gone or has a mistake, which its own check says."""
    from casework.catalog import checks

    try:
        return checks.load(name)
    except (checks.ChecklistError, KeyError):
        return None


def device_rows(story: HouseholdStory | PlaceStory, today: date) -> Iterator[Line]:
    """What is fitted behind a door or at a place."""
    kinds = device_kinds()
    for device in story.devices:
        kind = kinds.get(device.kind)
        fitted = dates.day_text(device.fitted_on, today) if device.fitted_on else ""
        detail = " ".join(part for part in (device.maker, device.model, device.batch, fitted) if part)
        yield ((f"{say(kind.label) if kind else plain(device.kind)}  ", "text"), (plain(detail), "muted"))
