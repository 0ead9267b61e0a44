"""Workers: who logged it. Nothing here scores a person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person may do in the casebook."""

    GRID_WORKER = "grid_worker"
    GRID_LEADER = "grid_leader"
    SUPERVISOR = "supervisor"
    VOLUNTEER = "volunteer"


@dataclass(frozen=True, slots=True)
class Worker:
    """A person who logs visits, checks and follow-ups."""

    id: str
    name: str
    role: Role = Role.GRID_WORKER
    phone: str = ""
