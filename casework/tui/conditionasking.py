"""Asking for one condition of a rule: what is asked about, then which of its words or numbers will do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.domain import eligibility
from casework.domain.condition import BadCondition, read
from casework.domain.condition_lines import NESTED, Line
from casework.domain.phrase import N_, Phrase
from casework.tui import dialogs, narrowing
from casework.tui.narrowing import Option

if TYPE_CHECKING:
    from collections.abc import Callable

    from casework.domain.schedule_rules import Subject
    from casework.tui.screens.base import BaseScreen

    Then = Callable[[Line], None]

KINDS = {
    "tag": N_("welfare tag"), "age_at_least": N_("age from"), "age_under": N_("age under"), "risk": N_("risk level"),
    "residence": N_("registration"), "fuel": N_("fuel"), "tenure": N_("tenure"), "area": N_("area"),
    "kind": N_("kind of place"), "answer": N_("answer of the last check"), "never_checked": N_("never checked"),
}  # fmt: skip
"""What can be asked about."""

YEARS = (0, 150)


def words(one: Line) -> Phrase:
    """A line in words."""
    from casework.catalog import rulenames

    try:
        condition = read({one[0]: one[1]})
    except BadCondition:
        return Phrase(N_("cannot be read: {what}"), {"what": one[0]})
    return eligibility.described(condition, rulenames.of_condition(condition))


def ask_new(screen: BaseScreen, subject: Subject, then: Then) -> None:
    """Ask what is asked about, then for its words."""
    from casework.catalog.rules import ASKS

    options = [Option(key, Phrase(text)) for key, text in KINDS.items() if key in ASKS[subject]]

    def chosen(key: str | None) -> None:
        if key is not None:
            ask(screen, (key, None), then)

    narrowing.pick(screen, Phrase(N_("What must hold?")), options, chosen)


def ask(screen: BaseScreen, one: Line, then: Then) -> None:
    """Ask for the words or the number of a line; `one` is as it stands, its value None for a new one."""
    key, value = one
    if key in NESTED:
        screen.tell(
            Phrase(N_("This part is made of several: it is kept as it is, and can only be taken away.")), tone="overdue"
        )
    elif key in ("age_at_least", "age_under"):
        _ask_years(screen, key, value, then)
    elif key == "answer":
        _ask_answer(screen, value, then)
    else:
        _ask_words(screen, key, value, then)


def _ask_years(screen: BaseScreen, key: str, value: Any, then: Then) -> None:
    question = Phrase(N_("From how many full years on?") if key == "age_at_least" else N_("Under how many full years?"))

    def typed(said: str | None) -> None:
        from casework.domain.text import halfwidth

        if said is None:
            return
        text = halfwidth(said).strip()
        if text.isascii() and text.isdecimal() and YEARS[0] <= int(text) <= YEARS[1]:
            then((key, int(text)))
            return
        values = {"least": YEARS[0], "most": YEARS[1]}
        screen.tell(Phrase(N_("Type a whole number from {least} to {most}."), values), tone="error")

    dialogs.ask_text(screen, question, typed, initial="" if value is None else str(value), required=True)


def _ask_words(screen: BaseScreen, key: str, value: Any, then: Then) -> None:
    def chosen(found: tuple[str, ...] | None) -> None:
        if found:
            then((key, list(found)))

    marked = [value] if isinstance(value, str) else value or ()
    question = Phrase(N_("{what}: any of these"), {"what": Phrase(KINDS[key])})
    options = _offered(screen, key)
    # What stands there already stays a choice, whether the catalog knows it still or not.
    options += [Option(word, word) for word in marked if all(word != one.value for one in options)]
    narrowing.pick_several(screen, question, options, chosen, marked=marked)


def _offered(screen: BaseScreen, key: str) -> list[Option]:
    from casework.catalog import checks, shelf

    match key:
        case "tag":
            return [Option(tag, kind.label) for tag, kind in shelf.tags().items()]
        case "kind":
            return [Option(kind, one.label) for kind, one in shelf.place_kinds().items()]
        case "never_checked":
            return [Option(one.name, one.title) for one in checks.all()]
        case "area":
            return _areas(screen)
        case _:
            lead = f"{key}:"
            return [
                Option(full.removeprefix(lead), Phrase(text))
                for full, text in eligibility.NAMES.items()
                if full.startswith(lead)
            ]


def _areas(screen: BaseScreen) -> list[Option]:
    from casework.casebook import areas
    from casework.domain.area import LEVEL_NAMES, AreaLevel

    book = screen.book
    found = {node.area.name: Option(node.area.name, node.area.name, Phrase(LEVEL_NAMES[node.area.level]))
             for node in areas.tree(book)}  # fmt: skip
    for building in areas.buildings(book, book.grid_id):
        found.setdefault(building.name, Option(building.name, building.name, Phrase(LEVEL_NAMES[AreaLevel.BUILDING])))
    return list(found.values())


def _ask_answer(screen: BaseScreen, value: Any, then: Then) -> None:
    from casework.catalog import checks

    before: Any = value or {}

    def which(name: str | None) -> None:
        if name is None:
            return
        checklist = checks.load(name)
        options = [Option(one.name, one.label) for one in checklist.questions if one.type not in UNASKED]
        narrowing.pick(
            screen, Phrase(N_("Which question?")), options,
            lambda question: None if question is None else answers(name, question), at=before.get("question"),
        )  # fmt: skip

    def answers(name: str, question: str) -> None:
        asked = checks.load(name).question(question)
        lead = "answer:"
        options = [Option(choice.name, choice.label) for choice in asked.choices]
        known = {one.value for one in options}
        options += [
            Option(full.removeprefix(lead), Phrase(text))
            for full, text in eligibility.NAMES.items()
            if full.startswith(lead) and full.removeprefix(lead) not in known
        ]
        same = (before.get("checklist"), before.get("question")) == (name, question)
        said = before.get("is") if same else ()
        marked = [said] if isinstance(said, str) else said or ()

        def chosen(found: tuple[str, ...] | None) -> None:
            if found:
                then(("answer", {"checklist": name, "question": question, "is": list(found)}))

        narrowing.pick_several(
            screen, Phrase(N_("{what}: any of these"), {"what": asked.label}), options, chosen, marked=marked
        )

    from casework.domain.checklist import UNASKED

    options = [Option(one.name, one.title) for one in checks.all()]
    narrowing.pick(screen, Phrase(N_("Of which check?")), options, which, at=before.get("checklist"))
