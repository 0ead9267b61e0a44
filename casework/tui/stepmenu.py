"""Every step that a follow-up allows now, each by its own key: the menu behind one key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.phrase import N_, Phrase
from casework.language import _
from casework.tui import actions
from casework.tui.dialogs import Dialog, Said
from casework.tui.widgets.pagelist import Cell, Column, ListSource, PageList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult


class StepMenu(Dialog):
    """It is dismissed with the id of the action that was chosen."""

    BINDINGS = actions.only("dialog.no")

    def __init__(self, question: object, offered: Sequence[actions.Action]) -> None:
        super().__init__()
        self.question = question
        self.offered = list(offered)

    def body(self) -> ComposeResult:
        """The question, the steps, the keys."""
        yield Said(self.question, classes="question")
        steps: PageList[actions.Action] = PageList((Column(2), Column(16), Column()), self._cells, id="steps")
        steps.styles.height = min(len(self.offered), 16)
        yield steps
        yield Said(Phrase(N_("its key or enter: do it     esc: back")), classes="keys")

    def on_mount(self) -> None:
        """Fill the list; it is wider than other questions, since it explains."""
        self.query_one(".dialog").add_class("explains")
        self.query_one(PageList).show(ListSource(self.offered), at=0)

    def _cells(self, action: actions.Action) -> tuple[Cell, Cell, Cell]:
        key = actions.key_text(action, self.casework.user_keymap)
        return Cell(key, "accent"), Cell(_(action.label)), Cell(_(action.hint), "muted")

    def on_key(self, event: events.Key) -> None:
        """A step's own key does it."""
        for action in self.offered:
            if event.key in actions.all_keys(action, self.casework.user_keymap):
                event.stop()
                event.prevent_default()
                self.dismiss(action.id)
                return

    def on_page_list_selected(self, event: PageList.Selected) -> None:
        """Enter on a step."""
        event.stop()
        self.dismiss(event.row.id)
