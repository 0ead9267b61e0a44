"""A file that leaves the laptop: it appears whole, for its owner alone, and never in place of another unasked."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from typing import TYPE_CHECKING

from casework.casebook.errors import DiskFull, NotSaved, WrongUse
from casework.domain.phrase import N_, Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


class Release:
    """Puts finished content in its place when called, within `prepared`.

    Raises:
        WrongUse: the file is there already and is not to be replaced.
    """

    def __init__(self, out: Path, *, replace: bool = False) -> None:
        self.out = out
        self._replace = replace
        self._part = out.with_name(f".{out.name}.{secrets.token_hex(4)}.part")
        self._out_there = False
        self._see()

    def _see(self) -> None:
        if self.out.is_dir():
            raise WrongUse(Phrase(N_("{file} is a folder: name a file in it."), {"file": str(self.out)}))
        if self.out.exists() and not self._replace:
            raise WrongUse(
                Phrase(
                    N_("{file} is there already and was left as it is. Name another file, or say that it is replaced."),
                    {"file": str(self.out)},
                )
            )

    @contextlib.contextmanager
    def prepared(self, content: bytes) -> Iterator[None]:
        """The content lies beside its place meanwhile. Whatever fails, nothing of it is left.

        Raises:
            NotSaved: it could not be written.
        """
        try:
            with open(self._part, "xb", opener=_for_its_owner) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            yield
        except OSError as error:
            self._take_back()
            raise self._failed(error) from error
        except BaseException:
            self._take_back()
            raise
        finally:
            with contextlib.suppress(OSError):
                self._part.unlink(missing_ok=True)

    def __call__(self) -> None:
        """Put it in its place."""
        try:
            self._see()
            os.replace(self._part, self.out)
        except OSError as error:
            raise self._failed(error) from error
        self._out_there = True

    def _take_back(self) -> None:
        if self._out_there:
            with contextlib.suppress(OSError):
                self.out.unlink()

    def _failed(self, error: OSError) -> NotSaved:
        if error.errno == errno.ENOSPC:
            return DiskFull()
        return NotSaved(
            Phrase(
                N_("{file} cannot be written there: close it in the other program, or choose another place."),
                {"file": str(self.out)},
            )
        )
