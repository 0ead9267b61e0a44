"""What a hand-off sheet may tell, and the Word template that it is made from."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from casework.catalog import shelf

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from casework.domain.phrase import Label

TEMPLATES = "templates"
"""The folder of Word templates, beside the TOML files."""


@lru_cache(maxsize=1)
def fields() -> Mapping[str, Label]:
    """Every field that a sheet may have, with its name, in the order of the columns.

    Raises:
        CatalogError: a field without a name in both languages.
    """
    found: dict[str, Label] = {}
    for key, entry in _table()["fields"].items():
        try:
            found[key] = shelf.label(entry)
        except (KeyError, TypeError) as error:
            raise shelf.CatalogError("handoff.toml", f"fields.{key}", f"{error} is missing") from error
    return found


def wanted(department: str, category: str) -> tuple[str, ...]:
    """The fields that a department needs of a case of this category, in the order of the columns.

    Raises:
        CatalogError: one of the three lists names a field that there is not.
    """
    to, kind = shelf.departments().get(department), shelf.categories().get(category)
    known = fields()
    asked: set[str] = set()
    for file, entry, names in (
        ("handoff.toml", "everyone", _table()["everyone"]["fields"]),
        ("departments.toml", department, to.needs if to else ()),
        ("categories.toml", category, kind.needs if kind else ()),
    ):
        for name in names:
            if name not in known:
                raise shelf.CatalogError(file, entry, f"{name} is no field of handoff.toml")
            asked.add(name)
    return tuple(name for name in known if name in asked)


def template(language: str, name: str = "handoff") -> Path:
    """The Word template of a language: the user's own of the same name goes before the one that comes along."""
    name = f"{name}.docx" if language == "zh_CN" else f"{name}.{language}.docx"
    own = shelf.own_folder()
    for folder in (own / TEMPLATES, own) if own is not None else ():
        if (folder / name).is_file():
            return folder / name
    return shelf.HERE / TEMPLATES / name


def _table() -> Mapping[str, Any]:
    return shelf.table("handoff")


shelf.remembered(fields)
