"""The fourth schema: bookings and notices, rules of the worker's own, and campaigns.

Nothing that is there is touched.
"""

from typing import Any

from casework.casebook.migrations import frozen_0004


def up(migrator: Any, db: Any) -> None:
    """Create the tables."""
    for statement in frozen_0004.STATEMENTS:
        db.execute_sql(statement)
    db.execute_sql("PRAGMA user_version = 4")
