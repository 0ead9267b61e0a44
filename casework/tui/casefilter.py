"""What the list of follow-ups shows: choices that combine, found by typing, said in one line."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from casework.casebook.followups import FollowupFilter
from casework.domain.followup import CLOSED_STATES, STATE_NAMES, State
from casework.domain.phrase import N_, Phrase
from casework.language import _, say
from casework.tui.narrowing import Option

if TYPE_CHECKING:
    from datetime import date, datetime

    from casework.casebook.book import Casebook

Choice = tuple[str, Any]
"""What is asked, and the answer: ("category", "noise"). Of one question one answer holds."""

SHOW, OWNER, STATE, KIND, AGE, ORDER = (
    N_("show"), N_("owner"), N_("state"), N_("category"), N_("age"), N_("order"),
)  # fmt: skip
AGES = (3, 7, 15, 30, 90)
"""Days since the opening."""

SIMPLE: dict[Choice, str] = {
    ("mine", True): N_("Mine: I own them or answer for them"),
    ("overdue", True): N_("Overdue"),
    ("supervise", True): N_("What a supervisor must look at"),
    ("repeats", True): N_("Repeats: problems that came up again"),
    ("asking", True): N_("The resident is to be asked"),
    ("act", True): N_("The next step is due today"),
    ("severity", "critical"): N_("Critical"),
    ("severity", "must_fix"): N_("Must be put right"),
    ("setbacks", True): N_("Closings that did not hold"),
    ("open", False): N_("Closed"),
}
ORDERED: Choice = ("by_priority", True)


def options(book: Casebook) -> list[Option]:
    """Everything that can be chosen, what is asked most first."""
    from casework.catalog.shelf import categories
    from casework.tui.casesteps import owners

    found = [Option(choice, Phrase(text), kind=SHOW) for choice, text in SIMPLE.items()]
    found += [Option(("state", state.value), STATE_NAMES[state], kind=STATE) for state in State]
    found += [Option(("age", n), Phrase(N_("Older than {n} days"), {"n": n}), kind=AGE) for n in AGES]
    found.append(Option(ORDERED, Phrase(N_("Most pressing first")), kind=ORDER))
    found += [Option(("owner", one.value), one.label, one.note, one.words, OWNER) for one in owners(book)]
    found += [Option(("category", key), one.label, words=key, kind=KIND) for key, one in categories().items()]
    return found


def settled(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """The choices with one answer for each question, the last one; a state that is closed shows closed ones."""
    kept: dict[str, Any] = {}
    for facet, value in choices:
        kept.pop(facet, None)
        kept[facet] = value
    state = kept.get("state")
    if state is not None:
        ended = State(state) in CLOSED_STATES
        if ended != ("open" in kept):
            # A state says by itself whether it is an end.
            kept.pop("open", None)
            if ended:
                kept["open"] = False
    return tuple(kept.items())


def wanted(choices: tuple[Choice, ...], book: Casebook, now: datetime, today: date) -> FollowupFilter:
    """The choices as the casebook takes them."""
    asked: dict[str, Any] = {"open": True}
    for facet, value in choices:
        match facet:
            case "mine":
                asked["mine"] = book.worker.id
            case "overdue":
                asked["overdue_at"] = now
            case "supervise":
                asked["supervise"] = now
            case "act":
                asked["act_by"] = today
            case "age":
                # Opened before a day: that day itself is so many days ago.
                asked["opened_before"] = today - timedelta(days=value)
            case "owner":
                asked["owner_kind"], asked["owner"] = value
            case _:
                asked[facet] = value
    return FollowupFilter(**asked)


def said(choices: tuple[Choice, ...], known: list[Option]) -> str:
    """The choices in words, one after the other."""
    labels = {option.value: option for option in known}
    words = []
    for choice in choices:
        option = labels.get(choice)
        if option is None or (choice == ("open", False) and any(facet == "state" for facet, _v in choices)):
            continue
        text = say(option.label).partition(":")[0].partition("：")[0]
        words.append(text if option.kind in (SHOW, AGE, ORDER) else f"{_(option.kind)} {text}")
    return " + ".join(words)
