"""Two themes of our own: blue and orange, which red-green blind eyes tell apart, strong enough for a dark
stairwell.

A *tone* is a meaning that a row or a door can have. Its colour is never the only sign of it: a mark stands
beside
each (`casework.tui.marks`). Style sheets use the tones as `$tone-urgent` and so on.
"""

from __future__ import annotations

from rich.style import Style
from textual.theme import Theme

DARK = "casework-dark"
LIGHT = "casework-light"

_COLOURS: dict[str, dict[str, str]] = {
    DARK: {
        "background": "#10161d",
        "surface": "#18212b",
        "panel": "#202c39",
        "text": "#e8eef4",
        "muted": "#9fb0c0",
        "accent": "#6cb6ff",
        "urgent": "#ffb04d",
        "overdue": "#f2c98a",
        "due": "#9ccfff",
        "done": "#93a8b8",
        "hazard": "#ffb04d",
        "away": "#c3cdd6",
        "error": "#ffab91",
        "cursor": "#2a5685",
        "cursor-text": "#ffffff",
        "cursor-dim": "#2d3f52",
        "thumb": "#4b6178",
    },
    LIGHT: {
        "background": "#ffffff",
        "surface": "#f1f4f8",
        "panel": "#e0e8f0",
        "text": "#0d1520",
        "muted": "#4a5868",
        "accent": "#004f9e",
        "urgent": "#8f3d00",
        "overdue": "#7a4a00",
        "due": "#004f9e",
        "done": "#43535f",
        "hazard": "#8f3d00",
        "away": "#3f4c59",
        "error": "#9c2a00",
        "cursor": "#bcd9f7",
        "cursor-text": "#06121f",
        "cursor-dim": "#d3dfec",
        "thumb": "#9db0c3",
    },
}

_BOLD = frozenset({"urgent", "hazard", "error", "accent"})

TONES = ("text", "muted", "accent", "urgent", "overdue", "due", "done", "hazard", "away", "error")
"""The meanings that text can have, each at a contrast of 5.5:1 or better on every ground of its theme."""


def tone(theme: str, name: str, *, bold: bool | None = None) -> Style:
    """The style of a tone in a theme: its colour only, so that it lies on any background."""
    return Style(color=_COLOURS[theme][name], bold=(name in _BOLD) if bold is None else bold)


def colour(theme: str, name: str) -> str:
    """The colour of a tone in a theme, as `#rrggbb`."""
    return _COLOURS[theme][name]


def _theme(name: str, *, dark: bool) -> Theme:
    colours = _COLOURS[name]
    return Theme(
        name=name,
        primary=colours["accent"],
        secondary=colours["due"],
        accent=colours["urgent"],
        warning=colours["overdue"],
        error=colours["error"],
        success=colours["due"],
        foreground=colours["text"],
        background=colours["background"],
        surface=colours["surface"],
        panel=colours["panel"],
        dark=dark,
        variables={
            "block-cursor-foreground": colours["cursor-text"],
            "block-cursor-background": colours["cursor"],
            "input-selection-background": colours["cursor"],
            "scrollbar": colours["thumb"],
            "scrollbar-background": colours["background"],
            "scrollbar-hover": colours["muted"],
            "scrollbar-active": colours["accent"],
            **{f"tone-{key}": value for key, value in colours.items()},
        },
    )


THEMES = {DARK: _theme(DARK, dark=True), LIGHT: _theme(LIGHT, dark=False)}
