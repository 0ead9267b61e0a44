"""What a notice at a door (到访不遇告知单) may say of why somebody came, and the Word template that it is made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.catalog import handoff, shelf

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from casework.domain.phrase import Label

VISIT = "visit"
"""The entry for everything that is not named by itself."""


def purposes(checks: Iterable[str]) -> tuple[Label, ...]:
    """Why somebody came, as neighbours may read it, by the checks that are due; a plain visit where there are none.

    Raises:
        CatalogError: an entry without a name in both languages, or none for `visit`.
    """
    found = shelf.entries("door_notice", lambda _key, entry: shelf.label(entry))
    if VISIT not in found:
        raise shelf.CatalogError("door_notice.toml", VISIT, "is missing")
    named = dict.fromkeys(found.get(name, found[VISIT]) for name in checks)
    return tuple(named) or (found[VISIT],)


def template(language: str) -> Path:
    """The Word template of a language: the user's own of the same name goes before the one that comes along."""
    return handoff.template(language, "notice")
