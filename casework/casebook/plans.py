"""The plan of a day: made from what is due, kept per worker, grid and day, ticked as the day goes.

A plan is no fact: it is kept on this laptop like a draft, not journalled. What it shows of a door is read afresh.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from casework.casebook import drafts, plan_views, rounds
from casework.casebook.errors import NotFound, Refused
from casework.casebook.plan_views import DayPlan, Kept, KeptStop, LeftStop, PlanChoice, PlanStop, Progress
from casework.domain import planning
from casework.domain.due import URGENT
from casework.domain.phrase import N_, Label, Phrase
from casework.domain.planning import DAY, Capacity, Choice, Direction, Hours, Pace, Position, Stop
from casework.domain.receipt import Receipt
from casework.domain.visit import MET, Outcome
from casework.domain.visiting import TRIES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from casework.casebook.book import Casebook
    from casework.casebook.transaction import Transaction
    from casework.casebook.views import RoundStop
    from casework.domain.area import Area

DIRECTION = "plan_direction"
"""The setting that remembers whether stairs are walked from the top or from the bottom."""

KEPT_DAYS = 30
"""Days after which a plan is thrown away."""

_ROUND_TO = 5
"""Minutes: a walk that begins now begins at a time that one can read off a clock."""


def direction(book: Casebook) -> Direction:
    """How stairs are walked, as the worker said last; from the top floor down until she says so."""
    said = book.setting(DIRECTION, Direction.TOP_FIRST.value)
    return Direction(said) if said in list(Direction) else Direction.TOP_FIRST


def remember_direction(book: Casebook, wanted: Direction) -> None:
    """Walk stairs so from now on."""
    if direction(book) is not wanted:
        book.set_setting(DIRECTION, wanted.value)


def pace() -> Pace:
    """The minutes that are reckoned with, from the catalog."""
    from casework.catalog.shelf import number

    return Pace(number("plan_door_minutes"), number("plan_stair_minutes"), number("plan_building_minutes"))


def parts_of_day() -> dict[str, tuple[tuple[int, int], ...]]:
    """The hours that can be planned for, by name, in minutes: working hours and the evening (catalog parameters)."""
    from casework.catalog.shelf import number

    def part(first: str, last: str) -> tuple[int, int]:
        return number(first) * 60, number(last) * 60

    morning = part("morning_opens_hour", "morning_closes_hour")
    afternoon = part("afternoon_opens_hour", "afternoon_closes_hour")
    evening = (max(afternoon[1], number("evening_from_hour") * 60), number("plan_evening_until_hour") * 60)
    whole = (morning, afternoon)
    long = (morning, (afternoon[0], evening[1])) if evening[0] == afternoon[1] else (*whole, evening)
    return {"day": whole, "morning": (morning,), "afternoon": (afternoon,), "evening": (evening,), "long_day": long}


def buildings(book: Casebook, grid_id: str) -> list[Area]:
    """The buildings of a grid in the order in which they are walked, numbers as numbers."""
    from casework.casebook import areas

    found = areas.buildings(book, grid_id)
    return sorted(found, key=lambda one: (one.walk_order or 0, planning.natural(one.name), one.id))


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
    hours = _hours(book, choice, day)
    wanted = _of_campaign(book, choice.campaign, grid) if choice.campaign else frozenset()
    booked = _booked(book, grid, day)
    found, every = _read(book, grid, day, wanted, booked, stops)
    given = [replace(stop, promised=stop.key in promised) for stop in every if stop.key not in without]
    chosen = Choice(
        buildings=frozenset(choice.buildings), campaign=bool(choice.campaign), kinds=frozenset(choice.kinds),
        direction=choice.direction, company=choice.company, begin_at=_position(book, grid, choice.begin_at),
    )  # fmt: skip
    walk = planning.plan(given, chosen, Capacity(choice.doors, choice.minutes), hours, pace(), day)
    return DayPlan(
        day=day, grid_id=grid, choice=choice,
        walk=tuple(PlanStop(found[one.key], one.at, one.booked, one.late, one.waits, wanted=one.key in wanted)
            for one in walk.stops),
        left=tuple(LeftStop(found[one.key], one.reason, one.words, one.urgent) for one in walk.left),
        minutes=walk.minutes, begins=walk.begins, ends=walk.ends,
        known=frozenset(mark for stop in given for mark in _marks(stop.key, stop.dues, stop.booked)),
        campaign=_campaign_name(book, choice.campaign),
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
    booked = _booked(book, grid, day)
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
    asked = _of_campaign(book, kept.choice.campaign, grid) if kept.choice.campaign else frozenset()
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
        campaign=_campaign_name(book, kept.choice.campaign),
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


# --- what is planned from --------------------------------------------------------------------------------


def _hours(book: Casebook, choice: PlanChoice, day: date) -> Hours:
    """The hours that are left of those chosen; without a choice the usual ones, and after these the evening."""
    from casework.catalog.shelf import number

    bands = number("afternoon_from_hour") * 60, number("evening_from_hour") * 60
    named = parts_of_day()
    now = book.clock.now()
    if day != now.date():
        return Hours(choice.parts or named["day"], *bands)
    minute = min(DAY - 1, -(-(now.hour * 60 + now.minute) // _ROUND_TO) * _ROUND_TO)
    if choice.parts:
        left = Hours(choice.parts, *bands).after(minute)
        if left is None:
            raise Refused(Phrase(N_("These hours are over for today: choose later ones.")))
        return left
    for parts in (named["day"], named["evening"], ((0, DAY),)):
        left = Hours(parts, *bands).after(minute)
        if left is not None:
            return left
    raise AssertionError("a day has hours left until it ends")


def _read(
    book: Casebook, grid: str, day: date, wanted: Collection[str], booked: Mapping[str, int],
    stops: Sequence[RoundStop] | None,
) -> tuple[dict[str, RoundStop], list[Stop]]:  # fmt: skip
    """The stops of the day as the round shows them, by key, and as they are planned."""
    found = {stop.key: stop for stop in (stops if stops is not None else rounds.stops(book, grid, day))}
    more = [key for key in {*wanted, *booked} if key not in found]
    found.update((stop.key, stop) for stop in rounds.doors(book, more))
    order = {one.id: n for n, one in enumerate(buildings(book, grid))}
    where = {
        row[0]: row[1:]
        for row in book.database.execute_sql(
            "SELECT id, unit, floor, room FROM household WHERE grid_id = ?", (grid,)
        ).fetchall()
    }
    given = []
    for key, stop in found.items():
        unit, floor, room = where.get(key, ("", None, ""))
        given.append(
            Stop(
                key=key, building=order.get(stop.building_id, len(order)), building_id=stop.building_id,
                unit=unit or "", floor=floor, room=room or "", walk_order=stop.walk_order,
                dues=tuple(due for due, _status in stop.dues), booked=booked.get(key), wanted=key in wanted,
                outdoors=stop.household_id is None,
            )
        )  # fmt: skip
    return found, given


def _position(book: Casebook, grid: str, door: str) -> Position | None:
    row = book.database.execute_sql("SELECT building_id, unit, floor FROM household WHERE id = ?", (door,)).first()
    if not door or row is None:
        return None
    order = [one.id for one in buildings(book, grid)]
    return Position(order.index(row[0]), row[1] or "", row[2]) if row[0] in order else None


def campaigns(book: Casebook) -> list[tuple[str, str, Label]]:
    """The campaigns over doors that run: id, key, name."""
    from casework.casebook.campaign_board import running
    from casework.domain.campaign import CampaignSubject

    doors = (CampaignSubject.HOUSEHOLD, CampaignSubject.RESIDENT)
    return [(one.id, one.key, one.label) for one in running(book) if one.subject in doors]


def campaign_id(book: Casebook, said: str) -> str:
    """The running campaign over doors that an id or a key means.

    Raises:
        NotFound: there is none; the phrase names those that run.
    """
    found = campaigns(book)
    for one in found:
        if said in one[:2]:
            return one[0]
    if not found:
        raise NotFound(Phrase(N_("No campaign over doors is running.")))
    names = ", ".join(key for _id, key, _name in found)
    raise NotFound(Phrase(N_("No campaign {name} is running. There are: {names}"), {"name": said, "names": names}))


def _campaign_name(book: Casebook, campaign: str) -> Label | None:
    return next((name for key, _short, name in campaigns(book) if key == campaign), None) if campaign else None


MOST_UNITS = 5000
"""Units of a campaign that are read of a grid: it has 500 households at the most, some with many people."""


def _of_campaign(book: Casebook, campaign: str, grid: str) -> frozenset[str]:
    """The doors of a grid that a campaign still asks for: those of its units, who may be people behind them. None once
    it does not run any more.
    """
    from casework.casebook import campaign_lists
    from casework.domain.campaign import OPEN

    if campaign not in (key for key, *_rest in campaigns(book)):
        return frozenset()
    units = (campaign_lists.page(book, campaign, bucket, grid, limit=MOST_UNITS) for bucket in sorted(OPEN))
    return frozenset(unit.household_id for page in units for unit in page if unit.household_id is not None)


def _booked(book: Casebook, grid: str, day: date) -> dict[str, int]:
    """The hour that was agreed for the day and is still to be kept, by door."""
    from casework.casebook import bookings

    found: dict[str, int] = {}
    for one in bookings.of_day(book, grid, day):
        hour, _colon, minute = one.hour.partition(":")
        found.setdefault(one.household_id, int(hour) * 60 + int(minute))
    return found
