"""The command line, called as a script calls it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from casework import cli, language

SAMPLES = Path(__file__).parents[1] / "exchange" / "samples"


@dataclass
class Answer:
    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CASEWORK_LANG", "en")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in ("CASEWORK_DB", "CASEWORK_PASSPHRASE_FILE", "CASEWORK_CATALOG"):
        monkeypatch.delenv(name, raising=False)
    yield tmp_path / "mine.casework"
    language.set_language("zh_CN")


@pytest.fixture
def casework(db: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    def run(*arguments: object) -> Answer:
        capsys.readouterr()
        code = cli.main(["--db", str(db), *map(str, arguments)])
        said = capsys.readouterr()
        return Answer(code, said.out, said.err)

    return run


@pytest.fixture
def register(casework: Callable[..., Answer], tmp_path: Path) -> Callable[..., Answer]:
    """The command line on a casebook with the messy sample roster in it."""
    assert casework("init", "--community", "满春社区", "--worker", "李芳", "--open").code == 0
    casework("import", "roster", SAMPLES / "messy.xlsx", "--rejects", tmp_path / "rejects.xlsx")
    return casework
