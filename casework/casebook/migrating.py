"""The schema of the file: numbered scripts applied on open by `playhouse.migrations`, after a backup.

`PRAGMA user_version` holds the number of the newest script in the file, so that an up-to-date casebook opens
without importing the migration machinery.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from casework.casebook.errors import NewerCasebook

if TYPE_CHECKING:
    from casework.casebook.engine import Database

SCHEMA_VERSION = 4
SCRIPTS = Path(__file__).parent / "migrations"


def version(database: Database) -> int:
    """The schema version of an open file; 0 before the first script."""
    return int(database.execute_sql("PRAGMA user_version").first()[0])


def check(database: Database) -> bool:
    """Whether the file needs scripts to run.

    Raises:
        NewerCasebook: it was written by a newer version.
    """
    found = version(database)
    if found > SCHEMA_VERSION:
        raise NewerCasebook()
    return found < SCHEMA_VERSION


def migrate(database: Database) -> list[str]:
    """Run the pending scripts, each in a transaction of its own with the record of it. Returns their names."""
    from peewee import CharField, TextField
    from playhouse.migrations import Runner

    runner = Runner(database, directory=str(SCRIPTS), table_name="schema_migration")

    class History(database.Model):  # type: ignore[misc, name-defined]
        name = CharField(unique=True)
        # Text, because apsw binds no datetime.
        applied = TextField(default=lambda: datetime.now().astimezone().isoformat(timespec="seconds"))

        class Meta:
            legacy_table_names = False
            table_name = "schema_migration"

    runner.History = History
    return list(runner.up())
