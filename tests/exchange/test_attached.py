"""Whatever is picked to be attached: it lies in the casebook whole and once, or a sentence says why it does not."""

from __future__ import annotations

import hashlib
import os
import socket
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from casework.casebook import blobs, doctor, evidence, visits
from casework.casebook.entries import AttachEntry, FileEntry
from casework.casebook.errors import Refused
from casework.catalog import shelf
from casework.exchange import attached
from casework.language import say, set_language
from tests import pictures as made
from tests.casebook.conftest import Neighbourhood

if TYPE_CHECKING:
    from pathlib import Path

    from casework.casebook.book import Casebook

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def here(book: Casebook) -> Neighbourhood:
    """A few doors."""
    return Neighbourhood(book, book.clock)


def there(here: Neighbourhood) -> list[tuple[str, int]]:
    return here.book.database.execute_sql("SELECT hash, size FROM blob").fetchall()


def refusal(here: Neighbourhood, path: Path, code: str = "zh_CN") -> str:
    """The sentence for a file that is not taken; nothing of it is kept."""
    with pytest.raises(Refused) as caught:
        attached.take(here.book, path)
    assert there(here) == []
    set_language(code)
    said = say(caught.value.phrase)
    set_language("zh_CN")
    return said


def test_a_photo_is_kept_small_and_its_hash_is_that_of_what_is_kept(here: Neighbourhood, tmp_path: Path) -> None:
    photo = made.phone_photo(tmp_path / "阀门.jpg")
    taken = attached.take(here.book, photo)
    assert taken.original == hashlib.sha256(photo.read_bytes()).hexdigest()
    assert taken.name == "阀门.jpg"
    assert taken.taken_at is not None
    kept = blobs.read(here.book, taken.blob)
    assert hashlib.sha256(kept).hexdigest() == taken.blob
    assert len(kept) == taken.size
    assert made.kept(kept).size == (1600, 1200)


def test_the_same_file_is_found_and_kept_once(here: Neighbourhood, tmp_path: Path) -> None:
    first = attached.take(here.book, made.phone_photo(tmp_path / "a.jpg"))
    again = attached.take(here.book, made.phone_photo(tmp_path / "another name.jpg"))
    assert again.blob == first.blob
    # The same photo with other words in it: another file, and the same picture.
    other = attached.take(here.book, made.save(tmp_path / "c.png", made.kept((tmp_path / "a.jpg").read_bytes()), "PNG"))
    assert other.original != first.original
    assert other.blob == first.blob
    assert len(there(here)) == 1


