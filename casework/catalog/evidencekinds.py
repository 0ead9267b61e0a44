"""Kinds of evidence from catalog entries; what is wrong is said as a ValueError with words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.domain.evidence import Beginning, Kind, Treatment
from casework.domain.phrase import Label

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEYS = frozenset({"label", "treat", "media", "endings", "starts", "contains", "reason", "source", "effective"})


def read_kind(key: str, entry: Mapping[str, Any]) -> Kind:
    """A kind from its table.

    Raises:
        KeyError: a key that must be there.
        ValueError: a key that there is not, or a value that cannot be used.
    """
    unknown = set(entry) - _KEYS
    if unknown:
        raise ValueError(f"no such key: {', '.join(sorted(unknown))}")
    treatment = Treatment(entry["treat"])
    reason = entry.get("reason")
    if (treatment is Treatment.REFUSE) != (reason is not None):
        raise ValueError("reason: a kind that is refused has one, and no other")
    endings = tuple(str(ending).lower() for ending in entry["endings"])
    if any(not ending.startswith(".") for ending in endings):
        raise ValueError("endings: each begins with a dot")
    return Kind(
        key=key,
        label=Label(entry["label"]["zh"], entry["label"]["en"]),
        media=entry["media"],
        treatment=treatment,
        endings=endings,
        beginnings=tuple(Beginning.read(text) for text in entry["starts"]),
        contains=entry.get("contains", ""),
        reason=Label(reason["zh"], reason["en"]) if reason is not None else None,
    )
