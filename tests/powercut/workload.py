"""A worker's hour on a recording disk, and what must hold of every disk that a cut of power could leave of it."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path

from casework.casebook import backups, blobs, checks, doctor, drafts, engine, followups, keys, register, undo, visits
from casework.casebook.book import Casebook
from casework.casebook.clock import FrozenClock
from casework.casebook.entries import AnswerEntry, CheckEntry, FileEntry, FollowupEntry, VisitEntry
from casework.catalog import checks as shelf
from casework.demo import population
from casework.domain import form
from casework.domain.check import SubjectKind
from tests.casebook.conftest import MORNING, Neighbourhood
from tests.powercut.recorder import MODELS, Disk, Recording, RecordingVfs, recorded_files

_names = count()
SMALL = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Images are looked at in memory where there is such a folder: what is tested is their content."""


@dataclass
class Recorded:
    """A recording with the key that opens its images."""

    recording: Recording
    key: bytes
    name: str = "a.casework"


def fresh_vfs() -> RecordingVfs:
    """A VFS of its own name; SQLite forgets none."""
    return RecordingVfs(f"powercut{next(_names)}", Recording())


def record(saves: int, synchronous: str = "full", checkpoint_pages: int = 90, seed: int = 3) -> Recorded:
    """Set up a casebook and work in it through the real save path: visits, checks, follow-ups, undo, drafts, a roster,
    a backup. Checkpoints come often, so that cuts fall into them.
    """
    vfs = fresh_vfs()
    recording = vfs.recording
    chooser = random.Random(seed)
    with tempfile.TemporaryDirectory(dir=SMALL) as folder, recorded_files(recording):
        path = Path(folder) / "a.casework"
        clock = FrozenClock(MORNING)
        book, _ = Casebook.create(
            path, community="满春社区", worker="李芳", secret=None, clock=clock, vfs=vfs.under, synchronous=synchronous
        )
        book.write(lambda: book.database.execute_sql(f"PRAGMA wal_autocheckpoint = {checkpoint_pages}").fetchall())
        here = Neighbourhood(book, clock)
        recording.acknowledge("ready")
        rows = list(population.rows(60, seed))
        for n in range(saves):
            clock.instant += timedelta(minutes=8)
            _work(book, here, recording, chooser, n, rows)
        if saves > 10:
            backups.make(book, Path(folder) / "kept")
        recording.acknowledge("end")
        key = book.key
        book.close()
    return Recorded(recording, key)


def _work(
    book: Casebook, here: Neighbourhood, recording: Recording, chooser: random.Random, n: int, rows: list
) -> None:
    step = n % 8
    if step == 5:
        drafts.put(book, "visit", here.door, {"note": "字" * chooser.randrange(10, 2000), "n": n}).result()
        recording.acknowledge(f"draft {n}")
    elif step == 6:
        opened = followups.open(book, FollowupEntry(category="noise", title=f"烧烤店 {n}", household_id=here.door))
        recording.acknowledge(opened.subject_id)
    elif step == 3:
        recording.acknowledge(checks.save(book, _leak(book, here)).subject_id)
    elif step == 7 and n % 16 == 7:
        batch = rows[:20] if n < 16 else rows[20:]
        register.apply_rows(book, batch)
        recording.acknowledge(f"roster {n}")
    elif step == 2:
        made = visits.no_answer(book, here.family_door)
        undo.undo_last(book)
        recording.acknowledge(f"gone {made.subject_id}")
    elif step == 4:
        blob = blobs.stage(book, chooser.randbytes(6000), "image/jpeg")
        file = FileEntry(blob=blob, original=blob, name="阀门.jpg")
        entry = VisitEntry(household_id=here.door, outcome="completed", met=(here.mei,), files=(file,))
        recording.acknowledge(visits.log(book, entry).subject_id)
    else:
        note = "长" * chooser.randrange(0, 3000)
        entry = VisitEntry(household_id=here.door, outcome="completed", met=(here.mei,), note=note)
        recording.acknowledge(visits.log(book, entry).subject_id)


def _leak(book: Casebook, here: Neighbourhood) -> CheckEntry:
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


@dataclass
class Verdict:
    """What was found on the disks that cuts would have left."""

    images: int = 0
    lost: int = 0
    corrupt: int = 0
    half: int = 0
    ghosts: int = 0
    opened_whole: int = 0
    examples: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.images} images: {self.lost} lost an acknowledged save, {self.corrupt} corrupt, "
            f"{self.half} half a save; {self.opened_whole} opened by the product and examined by doctor"
        )

    def note(self, kind: str, at: int, model: str, why: str) -> None:
        """Count a failure and keep the first few."""
        setattr(self, kind, getattr(self, kind) + 1)
        if len(self.examples) < 5:
            self.examples.append(f"{kind} at event {at} ({model}): {why}")


def judge(
    recorded: Recorded, *, images: int, seed: int = 1, lying: bool = False, whole_every: int = 40,
    models: tuple[str, ...] = MODELS, stop: Callable[[Verdict], bool] = lambda _verdict: False,
) -> Verdict:  # fmt: skip
    """Cut the power after every event, in every model, until so many distinct disks were looked at."""
    verdict = Verdict()
    recording = recorded.recording
    start = recording.acknowledged[0][0]
    chooser = random.Random(seed)
    rounds = 0
    while verdict.images < images and not stop(verdict):
        seen: set[int] = set()
        disk = Disk(lying)
        for at, event in enumerate(recording.events, start=1):
            disk.take(event)
            if at < start:
                continue
            for model in models:
                image = disk.image(model, chooser)
                mark = hash(tuple(sorted(image.items())))
                if mark in seen or (rounds and model in ("kill", "drop")):
                    continue
                seen.add(mark)
                verdict.images += 1
                whole = verdict.images % whole_every == 0
                _look(recorded, image, at, model, verdict, whole)
                if verdict.images >= images or stop(verdict):
                    return verdict
        rounds += 1
    return verdict


