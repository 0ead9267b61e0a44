"""Evidence stands behind its record: once, encrypted, proved by its hash, and never half attached."""

from __future__ import annotations

import hashlib
import os
import shutil
import tracemalloc
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from casework.casebook import areas, backups, blobs, checks, doctor, drafts, evidence, followups, undo, viewing, visits
from casework.casebook.book import Casebook
from casework.casebook.entries import (
    AnswerEntry,
    AttachEntry,
    CheckEntry,
    FileEntry,
    FollowupEntry,
    VisitEntry,
    WorkerEntry,
)
from casework.casebook.errors import Damaged, NotFound, Refused
from casework.casebook.ids import new_id
from casework.casebook.keys import Passphrase
from casework.catalog import checks as shelf
from casework.domain import form
from casework.domain.check import SubjectKind
from casework.domain.evidence import EvidenceSubject
from casework.domain.worker import Worker
from tests.casebook.test_healing import checkpointed, crash

if TYPE_CHECKING:
    from pathlib import Path

    from casework.domain.receipt import Receipt

PHOTO = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 400
"""Bytes of which one finds a piece again, wherever they went."""


def staged(here, data: bytes = PHOTO, name: str = "阀门.jpg", **more) -> FileEntry:
    blob = blobs.stage(here.book, data, "image/jpeg")
    return FileEntry(blob=blob, original=hashlib.sha256(b"original of" + data).hexdigest(), name=name, **more)


def a_visit(here, *files: FileEntry) -> str:
    return visits.log(here.book, VisitEntry(household_id=here.door, outcome="completed", files=files)).subject_id


def attach(here, kind: str, subject: str, *files: FileEntry, action: str | None = None) -> Receipt:
    return evidence.attach(here.book, AttachEntry(subject_kind=kind, subject_id=subject, files=files), action)


def behind(here, kind: str, subject: str) -> list[str]:
    return [one.name for one in evidence.of_subject(here.book, EvidenceSubject(kind), subject)]


def how_many(book: Casebook) -> int:
    return book.database.execute_sql("SELECT count(*) FROM blob").fetchall()[0][0]


def healthy(here) -> bool:
    return doctor.examine(here.book).findings == ()


def test_a_photo_stands_behind_a_visit_and_is_read_back_as_it_was(here) -> None:
    visit = a_visit(here, staged(here, words="软管已老化", taken_at=here.clock.instant))
    (found,) = evidence.of_subject(here.book, EvidenceSubject.VISIT, visit)
    assert (found.name, found.words, found.size, found.media) == ("阀门.jpg", "软管已老化", len(PHOTO), "image/jpeg")
    assert found.taken_at == here.clock.instant
    assert found.worker_id == here.book.worker.id
    assert evidence.read(here.book, found.id) == PHOTO
    assert healthy(here)


def test_the_receipt_says_how_many(here) -> None:
    entry = VisitEntry(household_id=here.door, outcome="completed", files=(staged(here), staged(here, b"other")))
    said = [phrase.values for phrase in visits.log(here.book, entry).follows]
    assert {"n": 2} in said


def test_a_photo_stands_beside_an_answer_of_a_check(here) -> None:
    checklist = shelf.load("lpg_cylinder")
    context = checks.context(here.book, SubjectKind.HOUSEHOLD, here.door, here.door, here.book.today())
    answers = form.all_in_order(checklist, {}, context)
    given = {name: AnswerEntry(state=a.state, value=a.value) for name, a in answers.items()}
    for name in form.missing(checklist, answers, context):
        given[name] = AnswerEntry(state="could_not_check")
    saved = checks.save(
        here.book,
        CheckEntry(
            checklist="lpg_cylinder", version=checklist.version, subject_kind="household", subject_id=here.door,
            household_id=here.door, answers=given, files=(staged(here, part="soap_leak_test"), staged(here)),
        ),
    )  # fmt: skip
    found = evidence.of_subject(here.book, EvidenceSubject.CHECK, saved.subject_id)
    assert [one.part for one in found] == ["soap_leak_test", ""]
    assert len(evidence.of_household(here.book, here.door)) == 2
    assert healthy(here)


