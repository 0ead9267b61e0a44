"""All actions: type a word in either language, see the key, the sentence, and why something cannot be done
now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input

from casework.domain.phrase import N_, Phrase
from casework.language import LANGUAGES, _, language, say, set_language
from casework.tui import actions
from casework.tui.dialogs import Dialog, Said
from casework.tui.screens.base import BaseScreen
from casework.tui.widgets.pagelist import Cell, Column, ListSource, PageList

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.screen import Screen

    from casework.tui.actions import Action

SHOWN = (
    "app", "door", "errand", "outdoors", "stairwell", "residents", "household", "followups", "board", "matrix",
    "case_step", "promises", "places", "place", "rules", "spells", "rule_form",
    "check", "leak", "form", "followup_form", "joint_visit",
)  # fmt: skip
"""Scopes whose actions can be chosen by name; cursor keys cannot."""


class PaletteScreen(Dialog):
    """The palette of a screen. It is dismissed with the chosen action, which is then done."""

    BINDINGS = [
        *actions.only("dialog.no"),
        Binding("up", "cursor_up", show=False),
        Binding("down", "cursor_down", show=False),
        Binding("pageup", "page_up", show=False),
        Binding("pagedown", "page_down", show=False),
    ]

    def __init__(self, asked: Screen[Any]) -> None:
        super().__init__()
        self.asked = asked
        scopes = {*getattr(asked, "SCOPES", ()), "app"} & set(SHOWN)
        offered = [a for a in actions.ACTIONS.values() if a.scope in scopes or a.everywhere]
        self.offered = [action for action in offered if action.id != "app.palette"]
        here = scopes - {"app"}
        self.offered.sort(key=lambda action: action.scope not in here)
        self.words = {action.id: _words(action) for action in self.offered}

    def compose(self) -> ComposeResult:
        """A field over the list."""
        with Vertical(classes="dialog wide"):
            field = Input(placeholder=_("What do you want to do?"), compact=True, id="word")
            field.cursor_blink = False
            yield field
            yield PageList(
                (Column(8), Column(18), Column()),
                self._cells,
                empty=Phrase(N_("No action is called that.")),
                always_lit=True,
                id="actions",
            )
            yield Said(Phrase(N_("enter: do it     esc: back")), classes="keys")

    def on_mount(self) -> None:
        """Show everything."""
        self._filter("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what fits the word."""
        self._filter(event.value)

    def _filter(self, typed: str) -> None:
        said = typed.casefold().strip()
        found = [a for a in self.offered if all(word in self.words[a.id] for word in said.split())]
        # The names stand before the sentences: who types the name of an action means that one.
        found.sort(
            key=lambda a: (self._why(a) is not None, bool(said) and said not in self.words[a.id].partition("\n")[0])
        )
        self.query_one(PageList).show(ListSource(found), at=0)

    def _why(self, action: Action) -> Phrase | None:
        return self.asked.why_not(action.id) if isinstance(self.asked, BaseScreen) else None

    def _cells(self, action: Action) -> tuple[Cell, Cell, Cell]:
        why = self._why(action)
        key = actions.key_text(action, self.casework.user_keymap)
        if why is not None:
            return Cell(key, "muted"), Cell(_(action.label), "muted"), Cell(say(why), "overdue")
        return Cell(key, "accent"), Cell(_(action.label)), Cell(_(action.hint), "muted")

    def action_cursor_up(self) -> None:
        """One line up, the cursor of the field staying where it is."""
        self.query_one(PageList).action_cursor_up()

    def action_cursor_down(self) -> None:
        """One line down."""
        self.query_one(PageList).action_cursor_down()

    def action_page_up(self) -> None:
        """One page up."""
        self.query_one(PageList).action_page_up()

    def action_page_down(self) -> None:
        """One page down."""
        self.query_one(PageList).action_page_down()

    def on_input_submitted(self) -> None:
        """Do the action under the cursor."""
        self._choose(self.query_one(PageList).current)

    def on_page_list_selected(self, event: PageList.Selected) -> None:
        """Do the action that was clicked."""
        self._choose(event.row)

    def _choose(self, action: Action | None) -> None:
        if action is not None:
            self.dismiss(action.id)


def _words(action: Action) -> str:
    """Label and hint in both languages, the labels on the first line: who thinks of it in the other one finds it too."""
    before = language()
    labels, hints = [], []
    for code in LANGUAGES:
        set_language(code)
        labels.append(_(action.label))
        hints.append(_(action.hint))
    set_language(before)
    return "\n".join((" ".join(labels), *hints, action.id)).casefold()
