"""The three lines that frame every screen: where and who, what was just done, which keys act.

They draw themselves line by line: the stock header and footer are twenty widgets and cost a fifth of the
start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.style import Style
from textual.content import Content
from textual.widget import Widget

from casework.domain.phrase import N_
from casework.domain.text import plain
from casework.language import _, say
from casework.tui import actions, dates, marks, themes
from casework.tui.widgets.lines import line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.geometry import Size
    from textual.strip import Strip

    from casework.tui.app import CaseworkApp
    from casework.tui.screens.base import BaseScreen

PLACES = (
    ("round", "app.round"), ("residents", "app.residents"), ("followups", "app.followups"),
    ("campaigns", "app.campaigns"), ("places", "app.places"),
)  # fmt: skip
"""The modes that have a key, with the action that goes there."""


class _Bar(Widget):
    """One line that is drawn from the state of its screen."""

    casework: CaseworkApp
    board: BaseScreen

    def on_mount(self) -> None:
        """Listen to the screen, whose focus and state this line shows."""
        self.screen.bindings_updated_signal.subscribe(self, self._redraw)

    def _redraw(self, _screen: object) -> None:
        self.refresh()

    def tone(self, name: str, *, bold: bool | None = None) -> Style:
        """The style of a tone in the theme that is on."""
        return themes.tone(self.app.theme, name, bold=bold)


class StatusBar(_Bar):
    """Where one is (the modes with their keys), which grid and day, who works, and what is not saved yet."""

    def render_line(self, y: int) -> Strip:
        """Draw the line; the right half loses its parts from the left when the terminal is narrow."""
        app, screen, width = self.app, self.screen, self.size.width
        base = self.rich_style
        left: list[tuple[str, Style]] = []
        for place, action_id in PLACES:
            action = actions.ACTIONS[action_id]
            here = place == app.current_mode
            style = self.tone("accent", bold=True) if here else self.tone("muted")
            key = actions.key_text(action, app.user_keymap)  # type: ignore[attr-defined]
            left.append((f" {key} {_(action.label)} ", style + Style(reverse=here, meta=_click(action_id))))
        state = screen.state_text() if hasattr(screen, "state_text") else ""
        right: list[tuple[str, Style]] = []
        standing: Sequence[str] = app.standing()  # type: ignore[attr-defined]
        room = width - sum(cell_len(text) for text, _s in left) - (cell_len(state) + 2 if state else 0) - 1
        again = self._again(app.replanned, room)  # type: ignore[attr-defined]
        room -= sum(cell_len(text) for text, _s in again)
        shown = [plain(part) for part in standing if part]
        while shown and cell_len("  ".join(shown)) > room:
            shown.pop(0)
        middle = "  ".join(shown)
        gap = max(0, room - cell_len(middle))
        right.append((" " * gap + middle + " ", self.tone("muted")))
        right += again
        if state:
            right.append((f" {state} ", self.tone("urgent")))
        return line(width, [*left, *right], base)

    def _again(self, share: float | None, room: int) -> list[tuple[str, Style]]:
        """How far planning by changed rules has come: words that fill from the left, the figure alone where it is narrow."""
        if share is None:
            return []
        percent = int(share * 100)
        said = (f" {_(PLANNING_AGAIN, n=percent)} ", f" {_(PLANNING, n=percent)} ", f" {percent} % ")
        words = next((one for one in said if cell_len(one) <= room), said[-1])
        cut, done = int(cell_len(words) * share), ""
        for letter in words:
            if cell_len(done + letter) > cut:
                break
            done += letter
        theme = self.app.theme
        full = Style(bgcolor=themes.colour(theme, "cursor"), color=themes.colour(theme, "cursor-text"), bold=True)
        rest = Style(bgcolor=themes.colour(theme, "cursor-dim"), color=themes.colour(theme, "text"))
        return [(done, full), (words[len(done) :], rest)]


class KeyBar(_Bar):
    """The keys that act here and now. One that cannot act is dimmed; pressed, it says why."""

    def render_line(self, y: int) -> Strip:
        """Draw as many keys as fit; help and the palette, which hold the rest, are never left out."""
        screen, width = self.screen, self.size.width
        keymap = self.app.user_keymap  # type: ignore[attr-defined]
        wanted = screen.footer() if hasattr(screen, "footer") else []
        key_style, text_style, dim = self.tone("accent"), self.tone("text"), self.tone("muted", bold=False)
        kept = [a for a in wanted if a.id in ("app.help", "app.palette")]
        room = width - 1 - sum(_entry_width(a, keymap) for a in kept)
        chosen = []
        for action in wanted:
            if action in kept:
                chosen.append(action)
            elif (size := _entry_width(action, keymap)) <= room:
                chosen.append(action)
                room -= size
        parts: list[tuple[str, Style]] = [(" ", Style())]
        for action in chosen:
            able = screen.why_not(action.id) is None if hasattr(screen, "why_not") else True
            click = Style(meta=_click(action.id))
            parts.append((actions.key_text(action, keymap), (key_style if able else dim) + click))
            parts.append((f" {_(action.label)}  ", (text_style if able else dim) + click))
        return line(width, parts, self.rich_style)


class Notice(Widget):
    """What was just done, or went wrong: one line that is always there and grows when there is more to say.

    It stays until the next thing is said. Nothing fades, blinks or covers the work.
    """

    def __init__(self) -> None:
        super().__init__()
        self._said: tuple[tuple[object, str], ...] = ()

    def tell(self, *lines: tuple[object, str]) -> None:
        """Say lines, each a `Phrase` (or text) with its tone; nothing clears it."""
        grew = len(lines) > 1 or len(self._said) > 1 or bool(self._said) != bool(lines)
        self._said = lines
        self.refresh(layout=grew or self._long())

    @property
    def text(self) -> str:
        """What stands there, as plain text."""
        return "\n".join(plain(say(what)) for what, _tone in self._said)

    def _long(self) -> bool:
        return any(cell_len(say(what)) > self.size.width - 2 for what, _tone in self._said)

    def render(self) -> Content:
        """The lines as content, never as markup."""
        theme = self.app.theme
        return Content("\n").join(
            Content.styled(plain(say(what)), themes.colour(theme, tone)) for what, tone in self._said
        )

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One line when there is nothing to say: what comes later must not push the list about."""
        return max(1, super().get_content_height(container, viewport, width)) if self._said else 1

    def retranslate(self) -> None:
        """Say it again in the language that is on now."""
        self.refresh(layout=True)


