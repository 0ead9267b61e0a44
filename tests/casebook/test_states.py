"""After any sequence of what a worker does, undo and late entry included, what is derived equals a recomputation."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from casework.casebook import (
    blobs,
    checks,
    doctor,
    due,
    evidence,
    followups,
    households,
    leaks,
    planning_rows,
    replanning,
    residents,
    rounds,
    rules,
    undo,
    visits,
)
from casework.casebook.book import Casebook
from casework.casebook.clock import FrozenClock
from casework.casebook.entries import (
    AnswerEntry,
    AssignEntry,
    AttachEntry,
    CheckEntry,
    CloseEntry,
    EditEntry,
    FileEntry,
    FollowupEntry,
    LeakEntry,
    LifeStateEntry,
    NoteEntry,
    ReopenEntry,
    VisitEntry,
)
from casework.casebook.errors import Refused
from casework.catalog import checks as shelf
from casework.domain import form
from casework.domain.check import SubjectKind
from casework.domain.visit import MET, Outcome
from tests.casebook.conftest import MORNING, Neighbourhood

OUTCOMES = st.sampled_from(list(Outcome))
DOORS = st.integers(0, 1)


class ADistrictAtWork(RuleBasedStateMachine):
    """Rules are what the worker can do; invariants are what must hold after each."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.clock = FrozenClock(MORNING)
        self.book, _ = Casebook.create(
            self.folder / "a.casework", community="满春社区", worker="李芳", secret=None, clock=self.clock
        )
        self.here = Neighbourhood(self.book, self.clock)
        self.doors = [self.here.door, self.here.family_door]
        self.before = self._undoable()
        self.people = {self.here.door: [self.here.mei], self.here.family_door: [self.here.wang, self.here.li]}

    def teardown(self) -> None:
        findings = doctor.examine(self.book).findings
        self.book.close()
        shutil.rmtree(self.folder)
        assert findings == ()

    def _undoable(self) -> int:
        found = self.book.database.execute_sql(
            "SELECT count(*) FROM action WHERE undoable = 1 AND undone_by IS NULL"
        ).fetchall()
        return found[0][0]

    @rule(minutes=st.integers(1, 60 * 24 * 20))
    def time_passes(self, minutes: int) -> None:
        self.clock.instant += timedelta(minutes=minutes)

    @rule(door=DOORS)
    def nobody_answers(self, door: int) -> None:
        visits.no_answer(self.book, self.doors[door])

    @rule(door=DOORS, outcome=OUTCOMES, hours_late=st.integers(0, 72), promise=st.integers(0, 20))
    def a_visit(self, door: int, outcome: Outcome, hours_late: int, promise: int) -> None:
        household = self.doors[door]
        people = self.people[household]
        happened = self.clock.instant - timedelta(hours=hours_late)
        visits.log(
            self.book,
            VisitEntry(
                household_id=household,
                outcome=outcome,
                happened_at=happened if hours_late else None,
                met=tuple(people[:1]) if outcome in MET else (),
                about=tuple(people[:1]),
                refusal_reason="too_busy" if outcome is Outcome.REFUSED else None,
                next_visit_on=happened.date() + timedelta(days=promise) if promise else None,
            ),
        )

    @rule(door=DOORS)
    def gas_leaks(self, door: int) -> None:
        leaks.save(self.book, LeakEntry(household_id=self.doors[door], noticed_at=self.clock.instant))

    @rule(door=DOORS, leak=st.booleans(), fixed=st.booleans(), declined=st.integers(0, 40))
    def a_gas_check(self, door: int, leak: bool, fixed: bool, declined: int) -> None:
        household = self.doors[door]
        checklist = shelf.load("lpg_cylinder")
        context = checks.context(self.book, SubjectKind.HOUSEHOLD, household, household, self.book.today())
        answers = form.all_in_order(checklist, {}, context)
        entry = {n: AnswerEntry(state=a.state, value=a.value) for n, a in answers.items()}
        entry |= {name: AnswerEntry(state="declined") for name in list(entry)[:declined]}
        if leak:
            entry["soap_leak_test"] = AnswerEntry(state="fail", value="bubbles")
        elif fixed:
            name = next(q.name for q in checklist.questions if q.name in entry and _fixable(q))
            entry[name] = AnswerEntry(
                state="fixed_on_spot", value=_fixable(checklist.question(name)), evidence="已更换"
            )
        for name in form.missing(checklist, answers, context):
            entry[name] = AnswerEntry(state="could_not_check")
        checks.save(
            self.book,
            CheckEntry(
                checklist="lpg_cylinder", version=checklist.version, subject_kind="household", subject_id=household,
                household_id=household, answers=entry,
            ),
        )  # fmt: skip

    @rule(door=DOORS, mine=st.booleans())
    def something_is_promised(self, door: int, mine: bool) -> None:
        owner = {"owner_kind": "worker", "owner": self.book.worker.id} if mine else {}
        followups.open(
            self.book,
            FollowupEntry(category="noise", title="楼下烧烤店", household_id=self.doors[door], **owner),
        )

    def _some_case(self, open_ones: bool) -> str | None:
        found = followups.page(self.book, followups.FollowupFilter(open=open_ones), limit=1)
        return found[0].id if found else None

    @precondition(lambda self: self._some_case(True))
    @rule(step=st.sampled_from(["note", "mine", "theirs", "close"]))
    def a_case_moves(self, step: str) -> None:
        case = self._some_case(True)
        if step == "note":
            followups.note(self.book, NoteEntry(followup_id=case, note="已打电话"))
        elif step == "mine":
            followups.assign(self.book, AssignEntry(followup_id=case, owner_kind="worker", owner=self.book.worker.id))
        elif step == "theirs":
            followups.assign(self.book, AssignEntry(followup_id=case, owner_kind="department", owner="gas_supplier"))
        else:
            followups.close(self.book, CloseEntry(followup_id=case, result="现场看过"))

    @precondition(lambda self: self._some_case(False))
    @rule()
    def a_case_comes_back(self) -> None:
        followups.reopen(self.book, ReopenEntry(followup_id=self._some_case(False), note="又坏了"))

    @rule(door=DOORS, picture=st.integers(0, 2), behind=st.sampled_from(["visit", "followup"]))
    def a_photo_is_attached(self, door: int, picture: int, behind: str) -> None:
        found = self.book.database.execute_sql(
            f"SELECT id FROM {behind} WHERE household_id = ? LIMIT 1", (self.doors[door],)
        ).fetchall()
        if not found:
            return
        blob = blobs.stage(self.book, bytes([picture]) * 900, "image/jpeg")
        file = FileEntry(blob=blob, original=blob, name="阀门.jpg")
        with contextlib.suppress(Refused):
            evidence.attach(self.book, AttachEntry(subject_kind=behind, subject_id=found[0][0], files=(file,)))

    @rule(door=DOORS)
    def a_photo_is_taken_off(self, door: int) -> None:
        for one in evidence.of_household(self.book, self.doors[door], limit=1):
            evidence.remove(self.book, one.id)

    @rule(door=DOORS, state=st.sampled_from(["living_here", "away", "hospitalised", "moved_away"]))
    def somebody_goes_or_comes(self, door: int, state: str) -> None:
        residents.life_state(self.book, LifeStateEntry(resident_id=self.people[self.doors[door]][0], state=state))

    @rule(door=DOORS, fuel=st.sampled_from(["lpg_cylinder", "pipeline_gas", "electric"]))
    def the_fuel_changes(self, door: int, fuel: str) -> None:
        households.edit(self.book, EditEntry(id=self.doors[door], values={"fuel": fuel}))

    @rule(times=st.integers(1, 3))
    def it_is_undone(self, times: int) -> None:
        for _ in range(times):
            # The doors and people that the test began with stay.
            if self._undoable() > self.before:
                try:
                    undo.undo_last(self.book)
                except Refused:
                    break

    @rule()
    def the_lid_is_closed_and_opened(self) -> None:
        path = self.book.path
        self.book.close()
        self.book = Casebook.open(path, None, self.clock)

    @invariant()
    def open_work_is_what_the_facts_give(self) -> None:
        assert list(due.differences(self.book.database)) == []

    @invariant()
    def many_doors_planned_at_once_ask_for_what_each_does_by_itself(self) -> None:
        execute = self.book.database.connection().cursor().execute
        known = rules.rules(self.book)
        doors = [row[0] for row in execute("SELECT id FROM household ORDER BY id").fetchall()]
        kept = {
            eid: sorted((row[1:] for row in rows), key=repr)
            for eid, rows in replanning.rows_of(execute, doors, True).items()
        }
        for together in (True, False):
            made = planning_rows.Planner(execute, known).doors(doors, together)
            assert {eid: sorted(rows, key=repr) for eid, rows in made.items() if rows} == kept
        for slot in ("", "lpg_cylinder", "elderly_home"):
            slots = frozenset({slot})
            part = planning_rows.Planner(execute, known.only(slots)).doors(doors, False)
            some = replanning.rows_of(execute, doors, False, slots)
            changes = replanning.differing(some, part, slots)
            assert (changes.updates, changes.inserts, changes.deletes) == ([], [], [])

    @invariant()
    def no_hazard_lacks_its_fix_or_follow_up(self) -> None:
        loose = self.book.database.execute_sql(
            "SELECT count(*) FROM hazard h LEFT JOIN followup f ON f.id = h.followup_id WHERE "
            "(fixed_on_spot = 1) = (f.id IS NOT NULL) OR (fixed_on_spot = 1 AND ifnull(evidence, '') = '')"
        ).fetchall()
        assert loose == [(0,)]

    @invariant()
    def a_door_has_no_call_back_or_one(self) -> None:
        most = self.book.database.execute_sql(
            "SELECT ifnull(max(n), 0) FROM (SELECT count(*) n FROM due WHERE kind = 'call_back' GROUP BY household_id)"
        ).fetchall()
        assert most[0][0] <= 1

    @invariant()
    def an_open_case_has_one_owner_and_one_next_date(self) -> None:
        orphans = self.book.database.execute_sql(
            "SELECT count(*) FROM followup WHERE closed_at IS NULL "
            "AND (ifnull(owner, '') = '' OR next_action_on IS NULL)"
        ).fetchall()
        assert orphans == [(0,)]

    @invariant()
    def every_photo_can_be_looked_at(self) -> None:
        for door in self.doors:
            for one in evidence.of_household(self.book, door):
                assert len(evidence.read(self.book, one.id)) == one.size

    @invariant()
    def the_round_can_be_read(self) -> None:
        rounds.stops(self.book, self.book.grid_id, self.book.today())


def _fixable(question) -> str | None:
    return next(
        (choice for choice, rule in question.hazards.items() if rule.fixable_on_spot and choice != "limit"),
        None,
    )


TestADistrictAtWork = ADistrictAtWork.TestCase
TestADistrictAtWork.settings = settings(
    max_examples=60, stateful_step_count=30, suppress_health_check=list(HealthCheck)
)
