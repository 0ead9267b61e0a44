"""The instrument itself, on a plain encrypted file: it passes what is durable and sees what is not.

A harness that finds nothing proves nothing. Here stand the settings that lose data, and it must find the loss.
"""

from __future__ import annotations

import itertools
import random

import pytest

from tests.powercut.conftest import Tell
from tests.powercut.disk import MODELS, UNORDERED, Disk, Event, cuts
from tests.powercut.judge import Verdict, judge
from tests.powercut.plain import record


def seen(verdict: Verdict) -> bool:
    return verdict.failures > 20


@pytest.mark.parametrize(("journal", "synchronous"), [("wal", "full"), ("delete", "extra")])
def test_what_is_durable_passes(journal: str, synchronous: str, tell: Tell) -> None:
    taken = record(20, journal, synchronous)
    verdict = judge(taken, cuts(taken.recording, start=taken.ready), images=1500, reopen_every=100)
    tell(f"plain file, {journal} {synchronous}", verdict)
    assert verdict.failures == 0, verdict.examples
    assert verdict.images == 1500


def test_it_sees_what_normal_loses(tell: Tell) -> None:
    taken = record(20, synchronous="normal")
    start = taken.recording.promises[0].at
    verdict = judge(taken, cuts(taken.recording, start=start), images=3000, enough=lambda v: v.lost > 20)
    tell("control, plain file, NORMAL", verdict)
    assert verdict.lost > 20


@pytest.mark.parametrize(("synchronous", "lying"), [("off", False), ("full", True)], ids=["off", "a lying disk"])
def test_it_sees_files_torn_where_nothing_is_synced(synchronous: str, lying: bool, tell: Tell) -> None:
    taken = record(20, synchronous=synchronous)
    cut = cuts(taken.recording, start=taken.ready, models=("subset", "torn"), lying=lying)
    verdict = judge(taken, cut, images=3000, enough=seen)
    tell(f"control, plain file, {'a lying disk' if lying else 'OFF'}", verdict)
    assert verdict.corrupt > 20


def test_it_sees_a_deleted_journal_come_back(tell: Tell) -> None:
    # A rollback journal whose deletion was not synced undoes an acknowledged save; only EXTRA syncs the folder.
    taken = record(20, "delete", "full")
    cut = cuts(taken.recording, start=taken.recording.promises[0].at, models=("drop",))
    verdict = judge(taken, cut, images=3000, enough=lambda v: v.lost > 5)
    tell("control, plain file, DELETE journal with FULL", verdict)
    assert verdict.lost > 5


def test_nothing_is_missing_where_only_the_process_was_killed(tell: Tell) -> None:
    # The reason why killing programs proves nothing about power: OFF looks as good as FULL.
    taken = record(20, synchronous="off")
    verdict = judge(taken, cuts(taken.recording, start=taken.ready, models=("kill",)), images=3000)
    tell("plain file, OFF, killed only", verdict)
    assert verdict.failures == 0, verdict.examples
    assert verdict.images > 500


def image(events: list[Event], model: str, seed: int = 0) -> dict[str, bytes]:
    disk = Disk()
    for event in events:
        disk.take(event)
    return disk.image(model, random.Random(seed))


CREATED = [Event("create", "a"), Event("sync folder", "")]


def test_a_write_is_sure_after_its_sync_and_not_before() -> None:
    written = [*CREATED, Event("write", "a", 0, b"12")]
    assert image(written, "drop") == {"a": b""}
    assert image(written, "kill") == {"a": b"12"}
    assert image([*written, Event("sync", "a")], "drop") == {"a": b"12"}


def test_a_name_is_sure_after_the_sync_of_its_folder() -> None:
    whole = [*CREATED, Event("write", "a", 0, b"1"), Event("sync", "a")]
    renamed = [*whole, Event("rename", "a", other="b")]
    assert image(renamed, "drop") == {"a": b"1"}
    assert image(renamed, "kill") == {"b": b"1"}
    assert image([*renamed, Event("sync folder", "")], "drop") == {"b": b"1"}
    assert image([*whole, Event("delete", "a")], "drop") == {"a": b"1"}


def test_names_keep_their_order_unless_the_file_system_keeps_none() -> None:
    two = [Event("create", "a"), Event("create", "b")]
    assert all("a" in image(two, "subset", seed) for seed in range(30) if "b" in image(two, "subset", seed))
    assert any(list(image(two, UNORDERED, seed)) == ["b"] for seed in range(30))


def test_a_file_is_gone_with_its_folder() -> None:
    made = [Event("mkdir", "d"), Event("create", "d/a"), Event("sync folder", "d")]
    assert image(made, "drop") == {}
    assert image([*made, Event("sync folder", "")], "drop") == {"d/a": b""}


def test_a_failed_sync_is_not_made_good_by_the_next() -> None:
    failed = [*CREATED, Event("write", "a", 0, b"1"), Event("sync failed", "a"), Event("sync", "a")]
    assert image(failed, "drop") == {"a": b""}
    assert image(failed, "kill") == {"a": b"1"}


def test_a_torn_write_tears_between_sectors() -> None:
    written = [*CREATED, Event("write", "a", 0, b"x" * 2048)]
    torn = {image(written, "torn", seed)["a"] for seed in range(60)}
    assert len(torn) > 8
    assert {len(data) % 512 for data in torn} == {0}
    assert all(set(data[at : at + 512]) in ({0}, {120}) for data in torn for at in range(0, len(data), 512))


def test_every_model_is_cut_after_every_write() -> None:
    # With FULL what drop leaves is what a kill left just after the sync: the same disk is not looked at twice.
    taken = record(3, synchronous="normal")
    met = [(cut.at, cut.model) for cut in itertools.islice(cuts(taken.recording, start=taken.ready), 5000)]
    assert {model for _at, model in met} == set(MODELS)
    written = {at for at, event in enumerate(taken.recording.events, start=1) if event.kind == "write"}
    assert {at for at in written if at >= taken.ready} <= {at for at, _model in met}
