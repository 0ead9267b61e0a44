"""Devices: a valve, hose or alarm with model, batch and life, so that a recall is a search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Device:
    """A fitted device. `life_months` is the life on its own label; `kind` is a key of `catalog/devices.toml`."""

    id: str
    kind: str
    household_id: str | None = None
    kitchen_id: str | None = None
    place_id: str | None = None
    maker: str = ""
    model: str = ""
    batch: str = ""
    made_on: date | None = None
    fitted_on: date | None = None
    removed_on: date | None = None
    life_months: int | None = None
    note: str = ""
