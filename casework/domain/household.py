"""Households: a door, what burns behind it, and where it stands on the walk."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fuel(StrEnum):
    """What the household cooks and heats water with."""

    PIPELINE_GAS = "pipeline_gas"
    LPG_CYLINDER = "lpg_cylinder"
    ELECTRIC = "electric"
    UNKNOWN = "unknown"


class Tenure(StrEnum):
    """On what footing the people live there."""

    OWNED = "owned"
    RENTED = "rented"
    PUBLIC_RENT = "public_rent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Household:
    """A door. The address is kept as it was written and in parts.

    `address` is the raw text; `short` the form that people type (`3-2-501`: building, unit, room).
    `walk_order` sorts the doors of one grid in the order in which they are walked.
    `kitchen_id` names a kitchen shared with other households: one check there counts for each.
    `cautions` are the safety marks of the door (`dog`, `oxygen`, `do_not_enter`).
    """

    id: str
    grid_id: str
    building_id: str
    address: str
    short: str
    unit: str = ""
    floor: int | None = None
    room: str = ""
    walk_order: int = 0
    fuel: Fuel = Fuel.UNKNOWN
    tenure: Tenure = Tenure.UNKNOWN
    phone: str = ""
    kitchen_id: str | None = None
    cautions: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Kitchen:
    """A kitchen that several households share."""

    id: str
    building_id: str
    name: str
