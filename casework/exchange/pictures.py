"""Pictures: shrunk to what is kept of them, cleared of place and camera, and drawn in characters.

Pillow is imported when a picture is there to be opened and not before. What a decoder makes of hostile bytes it may
say in any exception; all of them mean that the picture cannot be read.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, TypeVar

from casework.casebook.errors import Refused
from casework.domain import evidence
from casework.domain.phrase import N_, Phrase

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image as pillow

    from casework.domain.evidence import Limits

    Picture = pillow.Image

T = TypeVar("T")

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
"""What may be opened at all. Pillow knows forty more formats, which nobody photographs in; libtiff writes its
complaints over the screen.
"""

KEPT_MEDIA = "image/jpeg"
"""What is kept of every picture."""

_TAKEN, _TAKEN_OFFSET, _WRITTEN = 36867, 36881, 306
_EXIF = 0x8769

SHADES = " .:-=+*#%@"
"""From dark to light, in characters that every font and console has."""


@dataclass(frozen=True, slots=True)
class Shrunk:
    """What is kept of a picture: a JPEG without place, camera or words, upright. `pictures` is how many the file held."""

    data: bytes
    width: int
    height: int
    taken_at: datetime | None
    pictures: int


def shrink(data: bytes, name: str, limits: Limits) -> Shrunk:
    """Make of a picture's bytes what is kept of it. Of several pictures in one file the first is kept.

    The declared size is looked at before anything is unpacked. Transparent parts become white.

    Raises:
        Refused: it is no picture, is damaged, not whole, or has more pixels than can safely be opened.
    """
    from PIL import Image

    def work() -> Shrunk:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            wrong = evidence.too_many_pixels(name, *picture.size, limits)
            if wrong is not None:
                raise Refused(wrong)
            taken_at = _taken(picture)
            pictures = _count(picture)
            upright = _upright(_small(picture, limits.side))
            width, height = upright.size
            return Shrunk(_encoded(upright, limits.quality), width, height, taken_at, pictures)

    return _careful(work, name, limits)


def taken(data: bytes, name: str, limits: Limits) -> datetime | None:
    """When a picture says that it was taken; None where it does not say, or cannot be read."""
    from PIL import Image

    def work() -> datetime | None:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            return _taken(picture)

    try:
        return _careful(work, name, limits)
    except Refused:
        return None


def opened(data: bytes, limits: Limits) -> Picture:
    """A kept picture, to be shown. It may have come from another laptop: its size is looked at as any other's.

    Raises:
        Refused: it cannot be shown.
    """
    from PIL import Image

    def work() -> Picture:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            wrong = evidence.too_many_pixels("-", *picture.size, limits)
            if wrong is not None:
                raise Refused(wrong)
            return picture.convert("RGB")

    return _careful(work, "-", limits)


def shaded(picture: Picture, width: int, height: int) -> list[str]:
    """A picture as lines of characters, within so many cells; a cell is twice as high as it is wide."""
    from PIL import Image, ImageOps

    across, down = picture.size
    scale = min(width / across, height * 2 / down)
    cells = (max(1, min(width, round(across * scale))), max(1, min(height, round(down * scale / 2))))
    grey = ImageOps.autocontrast(picture.convert("L").resize(cells, Image.Resampling.BOX), cutoff=1)
    levels = grey.tobytes()
    signs = [SHADES[level * (len(SHADES) - 1) // 255] for level in levels]
    return ["".join(signs[row * cells[0] : (row + 1) * cells[0]]) for row in range(cells[1])]


def _careful(work: Callable[[], T], name: str, limits: Limits) -> T:
    from PIL import Image

    # Pillow's own guard as well: it holds for what is met while unpacking, such as the frames of an animation.
    Image.MAX_IMAGE_PIXELS = limits.pixels
    # What it has to say of a file's words would come out over the screen.
    warnings.filterwarnings("ignore", module=r"PIL\.")
    file = {"file": evidence.kept_name(name)}
    try:
        return work()
    except Refused:
        raise
    except Image.DecompressionBombError as error:
        said = N_("{file} has more pixels than can safely be opened. Nothing was attached.")
        raise Refused(Phrase(said, file)) from error
    except MemoryError as error:
        raise Refused(Phrase(N_("{file} is too large for this laptop. Nothing was attached."), file)) from error
    except Exception as error:
        said = N_("{file} is damaged or not whole: no picture can be read in it. Nothing was attached. Copy it again.")
        raise Refused(Phrase(said, file)) from error


def _count(picture: Any) -> int:
    """How many pictures a file holds; a phone's second view of the same photo does not count."""
    return 1 if picture.format == "MPO" else int(getattr(picture, "n_frames", 1))


def _small(picture: Any, side: int) -> Any:
    """The first picture, no larger than `side`, in a mode that can be kept."""
    from PIL import Image

    if picture.mode.startswith("I;16"):
        # Scanners write grey in sixteen bits; the upper eight are what a screen can show.
        picture = picture.point(lambda level: level / 256).convert("L")
    elif picture.mode in ("I", "F"):
        picture = _spread(picture)
    elif picture.mode in ("P", "PA", "La", "RGBa"):
        picture = picture.convert("RGBA")
    elif picture.mode == "1":
        picture = picture.convert("L")
    if max(picture.size) > side:
        # A JPEG is unpacked at an eighth, a quarter or half of its size where that is enough.
        picture.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return picture


def _spread(picture: Any) -> Any:
    """A picture of numbers without a fixed range, spread over the range that a screen has."""
    least, most = picture.getextrema()
    width = (most - least) or 1
    return picture.convert("F").point(lambda level: (level - least) * (255 / width)).convert("L")


def _upright(picture: Any) -> Any:
    """As it was held, in a new picture to which nothing of the old one's words clings."""
    from PIL import Image, ImageOps

    try:
        turned = ImageOps.exif_transpose(picture)
    except Exception:  # noqa: BLE001 - what the camera wrote cannot be read: the picture itself perhaps can
        turned = picture
    if turned.mode in ("RGBA", "LA"):
        turned = turned.convert("RGBA")
        clean = Image.new("RGB", turned.size, "white")
        clean.paste(turned, mask=turned.getchannel("A"))
        return clean
    mode = "L" if turned.mode == "L" else "RGB"
    clean = Image.new(mode, turned.size)
    clean.paste(turned if turned.mode == mode else turned.convert(mode))
    return clean


def _encoded(picture: Any, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def _taken(picture: Any) -> datetime | None:
    """The time on the camera's clock, from the words that are about to be cleared."""
    try:
        exif = picture.getexif()
        inner = exif.get_ifd(_EXIF)
        said = str(inner.get(_TAKEN) or exif.get(_WRITTEN) or "")
        moment = datetime.strptime(said.strip("\x00 ")[:19], "%Y:%m:%d %H:%M:%S")
        return _aware(moment, str(inner.get(_TAKEN_OFFSET) or ""))
    except Exception:  # noqa: BLE001 - no time, or one that nobody can read
        return None


def _aware(moment: datetime, offset: str) -> datetime:
    try:
        east = datetime.strptime(offset.strip("\x00 "), "%z").utcoffset()
    except ValueError:
        east = None
    if east is None or abs(east) > timedelta(hours=15):
        return moment.astimezone()
    return moment.replace(tzinfo=timezone(east))
