"""Evidence: photos and files behind visits, checks and follow-ups, and their bytes."""

from typing import Any

STATEMENTS = (
    (
        "CREATE TABLE blob (hash TEXT NOT NULL PRIMARY KEY, media TEXT NOT NULL, size INTEGER NOT NULL, "
        "staged_at TEXT, data BLOB NOT NULL)"
    ),
    (
        "CREATE TABLE attachment (id TEXT NOT NULL PRIMARY KEY, blob TEXT NOT NULL, original TEXT NOT NULL, "
        "subject_kind TEXT NOT NULL, subject_id TEXT NOT NULL, part TEXT, name TEXT NOT NULL, media TEXT NOT NULL, "
        "size INTEGER NOT NULL, words TEXT, taken_at TEXT, added_at TEXT NOT NULL, worker_id TEXT NOT NULL)"
    ),
    "CREATE INDEX attachment_blob ON attachment (blob)",
    "CREATE INDEX attachment_original ON attachment (original)",
    "CREATE INDEX attachment_subject_kind_subject_id ON attachment (subject_kind, subject_id)",
    "CREATE INDEX blob_staged_at ON blob (staged_at) WHERE staged_at IS NOT NULL",
)


def up(migrator: Any, db: Any) -> None:
    """Create the two tables; nothing that is there is touched."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
    db.execute_sql("PRAGMA user_version = 3")
