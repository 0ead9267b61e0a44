"""One row of a roster, read and validated: what the register's bulk entry takes in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.domain.household import Fuel, Tenure
from casework.domain.resident import ResidenceState, Sex


@dataclass(slots=True)
class RegisterRow:
    """A person behind a door. None means that the sheet does not say: an update leaves such a field alone.

    `line` is the row's number in the sheet. `short` identifies the door within its building. `devices` are
    dictionaries of device fields (`kind`, `model`, `batch`, `fitted_on`, ...), `contacts` are
    (name, relation, phone).
    """

    line: int
    name: str
    short: str
    community: str | None = None
    grid: str | None = None
    compound: str | None = None
    building: str | None = None
    unit: str | None = None
    floor: int | None = None
    room: str | None = None
    address: str | None = None
    walk_order: int | None = None
    fuel: Fuel | None = None
    tenure: Tenure | None = None
    household_phone: str | None = None
    kitchen: str | None = None
    sex: Sex | None = None
    born: date | None = None
    citizen_id: str | None = None
    phone: str | None = None
    phone_note: str | None = None
    relation: str | None = None
    head: bool | None = None
    residence_state: ResidenceState | None = None
    tags: tuple[str, ...] | None = None
    tag_source: str | None = None
    contacts: tuple[tuple[str, str, str], ...] | None = None
    devices: tuple[dict[str, Any], ...] | None = None
    note: str | None = None
