"""Commands for evidence: attach photos and files, list what is attached, save it to a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.casebook import blobs as stored
from casework.casebook import evidence as kept
from casework.commands.logging import ACTION, entry
from casework.commands.root import warn
from casework.domain.evidence import size_text
from casework.domain.text import plain
from casework.language import _

if TYPE_CHECKING:
    from casework.casebook.book import Casebook
    from casework.commands.root import Session
    from casework.domain.evidence import Attachment, StagedFile

PATH = click.Path(path_type=Path)


@click.group()
def evidence() -> None:
    """Photos and files behind a visit, a check or a follow-up."""


@evidence.command()
@click.argument("subject")
@click.argument("files", nargs=-1, required=True, type=PATH)
@click.option("--words", default="", help="What they show.")
@click.option("--question", default="", help="The question of a check that they belong to.")
@ACTION
@click.pass_obj
def attach(
    session: Session, subject: str, files: tuple[Path, ...], words: str, question: str, action: str | None
) -> None:
    """Attach FILES to SUBJECT: the id of a visit, check or follow-up, or a follow-up's number.

    Photos are shrunk and cleared of place and camera. If one of the files cannot be taken, none is attached.
    """
    from casework.casebook.entries import AttachEntry, FileEntry

    with session.book() as book:
        kind, subject_id = kept.subject_of(book, subject)
        staged = _take(book, files, question)
        try:
            made = [
                entry(FileEntry, blob=one.blob, original=one.original, name=one.name, words=words,
                      taken_at=one.taken_at, part=one.part)
                for one in staged
            ]  # fmt: skip
            given = entry(AttachEntry, subject_kind=kind, subject_id=subject_id, files=tuple(made))
            receipt = kept.attach(book, given, action)
        finally:
            stored.unstage(book, [one.blob for one in staged])
        for note in (note for one in staged for note in one.notes):
            warn(note)
        blobs = {one.blob for one in staged}
        attached = [one for one in kept.of_subject(book, kind, subject_id) if one.blob in blobs]
        session.receipt(receipt, {"attachments": [_said(one) for one in attached]})


def _take(book: Casebook, files: tuple[Path, ...], question: str) -> list[StagedFile]:
    """All of the files, one at a time, or none."""
    from casework.exchange import attached

    staged: list[StagedFile] = []
    try:
        for file in files:
            staged.append(attached.take(book, file, question))
    except BaseException:
        stored.unstage(book, [one.blob for one in staged])
        raise
    return staged


@evidence.command("list")
@click.argument("subject")
@click.pass_obj
def list_(session: Session, subject: str) -> None:
    """What is attached to SUBJECT: the id of a visit, check or follow-up, or a follow-up's number.

    A follow-up's list holds what shows its hazard in the check, too.
    """
    with session.book() as book:
        found = kept.behind(book, *kept.subject_of(book, subject))
    session.show(
        [_said(one) for one in found],
        [plain(f"{one.id}  {one.added_at:%Y-%m-%d %H:%M}  {size_text(one.size)}  {one.name}  {one.words}") for one in found]
        or [_("Nothing is attached.")],
    )  # fmt: skip


@evidence.command()
@click.argument("attachment_id", metavar="ID")
@click.argument("out", type=PATH)
@click.pass_obj
def save(session: Session, attachment_id: str, out: Path) -> None:
    """Save an attachment to the file OUT, which is not encrypted; that it left the casebook is recorded."""
    from casework.exchange import attached

    with session.book() as book:
        attached.writable(out)
        found, data = kept.take_out(book, attachment_id)
        attached.write(data, out)
    session.show(
        {**_said(found), "path": out},
        [_("{file} saved to {path}. It is not encrypted there.", file=plain(found.name), path=plain(str(out)))],
    )


@evidence.command()
@click.argument("attachment_id", metavar="ID")
@ACTION
@click.pass_obj
def remove(session: Session, attachment_id: str, action: str | None) -> None:
    """Take an attachment off its record; `casework undo` attaches it again."""
    with session.book() as book:
        session.receipt(kept.remove(book, attachment_id, action))


def _said(one: Attachment) -> dict[str, Any]:
    return {
        "id": one.id,
        "subject_kind": one.subject_kind.value,
        "subject": one.subject_id,
        "name": one.name,
        "media": one.media,
        "size": one.size,
        "words": one.words,
        "question": one.part or None,
        "taken_at": one.taken_at,
        "added_at": one.added_at,
        "sha256": one.blob,
    }


COMMANDS = (evidence,)
