"""The recovery key, shown once: to be written down or printed, and proved by its last group."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain
from casework.language import _
from casework.tui import dialogs
from casework.tui.dialogs import Said
from casework.tui.screens.front import FrontScreen, field

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widgets import Input


class RecoveryKeyScreen(FrontScreen):
    """Cannot be left before the last group has been typed. It is dismissed with True."""

    SCOPES = ("recovery",)
    AUTO_FOCUS = "#last"

    def __init__(self, recovery: str, casebook: Path) -> None:
        super().__init__()
        self.recovery = recovery
        self.casebook = casebook

    def body(self) -> ComposeResult:
        """Why, the key, the proof."""
        groups = self.recovery.split("-")
        yield Said(Phrase(N_("The recovery key of this casebook")), classes="title")
        yield Said(
            Phrase(
                N_(
                    "If the passphrase is forgotten, only this key opens the casebook. It is shown this once. "
                    "Write it down or print it, and lock it away, not beside the laptop."
                )
            )
        )
        for n in (0, 3):
            # Two lines of three groups: none is cut on the narrowest terminal.
            yield Said("      ".join(" ".join(group) for group in groups[n : n + 3]), classes="key")
        yield Said(Phrase(N_("Now type the last 5 characters, from your paper")), classes="label")
        yield field("last")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """See whether it is the last group."""
        event.stop()
        typed = event.value.strip().upper().replace(" ", "").replace("-", "")
        if typed == self.recovery.split("-")[-1]:
            self.dismiss(True)
        else:
            self.tell(Phrase(N_("That is not the last group of the key. Look again.")), tone="error")
            event.input.select_all()

    def action_recovery_save(self) -> None:
        """Ask where, then write it as a text for printing."""
        start = Path.home() / f"{self.casebook.stem}-recovery-key.txt"
        dialogs.ask_text(
            self,
            Phrase(N_("Save as which file? Print it, then delete it: it opens the casebook.")),
            self._write,
            initial=str(start),
        )

    def _write(self, typed: str | None) -> None:
        if not typed:
            return
        path = Path(typed).expanduser()
        text = "\n".join(
            (
                _("The recovery key of this casebook"),
                self.casebook.name,
                "",
                self.recovery,
                "",
                _("Keep it locked away, not beside the laptop. Delete this file after printing."),
                "",
            )
        )
        try:
            # 'x': what stands there is somebody's.
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            self.tell(Phrase(N_("There is already a file of that name. It was left as it is.")), tone="error")
        except OSError:
            self.tell(Phrase(N_("The file cannot be written there. Name another place.")), tone="error")
        else:
            self.tell(
                Phrase(N_("Saved to {path}. Print it, then delete the file."), {"path": plain(str(path))}),
                tone="accent",
            )
