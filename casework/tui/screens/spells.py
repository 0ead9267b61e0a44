"""Spells of weather and other occasions that rules ask about: what lasts, what has been; record one, or its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain
from casework.language import _
from casework.tui import dates, dialogs, marks, previewing, recording
from casework.tui.dialogs import Said
from casework.tui.screens.base import BaseScreen
from casework.tui.widgets.pagelist import Cell, Column, ListSource, PageList

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

    from casework.casebook.book import Casebook
    from casework.casebook.rule_preview import Preview
    from casework.casebook.spells import Recorded
    from casework.domain.receipt import Receipt

EMPTY = Phrase(N_("Nothing is recorded. a records a rain storm, a heat wave or another spell."))


class SpellsScreen(BaseScreen):
    """All spells that were recorded, the latest first."""

    SCOPES = ("spells", "over")
    CSS_PATH = "spells.tcss"

    def body(self) -> ComposeResult:
        """What it is about, and the list."""
        yield Said(Phrase(N_("Weather and other occasions that rules of the schedule ask about")), id="spells-head")
        yield PageList(
            (
                Column(1), Column(16, N_("Kind")), Column(14, N_("First day")), Column(14, N_("Last day")),
                Column(None, N_("Words")),
            ),
            self._cells,
            empty=EMPTY,
            id="spells",
        )  # fmt: skip

    @property
    def rows(self) -> PageList[Recorded]:
        """The list."""
        return self.query_one("#spells", PageList)

    def load(self) -> None:
        """Read the spells."""
        from casework.casebook import spells

        self.rows.show(ListSource(spells.listed(self.book)))
        self.refresh_bindings()

    def _cells(self, row: Recorded) -> Sequence[Cell]:
        today = self.book.today()
        lasts = row.ends_on is None or row.ends_on >= today
        last = dates.day_text(row.ends_on, today) if row.ends_on is not None else _("still on")
        if row.ends_on is None and row.starts_on > today:
            last = _("warned of")
        return (
            Cell(marks.mark("urgent" if lasts else "done", self.casework.marks), "urgent" if lasts else "muted"),
            Cell(row.label),
            Cell(dates.day_text(row.starts_on, today)),
            Cell(last, "urgent" if lasts else "text"),
            Cell(plain(row.words), "muted"),
        )

    def why_not(self, action_id: str) -> Phrase | None:
        """Only a spell can end."""
        if action_id == "spells.end" and self.children and self.rows.current is None:
            return Phrase(N_("No spell is under the cursor."))
        return super().why_not(action_id)

    def on_page_list_selected(self, event: PageList.Selected) -> None:
        """Say that it is over."""
        event.stop()
        self.action_spells_end()

    def action_spells_add(self) -> None:
        """Record one."""
        self.casework.open("spell_form", then=lambda _receipt: self.load())

    def action_spells_end(self) -> None:
        """Ask for its last day, and show what follows from it before it is saved."""
        row = self.rows.current
        if row is None:
            return
        kept = row.ends_on or self.book.today()
        question = Phrase(N_("The last day of: {kind}, since {day}"), {"kind": row.label, "day": row.starts_on})
        dialogs.ask_text(
            self, question, lambda typed: self._end(row, typed) if typed else None, initial=kept.isoformat()
        )

    def _end(self, row: Recorded, typed: str) -> None:
        from casework.casebook import rule_preview, spells
        from casework.casebook.rule_entries import SpellEnd
        from casework.tui.screens.register_form import WrongDay, read_day

        try:
            day = read_day("ends_on", typed)
        except WrongDay as error:
            self.tell(error.phrase, tone="error")
            return
        if day is None or day < row.starts_on:
            self.tell(Phrase(N_("The last day lies before the first. Nothing was saved.")), tone="error")
            return
        entry, book = SpellEnd(spell_id=row.id, ends_on=day), self.book

        def look(book: Casebook, cancelled: Callable[[], bool], progress: Callable[[int, int], None]) -> Preview | None:
            return rule_preview.preview_end(book, entry, cancelled, progress)

        def then(seen: Preview | None) -> None:
            self.save(lambda act: recording.with_figures(spells.end(book, entry, act), seen), self._saved)

        question = Phrase(N_("{kind}: {day} was its last day?"), {"kind": row.label, "day": day})
        previewing.ask(self, question, look, then)

    def _saved(self, _receipt: Receipt) -> None:
        self.load()
