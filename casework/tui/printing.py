"""Printing the plan of a day: on which paper and into which folder, asked by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain
from casework.tui import background, dialogs, picking

if TYPE_CHECKING:
    from pathlib import Path

    from casework.casebook.plan_views import DayPlan
    from casework.domain.receipt import Receipt
    from casework.tui.screens.base import BaseScreen

PAPERS = (
    ("xlsx", N_("Spreadsheet (.xlsx)")),
    ("A4", N_("Text for a page of A4 (.txt)")),
    ("32", N_("Text for a receipt printer, 32 columns (.txt)")),
)
"""What can be printed on, by the width of `exchange.plans`."""


def ask(screen: BaseScreen, plan: DayPlan) -> None:
    """Ask for the paper and the folder, then write the file there; names in it are masked."""

    def on_paper(chosen: str | None) -> None:
        if chosen is not None:
            asked = Phrase(N_("Into which folder goes the plan? It is not encrypted there; names are masked."))
            picking.pick_folder(screen, asked, lambda folder: into(chosen, folder))

    def into(chosen: str, folder: Path) -> None:
        book = screen.book
        name = f"plan-{plan.day.isoformat()}-{book.clock.now():%H%M}"
        out = _free(folder, name, ".xlsx" if chosen == "xlsx" else f"-{chosen}.txt")

        def work(_work: background.Work) -> tuple[Path, Receipt]:
            from casework.exchange import plans

            return out, plans.write(book, plan, out, width="A4" if chosen == "xlsx" else chosen)

        background.start(screen.casework, work, done, failed, book=book, name="plan")

    def done(made: tuple[Path, Receipt]) -> None:
        if screen.is_attached:
            screen.tell(Phrase(N_("The plan is in {path}"), {"path": plain(str(made[0]))}), tone="accent")

    def failed(phrase: Phrase, _error: Exception) -> None:
        if screen.is_attached:
            screen.tell(phrase, tone="error")

    options = [(key, Phrase(label)) for key, label in PAPERS]
    dialogs.choose(screen, Phrase(N_("Print the plan on what?")), options, on_paper)


def _free(folder: Path, name: str, ending: str) -> Path:
    """A file of the folder that is not there yet: printed twice in a minute, the second has a number."""
    made = folder / f"{name}{ending}"
    number = 2
    while made.exists():
        made = folder / f"{name}-{number}{ending}"
        number += 1
    return made
