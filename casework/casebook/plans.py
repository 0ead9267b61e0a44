"""The plan of a day: made from what is due, kept per worker, grid and day, ticked as the day goes.

A plan is no fact: it is kept on this laptop like a draft, not journalled. What it shows of a door is read afresh.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from casework.casebook import drafts, plan_views, rounds
from casework.casebook.plan_sources import (
    booked_on,
    buildings,
    campaign_id,
    campaign_name,
    campaigns,
    hours_of,
    of_campaign,
    pace,
    parts_of_day,
    position,
    read,
)
from casework.casebook.plan_views import DayPlan, Kept, KeptStop, LeftStop, PlanChoice, PlanStop, Progress
from casework.domain import planning
from casework.domain.due import URGENT
from casework.domain.phrase import N_, Phrase
from casework.domain.planning import Capacity, Choice, Direction
from casework.domain.receipt import Receipt
from casework.domain.visit import MET, Outcome
from casework.domain.visiting import TRIES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from datetime import date

    from casework.casebook.book import Casebook
    from casework.casebook.transaction import Transaction
    from casework.casebook.views import RoundStop

__all__ = [
    "DIRECTION", "KEPT_DAYS", "buildings", "campaign_id", "campaigns", "clear", "direction", "from_here", "keep", "of_day",
    "pace", "parts_of_day", "plan", "preview", "printed", "remember_direction",
]  # fmt: skip

DIRECTION = "plan_direction"
"""The setting that remembers whether stairs are walked from the top or from the bottom."""

KEPT_DAYS = 30
"""Days after which a plan is thrown away."""


def direction(book: Casebook) -> Direction:
    """How stairs are walked, as the worker said last; from the top floor down until she says so."""
    said = book.setting(DIRECTION, Direction.TOP_FIRST.value)
    return Direction(said) if said in list(Direction) else Direction.TOP_FIRST


def remember_direction(book: Casebook, wanted: Direction) -> None:
    """Walk stairs so from now on."""
    if direction(book) is not wanted:
        book.set_setting(DIRECTION, wanted.value)


# --- making one ------------------------------------------------------------------------------------------


def preview(
    book: Casebook, choice: PlanChoice, day: date | None = None, *, stops: Sequence[RoundStop] | None = None,
    without: Collection[str] = (), promised: Collection[str] = (),
) -> DayPlan:  # fmt: skip
    """The plan that a choice comes to, kept nowhere. `stops` are those of the round, where they are read already;
    `without` are stops of which nothing is asked any more today, `promised` those that are not given up for others.

    Raises:
        Refused: the hours chosen are over on that day.
    """
    today = book.today()
    day = day or today
    grid = book.grid_id
    hours = hours_of(book, choice, day)
    wanted = of_campaign(book, choice.campaign, grid) if choice.campaign else frozenset()
    booked = booked_on(book, grid, day)
    found, every = read(book, grid, day, wanted, booked, stops)
    given = [replace(stop, promised=stop.key in promised) for stop in every if stop.key not in without]
    chosen = Choice(
        buildings=frozenset(choice.buildings), campaign=bool(choice.campaign), kinds=frozenset(choice.kinds),
        direction=choice.direction, company=choice.company, begin_at=position(book, grid, choice.begin_at),
    )  # fmt: skip
    walk = planning.plan(given, chosen, Capacity(choice.doors, choice.minutes), hours, pace(), day)
    return DayPlan(
        day=day, grid_id=grid, choice=choice,
        walk=tuple(PlanStop(found[one.key], one.at, one.booked, one.late, one.waits, wanted=one.key in wanted)
            for one in walk.stops),
        left=tuple(LeftStop(found[one.key], one.reason, one.words, one.urgent) for one in walk.left),
        minutes=walk.minutes, begins=walk.begins, ends=walk.ends,
        known=frozenset(mark for stop in given for mark in _marks(stop.key, stop.dues, stop.booked)),
        campaign=campaign_name(book, choice.campaign),
    )  # fmt: skip


def plan(book: Casebook, choice: PlanChoice, day: date | None = None) -> DayPlan:
    """Make the plan of a day and keep it; one that was kept for the day goes, what was walked of it stays.

    Raises:
        Refused: the hours chosen are over on that day.
    """
    return keep(book, preview(book, choice, day))


def keep(book: Casebook, made: DayPlan) -> DayPlan:
    """Keep a plan, and give it as the day stands."""
    now = book.clock.now()
    seen: dict[str, list[str]] = {}
    for key, one_id, _outcome in _entered(book, made.day, [one.stop.key for one in made.walk]):
        seen.setdefault(key, []).append(one_id)
    stops = [
        KeptStop(one.stop.key, one.at or 0, one.booked, one.late, one.waits, tuple(seen.get(one.stop.key, ())))
        for one in made.walk
    ]
    before = _kept(book, made.grid_id, made.day)
    if before is not None:
        again = {one.key for one in stops}
        walked = _walked(book, made.day, before.walk)
        stops[:0] = [one for one in before.walk if one.key in walked and one.key not in again]
    kept = Kept(
        choice=made.choice, made_at=now, walk=tuple(stops),
        left=tuple((one.stop.key, one.reason, one.words, one.urgent) for one in made.left),
        minutes=made.minutes, begins=made.begins, ends=made.ends, known=made.known,
    )  # fmt: skip
    text = json.dumps(kept.packed(), ensure_ascii=False)
    oldest = (made.day - timedelta(days=KEPT_DAYS)).isoformat()

    def write() -> None:
        execute = book.database.execute_sql
        with book.database.atomic("IMMEDIATE"):
            execute(
                "INSERT INTO draft (form, subject, actor, data, updated_at) VALUES (?,?,?,?,?) ON CONFLICT (form, "
                "subject, actor) DO UPDATE SET data = excluded.data, updated_at = excluded.updated_at",
                (drafts.DAY_PLAN, _subject(made.grid_id, made.day), book.worker.id, text, now.isoformat()),
            )
            execute(
                "DELETE FROM draft WHERE form = ? AND actor = ? AND substr(subject, -10) < ?",
                (drafts.DAY_PLAN, book.worker.id, oldest),
            )

    book.write(write)
    return of_day(book, made.day, made.grid_id) or made


def clear(book: Casebook, day: date | None = None) -> None:
    """Forget the plan of a day: the round is whole again."""
    drafts.drop(book, drafts.DAY_PLAN, _subject(book.grid_id, day or book.today())).result()


def from_here(book: Casebook, kept: DayPlan, door: str) -> DayPlan:
    """The rest of the day planned anew from where the worker stands, by the same choice, and kept.

    What was walked already counts against the capacity. The doors that were planned are not given up for others, except
    for the one where she stands.

    Raises:
        Refused: the hours chosen are over.
    """
    choice = kept.choice
    walked = [one.stop for one in kept.walk if one.progress is not Progress.OPEN]
    doors = None if choice.doors is None else max(0, choice.doors - len(walked))
    minutes = None if choice.minutes is None else max(0, choice.minutes - len(walked) * pace().door)
    # Where she has been already she goes again for what cannot wait, and not for the rest of the work.
    been = {stop.key for stop in walked if not stop.urgent}
    again = preview(book, replace(choice, doors=doors, minutes=minutes, begin_at=door), kept.day,
                    without=been, promised={door, *(one.stop.key for one in kept.walk)})  # fmt: skip
    # The choice stays what she chose: the next time she does this, it counts from the same.
    return keep(book, replace(again, choice=choice))


def printed(
    book: Casebook, plan: DayPlan, file: str, revealed: bool, release: Callable[[], None], action: str | None = None
) -> Receipt:  # fmt: skip
    """Journal that a plan leaves the laptop, then let it leave: `release` puts the finished file in its place."""

    def work(_tx: Transaction) -> Receipt:
        words = N_("Plan of {day} written to {file}: {n} doors")
        if revealed:
            words = N_("Plan of {day} written to {file}: {n} doors, names in full")
        summary = Phrase(words, {"day": plan.day, "file": file, "n": len(plan.walk)})
        release()
        return Receipt("", "plan.print", "plan", "", summary)

    return book.save("plan.print", action, work, undoable=False)


# --- as the day goes -------------------------------------------------------------------------------------


def of_day(
    book: Casebook, day: date, grid_id: str | None = None, *, stops: Sequence[RoundStop] | None = None
) -> DayPlan | None:
    """The plan that is kept for a day, ticked as far as it is walked; None where there is none.

    Urgent work and bookings that have come since are on top. `stops` are those of the round, where they are read already.
    """
    grid = grid_id or book.grid_id
    kept = _kept(book, grid, day)
    if kept is None:
        return None
    booked = booked_on(book, grid, day)
    now = {stop.key: stop for stop in (stops if stops is not None else rounds.stops(book, grid, day))}
    wanted = [one.key for one in kept.walk] + [key for key, *_rest in kept.left] + list(booked)
    now.update((stop.key, stop) for stop in rounds.doors(book, [key for key in wanted if key not in now]))
    walked = _walked(book, day, [*(KeptStop(key, 0, None, 0, 0) for key in booked), *kept.walk])
    fresh = [
        PlanStop(stop, None, booked.get(key), fresh=True)
        for key, stop in now.items()
        # An appointment that has been kept is no longer news.
        if not kept.known.issuperset(
            _marks(key, (due for due, _status in stop.dues), None if key in walked else booked.get(key))
        )
    ]
    again = {one.stop.key for one in fresh}
    asked = of_campaign(book, kept.choice.campaign, grid) if kept.choice.campaign else frozenset()
    walk = []
    for one in kept.walk:
        stop = now.get(one.key)
        if stop is None or one.key in again:
            continue
        outcome = walked.get(one.key)
        progress = Progress.OPEN
        if one.key in walked:
            progress = Progress.TRIED if outcome in TRIES else Progress.DONE
        # What was cancelled or moved since binds nobody any more.
        hour = one.booked if progress is not Progress.OPEN else booked.get(one.key)
        walk.append(PlanStop(stop, one.at, hour, one.late, one.waits, progress, outcome, wanted=one.key in asked))
    left = (
        LeftStop(now[key], reason, words, urgent)
        for key, reason, words, urgent in kept.left
        if key in now and now[key].dues and key not in again
    )
    return DayPlan(
        day=day, grid_id=grid, choice=kept.choice, walk=(*fresh, *walk), left=tuple(left), minutes=kept.minutes,
        begins=kept.begins, ends=kept.ends, made_at=kept.made_at, known=kept.known,
        campaign=campaign_name(book, kept.choice.campaign),
    )  # fmt: skip


def _walked(book: Casebook, day: date, walk: Sequence[KeptStop]) -> dict[str, Outcome | None]:
    """The stops that somebody went to on the day, with what came of it last; None for a check without a visit."""
    seen = {one.key: one.seen for one in walk}
    found: dict[str, Outcome | None] = {}
    for key, one_id, outcome in _entered(book, day, list(seen)):
        if one_id not in seen[key] and not (found.get(key) in MET and outcome in TRIES):
            found[key] = outcome
    return found


def _entered(book: Casebook, day: date, keys: Sequence[str]) -> Iterator[tuple[str, str, Outcome | None]]:
    """What was entered for a day at some doors and places, checks first, then visits in their order: key, id, outcome."""
    execute = book.database.connection().cursor().execute
    first, after = day.isoformat(), day.isoformat() + "U"
    for part in rounds.parts(keys):
        marks = ",".join("?" * len(part))
        for field in ("subject_id", "household_id"):
            for key, check in execute(
                f"SELECT {field}, id FROM safety_check WHERE {field} IN ({marks}) AND happened_at >= ? "
                "AND happened_at < ? AND partial IS NULL",
                (*part, first, after),
            ).fetchall():
                yield key, check, None
    wanted = set(keys)
    visits = execute(
        "SELECT household_id, id, outcome, happened_at FROM visit WHERE happened_at >= ? AND happened_at < ?",
        (first, after),
    ).fetchall()
    for key, visit, outcome, _happened in sorted(visits, key=lambda row: (row[3], row[1])):
        if key in wanted and outcome != Outcome.NOT_ATTEMPTED:
            yield key, visit, Outcome(outcome)


def _marks(key: str, dues: Iterable[Any], booked: int | None) -> list[str]:
    """What of a stop cannot wait, in words that tell whether a plan knew of it."""
    marks = [f"{key}/{due.kind}/{due.rule}" for due in dues if due.priority == URGENT]
    return marks if booked is None else [*marks, f"{key}/booked/{booked}"]


def _subject(grid_id: str, day: date) -> str:
    return f"{grid_id}/{day.isoformat()}"


def _kept(book: Casebook, grid_id: str, day: date) -> Kept | None:
    draft = drafts.get(book, drafts.DAY_PLAN, _subject(grid_id, day))
    return plan_views.unpack(draft.data) if draft is not None else None
