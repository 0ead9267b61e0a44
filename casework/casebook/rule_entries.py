"""Entries about rules and spells: what a screen, a file or a script hands in. Pydantic, and so imported by functions only."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Self

from pydantic import StringConstraints, field_validator, model_validator

from casework.casebook.entries import Entry, Id, Line

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]


class RuleEntry(Entry):
    """A rule of the worker's own: the table that a TOML file would give it, or no `body` to switch off the rule of that key.

    With `off` the table is kept, and the rule switched off.

    The table itself is held to its shape when it is previewed or saved, so that the mistake names the rule and its key.
    """

    key: Key
    body: dict[str, Any] | None = None
    off: bool = False
    words: Line = ""


class SpellEntry(Entry):
    """A spell of weather or another occasion: warned of, begun, or over already."""

    kind: Key
    starts_on: date
    ends_on: date | None = None
    words: Line = ""

    @field_validator("kind")
    @classmethod
    def _known(cls, kind: str) -> str:
        from casework.catalog.shelf import spell_kinds

        if kind not in spell_kinds():
            raise ValueError(f"there is no {kind!r} in spells.toml; there are {', '.join(spell_kinds())}")
        return kind

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise ValueError("the end lies before the start")
        return self


class SpellEnd(Entry):
    """That a spell is over: its last day."""

    spell_id: Id
    ends_on: date
