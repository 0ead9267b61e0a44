"""Typing promises quickly: the party by its key, the words, the day by quick steps; then the next one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain
from casework.tui import dates, dialogs
from casework.tui.formlines import LINE, day_said
from casework.tui.widgets import when

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from casework.tui.screens.base import BaseScreen

STEPS = (1, 2, 3, 5, 7, 10, 15, 30)
"""Days ahead that are offered by one key each."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A promise as it is typed. `due_on` is a day in ISO form: it is kept in a draft."""

    party: str
    what: str
    due_on: str
    look: bool

    def fields(self) -> dict[str, Any]:
        """Its plain values."""
        return asdict(self)

    @classmethod
    def of(cls, data: dict[str, Any]) -> Typed:
        """A promise from a draft."""
        return cls(str(data["party"]), str(data["what"]), str(data["due_on"]), bool(data["look"]))

    def said(self, today: date) -> Phrase:
        """The promise as a line."""
        from casework.catalog.shelf import departments

        found = departments().get(self.party)
        words = N_("{who}: {what}, by {day}; on the round") if self.look else N_("{who}: {what}, by {day}")
        day = dates.day_text(date.fromisoformat(self.due_on), today)
        return Phrase(words, {"who": found.label if found else self.party, "what": plain(self.what), "day": day})


def ask(screen: BaseScreen, parties: Sequence[str], take: Callable[[Typed], None], *, more: bool, n: int = 0) -> None:
    """Ask for a promise of one of these parties, step by step; escape at any step ends it.

    Args:
        take: gets each promise.
        more: ask for the next one after each, until escape.
        n: how many there are already.
    """
    from casework.catalog.shelf import departments

    today = screen.book.today()
    known = departments()

    def party(chosen: str | None) -> None:
        if chosen is not None:
            asked = Phrase(N_("What does {who} promise?"), {"who": known[chosen].label})
            dialogs.ask_text(screen, asked, lambda words: what(chosen, words), required=True)

    def what(who: str, words: str | None) -> None:
        if not words:
            return
        days: list[tuple[int, object]] = [(step, day_said(today + timedelta(days=step), today)) for step in STEPS]
        days.append((0, Phrase(N_("Another day"))))

        def step(chosen: int | None) -> None:
            if chosen:
                look(who, words, today + timedelta(days=chosen))
            elif chosen == 0:
                when.ask_day(
                    screen, Phrase(N_("By when?")),
                    lambda day: look(who, words, day) if isinstance(day, date) else None, today=today,
                )  # fmt: skip

        dialogs.choose(screen, Phrase(N_("By when?")), days, step, at=4)

    def look(who: str, words: str, day: date) -> None:
        asked = Phrase(N_("Do you look on that day whether it was done? Then it is on the round."))
        dialogs.confirm(screen, asked, lambda yes: done(Typed(who, words[:LINE], day.isoformat(), yes)))

    def done(typed: Typed) -> None:
        take(typed)
        if more:
            ask(screen, parties, take, more=True, n=n + 1)

    question = Phrase(N_("Who promises something?"))
    if n:
        question = Phrase(N_("Who promises something more? So far: {n}. esc: nobody"), {"n": n})
    dialogs.choose(screen, question, [(key, known[key].label) for key in parties if key in known], party)
