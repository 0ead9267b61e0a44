"""Text that is said again after a switch of language."""

from __future__ import annotations

from textual.widgets import Static

from casework.domain.text import plain
from casework.language import say


class Said(Static):
    """Text that is said again after a switch of language; never markup."""

    def __init__(self, what: object, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(markup=False, id=id, classes=classes)
        self.what = what

    def on_mount(self) -> None:
        """Say it."""
        self.retranslate()

    def say(self, what: object) -> None:
        """Say something else."""
        self.what = what
        self.retranslate()

    def retranslate(self) -> None:
        """Say it in the language that is on now."""
        self.update(plain(say(self.what)))
