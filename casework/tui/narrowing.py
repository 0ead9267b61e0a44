"""Choosing from a list by typing a part of the name: in either language, by characters, pinyin or its initials.

    narrowing.pick(self, Phrase(N_("To whom?")), options, then)
    narrowing.pick_several(self, Phrase(N_("Who was there?")), options, then)

`then` gets the value, or the values; after escape it gets None.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input

from casework.domain.phrase import N_, Label, Phrase
from casework.language import LANGUAGES, _, language, say, set_language
from casework.tui import actions, marks
from casework.tui.dialogs import Dialog, Said
from casework.tui.widgets.pagelist import Cell, Column, ListSource, PageList

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.app import ComposeResult
    from textual.screen import Screen

ONE = Phrase(N_("type to narrow   enter: choose   esc: back"))
SEVERAL = Phrase(N_("type to narrow   tab: mark   enter: done   esc: back"))


@dataclass(frozen=True, slots=True)
class Option:
    """A line of the list. `note` stands beside it, `words` are found too; `kind` heads it where there are several
    kinds.
    """

    value: Any
    label: object
    note: object = ""
    words: str = ""
    kind: str = ""


class NarrowDialog(Dialog):
    """A field over a list of what fits it. With `several` a key marks lines, and enter gives all that are marked.

    With `free` what was typed is an answer as well, where nothing fits it: it comes as text.
    """

    BINDINGS = [
        *actions.only("dialog.no"),
        Binding("up", "cursor_up", show=False),
        Binding("down", "cursor_down", show=False),
        Binding("pageup", "page_up", show=False),
        Binding("pagedown", "page_down", show=False),
        Binding("tab", "mark", show=False),
    ]

    def __init__(
        self, question: object, options: Sequence[Option], *, marked: Iterable[Any] = (), several: bool = False,
        free: bool = False, at: Any = None, typed: str = "",
    ) -> None:  # fmt: skip
        super().__init__()
        self._typed = typed
        self._early = len(typed)
        """How many letters came by way of the line that asked: those that follow there stand behind them."""
        self.question = question
        self.options = list(options)
        self.several = several
        self.free = free
        self.at = at
        self.marked = list(marked)
        self._words: dict[int, str] = {}

    def compose(self) -> ComposeResult:
        """The question, the field, the list, the keys."""
        with Vertical(classes="dialog narrow"):
            yield Said(self.question, classes="question")
            field = Input(compact=True, id="word")
            field.cursor_blink = False
            yield field
            kinds = max((_width(option.kind) for option in self.options), default=0)
            yield PageList(
                (Column(1), Column(kinds), Column(), Column(24)), self._cells,
                empty=Phrase(N_("Nothing fits this.")), always_lit=True, id="options",
            )  # fmt: skip
            yield Said(SEVERAL if self.several else ONE, classes="keys")

    def on_mount(self) -> None:
        """Show everything; have the readings of characters ready before they are asked for."""
        threading.Thread(target=_warm, name="pinyin", daemon=True).start()
        if self._typed:
            field = self.query_one("#word", Input)
            field.value = self._typed
            field.cursor_position = len(self._typed)
        self._narrow(self._typed)
        if not self._typed:
            self.lines.move_to(next((n for n, option in enumerate(self.options) if option.value == self.at), 0))

    def more(self, typed: str) -> None:
        """Take a letter that went to the line that asked, before this question was up."""
        at = self._early
        self._early += len(typed)
        if not self.query("#word"):
            self._typed = self._typed[:at] + typed + self._typed[at:]
            return
        field = self.query_one("#word", Input)
        cursor = field.cursor_position
        field.value = field.value[:at] + typed + field.value[at:]
        field.cursor_position = cursor + len(typed) if cursor >= at else cursor

    @property
    def lines(self) -> PageList[Option]:
        """The list."""
        return self.query_one(PageList)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what fits."""
        event.stop()
        self._narrow(event.value)

    def _narrow(self, typed: str) -> None:
        wanted = typed.casefold().split()
        found = [
            option for n, option in enumerate(self.options) if all(word in self._words_of(n) for word in wanted)
        ] if wanted else self.options  # fmt: skip
        self.lines.show(ListSource(found), at=0)

    def _words_of(self, number: int) -> str:
        if number not in self._words:
            self._words[number] = search_words(self.options[number])
        return self._words[number]

    def _cells(self, option: Option) -> tuple[Cell, ...]:
        on = option.value in self.marked
        mark = marks.mark("marked", self.casework.marks) if on else ""
        return (
            Cell(mark, "accent"), Cell(_(option.kind) if option.kind else "", "muted"),
            Cell(option.label, "accent" if on else "text"), Cell(option.note, "muted"),
        )  # fmt: skip

    def action_cursor_up(self) -> None:
        """One line up, the cursor of the field staying where it is."""
        self.lines.action_cursor_up()

    def action_cursor_down(self) -> None:
        """One line down."""
        self.lines.action_cursor_down()

    def action_page_up(self) -> None:
        """One page up."""
        self.lines.action_page_up()

    def action_page_down(self) -> None:
        """One page down."""
        self.lines.action_page_down()

    def action_mark(self) -> None:
        """Mark the line, or take its mark away; what was typed gives way to the next word."""
        option = self.lines.current
        if option is None or not self.several:
            return
        self.toggle(option.value)
        field = self.query_one("#word", Input)
        if field.value:
            field.value = ""
        self.lines.retranslate()

    def toggle(self, value: Any) -> None:
        """Mark a value, or take its mark away."""
        if value in self.marked:
            self.marked.remove(value)
        else:
            self.marked.append(value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: the line under the cursor, and what is marked."""
        event.stop()
        self._done()

    def on_page_list_selected(self, event: PageList.Selected) -> None:
        """A click on the line."""
        event.stop()
        self._done()

    def _done(self) -> None:
        option, typed = self.lines.current, self.query_one("#word", Input).value.strip()
        if self.several:
            # What is narrowed down to is meant; a list that nobody typed at is only the marks.
            if option is not None and (typed or not self.marked) and option.value not in self.marked:
                self.toggle(option.value)
            self.dismiss(tuple(self.marked))
        elif option is not None:
            self.dismiss(option.value)
        elif self.free and typed:
            self.dismiss(typed)


def search_words(option: Option) -> str:
    """By what a line is found: its words in both languages, and how the Chinese ones are read."""
    from casework.casebook import pinyin

    before = language()
    said: list[str] = []
    for code in LANGUAGES:
        set_language(code)
        said += [say(option.label), say(option.note), _(option.kind) if option.kind else ""]
    set_language(before)
    if isinstance(option.label, Label):
        said += [option.label.zh, option.label.en]
    readings = [pinyin.keys(word) for word in dict.fromkeys(said) if word and not word.isascii()]
    return " ".join((*said, *readings, option.words)).casefold()


def _width(kind: str) -> int:
    from rich.cells import cell_len

    return cell_len(_(kind)) if kind else 0


def _warm() -> None:
    from casework.casebook import pinyin

    pinyin.readings("一")


def pick(
    screen: Screen[Any], question: object, options: Sequence[Option], then: Callable[[Any], None], *,
    at: Any = None, free: bool = False, typed: str = "",
) -> None:  # fmt: skip
    """Ask for one; `then` gets its value, with `free` perhaps a text, or None after escape."""
    screen.app.push_screen(NarrowDialog(question, options, at=at, free=free, typed=typed), then)


def pick_several(
    screen: Screen[Any], question: object, options: Sequence[Option], then: Callable[[tuple[Any, ...] | None], None],
    *, marked: Iterable[Any] = (), typed: str = "",
) -> None:  # fmt: skip
    """Ask for any number; `then` gets their values, or None after escape."""
    screen.app.push_screen(NarrowDialog(question, options, marked=marked, several=True, typed=typed), then)