def test_what_was_attached_before_the_limits_changed_is_still_found(
    here: Neighbourhood, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = made.phone_photo(tmp_path / "a.jpg")
    first = attached.take(here.book, photo)
    visit = visits.no_answer(here.book, here.door)
    file = FileEntry(blob=first.blob, original=first.original, name=first.name, taken_at=first.taken_at)
    evidence.attach(here.book, AttachEntry(subject_kind="visit", subject_id=visit.subject_id, files=(file,)))
    own = tmp_path / "own"
    own.mkdir()
    (own / "parameters.toml").write_text(
        '[evidence_picture_side]\nlabel = { zh = "边", en = "Side" }\nvalue = 800\nunit = "pixels"\nsource = "own"\n'
        "effective = 2026-01-01\n",
        encoding="utf-8",
    )
    with monkeypatch.context() as patched:
        patched.setenv("CASEWORK_CATALOG", str(own))
        shelf.forget()
        again = attached.take(here.book, photo)
        assert (again.blob, again.taken_at) == (first.blob, first.taken_at)
        small = attached.take(here.book, made.phone_photo(tmp_path / "b.jpg", 2000, 1000))
        assert made.kept(blobs.read(here.book, small.blob)).size == (800, 400)
    shelf.forget()


def test_what_was_saved_from_the_casebook_is_found_and_not_shrunk_again(here: Neighbourhood, tmp_path: Path) -> None:
    first = attached.take(here.book, made.phone_photo(tmp_path / "a.jpg"))
    (tmp_path / "saved.jpg").write_bytes(blobs.read(here.book, first.blob))
    assert attached.take(here.book, tmp_path / "saved.jpg").blob == first.blob
    assert len(there(here)) == 1


def test_documents_are_kept_as_they_are(here: Neighbourhood, tmp_path: Path) -> None:
    for path, media in (
        (made.pdf(tmp_path / "回执.pdf"), "application/pdf"),
        (made.office(tmp_path / "a.docx", "word/document.xml"), WORD),
        (made.office(tmp_path / "b.xlsx", "xl/workbook.xml"), None),
    ):
        taken = attached.take(here.book, path)
        assert blobs.read(here.book, taken.blob) == path.read_bytes()
        assert taken.blob == taken.original
        assert media in (None, taken.media)


def test_a_file_is_what_it_holds_and_not_what_it_is_called(here: Neighbourhood, tmp_path: Path) -> None:
    path = made.office(tmp_path / "photo.jpg", "word/document.xml")
    assert attached.take(here.book, path).media == WORD
    photo = made.phone_photo(tmp_path / "a.pdf")
    assert attached.take(here.book, photo).media == "image/jpeg"


def test_no_picture_though_it_is_called_one(here: Neighbourhood, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_text("这不是照片", encoding="utf-8")
    assert "不是图片" in refusal(here, tmp_path / "a.jpg")
    assert "is none" in refusal(here, tmp_path / "a.jpg", "en")


def test_a_photo_that_was_not_copied_to_its_end(here: Neighbourhood, tmp_path: Path) -> None:
    photo = made.phone_photo(tmp_path / "a.jpg")
    photo.write_bytes(photo.read_bytes()[:5000])
    assert "不完整" in refusal(here, photo)


def test_an_empty_file(here: Neighbourhood, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    assert "空" in refusal(here, tmp_path / "a.jpg")


def test_a_file_of_200_megabytes_is_not_even_read(here: Neighbourhood, tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    with path.open("wb") as file:
        file.write(b"\xff\xd8\xff")
        file.truncate(200_000_000)
    said = refusal(here, path)
    assert "200.0 MB" in said
    assert "50.0 MB" in said


def test_a_document_has_a_limit_of_its_own(here: Neighbourhood, tmp_path: Path) -> None:
    said = refusal(here, made.pdf(tmp_path / "a.pdf", 25_000_000))
    assert "20.0 MB" in said


def test_a_picture_that_would_burst_the_laptop(here: Neighbourhood, tmp_path: Path) -> None:
    assert "像素" in refusal(here, made.bomb(tmp_path / "a.png"))


def test_a_folder(here: Neighbourhood, tmp_path: Path) -> None:
    (tmp_path / "照片.jpg").mkdir()
    assert "文件夹" in refusal(here, tmp_path / "照片.jpg")


@pytest.mark.skipif(sys.platform == "win32", reason="has none of these")
def test_what_is_no_ordinary_file_is_not_opened_and_nobody_waits(here: Neighbourhood, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.jpg")
    assert "不是普通文件" in refusal(here, tmp_path / "fifo.jpg")
    (tmp_path / "zero.jpg").symlink_to("/dev/zero")
    assert "不是普通文件" in refusal(here, tmp_path / "zero.jpg")
    (tmp_path / "loop.jpg").symlink_to(tmp_path / "loop.jpg")
    assert refusal(here, tmp_path / "loop.jpg")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s.jpg"))
        assert "不是普通文件" in refusal(here, tmp_path / "s.jpg")


def test_a_file_that_is_gone_by_then(here: Neighbourhood, tmp_path: Path) -> None:
    assert "不在" in refusal(here, tmp_path / "a.jpg")
    assert refusal(here, tmp_path / "a" / "b.jpg")
    assert refusal(here, tmp_path / ("长" * 300 + ".jpg"))
    assert refusal(here, tmp_path / "nul\0.jpg")


def test_a_file_that_is_gone_between_the_look_and_the_reading(
    here: Neighbourhood, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = made.phone_photo(tmp_path / "a.jpg")
    real = os.open

    def pulled_out(path: object, flags: int, *more: int) -> int:
        if str(path).endswith("a.jpg"):
            photo.unlink(missing_ok=True)
        return real(path, flags, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(attached.os, "open", pulled_out)
    assert "不在" in refusal(here, photo)


def test_a_stick_that_fails_while_it_is_read(
    here: Neighbourhood, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = made.phone_photo(tmp_path / "a.jpg")

    def broken(*_arguments: object) -> int:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(attached.os, "open", broken)
    assert "没能读完" in refusal(here, photo)


def test_a_file_that_may_not_be_read(here: Neighbourhood, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = made.phone_photo(tmp_path / "a.jpg")

    def forbidden(*_arguments: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(attached.os, "open", forbidden)
    assert "不允许" in refusal(here, photo)


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 400


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("IMG_0001.HEIC", HEIC, "HEIC"),
        ("sent as.jpg", HEIC, "HEIC"),
        ("empty inside.heic", b"x" * 50, "HEIC"),
        ("a.avif", b"\0\0\0\x1cftypavif" + b"\0" * 100, "AVIF"),
        ("film.mp4", b"\0\0\0\x20ftypisom" + b"\0" * 100, "视频"),
        ("drawing.svg", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        ("drawing.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "SVG"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "宏"),
        ("scan.tif", b"II*\0\x08\0\0\0", "TIFF"),
        ("archive.zip", b"PK\x03\x04" + b"\0" * 200, "能附的有"),
        ("program.exe", b"MZ" + b"\0" * 200, "能附的有"),
        ("noname", b"text", "能附的有"),
    ],
)
def test_kinds_that_are_not_taken_are_refused_with_the_reason(
    here: Neighbourhood, tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert said in refusal(here, path)
    assert "Nothing was attached" in refusal(here, path, "en")


def test_a_moving_picture_is_kept_with_a_word_about_it(here: Neighbourhood, tmp_path: Path) -> None:
    frames = [Image.new("RGB", (50, 50), colour) for colour in ("red", "green")]
    path = made.save(tmp_path / "a.gif", frames[0], "GIF", save_all=True, append_images=frames[1:])
    taken = attached.take(here.book, path)
    assert [("2" in say(note)) for note in taken.notes] == [True]
    assert taken.media == "image/jpeg"


@pytest.mark.parametrize("maker", ["CMYK", "alpha", "pixel"])
def test_unusual_pictures_are_taken(here: Neighbourhood, tmp_path: Path, maker: str) -> None:
    path = {
        "CMYK": lambda: made.save(tmp_path / "a.jpg", made.scene(40, 30).convert("CMYK"), "JPEG"),
        "alpha": lambda: made.png_with_words(tmp_path / "a.png"),
        "pixel": lambda: made.save(tmp_path / "a.png", Image.new("RGB", (1, 1)), "PNG"),
    }[maker]()
    assert attached.take(here.book, path).media == "image/jpeg"


@pytest.mark.skipif(sys.platform == "win32", reason="no such name can be given")
def test_a_name_with_terminal_codes_is_only_text(here: Neighbourhood, tmp_path: Path) -> None:
    named = tmp_path / "\x1b[2J\x07\u202egpj.exe\n.jpg"
    made.phone_photo(tmp_path / "a.jpg", 40, 30).rename(named)
    name = attached.take(here.book, named).name
    assert name.isprintable()
    assert not {"\x1b", "\x07", "\u202e", "\n"} & set(name)
    undecodable = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.jpg")
    made.phone_photo(tmp_path / "b.jpg", 40, 30).rename(undecodable)
    assert attached.take(here.book, type(tmp_path)(undecodable)).name.encode()


def test_a_camera_whose_clock_is_wrong_says_no_time(here: Neighbourhood, tmp_path: Path) -> None:
    here.clock.instant -= timedelta(days=300)
    assert attached.take(here.book, made.phone_photo(tmp_path / "a.jpg")).taken_at is None


def test_what_is_put_aside_for_a_form_is_whole(here: Neighbourhood, tmp_path: Path) -> None:
    attached.take(here.book, made.phone_photo(tmp_path / "a.jpg"))
    assert doctor.examine(here.book).findings == ()


STARTS = sorted(
    bytes(0 if byte is None else byte for byte in beginning.pattern)
    for kind in shelf.evidence_kinds().values()
    for beginning in kind.beginnings
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    start=st.sampled_from([b"", *STARTS]),
    data=st.binary(max_size=300),
    ending=st.sampled_from(["jpg", "docx", "", "x"]),
)
def test_whatever_a_file_holds_it_is_read_or_refused_with_a_sentence(
    here: Neighbourhood, tmp_path: Path, start: bytes, data: bytes, ending: str
) -> None:
    path = tmp_path / f"a.{ending}"
    path.write_bytes(start + data)
    try:
        taken = attached.take(here.book, path)
    except Refused as error:
        assert say(error.phrase)
    else:
        assert len(blobs.read(here.book, taken.blob)) == taken.size


def test_writing_out_never_writes_over(tmp_path: Path) -> None:
    out = tmp_path / "a.jpg"
    attached.write(b"photo", out)
    assert out.read_bytes() == b"photo"
    if os.name == "posix":
        assert out.stat().st_mode & 0o077 == 0
    for there in (out, tmp_path, tmp_path / "none" / "a.jpg"):
        with pytest.raises(Refused):
            attached.write(b"other", there)
    assert out.read_bytes() == b"photo"
