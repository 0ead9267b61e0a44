"""Writes a casebook of the schema as it is now: `python -m tests.casebook.write_fixture`, once for each released schema."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from casework.casebook import backups, blobs, checks, evidence, followups, undo, visits
from casework.casebook.book import Casebook
from casework.casebook.clock import FrozenClock
from casework.casebook.entries import (
    AnswerEntry,
    AttachEntry,
    CheckEntry,
    FileEntry,
    FollowupEntry,
    NoteEntry,
    VisitEntry,
)
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
    visits.no_answer(book, here.family_door)
    undo.undo_last(book)
    book.close()
    shutil.rmtree(backups.folder(book.path), ignore_errors=True)
    for leftover in FOLDER.glob("*-wal"):
        leftover.unlink()
    for leftover in FOLDER.glob("*-shm"):
        leftover.unlink()


if __name__ == "__main__":
    main()
