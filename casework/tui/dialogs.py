"""Questions: yes or no, asked twice, one of several, one line of text. All translated, all answered by keys.

    dialogs.confirm(self, Phrase(N_("Log her as moved away?")), then)

`then` gets the answer; escape answers no, or None.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from textual.containers import Vertical
from textual.screen import ModalScreen

from casework.domain.phrase import N_
from casework.domain.text import plain
from casework.language import _
from casework.tui import actions
from casework.tui.screens.base import BaseScreen, Floored
from casework.tui.widgets.pagelist import Cell, Column, ListSource, PageList
from casework.tui.widgets.said import Said

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult
    from textual.screen import Screen

T = TypeVar("T")

DIGITS = "123456789abcdefghilmoprstuvwxz"
"""The keys that choose a line directly; j and k walk the list, n, q and y mean something else."""


class Dialog(Floored, ModalScreen[Any]):
    """A question over the screen that asks it."""

    CSS_PATH = Path(__file__).with_name("dialogs.tcss")
    # A modal screen hides the app's own keys.
    BINDINGS = actions.only("app.language", "app.theme")

    def body(self) -> ComposeResult:
        """What stands in the box."""
        return ()

    def compose(self) -> ComposeResult:
        """The box."""
        with Vertical(classes="dialog"):
            yield from self.body()

    async def action_act(self, action_id: str) -> None:
        """Do an action by its id."""
        await self.casework.act(action_id)

    def action_dialog_no(self) -> None:
        """Close without an answer."""
        self.dismiss(None)


class ConfirmDialog(Dialog):
    """Yes or no. A firm question is not answered by enter, which a hand may press once too often."""

    BINDINGS = actions.bindings("dialog")

    def __init__(self, question: object, *, firm: bool = False) -> None:
        super().__init__()
        self.question = question
        self.firm = firm

    def body(self) -> ComposeResult:
        """The question and its keys."""
        yield Said(self.question, classes="question")
        yield Said(FIRM if self.firm else YES_NO, classes="keys")

    def on_key(self, event: Any) -> None:
        """Swallow enter for a firm question."""
        if self.firm and event.key == "enter":
            event.stop()
            event.prevent_default()

    def action_dialog_yes(self) -> None:
        """Yes."""
        self.dismiss(True)

    def action_dialog_no(self) -> None:
        """No."""
        self.dismiss(False)


class _Say:
    def __init__(self, msgid: str) -> None:
        self.msgid = msgid

    def __str__(self) -> str:
        return _(self.msgid)


YES_NO = _Say(N_("y or enter: yes     n or esc: no"))
FIRM = _Say(N_("y: yes     n or esc: no"))
CHOOSE = _Say(N_("a key or enter: choose     esc: back"))
TEXT = _Say(N_("enter: done     esc: back"))


class ChooseDialog(Dialog):
    """One of several."""

    BINDINGS = actions.only("dialog.no")

    def __init__(self, question: object, options: Sequence[tuple[Any, object]], at: int = 0) -> None:
        super().__init__()
        self.question = question
        self.options = list(options)
        self.at = at

    def body(self) -> ComposeResult:
        """The question, the choices and the keys."""
        yield Said(self.question, classes="question")
        choices: PageList[tuple[int, object]] = PageList((Column(2), Column()), _option_cells, id="options")
        choices.styles.height = min(len(self.options), 14)
        yield choices
        yield Said(CHOOSE, classes="keys")

    def on_mount(self) -> None:
        """Fill the list."""
        rows = [(n, label) for n, (_value, label) in enumerate(self.options)]
        self.query_one(PageList).show(ListSource(rows), at=self.at)

    def on_key(self, event: Any) -> None:
        """A line's own key chooses it."""
        index = DIGITS.find(event.character or "\0")
        if 0 <= index < len(self.options):
            event.stop()
            event.prevent_default()
            self.dismiss(self.options[index][0])

    def on_page_list_selected(self, event: PageList.Selected) -> None:
        """Enter on a line."""
        event.stop()
        self.dismiss(self.options[event.index][0])


class TextDialog(Dialog):
    """One line of text."""

    BINDINGS = actions.only("dialog.no")

    def __init__(self, question: object, initial: str = "", *, required: bool = False) -> None:
        super().__init__()
        self.question = question
        self.initial = initial
        self.required = required

    def body(self) -> ComposeResult:
        """The question and the field."""
        from textual.widgets import Input

        yield Said(self.question, classes="question")
        # A field shows its text as it is: what an import brought must not reach the terminal raw.
        field = Input(plain(self.initial), compact=True, id="line", select_on_focus=False)
        field.cursor_blink = False
        yield field
        yield Said(TEXT, classes="keys")

    def on_input_submitted(self, event: Any) -> None:
        """Enter: the text, without the blanks around it."""
        event.stop()
        text = event.value.strip()
        if text or not self.required:
            self.dismiss(text)


def _option_cells(row: tuple[int, object]) -> tuple[Cell, Cell]:
    number, label = row
    return Cell(DIGITS[number] if number < len(DIGITS) else "", "accent"), Cell(label)


def confirm(screen: Screen[Any], question: object, then: Callable[[bool], None], *, firm: bool = False) -> None:
    """Ask yes or no; `then` gets the answer. A firm question takes `y` and not enter."""
    screen.app.push_screen(ConfirmDialog(question, firm=firm), lambda answer: then(bool(answer)))


def ask_twice(screen: Screen[Any], first: object, second: object, then: Callable[[], None]) -> None:
    """Ask, and ask again in other words; `then` runs only after two answers of yes."""

    def again(yes: bool) -> None:
        if yes:
            confirm(screen, second, lambda sure: then() if sure else None, firm=True)

    confirm(screen, first, again)


def choose(
    screen: Screen[Any],
    question: object,
    options: Sequence[tuple[T, object]],
    then: Callable[[T | None], None],
    *,
    at: int = 0,
) -> None:
    """Ask for one of several `(value, label)`; `then` gets the value, or None after escape."""
    screen.app.push_screen(ChooseDialog(question, options, at), then)


def ask_text(
    screen: Screen[Any],
    question: object,
    then: Callable[[str | None], None],
    *,
    initial: str = "",
    required: bool = False,
) -> None:
    """Ask for a line of text; `then` gets it without the blanks around it, or None after escape."""
    screen.app.push_screen(TextDialog(question, initial, required=required), then)


__all__ = ["BaseScreen", "Dialog", "Said", "ask_text", "ask_twice", "choose", "confirm"]