def test_the_photo_of_a_hazard_is_seen_at_the_follow_up_that_it_opened(here) -> None:
    checklist = shelf.load("lpg_cylinder")
    context = checks.context(here.book, SubjectKind.HOUSEHOLD, here.door, here.door, here.book.today())
    answers = form.all_in_order(checklist, {}, context)
    given = {name: AnswerEntry(state=a.state, value=a.value) for name, a in answers.items()}
    for name in form.missing(checklist, answers, context):
        given[name] = AnswerEntry(state="could_not_check")
    given["soap_leak_test"] = AnswerEntry(state="fail", value="bubbles")
    checks.save(
        here.book,
        CheckEntry(
            checklist="lpg_cylinder", version=checklist.version, subject_kind="household", subject_id=here.door,
            household_id=here.door, answers=given,
            files=(staged(here, part="soap_leak_test", name="bubbles.jpg"), staged(here, b"kitchen", "kitchen.jpg")),
        ),
    )  # fmt: skip
    (case,) = followups.page(here.book, followups.FollowupFilter())
    assert [one.name for one in evidence.of_followup(here.book, case.id)] == ["bubbles.jpg"]
    here.clock.instant += timedelta(hours=2)
    attach(here, "followup", case.id, staged(here, b"repaired", "after.jpg"))
    assert [one.name for one in evidence.of_followup(here.book, case.id)] == ["bubbles.jpg", "after.jpg"]


def test_it_is_kept_once_however_often_it_is_attached(here) -> None:
    for _ in range(3):
        a_visit(here, staged(here))
        here.clock.instant += timedelta(minutes=5)
    case = followups.open(here.book, FollowupEntry(category="noise", title="烧烤店", household_id=here.door))
    attach(here, "followup", case.subject_id, staged(here))
    assert how_many(here.book) == 1
    assert len(evidence.of_household(here.book, here.door)) == 4
    assert evidence.of_household(here.book, here.family_door) == []


def test_the_journal_bears_the_hash_and_not_the_bytes(here) -> None:
    a_visit(here, staged(here, os.urandom(300_000)))
    body = here.book.database.execute_sql("SELECT body FROM op WHERE ent = 'attachment'").fetchall()[0][0]
    (found,) = evidence.of_household(here.book, here.door)
    assert found.blob in body
    assert len(body) < 1000


def test_no_byte_of_it_can_be_read_on_the_disk(here, tmp_path: Path, clock) -> None:
    book, _ = Casebook.create(
        tmp_path / "b.casework", community="满春社区", worker="李芳", secret=Passphrase("x y z"), clock=clock
    )
    blobs.stage(book, PHOTO, "image/jpeg")
    for file in tmp_path.iterdir():
        if file.is_file():
            assert PHOTO[100:180] not in file.read_bytes(), file.name
    book.close()
    assert PHOTO[100:180] not in (tmp_path / "b.casework").read_bytes()


def test_what_was_attached_is_taken_back_by_one_undo(here) -> None:
    visit = visits.no_answer(here.book, here.door).subject_id
    attach(here, "visit", visit, staged(here), staged(here, b"second", "b.jpg"))
    assert len(behind(here, "visit", visit)) == 2
    undo.undo_last(here.book)
    assert behind(here, "visit", visit) == []
    assert healthy(here), "what was undone is no orphan"
    undo.undo_last(here.book)
    assert visits.of_household(here.book, here.door) == []


def test_undoing_a_visit_takes_its_photos_along(here) -> None:
    a_visit(here, staged(here))
    undo.undo_last(here.book)
    assert evidence.of_household(here.book, here.door) == []
    assert healthy(here)


def test_a_photo_that_was_taken_off_comes_back_with_an_undo(here) -> None:
    visit = a_visit(here, staged(here))
    (found,) = evidence.of_subject(here.book, EvidenceSubject.VISIT, visit)
    said = evidence.remove(here.book, found.id).summary
    assert said.values["file"] == "阀门.jpg"
    assert behind(here, "visit", visit) == []
    assert blobs.sweep(here.book) == 0
    undo.undo_last(here.book)
    assert behind(here, "visit", visit) == ["阀门.jpg"]
    assert evidence.read(here.book, found.id) == PHOTO
    assert healthy(here)


def test_a_visit_behind_which_somebody_else_has_put_a_photo_is_not_undone(here) -> None:
    other = areas.add_worker(here.book, WorkerEntry(name="王强")).subject_id
    visit = visits.no_answer(here.book, here.door).subject_id
    me = here.book.worker
    here.book.worker = Worker(other, "王强")
    attach(here, "visit", visit, staged(here))
    here.book.worker = me
    with pytest.raises(Refused):
        undo.undo_last(here.book)
    assert behind(here, "visit", visit) == ["阀门.jpg"]


def test_words_are_put_to_it_later_and_can_be_undone(here) -> None:
    visit = a_visit(here, staged(here))
    (found,) = evidence.of_subject(here.book, EvidenceSubject.VISIT, visit)
    evidence.describe(here.book, found.id, "阀门已换")
    assert evidence.get(here.book, found.id).words == "阀门已换"
    with pytest.raises(Refused):
        evidence.describe(here.book, found.id, "阀门已换")
    undo.undo_last(here.book)
    assert evidence.get(here.book, found.id).words == ""
    assert healthy(here)


