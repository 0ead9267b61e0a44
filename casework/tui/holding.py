"""Whose photos and files a list shows, and how one is added, described, taken off: a form's, a record's, a door's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from casework.domain.evidence import EvidenceSubject
from casework.domain.phrase import N_, Phrase
from casework.tui import attaching, dates, dialogs, stagedfiles, words

if TYPE_CHECKING:
    from datetime import date, datetime

    from casework.casebook.book import Casebook
    from casework.casebook.views import HouseholdStory
    from casework.domain.evidence import Attachment, StagedFile
    from casework.tui.attaching import AttachingForm
    from casework.tui.screens.base import BaseScreen

RECORDS = 12
"""How many of a door's records are offered to attach something to."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A photo or file in the list. `attachment` is the id under which it is saved, empty while a form holds it; `about`
    says what it belongs to.
    """

    blob: str
    name: str
    media: str
    size: int
    words: str
    about: object
    taken_at: datetime | None
    added_at: datetime | None
    attachment: str = ""
    staged: StagedFile | None = None


class Holder(Protocol):
    """What a list of evidence needs to know of whose it is. `title` heads it, `hint` says what becomes of it."""

    title: object
    hint: object

    def shown(self, book: Casebook) -> list[Shown]:
        """What there is, in the order in which it is listed."""
        ...

    def add(self, screen: BaseScreen) -> None:
        """Ask for one more and take it."""
        ...

    def remove(self, screen: BaseScreen, one: Shown) -> None:
        """Take one off."""
        ...

    def describe(self, screen: BaseScreen, one: Shown, said: str) -> None:
        """Put words to one."""
        ...


def again(screen: BaseScreen) -> None:
    """The list has changed: it is read afresh, unless the casebook was locked meanwhile."""
    if screen.is_attached and screen.casework.book is not None:
        screen.load()


class FormHolder:
    """The files of a form that is not saved yet. `part` is the question of a check that a new one belongs to."""

    def __init__(self, form: AttachingForm, part: str = "") -> None:
        self.form = form
        self.part = part
        label = form.file_label(part)
        self.title: object = Phrase(N_("Photos and files of this form"))
        if part:
            self.title = Phrase(N_("Photos and files: {what}"), {"what": label})
        self.hint: object = Phrase(N_("They are kept with the draft, and attached when the form is saved."))

    def shown(self, _book: Casebook) -> list[Shown]:
        """What the form holds, for all its parts."""
        return [
            Shown(
                one.blob, one.name, one.media, one.size, one.words, self.form.file_label(one.part), one.taken_at,
                None, "", one,
            )
            for one in self.form.files
        ]  # fmt: skip

    def add(self, screen: BaseScreen) -> None:
        """Ask for one more; the form holds it."""

        def taken(staged: StagedFile) -> None:
            top = attaching.topmost(screen)
            if not self.form.is_attached:
                attaching.let_go(screen, [staged.blob])
                said = N_("The form was closed before {file} was read. Attach it again.")
                top.tell(Phrase(said, {"file": staged.name}), tone="error")
            elif self.form.add_file(staged):
                again(screen)
            else:
                top.tell(Phrase(N_("This is attached already. Nothing was changed.")), tone="overdue")

        attaching.pick(screen, taken, self.part, self.form)

    def remove(self, screen: BaseScreen, one: Shown) -> None:
        """The form lets it go."""
        if one.staged is not None:
            self.form.drop_file(one.staged)
            again(screen)

    def describe(self, screen: BaseScreen, one: Shown, said: str) -> None:
        """The form keeps the words."""
        if one.staged is not None:
            self.form.describe_file(one.staged, said)
            again(screen)


class RecordHolder:
    """What is attached to a record that is there: each change is a save of its own, which `u` takes back."""

    def __init__(self, kind: EvidenceSubject, subject_id: str, title: object, hint: object = "") -> None:
        self.kind = kind
        self.subject_id = subject_id
        self.title = title
        self.hint = hint

    def shown(self, book: Casebook) -> list[Shown]:
        """What is attached."""
        from casework.casebook import evidence as kept

        of_the_check = Phrase(N_("from the check"))
        return [
            _kept(one, "" if one.subject_kind is self.kind else of_the_check)
            for one in kept.behind(book, self.kind, self.subject_id)
        ]

    def add(self, screen: BaseScreen) -> None:
        """Ask for one more and save it."""
        attaching.pick(screen, lambda staged: _attach(screen, self.kind, self.subject_id, staged))

    def remove(self, screen: BaseScreen, one: Shown) -> None:
        """Take one off."""
        from casework.casebook import evidence as kept

        book = screen.book
        screen.save(lambda action: kept.remove(book, one.attachment, action), lambda _receipt: again(screen))

    def describe(self, screen: BaseScreen, one: Shown, said: str) -> None:
        """Put words to one."""
        from casework.casebook import evidence as kept

        book = screen.book
        screen.save(lambda action: kept.describe(book, one.attachment, said, action), lambda _receipt: again(screen))


class HouseholdHolder(RecordHolder):
    """What is attached to any record of a door; a new one is attached to a record that is asked for."""

    def __init__(self, story: HouseholdStory) -> None:
        title = Phrase(N_("Photos and files: {what}"), {"what": story.household.short})
        super().__init__(EvidenceSubject.VISIT, "", title)
        self.story = story

    def shown(self, book: Casebook) -> list[Shown]:
        """All of them, the newest first."""
        from casework.casebook import evidence as kept

        called = {key[1]: label for key, label in self._records(book, limit=None)}
        return [_kept(one, called.get(one.subject_id, "")) for one in kept.of_household(book, self.story.household.id)]

    def add(self, screen: BaseScreen) -> None:
        """Ask to what it belongs, then for the file."""
        records = self._records(screen.book, limit=RECORDS)
        if not records:
            screen.tell(Phrase(N_("There is no visit, check or follow-up here to attach it to.")), tone="overdue")
            return

        def chosen(record: tuple[EvidenceSubject, str] | None) -> None:
            if record is not None:
                attaching.pick(screen, lambda staged: _attach(screen, *record, staged))

        dialogs.choose(screen, Phrase(N_("To which of these does it belong?")), records, chosen)

    def _records(self, book: Casebook, limit: int | None) -> list[tuple[tuple[EvidenceSubject, str], object]]:
        """The records of the door with their names, the latest first."""
        today = book.today()
        found: list[tuple[datetime, tuple[EvidenceSubject, str], object]] = []
        for visit in self.story.visits:
            found.append((visit.happened_at, (EvidenceSubject.VISIT, visit.id), Phrase(words.OUTCOMES[visit.outcome])))
        for check in self.story.checks:
            found.append((check.happened_at, (EvidenceSubject.CHECK, check.id), _checklist(check.checklist)))
        for case in self.story.followups:
            found.append((case.opened_at, (EvidenceSubject.FOLLOWUP, case.id), case.title))
        found.sort(key=lambda one: one[0], reverse=True)
        return [
            (key, Phrase(N_("{when}  {what}"), {"when": _Moment(moment, today), "what": label}))
            for moment, key, label in found[:limit]
        ]


class _Moment:
    """A moment that is said in the language that is on."""

    def __init__(self, moment: datetime, today: date) -> None:
        self.moment, self.today = moment, today

    def __str__(self) -> str:
        return dates.moment_text(self.moment, self.today)


def _checklist(name: str) -> object:
    from casework.catalog import checks

    try:
        return checks.load(name).title
    except (checks.ChecklistError, KeyError):
        return name


def _kept(one: Attachment, about: object) -> Shown:
    return Shown(one.blob, one.name, one.media, one.size, one.words, about, one.taken_at, one.added_at, one.id)


def _attach(screen: BaseScreen, kind: EvidenceSubject, subject_id: str, staged: StagedFile) -> None:
    """Save one file behind a record."""
    from pydantic import ValidationError

    from casework.casebook import evidence as kept
    from casework.casebook.entries import AttachEntry, problems
    from casework.casebook.errors import CasebookError

    front = attaching.topmost(screen)
    if screen.casework.book is None:
        return
    try:
        entry = AttachEntry(subject_kind=kind, subject_id=subject_id, files=stagedfiles.entries([staged]))
    except ValidationError as error:
        front.tell(*(phrase for _field, phrase in problems(error)), tone="error")
        return
    book = screen.book
    if screen.is_attached and not screen.saving:
        screen.save(lambda action: kept.attach(book, entry, action), lambda _receipt: again(screen))
        return
    # The list was left meanwhile: it is saved all the same, and said on what is in front.
    try:
        receipt = kept.attach(book, entry)
    except CasebookError as error:
        front.tell(error.phrase, tone="error")
    else:
        again(screen)
        screen.casework.tell_receipt(receipt)
