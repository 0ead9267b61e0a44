"""Figures of the register and the work. None of them scores a worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from casework.casebook.book import Casebook


@dataclass(frozen=True, slots=True)
class Figures:
    """What the casebook holds. Doors knocked, people contacted, checks completed, devices fitted: four things."""

    households: int
    residents: int
    places: int
    doors_knocked: int
    people_contacted: int
    checks_completed: int
    devices_fitted: int
    hazards_found: int
    hazards_open: int
    followups_open: int
    followups_overdue: int


def figures(book: Casebook, since: date | None = None) -> Figures:
    """The figures, of the work since a day, or of all of it."""
    start = since.isoformat() if since else ""
    today = book.today().isoformat()

    def count(sql: str, *values: str) -> int:
        return int(book.database.execute_sql(sql, values).first()[0])

    return Figures(
        households=count("SELECT count(*) FROM household"),
        residents=count("SELECT count(*) FROM resident"),
        places=count("SELECT count(*) FROM place"),
        doors_knocked=count(
            "SELECT count(*) FROM visit WHERE mode = 'door' AND outcome != 'not_attempted' AND happened_at >= ?",
            start,
        ),
        people_contacted=count(
            "SELECT count(*) FROM visit WHERE outcome IN ('completed', 'partial', 'phone_contact', 'refused') "
            "AND happened_at >= ?",
            start,
        ),
        checks_completed=count("SELECT count(*) FROM safety_check WHERE happened_at >= ? AND partial IS NULL", start),
        devices_fitted=count(
            "SELECT count(*) FROM device WHERE ifnull(fitted_on, '') >= ? AND fitted_on IS NOT NULL", start
        ),
        hazards_found=count(
            "SELECT count(*) FROM hazard h JOIN safety_check c ON c.id = h.check_id WHERE c.happened_at >= ?",
            start,
        ),
        hazards_open=count(
            "SELECT count(*) FROM hazard h JOIN followup f ON f.id = h.followup_id WHERE f.closed_at IS NULL"
        ),
        followups_open=count("SELECT count(*) FROM followup WHERE closed_at IS NULL"),
        followups_overdue=count("SELECT count(*) FROM followup WHERE closed_at IS NULL AND due_on < ?", today),
    )
