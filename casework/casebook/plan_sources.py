"""What the plan of a day is made from: the hours, the buildings in their order, what is due, booked and campaigned for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.casebook import rounds
from casework.casebook.errors import NotFound, Refused
from casework.domain import planning
from casework.domain.phrase import N_, Label, Phrase
from casework.domain.planning import DAY, Hours, Pace, Position, Stop

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from casework.casebook.book import Casebook
    from casework.casebook.plan_views import PlanChoice
    from casework.casebook.views import RoundStop
    from casework.domain.area import Area

_ROUND_TO = 5
"""Minutes: a walk that begins now begins at a time that one can read off a clock."""


def pace() -> Pace:
    """The minutes that are reckoned with, from the catalog."""
    from casework.catalog.shelf import number

    return Pace(number("plan_door_minutes"), number("plan_stair_minutes"), number("plan_building_minutes"))


def parts_of_day() -> dict[str, tuple[tuple[int, int], ...]]:
    """The hours that can be planned for, by name, in minutes: working hours and the evening (catalog parameters)."""
    from casework.catalog.shelf import number

    def part(first: str, last: str) -> tuple[int, int]:
        return number(first) * 60, number(last) * 60

    morning = part("morning_opens_hour", "morning_closes_hour")
    afternoon = part("afternoon_opens_hour", "afternoon_closes_hour")
    evening = (max(afternoon[1], number("evening_from_hour") * 60), number("plan_evening_until_hour") * 60)
    whole = (morning, afternoon)
    long = (morning, (afternoon[0], evening[1])) if evening[0] == afternoon[1] else (*whole, evening)
    return {"day": whole, "morning": (morning,), "afternoon": (afternoon,), "evening": (evening,), "long_day": long}


def buildings(book: Casebook, grid_id: str) -> list[Area]:
    """The buildings of a grid in the order in which they are walked, numbers as numbers."""
    from casework.casebook import areas

    found = areas.buildings(book, grid_id)
    return sorted(found, key=lambda one: (one.walk_order or 0, planning.natural(one.name), one.id))


def hours_of(book: Casebook, choice: PlanChoice, day: date) -> Hours:
    """The hours that are left of those chosen; without a choice the usual ones, and after these the evening.

    Raises:
        Refused: those that were chosen are over today.
    """
    from casework.catalog.shelf import number

    bands = number("afternoon_from_hour") * 60, number("evening_from_hour") * 60
    named = parts_of_day()
    now = book.clock.now()
    if day != now.date():
        return Hours(choice.parts or named["day"], *bands)
    minute = min(DAY - 1, -(-(now.hour * 60 + now.minute) // _ROUND_TO) * _ROUND_TO)
    if choice.parts:
        left = Hours(choice.parts, *bands).after(minute)
        if left is None:
            raise Refused(Phrase(N_("These hours are over for today: choose later ones.")))
        return left
    for parts in (named["day"], named["evening"], ((0, DAY),)):
        left = Hours(parts, *bands).after(minute)
        if left is not None:
            return left
    raise AssertionError("a day has hours left until it ends")


def read(
    book: Casebook, grid: str, day: date, wanted: Collection[str], booked: Mapping[str, int],
    stops: Sequence[RoundStop] | None,
) -> tuple[dict[str, RoundStop], list[Stop]]:  # fmt: skip
    """The stops of the day as the round shows them, by key, and as they are planned."""
    found = {stop.key: stop for stop in (stops if stops is not None else rounds.stops(book, grid, day))}
    more = [key for key in {*wanted, *booked} if key not in found]
    found.update((stop.key, stop) for stop in rounds.doors(book, more))
    order = {one.id: n for n, one in enumerate(buildings(book, grid))}
    where = {
        row[0]: row[1:]
        for row in book.database.execute_sql(
            "SELECT id, unit, floor, room FROM household WHERE grid_id = ?", (grid,)
        ).fetchall()
    }
    given = []
    for key, stop in found.items():
        unit, floor, room = where.get(key, ("", None, ""))
        given.append(
            Stop(
                key=key, building=order.get(stop.building_id, len(order)), building_id=stop.building_id,
                unit=unit or "", floor=floor, room=room or "", walk_order=stop.walk_order,
                dues=tuple(due for due, _status in stop.dues), booked=booked.get(key), wanted=key in wanted,
                outdoors=stop.household_id is None,
            )
        )  # fmt: skip
    return found, given


def position(book: Casebook, grid: str, door: str) -> Position | None:
    """Where a door stands among the buildings of a grid; None for one that is in none of them."""
    row = book.database.execute_sql("SELECT building_id, unit, floor FROM household WHERE id = ?", (door,)).first()
    if not door or row is None:
        return None
    order = [one.id for one in buildings(book, grid)]
    return Position(order.index(row[0]), row[1] or "", row[2]) if row[0] in order else None


def campaigns(book: Casebook) -> list[tuple[str, str, Label]]:
    """The campaigns over doors that run: id, key, name."""
    from casework.casebook.campaign_board import running
    from casework.domain.campaign import CampaignSubject

    doors = (CampaignSubject.HOUSEHOLD, CampaignSubject.RESIDENT)
    return [(one.id, one.key, one.label) for one in running(book) if one.subject in doors]


def campaign_id(book: Casebook, said: str) -> str:
    """The running campaign over doors that an id or a key means.

    Raises:
        NotFound: there is none; the phrase names those that run.
    """
    found = campaigns(book)
    for one in found:
        if said in one[:2]:
            return one[0]
    if not found:
        raise NotFound(Phrase(N_("No campaign over doors is running.")))
    names = ", ".join(key for _id, key, _name in found)
    raise NotFound(Phrase(N_("No campaign {name} is running. There are: {names}"), {"name": said, "names": names}))


def campaign_name(book: Casebook, campaign: str) -> Label | None:
    """The name of a campaign that runs; None once it does not."""
    return next((name for key, _short, name in campaigns(book) if key == campaign), None) if campaign else None


MOST_UNITS = 5000
"""Units of a campaign that are read of a grid: it has 500 households at the most, some with many people."""


def of_campaign(book: Casebook, campaign: str, grid: str) -> frozenset[str]:
    """The doors of a grid that a campaign still asks for: those of its units, who may be people behind them. None once
    it does not run any more.
    """
    from casework.casebook import campaign_lists
    from casework.domain.campaign import OPEN

    if campaign not in (key for key, *_rest in campaigns(book)):
        return frozenset()
    units = (campaign_lists.page(book, campaign, bucket, grid, limit=MOST_UNITS) for bucket in sorted(OPEN))
    return frozenset(unit.household_id for page in units for unit in page if unit.household_id is not None)


def booked_on(book: Casebook, grid: str, day: date) -> dict[str, int]:
    """The hour that was agreed for the day and is still to be kept, by door."""
    from casework.casebook import bookings

    found: dict[str, int] = {}
    for one in bookings.of_day(book, grid, day):
        hour, _colon, minute = one.hour.partition(":")
        found.setdefault(one.household_id, int(hour) * 60 + int(minute))
    return found
