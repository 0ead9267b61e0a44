"""What a check came to: whether too little was looked at for it to count as done.

Checks that are older than this count as done: the checklist by which they were filled is not kept.
"""

from typing import Any


def up(migrator: Any, db: Any) -> None:
    """Add the column."""
    db.execute_sql("ALTER TABLE safety_check ADD COLUMN partial INTEGER")
    db.execute_sql("PRAGMA user_version = 2")
