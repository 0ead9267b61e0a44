"""The tables of evidence: what is attached to what, a projection of the journal, and the bytes, which no journal holds."""

from __future__ import annotations

from peewee import BlobField, IntegerField, TextField

from casework.casebook.model_base import Table


class Attachment(Table):
    """A photo or file behind a visit, a check or a follow-up. A fact; its bytes are a blob."""

    id = TextField(primary_key=True)
    blob = TextField(index=True)
    original = TextField(index=True)
    subject_kind = TextField()
    subject_id = TextField()
    part = TextField(null=True)
    name = TextField()
    media = TextField()
    size = IntegerField()
    words = TextField(null=True)
    taken_at = TextField(null=True)
    added_at = TextField()
    worker_id = TextField()

    class Meta:
        indexes = ((("subject_kind", "subject_id"), False),)


class Blob(Table):
    """Bytes, found by their SHA-256 in hex, once however often they are attached. Not journalled: an attachment's op
    bears the hash, which proves them.

    `staged_at` stands while only an unfinished form holds them; the bytes come last, so that the rest is read without.
    """

    hash = TextField(primary_key=True)
    media = TextField()
    size = IntegerField()
    staged_at = TextField(null=True)
    data = BlobField()
