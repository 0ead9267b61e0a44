"""Which doors of the made-up community the told stories happen to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.demo.doors import ILLEGAL_CYLINDER, Door
from casework.domain.household import Fuel, Tenure

if TYPE_CHECKING:
    from collections.abc import Callable

    from casework.demo.people import Community


class Cast:
    """The doors of the stories: always the first in walking order that fits and is not taken."""

    def __init__(self, community: Community) -> None:
        self._doors = community.doors
        self._taken: set[str] = set()
        self._named: dict[str, Door] = {}
        compound, block, unit, room = ILLEGAL_CYLINDER
        self.tower_cylinder = self._take(lambda d: d.key == f"{compound}/{block}-{unit}-{room}")
        self.not_seen = self._take(lambda d: d.grid == 1 and _alone(d, 76) and bool(d.head.contacts))
        self.died = self._take(lambda d: d.grid == 1 and len(d.people) == 2 and d.people[1].age >= 74)
        self.hospital = self._take(lambda d: d.grid == 1 and _alone(d, 68) and d.head.female)
        self.third_try = self._take(lambda d: d.grid == 1 and d.head.age < 60 and d.fuel is Fuel.LPG_CYLINDER)
        self.refuses = self._take(lambda d: d.grid == 1 and d.head.age >= 60 and d.fuel is Fuel.LPG_CYLINDER)
        self.moved = self._take(lambda d: d.tenure is Tenure.RENTED and d.grid == 1 and d.head.age < 50)
        self.wrong_address = self._take(lambda d: d.grid == 4)
        self.unsafe = self._take(lambda d: d.grid == 1 and "dog" in d.cautions, lambda d: d.grid == 1)
        self.late = self._take(lambda d: d.grid == 1 and d.compound == "liuyinli")
        self.leak = self._take(
            lambda d: d.compound == "cotton" and d.fuel is Fuel.LPG_CYLINDER and not d.kitchen and d.head.age >= 60
        )
        self.special = frozenset(self._taken)
        """Doors whose whole history is told by hand."""
        self.waits_for_call = self._last(_young)
        self.booked = self._last(_young)
        self.arranged = frozenset({self.waits_for_call.key, self.booked.key})
        """Doors whose history is told by hand too, but thought up as any other's: the rest is told as it was without."""

    def door(self, name: str) -> Door:
        """The door of a case in `stories.toml`; the same name is the same door."""
        if name == "not_seen":
            return self.not_seen
        found = self._named.get(name)
        if found is None:
            found = self._named[name] = self._take(_RULES[name.rstrip("0123456789").rstrip("_")])
        return found

    def _last(self, fits: Callable[[Door], bool]) -> Door:
        """The last in walking order that fits: it takes no door from a story that is cast by the first."""
        found = next((door for door in reversed(self._doors) if door.key not in self._taken and fits(door)), None)
        if found is None:
            raise LookupError("no door fits a story")
        self._taken.add(found.key)
        return found

    def _take(self, *rules: Callable[[Door], bool]) -> Door:
        for fits in rules:
            for door in self._doors:
                if door.key not in self._taken and fits(door):
                    self._taken.add(door.key)
                    return door
        raise LookupError("no door fits a story")


def _young(door: Door) -> bool:
    """A household of the first grid that works by day, without tags."""
    ages = [person.age for person in door.people]
    return door.grid == 1 and not door.kitchen and max(ages) < 58 and not any(person.tags for person in door.people)


def _alone(door: Door, age: int) -> bool:
    return len(door.people) == 1 and door.head.age >= age


_RULES: dict[str, Callable[[Door], bool]] = {
    "by_the_grill": lambda d: d.compound == "wawu" and d.short.startswith(("21-", "23-")) and d.head.age >= 40,
    "by_the_square": lambda d: d.grid == 1 and d.compound == "liuyinli" and len(d.people) >= 3,
    "lone_elder": lambda d: d.grid == 1 and _alone(d, 66),
    "tower": lambda d: d.compound == "jinlan" and d.head.age < 50,
    "sharers": lambda d: len(d.people) >= 3 and d.people[1].relation == "flatmate",
}
