"""After any sequence of what is done with cases, undo included, they stand as their steps say and nobody is forgotten."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from casework.casebook import doctor, due, followups, journal, places, replay, undo
from casework.casebook.book import Casebook
from casework.casebook.clock import FrozenClock
from casework.casebook.engine import connect
from casework.casebook.entries import AssignEntry, CloseEntry, FollowupEntry, NoteEntry, PlaceEntry, ReopenEntry
from casework.casebook.errors import Refused
from casework.casebook.followup_entries import (
    AskAgainEntry,
    BulkAssignEntry,
    DoneEntry,
    ExtendEntry,
    HelpEntry,
    JointVisitEntry,
    LinkEntry,
    ReturnEntry,
    SettleEntry,
    StepEntry,
    SuspendEntry,
    VerifyEntry,
    WaitEntry,
)
from casework.casebook.migrating import migrate
from casework.casebook.projection import ENTITIES
from casework.domain.followup import State
from tests.casebook.conftest import MORNING, Neighbourhood

STEPS = (
    "note", "assign", "keep", "accept", "return", "start", "wait", "done", "put_right", "not_put_right", "came_back",
    "could_not_reach", "booked", "suspend", "resume", "extend", "ask_again", "help", "joint_visit", "settle",
    "closed_unverified", "closed_not_fixed", "duplicate", "reopen", "link", "part",
)  # fmt: skip


class CasesAtWork(RuleBasedStateMachine):
    """Rules are what is done with cases; what a case does not allow is refused and changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.clock = FrozenClock(MORNING)
        self.book, _ = Casebook.create(
            self.folder / "a.casework", community="满春社区", worker="李芳", secret=None, clock=self.clock
        )
        self.here = Neighbourhood(self.book, self.clock)
        place = PlaceEntry(grid_id=self.here.grid, kind="shop", name="巷口烧烤")
        self.place = places.add(self.book, place).subject_id
        self.before = self._undoable()

    def teardown(self) -> None:
        findings = doctor.examine(self.book).findings
        same = self._made_again()
        self.book.close()
        shutil.rmtree(self.folder)
        assert findings == ()
        assert same

    def _undoable(self) -> int:
        return self.book.database.execute_sql(
            "SELECT count(*) FROM action WHERE undoable = 1 AND undone_by IS NULL"
        ).fetchall()[0][0]

    def _made_again(self) -> bool:
        """The rows of a new file that has nothing but the journal are those of this one."""
        database = connect(self.folder / "again.db", self.book.key, create=True)
        migrate(database)
        columns = journal.COLUMNS.split(", ")
        ops = self.book.database.execute_sql(f"SELECT {journal.COLUMNS} FROM op ORDER BY n").fetchall()
        replay.put_back(database, [tuple(op) for op in ops if len(op) == len(columns)])
        same = True
        for entity in ENTITIES.values():
            sql = f"SELECT * FROM {entity.table} ORDER BY id"
            same &= database.execute_sql(sql).fetchall() == self.book.database.execute_sql(sql).fetchall()
        same &= list(due.differences(database)) == []
        database.close()
        return same

    def _cases(self) -> list[str]:
        return [row[0] for row in self.book.database.execute_sql("SELECT id FROM followup ORDER BY id").fetchall()]

    @rule(minutes=st.integers(1, 60 * 24 * 9))
    def time_passes(self, minutes: int) -> None:
        self.clock.instant += timedelta(minutes=minutes)

    @rule(
        category=st.sampled_from(["noise", "gas_leak", "cooking_fumes", "welfare"]),
        about=st.sampled_from(["door", "family", "place", "both", "address"]),
        owner=st.sampled_from(["worker", None]),
        reported=st.booleans(),
    )
    def a_case_is_opened(self, category: str, about: str, owner: str | None, reported: bool) -> None:
        where: dict[str, str] = {}
        if about in ("door", "both"):
            where["household_id"] = self.here.door
        if about == "family":
            where["household_id"] = self.here.family_door
        if about in ("place", "both"):
            where["place_id"] = self.place
        if about == "address":
            where["address"] = "巷口"
        entry = FollowupEntry(
            category=category, title="烧烤", owner_kind=owner, reported=reported, funder="urban_management", **where
        )
        followups.open(self.book, entry)

    @precondition(lambda self: self._cases())
    @rule(step=st.sampled_from(STEPS), which=st.integers(0, 9), days=st.integers(1, 20))
    def a_case_moves(self, step: str, which: int, days: int) -> None:
        cases = self._cases()
        case, other = cases[which % len(cases)], cases[(which + 1) % len(cases)]
        before = self.book.database.execute_sql("SELECT count(*) FROM op").fetchall()
        try:
            self._take(step, case, other, days)
        except Refused as error:
            assert error.phrase.text
            assert self.book.database.execute_sql("SELECT count(*) FROM op").fetchall() == before

    def _take(self, step: str, case: str, other: str, days: int) -> None:
        book, day = self.book, self.book.today() + timedelta(days=days)
        match step:
            case "note":
                followups.note(book, NoteEntry(followup_id=case, note="去看过"))
            case "assign":
                followups.assign(book, AssignEntry(followup_id=case, owner_kind="department", owner="police"))
            case "keep":
                followups.assign(book, AssignEntry(followup_id=case, owner_kind="worker", owner=book.worker.id))
            case "accept":
                followups.accept(book, StepEntry(followup_id=case))
            case "return":
                followups.give_back(book, ReturnEntry(followup_id=case, note="不属我处"))
            case "start":
                followups.start(book, StepEntry(followup_id=case))
            case "resume":
                followups.resume(book, StepEntry(followup_id=case))
            case "wait":
                followups.wait(book, WaitEntry(followup_id=case, note="周末在家", until=day))
            case "done":
                followups.done(book, DoneEntry(followup_id=case, note="修好了"))
            case "suspend":
                followups.suspend(book, SuspendEntry(followup_id=case, note="等材料", review_on=day))
            case "extend":
                followups.extend(book, ExtendEntry(followup_id=case, note="等材料", approved_by="王主任"))
            case "ask_again":
                followups.ask_again(book, AskAgainEntry(followup_id=case))
            case "help":
                followups.help_with(book, HelpEntry(followup_id=case, owner_kind="department", owner="justice"))
            case "joint_visit":
                promised = {"party": "property_manager", "what": "装净化器", "due_on": day, "look": days % 2 == 0}
                followups.joint_visit(
                    book,
                    JointVisitEntry(followup_id=case, present=("community", "property_manager"), promises=(promised,)),
                )
            case "settle":
                for one in followups.promises(book, open_only=True, limit=1):
                    followups.settle(book, SettleEntry(promise_id=one.id, kept=days % 2 == 0, words="看过"))
            case "closed_unverified" | "closed_not_fixed":
                followups.close(book, CloseEntry(followup_id=case, end=step, result="结", approved_by="王主任"))
            case "duplicate":
                followups.close(book, CloseEntry(followup_id=case, end=step, result="同一件", duplicate_of=other))
            case "reopen":
                followups.reopen(book, ReopenEntry(followup_id=case, note="又来了"))
            case "link":
                followups.link(book, LinkEntry(followup_id=case, to=other))
            case "part":
                followups.link(book, LinkEntry(followup_id=case, to=other, different_because="另一家"))
            case answer:
                said = "" if answer == "could_not_reach" else "问过"
                until = day if answer == "booked" else None
                followups.verify(book, VerifyEntry(followup_id=case, answer=answer, note=said, until=until))

    @precondition(lambda self: self._cases())
    @rule()
    def all_are_handed_over_at_once(self) -> None:
        every = tuple(self._cases())
        with contextlib.suppress(Refused):
            followups.assign_many(
                self.book, BulkAssignEntry(followup_ids=every, owner_kind="department", owner="subdistrict")
            )

    @precondition(lambda self: self._undoable() > self.before)
    @rule()
    def it_is_undone(self) -> None:
        # The doors, people and the place that the test began with stay. Backwards, nothing stands in the way.
        undo.undo_last(self.book)

    @invariant()
    def open_work_is_what_the_facts_give(self) -> None:
        assert list(due.differences(self.book.database)) == []

    @invariant()
    def an_open_case_has_one_who_answers_and_one_next_date(self) -> None:
        for row in followups.page(self.book, followups.FollowupFilter(open=None)):
            assert (row.next_action_on is not None) == (row.closed_at is None)
            assert row.accountable
            assert row.accountable_kind in ("worker", "department")

    @invariant()
    def who_is_to_be_asked_is_on_the_round(self) -> None:
        asking = self.book.database.execute_sql(
            "SELECT id FROM followup WHERE state IN ('done', 'verifying') AND (household_id IS NOT NULL "
            "OR place_id IS NOT NULL) ORDER BY id"
        ).fetchall()
        planned = self.book.database.execute_sql(
            "SELECT rule FROM due WHERE kind = 'followup' AND rule IN (SELECT id FROM followup WHERE state IN "
            "('done', 'verifying')) ORDER BY rule"
        ).fetchall()
        assert planned == asking

    @invariant()
    def deadlines_are_what_the_steps_give(self) -> None:
        from casework.casebook.followup_lists import wrong_deadlines

        assert list(wrong_deadlines(self.book)) == []

    @invariant()
    def lists_and_counts_agree(self) -> None:
        now = self.clock.now()
        wanted = followups.FollowupFilter
        for one in (
            wanted(), wanted(open=False), wanted(mine=self.book.worker.id), wanted(supervise=now), wanted(repeats=True),
            wanted(overdue_at=now), wanted(asking=True), wanted(by_priority=True), wanted(state=State.DONE.value),
        ):  # fmt: skip
            assert len(followups.page(self.book, one, limit=1000)) == followups.count(self.book, one)
        assert sum(column.count for column in followups.board(self.book)) == followups.count(self.book, wanted())


TestCasesAtWork = CasesAtWork.TestCase
TestCasesAtWork.settings = settings(
    max_examples=30, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
