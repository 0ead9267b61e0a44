"""A photo is kept small, upright, and without a word about where and with what it was taken."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from casework.casebook.errors import Refused
from casework.domain.evidence import Limits
from casework.exchange import pictures
from casework.language import say, set_language
from tests import pictures as made

LIMITS = Limits(side=1600, quality=80, pixels=64_000_000, picture_bytes=50_000_000, file_bytes=20_000_000)


def shrunk(path: Path) -> pictures.Shrunk:
    return pictures.shrink(path.read_bytes(), path.name, LIMITS)


def test_nothing_of_place_camera_owner_or_words_is_kept(tmp_path: Path) -> None:
    photo = made.phone_photo(tmp_path / "a.jpg")
    before = photo.read_bytes()
    for secret in (
        b"P60-SECRET",
        b"SERIAL-SECRET",
        b"GPS-SECRET",
        b"CITY-SECRET",
        b"COMMENT-SECRET",
        b"PROFILE-SECRET",
    ):
        assert secret in before
    assert Image.open(photo).getexif().get_ifd(0x8825)[2] == made.PLACE
    kept = shrunk(photo).data
    assert b"SECRET" not in kept
    assert b"Exif" not in kept
    assert set(made.segments(kept)) <= made.SEGMENTS_OF_A_PICTURE
    assert not made.kept(kept).getexif()


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_the_other_kinds_lose_their_place_too(kind: str, tmp_path: Path) -> None:
    path = made.save(tmp_path / "a", made.scene(800, 600), kind, exif=made.phone_exif())
    assert b"P60-SECRET" in path.read_bytes()
    kept = shrunk(path).data
    assert set(made.segments(kept)) <= made.SEGMENTS_OF_A_PICTURE
    assert b"SECRET" not in kept


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_stands_as_it_was_held(orientation: int, kind: str, tmp_path: Path) -> None:
    path = made.save(tmp_path / "a", made.scene(2000, 1000), kind, exif=made.phone_exif(orientation))
    kept = made.kept(shrunk(path).data)
    assert kept.size == ((800, 1600) if orientation >= 5 else (1600, 800))
    corner = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}[orientation]
    width, height = kept.size
    red = kept.convert("RGB").getpixel((corner[0] * (width - 20) + 10, corner[1] * (height - 20) + 10))
    assert red[0] > 150 > red[2]


def test_the_longest_side_is_as_set_and_nothing_is_enlarged(tmp_path: Path) -> None:
    large = shrunk(made.phone_photo(tmp_path / "a.jpg", 4000, 1000))
    assert (large.width, large.height) == (1600, 400)
    assert len(large.data) < 400_000
    small = shrunk(made.phone_photo(tmp_path / "b.jpg", 400, 300))
    assert (small.width, small.height) == (400, 300)
    thread = shrunk(made.save(tmp_path / "c.png", Image.new("RGB", (9000, 1)), "PNG"))
    assert (thread.width, thread.height) == (1600, 1)


def test_the_cameras_time_is_read_before_it_is_cleared(tmp_path: Path) -> None:
    taken_at = shrunk(made.phone_photo(tmp_path / "a.jpg")).taken_at
    assert taken_at == datetime(2026, 5, 19, 16, 45, 10, tzinfo=timezone(timedelta(hours=8)))
    assert shrunk(made.save(tmp_path / "b.png", made.scene(20, 20), "PNG")).taken_at is None


@pytest.mark.parametrize("said", ["0000:00:00 00:00:00", "gestern", "2026:13:45 99:99:99", "", "\x00" * 19, "    "])
def test_a_time_that_nobody_can_read_is_no_time(said: str, tmp_path: Path) -> None:
    exif = made.phone_exif()
    exif[306] = said
    exif.get_ifd(0x8769)[36867] = said
    assert shrunk(made.save(tmp_path / "a.jpg", made.scene(40, 30), "JPEG", exif=exif)).taken_at is None


def test_what_is_transparent_becomes_white(tmp_path: Path) -> None:
    kept = made.kept(shrunk(made.png_with_words(tmp_path / "a.png")).data)
    assert min(kept.getpixel((280, 190))) > 245
    assert max(kept.getpixel((10, 10))) < 20
    assert b"SECRET" not in shrunk(made.png_with_words(tmp_path / "a.png")).data


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("CMYK", "JPEG"), ("L", "JPEG"), ("YCbCr", "JPEG"), ("1", "PNG"), ("P", "PNG"), ("LA", "PNG"), ("L", "PNG"),
        ("P", "GIF"), ("RGB", "BMP"), ("RGBA", "WEBP"), ("P", "BMP"),
    ],
)  # fmt: skip
def test_every_way_of_counting_colours_is_kept(mode: str, kind: str, tmp_path: Path) -> None:
    picture = made.scene(60, 40)
    path = made.save(tmp_path / "a", picture.convert(mode), kind)
    kept = made.kept(shrunk(path).data)
    assert kept.size == (60, 40)
    assert kept.mode in ("RGB", "L")
    if mode in ("CMYK", "YCbCr") or (mode, kind) == ("RGB", "BMP"):
        red, _green, blue = kept.convert("RGB").getpixel((5, 5))
        assert red > 150 > blue


def test_a_scan_in_sixteen_bits_keeps_its_greys(tmp_path: Path) -> None:
    scan = Image.new("I;16", (40, 10))
    for x in range(40):
        for y in range(10):
            scan.putpixel((x, y), x * 1600)
    kept = made.kept(shrunk(made.save(tmp_path / "a.png", scan, "PNG")).data)
    assert abs(kept.getpixel((20, 5)) - 125) < 10


def test_of_a_moving_picture_the_first_is_kept_and_it_is_known_how_many_there_were(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (50, 50), colour) for colour in ("red", "green", "blue")]
    path = made.save(tmp_path / "a.gif", frames[0], "GIF", save_all=True, append_images=frames[1:])
    found = shrunk(path)
    assert found.pictures == 3
    assert made.kept(found.data).getpixel((25, 25))[0] > 200


def test_a_single_pixel_is_a_picture(tmp_path: Path) -> None:
    found = shrunk(made.save(tmp_path / "a.png", Image.new("RGB", (1, 1), "red"), "PNG"))
    assert (found.width, found.height) == (1, 1)


def refused(path: Path) -> str:
    with pytest.raises(Refused) as caught:
        shrunk(path)
    set_language("zh_CN")
    return say(caught.value.phrase)


def test_half_a_photo_is_refused(tmp_path: Path) -> None:
    photo = made.phone_photo(tmp_path / "a.jpg")
    whole = photo.read_bytes()
    for part in (0.999, 0.9, 0.5, 0.1):
        photo.write_bytes(whole[: int(len(whole) * part)])
        assert "不完整" in refused(photo)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    assert "像素" in refused(made.bomb(tmp_path / "a.png"))
    assert "像素" in refused(made.bomb(tmp_path / "b.png", 9000, 9000))


def test_the_bomb_costs_no_memory(tmp_path: Path) -> None:
    bomb = made.bomb(tmp_path / "a.png")
    code = (
        "import resource, sys; from pathlib import Path\n"
        "resource.setrlimit(resource.RLIMIT_AS, (700 << 20, 700 << 20))\n"
        "from casework.exchange import pictures; from casework.domain.evidence import Limits\n"
        "from casework.casebook.errors import Refused\n"
        "try: pictures.shrink(Path(sys.argv[1]).read_bytes(), 'a', Limits(1600, 80, 64_000_000, 1, 1))\n"
        "except Refused as error: print('pixels' in error.phrase.text)"
    )
    told = subprocess.run([sys.executable, "-c", code, str(bomb)], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "True"


@pytest.mark.skipif(sys.platform == "win32", reason="has no such limit")
def test_the_largest_photo_that_is_taken_fits_into_a_small_laptop(tmp_path: Path) -> None:
    photo = made.save(tmp_path / "a.jpg", made.scene(9000, 7000), "JPEG", progressive=True)
    flat = made.save(tmp_path / "b.png", made.scene(9000, 7000).quantize(16), "PNG")
    code = (
        "import resource, sys; from pathlib import Path\n"
        "resource.setrlimit(resource.RLIMIT_AS, (1400 << 20, 1400 << 20))\n"
        "from casework.exchange import pictures; from casework.domain.evidence import Limits\n"
        "for name in sys.argv[1:]:\n"
        "    found = pictures.shrink(Path(name).read_bytes(), 'a', Limits(1600, 80, 64_000_000, 1, 1))\n"
        "    print(found.width, found.height)"
    )
    told = subprocess.run([sys.executable, "-c", code, photo, flat], capture_output=True, text=True, check=False)
    assert told.stdout.split() == ["1600", "1244"] * 2, told.stderr


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=400), start=st.sampled_from(["", "ffd8ff", "89504e470d0a1a0a", "47494638396101000100",
                                                           "424d", "52494646100000005745425056503820"]))  # fmt: skip
def test_no_bytes_whatever_end_in_anything_but_a_picture_or_a_sentence(data: bytes, start: str) -> None:
    try:
        found = pictures.shrink(bytes.fromhex(start) + data, "a.jpg", LIMITS)
    except Refused as error:
        assert say(error.phrase)
    else:
        assert made.kept(found.data).size == (found.width, found.height)


WHOLE = {kind: io.BytesIO() for kind in ("JPEG", "PNG", "WEBP", "GIF", "BMP")}
for _kind, _out in WHOLE.items():
    made.scene(40, 30).save(_out, _kind, **({} if _kind in ("GIF", "BMP") else {"exif": made.phone_exif(6)}))


@settings(max_examples=400, deadline=None)
@given(kind=st.sampled_from(sorted(WHOLE)), flips=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=8),
       cut=st.integers(1, 6000))  # fmt: skip
def test_no_damage_ends_in_anything_but_a_cleared_picture_or_a_sentence(
    kind: str, flips: list[tuple[int, int]], cut: int
) -> None:
    data = bytearray(WHOLE[kind].getvalue())[:cut]
    for at, value in flips:
        data[at % len(data)] = value
    try:
        found = pictures.shrink(bytes(data), "a", LIMITS)
    except Refused as error:
        assert say(error.phrase)
    else:
        assert set(made.segments(found.data)) <= made.SEGMENTS_OF_A_PICTURE
        assert b"SECRET" not in found.data
        pictures.taken(bytes(data), "a", LIMITS)


def test_a_picture_in_characters_fits_its_cells_and_needs_no_more_than_ascii() -> None:
    lines = pictures.shaded(made.scene(400, 300), 60, 20)
    assert len(lines) <= 20
    assert {len(line) for line in lines} == {max(len(line) for line in lines)}
    assert max(len(line) for line in lines) <= 60
    assert all(line.isascii() for line in lines)
    assert len({*"".join(lines)}) >= 3
    assert pictures.shaded(Image.new("RGB", (1, 1)), 60, 20)
    assert len(pictures.shaded(Image.new("RGB", (9000, 1)), 60, 20)) == 1
