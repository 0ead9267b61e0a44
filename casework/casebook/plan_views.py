"""The plan of a day as screens, print and the command line read it, and as it is kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from casework.casebook import receipts
from casework.domain.due import DueKind
from casework.domain.planning import Direction, Reason

if TYPE_CHECKING:
    from casework.casebook.views import RoundStop
    from casework.domain.phrase import Label, Phrase
    from casework.domain.visit import Outcome


class Progress(StrEnum):
    """How far a stop of the plan is: not reached yet, tried and to be tried again, done."""

    OPEN = "open"
    TRIED = "tried"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class PlanChoice:
    """What a worker plans by. Empty means everything.

    `buildings` and `campaign` are ids. `doors` and `minutes` are the capacity. `parts` are the hours of the day in
    minutes since midnight; without any, the usual ones. `begin_at` is the door where she stands.
    """

    buildings: tuple[str, ...] = ()
    campaign: str = ""
    kinds: tuple[DueKind, ...] = ()
    doors: int | None = None
    minutes: int | None = None
    direction: Direction = Direction.TOP_FIRST
    company: bool = False
    parts: tuple[tuple[int, int], ...] = ()
    begin_at: str = ""


@dataclass(frozen=True, slots=True)
class PlanStop:
    """A stop of the walk. `at`, `booked` are minutes since midnight; `at` is None where it is only to be squeezed in.

    `fresh`: urgent work or a booking that has come since the plan was made. `wanted`: the plan's campaign asks for it.
    """

    stop: RoundStop
    at: int | None = None
    booked: int | None = None
    late: int = 0
    waits: int = 0
    progress: Progress = Progress.OPEN
    outcome: Outcome | None = None
    fresh: bool = False
    wanted: bool = False


@dataclass(frozen=True, slots=True)
class LeftStop:
    """A stop that is not in the walk, and why."""

    stop: RoundStop
    reason: Reason
    words: Phrase
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class DayPlan:
    """The plan of a day. `walk` holds `fresh` stops first, then the walk in order; `left` what is not in it.

    `minutes` is work and ways. `made_at` is None for one that is only looked at. `known` is what was urgent or booked
    when it was made.
    `campaign` is the name of the one that was chosen.
    """

    day: date
    grid_id: str
    choice: PlanChoice
    walk: tuple[PlanStop, ...]
    left: tuple[LeftStop, ...]
    minutes: int = 0
    begins: int | None = None
    ends: int | None = None
    made_at: datetime | None = None
    known: frozenset[str] = frozenset()
    campaign: Label | None = None

    @property
    def fresh(self) -> tuple[PlanStop, ...]:
        """What has come since the plan was made and cannot wait."""
        return tuple(one for one in self.walk if one.fresh)

    @property
    def done(self) -> int:
        """How many stops of the walk have been walked."""
        return sum(one.progress is not Progress.OPEN for one in self.walk)

    @property
    def urgent_left(self) -> int:
        """How many urgent stops are left out."""
        return sum(one.urgent for one in self.left)

    def reasons(self) -> list[tuple[Reason, int]]:
        """How many stops are left out for each reason, in the order of the reasons."""
        counted = Counter(one.reason for one in self.left)
        return [(reason, counted[reason]) for reason in Reason if counted[reason]]


# --- as it is kept ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KeptStop:
    """A stop of a kept walk; `seen` are the visits and checks of the day that were there when it was planned: whatever
    is entered later ticks it, with whatever clock.
    """

    key: str
    at: int
    booked: int | None
    late: int
    waits: int
    seen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """A plan as it stands in the casebook: keys only, so that it never shows what was true when it was made."""

    choice: PlanChoice
    made_at: datetime
    walk: tuple[KeptStop, ...]
    left: tuple[tuple[str, Reason, Phrase, bool], ...]
    minutes: int
    begins: int | None
    ends: int | None
    known: frozenset[str] = field(default_factory=frozenset)

    def packed(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {
            "choice": asdict(self.choice),
            "made_at": self.made_at.isoformat(),
            "walk": [asdict(one) for one in self.walk],
            "left": [[key, reason, receipts.pack_phrase(words), urgent] for key, reason, words, urgent in self.left],
            "minutes": self.minutes,
            "begins": self.begins,
            "ends": self.ends,
            "known": sorted(self.known),
        }


def unpack(data: dict[str, Any]) -> Kept | None:
    """A kept plan; None where another version kept it in a way that cannot be read: it is then made anew."""
    try:
        choice = data["choice"]
        return Kept(
            choice=PlanChoice(
                buildings=tuple(choice["buildings"]), campaign=choice["campaign"],
                kinds=tuple(DueKind(kind) for kind in choice["kinds"]), doors=choice["doors"],
                minutes=choice["minutes"], direction=Direction(choice["direction"]), company=choice["company"],
                parts=tuple((first, last) for first, last in choice["parts"]), begin_at=choice["begin_at"],
            ),
            made_at=datetime.fromisoformat(data["made_at"]),
            walk=tuple(KeptStop(**{**one, "seen": tuple(one["seen"])}) for one in data["walk"]),
            left=tuple(
                (key, Reason(reason), receipts.unpack_phrase(words), bool(urgent))
                for key, reason, words, urgent in data["left"]
            ),
            minutes=data["minutes"],
            begins=data["begins"],
            ends=data["ends"],
            known=frozenset(data["known"]),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError):
        return None
