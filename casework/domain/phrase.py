"""Sentences that are said later, in whichever language is on then.

A rule or a save knows *what* is to be said; only the screen or the command line knows in which
language. A `Phrase` carries the English message id and its values; `casework.language.say` says it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Phrase:
    """A message id with named values: `Phrase("{n} doors left", {"n": 3})`.

    A value may itself be a `Phrase` or a `Label`; it is said in the same language.
    """

    text: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Label:
    """A name that a catalog file gives in both languages."""

    zh: str
    en: str


def N_(text: str) -> str:
    """Mark a message id for extraction without translating it yet."""
    return text
