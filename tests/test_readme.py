"""The README says what is so: its keys are the app's keys, its pictures are there, its commands exist."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from casework.tui.actions import key_sheet

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"


def with_keys(text: str) -> str:
    """The README with the key sheets as the app has them."""
    for code in ("zh_CN", "en"):
        text = re.sub(
            rf"(<!-- keys:{code} -->\n).*?(<!-- /keys:{code} -->)",
            lambda found, code=code: found[1] + key_sheet(code).strip() + "\n" + found[2],
            text,
            flags=re.DOTALL,
        )
    return text


@pytest.mark.parametrize("code", ["zh_CN", "en"])
def test_the_keys_are_those_of_the_app(code: str) -> None:
    text = README.read_text(encoding="utf-8")
    assert with_keys(text) == text, "make it again: python -m tests.test_readme"


def test_the_pictures_are_there() -> None:
    named = re.findall(r"!\[[^]]*\]\((screenshots/[^)]+)\)", README.read_text(encoding="utf-8"))
    assert named
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_every_command_that_it_names_exists() -> None:
    from casework.commands.root import _register, root

    if not root.commands:
        _register()
    named = set(re.findall(r"`casework ([a-z]+)", README.read_text(encoding="utf-8")))
    assert named
    assert named <= set(root.commands)


def test_nothing_else_stands_at_the_top() -> None:
    import subprocess

    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.fail("not a checkout: git ls-files says nothing")
    top = {line.partition("/")[0] for line in listed.stdout.splitlines()}
    visible = {name for name in top if not name.startswith(".")}
    assert visible == {"pyproject.toml", "casework", "tests", "screenshots", "README.md"}


if __name__ == "__main__":
    README.write_text(with_keys(README.read_text(encoding="utf-8")), encoding="utf-8")
    sys.exit(0)
