"""Photos and files from the command line, as a script attaches and fetches them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from tests import pictures as made

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Answer


@pytest.fixture
def visit(register: Callable[..., Answer]) -> str:
    """The id of a visit."""
    door = register("due", "--all", "--json", "--on", "2027-06-01").data[0]["household"]
    return str(register("visit", door, "no_answer", "--json").data["id"])


def test_a_photo_is_attached_listed_and_saved_again(register, visit: str, tmp_path: Path) -> None:
    photo = made.phone_photo(tmp_path / "阀门.jpg")
    done = register("evidence", "attach", visit, photo, made.pdf(tmp_path / "b.pdf"), "--words", "旧软管", "--json")
    assert done.code == 0, done.err
    assert done.data["verb"] == "evidence.attach"
    assert [one["name"] for one in done.data["attachments"]] == ["阀门.jpg", "b.pdf"]
    first, second = register("evidence", "list", visit, "--json").data
    assert set(first) == {
        "id", "subject_kind", "subject", "name", "media", "size", "words", "question", "taken_at", "added_at", "sha256",
    }  # fmt: skip
    assert (first["media"], first["words"], second["media"]) == ("image/jpeg", "旧软管", "application/pdf")
    out = tmp_path / "out.jpg"
    saved = register("evidence", "save", first["id"], out, "--json")
    assert saved.data["path"] == str(out)
    assert hashlib.sha256(out.read_bytes()).hexdigest() == first["sha256"]
    assert b"SECRET" not in out.read_bytes()
    assert "not encrypted" in register("evidence", "save", second["id"], tmp_path / "out.pdf").out
    assert (tmp_path / "out.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    assert register("doctor").code == 0


def test_if_one_cannot_be_taken_none_is_attached(register, visit: str, tmp_path: Path) -> None:
    (tmp_path / "b.jpg").write_text("none")
    done = register("evidence", "attach", visit, made.phone_photo(tmp_path / "a.jpg"), tmp_path / "b.jpg")
    assert done.code == 2
    assert "b.jpg" in done.err
    assert "Nothing was attached" in done.err
    assert register("evidence", "list", visit, "--json").data == []
    assert register("doctor").code == 0


def test_the_same_action_again_attaches_nothing_twice(register, visit: str, tmp_path: Path) -> None:
    photo = made.phone_photo(tmp_path / "a.jpg")
    for _ in range(2):
        assert register("evidence", "attach", visit, photo, "--action", "a" * 32).code == 0
    assert len(register("evidence", "list", visit, "--json").data) == 1
    assert register("undo").code == 0
    assert register("evidence", "list", visit, "--json").data == []


def test_it_is_taken_off_and_put_back(register, visit: str, tmp_path: Path) -> None:
    register("evidence", "attach", visit, made.phone_photo(tmp_path / "a.jpg"))
    (one,) = register("evidence", "list", visit, "--json").data
    assert register("evidence", "remove", one["id"]).code == 0
    assert "Nothing is attached" in register("evidence", "list", visit).out
    register("undo")
    assert "a.jpg" in register("evidence", "list", visit).out


def test_a_follow_up_is_named_by_its_number(register, tmp_path: Path) -> None:
    door = register("due", "--all", "--json", "--on", "2027-06-01").data[0]["household"]
    register("followup", "open", door, "noise", "烧烤店")
    number = register("followups", "--json").data[0]["number"]
    assert register("evidence", "attach", number, made.phone_photo(tmp_path / "a.jpg")).code == 0
    assert register("evidence", "list", number, "--json").data[0]["subject_kind"] == "followup"


def test_wrong_use_is_said(register, visit: str, tmp_path: Path) -> None:
    photo = made.phone_photo(tmp_path / "a.jpg")
    assert register("evidence", "attach", "f" * 32, photo).code == 2
    assert register("evidence", "list", "nothing").code == 2
    assert register("evidence", "save", "f" * 32, tmp_path / "x.jpg").code == 2
    register("evidence", "attach", visit, photo)
    (one,) = register("evidence", "list", visit, "--json").data
    before = photo.read_bytes()
    for there in (photo, tmp_path, tmp_path / "none" / "x.jpg"):
        assert register("evidence", "save", one["id"], there).code == 2
    assert photo.read_bytes() == before
    said = register("evidence", "attach", visit, tmp_path / "gone.jpg")
    assert (said.code, "not there" in said.err) == (2, True)


def test_of_a_moving_picture_it_is_said_that_one_is_kept(register, visit: str, tmp_path: Path) -> None:
    frames = [made.scene(30, 20), made.scene(30, 20).rotate(180)]
    path = made.save(tmp_path / "a.gif", frames[0], "GIF", save_all=True, append_images=frames[1:])
    done = register("evidence", "attach", visit, path, "--json")
    assert done.code == 0
    assert "only the first" in done.err
