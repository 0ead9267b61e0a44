"""A spell of weather or another occasion: recorded when it is warned of, has begun, or is over already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.domain.phrase import N_, Phrase
from casework.tui import narrowing, recording
from casework.tui.screens.register_form import RegisterForm, WrongDay
from casework.tui.widgets.formlines import Chosen, FormLine, LineField
from casework.tui.widgets.rulepreview import PreviewPane, summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.widget import Widget

    from casework.casebook.book import Casebook
    from casework.casebook.rule_entries import SpellEntry
    from casework.casebook.rule_preview import Preview
    from casework.domain.receipt import Receipt

SOON = 0.2
"""Seconds after the last key until it is counted: there is little to type."""


class SpellForm(RegisterForm):
    """The form. The subject of its draft is `new/`."""

    FORM = "spell_form"
    TITLES = (N_("Record a spell of weather"), "")
    LABELS = {
        "kind": N_("Kind"), "starts_on": N_("First day"), "ends_on": N_("Last day"), "words": N_("In words"),
    }  # fmt: skip

    def __init__(self, subject: str = "new/") -> None:
        super().__init__(subject)

    def lines(self) -> Iterable[Widget]:
        """What it is, from when to when; what follows from it."""
        yield Chosen(self.label("kind"), empty=Phrase(N_("rain storm, heat wave…")), id="f-kind")
        first, last = LineField("f-starts_on"), LineField("f-ends_on", shown=Phrase(N_("empty while it is still on")))
        first.add_class("some")
        yield FormLine(self.label("starts_on"), first)
        yield FormLine(self.label("ends_on"), last)
        yield FormLine(self.label("words"), LineField("f-words", shown=Phrase(N_("what the warning said"))))
        yield PreviewPane(id="preview", delay=SOON)

    def on_mount(self) -> None:
        """It begins today, unless something else is typed."""
        if self._pristine is None:
            self.field("starts_on").put(self.book.today().isoformat())
            self.chosen("kind").focus()
        super().on_mount()

    def load(self) -> None:
        """Say what it is called."""
        self.show()

    def show(self) -> None:
        """The kind by its name; whom it concerns."""
        from casework.catalog.shelf import spell_kinds

        kind = self.chosen("kind")
        known = spell_kinds().get(kind.value)
        kind.choose(kind.values if known is not None else (), known.label if known is not None else "")
        self._look()

    def typed(self) -> None:
        """Other days concern others."""
        super().typed()
        if self._pristine is not None:
            self._look()

    def _look(self) -> None:
        from pydantic import ValidationError

        pane = self.query_one(PreviewPane)
        try:
            entry = self._entry() if self.chosen("kind").value else None
        except (ValidationError, WrongDay):
            entry = None
        if entry is None:
            pane.later(None, Phrase(N_("Whom it concerns is counted as soon as kind and days are there.")))
            return
        wanted = entry

        def look(book: Casebook, cancelled: Callable[[], bool], progress: Callable[[int, int], None]) -> Preview | None:
            from casework.casebook import rule_preview

            return rule_preview.preview_spell(book, wanted, cancelled, progress)

        pane.later(look)

    def asked(self, name: str, typed: str) -> None:
        """Which kind."""
        from casework.catalog.shelf import spell_kinds

        options = [narrowing.Option(key, one.label) for key, one in spell_kinds().items()]

        def then(kind: str | None) -> None:
            if kind is not None:
                self.choose("kind", [kind])

        narrowing.pick(
            self, Phrase(N_("What kind of spell?")), options, then, at=self.chosen("kind").value, typed=typed
        )

    def check_in(self) -> None:
        """Record it; the receipt says whom it concerns as far as that is counted, and the rest is said later."""
        from casework.casebook import spells

        if not self.chosen("kind").value:
            self.wrong("kind", Phrase(N_("Choose what kind of spell it is.")))
            return
        if not self.text("starts_on"):
            self.wrong("starts_on", Phrase(N_("This must not be empty.")))
            return
        pane, app = self.query_one(PreviewPane), self.casework
        seen = pane.result
        if pane.running:
            pane.when_counted(lambda found: app.say_above(summary(found)))

        def record(book: Casebook, entry: SpellEntry, action: str) -> Receipt:
            return recording.with_figures(spells.begin(book, entry, action), seen)

        self.enter(self._entry, record)

    def _entry(self) -> Any:
        from casework.casebook.rule_entries import SpellEntry

        first: Any = self.day("starts_on")
        return SpellEntry(
            kind=self.chosen("kind").value, starts_on=first, ends_on=self.day("ends_on"), words=self.text("words")
        )
