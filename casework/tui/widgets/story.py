"""A household's story in brief: who lives there, what is due, what was promised, what came of the last visits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

from casework.domain.due import DueStatus
from casework.domain.phrase import N_
from casework.domain.resident import LifeState, RiskLevel
from casework.domain.text import plain
from casework.language import _, say
from casework.tui import dates, marks, themes, words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from casework.casebook.views import HouseholdStory, Person
    from casework.tui.app import CaseworkApp

NOTE_CELLS = 60
"""How much of a note is shown in brief."""

Line = tuple[tuple[str, str], ...]


class Story(Widget):
    """The story beside a list. It shows as much as it has room for; enter opens the whole."""

    def __init__(self, *, id: str | None = None, classes: str = "pane") -> None:
        super().__init__(id=id, classes=classes)
        self.story: HouseholdStory | None = None
        self.today: date | None = None

    def show(self, story: HouseholdStory | None, today: date) -> None:
        """Show another household; None clears the pane."""
        self.story, self.today = story, today
        self.refresh()

    def retranslate(self) -> None:
        """Say it in the language that is on now."""
        self.refresh()

    def render(self) -> Content:
        """The story as content, never as markup."""
        theme = self.app.theme
        if self.story is None or self.today is None:
            return Content.styled(
                _("The household under the cursor is shown here."), themes.colour(theme, "muted")
            )
        casework: CaseworkApp = self.app  # type: ignore[assignment]
        return Content("\n").join(
            Content.assemble(
                *((plain(text), str(themes.tone(theme, tone).color.name)) if tone else plain(text)  # type: ignore[union-attr]
                  for text, tone in parts)
            )
            for parts in story_lines(self.story, self.today, casework.marks)
        )  # fmt: skip


def story_lines(story: HouseholdStory, today: date, mark_style: str) -> Iterator[Line]:
    """The lines of a story, each of parts with a tone."""
    home = story.household
    yield ((home.short or home.address, "accent"), (f"  {story.building}" if story.building else "", "muted"))
    if home.address and home.address != home.short:
        yield ((home.address, "muted"),)
    for caution in home.cautions:
        yield ((f"{marks.mark('caution', mark_style)} {_(CAUTIONS.get(caution, caution))}", "urgent"),)
    yield (("", ""),)
    for person in story.people:
        yield _person(person)
    if story.people:
        yield (("", ""),)
    yield from _section(_("Due"), [_due(due, status, today, mark_style) for due, status in story.dues])
    yield from _section(
        _("Open follow-ups"),
        [
            ((row.title, "text"), (f"  {dates.due_text(row.due_on, today)}" if row.due_on else "", "muted"))
            for row in story.followups
            if row.closed_at is None
        ],
    )
    visits: list[Line] = []
    for visit in story.visits[:4]:
        day = dates.day_text(visit.happened_at.date(), today)
        visits.append(((f"{day}  ", "muted"), (_(words.OUTCOMES[visit.outcome]), "text")))
        for words_typed in (visit.concern, visit.note):
            if words_typed:
                visits.append(((f"  {plain(words_typed)[:NOTE_CELLS]}", "away"),))
    yield from _section(_("Last visits"), visits)


CAUTIONS = {
    "dog": N_("dog"),
    "oxygen": N_("oxygen in use: no flame"),
    "do_not_enter": N_("do not enter alone"),
}


def _section(heading: str, lines: list[Line]) -> Iterator[Line]:
    if lines:
        yield ((heading, "muted"),)
        for parts in lines:
            yield (("  ", ""), *parts)
        yield (("", ""),)


def _person(person: Person) -> Line:
    resident = person.resident
    age = _("{age} years", age=person.age) if person.age is not None else ""
    parts = [(resident.name, "text"), (f"  {age}" if age else "", "muted")]
    if resident.life_state is not LifeState.LIVING_HERE:
        parts.append((f"  {_(words.LIFE_STATES[resident.life_state])}", "away"))
    elif person.risk is not RiskLevel.GREEN:
        tone = "urgent" if person.risk is RiskLevel.RED else "overdue"
        parts.append((f"  {_(words.RISKS[person.risk])}", tone))
    return tuple(parts)


def _due(due: object, status: DueStatus, today: date, mark_style: str) -> Line:
    from casework.domain.due import URGENT, Due

    assert isinstance(due, Due)
    tone = "urgent" if due.priority == URGENT else "overdue" if status in LATE else "due"
    name = "urgent" if due.priority == URGENT else status.value
    return (
        (f"{marks.mark(name, mark_style)} {_(words.DUE_KINDS[due.kind])}  ", tone),
        (f"{dates.due_text(due.due_on, today)}  ", "text"),
        (say(due.reason), "muted"),
    )


LATE = frozenset({DueStatus.OVERDUE, DueStatus.MISSED})
