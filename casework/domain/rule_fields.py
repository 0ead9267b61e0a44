"""A rule of the schedule as the fields of a form, and back: what is wrong with a field is said at that field."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from casework.domain.condition_lines import Line, lines, table
from casework.domain.phrase import N_, Phrase
from casework.domain.reading import read_date
from casework.domain.text import halfwidth
from casework.domain.visit import Mode

if TYPE_CHECKING:
    from collections.abc import Mapping

VISIT = "visit"
EVERY, ONCE, ON = "every", "once", "on"
"""The ways in which a rule says how often."""

LIMITS = {
    "days": (1, 3660), "before": (0, 365), "after": (0, 365), "priority": (1, 9), "spell_days": (-60, 366),
    "spell_lasts": (1, 366),
}  # fmt: skip
"""The least and the greatest of each number, as `casework.catalog.ruleshape` has them."""


class WrongField(ValueError):
    """A field with a mistake; `phrase` says what is wrong with it."""

    def __init__(self, name: str, phrase: Phrase) -> None:
        super().__init__(name)
        self.name = name
        self.phrase = phrase


@dataclass(frozen=True, slots=True)
class RuleFields:
    """What stands in the form. Texts as they are typed; `last_on` is the last day on which the rule holds."""

    zh: str = ""
    en: str = ""
    subject: str = "resident"
    what: str = VISIT
    cadence: str = EVERY
    days: str = ""
    on: str = ""
    before: str = "3"
    after: str = "3"
    priority: str = "5"
    seasons: tuple[str, ...] = ()
    spell_kinds: tuple[str, ...] = ()
    spell_from: str = "start"
    spell_days: str = ""
    spell_lasts: str = ""
    starts_on: str = ""
    last_on: str = ""
    modes: tuple[str, ...] = ()
    source: str = ""
    effective: str = ""
    conditions: tuple[Line, ...] = field(default_factory=tuple)


def of_body(body: Mapping[str, Any]) -> RuleFields:
    """The fields of a rule's table; days may be dates or ISO texts. A table with a mistake gives what can be read."""
    label: Any = body.get("label") or {}
    spell: Any = body.get("spell") or {}
    once, on = bool(body.get("once")), body.get("on")
    days = body.get("within_days", "") if once else body.get("every_days", "")
    return RuleFields(
        zh=str(label.get("zh", "")),
        en=str(label.get("en", "")),
        subject=str(body.get("subject", "resident")),
        what=str(body.get("what", VISIT)),
        cadence=ON if on else ONCE if once else EVERY,
        days=str(days),
        on=_day_text(on),
        before=str(body.get("before", "")),
        after=str(body.get("after", "")),
        priority=str(body.get("priority", "")),
        seasons=_words(body.get("season")),
        spell_kinds=_words(spell.get("kind")),
        spell_from=str(spell.get("from", "start")),
        spell_days=str(spell.get("days", "")),
        spell_lasts=str(spell.get("lasts", "")),
        starts_on=_day_text(body.get("starts_on")),
        last_on=_last(body.get("ends_on")),
        modes=_words(body.get("modes")),
        source=str(body.get("source", "")),
        effective=_day_text(body.get("effective")),
        conditions=tuple(lines(body.get("when") or {})),
    )


def to_body(said: RuleFields) -> dict[str, Any]:
    """The table of what stands in the form, days as ISO texts.

    Raises:
        WrongField: a field with a mistake, the first one in the order of the form.
    """
    zh, en = said.zh.strip(), said.en.strip()
    if not zh and not en:
        raise WrongField("zh", Phrase(N_("This must not be empty.")))
    body: dict[str, Any] = {"label": {"zh": zh or en, "en": en or zh}, "subject": said.subject, "what": said.what}
    if said.subject == "place" and said.what == VISIT:
        raise WrongField("what", Phrase(N_("A place outdoors is checked, not visited: choose a checklist.")))
    if not said.what:
        raise WrongField("what", Phrase(N_("Choose what is due.")))
    body |= _cadence(said)
    body |= {name: _number(said, name) for name in ("before", "after", "priority")}
    if said.conditions:
        body["when"] = table(said.conditions)
    body |= _stretch(said)
    first, last = _day(said, "starts_on"), _day(said, "last_on")
    if first is not None and last is not None and last < first:
        raise WrongField("last_on", Phrase(N_("The last day lies before the first.")))
    if first is not None:
        body["starts_on"] = first.isoformat()
    if last is not None:
        body["ends_on"] = (last + timedelta(days=1)).isoformat()
    if said.what == VISIT and said.modes and len(said.modes) < len(Mode):
        body["modes"] = [mode.value for mode in Mode if mode.value in said.modes]
    if said.source.strip():
        body["source"] = said.source.strip()
    effective = _day(said, "effective")
    return body if effective is None else {**body, "effective": effective.isoformat()}


def _cadence(said: RuleFields) -> dict[str, Any]:
    if said.cadence == ON:
        day = _day(said, "on")
        if day is None:
            raise WrongField("on", Phrase(N_("This must not be empty.")))
        return {"on": day.isoformat()}
    if said.cadence == EVERY:
        return {"every_days": _number(said, "days")}
    # In a season or spell it is due once whichever day is said.
    within = replace(said, days=said.days or "1")
    return {"once": True, "within_days": _number(within, "days")}


def _stretch(said: RuleFields) -> dict[str, Any]:
    if said.seasons and said.spell_kinds:
        raise WrongField("spell_kinds", Phrase(N_("A rule holds in seasons or in a spell of weather, not in both.")))
    if said.cadence == ON and (said.seasons or said.spell_kinds):
        name = "seasons" if said.seasons else "spell_kinds"
        raise WrongField(name, Phrase(N_("What is due on a day asks for no season and no weather.")))
    if said.seasons:
        return {"season": list(said.seasons)}
    if not said.spell_kinds:
        return {}
    spell: dict[str, Any] = {"kind": list(said.spell_kinds), "from": said.spell_from}
    if said.spell_days.strip():
        spell["days"] = _number(said, "spell_days")
    if said.spell_lasts.strip():
        spell["lasts"] = _number(said, "spell_lasts")
    elif said.spell_from == "end":
        raise WrongField("spell_lasts", Phrase(N_("Say for how many days it holds: it counts from the end.")))
    return {"spell": spell}


def _number(said: RuleFields, name: str) -> int:
    least, most = LIMITS[name]
    typed = halfwidth(getattr(said, name)).strip()
    try:
        found = int(typed)
    except ValueError:
        found = least - 1
    if not typed.isascii() or not least <= found <= most:
        raise WrongField(
            name, Phrase(N_("Type a whole number from {least} to {most}."), {"least": least, "most": most})
        )
    return found


def _day(said: RuleFields, name: str) -> date | None:
    typed = getattr(said, name).strip()
    if not typed:
        return None
    read = read_date(typed)
    if read is None:
        raise WrongField(name, Phrase(N_("This is no date of the calendar: nothing was saved.")))
    return date.fromisoformat(read)


def _day_text(day: object) -> str:
    return day.isoformat() if isinstance(day, date) else str(day or "")


def _last(ends_on: object) -> str:
    text = _day_text(ends_on)
    try:
        return (date.fromisoformat(text) - timedelta(days=1)).isoformat() if text else ""
    except ValueError:
        return ""


def _words(said: object) -> tuple[str, ...]:
    if isinstance(said, str):
        return (said,)
    return tuple(map(str, said)) if isinstance(said, list | tuple) else ()
