"""The demo's casebook: the made-up community and its history, entered through the casebook's own functions.

Everything goes into one transaction with the clock set to the minute of each entry, so that journal, receipts, open work
and search are those of a casebook that was used for seven weeks.
"""

from __future__ import annotations

import gc
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from casework.casebook import (
    areas,
    bookings,
    checks,
    followup_steps,
    followups,
    households,
    notices,
    places,
    register,
    residents,
    visits,
)  # fmt: skip
from casework.casebook.book import Casebook
from casework.casebook.clock import Clock, FrozenClock, SystemClock
from casework.demo import campaigning, checking
from casework.demo.history import CAMPAIGN_DAYS, DAYS, WUHAN, Fact, facts
from casework.demo.people import RELATIONS, Community, community
from casework.demo.repeatable import repeatable
from casework.domain.area import AreaLevel
from casework.domain.check import SubjectKind
from casework.domain.followup import Action
from casework.domain.followup_steps import Told
from casework.domain.phrase import N_
from casework.domain.register import RegisterRow
from casework.domain.resident import LastSeenSource, ResidenceState, RiskLevel, Sex
from casework.domain.visit import Mode
from casework.domain.worker import Role, Worker

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from casework.casebook.entries import AnswerEntry
    from casework.domain.check import Answer


def build(
    path: Path, today: date | None = None, language: str = "zh_CN", seed: int = 7, clock: Clock | None = None
) -> Casebook:
    """Make the demo's casebook and open it, with no passphrase; its history ends the evening before `today`.

    `clock` is the clock that the casebook has afterwards. The same day, language and seed give the same content.

    Raises:
        Refused: a casebook stands there already.
    """
    clock = clock or SystemClock()
    made = community(today or clock.now().date(), language, seed)
    first_day = made.today - timedelta(days=DAYS + 1)
    frozen = FrozenClock(datetime.combine(first_day, time(8, 0), WUHAN))
    names = made.names
    with repeatable(seed, frozen):
        book, _recovery = Casebook.create(
            path, community=names.pick(names.data["place"]["community"]),
            worker=names.pick(names.data["workers"][0]["name"]), secret=None, clock=frozen,
        )  # fmt: skip
        book.write(_without_collecting(_Scribe(book, made, frozen, seed).write))
    book.clock = clock
    return book


def _without_collecting(job: Callable[[], None]) -> Callable[[], None]:
    """The job with the garbage collector at rest: it makes much and throws nothing away, so that looking is lost time."""

    def run() -> None:
        collecting = gc.isenabled()
        gc.disable()
        try:
            job()
        finally:
            if collecting:
                gc.enable()

    return run


def register_rows(made: Community) -> list[RegisterRow]:
    """The community's register as the rows of a roster."""
    names = made.names
    relations = {key: names.pick(list(pair)) for key, pair in RELATIONS.items()}
    source = names.pick(["2026年一季度摸底", "Survey, first quarter 2026"])
    rows: list[RegisterRow] = []
    for door in made.doors:
        for person in door.people:
            rows.append(
                RegisterRow(
                    line=len(rows) + 2,
                    community=names.pick(names.data["place"]["community"]),
                    grid=names.pick(names.data["place"]["grids"][door.grid - 1]),
                    compound=door.estate,
                    building=door.building,
                    unit=door.unit,
                    floor=door.floor,
                    room=door.room,
                    short=door.short,
                    address=door.address,
                    walk_order=door.walk_order,
                    kitchen=door.kitchen,
                    fuel=door.fuel,
                    tenure=door.tenure,
                    name=person.name,
                    sex=Sex.FEMALE if person.female else Sex.MALE,
                    born=made.born[person.key],
                    citizen_id=made.citizen_id[person.key],
                    phone=person.phone,
                    relation=relations[person.relation],
                    head=person.head,
                    residence_state=ResidenceState(person.state),
                    tags=tuple(person.tags),
                    tag_source=source,
                    contacts=tuple((name, relations[kin], phone) for name, kin, phone in person.contacts),
                    devices=_hose(door.walk_order, made.today) if door.hose and person.head else (),
                )
            )
    return rows


def _hose(number: int, today: date) -> tuple[dict[str, Any], ...]:
    """A metal hose that was fitted some time ago, well within its life."""
    made_on = today - timedelta(days=400 + number % 37 * 30)
    return (
        {
            "kind": "gas_hose", "model": "DN10", "batch": f"H{made_on:%y%m}", "made_on": made_on,
            "fitted_on": made_on + timedelta(days=60), "life_months": 96,
        },
    )  # fmt: skip


@dataclass(slots=True)
class _Home:
    """Where a door stands in the casebook."""

    id: str
    people: list[str]
    kitchen: str | None


