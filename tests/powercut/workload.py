"""A worker's hour through the real save path on a recording disk: visits, checks, follow-ups, undo, drafts, a roster,
a backup."""

from __future__ import annotations

import contextlib
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import apsw

from casework.casebook import backups, blobs, checks, doctor, drafts, followups, keys, register, undo, visits
from casework.casebook.book import Casebook
from casework.casebook.clock import FrozenClock
from casework.casebook.entries import AnswerEntry, CheckEntry, FileEntry, FollowupEntry, VisitEntry
from casework.casebook.ids import new_id
from casework.catalog import checks as shelf
from casework.demo import population
from casework.domain import form
from casework.domain.check import SubjectKind
from casework.domain.receipt import Receipt
from casework.domain.register import RegisterRow
from tests.casebook.conftest import MORNING, Neighbourhood
from tests.powercut.disk import Recording
from tests.powercut.judge import SMALL, Recorded, State, laid_out
from tests.powercut.recorder import Faults, RecordingDisk, recorded

FILE = "a.casework"
DRAFT = "draft {n}"
CHECKPOINT_PAGES = 60
"""A checkpoint comes with every second or third save, so that many cuts fall into one."""

_HALF = {
    "ops outside a save": "SELECT (SELECT ifnull(sum(last_seq - first_seq + 1), 0) FROM action) <> count(*) FROM op",
    "a visit without its op": "SELECT count(*) FROM visit v LEFT JOIN op ON op.eid = v.id WHERE op.eid IS NULL",
    "a hazard without its follow-up": "SELECT count(*) FROM hazard h LEFT JOIN followup f ON f.id = h.followup_id "
    "WHERE h.fixed_on_spot = 0 AND f.id IS NULL",
    "an attachment without its bytes": "SELECT count(*) FROM attachment a LEFT JOIN blob b ON b.hash = a.blob "
    "WHERE b.hash IS NULL",
    "a resident who cannot be found": "SELECT count(*) FROM resident r LEFT JOIN doc d ON d.eid = r.id "
    "WHERE d.eid IS NULL",
}
_RECORDS = (
    "SELECT act FROM action UNION ALL SELECT id FROM visit UNION ALL SELECT id FROM safety_check "
    "UNION ALL SELECT id FROM followup"
)


@dataclass
class Bookkeeper:
    """The checker of a casebook. Its records are the saves, the visits, checks and follow-ups, and how far the draft
    had been typed."""

    key: bytes
    file: str = FILE

    def state(self, connection: apsw.Connection) -> State:
        """What a casebook holds, read without healing it."""
        rows = connection.execute(_RECORDS).fetchall()
        typed = connection.execute("SELECT ifnull(max(json_extract(data, '$.n')), -1) FROM draft").fetchall()[0][0]
        half = [what for what, sql in _HALF.items() if connection.execute(sql).fetchall()[0][0]]
        saves = connection.execute("SELECT count(*) FROM action").fetchall()[0][0]
        drafted = (DRAFT.format(n=n) for n in range(typed + 1))
        return State(frozenset(row[0] for row in rows).union(drafted), saves, ", ".join(half))

    def reopen(self, path: Path) -> tuple[frozenset[str], str]:
        """The next morning: opened, nothing to heal, doctor content. A cut of power is no reason for a warning."""
        book = Casebook.open(path, None, FrozenClock(MORNING + timedelta(days=1)))
        try:
            findings = doctor.examine(book).findings
            told = [f"it says: {phrase.text}" for phrase in book.found]
            complaints = told + [f"doctor: {finding.area}" for finding in findings]
            return self.state(book.database.connection()).records, "; ".join(complaints)
        finally:
            book.close()


