"""A casebook once written opens forever; the models and the scripts never drift apart."""

from __future__ import annotations

import importlib
import shutil
from pathlib import Path
from types import ModuleType

import pytest
from playhouse.apsw_ext import APSWDatabase

from casework.casebook import blobs, doctor, due, evidence, migrating, models, undo, visits
from casework.casebook.book import Casebook
from casework.casebook.entries import AttachEntry, FileEntry

FIXTURES = Path(__file__).parent / "fixtures"
"""One folder a released schema, each a casebook as that version left it; made by `python -m tests.casebook.write_fixture`."""


def shape(database: APSWDatabase) -> dict[str, list[tuple[object, ...]]]:
    """Every table with its columns."""
    tables = [
        row[0]
        for row in database.execute_sql(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search%' "
            "AND name NOT LIKE 'sqlite_%' AND name != 'schema_migration'"
        ).fetchall()
    ]
    found: dict[str, list[tuple[object, ...]]] = {}
    for table in tables:
        columns = database.execute_sql(f"PRAGMA table_info({table})").fetchall()
        found[table] = sorted((name, kind, bool(needed), bool(key)) for _n, name, kind, needed, _d, key in columns)
    return found


def scripts() -> dict[int, ModuleType]:
    """The scripts by number, first to newest."""
    found = sorted(file.stem for file in migrating.SCRIPTS.glob("[0-9]*.py"))
    return {int(name[:4]): importlib.import_module(f"casework.casebook.migrations.{name}") for name in found}


def indexes(database: APSWDatabase, partial: bool) -> set[tuple[str, str]]:
    """Every index as its table and its columns; those that hold part of a table only where they are asked for."""
    found = database.execute_sql(
        "SELECT tbl_name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    ).fetchall()
    return {
        (table, sql.replace('"', "").partition(" WHERE ")[0].rpartition("(")[2].strip())
        for table, sql in found
        if table != "schema_migration" and (partial or " WHERE " not in sql)
    }


def test_the_scripts_make_what_the_models_say() -> None:
    by_models = APSWDatabase(":memory:")
    with by_models.bind_ctx(models.TABLES):
        by_models.create_tables(models.TABLES)
    by_scripts = APSWDatabase(":memory:")
    for number, script in scripts().items():
        script.up(None, by_scripts)
        assert by_scripts.execute_sql("PRAGMA user_version").fetchall() == [(number,)]
    assert shape(by_scripts) == shape(by_models)
    # The models cannot say which part of a table an index holds.
    assert indexes(by_models, partial=True) <= indexes(by_scripts, partial=True)
    assert indexes(by_scripts, partial=False) <= indexes(by_models, partial=True)


def test_every_script_has_its_number_and_the_newest_is_the_schema_version() -> None:
    numbers = [int(file.name[:4]) for file in sorted(migrating.SCRIPTS.glob("[0-9]*.py"))]
    assert numbers == list(range(1, migrating.SCHEMA_VERSION + 1))


def test_every_schema_has_its_fixture() -> None:
    kept = sorted(folder.name for folder in FIXTURES.iterdir() if folder.is_dir() and folder.name.startswith("schema-"))
    assert kept == [f"schema-{n}" for n in range(1, migrating.SCHEMA_VERSION + 1)]


@pytest.mark.parametrize("schema", [f"schema-{n}" for n in range(1, migrating.SCHEMA_VERSION + 1)])
def test_a_casebook_of_every_schema_opens_and_can_be_worked_with(schema: str, tmp_path: Path, clock) -> None:
    shutil.copytree(FIXTURES / schema, tmp_path / schema)
    path = tmp_path / schema / "kept.casework"
    book = Casebook.open(path, None, clock)
    due.keep_up(book)
    assert book.found == ()
    assert doctor.examine(book).findings == ()
    counts = book.database.execute_sql(
        "SELECT (SELECT count(*) FROM visit), (SELECT count(*) FROM safety_check), (SELECT count(*) FROM followup), "
        "(SELECT count(*) FROM resident)"
    ).fetchall()[0]
    assert all(counts), counts
    household = book.database.execute_sql("SELECT id FROM household LIMIT 1").fetchall()[0][0]
    visits.no_answer(book, household)
    undo.undo_last(book)
    assert doctor.examine(book).findings == ()
    book.close()


def test_photos_can_be_attached_in_a_casebook_from_before_there_were_any(tmp_path: Path, clock) -> None:
    shutil.copytree(FIXTURES / "schema-1", tmp_path / "old")
    book = Casebook.open(tmp_path / "old" / "kept.casework", None, clock)
    due.keep_up(book)
    visit = book.database.execute_sql("SELECT id FROM visit LIMIT 1").fetchall()[0][0]
    file = FileEntry(blob=blobs.stage(book, b"photo", "image/jpeg"), original="0" * 64, name="a.jpg")
    evidence.attach(book, AttachEntry(subject_kind="visit", subject_id=visit, files=(file,)))
    assert doctor.examine(book).findings == ()
    undo.undo_last(book)
    assert doctor.examine(book).findings == ()
    book.close()


def test_an_upgrade_backs_up_first(tmp_path: Path, clock, monkeypatch) -> None:
    shutil.copytree(FIXTURES / "schema-1", tmp_path / "old")
    scripts = tmp_path / "scripts"
    shutil.copytree(migrating.SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    number = migrating.SCHEMA_VERSION + 1
    (scripts / f"{number:04d}_next.py").write_text(
        "def up(migrator, db):\n"
        "    db.execute_sql('ALTER TABLE household ADD COLUMN lift TEXT')\n"
        f"    db.execute_sql('PRAGMA user_version = {number}')\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(migrating, "SCRIPTS", scripts)
    monkeypatch.setattr(migrating, "SCHEMA_VERSION", number)
    path = tmp_path / "old" / "kept.casework"
    book = Casebook.open(path, None, clock)
    assert migrating.version(book.database) == number
    due.keep_up(book)
    assert doctor.examine(book).findings == ()
    book.close()
    assert [p.name for p in (tmp_path / "old" / "kept-backups").iterdir()] == ["kept-before-upgrade.caseworkbackup"]


def test_a_script_that_fails_leaves_the_casebook_as_it_was(tmp_path: Path, clock, monkeypatch) -> None:
    shutil.copytree(FIXTURES / "schema-1", tmp_path / "old")
    scripts = tmp_path / "scripts"
    shutil.copytree(migrating.SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    number = migrating.SCHEMA_VERSION + 1
    (scripts / f"{number:04d}_next.py").write_text(
        "def up(migrator, db):\n"
        "    db.execute_sql('ALTER TABLE household ADD COLUMN lift TEXT')\n"
        "    raise RuntimeError('half way')\n",
        encoding="utf-8",
    )
    path = tmp_path / "old" / "kept.casework"
    with monkeypatch.context() as patched:
        patched.setattr(migrating, "SCRIPTS", scripts)
        patched.setattr(migrating, "SCHEMA_VERSION", number)
        with pytest.raises(RuntimeError):
            Casebook.open(path, None, clock)
    book = Casebook.open(path, None, clock)
    due.keep_up(book)
    assert doctor.examine(book).findings == ()
    book.close()
