"""One photo or file to be looked at: on the terminal as well as it can, or outside with another program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Container

from casework.domain.evidence import size_text
from casework.domain.phrase import N_, Phrase
from casework.language import say
from casework.tui import dates, dialogs, pictures
from casework.tui.dialogs import Said
from casework.tui.screens.base import BaseScreen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from textual.app import ComposeResult

    from casework.tui.holding import Shown

NO_PICTURE = Phrase(N_("This is a document and no picture. o opens it with another program."))


class PictureScreen(BaseScreen):
    """The picture under the cursor of the list, with its neighbours by the arrows."""

    SCOPES = ("picture", "over")
    CSS_PATH = "picture.tcss"

    def __init__(self, rows: Sequence[Shown], at: int) -> None:
        super().__init__()
        self.rows = list(rows)
        self.at = at
        self._beside: Path | None = None

    def body(self) -> ComposeResult:
        """What it is called, the picture, what it shows in words."""
        yield Said("", id="called")
        yield Container(id="frame")
        yield Said("", id="said")

    @property
    def one(self) -> Shown:
        """What is looked at."""
        return self.rows[self.at]

    def load(self) -> None:
        """Draw it."""
        self._say()
        self.run_worker(self._draw(), exclusive=True, group="picture")

    def retranslate(self) -> None:
        """Say it again in the other language."""
        super().retranslate()
        if self.casework.book is not None:
            self._say()

    def _say(self) -> None:
        one = self.one
        moment = one.taken_at or one.added_at
        said = {"file": one.name, "size": size_text(one.size), "n": self.at + 1, "all": len(self.rows)}
        day = dates.moment_text(moment, self.book.today()) if moment is not None else ""
        self.query_one("#called", Said).say(Phrase(N_("{file}   {size}   {day}   {n} of {all}"), {**said, "day": day}))
        self.query_one("#said", Said).say(" / ".join(part for part in (one.words, say(one.about)) if part))

    async def _draw(self) -> None:
        """Put the picture into its frame, or a sentence in its place."""
        from casework.casebook import blobs
        from casework.casebook.errors import CasebookError
        from casework.exchange import attached
        from casework.exchange import pictures as reading

        frame = self.query_one("#frame", Container)
        await frame.remove_children()
        if self.casework.book is None:
            return
        try:
            data = blobs.read(self.book, self.one.blob)
            if not self.one.media.startswith("image/"):
                await frame.mount(Said(NO_PICTURE))
                return
            picture = reading.opened(data, attached.limits())
        except CasebookError as error:
            await frame.mount(Said(error.phrase))
            return
        await frame.mount(pictures.widget(self.casework, picture))

    def copyable(self) -> str:
        """Its name."""
        return self.one.name

    def on_screen_suspend(self) -> None:
        """Behind the lock nothing of it stays on the screen."""
        if self.casework.book is None:
            self.query_one("#frame", Container).remove_children()

    def why_not(self, action_id: str) -> Phrase | None:
        """There must be a next one, and something to draw."""
        if action_id == "picture.previous" and self.at == 0:
            return Phrase(N_("This is the first."))
        if action_id == "picture.next" and self.at == len(self.rows) - 1:
            return Phrase(N_("This is the last."))
        if action_id == "picture.way" and not self.one.media.startswith("image/"):
            return NO_PICTURE
        return super().why_not(action_id)

    def action_picture_next(self) -> None:
        """The next one."""
        self.at += 1
        self.load()

    def action_picture_previous(self) -> None:
        """The one before."""
        self.at -= 1
        self.load()

    def action_picture_way(self) -> None:
        """Draw it in another way, and every other one from now on."""
        wanted = pictures.next_way(self.book.setting(pictures.SETTING, pictures.AUTO))
        self.book.set_setting(pictures.SETTING, wanted)
        self.tell(Phrase(N_("Pictures are drawn {way}."), {"way": Phrase(pictures.WAYS[wanted])}))
        self.load()

    # outside

    def action_picture_outside(self) -> None:
        """Say what it means, then open it with another program."""
        from casework.tui import outsideprogram

        if not outsideprogram.can_open():
            self.tell(
                Phrase(N_("No program here can open it. casework evidence save writes it to a file.")), tone="overdue"
            )
            return
        question = Phrase(
            N_(
                "Open {file} with another program? Until you close this view a copy that is not encrypted "
                "lies beside the casebook. That it was opened is recorded."
            ),
            {"file": self.one.name},
        )
        dialogs.confirm(self, question, lambda yes: self._open_outside() if yes else None)

    def _open_outside(self) -> None:
        from casework.casebook import blobs, viewing
        from casework.casebook import evidence as kept
        from casework.casebook.errors import CasebookError
        from casework.catalog.shelf import evidence_kinds
        from casework.domain.evidence import ending_for
        from casework.tui import outsideprogram

        one, book = self.one, self.book
        try:
            if one.attachment:
                _found, data = kept.take_out(book, one.attachment)
            else:
                data = blobs.read(book, one.blob)
            copy = viewing.put(book.path, data, ending_for(evidence_kinds().values(), one.media))
        except CasebookError as error:
            self.tell(error.phrase, tone="error")
            return
        self._beside = book.path
        if outsideprogram.open_file(copy):
            self.tell(Phrase(N_("Opened with another program. esc here deletes the copy.")))
        else:
            self._take_back()
            self.tell(Phrase(N_("No program here can open it. The copy is deleted.")), tone="error")

    def _take_back(self) -> bool:
        """Delete the copy; whether it is gone. What cannot be deleted now is at the lock, the end and the next start."""
        from casework.casebook import viewing

        beside, self._beside = self._beside, None
        return beside is None or viewing.clear(beside)

    def on_unmount(self) -> None:
        """However the view was left."""
        self._take_back()

    def action_screen_back(self) -> None:
        """Close the view, and with it the copy; where another program still holds it, say so first."""
        if not self._take_back():
            said = N_("Another program still holds the copy. Close it there; the copy goes when casework is closed.")
            self.tell(Phrase(said), tone="error")
            return
        super().action_screen_back()
