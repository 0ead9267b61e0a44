"""A household's story in brief: the people, what is due, what was promised, what the last visits came to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widget import Widget

from casework.domain import masking
from casework.domain.arrangement import END_NAMES, BookingEnd, local
from casework.domain.campaign import BUCKET_NAMES, OPEN, Bucket
from casework.domain.due import URGENT, DueStatus
from casework.domain.phrase import N_
from casework.domain.resident import LifeState, RiskLevel
from casework.domain.text import plain
from casework.language import _, say
from casework.tui import dates, marks, themes, words
from casework.tui.widgets.lines import line, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from textual.strip import Strip

    from casework.casebook.views import HouseholdStory, Person, RoundStop
    from casework.domain.due import Due
    from casework.tui.app import CaseworkApp

NOTE_ROWS = 2
"""How many lines of a note are shown in brief."""

Line = tuple[tuple[str, str], ...]


class Story(Widget):
    """The story beside a list. It shows as much as it has room for; enter opens the whole."""

    def __init__(self, *, id: str | None = None, classes: str = "pane") -> None:
        super().__init__(id=id, classes=classes)
        self.story: HouseholdStory | None = None
        self.place: RoundStop | None = None
        self.today: date | None = None
        self._lines: list[Line] | None = None
        self._drawn_for: tuple[int, str] = (0, "")

    def show(self, story: HouseholdStory | None, today: date) -> None:
        """Show another household; None clears the pane."""
        self.story, self.place, self.today = story, None, today
        self.retranslate()

    def show_place(self, stop: RoundStop, today: date) -> None:
        """Show a place outdoors of the round."""
        self.story, self.place, self.today = None, stop, today
        self.retranslate()

    def retranslate(self) -> None:
        """Say it in the language that is on now."""
        self._lines = None
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line; text is never markup."""
        theme, base = self.app.theme, self.rich_style
        width = self.content_size.width
        if self._lines is None or self._drawn_for != (width, theme):
            casework: CaseworkApp = self.app  # type: ignore[assignment]
            if self.place is not None and self.today is not None:
                self._lines = list(place_lines(self.place, self.today, casework.marks, width))
            elif self.story is None or self.today is None:
                said = _("The household under the cursor is shown here.")
                self._lines = [((part, "muted"),) for part in wrapped(said, width, 4)]
            else:
                self._lines = list(story_lines(self.story, self.today, casework.marks, width))
            self._drawn_for = (width, theme)
        if y >= len(self._lines):
            return line(width, (), base)
        return line(width, [(text, themes.tone(theme, tone or "text")) for text, tone in self._lines[y]], base)


def story_lines(story: HouseholdStory, today: date, mark_style: str, width: int) -> Iterator[Line]:
    """The lines of a story for a width in cells, each of parts with a tone."""
    home = story.household
    yield ((plain(home.short or home.address), "accent"), (f"  {_(words.FUELS[home.fuel])}", "muted"))
    if home.address and home.address != home.short:
        for part in wrapped(plain(home.address), width, 2):
            yield ((part, "muted"),)
    if home.phone:
        yield ((_("Phone of the household {number}", number=plain(masking.phone(home.phone))), "muted"),)
    for caution in home.cautions:
        yield ((f"{marks.mark('caution', mark_style)} {_(CAUTIONS.get(caution, caution))}", "urgent"),)
    yield (("", ""),)
    for person in story.people:
        yield _person(person)
    if story.people:
        yield (("", ""),)
    yield from section(
        _("Due"),
        [part for due, status in most_pressing(story) for part in due_lines(due, status, today, mark_style, width - 2)],
    )
    yield from section(
        _("Open follow-ups"),
        [
            (
                (plain(say(row.title)), "text"),
                (f"  {dates.due_text(row.due_on, today)}" if row.due_on else "", "muted"),
            )
            for row in story.followups
            if row.closed_at is None
        ],
    )
    yield from section(_("Campaigns"), list(campaign_lines(story, width - 2, open_only=True)))
    yield from section(_("Booked visits and notices"), list(arranged_lines(story, today, width - 2, 3)))
    visits: list[Line] = []
    for visit in story.visits[:4]:
        day = dates.day_text(visit.happened_at.date(), today)
        visits.append(((f"{day}  ", "muted"), (_(words.OUTCOMES[visit.outcome]), "text")))
        for words_typed in (visit.concern, visit.note):
            if words_typed:
                visits += [((f"  {part}", "away"),) for part in wrapped(plain(words_typed), width - 4, NOTE_ROWS)]
    yield from section(_("Last visits"), visits)


