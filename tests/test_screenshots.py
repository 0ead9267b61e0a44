"""The pictures in `screenshots/` show the app as it is: a stale one fails."""

from __future__ import annotations

import pytest

from tests.screenshots import FOLDER, LOOKS, SCENES, SHOWN, comparable, make

NAMES = [
    f"{scene.name}-{code}-{look}-{size[0]}x{size[1]}"
    for code in ("zh_CN", "en")
    for look, _theme, size in LOOKS
    for scene in SCENES
]
FEW = ("round-zh_CN-dark-80x24", "check-en-light-120x36", "visit-zh_CN-dark-120x36", "followups-en-dark-80x24")


def stale(names: tuple[str, ...] | list[str]) -> list[str]:
    """The pictures that differ from those kept."""
    made = make(lambda name: name in names)
    kept = {name: FOLDER / f"{name}.svg" for name in names}
    return [
        name
        for name in names
        if not kept[name].is_file() or comparable(kept[name].read_text(encoding="utf-8")) != comparable(made[name])
    ]


def test_every_scene_is_there_in_every_look() -> None:
    assert sorted(file.stem for file in FOLDER.glob("*.svg")) == sorted(NAMES)
    assert all((FOLDER / f"{name}.png").is_file() for name in SHOWN)


def test_some_of_them_are_fresh() -> None:
    assert stale(FEW) == [], "make them again: python -m tests.screenshots"


@pytest.mark.long
def test_all_of_them_are_fresh() -> None:
    assert stale(NAMES) == [], "make them again: python -m tests.screenshots"