def test_the_same_photo_twice_behind_one_record_is_one(here) -> None:
    visit = a_visit(here, staged(here), staged(here))
    assert len(behind(here, "visit", visit)) == 1
    with pytest.raises(Refused):
        attach(here, "visit", visit, staged(here))
    attach(here, "visit", visit, staged(here), staged(here, b"new", "b.jpg"))
    assert len(behind(here, "visit", visit)) == 2


def test_a_retry_attaches_once(here) -> None:
    visit = visits.no_answer(here.book, here.door).subject_id
    action = new_id()
    first = attach(here, "visit", visit, staged(here), action=action)
    assert attach(here, "visit", visit, staged(here), action=action) == first
    assert len(behind(here, "visit", visit)) == 1


def test_where_one_of_several_is_missing_nothing_is_saved(here) -> None:
    gone = FileEntry(blob="0" * 64, original="0" * 64, name="b.jpg")
    with pytest.raises(Refused):
        a_visit(here, staged(here), gone)
    assert visits.of_household(here.book, here.door) == []
    visit = visits.no_answer(here.book, here.door).subject_id
    with pytest.raises(Refused):
        attach(here, "visit", visit, staged(here), gone)
    assert behind(here, "visit", visit) == []
    assert healthy(here)


@pytest.mark.parametrize("kind", ["visit", "check", "followup"])
def test_behind_nothing_nothing_is_attached(here, kind: str) -> None:
    with pytest.raises(NotFound):
        attach(here, kind, new_id(), staged(here))


# --- staged for a form -----------------------------------------------------------------------------------


def test_what_a_form_lets_go_of_is_gone_at_once(here) -> None:
    file = staged(here)
    blobs.unstage(here.book, [file.blob])
    here.book.write(lambda: None)
    assert how_many(here.book) == 0


def test_a_form_does_not_let_go_of_what_something_else_holds(here) -> None:
    file = staged(here)
    a_visit(here, file)
    other = staged(here, b"in another draft")
    drafts.put(here.book, "visit", here.family_door, {"files": [{"blob": other.blob}]}).result()
    blobs.unstage(here.book, [file.blob, other.blob])
    here.book.write(lambda: None)
    assert how_many(here.book) == 2


def test_what_no_form_came_to_hold_is_swept_after_a_day_and_not_before(here) -> None:
    staged(here)
    held = staged(here, b"held by a draft")
    drafts.put(here.book, "visit", here.door, {"files": [{"blob": held.blob}]}).result()
    assert blobs.sweep(here.book) == 0
    assert healthy(here)
    here.clock.instant += timedelta(days=3)
    assert [finding.area for finding in doctor.examine(here.book).findings] == ["evidence"]
    doctor.repair(here.book)
    assert how_many(here.book) == 1
    assert doctor.examine(here.book).findings == ()
    a_visit(here, held)
    assert healthy(here)


def test_what_is_picked_again_after_days_is_not_swept_under_the_form(here) -> None:
    file = staged(here)
    here.clock.instant += timedelta(days=3)
    assert blobs.hold(here.book, file.blob) is not None
    assert blobs.sweep(here.book) == 0


# --- damage and loss -------------------------------------------------------------------------------------


def test_bytes_that_are_not_what_they_were_are_noticed_and_not_shown(here) -> None:
    a_visit(here, staged(here))
    (found,) = evidence.of_household(here.book, here.door)
    here.book.database.execute_sql("UPDATE blob SET data = ? WHERE hash = ?", (b"x" + PHOTO[1:], found.blob))
    assert {finding.area for finding in doctor.examine(here.book).findings} == {"evidence"}
    with pytest.raises(Damaged):
        evidence.read(here.book, found.id)


def test_the_same_photo_attached_again_makes_a_damaged_one_whole(here) -> None:
    file = staged(here)
    a_visit(here, file)
    here.book.database.execute_sql("UPDATE blob SET data = ? WHERE hash = ?", (PHOTO[:-9], file.blob))
    assert blobs.hold(here.book, file.original) is None
    staged(here)
    (found,) = evidence.of_household(here.book, here.door)
    assert evidence.read(here.book, found.id) == PHOTO
    assert healthy(here)


def test_bytes_that_are_missing_are_noticed_and_said(here) -> None:
    a_visit(here, staged(here))
    (found,) = evidence.of_household(here.book, here.door)
    here.book.database.execute_sql("DELETE FROM blob")
    (finding,) = doctor.examine(here.book).findings
    assert (finding.area, finding.record) == ("evidence", found.id)
    with pytest.raises(NotFound):
        evidence.read(here.book, found.id)


def test_bytes_that_no_op_names_are_noticed(here) -> None:
    staged(here)
    here.book.database.execute_sql("UPDATE blob SET staged_at = NULL")
    (finding,) = doctor.examine(here.book).findings
    assert finding.area == "evidence"


