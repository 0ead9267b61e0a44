"""Attaching photos and files from a screen: picking one, and the forms that hold some until they are saved.

A file that was picked lies in the casebook before anybody is told that it was taken: the form's draft names it, so
that neither a stick that is pulled out nor a kill can take it away again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from casework.domain import evidence
from casework.domain.phrase import N_, Phrase
from casework.tui import background
from casework.tui.drafting import DraftingScreen
from casework.tui.screens.base import BaseScreen
from casework.tui.stagedfiles import still_there, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from casework.domain.evidence import StagedFile


def pick(
    screen: BaseScreen, then: Callable[[StagedFile], None], part: str = "", form: AttachingForm | None = None
) -> None:
    """Ask for a file and take it; `then` gets it once it lies in the casebook, wherever the worker is by then.

    `form`: one that is not to be saved while the file is being read for it.
    """
    from casework.catalog.shelf import evidence_kinds
    from casework.tui import picking

    picking.pick_file(
        screen,
        Phrase(N_("Which photo or file?")),
        evidence.endings(evidence_kinds().values()),
        lambda path: take(screen, path, then, part, form),
    )


def take(
    screen: BaseScreen, path: Path, then: Callable[[StagedFile], None], part: str = "",
    form: AttachingForm | None = None,
) -> None:  # fmt: skip
    """Read a file and put it into the casebook, in a thread of its own; say so, or why it is not taken."""
    app, book, name = screen.casework, screen.book, evidence.kept_name(path.name)
    screen.tell(Phrase(N_("Reading {file}."), {"file": name}))
    if form is not None:
        form.reading.append(name)

    def work(_work: background.Work) -> StagedFile:
        from casework.exchange import attached

        with background.yielding():
            return attached.take(book, path, part)

    def ended(*said: object, tone: str) -> None:
        if form is not None:
            form.reading.remove(name)
        top = topmost(screen)
        if top is screen or said:
            top.tell(*said, tone=tone)

    def done(staged: StagedFile) -> None:
        ended(*staged.notes, tone="overdue")
        then(staged)

    background.start(
        app, work, done, lambda phrase, _error: ended(phrase, tone="error"), book=book, name="attach", keeps_open=True
    )


def topmost(screen: BaseScreen) -> BaseScreen:
    """Where something is said or saved for a screen that may have been closed: on it, or else on the one in front."""
    top = screen.app.screen
    return screen if screen.is_attached or not isinstance(top, BaseScreen) else top


def let_go(screen: BaseScreen, blobs: Sequence[str]) -> None:
    """A form does not hold these any more: what nothing else holds is gone."""
    if blobs and screen.casework.book is not None:
        from casework.casebook import blobs as stored

        stored.unstage(screen.book, blobs)


class AttachingForm(DraftingScreen):
    """A form that holds photos and files until it is saved. A subclass puts `files` into its draft and its entry and
    shows them in `files_changed`.
    """

    def __init__(self, draft_subject: str = "") -> None:
        super().__init__(draft_subject)
        self._files: list[StagedFile] = []
        self.reading: list[str] = []
        """The names of files that are being read for this form just now."""

    def why_not(self, action_id: str) -> Phrase | None:
        """A form is not saved without the photo that is still being read for it."""
        if action_id == "form.save" and self.reading:
            return Phrase(N_("{file} is still being read. Save again in a moment."), {"file": self.reading[0]})
        return super().why_not(action_id)

    def on_screen_resume(self) -> None:
        """What came while the casebook was locked is kept now."""
        self.keep_draft()

    @property
    def files(self) -> list[StagedFile]:
        """What the form holds."""
        return self._files

    def files_changed(self) -> None:
        """Other files are held: a subclass shows them."""

    def file_label(self, _part: str) -> object:
        """How the part that a file belongs to is called; empty for the whole."""
        return ""

    def show_files(self, part: str = "") -> None:
        """Show what is held; a file is picked at once where there is nothing yet."""
        from casework.tui.holding import FormHolder

        self.casework.open("evidence", FormHolder(self, part), then=self._files_shown)

    def _files_shown(self, _answer: object) -> None:
        self.files_changed()

    def add_file(self, staged: StagedFile) -> bool:
        """Hold one more; False where it is held for the same part already."""
        if any((one.blob, one.part) == (staged.blob, staged.part) for one in self.files):
            return False
        self.files.append(replace(staged, notes=()))
        self._keep_files()
        return True

    def drop_file(self, staged: StagedFile) -> None:
        """Let one go."""
        if staged in self.files:
            self.files.remove(staged)
            # The draft first: while it names the bytes they stay.
            self._keep_files()
            let_go(self, [staged.blob])

    def describe_file(self, staged: StagedFile, words: str) -> None:
        """Say in words what one shows."""
        if staged in self.files:
            self.files[self.files.index(staged)] = replace(staged, words=words)
            self._keep_files()

    def _keep_files(self) -> None:
        self.files_changed()
        self.keep_draft()

    def files_back(self, data: dict[str, Any]) -> list[StagedFile]:
        """The files of a draft that still lie in the casebook; that one is missing is said."""
        found = unpacked(data.get("files"))
        there = still_there(self.book, found)
        missing = [one for one in found if one not in there]
        if missing:
            said = N_("{file} is no longer in the casebook. Attach it again.")
            self.call_after_refresh(self.tell, Phrase(said, {"file": missing[0].name}), tone="error")
        return there

    def drop_draft(self) -> None:
        """Forget the draft, and what it held unless that was saved."""
        blobs = [one.blob for one in self.files]
        super().drop_draft()
        let_go(self, blobs)
