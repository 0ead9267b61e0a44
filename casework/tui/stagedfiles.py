"""The photos and files that a form holds: as its draft keeps them, as its save takes them, as they are said."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from casework.domain import evidence
from casework.domain.evidence import StagedFile
from casework.domain.phrase import N_, Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.casebook.book import Casebook
    from casework.casebook.entries import FileEntry


def entries(files: Sequence[StagedFile]) -> tuple[FileEntry, ...]:
    """The files as a save takes them."""
    from casework.casebook.entries import FileEntry

    return tuple(
        FileEntry(
            blob=one.blob, original=one.original, name=one.name, words=one.words, taken_at=one.taken_at, part=one.part
        )
        for one in files
    )


def packed(files: Sequence[StagedFile]) -> list[dict[str, Any]]:
    """The files as plain JSON values, for a draft."""
    return [
        {
            "blob": one.blob, "original": one.original, "name": one.name, "media": one.media, "size": one.size,
            "words": one.words, "taken_at": one.taken_at.isoformat() if one.taken_at else None, "part": one.part,
        }
        for one in files
    ]  # fmt: skip


def unpacked(kept: object) -> list[StagedFile]:
    """The files that `packed` gave; what cannot be read of them is left out."""
    found = []
    for one in kept if isinstance(kept, list) else ():
        try:
            taken = one.get("taken_at")
            found.append(
                StagedFile(
                    str(one["blob"]), str(one["original"]), str(one["name"]), str(one["media"]), int(one["size"]),
                    str(one.get("words") or ""), datetime.fromisoformat(taken) if taken else None,
                    str(one.get("part") or ""),
                )
            )  # fmt: skip
        except (AttributeError, KeyError, TypeError, ValueError):
            continue
    return found


def summary(files: Sequence[StagedFile]) -> Phrase | str:
    """What a form says of the files that it holds: how many, and the newest by name."""
    if not files:
        return ""
    said = {"n": len(files), "file": files[-1].name, "size": evidence.size_text(sum(one.size for one in files))}
    return Phrase(N_("Attached: {n} ({size}), the last {file}"), said)


def still_there(book: Casebook, files: Sequence[StagedFile]) -> list[StagedFile]:
    """Those whose bytes lie in the casebook."""
    if not files:
        return []
    from casework.casebook import blobs

    there = blobs.there(book, [one.blob for one in files])
    return [one for one in files if one.blob in there]
