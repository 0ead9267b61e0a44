"""Drafts: what is typed into a form is in the casebook a moment later, and stands there again after a
crash or a lock.

Widgets are no place to keep it: closing the terminal ends the app at once.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, ClassVar

from casework.domain.phrase import N_, Phrase
from casework.tui import actions, dates
from casework.tui.screens.base import BaseScreen

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from textual.timer import Timer
    from textual.widget import Widget

    from casework.domain.receipt import Receipt

DRAFT_DELAY = 0.3
"""Seconds from the first unkept key to the draft in the casebook; half a second is promised."""

FLUSH_SECONDS = 3.0
"""How long a closing terminal may wait for the last draft."""

_FIELD, _ACTION = "_field", "_action"

UNDO = "undo"
"""The verb of the receipt of an undo (`casework.casebook.undo`)."""


class DraftingScreen(BaseScreen):
    """A form whose state is kept as it is typed.

    A subclass names its `FORM`, which is its key in `casework.tui.app.SCREENS`, sets `draft_subject`,
    gives `draft_data` and takes it back in `restore_draft`.
    Text fields are watched by themselves; for any other change it calls `typed`. Saving uses one action id
    for
    the form's life, kept in the draft: a form that was saved just before a crash is not offered again.
    """

    FORM: ClassVar[str] = ""
    SCOPES: ClassVar[tuple[str, ...]] = ("form", "over")

    def __init__(self, draft_subject: str = "") -> None:
        super().__init__()
        from casework.casebook.ids import new_id

        self.draft_subject = draft_subject
        self.form_action = new_id()
        self._draft_timer: Timer | None = None
        self._pristine: dict[str, Any] | None = None
        self._kept: dict[str, Any] = {}

    @classmethod
    def from_draft(cls, subject_id: str) -> DraftingScreen:
        """The form for a draft that was found at the start. One whose subject is in parts takes them apart
        here."""
        return cls(subject_id)

    # what a subclass gives

    def draft_data(self) -> dict[str, Any]:
        """What stands in the form, as plain JSON values."""
        return {}

    def restore_draft(self, data: dict[str, Any]) -> None:
        """Put it back, as `draft_data` gave it. Keys may be missing: an older version may have written it."""

    # keeping

    def typed(self) -> None:
        """Something changed: keep it soon."""
        if self._draft_timer is None and self._pristine is not None:
            self._draft_timer = self.set_timer(DRAFT_DELAY, self.keep_draft, name="draft")

    def on_input_changed(self) -> None:
        """A key in a text field."""
        self.typed()

    def on_text_area_changed(self) -> None:
        """A key in a text area."""
        self.typed()

    def on_descendant_blur(self) -> None:
        """A field was left."""
        self.keep_draft()

    def on_screen_suspend(self) -> None:
        """A dialog, another screen or the lock comes over the form."""
        self.keep_draft()

    def keep_draft(self) -> Future[None] | None:
        """Keep what stands in the form now, if it changed; does not wait for the disk."""
        if self._draft_timer is not None:
            self._draft_timer.stop()
            self._draft_timer = None
        if self._pristine is None or self.casework.book is None:
            return None
        from casework.casebook import drafts
        from casework.casebook.errors import CasebookError

        data = self.draft_data()
        self.set_unsaved(data != self._pristine)
        if data == self._kept:
            return None
        self._kept = data
        book = self.book
        try:
            if not self.unsaved:
                return drafts.drop(book, self.FORM, self.draft_subject)
            focused = self.focused
            kept = {**data, _FIELD: focused.id if focused is not None else None, _ACTION: self.form_action}
            return drafts.put(book, self.FORM, self.draft_subject, kept)
        except CasebookError as error:
            self.tell(Phrase(N_("The draft could not be kept.")), error.phrase, tone="error")
            return None

    def flush_draft(self) -> None:
        """Keep the draft and wait until it is on the disk."""
        future = self.keep_draft()
        if future is not None:
            with contextlib.suppress(Exception):
                future.result(timeout=FLUSH_SECONDS)

    # coming back

    def on_mount(self) -> None:
        """Put the draft back, with the cursor in the field where it was."""
        if self._pristine is not None:
            # Textual calls the handler of every class: a form that called this one itself has its draft already.
            return
        self._pristine = self._kept = self.draft_data()
        from casework.casebook import drafts

        draft = drafts.get(self.book, self.FORM, self.draft_subject)
        if draft is None:
            return
        data = dict(draft.data)
        field, action = data.pop(_FIELD, None), data.pop(_ACTION, None)
        if isinstance(action, str):
            if self._was_saved(action):
                drafts.drop(self.book, self.FORM, self.draft_subject)
                return
            self.form_action = action
        self.restore_draft(data)
        self._kept = self.draft_data()
        self.set_unsaved(self._kept != self._pristine)
        self.call_after_refresh(self._focus_field, field)
        key = actions.key_text(actions.ACTIONS["form.discard"], self.casework.user_keymap)
        self.tell(
            Phrase(
                N_("Your draft of {when} is back. {key} throws it away."),
                {"when": dates.moment_text(draft.updated_at, self.book.today()), "key": key},
            ),
            tone="accent",
        )

    def _was_saved(self, action: str) -> bool:
        from casework.casebook import receipts

        return receipts.of_action(self.book, action) is not None

    def _focus_field(self, field: object) -> None:
        if isinstance(field, str):
            found: Widget | None = self.query_one_optional(f"#{field}")
            if found is not None:
                found.focus()

    def action_form_discard(self) -> None:
        """Ask, then empty the form and forget the draft."""
        from casework.tui import dialogs

        def then(yes: bool) -> None:
            if yes:
                self.drop_draft()
                if self._pristine is not None:
                    self.restore_draft(dict(self._pristine))
                    self._kept = self._pristine

        dialogs.confirm(self, Phrase(N_("Throw away what you typed here?")), then)

    def drop_draft(self) -> None:
        """Forget the draft: it was saved, or thrown away."""
        if self._draft_timer is not None:
            self._draft_timer.stop()
            self._draft_timer = None
        from casework.casebook import drafts

        drafts.drop(self.book, self.FORM, self.draft_subject)
        self.set_unsaved(False)

    # saving

    def action_app_undo(self) -> None:
        """Undo the last thing saved, which is not this form: what stands here stays, and so does its draft."""
        from casework.casebook import undo

        book = self.book
        self.keep_draft()
        # Under an id of its own: the form's would make its later save look like one that was made already.
        super().save(lambda action: undo.undo_last(book, action), lambda _receipt: self.load())

    def save(
        self,
        work: Callable[[str], Receipt],
        on_saved: Callable[[Receipt], None] | None = None,
        *,
        action: str | None = None,
    ) -> None:
        """Save the form under its own action id; see `BaseScreen.save`."""
        self.keep_draft()
        super().save(work, on_saved, action=action or self.form_action)

    def saved(self, receipt: Receipt, on_saved: Callable[[Receipt], None] | None) -> None:
        """The commit is done: the draft has served, unless it was another save that was taken back from here."""
        from casework.casebook.ids import new_id

        if receipt.verb == UNDO:
            unsaved = self.unsaved
            super().saved(receipt, on_saved)
            self.set_unsaved(unsaved)
            return
        self.drop_draft()
        self.form_action = new_id()
        self._pristine = self._kept = self.draft_data()
        super().saved(receipt, on_saved)