def _look(recorded: Recorded, image: dict[str, bytes], at: int, model: str, verdict: Verdict, whole: bool) -> None:
    expected = [record for index, record in recorded.recording.acknowledged if index <= at]
    folder = Path(tempfile.mkdtemp(dir=SMALL))
    try:
        for name, data in image.items():
            (folder / name).write_bytes(data)
        try:
            found = _contents(folder / recorded.name, recorded.key)
        except Exception as error:  # noqa: BLE001 - whatever it says, the disk cannot be read
            verdict.note("corrupt", at, model, f"{type(error).__name__}: {error}")
            return
        if found is None:
            verdict.note("corrupt", at, model, "integrity_check")
            return
        records, drafted, rosters, loose = found
        if loose:
            verdict.note("half", at, model, loose)
        missing = [record for record in expected if not _there(record, records, drafted, rosters)]
        if missing:
            verdict.note("lost", at, model, f"{len(missing)} of {len(expected)}, first {missing[0]}")
        if whole and not missing:
            _open_whole(folder / recorded.name, at, model, verdict)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _there(record: str, records: set[str], drafted: int, rosters: int) -> bool:
    kind, _sep, rest = record.partition(" ")
    if kind == "gone":
        return rest not in records
    if kind == "draft":
        return drafted >= int(rest)
    if kind == "roster":
        return rosters >= (1 if int(rest) < 16 else 2)
    return kind in ("ready", "end") or record in records


def _contents(path: Path, key: bytes) -> tuple[set[str], int, int, str] | None:
    """What a disk's casebook holds, read without healing it; None if it is damaged."""
    database = engine.connect(path, key)
    try:
        if database.execute_sql("PRAGMA integrity_check").fetchall() != [("ok",)]:
            return None
        one = lambda sql: database.execute_sql(sql).fetchall()[0][0]  # noqa: E731
        records = {
            row[0]
            for row in database.execute_sql(
                "SELECT id FROM visit UNION ALL SELECT id FROM safety_check UNION ALL SELECT id FROM followup"
            ).fetchall()
        }
        drafted = database.execute_sql("SELECT json_extract(data, '$.n') FROM draft").fetchall()
        rosters = one("SELECT count(*) FROM action WHERE verb = 'register.import'")
        loose = []
        if one("SELECT ifnull(sum(last_seq - first_seq + 1), 0) FROM action") != one("SELECT count(*) FROM op"):
            loose.append("ops outside a save")
        if one("SELECT count(*) FROM visit v LEFT JOIN op ON op.eid = v.id WHERE op.eid IS NULL"):
            loose.append("visit without its op")
        if one("SELECT count(*) FROM hazard h LEFT JOIN followup f ON f.id = h.followup_id WHERE f.id IS NULL"):
            loose.append("hazard without its follow-up")
        if one("SELECT count(*) FROM attachment a LEFT JOIN blob b ON b.hash = a.blob WHERE b.hash IS NULL"):
            loose.append("attachment without its bytes")
        if one("SELECT count(*) FROM resident r LEFT JOIN doc d ON d.eid = r.id WHERE d.eid IS NULL"):
            loose.append("resident who cannot be found")
        return records, drafted[0][0] if drafted else -1, rosters, ", ".join(loose)
    finally:
        database.close()


def _open_whole(path: Path, at: int, model: str, verdict: Verdict) -> None:
    """Open the disk as the product does and let doctor look."""
    try:
        book = Casebook.open(path, None, FrozenClock(MORNING + timedelta(days=1)))
    except Exception as error:  # noqa: BLE001 - the product must open every such disk
        verdict.note("corrupt", at, model, f"the product: {type(error).__name__}: {error}")
        return
    try:
        findings = doctor.examine(book).findings
        if findings:
            verdict.note("half", at, model, f"doctor: {findings[0].area}")
        verdict.opened_whole += 1
    finally:
        book.close()


def images_of_creation(images: int, seed: int = 1) -> Verdict:
    """Cuts while a casebook is being made: afterwards there is none yet, or one that opens with its key."""
    recorded = record(0)
    verdict = Verdict()
    chooser = random.Random(seed)
    first = recorded.recording.acknowledged[0][0]
    while verdict.images < images:
        disk = Disk()
        for at, event in enumerate(recorded.recording.events[:first], start=1):
            disk.take(event)
            for model in MODELS:
                image = disk.image(model, chooser)
                verdict.images += 1
                if recorded.name not in image:
                    continue
                folder = Path(tempfile.mkdtemp(dir=SMALL))
                try:
                    for name, data in image.items():
                        (folder / name).write_bytes(data)
                    if keys.unlock(folder / recorded.name, None) != recorded.key:
                        verdict.note("lost", at, model, "the key")
                    _open_whole(folder / recorded.name, at, model, verdict)
                finally:
                    shutil.rmtree(folder, ignore_errors=True)
    return verdict
