"""A household's whole story. Numbers and sensitive tags are masked until a key shows them, and again soon after."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from casework.domain.phrase import N_, Phrase
from casework.language import say
from casework.tui import dialogs
from casework.tui.actions import ACTIONS
from casework.tui.screens.household_edit import HouseholdEdits
from casework.tui.widgets.whole import HOUSEHOLD_PHONE, WholeStory, history_lines, whole_lines

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.timer import Timer

    from casework.casebook.history import HistoryLine
    from casework.domain.evidence import Attachment
    from casework.domain.receipt import Receipt
    from casework.domain.resident import Consent
    from casework.tui.actions import Action

SHOWN_SECONDS = 30
"""How long a revealed number stays on the screen."""

VISITS = 200
"""How many visits the page holds: four years of weekly ones."""


class HouseholdScreen(HouseholdEdits):
    """One door with all that is known of it. `reveal` asks at once which number is to be shown; `receipt` is that of
    the save that has made the door, to be said here.
    """

    SCOPES = ("door", "arrangement", "errand", "outdoors", "household", "over")

    def __init__(self, household_id: str, *, reveal: bool = False, receipt: Receipt | None = None) -> None:
        super().__init__(household_id)
        self._receipt = receipt
        self._hiding: Timer | None = None
        self._consents: dict[str, list[Consent]] = {}
        self._attached: list[Attachment] = []
        self._history = False
        self._reveal_first = reveal

    def body(self) -> ComposeResult:
        """The story."""
        yield WholeStory(id="whole")

    @property
    def household_id(self) -> str | None:
        """This one."""
        return self._door

    def footer(self) -> list[Action]:
        """Enter changes something here: the household is open already. Who lives here is added from here."""
        found = [action for action in super().footer() if action.id not in ("household.open", "resident.add")]
        at = next(n for n, action in enumerate(found) if action.id == "household.edit")
        return [*found[:at], ACTIONS["resident.add"], *found[at:]]

    def copyable(self) -> str:
        """Its address."""
        return self._story.household.address if self._story else ""

    def load(self) -> None:
        """Read the story. A door whose adding was undone is left."""
        from casework.casebook import evidence, households, residents
        from casework.casebook.errors import NotFound

        book = self.book
        try:
            self._story = story = households.story(book, self._door, visits=VISITS)
        except NotFound:
            self.dismiss(None)
            return
        self._consents = {one.resident.id: residents.consents(book, one.resident.id) for one in story.people}
        self._attached = evidence.of_household(book, self._door)
        self._draw()
        if self._reveal_first:
            # Once, and not before it is known who lives here.
            self._reveal_first = False
            self.call_after_refresh(self.action_contact_reveal)
        if self._receipt is not None:
            receipt, self._receipt = self._receipt, None
            self.call_after_refresh(self.tell_receipt, receipt)

    def on_mount(self) -> None:
        """The arrows scroll."""
        self.query_one(WholeStory).focus()

    def _draw(self) -> None:
        story, today = self._story, self.book.today()
        if story is None:
            return
        style, shown, consents, attached = self.casework.marks, self._shown, self._consents, self._attached
        if self._history:
            lines = self._written()
            self.query_one(WholeStory).show(lambda width: history_lines(lines, today, width))
        else:
            self.query_one(WholeStory).show(
                lambda width: whole_lines(story, today, style, width, shown, consents, attached)
            )

    def action_household_open(self) -> None:
        """Enter, on the household's own page: what is to be changed."""
        self.action_household_edit()

    def action_household_files(self) -> None:
        """The photos and files of the visits, checks and follow-ups here."""
        if self._story is not None:
            from casework.tui.holding import HouseholdHolder

            self.casework.open("evidence", HouseholdHolder(self._story))

    # what was written

    def action_household_history(self) -> None:
        """Show what was written about this household and its people, or the household again."""
        self._history = not self._history
        self.query_one(WholeStory).scroll_to(y=0, animate=False)
        self._draw()

    def _written(self) -> list[HistoryLine]:
        """The saves that wrote about the door, its people and what hangs on them, newest first, each once."""
        from casework.casebook import history

        if self._story is None:
            return []
        records = [self._door]
        for person in self._story.people:
            one = person.resident
            records += [one.id, *(tag.id for tag in one.tags), *(contact.id for contact in one.contacts)]
            records += [consent.id for consent in self._consents.get(one.id, ())]
        records += [one.id for one in self._attached]
        records += [one.id for one in self._story.bookings] + [one.id for one in self._story.notices]
        records += [visit.id for visit in self._story.visits] + [check.id for check in self._story.checks]
        saves: dict[tuple[object, ...], HistoryLine] = {}
        for entry in (entry for record in records for entry in history.of_record(self.book, record)):
            # A save that wrote several records is one line, with all that it changed.
            save = (entry.at, entry.worker, say(entry.summary) if entry.summary is not None else "")
            before = saves.get(save)
            saves[save] = entry if before is None else replace(before, fields=before.fields + entry.fields)
        return sorted(saves.values(), key=lambda entry: entry.at, reverse=True)

    # numbers

    def action_contact_reveal(self) -> None:
        """Ask what of whom, show it, and keep that it was shown."""
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
            if self.masked_tags(person):
                options.append(((one.id, "tags"), Phrase(N_("{name}: welfare tags"), {"name": one.name})))
        if self._story and self._story.household.phone:
            options.append(((self._door, HOUSEHOLD_PHONE), Phrase(N_("The household's phone"))))
        if not options:
            self.tell(Phrase(N_("Nothing here is masked.")))
            return
        dialogs.choose(
            self,
            Phrase(N_("What is to be shown? It is recorded that you looked.")),
            options,
            lambda chosen: self._reveal(chosen) if chosen is not None else None,
        )

    def _reveal(self, chosen: tuple[str, str]) -> None:
        from casework.casebook import households, residents
        from casework.casebook.errors import CasebookError

        try:
            if chosen[1] == HOUSEHOLD_PHONE:
                value = households.reveal_phone(self.book, chosen[0])
            else:
                value = residents.reveal(self.book, *chosen)
        except CasebookError as error:
            # What cannot be recorded is not shown.
            self.tell(error.phrase, tone="error")
            return
        self._history = False
        self._shown[chosen] = value
        if self._hiding is not None:
            self._hiding.stop()
        self._hiding = self.set_timer(SHOWN_SECONDS, self._hide)
        self._draw()
        self.tell(Phrase(N_("Shown for {n} seconds, and recorded."), {"n": SHOWN_SECONDS}))

    def _hide(self) -> None:
        self._shown.clear()
        if self.casework.book is not None and self.is_attached:
            self._draw()

    def on_screen_suspend(self) -> None:
        """Numbers are masked again when the screen is left."""
        self._shown.clear()
