"""Handing a follow-up to a department: where the sheet goes, and whether names stand in it, asked by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain
from casework.tui import background, dialogs, picking

if TYPE_CHECKING:
    from pathlib import Path

    from casework.exchange.handoff import HandedOff
    from casework.tui.screens.base import BaseScreen

NOT_WITH_ONE = Phrase(N_("A sheet is for the department that a follow-up is with: assign it first."))


def ask(screen: BaseScreen, ids: tuple[str, ...], name: str) -> None:
    """Ask for the folder and for grounds to write names in full, then make the sheet; `name` is the file's, without
    ending. One follow-up is a page for Word or WPS, several are a spreadsheet."""

    def into(folder: Path) -> None:
        question = Phrase(
            N_("Names and numbers stay masked where nobody agreed. A reason to write them in full, or leave it empty:")
        )
        dialogs.ask_text(screen, question, lambda reason: None if reason is None else make(folder, reason))

    def make(folder: Path, reason: str) -> None:
        book = screen.book
        out = folder / f"{name}{'.docx' if len(ids) == 1 else '.xlsx'}"

        def work(_work: background.Work) -> HandedOff:
            from casework.exchange import handoff

            return handoff.write(book, ids, out, override=reason)

        screen.tell(Phrase(N_("The sheet is being made.")))
        background.start(screen.casework, work, done, failed, book=book, name="hand-off")

    def done(made: HandedOff) -> None:
        if screen.is_attached:
            screen.load()
            screen.tell(Phrase(N_("Sheet for the department: {path}"), {"path": plain(str(made.file))}), tone="accent")

    def failed(phrase: Phrase, _error: Exception) -> None:
        if screen.is_attached:
            screen.tell(phrase, tone="error")

    picking.pick_folder(screen, Phrase(N_("Into which folder goes the sheet? It is not encrypted there.")), into)
