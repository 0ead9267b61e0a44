"""The emergency number of the gas supplier, which each community sets for itself: the leak screen shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.phrase import N_, Phrase
from casework.domain.text import halfwidth, plain
from casework.tui.screens.base import BaseScreen

if TYPE_CHECKING:
    from casework.tui.app import CaseworkApp

SETTING = "emergency.gas_supplier"
"""Where `casework.tui.widgets.outside.number_of` reads it."""

LONGEST = 20
"""Characters; a number with area code and extension has fewer, and more would not fit beside the steps at a leak."""


def ask(app: CaseworkApp) -> None:
    """Ask for the number over the screen on top, and keep it. An empty answer forgets it.

    A number to be dialled in fear must be one: at least three digits, else it is not kept and the worker is told.
    """
    from casework.tui import dialogs

    book, screen = app.open_book, app.screen

    def then(typed: str | None) -> None:
        if typed is None or not isinstance(screen, BaseScreen):
            return
        number = plain(halfwidth(typed)).strip()
        if number and not usable(number):
            screen.tell(Phrase(N_("This is no telephone number. Nothing was changed.")), tone="error")
            return
        book.set_setting(SETTING, number)
        if number:
            screen.tell(Phrase(N_("At a leak this number is shown: {number}"), {"number": number}), tone="accent")
        else:
            screen.tell(Phrase(N_("At a leak no number of the supplier is shown.")), tone="overdue")

    question = Phrase(N_("Which number does your gas supplier answer day and night?"))
    dialogs.ask_text(screen, question, then, initial=str(book.setting(SETTING, "") or ""))


def usable(number: str) -> bool:
    """Whether a text can be dialled: digits with the signs that people write between them."""
    digits = sum(one.isascii() and one.isdigit() for one in number)
    signs = all(one.isascii() and (one.isdigit() or one in "+-() ,#*") for one in number)
    return digits >= 3 and len(number) <= LONGEST and signs
