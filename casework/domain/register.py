"""One row of a roster: a person, and the door behind which the person lives, as a sheet says it.

`None` means that the sheet does not say. An import must not erase what the sheet does not speak of.
"""

from __future__ import annotations

# Needed when the program runs: the types of the fields are checked on the way in (`exchange/checked.py`).
from collections.abc import Mapping  # noqa: TC003
from dataclasses import dataclass
from datetime import date  # noqa: TC003

from casework.domain.household import Fuel, Tenure  # noqa: TC001
from casework.domain.phrase import N_, Phrase
from casework.domain.resident import LifeState, ResidenceState, Sex, age_on

YOUNGEST = 14
"""Full years of age from which a person may be in the register: it keeps no records of children (Personal
Information Protection Law, article 31; DOMAIN 8)."""


def unfit_birthday(born: date, day: date) -> Phrase | None:
    """Why somebody born on a day cannot be in the register on another; None where nothing speaks against it."""
    if day.year - born.year > YOUNGEST:
        return None
    if born > day:
        return Phrase(N_("The birth date lies in the future."))
    if age_on(born, day) < YOUNGEST:
        return Phrase(N_("Under {age}: the register keeps no records of children."), {"age": YOUNGEST})
    return None


@dataclass(slots=True)
class RegisterRow:
    """A row that has been checked and may be entered in the register as it stands.

    `line` is the row's number in the sheet, counted from 1 as a spreadsheet program shows it; reasons for a
    rejection name it. `address` is the raw text, `short` the form that people type (`3-2-501`). A building
    is told from others by community, grid, compound and building together; a door by building and `short`.

    `citizen_id` is checked and has 18 characters. `contacts` are (name, relation, phone). Each of `devices`
    has `kind` (a key of `catalog/devices.toml`) and any of `maker`, `model`, `batch`, `made_on`,
    `fitted_on`. `tag_source` says where the tags come from: the name of the file.
    """

    line: int
    name: str
    community: str | None = None
    grid: str | None = None
    compound: str | None = None
    building: str | None = None
    unit: str | None = None
    floor: int | None = None
    room: str | None = None
    address: str | None = None
    short: str = ""
    walk_order: int | None = None
    kitchen: str | None = None
    fuel: Fuel | None = None
    tenure: Tenure | None = None
    household_phone: str | None = None
    cautions: tuple[str, ...] | None = None
    sex: Sex | None = None
    born: date | None = None
    citizen_id: str | None = None
    phone: str | None = None
    phone_note: str | None = None
    relation: str | None = None
    head: bool | None = None
    residence_state: ResidenceState | None = None
    life_state: LifeState | None = None
    last_seen_on: date | None = None
    tags: tuple[str, ...] | None = None
    tag_source: str | None = None
    contacts: tuple[tuple[str, str, str], ...] | None = None
    devices: tuple[Mapping[str, str | date], ...] | None = None
    note: str | None = None
