"""Help: the keys of the screen one came from, then those of the whole app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.containers import Vertical

from casework.domain.phrase import N_, Phrase
from casework.language import _
from casework.tui import actions
from casework.tui.dialogs import Dialog, Said
from casework.tui.widgets.pagelist import Cell, Column, Heading, ListSource, PageList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.screen import Screen

    from casework.tui.actions import Action

KEYS = N_("esc: back     ctrl+p: all actions     shift and drag: select text")


class HelpScreen(Dialog):
    """The keys, each with a sentence."""

    BINDINGS = actions.only("dialog.no", "app.palette")

    def __init__(self, asked: Screen[Any]) -> None:
        super().__init__()
        scopes = (*getattr(asked, "SCOPES", ()), "list", "app")
        self.rows: list[Action | Heading] = []
        for scope in dict.fromkeys(scopes):
            self.rows.append(Heading(Phrase(actions.SCOPES[scope])))
            self.rows += [action for action in actions.in_scope(scope) if actions.all_keys(action)]

    def compose(self) -> ComposeResult:
        """The list and how to leave it."""
        with Vertical(classes="dialog wide"):
            yield PageList((Column(13), Column(16), Column()), self._cells, id="keys")
            yield Said(
                Phrase(N_("esc: back     ctrl+p: all actions     shift and drag: select text")),
                classes="keys",
            )

    def on_mount(self) -> None:
        """Show the keys."""
        self.query_one(PageList).show(ListSource(self.rows), at=0)

    def _cells(self, row: Action | Heading) -> Sequence[Cell] | Heading:
        if isinstance(row, Heading):
            return row
        keys = " ".join(actions.key_name(key) for key in actions.all_keys(row, self.casework.user_keymap))
        return Cell(keys, "accent"), Cell(_(row.label)), Cell(_(row.hint), "muted")

    def action_app_palette(self) -> None:
        """All actions of the screen that help was asked on."""
        self.dismiss(None)
        self.app.call_later(self.casework.act, "app.palette")

    def on_page_list_selected(self) -> None:
        """Enter closes, too."""
        self.dismiss(None)
