"""Writes a casebook of the schema as it is now: `python -m tests.casebook.write_fixture`, once for each released schema."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

from casework.casebook import backups, blobs, checks, evidence, followups, undo, visits
from casework.casebook.book import Casebook
from casework.casebook.clock import FrozenClock
from casework.casebook.entries import (
    AnswerEntry,
    AttachEntry,
    CheckEntry,
    CloseEntry,
    FileEntry,
    FollowupEntry,
    NoteEntry,
    ReopenEntry,
    VisitEntry,
)
from casework.casebook.followup_entries import DoneEntry, JointVisitEntry, StepEntry, SuspendEntry, VerifyEntry
from casework.casebook.migrating import SCHEMA_VERSION
from casework.catalog import checks as shelf
from casework.domain import form
from casework.domain.check import SubjectKind
from tests.casebook.conftest import MORNING, Neighbourhood

FOLDER = Path(__file__).parent / "fixtures" / f"schema-{SCHEMA_VERSION}"


def main() -> None:
    """Write the fixture of the present schema, unless there is one: a released one is never made anew."""
    if FOLDER.exists():
        raise SystemExit(f"{FOLDER.name} is there already")
    FOLDER.mkdir(parents=True)
    clock = FrozenClock(MORNING)
    book, _ = Casebook.create(FOLDER / "kept.casework", community="满春社区", worker="李芳", secret=None, clock=clock)
    here = Neighbourhood(book, clock)
    visits.no_answer(book, here.door)
    clock.instant += timedelta(minutes=9)
    visits.log(book, VisitEntry(household_id=here.family_door, outcome="completed", met=(here.wang,), note="一切都好"))
    checklist = shelf.load("lpg_cylinder")
    context = checks.context(book, SubjectKind.HOUSEHOLD, here.door, here.door, book.today())
    answers = form.all_in_order(checklist, {}, context)
    given = {name: AnswerEntry(state=a.state, value=a.value) for name, a in answers.items()}
    for name in form.missing(checklist, answers, context):
        given[name] = AnswerEntry(state="could_not_check")
    given["soap_leak_test"] = AnswerEntry(state="fail", value="bubbles")
    checks.save(
        book,
        CheckEntry(
            checklist="lpg_cylinder", version=checklist.version, subject_kind="household", subject_id=here.door,
            household_id=here.door, answers=given,
        ),
    )  # fmt: skip
    case = followups.open(book, FollowupEntry(category="noise", title="楼下烧烤店", household_id=here.family_door))
    followups.note(book, NoteEntry(followup_id=case.subject_id, note="已与店主谈过"))
    photo = FileEntry(blob=blobs.stage(book, b"photo", "image/jpeg"), original="0" * 64, name="阀门.jpg")
    evidence.attach(book, AttachEntry(subject_kind="followup", subject_id=case.subject_id, files=(photo,)))
    _cases(book, here, clock)
    visits.no_answer(book, here.family_door)
    undo.undo_last(book)
    book.close()
    shutil.rmtree(backups.folder(book.path), ignore_errors=True)
    for leftover in FOLDER.glob("*-wal"):
        leftover.unlink()
    for leftover in FOLDER.glob("*-shm"):
        leftover.unlink()


def _cases(book: Casebook, here: Neighbourhood, clock: FrozenClock) -> None:
    """Cases in many states: repeated, promised, suspended, asked about, closed and taken up again."""
    again = followups.open(
        book, FollowupEntry(category="noise", title="又吵", household_id=here.family_door)
    ).subject_id
    followups.joint_visit(
        book,
        JointVisitEntry(
            followup_id=again, invited=("police", "community"), present=("police",),
            promises=({"party": "police", "what": "夜巡", "due_on": date(2026, 5, 25), "look": True},),
        ),
    )  # fmt: skip
    lamp = FollowupEntry(
        category="street_lighting", title="路灯不亮", household_id=here.door, funder="street_lighting",
        reported_by="王强", reported_phone="13000000002", source="12345", official_number="WH-1", extra={"编码": "L01"},
    )  # fmt: skip
    case = followups.open(book, lamp).subject_id
    followups.accept(book, StepEntry(followup_id=case))
    followups.suspend(book, SuspendEntry(followup_id=case, note="等配件", review_on=date(2026, 6, 1)))
    clock.instant += timedelta(days=2)
    followups.resume(book, StepEntry(followup_id=case))
    followups.done(book, DoneEntry(followup_id=case, note="换了灯", by_kind="name", by="张师傅"))
    followups.verify(book, VerifyEntry(followup_id=case, answer="could_not_reach"))
    stairs = FollowupEntry(category="housing_repair", title="楼道灯", building_id=here.building, unit="1")
    light = followups.open(book, stairs).subject_id
    followups.close(book, CloseEntry(followup_id=light, result="换好了", satisfaction=5))
    followups.reopen(book, ReopenEntry(followup_id=light, note="又灭了"))


if __name__ == "__main__":
    main()