class TooSmall(Widget):
    """Covers a terminal below the floor and says so in one line."""

    def render(self) -> Content:
        """The size that there is and the size that is needed."""
        width, height = self.app.size
        return Content(
            _(
                "This window is {width} x {height}. Casework needs at least 80 x 24.",
                width=width,
                height=height,
            )
        )


def _entry_width(action: actions.Action, keymap: dict[str, str]) -> int:
    return cell_len(actions.key_text(action, keymap)) + cell_len(_(action.label)) + 3


def _click(action_id: str) -> dict[str, str]:
    return {"@click": f"app.act({action_id!r})"}


def standing_texts(community: str, grid: str, day: object, worker: str) -> tuple[str, ...]:
    """The parts of the status line, least needed first."""
    from datetime import date

    said_day = (
        _("{weekday} {day}", weekday=dates.weekday(day), day=dates.day_text(day, day)) if isinstance(day, date) else ""
    )
    return (community, worker, grid, said_day)


UNSAVED = N_("not saved yet")
SAVING = N_("saving")
PLANNING_AGAIN = N_("Planning again: {n} %")
PLANNING = N_("Planning {n} %")


def state_mark(name: str, style: str, text: str) -> str:
    """A mark with its word, for the right end of the status line."""
    return f"{marks.mark(name, style)} {text}"
