"""Photos and files as people have them: from a phone with place and camera in them, from a scanner, broken, hostile."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

from PIL import Image, PngImagePlugin

if TYPE_CHECKING:
    from pathlib import Path

PLACE = (30.0, 35.0, 12.5)
"""The latitude in degrees, minutes and seconds that `phone_exif` writes."""

TAKEN = "2026:05:19 16:45:10"


def scene(width: int = 2400, height: int = 1800) -> Image.Image:
    """A picture whose upper left quarter is red, the rest blue and green: one sees which way up it is."""
    picture = Image.new("RGB", (width, height), (20, 60, 200))
    picture.paste((220, 20, 20), (0, 0, width // 2, height // 2))
    picture.paste((20, 160, 60), (width // 2, height // 2, width, height))
    return picture


def phone_exif(orientation: int = 1) -> Image.Exif:
    """What a phone writes into a photo: maker, model, serial number, owner, time, and the place."""
    exif = Image.Exif()
    exif[274] = orientation
    exif[271], exif[272], exif[305], exif[315] = "HUAWEI", "P60-SECRET", "FIRMWARE-SECRET", "李芳-SECRET".encode()
    exif[306] = TAKEN
    inner = exif.get_ifd(0x8769)
    inner[36867], inner[36881] = TAKEN, "+08:00"
    inner[42033] = "SERIAL-SECRET"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", PLACE, "E", (114.0, 18.0, 1.25)
    return exif


XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">GPS-SECRET</x:xmpmeta>'
IPTC = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x10\x1c\x02\x5a\x00\x0bCITY-SECRET"


def phone_photo(path: Path, width: int = 2400, height: int = 1800, orientation: int = 1) -> Path:
    """A JPEG as it comes from a phone: EXIF with the place, XMP, IPTC, a comment, a colour profile."""
    out = io.BytesIO()
    scene(width, height).save(
        out, "JPEG", quality=92, exif=phone_exif(orientation), comment=b"COMMENT-SECRET", xmp=XMP,
        icc_profile=b"PROFILE-SECRET" * 20,
    )  # fmt: skip
    data = out.getvalue()
    # Pillow writes no IPTC: the segment goes behind the start of the image.
    path.write_bytes(data[:2] + b"\xff\xed" + struct.pack(">H", len(IPTC) + 2) + IPTC + data[2:])
    return path


def save(path: Path, picture: Image.Image, kind: str, **options: Any) -> Path:
    """A picture in a file of a kind."""
    picture.save(path, kind, **options)
    return path


def png_with_words(path: Path) -> Path:
    """A PNG with an alpha channel, the place in EXIF, and texts."""
    picture = Image.new("RGBA", (300, 200), (255, 0, 0, 0))
    picture.paste((0, 0, 0, 255), (0, 0, 150, 100))
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "COMMENT-SECRET")
    info.add_itxt("XML:com.adobe.xmp", XMP.decode(), zip=True)
    picture.save(path, "PNG", pnginfo=info, exif=phone_exif())
    return path


def bomb(path: Path, width: int = 30_000, height: int = 30_000) -> Path:
    """A PNG of a few kilobytes that would be gigabytes when unpacked."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(b"\0" * (width * 3 + 1)) for _ in range(64)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))
    return path


def office(path: Path, inside: str) -> Path:
    """A zip file as Word and Excel write them."""
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr(inside, "<x/>")
    return path


def pdf(path: Path, size: int = 2000) -> Path:
    """A PDF of about so many bytes."""
    path.write_bytes(b"%PDF-1.7\n" + b"%" * size + b"\n%%EOF\n")
    return path


SEGMENTS_OF_A_PICTURE = {0xD8, 0xE0, 0xDB, 0xC0, 0xC1, 0xC2, 0xC4, 0xDA, 0xD9}
"""Start, JFIF, tables, frame, scan, end: nothing that could say where or with what."""


def segments(jpeg: bytes) -> list[int]:
    """The kinds of the segments of a JPEG up to its scan."""
    found, at = [0xD8], 2
    while at < len(jpeg):
        kind = jpeg[at + 1]
        found.append(kind)
        if kind == 0xDA:
            break
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return found


def kept(data: bytes) -> Image.Image:
    """The picture that is kept."""
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture
