"""The third schema: follow-ups with a clock, repeats, verification and promises; photos and files; lists of places.

Nothing that is there is touched: what older casebooks hold stays as it is. Indexes for lists are partial, so that a
closed case costs the open ones nothing.
"""

from typing import Any

from casework.casebook.migrations import frozen_0003


def up(migrator: Any, db: Any) -> None:
    """Add the columns, the tables of promises, photos and their bytes, and the indexes of the lists."""
    for statement in frozen_0003.STATEMENTS:
        db.execute_sql(statement)
    db.execute_sql("PRAGMA user_version = 3")
