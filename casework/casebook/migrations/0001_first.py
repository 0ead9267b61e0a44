"""The first schema: journal, projections, due, search."""

from typing import Any

from casework.casebook.migrations import frozen_0001


def up(migrator: Any, db: Any) -> None:
    """Create every table of schema 1."""
    for statement in frozen_0001.STATEMENTS:
        db.execute_sql(statement)
    db.execute_sql("PRAGMA user_version = 1")
