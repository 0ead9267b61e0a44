"""Evidence: the photos and files behind a visit, a check or a follow-up. Which are taken, how large, how named.

A file is recognised by how it begins; its name is what somebody called it. A picture is shrunk and cleared of where
and with what it was taken; a document is kept as it is; what can do harm or cannot be cleared is refused with the
reason, which stands in the catalog.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from casework.domain.phrase import N_, Label, Phrase
from casework.domain.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime


class EvidenceSubject(StrEnum):
    """What evidence can stand behind."""

    VISIT = "visit"
    CHECK = "check"
    FOLLOWUP = "followup"


class Treatment(StrEnum):
    """What is done with a kind of file."""

    PICTURE = "picture"
    FILE = "file"
    REFUSE = "refuse"


HEAD_BYTES = 64
"""How much of a file's beginning tells its kind."""

LONGEST_NAME = 120
"""Characters of a file's name that are kept; its ending always is."""

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Beginning:
    """Bytes with which a file may begin; None stands for any byte."""

    pattern: tuple[int | None, ...]

    @classmethod
    def read(cls, text: str) -> Beginning:
        """From hex digits, two dots for any byte.

        Raises:
            ValueError: it is no such text.
        """
        if not text or len(text) % 2:
            raise ValueError(f"starts: {text!r} is not made of whole bytes")
        pairs = [text[at : at + 2] for at in range(0, len(text), 2)]
        if len(pairs) > HEAD_BYTES:
            raise ValueError(f"starts: {text!r} is longer than {HEAD_BYTES} bytes")
        return cls(tuple(None if pair == ".." else int(pair, 16) for pair in pairs))

    def fits(self, head: bytes) -> bool:
        """Whether a file that begins so is meant."""
        return len(head) >= len(self.pattern) and all(
            wanted is None or wanted == byte for wanted, byte in zip(self.pattern, head, strict=False)
        )


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file. `contains` is how a name inside a zip file begins, where the beginning tells only that it is
    one; `reason` says why it is refused.
    """

    key: str
    label: Label
    media: str
    treatment: Treatment
    endings: tuple[str, ...]
    beginnings: tuple[Beginning, ...]
    contains: str = ""
    reason: Label | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """How large evidence may be. `side` in pixels, `quality` of a JPEG, `pixels` and bytes of what is handed in."""

    side: int
    quality: int
    pixels: int
    picture_bytes: int
    file_bytes: int

    @property
    def most_bytes(self) -> int:
        """No file larger than this is read at all."""
        return max(self.picture_bytes, self.file_bytes)


def limits(numbers: Mapping[str, float]) -> Limits:
    """The limits from the catalog's parameters; a figure that would keep nothing or burst the laptop is held back.

    Raises:
        KeyError: a parameter is missing.
    """

    def within(key: str, least: float, most: float) -> int:
        return int(max(least, min(most, numbers[key])))

    return Limits(
        side=within("evidence_picture_side", 320, 4096),
        quality=within("evidence_picture_quality", 40, 95),
        pixels=within("evidence_picture_megapixels", 1, 120) * 1_000_000,
        picture_bytes=within("evidence_picture_megabytes", 1, 200) * MEGABYTE,
        file_bytes=within("evidence_file_megabytes", 1, 200) * MEGABYTE,
    )


def recognise(kinds: Iterable[Kind], name: str, head: bytes, inside: Iterable[str] = ()) -> Kind | None:
    """The kind of a file from its beginning; `inside` are the names in it, where it is a zip file.

    Where the beginning tells nothing, its name can only bring it a refusal, never an acceptance.
    """
    found = tuple(kinds)
    names = tuple(inside)
    for kind in found:
        if any(beginning.fits(head) for beginning in kind.beginnings) and (
            not kind.contains or any(one.startswith(kind.contains) for one in names)
        ):
            return kind
    ending = ending_of(name)
    return next((kind for kind in found if kind.treatment is Treatment.REFUSE and ending in kind.endings), None)


def ending_of(name: str) -> str:
    """The ending of a file's name, with its dot, in small letters; empty where there is none."""
    stem, dot, ending = name.rpartition(".")
    return f".{ending.lower()}" if dot and stem else ""


def named_like_a_picture(kinds: Iterable[Kind], name: str) -> bool:
    """Whether a file's name promises a picture."""
    ending = ending_of(name)
    return any(kind.treatment is Treatment.PICTURE and ending in kind.endings for kind in kinds)


