"""Facts as tests write them, and Hypothesis strategies for them."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from hypothesis import strategies as st

from casework.catalog import shelf
from casework.domain.household import Fuel
from casework.domain.resident import LifeState, ResidenceState, RiskLevel
from casework.domain.schedule_facts import DatedTag, FollowupFacts, HouseholdFacts, ResidentFacts
from casework.domain.visit import Mode, Outcome, Visit
from casework.domain.visiting import digest

CHINA = timezone(timedelta(hours=8))
REGISTERED = date(2026, 3, 2)
DOOR = "0190aaaa000070008000000000000001"


def at(day: str, hour: int = 10) -> datetime:
    """An instant in local time."""
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=CHINA)


def visit(outcome: Outcome, when: datetime, mode: Mode = Mode.DOOR, n: int = 0, **more: object) -> Visit:
    """A visit of one door."""
    return Visit(f"{n:032x}", DOOR, outcome, mode, when, when, "w", **more)  # type: ignore[arg-type]


def person(n: int = 1, born: date | None = None, tags: tuple[str, ...] = (), **more: object) -> ResidentFacts:
    """A resident with tags without dates."""
    dated = tuple(DatedTag(tag) for tag in tags)
    return ResidentFacts(f"{n:032x}", born, dated, **more)  # type: ignore[arg-type]


def door(*people: ResidentFacts, visits: tuple[Visit, ...] = (), **more: object) -> HouseholdFacts:
    """A household."""
    return HouseholdFacts(DOOR, REGISTERED, residents=people, visits=digest(visits), **more)  # type: ignore[arg-type]


days = st.dates(date(2023, 1, 1), date(2028, 12, 31))
instants = st.datetimes(
    datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(CHINA)
)  # fmt: skip
tags = st.builds(DatedTag, st.sampled_from(sorted(shelf.tags())), st.none() | days, st.none() | days)


@st.composite
def visits(draw: st.DrawFn, most: int = 8) -> list[Visit]:
    """Visits of one door in any order, two at the same minute included."""
    chosen = draw(st.lists(st.tuples(st.sampled_from(Outcome), st.sampled_from(Mode), instants), max_size=most))
    return [
        visit(outcome, when, mode, n, next_visit_on=draw(st.none() | days))
        for n, (outcome, mode, when) in enumerate(chosen)
    ]


@st.composite
def households(draw: st.DrawFn) -> HouseholdFacts:
    """A household with anything that can be known of it."""
    people = tuple(
        ResidentFacts(
            id=f"{n:032x}",
            born=draw(st.none() | st.dates(date(1925, 1, 1), date(2026, 1, 1))),
            tags=tuple(draw(st.lists(tags, max_size=3))),
            life_state=draw(st.sampled_from(LifeState)),
            life_state_on=draw(st.none() | days),
            residence_state=draw(st.sampled_from(ResidenceState)),
            risk_override=draw(st.none() | st.sampled_from(RiskLevel)),
            findings=draw(st.sampled_from([frozenset(), frozenset({"open_critical_hazard"})])),
        )
        for n in range(draw(st.integers(0, 3)))
    )
    checked = {name: draw(days) for name in draw(st.sets(st.sampled_from(["lpg_cylinder", "elderly_home"])))}
    cases = tuple(
        FollowupFacts(f"{n:032x}", "x", draw(days), draw(st.none() | days), draw(st.booleans()))
        for n in range(draw(st.integers(0, 2)))
    )
    return HouseholdFacts(
        id=draw(st.uuids()).hex,
        entered_on=draw(days),
        fuel=draw(st.sampled_from(Fuel)),
        residents=people,
        visits=digest(draw(visits())),
        checked=checked,
        followups=cases,
    )
