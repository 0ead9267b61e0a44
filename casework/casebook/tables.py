"""What all tables of the casebook share: the database they are bound to, and a column for lists and dictionaries."""

from __future__ import annotations

import json
from typing import Any

from peewee import DatabaseProxy, Model, TextField

database = DatabaseProxy()


class JsonField(TextField):
    """A list or dictionary, kept as JSON text."""

    def db_value(self, value: Any) -> Any:
        """To the database."""
        return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def python_value(self, value: Any) -> Any:
        """From the database."""
        return None if value is None else json.loads(value)


class Table(Model):
    """What all tables share."""

    class Meta:
        database = database
        legacy_table_names = False