@dataclass
class Shift:
    """A casebook at work: how one of each thing is done."""

    book: Casebook
    here: Neighbourhood
    recording: Recording
    chooser: random.Random
    rows: list[RegisterRow]
    faults: Faults

    def acknowledge(self, *records: str) -> None:
        """Promise what a receipt has said."""
        saves = self.book.database.execute_sql("SELECT count(*) FROM action").fetchall()[0][0]
        self.recording.acknowledge(saves, *records)

    def work(self, n: int) -> None:
        """The n-th thing of the hour."""
        self.here.clock.instant += timedelta(minutes=8)
        match n % 8:
            case 2:
                self._saved(visits.no_answer(self.book, self.here.family_door), with_record=False)
                self._saved(undo.undo_last(self.book), with_record=False)
            case 3:
                self._saved(checks.save(self.book, leak(self.book, self.here)))
            case 4:
                blob = blobs.stage(self.book, self.chooser.randbytes(6000), "image/jpeg")
                file = FileEntry(blob=blob, original=blob, name="阀门.jpg")
                entry = VisitEntry(
                    household_id=self.here.door, outcome="completed", met=(self.here.mei,), files=(file,)
                )
                self._saved(visits.log(self.book, entry))
            case 5:
                drafts.put(self.book, "visit", self.here.door, {"note": self._note(2000), "n": n}).result()
                self.acknowledge(DRAFT.format(n=n))
            case 6:
                entry = FollowupEntry(category="noise", title=f"烧烤店 {n}", household_id=self.here.door)
                self._saved(followups.open(self.book, entry))
            case 7 if self.rows:
                batch, self.rows = self.rows[:20], self.rows[20:]
                action = new_id()
                with register.bulk(self.book):
                    register.apply_rows(self.book, batch, action)
                    self.acknowledge(action)
                often(self.book)
            case _:
                entry = VisitEntry(
                    household_id=self.here.door, outcome="completed", met=(self.here.mei,), note=self._note(3000)
                )
                self._saved(visits.log(self.book, entry))

    def _saved(self, receipt: Receipt, with_record: bool = True) -> None:
        self.acknowledge(receipt.action, *([receipt.subject_id] if with_record else []))

    def _note(self, longest: int) -> str:
        return "".join(self.chooser.choices("阀门胶管漏气烧烤店噪音长", k=self.chooser.randrange(10, longest)))


@contextlib.contextmanager
def shift(synchronous: str = "full", seed: int = 3, pages: int = CHECKPOINT_PAGES) -> Iterator[tuple[Shift, Recorded]]:
    """A casebook on a recording disk, recorded from its making on; what is promised counts from the yield on."""
    with tempfile.TemporaryDirectory(dir=SMALL) as folder:
        disk = RecordingDisk(Path(folder))
        with recorded(disk):
            clock = FrozenClock(MORNING)
            book, _ = Casebook.create(
                Path(folder) / FILE, community="满春社区", worker="李芳", secret=None, clock=clock, vfs=disk.under,
                synchronous=synchronous,
            )  # fmt: skip
            made = len(disk.recording.events)
            often(book, pages)
            here = Neighbourhood(book, clock)
            rows = list(population.rows(40, seed))
            at_work = Shift(book, here, disk.recording, random.Random(seed), rows, disk.faults)
            at_work.acknowledge()
            try:
                yield at_work, Recorded(disk.recording, Bookkeeper(book.key), len(disk.recording.events), made)
            finally:
                book.close()


def record(saves: int, synchronous: str = "full", seed: int = 3, pages: int = CHECKPOINT_PAGES) -> Recorded:
    """So many things done one after the other, a backup, and the casebook closed."""
    with shift(synchronous, seed, pages) as (at_work, taken):
        for n in range(saves):
            at_work.work(n)
        backups.make(at_work.book)
        at_work.acknowledge()
    return taken


def opened_after(image: dict[str, bytes]) -> bytes | None:
    """Open, as the product does, what a cut has left. The key of the casebook, or None where there is none."""
    if FILE not in image:
        return None
    with laid_out(image) as folder:
        found = keys.unlock(folder / FILE, None)
        book = Casebook.open(folder / FILE, None, FrozenClock(MORNING + timedelta(days=1)))
        try:
            assert not doctor.examine(book).findings
        finally:
            book.close()
        return found


def often(book: Casebook, pages: int = CHECKPOINT_PAGES) -> None:
    """Let checkpoints come often."""
    book.write(lambda: book.database.execute_sql(f"PRAGMA wal_autocheckpoint = {pages}").fetchall())


def leak(book: Casebook, here: Neighbourhood) -> CheckEntry:
    """A check of a gas cylinder that leaks: with its hazard, its follow-up and its due date in one save."""
    checklist = shelf.load("lpg_cylinder")
    context = checks.context(book, SubjectKind.HOUSEHOLD, here.door, here.door, book.today())
    answers = form.all_in_order(checklist, {}, context)
    given = {name: AnswerEntry(state=a.state, value=a.value) for name, a in answers.items()}
    for name in form.missing(checklist, answers, context):
        given[name] = AnswerEntry(state="could_not_check")
    given["soap_leak_test"] = AnswerEntry(state="fail", value="bubbles")
    return CheckEntry(
        checklist="lpg_cylinder", version=checklist.version, subject_kind="household", subject_id=here.door,
        household_id=here.door, answers=given,
    )  # fmt: skip
