"""How much open work each rule of the schedule has made: a look through all of it, for a list and never for a save."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casework.casebook.book import Casebook


@dataclass(frozen=True, slots=True)
class OpenWork:
    """Doors and places with open work, and how many of them can be gone to today."""

    doors: int = 0
    places: int = 0
    today: int = 0


def by_rule(book: Casebook) -> Mapping[tuple[str, str], OpenWork]:
    """Open work by kind (`visit`, `check`) and what made it: of a visit the key of its rule; of a check its checklist,
    which several rules may ask for. Half a second with a million residents: run it on a thread.
    """
    found = book.database.execute_sql(
        "SELECT kind, rule, count(DISTINCT household_id), count(DISTINCT place_id), "
        "count(DISTINCT iif(opens_on <= ?, ifnull(household_id, place_id), NULL)) "
        "FROM due WHERE kind IN ('visit', 'check') GROUP BY kind, rule",
        (book.today().isoformat(),),
    ).fetchall()
    return {(kind, rule): OpenWork(doors, places, today) for kind, rule, doors, places, today in found}