def endings(kinds: Iterable[Kind]) -> tuple[str, ...]:
    """The endings of all kinds, the refused ones too: a photo that is not offered would only be looked for longer."""
    return tuple(dict.fromkeys(ending for kind in kinds for ending in kind.endings))


def too_large(kind: Kind, name: str, size: int, most: Limits) -> Phrase | None:
    """Why a file of that many bytes is not taken; None where it is."""
    limit = most.picture_bytes if kind.treatment is Treatment.PICTURE else most.file_bytes
    return _too_large(name, size, limit) if size > limit else None


def too_large_for_any(name: str, size: int, most: Limits) -> Phrase | None:
    """Why a file of that many bytes is not even opened; None where it is."""
    return _too_large(name, size, most.most_bytes) if size > most.most_bytes else None


def _too_large(name: str, size: int, limit: int) -> Phrase:
    return Phrase(
        N_("{file} is too large: {size}, at most {most}. Nothing was attached."),
        {"file": kept_name(name), "size": size_text(size), "most": size_text(limit)},
    )


def too_many_pixels(name: str, width: int, height: int, most: Limits) -> Phrase | None:
    """Why a picture of that size is not opened; None where it is."""
    if width * height <= most.pixels:
        return None
    return Phrase(
        N_(
            "{file} has {width} x {height} pixels, more than can safely be opened ({most} million). "
            "Nothing was attached."
        ),
        {"file": kept_name(name), "width": width, "height": height, "most": most.pixels // 1_000_000},
    )


def not_taken(kinds: Iterable[Kind], name: str, kind: Kind | None) -> Phrase | None:
    """Why a file of that kind is not taken; None where it is."""
    found = tuple(kinds)
    if kind is not None and kind.treatment is not Treatment.REFUSE:
        return None
    if kind is not None and kind.reason is not None:
        return Phrase(N_("{file}: {reason} Nothing was attached."), {"file": kept_name(name), "reason": kind.reason})
    if named_like_a_picture(found, name):
        return Phrase(
            N_(
                "{file} is named like a picture and is none. Nothing was attached. Look at it on the phone, copy it again."
            ),
            {"file": kept_name(name)},
        )
    return Phrase(
        N_(
            "{file} is of no kind that can be kept. Nothing was attached. "
            "Photos (JPEG, PNG, WebP), PDF, Word and Excel files can be."
        ),
        {"file": kept_name(name)},
    )


def kept_name(name: str) -> str:
    """A file's name as it is kept and shown: one line, no terminal codes, no folder, not longer than is of use."""
    line = plain(name.replace("\\", "/").rpartition("/")[2]).strip() or "-"
    if len(line) <= LONGEST_NAME:
        return line
    ending = ending_of(line)
    ending = ending if len(ending) <= 12 else ""
    return line[: LONGEST_NAME - len(ending) - 1] + "…" + ending


def size_text(size: int) -> str:
    """A number of bytes as people read it: `340 kB`, `12.5 MB`."""
    if size < 1000:
        return f"{size} B"
    if size < MEGABYTE:
        return f"{size / 1000:.0f} kB"
    return f"{size / MEGABYTE:,.1f} MB"


def ending_for(kinds: Iterable[Kind], media: str) -> str:
    """The ending under which a program opens a kind of file; empty for one that is not known."""
    return next((kind.endings[0] for kind in kinds if kind.media == media and kind.endings), "")


def taken_plausibly(taken_at: datetime, now: datetime) -> bool:
    """Whether a camera's clock can be believed: not before digital cameras, not tomorrow."""
    return taken_at.year >= 1995 and (taken_at - now).total_seconds() < 24 * 3600


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A photo or file that lies in the casebook and is attached to nothing yet: a form holds it until it is saved.

    `blob` is the hash of what is kept, `original` of what was handed in; `part` is the question of a check that it
    belongs to. `notes` are what was done with it that the worker should know.
    """

    blob: str
    original: str
    name: str
    media: str
    size: int
    words: str = ""
    taken_at: datetime | None = None
    part: str = ""
    notes: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A photo or file as it stands behind a record. `size` in bytes as it is kept."""

    id: str
    blob: str
    subject_kind: EvidenceSubject
    subject_id: str
    name: str
    media: str
    size: int
    words: str
    part: str
    taken_at: datetime | None
    added_at: datetime
    worker_id: str
