"""Backups: how old the newest is, one now, one to a stick, and how to get one back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain
from casework.tui import background, dates
from casework.tui.dialogs import Said
from casework.tui.screens.base import BaseScreen
from casework.tui.widgets.pagelist import Cell, Column, ListSource, PageList

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from textual.app import ComposeResult

_STAMP = re.compile(r"-(\d{8}T\d{6})\.")


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup beside the casebook. `made` is None for the one before an upgrade, which has no day in its name."""

    path: Path
    made: datetime | None
    size: int


class BackupScreen(BaseScreen):
    """The automatic backups, newest first, and two ways to make one."""

    SCOPES = ("backup", "over")
    CSS_PATH = "backup.tcss"
    AUTO_FOCUS = "#backups"

    def __init__(self) -> None:
        super().__init__()
        self.making = False

    def body(self) -> ComposeResult:
        """Age, list, how to restore."""
        yield Said("", id="backup-age")
        rows: PageList[Kept] = PageList(
            (Column(18), Column(14), Column(10, right=True), Column()),
            self._cells,
            empty=Phrase(N_("There is no automatic backup yet.")),
            id="backups",
        )
        yield rows
        yield Said(
            Phrase(
                N_(
                    "To get one back: ctrl+l, then f10, then Restore a backup. It becomes a casebook of its own, nothing "
                    "is written over; it opens with the passphrase of its day. Or on the command line:"
                )
            ),
            id="backup-how",
        )
        yield Said("", id="backup-command")

    def load(self) -> None:
        """Read the folder."""
        kept = kept_beside(self.book.path)
        newest = next((one.made for one in kept if one.made is not None), None)
        today = self.book.today()
        self.query_one("#backup-age", Said).say(
            Phrase(N_("The newest backup: {age}. One a day is made by itself, the last 10 are kept."),
                   {"age": age(newest, today)})
            if newest is not None
            else Phrase(N_("No backup yet. One a day is made by itself, the last 10 are kept."))
        )  # fmt: skip
        self.query_one(PageList).show(ListSource(kept), at=0)
        self._say_how()

    def _cells(self, kept: Kept) -> Sequence[Cell]:
        today = self.book.today() if self.casework.book is not None else None
        when: object = dates.moment_text(kept.made, today) if kept.made and today else Phrase(N_("before an upgrade"))
        old: object = age(kept.made, today) if kept.made and today else ""
        return (
            Cell(when),
            Cell(old, "muted"),
            Cell(f"{kept.size / 1e6:,.1f} MB", "muted"),
            Cell(kept.path.name, "muted"),
        )

    def on_page_list_highlighted(self, event: PageList.Highlighted) -> None:
        """Say how this one comes back."""
        event.stop()
        self._say_how()

    def _say_how(self) -> None:
        row = self.query_one(PageList).current
        name = plain(row.path.name) if isinstance(row, Kept) else "FILE"
        self.query_one("#backup-command", Said).say(f"casework restore {name} --to NEW.casework")

    def copyable(self) -> str:
        """The path of the backup under the cursor."""
        row = self.query_one(PageList).current
        return str(row.path) if isinstance(row, Kept) else ""

    def why_not(self, action_id: str) -> Phrase | None:
        """One at a time."""
        if self.making and action_id.startswith("backup."):
            return Phrase(N_("A backup is being made."))
        return super().why_not(action_id)

    def action_backup_now(self) -> None:
        """One more, beside the casebook."""
        self._make(None)

    def action_backup_elsewhere(self) -> None:
        """One to a folder of the worker's choice."""
        from casework.tui import picking

        picking.pick_folder(self, Phrase(N_("Into which folder? It stays encrypted there.")), self._make)

    def _make(self, folder: Path | None) -> None:
        book = self.book

        def work(_work: background.Work) -> Path:
            from casework.casebook import backups

            if folder is None:
                return backups.make(book)
            stamp = book.clock.now().strftime("%Y%m%dT%H%M%S")
            return backups.make(book, folder / f"{book.path.stem}-{stamp}{backups.SUFFIX}")

        self.making = True
        self.tell(Phrase(N_("A backup is being made.")))
        self.refresh_bindings()
        background.start(self.casework, work, self._made, self._not_made, book=book, name="backup")

    def _made(self, path: Path) -> None:
        self.making = False
        done = Phrase(N_("Backed up to {path}"), {"path": plain(str(path))})
        if not self.is_attached:
            self.casework.say_above(done)
            return
        if self.casework.book is not None:
            self.load()
        self.refresh_bindings()
        self.tell(done, tone="accent")

    def _not_made(self, phrase: Phrase, _error: Exception) -> None:
        self.making = False
        if self.is_attached:
            self.refresh_bindings()
            self.tell(Phrase(N_("The backup was not made.")), phrase, tone="error")
        else:
            self.casework.say_above(phrase)


def kept_beside(path: Path) -> list[Kept]:
    """The automatic backups of a casebook, newest first."""
    from casework.casebook import backups

    found = []
    for file in backups.listed(path):
        stamp = _STAMP.search(file.name)
        made = datetime.strptime(stamp[1], "%Y%m%dT%H%M%S") if stamp else None
        found.append(Kept(file, made, file.stat().st_size))
    return sorted(found, key=lambda kept: kept.made or datetime.min, reverse=True)


def age(made: datetime, today: date) -> Phrase:
    """How old a backup is, in days."""
    days = (today - made.date()).days
    if days <= 0:
        return Phrase(N_("today"))
    if days == 1:
        return Phrase(N_("yesterday"))
    return Phrase(N_("{days} days old"), {"days": days})
