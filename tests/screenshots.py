"""The pictures of the app, made from the demo by one command: `python -m tests.screenshots`.

SVG of every scene in both languages, dark at 120x36, light at 120x36, dark at 80x24; PNG beside those that the README
shows (Debian's librsvg2-bin and fonts-noto-cjk). A test fails when a picture is stale.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework import language
from casework.casebook.book import Casebook
from casework.casebook.clock import FrozenClock
from casework.demo.build import build
from casework.tui.app import CaseworkApp
from casework.tui.themes import DARK, LIGHT
from casework.tui.widgets.rulepreview import PreviewPane

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "screenshots"
TODAY = date(2026, 5, 20)
NOW = datetime.fromisoformat("2026-05-20T09:30:00+08:00")
LOOKS = (("dark", DARK, (120, 36)), ("light", LIGHT, (120, 36)), ("dark", DARK, (80, 24)))
SHOWN = (
    "round-zh_CN-dark-120x36", "round-en-light-120x36", "stairwell-zh_CN-dark-120x36",
    "campaign-chart-zh_CN-dark-120x36", "campaign-en-light-120x36",
)  # fmt: skip
"""Those that the README shows, as PNG too."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture: the keys that lead there from the round."""

    name: str
    keys: tuple[str, ...]


SCENES = (
    Scene("round", ()),
    Scene("planner", ("p", "space", "down", "space", "n", *"12", "enter")),
    Scene("walk", ("p", "space", "down", "space", "n", *"12", "enter", "ctrl+s", "down", "m", "n")),
    Scene("left-out", ("p", "n", *"3h", "enter", "ctrl+s", "x")),
    Scene("stairwell", ("down", "s")),
    Scene("household", ("enter",)),
    Scene("visit", ("v",)),
    Scene("no-answer", ("n",)),
    Scene("check", ("c", "1")),
    Scene("leak", ("ctrl+g",)),
    Scene("followups", ("3",)),
    Scene("followup", ("3", "enter")),
    Scene("followups-board", ("3", "tab")),
    Scene("followup-steps", ("3", "down", "down", "full_stop")),
    Scene("followups-matrix", ("3", "f5")),
    Scene("followup-form", ("f", "8")),
    Scene("followup-repeats", ("slash", *"21-1-204", "enter", "f", "7", "enter")),
    Scene("verify", ("3", "down", "v", "n")),
    Scene(
        "joint-visit",
        ("3", *["down"] * 5, "m", *"wuye", "enter", *"chengguan", "enter", *"paichusuo", "enter", "enter"),
    ),
    Scene("residents", ("2",)),
    Scene("campaigns", ("4",)),
    Scene("campaign", ("4", "enter")),
    Scene("campaign-chart", ("4", "enter", "i")),
    Scene("campaign-stairs", ("4", "enter", "s")),
    Scene("campaign-start", ("4", "a", "1")),
    Scene("places", ("5",)),
    Scene("place", ("5", "down", "down", "enter")),
    Scene("rules", ("f7", "down")),
    Scene("rule-form", ("f7", "down", "enter", *["down"] * 5, "backspace", "backspace", *"14")),
    Scene("rule-off", ("f7", "down", "down", "x")),
    Scene("spell-form", ("f7", "w", "a", *"baoyu", "enter")),
    Scene("household-add", ("d", "1", "down", "down", *"305")),
    Scene("resident-add", ("a", *"Mei", "down", *"420102194103080002")),
    Scene("find", ("slash", *"wang")),
    Scene("help", ("question_mark",)),
    Scene("palette", ("ctrl+p",)),
)


async def settled(app: CaseworkApp, pilot: Any) -> None:
    """Wait until nothing is left to be drawn or saved."""
    for _ in range(3):
        await pilot.pause(0.05)
        if app.book is not None:
            app.book.submit(lambda: None).result()
    # What is counted behind a screen belongs on its picture.
    while any(pane.running for pane in app.screen.query(PreviewPane)) or any(
        work.alive and work.name == "rule-work" for work in app.works
    ):
        await pilot.pause(0.25)
    await pilot.pause(0.05)


async def picture(db: Path, code: str, theme: str, size: tuple[int, int], scene: Scene) -> str:
    """One picture, of a copy of the casebook, so that what a scene saves is in no other."""
    with tempfile.TemporaryDirectory() as folder:
        for file in db.parent.iterdir():
            shutil.copy(file, folder)
        language.set_language(code)
        book = Casebook.open(Path(folder) / db.name, None, FrozenClock(NOW))
        book.set_setting("language", code)
        book.set_setting("theme", theme)
        app = CaseworkApp(book)
        try:
            async with app.run_test(size=size) as pilot:
                await settled(app, pilot)
                for key in scene.keys:
                    await pilot.press(key)
                    await settled(app, pilot)
                return app.export_screenshot(title="casework")
        finally:
            book.close()


def make(wanted: Callable[[str], bool] = lambda _name: True) -> dict[str, str]:
    """All pictures by file name without ending; those alone that are wanted."""
    found: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        for code in language.LANGUAGES:
            db = Path(folder) / code / "demo.casework"
            db.parent.mkdir()
            build(db, TODAY, code, clock=FrozenClock(NOW)).close()
            for look, theme, size in LOOKS:
                for scene in SCENES:
                    name = f"{scene.name}-{code}-{look}-{size[0]}x{size[1]}"
                    if wanted(name):
                        found[name] = asyncio.run(picture(db, code, theme, size, scene))
    return found


def comparable(svg: str) -> str:
    """A picture without what differs from run to run: the ids that the writer of SVG makes up."""
    return re.sub(r"terminal-\d+", "terminal", svg)


def main(arguments: list[str]) -> int:
    """Write the pictures; with names, those alone whose file name begins so."""
    FOLDER.mkdir(exist_ok=True)
    pictures = make(lambda name: not arguments or any(name.startswith(given) for given in arguments))
    for name, svg in pictures.items():
        file = FOLDER / f"{name}.svg"
        file.write_text(svg, encoding="utf-8")
        if name in SHOWN and shutil.which("rsvg-convert"):
            # The converter drops blanks that stand first unless it is told to keep them.
            kept = svg.replace("<text ", '<text xml:space="preserve" ')
            subprocess.run(["rsvg-convert", "-o", str(file.with_suffix(".png"))], input=kept.encode(), check=True)
    print(f"{len(pictures)} pictures in {FOLDER.name}/")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
