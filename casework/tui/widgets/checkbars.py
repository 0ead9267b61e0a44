"""The two lines around the questions of a check: what it is about, and how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widget import Widget

from casework.domain.check import HazardLevel
from casework.domain.text import plain
from casework.language import _, say
from casework.tui import marks, themes
from casework.tui.widgets import when
from casework.tui.widgets.lines import line

if TYPE_CHECKING:
    from datetime import datetime

    from rich.style import Style
    from textual.strip import Strip

    from casework.tui.checkform import CheckForm


class Headline(Widget):
    """Whom and what the check is about, and when it was."""

    where = ""
    title: object = ""
    happened_at: datetime | None = None
    now: datetime | None = None

    def render_line(self, y: int) -> Strip:
        """Draw the line."""
        theme, width = self.app.theme, self.size.width
        muted, late = themes.tone(theme, "muted"), themes.tone(theme, "overdue")
        said = when.said_moment(self.happened_at, self.now) if self.now is not None else ""
        parts = [
            (f" {plain(self.where)}  ", themes.tone(theme, "accent")),
            (f"{plain(say(self.title))}  ", themes.tone(theme, "text")),
            (_("When it was: {moment}", moment=said), muted if self.happened_at is None else late),
        ]
        return line(width, parts, self.rich_style)


class Tally(Widget):
    """How far the check is: answered, still needed, hazards."""

    form: CheckForm | None = None
    mark_style = ""

    def render_line(self, y: int) -> Strip:
        """Draw the line."""
        theme, form = self.app.theme, self.form
        if form is None:
            return line(self.size.width, (), self.rich_style)
        asked = form.asked()
        done = sum(1 for one in asked if form.is_answered(one))
        hazards = form.hazards
        critical = sum(1 for one in hazards if one.level is HazardLevel.CRITICAL and not one.fixed_on_spot)
        fixed = sum(1 for one in hazards if one.fixed_on_spot)
        muted, text = themes.tone(theme, "muted"), themes.tone(theme, "text")
        parts: list[tuple[str, Style]] = [(" " + _("{done} of {all} answered", done=done, all=len(asked)), text)]
        if form.missing or form.counts:
            needed = themes.tone(theme, "due" if form.missing else "done", bold=bool(form.missing))
            parts.append(("   " + _("{n} still needed", n=len(form.missing)), needed))
        else:
            parts.append(("   " + _("too little checked"), themes.tone(theme, "overdue")))
        if not hazards:
            parts.append(("   " + _("no hazards"), muted))
        else:
            mark = marks.mark("hazard", self.mark_style)
            parts.append(("   " + f"{mark} " + _("{n} hazards", n=len(hazards)), themes.tone(theme, "hazard")))
            if critical:
                parts.append((", " + _("{n} critical", n=critical), themes.tone(theme, "urgent")))
            if fixed:
                parts.append((", " + _("{n} fixed on the spot", n=fixed), themes.tone(theme, "accent")))
        if form.files:
            mark = marks.mark("attached", self.mark_style)
            parts.append(("   " + f"{mark} " + _("{n} attached", n=len(form.files)), themes.tone(theme, "accent")))
        return line(self.size.width, parts, self.rich_style)
