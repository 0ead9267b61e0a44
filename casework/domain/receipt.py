"""Receipts: what a save did, said after the commit and never before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from casework.domain.phrase import Phrase


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was saved, what follows from it, and the action that undoes it.

    `action` identifies the save; saving again with the same action returns the same receipt and writes nothing.
    `subject_kind` and `subject_id` name the record that was made or changed. `warnings` are what the worker must
    do or know now (the emergency contact to call, a clock that looks wrong).
    """

    action: str
    verb: str
    subject_kind: str
    subject_id: str
    summary: Phrase
    follows: tuple[Phrase, ...] = ()
    warnings: tuple[Phrase, ...] = ()
