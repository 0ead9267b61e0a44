"""What a check came to: whether too little was looked at for it to count as done, and its hazards in their own words.

Checks that are older than this count as done, and their hazards are named by the question: the checklist by which
they were filled is not kept.
"""

from typing import Any


def up(migrator: Any, db: Any) -> None:
    """Add the columns."""
    db.execute_sql("ALTER TABLE safety_check ADD COLUMN partial INTEGER")
    db.execute_sql("ALTER TABLE hazard ADD COLUMN title TEXT")
    db.execute_sql("ALTER TABLE hazard ADD COLUMN title_en TEXT")
    db.execute_sql("PRAGMA user_version = 2")
