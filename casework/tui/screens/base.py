"""What all screens share: the frame, the keys, saving, and what is said afterwards."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.screen import Screen

from casework.domain.phrase import N_, Phrase
from casework.language import _
from casework.tui import actions, marks
from casework.tui.widgets.bars import SAVING, UNSAVED, KeyBar, Notice, StatusBar, TooSmall, state_mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import ActiveBinding

    from casework.casebook.book import Casebook
    from casework.casebook.errors import CasebookError
    from casework.domain.receipt import Receipt
    from casework.tui.app import CaseworkApp

FLOOR = (80, 24)
"""Columns and lines below which nothing is promised."""

VISIT = "visit.log"
"""The verb of the receipt of a visit (`casework.casebook.visits`); what it warns of is about somebody's life."""


class Floored(Screen[Any]):
    """A screen that says so when the terminal is smaller than the floor."""

    def on_resize(self, event: events.Resize) -> None:
        """Cover the screen below the floor, and uncover it again."""
        small = event.size.width < FLOOR[0] or event.size.height < FLOOR[1]
        cover = self.query(TooSmall)
        if small and not cover:
            self.mount(TooSmall())
        elif not small and cover:
            cover.remove()

    @property
    def casework(self) -> CaseworkApp:
        """The app, by its own type."""
        return cast("CaseworkApp", self.app)

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The keys that act now, described in the language that is on."""
        found = super().active_bindings
        for key, active in found.items():
            action = actions.ACTIONS.get(active.binding.id or "")
            if action is not None:
                said = _(action.label)
                binding = actions.described(active.binding, said, _(action.hint))
                found[key] = active._replace(binding=binding, tooltip=_(action.hint))
        return found

    def retranslate(self) -> None:
        """Say everything again after a switch of language. A screen that keeps said text extends this."""
        for node in self.walk_children():
            again = getattr(node, "retranslate", None)
            if again is not None:
                again()
            node.refresh(layout=True)
        self.refresh_bindings()


class BaseScreen(Floored):
    """A screen of the app: a status line, the body of the subclass, a line that says what was done, a line
    of keys.

    A subclass names its `SCOPES` of actions (`casework.tui.actions.SCOPES`), yields its widgets from
    `body` and
    reads what it shows in `load`, which runs each time the screen comes up, also after an unlock.
    """

    SCOPES: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if "SCOPES" in cls.__dict__:
            cls.BINDINGS = list(actions.bindings(*cls.SCOPES))
        super().__init_subclass__(**kwargs)

    def __init__(self) -> None:
        super().__init__()
        self.unsaved = False
        self.saving = False
        self._receipt_said = False
        self._failed: tuple[Callable[[str], Receipt], str, Callable[[Receipt], None] | None] | None = None

    # what a subclass gives

    def body(self) -> ComposeResult:
        """The widgets between the status line and the key line."""
        return ()

    def load(self) -> None:
        """Read what the screen shows from the casebook."""

    def why_not(self, action_id: str) -> Phrase | None:
        """Why an action cannot be done just now; None when it can."""
        if action_id == "app.retry" and self._failed is None:
            return Phrase(N_("No save has failed."))
        return None

    def copyable(self) -> str:
        """What ctrl+c copies when nothing is selected."""
        return ""

    # the frame

    @property
    def book(self) -> Casebook:
        """The open casebook."""
        return self.casework.open_book

    def compose(self) -> ComposeResult:
        """The frame around the body."""
        yield StatusBar()
        yield from self.body()
        yield Notice()
        yield KeyBar()

    def on_screen_resume(self) -> None:
        """Read afresh whatever may have changed meanwhile, unless the casebook is locked or another screen came."""
        self.screen_layout_refresh_signal.subscribe(self, self._place_cursor, immediate=True)
        if self.casework.book is not None and self.app.screen is self:
            self.load()

    def on_screen_suspend(self) -> None:
        """Take a receipt away with the screen: what `u` undoes may be something else when it comes up again."""
        above = self.app.screen
        if self._receipt_said and isinstance(above, BaseScreen) and above is not self:
            self.tell()

    def footer(self) -> list[actions.Action]:
        """The actions that the key line offers, best first."""
        return actions.footer_actions(self.SCOPES)

    def state_text(self) -> str:
        """What the right end of the status line says about saving."""
        style = self.casework.marks
        if self.saving:
            return state_mark("unsaved", style, _(SAVING))
        return state_mark("unsaved", style, _(UNSAVED)) if self.unsaved else ""

    def _place_cursor(self, _screen: Screen[Any]) -> None:
        """Put the terminal's own cursor where the field in use has come to stand: lines above it have come or gone, and
        the window of a Chinese input method stands at that cursor.
        """
        offset = getattr(self.focused, "cursor_screen_offset", None)
        if offset is not None and offset != self.app.cursor_position and self.focused is not None:
            self.app.cursor_position = offset
            self.focused.refresh()

    def set_unsaved(self, unsaved: bool) -> None:
        """Show in the status line whether something typed here is not saved yet."""
        if unsaved != self.unsaved:
            self.unsaved = unsaved
            self.refresh_bindings()

    def tell(self, *lines: object, tone: str = "text") -> None:
        """Say one or more phrases in the line above the keys; the first bears the tone."""
        self._receipt_said = False
        self.query_one(Notice).tell(
            *((what, tone if n == 0 else "text") for n, what in enumerate(lines)),
        )

    def tell_receipt(self, receipt: Receipt) -> None:
        """Say what was saved, what the worker must know now, what follows from it, and how to undo it."""
        key = actions.key_text(actions.ACTIONS["app.undo"], self.casework.user_keymap)
        said = {"mark": marks.mark("done", self.casework.marks), "what": receipt.summary, "key": key}
        done = Phrase(N_("{mark} Saved: {what}  ({key} undoes it)"), said)
        if receipt.verb == "undo":
            # The next undo takes back the save before this one: it does not bring this one again.
            done = Phrase(N_("{mark} {what}"), said)
        warnings = receipt.warnings
        if warnings and receipt.verb == VISIT:
            from casework.tui import welfare

            welfare.show(self, warnings)
            warnings = ()
        self.query_one(Notice).tell(
            (done, "accent"),
            *((warning, "urgent") for warning in warnings),
            *((follow, "text") for follow in receipt.follows),
        )
        # A warning is kept: it says what is to be done now.
        self._receipt_said = not receipt.warnings

    async def action_act(self, action_id: str) -> None:
        """Do an action, or say why not."""
        await self.casework.act(action_id)

    def action_screen_back(self) -> None:
        """Go back to the screen underneath."""
        if len(self.app.screen_stack) > 1:
            self.dismiss(None)

    # saving

    def save(
        self,
        work: Callable[[str], Receipt],
        on_saved: Callable[[Receipt], None] | None = None,
        *,
        action: str | None = None,
    ) -> None:
        """Save through the one writer and say the receipt, after the commit and never before.

        Args:
            work: does the save for an action id, e.g. `lambda action: visits.log(self.book, entry,
            action)`. It
                runs on the writer thread: it must not touch a widget.
            on_saved: called with the receipt on the screen's own thread, before it is said.
            action: the id of the save. A form keeps one for its life, so that a save repeated after a failure
                is made once. By default each call is a new one, and `app.retry` repeats a failed one with
                its id.

        While one save is under way a second is ignored: the keys would mean the same thing twice.
        """
        if self.saving:
            return
        from casework.casebook.ids import new_id
        from casework.tui import saving

        action = action or new_id()
        self.saving = True
        self._failed = None
        self.refresh_bindings()
        saving.submit(self.casework, self, work, action, on_saved)

    def saved(self, receipt: Receipt, on_saved: Callable[[Receipt], None] | None) -> None:
        """Take a receipt: the commit is done."""
        self.saving = False
        self.set_unsaved(False)
        self.refresh_bindings()
        if on_saved is not None:
            on_saved(receipt)
        self.casework.tell_receipt(receipt)

    def not_saved(
        self,
        error: CasebookError,
        work: Callable[[str], Receipt],
        action: str,
        on_saved: Callable[[Receipt], None] | None,
    ) -> None:
        """Take a failure: say it, keep the form and the action id for another try."""
        self.saving = False
        self._failed = (work, action, on_saved)
        self.refresh_bindings()
        from casework.casebook.errors import NotSaved

        if not isinstance(error, NotSaved):
            # A rule said no: the same again would be refused again.
            self._failed = None
            self.tell(error.phrase, tone="error")
            return
        key = actions.key_text(actions.ACTIONS["app.retry"], self.casework.user_keymap)
        self.tell(
            error.phrase,
            Phrase(N_("What you typed is still here. {key} saves it again."), {"key": key}),
            tone="error",
        )

    def action_app_retry(self) -> None:
        """Try the failed save again, under the same id."""
        if self._failed is not None:
            work, action, on_saved = self._failed
            self.save(work, on_saved, action=action)


async def run(method: Callable[..., Any]) -> None:
    """Call an action's method, which may be a coroutine function."""
    result = method()
    if inspect.isawaitable(result):
        await result
