"""What a forecast says, in sentences: the same on the screen and on the command line."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from casework.domain.forecast import HORIZON, WhatIf
from casework.domain.phrase import N_, Phrase

if TYPE_CHECKING:
    from casework.domain.forecast import Forecast

WHAT_IFS = {
    WhatIf.WORKER: N_("one more worker"),
    WhatIf.EVENING: N_("call-backs in the evening"),
    WhatIf.SATURDAY: N_("Saturdays worked"),
}


def short(forecast: Forecast) -> Phrase:
    """The forecast in a few words, for a line of a list."""
    if forecast.finished:
        return Phrase(N_("finished"))
    if forecast.reason is not None:
        return Phrase(N_("can't tell"))
    if forecast.even is None:
        return Phrase(N_("not within a year"))
    if forecast.likely is None:
        return Phrase(N_("{even} or later"), {"even": forecast.even})
    return Phrase(N_("{even} to {likely}"), {"even": forecast.even, "likely": forecast.likely})


def brief(forecast: Forecast) -> tuple[Phrase, ...]:
    """The lines, the deadline and the pace: what fits above a list."""
    return (*_lines(forecast), *_deadline(forecast))


def words(forecast: Forecast) -> tuple[Phrase, ...]:
    """All that the forecast has to say, the most telling first."""
    said = [*_lines(forecast), *_deadline(forecast)]
    if forecast.lacking:
        said.append(
            Phrase(N_("The goal can't be reached: it is {n} more than can still be done."), {"n": forecast.lacking})
        )
    if forecast.never:
        said.append(Phrase(N_("{n} refused or exempt: they are not waited for."), {"n": forecast.never}))
    if forecast.recheck:
        said.append(Phrase(N_("{n} of those done are still to be looked at again."), {"n": forecast.recheck}))
    if forecast.caution is not None and forecast.told:
        said.append(forecast.caution)
    return tuple(said)


def _lines(forecast: Forecast) -> list[Phrase]:
    if forecast.finished:
        return [Phrase(N_("Nothing is left to be done."))]
    if forecast.reason is not None:
        return [forecast.reason]
    if forecast.even is None:
        return [Phrase(N_("At this pace it is not finished within {n} working days."), {"n": HORIZON})]
    if forecast.likely is None:
        return [
            Phrase(N_("Finished by {even} as likely as not; the line of 85 in 100 is beyond {n} working days."),
                   {"even": forecast.even, "n": HORIZON})
        ]  # fmt: skip
    return [
        Phrase(N_("Finished by {even} as likely as not, by {likely} in 85 of 100 cases."),
               {"even": forecast.even, "likely": forecast.likely})
    ]  # fmt: skip


def _deadline(forecast: Forecast) -> list[Phrase]:
    if forecast.deadline is None or forecast.finished:
        return []
    if forecast.past:
        return [Phrase(N_("The deadline has passed: {day}."), {"day": forecast.deadline})]
    said = []
    if forecast.chance is not None:
        said.append(
            Phrase(N_("Deadline {day}: kept in {percent} of 100 cases."),
                   {"day": forecast.deadline, "percent": round(100 * forecast.chance)})
        )  # fmt: skip
    if forecast.needed is not None:
        said.append(
            Phrase(N_("The deadline asks for {needed} done a working day ({days} left); so far it is {pace}."),
                   {"needed": ceil(forecast.needed), "days": forecast.days_left, "pace": pace_text(forecast.pace)})
        )  # fmt: skip
    elif forecast.days_left == 0:
        said.append(Phrase(N_("No working day is left until the deadline.")))
    return said


def pace_text(pace: float | None) -> str:
    """A pace as a number that a person reads: whole from ten, one digit below."""
    if pace is None:
        return "0"
    return f"{pace:.0f}" if pace >= 10 else f"{pace:.1f}".removesuffix(".0")


def compared(plain: Forecast, other: Forecast, what_if: WhatIf) -> tuple[Phrase, ...]:
    """What a what-if brings against the forecast as it is."""
    name = Phrase(WHAT_IFS[what_if])
    if other.reason is not None:
        return (Phrase(N_("With {what}: {why}"), {"what": name, "why": other.reason}),)
    if other.even is None or other.likely is None:
        return (Phrase(N_("With {what}: {lines}"), {"what": name, "lines": _lines(other)[0]}),)
    values: dict[str, object] = {"what": name, "even": other.even, "likely": other.likely}
    said = [Phrase(N_("With {what}: by {even} as likely as not, by {likely} in 85 of 100 cases."), values)]
    if plain.likely is not None:
        # In days of the calendar: what counts as a working day may be what is asked about.
        sooner = (plain.likely - other.likely).days or (plain.even - other.even).days if plain.even else 0
        if sooner > 0:
            said.append(Phrase(N_("That is {n} days sooner."), {"n": sooner}))
        elif sooner < 0:
            said.append(Phrase(N_("That is {n} days later."), {"n": -sooner}))
        else:
            said.append(Phrase(N_("That changes nothing.")))
    if other.chance is not None and plain.chance is not None:
        said.append(
            Phrase(N_("The deadline is then kept in {percent} of 100 cases instead of {before}."),
                   {"percent": round(100 * other.chance), "before": round(100 * plain.chance)})
        )  # fmt: skip
    return tuple(said)
