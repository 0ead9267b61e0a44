"""Which checks there are to make at a door, and the choice among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.domain.check import SubjectKind
from casework.domain.phrase import N_, Phrase
from casework.domain.resident import LifeState

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from casework.casebook.book import Casebook
    from casework.domain.checklist import Checklist
    from casework.tui.screens.base import BaseScreen


@dataclass(frozen=True, slots=True)
class Subject:
    """What a check is about, and with which checklist: the name of its draft too."""

    checklist: str
    kind: SubjectKind
    id: str
    household_id: str = ""

    @property
    def key(self) -> str:
        """The subject as one text, for a draft."""
        return "/".join((self.checklist, self.kind.value, self.id, self.household_id))

    @classmethod
    def of_key(cls, key: str) -> Subject:
        """The subject that `key` gave.

        Raises:
            ValueError: it is no such text.
        """
        checklist, kind, subject_id, household_id = key.split("/")
        return cls(checklist, SubjectKind(kind), subject_id, household_id)


@dataclass(frozen=True, slots=True)
class Offer:
    """A check that can be made: what about, and how it is called in the choice."""

    subject: Subject
    title: object


def offers(book: Casebook, household_id: str, day: date) -> tuple[list[Offer], list[Phrase]]:
    """The checks that apply to a door and the people behind it, and what is wrong with checklist files.

    A gas check of a household with a shared kitchen is about the kitchen: it counts for each door. One broken
    file of the user's own must not cost the others.
    """
    from casework.casebook import checks, households
    from casework.catalog import checks as shelf
    from casework.domain.checklist import applies

    wrong: list[Phrase] = []
    found: list[Offer] = []
    home = households.get(book, household_id)
    people = None
    facts = checks.context(book, SubjectKind.HOUSEHOLD, household_id, household_id, day).facts
    for checklist in _readable(wrong):
        if checklist.subject is SubjectKind.RESIDENT:
            if people is None:
                gone = (LifeState.MOVED_AWAY, LifeState.DECEASED)
                people = [p for p in households.people_of(book, household_id) if p.life_state not in gone]
            for person in people:
                subject = Subject(checklist.name, SubjectKind.RESIDENT, person.id, household_id)
                own = checks.context(book, subject.kind, person.id, household_id, day).facts
                if applies(checklist, own):
                    title = Phrase(N_("{checklist}: {name}"), {"checklist": checklist.title, "name": person.name})
                    found.append(Offer(subject, title))
            continue
        if checklist.subject not in (SubjectKind.HOUSEHOLD, SubjectKind.KITCHEN) or not applies(checklist, facts):
            continue
        kind, subject_id = SubjectKind.HOUSEHOLD, household_id
        called: object = checklist.title
        about_kitchen = checklist.subject is SubjectKind.KITCHEN or bool(checklist.applies.fuel)
        if home.kitchen_id and about_kitchen:
            kind, subject_id = SubjectKind.KITCHEN, home.kitchen_id
            called = Phrase(N_("{checklist}: shared kitchen"), {"checklist": checklist.title})
        elif checklist.subject is SubjectKind.KITCHEN:
            continue
        found.append(Offer(Subject(checklist.name, kind, subject_id, household_id), called))
    # What burns comes first: it is the check one climbs the stairs for.
    found.sort(key=lambda offer: not shelf.load(offer.subject.checklist).applies.fuel)
    return found, wrong


def place_offers(book: Casebook, place_id: str, day: date) -> tuple[list[Offer], list[Phrase]]:
    """The checks that apply to a place outdoors, and what is wrong with checklist files."""
    from casework.casebook import checks
    from casework.domain.checklist import applies

    wrong: list[Phrase] = []
    facts = checks.context(book, SubjectKind.PLACE, place_id, None, day).facts
    found = [
        Offer(Subject(one.name, SubjectKind.PLACE, place_id), one.title)
        for one in _readable(wrong)
        if one.subject is SubjectKind.PLACE and applies(one, facts)
    ]
    return found, wrong


def _readable(wrong: list[Phrase]) -> list[Checklist]:
    from casework.catalog import checks

    found = []
    for name in checks.names():
        try:
            found.append(checks.load(name))
        except checks.ChecklistError as error:
            wrong.append(error.phrase)
    return found


def start(screen: BaseScreen, household_id: str, then: Callable[[object], None]) -> None:
    """Open the check of a door: at once where there is one, else after a choice by a digit.

    Args:
        then: called with the receipt when the form closes, or with None.
    """
    book = screen.book
    _open(screen, *offers(book, household_id, book.today()), then)


def start_place(screen: BaseScreen, place_id: str, then: Callable[[object], None]) -> None:
    """Open the check of a place outdoors, such as a manhole, in the same way."""
    book = screen.book
    _open(screen, *place_offers(book, place_id, book.today()), then)


def _open(screen: BaseScreen, found: list[Offer], wrong: list[Phrase], then: Callable[[object], None]) -> None:
    if wrong:
        screen.tell(*wrong, tone="error")
    if not found:
        if not wrong:
            screen.tell(Phrase(N_("No checklist applies here.")), tone="overdue")
        return
    if len(found) == 1:
        screen.casework.open("check", found[0].subject, then=then)
        return

    def chosen(subject: Subject | None) -> None:
        if subject is not None:
            screen.casework.open("check", subject, then=then)

    from casework.tui import dialogs

    options = [(offer.subject, offer.title) for offer in found]
    dialogs.choose(screen, Phrase(N_("Which check?")), options, chosen)
