"""What can go wrong with a casebook, said for the person who holds the laptop.

    CasebookError                  exit 1
    ├── WrongUse                   exit 2   the request itself makes no sense
    │   ├── NotFound               exit 2   no such record
    │   └── Refused                exit 2   a rule says no
    │       └── AlreadyThere       exit 2   it is in the casebook already: it can be gone to
    ├── Locked                     exit 3   no passphrase given
    │   └── WrongSecret            exit 3   wrong passphrase or recovery key
    ├── Damaged                    exit 4   not a casebook, or a broken one
    │   └── NewerCasebook          exit 4   written by a newer version
    └── NotSaved                   exit 1   the write failed; nothing of it is in the casebook
        ├── ReadOnly               exit 1
        └── DiskFull               exit 1

Each carries a `Phrase`: what happened, what it means for the data, what can be done now.
"""

from __future__ import annotations

from casework.domain.phrase import N_, Phrase


class CasebookError(Exception):
    """Something that the worker must be told, in one clear sentence or two."""

    exit_code = 1

    def __init__(self, phrase: Phrase) -> None:
        super().__init__(phrase.text)
        self.phrase = phrase


class WrongUse(CasebookError):
    """The request makes no sense as it stands."""

    exit_code = 2


class NotFound(WrongUse):
    """No such record."""


class Refused(WrongUse):
    """A rule of the work says no; the phrase says which."""


class AlreadyThere(Refused):
    """What was to be added stands in the casebook already. `kind` and `id` say where; `household_id` behind which door."""

    def __init__(self, phrase: Phrase, kind: str, eid: str, household_id: str | None = None) -> None:
        super().__init__(phrase)
        self.kind = kind
        self.id = eid
        self.household_id = household_id


class Locked(CasebookError):
    """The casebook needs a passphrase and none was given."""

    exit_code = 3

    def __init__(self, phrase: Phrase | None = None) -> None:
        super().__init__(phrase or Phrase(N_("This casebook is locked. Give the passphrase to open it.")))


class WrongSecret(Locked):
    """The passphrase or the recovery key opens no key of this casebook."""

    def __init__(self) -> None:
        super().__init__(Phrase(N_("That passphrase does not open this casebook. Nothing was changed. Try again.")))


class Damaged(CasebookError):
    """The file is not a casebook, or it is broken; it was left as it is."""

    exit_code = 4


class NewerCasebook(Damaged):
    """The file was written by a newer version of casework."""

    def __init__(self) -> None:
        super().__init__(
            Phrase(
                N_(
                    "A newer version of casework wrote this casebook. It was left as it is. "
                    "Install the newer version to open it."
                )
            )
        )


class NotSaved(CasebookError):
    """The save failed. The form still has everything; the same save may be tried again."""

    def __init__(self, phrase: Phrase | None = None) -> None:
        super().__init__(
            phrase or Phrase(N_("NOT saved: the disk reported an error. What you typed is still here. Try again."))
        )


class ReadOnly(NotSaved):
    """The file or its folder cannot be written."""

    def __init__(self) -> None:
        super().__init__(
            Phrase(
                N_(
                    "The casebook cannot be written: its file or folder is read-only. "
                    "It was left as it is. Make it writable, or copy it to another folder."
                )
            )
        )


class DiskFull(NotSaved):
    """No space is left for the write."""

    def __init__(self) -> None:
        super().__init__(
            Phrase(
                N_("NOT saved: the disk is full. Everything saved before is safe. Free some space, then save again.")
            )
        )