def arranged_lines(story: HouseholdStory, today: date, width: int, most: int = 50) -> Iterator[Line]:
    """The bookings and notices of a door, the latest first: what came of each booking, and where each notice hangs."""
    found: list[tuple[str, list[Line]]] = []
    for one in story.bookings:
        tone = {BookingEnd.OPEN: "accent", BookingEnd.KEPT: "done", BookingEnd.NOBODY: "overdue"}.get(one.end, "muted")
        day = f"{dates.weekday(one.day)} {dates.day_text(one.day, today)} {one.hour}"
        lines: list[Line] = [((f"{day}  ", "text"), (say(END_NAMES[one.end]), tone))]
        asked = _("asked by {who}", who=plain(one.asked_by)) if one.asked_by else ""
        number = masking.phone(one.phone) if one.phone else ""
        for said in (" ".join(part for part in (asked, plain(number)) if part), plain(one.note), plain(one.words)):
            lines += [((f"  {part}", "muted"),) for part in wrapped(said, width - 2, NOTE_ROWS)]
        found.append((f"{one.day.isoformat()} {one.hour}", lines))
    for left in story.notices:
        moment = dates.moment_text(left.left_at, today)
        said = _("notice {number}", number=left.number)
        lines = [((f"{moment}  ", "text"), (said, "text"))]
        lines += [((f"  {part}", "muted"),) for part in wrapped(plain(f"{left.how} {left.note}"), width - 2, NOTE_ROWS)]
        found.append((local(left.left_at).isoformat(" ", "minutes"), lines))
    for _moment, lines in sorted(found, key=lambda one: one[0], reverse=True)[:most]:
        yield from lines


def campaign_lines(story: HouseholdStory, width: int, *, open_only: bool = False) -> Iterator[Line]:
    """In which campaigns the door stands and why; `open_only` leaves out where nothing is to be done."""
    names = {person.resident.id: person.resident.name for person in story.people}
    for one in story.campaigns:
        bucket = one.standing.bucket
        if open_only and bucket not in OPEN:
            continue
        whose = f"  {plain(names.get(one.resident_id, ''))}" if one.resident_id else ""
        tone = "done" if bucket is Bucket.DONE else "text"
        yield ((f"{plain(say(one.label))}{whose}  ", "text"), (_(BUCKET_NAMES[bucket]), tone))
        for part in wrapped(plain(say(one.standing.why)), width - 2, NOTE_ROWS):
            yield ((f"  {part}", "muted"),)


def place_lines(stop: RoundStop, today: date, mark_style: str, width: int) -> Iterator[Line]:
    """The lines of a place outdoors: what it is, where, and what is due there."""
    for part in wrapped(plain(stop.short), width, 2):
        yield ((part, "accent"),)
    for part in wrapped(plain(stop.address), width, 2):
        yield ((part, "muted"),)
    yield (("", ""),)
    dues = [part for due, status in stop.dues for part in due_lines(due, status, today, mark_style, width - 2)]
    yield from section(_("Due"), dues)


def most_pressing(story: HouseholdStory) -> list[tuple[Due, DueStatus]]:
    """What is due there: urgent work first, then by day."""
    return sorted(story.dues, key=lambda entry: (entry[0].priority != URGENT, entry[0].due_on))


CAUTIONS = {
    "dog": N_("dog"),
    "oxygen": N_("oxygen in use: no flame"),
    "do_not_enter": N_("do not enter alone"),
}


def section(heading: str, lines: list[Line]) -> Iterator[Line]:
    """Lines under a heading; nothing at all where there are none."""
    if lines:
        yield ((heading, "muted"),)
        for parts in lines:
            yield (("  ", ""), *parts)
        yield (("", ""),)


def _person(person: Person) -> Line:
    resident = person.resident
    age = _("{age} years", age=person.age) if person.age is not None else ""
    parts = [(plain(resident.name), "text"), (f"  {age}" if age else "", "muted")]
    if resident.life_state is not LifeState.LIVING_HERE:
        parts.append((f"  {_(words.LIFE_STATES[resident.life_state])}", "away"))
    elif person.risk is not RiskLevel.GREEN:
        tone = "urgent" if person.risk is RiskLevel.RED else "overdue"
        parts.append((f"  {_(words.RISKS[person.risk])}", tone))
    return tuple(parts)


def due_lines(due: Due, status: DueStatus, today: date, mark_style: str, width: int) -> Iterator[Line]:
    """What is due, how late or early it is, and why."""
    tone = "urgent" if due.priority == URGENT else "overdue" if status in LATE else "due"
    name = "urgent" if due.priority == URGENT else status.value
    yield (
        (f"{marks.mark(name, mark_style)} {_(words.due_name(due))}  ", tone),
        (dates.due_text(due.due_on, today), "text"),
    )
    for part in wrapped(plain(say(due.reason)), width - 2, NOTE_ROWS):
        yield ((f"  {part}", "muted"),)


LATE = frozenset({DueStatus.OVERDUE, DueStatus.MISSED})