class _Scribe:
    """Enters the register and then one fact after the other; on the writer's thread."""

    def __init__(self, book: Casebook, made: Community, clock: FrozenClock, seed: int) -> None:
        self.book = book
        self.made = made
        self.clock = clock
        self.seed = seed
        self.workers: list[Worker] = []
        self.homes: dict[str, _Home] = {}
        self.places: list[str] = []
        self.in_order: dict[tuple[object, ...], dict[str, AnswerEntry]] = {}
        self.cases: dict[str, list[str]] = {}
        self.campaign_from = made.today - timedelta(days=CAMPAIGN_DAYS)
        campaigner = campaigning.Campaigner(book, made, self.homes)
        self.verbs: dict[str, Callable[[Fact], None]] = {
            "visit": self._visit, "check": self._check, "open": self._open, "note": self._note,
            "assign": self._assign, "close": self._close, "reopen": self._reopen, "help": self._help,
            "joint_visit": self._joint_visit, "last_seen": self._last_seen,
            "risk": self._risk, "notice": self._notice, "booking": self._booking, "campaign": campaigner.start,
            "campaign_count": campaigner.count, "campaign_mark": campaigner.mark,
        }  # fmt: skip

    def write(self) -> None:
        """Everything, in one transaction."""
        with self.book.together():
            self._frame()
            self._notes()
            for fact in facts(self.made, self._dues(), self.seed):
                self.clock.instant = fact.entered
                self.book.worker = self.workers[fact.worker]
                self.verbs.get(fact.verb, self._step)(fact)
            self.book.worker = self.workers[0]

    # --- the register ------------------------------------------------------------------------------------

    def _frame(self) -> None:
        from casework.casebook.entries import PlaceEntry, WorkerEntry

        book, names = self.book, self.made.names
        self._areas()
        self.workers.append(book.worker)
        for one in names.data["workers"][1:]:
            role = Role(one["role"])
            name = names.pick(one["name"])
            receipt = areas.add_worker(book, WorkerEntry(name=name, role=role))
            self.workers.append(Worker(receipt.subject_id, name, role))
        register.apply_rows(book, register_rows(self.made))
        self._look_up()
        grids = {area.name: area.id for area in areas.grids(book)}
        for number, place in enumerate(names.data["places"], start=1):
            entry = PlaceEntry(
                grid_id=grids[names.pick(names.data["place"]["grids"][place["grid"] - 1])], kind=place["kind"],
                name=names.pick(place["name"]), address=names.pick(place["address"]), number=place["number"],
                walk_order=number,
            )  # fmt: skip
            self.places.append(places.add(book, entry).subject_id)

    def _areas(self) -> None:
        """The community and its grids with their codes, outside the range that is given out; the register finds them."""
        from casework.casebook.entries import AreaEntry

        book, names, place = self.book, self.made.names, self.made.names.data["place"]
        community = AreaEntry(
            level=AreaLevel.COMMUNITY, name=names.pick(place["community"]), code=place["code"], code_year=2026
        )
        parent = areas.add(book, community).subject_id
        for number, pair in enumerate(place["grids"], start=1):
            grid = AreaEntry(
                level=AreaLevel.GRID, name=names.pick(pair), parent_id=parent, code=f"{place['code']}G{number:02d}",
                code_year=2026, walk_order=number,
            )  # fmt: skip
            areas.add(book, grid)

    def _look_up(self) -> None:
        """The ids that the register gave; its records come in the order of its rows."""
        execute = self.book.database.execute_sql
        people: dict[str, list[str]] = {}
        for household, person in execute("SELECT household_id, id FROM resident ORDER BY id").fetchall():
            people.setdefault(household, []).append(person)
        doors = execute("SELECT id, kitchen_id FROM household ORDER BY id").fetchall()
        for door, (household, kitchen) in zip(self.made.doors, doors, strict=True):
            self.homes[door.key] = _Home(household, people[household], kitchen)

    def _notes(self) -> None:
        from casework.casebook.entries import ConsentEntry, EditEntry

        book, names = self.book, self.made.names
        how = names.pick(["当面口头同意", "agreed in person"])
        for door in self.made.doors:
            home = self.homes[door.key]
            if door.note:
                values = {"note": door.note, "cautions": list(door.cautions) or None}
                households.edit(book, EditEntry(id=home.id, values=values))
            if len(door.people) == 1 and "lives_alone" in door.head.tags and door.head.contacts:
                consent = ConsentEntry(
                    resident_id=home.people[0], purpose="home_visit", basis="consent", given=True, how=how,
                    text_version="2026-01", given_on=self.clock.now().date(),
                )  # fmt: skip
                residents.consent(book, consent)

    def _dues(self) -> dict[str, dict[str, int]]:
        """What the register says is due, by door: days before the day of the demo (see `history.Dues`)."""
        keys = {home.id: key for key, home in self.homes.items()}
        today = self.made.today
        dues: dict[str, dict[str, int]] = {}
        for household, kind, rule, due_on in self.book.database.execute_sql(
            "SELECT household_id, kind, rule, due_on FROM due WHERE household_id IS NOT NULL ORDER BY id"
        ).fetchall():
            what = rule if kind == "check" else "visit"
            back = (today - date.fromisoformat(due_on)).days
            known = dues.setdefault(keys[household], {})
            known[what] = max(back, known.get(what, back))
        return dues

    # --- facts -------------------------------------------------------------------------------------------

    def _visit(self, fact: Fact) -> None:
        from casework.casebook.entries import VisitEntry

        home, data = self.homes[fact.door], fact.data
        next_in = data.get("next_visit_in")
        visits.log(
            self.book,
            VisitEntry(
                household_id=home.id,
                outcome=data["outcome"],
                mode=data.get("mode", Mode.DOOR),
                happened_at=fact.happened,
                met=tuple(home.people[n] for n in data.get("met", ())),
                about=tuple(home.people[n] for n in data.get("about", ())),
                topics=data.get("topics", ()),
                note=data.get("note", ""),
                concern=data.get("concern", ""),
                next_visit_on=fact.happened.date() + timedelta(days=next_in) if next_in else None,
                refusal_reason=data.get("refusal_reason"),
            ),
        )

    def _check(self, fact: Fact) -> None:
        from casework.casebook.entries import CheckEntry
        from casework.catalog import checks as shelf
        from casework.domain import form

        kind = fact.data["kind"]
        checklist = shelf.load(checking.CHECKLISTS[kind])
        subject_kind, subject, household = self._subject(fact)
        context = checks.context(self.book, subject_kind, subject, household, fact.happened.date())
        given = checking.values(kind, fact.data, self.made.names.latin, self.campaign_from)
        # Which questions are left to be in order depends on few things; working it out anew takes a millisecond.
        chosen = [(name, a.value if isinstance(a.value, str) else "") for name, a in given.items()]
        same = (kind, "gas_hose_made_on" in context.facts, *chosen)
        in_order = self.in_order.get(same)
        if in_order is None:
            filled = form.all_in_order(checklist, given, context)
            in_order = self.in_order[same] = {n: _entered(a) for n, a in filled.items() if n not in given}
        entry = CheckEntry(
            checklist=checklist.name, version=checklist.version, subject_kind=subject_kind, subject_id=subject,
            household_id=household, happened_at=fact.happened,
            answers=in_order | {name: _entered(answer) for name, answer in given.items()},
        )  # fmt: skip
        receipt = checks.save(self.book, entry)
        if fact.case:
            found = self.book.database.execute_sql(
                "SELECT followup_id FROM hazard WHERE check_id = ? AND followup_id IS NOT NULL ORDER BY id",
                (receipt.subject_id,),
            ).fetchall()
            self.cases[fact.case] = [row[0] for row in found]

    def _subject(self, fact: Fact) -> tuple[SubjectKind, str, str | None]:
        if fact.place is not None:
            return SubjectKind.PLACE, self.places[fact.place], None
        home = self.homes[fact.door]
        if fact.data["kind"] == "elder":
            return SubjectKind.RESIDENT, home.people[0], home.id
        if fact.data["kind"] == "lpg" and home.kitchen:
            return SubjectKind.KITCHEN, home.kitchen, home.id
        return SubjectKind.HOUSEHOLD, home.id, home.id

    def _open(self, fact: Fact) -> None:
        from casework.casebook.entries import FollowupEntry

        data = fact.data
        receipt = followups.open(
            self.book,
            FollowupEntry(
                category=data["category"],
                title=data["title"],
                note=data["note"],
                household_id=self.homes[fact.door].id if fact.door else None,
                place_id=self.places[fact.place] if fact.place is not None else None,
                owner_kind="worker" if data.get("worker") else None,
                next_action_on=self._next(data),
                happened_at=fact.happened,
                funder=self._funder(data["category"]),
                repeat_of=self.cases[data["again"]][0] if "again" in data else None,
                reported_by=data.get("reported_by", ""),
                reported_phone=data.get("reported_phone", ""),
            ),
        )
        self.cases[fact.case] = [receipt.subject_id]

    def _funder(self, category: str) -> str:
        from casework.catalog.shelf import categories

        known = categories()[category]
        return "" if known.admitted else known.funder

    def _next(self, data: dict[str, Any]) -> date | None:
        return self.made.today + timedelta(days=data["next"]) if "next" in data else None

    def _note(self, fact: Fact) -> None:
        from casework.casebook.entries import NoteEntry

        entry = NoteEntry(
            followup_id=self.cases[fact.case][0], note=fact.data["note"], next_action_on=self._next(fact.data)
        )
        followups.note(self.book, entry)

    def _assign(self, fact: Fact) -> None:
        from casework.casebook.entries import AssignEntry

        data = fact.data
        entry = AssignEntry(
            followup_id=self.cases[fact.case][0], owner_kind="department", owner=data["department"],
            note=data["note"], next_action_on=self._next(data),
        )  # fmt: skip
        followups.assign(self.book, entry)

    def _close(self, fact: Fact) -> None:
        from casework.casebook.entries import CloseEntry

        cases, of = self.cases[fact.case], fact.data.get("of")
        for case in cases if fact.data.get("all") else cases[:1]:
            entry = CloseEntry(
                followup_id=case, end=fact.data["end"], result=fact.data["note"],
                approved_by=fact.data.get("approved_by", ""), duplicate_of=self.cases[of][0] if of else None,
                satisfaction=fact.data.get("satisfaction"),
            )  # fmt: skip
            followups.close(self.book, entry)

    def _reopen(self, fact: Fact) -> None:
        from casework.casebook.entries import ReopenEntry

        followups.reopen(self.book, ReopenEntry(followup_id=self.cases[fact.case][0], note=fact.data["note"]))

    def _help(self, fact: Fact) -> None:
        from casework.casebook.followup_entries import HelpEntry

        data = fact.data
        entry = HelpEntry(
            followup_id=self.cases[fact.case][0], owner_kind="department", owner=data["department"], note=data["note"]
        )
        followups.help_with(self.book, entry)

    def _joint_visit(self, fact: Fact) -> None:
        from casework.casebook.followup_entries import JointVisitEntry, PromiseEntry

        data, today = fact.data, self.made.today
        entry = JointVisitEntry(
            followup_id=self.cases[fact.case][0], invited=tuple(data["invited"]), present=tuple(data["present"]),
            note=data["note"],
            promises=tuple(
                PromiseEntry(party=one["party"], what=one["what"], due_on=today + timedelta(days=one["by"]), look=True)
                for one in data["promises"]
            ),
        )  # fmt: skip
        followups.joint_visit(self.book, entry)

    def _step(self, fact: Fact) -> None:
        """A step of a case by the machine's own word for it."""
        data = fact.data
        due = self.made.today + timedelta(days=data["due"]) if "due" in data else None
        told = Told(data["note"], next_action_on=self._next(data), due_on=due)
        said = N_("Follow-up {number}: now with {owner}")
        followup_steps.step(
            self.book, f"followup.{fact.verb}", self.cases[fact.case][0], Action(fact.verb), told, said, None
        )

    def _last_seen(self, fact: Fact) -> None:
        from casework.casebook.entries import LastSeenEntry

        on = self.made.today - timedelta(days=fact.data["back"])
        person = self.homes[fact.door].people[fact.data["person"]]
        entry = LastSeenEntry(resident_id=person, on=on, by=LastSeenSource(fact.data["by"]))
        residents.last_seen(self.book, entry)

    def _notice(self, fact: Fact) -> None:
        from casework.casebook.arrangement_entries import NoticeEntry

        entry = NoticeEntry(household_id=self.homes[fact.door].id, left_at=fact.happened, how=fact.data["words"])
        notices.leave(self.book, entry)

    def _booking(self, fact: Fact) -> None:
        """Agreed on the telephone, for the day of the demo."""
        from casework.casebook.arrangement_entries import BookingEntry

        home, people = self.homes[fact.door], self.made.doors
        head = next(door.head for door in people if door.key == fact.door)
        entry = BookingEntry(
            household_id=home.id, day=self.made.today, hour=time.fromisoformat(fact.data["hour"]),
            resident_id=home.people[0], asked_by=head.name, phone=head.phone, note=fact.data["words"],
        )  # fmt: skip
        bookings.add(self.book, entry)

    def _risk(self, fact: Fact) -> None:
        from casework.casebook.entries import RiskEntry

        person = self.homes[fact.door].people[fact.data["person"]]
        level = RiskLevel(fact.data["level"])
        residents.risk(self.book, RiskEntry(resident_id=person, level=level, reason=fact.data["reason"]))


def _entered(answer: Answer) -> AnswerEntry:
    from casework.casebook.entries import AnswerEntry

    return AnswerEntry(state=answer.state, value=answer.value, evidence=answer.evidence, note=answer.note)
