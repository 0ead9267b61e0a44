"""Indexes for the list of places: a page of it in walking order, of one kind or all, and the cases of a place."""

from typing import Any

STATEMENTS = (
    "CREATE INDEX IF NOT EXISTS place_grid_id_walk_order_name_id ON place (grid_id, walk_order, name, id)",
    "CREATE INDEX IF NOT EXISTS place_kind_grid_id_walk_order_name_id ON place (kind, grid_id, walk_order, name, id)",
    "CREATE INDEX IF NOT EXISTS followup_place_id ON followup (place_id) WHERE place_id IS NOT NULL",
)


def up(migrator: Any, db: Any) -> None:
    """Make the indexes of schema 2."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
    db.execute_sql("PRAGMA user_version = 2")
