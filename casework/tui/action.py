"""What an action is: `casework.tui.actions` names them all."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a worker can do.

    `keys` are Textual key names, separated by commas; none means palette only. `priority_keys` act in text
    fields
    and dialogs as well. `label` (a word or two) and `hint` (a sentence) are message ids. `footer` orders the
    key line; 0 keeps the action off it. What can be done `everywhere` is offered by every palette, though its key acts
    in its own scope only.
    """

    id: str
    keys: str
    scope: str
    label: str
    hint: str
    footer: int = 0
    priority_keys: str = ""
    everywhere: bool = False

    @property
    def method(self) -> str:
        """The name of the method that carries it out."""
        return "action_" + self.id.replace(".", "_")