def test_a_row_changed_behind_the_journals_back_is_found(here) -> None:
    a_visit(here, staged(here))
    here.book.database.execute_sql("UPDATE attachment SET blob = ?", ("1" * 64,))
    assert "rows" in {finding.area for finding in doctor.examine(here.book).findings}


def test_a_log_that_vanished_costs_no_photo(here, tmp_path: Path, clock) -> None:
    checkpointed(here)
    file = staged(here, os.urandom(200_000))
    visit = a_visit(here, file)
    path = crash(here.book, tmp_path / "after")
    path.with_name(path.name + "-wal").unlink()
    book = Casebook.open(path, None, clock)
    (found,) = evidence.of_subject(book, EvidenceSubject.VISIT, visit)
    assert hashlib.sha256(evidence.read(book, found.id)).hexdigest() == file.blob
    clock.instant += timedelta(days=9)
    assert blobs.sweep(book) == 0
    assert doctor.examine(book).findings == ()
    book.close()


def test_a_photo_that_a_form_held_at_a_crash_is_there_afterwards(here, tmp_path: Path, clock) -> None:
    file = staged(here)
    drafts.put(here.book, "visit", here.door, {"files": [{"blob": file.blob}]}).result()
    book = Casebook.open(crash(here.book, tmp_path / "after"), None, clock)
    assert blobs.there(book, [file.blob]) == {file.blob}
    assert blobs.read(book, file.blob) == PHOTO
    book.close()


def test_a_backup_carries_photos_and_a_restore_brings_them_back(here, tmp_path: Path, clock) -> None:
    visit = a_visit(here, staged(here))
    kept = backups.make(here.book, tmp_path / "kept")
    assert PHOTO[100:180] not in kept.read_bytes()
    backups.restore(kept, tmp_path / "back.casework", None)
    book = Casebook.open(tmp_path / "back.casework", None, clock)
    (found,) = evidence.of_subject(book, EvidenceSubject.VISIT, visit)
    assert evidence.read(book, found.id) == PHOTO
    assert doctor.examine(book).findings == ()
    book.close()


def test_doctor_looks_at_one_photo_at_a_time(here) -> None:
    visit = visits.no_answer(here.book, here.door).subject_id
    for n in range(12):
        attach(here, "visit", visit, staged(here, bytes([n]) * 4_000_000, f"{n}.jpg"))
    tracemalloc.start()
    assert healthy(here)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000


# --- outside ---------------------------------------------------------------------------------------------


def test_that_it_left_the_casebook_is_recorded_and_is_nothing_to_undo(here) -> None:
    a_visit(here, staged(here))
    (found,) = evidence.of_household(here.book, here.door)
    before = undo.last(here.book)
    out, data = evidence.take_out(here.book, found.id)
    assert (out, data) == (found, PHOTO)
    assert undo.last(here.book) == before
    verbs = here.book.database.execute_sql("SELECT verb FROM action ORDER BY n DESC LIMIT 1").fetchall()
    assert verbs == [("evidence.out",)]
    assert healthy(here)


def test_the_copy_for_looking_at_is_its_owners_alone_and_goes(here) -> None:
    path = here.book.path
    copy = viewing.put(path, PHOTO, ".jpg")
    assert copy.read_bytes() == PHOTO
    assert copy.suffix == ".jpg"
    assert copy.parent == viewing.folder(path)
    if os.name == "posix":
        assert copy.stat().st_mode & 0o777 == 0o600
        assert copy.parent.stat().st_mode & 0o777 == 0o700
    assert viewing.clear(path)
    assert not copy.parent.exists()
    assert viewing.clear(path)


@pytest.mark.skipif(os.name != "posix", reason="has no such links")
def test_a_link_that_waits_in_its_place_is_not_followed(here, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    trap.mkdir()
    (trap / "mine.txt").write_text("x")
    viewing.folder(here.book.path).symlink_to(trap)
    copy = viewing.put(here.book.path, PHOTO, ".jpg")
    assert [file.name for file in trap.iterdir()] == ["mine.txt"]
    assert not viewing.folder(here.book.path).is_symlink()
    assert copy.exists()
    shutil.rmtree(copy.parent)


def test_a_number_or_an_id_names_what_it_is_attached_to(here) -> None:
    visit = visits.no_answer(here.book, here.door).subject_id
    case = followups.open(here.book, FollowupEntry(category="noise", title="烧烤店", household_id=here.door)).subject_id
    number = followups.get(here.book, case).row.number
    assert evidence.subject_of(here.book, visit) == (EvidenceSubject.VISIT, visit)
    assert evidence.subject_of(here.book, number) == (EvidenceSubject.FOLLOWUP, case)
    for named in (new_id(), "", "9999", here.door):
        with pytest.raises(NotFound):
            evidence.subject_of(here.book, named)
