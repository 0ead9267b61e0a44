"""Marks: the sign that stands beside every colour, one cell wide.

None of them is *ambiguous* in East Asian width, so a terminal that draws ambiguous characters two cells
wide keeps
the columns. `ascii` serves fonts and consoles that lack them (setting `marks`).
"""

from __future__ import annotations

_MARKS = {
    "urgent": ("‼", "!"),
    "overdue": ("✱", "*"),
    "due": ("◦", "o"),
    "upcoming": ("∙", "."),
    "missed": ("✗", "x"),
    "done": ("✓", "+"),
    "hazard": ("⚠", "#"),
    "away": ("⌂", "-"),
    "not_due": ("∙", "."),
    "caution": ("⚑", "%"),
    "cursor": ("❯", ">"),
    "unsaved": ("✎", "*"),
    "locked": ("⊘", "#"),
    "more": ("⋯", "~"),
    "recurring": ("↻", "r"),
    "fixed": ("✚", "f"),
    "marked": ("✚", "+"),
    "stopped": ("=", "="),
    "not_applicable": ("-", "-"),
    "could_not": ("?", "?"),
    "declined": ("⊗", "/"),
    "attached": ("❐", "@"),
}

ASCII = "ascii"


def mark(name: str, style: str = "") -> str:
    """The mark of a name; `style` is the setting `marks`, of which `ascii` asks for the plain one."""
    return _MARKS[name][1 if style == ASCII else 0]


def names() -> tuple[str, ...]:
    """Every mark there is."""
    return tuple(_MARKS)
