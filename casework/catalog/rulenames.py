"""How the words of rules are called: the labels of the catalog by `key:word`, for `casework.domain.rule_words`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.catalog import shelf

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from casework.domain.condition import Condition
    from casework.domain.phrase import Label
    from casework.domain.schedule_rules import ScheduleRule


def of_condition(*conditions: Condition) -> Mapping[str, Label]:
    """The labels that some conditions need. What has none is said by its own word."""
    found = {f"tag:{key}": one.label for key, one in shelf.tags().items()}
    found |= {f"kind:{key}": one.label for key, one in shelf.place_kinds().items()}
    checklists = {node.checklist for one in conditions for node in one.nodes() if node.checklist}
    checklists |= {word for one in conditions for word in one.words.get("never_checked", ())}
    for name in checklists:
        found |= of_checklist(name)
    return found


def of_rules(rules: Iterable[ScheduleRule]) -> Mapping[str, Label]:
    """The labels that some rules need."""
    every = list(rules)
    found = dict(of_condition(*(rule.condition for rule in every)))
    found |= {f"spell:{key}": one.label for key, one in shelf.spell_kinds().items()}
    found |= {f"mode:{key}": one.label for key, one in shelf.modes().items()}
    for name in {rule.checklist for rule in every if rule.checklist}:
        found |= of_checklist(name)
    return found


def of_checklist(name: str) -> Mapping[str, Label]:
    """A checklist, its questions and their choices; nothing where its file is gone or has a mistake."""
    from casework.catalog import checks

    try:
        checklist = checks.load(name)
    except (checks.ChecklistError, KeyError):
        return {}
    found = {f"never_checked:{name}": checklist.title}
    for question in checklist.questions:
        asked = f"answer:{name}.{question.name}"
        found[asked] = question.label
        found |= {f"{asked}:{choice.name}": choice.label for choice in question.choices}
    return found
