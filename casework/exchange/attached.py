"""Files that are attached as evidence: looked at, read, recognised, made ready and put into the casebook.

What is handed in may be anything: a folder, a device, a stick that is pulled out halfway. Nothing is read that is not
an ordinary file of bounded size, and nothing is put aside unless all of it could be read.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from casework.casebook import blobs
from casework.casebook.errors import DiskFull, Refused
from casework.catalog import shelf
from casework.domain import evidence
from casework.domain.evidence import StagedFile, Treatment
from casework.domain.phrase import N_, Phrase

if TYPE_CHECKING:
    from datetime import datetime

    from casework.casebook.book import Casebook
    from casework.domain.evidence import Kind, Limits

_BLOCK = 1 << 20
_MOST_NAMES = 10_000
"""Names in a zip file that are looked through for what kind of document it is."""


@dataclass(frozen=True, slots=True)
class Original:
    """A file as it was handed in, of a kind that is taken. `digest` is its SHA-256 in hex."""

    name: str
    kind: Kind
    data: bytes
    digest: str


def limits() -> Limits:
    """How large evidence may be, from the catalog."""
    return evidence.limits({key: one.value for key, one in shelf.parameters().items()})


def take(book: Casebook, path: Path, part: str = "") -> StagedFile:
    """Read a file and put what is kept of it into the casebook, attached to nothing yet.

    A file that lies there already, as it is or as what was made of it, is found and not kept twice. Not for the
    screen's own thread: a large photo takes a second. `part` is the question of a check that it belongs to.

    Raises:
        Refused: it is not taken; the phrase says why.
        NotSaved: the casebook could not be written.
    """
    most = limits()
    original = read(Path(path), most)
    known = blobs.hold(book, original.digest)
    if known is not None:
        return StagedFile(known.blob, original.digest, original.name, known.media, known.size, "", known.taken_at, part)
    data, media, taken_at = original.data, original.kind.media, None
    notes: tuple[Phrase, ...] = ()
    if original.kind.treatment is Treatment.PICTURE:
        data, media, taken_at, notes = _cleared(original, most)
        if taken_at is not None and not evidence.taken_plausibly(taken_at, book.clock.now()):
            taken_at = None
    blob = blobs.stage(book, data, media)
    return StagedFile(blob, original.digest, original.name, media, len(data), "", taken_at, part, notes)


def _cleared(original: Original, most: Limits) -> tuple[bytes, str, datetime | None, tuple[Phrase, ...]]:
    from casework.exchange import pictures

    shrunk = pictures.shrink(original.data, original.name, most)
    notes: tuple[Phrase, ...] = ()
    if shrunk.pictures > 1:
        said = N_("{file} holds {n} pictures: only the first is kept.")
        notes = (Phrase(said, {"file": original.name, "n": shrunk.pictures}),)
    return shrunk.data, pictures.KEPT_MEDIA, shrunk.taken_at, notes


def read(path: Path, most: Limits) -> Original:
    """A file's bytes, if it is an ordinary file of a kind and size that is taken.

    Raises:
        Refused: it is not; the phrase says why.
    """
    name = evidence.kept_name(path.name or str(path))
    kinds = tuple(shelf.evidence_kinds().values())
    try:
        data = _bytes(path, name, most)
    except (OSError, ValueError) as error:
        raise Refused(_unreadable(name, error)) from error
    kind = evidence.recognise(kinds, name, data[: evidence.HEAD_BYTES], _inside(data))
    wrong = evidence.not_taken(kinds, name, kind)
    if kind is None or wrong is not None:
        raise Refused(wrong or Phrase(""))
    large = evidence.too_large(kind, name, len(data), most)
    if large is not None:
        raise Refused(large)
    return Original(name, kind, data, hashlib.sha256(data).hexdigest())


def _bytes(path: Path, name: str, most: Limits) -> bytes:
    # Looked at before it is opened: opening alone sets off some devices. And after, in case it was changed between.
    _ordinary(path.stat(), name)
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    handle = os.open(path, flags)
    with os.fdopen(handle, "rb", closefd=True) as file:
        size = _ordinary(os.fstat(file.fileno()), name)
        large = evidence.too_large_for_any(name, size, most)
        if large is not None:
            raise Refused(large)
        pieces = io.BytesIO()
        while piece := file.read(_BLOCK):
            pieces.write(piece)
            large = evidence.too_large_for_any(name, pieces.tell(), most)
            if large is not None:
                raise Refused(large)
    data = pieces.getvalue()
    if not data:
        raise Refused(Phrase(N_("{file} is empty. Nothing was attached. Copy it again."), {"file": name}))
    return data


def _ordinary(found: os.stat_result, name: str) -> int:
    """The size of an ordinary file.

    Raises:
        Refused: it is something else.
    """
    if stat.S_ISDIR(found.st_mode):
        raise Refused(Phrase(N_("{file} is a folder. Choose a file in it."), {"file": name}))
    if not stat.S_ISREG(found.st_mode):
        raise Refused(Phrase(N_("{file} is a device and no file. Nothing was attached."), {"file": name}))
    return found.st_size


def _unreadable(name: str, error: OSError | ValueError) -> Phrase:
    file = {"file": name}
    number = error.errno if isinstance(error, OSError) else errno.ENOENT
    if number in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG):
        said = N_("{file} is not there any more. Nothing was attached. Was the stick or the phone pulled out?")
        return Phrase(said, file)
    if isinstance(error, PermissionError):
        return Phrase(N_("{file} may not be read. Nothing was attached. Copy it to a folder of your own first."), file)
    if number == errno.ELOOP:
        return Phrase(N_("{file} leads to itself and to no file. Nothing was attached."), file)
    return Phrase(N_("{file} could not be read to its end. Nothing was attached. Copy it to this laptop first."), file)


def _inside(data: bytes) -> tuple[str, ...]:
    """The names in a zip file; nothing is unpacked. Of what is none, no names."""
    if not data.startswith(b"PK\x03\x04"):
        return ()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return tuple(packed.namelist()[:_MOST_NAMES])
    except Exception:  # noqa: BLE001 - a zip file that cannot be read is of no kind
        return ()


def writable(out: Path) -> None:
    """See to it that a file can be written there, before it is recorded that it was.

    Raises:
        Refused: something stands there, or there is no such folder.
    """
    if out.exists() or out.is_symlink():
        said = N_("There is already a file at {path}. It was left as it is.")
        raise Refused(Phrase(said, {"path": out.name or str(out)}))
    if not out.parent.is_dir():
        raise Refused(Phrase(N_("There is no such folder: {path}"), {"path": str(out.parent)}))


def write(data: bytes, out: Path) -> None:
    """Write evidence out as a plain file, readable by its owner only, where there is none yet.

    Raises:
        Refused: something stands there, or it cannot be written.
        DiskFull: no space is left; nothing is left of it.
    """
    writable(out)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(out, flags, 0o600)
    except OSError as error:
        raise (DiskFull() if error.errno == errno.ENOSPC else CannotBeWritten(out)) from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        out.unlink(missing_ok=True)
        raise (DiskFull() if error.errno == errno.ENOSPC else CannotBeWritten(out)) from error


class CannotBeWritten(Refused):
    """A place where nothing can be written; the casebook itself is as it was."""

    def __init__(self, out: Path) -> None:
        super().__init__(Phrase(N_("{path} cannot be written. Choose another folder."), {"path": out.name}))
